//! Class, subject, title, day: what a lesson is beside its files.

use egui::Ui;
use hotaru_content::lesson::{MAX_LABEL_CHARS, Subject};
use hotaru_ui::page::caption;
use hotaru_ui::widget::{Button, TextField};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};
use jiff::ToSpan;
use jiff::civil::Date;

use super::common::{card, label};
use super::pill::Pill;
use crate::window::View;
use crate::worker::{Command, FileState, Form, Worker};

/// The periods that can be chosen with one press.
const PERIODS: std::ops::RangeInclusive<u8> = 1..=7;
/// How often what is being written is kept, in seconds.
const KEEP_EVERY: f64 = 2.0;

/// The form's state.
#[derive(Default)]
pub(super) struct FormPart {
    pub(super) form: Form,
    kept: Form,
    kept_at: f64,
    more: bool,
    other_subject: String,
    link: String,
}

impl FormPart {
    pub(super) fn fill(&mut self, form: Form) {
        self.more = !form.source.is_empty();
        self.other_subject = match &form.subject {
            Some(Subject::Other(name)) => name.clone(),
            _ => String::new(),
        };
        self.kept = form.clone();
        self.form = form;
    }

    /// The next lesson goes to the same class, on the same day.
    pub(super) fn next(&mut self) {
        let (classes, day) = (std::mem::take(&mut self.form.classes), self.form.day);
        self.form = Form {
            classes,
            day,
            ..Form::default()
        };
        self.other_subject.clear();
        self.link.clear();
    }

    pub(super) fn is_untouched(&self) -> bool {
        self.form.title.is_empty() && self.form.subject.is_none() && self.form.unit.is_empty()
    }

    /// The form as it is pushed.
    pub(super) fn filled(&self, view: &View<'_>) -> Form {
        Form {
            day: Some(self.day(view)),
            ..self.form.clone()
        }
    }

    pub(super) fn keep(&self, worker: &Worker) {
        if self.form != self.kept {
            worker.send(Command::KeepForm(self.form.clone()));
        }
    }

