//! A school's folder, and who holds it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

use crate::blobs::Blobs;
use crate::store::StoreError;
use crate::store::sqlite::SqliteStore;

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another program holds it.
    #[error("another hotaru-cloud works on {0}; stop it first, or use its address")]
    Held(PathBuf),
    /// A restore into it did not finish.
    #[error(
        "a restore into {0} did not finish; run the same `hotaru-cloud restore` once more, it goes on where it stopped"
    )]
    Unfinished(PathBuf),
    /// The file system refuses.
    #[error("the school's folder {folder} cannot be used ({cause}); check its path and its rights")]
    Io {
        /// The folder.
        folder: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The object store refuses.
    #[error("the school's files cannot be used ({0}); check the folder's rights")]
    Objects(#[from] object_store::Error),
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A school's folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// A held folder: released when dropped, by the operating system if need be.
#[derive(Debug)]
pub struct Held {
    folder: Folder,
    _lock: File,
}

impl Folder {
    /// Names a folder; nothing is touched.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where a running server listens for the keeper.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("school.db")
    }

    /// Stands here from the beginning of a restore to its end.
    #[must_use]
    pub fn unfinished(&self) -> PathBuf {
        self.0.join("restore-under-way")
    }

    /// Makes the folder, for its owner alone.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(&self) -> Result<(), FolderError> {
        create_private(&self.0).map_err(|cause| self.io(cause))
    }

    /// Holds the folder against other programs.
    ///
    /// # Errors
    /// Where another holds it, there is no school in it, or only a part of one.
    pub fn hold(&self) -> Result<Held, FolderError> {
        let held = self.hold_any()?;
        if self.unfinished().exists() {
            return Err(FolderError::Unfinished(self.0.clone()));
        }
        Ok(held)
    }

    /// Holds the folder whatever is in it.
    ///
    /// # Errors
    /// Where another holds it, or it does not exist.
    pub fn hold_any(&self) -> Result<Held, FolderError> {
        if !self.0.is_dir() {
            return Err(StoreError::NoSchool.into());
        }
        match try_lock(&self.0.join("lock")) {
            Ok(Some(lock)) => Ok(Held {
                folder: self.clone(),
                _lock: lock,
            }),
            Ok(None) => Err(FolderError::Held(self.0.clone())),
            Err(cause) => Err(self.io(cause)),
        }
    }

    fn io(&self, cause: std::io::Error) -> FolderError {
        FolderError::Io {
            folder: self.0.clone(),
            cause,
        }
    }
}

/// Makes a folder that only its owner may look into, and those above it.
///
/// # Errors
/// Where it cannot be made.
pub fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Locks a file, made where need be, against other programs; none where one of them has it.
///
/// # Errors
/// Where the file system refuses.
pub fn try_lock(file: &Path) -> std::io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(file)?;
    match FileExt::try_lock(&lock) {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

impl Held {
    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Where partial uploads lie.
    #[must_use]
    pub fn uploads(&self) -> PathBuf {
        self.folder.0.join("uploads")
    }

    /// Opens the database, and makes it where `create` says so.
    ///
    /// # Errors
    /// Where it is not there or damaged.
    pub async fn store(&self, create: bool) -> Result<SqliteStore, FolderError> {
        Ok(SqliteStore::open(&self.folder.database(), create).await?)
    }

    /// Opens the blobs.
    ///
    /// # Errors
    /// Where the folder cannot be used.
    pub fn blobs(&self) -> Result<Blobs, FolderError> {
        Ok(Blobs::open(&self.folder.0)?)
    }
}
