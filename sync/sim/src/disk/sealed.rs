//! Studies that are locked, and what goes to school of them.

use hotaru_content::blob::BlobId;
use hotaru_content::id::{PupilId, RunId, StreamId};
use hotaru_content::shelf::{Owed, SealedFor};
use hotaru_sync::pack::PushBody;

use super::{Disk, Log};
use crate::bug::Bug;

/// Events of a piece of a journal.
const PIECE: usize = 20;

impl Disk {
    /// A pupil locks her study; now and then with a new secret, and new codes.
    pub fn lock_study(&mut self, pupil: PupilId, renews: bool) {
        self.has_lock.insert(pupil);
        if renews {
            self.codes.remove(&pupil);
        }
        self.make_boxes(pupil);
        self.locked.insert(pupil);
    }

    /// She opens it again, and keeps her secret.
    pub fn open_study(&mut self, pupil: &PupilId) {
        self.locked.remove(pupil);
        self.make_boxes(*pupil);
    }

    /// The school's key for boxes is known from now on.
    pub(super) fn learn_school_key(&mut self) {
        self.knows_school_key = true;
        let pupils = self.logs.keys().copied();
        let open: Vec<_> = pupils.filter(|id| !self.locked.contains(id)).collect();
        for pupil in open {
            self.make_boxes(pupil);
        }
    }

    /// Of a pupil whose study is open: the journal gets its box, and codes theirs.
    fn make_boxes(&mut self, pupil: PupilId) {
        if !self.knows_school_key {
            return;
        }
        self.boxed.insert(pupil);
        if self.has_lock.contains(&pupil) && !self.codes.contains_key(&pupil) {
            self.codes_made += 1;
            let boxed = [&pupil.0[..], &self.codes_made.to_le_bytes()].concat();
            self.codes.insert(pupil, boxed);
        }
    }

    /// Whether the school can open a pupil's journal.
    pub fn is_boxed(&self, pupil: &PupilId) -> bool {
        self.boxed.contains(pupil)
    }

    /// What this run of the cloud has not got from this terminal.
    pub(super) fn owed(&self, run: Option<RunId>, bug: Option<Bug>) -> Vec<Owed> {
        let codes = self.codes.iter();
        let codes = codes.map(|(pupil, boxed)| (SealedFor::Codes(*pupil), boxed.clone()));
        let locked = self.locked.iter().filter(|_| self.knows_school_key);
        let journals = locked.map(|pupil| {
            // Without its box nobody else can read it.
            let log = self.logs.get(pupil).filter(|_| self.is_boxed(pupil));
            let bytes = log.map(journal).unwrap_or_default();
            (SealedFor::Journal(*pupil), bytes)
        });
        let all = codes.chain(journals).map(|(what, bytes)| {
            let run = run.filter(|_| bug != Some(Bug::JournalSentOnce));
            let run = run.map_or([0; 16], |run| run.0);
            let named = [&self.identity.terminal.0[..], &run, &bytes].concat();
            let mark = BlobId::of(&named).0;
            Owed { what, mark, bytes }
        });
        let is_owed = |owed: &Owed| self.owed_sent.get(&key(owed.what)) != Some(&owed.mark);
        all.filter(is_owed).collect()
    }

    pub(super) fn owed_sent(&mut self, owed: &Owed) {
        self.owed_sent.insert(key(owed.what), owed.mark);
    }
}

fn key(what: SealedFor) -> (PupilId, bool) {
    match what {
        SealedFor::Journal(pupil) => (pupil, true),
        SealedFor::Codes(pupil) => (pupil, false),
    }
}

/// What is not acknowledged of a log, as it goes to school: the stream, then pieces, each with
/// its length before it.
fn journal(log: &Log) -> Vec<u8> {
    let (stream, mut at) = (&log.now, log.now.acknowledged.next_seq as usize);
    let mut bytes = stream.open.stream.0.to_vec();
    loop {
        let from = stream.point_at(at as u64).expect("a point of the log");
        let events: Vec<_> = stream.events.iter().skip(at).take(PIECE).cloned().collect();
        at += events.len();
        let (piece, _) = PushBody::new(&stream.open, from, events).expect("a short piece");
        let piece = piece.encode().expect("a short piece");
        bytes.extend((piece.len() as u32).to_le_bytes());
        bytes.extend(piece);
        if at == stream.events.len() {
            return bytes;
        }
    }
}

/// Reads such a journal.
pub fn read_journal(bytes: &[u8]) -> Option<(StreamId, Vec<PushBody>)> {
    let (stream, mut rest) = bytes.split_first_chunk::<16>()?;
    let (stream, mut pieces) = (StreamId(*stream), Vec::new());
    while !rest.is_empty() {
        let (len, behind) = rest.split_first_chunk::<4>()?;
        let (piece, behind) = behind.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        pieces.push(PushBody::decode(stream, piece).ok()?);
        rest = behind;
    }
    Some((stream, pieces))
}
