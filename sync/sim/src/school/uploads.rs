//! Uploads, resumed at the byte, and what is let go of.

use std::collections::BTreeSet;

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::Drill;
use hotaru_sync::http::Request;
use hotaru_sync::wire::{self, UploadState, code, header};

use super::{Answer, Caller, Pending, School, WINDOW, ours, refuse};
use crate::bug::Bug;

/// What nothing names stays so long after it was stored or told of, in milliseconds.
const GRACE_MS: u64 = 12 * 3_600_000;

impl School {
    /// What the cloud has of some blobs.
    pub(super) fn states(&mut self, caller: Caller, request: &Request) -> Answer {
        let Ok(asked) = wire::parse::<Vec<BlobRef>>(&request.body) else {
            return refuse(400, code::BAD_BODY);
        };
        let states: Vec<UploadState> = asked
            .iter()
            .map(|blob| self.state(caller, blob.id))
            .collect();
        ours(200, vec![], wire::write(&states).unwrap_or_default())
    }

    pub(super) fn upload_state(&mut self, caller: Caller, blob: &str) -> Answer {
        match blob.parse() {
            Ok(blob) => {
                let state = self.state(caller, blob);
                stands_at(state.offset, state.complete)
            }
            Err(_) => refuse(404, code::NOT_FOUND),
        }
    }

    fn state(&mut self, caller: Caller, id: BlobId) -> UploadState {
        if let Some(len) = self.vouch(id) {
            return UploadState {
                id,
                offset: len,
                complete: true,
            };
        }
        let partial = self.partials.get(&(caller, id));
        UploadState {
            id,
            offset: partial.map_or(0, |bytes| bytes.len() as u64),
            complete: self.counts_as_whole(id),
        }
    }

    /// The planted mistake: what has begun to arrive counts as there.
    pub(super) fn counts_as_whole(&self, id: BlobId) -> bool {
        let mut partials = self.partials.iter();
        self.bug == Some(Bug::WholeOnceBegun)
            && partials.any(|((_, blob), bytes)| *blob == id && !bytes.is_empty())
    }

    /// The length of a blob that is here, and stays for who is now told so.
    fn vouch(&mut self, blob: BlobId) -> Option<u64> {
        let len = self.db.blobs.get(&blob)?.len() as u64;
        self.db.vouched.insert(blob, self.now);
        Some(len)
    }

    pub(super) fn piece(
        &mut self,
        caller: Caller,
        blob: &str,
        request: &Request,
    ) -> Result<Answer, Box<Pending>> {
        let number = |name: &str| -> Option<u64> {
            let mut headers = request.headers.iter();
            headers.find(|(key, _)| *key == name)?.1.parse().ok()
        };
        let numbers = number(header::UPLOAD_OFFSET).zip(number(header::UPLOAD_LENGTH));
        let (Ok(id), Some((offset, len))) = (blob.parse(), numbers) else {
            return Ok(refuse(400, code::BAD_BODY));
        };
        if let Some(len) = self.vouch(id) {
            return Ok(stands_at(len, true));
        }
        let Some(room) = len.checked_sub(offset) else {
            return Ok(refuse(400, code::BAD_BODY));
        };
        if request.body.len() as u64 > room {
            return Ok(refuse(413, code::TOO_LONG));
        }
        Err(Box::new(Pending::Piece {
            caller,
            blob: BlobRef { id, len },
            offset,
            bytes: request.body.clone(),
        }))
    }

    /// Adds bytes to an upload, and takes it in once it is whole and what its name says.
    pub(super) fn append(
        &mut self,
        caller: Caller,
        blob: BlobRef,
        offset: u64,
        bytes: &[u8],
    ) -> Answer {
        if let Some(len) = self.vouch(blob.id) {
            return stands_at(len, true);
        }
        let key = (caller, blob.id);
        let partial = self.partials.entry(key).or_default();
        if partial.len() as u64 != offset {
            return refuse_at(409, code::WRONG_OFFSET, partial.len());
        }
        partial.extend_from_slice(bytes);
        let here = partial.len() as u64;
        if here < blob.len {
            return stands_at(here, false);
        }
        let whole = self.partials.remove(&key).unwrap_or_default();
        if BlobRef::of(&whole) != blob && self.bug != Some(Bug::UploadWithoutHashing) {
            return refuse_at(422, code::WRONG_HASH, 0);
        }
        self.db.blobs.insert(blob.id, whole);
        self.db.vouched.insert(blob.id, self.now);
        stands_at(blob.len, true)
    }

    /// The machine dies while bytes of an upload or pieces of a journal are written: some are
    /// on the disk, and nobody was told.
    pub fn tear(&mut self, pending: Pending, part: usize) {
        if let Pending::Journal { stream, mut pieces } = pending {
            pieces.truncate(part);
            self.take_journal(stream, pieces);
            return;
        }
        if let Pending::Piece {
            caller,
            blob,
            offset,
            bytes,
        } = pending
            && !self.db.blobs.contains_key(&blob.id)
        {
            let partial = self.partials.entry((caller, blob.id)).or_default();
            if partial.len() as u64 == offset {
                partial.extend_from_slice(bytes.get(..part).unwrap_or(&bytes));
            }
        }
    }

    /// Lets go of what neither an answer names nor a revision that somebody may still fetch.
    /// Drills of older revisions stay: answers to them may come late.
    pub fn tidy(&mut self) {
        let before = self.now.saturating_sub(GRACE_MS);
        let mut kept = BTreeSet::new();
        if self.bug != Some(Bug::TidyForgetsAnswers) {
            kept.extend(self.named_by_events());
        }
        for revisions in self.db.named.values() {
            kept.extend(revisions.iter().rev().take(WINDOW).flatten());
        }
        let vouched = &self.db.vouched;
        let is_fresh = |blob: &BlobId| vouched.get(blob).is_some_and(|at| *at > before);
        self.db.blobs.retain(|blob, bytes| {
            kept.contains(blob) || is_fresh(blob) || Drill::from_json(bytes).is_ok()
        });
    }
}

/// A refusal that says where the upload goes on.
fn refuse_at(status: u16, code: &str, offset: usize) -> Answer {
    let mut answer = refuse(status, code);
    let offset = (header::UPLOAD_OFFSET.to_owned(), offset.to_string());
    answer.1.0.push(offset);
    answer
}

fn stands_at(offset: u64, complete: bool) -> Answer {
    let mut headers = vec![(header::UPLOAD_OFFSET, offset.to_string())];
    if complete {
        headers.push((header::UPLOAD_COMPLETE, "?1".to_owned()));
    }
    ours(204, headers, vec![])
}
