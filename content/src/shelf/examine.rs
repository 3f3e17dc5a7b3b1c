//! What a check looks at, place by place.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::blobs::{BlobEntry, Home};
use super::checkup::{Checkup, Fault, Remedy, Watch};
use super::ladder::with_suffix;
use super::places::{Places, disk_usage, free_space, remove_quietly};
use super::sealed_file::{SealedFile, file_name};
use super::terminal::Terminal;
use super::vault::Tree;
use super::{Shelf, ShelfError, lock};
use crate::blob::{BlobId, GROUP_LEN};
use crate::clock::school_day;

/// A clock further from the school's than this is worth a word: school days go wrong.
const CLOCK_OFF_MS: u64 = 12 * 3_600_000;

impl Shelf {
    /// Looks at everything. `closed` is the profile's directory where nothing else uses it:
    /// what is half made there is left over, elsewhere it may be in the making.
    pub(super) fn examine(
        &self,
        repair: bool,
        closed: Option<&Path>,
        checkup: &mut Checkup,
        watch: &mut Watch<'_>,
    ) -> Result<(), ShelfError> {
        checkup.settings = self.identity().settings;
        self.examine_copies(repair, checkup)?;
        self.examine_logs(repair, checkup)?;
        let terminal = &self.0.terminal;
        terminal.examine_state(repair, checkup)?;
        terminal.examine_blobs(repair, checkup, watch)?;
        if closed.is_some() {
            terminal.examine_partials(repair, checkup);
        }
        let dir = closed.unwrap_or(self.0.ground.places().dir());
        let count = self.locked_pupils().len() as u64;
        checkup.note(Fault::Locked { count }, Remedy::Nothing);
        // What of a locked pupil lies about may be needed: that is not to be told.
        let repair = repair && count == 0;
        examine_left_overs(&Places::new(dir), closed.is_some(), repair, checkup);
        self.examine_surroundings(checkup)?;
        let unreadable = terminal.table().unreadable;
        if !checkup
            .findings
            .iter()
            .any(|found| found.fault.code() == "newer")
        {
            checkup.note(Fault::Newer { count: unreadable }, Remedy::Nothing);
        }
        // What is not here is fetched whether it was found to be damaged or is new.
        let today = school_day(Timestamp::now().as_millisecond());
        let wants = terminal.wants(today);
        let bytes = wants
            .iter()
            .map(|want| want.blob.len.saturating_sub(want.have));
        let waiting = Fault::Waiting {
            count: wants.len() as u64,
            bytes: bytes.fold(0, u64::saturating_add),
        };
        checkup.note(waiting, Remedy::Comes);
        Ok(())
    }

    /// The two copies of keys and identity.
    fn examine_copies(&self, repair: bool, checkup: &mut Checkup) -> Result<(), ShelfError> {
        let ground = &self.0.ground;
        let mut identity = lock(&self.0.identity);
        let mut keys = lock(&ground.keys);
        let harmed: Vec<PathBuf> = [identity.harmed(), keys.harmed()].concat();
        if harmed.is_empty() {
            return Ok(());
        }
        let mut remedy = Remedy::CanMend;
        if repair {
            let same = identity.identity.clone();
            identity.write(&ground.seal, same)?;
            keys.save()?;
            let is_left = !identity.harmed().is_empty() || !keys.harmed().is_empty();
            remedy = if is_left {
                Remedy::Person
            } else {
                Remedy::Mended
            };
        }
        for path in harmed {
            checkup.note(Fault::Copy { path }, remedy);
        }
        Ok(())
    }

    /// Every pupil's journal, database and chain.
    fn examine_logs(&self, repair: bool, checkup: &mut Checkup) -> Result<(), ShelfError> {
        let remedy = if repair {
            Remedy::NextStart
        } else {
            Remedy::CanMend
        };
        for pupil in self.0.ground.open_pupils() {
            let log = self.pupil(&pupil)?;
            let seen = log.check(repair)?;
            checkup.events = checkup.events.saturating_add(seen.events);
            checkup.unsent = checkup.unsent.saturating_add(log.unsent());
            if let Some(path) = seen.database_harmed {
                checkup.note(Fault::Database { path }, remedy);
            }
            if seen.journal_harmed {
                checkup.note(Fault::Journal { pupil, lost: 0 }, remedy);
            }
            let count = seen.only_at_school;
            checkup.note(Fault::OnlyAtSchool { pupil, count }, Remedy::Nothing);
        }
        Ok(())
    }

