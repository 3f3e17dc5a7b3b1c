//! Files that are on the disk when a function returns.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use hotaru_content::blob::{BlobId, BlobRef};

use super::{OutboxError, Source, disk};

/// Puts a blob at `place`, proven and written through.
pub(super) fn take_in(blob: BlobRef, source: Source, place: &Path) -> Result<(), OutboxError> {
    let (path, link) = match source {
        Source::Bytes(bytes) => {
            if BlobRef::of(&bytes) != blob {
                return Err(OutboxError::Changed(place.to_owned()));
            }
            return write(place, &bytes);
        }
        Source::Copy(path) => (path, false),
        Source::Link(path) => (path, true),
    };
    let linked = link && fs::hard_link(&path, place).is_ok();
    if !linked {
        // The system's own copy: on some file systems it shares the blocks.
        fs::copy(&path, place).map_err(disk("copy", &path))?;
    }
    let found = sync_and_name(place).map_err(disk("read", place))?;
    if found == blob {
        Ok(())
    } else {
        Err(OutboxError::Changed(path))
    }
}

/// Writes a new file through to the disk.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), OutboxError> {
    let write = || -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(disk("write", path))
}

/// Makes the names in a directory durable. Windows has no such call and needs none.
pub(super) fn sync_dir(dir: &Path) -> Result<(), OutboxError> {
    #[cfg(unix)]
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(disk("write", dir))?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

fn sync_and_name(path: &Path) -> io::Result<BlobRef> {
    let mut file = open_to_sync(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut len = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        len += read as u64;
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
    file.sync_all()?;
    Ok(BlobRef {
        id: BlobId(*hasher.finalize().as_bytes()),
        len,
    })
}

/// Windows writes through only what is open for writing.
fn open_to_sync(path: &Path) -> io::Result<File> {
    File::options().read(true).write(cfg!(windows)).open(path)
}
