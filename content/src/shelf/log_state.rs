//! What a log is between two calls: the journal, the database, what waits between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::journal::{Journal, Owner};
use super::places::OpenMark;
use super::seal::Seal;
use super::store::Durability;
use super::stream::{
    Kind, Pending, StreamRecord, absorb_into, event_key, next_stream, put_record, rechain,
};
use super::vault::{Changes, Tree, Vault};
use super::{Ground, OpenFinding, ShelfError};
use crate::id::{PupilId, StreamId};
use crate::log::{Chain, Event, Head, StreamOpen, StreamPoint};

/// The database absorbs at this many waiting events.
pub(super) const ABSORB_AT: usize = 128;
/// At so many it absorbs even while the disk is busy.
const MOST_PENDING: usize = 2000;
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
    /// What the pupil did on other terminals, as far as it was brought back.
    pub returned: BTreeMap<u32, StreamRecord>,
    pub chain: Chain,
    pub pending: Pending,
    pub absorb_at: usize,
    pub mended: Vec<OpenFinding>,
    /// Its pupil was removed from the terminal: nothing is read or written any more.
    pub is_gone: bool,
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
        // What is saved needs no database: beside work that keeps the disk busy, a flush of
        // it was measured to hold an answer up for half a second.
        let is_free = !self.ground.is_busy() && self.vault.is_idle();
        let absorb_at = if is_free {
            self.absorb_at
        } else {
            MOST_PENDING
        };
        if self.pending.len() >= absorb_at {
            // The events are saved whatever comes of this; it is tried again later.
            let _ = self.absorb();
        }
        Ok(())
    }

    /// Brings the database up to the journal, then trims the journal.
    pub fn absorb(&mut self) -> Result<(), ShelfError> {
        self.absorb_at = self.pending.len() + ABSORB_AT / 2;
        self.ground.ensure_free(0)?;
        let absorbed = absorb_into(
            &self.vault,
            Some(Kind::Own),
            &mut self.current,
            &mut self.pending,
        );
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

    /// Every stream, in the order in which the pupil's study is told: what other terminals
    /// wrote, then this one's.
    pub fn records(&self) -> impl Iterator<Item = &StreamRecord> {
        let before = self.returned.values().chain(self.former.values());
        before.chain([&self.current])
    }

    pub fn is_returned(&self, record: &StreamRecord) -> bool {
        let known = self.returned.get(&record.order);
        known.is_some_and(|known| known.open.stream == record.open.stream)
    }

    pub fn record(&self, stream: StreamId) -> Option<&StreamRecord> {
        self.records().find(|record| record.open.stream == stream)
    }

    /// The point above all events of a stream that are its own.
    pub fn end_of(&self, record: &StreamRecord) -> Result<Option<StreamPoint>, ShelfError> {
        match record.end {
            _ if record.open.stream == self.current.open.stream => Ok(Some(self.chain.point())),
            Some(end) => self.point_at(record, end),
            None => Ok(Some(record.absorbed)),
        }
    }

    pub fn point_at(
        &self,
        record: &StreamRecord,
        seq: u64,
    ) -> Result<Option<StreamPoint>, ShelfError> {
        // What it once had above belongs to the stream that went on from there.
        if record.end.is_some_and(|end| seq > end) {
            return Ok(None);
        }
        let genesis = Chain::open(&record.open).point();
        let known = [genesis, record.absorbed, record.acknowledged];
        if let Some(point) = known.into_iter().find(|point| point.next_seq == seq) {
            return Ok(Some(point));
        }
        if record.open.stream == self.current.open.stream {
            let mut waiting = self.pending.iter().map(|(_, point)| *point);
            if let Some(point) = waiting.find(|point| point.next_seq == seq) {
                return Ok(Some(point));
            }
            // After a loss it may stand higher than anything that is here.
            if self.chain.point().next_seq == seq {
                return Ok(Some(self.chain.point()));
            }
        }
        let Some(last) = seq
            .checked_sub(1)
            .filter(|_| seq <= record.absorbed.next_seq)
        else {
            return Ok(None);
        };
        let value = self
            .vault
            .get(Tree::Event, &event_key(record.open.stream, last))?;
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

    pub fn events_above(&self, record: &StreamRecord, seq: u64) -> Result<Vec<Event>, ShelfError> {
        let mut above: Vec<Event> = Vec::new();
        let mut from = seq;
        loop {
            let more = self.events_of(record, from, MAX_EVENTS)?;
            let Some(last) = more.last() else {
                return Ok(above);
            };
            from = last.seq.saturating_add(1);
            above.extend(more);
        }
    }

    /// Brings everything under the key in force; `false` where something has to wait.
    pub fn renew(&mut self) -> Result<bool, ShelfError> {
        if !self.pending.is_empty() {
            self.absorb()?;
        }
        self.journal.renew(self.ground.school())?;
        if !self.seal.is_settled() {
            self.vault.rewrite(&|| true)?;
        }
        Ok(self.pending.is_empty() && !has_set_aside(&self.journal_path))
    }

    pub fn fork(&mut self, at: StreamPoint) -> Result<StreamOpen, ShelfError> {
        if self.point_at(&self.current, at.next_seq)? != Some(at) {
            return Err(ShelfError::Fork { at });
        }
        // What stays in this stream must not be left to a journal that is replaced.
        self.absorb()?;
        let above = self.events_above(&self.current, at.next_seq)?;
        let next = next_stream(&self.current, at, above.first())?;
        let (chain, pending) = rechain(&next.open, above)?;
        let header = next.header();
        let events = pending.iter().map(|(event, _)| event);
        // The new journal in the old one's place is the moment of the fork; what follows is
        // done again at the next open if it does not come to its end.
        let owner = Owner {
            seal: Arc::clone(&self.seal),
            pupil: self.pupil,
            school: self.ground.school(),
        };
        self.journal = Journal::create(&self.journal_path, &owner, &header, events)?;
        let mut former = std::mem::replace(&mut self.current, next);
        former.end = Some(at.next_seq);
        self.chain = chain;
        self.pending = pending;
        let mut changes = Changes::default();
        put_record(&mut changes, Kind::Own, &former)?;
        put_record(&mut changes, Kind::Own, &self.current)?;
        self.former.insert(former.order, former);
        if self.vault.commit(&changes, Durability::Now).is_ok() {
            let _ = self.absorb();
        } else {
            self.mark.distrust();
        }
        Ok(self.current.open.clone())
    }
}

/// Whether copies of damaged files are kept beside a log, which only former keys may open.
fn has_set_aside(journal: &Path) -> bool {
    let entries = journal.parent().map(std::fs::read_dir);
    let Some(Ok(entries)) = entries else {
        return false;
    };
    let mut names = entries.flatten().map(|entry| entry.file_name());
    names.any(|name| name.to_string_lossy().contains(".bad-"))
}

impl Drop for LogState {
    fn drop(&mut self) {
        if self.is_gone {
            return;
        }
        if !self.pending.is_empty() && self.absorb().is_err() {
            // They are in the journal; the next open takes them from there.
            self.mark.distrust();
        }
    }
}
