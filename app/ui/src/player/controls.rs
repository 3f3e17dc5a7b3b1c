//! The controls under the picture: two bars and some buttons.

use egui::accesskit::{Action, ActionData};
use egui::{Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::icons::{Icon, draw};
use super::keys::{self, STEP_MS};
use super::player::{Player, PlayerState, SPEEDS};
use super::view::Ids;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::widget::Button;
use crate::words::Words;

/// The volume bar's width in points.
const VOLUME_WIDTH: f32 = 120.0;

/// Shows the controls over the width at hand.
pub(super) fn show(ui: &mut Ui, player: &mut Player, ids: &Ids) {
    let theme = Theme::of(ui.ctx());
    let words = Words::of(ui.ctx());
    seek_bar(ui, player, &theme, &words, ids.seek);
    ui.horizontal_wrapped(|ui| {
        play(ui, player, &theme, &words);
        TextLine::words(&time(player, &words))
            .label_lines()
            .show(ui);
        if player.has_sound() {
            let (icon, key) = if player.is_muted() || player.volume() == 0.0 {
                (Icon::Muted, "player-unmute")
            } else {
                (Icon::Sound, "player-mute")
            };
            if icon_button(ui, &theme, icon, &words.get(key), false) {
                keys::toggle_sound(player);
            }
        }
        if player.has_captions() {
            let shown = player.shows_captions();
            let key = if shown {
                "player-captions-hide"
            } else {
                "player-captions-show"
            };
            if icon_button(ui, &theme, Icon::Captions, &words.get(key), false) {
                player.show_captions(!shown);
            }
        }
        speed(ui, player, &words);
        // On a narrow window the system's own volume has to do.
        if player.has_sound() && ui.available_size_before_wrap().x >= VOLUME_WIDTH {
            volume(ui, player, &theme, &words, ids.seek.with("volume"));
        }
    });
}

fn play(ui: &mut Ui, player: &mut Player, theme: &Theme, words: &Words) {
    let (icon, key) = match player.state() {
        PlayerState::Ended => (Icon::Again, "player-again"),
        PlayerState::Playing | PlayerState::Buffering => (Icon::Pause, "player-pause"),
        _ => (Icon::Play, "player-play"),
    };
    if icon_button(ui, theme, icon, &words.get(key), true) {
        player.toggle();
    }
}

/// The speed; each press takes the next one.
fn speed(ui: &mut Ui, player: &mut Player, words: &Words) {
    let times = words.get_with("player-speed-times", &[("times", player.speed().into())]);
    if Button::new(&format!("{} {times}", words.get("player-speed"))).show(ui) {
        let now = SPEEDS.iter().position(|speed| *speed >= player.speed());
        let next = now.and_then(|now| SPEEDS.get(now + 1)).or(SPEEDS.first());
        player.set_speed(next.copied().unwrap_or(1.0));
    }
}

fn seek_bar(ui: &mut Ui, player: &mut Player, theme: &Theme, words: &Words, id: Id) {
    let seconds = player.duration_ms().unwrap_or(0) as f64 / 1_000.0;
    let bar = Bar {
        id,
        width: ui.available_width(),
        label: &words.get("player-seek"),
        text: &time(player, words),
        value: player.position_ms() as f64 / 1_000.0,
        max: seconds,
        step: STEP_MS as f64 / 1_000.0,
    };
    let is_seeking = player.is_seeking();
    let (response, wanted) = bar.show(ui, theme);
    keys::hold_arrows(ui, &response);
    // While dragged, one seek after another; the last one always.
    if let Some(seconds) = wanted.filter(|_| !response.dragged() || !is_seeking) {
        player.seek_ms((seconds * 1_000.0) as u64);
    }
}

fn volume(ui: &mut Ui, player: &mut Player, theme: &Theme, words: &Words, id: Id) {
    let level = if player.is_muted() {
        0.0
    } else {
        player.volume()
    };
    let bar = Bar {
        id,
        width: VOLUME_WIDTH,
        label: &words.get("player-volume"),
        text: &format!("{:.0} %", level * 100.0),
        value: f64::from(level),
        max: 1.0,
        step: 0.1,
    };
    let (response, wanted) = bar.show(ui, theme);
    keys::hold_arrows(ui, &response);
    let steps = if response.has_focus() {
        keys::arrow_steps(ui)
    } else {
        0.0
    };
    if wanted.is_some() || steps != 0.0 {
        player.set_volume(wanted.map_or(level + steps * 0.1, |wanted| wanted as f32));
    }
}

/// A bar to set a number from 0 to `max` with.
struct Bar<'a> {
    id: Id,
    width: f32,
    label: &'a str,
    /// The value in words.
    text: &'a str,
    value: f64,
    max: f64,
    /// One step of those who hear the screen.
    step: f64,
}

