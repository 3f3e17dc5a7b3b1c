//! Signing in: a name and its passphrase, an account's first time, or a printed token.

use egui::{Key, Response, Ui};
use hotaru_sync::wire::{MAX_PASSPHRASE_CHARS, MAX_SIGN_IN_CHARS, StaffSecrets};
use hotaru_ui::page::{caption, subheading};
use hotaru_ui::widget::{Button, Notice, TextField, Tone};

use super::set_up::SetUpForm;
use crate::problem::Problem;
use crate::window::View;
use crate::worker::{Command, Credentials, Secret, Stage};

/// By which way somebody comes in.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Way {
    #[default]
    Name,
    SetUp,
    Token,
}

/// Address, name and passphrase; a code where the school wants one.
#[derive(Default)]
pub(crate) struct SignInForm {
    way: Way,
    cloud: String,
    name: String,
    passphrase: String,
    code: String,
    token: String,
    set_up: SetUpForm,
    /// The school wants a code as well.
    asks_code: bool,
    /// The account was made a moment ago.
    is_new: bool,
    /// What was known of who was here before is filled in.
    is_filled: bool,
    /// The school was asked and has not answered yet.
    waits: bool,
}

impl SignInForm {
    /// Fills in who was here before, once.
    pub(crate) fn fill(&mut self, cloud: &str, name: &str) {
        if !std::mem::replace(&mut self.is_filled, true) {
            (self.cloud, self.name) = (cloud.to_owned(), name.to_owned());
        }
    }

    /// Why she is not signed in, where it is to be said.
    pub(crate) fn refused(&mut self, problem: Problem) -> Option<Problem> {
        self.waits = false;
        // A code counts once, whatever else was wrong.
        self.code.clear();
        if matches!(problem, Problem::CodeNeeded) {
            self.asks_code = true;
            return None;
        }
        Some(problem)
    }

    /// The account has its passphrase.
    pub(crate) fn secrets(&mut self, secrets: StaffSecrets) {
        self.waits = false;
        self.set_up.secrets = Some(secrets);
    }

    /// The account was not set up.
    pub(crate) fn not_set_up(&mut self) {
        self.waits = false;
        self.set_up.code.clear();
    }

    /// The account is ready: she signs in with what she chose.
    pub(crate) fn confirmed(&mut self) {
        let made = std::mem::take(&mut self.set_up);
        *self = Self {
            cloud: std::mem::take(&mut self.cloud),
            passphrase: made.passphrase,
            asks_code: true,
            is_new: true,
            is_filled: true,
            ..Self::default()
        };
    }

    pub(crate) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        if let Stage::SignedOut { over: true } = view.snapshot.stage {
            Notice::new(Tone::Info, &view.tr("session-over"))
                .text(&view.tr("session-over-next"))
                .show(ui);
        }
        let enabled = !self.waits;
        ui.add_enabled_ui(enabled, |ui| match self.way {
            Way::Name => self.name_ui(ui, view),
            Way::SetUp => self.set_up_ui(ui, view),
            Way::Token => self.token_ui(ui, view),
        });
        let shown = self.way;
        let ways = [
            (Way::Name, "sign-in-way-name"),
            (Way::SetUp, "sign-in-way-setup"),
            (Way::Token, "sign-in-way-token"),
        ];
        ui.add_space(view.theme.space.large);
        ui.add_enabled_ui(enabled, |ui| {
            ui.horizontal_wrapped(|ui| {
                for (way, key) in ways.into_iter().filter(|(way, _)| *way != shown) {
                    if Button::new(&view.tr(key)).show(ui) {
                        self.way = way;
                    }
                }
            });
        });
    }

    fn cloud_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let (name, hint) = (view.tr("sign-in-cloud"), view.tr("sign-in-cloud-hint"));
        TextField::new(&name, &mut self.cloud)
            .hint(&hint)
            .max_chars(500)
            .show(ui);
    }

    fn name_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        subheading(ui, &view.tr("sign-in-title"));
        let key = if self.is_new {
            "sign-in-new"
        } else {
            "sign-in-text"
        };
        caption(ui, &view.tr(key));
        self.cloud_ui(ui, view);
        TextField::new(&view.tr("sign-in-name"), &mut self.name)
            .max_chars(MAX_SIGN_IN_CHARS)
            .show(ui);
        let field = TextField::new(&view.tr("sign-in-passphrase"), &mut self.passphrase)
            .max_chars(MAX_PASSPHRASE_CHARS)
            .secret()
            .show(ui);
        let mut entered = is_entered(ui, &field);
        if self.asks_code {
            let field = TextField::new(&view.tr("sign-in-code"), &mut self.code)
                .max_chars(64)
                .show(ui);
            entered |= is_entered(ui, &field);
            caption(ui, &view.tr("sign-in-code-how"));
        }
        let has_code = !self.asks_code || !self.code.trim().is_empty();
        let whole = [&self.cloud, &self.name]
            .iter()
            .all(|text| !text.trim().is_empty())
            && !self.passphrase.is_empty()
            && has_code;
        if self.do_ui(ui, view, "sign-in-do", (whole, entered)) {
            self.send(
                view,
                Credentials::Passphrase {
                    name: self.name.clone(),
                    passphrase: Secret(self.passphrase.clone()),
                    code: Secret(self.code.clone()),
                },
            );
        }
    }

    fn token_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        subheading(ui, &view.tr("sign-in-token-title"));
        caption(ui, &view.tr("sign-in-token-text"));
        self.cloud_ui(ui, view);
        let field = TextField::new(&view.tr("sign-in-token"), &mut self.token)
            .max_chars(200)
            .secret()
            .show(ui);
        let entered = is_entered(ui, &field);
        let whole = !self.cloud.trim().is_empty() && !self.token.trim().is_empty();
        if self.do_ui(ui, view, "sign-in-connect", (whole, entered)) {
            self.send(view, Credentials::Token(Secret(self.token.clone())));
        }
    }

    fn set_up_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        subheading(ui, &view.tr("setup-title"));
        if let Some(secrets) = self.set_up.secrets.clone() {
            let entered = self.set_up.secrets_ui(ui, view, &secrets);
            let whole = !self.set_up.code.trim().is_empty();
            if self.do_ui(ui, view, "setup-confirm", (whole, entered)) {
                self.waits = true;
                view.send(self.set_up.confirm(&self.cloud));
            }
            return;
        }
        caption(ui, &view.tr("setup-text"));
        self.cloud_ui(ui, view);
        let (is_filled, entered) = self.set_up.ui(ui, view);
        let whole = is_filled && !self.cloud.trim().is_empty();
        if self.do_ui(ui, view, "setup-do", (whole, entered)) {
            self.waits = true;
            view.send(self.set_up.begin(&self.cloud));
        }
    }

    /// The one button that goes on; while the school is asked it says so. Enter in the last
    /// field presses it, too.
    fn do_ui(
        &self,
        ui: &mut Ui,
        view: &View<'_>,
        key: &str,
        (whole, entered): (bool, bool),
    ) -> bool {
        ui.add_space(view.theme.space.small);
        let key = if self.waits { "sign-in-waiting" } else { key };
        let whole = whole && !self.waits;
        let pressed = Button::primary(&view.tr(key))
            .key(Key::Enter)
            .enabled(whole)
            .show(ui);
        pressed || (whole && entered)
    }

    fn send(&mut self, view: &View<'_>, as_whom: Credentials) {
        self.waits = true;
        let cloud = self.cloud.clone();
        view.send(Command::SignIn { cloud, as_whom });
    }
}

/// Whether Enter was pressed in a field.
pub(super) fn is_entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}
