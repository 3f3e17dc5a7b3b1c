//! One material, shown by its kind.

use std::sync::Arc;

use egui::Ui;
use hotaru_content::blob::BlobId;
use hotaru_content::id::{LessonId, MaterialId};
use hotaru_content::lesson::{Body, Material};
use hotaru_content::log::{Fact, RecordingWatched};
use hotaru_ui::player::{Captions, Player, PlayerOptions, PlayerView};
use hotaru_ui::viewer::{PdfView, PhotoView};
use hotaru_ui::widget::{Button, EmptyState, FindBar, Notice, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine, TextView};

use super::drills::drill_row;
use super::lesson::scroll;
use crate::window::{Place, Resource, ShelfRecording, View, problem_words, size};
use crate::worker::{Command, LessonCard, Worker};

/// Its state: what was opened for the material in front.
#[derive(Default)]
pub(super) struct MaterialView {
    opened: Option<(BlobId, Opened)>,
    finds: FindBar,
}

enum Opened {
    Photo(PhotoView),
    Pdf(PdfView),
    Recording {
        player: Box<Player>,
        captions_asked: bool,
    },
}

impl MaterialView {
    /// Draws a material of a lesson.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        card: &LessonCard,
        material: &Material,
    ) {
        let missing: u64 = material
            .blobs()
            .filter(|blob| card.lesson.missing.contains(blob))
            .fold(0, |sum, blob| sum.saturating_add(blob.len));
        // A recording plays as far as its parts are here.
        let first_part_here = match &material.body {
            Body::Recording { parts, .. } => parts
                .first()
                .is_some_and(|part| !card.lesson.missing.contains(&part.blob)),
            _ => missing == 0,
        };
        if !first_part_here {
            let size = size(view.words, missing);
            let title = view.tr("material-coming");
            let text = view
                .words
                .get_with("material-coming-next", &[("size", Value::from(&size))]);
            EmptyState::new(&title)
                .text(&text)
                .icon(Icon::Receiving)
                .show(ui);
            return;
        }
        match &material.body {
            Body::Text { blob } => self.text_ui(ui, view, blob.id),
            Body::BoardPhoto { blob, .. } => self.photo_ui(ui, view, blob.id, &material.title),
            Body::Handout { blob, .. } => self.pdf_ui(ui, view, blob.id, &material.title),
            Body::Recording {
                parts, captions, ..
            } => {
                let parts: Vec<BlobId> = parts.iter().map(|part| part.blob.id).collect();
                self.recording_ui(ui, view, &parts, captions.map(|blob| blob.id));
            }
            Body::Drill { blob, .. } => drill_ui(ui, view, card, blob.id),
            Body::Link { url, note } => link_ui(ui, view, url, note),
            Body::Unknown { .. } => {
                let (title, text) = (view.tr("newer-title"), view.tr("newer-text"));
                Notice::new(Tone::Info, &title).text(&text).show(ui);
            }
        }
    }

    fn text_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, id: BlobId) {
        let Some(document) = here(ui, view, |view| view.resources.text(view.worker, id)) else {
            return;
        };
        let (ruby, phrases) = (view.ruby(), view.phrases());
        self.finds.show(ui);
        scroll(ui, |ui| {
            let text = TextView::new(&document).ruby(ruby).phrases(phrases);
            if let Some(address) = self.finds.show_text(ui, text).link {
                ui.ctx().open_url(egui::OpenUrl::new_tab(address));
            }
        });
    }

    fn photo_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, id: BlobId, title: &str) {
        let Some(opened) = self.open(ui, view, id, |ui, bytes| {
            Opened::Photo(PhotoView::open(ui.ctx(), title, bytes))
        }) else {
            return;
        };
        if let Opened::Photo(photo) = opened {
            photo.show(ui);
        }
    }

    fn pdf_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, id: BlobId, title: &str) {
        let Some(opened) = self.open(ui, view, id, |ui, bytes| {
            Opened::Pdf(PdfView::open(ui.ctx(), title, bytes))
        }) else {
            return;
        };
        if let Opened::Pdf(pdf) = opened {
            pdf.show(ui);
        }
    }

    /// What was opened for a blob; it is opened once its bytes are here.
    fn open(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        id: BlobId,
        open: impl FnOnce(&Ui, Arc<[u8]>) -> Opened,
    ) -> Option<&mut Opened> {
        if self.opened.as_ref().is_none_or(|(opened, _)| *opened != id) {
            let bytes = here(ui, view, |view| view.resources.bytes(view.worker, id))?;
            self.opened = Some((id, open(ui, bytes)));
        }
        self.opened.as_mut().map(|(_, opened)| opened)
    }

    fn recording_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        parts: &[BlobId],
        captions: Option<BlobId>,
    ) {
        let Some(first) = parts.first() else { return };
        if self
            .opened
            .as_ref()
            .is_none_or(|(opened, _)| opened != first)
        {
            let Some(shelf) = view.worker.media() else {
                return;
            };
            let source = ShelfRecording::new(shelf, parts.to_vec());
            let start_ms = view.resources.recording_at(*first);
            let options = PlayerOptions {
                start_ms,
                ..PlayerOptions::default()
            };
            let player = Box::new(Player::open(ui.ctx(), Box::new(source), &options));
            self.opened = Some((
                *first,
                Opened::Recording {
                    player,
                    captions_asked: false,
                },
            ));
        }
        let Some((
            _,
            Opened::Recording {
                player,
                captions_asked,
            },
        )) = &mut self.opened
        else {
            return;
        };
        if let (false, Some(captions)) = (*captions_asked, captions)
            && let Resource::Here(bytes) = view.resources.bytes(view.worker, captions)
        {
            *captions_asked = true;
            // Captions that cannot be read leave the recording without them.
            if let Ok(captions) = Captions::parse(&bytes) {
                player.set_captions(captions);
            }
        }
        let height = ui.available_height();
        PlayerView::new(player).max_height(height).show(ui);
        view.resources.keep_recording_at(*first, player.resume_ms());
    }

    /// Writes down what of a recording was played.
    pub(super) fn write_down(&mut self, worker: &Worker, lesson: LessonId, material: MaterialId) {
        let Some((_, Opened::Recording { player, .. })) = &mut self.opened else {
            return;
        };
        let millis = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX);
        let spans: Vec<(u32, u32)> = player
            .watched()
            .into_iter()
            .map(|span| (millis(span.start_ms), millis(span.end_ms)))
            .filter(|(start, end)| start < end)
            .collect();
        if !spans.is_empty() {
            let fact = RecordingWatched {
                lesson,
                material,
                spans,
            };
            worker.send(Command::Record(Fact::RecordingWatched(fact)));
        }
    }
}

