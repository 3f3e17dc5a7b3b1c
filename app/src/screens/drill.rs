//! One question at a time: answer, then explanation, then on.

use std::time::Instant;

use egui::{Key, Ui};
use hotaru_content::blob::BlobId;
use hotaru_content::drill::{Ask as Kind, Drill, Item, Response, Verdict};
use hotaru_content::id::LessonId;
use hotaru_content::text::inline;
use hotaru_ui::page::{caption, heading, scrolling, scrolling_above};
use hotaru_ui::widget::{Button, EmptyState, KeyHints, NavRail, Notice, ProgressBar, Tone};
use hotaru_ui::{TextLine, TextSize};

use super::answer::AnswerField;
use crate::study::{Answer, Ask, DrillOnShelf};
use crate::window::{Place, View};
use crate::worker::Command;

/// Its state.
pub struct DrillScreen {
    lesson: LessonId,
    blob: BlobId,
    /// The places of the items of this sitting, in order; none before the drill is known.
    order: Option<Vec<u16>>,
    at: usize,
    step: Step,
    right: usize,
    /// Places that were not right: what a second round asks.
    missed: Vec<u16>,
    /// How high the row is that answers, in points.
    actions_height: f32,
}

/// How far the question in front is.
enum Step {
    /// It is being answered.
    Asking { field: AnswerField, since: Instant },
    /// The answer is on its way to the disk.
    Saving {
        field: AnswerField,
        response: Response,
    },
    /// It is on the disk and graded.
    Graded {
        response: Response,
        verdict: Verdict,
    },
}

impl Step {
    fn new() -> Self {
        Self::Asking {
            field: AnswerField::default(),
            since: Instant::now(),
        }
    }
}

impl DrillScreen {
    /// A drill of a lesson.
    #[must_use]
    pub fn new(lesson: LessonId, blob: BlobId) -> Self {
        Self {
            lesson,
            blob,
            order: None,
            at: 0,
            step: Step::new(),
            right: 0,
            missed: Vec::new(),
            actions_height: 0.0,
        }
    }

    /// The answer in front is on the disk.
    pub fn answered(&mut self, ask: &Ask, answer: &Answer) {
        if !self.is_in_front(ask) {
            return;
        }
        if let Step::Saving { response, .. } = &self.step {
            let verdict = answer.grade.verdict;
            if verdict == Verdict::Correct {
                self.right += 1;
            } else {
                self.missed.push(ask.item);
            }
            self.step = Step::Graded {
                response: response.clone(),
                verdict,
            };
        }
    }

    /// The answer in front could not be saved: what was given is still there, to be given
    /// again.
    pub fn not_answered(&mut self, ask: &Ask) {
        if !self.is_in_front(ask) {
            return;
        }
        if let Step::Saving { field, .. } = &self.step {
            self.step = Step::Asking {
                field: field.clone(),
                since: Instant::now(),
            };
        }
    }

    fn is_in_front(&self, ask: &Ask) -> bool {
        let place = self.order.as_ref().and_then(|order| order.get(self.at));
        ask.drill == self.blob && Some(&ask.item) == place
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let snapshot = view.snapshot;
        let drill = snapshot
            .drills
            .iter()
            .find(|drill| drill.blob.id == self.blob);
        let Some(drill) = drill else {
            let (title, text) = (view.tr("drill-not-here"), view.tr("drill-not-here-next"));
            if EmptyState::new(&title)
                .text(&text)
                .action(&view.tr("go-back"))
                .show(ui)
            {
                view.go = Some(Place::Drills);
            }
            return;
        };
        let order = self
            .order
            .get_or_insert_with(|| sitting(view, drill))
            .clone();
        match order
            .get(self.at)
            .and_then(|place| Some((*place, drill.drill.items.get(usize::from(*place))?)))
        {
            Some((place, item)) => {
                // What answers stays in sight, however long the question is.
                let room = ui.available_height() - self.actions_height;
                scrolling_above(ui, "drill", room.max(0.0), |ui| {
                    self.head_ui(ui, view, order.len());
                    self.item_ui(ui, view, item);
                });
                let actions = ui.scope(|ui| self.actions_ui(ui, view, place, item));
                let height = actions.response.rect.height() + ui.spacing().item_spacing.y;
                if (height - self.actions_height).abs() > 0.5 {
                    self.actions_height = height;
                    ui.ctx()
                        .request_discard("the answer's row has another height");
                }
            }
            None => scrolling(ui, "drill-end", |ui| self.end_ui(ui, view, &drill.drill)),
        }
    }

    fn head_ui(&self, ui: &mut Ui, view: &mut View<'_>, all: usize) {
        ui.horizontal(|ui| {
            if Button::new(&view.tr("drill-stop")).show(ui) {
                view.go = Some(Place::Drills);
            }
        });
        let args = [("number", (self.at + 1).into()), ("all", all.into())];
        let words = view.words.get_with("drill-at", &args);
        ProgressBar::new(self.at as f32 / all.max(1) as f32, &words).show(ui);
        ui.add_space(view.theme.space.medium);
    }

