//! The terminal's store: lessons and blobs for all its pupils, a study log for each.
//!
//! A profile directory is one shelf:
//!
//! ```text
//! lock                        held while the profile is open
//! keys, keys.b                the keys of the seal, for the owner's eyes only
//! erasing, erased.json        an erasure under way; what it leaves
//! identity.a, identity.b      who this terminal is
//! terminal/state.sled         lessons, cursor, blob index, receipts
//! terminal/media-N.sled       blobs up to 256 KiB
//! terminal/files, partial     larger blobs; downloads under way
//! pupils/NAME/journal         the moment at which an answer is saved
//! pupils/NAME/journal.recent  what no database has yet, a second time
//! pupils/NAME/state.sled      the study log, drafts
//! ```
//!
//! All of it passes one seal (XChaCha20-Poly1305), under a key of the terminal and one of
//! each pupil. What is said to be saved is on the disk (`fdatasync`); what is read was
//! checked. A file whose name ends in `.bad-…` is a damaged one, kept until the school has
//! everything.

mod blobs;
mod checkup;
mod compact;
mod erase;
mod error;
mod examine;
mod identity;
mod journal;
mod keys;
mod ladder;
mod lessons;
mod lock;
mod locks;
mod log_check;
mod log_open;
mod log_returns;
mod log_state;
mod media;
mod partial;
mod places;
mod pupil;
mod reader;
mod receipts;
mod removal;
mod report;
mod seal;
mod sealed_file;
mod sled_store;
mod step;
mod store;
mod stream;
mod terminal;
mod twin;
mod unsent;
mod upkeep;
mod vault;
mod wants;

#[cfg(test)]
mod tests;

pub use blobs::Usage;
pub use checkup::{CheckFinding, Checkup, Fault, Remedy, Watch, check_profile, repair_profile};
pub use compact::Tidied;
pub use erase::{erase_profile, erased_note, forget_erasure};
pub use error::ShelfError;
pub use identity::{Identity, PupilEntry};
pub use journal::{SealedJournal, open_sealed_journal};
pub use keys::Keyring;
pub use ladder::PROBE_DAMAGED;
pub use lessons::{ASK_AGAIN, LessonBatch, LessonChange, ShelvedLesson};
pub use lock::{LockKind, PICTURES, WeakSecret};
pub use locks::{LockState, OFFLINE_DAYS, Owed, SealedFor, WARN_DAYS};
pub use partial::Partial;
pub use pupil::{KeptStream, PupilLog};
pub use reader::BlobReader;
pub use receipts::{Receipt, ReceiptState};
pub use report::{OpenFinding, OpenOptions, OpenReport};
pub use wants::Want;

use std::collections::HashMap;
use std::fmt;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;

use crate::blob::{BlobId, BlobRef};
use crate::id::{LessonId, PupilId, RunId};
use crate::key::{PublicKey, SecretKey};
use crate::numbers::Numbers;
use identity::IdentityKeeper;
use keys::KeyKeeper;
use locks::Tries;
use places::{Places, free_space, make_dir};
use seal::Seal;
use terminal::Terminal;

/// A profile's store; cheap to clone. One worker owns it by convention, though every call
/// may come from any thread.
#[derive(Clone)]
pub struct Shelf(Arc<Inner>);

/// An open shelf, and what was met on the way.
#[derive(Debug)]
pub struct Opened {
    /// The shelf.
    pub shelf: Shelf,
    /// What was found and mended.
    pub report: OpenReport,
}

struct Inner {
    options: OpenOptions,
    numbers: Mutex<Numbers>,
    identity: Mutex<IdentityKeeper>,
    pupils: Mutex<HashMap<PupilId, PupilLog>>,
    tries: Mutex<Tries>,
    terminal: Arc<Terminal>,
    ground: Arc<Ground>,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shelf({})", self.0.ground.places.dir().display())
    }
}

