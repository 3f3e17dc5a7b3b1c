//! Erasing a profile: its keys first, then everything else.
//!
//! What was sealed is unreadable from the moment its keys are gone; that the files go as well
//! gives the disk back. An erasure that was begun is finished at the next open, whatever
//! interrupts it. Of the profile nothing stays but a note, which is not sealed: who erases
//! writes into it what the school is to know (see `hotaru_sync::erasure`).

use std::fs;
use std::path::Path;

use super::keys::{Keyring, keyring_name};
use super::places::{Places, destroy, make_dir, read_bounded, replace, sync_dir};
use super::step::step;
use super::{ShelfError, take_lock};

/// No note is longer.
const MAX_NOTE_LEN: u64 = 64 << 10;

/// Destroys the keys of a closed profile, then its files. The note is on the disk before the
/// first key goes, and stays ([`erased_note`]).
///
/// # Errors
/// [`ShelfError::InUse`] where a program has the profile open; where the note cannot be
/// written: then nothing is lost. Where a file cannot be removed: the keys are gone by then,
/// and the next try goes on.
pub fn erase_profile(
    dir: &Path,
    note: &[u8],
    keyring: Option<&dyn Keyring>,
) -> Result<(), ShelfError> {
    if note.len() as u64 > MAX_NOTE_LEN {
        return Err(ShelfError::TooLong {
            what: "the note of an erasure",
            limit: 64 << 10,
        });
    }
    let places = Places::new(dir);
    make_dir(dir)?;
    let _lock = take_lock(&places)?;
    replace(&places.erasing(), note)?;
    step();
    finish(&places, keyring)
}

/// The note of the last erasure of a profile, until it is [forgotten](forget_erasure).
///
/// # Errors
/// Where it cannot be read.
pub fn erased_note(dir: &Path) -> Result<Option<Vec<u8>>, ShelfError> {
    read_bounded(&Places::new(dir).erased(), MAX_NOTE_LEN)
}

/// Sets the note aside: the school has it.
///
/// # Errors
/// Where it cannot be renamed.
pub fn forget_erasure(dir: &Path) -> Result<(), ShelfError> {
    let from = Places::new(dir).erased();
    let to = dir.join("erased.confirmed.json");
    fs::rename(&from, &to).map_err(|error| ShelfError::io("renaming", &from, error))?;
    sync_dir(dir)
}

/// Finishes an erasure that was begun; whether one was.
pub(super) fn finish_if_begun(
    places: &Places,
    keyring: Option<&dyn Keyring>,
) -> Result<bool, ShelfError> {
    let is_begun = places.erasing().exists();
    if is_begun {
        finish(places, keyring)?;
    }
    Ok(is_begun)
}

fn finish(places: &Places, keyring: Option<&dyn Keyring>) -> Result<(), ShelfError> {
    if let (Some(keyring), Some(name)) = (keyring, keyring_name(places)) {
        // Where it refuses, its secret opens nothing without the file that goes next.
        let _ = keyring.remove(&name);
        step();
    }
    for key in places.keys() {
        destroy(&key)?;
        destroy(&key.with_extension("b.new"))?;
        destroy(&key.with_extension("new"))?;
        step();
    }
    let kept = [places.lock(), places.erasing()];
    let entries = fs::read_dir(places.dir());
    let entries = entries.map_err(|error| ShelfError::io("listing", places.dir(), error))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if kept.contains(&path) {
            continue;
        }
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(|error| ShelfError::io("removing", &path, error))?;
        step();
    }
    sync_dir(places.dir())?;
    let (from, to) = (places.erasing(), places.erased());
    fs::rename(&from, &to).map_err(|error| ShelfError::io("renaming", &from, error))?;
    step();
    sync_dir(places.dir())
}
