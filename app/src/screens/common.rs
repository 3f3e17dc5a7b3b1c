//! What several screens share.

use egui::Ui;
use hotaru_content::lesson::{Body, Revision};
use hotaru_ui::widget::{Here, LessonRow};
use hotaru_ui::words::{Value, Words};

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
