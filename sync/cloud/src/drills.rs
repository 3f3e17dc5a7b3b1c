//! Drills at hand, for grading.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hotaru_content::blob::BlobId;
use hotaru_content::drill::{Drill, MAX_DOCUMENT_LEN};
use hotaru_content::id::LessonId;
use hotaru_content::lesson::Subject;
use hotaru_content::progress::Catalog;

use crate::blobs::Blobs;
use crate::error::ApiError;
use crate::store::Store;

/// Drills kept in memory; one is at most 16 MiB, most are far smaller.
const KEPT: usize = 32;

/// Drills, read from their blobs and kept while in use.
#[derive(Debug, Default)]
pub struct Drills(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    drills: HashMap<BlobId, Arc<Drill>>,
    /// From the oldest on.
    order: VecDeque<BlobId>,
}

impl Kept {
    fn put(&mut self, blob: BlobId, drill: &Arc<Drill>) {
        if self.drills.insert(blob, Arc::clone(drill)).is_none() {
            self.order.push_back(blob);
        }
        while self.order.len() > KEPT {
            self.order
                .pop_front()
                .and_then(|oldest| self.drills.remove(&oldest));
        }
    }
}

impl Drills {
    /// A drill; none where there is no such blob or it is no drill.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn get(
        &self,
        store: &dyn Store,
        blobs: &Blobs,
        blob: BlobId,
    ) -> Result<Option<Arc<Drill>>, ApiError> {
        if let Some(drill) = self.kept().drills.get(&blob) {
            return Ok(Some(Arc::clone(drill)));
        }
        match store.blob(blob).await? {
            Some(found) if found.len <= MAX_DOCUMENT_LEN as u64 => {}
            _ => return Ok(None),
        }
        let bytes = blobs.read(blob).await?;
        let parsed = tokio::task::spawn_blocking(move || Drill::from_json(&bytes)).await;
        let Ok(Ok(drill)) = parsed else {
            return Ok(None);
        };
        let drill = Arc::new(drill);
        self.kept().put(blob, &drill);
        Ok(Some(drill))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one fold or one push needs, fetched before.
#[derive(Debug, Default)]
pub struct AtHand {
    /// Drills by blob.
    pub drills: HashMap<BlobId, Arc<Drill>>,
    /// Lessons' subjects.
    pub subjects: HashMap<LessonId, Subject>,
}

impl AtHand {
    /// Fetches drills; those that are not there are left out.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn fetch(
        &mut self,
        drills: &Drills,
        store: &dyn Store,
        blobs: &Blobs,
        wanted: &HashSet<BlobId>,
    ) -> Result<(), ApiError> {
        for blob in wanted {
            if let Some(drill) = drills.get(store, blobs, *blob).await? {
                self.drills.insert(*blob, drill);
            }
        }
        Ok(())
    }
}

impl Catalog for AtHand {
    fn drill(&self, blob: &BlobId) -> Option<Arc<Drill>> {
        self.drills.get(blob).map(Arc::clone)
    }

    fn subject(&self, lesson: &LessonId) -> Option<Subject> {
        self.subjects.get(lesson).cloned()
    }
}
