//! A profile with one class's lessons, and the window over it, without a display.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::DroppedFile;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hotaru::window::Window;
use hotaru::worker::{Snapshot, Stage, WorkerOptions};
use hotaru_content::blob::BlobRef;
use hotaru_content::drill::{Ask, Drill, FORMAT, Item};
use hotaru_content::id::{ClassId, LessonId, MaterialId, PupilId};
use hotaru_content::lesson::{Body, Material, Revision, Subject};
use hotaru_content::shelf::{LessonBatch, LessonChange, OpenOptions, PupilEntry, Shelf};
use hotaru_sync::client::terminal::LineOptions;
use jiff::civil::date;

pub const TEXT: &str = "# てこのはたらき\n\n{支点|してん}は「動かない点」です。\n";

pub fn item(id: &str, ask: Ask) -> Item {
    Item {
        id: id.to_owned(),
        question: format!("問い{id}"),
        ask,
        explanation: "{支点|してん}を見ましょう。".to_owned(),
        skill: String::new(),
        level: 1,
    }
}

/// One item of each kind; choices 2, 1+3, the text "力点", the number 3/4, the order 2 1.
pub fn drill() -> Drill {
    let choices = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    Drill {
        format: FORMAT,
        items: vec![
            item(
                "a",
                Ask::Choice {
                    choices: choices(&["支点", "力点"]),
                    key: 1,
                },
            ),
            item(
                "b",
                Ask::Choices {
                    choices: choices(&["はさみ", "鉛筆", "くぎぬき"]),
                    key: vec![0, 2],
                },
            ),
            item(
                "c",
                Ask::Text {
                    key: vec!["力点".to_owned()],
                },
            ),
            item(
                "d",
                Ask::Number {
                    key: vec!["3/4".to_owned()],
                },
            ),
            item(
                "e",
                Ask::Order {
                    choices: choices(&["二", "一"]),
                    key: vec![1, 0],
                },
            ),
        ],
    }
}

/// Fills a profile: one lesson with a text, a drill, a link, a kind from the future, and a
/// handout that has not arrived.
pub fn fill(profile: &Path) -> PupilId {
    let shelf = Shelf::open(profile, &OpenOptions::default()).unwrap().shelf;
    let pupil = PupilId::random().unwrap();
    shelf
        .add_pupil(PupilEntry {
            pupil,
            number: 7,
            class: ClassId::random().unwrap(),
            class_name: "6-1".to_owned(),
            grade: "P6".to_owned(),
        })
        .unwrap();
    let drill = drill().to_json().unwrap();
    let (text, drill_ref) = (BlobRef::of(TEXT.as_bytes()), BlobRef::of(&drill));
    let material = |title: &str, body| Material {
        id: MaterialId::random().unwrap(),
        title: title.to_owned(),
        body,
    };
    let revision = Revision {
        format: 1,
        lesson: LessonId::random().unwrap(),
        revision: 1,
        day: date(2026, 11, 20),
        period: Some(2),
        subject: Subject::Science,
        unit: "てこのはたらき".to_owned(),
        title: "てこがつり合うとき".to_owned(),
        curriculum_code: None,
        source: "自作".to_owned(),
        expires: date(2099, 3, 31),
        materials: vec![
            material("本文", Body::Text { blob: text }),
            material(
                "ドリル",
                Body::Drill {
                    blob: drill_ref,
                    items: 5,
                },
            ),
            material(
                "プリント",
                Body::Handout {
                    blob: BlobRef::of(&[7; 50_000]),
                    pages: 1,
                },
            ),
            material(
                "調べる",
                Body::Link {
                    url: "https://example.jp/".to_owned(),
                    note: String::new(),
                },
            ),
            material(
                "立体",
                Body::Unknown {
                    kind: "model3d".to_owned(),
                    blobs: Vec::new(),
                    rest: serde_json::Map::new(),
                },
            ),
        ],
    };
    shelf.put_blob(&text, TEXT.as_bytes()).unwrap();
    shelf.put_blob(&drill_ref, &drill).unwrap();
    let change = LessonChange::Put {
        lesson: revision.lesson,
        revision: 1,
        document: revision.to_json().unwrap(),
        pupils: vec![pupil],
    };
    shelf
        .apply_lessons(&LessonBatch {
            listing: None,
            after: 0,
            cursor: 1,
            changes: vec![change],
        })
        .unwrap();
    pupil
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

/// The window in a harness. It is made in the first frame, in the harness's own context.
pub struct Studio {
    pub harness: Harness<'static, Option<Window>>,
}

impl Studio {
    pub fn open(profile: &Path) -> Self {
        let options = WorkerOptions {
            profile: profile.to_path_buf(),
            open: OpenOptions::default(),
            sample: None,
            sync_by_itself: false,
            line: LineOptions::default(),
        };
        let harness = Harness::builder()
            .with_size([1280.0, 800.0])
            .with_max_steps(30)
            .build_ui_state(
                move |ui, window: &mut Option<Window>| match window {
                    Some(window) => window.ui(ui),
                    None => *window = Some(Window::new(ui.ctx(), options.clone()).unwrap()),
                },
                None,
            );
        let mut studio = Self { harness };
        studio.until(|snapshot| snapshot.stage != Stage::Opening);
        studio.draw();
        studio
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.harness.state().as_ref().unwrap().snapshot()
    }

    /// Draws until nothing moves, and what threads bring has come.
    pub fn draw(&mut self) {
        for _ in 0..3 {
            let _ = self.harness.run_ok();
            std::thread::sleep(Duration::from_millis(30));
        }
        let _ = self.harness.run_ok();
    }

    /// Draws until the worker has come so far.
    pub fn until(&mut self, done: impl Fn(&Snapshot) -> bool) {
        let begun = Instant::now();
        while !done(&self.snapshot()) {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "the worker did not get there"
            );
            let _ = self.harness.run_ok();
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Presses keys, one frame each.
    pub fn press(&mut self, keys: &[egui::Key]) {
        for key in keys {
            self.harness.key_press(*key);
            self.draw();
        }
    }

    /// Drops a file on the window.
    pub fn drop_file(&mut self, path: &Path) {
        self.harness.input_mut().dropped_files = vec![Arc::new(Dropped(path.to_owned()))];
        self.harness.step();
        self.harness.input_mut().dropped_files.clear();
        self.draw();
    }

    /// Draws until these words are on the screen.
    pub fn draw_until(&mut self, words: &str) {
        let begun = Instant::now();
        while self
            .harness
            .query_all_by_label_contains(words)
            .next()
            .is_none()
        {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{words:?} did not appear"
            );
            self.draw();
        }
    }

    pub fn type_text(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.draw();
    }
}
