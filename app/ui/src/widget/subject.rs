use egui::{Rect, Response, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use hotaru_content::lesson::Subject;

use crate::icon::paint_mark;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::words::Words;

/// A subject: its shape, its colour, and always its word.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct SubjectTag<'a> {
    subject: &'a Subject,
    size: TextSize,
}

impl<'a> SubjectTag<'a> {
    /// A subject in body size.
    pub fn new(subject: &'a Subject) -> Self {
        Self {
            subject,
            size: TextSize::Body,
        }
    }

    /// The size of the word.
    pub fn size(mut self, size: TextSize) -> Self {
        self.size = size;
        self
    }

    /// Shows the subject.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        let word = Words::of(ui.ctx()).subject(self.subject);
        let side = self.mark_side(&theme);
        let indent = side + theme.space.small;
        let room = (ui.available_width() - indent).max(side).floor();
        let text = TextLine::words(&word)
            .size(self.size)
            .lay_out(ui.ctx(), room);
        let size = vec2(indent + text.size.x, text.size.y.max(side));
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &word));
        if ui.is_rect_visible(rect) {
            let place = Rect::from_center_size(
                pos2(rect.left() + side / 2.0, rect.center().y),
                Vec2::splat(side),
            );
            let edge = theme.color.outline;
            paint_mark(ui.painter(), place, theme.subject(self.subject), edge);
            let min = pos2(rect.left() + indent, rect.center().y - text.size.y / 2.0);
            text.paint(ui.painter(), min, &theme, theme.color.text);
        }
        response
    }

    fn mark_side(&self, theme: &Theme) -> f32 {
        (theme.size(self.size) * 0.9).round()
    }
}
