//! Signing in: a name and its passphrase, an identity provider of the school, an account's first
//! time, or a printed token.

use egui::{Key, Response, Ui};
use hotaru_sync::wire::{MAX_PASSPHRASE_CHARS, MAX_SIGN_IN_CHARS, StaffSecrets};
use hotaru_ui::page::{caption, subheading};
use hotaru_ui::widget::{Button, Notice, TextField, Tone};
use hotaru_ui::words::Value;

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
    /// The address whose school was asked how to sign in there.
    asked: String,
    /// Its identity providers.
    providers: Vec<String>,
    /// A browser is at one of them: where it was sent to.
    browser: Option<String>,
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
        self.browser = None;
        // A code counts once, whatever else was wrong.
        self.code.clear();
        if matches!(problem, Problem::CodeNeeded) {
            self.asks_code = true;
            return None;
        }
        Some(problem)
    }

    /// How to sign in at a school, where it is still the one in question.
    pub(crate) fn ways(&mut self, cloud: &str, providers: Vec<String>) {
        if cloud == self.asked {
            self.providers = providers;
        }
    }

    /// A browser was sent to a provider.
    pub(crate) fn browser(&mut self, address: String) {
        // She may have given up in this moment.
        self.browser = Some(address).filter(|_| self.waits);
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
        if let Some(address) = self.browser.clone() {
            self.browser_ui(ui, view, &address);
            return;
        }
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
        let field = TextField::new(&name, &mut self.cloud)
            .hint(&hint)
            .max_chars(500)
            .show(ui);
        let cloud = self.cloud.trim();
        // Not while she is still typing it.
        if !field.has_focus() && cloud != self.asked {
            self.asked = cloud.to_owned();
            self.providers.clear();
            if !cloud.is_empty() {
                let cloud = cloud.to_owned();
                view.send(Command::AskWays { cloud });
            }
        }
    }

    /// While a browser is at a provider: what to do there, and the ways on and back.
    fn browser_ui(&mut self, ui: &mut Ui, view: &View<'_>, address: &str) {
        Notice::new(Tone::Info, &view.tr("oidc-waiting"))
            .text(&view.tr("oidc-waiting-next"))
            .show(ui);
        ui.add_space(view.theme.space.large);
        ui.horizontal_wrapped(|ui| {
            if Button::new(&view.tr("oidc-again")).show(ui) {
                ui.ctx().open_url(egui::OpenUrl::new_tab(address));
            }
            if Button::new(&view.tr("desk-cancel"))
                .key(Key::Escape)
                .show(ui)
            {
                (self.browser, self.waits) = (None, false);
                view.send(Command::StopSignIn);
            }
        });
    }

    /// A button for each provider of the school.
    fn providers_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let mut chosen = None;
        for provider in &self.providers {
            let args = [("name", Value::from(provider))];
            if Button::new(&view.words.get_with("sign-in-oidc", &args)).show(ui) {
                chosen = Some(provider.clone());
            }
        }
        if let Some(provider) = chosen {
            self.send(view, Credentials::Provider(provider));
        }
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
        self.providers_ui(ui, view);
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
