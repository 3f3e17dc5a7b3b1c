//! Receipts: what the school may believe about a lesson on this terminal.

use serde::{Deserialize, Serialize};

use super::ShelfError;
use super::store::Durability;
use super::terminal::{Terminal, encode};
use super::vault::{Changes, Tree};
use crate::id::{LessonId, RunId};

pub(super) const RUN_KEY: &[u8] = b"run";

/// What stands of a lesson's revision on this terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiptState {
    /// Every assigned byte is here and was verified.
    OnTerminal,
    /// There is no room for the rest.
    NoSpace {
        /// Bytes that are missing.
        missing_bytes: u64,
    },
}

/// A receipt for one revision of a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The lesson.
    pub lesson: LessonId,
    /// The revision.
    pub revision: u32,
    /// What stands of it.
    pub state: ReceiptState,
}

/// What is noted of a lesson's receipts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct ReceiptRecord {
    /// The revision that the rest is of.
    pub revision: u32,
    /// Whether there was no room.
    pub no_space: bool,
    /// What the cloud has taken.
    pub sent: Option<ReceiptState>,
}

impl Terminal {
    pub fn set_receipt(&self, receipt: Receipt) -> Result<(), ShelfError> {
        let no_space = matches!(receipt.state, ReceiptState::NoSpace { .. });
        self.note(&receipt, |record| record.no_space = no_space)
    }

    pub fn receipts_owed(&self) -> Vec<Receipt> {
        let table = self.table();
        let mut owed = Vec::new();
        for (lesson, entry) in &table.lessons {
            let record = table.receipt(lesson);
            let is_current = record.revision == entry.revision;
            let missing_bytes = table.missing_bytes(entry);
            let state = if table.is_ready(entry) {
                ReceiptState::OnTerminal
            } else if is_current && record.no_space {
                ReceiptState::NoSpace { missing_bytes }
            } else {
                continue;
            };
            let sent = record.sent.filter(|_| is_current);
            // A few bytes more or less of what is missing are no news.
            let is_news = sent
                .is_none_or(|sent| std::mem::discriminant(&sent) != std::mem::discriminant(&state));
            if is_news {
                owed.push(Receipt {
                    lesson: *lesson,
                    revision: entry.revision,
                    state,
                });
            }
        }
        owed
    }

    pub fn mark_receipts_sent(&self, receipts: &[Receipt]) -> Result<(), ShelfError> {
        receipts
            .iter()
            .try_for_each(|receipt| self.note(receipt, |record| record.sent = Some(receipt.state)))
    }

    /// Notes the run of the cloud that was asked about everything. What an earlier run took
    /// may have gone with its disk: every receipt is owed again.
    pub fn enter_run(&self, run: RunId) -> Result<(), ShelfError> {
        let mut table = self.table();
        let mut receipts = table.receipts.clone();
        let mut changes = Changes::default();
        for (lesson, record) in &mut receipts {
            if record.sent.take().is_some() {
                changes.put(Tree::Receipt, lesson.0, encode(record)?);
            }
        }
        changes.put(Tree::Meta, RUN_KEY, run.0.to_vec());
        self.commit(&changes, Durability::Now)?;
        table.receipts = receipts;
        table.run = Some(run);
        Ok(())
    }

    /// Forgets the run, so that the next one counts as new.
    pub fn forget_run(&self) -> Result<(), ShelfError> {
        let mut table = self.table();
        let mut changes = Changes::default();
        changes.delete(Tree::Meta, RUN_KEY);
        self.commit(&changes, Durability::Now)?;
        table.run = None;
        Ok(())
    }

    /// Changes what is noted of a lesson's present revision; receipts of others are void.
    fn note(
        &self,
        receipt: &Receipt,
        change: impl FnOnce(&mut ReceiptRecord),
    ) -> Result<(), ShelfError> {
        let mut table = self.table();
        let Some(entry) = table.lessons.get(&receipt.lesson) else {
            return Ok(());
        };
        if entry.revision != receipt.revision {
            return Ok(());
        }
        let mut record = table.receipt(&receipt.lesson);
        if record.revision != receipt.revision {
            record = ReceiptRecord {
                revision: receipt.revision,
                ..ReceiptRecord::default()
            };
        }
        change(&mut record);
        let mut changes = Changes::default();
        changes.put(Tree::Receipt, receipt.lesson.0, encode(&record)?);
        // Lost by a power cut, a receipt is only sent once more.
        self.commit(&changes, Durability::Soon)?;
        table.receipts.insert(receipt.lesson, record);
        Ok(())
    }
}
