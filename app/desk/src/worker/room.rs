//! The thread's state: account, draft, outbox, and what the school told.

mod door;
mod outgoing;
mod school;

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use hotaru_content::clock::school_day;
use hotaru_content::id::{ClassId, JobId, LessonId};
use hotaru_content::lesson::Revision;
use hotaru_sync::client::outbox::Outbox;
use hotaru_ui::look::Look;
use serde::{Deserialize, Serialize};

use super::asking::{Ask, Asker};
use super::door::Door;
use super::files::{Files, KeptFile, Taken};
use super::sending::Sending;
use super::snapshot::{JobState, LessonPage, PupilPage, Snapshot, Stage, Trouble};
use super::{Command, Form, Message, Publisher, Reply, WorkerOptions};
use crate::account::{Account, Folder};
use crate::outgoing::now_ms;
use crate::problem::Problem;

/// A push is held a little longer than it can be undone on the screen, so that a press in
/// the last moment is in time.
const GRACE_MS: i64 = 500;
/// How long what failed waits before it is tried again; it doubles each time.
const RETRY_FIRST: Duration = Duration::from_secs(15);
const RETRY_LONGEST: Duration = Duration::from_secs(5 * 60);
/// Where the draft is kept over a restart.
const DRAFT_FILE: &str = "draft.json";

/// The draft as it is kept over a restart.
#[derive(Serialize, Deserialize)]
struct KeptDraft {
    form: Form,
    previous: Option<Revision>,
    files: Vec<KeptFile>,
}

/// A lesson that was pushed and can still be taken back.
struct Pushed {
    job: JobId,
    form: Form,
    previous: Option<Revision>,
    files: Taken,
}

/// The lesson that is being sent.
struct UnderWay {
    lesson: LessonId,
    title: String,
    classes: Vec<ClassId>,
}

pub(super) struct Room<'a> {
    folder: Folder,
    outbox: Outbox,
    account: Option<Account>,
    look: Look,
    asker: Option<Asker>,
    /// Answers of an earlier account's asker are passed over.
    asker_number: u64,
    candidate: Option<(Account, Asker)>,
    door: Option<Door>,
    /// How to sign in where the window stands; the address as it was asked for.
    ways: Option<(String, Door)>,
    /// Of the last knock, at either.
    door_number: u64,
    files: Files,
    form: Form,
    previous: Option<Revision>,
    pushed: Option<Pushed>,
    sending: Option<Sending>,
    /// The number of the account that it was begun for.
    sending_number: u64,
    under_way: Option<UnderWay>,
    /// Taken back while it was under way.
    undone: Option<JobId>,
    troubles: BTreeMap<JobId, Trouble>,
    next_try: Option<Instant>,
    wait: Duration,
    shown: Snapshot,
    options: &'a WorkerOptions,
    to_self: &'a Sender<Message>,
    publisher: &'a Publisher,
}

impl<'a> Room<'a> {
    pub(super) fn open(
        options: &'a WorkerOptions,
        to_self: &'a Sender<Message>,
        publisher: &'a Publisher,
    ) -> Result<Self, Problem> {
        let folder = Folder::open(&options.data)?;
        let outbox = Outbox::open(folder.outbox())?;
        let account = match &options.account {
            Some(account) => Some(account.clone()),
            None => folder.account()?,
        };
        let look = folder.look();
        let mut room = Self {
            files: Files::new(to_self.clone()),
            form: Form::default(),
            previous: None,
            pushed: None,
            sending: None,
            sending_number: 0,
            under_way: None,
            undone: None,
            troubles: BTreeMap::new(),
            next_try: None,
            wait: RETRY_FIRST,
            shown: Snapshot::opening(school_day(now_ms())),
            asker: None,
            asker_number: 0,
            candidate: None,
            door: None,
            ways: None,
            door_number: 0,
            account: None,
            look,
            folder,
            outbox,
            options,
            to_self,
            publisher,
        };
        // A draft that cannot be read is no reason not to work.
        if let Ok(Some(kept)) = room.folder.read::<KeptDraft>(DRAFT_FILE) {
            room.form = kept.form;
            room.previous = kept.previous;
            room.files.restore(kept.files);
            room.publisher.reply(Reply::Form(room.form.clone()));
        }
        match account {
            Some(account) if account.is_signed_in() => room.sign_in_as(account),
            Some(account) => {
                room.account = Some(account);
                room.shown.stage = Stage::SignedOut { over: false };
            }
            None => {}
        }
        room.turn();
        Ok(room)
    }

