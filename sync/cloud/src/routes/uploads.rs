//! Uploads, resumed at the byte.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hotaru_content::blob::{BlobId, BlobRef, MAX_BLOB_LEN};
use hotaru_sync::wire::{UploadState, code, header};

use super::{body, json, named};
use crate::auth::{Ask, Known};
use crate::error::ApiError;
use crate::rights::{Action, Resource};
use crate::store::{Audit, Caller};
use crate::uploads::{Claim, Verified, Wrote};
use crate::{Cloud, blobs, now_ms};

/// A terminal uploads photos of paper study, nothing larger.
const MAX_TERMINAL_LEN: u64 = 16 << 20;
/// What is read on to nowhere so that a refusal is heard, in bytes.
const DRAIN: u64 = 16 << 20;

/// Who uploads: a terminal, or who may publish.
async fn uploader(cloud: &Cloud, known: &Known) -> Result<Caller, ApiError> {
    if let Known::Staff(staff) = known {
        let ask = Ask {
            action: Action::Upload,
            on: Resource::School,
            note: Audit::default(),
            not_hers: "you have no class at this school; ask its administrator for one",
        };
        staff.may(cloud, ask).await?;
    }
    Ok(known.caller())
}

/// What the cloud already has.
pub async fn states(
    State(cloud): State<Arc<Cloud>>,
    known: Known,
    request: Request,
) -> Result<Response, ApiError> {
    let caller = uploader(&cloud, &known).await?;
    let asked: Vec<BlobRef> = body::parse(request).await?;
    let ids: Vec<BlobId> = asked.iter().map(|blob| blob.id).collect();
    let found = cloud.store.vouch(&ids, now_ms()).await?;
    // Photos whose time was over are not brought again.
    let expired = match caller {
        Caller::Terminal(terminal) => cloud.store.expired_photos(terminal, &asked).await?,
        Caller::Desk(_) => Vec::new(),
    };
    let mut states = Vec::with_capacity(asked.len());
    for (blob, found) in asked.into_iter().zip(found) {
        states.push(match with_bytes(&cloud, found).await? {
            None if expired.contains(&blob.id) => UploadState {
                id: blob.id,
                offset: blob.len,
                complete: true,
            },
            Some(found) => UploadState {
                id: blob.id,
                offset: found.len,
                complete: true,
            },
            None => {
                let claim = cloud.uploads.claim(caller, blob.id).await;
                let mut offset = claim.offset().await?;
                if offset > blob.len {
                    claim.remove().await?;
                    offset = 0;
                }
                UploadState {
                    id: blob.id,
                    offset,
                    complete: false,
                }
            }
        });
    }
    json(&states)
}

/// Where one upload stands.
pub async fn state(
    State(cloud): State<Arc<Cloud>>,
    known: Known,
    Path(blob): Path<String>,
) -> Result<Response, ApiError> {
    let caller = uploader(&cloud, &known).await?;
    let blob: BlobId = named(&blob)?;
    if let Some(found) = stored(&cloud, blob).await? {
        return Ok(stands_at(found.len, true));
    }
    let claim = cloud.uploads.claim(caller, blob).await;
    Ok(stands_at(claim.offset().await?, false))
}

