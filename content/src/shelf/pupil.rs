//! One pupil's study log on this terminal.
//!
//! An event is saved once it is in the journal. The database absorbs the journal in
//! bounded transactions, each of which also says how far it went; what it has not absorbed
//! lies in memory too. What both the cloud and the database have leaves the journal.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ladder::remove_set_aside;
use super::log_check::LogCheck;
use super::log_open;
use super::log_state::{ABSORB_AT, LogState};
use super::seal::Seal;
use super::store::Durability;
use super::vault::{Changes, GoOn, Tree};
use super::{Ground, OpenFinding, OpenOptions, ShelfError, Tidied};
use crate::clock::Stamp;
use crate::id::{PupilId, StreamId};
use crate::log::{Event, Fact, StreamOpen, StreamPoint};

/// The longest draft, in bytes.
const MAX_DRAFT_LEN: usize = 64 * 1024;
/// The longest name of a draft, in bytes.
const MAX_DRAFT_KEY_LEN: usize = 200;

/// A stream as it stands on this terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStream {
    /// How it opens.
    pub open: StreamOpen,
    /// Where it ends here.
    pub point: StreamPoint,
    /// Up to where the cloud has said that it has it.
    pub acknowledged: StreamPoint,
    /// It was written on another terminal and came back from the cloud.
    pub is_returned: bool,
    /// Below this, some of its events are only at the cloud since a loss here.
    pub lacks_below: Option<StreamPoint>,
}

/// A pupil's log; cheap to clone.
#[derive(Clone)]
pub struct PupilLog {
    pupil: PupilId,
    inner: Arc<Mutex<LogState>>,
}

impl fmt::Debug for PupilLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PupilLog({})", self.pupil)
    }
}

