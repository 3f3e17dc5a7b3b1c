//! The thread that owns the shelf.
//!
//! The window sends [`Command`]s and reads the newest [`Snapshot`]; nothing that it does
//! waits for a disk or a line. What a snapshot does not carry (a lesson's text, a photo)
//! is asked for by [`Command::Load`] and comes as a [`Reply`].

mod checking;
mod command;
mod erasing;
mod load;
mod snapshot;
mod syncing;
mod upkeep;

pub use checking::CheckState;
pub use command::{Command, Loaded, Reply, Secret, UnlockWith, Wanted};
pub use snapshot::{LessonCard, Line, LineState, Snapshot, Stage};

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hotaru_content::shelf::{OpenFinding, OpenOptions, OpenReport, Shelf};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, SignIn};
use hotaru_sync::terminal::SyncReport;

use crate::study::{Erasure, Problem, Settings, Study, unconfirmed};
use checking::{CheckDone, Checking};
use erasing::{Erasing, Then};
use syncing::{SyncDone, Syncing};
use upkeep::Upkeep;

/// The time between syncs that nobody asked for.
const SYNC_EVERY: Duration = Duration::from_secs(15 * 60);
/// How long after an answer it is sent: more answers usually follow.
const SYNC_AFTER_STUDY: Duration = Duration::from_secs(20);

/// Told whenever there is something new to draw.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What the thread is told, by the window, by a sync or by a check.
enum Message {
    Command(Command),
    SyncProgress(hotaru_sync::terminal::Progress),
    SyncDone(Box<SyncDone>),
    CheckProgress { done: u64, all: u64 },
    CheckDone(Box<CheckDone>),
}

