//! What happens to the cloud's machine.

use hotaru_sync::http::{Exchange, LineFault};

use super::line::End;
use super::{BEGIN_MS, Happening, World};
use crate::fault::Fault;

impl World {
    pub(super) fn cloud(&mut self) {
        match self.random.below(8) {
            0..3 => {
                let is_old = self.random.below(4) == 0 && self.has(Fault::Version);
                if !self.has(Fault::CloudCrash) {
                    return;
                }
                self.lose_what_is_under_way();
                self.school.crash(BEGIN_MS + self.now);
                // Updated, or set back to the version before; a restore needs the new one.
                self.school.is_old = is_old && !self.was_restored;
                self.note(|| "the cloud loses its power and starts again".to_owned());
            }
            3 | 4 => {
                self.school.back_up();
                self.note(|| "the cloud is backed up".to_owned());
            }
            5 if self.has(Fault::Restore) => self.restore(),
            6 | 7 if self.has(Fault::Tidy) => {
                self.school.tidy();
                self.note(|| "the cloud lets go of what nothing names".to_owned());
            }
            _ => {}
        }
    }

    /// The cloud goes on from its backup, where there is one.
    fn restore(&mut self) {
        if !self.school.restore(BEGIN_MS + self.now) {
            return;
        }
        self.epoch += 1;
        self.undo_again();
        self.give_up_what_is_gone();
        // A restore takes longer than any connection lives.
        self.queue
            .retain(|_, one| !matches!(one, Happening::Request { way, .. } if way.is_nobodys()));
        for one in self.queue.values_mut() {
            // What a desk or an erased terminal hears now was true of the cloud before.
            if let Happening::Deliver { way, exchanges } = one
                && match way.end {
                    End::Desk(_) => true,
                    End::Terminal(place) => self.terminals[place].erased.is_some(),
                }
            {
                *exchanges = vec![Exchange::Failed(LineFault::Broken)];
            }
        }
        self.heard.clear();
        self.was_restored = true;
        let school = &self.school;
        self.told
            .retain(|edition, document| school.edition(*edition) == Some(*document));
        self.withdrawn.clear();
        self.note(|| "the cloud is restored from its backup".to_owned());
    }

    /// Of pieces of uploads that were being written, some bytes may be on the disk.
    fn lose_what_is_under_way(&mut self) {
        let epoch = self.epoch;
        let pieces = self.queue.values().filter_map(|one| match one {
            Happening::Commit {
                epoch: of, pending, ..
            } if *of == epoch => Some(pending.as_ref().clone()),
            _ => None,
        });
        for pending in pieces.collect::<Vec<_>>() {
            let part = self.random.below(1 + pending.piece_len() as u64);
            self.school.tear(pending, part as usize);
        }
        self.epoch += 1;
    }
}
