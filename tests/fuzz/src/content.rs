//! What teachers made: lessons, drills, texts with ruby, packages; and pupils' responses.

use hotaru_content::blob::{BlobId, BlobRef, MAX_BLOB_LEN};
use hotaru_content::drill::{Ask, Drill, FORMAT, Item, Response, Verdict, grade, parse_number};
use hotaru_content::id::{LessonId, MaterialId};
use hotaru_content::lesson::{Body, LessonError, Material, Part, Revision, Subject};
use hotaru_content::package::{PackageIndex, PackageReader, PackagedLesson, write_package};
use hotaru_content::text::{Block, Document, Inline, MAX_DEPTH, MAX_READING_CHARS};
use hotaru_content::text::{MAX_BASE_CHARS, inline, plain_text};
use jiff::civil::date;
use serde_json::{Map, json};

use crate::bytes::Bytes;

/// A lesson's document that is read keeps its bounds and returns as it was.
pub fn lesson(data: &[u8]) {
    let Ok(lesson) = Revision::from_json(data) else {
        return;
    };
    assert!(lesson.blobs().all(|(_, blob)| blob.len <= MAX_BLOB_LEN));
    let _ = lesson.total_len();
    match lesson.to_json() {
        Ok(json) => assert_eq!(Revision::from_json(&json).as_ref(), Ok(&lesson)),
        Err(error) => assert!(matches!(error, LessonError::TooLong(_)), "{error}"),
    }
}

/// A lesson with a material of every kind.
pub fn sample_lesson() -> Vec<u8> {
    let blob = BlobRef::of(b"blob");
    let recording = Body::Recording {
        parts: vec![Part {
            blob,
            duration_ms: 2000,
        }],
        captions: Some(blob),
        width: 64,
        height: 64,
    };
    let mut rest = Map::new();
    rest.insert("stars".to_owned(), json!([1, {"a": null}]));
    let bodies = [
        Body::Text { blob },
        Body::BoardPhoto {
            blob,
            width: 96,
            height: 72,
        },
        Body::Handout { blob, pages: 1 },
        recording,
        Body::Drill { blob, items: 5 },
        Body::Link {
            url: "https://example.jp/teko".to_owned(),
            note: "見る".to_owned(),
        },
        Body::Unknown {
            kind: "map".to_owned(),
            blobs: vec![blob],
            rest,
        },
    ];
    let materials = (1..).zip(bodies).map(|(id, body)| Material {
        id: MaterialId([id; 16]),
        title: "教材".to_owned(),
        body,
    });
    let lesson = Revision {
        format: 1,
        lesson: LessonId([1; 16]),
        revision: 1,
        day: date(2026, 11, 20),
        period: Some(2),
        subject: Subject::Science,
        unit: "てこ".to_owned(),
        title: "てこのはたらき".to_owned(),
        curriculum_code: None,
        source: "自作".to_owned(),
        expires: date(2027, 3, 31),
        materials: materials.collect(),
    };
    lesson.to_json().expect("a lesson")
}

pub fn lesson_seeds() -> Vec<Vec<u8>> {
    vec![sample_lesson()]
}

/// A drill that is read returns as it was, and every response to it gets a grade.
pub fn drill(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == 0);
    let (document, mut rest) = data.split_at(end.unwrap_or(data.len()));
    rest = rest.get(1..).unwrap_or_default();
    let Ok(drill) = Drill::from_json(document) else {
        return;
    };
    let json = drill.to_json().expect("what was read is within bounds");
    assert_eq!(Drill::from_json(&json).as_ref(), Ok(&drill));
    let mut places = Bytes(rest);
    let places: Vec<u16> = (0..rest.len().min(60))
        .map(|_| places.short() % 60)
        .collect();
    let text = String::from_utf8_lossy(rest).into_owned();
    let given = [
        Response::Choice(places.first().copied().unwrap_or(0)),
        Response::Choices(places.clone()),
        Response::Order(places),
        Response::Text(text.clone()),
        Response::Number(text.clone()),
        Response::DontKnow,
    ];
    for item in drill.items.iter().take(20) {
        for response in &given {
            let _ = grade(item, response);
            let _ = response.show(Some(item));
        }
        if let Ok(response) = Response::read(item, &text) {
            // Of a kind that is not known here, nothing is known.
            let is_unknown = grade(item, &response).verdict == Verdict::Unknown;
            assert_eq!(is_unknown, item.ask == Ask::Unknown, "{response:?}");
            let _ = response.show(Some(item));
        }
    }
}

