//! The thread's state: account, draft, outbox, and what the school told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use hotaru_content::clock::school_day;
use hotaru_content::id::{ClassId, JobId, LessonId};
use hotaru_content::lesson::{Revision, Subject};
use hotaru_publish::LessonDraft;
use hotaru_sync::client::outbox::{Entry, Job, Outbox, State};
use serde::{Deserialize, Serialize};

use super::asking::{Answer, Ask, Asker};
use super::files::{Files, KeptFile, Taken};
use super::sending::Sending;
use super::snapshot::{JobCard, JobState, LessonPage, PupilPage, Snapshot, Stage, Trouble};
use super::{Command, Form, Message, Publisher, Reply, WorkerOptions};
use crate::account::{Account, Folder, Settings};
use crate::outgoing::{Outgoing, Recipients, now_ms, queue, revision_of};
use crate::problem::{Problem, of_code};

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
    settings: Settings,
    asker: Option<Asker>,
    /// Answers of an earlier account's asker are passed over.
    asker_number: u64,
    candidate: Option<(Account, Asker)>,
    files: Files,
    form: Form,
    previous: Option<Revision>,
    pushed: Option<Pushed>,
    sending: Option<Sending>,
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
        let settings = folder.settings();
        let mut room = Self {
            files: Files::new(to_self.clone()),
            form: Form::default(),
            previous: None,
            pushed: None,
            sending: None,
            under_way: None,
            undone: None,
            troubles: BTreeMap::new(),
            next_try: None,
            wait: RETRY_FIRST,
            shown: Snapshot::opening(school_day(now_ms())),
            asker: None,
            asker_number: 0,
            candidate: None,
            account: None,
            settings,
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
        if let Some(account) = account {
            room.sign_in_as(account);
        }
        room.turn();
        Ok(room)
    }

    /// When something is to be done by itself.
    pub(super) fn next_turn(&self) -> Option<Instant> {
        if self.sending.is_some() || self.account.is_none() {
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
            Command::SignIn { cloud, token } => self.sign_in(cloud, token),
            Command::LoadSchool => self.load_school(),
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
            Command::Set(settings) => {
                let done = self.folder.set_settings(&settings);
                self.settings = settings;
                self.report(done);
            }
        }
    }

    fn sign_in(&mut self, cloud: String, token: String) {
        let account = Account {
            cloud: cloud.trim().trim_end_matches('/').to_owned(),
            token: token.trim().to_owned(),
            ca: self.options.ca.clone(),
            insecure: self.options.insecure,
        };
        self.asker_number += 1;
        match Asker::start(&account, self.asker_number, self.to_self.clone()) {
            Ok(asker) => {
                asker.ask(Ask::School);
                self.candidate = Some((account, asker));
            }
            Err(problem) => self.publisher.reply(Reply::NotSignedIn(problem)),
        }
    }

    /// Works for an account from now on.
    fn sign_in_as(&mut self, account: Account) {
        self.asker_number += 1;
        match Asker::start(&account, self.asker_number, self.to_self.clone()) {
            Ok(asker) => self.use_asker(account, asker),
            Err(problem) => self.publisher.reply(Reply::NotSignedIn(problem)),
        }
        self.load_school();
    }

    fn use_asker(&mut self, account: Account, asker: Asker) {
        self.shown.school = Default::default();
        self.shown.school.value = self
            .folder
            .seen_school(&account.cloud, &account.token)
            .map(Arc::new);
        self.shown.lessons.clear();
        (self.shown.page, self.shown.pupil) = (None, None);
        self.shown.stage = Stage::Ready;
        self.asker = Some(asker);
        self.account = Some(account);
        self.next_try = None;
        self.troubles.clear();
    }

    /// Asks the school; whether there is one.
    fn ask(&self, ask: Ask) -> bool {
        if let Some(asker) = &self.asker {
            asker.ask(ask);
        }
        self.asker.is_some()
    }

    fn load_school(&mut self) {
        self.shown.school.coming = self.ask(Ask::School);
    }

    fn load_lessons(&mut self, class: ClassId) {
        let coming = self.ask(Ask::Lessons(class));
        self.shown.lessons.entry(class).or_default().coming = coming;
    }

    fn answer(&mut self, number: u64, answer: Answer) {
        if number != self.asker_number {
            return;
        }
        if let Some((account, asker)) = self.candidate.take() {
            return self.candidate_answered(account, asker, answer);
        }
        let now = now_ms();
        match answer {
            Answer::School(school) => {
                if let (Ok(school), Some(account)) = (&school, &self.account) {
                    let kept = self
                        .folder
                        .keep_school(&account.cloud, &account.token, school);
                    self.report(kept);
                }
                self.shown.school.take(told(school), now);
            }
            Answer::Lessons(class, lessons) => {
                self.shown
                    .lessons
                    .entry(class)
                    .or_default()
                    .take(told(lessons), now);
            }
            Answer::Receipts(lesson, receipts) => {
                if let Some(page) = self
                    .shown
                    .page
                    .as_mut()
                    .filter(|page| page.lesson == lesson)
                {
                    page.receipts.take(told(receipts), now);
                }
            }
            Answer::Answers(lesson, answers) => {
                if let Some(page) = self
                    .shown
                    .page
                    .as_mut()
                    .filter(|page| page.lesson == lesson)
                {
                    page.answers.take(told(answers), now);
                }
            }
            Answer::Drills(drills) => {
                if let Some(page) = &mut self.shown.page {
                    page.drills = drills;
                }
            }
            Answer::Pupil(pupil, told_page) => {
                if let Some(page) = self.shown.pupil.as_mut().filter(|page| page.pupil == pupil) {
                    page.page.take(told(told_page), now);
                }
            }
            Answer::Document(class, revision) => match revision {
                Ok(revision) => self.revise(class, *revision),
                Err(problem) => self.publisher.reply(Reply::Failed(problem)),
            },
            Answer::Withdrawn(lesson, done) => match done {
                Ok(()) => {
                    self.publisher.reply(Reply::Withdrawn(lesson));
                    let classes: Vec<ClassId> = self.shown.lessons.keys().copied().collect();
                    classes
                        .into_iter()
                        .for_each(|class| self.load_lessons(class));
                }
                Err(problem) => self.publisher.reply(Reply::Failed(problem)),
            },
            Answer::JoinUndone(done) => match done {
                Ok(()) => {
                    self.publisher.reply(Reply::JoinUndone);
                    self.load_school();
                }
                Err(problem) => self.publisher.reply(Reply::Failed(problem)),
            },
        }
    }

    fn candidate_answered(&mut self, account: Account, asker: Asker, answer: Answer) {
        let Answer::School(school) = answer else {
            return;
        };
        let saved = school.and_then(|school| {
            self.folder
                .keep_school(&account.cloud, &account.token, &school)?;
            self.folder.set_account(&account)?;
            Ok(school)
        });
        match saved {
            Ok(school) => {
                self.use_asker(account, asker);
                self.shown.school.take(Ok(Arc::new(school)), now_ms());
                self.publisher.reply(Reply::SignedIn);
            }
            Err(problem) => {
                self.publisher.reply(Reply::NotSignedIn(problem));
                // The one that was signed in before goes on.
                drop(asker);
                if let Some(account) = self.account.clone() {
                    self.sign_in_as(account);
                }
            }
        }
    }

    /// Opens a lesson that is at school as the draft.
    fn revise(&mut self, class: ClassId, revision: Revision) {
        self.files.clear();
        for material in &revision.materials {
            self.files.add_at_school(material.clone());
        }
        self.form = Form {
            classes: vec![class],
            day: Some(revision.day),
            period: revision.period,
            subject: Some(revision.subject.clone()),
            title: revision.title.clone(),
            unit: revision.unit.clone(),
            source: revision.source.clone(),
            replaces: Some(revision.lesson),
        };
        self.previous = Some(revision);
        self.keep_draft();
        self.publisher.reply(Reply::Form(self.form.clone()));
    }

    fn push(&mut self, form: Form, title: String) -> Result<(), Problem> {
        let account = self.account.as_ref().ok_or(Problem::NoAccount)?;
        let school = self
            .shown
            .school
            .value
            .as_ref()
            .ok_or(Problem::NoRecipient)?;
        let recipients = Recipients::classes(school, &form.classes);
        if self.files.is_working() {
            // The button waits for it, too.
            return Ok(());
        }
        let taken = self.files.take_ready();
        let mut draft = LessonDraft::new(
            form.day.unwrap_or_else(|| school_day(now_ms())),
            form.subject.clone().unwrap_or(Subject::IntegratedStudy),
            if form.title.trim().is_empty() {
                &title
            } else {
                &form.title
            },
        );
        draft.period = form.period;
        draft.unit.clone_from(&form.unit);
        draft.source.clone_from(&form.source);
        draft.materials = taken.materials();
        if let Some(previous) = &self.previous {
            draft.curriculum_code.clone_from(&previous.curriculum_code);
            draft.expires = Some(previous.expires).filter(|expires| *expires >= draft.day);
        }
        let outgoing = Outgoing {
            draft,
            previous: self.previous.clone(),
            recipients,
            send_at_ms: None,
            blobs: taken.blobs(),
        };
        let held = self.options.undo_ms.saturating_add(GRACE_MS);
        match queue(&self.outbox, &account.cloud, outgoing, held) {
            Ok(queued) => {
                let (job, previous) = (queued.job, self.previous.take());
                self.pushed = Some(Pushed {
                    job,
                    form,
                    previous,
                    files: taken,
                });
                self.form = Form::default();
                self.keep_draft();
                self.publisher.reply(Reply::Queued {
                    job,
                    title: queued.revision.title,
                });
                Ok(())
            }
            Err(problem) => {
                self.files.put_back(taken);
                Err(problem)
            }
        }
    }

    fn undo(&mut self, job: JobId) {
        if let Some(sending) = self.sending.as_ref().filter(|sending| sending.job == job) {
            // It counts once the sender has stopped before the school published it.
            self.undone = Some(job);
            sending.cancel();
            return;
        }
        if self.outbox.job(job).is_err() {
            self.publisher.reply(Reply::Failed(Problem::TooLate));
            return;
        }
        match self.outbox.remove(job) {
            Ok(()) => self.took_back(job),
            Err(error) => self.publisher.reply(Reply::Failed(error.into())),
        }
    }

    /// The draft is as it was before the push.
    fn took_back(&mut self, job: JobId) {
        if let Some(pushed) = self.pushed.take_if(|pushed| pushed.job == job) {
            self.files.put_back(pushed.files);
            self.form = pushed.form;
            self.previous = pushed.previous;
            self.keep_draft();
            self.publisher.reply(Reply::Form(self.form.clone()));
        }
        self.publisher.reply(Reply::Undone);
    }

    fn send_next(&mut self) {
        let waits = self.next_try.is_some_and(|at| at > Instant::now());
        let (Some(account), None, false) = (&self.account, &self.sending, waits) else {
            return;
        };
        self.next_try = None;
        let entries = match self.outbox.entries(now_ms()) {
            Ok(entries) => entries,
            Err(error) => return self.report(Err(error.into())),
        };
        let mut ready = Vec::new();
        for entry in entries {
            match entry {
                Entry::Job(job, State::Ready) if job.cloud == account.cloud => ready.push(job),
                _ => {}
            }
        }
        // One that the school does not take must not stand in the way of the others.
        ready.sort_by_key(|job| self.troubles.contains_key(&job.id));
        let Some(next) = ready.into_iter().next() else {
            return;
        };
        let job = next.id;
        self.under_way = revision_of(&self.outbox, &next).map(|revision| UnderWay {
            lesson: revision.lesson,
            title: revision.title,
            classes: next
                .publish
                .classes
                .iter()
                .chain(&next.publish.groups)
                .copied()
                .collect(),
        });
        let outbox = self.outbox.clone();
        match Sending::start(account.clone(), outbox, job, self.to_self.clone()) {
            Ok(sending) => self.sending = Some(sending),
            Err(problem) => self.failed(job, &problem),
        }
    }

    fn sent(&mut self, job: JobId, result: Result<(), Problem>) {
        if let Some(sending) = self.sending.take_if(|sending| sending.job == job) {
            sending.join();
        }
        let undone = self.undone.take_if(|undone| *undone == job).is_some();
        match result {
            Ok(()) => self.published(job, undone),
            Err(_) if undone => match self.outbox.remove(job) {
                Ok(()) => self.took_back(job),
                Err(error) => self.publisher.reply(Reply::Failed(error.into())),
            },
            Err(problem @ Problem::NotTaken { .. }) => {
                self.publisher.reply(Reply::Failed(problem));
            }
            Err(problem) => self.failed(job, &problem),
        }
    }

    fn published(&mut self, job: JobId, undone: bool) {
        self.wait = RETRY_FIRST;
        self.troubles.remove(&job);
        if self.pushed.as_ref().is_some_and(|pushed| pushed.job == job) {
            self.pushed = None;
        }
        if undone {
            self.publisher.reply(Reply::Failed(Problem::TooLate));
        }
        if let Some(UnderWay {
            lesson,
            title,
            classes,
        }) = self.under_way.take()
        {
            classes
                .into_iter()
                .for_each(|class| self.load_lessons(class));
            self.publisher
                .reply(Reply::Published { job, lesson, title });
        }
    }

    fn failed(&mut self, job: JobId, problem: &Problem) {
        self.troubles.insert(job, Trouble::from(problem));
        self.next_try = Some(Instant::now() + self.wait);
        self.wait = (self.wait * 2).min(RETRY_LONGEST);
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

    fn jobs(&self) -> Vec<JobCard> {
        let entries = match self.outbox.entries(now_ms()) {
            Ok(entries) => entries,
            Err(error) => {
                self.report(Err(error.into()));
                Vec::new()
            }
        };
        entries
            .into_iter()
            .map(|entry| match entry {
                Entry::Job(job, state) => JobCard {
                    state: self.state(&job, state),
                    id: job.id,
                    title: job.title,
                },
                Entry::Damaged { id, problem } => JobCard {
                    id,
                    title: String::new(),
                    state: JobState::Damaged(problem),
                },
            })
            .collect()
    }

    fn state(&self, job: &Job, state: State) -> JobState {
        if let Some(sending) = self.sending.as_ref().filter(|sending| sending.job == job.id) {
            return JobState::Sending(sending.progress);
        }
        if self.account.as_ref().is_some_and(|account| account.cloud != job.cloud) {
            return JobState::Failed(Trouble::from(&Problem::OtherCloud(job.cloud.clone())));
        }
        match state {
            State::Held { until_ms } => JobState::Held(until_ms),
            State::Refused(refusal) => JobState::Refused(Trouble {
                code: of_code(&refusal.code),
                detail: refusal.message,
            }),
            State::Ready => match self.troubles.get(&job.id) {
                Some(trouble) => JobState::Failed(trouble.clone()),
                None => JobState::Waiting,
            },
        }
    }

    fn publish(&mut self) {
        if self.account.is_none() && !matches!(self.shown.stage, Stage::Failed(_)) {
            self.shown.stage = Stage::FirstStart;
        }
        self.shown.cloud = self
            .account
            .as_ref()
            .map(|account| account.cloud.clone())
            .unwrap_or_default();
        self.shown.files = self.files.cards();
        self.shown.proposed_title = self.files.proposed_title();
        self.shown.jobs = self.jobs();
        self.shown.today = school_day(now_ms());
        self.shown.settings = self.settings.clone();
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

fn told<T>(answer: Result<T, Problem>) -> Result<Arc<T>, Trouble> {
    answer
        .map(Arc::new)
        .map_err(|problem| Trouble::from(&problem))
}
