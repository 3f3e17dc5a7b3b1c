//! The teacher's window: a rail of places, one line that tells the truth, and a screen.

mod replies;
mod truth;

pub(crate) use truth::{published, sending_words, size, trouble_words};

use std::collections::VecDeque;
use std::sync::Arc;

use egui::{CentralPanel, Frame, Key, Margin, Modifiers, Panel, Ui};
use hotaru_content::id::{JobId, LessonId, PupilId};
use hotaru_ui::look::Dress;
use hotaru_ui::widget::{NavItem, NavRail, Notice, Toast, ToastOutcome, Tone};
use hotaru_ui::words::{Sources, Value, Words};
use hotaru_ui::{Icon, Theme};

use crate::cli::Cli;
use crate::problem::Problem;
use crate::screens::lesson::LessonScreen;
use crate::screens::lessons::LessonsScreen;
use crate::screens::pupil::PupilScreen;
use crate::screens::push::PushScreen;
use crate::screens::roster::RosterScreen;
use crate::screens::settings::SettingsScreen;
use crate::screens::sign_in::SignInForm;
use crate::screens::terminals::TerminalsScreen;
use crate::screens::welcome;
use crate::worker::{Command, Snapshot, Stage, Trouble, Wake, Worker, WorkerOptions};

/// The words of these screens.
pub const DESK_SOURCES: Sources = hotaru_ui::sources!("../..", "desk.ftl");
/// The sentences of what is made of files.
pub const PUBLISH_SOURCES: Sources = hotaru_ui::sources!("../..", "publish.ftl");

/// The most sentences that stand at the top of a screen at once.
const MAX_SAID: usize = 3;

/// Opens the window and runs it until it is closed.
///
/// # Errors
/// Where the saved account cannot be read, or the system gives no window.
pub fn run(cli: &Cli) -> Result<(), String> {
    let options = cli
        .window_options()
        .map_err(|problem| problem.to_string())?;
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("jp.hotaru.desk")
            .with_title("Hotaru")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([640.0, 480.0])
            .with_drag_and_drop(true),
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "hotaru-desk",
        native,
        Box::new(move |cc| Ok(Box::new(App { window: Window::new(&cc.egui_ctx, options)? }))),
    )
    .map_err(|error| format!("no window can be opened ({error}); on a machine without a display use the commands of `hotaru-desk --help`"))
}

struct App {
    window: Window,
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.window.ui(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.window.keep_draft();
    }
}

/// A place that can be gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Gives a class a lesson.
    Push,
    /// The lessons of a class.
    Lessons,
    /// How one lesson stands.
    Lesson(LessonId),
    /// Classes, pupils by number, terminals.
    Roster,
    /// All terminals of the school.
    Terminals,
    /// One pupil's own page.
    Pupil(PupilId),
    /// Settings.
    Settings,
}

/// The places of the rail, in its order, with icon and key of their word.
const RAIL: [(Place, Icon, &str); 4] = [
    (Place::Push, Icon::Give, "desk-place-push"),
    (Place::Lessons, Icon::Watch, "desk-place-progress"),
    (Place::Roster, Icon::Roster, "desk-place-roster"),
    (Place::Settings, Icon::Settings, "desk-place-settings"),
];

/// What a screen draws with, and how it asks for things.
pub struct View<'a> {
    /// What there is.
    pub snapshot: &'a Snapshot,
    /// The language in force.
    pub words: &'a Words,
    /// The look in force.
    pub theme: &'a Theme,
    /// The worker.
    pub worker: &'a Worker,
    /// Where the screen wants to go; none stays.
    pub go: Option<Place>,
}

impl View<'_> {
    /// The words of a key.
    #[must_use]
    pub fn tr(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// The sentence of a key with its arguments.
    #[must_use]
    pub fn tr_with(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.words.get_with(key, args)
    }

    /// Asks the worker.
    pub fn send(&self, command: Command) {
        self.worker.send(command);
    }
}

/// A sentence at the top of a screen.
struct Said {
    tone: Tone,
    title: String,
    text: String,
    /// What can be looked at.
    lesson: Option<LessonId>,
}

/// The window's state. It owns the worker and nothing of the outbox.
pub struct Window {
    worker: Worker,
    dress: Dress,
    place: Place,
    push: PushScreen,
    lessons: LessonsScreen,
    lesson: LessonScreen,
    roster: RosterScreen,
    terminals: TerminalsScreen,
    pupil: PupilScreen,
    settings: SettingsScreen,
    sign_in: SignInForm,
    said: VecDeque<Said>,
    toast: Option<(JobId, Toast)>,
}

