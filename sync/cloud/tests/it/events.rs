use hotaru_cloud::control::Command;
use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::clock::Stamp;
use hotaru_content::drill::{Ask, Drill, FORMAT, Item, Response};
use hotaru_content::id::{BootId, LessonId, PupilId, StreamId};
use hotaru_content::lesson::{Body, Subject};
use hotaru_content::log::{
    Answered, Chain, ChainSecret, Event, Fact, LessonOpened, PaperStudy, StreamOpen, StreamPoint,
};
use hotaru_sync::pack::PushBody;
use hotaru_sync::wire::{self, Conflict, PushAnswer, path};
use reqwest::Method;

use crate::school::{Answer, Class, Http, lesson, serving};

/// A stream as a terminal has it.
pub struct Log {
    pub open: StreamOpen,
    pub events: Vec<Event>,
}

impl Log {
    pub fn new(pupil: PupilId) -> Self {
        let open = StreamOpen {
            stream: StreamId::random().unwrap(),
            pupil,
            secret: ChainSecret::random().unwrap(),
            parent: None,
        };
        Self {
            open,
            events: Vec::new(),
        }
    }

    pub fn add(&mut self, fact: &Fact) {
        let seq = self.events.len() as u64;
        let stamp = Stamp {
            // 2026-11-20T22:59:59+09:00 and on.
            wall_ms: 1_795_183_199_000 + seq as i64 * 1000,
            mono_ms: seq * 1000,
            boot: BootId([7; 16]),
        };
        self.events.push(Event::new(seq, stamp, fact).unwrap());
    }

    pub fn point(&self, seq: usize) -> StreamPoint {
        let mut chain = Chain::open(&self.open);
        for event in &self.events[..seq] {
            chain.push(event).unwrap();
        }
        chain.point()
    }

    pub fn body(&self, from: usize, to: usize) -> Vec<u8> {
        let events = self.events[from..to].to_vec();
        PushBody::new(&self.open, self.point(from), events)
            .unwrap()
            .0
            .encode()
            .unwrap()
    }

    pub async fn push(&self, http: &Http, token: &str, from: usize, to: usize) -> Answer {
        http.post(&path::events(&self.open.stream), token, self.body(from, to))
            .await
    }

    /// Pushes all, and is acknowledged to the end.
    pub async fn push_all(&self, http: &Http, token: &str) {
        let answer: PushAnswer = self.push(http, token, 0, self.events.len()).await.parse();
        assert_eq!(answer.point(), self.point(self.events.len()));
    }
}

pub fn item(id: &str, ask: Ask) -> Item {
    Item {
        id: id.to_owned(),
        question: format!("{id}は？"),
        ask,
        explanation: String::new(),
        skill: String::new(),
        level: 1,
    }
}

pub fn choices(id: &str) -> Item {
    let choices = ["支点", "力点", "作用点"].map(str::to_owned).to_vec();
    item(id, Ask::Choice { choices, key: 1 })
}

pub async fn drill(http: &Http, class: &Class, items: Vec<Item>) -> Body {
    let count = items.len() as u32;
    let json = Drill {
        format: FORMAT,
        items,
    }
    .to_json()
    .unwrap();
    Body::Drill {
        blob: http.upload(&class.teacher, &json).await,
        items: count,
    }
}

pub fn answer(lesson: LessonId, drill: BlobId, item: u16, response: Response) -> Fact {
    let (took_ms, seed, generator) = (4000, 0, 0);
    Fact::Answered(Answered {
        lesson,
        drill,
        item,
        response,
        took_ms,
        seed,
        generator,
    })
}

fn blob_of(body: &Body) -> BlobId {
    match body {
        Body::Drill { blob, .. } => blob.id,
        _ => panic!("no drill"),
    }
}

