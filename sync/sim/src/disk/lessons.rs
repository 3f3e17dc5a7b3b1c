//! Lessons on a disk: what they need, what is given up for them, and what is told of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::lesson::{Need, Revision};
use hotaru_content::shelf::{ASK_AGAIN, LessonBatch, LessonChange, Receipt, ReceiptState, Want};
use hotaru_sync::terminal::StoreFault;

use super::{Disk, Held};
use crate::bug::Bug;

impl Disk {
    /// Blobs that a lesson needs.
    fn assigned(&self) -> BTreeSet<BlobId> {
        let slots = self.lessons.values().flat_map(|held| &held.slots);
        slots.map(|(_, _, blob)| blob.id).collect()
    }

    /// Blobs of older revisions that a patch may start from, or that were answered to.
    fn kept_older(&self) -> BTreeSet<BlobId> {
        let mut kept = BTreeSet::new();
        for held in self.lessons.values() {
            for (material, old) in &held.older {
                let now = || held.slots.iter().filter(|(of, _, _)| of == material);
                let is_light = now().all(|(_, need, _)| *need == Need::TextOrDrill);
                let is_base = now().any(|(_, _, blob)| !self.blobs.contains_key(&blob.id));
                if is_light || is_base {
                    kept.insert(old.id);
                }
            }
        }
        kept
    }

    /// Gives up what no lesson needs until so many bytes fit: what a patch may start from
    /// last, large ones first.
    pub(super) fn make_room(&mut self, more: u64, bug: Option<Bug>) -> Result<(), StoreFault> {
        let Some(cap) = self.cap else {
            return Ok(());
        };
        let used: u64 = self.blobs.values().map(|bytes| bytes.len() as u64).sum();
        let over = (used + more).saturating_sub(cap);
        if over == 0 {
            return Ok(());
        }
        let (assigned, kept) = (self.assigned(), self.kept_older());
        let gives_all = bug == Some(Bug::EvictAssigned);
        let spare = self.blobs.iter();
        let mut spare: Vec<_> = spare
            .filter(|(id, _)| gives_all || !assigned.contains(id))
            .map(|(id, bytes)| (kept.contains(id), Reverse(bytes.len()), *id))
            .collect();
        spare.sort();
        let mut freed = 0;
        for (_, Reverse(len), id) in spare {
            if freed >= over {
                break;
            }
            freed += len as u64;
            self.blobs.remove(&id);
        }
        if freed < over {
            return Err(StoreFault::NoSpace);
        }
        Ok(())
    }

    /// Takes lessons, and gives up what no lesson needs any more.
    pub(super) fn apply(&mut self, batch: LessonBatch, bug: Option<Bug>) {
        for change in batch.changes {
            match change {
                LessonChange::Put {
                    lesson,
                    revision,
                    document,
                    ..
                } => {
                    let doc = Revision::from_json(&document).expect("the cloud sends documents");
                    let slots = doc.materials.iter().flat_map(|material| {
                        let (id, need) = (material.id, material.need());
                        material.blobs().map(move |blob| (id, need, blob))
                    });
                    let mut slots: Vec<_> = slots.collect();
                    let before = self.lessons.remove(&lesson);
                    let mut older = Vec::new();
                    if let Some(before) = before {
                        if bug == Some(Bug::OldBlobsForNewRevision) {
                            slots.clone_from(&before.slots);
                        }
                        let last = before.slots.iter().map(|(of, _, blob)| (*of, *blob));
                        for pair in last.chain(before.older) {
                            let is_now = slots.iter().any(|(_, _, blob)| blob.id == pair.1.id);
                            if !is_now && !older.contains(&pair) {
                                older.push(pair);
                            }
                        }
                    }
                    self.lessons.insert(
                        lesson,
                        Held {
                            revision,
                            document,
                            slots,
                            day: doc.day,
                            older,
                        },
                    );
                }
                LessonChange::Withdraw { lesson } => drop(self.lessons.remove(&lesson)),
            }
        }
        let lessons = &self.lessons;
        self.told.retain(|lesson, _| lessons.contains_key(lesson));
        if self.cursor <= ASK_AGAIN {
            // Lessons are asked for again: what they need is not known yet.
            return;
        }
        let (assigned, kept) = (self.assigned(), self.kept_older());
        self.blobs
            .retain(|id, _| assigned.contains(id) || kept.contains(id));
        let blobs = &self.blobs;
        self.partials
            .retain(|id, _| assigned.contains(id) && !blobs.contains_key(id));
    }

