//! Lessons on the shelf: as they arrive, as they are shown, and what they still want.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ShelfError;
use super::media::LessonCopy;
use super::receipts::ReceiptRecord;
use super::store::Durability;
use super::terminal::{Table, Terminal, encode};
use super::vault::{Changes, Tree};
use crate::blob::{BlobId, BlobRef};
use crate::id::{LessonId, MaterialId, PupilId, RunId};
use crate::lesson::{Need, Revision};

/// The most pupils of one terminal that one lesson names.
const MAX_PUPILS: usize = 1000;
/// The most blobs of older revisions that one lesson remembers.
const MAX_OLDER: usize = 200;
/// The cursor that asks for every lesson once more, with what was withdrawn: a shelf that
/// holds lessons has to hear of that. Change numbers of a cloud lie above it; only a shelf
/// that never held anything stands at 0.
pub const ASK_AGAIN: u64 = 1;
pub(super) const CURSOR_KEY: &[u8] = b"cursor";
pub(super) const LISTING_KEY: &[u8] = b"listing";

/// Lessons as lane 2 brings them: what changed between two cursors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonBatch {
    /// The cursor that the changes go on from; must be the shelf's own.
    pub after: u64,
    /// The cursor after them.
    pub cursor: u64,
    /// The changes in the cloud's order.
    pub changes: Vec<LessonChange>,
    /// The run of the cloud that is still listing, where more follows: another run may have
    /// moved what was listed already, so it has to begin again.
    pub listing: Option<RunId>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LessonChange {
    /// A revision of a lesson for pupils of this terminal.
    Put {
        /// The lesson.
        lesson: LessonId,
        /// The revision.
        revision: u32,
        /// Its document, verbatim.
        document: Vec<u8>,
        /// The pupils of this terminal who receive it.
        pupils: Vec<PupilId>,
    },
    /// The lesson was withdrawn.
    Withdraw {
        /// The lesson.
        lesson: LessonId,
    },
}

/// A lesson as it stands on this terminal.
#[derive(Debug, Clone)]
pub struct ShelvedLesson {
    /// The lesson.
    pub lesson: LessonId,
    /// Its revision.
    pub revision: u32,
    /// Its document.
    pub doc: Arc<Revision>,
    /// The pupils of this terminal who receive it.
    pub pupils: Vec<PupilId>,
    /// Blobs that it needs and that are not here, each once, in the document's order.
    pub missing: Vec<BlobRef>,
    /// Their bytes together.
    pub missing_bytes: u64,
    /// When this revision came, by the terminal's clock, in milliseconds since 1970.
    pub received_ms: i64,
}

impl ShelvedLesson {
    /// Whether every assigned byte is here and was verified.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.missing.is_empty()
    }
}

/// A lesson's record on disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LessonRecord {
    pub revision: u32,
    pub received_ms: i64,
    pub pupils: Vec<PupilId>,
    /// Blobs of older revisions, newest first.
    pub older: Vec<(MaterialId, BlobRef)>,
    pub document: Vec<u8>,
}

/// A lesson in memory; its document was decoded once.
#[derive(Debug, Clone)]
pub(super) struct LessonEntry {
    pub revision: u32,
    pub received_ms: i64,
    pub pupils: Vec<PupilId>,
    pub older: Vec<(MaterialId, BlobRef)>,
    pub doc: Arc<Revision>,
}

impl LessonRecord {
    pub fn entry(self) -> Result<LessonEntry, ShelfError> {
        let doc = Arc::new(Revision::from_json(&self.document)?);
        let Self {
            revision,
            received_ms,
            pupils,
            older,
            ..
        } = self;
        Ok(LessonEntry {
            revision,
            received_ms,
            pupils,
            older,
            doc,
        })
    }
}

