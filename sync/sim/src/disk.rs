//! A terminal's disk: what the shelf would keep, in memory.
//!
//! An operation is on the disk once it is answered; a crash before the answer may have
//! happened before or after it. What the real shelf refuses is a violation here: the core
//! must not even try.

mod lessons;
mod orders;
mod sealed;

use std::collections::{BTreeMap, BTreeSet};

use hotaru_content::blob::{BlobId, BlobRef, GROUP_LEN};
use hotaru_content::id::{LessonId, MaterialId, PupilId, RunId, StreamId};
use hotaru_content::key::SecretKey;
use hotaru_content::lesson::Need;
use hotaru_content::log::{Chain, ChainSecret, Event, StreamOpen, StreamPoint};
use hotaru_content::order::{OrderBook, Unsent};
use hotaru_content::renewal::EVERY_MS;
use hotaru_content::shelf::ReceiptState;
use hotaru_sync::pack::sample::Random;
use hotaru_sync::terminal::{LogState, StoreAnswer, StoreFault, StoreOp};
use jiff::civil::Date;

use crate::bug::Bug;
use crate::identity::Identity;
use lessons::unreadable;
pub use sealed::read_journal;

/// A stream on one disk.
#[derive(Debug, Clone)]
pub struct Stream {
    /// How it opens.
    pub open: StreamOpen,
    /// Its events.
    pub events: Vec<Event>,
    /// The point below each event, and the one above all.
    points: Vec<StreamPoint>,
    /// Below this, the cloud has it.
    pub acknowledged: StreamPoint,
}

impl Stream {
    fn begin(open: StreamOpen) -> Self {
        let start = Chain::open(&open).point();
        Self {
            open,
            events: Vec::new(),
            points: vec![start],
            acknowledged: start,
        }
    }

    /// Where it stands.
    pub fn point(&self) -> StreamPoint {
        *self.points.last().expect("a stream has a first point")
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

    /// Adds events, numbered on from here.
    fn extend(&mut self, events: Vec<Event>) {
        for event in events {
            let seq = self.events.len() as u64;
            self.push(Event { seq, ..event });
        }
    }

    /// Throws away the events from a number on.
    pub fn truncate(&mut self, seq: u64) {
        self.split_off(seq);
    }

    /// Takes the events from a number on away.
    fn split_off(&mut self, seq: u64) -> Vec<Event> {
        self.points.truncate(seq as usize + 1);
        self.events.split_off(seq as usize)
    }

    fn state(&self, is_returned: bool) -> LogState {
        LogState {
            open: self.open.clone(),
            point: self.point(),
            acknowledged: self.acknowledged,
            is_returned,
            lacks_below: None,
        }
    }
}

/// A pupil's log on one disk.
#[derive(Debug, Clone)]
pub struct Log {
    /// The stream that is written.
    pub now: Stream,
    /// Streams that it went on from.
    pub former: Vec<Stream>,
    /// Streams of other terminals that came back.
    pub returned: Vec<Stream>,
    /// Earlier study is to come back.
    pub is_awaited: bool,
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
        Self {
            now: Stream::begin(open),
            former: Vec::new(),
            returned: Vec::new(),
            is_awaited: false,
        }
    }

    fn fork(&mut self, at: StreamPoint) {
        let first = self.now.events.get(at.next_seq as usize);
        let open = self.now.open.fork(at, first);
        let above = self.now.split_off(at.next_seq);
        let mut next = Stream::begin(open.expect("events of a log are short"));
        next.extend(above);
        let mut before = std::mem::replace(&mut self.now, next);
        before.acknowledged = before.point();
        self.former.push(before);
    }

    /// Parts any stream: what an earlier one has above the point goes into one of its own.
    fn fork_of(&mut self, stream: StreamId, at: StreamPoint) {
        if self.now.open.stream == stream {
            return self.fork(at);
        }
        let before = self.returned.iter_mut().chain(&mut self.former);
        let Some(old) = before.into_iter().find(|old| old.open.stream == stream) else {
            return;
        };
        let above = old.split_off(at.next_seq);
        old.acknowledged = old.point();
        let open = old.open.fork(at, above.first());
        let open = open.expect("events of a log are short");
        let mut before = self.returned.iter_mut().chain(&mut self.former);
        // Another terminal may have parted likewise, and its stream have come back.
        if let Some(known) = before.find(|known| known.open == open) {
            let rest = above.into_iter().skip(known.events.len()).collect();
            known.extend(rest);
            known.acknowledged = known.point();
            return;
        }
        drop(before);
        if self.now.open == open {
            return;
        }
        let mut next = Stream::begin(open);
        next.extend(above);
        next.acknowledged = next.point();
        self.former.push(next);
    }