    /// When something is to be done by itself.
    pub(super) fn next_turn(&self) -> Option<Instant> {
        if self.sending.is_some() || self.asker.is_none() {
            return None;
        }
        let now = now_ms();
        let held = self.shown.jobs.iter().filter_map(|job| match job.state {
            JobState::Held(until_ms) => {
                let left = u64::try_from(until_ms.saturating_sub(now)).unwrap_or(0);
                Some(Instant::now() + Duration::from_millis(left))
            }
            _ => None,
        });
        held.chain(self.next_try).min()
    }

    /// Sends what is to be sent, and draws.
    pub(super) fn turn(&mut self) {
        self.send_next();
        self.publish();
    }

    pub(super) fn take(&mut self, message: Message) {
        match message {
            Message::Command(command) => self.command(command),
            Message::Answer(number, answer) => self.answer(number, *answer),
            Message::Door(number, opened) => self.door_opened(number, *opened),
            Message::Browser(number, address) => self.browser(number, address),
            Message::Preparing(file, progress) => self.files.progress(file, progress),
            Message::Prepared(file, result) => self.files.prepared(file, result),
            Message::SendProgress(job, progress) => {
                if let Some(sending) = self.sending.as_mut().filter(|sending| sending.job == job) {
                    sending.progress = progress;
                }
            }
            Message::SendDone(job, result) => self.sent(job, result),
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Quit => {}
            Command::SignIn { cloud, as_whom } => self.sign_in(&cloud, as_whom),
            Command::SetUp {
                cloud,
                setup,
                passphrase,
            } => self.set_up(&cloud, &setup, passphrase),
            Command::Confirm { cloud, setup, code } => self.confirm(&cloud, &setup, &code),
            Command::AskWays { cloud } => self.ask_ways(cloud),
            Command::StopSignIn => self.door = None,
            Command::SignOut => self.sign_out(),
            Command::RenewCode(class) => {
                self.ask(Ask::RenewCode(class));
            }
            Command::CloseCode(class) => {
                self.ask(Ask::CloseCode(class));
            }
            Command::LoadSchool => self.load_school(),
            Command::LoadTerminals => self.load_terminals(),
            Command::OrderErase { id, at_once } => {
                let terminal = id;
                self.ask(Ask::OrderErase { terminal, at_once });
            }
            Command::WithdrawErase(terminal) => {
                self.ask(Ask::WithdrawErase(terminal));
            }
            Command::FileCertificate { terminal, path } => {
                self.ask(Ask::FileCertificate(terminal, path));
            }
            Command::LoadLessons(class) => self.load_lessons(class),
            Command::LoadLesson(lesson) => {
                let page = match self.shown.page.take() {
                    Some(page) if page.lesson == lesson => page,
                    _ => LessonPage {
                        lesson,
                        receipts: Default::default(),
                        answers: Default::default(),
                        drills: BTreeMap::new(),
                    },
                };
                let mut page = page;
                page.receipts.coming = self.ask(Ask::Lesson(lesson));
                page.answers.coming = page.receipts.coming;
                self.shown.page = Some(page);
            }
            Command::LoadPupil(pupil) => {
                let mut page = match self.shown.pupil.take() {
                    Some(page) if page.pupil == pupil => page,
                    _ => PupilPage {
                        pupil,
                        page: Default::default(),
                    },
                };
                page.page.coming = self.ask(Ask::Pupil(pupil));
                self.shown.pupil = Some(page);
            }
            Command::ForgetPupil => self.shown.pupil = None,
            Command::Add(paths) => {
                self.files.add(paths);
                self.keep_draft();
            }
            Command::AddLink { url } => {
                self.files.add_link(url);
                self.keep_draft();
            }
            Command::Rename { file, title } => {
                self.files.rename(file, title);
                self.keep_draft();
            }
            Command::Move { file, up } => {
                self.files.shift(file, up);
                self.keep_draft();
            }
            Command::Remove(file) => {
                self.files.remove(file);
                self.keep_draft();
            }
            Command::KeepForm(form) => {
                self.form = form;
                self.keep_draft();
            }
            Command::ClearDraft => {
                self.files.clear();
                self.previous = None;
                self.form = Form::default();
                self.keep_draft();
                self.publisher.reply(Reply::Form(Form::default()));
            }
            Command::Push { form, title } => {
                if let Err(problem) = self.push(form, title) {
                    self.publisher.reply(Reply::Failed(problem));
                }
            }
            Command::Undo(job) => self.undo(job),
            Command::Send => {
                self.next_try = None;
                self.wait = RETRY_FIRST;
                self.troubles.clear();
            }
            Command::Retry(job) => {
                let done = self.outbox.retry(job).map_err(Problem::from);
                self.troubles.remove(&job);
                self.next_try = None;
                self.report(done);
            }
            Command::Discard(job) => {
                let done = self.outbox.remove(job).map_err(Problem::from);
                self.troubles.remove(&job);
                self.report(done);
            }
            Command::Replace { class, document } => {
                self.ask(Ask::Document { class, document });
            }
            Command::Withdraw(lesson) => {
                self.ask(Ask::Withdraw(lesson));
            }
            Command::UndoJoin(terminal) => {
                self.ask(Ask::UndoJoin(terminal));
            }
            Command::MakeCards(pupils) => {
                self.ask(Ask::MakeCards(pupils));
            }
            Command::RevokeCard(pupil) => {
                self.ask(Ask::RevokeCard(pupil));
            }
            Command::AskCode(pupil, number) => {
                self.ask(Ask::UnlockCodes(pupil, number));
            }
            Command::Agree(terminal, pupil) => {
                self.ask(Ask::Agree(terminal, pupil));
            }
            Command::Set(look) => {
                let done = self.folder.set_look(&look);
                self.look = look;
                self.report(done);
            }
        }
    }

