//! The bytes of blobs and patches, in an object store: a folder for a single school.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hotaru_content::blob::{BlobId, BlobRef};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore, ObjectStoreExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// After which it is looked again whether nobody holds the gate.
const PART_AGAIN: Duration = Duration::from_millis(100);

/// What is stored: a blob, or the patch between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// A blob.
    Blob(BlobId),
    /// A patch.
    Patch {
        /// What it starts from.
        old: BlobId,
        /// What it makes.
        new: BlobId,
    },
}

impl Object {
    /// Where it lies below a folder that [`Blobs::open`] was given.
    #[must_use]
    pub fn file(self, folder: &Path) -> PathBuf {
        self.key()
            .parts()
            .fold(folder.to_owned(), |file, part| file.join(part.as_ref()))
    }

    fn key(self) -> Key {
        match self {
            Self::Blob(blob) => {
                let name = blob.to_string();
                Key::from_iter(["blobs", name.get(..2).unwrap_or_default(), &name])
            }
            Self::Patch { old, new } => {
                Key::from_iter(["patches".to_owned(), new.to_string(), old.to_string()])
            }
        }
    }
}

/// Where the bytes lie. Whoever reads has checked the index first: what is not in it may
/// be here in part or not at all.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
    /// Read while bytes and their row are brought together, written while they are parted.
    gate: Arc<RwLock<()>>,
}

impl Blobs {
    /// Opens a folder, which must exist.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn open(folder: &Path) -> object_store::Result<Self> {
        let store = LocalFileSystem::new_with_prefix(folder)?
            .with_fsync(true)
            // A patch's folder goes with its last file.
            .with_automatic_cleanup(true);
        Ok(Self {
            store: Arc::new(store),
            folder: folder.to_owned(),
            gate: Arc::default(),
        })
    }

    /// Nothing is removed while this is held: by who stores bytes until their row is there,
    /// and by who copies rows and then bytes.
    pub async fn hold(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.gate).read_owned().await
    }

    /// Held by who removes rows until their bytes are gone. It waits until nobody holds the
    /// gate, and does not queue: a backup may hold it for long, and uploads go on meanwhile.
    pub(crate) async fn part(&self) -> OwnedRwLockWriteGuard<()> {
        loop {
            match Arc::clone(&self.gate).try_write_owned() {
                Ok(guard) => return guard,
                Err(_) => tokio::time::sleep(PART_AGAIN).await,
            }
        }
    }

    /// Removes bytes that no row names; that they are gone already is no error.
    ///
    /// # Errors
    /// Where the store cannot.
    pub async fn remove(&self, object: Object) -> object_store::Result<()> {
        match self.store.delete(&object.key()).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            other => other,
        }
    }

    /// The folder in which `blobs` and `patches` lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores a file; once this returns it is on the disk.
    ///
    /// # Errors
    /// Where the file cannot be read or the store cannot take it.
    pub async fn put_file(&self, object: Object, file: &Path) -> std::io::Result<()> {
        let mut from = tokio::fs::File::open(file).await?;
        let mut into = BufWriter::new(Arc::clone(&self.store), object.key());
        let mut chunk = vec![0; 1 << 20];
        loop {
            let len = from.read(&mut chunk).await?;
            let Some(read) = chunk.get(..len).filter(|read| !read.is_empty()) else {
                break;
            };
            into.write_all(read).await?;
        }
        into.shutdown().await
    }

    /// Stores bytes; once this returns they are on the disk.
    ///
    /// # Errors
    /// Where the store cannot take them.
    pub async fn put(&self, object: Object, bytes: Vec<u8>) -> object_store::Result<()> {
        self.store.put(&object.key(), bytes.into()).await?;
        Ok(())
    }

    /// Whether a blob's bytes are there, as far as their number tells.
    ///
    /// # Errors
    /// Where the store cannot be asked.
    pub async fn has(&self, blob: BlobRef) -> object_store::Result<bool> {
        match self.store.head(&Object::Blob(blob.id).key()).await {
            Ok(found) => Ok(found.size == blob.len),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Opens a range of bytes, or all.
    ///
    /// # Errors
    /// Where it is not there.
    pub async fn get(
        &self,
        object: Object,
        range: Option<Range<u64>>,
    ) -> object_store::Result<GetResult> {
        let options = GetOptions {
            range: range.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        self.store.get_opts(&object.key(), options).await
    }

    /// Reads a whole blob; the caller has bounded its length by the index.
    ///
    /// # Errors
    /// Where it is not there.
    pub async fn read(&self, blob: BlobId) -> object_store::Result<Bytes> {
        self.get(Object::Blob(blob), None).await?.bytes().await
    }
}