/// The window's end.
pub struct Worker {
    commands: Sender<Message>,
    snapshot: Arc<Mutex<Arc<Snapshot>>>,
    replies: Receiver<Reply>,
    shelf: Arc<Mutex<Option<Shelf>>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// How a worker is started.
#[derive(Clone)]
pub struct WorkerOptions {
    /// The profile.
    pub profile: PathBuf,
    /// How its shelf is opened.
    pub open: OpenOptions,
    /// A package of lessons to fill an empty profile with: the sample class.
    pub sample: Option<PathBuf>,
    /// Whether it syncs by itself; tests ask for each one.
    pub sync_by_itself: bool,
    /// How the line is used.
    pub line: LineOptions,
}

impl Worker {
    /// Starts the thread. The first snapshots say that it is opening.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(options: WorkerOptions, wake: Wake) -> Result<Self, Problem> {
        let (commands, inbox) = channel();
        let (outbox, replies) = channel();
        let snapshot = Arc::new(Mutex::new(Arc::new(Snapshot::opening())));
        let shelf = Arc::new(Mutex::new(None));
        let publisher = Publisher {
            snapshot: Arc::clone(&snapshot),
            shelf: Arc::clone(&shelf),
            outbox,
            wake,
        };
        let to_self = commands.clone();
        let thread = std::thread::Builder::new()
            .name("shelf".to_owned())
            .spawn(move || run(&options, &inbox, &to_self, &publisher))
            .map_err(|error| Problem::Machine(error.to_string()))?;
        Ok(Self {
            commands,
            snapshot,
            replies,
            shelf,
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

    /// The shelf, for threads that read a recording as it plays; never for the window's.
    #[must_use]
    pub fn media(&self) -> Option<Shelf> {
        self.shelf
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.send(Command::Quit);
        if let Some(thread) = self.thread.take() {
            // What was confirmed is on the disk already; this lets the store close cleanly.
            let _ = thread.join();
        }
    }
}

/// The thread's end.
struct Publisher {
    snapshot: Arc<Mutex<Arc<Snapshot>>>,
    shelf: Arc<Mutex<Option<Shelf>>>,
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
    let mut begins_anew = false;
    let mut opened = open(options);
    loop {
        let (study, report) = match opened {
            Ok(opened) => opened,
            Err(problem) => {
                publisher.publish(Snapshot::failed(&problem));
                // The window shows why; it is closed, or the program started again.
                while !matches!(inbox.recv(), Ok(Message::Command(Command::Quit)) | Err(_)) {}
                return;
            }
        };
        let mut erasing = Erasing {
            options,
            inbox,
            publisher,
            settings: Settings::of(&study.shelf().identity()),
        };
        let is_empty = study.pupil().is_none() && !begins_anew;
        let then = match unconfirmed(&options.profile).filter(|_| is_empty) {
            // An earlier erasure that the school has not heard of.
            Some(certificate) => {
                drop(study);
                erasing.tell(Some(certificate))
            }
            None => match work(options, inbox, to_self, publisher, study, report) {
                Some((erasure, settings)) => {
                    erasing.settings = settings;
                    erasing.carry_out(&erasure)
                }
                None => Then::Quit,
            },
        };
        opened = match then {
            Then::Quit => return,
            Then::Back(study, problem) => {
                publisher.reply(Reply::Failed(problem));
                Ok(*study)
            }
            Then::Anew => {
                begins_anew = true;
                open(options)
            }
        };
    }
}

/// Works with an open profile until the program ends, or until it is to be erased: then the
/// erasure, and the settings that the profile had.
fn work(
    options: &WorkerOptions,
    inbox: &Receiver<Message>,
    to_self: &Sender<Message>,
    publisher: &Publisher,
    study: Study,
    report: OpenReport,
) -> Option<(Erasure, Settings)> {
    *publisher
        .shelf
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = Some(study.shelf().clone());
    let mut room = Room {
        study,
        findings: report.findings,
        syncing: None,
        upkeep: None,
        checking: None,
        check: CheckState::Unasked,
        line: LineState::Resting,
        next_sync: None,
        erasure: None,
        options,
        to_self,
        publisher,
    };
    room.obey(None);
    room.settle();
    if options.sync_by_itself {
        room.next_sync = Some(Instant::now());
    }
    while room.erasure.is_none() {
        let message = match room.next_sync {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match message {
            Ok(Message::Command(Command::Quit)) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(message) => room.take(message),
            Err(RecvTimeoutError::Timeout) => room.start_sync(),
        }
    }
    let erasure = room.erasure.take();
    let settings = Settings::of(&room.study.shelf().identity());
    room.close();
    erasure.map(|erasure| (erasure, settings))
}

fn open(options: &WorkerOptions) -> Result<(Study, OpenReport), Problem> {
    let (mut study, report) = Study::open_with(&options.profile, &options.open)?;
    if let (Some(sample), None) = (&options.sample, study.pupil()) {
        study.fill_with(sample)?;
    }
    Ok((study, report))
}

/// The thread's state.
struct Room<'a> {
    study: Study,
    findings: Vec<OpenFinding>,
    syncing: Option<Syncing>,
    upkeep: Option<Upkeep>,
    checking: Option<Checking>,
    check: CheckState,
    line: LineState,
    next_sync: Option<Instant>,
    /// Once it is agreed to, everything else ends.
    erasure: Option<Erasure>,
    options: &'a WorkerOptions,
    to_self: &'a Sender<Message>,
    publisher: &'a Publisher,
}

impl Room<'_> {
    fn take(&mut self, message: Message) {
        match message {
            Message::Command(command) => self.command(command),
            Message::SyncProgress(progress) => {
                let lessons_changed = progress.stored;
                self.line = LineState::Syncing(progress);
                if lessons_changed {
                    self.settle();
                } else {
                    self.publish();
                }
            }
            Message::SyncDone(done) => self.sync_done(*done),
            Message::CheckProgress { done, all } => {
                if self.checking.is_some() {
                    self.check = CheckState::Running { done, all };
                    self.publish();
                }
            }
            Message::CheckDone(done) => self.check_done(*done),
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Quit => {}
            Command::Load { id, wanted } => {
                let loaded = load::load(&self.study, &id, wanted);
                self.publisher.reply(Reply::Loaded { id, loaded });
            }
            Command::Record(fact) => {
                let result = self.study.record(&fact);
                self.studied(result.is_ok());
                if let Err(problem) = result {
                    self.publisher.reply(Reply::Failed(problem));
                }
            }
            Command::DeclarePaper { study, photo } => {
                let result = self.study.declare_paper(study, photo.as_deref());
                self.studied(result.is_ok());
                let result = result.map(drop);
                self.publisher.reply(Reply::PaperDeclared(result));
            }
            Command::Answer {
                ask,
                response,
                took_ms,
            } => {
                let result = self.study.answer(&ask, response, took_ms);
                self.studied(result.is_ok());
                self.publisher.reply(match result {
                    Ok(answer) => Reply::Answered { ask, answer },
                    Err(problem) => Reply::NotAnswered { ask, problem },
                });
            }
            Command::Join { cloud, sign_in } => self.join(&cloud, &sign_in),
            Command::Select(pupil) => {
                let result = self.study.select(&pupil);
                self.report(result);
                self.settle();
            }
            Command::Unlock(with) => {
                let result = match with {
                    UnlockWith::Secret(secret) => self.study.unlock(&secret.0),
                    UnlockWith::Code(code) => self.study.unlock_by_code(&code.0),
                };
                self.publisher.reply(Reply::Unlocked(result));
                self.settle();
            }
            Command::SetLock(chosen) => {
                let result = match chosen {
                    Some((kind, secret)) => self.study.set_lock(kind, &secret.0),
                    None => self.study.remove_lock(),
                };
                self.publisher.reply(Reply::LockSet(result));
                self.publish();
            }
            Command::LockNow => {
                self.study.lock_now();
                self.settle();
            }
            Command::Set(settings) => {
                let last_pupil = Settings::of(&self.study.shelf().identity()).last_pupil;
                let result = Settings::change(self.study.shelf(), |old| {
                    *old = Settings {
                        last_pupil,
                        ..settings
                    };
                });
                self.report(result.map(drop));
                self.publish();
            }
            Command::Sync => self.start_sync(),
            Command::StopSync => {
                if let Some(syncing) = &self.syncing {
                    syncing.cancel();
                }
            }
            Command::CheckUp { repair } => self.start_check(repair),
            Command::StopCheck => {
                if let Some(checking) = &self.checking {
                    checking.cancel();
                }
            }
            Command::Erase { lose_unsent } => {
                match self.study.erasure(&self.options.profile, lose_unsent) {
                    Ok(erasure) => self.erasure = Some(erasure),
                    Err(problem) => self.publisher.reply(Reply::Failed(problem)),
                }
            }
            // They mean something once there is nothing left.
            Command::ConfirmErasure | Command::BeginAnew => {}
            Command::DismissFindings => {
                self.findings.clear();
                self.publish();
            }
        }
    }

    /// After a fact was added: draws it, and sends it soon.
    fn studied(&mut self, added: bool) {
        if added && self.options.sync_by_itself {
            let soon = Instant::now() + SYNC_AFTER_STUDY;
            self.next_sync = Some(self.next_sync.map_or(soon, |at| at.min(soon)));
        }
        self.publish();
    }

    fn report(&self, result: Result<(), Problem>) {
        if let Err(problem) = result {
            self.publisher.reply(Reply::Failed(problem));
        }
    }

    fn join(&mut self, cloud: &str, sign_in: &SignIn) {
        // A join is short and nothing else can be done before it; it has its own timeouts.
        let result = self
            .study
            .join(cloud, sign_in, &self.options.line, &Cancel::default());
        let joined = result.is_ok();
        self.publisher.reply(Reply::Joined(result.map(drop)));
        self.settle();
        if joined {
            self.start_sync();
        }
    }

    fn start_sync(&mut self) {
        self.next_sync = self
            .options
            .sync_by_itself
            .then(|| Instant::now() + SYNC_EVERY);
        if self.syncing.is_some() || self.study.shelf().identity().cloud.is_none() {
            return;
        }
        let shelf = self.study.shelf().clone();
        let (profile, line) = (self.options.profile.clone(), self.options.line.clone());
        match Syncing::start(shelf, profile, line, self.to_self.clone()) {
            Ok(syncing) => {
                self.syncing = Some(syncing);
                self.line = LineState::Calling;
            }
            Err(problem) => self.line = LineState::failed(&problem),
        }
        self.publish();
    }

    fn sync_done(&mut self, done: SyncDone) {
        if let Some(syncing) = self.syncing.take() {
            syncing.join();
        }
        if let Ok(report) = &done {
            self.obey(Some(report));
        }
        self.line = match done {
            Ok(report) => LineState::Synced {
                report: Arc::new(report),
                wall_ms: self.study.now().wall_ms,
            },
            Err(problem) => LineState::failed(&problem),
        };
        let expired = self.study.expire().map(drop);
        self.report(expired);
        self.settle();
        // Now that lessons have come and gone.
        if self.upkeep.as_ref().is_none_or(Upkeep::is_done) {
            self.upkeep = Upkeep::start(self.study.shelf().clone());
        }
    }

    /// Agrees to the erasure that the school ordered, where it is due.
    fn obey(&mut self, report: Option<&SyncReport>) {
        match self.study.ordered_erasure(&self.options.profile, report) {
            Ok(erasure) => self.erasure = erasure,
            Err(problem) => self.publisher.reply(Reply::Failed(problem)),
        }
    }

    fn start_check(&mut self, repair: bool) {
        if self.checking.is_some() {
            return;
        }
        match Checking::start(self.study.shelf().clone(), repair, self.to_self.clone()) {
            Ok(checking) => {
                self.checking = Some(checking);
                self.check = CheckState::Running { done: 0, all: 0 };
            }
            Err(problem) => self.check = check_failed(&problem),
        }
        self.publish();
    }

    fn check_done(&mut self, done: CheckDone) {
        if let Some(checking) = self.checking.take() {
            checking.join();
        }
        let CheckDone { result, repaired } = done;
        self.check = match result {
            Ok(checkup) => CheckState::Done {
                checkup: Arc::new(checkup),
                repaired,
            },
            Err(problem) => check_failed(&problem),
        };
        self.settle();
        if repaired {
            // What was dropped is fetched again where there is a line.
            self.start_sync();
        }
    }

    /// Folds again, since lessons or pupils changed, and draws.
    fn settle(&mut self) {
        let folded = self.study.fold_progress();
        self.report(folded);
        self.publish();
    }

    fn publish(&self) {
        match Snapshot::of(&self.study, &self.findings, &self.line, &self.check) {
            Ok(snapshot) => self.publisher.publish(snapshot),
            Err(problem) => self.publisher.reply(Reply::Failed(problem)),
        }
    }

    fn close(mut self) {
        if let Some(upkeep) = self.upkeep.take() {
            upkeep.stop();
        }
        if let Some(checking) = self.checking.take() {
            checking.cancel();
            checking.join();
        }
        if let Some(syncing) = self.syncing.take() {
            syncing.cancel();
            syncing.join();
        }
        *self
            .publisher
            .shelf
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn check_failed(problem: &Problem) -> CheckState {
    CheckState::Failed {
        code: problem.code().to_owned(),
        detail: problem.to_string(),
    }
}
