use egui::{Align, CursorIcon, Response, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{ground, press};
use crate::text::TextLine;
use crate::theme::Theme;

/// So many options are never broken into rows of different lengths.
const FEW: usize = 4;

/// Some ways of which one is on, side by side; where they do not fit, one under another, or in
/// rows where they are many.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct Segmented<'a> {
    options: &'a [&'a str],
    selected: usize,
}

impl<'a> Segmented<'a> {
    /// The options, one of them on.
    pub fn new(options: &'a [&'a str], selected: usize) -> Self {
        Self { options, selected }
    }

    /// Shows the options; the one that was newly chosen, if any.
    pub fn show(self, ui: &mut Ui) -> Option<usize> {
        let theme = Theme::of(ui.ctx());
        let pad = vec2(theme.space.medium, theme.space.small);
        let widest = self
            .options
            .iter()
            .map(|words| TextLine::words(words).bold().lay_out(ui.ctx(), 1e4).size.x + 2.0 * pad.x);
        let wanted = widest.fold(theme.touch, f32::max).ceil();
        let gap = theme.space.tight;
        let room = ui.available_width();
        let fitting = ((room + gap) / (wanted + gap)).floor().max(1.0) as usize;
        let columns = match self.options.len() {
            // Two or three stand in a row or in a column; a row with one left over looks chosen.
            count if count <= FEW && fitting < count => 1,
            count => fitting.min(count).max(1),
        };
        let width = if columns > 1 || self.options.len() == 1 {
            wanted
        } else {
            room
        };
        let mut chosen = None;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(gap, gap);
            for (row, options) in self.options.chunks(columns).enumerate() {
                ui.horizontal(|ui| {
                    for (column, words) in options.iter().enumerate() {
                        let index = row * columns + column;
                        if self.option_ui(ui, &theme, index, words, width).clicked() {
                            chosen = Some(index);
                        }
                    }
                });
            }
        });
        chosen.filter(|index| *index != self.selected)
    }

    fn option_ui(
        &self,
        ui: &mut Ui,
        theme: &Theme,
        index: usize,
        words: &str,
        width: f32,
    ) -> Response {
        let selected = index == self.selected;
        let pad = vec2(theme.space.medium, theme.space.small);
        let mut line = TextLine::words(words).align(Align::Min);
        if selected {
            line = line.bold();
        }
        let text = line.lay_out(ui.ctx(), (width - 2.0 * pad.x).max(1.0).floor());
        let size = vec2(width, (text.size.y + 2.0 * pad.y).max(theme.touch)).ceil();
        let (rect, response) = press(ui, size, true);
        response.widget_info(|| {
            WidgetInfo::selected(egui::Role::RadioButton, ui.is_enabled(), selected, words)
        });
        if ui.is_rect_visible(rect) {
            let color = &theme.color;
            let (fill, edge) = match (selected, response.hovered()) {
                (true, _) => (color.selected, Stroke::new(2.0, color.accent_text)),
                (_, true) => (color.selected, Stroke::new(1.0, color.outline)),
                _ => (color.surface, Stroke::new(1.0, color.outline)),
            };
            ground(ui.painter(), &response, theme, fill, edge);
            let ink = if selected {
                color.accent_text
            } else {
                color.text
            };
            let min = rect.center() - text.size / 2.0;
            text.paint(ui.painter(), pos2(min.x, min.y), theme, ink);
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }
}
