//! Uploads under way: partial files, each byte on the disk before its offset is told.
//!
//! A partial file belongs to who uploads it, so that nobody can spoil another's. A second
//! request for the same upload takes it over: the first one's line is dead, as a rule, and
//! only nobody has told it yet.

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use hotaru_content::blob::{BlobId, BlobRef, GroupProof, GroupProofBuilder};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Notify, OwnedMutexGuard};
use tokio::time::Instant;

use crate::store::Caller;

/// How long a line may be silent in the middle of a body.
pub const STALL: Duration = Duration::from_secs(60);
/// How long a request that was taken over may be silent before it ends: what has arrived at
/// the machine is read out in that time, so that nobody has to send it again.
const LINGER: Duration = Duration::from_millis(100);
/// How long it may go on in all.
const LONGEST_LINGER: Duration = Duration::from_secs(2);
/// Partial files that nobody went on with for so long are removed.
const ABANDONED: Duration = Duration::from_secs(60 * 24 * 3600);
/// Room that an upload leaves on the disk for answers to come, in bytes.
const RESERVE: u64 = 64 << 20;

/// All uploads under way.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    slots: Mutex<HashMap<(Caller, BlobId), Arc<Slot>>>,
}

#[derive(Debug, Default)]
struct Slot {
    /// The newest request's number.
    newest: AtomicU64,
    taken_over: Notify,
    lock: Arc<tokio::sync::Mutex<()>>,
}

/// One request's hold of an upload.
#[derive(Debug)]
pub struct Claim {
    slot: Arc<Slot>,
    number: u64,
    file: PathBuf,
    _held: OwnedMutexGuard<()>,
}

/// How writing ended; whatever was written before is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrote {
    /// The body is whole.
    All,
    /// The line broke, fell silent, or another request took over.
    Some,
    /// The body is longer than the upload.
    TooMuch,
}

/// What verification found.
#[derive(Debug)]
pub enum Verified {
    /// The bytes are the blob's.
    Right(GroupProof),
    /// They are not; the file is removed.
    Wrong,
}

impl Uploads {
    /// Opens the folder, making it where need be.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn open(folder: PathBuf) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            slots: Mutex::default(),
        })
    }

    /// The partial files that lie here: names and blobs, and whether nobody went on with one
    /// for long.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn list(&self) -> std::io::Result<Vec<(String, BlobId, bool)>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.folder)?.flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let Some(blob) = name
                .rsplit_once('-')
                .and_then(|(_, blob)| blob.parse().ok())
            else {
                continue;
            };
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            let age = modified.map(|at| SystemTime::now().duration_since(at));
            let is_abandoned = matches!(age, Ok(Ok(age)) if age > ABANDONED);
            found.push((name, blob, is_abandoned));
        }
        Ok(found)
    }

    /// Removes a partial file, unless somebody is at it; says how many bytes it had.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn remove(&self, name: &str) -> std::io::Result<u64> {
        // No claim begins while the slots are locked.
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = slots.iter().filter(|(_, slot)| Arc::strong_count(slot) > 1);
        if held.any(|((caller, blob), _)| file_name(*caller, *blob) == name) {
            return Ok(0);
        }
        let path = self.folder.join(name);
        let len = std::fs::metadata(&path)?.len();
        std::fs::remove_file(&path)?;
        Ok(len)
    }

    /// Takes an upload, away from any earlier request.
    pub async fn claim(&self, caller: Caller, blob: BlobId) -> Claim {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            Arc::clone(slots.entry((caller, blob)).or_default())
        };
        let number = slot.newest.fetch_add(1, Ordering::SeqCst) + 1;
        slot.taken_over.notify_waiters();
        let held = Arc::clone(&slot.lock).lock_owned().await;
        let file = self.folder.join(file_name(caller, blob));
        Claim {
            slot,
            number,
            file,
            _held: held,
        }
    }

    /// Whether so many more bytes leave room for what else a school needs.
    ///
    /// # Errors
    /// Where the file system does not tell.
    pub fn has_room(&self, bytes: u64) -> std::io::Result<bool> {
        Ok(fs4::available_space(&self.folder)? >= bytes.saturating_add(RESERVE))
    }
}

