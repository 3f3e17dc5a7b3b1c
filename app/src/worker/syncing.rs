//! One sync under way, on a thread of its own: answers are saved meanwhile.

use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use hotaru_content::shelf::Shelf;
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, sync_once};
use hotaru_sync::terminal::{Progress, SyncReport};

use super::Message;
use crate::study::{Problem, confirm};

/// What came of a sync.
pub(super) type SyncDone = Result<SyncReport, Problem>;

/// A running sync.
pub(super) struct Syncing {
    cancel: Cancel,
    thread: JoinHandle<()>,
}

impl Syncing {
    pub(super) fn start(
        shelf: Shelf,
        profile: PathBuf,
        line: LineOptions,
        tell: Sender<Message>,
    ) -> Result<Self, Problem> {
        let cancel = Cancel::default();
        let cancelled = cancel.clone();
        let thread = std::thread::Builder::new()
            .name("sync".to_owned())
            .spawn(move || {
                let mut progress = |progress: &Progress| {
                    // The room is gone only when the program ends.
                    let _ = tell.send(Message::SyncProgress(progress.clone()));
                };
                let done = sync_once(&shelf, &line, &mut progress, &cancelled);
                if done.is_ok() {
                    // An erasure before this class that the school has not heard of; where it
                    // does not now, it does after the next sync.
                    let _ = confirm(&profile, &line);
                }
                let _ = tell.send(Message::SyncDone(Box::new(done.map_err(Problem::from))));
            })
            .map_err(|error| Problem::Machine(error.to_string()))?;
        Ok(Self { cancel, thread })
    }

    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    pub(super) fn join(self) {
        let _ = self.thread.join();
    }
}
