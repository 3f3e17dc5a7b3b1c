//! The first start: the school's address and the teacher's token.

use egui::{Key, Ui};
use hotaru_ui::page::{caption, scrolling, subheading};
use hotaru_ui::widget::{Button, EmptyState, Notice, TextField, Tone};
use hotaru_ui::words::Words;
use hotaru_ui::{TextLine, TextSize};

use crate::window::{View, trouble_words};
use crate::worker::{Command, Stage};

/// Draws it.
pub(crate) fn ui(ui: &mut Ui, view: &View<'_>, form: &mut SignInForm) {
    scrolling(ui, "welcome", |ui| {
        let width = view.theme.reading_width(TextSize::Body);
        ui.set_max_width(width.min(ui.available_width()));
        TextLine::words(&view.tr("desk-welcome-title"))
            .size(TextSize::Display)
            .bold()
            .show(ui);
        TextLine::words(&view.tr("desk-welcome-text"))
            .size(TextSize::Lead)
            .show(ui);
        subheading(ui, &view.tr("sign-in-title"));
        caption(ui, &view.tr("sign-in-text"));
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

/// Address and token.
#[derive(Default)]
pub(crate) struct SignInForm {
    cloud: String,
    token: String,
    /// The school was asked and has not answered yet.
    pub(crate) waits: bool,
}

impl SignInForm {
    /// A form for the school that is connected now.
    pub(crate) fn at(cloud: String) -> Self {
        Self {
            cloud,
            ..Self::default()
        }
    }

    pub(crate) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let (name, hint) = (view.tr("sign-in-cloud"), view.tr("sign-in-cloud-hint"));
        ui.add_enabled_ui(!self.waits, |ui| {
            TextField::new(&name, &mut self.cloud)
                .hint(&hint)
                .max_chars(500)
                .show(ui);
            let name = view.tr("sign-in-token");
            TextField::new(&name, &mut self.token)
                .max_chars(200)
                .secret()
                .show(ui);
            let whole = !self.cloud.trim().is_empty() && !self.token.trim().is_empty();
            let key = if self.waits {
                "sign-in-waiting"
            } else {
                "sign-in-do"
            };
            if Button::primary(&view.tr(key))
                .key(Key::Enter)
                .enabled(whole)
                .show(ui)
            {
                self.waits = true;
                let (cloud, token) = (self.cloud.clone(), self.token.clone());
                view.send(Command::SignIn { cloud, token });
            }
        });
    }
}