impl Window {
    /// Starts the worker and sets up fonts, words and look.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(ctx: &egui::Context, options: WorkerOptions) -> Result<Self, Problem> {
        let dress = Dress::new(ctx, &[DESK_SOURCES, PUBLISH_SOURCES]);
        let to_wake = ctx.clone();
        let wake: Wake = Arc::new(move || to_wake.request_repaint());
        Ok(Self {
            worker: Worker::start(options, wake)?,
            dress,
            place: Place::Push,
            push: PushScreen::default(),
            lessons: LessonsScreen::default(),
            lesson: LessonScreen::default(),
            roster: RosterScreen::default(),
            terminals: TerminalsScreen::default(),
            pupil: PupilScreen::default(),
            settings: SettingsScreen::default(),
            sign_in: SignInForm::default(),
            said: VecDeque::new(),
            toast: None,
        })
    }

    /// What there is to draw, as the worker last said.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.worker.snapshot()
    }

    /// The words in force.
    #[must_use]
    pub fn words(&self) -> &Words {
        self.dress.words()
    }

    /// Asks the worker for something, as a screen would.
    pub fn send(&self, command: Command) {
        self.worker.send(command);
    }

    /// Goes to a place, and asks the school what stands there.
    pub fn go(&mut self, place: Place) {
        if place == self.place {
            return;
        }
        if let Place::Pupil(_) = self.place {
            // Nothing of one pupil stays behind to be come back to on a projected screen.
            self.worker.send(Command::ForgetPupil);
        }
        self.place = place;
        match place {
            Place::Lesson(_) => self.lesson = LessonScreen::default(),
            Place::Pupil(_) => self.pupil = PupilScreen::default(),
            Place::Roster => self.roster.leave(),
            Place::Terminals => self.terminals = TerminalsScreen::default(),
            Place::Settings => self.settings.leave(),
            Place::Push | Place::Lessons => {}
        }
        self.refresh();
    }

    /// Asks the school again what stands at this place.
    pub fn refresh(&mut self) {
        match self.place {
            Place::Push => self.worker.send(Command::Send),
            Place::Lessons => self.lessons.refresh(&self.worker.snapshot(), &self.worker),
            Place::Lesson(lesson) => self.worker.send(Command::LoadLesson(lesson)),
            Place::Roster => self.worker.send(Command::LoadSchool),
            Place::Terminals => self.worker.send(Command::LoadTerminals),
            Place::Pupil(pupil) => self.worker.send(Command::LoadPupil(pupil)),
            Place::Settings => {}
        }
    }

    /// Keeps what was filled in over a restart.
    pub fn keep_draft(&self) {
        self.push.keep(&self.worker);
    }

    /// Draws the window.
    pub fn ui(&mut self, ui: &mut Ui) {
        let snapshot = self.worker.snapshot();
        self.dress.put_on(ui.ctx(), &snapshot.look);
        self.take_replies(ui.ctx());
        let theme = Theme::of(ui.ctx());
        match &snapshot.stage {
            Stage::Ready => {}
            Stage::Opening | Stage::Failed(_) => {
                page(ui, &theme, |ui| {
                    welcome::not_open_ui(ui, self.words(), &snapshot.stage)
                });
                return;
            }
            Stage::FirstStart | Stage::SignedOut { .. } => {
                let words = Arc::clone(self.dress.words());
                let view = View {
                    snapshot: &snapshot,
                    words: &words,
                    theme: &theme,
                    worker: &self.worker,
                    go: None,
                };
                let (sign_in, said) = (&mut self.sign_in, &mut self.said);
                page(ui, &theme, |ui| {
                    said_ui(ui, &view, said);
                    welcome::ui(ui, &view, sign_in);
                });
                return;
            }
        }
        self.keys(ui);
        self.rail_ui(ui, &theme, &snapshot);
        Panel::bottom("truth")
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(theme.color.surface)
                    .inner_margin(Margin::symmetric(
                        theme.space.large as i8,
                        theme.space.small as i8,
                    )),
            )
            .show(ui, |ui| {
                truth::line_ui(ui, self.words(), &snapshot, &self.worker)
            });
        let words = Arc::clone(self.dress.words());
        let mut view = View {
            snapshot: &snapshot,
            words: &words,
            theme: &theme,
            worker: &self.worker,
            go: None,
        };
        let said = &mut self.said;
        let place = self.place;
        let (push, lessons, lesson) = (&mut self.push, &mut self.lessons, &mut self.lesson);
        let (roster, pupil, settings) = (&mut self.roster, &mut self.pupil, &mut self.settings);
        let terminals = &mut self.terminals;
        page(ui, &theme, |ui| {
            let seen = said_ui(ui, &view, said);
            match place {
                Place::Push => push.ui(ui, &mut view),
                Place::Lessons => lessons.ui(ui, &mut view),
                Place::Lesson(id) => lesson.ui(ui, &mut view, id),
                Place::Roster => roster.ui(ui, &mut view),
                Place::Terminals => terminals.ui(ui, &mut view),
                Place::Pupil(id) => pupil.ui(ui, &mut view, id),
                Place::Settings => settings.ui(ui, &mut view),
            }
            if let Some(lesson) = seen {
                view.go = Some(Place::Lesson(lesson));
            }
        });
        let go = view.go;
        self.toast_ui(ui);
        if let Some(place) = go {
            self.go(place);
        }
    }

    fn toast_ui(&mut self, ui: &mut Ui) {
        let Some((job, toast)) = &self.toast else {
            return;
        };
        // As everywhere; a text field that is being written in keeps it for itself.
        let by_key = !ui.ctx().egui_wants_keyboard_input()
            && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Z));
        let outcome = match toast.show(ui.ctx()) {
            ToastOutcome::Running if by_key => ToastOutcome::Undone,
            outcome => outcome,
        };
        match outcome {
            ToastOutcome::Running => {}
            ToastOutcome::Undone => {
                self.worker.send(Command::Undo(*job));
                self.toast = None;
            }
            ToastOutcome::Over => self.toast = None,
        }
    }

    /// Ctrl and a digit go to a place, F5 asks again, Escape goes back.
    fn keys(&mut self, ui: &Ui) {
        let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];
        for ((place, _, _), key) in RAIL.iter().zip(digits) {
            if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, key)) {
                self.go(*place);
            }
        }
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::F5)) {
            self.refresh();
        }
        let back = match self.place {
            Place::Lesson(_) => Some(Place::Lessons),
            Place::Pupil(_) | Place::Terminals => Some(Place::Roster),
            _ => None,
        };
        let typing = ui.ctx().egui_wants_keyboard_input();
        if let Some(back) = back
            && !typing
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        {
            self.go(back);
        }
    }

    fn rail_ui(&mut self, ui: &mut Ui, theme: &Theme, snapshot: &Snapshot) {
        let mut items: Vec<NavItem> = RAIL
            .iter()
            .map(|(_, icon, key)| NavItem::new(*icon, self.words().get(key)))
            .collect();
        if let Some(push) = items.first_mut() {
            push.count = u32::try_from(snapshot.jobs.len()).unwrap_or(u32::MAX);
        }
        let selected = match self.place {
            Place::Push => 0,
            Place::Lessons | Place::Lesson(_) => 1,
            Place::Roster | Place::Terminals | Place::Pupil(_) => 2,
            Place::Settings => 3,
        };
        let at_top = RAIL
            .get(selected)
            .is_some_and(|(place, _, _)| *place == self.place);
        let rail = NavRail::new(&items, selected).within(!at_top);
        let width = rail.width(ui.ctx());
        let ground = Frame::new()
            .fill(theme.color.sunken)
            .inner_margin(Margin::symmetric(0, theme.space.medium as i8));
        let chosen = Panel::left("rail")
            .exact_size(width)
            .resizable(false)
            .show_separator_line(false)
            .frame(ground)
            .show(ui, |ui| rail.show(ui))
            .inner;
        if let Some((place, _, _)) = chosen.and_then(|index| RAIL.get(index)) {
            self.go(*place);
        }
    }
}

