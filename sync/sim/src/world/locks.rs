//! Pupils who lock their study: it goes to school all the same.

use std::collections::BTreeSet;

use hotaru_content::id::PupilId;
use hotaru_content::log::StreamPoint;

use super::World;
use crate::disk::Log;

impl World {
    /// A pupil locks her study, or opens it again.
    pub(super) fn lock_or_open(&mut self, place: usize) {
        let terminal = &mut self.terminals[place];
        // What works with her log ends first.
        if terminal.session.is_some() {
            return;
        }
        let pupils: Vec<PupilId> = terminal.disk.logs.keys().copied().collect();
        if pupils.is_empty() {
            return;
        }
        let pupil = pupils[self.random.below(pupils.len() as u64) as usize];
        let renews = self.random.below(3) == 0;
        let disk = &mut self.terminals[place].disk;
        let is_locked = disk.locked.contains(&pupil);
        if is_locked {
            disk.open_study(&pupil);
        } else {
            disk.lock_study(pupil, renews);
        }
        self.note(|| format!("terminal {place}: {pupil} is locked: {}", !is_locked));
    }

    /// Everybody opens her study.
    pub fn open_all(&mut self) {
        for terminal in &mut self.terminals {
            for pupil in terminal.disk.locked.clone() {
                terminal.disk.open_study(&pupil);
            }
        }
    }

    /// (16) What a locked pupil did is at the school, wherever it follows what is there; where
    /// it does not, it waits until she opens it.
    pub fn check_locked(&self, broken: &mut Vec<String>) {
        for (place, terminal) in self.terminals.iter().enumerate() {
            if terminal.erased.is_some() {
                continue;
            }
            for pupil in &terminal.disk.locked {
                let is_boxed = terminal.disk.is_boxed(pupil);
                if is_boxed && !self.has_journal(&terminal.disk.logs[pupil]) {
                    let what = format!("(16) the school lacks what locked {pupil} did on {place}");
                    broken.push(what);
                }
            }
        }
    }

    /// Whether the school has all of a log, or has parted from it.
    fn has_journal(&self, log: &Log) -> bool {
        let (stream, base) = (&log.now, log.now.acknowledged);
        let there = self.school.db.streams.get(&stream.open.stream);
        let Some(there) = there else {
            // It begins at the school with its first event.
            return base.next_seq > 0 || stream.events.is_empty();
        };
        let own: Vec<StreamPoint> = (0..=stream.point().next_seq)
            .filter_map(|seq| stream.point_at(seq))
            .collect();
        let is_behind = there.point.next_seq < base.next_seq;
        // Another copy of the disk went on there.
        let is_own = own.contains(&there.point);
        let is_all = there.events.len() >= stream.events.len();
        is_behind || !is_own || is_all
    }

    /// (17) The school can read out the codes of every pupil with a lock.
    pub fn check_codes(&self, broken: &mut Vec<String>) {
        for (place, terminal) in self.terminals.iter().enumerate() {
            let told: BTreeSet<_> = match self.school.db.codes.get(&terminal.id()) {
                Some(told) => told.iter().collect(),
                None => BTreeSet::new(),
            };
            let own = terminal.disk.codes.values();
            if terminal.erased.is_none() && !own.into_iter().all(|own| told.contains(own)) {
                broken.push(format!("(17) the school lacks codes of terminal {place}"));
            }
        }
    }
}
