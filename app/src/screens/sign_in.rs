//! Opening a study that is locked: with its secret, or with a code that a teacher reads out.

use std::time::Duration;

use egui::Ui;
use hotaru_content::id::PupilId;
use hotaru_content::shelf::{LockKind, LockState, OFFLINE_DAYS, PupilEntry, WARN_DAYS};
use hotaru_ui::page::{caption, scrolling};
use hotaru_ui::widget::{Button, Notice, StatusLine, Tone};
use hotaru_ui::words::{Value, Words};
use hotaru_ui::{Icon, TextLine, TextSize};

use super::common::{Part, beside, pupil_words};
use super::secret::{SecretInput, ask};
use super::unlock_code::CodeInput;
use crate::study::Problem;
use crate::window::{View, problem_words};
use crate::worker::{Command, Snapshot, UnlockWith};

/// Its state.
#[derive(Debug, Default)]
pub struct SignInScreen {
    /// Who was in front when this was entered.
    pupil: Option<PupilId>,
    input: SecretInput,
    /// Where a code is being entered instead.
    code: Option<CodeInput>,
    /// A try is under way.
    waits: bool,
    /// What came of the last one: what happened, and what to do.
    fault: Option<(String, String)>,
    /// That is still to be brought into sight.
    is_new: bool,
}

impl SignInScreen {
    /// What came of a try is known; whether a code opened, so that a new secret is to be
    /// chosen.
    pub fn tried(&mut self, words: &Words, result: &Result<(), Problem>) -> bool {
        self.waits = false;
        self.is_new = true;
        self.fault = match result {
            Ok(()) => {
                let was_code = self.code.is_some();
                *self = Self::default();
                return was_code;
            }
            Err(problem) => Some(problem_words(words, problem.code(), &problem.to_string())),
        };
        false
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let snapshot = view.snapshot;
        let (Some(front), Some(lock)) = (&snapshot.pupil, snapshot.lock()) else {
            return;
        };
        let Some(kind) = lock.kind else {
            return;
        };
        if self.pupil != Some(front.pupil) {
            *self = Self {
                pupil: Some(front.pupil),
                ..Self::default()
            };
        }
        let is_over = lock.days_left.is_some_and(|days| days <= 0);
        if is_over {
            self.code.get_or_insert_default();
        }
        let wait = Wait::of(snapshot, &lock);
        if let Some(wait) = wait {
            ui.ctx().request_repaint_after(wait.changes_in);
        }
        let theme = view.theme;
        scrolling(ui, "sign-in", |ui| {
            let seen = Seen {
                view,
                front,
                lock: &lock,
                wait,
                is_over,
            };
            let width = match self.code.is_some() {
                true => CodeInput::width(theme),
                false => SecretInput::width(theme, kind),
            };
            beside(ui, theme, width, self, |ui, me, part| {
                match me.code.is_some() {
                    true => me.code_ui(ui, &seen, part),
                    false => me.secret_ui(ui, &seen, kind, part),
                }
            });
        });
    }

    /// Whose study it is, what there is to be known, and where the secret is entered.
    fn secret_ui(&mut self, ui: &mut Ui, seen: &Seen<'_, '_>, kind: LockKind, part: Part) {
        let view = seen.view;
        if part.has_left() {
            let mut size = TextSize::Title;
            if part == Part::Left {
                caption(ui, &view.tr("sign-in-title"));
                size = TextSize::Display;
            }
            let who = pupil_words(view.words, seen.front);
            TextLine::words(&who).size(size).bold().show(ui);
            self.state_ui(ui, seen);
        }
        if part.has_right() {
            ask(ui, view, kind);
            let can_try = !self.waits && seen.wait.is_none();
            ui.add_enabled_ui(can_try, |ui| {
                if self.input.ui(ui, view, kind, &view.tr("sign-in-do")) {
                    let with = UnlockWith::Secret(self.input.take());
                    self.send(view, with);
                }
            });
            ui.add_space(view.theme.space.small);
            let words = view.tr("sign-in-forgot");
            if Button::new(&words).enabled(!self.waits).show(ui) {
                self.fault = None;
                self.code = Some(CodeInput::default());
            }
        }
        if part.has_left() {
            days_ui(ui, view, seen.lock);
            pupils_ui(ui, view, !self.waits);
        }
    }

    /// What helps, and where a code is entered.
    fn code_ui(&mut self, ui: &mut Ui, seen: &Seen<'_, '_>, part: Part) {
        let view = seen.view;
        let has_code = seen.lock.code.is_some();
        if part.has_left() {
            let key = if seen.is_over {
                "code-over"
            } else {
                "code-forgot"
            };
            let title = TextLine::words(&view.tr(key)).size(TextSize::Title);
            title.bold().show(ui);
            TextLine::words(&view.tr("code-kept")).show(ui);
            CodeInput::ways_ui(ui, view, seen.front, seen.lock, seen.is_over);
            self.state_ui(ui, seen);
        }
        if part.has_right()
            && has_code
            && let Some(input) = &mut self.code
        {
            let can_try = !self.waits && seen.wait.is_none();
            let entered = ui.add_enabled_ui(can_try, |ui| input.ui(ui, view));
            if let Some(code) = entered.inner {
                self.send(view, UnlockWith::Code(code));
            }
        }
        let is_backs_place = match has_code {
            true => part.has_right(),
            false => part.has_left(),
        };
        if is_backs_place && !seen.is_over {
            ui.add_space(view.theme.space.small);
            let words = view.tr("go-back");
            if Button::new(&words).enabled(!self.waits).show(ui) {
                self.fault = None;
                self.code = None;
            }
        }
        if part.has_left() {
            pupils_ui(ui, view, !self.waits);
        }
    }

