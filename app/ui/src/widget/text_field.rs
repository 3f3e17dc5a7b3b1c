use egui::{Align2, Frame, Margin, Rect, Response, Sense, Stroke, TextEdit, Ui, Vec2, vec2};

use super::Tone;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// A field for text, with its name above it and, where it is wrong, the reason below.
#[must_use = "call `show`"]
pub struct TextField<'a> {
    name: &'a str,
    text: &'a mut String,
    hint: &'a str,
    fault: Option<&'a str>,
    rows: usize,
    max_chars: usize,
    secret: bool,
    size: TextSize,
}

impl<'a> TextField<'a> {
    /// The longest text that is taken by default, in characters.
    pub const MAX_CHARS: usize = 1000;

    /// A field of one line.
    pub fn new(name: &'a str, text: &'a mut String) -> Self {
        Self {
            name,
            text,
            hint: "",
            fault: None,
            rows: 1,
            max_chars: Self::MAX_CHARS,
            secret: false,
            size: TextSize::Body,
        }
    }

    /// An example, shown while the field is empty.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// What is wrong with the text, and what to do.
    pub fn fault(mut self, fault: Option<&'a str>) -> Self {
        self.fault = fault;
        self
    }

    /// Room for more lines.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.clamp(1, 40);
        self
    }

    /// The longest text that is taken, in characters.
    pub fn max_chars(mut self, max_chars: usize) -> Self {
        self.max_chars = max_chars;
        self
    }

    /// Shows dots instead of what is written.
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The size of what is written.
    pub fn size(mut self, size: TextSize) -> Self {
        self.size = size;
        self
    }

    /// Shows the field over the whole width at hand.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = theme.space.tight;
            // Painted only: the field itself carries its name for screen readers. A field that
            // names a label which is scrolled out of sight makes them fail.
            let name = TextLine::words(self.name)
                .size(TextSize::Caption)
                .lay_out(ui.ctx(), ui.available_width().floor());
            let (rect, _) = ui.allocate_exact_size(name.size, Sense::hover());
            name.paint(ui.painter(), rect.min, &theme, theme.color.weak);
            let edit = if self.rows > 1 {
                TextEdit::multiline(self.text).desired_rows(self.rows)
            } else {
                TextEdit::singleline(self.text)
            };
            let pad = Margin::symmetric(theme.space.medium as i8, theme.space.small as i8);
            let height = theme.touch.max(theme.size(self.size) * 1.3 + pad.sum().y);
            let response = edit
                .id_salt(self.name)
                .hint_text(self.hint)
                .password(self.secret)
                .char_limit(self.max_chars)
                .font(theme.font(self.size))
                .align(if self.rows > 1 {
                    Align2::LEFT_TOP
                } else {
                    Align2::LEFT_CENTER
                })
                .desired_width(f32::INFINITY)
                .min_size(vec2(0.0, height))
                .frame(frame(&theme, self.fault.is_some()).inner_margin(pad))
                .show(ui)
                .response
                .response;
            ui.ctx()
                .accesskit_node_builder(response.id, |node| node.set_label(self.name));
            if response.gained_focus() {
                // Who comes by the keyboard sees where.
                response.scroll_to_me(None);
            }
            if response.has_focus() {
                let ring = response.rect.expand(theme.space.hair);
                let radius = theme.radius.medium + theme.space.hair;
                let painter = ui.painter();
                painter.rect_stroke(ring, radius, theme.focus_ring(), egui::StrokeKind::Middle);
            }
            if let Some(fault) = self.fault {
                let shown = fault_ui(ui, &theme, fault);
                if response.changed() {
                    // Who writes sees what is wrong with it, in a small window, too.
                    ui.scroll_to_rect(shown, None);
                }
            }
            response
        })
        .inner
    }
}

fn frame(theme: &Theme, faulty: bool) -> Frame {
    let edge = if faulty {
        Stroke::new(2.0, theme.color.bad)
    } else {
        Stroke::new(1.0, theme.color.outline)
    };
    Frame::new()
        .fill(theme.color.surface)
        .stroke(edge)
        .corner_radius(theme.radius.medium)
}

fn fault_ui(ui: &mut Ui, theme: &Theme, fault: &str) -> Rect {
    let shown = ui.horizontal_top(|ui| {
        let side = (theme.size(TextSize::Caption) * 1.3).round();
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
        Tone::Bad.icon().paint(ui.painter(), rect, theme.color.bad);
        TextLine::words(fault)
            .size(TextSize::Caption)
            .color(theme.color.bad)
            .show(ui);
    });
    shown.response.rect
}
