//! What an event says.

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{EventError, MAX_PAYLOAD_LEN};
use crate::blob::{BlobId, BlobRef};
use crate::drill::{MAX_RESPONSE_CHARS, Response};
use crate::id::{LessonId, MaterialId, NoteId};
use crate::lesson::Subject;

/// The numbers of the kinds; a number is never used twice.
pub mod kind {
    /// [`super::LessonOpened`]
    pub const LESSON_OPENED: u16 = 1;
    /// [`super::LessonClosed`]
    pub const LESSON_CLOSED: u16 = 2;
    /// [`super::MaterialViewed`]
    pub const MATERIAL_VIEWED: u16 = 3;
    /// [`super::RecordingWatched`]
    pub const RECORDING_WATCHED: u16 = 4;
    /// [`super::Answered`]
    pub const ANSWERED: u16 = 5;
    /// [`super::NoteSaved`]
    pub const NOTE_SAVED: u16 = 6;
    /// [`super::PaperStudy`]
    pub const PAPER_STUDY: u16 = 7;
}

/// The longest note, in characters.
pub const MAX_NOTE_CHARS: usize = 10_000;
/// The most spans in one event.
pub const MAX_SPANS: usize = 1000;

/// What a pupil did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A lesson was opened.
    LessonOpened(LessonOpened),
    /// A lesson was closed.
    LessonClosed(LessonClosed),
    /// A material was looked at.
    MaterialViewed(MaterialViewed),
    /// Some of a recording was played.
    RecordingWatched(RecordingWatched),
    /// An item was answered.
    Answered(Answered),
    /// A note was saved.
    NoteSaved(NoteSaved),
    /// The pupil says that she studied on paper.
    PaperStudy(PaperStudy),
    /// A kind that only a newer program knows.
    Unknown {
        /// Its number.
        kind: u16,
        /// Its bytes.
        payload: Vec<u8>,
    },
}

/// A lesson was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonOpened {
    /// Which.
    pub lesson: LessonId,
    /// The revision that was shown.
    pub revision: u32,
}

/// A lesson was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonClosed {
    /// Which.
    pub lesson: LessonId,
    /// How long it was open and in front, in milliseconds.
    pub open_ms: u32,
}

/// A material was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialViewed {
    /// Its lesson.
    pub lesson: LessonId,
    /// Which.
    pub material: MaterialId,
    /// How long it was in view, in milliseconds.
    pub view_ms: u32,
}

/// Some of a recording was played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingWatched {
    /// Its lesson.
    pub lesson: LessonId,
    /// Which.
    pub material: MaterialId,
    /// What was played: start and end in milliseconds of the recording, ascending, apart.
    pub spans: Vec<(u32, u32)>,
}

/// An item was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The lesson that it was met in.
    pub lesson: LessonId,
    /// The drill's blob: exactly the text that the pupil saw.
    pub drill: BlobId,
    /// The item's place in that drill.
    pub item: u16,
    /// What was given.
    pub response: Response,
    /// From question to answer, in milliseconds.
    pub took_ms: u32,
    /// The seed of the order in which choices were shown; 0 is the file's own order.
    pub seed: u32,
    /// The version of the generator that made the item; 0 where it came from the file.
    pub generator: u16,
}

/// A note was saved; the newest of a note counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteSaved {
    /// The note.
    pub note: NoteId,
    /// The lesson that it belongs to.
    pub lesson: Option<LessonId>,
    /// The whole text; empty where it was deleted.
    pub text: String,
}

/// Study on paper, declared by the pupil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperStudy {
    /// The day that it was done.
    pub day: Date,
    /// About how long, in minutes, at most a day's.
    pub minutes: u16,
    /// The subject.
    pub subject: Subject,
    /// What was done, in the pupil's words.
    pub text: String,
    /// A photo of it.
    pub photo: Option<BlobRef>,
}

impl Fact {
    /// The kind's number and the payload.
    ///
    /// # Errors
    /// Where something is out of bounds.
    pub fn encode(&self) -> Result<(u16, Vec<u8>), EventError> {
        self.check()?;
        let (kind, payload) = match self {
            Self::LessonOpened(fact) => (kind::LESSON_OPENED, postcard::to_stdvec(fact)),
            Self::LessonClosed(fact) => (kind::LESSON_CLOSED, postcard::to_stdvec(fact)),
            Self::MaterialViewed(fact) => (kind::MATERIAL_VIEWED, postcard::to_stdvec(fact)),
            Self::RecordingWatched(fact) => (kind::RECORDING_WATCHED, postcard::to_stdvec(fact)),
            Self::Answered(fact) => (kind::ANSWERED, postcard::to_stdvec(fact)),
            Self::NoteSaved(fact) => (kind::NOTE_SAVED, postcard::to_stdvec(fact)),
            Self::PaperStudy(fact) => (kind::PAPER_STUDY, postcard::to_stdvec(fact)),
            Self::Unknown { kind, payload } => (*kind, Ok(payload.clone())),
        };
        let payload = payload.map_err(|error| EventError::Malformed(error.to_string()))?;
        if payload.len() > MAX_PAYLOAD_LEN {
            return Err(EventError::TooLong(payload.len()));
        }
        Ok((kind, payload))
    }