/// What a pupil would give who knows it; none where nothing can be given.
pub fn right_response(item: &Item) -> Option<Response> {
    Some(match &item.ask {
        Ask::Choice { key, .. } => Response::Choice(*key),
        Ask::Choices { key, .. } => Response::Choices(key.clone()),
        Ask::Order { key, .. } => Response::Order(key.clone()),
        Ask::Text { key } => Response::Text(key.first()?.clone()),
        Ask::Number { key } => Response::Number(key.first()?.clone()),
        Ask::Unknown => return None,
    })
}

/// A drill with an item of every kind.
pub fn sample_drill() -> Drill {
    let choices = ["{支点|してん}", "力点", "作用点"]
        .map(str::to_owned)
        .to_vec();
    let asks = [
        Ask::Choice {
            choices: choices.clone(),
            key: 1,
        },
        Ask::Choices {
            choices: choices.clone(),
            key: vec![0, 2],
        },
        Ask::Text {
            key: vec!["支点".to_owned(), "してん".to_owned()],
        },
        Ask::Number {
            key: vec!["3/4".to_owned(), "0.75".to_owned()],
        },
        Ask::Order {
            choices,
            key: vec![2, 0, 1],
        },
        Ask::Unknown,
    ];
    let items = (1..).zip(asks).map(|(at, ask)| Item {
        id: format!("q{at}"),
        question: "どれ？".to_owned(),
        ask,
        explanation: "なぜなら".to_owned(),
        skill: "てこ".to_owned(),
        level: 2,
    });
    Drill {
        format: FORMAT,
        items: items.collect(),
    }
}

pub fn drill_seeds() -> Vec<Vec<u8>> {
    let json = sample_drill().to_json().expect("a drill");
    ["力点", "1|3", "3あまり2", "?", "１ ２/３", "\u{1}\u{2}"]
        .map(|given| [&json, &[0][..], given.as_bytes()].concat())
        .to_vec()
}

/// A number is in lowest terms, and what it is shown as is the same number.
pub fn number(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some((value, form)) = parse_number(&text) else {
        return;
    };
    for value in [value, form.remainder()] {
        assert!(value.denominator() > 0);
        let shown = parse_number(&value.to_string()).map(|(value, _)| value);
        assert_eq!(shown, Some(value), "{text:?} {form:?}");
    }
    let item = Item {
        ask: Ask::Number {
            key: vec![text.clone().into_owned()],
        },
        ..sample_drill().items.remove(0)
    };
    let verdict = grade(&item, &Response::Number(text.into_owned())).verdict;
    assert_eq!(verdict, Verdict::Correct);
}

pub fn number_seeds() -> Vec<Vec<u8>> {
    let numbers = [
        "12",
        "-3",
        "1,000",
        "1万2千",
        "3億5000万",
        "千",
        "0.50",
        ".5",
        "1.2万",
        "3/4",
        "4分の3",
        "¾",
        "1と2/3",
        "1 2/3",
        "1と3分の2",
        "1⅔",
        "3あまり2",
        "3余り2",
        "3…2",
        "2.5あまり0.1",
        "１０²",
        "170141183460469231731687303715884105727",
        "9999兆9999億9999万9999",
    ];
    numbers.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Any text is shown, within bounds; what is no markup stands as it was written.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let document = Document::parse(&text);
    let depth = document.blocks().iter().map(check_block).max();
    // A paragraph stands within the deepest list.
    assert!(depth.unwrap_or(0) <= MAX_DEPTH + 1, "{depth:?}");
    for shown in [document.plain_text(), plain_text(&inline(&text))] {
        let is_mark = |c| matches!(c, '\u{fdd0}'..='\u{fdd3}' | '\0');
        assert!(!shown.contains(is_mark), "{shown:?}");
    }
    inline(&text).iter().for_each(check_inline);

    let words = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let plain = words(&text);
    assert_eq!(plain_text(&inline(&plain)), plain);
    let (base, reading) = text.split_once('|').unwrap_or((&text, "かん"));
    let (base, reading) = (words(base), words(reading));
    let fits = |text: &str, most| (1..=most).contains(&text.chars().count());
    if fits(&base, MAX_BASE_CHARS) && fits(&reading, MAX_READING_CHARS) {
        let ruby = inline(&format!("あ{{{base}|{reading}}}い"));
        let pieces: Vec<_> = ruby
            .iter()
            .map(|piece| (piece.text.as_str(), piece.reading.as_deref()))
            .collect();
        let wanted = [("あ", None), (&base, Some(reading.as_str())), ("い", None)];
        assert_eq!(pieces, wanted);
    }
}

