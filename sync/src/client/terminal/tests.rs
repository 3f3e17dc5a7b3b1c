//! A real shelf and real sockets against a small school in memory.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use hotaru_content::blob::{BlobRef, GROUP_LEN, GroupProof};
use hotaru_content::boxed;
use hotaru_content::clock::{Clock, SystemClock};
use hotaru_content::id::{ClassId, LessonId, MaterialId, PupilId, RunId, SchoolId, StreamId};
use hotaru_content::key::SecretKey;
use hotaru_content::lesson::{Body as MaterialBody, FORMAT, Material, Part, Revision, Subject};
use hotaru_content::log::{Fact, PaperStudy, StreamOpen, StreamPoint};
use hotaru_content::shelf::{OpenOptions, PupilLog};
use jiff::civil::date;

use super::*;
use crate::http::{Exchange, LineFault, Method, Request};
use crate::intake::{Decision, receive};
use crate::pack::PushBody;
use crate::upload::tests::Cloud;
use crate::wire::{
    self, Change, Conflict, Lessons, PupilCard, PushAnswer, SchoolCard, SchoolKey, Token, path,
};

const PUPIL: PupilId = PupilId([7; 16]);
const LESSON: LessonId = LessonId([3; 16]);
const CURSOR: u64 = 5;

/// A school for one pupil, with one lesson.
struct School {
    terminal: TerminalId,
    token: Token,
    /// Its run, where it says so.
    run: Option<RunId>,
    streams: HashMap<StreamId, (StreamOpen, StreamPoint)>,
    events: usize,
    document: String,
    blobs: HashMap<String, Vec<u8>>,
    receipts: Vec<wire::Receipt>,
    uploads: Cloud,
    /// Every request's method and path.
    asked: Vec<String>,
    /// Bytes of blobs that were sent, by path.
    sent: HashMap<String, u64>,
}

type Shared = Arc<Mutex<School>>;

fn recording() -> Vec<u8> {
    (0..150_000_u64).map(|i| (i * i % 251) as u8).collect()
}

fn school() -> Shared {
    let (text, video) = (b"# \xe3\x81\xa6\xe3\x81\x93".to_vec(), recording());
    let material = |id: u8, body| Material {
        id: MaterialId([id; 16]),
        title: String::new(),
        body,
    };
    let revision = Revision {
        format: FORMAT,
        lesson: LESSON,
        revision: 1,
        day: date(2026, 11, 20),
        period: None,
        subject: Subject::Science,
        unit: String::new(),
        title: "てこ".to_owned(),
        curriculum_code: None,
        source: String::new(),
        expires: date(2099, 3, 31),
        materials: vec![
            material(
                1,
                MaterialBody::Text {
                    blob: BlobRef::of(&text),
                },
            ),
            material(
                2,
                MaterialBody::Recording {
                    parts: vec![Part {
                        blob: BlobRef::of(&video),
                        duration_ms: 1000,
                    }],
                    captions: None,
                    width: 640,
                    height: 360,
                },
            ),
        ],
    };
    let mut blobs = HashMap::new();
    for bytes in [text, video] {
        let path = path::blob(&BlobRef::of(&bytes).id);
        blobs.insert(format!("{path}/proof"), GroupProof::of(&bytes).to_bytes());
        blobs.insert(path, bytes);
    }
    Arc::new(Mutex::new(School {
        terminal: TerminalId([8; 16]),
        token: Token::random().unwrap(),
        run: None,
        streams: HashMap::new(),
        events: 0,
        document: String::from_utf8(revision.to_json().unwrap()).unwrap(),
        blobs,
        receipts: vec![],
        uploads: Cloud::default(),
        asked: vec![],
        sent: HashMap::new(),
    }))
}

/// A status, headers and a body.
type Answer = (u16, Vec<(String, String)>, Vec<u8>);

fn json(status: u16, body: &impl wire::Body) -> Answer {
    (status, vec![], wire::write(body).unwrap())
}

