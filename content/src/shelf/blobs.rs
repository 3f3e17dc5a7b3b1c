//! Blobs: kept once, checked whenever they are read, given up when they are not needed.

use std::fs;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ShelfError;
use super::examine::aside;
use super::media::MAX_MEDIA_LEN;
use super::places::{disk_usage, free_space, remove_quietly, sync_dir};
use super::reader::BlobReader;
use super::seal::Seal;
use super::sealed_file::SealedFile;
use super::store::Durability;
use super::terminal::{Table, Terminal, encode};
use super::unsent::photo_key;
use super::vault::GoOn;
use super::vault::{Changes, Tree};
use crate::blob::{BlobId, BlobRef, GROUP_LEN, MAX_BLOB_LEN};
use crate::id::PupilId;
use crate::lesson::Need;

/// A larger blob is not read whole.
const MAX_WHOLE_LEN: u64 = 64 << 20;

/// Where a blob lies. On disk in Postcard: new places are added at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Home {
    /// In a generation of the media database.
    Media(u32),
    /// In a file of its own.
    File,
}

/// The index's entry of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BlobEntry {
    pub len: u64,
    pub home: Home,
    /// The pupil who made it; it lies under that pupil's key and is never given up.
    pub owner: Option<PupilId>,
}

/// What the shelf takes of the disk, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// Texts and drills that are assigned.
    pub texts_and_drills: u64,
    /// Board photos that are assigned.
    pub photos: u64,
    /// Handouts, and materials of unknown kinds, that are assigned.
    pub handouts: u64,
    /// Recordings that are assigned.
    pub recordings: u64,
    /// What pupils made here.
    pub own: u64,
    /// What no lesson assigns any more; given up when room is needed.
    pub spare: u64,
    /// Downloads under way.
    pub partial: u64,
    /// The databases, with the small blobs that they hold and what they have to spare.
    pub databases: u64,
    /// The limit for blobs.
    pub cap: u64,
    /// What the disk has free.
    pub free: u64,
}

