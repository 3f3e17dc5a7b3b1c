//! The upload core: a desk's push and a terminal's photos, resumed at the byte.
//!
//! It asks what the cloud already has, sends what is missing in pieces, small blobs before
//! large ones and the document last, and then publishes. The cloud's offset is the truth:
//! after every fault it is asked again, and sending goes on there. Publishing twice is
//! publishing once, so a lost answer costs a request and nothing else.
//!
//! The core needs no clock: waits are lengths of time. One effect waits for an input at a
//! time; see [`Effect`].

mod answer;
pub(crate) mod backoff;
mod form;
#[cfg(test)]
pub(crate) mod tests;

pub use form::{Effect, Input, Job, Progress, UploadError, Uploaded};

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use hotaru_content::blob::{BlobId, BlobRef, MAX_BLOB_LEN};

use crate::http::{LineFault, Method, Request};
use crate::wire::{self, Body, Publish, PublishAnswer, UploadState, header, path};
use answer::{Answer, Collector};
use backoff::Backoff;

/// Bytes of one request's body.
pub const PIECE_LEN: u64 = 256 * 1024;
/// Blobs asked about in one request.
const ASK_BLOBS: usize = 500;
/// A blob that arrives wrong is sent again this often: the line may have changed it, the
/// file here hardly.
const MAX_WRONG_HASHES: u32 = 1;

/// The core. See the module.
#[derive(Debug)]
pub struct Upload {
    /// All blobs in the order of sending: small before large, the document last.
    blobs: Vec<BlobRef>,
    /// How many of them the cloud was asked about.
    asked: usize,
    /// Those of them that the cloud has not whole; the first is at hand.
    missing: VecDeque<Missing>,
    publish: Option<Publish>,
    told: Option<Progress>,
    sent: u64,
    backoff: Backoff,
    /// The cloud was asked again after it refused to publish.
    asked_again: bool,
    collector: Collector,
    phase: Phase,
    done: bool,
}

#[derive(Debug, Clone, Copy)]
struct Missing {
    blob: BlobRef,
    /// Where it goes on, by the cloud's word.
    offset: u64,
    wrong_hashes: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Asks what the cloud has.
    Ask,
    /// Asks for the offset of the blob at hand.
    Head,
    /// Waits for so many bytes of the blob at hand.
    Read { len: u64 },
    /// Sends them.
    Patch,
    /// All is there.
    Publish,
}

impl Upload {
    /// Prepares a run; [`Input::Go`] begins it. `patience` is how many faults in a row,
    /// without a byte between, are waited out; `seed` decides the jitter.
    #[must_use]
    pub fn new(job: Job, patience: u32, seed: u64) -> Self {
        let document = job.publish.as_ref().map(|publish| publish.document);
        let mut blobs = job.blobs;
        blobs.extend(document);
        let is_document = |blob: &BlobRef| document.is_some_and(|document| document.id == blob.id);
        blobs.sort_by_key(|blob| (is_document(blob), blob.len, blob.id));
        blobs.dedup();
        Self {
            blobs,
            asked: 0,
            missing: VecDeque::new(),
            publish: job.publish,
            told: None,
            sent: 0,
            backoff: Backoff::new(patience, seed),
            asked_again: false,
            collector: Collector::default(),
            phase: Phase::Ask,
            done: false,
        }
    }

    /// Takes what came and tells what is to be done.
    pub fn step(&mut self, input: Input) -> Vec<Effect> {
        if self.done {
            return Vec::new();
        }
        let next = match input {
            Input::Go => self.act(),
            Input::Exchange(exchange) => match self.collector.take(exchange) {
                None => return Vec::new(),
                Some(Ok(answer)) => self.answered(&answer),
                Some(Err(fault)) => self.wait(fault, Duration::ZERO),
            },
            Input::Bytes(bytes) => self.send(bytes),
            Input::ReadFailed(why) => Err(UploadError::Local(why)),
            Input::Cancel => Err(UploadError::Cancelled),
        };
        let next = next.unwrap_or_else(|error| Effect::Done(Err(error)));
        self.done = matches!(next, Effect::Done(_));
        let mut effects = Vec::new();
        let progress = self.progress();
        if self.told != Some(progress) {
            self.told = Some(progress);
            effects.push(Effect::Progress(progress));
        }
        effects.push(next);
        effects
    }

    /// The effect of the phase that we are in.
    fn act(&mut self) -> Result<Effect, UploadError> {
        match (self.phase, self.missing.front()) {
            (Phase::Ask, _) => self.ask(),
            (Phase::Head, Some(missing)) => {
                let path = path::upload(&missing.blob.id);
                Ok(self.request(Method::Head, path, vec![], vec![], 0))
            }
            _ => self.go_on(),
        }
    }

