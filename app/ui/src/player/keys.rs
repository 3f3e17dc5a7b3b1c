//! The player's keys.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::player::Player;
use super::view::Ids;

/// One step of the arrow keys, in milliseconds.
pub(super) const STEP_MS: i64 = 5_000;

/// Does what the keys ask for: M, C, Home and End where no text is written,
/// Space and the arrows where nothing else has the keyboard.
pub(super) fn handle(ui: &Ui, player: &mut Player, ids: &Ids) {
    if !ui.is_enabled() || ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::M) {
        toggle_sound(player);
    }
    if pressed(Key::C) {
        player.show_captions(!player.shows_captions());
    }
    if pressed(Key::Home) {
        player.seek_ms(0);
    }
    if pressed(Key::End) {
        player.seek_ms(player.duration_ms().unwrap_or(0));
    }
    let focused = ui.memory(|memory| memory.focused());
    if focused.is_none_or(|id| id == ids.picture || id == ids.seek) {
        if pressed(Key::Space) {
            player.toggle();
        }
        let steps = arrow_steps(ui) as i64;
        if steps != 0 {
            player.seek_by_ms(steps * STEP_MS);
        }
    }
}

/// How often → was pressed more than ←.
pub(super) fn arrow_steps(ui: &Ui) -> f32 {
    ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key) as f32;
        count(Key::ArrowRight) - count(Key::ArrowLeft)
    })
}

/// ← and → act on this instead of moving the keyboard away from it.
pub(super) fn hold_arrows(ui: &Ui, response: &Response) {
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}

/// Puts sound off; or on, audibly.
pub(super) fn toggle_sound(player: &mut Player) {
    let is_silent = player.is_muted() || player.volume() == 0.0;
    if is_silent && player.volume() == 0.0 {
        player.set_volume(1.0);
    }
    player.set_muted(!is_silent);
}