impl Usage {
    /// The bytes of all blobs that are here.
    #[must_use]
    pub fn blobs(&self) -> u64 {
        [
            self.texts_and_drills,
            self.photos,
            self.handouts,
            self.recordings,
            self.own,
            self.spare,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}

impl Terminal {
    pub fn has_blob(&self, id: &BlobId) -> bool {
        self.table().blobs.contains_key(id)
    }

    pub fn blob(&self, id: &BlobId) -> Result<Vec<u8>, ShelfError> {
        loop {
            let entry = self.entry(id)?;
            if entry.len > MAX_WHOLE_LEN {
                return Err(ShelfError::LargeBlob {
                    id: *id,
                    len: entry.len,
                });
            }
            let read = match entry.home {
                Home::Media(generation) => {
                    let vault = self.media().generation(generation);
                    let read = vault.map(|vault| vault.get(Tree::Blob, &id.0));
                    read.transpose().map(Option::flatten)
                }
                Home::File => self.read_file(id, &entry),
            };
            match read {
                Ok(Some(bytes)) if BlobId::of(&bytes) == *id => return Ok(bytes),
                Err(error) if !error.is_damage() => return Err(error),
                // Not there any more because it was moved meanwhile: then it is elsewhere.
                _ if self.entry(id)? != entry => {}
                _ => return Err(self.drop_damaged(id)),
            }
        }
    }

    pub fn blob_reader(self: &Arc<Self>, id: &BlobId) -> Result<BlobReader, ShelfError> {
        let entry = self.entry(id)?;
        match entry.home {
            Home::Media(_) => Ok(BlobReader::of_bytes(self.blob(id)?)),
            Home::File => match self.open_file(id, &entry)? {
                Some(file) => Ok(BlobReader::of_file(Arc::clone(self), file)),
                None => Err(self.drop_damaged(id)),
            },
        }
    }

    pub fn put_blob(&self, blob: &BlobRef, bytes: &[u8]) -> Result<(), ShelfError> {
        if BlobRef::of(bytes) != *blob {
            return Err(ShelfError::WrongBlob(blob.id));
        }
        let mut table = self.table();
        if table.blobs.contains_key(&blob.id) {
            remove_quietly(&self.partial_path(&blob.id));
            return Ok(());
        }
        self.make_room(&mut table, blob.len, blob.len)?;
        let home = if blob.len <= MAX_MEDIA_LEN {
            Home::Media(self.media().put(&blob.id, bytes)?)
        } else {
            self.write_file(blob, bytes, self.seal())?;
            Home::File
        };
        self.enter(
            &mut table,
            blob.id,
            BlobEntry {
                len: blob.len,
                home,
                owner: None,
            },
        )
    }

    pub fn put_own_blob(&self, pupil: PupilId, bytes: &[u8]) -> Result<BlobRef, ShelfError> {
        let blob = BlobRef::of(bytes);
        let mut table = self.table();
        if table.blobs.contains_key(&blob.id) {
            return Ok(blob);
        }
        self.make_room(&mut table, blob.len, blob.len)?;
        let seal = self.ground().pupil_seal(&pupil)?;
        self.write_file(&blob, bytes, &seal)?;
        let entry = BlobEntry {
            len: blob.len,
            home: Home::File,
            owner: Some(pupil),
        };
        self.enter(&mut table, blob.id, entry)?;
        Ok(blob)
    }

    /// Enters a blob that lies in its place durably into the index.
    pub fn enter(&self, table: &mut Table, id: BlobId, entry: BlobEntry) -> Result<(), ShelfError> {
        let mut changes = Changes::default();
        changes.put(Tree::BlobIndex, id.0, encode(&entry)?);
        self.commit(&changes, Durability::Now)?;
        table.blobs.insert(id, entry);
        remove_quietly(&self.partial_path(&id));
        Ok(())
    }

    /// Takes a damaged blob out of the index, so that it is wanted again. What a pupil made is
    /// nowhere else: its file is kept aside.
    pub fn drop_damaged(&self, id: &BlobId) -> ShelfError {
        let mut table = self.table();
        match self.forget(&mut table, &[*id]) {
            Ok(_) => ShelfError::DamagedBlob(*id),
            Err(error) => error,
        }
    }

    pub fn usage(&self) -> Result<Usage, ShelfError> {
        let table = self.table();
        let needs = table.assigned();
        let places = self.ground().places();
        let mut usage = Usage {
            partial: disk_usage(&places.partial()),
            databases: self.media().disk_len() + self.state().store().disk_len(),
            cap: self.cap(),
            free: free_space(places.dir())?,
            ..Usage::default()
        };
        for (id, entry) in &table.blobs {
            let sum = match (entry.owner, needs.get(id)) {
                (Some(_), _) => &mut usage.own,
                (None, Some(Need::TextOrDrill)) => &mut usage.texts_and_drills,
                (None, Some(Need::Photo)) => &mut usage.photos,
                (None, Some(Need::Handout)) => &mut usage.handouts,
                (None, Some(Need::Recording)) => &mut usage.recordings,
                (None, None) => &mut usage.spare,
            };
            *sum = sum.saturating_add(entry.len);
        }
        Ok(usage)
    }

    /// Blobs that can be had again and that no live lesson assigns, the least needed first.
    pub fn evictable(&self) -> Vec<BlobRef> {
        evictable(&self.table())
    }

    pub fn evict(&self, bytes: u64) -> Result<u64, ShelfError> {
        self.evict_from(&mut self.table(), bytes)
    }

    fn evict_from(&self, table: &mut Table, bytes: u64) -> Result<u64, ShelfError> {
        let (mut freed, mut out) = (0_u64, Vec::new());
        for blob in evictable(table) {
            if freed >= bytes {
                break;
            }
            freed = freed.saturating_add(blob.len);
            out.push(blob.id);
        }
        self.forget(table, &out)?;
        Ok(freed)
    }

    /// Makes room for `wanted` bytes of blobs that need `on_disk` bytes more, giving up what
    /// is not needed.
    pub fn make_room(
        &self,
        table: &mut Table,
        wanted: u64,
        on_disk: u64,
    ) -> Result<(), ShelfError> {
        let cap = self.cap();
        let used = |table: &Table| {
            table
                .blobs
                .values()
                .fold(0_u64, |sum, entry| sum.saturating_add(entry.len))
        };
        let over = used(table).saturating_add(wanted).saturating_sub(cap);
        if over > 0 && self.evict_from(table, over)? < over {
            return Err(ShelfError::CapReached {
                wanted,
                used: used(table),
                cap,
            });
        }
        let need = self.options().min_free_bytes.saturating_add(on_disk);
        let dir = self.ground().places().dir();
        let free = free_space(dir)?;
        if free < need {
            self.evict_from(table, need - free)?;
            let free = free_space(dir)?;
            if free < need {
                return Err(ShelfError::NoSpace { wanted: need, free });
            }
        }
        Ok(())
    }

    /// Takes blobs out of the index, then removes their bytes.
    pub fn forget(&self, table: &mut Table, ids: &[BlobId]) -> Result<(), ShelfError> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut changes = Changes::default();
        for id in ids {
            changes.delete(Tree::BlobIndex, id.0);
        }
        self.commit(&changes, Durability::Now)?;
        for id in ids {
            let Some(entry) = table.blobs.remove(id) else {
                continue;
            };
            match (entry.home, entry.owner) {
                // Bytes that stay are not in the index; compaction leaves them behind.
                (Home::Media(generation), _) => drop(self.media().delete(generation, id)),
                (Home::File, None) => remove_quietly(&self.file_path(id, self.seal())),
                (Home::File, Some(pupil)) => {
                    // Only damage brings it here, and it is nowhere else: it is kept aside.
                    if let Ok(seal) = self.ground().pupil_seal(&pupil) {
                        let path = self.file_path(id, &seal);
                        let _ = fs::rename(&path, aside(&path));
                    }
                }
            }
        }
        Ok(())
    }

    fn entry(&self, id: &BlobId) -> Result<BlobEntry, ShelfError> {
        self.table()
            .blobs
            .get(id)
            .copied()
            .ok_or(ShelfError::NoBlob(*id))
    }

    pub fn seal_of(&self, entry: &BlobEntry) -> Result<Arc<Seal>, ShelfError> {
        match &entry.owner {
            Some(pupil) => self.ground().pupil_seal(pupil),
            None => Ok(Arc::clone(self.seal())),
        }
    }

    /// Opens a blob's file; `None` where it is not there or not this blob's.
    pub fn open_file(
        &self,
        id: &BlobId,
        entry: &BlobEntry,
    ) -> Result<Option<SealedFile>, ShelfError> {
        let seal = self.seal_of(entry)?;
        let path = self.file_path(id, &seal);
        let whole = BlobRef {
            id: *id,
            len: entry.len,
        };
        let opened = SealedFile::open(&path, seal).and_then(|file| match file {
            Some(file) if file.blob() == whole && file.is_whole()? => Ok(Some(file)),
            _ => Ok(None),
        });
        match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map_err(|error| ShelfError::io("reading", &path, error)),
        }
    }

