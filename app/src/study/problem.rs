//! What can go wrong, in words that both the window and a terminal line can say.

use hotaru_content::drill::DrillError;
use hotaru_content::shelf::ShelfError;
use hotaru_sync::client::call::CallError;
use hotaru_sync::client::http::OpenError;
use hotaru_sync::client::terminal::{JoinError, SyncError};
use hotaru_sync::terminal::SyncFault;
use hotaru_sync::wire::code;

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
    /// A photo cannot be used.
    #[error("{path} cannot be used as a photo ({reason}); choose a whole JPEG or PNG")]
    Photo {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The sample class is not beside the program.
    #[error("the sample class is not beside the program; join a class by its address and code")]
    NoSample,
    /// A check found faults that are not mended; the sentence says so in the reader's words.
    #[error("{0}")]
    Unsound(String),
    /// Erasing would lose answers that the school does not have.
    #[error(
        "{0} answers and notes have not reached the school and would be lost; connect first, or say --lose-unsent"
    )]
    Unsent(u64),
    /// Erasing was not said twice.
    #[error("nothing was erased; say --yes to erase everything of this profile")]
    NotSure,
    /// There is no erasure to tell the school of.
    #[error("this profile was not erased, or the school knows; there is nothing to confirm")]
    NoErasure,
    /// The machine lacks something basic.
    #[error("this machine refuses something basic: {0}; start it again")]
    Machine(String),
}

impl Problem {
    /// A stable key; its words are `problem-KEY` and `problem-KEY-next`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shelf(error) => shelf_code(error),
            Self::Sync(SyncError::Ended { fault, .. }) => sync_code(fault),
            Self::Sync(SyncError::Call(error)) | Self::Join(JoinError::Call(error)) => {
                call_code(error)
            }
            Self::Sync(SyncError::NotJoined) => "not-joined",
            Self::Sync(SyncError::Shelf(error)) => shelf_code(error),
            Self::Sync(SyncError::Random) => "machine",
            Self::Join(JoinError::OtherSchool(_)) => "other-school",
            Self::Join(JoinError::NoToken) => "mismatch",
            Self::Join(JoinError::Shelf(error)) => shelf_code(error),
            Self::Drill(_) => "drill",
            Self::NotJoined => "not-joined",
            Self::NoSuchPupil => "no-such-pupil",
            Self::NoSuchDrill(_) => "no-such-drill",
            Self::NoSuchItem { .. } => "no-such-item",
            Self::BadLine { .. } => "bad-line",
            Self::File { .. } => "file",
            Self::Photo { .. } => "photo",
            Self::NoSample => "no-sample",
            Self::Unsound(_) => "damaged",
            Self::Unsent(_) => "unsent",
            Self::NotSure => "not-sure",
            Self::NoErasure => "no-erasure",
            Self::Machine(_) => "machine",
        }
    }
}

/// The key of a shelf's error. What only a program can act on is one for people: it mends
/// itself at the next connection.
fn shelf_code(error: &ShelfError) -> &'static str {
    match error.code() {
        "large-blob" | "wrong-blob" | "wrong-group" | "stale-batch" | "wrong-document"
        | "bad-lesson" | "bad-event" | "fork" | "too-long" => "mismatch",
        "no-pupil" => "no-such-pupil",
        "random" => "machine",
        code => code,
    }
}

/// The key of what ended a sync.
fn sync_code(fault: &SyncFault) -> &'static str {
    match fault {
        SyncFault::Refused { code, .. } => refused_code(code),
        SyncFault::Photos(_) => "photos",
        fault => match fault.code() {
            "wrong-bytes" | "answer" | "gone" | "forked" => "mismatch",
            code => code,
        },
    }
}

/// The key of a failed question to the school.
fn call_code(error: &CallError) -> &'static str {
    match error {
        CallError::Open(OpenError::PlainHttp(_)) => "insecure",
        CallError::Open(OpenError::Address { .. }) => "bad-address",
        CallError::Open(_) | CallError::System(_) => "machine",
        CallError::Line(fault) => SyncFault::line_code(fault),
        CallError::Refused { code, .. } => refused_code(code),
        CallError::Answer(_) | CallError::Question(_) => "mismatch",
        CallError::Cancelled => "cancelled",
    }
}

/// The key of a refusal, by the cloud's code.
fn refused_code(code: &str) -> &'static str {
    match code {
        code::WRONG_CODE => "wrong-code",
        code::UNAUTHORIZED | code::UNSIGNED | code::REPLAYED => "not-let-in",
        code::SUPERSEDED => "superseded",
        code::FORBIDDEN => "forbidden",
        code::BUSY => "busy",
        code::NO_SPACE => "school-full",
        _ => "refused",
    }
}

#[cfg(test)]
mod tests {
    use hotaru_ui::words::{Language, Words};

    use crate::window::PUPIL_SOURCES;

    /// Every key that the functions above can give.
    const CODES: &[&str] = &[
        "in-use",
        "io",
        "no-space",
        "cap-reached",
        "not-saved-full",
        "not-saved",
        "damaged-blob",
        "no-blob",
        "damaged",
        "keys-lost",
        "newer",
        "mismatch",
        "no-such-pupil",
        "machine",
        "unreachable",
        "broken",
        "stalled",
        "intercepted",
        "captive-portal",
        "proxy",
        "truncated",
        "too-long",
        "wrong-hash",
        "not-let-in",
        "superseded",
        "forbidden",
        "refused",
        "wrong-code",
        "busy",
        "school-full",
        "photos",
        "cancelled",
        "insecure",
        "bad-address",
        "other-school",
        "not-joined",
        "drill",
        "no-such-drill",
        "no-such-item",
        "bad-line",
        "file",
        "photo",
        "no-sample",
        "unsent",
        "not-sure",
        "no-erasure",
    ];

    #[test]
    fn every_problem_has_words_in_every_language() {
        for language in Language::ALL {
            let words = Words::new(language, &[PUPIL_SOURCES]);
            for code in CODES {
                for key in [format!("problem-{code}"), format!("problem-{code}-next")] {
                    assert_ne!(words.get(&key), key, "{language:?}");
                }
            }
        }
    }
}
