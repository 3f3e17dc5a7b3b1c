//! Giving room back: the folder stays near what the school holds.
//!
//! What may go is decided by the store in one transaction with what names it; the bytes go
//! after the rows. A crash between leaves files without a row, which a later round finds.
//! Nobody stores or copies files meanwhile: see [`Blobs::hold`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hotaru_content::blob::BlobId;
use serde::Serialize;

use crate::blobs::{Blobs, Object};
use crate::deletion::Deleter;
use crate::store::{Audit, Store, StoreError};
use crate::uploads::Uploads;
use crate::{now_ms, retention};

/// What was replaced, withdrawn, uploaded or told of within so many days stays, by the
/// cloud's clock: terminals may be fetching it, and a desk be about to name it.
pub const GRACE_DAYS: u32 = 14;
/// The first round comes so long after the start, which has enough to do.
const FIRST: Duration = Duration::from_secs(10 * 60);
/// The time between two rounds.
const EVERY: Duration = Duration::from_secs(6 * 3600);
/// Blobs that are removed at once: uploads that come to their end wait for that long.
const AT_ONCE: u32 = 100;

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tidied {
    /// Revisions whose blobs were let go, in part or all.
    pub revisions: u32,
    /// Blobs that nothing named any more.
    pub blobs: u64,
    /// Patches of no use.
    pub patches: u64,
    /// Partial uploads of what is here already, or that nobody went on with.
    pub uploads: u64,
    /// Files that no row named: left by a crash.
    pub leftovers: u64,
    /// Pupils whose record went because its time was over.
    pub records: u32,
    /// Photos of paper study whose time was over.
    pub photos: u64,
    /// Rows of sessions, codes, rights, receipts and the audit log whose time was over.
    pub rows: u64,
    /// Deletions that were brought to their end.
    pub deletions: u64,
    /// Bytes of all these files.
    pub bytes: u64,
    /// Bytes by which the database became shorter.
    pub database_bytes: u64,
}

/// Why a round ended early; what it did is done.
#[derive(Debug, thiserror::Error)]
pub enum TidyError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be looked at or removed.
    #[error("a file of the school cannot be removed ({0}); check the folder's rights")]
    Files(#[from] std::io::Error),
}

impl From<object_store::Error> for TidyError {
    fn from(error: object_store::Error) -> Self {
        Self::Files(error.into())
    }
}

/// Tidies a school's folder.
#[derive(Clone)]
pub struct Tidier {
    store: Arc<dyn Store>,
    blobs: Blobs,
    uploads: Arc<Uploads>,
    deleter: Deleter,
    /// One round at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Tidier {
    /// On a school's store and files.
    pub fn new(store: Arc<dyn Store>, blobs: Blobs, uploads: Arc<Uploads>) -> Self {
        let turn = Arc::default();
        let deleter = Deleter::new(Arc::clone(&store), blobs.clone(), Arc::clone(&uploads));
        Self {
            store,
            blobs,
            uploads,
            deleter,
            turn,
        }
    }

    /// What deletes records of the same folder.
    pub fn deleter(&self) -> &Deleter {
        &self.deleter
    }

    /// Tidies now and then, for ever.
    pub async fn run(self) {
        let mut wait = FIRST;
        loop {
            tokio::time::sleep(wait).await;
            wait = EVERY;
            match self.tidy(i64::from(GRACE_DAYS) * 24 * 3600 * 1000).await {
                Ok(tidied) if tidied == Tidied::default() => {}
                Ok(tidied) => tracing::info!(?tidied, "tidied"),
                Err(error) => tracing::warn!(cause = %error, "not everything was tidied"),
            }
        }
    }

    /// One round.
    ///
    /// # Errors
    /// Where the store or a file refuses.
    pub async fn tidy(&self, grace_ms: i64) -> Result<Tidied, TidyError> {
        let _turn = self.turn.lock().await;
        let mut tidied = Tidied {
            revisions: self.store.trim(now_ms(), grace_ms).await?,
            ..Tidied::default()
        };
        self.retain(&mut tidied).await?;
        self.remove_unnamed(grace_ms, &mut tidied).await?;
        self.remove_uploads(&mut tidied).await?;
        self.remove_leftovers(grace_ms, &mut tidied).await?;
        tidied.database_bytes = self.store.shrink().await?;
        Ok(tidied)
    }

