//! Reading a blob at any place without holding it whole.

use std::fmt;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::sealed_file::SealedFile;
use super::terminal::Terminal;
use crate::blob::GROUP_LEN;

/// A blob being read: a recording while it plays. Every chunk is authenticated before a
/// byte of it is given out; a damaged one ends the reading with an error of kind
/// `InvalidData`, and the blob is wanted again.
pub struct BlobReader(Source);

enum Source {
    Bytes(Cursor<Vec<u8>>),
    File {
        terminal: Arc<Terminal>,
        file: SealedFile,
        at: u64,
        group: Option<(u64, Vec<u8>)>,
    },
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobReader({} bytes)", self.len())
    }
}

impl BlobReader {
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self(Source::Bytes(Cursor::new(bytes)))
    }

    pub(super) fn of_file(terminal: Arc<Terminal>, file: SealedFile) -> Self {
        Self(Source::File {
            terminal,
            file,
            at: 0,
            group: None,
        })
    }

    /// The blob's length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match &self.0 {
            Source::Bytes(bytes) => bytes.get_ref().len() as u64,
            Source::File { file, .. } => file.blob().len,
        }
    }

    /// Whether the blob has no bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (terminal, file, at, held) = match &mut self.0 {
            Source::Bytes(bytes) => return bytes.read(out),
            Source::File {
                terminal,
                file,
                at,
                group,
            } => (terminal, file, at, group),
        };
        let blob = file.blob();
        if *at >= blob.len || out.is_empty() {
            return Ok(0);
        }
        let number = *at / GROUP_LEN;
        if held.as_ref().is_none_or(|(group, _)| *group != number) {
            let Some(bytes) = file.read_group(number)? else {
                let error = terminal.drop_damaged(&blob.id);
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            };
            *held = Some((number, bytes));
        }
        let bytes = held
            .as_ref()
            .map(|(_, bytes)| bytes.as_slice())
            .unwrap_or_default();
        let from = usize::try_from(*at % GROUP_LEN).unwrap_or(usize::MAX);
        let ready = bytes.get(from..).unwrap_or_default();
        let count = ready.len().min(out.len());
        for (to, byte) in out.iter_mut().zip(ready) {
            *to = *byte;
        }
        *at += count as u64;
        Ok(count)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (file, at) = match &mut self.0 {
            Source::Bytes(bytes) => return bytes.seek(to),
            Source::File { file, at, .. } => (file, at),
        };
        let target = match to {
            SeekFrom::Start(start) => Some(start),
            SeekFrom::End(by) => file.blob().len.checked_add_signed(by),
            SeekFrom::Current(by) => at.checked_add_signed(by),
        };
        *at = target.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "a place before the blob's beginning",
            )
        })?;
        Ok(*at)
    }
}
