//! Every screen of both programs, over a school, desks and terminals that are made for it: for
//! pictures, and for tests that look at all screens.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use hotaru::screens::lesson::names;
use hotaru::study::Settings;
use hotaru::window::Place;
use hotaru_content::id::{LessonId, PupilId};
use hotaru_content::lesson::MaterialKind;
use hotaru_content::shelf::{OpenOptions, Shelf};
use hotaru_desk::account::{Account, Folder};
use hotaru_desk::window as desk;
use hotaru_desk::worker::WorkerOptions;
use hotaru_ui::look::{Appearance, Look};
use hotaru_ui::words::Language;

use crate::programs::Output;
use crate::school::text;
use crate::studio::{Shown, Studio, pupils_window};
use crate::{Failure, Program, School, Terminal, lock_scenes, sample, walk};

/// How a window looks in a picture.
#[derive(Debug, Clone)]
pub struct Worn {
    /// What a person chose.
    pub look: Look,
    /// The window, in points.
    pub size: [f32; 2],
    /// In the names of pictures.
    pub name: String,
}

impl Worn {
    /// A look, named after what it is.
    #[must_use]
    pub fn new(appearance: Appearance, percent: u16, language: Language, size: [f32; 2]) -> Self {
        let mut name = format!("{}-{percent}", appearance.tag());
        if language != Language::Japanese {
            name = format!("{name}-{}", language.tag());
        }
        if size != SIZE {
            name = format!("{name}-{}x{}", size[0], size[1]);
        }
        Self {
            look: Look {
                language: language.tag().to_owned(),
                text_percent: percent,
                appearance,
            },
            size,
            name,
        }
    }
}

/// The window of a picture that says nothing else, in points.
pub const SIZE: [f32; 2] = [1280.0, 800.0];

/// Sees every screen as it comes by: walks through its tree, and writes a picture of it where
/// one is wanted.
#[derive(Debug, Default)]
pub struct Camera {
    /// Where pictures go.
    pub dir: Option<PathBuf>,
    /// Whether every screen is gone through by the keyboard.
    pub by_keyboard: bool,
    /// How many screens were seen.
    pub count: usize,
    /// What is wrong with them.
    pub faults: Vec<String>,
}

impl Camera {
    /// Sees one screen.
    ///
    /// # Errors
    /// Where it cannot be drawn or its picture cannot be written.
    pub fn take<W: Shown>(&mut self, studio: &mut Studio<W>, name: &str) -> Result<(), Failure> {
        studio.settle();
        self.count += 1;
        if let Some(dir) = &self.dir {
            studio.shoot(dir, name)?;
        }
        let faults = walk::faults(studio);
        self.faults
            .extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
        if self.by_keyboard {
            let missed = walk::missed_by_keyboard(studio);
            self.faults
                .extend(missed.into_iter().map(|fault| format!("{name}: {fault}")));
        }
        Ok(())
    }
}

/// Every screen in these looks.
///
/// # Errors
/// Where a screen does not come about.
pub fn all(camera: &mut Camera, looks: &[Worn]) -> Result<(), Failure> {
    let school = School::found()?;
    offer(&school)?;
    let lessons = sample::push(&school)?;
    let terminal = school.terminal("terminal");
    terminal.join(&school.url(), &school.join_code, 7)?;
    terminal.sync()?;
    study_a_little(&school, &terminal)?;
    terminal.sync()?;
    // The same pupil on a spare terminal, whom nobody has agreed to yet.
    let spare = school.terminal("spare");
    spare.join(&school.url(), &school.join_code, 7)?;
    spare.sync()?;
    for worn in looks {
        pupil(camera, &terminal, worn)?;
    }
    let lesson = lessons
        .first()
        .ok_or("the sample class has no lesson")?
        .parse()?;
    keep_terminals(&school)?;
    for worn in looks {
        teacher(camera, &school, lesson, worn)?;
        signing_in(camera, &school, worn)?;
    }
    let mut studio = pupils_window(&spare)?;
    studio.window()?.go(Place::Record);
    camera.take(&mut studio, "pupil-record-awaits")?;
    drop(studio);
    for worn in looks {
        harmed(camera, &terminal, worn)?;
    }
    let empty = school.terminal("empty");
    first_start(camera, &empty)?;
    locks(camera, looks)
}

/// Signing in alone.
///
/// # Errors
/// Where a screen does not come about.
pub fn sign_in(camera: &mut Camera, looks: &[Worn]) -> Result<(), Failure> {
    let school = School::found()?;
    offer(&school)?;
    looks
        .iter()
        .try_for_each(|worn| signing_in(camera, &school, worn))
}

