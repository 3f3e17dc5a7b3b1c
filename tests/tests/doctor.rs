//! `hotaru doctor` on a terminal of a real school.

use std::fs;
use std::path::{Path, PathBuf};

use hotaru_tests::{Failure, School, Terminal};
use serde_json::Value;

/// A terminal that has a lesson with a small file, a large one and a drill.
fn terminal(school: &School) -> Result<Terminal, Failure> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files: Vec<PathBuf> = ["photo.png", "drill-sjis.csv"]
        .iter()
        .map(|file| fixtures.join(file))
        .collect();
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/sample-school");
    let recording = find(&recording, "webm")
        .or_else(|| find(&recording, "mp4"))
        .ok_or("the sample class has no recording")?;
    school
        .desk(&school.url())
        .push("題", &[files, vec![recording]].concat(), &[])?;
    let terminal = school.terminal("terminal");
    terminal.join(&school.url(), &school.join_code, 7)?;
    terminal.sync()?;
    Ok(terminal)
}

fn find(dir: &Path, extension: &str) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .ok()?
        .flatten()
        .map(|e| e.path())
        .collect();
    entries.sort();
    entries.into_iter().find_map(|path| match path.is_dir() {
        true => find(&path, extension),
        false => (path.extension()? == extension).then_some(path),
    })
}

#[test]
fn a_damaged_profile_is_named_repaired_and_fetched_again() -> Result<(), Failure> {
    let school = School::found()?;
    let terminal = terminal(&school)?;
    let sound = terminal.run(&["doctor"])?;
    assert!(sound.success, "{sound:?}");
    assert!(sound.stdout.contains("だいじょうぶ"), "{sound:?}");

    // A recording's file and the index of everything.
    let files = terminal.profile.join("terminal/files");
    let large = fs::read_dir(&files)?
        .flatten()
        .next()
        .ok_or("no large file")?
        .path();
    let mut bytes = fs::read(&large)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&large, &bytes)?;
    let before = fs::read(terminal.profile.join("keys"))?;
    fs::write(terminal.profile.join("keys"), b"?")?;

    let named = terminal.run(&["doctor", "--json"])?;
    assert!(!named.success, "{named:?}");
    let value: Value = serde_json::from_str(named.stdout.trim())?;
    let has = |value: &Value, fault: &str| {
        value["findings"]
            .as_array()
            .is_some_and(|all| all.iter().any(|found| found["fault"] == fault))
    };
    assert!(has(&value, "blobs") && has(&value, "copy"), "{value}");
    assert_eq!(fs::read(&large)?, bytes, "nothing was changed");
    assert!(named.stderr.contains("hotaru doctor --repair"), "{named:?}");

    let repaired = terminal.run(&["doctor", "--repair"])?;
    assert!(repaired.success, "{repaired:?}");
    assert!(repaired.stdout.contains("なおしました"), "{repaired:?}");
    assert_eq!(fs::read(terminal.profile.join("keys"))?.len(), before.len());
    let missing = terminal.run(&["status", "--json"])?.json()?;
    assert!(missing["missing_bytes"].as_u64() > Some(0), "{missing}");
    terminal.sync()?;
    let status = terminal.run(&["status", "--json"])?.json()?;
    assert_eq!(status["missing_bytes"], 0, "{status}");
    let sound = terminal.run(&["doctor", "--json"])?.json()?;
    assert_eq!(sound["sound"], true, "{sound}");
    Ok(())
}
