use egui::{Align, Layout, Sense, Ui, Vec2};

use super::Button;
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// What a screen shows where there is nothing yet: a quiet picture and what comes next.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct EmptyState<'a> {
    title: &'a str,
    text: &'a str,
    icon: Icon,
    action: Option<&'a str>,
}

impl<'a> EmptyState<'a> {
    /// One short sentence.
    pub fn new(title: &'a str) -> Self {
        Self {
            title,
            text: "",
            icon: Icon::Firefly,
            action: None,
        }
    }

    /// What comes next.
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// A picture other than the firefly.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = icon;
        self
    }

    /// A button for what comes next.
    pub fn action(mut self, words: &'a str) -> Self {
        self.action = Some(words);
        self
    }

    /// Shows it in the middle of the width at hand; whether the button was pressed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let theme = Theme::of(ui.ctx());
        let mut acted = false;
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add_space(theme.space.huge);
            let side = theme.size(TextSize::Display) * 2.0;
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
            ui.painter()
                .circle_filled(rect.center(), side * 0.5, theme.color.sunken);
            self.icon.paint(
                ui.painter(),
                rect.shrink(side * 0.22),
                theme.color.accent_text,
            );
            ui.add_space(theme.space.medium);
            ui.set_max_width(
                theme
                    .reading_width(TextSize::Body)
                    .min(ui.available_width()),
            );
            TextLine::words(self.title)
                .size(TextSize::Lead)
                .bold()
                .align(Align::Center)
                .show(ui);
            if !self.text.is_empty() {
                ui.add_space(theme.space.tight);
                let line = TextLine::words(self.text).align(Align::Center);
                line.color(theme.color.weak).show(ui);
            }
            if let Some(action) = self.action {
                ui.add_space(theme.space.medium);
                acted = Button::primary(action).show(ui);
            }
            ui.add_space(theme.space.huge);
        });
        acted
    }
}