/// Some answers, right and wrong, so that the record has something to show.
fn study_a_little(school: &School, terminal: &Terminal) -> Result<(), Failure> {
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    for (n, lesson) in lessons.as_array().into_iter().flatten().enumerate() {
        for material in lesson["materials"].as_array().into_iter().flatten() {
            let (Some(drill), Some(items)) =
                (material["drill"].as_str(), material["items"].as_array())
            else {
                continue;
            };
            let lines: Vec<String> = items
                .iter()
                .take(5 + 4 * n)
                .filter_map(|item| Some(format!("{}\t{}", item["id"].as_str()?, "1")))
                .collect();
            let from = school.scratch().join("study.tsv");
            std::fs::write(&from, lines.join("\n"))?;
            // Items that take no "1" end the sitting early; that is enough here.
            let _ = terminal.answer(drill, &from, None);
        }
    }
    Ok(())
}

/// Every screen of the pupil's window in one look.
fn pupil(camera: &mut Camera, terminal: &Terminal, worn: &Worn) -> Result<(), Failure> {
    let look = &worn.name;
    wear(terminal, worn)?;
    let mut studio = pupils_window(terminal)?;
    studio.resize(worn.size);
    let snapshot = studio.window()?.snapshot();
    let mut places = vec![
        (Place::Today, "today".to_owned()),
        (Place::Lessons, "lessons".to_owned()),
        (Place::Drills, "drills".to_owned()),
        (Place::Record, "record".to_owned()),
        (Place::Settings, "settings".to_owned()),
    ];
    if let Some(drill) = snapshot.drills.first() {
        places.push((
            Place::Drill {
                lesson: drill.lesson,
                blob: drill.blob.id,
            },
            "drill".to_owned(),
        ));
    }
    for (place, name) in places {
        studio.window()?.go(place);
        camera.take(&mut studio, &format!("pupil-{name}-{look}"))?;
    }
    check(camera, terminal, &mut studio, look)?;
    studio.window()?.go(Place::Record);
    studio.settle();
    let open = studio.window()?.words().get("paper-open");
    studio.press(&open);
    camera.take(&mut studio, &format!("pupil-paper-{look}"))?;
    // A lesson with a recording, material by material.
    let lesson = snapshot
        .lessons
        .iter()
        .find(|card| {
            card.lesson
                .doc
                .materials
                .iter()
                .any(|m| m.kind() == MaterialKind::Recording)
        })
        .ok_or("the sample class has no recording")?;
    studio.window()?.go(Place::Lesson(lesson.lesson.lesson));
    studio.settle();
    let materials = &lesson.lesson.doc.materials;
    let names = names(studio.window()?.words(), materials);
    for (material, name) in materials.iter().zip(names) {
        studio.press(&name);
        camera.take(
            &mut studio,
            &format!("pupil-lesson-{:?}-{look}", material.kind()).to_lowercase(),
        )?;
    }
    let notes = studio.window()?.words().get("notes");
    studio.press(&notes);
    camera.take(&mut studio, &format!("pupil-lesson-notes-{look}"))?;
    Ok(())
}

/// The check of a profile in which something is damaged, before and after its repair; and the
/// notice of the next start.
fn check(
    camera: &mut Camera,
    terminal: &Terminal,
    studio: &mut Studio<hotaru::window::Window>,
    look: &str,
) -> Result<(), Failure> {
    std::fs::write(terminal.profile.join("keys.b"), b"?")?;
    let large = std::fs::read_dir(terminal.profile.join("terminal/files"))?
        .flatten()
        .next()
        .ok_or("the sample class has no large file")?;
    std::fs::write(large.path(), b"?")?;
    studio.window()?.go(Place::Settings);
    studio.settle();
    for (key, name) in [("check-open", "check"), ("check-repair", "check-repaired")] {
        let button = studio.window()?.words().get(key);
        studio.press(&button);
        let again = studio.window()?.words().get("check-open");
        studio.wait_for(&again)?;
        camera.take(studio, &format!("pupil-{name}-{look}"))?;
    }
    // What was dropped comes from the school again.
    for _ in 0..60 {
        if studio.window()?.snapshot().line.missing_bytes == 0 {
            return Ok(());
        }
        studio.settle();
    }
    Err("what the repair dropped did not come again".into())
}

/// The notice of a start that found something damaged, which leads to the check.
fn harmed(camera: &mut Camera, terminal: &Terminal, worn: &Worn) -> Result<(), Failure> {
    let look = &worn.name;
    wear(terminal, worn)?;
    std::fs::write(terminal.profile.join("identity.b"), b"?")?;
    let mut studio = pupils_window(terminal)?;
    studio.resize(worn.size);
    camera.take(&mut studio, &format!("pupil-harmed-{look}"))
}

