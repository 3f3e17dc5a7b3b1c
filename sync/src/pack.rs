//! What a push holds: a run of one stream's events in packed columns.
//!
//! The payload: a version, the point that it extends, how the stream opens where it begins,
//! a mark of the point after the last event (so that damage on the way is found before
//! anything is stored), and the events. Each field of an event is a column of its
//! own, coded as runs or as Rice codes, whichever is shorter; ids stand once in a
//! dictionary; of wall clocks only what is not explained by the time that an answer took is
//! sent. What columns cannot give back byte for byte travels verbatim. Around it is a
//! [frame](crate::wire::seal_frame), zstd where that makes it shorter.

mod bits;
mod facts;
mod given;
mod read;
#[doc(hidden)]
pub mod sample;
mod text;
mod write;

use hotaru_content::id::{PupilId, StreamId};
use hotaru_content::log::{
    Chain, ChainSecret, Event, EventError, Head, MAX_PAYLOAD_LEN, StreamOpen, StreamPoint,
};

use crate::wire::{Frame, WireError, open_frame, seal_frame};
use bits::{BitReader, BitWriter};

/// The most events of one push.
pub const MAX_EVENTS: usize = 5000;
/// The longest body, in bytes.
pub const MAX_BODY_LEN: usize = 1 << 20;
/// The longest payload that is unpacked, and the most bytes of events that one push makes.
pub const MAX_UNPACKED_LEN: usize = 8 << 20;

/// The first byte of a payload; a change of its form is a new number.
const VERSION: u8 = 1;
/// Bytes of the mark of the point after the last event.
const MARK_LEN: usize = 16;

/// Why bytes are not a push, or events cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The frame is damaged or too large.
    #[error(transparent)]
    Frame(#[from] WireError),
    /// The payload is not one.
    #[error("a push cannot be read ({0}); it is sent again, or this program needs an update")]
    Malformed(&'static str),
    /// It holds too much.
    #[error("a push has more than {most} {what}; send fewer events at once")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The bound.
        most: usize,
    },
    /// An event is out of bounds, or not the next one.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The stream does not begin at the point that was named.
    #[error("the log does not begin where it says; start the program again")]
    Beginning,
}

/// A push: events of one stream from a point on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushBody {
    /// The point that it extends.
    pub from: StreamPoint,
    /// How the stream opens; there exactly where `from` is its beginning.
    pub open: Option<StreamOpen>,
    /// The events, numbered from `from` on without a gap.
    pub events: Vec<Event>,
    mark: [u8; MARK_LEN],
}

impl PushBody {
    /// Makes a push, and tells the point that it leads to.
    ///
    /// # Errors
    /// Where the events do not follow the point, or are too many.
    pub fn new(
        open: &StreamOpen,
        from: StreamPoint,
        events: Vec<Event>,
    ) -> Result<(Self, StreamPoint), PackError> {
        if events.len() > MAX_EVENTS {
            return Err(PackError::TooMuch {
                what: "events",
                most: MAX_EVENTS,
            });
        }
        let opens = from.next_seq == 0;
        if opens && from != Chain::open(open).point() {
            return Err(PackError::Beginning);
        }
        let mut chain = Chain::resume(open.secret.clone(), from);
        for event in &events {
            chain.push(event)?;
        }
        let end = chain.point();
        let open = opens.then(|| open.clone());
        Ok((
            Self {
                from,
                open,
                events,
                mark: mark_of(end),
            },
            end,
        ))
    }

    /// Whether the push leads to this point, as far as its mark tells.
    #[must_use]
    pub fn leads_to(&self, end: StreamPoint) -> bool {
        let len = self.events.len() as u64;
        self.from.next_seq.checked_add(len) == Some(end.next_seq) && self.mark == mark_of(end)
    }

