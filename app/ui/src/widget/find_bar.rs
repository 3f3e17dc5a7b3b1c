use egui::{Align, Key, Layout, Modifiers, Ui, vec2};

use super::{Button, TextField};
use crate::icon::Icon;
use crate::page::caption;
use crate::text::{TextResponse, TextView};
use crate::theme::Theme;
use crate::words::{tr, tr_with};

/// Looks for words in a text: a button that opens a field, the places counted, one in front.
/// The screen keeps it, draws it above the text, and hands the text through [`Self::show_text`].
#[derive(Debug, Default)]
pub struct FindBar {
    is_open: bool,
    /// The field was just opened and takes the keyboard.
    is_new: bool,
    words: String,
    /// How many places there were in the last frame.
    found: usize,
    /// The place in front, from 0.
    front: usize,
    /// It is to come into sight.
    brings: bool,
}

/// The longest words that are looked for, in characters.
const MAX_CHARS: usize = 60;

impl FindBar {
    /// Draws the button, or the open bar. Ctrl+F opens it, Enter goes on, Escape closes it.
    pub fn show(&mut self, ui: &mut Ui) {
        let asks = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::F));
        if !self.is_open {
            let words = tr(ui, "find-open");
            let row = vec2(ui.available_width(), Theme::of(ui.ctx()).touch);
            let layout = Layout::right_to_left(Align::Center);
            let pressed = ui.allocate_ui_with_layout(row, layout, |ui| {
                Button::icon(Icon::Search, &words).show(ui)
            });
            if asks || pressed.inner {
                (self.is_open, self.is_new) = (true, true);
            }
            return;
        }
        self.is_new |= asks;
        let name = tr(ui, "find-words");
        let field = TextField::new(&name, &mut self.words)
            .max_chars(MAX_CHARS)
            .show(ui);
        if std::mem::take(&mut self.is_new) {
            field.request_focus();
        }
        if field.changed() {
            (self.front, self.brings) = (0, true);
        }
        let (entered, back) = ui.input(|input| {
            let entered = field.lost_focus() && input.key_pressed(Key::Enter);
            (entered, input.modifiers.shift)
        });
        if entered {
            self.turn(back);
            field.request_focus();
        }
        if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
            *self = Self::default();
            return;
        }
        ui.horizontal_wrapped(|ui| {
            let (previous, next) = (tr(ui, "find-previous"), tr(ui, "find-next"));
            let has_any = self.found > 0;
            if Button::icon(Icon::Up, &previous).enabled(has_any).show(ui) {
                self.turn(true);
            }
            if Button::icon(Icon::Down, &next).enabled(has_any).show(ui) {
                self.turn(false);
            }
            let close = tr(ui, "button-close");
            if Button::new(&close).show(ui) {
                *self = Self::default();
                return;
            }
            if has_any {
                let args = [
                    ("place", (self.front + 1).into()),
                    ("all", self.found.into()),
                ];
                caption(ui, &tr_with(ui, "find-place", &args));
            } else if !self.words.trim().is_empty() {
                caption(ui, &tr(ui, "find-none"));
            }
        });
    }

    /// Shows the text with what was found in it.
    pub fn show_text(&mut self, ui: &mut Ui, text: TextView<'_>) -> TextResponse {
        let brings = std::mem::take(&mut self.brings);
        let shown = text
            .find(&self.words)
            .bring_found(brings.then_some(self.front))
            .show(ui);
        if shown.found != self.found {
            self.found = shown.found;
            self.front = self.front.min(self.found.saturating_sub(1));
            // The count above is of this frame.
            ui.ctx().request_repaint();
        }
        shown
    }

    /// The next place comes to the front, or the one before.
    fn turn(&mut self, back: bool) {
        let count = self.found.max(1);
        let step = if back { count - 1 } else { 1 };
        self.front = (self.front + step) % count;
        self.brings = true;
    }
}