/// More bytes of an upload.
pub async fn write(
    State(cloud): State<Arc<Cloud>>,
    known: Known,
    Path(blob): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    let caller = uploader(&cloud, &known).await?;
    let number = |name: &'static str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok())
            .ok_or_else(|| {
                ApiError::bad_body(format!("an upload says its {name} in bytes; update Hotaru"))
            })
    };
    let (offset, len) = (
        number(header::UPLOAD_OFFSET)?,
        number(header::UPLOAD_LENGTH)?,
    );
    let blob = BlobRef {
        id: named(&blob)?,
        len,
    };
    let most = match caller {
        Caller::Desk(_) => MAX_BLOB_LEN,
        Caller::Terminal(_) => MAX_TERMINAL_LEN,
    };
    if len > most {
        return Err(ApiError::too_long(most));
    }
    if let Some(found) = stored(&cloud, blob.id).await? {
        body::drain(request.into_body(), DRAIN).await;
        return Ok(stands_at(found.len, true));
    }
    let room = len.checked_sub(offset).ok_or_else(|| {
        ApiError::bad_body("the upload's offset lies behind its length; begin it again")
    })?;
    if body::stated_len(&request).is_some_and(|stated| stated > room) {
        body::drain(request.into_body(), DRAIN).await;
        return Err(ApiError::too_long(room));
    }
    if !cloud.uploads.has_room(room)? {
        return Err(ApiError::no_space());
    }
    // In a task of its own: a line that breaks drops this future, and what has arrived must
    // come to the disk all the same before anybody is told of it.
    let task = tokio::spawn(async move {
        let claim = cloud.uploads.claim(caller, blob.id).await;
        append(&cloud, &claim, blob, offset, request).await
    });
    task.await.map_err(|error| ApiError::internal(&error))?
}

async fn append(
    cloud: &Cloud,
    claim: &Claim,
    blob: BlobRef,
    offset: u64,
    request: Request,
) -> Result<Response, ApiError> {
    let here = claim.offset().await?;
    if here > blob.len {
        // Begun under another length: of no use to anybody.
        claim.remove().await?;
        return Err(wrong_offset(0));
    }
    if here != offset {
        body::drain(request.into_body(), DRAIN).await;
        return Err(wrong_offset(here));
    }
    let stream = request.into_body().into_data_stream();
    match claim.write(stream, blob.len - offset).await? {
        Wrote::TooMuch => {
            claim.remove().await?;
            return Err(ApiError::bad_body(
                "the upload is longer than it said; it was thrown away, begin it again",
            ));
        }
        Wrote::All | Wrote::Some => {}
    }
    let here = claim.offset().await?;
    if here < blob.len {
        return Ok(stands_at(here, false));
    }
    match claim.verify(blob).await? {
        Verified::Wrong => Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code::WRONG_HASH,
            "the file's bytes are not what its name says; they were thrown away, send it again",
        )
        .with_number(header::UPLOAD_OFFSET, 0)),
        Verified::Right(proof) => {
            let _held = cloud.blobs.hold().await;
            cloud
                .blobs
                .put_file(blobs::Object::Blob(blob.id), claim.file())
                .await?;
            cloud
                .store
                .add_blob(blob, proof.to_bytes(), now_ms())
                .await?;
            claim.remove().await?;
            tracing::info!(blob = %blob.id, bytes = blob.len, "a blob is stored");
            Ok(stands_at(blob.len, true))
        }
    }
}

/// A blob that is here already, and stays for who is now told so.
async fn stored(cloud: &Cloud, blob: BlobId) -> Result<Option<BlobRef>, ApiError> {
    let found = cloud.store.vouch(&[blob], now_ms()).await?;
    with_bytes(cloud, found.into_iter().next().flatten()).await
}

/// A blob that is known, where its bytes are there: what a failing disk took is sent again
/// with the next lesson that names it.
async fn with_bytes(cloud: &Cloud, found: Option<BlobRef>) -> Result<Option<BlobRef>, ApiError> {
    match found {
        Some(found) => Ok(cloud.blobs.has(found).await?.then_some(found)),
        None => Ok(None),
    }
}

fn wrong_offset(here: u64) -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        code::WRONG_OFFSET,
        "the upload stands elsewhere; go on from the offset in this answer",
    )
    .with_number(header::UPLOAD_OFFSET, here)
}

fn stands_at(offset: u64, complete: bool) -> Response {
    let offset = [(header::UPLOAD_OFFSET, offset.to_string())];
    if complete {
        (
            StatusCode::NO_CONTENT,
            offset,
            [(header::UPLOAD_COMPLETE, "?1")],
        )
            .into_response()
    } else {
        (StatusCode::NO_CONTENT, offset).into_response()
    }
}
