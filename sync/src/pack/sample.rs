//! A stated mix of answers, for tests and for the bench.

use hotaru_content::blob::BlobId;
use hotaru_content::clock::Stamp;
use hotaru_content::drill::Response;
use hotaru_content::id::{BootId, LessonId, PupilId, StreamId};
use hotaru_content::log::{Answered, Chain, ChainSecret, Event, Fact, StreamOpen, StreamPoint};
use serde_json::json;

/// Small steps of a seeded generator: splitmix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number().checked_rem(end).unwrap_or(0)
    }

    /// Bytes that do not compress.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.number() as u8)
    }

    /// About normal, mean 0 and deviation 1: twelve uniform numbers less six.
    fn normal(&mut self) -> f64 {
        (0..12)
            .map(|_| self.below(1 << 32) as f64 / (1_u64 << 32) as f64)
            .sum::<f64>()
            - 6.0
    }
}

/// A stream to push to.
#[must_use]
pub fn stream(seed: u64) -> StreamOpen {
    let mut random = Random(seed);
    StreamOpen {
        stream: StreamId(random.bytes()),
        pupil: PupilId(random.bytes()),
        secret: ChainSecret::from_bytes(random.bytes()),
        parent: None,
    }
}

/// Answers after event `first`: 60 % one choice of four, 10 % several choices, 15 % text of
/// 2 to 6 kanji or kana, 10 % number, 5 % order of four or five; drills of 20 items in order,
/// five drills a lesson, each with a seed of its own. A pupil takes about 8 s for an item
/// (lognormal) and about 1.5 s to go on; both clocks are cut to milliseconds apart.
#[must_use]
pub fn answers(seed: u64, first: u64, count: usize) -> Vec<Event> {
    let mut random = Random(seed);
    let boot = BootId(random.bytes());
    let (mut wall_us, mut mono_us) = (1_795_186_799_000_123_u64, 3_600_000_777_u64);
    let mut lesson = LessonId(random.bytes());
    let (mut drill, mut order_seed) = (BlobId(random.bytes()), random.number() as u32);
    let mut events = Vec::with_capacity(count);
    for (seq, at) in (first..).zip(0..count) {
        if at > 0 && at % 20 == 0 {
            (drill, order_seed) = (BlobId(random.bytes()), random.number() as u32);
            if at % 100 == 0 {
                lesson = LessonId(random.bytes());
            }
        }
        let took_us = (8e6 * (0.5 * random.normal()).exp()) as u64;
        let gap_us = 300_000 + (1.2e6 * (0.4 * random.normal()).exp()) as u64;
        wall_us += took_us + gap_us;
        mono_us += took_us + gap_us;
        let fact = Fact::Answered(Answered {
            lesson,
            drill,
            item: (at % 20) as u16,
            response: response(&mut random),
            took_ms: (took_us / 1000) as u32,
            seed: order_seed,
            generator: 0,
        });
        let stamp = Stamp {
            wall_ms: (wall_us / 1000) as i64,
            mono_ms: mono_us / 1000,
            boot,
        };
        // The mix is within every bound.
        events.extend(Event::new(seq, stamp, &fact).ok());
    }
    events
}

fn response(random: &mut Random) -> Response {
    match random.below(100) {
        0..60 => Response::Choice(random.below(4) as u16),
        60..70 => {
            let mask = 1 + random.below(14);
            Response::Choices((0..4).filter(|place| mask >> place & 1 == 1).collect())
        }
        70..85 => Response::Text(
            (0..2 + random.below(5))
                .filter_map(|_| char::from_u32(letter(random)))
                .collect(),
        ),
        85..95 => Response::Number(match random.below(3) {
            0 => format!("{}/{}", 1 + random.below(20), 2 + random.below(20)),
            1 => format!("{}.{}", random.below(30), random.below(10)),
            _ => random.below(1000).to_string(),
        }),
        _ => {
            let mut places: Vec<u16> = (0..4 + random.below(2) as u16).collect();
            for at in (1..places.len()).rev() {
                places.swap(at, random.below(at as u64 + 1) as usize);
            }
            Response::Order(places)
        }
    }
}

/// Half kana, half kanji of the common range.
fn letter(random: &mut Random) -> u32 {
    if random.below(2) == 0 {
        0x3042 + random.below(80) as u32
    } else {
        0x4e00 + random.below(20_000) as u32
    }
}

/// The point in a stream before event `next_seq`, with a head that stands for its events.
#[must_use]
pub fn point(open: &StreamOpen, next_seq: u64) -> StreamPoint {
    let mut point = Chain::open(open).point();
    point.next_seq = next_seq;
    point
}

/// The same events as a plain JSON body: what a straightforward program would send.
#[must_use]
pub fn as_json(events: &[Event]) -> Vec<u8> {
    let events: Vec<_> = events
        .iter()
        .map(|event| {
            let fact = match event.fact() {
                Fact::Answered(fact) => json!(fact),
                _ => json!(event.payload),
            };
            json!({
                "seq": event.seq,
                "wall_ms": event.stamp.wall_ms,
                "mono_ms": event.stamp.mono_ms,
                "boot": event.stamp.boot,
                "answered": fact,
            })
        })
        .collect();
    json!(events).to_string().into_bytes()
}
