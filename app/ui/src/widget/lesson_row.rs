use egui::{CursorIcon, Rect, Response, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};
use hotaru_content::lesson::Subject;

use super::{Tone, ground, press};
use crate::icon::{Icon, paint_mark};
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::words::Words;

/// How much of a lesson is on this terminal, verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// All of it.
    Ready,
    /// Some of its materials.
    Partial {
        /// Materials that are here.
        here: u32,
        /// Materials of the lesson.
        all: u32,
    },
    /// Nothing yet.
    Waiting,
    /// Something in it needs a newer program.
    Newer,
}

/// A lesson in a list: subject, title, and what of it is on the terminal.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct LessonRow<'a> {
    subject: &'a Subject,
    title: &'a str,
    note: &'a str,
    here: Here,
    selected: bool,
}

impl<'a> LessonRow<'a> {
    /// A row of a lesson.
    pub fn new(subject: &'a Subject, title: &'a str, here: Here) -> Self {
        Self {
            subject,
            title,
            note: "",
            here,
            selected: false,
        }
    }

    /// Period, unit, day: what else tells it from others.
    pub fn note(mut self, note: &'a str) -> Self {
        self.note = note;
        self
    }

    /// Whether it is the one that is shown beside the list.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Shows the row over the whole width at hand; press it to open the lesson.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        let words = Words::of(ui.ctx());
        let subject = words.subject(self.subject);
        let (state, tone, icon) = self.state(&words);
        let width = ui.available_width();
        let pad = vec2(theme.space.medium, theme.space.medium * 0.75);
        let side = (theme.size(TextSize::Lead) * 1.2).round();
        let indent = side + theme.space.medium;
        let room = (width - 2.0 * pad.x - indent).max(side).floor();
        let above = match self.note {
            "" => subject.clone(),
            note => format!("{subject}　{note}"),
        };
        let caption = |text: &str, width: f32| {
            TextLine::words(text)
                .size(TextSize::Caption)
                .lay_out(ui.ctx(), width)
        };
        let above_text = caption(&above, room);
        let title = TextLine::words(self.title)
            .size(TextSize::Lead)
            .bold()
            .lay_out(ui.ctx(), room);
        let icon_side = (theme.size(TextSize::Caption) * 1.1).round();
        let state_text = caption(&state, (room - icon_side - theme.space.tight).floor());
        let gap = theme.space.tight;
        let text_height = above_text.size.y + title.size.y + state_text.size.y + 2.0 * gap;
        let size = vec2(width, (text_height + 2.0 * pad.y).max(theme.touch)).ceil();
        let (rect, response) = press(ui, size, true);
        response.widget_info(|| {
            let label = format!("{above} {} {state}", self.title);
            WidgetInfo::selected(egui::Role::Button, ui.is_enabled(), self.selected, label)
        });
        if ui.is_rect_visible(rect) {
            let color = &theme.color;
            let fill = match (self.selected, response.hovered()) {
                (true, _) | (_, true) => color.selected,
                _ => color.surface,
            };
            let edge = if self.selected {
                Stroke::new(2.0, color.accent_text)
            } else {
                theme.hairline()
            };
            ground(ui.painter(), &response, &theme, fill, edge);
            let painter = ui.painter();
            let left = rect.left() + pad.x + indent;
            let mut y = rect.top() + pad.y;
            above_text.paint(painter, pos2(left, y), &theme, color.weak);
            y += above_text.size.y + gap;
            title.paint(painter, pos2(left, y), &theme, color.text);
            y += title.size.y + gap;
            let center = pos2(left + icon_side / 2.0, y + state_text.size.y / 2.0);
            let place = Rect::from_center_size(center, Vec2::splat(icon_side));
            icon.paint(painter, place, tone.ink(&theme));
            let min = pos2(left + icon_side + theme.space.tight, y);
            state_text.paint(painter, min, &theme, tone.ink(&theme));
            let mark = Rect::from_center_size(
                pos2(rect.left() + pad.x + side / 2.0, rect.center().y),
                Vec2::splat(side),
            );
            paint_mark(painter, mark, theme.subject(self.subject), color.outline);
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }

    fn state(&self, words: &Words) -> (String, Tone, Icon) {
        match self.here {
            Here::Ready => (words.get("state-ready"), Tone::Good, Icon::Check),
            Here::Partial { here, all } => {
                let args = [("here", here.into()), ("all", all.into())];
                (
                    words.get_with("state-partial", &args),
                    Tone::Info,
                    Icon::Receiving,
                )
            }
            Here::Waiting => (words.get("state-waiting"), Tone::Plain, Icon::Wait),
            Here::Newer => (words.get("state-newer"), Tone::Warn, Icon::Warning),
        }
    }
}
