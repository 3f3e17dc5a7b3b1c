//! The chain of heads over a stream.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Event, EventError};
use crate::id::{
    BadId, PupilId, StreamId, deserialize_bytes, parse_hex, serialize_bytes, write_hex,
};

/// The key of a stream's chain. Who has it can make heads; once destroyed, what remains
/// (ids and heads) says nothing of what was in the events.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainSecret(
    #[serde(serialize_with = "secret_out", deserialize_with = "secret_in")] [u8; 32],
);

fn secret_out<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serialize_bytes(&Head(*bytes), bytes, serializer)
}

fn secret_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    deserialize_bytes("a chain's secret", deserializer)
}

impl ChainSecret {
    /// A new secret from the operating system's generator.
    ///
    /// # Errors
    /// Where the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Takes bytes as a secret.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one place that stores them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ChainSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainSecret(..)")
    }
}

impl Drop for ChainSecret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// The head of a stream after some number of events.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head(pub [u8; 32]);

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({self})")
    }
}

impl FromStr for Head {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        parse_hex("a head", text).map(Self)
    }
}

impl Serialize for Head {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_bytes(self, &self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_bytes("a head", deserializer).map(Self)
    }
}

/// A place in a stream: the next number and the head below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamPoint {
    /// How many events lie below.
    pub next_seq: u64,
    /// The head over them.
    pub head: Head,
}

/// How a stream begins; both ends keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamOpen {
    /// The stream.
    pub stream: StreamId,
    /// Whose study it is.
    pub pupil: PupilId,
    /// The key of its chain.
    pub secret: ChainSecret,
    /// The stream and the point that it goes on from, where an earlier incarnation forked.
    pub parent: Option<(StreamId, StreamPoint)>,
}

impl StreamOpen {
    /// The stream that goes on from a point of this one, `first` being the first event that
    /// it takes along. Its name and secret follow from these: two copies of one disk that
    /// part from a third with the same events go on in the same stream, so that the school
    /// gets those events once.
    ///
    /// # Errors
    /// Where the event is too long.
    pub fn fork(&self, at: StreamPoint, first: Option<&Event>) -> Result<Self, EventError> {
        let mut hasher = blake3::Hasher::new_keyed(self.secret.as_bytes());
        hasher
            .update(b"hotaru fork 1")
            .update(&self.stream.0)
            .update(&at.next_seq.to_le_bytes())
            .update(&at.head.0);
        if let Some(event) = first {
            hasher.update(&event.canonical()?);
        }
        let mut output = hasher.finalize_xof();
        let (mut stream, mut secret) = ([0; 16], [0; 32]);
        output.fill(&mut stream);
        output.fill(&mut secret);
        Ok(Self {
            stream: StreamId(stream),
            pupil: self.pupil,
            secret: ChainSecret::from_bytes(secret),
            parent: Some((self.stream, at)),
        })
    }
}

/// Walks a stream's heads.
///
/// `h_0 = K("open", stream, pupil, parent)`, `h_n = K("event", h_{n-1}, canonical bytes)`,
/// with `K` the keyed BLAKE3 under the chain's secret.
#[derive(Debug, Clone)]
pub struct Chain {
    secret: ChainSecret,
    point: StreamPoint,
}

impl Chain {
    /// The chain of a stream without events.
    #[must_use]
    pub fn open(open: &StreamOpen) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(open.secret.as_bytes());
        hasher
            .update(b"hotaru stream 1")
            .update(&open.stream.0)
            .update(&open.pupil.0);
        if let Some((stream, point)) = &open.parent {
            hasher
                .update(&stream.0)
                .update(&point.next_seq.to_le_bytes())
                .update(&point.head.0);
        }
        let head = Head(*hasher.finalize().as_bytes());
        Self {
            secret: open.secret.clone(),
            point: StreamPoint { next_seq: 0, head },
        }
    }

    /// The chain from a point that was reached before.
    #[must_use]
    pub fn resume(secret: ChainSecret, point: StreamPoint) -> Self {
        Self { secret, point }
    }

    /// Where it stands.
    #[must_use]
    pub fn point(&self) -> StreamPoint {
        self.point
    }

    /// Goes one event further.
    ///
    /// # Errors
    /// Where the event is too long, or not the next one: then nothing has moved.
    pub fn push(&mut self, event: &Event) -> Result<StreamPoint, EventError> {
        if event.seq != self.point.next_seq {
            return Err(EventError::Field {
                field: "number",
                problem: "is not the next one",
            });
        }
        let mut hasher = blake3::Hasher::new_keyed(self.secret.as_bytes());
        hasher
            .update(b"event")
            .update(&self.point.head.0)
            .update(&event.canonical()?);
        self.point = StreamPoint {
            next_seq: self.point.next_seq + 1,
            head: Head(*hasher.finalize().as_bytes()),
        };
        Ok(self.point)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::stamp;
    use super::*;

    fn open() -> StreamOpen {
        StreamOpen {
            stream: StreamId([1; 16]),
            pupil: PupilId([2; 16]),
            secret: ChainSecret::from_bytes([3; 32]),
            parent: None,
        }
    }

    fn event(seq: u64, byte: u8) -> Event {
        Event {
            seq,
            stamp: stamp(),
            kind: 4,
            payload: vec![byte],
        }
    }

    #[test]
    fn equal_events_make_equal_heads_and_others_do_not() {
        let (mut a, mut b, mut c) = (
            Chain::open(&open()),
            Chain::open(&open()),
            Chain::open(&open()),
        );
        for seq in 0..3 {
            a.push(&event(seq, 1)).unwrap();
            b.push(&event(seq, 1)).unwrap();
            c.push(&event(seq, u8::from(seq != 1))).unwrap();
        }
        assert_eq!(a.point(), b.point());
        assert_ne!(a.point().head, c.point().head);
        assert_eq!(a.point().next_seq, 3);
    }

    #[test]
    fn a_gap_moves_nothing() {
        let mut chain = Chain::open(&open());
        let before = chain.point();
        assert!(chain.push(&event(1, 1)).is_err());
        assert_eq!(chain.point(), before);
    }

    #[test]
    fn a_chain_goes_on_from_where_it_was() {
        let mut whole = Chain::open(&open());
        whole.push(&event(0, 1)).unwrap();
        let mut resumed = Chain::resume(open().secret, whole.point());
        assert_eq!(
            whole.push(&event(1, 2)).unwrap(),
            resumed.push(&event(1, 2)).unwrap()
        );
    }

    #[test]
    fn another_secret_or_parent_is_another_chain() {
        let mut other = open();
        other.secret = ChainSecret::from_bytes([4; 32]);
        assert_ne!(Chain::open(&open()).point(), Chain::open(&other).point());
        let mut child = open();
        child.parent = Some((StreamId([9; 16]), Chain::open(&open()).point()));
        assert_ne!(Chain::open(&open()).point(), Chain::open(&child).point());
        assert_eq!(format!("{:?}", child.secret), "ChainSecret(..)");
    }
}
