//! Deleting a pupil's record: the rows in one transaction, then the bytes of her photos, then
//! the database's file itself. What was cut off is gone on with at the next start and by every
//! round of [`crate::tidy`].

use std::sync::Arc;

use hotaru_content::id::PupilId;
use hotaru_sync::order::Order;
use serde_json::Value;

use crate::blobs::{Blobs, Object};
use crate::care::deletions;
use crate::now_ms;
use crate::store::{Audit, Deleted, Deletion, Store, StoreError};
use crate::tidy::TidyError;
use crate::uploads::Uploads;

/// Deletes records of a school's folder.
#[derive(Clone)]
pub struct Deleter {
    store: Arc<dyn Store>,
    blobs: Blobs,
    uploads: Arc<Uploads>,
    /// One at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Deleter {
    /// On a school's store and files.
    pub fn new(store: Arc<dyn Store>, blobs: Blobs, uploads: Arc<Uploads>) -> Self {
        let turn = Arc::default();
        Self {
            store,
            blobs,
            uploads,
            turn,
        }
    }

    /// Deletes a pupil's rows, for good: from now on nobody reads anything of hers. Her photos
    /// and the traces in the file are [`Deleter::finish`]'s affair.
    ///
    /// # Errors
    /// Where the store refuses: then nothing has changed.
    pub async fn delete(&self, pupil: PupilId, row: Audit) -> Result<Deleted, TidyError> {
        let deletion = Deletion {
            pupil,
            deleted_ms: row.at_ms,
        };
        let deleted = self.store.delete_record(deletion, row).await?;
        tracing::info!(%pupil, events = deleted.events, "a pupil's record is deleted");
        Ok(deleted)
    }

    /// Brings every deletion to its end: photos that nobody else names, uploads of them, free
    /// pages and the write-ahead log. Says how many are done.
    ///
    /// # Errors
    /// Where the store or a file refuses; the next call goes on.
    pub async fn finish(&self) -> Result<u64, TidyError> {
        let _turn = self.turn.lock().await;
        let pupils = self.store.unfinished_deletions().await?;
        if pupils.is_empty() {
            return Ok(0);
        }
        for pupil in &pupils {
            tell_terminals(&*self.store, *pupil).await?;
        }
        for pupil in &pupils {
            // Who uploads the same photo anew must not have it removed under him.
            let _parted = self.blobs.part().await;
            let (alone, all) = self.store.part_photos(*pupil).await?;
            for blob in alone {
                self.blobs.remove(Object::Blob(blob)).await?;
                let aside = self.blobs.folder().join("damaged").join(blob.to_string());
                match std::fs::remove_file(aside) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(error.into());
                    }
                    _ => {}
                }
            }
            for (name, blob, _) in self.uploads.list()? {
                if all.contains(&blob) {
                    self.uploads.remove(&name)?;
                }
            }
        }
        let done = self.store.scrub(&pupils, now_ms()).await?;
        if !done {
            tracing::warn!("readers held the end of a deletion up; it is gone on with later");
        }
        Ok(if done { pupils.len() as u64 } else { 0 })
    }

    /// Writes the list of deletions beside every backup that this folder knows of; what was
    /// found there, as JSON.
    ///
    /// # Errors
    /// Where the store refuses; a folder of backups that cannot be written to is told.
    pub async fn note_beside_backups(&self) -> Result<Vec<Value>, TidyError> {
        let known = self.store.deletions().await?;
        let folder = self.blobs.folder().to_owned();
        let told = tokio::task::spawn_blocking(move || deletions::spread(&folder, &known)).await;
        Ok(told.map_err(std::io::Error::other)?)
    }
}

/// Orders the terminals on which a pupil may still be to remove her; twice is once. Until one
/// hears of it, its next push of hers is refused ([`crate::error::ApiError::pupil_deleted`]),
/// which makes it do the same.
///
/// # Errors
/// Where the store refuses.
pub async fn tell_terminals(store: &dyn Store, pupil: PupilId) -> Result<(), StoreError> {
    for terminal in store.terminals_with(pupil).await? {
        let order = Order::RemovePupil { pupil };
        if let Some(number) = store.add_order(terminal, order, now_ms()).await? {
            tracing::info!(%terminal, %pupil, number, "a terminal is to remove a deleted pupil");
        }
    }
    Ok(())
}
