//! What the simulator believes of a school's cloud is what the real one does: the same
//! requests to the model and to `hotaru-cloud` over its SQLite, answers compared one by one.
//!
//! Change numbers differ between the two (each counts for itself), so cursors are each one's
//! own and lists are compared by what they hold and in which order. Patches are made beside
//! and may come later; which are offered is not compared.
//!
//! `HOTARU_CONFORMANCE_SEED=N` repeats one run.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use hotaru_content::blob::BlobRef;
use hotaru_content::clock::Stamp;
use hotaru_content::id::{
    BootId, ClassId, LessonId, MaterialId, NoteId, PupilId, RunId, StreamId, TerminalId,
};
use hotaru_content::key::SecretKey;
use hotaru_content::lesson::{Body, Material, Revision, Subject};
use hotaru_content::log::{ChainSecret, Fact, NoteSaved, StreamOpen};
use hotaru_content::shelf::{LockKind, OpenOptions, Owed, PupilEntry, SealedFor, Shelf};
use hotaru_sim::disk::{Disk, Log};
use hotaru_sim::identity::Identity;
use hotaru_sim::school::{Caller, School as Model, TOKEN};
use hotaru_sync::client::http::{Http, Options};
use hotaru_sync::http::{Exchange, Headers, Method, Request};
use hotaru_sync::intake::cursor_tag;
use hotaru_sync::pack::PushBody;
use hotaru_sync::pack::sample::{self, Random};
use hotaru_sync::signed::door::{self, Show, Wanted};
use hotaru_sync::signed::keys::{Heed, Keys};
use hotaru_sync::signed::public;
use hotaru_sync::terminal::{StoreAnswer, StoreOp};
use hotaru_sync::wire::{
    self, Change, Conflict, ErrorBody, JoinAnswer, JoinRequest, Lessons, Publish, PushAnswer,
    Receipt, ReceiptState, SchoolKey, header, path,
};
use hotaru_tests::{School, school};
use jiff::civil::date;
use tokio::runtime::{Builder, Runtime};

type Answer = (u16, Headers, Vec<u8>);

/// A class with its teacher.
struct Class {
    id: ClassId,
    code: String,
    desk: Http,
    /// Its lessons and their newest revision, those that were withdrawn included.
    lessons: BTreeMap<LessonId, u32>,
}

/// A terminal, as both schools know it.
struct Terminal {
    id: TerminalId,
    http: Http,
    pupils: Vec<PupilId>,
    /// Where its lane 2 stands at the real school, and at the model.
    cursors: (u64, u64),
}

struct Both {
    real: School,
    model: Model,
    runtime: Runtime,
    random: Random,
    classes: Vec<Class>,
    terminals: Vec<Terminal>,
    /// Streams that were begun: whose terminal, and all that was done.
    logs: Vec<(usize, Log)>,
    blobs: Vec<BlobRef>,
}

impl Both {
    fn new(seed: u64) -> Self {
        let real = School::found().expect("a school");
        let second = real.add_class("6-2", "P6").expect("a class");
        let mut both = Self {
            model: Model::new(None),
            runtime: Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            random: Random(seed),
            classes: Vec::new(),
            terminals: Vec::new(),
            logs: Vec::new(),
            blobs: Vec::new(),
            real,
        };
        let codes = [
            (both.real.join_code.clone(), both.real.teacher_token.clone()),
            (
                school::text(&second, "join_code").expect("a code"),
                school::text(&second, "teacher_token").expect("a token"),
            ),
        ];
        for (code, token) in codes {
            let desk = both.http(Some(token));
            both.classes.push(Class {
                id: ClassId([0; 16]),
                code,
                desk,
                lessons: BTreeMap::new(),
            });
        }
        // One of the first class; one of both; one more for the second's same pupil.
        both.join(None, 0, 1);
        let two = both.join(None, 0, 2);
        both.join(Some(two), 1, 1);
        both.join(None, 1, 1);
        both
    }

    fn http(&self, token: Option<String>) -> Http {
        let options = Options {
            token,
            ..Options::new(self.real.url())
        };
        Http::open(&options).expect("a connection")
    }

