//! What a pupil's program does, over the shelf: the same for the window and without one.

mod catalog;
mod checkup;
mod erasing;
mod joining;
mod locking;
mod photo;
mod problem;
mod sample;
mod settings;
mod status;

pub use catalog::ShelfCatalog;
pub use checkup::{extent_words, finding_words, verdict_words};
pub use erasing::{Erased, Erasure, confirm, unconfirmed};
pub use joining::Joined;
pub use problem::Problem;
pub use sample::sample_package;
pub use settings::Settings;
pub use status::{Status, status};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::clock::{Clock, Stamp, SystemClock, school_day};
use hotaru_content::drill::{Drill, Grade, Response};
use hotaru_content::id::{LessonId, PupilId};
use hotaru_content::lesson::Body;
use hotaru_content::log::{Answered, Event, Fact, PaperStudy};
use hotaru_content::progress::{Progress, grade_answer};
use hotaru_content::shelf::{
    OpenOptions, OpenReport, PupilEntry, PupilLog, Shelf, ShelfError, ShelvedLesson,
};
use jiff::civil::Date;

use crate::keyring;

/// How many events are read at once when progress is folded.
const FOLD_PAGE: usize = 2000;

/// An open profile with one pupil in front.
pub struct Study {
    shelf: Shelf,
    clock: SystemClock,
    catalog: ShelfCatalog,
    /// Who is in front; her log is open unless it is locked.
    front: Option<PupilEntry>,
    current: Option<Current>,
}

/// The open log of the pupil in front.
struct Current {
    log: PupilLog,
    progress: Progress,
}

/// What came of an answer; it is on the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The event.
    pub event: Event,
    /// How it was graded here; the school grades it again.
    pub grade: Grade,
}

/// A question that is about to be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The lesson that the drill stands in.
    pub lesson: LessonId,
    /// The drill.
    pub drill: BlobId,
    /// The item's place.
    pub item: u16,
    /// The seed of the order in which choices were shown.
    pub seed: u32,
}

/// A drill that a lesson on the shelf has.
#[derive(Debug, Clone)]
pub struct DrillOnShelf {
    /// The lesson.
    pub lesson: LessonId,
    /// The drill's blob.
    pub blob: BlobRef,
    /// Its title.
    pub title: String,
    /// Its items.
    pub drill: Arc<Drill>,
}

impl Study {
    /// Where a profile lives when nothing else is said.
    #[must_use]
    pub fn default_profile() -> PathBuf {
        dirs::data_dir()
            .unwrap_or_else(|| PathBuf::from("."))
            .join("hotaru")
            .join("profile")
    }

    /// Opens a profile, or makes it, and puts the pupil in front that was last there.
    ///
    /// # Errors
    /// Where the shelf cannot be opened.
    pub fn open(profile: &Path) -> Result<(Self, OpenReport), Problem> {
        Self::open_with(profile, &keyring::open_options())
    }

    /// Opens a profile with options of the shelf's.
    ///
    /// # Errors
    /// Where the shelf cannot be opened.
    pub fn open_with(profile: &Path, options: &OpenOptions) -> Result<(Self, OpenReport), Problem> {
        let mut opened = Shelf::open(profile, options)?;
        let clock = SystemClock::new().map_err(|error| Problem::Machine(error.to_string()))?;
        let catalog = ShelfCatalog::new(opened.shelf.clone());
        let mut study = Self {
            shelf: opened.shelf,
            clock,
            catalog,
            front: None,
            current: None,
        };
        let identity = study.shelf.identity();
        let settings = Settings::of(&identity);
        study.shelf.set_cap(settings.cap_bytes);
        let last = settings.last_pupil;
        let first = identity
            .pupils
            .iter()
            .find(|entry| Some(entry.pupil) == last)
            .or_else(|| identity.pupils.first());
        if let Some(entry) = first {
            study.open_pupil(entry.clone())?;
        }
        for entry in &identity.pupils {
            // One whose log cannot be opened says so when she is put in front.
            if let Ok(log) = study.shelf.pupil(&entry.pupil) {
                opened.report.findings.extend(log.mended());
            }
        }
        Ok((study, opened.report))
    }

