//! A folder of backups: one numbered folder a backup, and blobs that they share.
//!
//! ```text
//! lock                        one program at a time
//! blobs/ab/ab12…              as in a school's folder
//! 000001-20261121T163130Z/    manifest.json and database.sqlite
//! ```
//!
//! Numbers and not times say which is newer: clocks are set back. A numbered folder gets its
//! name last, so what has the name is whole.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::SchoolId;
use serde::{Deserialize, Serialize};

use super::{CareError, Result, at, files};
use crate::folder::try_lock;
use crate::store::sqlite::inspect::Inspector;

const FORMAT: u16 = 1;
const MANIFEST: &str = "manifest.json";
/// Not the name that a school's database has: nobody serves a backup by mistake.
const DATABASE: &str = "database.sqlite";
/// A manifest names some hundred thousand missing files at most.
const MAX_MANIFEST_LEN: u64 = 16 << 20;

/// What a backup is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u16,
    /// The version of the program that made it.
    pub program: String,
    /// The school.
    pub school: SchoolId,
    /// Its name.
    pub name: String,
    /// When it was made, milliseconds since 1970-01-01T00:00:00Z.
    pub made_ms: i64,
    /// The database's length and BLAKE3.
    pub database: BlobRef,
    /// How many blobs the database names.
    pub blobs: u64,
    /// Their bytes.
    pub blob_bytes: u64,
    /// Blobs that the school itself no longer had whole.
    pub lacks: Vec<BlobId>,
}

/// A whole backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The folder of all backups.
    pub root: PathBuf,
    /// Its own folder.
    pub place: PathBuf,
    /// What it is.
    pub manifest: Manifest,
}

impl Manifest {
    pub(super) fn new(school: SchoolId, name: String, made_ms: i64, database: BlobRef) -> Self {
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            school,
            name,
            made_ms,
            database,
            blobs: 0,
            blob_bytes: 0,
            lacks: Vec::new(),
        }
    }

    pub(super) fn write(&self, place: &Path) -> Result<()> {
        let path = place.join(MANIFEST);
        let bytes = serde_json::to_vec_pretty(self).map_err(|error| at(&path)(error.into()))?;
        files::write(&path, &bytes)
    }

    fn read(place: &Path) -> Result<Self, String> {
        let mut bytes = Vec::new();
        File::open(place.join(MANIFEST))
            .and_then(|file| file.take(MAX_MANIFEST_LEN + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("its manifest cannot be read: {error}"))?;
        if bytes.len() as u64 > MAX_MANIFEST_LEN {
            return Err("its manifest is too long".to_owned());
        }
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|error| format!("its manifest cannot be used: {error}"))?;
        if manifest.format != FORMAT {
            return Err(format!(
                "it has form {}, made by a newer hotaru-cloud",
                manifest.format
            ));
        }
        Ok(manifest)
    }
}

impl Backup {
    /// Its database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        database(&self.place)
    }

    /// Finds the backup that is meant by a path: the newest in a folder of backups, or a
    /// numbered one itself.
    ///
    /// # Errors
    /// Where there is none, or the one that is meant is damaged.
    pub fn find(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path).map_err(at(path))?;
        if number(&path).is_some()
            && let Some(root) = path.parent()
        {
            return Self::open(root, &path);
        }
        match places(&path)?.pop() {
            Some((_, place)) => Self::open(&path, &place),
            None => Err(CareError::NoBackup(path)),
        }
    }

    fn open(root: &Path, place: &Path) -> Result<Self> {
        if !place.is_dir() {
            return Err(CareError::NoBackup(place.to_owned()));
        }
        let manifest =
            Manifest::read(place).map_err(|problem| Self::damaged(root, place, problem))?;
        Ok(Self {
            root: root.to_owned(),
            place: place.to_owned(),
            manifest,
        })
    }

    pub(super) fn damaged(root: &Path, place: &Path, problem: String) -> CareError {
        let mut others: Vec<PathBuf> = places(root)
            .unwrap_or_default()
            .into_iter()
            .map(|(_, other)| other)
            .filter(|other| other != place)
            .collect();
        others.reverse();
        CareError::Damaged {
            place: place.to_owned(),
            problem,
            others,
        }
    }
}

/// A folder of backups that this program works on.
#[derive(Debug)]
pub(super) struct Backups {
    root: PathBuf,
    _lock: File,
}