    /// Joins a class by number, on a new terminal or on one that is there.
    fn join(&mut self, on: Option<usize>, class: usize, number: u16) -> usize {
        let join = JoinRequest {
            known_pupil: None,
            key: None,
            code: self.classes[class].code.clone(),
            number,
            terminal_name: "terminal".to_owned(),
        };
        let body = wire::write(&join).expect("a join");
        let request = request(Method::Post, path::JOIN.to_owned(), vec![], body);
        let answer = match on {
            Some(terminal) => self.ask(&self.terminals[terminal].http, request),
            None => self.ask(&self.http(None), request),
        };
        let joined: JoinAnswer = wire::parse(&answer.2).expect("it joined");
        self.classes[class].id = joined.pupil.class;
        let at = on.unwrap_or_else(|| {
            let token = joined.token.map(|token| token.as_str().to_owned());
            let http = self.http(token);
            self.terminals.push(Terminal {
                id: joined.terminal,
                http,
                pupils: Vec::new(),
                cursors: (0, 0),
            });
            self.terminals.len() - 1
        });
        let pupil = joined.pupil.pupil;
        let terminal = &mut self.terminals[at];
        terminal.pupils.push(pupil);
        let pupils = self.model.pupils.entry(terminal.id).or_default();
        pupils.insert(pupil);
        let classes = self.model.classes.entry(terminal.id).or_default();
        classes.insert(joined.pupil.class);
        self.begin(at, pupil);
        at
    }

    /// A pupil begins a stream on a terminal.
    fn begin(&mut self, terminal: usize, pupil: PupilId) {
        let mut log = Log::begin(StreamOpen {
            stream: StreamId(self.random.bytes()),
            pupil,
            secret: ChainSecret::from_bytes(self.random.bytes()),
            parent: None,
        });
        for event in sample::answers(self.random.number(), 0, 12) {
            log.now.push(event);
        }
        self.logs.push((terminal, log));
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.below(end as u64) as usize
    }

    fn ask(&self, http: &Http, request: Request) -> Answer {
        self.runtime.block_on(async {
            let mut flight = http.start(request);
            let (mut status, mut headers, mut body) = (0, Headers::default(), Vec::new());
            while let Some(exchange) = flight.next().await {
                match exchange {
                    Exchange::Head {
                        status: told,
                        headers: all,
                    } => (status, headers) = (told, all),
                    Exchange::Chunk(bytes) => body.extend(bytes),
                    Exchange::End => {}
                    Exchange::Failed(fault) => panic!("{fault}"),
                }
            }
            (status, headers, body)
        })
    }

    /// Asks both schools the same, from a terminal.
    fn ask_both(&mut self, terminal: usize, request: Request) -> (Answer, Answer) {
        let real = self.ask(&self.terminals[terminal].http, request.clone());
        let from = Caller::Terminal(self.terminals[terminal].id);
        (real, answered(&mut self.model, from, &request))
    }

    /// Asks both schools the same, from a desk; they must say the same.
    fn ask_desk(&mut self, class: usize, request: Request) -> Answer {
        let told = format!("{:?} {}", request.method, request.path);
        let real = self.ask(&self.classes[class].desk, request.clone());
        let model = answered(&mut self.model, Caller::Desk(class), &request);
        assert_eq!(real.0, model.0, "{told}: {real:?} {model:?}");
        for name in [header::UPLOAD_OFFSET, header::UPLOAD_COMPLETE] {
            assert_eq!(real.1.get(name), model.1.get(name), "{told}: {name}");
        }
        if real.0 >= 400 && request.method != Method::Head {
            assert_eq!(code(&real), code(&model), "{told}");
        } else {
            assert_eq!(real.2, model.2, "{told}");
        }
        real
    }

    /// Part of a log, from wherever and however far, whole or damaged, from its own terminal
    /// or from another.
    fn push(&mut self) {
        let at = self.below(self.logs.len());
        let (mut terminal, mut log) = self.logs[at].clone();
        if self.below(6) == 0 {
            terminal = self.below(self.terminals.len());
        }
        if self.below(5) == 0 {
            // A copy of the disk went its own way from somewhere on.
            let keep = self.below(log.now.events.len());
            log.now.truncate(keep as u64);
            for event in sample::answers(self.random.number(), keep as u64, 4) {
                log.now.push(event);
            }
            self.logs.push((terminal, log.clone()));
        }
        let from = match self.below(3) {
            0 => 0,
            _ => self.below(log.now.events.len() + 1),
        };
        let count = self.below(log.now.events.len() - from + 1);
        let events = log.now.events[from..from + count].to_vec();
        let point = log.now.point_at(from as u64).expect("a point of the log");
        let (push, _) = PushBody::new(&log.now.open, point, events).expect("a push");
        let mut body = push.encode().expect("it is short");
        if self.below(8) == 0 {
            let place = self.below(body.len());
            body[place] ^= 1 << self.below(8);
        }
        let told = format!(
            "events {from} to {} of stream {at} from {terminal}",
            from + count
        );
        let path = path::events(&log.now.open.stream);
        let asked = request(Method::Post, path, vec![], body);
        let (real, model) = self.ask_both(terminal, asked);
        assert_eq!(real.0, model.0, "{told}: {real:?} {model:?}");
        match real.0 {
            200 => {
                let point = |answer: &Answer| {
                    let answer: PushAnswer = wire::parse(&answer.2).expect("an answer");
                    answer.point()
                };
                assert_eq!(point(&real), point(&model), "{told}");
            }
            409 => {
                let stands = |answer: &Answer| {
                    let conflict: Conflict = wire::parse(&answer.2).expect("a conflict");
                    (conflict.point, conflict.common)
                };
                assert_eq!(stands(&real), stands(&model), "{told}");
            }
            _ => assert_eq!(code(&real), code(&model), "{told}"),
        }
    }

