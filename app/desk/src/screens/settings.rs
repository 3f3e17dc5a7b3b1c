//! Settings: how the window looks, and which school.

use egui::Ui;
use hotaru_ui::TextLine;
use hotaru_ui::widget::{Button, Segmented, TextSizeSlider};
use hotaru_ui::words::Language;

use super::common::{caption, heading, label, scrolling, subheading};
use super::welcome::SignInForm;
use crate::account::{Appearance, Settings};
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
            let mut settings = view.snapshot.settings.clone();
            looks_ui(ui, view, &mut settings);
            if settings != view.snapshot.settings {
                view.send(Command::Set(settings));
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

fn looks_ui(ui: &mut Ui, view: &View<'_>, settings: &mut Settings) {
    subheading(ui, &view.tr("settings-looks"));
    label(ui, &view.tr("settings-text-size"));
    if let Some(scale) = TextSizeSlider::new(f32::from(settings.text_percent) / 100.0).show(ui) {
        // The slider's own steps are whole percents.
        settings.text_percent = (scale * 100.0).round() as u16;
    }
    label(ui, &view.tr("desk-appearance"));
    let looks = [Appearance::System, Appearance::Light, Appearance::Dark];
    let names = [
        "desk-appearance-system",
        "desk-appearance-light",
        "desk-appearance-dark",
    ];
    let names = names.map(|key| view.tr(key));
    let names = names.each_ref().map(String::as_str);
    let selected = looks
        .iter()
        .position(|look| *look == settings.appearance)
        .unwrap_or(0);
    if let Some(look) = Segmented::new(&names, selected)
        .show(ui)
        .and_then(|at| looks.get(at))
    {
        settings.appearance = *look;
    }
    label(ui, &view.tr("desk-language"));
    let names = Language::ALL.map(Language::endonym);
    let selected = Language::ALL
        .iter()
        .position(|known| known.tag() == settings.language)
        .unwrap_or(0);
    let chosen = ui
        .push_id("language", |ui| Segmented::new(&names, selected).show(ui))
        .inner;
    if let Some(language) = chosen.and_then(|at| Language::ALL.get(at)) {
        settings.language = language.tag().to_owned();
    }
}
