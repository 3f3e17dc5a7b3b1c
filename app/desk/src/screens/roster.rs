//! 名簿: a class's join code for the board, its pupils by number, its terminals.

use egui::Ui;
use hotaru_content::id::{ClassId, TerminalId};
use hotaru_sync::wire::{DeskClass, DeskSchool, DeskTerminal, Role};
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::theme::TextSize;
use hotaru_ui::widget::{Button, EmptyState, Notice, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};

use super::common::{Confirm, card, choose_class, fetched_ui, moment};
use super::pill::Pill;
use crate::window::{Place, View};
use crate::worker::Command;

/// Its state.
#[derive(Default)]
pub struct RosterScreen {
    class: Option<ClassId>,
    undo: Confirm<TerminalId>,
    cards: Confirm<ClassId>,
    renew: Confirm<ClassId>,
    close: Confirm<ClassId>,
}

impl RosterScreen {
    /// The screen is come to anew: no question stands open.
    pub fn leave(&mut self) {
        *self = Self {
            class: self.class,
            ..Self::default()
        };
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "roster", |ui| {
            heading(ui, &view.tr("desk-place-roster"));
            fetched_ui(ui, view, &view.snapshot.school);
            choose_class(ui, view, &mut self.class);
            let Some(school) = view.snapshot.school.value.clone() else {
                return;
            };
            let Some(class) = school
                .classes
                .iter()
                .find(|class| Some(class.class) == self.class)
            else {
                return;
            };
            waiting_ui(ui, view, &school, class);
            if !class.group {
                self.code_ui(ui, view, class);
            }
            pupils_ui(ui, view, class);
            if !class.group && !class.pupils.is_empty() {
                self.cards_ui(ui, view, class);
            }
            self.terminals_ui(ui, view, &school, class);
        });
    }

    /// The join code, until when it counts, and what can be done about it.
    fn code_ui(&mut self, ui: &mut Ui, view: &View<'_>, class: &DeskClass) {
        let is_hers = may_renew(view, class.class);
        let has_code = !class.join_code.is_empty();
        if has_code {
            code_card_ui(ui, view, class);
        } else if is_hers {
            let text = view.tr("roster-no-code-next");
            Notice::new(Tone::Info, &view.tr("roster-no-code"))
                .text(&text)
                .show(ui);
        }
        if !is_hers {
            return;
        }
        let id = class.class;
        if self.renew.ui(ui, view, id, "roster-renew-ask", &class.name) {
            view.send(Command::RenewCode(id));
        }
        if self.close.ui(ui, view, id, "roster-close-ask", &class.name) {
            view.send(Command::CloseCode(id));
        }
        if self.renew.is_asked(id) || self.close.is_asked(id) {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            if Button::new(&view.tr("roster-renew")).show(ui) {
                // Nothing is taken away where no code counts.
                if has_code {
                    self.renew.ask(id);
                } else {
                    view.send(Command::RenewCode(id));
                }
            }
            if has_code && Button::new(&view.tr("roster-close")).show(ui) {
                self.close.ask(id);
            }
        });
    }

    fn cards_ui(&mut self, ui: &mut Ui, view: &View<'_>, class: &DeskClass) {
        subheading(ui, &view.tr("roster-cards"));
        caption(ui, &view.tr("roster-cards-how"));
        let count = class.pupils.iter().filter(|pupil| pupil.has_card).count();
        let args = [("count", count.into())];
        TextLine::words(&view.tr_with("roster-cards-some", &args)).show(ui);
        if self.cards.is_asked(class.class) {
            let asked = (class.class, "roster-cards-ask", class.name.as_str());
            if self.cards.ui(ui, view, asked.0, asked.1, asked.2) {
                let pupils = class.pupils.iter().map(|pupil| pupil.pupil);
                view.send(Command::MakeCards(pupils.collect()));
            }
        } else if Button::new(&view.tr("roster-cards-make")).show(ui) {
            self.cards.ask(class.class);
        }
    }

    fn terminals_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        school: &DeskSchool,
        class: &DeskClass,
    ) {
        subheading(ui, &view.tr("roster-terminals"));
        if keeps_terminals(view) && Button::new(&view.tr("roster-all-terminals")).show(ui) {
            view.go = Some(Place::Terminals);
        }
        let mut terminals: Vec<(&DeskTerminal, Vec<u16>)> = school
            .terminals
            .iter()
            .map(|terminal| (terminal, numbers_on(terminal, class)))
            .filter(|(_, numbers)| !numbers.is_empty())
            .collect();
        if terminals.is_empty() {
            caption(ui, &view.tr("roster-no-terminals"));
            return;
        }
        terminals.sort_by(|(_, a), (_, b)| a.cmp(b));
        for (terminal, numbers) in terminals {
            ui.push_id(terminal.terminal, |ui| {
                card(ui, |ui| self.terminal_ui(ui, view, terminal, &numbers));
            });
        }
    }

    fn terminal_ui(
        &mut self,
        ui: &mut Ui,
        view: &View<'_>,
        terminal: &DeskTerminal,
        numbers: &[u16],
    ) {
        let who: Vec<String> = numbers
            .iter()
            .map(|number| numbered(view, *number))
            .collect();
        TextLine::words(&format!("{}  {}", who.join(" "), terminal.name))
            .bold()
            .show(ui);
        let (joined, seen) = (
            moment(view.words, terminal.joined_ms),
            moment(view.words, terminal.last_seen_ms),
        );
        let args = [
            ("joined", Value::from(&joined)),
            ("seen", Value::from(&seen)),
        ];
        caption(ui, &view.tr_with("roster-terminal-times", &args));
        if self.undo.is_asked(terminal.terminal) {
            let name = who.join(" ");
            if self
                .undo
                .ui(ui, view, terminal.terminal, "roster-undo-ask", &name)
            {
                view.send(Command::UndoJoin(terminal.terminal));
            }
        } else if Button::new(&view.tr("roster-undo"))
            .with_icon(Icon::Undo)
            .show(ui)
        {
            self.undo.ask(terminal.terminal);
        }
    }
}

