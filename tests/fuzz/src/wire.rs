//! What comes over a line: frames, pushes, events, bodies, patches, proofs.

use std::fmt::Debug;
use std::sync::Arc;

use hotaru_content::blob::{BlobId, BlobRef, GROUP_LEN, GroupProof};
use hotaru_content::clock::Stamp;
use hotaru_content::drill::Drill;
use hotaru_content::id::{BootId, LessonId, MaterialId, NoteId, StreamId, TerminalId};
use hotaru_content::key::SecretKey;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{
    Chain, Event, Fact, LessonClosed, LessonOpened, MaterialViewed, NoteSaved, PaperStudy,
    RecordingWatched, StreamOpen,
};
use hotaru_content::order::{OrderBook, Unsent};
use hotaru_content::progress::{Catalog, Progress};
use hotaru_sync::erasure::Certificate;
use hotaru_sync::intake::{Decision, last_common, receive};
use hotaru_sync::order::{MAX_ORDERS, OrdersDone, SignedOrders, obey};
use hotaru_sync::pack::sample::{self, Random};
use hotaru_sync::pack::{MAX_EVENTS, MAX_UNPACKED_LEN, PushBody};
use hotaru_sync::patch::{self, PatchError};
use hotaru_sync::pin::Pin;
use hotaru_sync::signed::keys::{Chain as KeyChain, Keys};
use hotaru_sync::signed::{self, Signed};
use hotaru_sync::wire::*;
use jiff::civil::date;
use serde_json::json;

use crate::bytes::Bytes;
use crate::content;

/// A frame never unpacks to more than allowed, and what is sealed opens.
pub fn frame(data: &[u8]) {
    let mut data = Bytes(data);
    let limit = usize::from(data.short()) << (data.byte() % 8);
    let frame = data.0;
    if let Ok(payload) = open_frame(frame, limit) {
        assert!(payload.len() <= limit);
        assert!(payload.len() <= (frame.len() * 1000).max(64 << 10));
        let again = seal_frame(&payload, Frame::Fast);
        assert_eq!(open_frame(&again, limit).as_ref(), Ok(&payload));
    }
}

pub fn frame_seeds() -> Vec<Vec<u8>> {
    let text = "支点は動かない。".repeat(40).into_bytes();
    let frames = [
        seal_frame(&text, Frame::Fast),
        seal_frame(&text, Frame::Small),
        seal_frame(b"short", Frame::Fast),
        seal_frame(&vec![0; 60_000], Frame::Fast),
        seal_frame(&Random(1).bytes::<500>(), Frame::Fast),
    ];
    let limits = [[0xff, 0xff, 7], [100, 0, 0]];
    let seeds = frames
        .iter()
        .flat_map(|frame| limits.map(|limit| [&limit[..], frame].concat()));
    seeds.collect()
}

/// A push keeps its bounds, returns as it was, and is taken whole where it belongs.
pub fn push(data: &[u8]) {
    let Ok(push) = PushBody::decode(StreamId([7; 16]), data) else {
        return;
    };
    let len: usize = push.events.iter().map(|event| event.payload.len()).sum();
    assert!(push.events.len() <= MAX_EVENTS && len <= MAX_UNPACKED_LEN);
    let numbers = push.events.iter().map(|event| event.seq);
    assert!(numbers.eq((push.from.next_seq..).take(push.events.len())));
    // Packing again is slow; a longer one tells no more.
    if len + push.events.len() * 40 > 64 << 10 {
        return;
    }
    returns(&push);
    let open = push.open.clone().unwrap_or_else(|| sample::stream(1));
    let Ok((honest, end)) = PushBody::new(&open, push.from, push.events.clone()) else {
        // Only one that begins where no stream does, or an event out of bounds.
        return;
    };
    assert!(honest.leads_to(end));
    returns(&honest);
    let stands = (push.from.next_seq > 0).then_some((&open, push.from));
    match receive(stands, honest.clone()) {
        Decision::Append {
            events,
            point,
            expected,
            ..
        } => {
            assert_eq!((&events, point), (&push.events, end));
            assert_eq!(expected, stands.map(|(_, point)| point));
        }
        Decision::AlreadyHave { point } => {
            assert!(push.events.is_empty() && point == end);
        }
        other => panic!("an honest push is not taken: {other:?}"),
    }
    // The same again, once it is there.
    let again = receive(Some((&open, end)), honest.clone());
    assert_eq!(again, Decision::AlreadyHave { point: end });
    if push.from.next_seq == 0 {
        assert_eq!(last_common(&open, &push.events, &honest), Some(end));
    }
    // What was changed on the way is never taken.
    if push != honest {
        let decision = receive(stands, push);
        assert!(!matches!(decision, Decision::Append { .. }), "{decision:?}");
    }
}