    /// Asks about the next blobs; once all are asked about, goes on.
    fn ask(&mut self) -> Result<Effect, UploadError> {
        let bytes = total(&self.blobs);
        if self.blobs.len() > wire::MAX_ENTRIES
            || self.blobs.iter().any(|blob| blob.len > MAX_BLOB_LEN)
        {
            return Err(UploadError::TooLarge {
                blobs: self.blobs.len(),
                bytes,
            });
        }
        let batch: Vec<BlobRef> = self
            .blobs
            .iter()
            .skip(self.asked)
            .take(ASK_BLOBS)
            .copied()
            .collect();
        if batch.is_empty() {
            return self.go_on();
        }
        let body = wire::write(&batch).map_err(local)?;
        let max = Vec::<UploadState>::MAX_LEN;
        Ok(self.request(Method::Post, path::UPLOADS.to_owned(), vec![], body, max))
    }

    /// Reads the next piece, or publishes, or is done.
    fn go_on(&mut self) -> Result<Effect, UploadError> {
        if let Some(Missing { blob, offset, .. }) = self.missing.front().copied() {
            let len = blob.len.saturating_sub(offset).min(PIECE_LEN);
            self.phase = Phase::Read { len };
            return Ok(Effect::Read {
                blob: blob.id,
                offset,
                len,
            });
        }
        let Some(publish) = &self.publish else {
            return Ok(self.uploaded(None));
        };
        let body = wire::write(publish).map_err(local)?;
        self.phase = Phase::Publish;
        let path = path::PUBLISH.to_owned();
        Ok(self.request(Method::Post, path, vec![], body, PublishAnswer::MAX_LEN))
    }

    fn send(&mut self, bytes: Vec<u8>) -> Result<Effect, UploadError> {
        let (Phase::Read { len }, Some(missing)) = (self.phase, self.missing.front()) else {
            return Err(UploadError::Local(
                "bytes came that nobody asked for".to_owned(),
            ));
        };
        if bytes.len() as u64 != len {
            let there = bytes.len();
            return Err(UploadError::Local(format!(
                "{there} of {len} bytes are there"
            )));
        }
        let headers = vec![
            (header::UPLOAD_OFFSET, missing.offset.to_string()),
            (header::UPLOAD_LENGTH, missing.blob.len.to_string()),
        ];
        let path = path::upload(&missing.blob.id);
        self.phase = Phase::Patch;
        Ok(self.request(Method::Patch, path, headers, bytes, 0))
    }

    fn request(
        &mut self,
        method: Method,
        path: String,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        max_response: usize,
    ) -> Effect {
        self.collector = Collector::default();
        Effect::Http(Request {
            method,
            path,
            headers,
            body,
            // An error's sentence always has room.
            max_response: max_response.max(wire::ErrorBody::MAX_LEN) as u64,
        })
    }

    fn answered(&mut self, answer: &Answer) -> Result<Effect, UploadError> {
        if let Some(after) = answer.retry_after() {
            let fault = LineFault::Unreachable(format!("it is busy ({})", answer.status));
            return self.wait(fault, after);
        }
        let good = answer.is_success();
        match (self.phase, answer.status) {
            (Phase::Ask, _) if good => self.told_states(answer),
            (Phase::Head | Phase::Patch, _) if good => self.told_offset(answer),
            (Phase::Head, 404) => self.stands_at(0, false),
            (Phase::Patch, 409) => self.corrected(answer),
            (Phase::Patch, 422) => self.wrong_hash(),
            (Phase::Publish, _) if good => {
                let published = wire::parse(&answer.body).map_err(unusable)?;
                Ok(self.uploaded(Some(published)))
            }
            (Phase::Publish, 412) => Err(UploadError::NotNewest(answer.error().message)),
            // The cloud may have lost what it said it has (a restored disk): ask once more.
            (Phase::Publish, 404 | 409 | 422) if !self.asked_again => {
                self.asked_again = true;
                self.asked = 0;
                self.phase = Phase::Ask;
                self.ask()
            }
            (_, status) => {
                let wire::ErrorBody { code, message } = answer.error();
                Err(UploadError::Refused {
                    status,
                    code,
                    message,
                })
            }
        }
    }

