use egui::{Frame, Margin, Response, Sense, Stroke, Ui, Vec2};

use super::{Button, Tone};
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::words::tr;

/// A message in the flow of a screen: what happened, and the next step.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct Notice<'a> {
    tone: Tone,
    title: &'a str,
    text: &'a str,
    action: Option<&'a str>,
    closable: bool,
}

/// What came of a notice.
#[derive(Debug)]
pub struct NoticeResponse {
    /// Its response.
    pub response: Response,
    /// Whether the next step was pressed.
    pub acted: bool,
    /// Whether it was closed.
    pub closed: bool,
}

impl<'a> Notice<'a> {
    /// A notice with a title; [`text`](Self::text) says what to do.
    pub fn new(tone: Tone, title: &'a str) -> Self {
        Self {
            tone,
            title,
            text: "",
            action: None,
            closable: false,
        }
    }

    /// What happened and what to do.
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// A button for the next step.
    pub fn action(mut self, words: &'a str) -> Self {
        self.action = Some(words);
        self
    }

    /// Lets the reader put it away.
    pub fn closable(mut self) -> Self {
        self.closable = true;
        self
    }

    /// Shows the notice over the whole width at hand.
    pub fn show(self, ui: &mut Ui) -> NoticeResponse {
        let theme = Theme::of(ui.ctx());
        let ink = self.tone.ink(&theme);
        let (mut acted, mut closed) = (false, false);
        let frame = Frame::new()
            .fill(self.tone.fill(&theme))
            .stroke(Stroke::new(1.0, ink))
            .corner_radius(theme.radius.medium)
            .inner_margin(Margin::same(theme.space.medium as i8));
        let response = frame.show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let side = (theme.size(TextSize::Body) * 1.3).round();
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
                self.tone.icon().paint(ui.painter(), rect, ink);
                let close_room = if self.closable {
                    Button::icon_size(&theme) + theme.space.small
                } else {
                    0.0
                };
                let room = (ui.available_width() - close_room).max(side);
                ui.vertical(|ui| {
                    ui.set_width(room);
                    TextLine::words(self.title).bold().color(ink).show(ui);
                    if !self.text.is_empty() {
                        TextLine::words(self.text).show(ui);
                    }
                    if let Some(action) = self.action {
                        ui.add_space(theme.space.tight);
                        acted = Button::new(action).show(ui);
                    }
                });
                if self.closable {
                    closed = Button::icon(Icon::Cross, &tr(ui, "button-close")).show(ui);
                }
            });
        });
        NoticeResponse {
            response: response.response,
            acted,
            closed,
        }
    }
}
