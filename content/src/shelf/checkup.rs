//! A check of a whole profile: what is damaged, what waits, what lies about; and its repair.
//!
//! On an open shelf nothing is changed unless a repair is asked for. A closed profile is
//! checked on a copy of its databases and journals (its large files are linked), because an
//! engine's open mends and so changes what it opens.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::keys::Keyring;
use super::ladder::with_suffix;
use super::places::{OpenMark, Places, disk_usage, free_space, make_dir};
use super::{OpenFinding, OpenOptions, Opened, Shelf, ShelfError, take_lock};
use crate::id::PupilId;

/// What a check found, and what a repair did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkup {
    /// One entry for each kind of thing found, in the order of [`Fault`].
    pub findings: Vec<CheckFinding>,
    /// Events in all logs here: answers, notes, what was opened.
    pub events: u64,
    /// Of these, what the school does not have yet.
    pub unsent: u64,
    /// Blobs that were read whole and are their own.
    pub blobs: u64,
    /// Their bytes.
    pub blob_bytes: u64,
    /// Whether it was ended before its end.
    pub is_cut_short: bool,
    /// The profile's settings: the language that what was found is said in.
    pub settings: BTreeMap<String, String>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFinding {
    /// What it is.
    pub fault: Fault,
    /// What was done about it, or is to be done.
    pub remedy: Remedy,
}

/// What can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// One of two copies of a small file (keys, identity) is damaged.
    Copy {
        /// The file.
        path: PathBuf,
    },
    /// Both copies of the identity are unreadable: the terminal has to join again.
    IdentityLost,
    /// A database is damaged, missing or came back older than it was.
    Database {
        /// Its place.
        path: PathBuf,
    },
    /// A journal is damaged.
    Journal {
        /// Whose.
        pupil: PupilId,
        /// Events that are nowhere any more.
        lost: u64,
    },
    /// Events that are not here any more and that the school has.
    OnlyAtSchool {
        /// Whose.
        pupil: PupilId,
        /// How many.
        count: u64,
    },
    /// Blobs whose bytes are wrong or gone.
    Blobs {
        /// How many.
        count: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// What pupils made here (photos) and cannot be read any more.
    OwnBlobs {
        /// How many.
        count: u64,
    },
    /// Downloads under way that cannot be gone on with.
    Partials {
        /// How many.
        count: u64,
    },
    /// Files that nothing needs.
    LeftOvers {
        /// How many.
        count: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// Damaged files that are kept until the school has everything.
    SetAside {
        /// How many.
        count: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// Lessons that need a newer program; they are kept.
    Newer {
        /// How many.
        count: u64,
    },
    /// Pupils whose study is locked: it was not looked into.
    Locked {
        /// How many.
        count: u64,
    },
    /// The disk has less room than the shelf works with.
    Space {
        /// Bytes free.
        free: u64,
        /// Bytes wanted.
        wanted: u64,
    },
    /// The terminal's clock is far from the school's, or in no school year.
    Clock {
        /// The school's clock less this one's, in milliseconds, where that is known.
        off_ms: Option<i64>,
    },
    /// Assigned blobs that are still to come.
    Waiting {
        /// How many.
        count: u64,
        /// Their bytes.
        bytes: u64,
    },
}

/// What is to be done about a fault, or was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// A repair can mend it.
    CanMend,
    /// It was mended.
    Mended,
    /// It comes again at the next connection.
    Comes,
    /// It is mended when the program is next started.
    NextStart,
    /// A person has to do something, or nothing can be done; its words say what.
    Person,
    /// Nothing need be done.
    Nothing,
}

impl Fault {
    /// A stable key; its words are `check-KEY` and `check-KEY-next`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Copy { .. } => "copy",
            Self::IdentityLost => "identity",
            Self::Database { .. } => "database",
            Self::Journal { lost: 0, .. } => "journal",
            Self::Journal { .. } => "journal-lost",
            Self::OnlyAtSchool { .. } => "at-school",
            Self::Blobs { .. } => "blobs",
            Self::OwnBlobs { .. } => "own",
            Self::Partials { .. } => "partials",
            Self::LeftOvers { .. } => "left-overs",
            Self::SetAside { .. } => "set-aside",
            Self::Newer { .. } => "newer",
            Self::Locked { .. } => "locked",
            Self::Space { .. } => "space",
            Self::Clock { .. } => "clock",
            Self::Waiting { .. } => "waiting",
        }
    }

    /// How many things it is about.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::Journal { lost, .. } => *lost,
            Self::OnlyAtSchool { count, .. }
            | Self::Blobs { count, .. }
            | Self::OwnBlobs { count }
            | Self::Partials { count }
            | Self::LeftOvers { count, .. }
            | Self::SetAside { count, .. }
            | Self::Newer { count }
            | Self::Locked { count }
            | Self::Waiting { count, .. } => *count,
            _ => 1,
        }
    }

    /// How many bytes it is about; 0 where that says nothing.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Blobs { bytes, .. }
            | Self::LeftOvers { bytes, .. }
            | Self::SetAside { bytes, .. }
            | Self::Waiting { bytes, .. } => *bytes,
            Self::Space { free, .. } => *free,
            _ => 0,
        }
    }

    /// The file that it is about.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Copy { path } | Self::Database { path } => Some(path),
            _ => None,
        }
    }

    /// Whether it is only to be known: nothing is wrong.
    #[must_use]
    pub fn is_news_only(&self) -> bool {
        matches!(
            self,
            Self::OnlyAtSchool { .. }
                | Self::SetAside { .. }
                | Self::Newer { .. }
                | Self::Locked { .. }
                | Self::Waiting { .. }
        )
    }
}

