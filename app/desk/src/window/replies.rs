//! What came of commands: said at the top of the screen, or shown in its place.

use hotaru_content::id::LessonId;
use hotaru_ui::widget::{Toast, Tone};
use hotaru_ui::words::Value;

use super::truth::sentence_of;
use super::{MAX_SAID, Place, Said, Window};
use crate::problem::Problem;
use crate::screens::sign_in::SignInForm;
use crate::worker::{Reply, UNDO_MS};

impl Window {
    pub(super) fn take_replies(&mut self, ctx: &egui::Context) {
        while let Some(reply) = self.worker.reply() {
            match reply {
                Reply::Form(form) => {
                    let revises = form.replaces.is_some();
                    self.push.fill(form);
                    if revises {
                        self.place = Place::Push;
                    }
                }
                Reply::SignedIn => {
                    self.said.clear();
                    self.sign_in = SignInForm::default();
                    self.settings.leave();
                    // What stood here before she had to sign in again comes back.
                    self.refresh();
                }
                Reply::NotSignedIn(problem) => {
                    self.said.clear();
                    if let Some(problem) = self.sign_in.refused(problem) {
                        self.say_problem(&problem);
                    }
                }
                Reply::Ways { cloud, oidc } => self.sign_in.ways(&cloud, oidc),
                Reply::Browser(address) => {
                    self.said.clear();
                    ctx.open_url(egui::OpenUrl::new_tab(&address));
                    self.sign_in.browser(address);
                }
                Reply::SetUp(secrets) => {
                    self.said.clear();
                    self.sign_in.secrets(secrets);
                }
                Reply::Confirmed => {
                    self.said.clear();
                    self.sign_in.confirmed();
                }
                Reply::NotSetUp(problem) => {
                    self.said.clear();
                    self.sign_in.not_set_up();
                    self.say_problem(&problem);
                }
                Reply::CodeRenewed => self.say_done("code-renewed"),
                Reply::CodeClosed => self.say_done("code-closed"),
                Reply::Queued { job, title } => {
                    self.said.clear();
                    self.push.pushed();
                    let words = self
                        .words()
                        .get_with("push-toast", &[("title", Value::from(&title))]);
                    self.toast = Some((job, Toast::new(ctx, words, UNDO_MS as f64 / 1000.0)));
                }
                Reply::Undone => {
                    self.toast = None;
                    self.place = Place::Push;
                    let (title, text) = (
                        self.words().get("push-undone"),
                        self.words().get("push-undone-next"),
                    );
                    self.say(Tone::Info, title, text, None);
                }
                Reply::Published { lesson, title, .. } => self.published(lesson, &title),
                Reply::Withdrawn(lesson) => {
                    if self.place == Place::Lesson(lesson) {
                        self.place = Place::Lessons;
                    }
                    let (title, text) = (
                        self.words().get("withdrawn"),
                        self.words().get("withdrawn-next"),
                    );
                    self.say(Tone::Good, title, text, None);
                }
                Reply::JoinUndone => self.say_done("join-undone"),
                Reply::EraseOrdered => self.say_done("erase-ordered"),
                Reply::EraseWithdrawn => self.say_done("erase-withdrawn"),
                Reply::CertificateFiled => self.say_done("certificate-filed"),
                Reply::Codes(pupil, codes) => self.pupil.codes(pupil, codes),
                Reply::CardRevoked => self.say_done("card-revoked"),
                Reply::Agreed => self.say_done("agreed"),
                Reply::CardsMade(file) => {
                    let name = file.display().to_string();
                    let args = [("file", Value::from(&name))];
                    let (title, text) = (
                        self.words().get("cards-made"),
                        self.words().get_with("cards-made-next", &args),
                    );
                    self.say(Tone::Good, title, text, None);
                    ctx.open_url(egui::OpenUrl::new_tab(format!("file://{name}")));
                }
                Reply::Failed(problem) => self.say_problem(&problem),
            }
        }
    }

    /// Says that something is done, and what follows from it.
    fn say_done(&mut self, key: &str) {
        let title = self.words().get(key);
        let text = self.words().get(&format!("{key}-next"));
        self.say(Tone::Good, title, text, None);
    }

    /// A lesson is at school: its page, where nothing else is being done here.
    fn published(&mut self, lesson: LessonId, title: &str) {
        let idle = self.place == Place::Push && self.push.is_empty(&self.worker.snapshot());
        if idle {
            self.go(Place::Lesson(lesson));
        }
        let said = self
            .words()
            .get_with("push-arrived", &[("title", Value::from(title))]);
        let text = self.words().get("push-arrived-next");
        self.say(Tone::Good, said, text, (!idle).then_some(lesson));
    }

    fn say_problem(&mut self, problem: &Problem) {
        let (title, text) = sentence_of(self.words(), problem);
        self.say(Tone::Bad, title, text, None);
    }

    fn say(&mut self, tone: Tone, title: String, text: String, lesson: Option<LessonId>) {
        if self
            .said
            .back()
            .is_some_and(|last| last.text == text && last.title == title)
        {
            return;
        }
        if self.said.len() >= MAX_SAID {
            self.said.pop_front();
        }
        self.said.push_back(Said {
            tone,
            title,
            text,
            lesson,
        });
    }
}
