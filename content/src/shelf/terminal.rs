//! What all pupils of a terminal share: lessons, blobs and their index, receipts.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::blobs::BlobEntry;
use super::ladder::Ladder;
use super::lessons::{ASK_AGAIN, CURSOR_KEY, LISTING_KEY, LessonEntry, LessonRecord};
use super::media::Media;
use super::places::{OpenMark, make_dir, sync_dir};
use super::receipts::{RUN_KEY, ReceiptRecord};
use super::seal::Seal;
use super::store::Durability;
use super::vault::{Changes, Name, Tree, Vault};
use super::{Ground, OpenFinding, OpenOptions, ShelfError};
use crate::blob::BlobId;
use crate::id::{LessonId, RunId};

/// Memory for sled's pages of the terminal's state.
const CACHE_BYTES: u64 = 32 << 20;

/// The terminal's store.
pub(super) struct Terminal {
    seal: Arc<Seal>,
    options: OpenOptions,
    cap: AtomicU64,
    table: Mutex<Table>,
    media: Mutex<Media>,
    state: Arc<Vault>,
    // The databases close before their mark goes, and that before the profile's lock.
    mark: OpenMark,
    ground: Arc<Ground>,
}

/// All of the state but the blobs' bytes, decoded once.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub cursor: u64,
    /// The run of the cloud whose list of lessons is not through.
    pub listing: Option<RunId>,
    /// The run of the cloud that knows all that was sent from here.
    pub run: Option<RunId>,
    pub lessons: BTreeMap<LessonId, LessonEntry>,
    pub blobs: HashMap<BlobId, BlobEntry>,
    pub receipts: BTreeMap<LessonId, ReceiptRecord>,
    /// Lessons whose documents this program cannot read.
    pub unreadable: u64,
}

impl Terminal {
    /// Opens it. Damage that shows only once the databases are in use is met again by a
    /// second try, which looks at every record.
    pub fn open(
        ground: Arc<Ground>,
        seal: Arc<Seal>,
        options: &OpenOptions,
        findings: &mut Vec<OpenFinding>,
    ) -> Result<Self, ShelfError> {
        match Self::open_once(Arc::clone(&ground), Arc::clone(&seal), options, findings) {
            Err(error) if error.is_damage() => Self::open_once(ground, seal, options, findings),
            done => done,
        }
    }

    fn open_once(
        ground: Arc<Ground>,
        seal: Arc<Seal>,
        options: &OpenOptions,
        findings: &mut Vec<OpenFinding>,
    ) -> Result<Self, ShelfError> {
        let places = ground.places();
        let dir = places.terminal();
        let is_new = !dir.exists();
        for dir in [&dir, &places.files(), &places.partial()] {
            make_dir(dir)?;
        }
        sync_dir(&dir)?;
        sync_dir(places.dir())?;
        let (mark, unclean) = OpenMark::set(&dir)?;
        if unclean {
            findings.push(OpenFinding::UncleanStop);
        }
        let ladder = Ladder {
            path: dir.join("state.sled"),
            cache_bytes: CACHE_BYTES,
            seal: Arc::clone(&seal),
            options,
            unclean,
            expected: !is_new,
            is_state: true,
        };
        let climbed = ladder.climb(findings, Table::load)?;
        let (media, media_rebuilt) =
            Media::open(&dir, Arc::clone(&seal), options, unclean, findings)?;
        let terminal = Self {
            seal,
            options: options.clone(),
            cap: AtomicU64::new(options.cap_bytes),
            table: Mutex::new(climbed.loaded),
            media: Mutex::new(media),
            state: climbed.vault,
            mark,
            ground,
        };
        let unreadable = terminal.table().unreadable;
        if unreadable > 0 {
            findings.push(OpenFinding::LessonsUnreadable(unreadable));
        }
        if terminal.reconcile_lessons()? || climbed.rebuilt {
            terminal.ask_again(findings)?;
        }
        terminal.check_index(climbed.rebuilt || media_rebuilt || unclean, findings)?;
        terminal.mark.trust();
        Ok(terminal)
    }

