//! The keys of a pupil who is removed from the terminal.
//!
//! In one write of the key file her keys, what holds them and her codes give way to a mark.
//! From then on nothing opens what they sealed; the mark stays until all of it is removed, so
//! that a removal that was cut off is gone on with.

use super::{KeyKeeper, PupilHeld, PupilKeys};
use crate::id::PupilId;
use crate::shelf::ShelfError;

impl KeyKeeper {
    /// Destroys a pupil's keys in both copies of the file and in memory; durable on return.
    /// Where it fails before that she is still here.
    pub fn destroy(&mut self, pupil: &PupilId) -> Result<(), ShelfError> {
        let Some(kept) = self.pupils.get(pupil).cloned() else {
            return Err(ShelfError::NoPupil(*pupil));
        };
        let gone = PupilKeys {
            held: PupilHeld::Gone,
            codes: Vec::new(),
            next_code: 1,
            boxes: Vec::new(),
            wrong: 0,
        };
        let generation = self.twin.generation();
        self.pupils.insert(*pupil, gone);
        let bytes = self.bytes();
        let done = bytes.and_then(|bytes| self.twin.supersede(&bytes));
        if done.is_err() && self.twin.generation() == generation {
            self.pupils.insert(*pupil, kept);
            return done;
        }
        self.open.remove(pupil);
        done
    }

    /// Pupils whose removal has not come to its end.
    pub fn gone(&self) -> Vec<PupilId> {
        let all = self.pupils.iter();
        let gone = all.filter(|(_, kept)| matches!(kept.held, PupilHeld::Gone));
        gone.map(|(pupil, _)| *pupil).collect()
    }

    /// Notes that nothing of a removed pupil is left; durable on return.
    pub fn forget_gone(&mut self, pupil: &PupilId) -> Result<(), ShelfError> {
        self.change(|pupils| {
            pupils.remove(pupil);
        })
    }
}
