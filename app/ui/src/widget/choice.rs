use egui::{CursorIcon, Key, Rect, Response, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use hotaru_content::text::{Inline, plain_text};

use super::{ground, key_pressed, press};
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::words::Words;

/// What is said of a choice once it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChoiceMark {
    /// Chosen, and right.
    Right,
    /// Chosen, and not right.
    Wrong,
    /// Not chosen, but the answer.
    Answer,
}

/// One of a drill's choices: pressed by pointer, keyboard, or its number.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct Choice<'a> {
    words: &'a [Inline],
    number: Option<u8>,
    several: bool,
    selected: bool,
    ruby: bool,
    enabled: bool,
    mark: Option<ChoiceMark>,
}

/// What came of a choice.
#[derive(Debug)]
pub struct ChoiceResponse {
    /// Its response.
    pub response: Response,
    /// Whether it was pressed in this frame, by pointer, keyboard or number.
    pub chosen: bool,
}

impl<'a> Choice<'a> {
    /// One of several choices of which one is right.
    pub fn new(words: &'a [Inline]) -> Self {
        Self {
            words,
            number: None,
            several: false,
            selected: false,
            ruby: true,
            enabled: true,
            mark: None,
        }
    }

    /// Its number, 1 to 9: shown, and the key that presses it.
    pub fn number(mut self, number: u8) -> Self {
        self.number = (1..=9).contains(&number).then_some(number);
        self
    }

    /// Several may be chosen: a box instead of a ring.
    pub fn several(mut self, several: bool) -> Self {
        self.several = several;
        self
    }

    /// Whether it is chosen.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Whether readings are shown.
    pub fn ruby(mut self, ruby: bool) -> Self {
        self.ruby = ruby;
        self
    }

    /// Whether it can be pressed; not any more once it was answered.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// What is said of it now.
    pub fn mark(mut self, mark: Option<ChoiceMark>) -> Self {
        self.mark = mark;
        self
    }

