//! The engine: sled 0.34.7 with the guards that it needs.
//!
//! `flush` of 0.34.7 reaches the disk on Linux only by `sync_file_range`, which a power cut
//! does not respect (spacejam/sled#1077): an own handle on its file is `fdatasync`ed after
//! each flush. Damage makes it panic: every call is caught. After an error it refuses all
//! work: it is closed, and opened again at the next call once the disk has room.

use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use super::ShelfError;
use super::ladder::{finish_exchange, with_suffix};
use super::places::{disk_usage, free_space, sync_dir};
use super::step::step;
use super::store::{Durability, MAX_VALUE_LEN, Op, Pairs, Store};

/// How often an open is tried while an earlier handle is still being let go.
const LOCK_TRIES: u32 = 40;
const LOCK_WAIT: Duration = Duration::from_millis(50);
/// Memory for the pages of a copy that is being made.
const COPY_CACHE: u64 = 8 << 20;

pub(super) struct SledStore {
    path: PathBuf,
    cache_bytes: u64,
    min_free: u64,
    engine: RwLock<Option<Engine>>,
}

struct Engine {
    db: sled::Db,
    /// Our own handle on sled's log, for `fdatasync`.
    log: File,
}

impl SledStore {
    /// Opens the database in the folder `path`, creating it where there is none.
    ///
    /// # Errors
    /// [`ShelfError::Damaged`] where sled cannot make sense of what is there; other errors
    /// where it may be whole but cannot be had now.
    pub fn open(path: &Path, cache_bytes: u64, min_free: u64) -> Result<Self, ShelfError> {
        let engine = Engine::open(path, cache_bytes)?;
        Ok(Self {
            path: path.to_owned(),
            cache_bytes,
            min_free,
            engine: RwLock::new(Some(engine)),
        })
    }

    fn with<T>(
        &self,
        what: &'static str,
        work: impl Fn(&Engine) -> Result<T, EngineError>,
    ) -> Result<T, ShelfError> {
        self.wake()?;
        let result = {
            let guard = self.engine.read().unwrap_or_else(PoisonError::into_inner);
            let Some(engine) = guard.as_ref() else {
                return Err(ShelfError::damaged(format!(
                    "the database {}",
                    self.path.display()
                )));
            };
            caught(|| work(engine))
        };
        result.map_err(|error| {
            if let EngineError::Sled(_) = error {
                // sled refuses all further work after an error of its own.
                let mut guard = self.engine.write().unwrap_or_else(PoisonError::into_inner);
                let broken = guard.take();
                let _ = catch_unwind(AssertUnwindSafe(|| drop(broken)));
            }
            error.into_shelf(what, &self.path)
        })
    }

    /// Opens again after an error.
    fn wake(&self) -> Result<(), ShelfError> {
        if self
            .engine
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
        {
            return Ok(());
        }
        let free = free_space(self.path.parent().unwrap_or(&self.path))?;
        if free < self.min_free {
            return Err(ShelfError::NoSpace {
                wanted: self.min_free,
                free,
            });
        }
        let mut guard = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        if guard.is_none() {
            // An exchange may have been cut off, and an engine begins anew where nothing is.
            // Where something is, a copy of it may be in the making: that stays.
            if !self.path.exists() {
                finish_exchange(&self.path)?;
            }
            if !self.path.join("db").exists() {
                return Err(ShelfError::damaged(format!(
                    "the database {} (it is gone)",
                    self.path.display()
                )));
            }
            *guard = Some(Engine::open(&self.path, self.cache_bytes)?);
        }
        Ok(())
    }
}

