//! A terminal's disk: what the shelf would keep, in memory.
//!
//! An operation is on the disk once it is answered; a crash before the answer may have
//! happened before or after it. What the real shelf refuses is a violation here: the core
//! must not even try.

mod lessons;

use std::collections::BTreeMap;

use hotaru_content::blob::{BlobId, BlobRef, GROUP_LEN};
use hotaru_content::id::{LessonId, MaterialId, PupilId, StreamId};
use hotaru_content::lesson::Need;
use hotaru_content::log::{Chain, ChainSecret, Event, StreamOpen, StreamPoint};
use hotaru_content::shelf::ReceiptState;
use hotaru_sync::pack::sample::Random;
use hotaru_sync::terminal::{LogState, StoreAnswer, StoreFault, StoreOp};
use jiff::civil::Date;

use crate::bug::Bug;
use lessons::unreadable;

/// A pupil's log on one disk.
#[derive(Debug, Clone)]
pub struct Log {
    /// How its stream opens.
    pub open: StreamOpen,
    /// Its events.
    pub events: Vec<Event>,
    /// The point below each event, and the one above all.
    points: Vec<StreamPoint>,
    /// Below this, the cloud has it.
    pub acknowledged: StreamPoint,
    /// Streams that it went on from.
    pub former: Vec<(StreamOpen, Vec<Event>)>,
}

impl Log {
    /// A log of a pupil without events.
    pub fn new(pupil: PupilId, random: &mut Random) -> Self {
        let open = StreamOpen {
            stream: StreamId(random.bytes()),
            pupil,
            secret: ChainSecret::from_bytes(random.bytes()),
            parent: None,
        };
        Self::begin(open)
    }

    /// The log of a stream without events.
    pub fn begin(open: StreamOpen) -> Self {
        let start = Chain::open(&open).point();
        Self {
            open,
            events: Vec::new(),
            points: vec![start],
            acknowledged: start,
            former: Vec::new(),
        }
    }

    /// Where it stands.
    pub fn point(&self) -> StreamPoint {
        *self.points.last().expect("a log has a first point")
    }

    /// The point above so many events.
    pub fn point_at(&self, seq: u64) -> Option<StreamPoint> {
        self.points.get(usize::try_from(seq).ok()?).copied()
    }

    /// Adds an event, durably.
    pub fn push(&mut self, event: Event) {
        let mut chain = Chain::resume(self.open.secret.clone(), self.point());
        let point = chain.push(&event).expect("events are added in order");
        self.events.push(event);
        self.points.push(point);
    }

    fn fork(&mut self, at: StreamPoint) {
        let first = self.events.get(at.next_seq as usize);
        let open = self.open.fork(at, first);
        let mut log = Self::begin(open.expect("events of a log are short"));
        let above = self.events.split_off(at.next_seq as usize);
        log.extend(above);
        log.former = std::mem::take(&mut self.former);
        log.former
            .push((self.open.clone(), std::mem::take(&mut self.events)));
        *self = log;
    }

    /// Adds events, numbered on from here.
    fn extend(&mut self, events: Vec<Event>) {
        for event in events {
            let seq = self.events.len() as u64;
            self.push(Event { seq, ..event });
        }
    }

    /// Throws events away; only planted mistakes do.
    pub fn truncate(&mut self, seq: u64) {
        self.events.truncate(seq as usize);
        self.points.truncate(seq as usize + 1);
    }

    /// Puts what was not acknowledged into a stream of its own; only planted mistakes do.
    pub fn renumber(&mut self, random: &mut Random) {
        self.fork(self.acknowledged);
        let mut log = Self::new(self.open.pupil, random);
        log.extend(std::mem::take(&mut self.events));
        log.former = std::mem::take(&mut self.former);
        *self = log;
    }

    /// Every event of this disk, former streams included.
    pub fn all(&self) -> impl Iterator<Item = &Event> {
        let former = self.former.iter().flat_map(|(_, events)| events);
        former.chain(&self.events)
    }
}

