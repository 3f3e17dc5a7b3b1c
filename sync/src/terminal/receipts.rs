//! The school is told what is here, and for what there is no room.

use hotaru_content::shelf::{Receipt, ReceiptState};

use super::lane::{Event, Next, Shared, telling};
use super::{StoreAnswer, StoreOp, SyncFault};
use crate::wire::{self, path};

/// Receipts of one request.
const MAX_RECEIPTS: usize = 1000;

#[derive(Debug, Default)]
pub(super) struct ReceiptsLane {
    /// Those that are owed, the first ones first.
    owed: Vec<Receipt>,
    is_asked: bool,
}

impl ReceiptsLane {
    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        match event {
            Event::Go if !self.is_asked => Ok(Next::Store(StoreOp::ReceiptsOwed)),
            Event::Go => self.tell(),
            Event::Store(Ok(StoreAnswer::Receipts(owed))) => {
                self.is_asked = true;
                self.owed = owed;
                self.tell()
            }
            Event::Store(Ok(_)) => {
                self.owed.drain(..self.batch().len());
                self.tell()
            }
            Event::Answer(answer) if (200..300).contains(&answer.status) => {
                Ok(Next::Store(StoreOp::ReceiptsSent(self.batch().to_vec())))
            }
            // They stay owed.
            Event::Answer(answer) => {
                shared.met(answer.refusal());
                Ok(Next::Over)
            }
            Event::Store(Err(fault)) => {
                shared.met(SyncFault::Store(fault));
                Ok(Next::Over)
            }
            Event::Fault(fault) => Ok(Next::retry(fault)),
            _ => Ok(Next::Idle),
        }
    }

    fn batch(&self) -> &[Receipt] {
        self.owed.get(..MAX_RECEIPTS).unwrap_or(&self.owed)
    }

    fn tell(&self) -> Result<Next, SyncFault> {
        let batch: Vec<wire::Receipt> = self.batch().iter().map(receipt).collect();
        if batch.is_empty() {
            return Ok(Next::Over);
        }
        let request = telling(path::RECEIPTS, &batch);
        let request = request.map_err(|error| SyncFault::Answer(error.to_string()))?;
        Ok(Next::Http(request))
    }
}

fn receipt(receipt: &Receipt) -> wire::Receipt {
    wire::Receipt {
        lesson: receipt.lesson,
        revision: receipt.revision,
        state: match receipt.state {
            ReceiptState::OnTerminal => wire::ReceiptState::OnTerminal,
            ReceiptState::NoSpace { missing_bytes } => {
                wire::ReceiptState::NoSpace { missing_bytes }
            }
        },
    }
}