impl Checkup {
    /// Whether nothing is wrong, or nothing is any more.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.is_cut_short
            && self.findings.iter().all(|found| {
                let is_settled = matches!(
                    found.remedy,
                    Remedy::Mended | Remedy::Comes | Remedy::Nothing
                );
                found.fault.is_news_only() || is_settled
            })
    }

    /// Whether a repair would change something.
    #[must_use]
    pub fn can_mend(&self) -> bool {
        self.findings
            .iter()
            .any(|found| found.remedy == Remedy::CanMend)
    }

    pub(super) fn note(&mut self, fault: Fault, remedy: Remedy) {
        if fault.count() > 0 || matches!(fault, Fault::Journal { .. }) {
            self.findings.push(CheckFinding { fault, remedy });
        }
    }

    /// Takes in what opening met, with what is to be done or was done about it.
    fn opened(&mut self, findings: &[OpenFinding], remedy: Remedy) {
        for finding in findings {
            let fault = match finding {
                OpenFinding::CopyMended { path } => Fault::Copy { path: path.clone() },
                OpenFinding::IdentityLost => {
                    self.note(Fault::IdentityLost, Remedy::Person);
                    continue;
                }
                OpenFinding::StoreRebuilt { path, .. } => Fault::Database { path: path.clone() },
                OpenFinding::JournalDamaged { pupil, lost, .. } => {
                    let (pupil, lost) = (*pupil, *lost);
                    let remedy = if lost == 0 { remedy } else { Remedy::Person };
                    self.note(Fault::Journal { pupil, lost }, remedy);
                    continue;
                }
                OpenFinding::BlobsMissing(count) => Fault::Blobs {
                    count: *count,
                    bytes: 0,
                },
                OpenFinding::LessonsUnreadable(count) => {
                    self.note(Fault::Newer { count: *count }, Remedy::Nothing);
                    continue;
                }
                // Nothing is wrong after these: they were never confirmed, or are here.
                OpenFinding::UncleanStop
                | OpenFinding::ErasureFinished
                | OpenFinding::RemovalFinished(_)
                | OpenFinding::LessonsAskedAgain
                | OpenFinding::BlobsFound(_)
                | OpenFinding::EventsLacking { .. }
                | OpenFinding::TornTail { .. }
                | OpenFinding::ProbeUnusable(_) => continue,
            };
            self.note(fault, remedy);
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())?;
        match self.path() {
            Some(path) => write!(f, " ({})", path.display()),
            None => Ok(()),
        }
    }
}

/// Told how far a check is (bytes read, bytes in all); says whether it is to go on.
pub type Watch<'a> = dyn FnMut(u64, u64) -> bool + 'a;

/// Checks a profile that nothing has open, and changes nothing of it: its databases and
/// journals are copied beside it and opened there.
///
/// # Errors
/// [`ShelfError::InUse`] where a program has it open; [`ShelfError::NoSpace`] where there is
/// no room for the copy; as [`Shelf::open`].
pub fn check_profile(
    dir: &Path,
    options: &OpenOptions,
    watch: &mut Watch<'_>,
) -> Result<Checkup, ShelfError> {
    let places = Places::new(dir);
    ensure_profile(dir)?;
    let _lock = take_lock(&places)?;
    let trial = with_suffix(dir, "checkup");
    remove(&trial)?;
    let wanted = options.min_free_bytes.saturating_add(
        disk_usage(dir)
            .saturating_sub(disk_usage(&places.files()))
            .saturating_sub(disk_usage(&places.partial())),
    );
    let free = free_space(dir)?;
    if free < wanted {
        return Err(ShelfError::NoSpace { wanted, free });
    }
    let checked =
        copy(dir, &trial).and_then(|()| check_closed(&trial, dir, options, Remedy::CanMend, watch));
    remove(&trial)?;
    checked
}

