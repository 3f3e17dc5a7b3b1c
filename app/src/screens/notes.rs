//! My notes on a lesson. They save themselves.

use std::time::{Duration, Instant};

use egui::Ui;
use hotaru_content::id::{LessonId, NoteId};
use hotaru_content::log::{Fact, NoteSaved};
use hotaru_ui::page::caption;
use hotaru_ui::widget::TextField;

use super::lesson::scroll;
use crate::window::View;
use crate::worker::{Command, Worker};

/// How long after the last key the note is saved.
const SAVE_AFTER: Duration = Duration::from_secs(2);
/// The longest note, in characters; the log's own bound.
const MAX_CHARS: usize = 10_000;

/// The note of one lesson.
pub(super) struct NotePad {
    lesson: LessonId,
    /// Whether it is what the reader looks at.
    pub(super) is_open: bool,
    note: Option<NoteId>,
    text: String,
    saved: String,
    changed: Option<Instant>,
}

impl NotePad {
    pub(super) fn new(lesson: LessonId) -> Self {
        Self {
            lesson,
            is_open: false,
            note: None,
            text: String::new(),
            saved: String::new(),
            changed: None,
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        self.find(view);
        let (name, hint) = (view.tr("notes"), view.tr("notes-hint"));
        scroll(ui, |ui| {
            let response = TextField::new(&name, &mut self.text)
                .hint(&hint)
                .rows(10)
                .max_chars(MAX_CHARS)
                .show(ui);
            if response.changed() {
                self.changed = Some(Instant::now());
            }
            let key = if self.text == self.saved {
                "notes-saved"
            } else {
                "notes-saving"
            };
            caption(ui, &view.tr(key));
        });
        if let Some(changed) = self.changed {
            let waited = changed.elapsed();
            if waited >= SAVE_AFTER {
                self.save(view.worker);
            } else {
                ui.ctx()
                    .request_repaint_after(SAVE_AFTER.saturating_sub(waited));
            }
        }
    }

    /// Takes the lesson's note from the log, once.
    fn find(&mut self, view: &View<'_>) {
        if self.note.is_some() {
            return;
        }
        let notes = &view.snapshot.progress.notes;
        let mine = notes
            .iter()
            .find(|(_, note)| note.lesson == Some(self.lesson));
        if let Some((id, note)) = mine {
            self.note = Some(*id);
            self.text.clone_from(&note.text);
            self.saved.clone_from(&note.text);
        } else {
            self.note = NoteId::random().ok();
        }
    }

    /// Saves what has changed.
    pub(super) fn save(&mut self, worker: &Worker) {
        self.changed = None;
        let (Some(note), true) = (self.note, self.text != self.saved) else {
            return;
        };
        self.saved.clone_from(&self.text);
        let fact = NoteSaved {
            note,
            lesson: Some(self.lesson),
            text: self.text.clone(),
        };
        worker.send(Command::Record(Fact::NoteSaved(fact)));
    }
}