fn returns(push: &PushBody) {
    let body = push.encode().expect("a short push is sent");
    assert_eq!(
        PushBody::decode(StreamId([7; 16]), &body).as_ref(),
        Ok(push)
    );
}

pub fn push_seeds() -> Vec<Vec<u8>> {
    let open = StreamOpen {
        stream: StreamId([7; 16]),
        ..sample::stream(1)
    };
    let start = Chain::open(&open).point();
    let mut pushes = vec![(start, sample::answers(5, 0, 40)), (start, Vec::new())];
    let facts = facts().into_iter().zip(0..);
    let facts: Vec<Event> = facts
        .map(|(fact, seq)| Event::new(seq, stamp(seq), &fact).expect("an event"))
        .collect();
    let mut chain = Chain::open(&open);
    for event in &facts {
        chain.push(event).expect("in order");
    }
    let count = facts.len() as u64;
    pushes.push((start, facts));
    pushes.push((chain.point(), sample::answers(9, count, 5)));
    let mut seeds = Vec::new();
    for (from, events) in pushes {
        let (push, _) = PushBody::new(&open, from, events).expect("a push");
        let body = push.encode().expect("it is short");
        let plain = open_frame(&body, MAX_UNPACKED_LEN).expect("a frame");
        // As it is, so that what is packed can be changed in its place.
        seeds.push([&[0], plain.as_slice()].concat());
        seeds.push(body);
    }
    seeds
}

/// An event returns as it was; what it says can be folded, whatever it says.
pub fn event(data: &[u8]) {
    let mut rest = Bytes(data);
    let mode = rest.byte();
    if mode == 0 {
        let Ok(event) = Event::from_canonical(3, rest.0) else {
            return;
        };
        let canonical = event.canonical().expect("it was within bounds");
        assert_eq!(Event::from_canonical(3, &canonical).as_ref(), Ok(&event));
        folds(&event);
    } else {
        let event = Event {
            seq: 0,
            stamp: stamp(rest.number()),
            kind: u16::from(mode),
            payload: rest.0.to_vec(),
        };
        folds(&event);
    }
}

fn folds(event: &Event) {
    let fact = event.fact();
    if !matches!(fact, Fact::Unknown { .. }) {
        let (kind, payload) = fact.encode().expect("what was read is within bounds");
        assert_eq!(Fact::decode(kind, &payload), fact);
    }
    let mut progress = Progress::default();
    for _ in 0..3 {
        progress.apply(event, &OneDrill);
    }
}

struct OneDrill;

impl Catalog for OneDrill {
    fn drill(&self, _: &BlobId) -> Option<Arc<Drill>> {
        Some(Arc::new(content::sample_drill()))
    }

    fn subject(&self, _: &LessonId) -> Option<Subject> {
        Some(Subject::Science)
    }
}

fn stamp(at: u64) -> Stamp {
    Stamp {
        wall_ms: 1_795_186_799_000_i64.wrapping_add(at as i64),
        mono_ms: at,
        boot: BootId([9; 16]),
    }
}

