//! Blobs up to 256 KiB, in a database of their own, in generations.
//!
//! Deleting does not shrink a database: generations that take far more than they hold are
//! copied into a new one and removed (see [`super::compact`]). So that this needs little
//! room, a generation that has grown takes nothing more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ladder::{Climbed, Ladder, with_suffix};
use super::places::sync_dir;
use super::seal::Seal;
use super::sled_store::SledStore;
use super::step::step;
use super::store::Durability;
use super::vault::{Changes, Tree, Vault};
use super::{OpenFinding, OpenOptions, ShelfError};
use crate::blob::BlobId;
use crate::id::LessonId;

/// Larger blobs are files.
pub(super) const MAX_MEDIA_LEN: u64 = 256 * 1024;
/// Memory for sled's pages of one generation.
const CACHE_BYTES: u64 = 8 << 20;
/// A generation of this size on disk takes nothing more.
pub(super) const FULL_AT: u64 = 64 << 20;
/// What a generation may waste beside two fifths of what it holds: an empty one takes half
/// as much.
const SLACK: u64 = 1 << 20;
/// A generation that holds less is copied along with another.
const SMALL: u64 = 4 << 20;
/// The ends of a generation's name while it is made and while it is removed.
const MAKING: &str = "making";
const GONE: &str = "gone";

/// A lesson with its record as it lies in the state; `None` where it is gone.
pub(super) type LessonCopy = (LessonId, Option<Vec<u8>>);

pub(super) struct Media {
    dir: PathBuf,
    seal: Arc<Seal>,
    options: OpenOptions,
    generations: BTreeMap<u32, Arc<Vault>>,
    /// Generations that are being copied: they take nothing more.
    retiring: BTreeSet<u32>,
    /// The generation that they are copied into.
    coming: Option<u32>,
}

/// A generation that is being made; nobody else knows it yet.
pub(super) struct Coming {
    pub generation: u32,
    pub vault: Vault,
    path: PathBuf,
    min_free: u64,
}

impl Media {
    /// Opens every generation; says whether one had to be rebuilt.
    pub fn open(
        dir: &Path,
        seal: Arc<Seal>,
        options: &OpenOptions,
        unclean: bool,
        findings: &mut Vec<OpenFinding>,
    ) -> Result<(Self, bool), ShelfError> {
        let mut media = Self {
            dir: dir.to_owned(),
            seal,
            options: options.clone(),
            generations: BTreeMap::new(),
            retiring: BTreeSet::new(),
            coming: None,
        };
        remove_leftovers(dir)?;
        let mut rebuilt = false;
        for generation in generations_in(dir) {
            let climbed = media.climb(generation, unclean, true, findings)?;
            rebuilt |= climbed.rebuilt;
            media.generations.insert(generation, climbed.vault);
        }
        Ok((media, rebuilt))
    }

    /// Puts a blob into the newest generation; durable on return.
    pub fn put(&mut self, id: &BlobId, bytes: &[u8]) -> Result<u32, ShelfError> {
        let (generation, vault) = self.newest()?;
        let mut changes = Changes::default();
        changes.put(Tree::Blob, id.0, bytes.to_vec());
        match vault.commit(&changes, Durability::Now) {
            Ok(()) => Ok(generation),
            // A damaged generation takes nothing more.
            Err(error) if error.is_damage() => {
                let generation = self.begin()?;
                let (_, vault) = self.newest()?;
                vault.commit(&changes, Durability::Now).map(|()| generation)
            }
            Err(error) => Err(error),
        }
    }

    /// A generation, to be read without holding the others up.
    pub fn generation(&self, generation: u32) -> Option<Arc<Vault>> {
        self.generations.get(&generation).map(Arc::clone)
    }

    /// Every generation.
    pub fn all(&self) -> Vec<Arc<Vault>> {
        self.generations.values().map(Arc::clone).collect()
    }

    pub fn delete(&self, generation: u32, id: &BlobId) -> Result<(), ShelfError> {
        let Some(vault) = self.generations.get(&generation) else {
            return Ok(());
        };
        let mut changes = Changes::default();
        changes.delete(Tree::Blob, id.0);
        vault.commit(&changes, Durability::Soon)
    }

