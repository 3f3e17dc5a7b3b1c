//! Making patches: after a revision is committed, without delaying its answer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hotaru_content::blob::BlobRef;
use hotaru_content::id::{LessonId, MaterialId};
use hotaru_content::lesson::{MaterialKind, Revision};
use hotaru_sync::intake::is_worth_offering;
use hotaru_sync::patch;
use hotaru_sync::wire::PatchOffer;
use tokio::sync::{Notify, Semaphore};

use crate::blobs::{Blobs, Object};
use crate::error::ApiError;
use crate::now_ms;
use crate::store::Store;

/// How many revisions back a patch leads from, and a terminal may still be fetching.
pub const WINDOW: u32 = 3;

/// Makes patches, one at a time.
#[derive(Debug)]
pub struct Patcher {
    pending: Mutex<HashSet<(LessonId, u32)>>,
    changed: Notify,
    one: Semaphore,
}

/// A revision whose patches are under way; done when dropped.
#[derive(Debug)]
pub struct Pending {
    patcher: Arc<Patcher>,
    revision: (LessonId, u32),
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.patcher.pending().remove(&self.revision);
        self.patcher.changed.notify_waiters();
    }
}

impl Patcher {
    /// With nothing under way.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let (pending, changed) = (Mutex::default(), Notify::new());
        Arc::new(Self {
            pending,
            changed,
            one: Semaphore::new(1),
        })
    }

    /// Announces a revision before it is committed, so that no terminal is told of it
    /// without waiting for its patches.
    #[must_use]
    pub fn announce(self: &Arc<Self>, lesson: LessonId, revision: u32) -> Pending {
        self.pending().insert((lesson, revision));
        Pending {
            patcher: Arc::clone(self),
            revision: (lesson, revision),
        }
    }

    /// Whether patches of one of these are under way.
    #[must_use]
    pub fn any_pending(&self, revisions: &[(LessonId, u32)]) -> bool {
        let pending = self.pending();
        revisions.iter().any(|revision| pending.contains(revision))
    }

    /// Waits until none of these is under way, at most `most`.
    pub async fn settle(&self, revisions: &[(LessonId, u32)], most: Duration) {
        let settled = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if !self.any_pending(revisions) {
                    return;
                }
                changed.await;
            }
        };
        // Past that the terminal fetches whole blobs: late patches serve the next one.
        let _ = tokio::time::timeout(most, settled).await;
    }

    /// Makes the patches of a revision in the background.
    pub fn spawn(pending: Pending, store: Arc<dyn Store>, blobs: Blobs) {
        tokio::spawn(async move {
            let (lesson, revision) = pending.revision;
            match pending
                .patcher
                .make(&*store, &blobs, lesson, revision)
                .await
            {
                Ok((made, bytes)) => {
                    tracing::info!(%lesson, revision, made, bytes, "patches are made");
                }
                // Terminals fetch whole blobs; the next start of the server tries again.
                Err(error) => tracing::warn!(%lesson, revision, ?error, "patches were not made"),
            }
        });
    }

    async fn make(
        &self,
        store: &dyn Store,
        blobs: &Blobs,
        lesson: LessonId,
        revision: u32,
    ) -> Result<(usize, u64), ApiError> {
        let mut offers = Vec::new();
        for (old, new) in pairs(&store.history(lesson, revision, WINDOW + 1).await?) {
            if store.patch(old.id, new.id).await?.is_some() {
                continue;
            }
            // Both versions and the patch stand in memory: one at a time.
            let Ok(_turn) = self.one.acquire().await else {
                break;
            };
            let (from, to) = (blobs.read(old.id).await?, blobs.read(new.id).await?);
            let made = tokio::task::spawn_blocking(move || patch::make(&from, &to)).await;
            let Ok(Ok(bytes)) = made else {
                tracing::warn!(%lesson, revision, new = %new.id, "a patch was not made");
                continue;
            };
            let len = bytes.len() as u64;
            if is_worth_offering(len, new.len) {
                let _held = blobs.hold().await;
                blobs
                    .put(
                        Object::Patch {
                            old: old.id,
                            new: new.id,
                        },
                        bytes,
                    )
                    .await?;
                offers.push(PatchOffer {
                    old: old.id,
                    new: new.id,
                    len,
                });
            }
        }
        let (made, bytes) = (offers.len(), offers.iter().map(|offer| offer.len).sum());
        store
            .add_patches(lesson, revision, offers, now_ms())
            .await?;
        Ok((made, bytes))
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, HashSet<(LessonId, u32)>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Old and new blobs of the same material, given documents from the newest down.
fn pairs(documents: &[String]) -> Vec<(BlobRef, BlobRef)> {
    let mut revisions = documents
        .iter()
        .filter_map(|json| Revision::from_json(json.as_bytes()).ok());
    let Some(newest) = revisions.next() else {
        return Vec::new();
    };
    let wanted: Vec<(MaterialId, BlobRef)> = patchable(&newest).collect();
    let mut pairs = Vec::new();
    for older in revisions {
        for (id, old) in patchable(&older) {
            for (_, new) in wanted.iter().filter(|(material, _)| *material == id) {
                if old.id != new.id && !pairs.contains(&(old, *new)) {
                    pairs.push((old, *new));
                }
            }
        }
    }
    pairs
}

/// What an edit changes a little of; photos and recordings are other bytes altogether.
pub fn patchable(revision: &Revision) -> impl Iterator<Item = (MaterialId, BlobRef)> + '_ {
    revision
        .materials
        .iter()
        .filter(|material| {
            matches!(
                material.kind(),
                MaterialKind::Text | MaterialKind::Drill | MaterialKind::Handout
            )
        })
        .flat_map(|material| material.blobs().map(|blob| (material.id, blob)))
        .filter(|(_, blob)| blob.len <= patch::MAX_LEN)
}