impl Store for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ShelfError> {
        self.with("reading", |engine| {
            Ok(engine.db.get(key)?.map(|value| value.to_vec()))
        })
    }

    fn commit(&self, ops: &[Op], durability: Durability) -> Result<(), ShelfError> {
        if ops.iter().any(|op| {
            op.value
                .as_ref()
                .is_some_and(|value| value.len() > MAX_VALUE_LEN)
        }) {
            return Err(ShelfError::TooLong {
                what: "a stored value",
                limit: MAX_VALUE_LEN,
            });
        }
        self.with("writing", |engine| {
            let mut batch = sled::Batch::default();
            for op in ops {
                match &op.value {
                    Some(value) => batch.insert(op.key.as_slice(), value.as_slice()),
                    None => batch.remove(op.key.as_slice()),
                }
            }
            engine.db.apply_batch(batch)?;
            if durability == Durability::Now {
                engine.db.flush()?;
                engine.log.sync_data().map_err(sled::Error::Io)?;
            }
            Ok(())
        })
    }

    fn page(&self, from: &[u8], most: usize) -> Result<Pairs, ShelfError> {
        self.with("reading", |engine| {
            engine
                .db
                .range(from..)
                .take(most)
                .map(|pair| Ok(pair.map(|(k, v)| (k.to_vec(), v.to_vec()))?))
                .collect()
        })
    }

    fn disk_len(&self) -> u64 {
        disk_usage(&self.path)
    }

    fn beside(&self) -> Result<Arc<dyn Store>, ShelfError> {
        let making = with_suffix(&self.path, "making");
        if making.exists() {
            fs::remove_dir_all(&making)
                .map_err(|error| ShelfError::io("removing", &making, error))?;
        }
        step();
        Ok(Arc::new(Self::open(&making, COPY_CACHE, self.min_free)?))
    }

    fn exchange(&self, with: Arc<dyn Store>) -> Result<(), ShelfError> {
        drop(with);
        step();
        let (making, new) = (
            with_suffix(&self.path, "making"),
            with_suffix(&self.path, "new"),
        );
        let renamed = |from: &Path, to: &Path| {
            fs::rename(from, to).map_err(|error| ShelfError::io("renaming", from, error))
        };
        sync_dir(&making)?;
        renamed(&making, &new)?;
        self.path.parent().map_or(Ok(()), sync_dir)?;
        step();
        let mut guard = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        close(guard.take());
        let moved = renamed(&self.path, &with_suffix(&self.path, "old"));
        step();
        // Also after a failure: what is in the place then stays there, and the copy goes.
        finish_exchange(&self.path)?;
        step();
        *guard = Some(Engine::open(&self.path, self.cache_bytes)?);
        moved
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        close(
            self.engine
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

fn close(engine: Option<Engine>) {
    let _ = catch_unwind(AssertUnwindSafe(|| {
        if let Some(engine) = &engine {
            // What was promised for "soon"; what was promised at all is on disk already.
            let _ = engine.db.flush();
            let _ = engine.log.sync_data();
        }
        drop(engine);
    }));
}

impl Engine {
    fn open(path: &Path, cache_bytes: u64) -> Result<Self, ShelfError> {
        remove_generating(path)?;
        let mut tries = 0;
        loop {
            let opened = caught(|| {
                let db = sled::Config::new()
                    .path(path)
                    .cache_capacity(cache_bytes)
                    .flush_every_ms(Some(500))
                    .use_compression(false)
                    .open()?;
                let log = File::options()
                    .read(true)
                    .write(true)
                    .open(path.join("db"))
                    .map_err(sled::Error::Io)?;
                Ok(Self { db, log })
            });
            match opened {
                Err(EngineError::Sled(sled::Error::Io(error)))
                    if tries < LOCK_TRIES && error.to_string().contains("acquire lock") =>
                {
                    tries += 1;
                    thread::sleep(LOCK_WAIT);
                }
                Err(error) => return Err(error.into_shelf("opening the database", path)),
                Ok(engine) => return Ok(engine),
            }
        }
    }
}

/// A snapshot whose making was cut off blocks the next open; without it nothing is lost,
/// since the log still has everything (spacejam/sled#1527).
fn remove_generating(path: &Path) -> Result<(), ShelfError> {
    let Ok(entries) = fs::read_dir(path) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())
                .map_err(|error| ShelfError::io("removing", &entry.path(), error))?;
        }
    }
    Ok(())
}

enum EngineError {
    Sled(sled::Error),
    Panic,
}

impl From<sled::Error> for EngineError {
    fn from(error: sled::Error) -> Self {
        Self::Sled(error)
    }
}

impl EngineError {
    fn into_shelf(self, what: &'static str, path: &Path) -> ShelfError {
        let damaged =
            |why: &str| ShelfError::damaged(format!("the database {} ({why})", path.display()));
        match self {
            Self::Panic => damaged("the engine gave up on it"),
            Self::Sled(sled::Error::Io(error)) => match error.kind() {
                io::ErrorKind::InvalidData
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::UnexpectedEof => damaged(&error.to_string()),
                _ => ShelfError::io(what, path, error),
            },
            Self::Sled(error) => damaged(&error.to_string()),
        }
    }
}

fn caught<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(EngineError::Panic))
}
