use egui::{Rect, Response, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::Tone;
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// The one line that tells the truth: what is here, what waits, what failed.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct StatusLine<'a> {
    words: &'a str,
    tone: Tone,
    icon: Option<Icon>,
}

impl<'a> StatusLine<'a> {
    /// A sentence in a tone.
    pub fn new(tone: Tone, words: &'a str) -> Self {
        Self {
            words,
            tone,
            icon: None,
        }
    }

    /// An icon other than the tone's own.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Shows the line over the width at hand; a long sentence takes a second line.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        let side = (theme.size(TextSize::Body) * 1.1).round();
        let indent = side + theme.space.small;
        let room = (ui.available_width() - indent).max(side).floor();
        let text = TextLine::words(self.words).lay_out(ui.ctx(), room);
        let size = vec2(indent + text.size.x, text.size.y.max(side));
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Status, true, self.words));
        if ui.is_rect_visible(rect) {
            let first = text
                .lines()
                .first()
                .map_or(size.y, |line| line.rect.height());
            let center = pos2(rect.left() + side / 2.0, rect.top() + first / 2.0);
            let place = Rect::from_center_size(center, Vec2::splat(side));
            let icon = self.icon.unwrap_or_else(|| self.tone.icon());
            icon.paint(ui.painter(), place, self.tone.ink(&theme));
            text.paint(
                ui.painter(),
                rect.min + vec2(indent, 0.0),
                &theme,
                theme.color.text,
            );
        }
        response
    }
}
