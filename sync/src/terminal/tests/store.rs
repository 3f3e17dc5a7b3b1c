//! A shelf in memory. It refuses whatever it cannot prove, as the real one does.

use std::collections::BTreeMap;

use hotaru_content::blob::{BlobId, BlobRef, GROUP_LEN};
use hotaru_content::id::{LessonId, MaterialId, PupilId, RunId, StreamId};
use hotaru_content::key::{PublicKey, Signature};
use hotaru_content::lesson::{Need, Revision};
use hotaru_content::log::{Chain, Event, StreamOpen, StreamPoint};
use hotaru_content::order::{EraseOrder, OrderBook, Unsent};
use hotaru_content::shelf::{LessonChange, Owed, Receipt, ReceiptState, Want};

use super::cloud::{TERMINAL, order_secret};
use crate::order::obey;
use crate::pack::sample;
use crate::signed::public;
use crate::terminal::{LogState, StoreAnswer, StoreFault, StoreOp};
use crate::wire::Rekey;

#[derive(Debug, Clone)]
pub struct Log {
    pub open: StreamOpen,
    pub events: Vec<Event>,
    pub acknowledged: StreamPoint,
    pub former: Vec<(StreamOpen, Vec<Event>)>,
    pub returned: BTreeMap<StreamId, (StreamOpen, Vec<Event>)>,
}

impl Log {
    pub fn new(seed: u64) -> Self {
        let open = sample::stream(seed);
        let acknowledged = Chain::open(&open).point();
        Self {
            open,
            events: Vec::new(),
            acknowledged,
            former: Vec::new(),
            returned: BTreeMap::new(),
        }
    }

    pub fn study(&mut self, count: usize) {
        let first = self.events.len() as u64;
        self.events.extend(sample::answers(first + 7, first, count));
    }

    pub fn point_at(&self, seq: u64) -> Option<StreamPoint> {
        let events = self.events.get(..usize::try_from(seq).unwrap())?;
        Some(point_of(&self.open, events))
    }

    fn state(&self) -> LogState {
        LogState {
            open: self.open.clone(),
            point: self.point(),
            acknowledged: self.acknowledged,
            is_returned: false,
            lacks_below: None,
        }
    }

    fn states(&self) -> Vec<LogState> {
        let complete = |(open, events): &(StreamOpen, Vec<Event>), is_returned| LogState {
            open: open.clone(),
            point: point_of(open, events),
            acknowledged: point_of(open, events),
            is_returned,
            lacks_below: None,
        };
        let returned = self.returned.values().map(|kept| complete(kept, true));
        let former = self.former.iter().map(|kept| complete(kept, false));
        returned.chain(former).chain([self.state()]).collect()
    }

    pub fn point(&self) -> StreamPoint {
        self.point_at(self.events.len() as u64).unwrap()
    }

    fn fork(&mut self, at: StreamPoint) {
        assert_eq!(
            self.point_at(at.next_seq),
            Some(at),
            "forks at a point of its own"
        );
        let mut open = sample::stream(self.former.len() as u64 + 1_000_000);
        open.pupil = self.open.pupil;
        open.parent = Some((self.open.stream, at));
        let mut moved = self.events.split_off(at.next_seq as usize);
        for (event, seq) in moved.iter_mut().zip(0..) {
            event.seq = seq;
        }
        let old = std::mem::replace(&mut self.open, open);
        self.former
            .push((old, std::mem::replace(&mut self.events, moved)));
        self.acknowledged = Chain::open(&self.open).point();
    }

    /// Every stream with its events, for comparison.
    pub fn streams(&self) -> BTreeMap<StreamId, Vec<Event>> {
        let former = self
            .former
            .iter()
            .map(|(open, events)| (open.stream, events.clone()));
        let returned = self.returned.iter();
        let returned = returned.map(|(stream, (_, events))| (*stream, events.clone()));
        former
            .chain(returned)
            .chain([(self.open.stream, self.events.clone())])
            .collect()
    }
}

fn point_of(open: &StreamOpen, events: &[Event]) -> StreamPoint {
    let mut chain = Chain::open(open);
    for event in events {
        chain.push(event).unwrap();
    }
    chain.point()
}

#[derive(Debug, Clone, Default)]
pub struct Store {
    pub logs: BTreeMap<PupilId, Log>,
    pub awaited: Vec<PupilId>,
    pub cursor: u64,
    pub run: Option<RunId>,
    pub listing: Option<RunId>,
    /// Lessons: revision, blobs of materials, and those of the revision before.
    pub lessons: BTreeMap<LessonId, (u32, Vec<Slot>, Vec<Slot>)>,
    pub blobs: BTreeMap<BlobId, Vec<u8>>,
    pub partials: BTreeMap<BlobId, Vec<u8>>,
    pub room: Option<u64>,
    pub no_space: BTreeMap<LessonId, u64>,
    pub told: BTreeMap<LessonId, (u32, ReceiptState)>,
    pub photos: BTreeMap<BlobId, Vec<u8>>,
    /// Sealed for the school.
    pub owed: Vec<Owed>,
    pub erase_ordered: Option<EraseOrder>,
    pub unsent_untold: Option<Unsent>,
    /// A new key that the school may not have.
    pub pending_key: Option<Rekey>,
    pub ops: u64,
}

