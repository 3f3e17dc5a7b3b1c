//! A search through all that a real window leaves on the disk: while it runs, after it was
//! killed, and after its terminal was erased.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use hotaru_tests::display::Display;
use hotaru_tests::{Failure, School, Terminal, sample};

/// What the pupil types: a note, and what she did on paper.
const NOTE: &str = "himitsu-no-nooto-4711";
/// Ends the window with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where a window may write at all: its profile, and what it takes for the user's folders.
struct Home {
    root: PathBuf,
    terminal: Terminal,
}

impl Home {
    fn new(school: &School) -> Result<Self, Failure> {
        let root = school.scratch().join("home");
        for folder in ["tmp", "cache", "data", "config", "run"] {
            std::fs::create_dir_all(root.join(folder))?;
        }
        let terminal = Terminal {
            profile: root.join("profile"),
        };
        Ok(Self { root, terminal })
    }

    /// The real window; what it prints is searched, too.
    fn window(&self, display: &Display) -> Result<Running, Failure> {
        let mut command = self.terminal.command(&[])?;
        for (name, folder) in [
            ("HOME", ""),
            ("TMPDIR", "tmp"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            command.env(name, self.root.join(folder));
        }
        let log = |name: &str| std::fs::File::create(self.root.join(name));
        command
            .current_dir(&self.root)
            .env("RUST_LOG", "trace")
            .stdout(log("out.log")?)
            .stderr(log("err.log")?)
            .stdin(Stdio::null());
        let child = display.show(&mut command).spawn()?;
        display.wait_for_window("Hotaru")?;
        Ok(Running(child))
    }

    /// Every byte under the folder, by file.
    fn files(&self) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
        let mut todo = vec![self.root.clone()];
        let mut all = Vec::new();
        while let Some(path) = todo.pop() {
            if path.is_dir() {
                for entry in std::fs::read_dir(&path)? {
                    todo.push(entry?.path());
                }
            } else if let Ok(bytes) = std::fs::read(&path) {
                // What is gone by now was never to be kept.
                all.push((path, bytes));
            }
        }
        Ok(all)
    }

    /// Nothing that is searched for is in any file; how many bytes were searched.
    fn assert_says_nothing(&self, when: &str, needles: &[Needle]) -> Result<usize, Failure> {
        let files = self.files()?;
        for (path, bytes) in &files {
            for needle in needles {
                assert!(
                    !needle.is_in(bytes),
                    "{when}: {} lies open in {}",
                    needle.what,
                    path.display()
                );
            }
        }
        Ok(files.iter().map(|(_, bytes)| bytes.len()).sum())
    }
}

/// Something that is looked for.
struct Needle {
    what: String,
    bytes: Vec<u8>,
}

impl Needle {
    fn new(what: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            what: what.to_owned(),
            bytes: bytes.into(),
        }
    }

    fn is_in(&self, hay: &[u8]) -> bool {
        let first = self.bytes[0];
        let mut from = 0;
        while let Some(at) = hay[from..].iter().position(|byte| *byte == first) {
            let start = from + at;
            if hay[start..].starts_with(&self.bytes) {
                return true;
            }
            from = start + 1;
        }
        false
    }
}

/// Of names, a note, lesson text, questions, pictures, papers, recordings: what must not lie
/// open.
fn needles() -> Result<Vec<Needle>, Failure> {
    let mut needles = vec![
        Needle::new("the note", NOTE),
        Needle::new("the school's name", "ほたる小学校"),
        Needle::new("a picture's head", b"\xff\xd8\xff\xe0".as_slice()),
        Needle::new("a picture's head (Exif)", b"\xff\xd8\xff\xe1".as_slice()),
        Needle::new("a PNG's head", b"\x89PNG\r\n".as_slice()),
        Needle::new("a paper's head", b"%PDF-1".as_slice()),
        Needle::new("a recording's head", b"ftypiso".as_slice()),
        Needle::new("a fragment's head", b"moofmfhd".as_slice()),
        Needle::new("captions", "WEBVTT"),
    ];
    let folder = sample::folder().join("rika-teko");
    for (what, file) in [
        ("the lesson's text", "text.md"),
        ("a question", "drill.tsv"),
        ("captions", "recording.vtt"),
    ] {
        let written = std::fs::read_to_string(folder.join(file))?;
        // Of every line its beginning: long enough to be of this lesson alone.
        for line in written.lines() {
            let part: String = line.chars().take(12).collect();
            if part.len() >= 24 {
                needles.push(Needle::new(&format!("{what} ({part})"), part));
            }
        }
    }
    for file in ["board.jpg", "handout.pdf", "recording.mp4"] {
        let bytes = std::fs::read(folder.join(file))?;
        let middle = bytes.len() / 2;
        needles.push(Needle::new(file, &bytes[middle..middle + 32]));
    }
    Ok(needles)
}