    /// The body, framed.
    ///
    /// # Errors
    /// Where it is too long to be taken at the other end.
    pub fn encode(&self) -> Result<Vec<u8>, PackError> {
        let packed = self.payload(false);
        // Columns are an optimisation: what they do not give back is sent verbatim.
        let stream = self
            .open
            .as_ref()
            .map_or(StreamId([0; 16]), |open| open.stream);
        let payload = match Self::read(stream, &packed) {
            Ok(again) if again == *self => packed,
            _ => self.payload(true),
        };
        if payload.len() > MAX_UNPACKED_LEN {
            return Err(PackError::TooMuch {
                what: "bytes",
                most: MAX_UNPACKED_LEN,
            });
        }
        let body = seal_frame(&payload, Frame::Small);
        if body.len() > MAX_BODY_LEN {
            return Err(PackError::TooMuch {
                what: "bytes",
                most: MAX_BODY_LEN,
            });
        }
        Ok(body)
    }

    /// Reads a body that was pushed to `stream`.
    ///
    /// # Errors
    /// Where it is not one, or out of bounds. That the events lead to the head that they
    /// name is [`intake`](crate::intake)'s to check, which knows the chain's secret.
    pub fn decode(stream: StreamId, body: &[u8]) -> Result<Self, PackError> {
        if body.len() > MAX_BODY_LEN {
            return Err(PackError::TooMuch {
                what: "bytes",
                most: MAX_BODY_LEN,
            });
        }
        Self::read(stream, &open_frame(body, MAX_UNPACKED_LEN)?)
    }

    fn payload(&self, verbatim: bool) -> Vec<u8> {
        let mut bits = BitWriter::default();
        bits.put(u64::from(VERSION), 8);
        bits.flag(self.open.is_some());
        match &self.open {
            Some(open) => write_open(&mut bits, open),
            None => write_point(&mut bits, self.from),
        }
        bits.bytes(&self.mark);
        write::events(bits, &self.events, verbatim)
    }

    fn read(stream: StreamId, payload: &[u8]) -> Result<Self, PackError> {
        let mut bits = BitReader::new(payload);
        if bits.take(8)? != u64::from(VERSION) {
            return Err(PackError::Malformed("its form is of a newer program"));
        }
        let open = if bits.flag()? {
            Some(read_open(&mut bits, stream)?)
        } else {
            None
        };
        let from = match &open {
            Some(open) => Chain::open(open).point(),
            None => read_point(&mut bits)?,
        };
        if open.is_none() && from.next_seq == 0 {
            return Err(PackError::Beginning);
        }
        let mark = bits.bytes()?;
        let events = read::events(&mut bits, from.next_seq)?;
        Ok(Self {
            from,
            open,
            events,
            mark,
        })
    }
}

/// Covers the number, too: the chain itself does not.
fn mark_of(end: StreamPoint) -> [u8; MARK_LEN] {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(&end.next_seq.to_le_bytes())
        .update(&end.head.0);
    let mut mark = [0; MARK_LEN];
    hasher.finalize_xof().fill(&mut mark);
    mark
}

fn write_point(bits: &mut BitWriter, point: StreamPoint) {
    bits.number(point.next_seq);
    bits.bytes(&point.head.0);
}

fn read_point(bits: &mut BitReader<'_>) -> Result<StreamPoint, PackError> {
    let next_seq = bits.number()?;
    // The cloud keeps it in a signed 64-bit column.
    if next_seq > i64::MAX as u64 - MAX_EVENTS as u64 {
        return Err(PackError::Malformed("it goes on from beyond every log"));
    }
    Ok(StreamPoint {
        next_seq,
        head: Head(bits.bytes()?),
    })
}

fn write_open(bits: &mut BitWriter, open: &StreamOpen) {
    bits.bytes(&open.pupil.0);
    bits.bytes(open.secret.as_bytes());
    bits.flag(open.parent.is_some());
    if let Some((stream, point)) = &open.parent {
        bits.bytes(&stream.0);
        write_point(bits, *point);
    }
}

fn read_open(bits: &mut BitReader<'_>, stream: StreamId) -> Result<StreamOpen, PackError> {
    let pupil = PupilId(bits.bytes()?);
    let secret = ChainSecret::from_bytes(bits.bytes()?);
    let parent = if bits.flag()? {
        Some((StreamId(bits.bytes()?), read_point(bits)?))
    } else {
        None
    };
    Ok(StreamOpen {
        stream,
        pupil,
        secret,
        parent,
    })
}

const _: () = assert!(MAX_PAYLOAD_LEN < MAX_UNPACKED_LEN);

#[cfg(test)]
mod tests;
