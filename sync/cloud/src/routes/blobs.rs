//! Blobs, proofs and patches: immutable bytes, whole or from a place on.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_sync::wire::media_type;

use super::named;
use super::range::{Wanted, wanted};
use crate::Cloud;
use crate::auth::{Ask, Known, Terminal};
use crate::blobs::Object;
use crate::error::ApiError;
use crate::rights::{Action, Resource};
use crate::store::{Audit, Reader};

/// What a name stands for never changes; a shared cache must ask who wants it.
const FOR_EVER: &str = "private, max-age=31536000, immutable";
/// Up to this many bytes are read at once and not piece by piece.
const AT_ONCE: u64 = 1 << 20;

fn no_such_blob() -> ApiError {
    ApiError::not_found(
        "no lesson of this class has such a file (any more); sync the lessons again",
    )
}

/// A blob's bytes.
pub async fn blob(
    State(cloud): State<Arc<Cloud>>,
    known: Known,
    Path(blob): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let blob: BlobId = named(&blob)?;
    let found = readable(&cloud, known, blob).await?;
    serve(
        &cloud,
        Object::Blob(blob),
        found.len,
        &format!("\"{blob}\""),
        &headers,
    )
    .await
}

/// A blob's proof.
pub async fn proof(
    State(cloud): State<Arc<Cloud>>,
    known: Known,
    Path(blob): Path<String>,
) -> Result<Response, ApiError> {
    let blob: BlobId = named(&blob)?;
    readable(&cloud, known, blob).await?;
    let proof = cloud.store.proof(blob).await?.ok_or_else(no_such_blob)?;
    Ok((
        [
            (header::CONTENT_TYPE, media_type::BYTES),
            (header::CACHE_CONTROL, FOR_EVER),
        ],
        proof,
    )
        .into_response())
}

/// The blob where it may be read. Who looks at a pupil's photo stands in the audit log.
async fn readable(cloud: &Cloud, known: Known, blob: BlobId) -> Result<BlobRef, ApiError> {
    let reader = match &known {
        Known::Terminal(terminal) => Reader::Terminal(*terminal),
        Known::Staff(staff) => {
            let ask = Ask {
                action: Action::ReadFiles,
                on: Resource::School,
                note: Audit::default(),
                not_hers: "you have no class at this school; ask its administrator for one",
            };
            Reader::Staff(staff.may(cloud, ask).await?)
        }
    };
    let found = cloud.store.readable(&reader, blob).await?;
    let found = found.ok_or_else(no_such_blob)?;
    if let (Known::Staff(staff), Some(pupil)) = (&known, found.photo_of) {
        let hers = cloud.store.classes_of(pupil).await?;
        let ask = Ask {
            action: Action::ReadPupil,
            on: Resource::Pupil(pupil, &hers),
            note: Audit {
                action: "read_photo",
                pupil: Some(pupil),
                ..Audit::default()
            },
            not_hers: "you have no such file; load the lessons again",
        };
        staff.may(cloud, ask).await?;
    }
    Ok(found.blob)
}

/// A patch, for who may read what it makes.
pub async fn patch(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    Path((old, new)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (old, new): (BlobId, BlobId) = (named(&old)?, named(&new)?);
    let no_such_patch =
        || ApiError::not_found("there is no such patch; fetch the whole file instead");
    cloud
        .store
        .readable(&Reader::Terminal(terminal), new)
        .await?
        .ok_or_else(no_such_patch)?;
    let len = cloud
        .store
        .patch(old, new)
        .await?
        .ok_or_else(no_such_patch)?;
    serve(
        &cloud,
        Object::Patch { old, new },
        len,
        &format!("\"{old}-{new}\""),
        &headers,
    )
    .await
}

/// A file that a failing disk took keeps a terminal from no other one.
fn lost(error: object_store::Error) -> ApiError {
    match error {
        object_store::Error::NotFound { path, .. } => {
            tracing::error!(
                path,
                "a file is missing; `hotaru-cloud check` says what to do"
            );
            ApiError::not_found(
                "the school has lost this file; the teacher has to send the lesson again",
            )
        }
        error => error.into(),
    }
}

async fn serve(
    cloud: &Cloud,
    object: Object,
    len: u64,
    etag: &str,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let fixed = [(header::ETAG, etag), (header::CACHE_CONTROL, FOR_EVER)];
    if known.is_some_and(|known| known.trim() == etag) {
        return Ok((StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    let (status, range) = match wanted(headers, len, etag) {
        Wanted::All => (StatusCode::OK, 0..len),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => {
            let error = ApiError::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "range",
                "the file has no bytes from there on; it is whole already, or fetch it anew",
            );
            let of = [(header::CONTENT_RANGE, format!("bytes */{len}"))];
            return Ok((of, error).into_response());
        }
    };
    let count = range.end - range.start;
    let body = if count == 0 {
        Body::empty()
    } else {
        let found = cloud.blobs.get(object, Some(range.clone())).await;
        let found = found.map_err(lost)?;
        if count <= AT_ONCE {
            Body::from(found.bytes().await?)
        } else {
            Body::from_stream(found.into_stream())
        }
    };
    let mut response = (
        status,
        fixed,
        [
            (header::CONTENT_TYPE, media_type::BYTES.to_owned()),
            (header::CONTENT_LENGTH, count.to_string()),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
        ],
        body,
    )
        .into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let of = format!("bytes {}-{}/{len}", range.start, range.end - 1);
        if let Ok(of) = of.parse() {
            response.headers_mut().insert(header::CONTENT_RANGE, of);
        }
    }
    Ok(response)
}
