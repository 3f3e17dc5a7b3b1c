//! All terminals of the school, for who keeps them: what is unsent on each, whether it is to be
//! erased or is, and what its lessor wrote of that.

use egui::Ui;
use hotaru_content::id::TerminalId;
use hotaru_sync::wire::AdminTerminal;
use hotaru_ui::page::{caption, heading, scrolling};
use hotaru_ui::widget::{Button, EmptyState, StatusLine, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine, TextSize};

use super::common::{Confirm, back, card, fetched_ui, moment};
use super::picking::Picking;
use super::pill::Pill;
use crate::window::{Place, View};
use crate::worker::Command;

/// Its state.
#[derive(Default)]
pub struct TerminalsScreen {
    shown: Shown,
    erase: Confirm<TerminalId>,
    at_once: Confirm<TerminalId>,
    /// Of which terminal a lessor's certificate is being picked.
    picking: Option<(TerminalId, Picking)>,
}

/// Which terminals are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shown {
    /// Those that are in use.
    #[default]
    InUse,
    /// Those that are to be erased.
    Ordered,
    /// Those that are erased, or count no more.
    Gone,
}

impl Shown {
    const ALL: [(Self, &str); 3] = [
        (Self::InUse, "terminals-in-use"),
        (Self::Ordered, "terminals-ordered"),
        (Self::Gone, "terminals-gone"),
    ];

    fn of(terminal: &AdminTerminal) -> Self {
        match (terminal.revoked || terminal.erased, terminal.erase_ordered) {
            (true, _) => Self::Gone,
            (false, Some(_)) => Self::Ordered,
            (false, None) => Self::InUse,
        }
    }
}

impl TerminalsScreen {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        self.take_picked(view);
        scrolling(ui, "terminals", |ui| {
            if back(ui, view.words) {
                view.go = Some(Place::Roster);
            }
            heading(ui, &view.tr("terminals-title"));
            caption(ui, &view.tr("terminals-how"));
            fetched_ui(ui, view, &view.snapshot.terminals);
            let Some(all) = view.snapshot.terminals.value.clone() else {
                return;
            };
            self.choose_ui(ui, view, &all.terminals);
            let of = all.terminals.iter();
            let listed: Vec<_> = of
                .filter(|terminal| Shown::of(terminal) == self.shown)
                .collect();
            if listed.is_empty() {
                EmptyState::new(&view.tr("terminals-none"))
                    .icon(Icon::Device)
                    .show(ui);
            }
            for terminal in listed {
                ui.push_id(terminal.terminal, |ui| {
                    card(ui, |ui| self.terminal_ui(ui, view, terminal));
                });
            }
        });
    }

    fn choose_ui(&mut self, ui: &mut Ui, view: &View<'_>, all: &[AdminTerminal]) {
        ui.horizontal_wrapped(|ui| {
            for (shown, key) in Shown::ALL {
                let count = all.iter().filter(|one| Shown::of(one) == shown).count();
                let words = view.tr_with(key, &[("count", count.into())]);
                if Pill::one_of(&words, shown == self.shown).show(ui) {
                    self.shown = shown;
                }
            }
        });
    }

    fn terminal_ui(&mut self, ui: &mut Ui, view: &View<'_>, terminal: &AdminTerminal) {
        let pupils = terminal.pupils.iter();
        let who: Vec<String> = pupils
            .map(|(class, number)| {
                let number = number.to_string();
                let args = [("class", Value::from(class)), ("number", (&number).into())];
                view.tr_with("terminals-holder", &args)
            })
            .collect();
        TextLine::words(&format!("{}  {}", terminal.name, who.join(" ")))
            .size(TextSize::Lead)
            .bold()
            .show(ui);
        let (joined, seen) = (
            moment(view.words, terminal.joined_ms),
            moment(view.words, terminal.seen_ms),
        );
        let args = [("joined", (&joined).into()), ("seen", (&seen).into())];
        caption(ui, &view.tr_with("roster-terminal-times", &args));
        let id = terminal.terminal.to_string();
        caption(ui, &view.tr_with("terminals-id", &[("id", (&id).into())]));
        unsent_ui(ui, view, terminal);
        state_ui(ui, view, terminal);
        for filed in &terminal.lessor {
            let at = moment(view.words, filed.filed_ms);
            let args = [("name", (&filed.name).into()), ("at", (&at).into())];
            let words = view.tr_with("terminals-filed", &args);
            StatusLine::new(Tone::Good, &words)
                .icon(Icon::File)
                .show(ui);
        }
        self.buttons_ui(ui, view, terminal);
    }

    fn buttons_ui(&mut self, ui: &mut Ui, view: &View<'_>, terminal: &AdminTerminal) {
        let (id, name) = (terminal.terminal, terminal.name.as_str());
        for (confirm, key, at_once) in [
            (&mut self.erase, "terminals-erase-ask", false),
            (&mut self.at_once, "terminals-at-once-ask", true),
        ] {
            if confirm.ui(ui, view, id, key, name) {
                view.send(Command::OrderErase { id, at_once });
            }
            if confirm.is_asked(id) {
                return;
            }
        }
        ui.horizontal_wrapped(|ui| {
            let shown = Shown::of(terminal);
            if shown == Shown::InUse && Button::new(&view.tr("terminals-erase")).show(ui) {
                self.erase.ask(id);
            }
            if shown != Shown::Gone
                && terminal.erase_ordered != Some(true)
                && Button::new(&view.tr("terminals-at-once")).show(ui)
            {
                self.at_once.ask(id);
            }
            if shown == Shown::Ordered
                && Button::new(&view.tr("terminals-withdraw"))
                    .with_icon(Icon::Undo)
                    .show(ui)
            {
                view.send(Command::WithdrawErase(id));
            }
            let is_picking = self.picking.is_some();
            let words = view.tr("terminals-file");
            let file = Button::new(&words).with_icon(Icon::File);
            if file.enabled(!is_picking).show(ui) {
                let mut picking = Picking::default();
                picking.open(ui.ctx(), &words);
                self.picking = Some((id, picking));
            }
        });
    }

    fn take_picked(&mut self, view: &View<'_>) {
        let Some((terminal, picking)) = &mut self.picking else {
            return;
        };
        for path in picking.take() {
            let terminal = *terminal;
            view.send(Command::FileCertificate { terminal, path });
        }
        if !picking.is_open() {
            self.picking = None;
        }
    }
}