    /// The shelf.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Where drills and subjects are looked up.
    #[must_use]
    pub fn catalog(&self) -> &ShelfCatalog {
        &self.catalog
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// Today, by the terminal's clock with the school's correction. Where that is
    /// implausible (no school year of this century), the newest class day is taken.
    ///
    /// # Errors
    /// Where the shelf cannot be read.
    pub fn today(&self) -> Result<Date, Problem> {
        let offset = self.shelf.identity().server_offset_ms.unwrap_or(0);
        let today = school_day(self.now().wall_ms.saturating_add(offset));
        if (2025..2100).contains(&today.year()) {
            return Ok(today);
        }
        Ok(self
            .lessons()?
            .iter()
            .map(|lesson| lesson.doc.day)
            .max()
            .unwrap_or(today))
    }

    /// The pupil in front.
    #[must_use]
    pub fn pupil(&self) -> Option<&PupilEntry> {
        self.front.as_ref()
    }

    /// The log of the pupil in front.
    ///
    /// # Errors
    /// Where no pupil has joined on this terminal, or hers is locked.
    pub fn log(&self) -> Result<&PupilLog, Problem> {
        match (&self.current, &self.front) {
            (Some(current), _) => Ok(&current.log),
            (None, Some(front)) => Err(ShelfError::Locked(front.pupil).into()),
            (None, None) => Err(Problem::NotJoined),
        }
    }

    /// What the pupil in front has done, folded.
    #[must_use]
    pub fn progress(&self) -> Option<&Progress> {
        self.current.as_ref().map(|current| &current.progress)
    }

    /// Puts another pupil of this terminal in front; who was there before is locked, where she
    /// has a lock.
    ///
    /// # Errors
    /// Where she is not on this terminal.
    pub fn select(&mut self, pupil: &PupilId) -> Result<(), Problem> {
        let identity = self.shelf.identity();
        let entry = identity.pupils.iter().find(|entry| entry.pupil == *pupil);
        let entry = entry.cloned().ok_or(Problem::NoSuchPupil)?;
        if self
            .front
            .as_ref()
            .is_some_and(|front| front.pupil != *pupil)
        {
            self.lock_now();
        }
        self.open_pupil(entry)?;
        Settings::change(&self.shelf, |settings| settings.last_pupil = Some(*pupil))?;
        Ok(())
    }

    /// Puts a pupil in front by her number in the class.
    ///
    /// # Errors
    /// Where no pupil of this terminal has that number.
    pub fn select_number(&mut self, number: u16) -> Result<(), Problem> {
        let identity = self.shelf.identity();
        let entry = identity.pupils.iter().find(|entry| entry.number == number);
        let pupil = entry.map(|entry| entry.pupil).ok_or(Problem::NoSuchPupil)?;
        self.select(&pupil)
    }

    fn open_pupil(&mut self, entry: PupilEntry) -> Result<(), Problem> {
        let log = match self.shelf.pupil(&entry.pupil) {
            Ok(log) => Some(log),
            // She opens it first.
            Err(ShelfError::Locked(_)) => None,
            Err(error) => return Err(error.into()),
        };
        self.front = Some(entry);
        self.current = log.map(|log| Current {
            log,
            progress: Progress::default(),
        });
        self.fold_progress()
    }

    /// Folds the progress anew from the log: when drills arrived that answers name.
    ///
    /// # Errors
    /// Where the log cannot be read.
    pub fn fold_progress(&mut self) -> Result<(), Problem> {
        self.leave_removed()?;
        self.catalog.refresh()?;
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        let mut progress = Progress::default();
        for stream in current.log.streams()? {
            let mut from = 0;
            loop {
                let stream = stream.open.stream;
                let events = current.log.events_of(stream, from, FOLD_PAGE)?;
                let Some(last) = events.last() else { break };
                from = last.seq + 1;
                for event in &events {
                    progress.apply(event, &self.catalog);
                }
            }
        }
        current.progress = progress;
        Ok(())
    }

    /// Puts somebody else in front, or nobody, where the school had the pupil in front removed.
    fn leave_removed(&mut self) -> Result<(), Problem> {
        let identity = self.shelf.identity();
        let is_here = |front: &PupilEntry| {
            let mut here = identity.pupils.iter();
            here.any(|entry| entry.pupil == front.pupil)
        };
        if self.front.as_ref().is_none_or(is_here) {
            return Ok(());
        }
        (self.front, self.current) = (None, None);
        match identity.pupils.first() {
            Some(entry) => self.open_pupil(entry.clone()),
            None => Ok(()),
        }
    }

    /// The lessons of the pupil in front, by day and period.
    ///
    /// # Errors
    /// Where the shelf cannot be read.
    pub fn lessons(&self) -> Result<Vec<ShelvedLesson>, Problem> {
        match &self.front {
            Some(front) => Ok(self.shelf.lessons(&front.pupil)?),
            None => Ok(Vec::new()),
        }
    }

    /// The drills in those lessons that are here whole.
    ///
    /// # Errors
    /// Where the shelf cannot be read.
    pub fn drills(&self) -> Result<Vec<DrillOnShelf>, Problem> {
        let mut drills = Vec::new();
        for lesson in self.lessons()? {
            for material in &lesson.doc.materials {
                let Body::Drill { blob, .. } = &material.body else {
                    continue;
                };
                // One that is damaged or unreadable is named on its lesson's page; the others
                // can be worked on.
                let Ok(Some(drill)) = self.catalog.load(&blob.id) else {
                    continue;
                };
                drills.push(DrillOnShelf {
                    lesson: lesson.lesson,
                    blob: *blob,
                    title: material.title.clone(),
                    drill,
                });
            }
        }
        Ok(drills)
    }

    /// Adds a fact to the log. It is on the disk when this returns.
    ///
    /// # Errors
    /// Where it could not be made durable; then it is not in the log.
    pub fn record(&mut self, fact: &Fact) -> Result<Event, Problem> {
        let stamp = self.now();
        self.log()?;
        let current = self.current.as_mut().ok_or(Problem::NotJoined)?;
        let event = current.log.append(stamp, fact)?;
        current.progress.apply(&event, &self.catalog);
        Ok(event)
    }

    /// Adds study on paper to the log, with a photo of it. Both are on the disk when this
    /// returns; the photo is encoded anew, without what a camera wrote beside the picture.
    ///
    /// # Errors
    /// Where the photo cannot be used or something could not be made durable; then it is not
    /// in the log.
    pub fn declare_paper(
        &mut self,
        mut study: PaperStudy,
        photo: Option<&Path>,
    ) -> Result<Event, Problem> {
        if let Some(path) = photo {
            let pupil = self.pupil().ok_or(Problem::NotJoined)?.pupil;
            let bytes = photo::prepare(path)?;
            study.photo = Some(self.shelf.put_own_blob(&pupil, &bytes)?);
        }
        self.record(&Fact::PaperStudy(study))
    }

    /// Answers an item. The answer is on the disk when this returns.
    ///
    /// # Errors
    /// Where it could not be made durable; then it does not count and can be given again.
    pub fn answer(
        &mut self,
        ask: &Ask,
        response: Response,
        took_ms: u32,
    ) -> Result<Answer, Problem> {
        let answered = Answered {
            lesson: ask.lesson,
            drill: ask.drill,
            item: ask.item,
            response,
            took_ms,
            seed: ask.seed,
            generator: 0,
        };
        let grade = grade_answer(&answered, &self.catalog);
        let event = self.record(&Fact::Answered(answered))?;
        Ok(Answer { event, grade })
    }

    /// Drops lessons whose last day has passed.
    ///
    /// # Errors
    /// Where the shelf cannot be written.
    pub fn expire(&self) -> Result<Vec<LessonId>, Problem> {
        Ok(self.shelf.expire(self.today()?)?)
    }
}