#[tokio::test]
async fn answers_are_accepted_once_in_order_and_graded() {
    let (school, class, http) = serving().await;
    let (seven, token) = http.join(&class, 7).await;
    let key = vec!["12".to_owned()];
    let items = vec![choices("a"), item("b", Ask::Number { key })];
    let body = drill(&http, &class, items).await;
    let blob = blob_of(&body);
    let one = lesson("一", vec![body]);
    http.publish(&class, &one).await;

    let mut log = Log::new(seven.pupil.pupil);
    log.add(&Fact::LessonOpened(LessonOpened {
        lesson: one.lesson,
        revision: 1,
    }));
    log.add(&answer(one.lesson, blob, 0, Response::Choice(0)));
    log.add(&answer(one.lesson, blob, 0, Response::Choice(1)));
    log.add(&answer(
        one.lesson,
        blob,
        1,
        Response::Number("12".to_owned()),
    ));
    log.add(&answer(one.lesson, blob, 1, Response::DontKnow));
    log.add(&answer(one.lesson, blob, 9, Response::Choice(0)));
    // Easier than the teacher's, but no lesson names it.
    let own = Drill {
        format: FORMAT,
        items: vec![choices("x")],
    }
    .to_json()
    .unwrap();
    let own = http.upload(&token, &own).await;
    log.add(&answer(one.lesson, own.id, 0, Response::Choice(1)));

    let first: PushAnswer = log.push(&http, &token, 0, 3).await.parse();
    assert_eq!(first.point(), log.point(3));
    // The same again, a late part of it, and one that overlaps: each is there once.
    assert_eq!(
        log.push(&http, &token, 0, 3)
            .await
            .parse::<PushAnswer>()
            .point(),
        log.point(3)
    );
    let late = log.push(&http, &token, 1, 2).await;
    assert_eq!(late.status, 409);
    let late: Conflict = wire::parse(&late.body).unwrap();
    assert_eq!(
        (late.point, late.common),
        (Some(log.point(3)), Some(log.point(2)))
    );
    assert_eq!(
        log.push(&http, &token, 1, 7)
            .await
            .parse::<PushAnswer>()
            .point(),
        log.point(7)
    );

    let lines = school
        .ask(Command::Log {
            class: "6-1".to_owned(),
        })
        .await
        .unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            (
                line["seq"].as_u64().unwrap(),
                text("kind"),
                text("item"),
                text("response"),
                text("grade"),
            )
        })
        .collect();
    let expected = [
        (0, "lesson_opened", "-", "-", "-"),
        (1, "answered", "a", "支点", "wrong"),
        (2, "answered", "a", "力点", "correct"),
        (3, "answered", "b", "12", "correct"),
        (4, "answered", "b", "?", "unknown"),
        (5, "answered", "-", "1", "unknown"),
        (6, "answered", "x", "力点", "unknown"),
    ];
    let told: Vec<_> = told
        .iter()
        .map(|(seq, kind, item, response, grade)| {
            (
                *seq,
                kind.as_str(),
                item.as_str(),
                response.as_str(),
                grade.as_str(),
            )
        })
        .collect();
    // What わからない is worth is the grader's affair.
    let known: Vec<_> = told
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != 4)
        .map(|(_, t)| *t)
        .collect();
    let wanted: Vec<_> = expected
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != 4)
        .map(|(_, t)| *t)
        .collect();
    assert_eq!(known, wanted);
    assert_eq!(told[4].3, "?");
    assert_ne!(told[4].4, "correct");
    assert_eq!(lines[1]["number"], 7);
    assert_eq!(lines[1]["pupil"], seven.pupil.pupil.to_string());
    assert_eq!(lines[1]["day"], "2026-11-20");
    assert!(lines[1]["server_ms"].as_i64().unwrap() > 1_700_000_000_000);
}