    fn read_file(&self, id: &BlobId, entry: &BlobEntry) -> Result<Option<Vec<u8>>, ShelfError> {
        let Some(mut file) = self.open_file(id, entry)? else {
            return Ok(None);
        };
        let mut bytes = Vec::with_capacity(usize::try_from(entry.len).unwrap_or(0));
        for group in 0..entry.len.div_ceil(GROUP_LEN) {
            let read = file.read_group(group).map_err(|error| {
                ShelfError::io("reading", &self.ground().places().files(), error)
            })?;
            let Some(read) = read else { return Ok(None) };
            bytes.extend_from_slice(&read);
        }
        Ok(Some(bytes))
    }

    /// What pupils made: all of it, or one pupil's.
    pub fn owned(&self, pupil: Option<&PupilId>) -> Vec<BlobId> {
        let table = self.table();
        let entries = table.blobs.iter();
        let owned = entries.filter(|(_, entry)| match (&entry.owner, pupil) {
            (Some(owner), Some(pupil)) => owner == pupil,
            (owner, None) => owner.is_some(),
            (None, Some(_)) => false,
        });
        owned.map(|(id, _)| *id).collect()
    }

    /// Takes what a pupil made out of the index, and removes its files where her seal tells
    /// their names; without it they are swept once it is known whose all others are.
    pub fn forget_owned(
        &self,
        pupil: &PupilId,
        seal: Option<&Arc<Seal>>,
    ) -> Result<(), ShelfError> {
        let owned = self.owned(Some(pupil));
        let mut table = self.table();
        if let Some(seal) = seal {
            for id in &owned {
                let path = self.file_path(id, seal);
                remove_quietly(&path.with_extension("new"));
                remove_quietly(&path);
            }
        }
        let mut changes = Changes::default();
        for id in &owned {
            changes.delete(Tree::BlobIndex, id.0);
            changes.delete(Tree::Meta, photo_key(id));
        }
        self.commit(&changes, Durability::Now)?;
        for id in &owned {
            table.blobs.remove(id);
        }
        self.sweep_files(&mut table);
        Ok(())
    }