    fn item_ui(&mut self, ui: &mut Ui, view: &View<'_>, item: &Item) {
        TextLine::new(&inline(&item.question))
            .size(TextSize::Title)
            .ruby(view.ruby())
            .phrases(view.phrases())
            .show(ui);
        ui.add_space(view.theme.space.medium);
        match &mut self.step {
            Step::Asking { .. } if matches!(item.ask, Kind::Unknown) => {
                let (title, text) = (view.tr("newer-title"), view.tr("newer-text"));
                Notice::new(Tone::Info, &title).text(&text).show(ui);
            }
            Step::Asking { field, .. } => field.ui(ui, view, item),
            Step::Saving { field, .. } => {
                ui.add_enabled_ui(false, |ui| field.ui(ui, view, item));
            }
            Step::Graded { response, verdict } => {
                super::answer::graded_ui(ui, view, item, response, *verdict);
            }
        }
    }

    /// Answers, or goes on.
    fn actions_ui(&mut self, ui: &mut Ui, view: &View<'_>, place: u16, item: &Item) {
        ui.add_space(view.theme.space.small);
        let given = match &self.step {
            Step::Asking { field, since } if !matches!(item.ask, Kind::Unknown) => {
                let given = field.actions_ui(ui, view, item);
                // Where text is large its room is worth more than the keys' names.
                if !NavRail::is_narrow(ui.ctx()) {
                    hints_ui(ui, view, item);
                }
                given.map(|response| (response, *since, field.clone()))
            }
            Step::Saving { field, .. } => {
                ui.add_enabled_ui(false, |ui| field.actions_ui(ui, view, item));
                None
            }
            Step::Asking { .. } | Step::Graded { .. } => {
                let words = view.tr("drill-next");
                if Button::primary(&words).key(Key::Enter).show(ui) {
                    self.next();
                }
                None
            }
        };
        if let Some((response, since, field)) = given {
            let ask = Ask {
                lesson: self.lesson,
                drill: self.blob,
                item: place,
                seed: 0,
            };
            let took_ms = u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX);
            view.worker.send(Command::Answer {
                ask,
                response: response.clone(),
                took_ms,
            });
            self.step = Step::Saving { field, response };
        }
    }

    fn next(&mut self) {
        self.at += 1;
        self.step = Step::new();
    }

    fn end_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, drill: &Drill) {
        heading(ui, &view.tr("drill-done"));
        let all = self.right + self.missed.len();
        let args = [("all", all.into()), ("right", self.right.into())];
        TextLine::words(&view.words.get_with("drill-done-count", &args))
            .size(TextSize::Lead)
            .show(ui);
        ui.add_space(view.theme.space.medium);
        if !self.missed.is_empty() {
            caption(ui, &view.tr("drill-once-more-why"));
            if Button::primary(&view.tr("drill-once-more"))
                .key(Key::Enter)
                .show(ui)
            {
                let missed = std::mem::take(&mut self.missed);
                *self = Self {
                    order: Some(missed),
                    ..Self::new(self.lesson, self.blob)
                };
                return;
            }
        }
        if Button::new(&view.tr("drill-from-start")).show(ui) {
            let order = (0..).take(drill.items.len()).collect();
            *self = Self {
                order: Some(order),
                ..Self::new(self.lesson, self.blob)
            };
        }
        if Button::new(&view.tr("go-back")).show(ui) {
            view.go = Some(Place::Drills);
        }
    }
}

/// What a sitting asks: the items that were never answered; where all were, all again.
fn sitting(view: &View<'_>, drill: &DrillOnShelf) -> Vec<u16> {
    let all = (0..drill.drill.items.len()).filter_map(|place| u16::try_from(place).ok());
    let open: Vec<u16> = all
        .clone()
        .filter(|place| {
            !view
                .snapshot
                .progress
                .items
                .contains_key(&(drill.blob.id, *place))
        })
        .collect();
    if open.is_empty() { all.collect() } else { open }
}

/// The keys of the question in front.
fn hints_ui(ui: &mut Ui, view: &View<'_>, item: &Item) {
    ui.add_space(view.theme.space.medium);
    let (enter, escape) = (view.tr("key-enter"), view.tr("key-escape"));
    let (answer, stop, choose) = (
        view.tr("drill-answer"),
        view.tr("drill-stop"),
        view.tr("drill-choose"),
    );
    let mut hints = vec![
        (enter.as_str(), answer.as_str()),
        (escape.as_str(), stop.as_str()),
    ];
    if matches!(
        item.ask,
        Kind::Choice { .. } | Kind::Choices { .. } | Kind::Order { .. }
    ) {
        hints.insert(0, ("1-9", choose.as_str()));
    }
    KeyHints::new(&hints).show(ui);
}