    /// A new lesson or a new revision of one; at times it is said wrongly, or twice, or too
    /// early, or of a lesson that was withdrawn.
    fn publish(&mut self) {
        let class = self.below(self.classes.len());
        let mut lesson = LessonId(self.random.bytes());
        let known: Vec<LessonId> = self.classes[class].lessons.keys().copied().collect();
        if !known.is_empty() && self.below(3) > 0 {
            lesson = known[self.below(known.len())];
        }
        let newest = self.classes[class].lessons.get(&lesson).copied();
        let (revision, base) = match (newest.unwrap_or(0), self.below(8)) {
            (newest, 0) => (newest + 1, newest + 1),
            (newest, 1) => (newest + 2, newest + 1),
            (newest, 2) => (newest.max(1), newest.max(1) - 1),
            (newest, _) => (newest + 1, newest),
        };
        let lacks = self.below(8) == 0;
        self.publish_to(class, (lesson, revision), base, lacks);
    }

    /// Publishes a revision and tells the status.
    fn publish_to(
        &mut self,
        class: usize,
        (lesson, revision): (LessonId, u32),
        base_revision: u32,
        lacks_a_blob: bool,
    ) -> u16 {
        let blobs: Vec<Vec<u8>> = (0..1 + self.below(2))
            .map(|_| {
                let len = [5, 3000, 40_000][self.below(3)];
                (0..len).map(|_| self.random.number() as u8).collect()
            })
            .collect();
        let document = document(lesson, revision, &blobs);
        let skipped = usize::from(lacks_a_blob);
        for bytes in blobs.iter().skip(skipped).chain([&document]) {
            self.upload(class, bytes);
        }
        let all = blobs.iter().chain([&document]);
        let all: Vec<BlobRef> = all.map(|bytes| BlobRef::of(bytes)).collect();
        self.states(class, &all);
        let publish = Publish {
            document: BlobRef::of(&document),
            base_revision,
            classes: vec![self.classes[class].id],
            groups: Vec::new(),
            pupils: Vec::new(),
            send_at_ms: None,
        };
        let body = wire::write(&publish).expect("a publication");
        let asked = request(Method::Post, path::PUBLISH.to_owned(), vec![], body);
        let mut status = 0;
        for _ in 0..1 + self.below(2) {
            status = self.ask_desk(class, asked.clone()).0;
        }
        if status == 200 {
            self.blobs.extend(all);
            self.classes[class].lessons.insert(lesson, revision);
        }
        status
    }

    /// What the school has of some blobs, by both ways of asking.
    fn states(&mut self, class: usize, blobs: &[BlobRef]) {
        let body = wire::write(&blobs.to_vec()).expect("a list");
        let asked = request(Method::Post, path::UPLOADS.to_owned(), vec![], body);
        self.ask_desk(class, asked);
        for blob in blobs {
            let asked = request(Method::Head, path::upload(&blob.id), vec![], vec![]);
            self.ask_desk(class, asked);
        }
    }

