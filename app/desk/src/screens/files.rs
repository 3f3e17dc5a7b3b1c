//! The drop zone and the draft's materials.

use std::collections::HashMap;
use std::path::PathBuf;

use egui::{Frame, Margin, Stroke, Ui, Vec2};
use hotaru_content::lesson::{MAX_LABEL_CHARS, MaterialKind};
use hotaru_publish::{Notice, PublishError, Stage};
use hotaru_ui::page::caption;
use hotaru_ui::theme::TextSize;
use hotaru_ui::widget::{Button, ProgressBar, StatusLine, TextField, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};

use super::common::{card, icon_line, kind};
use super::picking::Picking;
use crate::window::{View, published, size};
use crate::worker::{Command, FileCard, FileId, FileState};

/// The sentences about a drill's rows that are shown; the rest is a number.
const MAX_ROWS: usize = 5;

/// Its state.
#[derive(Default)]
pub(super) struct FilesPart {
    /// Titles as they are being written.
    titles: HashMap<FileId, String>,
    picking: Picking,
}

impl FilesPart {
    /// Other materials are shown from now on.
    pub(super) fn forget(&mut self) {
        self.titles.clear();
    }

    /// Takes what was dropped anywhere on the screen, or was picked.
    pub(super) fn take_dropped(&mut self, ui: &Ui, view: &View<'_>) {
        let mut paths: Vec<PathBuf> = ui.input(|input| {
            input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_owned())
                .collect()
        });
        paths.extend(self.picking.take());
        if !paths.is_empty() {
            view.send(Command::Add(paths));
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        self.zone_ui(ui, view);
        let last = view.snapshot.files.len().saturating_sub(1);
        for (at, file) in view.snapshot.files.iter().enumerate() {
            ui.push_id(file.id, |ui| {
                self.file_ui(ui, view, file, at == 0, at == last)
            });
        }
    }

    fn zone_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let theme = view.theme;
        let hovered = ui.input(|input| !input.raw.hovered_files.is_empty());
        let empty = view.snapshot.files.is_empty();
        let fill = if hovered {
            theme.color.selected
        } else {
            theme.color.sunken
        };
        let edge = if hovered {
            theme.color.accent_text
        } else {
            theme.color.outline
        };
        let margin = if empty {
            theme.space.large
        } else {
            theme.space.medium
        };
        let zone = Frame::new()
            .fill(fill)
            .corner_radius(theme.radius.large)
            .inner_margin(Margin::same(margin as i8))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                if empty {
                    ui.vertical_centered(|ui| {
                        let side = theme.size(TextSize::Display) * 1.5;
                        let (rect, _) =
                            ui.allocate_exact_size(Vec2::splat(side), egui::Sense::hover());
                        Icon::Give.paint(ui.painter(), rect, theme.color.accent_text);
                    });
                }
                let key = if hovered { "drop-now" } else { "drop-here" };
                let line = TextLine::words(&view.tr(key)).size(TextSize::Lead).bold();
                line.align(egui::Align::Center).show(ui);
                if empty {
                    let line = TextLine::words(&view.tr("drop-kinds")).size(TextSize::Caption);
                    line.color(theme.color.weak)
                        .align(egui::Align::Center)
                        .show(ui);
                }
                ui.vertical_centered(|ui| {
                    let words = view.tr("drop-pick");
                    let pick = Button::new(&words).with_icon(Icon::File);
                    if pick.enabled(!self.picking.is_open()).show(ui) {
                        self.picking.open(ui.ctx(), &words);
                    }
                });
            });
        let stroke = Stroke::new(if hovered { 3.0 } else { 1.5 }, edge);
        let rect = zone.response.rect.shrink(stroke.width);
        let corners = [
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
            rect.left_bottom(),
            rect.left_top(),
        ];
        let (dash, gap) = (theme.space.small, theme.space.tight);
        ui.painter()
            .extend(egui::Shape::dashed_line(&corners, stroke, dash, gap));
    }

    fn file_ui(&mut self, ui: &mut Ui, view: &View<'_>, file: &FileCard, first: bool, last: bool) {
        card(ui, |ui| {
            let theme = view.theme;
            ui.horizontal_top(|ui| {
                let side = (theme.size(TextSize::Lead) * 1.2).round();
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), egui::Sense::hover());
                let (icon, ink) = look(file, view);
                icon.paint(ui.painter(), rect, ink);
                let button = (theme.size(TextSize::Body) * 1.2).round() + 2.0 * theme.space.small;
                let buttons = 3.0 * (theme.touch.max(button) + theme.space.small);
                let beside = ui.available_width() - buttons >= theme.size(TextSize::Body) * 11.0;
                let room = if beside {
                    ui.available_width() - buttons
                } else {
                    ui.available_width()
                };
                ui.vertical(|ui| {
                    ui.set_width(room.max(1.0));
                    self.words_ui(ui, view, file);
                    if !beside {
                        ui.horizontal(|ui| buttons_ui(ui, view, file, first, last));
                    }
                });
                if beside {
                    buttons_ui(ui, view, file, first, last);
                }
            });
        });
    }

    fn words_ui(&mut self, ui: &mut Ui, view: &View<'_>, file: &FileCard) {
        match &file.state {
            FileState::Waiting => {
                TextLine::words(&file.name).show(ui);
                caption(ui, &view.tr("file-waiting"));
            }
            FileState::Preparing(progress) => {
                TextLine::words(&file.name).show(ui);
                let stage = match progress.stage {
                    Stage::Reading => "file-reading",
                    Stage::Converting => "file-converting",
                    Stage::Cutting => "file-cutting",
                };
                match progress.fraction {
                    Some(fraction) => {
                        let percent = (fraction.clamp(0.0, 1.0) * 100.0).round();
                        let key = format!("{stage}-percent");
                        let words = view.tr_with(&key, &[("percent", percent.into())]);
                        ProgressBar::new(fraction, &words).show(ui);
                    }
                    None => {
                        StatusLine::new(Tone::Info, &view.tr(stage))
                            .icon(Icon::Wait)
                            .show(ui);
                    }
                }
            }
            FileState::Refused(error) => refused_ui(ui, view, error),
            FileState::Ready {
                kind: made,
                amount,
                bytes,
                notes,
                at_school,
            } => {
                let title = self
                    .titles
                    .entry(file.id)
                    .or_insert_with(|| file.title.clone());
                let (_, word) = kind(*made);
                let hint = view.tr(word);
                let about = about(view, file, *made, *amount, *bytes, *at_school);
                let field = TextField::new(&about, title)
                    .hint(&hint)
                    .max_chars(MAX_LABEL_CHARS);
                if field.show(ui).changed() {
                    view.send(Command::Rename {
                        file: file.id,
                        title: title.clone(),
                    });
                }
                notes.iter().for_each(|note| note_ui(ui, view, note));
            }
        }
    }
}