impl Terminal {
    pub fn apply_lessons(&self, batch: &LessonBatch) -> Result<(), ShelfError> {
        let mut table = self.table();
        if batch.after != table.cursor {
            return Err(ShelfError::StaleBatch {
                given: batch.after,
                here: table.cursor,
            });
        }
        let bytes: usize = batch
            .changes
            .iter()
            .map(|change| match change {
                LessonChange::Put { document, .. } => document.len(),
                LessonChange::Withdraw { .. } => 0,
            })
            .sum();
        self.ground().ensure_free(bytes as u64)?;
        // The last word on each lesson counts.
        let mut after: BTreeMap<LessonId, Option<(Vec<u8>, LessonEntry)>> = BTreeMap::new();
        for change in &batch.changes {
            match change {
                LessonChange::Put {
                    lesson,
                    revision,
                    document,
                    pupils,
                } => {
                    let old = match after.get(lesson) {
                        Some(put) => put.as_ref().map(|(_, entry)| entry),
                        None => table.lessons.get(lesson),
                    };
                    let record = new_record(*lesson, *revision, document, pupils, old)?;
                    let value = postcard::to_stdvec(&record)
                        .map_err(|_| ShelfError::damaged("a lesson's record"))?;
                    after.insert(*lesson, Some((value, record.entry()?)));
                }
                LessonChange::Withdraw { lesson } => {
                    after.insert(*lesson, None);
                }
            }
        }
        let mut changes = Changes::default();
        for (lesson, put) in &after {
            match put {
                Some((value, _)) => changes.put(Tree::Lesson, lesson.0, value.clone()),
                None => changes
                    .delete(Tree::Lesson, lesson.0)
                    .delete(Tree::Receipt, lesson.0),
            };
        }
        match batch.listing {
            Some(run) => changes.put(Tree::Meta, LISTING_KEY, run.0.to_vec()),
            None => changes.delete(Tree::Meta, LISTING_KEY),
        };
        changes.put(Tree::Meta, CURSOR_KEY, batch.cursor.to_le_bytes().to_vec());
        // Second copies go before the first and come after it, so that a crash in between
        // brings nothing back that was withdrawn.
        let gone: Vec<LessonCopy> = after
            .iter()
            .filter(|(_, put)| put.is_none())
            .map(|(id, _)| (*id, None))
            .collect();
        self.forget_copies(&gone)?;
        self.commit(&changes, Durability::Now)?;
        table.cursor = batch.cursor;
        table.listing = batch.listing;
        let mut copies: Vec<LessonCopy> = Vec::new();
        for (lesson, put) in after {
            match put {
                Some((value, entry)) => {
                    copies.push((lesson, Some(value)));
                    table.lessons.insert(lesson, entry);
                }
                None => {
                    table.lessons.remove(&lesson);
                    table.receipts.remove(&lesson);
                }
            }
        }
        self.sweep(&mut table);
        // A second copy that could not be made is no reason to refuse the first.
        if !copies.is_empty() {
            let _ = self.media().put_lessons(&copies);
        }
        Ok(())
    }

    /// Holds the lessons against their second copies: sled can lose a record without a word.
    /// What the state lost comes back; says whether that was so.
    pub fn reconcile_lessons(&self) -> Result<bool, ShelfError> {
        let mut table = self.table();
        let mut copied: BTreeMap<LessonId, u32> = BTreeMap::new();
        let mut changes = Changes::default();
        let mut has_lost = false;
        for (id, value) in self.media().lessons()? {
            let Ok(record) = postcard::from_bytes::<LessonRecord>(&value) else {
                continue;
            };
            let revision = record.revision;
            copied.insert(id, revision);
            if table
                .lessons
                .get(&id)
                .is_some_and(|entry| entry.revision >= revision)
            {
                continue;
            }
            if let Ok(entry) = record.entry() {
                table.lessons.insert(id, entry);
                changes.put(Tree::Lesson, id.0, value);
                has_lost = true;
            }
        }
        if has_lost {
            self.commit(&changes, Durability::Now)?;
        }
        let uncopied: Vec<&LessonId> = table
            .lessons
            .iter()
            .filter(|(id, entry)| copied.get(id) != Some(&entry.revision))
            .map(|(id, _)| id)
            .collect();
        if !uncopied.is_empty() {
            let copies = self.lesson_records(uncopied.into_iter())?;
            self.media().put_lessons(&copies)?;
        }
        Ok(has_lost)
    }

