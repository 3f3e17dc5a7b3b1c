//! A school on loopback that answers a desk's questions from a table, over real HTTP.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::{Ask, Drill, FORMAT, Item};
use hotaru_content::id::{LessonId, MaterialId};
use hotaru_content::lesson::{Body, Material, Revision, Subject};
use jiff::civil::date;
use serde_json::{Value, json};

/// The one token that the school knows.
pub const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// A lesson that the school has.
pub const LESSON: [u8; 16] = [1; 16];
/// A pupil that the school has: number 1 of 6-1.
pub const PUPIL: [u8; 16] = [101; 16];

/// Answers by method and path.
type Table = BTreeMap<String, Vec<u8>>;

/// The school.
pub struct School {
    pub url: String,
    /// What it was asked, as `GET /path`.
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl School {
    /// Opens it, with a class, lessons, receipts and answers.
    pub fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (table, told) = (Arc::new(table()), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (table, told) = (Arc::clone(&table), Arc::clone(&told));
                std::thread::spawn(move || serve(stream, &table, &told));
            }
        });
        Self { url, asked }
    }

    /// Whether it was asked this.
    pub fn was_asked(&self, what: &str) -> bool {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .any(|asked| asked.starts_with(what))
    }
}

fn serve(stream: TcpStream, table: &Table, told: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let mut words = line.split_whitespace();
        let key = format!("{} {}", words.next()?, words.next()?);
        let (mut len, mut known) = (0, false);
        loop {
            let mut head = String::new();
            reader.read_line(&mut head).ok()?;
            let head = head.trim();
            if head.is_empty() {
                break;
            }
            let (name, value) = head.split_once(": ")?;
            match name.to_lowercase().as_str() {
                "content-length" => len = value.parse().ok()?,
                "authorization" => known = value == format!("Bearer {TOKEN}"),
                _ => {}
            }
        }
        let mut body = vec![0; len];
        reader.read_exact(&mut body).ok()?;
        let said = match key.as_str() {
            "POST /v1/lessons" => format!("{key} {}", String::from_utf8_lossy(&body)),
            _ => key.clone(),
        };
        told.lock().unwrap().push(said);
        let (status, answer) = match (known, table.get(&key)) {
            (false, _) => (401, error("unauthorized")),
            (true, Some(answer)) => (200, answer.clone()),
            (true, None) if key == "POST /v1/uploads" => (200, has_all(&body)),
            (true, None) => (404, error("not_found")),
        };
        write!(
            writer,
            "HTTP/1.1 {status} X\r\nhotaru: 1\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        )
        .ok()?;
        writer.write_all(&answer).ok()?;
    }
}

fn error(code: &str) -> Vec<u8> {
    json!({ "code": code, "message": "no; ask again" })
        .to_string()
        .into_bytes()
}

/// The school has every blob already.
fn has_all(asked: &[u8]) -> Vec<u8> {
    let blobs: Vec<Value> = serde_json::from_slice(asked).unwrap();
    let states: Vec<Value> = blobs
        .iter()
        .map(|blob| json!({ "id": blob["id"], "offset": blob["len"], "complete": true }))
        .collect();
    json!(states).to_string().into_bytes()
}

fn id(byte: u8) -> String {
    format!("{byte:02x}").repeat(16)
}

fn drill() -> Vec<u8> {
    let item = |id: &str, question: &str, ask: Ask| Item {
        id: id.to_owned(),
        question: question.to_owned(),
        ask,
        explanation: String::new(),
        skill: String::new(),
        level: 1,
    };
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let choices = words(&["支点", "{力点|りきてん}", "作用点"]);
    let drill = Drill {
        format: FORMAT,
        items: vec![
            item(
                "q1",
                "てこで、力を加えるところを何といいますか。",
                Ask::Choice {
                    choices: choices.clone(),
                    key: 1,
                },
            ),
            item(
                "q2",
                "{支点|してん}から 30 cm のところに 20 g のおもりがあります。反対がわの 60 cm のところに何 g のおもりをつるすと、つり合いますか。",
                Ask::Number {
                    key: words(&["10"]),
                },
            ),
            item(
                "q3",
                "小さい力で動かせる順にならべましょう。",
                Ask::Order {
                    choices,
                    key: vec![2, 0, 1],
                },
            ),
            item(
                "q4",
                "支点、力点、作用点のうち、動かないのはどれですか。",
                Ask::Text {
                    key: words(&["支点"]),
                },
            ),
        ],
    };
    drill.to_json().unwrap()
}

