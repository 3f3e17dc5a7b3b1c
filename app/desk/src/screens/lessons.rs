//! The lessons of a class, newest first.

use egui::Ui;
use hotaru_content::id::ClassId;
use hotaru_sync::wire::DeskLesson;
use hotaru_ui::Icon;
use hotaru_ui::page::{heading, scrolling};
use hotaru_ui::widget::EmptyState;
use hotaru_ui::words::Value;

use super::common::{choose_class, fetched_ui, moment, period};
use super::row::lesson_row;
use crate::window::{Place, View, size};
use crate::worker::{Command, Snapshot, Worker};

/// Its state.
#[derive(Debug, Default)]
pub struct LessonsScreen {
    class: Option<ClassId>,
}

impl LessonsScreen {
    /// Asks the school again.
    pub fn refresh(&mut self, snapshot: &Snapshot, worker: &Worker) {
        let first = || snapshot.classes().first().map(|class| class.class);
        match self.class.or_else(first) {
            Some(class) => worker.send(Command::LoadLessons(class)),
            None => worker.send(Command::LoadSchool),
        }
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "lessons", |ui| {
            heading(ui, &view.tr("desk-place-progress"));
            let known = self.class;
            let changed = choose_class(ui, view, &mut self.class);
            let Some(class) = self.class else {
                fetched_ui(ui, view, &view.snapshot.school);
                return;
            };
            let fetched = view.snapshot.lessons.get(&class);
            if changed || (known.is_none() && fetched.is_none()) {
                view.send(Command::LoadLessons(class));
            }
            let Some(fetched) = fetched else { return };
            fetched_ui(ui, view, fetched);
            let lessons = fetched
                .value
                .as_ref()
                .map_or(&[][..], |value| &value.lessons);
            let shown = lessons.iter().filter(|lesson| !lesson.withdrawn);
            let mut any = false;
            for lesson in shown {
                any = true;
                let (above, below) = (above(view, lesson), below(view, lesson));
                if lesson_row(ui, &lesson.subject, &above, &lesson.title, &below) {
                    view.go = Some(Place::Lesson(lesson.lesson));
                }
            }
            if !any && fetched.value.is_some() {
                let (title, text) = (view.tr("lessons-none"), view.tr("lessons-none-next"));
                let action = view.tr("lessons-none-do");
                let empty = EmptyState::new(&title).text(&text).icon(Icon::Give);
                if empty.action(&action).show(ui) {
                    view.go = Some(Place::Push);
                }
            }
        });
    }
}

fn above(view: &View<'_>, lesson: &DeskLesson) -> String {
    let day = view.words.day(lesson.day);
    match lesson.period {
        Some(number) => format!("{day}  {}", period(view.words, number)),
        None => day,
    }
}

fn below(view: &View<'_>, lesson: &DeskLesson) -> String {
    let bytes = size(view.words, lesson.bytes);
    let args = [
        ("count", lesson.materials.into()),
        ("size", Value::from(&bytes)),
    ];
    let mut parts = vec![view.tr_with("lesson-materials", &args)];
    if lesson.revision > 1 {
        parts.push(view.tr_with(
            "lesson-revision",
            &[("count", (lesson.revision - 1).into())],
        ));
    }
    match lesson.send_at_ms {
        Some(at) if at > crate::outgoing::now_ms() => {
            let at = moment(view.words, at);
            parts.push(view.tr_with("lesson-goes-out", &[("at", Value::from(&at))]));
        }
        _ => {
            let at = moment(view.words, lesson.published_ms);
            parts.push(view.tr_with("lesson-pushed", &[("at", Value::from(&at))]));
        }
    }
    parts.join("  ")
}
