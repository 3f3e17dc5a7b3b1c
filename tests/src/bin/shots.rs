//! Pictures of every screen of both programs: `shots DIR`; of locks and erasing alone,
//! `shots DIR locks`; of signing in alone, `shots DIR sign-in`.
//!
//! The sample class is pushed and synced with real processes; the windows then draw that
//! profile and that desk, without a display, at 1280x800, light and dark, 100 and 200 %.

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
use hotaru_tests::programs::Output;
use hotaru_tests::school::text;
use hotaru_tests::studio::{Studio, pupils_window};
use hotaru_tests::{Failure, Program, School, Terminal, lock_scenes, sample};
use hotaru_ui::look::{Appearance, Look};

/// Looks that every screen is shown in.
const LOOKS: [(Appearance, u16, &str); 4] = [
    (Appearance::Light, 100, "light-100"),
    (Appearance::Dark, 100, "dark-100"),
    (Appearance::Light, 200, "light-200"),
    (Appearance::Dark, 200, "dark-200"),
];

fn main() -> Result<(), Failure> {
    let dir = PathBuf::from(std::env::args().nth(1).ok_or("usage: shots DIR")?);
    std::fs::create_dir_all(&dir)?;
    let only = std::env::args().nth(2);
    if only.as_deref() == Some("locks") {
        println!("{} pictures in {}", locks(&dir)?, dir.display());
        return Ok(());
    }
    let school = School::found()?;
    offer(&school)?;
    if only.as_deref() == Some("sign-in") {
        let mut count = 0;
        for (appearance, percent, name) in LOOKS {
            count += signing_in(&dir, &school, appearance, percent, name)?;
        }
        println!("{count} pictures in {}", dir.display());
        return Ok(());
    }
    println!("pushing the sample class");
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
    let mut count = 0;
    for (appearance, percent, name) in LOOKS {
        count += pupil(&dir, &terminal, appearance, percent, name)?;
    }
    let lesson = lessons
        .first()
        .ok_or("the sample class has no lesson")?
        .parse()?;
    for (appearance, percent, name) in LOOKS {
        count += teacher(&dir, &school, lesson, appearance, percent, name)?;
        count += signing_in(&dir, &school, appearance, percent, name)?;
    }
    let mut studio = pupils_window(&spare)?;
    studio.window()?.go(Place::Record);
    count += studio.shoot(&dir, "pupil-record-awaits")?;
    drop(studio);
    for (appearance, percent, name) in LOOKS {
        count += harmed(&dir, &terminal, appearance, percent, name)?;
    }
    let empty = school.terminal("empty");
    count += first_start(&dir, &empty)?;
    count += locks(&dir)?;
    println!("{count} pictures in {}", dir.display());
    Ok(())
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
fn pupil(
    dir: &Path,
    terminal: &Terminal,
    appearance: Appearance,
    percent: u16,
    look: &str,
) -> Result<usize, Failure> {
    wear(terminal, appearance, percent)?;
    let mut studio = pupils_window(terminal)?;
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
    let mut count = 0;
    for (place, name) in places {
        studio.window()?.go(place);
        count += studio.shoot(dir, &format!("pupil-{name}-{look}"))?;
    }
    count += check(dir, terminal, &mut studio, look)?;
    studio.window()?.go(Place::Record);
    studio.settle();
    let open = studio.window()?.words().get("paper-open");
    studio.press(&open);
    count += studio.shoot(dir, &format!("pupil-paper-{look}"))?;
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
        count += studio.shoot(
            dir,
            &format!("pupil-lesson-{:?}-{look}", material.kind()).to_lowercase(),
        )?;
    }
    let notes = studio.window()?.words().get("notes");
    studio.press(&notes);
    count += studio.shoot(dir, &format!("pupil-lesson-notes-{look}"))?;
    Ok(count)
}

