//! Drills and subjects from the shelf, parsed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hotaru_content::blob::BlobId;
use hotaru_content::drill::Drill;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::Subject;
use hotaru_content::progress::Catalog;
use hotaru_content::shelf::Shelf;

use super::Problem;

/// How many parsed drills are kept; a class has a few at a time.
const MAX_DRILLS: usize = 64;

/// A [`Catalog`] over the shelf.
pub struct ShelfCatalog {
    shelf: Shelf,
    drills: Mutex<HashMap<BlobId, Arc<Drill>>>,
    subjects: Mutex<HashMap<LessonId, Subject>>,
}

impl ShelfCatalog {
    /// Over a shelf, with nothing read yet.
    #[must_use]
    pub fn new(shelf: Shelf) -> Self {
        Self {
            shelf,
            drills: Mutex::default(),
            subjects: Mutex::default(),
        }
    }

    /// Looks at the lessons again: their subjects.
    ///
    /// # Errors
    /// Where the shelf cannot be read.
    pub fn refresh(&self) -> Result<(), Problem> {
        let mut subjects = HashMap::new();
        for pupil in self.shelf.identity().pupils {
            for lesson in self.shelf.lessons(&pupil.pupil)? {
                subjects.insert(lesson.lesson, lesson.doc.subject.clone());
            }
        }
        *lock(&self.subjects) = subjects;
        Ok(())
    }

    /// A drill, where it is on the shelf.
    ///
    /// # Errors
    /// Where it is damaged or no drill.
    pub fn load(&self, blob: &BlobId) -> Result<Option<Arc<Drill>>, Problem> {
        if let Some(drill) = lock(&self.drills).get(blob) {
            return Ok(Some(Arc::clone(drill)));
        }
        if !self.shelf.has_blob(blob)? {
            return Ok(None);
        }
        let drill = Arc::new(Drill::from_json(&self.shelf.blob(blob)?)?);
        let mut drills = lock(&self.drills);
        if drills.len() >= MAX_DRILLS {
            drills.clear();
        }
        drills.insert(*blob, Arc::clone(&drill));
        Ok(Some(drill))
    }
}

impl Catalog for ShelfCatalog {
    fn drill(&self, blob: &BlobId) -> Option<Arc<Drill>> {
        // A damaged drill leaves the grade unknown here; the lesson's page names the harm,
        // and the school grades with its own copy.
        self.load(blob).ok().flatten()
    }

    fn subject(&self, lesson: &LessonId) -> Option<Subject> {
        lock(&self.subjects).get(lesson).cloned()
    }
}

/// A poisoned lock holds a cache only: what is in it is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
