//! A terminal's whole sync with a school that says anything: what the core asks of its store
//! stays within the store's promises, and an honest school gets every event afterwards.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{ClassId, LessonId, MaterialId, PupilId, TerminalId};
use hotaru_content::lesson::{Body, Material, Revision, Subject};
use hotaru_sim::disk::{Disk, Log};
use hotaru_sim::school::{Answer, Caller, Pending, School};
use hotaru_sync::http::{Exchange, Headers, LineFault, PROTOCOL_HEADER, Request};
use hotaru_sync::pack::sample::{self, Random};
use hotaru_sync::terminal::{Config, Effect, Input, Terminal};
use hotaru_sync::wire::{Publish, open_frame};
use jiff::civil::date;

use crate::bytes::Bytes;

const PUPIL: PupilId = PupilId([1; 16]);
const TERMINAL: TerminalId = TerminalId([2; 16]);
const CLASS: ClassId = ClassId([3; 16]);
/// Steps after which a sync goes in a circle.
const MAX_STEPS: usize = 20_000;

pub fn run(data: &[u8]) {
    let mut data = Bytes(data);
    let (mut disk, mut school) = begin(data.byte());
    sync(&mut disk, &mut school, &mut data);
    sync(&mut disk, &mut school, &mut Bytes(&[]));
    let there: Vec<_> = school.db.streams.values().flat_map(|s| &s.events).collect();
    for event in disk.logs[&PUPIL].given() {
        let is_there = there
            .iter()
            .any(|had| (had.stamp, &had.payload) == (event.stamp, &event.payload));
        assert!(is_there, "{event:?} never reached the school");
    }
}

/// A terminal with answers and a school with lessons; bits say how far they are.
fn begin(bits: u8) -> (Disk, School) {
    let mut random = Random(7);
    let mut disk = Disk::default();
    let mut log = Log::new(PUPIL, &mut random);
    for event in sample::answers(1, 0, 6) {
        log.now.push(event);
    }
    disk.logs.insert(PUPIL, log);
    let mut school = School::new(None);
    school.pupils.entry(TERMINAL).or_default().insert(PUPIL);
    school.classes.entry(TERMINAL).or_default().insert(CLASS);
    publish(&mut school, 1, 1);
    if bits & 1 != 0 {
        // The terminal has the first revision, and a patch leads to the second.
        sync(&mut disk, &mut school, &mut Bytes(&[]));
        publish(&mut school, 1, 2);
        let log = disk.logs.get_mut(&PUPIL).expect("it is there");
        for event in sample::answers(2, 6, 3) {
            log.now.push(event);
        }
    }
    if bits & 2 != 0 {
        publish(&mut school, 2, 1);
    }
    (disk, school)
}

fn publish(school: &mut School, lesson: u8, revision: u32) {
    let mut random = Random(u64::from(lesson));
    let large: Vec<u8> = (0..40_000).map(|_| random.number() as u8).collect();
    let text = format!("支点 {revision} ").repeat(30).into_bytes();
    let blobs = vec![text, large];
    let bodies = [
        Body::Text {
            blob: BlobRef::of(&blobs[0]),
        },
        Body::Handout {
            blob: BlobRef::of(&blobs[1]),
            pages: 1,
        },
    ];
    let materials = (1..).zip(bodies).map(|(id, body)| Material {
        id: MaterialId([id; 16]),
        title: "教材".to_owned(),
        body,
    });
    let lesson = LessonId([lesson; 16]);
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
    let document = document.to_json().expect("a lesson");
    let publish = Publish {
        document: BlobRef::of(&document),
        base_revision: revision - 1,
        classes: vec![CLASS],
        groups: Vec::new(),
        pupils: vec![PUPIL],
        send_at_ms: None,
    };
    for bytes in blobs.into_iter().chain([document]) {
        school.db.blobs.insert(BlobId::of(&bytes), bytes);
    }
    let (status, ..) = school.commit(Pending::Publish { publish, number: 0 });
    assert_eq!(status, 200, "the lesson is published");
}

