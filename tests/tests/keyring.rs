//! The system's keyring holds a terminal's keys: a real Secret Service on a bus of its own.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

use hotaru_tests::programs::{Output, straight};
use hotaru_tests::{Failure, Program};
use tempfile::TempDir;

/// Runs shell lines in a session with an empty keyring that is open.
fn in_session(home: &Path, lines: &str) -> Result<Output, Failure> {
    let script = format!(
        "set -e\n\
         printf 'a pass word' | gnome-keyring-daemon --unlock --components=secrets >/dev/null\n\
         {lines}\n"
    );
    let mut session = straight(Command::new("dbus-run-session"));
    session
        .args(["--", "sh", "-c", &script])
        .env("HOTARU", Program::Pupil.path()?)
        .env("PROFILE", home.join("profile"))
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("HOTARU_KEYRING");
    Output::of(&mut session)
}

#[test]
fn a_keyring_holds_the_keys_and_without_it_the_disk_says_nothing() -> Result<(), Failure> {
    let home = TempDir::new()?;
    let made = in_session(
        home.path(),
        "\"$HOTARU\" --profile \"$PROFILE\" sample\n\
         \"$HOTARU\" --profile \"$PROFILE\" lessons --json",
    )?;
    let lessons = made.json()?;
    assert!(!lessons.as_array().ok_or("no list")?.is_empty());
    // The next session's keyring gives them out again.
    let again = in_session(
        home.path(),
        "\"$HOTARU\" --profile \"$PROFILE\" lessons --json",
    )?;
    assert_eq!(again.json()?, lessons);
    // The disk without the keyring opens nothing, and says why.
    let mut stolen = Program::Pupil.command()?;
    stolen
        .arg("--profile")
        .arg(home.path().join("profile"))
        .args(["lessons", "--json"]);
    let stolen = Output::of(&mut stolen)?;
    assert!(!stolen.success, "{stolen:?}");
    assert!(stolen.stderr.contains("keyring"), "{stolen:?}");
    // An erasure takes its secret out of the keyring as well.
    let erased = in_session(
        home.path(),
        "\"$HOTARU\" --profile \"$PROFILE\" erase --yes --lose-unsent --offline",
    )?;
    erased.ok()?;
    Ok(())
}
