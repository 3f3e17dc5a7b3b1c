//! The streams of a log: how far each is, and how events get into the database.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ShelfError;
use super::journal::Header;
use super::store::Durability;
use super::vault::{Changes, Tree, Vault};
use crate::id::StreamId;
use crate::log::{Chain, Event, StreamOpen, StreamPoint};

/// Events of one absorbing transaction; with their labels they stay under the bounds of
/// [`super::store`].
const ABSORB_EVENTS: usize = 150;
/// Bytes of one absorbing transaction before sealing.
const ABSORB_BYTES: usize = 90 * 1024;

/// How far a stream is, as the database keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StreamRecord {
    pub open: StreamOpen,
    /// How many streams of this pupil came before.
    pub order: u32,
    /// The database has what lies below.
    pub absorbed: StreamPoint,
    /// The database has every event from here up to `absorbed`; of those below, some may be
    /// only in the cloud since a loss.
    pub whole_from: u64,
    /// The cloud has what lies below.
    pub acknowledged: StreamPoint,
    /// Where a later stream went on, if one did: events from there on are that one's.
    pub end: Option<u64>,
}

impl StreamRecord {
    pub fn begin(open: StreamOpen, order: u32) -> Self {
        let point = Chain::open(&open).point();
        Self {
            open,
            order,
            absorbed: point,
            whole_from: 0,
            acknowledged: point,
            end: None,
        }
    }

    /// The header of a journal that holds what this record's database has not absorbed.
    pub fn header(&self) -> Header {
        let (base, acknowledged) = (self.absorbed, self.acknowledged);
        Header {
            open: self.open.clone(),
            base,
            acknowledged,
        }
    }
}

/// Events that the database has not absorbed, each with the point after it.
pub(super) type Pending = VecDeque<(Event, StreamPoint)>;

/// Writes waiting events in bounded transactions, each with how far it went where the record
/// is to be kept.
pub(super) fn absorb_into(
    vault: &Vault,
    kept_as: Option<Kind>,
    record: &mut StreamRecord,
    pending: &mut Pending,
) -> Result<(), ShelfError> {
    loop {
        let (mut count, mut bytes) = (0, 0);
        let mut changes = Changes::default();
        let mut absorbed = record.absorbed;
        for (event, point) in pending.iter().take(ABSORB_EVENTS) {
            let canonical = event.canonical()?;
            bytes += canonical.len() + 64;
            if count > 0 && bytes > ABSORB_BYTES {
                break;
            }
            let mut value = point.head.0.to_vec();
            value.extend_from_slice(&canonical);
            changes.put(Tree::Event, event_key(record.open.stream, event.seq), value);
            absorbed = *point;
            count += 1;
        }
        let after = StreamRecord {
            absorbed,
            ..record.clone()
        };
        if let Some(kind) = kept_as {
            put_record(&mut changes, kind, &after)?;
        }
        vault.commit(&changes, Durability::Now)?;
        *record = after;
        pending.drain(..count);
        if pending.is_empty() {
            return Ok(());
        }
    }
}

/// The stream that goes on from a point of another, with `first`.
pub(super) fn next_stream(
    record: &StreamRecord,
    at: StreamPoint,
    first: Option<&Event>,
) -> Result<StreamRecord, ShelfError> {
    let open = record.open.fork(at, first)?;
    Ok(StreamRecord::begin(open, record.order.saturating_add(1)))
}

/// Numbers events from 0 in a new stream, in their order.
pub(super) fn rechain(
    open: &StreamOpen,
    events: Vec<Event>,
) -> Result<(Chain, Pending), ShelfError> {
    let mut chain = Chain::open(open);
    let mut pending = Pending::with_capacity(events.len());
    for (seq, event) in (0..).zip(events) {
        let event = Event { seq, ..event };
        let point = chain.push(&event)?;
        pending.push_back((event, point));
    }
    Ok((chain, pending))
}

/// Whose stream a record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Written on this terminal.
    Own,
    /// Written on another terminal of the pupil, and brought back from the cloud.
    Returned,
}

impl Kind {
    /// What keys of records of this kind begin with.
    pub fn key(self) -> &'static [u8] {
        match self {
            Self::Own => b"stream:",
            Self::Returned => b"returned:",
        }
    }
}

pub(super) fn put_record(
    changes: &mut Changes,
    kind: Kind,
    record: &StreamRecord,
) -> Result<(), ShelfError> {
    let value =
        postcard::to_stdvec(record).map_err(|_| ShelfError::damaged("a stream's record"))?;
    let key = [kind.key(), &record.open.stream.0].concat();
    changes.put(Tree::Meta, key, value);
    Ok(())
}

pub(super) fn event_key(stream: StreamId, seq: u64) -> Vec<u8> {
    [stream.0.as_slice(), &seq.to_be_bytes()].concat()
}