impl Shelf {
    /// Opens the profile in `dir`, making it where there is none.
    ///
    /// # Errors
    /// [`ShelfError::InUse`] where another program has it open; [`ShelfError::NoSpace`]
    /// where the disk is too full to work safely; [`ShelfError::KeysLost`] where sealed
    /// data is there and its keys are not. Damage to all else is mended and reported.
    pub fn open(dir: &Path, options: &OpenOptions) -> Result<Opened, ShelfError> {
        let places = Places::new(dir);
        make_dir(dir)?;
        let lock = take_lock(&places)?;
        let mut report = OpenReport::default();
        if erase::finish_if_begun(&places, options.keyring.as_deref())? {
            report.findings.push(OpenFinding::ErasureFinished);
        }
        let free = free_space(dir)?;
        if free < options.min_free_bytes {
            return Err(ShelfError::NoSpace {
                wanted: options.min_free_bytes,
                free,
            });
        }
        let keys = KeyKeeper::open(&places, options.keyring.clone(), &mut report.findings)?;
        let seal = Arc::new(Seal::new(keys.terminal()));
        let identity = IdentityKeeper::open(&places, &seal, &mut report.findings)?;
        let noted = identity.identity.requests_numbered;
        let ground = Arc::new(Ground {
            places,
            seal: Arc::clone(&seal),
            min_free: options.min_free_bytes,
            keys: Mutex::new(keys),
            seals: Mutex::default(),
            school: Mutex::new(identity.identity.school_key),
            busy: AtomicUsize::new(0),
            _lock: lock,
        });
        let terminal = Terminal::open(Arc::clone(&ground), seal, options, &mut report.findings)?;
        let shelf = Self(Arc::new(Inner {
            options: options.clone(),
            numbers: Mutex::new(Numbers::new(noted)),
            identity: Mutex::new(identity),
            pupils: Mutex::default(),
            tries: Mutex::default(),
            terminal: Arc::new(terminal),
            ground,
        }));
        shelf.finish_removals(&mut report.findings);
        Ok(Opened { shelf, report })
    }

    /// What the profile knows of itself.
    #[must_use]
    pub fn identity(&self) -> Identity {
        lock(&self.0.identity).identity.clone()
    }

    /// Changes the identity; durable on return. Returns it as it then is.
    ///
    /// # Errors
    /// Where it cannot be written: then it is as it was.
    pub fn update_identity(
        &self,
        change: impl FnOnce(&mut Identity),
    ) -> Result<Identity, ShelfError> {
        let mut keeper = lock(&self.0.identity);
        let mut identity = keeper.identity.clone();
        change(&mut identity);
        if identity != keeper.identity {
            keeper.write(&self.0.ground.seal, identity.clone())?;
            *lock(&self.0.ground.school) = identity.school_key;
        }
        Ok(identity)
    }

    /// The key that this terminal signs its requests with; made at the first call, durably.
    ///
    /// # Errors
    /// Where it cannot be made or kept.
    pub fn signing_key(&self) -> Result<SecretKey, ShelfError> {
        if let Some(key) = self.identity().signing_key {
            return Ok(key);
        }
        let key = SecretKey::random()?;
        let identity = self.update_identity(|identity| {
            identity.signing_key.get_or_insert(key.clone());
        })?;
        Ok(identity.signing_key.unwrap_or(key))
    }

    /// The number of the next request: higher than any that was ever given, as far as the
    /// disk can be written. Where it cannot, the school says where to go on after the next
    /// start ([`Shelf::number_above`]).
    #[must_use]
    pub fn next_number(&self) -> u64 {
        let mut numbers = lock(&self.0.numbers);
        let (number, noted) = numbers.give();
        if let Some(noted) = noted {
            let _ = self.update_identity(|identity| identity.requests_numbered = noted);
        }
        number
    }

    /// Numbers go on above this one; a leap beyond [`numbers::MAX_LEAP`](crate::numbers) is
    /// not believed.
    pub fn number_above(&self, number: u64) {
        lock(&self.0.numbers).go_above(number);
    }

