//! What the school orders, and what becomes of it.

use std::collections::BTreeSet;

use hotaru_sync::order::Order;
use hotaru_sync::terminal::SyncReport;

use super::{World, fingerprint};
use crate::bug::Bug;

impl World {
    /// The school orders something of a terminal, or takes an erasure back.
    pub(super) fn order(&mut self, place: usize) {
        let id = self.terminals[place].id();
        let logs = &self.terminals[place].disk.logs;
        let pupils: Vec<_> = logs.keys().copied().collect();
        let order = match self.random.below(6) {
            0 if self.has_others() => Order::Erase { at_once: true },
            1 | 2 if self.has_others() => Order::Erase { at_once: false },
            3 => {
                self.school.withdraw_erase(id);
                return self.note(|| format!("terminal {place} is not to be erased any more"));
            }
            // She may come back to it, by a code, and be removed again.
            _ if pupils.len() > 1 => Order::RemovePupil { pupil: pupils[0] },
            _ => return,
        };
        self.school.order(id, order);
        self.note(|| format!("terminal {place} is ordered: {order:?}"));
    }

    /// Looks at whom a terminal has removed: what only it had of hers is given up by that.
    pub(super) fn look_at_removed(&mut self, place: usize) {
        for (pupil, log, photos) in std::mem::take(&mut self.terminals[place].disk.removed) {
            self.note(|| format!("terminal {place}: {pupil} is removed"));
            let events = log.streams().flat_map(|stream| &stream.events);
            let had = events.filter_map(|event| fingerprint(pupil, event));
            self.gone.push((had.collect(), photos));
            self.give_up_what_is_gone();
        }
    }

    /// Carries an erasure out that is due.
    pub(super) fn erase_where_due(&mut self, place: usize, report: &SyncReport) {
        let due = match self.bug {
            Some(Bug::EraseDoesNotWait) => report.erase_ordered,
            _ => report.erase_due(),
        };
        let Some(due) = due else { return };
        if !due.at_once {
            let disk = &self.terminals[place].disk;
            let lost = self.only_there(disk);
            if !lost.is_empty() {
                let what = format!(
                    "(18) terminal {place} was to send everything before its erasure: {lost:?}"
                );
                self.broken.push(what);
            }
        }
        self.erase(place);
    }

    /// (18) What was ordered is done, but by terminals that are not let in any more.
    pub fn check_orders(&self, broken: &mut Vec<String>) {
        let in_use = self.terminals.iter().filter(|one| one.erased.is_none());
        let in_use: BTreeSet<_> = in_use.map(super::Terminal::id).collect();
        for given in &self.school.db.orders {
            if !given.is_done && in_use.contains(&given.terminal) {
                broken.push(format!("(18) it was ordered and is not done: {given:?}"));
            }
        }
        for (place, terminal) in self.terminals.iter().enumerate() {
            // Of two copies the one that is asked first says that it is done.
            if terminal.erased.is_some() || self.has_copies(&terminal.disk.identity) {
                continue;
            }
            let mut orders = self.school.db.orders.iter();
            let order = orders.find(|given| {
                let is_removed = match given.order {
                    Order::RemovePupil { pupil } => !terminal.disk.logs.contains_key(&pupil),
                    Order::Erase { .. } => false,
                };
                given.terminal == terminal.id() && !is_removed
            });
            if let Some(given) = order {
                broken.push(format!("(18) terminal {place} has not obeyed: {given:?}"));
            }
            // (19) The school knows of each terminal that nothing is unsent on it.
            let told = self.school.db.unsent.get(&terminal.id());
            let is_told = told.is_some_and(|unsent| unsent.is_nothing());
            if !is_told {
                broken.push(format!(
                    "(19) of terminal {place} the school heard {told:?}"
                ));
            }
        }
    }
}
