use egui::{Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::theme::{TextSize, Theme};

/// How much of a secret is entered, as dots: how many, and nothing else.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct SecretDots<'a> {
    entered: usize,
    least: usize,
    words: &'a str,
}

impl<'a> SecretDots<'a> {
    /// Dots for what is entered, rings up to the least that there has to be, and the sentence
    /// that says so to a screen reader.
    pub fn new(entered: usize, least: usize, words: &'a str) -> Self {
        Self {
            entered,
            least,
            words,
        }
    }

    /// Shows the dots over the width at hand.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        let count = self.entered.max(self.least).max(1);
        let step = (theme.size(TextSize::Lead) * 1.1)
            .min(ui.available_width() / count as f32)
            .floor();
        let size = vec2(step * count as f32, theme.size(TextSize::Lead) * 1.2);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Status, true, self.words));
        if ui.is_rect_visible(rect) {
            let radius = step * 0.27;
            for at in 0..count {
                let x = rect.left() + (at as f32 + 0.5) * step;
                let center = pos2(x, rect.center().y);
                let painter = ui.painter();
                if at < self.entered {
                    painter.circle_filled(center, radius, theme.color.text);
                } else {
                    let edge = egui::Stroke::new(1.5, theme.color.outline);
                    painter.circle_stroke(center, radius, edge);
                }
            }
        }
        response
    }
}
