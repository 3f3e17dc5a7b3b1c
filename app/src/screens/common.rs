//! What several screens share.

use egui::Ui;
use hotaru_content::lesson::{Body, Revision};
use hotaru_content::shelf::PupilEntry;
use hotaru_ui::widget::{Here, LessonRow};
use hotaru_ui::words::{Value, Words};
use hotaru_ui::{TextSize, Theme};

use crate::worker::LessonCard;

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

/// A pupil by class and number.
pub(super) fn pupil_words(words: &Words, entry: &PupilEntry) -> String {
    let number = entry.number.to_string();
    let args = [
        ("class", Value::from(&entry.class_name)),
        ("number", Value::from(&number)),
    ];
    words.get_with("terminal-pupil", &args)
}

/// What of a page is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The left column.
    Left,
    /// The right one.
    Right,
    /// Both, one under the other.
    Whole,
}

impl Part {
    pub(super) fn has_left(self) -> bool {
        self != Self::Right
    }

    pub(super) fn has_right(self) -> bool {
        self != Self::Left
    }
}

/// Two columns in the middle, the right one `width` points wide; one where there is no room
/// for both.
pub(super) fn beside<T>(
    ui: &mut Ui,
    theme: &Theme,
    width: f32,
    state: &mut T,
    mut draw: impl FnMut(&mut Ui, &mut T, Part),
) {
    let em = theme.size(TextSize::Body);
    let (room, gap) = (ui.available_width(), theme.space.large);
    let left = (room - width - gap).min(em * 26.0).floor();
    if left < em * 13.0 {
        return draw(ui, state, Part::Whole);
    }
    // Where a window is high, they stand a little below its top.
    ui.add_space(((ui.available_height() - em * 26.0) / 3.0).max(0.0));
    let margin = ((room - left - gap - width) / 2.0).max(0.0).floor();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(margin);
        for (part, width) in [(Part::Left, left), (Part::Right, width)] {
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.x = theme.space.small;
                draw(ui, state, part);
            });
            ui.add_space(gap);
        }
    });
}
