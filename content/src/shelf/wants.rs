//! What is assigned and not here, in the order in which it is needed.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::terminal::Terminal;
use crate::blob::{BlobId, BlobRef};
use crate::id::{LessonId, MaterialId};
use crate::lesson::Need;

/// A blob that is assigned and not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// The blob.
    pub blob: BlobRef,
    /// A lesson that needs it: the one that needs it soonest.
    pub lesson: LessonId,
    /// The material of that lesson.
    pub material: MaterialId,
    /// What it is needed for.
    pub need: Need,
    /// Whether it belongs to the newest class day.
    pub is_today: bool,
    /// Bytes of it that were already fetched and verified.
    pub have: u64,
    /// Blobs here that the same material had in older revisions, newest first.
    pub bases: Vec<BlobRef>,
}

impl Terminal {
    pub fn wants(&self, today: Date) -> Vec<Want> {
        let table = self.table();
        let days = || table.lessons.values().map(|entry| entry.doc.day);
        let newest = days()
            .filter(|day| *day <= today)
            .max()
            .or_else(|| days().max());
        let mut wants: BTreeMap<BlobId, (Rank, Want)> = BTreeMap::new();
        for (lesson, entry) in &table.lessons {
            let is_today = Some(entry.doc.day) == newest;
            for material in &entry.doc.materials {
                let need = material.need();
                for blob in material
                    .blobs()
                    .filter(|blob| !table.blobs.contains_key(&blob.id))
                {
                    let rank = rank(need, is_today, entry.doc.day, blob);
                    if wants.get(&blob.id).is_some_and(|(other, _)| *other <= rank) {
                        continue;
                    }
                    let bases = entry
                        .older
                        .iter()
                        .filter(|(of, base)| {
                            *of == material.id && table.blobs.contains_key(&base.id)
                        })
                        .map(|(_, base)| *base)
                        .collect();
                    let (lesson, material) = (*lesson, material.id);
                    let want = Want {
                        blob,
                        lesson,
                        material,
                        need,
                        is_today,
                        have: 0,
                        bases,
                    };
                    wants.insert(blob.id, (rank, want));
                }
            }
        }
        drop(table);
        let mut wants: Vec<(Rank, Want)> = wants.into_values().collect();
        wants.sort_by_key(|(rank, _)| *rank);
        wants
            .into_iter()
            .map(|(_, want)| Want {
                have: self.partial_len(&want.blob),
                ..want
            })
            .collect()
    }
}

/// What is wanted first stands first: the class of need, then small before large, then the
/// newest day.
type Rank = (u8, u64, std::cmp::Reverse<Date>, BlobId);

fn rank(need: Need, is_today: bool, day: Date, blob: BlobRef) -> Rank {
    let class = match need {
        Need::TextOrDrill if is_today => 0,
        Need::TextOrDrill => 1,
        Need::Photo => 2,
        Need::Handout => 3,
        Need::Recording => 4,
    };
    (class, blob.len, std::cmp::Reverse(day), blob.id)
}
