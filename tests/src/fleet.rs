//! Many terminals in one process: real shelves and the real client, without a process a step.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use hotaru_content::clock::{Clock, Stamp, SystemClock};
use hotaru_content::drill::Response;
use hotaru_content::log::{Answered, Fact};
use hotaru_content::shelf::{OpenOptions, PupilLog, Shelf, ShelvedLesson};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, SignIn, SyncError, join, sync_once};
use hotaru_sync::terminal::SyncReport;
use serde_json::Value;

use crate::{Failure, School};

/// A terminal of one pupil, open in this process.
pub struct Pupil {
    /// Her number in the class.
    pub number: u16,
    shelf: Shelf,
    log: PupilLog,
    clock: SystemClock,
    given: AtomicU32,
    acknowledged: AtomicU32,
}

/// Every answer by number and place, and how often it is there.
pub type Answers = BTreeMap<(u64, u64), usize>;

impl Pupil {
    /// Joins a school with a new profile.
    ///
    /// # Errors
    /// Where the shelf or the school refuses.
    pub fn join(school: &School, number: u16) -> Result<Self, Failure> {
        let dir: PathBuf = school.scratch().join(format!("pupil-{number}"));
        let shelf = Shelf::open(&dir, &OpenOptions::default())?.shelf;
        let sign_in = SignIn::Code {
            code: school.join_code.clone(),
            number,
        };
        let options = LineOptions::default();
        let joined = join(
            &shelf,
            &school.url(),
            &sign_in,
            &format!("端末 {number}"),
            &options,
            &Cancel::default(),
        )?;
        Ok(Self {
            number,
            log: shelf.pupil(&joined.pupil.pupil)?,
            shelf,
            clock: SystemClock::new()?,
            given: AtomicU32::new(0),
            acknowledged: AtomicU32::new(0),
        })
    }

    /// Answers the first question of the first drill so many times. Each answer says that it
    /// took one millisecond more than the one before, by which it is known again.
    ///
    /// # Errors
    /// Where there is no drill yet or the shelf refuses.
    pub fn answer(&self, count: u32) -> Result<(), Failure> {
        let lessons = self.lessons()?;
        let drill = |lesson: &ShelvedLesson| {
            let mut drills = lesson.doc.materials.iter().filter_map(|material| {
                let is_drill = material.kind() == hotaru_content::lesson::MaterialKind::Drill;
                is_drill.then(|| material.blobs().next()).flatten()
            });
            Some((lesson.lesson, drills.next()?.id))
        };
        let (lesson, drill) = lessons.iter().find_map(drill).ok_or("no drill yet")?;
        for _ in 0..count {
            let took_ms = self.given.load(Ordering::SeqCst) + 1;
            self.append(&Fact::Answered(Answered {
                lesson,
                drill,
                item: 0,
                response: Response::Choice(0),
                took_ms,
                seed: 0,
                generator: 0,
            }))?;
            self.given.store(took_ms, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Adds a fact to her log.
    ///
    /// # Errors
    /// Where the shelf refuses.
    pub fn append(&self, fact: &Fact) -> Result<(), Failure> {
        self.log.append(self.now(), fact)?;
        Ok(())
    }

    /// Syncs; one fault ends it. What is acknowledged then is noted.
    ///
    /// # Errors
    /// Where it did not come to its end.
    pub fn sync(&self) -> Result<SyncReport, SyncError> {
        let given = self.given();
        let options = LineOptions {
            patience: 0,
            ..LineOptions::default()
        };
        let done = sync_once(&self.shelf, &options, &mut |_| {}, &Cancel::default());
        if self.log.unsent() == 0 {
            self.acknowledged.fetch_max(given, Ordering::SeqCst);
        }
        done
    }

    /// Answers that she gave.
    #[must_use]
    pub fn given(&self) -> u32 {
        self.given.load(Ordering::SeqCst)
    }

    /// Answers that were acknowledged, the first so many.
    #[must_use]
    pub fn acknowledged(&self) -> u32 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Events that the school has not acknowledged.
    #[must_use]
    pub fn unsent(&self) -> u64 {
        self.log.unsent()
    }

    /// Her lessons.
    ///
    /// # Errors
    /// Where the shelf refuses.
    pub fn lessons(&self) -> Result<Vec<ShelvedLesson>, Failure> {
        Ok(self.shelf.lessons(&self.log.pupil())?)
    }

    /// Her terminal's shelf.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Whose it is.
    #[must_use]
    pub fn log(&self) -> &PupilLog {
        &self.log
    }

    fn now(&self) -> Stamp {
        self.clock.now()
    }
}

/// The answers that a school has.
///
/// # Errors
/// Where the program fails.
pub fn at_school(school: &School) -> Result<Answers, Failure> {
    let mut answers = Answers::new();
    for line in school.log()? {
        if line["kind"] == "answered" {
            let number = |name: &str| line[name].as_u64().ok_or("no number");
            *answers
                .entry((number("number")?, number("took_ms")?))
                .or_default() += 1;
        }
    }
    Ok(answers)
}

/// Checks that the school has every acknowledged answer, and none twice.
///
/// # Errors
/// With the first that is missing or there twice.
pub fn has_what_it_acknowledged(answers: &Answers, pupils: &[Pupil]) -> Result<(), Failure> {
    if let Some((answer, times)) = answers.iter().find(|(_, times)| **times != 1) {
        return Err(format!("{answer:?} is there {times} times").into());
    }
    for pupil in pupils {
        for answer in 1..=u64::from(pupil.acknowledged()) {
            if !answers.contains_key(&(u64::from(pupil.number), answer)) {
                let acknowledged = pupil.acknowledged();
                return Err(format!(
                    "number {}: answer {answer} of {acknowledged} acknowledged ones is missing",
                    pupil.number
                )
                .into());
            }
        }
    }
    Ok(())
}

/// Checks that the school has every answer that was ever given, each once.
///
/// # Errors
/// With what is missing or too much.
pub fn has_all(answers: &Answers, pupils: &[Pupil]) -> Result<(), Failure> {
    has_what_it_acknowledged(answers, pupils)?;
    let given: usize = pupils.iter().map(|pupil| pupil.given() as usize).sum();
    let missing: Vec<(u16, u32)> = pupils
        .iter()
        .flat_map(|pupil| (1..=pupil.given()).map(|answer| (pupil.number, answer)))
        .filter(|(number, answer)| !answers.contains_key(&(u64::from(*number), u64::from(*answer))))
        .collect();
    if missing.is_empty() && answers.len() == given {
        return Ok(());
    }
    let at_school = answers.len();
    Err(format!("{at_school} answers are at school of {given}; missing: {missing:?}").into())
}

/// Checks every chain and every byte of a school, also while it is served.
///
/// # Errors
/// With what is wrong.
pub fn is_sound(school: &School) -> Result<Value, Failure> {
    let mut check = crate::Program::Cloud.command()?;
    check.args(["check", "--data"]).arg(school.data());
    let lines = crate::Output::of(&mut check)?.json_lines()?;
    Ok(lines.into_iter().next_back().ok_or("nothing was told")?)
}
