//! Numbered answers, and lessons whose every byte follows from a number.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::clock::Stamp;
use hotaru_content::drill::Response;
use hotaru_content::id::{BootId, ClassId, LessonId, MaterialId, PupilId};
use hotaru_content::lesson::{Body, FORMAT, Material, Revision, Subject};
use hotaru_content::log::{Answered, Chain, Fact};
use hotaru_content::shelf::{LessonBatch, LessonChange, PupilEntry, PupilLog, Shelf, ShelfError};
use jiff::civil::date;

use super::Dice;

/// The pupil of profiles that no school knows.
pub(super) const PUPIL: PupilId = PupilId([1; 16]);

/// A pupil's place on a terminal.
pub(super) fn entry(pupil: PupilId) -> PupilEntry {
    PupilEntry {
        pupil,
        number: 7,
        class: ClassId([9; 16]),
        class_name: "6-1".to_owned(),
        grade: "P6".to_owned(),
    }
}

/// When answer `number` was given.
pub(super) fn stamp(number: u32) -> Stamp {
    Stamp {
        wall_ms: 1_795_000_000_000 + i64::from(number),
        mono_ms: u64::from(number),
        boot: BootId([7; 16]),
    }
}

/// Answer `number`: it says its number where the time that it took stands.
pub(super) fn answer(number: u32, chars: usize) -> Fact {
    Fact::Answered(Answered {
        lesson: LessonId([5; 16]),
        drill: BlobId([6; 32]),
        item: 0,
        response: Response::Text("あ".repeat(chars.clamp(1, 1900))),
        took_ms: number,
        seed: 0,
        generator: 0,
    })
}

/// What a log has.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// The numbers of its answers, stream by stream, in order.
    pub numbers: Vec<u32>,
    /// Whether the chain of the stream that is written leads to where the log says it stands;
    /// not known where the log begins above its stream's first event.
    pub chained: Option<bool>,
    /// Photos of study on paper.
    pub photos: Vec<BlobId>,
}

/// Reads a log.
pub(super) fn held(log: &PupilLog) -> Result<Held, ShelfError> {
    let mut held = Held::default();
    let current = log.open_info();
    for kept in log.streams()? {
        let (open, count) = (kept.open, kept.point.next_seq);
        let mut chain = Chain::open(&open);
        let (mut from, mut is_whole) = (0, true);
        while from < count {
            let events = log.events_of(open.stream, from, 5000)?;
            let Some(last) = events.last() else { break };
            for event in &events {
                is_whole &= event.seq == chain.point().next_seq;
                if is_whole {
                    chain.push(event)?;
                }
                match event.fact() {
                    Fact::Answered(answered) => held.numbers.push(answered.took_ms),
                    Fact::PaperStudy(study) => held.photos.extend(study.photo.map(|p| p.id)),
                    _ => {}
                }
            }
            from = last.seq + 1;
        }
        if open.stream == current.stream && (is_whole || chain.point().next_seq > 0) {
            held.chained = is_whole.then(|| chain.point() == log.point());
        }
    }
    Ok(held)
}

/// Material `place` of lesson `number`.
fn bytes_of(number: u32, place: u8) -> Vec<u8> {
    let seed = u64::from(number) * 16 + u64::from(place);
    let len = match place {
        0 => 500 + Dice::new(seed).below(5000) as usize,
        1 => 20_000 + Dice::new(seed).below(180_000) as usize,
        _ => 270_000 + Dice::new(seed).below(200_000) as usize,
    };
    Dice::bytes(seed, len)
}

/// The bytes of one of these lessons' materials, by its title.
pub(super) fn bytes_of_title(title: &str) -> Option<Vec<u8>> {
    let (number, place) = title.split_once('/')?;
    Some(bytes_of(number.parse().ok()?, place.parse().ok()?))
}

/// Which lesson it is.
pub(super) fn lesson_id(number: u32) -> LessonId {
    let mut id = [0; 16];
    for (to, byte) in id.iter_mut().zip(number.to_be_bytes()) {
        *to = byte;
    }
    LessonId(id)
}

/// Lesson `number`: a text, a photo, a handout.
fn lesson(number: u32) -> Revision {
    let material = |place: u8| {
        let blob = BlobRef::of(&bytes_of(number, place));
        let body = match place {
            0 => Body::Text { blob },
            1 => Body::BoardPhoto {
                blob,
                width: 1600,
                height: 1200,
            },
            _ => Body::Handout { blob, pages: 2 },
        };
        Material {
            id: MaterialId([place + 1; 16]),
            title: format!("{number}/{place}"),
            body,
        }
    };
    Revision {
        format: FORMAT,
        lesson: lesson_id(number),
        revision: 1,
        day: date(2026, 11, 20),
        period: Some(2),
        subject: Subject::Science,
        unit: String::new(),
        title: number.to_string(),
        curriculum_code: None,
        source: String::new(),
        expires: date(2099, 3, 31),
        materials: (0..3).map(material).collect(),
    }
}

/// Brings lesson `number`, and takes others away.
pub(super) fn apply(shelf: &Shelf, number: u32, gone: &[u32]) -> Result<(), ShelfError> {
    let after = shelf.cursor()?;
    let mut changes = vec![LessonChange::Put {
        lesson: lesson_id(number),
        revision: 1,
        document: lesson(number).to_json()?,
        pupils: vec![PUPIL],
    }];
    changes.extend(gone.iter().map(|gone| LessonChange::Withdraw {
        lesson: lesson_id(*gone),
    }));
    shelf.apply_lessons(&LessonBatch {
        listing: None,
        after,
        cursor: after + 1,
        changes,
    })
}