    /// Sends a blob in pieces, at times from a wrong place, with wrong bytes, or too many.
    fn upload(&mut self, class: usize, bytes: &[u8]) {
        let blob = BlobRef::of(bytes);
        let len = bytes.len();
        match self.below(8) {
            0 => {
                let from = 1 + self.below(len);
                self.piece(class, blob, from, bytes);
            }
            1 => {
                self.piece(class, blob, len + 1, &[]);
            }
            2 => {
                let mut wrong = bytes.to_vec();
                wrong[len / 2] ^= 1;
                assert_eq!(self.piece(class, blob, 0, &wrong).0, 422);
            }
            3 => {
                let long = [bytes, b"more"].concat();
                self.piece(class, blob, 0, &long);
            }
            _ => {}
        }
        let mut from = 0;
        while from < len {
            let to = match self.below(3) {
                0 => from + 1 + self.below(len - from),
                _ => len,
            };
            assert_eq!(self.piece(class, blob, from, &bytes[from..to]).0, 204);
            self.states(class, &[blob]);
            if self.below(4) == 0 {
                // Once more the same: the school is there already.
                self.piece(class, blob, from, &bytes[from..to]);
            }
            from = to;
        }
    }

    fn piece(&mut self, class: usize, blob: BlobRef, from: usize, bytes: &[u8]) -> Answer {
        let headers = vec![
            (header::UPLOAD_OFFSET, from.to_string()),
            (header::UPLOAD_LENGTH, blob.len.to_string()),
        ];
        let path = path::upload(&blob.id);
        self.ask_desk(class, request(Method::Patch, path, headers, bytes.to_vec()))
    }

    fn withdraw(&mut self) {
        let class = self.below(self.classes.len());
        let known: Vec<LessonId> = self.classes[class].lessons.keys().copied().collect();
        let lesson = match known.len() {
            0 => LessonId(self.random.bytes()),
            many => known[self.below(many)],
        };
        self.withdraw_from(class, lesson);
    }

    fn withdraw_from(&mut self, class: usize, lesson: LessonId) {
        let asked = request(Method::Delete, path::lesson(&lesson), vec![], vec![]);
        self.ask_desk(class, asked);
    }

    /// What is new for a terminal, page by page, at both; then there is nothing new.
    fn lessons(&mut self) {
        let at = self.below(self.terminals.len());
        let mut cursors = self.terminals[at].cursors;
        match self.below(8) {
            0 => cursors = (0, 0),
            // A number that neither ever gave: all from the beginning.
            1 => cursors = (u64::MAX >> 2, u64::MAX >> 2),
            _ => {}
        }
        let from = Caller::Terminal(self.terminals[at].id);
        let real = pages(cursors.0, |asked| self.ask(&self.terminals[at].http, asked));
        let model = pages(cursors.1, |asked| {
            self.model.receive(from, &asked).expect("it is read")
        });
        assert_eq!(real.0, model.0, "from {cursors:?}");
        self.terminals[at].cursors = (real.1, model.1);
        for (after, is_real) in [(real.1, true), (model.1, false)] {
            let asked = ask_lessons(after);
            let answer = if is_real {
                self.ask(&self.terminals[at].http, asked)
            } else {
                self.model.receive(from, &asked).expect("it is read")
            };
            assert_eq!(answer.0, 304, "{is_real} {answer:?}");
        }
    }

    /// A blob, from somewhere on, or its proof, for whoever asks.
    fn blob(&mut self) {
        if self.blobs.is_empty() {
            return;
        }
        let at = self.below(self.terminals.len());
        let which = self.below(self.blobs.len());
        let blob = self.blobs[which];
        let (path, headers) = match self.below(3) {
            0 => (path::proof(&blob.id), vec![]),
            1 => (path::blob(&blob.id), vec![]),
            _ => {
                let from = self.random.below(blob.len + 2);
                let range = (header::RANGE, format!("bytes={from}-"));
                (path::blob(&blob.id), vec![range])
            }
        };
        let told = format!("{path} {headers:?} for {at}");
        let asked = request(Method::Get, path, headers, vec![]);
        let (real, model) = self.ask_both(at, asked);
        assert_eq!(real.0, model.0, "{told}: {real:?}");
        if (200..300).contains(&real.0) {
            assert_eq!(real.2, model.2, "{told}");
            let range = |answer: &Answer| answer.1.get(header::CONTENT_RANGE).map(str::to_owned);
            assert_eq!(range(&real), range(&model), "{told}");
        }
    }

    fn receipts(&mut self) {
        let at = self.below(self.terminals.len());
        let lessons: Vec<LessonId> = self
            .classes
            .iter()
            .flat_map(|class| class.lessons.keys().copied())
            .collect();
        let said: Vec<Receipt> = lessons
            .into_iter()
            .take(3)
            .map(|lesson| Receipt {
                lesson,
                revision: 1,
                state: ReceiptState::OnTerminal,
            })
            .collect();
        let mut body = wire::write(&said).expect("receipts");
        if self.below(4) == 0 {
            body.pop();
        }
        let asked = request(Method::Post, path::RECEIPTS.to_owned(), vec![], body);
        let (real, model) = self.ask_both(at, asked);
        assert_eq!(real.0, model.0, "{real:?} {model:?}");
    }
}

