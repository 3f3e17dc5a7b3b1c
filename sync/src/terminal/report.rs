//! What a sync tells people, on the way and at its end.

use std::fmt;

use hotaru_content::blob::BlobId;
use hotaru_content::id::{LessonId, PupilId};
use hotaru_content::order::{EraseOrder, Unsent};
use serde::{Serialize, Serializer};

use super::StoreFault;
use crate::http::LineFault;
use crate::upload::UploadError;

/// How far a sync is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// What is going on.
    pub stage: Stage,
    /// What arrived in this sync.
    pub here: Amount,
    /// What is assigned and not here, as far as known.
    pub waiting: Amount,
    /// Lessons or blobs were stored since the last progress: look at the shelf again.
    pub stored: bool,
}

/// Things and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// How many blobs.
    pub items: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Study goes to school.
    Events,
    /// Earlier study comes back from it.
    Returns,
    /// The list of lessons comes.
    Lessons,
    /// Materials come.
    Blobs,
    /// The school is told what is here.
    Receipts,
    /// Photos of paper study go to school.
    Photos,
}

/// What a sync did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SyncReport {
    /// Bytes sent: the core counts bodies, whoever runs it puts in what its adapter counted,
    /// heads included.
    pub bytes_sent: u64,
    /// Bytes received, likewise.
    pub bytes_received: u64,
    /// Requests made.
    pub requests: u64,
    /// Events that the school now has on its disk and had not acknowledged before.
    pub events_acknowledged: u64,
    /// Events of earlier study that came back.
    pub events_returned: u64,
    /// Pupils whose earlier study waits for the school to agree.
    pub awaiting: Vec<PupilId>,
    /// Pupils whose record the school deleted: whoever runs the sync removes them here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<PupilId>,
    /// The school ordered that this terminal is erased: whoever runs the sync does so, once
    /// everything is at school or where that does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erase_ordered: Option<EraseOrder>,
    /// What the school does not have at the sync's end; none where it did not come so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsent: Option<Unsent>,
    /// Blobs that arrived, patched ones included.
    pub blobs_fetched: u64,
    /// Blobs that were made from a patch.
    pub patches_used: u64,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub milliseconds: u64,
    /// The school's clock as it told last, milliseconds since 1970-01-01T00:00:00Z.
    #[serde(skip)]
    pub server_ms: Option<i64>,
    /// What is assigned and not here.
    pub waiting: Vec<Waiting>,
    /// Faults that did not end it, at most [`MAX_FAULTS`](Self::MAX_FAULTS).
    #[serde(serialize_with = "sentences")]
    pub faults: Vec<SyncFault>,
}

impl SyncReport {
    /// The most faults that are told.
    pub const MAX_FAULTS: usize = 100;

    /// The erasure that is to be carried out now: one that may not wait, or one that waited for
    /// the school to have everything.
    #[must_use]
    pub fn erase_due(&self) -> Option<EraseOrder> {
        let has_all = self.unsent.is_some_and(Unsent::is_nothing);
        self.erase_ordered.filter(|erase| erase.at_once || has_all)
    }
}

impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} events acknowledged, {} blobs fetched ({} by patch), {} requests, {} bytes sent, {} received, {}.{:03} s",
            self.events_acknowledged,
            self.blobs_fetched,
            self.patches_used,
            self.requests,
            self.bytes_sent,
            self.bytes_received,
            self.milliseconds / 1000,
            self.milliseconds % 1000,
        )?;
        if !self.waiting.is_empty() {
            let bytes = self
                .waiting
                .iter()
                .fold(0_u64, |sum, one| sum.saturating_add(one.bytes));
            write!(f, "; {} blobs wait ({bytes} bytes)", self.waiting.len())?;
        }
        self.faults
            .iter()
            .try_for_each(|fault| write!(f, "; {fault}"))
    }
}

fn seconds<S: Serializer>(milliseconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(*milliseconds as f64 / 1000.0)
}

fn sentences<S: Serializer>(faults: &[SyncFault], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(faults.iter().map(ToString::to_string))
}

/// A blob that is not here, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The blob.
    pub blob: BlobId,
    /// A lesson that needs it.
    pub lesson: LessonId,
    /// Bytes of it that are not here.
    pub bytes: u64,
    /// Why.
    pub why: WhyWaiting,
}

/// Why a blob is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyWaiting {
    /// The line broke before its turn.
    Line,
    /// The line is metered.
    Metered,
    /// There is no room.
    NoSpace,
    /// The school does not have it.
    Gone,
    /// What arrived was wrong, again and again.
    Wrong,
    /// The shelf could not keep it.
    Store,
}

/// What a sync met. Nothing is lost by any of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncFault {
    /// The line failed for too long, or in a way that waiting does not mend.
    #[error("{0}")]
    Line(LineFault),
    /// The cloud does not know this terminal's token (401).
    #[error("the school no longer knows this terminal ({0}); join again, everything here is kept")]
    NotLetIn(String),
    /// The key that this disk has was renewed since (401): it is a copy, or an older image.
    #[error(
        "this terminal's key was renewed, and its disk is from before that ({0}); join again with a login card, what is unsent here is sent then"
    )]
    Superseded(String),
    /// The token is not for this (403).
    #[error("the school does not allow this terminal to do this ({0}); ask the teacher")]
    Forbidden(String),
    /// The cloud refuses something.
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
    #[error("the school's answer cannot be used ({0}); update this program or ask the school")]
    Answer(String),
    /// A blob is not at school (404, 410).
    #[error("the school does not have {0} any more; the teacher has to send the lesson again")]
    Gone(BlobId),
    /// The shelf could not do something.
    #[error("{0}")]
    Store(StoreFault),
    /// The log and the cloud parted (a copied or restored disk); the study went on in a new
    /// stream.
    #[error(
        "this terminal's log was copied or restored; what is new goes on in a log of its own, nothing is lost"
    )]
    Forked,
    /// Photos could not be sent.
    #[error("photos of paper study could not be sent: {0}")]
    Photos(UploadError),
    /// A person stopped it.
    #[error("the connection was stopped; it goes on next time")]
    Cancelled,
}

impl SyncFault {
    /// The stable name of a line's fault.
    #[must_use]
    pub fn line_code(fault: &LineFault) -> &'static str {
        match fault {
            LineFault::Unreachable(_) => "unreachable",
            LineFault::Broken => "broken",
            LineFault::Stalled(_) => "stalled",
            LineFault::Intercepted(_) => "intercepted",
            LineFault::CaptivePortal => "captive-portal",
            LineFault::Proxy(_) => "proxy",
            LineFault::Truncated => "truncated",
            LineFault::TooLong => "too-long",
            LineFault::WrongHash(_) => "wrong-hash",
        }
    }

    /// A stable name for word files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Line(fault) => Self::line_code(fault),
            Self::NotLetIn(_) => "not-let-in",
            Self::Superseded(_) => "superseded",
            Self::Forbidden(_) => "forbidden",
            Self::Refused { .. } => "refused",
            Self::Answer(_) => "answer",
            Self::Gone(_) => "gone",
            Self::Store(StoreFault::NoSpace) => "no-space",
            Self::Store(StoreFault::Wrong) => "wrong-bytes",
            Self::Store(StoreFault::Other { code, .. }) => code,
            Self::Forked => "forked",
            Self::Photos(_) => "photos",
            Self::Cancelled => "cancelled",
        }
    }
}
