//! Lessons into the outbox, back out of it, and on to the school.

use std::time::Instant;

use hotaru_content::clock::school_day;
use hotaru_content::id::JobId;
use hotaru_content::lesson::Subject;
use hotaru_publish::LessonDraft;
use hotaru_sync::client::outbox::{Entry, Job, State};

use super::{GRACE_MS, Pushed, RETRY_FIRST, RETRY_LONGEST, Room, UnderWay};
use crate::outgoing::{Outgoing, Recipients, now_ms, queue, revision_of};
use crate::problem::{Problem, of_code};
use crate::worker::sending::Sending;
use crate::worker::snapshot::{JobCard, JobState, Trouble};
use crate::worker::{Form, Reply};

impl Room<'_> {
    pub(super) fn push(&mut self, form: Form, title: String) -> Result<(), Problem> {
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
        match queue(&self.outbox, account, outgoing, held) {
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

    pub(super) fn undo(&mut self, job: JobId) {
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
    pub(super) fn took_back(&mut self, job: JobId) {
        if let Some(pushed) = self.pushed.take_if(|pushed| pushed.job == job) {
            self.files.put_back(pushed.files);
            self.form = pushed.form;
            self.previous = pushed.previous;
            self.keep_draft();
            self.publisher.reply(Reply::Form(self.form.clone()));
        }
        self.publisher.reply(Reply::Undone);
    }

    pub(super) fn send_next(&mut self) {
        let waits = self.next_try.is_some_and(|at| at > Instant::now());
        let (Some(account), None, false) = (&self.account, &self.sending, waits) else {
            return;
        };
        if !account.is_signed_in() {
            return;
        }
        self.next_try = None;
        let entries = match self.outbox.entries(now_ms()) {
            Ok(entries) => entries,
            Err(error) => return self.report(Err(error.into())),
        };
        let mut ready = Vec::new();
        for entry in entries {
            match entry {
                Entry::Job(job, State::Ready) if account.may_send(&job).is_ok() => ready.push(job),
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
            Ok(sending) => {
                self.sending = Some(sending);
                self.sending_number = self.asker_number;
            }
            Err(problem) => self.failed(job, &problem),
        }
    }

    pub(super) fn sent(&mut self, job: JobId, result: Result<(), Problem>) {
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
            // What an earlier session sent says nothing of this one: it is sent again.
            Err(problem) if self.is_over(&problem) => {
                if self.sending_number == self.asker_number {
                    self.left(true);
                }
            }
            Err(problem) => self.failed(job, &problem),
        }
    }

    pub(super) fn published(&mut self, job: JobId, undone: bool) {
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

    pub(super) fn failed(&mut self, job: JobId, problem: &Problem) {
        self.troubles.insert(job, Trouble::from(problem));
        self.next_try = Some(Instant::now() + self.wait);
        self.wait = (self.wait * 2).min(RETRY_LONGEST);
    }

    pub(super) fn jobs(&self) -> Vec<JobCard> {
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

    pub(super) fn state(&self, job: &Job, state: State) -> JobState {
        if let Some(sending) = self
            .sending
            .as_ref()
            .filter(|sending| sending.job == job.id)
        {
            return JobState::Sending(sending.progress);
        }
        let account = self.account.as_ref();
        if let Some(Err(problem)) = account.map(|account| account.may_send(job)) {
            return JobState::Failed(Trouble::from(&problem));
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
}