/// Repairs a profile that nothing has open. What is damaged is rebuilt from what is sound, or
/// dropped so that it is fetched again; unsent answers are never removed.
///
/// # Errors
/// As [`Shelf::open`].
pub fn repair_profile(
    dir: &Path,
    options: &OpenOptions,
    watch: &mut Watch<'_>,
) -> Result<Checkup, ShelfError> {
    ensure_profile(dir)?;
    check_closed(dir, dir, options, Remedy::Mended, watch)
}

/// Opens as carefully as after a crash, and checks; `named` stands for `dir` in what is found.
fn check_closed(
    dir: &Path,
    named: &Path,
    options: &OpenOptions,
    remedy: Remedy,
    watch: &mut Watch<'_>,
) -> Result<Checkup, ShelfError> {
    let is_repair = remedy == Remedy::Mended;
    mark_all(dir)?;
    // A check changes nothing of what the system's keyring holds.
    let options = OpenOptions {
        keyring: options.keyring.clone().map(|keyring| {
            let keyring: Arc<dyn Keyring> = Arc::new(ReadOnly(keyring));
            keyring
        }),
        ..options.clone()
    };
    let Opened { shelf, report } = Shelf::open(dir, &options)?;
    let mut findings = report.findings;
    for pupil in shelf.0.ground.open_pupils() {
        findings.extend(shelf.pupil(&pupil)?.mended());
    }
    let mut checkup = Checkup::default();
    checkup.opened(&findings, remedy);
    shelf.examine(is_repair, Some(named), &mut checkup, watch)?;
    for found in &mut checkup.findings {
        if let Fault::Copy { path } | Fault::Database { path } = &mut found.fault
            && let Ok(inside) = path.strip_prefix(dir)
        {
            *path = named.join(inside);
        }
    }
    Ok(checkup)
}

impl Shelf {
    /// Checks everything while the shelf is in use. Without `repair` nothing is changed; with
    /// it, what is damaged is dropped so that it is fetched again, what lies about is removed,
    /// and what only an open can rebuild is rebuilt at the next one.
    ///
    /// # Errors
    /// Where the disk refuses; a fault that is found is no error.
    pub fn check_up(&self, repair: bool, watch: &mut Watch<'_>) -> Result<Checkup, ShelfError> {
        let mut checkup = Checkup::default();
        self.examine(repair, None, &mut checkup, watch)?;
        Ok(checkup)
    }
}

/// A keyring that takes nothing.
#[derive(Debug)]
struct ReadOnly(Arc<dyn Keyring>);

impl Keyring for ReadOnly {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        self.0.get(name)
    }

    fn put(&self, _: &str, _: &[u8]) -> Result<(), String> {
        Err("a check keeps nothing".to_owned())
    }

    fn remove(&self, _: &str) -> Result<(), String> {
        Err("a check removes nothing".to_owned())
    }
}

/// A check makes no profile where there is none.
fn ensure_profile(dir: &Path) -> Result<(), ShelfError> {
    let places = Places::new(dir);
    let is_one = places.terminal().is_dir() || places.keys().iter().any(|path| path.is_file());
    if is_one {
        return Ok(());
    }
    let missing = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no profile");
    Err(ShelfError::io("opening the profile", dir, missing))
}

/// Sets the marks of an unclean stop, so that opening looks at every record.
fn mark_all(dir: &Path) -> Result<(), ShelfError> {
    let places = Places::new(dir);
    let pupils = fs::read_dir(places.pupils())
        .into_iter()
        .flatten()
        .flatten();
    let places = pupils.map(|entry| entry.path()).chain([places.terminal()]);
    for place in places.filter(|place| place.is_dir()) {
        // Not trusted: it stays.
        drop(OpenMark::set(&place)?);
    }
    Ok(())
}

fn remove(dir: &Path) -> Result<(), ShelfError> {
    match dir.exists() {
        true => fs::remove_dir_all(dir).map_err(|e| ShelfError::io("removing", dir, e)),
        false => Ok(()),
    }
}

/// Copies a profile; its large files, which are never changed in place, are linked.
fn copy(from: &Path, to: &Path) -> Result<(), ShelfError> {
    make_dir(to)?;
    let is_large = from.ends_with("terminal/files");
    let entries = fs::read_dir(from).map_err(|error| ShelfError::io("reading", from, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| ShelfError::io("reading", from, error))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target)?;
        } else if !is_large || fs::hard_link(&path, &target).is_err() {
            fs::copy(&path, &target).map_err(|error| ShelfError::io("copying", &path, error))?;
        }
    }
    Ok(())
}
