//! What several screens share.

use egui::{ScrollArea, Ui};
use hotaru_content::lesson::{Body, Revision};
use hotaru_ui::widget::{Here, LessonRow};
use hotaru_ui::words::{Value, Words};
use hotaru_ui::{TextLine, TextSize, Theme};
use jiff::civil::{Date, Weekday};

use crate::worker::LessonCard;

/// A screen's heading.
pub(super) fn heading(ui: &mut Ui, words: &str) {
    TextLine::words(words).size(TextSize::Title).bold().show(ui);
    ui.add_space(Theme::of(ui.ctx()).space.small);
}

/// A part's heading.
pub(super) fn subheading(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui.ctx());
    ui.add_space(theme.space.medium);
    TextLine::words(words).size(TextSize::Lead).bold().show(ui);
    ui.add_space(theme.space.tight);
}

/// Less important words.
pub(super) fn caption(ui: &mut Ui, words: &str) {
    let weak = Theme::of(ui.ctx()).color.weak;
    TextLine::words(words)
        .size(TextSize::Caption)
        .color(weak)
        .show(ui);
}

/// A screen that scrolls, in a column that is good to read.
pub(super) fn scrolling(ui: &mut Ui, id: &str, contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            let theme = Theme::of(ui.ctx());
            // The scroll bar floats over the right edge.
            ui.set_max_width((ui.available_width() - theme.space.medium).max(100.0));
            contents(ui);
            ui.add_space(theme.space.large);
        });
}

/// A day as a reader says it.
pub(super) fn day(words: &Words, day: Date) -> String {
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

/// What of a lesson is here, counted in materials.
pub(super) fn here(card: &LessonCard) -> Here {
    let doc = &card.lesson.doc;
    if doc
        .materials
        .iter()
        .any(|material| matches!(material.body, Body::Unknown { .. }))
    {
        return Here::Newer;
    }
    if card.lesson.is_ready() {
        return Here::Ready;
    }
    let all = doc.materials.len();
    let here = doc
        .materials
        .iter()
        .filter(|material| {
            material
                .blobs()
                .all(|blob| !card.lesson.missing.contains(&blob))
        })
        .count();
    match (u32::try_from(here), u32::try_from(all)) {
        (Ok(here), Ok(all)) if here > 0 => Here::Partial { here, all },
        _ => Here::Waiting,
    }
}

/// Period and unit of a lesson, as far as it has them.
pub(super) fn period_and_unit(words: &Words, doc: &Revision) -> String {
    let period = doc.period.map(|period| {
        let period = period.to_string();
        words.get_with("period", &[("number", Value::from(&period))])
    });
    let unit = (!doc.unit.is_empty()).then(|| doc.unit.clone());
    period
        .into_iter()
        .chain(unit)
        .collect::<Vec<_>>()
        .join("  ")
}

/// A lesson in a list; whether it was pressed.
pub(super) fn lesson_row(ui: &mut Ui, words: &Words, card: &LessonCard) -> bool {
    let doc = &card.lesson.doc;
    let note = period_and_unit(words, doc);
    LessonRow::new(&doc.subject, &doc.title, here(card))
        .note(&note)
        .show(ui)
        .clicked()
}

/// Minutes of study as a reader says them; at least one where there was any.
pub(super) fn minutes(ms: u64) -> u64 {
    if ms == 0 { 0 } else { (ms / 60_000).max(1) }
}
