//! Blobs that screens asked for, as the worker made them ready.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use hotaru_content::blob::BlobId;
use hotaru_content::drill::Drill;
use hotaru_content::shelf::Shelf;
use hotaru_content::text::Document;
use hotaru_ui::player::{PartRead, PlayerSource};

use crate::study::Problem;
use crate::worker::{Command, Loaded, Wanted, Worker};

/// Bytes of blobs that are kept for coming back to a material.
const MAX_BYTES: usize = 48 << 20;

/// How a blob stands.
#[derive(Debug, Clone)]
enum State {
    Asked,
    Here(Loaded),
    Failed { code: String, detail: String },
}

/// How a blob that was asked for stands.
#[derive(Debug)]
pub enum Resource<T> {
    /// It is on its way from the shelf.
    Coming,
    /// It is here.
    Here(T),
    /// It cannot be shown.
    Failed {
        /// The problem's key.
        code: String,
        /// Its English sentence.
        detail: String,
    },
}

/// Blobs by name.
#[derive(Debug, Default)]
pub struct Resources {
    states: HashMap<BlobId, State>,
    bytes: usize,
    /// Where recordings were left, in milliseconds, by their first part.
    left_at: HashMap<BlobId, u64>,
}

impl Resources {
    /// A lesson's text.
    pub fn text(&mut self, worker: &Worker, id: BlobId) -> Resource<Arc<Document>> {
        self.get(worker, id, Wanted::Text, |loaded| match loaded {
            Loaded::Text(text) => Some(Arc::clone(text)),
            _ => None,
        })
    }

    /// A drill.
    pub fn drill(&mut self, worker: &Worker, id: BlobId) -> Resource<Arc<Drill>> {
        self.get(worker, id, Wanted::Drill, |loaded| match loaded {
            Loaded::Drill(drill) => Some(Arc::clone(drill)),
            _ => None,
        })
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, worker: &Worker, id: BlobId) -> Resource<Arc<[u8]>> {
        self.get(worker, id, Wanted::Bytes, |loaded| match loaded {
            Loaded::Bytes(bytes) => Some(Arc::clone(bytes)),
            _ => None,
        })
    }

    fn get<T>(
        &mut self,
        worker: &Worker,
        id: BlobId,
        wanted: Wanted,
        pick: impl Fn(&Loaded) -> Option<T>,
    ) -> Resource<T> {
        match self.states.get(&id) {
            Some(State::Here(loaded)) => {
                if let Some(resource) = pick(loaded) {
                    return Resource::Here(resource);
                }
                // The same blob is wanted as something else now.
            }
            Some(State::Asked) => return Resource::Coming,
            Some(State::Failed { code, detail }) => {
                return Resource::Failed {
                    code: code.clone(),
                    detail: detail.clone(),
                };
            }
            None => {}
        }
        self.states.insert(id, State::Asked);
        worker.send(Command::Load { id, wanted });
        Resource::Coming
    }

    /// What the worker sent.
    pub(super) fn take(&mut self, id: BlobId, loaded: Result<Loaded, Problem>) {
        let state = match loaded {
            Ok(loaded) => {
                if let Loaded::Bytes(bytes) = &loaded {
                    self.bytes += bytes.len();
                }
                State::Here(loaded)
            }
            Err(problem) => State::Failed {
                code: problem.code().to_owned(),
                detail: problem.to_string(),
            },
        };
        if self.bytes > MAX_BYTES {
            // What is in view is asked for again at the next frame.
            self.states.clear();
            self.bytes = 0;
        }
        self.states.insert(id, state);
    }

    /// Where a recording was left, in milliseconds; 0 for one that was not begun.
    #[must_use]
    pub fn recording_at(&self, first_part: BlobId) -> u64 {
        self.left_at.get(&first_part).copied().unwrap_or(0)
    }

    /// Remembers where a recording stands.
    pub fn keep_recording_at(&mut self, first_part: BlobId, at_ms: u64) {
        self.left_at.insert(first_part, at_ms);
    }

    /// Forgets what failed, so that it is tried again: something new has arrived.
    pub fn retry_failed(&mut self) {
        self.states
            .retain(|_, state| !matches!(state, State::Failed { .. }));
    }
}

/// A recording on the shelf: its parts are unsealed as they are read, on the player's
/// threads.
#[derive(Clone)]
pub struct ShelfRecording {
    shelf: Shelf,
    parts: Vec<BlobId>,
}

impl ShelfRecording {
    /// A recording of these parts.
    #[must_use]
    pub fn new(shelf: Shelf, parts: Vec<BlobId>) -> Self {
        Self { shelf, parts }
    }
}

impl PlayerSource for ShelfRecording {
    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn open(&self, index: usize) -> io::Result<Box<dyn PartRead>> {
        let id = self.parts.get(index).ok_or(io::ErrorKind::NotFound)?;
        let reader = self.shelf.blob_reader(id).map_err(io::Error::other)?;
        Ok(Box::new(io::BufReader::with_capacity(64 * 1024, reader)))
    }
}