impl School {
    fn serve(&mut self, head: &str, body: &[u8]) -> Answer {
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        self.asked.push(format!("{method} {path}"));
        let header = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| {
                line.strip_prefix(name)?
                    .strip_prefix(": ")
                    .map(str::to_owned)
            })
        };
        let bearer = format!("Bearer {}", self.token.as_str());
        let shown = header("authorization");
        if path == "/v1/join" && shown.as_ref().is_none_or(|shown| *shown == bearer) {
            return json(200, &self.join(shown.is_some()));
        }
        if shown != Some(bearer) {
            return (401, vec![], b"{}".to_vec());
        }
        if let Some(stream) = path.strip_prefix("/v1/streams/") {
            let stream = stream.strip_suffix("/events").unwrap().parse().unwrap();
            return self.take(stream, body);
        }
        if path == path::TERMINAL_UNSENT {
            return (204, vec![], vec![]);
        }
        if path == "/v1/school/key" {
            let key = boxed::public_of(&SecretKey::from_bytes([5; 32])).unwrap();
            return json(200, &SchoolKey::new(key, &SecretKey::from_bytes([6; 32])));
        }
        if let Some(after) = path.strip_prefix("/v1/lessons?after=") {
            return self.lessons(after.parse().unwrap());
        }
        if let Some(blob) = self.blobs.get(path) {
            let from = header("range").map_or(0, |range| {
                let from = range
                    .strip_prefix("bytes=")
                    .unwrap()
                    .strip_suffix('-')
                    .unwrap();
                from.parse().unwrap()
            });
            let range = format!("bytes {from}-{}/{}", blob.len() - 1, blob.len());
            let status = if from > 0 { 206 } else { 200 };
            let headers = vec![("content-range".to_owned(), range)];
            return (status, headers, blob[from..].to_vec());
        }
        if path == "/v1/receipts" {
            self.receipts
                .extend(wire::parse::<Vec<wire::Receipt>>(body).unwrap());
            return (204, vec![], vec![]);
        }
        self.upload(method, path, body, header)
    }

    fn join(&self, is_known: bool) -> JoinAnswer {
        JoinAnswer {
            earlier: Earlier::None,
            terminal: self.terminal,
            token: (!is_known).then(|| self.token.clone()),
            school: SchoolCard {
                school: SchoolId([1; 16]),
                name: "蛍小学校".to_owned(),
            },
            pupil: PupilCard {
                pupil: PUPIL,
                number: 7,
                class: ClassId([2; 16]),
                class_name: "6-1".to_owned(),
                grade: "P6".to_owned(),
            },
        }
    }

    fn take(&mut self, stream: StreamId, body: &[u8]) -> Answer {
        let push = PushBody::decode(stream, body).unwrap();
        let stored = self
            .streams
            .get(&stream)
            .map(|(open, point)| (open, *point));
        let point = match receive(stored, push) {
            Decision::Append {
                open,
                events,
                point,
                ..
            } => {
                self.events += events.len();
                self.streams.insert(stream, (open, point));
                point
            }
            Decision::AlreadyHave { point } => point,
            Decision::Conflict { point } => {
                let conflict = Conflict {
                    code: "conflict".to_owned(),
                    message: String::new(),
                    point,
                    common: None,
                    server_ms: 0,
                };
                return json(409, &conflict);
            }
            Decision::Refuse(refusal) => panic!("{refusal}"),
        };
        let answer = PushAnswer {
            next_seq: point.next_seq,
            head: point.head,
            server_ms: 0,
        };
        json(200, &answer)
    }

    fn lessons(&self, after: u64) -> Answer {
        if after == CURSOR {
            return (304, vec![], vec![]);
        }
        let lessons = Lessons {
            from: None,
            cursor: CURSOR,
            changes: vec![Change::Put {
                lesson: LESSON,
                revision: 1,
                document: self.document.clone(),
                pupils: vec![PUPIL],
            }],
            patches: vec![],
            more: false,
            server_ms: 0,
        };
        (200, vec![], wire::write_framed(&lessons).unwrap())
    }

    fn upload(
        &mut self,
        method: &str,
        path: &str,
        body: &[u8],
        header: impl Fn(&str) -> Option<String>,
    ) -> Answer {
        let named = ["upload-offset", "upload-length"].into_iter();
        let request = Request {
            method: match method {
                "HEAD" => Method::Head,
                "PATCH" => Method::Patch,
                _ => Method::Post,
            },
            path: path.to_owned(),
            headers: named
                .filter_map(|name| Some((name, header(name)?)))
                .collect(),
            body: body.to_vec(),
            max_response: 0,
        };
        let mut answer: Answer = (404, vec![], vec![]);
        for exchange in self.uploads.serve(&request, usize::MAX) {
            match exchange {
                Exchange::Head { status, headers } => (answer.0, answer.1) = (status, headers.0),
                Exchange::Chunk(bytes) => answer.2.extend(bytes),
                _ => {}
            }
        }
        answer
    }
}