    /// Keeps second copies of lessons, whose first lie in the terminal's state: a pupil at
    /// home must not lose her lessons with one database. `None` forgets one.
    pub fn put_lessons(&mut self, lessons: &[LessonCopy]) -> Result<(), ShelfError> {
        let (newest, vault) = self.newest()?;
        let (mut puts, mut deletes) = (Changes::default(), Changes::default());
        for (id, record) in lessons {
            deletes.delete(Tree::Lesson, id.0);
            match record {
                Some(record) => puts.put(Tree::Lesson, id.0, record.clone()),
                None => puts.delete(Tree::Lesson, id.0),
            };
        }
        vault.commit(&puts, Durability::Now)?;
        for (generation, vault) in &self.generations {
            if *generation != newest {
                vault.commit(&deletes, Durability::Soon)?;
            }
        }
        Ok(())
    }

    /// The second copies of lessons, older generations first.
    pub fn lessons(&self) -> Result<Vec<(LessonId, Vec<u8>)>, ShelfError> {
        let mut found = Vec::new();
        for vault in self.generations.values() {
            vault.scan(Tree::Lesson, &mut |key, record| {
                found.extend(key.try_into().ok().map(|id| (LessonId(id), record)));
                Ok(true)
            })?;
        }
        Ok(found)
    }

    /// Every blob of every generation: generation, name, length.
    pub fn list(&self) -> Result<Vec<(u32, BlobId, u64)>, ShelfError> {
        let mut found = Vec::new();
        for (generation, vault) in &self.generations {
            vault.scan_keys(Tree::Blob, |key, len| {
                if let Ok(id) = key.try_into() {
                    found.push((*generation, BlobId(id), len as u64));
                }
            })?;
        }
        Ok(found)
    }

    /// The bytes that all generations take on disk.
    pub fn disk_len(&self) -> u64 {
        self.generations
            .values()
            .map(|vault| vault.store().disk_len())
            .sum()
    }

    /// The generations that are worth being copied into one, given the blobs' bytes in each:
    /// those that take far more than they hold, and small ones beside them; none where
    /// nothing is gained. What they hold fits one generation.
    pub fn wasteful(&self, held: &BTreeMap<u32, u64>) -> Vec<u32> {
        let live = |generation: &u32| held.get(generation).copied().unwrap_or(0);
        let mut known: Vec<(bool, u64, u32)> = self
            .generations
            .iter()
            .map(|(generation, vault)| {
                let (disk, live) = (vault.store().disk_len(), live(generation));
                let is_wasteful = disk > (live / 5 * 7).saturating_add(SLACK);
                (!is_wasteful, live, *generation)
            })
            .collect();
        if known.iter().all(|(is_good, ..)| *is_good) {
            return Vec::new();
        }
        known.sort_unstable();
        let mut sum = 0_u64;
        let fits = |(is_good, live, _): &(bool, u64, u32)| {
            sum = sum.saturating_add(*live);
            (sum <= FULL_AT / 5 * 4 || sum == *live) && (!is_good || *live < SMALL)
        };
        let chosen = known.into_iter().take_while(fits);
        chosen.map(|(.., generation)| generation).collect()
    }

    /// Begins the copy of some generations, which take nothing more from now on.
    pub fn retire(&mut self, generations: &[u32]) -> Result<Coming, ShelfError> {
        let generation = self.next_number();
        let path = self.path(generation);
        let making = with_suffix(&path, MAKING);
        remove_dir(&making)?;
        step();
        let min_free = self.options.min_free_bytes / 2;
        let store = SledStore::open(&making, CACHE_BYTES, min_free)?;
        let vault = Vault::new(Box::new(store), Arc::clone(&self.seal));
        vault.found()?;
        self.retiring = generations.iter().copied().collect();
        self.coming = Some(generation);
        Ok(Coming {
            generation,
            vault,
            path,
            min_free,
        })
    }

    /// Gives a copy up: everything stays where it is.
    pub fn unretire(&mut self, coming: Coming) {
        let making = with_suffix(&coming.path, MAKING);
        drop(coming);
        // What stays is removed at the next open.
        let _ = fs::remove_dir_all(making);
        self.retiring.clear();
        self.coming = None;
    }

