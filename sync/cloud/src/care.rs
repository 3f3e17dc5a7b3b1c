//! Looking after a school's folder: backups of it, a school from a backup, and a check of
//! every byte.

pub mod backup;
pub mod backups;
pub mod check;
pub mod deletions;
mod files;
pub mod restore;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::folder::FolderError;
use crate::store::StoreError;

/// How often progress is told at most.
const PROGRESS: Duration = Duration::from_secs(1);

/// Why a school's folder could not be looked after.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The backup would lie in what it backs up.
    #[error(
        "{0} lies inside the school's own folder; choose a place outside it, best on another disk"
    )]
    Inside(PathBuf),
    /// Another backup is under way.
    #[error("another hotaru-cloud works on the backups in {0}; wait until it is done")]
    Busy(PathBuf),
    /// The folder belongs to another school.
    #[error("{folder} holds the backups of another school ({school}); choose another folder")]
    OtherSchool {
        /// The folder.
        folder: PathBuf,
        /// The school's name.
        school: String,
    },
    /// No backup is there.
    #[error(
        "there is no whole backup in {0}; give the folder that `hotaru-cloud backup` wrote to, or one of the numbered folders in it"
    )]
    NoBackup(PathBuf),
    /// A backup is not what it was.
    #[error("the backup {place} is damaged ({problem}); nothing was restored, give an older one{}", listed(.others))]
    Damaged {
        /// The backup.
        place: PathBuf,
        /// What is wrong.
        problem: String,
        /// Others beside it, newest first.
        others: Vec<PathBuf>,
    },
    /// Some files of a backup are not what they were.
    #[error(
        "{count} files of the backup are damaged or missing, {}; the restore is not finished: run it again with another backup, or with --skip-damaged to do without them and push their lessons again from the desk",
        .named.join("; ")
    )]
    DamagedBlobs {
        /// How many.
        count: usize,
        /// The first of them, with what they are to people.
        named: Vec<String>,
    },
    /// The place for a school is taken.
    #[error("{0} is not empty; nothing was restored, choose a new folder")]
    NotEmpty(PathBuf),
    /// This machine's clock cannot be right.
    #[error(
        "this machine's clock stands before the moment of the backup ({0}, Japan); nothing was restored, set the clock and try again"
    )]
    Clock(String),
    /// The list of deletions beside the backups is not what was written.
    #[error(
        "{0} cannot be read; nothing was done: it says whose records a restore deletes again, put it back from another copy of this folder"
    )]
    DeletionList(PathBuf),
    /// A disk is full.
    #[error(
        "the disk of {0} is full; nothing that was whole was touched, make room there and run it again"
    )]
    Full(PathBuf),
    /// There is not enough room.
    #[error(
        "{folder} needs {need} more bytes and its disk has {has}; nothing was written, make room or choose another disk"
    )]
    NoRoom {
        /// Where.
        folder: PathBuf,
        /// Bytes that are needed.
        need: u64,
        /// Bytes that are free.
        has: u64,
    },
    /// The file system refuses.
    #[error("{path} cannot be used ({cause}); check its path and rights, and run it again")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The school's folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Whoever asked has gone.
    #[error("whoever asked has gone; run it again")]
    Gone,
}

type Result<T, E = CareError> = std::result::Result<T, E>;

fn listed(others: &[PathBuf]) -> String {
    match others {
        [] => " (there is none beside it)".to_owned(),
        [other, ..] => format!(": {}", other.display()),
    }
}

/// Says which file it was.
fn at(path: &Path) -> impl FnOnce(std::io::Error) -> CareError {
    move |cause| match cause.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            CareError::Full(path.to_owned())
        }
        _ => CareError::Io {
            path: path.to_owned(),
            cause,
        },
    }
}

/// Does something slow with files on a thread that may wait.
async fn slow<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| CareError::Gone)?
}

/// A moment as people write it, in Japan.
fn in_words(ms: i64) -> String {
    hotaru_content::clock::in_japan(ms)
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// A moment for the name of a folder, UTC.
fn in_a_name(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .map(|at| at.strftime("%Y%m%dT%H%M%SZ").to_string())
        .unwrap_or_else(|_| ms.to_string())
}

/// Tells whoever asked what is found and how far it is.
#[derive(Debug)]
pub struct Teller {
    lines: mpsc::Sender<Value>,
    told: Instant,
}

impl Teller {
    /// To a channel.
    #[must_use]
    pub fn new(lines: mpsc::Sender<Value>) -> Self {
        Self {
            lines,
            told: Instant::now(),
        }
    }

    /// A line of the answer.
    async fn line(&mut self, value: Value) -> Result<()> {
        self.lines.send(value).await.map_err(|_| CareError::Gone)
    }

    /// How far a step is; most calls tell nothing.
    async fn progress(&mut self, step: &'static str, done: u64, of: u64) -> Result<()> {
        if self.told.elapsed() < PROGRESS {
            return Ok(());
        }
        self.told = Instant::now();
        self.line(json!({ "progress": step, "done": done, "of": of }))
            .await
    }
}
