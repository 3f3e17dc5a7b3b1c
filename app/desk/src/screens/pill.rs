//! One of several words that can be on or off, with a mark that is no colour alone.

use egui::{CursorIcon, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use hotaru_content::lesson::Subject;
use hotaru_ui::icon::paint_mark;
use hotaru_ui::{Icon, TextLine, TextSize, Theme};

/// A word that can be chosen.
#[must_use = "call `show`"]
pub(super) struct Pill<'a> {
    words: &'a str,
    on: bool,
    several: bool,
    subject: Option<&'a Subject>,
}

impl<'a> Pill<'a> {
    /// One of which several may be on.
    pub(super) fn several(words: &'a str, on: bool) -> Self {
        Self {
            words,
            on,
            several: true,
            subject: None,
        }
    }

    /// One of which one is on.
    pub(super) fn one_of(words: &'a str, on: bool) -> Self {
        Self {
            several: false,
            ..Self::several(words, on)
        }
    }

    /// With a subject's mark before it.
    pub(super) fn subject(mut self, subject: &'a Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Shows it; whether it was pressed.
    pub(super) fn show(self, ui: &mut Ui) -> bool {
        let theme = Theme::of(ui.ctx());
        let pad = vec2(theme.space.small + theme.space.tight, theme.space.small);
        let side = (theme.size(TextSize::Body) * 0.9).round();
        let has_mark = self.several || self.subject.is_some();
        let indent = if has_mark {
            side + theme.space.small
        } else {
            0.0
        };
        let mut line = TextLine::words(self.words);
        if self.on {
            line = line.bold();
        }
        let text = line.lay_out(
            ui.ctx(),
            (ui.available_width() - 2.0 * pad.x - indent).max(side),
        );
        let size = vec2(indent + text.size.x, text.size.y) + 2.0 * pad;
        let (rect, response) =
            ui.allocate_exact_size(size.max(Vec2::splat(theme.touch)).ceil(), Sense::click());
        let role = if self.several {
            egui::Role::CheckBox
        } else {
            egui::Role::RadioButton
        };
        response.widget_info(|| WidgetInfo::selected(role, ui.is_enabled(), self.on, self.words));
        if ui.is_rect_visible(rect) {
            let color = &theme.color;
            let (fill, edge) = match (self.on, response.hovered()) {
                (true, _) => (color.selected, Stroke::new(2.0, color.accent_text)),
                (_, true) => (color.selected, Stroke::new(1.0, color.outline)),
                _ => (color.surface, Stroke::new(1.0, color.outline)),
            };
            let painter = ui.painter();
            painter.rect(rect, theme.radius.medium, fill, edge, StrokeKind::Inside);
            if response.has_focus() {
                let radius = theme.radius.medium + theme.space.hair;
                let ring = rect.expand(theme.space.hair);
                painter.rect_stroke(ring, radius, theme.focus_ring(), StrokeKind::Middle);
            }
            let left = rect.center().x - (indent + text.size.x) / 2.0;
            let place =
                Rect::from_center_size(pos2(left + side / 2.0, rect.center().y), Vec2::splat(side));
            if let Some(subject) = self.subject {
                paint_mark(painter, place, theme.subject(subject), color.outline);
            } else if self.several {
                painter.rect_stroke(
                    place,
                    theme.radius.small,
                    Stroke::new(1.5, color.outline),
                    StrokeKind::Inside,
                );
                if self.on {
                    Icon::Check.paint(painter, place, color.accent_text);
                }
            }
            let min = pos2(left + indent, rect.center().y - text.size.y / 2.0);
            let ink = if self.on {
                color.accent_text
            } else {
                color.text
            };
            text.paint(painter, min, &theme, ink);
        }
        response.on_hover_cursor(CursorIcon::PointingHand).clicked()
    }
}
