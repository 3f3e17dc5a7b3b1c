//! Shared by the window's tests: a school that answers, and a window without a display.

pub mod school;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{DroppedFile, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hotaru_desk::account::{Account, Folder};
use hotaru_desk::window::Window;
use hotaru_desk::worker::{Command, Snapshot, WorkerOptions};
use tempfile::TempDir;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A teacher at her desk.
pub struct Teacher {
    pub harness: Harness<'static, Option<Window>>,
    pub dir: TempDir,
}

impl Teacher {
    /// A desk that was never used.
    pub fn new(size: [f32; 2]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::sit(dir, size, |_| {})
    }

    /// A desk that is connected to a school, where a push can be undone for `undo_ms`.
    pub fn at(cloud: &str, size: [f32; 2], undo_ms: i64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        save_account(dir.path(), cloud);
        Self::sit(dir, size, |options| options.undo_ms = undo_ms)
    }

    /// The desk of a directory, opened again.
    pub fn sit(dir: TempDir, size: [f32; 2], change: impl FnOnce(&mut WorkerOptions)) -> Self {
        let mut options = WorkerOptions::new(dir.path());
        change(&mut options);
        let harness = Harness::builder()
            .with_size(size)
            .with_max_steps(20)
            .with_render_cursor(false)
            .wgpu()
            .build_ui_state(
                move |ui, window: &mut Option<Window>| match window {
                    Some(window) => window.ui(ui),
                    None => *window = Window::new(ui.ctx(), options.clone()).ok(),
                },
                None,
            );
        let mut teacher = Self { harness, dir };
        teacher.draw();
        teacher
    }

    /// Closes the window; the directory stays.
    pub fn stand_up(self) -> TempDir {
        let Self { mut harness, dir } = self;
        if let Some(window) = harness.state_mut().take() {
            window.keep_draft();
        }
        dir
    }

    pub fn window(&mut self) -> &mut Window {
        self.harness.state_mut().as_mut().unwrap()
    }

    pub fn snapshot(&mut self) -> Arc<Snapshot> {
        self.window().snapshot()
    }

    pub fn send(&mut self, command: Command) {
        self.window().send(command);
        self.draw();
    }

    pub fn draw(&mut self) {
        for _ in 0..3 {
            let _ = self.harness.run_ok();
            std::thread::sleep(Duration::from_millis(30));
        }
        let _ = self.harness.run_ok();
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.draw();
    }

    pub fn click(&mut self, name: &str) {
        self.wait_for(name);
        self.harness.get_by_label(name).click();
        self.draw();
    }

    /// Clicks the first of several that are called the same.
    pub fn click_first(&mut self, name: &str) {
        self.wait_for(name);
        self.harness
            .query_all_by_label(name)
            .next()
            .unwrap()
            .click();
        self.draw();
    }

    /// Clicks the last of several that are called the same.
    pub fn click_last(&mut self, name: &str) {
        self.wait_for(name);
        self.harness
            .query_all_by_label(name)
            .last()
            .unwrap()
            .click();
        self.draw();
    }

    /// Goes from one thing to the next by Tab until this one has the keyboard.
    pub fn tab_to(&mut self, name: &str) {
        self.tab(name, |harness| {
            harness
                .query_all_by_label(name)
                .any(|node| node.is_focused())
        });
    }

    /// The same for one whose name holds these words.
    pub fn tab_to_part(&mut self, words: &str) {
        self.tab(words, |harness| {
            harness
                .query_all_by_label_contains(words)
                .any(|node| node.is_focused())
        });
    }

    fn tab(&mut self, name: &str, is_there: impl Fn(&Harness<'static, Option<Window>>) -> bool) {
        for _ in 0..120 {
            let found = is_there(&self.harness);
            if found {
                return;
            }
            self.harness.key_press(Key::Tab);
            let _ = self.harness.run_ok();
        }
        panic!("{name} is not reached by the keyboard");
    }

    pub fn write(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.draw();
    }

    /// Drops files anywhere on the window.
    pub fn drop_files(&mut self, paths: &[PathBuf]) {
        let dropped = paths
            .iter()
            .map(|path| Arc::new(Dropped(path.clone())) as _)
            .collect();
        self.harness.input_mut().dropped_files = dropped;
        self.draw();
        self.harness.input_mut().dropped_files.clear();
        self.wait(|snapshot| snapshot.files.len() >= paths.len());
    }

    /// Whether something with these words is on the screen.
    pub fn sees(&self, words: &str) -> bool {
        self.harness
            .query_all_by_label_contains(words)
            .next()
            .is_some()
    }

    pub fn wait_for(&mut self, words: &str) {
        let begun = Instant::now();
        while !self.sees(words) {
            assert!(begun.elapsed() < PATIENCE, "{words:?} did not appear");
            self.draw();
        }
    }

    pub fn wait(&mut self, done: impl Fn(&Snapshot) -> bool) {
        let begun = Instant::now();
        while !done(&self.snapshot()) {
            assert!(
                begun.elapsed() < PATIENCE,
                "it did not come to that: {:#?}",
                self.snapshot()
            );
            self.draw();
        }
        self.draw();
    }

    /// A picture, where `HOTARU_DESK_SHOTS` names a folder for them.
    pub fn shoot(&mut self, name: &str) {
        if let Some(folder) = std::env::var_os("HOTARU_DESK_SHOTS") {
            self.draw();
            let image = self.harness.render().unwrap();
            image
                .save(Path::new(&folder).join(format!("{name}.png")))
                .unwrap();
        }
    }
}

pub fn save_account(dir: &Path, cloud: &str) {
    let account = Account::by_token(cloud, school::TOKEN);
    Folder::open(dir).unwrap().set_account(&account).unwrap();
}

/// A file among the tests' fixtures.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures")
        .join(name)
}

/// A file of the sample class.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/sample-school")
        .join(name)
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}
