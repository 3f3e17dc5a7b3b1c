//! Where a secret is entered: digits, pictures or a passphrase.

use egui::{Key, Ui};
use hotaru_content::shelf::LockKind;
use hotaru_ui::Theme;
use hotaru_ui::page::caption;
use hotaru_ui::widget::{Button, KeyPad, PadKey, PictureGrid, SecretDots, TextField};
use hotaru_ui::{Icon, TextSize};

use crate::window::View;
use crate::worker::Secret;

/// What has been entered so far. It is shown only where a passphrase is asked to be.
#[derive(Debug, Default)]
pub(super) struct SecretInput {
    said: Secret,
    is_shown: bool,
    /// Whether the field has had the keyboard: it gets it once, by itself.
    focused: bool,
}

impl SecretInput {
    /// How wide it is, in points; a passphrase takes what there is.
    pub(super) fn width(theme: &Theme, kind: LockKind) -> f32 {
        match kind {
            LockKind::Pin => KeyPad::width(theme),
            LockKind::Picture => PictureGrid::width(theme),
            LockKind::Passphrase => theme.size(TextSize::Body) * 18.0,
        }
    }

    /// Takes what was entered out of it.
    pub(super) fn take(&mut self) -> Secret {
        std::mem::take(self).said
    }

    /// Draws it; whether what is entered is said to be all of it.
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>, kind: LockKind, done: &str) -> bool {
        match kind {
            LockKind::Pin => self.pin_ui(ui, view, done),
            LockKind::Picture => self.pictures_ui(ui, view, done),
            LockKind::Passphrase => self.passphrase_ui(ui, view, done),
        }
    }

    fn pin_ui(&mut self, ui: &mut Ui, view: &View<'_>, done: &str) -> bool {
        self.dots_ui(ui, view, LockKind::Pin, "secret-typed");
        let (least, most) = LockKind::Pin.lengths().into_inner();
        let keys = KeyPad::new(done)
            .can_go_back(!self.said.0.is_empty())
            .can_finish(self.said.0.len() >= least)
            .show(ui);
        let mut is_done = false;
        for key in keys {
            match key {
                PadKey::Digit(digit) if self.said.0.len() < most => {
                    self.said.0.push(char::from(b'0' + digit.min(9)));
                }
                PadKey::Digit(_) => {}
                PadKey::Back => drop(self.said.0.pop()),
                PadKey::Done => is_done = true,
            }
        }
        is_done
    }

    fn pictures_ui(&mut self, ui: &mut Ui, view: &View<'_>, done: &str) -> bool {
        self.dots_ui(ui, view, LockKind::Picture, "secret-tapped");
        let (least, most) = LockKind::Picture.lengths().into_inner();
        for picture in PictureGrid.show(ui) {
            if self.said.0.len() < most {
                self.said.0.push(picture.letter());
            }
        }
        let mut is_done = false;
        ui.horizontal_wrapped(|ui| {
            let words = view.tr("pad-back");
            let back = Button::new(&words).key(Key::Backspace);
            if back.enabled(!self.said.0.is_empty()).show(ui) {
                self.said.0.pop();
            }
            let finish = Button::primary(done).key(Key::Enter);
            is_done = finish.enabled(self.said.0.len() >= least).show(ui);
        });
        is_done
    }

    fn passphrase_ui(&mut self, ui: &mut Ui, view: &View<'_>, done: &str) -> bool {
        let (least, most) = LockKind::Passphrase.lengths().into_inner();
        let name = view.tr("secret-passphrase");
        let mut field = TextField::new(&name, &mut self.said.0)
            .size(TextSize::Lead)
            .max_chars(most);
        if !self.is_shown {
            field = field.secret();
        }
        let response = field.show(ui);
        if !std::mem::replace(&mut self.focused, true) {
            response.request_focus();
        }
        let is_enough = self.said.0.chars().count() >= least;
        // The field takes the Enter key for itself; here it means that this is all.
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let mut is_done = entered && is_enough;
        ui.horizontal_wrapped(|ui| {
            let key = if self.is_shown {
                "secret-hide"
            } else {
                "secret-show"
            };
            if Button::new(&view.tr(key)).with_icon(Icon::Watch).show(ui) {
                self.is_shown = !self.is_shown;
            }
            is_done |= Button::primary(done).enabled(is_enough).show(ui);
        });
        if is_done {
            // egui keeps what was written for Ctrl+Z.
            egui::text_edit::TextEditState::default().store(ui.ctx(), response.id);
        }
        is_done
    }

    /// How many there are; rings for those that there have to be at least.
    fn dots_ui(&self, ui: &mut Ui, view: &View<'_>, kind: LockKind, key: &str) {
        let count = self.said.0.len();
        let words = view.words.get_with(key, &[("count", count.into())]);
        SecretDots::new(count, *kind.lengths().start(), &words).show(ui);
    }
}

/// What is to be done with a kind of secret, in one sentence.
pub(super) fn ask(ui: &mut Ui, view: &View<'_>, kind: LockKind) {
    let key = match kind {
        LockKind::Pin => "secret-pin",
        LockKind::Picture => "secret-picture",
        LockKind::Passphrase => return,
    };
    caption(ui, &view.tr(key));
}
