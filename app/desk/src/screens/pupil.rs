//! One pupil's own page: what she sees of herself, too. Never for a projected screen.

use egui::Ui;
use hotaru_content::drill::{Response, Verdict};
use hotaru_content::id::PupilId;
use hotaru_content::text::inline;
use hotaru_sync::wire::{
    DeliveryState, DeskPupil, DeskPupilAnswer, DeskPupilDay, DeskPupilLesson, UnlockAnswer,
};
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::theme::TextSize;
use hotaru_ui::widget::{Button, EmptyState, Notice, TextField, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};

use super::common::{back, card, fetched_ui, icon_line, moment};
use super::row::lesson_row;
use crate::window::{Place, View};
use crate::worker::Command;

/// Answers that are drawn at first, and more with each press.
const PAGE: usize = 20;

/// Its state.
#[derive(Debug)]
pub struct PupilScreen {
    most: usize,
    /// The number that stands on a locked pupil's screen.
    number: String,
    /// What is read out to her: the codes of that number, by terminal.
    codes: Option<(PupilId, Vec<(String, UnlockAnswer)>)>,
}

impl Default for PupilScreen {
    fn default() -> Self {
        Self {
            most: PAGE,
            number: String::new(),
            codes: None,
        }
    }
}

impl PupilScreen {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>, pupil: PupilId) {
        scrolling(ui, "pupil", |ui| {
            if back(ui, view.words) {
                view.go = Some(Place::Roster);
            }
            let (title, text) = (view.tr("pupil-private"), view.tr("pupil-private-text"));
            Notice::new(Tone::Info, &title).text(&text).show(ui);
            let Some(shown) = view
                .snapshot
                .pupil
                .as_ref()
                .filter(|page| page.pupil == pupil)
            else {
                return;
            };
            fetched_ui(ui, view, &shown.page);
            let Some(page) = shown.page.value.clone() else {
                return;
            };
            self.page_ui(ui, view, &page);
        });
    }

    /// Codes to be read out have come.
    pub fn codes(&mut self, pupil: PupilId, codes: Vec<(String, UnlockAnswer)>) {
        self.codes = Some((pupil, codes));
    }

    /// For a pupil who telephones: the number on her screen, and the code of it.
    fn unlock_ui(&mut self, ui: &mut Ui, view: &View<'_>, pupil: PupilId) {
        subheading(ui, &view.tr("pupil-unlock"));
        caption(ui, &view.tr("pupil-unlock-how"));
        let name = view.tr("pupil-unlock-number");
        TextField::new(&name, &mut self.number)
            .hint("1")
            .max_chars(6)
            .show(ui);
        let number: Option<u32> = self.number.trim().parse().ok();
        let words = view.tr("pupil-unlock-show");
        if Button::new(&words).enabled(number.is_some()).show(ui)
            && let Some(number) = number
        {
            self.codes = None;
            view.send(Command::AskCode(pupil, number));
        }
        let codes = self.codes.iter().filter(|(of, _)| *of == pupil);
        for (terminal, answer) in codes.flat_map(|(_, codes)| codes) {
            caption(ui, terminal);
            TextLine::words(&answer.code)
                .size(TextSize::Display)
                .bold()
                .show(ui);
        }
        if self.codes.is_some() {
            caption(ui, &view.tr("pupil-unlock-once"));
        }
    }

    fn page_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, page: &DeskPupil) {
        let number = page.number.to_string();
        let args = [
            ("class", Value::from(&page.class_name)),
            ("number", Value::from(&number)),
        ];
        heading(ui, &view.tr_with("pupil-name", &args));
        ui.horizontal_wrapped(|ui| {
            if Button::new(&view.tr("pupil-card-make")).show(ui) {
                view.send(Command::MakeCards(vec![page.pupil]));
            }
            if Button::new(&view.tr("pupil-card-revoke")).show(ui) {
                view.send(Command::RevokeCard(page.pupil));
            }
        });
        self.unlock_ui(ui, view, page.pupil);
        if page.days.is_empty() && page.answers.is_empty() {
            let (title, text) = (view.tr("pupil-empty"), view.tr("pupil-empty-next"));
            EmptyState::new(&title).text(&text).show(ui);
        } else {
            subheading(ui, &view.tr("pupil-days"));
            page.days
                .iter()
                .take(14)
                .for_each(|day| day_ui(ui, view, day));
        }
        if !page.lessons.is_empty() {
            subheading(ui, &view.tr("pupil-lessons"));
        }
        for lesson in &page.lessons {
            let (above, below) = (view.words.day(lesson.day), about(view, lesson));
            if lesson_row(ui, &lesson.subject, &above, &lesson.title, &below) {
                view.go = Some(Place::Lesson(lesson.lesson));
            }
        }
        if page.answers.is_empty() {
            return;
        }
        subheading(ui, &view.tr("pupil-answers"));
        for answer in page.answers.iter().take(self.most) {
            card(ui, |ui| answer_ui(ui, view, answer));
        }
        if page.answers.len() > self.most
            && Button::new(&view.tr("pupil-more"))
                .with_icon(Icon::Down)
                .show(ui)
        {
            self.most += PAGE;
        }
    }
}

