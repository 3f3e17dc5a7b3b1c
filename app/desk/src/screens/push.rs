//! くばる: files are dropped, class and day chosen, one button.

use egui::{Frame, Key, Margin, Modifiers, Panel, ScrollArea, Ui};
use hotaru_ui::page::{caption, heading};
use hotaru_ui::theme::TextSize;
use hotaru_ui::widget::{Button, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};

use super::files::FilesPart;
use super::form::FormPart;
use super::jobs::JobsPart;
use crate::window::View;
use crate::worker::{Command, FileState, Form, Snapshot, Worker};

/// Below this width, in ems, files stand above the form and not beside it.
const TWO_COLUMNS_EM: f32 = 44.0;

/// Its state.
#[derive(Default)]
pub struct PushScreen {
    files: FilesPart,
    form: FormPart,
    jobs: JobsPart,
}

/// What a push still lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lack {
    Files,
    Work,
    Class,
    Subject,
    Title,
}

impl Lack {
    fn key(self) -> &'static str {
        match self {
            Self::Files => "push-lacks-files",
            Self::Work => "push-lacks-work",
            Self::Class => "push-lacks-class",
            Self::Subject => "push-lacks-subject",
            Self::Title => "push-lacks-title",
        }
    }
}

impl PushScreen {
    /// Shows this in the form.
    pub fn fill(&mut self, form: Form) {
        self.form.fill(form);
        self.files.forget();
    }

    /// A lesson was pushed: the next one goes to the same class and day.
    pub fn pushed(&mut self) {
        self.form.next();
        self.files.forget();
    }

    /// Nothing is being made.
    #[must_use]
    pub fn is_empty(&self, snapshot: &Snapshot) -> bool {
        snapshot.files.is_empty() && self.form.is_untouched()
    }

    /// Keeps what was filled in over a restart.
    pub fn keep(&self, worker: &Worker) {
        self.form.keep(worker);
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        self.files.take_dropped(ui, view);
        let lack = self.lack(view);
        self.bar_ui(ui, view, lack);
        let em = view.theme.size(TextSize::Body);
        ScrollArea::vertical()
            .id_salt("push")
            .auto_shrink(false)
            .show(ui, |ui| {
                // The scroll bar floats over the right edge.
                ui.set_max_width((ui.available_width() - view.theme.space.medium).max(100.0));
                let key = if self.form.form.replaces.is_some() {
                    "push-replace-title"
                } else {
                    "desk-place-push"
                };
                heading(ui, &view.tr(key));
                self.jobs.ui(ui, view);
                if ui.available_width() >= em * TWO_COLUMNS_EM {
                    ui.columns(2, |columns| {
                        if let [left, right] = columns {
                            self.files.ui(left, view);
                            self.form.ui(right, view);
                        }
                    });
                } else {
                    self.files.ui(ui, view);
                    self.form.ui(ui, view);
                }
                ui.add_space(view.theme.space.large);
            });
        self.form.keep_sometimes(ui, view.worker);
    }

    fn lack(&self, view: &View<'_>) -> Option<Lack> {
        let files = &view.snapshot.files;
        let any = |of: fn(&FileState) -> bool| files.iter().any(|file| of(&file.state));
        if any(|state| matches!(state, FileState::Waiting | FileState::Preparing(_))) {
            return Some(Lack::Work);
        }
        if !any(|state| matches!(state, FileState::Ready { .. })) {
            return Some(Lack::Files);
        }
        let form = &self.form.form;
        if !view
            .snapshot
            .classes()
            .iter()
            .any(|class| form.classes.contains(&class.class))
        {
            return Some(Lack::Class);
        }
        if form.subject.is_none() {
            return Some(Lack::Subject);
        }
        let title = form.title.trim().is_empty() && view.snapshot.proposed_title.is_empty();
        title.then_some(Lack::Title)
    }

    /// What is given to whom, and the one button; always in view.
    fn bar_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, lack: Option<Lack>) {
        let space = &view.theme.space;
        let ground = Frame::new().inner_margin(Margin {
            top: space.small as i8,
            ..Margin::ZERO
        });
        Panel::bottom("push-bar")
            .resizable(false)
            .frame(ground)
            .show(ui, |ui| {
                ui.horizontal_wrapped(|ui| {
                    let words = view.tr("push-do");
                    let push = Button::primary(&words)
                        .with_icon(Icon::Give)
                        .enabled(lack.is_none());
                    let by_key = lack.is_none()
                        && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
                    if push.show(ui) || by_key {
                        let form = self.form.filled(view);
                        let title = view.snapshot.proposed_title.clone();
                        view.send(Command::Push { form, title });
                    }
                    let room = (ui.available_width() - space.small).max(120.0);
                    ui.vertical(|ui| {
                        ui.set_width(room);
                        self.summary_ui(ui, view, lack);
                    });
                });
            });
    }

    fn summary_ui(&self, ui: &mut Ui, view: &View<'_>, lack: Option<Lack>) {
        match lack {
            Some(lack) => caption(ui, &view.tr(lack.key())),
            None => {
                TextLine::words(&self.form.summary(view))
                    .size(TextSize::Caption)
                    .show(ui);
            }
        }
        let refused = view.snapshot.files.iter();
        let refused = refused
            .filter(|file| matches!(file.state, FileState::Refused(_)))
            .count();
        if refused > 0 && lack != Some(Lack::Files) {
            let words = view.tr_with("push-without-refused", &[("count", refused.into())]);
            let ink = Tone::Warn.ink(view.theme);
            TextLine::words(&words)
                .size(TextSize::Caption)
                .color(ink)
                .show(ui);
        }
        if view.snapshot.school.value.is_none()
            && let Some(trouble) = &view.snapshot.school.failed
        {
            let (title, _) = crate::window::trouble_words(view.words, trouble);
            let words = view.tr_with("push-no-school", &[("reason", Value::from(&title))]);
            caption(ui, &words);
        }
    }
}