    /// The disk and the clock.
    fn examine_surroundings(&self, checkup: &mut Checkup) -> Result<(), ShelfError> {
        let wanted = self.0.options.min_free_bytes;
        let free = free_space(self.0.ground.places().dir())?;
        if free < wanted {
            checkup.note(Fault::Space { free, wanted }, Remedy::Person);
        }
        let off_ms = self.identity().server_offset_ms;
        let year = school_day(
            Timestamp::now()
                .as_millisecond()
                .saturating_add(off_ms.unwrap_or(0)),
        )
        .year();
        if off_ms.is_some_and(|off| off.unsigned_abs() > CLOCK_OFF_MS)
            || !(2025..2100).contains(&year)
        {
            checkup.note(Fault::Clock { off_ms }, Remedy::Person);
        }
        Ok(())
    }
}

impl Terminal {
    /// Every record of the state, opened.
    fn examine_state(&self, repair: bool, checkup: &mut Checkup) -> Result<(), ShelfError> {
        let is_sound = match self.state().count_damaged() {
            Ok(count) => count == 0,
            Err(error) if error.is_damage() => false,
            Err(error) => return Err(error),
        };
        if is_sound {
            return Ok(());
        }
        let path = self.ground().places().terminal().join("state.sled");
        let mut remedy = Remedy::CanMend;
        if repair {
            self.distrust();
            remedy = Remedy::NextStart;
        }
        checkup.note(Fault::Database { path }, remedy);
        Ok(())
    }

    /// Every blob, read whole and held against its name.
    fn examine_blobs(
        self: &Arc<Self>,
        repair: bool,
        checkup: &mut Checkup,
        watch: &mut Watch<'_>,
    ) -> Result<(), ShelfError> {
        let all: Vec<(BlobId, BlobEntry)> = self
            .table()
            .blobs
            .iter()
            .map(|(id, entry)| (*id, *entry))
            .collect();
        let total = all
            .iter()
            .fold(0, |sum: u64, (_, entry)| sum.saturating_add(entry.len));
        let (mut done, mut bytes, mut bad, mut own) = (0_u64, 0_u64, 0_u64, 0_u64);
        for (id, entry) in all {
            if !watch(done, total) {
                checkup.is_cut_short = true;
                break;
            }
            done = done.saturating_add(entry.len);
            let is_there = |terminal: &Self| terminal.table().blobs.get(&id) == Some(&entry);
            // Given up or moved meanwhile, it is not damaged.
            if self.is_sound(&id, &entry)? || !is_there(self) {
                checkup.blobs += 1;
                checkup.blob_bytes = checkup.blob_bytes.saturating_add(entry.len);
                continue;
            }
            if entry.owner.is_some() {
                own += 1;
            } else {
                bad += 1;
                bytes = bytes.saturating_add(entry.len);
            }
            if repair {
                let _ = self.drop_damaged(&id);
            }
        }
        watch(done, total);
        let remedy = if repair {
            Remedy::Comes
        } else {
            Remedy::CanMend
        };
        checkup.note(Fault::Blobs { count: bad, bytes }, remedy);
        if !repair {
            // A repair has set them aside, where they are counted.
            checkup.note(Fault::OwnBlobs { count: own }, Remedy::Person);
        }
        Ok(())
    }

    /// Whether a blob's bytes are its own; nothing is changed.
    fn is_sound(&self, id: &BlobId, entry: &BlobEntry) -> Result<bool, ShelfError> {
        let read = match entry.home {
            Home::Media(generation) => {
                let vault = self.media().generation(generation);
                let bytes = vault.map(|vault| vault.get(Tree::Blob, &id.0)).transpose();
                let bytes = bytes.map(Option::flatten);
                bytes.map(|bytes| bytes.is_some_and(|bytes| BlobId::of(&bytes) == *id))
            }
            Home::File => self.is_file_sound(id, entry),
        };
        match read {
            Err(error) if error.is_damage() => Ok(false),
            // Of a pupil whose keys are not open nothing can be said.
            Err(ShelfError::Locked(_)) => Ok(true),
            other => other,
        }
    }

    fn is_file_sound(&self, id: &BlobId, entry: &BlobEntry) -> Result<bool, ShelfError> {
        let Some(mut file) = self.open_file(id, entry)? else {
            return Ok(false);
        };
        let mut hasher = blake3::Hasher::new();
        for group in 0..entry.len.div_ceil(GROUP_LEN) {
            let read = file.read_group(group);
            let read =
                read.map_err(|e| ShelfError::io("reading", &self.ground().places().files(), e))?;
            match read {
                Some(bytes) => hasher.update(&bytes),
                None => return Ok(false),
            };
        }
        Ok(BlobId(*hasher.finalize().as_bytes()) == *id)
    }