fn day_ui(ui: &mut Ui, view: &View<'_>, done: &DeskPupilDay) {
    let mut parts = Vec::new();
    if done.study_ms > 0 {
        let minutes = (done.study_ms / 60_000).max(1);
        parts.push(view.tr_with("pupil-day-minutes", &[("count", minutes.into())]));
    }
    if done.answered > 0 {
        let args = [
            ("count", done.answered.into()),
            ("correct", done.correct.into()),
        ];
        parts.push(view.tr_with("pupil-day-answers", &args));
    }
    if done.paper_minutes > 0 {
        parts.push(view.tr_with("pupil-day-paper", &[("count", done.paper_minutes.into())]));
    }
    let line = format!("{}  {}", view.words.day(done.day), parts.join("  "));
    TextLine::words(&line).show(ui);
}

fn about(view: &View<'_>, lesson: &DeskPupilLesson) -> String {
    let mut parts = vec![match lesson.state {
        DeliveryState::OnTerminal => view.tr("receipt-here"),
        DeliveryState::NotYet => view.tr("receipt-not-yet"),
        DeliveryState::NoSpace { missing_bytes } => {
            let missing = crate::window::size(view.words, missing_bytes);
            view.tr_with("receipt-no-space", &[("size", Value::from(&missing))])
        }
    }];
    if lesson.watched_ms > 0 {
        let minutes = (lesson.watched_ms / 60_000).max(1);
        parts.push(view.tr_with("pupil-watched", &[("count", minutes.into())]));
    }
    if lesson.answered > 0 {
        let args = [
            ("count", lesson.answered.into()),
            ("correct", lesson.correct.into()),
        ];
        parts.push(view.tr_with("pupil-day-answers", &args));
    }
    parts.join("  ")
}

fn answer_ui(ui: &mut Ui, view: &View<'_>, answer: &DeskPupilAnswer) {
    caption(ui, &moment(view.words, answer.wall_ms));
    if !answer.question.is_empty() {
        TextLine::new(&inline(&answer.question))
            .ruby(false)
            .show(ui);
    }
    let color = &view.theme.color;
    let (icon, ink, key) = match (&answer.response, answer.verdict) {
        (Response::DontKnow, _) => (Icon::Info, color.info, "verdict-asked"),
        (_, Verdict::Correct) => (Icon::Check, color.good, "verdict-right"),
        (_, Verdict::RightValueWrongForm) => (Icon::Info, color.info, "verdict-form"),
        (_, Verdict::Wrong) => (Icon::Cross, color.bad, "verdict-not-right"),
        (_, Verdict::Unknown) => (Icon::Wait, color.weak, "verdict-open"),
    };
    let said = match &answer.response {
        Response::Text(text) | Response::Number(text) => text.clone(),
        Response::Choice(place) => place_words(&[*place], ""),
        Response::Choices(places) => place_words(places, " + "),
        Response::Order(places) => place_words(places, " > "),
        Response::DontKnow => String::new(),
    };
    let words = view.tr_with(key, &[("response", Value::from(&said))]);
    icon_line(ui, icon, ink, &words, TextSize::Body);
}

/// Choices by their place: their words stand in the drill, which may be an older one.
fn place_words(places: &[u16], between: &str) -> String {
    let one = |place: &u16| format!("({})", u32::from(*place) + 1);
    places.iter().map(one).collect::<Vec<_>>().join(between)
}
