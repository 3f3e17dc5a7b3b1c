//! Where an answer is given, by kind of item, and how it is shown once graded.

use egui::{Key, Ui};
use hotaru_content::drill::{Ask as Kind, Item, MAX_RESPONSE_CHARS, Response, Verdict};
use hotaru_content::text::inline;
use hotaru_ui::page::caption;
use hotaru_ui::widget::{Button, Choice, ChoiceMark, Notice, TextField, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{TextLine, TextSize, TextView};

use crate::window::View;

/// What has been given so far.
#[derive(Debug, Clone, Default)]
pub(super) struct AnswerField {
    /// Chosen places; for an order, in order.
    chosen: Vec<u16>,
    /// What was typed.
    typed: String,
    /// Whether the field has had the keyboard: it gets it once, by itself.
    focused: bool,
}

impl AnswerField {
    /// Draws the field of an item.
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>, item: &Item) {
        match &item.ask {
            Kind::Choice { choices, .. } => self.choices_ui(ui, view, choices, false),
            Kind::Choices { choices, .. } => {
                caption(ui, &view.tr("drill-all-that-fit"));
                self.choices_ui(ui, view, choices, true);
            }
            Kind::Order { choices, .. } => {
                caption(ui, &view.tr("drill-in-order"));
                self.order_ui(ui, view, choices);
            }
            Kind::Text { .. } => self.typed_ui(ui, &view.tr("drill-text"), None),
            Kind::Number { .. } => {
                let hint = view.tr("drill-number-hint");
                self.typed_ui(ui, &view.tr("drill-number"), Some(&hint));
            }
            Kind::Unknown => {}
        }
    }

    /// Draws what answers; what was given, once it was.
    pub(super) fn actions_ui(&self, ui: &mut Ui, view: &View<'_>, item: &Item) -> Option<Response> {
        let response = self.response(item);
        let mut given = None;
        ui.horizontal_wrapped(|ui| {
            // A field of text takes the Enter key for itself; here it means "answer" as well.
            let entered = ui.input(|input| input.key_pressed(Key::Enter)) && is_typed(item);
            let answer = Button::primary(&view.tr("drill-answer"))
                .key(Key::Enter)
                .enabled(response.is_some())
                .show(ui);
            if answer || entered {
                given = response;
            }
            if Button::new(&view.tr("drill-dont-know")).show(ui) {
                given = Some(Response::DontKnow);
            }
        });
        given
    }

    /// What has been given, once it is enough for an answer.
    fn response(&self, item: &Item) -> Option<Response> {
        let typed = Some(self.typed.trim())
            .filter(|typed| !typed.is_empty())
            .map(str::to_owned);
        match &item.ask {
            Kind::Choice { .. } => self.chosen.first().copied().map(Response::Choice),
            Kind::Choices { .. } => (!self.chosen.is_empty()).then(|| {
                let mut places = self.chosen.clone();
                places.sort_unstable();
                Response::Choices(places)
            }),
            Kind::Order { choices, .. } => {
                (self.chosen.len() == choices.len()).then(|| Response::Order(self.chosen.clone()))
            }
            Kind::Text { .. } => typed.map(Response::Text),
            Kind::Number { .. } => typed.map(Response::Number),
            Kind::Unknown => None,
        }
    }

    fn choices_ui(&mut self, ui: &mut Ui, view: &View<'_>, choices: &[String], several: bool) {
        for (place, choice) in places(choices) {
            let selected = self.chosen.contains(&place);
            let words = inline(choice);
            let shown = Choice::new(&words)
                .number(number(place))
                .several(several)
                .selected(selected)
                .ruby(view.ruby())
                .phrases(view.phrases())
                .show(ui);
            if !shown.chosen {
                continue;
            }
            match (several, selected) {
                (false, _) => self.chosen = vec![place],
                (true, true) => self.chosen.retain(|chosen| *chosen != place),
                (true, false) => self.chosen.push(place),
            }
        }
    }

    /// Press one after another; pressed again, it and all after it are taken back.
    fn order_ui(&mut self, ui: &mut Ui, view: &View<'_>, choices: &[String]) {
        for (place, choice) in places(choices) {
            let at = self.chosen.iter().position(|chosen| *chosen == place);
            let words = match at {
                Some(at) => inline(&format!("{}.  {choice}", at + 1)),
                None => inline(choice),
            };
            let shown = Choice::new(&words)
                .number(number(place))
                .several(true)
                .selected(at.is_some())
                .ruby(view.ruby())
                .phrases(view.phrases())
                .show(ui);
            if shown.chosen {
                match at {
                    Some(at) => self.chosen.truncate(at),
                    None => self.chosen.push(place),
                }
            }
        }
    }

    fn typed_ui(&mut self, ui: &mut Ui, name: &str, hint: Option<&str>) {
        let mut field = TextField::new(name, &mut self.typed)
            .size(TextSize::Lead)
            .max_chars(MAX_RESPONSE_CHARS);
        if let Some(hint) = hint {
            field = field.hint(hint);
        }
        let response = field.show(ui);
        if !self.focused {
            response.request_focus();
            self.focused = true;
        }
    }
}

