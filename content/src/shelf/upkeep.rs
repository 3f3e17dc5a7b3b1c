//! Keeping blobs and their index in order: sweeping and mending.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use super::blobs::{BlobEntry, Home};
use super::lessons::ASK_AGAIN;
use super::places::remove_quietly;
use super::sealed_file::{SealedFile, file_name};
use super::store::Durability;
use super::terminal::{Table, Terminal, encode};
use super::vault::{Changes, Tree};
use super::{OpenFinding, ShelfError};
use crate::blob::BlobId;

impl Terminal {
    /// Gives up what no lesson names any more, and partial downloads that none wants. A
    /// file that cannot be removed now is tried again the next time.
    pub fn sweep(&self, table: &mut Table) {
        if table.cursor <= ASK_AGAIN {
            // Lessons are asked for again after a loss: what they need is not known yet.
            return;
        }
        let (assigned, kept) = (table.assigned(), table.kept_older());
        let out: Vec<BlobId> = table
            .blobs
            .iter()
            .filter(|(id, entry)| {
                entry.owner.is_none() && !assigned.contains_key(id) && !kept.contains(id)
            })
            .map(|(id, _)| *id)
            .collect();
        let _ = self.forget(table, &out);
        let wanted: BTreeSet<String> = assigned
            .keys()
            .filter(|id| !table.blobs.contains_key(id))
            .map(|id| file_name(self.seal(), id))
            .collect();
        let Ok(entries) = fs::read_dir(self.ground().places().partial()) else {
            return;
        };
        for entry in entries.flatten() {
            if !wanted.contains(&*entry.file_name().to_string_lossy()) {
                remove_quietly(&entry.path());
            }
        }
    }

    /// Holds the index against what lies on disk: always that files are there; after a loss
    /// also what is there without being known.
    pub fn check_index(
        &self,
        is_thorough: bool,
        findings: &mut Vec<OpenFinding>,
    ) -> Result<(), ShelfError> {
        let mut table = self.table();
        // A blob may lie in two generations: a compaction was cut off.
        let in_media: BTreeMap<(BlobId, u32), u64> = if is_thorough {
            let list = self.media().list()?;
            list.into_iter()
                .map(|(generation, id, len)| ((id, generation), len))
                .collect()
        } else {
            BTreeMap::new()
        };
        let missing: Vec<BlobId> = table
            .blobs
            .iter()
            .filter(|(id, entry)| match entry.home {
                Home::Media(_) if !is_thorough => false,
                Home::Media(generation) => !in_media.contains_key(&(**id, generation)),
                Home::File => !self.has_file(id, entry),
            })
            .map(|(id, _)| *id)
            .collect();
        if !missing.is_empty() {
            findings.push(OpenFinding::BlobsMissing(missing.len() as u64));
            // Not `forget`: a copy of the same blob may lie where the index does not say.
            let mut changes = Changes::default();
            for id in &missing {
                changes.delete(Tree::BlobIndex, id.0);
                table.blobs.remove(id);
            }
            self.commit(&changes, Durability::Now)?;
        }
        if is_thorough {
            let mut found: Vec<(BlobId, BlobEntry)> = in_media
                .into_iter()
                .map(|((id, generation), len)| {
                    (
                        id,
                        BlobEntry {
                            len,
                            home: Home::Media(generation),
                            owner: None,
                        },
                    )
                })
                .chain(self.list_files())
                .filter(|(id, _)| !table.blobs.contains_key(id))
                .collect();
            // With no lesson to need them, found blobs are spare; sweeping is for later.
            found.dedup_by_key(|(id, _)| *id);
            if !found.is_empty() {
                findings.push(OpenFinding::BlobsFound(found.len() as u64));
                let mut changes = Changes::default();
                for (id, entry) in found {
                    changes.put(Tree::BlobIndex, id.0, encode(&entry)?);
                    table.blobs.insert(id, entry);
                }
                self.commit(&changes, Durability::Now)?;
            }
        }
        Ok(())
    }

    fn has_file(&self, id: &BlobId, entry: &BlobEntry) -> bool {
        match self.seal_of(entry) {
            Ok(seal) => fs::metadata(self.file_path(id, &seal)).is_ok(),
            // Its name is not to be had while its pupil's keys are not, or any more.
            Err(ShelfError::Locked(_) | ShelfError::NoPupil(_)) => true,
            Err(_) => false,
        }
    }

    /// Every whole file whose header opens under a key of this profile.
    fn list_files(&self) -> Vec<(BlobId, BlobEntry)> {
        let mut seals = vec![(None, Arc::clone(self.seal()))];
        for pupil in self.ground().pupils() {
            if let Ok(seal) = self.ground().pupil_seal(&pupil) {
                seals.push((Some(pupil), seal));
            }
        }
        let Ok(entries) = fs::read_dir(self.ground().places().files()) else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter_map(|entry| {
                seals.iter().find_map(|(owner, seal)| {
                    let file = SealedFile::open(&entry.path(), Arc::clone(seal)).ok()??;
                    let blob = file.blob();
                    let is_named = entry.path() == self.file_path(&blob.id, seal);
                    let entry = BlobEntry {
                        len: blob.len,
                        home: Home::File,
                        owner: *owner,
                    };
                    (is_named && file.is_whole().ok()?).then_some((blob.id, entry))
                })
            })
            .collect()
    }
}