/// A resource that is here; else says that it is coming, or why it cannot be shown.
fn here<T>(
    ui: &mut Ui,
    view: &mut View<'_>,
    get: impl FnOnce(&mut View<'_>) -> Resource<T>,
) -> Option<T> {
    match get(view) {
        Resource::Here(resource) => Some(resource),
        // From the terminal's own disk: it is there before a reader could read a word.
        Resource::Coming => None,
        Resource::Failed { code, detail } => {
            let (title, text) = problem_words(view.words, &code, &detail);
            let again = view.tr("try-again");
            if Notice::new(Tone::Warn, &title)
                .text(&text)
                .action(&again)
                .show(ui)
                .acted
            {
                view.resources.retry_failed();
                view.worker.send(Command::Sync);
            }
            None
        }
    }
}

fn drill_ui(ui: &mut Ui, view: &mut View<'_>, card: &LessonCard, id: BlobId) {
    let snapshot = view.snapshot;
    let drill = snapshot
        .drills
        .iter()
        .find(|drill| drill.blob.id == id && drill.lesson == card.lesson.lesson);
    match drill {
        Some(drill) => scroll(ui, |ui| {
            if drill_row(ui, view, drill) {
                view.go = Some(Place::Drill {
                    lesson: drill.lesson,
                    blob: id,
                });
            }
        }),
        // It is here but was not readable: asking for it says why.
        None => drop(here(ui, view, |view| view.resources.drill(view.worker, id))),
    }
}

fn link_ui(ui: &mut Ui, view: &View<'_>, url: &str, note: &str) {
    let (title, text) = (view.tr("link-title"), view.tr("link-text"));
    Notice::new(Tone::Info, &title).text(&text).show(ui);
    if !note.is_empty() {
        TextLine::words(note).show(ui);
    }
    TextLine::words(url).color(view.theme.color.weak).show(ui);
    if Button::new(&view.tr("link-open"))
        .with_icon(Icon::Link)
        .show(ui)
    {
        ui.ctx().open_url(egui::OpenUrl::new_tab(url));
    }
}