/// A lesson on a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its revision.
    pub revision: u32,
    /// Its document.
    pub document: Vec<u8>,
    /// Its blobs.
    pub slots: Vec<(MaterialId, Need, BlobRef)>,
    day: Date,
    /// Blobs of earlier revisions, newest first.
    older: Vec<(MaterialId, BlobRef)>,
}

/// What was said of a lesson's receipts.
#[derive(Debug, Clone, Default)]
struct Told {
    revision: u32,
    no_space: bool,
    sent: Option<ReceiptState>,
}

/// Blobs up to this length go into a database of their own once they are whole, and need
/// room there once more.
const MAX_MEDIA_LEN: u64 = 256 << 10;

/// A terminal's disk.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    /// Each pupil's log.
    pub logs: BTreeMap<PupilId, Log>,
    /// Where lane 2 stands.
    pub cursor: u64,
    /// The lessons.
    pub lessons: BTreeMap<LessonId, Held>,
    /// Whole blobs.
    pub blobs: BTreeMap<BlobId, Vec<u8>>,
    partials: BTreeMap<BlobId, Vec<u8>>,
    /// The cap on blobs, in bytes.
    pub cap: Option<u64>,
    /// The partial that a sync has open.
    open: Option<BlobRef>,
    told: BTreeMap<LessonId, Told>,
}

impl Disk {
    /// Carries an operation out. What must never be asked for is added to `broken`.
    pub fn answer(
        &mut self,
        op: StoreOp,
        bug: Option<Bug>,
        broken: &mut Vec<String>,
    ) -> Result<StoreAnswer, StoreFault> {
        let mut wrong = |what: &str| {
            broken.push(what.to_owned());
            Err(StoreFault::Wrong)
        };
        Ok(match op {
            StoreOp::Log { pupil } => {
                let log = &self.logs[&pupil];
                StoreAnswer::Log(LogState {
                    open: log.open.clone(),
                    point: log.point(),
                    acknowledged: log.acknowledged,
                })
            }
            StoreOp::Events { pupil, from, max } => {
                let events = self.logs[&pupil].events.iter().skip(from as usize);
                StoreAnswer::Events(events.take(max).cloned().collect())
            }
            StoreOp::PointAt { pupil, seq } => StoreAnswer::Point(self.logs[&pupil].point_at(seq)),
            StoreOp::Acknowledge { pupil, point } => {
                let log = self.logs.get_mut(&pupil).expect("a pupil of this disk");
                if log.point_at(point.next_seq) != Some(point) {
                    return wrong("(3) acknowledges a point that is not on its own chain");
                }
                if point.next_seq <= log.acknowledged.next_seq {
                    broken.push("(3) acknowledges a point that is not ahead".to_owned());
                } else {
                    log.acknowledged = point;
                }
                StoreAnswer::Done
            }
            StoreOp::Fork { pupil, at } => {
                let log = self.logs.get_mut(&pupil).expect("a pupil of this disk");
                if log.point_at(at.next_seq) != Some(at) {
                    return wrong("(3) forks at a point that is not on its own chain");
                }
                if bug != Some(Bug::CloneWithoutIncarnation) {
                    log.fork(at);
                }
                StoreAnswer::Done
            }
            StoreOp::Cursor => StoreAnswer::Cursor(self.cursor),
            StoreOp::ApplyLessons(batch) => {
                if batch.after != self.cursor {
                    return wrong("(6) lessons are applied to another cursor");
                }
                // The real shelf reads every document before it takes any.
                if let Some(why) = unreadable(&batch) {
                    return Err(StoreFault::Other {
                        code: "bad-lesson",
                        message: why,
                    });
                }
                self.cursor = batch.cursor;
                self.apply(batch, bug);
                StoreAnswer::Done
            }
            StoreOp::Wants => StoreAnswer::Wants(self.wants()),
            StoreOp::Blob { blob } => match self.blobs.get(&blob.id) {
                Some(bytes) => StoreAnswer::Bytes(bytes.clone()),
                // It was given up between the question and now.
                None => {
                    return Err(StoreFault::Other {
                        code: "no-blob",
                        message: "it is not here".to_owned(),
                    });
                }
            },
            StoreOp::PutBlob { blob, bytes } => {
                if BlobRef::of(&bytes) != blob {
                    return wrong("(10) hands over a blob that is not what its name says");
                }
                self.keep(blob, bytes, bug)?;
                StoreAnswer::Done
            }
            StoreOp::Partial { blob } => StoreAnswer::Have(self.open(blob, bug)?),
            StoreOp::Append { blob, group } => {
                let have = self.open(blob, bug)?;
                let left = blob.len.saturating_sub(have);
                if group.is_empty() || group.len() as u64 != left.min(GROUP_LEN) {
                    return wrong("(10) hands over something that is no group");
                }
                self.partials.entry(blob.id).or_default().extend(group);
                StoreAnswer::Done
            }
            StoreOp::Finish { blob } => {
                let have = self.open(blob, bug)?;
                self.open = None;
                if have != blob.len {
                    return wrong("(10) finishes a blob that is not whole");
                }
                let bytes = self.partials.get(&blob.id).cloned().unwrap_or_default();
                if BlobRef::of(&bytes) != blob {
                    self.partials.remove(&blob.id);
                    return wrong("(10) finishes a blob that is not what its name says");
                }
                if blob.len <= MAX_MEDIA_LEN {
                    self.keep(blob, bytes, bug)?;
                } else {
                    self.partials.remove(&blob.id);
                    self.blobs.insert(blob.id, bytes);
                }
                StoreAnswer::Done
            }
            StoreOp::NoSpace { lesson, .. } => {
                if let Some(held) = self.lessons.get(&lesson) {
                    self.told_of(lesson, held.revision).no_space = true;
                }
                StoreAnswer::Done
            }
            StoreOp::ReceiptsOwed => StoreAnswer::Receipts(self.receipts(bug)),
            StoreOp::ReceiptsSent(receipts) => {
                for receipt in receipts {
                    let held = self.lessons.get(&receipt.lesson);
                    // Receipts of other revisions than the present one are void.
                    if held.is_some_and(|held| held.revision == receipt.revision) {
                        let told = self.told_of(receipt.lesson, receipt.revision);
                        told.sent = Some(receipt.state);
                    }
                }
                StoreAnswer::Done
            }
            StoreOp::PhotosOwed => StoreAnswer::Photos(Vec::new()),
            StoreOp::ReadPhoto { .. } => return wrong("asks for a photo that is not owed"),
            StoreOp::PhotosSent(_) => StoreAnswer::Done,
        })
    }

