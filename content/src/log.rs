//! The study log: what a pupil did, as facts that are only ever added.
//!
//! A [`StreamId`](crate::id::StreamId) is one pupil on one profile in one incarnation. Its
//! events are numbered from 0 without a gap and chained: each head is a keyed BLAKE3 over
//! the head before and the event's canonical bytes, so that two ends that agree on a head
//! agree on every event below it. Kinds that a program does not know are kept verbatim.

mod chain;
mod fact;

pub use chain::{Chain, ChainSecret, Head, StreamOpen, StreamPoint};
pub use fact::{
    Answered, Fact, LessonClosed, LessonOpened, MaterialViewed, NoteSaved, PaperStudy,
    RecordingWatched, kind,
};

use serde::{Deserialize, Serialize};

use crate::clock::Stamp;
use crate::id::BootId;

/// The largest payload of an event, in bytes.
pub const MAX_PAYLOAD_LEN: usize = 64 * 1024;

/// One event, as it is kept and as it travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the stream, from 0.
    pub seq: u64,
    /// When, by the terminal's clocks.
    pub stamp: Stamp,
    /// Its kind ([`kind`]); unknown ones are kept.
    pub kind: u16,
    /// The fact in its binary form; what it means is [`Event::fact`]'s affair.
    pub payload: Vec<u8>,
}

/// Why bytes are not an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The bytes end too early or do not parse.
    #[error("an event's bytes cannot be read: {0}")]
    Malformed(String),
    /// The payload is over [`MAX_PAYLOAD_LEN`].
    #[error("an event carries {0} bytes, more than 64 KiB; shorten the text and save again")]
    TooLong(usize),
    /// A field is out of bounds.
    #[error("an event's {field} {problem}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
}

/// The first byte of canonical bytes; a change of their form is a new number.
const CANONICAL_VERSION: u8 = 1;

/// Canonical bytes: version, then Postcard (<https://postcard.jamesmunns.com/wire-format>)
/// of these fields in this order. `seq` is not among them: the chain's order is the proof.
#[derive(Serialize, Deserialize)]
struct Canonical<'a> {
    kind: u16,
    wall_ms: i64,
    mono_ms: u64,
    boot: BootId,
    #[serde(borrow)]
    payload: &'a [u8],
}

impl Event {
    /// Makes an event of a fact.
    ///
    /// # Errors
    /// Where the fact is out of bounds.
    pub fn new(seq: u64, stamp: Stamp, fact: &Fact) -> Result<Self, EventError> {
        let (kind, payload) = fact.encode()?;
        Ok(Self {
            seq,
            stamp,
            kind,
            payload,
        })
    }

    /// What it means; an unknown kind, or a payload that this program cannot read, comes
    /// back as [`Fact::Unknown`] with its bytes.
    #[must_use]
    pub fn fact(&self) -> Fact {
        Fact::decode(self.kind, &self.payload)
    }

    /// The bytes that the chain is made over.
    ///
    /// # Errors
    /// Where the payload is too long.
    pub fn canonical(&self) -> Result<Vec<u8>, EventError> {
        if self.payload.len() > MAX_PAYLOAD_LEN {
            return Err(EventError::TooLong(self.payload.len()));
        }
        let canonical = Canonical {
            kind: self.kind,
            wall_ms: self.stamp.wall_ms,
            mono_ms: self.stamp.mono_ms,
            boot: self.stamp.boot,
            payload: &self.payload,
        };
        postcard::to_extend(&canonical, vec![CANONICAL_VERSION])
            .map_err(|error| EventError::Malformed(error.to_string()))
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// Where they are not the canonical bytes of an event.
    pub fn from_canonical(seq: u64, bytes: &[u8]) -> Result<Self, EventError> {
        let malformed = |why: &str| EventError::Malformed(why.to_owned());
        let (version, rest) = bytes
            .split_first()
            .ok_or_else(|| malformed("they are empty"))?;
        if *version != CANONICAL_VERSION {
            return Err(malformed("their form is of a newer program"));
        }
        let (canonical, left): (Canonical<'_>, &[u8]) =
            postcard::take_from_bytes(rest).map_err(|error| malformed(&error.to_string()))?;
        if !left.is_empty() {
            return Err(malformed("bytes follow its end"));
        }
        if canonical.payload.len() > MAX_PAYLOAD_LEN {
            return Err(EventError::TooLong(canonical.payload.len()));
        }
        Ok(Self {
            seq,
            stamp: Stamp {
                wall_ms: canonical.wall_ms,
                mono_ms: canonical.mono_ms,
                boot: canonical.boot,
            },
            kind: canonical.kind,
            payload: canonical.payload.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::LessonId;

    pub(super) fn stamp() -> Stamp {
        Stamp {
            wall_ms: 1_795_186_799_000,
            mono_ms: 12_345,
            boot: BootId([7; 16]),
        }
    }

    #[test]
    fn canonical_bytes_return_the_event() {
        let fact = Fact::LessonOpened(LessonOpened {
            lesson: LessonId([3; 16]),
            revision: 2,
        });
        let event = Event::new(5, stamp(), &fact).unwrap();
        let bytes = event.canonical().unwrap();
        assert_eq!(Event::from_canonical(5, &bytes).unwrap(), event);
        assert_eq!(event.fact(), fact);
    }

    #[test]
    fn a_kind_from_the_future_is_kept_verbatim() {
        let event = Event {
            seq: 0,
            stamp: stamp(),
            kind: 999,
            payload: vec![1, 2, 3],
        };
        let again = Event::from_canonical(0, &event.canonical().unwrap()).unwrap();
        assert_eq!(again, event);
        assert_eq!(
            again.fact(),
            Fact::Unknown {
                kind: 999,
                payload: vec![1, 2, 3]
            }
        );
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let event = Event {
            seq: 0,
            stamp: stamp(),
            kind: 1,
            payload: vec![9; 40],
        };
        let bytes = event.canonical().unwrap();
        for len in 0..bytes.len() {
            assert!(Event::from_canonical(0, &bytes[..len]).is_err(), "{len}");
        }
        let mut long = bytes.clone();
        long.push(0);
        assert!(Event::from_canonical(0, &long).is_err());
        let huge = Event {
            payload: vec![0; MAX_PAYLOAD_LEN + 1],
            ..event
        };
        assert!(matches!(huge.canonical(), Err(EventError::TooLong(_))));
    }
}
