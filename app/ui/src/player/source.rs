//! Where a recording's bytes come from.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

/// One opened part: bytes that can be read from any place.
pub trait PartRead: Read + Seek + Send {}

impl<T: Read + Seek + Send> PartRead for T {}

/// A recording as a list of parts, each an MP4 of its own, played back to back.
///
/// A shelf that keeps sealed blobs opens them where it is asked here, on the
/// player's thread. A part is opened more than once (index, picture, sound).
pub trait PlayerSource: Send {
    /// How many parts there are.
    fn parts(&self) -> usize;

    /// Opens the part with this index, from 0.
    ///
    /// # Errors
    /// What the store says; a part after the first that fails ends the
    /// recording before it.
    fn open(&self, index: usize) -> io::Result<Box<dyn PartRead>>;
}

/// Parts that lie in memory.
#[derive(Debug, Clone, Default)]
pub struct MemorySource {
    parts: Vec<Arc<[u8]>>,
}

impl MemorySource {
    /// A recording of these parts, in order.
    pub fn new(parts: Vec<Arc<[u8]>>) -> Self {
        Self { parts }
    }
}

impl PlayerSource for MemorySource {
    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn open(&self, index: usize) -> io::Result<Box<dyn PartRead>> {
        let bytes = self.parts.get(index).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(Arc::clone(bytes))))
    }
}

/// Parts that are plain files.
#[derive(Debug, Clone, Default)]
pub struct FileSource {
    paths: Vec<PathBuf>,
}

impl FileSource {
    /// A recording of these files, in order.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths }
    }
}

impl PlayerSource for FileSource {
    fn parts(&self) -> usize {
        self.paths.len()
    }

    fn open(&self, index: usize) -> io::Result<Box<dyn PartRead>> {
        let path = self.paths.get(index).ok_or(io::ErrorKind::NotFound)?;
        // Demuxing makes many small reads.
        Ok(Box::new(io::BufReader::with_capacity(
            64 * 1024,
            File::open(path)?,
        )))
    }
}