    /// Whether every blob of a lesson is here.
    pub fn is_whole(&self, held: &Held) -> bool {
        held.slots
            .iter()
            .all(|(_, _, blob)| self.blobs.contains_key(&blob.id))
    }

    /// A sync ends, or the program dies: what is durable stays.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Opens a partial; the one that is open stays so. Tells how much of it is here.
    fn open(&mut self, blob: BlobRef, bug: Option<Bug>) -> Result<u64, StoreFault> {
        if self.open != Some(blob) {
            self.open = None;
            self.make_room(blob.len, bug)?;
            self.open = Some(blob);
        }
        Ok(self.partials.entry(blob.id).or_default().len() as u64)
    }

    /// Keeps a whole blob where there is room.
    fn keep(&mut self, blob: BlobRef, bytes: Vec<u8>, bug: Option<Bug>) -> Result<(), StoreFault> {
        if !self.blobs.contains_key(&blob.id) {
            self.make_room(blob.len, bug)?;
            self.blobs.insert(blob.id, bytes);
        }
        self.partials.remove(&blob.id);
        Ok(())
    }

    /// What was said of a lesson's present revision.
    fn told_of(&mut self, lesson: LessonId, revision: u32) -> &mut Told {
        let told = self.told.entry(lesson).or_default();
        if told.revision != revision {
            *told = Told {
                revision,
                ..Told::default()
            };
        }
        told
    }
}
