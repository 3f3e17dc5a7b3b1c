//! What a profile gives when it is opened and everything in it is read.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use hotaru_content::blob::BlobId;
use hotaru_content::shelf::{OpenFinding, OpenOptions, Shelf, ShelfError};
use jiff::civil::date;
use serde_json::{Value, json};

use super::answers::held;
use crate::Failure;

/// Opens a profile and reads all of it; the answer of `--child look`.
pub(super) fn look(dir: &Path, options: &OpenOptions) -> Result<Value, Failure> {
    let opened = match Shelf::open(dir, options) {
        Ok(opened) => opened,
        Err(error) => return Ok(json!({"refused": error.code(), "sentence": error.to_string()})),
    };
    let shelf = opened.shelf;
    let mut findings = opened.report.findings;
    let (mut pupils, mut photos) = (Vec::new(), Vec::new());
    for entry in shelf.identity().pupils {
        let log = match shelf.pupil(&entry.pupil) {
            Ok(log) => log,
            Err(error) => {
                pupils.push(json!({
                    "pupil": entry.pupil, "refused": error.code(), "sentence": error.to_string(),
                }));
                continue;
            }
        };
        findings.extend(log.mended());
        let draft = log.draft("note").ok().flatten();
        pupils.push(match held(&log) {
            Ok(held) => {
                photos.extend(held.photos);
                json!({
                    "pupil": entry.pupil, "numbers": held.numbers, "chained": held.chained,
                    "unsent": log.unsent(), "draft": draft,
                })
            }
            Err(error) => json!({
                "pupil": entry.pupil, "refused": error.code(), "sentence": error.to_string(),
            }),
        });
    }
    // Named, and fetched from the school with the next sync.
    let is_lacking = findings
        .iter()
        .any(|finding| matches!(finding, OpenFinding::EventsLacking { .. }));
    let (mut own_here, mut own_gone) = (0, 0);
    for id in &photos {
        match read(&shelf, id) {
            Ok(true) => own_here += 1,
            _ => own_gone += 1,
        }
    }
    let (mut here, mut wrong, mut unnamed) = (BTreeSet::new(), Vec::new(), Vec::new());
    let (mut titles, mut assigned) = (BTreeSet::new(), BTreeSet::new());
    for lesson in lessons(&shelf)? {
        titles.insert(lesson.doc.title.clone());
        for material in &lesson.doc.materials {
            assigned.extend(material.blobs().map(|blob| blob.id));
        }
    }
    for id in &assigned {
        match read(&shelf, id) {
            Ok(true) => drop(here.insert(id.to_string())),
            Ok(false) => wrong.push(id.to_string()),
            Err(_) => {}
        }
    }
    // Asked after reading: what was found damaged has to be wanted by now.
    let wanted: BTreeSet<String> = shelf
        .wants(date(2026, 11, 20))?
        .iter()
        .map(|want| want.blob.id.to_string())
        .collect();
    for id in &assigned {
        let id = id.to_string();
        if !here.contains(&id) && !wrong.contains(&id) && !wanted.contains(&id) {
            unnamed.push(id);
        }
    }
    let lost: u64 = findings
        .iter()
        .map(|finding| match finding {
            OpenFinding::JournalDamaged { lost, .. } => *lost,
            _ => 0,
        })
        .sum();
    let rebuilt = findings.iter().filter(|finding| {
        matches!(
            finding,
            OpenFinding::StoreRebuilt { .. } | OpenFinding::JournalDamaged { .. }
        )
    });
    // What pupils made is kept aside where it cannot be read.
    let aside = super::files(&dir.join("terminal/files"))?;
    let aside = aside
        .iter()
        .filter(|path| path.to_string_lossy().contains(".bad-"));
    Ok(json!({
        "own_here": own_here, "own_gone": own_gone, "own_aside": aside.count(),
        "pupils": pupils, "lessons": titles, "here": here, "wanted": wanted,
        "lacking": is_lacking, "wrong": wrong, "unnamed": unnamed, "told_lost": lost, "rebuilt": rebuilt.count(),
        "findings": findings.iter().map(|f| format!("{f:?}")).collect::<Vec<_>>(),
    }))
}

fn lessons(shelf: &Shelf) -> Result<Vec<hotaru_content::shelf::ShelvedLesson>, ShelfError> {
    let mut lessons = Vec::new();
    for entry in shelf.identity().pupils {
        lessons.extend(shelf.lessons(&entry.pupil)?);
    }
    Ok(lessons)
}

/// Reads a blob both ways; whether both gave the bytes that its name says.
fn read(shelf: &Shelf, id: &BlobId) -> Result<bool, Failure> {
    let whole = shelf.blob(id)?;
    let mut parts = Vec::new();
    shelf.blob_reader(id)?.read_to_end(&mut parts)?;
    Ok(BlobId::of(&whole) == *id && parts == whole)
}
