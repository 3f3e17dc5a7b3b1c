//! Opening a database so that no damage stops the program, and none is taken for truth.
//!
//! Rung by rung: room on the disk; an interrupted exchange finished; after an unclean stop
//! a child process opens first, under a time limit; the open, with its panics caught; the
//! sentinel (an engine can come back empty without an error); every envelope of a state
//! after an unclean stop; then what the caller loads. Where a rung breaks, all that still opens is
//! copied into a new database and the bad one is kept beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::places::{disk_usage, free_space, make_dir, sync_dir};
use super::seal::Seal;
use super::sled_store::SledStore;
use super::step::step;
use super::vault::{Name, Vault};
use super::{OpenFinding, OpenOptions, ShelfError};

/// The exit code of a probe that found a damaged database (`EX_DATAERR`).
pub const PROBE_DAMAGED: i32 = 65;
/// How long a probe may take: some 30 times the slowest sound open that was measured.
const PROBE_LIMIT: Duration = Duration::from_secs(20);

/// What is to be opened, and how carefully.
pub(super) struct Ladder<'a> {
    pub path: PathBuf,
    pub cache_bytes: u64,
    pub seal: Arc<Seal>,
    pub options: &'a OpenOptions,
    /// Whether the last user of it did not close it.
    pub unclean: bool,
    /// Whether a database must be there.
    pub expected: bool,
    /// Whether it is small and precious: every envelope is opened after an unclean stop.
    /// Media are checked blob by blob when they are read.
    pub is_state: bool,
}

/// What a ladder leads to.
pub(super) struct Climbed<T> {
    pub vault: Arc<Vault>,
    pub loaded: T,
    /// Whether records may be missing that once were there.
    pub rebuilt: bool,
}

impl Ladder<'_> {
    /// Opens the database. `load` reads what the caller needs and names the records
    /// that it cannot use; it is called again on the rebuilt database if there were any.
    pub fn climb<T>(
        &self,
        findings: &mut Vec<OpenFinding>,
        load: impl Fn(&Vault) -> Result<(T, Vec<Name>), ShelfError>,
    ) -> Result<Climbed<T>, ShelfError> {
        if let Some(parent) = self.path.parent() {
            make_dir(parent)?;
            let free = free_space(parent)?;
            if free < self.options.min_free_bytes {
                return Err(ShelfError::NoSpace {
                    wanted: self.options.min_free_bytes,
                    free,
                });
            }
        }
        finish_exchange(&self.path)?;
        if !self.path.join("db").exists() {
            let reason = "it was not there";
            // A snapshot without the log that it is of would be believed.
            let kept = match self.path.exists() {
                true => Some(self.set_aside()?),
                false => None,
            };
            let is_loss = self.expected || kept.is_some();
            return self.begin(findings, is_loss.then_some((reason, kept)), load);
        }
        if self.unclean
            && let Some(program) = &self.options.child_probe
        {
            match probe(program, &self.path) {
                Verdict::Sound => {}
                Verdict::Unusable(why) => findings.push(OpenFinding::ProbeUnusable(why)),
                Verdict::Damaged(why) => {
                    let kept = self.set_aside()?;
                    return self.begin(findings, Some((&why, Some(kept))), load);
                }
            }
        }
        let store = match SledStore::open(&self.path, self.cache_bytes, self.min_free()) {
            Ok(store) => store,
            Err(error) if error.is_damage() => {
                let kept = self.set_aside()?;
                return self.begin(findings, Some((&error.to_string(), Some(kept))), load);
            }
            Err(error) => return Err(error),
        };
        let vault = self.vault(store);
        let reason = match self.examine(&vault, &load) {
            Ok(loaded) => {
                return Ok(Climbed {
                    vault: Arc::new(vault),
                    loaded,
                    rebuilt: false,
                });
            }
            Err(error) if error.is_damage() => error.to_string(),
            Err(error) => return Err(error),
        };
        let kept = self.salvage(vault)?;
        self.begin(findings, Some((&reason, Some(kept))), load)
    }

    fn min_free(&self) -> u64 {
        // Once open, the engine may use half of the reserve before it is held back.
        self.options.min_free_bytes / 2
    }

    fn vault(&self, store: SledStore) -> Vault {
        Vault::new(Box::new(store), Arc::clone(&self.seal))
    }

    fn examine<T>(
        &self,
        vault: &Vault,
        load: &impl Fn(&Vault) -> Result<(T, Vec<Name>), ShelfError>,
    ) -> Result<T, ShelfError> {
        if !vault.is_founded()? {
            return Err(ShelfError::damaged("the database (it came back empty)"));
        }
        let scanned = if self.unclean && self.is_state {
            vault.count_damaged()?
        } else {
            0
        };
        let (loaded, bad) = load(vault)?;
        match scanned + bad.len() {
            0 => Ok(loaded),
            some => Err(ShelfError::damaged(format!(
                "the database ({some} records)"
            ))),
        }
    }

    /// A new database, or the salvaged one that already lies in its place.
    fn begin<T>(
        &self,
        findings: &mut Vec<OpenFinding>,
        rebuilt: Option<(&str, Option<PathBuf>)>,
        load: impl Fn(&Vault) -> Result<(T, Vec<Name>), ShelfError>,
    ) -> Result<Climbed<T>, ShelfError> {
        let vault = self.vault(SledStore::open(
            &self.path,
            self.cache_bytes,
            self.min_free(),
        )?);
        vault.found()?;
        if let Some(parent) = self.path.parent() {
            sync_dir(&self.path)?;
            sync_dir(parent)?;
        }
        let (loaded, bad) = load(&vault)?;
        vault.remove(&bad)?;
        let is_rebuilt = rebuilt.is_some();
        if let Some((reason, kept_as)) = rebuilt {
            let (path, reason) = (self.path.clone(), reason.to_owned());
            findings.push(OpenFinding::StoreRebuilt {
                path,
                kept_as,
                reason,
            });
        }
        Ok(Climbed {
            vault: Arc::new(vault),
            loaded,
            rebuilt: is_rebuilt,
        })
    }

    /// Copies what still opens and puts the copy in the bad one's place.
    fn salvage(&self, bad: Vault) -> Result<PathBuf, ShelfError> {
        let copied = copy_beside(&self.path, &bad, self.cache_bytes);
        drop(bad);
        match copied {
            Ok(()) => {
                let kept = self.set_aside()?;
                finish_exchange(&self.path)?;
                Ok(kept)
            }
            Err(error) if error.is_damage() => self.set_aside(),
            Err(error) => Err(error),
        }
    }

    fn set_aside(&self) -> Result<PathBuf, ShelfError> {
        let kept = with_suffix(
            &self.path,
            &format!("bad-{}", Timestamp::now().as_millisecond()),
        );
        fs::rename(&self.path, &kept)
            .map_err(|error| ShelfError::io("setting aside", &self.path, error))?;
        self.path.parent().map_or(Ok(()), sync_dir)?;
        Ok(kept)
    }
}

