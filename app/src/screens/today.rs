//! Today: what the class did, and what is mine to do.

use egui::Ui;
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::EmptyState;
use hotaru_ui::words::Value;

use super::common::lesson_row;
use super::drills::drill_row;
use super::sign_in::days_ui;
use crate::window::{Place, View};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    scrolling(ui, "today", |ui| {
        let today = view.snapshot.today;
        if let Some(lock) = view.snapshot.lock() {
            days_ui(ui, view, &lock);
        }
        // The newest day with a lesson, up to today: after an absence, too, it starts here.
        let class_day = view
            .snapshot
            .lessons
            .iter()
            .map(|card| card.lesson.doc.day)
            .filter(|day| *day <= today)
            .max();
        let Some(class_day) = class_day else {
            heading(ui, &view.words.day(today));
            let (title, text) = (view.tr("today-empty"), view.tr("today-empty-next"));
            EmptyState::new(&title).text(&text).show(ui);
            return;
        };
        caption(ui, &view.words.day(today));
        let title = if class_day == today {
            view.tr("today-lessons")
        } else {
            let day = view.words.day(class_day);
            view.words
                .get_with("today-from-here", &[("day", Value::from(&day))])
        };
        heading(ui, &title);
        let cards = view
            .snapshot
            .lessons
            .iter()
            .filter(|card| card.lesson.doc.day == class_day);
        for card in cards {
            if lesson_row(ui, view.words, card) {
                view.go = Some(Place::Lesson(card.lesson.lesson));
            }
        }
        drills_ui(ui, view);
    });
}

/// Drills that are begun or not yet begun; those that are done do not ask again.
fn drills_ui(ui: &mut Ui, view: &mut View<'_>) {
    let progress = &view.snapshot.progress;
    let open: Vec<_> = view
        .snapshot
        .drills
        .iter()
        .filter(|drill| {
            (0..drill.drill.items.len()).any(|place| {
                u16::try_from(place)
                    .is_ok_and(|place| !progress.items.contains_key(&(drill.blob.id, place)))
            })
        })
        .collect();
    if open.is_empty() {
        return;
    }
    subheading(ui, &view.tr("today-drills"));
    for drill in open {
        if drill_row(ui, view, drill) {
            view.go = Some(Place::Drill {
                lesson: drill.lesson,
                blob: drill.blob.id,
            });
        }
    }
}
