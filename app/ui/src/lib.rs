//! Design tokens, languages, the text widget and the components of both windows.
//!
//! # Overview
//! | need | use |
//! | --- | --- |
//! | start | [`look::Dress::new`], or [`setup`] alone, once, before the first frame |
//! | a look that a person chose | [`look::Look`], put on by [`look::Dress`] |
//! | light, dark, text scale | [`theme::apply`]; read with [`Theme::of`] |
//! | language | [`words::Words::new`] and [`install`](words::Words::install); [`words::tr`], [`words::tr_with`] |
//! | a lesson's text | [`TextView`] of a [`Document`](hotaru_content::text::Document) |
//! | a question, a choice, any words | [`TextLine`] |
//! | a screen's headings, its column | [`page`] |
//! | buttons, rows, notices, ... | [`widget`] |
//! | icons, marks of subjects | [`Icon`], [`widget::SubjectTag`] |
//! | the pictures of a lock | [`Picture`], [`widget::PictureGrid`] |
//! | a board photo, a handout | [`viewer::PhotoView`], [`viewer::PdfView`]: `open` once, `show` every frame |
//!
//! A screen holds no literal colour and no literal word: colours come from [`Theme`], words
//! from Fluent files. Words that are drawn by egui's own `Label` break lines by egui's rules,
//! which are wrong for Japanese: use [`TextLine::words`] instead.
//!
//! # Example
//! ```
//! use hotaru_ui::widget::{Button, StatusLine, Tone};
//! use hotaru_ui::words::{Language, Words, tr};
//! use hotaru_ui::{Mode, TextView, theme};
//! use hotaru_content::text::Document;
//!
//! let ctx = egui::Context::default();
//! // In eframe's creation closure: fonts, theme, language. `Sources` of your crate go in `&[]`.
//! hotaru_ui::setup(&ctx, Mode::Light, 1.0, Words::new(Language::Japanese, &[]));
//! let document = Document::parse("# てこ\n\n{支点|してん}をさがそう。");
//!
//! let output = ctx.run_ui(egui::RawInput::default(), |ui| {
//!     StatusLine::new(Tone::Good, &tr(ui, "state-ready")).show(ui);
//!     let shown = TextView::new(&document).ruby(true).show(ui);
//!     if let Some(address) = shown.link {
//!         ui.ctx().open_url(egui::OpenUrl::new_tab(address));
//!     }
//!     if Button::primary(&tr(ui, "choice-answer")).key(egui::Key::Enter).show(ui) {
//!         // send a command to the worker
//!     }
//! });
//! # output.drop_without_applying_deltas();
//!
//! // Later, from the settings: both take effect with the next frame.
//! theme::apply(&ctx, Mode::Dark, 1.5);
//! Words::new(Language::English, &[]).install(&ctx);
//! ```

pub mod fonts;
pub mod icon;
pub mod look;
pub mod page;
pub mod picture;
pub mod player;
pub mod text;
pub mod theme;
pub mod tokens;
pub mod viewer;
pub mod widget;
pub mod words;

use std::sync::Arc;

pub use icon::Icon;
pub use picture::Picture;
pub use text::{TextLine, TextResponse, TextView};
pub use theme::{Mode, TextSize, Theme};

/// Puts fonts, theme and words in force. Call it once, before the first frame.
pub fn setup(ctx: &egui::Context, mode: Mode, text_scale: f32, words: Arc<words::Words>) {
    fonts::install(ctx, words.language());
    theme::apply(ctx, mode, text_scale);
    words.install(ctx);
}