    /// The bytes that the whole profile takes on the disk.
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        places::disk_usage(self.0.ground.places.dir())
    }

    /// Where lane 2 stands.
    ///
    /// # Errors
    /// None at present; the cursor lies in memory.
    pub fn cursor(&self) -> Result<u64, ShelfError> {
        Ok(self.0.terminal.table().cursor)
    }

    /// Applies what lane 2 brought, with its new cursor: in one transaction where it fits
    /// (120 KiB), else in several of which the last moves the cursor, so that what was cut
    /// off comes again.
    ///
    /// # Errors
    /// [`ShelfError::StaleBatch`] where it does not begin at the cursor; the first document
    /// that is no lesson or another one. Then nothing has changed.
    pub fn apply_lessons(&self, batch: &LessonBatch) -> Result<(), ShelfError> {
        self.0.terminal.apply_lessons(batch)
    }

    /// The lessons that a pupil receives, by day, then period.
    ///
    /// # Errors
    /// None at present; lessons lie in memory.
    pub fn lessons(&self, pupil: &PupilId) -> Result<Vec<ShelvedLesson>, ShelfError> {
        Ok(self.0.terminal.lessons(pupil))
    }

    /// One lesson, whoever receives it.
    ///
    /// # Errors
    /// None at present; lessons lie in memory.
    pub fn lesson(&self, id: &LessonId) -> Result<Option<ShelvedLesson>, ShelfError> {
        Ok(self.0.terminal.lesson(id))
    }

    /// Takes lessons away whose last day is past, with the blobs that only they needed.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn expire(&self, today: Date) -> Result<Vec<LessonId>, ShelfError> {
        self.0.terminal.expire(today)
    }

    /// What is assigned and not here, in the order in which it is needed: the newest class
    /// day's texts and drills, other texts and drills, photos, handouts, recordings; in
    /// each, small before large.
    ///
    /// # Errors
    /// None at present; lessons lie in memory.
    pub fn wants(&self, today: Date) -> Result<Vec<Want>, ShelfError> {
        Ok(self.0.terminal.wants(today))
    }

    /// Whether a blob is here.
    ///
    /// # Errors
    /// None at present; the index lies in memory.
    pub fn has_blob(&self, id: &BlobId) -> Result<bool, ShelfError> {
        Ok(self.0.terminal.has_blob(id))
    }

    /// A blob of at most 64 MiB, checked against its name.
    ///
    /// # Errors
    /// [`ShelfError::NoBlob`]; [`ShelfError::LargeBlob`]; [`ShelfError::DamagedBlob`] where
    /// its bytes are wrong: it is then wanted again.
    pub fn blob(&self, id: &BlobId) -> Result<Vec<u8>, ShelfError> {
        self.0.terminal.blob(id)
    }

    /// A blob to be read at any place, each chunk checked before it is given out.
    ///
    /// # Errors
    /// As [`Shelf::blob`].
    pub fn blob_reader(&self, id: &BlobId) -> Result<BlobReader, ShelfError> {
        self.0.terminal.blob_reader(id)
    }

    /// Keeps a blob that came whole, or was made by a patch; durable on return. One that is
    /// here already is left as it is.
    ///
    /// # Errors
    /// [`ShelfError::WrongBlob`]; [`ShelfError::CapReached`] or [`ShelfError::NoSpace`]
    /// where there is no room even without what is not assigned.
    pub fn put_blob(&self, blob: &BlobRef, bytes: &[u8]) -> Result<(), ShelfError> {
        self.0.terminal.put_blob(blob, bytes)
    }

    /// Keeps what a pupil made (the photo of study on paper), sealed under that pupil's
    /// key. It is never given up to make room. Durable on return.
    ///
    /// # Errors
    /// [`ShelfError::NoPupil`]; [`ShelfError::CapReached`] or [`ShelfError::NoSpace`].
    pub fn put_own_blob(&self, pupil: &PupilId, bytes: &[u8]) -> Result<BlobRef, ShelfError> {
        self.0.terminal.put_own_blob(*pupil, bytes)
    }

    /// Goes on with the download of a blob, or begins it.
    ///
    /// # Errors
    /// [`ShelfError::CapReached`] or [`ShelfError::NoSpace`] where there is no room for the
    /// whole of it.
    pub fn partial(&self, blob: &BlobRef) -> Result<Partial, ShelfError> {
        self.0.terminal.partial(blob)
    }

    /// What the shelf takes of the disk.
    ///
    /// # Errors
    /// Where the operating system does not tell the free space.
    pub fn usage(&self) -> Result<Usage, ShelfError> {
        self.0.terminal.usage()
    }

    /// Changes the limit for blobs, in bytes, until the shelf is opened again. What is here
    /// stays, even above it.
    pub fn set_cap(&self, bytes: u64) {
        self.0.terminal.set_cap(bytes);
    }

    /// Blobs that can be had again and that no lesson assigns, the least needed first.
    #[must_use]
    pub fn evictable(&self) -> Vec<BlobRef> {
        self.0.terminal.evictable()
    }

    /// Gives up the least needed of [`Shelf::evictable`] until `bytes` are freed or nothing
    /// is left to give up; says how many were.
    ///
    /// # Errors
    /// Where the index cannot be written.
    pub fn evict(&self, bytes: u64) -> Result<u64, ShelfError> {
        self.0.terminal.evict(bytes)
    }

    /// Gives room back to the disk: rewrites databases that take far more than they hold,
    /// and removes what nothing needs. For a thread of its own at idle times: answers are
    /// saved and blobs are read meanwhile. It ends early, with nothing lost, once `go_on`
    /// says so; what it had no room for on the disk waits for the next time.
    ///
    /// # Errors
    /// Where something is damaged (the next open mends it) or the disk refuses. Nothing is
    /// lost then, and what was done stays done.
    pub fn tidy(&self, go_on: &dyn Fn() -> bool) -> Result<Tidied, ShelfError> {
        let logs: Vec<PupilLog> = lock(&self.0.pupils).values().cloned().collect();
        let pupils = self.0.ground.pupils().len();
        let is_uploaded = logs.len() == pupils && logs.iter().all(|log| log.unsent() == 0);
        let _busy = self.0.ground.be_busy();
        let mut tidied = self.0.terminal.tidy(is_uploaded, go_on)?;
        for log in logs {
            tidied.add(log.tidy(go_on)?);
        }
        self.renew_terminal(go_on)?;
        Ok(tidied)
    }

    /// Notes what stands of a lesson: that there was no room for it. That everything is
    /// here is noted by itself.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn set_receipt(&self, receipt: Receipt) -> Result<(), ShelfError> {
        self.0.terminal.set_receipt(receipt)
    }

    /// What the cloud has not been told yet: a receipt for each lesson that is whole, or
    /// for which there was no room.
    ///
    /// # Errors
    /// None at present; receipts lie in memory.
    pub fn receipts_owed(&self) -> Result<Vec<Receipt>, ShelfError> {
        Ok(self.0.terminal.receipts_owed())
    }

    /// Notes that the cloud took receipts.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn mark_receipts_sent(&self, receipts: &[Receipt]) -> Result<(), ShelfError> {
        self.0.terminal.mark_receipts_sent(receipts)
    }

    /// Gives a pupil a place on this terminal, or renews what is known of one; durable on
    /// return. The log of a pupil who was here before goes on.
    ///
    /// # Errors
    /// Where the profile cannot be written.
    pub fn add_pupil(&self, entry: PupilEntry) -> Result<(), ShelfError> {
        self.finish_removal(&entry.pupil, None)?;
        self.0.ground.add_key(entry.pupil)?;
        match self.pupil(&entry.pupil) {
            // She joined again, and opens it when she comes.
            Ok(_) | Err(ShelfError::Locked(_)) => {}
            Err(error) => return Err(error),
        }
        self.update_identity(|identity| {
            match identity
                .pupils
                .iter_mut()
                .find(|old| old.pupil == entry.pupil)
            {
                Some(old) => *old = entry,
                None => identity.pupils.push(entry),
            }
        })?;
        Ok(())
    }

    /// The run of the cloud whose list of lessons ended at the cursor and is not through.
    #[must_use]
    pub fn listing(&self) -> Option<RunId> {
        self.0.terminal.table().listing
    }

    /// The run of the cloud that was last asked about everything that was sent from here.
    #[must_use]
    pub fn run(&self) -> Option<RunId> {
        self.0.terminal.table().run
    }

    /// Notes that this run of the cloud has all that an earlier one acknowledged; receipts
    /// are owed again. Durable on return.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn enter_run(&self, run: RunId) -> Result<(), ShelfError> {
        self.0.terminal.enter_run(run)
    }

    /// Forgets which run of the cloud was asked: it knew another terminal, and does not know
    /// what is on this one. With the next sync everything is asked about again
    /// ([`Shelf::enter_run`]). Durable on return.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn forget_run(&self) -> Result<(), ShelfError> {
        self.0.terminal.forget_run()
    }

    /// A pupil's study log; opened once.
    ///
    /// # Errors
    /// [`ShelfError::NoPupil`] where the pupil has no place here; [`ShelfError::Locked`]
    /// where she has to open it first.
    pub fn pupil(&self, id: &PupilId) -> Result<PupilLog, ShelfError> {
        let mut pupils = lock(&self.0.pupils);
        if let Some(log) = pupils.get(id) {
            return Ok(log.clone());
        }
        let ground = &self.0.ground;
        let seal = ground.pupil_seal(id)?;
        let dir = identity::pupil_dir(&ground.places.pupils(), &ground.seal, id);
        let log = PupilLog::open(ground, dir, *id, seal, &self.0.options)?;
        pupils.insert(*id, log.clone());
        self.renew_keys(id, &log);
        Ok(log)
    }
}

