//! What the screens of both windows are set in: headings, a column that scrolls, days.

use egui::{ScrollArea, Ui};
use jiff::civil::{Date, Weekday};

use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::words::{Value, Words};

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

/// A day as a reader says it.
pub fn day(words: &Words, day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "weekday-mon",
        Weekday::Tuesday => "weekday-tue",
        Weekday::Wednesday => "weekday-wed",
        Weekday::Thursday => "weekday-thu",
        Weekday::Friday => "weekday-fri",
        Weekday::Saturday => "weekday-sat",
        Weekday::Sunday => "weekday-sun",
    };
    let weekday = words.get(weekday);
    // As text: these are names of a day, not amounts to be grouped.
    let (month, date) = (day.month().to_string(), day.day().to_string());
    let args = [
        ("month", Value::from(&month)),
        ("day", Value::from(&date)),
        ("weekday", Value::from(&weekday)),
    ];
    words.get_with("day", &args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_day_is_said_with_its_weekday() {
        let friday = Date::constant(2026, 11, 20);
        let ja = Words::new(Language::Japanese, &[]);
        let en = Words::new(Language::English, &[]);
        assert_eq!(day(&ja, friday), "11月20日（金）");
        assert_eq!(day(&en, friday), "Fri 20/11");
        let week = friday.series(jiff::Span::new().days(1)).take(7);
        let names: Vec<String> = week.map(|date| day(&en, date)).collect();
        assert_eq!(
            names,
            [
                "Fri 20/11",
                "Sat 21/11",
                "Sun 22/11",
                "Mon 23/11",
                "Tue 24/11",
                "Wed 25/11",
                "Thu 26/11"
            ]
        );
    }
}