    /// After a loss every lesson is asked for again; those that are still here stay in use.
    fn ask_again(&self, findings: &mut Vec<OpenFinding>) -> Result<(), ShelfError> {
        let mut changes = Changes::default();
        changes.put(Tree::Meta, CURSOR_KEY, ASK_AGAIN.to_le_bytes().to_vec());
        changes.delete(Tree::Meta, LISTING_KEY);
        self.commit(&changes, Durability::Now)?;
        self.table().cursor = ASK_AGAIN;
        self.table().listing = None;
        findings.push(OpenFinding::LessonsAskedAgain);
        Ok(())
    }

    pub fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn media(&self) -> MutexGuard<'_, Media> {
        self.media.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state. Damage that is met makes the next open look closely and rebuild.
    pub fn commit(&self, changes: &Changes, durability: Durability) -> Result<(), ShelfError> {
        let done = self.state.commit(changes, durability);
        if done.as_ref().is_err_and(ShelfError::is_damage) {
            self.mark.distrust();
        }
        done
    }

    /// Has the next open look closely, and rebuild what it finds damaged.
    pub fn distrust(&self) {
        self.mark.distrust();
    }

    pub fn state(&self) -> &Vault {
        &self.state
    }

    pub fn seal(&self) -> &Arc<Seal> {
        &self.seal
    }

    /// The limit for blobs, in bytes.
    pub fn cap(&self) -> u64 {
        self.cap.load(Ordering::Relaxed)
    }

    pub fn set_cap(&self, bytes: u64) {
        self.cap.store(bytes, Ordering::Relaxed);
    }

    pub fn options(&self) -> &OpenOptions {
        &self.options
    }

    pub fn ground(&self) -> &Arc<Ground> {
        &self.ground
    }

    pub fn file_path(&self, id: &BlobId, seal: &Seal) -> PathBuf {
        self.ground
            .places()
            .files()
            .join(super::sealed_file::file_name(seal, id))
    }

    pub fn partial_path(&self, id: &BlobId) -> PathBuf {
        self.ground
            .places()
            .partial()
            .join(super::sealed_file::file_name(&self.seal, id))
    }
}

impl Table {
    /// Reads everything; names the records that cannot be used.
    fn load(vault: &Vault) -> Result<(Self, Vec<Name>), ShelfError> {
        let mut table = Self::default();
        let mut bad = vault.scan(Tree::Meta, &mut |key, value| {
            if key == CURSOR_KEY {
                table.cursor = value.try_into().map_or(0, u64::from_le_bytes);
            } else if key == LISTING_KEY {
                table.listing = value.try_into().ok().map(RunId);
            } else if key == RUN_KEY {
                table.run = value.try_into().ok().map(RunId);
            }
            Ok(true)
        })?;
        let (lessons, unreadable) = (&mut table.lessons, &mut table.unreadable);
        bad.extend(scan(
            vault,
            Tree::Lesson,
            |id, record: LessonRecord| match record.entry() {
                Ok(entry) => drop(lessons.insert(LessonId(id), entry)),
                // Sound, but beyond this program: it stays for one that can read it.
                Err(_) => *unreadable += 1,
            },
        )?);
        let receipts = &mut table.receipts;
        bad.extend(scan(vault, Tree::Receipt, |id, record| {
            receipts.insert(LessonId(id), record);
        })?);
        let blobs = &mut table.blobs;
        bad.extend(scan(vault, Tree::BlobIndex, |id, entry| {
            blobs.insert(BlobId(id), entry);
        })?);
        Ok((table, bad))
    }
}

/// Reads a tree of Postcard values by keys of one length; names what does not fit.
fn scan<const N: usize, T: DeserializeOwned>(
    vault: &Vault,
    tree: Tree,
    mut take: impl FnMut([u8; N], T),
) -> Result<Vec<Name>, ShelfError> {
    vault.scan(tree, &mut |key, value| {
        let read = key.try_into().ok().zip(postcard::from_bytes(&value).ok());
        Ok(read.map(|(key, value)| take(key, value)).is_some())
    })
}

/// A value's bytes on disk.
pub(super) fn encode(value: &impl Serialize) -> Result<Vec<u8>, ShelfError> {
    postcard::to_stdvec(value).map_err(|_| ShelfError::damaged("a record in memory"))
}