fn facts() -> Vec<Fact> {
    let (lesson, material) = (LessonId([1; 16]), MaterialId([2; 16]));
    vec![
        Fact::LessonOpened(LessonOpened {
            lesson,
            revision: 1,
        }),
        Fact::MaterialViewed(MaterialViewed {
            lesson,
            material,
            view_ms: 1500,
        }),
        Fact::RecordingWatched(RecordingWatched {
            lesson,
            material,
            spans: vec![(0, 5000), (9000, 12_000)],
        }),
        Fact::NoteSaved(NoteSaved {
            note: NoteId([5; 16]),
            lesson: Some(lesson),
            text: "支点は動かない".to_owned(),
        }),
        Fact::PaperStudy(PaperStudy {
            day: date(2026, 11, 21),
            minutes: 30,
            subject: Subject::Mathematics,
            text: "計算プリント".to_owned(),
            photo: Some(BlobRef::of(b"photo")),
        }),
        Fact::Unknown {
            kind: 999,
            payload: vec![1, 2, 3],
        },
        Fact::LessonClosed(LessonClosed {
            lesson,
            open_ms: 60_000,
        }),
    ]
}

pub fn event_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let answers = sample::answers(3, 0, 12).into_iter();
    let facts = facts().into_iter().zip(0..);
    let facts = facts.map(|(fact, seq)| Event::new(seq, stamp(seq), &fact).expect("an event"));
    for event in answers.chain(facts) {
        let canonical = event.canonical().expect("it is short");
        seeds.push([&[0], canonical.as_slice()].concat());
        let kind = event.kind.min(255) as u8;
        seeds.push([&[kind], &[0; 8][..], &event.payload].concat());
    }
    seeds
}

/// Every body that is read returns as it was.
pub fn bodies(data: &[u8]) {
    reads(data);
}

fn reads(data: &[u8]) -> bool {
    let mut data = Bytes(data);
    let (which, body) = (data.byte(), data.0);
    match which % 18 {
        0 => returns_as_it_was::<JoinRequest>(body),
        1 => returns_as_it_was::<JoinAnswer>(body),
        2 => returns_as_it_was::<PushAnswer>(body),
        3 => returns_as_it_was::<Conflict>(body),
        4 => returns_as_it_was::<Lessons>(body),
        5 => returns_as_it_was::<Vec<Receipt>>(body),
        6 => returns_as_it_was::<ErrorBody>(body),
        7 => returns_as_it_was::<Vec<BlobRef>>(body),
        8 => returns_as_it_was::<Vec<UploadState>>(body),
        9 => returns_as_it_was::<Publish>(body),
        10 => returns_as_it_was::<PublishAnswer>(body),
        11 => returns_as_it_was::<DeskSchool>(body),
        12 => returns_as_it_was::<DeskLessons>(body),
        13 => returns_as_it_was::<DeskReceipts>(body),
        14 => returns_as_it_was::<DeskAnswers>(body),
        15 => returns_as_it_was::<DeskPupil>(body),
        16 => text(body)
            .and_then(|text| text.parse::<Token>().ok())
            .is_some_and(|token| token.as_str().len() == 43),
        _ => {
            if let Some(signed) = text(body).and_then(|text| text.parse::<Signed>().ok()) {
                assert_eq!(signed.to_string().parse(), Ok(signed));
                return true;
            }
            if let Some(pin) = text(body).and_then(|text| text.parse::<Pin>().ok()) {
                assert_eq!(pin.to_string().parse(), Ok(pin));
                return true;
            }
            if returns_as_it_was::<Certificate>(body) || returns_as_it_was::<Rekey>(body) {
                return true;
            }
            if returns_as_it_was::<OrdersDone>(body) || returns_as_it_was::<Unsent>(body) {
                return true;
            }
            if returns_as_it_was::<SignedOrders>(body) {
                let key = signed::public(&SecretKey::from_bytes([1; 32]));
                let mut book = OrderBook {
                    key: Some(key),
                    ..OrderBook::default()
                };
                let said: SignedOrders = parse(body).expect("it was read");
                let obeyed = obey(&mut book, TerminalId([4; 16]), &said);
                let done = obeyed.map_or(0, |obeyed| obeyed.done.len());
                assert!(done <= MAX_ORDERS);
                return true;
            }
            if let Some(chain) = text(body).and_then(|text| text.parse::<KeyChain>().ok()) {
                assert_eq!(chain.to_string().parse(), Ok(chain.clone()));
                let known = signed::public(&SecretKey::from_bytes([1; 32]));
                let led = chain.lead(TerminalId([4; 16]), known);
                assert!(led.is_none_or(|led| led != known || chain == KeyChain::default()));
                return true;
            }
            let terminal = text(body).and_then(|text| text.parse::<TerminalId>().ok());
            let blob = text(body).and_then(|text| text.parse::<BlobId>().ok());
            if let Some(id) = terminal {
                assert_eq!(id.to_string().parse(), Ok(id));
            }
            if let Some(id) = blob {
                assert_eq!(id.to_string().parse(), Ok(id));
            }
            terminal.is_some() || blob.is_some()
        }
    }
}

