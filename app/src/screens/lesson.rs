//! A lesson: its materials in order, one in front, the text beside it where there is room.

use std::time::Instant;

use egui::{Layout, ScrollArea, Ui};
use hotaru_content::id::{LessonId, MaterialId};
use hotaru_content::lesson::{Body, Material, MaterialKind};
use hotaru_content::log::{Fact, LessonClosed, LessonOpened, MaterialViewed};
use hotaru_ui::page::caption;
use hotaru_ui::widget::{Button, EmptyState, Segmented, SubjectTag};
use hotaru_ui::words::{Value, Words};
use hotaru_ui::{TextLine, TextSize, Theme};

use super::common::period_and_unit;
use super::material::MaterialView;
use super::notes::NotePad;
use crate::window::{Place, View};
use crate::worker::{Command, LessonCard, Worker};

/// A material that was in view for less is not written down.
const LEAST_VIEW_MS: u64 = 1000;
/// Below this width, in ems of running text, the text is not shown beside another material.
const TWO_COLUMNS_EM: f32 = 52.0;

/// Its state.
pub struct LessonScreen {
    lesson: LessonId,
    opened: Option<Instant>,
    front: Option<Front>,
    /// The text beside the material in front.
    beside: MaterialView,
    notes: NotePad,
}

/// The material in front.
struct Front {
    material: MaterialId,
    since: Instant,
    view: MaterialView,
}

impl LessonScreen {
    /// A lesson.
    #[must_use]
    pub fn new(lesson: LessonId) -> Self {
        Self {
            lesson,
            opened: None,
            front: None,
            beside: MaterialView::default(),
            notes: NotePad::new(lesson),
        }
    }

    /// Writes down what was measured, once, when the screen is left.
    pub fn leave(&mut self, worker: &Worker) {
        self.put_away(worker);
        self.notes.save(worker);
        if let Some(opened) = self.opened.take() {
            let open_ms = millis(opened);
            worker.send(Command::Record(Fact::LessonClosed(LessonClosed {
                lesson: self.lesson,
                open_ms,
            })));
        }
    }

    /// Ends the material in front.
    fn put_away(&mut self, worker: &Worker) {
        let Some(mut front) = self.front.take() else {
            return;
        };
        front.view.write_down(worker, self.lesson, front.material);
        let view_ms = millis(front.since);
        if u64::from(view_ms) >= LEAST_VIEW_MS {
            worker.send(Command::Record(Fact::MaterialViewed(MaterialViewed {
                lesson: self.lesson,
                material: front.material,
                view_ms,
            })));
        }
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let snapshot = view.snapshot;
        let Some(card) = snapshot
            .lessons
            .iter()
            .find(|card| card.lesson.lesson == self.lesson)
        else {
            // Withdrawn or expired while it was open.
            let (title, text) = (view.tr("lesson-gone"), view.tr("lesson-gone-next"));
            if EmptyState::new(&title)
                .text(&text)
                .action(&view.tr("go-back"))
                .show(ui)
            {
                view.go = Some(Place::Lessons);
            }
            return;
        };
        if self.opened.is_none() {
            self.opened = Some(Instant::now());
            let fact = LessonOpened {
                lesson: self.lesson,
                revision: card.lesson.revision,
            };
            view.worker.send(Command::Record(Fact::LessonOpened(fact)));
        }
        head_ui(ui, view, card);
        let chosen = self.chooser_ui(ui, view, card);
        self.bring_to_front(view.worker, card, chosen);
        let id = ui.scope_id().with(self.lesson.0);
        ui.push_id(id, |ui| self.body_ui(ui, view, card));
    }

    /// The materials and the notes, in the order of the lesson; which one is in front.
    fn chooser_ui(&self, ui: &mut Ui, view: &View<'_>, card: &LessonCard) -> Option<usize> {
        let materials = &card.lesson.doc.materials;
        let mut names = names(view.words, materials);
        names.push(view.tr("notes"));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let front = self.front.as_ref().map(|front| front.material);
        let selected = match front {
            Some(front) => materials.iter().position(|material| material.id == front),
            None if self.notes.is_open => None,
            None => Some(0),
        };
        Segmented::new(&names, selected.unwrap_or(materials.len())).show(ui)
    }