    /// Throws away what was not acknowledged; only planted mistakes do.
    pub fn prune(&mut self) {
        self.now.split_off(self.now.acknowledged.next_seq);
    }

    /// Puts what was not acknowledged into a stream of its own; only planted mistakes do.
    pub fn renumber(&mut self, random: &mut Random) {
        self.fork(self.now.acknowledged);
        let mut next = Self::new(self.now.open.pupil, random).now;
        next.extend(std::mem::take(&mut self.now.events));
        self.now = next;
    }

    /// Every stream of this disk, the one that is written last.
    pub fn streams(&self) -> impl Iterator<Item = &Stream> {
        let before = self.returned.iter().chain(&self.former);
        before.chain([&self.now])
    }

    /// Every event that was given on this disk, former streams included.
    pub fn given(&self) -> impl Iterator<Item = &Event> {
        let former = self.former.iter().flat_map(|stream| &stream.events);
        former.chain(&self.now.events)
    }

    fn stream(&self, id: StreamId) -> Option<&Stream> {
        self.streams().find(|stream| stream.open.stream == id)
    }

    /// Takes events that came back; says whether they belong where they are put.
    fn take_back(&mut self, open: &StreamOpen, from: StreamPoint, events: Vec<Event>) -> bool {
        let own = self.former.iter().chain([&self.now]);
        if own.into_iter().any(|own| own.open.stream == open.stream) {
            return false;
        }
        let known = self.returned.iter().position(|stream| stream.open == *open);
        let at = known.unwrap_or(self.returned.len());
        let end = known.map_or(Chain::open(open).point(), |at| self.returned[at].point());
        if end != from {
            return false;
        }
        if known.is_none() {
            self.returned.push(Stream::begin(open.clone()));
        }
        let stream = &mut self.returned[at];
        stream.extend(events);
        stream.acknowledged = stream.point();
        true
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

impl Held {
    fn base_of(&self, blob: &BlobId, here: &BTreeMap<BlobId, Vec<u8>>) -> Option<BlobId> {
        let (material, ..) = self.slots.iter().find(|(_, _, slot)| slot.id == *blob)?;
        let mut older = self.older.iter().filter(|(of, _)| of == material);
        older.find_map(|(_, old)| here.contains_key(&old.id).then_some(old.id))
    }
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
    /// Who this terminal is.
    pub identity: Identity,
    /// Each pupil's log.
    pub logs: BTreeMap<PupilId, Log>,
    /// Where lane 2 stands.
    pub cursor: u64,
    /// The run of the cloud that was last asked about everything.
    pub run: Option<RunId>,
    /// The run of the cloud whose list of lessons is not through.
    pub listing: Option<RunId>,
    /// The lessons.
    pub lessons: BTreeMap<LessonId, Held>,
    /// Whole blobs.
    pub blobs: BTreeMap<BlobId, Vec<u8>>,
    partials: BTreeMap<BlobId, Vec<u8>>,
    /// Photos of paper study.
    pub photos: BTreeMap<BlobId, Vec<u8>>,
    /// Whose each is.
    pub photo_of: BTreeMap<BlobId, PupilId>,
    /// Those that the school has.
    photos_sent: BTreeSet<BlobId>,
    /// Pupils whose study is locked now.
    pub locked: BTreeSet<PupilId>,
    /// Those who have a lock.
    has_lock: BTreeSet<PupilId>,
    /// Boxes for the school with the secrets of their codes.
    pub codes: BTreeMap<PupilId, Vec<u8>>,
    codes_made: u32,
    /// Pupils whose journals the school can open.
    boxed: BTreeSet<PupilId>,
    knows_school_key: bool,
    /// What the school has of journals and codes.
    owed_sent: BTreeMap<(PupilId, bool), [u8; 32]>,
    /// What the school ordered.
    pub orders: OrderBook,
    unsent_told: Option<Unsent>,
    /// Pupils who were removed since the world last looked, with their logs and photos.
    pub removed: Vec<(PupilId, Log, BTreeSet<BlobId>)>,
    /// How often the terminal renews its key by itself, in milliseconds.
    pub key_every_ms: i64,
    /// What the next key is made of.
    pub fresh_key: [u8; 32],
    /// The cap on blobs, in bytes.
    pub cap: Option<u64>,
    /// The partial that a sync has open.
    open: Option<BlobRef>,
    told: BTreeMap<LessonId, Told>,
}

impl Disk {
    /// An empty one of a terminal that has joined.
    pub fn of(identity: Identity) -> Self {
        Self {
            identity,
            key_every_ms: EVERY_MS,
            ..Self::default()
        }
    }

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
        if let Some(pupil) = opened_by(&op)
            && self.locked.contains(&pupil)
        {
            return wrong("(16) opens the study of a pupil who is locked");
        }
        Ok(match op {
            StoreOp::Log { pupil } => {
                StoreAnswer::Log(Box::new(self.logs[&pupil].now.state(false)))
            }
            StoreOp::Streams { pupil } => {
                let log = &self.logs[&pupil];
                let returned = log.returned.iter().map(|stream| stream.state(true));
                let own = log.former.iter().chain([&log.now]);
                let own = own.map(|stream| stream.state(false));
                StoreAnswer::Streams(returned.chain(own).collect())
            }
            StoreOp::Events {
                pupil,
                stream,
                from,
                max,
            } => {
                let stream = self.logs[&pupil].stream(stream);
                let events = stream.into_iter().flat_map(|stream| &stream.events);
                StoreAnswer::Events(events.skip(from as usize).take(max).cloned().collect())
            }
            StoreOp::PointAt { pupil, stream, seq } => {
                let stream = self.logs[&pupil].stream(stream);
                StoreAnswer::Point(stream.and_then(|stream| stream.point_at(seq)))
            }
            StoreOp::Acknowledge { pupil, point } => {
                let log = self.logs.get_mut(&pupil).expect("a pupil of this disk");
                if log.now.point_at(point.next_seq) != Some(point) {
                    return wrong("(3) acknowledges a point that is not on its own chain");
                }
                if point.next_seq <= log.now.acknowledged.next_seq {
                    broken.push("(3) acknowledges a point that is not ahead".to_owned());
                } else {
                    log.now.acknowledged = point;
                }
                StoreAnswer::Done
            }
            StoreOp::Fork { pupil, stream, at } => {
                let log = self.logs.get_mut(&pupil).expect("a pupil of this disk");
                let known = log.stream(stream).and_then(|one| one.point_at(at.next_seq));
                let is_over = log.now.open.stream != stream
                    && log.stream(stream).is_some_and(|one| one.point() == at);
                if known != Some(at) || is_over {
                    return wrong("(3) forks at a point that is not on its own chain");
                }
                if bug != Some(Bug::CloneWithoutIncarnation) {
                    log.fork_of(stream, at);
                }
                StoreAnswer::Done
            }
            StoreOp::TakeBack { open, from, events } => {
                let Some(log) = self.logs.get_mut(&open.pupil) else {
                    return wrong("(9) takes another pupil's study back");
                };
                if !log.take_back(&open, from, events) {
                    return wrong("(7) takes study back that does not go on from what is here");
                }
                let stream = log.stream(open.stream);
                StoreAnswer::Point(stream.map(Stream::point))
            }
            StoreOp::Returned { pupil } => {
                self.logs
                    .get_mut(&pupil)
                    .expect("a pupil of this disk")
                    .is_awaited = false;
                StoreAnswer::Done
            }
            StoreOp::EnterRun { run } => {
                self.run = Some(run);
                self.unsent_told = None;
                self.told.values_mut().for_each(|told| told.sent = None);
                self.photos_sent.clear();
                StoreAnswer::Done
            }
            StoreOp::Owed { run } => StoreAnswer::Owed {
                knows_keys: self.knows_school_key && self.orders.key.is_some(),
                owed: self.owed(run, bug),
            },
            StoreOp::OwedSent(owed) => {
                self.owed_sent(&owed);
                StoreAnswer::Done
            }
            StoreOp::SchoolKey { orders, .. } => {
                self.orders.key = self.orders.key.or(orders);
                self.learn_school_key();
                StoreAnswer::Done
            }
            StoreOp::OrdersWait => StoreAnswer::OrdersWait(self.orders.erase.is_some()),
            StoreOp::Obey(orders) => self.obey(&orders),
            StoreOp::Unsent { run } => {
                let unsent = self.unsent(run, bug);
                let is_told = self.unsent_told == Some(unsent);
                if !is_told {
                    self.unsent_told = None;
                }
                StoreAnswer::Unsent { unsent, is_told }
            }
            StoreOp::UnsentTold(unsent) => {
                self.unsent_told = Some(unsent);
                StoreAnswer::Done
            }
            StoreOp::NewKey {
                is_asked,
                server_ms,
            } => {
                let mut keys = self.identity.keys();
                if keys.renewal.is_due(server_ms, self.key_every_ms) || is_asked {
                    let fresh = SecretKey::from_bytes(self.fresh_key);
                    keys.prepare(self.identity.terminal, fresh);
                }
                let rekey = keys.rekey(self.identity.terminal);
                self.identity.renewal = keys.renewal;
                StoreAnswer::NewKey(rekey.map(Box::new))
            }
            StoreOp::KeyTaken { key } => {
                self.identity.take(key);
                StoreAnswer::Done
            }
            StoreOp::Cursor => StoreAnswer::Cursor {
                after: self.cursor,
                listing: self.listing,
                run: self.run,
            },
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
                self.listing = batch.listing;
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
            StoreOp::PhotosOwed => {
                let owed = self.photos_owed();
                StoreAnswer::Photos(owed.map(|id| BlobRef::of(&self.photos[&id])).collect())
            }
            StoreOp::ReadPhoto { blob, offset, len } => {
                let range = offset as usize..(offset + len) as usize;
                match self.photos.get(&blob).and_then(|bytes| bytes.get(range)) {
                    Some(bytes) => StoreAnswer::Bytes(bytes.to_vec()),
                    None => return wrong("(10) reads what is not in a photo"),
                }
            }
            StoreOp::PhotosSent(photos) => {
                self.photos_sent.extend(photos.iter().map(|photo| photo.id));
                StoreAnswer::Done
            }
        })
    }

    /// Joined as another terminal: whatever the school was told, it was told of another.
    pub fn forget_run(&mut self) {
        self.run = None;
        self.unsent_told = None;
        self.orders.erase = None;
    }

    /// Of a pupil nothing stays but her log, which the caller has.
    fn forget_pupil(&mut self, pupil: &PupilId) {
        self.locked.remove(pupil);
        self.has_lock.remove(pupil);
        self.codes.remove(pupil);
        self.boxed.remove(pupil);
        self.owed_sent.retain(|(of, _), _| of != pupil);
        self.photos
            .retain(|id, _| self.photo_of.get(id) != Some(pupil));
    }

    /// Photos that the school was not told of yet.
    pub fn photos_unsent(&self) -> impl Iterator<Item = BlobId> {
        let unsent = self.photos.keys();
        unsent.copied().filter(|id| !self.photos_sent.contains(id))
    }

    /// Those of them that can be sent now: a locked pupil's wait until she opens her study.
    fn photos_owed(&self) -> impl Iterator<Item = BlobId> {
        let is_locked = |id: &BlobId| {
            let of = self.photo_of.get(id);
            of.is_some_and(|of| self.locked.contains(of))
        };
        self.photos_unsent().filter(move |id| !is_locked(id))
    }

    /// The newest earlier version that is here of the material whose blob this is.
    pub fn newest_base(&self, blob: &BlobId) -> Option<BlobId> {
        let mut lessons = self.lessons.values();
        lessons.find_map(|held| held.base_of(blob, &self.blobs))
    }

    /// Whether every blob of a lesson is here.
    pub fn is_whole(&self, held: &Held) -> bool {
        held.slots
            .iter()
            .all(|(_, _, blob)| self.blobs.contains_key(&blob.id))
    }

    /// Whether a sync has this blob's partial open.
    pub fn has_open(&self, blob: BlobRef) -> bool {
        self.open == Some(blob)
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

/// Whose study an operation opens.
fn opened_by(op: &StoreOp) -> Option<PupilId> {
    match op {
        StoreOp::Log { pupil }
        | StoreOp::Streams { pupil }
        | StoreOp::Events { pupil, .. }
        | StoreOp::PointAt { pupil, .. }
        | StoreOp::Acknowledge { pupil, .. }
        | StoreOp::Fork { pupil, .. }
        | StoreOp::TakeBack {
            open: StreamOpen { pupil, .. },
            ..
        } => Some(*pupil),
        _ => None,
    }
}
