//! An account's first time: a passphrase, an authenticator, codes for when it is lost.

use egui::{Rect, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use hotaru_sync::wire::{MAX_PASSPHRASE_CHARS, StaffSecrets};
use hotaru_ui::page::{caption, subheading};
use hotaru_ui::theme::Mode;
use hotaru_ui::widget::{Notice, TextField, Tone};
use hotaru_ui::{TextLine, TextSize};
use qrcode::{Color, QrCode};

use super::common::card;
use super::sign_in::is_entered;
use crate::window::View;
use crate::worker::{Command, Secret};

/// The side of the QR code, in points: read by a hand-held camera from 30 cm.
const QR_SIDE: f32 = 220.0;
/// What stands empty around it, in modules (ISO/IEC 18004, 5.3.8).
const QUIET: f32 = 4.0;

/// The setup code, the new passphrase twice, then the first code.
#[derive(Default)]
pub(super) struct SetUpForm {
    setup: String,
    pub(super) passphrase: String,
    again: String,
    pub(super) code: String,
    /// What the school told once.
    pub(super) secrets: Option<StaffSecrets>,
}

impl SetUpForm {
    /// Asks for the passphrase; whether all is there, and Enter was pressed in the last field.
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> (bool, bool) {
        TextField::new(&view.tr("setup-code"), &mut self.setup)
            .max_chars(64)
            .show(ui);
        caption(ui, &view.tr("setup-rule"));
        TextField::new(&view.tr("setup-passphrase"), &mut self.passphrase)
            .max_chars(MAX_PASSPHRASE_CHARS)
            .secret()
            .show(ui);
        let differs = !self.again.is_empty() && self.again != self.passphrase;
        let fault = view.tr("setup-differs");
        let field = TextField::new(&view.tr("setup-again"), &mut self.again)
            .max_chars(MAX_PASSPHRASE_CHARS)
            .secret()
            .fault(differs.then_some(fault.as_str()))
            .show(ui);
        let has_setup = !self.setup.trim().is_empty();
        let has_passphrase = !self.passphrase.is_empty() && self.again == self.passphrase;
        (has_setup && has_passphrase, is_entered(ui, &field))
    }

    /// Shows what is told once, and asks for the first code; whether Enter was pressed there.
    pub(super) fn secrets_ui(
        &mut self,
        ui: &mut Ui,
        view: &View<'_>,
        secrets: &StaffSecrets,
    ) -> bool {
        subheading(ui, &view.tr("setup-app"));
        TextLine::words(&view.tr("setup-app-how")).show(ui);
        qr_ui(ui, view, &secrets.otpauth);
        caption(ui, &view.tr("setup-secret"));
        written_ui(ui, view, &secrets.secret);
        subheading(ui, &view.tr("setup-recovery"));
        Notice::new(Tone::Warn, &view.tr("setup-recovery-once"))
            .text(&view.tr("setup-recovery-how"))
            .show(ui);
        card(ui, |ui| {
            for code in &secrets.recovery {
                written_ui(ui, view, code);
            }
        });
        subheading(ui, &view.tr("setup-first"));
        let field = TextField::new(&view.tr("sign-in-code"), &mut self.code)
            .max_chars(64)
            .show(ui);
        caption(ui, &view.tr("setup-first-how"));
        is_entered(ui, &field)
    }

    /// What is asked of the school first.
    pub(super) fn begin(&self, cloud: &str) -> Command {
        Command::SetUp {
            cloud: cloud.to_owned(),
            setup: Secret(self.setup.clone()),
            passphrase: Secret(self.passphrase.clone()),
        }
    }

    /// And then.
    pub(super) fn confirm(&self, cloud: &str) -> Command {
        Command::Confirm {
            cloud: cloud.to_owned(),
            setup: Secret(self.setup.clone()),
            code: Secret(self.code.clone()),
        }
    }
}

/// Something to be copied by hand or by the clipboard.
fn written_ui(ui: &mut Ui, view: &View<'_>, text: &str) {
    let text = egui::RichText::new(text)
        .font(egui::FontId::monospace(view.theme.size(TextSize::Body)))
        .color(view.theme.color.text);
    ui.add(egui::Label::new(text).wrap().selectable(true));
}

/// A QR code, dark on light in either appearance: many cameras read no other.
fn qr_ui(ui: &mut Ui, view: &View<'_>, text: &str) {
    // One that is too long for it is typed instead.
    let Ok(code) = QrCode::new(text.as_bytes()) else {
        return;
    };
    let color = &view.theme.color;
    let (ink, ground) = match view.theme.mode {
        Mode::Light => (color.text, color.page),
        Mode::Dark => (color.page, color.text),
    };
    let side = QR_SIDE.min(ui.available_width());
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let name = view.tr("setup-qr");
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &name));
    let painter = ui.painter();
    painter.rect_filled(rect, 0.0, ground);
    let width = code.width();
    // Whole pixels, or a line of light shows between the modules.
    let pixel = ui.ctx().pixels_per_point();
    let module = (side * pixel / (width as f32 + 2.0 * QUIET)).floor() / pixel;
    let start = rect.center() - Vec2::splat(module * width as f32 / 2.0);
    let start = pos2(
        (start.x * pixel).round() / pixel,
        (start.y * pixel).round() / pixel,
    );
    let dark = code.to_colors().into_iter().enumerate();
    for (at, _) in dark.filter(|(_, color)| *color == Color::Dark) {
        let place = vec2((at % width) as f32, (at / width) as f32) * module;
        painter.rect_filled(
            Rect::from_min_size(start + place, Vec2::splat(module)),
            0.0,
            ink,
        );
    }
}
