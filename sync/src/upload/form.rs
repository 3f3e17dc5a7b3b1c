//! What goes into an upload and what comes out.

use std::time::Duration;

use hotaru_content::blob::{BlobId, BlobRef};

use crate::http::{Exchange, LineFault, Request};
use crate::wire::{Publish, PublishAnswer, code};

/// What is to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The blobs, in any order; the document may be among them.
    pub blobs: Vec<BlobRef>,
    /// What is said once they are there; nothing for a terminal's photos.
    pub publish: Option<Publish>,
}

/// What came of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Begin; also says that a [`Effect::Wait`] is over.
    Go,
    /// What came of the request.
    Exchange(Exchange),
    /// The bytes of a [`Effect::Read`].
    Bytes(Vec<u8>),
    /// They cannot be read, and why.
    ReadFailed(String),
    /// A person wants it to stop.
    Cancel,
}

/// What is to be done. Of one step's effects at most one, the last, is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make the request; feed every [`Exchange`] back.
    Http(Request),
    /// Read bytes of a blob; answer with [`Input::Bytes`] or [`Input::ReadFailed`].
    Read {
        /// Which blob.
        blob: BlobId,
        /// From which byte.
        offset: u64,
        /// How many; the blob has them.
        len: u64,
    },
    /// Wait, then answer with [`Input::Go`].
    Wait(Duration),
    /// For people to see.
    Progress(Progress),
    /// It is over: nothing more comes, and a request under way is to be dropped.
    Done(Result<Uploaded, UploadError>),
}

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that the cloud has, those from before included.
    pub bytes: u64,
    /// Of so many.
    pub of_bytes: u64,
    /// Blobs that the cloud has whole.
    pub blobs: usize,
    /// Of so many.
    pub of_blobs: usize,
}

/// How it ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uploaded {
    /// The cloud's answer to the publication, where there was one.
    pub published: Option<PublishAnswer>,
    /// Bytes of blobs that were sent and taken by the cloud in this run.
    pub sent: u64,
}

/// Why it ended otherwise. What the cloud has, it keeps; a new run goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// The line failed for too long, or for a reason that waiting does not mend.
    #[error("{0}")]
    Line(LineFault),
    /// Somebody published a newer revision.
    #[error(
        "somebody published a newer revision of this lesson in the meantime ({0}); look at it and publish again"
    )]
    NotNewest(String),
    /// The cloud refuses.
    #[error("the school refused ({status}): {message}")]
    Refused {
        /// The status.
        status: u16,
        /// The code for programs; see [`code`](crate::wire::code).
        code: String,
        /// The cloud's sentence.
        message: String,
    },
    /// The cloud answers what this program does not understand.
    #[error("the school's answer cannot be used: {0}")]
    Answer(String),
    /// A blob arrived wrong again and again.
    #[error("the bytes of blob {0} are not what was to be sent; publish the lesson again")]
    WrongHash(BlobId),
    /// A blob cannot be read here.
    #[error("what is to be sent cannot be read: {0}; publish the lesson again")]
    Local(String),
    /// The job is too large.
    #[error("a lesson of {blobs} files and {bytes} bytes is too large to send; split it")]
    TooLarge {
        /// Its blobs.
        blobs: usize,
        /// Its bytes.
        bytes: u64,
    },
    /// A person stopped it.
    #[error("sending was stopped; nothing was published")]
    Cancelled,
}

impl UploadError {
    /// Whether the cloud will say it again however often it is asked, so that a person has
    /// to decide; with the code for programs (see [`code`]).
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::NotNewest(_) => Some(code::NOT_NEWEST),
            Self::WrongHash(_) => Some(code::WRONG_HASH),
            Self::TooLarge { .. } => Some(code::TOO_LONG),
            Self::Refused { status, code, .. }
                if (400..500).contains(status) && !matches!(status, 401 | 403) =>
            {
                Some(code)
            }
            _ => None,
        }
    }
}