/// Pupils who joined on another terminal and wait for what they did before: first, since they
/// cannot go on where they stood.
fn waiting_ui(ui: &mut Ui, view: &View<'_>, school: &DeskSchool, class: &DeskClass) {
    for terminal in &school.terminals {
        let waiting = class.pupils.iter();
        for pupil in waiting.filter(|one| terminal.waiting.contains(&one.pupil)) {
            let name = numbered(view, pupil.number);
            let args = [
                ("name", Value::from(&name)),
                ("terminal", Value::from(&terminal.name)),
            ];
            Notice::new(Tone::Info, &view.tr_with("roster-waits", &args))
                .text(&view.tr("roster-waits-next"))
                .show(ui);
            ui.push_id((terminal.terminal, pupil.pupil), |ui| {
                if Button::primary(&view.tr("roster-agree")).show(ui) {
                    view.send(Command::Agree(terminal.terminal, pupil.pupil));
                }
            });
        }
    }
}

/// Whether who is signed in may make this class's code anew; where it is not known who that
/// is, the school decides.
fn may_renew(view: &View<'_>, class: ClassId) -> bool {
    let Some(who) = &view.snapshot.who.value else {
        return true;
    };
    who.roles.iter().any(|grant| match grant.role {
        Role::Teacher => grant.class == Some(class),
        Role::SchoolAdmin => true,
        _ => false,
    })
}

/// Whether who is signed in keeps the school's terminals.
fn keeps_terminals(view: &View<'_>) -> bool {
    let who = view.snapshot.who.value.as_ref();
    who.is_some_and(|who| {
        let mut roles = who.roles.iter();
        roles.any(|grant| grant.role == Role::SchoolAdmin)
    })
}

/// The code as large as a board wants it.
fn code_card_ui(ui: &mut Ui, view: &View<'_>, class: &DeskClass) {
    ui.add_space(view.theme.space.small);
    card(ui, |ui| {
        let args = [("class", Value::from(&class.name))];
        TextLine::words(&view.tr_with("roster-code", &args)).show(ui);
        let font = egui::FontId::new(
            view.theme.size(TextSize::Display) * 1.6,
            egui::FontFamily::Name(hotaru_ui::theme::BOLD.into()),
        );
        ui.add(
            egui::Label::new(
                egui::RichText::new(&class.join_code)
                    .font(font)
                    .color(view.theme.color.text),
            )
            .selectable(true),
        );
        if let Some(until_ms) = class.code_until_ms {
            let at = moment(view.words, until_ms);
            let args = [("at", Value::from(&at))];
            TextLine::words(&view.tr_with("roster-code-until", &args)).show(ui);
        }
        let args = [("cloud", Value::from(&view.snapshot.cloud))];
        TextLine::words(&view.tr_with("roster-address", &args)).show(ui);
        caption(ui, &view.tr("roster-code-how"));
    });
}

fn pupils_ui(ui: &mut Ui, view: &mut View<'_>, class: &DeskClass) {
    let args = [("count", class.pupils.len().into())];
    subheading(ui, &view.tr_with("roster-pupils", &args));
    if class.pupils.is_empty() {
        let (title, text) = (
            view.tr("roster-no-pupils"),
            view.tr("roster-no-pupils-next"),
        );
        EmptyState::new(&title)
            .text(&text)
            .icon(Icon::Roster)
            .show(ui);
        return;
    }
    caption(ui, &view.tr("roster-pupils-how"));
    let mut pupils = class.pupils.clone();
    pupils.sort_by_key(|pupil| pupil.number);
    ui.horizontal_wrapped(|ui| {
        for pupil in pupils {
            let words = numbered(view, pupil.number);
            if Pill::one_of(&words, false).show(ui) {
                view.go = Some(Place::Pupil(pupil.pupil));
            }
        }
    });
}

fn numbered(view: &View<'_>, number: u16) -> String {
    view.tr_with(
        "pupil-number",
        &[("number", Value::from(&number.to_string()))],
    )
}

/// The numbers of a class that are on a terminal.
fn numbers_on(terminal: &DeskTerminal, class: &DeskClass) -> Vec<u16> {
    let on = class
        .pupils
        .iter()
        .filter(|pupil| terminal.pupils.contains(&pupil.pupil));
    let mut numbers: Vec<u16> = on.map(|pupil| pupil.number).collect();
    numbers.sort_unstable();
    numbers
}