/// The part of the window that belongs to the screen.
fn page(ui: &mut Ui, theme: &Theme, contents: impl FnOnce(&mut Ui)) {
    let ground = Frame::new()
        .fill(theme.color.page)
        .inner_margin(Margin::symmetric(
            theme.space.large as i8,
            theme.space.medium as i8,
        ));
    CentralPanel::default().frame(ground).show(ui, contents);
}

/// The sentences that wait to be read; each can be put away. A lesson that is to be looked
/// at, if one is.
fn said_ui(ui: &mut Ui, view: &View<'_>, said: &mut VecDeque<Said>) -> Option<LessonId> {
    let (mut closed, mut seen) = (None, None);
    let look = view.tr("said-look");
    for (index, sentence) in said.iter().enumerate() {
        let mut notice = Notice::new(sentence.tone, &sentence.title)
            .text(&sentence.text)
            .closable();
        if sentence.lesson.is_some() {
            notice = notice.action(&look);
        }
        let shown = ui.push_id(("said", index), |ui| notice.show(ui)).inner;
        if shown.acted {
            seen = sentence.lesson;
        }
        if shown.closed || shown.acted {
            closed = Some(index);
        }
    }
    if let Some(index) = closed {
        said.remove(index);
    }
    seen
}

/// Where a problem that a snapshot carries is to be said.
pub(crate) fn trouble_ui(ui: &mut Ui, view: &View<'_>, trouble: &Trouble) {
    let (title, text) = trouble_words(view.words, trouble);
    Notice::new(Tone::Warn, &title).text(&text).show(ui);
}