fn text(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok()
}

fn returns_as_it_was<T: Body + PartialEq + Debug>(body: &[u8]) -> bool {
    let _ = parse_framed::<T>(body);
    let Ok(said) = parse::<T>(body) else {
        return false;
    };
    let written = write(&said).expect("what was read is within bounds");
    assert_eq!(parse::<T>(&written).as_ref(), Ok(&said));
    let framed = write_framed(&said).expect("what was read is within bounds");
    assert_eq!(parse_framed::<T>(&framed).as_ref(), Ok(&said));
    true
}

/// How a terminal's key came from its first one, over two others.
fn chain() -> KeyChain {
    let terminal = TerminalId([4; 16]);
    let mut keys = Keys::new(SecretKey::from_bytes([1; 32]));
    let first = signed::public(&keys.key);
    for next in 2..=4 {
        let next = SecretKey::from_bytes([next; 32]);
        keys.prepare(terminal, next.clone());
        assert!(keys.take(signed::public(&next)));
    }
    KeyChain::from(first, &keys.renewal.handovers).expect("it leads on")
}

pub fn bodies_seeds() -> Vec<Vec<u8>> {
    let (id, blob) = ("0123456789abcdef0123456789abcdef", BlobRef::of(b"blob"));
    let point = json!({"next_seq": 3, "head": "ab".repeat(32)});
    let token = "A".repeat(43);
    let pupil = json!({
        "pupil": id, "number": 7, "class": id, "class_name": "6-1", "grade": "P6",
    });
    let school = json!({"school": id, "name": "ほたる小学校"});
    let document = String::from_utf8(content::sample_lesson()).expect("JSON is text");
    let put = json!({
        "change": "put", "lesson": id, "revision": 1, "document": document, "pupils": [id],
    });
    let withdraw = json!({"change": "withdraw", "lesson": id});
    let offer = json!({"old": blob.id, "new": blob.id, "len": 100});
    let desk_school = json!({
        "school": school,
        "classes": [{
            "class": id, "name": "6-1", "grade": "P6", "join_code": "CK7Z-BCBF",
            "pupils": [{"pupil": id, "number": 7}],
        }],
        "terminals": [{
            "terminal": id, "name": "terminal", "pupils": [id], "joined_ms": 1,
            "last_seen_ms": 2,
        }],
    });
    let desk_lesson = json!({
        "lesson": id, "revision": 1, "document": blob.id, "day": "2026-11-20", "period": 2,
        "subject": "理科", "title": "てこ", "materials": 3, "bytes": 1000, "published_ms": 5,
    });
    let desk_receipt = json!({
        "terminal": id, "name": "terminal", "numbers": [7],
        "state": {"no_space": {"missing_bytes": 5}}, "at_ms": 5,
    });
    let desk_item = json!({
        "item": 0, "id": "a", "question": "？", "answered": 1, "correct": 1, "dont_know": 0,
        "responses": [{"response": {"choices": [0, 2]}, "verdict": "correct", "count": 1}],
    });
    let desk_drill = json!({
        "material": id, "title": "ドリル", "drill": blob.id, "items": [desk_item],
    });
    let pupil_lesson = json!({
        "lesson": id, "title": "てこ", "subject": "理科", "day": "2026-11-20",
        "state": "not_yet", "opened": true, "watched_ms": 5, "answered": 1, "correct": 1,
    });
    let pupil_answer = json!({
        "lesson": id, "drill": blob.id, "item": 0, "question": "？",
        "response": {"number": "1/2"}, "verdict": "right_value_wrong_form", "wall_ms": 5,
        "took_ms": 5,
    });
    let pupil_day = json!({
        "day": "2026-11-20", "study_ms": 5, "answered": 1, "correct": 1, "paper_minutes": 0,
    });
    let no_space = json!({"no_space": {"missing_bytes": 5}});
    let said = [
        json!({"code": "CK7Z-BCBF", "number": 7, "terminal_name": "terminal"}),
        json!({"terminal": id, "token": token, "school": school, "pupil": pupil}),
        json!({"next_seq": 3, "head": "ab".repeat(32), "server_ms": 1}),
        json!({
            "code": "conflict", "message": "elsewhere", "point": point, "common": point,
            "server_ms": 1,
        }),
        json!({
            "cursor": 5, "changes": [put, withdraw], "patches": [offer], "more": true,
            "server_ms": 1,
        }),
        json!([
            {"lesson": id, "revision": 1, "state": "on_terminal"},
            {"lesson": id, "revision": 2, "state": no_space},
        ]),
        json!({"code": "busy", "message": "later"}),
        json!([blob, blob]),
        json!([{"id": blob.id, "offset": 5, "complete": false}]),
        json!({
            "document": blob, "base_revision": 0, "classes": [id], "groups": [], "pupils": [],
        }),
        json!({"lesson": id, "revision": 1}),
        desk_school,
        json!({"lessons": [desk_lesson]}),
        json!({
            "lesson": id, "revision": 1, "terminals": [desk_receipt], "pupils": 1,
            "without_terminal": 0, "opened": 1,
        }),
        json!({"lesson": id, "pupils": 1, "drills": [desk_drill]}),
        json!({
            "pupil": id, "number": 7, "class_name": "6-1", "days": [pupil_day],
            "lessons": [pupil_lesson], "answers": [pupil_answer],
        }),
    ];
    let mut seeds: Vec<Vec<u8>> = (0..)
        .zip(said)
        .map(|(which, said)| [&[which], said.to_string().as_bytes()].concat())
        .collect();
    seeds.push([&[16], token.as_bytes()].concat());
    seeds.push([&[17], id.as_bytes()].concat());
    let rekey = json!({"key": "ab".repeat(32), "proof": "cd".repeat(64)});
    seeds.push([&[17], rekey.to_string().as_bytes()].concat());
    seeds.push([&[17], chain().to_string().as_bytes()].concat());
    for seed in &seeds {
        assert!(reads(seed), "{}", String::from_utf8_lossy(seed));
    }
    seeds.push([&[17], blob.id.to_string().as_bytes()].concat());
    seeds
}