impl Claim {
    /// How many bytes are on the disk.
    ///
    /// # Errors
    /// Where the file system fails.
    pub async fn offset(&self) -> std::io::Result<u64> {
        match tokio::fs::metadata(&self.file).await {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Where the bytes lie.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Throws away what has arrived.
    ///
    /// # Errors
    /// Where the file system fails.
    pub async fn remove(&self) -> std::io::Result<()> {
        match tokio::fs::remove_file(&self.file).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Adds at most `room` bytes to the end. Returns once they are on the disk.
    ///
    /// # Errors
    /// Where the file system fails; what was written may still be used.
    pub async fn write<S, E>(&self, body: S, room: u64) -> std::io::Result<Wrote>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let is_new = self.offset().await? == 0;
        let mut file = tokio::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.file)
            .await?;
        let wrote = self.copy(body, room, &mut file).await;
        file.flush().await?;
        file.sync_all().await?;
        if is_new && let Some(folder) = self.file.parent() {
            // The name has to be on the disk, too.
            tokio::fs::File::open(folder).await?.sync_all().await?;
        }
        wrote
    }

    async fn copy<S, E>(
        &self,
        body: S,
        room: u64,
        file: &mut tokio::fs::File,
    ) -> std::io::Result<Wrote>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        tokio::pin!(body);
        let mut room = room;
        let mut ends: Option<Instant> = None;
        loop {
            let next = match ends {
                Some(ends) if Instant::now() >= ends => return Ok(Wrote::Some),
                Some(_) => tokio::time::timeout(LINGER, body.next()).await,
                None => tokio::select! {
                    biased;
                    () = self.taken_over() => {
                        ends = Some(Instant::now() + LONGEST_LINGER);
                        continue;
                    }
                    next = tokio::time::timeout(STALL, body.next()) => next,
                },
            };
            match next {
                Ok(Some(Ok(bytes))) => {
                    let Some(left) = room.checked_sub(bytes.len() as u64) else {
                        return Ok(Wrote::TooMuch);
                    };
                    room = left;
                    file.write_all(&bytes).await?;
                }
                Ok(None) => return Ok(Wrote::All),
                Ok(Some(Err(_))) | Err(_) => return Ok(Wrote::Some),
            }
        }
    }

    async fn taken_over(&self) {
        loop {
            let notified = self.slot.taken_over.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            if self.slot.newest.load(Ordering::SeqCst) != self.number {
                return;
            }
            notified.await;
        }
    }

    /// Hashes what has arrived; wrong bytes are removed.
    ///
    /// # Errors
    /// Where the file system fails.
    pub async fn verify(&self, blob: BlobRef) -> std::io::Result<Verified> {
        let file = self.file.clone();
        let hash = tokio::task::spawn_blocking(move || hash(&file));
        let proof = hash.await.map_err(std::io::Error::other)??;
        if proof.blob() == blob {
            return Ok(Verified::Right(proof));
        }
        self.remove().await?;
        Ok(Verified::Wrong)
    }
}

/// The name of a partial file: it belongs to who uploads it.
fn file_name(caller: Caller, blob: BlobId) -> String {
    match caller {
        Caller::Desk(teacher) => format!("d{teacher}-{blob}"),
        Caller::Terminal(terminal) => format!("t{terminal}-{blob}"),
    }
}

fn hash(file: &Path) -> std::io::Result<GroupProof> {
    let mut file = std::fs::File::open(file)?;
    let mut builder = GroupProofBuilder::new();
    let mut chunk = vec![0; 256 << 10];
    loop {
        let len = file.read(&mut chunk)?;
        match chunk.get(..len) {
            Some(read) if !read.is_empty() => builder.update(read),
            _ => return Ok(builder.finish()),
        }
    }
}
