//! The components of both windows. Each file is one component: type, builder, `show`.
//!
//! Sizes follow the reader's text scale, everything that can be pressed is at least
//! [`Theme::touch`](crate::Theme) high and takes the keyboard, and no meaning rests on colour
//! alone.

mod button;
mod choice;
mod empty_state;
mod find_bar;
mod hold_button;
mod key_hints;
mod key_pad;
mod language_choice;
mod lesson_row;
mod nav_rail;
mod notice;
mod picture_grid;
mod progress_bar;
mod secret_dots;
mod segmented;
mod status_line;
mod subject;
mod text_field;
mod text_size;
mod toast;

pub use button::{Button, ButtonKind};
pub use choice::{Choice, ChoiceMark, ChoiceResponse};
pub use empty_state::EmptyState;
pub use find_bar::FindBar;
pub use hold_button::HoldButton;
pub use key_hints::KeyHints;
pub use key_pad::{KeyPad, PadKey};
pub use language_choice::LanguageChoice;
pub use lesson_row::{Here, LessonRow};
pub use nav_rail::{NavItem, NavRail};
pub use notice::{Notice, NoticeResponse};
pub use picture_grid::PictureGrid;
pub use progress_bar::ProgressBar;
pub use secret_dots::SecretDots;
pub use segmented::Segmented;
pub use status_line::StatusLine;
pub use subject::SubjectTag;
pub use text_field::TextField;
pub use text_size::TextSizeSlider;
pub use toast::{Toast, ToastOutcome};

use egui::{Color32, Painter, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};

use crate::icon::Icon;
use crate::theme::Theme;

/// How something is meant; it chooses ink, ground and icon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// Done, safe.
    Good,
    /// Good to know.
    Info,
    /// Take care.
    Warn,
    /// Failed.
    Bad,
}

impl Tone {
    /// The ink of a tone.
    pub fn ink(self, theme: &Theme) -> Color32 {
        let color = &theme.color;
        match self {
            Self::Plain => color.weak,
            Self::Good => color.good,
            Self::Info => color.info,
            Self::Warn => color.warn,
            Self::Bad => color.bad,
        }
    }

    /// The ground under a tone's ink.
    pub fn fill(self, theme: &Theme) -> Color32 {
        let color = &theme.color;
        match self {
            Self::Plain => color.sunken,
            Self::Good => color.good_fill,
            Self::Info => color.info_fill,
            Self::Warn => color.warn_fill,
            Self::Bad => color.bad_fill,
        }
    }

    /// The icon of a tone.
    pub fn icon(self) -> Icon {
        match self {
            Self::Plain | Self::Info => Icon::Info,
            Self::Good => Icon::Check,
            Self::Warn => Icon::Warning,
            Self::Bad => Icon::Error,
        }
    }
}

/// Room for something that can be pressed, if it is enabled.
fn press(ui: &mut Ui, size: Vec2, enabled: bool) -> (Rect, Response) {
    let sense = if enabled && ui.is_enabled() {
        Sense::click()
    } else {
        Sense::hover()
    };
    ui.allocate_exact_size(size, sense)
}

/// The ground of something that can be pressed, and the ring where it has the keyboard.
fn ground(painter: &Painter, response: &Response, theme: &Theme, fill: Color32, edge: Stroke) {
    let radius = theme.radius.medium;
    let rect = response.rect;
    painter.rect(rect, radius, fill, edge, StrokeKind::Inside);
    if response.has_focus() {
        let ring = rect.expand(theme.space.hair);
        let radius = radius + theme.space.hair;
        painter.rect_stroke(ring, radius, theme.focus_ring(), StrokeKind::Middle);
    }
}

/// Whether a press of this key belongs to the screen, and not to a text field, nor (Enter and
/// Space) to whatever else has the keyboard.
fn key_pressed(ui: &Ui, key: egui::Key) -> bool {
    let presses_focused = matches!(key, egui::Key::Enter | egui::Key::Space);
    let taken = presses_focused && ui.memory(|memory| memory.focused()).is_some();
    ui.is_enabled()
        && !taken
        && !ui.ctx().text_edit_focused()
        && ui.input(|input| input.modifiers.is_none() && input.key_pressed(key))
}

/// The keys that were pressed for the screen, in their order, where no text is being written;
/// Enter only where nothing else has the keyboard.
fn keys_pressed(ui: &Ui) -> Vec<egui::Key> {
    if !ui.is_enabled() || ui.ctx().text_edit_focused() {
        return Vec::new();
    }
    let is_free = ui.memory(|memory| memory.focused()).is_none();
    ui.input(|input| {
        let pressed = input.events.iter().filter_map(|event| match event {
            egui::Event::Key {
                key,
                pressed: true,
                repeat: false,
                modifiers,
                ..
            } if modifiers.is_none() && (is_free || *key != egui::Key::Enter) => Some(*key),
            _ => None,
        });
        pressed.collect()
    })
}
