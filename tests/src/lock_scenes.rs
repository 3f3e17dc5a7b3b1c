//! Pictures of locks and of erasing: every state of those pages, over profiles made for it.

use std::path::{Path, PathBuf};

use egui::Key;
use hotaru::study::Settings;
use hotaru::window::{Place, Window};
use hotaru::worker::{Command, Stage};
use hotaru_content::boxed;
use hotaru_content::id::{ClassId, PupilId, TerminalId};
use hotaru_content::key::SecretKey;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Fact, PaperStudy};
use hotaru_content::shelf::{LockKind, OpenOptions, PupilEntry, Shelf};
use hotaru_ui::look::Look;

use crate::scenes::{Camera, Worn};
use crate::studio::{Studio, pupils_window};
use crate::{Failure, Terminal};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const PIN: &str = "4821";

/// A profile for a picture.
struct Scene {
    terminal: Terminal,
    pupil: PupilId,
}

/// Shows every state in a look and a size, with profiles in `scratch`.
///
/// # Errors
/// Where a profile cannot be made, or a state does not come about.
pub fn shoot(camera: &mut Camera, scratch: &Path, worn: &Worn) -> Result<(), Failure> {
    let Worn { look, size, name } = worn;
    let size = *size;
    let mut take = |studio: &mut Studio<Window>, state: &str| -> Result<(), Failure> {
        camera.take(studio, &format!("pupil-{state}-{name}"))
    };
    let make =
        |what: &str, grade: &str| Scene::make(&scratch.join(format!("{name}-{what}")), look, grade);
    let open = |scene: &Scene| -> Result<Studio<Window>, Failure> {
        let mut studio = pupils_window(&scene.terminal)?;
        studio.resize(size);
        Ok(studio)
    };

    let scene = make("pin", "P6")?;
    scene.lock(LockKind::Pin, PIN)?;
    scene.add_pupil(12, "P2")?;
    let mut studio = open(&scene)?;
    studio.keys(&[Key::Num4, Key::Num8]);
    take(&mut studio, "locked-pin")?;
    studio.keys(&[Key::Num8, Key::Num8, Key::Enter]);
    studio.wait_until(|snapshot| snapshot.lock().is_some_and(|lock| lock.wrong == 1))?;
    take(&mut studio, "locked-wrong")?;
    drop(studio);
    scene.with_shelf(|shelf| {
        for _ in 0..4 {
            // Wrong, as it is meant to be.
            let _ = shelf.unlock(&scene.pupil, "7777", now_ms());
        }
        Ok(())
    })?;
    let mut studio = open(&scene)?;
    take(&mut studio, "locked-slowed")?;
    studio.press_word("sign-in-forgot")?;
    take(&mut studio, "locked-no-code")?;
    drop(studio);

    let scene = make("picture", "P2")?;
    scene.lock(LockKind::Picture, "bfgc")?;
    scene.away_for(50)?;
    let mut studio = open(&scene)?;
    studio.keys(&[Key::B, Key::F, Key::ArrowRight]);
    take(&mut studio, "locked-picture")?;
    studio.keys(&[Key::G, Key::C]);
    studio.press_word("sign-in-do")?;
    studio.wait_until(|snapshot| snapshot.stage == Stage::Ready)?;
    take(&mut studio, "today-days-left")?;
    studio.window()?.go(Place::Settings);
    for (word, state) in [
        ("lock-change", "lock-kinds"),
        ("lock-kind-picture", "lock-picture"),
        ("lock-cancel", "lock-rest"),
        ("lock-remove", "lock-remove"),
    ] {
        studio.press_word(word)?;
        take(&mut studio, state)?;
    }
    drop(studio);

    let scene = make("passphrase", "J1")?;
    scene.lock(LockKind::Passphrase, "ほたるのひかりまどのゆき")?;
    let mut studio = open(&scene)?;
    let field = studio.window()?.words().get("secret-passphrase");
    studio.write(&field, "ほたるのひかり");
    take(&mut studio, "locked-passphrase")?;
    studio.press_word("secret-show")?;
    take(&mut studio, "locked-passphrase-shown")?;
    drop(studio);

    let scene = make("code", "P4")?;
    let school = SecretKey::random()?;
    scene.with_shelf(|shelf| {
        let key = boxed::public_of(&school).ok_or("no key for boxes")?;
        Ok(shelf.learn_school_key(key)?)
    })?;
    scene.lock(LockKind::Pin, PIN)?;
    let mut studio = open(&scene)?;
    studio.press_word("sign-in-forgot")?;
    studio.keys(&[Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5]);
    take(&mut studio, "code-forgot")?;
    drop(studio);
    scene.away_for(70)?;
    let mut studio = open(&scene)?;
    studio.keys(&[Key::Num3; 16]);
    take(&mut studio, "code-over-wrong")?;
    drop(studio);
    let code = scene.code(&school)?;
    let mut studio = open(&scene)?;
    let digits = code
        .chars()
        .filter_map(|digit| Key::from_name(&digit.to_string()));
    studio.keys(&digits.collect::<Vec<Key>>());
    studio.keys(&[Key::Enter]);
    studio.wait_until(|snapshot| snapshot.stage == Stage::Ready)?;
    take(&mut studio, "renew")?;
    studio.press_word("lock-kind-pin")?;
    studio.keys(&[Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Enter]);
    take(&mut studio, "lock-weak")?;
    studio.keys(&[Key::Num4, Key::Num8, Key::Num2, Key::Num2, Key::Enter]);
    take(&mut studio, "lock-again")?;
    drop(studio);

    let scene = make("erase", "P6")?;
    scene.add_pupil(12, "P6")?;
    let mut studio = open(&scene)?;
    for _ in 0..3 {
        let fact = Fact::PaperStudy(paper());
        studio.window()?.worker().send(Command::Record(fact));
    }
    studio.wait_until(|snapshot| snapshot.progress.events == 3)?;
    studio.window()?.go(Place::Erase);
    take(&mut studio, "erase")?;
    // All of it, as if the window were so high.
    studio.resize([size[0], size[1] * 3.0]);
    take(&mut studio, "erase-whole")?;
    studio.resize(size);
    let blocked = scene.terminal.profile.join("keys.new");
    std::fs::create_dir(&blocked)?;
    let erase = Command::Erase { lose_unsent: true };
    studio.window()?.worker().send(erase.clone());
    studio.wait_until(|snapshot| matches!(snapshot.stage, Stage::NotErased { .. }))?;
    take(&mut studio, "not-erased")?;
    std::fs::remove_dir(&blocked)?;
    studio.window()?.worker().send(erase);
    studio.wait_until(|snapshot| matches!(snapshot.stage, Stage::Erased { .. }))?;
    take(&mut studio, "erased-untold")?;
    Ok(())
}