pub type Slot = (MaterialId, Need, BlobRef);

impl Store {
    pub fn answer(&mut self, op: StoreOp) -> Result<StoreAnswer, StoreFault> {
        self.ops += 1;
        Ok(match op {
            StoreOp::Log { pupil } => StoreAnswer::Log(Box::new(self.logs[&pupil].state())),
            StoreOp::Streams { pupil } => StoreAnswer::Streams(self.logs[&pupil].states()),
            StoreOp::Events {
                pupil,
                stream,
                from,
                max,
            } => {
                let events = &self.logs[&pupil].streams()[&stream];
                StoreAnswer::Events(
                    events
                        .iter()
                        .skip(from as usize)
                        .take(max)
                        .cloned()
                        .collect(),
                )
            }
            StoreOp::PointAt { pupil, stream, seq } => {
                let log = &self.logs[&pupil];
                assert_eq!(
                    stream, log.open.stream,
                    "only the present stream is compared here"
                );
                StoreAnswer::Point(log.point_at(seq))
            }
            StoreOp::TakeBack { open, from, events } => {
                let back = &mut self.logs.get_mut(&open.pupil).unwrap().returned;
                let (_, kept) = back
                    .entry(open.stream)
                    .or_insert_with(|| (open.clone(), Vec::new()));
                assert_eq!(point_of(&open, kept), from, "it goes on from what is here");
                kept.extend(events);
                StoreAnswer::Point(Some(point_of(&open, kept)))
            }
            StoreOp::Returned { pupil } => {
                self.awaited.retain(|other| *other != pupil);
                StoreAnswer::Done
            }
            StoreOp::EnterRun { run } => {
                self.run = Some(run);
                self.told.clear();
                StoreAnswer::Done
            }
            StoreOp::Acknowledge { pupil, point } => {
                let log = self.logs.get_mut(&pupil).unwrap();
                assert_eq!(log.point_at(point.next_seq), Some(point));
                assert!(point.next_seq > log.acknowledged.next_seq);
                log.acknowledged = point;
                StoreAnswer::Done
            }
            StoreOp::Fork { pupil, stream, at } => {
                let log = self.logs.get_mut(&pupil).unwrap();
                assert_eq!(
                    stream, log.open.stream,
                    "only the present stream parts here"
                );
                log.fork(at);
                StoreAnswer::Done
            }
            StoreOp::Owed { .. } => StoreAnswer::Owed {
                knows_keys: true,
                owed: self.owed.clone(),
            },
            StoreOp::OrdersWait => StoreAnswer::OrdersWait(self.erase_ordered.is_some()),
            StoreOp::Obey(orders) => {
                let mut book = OrderBook {
                    key: Some(public(&order_secret())),
                    ..OrderBook::default()
                };
                let obeyed = obey(&mut book, TERMINAL, &orders).unwrap();
                for pupil in &obeyed.remove {
                    self.logs.remove(pupil);
                }
                self.erase_ordered = book.erase;
                StoreAnswer::Obeyed {
                    removed: obeyed.remove,
                    done: obeyed.done,
                    erase: book.erase,
                }
            }
            StoreOp::Unsent { .. } => StoreAnswer::Unsent {
                unsent: self.unsent_untold.unwrap_or_default(),
                is_told: self.unsent_untold.is_none(),
            },
            StoreOp::UnsentTold(unsent) => {
                assert_eq!(self.unsent_untold.take(), Some(unsent));
                StoreAnswer::Done
            }
            StoreOp::OwedSent(sent) => {
                self.owed.retain(|owed| *owed != sent);
                StoreAnswer::Done
            }
            StoreOp::SchoolKey { .. } => StoreAnswer::Done,
            StoreOp::NewKey { is_asked, .. } => {
                if is_asked && self.pending_key.is_none() {
                    self.pending_key = Some(Rekey {
                        key: PublicKey([7; 32]),
                        proof: Signature([7; 64]),
                    });
                }
                StoreAnswer::NewKey(self.pending_key.map(Box::new))
            }
            StoreOp::KeyTaken { key } => {
                assert_eq!(self.pending_key.take().map(|rekey| rekey.key), Some(key));
                StoreAnswer::Done
            }
            StoreOp::Cursor => StoreAnswer::Cursor {
                after: self.cursor,
                listing: self.listing,
                run: self.run,
            },
            StoreOp::ApplyLessons(batch) => {
                assert_eq!(batch.after, self.cursor);
                self.apply(batch.changes);
                self.cursor = batch.cursor;
                self.listing = batch.listing;
                StoreAnswer::Done
            }
            StoreOp::Wants => StoreAnswer::Wants(self.wants()),
            StoreOp::Blob { blob } => StoreAnswer::Bytes(self.blobs[&blob.id].clone()),
            StoreOp::PutBlob { blob, bytes } => self.put(blob, bytes)?,
            StoreOp::Partial { blob } => {
                let have = self.partials.entry(blob.id).or_default().len() as u64;
                StoreAnswer::Have(have)
            }
            StoreOp::Append { blob, group } => {
                self.fits(group.len() as u64)?;
                let partial = self.partials.get_mut(&blob.id).unwrap();
                let left = blob.len - partial.len() as u64;
                assert_eq!(group.len() as u64, left.min(GROUP_LEN));
                partial.extend(group);
                StoreAnswer::Done
            }
            StoreOp::Finish { blob } => {
                let bytes = self.partials.remove(&blob.id).unwrap();
                // Every group was proven, so the whole is: this must never fail here.
                assert_eq!(BlobRef::of(&bytes), blob, "something unverified was stored");
                self.blobs.insert(blob.id, bytes);
                StoreAnswer::Done
            }
            StoreOp::NoSpace {
                lesson,
                missing_bytes,
            } => {
                self.no_space.insert(lesson, missing_bytes);
                StoreAnswer::Done
            }
            StoreOp::ReceiptsOwed => StoreAnswer::Receipts(self.receipts()),
            StoreOp::ReceiptsSent(receipts) => {
                for receipt in receipts {
                    self.told
                        .insert(receipt.lesson, (receipt.revision, receipt.state));
                }
                StoreAnswer::Done
            }
            StoreOp::PhotosOwed => StoreAnswer::Photos(
                self.photos
                    .values()
                    .map(|bytes| BlobRef::of(bytes))
                    .collect(),
            ),
            StoreOp::ReadPhoto { blob, offset, len } => {
                let bytes = &self.photos[&blob];
                StoreAnswer::Bytes(bytes[offset as usize..(offset + len) as usize].to_vec())
            }
            StoreOp::PhotosSent(photos) => {
                photos
                    .iter()
                    .for_each(|photo| drop(self.photos.remove(&photo.id)));
                StoreAnswer::Done
            }
        })
    }

