//! Recorded lessons: AV1 and Opus in MP4, in parts of at most 60 s.
//!
//! A recording in that form is only cut, by our own code, so that the same file gives the
//! same parts on every desk. Any other goes through ffmpeg first, where there is one.

mod cut;
mod ffmpeg;
mod index;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hotaru_content::blob::BlobRef;
use hotaru_content::lesson::Part;
use tempfile::TempDir;

use crate::blob_source::BlobSource;
use crate::error::Reason;
use crate::notice::Notice;
use crate::prepare::{Options, Report, Stage};
use crate::sniff::FileKind;
use cut::Span;
pub use ffmpeg::find_ffmpeg;
use index::{Foreign, Found, Index};

/// The largest recording file, in bytes.
const MAX_LEN: u64 = 4 << 30;
/// The longest recording, in milliseconds.
const MAX_MS: u64 = 3 * 60 * 60 * 1000;

/// A recording in its parts.
pub(crate) struct Recording {
    pub(crate) parts: Vec<(Part, BlobSource)>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Makes the parts of a recording.
pub(crate) fn prepare(
    path: &Path,
    len: u64,
    kind: FileKind,
    options: &Options,
    report: &mut Report<'_>,
    notes: &mut Vec<Notice>,
) -> Result<Recording, Reason> {
    if len > MAX_LEN {
        return Err(Reason::RecordingTooLarge {
            megabytes: len.div_ceil(1_000_000),
        });
    }
    let scratch = Scratch::new(options)?;
    let (source, index, spans) = match playable(path, kind, options, &scratch, report)? {
        Ok(found) => found,
        Err(foreign) => {
            let converted = convert(path, foreign, options, &scratch, report)?;
            notes.push(Notice::RecordingConverted);
            converted
        }
    };
    let total_ms: u64 = spans
        .iter()
        .map(|span| u64::from(cut::duration_ms(&index, *span)))
        .sum();
    if total_ms > MAX_MS {
        return Err(Reason::RecordingTooLong {
            minutes: total_ms.div_ceil(60_000),
        });
    }
    if index.audio.is_none() {
        notes.push(Notice::RecordingWithoutSound);
    }
    let unreadable = |error: std::io::Error| Reason::Unreadable {
        cause: error.to_string(),
    };
    let mut file = File::open(&source).map_err(unreadable)?;
    let mut parts = Vec::with_capacity(spans.len());
    for (at, span) in spans.iter().enumerate() {
        report.at(Stage::Cutting, Some(at as f32 / spans.len() as f32))?;
        let bytes = cut::part(&index, *span, &mut file)?;
        let part = Part {
            blob: BlobRef::of(&bytes),
            duration_ms: cut::duration_ms(&index, *span),
        };
        parts.push((part, scratch.keep(&format!("part-{at:04}.mp4"), &bytes)?));
    }
    if source != path {
        // The parts hold all of it now; the room is better given back.
        let _ = std::fs::remove_file(&source);
    }
    Ok(Recording {
        parts,
        width: index.width,
        height: index.height,
    })
}

/// A file that terminals can play, its index, and where to cut it.
type Playable = (PathBuf, Index, Vec<Span>);

/// The recording where it can be cut as it is; else why not.
fn playable(
    path: &Path,
    kind: FileKind,
    options: &Options,
    scratch: &Scratch,
    report: &mut Report<'_>,
) -> Result<Result<Playable, Foreign>, Reason> {
    if kind == FileKind::Mp4 {
        return Ok(match index::read(path)? {
            Found::Playable(index) => with_spans(path.to_owned(), index),
            Found::Foreign(foreign) => Err(foreign),
        });
    }
    let foreign = |ffmpeg: Option<&Path>| Foreign {
        form: container_name(path),
        duration_ms: ffmpeg.and_then(|ffmpeg| ffmpeg::duration_ms(ffmpeg, path)),
    };
    let Some(ffmpeg) = &options.ffmpeg else {
        return Ok(Err(foreign(None)));
    };
    if !names_av1(path)? {
        return Ok(Err(foreign(Some(ffmpeg))));
    }
    let copy = scratch.path("copy.mp4");
    match ffmpeg::remux(ffmpeg, path, &copy, report) {
        // Sound that MP4 cannot hold.
        Err(Reason::RecordingFfmpegFailed { .. }) => return Ok(Err(foreign(Some(ffmpeg)))),
        done => done?,
    }
    Ok(match index::read(&copy)? {
        Found::Playable(index) => with_spans(copy, index),
        Found::Foreign(found) => Err(found),
    })
}

fn with_spans(path: PathBuf, index: Index) -> Result<Playable, Foreign> {
    let duration_ms = index.video.samples.last().map(|last| {
        let ms = last.at.saturating_mul(1000) / i64::from(index.video.timescale);
        u64::try_from(ms).unwrap_or(0)
    });
    match cut::spans(&index.video) {
        Some(spans) => Ok((path, index, spans)),
        None => Err(Foreign {
            form: "AV1 (few key frames)".to_owned(),
            duration_ms,
        }),
    }
}

fn convert(
    path: &Path,
    foreign: Foreign,
    options: &Options,
    scratch: &Scratch,
    report: &mut Report<'_>,
) -> Result<Playable, Reason> {
    if let Some(ms) = foreign.duration_ms.filter(|ms| *ms > MAX_MS) {
        return Err(Reason::RecordingTooLong {
            minutes: ms.div_ceil(60_000),
        });
    }
    let Some(ffmpeg) = &options.ffmpeg else {
        return Err(Reason::RecordingNeedsFfmpeg { form: foreign.form });
    };
    let converted = scratch.path("converted.mp4");
    ffmpeg::convert(ffmpeg, path, &converted, foreign.duration_ms, report)?;
    let cause = || Reason::RecordingFfmpegFailed {
        cause: "its result cannot be played".to_owned(),
    };
    match index::read(&converted) {
        Ok(Found::Playable(index)) => with_spans(converted, index).map_err(|_| cause()),
        Ok(Found::Foreign(_)) | Err(_) => Err(cause()),
    }
}

/// Whether a WebM or Matroska file names AV1 among its tracks, which stand at its start.
fn names_av1(path: &Path) -> Result<bool, Reason> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(1 << 20).read_to_end(&mut head))
        .map_err(|error| Reason::Unreadable {
            cause: error.to_string(),
        })?;
    Ok(head.windows(5).any(|window| window == b"V_AV1"))
}

/// A container's name for people: the file's ending.
fn container_name(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    extension
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect::<String>()
        .to_uppercase()
}

/// A folder for new files that goes with the last of them.
struct Scratch(Arc<TempDir>);

impl Scratch {
    fn new(options: &Options) -> Result<Self, Reason> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("hotaru-");
        match &options.scratch {
            Some(folder) => builder.tempdir_in(folder),
            None => builder.tempdir(),
        }
        .map(|folder| Self(Arc::new(folder)))
        .map_err(|error| Reason::Scratch {
            cause: error.to_string(),
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> Result<BlobSource, Reason> {
        let path = self.path(name);
        std::fs::write(&path, bytes).map_err(|error| Reason::Scratch {
            cause: error.to_string(),
        })?;
        Ok(BlobSource::File {
            path,
            keep: Arc::clone(&self.0),
        })
    }
}
