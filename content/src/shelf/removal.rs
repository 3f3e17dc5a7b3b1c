//! Removing a pupil from a terminal that others go on using.
//!
//! Her keys go first, in one write that leaves a mark in their place; what they sealed is
//! unreadable from then on. Then her log, what she made, what names her. A removal that was
//! begun is finished at the next open, whatever interrupts it.

use std::fs;
use std::sync::Arc;

use super::identity::pupil_dir;
use super::locks::sent_key;
use super::places::sync_dir;
use super::seal::Seal;
use super::step::step;
use super::store::Durability;
use super::vault::{Changes, Tree};
use super::{OpenFinding, Shelf, ShelfError, lock};
use crate::id::PupilId;

impl Shelf {
    /// Removes a pupil from this terminal, whether her study is locked or not: her keys and
    /// what holds them first, then her log, drafts and photos, and what names her. Nothing of
    /// hers opens with any former secret afterwards; other pupils notice nothing. Who still
    /// holds her log finds no pupil from now on. Durable on return.
    ///
    /// Of a locked pupil nobody can tell what is unsent, but where the school's present run
    /// has just her journal as it lies here. Photos that were not sent are the caller's to
    /// ask about.
    ///
    /// # Errors
    /// [`ShelfError::NoPupil`]; [`ShelfError::Unsent`] where work of hers has not reached the
    /// school and is not to be lost (`lose_unsent`): then nothing has changed. Where the disk
    /// refuses: once her keys are gone, the next open goes on.
    pub fn remove_pupil(&self, pupil: &PupilId, lose_unsent: bool) -> Result<(), ShelfError> {
        let ground = &self.0.ground;
        match self.pupil(pupil) {
            Ok(_) | Err(ShelfError::Locked(_)) => {}
            // A log that cannot even be opened may go where it may be lost.
            Err(error) if !lose_unsent || matches!(error, ShelfError::NoPupil(_)) => {
                return Err(error);
            }
            Err(_) => {}
        }
        let mut logs = lock(&self.0.pupils);
        let log = logs.get(pupil).cloned();
        match &log {
            Some(log) => log.end(lose_unsent)?,
            None if lose_unsent || self.is_sent(pupil)? => {}
            None => {
                return Err(ShelfError::Unsent {
                    pupil: *pupil,
                    events: None,
                });
            }
        }
        // It tells the names of her files, in memory only.
        let seal = ground.pupil_seal(pupil).ok();
        let destroyed = lock(&ground.keys).destroy(pupil);
        if let (Err(_), Some(log)) = (&destroyed, &log)
            && lock(&ground.keys).kept(pupil).is_some()
        {
            log.go_on();
        }
        destroyed?;
        lock(&ground.seals).remove(pupil);
        logs.remove(pupil);
        drop((log, logs));
        lock(&self.0.tries).forget(pupil);
        self.finish_removal(pupil, seal.as_ref())
    }

    /// Goes on with every removal that was cut off; one that cannot be finished now stays.
    pub(super) fn finish_removals(&self, findings: &mut Vec<OpenFinding>) {
        let gone = lock(&self.0.ground.keys).gone();
        for pupil in gone {
            if self.finish_removal(&pupil, None).is_ok() {
                findings.push(OpenFinding::RemovalFinished(pupil));
            }
        }
    }

    /// Removes what is left of a pupil whose keys are gone; does nothing where she was not
    /// removed.
    pub(super) fn finish_removal(
        &self,
        pupil: &PupilId,
        seal: Option<&Arc<Seal>>,
    ) -> Result<(), ShelfError> {
        let ground = &self.0.ground;
        if !lock(&ground.keys).gone().contains(pupil) {
            return Ok(());
        }
        let pupils = ground.places.pupils();
        let dir = pupil_dir(&pupils, &ground.seal, pupil);
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ShelfError::io("removing", &dir, error));
            }
            _ => step(),
        }
        if pupils.exists() {
            sync_dir(&pupils)?;
        }
        let terminal = &self.0.terminal;
        terminal.forget_owned(pupil, seal)?;
        step();
        terminal.forget_recipient(pupil)?;
        step();
        let mut changes = Changes::default();
        changes.delete(Tree::Meta, sent_key(pupil));
        terminal.commit(&changes, Durability::Now)?;
        step();
        self.update_identity(|identity| {
            identity.pupils.retain(|entry| entry.pupil != *pupil);
            identity.logs_awaited.retain(|other| other != pupil);
            // Who was in front last is one of them.
            let name = pupil.to_string();
            identity.settings.retain(|_, value| *value != name);
        })?;
        step();
        lock(&ground.keys).forget_gone(pupil)?;
        step();
        Ok(())
    }
}