/// The pupil's log, as the terminal prints it.
fn log(terminal: &Terminal) -> Result<String, Failure> {
    Ok(terminal.run(&["log"])?.ok()?.stdout)
}

#[test]
fn a_window_in_use_killed_and_erased_leaves_nothing_to_read() -> Result<(), Failure> {
    let school = School::found()?;
    let home = Home::new(&school)?;
    sample::push(&school)?;
    home.terminal.join(&school.url(), &school.join_code, 7)?;
    home.terminal.sync()?;
    let needles = needles()?;
    // The search does find what is there.
    let jpeg = std::fs::read(sample::folder().join("rika-teko/board.jpg"))?;
    assert!(needles.iter().any(|needle| needle.is_in(&jpeg)));

    let display = Display::open()?;
    let mut running = home.window(&display)?;
    std::thread::sleep(Duration::from_secs(3));
    // A lesson of today, each of its materials, a note; then the drills.
    let mut searched = 0;
    for (step, at) in STEPS.iter().enumerate() {
        display.click(*at)?;
        std::thread::sleep(Duration::from_millis(1500));
        if let Some(dir) = std::env::var_os("HOTARU_SHOTS") {
            display.shoot(&Path::new(&dir).join(format!("window-{step}.png")))?;
        }
        searched += home.assert_says_nothing("in use", &needles)?;
    }
    display.type_text(NOTE)?;
    display.keys(&["ctrl+1"])?;
    std::thread::sleep(Duration::from_millis(1500));
    searched += home.assert_says_nothing("in use", &needles)?;
    assert!(
        searched > 20_000_000,
        "{searched} bytes is too little to be a profile in use"
    );

    // SIGKILL, as a crash would; then what an open after it leaves.
    running.0.kill()?;
    running.0.wait()?;
    drop(running);
    home.assert_says_nothing("after a crash", &needles)?;
    let log = log(&home.terminal)?;
    for said in [
        "lesson_opened",
        "material_viewed",
        "recording_watched",
        NOTE,
    ] {
        assert!(log.contains(said), "{said} in {log}");
    }
    home.assert_says_nothing("opened after a crash", &needles)?;

    // Erased, with copies of the keys put back: what they opened is gone.
    let keys =
        ["keys", "keys.b"].map(|name| (name, std::fs::read(home.terminal.profile.join(name))));
    home.terminal.run(&["erase", "--yes"])?.ok()?;
    let needles: Vec<Needle> = needles
        .into_iter()
        .filter(|needle| needle.what != "the school's name")
        .collect();
    home.assert_says_nothing("erased", &needles)?;
    for (name, bytes) in keys {
        std::fs::write(home.terminal.profile.join(name), bytes?)?;
    }
    let opened = home.terminal.run(&["log"])?;
    assert!(!opened.stdout.contains("lesson_opened"), "{opened:?}");
    Ok(())
}

/// Where a person presses in a window of 1280x800: a lesson of today, its recording's button,
/// its other materials, its notes, and the field of a note.
const STEPS: &[(u32, u32)] = &[
    (640, 355),
    (201, 614),
    (327, 159),
    (427, 159),
    (527, 159),
    (627, 159),
    (727, 159),
    (640, 300),
];
