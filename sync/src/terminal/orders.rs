//! What the school orders this terminal to do: heard where an answer says that there is
//! something, obeyed, and told of.

use super::lane::{Event, Next, Shared, telling};
use super::{StoreAnswer, StoreOp, SyncFault};
use crate::http::{Method, Request};
use crate::order::{OrdersDone, SignedOrders};
use crate::wire::{self, path};

#[derive(Debug, Default)]
pub(super) struct OrdersLane {
    at: At,
}

#[derive(Debug, Default)]
enum At {
    /// The shelf is asked whether an order is known and waits.
    #[default]
    Looking,
    /// The school is asked.
    Asking,
    /// The shelf does what was ordered.
    Obeying,
    /// The school is told what is done.
    Telling(OrdersDone),
}

impl OrdersLane {
    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        match event {
            Event::Go => Ok(self.go()),
            Event::Store(Ok(StoreAnswer::OrdersWait(is_known))) => {
                if !is_known && !shared.has_orders {
                    return Ok(Next::Over);
                }
                self.at = At::Asking;
                Ok(self.go())
            }
            Event::Store(Ok(StoreAnswer::Obeyed {
                removed,
                done,
                erase,
            })) => {
                removed.iter().for_each(|pupil| shared.removed(*pupil));
                shared.report.erase_ordered = erase;
                if done.is_empty() {
                    return Ok(Next::Over);
                }
                self.at = At::Telling(OrdersDone { done });
                Ok(self.go())
            }
            Event::Store(Ok(_)) => Ok(Next::Over),
            Event::Store(Err(fault)) => {
                shared.met(SyncFault::Store(fault));
                Ok(Next::Over)
            }
            Event::Answer(answer) => match (&self.at, answer.status) {
                (At::Asking, 200) => match wire::parse::<SignedOrders>(&answer.body) {
                    Ok(orders) => {
                        self.at = At::Obeying;
                        Ok(Next::Store(StoreOp::Obey(orders)))
                    }
                    Err(error) => {
                        shared.met(SyncFault::Answer(error.to_string()));
                        Ok(Next::Over)
                    }
                },
                (At::Telling(_), 200..300) => {
                    shared.has_moved = true;
                    Ok(Next::Over)
                }
                // A school of before there were orders.
                (_, 404 | 405) => Ok(Next::Over),
                _ => {
                    shared.met(answer.refusal());
                    Ok(Next::Over)
                }
            },
            Event::Fault(fault) => Ok(Next::retry(fault)),
            _ => Ok(Next::Idle),
        }
    }

    fn go(&self) -> Next {
        match &self.at {
            At::Looking => Next::Store(StoreOp::OrdersWait),
            At::Asking => Next::Http(Request {
                method: Method::Get,
                path: path::ORDERS.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
                max_response: <SignedOrders as wire::Body>::MAX_LEN as u64,
            }),
            At::Obeying => Next::Idle,
            At::Telling(done) => telling(path::ORDERS, done).map_or(Next::Over, Next::Http),
        }
    }
}
