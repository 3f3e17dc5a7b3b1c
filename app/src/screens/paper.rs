//! Study on paper, as the pupil declares it.

use std::path::PathBuf;

use egui::Ui;
use hotaru_content::lesson::Subject;
use hotaru_content::log::PaperStudy;
use hotaru_ui::Icon;
use hotaru_ui::page::{caption, subheading};
use hotaru_ui::widget::{Button, Notice, Segmented, TextField, Tone};
use hotaru_ui::words::Value;

use super::pick::PhotoPicker;
use crate::window::View;
use crate::worker::Command;

/// How many days back can be chosen.
const DAYS_BACK: usize = 3;
/// The subjects that can be chosen: those that have homework on paper most.
const SUBJECTS: [Subject; 5] = [
    Subject::Japanese,
    Subject::Mathematics,
    Subject::Science,
    Subject::SocialStudies,
    Subject::English,
];

/// The form.
#[derive(Debug, Default)]
pub(super) struct PaperForm {
    is_open: bool,
    days_back: usize,
    subject: usize,
    minutes: String,
    text: String,
    photo: Option<PathBuf>,
    picker: PhotoPicker,
    /// It is on its way to the disk.
    waits: bool,
    was_shown: bool,
    was_saved: bool,
}

impl PaperForm {
    /// It is on the disk; else what was written stays, to be kept again.
    pub(super) fn declared(&mut self, kept: bool) {
        self.waits = false;
        if kept {
            *self = Self {
                was_saved: true,
                ..Self::default()
            };
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        subheading(ui, &view.tr("paper-title"));
        if self.was_saved {
            let (title, text) = (view.tr("paper-saved"), view.tr("paper-saved-next"));
            if Notice::new(Tone::Good, &title)
                .text(&text)
                .closable()
                .show(ui)
                .closed
            {
                self.was_saved = false;
            }
        }
        if !self.is_open {
            caption(ui, &view.tr("paper-why"));
            self.is_open = Button::new(&view.tr("paper-open")).show(ui);
            return;
        }
        ui.add_enabled_ui(!self.waits, |ui| self.fields_ui(ui, view));
        if !std::mem::replace(&mut self.was_shown, true) {
            // It opens below everything else: bring all of it into sight.
            ui.scroll_to_cursor(Some(egui::Align::BOTTOM));
        }
    }

    fn fields_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        self.day_ui(ui, view);
        let names: Vec<String> = SUBJECTS
            .iter()
            .map(|subject| view.words.subject(subject))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(chosen) = Segmented::new(&names, self.subject).show(ui) {
            self.subject = chosen;
        }
        let minutes = self.minutes();
        let fault = view.tr("paper-minutes-fault");
        let wrong =
            (!self.minutes.trim().is_empty() && minutes.is_none()).then_some(fault.as_str());
        TextField::new(&view.tr("paper-minutes"), &mut self.minutes)
            .hint("30")
            .fault(wrong)
            .max_chars(4)
            .show(ui);
        let (name, hint) = (view.tr("paper-what"), view.tr("paper-what-hint"));
        TextField::new(&name, &mut self.text)
            .hint(&hint)
            .rows(2)
            .max_chars(500)
            .show(ui);
        self.photo_ui(ui, view);
        ui.horizontal_wrapped(|ui| {
            let ready = minutes.is_some() && !self.text.trim().is_empty();
            if Button::primary(&view.tr("paper-save"))
                .enabled(ready)
                .show(ui)
                && let Some(minutes) = minutes
            {
                self.save(view, minutes);
            }
            if Button::new(&view.tr("paper-cancel")).show(ui) {
                *self = Self::default();
            }
        });
    }

    fn day_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let names: Vec<String> = (0..DAYS_BACK)
            .map(|back| {
                let name = view.words.day(days_before(view, back));
                if back == 0 {
                    view.words
                        .get_with("paper-today", &[("day", Value::from(&name))])
                } else {
                    name
                }
            })
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(chosen) = Segmented::new(&names, self.days_back).show(ui) {
            self.days_back = chosen;
        }
    }

    /// A photo: picked, or dropped on the window.
    fn photo_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        let dropped = ui.input(|input| {
            let mut files = input.raw.dropped_files.iter();
            files.next().map(|file| file.path().to_owned())
        });
        if let Some(photo) = self.picker.picked().or(dropped) {
            self.photo = Some(photo);
        }
        let Some(photo) = &self.photo else {
            let words = view.tr("paper-photo");
            let pick = Button::new(&words).with_icon(Icon::Photo);
            if pick.enabled(!self.picker.is_open()).show(ui) {
                self.picker.open(ui.ctx(), &view.tr("paper-photo-title"));
            }
            return;
        };
        let name = photo
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let args = [("name", Value::from(&name))];
        caption(ui, &view.words.get_with("paper-photo-name", &args));
        if Button::new(&view.tr("paper-photo-no")).show(ui) {
            self.photo = None;
        }
    }

    fn minutes(&self) -> Option<u16> {
        self.minutes
            .trim()
            .parse()
            .ok()
            .filter(|minutes| (1..=24 * 60).contains(minutes))
    }

    fn save(&mut self, view: &View<'_>, minutes: u16) {
        let study = PaperStudy {
            day: days_before(view, self.days_back),
            minutes,
            subject: SUBJECTS
                .get(self.subject)
                .cloned()
                .unwrap_or(Subject::Japanese),
            text: self.text.trim().to_owned(),
            photo: None,
        };
        let photo = self.photo.clone();
        view.worker.send(Command::DeclarePaper { study, photo });
        self.waits = true;
    }
}

fn days_before(view: &View<'_>, back: usize) -> jiff::civil::Date {
    let back = i64::try_from(back).unwrap_or(0);
    let today = view.snapshot.today;
    today
        .checked_sub(jiff::Span::new().days(back))
        .unwrap_or(today)
}
