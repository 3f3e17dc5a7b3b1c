//! Downloads under way: what was fetched and proven is never fetched again.

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::ShelfError;
use super::blobs::{BlobEntry, Home};
use super::media::MAX_MEDIA_LEN;
use super::places::{remove_quietly, sync_dir};
use super::sealed_file::{SealedFile, plain_len};
use super::terminal::Terminal;
use crate::blob::{BlobId, BlobRef, GROUP_LEN, MAX_BLOB_LEN};

/// A blob that is being fetched. The caller proves each group before it gives it here.
pub struct Partial {
    terminal: Arc<Terminal>,
    file: SealedFile,
    path: PathBuf,
    have: u64,
    hasher: blake3::Hasher,
}

impl fmt::Debug for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Partial({}, {} of {})",
            self.file.blob().id,
            self.have,
            self.file.blob().len
        )
    }
}

impl Terminal {
    pub fn partial(self: &Arc<Self>, blob: &BlobRef) -> Result<Partial, ShelfError> {
        if blob.len > MAX_BLOB_LEN {
            return Err(ShelfError::LargeBlob {
                id: blob.id,
                len: blob.len,
            });
        }
        let here = self.partial_len(blob);
        self.make_room(&mut self.table(), blob.len, blob.len.saturating_sub(here))?;
        let path = self.partial_path(&blob.id);
        let opened = match SealedFile::open(&path, Arc::clone(self.seal())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            other => other.map_err(|error| ShelfError::io("reading", &path, error))?,
        };
        let file = match opened.filter(|file| file.blob() == *blob) {
            Some(file) => file,
            None => SealedFile::create(&path, Arc::clone(self.seal()), *blob)?,
        };
        let hasher = blake3::Hasher::new();
        let mut partial = Partial {
            terminal: Arc::clone(self),
            file,
            path,
            have: 0,
            hasher,
        };
        partial
            .reread()
            .map_err(|error| ShelfError::io("reading", &partial.path, error))?;
        Ok(partial)
    }

    /// How many bytes of a blob lie in a partial download, as far as its length tells.
    pub fn partial_len(&self, blob: &BlobRef) -> u64 {
        fs::metadata(self.partial_path(&blob.id)).map_or(0, |meta| plain_len(meta.len(), blob))
    }
}

impl Partial {
    /// The blob that is being fetched.
    #[must_use]
    pub fn blob(&self) -> BlobRef {
        self.file.blob()
    }

    /// Bytes that are here: whole groups, or all.
    #[must_use]
    pub fn have(&self) -> u64 {
        self.have
    }

    /// Adds the next group: 16 KiB, or what is left of the blob. It is durable after the
    /// next [`Partial::sync`] or [`Partial::finish`].
    ///
    /// # Errors
    /// [`ShelfError::WrongGroup`] where its length is not the next one's;
    /// [`ShelfError::NoSpace`] where the disk is full: what was there before stays.
    pub fn append(&mut self, group: &[u8]) -> Result<(), ShelfError> {
        let blob = self.blob();
        let next = (blob.len - self.have).min(GROUP_LEN);
        if group.len() as u64 != next || next == 0 {
            return Err(ShelfError::WrongGroup {
                id: blob.id,
                at: self.have,
                len: group.len(),
            });
        }
        self.file
            .write_group(self.have / GROUP_LEN, group, &self.path)?;
        self.hasher.update(group);
        self.have += next;
        Ok(())
    }

    /// Makes what was added durable.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn sync(&mut self) -> Result<(), ShelfError> {
        self.file
            .sync()
            .map_err(|error| ShelfError::io("writing", &self.path, error))
    }

    /// Checks the whole and makes it a blob of the shelf; durable on return.
    ///
    /// # Errors
    /// [`ShelfError::WrongGroup`] where bytes are still missing (they may yet be added to a
    /// new [`Partial`]); [`ShelfError::WrongBlob`] where the whole is not the blob: then
    /// all of it is thrown away.
    pub fn finish(mut self) -> Result<(), ShelfError> {
        let blob = self.blob();
        if self.have != blob.len {
            return Err(ShelfError::WrongGroup {
                id: blob.id,
                at: self.have,
                len: 0,
            });
        }
        if BlobId(*self.hasher.finalize().as_bytes()) != blob.id {
            self.discard();
            return Err(ShelfError::WrongBlob(blob.id));
        }
        if blob.len <= MAX_MEDIA_LEN {
            let mut bytes = Vec::new();
            for group in 0..blob.len.div_ceil(GROUP_LEN) {
                let read = self.file.read_group(group);
                let read = read.map_err(|e| ShelfError::io("reading", &self.path, e))?;
                bytes.extend(read.ok_or(ShelfError::WrongBlob(blob.id))?);
            }
            return self.terminal.put_blob(&blob, &bytes);
        }
        self.sync()?;
        let terminal = Arc::clone(&self.terminal);
        let to = terminal.file_path(&blob.id, terminal.seal());
        let mut table = terminal.table();
        fs::rename(&self.path, &to).map_err(|error| ShelfError::io("renaming", &to, error))?;
        sync_dir(&terminal.ground().places().files())?;
        sync_dir(&terminal.ground().places().partial())?;
        let entry = BlobEntry {
            len: blob.len,
            home: Home::File,
            owner: None,
        };
        terminal.enter(&mut table, blob.id, entry)
    }

    /// Throws away what is here.
    pub fn discard(self) {
        remove_quietly(&self.path);
    }

    /// Reads what an earlier run left, and cuts off what a crash or damage made of its end.
    fn reread(&mut self) -> io::Result<()> {
        let mut group = 0;
        while let Some(bytes) = self.file.read_group(group)? {
            self.hasher.update(&bytes);
            self.have += bytes.len() as u64;
            group += 1;
        }
        if self.have < self.blob().len || self.blob().len == 0 {
            self.file.cut(group)
        } else {
            Ok(())
        }
    }
}