/// What the terminal last said that the school does not have.
fn unsent_ui(ui: &mut Ui, view: &View<'_>, terminal: &AdminTerminal) {
    let (Some(unsent), Some(at_ms)) = (terminal.unsent, terminal.unsent_ms) else {
        StatusLine::new(Tone::Warn, &view.tr("terminals-unsent-unknown"))
            .icon(Icon::Info)
            .show(ui);
        return;
    };
    let at = moment(view.words, at_ms);
    let (tone, icon, words) = if unsent.is_nothing() {
        let words = view.tr_with("terminals-unsent-none", &[("at", (&at).into())]);
        (Tone::Good, Icon::Check, words)
    } else {
        let args = [
            ("at", Value::from(&at)),
            ("events", unsent.events.into()),
            ("photos", unsent.photos.into()),
            ("locked", u64::from(unsent.locked).into()),
        ];
        let words = view.tr_with("terminals-unsent", &args);
        (Tone::Bad, Icon::Error, words)
    };
    StatusLine::new(tone, &words).icon(icon).show(ui);
}

/// Whether it counts, is to be erased, or is.
fn state_ui(ui: &mut Ui, view: &View<'_>, terminal: &AdminTerminal) {
    let line = |ui: &mut Ui, tone, icon, words: &str| {
        StatusLine::new(tone, words).icon(icon).show(ui);
    };
    match terminal.erase_ordered {
        Some(true) => line(
            ui,
            Tone::Warn,
            Icon::Trash,
            &view.tr("terminals-to-be-at-once"),
        ),
        Some(false) => line(ui, Tone::Warn, Icon::Trash, &view.tr("terminals-to-be")),
        None => {}
    }
    if let Some(at_ms) = terminal.erased_ms {
        let at = moment(view.words, at_ms);
        let words = view.tr_with("terminals-erased", &[("at", (&at).into())]);
        line(ui, Tone::Good, Icon::Check, &words);
    }
    if terminal.revoked {
        line(ui, Tone::Good, Icon::Lock, &view.tr("terminals-revoked"));
    }
}
