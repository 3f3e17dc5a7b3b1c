//! Files that are proven, and on the disk when a function returns.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use hotaru_content::blob::{BlobId, BlobRef};

use super::{CareError, Result, at};
use crate::blobs::Object;
use crate::folder::create_private;

/// How a file was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Copied {
    /// It was there already.
    Kept,
    /// It is there now.
    New,
    /// It cannot be had: why, in words.
    Bad(String),
}

/// Copies a blob from one folder to another, both laid out as a school's. What is there with
/// the right length is kept; `prove` looks at its bytes, too.
pub(super) fn copy_blob(blob: BlobRef, from: &Path, to: &Path, prove: bool) -> Result<Copied> {
    let (from, place) = (
        Object::Blob(blob.id).file(from),
        Object::Blob(blob.id).file(to),
    );
    let kept = if prove {
        hash(&place).is_ok_and(|found| found == blob)
    } else {
        fs::metadata(&place).is_ok_and(|file| file.is_file() && file.len() == blob.len)
    };
    if kept {
        return Ok(Copied::Kept);
    }
    if let Some(dir) = place.parent() {
        create_private(dir).map_err(at(dir))?;
    }
    match copy_proven(&from, &place, |found| found == blob)? {
        None => Ok(Copied::New),
        Some(problem) => Ok(Copied::Bad(problem)),
    }
}

/// Copies a file under a passing name, and puts it in place once it is whole, right and on
/// the disk. Says what is wrong with the source where it is.
pub(super) fn copy_proven(
    from: &Path,
    place: &Path,
    is_right: impl Fn(BlobRef) -> bool,
) -> Result<Option<String>> {
    let mut source = match File::open(from) {
        Ok(source) => source,
        Err(error) => return Ok(Some(unreadable(&error))),
    };
    let part = place.with_extension("part");
    let mut file = File::create(&part).map_err(at(&part))?;
    let (mut hasher, mut len) = (blake3::Hasher::new(), 0);
    let mut chunk = vec![0; 256 << 10];
    let problem = loop {
        let read = match source.read(&mut chunk) {
            Ok(read) => chunk.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => break Some(unreadable(&error)),
        };
        if read.is_empty() {
            let id = BlobId(*hasher.finalize().as_bytes());
            break (!is_right(BlobRef { id, len })).then(|| "has other bytes".to_owned());
        }
        hasher.update(read);
        len += read.len() as u64;
        file.write_all(read).map_err(at(&part))?;
    };
    if problem.is_some() {
        fs::remove_file(&part).map_err(at(&part))?;
        return Ok(problem);
    }
    file.sync_all().map_err(at(&part))?;
    put_in_place(&part, place)?;
    Ok(None)
}

/// Writes a new file under a passing name and puts it in place.
pub(super) fn write(place: &Path, bytes: &[u8]) -> Result<()> {
    let part = place.with_extension("part");
    let write = || {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(at(&part))?;
    put_in_place(&part, place)
}

/// Renames, so that a power cut leaves the old name or the new one.
pub(super) fn put_in_place(part: &Path, place: &Path) -> Result<()> {
    fs::rename(part, place).map_err(at(place))?;
    place.parent().map_or(Ok(()), sync_dir)
}

/// Makes the names in a folder durable. Windows has no such call and needs none.
pub(super) fn sync_dir(dir: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(at(dir))?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

/// Brings a file that another library wrote to the disk, and names it.
pub(super) fn sync_and_hash(file: &Path) -> Result<BlobRef> {
    // Windows syncs only what is open for writing.
    File::options()
        .read(true)
        .write(cfg!(windows))
        .open(file)
        .and_then(|file| file.sync_all())
        .map_err(at(file))?;
    hash(file).map_err(at(file))
}

/// The name of a file's bytes.
pub(super) fn hash(file: &Path) -> io::Result<BlobRef> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(file)?)?;
    Ok(BlobRef {
        id: BlobId(*hasher.finalize().as_bytes()),
        len: hasher.count(),
    })
}

/// Removes what may not be there.
pub(super) fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(file)(error)),
        _ => Ok(()),
    }
}

/// What is in a folder; nothing where there is none.
pub(super) fn entries(dir: &Path) -> Result<Vec<fs::DirEntry>> {
    match fs::read_dir(dir) {
        Ok(found) => found.collect::<io::Result<_>>().map_err(at(dir)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(CareError::Io {
            path: dir.to_owned(),
            cause: error,
        }),
    }
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "is missing".to_owned(),
        _ => format!("cannot be read ({error})"),
    }
}
