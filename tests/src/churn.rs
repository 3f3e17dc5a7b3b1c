//! Years of use in minutes: a school whose lessons are replaced over and over, a terminal
//! whose line breaks in the middle of a thousand syncs, and what both then take of the disk.
//!
//! Everything is real: the cloud's program, the desk's outbox and client, the terminal's
//! shelf and client, and now and then the terminal's program, killed. One seed decides what
//! is made and where the line breaks.

mod made;
mod measure;
mod print;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use hotaru_content::clock::{Clock, SystemClock};
use hotaru_content::drill::Response;
use hotaru_content::id::ClassId;
use hotaru_content::log::{Answered, Fact};
use hotaru_content::shelf::{OpenOptions, PupilLog, Shelf, ShelfError};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::desk::Desk;
use hotaru_sync::client::http::Options;
use hotaru_sync::client::outbox::{NewJob, Outbox, Source};
use hotaru_sync::client::terminal::{LineOptions, SignIn, join, sync_once};
use hotaru_sync::pack::sample::Random;
use hotaru_sync::wire::Publish;

pub use made::Sizes;
pub use measure::{Latency, Part, Report};

use crate::school::wait_until;
use crate::{Cut, Failure, Line, Output, Program, School};
use made::Lesson;

/// One in so many broken syncs is the terminal's program, killed.
const KILLED: usize = 25;

/// Runs it all; `say` is told how far it is.
///
/// # Errors
/// Where a program fails or something is lost.
pub fn run(sizes: &Sizes, say: &dyn Fn(&str)) -> Result<Report, Failure> {
    let mut churn = Churn::begin(sizes)?;
    let per_round = sizes.aborts.div_ceil(sizes.rounds);
    for round in 0..sizes.rounds {
        churn.publish(round)?;
        churn.break_syncs(per_round.min(sizes.aborts - churn.broken))?;
        // As a pupil at home has it in the evening: a line that holds for once.
        churn.sync()?;
        say(&format!(
            "round {} of {}: {} syncs broken off ({} programs killed), {} came to their end",
            round + 1,
            sizes.rounds,
            churn.broken,
            churn.killed,
            churn.whole
        ));
    }
    churn.withdraw()?;
    churn.sync()?;
    churn.report()
}

/// A run under way.
struct Churn<'a> {
    sizes: &'a Sizes,
    school: School,
    line: Line,
    desk: Desk,
    outbox: Outbox,
    class: ClassId,
    profile: PathBuf,
    terminal: Option<(Shelf, PupilLog)>,
    clock: SystemClock,
    random: Random,
    lessons: Vec<Lesson>,
    broken: usize,
    killed: usize,
    whole: usize,
}

impl<'a> Churn<'a> {
    fn begin(sizes: &'a Sizes) -> Result<Self, Failure> {
        let school = School::found()?;
        let line = Line::to(school.address())?;
        let desk = Desk::open(&Options {
            token: Some(school.teacher_token.clone()),
            ..Options::new(school.url())
        })?;
        let classes = desk.school(&Cancel::default())?.classes;
        let class = classes.first().ok_or("the teacher has no class")?.class;
        let outbox = Outbox::open(school.scratch().join("outbox"))?;
        let profile = school.scratch().join("profile");
        let mut random = Random(sizes.seed);
        let lessons = (0..sizes.lessons)
            .map(|_| Lesson::new(&mut random))
            .collect();
        let mut churn = Self {
            sizes,
            school,
            line,
            desk,
            outbox,
            class,
            profile,
            terminal: None,
            clock: SystemClock::new()?,
            random,
            lessons,
            broken: 0,
            killed: 0,
            whole: 0,
        };
        churn.join()?;
        Ok(churn)
    }

    fn join(&mut self) -> Result<(), Failure> {
        let shelf = Shelf::open(&self.profile, &OpenOptions::default())?.shelf;
        let sign_in = SignIn::Code {
            code: self.school.join_code.clone(),
            number: 7,
        };
        let options = LineOptions::default();
        join(
            &shelf,
            &self.line.url(),
            &sign_in,
            "端末",
            &options,
            &Cancel::default(),
        )?;
        drop(shelf);
        self.open()
    }

    fn open(&mut self) -> Result<(), Failure> {
        let open = || Shelf::open(&self.profile, &OpenOptions::default());
        // A killed program may have been starting another, which holds the lock a moment more.
        wait_until(Duration::from_secs(5), || {
            !matches!(open(), Err(ShelfError::InUse { .. }))
        });
        let shelf = open()?.shelf;
        let pupils = shelf.identity().pupils;
        let pupil = pupils.first().ok_or("the terminal has no pupil")?.pupil;
        let log = shelf.pupil(&pupil)?;
        self.terminal = Some((shelf, log));
        Ok(())
    }

    fn terminal(&self) -> Result<&(Shelf, PupilLog), Failure> {
        Ok(self.terminal.as_ref().ok_or("the profile is closed")?)
    }

