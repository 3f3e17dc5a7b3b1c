//! A lesson in a teacher's list: subject, title, and what else tells it from others.

use egui::{CursorIcon, Rect, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use hotaru_content::lesson::Subject;
use hotaru_ui::icon::paint_mark;
use hotaru_ui::words::Words;
use hotaru_ui::{TextLine, TextSize, Theme};

/// Shows the row over the whole width at hand; whether it was pressed.
pub(super) fn lesson_row(
    ui: &mut Ui,
    subject: &Subject,
    above: &str,
    title: &str,
    below: &str,
) -> bool {
    let theme = Theme::of(ui.ctx());
    let width = ui.available_width();
    let pad = vec2(theme.space.medium, theme.space.small);
    let side = (theme.size(TextSize::Lead) * 1.2).round();
    let indent = side + theme.space.medium;
    let room = (width - 2.0 * pad.x - indent).max(side).floor();
    let lay =
        |words: &str, size: TextSize| TextLine::words(words).size(size).lay_out(ui.ctx(), room);
    let subject_word = Words::of(ui.ctx()).subject(subject);
    let above = format!("{subject_word}  {above}");
    let (above_text, below_text) = (
        lay(&above, TextSize::Caption),
        lay(below, TextSize::Caption),
    );
    let title_text = TextLine::words(title)
        .size(TextSize::Lead)
        .bold()
        .lay_out(ui.ctx(), room);
    let gap = theme.space.hair;
    let height = above_text.size.y + title_text.size.y + below_text.size.y + 2.0 * (gap + pad.y);
    let (rect, response) =
        ui.allocate_exact_size(vec2(width, height.max(theme.touch)).ceil(), Sense::click());
    response.widget_info(|| {
        let label = format!("{above} {title} {below}");
        WidgetInfo::labeled(egui::Role::Button, ui.is_enabled(), label)
    });
    if ui.is_rect_visible(rect) {
        let color = &theme.color;
        let painter = ui.painter();
        let fill = if response.hovered() {
            color.selected
        } else {
            color.surface
        };
        painter.rect(
            rect,
            theme.radius.medium,
            fill,
            theme.hairline(),
            StrokeKind::Inside,
        );
        if response.has_focus() {
            let radius = theme.radius.medium + theme.space.hair;
            let ring = rect.expand(theme.space.hair);
            painter.rect_stroke(ring, radius, theme.focus_ring(), StrokeKind::Middle);
        }
        let left = rect.left() + pad.x;
        let mark =
            Rect::from_center_size(pos2(left + side / 2.0, rect.center().y), Vec2::splat(side));
        paint_mark(painter, mark, theme.subject(subject), color.outline);
        let mut y = rect.top() + pad.y;
        above_text.paint(painter, pos2(left + indent, y), &theme, color.weak);
        y += above_text.size.y + gap;
        title_text.paint(painter, pos2(left + indent, y), &theme, color.text);
        y += title_text.size.y + gap;
        below_text.paint(painter, pos2(left + indent, y), &theme, color.weak);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}
