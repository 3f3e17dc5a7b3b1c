//! The pupil's window: a rail of places, one line that tells the truth, and a screen.

mod measure;
mod resources;
mod truth;

use measure::Measure;
pub use resources::{Resource, Resources, ShelfRecording};
pub(crate) use truth::{problem_words, size};

use std::collections::VecDeque;
use std::sync::Arc;

use egui::{Frame, Key, Margin, Modifiers, Panel, Ui};
use hotaru_content::blob::BlobId;
use hotaru_content::id::LessonId;
use hotaru_ui::look::Dress;
use hotaru_ui::widget::{NavItem, NavRail, Notice, Tone};
use hotaru_ui::words::{Sources, Words};
use hotaru_ui::{Icon, Theme};

use crate::cli::Cli;
use crate::keyring;
use crate::screens::drill::DrillScreen;
use crate::screens::lesson::LessonScreen;
use crate::screens::lessons::LessonsScreen;
use crate::screens::lock_form::LockForm;
use crate::screens::record::RecordScreen;
use crate::screens::settings::SettingsScreen;
use crate::screens::sign_in::SignInScreen;
use crate::screens::welcome::WelcomeScreen;
use crate::screens::{drills, erase, erased, today};
use crate::study::{Problem, sample_package};
use crate::worker::{Command, Reply, Snapshot, Stage, Wake, Worker, WorkerOptions};

/// The words of these screens.
pub const PUPIL_SOURCES: Sources = hotaru_ui::sources!("..", "pupil.ftl");

/// The most sentences that stand at the top of a screen at once.
const MAX_SAID: usize = 3;

/// Opens the window and runs it until it is closed.
///
/// # Errors
/// Where the system gives no window.
pub fn run(cli: &Cli) -> Result<(), String> {
    let options = WorkerOptions {
        profile: cli.profile(),
        open: keyring::open_options(),
        sample: None,
        sync_by_itself: true,
        line: cli.line(),
    };
    let measure = cli.measure.map(Measure::new);
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("jp.hotaru.pupil")
            .with_title("Hotaru")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([640.0, 480.0]),
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "hotaru",
        native,
        Box::new(move |cc| {
            Ok(Box::new(App { window: Window::new(&cc.egui_ctx, options)?, measure }))
        }),
    )
    .map_err(|error| format!("no window can be opened ({error}); on a machine without a display use the commands of `hotaru --help`"))
}

struct App {
    window: Window,
    measure: Option<Measure>,
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.window.ui(ui);
        if let Some(measure) = &mut self.measure {
            measure.frame(ui.ctx(), &self.window.snapshot().stage);
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.window.leave_screen();
    }
}

/// A place that can be gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What the class did today, and what is mine to do.
    Today,
    /// All lessons.
    Lessons,
    /// One lesson.
    Lesson(LessonId),
    /// All drills.
    Drills,
    /// One drill.
    Drill {
        /// The lesson that it stands in.
        lesson: LessonId,
        /// Its blob.
        blob: BlobId,
    },
    /// My study.
    Record,
    /// Settings.
    Settings,
    /// Erasing this terminal.
    Erase,
    /// Out of the sample class, to the pupil's own profile.
    Home,
}

/// The places of the rail, in its order, with icon and key of their word.
const RAIL: [(Place, Icon, &str); 5] = [
    (Place::Today, Icon::Today, "place-today"),
    (Place::Lessons, Icon::Lessons, "place-lessons"),
    (Place::Drills, Icon::Drill, "place-drills"),
    (Place::Record, Icon::Record, "place-record"),
    (Place::Settings, Icon::Settings, "place-settings"),
];

/// What a screen draws with, and how it asks for things.
pub struct View<'a> {
    /// What there is.
    pub snapshot: &'a Snapshot,
    /// The language in force.
    pub words: &'a Words,
    /// The look in force.
    pub theme: &'a Theme,
    /// Blobs that were asked for.
    pub resources: &'a mut Resources,
    /// The worker.
    pub worker: &'a Worker,
    /// Whether this is the sample class, opened from the first start.
    pub is_sample: bool,
    /// The place in front.
    pub place: Place,
    /// Where the screen wants to go; none stays.
    pub go: Option<Place>,
}

impl View<'_> {
    /// The words of a key.
    #[must_use]
    pub fn tr(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// Whether readings are shown.
    #[must_use]
    pub fn ruby(&self) -> bool {
        self.snapshot.settings.ruby
    }

    /// Whether lines of what is learned end between phrases, as in books for the lower grades:
    /// 小1 to 小3.
    #[must_use]
    pub fn phrases(&self) -> bool {
        let pupil = self.snapshot.pupil.as_ref();
        pupil.is_some_and(|entry| matches!(entry.grade.as_str(), "P1" | "P2" | "P3"))
    }
}

