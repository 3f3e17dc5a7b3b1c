//! The core's store operations, carried out on a shelf.

use std::io::{Read, Seek, SeekFrom};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{LessonId, PupilId, RunId, StreamId};
use hotaru_content::log::{Fact, kind};
use hotaru_content::order::Unsent;
use hotaru_content::shelf::{
    Identity, KeptStream, Partial, PupilLog, Receipt, ReceiptState, Shelf, ShelfError,
};
use jiff::civil::Date;

use super::keys;
use crate::order::{SignedOrders, obey};
use crate::terminal::{LogState, StoreAnswer, StoreFault, StoreOp};

/// Where a pupil's log keeps up to which event the photos of paper study were sent.
const PHOTOS_SENT: &str = "sync-photos-sent";
/// Events that are looked through at once.
const PAGE: usize = 1000;

/// Carries a core's store operations out on a shelf; holds what is open on it for the time
/// of one sync.
pub struct ShelfStore<'a> {
    shelf: &'a Shelf,
    today: Date,
    partial: Option<Partial>,
    /// Up to where photos will have been sent once the owed ones are.
    photo_marks: Vec<(PupilId, PhotoMark)>,
}

/// Below this event of this stream, and in all earlier streams, photos are at school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PhotoMark {
    stream: StreamId,
    seq: u64,
}

impl<'a> ShelfStore<'a> {
    /// Begins a sync on `today`, the school day.
    #[must_use]
    pub fn new(shelf: &'a Shelf, today: Date) -> Self {
        Self {
            shelf,
            today,
            partial: None,
            photo_marks: Vec::new(),
        }
    }

    /// Does it; what it changes is durable on return.
    ///
    /// # Errors
    /// The shelf's, as far as a core tells them apart.
    pub fn carry_out(&mut self, op: StoreOp) -> Result<StoreAnswer, StoreFault> {
        self.try_carry_out(op).map_err(|error| fault(&error))
    }

    fn try_carry_out(&mut self, op: StoreOp) -> Result<StoreAnswer, ShelfError> {
        let shelf = self.shelf;
        let done = |()| StoreAnswer::Done;
        Ok(match op {
            StoreOp::Log { pupil } => {
                let log = shelf.pupil(&pupil)?;
                StoreAnswer::Log(Box::new(LogState {
                    open: log.open_info(),
                    point: log.point(),
                    acknowledged: log.acknowledged(),
                    is_returned: false,
                    lacks_below: None,
                }))
            }
            StoreOp::Streams { pupil } => {
                let streams = shelf.pupil(&pupil)?.streams()?;
                StoreAnswer::Streams(streams.into_iter().map(log_state).collect())
            }
            StoreOp::Events {
                pupil,
                stream,
                from,
                max,
            } => StoreAnswer::Events(shelf.pupil(&pupil)?.events_of(stream, from, max)?),
            StoreOp::PointAt { pupil, stream, seq } => {
                StoreAnswer::Point(shelf.pupil(&pupil)?.point_of(stream, seq)?)
            }
            StoreOp::TakeBack { open, from, events } => {
                let log = shelf.pupil(&open.pupil)?;
                StoreAnswer::Point(Some(log.take_back(&open, from, events)?))
            }
            StoreOp::Returned { pupil } => {
                shelf.update_identity(|identity| {
                    identity.logs_awaited.retain(|other| *other != pupil);
                })?;
                StoreAnswer::Done
            }
            StoreOp::EnterRun { run } => self.enter_run(run).map(done)?,
            StoreOp::Acknowledge { pupil, point } => {
                shelf.pupil(&pupil)?.acknowledge(point).map(done)?
            }
            StoreOp::Fork { pupil, stream, at } => {
                shelf.pupil(&pupil)?.fork_of(stream, at)?;
                StoreAnswer::Done
            }
            StoreOp::Owed { run } => StoreAnswer::Owed {
                knows_keys: knows_keys(&shelf.identity()),
                owed: shelf.owed(run)?,
            },
            StoreOp::OwedSent(owed) => shelf.mark_owed_sent(&owed).map(done)?,
            StoreOp::SchoolKey { key, orders } => {
                if shelf.identity().orders.key.is_none() && orders.is_some() {
                    shelf.update_identity(|identity| identity.orders.key = orders)?;
                }
                shelf.learn_school_key(key).map(done)?
            }
            StoreOp::OrdersWait => StoreAnswer::OrdersWait(shelf.identity().orders.erase.is_some()),
            StoreOp::Obey(orders) => self.obey(&orders)?,
            StoreOp::Unsent { run } => {
                let unsent = self.unsent(run)?;
                let told = shelf.identity().unsent_told;
                let is_told = told == Some(unsent);
                if told.is_some() && !is_told {
                    // Where the answer to what is said now is lost, nothing is known.
                    shelf.update_identity(|identity| identity.unsent_told = None)?;
                }
                StoreAnswer::Unsent { unsent, is_told }
            }
            StoreOp::UnsentTold(unsent) => {
                shelf.update_identity(|identity| identity.unsent_told = Some(unsent))?;
                StoreAnswer::Done
            }
            StoreOp::NewKey {
                is_asked,
                server_ms,
            } => StoreAnswer::NewKey(keys::renewed(shelf, is_asked, server_ms)?.map(Box::new)),
            StoreOp::KeyTaken { key } => {
                keys::take(shelf, key)?;
                StoreAnswer::Done
            }
            StoreOp::Cursor => StoreAnswer::Cursor {
                after: shelf.cursor()?,
                listing: shelf.listing(),
                run: shelf.run(),
            },
            StoreOp::ApplyLessons(batch) => shelf.apply_lessons(&batch).map(done)?,
            StoreOp::Wants => StoreAnswer::Wants(shelf.wants(self.today)?),
            StoreOp::Blob { blob } => StoreAnswer::Bytes(shelf.blob(&blob.id)?),
            StoreOp::PutBlob { blob, bytes } => shelf.put_blob(&blob, &bytes).map(done)?,
            StoreOp::Partial { blob } => StoreAnswer::Have(self.open(&blob)?.have()),
            StoreOp::Append { blob, group } => self.open(&blob)?.append(&group).map(done)?,
            StoreOp::Finish { blob } => {
                self.open(&blob)?;
                self.partial
                    .take()
                    .map_or(Ok(()), Partial::finish)
                    .map(done)?
            }
            StoreOp::NoSpace {
                lesson,
                missing_bytes,
            } => self.no_space(lesson, missing_bytes).map(done)?,
            StoreOp::ReceiptsOwed => StoreAnswer::Receipts(shelf.receipts_owed()?),
            StoreOp::ReceiptsSent(receipts) => shelf.mark_receipts_sent(&receipts).map(done)?,
            StoreOp::PhotosOwed => StoreAnswer::Photos(self.photos_owed()?),
            StoreOp::ReadPhoto { blob, offset, len } => {
                StoreAnswer::Bytes(self.read(&blob, offset, len)?)
            }
            StoreOp::PhotosSent(photos) => {
                let photos: Vec<BlobId> = photos.iter().map(|photo| photo.id).collect();
                shelf.note_photos_sent(&photos)?;
                self.photos_sent().map(done)?
            }
        })
    }

