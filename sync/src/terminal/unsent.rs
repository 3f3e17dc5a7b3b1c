//! What the school does not have yet, told at the end where it has changed: who takes terminals
//! back is to know of each whether anything would be lost.

use hotaru_content::order::Unsent;

use super::lane::{Event, Next, Shared, telling};
use super::{StoreAnswer, StoreOp, SyncFault};
use crate::wire::path;

#[derive(Debug, Default)]
pub(super) struct UnsentLane {
    tell: Option<Unsent>,
}

impl UnsentLane {
    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        match event {
            Event::Go => Ok(match self.tell {
                None => Next::Store(StoreOp::Unsent { run: shared.run() }),
                Some(unsent) => {
                    telling(path::TERMINAL_UNSENT, &unsent).map_or(Next::Over, Next::Http)
                }
            }),
            Event::Store(Ok(StoreAnswer::Unsent { unsent, is_told })) => {
                shared.report.unsent = Some(unsent);
                if is_told {
                    return Ok(Next::Over);
                }
                self.tell = Some(unsent);
                Ok(telling(path::TERMINAL_UNSENT, &unsent).map_or(Next::Over, Next::Http))
            }
            Event::Store(Ok(_)) => Ok(Next::Over),
            Event::Store(Err(fault)) => {
                shared.met(SyncFault::Store(fault));
                Ok(Next::Over)
            }
            Event::Answer(answer) => match (answer.status, self.tell) {
                (200..300, Some(unsent)) => {
                    shared.has_moved = true;
                    Ok(Next::Store(StoreOp::UnsentTold(unsent)))
                }
                // A school of before it was told.
                (404 | 405, _) => Ok(Next::Over),
                _ => {
                    shared.met(answer.refusal());
                    Ok(Next::Over)
                }
            },
            Event::Fault(fault) => Ok(Next::retry(fault)),
            _ => Ok(Next::Idle),
        }
    }
}