/// Opens a database of a profile once, with the guards of an open: what a program
/// does that is called with `--probe-store DIR` (see [`OpenOptions::child_probe`]). It ends
/// with [`PROBE_DAMAGED`] where this fails.
///
/// # Errors
/// Where the database is damaged or cannot be read.
pub fn probe_store(dir: &Path) -> Result<(), ShelfError> {
    vault::probe(dir, 16 << 20)
}

/// What every part of an open profile stands on; the last to go.
struct Ground {
    places: Places,
    seal: Arc<Seal>,
    min_free: u64,
    keys: Mutex<KeyKeeper>,
    /// Of pupils whose keys are open: one a pupil, so that new keys reach all who hold it.
    seals: Mutex<HashMap<PupilId, Arc<Seal>>>,
    school: Mutex<Option<PublicKey>>,
    /// How many rounds of work are under way that keep the disk busy.
    busy: AtomicUsize,
    _lock: File,
}

impl Ground {
    fn places(&self) -> &Places {
        &self.places
    }

    /// Refuses work on a database while the disk is so full that it could break on it.
    fn ensure_free(&self, bytes: u64) -> Result<(), ShelfError> {
        let wanted = (self.min_free / 2).saturating_add(bytes);
        let free = free_space(self.places.dir())?;
        if free < wanted {
            Err(ShelfError::NoSpace { wanted, free })
        } else {
            Ok(())
        }
    }