    /// What is assigned and not here, in the order in which it is needed.
    pub(super) fn wants(&self) -> Vec<Want> {
        let newest = self.lessons.values().map(|held| held.day).max();
        let mut wants = BTreeMap::new();
        for (lesson, held) in &self.lessons {
            for (material, need, blob) in &held.slots {
                if self.blobs.contains_key(&blob.id) {
                    continue;
                }
                let is_today = Some(held.day) == newest;
                let class = match need {
                    Need::TextOrDrill if is_today => 0,
                    Need::TextOrDrill => 1,
                    Need::Photo => 2,
                    Need::Handout => 3,
                    Need::Recording => 4,
                };
                let rank = (class, blob.len, Reverse(held.day), blob.id);
                let bases = held
                    .older
                    .iter()
                    .filter(|(of, old)| of == material && self.blobs.contains_key(&old.id));
                let have = self.partials.get(&blob.id);
                let want = Want {
                    blob: *blob,
                    lesson: *lesson,
                    material: *material,
                    need: *need,
                    is_today,
                    have: have.map_or(0, |have| have.len() as u64),
                    bases: bases.map(|(_, old)| *old).collect(),
                };
                // The lesson that needs it soonest names it.
                match wants.get(&blob.id) {
                    Some((other, _)) if *other <= rank => {}
                    _ => drop(wants.insert(blob.id, (rank, want))),
                }
            }
        }
        let mut wants: Vec<_> = wants.into_values().collect();
        wants.sort_by_key(|(rank, _)| *rank);
        wants.into_iter().map(|(_, want)| want).collect()
    }

    /// What the school does not know yet of the lessons here.
    pub(super) fn receipts(&self, bug: Option<Bug>) -> Vec<Receipt> {
        let mut owed = Vec::new();
        for (lesson, held) in &self.lessons {
            let begun = |blob: &BlobRef| {
                self.blobs.contains_key(&blob.id) || self.partials.contains_key(&blob.id)
            };
            let early = bug == Some(Bug::ReceiptBeforeVerified)
                && held.slots.iter().all(|(_, _, blob)| begun(blob));
            let told = self.told.get(lesson);
            let told = told.filter(|told| told.revision == held.revision);
            let state = if early || self.is_whole(held) {
                ReceiptState::OnTerminal
            } else if told.is_some_and(|told| told.no_space) {
                let missing = held.slots.iter().map(|(_, _, blob)| *blob);
                let missing: BTreeSet<BlobRef> = missing
                    .filter(|blob| !self.blobs.contains_key(&blob.id))
                    .collect();
                ReceiptState::NoSpace {
                    missing_bytes: missing.iter().map(|blob| blob.len).sum(),
                }
            } else {
                continue;
            };
            // A few bytes more or less of what is missing are no news.
            let sent = told.and_then(|told| told.sent);
            let kind = std::mem::discriminant;
            if sent.is_none_or(|sent| kind(&sent) != kind(&state)) {
                owed.push(Receipt {
                    lesson: *lesson,
                    revision: held.revision,
                    state,
                });
            }
        }
        owed
    }
}

/// Why a batch has a document that is not the one that it is called; none where all are.
pub(super) fn unreadable(batch: &LessonBatch) -> Option<String> {
    batch.changes.iter().find_map(|change| match change {
        LessonChange::Put {
            lesson,
            revision,
            document,
            ..
        } => match Revision::from_json(document) {
            Ok(doc) if (doc.lesson, doc.revision) == (*lesson, *revision) => None,
            Ok(_) => Some("the document is another lesson's".to_owned()),
            Err(error) => Some(error.to_string()),
        },
        LessonChange::Withdraw { .. } => None,
    })
}
