//! Choosing, changing and removing the secret of the pupil in front.

use egui::Ui;
use hotaru_content::shelf::{LockKind, WeakSecret};
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::{Button, Notice, StatusLine, Tone};
use hotaru_ui::words::Words;
use hotaru_ui::{Icon, TextLine};

use super::secret::{SecretInput, ask};
use crate::study::Problem;
use crate::window::{Place, View, problem_words};
use crate::worker::{Command, Secret};

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Step {
    /// It says how things stand.
    #[default]
    Rest,
    /// Which kind?
    Kind,
    /// Entered for the first time.
    First(LockKind),
    /// Entered once more.
    Again(LockKind),
    /// It is to be removed; really?
    Remove,
    /// The worker is at it, for about a second.
    Working,
}

/// Its state.
#[derive(Debug, Default)]
pub struct LockForm {
    step: Step,
    input: SecretInput,
    first: Secret,
    /// Why something was not taken: what happened, and what to do.
    fault: Option<(String, String)>,
    /// What was done last, by its key.
    done: Option<&'static str>,
    /// Whether the step has just begun: it is brought into sight.
    is_new: bool,
    /// Whether a lock is being taken away.
    removes: bool,
}

impl LockForm {
    /// A form that begins with the choice of a kind.
    #[must_use]
    pub fn choosing() -> Self {
        Self {
            step: Step::Kind,
            ..Self::default()
        }
    }

    /// What came of it.
    pub fn set(&mut self, words: &Words, result: &Result<(), Problem>) {
        let removes = self.removes;
        *self = Self::default();
        match result {
            Ok(()) => self.done = Some(if removes { "lock-removed" } else { "lock-made" }),
            Err(problem) => {
                let detail = problem.to_string();
                self.fault = Some(problem_words(words, problem.code(), &detail));
            }
        }
    }

