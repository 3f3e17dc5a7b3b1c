//! What the screens of both windows are set in: headings, a column that scrolls.

use egui::{ScrollArea, Ui};

use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// A screen's heading.
pub fn heading(ui: &mut Ui, words: &str) {
    TextLine::words(words).size(TextSize::Title).bold().show(ui);
    ui.add_space(Theme::of(ui.ctx()).space.small);
}

/// A part's heading.
pub fn subheading(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui.ctx());
    ui.add_space(theme.space.medium);
    TextLine::words(words).size(TextSize::Lead).bold().show(ui);
    ui.add_space(theme.space.tight);
}

/// Less important words.
pub fn caption(ui: &mut Ui, words: &str) {
    let weak = Theme::of(ui.ctx()).color.weak;
    TextLine::words(words)
        .size(TextSize::Caption)
        .color(weak)
        .show(ui);
}

/// A screen that scrolls, in a column that leaves the bar its room.
pub fn scrolling(ui: &mut Ui, id: &str, contents: impl FnOnce(&mut Ui)) {
    let space = Theme::of(ui.ctx()).space.large;
    column(
        ui,
        ScrollArea::vertical().id_salt(id).auto_shrink(false),
        |ui| {
            contents(ui);
            ui.add_space(space);
        },
    );
}

/// The same over something that stays in sight: as high as its contents, at most `height`
/// points.
pub fn scrolling_above(ui: &mut Ui, id: &str, height: f32, contents: impl FnOnce(&mut Ui)) {
    let area = ScrollArea::vertical().id_salt(id);
    column(
        ui,
        area.max_height(height).auto_shrink([false, true]),
        contents,
    );
}

fn column(ui: &mut Ui, area: ScrollArea, contents: impl FnOnce(&mut Ui)) {
    area.show(ui, |ui| {
        let theme = Theme::of(ui.ctx());
        // The scroll bar floats over the right edge.
        ui.set_max_width((ui.available_width() - theme.space.medium).max(100.0));
        contents(ui);
    });
}