/// One sync, in which the school answers as the input says; honestly once that is used up.
fn sync(disk: &mut Disk, school: &mut School, data: &mut Bytes<'_>) {
    let mut core = Terminal::new(Config {
        pupils: vec![PUPIL],
        has_locked: false,
        awaited: Vec::new(),
        metered: false,
        patience: 3,
        seed: 1,
    });
    let mut broken = Vec::new();
    let mut inputs = vec![Input::Start];
    for now_ms in 0..MAX_STEPS {
        if inputs.is_empty() {
            panic!("the sync waits for nothing");
        }
        for effect in core.step(inputs.remove(0), now_ms as u64) {
            match effect {
                Effect::Http { id, request } => {
                    inputs.retain(|input| !matches!(input, Input::Http { .. }));
                    let exchanges = exchanges(answer(school, &request, data), data);
                    inputs.extend(exchanges.map(|exchange| Input::Http { id, exchange }));
                }
                Effect::Abort { .. } => {
                    inputs.retain(|input| !matches!(input, Input::Http { .. }));
                }
                // A store operation is answered before anything more from the line.
                Effect::Store(op) => {
                    inputs.insert(0, Input::Store(disk.answer(op, None, &mut broken)));
                }
                Effect::Timer(_) => inputs.push(Input::Timer),
                Effect::Progress(_) => {}
                Effect::Done(_) | Effect::Failed { .. } => {
                    assert!(broken.is_empty(), "{broken:?}");
                    return;
                }
            }
        }
    }
    panic!("the sync goes in a circle");
}

/// What the school says: the truth, the truth changed, or anything.
fn answer(school: &mut School, request: &Request, data: &mut Bytes<'_>) -> Answer {
    let how = data.byte();
    if how % 4 == 3 {
        return made_up(data);
    }
    let (mut status, mut headers, mut body) =
        match school.receive(Caller::Terminal(TERMINAL), request) {
            Ok(answer) => answer,
            Err(pending) => school.commit(*pending),
        };
    if how.is_multiple_of(4) {
        return (status, headers, body);
    }
    // What is inside a frame is changed, not the frame: that has a target of its own.
    if let Ok(payload) = open_frame(&body, 1 << 20)
        && how & 8 != 0
    {
        body = [&[0], payload.as_slice()].concat();
    }
    for _ in 0..how >> 5 {
        let at = usize::from(data.short());
        let with = data.byte();
        if let Some(byte) = body.get_mut(at) {
            *byte = with;
        }
    }
    if how & 16 != 0 {
        body.truncate(usize::from(data.short()));
    }
    if how % 4 == 2 {
        let other = made_up(data);
        status = other.0;
        headers.0.extend(other.1.0);
    }
    (status, headers, body)
}

fn made_up(data: &mut Bytes<'_>) -> Answer {
    const STATUS: [u16; 16] = [
        200, 204, 206, 302, 304, 400, 401, 403, 404, 409, 410, 413, 416, 429, 503, 507,
    ];
    const NAMES: [&str; 8] = [
        "content-range",
        "content-length",
        "retry-after",
        "etag",
        "upload-offset",
        "upload-complete",
        "upload-length",
        "content-type",
    ];
    let which = data.byte();
    let status = STATUS[usize::from(which % 16)];
    let mut headers = Vec::new();
    if which & 16 == 0 {
        headers.push((PROTOCOL_HEADER.to_owned(), "1".to_owned()));
    }
    for _ in 0..(which >> 5) % 4 {
        let name = NAMES[usize::from(data.byte() % 8)];
        let len = usize::from(data.byte() % 32);
        let value = String::from_utf8_lossy(data.take(len)).into_owned();
        headers.push((name.to_owned(), value));
    }
    let len = usize::from(data.short() % 1024);
    (status, Headers(headers), data.take(len).to_vec())
}

/// The answer as it comes: in one piece or in two, whole or broken off.
fn exchanges(answer: Answer, data: &mut Bytes<'_>) -> impl Iterator<Item = Exchange> + use<> {
    let (status, headers, body) = answer;
    let how = data.byte();
    let cut = if how & 1 == 0 {
        body.len()
    } else {
        usize::from(data.short()).min(body.len())
    };
    let (first, rest) = body.split_at(cut);
    let mut all = vec![Exchange::Head { status, headers }];
    all.push(Exchange::Chunk(first.to_vec()));
    if how & 2 != 0 {
        all.push(Exchange::Failed(LineFault::Broken));
    } else {
        all.push(Exchange::Chunk(rest.to_vec()));
        all.push(Exchange::End);
    }
    all.into_iter()
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![vec![0], vec![3]];
    for how in [1, 9, 0x29, 0x6b, 0x31, 2, 0x2a, 3, 7] {
        seeds.push([&[3], [how, 20, 0, b'9', 0, 0].repeat(12).as_slice()].concat());
    }
    // Not the school; broken off; wait; everything is elsewhere.
    seeds.push([3, 3, 0x13, 4, 0, b'<', b'h', b't', b'm', 0, 0].to_vec());
    seeds.push([3, 0, 3, 100, 0].repeat(4));
    seeds.push([3, 3, 0x2e, 2, 1, b'5', 0, 0, 0].to_vec());
    seeds
}
