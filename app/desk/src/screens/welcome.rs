//! Before anybody is signed in: the first start, and the starts after signing out.

use egui::Ui;
use hotaru_ui::page::{caption, scrolling};
use hotaru_ui::widget::{EmptyState, Notice, Tone};
use hotaru_ui::words::Words;
use hotaru_ui::{TextLine, TextSize};

use super::sign_in::SignInForm;
use crate::window::{View, trouble_words};
use crate::worker::Stage;

/// Draws it.
pub(crate) fn ui(ui: &mut Ui, view: &View<'_>, form: &mut SignInForm) {
    if let Stage::SignedOut { .. } = view.snapshot.stage {
        form.fill(&view.snapshot.cloud, &view.snapshot.name);
    }
    scrolling(ui, "welcome", |ui| {
        let width = view.theme.reading_width(TextSize::Body);
        ui.set_max_width(width.min(ui.available_width()));
        TextLine::words(&view.tr("desk-welcome-title"))
            .size(TextSize::Display)
            .bold()
            .show(ui);
        if view.snapshot.stage == Stage::FirstStart {
            TextLine::words(&view.tr("desk-welcome-text"))
                .size(TextSize::Lead)
                .show(ui);
        }
        form.ui(ui, view);
    });
}

/// While the folder is being opened, or where it cannot be.
pub(crate) fn not_open_ui(ui: &mut Ui, words: &Words, stage: &Stage) {
    match stage {
        Stage::Failed(trouble) => {
            let (title, text) = trouble_words(words, trouble);
            Notice::new(Tone::Bad, &title).text(&text).show(ui);
            caption(ui, &trouble.detail);
        }
        _ => {
            EmptyState::new(&words.get("desk-opening")).show(ui);
        }
    }
}