/// A patch leads to the bytes that were promised, or nowhere.
pub fn patch(data: &[u8]) {
    let mut data = Bytes(data);
    let mode = data.byte();
    let len = u64::from(data.short());
    let old_len = usize::from(data.short());
    let (old, body) = (data.take(old_len), data.0);
    let promised = BlobRef {
        id: BlobId([3; 32]),
        len,
    };
    match mode % 3 {
        0 => assert!(patch::apply(old, body, promised).is_err()),
        1 => {
            // The header of a patch for these bytes, and any frame behind it.
            let mut whole = patch::make(old, b"").expect("a patch");
            whole.truncate(patch::HEADER_LEN);
            whole.extend_from_slice(body);
            match patch::apply(old, &whole, promised) {
                Err(PatchError::Damaged(_) | PatchError::WrongResult(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        _ => {
            let made = patch::make(old, body).expect("a patch");
            let new = BlobRef::of(body);
            assert_eq!(
                patch::apply(old, &made, new).as_deref(),
                Ok(body),
                "it leads back"
            );
            // One changed byte leads to the same or to an error.
            let mut changed = made;
            let at = usize::try_from(len).unwrap_or(0) % changed.len();
            changed[at] ^= 1 + mode / 3;
            if let Ok(other) = patch::apply(old, &changed, new) {
                assert_eq!(other, body);
            }
        }
    }
}

pub fn patch_seeds() -> Vec<Vec<u8>> {
    let old = content::sample_lesson();
    let new = String::from_utf8(old.clone())
        .expect("text")
        .replace("てこ", "輪軸");
    let made = patch::make(&old, new.as_bytes()).expect("a patch");
    let head = |mode: u8| {
        let mut head = vec![mode];
        head.extend((new.len() as u16).to_le_bytes());
        head.extend((old.len() as u16).to_le_bytes());
        head.extend(&old);
        head
    };
    vec![
        [head(0), made.clone()].concat(),
        [head(1), made[patch::HEADER_LEN..].to_vec()].concat(),
        [head(2), new.clone().into_bytes()].concat(),
        [head(32), new.clone().into_bytes()].concat(),
    ]
}

/// A proof proves the bytes that it was made of, and nothing else.
pub fn proof(data: &[u8]) {
    let mut data = Bytes(data);
    let mode = data.byte();
    let len = data.number() % (12 * GROUP_LEN);
    if mode.is_multiple_of(2) {
        let claimed = BlobRef {
            id: BlobId(std::array::from_fn(|_| data.byte())),
            len,
        };
        if let Ok(proof) = GroupProof::check(claimed, data.0) {
            assert_eq!(
                (proof.blob(), proof.to_bytes().as_slice()),
                (claimed, data.0)
            );
        }
        return;
    }
    let mut random = Random(u64::from(mode));
    let bytes: Vec<u8> = (0..len).map(|_| random.number() as u8).collect();
    let blob = BlobRef::of(&bytes);
    let honest = GroupProof::of(&bytes).to_bytes();
    let proof = GroupProof::check(blob, &honest).expect("it is honest");
    let mut changed = honest.clone();
    match data.byte() % 4 {
        0 => changed.truncate(usize::from(data.short())),
        1 => changed.extend_from_slice(data.0),
        2 => changed.swap_with_slice(&mut honest.iter().rev().copied().collect::<Vec<_>>()),
        _ => {
            let at = usize::from(data.short()) % changed.len();
            changed[at] ^= data.byte();
        }
    }
    assert_eq!(GroupProof::check(blob, &changed).is_ok(), changed == honest);
    let group = data.number() % blob.groups();
    let start = (group * GROUP_LEN) as usize;
    let whole = &bytes[start..bytes.len().min(start + GROUP_LEN as usize)];
    assert_eq!(proof.verify(group, whole), Ok(()));
    let mut other = whole.to_vec();
    match data.byte() % 3 {
        0 => other.truncate(usize::from(data.short())),
        1 => other.push(data.byte()),
        _ if other.is_empty() => {}
        _ => {
            let at = usize::from(data.short()) % other.len();
            other[at] ^= data.byte();
        }
    }
    assert_eq!(proof.verify(group, &other).is_ok(), other == whole);
    assert!(
        proof
            .verify(blob.groups() + data.number() % 9, whole)
            .is_err()
    );
}

pub fn proof_seeds() -> Vec<Vec<u8>> {
    let bytes = vec![7; 3 * GROUP_LEN as usize + 5];
    let claimed = BlobRef::of(&bytes);
    let honest = GroupProof::of(&bytes).to_bytes();
    let len = claimed.len.to_le_bytes();
    let mut seeds = vec![[&[0][..], &len, &claimed.id.0, &honest].concat()];
    for kind in 0..4 {
        seeds.push([&[1][..], &len, &[kind, 9, 0, 1, 2, 3], &[0; 16]].concat());
    }
    seeds
}
