//! How soon a pupil with a year of study works on a spare terminal, and what that costs the
//! line.

use std::fmt;
use std::fs;
use std::time::{Duration, Instant};

use hotaru_content::id::PupilId;
use hotaru_content::shelf::{OpenOptions, Shelf};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, SignIn, join, sync_once};
use hotaru_sync::pack::sample;
use hotaru_sync::terminal::Stage;
use tempfile::TempDir;

use crate::school::text;
use crate::{Failure, Line, Output, Program, School};

/// Bytes before the first lesson opens, at most.
const FIRST_LESSON_MOST: u64 = 2_000_000;
/// Bytes for 20,000 answers, at most.
const ANSWERS_MOST: u64 = 200_000;

/// How much a pupil has done.
#[derive(Debug, Clone, Copy)]
pub struct Year {
    /// Lessons that her class has.
    pub lessons: u32,
    /// Answers that she gave.
    pub answers: usize,
}

/// What it took.
#[derive(Debug, Clone)]
pub struct Report {
    /// From the sign-in to the first whole lesson of the newest day.
    pub first_lesson: Duration,
    /// TCP payload both ways until then.
    pub first_lesson_bytes: u64,
    /// TCP payload both ways for the pupil's study.
    pub answers_bytes: u64,
    /// Requests for it.
    pub answers_requests: usize,
    /// Until everything was there.
    pub all: Duration,
    /// TCP payload both ways of everything.
    pub all_bytes: u64,
    /// Events that came back.
    pub returned: u64,
}

impl Report {
    /// What is over its budget, in words.
    #[must_use]
    pub fn over(&self) -> Vec<String> {
        let mut over = Vec::new();
        if self.first_lesson_bytes > FIRST_LESSON_MOST {
            let bytes = self.first_lesson_bytes;
            over.push(format!(
                "the first lesson took {bytes} B, {FIRST_LESSON_MOST} may be"
            ));
        }
        if self.answers_bytes > ANSWERS_MOST {
            let bytes = self.answers_bytes;
            over.push(format!("the answers took {bytes} B, {ANSWERS_MOST} may be"));
        }
        over
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "sign-in to the first lesson      {:>12}  {} ms (at most {FIRST_LESSON_MOST} B)",
            format!("{} B", self.first_lesson_bytes),
            self.first_lesson.as_millis()
        )?;
        writeln!(
            f,
            "{} events back in {} requests {:>12}  at most {ANSWERS_MOST}; Anki 371,000 B in 95 requests",
            self.returned,
            self.answers_requests,
            format!("{} B", self.answers_bytes)
        )?;
        write!(
            f,
            "everything                       {:>12}  {} ms",
            format!("{} B", self.all_bytes),
            self.all.as_millis()
        )
    }
}

/// Lets a pupil study on one terminal, and gives her another.
///
/// # Errors
/// Where a program fails, or not everything comes back.
pub fn run(year: Year, say: &dyn Fn(&str)) -> Result<Report, Failure> {
    let school = School::found()?;
    say(&format!("the desk pushes {} lessons", year.lessons));
    publish(&school, year.lessons)?;
    say(&format!("the pupil answers {} items", year.answers));
    let pupil = study(&school, year.answers)?;
    let card = school
        .desk(&school.url())
        .run(&["card", "--class", "6-1", "--number", "12"])?;
    let card = SignIn::Card(text(&card.json()?[0], "code")?);

    let line = Line::to(school.address())?;
    let bytes = || line.up() + line.down();
    let dir = TempDir::new()?;
    let shelf = Shelf::open(&dir.path().join("spare"), &OpenOptions::default())?.shelf;
    let options = LineOptions::default();
    let begun = Instant::now();
    join(
        &shelf,
        &line.url(),
        &card,
        "spare",
        &options,
        &Cancel::default(),
    )?;
    let mut first = None;
    let (mut before, mut after) = (None, None);
    let report = sync_once(
        &shelf,
        &options,
        &mut |progress| {
            if first.is_none() && is_usable(&shelf, pupil) {
                first = Some((begun.elapsed(), bytes()));
            }
            if progress.stage == Stage::Returns {
                before.get_or_insert_with(|| (bytes(), line.sent().len()));
            } else if before.is_some() {
                after.get_or_insert_with(|| (bytes(), line.sent().len()));
            }
        },
        &Cancel::default(),
    )?;
    let all = begun.elapsed();
    let here: usize = shelf
        .pupil(&pupil)?
        .streams()?
        .iter()
        .map(|kept| kept.point.next_seq as usize)
        .sum();
    if here != year.answers {
        return Err(format!("{here} of {} answers came back", year.answers).into());
    }
    let (first_lesson, first_lesson_bytes) = first.ok_or("no lesson became usable")?;
    let (before, after) = (before.ok_or("nothing came back")?, after.ok_or("no end")?);
    let heads = line.sent();
    let heads = heads.get(before.1..after.1).unwrap_or_default();
    Ok(Report {
        first_lesson,
        first_lesson_bytes,
        answers_bytes: after.0 - before.0,
        answers_requests: heads.matches("HTTP/1.1\r\n").count(),
        all,
        all_bytes: bytes(),
        returned: report.events_returned,
    })
}