/// Writes all that opens in `from` into a complete database `PATH.new`.
fn copy_beside(path: &Path, from: &Vault, cache_bytes: u64) -> Result<(), ShelfError> {
    let (making, new) = (with_suffix(path, "making"), with_suffix(path, "new"));
    for old in [&making, &new] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(|error| ShelfError::io("removing", old, error))?;
        }
    }
    let store = SledStore::open(&making, cache_bytes, 0)?;
    from.copy_whole(&store)?;
    drop(store);
    sync_dir(&making)?;
    fs::rename(&making, &new).map_err(|error| ShelfError::io("renaming", &making, error))?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// `PATH.new` is whole by its name; it takes the place of a `PATH` that was moved away,
/// and is dropped where that did not come to pass.
pub(super) fn finish_exchange(path: &Path) -> Result<(), ShelfError> {
    let remove = |path: &Path| match path.exists() {
        true => fs::remove_dir_all(path).map_err(|e| ShelfError::io("removing", path, e)),
        false => Ok(()),
    };
    let (new, old) = (with_suffix(path, "new"), with_suffix(path, "old"));
    remove(&with_suffix(path, "making"))?;
    if !path.exists() {
        // Of the old one only where there is no new one.
        let whole = [&new, &old].into_iter().find(|place| place.exists());
        let Some(whole) = whole else { return Ok(()) };
        fs::rename(whole, path).map_err(|error| ShelfError::io("renaming", whole, error))?;
        path.parent().map_or(Ok(()), sync_dir)?;
        step();
    }
    remove(&new)?;
    step();
    // Only once another is in its place.
    remove(&old)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

/// Bad databases that are kept beside `path`, removed.
pub(super) fn remove_set_aside(path: &Path) -> u64 {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return 0;
    };
    let prefix = format!("{}.bad-", name.to_string_lossy());
    let Ok(entries) = fs::read_dir(parent) else {
        return 0;
    };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| {
            let path = entry.path();
            let len = if path.is_dir() { disk_usage(&path) } else { 0 };
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_or(0, |()| len)
        })
        .sum()
}

enum Verdict {
    Sound,
    Damaged(String),
    Unusable(String),
}

fn probe(program: &Path, path: &Path) -> Verdict {
    let child = Command::new(program)
        .arg("--probe-store")
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match child {
        Ok(child) => await_probe(child),
        Err(error) => Verdict::Unusable(error.to_string()),
    }
}

fn await_probe(mut child: Child) -> Verdict {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Verdict::Sound,
            Ok(Some(status)) => {
                return match status.code() {
                    Some(PROBE_DAMAGED) => Verdict::Damaged("a probe found it damaged".to_owned()),
                    Some(other) => Verdict::Unusable(format!("it ended with {other}")),
                    None => Verdict::Damaged("a probe of it was killed".to_owned()),
                };
            }
            Ok(None) if begun.elapsed() > PROBE_LIMIT => {
                let _ = child.kill();
                let _ = child.wait();
                return Verdict::Damaged("a probe of it did not end in 20 s".to_owned());
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(error) => return Verdict::Unusable(error.to_string()),
        }
    }
}
