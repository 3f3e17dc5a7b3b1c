//! Large blobs as files of sealed chunks, readable at any place.
//!
//! A file is a sealed header (the blob's name and length), then one envelope for each
//! group of 16 KiB, the last one marked as such. Every envelope is bound to the blob's
//! keyed name and to its number, so that chunks cannot be moved, exchanged or cut off
//! unnoticed. A download under way has the same form and only lacks its end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use super::ShelfError;
use super::places::open_private;
use super::seal::{OVERHEAD, Place, Seal};
use crate::blob::{BlobId, BlobRef, GROUP_LEN};

const PLAIN_HEADER: usize = 32 + 8;
const HEADER_LEN: u64 = (PLAIN_HEADER + OVERHEAD) as u64;
const STRIDE: u64 = GROUP_LEN + OVERHEAD as u64;

/// The name that a blob's file has in its folder.
pub(super) fn file_name(seal: &Seal, id: &BlobId) -> String {
    seal.file_name("blob file", &[&id.0])
}

/// How many bytes of a blob a file of this length may hold, in whole groups.
pub(super) fn plain_len(file_len: u64, blob: &BlobRef) -> u64 {
    if file_len >= whole_len(blob) {
        return blob.len;
    }
    (file_len.saturating_sub(HEADER_LEN) / STRIDE)
        .saturating_mul(GROUP_LEN)
        .min(blob.len)
}

/// How long the whole file of a blob is.
fn whole_len(blob: &BlobRef) -> u64 {
    HEADER_LEN + blob.len + blob.len.div_ceil(GROUP_LEN) * OVERHEAD as u64
}

/// A file of sealed chunks.
#[derive(Debug)]
pub(super) struct SealedFile {
    file: File,
    seal: Arc<Seal>,
    blob: BlobRef,
}

impl SealedFile {
    /// Begins a file, emptying what was there.
    pub fn create(path: &Path, seal: Arc<Seal>, blob: BlobRef) -> Result<Self, ShelfError> {
        let mut plain = blob.id.0.to_vec();
        plain.extend_from_slice(&blob.len.to_le_bytes());
        let header = seal.seal(header_place(), &plain)?;
        let mut file = open_private(path).map_err(|e| ShelfError::io("creating", path, e))?;
        file.set_len(0)
            .and_then(|()| file.write_all(&header))
            .map_err(|e| ShelfError::io("writing", path, e))?;
        Ok(Self { file, seal, blob })
    }

    /// Opens a file that this seal made; `None` where its header does not open.
    pub fn open(path: &Path, seal: Arc<Seal>) -> io::Result<Option<Self>> {
        let mut file = File::options().read(true).write(true).open(path)?;
        let mut header = [0; HEADER_LEN as usize];
        match file.read_exact(&mut header) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        let blob = seal.open(header_place(), &header).and_then(|plain| {
            let (id, len) = plain.split_first_chunk::<32>()?;
            Some(BlobRef {
                id: BlobId(*id),
                len: u64::from_le_bytes(len.try_into().ok()?),
            })
        });
        Ok(blob.map(|blob| Self { file, seal, blob }))
    }

    /// The blob that it holds, or is to hold.
    pub fn blob(&self) -> BlobRef {
        self.blob
    }

    /// Whether it was begun under the key in force.
    pub fn is_current(&mut self) -> io::Result<bool> {
        let mut header = [0; HEADER_LEN as usize];
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_exact(&mut header)?;
        Ok(self.seal.is_current(&header))
    }

    /// Whether it has its full length.
    pub fn is_whole(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.len() == whole_len(&self.blob))
    }

    /// Reads a group; `None` where it does not authenticate or is not there.
    pub fn read_group(&mut self, group: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(len) = self.group_len(group) else {
            return Ok(None);
        };
        let mut envelope = vec![0; len + OVERHEAD];
        self.file
            .seek(SeekFrom::Start(HEADER_LEN + group * STRIDE))?;
        match self.file.read_exact(&mut envelope) {
            Ok(()) => Ok(self.seal.open(self.group_place(group), &envelope)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a group at its place; where that fails, the file ends before it.
    pub fn write_group(&mut self, group: u64, bytes: &[u8], path: &Path) -> Result<(), ShelfError> {
        let envelope = self.seal.seal(self.group_place(group), bytes)?;
        let at = HEADER_LEN + group * STRIDE;
        let written = self
            .file
            .seek(SeekFrom::Start(at))
            .and_then(|_| self.file.write_all(&envelope));
        written.map_err(|error| {
            let _ = self.file.set_len(at);
            ShelfError::io("writing", path, error)
        })
    }

    /// Cuts off all from a group on.
    pub fn cut(&mut self, group: u64) -> io::Result<()> {
        self.file.set_len(HEADER_LEN + group * STRIDE)
    }

    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// A group's length; `None` behind the end.
    fn group_len(&self, group: u64) -> Option<usize> {
        let start = group.checked_mul(GROUP_LEN)?;
        let left = self.blob.len.checked_sub(start).filter(|left| *left > 0)?;
        usize::try_from(left.min(GROUP_LEN)).ok()
    }

    fn group_place(&self, group: u64) -> Place<'_> {
        let last = group.saturating_add(1) >= self.blob.groups();
        Place {
            domain: "blob group",
            name: &self.blob.id.0,
            index: group,
            last,
        }
    }
}

fn header_place() -> Place<'static> {
    Place {
        domain: "blob header",
        name: &[],
        index: 0,
        last: true,
    }
}