/// Whether a lesson of the newest day is here whole.
fn is_usable(shelf: &Shelf, pupil: PupilId) -> bool {
    let lessons = shelf.lessons(&pupil).unwrap_or_default();
    let newest = lessons.iter().map(|lesson| lesson.doc.day).max();
    let mut newest = lessons
        .iter()
        .filter(|lesson| Some(lesson.doc.day) == newest);
    newest.any(|lesson| lesson.is_ready())
}

/// One lesson a school day, each with a page of text and a drill.
fn publish(school: &School, lessons: u32) -> Result<(), Failure> {
    let first = jiff::civil::date(2026, 4, 8);
    for n in 0..lessons {
        let day = first.checked_add(jiff::Span::new().days(i64::from(n)))?;
        let page = school.scratch().join(format!("page-{n}.md"));
        let line =
            "{支点|してん}から{力点|りきてん}までの{距離|きょり}を変えると、手ごたえが変わります。";
        fs::write(
            &page,
            format!("# 第{n}時\n\n{}", format!("{line}\n\n").repeat(20)),
        )?;
        let drill = school.scratch().join(format!("drill-{n}.csv"));
        let rows = (0..20).map(|item| format!("{n}+{item}は?,{}\n", n + item));
        fs::write(&drill, format!("問題,答え\n{}", rows.collect::<String>()))?;
        let day = day.to_string();
        let mut push = Program::Desk.command()?;
        push.args([
            "push",
            "--cloud",
            &school.url(),
            "--token",
            &school.teacher_token,
        ])
        .args(["--class", "6-1", "--subject", "理科", "--day", &day])
        .args(["--title", &format!("第{n}時"), "--data"])
        .arg(school.scratch().join("desk"))
        .args([page, drill]);
        let pushed = Output::of(&mut push)?;
        if !pushed.success {
            return Err(pushed.stderr.into());
        }
    }
    Ok(())
}

/// A terminal on which the pupil did a year's work, all of it at school.
fn study(school: &School, answers: usize) -> Result<PupilId, Failure> {
    let dir = TempDir::new()?;
    let shelf = Shelf::open(&dir.path().join("old"), &OpenOptions::default())?.shelf;
    let sign_in = SignIn::Code {
        code: school.join_code.clone(),
        number: 12,
    };
    let options = LineOptions::default();
    let joined = join(
        &shelf,
        &school.url(),
        &sign_in,
        "old",
        &options,
        &Cancel::default(),
    )?;
    let log = shelf.pupil(&joined.pupil.pupil)?;
    let facts: Vec<_> = sample::answers(1, 0, answers)
        .iter()
        .map(|event| (event.stamp, event.fact()))
        .collect();
    for facts in facts.chunks(200) {
        log.append_many(facts)?;
    }
    sync_once(&shelf, &options, &mut |_| {}, &Cancel::default())?;
    if log.unsent() > 0 {
        return Err(format!("{} answers stayed unsent", log.unsent()).into());
    }
    Ok(joined.pupil.pupil)
}