/// The newest revision of [`LESSON`].
fn document(drill: BlobRef) -> Vec<u8> {
    let revision = Revision {
        format: hotaru_content::lesson::FORMAT,
        lesson: LessonId(LESSON),
        revision: 2,
        day: date(2026, 11, 20),
        period: Some(3),
        subject: Subject::Science,
        unit: String::new(),
        title: "てこがつり合うときのきまり".to_owned(),
        curriculum_code: None,
        source: "自作".to_owned(),
        expires: date(2027, 3, 31),
        materials: vec![Material {
            id: MaterialId([77; 16]),
            title: "ドリル　てこのはたらき".to_owned(),
            body: Body::Drill {
                blob: drill,
                items: 4,
            },
        }],
    };
    revision.to_json().unwrap()
}

fn table() -> Table {
    let (class, other, lesson) = (id(201), id(202), id(1));
    let pupils: Vec<Value> = (1..=32_u8)
        .map(|n| json!({"pupil": id(100 + n), "number": n}))
        .collect();
    let terminals: Vec<Value> = (1..=30_u8)
        .map(|n| json!({
            "terminal": id(n + 50), "name": format!("chromebook-6-1-{n:02}"), "pupils": [id(100 + n)],
            "joined_ms": 1_794_000_000_000_i64, "last_seen_ms": 1_795_180_000_000_i64 + i64::from(n) * 3_600_000,
        }))
        .collect();
    let school = json!({
        "school": {"school": id(9), "name": "ほたる小学校"},
        "classes": [
            {"class": class, "name": "6-1", "grade": "P6", "join_code": "3KM9-83QJ", "pupils": pupils},
            {"class": other, "name": "6-2", "grade": "P6", "join_code": "7RWP-24HX", "pupils": []},
        ],
        "terminals": terminals,
    });
    let drill = drill();
    let blob = BlobId::of(&drill);
    let document = document(BlobRef::of(&drill));
    let newest = BlobId::of(&document);
    let about = |id: String, day: &str, period: u8, subject: &str, title: &str, revision: u32| {
        json!({
            "lesson": id, "revision": revision, "document": newest, "day": day, "period": period,
            "subject": subject, "title": title, "materials": 5, "bytes": 2_575_013 + u64::from(period),
            "published_ms": 1_795_160_000_000_i64,
        })
    };
    let lessons = json!({ "lessons": [
        about(lesson.clone(), "2026-11-20", 3, "理科", "てこがつり合うときのきまり", 2),
        about(id(2), "2026-11-20", 2, "算数", "分数でわる計算のしかた", 1),
        about(id(3), "2026-11-20", 1, "国語", "同じ読みの言葉と熟語の組み立て", 1),
        about(id(4), "2026-11-19", 5, "社会", "明治政府が目ざした国", 1),
    ]});
    let receipts: Vec<Value> = (1..=30_u8)
        .map(|n| json!({
            "terminal": id(n + 50), "name": format!("chromebook-6-1-{n:02}"), "numbers": [n],
            "state": match n { 7 => json!({"no_space": {"missing_bytes": 12_300_000}}), 20.. => json!("not_yet"), _ => json!("on_terminal") },
            "at_ms": if n < 20 { json!(1_795_186_000_000_i64) } else { Value::Null },
        }))
        .collect();
    let receipts = json!({"lesson": lesson, "revision": 2, "terminals": receipts, "pupils": 32, "without_terminal": 2, "opened": 14});
    let one = |response: Value, verdict: &str, count: u32| json!({"response": response, "verdict": verdict, "count": count});
    let items = json!([
        {"item": 0, "id": "q1", "question": "てこで、力を加えるところを何といいますか。", "answered": 14, "correct": 10, "dont_know": 1,
         "responses": [one(json!({"choice": 1}), "correct", 10), one(json!({"choice": 2}), "wrong", 3), one(json!("dont_know"), "wrong", 1)]},
        {"item": 1, "id": "q2", "question": "{支点|してん}から 30 cm のところに 20 g のおもりがあります。反対がわの 60 cm のところに何 g のおもりをつるすと、つり合いますか。", "answered": 12, "correct": 5, "dont_know": 4,
         "responses": [one(json!({"number": "10"}), "correct", 5), one(json!({"number": "40"}), "wrong", 3), one(json!("dont_know"), "wrong", 4)]},
        {"item": 2, "id": "q3", "question": "小さい力で動かせる順にならべましょう。", "answered": 9, "correct": 7, "dont_know": 0,
         "responses": [one(json!({"order": [2, 0, 1]}), "correct", 7), one(json!({"order": [0, 1, 2]}), "wrong", 2)]},
        {"item": 3, "id": "q4", "question": "支点、力点、作用点のうち、動かないのはどれですか。", "answered": 0, "correct": 0, "dont_know": 0, "responses": []},
    ]);
    let answers = json!({"lesson": lesson, "pupils": 32, "drills": [{"material": id(77), "title": "ドリル　てこのはたらき", "drill": blob, "items": items}]});
    let pupil = id(101);
    let page = json!({
        "pupil": pupil, "number": 1, "class_name": "6-1",
        "days": [
            {"day": "2026-11-21", "study_ms": 1_500_000, "answered": 12, "correct": 9, "paper_minutes": 0},
            {"day": "2026-11-20", "study_ms": 600_000, "answered": 0, "correct": 0, "paper_minutes": 20},
        ],
        "lessons": [{"lesson": lesson, "title": "てこがつり合うときのきまり", "subject": "理科", "day": "2026-11-20",
            "state": "on_terminal", "opened": true, "watched_ms": 192_000, "answered": 12, "correct": 9}],
        "answers": [
            {"lesson": lesson, "drill": blob, "item": 0, "question": "てこで、力を加えるところを何といいますか。", "response": {"choice": 1}, "verdict": "correct", "wall_ms": 1_795_187_000_000_i64, "took_ms": 4000},
            {"lesson": lesson, "drill": blob, "item": 1, "question": "反対がわの 60 cm のところに何 g のおもりをつるすと、つり合いますか。", "response": {"number": "40"}, "verdict": "wrong", "wall_ms": 1_795_186_900_000_i64, "took_ms": 4000},
        ],
    });
    let published = json!({"lesson": lesson, "revision": 1});
    let mut table: Table = [
        ("GET /v1/desk/school".to_owned(), school),
        (format!("GET /v1/desk/lessons?class={class}"), lessons),
        (
            format!("GET /v1/desk/lessons?class={other}"),
            json!({"lessons": []}),
        ),
        (format!("GET /v1/desk/lessons/{lesson}/receipts"), receipts),
        (format!("GET /v1/desk/lessons/{lesson}/answers"), answers),
        (format!("GET /v1/desk/pupils/{pupil}"), page),
        ("POST /v1/lessons".to_owned(), published),
        (format!("DELETE /v1/lessons/{lesson}"), json!({})),
        (format!("DELETE /v1/desk/terminals/{}", id(51)), json!({})),
    ]
    .into_iter()
    .map(|(key, value)| (key, value.to_string().into_bytes()))
    .collect();
    table.insert(format!("GET /v1/blobs/{blob}"), drill);
    table.insert(format!("GET /v1/blobs/{newest}"), document);
    table
}
