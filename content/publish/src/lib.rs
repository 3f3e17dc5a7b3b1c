//! The teacher's side of content: makes materials from files.
//!
//! [`prepare_file`] looks at what a file *is* (its first bytes, then its name), makes the
//! one form of it that terminals know, and says in [`Notice`]s what it changed. A file
//! that cannot be used is refused with a [`PublishError`] before anything is sent. The
//! same file gives the same bytes every time, so that publishing it twice sends it once
//! (a converted recording: with the same ffmpeg).
//!
//! | file | material |
//! | --- | --- |
//! | JPEG, PNG | board photo: upright, at most 2,560 px, without metadata |
//! | PDF | handout, its bytes as they are |
//! | MP4 with AV1 and Opus; other video where ffmpeg is found | recording in parts of at most 60 s |
//! | Markdown, plain text (UTF-8, UTF-16, Shift_JIS, EUC-JP) | text |
//! | CSV, TSV with a drill's header | drill |
//! | `.url`, `.webloc` | link |
//!
//! [`LessonDraft`] makes a lesson's revision of the materials.
//!
//! Errors and notices have a stable `code` and arguments; the sentences that people read
//! stand in `assets/i18n/*/publish.ftl` as `publish-` and the code. `Display` gives them
//! in English.

mod blob_source;
mod captions;
mod decode;
mod draft;
mod drill;
mod error;
mod handout;
mod link;
mod notice;
mod photo;
mod prepare;
mod recording;
mod sniff;
mod text;

pub use blob_source::BlobSource;
pub use draft::{DraftError, LessonDraft};
pub use drill::{Column, RowError, RowProblem};
pub use error::{PublishError, Reason};
pub use notice::{Arg, Notice};
pub use prepare::{Options, Prepared, Progress, Stage, prepare_file, prepare_link, prepare_text};
pub use recording::find_ffmpeg;
