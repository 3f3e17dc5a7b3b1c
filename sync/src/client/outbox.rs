//! The desk's outbox: what a teacher pushed is on the disk before the first byte is sent,
//! and leaves it after the cloud's answer only.
//!
//! A job is a directory: `job.json` and one file a blob. It is made under another name,
//! written through to the disk, and renamed into place, so a crash leaves all of a job or
//! nothing. A job that cannot be read is named in the list and harms no other.

mod files;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::JobId;
use serde::{Deserialize, Serialize};

use crate::wire::Publish;

/// The longest that a job is held back, in milliseconds: time enough to undo it, and not for
/// ever where a clock was set back.
pub const MAX_HOLD_MS: i64 = 60_000;

const FORMAT: u16 = 1;
const JOB_FILE: &str = "job.json";
const REFUSED_FILE: &str = "refused.json";
const LOCK_FILE: &str = "outbox.lock";
/// A job under way into the outbox.
const COMING: &str = "coming";
/// A job under way out of it.
const GOING: &str = "going";
/// A job file is smaller: 20,000 blobs of 100 bytes and their recipients.
const MAX_JOB_LEN: u64 = 8 << 20;
/// A sentence of the cloud is smaller.
const MAX_REFUSED_LEN: u64 = 64 << 10;

/// Why the outbox cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The disk refuses.
    #[error(
        "the outbox cannot {doing} {path:?} ({source}); nothing was sent, make room on the disk or check who may write there"
    )]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not what it was when the lesson was made.
    #[error("{0:?} changed while it was taken in; push it again")]
    Changed(PathBuf),
    /// The job names a blob twice or not at all.
    #[error("the job does not hold blob {0} that it needs; push the lesson again")]
    Missing(BlobId),
    /// The operating system has no randomness to give.
    #[error("the system has no random numbers to name a job with; try again")]
    Random,
    /// A job cannot be used.
    #[error("job {id} in the outbox is damaged ({problem}); remove it and push the lesson again")]
    Damaged {
        /// The job.
        id: JobId,
        /// What is wrong with it.
        problem: String,
    },
}

/// Where a blob comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// From memory.
    Bytes(Vec<u8>),
    /// From a file that people may change later: copied.
    Copy(PathBuf),
    /// From a file that this program made and changes no more: linked where the file system
    /// can, else copied.
    Link(PathBuf),
}

/// A job to take in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// The cloud's address that it is for.
    pub cloud: String,
    /// Who made it, in a word that the desk tells its users apart by; empty for anybody.
    pub by: String,
    /// What people call it.
    pub title: String,
    /// What is said once the blobs are there.
    pub publish: Publish,
    /// Every blob, the document among them.
    pub blobs: Vec<(BlobRef, Source)>,
    /// Now, milliseconds since 1970-01-01T00:00:00Z.
    pub created_ms: i64,
    /// Not sent before this moment, same scale; at most [`MAX_HOLD_MS`] after `created_ms`
    /// is heeded.
    pub send_after_ms: i64,
}

/// A job in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    format: u16,
    /// Its name.
    pub id: JobId,
    /// The cloud's address that it is for.
    pub cloud: String,
    /// Who made it, in a word that the desk tells its users apart by; empty for anybody, and in
    /// jobs from before it was noted.
    #[serde(default)]
    pub by: String,
    /// What people call it.
    pub title: String,
    /// What is said once the blobs are there.
    pub publish: Publish,
    /// Every blob, the document among them.
    pub blobs: Vec<BlobRef>,
    /// When it was made, milliseconds since 1970-01-01T00:00:00Z.
    pub created_ms: i64,
    /// Not sent before this moment, same scale.
    pub send_after_ms: i64,
}

/// What the outbox holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A job and where it stands.
    Job(Box<Job>, State),
    /// Something that should be a job and cannot be used.
    Damaged {
        /// Its name.
        id: JobId,
        /// What is wrong with it.
        problem: String,
    },
}

/// Where a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It can still be undone; sent from this moment on.
    Held {
        /// Milliseconds since 1970-01-01T00:00:00Z.
        until_ms: i64,
    },
    /// It is to be sent.
    Ready,
    /// The cloud refused it; a person has to decide.
    Refused(Refusal),
}

