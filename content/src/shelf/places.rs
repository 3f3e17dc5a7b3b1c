//! Where things lie in a profile directory, and how files are replaced there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::ShelfError;

/// The paths of one profile.
#[derive(Debug, Clone)]
pub(super) struct Places {
    dir: PathBuf,
}

impl Places {
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn lock(&self) -> PathBuf {
        self.dir.join("lock")
    }

    /// The two copies of the keys.
    pub fn keys(&self) -> [PathBuf; 2] {
        [self.dir.join("keys"), self.dir.join("keys.b")]
    }

    /// The two copies of the identity.
    pub fn identity(&self) -> [PathBuf; 2] {
        [self.dir.join("identity.a"), self.dir.join("identity.b")]
    }

    /// Stands here from the beginning of an erasure to its end.
    pub fn erasing(&self) -> PathBuf {
        self.dir.join("erasing")
    }

    /// What stays of an erased profile.
    pub fn erased(&self) -> PathBuf {
        self.dir.join("erased.json")
    }

    pub fn terminal(&self) -> PathBuf {
        self.dir.join("terminal")
    }

    pub fn files(&self) -> PathBuf {
        self.terminal().join("files")
    }

    pub fn partial(&self) -> PathBuf {
        self.terminal().join("partial")
    }

    pub fn pupils(&self) -> PathBuf {
        self.dir.join("pupils")
    }
}

/// Creates a directory, for the owner alone, with those above it.
pub(super) fn make_dir(path: &Path) -> Result<(), ShelfError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(|error| ShelfError::io("creating the folder", path, error))
}

/// Makes names in a directory durable. Windows does this with the rename itself.
pub(super) fn sync_dir(path: &Path) -> Result<(), ShelfError> {
    if cfg!(unix) {
        File::open(path)
            .and_then(|dir| dir.sync_all())
            .map_err(|error| ShelfError::io("securing the folder", path, error))?;
    }
    Ok(())
}

/// Creates a file for the owner alone, or opens it; what is in it stays.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Replaces a file as a whole: either the old bytes are there or all the new ones.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), ShelfError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    let written = (|| {
        let mut file = open_private(&new)?;
        file.set_len(0)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    })();
    if let Err(error) = written {
        remove_quietly(&new);
        return Err(ShelfError::io("writing", path, error));
    }
    path.parent().map_or(Ok(()), sync_dir)
}

/// Replaces a file as a whole, and overwrites what was there before where it lay.
pub(super) fn exchange(path: &Path, bytes: &[u8]) -> Result<(), ShelfError> {
    let before = OpenOptions::new().write(true).open(path).ok();
    let done = replace(path, bytes);
    match before {
        // Some systems replace no file that is open.
        Some(before) if done.is_err() => {
            drop(before);
            replace(path, bytes)
        }
        Some(mut before) => {
            // Its name is gone: that is what counts. Its bytes are a matter of the disk.
            let _ = overwrite(&mut before);
            done
        }
        None => done,
    }
}

/// Overwrites a file with random bytes and removes it; nothing where there is none.
pub(super) fn destroy(path: &Path) -> Result<(), ShelfError> {
    let opened = OpenOptions::new().write(true).open(path);
    let destroyed = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened.and_then(|mut file| overwrite(&mut file)),
    };
    destroyed
        .and_then(|()| fs::remove_file(path))
        .map_err(|error| ShelfError::io("destroying", path, error))?;
    path.parent().map_or(Ok(()), sync_dir)
}

fn overwrite(file: &mut File) -> io::Result<()> {
    let mut left = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    while left > 0 {
        let mut noise = [0; 512];
        getrandom::fill(&mut noise).map_err(io::Error::other)?;
        let len = usize::try_from(left.min(512)).unwrap_or(512);
        file.write_all(noise.get(..len).unwrap_or(&noise))?;
        left -= len as u64;
    }
    file.sync_all()
}

/// Reads a whole file of at most `limit` bytes; `None` where there is none.
pub(super) fn read_bounded(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ShelfError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ShelfError::io("reading", path, error)),
    };
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| ShelfError::io("reading", path, error))?;
    if bytes.len() as u64 > limit {
        return Err(ShelfError::damaged(format!("the file {}", path.display())));
    }
    Ok(Some(bytes))
}

/// Removes a file that nothing needs; one that stays is swept another time.
pub(super) fn remove_quietly(path: &Path) {
    let _ = fs::remove_file(path);
}

/// The bytes that all files below a place take.
pub(super) fn disk_usage(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let meta = entry.metadata().ok()?;
            Some(if meta.is_dir() {
                disk_usage(&entry.path())
            } else {
                meta.len()
            })
        })
        .fold(0, u64::saturating_add)
}

/// The bytes free for this user where a place lies.
pub(super) fn free_space(path: &Path) -> Result<u64, ShelfError> {
    fs4::available_space(path)
        .map_err(|error| ShelfError::io("asking for free space of", path, error))
}

/// A file whose presence means that a place was not closed in order.
#[derive(Debug)]
pub(super) struct OpenMark {
    path: PathBuf,
    trusted: std::sync::atomic::AtomicBool,
}

impl OpenMark {
    /// Sets the mark; returns it and whether it was there already.
    pub fn set(dir: &Path) -> Result<(Self, bool), ShelfError> {
        let path = dir.join("open");
        let was = path.exists();
        open_private(&path).map_err(|error| ShelfError::io("writing", &path, error))?;
        sync_dir(dir)?;
        Ok((
            Self {
                path,
                trusted: false.into(),
            },
            was,
        ))
    }

    /// From now on an orderly close takes the mark away: all that opening looks at was sound.
    pub fn trust(&self) {
        self.trusted
            .store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// Leaves the mark even on an orderly close, so that the next open looks closely.
    pub fn distrust(&self) {
        self.trusted
            .store(false, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Drop for OpenMark {
    fn drop(&mut self) {
        if self.trusted.load(std::sync::atomic::Ordering::Relaxed) {
            remove_quietly(&self.path);
        }
    }
}
