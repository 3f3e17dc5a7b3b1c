//! What several screens share.

use egui::{Ui, Vec2};
use hotaru_content::clock::in_japan;
use hotaru_content::id::ClassId;
use hotaru_content::lesson::MaterialKind;
use hotaru_ui::page::caption;
use hotaru_ui::widget::{Button, EmptyState};
use hotaru_ui::words::{Value, Words};
use hotaru_ui::{Icon, TextLine, TextSize, Theme};

use super::pill::Pill;
use crate::window::{View, trouble_ui};
use crate::worker::Fetched;

/// The name of a field or a group of pills.
pub(super) fn label(ui: &mut Ui, words: &str) {
    ui.add_space(Theme::of(ui.ctx()).space.tight);
    caption(ui, words);
}

/// An icon before some words that explain it.
pub(super) fn icon_line(ui: &mut Ui, icon: Icon, ink: egui::Color32, words: &str, size: TextSize) {
    ui.horizontal_top(|ui| {
        let side = (Theme::of(ui.ctx()).size(size) * 1.25).round();
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), egui::Sense::hover());
        icon.paint(ui.painter(), rect, ink);
        TextLine::words(words).size(size).color(ink).show(ui);
    });
}

/// A card: something that is one, on its own ground.
pub(super) fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let theme = Theme::of(ui.ctx());
    egui::Frame::new()
        .fill(theme.color.surface)
        .stroke(theme.hairline())
        .corner_radius(theme.radius.large)
        .inner_margin(egui::Margin::same(theme.space.medium as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// A button that goes back.
pub(super) fn back(ui: &mut Ui, words: &Words) -> bool {
    Button::new(&words.get("desk-back"))
        .with_icon(Icon::Previous)
        .show(ui)
}

/// A moment as a reader says it.
pub(super) fn moment(words: &Words, ms: i64) -> String {
    let at = in_japan(ms);
    let (date, time) = (words.day(at.date()), at.strftime("%H:%M").to_string());
    words.get_with(
        "desk-moment",
        &[("day", Value::from(&date)), ("time", Value::from(&time))],
    )
}

/// A period as a reader says it.
pub(super) fn period(words: &Words, period: u8) -> String {
    let number = period.to_string();
    words.get_with("desk-period", &[("number", Value::from(&number))])
}

/// The icon and the key of the word of a kind.
pub(super) fn kind(kind: MaterialKind) -> (Icon, &'static str) {
    match kind {
        MaterialKind::Text => (Icon::Text, "kind-text"),
        MaterialKind::BoardPhoto => (Icon::Photo, "kind-board"),
        MaterialKind::Handout => (Icon::Handout, "kind-handout"),
        MaterialKind::Recording => (Icon::Recording, "kind-recording"),
        MaterialKind::Drill => (Icon::Drill, "kind-drill"),
        MaterialKind::Link => (Icon::Link, "kind-link"),
        MaterialKind::Unknown => (Icon::File, "kind-unknown"),
    }
}

/// One class of the school's, by its name; whether another was chosen.
pub(super) fn choose_class(ui: &mut Ui, view: &View<'_>, chosen: &mut Option<ClassId>) -> bool {
    let classes = view.snapshot.classes();
    if !classes.iter().any(|class| Some(class.class) == *chosen) {
        *chosen = classes.first().map(|class| class.class);
    }
    let before = *chosen;
    if classes.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            for class in classes {
                let selected = *chosen == Some(class.class);
                if Pill::one_of(&class.name, selected).show(ui) {
                    *chosen = Some(class.class);
                }
            }
        });
    }
    *chosen != before
}

/// Why something that was asked for is not here, or that it comes; and when what is shown
/// was true.
pub(super) fn fetched_ui<T>(ui: &mut Ui, view: &View<'_>, fetched: &Fetched<T>) {
    if let Some(trouble) = &fetched.failed {
        trouble_ui(ui, view, trouble);
    }
    match (&fetched.value, fetched.coming) {
        (None, true) => {
            EmptyState::new(&view.tr("desk-asking"))
                .icon(Icon::Wait)
                .show(ui);
        }
        (Some(_), coming) if fetched.at_ms > 0 => {
            let at = in_japan(fetched.at_ms).strftime("%H:%M").to_string();
            let key = if coming {
                "desk-as-of-coming"
            } else {
                "desk-as-of"
            };
            caption(ui, &view.tr_with(key, &[("time", Value::from(&at))]));
        }
        _ => {}
    }
}

/// Asks before something is taken away: a button, and after it was pressed the question.
#[derive(Debug)]
pub(super) struct Confirm<T>(Option<T>);

impl<T> Default for Confirm<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Copy + PartialEq> Confirm<T> {
    /// Asks about this next.
    pub(super) fn ask(&mut self, about: T) {
        self.0 = Some(about);
    }

    /// Whether it is asked about this.
    pub(super) fn is_asked(&self, about: T) -> bool {
        self.0 == Some(about)
    }

    /// Shows the question, where it is asked; whether it was answered with yes.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        view: &View<'_>,
        about: T,
        key: &str,
        name: &str,
    ) -> bool {
        if !self.is_asked(about) {
            return false;
        }
        let question = view.tr_with(key, &[("name", Value::from(name))]);
        let text = view.tr(&format!("{key}-next"));
        let theme = Theme::of(ui.ctx());
        let mut done = None;
        egui::Frame::new()
            .fill(theme.color.warn_fill)
            .stroke(egui::Stroke::new(1.0, theme.color.warn))
            .corner_radius(theme.radius.medium)
            .inner_margin(egui::Margin::same(theme.space.medium as i8))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                TextLine::words(&question).bold().show(ui);
                TextLine::words(&text).show(ui);
                ui.horizontal_wrapped(|ui| {
                    if Button::danger(&view.tr(&format!("{key}-do"))).show(ui) {
                        done = Some(true);
                    }
                    if Button::new(&view.tr("desk-cancel")).show(ui) {
                        done = Some(false);
                    }
                });
            });
        if done.is_some() {
            self.0 = None;
        }
        done == Some(true)
    }
}
