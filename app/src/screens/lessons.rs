//! All lessons, by day or by subject, with a search.

use egui::Ui;
use hotaru_content::lesson::Subject;
use hotaru_ui::Theme;
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::{EmptyState, Segmented, SubjectTag, TextField};
use jiff::civil::Date;

use super::common::{lesson_row, period_and_unit};
use crate::window::{Place, View};
use crate::worker::LessonCard;

/// Its state.
#[derive(Debug, Default)]
pub struct LessonsScreen {
    by_subject: bool,
    search: String,
}

impl LessonsScreen {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "lessons", |ui| {
            heading(ui, &view.tr("place-lessons"));
            if view.snapshot.lessons.is_empty() {
                let (title, text) = (view.tr("today-empty"), view.tr("today-empty-next"));
                EmptyState::new(&title).text(&text).show(ui);
                return;
            }
            self.controls_ui(ui, view);
            let wanted = self.search.trim().to_lowercase();
            let cards: Vec<&LessonCard> = view
                .snapshot
                .lessons
                .iter()
                .filter(|card| matches(card, view, &wanted))
                .collect();
            if cards.is_empty() {
                let (title, text) = (
                    view.tr("lessons-none-found"),
                    view.tr("lessons-none-found-next"),
                );
                EmptyState::new(&title).text(&text).show(ui);
            } else if self.by_subject {
                by_subject_ui(ui, view, &cards);
            } else {
                by_day_ui(ui, view, &cards);
            }
        });
    }

    fn controls_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let (by_day, by_subject) = (view.tr("lessons-by-day"), view.tr("lessons-by-subject"));
        let chosen = Segmented::new(&[&by_day, &by_subject], usize::from(self.by_subject)).show(ui);
        if let Some(chosen) = chosen {
            self.by_subject = chosen == 1;
        }
        let (name, hint) = (view.tr("lessons-search"), view.tr("lessons-search-hint"));
        TextField::new(&name, &mut self.search)
            .hint(&hint)
            .max_chars(60)
            .show(ui);
        ui.add_space(view.theme.space.small);
    }
}

/// Whether a lesson has the wanted words in its title, unit, subject or materials.
fn matches(card: &LessonCard, view: &View<'_>, wanted: &str) -> bool {
    let doc = &card.lesson.doc;
    let subject = view.words.subject(&doc.subject);
    wanted.is_empty()
        || [&doc.title, &doc.unit, &subject]
            .into_iter()
            .any(|text| text.to_lowercase().contains(wanted))
        || doc
            .materials
            .iter()
            .any(|material| material.title.to_lowercase().contains(wanted))
}

fn by_day_ui(ui: &mut Ui, view: &mut View<'_>, cards: &[&LessonCard]) {
    let mut days: Vec<Date> = cards.iter().map(|card| card.lesson.doc.day).collect();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    for class_day in days {
        subheading(ui, &view.words.day(class_day));
        for card in cards.iter().filter(|card| card.lesson.doc.day == class_day) {
            row_ui(ui, view, card);
        }
    }
}

fn by_subject_ui(ui: &mut Ui, view: &mut View<'_>, cards: &[&LessonCard]) {
    let mut subjects: Vec<&Subject> = cards.iter().map(|card| &card.lesson.doc.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    for subject in subjects {
        ui.add_space(Theme::of(ui.ctx()).space.medium);
        SubjectTag::new(subject).show(ui);
        // Newest first: that is the one that is looked for.
        for card in cards
            .iter()
            .rev()
            .filter(|card| card.lesson.doc.subject == *subject)
        {
            caption(ui, &view.words.day(card.lesson.doc.day));
            row_ui(ui, view, card);
        }
    }
}

fn row_ui(ui: &mut Ui, view: &mut View<'_>, card: &LessonCard) {
    let doc = &card.lesson.doc;
    // Two lessons may look alike; their ids may not.
    ui.push_id(
        (card.lesson.lesson.0, period_and_unit(view.words, doc).len()),
        |ui| {
            if lesson_row(ui, view.words, card) {
                view.go = Some(Place::Lesson(card.lesson.lesson));
            }
        },
    );
}
