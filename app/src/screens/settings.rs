//! Settings, and what the teacher can see.

use egui::Ui;
use hotaru_ui::look::Appearance;
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::{Button, LanguageChoice, ProgressBar, Segmented, TextSizeSlider};
use hotaru_ui::words::{Value, Words};
use hotaru_ui::{Icon, TextLine, Theme};

use super::checkup;
use super::common::pupil_words;
use super::lock_form::LockForm;
use super::welcome::JoinForm;
use crate::study::{Problem, Settings};
use crate::window::{Place, View, size};
use crate::worker::{CheckState, Command};

/// The caps that can be chosen, in bytes.
const CAPS: [u64; 4] = [500_000_000, 1_000_000_000, 2_000_000_000, 4_000_000_000];
/// What a teacher sees of a pupil, and what she does not.
const SEEN: [&str; 4] = ["seen-answers", "seen-times", "seen-opened", "seen-paper"];
const UNSEEN: [&str; 2] = ["unseen-notes", "unseen-elsewhere"];

/// Its state.
#[derive(Debug, Default)]
pub struct SettingsScreen {
    join: Option<JoinForm>,
    lock: LockForm,
}

impl SettingsScreen {
    /// What came of adding a pupil.
    pub fn joined(&mut self, well: bool) {
        match &mut self.join {
            Some(_) if well => self.join = None,
            Some(form) => form.waits = false,
            None => {}
        }
    }

    /// What came of choosing a secret, or of taking a lock away.
    pub fn lock_set(&mut self, words: &Words, result: &Result<(), Problem>) {
        self.lock.set(words, result);
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "settings", |ui| {
            heading(ui, &view.tr("place-settings"));
            let mut settings = view.snapshot.settings.clone();
            // Once it was asked for, it is what the reader came for.
            let is_asked = !matches!(view.snapshot.check, CheckState::Unasked);
            if is_asked {
                checkup::ui(ui, view);
            }
            reading_ui(ui, view, &mut settings);
            if !view.is_sample {
                self.lock.section_ui(ui, view);
            }
            storage_ui(ui, view, &mut settings);
            if !is_asked {
                checkup::ui(ui, view);
            }
            line_ui(ui, view, &mut settings);
            if settings != view.snapshot.settings {
                view.worker.send(Command::Set(settings));
            }
            seen_ui(ui, view);
            self.terminal_ui(ui, view);
        });
    }

    fn terminal_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        subheading(ui, &view.tr("terminal-title"));
        if !view.snapshot.school.is_empty() {
            TextLine::words(&view.snapshot.school).show(ui);
        }
        let snapshot = view.snapshot;
        for entry in &snapshot.pupils {
            let words = pupil_words(view.words, entry);
            let is_front = snapshot.pupil.as_ref().is_some_and(|front| front == entry);
            if snapshot.pupils.len() == 1 {
                TextLine::words(&words).show(ui);
                continue;
            }
            let mut button = Button::new(&words).selected(is_front);
            let mut locks = snapshot.locks.iter();
            if locks.any(|(pupil, lock)| *pupil == entry.pupil && !lock.is_open) {
                button = button.with_icon(Icon::Lock);
            }
            if button.show(ui) && !is_front {
                view.worker.send(Command::Select(entry.pupil));
            }
        }
        if let Some(cloud) = &view.snapshot.cloud {
            caption(ui, cloud);
            match &mut self.join {
                None => {
                    if Button::new(&view.tr("terminal-add-pupil")).show(ui) {
                        self.join = Some(JoinForm::of(cloud));
                    }
                }
                Some(form) => form.ui(ui, view),
            }
        }
        if view.is_sample {
            caption(ui, &view.tr("sample-leave-text"));
            if Button::new(&view.tr("sample-leave")).show(ui) {
                view.go = Some(Place::Home);
            }
        }
        caption(ui, concat!("Hotaru ", env!("CARGO_PKG_VERSION")));
        if !view.is_sample && Button::new(&view.tr("erase-open")).show(ui) {
            view.go = Some(Place::Erase);
        }
    }
}

fn reading_ui(ui: &mut Ui, view: &View<'_>, settings: &mut Settings) {
    subheading(ui, &view.tr("settings-reading"));
    let look = &mut settings.look;
    if let Some(scale) = TextSizeSlider::new(f32::from(look.text_percent) / 100.0).show(ui) {
        // The slider's own steps are whole percents.
        look.text_percent = (scale * 100.0).round() as u16;
    }
    caption(ui, &view.tr("settings-appearance"));
    let keys = ["appearance-system", "appearance-light", "appearance-dark"];
    choose(ui, view, &keys, &Appearance::ALL, &mut look.appearance);
    caption(ui, &view.tr("settings-ruby"));
    choose(
        ui,
        view,
        &["ruby-on", "ruby-off"],
        &[true, false],
        &mut settings.ruby,
    );
    caption(ui, &view.tr("settings-language"));
    if let Some(language) = LanguageChoice::new(&look.language).show(ui) {
        look.language = language.tag().to_owned();
    }
}

fn storage_ui(ui: &mut Ui, view: &View<'_>, settings: &mut Settings) {
    subheading(ui, &view.tr("settings-storage"));
    let used = view.snapshot.usage.blobs();
    let (used_words, cap_words) = (size(view.words, used), size(view.words, settings.cap_bytes));
    let args = [
        ("used", Value::from(&used_words)),
        ("cap", Value::from(&cap_words)),
    ];
    let words = view.words.get_with("storage-used", &args);
    ProgressBar::new(used as f32 / settings.cap_bytes.max(1) as f32, &words).show(ui);
    caption(ui, &view.tr("storage-cap"));
    let names: Vec<String> = CAPS.iter().map(|cap| size(view.words, *cap)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let selected = CAPS
        .iter()
        .position(|cap| *cap == settings.cap_bytes)
        .unwrap_or(usize::MAX);
    if let Some(cap) = Segmented::new(&names, selected)
        .show(ui)
        .and_then(|chosen| CAPS.get(chosen))
    {
        settings.cap_bytes = *cap;
    }
}

fn line_ui(ui: &mut Ui, view: &View<'_>, settings: &mut Settings) {
    subheading(ui, &view.tr("settings-line"));
    caption(ui, &view.tr("settings-metered"));
    choose(
        ui,
        view,
        &["metered-careful", "metered-all"],
        &[false, true],
        &mut settings.metered_allowed,
    );
}

fn seen_ui(ui: &mut Ui, view: &View<'_>) {
    subheading(ui, &view.tr("seen-title"));
    let theme = Theme::of(ui.ctx());
    for (heading, keys) in [
        ("seen-yes", SEEN.as_slice()),
        ("seen-no", UNSEEN.as_slice()),
    ] {
        TextLine::words(&view.tr(heading)).bold().show(ui);
        for key in keys {
            let line = view
                .words
                .get_with("list-item", &[("words", Value::from(&view.tr(key)))]);
            TextLine::words(&line).show(ui);
        }
        ui.add_space(theme.space.tight);
    }
}

/// Chooses one of some values by their words.
fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    view: &View<'_>,
    keys: &[&str],
    values: &[T],
    value: &mut T,
) {
    let names: Vec<String> = keys.iter().map(|key| view.tr(key)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let selected = values
        .iter()
        .position(|known| known == value)
        .unwrap_or(usize::MAX);
    ui.push_id(keys, |ui| {
        if let Some(chosen) = Segmented::new(&names, selected)
            .show(ui)
            .and_then(|at| values.get(at))
        {
            *value = *chosen;
        }
    });
}