/// Serves on loopback; each connection dies after so many bytes of answers.
fn serve(school: &Shared, budget: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let school = Arc::clone(school);
    thread::spawn(move || {
        for stream in listener.incoming() {
            connection(&school, &mut stream.unwrap(), budget);
        }
    });
    address
}

fn connection(school: &Shared, stream: &mut TcpStream, mut budget: usize) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let len = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; len.map_or(0, |len| len.parse().unwrap())];
        stream.read_exact(&mut body).ok()?;
        let (status, headers, body) = school.lock().unwrap().serve(&head, &body);
        let mut answer = format!("HTTP/1.1 {status} X\r\nhotaru: 1\r\n");
        if let Some(run) = school.lock().unwrap().run {
            answer += &format!("hotaru-run: {run}\r\n");
        }
        for (name, value) in headers {
            answer += &format!("{name}: {value}\r\n");
        }
        if !matches!(status, 204 | 304) {
            answer += &format!("content-length: {}\r\n", body.len());
        }
        let answer = [format!("{answer}\r\n").into_bytes(), body].concat();
        let now = answer.len().min(budget);
        stream.write_all(&answer[..now]).ok()?;
        budget -= now;
        let path = head.split(' ').nth(1).unwrap().to_owned();
        *school.lock().unwrap().sent.entry(path).or_default() += now as u64;
        if now < answer.len() {
            return None;
        }
    }
}

fn shelf(dir: &tempfile::TempDir) -> Shelf {
    let options = OpenOptions {
        min_free_bytes: 0,
        ..OpenOptions::default()
    };
    Shelf::open(dir.path(), &options).unwrap().shelf
}

fn line() -> LineOptions {
    LineOptions {
        stall: Duration::from_secs(5),
        ..LineOptions::default()
    }
}

fn joined(shelf: &Shelf, address: SocketAddr) -> JoinAnswer {
    let request = SignIn::Code {
        code: "HOTARU".to_owned(),
        number: 7,
    };
    join(
        shelf,
        &format!("http://{address}/"),
        &request,
        "test",
        &line(),
        &Cancel::default(),
    )
    .unwrap()
}

fn sync(shelf: &Shelf) -> Result<SyncReport, SyncError> {
    sync_once(shelf, &line(), &mut |_| {}, &Cancel::default())
}

/// Study on paper, with or without a photo.
fn study(shelf: &Shelf, log: &PupilLog, photo: Option<&[u8]>) {
    let photo = photo.map(|bytes| shelf.put_own_blob(&PUPIL, bytes).unwrap());
    let fact = Fact::PaperStudy(PaperStudy {
        day: date(2026, 11, 20),
        minutes: 20,
        subject: Subject::Mathematics,
        text: "計算ドリル".to_owned(),
        photo,
    });
    log.append(SystemClock::new().unwrap().now(), &fact)
        .unwrap();
}

