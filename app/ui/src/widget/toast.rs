use std::time::Duration;

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, Stroke, Ui, vec2};

use super::Button;
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::words::{tr, tr_with};

/// A message at the bottom of the window that can be undone for a while. The screen keeps it
/// and shows it every frame until it is over; what it speaks of happens only then.
#[derive(Clone, Debug)]
pub struct Toast {
    words: String,
    ends: f64,
}

/// What became of a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastOutcome {
    /// It is still there.
    Running,
    /// The reader pressed undo.
    Undone,
    /// Its time is over: what it announced is to be done now.
    Over,
}

impl Toast {
    /// A toast that can be undone for `seconds` from now.
    pub fn new(ctx: &Context, words: impl Into<String>, seconds: f64) -> Self {
        let now = ctx.input(|input| input.time);
        Self {
            words: words.into(),
            ends: now + seconds.clamp(0.0, 3600.0),
        }
    }

    /// Shows the toast over everything else.
    pub fn show(&self, ctx: &Context) -> ToastOutcome {
        let theme = Theme::of(ctx);
        let left = self.ends - ctx.input(|input| input.time);
        if left <= 0.0 {
            return ToastOutcome::Over;
        }
        // The number changes once a second; between, nothing has to be drawn.
        let to_next = left - (left.ceil() - 1.0).max(0.0);
        ctx.request_repaint_after(Duration::from_secs_f64(to_next.max(0.01)));
        let width = (ctx.content_rect().width() - 2.0 * theme.space.large)
            .min(theme.reading_width(TextSize::Body));
        let area = Area::new(Id::unique("hotaru-toast"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -theme.space.large))
            .fade_in(false)
            .accessible_name(self.words.clone())
            .show(ctx, |ui| {
                ui.set_max_width(width);
                self.content_ui(ui, &theme, left.ceil() as u32)
            });
        if area.inner {
            ToastOutcome::Undone
        } else {
            ToastOutcome::Running
        }
    }

    fn content_ui(&self, ui: &mut Ui, theme: &Theme, seconds: u32) -> bool {
        Frame::new()
            .fill(theme.color.surface)
            .stroke(Stroke::new(2.0, theme.color.accent_text))
            .corner_radius(theme.radius.large)
            .inner_margin(Margin::same(theme.space.medium as i8))
            .show(ui, |ui| {
                TextLine::words(&self.words).show(ui);
                let left = tr_with(ui, "toast-seconds", &[("seconds", seconds.into())]);
                ui.horizontal_wrapped(|ui| {
                    let undo = tr(ui, "button-undo");
                    let undone = Button::new(&undo).with_icon(Icon::Undo).show(ui);
                    let line = TextLine::words(&left).size(TextSize::Caption);
                    line.color(theme.color.weak).show(ui);
                    undone
                })
                .inner
            })
            .inner
    }
}
