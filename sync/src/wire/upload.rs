//! What a desk says and hears when it publishes; a terminal's photos go the same way.

use hotaru_content::blob::{BlobId, BlobRef, MAX_BLOB_LEN};
use hotaru_content::id::{ClassId, LessonId, PupilId};
use hotaru_content::lesson;
use serde::{Deserialize, Serialize};

use super::{Body, Bounds, MAX_ENTRIES, WireError};

/// One of the answer to `POST /v1/uploads`: how much of a blob the cloud has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadState {
    /// The blob.
    pub id: BlobId,
    /// Where its upload goes on, in bytes.
    pub offset: u64,
    /// The cloud has all of it, verified.
    pub complete: bool,
}

/// `POST /v1/lessons`: a revision, and who gets it. Its document and every blob that the
/// document names were uploaded before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// The revision's document.
    pub document: BlobRef,
    /// The revision that this one replaces; 0 for a new lesson.
    pub base_revision: u32,
    /// Classes that get it.
    #[serde(default)]
    pub classes: Vec<ClassId>,
    /// Groups that get it.
    #[serde(default)]
    pub groups: Vec<ClassId>,
    /// Pupils that get it by name.
    #[serde(default)]
    pub pupils: Vec<PupilId>,
    /// Not before this moment, milliseconds since 1970-01-01T00:00:00Z.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at_ms: Option<i64>,
}

/// The answer to a [`Publish`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishAnswer {
    /// The lesson.
    pub lesson: LessonId,
    /// The revision, now the newest.
    pub revision: u32,
}

impl Body for Vec<UploadState> {
    const WHAT: &'static str = "what the school already has";
    const MAX_LEN: usize = 4 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("list", self, MAX_ENTRIES)?;
        if self.iter().any(|state| state.offset > MAX_BLOB_LEN) {
            return Err(bounds.wrong("offset", "is beyond 1 GiB".to_owned()));
        }
        Ok(())
    }
}

impl Body for Publish {
    const WHAT: &'static str = "a publication";
    const MAX_LEN: usize = 1 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        if self.document.len > lesson::MAX_DOCUMENT_LEN as u64 {
            return Err(bounds.wrong("document", "is longer than 1 MiB".to_owned()));
        }
        bounds.list("classes", &self.classes, 1000)?;
        bounds.list("groups", &self.groups, 1000)?;
        bounds.list("pupils", &self.pupils, 10_000)?;
        if self.classes.is_empty() && self.groups.is_empty() && self.pupils.is_empty() {
            return Err(bounds.wrong("recipients", "are none; choose a class".to_owned()));
        }
        Ok(())
    }
}

impl Body for PublishAnswer {
    const WHAT: &'static str = "the answer to a publication";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        Ok(())
    }
}

const _: () = assert!(MAX_ENTRIES >= lesson::MAX_MATERIALS);
