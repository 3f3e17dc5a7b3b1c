//! What the school is asked, and what comes of its answers.

use std::path::PathBuf;
use std::sync::Arc;

use hotaru_content::id::{ClassId, LessonId};
use hotaru_content::lesson::Revision;
use hotaru_sync::wire::DeskCard;
use hotaru_ui::words::{Language, Words};

use super::Room;
use crate::account::Account;
use crate::cards;
use crate::outgoing::now_ms;
use crate::problem::Problem;
use crate::window::DESK_SOURCES;
use crate::worker::asking::{Answer, Ask, Asker};
use crate::worker::snapshot::{Stage, Trouble};
use crate::worker::{Form, LessonPage, Reply};

impl Room<'_> {
    /// The lesson's page, where it is the one in front.
    fn page_of(&mut self, lesson: LessonId) -> Option<&mut LessonPage> {
        let page = self.shown.page.as_mut();
        page.filter(|page| page.lesson == lesson)
    }

    /// Works for an account from now on.
    pub(super) fn sign_in_as(&mut self, account: Account) {
        self.asker_number += 1;
        match Asker::start(&account, self.asker_number, self.to_self.clone()) {
            Ok(asker) => self.use_asker(account, asker),
            Err(problem) => self.publisher.reply(Reply::NotSignedIn(problem)),
        }
        self.load_school();
    }

    pub(super) fn use_asker(&mut self, account: Account, asker: Asker) {
        self.forget_school();
        self.shown.school.value = self.folder.seen_school(&account).map(Arc::new);
        self.shown.stage = Stage::Ready;
        self.asker = Some(asker);
        self.account = Some(account);
        self.next_try = None;
        self.troubles.clear();
    }

    /// Nothing that a school told stays on the screen.
    pub(super) fn forget_school(&mut self) {
        self.shown.school = Default::default();
        self.shown.who = Default::default();
        self.shown.lessons.clear();
        (self.shown.page, self.shown.pupil) = (None, None);
    }

    /// Asks the school; whether there is one.
    pub(super) fn ask(&self, ask: Ask) -> bool {
        if let Some(asker) = &self.asker {
            asker.ask(ask);
        }
        self.asker.is_some()
    }

    pub(super) fn load_school(&mut self) {
        self.shown.school.coming = self.ask(Ask::School);
        self.shown.who.coming = self.ask(Ask::Me);
    }

    pub(super) fn load_terminals(&mut self) {
        self.shown.terminals.coming = self.ask(Ask::Terminals);
    }

    pub(super) fn load_lessons(&mut self, class: ClassId) {
        let coming = self.ask(Ask::Lessons(class));
        self.shown.lessons.entry(class).or_default().coming = coming;
    }

    pub(super) fn answer(&mut self, number: u64, answer: Answer) {
        if number != self.asker_number {
            return;
        }
        if let Some((account, asker)) = self.candidate.take() {
            return self.candidate_answered(account, asker, answer);
        }
        if answer
            .problem()
            .is_some_and(|problem| self.is_over(problem))
        {
            return self.left(true);
        }
        let now = now_ms();
        match answer {
            Answer::Me(who) => self.shown.who.take(told(who), now),
            Answer::CodeRenewed(done) => self.done(done, Reply::CodeRenewed),
            Answer::CodeClosed(done) => self.done(done, Reply::CodeClosed),
            Answer::School(school) => {
                if let (Ok(school), Some(account)) = (&school, &self.account) {
                    let kept = self.folder.keep_school(account, school);
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
                if let Some(page) = self.page_of(lesson) {
                    page.receipts.take(told(receipts), now);
                }
            }
            Answer::Answers(lesson, answers) => {
                if let Some(page) = self.page_of(lesson) {
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
            Answer::JoinUndone(done) => self.done(done, Reply::JoinUndone),
            Answer::Terminals(all) => self.shown.terminals.take(told(all), now),
            Answer::EraseOrdered(done) => self.kept(done, Reply::EraseOrdered),
            Answer::EraseWithdrawn(done) => self.kept(done, Reply::EraseWithdrawn),
            Answer::CertificateFiled(done) => self.kept(done, Reply::CertificateFiled),
            Answer::CardRevoked(done) => self.done(done, Reply::CardRevoked),
            Answer::UnlockCodes(pupil, codes) => self.publisher.reply(match codes {
                Ok(codes) => Reply::Codes(pupil, codes),
                Err(problem) => Reply::Failed(problem),
            }),
            Answer::Agreed(done) => self.done(done, Reply::Agreed),
            Answer::Cards(cards, problem) => {
                if !cards.is_empty() {
                    match self.print(&cards) {
                        Ok(file) => self.publisher.reply(Reply::CardsMade(file)),
                        Err(problem) => self.publisher.reply(Reply::Failed(problem)),
                    }
                    self.load_school();
                }
                if let Some(problem) = problem {
                    self.publisher.reply(Reply::Failed(problem));
                }
            }
        }
    }

    /// Something about the roster is done, or not.
    fn done(&mut self, done: Result<(), Problem>, reply: Reply) {
        match done {
            Ok(()) => {
                self.publisher.reply(reply);
                self.load_school();
            }
            Err(problem) => self.publisher.reply(Reply::Failed(problem)),
        }
    }

    /// Something about the terminals is done, or not.
    fn kept(&mut self, done: Result<(), Problem>, reply: Reply) {
        match done {
            Ok(()) => {
                self.publisher.reply(reply);
                self.load_terminals();
            }
            Err(problem) => self.publisher.reply(Reply::Failed(problem)),
        }
    }

    /// Writes a page of cards where only this user reads it.
    fn print(&self, cards: &[DeskCard]) -> Result<PathBuf, Problem> {
        let language = Language::from_tag(&self.look.language).unwrap_or_default();
        let cloud = self.account.as_ref().map_or("", |account| &account.cloud);
        let page = cards::page(&Words::new(language, &[DESK_SOURCES]), cloud, cards)?;
        self.folder.write_page("login-cards.html", &page)
    }

    pub(super) fn candidate_answered(&mut self, account: Account, asker: Asker, answer: Answer) {
        let Answer::School(school) = answer else {
            return;
        };
        let saved = school.and_then(|school| {
            self.folder.keep_school(&account, &school)?;
            self.folder.set_account(&account)?;
            Ok(school)
        });
        match saved {
            Ok(school) => {
                self.use_asker(account, asker);
                self.shown.school.take(Ok(Arc::new(school)), now_ms());
                self.shown.who.coming = self.ask(Ask::Me);
                self.publisher.reply(Reply::SignedIn);
            }
            Err(problem) => {
                self.publisher.reply(Reply::NotSignedIn(problem));
                // The one that was signed in before goes on.
                drop(asker);
                if let Some(account) = self.account.clone().filter(Account::is_signed_in) {
                    self.sign_in_as(account);
                }
            }
        }
    }

    /// Opens a lesson that is at school as the draft.
    pub(super) fn revise(&mut self, class: ClassId, revision: Revision) {
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
}

fn told<T>(answer: Result<T, Problem>) -> Result<Arc<T>, Trouble> {
    answer
        .map(Arc::new)
        .map_err(|problem| Trouble::from(&problem))
}
