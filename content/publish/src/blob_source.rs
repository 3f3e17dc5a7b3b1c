//! Where the bytes of a new blob are.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

/// The bytes of a new blob: small ones in memory, large ones in a file that lives as long
/// as its last source.
#[derive(Debug, Clone)]
pub enum BlobSource {
    /// In memory.
    Bytes(Arc<[u8]>),
    /// In a temporary file, removed with the last source of the same material.
    File {
        /// The file.
        path: PathBuf,
        /// Keeps the file's directory.
        keep: Arc<TempDir>,
    },
}

impl BlobSource {
    /// Reads the bytes from the start.
    ///
    /// # Errors
    /// Where the temporary file is gone.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match self {
            Self::Bytes(bytes) => Box::new(Cursor::new(&**bytes)),
            Self::File { path, .. } => Box::new(File::open(path)?),
        })
    }

    /// All the bytes; for a large file rather use [`open`](Self::open).
    ///
    /// # Errors
    /// Where the temporary file is gone.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl From<Vec<u8>> for BlobSource {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}
