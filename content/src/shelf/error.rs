//! What can go wrong on the shelf.

use std::io;
use std::path::{Path, PathBuf};

use super::lock::WeakSecret;
use crate::blob::BlobId;
use crate::id::{LessonId, PupilId};
use crate::lesson::LessonError;
use crate::log::{EventError, StreamPoint};
use crate::unlock::BadCode;

/// Why the shelf could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// Another program holds the profile's lock.
    #[error("the profile {} is open in another program; close that one first", dir.display())]
    InUse {
        /// The profile.
        dir: PathBuf,
    },
    /// The operating system refused a file.
    #[error("{what} {} failed ({source}); check the disk and the folder's permissions, then try again", path.display())]
    Io {
        /// What was being done, in words: "reading".
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// The disk has too little room.
    #[error(
        "the disk has {free} bytes free where {wanted} are needed; delete files that you no longer need, nothing on the shelf is lost"
    )]
    NoSpace {
        /// Bytes needed, the reserve included.
        wanted: u64,
        /// Bytes free.
        free: u64,
    },
    /// The profile's own limit is reached and all that it holds is assigned.
    #[error(
        "{wanted} bytes more would pass this profile's limit of {cap} ({used} are used by assigned lessons); raise the limit in the settings"
    )]
    CapReached {
        /// Bytes to be added.
        wanted: u64,
        /// Bytes that blobs take.
        used: u64,
        /// The limit.
        cap: u64,
    },
    /// An event could not be made durable. It is not in the log; all before it are.
    #[error(
        "this one answer is not saved ({reason}), all earlier ones are; free some space on the disk and answer again"
    )]
    NotSaved {
        /// Whether the disk is full.
        full: bool,
        /// The operating system's reason.
        reason: String,
    },
    /// A blob's bytes on the disk are not its own; it was dropped and is wanted again.
    #[error(
        "the copy of {0} on this disk was damaged and has been dropped; it is fetched again at the next connection"
    )]
    DamagedBlob(BlobId),
    /// A blob is not here.
    #[error("{0} is not on this terminal yet; connect to fetch it")]
    NoBlob(BlobId),
    /// A blob is too large to be read whole.
    #[error("{id} has {len} bytes, too many to read at once; read it in parts")]
    LargeBlob {
        /// Which.
        id: BlobId,
        /// Its length.
        len: u64,
    },
    /// Bytes given for a blob are not those that its name says.
    #[error("what arrived is not {0}; nothing of it was kept, fetch it again")]
    WrongBlob(BlobId),
    /// A blob's part has the wrong length or comes after the end.
    #[error("a part of {id} with {len} bytes does not belong at byte {at}; fetch on from there")]
    WrongGroup {
        /// Which.
        id: BlobId,
        /// Where the partial download stands.
        at: u64,
        /// The part's length.
        len: usize,
    },
    /// A record or file does not authenticate.
    #[error(
        "{what} is damaged; start the program again, it then rebuilds what it can from the log and the cloud"
    )]
    Damaged {
        /// What, in words.
        what: String,
    },
    /// The key file is gone or damaged while sealed data is there.
    #[error("the keys of the profile {} are missing or damaged; put its `keys` files back from a backup, or join with a new profile", dir.display())]
    KeysLost {
        /// The profile.
        dir: PathBuf,
    },
    /// The profile was written by a newer program.
    #[error("{what} was written by a newer program; update this one")]
    Newer {
        /// What, in words.
        what: String,
    },
    /// A batch of lessons does not begin where the shelf stands.
    #[error(
        "the lessons given go on from {given} but the shelf stands at {here}; ask again from there"
    )]
    StaleBatch {
        /// The batch's beginning.
        given: u64,
        /// The shelf's cursor.
        here: u64,
    },
    /// A lesson's document does not fit its name.
    #[error("the document of lesson {0} is of another lesson or revision; nothing of it was kept")]
    WrongDocument(LessonId),
    /// A lesson's document is no lesson.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// An event is out of bounds.
    #[error(transparent)]
    Event(#[from] EventError),
    /// A point that the other end names is not on this stream.
    #[error("the log and the cloud differ below event {}; find the last common one and go on from it", at.next_seq)]
    Fork {
        /// The point.
        at: StreamPoint,
    },
    /// The pupil has no place on this profile.
    #[error("pupil {0} is not on this terminal; join the class first")]
    NoPupil(PupilId),
    /// The pupil's study is locked: nothing of it can be read until she opens it.
    #[error(
        "the study of pupil {0} is locked; open it with the PIN, the pictures or the passphrase, or ask the teacher for a code"
    )]
    Locked(PupilId),
    /// Some of her work has not reached the school, as far as can be told.
    #[error(
        "not all that pupil {pupil} did here has reached the school; connect first, or say that it may be lost"
    )]
    Unsent {
        /// Whose.
        pupil: PupilId,
        /// How many answers and notes; none where her study is locked and nobody can tell.
        events: Option<u64>,
    },
    /// That was not the secret.
    #[error("that is not right; try again, or ask the teacher for a code")]
    WrongSecret {
        /// Wrong tries in a row.
        wrong: u32,
        /// Until the next try counts, in milliseconds.
        wait_ms: u64,
    },
    /// Too many wrong tries: the next one counts later.
    #[error("that was wrong too often; wait {} seconds, then try again, or ask the teacher for a code", wait_ms.div_ceil(1000))]
    Slowed {
        /// Until then, in milliseconds.
        wait_ms: u64,
    },
    /// The school was not heard of for too long: a contact or a code of a teacher's opens.
    #[error(
        "this terminal was without the school for too long and has locked itself; nothing is lost: connect it to the school, or ask the teacher for a code"
    )]
    SignInExpired,
    /// That code is none, was used, or is of another number.
    #[error(
        "this code does not open; tell the teacher the number that stands here and ask for its code"
    )]
    WrongUnlockCode,
    /// A secret that is not taken.
    #[error(transparent)]
    WeakSecret(#[from] WeakSecret),
    /// A code that cannot be one.
    #[error(transparent)]
    BadCode(#[from] BadCode),
    /// The system's keyring does not give the keys out now.
    #[error(
        "the system's keyring has this profile's keys and does not give them out ({reason}); sign in to this computer as usual, then start Hotaru again; nothing is lost"
    )]
    KeyringClosed {
        /// The system's reason.
        reason: String,
    },
    /// There is not enough memory to check a secret.
    #[error("{bytes} bytes of memory are needed for a moment; close other programs and try again")]
    NoMemory {
        /// How many.
        bytes: u64,
    },
    /// A value is longer than allowed.
    #[error("{what} is longer than {limit} bytes; shorten it")]
    TooLong {
        /// What, in words.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
    /// The operating system has no randomness.
    #[error("the operating system gives no random numbers ({0}); restart the machine")]
    Random(#[from] getrandom::Error),
}

impl ShelfError {
    /// A stable name for word files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "in-use",
            Self::Io { .. } => "io",
            Self::NoSpace { .. } => "no-space",
            Self::CapReached { .. } => "cap-reached",
            Self::NotSaved { full: true, .. } => "not-saved-full",
            Self::NotSaved { full: false, .. } => "not-saved",
            Self::DamagedBlob(_) => "damaged-blob",
            Self::NoBlob(_) => "no-blob",
            Self::LargeBlob { .. } => "large-blob",
            Self::WrongBlob(_) => "wrong-blob",
            Self::WrongGroup { .. } => "wrong-group",
            Self::Damaged { .. } => "damaged",
            Self::KeysLost { .. } => "keys-lost",
            Self::Newer { .. } => "newer",
            Self::StaleBatch { .. } => "stale-batch",
            Self::WrongDocument(_) => "wrong-document",
            Self::Lesson(_) => "bad-lesson",
            Self::Event(_) => "bad-event",
            Self::Fork { .. } => "fork",
            Self::NoPupil(_) => "no-pupil",
            Self::Locked(_) => "locked",
            Self::Unsent { .. } => "unsent",
            Self::WrongSecret { .. } => "wrong-secret",
            Self::Slowed { .. } => "slowed",
            Self::SignInExpired => "sign-in-expired",
            Self::WrongUnlockCode => "wrong-unlock-code",
            Self::WeakSecret(_) => "weak-secret",
            Self::BadCode(_) => "bad-unlock-code",
            Self::KeyringClosed { .. } => "keyring-closed",
            Self::NoMemory { .. } => "no-memory",
            Self::TooLong { .. } => "too-long",
            Self::Random(_) => "random",
        }
    }

    /// Wraps the operating system's reason; a full disk keeps its own name.
    pub(super) fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        if is_full(&source) {
            let free = path
                .ancestors()
                .find(|place| place.is_dir())
                .and_then(|place| fs4::available_space(place).ok())
                .unwrap_or(0);
            return Self::NoSpace {
                wanted: free.saturating_add(1),
                free,
            };
        }
        Self::Io {
            what,
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// Whether stored bytes are wrong, as opposed to not to be had just now.
    pub(super) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::DamagedBlob(_))
    }
}

/// Whether the operating system says that the disk, or the user's share of it, is full.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}
