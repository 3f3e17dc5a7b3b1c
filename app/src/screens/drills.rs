//! All drills, by lesson.

use egui::{Frame, Margin, Ui};
use hotaru_content::progress::ItemRecord;
use hotaru_ui::page::{heading, scrolling};
use hotaru_ui::widget::{Button, EmptyState, ProgressBar, SubjectTag};
use hotaru_ui::{TextLine, TextSize};

use crate::study::DrillOnShelf;
use crate::window::{Place, View};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    scrolling(ui, "drills", |ui| {
        heading(ui, &view.tr("place-drills"));
        if view.snapshot.drills.is_empty() {
            let (title, text) = (view.tr("drills-empty"), view.tr("today-empty-next"));
            EmptyState::new(&title).text(&text).show(ui);
            return;
        }
        let snapshot = view.snapshot;
        for drill in &snapshot.drills {
            if drill_row(ui, view, drill) {
                view.go = Some(Place::Drill {
                    lesson: drill.lesson,
                    blob: drill.blob.id,
                });
            }
        }
    });
}

/// A drill in a list: where it belongs, how far it is; whether it is to be opened.
pub(super) fn drill_row(ui: &mut Ui, view: &View<'_>, drill: &DrillOnShelf) -> bool {
    let theme = view.theme;
    let card = view
        .snapshot
        .lessons
        .iter()
        .find(|card| card.lesson.lesson == drill.lesson);
    let answered = records(view, drill).count();
    let all = drill.drill.items.len();
    let begun = answered > 0 && answered < all;
    let mut open = false;
    let id = ui.scope_id().with(drill.blob.id.0).with(drill.lesson.0);
    ui.push_id(id, |ui| {
        Frame::new()
            .fill(theme.color.surface)
            .stroke(theme.hairline())
            .corner_radius(theme.radius.medium)
            .inner_margin(Margin::same(theme.space.medium as i8))
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                if let Some(card) = card {
                    SubjectTag::new(&card.lesson.doc.subject)
                        .size(TextSize::Caption)
                        .show(ui);
                }
                let title = match card {
                    Some(card) if drill.title.is_empty() => &card.lesson.doc.title,
                    _ => &drill.title,
                };
                TextLine::words(title).size(TextSize::Lead).bold().show(ui);
                let args = [("answered", answered.into()), ("all", all.into())];
                let words = view.words.get_with("drill-progress", &args);
                ProgressBar::new(answered as f32 / all.max(1) as f32, &words).show(ui);
                let key = match (begun, answered == all && all > 0) {
                    (true, _) => "drill-go-on",
                    (_, true) => "drill-again",
                    _ => "drill-begin",
                };
                open = Button::new(&view.tr(key)).show(ui);
            });
    });
    ui.add_space(theme.space.small);
    open
}

/// The newest answers to a drill's items.
pub(super) fn records<'a>(
    view: &'a View<'_>,
    drill: &'a DrillOnShelf,
) -> impl Iterator<Item = &'a ItemRecord> + 'a {
    (0..drill.drill.items.len())
        .filter_map(|place| u16::try_from(place).ok())
        .filter_map(|place| view.snapshot.progress.items.get(&(drill.blob.id, place)))
}
