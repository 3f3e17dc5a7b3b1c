//! The sample class, pushed through the real desk.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::school::text;
use crate::{Failure, School};

/// Where it lies.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/sample-school")
}

/// Its description.
///
/// # Errors
/// Where it cannot be read.
pub fn description() -> Result<Value, Failure> {
    Ok(serde_json::from_str(&std::fs::read_to_string(
        folder().join("school.json"),
    )?)?)
}

/// Pushes every lesson of the sample class to a school's class 6-1; their ids.
///
/// # Errors
/// Where a program fails.
pub fn push(school: &School) -> Result<Vec<String>, Failure> {
    let desk = school.desk(&school.url());
    let description = description()?;
    let mut ids = Vec::new();
    for lesson in description["lessons"].as_array().into_iter().flatten() {
        let mut files: Vec<PathBuf> = Vec::new();
        let mut names = Vec::new();
        for material in lesson["materials"].as_array().into_iter().flatten() {
            files.push(folder().join(text(material, "file")?));
            names.push(text(material, "title")?);
        }
        let period = lesson["period"].as_u64().unwrap_or(1).to_string();
        let (subject, unit, source) = (
            text(lesson, "subject")?,
            text(lesson, "unit")?,
            text(lesson, "source")?,
        );
        let mut more = vec![
            "--period",
            &period,
            "--unit",
            &unit,
            "--source",
            &source,
            "--subject",
            &subject,
        ];
        for name in &names {
            more.extend(["--name", name]);
        }
        let pushed = desk.push(&text(lesson, "title")?, &files, &more)?;
        ids.push(text(&pushed, "lesson")?);
    }
    Ok(ids)
}