/// Sets the look of a profile.
fn wear(terminal: &Terminal, worn: &Worn) -> Result<(), Failure> {
    let opened = Shelf::open(&terminal.profile, &OpenOptions::default())?;
    Settings::change(&opened.shelf, |settings| settings.look = worn.look.clone())?;
    Ok(())
}

/// Locks and erasing, also in the smallest window.
///
/// # Errors
/// Where a screen does not come about, or is at fault.
pub fn locks(camera: &mut Camera, looks: &[Worn]) -> Result<(), Failure> {
    let scratch = tempfile::tempdir()?;
    for (size, size_name) in [(None, ""), (Some([640.0, 480.0]), "-small")] {
        for worn in looks {
            let worn = Worn {
                size: size.unwrap_or(worn.size),
                name: format!("{}{size_name}", worn.name),
                ..worn.clone()
            };
            lock_scenes::shoot(camera, scratch.path(), &worn)?;
        }
    }
    Ok(())
}

fn first_start(camera: &mut Camera, terminal: &Terminal) -> Result<(), Failure> {
    let mut studio = pupils_window(terminal)?;
    camera.take(&mut studio, "pupil-welcome")
}

/// A desk of its own for one look, with an account where there is one.
fn desk_folder(school: &School, name: &str, worn: &Worn) -> Result<(PathBuf, Folder), Failure> {
    let data = school.scratch().join(name);
    let folder = Folder::open(&data)?;
    folder.set_look(&worn.look)?;
    Ok((data, folder))
}

/// What the school calls its identity provider.
const PROVIDER: &str = "ほたる市";

/// Has the school offer an identity provider, one that says what it is and no more.
fn offer(school: &School) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let issuer = format!("http://{}", listener.local_addr()?);
    let metadata = serde_json::json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
    });
    let body = metadata.to_string();
    // It ends with the program.
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // Only one thing is ever asked.
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    let secret = school.scratch().join("client-secret");
    std::fs::write(&secret, "not a secret\n")?;
    let mut set = Program::Cloud.command()?;
    set.args(["oidc", "set", "--name", PROVIDER, "--client-id", "hotaru"])
        .args(["--issuer", &issuer, "--client-secret-file"])
        .arg(&secret)
        .arg("--data")
        .arg(school.data());
    Output::of(&mut set)?.ok()?;
    Ok(())
}

/// An account's first time, signing in, and a session that is over, in one look.
fn signing_in(camera: &mut Camera, school: &School, worn: &Worn) -> Result<(), Failure> {
    let look = &worn.name;
    let name = format!("sato-{look}");
    let mut add = Program::Cloud.command()?;
    add.args(["staff", "add", &name, "--role", "teacher", "--class", "6-1"]);
    let added = Output::of(add.arg("--data").arg(school.data()))?.json()?;
    let (data, _) = desk_folder(school, &name, worn)?;
    let options = WorkerOptions::new(&data);
    let mut studio = Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))?;
    studio.resize(worn.size);
    let words = |studio: &mut Studio<desk::Window>, key: &str| -> Result<String, Failure> {
        Ok(studio.window()?.words().get(key))
    };
    camera.take(&mut studio, &format!("desk-sign-in-{look}"))?;
    for (key, name) in [
        ("sign-in-way-token", "sign-in-token"),
        ("sign-in-way-setup", "setup"),
    ] {
        let way = words(&mut studio, key)?;
        studio.press(&way);
        camera.take(&mut studio, &format!("desk-{name}-{look}"))?;
    }
    let passphrase = "ほたるの ひかる よるの みち";
    let setup = text(&added, "setup_code")?;
    for (key, value) in [
        ("sign-in-cloud", school.url().as_str()),
        ("setup-code", &setup),
        ("setup-passphrase", passphrase),
        ("setup-again", "ほたる"),
    ] {
        let field = words(&mut studio, key)?;
        studio.write(&field, value);
    }
    camera.take(&mut studio, &format!("desk-setup-differs-{look}"))?;
    let again = words(&mut studio, "setup-again")?;
    studio.replace(&again, passphrase);
    let next = words(&mut studio, "setup-do")?;
    studio.press(&next);
    let once = words(&mut studio, "setup-recovery-once")?;
    studio.wait_for(&once)?;
    camera.take(&mut studio, &format!("desk-setup-secrets-{look}"))?;
    // Somebody who was signed in here, and has to do so again.
    let (data, folder) = desk_folder(school, &format!("over-{look}"), worn)?;
    let over = Account {
        name: Some("sato".to_owned()),
        ..Account::by_token(school.url(), "A".repeat(43))
    };
    folder.set_account(&over)?;
    let options = WorkerOptions::new(&data);
    let mut studio = Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))?;
    studio.resize(worn.size);
    let over = words(&mut studio, "session-over")?;
    studio.wait_for(&over)?;
    let button = studio.window()?.words().get_with(
        "sign-in-oidc",
        &[("name", hotaru_ui::words::Value::from(PROVIDER))],
    );
    studio.wait_for(&button)?;
    camera.take(&mut studio, &format!("desk-session-over-{look}"))?;
    studio.press(&button);
    let waiting = words(&mut studio, "oidc-waiting")?;
    studio.wait_for(&waiting)?;
    camera.take(&mut studio, &format!("desk-sign-in-browser-{look}"))?;
    let cancel = words(&mut studio, "desk-cancel")?;
    studio.press(&cancel);
    studio.wait_for(&button)?;
    let field = words(&mut studio, "sign-in-passphrase")?;
    studio.write(&field, "うみの あおい そらの みち");
    studio.key(egui::Key::Enter);
    let wrong = words(&mut studio, "problem-wrong-sign-in")?;
    studio.wait_for(&wrong)?;
    camera.take(&mut studio, &format!("desk-sign-in-wrong-{look}"))?;
    Ok(())
}

