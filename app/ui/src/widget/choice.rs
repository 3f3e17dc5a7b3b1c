use std::sync::Arc;

use egui::{
    Color32, CursorIcon, Key, Rect, Response, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use hotaru_content::text::{Inline, plain_text};

use super::{ground, key_pressed, press};
use crate::icon::Icon;
use crate::text::TextLine;
use crate::text::paragraph::LaidText;
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
    phrases: bool,
    enabled: bool,
    mark: Option<ChoiceMark>,
}

/// A choice, measured.
struct Laid {
    size: Vec2,
    side: f32,
    text: Arc<LaidText>,
    number: Option<Arc<LaidText>>,
    verdict: Option<Arc<LaidText>>,
    /// Whether the verdict stands beside the words, or under them.
    beside: bool,
}

/// The shortest line of a choice that leaves room for its verdict, in multiples of its size.
const MIN_LINE_EM: f32 = 12.0;

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
            phrases: false,
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

    /// Whether its lines end between phrases.
    pub fn phrases(mut self, phrases: bool) -> Self {
        self.phrases = phrases;
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
        let verdict = self.verdict(&Words::of(ui.ctx()));
        let laid = self.lay_out(ui, &theme, verdict.as_deref());
        let (rect, response) = press(ui, laid.size, self.enabled);
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
            self.paint(ui, &theme, rect, &laid, ink);
        }
        let key = self.number.and_then(number_key).filter(|_| enabled);
        let chosen = response.clicked() || key.is_some_and(|key| key_pressed(ui, key));
        ChoiceResponse {
            response: response.on_hover_cursor(CursorIcon::PointingHand),
            chosen,
        }
    }

    fn verdict(&self, words: &Words) -> Option<String> {
        self.mark.map(|mark| match mark {
            ChoiceMark::Right => words.get("choice-right"),
            ChoiceMark::Wrong => words.get("choice-wrong"),
            ChoiceMark::Answer => words.get("choice-answer"),
        })
    }

    fn lay_out(&self, ui: &Ui, theme: &Theme, verdict: Option<&str>) -> Laid {
        let side = (theme.size(TextSize::Lead) * 1.1).round();
        let (pad, gap) = (
            vec2(theme.space.medium, theme.space.small),
            theme.space.small,
        );
        let width = ui.available_width();
        let caption = |words: &str| TextLine::words(words).size(TextSize::Caption);
        let number = self
            .number
            .map(|n| caption(&n.to_string()).lay_out(ui.ctx(), width));
        let number_room = number
            .as_ref()
            .map_or(0.0, |number| number.size.x + 2.0 * gap);
        let room = (width - 2.0 * pad.x - side - gap - number_room)
            .max(side * 2.0)
            .floor();
        let verdict = verdict.map(|v| caption(v).bold().lay_out(ui.ctx(), room - side - gap));
        let verdict_room = verdict
            .as_ref()
            .map_or(0.0, |v| side + theme.space.medium + v.size.x);
        let line = TextLine::new(self.words)
            .size(TextSize::Lead)
            .ruby(self.ruby)
            .phrases(self.phrases)
            .label_lines();
        let beside = room - verdict_room >= theme.size(TextSize::Lead) * MIN_LINE_EM;
        let text_room = if beside { room - verdict_room } else { room };
        let text = line.lay_out(ui.ctx(), text_room.floor());
        let below = match &verdict {
            Some(verdict) if !beside => verdict.size.y + theme.space.tight,
            _ => 0.0,
        };
        let height = (text.size.y + below + 2.0 * pad.y)
            .max(theme.touch + pad.y)
            .ceil();
        Laid {
            size: vec2(width, height),
            side,
            text,
            number,
            verdict,
            beside,
        }
    }

    fn paint(&self, ui: &Ui, theme: &Theme, rect: Rect, laid: &Laid, ink: Color32) {
        let painter = ui.painter();
        let (side, gap, middle) = (laid.side, theme.space.small, rect.center().y);
        let inner = rect.shrink2(vec2(theme.space.medium, gap));
        let toggle = pos2(inner.left() + side / 2.0, middle);
        self.paint_toggle(ui, Rect::from_center_size(toggle, Vec2::splat(side)), theme);
        let left = inner.left() + side + gap;
        let mut right = inner.right();
        if let Some(number) = &laid.number {
            let size = number.size + vec2(gap, 0.0);
            let cap = Rect::from_center_size(pos2(right - size.x / 2.0, middle), size);
            let edge = Stroke::new(1.0, theme.color.outline);
            painter.rect_stroke(cap, theme.radius.small, edge, StrokeKind::Outside);
            let min = cap.center() - number.size / 2.0;
            number.paint(painter, min, theme, theme.color.weak);
            right = cap.left() - gap;
        }
        let text = &laid.text;
        let mut top = middle - text.size.y / 2.0;
        if let (Some(verdict), Some(mark)) = (&laid.verdict, self.mark) {
            let (icon_center, min) = if laid.beside {
                let min = pos2(right - verdict.size.x, middle - verdict.size.y / 2.0);
                (pos2(min.x - theme.space.tight - side / 2.0, middle), min)
            } else {
                top = inner.top();
                let y = top + text.size.y + theme.space.tight;
                let center = pos2(left + side / 2.0, y + verdict.size.y / 2.0);
                (center, pos2(left + side + theme.space.tight, y))
            };
            verdict.paint(painter, min, theme, ink);
            let icon = match mark {
                ChoiceMark::Right | ChoiceMark::Answer => Icon::Check,
                ChoiceMark::Wrong => Icon::Cross,
            };
            icon.paint(
                painter,
                Rect::from_center_size(icon_center, Vec2::splat(side)),
                ink,
            );
        }
        text.paint(painter, pos2(left, top), theme, theme.color.text);
    }

    fn colors(&self, theme: &Theme, response: &Response) -> (Color32, Stroke, Color32) {
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