    /// What is put into boxes is for this school.
    fn school(&self) -> Option<PublicKey> {
        *lock(&self.school)
    }

    /// A pupil's seal, while her keys are open.
    fn pupil_seal(&self, pupil: &PupilId) -> Result<Arc<Seal>, ShelfError> {
        let keys = lock(&self.keys);
        let Some(open) = keys.opened(pupil) else {
            return Err(match keys.kept(pupil) {
                Some(_) => ShelfError::Locked(*pupil),
                None => ShelfError::NoPupil(*pupil),
            });
        };
        let mut seals = lock(&self.seals);
        let seal = seals.entry(*pupil);
        let seal = seal.or_insert_with(|| Arc::new(Seal::new(&open.keys)));
        Ok(Arc::clone(seal))
    }

    /// Every pupil who has a key here.
    fn pupils(&self) -> Vec<PupilId> {
        lock(&self.keys).pupils().collect()
    }

    /// Every pupil whose keys are open.
    fn open_pupils(&self) -> Vec<PupilId> {
        let keys = lock(&self.keys);
        let open = keys.pupils().filter(|pupil| keys.opened(pupil).is_some());
        open.collect()
    }

    fn add_key(&self, pupil: PupilId) -> Result<(), ShelfError> {
        lock(&self.keys).add(pupil)
    }
}

fn take_lock(places: &Places) -> Result<File, ShelfError> {
    let path = places.lock();
    let file =
        places::open_private(&path).map_err(|error| ShelfError::io("opening", &path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ShelfError::InUse {
            dir: places.dir().to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(ShelfError::io("locking", &path, error)),
    }
}

/// A lock that a panic of another thread does not take away: what it guards is changed only
/// by whole steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