/// Checks a block; how deep it goes.
fn check_block(block: &Block) -> usize {
    let inside = |blocks: &[Block]| 1 + blocks.iter().map(check_block).max().unwrap_or(0);
    match block {
        Block::Heading { level, content } => {
            assert!((1..=4).contains(level));
            content.iter().for_each(check_inline);
            1
        }
        Block::Paragraph(content) => {
            content.iter().for_each(check_inline);
            1
        }
        Block::List { items, .. } => items.iter().map(|item| inside(item)).max().unwrap_or(1),
        Block::Quote(blocks) => inside(blocks),
        Block::Table {
            columns,
            header,
            rows,
        } => {
            for row in rows.iter().chain([header]) {
                assert_eq!(row.len(), columns.len());
                row.iter().flatten().for_each(check_inline);
            }
            1
        }
        Block::Code(_) | Block::Rule => 1,
    }
}

fn check_inline(inline: &Inline) {
    if let Some(reading) = &inline.reading {
        assert!((1..=MAX_READING_CHARS).contains(&reading.chars().count()));
        assert!((1..=MAX_BASE_CHARS).contains(&inline.text.chars().count()));
    }
}

pub fn text_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "# てこ\n\n{支点|してん}は**動かない**。\\{x\\}\n\n- 一\n  1. 二\n     > 三\n",
        "| 点 | 力 |\n| :-: | -: |\n| {漢|かん}{字|じ} | `a|b` |\n",
        "**「てこ」**は~~棒~~、[見る](https://example.jp)。  \n次\n\n---\n\n```\n{a|b}\n```\n",
        "<b>x</b> &amp; ![絵](a.png) {|} {a|} {**a**|b} *{a|b}*",
        "> > > > > > > > > > > > > > > > > > 深い\n",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// A package that is read to its end returns as it was.
pub fn package(data: &[u8]) {
    let Ok(mut reader) = PackageReader::open(data) else {
        return;
    };
    let index = reader.index().clone();
    let mut blobs = Vec::new();
    loop {
        match reader.next_blob() {
            Ok(Some((blob, bytes))) => {
                assert_eq!(BlobRef::of(&bytes), blob);
                blobs.push(bytes);
            }
            Ok(None) => break,
            Err(_) => return,
        }
    }
    assert_eq!(blobs.len(), index.blobs.len());
    let mut again = Vec::new();
    let mut left = blobs.iter();
    let give = |_: &BlobRef| Ok(left.next().expect("one for each").clone());
    write_package(&mut again, &index, give).expect("it was within bounds");
    let reader = PackageReader::open(again.as_slice()).expect("it was just written");
    assert_eq!(*reader.index(), index);
}

pub fn package_seeds() -> Vec<Vec<u8>> {
    let document = String::from_utf8(sample_lesson()).expect("JSON is text");
    let blobs = [b"blob".to_vec(), vec![7; 300]];
    let lesson = PackagedLesson {
        lesson: LessonId([1; 16]),
        revision: 1,
        document,
    };
    let index = |lessons| PackageIndex {
        school: "ほたる小学校".to_owned(),
        class_name: "6-1".to_owned(),
        grade: "P6".to_owned(),
        lessons,
        blobs: blobs.iter().map(|bytes| BlobRef::of(bytes)).collect(),
    };
    let of = |id: &BlobId| blobs.iter().find(|bytes| BlobId::of(bytes) == *id).cloned();
    [index(vec![lesson]), index(Vec::new())]
        .iter()
        .map(|index| {
            let mut out = Vec::new();
            write_package(
                &mut out,
                index,
                |blob| Ok(of(&blob.id).expect("it is here")),
            )
            .expect("a package");
            out
        })
        .collect()
}
