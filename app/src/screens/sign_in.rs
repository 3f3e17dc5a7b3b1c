//! Opening a study that is locked.

use egui::{Key, Ui};
use hotaru_ui::page::{heading, scrolling};
use hotaru_ui::widget::{Button, TextField};

use crate::window::View;
use crate::worker::{Command, Secret, UnlockWith};

/// Its state.
#[derive(Debug, Default)]
pub struct SignInScreen {
    secret: Secret,
    /// The secret is being tried.
    waits: bool,
}

impl SignInScreen {
    /// What came of a try is known.
    pub fn tried(&mut self) {
        *self = Self::default();
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "sign-in", |ui| {
            heading(ui, &view.tr("sign-in-title"));
            TextField::new(&view.tr("sign-in-secret"), &mut self.secret.0).show(ui);
            let words = view.tr("sign-in-do");
            let open = Button::primary(&words)
                .key(Key::Enter)
                .enabled(!self.waits && !self.secret.0.is_empty());
            if open.show(ui) {
                self.waits = true;
                let with = UnlockWith::Secret(std::mem::take(&mut self.secret));
                view.worker.send(Command::Unlock(with));
            }
        });
    }
}