    /// Lets go what is older than [`crate::retention`] says, and brings deletions to their end.
    async fn retain(&self, tidied: &mut Tidied) -> Result<(), TidyError> {
        let now_ms = now_ms();
        let chosen = self.store.retention_days().await?;
        let left_before = retention::left_before(now_ms, &chosen);
        for pupil in self.store.left_before(left_before).await? {
            let row = Audit {
                at_ms: now_ms,
                role: "retention".to_owned(),
                action: "delete_pupil",
                pupil: Some(pupil),
                outcome: "allowed",
                ..Audit::default()
            };
            self.deleter.delete(pupil, row).await?;
            tidied.records += 1;
        }
        let retained = self
            .store
            .retain(retention::cutoffs(now_ms, &chosen))
            .await?;
        tidied.rows = retained.rows + retained.audit;
        tidied.photos = retained.photos;
        tidied.deletions = self.deleter.finish().await?;
        self.deleter.note_beside_backups().await?;
        Ok(())
    }

    async fn remove_unnamed(&self, grace_ms: i64, tidied: &mut Tidied) -> Result<(), TidyError> {
        loop {
            // From before the rows go until the bytes are gone: who uploads the same blob
            // anew must not have it removed under him.
            let _parted = self.blobs.part().await;
            let gone = self.store.let_go(now_ms(), grace_ms, AT_ONCE).await?;
            for blob in &gone.blobs {
                self.blobs.remove(Object::Blob(blob.id)).await?;
                tidied.bytes += blob.len;
            }
            for (old, new, len) in &gone.patches {
                let (old, new) = (*old, *new);
                self.blobs.remove(Object::Patch { old, new }).await?;
                tidied.bytes += len;
            }
            tidied.blobs += gone.blobs.len() as u64;
            tidied.patches += gone.patches.len() as u64;
            if gone.blobs.len() < AT_ONCE as usize {
                return Ok(());
            }
        }
    }

    async fn remove_uploads(&self, tidied: &mut Tidied) -> Result<(), TidyError> {
        for (name, blob, is_abandoned) in self.uploads.list()? {
            if is_abandoned || self.store.blob(blob).await?.is_some() {
                tidied.bytes += self.uploads.remove(&name)?;
                tidied.uploads += 1;
            }
        }
        Ok(())
    }

    /// Files of blobs and patches that no row names, and what the object store left of a file
    /// that was not finished.
    async fn remove_leftovers(&self, grace_ms: i64, tidied: &mut Tidied) -> Result<(), TidyError> {
        let grace = Duration::from_millis(u64::try_from(grace_ms).unwrap_or(0));
        let folder = self.blobs.folder().to_owned();
        let listed = tokio::task::spawn_blocking(move || old_files(&folder, grace)).await;
        for (path, len) in listed.map_err(std::io::Error::other)?? {
            let _parted = self.blobs.part().await;
            if !self.is_named(&path).await? {
                match std::fs::remove_file(&path) {
                    Ok(()) => {
                        tidied.bytes += len;
                        tidied.leftovers += 1;
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// Whether a row names a file.
    async fn is_named(&self, path: &Path) -> Result<bool, TidyError> {
        let name =
            |path: Option<&Path>| -> Option<BlobId> { path?.file_name()?.to_str()?.parse().ok() };
        let Some(blob) = name(Some(path)) else {
            return Ok(false);
        };
        Ok(match name(path.parent()) {
            Some(new) => self.store.patch(blob, new).await?.is_some(),
            None => self.store.blob(blob).await?.is_some(),
        })
    }
}

/// All files of blobs and patches that are older than the grace time, with their lengths.
fn old_files(folder: &Path, grace: Duration) -> std::io::Result<Vec<(PathBuf, u64)>> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = ["blobs", "patches"]
        .into_iter()
        .map(|name| folder.join(name))
        .filter(|folder| folder.is_dir())
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)?.flatten() {
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let age = metadata
                .modified()
                .map(|at| SystemTime::now().duration_since(at));
            if metadata.is_dir() {
                folders.push(entry.path());
            } else if matches!(age, Ok(Ok(age)) if age >= grace) {
                files.push((entry.path(), metadata.len()));
            }
        }
    }
    Ok(files)
}
