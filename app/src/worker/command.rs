//! What a window may ask for, and what comes back.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use hotaru_content::blob::BlobId;
use hotaru_content::drill::{Drill, Response};
use hotaru_content::id::PupilId;
use hotaru_content::log::{Fact, PaperStudy};
use hotaru_content::shelf::LockKind;
use hotaru_content::text::Document;
use hotaru_sync::client::terminal::SignIn;
use zeroize::Zeroizing;

use crate::study::{Answer, Ask, Problem, Settings};

/// What the window asks for.
#[derive(Debug, Clone)]
pub enum Command {
    /// A blob, made ready to draw.
    Load {
        /// Which.
        id: BlobId,
        /// As what.
        wanted: Wanted,
    },
    /// Adds a fact to the pupil's log.
    Record(Fact),
    /// Adds study on paper to the pupil's log.
    DeclarePaper {
        /// What was done.
        study: PaperStudy,
        /// A photo of it.
        photo: Option<PathBuf>,
    },
    /// Answers an item.
    Answer {
        /// The question.
        ask: Ask,
        /// What was given.
        response: Response,
        /// From question to answer, in milliseconds.
        took_ms: u32,
    },
    /// Joins a class, or adds a pupil to this terminal.
    Join {
        /// The school's address.
        cloud: String,
        /// Code and number.
        sign_in: SignIn,
    },
    /// Puts another pupil in front.
    Select(PupilId),
    /// Opens the study of the pupil in front.
    Unlock(UnlockWith),
    /// Chooses the secret of the pupil in front; none takes her lock away.
    SetLock(Option<(LockKind, Secret)>),
    /// Locks the study of the pupil in front.
    LockNow,
    /// Changes the settings.
    Set(Settings),
    /// Syncs now.
    Sync,
    /// Stops a sync; what has arrived stays.
    StopSync,
    /// Reads the whole profile and holds it against its hashes; with `repair`, mends it.
    CheckUp {
        /// Whether to mend what is found.
        repair: bool,
    },
    /// Stops a check.
    StopCheck,
    /// Erases the terminal: its keys, then everything else. Once that was begun and could not
    /// be finished, it tries again.
    Erase {
        /// Even what has not reached the school.
        lose_unsent: bool,
    },
    /// Tells the school of an erasure once more.
    ConfirmErasure,
    /// Opens the erased profile for whoever comes next.
    BeginAnew,
    /// The pupil has read what was found at the start.
    DismissFindings,
    /// Ends the thread.
    Quit,
}

/// What opens a study.
#[derive(Debug, Clone)]
pub enum UnlockWith {
    /// The pupil's own secret: digits, letters of pictures, a passphrase.
    Secret(Secret),
    /// A code that a teacher read out.
    Code(Secret),
}

/// A text that is never printed, and wiped when dropped.
#[derive(Clone, Default)]
pub struct Secret(pub Zeroizing<String>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What a blob is to be made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A lesson's text.
    Text,
    /// A drill.
    Drill,
    /// The bytes as they are: a photo, a handout, captions.
    Bytes,
}

/// A blob made ready.
#[derive(Debug, Clone)]
pub enum Loaded {
    /// A lesson's text.
    Text(Arc<Document>),
    /// A drill.
    Drill(Arc<Drill>),
    /// Bytes.
    Bytes(Arc<[u8]>),
}

/// What comes back.
#[derive(Debug)]
pub enum Reply {
    /// A blob, or why it cannot be shown.
    Loaded {
        /// Which.
        id: BlobId,
        /// What came of it.
        loaded: Result<Loaded, Problem>,
    },
    /// An answer is on the disk.
    Answered {
        /// The question.
        ask: Ask,
        /// The event and the grade.
        answer: Answer,
    },
    /// An answer could not be saved; it can be given again.
    NotAnswered {
        /// The question.
        ask: Ask,
        /// Why.
        problem: Problem,
    },
    /// Study on paper is on the disk, or why it is not.
    PaperDeclared(Result<(), Problem>),
    /// What came of joining.
    Joined(Result<(), Problem>),
    /// What came of opening a study.
    Unlocked(Result<(), Problem>),
    /// What came of choosing a secret, or of taking a lock away.
    LockSet(Result<(), Problem>),
    /// Something else failed.
    Failed(Problem),
}
