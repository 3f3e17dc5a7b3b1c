//! What there is to draw, as one immutable value.

use std::sync::Arc;
use std::time::Instant;

use hotaru_content::id::PupilId;
use hotaru_content::progress::{LessonRecord, Progress};
use hotaru_content::shelf::{LockState, OpenFinding, PupilEntry, ShelfError, ShelvedLesson, Usage};
use hotaru_sync::terminal::{Progress as SyncProgress, SyncReport};
use jiff::civil::Date;

use super::CheckState;
use crate::study::{DrillOnShelf, Erased, Problem, Settings, Study};

/// What there is to draw.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// How far the program is.
    pub stage: Stage,
    /// When this was so: a wait that is named here counts from then.
    pub taken: Instant,
    /// Today, as far as this terminal can tell.
    pub today: Date,
    /// The school's name; empty before a join.
    pub school: String,
    /// The school's address; none in the sample class.
    pub cloud: Option<String>,
    /// The pupils of this terminal.
    pub pupils: Vec<PupilEntry>,
    /// The one in front.
    pub pupil: Option<PupilEntry>,
    /// How each pupil's study stands.
    pub locks: Vec<(PupilId, LockState)>,
    /// How many events of each pupil the school does not have; none where she is locked.
    pub unsent: Vec<(PupilId, Option<u64>)>,
    /// Her lessons, by day and period.
    pub lessons: Vec<LessonCard>,
    /// Their drills that are here whole.
    pub drills: Vec<DrillOnShelf>,
    /// What she has done.
    pub progress: Arc<Progress>,
    /// What she did on another terminal is still to come.
    pub awaits_earlier: bool,
    /// The school ordered that this terminal is erased once it has everything.
    pub is_to_be_erased: bool,
    /// The truth about the line.
    pub line: Line,
    /// What the profile takes.
    pub usage: Usage,
    /// What she set.
    pub settings: Settings,
    /// What was found and mended when the profile was opened, until it was read.
    pub findings: Vec<OpenFinding>,
    /// What is known of the profile's soundness.
    pub check: CheckState,
}

/// How far the program is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The profile is being opened.
    Opening,
    /// No pupil has joined yet.
    FirstStart,
    /// The pupil in front has to open her study.
    Locked,
    /// All is there.
    Ready,
    /// The profile cannot be opened.
    Failed {
        /// The problem's key.
        code: String,
        /// Its English sentence.
        detail: String,
    },
    /// The terminal is being erased.
    Erasing,
    /// It is erased, and the school is being told.
    Telling,
    /// It is erased.
    Erased {
        /// What is left.
        erased: Arc<Erased>,
        /// Why the school could not be told: key and English sentence of the problem.
        untold: Option<(String, String)>,
    },
    /// It was begun to be erased and is not at its end.
    NotErased {
        /// The problem's key.
        code: String,
        /// Its English sentence.
        detail: String,
    },
}

/// A lesson and what was done in it.
#[derive(Debug, Clone)]
pub struct LessonCard {
    /// The lesson.
    pub lesson: ShelvedLesson,
    /// What was done in it.
    pub record: LessonRecord,
}

/// The truth about the line.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is doing.
    pub state: LineState,
    /// Events that the school does not have yet.
    pub unsent: u64,
    /// Assigned bytes that are not here yet.
    pub missing_bytes: u64,
    /// Lessons that are not here whole.
    pub lessons_waiting: usize,
}

/// What the line is doing.
#[derive(Debug, Clone)]
pub enum LineState {
    /// Nothing has been tried since the start.
    Resting,
    /// A sync has begun.
    Calling,
    /// It is under way.
    Syncing(SyncProgress),
    /// It came to its end.
    Synced {
        /// What it did.
        report: Arc<SyncReport>,
        /// When, by the terminal's clock, in milliseconds since 1970.
        wall_ms: i64,
    },
    /// It failed; nothing is lost.
    Failed {
        /// The problem's key.
        code: String,
        /// Its English sentence.
        detail: String,
    },
}

