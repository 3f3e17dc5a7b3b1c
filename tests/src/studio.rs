//! A window of either program without a display, driven as a person would drive it.

use std::path::Path;
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hotaru::window::Window;
use hotaru::worker::{Snapshot, Stage, WorkerOptions};
use hotaru_content::shelf::OpenOptions;
use hotaru_desk::window as desk;
use hotaru_sync::client::terminal::LineOptions;

use crate::{Failure, Terminal};

/// The window, in points.
const SIZE: [f32; 2] = [1280.0, 800.0];
/// How long something may take to appear: pages, pictures and schools come from threads.
const PATIENCE: Duration = Duration::from_secs(60);

/// Something that draws itself into a window.
pub trait Shown: 'static {
    /// Draws one frame.
    fn ui(&mut self, ui: &mut egui::Ui);
}

impl Shown for Window {
    fn ui(&mut self, ui: &mut egui::Ui) {
        Self::ui(self, ui);
    }
}

impl Shown for desk::Window {
    fn ui(&mut self, ui: &mut egui::Ui) {
        Self::ui(self, ui);
    }
}

/// A window without a display. It is made in the first frame, in the harness's own context.
pub struct Studio<W: Shown> {
    harness: Harness<'static, Option<W>>,
}

impl<W: Shown> Studio<W> {
    /// Opens it.
    ///
    /// # Errors
    /// Where the window cannot be made.
    pub fn open(
        make: impl Fn(&egui::Context) -> Result<W, Failure> + 'static,
    ) -> Result<Self, Failure> {
        let harness = Harness::builder()
            .with_size(SIZE)
            .with_max_steps(20)
            .wgpu()
            .build_ui_state(
                move |ui, window: &mut Option<W>| match window {
                    Some(window) => window.ui(ui),
                    None => *window = make(ui.ctx()).ok(),
                },
                None,
            );
        let mut studio = Self { harness };
        studio.settle();
        studio.window()?;
        Ok(studio)
    }

    /// The window itself.
    ///
    /// # Errors
    /// Where it did not open.
    pub fn window(&mut self) -> Result<&mut W, Failure> {
        self.harness
            .state_mut()
            .as_mut()
            .ok_or_else(|| "the window did not open".into())
    }

    /// Presses what is called so on the screen; the rail, which comes first, may have a place
    /// of the same name.
    pub fn press(&mut self, name: &str) {
        if let Some(node) = self.harness.query_all_by_label(name).last() {
            // By its name, so that what lies below the fold is pressed as well.
            node.click_accesskit();
        }
        self.settle();
    }

    /// The screen's tree, as a screen reader has it.
    #[must_use]
    pub fn root(&self) -> egui_kittest::Node<'_> {
        self.harness.root()
    }

    /// How wide the window is, in pixels.
    #[must_use]
    pub fn width(&self) -> f64 {
        let ctx = &self.harness.ctx;
        f64::from(ctx.content_rect().width() * ctx.pixels_per_point())
    }

    /// Presses a key and draws what comes of it at once.
    pub fn step_key(&mut self, key: egui::Key) {
        self.harness.key_press(key);
        let _ = self.harness.run_ok();
    }

    /// Takes the keyboard from whatever has it.
    pub fn let_go(&mut self) {
        self.harness.ctx.memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
        let _ = self.harness.run_ok();
    }

    /// Draws until threads have nothing more to bring.
    pub fn settle(&mut self) {
        for _ in 0..12 {
            let _ = self.harness.run_ok();
            std::thread::sleep(Duration::from_millis(60));
        }
        let _ = self.harness.run_ok();
    }

    /// Writes a picture of it.
    ///
    /// # Errors
    /// Where it cannot be drawn or written.
    pub fn shoot(&mut self, dir: &Path, name: &str) -> Result<usize, Failure> {
        self.settle();
        let image = self.harness.render()?;
        image.save(dir.join(format!("{name}.png")))?;
        Ok(1)
    }

    /// Presses keys, one after the other.
    pub fn keys(&mut self, keys: &[egui::Key]) {
        for key in keys {
            self.harness.key_press(*key);
        }
        self.settle();
    }

    /// Gives the window another size, in points.
    pub fn resize(&mut self, size: [f32; 2]) {
        self.harness.set_size(size.into());
        self.settle();
    }

    /// Writes into the field of that name.
    pub fn write(&mut self, field: &str, text: &str) {
        if let Some(node) = self.harness.query_all_by_label(field).last() {
            node.focus();
        }
        self.settle();
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }

    /// The same, in place of what stands there.
    pub fn replace(&mut self, field: &str, text: &str) {
        self.write(field, "");
        self.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.settle();
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }

    /// Presses a key.
    pub fn key(&mut self, key: egui::Key) {
        self.harness.key_press(key);
        self.settle();
    }

    /// The first words on the screen of which this is true.
    pub fn read(&self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let nodes = self.harness.query_all_by_label_contains("");
        let mut words = nodes.filter_map(|node| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value())
        });
        words.find(|words| is_it(words))
    }

    /// What is written in a field.
    pub fn written(&self, field: &str) -> Option<String> {
        let mut nodes = self.harness.query_all_by_label(field);
        nodes.find_map(|node| node.accesskit_node().value())
    }

    /// Whether these words are on the screen.
    #[must_use]
    pub fn shows(&self, words: &str) -> bool {
        self.harness
            .query_all_by_label_contains(words)
            .next()
            .is_some()
    }

    /// Draws until these words are on the screen.
    ///
    /// # Errors
    /// Where they do not come.
    pub fn wait_for(&mut self, words: &str) -> Result<(), Failure> {
        let begun = Instant::now();
        while !self.shows(words) {
            if begun.elapsed() > PATIENCE {
                return Err(format!("{words:?} did not appear").into());
            }
            self.settle();
        }
        Ok(())
    }
}

impl Studio<Window> {
    /// Presses what has the words of this key on the screen.
    ///
    /// # Errors
    /// Where there is no window.
    pub fn press_word(&mut self, key: &str) -> Result<(), Failure> {
        self.settle();
        let word = self.window()?.words().get(key);
        self.press(&word);
        Ok(())
    }

    /// Draws until the worker has come so far.
    ///
    /// # Errors
    /// Where it does not.
    pub fn wait_until(&mut self, done: impl Fn(&Snapshot) -> bool) -> Result<(), Failure> {
        let begun = Instant::now();
        while !done(&self.window()?.snapshot()) {
            if begun.elapsed() > PATIENCE {
                return Err("the worker did not get there".into());
            }
            self.settle();
        }
        Ok(())
    }
}

/// The pupil's window on a terminal, once its profile is open.
///
/// # Errors
/// Where it does not open.
pub fn pupils_window(terminal: &Terminal) -> Result<Studio<Window>, Failure> {
    let options = WorkerOptions {
        profile: terminal.profile.clone(),
        open: OpenOptions::default(),
        sample: None,
        sync_by_itself: false,
        line: LineOptions::default(),
    };
    let mut studio = Studio::open(move |ctx| Ok(Window::new(ctx, options.clone())?))?;
    let opened = Instant::now();
    while studio.window()?.snapshot().stage == Stage::Opening {
        if opened.elapsed() > PATIENCE {
            return Err("the profile did not open".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    studio.settle();
    Ok(studio)
}
