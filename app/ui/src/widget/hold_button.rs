use egui::accesskit::Action;
use egui::{CursorIcon, Key, Rect, Response, Sense, Stroke, Ui, WidgetInfo, vec2};

use super::ground;
use crate::text::TextLine;
use crate::theme::Theme;
use crate::words::tr_with;

/// A button for what cannot be undone: it has to be held for some seconds, with a finger, the
/// pointer, or Space or Enter. A screen reader's press begins to count, the next one stops.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct HoldButton<'a> {
    words: &'a str,
    seconds: f64,
    enabled: bool,
}

/// How it is held.
#[derive(Clone, Copy, Debug, Default)]
struct Hold {
    /// Since when, in egui's seconds.
    since: Option<f64>,
    /// A screen reader holds it.
    by_reader: bool,
    /// It did what it is for, and has to be let go first.
    is_spent: bool,
}

impl<'a> HoldButton<'a> {
    /// A button to be held for three seconds.
    pub fn new(words: &'a str) -> Self {
        Self {
            words,
            seconds: 3.0,
            enabled: true,
        }
    }

    /// Whether it can be held.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Shows the button; whether it has just been held for long enough.
    pub fn show(self, ui: &mut Ui) -> bool {
        let theme = Theme::of(ui.ctx());
        let pad = vec2(theme.space.medium, theme.space.small);
        let room = (ui.available_width() - 2.0 * pad.x)
            .max(theme.touch)
            .floor();
        let text = TextLine::words(self.words).bold().lay_out(ui.ctx(), room);
        let size = (text.size + 2.0 * pad)
            .max(vec2(theme.touch, theme.touch))
            .ceil();
        let enabled = self.enabled && ui.is_enabled();
        // What senses clicks only is let go by egui once it is held for too long for one.
        let sense = if enabled {
            Sense::click_and_drag()
        } else {
            Sense::hover()
        };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        let held = self.held(ui, &response, enabled);
        let left = held.map(|held| (self.seconds - held).max(0.0));
        let label = match left {
            Some(left) => tr_with(ui, "hold-seconds", &[("seconds", left.ceil().into())]),
            None => self.words.to_owned(),
        };
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, &label));
        if ui.is_rect_visible(rect) {
            let color = &theme.color;
            let (edge, ink) = match enabled {
                true => (Stroke::new(1.5, color.bad), color.bad),
                false => (theme.hairline(), color.weak),
            };
            ground(ui.painter(), &response, &theme, color.surface, edge);
            if let Some(held) = held {
                let part = (held / self.seconds).clamp(0.0, 1.0) as f32;
                let inner = rect.shrink(edge.width);
                let filled = vec2(inner.width() * part, inner.height());
                let filled = Rect::from_min_size(inner.min, filled);
                ui.painter()
                    .rect_filled(filled, theme.radius.medium, color.bad_fill);
            }
            let min = rect.center() - text.size / 2.0;
            text.paint(ui.painter(), min, &theme, ink);
        }
        let is_done = left.is_some_and(|left| left <= 0.0);
        if is_done {
            let spent = Hold {
                is_spent: true,
                ..Hold::default()
            };
            ui.data_mut(|data| data.insert_temp(response.id, spent));
        } else if held.is_some() {
            ui.ctx().request_repaint();
        }
        response.on_hover_cursor(CursorIcon::PointingHand);
        is_done
    }

    /// For how many seconds it has been held, where it is.
    fn held(&self, ui: &Ui, response: &Response, enabled: bool) -> Option<f64> {
        let mut hold: Hold = ui
            .data(|data| data.get_temp(response.id))
            .unwrap_or_default();
        let (now, by_key, asked) = ui.input(|input| {
            (
                input.time,
                input.key_down(Key::Space) || input.key_down(Key::Enter),
                input.num_accesskit_action_requests(response.id, Action::Click) % 2 == 1,
            )
        });
        if asked {
            hold.by_reader = !hold.by_reader;
        }
        let by_hand = response.is_pointer_button_down_on() || (response.has_focus() && by_key);
        let is_held = enabled && (by_hand || hold.by_reader);
        if is_held && !hold.is_spent {
            hold.since.get_or_insert(now);
        } else {
            hold = Hold {
                is_spent: hold.is_spent && is_held,
                ..Hold::default()
            };
        }
        ui.data_mut(|data| data.insert_temp(response.id, hold));
        hold.since.map(|since| now - since)
    }
}
