use egui::{Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// The keys of a screen, in a quiet line at its foot.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct KeyHints<'a> {
    hints: &'a [(&'a str, &'a str)],
}

impl<'a> KeyHints<'a> {
    /// Keys and what they do: `[("Enter", "こたえる")]`.
    pub fn new(hints: &'a [(&'a str, &'a str)]) -> Self {
        Self { hints }
    }

    /// Shows the keys; where they do not fit in one line, in several.
    pub fn show(self, ui: &mut Ui) {
        let theme = Theme::of(ui.ctx());
        // These are read, not pressed: lines as high as their text.
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(theme.space.medium, theme.space.tight);
            for (key, words) in self.hints {
                hint_ui(ui, &theme, key, words);
            }
        });
    }
}

fn hint_ui(ui: &mut Ui, theme: &Theme, key: &str, words: &str) {
    let line = |text: &str| {
        TextLine::words(text)
            .size(TextSize::Caption)
            .lay_out(ui.ctx(), 1e4)
    };
    let (key_text, words_text) = (line(key), line(words));
    let cap_width = (key_text.size.x + 2.0 * theme.space.small).max(key_text.size.y);
    let size = vec2(
        cap_width + theme.space.small + words_text.size.x,
        key_text.size.y.max(words_text.size.y) + theme.space.tight,
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, format!("{key} {words}")));
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        let cap = Rect::from_min_size(rect.min, vec2(cap_width, rect.height()));
        let edge = Stroke::new(1.0, theme.color.outline);
        painter.rect(
            cap,
            theme.radius.small,
            theme.color.surface,
            edge,
            StrokeKind::Inside,
        );
        let at = |text: &crate::text::paragraph::LaidText, x: f32| {
            pos2(x, rect.center().y - text.size.y / 2.0)
        };
        let key_min = at(&key_text, cap.center().x - key_text.size.x / 2.0);
        key_text.paint(painter, key_min, theme, theme.color.text);
        let words_min = at(&words_text, cap.right() + theme.space.small);
        words_text.paint(painter, words_min, theme, theme.color.weak);
    }
}