    fn told_states(&mut self, answer: &Answer) -> Result<Effect, UploadError> {
        let states: Vec<UploadState> = wire::parse(&answer.body).map_err(unusable)?;
        let states: HashMap<BlobId, UploadState> =
            states.into_iter().map(|state| (state.id, state)).collect();
        for blob in self.blobs.iter().skip(self.asked).take(ASK_BLOBS) {
            let (offset, complete) = states
                .get(&blob.id)
                .map_or((0, false), |state| (state.offset, state.complete));
            if offset > blob.len {
                return Err(more_than_there_is());
            }
            if !complete {
                self.missing.push_back(Missing {
                    blob: *blob,
                    offset,
                    wrong_hashes: 0,
                });
            }
        }
        self.asked = self.blobs.len().min(self.asked + ASK_BLOBS);
        self.backoff.reset();
        self.ask()
    }

    fn told_offset(&mut self, answer: &Answer) -> Result<Effect, UploadError> {
        let offset = answer
            .offset()
            .ok_or_else(|| UploadError::Answer(format!("{} is missing", header::UPLOAD_OFFSET)))?;
        self.stands_at(offset, answer.says_complete())
    }

    /// The cloud has the blob at hand up to `offset`, and all of it where it is complete.
    fn stands_at(&mut self, offset: u64, complete: bool) -> Result<Effect, UploadError> {
        let was_sent = self.phase == Phase::Patch;
        let Some(missing) = self.missing.front_mut() else {
            return self.go_on();
        };
        if offset > missing.blob.len {
            return Err(more_than_there_is());
        }
        let before = std::mem::replace(&mut missing.offset, offset);
        // All bytes are there and the cloud took the last of them: it has verified them.
        let complete = complete || (was_sent && offset == missing.blob.len);
        let now = if complete { missing.blob.len } else { offset };
        self.sent += now.saturating_sub(before);
        if complete {
            self.missing.pop_front();
        }
        if complete || now > before {
            self.backoff.reset();
        } else if was_sent {
            // It took nothing of the piece.
            return self.wait(LineFault::Broken, Duration::ZERO);
        }
        self.go_on()
    }

    /// The cloud stands elsewhere than we said.
    fn corrected(&mut self, answer: &Answer) -> Result<Effect, UploadError> {
        let Some(missing) = self.missing.front_mut() else {
            return self.go_on();
        };
        match answer.offset() {
            Some(offset) if offset <= missing.blob.len && offset != missing.offset => {
                missing.offset = offset;
                // Two desks that upload one blob could correct each other for ever.
                self.backoff
                    .fault(&LineFault::Broken)
                    .map_err(UploadError::Line)?;
                self.go_on()
            }
            _ => self.wait(LineFault::Broken, Duration::ZERO),
        }
    }

    /// The cloud threw the whole blob away.
    fn wrong_hash(&mut self) -> Result<Effect, UploadError> {
        let Some(missing) = self.missing.front_mut() else {
            return self.go_on();
        };
        if missing.wrong_hashes >= MAX_WRONG_HASHES {
            return Err(UploadError::WrongHash(missing.blob.id));
        }
        missing.wrong_hashes += 1;
        missing.offset = 0;
        self.go_on()
    }

    /// Waits with full jitter and at least `at_least`, or gives up.
    fn wait(&mut self, fault: LineFault, at_least: Duration) -> Result<Effect, UploadError> {
        if self.phase == Phase::Patch {
            // Nobody here knows how much of the piece arrived.
            self.phase = Phase::Head;
        }
        let wait = self.backoff.fault(&fault).map_err(UploadError::Line)?;
        Ok(Effect::Wait(wait.max(at_least)))
    }

    fn uploaded(&self, published: Option<PublishAnswer>) -> Effect {
        Effect::Done(Ok(Uploaded {
            published,
            sent: self.sent,
        }))
    }

    fn progress(&self) -> Progress {
        let not_asked = self.blobs.iter().skip(self.asked);
        let missing = self.missing.iter().map(|missing| BlobRef {
            id: missing.blob.id,
            len: missing.blob.len.saturating_sub(missing.offset),
        });
        let lacking: Vec<BlobRef> = not_asked.copied().chain(missing).collect();
        let of_bytes = total(&self.blobs);
        Progress {
            bytes: of_bytes.saturating_sub(total(&lacking)),
            of_bytes,
            blobs: self.blobs.len().saturating_sub(lacking.len()),
            of_blobs: self.blobs.len(),
        }
    }
}

fn total(blobs: &[BlobRef]) -> u64 {
    blobs
        .iter()
        .fold(0, |sum, blob| sum.saturating_add(blob.len))
}

fn unusable(error: wire::WireError) -> UploadError {
    UploadError::Answer(error.to_string())
}

fn local(error: wire::WireError) -> UploadError {
    UploadError::Local(error.to_string())
}

fn more_than_there_is() -> UploadError {
    UploadError::Answer("it has more of a blob than there is".to_owned())
}