    fn forget_copies(&self, gone: &[LessonCopy]) -> Result<(), ShelfError> {
        if gone.is_empty() {
            return Ok(());
        }
        match self.media().put_lessons(gone) {
            // A copy in a damaged database must not keep a lesson alive.
            Err(error) if error.is_damage() => Ok(()),
            other => other,
        }
    }

    /// Lessons as they lie in the state.
    pub fn lesson_records<'a>(
        &self,
        ids: impl Iterator<Item = &'a LessonId>,
    ) -> Result<Vec<LessonCopy>, ShelfError> {
        ids.map(|id| Ok((*id, self.state().get(Tree::Lesson, &id.0)?)))
            .collect()
    }

    pub fn lessons(&self, pupil: &PupilId) -> Vec<ShelvedLesson> {
        let table = self.table();
        let mut lessons: Vec<ShelvedLesson> = table
            .lessons
            .iter()
            .filter(|(_, entry)| entry.pupils.contains(pupil))
            .map(|(lesson, entry)| table.shelved(*lesson, entry))
            .collect();
        lessons.sort_by_key(|lesson| (lesson.doc.day, lesson.doc.period, lesson.lesson));
        lessons
    }

    pub fn lesson(&self, id: &LessonId) -> Option<ShelvedLesson> {
        let table = self.table();
        table.lessons.get(id).map(|entry| table.shelved(*id, entry))
    }

    /// Takes a pupil from all that she receives; what nobody else here receives goes.
    pub fn forget_recipient(&self, pupil: &PupilId) -> Result<(), ShelfError> {
        let mut table = self.table();
        let entries = table.lessons.iter();
        let hers = entries.filter(|(_, entry)| entry.pupils.contains(pupil));
        let hers: Vec<LessonId> = hers.map(|(lesson, _)| *lesson).collect();
        let mut changes = Changes::default();
        let (mut gone, mut kept): (Vec<LessonCopy>, Vec<LessonCopy>) = (Vec::new(), Vec::new());
        for (lesson, record) in self.lesson_records(hers.iter())? {
            let record = record.and_then(|record| postcard::from_bytes(&record).ok());
            let record = record.map(|mut record: LessonRecord| {
                record.pupils.retain(|other| other != pupil);
                record
            });
            match record.filter(|record| !record.pupils.is_empty()) {
                Some(record) => {
                    let value = encode(&record)?;
                    changes.put(Tree::Lesson, lesson.0, value.clone());
                    kept.push((lesson, Some(value)));
                }
                None => {
                    changes
                        .delete(Tree::Lesson, lesson.0)
                        .delete(Tree::Receipt, lesson.0);
                    gone.push((lesson, None));
                }
            }
        }
        self.forget_copies(&gone)?;
        self.commit(&changes, Durability::Now)?;
        for (lesson, _) in &gone {
            table.lessons.remove(lesson);
            table.receipts.remove(lesson);
        }
        for (lesson, _) in &kept {
            if let Some(entry) = table.lessons.get_mut(lesson) {
                entry.pupils.retain(|other| other != pupil);
            }
        }
        self.sweep(&mut table);
        if !kept.is_empty() {
            // Where a second copy still names her, the next list of lessons says better.
            let _ = self.media().put_lessons(&kept);
        }
        Ok(())
    }

    pub fn expire(&self, today: Date) -> Result<Vec<LessonId>, ShelfError> {
        let mut table = self.table();
        let expired: Vec<LessonId> = table
            .lessons
            .iter()
            .filter(|(_, entry)| entry.doc.expires < today)
            .map(|(lesson, _)| *lesson)
            .collect();
        if !expired.is_empty() {
            let mut changes = Changes::default();
            for lesson in &expired {
                changes
                    .delete(Tree::Lesson, lesson.0)
                    .delete(Tree::Receipt, lesson.0);
            }
            let gone: Vec<LessonCopy> = expired.iter().map(|lesson| (*lesson, None)).collect();
            self.forget_copies(&gone)?;
            self.commit(&changes, Durability::Now)?;
            for lesson in &expired {
                table.lessons.remove(lesson);
                table.receipts.remove(lesson);
            }
        }
        self.sweep(&mut table);
        Ok(expired)
    }
}

