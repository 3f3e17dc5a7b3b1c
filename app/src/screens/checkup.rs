//! The check of this terminal's profile, as a part of the settings.

use egui::Ui;
use hotaru_content::shelf::{CheckFinding, Fault};
use hotaru_ui::page::{caption, subheading};
use hotaru_ui::widget::{Button, Notice, ProgressBar, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{TextLine, Theme};

use crate::study::{extent_words, finding_words, verdict_words};
use crate::window::{View, problem_words, size};
use crate::worker::{CheckState, Command};

/// What is known, or the button that asks.
pub(super) fn ui(ui: &mut Ui, view: &View<'_>) {
    subheading(ui, &view.tr("check-title"));
    match &view.snapshot.check {
        CheckState::Unasked => caption(ui, &view.tr("check-why")),
        CheckState::Running { done, all } => {
            let (done_words, all_words) = (size(view.words, *done), size(view.words, *all));
            let args = [
                ("done", Value::from(&done_words)),
                ("all", Value::from(&all_words)),
            ];
            let words = view.words.get_with("check-running", &args);
            ProgressBar::new(*done as f32 / (*all).max(1) as f32, &words).show(ui);
            if Button::new(&view.tr("check-stop")).show(ui) {
                view.worker.send(Command::StopCheck);
            }
            return;
        }
        CheckState::Failed { code, detail } => {
            let (title, text) = problem_words(view.words, code, detail);
            Notice::new(Tone::Bad, &title).text(&text).show(ui);
        }
        CheckState::Done { checkup, repaired } => {
            let verdict = verdict_words(view.words, checkup, *repaired);
            let extent = extent_words(view.words, checkup);
            let repair = view.tr("check-repair");
            let tone = if checkup.is_sound() {
                Tone::Good
            } else {
                Tone::Warn
            };
            let mut notice = Notice::new(tone, &verdict).text(&extent);
            if checkup.can_mend() {
                notice = notice.action(&repair);
            }
            if notice.show(ui).acted {
                view.worker.send(Command::CheckUp { repair: true });
            }
            let theme = Theme::of(ui.ctx());
            // What is still to come stands under every screen, and changes as it comes.
            let is_shown = |found: &&CheckFinding| !matches!(found.fault, Fault::Waiting { .. });
            for found in checkup.findings.iter().filter(is_shown) {
                let (title, next) = finding_words(view.words, found);
                ui.add_space(theme.space.tight);
                TextLine::words(&title).show(ui);
                caption(ui, &next);
            }
        }
    }
    ui.add_space(Theme::of(ui.ctx()).space.small);
    if Button::new(&view.tr("check-open")).show(ui) {
        view.worker.send(Command::CheckUp { repair: false });
    }
}