    /// Takes in a copy that has arrived.
    pub fn take_in(&mut self, generation: u32, vault: Arc<Vault>) {
        self.generations.insert(generation, vault);
        self.coming = None;
    }

    /// Takes out a generation that holds nothing needed; where its folder was moved is told,
    /// for it to be removed at leisure.
    pub fn take_out(&mut self, generation: u32) -> Result<PathBuf, ShelfError> {
        // Who still reads it keeps its files open, not its name.
        self.generations.remove(&generation);
        self.retiring.remove(&generation);
        let path = self.path(generation);
        let gone = with_suffix(&path, GONE);
        step();
        fs::rename(&path, &gone).map_err(|error| ShelfError::io("renaming", &path, error))?;
        sync_dir(&self.dir)?;
        Ok(gone)
    }

    /// Begins a new generation, which takes what comes from now on.
    fn begin(&mut self) -> Result<u32, ShelfError> {
        let generation = self.next_number();
        let climbed = self.climb(generation, false, false, &mut Vec::new())?;
        self.generations.insert(generation, climbed.vault);
        Ok(generation)
    }

    fn next_number(&self) -> u32 {
        let last = self.generations.keys().last().copied().max(self.coming);
        last.map_or(0, |last| last.saturating_add(1))
    }

    fn newest(&mut self) -> Result<(u32, Arc<Vault>), ShelfError> {
        let mut open = self.generations.iter().rev();
        let newest = open.find(|(generation, _)| !self.retiring.contains(generation));
        let is_full = newest.is_none_or(|(_, vault)| vault.store().disk_len() > FULL_AT);
        let generation = match newest {
            Some((generation, _)) if !is_full => *generation,
            _ => self.begin()?,
        };
        self.generations
            .get(&generation)
            .map(|vault| (generation, Arc::clone(vault)))
            .ok_or_else(|| ShelfError::damaged("the list of media databases"))
    }

    fn climb(
        &self,
        generation: u32,
        unclean: bool,
        expected: bool,
        findings: &mut Vec<OpenFinding>,
    ) -> Result<Climbed<()>, ShelfError> {
        let ladder = Ladder {
            path: self.path(generation),
            cache_bytes: CACHE_BYTES,
            seal: Arc::clone(&self.seal),
            options: &self.options,
            unclean,
            expected,
            is_state: false,
        };
        ladder.climb(findings, |vault| {
            let mut bad = vault.scan_keys(Tree::Blob, |_, _| ())?;
            bad.extend(vault.scan(Tree::Lesson, &mut |_, _| Ok(true))?);
            Ok(((), bad))
        })
    }

    fn path(&self, generation: u32) -> PathBuf {
        self.dir.join(format!("media-{generation}.sled"))
    }
}

impl Coming {
    /// Gives the copy, which is whole and durable, its own name.
    pub fn arrive(self) -> Result<Arc<Vault>, ShelfError> {
        let Self { vault, path, .. } = self;
        let (seal, min_free) = (Arc::clone(vault.seal()), self.min_free);
        drop(vault);
        let making = with_suffix(&path, MAKING);
        step();
        sync_dir(&making)?;
        fs::rename(&making, &path).map_err(|error| ShelfError::io("renaming", &making, error))?;
        path.parent().map_or(Ok(()), sync_dir)?;
        step();
        let store = SledStore::open(&path, CACHE_BYTES, min_free)?;
        Ok(Arc::new(Vault::new(Box::new(store), seal)))
    }
}

/// What a crash left of a copy that was not finished, or of a removal that was not.
fn remove_leftovers(dir: &Path) -> Result<(), ShelfError> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with("media-")) else {
            continue;
        };
        if [MAKING, GONE]
            .iter()
            .any(|end| name.ends_with(&format!(".sled.{end}")))
        {
            remove_dir(&entry.path())?;
        }
    }
    Ok(())
}

fn remove_dir(path: &Path) -> Result<(), ShelfError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ShelfError::io("removing", path, error))
        }
        _ => Ok(()),
    }
}

fn generations_in(dir: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut found: Vec<u32> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let rest = name.to_str()?.strip_prefix("media-")?;
            // `.new`: an exchange that was cut off between its two renames.
            let rest = rest.strip_suffix(".new").unwrap_or(rest);
            rest.strip_suffix(".sled")?.parse().ok()
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