impl Scene {
    fn make(profile: &Path, look: &Look, grade: &str) -> Result<Self, Failure> {
        let scene = Self {
            terminal: Terminal {
                profile: PathBuf::from(profile),
            },
            pupil: PupilId::random()?,
        };
        scene.with_shelf(|shelf| {
            shelf.add_pupil(entry(scene.pupil, 7, grade)?)?;
            Settings::change(shelf, |settings| settings.look = look.clone())?;
            Ok(())
        })?;
        scene.join_out_of_reach()?;
        Ok(scene)
    }

    fn with_shelf<T>(&self, work: impl FnOnce(&Shelf) -> Result<T, Failure>) -> Result<T, Failure> {
        let opened = Shelf::open(&self.terminal.profile, &OpenOptions::default())?;
        work(&opened.shelf)
    }

    /// One more pupil, whose study is locked.
    fn add_pupil(&self, number: u16, grade: &str) -> Result<(), Failure> {
        self.with_shelf(|shelf| {
            let pupil = PupilId::random()?;
            shelf.add_pupil(entry(pupil, number, grade)?)?;
            Ok(shelf.set_lock(&pupil, LockKind::Pin, PIN, now_ms())?)
        })
    }

    fn lock(&self, kind: LockKind, secret: &str) -> Result<(), Failure> {
        self.with_shelf(|shelf| Ok(shelf.set_lock(&self.pupil, kind, secret, now_ms())?))
    }

    fn away_for(&self, days: i64) -> Result<(), Failure> {
        self.with_shelf(|shelf| Ok(shelf.note_contact(now_ms() - days * DAY_MS)?))
    }

    /// It has a school, which no line leads to.
    fn join_out_of_reach(&self) -> Result<(), Failure> {
        let terminal = TerminalId::random()?;
        self.with_shelf(|shelf| {
            shelf.update_identity(|identity| {
                identity.terminal = Some(terminal);
                identity.cloud = Some("http://127.0.0.1:1".to_owned());
                identity.school_name = "ほたる小学校".to_owned();
            })?;
            Ok(())
        })
    }

    /// What a teacher reads out next.
    fn code(&self, school: &SecretKey) -> Result<String, Failure> {
        self.with_shelf(|shelf| {
            let state = shelf.lock_state(&self.pupil, now_ms());
            let number = state.and_then(|state| state.code).ok_or("no code")?;
            let owed = shelf.owed(None)?;
            let code = owed.iter().find_map(|owed| {
                let inside = boxed::open(school, hotaru_content::unlock::PURPOSE, &owed.bytes)?;
                hotaru_content::unlock::CodeSecret::from_bytes(&inside)?.code(number)
            });
            Ok(code.ok_or("no secret of codes")?.digits().to_string())
        })
    }
}

fn entry(pupil: PupilId, number: u16, grade: &str) -> Result<PupilEntry, Failure> {
    Ok(PupilEntry {
        pupil,
        number,
        class: ClassId::random()?,
        class_name: "6-1".to_owned(),
        grade: grade.to_owned(),
    })
}

fn paper() -> PaperStudy {
    PaperStudy {
        day: jiff::civil::date(2026, 11, 20),
        minutes: 10,
        subject: Subject::Science,
        text: "てこ".to_owned(),
        photo: None,
    }
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