/// The check of a profile in which something is damaged, before and after its repair; and the
/// notice of the next start.
fn check(
    dir: &Path,
    terminal: &Terminal,
    studio: &mut Studio<hotaru::window::Window>,
    look: &str,
) -> Result<usize, Failure> {
    std::fs::write(terminal.profile.join("keys.b"), b"?")?;
    let large = std::fs::read_dir(terminal.profile.join("terminal/files"))?
        .flatten()
        .next()
        .ok_or("the sample class has no large file")?;
    std::fs::write(large.path(), b"?")?;
    studio.window()?.go(Place::Settings);
    studio.settle();
    let mut count = 0;
    for (key, name) in [("check-open", "check"), ("check-repair", "check-repaired")] {
        let button = studio.window()?.words().get(key);
        studio.press(&button);
        let again = studio.window()?.words().get("check-open");
        studio.wait_for(&again)?;
        count += studio.shoot(dir, &format!("pupil-{name}-{look}"))?;
    }
    // What was dropped comes from the school again.
    for _ in 0..60 {
        if studio.window()?.snapshot().line.missing_bytes == 0 {
            return Ok(count);
        }
        studio.settle();
    }
    Err("what the repair dropped did not come again".into())
}

/// The notice of a start that found something damaged, which leads to the check.
fn harmed(
    dir: &Path,
    terminal: &Terminal,
    appearance: Appearance,
    percent: u16,
    look: &str,
) -> Result<usize, Failure> {
    wear(terminal, appearance, percent)?;
    std::fs::write(terminal.profile.join("identity.b"), b"?")?;
    let mut studio = pupils_window(terminal)?;
    studio.shoot(dir, &format!("pupil-harmed-{look}"))
}

/// Sets the look of a profile.
fn wear(terminal: &Terminal, appearance: Appearance, percent: u16) -> Result<(), Failure> {
    let opened = Shelf::open(&terminal.profile, &OpenOptions::default())?;
    Settings::change(&opened.shelf, |settings| {
        settings.look.appearance = appearance;
        settings.look.text_percent = percent;
    })?;
    Ok(())
}

/// Locks and erasing, in every look and in the smallest window.
fn locks(dir: &Path) -> Result<usize, Failure> {
    let scratch = tempfile::tempdir()?;
    let mut count = 0;
    for (size, size_name) in [([1280.0, 800.0], ""), ([640.0, 480.0], "-small")] {
        for (appearance, percent, name) in LOOKS {
            let look = Look {
                appearance,
                text_percent: percent,
                ..Look::default()
            };
            let name = format!("{name}{size_name}");
            count += lock_scenes::shoot(dir, scratch.path(), &look, size, &name)?;
        }
    }
    Ok(count)
}

fn first_start(dir: &Path, terminal: &Terminal) -> Result<usize, Failure> {
    let mut studio = pupils_window(terminal)?;
    studio.shoot(dir, "pupil-welcome")
}