/// What the model says, once what has to be committed is.
fn answered(model: &mut Model, from: Caller, request: &Request) -> Answer {
    match model.receive(from, request) {
        Ok(answer) => answer,
        Err(pending) => model.commit(*pending),
    }
}

/// All changes after a cursor, and the last cursor.
fn pages(mut after: u64, mut ask: impl FnMut(Request) -> Answer) -> (Vec<Change>, u64) {
    let mut all = Vec::new();
    // To who has nothing, only the first page takes nothing back, and pages differ in length.
    let is_blank = after == 0;
    loop {
        let (status, _, body) = ask(ask_lessons(after));
        if status == 304 {
            return (all, after);
        }
        assert_eq!(status, 200);
        let page: Lessons = wire::parse_framed(&body).expect("lessons");
        all.extend(page.changes.into_iter().map(|change| match change {
            // Which of the terminal's pupils it is for, the model does not tell.
            Change::Put {
                lesson,
                revision,
                document,
                ..
            } => Change::Put {
                lesson,
                revision,
                document,
                pupils: Vec::new(),
            },
            other => other,
        }));
        after = page.cursor;
        if is_blank {
            all.retain(|change| matches!(change, Change::Put { .. }));
        }
        if !page.more {
            return (all, after);
        }
    }
}

fn ask_lessons(after: u64) -> Request {
    let tag = vec![(header::IF_NONE_MATCH, cursor_tag(after))];
    request(Method::Get, path::lessons(after), tag, vec![])
}

