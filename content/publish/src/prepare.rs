//! From a file to a material.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use hotaru_content::blob::BlobRef;
use hotaru_content::drill::MAX_DOCUMENT_LEN;
use hotaru_content::id::MaterialId;
use hotaru_content::lesson::{Body, MAX_LABEL_CHARS, Material};
use image::ImageFormat;

use crate::blob_source::BlobSource;
use crate::error::{PublishError, Reason};
use crate::notice::Notice;
use crate::sniff::{FileKind, HEAD_LEN, sniff};
use crate::{captions, drill, handout, link, photo, recording, text};

/// The largest text file that is read, in bytes: 1 MiB of UTF-8 is less in UTF-16.
const MAX_TEXT_FILE: u64 = 4 << 20;

/// What preparing may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The ffmpeg that converts recordings; by default [`find_ffmpeg`](crate::find_ffmpeg).
    pub ffmpeg: Option<PathBuf>,
    /// Where large new files are made; by default the system's folder for such.
    pub scratch: Option<PathBuf>,
    /// A recording's captions; by default the file beside it with the same name.
    pub captions: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ffmpeg: recording::find_ffmpeg(),
            scratch: None,
            captions: None,
        }
    }
}

/// A material and what it needs.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The material, titled by the file's name, with a fresh id.
    pub material: Material,
    /// Its blobs, in the material's order; a blob that it names twice stands here once.
    pub blobs: Vec<(BlobRef, BlobSource)>,
    /// What a teacher should know about it.
    pub notes: Vec<Notice>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the file.
    Reading,
    /// Converting a recording: the long one.
    Converting,
    /// Cutting a recording into parts.
    Cutting,
}

/// How far preparing is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How much of it is done, 0 to 1; `None` where that cannot be known.
    pub fraction: Option<f32>,
}

/// Tells progress and hears whether to go on.
pub(crate) struct Report<'a>(pub(crate) &'a mut dyn FnMut(Progress) -> ControlFlow<()>);

impl Report<'_> {
    pub(crate) fn at(&mut self, stage: Stage, fraction: Option<f32>) -> Result<(), Reason> {
        match (self.0)(Progress { stage, fraction }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Reason::Cancelled),
        }
    }
}

/// Makes a material of a file. `report` is called as the work goes on, several times a
/// second while a recording is converted; `Break` stops it and leaves nothing behind.
///
/// # Errors
/// Where the file cannot be used; see [`Reason`].
pub fn prepare_file(
    path: &Path,
    options: &Options,
    report: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Prepared, PublishError> {
    let file = file_name(path);
    prepare(path, options, &mut Report(report)).map_err(|reason| PublishError { file, reason })
}

/// Makes a text material of words that were typed.
///
/// # Errors
/// Where they are empty or more than 1 MiB.
pub fn prepare_text(title: &str, markdown: &str) -> Result<Prepared, PublishError> {
    let mut notes = Vec::new();
    text::prepare(markdown.as_bytes(), &mut notes)
        .and_then(|bytes| one_blob(title.to_owned(), bytes, notes, |blob| Body::Text { blob }))
        .map_err(|reason| PublishError {
            file: title.to_owned(),
            reason,
        })
}

/// Makes a link material of an address that was typed.
///
/// # Errors
/// Where it is not an `https` or `http` address.
pub fn prepare_link(title: &str, url: &str, note: &str) -> Result<Prepared, PublishError> {
    let url = url.trim();
    link::check(url)
        .and_then(|()| linked(title.to_owned(), url.to_owned(), note.to_owned()))
        .map_err(|reason| PublishError {
            file: title.to_owned(),
            reason,
        })
}

fn prepare(path: &Path, options: &Options, report: &mut Report<'_>) -> Result<Prepared, Reason> {
    let unreadable = |error: std::io::Error| Reason::Unreadable {
        cause: error.to_string(),
    };
    report.at(Stage::Reading, None)?;
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Reason::Folder);
    }
    let len = metadata.len();
    let mut head = Vec::new();
    let mut file = File::open(path).map_err(unreadable)?;
    (&mut file)
        .take(HEAD_LEN as u64)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    let kind = sniff(path, &head);
    if head.is_empty() {
        return Err(empty(kind));
    }
    let read = |most: u64, too_large: fn(u64) -> Reason| -> Result<Vec<u8>, Reason> {
        if len > most {
            return Err(too_large(len.div_ceil(1_000_000)));
        }
        let mut bytes = Vec::new();
        // It may have grown since its length was asked.
        File::open(path)
            .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
            .map_err(unreadable)?;
        if bytes.len() as u64 > most {
            return Err(too_large(most.div_ceil(1_000_000)));
        }
        Ok(bytes)
    };
    let title = title(path);
    let mut notes = Vec::new();
    match kind {
        FileKind::Jpeg | FileKind::Png => {
            let bytes = read(photo::MAX_LEN, |megabytes| Reason::PhotoTooLarge {
                megabytes,
            })?;
            let is_png = kind == FileKind::Png;
            let format = if is_png {
                ImageFormat::Png
            } else {
                ImageFormat::Jpeg
            };
            let photo = photo::prepare(&bytes, format, &mut notes)?;
            let (width, height) = (photo.width, photo.height);
            one_blob(title, photo.bytes, notes, |blob| Body::BoardPhoto {
                blob,
                width,
                height,
            })
        }
        FileKind::Pdf | FileKind::NotPdf => {
            let bytes = read(handout::MAX_LEN, |megabytes| Reason::HandoutTooLarge {
                megabytes,
            })?;
            let pages = handout::pages(&bytes)?;
            one_blob(title, bytes, notes, |blob| Body::Handout { blob, pages })
        }
        FileKind::Mp4 | FileKind::OtherVideo => recorded(path, len, kind, options, report, title),
        FileKind::Table => drilled(
            &read(MAX_DOCUMENT_LEN as u64, |_| Reason::DrillTooLarge)?,
            title,
        ),
        FileKind::Text => {
            let bytes = read(MAX_TEXT_FILE, |_| Reason::TextTooLarge)?;
            if drill::is_table(&bytes) {
                return drilled(&bytes, title);
            }
            let bytes = text::prepare(&bytes, &mut notes)?;
            one_blob(title, bytes, notes, |blob| Body::Text { blob })
        }
        FileKind::Link => {
            let bytes = read(1 << 20, |_| Reason::LinkMissing)?;
            linked(title, link::from_file(&bytes)?, String::new())
        }
        FileKind::OtherPhoto("HEIC") => Err(Reason::PhotoHeic),
        FileKind::OtherPhoto(form) => Err(Reason::PhotoForm { form }),
        FileKind::NotPhoto => Err(Reason::PhotoNotPhoto),
        FileKind::NotVideo => Err(Reason::RecordingNotVideo),
        FileKind::Captions => Err(Reason::CaptionsAlone),
        FileKind::Office => Err(Reason::Office),
        FileKind::Unknown => Err(Reason::UnknownForm),
    }
}

