//! What the school orders, as a disk takes it, and what a disk has that the school lacks.

use hotaru_content::id::RunId;
use hotaru_content::order::Unsent;
use hotaru_content::shelf::SealedFor;
use hotaru_sync::order::{SignedOrders, obey};
use hotaru_sync::terminal::StoreAnswer;

use super::Disk;
use crate::bug::Bug;

impl Disk {
    /// Removes whom the school orders to remove, and notes what else it orders.
    pub(super) fn obey(&mut self, orders: &SignedOrders) -> StoreAnswer {
        let obeyed = obey(&mut self.orders, self.identity.terminal, orders).unwrap_or_default();
        for pupil in &obeyed.remove {
            if let Some(log) = self.logs.remove(pupil) {
                let of = self.photo_of.iter().filter(|(_, of)| *of == pupil);
                let photos = of.map(|(photo, _)| *photo).collect();
                self.removed.push((*pupil, log, photos));
            }
            self.forget_pupil(pupil);
        }
        StoreAnswer::Obeyed {
            removed: obeyed.remove,
            done: obeyed.done,
            erase: self.orders.erase,
        }
    }

    /// What the school does not have, as the real shelf tells.
    pub(super) fn unsent(&self, run: Option<RunId>, bug: Option<Bug>) -> Unsent {
        let is_entered = run.is_none() || run == self.run;
        let mut unsent = Unsent {
            photos: self.photos_owed().count() as u64,
            ..Unsent::default()
        };
        let owed = self.owed(self.run, None);
        for (pupil, log) in &self.logs {
            if !self.locked.contains(pupil) {
                let (end, base) = (log.now.point().next_seq, log.now.acknowledged.next_seq);
                unsent.events += end - base;
                continue;
            }
            let mut owed = owed.iter();
            let is_owed = owed.any(|owed| owed.what == SealedFor::Journal(*pupil));
            let mut photos = self.photos_unsent();
            let has_photo = photos.any(|id| self.photo_of.get(&id) == Some(pupil));
            let lacks = !is_entered || is_owed || has_photo || !self.is_boxed(pupil);
            unsent.locked += u32::from(lacks && bug != Some(Bug::UnsentForgetsLocked));
        }
        unsent
    }
}