/// The teacher keeps the school's terminals, too: one is to be erased, one was by its lessor.
fn keep_terminals(school: &School) -> Result<(), Failure> {
    let who = text(&school.keep(&["staff", "list"])?, "staff")?;
    school.keep(&["staff", "grant", &who, "--role", "school-admin"])?;
    let used = school.terminal("returned");
    used.join(&school.url(), &school.join_code, 11)?;
    used.sync()?;
    let mut list = Program::Cloud.command()?;
    let list = Output::of(list.arg("terminals").arg("--data").arg(school.data()))?;
    let listed = list.json_lines()?;
    let mut ids = listed.iter().rev().map(|row| text(row, "terminal"));
    let (last, before) = (ids.next().ok_or("none")??, ids.next().ok_or("none")??);
    school.keep(&["terminal", "erase", &last])?;
    let paper = school
        .scratch()
        .join("データ消去証明書 令和8年度 第3ロット.pdf");
    std::fs::write(&paper, b"%PDF-1.7")?;
    let paper = paper.to_str().ok_or("no path")?;
    school.keep(&["terminal", "file-certificate", "--file", paper, &before])?;
    Ok(())
}

/// Every screen of the teacher's window in one look.
fn teacher(
    camera: &mut Camera,
    school: &School,
    lesson: LessonId,
    worn: &Worn,
) -> Result<(), Failure> {
    let look = &worn.name;
    // A desk of its own for each look: a draft that another left would lie in it.
    let (data, folder) = desk_folder(school, &format!("desk-{look}"), worn)?;
    folder.set_account(&Account::by_token(school.url(), &school.teacher_token))?;
    let options = WorkerOptions::new(&data);
    let shown = school.desk(&school.url()).run(&["school", "--json"])?;
    let shown = shown.json()?;
    let pupil = shown["classes"][0]["pupils"][0]["pupil"].as_str();
    let pupil: PupilId = pupil.ok_or("no pupil")?.parse()?;
    let mut studio = Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))?;
    studio.resize(worn.size);
    camera.take(&mut studio, &format!("desk-push-empty-{look}"))?;
    let files = ["board.jpg", "text.md", "handout.pdf", "drill.tsv"];
    let mut dropped: Vec<PathBuf> = files
        .iter()
        .map(|file| sample::folder().join("rika-teko").join(file))
        .collect();
    dropped.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/truncated.pdf"));
    studio
        .window()?
        .send(hotaru_desk::worker::Command::Add(dropped));
    camera.take(&mut studio, &format!("desk-push-{look}"))?;
    for (place, name) in [
        (desk::Place::Lessons, "lessons"),
        (desk::Place::Lesson(lesson), "lesson"),
        (desk::Place::Roster, "roster"),
        (desk::Place::Terminals, "terminals"),
        (desk::Place::Pupil(pupil), "pupil"),
        (desk::Place::Settings, "settings"),
    ] {
        studio.window()?.go(place);
        camera.take(&mut studio, &format!("desk-{name}-{look}"))?;
    }
    for (place, key, name) in [
        (desk::Place::Terminals, "terminals-at-once", "terminals-ask"),
        (desk::Place::Roster, "roster-close", "roster-close"),
        (desk::Place::Settings, "sign-out", "sign-out"),
    ] {
        studio.window()?.go(place);
        studio.settle();
        let button = studio.window()?.words().get(key);
        studio.press(&button);
        camera.take(&mut studio, &format!("desk-{name}-{look}"))?;
    }
    Ok(())
}