/// A desk of its own for one look, with an account where there is one.
fn desk_folder(
    school: &School,
    name: &str,
    (appearance, percent): (Appearance, u16),
) -> Result<(PathBuf, Folder), Failure> {
    let data = school.scratch().join(name);
    let folder = Folder::open(&data)?;
    let mut worn = folder.look();
    worn.appearance = appearance;
    worn.text_percent = percent;
    folder.set_look(&worn)?;
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
fn signing_in(
    dir: &Path,
    school: &School,
    appearance: Appearance,
    percent: u16,
    look: &str,
) -> Result<usize, Failure> {
    let name = format!("sato-{look}");
    let mut add = Program::Cloud.command()?;
    add.args(["staff", "add", &name, "--role", "teacher", "--class", "6-1"]);
    let added = Output::of(add.arg("--data").arg(school.data()))?.json()?;
    let (data, _) = desk_folder(school, &name, (appearance, percent))?;
    let options = WorkerOptions::new(&data);
    let mut studio = Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))?;
    let words = |studio: &mut Studio<desk::Window>, key: &str| -> Result<String, Failure> {
        Ok(studio.window()?.words().get(key))
    };
    let mut count = studio.shoot(dir, &format!("desk-sign-in-{look}"))?;
    for (key, name) in [
        ("sign-in-way-token", "sign-in-token"),
        ("sign-in-way-setup", "setup"),
    ] {
        let way = words(&mut studio, key)?;
        studio.press(&way);
        count += studio.shoot(dir, &format!("desk-{name}-{look}"))?;
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
    count += studio.shoot(dir, &format!("desk-setup-differs-{look}"))?;
    let again = words(&mut studio, "setup-again")?;
    studio.replace(&again, passphrase);
    let next = words(&mut studio, "setup-do")?;
    studio.press(&next);
    let once = words(&mut studio, "setup-recovery-once")?;
    studio.wait_for(&once)?;
    count += studio.shoot(dir, &format!("desk-setup-secrets-{look}"))?;
    // Somebody who was signed in here, and has to do so again.
    let (data, folder) = desk_folder(school, &format!("over-{look}"), (appearance, percent))?;
    let over = Account {
        name: Some("sato".to_owned()),
        ..Account::by_token(school.url(), "A".repeat(43))
    };
    folder.set_account(&over)?;
    let options = WorkerOptions::new(&data);
    let mut studio = Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))?;
    let over = words(&mut studio, "session-over")?;
    studio.wait_for(&over)?;
    let button = studio.window()?.words().get_with(
        "sign-in-oidc",
        &[("name", hotaru_ui::words::Value::from(PROVIDER))],
    );
    studio.wait_for(&button)?;
    count += studio.shoot(dir, &format!("desk-session-over-{look}"))?;
    studio.press(&button);
    let waiting = words(&mut studio, "oidc-waiting")?;
    studio.wait_for(&waiting)?;
    count += studio.shoot(dir, &format!("desk-sign-in-browser-{look}"))?;
    let cancel = words(&mut studio, "desk-cancel")?;
    studio.press(&cancel);
    studio.wait_for(&button)?;
    let field = words(&mut studio, "sign-in-passphrase")?;
    studio.write(&field, "うみの あおい そらの みち");
    studio.key(egui::Key::Enter);
    let wrong = words(&mut studio, "problem-wrong-sign-in")?;
    studio.wait_for(&wrong)?;
    count += studio.shoot(dir, &format!("desk-sign-in-wrong-{look}"))?;
    Ok(count)
}

/// Every screen of the teacher's window in one look.
fn teacher(
    dir: &Path,
    school: &School,
    lesson: LessonId,
    appearance: Appearance,
    percent: u16,
    look: &str,
) -> Result<usize, Failure> {
    // A desk of its own for each look: a draft that another left would lie in it.
    let (data, folder) = desk_folder(school, &format!("desk-{look}"), (appearance, percent))?;
    folder.set_account(&Account::by_token(school.url(), &school.teacher_token))?;
    let options = WorkerOptions::new(&data);
    let shown = school.desk(&school.url()).run(&["school", "--json"])?;
    let shown = shown.json()?;
    let pupil = shown["classes"][0]["pupils"][0]["pupil"].as_str();
    let pupil: PupilId = pupil.ok_or("no pupil")?.parse()?;
    let mut studio = Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))?;
    let mut count = studio.shoot(dir, &format!("desk-push-empty-{look}"))?;
    let files = ["board.jpg", "text.md", "handout.pdf", "drill.tsv"];
    let mut dropped: Vec<PathBuf> = files
        .iter()
        .map(|file| sample::folder().join("rika-teko").join(file))
        .collect();
    dropped.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/truncated.pdf"));
    studio
        .window()?
        .send(hotaru_desk::worker::Command::Add(dropped));
    count += studio.shoot(dir, &format!("desk-push-{look}"))?;
    for (place, name) in [
        (desk::Place::Lessons, "lessons"),
        (desk::Place::Lesson(lesson), "lesson"),
        (desk::Place::Roster, "roster"),
        (desk::Place::Pupil(pupil), "pupil"),
        (desk::Place::Settings, "settings"),
    ] {
        studio.window()?.go(place);
        count += studio.shoot(dir, &format!("desk-{name}-{look}"))?;
    }
    for (place, key, name) in [
        (desk::Place::Roster, "roster-close", "roster-close"),
        (desk::Place::Settings, "sign-out", "sign-out"),
    ] {
        studio.window()?.go(place);
        studio.settle();
        let button = studio.window()?.words().get(key);
        studio.press(&button);
        count += studio.shoot(dir, &format!("desk-{name}-{look}"))?;
    }
    Ok(count)
}
