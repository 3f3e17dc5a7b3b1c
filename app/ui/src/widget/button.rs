use egui::{Align, CursorIcon, Key, Rect, Response, Stroke, Ui, Vec2, WidgetInfo, vec2};

use super::{ground, key_pressed, press};
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// What a button is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ButtonKind {
    /// The one thing to do on this screen; at most one is shown.
    Primary,
    /// Anything else.
    #[default]
    Quiet,
    /// What takes something away.
    Danger,
}

/// A button: words, perhaps an icon before them.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct Button<'a> {
    words: &'a str,
    kind: ButtonKind,
    icon: Option<Icon>,
    icon_only: bool,
    key: Option<Key>,
    enabled: bool,
    fill_width: bool,
    selected: Option<bool>,
}

impl<'a> Button<'a> {
    /// A quiet button.
    pub fn new(words: &'a str) -> Self {
        Self {
            words,
            kind: ButtonKind::Quiet,
            icon: None,
            icon_only: false,
            key: None,
            enabled: true,
            fill_width: false,
            selected: None,
        }
    }

    /// The one thing to do on this screen.
    pub fn primary(words: &'a str) -> Self {
        Self {
            kind: ButtonKind::Primary,
            ..Self::new(words)
        }
    }

    /// What takes something away.
    pub fn danger(words: &'a str) -> Self {
        Self {
            kind: ButtonKind::Danger,
            ..Self::new(words)
        }
    }

    /// A square with an icon; its words are its name and its tooltip.
    pub fn icon(icon: Icon, words: &'a str) -> Self {
        Self {
            icon: Some(icon),
            icon_only: true,
            ..Self::new(words)
        }
    }

    /// An icon before the words.
    pub fn with_icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// A key that presses it from anywhere on the screen, unless text is being written.
    pub fn key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Whether it can be pressed.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// One of several of which one is chosen: whether it is this one.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = Some(selected);
        self
    }

    /// Takes the whole width at hand.
    pub fn fill_width(mut self) -> Self {
        self.fill_width = true;
        self
    }

    /// The width and height of a button that is only an icon, in points.
    pub fn icon_size(theme: &Theme) -> f32 {
        (icon_side(theme) + 2.0 * theme.space.small)
            .max(theme.touch)
            .ceil()
    }

    /// Shows the button; whether it was pressed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let key = self.key;
        let enabled = self.enabled;
        let response = self.show_response(ui);
        response.clicked() || (enabled && key.is_some_and(|key| key_pressed(ui, key)))
    }

    /// Shows the button; its response (a press of its [`key`](Self::key) is not in it).
    pub fn show_response(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        let mut line = TextLine::words(self.words);
        if self.kind != ButtonKind::Quiet {
            line = line.bold();
        }
        let icon_side = icon_side(&theme);
        let pad = if self.icon_only {
            Vec2::splat(theme.space.small)
        } else {
            vec2(theme.space.medium, theme.space.small)
        };
        let icon_room = match (self.icon, self.icon_only) {
            (None, _) => 0.0,
            (Some(_), true) => icon_side,
            (Some(_), false) => icon_side + theme.space.small,
        };
        let room = (ui.available_width() - 2.0 * pad.x - icon_room)
            .max(icon_side)
            .floor();
        let text = (!self.icon_only).then(|| {
            let text = line.lay_out(ui.ctx(), room);
            if text.lines().len() > 1 && self.icon.is_none() {
                let width = text.size.x.ceil();
                return line.align(Align::Center).lay_out(ui.ctx(), width);
            }
            text
        });
        let text_size = text.as_ref().map_or(Vec2::ZERO, |text| text.size);
        let content = vec2(icon_room + text_size.x, text_size.y.max(icon_side));
        let mut size = (content + 2.0 * pad).max(Vec2::splat(theme.touch));
        if self.fill_width {
            size.x = size.x.max(ui.available_width());
        }
        let (rect, response) = press(ui, size.ceil(), self.enabled);
        let enabled = self.enabled && ui.is_enabled();
        response.widget_info(|| match self.selected {
            Some(selected) => {
                WidgetInfo::selected(egui::Role::RadioButton, enabled, selected, self.words)
            }
            None => WidgetInfo::labeled(egui::Role::Button, enabled, self.words),
        });
        if ui.is_rect_visible(rect) {
            let (fill, edge, ink) = self.colors(&theme, &response, enabled);
            ground(ui.painter(), &response, &theme, fill, edge);
            let inner = Rect::from_center_size(rect.center(), content);
            if let Some(icon) = self.icon {
                let center = egui::pos2(inner.left() + icon_side / 2.0, rect.center().y);
                let place = Rect::from_center_size(center, Vec2::splat(icon_side));
                icon.paint(ui.painter(), place, ink);
            }
            if let Some(text) = text {
                let min = inner.min + vec2(icon_room, (content.y - text.size.y) / 2.0);
                text.paint(ui.painter(), min, &theme, ink);
            }
        }
        let response = if self.icon_only {
            response.on_hover_text(self.words)
        } else {
            response
        };
        response.on_hover_cursor(CursorIcon::PointingHand)
    }

    fn colors(
        &self,
        theme: &Theme,
        response: &Response,
        enabled: bool,
    ) -> (egui::Color32, Stroke, egui::Color32) {
        let color = &theme.color;
        let touched = response.hovered() || response.is_pointer_button_down_on();
        if !enabled {
            return (color.page, theme.hairline(), color.weak);
        }
        if self.selected == Some(true) {
            let edge = Stroke::new(2.0, color.accent_text);
            return (color.selected, edge, color.accent_text);
        }
        match self.kind {
            ButtonKind::Primary => {
                let edge = if touched {
                    color.on_accent
                } else {
                    color.accent
                };
                (color.accent, Stroke::new(2.0, edge), color.on_accent)
            }
            ButtonKind::Quiet => {
                let fill = if touched {
                    color.selected
                } else {
                    color.surface
                };
                (fill, Stroke::new(1.0, color.outline), color.text)
            }
            ButtonKind::Danger => {
                let fill = if touched {
                    color.bad_fill
                } else {
                    color.surface
                };
                (fill, Stroke::new(1.5, color.bad), color.bad)
            }
        }
    }
}

fn icon_side(theme: &Theme) -> f32 {
    (theme.size(TextSize::Body) * 1.2).round()
}
