//! Settings: how the window looks, and which school.

use egui::Ui;
use hotaru_ui::TextLine;
use hotaru_ui::look::{Appearance, Look};
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::{Button, Segmented, TextSizeSlider};
use hotaru_ui::words::Language;

use super::common::label;
use super::welcome::SignInForm;
use crate::window::View;
use crate::worker::Command;

/// Its state.
#[derive(Default)]
pub struct SettingsScreen {
    sign_in: Option<SignInForm>,
}

impl SettingsScreen {
    /// What came of signing in at another school.
    pub fn signed_in(&mut self, well: bool) {
        match &mut self.sign_in {
            Some(_) if well => self.sign_in = None,
            Some(form) => form.waits = false,
            None => {}
        }
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "settings", |ui| {
            heading(ui, &view.tr("desk-place-settings"));
            let mut look = view.snapshot.look.clone();
            look_ui(ui, view, &mut look);
            if look != view.snapshot.look {
                view.send(Command::Set(look));
            }
            self.school_ui(ui, view);
            caption(ui, concat!("Hotaru ", env!("CARGO_PKG_VERSION")));
        });
    }

    fn school_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        subheading(ui, &view.tr("settings-school"));
        if let Some(school) = &view.snapshot.school.value {
            TextLine::words(&school.school.name).bold().show(ui);
        }
        TextLine::words(&view.snapshot.cloud).show(ui);
        caption(ui, &view.tr("settings-school-text"));
        match &mut self.sign_in {
            Some(form) => form.ui(ui, view),
            None => {
                if Button::new(&view.tr("settings-sign-in")).show(ui) {
                    let cloud = view.snapshot.cloud.clone();
                    self.sign_in = Some(SignInForm::at(cloud));
                }
            }
        }
    }
}

fn look_ui(ui: &mut Ui, view: &View<'_>, look: &mut Look) {
    subheading(ui, &view.tr("settings-looks"));
    label(ui, &view.tr("settings-text-size"));
    if let Some(scale) = TextSizeSlider::new(f32::from(look.text_percent) / 100.0).show(ui) {
        // The slider's own steps are whole percents.
        look.text_percent = (scale * 100.0).round() as u16;
    }
    label(ui, &view.tr("desk-appearance"));
    let names = [
        "desk-appearance-system",
        "desk-appearance-light",
        "desk-appearance-dark",
    ];
    let names = names.map(|key| view.tr(key));
    let names = names.each_ref().map(String::as_str);
    let selected = Appearance::ALL
        .iter()
        .position(|known| *known == look.appearance)
        .unwrap_or(0);
    if let Some(appearance) = Segmented::new(&names, selected)
        .show(ui)
        .and_then(|at| Appearance::ALL.get(at))
    {
        look.appearance = *appearance;
    }
    label(ui, &view.tr("desk-language"));
    let names = Language::ALL.map(Language::endonym);
    let selected = Language::ALL
        .iter()
        .position(|known| known.tag() == look.language)
        .unwrap_or(0);
    let chosen = ui
        .push_id("language", |ui| Segmented::new(&names, selected).show(ui))
        .inner;
    if let Some(language) = chosen.and_then(|at| Language::ALL.get(at)) {
        look.language = language.tag().to_owned();
    }
}
