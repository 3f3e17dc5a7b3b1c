//! The thread that owns the outbox and the draft.
//!
//! The window sends [`Command`]s and reads the newest [`Snapshot`]; nothing that it does
//! waits for a disk, a line or a conversion. Each of those has a thread of its own, which
//! tells this one what came of it.

mod asking;
mod command;
pub(crate) mod door;
pub mod files;
mod room;
mod sending;
mod snapshot;

pub use command::{Command, Credentials, Form, Reply, Secret};
pub use files::{FileCard, FileId, FileState};
pub use snapshot::{Fetched, JobCard, JobState, LessonPage, PupilPage, Snapshot, Stage, Trouble};

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hotaru_content::clock::school_day;
use hotaru_content::id::JobId;
use hotaru_publish::{Prepared, PublishError};

use crate::account::Account;
use crate::outgoing::now_ms;
use crate::problem::Problem;
use room::Room;

/// How long a push can be undone, in milliseconds, as the window shows it.
pub const UNDO_MS: i64 = 10_000;

/// Told whenever there is something new to draw.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What the thread is told.
enum Message {
    Command(Command),
    /// A question's answer, with the number of the account that it was asked for.
    Answer(u64, Box<asking::Answer>),
    /// What came of a knock at a school, with its number.
    Door(u64, Box<door::Opened>),
    /// Where the browser is to go, with the number of the knock.
    Browser(u64, String),
    Preparing(FileId, hotaru_publish::Progress),
    Prepared(FileId, Result<Box<Prepared>, PublishError>),
    SendProgress(JobId, hotaru_sync::upload::Progress),
    SendDone(JobId, Result<(), Problem>),
}

/// How a worker is started.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// The desk's directory.
    pub data: PathBuf,
    /// The account, where the command line named one; else the one that was saved.
    pub account: Option<Account>,
    /// A PEM file of a school's own certificate authority, for signing in.
    pub ca: Option<PathBuf>,
    /// How long a push can be undone, in milliseconds: [`UNDO_MS`] for people.
    pub undo_ms: i64,
}

impl WorkerOptions {
    /// A desk in a directory, with the account that was saved there.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>) -> Self {
        let (account, ca) = (None, None);
        Self {
            data: data.into(),
            account,
            ca,
            undo_ms: UNDO_MS,
        }
    }
}

/// The window's end.
pub struct Worker {
    commands: Sender<Message>,
    snapshot: Arc<Mutex<Arc<Snapshot>>>,
    replies: Receiver<Reply>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread. The first snapshots say that it is opening.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(options: WorkerOptions, wake: Wake) -> Result<Self, Problem> {
        let (commands, inbox) = channel();
        let (outbox, replies) = channel();
        let snapshot = Arc::new(Mutex::new(Arc::new(Snapshot::opening(
            school_day(now_ms()),
        ))));
        let publisher = Publisher {
            snapshot: Arc::clone(&snapshot),
            outbox,
            wake,
        };
        let to_self = commands.clone();
        let thread = std::thread::Builder::new()
            .name("desk".to_owned())
            .spawn(move || run(&options, &inbox, &to_self, &publisher))
            .map_err(|error| Problem::Machine(error.to_string()))?;
        Ok(Self {
            commands,
            snapshot,
            replies,
            thread: Some(thread),
        })
    }

    /// What is to be drawn.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks for something to be done.
    pub fn send(&self, command: Command) {
        // A worker that has ended says so in its last snapshot.
        let _ = self.commands.send(Message::Command(command));
    }

    /// The next answer to a command, if one has come.
    #[must_use]
    pub fn reply(&self) -> Option<Reply> {
        self.replies.try_recv().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.send(Command::Quit);
        if let Some(thread) = self.thread.take() {
            // What is in the outbox is on the disk; this lets requests end in order.
            let _ = thread.join();
        }
    }
}

/// The thread's end.
struct Publisher {
    snapshot: Arc<Mutex<Arc<Snapshot>>>,
    outbox: Sender<Reply>,
    wake: Wake,
}

impl Publisher {
    fn publish(&self, snapshot: Snapshot) {
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        (self.wake)();
    }

    fn reply(&self, reply: Reply) {
        let _ = self.outbox.send(reply);
        (self.wake)();
    }
}

fn run(
    options: &WorkerOptions,
    inbox: &Receiver<Message>,
    to_self: &Sender<Message>,
    publisher: &Publisher,
) {
    let mut room = match Room::open(options, to_self, publisher) {
        Ok(room) => room,
        Err(problem) => {
            let stage = Stage::Failed(Trouble::from(&problem));
            publisher.publish(Snapshot {
                stage,
                ..Snapshot::opening(school_day(now_ms()))
            });
            // The window shows why; it is closed, or the program started again.
            while !matches!(inbox.recv(), Ok(Message::Command(Command::Quit)) | Err(_)) {}
            return;
        }
    };
    loop {
        let message = match room.next_turn() {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match message {
            Ok(Message::Command(Command::Quit)) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(message) => room.take(message),
            Err(RecvTimeoutError::Timeout) => {}
        }
        room.turn();
    }
    room.close();
}
