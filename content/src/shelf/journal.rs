//! The journal: the file whose `fdatasync` is the moment at which an event is saved.
//!
//! `magic (8)`, a header frame twice, a box for the school where its key is known, then one
//! frame an event. A frame is `length (4) ‖ number (8) ‖ checksum (16) ‖ envelope`,
//! little-endian; the checksum is BLAKE3 over the length, the number and the envelope, so
//! that a torn frame is known without the key.
//!
//! The header is under the pupil's key, the events are under one of their stream that follows
//! from it. The box has the header and the stream's key in it: the school can read a journal
//! that nobody can open here, so that a forgotten PIN holds no answer up.
//!
//! What the database has not absorbed would lie in this one place: each frame is written a
//! second time, into a file beside it that is emptied by every absorption. That copy is for
//! damage; it is not waited for.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::ShelfError;
use super::error::is_full;
use super::places::{open_private, read_bounded, remove_quietly, replace};
use super::seal::{OVERHEAD, Place, Seal, SealKey, SealKeys};
use crate::boxed;
use crate::id::PupilId;
use crate::key::{PublicKey, SecretKey};
use crate::log::{Event, StreamOpen, StreamPoint};

const MAGIC: &[u8; 8] = b"hotaruj1";
const FRAME_HEAD: usize = 4 + 8 + 16;
/// No envelope is longer: a payload of 64 KiB with its labels.
const MAX_ENVELOPE: usize = 70_000;
/// The number of a header's frame.
const HEADER: u64 = u64::MAX;
/// The number of the frame with the school's box: its key's first bytes, then the box.
const BOX: u64 = u64::MAX - 1;
/// What the box is bound to.
const BOX_PURPOSE: &str = "hotaru journal 1";
const KEY_MARK_LEN: usize = 8;
/// How far a frame's number may lie beyond the one before it to be believed.
const MAX_SKIP: u64 = 1_000_000;
/// The longest journal that is read.
pub(super) const MAX_LEN: u64 = 1 << 30;

/// What a journal says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub open: StreamOpen,
    /// The point that the first frame goes on from.
    pub base: StreamPoint,
    /// What the cloud had when the file was begun.
    pub acknowledged: StreamPoint,
}

/// What was found in a journal's file.
pub(super) struct Parsed {
    bytes: Vec<u8>,
    pub header: Option<Header>,
    /// Whether one of the header's two copies is damaged.
    pub header_harmed: bool,
    /// The school's box.
    boxed: Option<Range<usize>>,
    frames: Vec<(u64, Range<usize>)>,
    /// Whether whole frames follow a damaged place.
    pub has_hole: bool,
    /// Bytes behind the last whole frame.
    pub torn: u64,
}

impl Parsed {
    /// Reads a journal's file; `None` where there is none.
    pub fn read(path: &Path, seal: &Seal, pupil: &PupilId) -> Result<Option<Self>, ShelfError> {
        Ok(read_bounded(path, MAX_LEN)?.map(|bytes| Self::parse(bytes, seal, pupil)))
    }

    /// Reads the second copy of a journal's newest frames; `None` where it cannot be had.
    pub fn read_recent(journal: &Path, seal: &Seal, pupil: &PupilId) -> Option<Self> {
        let bytes = read_bounded(&recent_path(journal), MAX_LEN).ok()??;
        Some(Self::parse(bytes, seal, pupil))
    }

    fn parse(bytes: Vec<u8>, seal: &Seal, pupil: &PupilId) -> Self {
        let (mut at, mut next, mut good_end) = (0, 0, 0);
        let (mut headers, mut frames, mut has_hole) = (Vec::new(), Vec::new(), false);
        let mut boxed = None;
        let magic_harmed = !bytes.starts_with(MAGIC);
        if !magic_harmed {
            at = MAGIC.len();
            good_end = at;
        }
        while at < bytes.len() {
            let Some((seq, envelope)) = frame_at(&bytes, at, next) else {
                at += 1;
                continue;
            };
            has_hole |= at != good_end;
            at = envelope.end;
            good_end = at;
            if seq == HEADER {
                headers.extend(bytes.get(envelope).and_then(|sealed| {
                    let plain = seal.open(header_place(pupil), sealed)?;
                    postcard::from_bytes::<Header>(&plain).ok()
                }));
            } else if seq == BOX {
                boxed = Some(envelope);
            } else {
                frames.push((seq, envelope));
                next = seq.saturating_add(1);
            }
        }
        let torn = (bytes.len() - good_end) as u64;
        let header_harmed = magic_harmed || headers.len() != 2;
        let header = headers.into_iter().next();
        Self {
            bytes,
            header,
            header_harmed,
            boxed,
            frames,
            has_hole,
            torn,
        }
    }

