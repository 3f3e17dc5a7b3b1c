//! One pupil's study log on this terminal.
//!
//! An event is saved once it is in the [`Journal`]. The database absorbs the journal in
//! bounded transactions, each of which also says how far it went; what it has not absorbed
//! lies in memory too. What both the cloud and the database have leaves the journal.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::journal::{Header, Journal};
use super::ladder::remove_set_aside;
use super::places::OpenMark;
use super::pupil_open;
use super::seal::Seal;
use super::store::Durability;
use super::vault::{Changes, Tree, Vault};
use super::{Ground, OpenFinding, OpenOptions, ShelfError};
use crate::clock::Stamp;
use crate::id::{PupilId, StreamId};
use crate::log::{Chain, ChainSecret, Event, Fact, Head, StreamOpen, StreamPoint};

/// The database absorbs at this many waiting events.
const ABSORB_AT: usize = 128;
/// Events of one absorbing transaction; with their labels they stay under the bounds of
/// [`super::store`].
const ABSORB_EVENTS: usize = 150;
/// Bytes of one absorbing transaction before sealing.
const ABSORB_BYTES: usize = 90 * 1024;
/// A journal shorter than this is not trimmed: what it repeats mends a lost database.
const TRIM_AT: u64 = 512 * 1024;
/// The most events that one call returns.
const MAX_EVENTS: usize = 10_000;
/// The longest draft, in bytes.
const MAX_DRAFT_LEN: usize = 64 * 1024;
/// The longest name of a draft, in bytes.
const MAX_DRAFT_KEY_LEN: usize = 200;

/// A pupil's log; cheap to clone.
#[derive(Clone)]
pub struct PupilLog {
    pupil: PupilId,
    inner: Arc<Mutex<Inner>>,
}

impl fmt::Debug for PupilLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PupilLog({})", self.pupil)
    }
}

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

/// What opening a log leads to.
pub(super) struct Inner {
    pub pupil: PupilId,
    pub seal: Arc<Seal>,
    pub journal: Journal,
    pub journal_path: PathBuf,
    pub store_path: PathBuf,
    pub current: StreamRecord,
    pub former: BTreeMap<u32, StreamRecord>,
    pub chain: Chain,
    pub pending: Pending,
    pub absorb_at: usize,
    pub mended: Vec<OpenFinding>,
    // The database closes before its mark goes, and that before the profile's lock.
    pub vault: Arc<Vault>,
    pub mark: OpenMark,
    pub ground: Arc<Ground>,
}

impl PupilLog {
    pub(super) fn open(
        ground: &Arc<Ground>,
        dir: PathBuf,
        pupil: PupilId,
        seal: Arc<Seal>,
        options: &OpenOptions,
    ) -> Result<Self, ShelfError> {
        let mut inner = pupil_open::open(Arc::clone(ground), dir, pupil, seal, options)?;
        if inner.pending.len() >= ABSORB_AT {
            // A disk without room may stop this; the events are safe in the journal.
            let _ = inner.absorb();
        }
        Ok(Self {
            pupil,
            inner: Arc::new(Mutex::new(inner)),
        })
    }