/// Why the cloud refused a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs; see [`crate::wire::code`].
    pub code: String,
    /// For people.
    pub message: String,
}

/// The directory. Several programs may use one at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbox {
    dir: PathBuf,
}

impl Outbox {
    /// Opens the directory, makes it where there is none, and clears away what a crash left
    /// half made.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, OutboxError> {
        let outbox = Self { dir: dir.into() };
        fs::create_dir_all(&outbox.dir).map_err(disk("make", &outbox.dir))?;
        let _lock = outbox.lock()?;
        for path in outbox.paths()? {
            let extension = path.extension().and_then(|extension| extension.to_str());
            if matches!(extension, Some(COMING | GOING)) {
                fs::remove_dir_all(&path).map_err(disk("clear away", &path))?;
            }
        }
        Ok(outbox)
    }

    /// Takes a job in. When this returns it survives a crash and a power cut.
    ///
    /// # Errors
    /// Where the disk refuses or a file changed; then nothing of the job is left.
    pub fn add(&self, new: NewJob) -> Result<JobId, OutboxError> {
        let document = new.publish.document;
        if !new.blobs.iter().any(|(blob, _)| *blob == document) {
            return Err(OutboxError::Missing(document.id));
        }
        let id = JobId::random().map_err(|_| OutboxError::Random)?;
        let coming = self.dir.join(format!("{id}.{COMING}"));
        // Who opens the outbox now would take the half-made job for a crash's.
        let _lock = self.lock()?;
        let made = self.make(id, &coming, new);
        if made.is_err() {
            // The next start clears it away where this cannot.
            let _ = fs::remove_dir_all(&coming);
        }
        made.map(|()| id)
    }

    fn make(&self, id: JobId, coming: &Path, new: NewJob) -> Result<(), OutboxError> {
        fs::create_dir(coming).map_err(disk("make", coming))?;
        let mut blobs = Vec::with_capacity(new.blobs.len());
        for (blob, source) in new.blobs {
            if !blobs.contains(&blob) {
                files::take_in(blob, source, &coming.join(blob.id.to_string()))?;
                blobs.push(blob);
            }
        }
        let job = Job {
            format: FORMAT,
            id,
            cloud: new.cloud,
            by: new.by,
            title: new.title,
            publish: new.publish,
            blobs,
            created_ms: new.created_ms,
            send_after_ms: new.send_after_ms,
        };
        write_json(&coming.join(JOB_FILE), &job)?;
        files::sync_dir(coming)?;
        let place = self.place(id);
        fs::rename(coming, &place).map_err(disk("put in place", &place))?;
        files::sync_dir(&self.dir)
    }

    /// All that is in the outbox, oldest first, damaged jobs last.
    ///
    /// # Errors
    /// Where the directory cannot be read.
    pub fn entries(&self, now_ms: i64) -> Result<Vec<Entry>, OutboxError> {
        let mut entries: Vec<Entry> = self
            .paths()?
            .iter()
            .filter_map(|path| path.file_name()?.to_str()?.parse::<JobId>().ok())
            .filter_map(|id| match self.job(id) {
                Ok(job) => {
                    let state = self.state(&job, now_ms);
                    Some(Entry::Job(Box::new(job), state))
                }
                // Sent and removed by another program in the meantime.
                Err(_) if !self.place(id).exists() => None,
                Err(OutboxError::Damaged { id, problem }) => Some(Entry::Damaged { id, problem }),
                Err(error) => Some(Entry::Damaged {
                    id,
                    problem: error.to_string(),
                }),
            })
            .collect();
        entries.sort_by_key(|entry| match entry {
            Entry::Job(job, _) => (false, job.created_ms, job.id),
            Entry::Damaged { id, .. } => (true, 0, *id),
        });
        Ok(entries)
    }

    /// One job, checked as far as lengths tell.
    ///
    /// # Errors
    /// Where it is not there or is damaged.
    pub fn job(&self, id: JobId) -> Result<Job, OutboxError> {
        let damaged = |problem: String| OutboxError::Damaged { id, problem };
        let place = self.place(id);
        let bytes = read_bounded(&place.join(JOB_FILE), MAX_JOB_LEN).map_err(damaged)?;
        let job: Job =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if job.format != FORMAT {
            return Err(damaged(format!(
                "it has form {}, made by a newer program",
                job.format
            )));
        }
        if job.id != id || !job.blobs.contains(&job.publish.document) {
            return Err(damaged("its parts do not belong together".to_owned()));
        }
        for blob in &job.blobs {
            let len = fs::metadata(place.join(blob.id.to_string())).map(|file| file.len());
            if len.ok() != Some(blob.len) {
                return Err(damaged(format!("blob {} is not whole", blob.id)));
            }
        }
        Ok(job)
    }

    /// Reads bytes of a job's blob.
    ///
    /// # Errors
    /// Where they are not there.
    pub fn read(
        &self,
        id: JobId,
        blob: BlobId,
        offset: u64,
        len: u64,
    ) -> Result<Vec<u8>, OutboxError> {
        let path = self.place(id).join(blob.to_string());
        let mut file = File::open(&path).map_err(disk("open", &path))?;
        file.seek(SeekFrom::Start(offset))
            .map_err(disk("read", &path))?;
        let mut bytes = Vec::new();
        file.take(len)
            .read_to_end(&mut bytes)
            .map_err(disk("read", &path))?;
        Ok(bytes)
    }

    /// Takes a job out: the cloud has it, or a teacher undid it. A job that is not there is
    /// no error.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn remove(&self, id: JobId) -> Result<(), OutboxError> {
        let (place, going) = (self.place(id), self.dir.join(format!("{id}.{GOING}")));
        match fs::rename(&place, &going) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(disk("remove", &place)(error)),
        }
        files::sync_dir(&self.dir)?;
        match fs::remove_dir_all(&going) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(disk("remove", &going)(error))
            }
            _ => Ok(()),
        }
    }

    /// Keeps why the cloud refused a job; it is not sent again before [`Outbox::retry`].
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn refuse(&self, id: JobId, refusal: &Refusal) -> Result<(), OutboxError> {
        let place = self.place(id);
        let (new, path) = (place.join("refused.new"), place.join(REFUSED_FILE));
        write_json(&new, refusal)?;
        fs::rename(&new, &path).map_err(disk("write", &path))?;
        files::sync_dir(&place)
    }

    /// Lets a refused job be sent again.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn retry(&self, id: JobId) -> Result<(), OutboxError> {
        let path = self.place(id).join(REFUSED_FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(disk("remove", &path)(error))
            }
            _ => Ok(()),
        }
    }

    fn state(&self, job: &Job, now_ms: i64) -> State {
        let refused = self.place(job.id).join(REFUSED_FILE);
        if refused.exists() {
            let refusal = read_bounded(&refused, MAX_REFUSED_LEN).and_then(|bytes| {
                serde_json::from_slice(&bytes).map_err(|error| error.to_string())
            });
            return State::Refused(refusal.unwrap_or_else(|problem| Refusal {
                code: String::new(),
                message: problem,
            }));
        }
        let hold = job.send_after_ms.saturating_sub(now_ms);
        if (1..=MAX_HOLD_MS).contains(&hold) {
            State::Held {
                until_ms: job.send_after_ms,
            }
        } else {
            State::Ready
        }
    }

    fn place(&self, id: JobId) -> PathBuf {
        self.dir.join(id.to_string())
    }

    fn paths(&self) -> Result<Vec<PathBuf>, OutboxError> {
        let read = || -> io::Result<Vec<PathBuf>> {
            fs::read_dir(&self.dir)?
                .map(|entry| Ok(entry?.path()))
                .collect()
        };
        read().map_err(disk("list", &self.dir))
    }

    /// Held until it is dropped.
    fn lock(&self) -> Result<File, OutboxError> {
        let path = self.dir.join(LOCK_FILE);
        let lock = || -> io::Result<File> {
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(disk("lock", &path))
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), OutboxError> {
    let bytes = serde_json::to_vec(value).map_err(|error| disk("write", path)(error.into()))?;
    files::write(path, &bytes)
}

fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(max + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > max {
        return Err(format!("it has more than {max} bytes"));
    }
    Ok(bytes)
}

/// Says what was tried with which file.
fn disk(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutboxError {
    let path = path.to_owned();
    move |source| OutboxError::Disk {
        doing,
        path,
        source,
    }
}