    /// Draws it as a part of the settings.
    pub(super) fn section_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let Some(lock) = view.snapshot.lock() else {
            return;
        };
        subheading(ui, &view.tr("lock-title"));
        if self.step != Step::Rest {
            return self.steps_ui(ui, view);
        }
        if let Some(done) = self.done {
            let (title, text) = (view.tr(done), view.tr(&format!("{done}-next")));
            let notice = Notice::new(Tone::Good, &title).text(&text).closable();
            if notice.show(ui).closed {
                self.done = None;
            }
        }
        self.fault_ui(ui);
        caption(ui, &view.tr("lock-why"));
        let key = match lock.kind {
            None => "lock-none",
            Some(LockKind::Pin) => "lock-is-pin",
            Some(LockKind::Picture) => "lock-is-picture",
            Some(LockKind::Passphrase) => "lock-is-passphrase",
        };
        TextLine::words(&view.tr(key)).show(ui);
        ui.horizontal_wrapped(|ui| {
            if lock.kind.is_none() {
                if Button::new(&view.tr("lock-set"))
                    .with_icon(Icon::Lock)
                    .show(ui)
                {
                    self.go(Step::Kind);
                }
                return;
            }
            let now = view.tr("lock-now");
            if Button::new(&now).with_icon(Icon::Lock).show(ui) {
                view.worker.send(Command::LockNow);
            }
            if Button::new(&view.tr("lock-change")).show(ui) {
                self.go(Step::Kind);
            }
            if Button::new(&view.tr("lock-remove")).show(ui) {
                self.go(Step::Remove);
            }
        });
    }

    /// Draws it as a page of its own, after a code has opened.
    pub fn page_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "renew-lock", |ui| {
            heading(ui, &view.tr("renew-title"));
            TextLine::words(&view.tr("renew-text")).show(ui);
            if matches!(self.step, Step::Rest | Step::Kind) {
                self.fault_ui(ui);
            }
            if self.step == Step::Rest {
                // Given up, or not taken: it can be begun again.
                self.go(Step::Kind);
            }
            self.steps_ui(ui, view);
            ui.add_space(view.theme.space.medium);
            if self.step != Step::Working && Button::new(&view.tr("renew-later")).show(ui) {
                view.go = Some(Place::Today);
            }
        });
    }

    fn go(&mut self, step: Step) {
        self.step = step;
        self.input = SecretInput::default();
        self.done = None;
        self.is_new = true;
    }

    fn steps_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        // Of a step that follows in this frame, the next frame knows the place.
        let is_new = std::mem::take(&mut self.is_new);
        let shown = ui.vertical(|ui| match self.step {
            Step::Rest => {}
            Step::Kind => self.kinds_ui(ui, view),
            Step::First(kind) => self.first_ui(ui, view, kind),
            Step::Again(kind) => self.again_ui(ui, view, kind),
            Step::Remove => self.remove_ui(ui, view),
            Step::Working => {
                StatusLine::new(Tone::Info, &view.tr("lock-working"))
                    .icon(Icon::Wait)
                    .show(ui);
            }
        });
        if is_new {
            let rect = shown.response.rect;
            let is_higher = rect.height() > ui.clip_rect().height();
            ui.scroll_to_rect(rect, is_higher.then_some(egui::Align::TOP));
        }
    }

    fn kinds_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        TextLine::words(&view.tr("lock-kind")).bold().show(ui);
        let pupil = view.snapshot.pupil.as_ref();
        for kind in kinds(pupil.map_or("", |entry| entry.grade.as_str())) {
            let (name, rule) = match kind {
                LockKind::Pin => ("lock-kind-pin", "lock-rule-pin"),
                LockKind::Picture => ("lock-kind-picture", "lock-rule-picture"),
                LockKind::Passphrase => ("lock-kind-passphrase", "lock-rule-passphrase"),
            };
            if Button::new(&view.tr(name)).show(ui) {
                self.fault = None;
                self.go(Step::First(kind));
            }
            caption(ui, &view.tr(rule));
        }
        if view.place == Place::Settings {
            self.cancel_ui(ui, view);
        }
    }

    fn first_ui(&mut self, ui: &mut Ui, view: &View<'_>, kind: LockKind) {
        self.fault_ui(ui);
        let rule = match kind {
            LockKind::Pin => "lock-rule-pin",
            LockKind::Picture => "lock-rule-picture",
            LockKind::Passphrase => "lock-rule-passphrase",
        };
        TextLine::words(&view.tr(rule)).show(ui);
        ask(ui, view, kind);
        if self.input.ui(ui, view, kind, &view.tr("lock-next")) {
            let secret = self.input.take();
            match kind.ensure_strong(&secret.0) {
                Ok(()) => {
                    self.fault = None;
                    self.first = secret;
                    self.go(Step::Again(kind));
                }
                Err(weak) => self.fault = Some(weak_words(view, weak)),
            }
        }
        self.cancel_ui(ui, view);
    }

    fn again_ui(&mut self, ui: &mut Ui, view: &View<'_>, kind: LockKind) {
        TextLine::words(&view.tr("lock-again")).bold().show(ui);
        if self.input.ui(ui, view, kind, &view.tr("lock-choose")) {
            let (secret, first) = (self.input.take(), std::mem::take(&mut self.first));
            if secret.0 == first.0 {
                self.go(Step::Working);
                let chosen = Some((kind, secret));
                view.worker.send(Command::SetLock(chosen));
            } else {
                self.fault = Some((view.tr("lock-differs"), view.tr("lock-differs-next")));
                self.go(Step::First(kind));
            }
        }
        self.cancel_ui(ui, view);
    }

    fn remove_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        TextLine::words(&view.tr("lock-remove-sure")).show(ui);
        ui.horizontal_wrapped(|ui| {
            if Button::danger(&view.tr("lock-remove")).show(ui) {
                self.go(Step::Working);
                self.removes = true;
                view.worker.send(Command::SetLock(None));
            }
            if Button::new(&view.tr("lock-cancel")).show(ui) {
                *self = Self::default();
            }
        });
    }

    fn cancel_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        ui.add_space(view.theme.space.small);
        let can = !matches!(self.step, Step::Rest | Step::Working);
        if can && Button::new(&view.tr("lock-cancel")).show(ui) {
            *self = Self::default();
        }
    }

    fn fault_ui(&self, ui: &mut Ui) {
        if let Some((title, text)) = &self.fault {
            Notice::new(Tone::Warn, title).text(text).show(ui);
        }
    }
}

/// Lower grades are offered pictures first.
fn kinds(grade: &str) -> [LockKind; 3] {
    match grade {
        "P1" | "P2" | "P3" => [LockKind::Picture, LockKind::Pin, LockKind::Passphrase],
        _ => [LockKind::Pin, LockKind::Picture, LockKind::Passphrase],
    }
}

fn weak_words(view: &View<'_>, weak: WeakSecret) -> (String, String) {
    let title = view.tr("problem-weak-secret");
    let text = match weak {
        WeakSecret::Length { least, most } => {
            let args = [("least", least.into()), ("most", most.into())];
            view.words.get_with("weak-length", &args)
        }
        WeakSecret::Characters => view.tr("weak-characters"),
        WeakSecret::Common => view.tr("weak-common"),
    };
    (title, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kind_follows_the_grade() {
        assert_eq!(kinds("P2")[0], LockKind::Picture);
        assert_eq!(kinds("P4")[0], LockKind::Pin);
        assert_eq!(kinds("J1")[0], LockKind::Pin);
        assert_eq!(kinds("")[0], LockKind::Pin);
    }
}
