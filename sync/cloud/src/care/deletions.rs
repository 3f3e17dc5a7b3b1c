//! Deletions and backups.
//!
//! A backup from before a deletion holds what was deleted until it expires. So the ids of
//! deleted pupils stand in a list beside the backups, one JSON line each, and a restore deletes
//! them again before the school opens. Where backups were made to is noted in the school's
//! folder, so that a deletion reaches the list at once and not with the next backup.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use hotaru_content::id::PupilId;
use serde_json::{Value, json};

use super::backups::made_before;
use super::{CareError, Result, at, files};
use crate::store::Deletion;

/// The list's name in a folder of backups.
const LIST: &str = "deletions.jsonl";
/// Names the folders of backups, in the school's own folder.
const PLACES: &str = "backup-places.json";
/// A list names some hundred thousand pupils at most.
const MAX_LIST_LEN: u64 = 32 << 20;
/// Folders of backups that are remembered: the newest.
const MAX_PLACES: usize = 16;

/// The deletions in a folder of backups; none where there is no list.
///
/// # Errors
/// Where it cannot be read: a restore must not bring back what was deleted.
pub fn read(root: &Path) -> Result<Vec<Deletion>> {
    let path = root.join(LIST);
    let mut text = Vec::new();
    match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        opened => opened
            .and_then(|file| file.take(MAX_LIST_LEN + 1).read_to_end(&mut text))
            .map_err(at(&path))?,
    };
    let damaged = || CareError::DeletionList(path.clone());
    if text.len() as u64 > MAX_LIST_LEN {
        return Err(damaged());
    }
    let whole = text.ends_with(b"\n");
    let mut lines: Vec<&[u8]> = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    let mut known: BTreeMap<PupilId, i64> = BTreeMap::new();
    if !whole {
        // A line that a power cut tore is written again with the next deletion or backup.
        lines.pop();
    }
    for line in lines {
        let one: Deletion = serde_json::from_slice(line).map_err(|_| damaged())?;
        let first_ms = known.entry(one.pupil).or_insert(one.deleted_ms);
        *first_ms = one.deleted_ms.min(*first_ms);
    }
    let all = known.into_iter();
    Ok(all
        .map(|(pupil, deleted_ms)| Deletion { pupil, deleted_ms })
        .collect())
}

/// Adds deletions to the list in a folder of backups; durable on return. Lines are only ever
/// added, so that two who write at once lose none.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn note(root: &Path, deletions: &[Deletion]) -> Result<()> {
    let known = read(root)?;
    let is_new = |one: &&Deletion| !known.iter().any(|other| other.pupil == one.pupil);
    let mut text = Vec::new();
    for one in deletions.iter().filter(is_new) {
        let line = serde_json::to_vec(one).unwrap_or_default();
        text.extend_from_slice(&line);
        text.extend_from_slice(b"\n");
    }
    if text.is_empty() {
        return Ok(());
    }
    let path = root.join(LIST);
    let written = (|| {
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(&path)?;
        cut_torn(&mut file)?;
        file.write_all(&text)?;
        file.sync_all()
    })();
    written.map_err(at(&path))?;
    files::sync_dir(root)
}

/// Cuts off a last line that a power cut tore: whom it named is written anew.
fn cut_torn(file: &mut File) -> std::io::Result<()> {
    let mut text = Vec::new();
    file.take(MAX_LIST_LEN).read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n');
    let whole = whole.map_or(0, |at| at as u64 + 1);
    if whole < text.len() as u64 {
        file.set_len(whole)?;
    }
    Ok(())
}

/// Notes in the school's folder that backups of it lie somewhere.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn remember(folder: &Path, root: &Path) -> Result<()> {
    let mut places = places(folder);
    if places.iter().any(|place| place == root) {
        return Ok(());
    }
    places.push(root.to_owned());
    let surplus = places.len().saturating_sub(MAX_PLACES);
    places.drain(..surplus);
    let path = folder.join(PLACES);
    let text = serde_json::to_vec(&places).map_err(|error| at(&path)(error.into()))?;
    files::write(&path, &text)
}

fn places(folder: &Path) -> Vec<PathBuf> {
    let mut text = Vec::new();
    let read =
        File::open(folder.join(PLACES)).and_then(|file| file.take(1 << 20).read_to_end(&mut text));
    match read {
        Ok(_) => serde_json::from_slice(&text).unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Brings deletions into the list of every folder of backups that is known; what is told of
/// each: where it lies, whether it has the list, and how many backups of before are there.
pub fn spread(folder: &Path, deletions: &[Deletion]) -> Vec<Value> {
    let newest_ms = deletions.iter().map(|one| one.deleted_ms).max();
    let (Some(newest_ms), known) = (newest_ms, places(folder)) else {
        return Vec::new();
    };
    let told = known.into_iter().map(|root| {
        let noted = match root.is_dir() {
            true => note(&root, deletions),
            false => Err(CareError::NoBackup(root.clone())),
        };
        if let Err(error) = &noted {
            tracing::warn!(backups = %root.display(), cause = %error, "deletions are not noted there");
        }
        json!({
            "backups": root,
            "noted": noted.is_ok(),
            "made_before": made_before(&root, newest_ms),
        })
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deletion(id: u8, deleted_ms: i64) -> Deletion {
        Deletion {
            pupil: PupilId([id; 16]),
            deleted_ms,
        }
    }

    #[test]
    fn a_list_keeps_each_once_and_outlives_a_torn_line() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(read(root.path()).unwrap(), []);
        note(root.path(), &[]).unwrap();
        assert!(!root.path().join(LIST).exists());
        note(root.path(), &[deletion(1, 10)]).unwrap();
        note(root.path(), &[deletion(1, 20), deletion(2, 30)]).unwrap();
        let both = [deletion(1, 10), deletion(2, 30)];
        assert_eq!(read(root.path()).unwrap(), both);
        let path = root.path().join(LIST);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        assert_eq!(read(root.path()).unwrap(), [deletion(1, 10)]);
        note(root.path(), &both).unwrap();
        assert_eq!(read(root.path()).unwrap(), both);
        // Damage elsewhere is no reason to bring somebody back.
        let damaged = [b"{\"pupil\":1}\n", whole.as_slice()].concat();
        std::fs::write(&path, damaged).unwrap();
        let refused = read(root.path());
        assert!(matches!(refused, Err(CareError::DeletionList(_))));
    }

    #[test]
    fn places_are_remembered_once() {
        let folder = tempfile::tempdir().unwrap();
        let backups = tempfile::tempdir().unwrap();
        remember(folder.path(), backups.path()).unwrap();
        remember(folder.path(), backups.path()).unwrap();
        assert_eq!(places(folder.path()), [backups.path()]);
        let told = spread(folder.path(), &[deletion(1, 10)]);
        assert_eq!((told.len(), &told[0]["noted"]), (1, &true.into()));
        assert_eq!(read(backups.path()).unwrap(), [deletion(1, 10)]);
        remember(folder.path(), Path::new("/nowhere/at all")).unwrap();
        let told = spread(folder.path(), &[deletion(1, 10)]);
        assert_eq!(told[1]["noted"], false);
        assert!(spread(folder.path(), &[]).is_empty());
    }
}
