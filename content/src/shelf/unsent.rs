//! What the school does not have yet of what pupils did here, as far as it can be told while
//! their studies are locked.

use super::identity::pupil_dir;
use super::journal::MAX_LEN;
use super::locks::sent_key;
use super::places::read_bounded;
use super::store::Durability;
use super::vault::{Changes, Tree};
use super::{Shelf, ShelfError};
use crate::blob::BlobId;
use crate::id::{PupilId, RunId};
use crate::order::Unsent;

/// Where it is noted that the school has a photo.
const PHOTO_KEY: &[u8] = b"photo-sent:";

impl Shelf {
    /// What the school's present run, where it is known, does not have yet. Photos of those
    /// whose study is open are counted by who sends them; a locked pupil counts where her
    /// journal or a photo of hers may lack, or the run was not asked about all that she did.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn unsent(&self, run: Option<RunId>) -> Result<Unsent, ShelfError> {
        let is_entered = run.is_none() || run == self.run();
        let mut unsent = Unsent::default();
        for entry in self.identity().pupils {
            match self.pupil(&entry.pupil) {
                Ok(log) => unsent.events = unsent.events.saturating_add(log.unsent()),
                Err(ShelfError::Locked(_)) => {
                    let lacks = !is_entered
                        || !self.is_sent(&entry.pupil)?
                        || self.has_photo(&entry.pupil)?;
                    unsent.locked += u32::from(lacks);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(unsent)
    }

    /// Notes photos that the school has.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn note_photos_sent(&self, photos: &[BlobId]) -> Result<(), ShelfError> {
        let mut changes = Changes::default();
        for photo in photos {
            changes.put(Tree::Meta, photo_key(photo), Vec::new());
        }
        self.0.terminal.commit(&changes, Durability::Now)
    }

    /// Of no photo it is known any more that the school has it.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn forget_photos_sent(&self) -> Result<(), ShelfError> {
        let mut changes = Changes::default();
        for photo in self.0.terminal.owned(None) {
            changes.delete(Tree::Meta, photo_key(&photo));
        }
        self.0.terminal.commit(&changes, Durability::Now)
    }

    /// Whether the school has a locked pupil's journal as it lies here.
    pub(super) fn is_sent(&self, pupil: &PupilId) -> Result<bool, ShelfError> {
        let ground = &self.0.ground;
        let dir = pupil_dir(&ground.places.pupils(), &ground.seal, pupil);
        let Some(bytes) = read_bounded(&dir.join("journal"), MAX_LEN)? else {
            return Ok(true);
        };
        let mark = self.marks_of(self.run())(&bytes);
        let sent = self.0.terminal.state().get(Tree::Meta, &sent_key(pupil))?;
        Ok(sent.as_deref() == Some(&mark))
    }

    /// Whether a pupil has a photo of which it is not known that the school has it.
    fn has_photo(&self, pupil: &PupilId) -> Result<bool, ShelfError> {
        let terminal = &self.0.terminal;
        for photo in terminal.owned(Some(pupil)) {
            let noted = terminal.state().get(Tree::Meta, &photo_key(&photo))?;
            if noted.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

pub(super) fn photo_key(photo: &BlobId) -> Vec<u8> {
    [PHOTO_KEY, &photo.0].concat()
}