impl Table {
    fn shelved(&self, lesson: LessonId, entry: &LessonEntry) -> ShelvedLesson {
        let mut seen = BTreeSet::new();
        let missing: Vec<BlobRef> = entry
            .doc
            .blobs()
            .map(|(_, blob)| blob)
            .filter(|blob| !self.blobs.contains_key(&blob.id) && seen.insert(blob.id))
            .collect();
        ShelvedLesson {
            lesson,
            revision: entry.revision,
            doc: Arc::clone(&entry.doc),
            pupils: entry.pupils.clone(),
            missing_bytes: missing
                .iter()
                .fold(0, |sum, blob| sum.saturating_add(blob.len)),
            missing,
            received_ms: entry.received_ms,
        }
    }

    /// How soon each assigned blob is needed.
    pub fn assigned(&self) -> BTreeMap<BlobId, Need> {
        let mut needs: BTreeMap<BlobId, Need> = BTreeMap::new();
        for (need, blob) in self.lessons.values().flat_map(|entry| entry.doc.blobs()) {
            let first = needs.entry(blob.id).or_insert(need);
            *first = need.min(*first);
        }
        needs
    }

    /// Blobs of older revisions of live lessons that are kept while there is room: what a
    /// patch can start from, and the drills that earlier answers were given to.
    pub fn kept_older(&self) -> BTreeSet<BlobId> {
        let mut kept = BTreeSet::new();
        for entry in self.lessons.values() {
            for (material, old) in &entry.older {
                let now = entry.doc.materials.iter().find(|now| now.id == *material);
                let is_light = now.is_none_or(|now| now.need() == Need::TextOrDrill);
                let is_base =
                    now.is_some_and(|now| now.blobs().any(|b| !self.blobs.contains_key(&b.id)));
                if is_light || is_base {
                    kept.insert(old.id);
                }
            }
        }
        kept
    }

    /// Whether every blob of a lesson is here.
    pub fn is_ready(&self, entry: &LessonEntry) -> bool {
        entry
            .doc
            .blobs()
            .all(|(_, blob)| self.blobs.contains_key(&blob.id))
    }

    /// The bytes that a lesson lacks.
    pub fn missing_bytes(&self, entry: &LessonEntry) -> u64 {
        self.shelved(entry.doc.lesson, entry).missing_bytes
    }

    pub fn receipt(&self, lesson: &LessonId) -> ReceiptRecord {
        self.receipts.get(lesson).cloned().unwrap_or_default()
    }
}

fn new_record(
    lesson: LessonId,
    revision: u32,
    document: &[u8],
    pupils: &[PupilId],
    old: Option<&LessonEntry>,
) -> Result<LessonRecord, ShelfError> {
    let doc = Revision::from_json(document)?;
    if doc.lesson != lesson || doc.revision != revision {
        return Err(ShelfError::WrongDocument(lesson));
    }
    if pupils.len() > MAX_PUPILS {
        return Err(ShelfError::TooLong {
            what: "a lesson's list of pupils",
            limit: MAX_PUPILS,
        });
    }
    let now: BTreeSet<BlobId> = doc.blobs().map(|(_, blob)| blob.id).collect();
    let mut older: Vec<(MaterialId, BlobRef)> = Vec::new();
    if let Some(old) = old {
        let last = old
            .doc
            .materials
            .iter()
            .flat_map(|m| m.blobs().map(|blob| (m.id, blob)));
        for pair in last.chain(old.older.iter().copied()) {
            if !now.contains(&pair.1.id) && !older.contains(&pair) && older.len() < MAX_OLDER {
                older.push(pair);
            }
        }
    }
    let received_ms = match old {
        Some(old) if old.revision == revision => old.received_ms,
        _ => Timestamp::now().as_millisecond(),
    };
    Ok(LessonRecord {
        revision,
        received_ms,
        pupils: pupils.to_vec(),
        older,
        document: document.to_vec(),
    })
}