    /// Keeps what is being written, but not with each letter.
    pub(super) fn keep_sometimes(&mut self, ui: &Ui, worker: &Worker) {
        let now = ui.input(|input| input.time);
        if self.form == self.kept {
            return;
        }
        if now - self.kept_at >= KEEP_EVERY {
            self.keep(worker);
            (self.kept, self.kept_at) = (self.form.clone(), now);
        } else {
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_secs_f64(KEEP_EVERY));
        }
    }

    fn day(&self, view: &View<'_>) -> Date {
        self.form.day.unwrap_or(view.snapshot.today)
    }

    /// What is given to whom, in one line.
    pub(super) fn summary(&self, view: &View<'_>) -> String {
        let classes: Vec<&str> = view
            .snapshot
            .classes()
            .iter()
            .filter(|class| self.form.classes.contains(&class.class))
            .map(|class| class.name.as_str())
            .collect();
        let ready = |file: &&crate::worker::FileCard| matches!(file.state, FileState::Ready { .. });
        let count = view.snapshot.files.iter().filter(ready).count();
        let (classes, day) = (classes.join(" "), view.words.day(self.day(view)));
        let title = if self.form.title.trim().is_empty() {
            &view.snapshot.proposed_title
        } else {
            &self.form.title
        };
        let args = [
            ("classes", Value::from(&classes)),
            ("day", Value::from(&day)),
            ("title", Value::from(title)),
            ("count", count.into()),
        ];
        view.tr_with("push-summary", &args)
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        card(ui, |ui| {
            self.classes_ui(ui, view);
            self.subject_ui(ui, view);
            let title = view.snapshot.proposed_title.clone();
            let hint = if title.is_empty() {
                view.tr("form-title-hint")
            } else {
                title
            };
            ui.add_space(view.theme.space.tight);
            let name = view.tr("form-title");
            TextField::new(&name, &mut self.form.title)
                .hint(&hint)
                .max_chars(MAX_LABEL_CHARS)
                .show(ui);
            self.day_ui(ui, view);
            self.period_ui(ui, view);
            if !self.more {
                ui.add_space(view.theme.space.small);
                self.more = Button::new(&view.tr("form-more"))
                    .with_icon(Icon::Down)
                    .show(ui);
                return;
            }
            let name = view.tr("form-unit");
            TextField::new(&name, &mut self.form.unit)
                .max_chars(MAX_LABEL_CHARS)
                .show(ui);
            let (name, hint) = (view.tr("form-source"), view.tr("form-source-hint"));
            let source = TextField::new(&name, &mut self.form.source);
            source.hint(&hint).max_chars(MAX_LABEL_CHARS).show(ui);
            self.link_ui(ui, view);
            if self.form.replaces.is_some() || !view.snapshot.files.is_empty() {
                ui.add_space(view.theme.space.small);
                if Button::new(&view.tr("form-clear"))
                    .with_icon(Icon::Trash)
                    .show(ui)
                {
                    view.send(Command::ClearDraft);
                }
            }
        });
    }

    fn classes_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let classes = view.snapshot.classes();
        // A teacher of one class has nothing to choose.
        if let ([only], true) = (classes, self.form.classes.is_empty()) {
            self.form.classes.push(only.class);
        }
        caption(ui, &view.tr("form-classes"));
        if classes.is_empty() {
            TextLine::words(&view.tr("form-no-classes")).show(ui);
        }
        ui.horizontal_wrapped(|ui| {
            for class in classes {
                let on = self.form.classes.contains(&class.class);
                if Pill::several(&class.name, on).show(ui) {
                    if on {
                        self.form.classes.retain(|chosen| *chosen != class.class);
                    } else {
                        self.form.classes.push(class.class);
                    }
                }
            }
        });
    }

    fn subject_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        label(ui, &view.tr("form-subject"));
        ui.horizontal_wrapped(|ui| {
            for subject in &Subject::KNOWN {
                let on = self.form.subject.as_ref() == Some(subject);
                if Pill::one_of(&view.words.subject(subject), on)
                    .subject(subject)
                    .show(ui)
                {
                    self.form.subject = Some(subject.clone());
                }
            }
            let is_other = matches!(self.form.subject, Some(Subject::Other(_)));
            if Pill::one_of(&view.tr("form-subject-other"), is_other).show(ui) {
                self.form.subject = Some(Subject::Other(self.other_subject.clone()));
            }
        });
        if let Some(Subject::Other(_)) = self.form.subject {
            let name = view.tr("form-subject-name");
            TextField::new(&name, &mut self.other_subject)
                .max_chars(20)
                .show(ui);
            let written = self.other_subject.trim();
            if written.is_empty() {
                self.form.subject = Some(Subject::Other(String::new()));
            } else {
                self.form.subject = Some(Subject::Other(written.to_owned()));
            }
        }
    }

    fn day_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        label(ui, &view.tr("form-day"));
        let chosen = self.day(view);
        let mut step = 0;
        ui.horizontal_wrapped(|ui| {
            if Button::icon(Icon::Previous, &view.tr("form-day-before")).show(ui) {
                step = -1;
            }
            let mut words = view.words.day(chosen);
            if chosen == view.snapshot.today {
                words = view.tr_with("form-day-today", &[("day", Value::from(&words))]);
            }
            TextLine::words(&words).bold().show(ui);
            if Button::icon(Icon::Next, &view.tr("form-day-after")).show(ui) {
                step = 1;
            }
        });
        if step != 0 {
            self.form.day = chosen.checked_add(step.days()).ok();
        }
    }

    fn period_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        label(ui, &view.tr("form-period"));
        ui.horizontal_wrapped(|ui| {
            if Pill::one_of(&view.tr("form-period-none"), self.form.period.is_none()).show(ui) {
                self.form.period = None;
            }
            for number in PERIODS {
                let on = self.form.period == Some(number);
                if Pill::one_of(&number.to_string(), on).show(ui) {
                    self.form.period = Some(number);
                }
            }
        });
    }

    fn link_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let (name, hint) = (view.tr("form-link"), view.tr("form-link-hint"));
        TextField::new(&name, &mut self.link)
            .hint(&hint)
            .max_chars(2000)
            .show(ui);
        let whole = !self.link.trim().is_empty();
        if Button::new(&view.tr("form-link-add"))
            .with_icon(Icon::Plus)
            .enabled(whole)
            .show(ui)
        {
            let url = std::mem::take(&mut self.link).trim().to_owned();
            view.send(Command::AddLink { url });
        }
    }
}