    fn used(&self) -> u64 {
        self.blobs
            .values()
            .chain(self.partials.values())
            .map(|bytes| bytes.len() as u64)
            .sum()
    }

    fn fits(&self, more: u64) -> Result<(), StoreFault> {
        match self.room {
            Some(room) if self.used() + more > room => Err(StoreFault::NoSpace),
            _ => Ok(()),
        }
    }

    fn put(&mut self, blob: BlobRef, bytes: Vec<u8>) -> Result<StoreAnswer, StoreFault> {
        assert_eq!(BlobRef::of(&bytes), blob, "something unverified was stored");
        self.fits(blob.len)?;
        self.blobs.insert(blob.id, bytes);
        Ok(StoreAnswer::Done)
    }

    fn apply(&mut self, changes: Vec<LessonChange>) {
        for change in changes {
            match change {
                LessonChange::Put {
                    lesson,
                    revision,
                    document,
                    ..
                } => {
                    let doc = Revision::from_json(&document).unwrap();
                    let slots = doc.materials.iter().flat_map(|material| {
                        material
                            .blobs()
                            .map(|blob| (material.id, material.need(), blob))
                    });
                    let before = self.lessons.remove(&lesson);
                    let before = before.map(|(_, slots, _)| slots).unwrap_or_default();
                    self.lessons
                        .insert(lesson, (revision, slots.collect(), before));
                }
                LessonChange::Withdraw { lesson } => drop(self.lessons.remove(&lesson)),
            }
        }
    }

    pub fn wants(&self) -> Vec<Want> {
        let mut wants = Vec::new();
        for (lesson, (_, slots, before)) in &self.lessons {
            for (material, need, blob) in slots {
                if self.blobs.contains_key(&blob.id) {
                    continue;
                }
                let bases = before
                    .iter()
                    .filter(|(of, _, old)| of == material && self.blobs.contains_key(&old.id));
                wants.push(Want {
                    blob: *blob,
                    lesson: *lesson,
                    material: *material,
                    need: *need,
                    is_today: lesson.0[0] == 1,
                    have: self
                        .partials
                        .get(&blob.id)
                        .map_or(0, |have| have.len() as u64),
                    bases: bases.map(|(_, _, old)| *old).collect(),
                });
            }
        }
        wants
    }

    fn receipts(&self) -> Vec<Receipt> {
        let wants = self.wants();
        let mut owed = Vec::new();
        for (lesson, (revision, ..)) in &self.lessons {
            let state = match self.no_space.get(lesson) {
                _ if wants.iter().all(|want| want.lesson != *lesson) => ReceiptState::OnTerminal,
                Some(missing) => ReceiptState::NoSpace {
                    missing_bytes: *missing,
                },
                None => continue,
            };
            if self.told.get(lesson) != Some(&(*revision, state)) {
                owed.push(Receipt {
                    lesson: *lesson,
                    revision: *revision,
                    state,
                });
            }
        }
        owed
    }
}