#[test]
fn a_lesson_comes_study_goes_and_then_nothing_moves() {
    let school = school();
    let dir = tempfile::tempdir().unwrap();
    let shelf = shelf(&dir);
    assert!(matches!(sync(&shelf), Err(SyncError::NotJoined)));
    joined(&shelf, serve(&school, usize::MAX));
    let identity = shelf.identity();
    assert_eq!(identity.school_name, "蛍小学校");
    assert_eq!(identity.pupils[0].pupil, PUPIL);
    let log = shelf.pupil(&PUPIL).unwrap();
    study(&shelf, &log, None);
    study(&shelf, &log, Some(&[9; 40_000]));

    let mut stages = Vec::new();
    let report = sync_once(
        &shelf,
        &line(),
        &mut |now: &Progress| stages.push(now.stage),
        &Cancel::default(),
    )
    .unwrap();
    assert!(report.faults.is_empty(), "{report}");
    assert_eq!((report.events_acknowledged, report.blobs_fetched), (2, 2));
    assert!(report.waiting.is_empty());
    assert!(report.bytes_received > 150_000 && report.bytes_sent > 40_000);
    assert!(stages.is_sorted_by_key(|stage| *stage as u8));
    assert!(shelf.lesson(&LESSON).unwrap().unwrap().is_ready());
    assert_eq!(
        shelf.blob(&BlobRef::of(&recording()).id).unwrap(),
        recording()
    );
    {
        let school = school.lock().unwrap();
        assert_eq!(school.events, 2);
        assert_eq!(school.receipts.len(), 1);
        assert_eq!(school.receipts[0].state, wire::ReceiptState::OnTerminal);
        let photo = &school.uploads.blobs[&BlobRef::of(&[9; 40_000]).id];
        assert!(photo.complete);
    }

    school.lock().unwrap().asked.clear();
    let again = sync(&shelf).unwrap();
    assert_eq!((again.events_acknowledged, again.blobs_fetched), (0, 0));
    println!("a sync of nothing: {again}");
    assert!(again.bytes_sent + again.bytes_received < 1024, "{again}");
    assert_eq!(school.lock().unwrap().asked, ["GET /v1/lessons?after=5"]);

    // Of later study only its own photo is asked about, also by a program started anew.
    study(&shelf, &log, Some(b"photo 2"));
    drop((log, shelf));
    let shelf = self::shelf(&dir);
    school.lock().unwrap().asked.clear();
    let third = sync(&shelf).unwrap();
    assert_eq!(third.events_acknowledged, 1);
    let asked = school.lock().unwrap().asked.clone();
    let uploads = asked.iter().filter(|asked| asked.contains("uploads"));
    assert_eq!(uploads.count(), 2, "{asked:?}");
}

#[test]
fn a_line_that_dies_all_the_time_fetches_no_group_twice() {
    for budget in [4_000, 20_000, 50_000] {
        let school = school();
        let dir = tempfile::tempdir().unwrap();
        let shelf = shelf(&dir);
        joined(&shelf, serve(&school, budget));
        study(&shelf, &shelf.pupil(&PUPIL).unwrap(), None);
        let fits = budget > GROUP_LEN as usize;
        let options = LineOptions {
            patience: if fits { 3 } else { 1 },
            ..line()
        };
        // As often as the timer of a terminal would try.
        let mut whole = false;
        for _ in 0..if fits { 10 } else { 2 } {
            let outcome = sync_once(&shelf, &options, &mut |_| {}, &Cancel::default());
            whole = outcome.is_ok_and(|report| report.waiting.is_empty());
            if whole {
                break;
            }
        }
        let blob = BlobRef::of(&recording());
        if !fits {
            // Less than one group gets through: nothing wrong is shown, the rest is here.
            assert!(!whole);
            assert!(!shelf.has_blob(&blob.id).unwrap());
        } else {
            assert!(whole, "{budget}");
            assert_eq!(shelf.blob(&blob.id).unwrap(), recording());
            let breaks = blob.len.div_ceil(budget as u64 - GROUP_LEN) + 1;
            let sent = school.lock().unwrap().sent[&path::blob(&blob.id)];
            assert!(
                sent <= blob.len + breaks * (GROUP_LEN + 200),
                "{budget}: {sent}"
            );
        }
        assert_eq!(school.lock().unwrap().events, 1);
    }
}

#[test]
fn a_second_pupil_joins_the_same_terminal_and_no_other_school() {
    let school = school();
    let dir = tempfile::tempdir().unwrap();
    let shelf = shelf(&dir);
    let address = serve(&school, usize::MAX);
    assert!(joined(&shelf, address).token.is_some());
    let token = shelf.identity().token;
    assert!(joined(&shelf, address).token.is_none());
    assert_eq!(shelf.identity().token, token);
    assert_eq!(
        shelf.identity().pupils.len(),
        1,
        "the same pupil is there once"
    );
    let request = SignIn::Code {
        code: "HOTARU".to_owned(),
        number: 7,
    };
    let other = join(
        &shelf,
        "http://127.0.0.1:9",
        &request,
        "test",
        &line(),
        &Cancel::default(),
    );
    assert!(matches!(other, Err(JoinError::OtherSchool(_))));
}