fn request(
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> Request {
    Request {
        method,
        path,
        headers,
        body,
        max_response: 16 << 20,
    }
}

fn code(answer: &Answer) -> String {
    let error: ErrorBody = wire::parse(&answer.2).expect("an error's body");
    error.code
}

fn document(lesson: LessonId, revision: u32, blobs: &[Vec<u8>]) -> Vec<u8> {
    let materials = (1..).zip(blobs).map(|(id, bytes)| Material {
        id: MaterialId([id; 16]),
        title: "教材".to_owned(),
        body: Body::Text {
            blob: BlobRef::of(bytes),
        },
    });
    let document = Revision {
        format: 1,
        lesson,
        revision,
        day: date(2026, 11, 20),
        period: None,
        subject: Subject::Science,
        unit: String::new(),
        title: "てこ".to_owned(),
        curriculum_code: None,
        source: String::new(),
        expires: date(2199, 3, 31),
        materials: materials.collect(),
    };
    document.to_json().expect("a lesson")
}

fn run(seed: u64, steps: usize) {
    println!("seed {seed}");
    let mut both = Both::new(seed);
    for _ in 0..steps {
        match both.below(10) {
            0..=3 => both.push(),
            4 => both.publish(),
            5 if both.below(2) == 0 => both.withdraw(),
            5 | 6 => both.lessons(),
            7 | 8 => both.blob(),
            _ => both.receipts(),
        }
    }
    // The log that the school keeps is what the streams say, each event once.
    let there: usize = both.model.db.streams.values().map(|s| s.events.len()).sum();
    let first = both.real.log().expect("a log").len();
    let second = both.real.log_of("6-2").expect("a log").len();
    assert_eq!(there, first + second);
}

#[test]
fn a_cursor_that_was_never_given_takes_back_what_was_withdrawn() {
    let mut both = Both::new(1);
    let lesson = LessonId([9; 16]);
    assert_eq!(both.publish_to(0, (lesson, 1), 0, false), 200);
    both.withdraw_from(0, lesson);
    let from = Caller::Terminal(both.terminals[0].id);
    for (after, taken_back) in [(0, 0), (u64::MAX >> 2, 1)] {
        let real = pages(after, |asked| both.ask(&both.terminals[0].http, asked));
        let model = pages(after, |asked| {
            both.model.receive(from, &asked).expect("it is read")
        });
        assert_eq!(real.0, model.0);
        assert_eq!(real.0.len(), taken_back, "after {after}: {real:?}");
    }
}

#[test]
fn the_model_of_the_cloud_answers_as_the_cloud_does() {
    if let Ok(seed) = std::env::var("HOTARU_CONFORMANCE_SEED") {
        return run(seed.parse().expect("a number"), 300);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let fresh = now.map_or(0, |now| now.as_nanos() as u64);
    let long = std::env::var_os("HOTARU_PROVE").is_some();
    let (seeds, steps) = if long { (20, 400) } else { (1, 150) };
    for seed in (1..=seeds).chain(fresh..fresh + seeds) {
        run(seed, steps);
    }
}

/// A terminal that signs, as both schools know it, and all the keys that it ever made.
struct Signing {
    http: Http,
    identity: Identity,
    /// Each with the handovers that led to it.
    made: Vec<Keys>,
    number: u64,
}

impl Both {
    fn join_signing(&mut self) -> Signing {
        let key = SecretKey::from_bytes(self.random.bytes());
        let join = JoinRequest {
            known_pupil: None,
            key: Some(public(&key)),
            code: self.classes[0].code.clone(),
            number: 30,
            terminal_name: "signs".to_owned(),
        };
        let body = wire::write(&join).expect("a join");
        let asked = request(Method::Post, path::JOIN.to_owned(), vec![], body);
        let joined: JoinAnswer =
            wire::parse(&self.ask(&self.http(None), asked).2).expect("it joined");
        let token = joined.token.expect("a new terminal").as_str().to_owned();
        let identity = Identity {
            terminal: joined.terminal,
            token: token.clone(),
            key: key.clone(),
            ..Identity::default()
        };
        let classes = [joined.pupil.class].into();
        let pupils = [joined.pupil.pupil].into();
        let known = Some(public(&key));
        self.model.join(&identity, known, classes, pupils);
        Signing {
            http: self.http(Some(token)),
            identity,
            made: vec![Keys::new(key)],
            number: 0,
        }
    }

    /// A signed request to both; they must say the same of it.
    fn ask_signed(
        &mut self,
        terminal: &Signing,
        (by, number, show): (&SecretKey, u64, &Show),
        mut asked: Request,
    ) -> Answer {
        let told = format!("{:?} {} of number {number}", asked.method, asked.path);
        let hash = terminal.identity.token_hash();
        let signed = door::headers((by, number), &asked, &hash, show);
        asked.headers.extend(signed);
        let real = self.ask(&terminal.http, asked.clone());
        asked.headers.push((TOKEN, terminal.identity.token.clone()));
        let model = match self.model.let_in(&asked) {
            Err(answer) => answer,
            Ok(entered) => {
                assert_eq!(entered.terminal, terminal.identity.terminal);
                answered(&mut self.model, Caller::Terminal(entered.terminal), &asked)
            }
        };
        assert_eq!(real.0, model.0, "{told}: {real:?} {model:?}");
        let names = [
            header::COUNTER,
            header::KEY,
            header::KNOWN_KEY,
            header::REKEY,
            header::ORDERS,
        ];
        for name in names {
            assert_eq!(real.1.get(name), model.1.get(name), "{told}: {name}");
        }
        if real.0 >= 400 {
            assert_eq!(code(&real), code(&model), "{told}");
        }
        real
    }
}

/// Keys that follow each other, by whoever has which of them, in whatever order.
fn renew(seed: u64, steps: usize) {
    println!("seed {seed}");
    let mut both = Both::new(seed);
    let mut terminal = both.join_signing();
    let id = terminal.identity.terminal;
    let (mut renewed, mut superseded, mut led) = (0, 0, 0);
    for _ in 0..steps {
        if both.below(12) == 0 {
            both.model.ask_for_key(id);
            let id = id.to_string();
            both.real
                .keep(&["terminal", "rekey", &id])
                .expect("it is asked");
        }
        let newest = terminal.made.len() - 1;
        let which = match both.below(3) {
            0 => both.below(newest + 1),
            _ => newest,
        };
        let keys = terminal.made[which].clone();
        let number = match both.below(6) {
            0 => terminal.number.saturating_sub(both.random.below(4)),
            _ => terminal.number + 1 + both.random.below(40),
        };
        terminal.number = terminal.number.max(number);
        let mut show = Show::Nothing;
        let mut heard = request(Method::Get, path::SCHOOL_KEY.to_owned(), vec![], vec![]);
        let mut next = None;
        match both.below(4) {
            0 | 1 => {
                // The next key: of this one, or of one that is not in force any more.
                let mut keys = keys.clone();
                keys.prepare(id, SecretKey::from_bytes(both.random.bytes()));
                let mut rekey = keys.rekey(id).expect("it was prepared");
                match both.below(8) {
                    0 => rekey.proof.0[5] ^= 1,
                    1 => rekey.key = public(&terminal.made[0].key),
                    _ => {}
                }
                let body = wire::write(&rekey).expect("a key");
                heard = request(Method::Post, path::TERMINAL_KEY.to_owned(), vec![], body);
                if keys.take(rekey.key) {
                    next = Some(keys);
                }
            }
            2 => {
                // A key that the school has not heard of, shown by how it came.
                let mut keys = keys.clone();
                let key = SecretKey::from_bytes(both.random.bytes());
                keys.prepare(id, key.clone());
                assert!(keys.take(public(&key)));
                let known = both.model.key_of(&terminal.identity).expect("it is known");
                if let Some(Heed::Sign(shown)) = keys.heed(Wanted::Known(known)) {
                    show = shown;
                }
                let by = (&keys.key, number, &show);
                if both.ask_signed(&terminal, by, heard).0 < 400 {
                    led += 1;
                    terminal.made.push(keys);
                }
                continue;
            }
            _ => {}
        }
        let by = (&keys.key, number, &show);
        let answer = both.ask_signed(&terminal, by, heard);
        if answer.0 == 204 {
            renewed += 1;
            terminal.made.extend(next);
        }
        superseded += usize::from(answer.0 == 401 && code(&answer) == wire::code::SUPERSEDED);
    }
    println!("{renewed} renewed, {led} led to, {superseded} refused by a former key");
    assert!(renewed > 0 && superseded > 0 && led > 0);
}

#[test]
fn keys_are_renewed_at_both_alike() {
    if let Ok(seed) = std::env::var("HOTARU_CONFORMANCE_SEED") {
        return renew(seed.parse().expect("a number"), 300);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let fresh = now.map_or(0, |now| now.as_nanos() as u64);
    for seed in [1, fresh] {
        renew(seed, 120);
    }
}

/// A locked pupil's journal, as the real shelf seals it and as the model writes it.
struct Locked {
    shelf: Shelf,
    disk: Disk,
    pupil: PupilId,
    _dir: tempfile::TempDir,
}

const PIN: &str = "4821";
const NOW_MS: i64 = 1_795_186_799_000;

impl Locked {
    fn new(both: &Both, terminal: usize) -> Self {
        let dir = tempfile::tempdir().expect("a place");
        let options = OpenOptions {
            min_free_bytes: 0,
            ..OpenOptions::default()
        };
        let opened = Shelf::open(dir.path(), &options).expect("it opens");
        let (shelf, pupil) = (opened.shelf, both.terminals[terminal].pupils[0]);
        let entry = PupilEntry {
            pupil,
            number: 1,
            class: ClassId([3; 16]),
            class_name: "6-1".to_owned(),
            grade: "P6".to_owned(),
        };
        shelf.add_pupil(entry).expect("a place for her");
        let asked = request(Method::Get, path::SCHOOL_KEY.to_owned(), vec![], vec![]);
        let told = both.ask(&both.terminals[terminal].http, asked).2;
        let SchoolKey { key, orders, .. } = wire::parse(&told).expect("a key");
        shelf.learn_school_key(key).expect("it is kept");
        let mut disk = Disk::of(Identity {
            terminal: both.terminals[terminal].id,
            ..Identity::default()
        });
        let open = shelf.pupil(&pupil).expect("her log").open_info();
        disk.logs.insert(pupil, Log::begin(open));
        disk.answer(StoreOp::SchoolKey { key, orders }, None, &mut Vec::new())
            .expect("it is kept");
        Self {
            shelf,
            disk,
            pupil,
            _dir: dir,
        }
    }

    fn study(&mut self, text: &str) {
        let stamp = Stamp {
            wall_ms: NOW_MS,
            mono_ms: 5,
            boot: BootId([4; 16]),
        };
        let fact = Fact::NoteSaved(NoteSaved {
            note: NoteId([5; 16]),
            lesson: None,
            text: text.to_owned(),
        });
        let log = self.shelf.pupil(&self.pupil).expect("her log");
        let event = log.append(stamp, &fact).expect("it is saved");
        let model = self.disk.logs.get_mut(&self.pupil).expect("her log");
        model.now.push(event);
    }

    fn lock(&mut self) {
        let state = self.shelf.lock_state(&self.pupil, NOW_MS);
        if state.is_some_and(|state| state.kind.is_none()) {
            let set = self.shelf.set_lock(&self.pupil, LockKind::Pin, PIN, NOW_MS);
            set.expect("a lock");
        }
        self.shelf.close_pupil(&self.pupil);
        self.disk.lock_study(self.pupil, false);
    }

    fn open(&mut self) {
        let opened = self.shelf.unlock(&self.pupil, PIN, NOW_MS);
        opened.expect("it opens");
        self.disk.open_study(&self.pupil);
    }

    /// Requests with what is owed: to the real school, and to the model.
    fn owed(&mut self) -> Vec<(Request, Request)> {
        let run = Some(RunId([1; 16]));
        let real = self.shelf.owed(run).expect("it is read");
        let answer = self
            .disk
            .answer(StoreOp::Owed { run }, None, &mut Vec::new());
        let Ok(StoreAnswer::Owed { owed: model, .. }) = answer else {
            panic!("{answer:?}");
        };
        let sent = |owed: &Owed| {
            let to = match owed.what {
                SealedFor::Journal(_) => path::JOURNALS,
                SealedFor::Codes(_) => path::UNLOCK_CODES,
            };
            request(Method::Post, to.to_owned(), vec![], owed.bytes.clone())
        };
        let find = |real: &Owed| {
            let mut model = model.iter();
            model
                .find(|model| model.what == real.what)
                .expect("it is owed at both")
        };
        assert_eq!(real.len(), model.len());
        let both = real.iter().map(|real| (sent(real), sent(find(real))));
        both.collect()
    }
}

#[test]
fn journals_of_locked_pupils_are_taken_alike() {
    let mut both = Both::new(3);
    let mut locked = Locked::new(&both, 0);
    let send = |both: &mut Both, from: usize, locked: &mut Locked| -> Vec<u16> {
        let mut statuses = Vec::new();
        for (to_real, to_model) in locked.owed() {
            let told = format!("{} from {from}", to_real.path);
            let real = both.ask(&both.terminals[from].http, to_real);
            let caller = Caller::Terminal(both.terminals[from].id);
            let model = answered(&mut both.model, caller, &to_model);
            assert_eq!(real.0, model.0, "{told}: {real:?} {model:?}");
            match real.0 {
                200 => {
                    let point = |answer: &Answer| {
                        let answer: PushAnswer = wire::parse(&answer.2).expect("an answer");
                        answer.point()
                    };
                    assert_eq!(point(&real), point(&model), "{told}");
                }
                409 => {
                    let stands = |answer: &Answer| {
                        let conflict: Conflict = wire::parse(&answer.2).expect("a conflict");
                        (conflict.point, conflict.common)
                    };
                    assert_eq!(stands(&real), stands(&model), "{told}");
                }
                204 => {}
                _ => assert_eq!(code(&real), code(&model), "{told}"),
            }
            statuses.push(real.0);
        }
        statuses.sort_unstable();
        statuses
    };
    for note in 0..25 {
        locked.study(&format!("{note}"));
    }
    locked.lock();
    // Another terminal's pupil is nobody here.
    assert_eq!(send(&mut both, 1, &mut locked), [403, 403]);
    assert_eq!(send(&mut both, 0, &mut locked), [200, 204]);
    // Whatever was sent may arrive again.
    assert_eq!(send(&mut both, 0, &mut locked), [200, 204]);
    locked.open();
    locked.study("more");
    locked.lock();
    assert_eq!(send(&mut both, 0, &mut locked), [200, 204]);
    // Another copy of the disk went on: it waits until she opens it.
    locked.open();
    let point = locked.disk.logs[&locked.pupil].now.point();
    let mut log = locked.disk.logs[&locked.pupil].clone();
    for event in sample::answers(9, point.next_seq, 2) {
        log.now.push(event);
    }
    let events = log.now.events[point.next_seq as usize..].to_vec();
    let (push, _) = PushBody::new(&log.now.open, point, events).expect("a push");
    let to = path::events(&log.now.open.stream);
    let body = push.encode().expect("it is short");
    let (real, model) = both.ask_both(0, request(Method::Post, to, vec![], body));
    assert_eq!((real.0, model.0), (200, 200));
    locked.study("here");
    locked.lock();
    assert_eq!(send(&mut both, 0, &mut locked), [204, 409]);
    // What is no journal is none at either.
    let damaged = request(Method::Post, path::JOURNALS.to_owned(), vec![], vec![7; 40]);
    let (real, model) = both.ask_both(0, damaged);
    assert_eq!((real.0, model.0), (400, 400));
}