    /// Damage that is met while reading makes the next open look closely and rebuild.
    fn noted<T>(inner: &Inner, result: Result<T, ShelfError>) -> Result<T, ShelfError> {
        if result.as_ref().is_err_and(ShelfError::is_damage) {
            inner.mark.distrust();
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose log this is.
    #[must_use]
    pub fn pupil(&self) -> PupilId {
        self.pupil
    }

    /// What was found and mended when this log was opened.
    #[must_use]
    pub fn mended(&self) -> Vec<OpenFinding> {
        self.lock().mended.clone()
    }

    /// Adds an event. Once this returns, neither a crash nor a flat battery loses it.
    ///
    /// # Errors
    /// [`ShelfError::Event`] where the fact is out of bounds; [`ShelfError::NotSaved`]
    /// where the disk refused it: then this event is not in the log, all earlier ones are,
    /// and the log goes on once the disk does.
    pub fn append(&self, stamp: Stamp, fact: &Fact) -> Result<Event, ShelfError> {
        let mut inner = self.lock();
        let event = Event::new(inner.chain.point().next_seq, stamp, fact)?;
        inner.append(vec![event.clone()])?;
        Ok(event)
    }

    /// Adds several events with one `fdatasync`: all of them or none.
    ///
    /// # Errors
    /// As [`PupilLog::append`].
    pub fn append_many(&self, facts: &[(Stamp, Fact)]) -> Result<Vec<Event>, ShelfError> {
        let mut inner = self.lock();
        let first = inner.chain.point().next_seq;
        let events = (first..)
            .zip(facts)
            .map(|(seq, (stamp, fact))| Event::new(seq, *stamp, fact))
            .collect::<Result<Vec<_>, _>>()?;
        inner.append(events.clone())?;
        Ok(events)
    }

    /// How the stream that is written now begins.
    #[must_use]
    pub fn open_info(&self) -> StreamOpen {
        self.lock().current.open.clone()
    }

    /// Where the log stands here.
    #[must_use]
    pub fn point(&self) -> StreamPoint {
        self.lock().chain.point()
    }

    /// Up to where the cloud has it.
    #[must_use]
    pub fn acknowledged(&self) -> StreamPoint {
        self.lock().current.acknowledged
    }

    /// How many events the cloud does not have yet.
    #[must_use]
    pub fn unsent(&self) -> u64 {
        let inner = self.lock();
        inner
            .chain
            .point()
            .next_seq
            .saturating_sub(inner.current.acknowledged.next_seq)
    }

    /// Notes that the cloud has everything below a point. An older point than the one
    /// noted changes nothing.
    ///
    /// # Errors
    /// [`ShelfError::Fork`] where the point is not on this stream.
    pub fn acknowledge(&self, point: StreamPoint) -> Result<(), ShelfError> {
        let mut inner = self.lock();
        if inner.point_at(point.next_seq)? != Some(point) {
            return Err(ShelfError::Fork { at: point });
        }
        if point.next_seq <= inner.current.acknowledged.next_seq {
            return Ok(());
        }
        inner.current.acknowledged = point;
        // A full disk may keep the database from noting it; the cloud then says it again.
        let _ = inner.absorb();
        Ok(())
    }

    /// Up to `max` (and at most 10,000) events of the present stream from a number on, in
    /// order. Numbers that only the cloud has are passed over.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn events(&self, from: u64, max: usize) -> Result<Vec<Event>, ShelfError> {
        let inner = self.lock();
        Self::noted(&inner, inner.events_of(&inner.current, from, max))
    }

    /// Every stream of this pupil here, oldest first, with the number of its events: an
    /// earlier one ends where the next goes on.
    #[must_use]
    pub fn streams(&self) -> Vec<(StreamOpen, u64)> {
        let inner = self.lock();
        let mut streams: Vec<_> = inner
            .former
            .values()
            .map(|record| {
                (
                    record.open.clone(),
                    record.end.unwrap_or(record.absorbed.next_seq),
                )
            })
            .collect();
        streams.push((inner.current.open.clone(), inner.chain.point().next_seq));
        streams
    }

    /// Like [`PupilLog::events`], of any stream of [`PupilLog::streams`].
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn events_of(
        &self,
        stream: StreamId,
        from: u64,
        max: usize,
    ) -> Result<Vec<Event>, ShelfError> {
        let inner = self.lock();
        let known = inner.former.values().chain([&inner.current]);
        match known
            .into_iter()
            .find(|record| record.open.stream == stream)
        {
            Some(record) => Self::noted(&inner, inner.events_of(record, from, max)),
            None => Ok(Vec::new()),
        }
    }

    /// The point below event `seq` of the present stream, for finding where two ends part;
    /// `None` where it is not known here.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn point_at(&self, seq: u64) -> Result<Option<StreamPoint>, ShelfError> {
        let inner = self.lock();
        Self::noted(&inner, inner.point_at(seq))
    }

    /// Goes on in a new stream from a point that both ends have: the events above it move
    /// there in their order, the ones below stay. Nothing is lost.
    ///
    /// # Errors
    /// [`ShelfError::Fork`] where the point is not on this stream.
    pub fn fork(&self, at: StreamPoint) -> Result<StreamOpen, ShelfError> {
        self.lock().fork(at)
    }