    /// Downloads under way: of something that is wanted, with a beginning that opens.
    fn examine_partials(&self, repair: bool, checkup: &mut Checkup) {
        let wanted: BTreeSet<String> = {
            let table = self.table();
            let assigned = table.assigned();
            let missing = assigned.keys().filter(|id| !table.blobs.contains_key(id));
            missing.map(|id| file_name(self.seal(), id)).collect()
        };
        let entries = fs::read_dir(self.ground().places().partial());
        let mut count = 0;
        for entry in entries.into_iter().flatten().flatten() {
            let is_good = wanted.contains(&*entry.file_name().to_string_lossy())
                && SealedFile::open(&entry.path(), Arc::clone(self.seal()))
                    .is_ok_and(|file| file.is_some());
            if is_good {
                continue;
            }
            count += 1;
            if repair {
                remove_quietly(&entry.path());
            }
        }
        let remedy = if repair {
            Remedy::Comes
        } else {
            Remedy::CanMend
        };
        checkup.note(Fault::Partials { count }, remedy);
    }
}

/// Files that nothing knows, and those that were set aside.
fn examine_left_overs(places: &Places, is_closed: bool, repair: bool, checkup: &mut Checkup) {
    let mut found = LeftOvers::default();
    found.look_into(places.dir());
    found.look_into(&places.terminal());
    found.look_into(&places.files());
    for entry in fs::read_dir(places.pupils())
        .into_iter()
        .flatten()
        .flatten()
    {
        found.look_into(&entry.path());
    }
    let left_over = match is_closed {
        true => found.left_over,
        false => Vec::new(),
    };
    let mut remedy = Remedy::CanMend;
    if repair {
        left_over.iter().for_each(|path| remove_any(path));
        remedy = Remedy::Mended;
    }
    let extent = |paths: &[PathBuf]| {
        let bytes = paths.iter().map(|path| size(path));
        (paths.len() as u64, bytes.fold(0, u64::saturating_add))
    };
    let (count, bytes) = extent(&left_over);
    checkup.note(Fault::LeftOvers { count, bytes }, remedy);
    // What a pupil made is nowhere else, whatever was sent: it stays.
    let (own, set_aside): (Vec<PathBuf>, Vec<PathBuf>) = found
        .set_aside
        .into_iter()
        .partition(|path| path.starts_with(places.files()));
    let (count, _) = extent(&own);
    checkup.note(Fault::OwnBlobs { count }, Remedy::Nothing);
    let (count, bytes) = extent(&set_aside);
    let mut kept = Remedy::Nothing;
    // They may hold what is nowhere else, as long as something is to be sent.
    if repair && checkup.unsent == 0 && checkup.is_sound() {
        set_aside.iter().for_each(|path| remove_any(path));
        kept = Remedy::Mended;
    }
    checkup.note(Fault::SetAside { count, bytes }, kept);
}

/// What lies about in a profile, by its names.
#[derive(Default)]
struct LeftOvers {
    left_over: Vec<PathBuf>,
    set_aside: Vec<PathBuf>,
}

impl LeftOvers {
    fn look_into(&mut self, dir: &Path) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if name.contains(".bad-") {
                self.set_aside.push(path);
                continue;
            }
            // Half-made files, and databases whose exchange came to its end without them.
            let stem = name
                .strip_suffix(".new")
                .or_else(|| name.strip_suffix(".making"))
                .or_else(|| name.strip_suffix(".old"));
            if stem.is_some_and(|stem| dir.join(stem).exists() || path.is_file()) {
                self.left_over.push(path);
            }
        }
    }
}

/// Where something damaged is kept that nothing can replace.
pub(super) fn aside(path: &Path) -> PathBuf {
    with_suffix(path, &format!("bad-{}", Timestamp::now().as_millisecond()))
}

fn size(path: &Path) -> u64 {
    match path.is_dir() {
        true => disk_usage(path),
        false => fs::metadata(path).map_or(0, |meta| meta.len()),
    }
}

fn remove_any(path: &Path) {
    if path.is_dir() {
        let _ = fs::remove_dir_all(path);
    } else {
        remove_quietly(path);
    }
}
