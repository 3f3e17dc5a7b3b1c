//! Blobs made ready to draw.

use std::sync::Arc;

use hotaru_content::blob::BlobId;
use hotaru_content::shelf::ShelfError;
use hotaru_content::text;

use super::{Loaded, Wanted};
use crate::study::{Problem, Study};

/// Reads a blob, verified, and parses it as what is wanted.
pub(super) fn load(study: &Study, id: &BlobId, wanted: Wanted) -> Result<Loaded, Problem> {
    match wanted {
        Wanted::Drill => {
            let drill = study.catalog().load(id)?;
            drill
                .map(Loaded::Drill)
                .ok_or(Problem::Shelf(ShelfError::NoBlob(*id)))
        }
        Wanted::Text => {
            let bytes = study.shelf().blob(id)?;
            // What is not UTF-8 was refused when it was published; a stray byte is shown as one.
            Ok(Loaded::Text(Arc::new(text::Document::parse(
                &String::from_utf8_lossy(&bytes),
            ))))
        }
        Wanted::Bytes => Ok(Loaded::Bytes(study.shelf().blob(id)?.into())),
    }
}