    /// An unfinished input, as it was last kept.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn draft(&self, key: &str) -> Result<Option<String>, ShelfError> {
        let inner = self.lock();
        let bytes = Self::noted(&inner, inner.vault.get(Tree::Draft, key.as_bytes()))?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Keeps an unfinished input of at most 64 KiB; an empty one is forgotten. It survives
    /// the end of the program at once and of the machine within a second.
    ///
    /// # Errors
    /// Where it is too long or the database cannot be written.
    pub fn set_draft(&self, key: &str, text: &str) -> Result<(), ShelfError> {
        if key.len() > MAX_DRAFT_KEY_LEN {
            return Err(ShelfError::TooLong {
                what: "a draft's name",
                limit: MAX_DRAFT_KEY_LEN,
            });
        }
        if text.len() > MAX_DRAFT_LEN {
            return Err(ShelfError::TooLong {
                what: "a draft",
                limit: MAX_DRAFT_LEN,
            });
        }
        let mut changes = Changes::default();
        if text.is_empty() {
            changes.delete(Tree::Draft, key.as_bytes());
        } else {
            changes.put(Tree::Draft, key.as_bytes(), text.as_bytes().to_vec());
        }
        let inner = self.lock();
        inner.ground.ensure_free(text.len() as u64)?;
        inner.vault.commit(&changes, Durability::Soon)
    }

    /// Removes copies of damaged files that were kept until the cloud had everything; says
    /// how many bytes that freed. Does nothing while events are unsent.
    #[must_use]
    pub fn remove_damaged_copies(&self) -> u64 {
        let inner = self.lock();
        if inner.chain.point() != inner.current.acknowledged {
            return 0;
        }
        remove_set_aside(&inner.store_path) + remove_set_aside(&inner.journal_path)
    }
}

#[cfg(test)]
impl PupilLog {
    /// Loses an event of the database, as sled may after damage.
    pub(super) fn forget_event(&self, seq: u64) {
        let mut inner = self.lock();
        inner.absorb().unwrap();
        let mut changes = Changes::default();
        changes.delete(Tree::Event, event_key(inner.current.open.stream, seq));
        inner.vault.commit(&changes, Durability::Now).unwrap();
    }
}

impl Inner {
    fn append(&mut self, events: Vec<Event>) -> Result<(), ShelfError> {
        let mut chain = self.chain.clone();
        let mut points = Vec::with_capacity(events.len());
        for event in &events {
            points.push(chain.push(event)?);
        }
        if events.is_empty() {
            return Ok(());
        }
        self.journal.append(&events)?;
        self.chain = chain;
        self.pending.extend(events.into_iter().zip(points));
        if self.pending.len() >= self.absorb_at {
            // The events are saved whatever comes of this; it is tried again later.
            let _ = self.absorb();
        }
        Ok(())
    }

    /// Brings the database up to the journal, then trims the journal.
    fn absorb(&mut self) -> Result<(), ShelfError> {
        self.absorb_at = self.pending.len() + ABSORB_AT / 2;
        self.ground.ensure_free(0)?;
        absorb_into(&self.vault, &mut self.current, &mut self.pending)?;
        self.absorb_at = ABSORB_AT;
        self.trim()
    }

    fn trim(&mut self) -> Result<(), ShelfError> {
        if self.journal.len() < TRIM_AT {
            return Ok(());
        }
        let (absorbed, acknowledged) = (self.current.absorbed, self.current.acknowledged);
        let base = if absorbed.next_seq < acknowledged.next_seq {
            absorbed
        } else {
            acknowledged
        };
        self.journal.trim(base, acknowledged)
    }

    pub(super) fn point_at(&self, seq: u64) -> Result<Option<StreamPoint>, ShelfError> {
        let genesis = Chain::open(&self.current.open).point();
        let known = [
            genesis,
            self.current.absorbed,
            self.current.acknowledged,
            self.chain.point(),
        ];
        if let Some(point) = known.into_iter().find(|point| point.next_seq == seq) {
            return Ok(Some(point));
        }
        if let Some((_, point)) = self.pending.iter().find(|(_, point)| point.next_seq == seq) {
            return Ok(Some(*point));
        }
        let Some(last) = seq
            .checked_sub(1)
            .filter(|_| seq <= self.current.absorbed.next_seq)
        else {
            return Ok(None);
        };
        let value = self
            .vault
            .get(Tree::Event, &event_key(self.current.open.stream, last))?;
        Ok(value.and_then(|value| {
            let head = Head(*value.first_chunk::<32>()?);
            Some(StreamPoint {
                next_seq: seq,
                head,
            })
        }))
    }