    /// The partial of this blob; the one that is open, where it is the same.
    fn open(&mut self, blob: &BlobRef) -> Result<&mut Partial, ShelfError> {
        let same = self
            .partial
            .take()
            .filter(|partial| partial.blob() == *blob);
        let partial = match same {
            Some(partial) => partial,
            None => self.shelf.partial(blob)?,
        };
        Ok(self.partial.insert(partial))
    }

    /// Removes whom the school orders to remove, and notes what else it orders.
    fn obey(&self, orders: &SignedOrders) -> Result<StoreAnswer, ShelfError> {
        let identity = self.shelf.identity();
        let mut book = identity.orders.clone();
        let heard = identity.terminal;
        let obeyed = heard.and_then(|terminal| obey(&mut book, terminal, orders));
        let obeyed = obeyed.unwrap_or_default();
        for pupil in &obeyed.remove {
            match self.shelf.remove_pupil(pupil, true) {
                Ok(()) | Err(ShelfError::NoPupil(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let erase = book.erase;
        if book != identity.orders {
            self.shelf
                .update_identity(|identity| identity.orders = book)?;
        }
        Ok(StoreAnswer::Obeyed {
            removed: obeyed.remove,
            done: obeyed.done,
            erase,
        })
    }

    /// What the school does not have yet.
    fn unsent(&mut self, run: Option<RunId>) -> Result<Unsent, ShelfError> {
        let photos = self.photos_owed()?.len() as u64;
        Ok(Unsent {
            photos,
            ..self.shelf.unsent(run)?
        })
    }

    /// Photos that an earlier run took are asked about again, too, and what is unsent is told
    /// again.
    fn enter_run(&self, run: RunId) -> Result<(), ShelfError> {
        self.shelf.forget_photos_sent()?;
        if self.shelf.identity().unsent_told.is_some() {
            self.shelf
                .update_identity(|identity| identity.unsent_told = None)?;
        }
        for pupil in self.shelf.open_pupils() {
            self.shelf.pupil(&pupil)?.set_draft(PHOTOS_SENT, "")?;
        }
        self.shelf.enter_run(run)
    }

    fn no_space(&self, lesson: LessonId, missing_bytes: u64) -> Result<(), ShelfError> {
        // Withdrawn in the meantime: there is nobody to tell.
        let Some(shelved) = self.shelf.lesson(&lesson)? else {
            return Ok(());
        };
        self.shelf.set_receipt(Receipt {
            lesson,
            revision: shelved.revision,
            state: ReceiptState::NoSpace { missing_bytes },
        })
    }

    fn read(&self, blob: &BlobId, offset: u64, len: u64) -> Result<Vec<u8>, ShelfError> {
        let mut reader = self.shelf.blob_reader(blob)?;
        let mut bytes = Vec::new();
        reader
            .seek(SeekFrom::Start(offset))
            .and_then(|_| reader.take(len).read_to_end(&mut bytes))
            .map_err(|_| ShelfError::DamagedBlob(*blob))?;
        Ok(bytes)
    }

    /// Looks through what was logged since the last time. Where there is no photo in it the
    /// place is remembered at once, so that each event is looked at once.
    fn photos_owed(&mut self) -> Result<Vec<BlobRef>, ShelfError> {
        self.photo_marks.clear();
        let mut owed = Vec::new();
        // Photos of a pupil who is locked wait until she opens her study.
        for pupil in self.shelf.open_pupils() {
            let log = self.shelf.pupil(&pupil)?;
            let from = PhotoMark::read(&log)?;
            let (photos, to) = photos_since(&log, from)?;
            let here = photos
                .into_iter()
                .filter(|photo| self.shelf.has_blob(&photo.id).unwrap_or(false));
            let before = owed.len();
            owed.extend(here);
            match to {
                Some(to) if Some(to) != from && owed.len() == before => to.write(&log)?,
                Some(to) if Some(to) != from => self.photo_marks.push((pupil, to)),
                _ => {}
            }
        }
        Ok(owed)
    }

    fn photos_sent(&mut self) -> Result<(), ShelfError> {
        for (pupil, mark) in std::mem::take(&mut self.photo_marks) {
            mark.write(&self.shelf.pupil(&pupil)?)?;
        }
        Ok(())
    }
}

/// What a terminal has that its school does not have yet.
///
/// # Errors
/// Where the disk refuses.
pub fn unsent(shelf: &Shelf) -> Result<Unsent, ShelfError> {
    ShelfStore::new(shelf, Date::ZERO).unsent(None)
}

fn knows_keys(identity: &Identity) -> bool {
    identity.school_key.is_some() && identity.orders.key.is_some()
}

fn log_state(kept: KeptStream) -> LogState {
    LogState {
        open: kept.open,
        point: kept.point,
        acknowledged: kept.acknowledged,
        is_returned: kept.is_returned,
        lacks_below: kept.lacks_below,
    }
}

/// The photos of paper study after a mark, and the mark after them.
fn photos_since(
    log: &PupilLog,
    from: Option<PhotoMark>,
) -> Result<(Vec<BlobRef>, Option<PhotoMark>), ShelfError> {
    let streams = log.streams()?;
    // A stream that is not here any more tells nothing: all is looked through again.
    let first = from.and_then(|mark| {
        streams
            .iter()
            .position(|kept| kept.open.stream == mark.stream)
    });
    let mut seq = from.filter(|_| first.is_some()).map_or(0, |mark| mark.seq);
    let mut photos = Vec::new();
    let mut to = None;
    for kept in streams.iter().skip(first.unwrap_or(0)) {
        let stream = kept.open.stream;
        loop {
            let events = log.events_of(stream, seq, PAGE)?;
            let Some(last) = events.last() else { break };
            seq = last.seq.saturating_add(1);
            let study = events
                .iter()
                .filter(|event| event.kind == kind::PAPER_STUDY);
            photos.extend(study.filter_map(|event| match event.fact() {
                Fact::PaperStudy(study) => study.photo,
                _ => None,
            }));
        }
        to = Some(PhotoMark { stream, seq });
        seq = 0;
    }
    Ok((photos, to))
}

impl PhotoMark {
    fn read(log: &PupilLog) -> Result<Option<Self>, ShelfError> {
        let text = log.draft(PHOTOS_SENT)?;
        Ok(text.and_then(|text| {
            let (stream, seq) = text.split_once(' ')?;
            Some(Self {
                stream: stream.parse().ok()?,
                seq: seq.parse().ok()?,
            })
        }))
    }

    fn write(self, log: &PupilLog) -> Result<(), ShelfError> {
        log.set_draft(PHOTOS_SENT, &format!("{} {}", self.stream, self.seq))
    }
}

/// The shelf's errors as far as a core tells them apart.
pub(super) fn fault(error: &ShelfError) -> StoreFault {
    let code = match error {
        ShelfError::NoSpace { .. }
        | ShelfError::CapReached { .. }
        | ShelfError::NotSaved { full: true, .. } => return StoreFault::NoSpace,
        ShelfError::WrongBlob(_) | ShelfError::WrongGroup { .. } | ShelfError::DamagedBlob(_) => {
            return StoreFault::Wrong;
        }
        ShelfError::StaleBatch { .. } => "stale-batch",
        ShelfError::WrongDocument(_) | ShelfError::Lesson(_) => "bad-lesson",
        ShelfError::NoBlob(_) => "no-blob",
        ShelfError::Fork { .. } => "fork",
        ShelfError::NoPupil(_) => "no-pupil",
        ShelfError::Newer { .. } => "newer",
        ShelfError::Io { .. } | ShelfError::NotSaved { .. } => "disk",
        _ => "shelf",
    };
    StoreFault::Other {
        code,
        message: error.to_string(),
    }
}
