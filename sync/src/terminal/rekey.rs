//! A new key for the terminal, where one is due: made and kept first, then shown to the
//! school, and put in force once the school has it.
//!
//! Where the answer is lost, the next signature tells ([`keys`](crate::signed::keys)): nothing
//! of that is this lane's affair.

use super::lane::{Event, Next, Shared, telling};
use super::{StoreAnswer, StoreOp, SyncFault};
use crate::wire::{Rekey, path};

#[derive(Debug, Default)]
pub(super) struct RekeyLane {
    new: Option<Rekey>,
    is_taken: bool,
}

impl RekeyLane {
    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        match event {
            Event::Go => Ok(match &self.new {
                None => Next::Store(StoreOp::NewKey {
                    is_asked: shared.wants_rekey,
                    server_ms: shared.report.server_ms,
                }),
                Some(rekey) => telling(path::TERMINAL_KEY, rekey).map_or(Next::Over, Next::Http),
            }),
            Event::Store(Ok(StoreAnswer::NewKey(Some(rekey)))) if !self.is_taken => {
                let next = telling(path::TERMINAL_KEY, &*rekey).map_or(Next::Over, Next::Http);
                self.new = Some(*rekey);
                Ok(next)
            }
            Event::Store(Ok(_)) => Ok(Next::Over),
            Event::Store(Err(fault)) => {
                // A full disk keeps no new key: the one in force goes on.
                shared.met(SyncFault::Store(fault));
                Ok(Next::Over)
            }
            Event::Answer(answer) => match (answer.status, self.new) {
                (200..300, Some(Rekey { key, .. })) => {
                    shared.has_moved = true;
                    self.is_taken = true;
                    Ok(Next::Store(StoreOp::KeyTaken { key }))
                }
                // A school of before keys were renewed.
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
