//! What there is to draw.

use std::collections::BTreeMap;
use std::sync::Arc;

use hotaru_content::blob::BlobId;
use hotaru_content::drill::Drill;
use hotaru_content::id::{ClassId, JobId, LessonId, PupilId};
use hotaru_sync::upload::Progress;
use hotaru_sync::wire::{
    AdminTerminals, DeskAnswers, DeskClass, DeskLesson, DeskLessons, DeskPupil, DeskReceipts,
    DeskSchool, SessionCard,
};
use hotaru_ui::look::Look;
use jiff::civil::Date;

use super::files::FileCard;
use crate::problem::Problem;

/// All that screens draw. Immutable.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// How far the program is.
    pub stage: Stage,
    /// The school's address.
    pub cloud: String,
    /// The name that is signed in, or was last; empty where a printed token lets in.
    pub name: String,
    /// Who is signed in, and as what.
    pub who: Fetched<SessionCard>,
    /// Classes, rosters, terminals.
    pub school: Fetched<DeskSchool>,
    /// All terminals of the school, for who keeps them.
    pub terminals: Fetched<AdminTerminals>,
    /// The lessons of the classes that were looked at.
    pub lessons: BTreeMap<ClassId, Fetched<DeskLessons>>,
    /// The lesson that was looked at last.
    pub page: Option<LessonPage>,
    /// The pupil that is being looked at.
    pub pupil: Option<PupilPage>,
    /// The draft's materials.
    pub files: Vec<FileCard>,
    /// A title that the draft's first material suggests; may be empty.
    pub proposed_title: String,
    /// The lessons in the outbox, oldest first.
    pub jobs: Vec<JobCard>,
    /// Today in Japan.
    pub today: Date,
    /// How the window looks.
    pub look: Look,
}

/// How far the program is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The folder is being opened.
    Opening,
    /// Nobody has ever signed in.
    FirstStart,
    /// Somebody was signed in here, and has to do so again.
    SignedOut {
        /// The session ended while she was here.
        over: bool,
    },
    /// Somebody has.
    Ready,
    /// The folder cannot be used.
    Failed(Trouble),
}

/// A problem as a screen says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The problem's key.
    pub code: &'static str,
    /// Its English sentence.
    pub detail: String,
}

impl From<&Problem> for Trouble {
    fn from(problem: &Problem) -> Self {
        Self {
            code: problem.code(),
            detail: problem.to_string(),
        }
    }
}

/// Something that the school was asked for.
#[derive(Debug, Clone)]
pub struct Fetched<T> {
    /// What it last answered.
    pub value: Option<Arc<T>>,
    /// When, milliseconds since 1970-01-01T00:00:00Z; 0 where it is from an earlier day.
    pub at_ms: i64,
    /// It is being asked.
    pub coming: bool,
    /// Why the last question has no answer.
    pub failed: Option<Trouble>,
}

impl<T> Default for Fetched<T> {
    fn default() -> Self {
        Self {
            value: None,
            at_ms: 0,
            coming: false,
            failed: None,
        }
    }
}

impl<T> Fetched<T> {
    /// Takes an answer.
    pub fn take(&mut self, answer: Result<Arc<T>, Trouble>, now_ms: i64) {
        self.coming = false;
        match answer {
            Ok(value) => {
                (self.value, self.at_ms, self.failed) = (Some(value), now_ms, None);
            }
            Err(trouble) => self.failed = Some(trouble),
        }
    }
}

/// How a lesson stands.
#[derive(Debug, Clone)]
pub struct LessonPage {
    /// The lesson.
    pub lesson: LessonId,
    /// Where it is.
    pub receipts: Fetched<DeskReceipts>,
    /// What was answered.
    pub answers: Fetched<DeskAnswers>,
    /// Its drills, for the words of their choices.
    pub drills: BTreeMap<BlobId, Arc<Drill>>,
}

/// One pupil's own page.
#[derive(Debug, Clone)]
pub struct PupilPage {
    /// The pupil.
    pub pupil: PupilId,
    /// What the school tells of her.
    pub page: Fetched<DeskPupil>,
}

/// A lesson in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct JobCard {
    /// Its job.
    pub id: JobId,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: JobState,
}

/// Where a lesson in the outbox stands.
#[derive(Debug, Clone, PartialEq)]
pub enum JobState {
    /// It can be undone until this moment, milliseconds since 1970-01-01T00:00:00Z.
    Held(i64),
    /// It goes next.
    Waiting,
    /// It is going.
    Sending(Progress),
    /// It did not reach the school; it is tried again.
    Failed(Trouble),
    /// The school refused it; a person has to decide.
    Refused(Trouble),
    /// Its file cannot be used.
    Damaged(String),
}

impl Snapshot {
    /// Before anything is known.
    #[must_use]
    pub fn opening(today: Date) -> Self {
        Self {
            stage: Stage::Opening,
            cloud: String::new(),
            name: String::new(),
            who: Fetched::default(),
            school: Fetched::default(),
            terminals: Fetched::default(),
            lessons: BTreeMap::new(),
            page: None,
            pupil: None,
            files: Vec::new(),
            proposed_title: String::new(),
            jobs: Vec::new(),
            today,
            look: Look::default(),
        }
    }

    /// The classes and groups, in the school's order.
    #[must_use]
    pub fn classes(&self) -> &[DeskClass] {
        self.school
            .value
            .as_ref()
            .map_or(&[], |school| school.classes.as_slice())
    }

    /// A lesson in any list that was loaded, with the class that it stands in.
    #[must_use]
    pub fn lesson(&self, wanted: LessonId) -> Option<(ClassId, &DeskLesson)> {
        self.lessons.iter().find_map(|(class, lessons)| {
            let lessons = &lessons.value.as_ref()?.lessons;
            Some((
                *class,
                lessons.iter().find(|lesson| lesson.lesson == wanted)?,
            ))
        })
    }
}