impl PupilLog {
    pub(super) fn open(
        ground: &Arc<Ground>,
        dir: PathBuf,
        pupil: PupilId,
        seal: Arc<Seal>,
        options: &OpenOptions,
    ) -> Result<Self, ShelfError> {
        let mut inner = log_open::open(ground, &dir, pupil, &seal, options)?;
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
    fn noted<T>(inner: &LogState, result: Result<T, ShelfError>) -> Result<T, ShelfError> {
        if result.as_ref().is_err_and(ShelfError::is_damage) {
            inner.mark.distrust();
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, LogState> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log, while its pupil has a place on this terminal.
    fn here(&self) -> Result<MutexGuard<'_, LogState>, ShelfError> {
        let inner = self.lock();
        match inner.is_gone {
            false => Ok(inner),
            true => Err(ShelfError::NoPupil(self.pupil)),
        }
    }

    /// Ends the log, whoever else holds it, where nothing of it is unsent or that may be lost.
    pub(super) fn end(&self, lose_unsent: bool) -> Result<(), ShelfError> {
        let mut inner = self.here()?;
        let point = inner.chain.point().next_seq;
        let unsent = point.saturating_sub(inner.current.acknowledged.next_seq);
        if unsent > 0 && !lose_unsent {
            return Err(ShelfError::Unsent {
                pupil: self.pupil,
                events: Some(unsent),
            });
        }
        inner.is_gone = true;
        Ok(())
    }

    /// Takes [`PupilLog::end`] back: the pupil stays.
    pub(super) fn go_on(&self) {
        self.lock().is_gone = false;
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
        let mut inner = self.here()?;
        let event = Event::new(inner.chain.point().next_seq, stamp, fact)?;
        inner.append(vec![event.clone()])?;
        Ok(event)
    }

    /// Adds several events with one `fdatasync`: all of them or none.
    ///
    /// # Errors
    /// As [`PupilLog::append`].
    pub fn append_many(&self, facts: &[(Stamp, Fact)]) -> Result<Vec<Event>, ShelfError> {
        let mut inner = self.here()?;
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
        let mut inner = self.here()?;
        if inner.point_at(&inner.current, point.next_seq)? != Some(point) {
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
        let inner = self.here()?;
        Self::noted(&inner, inner.events_of(&inner.current, from, max))
    }

    /// Every stream of this pupil here, in the order in which the study is told: what was
    /// brought back from other terminals, then this one's, an earlier one ending where the
    /// next goes on.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn streams(&self) -> Result<Vec<KeptStream>, ShelfError> {
        let inner = self.here()?;
        let mut streams = Vec::new();
        for record in inner.records() {
            // The end of a stream that a loss took away is known to the cloud alone.
            let Some(point) = Self::noted(&inner, inner.end_of(record))? else {
                continue;
            };
            let lacks_below = match record.whole_from {
                0 => None,
                seq => Self::noted(&inner, inner.point_at(record, seq))?,
            };
            let is_current = record.open.stream == inner.current.open.stream;
            streams.push(KeptStream {
                open: record.open.clone(),
                point,
                acknowledged: if is_current {
                    record.acknowledged
                } else {
                    point
                },
                is_returned: inner.is_returned(record),
                lacks_below,
            });
        }
        Ok(streams)
    }

    /// Takes events of a stream of this pupil's that came back from the cloud: of another
    /// terminal, or of this one where a loss took them. They begin at `from`, which must be
    /// the end of what is here of that stream, or lie in the hole; returns the point after
    /// them. Durable on return.
    ///
    /// # Errors
    /// [`ShelfError::Fork`] where they do not belong there; [`ShelfError::NoPupil`] where
    /// they are another pupil's; [`ShelfError::Event`] where they are not in order.
    pub fn take_back(
        &self,
        open: &StreamOpen,
        from: StreamPoint,
        events: Vec<Event>,
    ) -> Result<StreamPoint, ShelfError> {
        self.here()?.take_back(open, from, events)
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
        let inner = self.here()?;
        match inner.record(stream) {
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
        let inner = self.here()?;
        Self::noted(&inner, inner.point_at(&inner.current, seq))
    }

    /// Like [`PupilLog::point_at`], of any stream of [`PupilLog::streams`].
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn point_of(&self, stream: StreamId, seq: u64) -> Result<Option<StreamPoint>, ShelfError> {
        let inner = self.here()?;
        match inner.record(stream) {
            Some(record) => Self::noted(&inner, inner.point_at(record, seq)),
            None => Ok(None),
        }
    }

    /// Goes on in a new stream from a point that both ends have: the events above it move
    /// there in their order, the ones below stay. Nothing is lost.
    ///
    /// # Errors
    /// [`ShelfError::Fork`] where the point is not on this stream.
    pub fn fork(&self, at: StreamPoint) -> Result<StreamOpen, ShelfError> {
        self.here()?.fork(at)
    }

    /// Like [`PupilLog::fork`], of any stream of [`PupilLog::streams`]: what an earlier one
    /// has above the point goes into a stream of its own, which is still to be sent.
    ///
    /// # Errors
    /// [`ShelfError::Fork`] where the point is not on that stream.
    pub fn fork_of(&self, stream: StreamId, at: StreamPoint) -> Result<StreamOpen, ShelfError> {
        let mut inner = self.here()?;
        if inner.current.open.stream == stream {
            inner.fork(at)
        } else {
            inner.fork_former(stream, at)
        }
    }

    /// An unfinished input, as it was last kept.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn draft(&self, key: &str) -> Result<Option<String>, ShelfError> {
        let inner = self.here()?;
        let bytes = Self::noted(&inner, inner.vault.get(Tree::Draft, key.as_bytes()))?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Keeps an unfinished input of at most 64 KiB; an empty one is forgotten. It survives
    /// an orderly end of the program, and any other end that comes a second later.
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
        let inner = self.here()?;
        inner.ground.ensure_free(text.len() as u64)?;
        inner.vault.commit(&changes, Durability::Soon)
    }

    /// Brings everything under the key in force, and the journal's box up to date; `false`
    /// where something has to wait.
    pub(super) fn renew(&self) -> Result<bool, ShelfError> {
        self.here()?.renew()
    }

    /// Reads every event, the journal and every record; changes nothing. With `repair`, what
    /// was found makes the next open rebuild.
    pub(super) fn check(&self, repair: bool) -> Result<LogCheck, ShelfError> {
        let inner = self.here()?;
        let seen = inner.check()?;
        if repair && (seen.database_harmed.is_some() || seen.journal_harmed) {
            inner.mark.distrust();
        }
        Ok(seen)
    }

    /// Gives back what the log takes of the disk and does not need: the database's growth,
    /// and, once the school has everything, copies of damaged files that were kept for that.
    pub(super) fn tidy(&self, go_on: &GoOn<'_>) -> Result<Tidied, ShelfError> {
        let (vault, ground) = {
            let inner = self.here()?;
            (Arc::clone(&inner.vault), Arc::clone(&inner.ground))
        };
        let mut tidied = Tidied::default();
        if self.unsent() == 0 {
            let inner = self.here()?;
            tidied.freed += remove_set_aside(&inner.store_path);
            tidied.freed += remove_set_aside(&inner.journal_path);
        }
        // Without the log's lock: answers are saved meanwhile.
        let done = ground.rewrite(&vault, go_on);
        tidied.add(Self::noted(&self.lock(), done)?);
        Ok(tidied)
    }
}

#[cfg(test)]
impl PupilLog {
    /// Loses an event of the database, as sled may after damage.
    pub(super) fn forget_event(&self, seq: u64) {
        let mut inner = self.lock();
        inner.absorb().unwrap();
        let mut changes = Changes::default();
        changes.delete(
            Tree::Event,
            super::stream::event_key(inner.current.open.stream, seq),
        );
        inner.vault.commit(&changes, Durability::Now).unwrap();
    }
}
