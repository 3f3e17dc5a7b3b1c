//! Where a terminal stands, in one answer.

use hotaru_content::id::{PupilId, TerminalId};
use hotaru_content::shelf::{PupilLog, ShelfError, Usage};
use serde::Serialize;

use super::{Problem, Study};

/// Where a terminal stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The terminal, once it has joined.
    pub terminal: Option<TerminalId>,
    /// The school's address.
    pub cloud: Option<String>,
    /// The school's name.
    pub school: String,
    /// The pupils on it.
    pub pupils: Vec<PupilStatus>,
    /// Live lessons of the pupil in front.
    pub lessons: usize,
    /// Those of them with every assigned byte here and verified.
    pub ready: usize,
    /// Assigned bytes that are not here yet.
    pub missing_bytes: u64,
    /// Events that the school does not have yet, of all pupils.
    pub unsent: u64,
    /// What the profile takes.
    pub usage: Usage,
}

/// One pupil of a terminal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PupilStatus {
    /// Her id.
    pub pupil: PupilId,
    /// Her number in the class.
    pub number: u16,
    /// The class's name.
    pub class: String,
    /// Her study is locked: nothing is known of her events.
    pub is_locked: bool,
    /// Events in her log's stream.
    pub events: u64,
    /// Events that the school does not have yet.
    pub unsent: u64,
    /// Whether she is in front.
    pub current: bool,
}

/// Asks an open profile where it stands.
///
/// # Errors
/// Where the shelf cannot be read.
pub fn status(study: &Study) -> Result<Status, Problem> {
    let identity = study.shelf().identity();
    let lessons = study.lessons()?;
    let current = study.pupil().map(|entry| entry.pupil);
    let pupils = identity
        .pupils
        .iter()
        .map(|entry| {
            let log = match study.shelf().pupil(&entry.pupil) {
                Ok(log) => Some(log),
                Err(ShelfError::Locked(_)) => None,
                Err(error) => return Err(error.into()),
            };
            Ok(PupilStatus {
                pupil: entry.pupil,
                number: entry.number,
                class: entry.class_name.clone(),
                is_locked: log.is_none(),
                events: log.as_ref().map_or(0, |log| log.point().next_seq),
                unsent: log.as_ref().map_or(0, PupilLog::unsent),
                current: Some(entry.pupil) == current,
            })
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    Ok(Status {
        terminal: identity.terminal,
        cloud: identity.cloud,
        school: identity.school_name,
        lessons: lessons.len(),
        ready: lessons.iter().filter(|lesson| lesson.is_ready()).count(),
        missing_bytes: lessons.iter().map(|lesson| lesson.missing_bytes).sum(),
        unsent: pupils.iter().map(|pupil| pupil.unsent).sum(),
        usage: study.shelf().usage()?,
        pupils,
    })
}
