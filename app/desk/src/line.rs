//! The line to the school, as one teacher.
//!
//! Every call waits for its answer; the window makes them on threads of their own.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::{self, Drill};
use hotaru_content::id::LessonId;
use hotaru_content::lesson::Revision;
use hotaru_sync::client::call::{CallError, Caller};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::desk::Desk;
use hotaru_sync::client::http::Options;
use hotaru_sync::http::LineFault;
use hotaru_sync::wire::{DeskSchool, code, path};

use crate::account::Account;
use crate::problem::Problem;

/// The way to one school, as one teacher.
pub struct Line {
    desk: Desk,
    /// For blobs; a connection is made only where one is wanted.
    blobs: Caller,
}

impl Line {
    /// Prepares; nothing is sent.
    ///
    /// # Errors
    /// Where the address, the token or the certificates cannot be used.
    pub fn open(account: &Account) -> Result<Self, Problem> {
        let options = Options {
            token: account.is_signed_in().then(|| account.token.clone()),
            root_certificates: account.ca.clone(),
            ..Options::new(&account.cloud)
        };
        Ok(Self {
            desk: Desk::open(&options)?,
            blobs: Caller::open(&options)?,
        })
    }

    /// The same, giving up a send after so many faults in a row.
    #[must_use]
    pub fn with_patience(self, patience: u32) -> Self {
        Self {
            desk: self.desk.with_patience(patience),
            ..self
        }
    }

    /// Questions that the school answers itself.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The newest revision of a lesson, found among a teacher's classes.
    ///
    /// # Errors
    /// Where the line fails, or there is no such lesson.
    pub fn newest_revision(
        &self,
        school: &DeskSchool,
        lesson: LessonId,
        cancel: &Cancel,
    ) -> Result<Revision, Problem> {
        for class in &school.classes {
            let lessons = self.desk.lessons(class.class, cancel)?;
            if let Some(found) = lessons.lessons.iter().find(|found| found.lesson == lesson) {
                if found.withdrawn {
                    return Err(Problem::Withdrawn(lesson));
                }
                return Ok(self.desk.document(found.document, cancel)?);
            }
        }
        Err(Problem::NoLesson(lesson))
    }

    /// A drill, by its blob's name.
    ///
    /// # Errors
    /// Where the line fails, the school refuses, or the bytes are not the ones named.
    pub fn drill(&self, blob: BlobId, cancel: &Cancel) -> Result<Drill, Problem> {
        let most = drill::MAX_DOCUMENT_LEN as u64;
        let bytes = self.blobs.bytes(path::blob(&blob), most, cancel)?;
        if BlobRef::of(&bytes).id != blob {
            return Err(LineFault::WrongHash(blob.to_string()).into());
        }
        Drill::from_json(&bytes).map_err(|error| Problem::Answer(error.to_string()))
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Open(error) => error.into(),
            CallError::Line(fault) => fault.into(),
            CallError::Refused {
                status,
                code,
                message,
            } => match code.as_str() {
                code::SESSION_OVER => Self::SessionOver,
                code::WRONG_SIGN_IN => Self::WrongSignIn,
                code::CODE_NEEDED => Self::CodeNeeded,
                code::UNAUTHORIZED => Self::Token,
                code::OIDC_UNKNOWN | code::OIDC_FAILED => Self::Refused { code, message },
                _ if status == 401 => Self::Token,
                _ => Self::Refused { code, message },
            },
            CallError::Answer(why) | CallError::Question(why) => Self::Answer(why),
            CallError::System(error) => Self::Machine(error.to_string()),
            CallError::Cancelled => Self::Stopped,
        }
    }
}