impl Backups {
    /// Takes the folder, and clears away what was cut.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let path = root.join("lock");
        let lock = try_lock(&path).map_err(at(&path))?;
        let lock = lock.ok_or_else(|| CareError::Busy(root.to_owned()))?;
        for entry in files::entries(root)? {
            let path = entry.path();
            let cut = matches!(path.extension(), Some(rest) if rest == "coming" || rest == "going");
            if cut && number(&path.with_extension("")).is_some() {
                fs::remove_dir_all(&path).map_err(at(&path))?;
            }
        }
        Ok(Self {
            root: root.to_owned(),
            _lock: lock,
        })
    }

    /// The newest backup that can be read.
    pub(super) fn newest(&self) -> Result<Option<Manifest>> {
        let places = places(&self.root)?.into_iter().rev();
        Ok(places
            .filter_map(|(_, place)| Manifest::read(&place).ok())
            .next())
    }

    /// A folder for the next backup, and the name that it gets once it is whole.
    pub(super) fn begin(&self, made: &str) -> Result<(PathBuf, PathBuf)> {
        let newest = places(&self.root)?.pop().map_or(0, |(number, _)| number);
        let place = self.root.join(format!("{:06}-{made}", newest + 1));
        let coming = place.with_extension("coming");
        crate::folder::create_private(&coming).map_err(at(&coming))?;
        Ok((coming, place))
    }

    /// Removes all but the newest `keep`, and the blobs that no backup names any more; how
    /// many backups went.
    pub(super) async fn keep(&self, keep: usize) -> Result<usize> {
        let mut places = places(&self.root)?;
        let kept = places.split_off(places.len().saturating_sub(keep));
        for (_, place) in &places {
            // A cut in between leaves no half that looks whole.
            let going = place.with_extension("going");
            files::put_in_place(place, &going)?;
            fs::remove_dir_all(&going).map_err(at(&going))?;
        }
        if !places.is_empty() {
            self.sweep(&kept).await?;
        }
        Ok(places.len())
    }

    async fn sweep(&self, kept: &[(u32, PathBuf)]) -> Result<()> {
        let mut named: HashSet<BlobId> = HashSet::new();
        for (_, place) in kept {
            // Where one cannot be read, its blobs are not known: all stay.
            let Ok(mut copy) = Inspector::open_copy(&database(place)).await else {
                tracing::warn!(backup = %place.display(), "damaged; no blob is removed");
                return Ok(());
            };
            let mut after = None;
            loop {
                let Ok(page) = copy.blobs_after(after).await else {
                    tracing::warn!(backup = %place.display(), "damaged; no blob is removed");
                    return Ok(());
                };
                let Some(last) = page.last() else {
                    break;
                };
                after = Some(last.id);
                named.extend(page.into_iter().map(|blob| blob.id));
            }
        }
        for dir in files::entries(&self.root.join("blobs"))? {
            for file in files::entries(&dir.path())? {
                let name = file.file_name().to_string_lossy().parse::<BlobId>();
                if name.is_ok_and(|blob| !named.contains(&blob)) {
                    files::remove(&file.path())?;
                }
            }
        }
        Ok(())
    }
}

/// The database of a backup.
pub(super) fn database(place: &Path) -> PathBuf {
    place.join(DATABASE)
}

/// How many whole backups of before a moment lie in a folder, as far as they can be read.
pub(super) fn made_before(root: &Path, ms: i64) -> usize {
    let places = places(root).unwrap_or_default().into_iter();
    let manifests = places.filter_map(|(_, place)| Manifest::read(&place).ok());
    manifests.filter(|manifest| manifest.made_ms < ms).count()
}

/// The whole backups in a folder with their numbers, oldest first.
fn places(root: &Path) -> Result<Vec<(u32, PathBuf)>> {
    let mut places: Vec<(u32, PathBuf)> = files::entries(root)?
        .into_iter()
        .filter_map(|entry| Some((number(&entry.path())?, entry.path())))
        .collect();
    places.sort();
    Ok(places)
}

/// The number in a whole backup's name.
fn number(place: &Path) -> Option<u32> {
    let (number, made) = place.file_name()?.to_str()?.split_once('-')?;
    let is_name = made.ends_with('Z') && made.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| number.parse().ok()).flatten()
}
