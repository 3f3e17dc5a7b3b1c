//! `GET /v1/lessons` and `POST /v1/receipts`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hotaru_sync::intake::{cursor_tag, is_unchanged};
use hotaru_sync::wire::{self, Change, Receipt, media_type};
use serde::Deserialize;

use super::body;
use crate::auth::Terminal;
use crate::error::ApiError;
use crate::{Cloud, now_ms};

/// How long a terminal waits for patches of a revision that came this moment: on a thin
/// line they save far more.
const PATCHES_WAIT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: u64,
}

/// What changed after a cursor.
pub async fn changes(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    query: Result<Query<After>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(After { after }) = query.map_err(|_| {
        ApiError::bad_body("the cursor is no number; ask for the lessons from the beginning")
    })?;
    let now = now_ms();
    cloud.store.seen(terminal, now).await?;
    let mut lessons = cloud.store.changes(terminal, after, now).await?;
    let revisions: Vec<_> = lessons
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Put {
                lesson, revision, ..
            } => Some((*lesson, *revision)),
            Change::Withdraw { .. } => None,
        })
        .collect();
    if cloud.patcher.any_pending(&revisions) {
        cloud.patcher.settle(&revisions, PATCHES_WAIT).await;
        lessons = cloud.store.changes(terminal, after, now_ms()).await?;
    }
    let etag = cursor_tag(lessons.cursor);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if is_unchanged(known, lessons.cursor, lessons.changes.len()) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let bytes = wire::write_framed(&lessons).map_err(|error| ApiError::internal(&error))?;
    Ok((
        [
            (header::CONTENT_TYPE, media_type::FRAMED.to_owned()),
            (header::ETAG, etag),
        ],
        bytes,
    )
        .into_response())
}

/// What has arrived on a terminal.
pub async fn receipts(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let receipts: Vec<Receipt> = body::parse(request).await?;
    cloud
        .store
        .put_receipts(terminal, receipts, now_ms())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