    fn events_of(
        &self,
        record: &StreamRecord,
        from: u64,
        max: usize,
    ) -> Result<Vec<Event>, ShelfError> {
        let max = max.min(MAX_EVENTS);
        let mut events = Vec::new();
        let end = record.end.unwrap_or(record.absorbed.next_seq);
        for seq in from..end {
            if events.len() == max {
                return Ok(events);
            }
            let value = self
                .vault
                .get(Tree::Event, &event_key(record.open.stream, seq))?;
            let Some(value) = value else {
                if seq >= record.whole_from {
                    return Err(ShelfError::damaged("the list of events in the database"));
                }
                continue;
            };
            let canonical = value.get(32..).unwrap_or_default();
            let event = Event::from_canonical(seq, canonical);
            events.push(event.map_err(|_| ShelfError::damaged("an event in the database"))?);
        }
        if record.open.stream == self.current.open.stream {
            let room = max.saturating_sub(events.len());
            let waiting = self.pending.iter().map(|(event, _)| event);
            events.extend(
                waiting
                    .filter(|event| event.seq >= from)
                    .take(room)
                    .cloned(),
            );
        }
        Ok(events)
    }

    fn fork(&mut self, at: StreamPoint) -> Result<StreamOpen, ShelfError> {
        if self.point_at(at.next_seq)? != Some(at) {
            return Err(ShelfError::Fork { at });
        }
        // What stays in this stream must not be left to a journal that is replaced.
        self.absorb()?;
        let mut above = Vec::new();
        let mut from = at.next_seq;
        while let Some(last) = {
            let more = self.events_of(&self.current, from, MAX_EVENTS)?;
            above.extend(more);
            above
                .last()
                .filter(|event| event.seq >= from)
                .map(|event| event.seq)
        } {
            from = last.saturating_add(1);
        }
        let next = next_stream(&self.current, at)?;
        let (chain, pending) = rechain(&next.open, above)?;
        let header = next.header();
        let events = pending.iter().map(|(event, _)| event);
        // The new journal in the old one's place is the moment of the fork; what follows is
        // done again at the next open if it does not come to its end.
        let seal = Arc::clone(&self.seal);
        self.journal = Journal::create(&self.journal_path, seal, self.pupil, &header, events)?;
        let mut former = std::mem::replace(&mut self.current, next);
        former.end = Some(at.next_seq);
        self.chain = chain;
        self.pending = pending;
        let mut changes = Changes::default();
        put_record(&mut changes, &former)?;
        put_record(&mut changes, &self.current)?;
        self.former.insert(former.order, former);
        if self.vault.commit(&changes, Durability::Now).is_ok() {
            let _ = self.absorb();
        } else {
            self.mark.distrust();
        }
        Ok(self.current.open.clone())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if !self.pending.is_empty() && self.absorb().is_err() {
            // They are in the journal; the next open takes them from there.
            self.mark.distrust();
        }
    }
}

/// Writes waiting events, and how far they go, in bounded transactions.
pub(super) fn absorb_into(
    vault: &Vault,
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
        put_record(&mut changes, &after)?;
        vault.commit(&changes, Durability::Now)?;
        *record = after;
        pending.drain(..count);
        if pending.is_empty() {
            return Ok(());
        }
    }
}

/// The stream that goes on from a point of another.
pub(super) fn next_stream(
    record: &StreamRecord,
    at: StreamPoint,
) -> Result<StreamRecord, ShelfError> {
    let open = StreamOpen {
        stream: StreamId::random()?,
        pupil: record.open.pupil,
        secret: ChainSecret::random()?,
        parent: Some((record.open.stream, at)),
    };
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

pub(super) fn put_record(changes: &mut Changes, record: &StreamRecord) -> Result<(), ShelfError> {
    let value =
        postcard::to_stdvec(record).map_err(|_| ShelfError::damaged("a stream's record"))?;
    changes.put(Tree::Meta, record_key(record.open.stream), value);
    Ok(())
}

pub(super) const RECORD_KEY: &[u8] = b"stream:";

fn record_key(stream: StreamId) -> Vec<u8> {
    [RECORD_KEY, &stream.0].concat()
}

pub(super) fn event_key(stream: StreamId, seq: u64) -> Vec<u8> {
    [stream.0.as_slice(), &seq.to_be_bytes()].concat()
}
