//! Giving room back: the shelf stays near what it holds, however long it is used.
//!
//! All of it is work for a thread of its own: locks are held for moments, answers are saved
//! and blobs are read meanwhile, and it can be stopped between any two steps. A crash at any
//! of them loses nothing; what it leaves is cleared away at the next open or the next time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::Ordering;

use super::blobs::{BlobEntry, Home};
use super::ladder::remove_set_aside;
use super::media::Coming;
use super::places::{free_space, remove_quietly};
use super::sealed_file::file_name;
use super::step::step;
use super::store::{Durability, MAX_BATCH_OPS};
use super::terminal::{Table, Terminal, encode};
use super::vault::{Changes, GoOn, Name, Tree, Vault};
use super::{Ground, ShelfError};
use crate::blob::BlobId;
use crate::id::LessonId;

/// Lessons whose second copies are moved under one lock.
const LESSONS_AT_ONCE: usize = 4;

/// What [`super::Shelf::tidy`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Bytes of disk given back.
    pub freed: u64,
    /// Bytes that would have to be free on the disk for the rest; 0 where nothing waits.
    pub waits_for: u64,
}

impl Tidied {
    pub(super) fn add(&mut self, other: Self) {
        self.freed = self.freed.saturating_add(other.freed);
        self.waits_for = self.waits_for.max(other.waits_for);
    }
}

/// Says that the disk is busy, until it is dropped.
pub(super) struct Busy<'a>(&'a Ground);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ground {
    pub(super) fn be_busy(&self) -> Busy<'_> {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(self)
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) > 0
    }

    /// Rewrites a database that has grown far beyond what it holds, where there is room for
    /// the copy.
    pub(super) fn rewrite(&self, vault: &Vault, go_on: &GoOn<'_>) -> Result<Tidied, ShelfError> {
        let mut tidied = Tidied::default();
        if let Some(live) = vault.wasteful()? {
            let wanted = live.saturating_mul(3);
            match self.ensure_free(wanted) {
                Ok(()) => tidied.freed = vault.rewrite(go_on)?,
                Err(ShelfError::NoSpace { .. }) => tidied.waits_for = wanted,
                Err(error) => return Err(error),
            }
        }
        Ok(tidied)
    }
}

impl Terminal {
    /// Gives back what the terminal's own part of the shelf takes and does not need.
    /// `is_uploaded` says that the school has all that pupils did here.
    pub fn tidy(&self, is_uploaded: bool, go_on: &GoOn<'_>) -> Result<Tidied, ShelfError> {
        let mut tidied = Tidied::default();
        self.sweep_files(&mut self.table());
        if is_uploaded {
            tidied.freed += self.remove_set_aside();
        }
        while go_on() {
            let done = self.compact_media(go_on)?;
            tidied.add(done);
            if done.freed == 0 {
                break;
            }
        }
        let done = self.ground().rewrite(self.state(), go_on);
        if done.as_ref().is_err_and(ShelfError::is_damage) {
            self.distrust();
        }
        tidied.add(done?);
        Ok(tidied)
    }

    /// Removes files that the index does not know: what a crash left between a file and its
    /// entry, and what could not be removed when it was given up.
    pub fn sweep_files(&self, table: &mut Table) {
        self.sweep(table);
        if self.ground().open_pupils().len() < self.ground().pupils().len() {
            // Without its key there is no telling which file is whose.
            return;
        }
        let mut known = BTreeSet::new();
        for (id, entry) in &table.blobs {
            match self.seal_of(entry) {
                Ok(seal) if entry.home == Home::File => known.insert(file_name(&seal, id)),
                Ok(_) => continue,
                // Without its key there is no telling which file is whose.
                Err(_) => return,
            };
        }
        let Ok(entries) = fs::read_dir(self.ground().places().files()) else {
            return;
        };
        for entry in entries.flatten() {
            if !known.contains(&*entry.file_name().to_string_lossy()) {
                remove_quietly(&entry.path());
            }
        }
    }

