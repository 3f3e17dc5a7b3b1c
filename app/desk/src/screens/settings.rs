//! Settings: how the window looks, and which school.

use egui::Ui;
use hotaru_sync::wire::{Grant, Role};
use hotaru_ui::TextLine;
use hotaru_ui::look::{Appearance, Look};
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::{Button, LanguageChoice, Segmented, TextSizeSlider};
use hotaru_ui::words::Value;

use super::common::{Confirm, label, moment};
use crate::window::View;
use crate::worker::Command;

/// Its state.
#[derive(Default)]
pub struct SettingsScreen {
    leave: Confirm<()>,
}

impl SettingsScreen {
    /// The screen is come to anew: no question stands open.
    pub fn leave(&mut self) {
        self.leave = Confirm::default();
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
        subheading(ui, &view.tr("settings-who"));
        who_ui(ui, view);
        caption(ui, &view.tr("settings-school-text"));
        if self.leave.is_asked(()) {
            let key = if view.snapshot.name.is_empty() {
                "sign-out-token-ask"
            } else {
                "sign-out-ask"
            };
            if self.leave.ui(ui, view, (), key, &view.snapshot.name) {
                view.send(Command::SignOut);
            }
        } else if Button::new(&view.tr("sign-out")).show(ui) {
            self.leave.ask(());
        }
    }
}

/// Who is signed in, and as what.
fn who_ui(ui: &mut Ui, view: &View<'_>) {
    let name = &view.snapshot.name;
    if name.is_empty() {
        TextLine::words(&view.tr("settings-by-token")).show(ui);
    } else {
        TextLine::words(name).bold().show(ui);
    }
    let Some(who) = &view.snapshot.who.value else {
        return;
    };
    for grant in &who.roles {
        TextLine::words(&role(view, grant)).show(ui);
    }
    if let Some(expires_ms) = who.expires_ms {
        let at = moment(view.words, expires_ms);
        caption(
            ui,
            &view.tr_with("settings-until", &[("at", Value::from(&at))]),
        );
    }
}

/// A role in the reader's words, with what narrows it.
fn role(view: &View<'_>, grant: &Grant) -> String {
    let classes = view.snapshot.classes();
    let class = classes
        .iter()
        .find(|class| Some(class.class) == grant.class);
    let class = class.map_or("", |class| class.name.as_str());
    let subject = grant.subject.as_ref().map_or("", |subject| subject.name());
    let key = match grant.role {
        Role::Teacher => "role-teacher",
        Role::SubjectTeacher => "role-subject-teacher",
        Role::Support => "role-support",
        Role::Guardian => "role-guardian",
        Role::Principal => "role-principal",
        Role::SchoolAdmin => "role-school-admin",
        Role::CityAdmin => "role-city-admin",
    };
    let args = [
        ("class", Value::from(class)),
        ("subject", Value::from(subject)),
    ];
    view.tr_with(key, &args)
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
    if let Some(language) = LanguageChoice::new(&look.language).show(ui) {
        look.language = language.tag().to_owned();
    }
}
