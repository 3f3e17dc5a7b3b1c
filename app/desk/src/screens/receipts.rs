//! On which terminals a lesson is; who opened it is a count of the class and nothing else.

use egui::{Sense, Ui, vec2};
use hotaru_sync::wire::{DeliveryState, DeskReceipt, DeskReceipts};
use hotaru_ui::page::caption;
use hotaru_ui::theme::TextSize;
use hotaru_ui::widget::{Button, EmptyState, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};

use super::common::{card, icon_line, moment};
use crate::window::{View, size};

/// Its state.
#[derive(Debug, Default)]
pub(super) struct ReceiptsPart {
    each: bool,
}

impl ReceiptsPart {
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>, receipts: &DeskReceipts) {
        if receipts.terminals.is_empty() {
            let (title, text) = (view.tr("receipts-none"), view.tr("receipts-none-next"));
            EmptyState::new(&title)
                .text(&text)
                .icon(Icon::Device)
                .show(ui);
            return;
        }
        let count = |of: fn(&DeliveryState) -> bool| {
            receipts
                .terminals
                .iter()
                .filter(|terminal| of(&terminal.state))
                .count()
        };
        let here = count(|state| matches!(state, DeliveryState::OnTerminal));
        let not_yet = count(|state| matches!(state, DeliveryState::NotYet));
        let no_space = count(|state| matches!(state, DeliveryState::NoSpace { .. }));
        card(ui, |ui| {
            bar_ui(
                ui,
                view,
                &[
                    (here, Tone::Good),
                    (not_yet, Tone::Plain),
                    (no_space, Tone::Warn),
                ],
            );
            let line = |ui: &mut Ui, tone: Tone, icon: Icon, key: &str, count: usize| {
                let words = view.tr_with(key, &[("count", count.into())]);
                icon_line(ui, icon, tone.ink(view.theme), &words, TextSize::Body);
            };
            line(ui, Tone::Good, Icon::Check, "receipts-here", here);
            if not_yet > 0 {
                line(ui, Tone::Plain, Icon::Offline, "receipts-not-yet", not_yet);
            }
            if no_space > 0 {
                line(ui, Tone::Warn, Icon::Storage, "receipts-no-space", no_space);
            }
            if receipts.without_terminal > 0 {
                let args = [("count", receipts.without_terminal.into())];
                caption(ui, &view.tr_with("receipts-without-terminal", &args));
            }
            let args = [
                ("opened", receipts.opened.into()),
                ("pupils", receipts.pupils.into()),
            ];
            TextLine::words(&view.tr_with("receipts-opened", &args)).show(ui);
        });
        let key = if self.each {
            "receipts-each-close"
        } else {
            "receipts-each"
        };
        let icon = if self.each { Icon::Up } else { Icon::Down };
        if Button::new(&view.tr(key)).with_icon(icon).show(ui) {
            self.each = !self.each;
        }
        if self.each {
            let mut terminals: Vec<&DeskReceipt> = receipts.terminals.iter().collect();
            terminals
                .sort_by_key(|terminal| (rank(terminal.state), terminal.numbers.first().copied()));
            terminals
                .into_iter()
                .for_each(|terminal| terminal_ui(ui, view, terminal));
        }
    }
}

/// What may need a hand stands first.
fn rank(state: DeliveryState) -> u8 {
    match state {
        DeliveryState::NoSpace { .. } => 0,
        DeliveryState::NotYet => 1,
        DeliveryState::OnTerminal => 2,
    }
}

fn terminal_ui(ui: &mut Ui, view: &View<'_>, terminal: &DeskReceipt) {
    let (tone, icon, state) = match terminal.state {
        DeliveryState::OnTerminal => (Tone::Good, Icon::Check, view.tr("receipt-here")),
        DeliveryState::NotYet => (Tone::Plain, Icon::Offline, view.tr("receipt-not-yet")),
        DeliveryState::NoSpace { missing_bytes } => {
            let missing = size(view.words, missing_bytes);
            let words = view.tr_with("receipt-no-space", &[("size", Value::from(&missing))]);
            (Tone::Warn, Icon::Storage, words)
        }
    };
    let numbers: Vec<String> = terminal
        .numbers
        .iter()
        .map(|number| {
            view.tr_with(
                "pupil-number",
                &[("number", Value::from(&number.to_string()))],
            )
        })
        .collect();
    let mut who = format!("{}  {}", numbers.join(" "), terminal.name);
    if let Some(at) = terminal.at_ms {
        who = format!("{who}  {}", moment(view.words, at));
    }
    card(ui, |ui| {
        TextLine::words(&who).size(TextSize::Caption).show(ui);
        icon_line(ui, icon, tone.ink(view.theme), &state, TextSize::Body);
    });
}

/// Parts of a whole, side by side; each has its words below.
fn bar_ui(ui: &mut Ui, view: &View<'_>, parts: &[(usize, Tone)]) {
    let theme = view.theme;
    let all: usize = parts.iter().map(|(count, _)| count).sum();
    let height = theme.space.medium;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, theme.radius.small, theme.color.sunken);
    let mut left = rect.left();
    for (count, tone) in parts {
        let width = rect.width() * *count as f32 / all.max(1) as f32;
        if width > 0.0 {
            let part = egui::Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width, height));
            let fill = if *tone == Tone::Plain {
                theme.color.line
            } else {
                tone.ink(theme)
            };
            painter.rect_filled(part.shrink2(vec2(0.5, 0.0)), theme.radius.small, fill);
            left += width;
        }
    }
    let edge = egui::Stroke::new(1.0, theme.color.outline);
    painter.rect_stroke(rect, theme.radius.small, edge, egui::StrokeKind::Inside);
}
