//! What can go wrong, in words that both the window and a terminal line can say.

use hotaru_content::drill::DrillError;
use hotaru_content::shelf::ShelfError;
use hotaru_sync::client::call::CallError;
use hotaru_sync::client::http::OpenError;
use hotaru_sync::client::terminal::{JoinError, SyncError};
use hotaru_sync::terminal::SyncFault;

/// Why something could not be done. Each has a key in the language files
/// (`problem-` and [`Problem::code`]); its English sentence is its `Display`.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The shelf's own.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The line's, or the school's, in a sync.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The line's, or the school's, in a join.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// A drill's.
    #[error(transparent)]
    Drill(#[from] DrillError),
    /// No pupil has joined on this terminal.
    #[error(
        "no pupil has joined on this terminal; join a class first: hotaru join --cloud URL --code CODE --number N"
    )]
    NotJoined,
    /// No such pupil is on this terminal.
    #[error("that pupil is not on this terminal; `hotaru status` lists who is")]
    NoSuchPupil,
    /// No such drill is on the shelf.
    #[error("there is no drill {0} on this terminal; `hotaru lessons` lists them")]
    NoSuchDrill(String),
    /// An item of a file is not in the drill.
    #[error("line {line}: the drill has no item {id:?}; `hotaru lessons --json` lists its items")]
    NoSuchItem {
        /// The line, from 1.
        line: usize,
        /// What stood there.
        id: String,
    },
    /// A line of a file is not an answer.
    #[error("line {line}: {problem}; each line is an item's id, a tab, and the response")]
    BadLine {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A file cannot be read.
    #[error("{path} cannot be read ({reason}); check its name and try again")]
    File {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The sample class is not beside the program.
    #[error("the sample class is not beside the program; join a class by its address and code")]
    NoSample,
    /// The machine lacks something basic.
    #[error("this machine refuses something basic: {0}; start it again")]
    Machine(String),
}

impl Problem {
    /// A stable key.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Shelf(error) => error.code(),
            Self::Sync(SyncError::Ended { fault, .. }) => fault.code(),
            Self::Sync(SyncError::Call(error)) | Self::Join(JoinError::Call(error)) => {
                call_code(error)
            }
            Self::Sync(SyncError::NotJoined) => "not-joined",
            Self::Sync(SyncError::Random) => "machine",
            Self::Join(JoinError::OtherSchool(_)) => "other-school",
            Self::Join(JoinError::NoToken) => "answer",
            Self::Join(JoinError::Shelf(error)) => error.code(),
            Self::Drill(_) => "drill",
            Self::NotJoined => "not-joined",
            Self::NoSuchPupil => "no-such-pupil",
            Self::NoSuchDrill(_) => "no-such-drill",
            Self::NoSuchItem { .. } => "no-such-item",
            Self::BadLine { .. } => "bad-line",
            Self::File { .. } => "file",
            Self::NoSample => "no-sample",
            Self::Machine(_) => "machine",
        }
    }
}

/// The key of a failed question to the school.
fn call_code(error: &CallError) -> &str {
    match error {
        CallError::Open(OpenError::PlainHttp(_)) => "insecure",
        CallError::Open(OpenError::Address { .. }) => "bad-address",
        CallError::Open(_) => "machine",
        CallError::Line(fault) => SyncFault::line_code(fault),
        CallError::Refused { code, .. } => code,
        CallError::Answer(_) => "answer",
        CallError::Question(_) => "bad-question",
        CallError::System(_) => "machine",
        CallError::Cancelled => "cancelled",
    }
}
