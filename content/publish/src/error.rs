//! Why a file cannot be used.

use std::fmt;

use crate::drill::{Column, RowError};
use crate::notice::Arg;

/// Why a file cannot be used, in one sentence with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} {reason}")]
pub struct PublishError {
    /// The file's name without its folders.
    pub file: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl PublishError {
    /// The stable name of the sentence, without `publish-`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// The sentence's arguments, `file` among them.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        let mut args = self.reason.args();
        args.push(("file", (&self.file).into()));
        args
    }

    /// The broken rows of a drill's table, at most 20; each has its own sentence.
    #[must_use]
    pub fn rows(&self) -> &[RowError] {
        match &self.reason {
            Reason::DrillRows { rows, .. } => rows,
            _ => &[],
        }
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It cannot be opened or read.
    Unreadable {
        /// What the system said.
        cause: String,
    },
    /// It is a folder.
    Folder,
    /// It has no bytes, and its name says nothing.
    Empty,
    /// It is of a form that no material has.
    UnknownForm,
    /// It is a document of an office program.
    Office,
    /// The teacher stopped it.
    Cancelled,
    /// There is no room for what is being made.
    Scratch {
        /// What the system said.
        cause: String,
    },

    /// A photo of 0 bytes.
    PhotoEmpty,
    /// A photo that ends too early.
    PhotoTruncated,
    /// A photo that cannot be read.
    PhotoBroken {
        /// What the decoder said.
        cause: String,
    },
    /// A file that is only named a photo.
    PhotoNotPhoto,
    /// A photo as iPhone and iPad keep it.
    PhotoHeic,
    /// A photo in another form that is not taken.
    PhotoForm {
        /// The form.
        form: &'static str,
    },
    /// A photo of more than 50 MB.
    PhotoTooLarge {
        /// Its size in MB, rounded up.
        megabytes: u64,
    },
    /// A photo of more than 64 megapixels.
    PhotoTooManyPixels {
        /// Its pixels in millions, rounded up.
        megapixels: u64,
    },

    /// A handout of 0 bytes.
    HandoutEmpty,
    /// A PDF that ends too early.
    HandoutTruncated,
    /// A PDF that opens only with a password.
    HandoutEncrypted,
    /// A PDF that cannot be read, or no PDF.
    HandoutBroken,
    /// A PDF of more than 64 MiB.
    HandoutTooLarge {
        /// Its size in MB, rounded up.
        megabytes: u64,
    },
    /// A PDF of more than 500 pages.
    HandoutTooManyPages {
        /// Its pages.
        pages: usize,
    },

    /// A recording of 0 bytes.
    RecordingEmpty,
    /// A file that is only named a video.
    RecordingNotVideo,
    /// A recording that ends too early.
    RecordingTruncated,
    /// A recording that cannot be read.
    RecordingBroken {
        /// What the reader said.
        cause: String,
    },
    /// A recording without a picture.
    RecordingNoPicture,
    /// A recording of more than 4 GiB.
    RecordingTooLarge {
        /// Its size in MB, rounded up.
        megabytes: u64,
    },
    /// A recording of more than 3 hours.
    RecordingTooLong {
        /// Its length in minutes, rounded up.
        minutes: u64,
    },
    /// A recording that must be converted where no ffmpeg is found.
    RecordingNeedsFfmpeg {
        /// What it is now: `H.264`, `WebM`.
        form: String,
    },
    /// An ffmpeg that cannot write AV1 or Opus.
    RecordingFfmpegLacks,
    /// ffmpeg gave up.
    RecordingFfmpegFailed {
        /// Its last words.
        cause: String,
    },

    /// Captions that are no WebVTT or SRT.
    CaptionsBroken {
        /// The captions' file.
        captions: String,
        /// The line, from 1.
        line: u64,
    },
    /// Captions of more than 1 MiB.
    CaptionsTooLarge {
        /// The captions' file.
        captions: String,
    },
    /// Captions given as a material of their own.
    CaptionsAlone,

    /// A text without a word.
    TextEmpty,
    /// A text of more than 1 MiB.
    TextTooLarge,
    /// A text that is no text.
    TextBinary,
    /// A text in an encoding that is not known.
    TextEncoding,

    /// A drill's table without an item.
    DrillEmpty,
    /// A drill's table larger than 16 MiB.
    DrillTooLarge,
    /// A drill of more than 10,000 items.
    DrillTooManyItems {
        /// Its items.
        items: usize,
    },
    /// A table whose first row does not name a needed column.
    DrillNoColumn {
        /// The column.
        column: Column,
    },
    /// A table that names a column twice.
    DrillColumnTwice {
        /// The column.
        column: Column,
    },
    /// A drill's table with broken rows.
    DrillRows {
        /// How many are broken.
        broken: usize,
        /// The first 20 of them.
        rows: Vec<RowError>,
    },
    /// A drill that the terminals would refuse.
    DrillRefused {
        /// Why.
        cause: String,
    },

    /// A link's file without an address.
    LinkMissing,
    /// An address that does not lead to the web.
    LinkBad {
        /// The address.
        url: String,
    },
}

impl Reason {
    /// The stable name of the sentence.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "file-unreadable",
            Self::Folder => "file-folder",
            Self::Empty => "file-empty",
            Self::UnknownForm => "file-unknown",
            Self::Office => "file-office",
            Self::Cancelled => "file-cancelled",
            Self::Scratch { .. } => "file-scratch",
            Self::PhotoEmpty => "photo-empty",
            Self::PhotoTruncated => "photo-truncated",
            Self::PhotoBroken { .. } => "photo-broken",
            Self::PhotoNotPhoto => "photo-not-photo",
            Self::PhotoHeic => "photo-heic",
            Self::PhotoForm { .. } => "photo-form",
            Self::PhotoTooLarge { .. } => "photo-too-large",
            Self::PhotoTooManyPixels { .. } => "photo-too-many-pixels",
            Self::HandoutEmpty => "handout-empty",
            Self::HandoutTruncated => "handout-truncated",
            Self::HandoutEncrypted => "handout-encrypted",
            Self::HandoutBroken => "handout-broken",
            Self::HandoutTooLarge { .. } => "handout-too-large",
            Self::HandoutTooManyPages { .. } => "handout-too-many-pages",
            Self::RecordingEmpty => "recording-empty",
            Self::RecordingNotVideo => "recording-not-video",
            Self::RecordingTruncated => "recording-truncated",
            Self::RecordingBroken { .. } => "recording-broken",
            Self::RecordingNoPicture => "recording-no-picture",
            Self::RecordingTooLarge { .. } => "recording-too-large",
            Self::RecordingTooLong { .. } => "recording-too-long",
            Self::RecordingNeedsFfmpeg { .. } => "recording-needs-ffmpeg",
            Self::RecordingFfmpegLacks => "recording-ffmpeg-lacks",
            Self::RecordingFfmpegFailed { .. } => "recording-ffmpeg-failed",
            Self::CaptionsBroken { .. } => "captions-broken",
            Self::CaptionsTooLarge { .. } => "captions-too-large",
            Self::CaptionsAlone => "captions-alone",
            Self::TextEmpty => "text-empty",
            Self::TextTooLarge => "text-too-large",
            Self::TextBinary => "text-binary",
            Self::TextEncoding => "text-encoding",
            Self::DrillEmpty => "drill-empty",
            Self::DrillTooLarge => "drill-too-large",
            Self::DrillTooManyItems { .. } => "drill-too-many-items",
            Self::DrillNoColumn { .. } => "drill-no-column",
            Self::DrillColumnTwice { .. } => "drill-column-twice",
            Self::DrillRows { .. } => "drill-rows",
            Self::DrillRefused { .. } => "drill-refused",
            Self::LinkMissing => "link-missing",
            Self::LinkBad { .. } => "link-bad",
        }
    }

    /// The sentence's arguments.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Self::Unreadable { cause }
            | Self::Scratch { cause }
            | Self::PhotoBroken { cause }
            | Self::RecordingBroken { cause }
            | Self::RecordingFfmpegFailed { cause }
            | Self::DrillRefused { cause } => vec![("cause", cause.into())],
            Self::PhotoForm { form } => vec![("form", (*form).into())],
            Self::RecordingNeedsFfmpeg { form } => vec![("form", form.into())],
            Self::PhotoTooLarge { megabytes }
            | Self::HandoutTooLarge { megabytes }
            | Self::RecordingTooLarge { megabytes } => vec![("megabytes", (*megabytes).into())],
            Self::PhotoTooManyPixels { megapixels } => vec![("megapixels", (*megapixels).into())],
            Self::HandoutTooManyPages { pages } => vec![("pages", (*pages as u64).into())],
            Self::RecordingTooLong { minutes } => vec![("minutes", (*minutes).into())],
            Self::CaptionsBroken { captions, line } => {
                vec![("captions", captions.into()), ("line", (*line).into())]
            }
            Self::CaptionsTooLarge { captions } => vec![("captions", captions.into())],
            Self::DrillTooManyItems { items } => vec![("items", (*items as u64).into())],
            Self::DrillNoColumn { column } | Self::DrillColumnTwice { column } => {
                vec![("column", column.key().into())]
            }
            Self::DrillRows { broken, .. } => vec![("broken", (*broken as u64).into())],
            Self::LinkBad { url } => vec![("url", url.into())],
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { cause } => {
                write!(f, "cannot be read ({cause}); check that it is there and yours to open")
            }
            Self::Folder => f.write_str("is a folder; add the files in it"),
            Self::Empty => f.write_str("has 0 bytes; copy it again from where it was made"),
            Self::UnknownForm => f.write_str(
                "is of no form that a lesson can have; use JPEG, PNG, PDF, MP4, Markdown, text, CSV or TSV",
            ),
            Self::Office => f.write_str("is an office document; save it as PDF and add that"),
            Self::Cancelled => f.write_str("was stopped; add it again when you want it"),
            Self::Scratch { cause } => {
                write!(f, "needs room for its new form ({cause}); free some of this computer's disk")
            }
            Self::PhotoEmpty => {
                f.write_str("is a photo of 0 bytes; copy it from the camera again")
            }
            Self::PhotoTruncated => {
                f.write_str("is a photo that ends too early; copy it from the camera again")
            }
            Self::PhotoBroken { cause } => {
                write!(f, "is a photo that cannot be read ({cause}); take or save it again")
            }
            Self::PhotoNotPhoto => {
                f.write_str("is named a photo but is none; check which file was meant")
            }
            Self::PhotoHeic => f.write_str(
                "is a HEIC photo; on the iPhone or iPad choose Settings, Camera, Formats, Most Compatible, or save a copy as JPEG, and add that",
            ),
            Self::PhotoForm { form } => write!(f, "is a {form} picture; save it as JPEG or PNG and add that"),
            Self::PhotoTooLarge { megabytes } => {
                write!(f, "is a photo of {megabytes} MB, more than 50; save it smaller")
            }
            Self::PhotoTooManyPixels { megapixels } => {
                write!(f, "is a photo of {megapixels} megapixels, 64 or fewer are possible; save it smaller")
            }
            Self::HandoutEmpty => f.write_str("is a PDF of 0 bytes; save it again"),
            Self::HandoutTruncated => {
                f.write_str("is a PDF that ends too early; save or copy it again")
            }
            Self::HandoutEncrypted => {
                f.write_str("is a PDF with a password; save it without one")
            }
            Self::HandoutBroken => f.write_str("is no PDF that can be read; save it as PDF again"),
            Self::HandoutTooLarge { megabytes } => {
                write!(f, "is a PDF of {megabytes} MB, more than 64 MiB; save it smaller or in two")
            }
            Self::HandoutTooManyPages { pages } => {
                write!(f, "is a PDF of {pages} pages, more than 500; split it")
            }
            Self::RecordingEmpty => {
                f.write_str("is a recording of 0 bytes; copy it from the camera again")
            }
            Self::RecordingNotVideo => {
                f.write_str("is named a video but is none; check which file was meant")
            }
            Self::RecordingTruncated => {
                f.write_str("is a recording that ends too early; copy it from the camera again")
            }
            Self::RecordingBroken { cause } => {
                write!(f, "is a recording that cannot be read ({cause}); save it again as MP4")
            }
            Self::RecordingNoPicture => {
                f.write_str("is a recording without a picture; record with the camera on")
            }
            Self::RecordingTooLarge { megabytes } => {
                write!(f, "is a recording of {megabytes} MB, more than 4 GiB; cut it in two")
            }
            Self::RecordingTooLong { minutes } => {
                write!(f, "is a recording of {minutes} minutes, more than 3 hours; cut it in two")
            }
            Self::RecordingNeedsFfmpeg { form } => write!(
                f,
                "is a recording in {form}, which terminals cannot play, and ffmpeg, which converts it, is not on this computer; install ffmpeg, or save the recording as MP4 with AV1 and Opus",
            ),
            Self::RecordingFfmpegLacks => f.write_str(
                "must be converted, and the ffmpeg on this computer cannot write AV1 and Opus; install ffmpeg 5 or newer with libsvtav1 and libopus",
            ),
            Self::RecordingFfmpegFailed { cause } => {
                write!(f, "could not be converted ({cause}); check that it plays on this computer")
            }
            Self::CaptionsBroken { captions, line } => write!(
                f,
                "has captions that cannot be read: {captions}, line {line}; correct that line or take the captions away",
            ),
            Self::CaptionsTooLarge { captions } => {
                write!(f, "has captions of more than 1 MiB: {captions}; check which file was meant")
            }
            Self::CaptionsAlone => f.write_str(
                "is captions; put it beside the recording under the same name and add the recording",
            ),
            Self::TextEmpty => f.write_str("is a text without a word; write something and save it"),
            Self::TextTooLarge => f.write_str("is a text of more than 1 MiB; split it"),
            Self::TextBinary => f.write_str("is no text; check which file was meant"),
            Self::TextEncoding => {
                f.write_str("is a text in an unknown encoding; save it as UTF-8")
            }
            Self::DrillEmpty => {
                f.write_str("is a drill without questions; write one in each row below the first")
            }
            Self::DrillTooLarge => f.write_str("is a drill of more than 16 MiB; split it"),
            Self::DrillTooManyItems { items } => {
                write!(f, "is a drill of {items} questions, more than 10,000; split it")
            }
            Self::DrillNoColumn { column } => {
                write!(f, "has no column `{}` in its first row; name it there", column.key())
            }
            Self::DrillColumnTwice { column } => {
                write!(f, "has two columns `{}`; take one away", column.key())
            }
            Self::DrillRows { broken, rows } => {
                write!(f, "has rows that cannot be used ({broken})")?;
                for (at, row) in rows.iter().enumerate() {
                    write!(f, "{} {row}", if at == 0 { ":" } else { ";" })?;
                }
                if *broken > rows.len() {
                    write!(f, "; and {} more", broken - rows.len())?;
                }
                Ok(())
            }
            Self::DrillRefused { cause } => write!(f, "is a drill that cannot be used: {cause}"),
            Self::LinkMissing => {
                f.write_str("holds no address; make the link again, or type the address")
            }
            Self::LinkBad { url } => {
                write!(f, "leads to {url:?}; an address begins with https:// or http://")
            }
        }
    }
}
