use egui::Ui;

use super::Segmented;
use crate::page::caption;
use crate::words::{Language, tr};

/// Every language by its own name, of which one is on. What no native reader has been over is
/// said to be so.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct LanguageChoice<'a> {
    tag: &'a str,
}

impl<'a> LanguageChoice<'a> {
    /// The choice, with the language of a tag on.
    pub fn new(tag: &'a str) -> Self {
        Self { tag }
    }

    /// Shows it; the language that was newly chosen, if any.
    pub fn show(self, ui: &mut Ui) -> Option<Language> {
        let on = Language::from_tag(self.tag).unwrap_or_default();
        let selected = Language::ALL.iter().position(|known| *known == on);
        let names = Language::ALL.map(Language::endonym);
        let chosen = ui.push_id("language", |ui| {
            Segmented::new(&names, selected.unwrap_or(0)).show(ui)
        });
        if !on.is_reviewed() {
            caption(ui, &tr(ui, "language-unreviewed"));
        }
        Language::ALL.get(chosen.inner?).copied()
    }
}