#[tokio::test]
async fn a_push_that_stands_elsewhere_is_told_where() {
    let (_school, class, http) = serving().await;
    let (seven, token) = http.join(&class, 7).await;
    let mut log = Log::new(seven.pupil.pupil);
    for _ in 0..4 {
        log.add(&Fact::LessonOpened(LessonOpened {
            lesson: LessonId([1; 16]),
            revision: 1,
        }));
    }
    let conflict = |answer: &Answer| -> Conflict {
        assert_eq!(answer.status, 409);
        wire::parse(&answer.body).unwrap()
    };
    // Unknown here, and not from its opening on.
    assert_eq!(conflict(&log.push(&http, &token, 2, 4).await).point, None);
    log.push(&http, &token, 0, 2).await.parse::<PushAnswer>();
    // A gap.
    assert_eq!(
        conflict(&log.push(&http, &token, 3, 4).await).point,
        Some(log.point(2))
    );
    // Another chain under the same name.
    let mut fork = Log {
        open: log.open.clone(),
        events: log.events.clone(),
    };
    let other = Fact::LessonOpened(LessonOpened {
        lesson: LessonId([2; 16]),
        revision: 1,
    });
    fork.events.truncate(1);
    fork.add(&other);
    fork.add(&other);
    assert_eq!(
        conflict(&fork.push(&http, &token, 2, 3).await).point,
        Some(log.point(2))
    );
    // A copy of the disk learns what both have.
    let copy = conflict(&fork.push(&http, &token, 0, 3).await);
    assert_eq!(
        (copy.point, copy.common),
        (Some(log.point(2)), Some(log.point(1)))
    );
    log.push(&http, &token, 2, 4).await.parse::<PushAnswer>();
}

#[tokio::test]
async fn only_own_pupils_logs_are_taken() {
    let (_school, class, http) = serving().await;
    let (seven, token_seven) = http.join(&class, 7).await;
    let (_, token_eight) = http.join(&class, 8).await;
    let mut log = Log::new(seven.pupil.pupil);
    log.add(&Fact::LessonOpened(LessonOpened {
        lesson: LessonId([1; 16]),
        revision: 1,
    }));
    // Neither to begin nor to go on with, and nothing is told of it.
    let answer = log.push(&http, &token_eight, 0, 1).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"));
    log.push_all(&http, &token_seven).await;
    assert_eq!(log.push(&http, &token_eight, 0, 1).await.status, 403);
    let stranger = Log {
        open: Log::new(PupilId([9; 16])).open,
        events: log.events.clone(),
    };
    assert_eq!(stranger.push(&http, &token_seven, 0, 1).await.status, 403);
    assert_eq!(log.push(&http, &class.teacher, 0, 1).await.status, 403);
    assert_eq!(log.push(&http, "", 0, 1).await.status, 401);
    // After the join is undone, her own terminal's no more.
    let at = path::desk_terminal(&seven.terminal);
    assert_eq!(http.delete(&at, &class.teacher).await.status, 204);
    assert_eq!(log.push(&http, &token_seven, 0, 1).await.status, 401);
}

#[tokio::test]
async fn damaged_and_oversized_pushes_are_refused() {
    let (school, class, http) = serving().await;
    let (seven, token) = http.join(&class, 7).await;
    let mut log = Log::new(seven.pupil.pupil);
    for at in 0..20 {
        log.add(&Fact::LessonOpened(LessonOpened {
            lesson: LessonId([at; 16]),
            revision: 1,
        }));
    }
    let body = log.body(0, 20);
    let at = path::events(&log.open.stream);
    for place in 0..body.len() {
        let mut damaged = body.clone();
        damaged[place] ^= 0x10;
        if PushBody::decode(log.open.stream, &damaged) == PushBody::decode(log.open.stream, &body) {
            // A bit that zstd passes over.
            continue;
        }
        let answer = http.post(&at, &token, damaged).await;
        // Where the damage hits the pupil's id it is another's log, where it hits the
        // opening it is one that goes on from nowhere.
        assert!(
            matches!(answer.status, 400 | 403 | 409),
            "{place}: {}",
            answer.status
        );
    }
    for cut in [0, 1, body.len() / 2, body.len() - 1] {
        assert_eq!(
            http.post(&at, &token, body[..cut].to_vec()).await.status,
            400,
            "{cut}"
        );
    }
    let answer = http.post(&at, &token, vec![0; (1 << 20) + 1]).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_long"));
    // The same without a stated length.
    let endless =
        futures_util::stream::iter((0..40).map(|_| Ok::<_, std::io::Error>(vec![0; 1 << 15])));
    let request = http
        .request(Method::POST, &at, &token)
        .body(reqwest::Body::wrap_stream(endless));
    assert_eq!(http.send(request).await.status, 413);
    assert!(
        school
            .ask(Command::Log {
                class: "6-1".to_owned()
            })
            .await
            .unwrap()
            .is_empty()
    );
    log.push_all(&http, &token).await;
}

