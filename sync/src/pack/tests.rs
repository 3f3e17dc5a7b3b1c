use super::*;
use crate::pack::sample::{self, Random};
use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::clock::Stamp;
use hotaru_content::drill::Response;
use hotaru_content::id::{BootId, LessonId, MaterialId, NoteId};
use hotaru_content::lesson::Subject;
use hotaru_content::log::{
    Answered, Fact, LessonClosed, LessonOpened, MaterialViewed, NoteSaved, PaperStudy,
    RecordingWatched,
};
use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;

fn push(from: u64, events: Vec<Event>) -> (PushBody, StreamId) {
    let open = sample::stream(1);
    let (push, end) = PushBody::new(&open, sample::point(&open, from), events).unwrap();
    assert!(push.leads_to(end));
    (push, open.stream)
}

fn returns(push: &PushBody, stream: StreamId) {
    let body = push.encode().unwrap();
    let again = PushBody::decode(stream, &body).unwrap();
    assert_eq!(&again, push);
    for (a, b) in again.events.iter().zip(&push.events) {
        assert_eq!(a.canonical().unwrap(), b.canonical().unwrap());
    }
}

#[test]
fn two_hundred_answers_fit_in_two_kilobytes() {
    let mut worst = 0;
    for seed in 0..20 {
        let events = sample::answers(seed, 1000, 200);
        let json = sample::as_json(&events);
        let zstd = zstd::bulk::compress(&json, 19).unwrap();
        let (push, stream) = push(1000, events);
        let body = push.encode().unwrap();
        returns(&push, stream);
        worst = worst.max(body.len());
        if seed == 0 {
            println!(
                "200 answers: JSON {} B, JSON + zstd-19 {} B, packed {} B",
                json.len(),
                zstd.len(),
                body.len()
            );
        }
    }
    println!("worst of 20 seeds: {worst} B");
    assert!(worst <= 1_800, "{worst}");
    for count in [1, 20] {
        let (push, _) = push(1000, sample::answers(3, 1000, count));
        println!("{count} answers: {} B", push.encode().unwrap().len());
    }
}

#[test]
fn a_stream_that_opens_carries_its_opening() {
    let mut open = sample::stream(2);
    let parent = sample::stream(3);
    open.parent = Some((parent.stream, sample::point(&parent, 12)));
    let from = Chain::open(&open).point();
    let (push, _) = PushBody::new(&open, from, sample::answers(4, 0, 3)).unwrap();
    assert_eq!(push.open.as_ref(), Some(&open));
    returns(&push, open.stream);
    assert_eq!(
        PushBody::new(&open, sample::point(&parent, 0), vec![]).unwrap_err(),
        PackError::Beginning
    );
}

#[test]
fn what_is_not_canonical_travels_verbatim() {
    // A varint with a needless byte: it decodes, but would not be written so.
    let mut event = sample::answers(1, 9, 1).remove(0);
    let fact = Fact::LessonOpened(LessonOpened {
        lesson: LessonId([1; 16]),
        revision: 1,
    });
    let (kind, mut payload) = fact.encode().unwrap();
    assert_eq!(payload.pop(), Some(1));
    payload.extend([0x81, 0]);
    (event.kind, event.payload) = (kind, payload);
    let (push, stream) = push(9, vec![event]);
    returns(&push, stream);
}

#[test]
fn bounds_hold() {
    let open = sample::stream(1);
    let events = sample::answers(1, 7, MAX_EVENTS + 1);
    assert!(PushBody::new(&open, sample::point(&open, 7), events).is_err());
    assert!(PushBody::decode(open.stream, &vec![0; MAX_BODY_LEN + 1]).is_err());
    let (push, stream) = push(7, sample::answers(1, 7, 30));
    let body = push.encode().unwrap();
    for len in 0..body.len() {
        assert!(PushBody::decode(stream, &body[..len]).is_err(), "{len}");
    }
    let mut long = body;
    long.push(0);
    assert!(PushBody::decode(stream, &long).is_err());
}