    /// Whether every frame is under the keys in force, and the school's box is there.
    pub fn is_up_to_date(&self, seal: &Seal, school: Option<&PublicKey>) -> bool {
        let boxed = self.boxed.clone().and_then(|at| self.bytes.get(at));
        let is_boxed = match school {
            Some(key) => boxed.is_some_and(|boxed| boxed.starts_with(mark_of(key))),
            None => true,
        };
        let Some(header) = &self.header else {
            return is_boxed;
        };
        let events = seal.of_stream(&header.open.stream);
        let mut frames = self.frames.iter();
        is_boxed
            && frames.all(|(_, at)| {
                let envelope = self.bytes.get(at.clone());
                envelope.is_some_and(|envelope| events.is_current(envelope))
            })
            && seal.is_settled()
    }

    /// The numbers of the whole frames, ascending.
    pub fn seqs(&self) -> impl Iterator<Item = u64> + '_ {
        self.frames.iter().map(|(seq, _)| *seq)
    }

    /// The events of the whole frames from a number on; one that does not open is `None`.
    pub fn events<'a>(
        &'a self,
        seal: &'a Seal,
        open: &'a StreamOpen,
        from: u64,
    ) -> impl Iterator<Item = (u64, Option<Event>)> + 'a {
        let seal = seal.of_stream(&open.stream);
        self.frames
            .iter()
            .filter(move |(seq, _)| *seq >= from)
            .map(move |(seq, envelope)| {
                let event = self.bytes.get(envelope.clone()).and_then(|sealed| {
                    let plain = seal.open(event_place(open, *seq), sealed)?;
                    Event::from_canonical(*seq, &plain).ok()
                });
                (*seq, event)
            })
    }

    /// The length up to which the file is whole.
    pub fn good_len(&self) -> u64 {
        self.bytes.len() as u64 - self.torn
    }

    /// The frames from a number on, as they lie in the file.
    fn raw_from(&self, from: u64) -> impl Iterator<Item = &[u8]> {
        self.frames
            .iter()
            .filter(move |(seq, _)| *seq >= from)
            .filter_map(|(_, at)| self.bytes.get(at.start.checked_sub(FRAME_HEAD)?..at.end))
    }
}

/// Where the second copy of a journal's newest frames lies.
fn recent_path(journal: &Path) -> PathBuf {
    journal.with_extension("recent")
}

/// A journal that is open for writing.
pub(super) struct Journal {
    path: PathBuf,
    of: Owner,
    /// Of the stream that is written.
    events: Seal,
    open: StreamOpen,
    file: Option<File>,
    /// The second copy of what is not absorbed.
    recent: Option<File>,
    len: u64,
    /// The number of the first event that it may hold.
    base: u64,
    /// Whether bytes of a frame that failed may still lie behind `len`.
    is_soiled: bool,
}

impl Journal {
    /// Goes on with a file that was read, has this header, and is whole up to `len`.
    pub fn resume(path: &Path, of: &Owner, header: &Header, len: u64) -> Self {
        Self {
            path: path.to_owned(),
            events: of.seal.of_stream(&header.open.stream),
            of: of.clone(),
            open: header.open.clone(),
            file: None,
            recent: None,
            len,
            base: header.base.next_seq,
            is_soiled: true,
        }
    }

    /// Writes a new journal in place of any other; durable on return.
    pub fn create<'a>(
        path: &Path,
        of: &Owner,
        header: &Header,
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Result<Self, ShelfError> {
        let stream = of.seal.of_stream(&header.open.stream);
        let mut bytes = beginning(of, &stream, header)?;
        for event in events {
            push_event(&mut bytes, &stream, &header.open, event)?;
        }
        replace(path, &bytes)?;
        Ok(Self::resume(path, of, header, bytes.len() as u64))
    }

    /// Brings what was written under former keys under the one in force, and the school's box
    /// up to date; does nothing where that is so. Frames that do not open stay as they are:
    /// they are for the next open to judge.
    pub fn renew(&mut self, school: Option<PublicKey>) -> Result<(), ShelfError> {
        let Some(parsed) = Parsed::read(&self.path, &self.of.seal, &self.of.pupil)? else {
            return Ok(());
        };
        let Some(header) = parsed.header.clone() else {
            return Ok(());
        };
        if parsed.is_up_to_date(&self.of.seal, school.as_ref()) && self.of.school == school {
            return Ok(());
        }
        let events: Option<Vec<Event>> = parsed
            .events(&self.of.seal, &header.open, 0)
            .map(|(_, event)| event)
            .collect();
        let Some(events) = events.filter(|_| !parsed.has_hole && !parsed.header_harmed) else {
            return Err(ShelfError::damaged("the journal"));
        };
        let of = Owner {
            school,
            ..self.of.clone()
        };
        // The second copy stays: a former key opens it until the database has it all.
        *self = Self::create(&self.path.clone(), &of, &header, &events)?;
        Ok(())
    }

