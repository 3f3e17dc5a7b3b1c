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
/// How long a note that did not come to the disk waits for its next try.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// The longest note, in characters; the log's own bound.
const MAX_CHARS: usize = 10_000;

/// The note of one lesson.
pub(super) struct NotePad {
    lesson: LessonId,
    /// Whether it is what the reader looks at.
    pub(super) is_open: bool,
    note: Option<NoteId>,
    text: String,
    /// What was last given to be saved; none where it has to be given again.
    sent: Option<String>,
    sent_at: Option<Instant>,
    changed: Option<Instant>,
}

impl NotePad {
    pub(super) fn new(lesson: LessonId) -> Self {
        Self {
            lesson,
            is_open: false,
            note: None,
            text: String::new(),
            sent: Some(String::new()),
            sent_at: None,
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
            let key = if self.is_kept(view) {
                "notes-saved"
            } else {
                "notes-saving"
            };
            if !(self.text.is_empty() && self.is_kept(view)) {
                caption(ui, &view.tr(key));
            }
        });
        if self.is_kept(view) {
            self.sent_at = None;
        }
        let due = match (self.changed, self.sent_at) {
            (Some(changed), _) => SAVE_AFTER.saturating_sub(changed.elapsed()),
            (None, Some(sent)) => TRY_AGAIN_AFTER.saturating_sub(sent.elapsed()),
            (None, None) => return,
        };
        if due.is_zero() {
            if self.changed.is_none() {
                self.sent = None;
            }
            self.save(view.worker);
        } else {
            ui.ctx().request_repaint_after(due);
        }
    }

    /// Whether what stands here is what the log has.
    fn is_kept(&self, view: &View<'_>) -> bool {
        let notes = &view.snapshot.progress.notes;
        let kept = self.note.and_then(|note| notes.get(&note));
        kept.map_or("", |note| note.text.as_str()) == self.text
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
            self.sent = Some(note.text.clone());
        } else {
            self.note = NoteId::random().ok();
        }
    }

    /// Saves what has changed.
    pub(super) fn save(&mut self, worker: &Worker) {
        self.changed = None;
        let (Some(note), true) = (self.note, self.sent.as_ref() != Some(&self.text)) else {
            return;
        };
        self.sent = Some(self.text.clone());
        self.sent_at = Some(Instant::now());
        let fact = NoteSaved {
            note,
            lesson: Some(self.lesson),
            text: self.text.clone(),
        };
        worker.send(Command::Record(Fact::NoteSaved(fact)));
    }
}
