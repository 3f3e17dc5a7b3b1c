//! Blobs up to 256 KiB, in a database of their own, in generations.
//!
//! Deleting does not shrink a database: once a generation takes more than twice what it
//! holds, its blobs are copied into the newest one and it is removed. So that this needs
//! little room, a generation that has grown takes nothing more.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ladder::{Climbed, Ladder};
use super::seal::Seal;
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
const FULL_AT: u64 = 256 << 20;
/// A generation smaller than this is not worth copying.
const COMPACT_FROM: u64 = 16 << 20;

/// A lesson with its record as it lies in the state; `None` where it is gone.
pub(super) type LessonCopy = (LessonId, Option<Vec<u8>>);

pub(super) struct Media {
    dir: PathBuf,
    seal: Arc<Seal>,
    options: OpenOptions,
    generations: BTreeMap<u32, Arc<Vault>>,
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
        };
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

    /// A blob's bytes, as they were put; whether they are its own is for the caller to see.
    pub fn get(&self, generation: u32, id: &BlobId) -> Result<Option<Vec<u8>>, ShelfError> {
        match self.generations.get(&generation) {
            Some(vault) => vault.get(Tree::Blob, &id.0),
            None => Ok(None),
        }
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

    /// A generation that takes more than twice what it holds, given what each holds.
    pub fn wasteful(&self, held: &BTreeMap<u32, u64>) -> Option<u32> {
        self.generations.iter().find_map(|(generation, vault)| {
            let disk = vault.store().disk_len();
            let live = held.get(generation).copied().unwrap_or(0);
            (disk > COMPACT_FROM && disk > live.saturating_mul(2)).then_some(*generation)
        })
    }

    /// Begins a new generation, which takes what comes from now on.
    pub fn begin(&mut self) -> Result<u32, ShelfError> {
        let generation = self
            .generations
            .keys()
            .last()
            .map_or(0, |last| last.saturating_add(1));
        let climbed = self.climb(generation, false, false, &mut Vec::new())?;
        self.generations.insert(generation, climbed.vault);
        Ok(generation)
    }

    /// Removes a generation that holds nothing needed.
    pub fn remove(&mut self, generation: u32) -> Result<(), ShelfError> {
        self.generations.remove(&generation);
        let path = self.path(generation);
        fs::remove_dir_all(&path).map_err(|error| ShelfError::io("removing", &path, error))
    }

    fn newest(&mut self) -> Result<(u32, Arc<Vault>), ShelfError> {
        let newest = self.generations.last_key_value();
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
