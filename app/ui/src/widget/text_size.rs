use egui::{Slider, Ui};

use super::Button;
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TEXT_SCALES, TextSize, Theme};
use crate::words::{tr, tr_with};

/// Chooses the text scale, from 100 % to 200 % in steps of 10 %, by slider or by two buttons.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct TextSizeSlider {
    scale: f32,
}

impl TextSizeSlider {
    /// One step of the scale. Few steps mean few sizes of glyphs in memory.
    pub const STEP: f32 = 0.1;

    /// A slider at the scale in force.
    pub fn new(scale: f32) -> Self {
        Self { scale }
    }

    /// Shows the slider; the new scale, if it was changed. Give it to
    /// [`theme::apply`](crate::theme::apply).
    pub fn show(self, ui: &mut Ui) -> Option<f32> {
        let theme = Theme::of(ui.ctx());
        let percent_step = Self::STEP * 100.0;
        let mut percent = (self.scale * 100.0).round();
        let name = tr(ui, "text-size");
        ui.horizontal_wrapped(|ui| {
            let mut step = 0.0;
            if Button::icon(Icon::Minus, &tr(ui, "viewer-zoom-out")).show(ui) {
                step = -1.0;
            }
            let (least, most) = (TEXT_SCALES.start() * 100.0, TEXT_SCALES.end() * 100.0);
            let words = tr_with(ui, "text-size-percent", &[("percent", most.into())]);
            let percent_room = TextLine::words(&words).bold().lay_out(ui.ctx(), 1e4).size.x;
            let taken = Button::icon_size(&theme) + percent_room + 3.0 * theme.space.small;
            let room = (ui.available_size_before_wrap().x - taken).max(theme.touch * 2.0);
            ui.spacing_mut().slider_width = room.min(theme.size(TextSize::Body) * 8.0);
            let slider = Slider::new(&mut percent, least..=most)
                .step_by(f64::from(percent_step))
                .show_value(false)
                .trailing_fill(true);
            let slider = ui.add(slider);
            ui.ctx()
                .accesskit_node_builder(slider.id, |node| node.set_label(name));
            if slider.has_focus() {
                let painter = ui.painter();
                let ring = slider.rect.expand(theme.space.hair);
                painter.rect_stroke(
                    ring,
                    theme.radius.medium,
                    theme.focus_ring(),
                    egui::StrokeKind::Middle,
                );
            }
            if Button::icon(Icon::Plus, &tr(ui, "viewer-zoom-in")).show(ui) {
                step = 1.0;
            }
            percent = (percent + step * percent_step).clamp(least, most);
            let words = tr_with(ui, "text-size-percent", &[("percent", percent.into())]);
            TextLine::words(&words).bold().show(ui);
        });
        let scale = (percent / percent_step).round() * percent_step / 100.0;
        ((scale - self.scale).abs() > 1e-3).then_some(scale)
    }
}
