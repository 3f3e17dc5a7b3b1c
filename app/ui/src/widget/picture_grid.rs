use egui::{CursorIcon, FocusDirection, Key, Response, Stroke, Ui, Vec2, WidgetInfo};

use super::{ground, keys_pressed, press};
use crate::picture::Picture;
use crate::theme::{TextSize, Theme};
use crate::words::tr;

/// Pictures in a row.
const IN_ROW: usize = 4;

/// The sixteen pictures to choose from, always at the same places. Arrow keys go from one to
/// the next, Space and Enter press it, and so do its letter, `a` to `p`.
#[derive(Debug, Default)]
#[must_use = "call `show`"]
pub struct PictureGrid;

impl PictureGrid {
    /// The width of the grid, in points.
    pub fn width(theme: &Theme) -> f32 {
        IN_ROW as f32 * side(theme) + (IN_ROW as f32 - 1.0) * theme.space.small
    }

    /// Shows the pictures, smaller where there is less room; those that were pressed in this frame, in their order.
    pub fn show(self, ui: &mut Ui) -> Vec<Picture> {
        let theme = Theme::of(ui.ctx());
        let gaps = (IN_ROW as f32 - 1.0) * theme.space.small;
        let room = (ui.available_width() - gaps) / IN_ROW as f32;
        let side = side(&theme).min(room).floor();
        let keys = keys_pressed(ui);
        let mut pressed: Vec<Picture> = keys.iter().filter_map(|key| of_key(*key)).collect();
        let mut first: Option<Response> = None;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(theme.space.small);
            for row in Picture::ALL.chunks(IN_ROW) {
                ui.horizontal(|ui| {
                    for picture in row {
                        let response = picture_ui(ui, &theme, side, *picture);
                        if response.clicked() {
                            pressed.push(*picture);
                        }
                        first.get_or_insert(response);
                    }
                });
            }
        });
        // From one to the next egui goes by itself, once one has the keyboard.
        let arrows = [
            Key::ArrowUp,
            Key::ArrowDown,
            Key::ArrowLeft,
            Key::ArrowRight,
        ];
        if ui.memory(|memory| memory.focused()).is_none()
            && keys.iter().any(|key| arrows.contains(key))
            && let Some(first) = first
        {
            first.request_focus();
            // It stays there until the next one.
            ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        }
        pressed
    }
}

fn picture_ui(ui: &mut Ui, theme: &Theme, side: f32, picture: Picture) -> Response {
    let (rect, response) = press(ui, Vec2::splat(side), true);
    let name = tr(ui, picture.key());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, ui.is_enabled(), &name));
    if ui.is_rect_visible(rect) {
        let color = &theme.color;
        let is_touched = response.hovered() || response.is_pointer_button_down_on();
        let (fill, edge) = match (ui.is_enabled(), is_touched) {
            (false, _) => (color.page, theme.hairline()),
            (_, true) => (color.selected, Stroke::new(1.0, color.outline)),
            _ => (color.surface, Stroke::new(1.0, color.outline)),
        };
        ground(ui.painter(), &response, theme, fill, edge);
        picture.paint(ui.painter(), rect.shrink(side * 0.14), theme);
    }
    response
        .on_hover_text(name)
        .on_hover_cursor(CursorIcon::PointingHand)
}

/// Pictures grow half as fast as text: they are not read.
fn side(theme: &Theme) -> f32 {
    (theme.touch * 0.7 + theme.size(TextSize::Lead) * 1.5).ceil()
}

fn of_key(key: Key) -> Option<Picture> {
    let mut letters = key.name().chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Picture::of_letter(letter.to_ascii_lowercase()),
        _ => None,
    }
}
