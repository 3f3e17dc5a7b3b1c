//! Each question's answers, counted: bars, and which of them are right by mark and colour.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Rect, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use hotaru_content::blob::BlobId;
use hotaru_content::drill::{Drill, Response, Verdict};
use hotaru_content::text::{inline, plain_text};
use hotaru_sync::wire::{DeskAnswers, DeskDrill, DeskItem, ResponseCount};
use hotaru_ui::page::caption;
use hotaru_ui::theme::TextSize;
use hotaru_ui::widget::{Button, EmptyState, Segmented};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};

use super::common::card;
use crate::window::View;

/// Questions that are drawn at first, and more with each press.
const PAGE: usize = 30;
/// Different answers that are shown of one question.
const MAX_BARS: usize = 8;

/// Its state.
#[derive(Debug)]
pub(super) struct AnswersPart {
    hardest_first: bool,
    most: usize,
}

impl Default for AnswersPart {
    fn default() -> Self {
        Self {
            hardest_first: false,
            most: PAGE,
        }
    }
}

impl AnswersPart {
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        view: &View<'_>,
        answers: &DeskAnswers,
        drills: &BTreeMap<BlobId, Arc<Drill>>,
    ) {
        let items = answers.drills.iter().flat_map(|drill| &drill.items);
        if items.clone().next().is_none() {
            caption(ui, &view.tr("answers-no-drill"));
            return;
        }
        if items.clone().all(|item| item.answered == 0) {
            let (title, text) = (view.tr("answers-none"), view.tr("answers-none-next"));
            EmptyState::new(&title)
                .text(&text)
                .icon(Icon::Drill)
                .show(ui);
            return;
        }
        let names = [
            view.tr("answers-in-order"),
            view.tr("answers-hardest-first"),
        ];
        let names = names.each_ref().map(String::as_str);
        if let Some(chosen) = Segmented::new(&names, usize::from(self.hardest_first)).show(ui) {
            self.hardest_first = chosen == 1;
        }
        for drill in &answers.drills {
            self.drill_ui(ui, view, drill, drills.get(&drill.drill).map(Arc::as_ref));
        }
    }

    fn drill_ui(&mut self, ui: &mut Ui, view: &View<'_>, drill: &DeskDrill, known: Option<&Drill>) {
        ui.add_space(view.theme.space.small);
        TextLine::words(&drill.title).bold().show(ui);
        let mut items: Vec<&DeskItem> = drill
            .items
            .iter()
            .filter(|item| item.answered > 0)
            .collect();
        if self.hardest_first {
            // The share of right answers, in thousandths: fewest first.
            items.sort_by_key(|item| {
                (
                    u64::from(item.correct) * 1000 / u64::from(item.answered.max(1)),
                    item.item,
                )
            });
        }
        let (shown, answered) = (items.len().min(self.most), items.len());
        for item in items.into_iter().take(shown) {
            item_ui(ui, view, item, known);
        }
        if answered > shown {
            let words = view.tr_with("answers-more", &[("count", (answered - shown).into())]);
            if Button::new(&words).with_icon(Icon::Down).show(ui) {
                self.most += PAGE;
            }
        }
        let rest = drill.items.len() - answered;
        if rest > 0 {
            caption(ui, &view.tr_with("answers-rest", &[("count", rest.into())]));
        }
    }
}

fn item_ui(ui: &mut Ui, view: &View<'_>, item: &DeskItem, known: Option<&Drill>) {
    card(ui, |ui| {
        let number = (u32::from(item.item) + 1).to_string();
        let args = [
            ("number", Value::from(&number)),
            ("answered", item.answered.into()),
            ("correct", item.correct.into()),
        ];
        caption(ui, &view.tr_with("answers-item", &args));
        TextLine::new(&inline(&item.question)).ruby(false).show(ui);
        let given = item
            .responses
            .iter()
            .filter(|one| one.response != Response::DontKnow);
        for one in given.clone().take(MAX_BARS) {
            response_ui(ui, view, item, one, known);
        }
        let rest: u32 = given.skip(MAX_BARS).map(|one| one.count).sum();
        if rest > 0 {
            caption(
                ui,
                &view.tr_with("answers-others", &[("count", rest.into())]),
            );
        }
        if item.dont_know > 0 {
            let words = view.tr_with("answers-dont-know", &[("count", item.dont_know.into())]);
            super::common::icon_line(
                ui,
                Icon::Info,
                view.theme.color.info,
                &words,
                TextSize::Body,
            );
        }
    });
}

