use egui::{CursorIcon, Key, Rect, Stroke, Ui, Vec2, WidgetInfo, vec2};

use super::{ground, keys_pressed, press};
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::words::tr;

/// A key of a [`KeyPad`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PadKey {
    /// A digit, 0 to 9.
    Digit(u8),
    /// Takes the last one back.
    Back,
    /// It is all there.
    Done,
}

/// Digits to press with a finger, three in a row; the keyboard's own digits, Backspace and
/// Enter press them as well.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct KeyPad<'a> {
    done: &'a str,
    can_go_back: bool,
    can_finish: bool,
}

impl<'a> KeyPad<'a> {
    /// A pad whose last key says `done`.
    pub fn new(done: &'a str) -> Self {
        Self {
            done,
            can_go_back: true,
            can_finish: true,
        }
    }

    /// Whether there is something to take back.
    pub fn can_go_back(mut self, can_go_back: bool) -> Self {
        self.can_go_back = can_go_back;
        self
    }

    /// Whether the last key can be pressed.
    pub fn can_finish(mut self, can_finish: bool) -> Self {
        self.can_finish = can_finish;
        self
    }

    /// The width of a pad, in points.
    pub fn width(theme: &Theme) -> f32 {
        3.0 * key_size(theme).x + 2.0 * theme.space.small
    }

    /// Shows the pad, narrower where there is less room; what was pressed in this frame, in its order.
    pub fn show(self, ui: &mut Ui) -> Vec<PadKey> {
        let theme = Theme::of(ui.ctx());
        let gaps = 2.0 * theme.space.small;
        let mut size = key_size(&theme);
        size.x = size.x.min((ui.available_width() - gaps) / 3.0).floor();
        let mut pressed: Vec<PadKey> = keys_pressed(ui).into_iter().filter_map(pad_key).collect();
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(theme.space.small);
            for row in [[1, 2, 3], [4, 5, 6], [7, 8, 9]] {
                ui.horizontal(|ui| {
                    for digit in row {
                        pressed.extend(self.key_ui(ui, &theme, size, PadKey::Digit(digit)));
                    }
                });
            }
            ui.horizontal(|ui| {
                for key in [PadKey::Back, PadKey::Digit(0), PadKey::Done] {
                    pressed.extend(self.key_ui(ui, &theme, size, key));
                }
            });
        });
        pressed.retain(|key| match key {
            PadKey::Done => self.can_finish,
            PadKey::Back => self.can_go_back,
            PadKey::Digit(_) => true,
        });
        pressed
    }

    fn key_ui(&self, ui: &mut Ui, theme: &Theme, size: Vec2, key: PadKey) -> Option<PadKey> {
        let (words, enabled) = match key {
            PadKey::Digit(digit) => (digit.to_string(), true),
            PadKey::Back => (tr(ui, "pad-back"), self.can_go_back),
            PadKey::Done => (self.done.to_owned(), self.can_finish),
        };
        let (rect, response) = press(ui, size, enabled);
        let enabled = enabled && ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, &words));
        if ui.is_rect_visible(rect) {
            let color = &theme.color;
            let is_touched = response.hovered() || response.is_pointer_button_down_on();
            let (fill, edge, ink) = match (key, enabled) {
                (_, false) => (color.page, theme.hairline(), color.weak),
                (PadKey::Done, _) => {
                    let edge = if is_touched {
                        color.on_accent
                    } else {
                        color.accent
                    };
                    (color.accent, Stroke::new(2.0, edge), color.on_accent)
                }
                _ => {
                    let fill = if is_touched {
                        color.selected
                    } else {
                        color.surface
                    };
                    (fill, Stroke::new(1.0, color.outline), color.text)
                }
            };
            ground(ui.painter(), &response, theme, fill, edge);
            if key == PadKey::Back {
                let side = theme.size(TextSize::Lead) * 1.2;
                let place = Rect::from_center_size(rect.center(), Vec2::splat(side));
                Icon::Backspace.paint(ui.painter(), place, ink);
            } else {
                let line = TextLine::words(&words);
                let line = match key {
                    PadKey::Done => line.bold(),
                    _ => line.size(TextSize::Title),
                };
                let text = line.lay_out(ui.ctx(), rect.width());
                let min = rect.center() - text.size / 2.0;
                text.paint(ui.painter(), min, theme, ink);
            }
        }
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        response.clicked().then_some(key)
    }
}

/// At least 56 points, since whole hands press them.
fn key_size(theme: &Theme) -> Vec2 {
    let title = theme.size(TextSize::Title);
    let height = (title * theme.line_height.label + 2.0 * theme.space.small).max(56.0);
    vec2((title * 2.9).max(76.0), height).ceil()
}

fn pad_key(key: Key) -> Option<PadKey> {
    const DIGITS: [Key; 10] = [
        Key::Num0,
        Key::Num1,
        Key::Num2,
        Key::Num3,
        Key::Num4,
        Key::Num5,
        Key::Num6,
        Key::Num7,
        Key::Num8,
        Key::Num9,
    ];
    match key {
        Key::Backspace => Some(PadKey::Back),
        Key::Enter => Some(PadKey::Done),
        key => (0..)
            .zip(DIGITS)
            .find_map(|(digit, known)| (known == key).then_some(PadKey::Digit(digit))),
    }
}