#[test]
fn damaged_bodies_never_panic_and_never_lead_where_they_say() {
    let open = sample::stream(1);
    let from = sample::point(&open, 7);
    let (push, _) = PushBody::new(&open, from, sample::answers(1, 7, 60)).unwrap();
    let body = push.encode().unwrap();
    let mut random = Random(5);
    let mut read = 0;
    for _ in 0..3000 {
        let mut damaged = body.clone();
        let at = random.below(damaged.len() as u64) as usize;
        damaged[at] ^= 1 << random.below(8);
        let Ok(again) = PushBody::decode(open.stream, &damaged) else {
            continue;
        };
        read += 1;
        let mut chain = Chain::resume(open.secret.clone(), again.from);
        let ended = again
            .events
            .iter()
            .try_for_each(|event| chain.push(event).map(drop));
        assert!(ended.is_err() || !again.leads_to(chain.point()) || again == push);
    }
    assert!(read > 0, "no damage was deep enough to be read");
}

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        any::<u16>().prop_map(Response::Choice),
        vec(any::<u16>(), 0..6).prop_map(Response::Choices),
        ".{0,8}".prop_map(Response::Text),
        ".{0,8}".prop_map(Response::Number),
        vec(any::<u16>(), 0..6).prop_map(Response::Order),
        Just(Response::DontKnow),
    ]
}

fn fact() -> impl Strategy<Value = Fact> {
    let id = 0..4_u8;
    prop_oneof![
        (id.clone(), any::<u32>()).prop_map(|(id, revision)| Fact::LessonOpened(LessonOpened {
            lesson: LessonId([id; 16]),
            revision
        })),
        (id.clone(), any::<u32>()).prop_map(|(id, open_ms)| Fact::LessonClosed(LessonClosed {
            lesson: LessonId([id; 16]),
            open_ms
        })),
        (id.clone(), any::<u32>()).prop_map(|(id, view_ms)| Fact::MaterialViewed(MaterialViewed {
            lesson: LessonId([id; 16]),
            material: MaterialId([id; 16]),
            view_ms
        })),
        (id.clone(), vec(1..1000_u32, 0..12)).prop_map(|(id, steps)| {
            let mut at = 0;
            let spans = steps.chunks_exact(2).map(|pair| {
                let start = at + pair[0];
                at = start + pair[1];
                (start, at)
            });
            Fact::RecordingWatched(RecordingWatched {
                lesson: LessonId([id; 16]),
                material: MaterialId([id; 16]),
                spans: spans.collect(),
            })
        }),
        (
            id.clone(),
            any::<u16>(),
            response(),
            any::<u32>(),
            any::<u32>(),
            any::<u16>()
        )
            .prop_map(
                |(id, item, response, took_ms, seed, generator)| Fact::Answered(Answered {
                    lesson: LessonId([id; 16]),
                    drill: BlobId([id; 32]),
                    item,
                    response,
                    took_ms,
                    seed,
                    generator
                })
            ),
        (id.clone(), any::<bool>(), ".{0,40}").prop_map(|(id, has_lesson, text)| {
            Fact::NoteSaved(NoteSaved {
                note: NoteId([id; 16]),
                lesson: has_lesson.then_some(LessonId([9; 16])),
                text,
            })
        }),
        (
            0..365_i64,
            0..1440_u16,
            ".{0,9}",
            ".{0,40}",
            proptest::option::of(any::<u64>())
        )
            .prop_map(
                |(day, minutes, subject, text, len)| Fact::PaperStudy(PaperStudy {
                    day: date(2026, 4, 1)
                        .checked_add(jiff::Span::new().days(day))
                        .unwrap(),
                    minutes,
                    subject: Subject::from(subject),
                    text,
                    photo: len.map(|len| BlobRef {
                        id: BlobId([7; 32]),
                        len
                    }),
                })
            ),
        (any::<u16>(), vec(any::<u8>(), 0..50))
            .prop_map(|(kind, payload)| Fact::Unknown { kind, payload }),
    ]
}

fn stamp() -> impl Strategy<Value = Stamp> {
    let near = (0..100_000_i64, 0..100_000_u64, 0..2_u8);
    let far = (any::<i64>(), any::<u64>(), any::<u8>());
    prop_oneof![4 => near, 1 => far].prop_map(|(wall_ms, mono_ms, boot)| Stamp {
        wall_ms,
        mono_ms,
        boot: BootId([boot; 16]),
    })
}

proptest! {
    #[test]
    fn every_event_returns_byte_for_byte(
        from in 1..u64::from(u32::MAX),
        list in vec((stamp(), fact()), 0..40),
    ) {
        let events: Vec<Event> = list
            .iter()
            .zip(from..)
            .map(|((stamp, fact), seq)| Event::new(seq, *stamp, fact).unwrap())
            .collect();
        let (push, stream) = push(from, events);
        returns(&push, stream);
    }

    #[test]
    fn any_bytes_are_no_push_and_no_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = PushBody::decode(StreamId([0; 16]), &bytes);
        let plain = [&[0, 1][..], &bytes].concat();
        let _ = PushBody::decode(StreamId([0; 16]), &plain);
    }
}
