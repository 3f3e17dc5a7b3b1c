//! Erasing this terminal: who is on it, what has not reached school, and the last question.

use egui::Ui;
use hotaru_content::shelf::PupilEntry;
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::{Button, HoldButton, Notice, StatusLine, Tone};
use hotaru_ui::{Icon, TextLine, TextSize};

use super::common::pupil_words;
use crate::window::{Place, View};
use crate::worker::{Command, LineState};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    scrolling(ui, "erase", |ui| {
        heading(ui, &view.tr("erase-title"));
        TextLine::words(&view.tr("erase-text")).show(ui);
        subheading(ui, &view.tr("erase-who"));
        let snapshot = view.snapshot;
        for entry in &snapshot.pupils {
            let mut known = snapshot.unsent.iter();
            let unsent = known.find(|(pupil, _)| *pupil == entry.pupil);
            pupil_ui(ui, view, entry, unsent.and_then(|(_, unsent)| *unsent));
        }
        line_ui(ui, view);
        subheading(ui, &view.tr("erase-sure"));
        let unsent = snapshot.line.unsent;
        if unsent > 0 {
            let args = [("count", unsent.into())];
            let title = view.words.get_with("erase-loses", &args);
            let text = view.tr("erase-loses-next");
            Notice::new(Tone::Bad, &title).text(&text).show(ui);
        }
        caption(ui, &view.tr("erase-hold"));
        ui.horizontal_wrapped(|ui| {
            if HoldButton::new(&view.tr("erase-do")).show(ui) {
                // What is lost by it stands above.
                let lose_unsent = unsent > 0;
                view.worker.send(Command::Erase { lose_unsent });
            }
            if Button::new(&view.tr("erase-cancel")).show(ui) {
                view.go = Some(Place::Settings);
            }
        });
    });
}

/// One pupil, and what of hers the school does not have.
fn pupil_ui(ui: &mut Ui, view: &View<'_>, entry: &PupilEntry, unsent: Option<u64>) {
    TextLine::words(&pupil_words(view.words, entry))
        .size(TextSize::Lead)
        .bold()
        .show(ui);
    let (tone, icon, words) = match unsent {
        None => (Tone::Warn, Icon::Lock, view.tr("erase-locked")),
        Some(0) => (Tone::Good, Icon::Check, view.tr("erase-all-sent")),
        Some(count) => {
            let args = [("count", count.into())];
            let words = view.words.get_with("erase-unsent", &args);
            (Tone::Bad, Icon::Error, words)
        }
    };
    StatusLine::new(tone, &words).icon(icon).show(ui);
    ui.add_space(view.theme.space.small);
}

/// The school should have everything first.
fn line_ui(ui: &mut Ui, view: &View<'_>) {
    let snapshot = view.snapshot;
    if snapshot.cloud.is_none() {
        return;
    }
    let is_sent = snapshot.unsent.iter().all(|(_, unsent)| *unsent == Some(0));
    let is_synced = matches!(snapshot.line.state, LineState::Synced { .. });
    if is_sent && is_synced {
        return;
    }
    caption(ui, &view.tr("erase-sync-first"));
    let is_at_it = matches!(
        snapshot.line.state,
        LineState::Calling | LineState::Syncing(_)
    );
    let words = view.tr("erase-sync");
    let sync = Button::primary(&words).with_icon(Icon::Sending);
    if sync.enabled(!is_at_it).show(ui) {
        view.worker.send(Command::Sync);
    }
}
