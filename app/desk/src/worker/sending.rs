//! One lesson under way to the school, on a thread of its own.

use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use hotaru_content::id::JobId;
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::outbox::Outbox;
use hotaru_sync::upload::Progress;

use super::Message;
use crate::account::Account;
use crate::line::Line;
use crate::outgoing::send;
use crate::problem::Problem;

/// A lesson under way.
pub(super) struct Sending {
    pub(super) job: JobId,
    pub(super) progress: Progress,
    cancel: Cancel,
    thread: JoinHandle<()>,
}

impl Sending {
    pub(super) fn start(
        account: Account,
        outbox: Outbox,
        job: JobId,
        tell: Sender<Message>,
    ) -> Result<Self, Problem> {
        let cancel = Cancel::default();
        let stop = cancel.clone();
        let thread = std::thread::Builder::new()
            .name("sending".to_owned())
            .spawn(move || {
                let mut progress = |progress| {
                    // The room is gone only when the program ends.
                    let _ = tell.send(Message::SendProgress(job, progress));
                };
                let sent = Line::open(&account)
                    .and_then(|line| send(&line, &outbox, job, &mut progress, &stop));
                let _ = tell.send(Message::SendDone(job, sent.map(drop)));
            })
            .map_err(|error| Problem::Machine(error.to_string()))?;
        Ok(Self {
            job,
            progress: Progress::default(),
            cancel,
            thread,
        })
    }

    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    pub(super) fn join(self) {
        let _ = self.thread.join();
    }
}
