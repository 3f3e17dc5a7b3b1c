//! How a shelf is opened, and what was found and mended then.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::keys::Keyring;
use crate::id::PupilId;

/// How to open a shelf.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The most bytes that blobs may take; 1 GiB unless said otherwise.
    pub cap_bytes: u64,
    /// Bytes of the disk that are left to others and to the engine; 64 MiB unless said
    /// otherwise. Tests set less.
    pub min_free_bytes: u64,
    /// A program that is run as `PROGRAM --probe-store DIR` before a database is opened
    /// that was not closed in order: a hung open cannot be ended inside this process. It
    /// calls [`super::probe_store`], and ends with 0 or with [`super::PROBE_DAMAGED`].
    pub child_probe: Option<PathBuf>,
    /// What holds the terminal's keys, where the system has such a thing; without it they lie
    /// in a file for the owner's eyes only.
    pub keyring: Option<Arc<dyn Keyring>>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            cap_bytes: 1 << 30,
            min_free_bytes: 64 << 20,
            child_probe: None,
            keyring: None,
        }
    }
}

/// What was met while opening.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// One entry each, in the order met.
    pub findings: Vec<OpenFinding>,
}

/// One thing that was met, and mended where it needed that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenFinding {
    /// The program had not been closed in order (a crash, a flat battery).
    UncleanStop,
    /// An erasure had been begun and was finished: the profile is a blank one.
    ErasureFinished,
    /// The removal of a pupil had been begun and was finished.
    RemovalFinished(PupilId),
    /// One of two copies of a small file was damaged or missing and was written again.
    CopyMended {
        /// The file.
        path: PathBuf,
    },
    /// Both copies of the identity were unreadable: the terminal has to join again. The
    /// pupils' logs are still there and go on when their pupils join.
    IdentityLost,
    /// A database was damaged, missing or empty and was made anew from what could be read.
    StoreRebuilt {
        /// Its place in the profile.
        path: PathBuf,
        /// Where the old one is kept, if there was one.
        kept_as: Option<PathBuf>,
        /// What was wrong, in English.
        reason: String,
    },
    /// Lessons have to be asked for again from the beginning.
    LessonsAskedAgain,
    /// Lessons that this program cannot read, perhaps a newer one can; they are kept.
    LessonsUnreadable(u64),
    /// Blobs were found on disk that the index did not know, and entered into it.
    BlobsFound(u64),
    /// Blobs of the index were not on disk; they are wanted again.
    BlobsMissing(u64),
    /// The database lacked events that it had absorbed; the journal gave back those that it
    /// still had, the others are with the cloud.
    EventsLacking {
        /// Whose log.
        pupil: PupilId,
        /// How many.
        count: u64,
    },
    /// The journal ended in the middle of a frame that had never been confirmed.
    TornTail {
        /// Whose journal.
        pupil: PupilId,
        /// Bytes cut off.
        bytes: u64,
    },
    /// The journal was damaged elsewhere. What could be read goes on in a new stream where
    /// that is needed; the old file is kept.
    JournalDamaged {
        /// Whose journal.
        pupil: PupilId,
        /// Events that neither the journal, nor the database, nor the cloud has.
        lost: u64,
        /// Where the old file is kept, if there was one.
        kept_as: Option<PathBuf>,
    },
    /// The probing program could not be used; the database was opened without it.
    ProbeUnusable(String),
}

impl OpenFinding {
    /// Whether something was damaged or missing; else it only was not closed in order, or
    /// was found again.
    #[must_use]
    pub fn is_harm(&self) -> bool {
        !matches!(
            self,
            Self::UncleanStop
                | Self::ErasureFinished
                | Self::RemovalFinished(_)
                | Self::TornTail { .. }
                | Self::ProbeUnusable(_)
                | Self::LessonsUnreadable(_)
                | Self::BlobsFound(_)
        )
    }
}

impl fmt::Display for OpenFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UncleanStop => {
                f.write_str("the program had not been closed in order; everything was checked")
            }
            Self::ErasureFinished => f.write_str(
                "an erasure had been begun and was finished; the profile is a blank one",
            ),
            Self::RemovalFinished(_) => {
                f.write_str("the removal of a pupil had been begun and was finished")
            }
            Self::CopyMended { path } => {
                write!(
                    f,
                    "{} was damaged and written again from its copy",
                    path.display()
                )
            }
            Self::IdentityLost => f.write_str(
                "this terminal no longer knows its school; join again, what was done here is kept",
            ),
            Self::StoreRebuilt {
                path,
                kept_as,
                reason,
            } => {
                write!(f, "{} was rebuilt ({reason})", path.display())?;
                match kept_as {
                    Some(kept) => write!(f, "; the old one is kept as {}", kept.display()),
                    None => Ok(()),
                }
            }
            Self::LessonsAskedAgain => {
                f.write_str("lessons are asked for again at the next connection")
            }
            Self::LessonsUnreadable(count) => {
                write!(f, "{count} lessons need a newer program; they are kept")
            }
            Self::BlobsFound(count) => write!(f, "{count} materials were found again on the disk"),
            Self::BlobsMissing(count) => {
                write!(f, "{count} materials are missing and are fetched again")
            }
            Self::EventsLacking { count, .. } => {
                write!(
                    f,
                    "the database lacked {count} events; they were looked for in the journal"
                )
            }
            Self::TornTail { bytes, .. } => {
                write!(
                    f,
                    "{bytes} bytes of an answer that was never confirmed were removed"
                )
            }
            Self::JournalDamaged { lost, kept_as, .. } => {
                write!(f, "the journal was damaged; {lost} events are lost")?;
                match kept_as {
                    Some(kept) => write!(f, "; the old file is kept as {}", kept.display()),
                    None => Ok(()),
                }
            }
            Self::ProbeUnusable(why) => {
                write!(f, "the databases were opened without a trial first ({why})")
            }
        }
    }
}
