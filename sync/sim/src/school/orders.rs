//! What terminals are ordered to do, as the cloud's database has it, and what they said.

use hotaru_content::id::TerminalId;
use hotaru_content::key::SecretKey;
use hotaru_content::order::Unsent;
use hotaru_sync::http::Request;
use hotaru_sync::order::{FORMAT, Numbered, Order, OrdersDone, SignedOrders, Statement};
use hotaru_sync::wire::{self, code};

use super::{Answer, Caller, School, ours, refuse};
use crate::bug::Bug;
use crate::world::BEGIN_MS;

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Its number.
    pub number: u64,
    /// To whom.
    pub terminal: TerminalId,
    /// What is to be done.
    pub order: Order,
    /// It is done.
    pub is_done: bool,
}

impl School {
    /// Gives an order; one that is given already stays.
    pub fn order(&mut self, terminal: TerminalId, order: Order) {
        let seat = self.db.seats.get(&terminal);
        let counts = seat.is_some_and(|seat| !seat.is_gone);
        let is_same = |given: &Given| (given.terminal, given.order) == (terminal, order);
        let mut open = self.db.orders.iter().filter(|given| !given.is_done);
        if !counts || open.any(is_same) {
            return;
        }
        let last = self.db.orders.last().map_or(0, |given| given.number);
        let number = (last + 1).max(BEGIN_MS + self.now);
        self.db.orders.push(Given {
            number,
            terminal,
            order,
            is_done: false,
        });
        self.flush();
    }

    /// Takes orders to erase a terminal back.
    pub fn withdraw_erase(&mut self, terminal: TerminalId) {
        let is_erase = |given: &Given| {
            given.terminal == terminal && matches!(given.order, Order::Erase { .. })
        };
        self.db
            .orders
            .retain(|given| given.is_done || !is_erase(given));
        self.flush();
    }

    /// Whether a caller has orders that are not done.
    pub(super) fn has_orders(&self, caller: Caller) -> bool {
        let Caller::Terminal(terminal) = caller else {
            return false;
        };
        let mut orders = self.db.orders.iter();
        !self.is_old && orders.any(|given| given.terminal == terminal && !given.is_done)
    }

    pub(super) fn orders_of(&mut self, terminal: TerminalId) -> Answer {
        let open = self.db.orders.iter_mut();
        let open = open.filter(|given| given.terminal == terminal && !given.is_done);
        let mut orders = Vec::new();
        for given in open {
            orders.push(Numbered {
                number: given.number,
                made_ms: 0,
                order: given.order,
            });
            given.is_done |= self.bug == Some(Bug::OrderDoneOnceTold);
        }
        self.db.list = (self.db.list + 1).max(BEGIN_MS + self.now);
        let statement = Statement {
            format: FORMAT,
            terminal,
            list: self.db.list,
            orders,
        };
        self.flush();
        let signed = SignedOrders::new(&statement, &order_secret());
        let body = signed.ok().and_then(|signed| wire::write(&signed).ok());
        ours(200, vec![], body.unwrap_or_default())
    }

    pub(super) fn orders_done(&mut self, terminal: TerminalId, request: &Request) -> Answer {
        let Ok(OrdersDone { done }) = wire::parse(&request.body) else {
            return refuse(400, code::BAD_BODY);
        };
        for given in &mut self.db.orders {
            let is_removal = matches!(given.order, Order::RemovePupil { .. });
            let is_hers = given.terminal == terminal && done.contains(&given.number);
            given.is_done |= is_hers && is_removal;
        }
        self.flush();
        ours(204, vec![], vec![])
    }

    /// A certificate came: whatever the terminal was to do is done.
    pub(super) fn is_erased(&mut self, terminal: TerminalId) {
        for given in &mut self.db.orders {
            given.is_done |= given.terminal == terminal;
        }
    }

    pub(super) fn note_unsent(&mut self, terminal: TerminalId, request: &Request) -> Answer {
        let Ok(unsent) = wire::parse::<Unsent>(&request.body) else {
            return refuse(400, code::BAD_BODY);
        };
        self.db.unsent.insert(terminal, unsent);
        self.flush();
        ours(204, vec![], vec![])
    }
}

pub(super) fn order_secret() -> SecretKey {
    SecretKey::from_bytes([0x5e; 32])
}
