//! Viewers of board photos and handouts. Bytes are decoded on threads of their own; the
//! window shows what is ready and never waits.

mod pan_zoom;
mod pdf;
mod photo;

pub use pdf::{MAX_PDF_BYTES, MAX_PDF_PAGES, PdfError, PdfView};
pub use photo::{MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, PhotoError, PhotoView};

use egui::{Align, Layout, Sense, Ui, Vec2};

use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::widget::{Button, Tone};
use crate::words::tr;

/// The largest side of a texture, in pixels; what is larger is shown smaller.
const MAX_TEXTURE_SIDE: usize = 4096;

/// A sentence in the middle of a viewer, instead of its picture.
fn message_ui(ui: &mut Ui, tone: Tone, icon: Icon, sentence: &str) {
    let theme = Theme::of(ui.ctx());
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space(theme.space.large);
        let side = theme.size(TextSize::Display);
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
        icon.paint(ui.painter(), rect, tone.ink(&theme));
        ui.set_max_width(
            theme
                .reading_width(TextSize::Body)
                .min(ui.available_width()),
        );
        TextLine::words(sentence).align(Align::Center).show(ui);
        ui.add_space(theme.space.large);
    });
}

fn error_ui(ui: &mut Ui, key: &str) {
    message_ui(ui, Tone::Bad, Icon::Error, &tr(ui, key));
}

fn opening_ui(ui: &mut Ui) {
    message_ui(ui, Tone::Plain, Icon::Wait, &tr(ui, "viewer-opening"));
}

/// The buttons under a picture. They take a second line where the text is large, so the room
/// above them is known from the frame before.
#[derive(Debug, Default)]
struct Bar {
    height: Option<f32>,
}

impl Bar {
    /// The room that the picture may take.
    fn room_above(&self, ui: &Ui) -> Vec2 {
        let theme = Theme::of(ui.ctx());
        let bar = self.height.unwrap_or_else(|| Button::icon_size(&theme)) + theme.space.small;
        let room = ui.available_size();
        Vec2::new(room.x, (room.y - bar).max(theme.touch * 2.0))
    }

    fn show(&mut self, ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
        let height = ui.horizontal_wrapped(content).response.rect.height();
        if self.height != Some(height) {
            self.height = Some(height);
            ui.ctx().request_repaint();
        }
    }
}