    /// Removes copies of damaged databases: all that they could still give back has come
    /// from the school again, or was never there.
    fn remove_set_aside(&self) -> u64 {
        let dir = self.ground().places().terminal();
        let Ok(entries) = fs::read_dir(&dir) else {
            return 0;
        };
        let of: BTreeSet<String> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                Some(name.split_once(".bad-")?.0.to_owned())
            })
            .collect();
        of.iter()
            .map(|name| remove_set_aside(&dir.join(name)))
            .sum()
    }

    /// Copies the media generations that waste most into a new one, if that gains anything
    /// and there is room for it.
    fn compact_media(&self, go_on: &GoOn<'_>) -> Result<Tidied, ShelfError> {
        let Some(job) = self.begin_copy()? else {
            return Ok(Tidied::default());
        };
        let wanted = job.held / 4 * 5;
        let free = free_space(self.ground().places().dir())?;
        if free < wanted.saturating_add(self.options().min_free_bytes) {
            return Ok(Tidied {
                freed: 0,
                waits_for: wanted,
            });
        }
        let mut media = self.media();
        let before = media.disk_len();
        let coming = media.retire(&job.sources)?;
        drop(media);
        step();
        let copied = self.fill(&job, &coming, go_on);
        let moved = match copied {
            Ok(Some(moved)) => moved,
            other => {
                self.media().unretire(coming);
                return other.map(|_| Tidied::default());
            }
        };
        let generation = coming.generation;
        let vault = coming.arrive()?;
        self.media().take_in(generation, vault);
        step();
        self.switch(&job, &moved, generation)?;
        self.move_lessons(&job.sources)?;
        for source in &job.sources {
            let is_empty = |table: &Table| {
                let mut homes = table.blobs.values().map(|entry| entry.home);
                homes.all(|home| home != Home::Media(*source))
            };
            if is_empty(&self.table()) {
                let gone = self.media().take_out(*source)?;
                step();
                // What stays of it is removed at the next open.
                let _ = fs::remove_dir_all(gone);
                step();
            }
        }
        Ok(Tidied {
            freed: before.saturating_sub(self.media().disk_len()),
            waits_for: 0,
        })
    }

    /// What is to be copied, if anything is worth it.
    fn begin_copy(&self) -> Result<Option<Job>, ShelfError> {
        let table = self.table();
        let mut held: BTreeMap<u32, u64> = BTreeMap::new();
        for entry in table.blobs.values() {
            if let Home::Media(generation) = entry.home {
                let sum = held.entry(generation).or_default();
                *sum = sum.saturating_add(entry.len);
            }
        }
        let sources = self.media().wasteful(&held);
        if sources.is_empty() {
            return Ok(None);
        }
        let blobs = table
            .blobs
            .iter()
            .filter_map(|(id, entry)| match entry.home {
                Home::Media(from) => {
                    let place = sources.iter().position(|source| *source == from)?;
                    Some((*id, place))
                }
                Home::File => None,
            })
            .collect();
        let held = sources.iter().filter_map(|source| held.get(source)).sum();
        Ok(Some(Job {
            sources,
            blobs,
            held,
        }))
    }

    /// Copies the blobs' bytes as they lie; returns the blobs that came over whole.
    fn fill(
        &self,
        job: &Job,
        coming: &Coming,
        go_on: &GoOn<'_>,
    ) -> Result<Option<Vec<BlobId>>, ShelfError> {
        let sources: Vec<_> = {
            let media = self.media();
            let vaults = job.sources.iter().map(|source| media.generation(*source));
            vaults
                .collect::<Option<_>>()
                .ok_or_else(|| ShelfError::damaged("the list of media databases"))?
        };
        let mut names: BTreeMap<Name, usize> = BTreeMap::new();
        let mut whose: BTreeMap<Name, BlobId> = BTreeMap::new();
        let mut lost: BTreeSet<BlobId> = BTreeSet::new();
        for (id, place) in &job.blobs {
            let found = sources
                .get(*place)
                .map(|vault| vault.names(Tree::Blob, &id.0));
            match found.transpose() {
                Ok(Some(found)) if !found.is_empty() => {
                    for name in found {
                        names.insert(name.clone(), *place);
                        whose.insert(name, *id);
                    }
                }
                // Given up meanwhile, or damaged: it stays behind.
                Ok(_) => drop(lost.insert(*id)),
                Err(error) if error.is_damage() => drop(lost.insert(*id)),
                Err(error) => return Err(error),
            }
        }
        let Some(bad) = coming.vault.fill_from(&sources, &names, go_on)? else {
            return Ok(None);
        };
        lost.extend(bad.iter().filter_map(|name| whose.get(name)));
        let ids = job.blobs.iter().map(|(id, _)| *id);
        Ok(Some(ids.filter(|id| !lost.contains(id)).collect()))
    }

    /// Makes the index name the new generation, a few blobs at a time. What could not be
    /// copied is taken out of it and wanted again.
    fn switch(&self, job: &Job, moved: &[BlobId], to: u32) -> Result<(), ShelfError> {
        let moved: BTreeSet<&BlobId> = moved.iter().collect();
        for chunk in job.blobs.chunks(MAX_BATCH_OPS / 2) {
            let mut table = self.table();
            let (mut changes, mut entries) = (Changes::default(), Vec::new());
            for (id, place) in chunk {
                let from = job.sources.get(*place).copied().map(Home::Media);
                let entry = table.blobs.get(id).copied();
                match entry.filter(|entry| Some(entry.home) == from) {
                    Some(entry) if moved.contains(id) => {
                        let home = Home::Media(to);
                        let entry = BlobEntry { home, ..entry };
                        changes.put(Tree::BlobIndex, id.0, encode(&entry)?);
                        entries.push((*id, Some(entry)));
                    }
                    Some(_) => {
                        changes.delete(Tree::BlobIndex, id.0);
                        entries.push((*id, None));
                    }
                    // Given up while it was copied.
                    None => drop(self.media().delete(to, id)),
                }
            }
            self.commit(&changes, Durability::Now)?;
            for (id, entry) in entries {
                match entry {
                    Some(entry) => drop(table.blobs.insert(id, entry)),
                    None => drop(table.blobs.remove(&id)),
                }
            }
            drop(table);
            step();
        }
        Ok(())
    }

    /// Gives the lessons whose second copies lie in these generations another one.
    fn move_lessons(&self, sources: &[u32]) -> Result<(), ShelfError> {
        let mut ids: BTreeSet<LessonId> = BTreeSet::new();
        for source in sources {
            let vault = self.media().generation(*source);
            if let Some(vault) = vault {
                vault.scan_keys(Tree::Lesson, |key, _| {
                    ids.extend(key.try_into().ok().map(LessonId));
                })?;
            }
        }
        let ids: Vec<LessonId> = ids.into_iter().collect();
        for chunk in ids.chunks(LESSONS_AT_ONCE) {
            // Under the lock of the lessons: nobody may withdraw one meanwhile.
            let _table = self.table();
            let copies = self.lesson_records(chunk.iter())?;
            self.media().put_lessons(&copies)?;
            step();
        }
        Ok(())
    }
}

/// A copy of media generations.
struct Job {
    sources: Vec<u32>,
    /// Each blob with its generation's place among the sources.
    blobs: Vec<(BlobId, usize)>,
    /// Their bytes.
    held: u64,
}
