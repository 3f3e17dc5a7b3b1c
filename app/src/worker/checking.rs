//! One check of the profile under way, on a thread of its own: answers are saved meanwhile.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hotaru_content::shelf::{Checkup, Shelf};
use hotaru_sync::client::cancel::Cancel;

use super::Message;
use crate::study::Problem;

/// How often the window hears how far a check is.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// What is known of the profile's soundness.
#[derive(Debug, Clone, Default)]
pub enum CheckState {
    /// Nobody asked since the start.
    #[default]
    Unasked,
    /// It is being read.
    Running {
        /// Bytes read.
        done: u64,
        /// Bytes to be read.
        all: u64,
    },
    /// It was read.
    Done {
        /// What was found.
        checkup: Arc<Checkup>,
        /// Whether it was repaired as well.
        repaired: bool,
    },
    /// It could not be read; nothing was changed.
    Failed {
        /// The problem's key.
        code: String,
        /// Its English sentence.
        detail: String,
    },
}

/// What came of a check, and whether it was a repair.
pub(super) struct CheckDone {
    pub result: Result<Checkup, Problem>,
    pub repaired: bool,
}

/// A running check.
pub(super) struct Checking {
    cancel: Cancel,
    thread: JoinHandle<()>,
}

impl Checking {
    pub(super) fn start(
        shelf: Shelf,
        repair: bool,
        tell: Sender<Message>,
    ) -> Result<Self, Problem> {
        let cancel = Cancel::default();
        let cancelled = cancel.clone();
        let thread = std::thread::Builder::new()
            .name("check".to_owned())
            .spawn(move || {
                let mut told = Instant::now();
                let mut watch = |done: u64, all: u64| {
                    if told.elapsed() > TELL_EVERY {
                        told = Instant::now();
                        // The room is gone only when the program ends.
                        let _ = tell.send(Message::CheckProgress { done, all });
                    }
                    !cancelled.is_cancelled()
                };
                let result = shelf.check_up(repair, &mut watch).map_err(Problem::from);
                let repaired = repair;
                let _ = tell.send(Message::CheckDone(Box::new(CheckDone { result, repaired })));
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