    /// The bytes that it takes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Adds events; durable on return by one `fdatasync`.
    ///
    /// # Errors
    /// [`ShelfError::NotSaved`], and then none of them is in the journal.
    pub fn append(&mut self, events: &[Event]) -> Result<(), ShelfError> {
        let mut bytes = Vec::new();
        for event in events {
            push_event(&mut bytes, &self.events, &self.open, event)?;
        }
        self.write(&bytes).map_err(|error| ShelfError::NotSaved {
            full: is_full(&error),
            reason: error.to_string(),
        })?;
        // They are saved; a second copy that cannot be had is no reason to deny it.
        let _ = self.write_again(&bytes);
        Ok(())
    }

    fn write_again(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let file = match &mut self.recent {
            Some(file) => file,
            None => self.recent.insert(open_private(&recent_path(&self.path))?),
        };
        file.seek(SeekFrom::End(0))?;
        file.write_all(bytes)
    }

    /// Empties the second copy: the database has it all.
    pub fn forget_recent(&mut self) {
        if let Some(file) = &self.recent {
            let _ = file.set_len(0);
        } else {
            remove_quietly(&recent_path(&self.path));
        }
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.file.is_none() {
            self.file = Some(open_private(&self.path)?);
            self.is_soiled = true;
        }
        let Some(file) = self.file.as_mut() else {
            return Ok(());
        };
        if self.is_soiled {
            if file.metadata()?.len() < self.len {
                return Err(std::io::Error::other("the journal became shorter"));
            }
            file.set_len(self.len)?;
            self.is_soiled = false;
        }
        let written = file
            .seek(SeekFrom::Start(self.len))
            .and_then(|_| file.write_all(bytes))
            .and_then(|()| file.sync_data());
        match written {
            Ok(()) => {
                self.len += bytes.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.is_soiled = file
                    .set_len(self.len)
                    .and_then(|()| file.sync_data())
                    .is_err();
                Err(error)
            }
        }
    }

    /// Drops the frames below `base`, by a new file in place of the old one; where there are
    /// none, does nothing.
    pub fn trim(&mut self, base: StreamPoint, acknowledged: StreamPoint) -> Result<(), ShelfError> {
        if base.next_seq <= self.base {
            return Ok(());
        }
        let Some(parsed) = Parsed::read(&self.path, &self.of.seal, &self.of.pupil)? else {
            return Err(ShelfError::damaged("the journal (it is gone)"));
        };
        let header = Header {
            open: self.open.clone(),
            base,
            acknowledged,
        };
        let mut bytes = beginning(&self.of, &self.events, &header)?;
        for frame in parsed.raw_from(base.next_seq) {
            bytes.extend_from_slice(frame);
        }
        let replaced = replace(&self.path, &bytes);
        // Whatever came of it, the handle may now be of a file that has no name.
        self.file = None;
        replaced?;
        self.len = bytes.len() as u64;
        self.base = base.next_seq;
        Ok(())
    }
}

/// Whose a journal is.
#[derive(Clone)]
pub(super) struct Owner {
    pub seal: Arc<Seal>,
    pub pupil: PupilId,
    /// The school, where it is known.
    pub school: Option<PublicKey>,
}

fn beginning(of: &Owner, stream: &Seal, header: &Header) -> Result<Vec<u8>, ShelfError> {
    let unwritten = |_| ShelfError::damaged("the journal's header");
    let plain = postcard::to_stdvec(header).map_err(unwritten)?;
    let mut bytes = MAGIC.to_vec();
    for _ in 0..2 {
        let sealed = of.seal.seal(header_place(&of.pupil), &plain)?;
        push_frame(&mut bytes, HEADER, &sealed);
    }
    if let Some(school) = &of.school {
        let inside = Boxed {
            header: header.clone(),
            key: stream.key(),
        };
        let inside = postcard::to_stdvec(&inside).map(Zeroizing::new);
        // A key that is none keeps nobody from studying.
        if let Ok(boxed) = boxed::fill(school, BOX_PURPOSE, &inside.map_err(unwritten)?) {
            push_frame(&mut bytes, BOX, &[mark_of(school), &boxed].concat());
        }
    }
    Ok(bytes)
}