fn is_typed(item: &Item) -> bool {
    matches!(item.ask, Kind::Text { .. } | Kind::Number { .. })
}

/// The item with what was given, what is right, and why.
pub(super) fn graded_ui(
    ui: &mut Ui,
    view: &View<'_>,
    item: &Item,
    response: &Response,
    verdict: Verdict,
) {
    match &item.ask {
        Kind::Choice { choices, key } => marked_ui(ui, view, choices, &chosen(response), &[*key]),
        Kind::Choices { choices, key } => marked_ui(ui, view, choices, &chosen(response), key),
        _ => {}
    }
    let (tone, title) = match (verdict, response) {
        (Verdict::Correct, _) => (Tone::Good, "verdict-correct"),
        (_, Response::DontKnow) => (Tone::Info, "verdict-dont-know"),
        (Verdict::RightValueWrongForm, _) => (Tone::Info, "verdict-wrong-form"),
        (Verdict::Wrong, _) => (Tone::Warn, "verdict-wrong"),
        (Verdict::Unknown, _) => (Tone::Info, "verdict-unknown"),
    };
    let given = match response {
        Response::Text(text) | Response::Number(text) if verdict != Verdict::Correct => view
            .words
            .get_with("verdict-given", &[("response", Value::from(text))]),
        _ => String::new(),
    };
    Notice::new(tone, &view.tr(title)).text(&given).show(ui);
    if verdict != Verdict::Correct {
        key_ui(ui, view, item);
    }
    if !item.explanation.is_empty() {
        ui.add_space(view.theme.space.small);
        let document = hotaru_content::text::Document::parse(&item.explanation);
        TextView::new(&document)
            .ruby(view.ruby())
            .phrases(view.phrases())
            .show(ui);
    }
}

/// The right answer, where the choices do not show it already.
fn key_ui(ui: &mut Ui, view: &View<'_>, item: &Item) {
    let key = match &item.ask {
        Kind::Text { key } | Kind::Number { key } => key.first().cloned(),
        Kind::Order { choices, key } => {
            let names: Vec<&str> = key
                .iter()
                .filter_map(|place| choices.get(usize::from(*place)))
                .map(String::as_str)
                .collect();
            Some(names.join(&view.tr("order-then")))
        }
        _ => None,
    };
    if let Some(key) = key {
        let sentence = view
            .words
            .get_with("verdict-key", &[("key", Value::from(&key))]);
        TextLine::new(&inline(&sentence))
            .size(TextSize::Lead)
            .ruby(view.ruby())
            .phrases(view.phrases())
            .show(ui);
    }
}

fn marked_ui(ui: &mut Ui, view: &View<'_>, choices: &[String], chosen: &[u16], key: &[u16]) {
    for (place, choice) in places(choices) {
        let (selected, right) = (chosen.contains(&place), key.contains(&place));
        let mark = match (selected, right) {
            (true, true) => Some(ChoiceMark::Right),
            (true, false) => Some(ChoiceMark::Wrong),
            (false, true) => Some(ChoiceMark::Answer),
            (false, false) => None,
        };
        let words = inline(choice);
        Choice::new(&words)
            .number(number(place))
            .several(key.len() > 1)
            .selected(selected)
            .ruby(view.ruby())
            .phrases(view.phrases())
            .enabled(false)
            .mark(mark)
            .show(ui);
    }
}

fn chosen(response: &Response) -> Vec<u16> {
    match response {
        Response::Choice(place) => vec![*place],
        Response::Choices(places) | Response::Order(places) => places.clone(),
        _ => Vec::new(),
    }
}

fn places(choices: &[String]) -> impl Iterator<Item = (u16, &String)> {
    (0..).zip(choices)
}

/// The number on a choice; those after the ninth have none.
fn number(place: u16) -> u8 {
    u8::try_from(place.saturating_add(1)).unwrap_or(u8::MAX)
}