    fn bring_to_front(&mut self, worker: &Worker, card: &LessonCard, chosen: Option<usize>) {
        let materials = &card.lesson.doc.materials;
        let index = match (chosen, &self.front) {
            (Some(index), _) => index,
            (None, None) if self.notes.is_open => return,
            (None, None) => 0,
            // A new revision may have dropped the one in front.
            (None, Some(front)) if materials.iter().all(|m| m.id != front.material) => 0,
            (None, Some(_)) => return,
        };
        self.put_away(worker);
        self.notes.is_open = index == materials.len();
        if let Some(material) = materials.get(index) {
            self.front = Some(Front {
                material: material.id,
                since: Instant::now(),
                view: MaterialView::default(),
            });
        } else {
            self.notes.save(worker);
        }
    }

    fn body_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, card: &LessonCard) {
        let Some(front) = &mut self.front else {
            self.notes.ui(ui, view);
            return;
        };
        let materials = &card.lesson.doc.materials;
        let Some(material) = materials
            .iter()
            .find(|material| material.id == front.material)
        else {
            return;
        };
        let wide = ui.available_width() > TWO_COLUMNS_EM * view.theme.size(TextSize::Body);
        let text = materials
            .iter()
            .find(|material| matches!(material.body, Body::Text { .. }));
        let takes_a_side = matches!(
            material.kind(),
            MaterialKind::BoardPhoto | MaterialKind::Handout | MaterialKind::Recording
        );
        match text.filter(|_| wide && takes_a_side) {
            None => front.view.ui(ui, view, card, material),
            Some(text) => {
                let height = ui.available_height();
                let gap = view.theme.space.large;
                let left = ((ui.available_width() - gap) * 0.58).floor();
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = gap;
                    ui.allocate_ui_with_layout(
                        egui::vec2(left, height),
                        Layout::top_down(egui::Align::Min),
                        |ui| {
                            ui.set_min_size(egui::vec2(left, height));
                            front.view.ui(ui, view, card, material);
                        },
                    );
                    ui.push_id("beside", |ui| self.beside.ui(ui, view, card, text));
                });
            }
        }
    }
}

fn head_ui(ui: &mut Ui, view: &mut View<'_>, card: &LessonCard) {
    let doc = &card.lesson.doc;
    ui.horizontal_wrapped(|ui| {
        if Button::icon(hotaru_ui::Icon::Previous, &view.tr("go-back")).show(ui) {
            view.go = Some(Place::Lessons);
        }
        SubjectTag::new(&doc.subject).show(ui);
        let mut note = vec![view.words.day(doc.day)];
        note.push(period_and_unit(view.words, doc));
        note.retain(|part| !part.is_empty());
        caption(ui, &note.join("  "));
    });
    TextLine::words(&doc.title)
        .size(TextSize::Title)
        .bold()
        .show(ui);
    source_ui(ui, view, &doc.source);
    ui.add_space(Theme::of(ui.ctx()).space.tight);
}

/// Where the materials come from, on one line; the whole of it where one points at it.
fn source_ui(ui: &mut Ui, view: &View<'_>, source: &str) {
    if source.is_empty() {
        return;
    }
    let words = view
        .words
        .get_with("lesson-source", &[("source", Value::from(source))]);
    let font = egui::FontId::proportional(view.theme.size(TextSize::Caption));
    let line = egui::RichText::new(words.as_str())
        .font(font)
        .color(view.theme.color.weak);
    ui.add(egui::Label::new(line).truncate());
}

/// What the materials of a lesson are called where they are chosen: by the short word of
/// their kind, numbered where there are several.
#[must_use]
pub fn names(words: &Words, materials: &[Material]) -> Vec<String> {
    let key = |kind: MaterialKind| match kind {
        MaterialKind::Text => "material-text",
        MaterialKind::BoardPhoto => "material-board",
        MaterialKind::Handout => "material-handout",
        MaterialKind::Recording => "material-recording",
        MaterialKind::Drill => "material-drill",
        MaterialKind::Link => "material-link",
        MaterialKind::Unknown => "material-unknown",
    };
    let count = |materials: &[Material], kind: MaterialKind| {
        materials
            .iter()
            .filter(|material| material.kind() == kind)
            .count()
    };
    let mut names = Vec::new();
    for (at, material) in materials.iter().enumerate() {
        let kind = material.kind();
        let mut name = words.get(key(kind));
        if count(materials, kind) > 1 {
            let before = count(materials.get(..at).unwrap_or_default(), kind);
            name = format!("{name} {}", before + 1);
        }
        names.push(name);
    }
    names
}

/// Scrolls a material that is longer than the screen.
pub(super) fn scroll(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let theme = Theme::of(ui.ctx());
        ui.set_max_width((ui.available_width() - theme.space.medium).max(100.0));
        contents(ui);
        ui.add_space(theme.space.large);
    });
}

fn millis(since: Instant) -> u32 {
    u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX)
}