#[tokio::test]
async fn pushes_at_once_are_each_taken_once() {
    let (school, class, http) = serving().await;
    let (seven, token) = http.join(&class, 7).await;
    let mut log = Log::new(seven.pupil.pupil);
    for at in 0..60 {
        log.add(&Fact::LessonOpened(LessonOpened {
            lesson: LessonId([at; 16]),
            revision: 1,
        }));
    }
    log.push(&http, &token, 0, 0).await.parse::<PushAnswer>();
    let pushes: Vec<_> = (1..=12)
        .map(|part| {
            let (http, token, body) = (http.http.clone(), token.clone(), log.body(0, part * 5));
            let at = path::events(&log.open.stream);
            tokio::spawn(async move { http.post(&at, &token, body).await.status })
        })
        .collect();
    for push in pushes {
        let status = push.await.unwrap();
        assert!(matches!(status, 200 | 409 | 503), "{status}");
    }
    log.push_all(&http, &token).await;
    let lines = school
        .ask(Command::Log {
            class: "6-1".to_owned(),
        })
        .await
        .unwrap();
    let seqs: Vec<u64> = lines
        .iter()
        .map(|line| line["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, (0..60).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_photo_of_paper_study_is_read_by_the_teacher_alone() {
    let (school, class, http) = serving().await;
    let (seven, token) = http.join(&class, 7).await;
    let (_, other) = http.join(&class, 8).await;
    let photo: BlobRef = http.upload(&token, b"a photo").await;
    let at = path::blob(&photo.id);
    assert_eq!(http.get(&at, &class.teacher).await.status, 404);
    let mut log = Log::new(seven.pupil.pupil);
    log.add(&Fact::PaperStudy(PaperStudy {
        day: jiff::civil::date(2026, 11, 20),
        minutes: 30,
        subject: Subject::Mathematics,
        text: "計算プリント".to_owned(),
        photo: Some(photo),
    }));
    log.push_all(&http, &token).await;
    assert_eq!(http.get(&at, &class.teacher).await.body, b"a photo");
    assert_eq!(http.get(&at, &token).await.status, 200);
    assert_eq!(http.get(&at, &other).await.status, 404);
    http.stop().await;
    let stranger = school.class("6-2").await;
    let http = school.serve().await;
    assert_eq!(http.get(&at, &stranger.teacher).await.status, 404);
}

/// Not a check but a figure: `cargo nextest run -p hotaru-cloud --run-ignored only
/// --no-capture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn pushes_a_second() {
    let (_school, class, http) = serving().await;
    let body = drill(&http, &class, vec![choices("a")]).await;
    let blob = blob_of(&body);
    let one = lesson("一", vec![body]);
    http.publish(&class, &one).await;
    let mut terminals = Vec::new();
    for number in 1..=16 {
        let (joined, token) = http.join(&class, number).await;
        let mut log = Log::new(joined.pupil.pupil);
        for at in 0..1000 {
            log.add(&answer(one.lesson, blob, 0, Response::Choice(at % 3)));
        }
        let bodies: Vec<_> = (0..50)
            .map(|part| log.body(part * 20, part * 20 + 20))
            .collect();
        terminals.push((path::events(&log.open.stream), token, bodies));
    }
    let began = std::time::Instant::now();
    let pushes: Vec<_> = terminals
        .into_iter()
        .map(|(at, token, bodies)| {
            let http = http.http.clone();
            tokio::spawn(async move {
                for body in bodies {
                    assert_eq!(http.post(&at, &token, body).await.status, 200);
                }
            })
        })
        .collect();
    for push in pushes {
        push.await.unwrap();
    }
    let took = began.elapsed().as_secs_f64();
    println!(
        "16 terminals, 800 pushes of 20 answers: {:.0} pushes/s",
        800.0 / took
    );
}