    fn send(&mut self, view: &View<'_>, with: UnlockWith) {
        self.waits = true;
        self.fault = None;
        view.worker.send(Command::Unlock(with));
    }

    /// What is going on: a try, a wait, or what came of the last try.
    fn state_ui(&mut self, ui: &mut Ui, seen: &Seen<'_, '_>) {
        let view = seen.view;
        let shown = if self.waits {
            StatusLine::new(Tone::Info, &view.tr("sign-in-waiting"))
                .icon(Icon::Wait)
                .show(ui)
        } else if let Some(wait) = seen.wait {
            let args = [("seconds", wait.seconds.into())];
            let title = view.words.get_with("sign-in-slowed", &args);
            let text = view.tr("sign-in-slowed-text");
            Notice::new(Tone::Info, &title)
                .text(&text)
                .show(ui)
                .response
        } else if let Some((title, text)) = &self.fault {
            Notice::new(Tone::Warn, title).text(text).show(ui).response
        } else {
            return;
        };
        if std::mem::take(&mut self.is_new) {
            shown.scroll_to_me(None);
        }
    }
}

/// What the parts of the screen see.
struct Seen<'a, 'b> {
    view: &'a View<'b>,
    front: &'a PupilEntry,
    lock: &'a LockState,
    wait: Option<Wait>,
    is_over: bool,
}

/// The pupils of this terminal, where there are several.
fn pupils_ui(ui: &mut Ui, view: &View<'_>, enabled: bool) {
    let snapshot = view.snapshot;
    if snapshot.pupils.len() < 2 {
        return;
    }
    caption(ui, &view.tr("sign-in-who"));
    ui.horizontal_wrapped(|ui| {
        for entry in &snapshot.pupils {
            let is_front = snapshot.pupil.as_ref().is_some_and(|front| front == entry);
            let words = pupil_words(view.words, entry);
            let mut button = Button::new(&words).selected(is_front).enabled(enabled);
            let mut locks = snapshot.locks.iter();
            if locks.any(|(pupil, lock)| *pupil == entry.pupil && !lock.is_open) {
                button = button.with_icon(Icon::Lock);
            }
            if button.show(ui) && !is_front {
                view.worker.send(Command::Select(entry.pupil));
            }
        }
    });
}

/// That the school should be heard of soon, where that is so.
pub(super) fn days_ui(ui: &mut Ui, view: &View<'_>, lock: &LockState) {
    let Some(days) = lock.days_left.filter(|days| *days <= WARN_DAYS) else {
        return;
    };
    let (title, text) = if days > 0 {
        // Both are far below 2^53, where this is exact.
        let [days, all] = [days, OFFLINE_DAYS].map(|days| Value::Number(days as f64));
        (
            view.words.get_with("days-left", &[("days", days)]),
            view.words.get_with("days-left-next", &[("all", all)]),
        )
    } else {
        (view.tr("days-over"), view.tr("days-over-next"))
    };
    Notice::new(Tone::Info, &title).text(&text).show(ui);
}

/// A wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wait {
    /// Whole seconds that are left, begun ones included; 1 at least.
    seconds: u64,
    /// When that number is another one.
    changes_in: Duration,
}

impl Wait {
    fn of(snapshot: &Snapshot, lock: &LockState) -> Option<Self> {
        Self::after(lock.wait_ms, snapshot.taken.elapsed())
    }

    /// What is left of `wait_ms` milliseconds when `gone` has gone by; none once it is over.
    fn after(wait_ms: u64, gone: Duration) -> Option<Self> {
        let left = Duration::from_millis(wait_ms).checked_sub(gone)?;
        let seconds = u64::try_from(left.as_nanos().div_ceil(1_000_000_000)).ok()?;
        let changes_in = left.checked_sub(Duration::from_secs(seconds.checked_sub(1)?))?;
        Some(Self {
            seconds,
            changes_in,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_counts_whole_seconds_down_and_is_looked_at_once_in_each() {
        let at = |gone_ms| Wait::after(30_000, Duration::from_millis(gone_ms));
        let wait = |seconds, ms| {
            Some(Wait {
                seconds,
                changes_in: Duration::from_millis(ms),
            })
        };
        assert_eq!(at(0), wait(30, 1000));
        assert_eq!(at(1), wait(30, 999));
        assert_eq!(at(1000), wait(29, 1000));
        assert_eq!(at(29_999), wait(1, 1));
        assert_eq!(at(30_000), None);
        assert_eq!(at(90_000), None);
        assert_eq!(Wait::after(0, Duration::ZERO), None);
        // Each look leads to the next number, and to no more looks than there are seconds.
        let (mut gone, mut looks) = (Duration::from_millis(137), 0);
        while let Some(wait) = Wait::after(30_000, gone) {
            gone += wait.changes_in;
            looks += 1;
        }
        assert_eq!((looks, gone), (30, Duration::from_secs(30)));
    }
}
