//! The shelf as a whole: what was promised holds after crashes, damage and full disks.

mod blobs;
mod checkup;
mod compact;
mod crash;
mod damage;
mod erase;
mod full_disk;
mod keys;
mod lessons;
mod locks;
mod logs;
mod removal;
mod returns;
mod secrecy;
mod stores;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};

use super::*;
use crate::clock::Stamp;
use crate::id::{BootId, ClassId, MaterialId, NoteId};
use crate::lesson::{Body, FORMAT, Material, Revision, Subject};
use crate::log::{Event, Fact, NoteSaved};

const PUPIL: PupilId = PupilId([1; 16]);
const OTHER: PupilId = PupilId([2; 16]);
const TODAY: Date = date(2026, 11, 20);

fn options() -> OpenOptions {
    OpenOptions {
        min_free_bytes: 0,
        ..OpenOptions::default()
    }
}

fn open(dir: &Path) -> Opened {
    Shelf::open(dir, &options()).unwrap()
}

fn entry(pupil: PupilId) -> PupilEntry {
    PupilEntry {
        pupil,
        number: 7,
        class: ClassId([9; 16]),
        class_name: "6-1".to_owned(),
        grade: "P6".to_owned(),
    }
}

/// A shelf with one pupil.
fn with_pupil(dir: &Path) -> (Shelf, PupilLog) {
    let shelf = open(dir).shelf;
    shelf.add_pupil(entry(PUPIL)).unwrap();
    let log = shelf.pupil(&PUPIL).unwrap();
    (shelf, log)
}

fn stamp(at: u64) -> Stamp {
    Stamp {
        wall_ms: 1_795_000_000_000 + at as i64,
        mono_ms: at,
        boot: BootId([7; 16]),
    }
}

fn note(text: &str) -> Fact {
    Fact::NoteSaved(NoteSaved {
        note: NoteId([4; 16]),
        lesson: None,
        text: text.to_owned(),
    })
}

fn append(log: &PupilLog, count: u64) -> Vec<Event> {
    let first = log.point().next_seq;
    (first..first + count)
        .map(|seq| {
            log.append(stamp(seq), &note(&format!("note {seq}")))
                .unwrap()
        })
        .collect()
}

fn all_events(log: &PupilLog) -> Vec<Event> {
    log.events(0, usize::MAX).unwrap()
}

/// Every event of every stream, as texts of notes, in order.
fn all_notes(log: &PupilLog) -> Vec<String> {
    let mut notes = Vec::new();
    for kept in log.streams().unwrap() {
        let (open, count) = (kept.open, kept.point.next_seq);
        for event in log.events_of(open.stream, 0, usize::MAX).unwrap() {
            assert!(event.seq < count);
            if let Fact::NoteSaved(note) = event.fact() {
                notes.push(note.text);
            }
        }
    }
    notes
}

/// Bytes that no compression or accident makes twice.
fn bytes(seed: u8, len: usize) -> Vec<u8> {
    let mut out = vec![0; len];
    blake3::Hasher::new()
        .update(&[seed])
        .finalize_xof()
        .fill(&mut out);
    out
}

fn text(id: u8, blob: BlobRef) -> Material {
    Material {
        id: MaterialId([id; 16]),
        title: "本文".to_owned(),
        body: Body::Text { blob },
    }
}

fn photo(id: u8, blob: BlobRef) -> Material {
    let body = Body::BoardPhoto {
        blob,
        width: 1600,
        height: 1200,
    };
    Material {
        id: MaterialId([id; 16]),
        title: "板書".to_owned(),
        body,
    }
}

fn handout(id: u8, blob: BlobRef) -> Material {
    let body = Body::Handout { blob, pages: 2 };
    Material {
        id: MaterialId([id; 16]),
        title: "プリント".to_owned(),
        body,
    }
}

fn revision(id: u8, number: u32, day: Date, materials: Vec<Material>) -> Revision {
    Revision {
        format: FORMAT,
        lesson: LessonId([id; 16]),
        revision: number,
        day,
        period: Some(2),
        subject: Subject::Science,
        unit: String::new(),
        title: format!("てこのはたらき {id}"),
        curriculum_code: None,
        source: String::new(),
        expires: date(2027, 3, 31),
        materials,
    }
}

fn put(revision: &Revision, pupils: &[PupilId]) -> LessonChange {
    LessonChange::Put {
        lesson: revision.lesson,
        revision: revision.revision,
        document: revision.to_json().unwrap(),
        pupils: pupils.to_vec(),
    }
}

fn apply(shelf: &Shelf, changes: Vec<LessonChange>) {
    let after = shelf.cursor().unwrap();
    shelf
        .apply_lessons(&LessonBatch {
            listing: None,
            after,
            // No cloud gives a number as low as the one that asks again.
            cursor: after.max(ASK_AGAIN) + 1,
            changes,
        })
        .unwrap();
}

/// Copies a profile as a crash would leave it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every file below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn journal_of(dir: &Path) -> PathBuf {
    files(&dir.join("pupils"))
        .into_iter()
        .find(|path| path.ends_with("journal"))
        .unwrap()
}
