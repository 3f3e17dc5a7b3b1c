//! A log, read whole: its journal, its database, its chain.

use std::path::PathBuf;

use super::ShelfError;
use super::journal::Parsed;
use super::log_state::LogState;
use super::stream::{StreamRecord, event_key};
use super::vault::Tree;
use crate::log::{Chain, Event, Head, StreamPoint};

/// What was seen of a log.
#[derive(Debug, Default)]
pub(super) struct LogCheck {
    /// Events here.
    pub events: u64,
    /// Events that only the school has, since a loss.
    pub only_at_school: u64,
    /// The journal lacks something, or has a damaged place.
    pub journal_harmed: bool,
    /// The database, where it lacks something, or its events do not make their chain.
    pub database_harmed: Option<PathBuf>,
}

impl LogState {
    pub fn check(&self) -> Result<LogCheck, ShelfError> {
        let mut seen = LogCheck::default();
        let parsed = Parsed::read(&self.journal_path, &self.seal, &self.pupil)?;
        // Bytes behind the last frame were never confirmed; the next event takes their place.
        seen.journal_harmed = parsed.is_none_or(|parsed| {
            parsed.has_hole || parsed.header_harmed || parsed.good_len() < self.journal.len()
        });
        let mut is_sound = match self.vault.count_damaged() {
            Ok(count) => count == 0,
            Err(error) if error.is_damage() => false,
            Err(error) => return Err(error),
        };
        for record in self.former.values().chain([&self.current]) {
            is_sound &= self.check_stream(record, &mut seen)?;
        }
        seen.events += self.pending.len() as u64;
        seen.database_harmed = (!is_sound).then(|| self.store_path.clone());
        Ok(seen)
    }

    /// Whether the database has a stream's events, chained as they were.
    fn check_stream(&self, record: &StreamRecord, seen: &mut LogCheck) -> Result<bool, ShelfError> {
        let stream = record.open.stream;
        let mut chain = Some(Chain::open(&record.open));
        let mut is_sound = true;
        for seq in 0..record.end.unwrap_or(record.absorbed.next_seq) {
            let value = match self.vault.get(Tree::Event, &event_key(stream, seq)) {
                Ok(value) => value,
                Err(error) if error.is_damage() => {
                    (is_sound, chain) = (false, None);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Some(value) = value else {
                chain = None;
                if seq < record.whole_from {
                    seen.only_at_school += 1;
                } else {
                    is_sound = false;
                }
                continue;
            };
            let read = value
                .split_first_chunk::<32>()
                .and_then(|(head, canonical)| {
                    Some((Head(*head), Event::from_canonical(seq, canonical).ok()?))
                });
            let Some((head, event)) = read else {
                (is_sound, chain) = (false, None);
                continue;
            };
            seen.events += 1;
            let told = StreamPoint {
                next_seq: seq.saturating_add(1),
                head,
            };
            is_sound &= match &mut chain {
                Some(chain) => chain.push(&event)? == told,
                None => true,
            };
            chain = Some(Chain::resume(record.open.secret.clone(), told));
        }
        Ok(is_sound)
    }
}
