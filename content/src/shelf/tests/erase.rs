//! Erasing: nothing opens afterwards, whatever interrupted it.

use std::process::{Command, Stdio};

use super::super::step::KILL_AT;
use super::super::{erase_profile, erased_note, forget_erasure};
use super::*;

const DIR: &str = "HOTARU_SHELF_ERASE";
const NOTE: &[u8] = b"{\"erased\":true}";

/// A profile with a lesson, a blob and answers.
fn full(dir: &Path) {
    let (shelf, log) = with_pupil(dir);
    let all = bytes(1, 300_000);
    let revision = revision(1, 1, TODAY, vec![photo(1, BlobRef::of(&all))]);
    apply(&shelf, vec![put(&revision, &[PUPIL])]);
    shelf.put_blob(&BlobRef::of(&all), &all).unwrap();
    append(&log, 20);
}

fn assert_erased(dir: &Path, keys: &[Vec<u8>]) {
    assert_eq!(erased_note(dir).unwrap().as_deref(), Some(NOTE));
    for path in files(dir) {
        let bytes = fs::read(&path).unwrap();
        for key in keys {
            // Any 32 bytes in a row of a key file.
            let holds = key
                .windows(32)
                .any(|part| bytes.windows(32).any(|held| held == part));
            assert!(!holds, "{} has a key in it", path.display());
        }
    }
}

fn keys(dir: &Path) -> Vec<Vec<u8>> {
    let names = ["keys", "keys.b"];
    names.map(|name| fs::read(dir.join(name)).unwrap()).to_vec()
}

#[test]
fn an_erased_profile_is_a_blank_one_with_a_note() {
    let dir = tempfile::tempdir().unwrap();
    full(dir.path());
    let (keys, sealed) = (keys(dir.path()), tempfile::tempdir().unwrap());
    copy(dir.path(), sealed.path());
    {
        let _open = open(dir.path());
        let refused = erase_profile(dir.path(), NOTE, None);
        assert!(matches!(refused, Err(ShelfError::InUse { .. })));
    }
    drop(open(dir.path()));
    erase_profile(dir.path(), NOTE, None).unwrap();
    let mut left: Vec<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["erased.json", "lock"]);
    assert_erased(dir.path(), &keys);
    // Whoever kept a copy of the sealed files has nothing without the keys.
    for name in ["keys", "keys.b"] {
        fs::remove_file(sealed.path().join(name)).unwrap();
    }
    let error = Shelf::open(sealed.path(), &options()).unwrap_err();
    assert!(matches!(error, ShelfError::KeysLost { .. }), "{error}");
    // The terminal begins anew; the note waits until the school has it.
    let blank = open(dir.path());
    assert!(blank.shelf.identity().pupils.is_empty());
    drop(blank);
    assert_erased(dir.path(), &keys);
    forget_erasure(dir.path()).unwrap();
    assert_eq!(erased_note(dir.path()).unwrap(), None);
    // Twice is once.
    erase_profile(dir.path(), NOTE, None).unwrap();
    assert_erased(dir.path(), &keys);
}

#[test]
#[ignore = "run by its parent, a_kill_at_any_step_of_erasing_leaves_no_key"]
fn child_erases() {
    if let Some(dir) = std::env::var_os(DIR) {
        erase_profile(Path::new(&dir), NOTE, None).unwrap();
    }
}

#[test]
fn a_kill_at_any_step_of_erasing_leaves_no_key() {
    let origin = tempfile::tempdir().unwrap();
    full(origin.path());
    let keys = keys(origin.path());
    let mut killed = 0;
    for at in 1_u64.. {
        let dir = tempfile::tempdir().unwrap();
        copy(origin.path(), dir.path());
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "shelf::tests::erase::child_erases", "--ignored"])
            .env(DIR, dir.path())
            .env(KILL_AT, at.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        // Whoever opens it next finishes it first.
        let blank = open(dir.path());
        assert!(blank.shelf.identity().pupils.is_empty());
        drop(blank);
        assert_erased(dir.path(), &keys);
        if status.success() {
            break;
        }
        killed += 1;
    }
    println!("killed at {killed} steps");
    assert!(killed >= 6, "only {killed} steps");
}