impl Bar<'_> {
    /// Draws it. The value that the pointer or the screen reader wants, if any.
    fn show(&self, ui: &mut Ui, theme: &Theme) -> (Response, Option<f64>) {
        let (rect, _) = ui.allocate_exact_size(vec2(self.width, theme.touch), Sense::hover());
        let response = ui.interact(rect, self.id, Sense::click_and_drag());
        let knob = theme.space.small;
        let rail = rect.shrink2(vec2(knob + 3.0, 0.0));
        let pointer = response.interact_pointer_pos().map(|pointer| {
            f64::from(((pointer.x - rail.left()) / rail.width().max(1.0)).clamp(0.0, 1.0))
        });
        let is_set = response.clicked() || response.dragged() || response.drag_stopped();
        let wanted = pointer.filter(|_| is_set).map(|share| share * self.max);
        let wanted = self.hear(ui, &response).or(wanted);

        let share = if self.max > 0.0 {
            (self.value / self.max).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let share = pointer.unwrap_or(share) as f32;
        let painter = ui.painter();
        let line = Rect::from_center_size(rail.center(), vec2(rail.width(), 6.0));
        let mut done = line;
        done.set_width(line.width() * share);
        painter.rect_filled(line, 3.0, theme.color.outline);
        painter.rect_filled(done, 3.0, theme.color.accent_text);
        let is_lit = response.hovered() || response.has_focus();
        painter.circle(
            pos2(done.right(), line.center().y),
            if is_lit { knob + 3.0 } else { knob },
            theme.color.accent,
            Stroke::new(2.0, theme.color.accent_text),
        );
        focus_ring(ui, theme, &response);
        (response, wanted)
    }

    /// Tells a screen reader what this is, and hears what it wants.
    fn hear(&self, ui: &Ui, response: &Response) -> Option<f64> {
        response.widget_info(|| WidgetInfo::slider(true, self.value, self.label));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_min_numeric_value(0.0);
            node.set_max_numeric_value(self.max);
            node.set_numeric_value_step(self.step);
            node.set_value(self.text);
            node.add_action(Action::SetValue);
            node.add_action(Action::Increment);
            node.add_action(Action::Decrement);
        });
        ui.input(|input| {
            let count = |action| input.num_accesskit_action_requests(response.id, action) as f64;
            let steps = count(Action::Increment) - count(Action::Decrement);
            let values = input.accesskit_action_requests(response.id, Action::SetValue);
            let value = values.filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) if value.is_finite() => Some(value),
                _ => None,
            });
            let stepped = (steps != 0.0).then_some(self.value + steps * self.step);
            value
                .last()
                .or(stepped)
                .map(|value| value.clamp(0.0, self.max.max(0.0)))
        })
    }
}

fn icon_button(ui: &mut Ui, theme: &Theme, icon: Icon, label: &str, is_main: bool) -> bool {
    let side = (theme.size(TextSize::Body) * 1.2).round();
    let whole = theme.touch.max(side + theme.space.small * 2.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(whole), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
    let is_lit = response.hovered() || response.is_pointer_button_down_on();
    let color = &theme.color;
    let (fill, ink, edge) = match (is_main, is_lit) {
        (true, false) => (
            color.accent,
            color.on_accent,
            Stroke::new(2.0, color.accent),
        ),
        (true, true) => (
            color.accent,
            color.on_accent,
            Stroke::new(2.0, color.on_accent),
        ),
        (false, false) => (color.surface, color.text, Stroke::new(1.0, color.outline)),
        (false, true) => (color.selected, color.text, Stroke::new(1.0, color.outline)),
    };
    ui.painter()
        .rect(rect, theme.radius.medium, fill, edge, StrokeKind::Inside);
    draw(ui.painter(), icon, rect.center(), side, ink);
    focus_ring(ui, theme, &response);
    response.on_hover_text(label).clicked()
}

/// The ring around what has the keyboard.
pub(super) fn focus_ring(ui: &Ui, theme: &Theme, response: &Response) {
    if response.has_focus() {
        let rect = response.rect.expand(theme.space.hair);
        let radius = theme.radius.medium + theme.space.hair;
        ui.painter()
            .rect_stroke(rect, radius, theme.focus_ring(), StrokeKind::Middle);
    }
}

/// `1:05 / 3:00`.
fn time(player: &Player, words: &Words) -> String {
    let clock = |ms: u64| format!("{}:{:02}", ms / 60_000, ms / 1_000 % 60);
    let now = clock(player.position_ms());
    let all = player
        .duration_ms()
        .map_or_else(|| "-:--".to_owned(), clock);
    words.get_with(
        "player-time",
        &[("now", (&now).into()), ("all", (&all).into())],
    )
}