/// One answer: its mark, its words over a bar, and how many gave it.
fn response_ui(
    ui: &mut Ui,
    view: &View<'_>,
    item: &DeskItem,
    one: &ResponseCount,
    known: Option<&Drill>,
) {
    let theme = view.theme;
    let words = said(item, &one.response, known);
    let right = one.verdict == Verdict::Correct;
    let (icon, ink, fill) = if right {
        (Some(Icon::Check), theme.color.good, theme.color.good_fill)
    } else {
        (None, theme.color.text, theme.color.sunken)
    };
    let count = view.tr_with("answers-count", &[("count", one.count.into())]);
    let side = (theme.size(TextSize::Body) * 1.1).round();
    let pad = theme.space.small;
    let indent = side + pad;
    let width = ui.available_width();
    let count_text = TextLine::words(&count).bold().lay_out(ui.ctx(), 1e4);
    let room = (width - indent - count_text.size.x - 3.0 * pad)
        .max(side)
        .floor();
    let text = TextLine::words(&words).lay_out(ui.ctx(), room);
    let size = vec2(width, text.size.y.max(side) + 2.0 * theme.space.tight).ceil();
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let mark = if right {
            view.tr("answers-right")
        } else {
            String::new()
        };
        WidgetInfo::labeled(egui::Role::Label, true, format!("{mark} {words} {count}"))
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let painter = ui.painter();
    if let Some(icon) = icon {
        let center = pos2(rect.left() + side / 2.0, rect.center().y);
        icon.paint(
            painter,
            Rect::from_center_size(center, Vec2::splat(side)),
            ink,
        );
    }
    let bar = Rect::from_min_max(pos2(rect.left() + indent, rect.top()), rect.max);
    let share = one.count as f32 / item.answered.max(1) as f32;
    let filled = Rect::from_min_size(
        bar.min,
        vec2(bar.width() * share.clamp(0.0, 1.0), bar.height()),
    );
    painter.rect_filled(filled, theme.radius.small, fill);
    let edge = egui::Stroke::new(
        1.0,
        if right {
            theme.color.good
        } else {
            theme.color.line
        },
    );
    painter.rect_stroke(bar, theme.radius.small, edge, StrokeKind::Inside);
    text.paint(
        painter,
        pos2(bar.left() + pad, rect.center().y - text.size.y / 2.0),
        theme,
        ink,
    );
    let min = pos2(
        bar.right() - pad - count_text.size.x,
        rect.center().y - count_text.size.y / 2.0,
    );
    count_text.paint(painter, min, theme, ink);
}

/// An answer in words: a choice by its own, where the drill is at hand.
fn said(item: &DeskItem, response: &Response, known: Option<&Drill>) -> String {
    let known = known
        .and_then(|drill| drill.items.get(usize::from(item.item)))
        .filter(|known| known.id == item.id);
    let choices: &[String] = match known.map(|known| &known.ask) {
        Some(
            hotaru_content::drill::Ask::Choice { choices, .. }
            | hotaru_content::drill::Ask::Choices { choices, .. }
            | hotaru_content::drill::Ask::Order { choices, .. },
        ) => choices,
        _ => &[],
    };
    let one = |place: &u16| match choices.get(usize::from(*place)) {
        Some(choice) => plain_text(&inline(choice)),
        None => format!("({})", u32::from(*place) + 1),
    };
    let many =
        |places: &[u16], between: &str| places.iter().map(one).collect::<Vec<_>>().join(between);
    match response {
        Response::Choice(place) => one(place),
        Response::Choices(places) => many(places, " + "),
        Response::Order(places) => many(places, " > "),
        Response::Text(text) | Response::Number(text) => text.clone(),
        Response::DontKnow => String::new(),
    }
}
