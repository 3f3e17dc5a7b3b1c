//! What a log is between two calls: the journal, the database, what waits between them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::journal::Journal;
use super::places::OpenMark;
use super::seal::Seal;
use super::store::Durability;
use super::stream::{
    Pending, StreamRecord, absorb_into, event_key, next_stream, put_record, rechain,
};
use super::vault::{Changes, Tree, Vault};
use super::{Ground, OpenFinding, ShelfError};
use crate::id::PupilId;
use crate::log::{Chain, Event, Head, StreamOpen, StreamPoint};

/// The database absorbs at this many waiting events.
pub(super) const ABSORB_AT: usize = 128;
/// A journal shorter than this is not trimmed: what it repeats mends a lost database.
const TRIM_AT: u64 = 512 * 1024;
/// The most events that one call returns.
const MAX_EVENTS: usize = 10_000;

/// An open log.
pub(super) struct LogState {
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

impl LogState {
    pub fn append(&mut self, events: Vec<Event>) -> Result<(), ShelfError> {
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
    pub fn absorb(&mut self) -> Result<(), ShelfError> {
        self.absorb_at = self.pending.len() + ABSORB_AT / 2;
        self.ground.ensure_free(0)?;
        let absorbed = absorb_into(&self.vault, &mut self.current, &mut self.pending);
        if absorbed.as_ref().is_err_and(ShelfError::is_damage) {
            self.mark.distrust();
        }
        absorbed?;
        self.absorb_at = ABSORB_AT;
        self.journal.forget_recent();
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

    pub fn point_at(&self, seq: u64) -> Result<Option<StreamPoint>, ShelfError> {
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

    pub fn events_of(
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

    pub fn fork(&mut self, at: StreamPoint) -> Result<StreamOpen, ShelfError> {
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
        let next = next_stream(&self.current, at, above.first())?;
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

impl Drop for LogState {
    fn drop(&mut self) {
        if !self.pending.is_empty() && self.absorb().is_err() {
            // They are in the journal; the next open takes them from there.
            self.mark.distrust();
        }
    }
}