impl LineState {
    pub(super) fn failed(problem: &Problem) -> Self {
        Self::Failed {
            code: problem.code().to_owned(),
            detail: problem.to_string(),
        }
    }
}

impl Snapshot {
    /// How the study of the pupil in front stands.
    #[must_use]
    pub fn lock(&self) -> Option<LockState> {
        let pupil = self.pupil.as_ref()?.pupil;
        let mut locks = self.locks.iter();
        locks
            .find(|(known, _)| *known == pupil)
            .map(|(_, lock)| *lock)
    }

    pub(super) fn opening() -> Self {
        Self {
            stage: Stage::Opening,
            taken: Instant::now(),
            today: Date::default(),
            school: String::new(),
            cloud: None,
            pupils: Vec::new(),
            pupil: None,
            locks: Vec::new(),
            unsent: Vec::new(),
            lessons: Vec::new(),
            drills: Vec::new(),
            progress: Arc::default(),
            awaits_earlier: false,
            is_to_be_erased: false,
            line: Line {
                state: LineState::Resting,
                unsent: 0,
                missing_bytes: 0,
                lessons_waiting: 0,
            },
            usage: Usage::default(),
            settings: Settings::default(),
            findings: Vec::new(),
            check: CheckState::Unasked,
        }
    }

    pub(super) fn failed(problem: &Problem) -> Self {
        let stage = Stage::Failed {
            code: problem.code().to_owned(),
            detail: problem.to_string(),
        };
        Self {
            stage,
            ..Self::opening()
        }
    }

    /// While the profile is erased there is a stage, and a look.
    pub(super) fn without_profile(stage: Stage, settings: Settings) -> Self {
        Self {
            stage,
            settings,
            ..Self::opening()
        }
    }

    pub(super) fn of(
        study: &Study,
        findings: &[OpenFinding],
        line: &LineState,
        check: &CheckState,
    ) -> Result<Self, Problem> {
        let identity = study.shelf().identity();
        let progress = study.progress().cloned().unwrap_or_default();
        let lessons: Vec<LessonCard> = study
            .lessons()?
            .into_iter()
            .map(|lesson| LessonCard {
                record: progress
                    .lessons
                    .get(&lesson.lesson)
                    .cloned()
                    .unwrap_or_default(),
                lesson,
            })
            .collect();
        let unsent = identity
            .pupils
            .iter()
            .map(|entry| match study.shelf().pupil(&entry.pupil) {
                Ok(log) => Ok((entry.pupil, Some(log.unsent()))),
                Err(ShelfError::Locked(_)) => Ok((entry.pupil, None)),
                Err(error) => Err(error.into()),
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        let states = identity.pupils.iter();
        let locks = states
            .filter_map(|entry| Some((entry.pupil, study.lock_state(&entry.pupil)?)))
            .collect();
        Ok(Self {
            stage: match study.pupil() {
                Some(_) if study.is_locked() => Stage::Locked,
                Some(_) => Stage::Ready,
                None => Stage::FirstStart,
            },
            taken: Instant::now(),
            locks,
            today: study.today()?,
            awaits_earlier: study
                .pupil()
                .is_some_and(|entry| identity.logs_awaited.contains(&entry.pupil)),
            is_to_be_erased: identity.orders.erase.is_some(),
            settings: Settings::of(&identity),
            line: Line {
                state: line.clone(),
                unsent: unsent.iter().filter_map(|(_, unsent)| *unsent).sum(),
                missing_bytes: lessons.iter().map(|card| card.lesson.missing_bytes).sum(),
                lessons_waiting: lessons
                    .iter()
                    .filter(|card| !card.lesson.is_ready())
                    .count(),
            },
            unsent,
            drills: study.drills()?,
            lessons,
            progress: Arc::new(progress),
            usage: study.shelf().usage()?,
            findings: findings.to_vec(),
            check: check.clone(),
            pupil: study.pupil().cloned(),
            pupils: identity.pupils,
            school: identity.school_name,
            cloud: identity.cloud,
        })
    }
}
