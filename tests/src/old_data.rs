//! Data that earlier versions wrote: see `tests/fixtures/README.md`.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Failure, School};

/// What a packed folder held, in the words of the version that wrote it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Expected {
    /// The class's join code.
    pub join_code: String,
    /// The teacher's token.
    pub teacher_token: String,
    /// The terminal's pupils.
    pub pupils: Vec<ExpectedPupil>,
    /// The lessons that the school published.
    pub lessons: Vec<String>,
    /// The title of the lesson in the desk's outbox.
    pub unsent_lesson: String,
    /// What `hotaru-cloud log` printed.
    pub at_school: Vec<Value>,
    /// What `hotaru status --json` printed.
    pub status: Value,
}

/// A pupil of the terminal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpectedPupil {
    /// Her number.
    pub number: u16,
    /// What `hotaru log` printed.
    pub log: Vec<Value>,
}

/// Where the packed folders lie, one for each format.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/old")
}

/// A small photo and a small recording.
#[must_use]
pub fn media() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/media")
}

/// Packs folders of `from` into one file in `to`.
///
/// # Errors
/// Where it cannot be read or written.
pub fn pack(from: &Path, folders: &[&str], to: &Path) -> Result<(), Failure> {
    let zstd = zstd::Encoder::new(File::create(to.join("data.tar.zst"))?, 19)?;
    let mut tar = tar::Builder::new(zstd);
    // Sockets are made anew by the server that listens on them.
    let mut todo: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    while let Some(path) = todo.pop() {
        let here = from.join(&path);
        if here.is_dir() {
            tar.append_dir(&path, &here)?;
            for entry in std::fs::read_dir(&here)? {
                todo.push(path.join(entry?.file_name()));
            }
        } else if here.is_file() {
            tar.append_path_with_name(&here, &path)?;
        }
    }
    tar.into_inner()?.finish()?;
    Ok(())
}

/// The school of a packed folder, not served, and what it held.
///
/// # Errors
/// Where it cannot be read or written.
pub fn unpack(packed: &Path) -> Result<(School, Expected), Failure> {
    let text = std::fs::read_to_string(packed.join("expected.json"))?;
    let expected: Expected = serde_json::from_str(&text)?;
    let school = School::existing(&expected.join_code, &expected.teacher_token)?;
    let zstd = zstd::Decoder::new(File::open(packed.join("data.tar.zst"))?)?;
    tar::Archive::new(zstd).unpack(school.scratch())?;
    Ok((school, expected))
}