    /// Shows the choice over the whole width at hand.
    pub fn show(self, ui: &mut Ui) -> ChoiceResponse {
        let theme = Theme::of(ui.ctx());
        let words = Words::of(ui.ctx());
        let pad = vec2(theme.space.medium, theme.space.small);
        let side = (theme.size(TextSize::Lead) * 1.1).round();
        let verdict = self.mark.map(|mark| match mark {
            ChoiceMark::Right => words.get("choice-right"),
            ChoiceMark::Wrong => words.get("choice-wrong"),
            ChoiceMark::Answer => words.get("choice-answer"),
        });
        let width = ui.available_width();
        let lead = side + theme.space.small;
        let number_line = self
            .number
            .map(|number| TextLine::words(&number.to_string()));
        let number = number_line.map(|line| line.size(TextSize::Caption).lay_out(ui.ctx(), 1e4));
        let number_room = number
            .as_ref()
            .map_or(0.0, |n| n.size.x + 2.0 * theme.space.small);
        let verdict_text = verdict.as_deref().map(|v| {
            TextLine::words(v)
                .size(TextSize::Caption)
                .bold()
                .lay_out(ui.ctx(), width / 3.0)
        });
        let verdict_room = verdict_text
            .as_ref()
            .map_or(0.0, |v| side + theme.space.medium + v.size.x);
        let room = width - 2.0 * pad.x - lead - number_room - verdict_room;
        let line = TextLine::new(self.words)
            .size(TextSize::Lead)
            .ruby(self.ruby)
            .label_lines();
        let text = line.lay_out(ui.ctx(), room.max(side * 2.0).floor());
        let height = (text.size.y + 2.0 * pad.y).max(theme.touch + pad.y).ceil();
        let (rect, response) = press(ui, vec2(width, height), self.enabled);
        let enabled = self.enabled && ui.is_enabled();
        let role = if self.several {
            egui::Role::CheckBox
        } else {
            egui::Role::RadioButton
        };
        response.widget_info(|| {
            let mut label = plain_text(self.words);
            if let Some(verdict) = &verdict {
                label = format!("{label} {verdict}");
            }
            WidgetInfo::selected(role, enabled, self.selected, label)
        });
        if ui.is_rect_visible(rect) {
            let (fill, edge, ink) = self.colors(&theme, &response);
            ground(ui.painter(), &response, &theme, fill, edge);
            let painter = ui.painter();
            let middle = rect.center().y;
            let mut x = rect.left() + pad.x;
            let toggle = Rect::from_center_size(pos2(x + side / 2.0, middle), Vec2::splat(side));
            self.paint_toggle(ui, toggle, &theme);
            x += lead;
            text.paint(
                painter,
                pos2(x, middle - text.size.y / 2.0),
                &theme,
                theme.color.text,
            );
            let mut right = rect.right() - pad.x;
            if let Some(number) = number {
                let cap = Rect::from_min_max(
                    pos2(
                        right - number.size.x - theme.space.small,
                        middle - number.size.y / 2.0,
                    ),
                    pos2(right, middle + number.size.y / 2.0),
                );
                let (radius, line) = (theme.radius.small, Stroke::new(1.0, theme.color.outline));
                painter.rect_stroke(cap, radius, line, StrokeKind::Outside);
                number.paint(
                    painter,
                    pos2(cap.center().x - number.size.x / 2.0, cap.top()),
                    &theme,
                    theme.color.weak,
                );
                right = cap.left() - theme.space.small;
            }
            if let (Some(verdict), Some(mark)) = (verdict_text, self.mark) {
                let min = pos2(right - verdict.size.x, middle - verdict.size.y / 2.0);
                verdict.paint(painter, min, &theme, ink);
                let center = pos2(min.x - theme.space.tight - side / 2.0, middle);
                let icon = match mark {
                    ChoiceMark::Right | ChoiceMark::Answer => Icon::Check,
                    ChoiceMark::Wrong => Icon::Cross,
                };
                icon.paint(
                    painter,
                    Rect::from_center_size(center, Vec2::splat(side)),
                    ink,
                );
            }
        }
        let by_number = enabled
            && self
                .number
                .and_then(number_key)
                .is_some_and(|k| key_pressed(ui, k));
        let chosen = response.clicked() || by_number;
        ChoiceResponse {
            response: response.on_hover_cursor(CursorIcon::PointingHand),
            chosen,
        }
    }

    fn colors(&self, theme: &Theme, response: &Response) -> (egui::Color32, Stroke, egui::Color32) {
        let color = &theme.color;
        match self.mark {
            Some(ChoiceMark::Right) => (color.good_fill, Stroke::new(2.0, color.good), color.good),
            Some(ChoiceMark::Answer) => (color.surface, Stroke::new(2.0, color.good), color.good),
            Some(ChoiceMark::Wrong) => (color.bad_fill, Stroke::new(2.0, color.bad), color.bad),
            None if self.selected => (
                color.selected,
                Stroke::new(2.0, color.accent_text),
                color.text,
            ),
            None if response.hovered() => {
                (color.selected, Stroke::new(1.0, color.outline), color.text)
            }
            None => (color.surface, Stroke::new(1.0, color.outline), color.text),
        }
    }

    fn paint_toggle(&self, ui: &Ui, rect: Rect, theme: &Theme) {
        let painter = ui.painter();
        let rect = rect.shrink(rect.width() * 0.08);
        let edge = Stroke::new(2.0, theme.color.outline);
        let ink = theme.color.accent_text;
        if self.several {
            painter.rect_stroke(rect, theme.radius.small, edge, StrokeKind::Inside);
            if self.selected {
                Icon::Check.paint(painter, rect.shrink(1.0), ink);
            }
        } else {
            painter.circle_stroke(rect.center(), rect.width() / 2.0 - 1.0, edge);
            if self.selected {
                painter.circle_filled(rect.center(), rect.width() * 0.27, ink);
            }
        }
    }
}

fn number_key(number: u8) -> Option<Key> {
    Key::from_name(&number.to_string())
}
