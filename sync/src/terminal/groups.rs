//! A large blob: its proof first, then groups of 16 KiB from where the shelf stands.
//!
//! A group is stored once its bytes are proven, so what was stored is never fetched again,
//! and a wrong byte costs one group.

use hotaru_content::blob::{BlobRef, GROUP_LEN, GroupProof};

use super::fetch::{Outcome, get, range_start, refused, store_fault};
use super::lane::{Event, Next, Shared};
use super::{StoreAnswer, StoreFault, StoreOp};
use crate::http::LineFault;
use crate::wire::path;

#[derive(Debug)]
pub(super) struct Groups {
    blob: BlobRef,
    state: State,
    /// Bytes that are on the shelf.
    have: u64,
    proof: Option<GroupProof>,
    /// Bytes that came after them.
    buffer: Vec<u8>,
    /// Bytes to pass over: the server began at 0.
    skip: u64,
    /// How the request ended, where it has.
    ended: Option<Option<LineFault>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Asks the shelf what is here.
    Open,
    /// Asks for the proof.
    Proof,
    /// Takes bytes.
    Take,
    /// Stores a group of so many bytes.
    Store(u64),
    /// Checks the whole.
    Finish,
}

impl Groups {
    pub(super) fn new(blob: BlobRef) -> Self {
        Self {
            blob,
            state: State::Open,
            have: 0,
            proof: None,
            buffer: Vec::new(),
            skip: 0,
            ended: None,
        }
    }

    pub(super) fn have(&self) -> u64 {
        self.have
    }

    /// What the present state asks for.
    pub(super) fn go(&mut self) -> Next {
        let blob = self.blob;
        match self.state {
            State::Open => Next::Store(StoreOp::Partial { blob }),
            State::Finish => Next::Store(StoreOp::Finish { blob }),
            State::Store(_) => Next::Idle,
            State::Proof | State::Take if self.have == blob.len => {
                self.state = State::Finish;
                Next::Store(StoreOp::Finish { blob })
            }
            State::Proof => Next::Http(get(path::proof(&blob.id), 0, blob.groups() * 32)),
            State::Take => {
                self.buffer.clear();
                self.skip = 0;
                self.ended = None;
                Next::Stream(get(path::blob(&blob.id), self.have, blob.len))
            }
        }
    }

    /// Nothing comes back where wrong bytes arrived.
    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Option<Outcome> {
        Some(match event {
            Event::Store(Ok(answer)) => return self.stored(answer, shared),
            Event::Store(Err(StoreFault::Wrong)) => {
                // The shelf threw something away: see what is left.
                self.state = State::Open;
                return None;
            }
            Event::Store(Err(fault)) => store_fault(fault),
            Event::Answer(answer) if answer.status == 200 && self.state == State::Proof => {
                let proof = GroupProof::check(self.blob, &answer.body).ok()?;
                self.proof = Some(proof);
                self.state = State::Take;
                Outcome::Next(self.go())
            }
            Event::Answer(answer) if answer.status == 416 => return None,
            Event::Answer(answer) => refused(&answer, self.blob.id),
            Event::Head { status, headers } => {
                match (status, range_start(&headers)) {
                    (206, Some(start)) if start == self.have => self.skip = 0,
                    (206, _) => return None,
                    _ => self.skip = self.have,
                }
                Outcome::Next(Next::Idle)
            }
            Event::Chunk(bytes) => {
                self.take(&bytes);
                return self.pump();
            }
            Event::End => {
                self.ended = Some(None);
                return self.pump();
            }
            Event::Fault(LineFault::TooLong) if self.state == State::Proof => return None,
            Event::Fault(fault) if self.state == State::Proof => Outcome::Next(Next::retry(fault)),
            Event::Fault(fault) => {
                self.ended = Some(Some(fault));
                return self.pump();
            }
            Event::Go | Event::Exchange(_) => Outcome::Next(Next::Idle),
        })
    }

    /// Adds bytes to the buffer, as far as they belong to the blob.
    fn take(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len() as u64);
        self.skip -= skipped;
        let room = self
            .blob
            .len
            .saturating_sub(self.have)
            .saturating_sub(self.buffer.len() as u64);
        let storing = if let State::Store(len) = self.state {
            len
        } else {
            0
        };
        let bytes = bytes
            .iter()
            .skip(usize::try_from(skipped).unwrap_or(usize::MAX));
        let room = usize::try_from(room.saturating_sub(storing)).unwrap_or(usize::MAX);
        self.buffer.extend(bytes.take(room));
    }

    /// Stores the next group, if it is here and nothing is being stored.
    fn pump(&mut self) -> Option<Outcome> {
        if self.state != State::Take {
            return Some(Outcome::Next(Next::Idle));
        }
        let left = self.blob.len.saturating_sub(self.have);
        let len = left.min(GROUP_LEN);
        let at = usize::try_from(len)
            .ok()
            .filter(|len| *len <= self.buffer.len());
        if let (Some(at), true) = (at, left > 0) {
            let rest = self.buffer.split_off(at);
            let group = std::mem::replace(&mut self.buffer, rest);
            let proof = self.proof.as_ref()?;
            proof.verify(self.have / GROUP_LEN, &group).ok()?;
            self.state = State::Store(len);
            return Some(Outcome::Next(Next::Store(StoreOp::Append {
                blob: self.blob,
                group,
            })));
        }
        Some(Outcome::Next(match self.ended.take() {
            // A connection whose answer was read to its end can be used again.
            None => Next::Idle,
            Some(_) if left == 0 => self.go(),
            Some(None) => Next::retry(LineFault::Truncated),
            Some(Some(fault)) => Next::retry(fault),
        }))
    }

    fn stored(&mut self, answer: StoreAnswer, shared: &mut Shared) -> Option<Outcome> {
        match (self.state, answer) {
            (State::Open, StoreAnswer::Have(have)) => {
                self.have = have.min(self.blob.len);
                self.state = if self.proof.is_some() {
                    State::Take
                } else {
                    State::Proof
                };
                Some(Outcome::Next(self.go()))
            }
            (State::Store(len), _) => {
                self.have += len;
                self.state = State::Take;
                shared.has_moved = true;
                self.pump()
            }
            (State::Finish, _) => Some(Outcome::Arrived { patched: false }),
            _ => Some(Outcome::Next(Next::Idle)),
        }
    }
}