    fn report(&self, result: Result<(), Problem>) {
        if let Err(problem) = result {
            self.publisher.reply(Reply::Failed(problem));
        }
    }

    fn keep_draft(&self) {
        if self.files.is_empty() && self.form == Form::default() {
            self.folder.forget(DRAFT_FILE);
            return;
        }
        let kept = KeptDraft {
            form: self.form.clone(),
            previous: self.previous.clone(),
            files: self.files.kept(),
        };
        self.report(self.folder.write(DRAFT_FILE, &kept));
    }

    fn publish(&mut self) {
        if self.account.is_none() && !matches!(self.shown.stage, Stage::Failed(_)) {
            self.shown.stage = Stage::FirstStart;
        }
        let account = self.account.as_ref();
        self.shown.cloud = account
            .map(|account| account.cloud.clone())
            .unwrap_or_default();
        self.shown.name = account
            .and_then(|account| account.name.clone())
            .unwrap_or_default();
        self.shown.files = self.files.cards();
        self.shown.proposed_title = self.files.proposed_title();
        self.shown.jobs = self.jobs();
        self.shown.today = school_day(now_ms());
        self.shown.look = self.look.clone();
        self.publisher.publish(self.shown.clone());
    }

    pub(super) fn close(mut self) {
        self.files.clear();
        if let Some(sending) = self.sending.take() {
            sending.cancel();
            sending.join();
        }
    }
}
