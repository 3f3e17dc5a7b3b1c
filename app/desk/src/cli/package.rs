//! `package`: a sample school's lessons in one file.
//!
//! Ids come from the description's keys, so that the same files give the same package.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use hotaru_content::blob::BlobRef;
use hotaru_content::id::{LessonId, MaterialId};
use hotaru_content::lesson::{Revision, Subject};
use hotaru_content::package::{PackageIndex, PackagedLesson, write_package};
use hotaru_publish::{BlobSource, LessonDraft, Options, PublishError, prepare_file};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::print;
use crate::problem::Problem;

#[derive(Deserialize)]
struct School {
    school: String,
    class: Class,
    lessons: Vec<Lesson>,
}

#[derive(Deserialize)]
struct Class {
    name: String,
    grade: String,
}

#[derive(Deserialize)]
struct Lesson {
    key: String,
    title: String,
    subject: String,
    period: Option<u8>,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    source: String,
    day: Date,
    materials: Vec<Material>,
}

#[derive(Deserialize)]
struct Material {
    file: PathBuf,
    title: String,
    captions: Option<PathBuf>,
}

type Blobs = BTreeMap<BlobRef, BlobSource>;

/// Prepares the lessons of a description and writes them.
pub(super) fn package(school_file: &Path, out: &Path) -> Result<(), Problem> {
    let text = fs::read(school_file).map_err(|error| unusable(school_file, &error.to_string()))?;
    let school: School =
        serde_json::from_slice(&text).map_err(|error| unusable(school_file, &error.to_string()))?;
    let folder = school_file.parent().unwrap_or(Path::new("."));
    let (mut blobs, mut refused, mut lessons) = (Blobs::new(), Vec::new(), Vec::new());
    for lesson in &school.lessons {
        let revision = revision(folder, lesson, &mut blobs, &mut refused)?;
        if let Some(revision) = revision {
            lessons.push(packaged(&revision)?);
        }
    }
    if !refused.is_empty() {
        return Err(Problem::Files(refused));
    }
    let index = PackageIndex {
        school: school.school,
        class_name: school.class.name,
        grade: school.class.grade,
        lessons,
        blobs: blobs.keys().copied().collect(),
    };
    write(out, &index, &blobs)?;
    print(&json!({
        "package": out,
        "lessons": index.lessons.len(),
        "blobs": index.blobs.len(),
        "bytes": fs::metadata(out).map_or(0, |file| file.len()),
    }))
}

/// A lesson's first revision; nothing where a file of it was refused.
fn revision(
    folder: &Path,
    lesson: &Lesson,
    blobs: &mut Blobs,
    refused: &mut Vec<PublishError>,
) -> Result<Option<Revision>, Problem> {
    let mut draft = LessonDraft::new(
        lesson.day,
        Subject::from(lesson.subject.as_str()),
        &lesson.title,
    );
    draft.period = lesson.period;
    draft.unit.clone_from(&lesson.unit);
    draft.source.clone_from(&lesson.source);
    let before = refused.len();
    for material in &lesson.materials {
        let options = Options {
            captions: material
                .captions
                .as_ref()
                .map(|captions| folder.join(captions)),
            ..Options::default()
        };
        let file = folder.join(&material.file);
        match prepare_file(&file, &options, &mut |_| ControlFlow::Continue(())) {
            Ok(mut prepared) => {
                let key = format!("{}/{}", lesson.key, material.file.display());
                prepared.material.id = MaterialId(named("material", &key));
                prepared.material.title.clone_from(&material.title);
                draft.materials.push(prepared.material);
                blobs.extend(prepared.blobs);
            }
            Err(error) => refused.push(error),
        }
    }
    if refused.len() > before {
        return Ok(None);
    }
    let mut revision = draft.publish()?;
    revision.lesson = LessonId(named("lesson", &lesson.key));
    Ok(Some(revision))
}

/// The first half of the hash of what something is and how it is called.
fn named(what: &str, key: &str) -> [u8; 16] {
    let hash = blake3::hash(format!("hotaru sample {what} {key}").as_bytes());
    let mut id = [0; 16];
    id.iter_mut()
        .zip(hash.as_bytes())
        .for_each(|(to, from)| *to = *from);
    id
}

fn packaged(revision: &Revision) -> Result<PackagedLesson, Problem> {
    let bytes = revision
        .to_json()
        .map_err(|error| Problem::Draft(error.into()))?;
    Ok(PackagedLesson {
        lesson: revision.lesson,
        revision: revision.revision,
        document: String::from_utf8(bytes).map_err(|error| Problem::Machine(error.to_string()))?,
    })
}

fn write(out: &Path, index: &PackageIndex, blobs: &Blobs) -> Result<(), Problem> {
    let refused = |error: io::Error| Problem::Disk {
        path: out.to_owned(),
        doing: "written",
        reason: error.to_string(),
    };
    let new = out.with_extension("hotaru.new");
    let file = BufWriter::new(File::create(&new).map_err(refused)?);
    let written = write_package(file, index, |blob| match blobs.get(blob) {
        Some(source) => source.read(),
        None => Err(io::ErrorKind::NotFound.into()),
    });
    if let Err(error) = written {
        // What is half written is no package.
        let _ = fs::remove_file(&new);
        return Err(error.into());
    }
    fs::rename(&new, out).map_err(refused)
}

fn unusable(path: &Path, reason: &str) -> Problem {
    Problem::Description {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
