//! The first start: the sample class, or joining by address and code.

use egui::{Key, Ui};
use hotaru_sync::client::terminal::SignIn;
use hotaru_ui::page::{caption, scrolling, subheading};
use hotaru_ui::widget::{Button, EmptyState, Notice, TextField, Tone};
use hotaru_ui::words::Words;
use hotaru_ui::{Icon, TextLine, TextSize};

use crate::window::{View, problem_words};
use crate::worker::{Command, Stage};

/// Its state.
#[derive(Debug, Default)]
pub struct WelcomeScreen {
    join: JoinForm,
}

impl WelcomeScreen {
    /// What came of a join is known.
    pub fn joined(&mut self) {
        self.join.waits = false;
    }

    /// Draws it; whether the sample class is wanted.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) -> bool {
        let mut sample = false;
        scrolling(ui, "welcome", |ui| {
            TextLine::words(&view.tr("welcome-title"))
                .size(TextSize::Display)
                .bold()
                .show(ui);
            TextLine::words(&view.tr("welcome-text"))
                .size(TextSize::Lead)
                .show(ui);
            subheading(ui, &view.tr("join-title"));
            caption(ui, &view.tr("join-text"));
            self.join.ui(ui, view);
            subheading(ui, &view.tr("sample-title"));
            caption(ui, &view.tr("sample-text"));
            sample = Button::new(&view.tr("sample-try"))
                .with_icon(Icon::Firefly)
                .show(ui);
        });
        sample
    }

    /// While the profile is being opened, or where it cannot be.
    pub fn not_open_ui(ui: &mut Ui, words: &Words, stage: &Stage) {
        match stage {
            Stage::Failed { code, detail } => {
                let (title, text) = problem_words(words, code, detail);
                Notice::new(Tone::Bad, &title).text(&text).show(ui);
                caption(ui, detail);
            }
            _ => {
                EmptyState::new(&words.get("opening")).show(ui);
            }
        }
    }
}

/// A code and a number, or a login card's code; and the school's address.
#[derive(Debug, Default)]
pub(super) struct JoinForm {
    cloud: String,
    code: String,
    number: String,
    /// The school was asked and has not answered yet.
    pub(super) waits: bool,
}

impl JoinForm {
    /// The form for a school whose address is known.
    pub(super) fn of(cloud: &str) -> Self {
        Self {
            cloud: cloud.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let enabled = !self.waits;
        ui.add_enabled_ui(enabled, |ui| {
            let (name, hint) = (view.tr("join-code"), view.tr("join-code-hint"));
            TextField::new(&name, &mut self.code)
                .hint(&hint)
                .max_chars(300)
                .show(ui);
            let has_card = SignIn::is_card(&self.code);
            if let Some(address) = SignIn::address_on_card(&self.code) {
                address.clone_into(&mut self.cloud);
            }
            let (name, hint) = (view.tr("join-cloud"), view.tr("join-cloud-hint"));
            TextField::new(&name, &mut self.cloud)
                .hint(&hint)
                .max_chars(200)
                .show(ui);
            let number = self.number();
            if has_card {
                Notice::new(Tone::Good, &view.tr("join-card"))
                    .text(&view.tr("join-card-text"))
                    .show(ui);
            } else {
                let fault = view.tr("join-number-fault");
                let wrong =
                    (!self.number.trim().is_empty() && number.is_none()).then_some(fault.as_str());
                TextField::new(&view.tr("join-number"), &mut self.number)
                    .hint("7")
                    .fault(wrong)
                    .max_chars(2)
                    .show(ui);
            }
            let code = self.code.trim().to_owned();
            let sign_in = match number {
                _ if self.cloud.trim().is_empty() || code.is_empty() => None,
                _ if has_card => Some(SignIn::Card(code)),
                number => number.map(|number| SignIn::Code { code, number }),
            };
            let words = view.tr(if self.waits {
                "join-waiting"
            } else {
                "join-do"
            });
            let join = Button::primary(&words)
                .key(Key::Enter)
                .enabled(sign_in.is_some());
            if join.show(ui)
                && let Some(sign_in) = sign_in
            {
                self.waits = true;
                let cloud = self.cloud.trim().to_owned();
                view.worker.send(Command::Join { cloud, sign_in });
            }
        });
    }

    fn number(&self) -> Option<u16> {
        self.number
            .trim()
            .parse()
            .ok()
            .filter(|number| (1..=99).contains(number))
    }
}