fn mark_of(key: &PublicKey) -> &[u8] {
    key.0.get(..KEY_MARK_LEN).unwrap_or_default()
}

/// What the school's box holds.
#[derive(Serialize, Deserialize)]
struct Boxed {
    header: Header,
    key: SealKey,
}

/// A journal, as the school reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedJournal {
    /// How its stream opens.
    pub open: StreamOpen,
    /// The point that its first event goes on from.
    pub base: StreamPoint,
    /// Its events, up to the first that is not whole.
    pub events: Vec<Event>,
}

/// Opens the journal of a pupil whose terminal cannot open it, with the school's secret.
/// `None` where it is no journal, or its box is not for this school.
#[must_use]
pub fn open_sealed_journal(bytes: Vec<u8>, secret: &SecretKey) -> Option<SealedJournal> {
    // Its headers are not for us; whose they are does not matter.
    let nobody = Seal::new(&SealKeys::of(SealKey::of(&[0; 32])));
    let parsed = Parsed::parse(bytes, &nobody, &PupilId([0; 16]));
    let boxed = parsed
        .bytes
        .get(parsed.boxed.clone()?)?
        .get(KEY_MARK_LEN..)?;
    let inside = boxed::open(secret, BOX_PURPOSE, boxed)?;
    let Boxed { header, key } = postcard::from_bytes(&inside).ok()?;
    let seal = Seal::new(&SealKeys::of(key));
    let (open, base) = (header.open, header.base);
    let mut events = Vec::new();
    let mut next = base.next_seq;
    for (seq, at) in &parsed.frames {
        let sealed = parsed.bytes.get(at.clone())?;
        let plain = seal.open(event_place(&open, *seq), sealed);
        let event = plain.and_then(|plain| Event::from_canonical(*seq, &plain).ok());
        let Some(event) = event.filter(|_| *seq == next) else {
            break;
        };
        events.push(event);
        next = next.saturating_add(1);
    }
    Some(SealedJournal { open, base, events })
}

fn push_event(
    bytes: &mut Vec<u8>,
    seal: &Seal,
    open: &StreamOpen,
    event: &Event,
) -> Result<(), ShelfError> {
    let sealed = seal.seal(event_place(open, event.seq), &event.canonical()?)?;
    push_frame(bytes, event.seq, &sealed);
    Ok(())
}

fn push_frame(bytes: &mut Vec<u8>, seq: u64, envelope: &[u8]) {
    let len = u32::try_from(envelope.len())
        .unwrap_or(u32::MAX)
        .to_le_bytes();
    let seq = seq.to_le_bytes();
    bytes.extend_from_slice(&len);
    bytes.extend_from_slice(&seq);
    bytes.extend_from_slice(&checksum(&len, &seq, envelope));
    bytes.extend_from_slice(envelope);
}

/// The frame that begins at `at`, if a whole one does.
fn frame_at(bytes: &[u8], at: usize, next: u64) -> Option<(u64, Range<usize>)> {
    let (len, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let (seq, rest) = rest.split_first_chunk::<8>()?;
    let (sum, rest) = rest.split_first_chunk::<16>()?;
    let envelope_len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    if !(OVERHEAD..=MAX_ENVELOPE).contains(&envelope_len) {
        return None;
    }
    let envelope = rest.get(..envelope_len)?;
    let number = u64::from_le_bytes(*seq);
    // The first number of a trimmed journal is not known here; all later ones are near.
    let is_near = next == 0 || (next..=next.saturating_add(MAX_SKIP)).contains(&number);
    if (number < BOX && !is_near) || *sum != checksum(len, seq, envelope) {
        return None;
    }
    let start = at + FRAME_HEAD;
    Some((number, start..start + envelope_len))
}

fn checksum(len: &[u8; 4], seq: &[u8; 8], envelope: &[u8]) -> [u8; 16] {
    let mut sum = [0; 16];
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(len)
        .update(seq)
        .update(envelope)
        .finalize_xof()
        .fill(&mut sum);
    sum
}

fn header_place(pupil: &PupilId) -> Place<'_> {
    Place {
        domain: "journal header",
        name: &pupil.0,
        index: 0,
        last: true,
    }
}

fn event_place(open: &StreamOpen, seq: u64) -> Place<'_> {
    Place {
        domain: "journal",
        name: &open.stream.0,
        index: seq,
        last: false,
    }
}