/// Kind, amount, size, and the file's name: what a material is.
fn about(
    view: &View<'_>,
    file: &FileCard,
    made: MaterialKind,
    amount: u64,
    bytes: u64,
    at_school: bool,
) -> String {
    let mut parts = vec![view.tr(kind(made).1)];
    match made {
        MaterialKind::Handout => {
            parts.push(view.tr_with("amount-pages", &[("count", amount.into())]))
        }
        MaterialKind::Drill => {
            parts.push(view.tr_with("amount-items", &[("count", amount.into())]))
        }
        MaterialKind::Recording => {
            let minutes = amount.div_ceil(60);
            parts.push(view.tr_with("amount-minutes", &[("count", minutes.into())]));
        }
        _ => {}
    }
    if bytes > 0 {
        parts.push(size(view.words, bytes));
    }
    parts.push(if at_school {
        view.tr("file-at-school")
    } else {
        file.name.clone()
    });
    parts.join("  ")
}

fn look(file: &FileCard, view: &View<'_>) -> (Icon, egui::Color32) {
    let color = &view.theme.color;
    match &file.state {
        FileState::Waiting | FileState::Preparing(_) => (Icon::Wait, color.info),
        FileState::Refused(_) => (Icon::Error, color.bad),
        FileState::Ready { kind: made, .. } => (kind(*made).0, color.accent_text),
    }
}

fn buttons_ui(ui: &mut Ui, view: &View<'_>, file: &FileCard, first: bool, last: bool) {
    let named = |key: &str| view.tr_with(key, &[("name", Value::from(&file.name))]);
    if Button::icon(Icon::Up, &named("file-up"))
        .enabled(!first)
        .show(ui)
    {
        view.send(Command::Move {
            file: file.id,
            up: true,
        });
    }
    if Button::icon(Icon::Down, &named("file-down"))
        .enabled(!last)
        .show(ui)
    {
        view.send(Command::Move {
            file: file.id,
            up: false,
        });
    }
    let busy = matches!(file.state, FileState::Preparing(_) | FileState::Waiting);
    let key = if busy { "file-stop" } else { "file-remove" };
    if Button::icon(Icon::Cross, &named(key)).show(ui) {
        view.send(Command::Remove(file.id));
    }
}

fn refused_ui(ui: &mut Ui, view: &View<'_>, error: &PublishError) {
    let sentence = published(view.words, error.code(), &error.args());
    TextLine::words(&sentence)
        .color(view.theme.color.bad)
        .show(ui);
    let rows = error.rows();
    for row in rows.iter().take(MAX_ROWS) {
        TextLine::words(&published(view.words, row.code(), &row.args()))
            .size(TextSize::Caption)
            .show(ui);
    }
    if rows.len() > MAX_ROWS {
        let more = rows.len() - MAX_ROWS;
        caption(
            ui,
            &view.tr_with("file-more-rows", &[("count", more.into())]),
        );
    }
}

fn note_ui(ui: &mut Ui, view: &View<'_>, note: &Notice) {
    let words = published(view.words, note.code(), &note.args());
    icon_line(
        ui,
        Icon::Info,
        view.theme.color.info,
        &words,
        TextSize::Caption,
    );
}