    /// Replaces every lesson by a new revision with new files, through the outbox.
    fn publish(&mut self, round: usize) -> Result<(), Failure> {
        for lesson in &mut self.lessons {
            let (revision, blobs) = lesson.next(self.sizes, &mut self.random)?;
            let document = revision.to_json()?;
            let document_ref = hotaru_content::blob::BlobRef::of(&document);
            let blobs = blobs
                .into_iter()
                .chain([document])
                .map(|bytes| {
                    (
                        hotaru_content::blob::BlobRef::of(&bytes),
                        Source::Bytes(bytes),
                    )
                })
                .collect();
            let id = self.outbox.add(NewJob {
                cloud: self.school.url(),
                by: String::new(),
                title: revision.title.clone(),
                publish: Publish {
                    document: document_ref,
                    base_revision: u32::try_from(round)?,
                    classes: vec![self.class],
                    groups: vec![],
                    pupils: vec![],
                    send_at_ms: None,
                },
                blobs,
                created_ms: 0,
                send_after_ms: 0,
            })?;
            self.desk
                .send(&self.outbox, id, &mut |_| (), &Cancel::default())?;
        }
        Ok(())
    }

    /// Answers, and syncs over a line that breaks, until so many more syncs came to nothing.
    fn break_syncs(&mut self, count: usize) -> Result<(), Failure> {
        let until = self.broken + count;
        while self.broken < until {
            self.answer(self.sizes.answers.div_ceil(self.sizes.aborts))?;
            if self.broken % KILLED == KILLED - 1 {
                self.kill_program()?;
                continue;
            }
            // From the first bytes of a head to the middle of a recording; once everything
            // is there only the smallest break anything.
            let is_up = self.random.below(4) == 0;
            let size = 1 << (6 + self.random.below(if is_up { 6 } else { 13 }));
            let after = Some(1 + self.random.below(size));
            let cut = Cut {
                up_after: after.filter(|_| is_up),
                down_after: after.filter(|_| !is_up),
            };
            self.line.cut(cut);
            let options = LineOptions {
                patience: 0,
                stall: Duration::from_secs(5),
                ..LineOptions::default()
            };
            let (shelf, _) = self.terminal()?;
            match sync_once(shelf, &options, &mut |_| (), &Cancel::default()) {
                Ok(_) => self.whole += 1,
                Err(_) => self.broken += 1,
            }
        }
        Ok(())
    }

    /// The real program syncs, and is killed on the way.
    fn kill_program(&mut self) -> Result<(), Failure> {
        self.line.cut(Cut::default());
        self.terminal = None;
        let mut child = Program::Pupil
            .command()?
            .arg("--profile")
            .arg(&self.profile)
            .args(["sync", "--json"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()?;
        std::thread::sleep(Duration::from_millis(self.random.below(250)));
        child.kill()?;
        child.wait()?;
        self.broken += 1;
        self.killed += 1;
        self.open()
    }

    fn answer(&mut self, count: usize) -> Result<(), Failure> {
        for _ in 0..count {
            let fact = self.an_answer();
            let stamp = self.clock.now();
            let (_, log) = self.terminal()?;
            log.append(stamp, &fact)?;
        }
        Ok(())
    }

    fn an_answer(&mut self) -> Fact {
        let at = self.random.below(self.lessons.len() as u64) as usize;
        let lesson = &self.lessons[at];
        Fact::Answered(Answered {
            lesson: lesson.id,
            drill: lesson.drill,
            item: self.random.below(20) as u16,
            response: Response::Choice(self.random.below(4) as u16),
            took_ms: 1000 + self.random.below(20_000) as u32,
            seed: self.random.number() as u32,
            generator: 0,
        })
    }

    fn sync(&mut self) -> Result<(), Failure> {
        self.line.cut(Cut::default());
        let (shelf, _) = self.terminal()?;
        sync_once(
            shelf,
            &LineOptions::default(),
            &mut |_| (),
            &Cancel::default(),
        )?;
        Ok(())
    }

    fn withdraw(&mut self) -> Result<(), Failure> {
        for _ in 0..(self.sizes.lessons / 10).max(1) {
            if let Some(lesson) = self.lessons.pop() {
                self.desk.withdraw(lesson.id, &Cancel::default())?;
            }
        }
        Ok(())
    }

    fn report(&mut self) -> Result<Report, Failure> {
        let calm = self.latency(|_| Ok(()))?;
        let scratch = self.school.scratch().join("written");
        let bytes = self.media_held() as usize;
        let disk = self.latency(|_| measure::write_plainly(&scratch, bytes))?;
        let before = self.parts()?;
        let begun = Instant::now();
        let busy = self.latency(|shelf| {
            shelf.tidy(&|| true)?;
            Ok(())
        })?;
        let tidy_time = begun.elapsed();
        self.sync()?;
        // No desk is sending and no terminal fetching: the grace time would only be waited out.
        let mut tidy = Program::Cloud.command()?;
        tidy.args(["tidy", "--grace-days", "0", "--data"])
            .arg(self.school.data());
        let cloud_tidied = Output::of(&mut tidy)?.json()?;
        let (shelf, _) = self.terminal()?;
        shelf.tidy(&|| true)?;
        let after = self.parts()?;
        // All of it is there, sound, and the next sync has nothing to fetch.
        self.prove()?;
        Ok(Report {
            broken: self.broken,
            killed: self.killed,
            whole: self.whole,
            before,
            after,
            calm,
            disk,
            busy,
            tidy_time,
            cloud_newest: self.assigned().values().sum(),
            cloud_tidied,
            plain_files: self.plain_files()?,
        })
    }
}
