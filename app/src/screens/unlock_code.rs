//! The code that a teacher reads out over the telephone: what to tell her, and its digits.

use egui::{Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};
use hotaru_content::shelf::{LockState, PupilEntry};
use hotaru_content::unlock::UnlockCode;
use hotaru_ui::page::caption;
use hotaru_ui::widget::{KeyPad, Notice, PadKey, Tone};
use hotaru_ui::{TextLine, TextSize, Theme};

use crate::window::View;
use crate::worker::Secret;

/// Digits of a code, and of one of its groups.
const DIGITS: usize = 16;
const GROUP: usize = 4;

/// The digits so far. They are shown: a code counts once.
#[derive(Debug, Default)]
pub(super) struct CodeInput {
    digits: Secret,
    /// That a digit is wrong was brought into sight.
    told: bool,
}

impl CodeInput {
    /// How wide it is, in points.
    pub(super) fn width(theme: &Theme) -> f32 {
        KeyPad::width(theme)
    }

    /// What helps: a connection, where the days are over; a call, where there is a code.
    pub(super) fn ways_ui(
        ui: &mut Ui,
        view: &View<'_>,
        front: &PupilEntry,
        lock: &LockState,
        is_over: bool,
    ) {
        let has_line = view.snapshot.cloud.is_some();
        let Some(code) = lock.code else {
            let key = match is_over && has_line {
                true => "code-line-only",
                false => "code-none",
            };
            TextLine::words(&view.tr(key)).show(ui);
            return;
        };
        if is_over && has_line {
            TextLine::words(&view.tr("code-line")).show(ui);
        }
        TextLine::words(&view.tr("code-call")).show(ui);
        let facts = [
            ("code-class", front.class_name.clone()),
            ("code-number", front.number.to_string()),
            ("code-code", code.to_string()),
        ];
        for (key, fact) in facts {
            let label = view.tr(key);
            // One line of two sizes: a label, and what is to be said.
            ui.horizontal(|ui| {
                ui.set_min_height(0.0);
                caption(ui, &label);
                TextLine::words(&fact).size(TextSize::Title).bold().show(ui);
            });
        }
    }

    /// Draws the digits and their pad; the code once it is whole and asked to be tried.
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Secret> {
        caption(ui, &view.tr("code-enter"));
        self.groups_ui(ui, view);
        let count = self.digits.0.len();
        let is_whole = count == DIGITS;
        let is_wrong = is_whole && self.digits.0.parse::<UnlockCode>().is_err();
        let keys = KeyPad::new(&view.tr("sign-in-do"))
            .can_go_back(count > 0)
            .can_finish(is_whole && !is_wrong)
            .show(ui);
        let mut code = None;
        for key in keys {
            match key {
                PadKey::Digit(digit) if self.digits.0.len() < DIGITS => {
                    self.digits.0.push(char::from(b'0' + digit.min(9)));
                }
                PadKey::Digit(_) => {}
                PadKey::Back => drop(self.digits.0.pop()),
                PadKey::Done => code = Some(std::mem::take(&mut self.digits)),
            }
        }
        if is_wrong {
            // Under the pad, whose keys stay where they are.
            let (title, text) = (
                view.tr("problem-bad-unlock-code"),
                view.tr("problem-bad-unlock-code-next"),
            );
            let shown = Notice::new(Tone::Warn, &title).text(&text).show(ui);
            if !self.told {
                shown.response.scroll_to_me(None);
            }
        }
        self.told = is_wrong;
        code
    }

    /// Four boxes of four digits.
    fn groups_ui(&self, ui: &mut Ui, view: &View<'_>) {
        let theme = view.theme;
        let gap = theme.space.small;
        let boxes = DIGITS.div_ceil(GROUP);
        let width = Self::width(theme).min(ui.available_width());
        let one = ((width - gap * (boxes as f32 - 1.0)) / boxes as f32).floor();
        let height = (theme.size(TextSize::Lead) * theme.line_height.label + gap).ceil();
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        response.widget_info(|| {
            let args = [("count", self.digits.0.len().into())];
            let words = view.words.get_with("code-typed", &args);
            WidgetInfo::labeled(egui::Role::Status, true, words)
        });
        let mut digits = self.digits.0.chars().peekable();
        for at in 0..boxes {
            let min = rect.min + vec2(at as f32 * (one + gap), 0.0);
            let place = egui::Rect::from_min_size(min, vec2(one, height));
            // The box that is being filled has the ring of what has the keyboard.
            let is_next = digits.peek().is_some() || self.digits.0.len() == at * GROUP;
            let group: String = digits.by_ref().take(GROUP).collect();
            let edge = match is_next && group.len() < GROUP {
                true => Stroke::new(2.0, theme.color.accent_text),
                false => Stroke::new(1.0, theme.color.outline),
            };
            let painter = ui.painter();
            let radius = theme.radius.small;
            painter.rect(place, radius, theme.color.surface, edge, StrokeKind::Inside);
            let text = TextLine::words(&group).lay_out(ui.ctx(), 1e4);
            let min = place.center() - text.size / 2.0;
            text.paint(painter, min, theme, theme.color.text);
        }
    }
}