    /// What a payload says. Anything that cannot be read, or is out of bounds, is unknown:
    /// it is kept and passed on, and nothing is concluded from it.
    #[must_use]
    pub fn decode(kind: u16, payload: &[u8]) -> Self {
        fn read<T: DeserializeOwned>(payload: &[u8]) -> Option<T> {
            match postcard::take_from_bytes(payload) {
                Ok((fact, [])) => Some(fact),
                _ => None,
            }
        }
        let fact = match kind {
            kind::LESSON_OPENED => read(payload).map(Self::LessonOpened),
            kind::LESSON_CLOSED => read(payload).map(Self::LessonClosed),
            kind::MATERIAL_VIEWED => read(payload).map(Self::MaterialViewed),
            kind::RECORDING_WATCHED => read(payload).map(Self::RecordingWatched),
            kind::ANSWERED => read(payload).map(Self::Answered),
            kind::NOTE_SAVED => read(payload).map(Self::NoteSaved),
            kind::PAPER_STUDY => read(payload).map(Self::PaperStudy),
            _ => None,
        };
        fact.filter(|fact| fact.check().is_ok())
            .unwrap_or_else(|| Self::Unknown {
                kind,
                payload: payload.to_vec(),
            })
    }

    fn check(&self) -> Result<(), EventError> {
        let field = |field, problem| Err(EventError::Field { field, problem });
        match self {
            Self::RecordingWatched(fact) => {
                let ordered = fact.spans.iter().all(|(start, end)| start < end)
                    && fact
                        .spans
                        .iter()
                        .zip(fact.spans.iter().skip(1))
                        .all(|(a, b)| a.1 < b.0);
                if fact.spans.len() > MAX_SPANS || !ordered {
                    return field("spans", "are not ascending and apart, or more than 1,000");
                }
            }
            Self::Answered(fact) => {
                let chars = match &fact.response {
                    Response::Text(text) | Response::Number(text) => text.chars().count(),
                    Response::Choices(places) | Response::Order(places) => places.len(),
                    Response::Choice(_) | Response::DontKnow => 0,
                };
                if chars > MAX_RESPONSE_CHARS {
                    return field("response", "is longer than 2,000 characters");
                }
            }
            Self::NoteSaved(fact) if fact.text.chars().count() > MAX_NOTE_CHARS => {
                return field("note", "is longer than 10,000 characters");
            }
            Self::PaperStudy(fact) => {
                if fact.text.chars().count() > MAX_NOTE_CHARS {
                    return field("paper study", "is longer than 10,000 characters");
                }
                if fact.minutes > 24 * 60 {
                    return field("paper study", "is longer than a day");
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn facts() -> Vec<Fact> {
        let (lesson, material) = (LessonId([1; 16]), MaterialId([2; 16]));
        vec![
            Fact::LessonOpened(LessonOpened {
                lesson,
                revision: 1,
            }),
            Fact::LessonClosed(LessonClosed {
                lesson,
                open_ms: 60_000,
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
            Fact::Answered(Answered {
                lesson,
                drill: BlobId([3; 32]),
                item: 4,
                response: Response::Number("1 2/3".to_owned()),
                took_ms: 8000,
                seed: 77,
                generator: 0,
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
                photo: Some(BlobRef {
                    id: BlobId([6; 32]),
                    len: 100,
                }),
            }),
        ]
    }

    #[test]
    fn every_fact_returns_as_it_was() {
        for fact in facts() {
            let (kind, payload) = fact.encode().unwrap();
            assert_eq!(Fact::decode(kind, &payload), fact);
            assert!(payload.len() < 80, "{fact:?} takes {} bytes", payload.len());
        }
    }

    #[test]
    fn what_cannot_be_read_is_unknown_and_kept() {
        for fact in facts() {
            let (kind, payload) = fact.encode().unwrap();
            let cut = &payload[..payload.len() - 1];
            assert_eq!(
                Fact::decode(kind, cut),
                Fact::Unknown {
                    kind,
                    payload: cut.to_vec()
                }
            );
        }
    }

    #[test]
    fn bounds_hold_on_the_way_out() {
        let spans = vec![(5, 9), (7, 12)];
        let (lesson, material) = (LessonId([1; 16]), MaterialId([2; 16]));
        assert!(
            Fact::RecordingWatched(RecordingWatched {
                lesson,
                material,
                spans
            })
            .encode()
            .is_err()
        );
        let text = "あ".repeat(MAX_NOTE_CHARS + 1);
        let note = NoteSaved {
            note: NoteId([0; 16]),
            lesson: None,
            text,
        };
        assert!(Fact::NoteSaved(note).encode().is_err());
    }
}
