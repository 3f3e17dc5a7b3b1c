use egui::{Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// How much of something known is done. Never for something whose end is not known.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct ProgressBar<'a> {
    done: f32,
    words: &'a str,
}

impl<'a> ProgressBar<'a> {
    /// A bar of `done` (0 to 1, clamped) with a sentence that says it in numbers.
    pub fn new(done: f32, words: &'a str) -> Self {
        let done = if done.is_finite() {
            done.clamp(0.0, 1.0)
        } else {
            0.0
        };
        Self { done, words }
    }

    /// Shows the bar over the whole width at hand, the words under it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        let width = ui.available_width();
        let text = TextLine::words(self.words)
            .size(TextSize::Caption)
            .lay_out(ui.ctx(), width.floor());
        let bar_height = theme.space.small + theme.space.tight;
        let height = bar_height + theme.space.tight + text.size.y;
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(egui::Role::ProgressIndicator, true, self.words);
            info.value = Some(f64::from(self.done * 100.0).round());
            info
        });
        if ui.is_rect_visible(rect) {
            let painter = ui.painter();
            let radius = bar_height / 2.0;
            let bar = Rect::from_min_size(rect.min, vec2(width, bar_height));
            painter.rect_filled(bar, radius, theme.color.sunken);
            if self.done > 0.0 {
                let filled = vec2((width * self.done).max(bar_height), bar_height);
                painter.rect_filled(
                    Rect::from_min_size(bar.min, filled),
                    radius,
                    theme.color.accent,
                );
            }
            let edge = Stroke::new(1.0, theme.color.outline);
            painter.rect_stroke(bar, radius, edge, StrokeKind::Inside);
            let min = bar.left_bottom() + vec2(0.0, theme.space.tight);
            text.paint(painter, min, &theme, theme.color.weak);
        }
        response
    }
}