fn empty(kind: FileKind) -> Reason {
    match kind {
        FileKind::NotPhoto => Reason::PhotoEmpty,
        FileKind::NotPdf => Reason::HandoutEmpty,
        FileKind::NotVideo => Reason::RecordingEmpty,
        FileKind::Table => Reason::DrillEmpty,
        FileKind::Text => Reason::TextEmpty,
        FileKind::Link => Reason::LinkMissing,
        _ => Reason::Empty,
    }
}

fn drilled(bytes: &[u8], title: String) -> Result<Prepared, Reason> {
    let mut notes = Vec::new();
    let drill = drill::prepare(bytes, &mut notes)?;
    let items = drill.items;
    one_blob(title, drill.json, notes, |blob| Body::Drill { blob, items })
}

fn linked(title: String, url: String, note: String) -> Result<Prepared, Reason> {
    Ok(Prepared {
        material: material(title, Body::Link { url, note })?,
        blobs: Vec::new(),
        notes: Vec::new(),
    })
}

fn recorded(
    path: &Path,
    len: u64,
    kind: FileKind,
    options: &Options,
    report: &mut Report<'_>,
    title: String,
) -> Result<Prepared, Reason> {
    let mut notes = Vec::new();
    let mut blobs: Vec<(BlobRef, BlobSource)> = Vec::new();
    // The captions first: to hear of a slip in them after an hour's conversion is late.
    let captions = match options.captions.clone().or_else(|| captions::beside(path)) {
        Some(captions) => {
            let bytes = read_captions(&captions)?;
            let blob = BlobRef::of(&bytes);
            blobs.push((blob, bytes.into()));
            Some(blob)
        }
        None => {
            notes.push(Notice::RecordingWithoutCaptions);
            None
        }
    };
    let recording = recording::prepare(path, len, kind, options, report, &mut notes)?;
    let (width, height) = (recording.width, recording.height);
    let mut parts = Vec::new();
    for (part, source) in recording.parts {
        parts.push(part);
        if blobs.iter().all(|(blob, _)| *blob != part.blob) {
            blobs.push((part.blob, source));
        }
    }
    let body = Body::Recording {
        parts,
        captions,
        width,
        height,
    };
    Ok(Prepared {
        material: material(title, body)?,
        blobs,
        notes,
    })
}

fn read_captions(path: &Path) -> Result<Vec<u8>, Reason> {
    let name = file_name(path);
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(captions::MAX_LEN + 1).read_to_end(&mut bytes))
        .map_err(|error| Reason::Unreadable {
            cause: format!("{name}: {error}"),
        })?;
    if bytes.len() as u64 > captions::MAX_LEN {
        return Err(Reason::CaptionsTooLarge { captions: name });
    }
    captions::prepare(&bytes, &name)
}

fn one_blob(
    title: String,
    bytes: Vec<u8>,
    notes: Vec<Notice>,
    body: impl FnOnce(BlobRef) -> Body,
) -> Result<Prepared, Reason> {
    let blob = BlobRef::of(&bytes);
    Ok(Prepared {
        material: material(title, body(blob))?,
        blobs: vec![(blob, bytes.into())],
        notes,
    })
}

fn material(title: String, body: Body) -> Result<Material, Reason> {
    let id = MaterialId::random().map_err(|error| Reason::Scratch {
        cause: error.to_string(),
    })?;
    Ok(Material { id, title, body })
}

/// The file's name without its folders, as far as it can be written.
fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// The file's name without its ending, within the bounds of a title.
fn title(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.chars()
        .filter(|c| !c.is_control())
        .take(MAX_LABEL_CHARS)
        .collect()
}
