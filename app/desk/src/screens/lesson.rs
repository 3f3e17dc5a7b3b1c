//! How one lesson stands: where it is, and what was answered.

use egui::Ui;
use hotaru_content::id::LessonId;
use hotaru_ui::page::{caption, scrolling, subheading};
use hotaru_ui::widget::{Button, SubjectTag};
use hotaru_ui::{Icon, TextLine, TextSize};

use super::answers::AnswersPart;
use super::common::{Confirm, back, fetched_ui, period};
use super::receipts::ReceiptsPart;
use crate::window::{Place, View};
use crate::worker::Command;

/// Its state.
#[derive(Default)]
pub struct LessonScreen {
    withdraw: Confirm<LessonId>,
    receipts: ReceiptsPart,
    answers: AnswersPart,
}

impl LessonScreen {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>, lesson: LessonId) {
        scrolling(ui, "lesson", |ui| {
            if back(ui, view.words) {
                view.go = Some(Place::Lessons);
            }
            self.head_ui(ui, view, lesson);
            let Some(page) = view
                .snapshot
                .page
                .as_ref()
                .filter(|page| page.lesson == lesson)
            else {
                return;
            };
            subheading(ui, &view.tr("receipts-title"));
            fetched_ui(ui, view, &page.receipts);
            if let Some(receipts) = &page.receipts.value {
                self.receipts.ui(ui, view, receipts);
            }
            subheading(ui, &view.tr("answers-title"));
            // Both were asked together: trouble and time are said once.
            if page.receipts.failed.is_none() && page.answers.value.is_none() {
                fetched_ui(ui, view, &page.answers);
            }
            if let Some(answers) = &page.answers.value {
                self.answers.ui(ui, view, answers, &page.drills);
            }
        });
    }

    fn head_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, lesson: LessonId) {
        let Some((class, about)) = view.snapshot.lesson(lesson) else {
            return;
        };
        SubjectTag::new(&about.subject)
            .size(TextSize::Lead)
            .show(ui);
        TextLine::words(&about.title)
            .size(TextSize::Title)
            .bold()
            .show(ui);
        let mut when = view.words.day(about.day);
        if let Some(number) = about.period {
            when = format!("{when}  {}", period(view.words, number));
        }
        if about.revision > 1 {
            let count = about.revision - 1;
            let revised = view.tr_with("lesson-revision", &[("count", count.into())]);
            when = format!("{when}  {revised}");
        }
        caption(ui, &when);
        ui.horizontal_wrapped(|ui| {
            if Button::new(&view.tr("lesson-replace"))
                .with_icon(Icon::Undo)
                .show(ui)
            {
                view.send(Command::Replace {
                    class,
                    document: about.document,
                });
            }
            if Button::danger(&view.tr("lesson-withdraw"))
                .with_icon(Icon::Trash)
                .show(ui)
            {
                self.withdraw.ask(lesson);
            }
        });
        if self
            .withdraw
            .ui(ui, view, lesson, "lesson-withdraw-ask", &about.title)
        {
            view.send(Command::Withdraw(lesson));
        }
    }
}