/// The screen in front, with its state.
enum Screen {
    Today,
    Lessons(LessonsScreen),
    Lesson(Box<LessonScreen>),
    Drills,
    Drill(Box<DrillScreen>),
    Record(RecordScreen),
    Settings(SettingsScreen),
    Erase,
    /// A new secret, after a code has opened.
    Renew(LockForm),
}

/// A sentence at the top of a screen.
struct Said {
    tone: Tone,
    title: String,
    text: String,
}

/// The window's state. It owns the worker and nothing of the shelf.
pub struct Window {
    worker: Worker,
    options: WorkerOptions,
    /// How the pupil's own profile is opened, while the sample class is.
    home: WorkerOptions,
    wake: Wake,
    dress: Dress,
    resources: Resources,
    place: Place,
    screen: Screen,
    welcome: WelcomeScreen,
    sign_in: SignInScreen,
    said: VecDeque<Said>,
    /// Whether somebody's study was open in the last frame.
    was_in: bool,
}

impl Window {
    /// Starts the worker and sets up fonts, words and look.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(ctx: &egui::Context, options: WorkerOptions) -> Result<Self, Problem> {
        let dress = Dress::new(ctx, &[PUPIL_SOURCES]);
        let to_wake = ctx.clone();
        let wake: Wake = Arc::new(move || to_wake.request_repaint());
        let worker = Worker::start(options.clone(), Arc::clone(&wake))?;
        Ok(Self {
            worker,
            home: options.clone(),
            options,
            wake,
            dress,
            resources: Resources::default(),
            place: Place::Today,
            screen: Screen::Today,
            welcome: WelcomeScreen::default(),
            sign_in: SignInScreen::default(),
            said: VecDeque::new(),
            was_in: false,
        })
    }

    /// What there is to draw, as the worker last said.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.worker.snapshot()
    }

    /// What is asked for things.
    #[must_use]
    pub fn worker(&self) -> &Worker {
        &self.worker
    }

    /// The words in force.
    #[must_use]
    pub fn words(&self) -> &Words {
        self.dress.words()
    }

    /// Goes to a place.
    pub fn go(&mut self, place: Place) {
        if place == self.place && !matches!(self.screen, Screen::Renew(_)) {
            return;
        }
        if place == Place::Home {
            let home = self.home.clone();
            return self.reopen(home);
        }
        self.leave_screen();
        self.place = place;
        self.screen = match place {
            Place::Today | Place::Home => Screen::Today,
            Place::Lessons => Screen::Lessons(LessonsScreen::default()),
            Place::Lesson(lesson) => Screen::Lesson(Box::new(LessonScreen::new(lesson))),
            Place::Drills => Screen::Drills,
            Place::Drill { lesson, blob } => {
                Screen::Drill(Box::new(DrillScreen::new(lesson, blob)))
            }
            Place::Record => Screen::Record(RecordScreen::default()),
            Place::Settings => Screen::Settings(SettingsScreen::default()),
            Place::Erase => Screen::Erase,
        };
    }

    /// Lets the screen in front write down what it measured.
    pub fn leave_screen(&mut self) {
        if let Screen::Lesson(screen) = &mut self.screen {
            screen.leave(&self.worker);
        }
    }

    /// Draws the window.
    pub fn ui(&mut self, ui: &mut Ui) {
        let snapshot = self.worker.snapshot();
        self.dress.put_on(ui.ctx(), &snapshot.settings.look);
        self.take_replies();
        let theme = Theme::of(ui.ctx());
        let is_in = snapshot.stage == Stage::Ready;
        if std::mem::replace(&mut self.was_in, is_in) && !is_in {
            self.forget();
        }
        match &snapshot.stage {
            Stage::Ready => {}
            Stage::Opening | Stage::Failed { .. } => {
                page(ui, &theme, |ui| {
                    WelcomeScreen::not_open_ui(ui, self.words(), &snapshot.stage)
                });
                return;
            }
            Stage::Locked => {
                self.sync_key(ui);
                self.truth_ui(ui, &theme, &snapshot);
                page(ui, &theme, |ui| self.at_the_door_ui(ui, &snapshot, &theme));
                return;
            }
            Stage::FirstStart
            | Stage::Erasing
            | Stage::Telling
            | Stage::Erased { .. }
            | Stage::NotErased { .. } => {
                page(ui, &theme, |ui| self.at_the_door_ui(ui, &snapshot, &theme));
                return;
            }
        }
        self.keys(ui);
        self.rail_ui(ui, &theme);
        self.truth_ui(ui, &theme, &snapshot);
        let words = Arc::clone(self.dress.words());
        let mut view = View {
            snapshot: &snapshot,
            words: &words,
            theme: &theme,
            resources: &mut self.resources,
            worker: &self.worker,
            is_sample: self.options.sample.is_some(),
            place: self.place,
            go: None,
        };
        let (screen, said) = (&mut self.screen, &mut self.said);
        page(ui, &theme, |ui| {
            said_ui(ui, said);
            truth::findings_ui(ui, &mut view);
            match screen {
                Screen::Today => today::ui(ui, &mut view),
                Screen::Lessons(screen) => screen.ui(ui, &mut view),
                Screen::Lesson(screen) => screen.ui(ui, &mut view),
                Screen::Drills => drills::ui(ui, &mut view),
                Screen::Drill(screen) => screen.ui(ui, &mut view),
                Screen::Record(screen) => screen.ui(ui, &mut view),
                Screen::Settings(screen) => screen.ui(ui, &mut view),
                Screen::Erase => erase::ui(ui, &mut view),
                Screen::Renew(form) => form.page_ui(ui, &mut view),
            }
        });
        if let Some(place) = view.go {
            self.go(place);
        }
    }

    /// What was shown of a study goes from sight when it is closed.
    fn forget(&mut self) {
        self.place = Place::Today;
        self.screen = Screen::Today;
        self.resources = Resources::default();
        self.said.clear();
    }

    /// While nobody is in: the first start, a study that is locked, a terminal that is erased.
    fn at_the_door_ui(&mut self, ui: &mut Ui, snapshot: &Snapshot, theme: &Theme) {
        said_ui(ui, &mut self.said);
        let words = Arc::clone(self.dress.words());
        let mut view = View {
            snapshot,
            words: &words,
            theme,
            resources: &mut self.resources,
            worker: &self.worker,
            is_sample: self.options.sample.is_some(),
            place: self.place,
            go: None,
        };
        match &snapshot.stage {
            Stage::Locked => self.sign_in.ui(ui, &mut view),
            Stage::FirstStart => {
                if self.welcome.ui(ui, &mut view) {
                    self.try_sample();
                }
            }
            _ => erased::ui(ui, &view),
        }
    }

    /// Opens the sample class, in a profile of its own beside the real one.
    fn try_sample(&mut self) {
        let Some(package) = sample_package() else {
            self.say(Tone::Bad, &Problem::NoSample);
            return;
        };
        let mut options = self.options.clone();
        options.profile.set_file_name("sample");
        options.sample = Some(package);
        self.reopen(options);
    }

    /// Ends this worker and starts one on another profile.
    fn reopen(&mut self, options: WorkerOptions) {
        match Worker::start(options.clone(), Arc::clone(&self.wake)) {
            Ok(worker) => {
                self.leave_screen();
                self.worker = worker;
                self.options = options;
                self.resources = Resources::default();
                self.place = Place::Today;
                self.screen = Screen::Today;
            }
            Err(problem) => self.say(Tone::Bad, &problem),
        }
    }

    fn take_replies(&mut self) {
        while let Some(reply) = self.worker.reply() {
            match reply {
                Reply::Loaded { id, loaded } => self.resources.take(id, loaded),
                Reply::Answered { ask, answer } => {
                    if let Screen::Drill(screen) = &mut self.screen {
                        screen.answered(&ask, &answer);
                    }
                }
                Reply::NotAnswered { ask, problem } => {
                    if let Screen::Drill(screen) = &mut self.screen {
                        screen.not_answered(&ask);
                    }
                    self.say(Tone::Bad, &problem);
                }
                Reply::PaperDeclared(result) => {
                    if let Screen::Record(screen) = &mut self.screen {
                        screen.paper_declared(result.is_ok());
                    }
                    if let Err(problem) = result {
                        self.say(Tone::Bad, &problem);
                    }
                }
                Reply::Joined(result) => {
                    self.welcome.joined();
                    if let Screen::Settings(screen) = &mut self.screen {
                        screen.joined(result.is_ok());
                    }
                    if let Err(problem) = result {
                        self.say(Tone::Bad, &problem);
                    }
                }
                Reply::Unlocked(result) => {
                    if self.sign_in.tried(self.dress.words(), &result) {
                        self.place = Place::Today;
                        self.screen = Screen::Renew(LockForm::choosing());
                    }
                }
                Reply::LockSet(result) => self.lock_set(&result),
                Reply::Failed(problem) => self.say(Tone::Bad, &problem),
            }
        }
    }

    /// What came of choosing a secret is said where it was chosen.
    fn lock_set(&mut self, result: &Result<(), Problem>) {
        let words = Arc::clone(self.dress.words());
        match (&mut self.screen, result) {
            (Screen::Settings(screen), result) => screen.lock_set(&words, result),
            (Screen::Renew(_), Ok(())) => {
                self.screen = Screen::Today;
                let (title, text) = (words.get("lock-made"), words.get("lock-made-next"));
                self.tell(Tone::Good, title, text);
            }
            (Screen::Renew(form), result) => form.set(&words, result),
            (_, Err(problem)) => self.say(Tone::Bad, problem),
            (_, Ok(())) => {}
        }
    }

    fn say(&mut self, tone: Tone, problem: &Problem) {
        let (title, text) = problem_words(self.words(), problem.code(), &problem.to_string());
        self.tell(tone, title, text);
    }

    fn tell(&mut self, tone: Tone, title: String, text: String) {
        if self
            .said
            .back()
            .is_some_and(|last| last.text == text && last.title == title)
        {
            return;
        }
        if self.said.len() >= MAX_SAID {
            self.said.pop_front();
        }
        self.said.push_back(Said { tone, title, text });
    }

    /// Ctrl and a digit go to a place, F5 syncs, Escape goes back.
    fn keys(&mut self, ui: &Ui) {
        let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
        for ((place, _, _), key) in RAIL.iter().zip(digits) {
            if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, key)) {
                self.go(*place);
            }
        }
        self.sync_key(ui);
        let back = match self.place {
            Place::Lesson(_) => Some(Place::Lessons),
            Place::Drill { .. } => Some(Place::Drills),
            Place::Erase => Some(Place::Settings),
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

    fn sync_key(&self, ui: &Ui) {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::F5)) {
            self.worker.send(Command::Sync);
        }
    }

    fn rail_ui(&mut self, ui: &mut Ui, theme: &Theme) {
        let items: Vec<NavItem> = RAIL
            .iter()
            .map(|(_, icon, key)| NavItem::new(*icon, self.words().get(key)))
            .collect();
        let selected = match self.place {
            Place::Today | Place::Home => 0,
            Place::Lessons | Place::Lesson(_) => 1,
            Place::Drills | Place::Drill { .. } => 2,
            Place::Record => 3,
            Place::Settings | Place::Erase => 4,
        };
        let at_top = RAIL
            .get(selected)
            .is_some_and(|(place, _, _)| *place == self.place);
        let rail = NavRail::new(&items, selected).within(!at_top);
        let width = rail.width(ui.ctx());
        let chosen = Panel::left("rail")
            .exact_size(width)
            .resizable(false)
            .show_separator_line(false)
            .frame(
                Frame::new()
                    .fill(theme.color.sunken)
                    .inner_margin(Margin::symmetric(0, theme.space.medium as i8)),
            )
            .show(ui, |ui| rail.show(ui))
            .inner;
        if let Some((place, _, _)) = chosen.and_then(|index| RAIL.get(index)) {
            self.go(*place);
        }
    }

    fn truth_ui(&self, ui: &mut Ui, theme: &Theme, snapshot: &Snapshot) {
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
                truth::line_ui(ui, self.words(), snapshot, &self.worker)
            });
    }
}

/// The part of the window that belongs to the screen.
fn page(ui: &mut Ui, theme: &Theme, contents: impl FnOnce(&mut Ui)) {
    egui::CentralPanel::no_frame()
        .frame(
            Frame::new()
                .fill(theme.color.page)
                .inner_margin(Margin::symmetric(
                    theme.space.large as i8,
                    theme.space.medium as i8,
                )),
        )
        .show(ui, contents);
}

/// The sentences that wait to be read; each can be put away.
fn said_ui(ui: &mut Ui, said: &mut VecDeque<Said>) {
    let mut closed = None;
    for (index, sentence) in said.iter().enumerate() {
        let notice = Notice::new(sentence.tone, &sentence.title)
            .text(&sentence.text)
            .closable();
        if notice.show(ui).closed {
            closed = Some(index);
        }
    }
    if let Some(index) = closed {
        said.remove(index);
    }
}