/// Its join was undone, or the school came back from before it: the school knows nothing of
/// what is on the terminal that joins now.
#[test]
fn who_joins_as_another_terminal_says_again_what_is_on_it() {
    let school = school();
    let dir = tempfile::tempdir().unwrap();
    let shelf = shelf(&dir);
    let run = RunId([6; 16]);
    school.lock().unwrap().run = Some(run);
    let address = serve(&school, usize::MAX);
    joined(&shelf, address);
    let log = shelf.pupil(&PUPIL).unwrap();
    study(&shelf, &log, None);
    sync(&shelf).unwrap();
    sync(&shelf).unwrap();
    assert_eq!(shelf.run(), Some(run));
    assert_eq!(school.lock().unwrap().receipts.len(), 1);
    // The same terminal, with one more pupil or not, has nothing to say again.
    joined(&shelf, address);
    sync(&shelf).unwrap();
    assert_eq!(school.lock().unwrap().receipts.len(), 1);

    study(&shelf, &log, None);
    {
        let mut school = school.lock().unwrap();
        school.terminal = TerminalId([9; 16]);
        school.token = Token::random().unwrap();
    }
    assert!(sync(&shelf).is_err());
    assert_eq!(log.unsent(), 1);
    let key = shelf.signing_key().unwrap();
    joined(&shelf, address);
    assert_eq!(shelf.identity().terminal, Some(TerminalId([9; 16])));
    // Whoever else has the key of before is not this terminal any more.
    assert_ne!(shelf.signing_key().unwrap(), key);
    sync(&shelf).unwrap();
    let school = school.lock().unwrap();
    assert_eq!((school.events, log.unsent()), (2, 0));
    assert_eq!(school.receipts.len(), 2);
    assert_eq!(school.receipts[1], school.receipts[0]);
}

#[test]
fn without_a_line_everything_is_kept_and_the_fault_is_named() {
    let school = school();
    let dir = tempfile::tempdir().unwrap();
    let shelf = shelf(&dir);
    joined(&shelf, serve(&school, usize::MAX));
    let log = shelf.pupil(&PUPIL).unwrap();
    study(&shelf, &log, None);
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    shelf
        .update_identity(|identity| identity.cloud = Some(format!("http://{nobody}")))
        .unwrap();
    let options = LineOptions {
        patience: 1,
        ..line()
    };
    let error = sync_once(&shelf, &options, &mut |_| {}, &Cancel::default()).unwrap_err();
    assert!(
        matches!(
            &error,
            SyncError::Ended {
                fault: SyncFault::Line(LineFault::Unreachable(_)),
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(log.unsent(), 1);
    // And a wrong token is told as such.
    let address = serve(&school, usize::MAX);
    shelf
        .update_identity(|identity| {
            identity.cloud = Some(format!("http://{address}"));
            identity.token = Some("x".repeat(43));
        })
        .unwrap();
    let error = sync(&shelf).unwrap_err();
    assert!(
        matches!(
            &error,
            SyncError::Ended {
                fault: SyncFault::NotLetIn(_),
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_sync_can_be_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let shelf = shelf(&dir);
    joined(&shelf, serve(&school(), usize::MAX));
    shelf
        .update_identity(|identity| identity.cloud = Some(format!("http://{address}")))
        .unwrap();
    let cancel = Cancel::default();
    let stop = cancel.clone();
    let stopper = thread::spawn(move || {
        // It accepts, and says nothing.
        let held = listener.accept();
        stop.cancel();
        held.is_ok()
    });
    let error = sync_once(&shelf, &line(), &mut |_| {}, &cancel).unwrap_err();
    assert!(
        matches!(
            &error,
            SyncError::Ended {
                fault: SyncFault::Cancelled,
                ..
            }
        ),
        "{error}"
    );
    assert!(stopper.join().unwrap());
}