    /// Brings what a pupil made under the key in force; `false` where some of it cannot be
    /// read now.
    pub fn renew_owned(&self, pupil: &PupilId, seal: &Arc<Seal>) -> Result<bool, ShelfError> {
        let mut is_whole = true;
        for id in self.owned(Some(pupil)) {
            is_whole &= self.renew_file(&id, seal)?;
        }
        Ok(is_whole)
    }

    /// Brings all lessons and blobs of the terminal under the key in force; `false` where it
    /// was told to stop, or something has to wait.
    pub fn renew(&self, go_on: &GoOn<'_>) -> Result<bool, ShelfError> {
        for vault in self.media().all() {
            vault.rewrite(go_on)?;
        }
        self.state().rewrite(go_on)?;
        let files: Vec<BlobId> = {
            let table = self.table();
            let entries = table.blobs.iter();
            let files = entries.filter(|(_, e)| e.home == Home::File && e.owner.is_none());
            files.map(|(id, _)| *id).collect()
        };
        for id in files {
            if !go_on() || !self.renew_file(&id, self.seal())? {
                return Ok(false);
            }
        }
        // Downloads begin anew: their first groups are under a former key.
        if let Ok(entries) = fs::read_dir(self.ground().places().partial()) {
            for entry in entries.flatten() {
                remove_quietly(&entry.path());
            }
        }
        Ok(go_on())
    }

    /// Writes a file anew where its header is under a former key: the header is the last of
    /// the old file to count, and the first of the new one.
    fn renew_file(&self, id: &BlobId, seal: &Arc<Seal>) -> Result<bool, ShelfError> {
        let Some(entry) = self.table().blobs.get(id).copied() else {
            return Ok(true);
        };
        let Some(mut file) = self.open_file(id, &entry)? else {
            return Ok(false);
        };
        if file
            .is_current()
            .map_err(|e| ShelfError::io("reading", &self.file_path(id, seal), e))?
        {
            return Ok(true);
        }
        self.ground().ensure_free(entry.len)?;
        let path = self.file_path(id, seal);
        let new = path.with_extension("new");
        let blob = BlobRef {
            id: *id,
            len: entry.len,
        };
        let mut copy = SealedFile::create(&new, Arc::clone(seal), blob)?;
        for group in 0..blob.groups() {
            let read = file.read_group(group);
            let read = read.map_err(|e| ShelfError::io("reading", &path, e))?;
            let Some(bytes) = read else {
                remove_quietly(&new);
                return Ok(false);
            };
            copy.write_group(group, &bytes, &new)?;
        }
        copy.sync()
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|e| ShelfError::io("writing", &path, e))?;
        sync_dir(&self.ground().places().files())?;
        Ok(true)
    }

    /// Writes a whole file and makes it durable before it has its name.
    fn write_file(&self, blob: &BlobRef, bytes: &[u8], seal: &Arc<Seal>) -> Result<(), ShelfError> {
        if blob.len > MAX_BLOB_LEN {
            return Err(ShelfError::LargeBlob {
                id: blob.id,
                len: blob.len,
            });
        }
        let path = self.file_path(&blob.id, seal);
        let new = path.with_extension("new");
        let written = (|| {
            let mut file = SealedFile::create(&new, Arc::clone(seal), *blob)?;
            for (group, part) in (0..).zip(bytes.chunks(GROUP_LEN as usize)) {
                file.write_group(group, part, &new)?;
            }
            file.sync()
                .and_then(|()| fs::rename(&new, &path))
                .map_err(|error| ShelfError::io("writing", &path, error))
        })();
        if let Err(error) = written {
            remove_quietly(&new);
            return Err(error);
        }
        sync_dir(&self.ground().places().files())
    }
}

fn evictable(table: &Table) -> Vec<BlobRef> {
    let (assigned, kept) = (table.assigned(), table.kept_older());
    let mut spare: Vec<BlobRef> = table
        .blobs
        .iter()
        .filter(|(id, entry)| entry.owner.is_none() && !assigned.contains_key(id))
        .map(|(id, entry)| BlobRef {
            id: *id,
            len: entry.len,
        })
        .collect();
    // What a patch may start from goes last; else the large go first.
    spare.sort_by_key(|blob| {
        (
            kept.contains(&blob.id),
            std::cmp::Reverse(blob.len),
            blob.id,
        )
    });
    spare
}
