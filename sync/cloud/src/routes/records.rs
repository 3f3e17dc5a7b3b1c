//! A pupil's whole record, handed over and deleted: `GET /v1/admin/pupils/{pupil}/record`,
//! `POST /v1/admin/pupils/{pupil}/delete`.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use hotaru_content::id::PupilId;
use hotaru_sync::wire::{DeletePupil, DeletedPupil, code};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc;

use super::{body, json, named};
use crate::auth::Staff;
use crate::error::ApiError;
use crate::record::{Gathered, Photo};
use crate::rights::Action;
use crate::store::Audit;
use crate::{Cloud, now_ms};

const NO_SUCH_PUPIL: &str = "the school has no such pupil; load the school's page again";
/// A browser that shows the page runs nothing of it and fetches nothing for it.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
/// Bytes that are put together before they are sent.
const CHUNK: usize = 64 << 10;
/// How long an answer waits for the end of a deletion, which goes on without it.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    #[default]
    Lines,
    Html,
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    form: Form,
}

/// All that the school keeps of a pupil: JSON lines, or the page to read.
pub async fn record(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(pupil): Path<String>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, ApiError> {
    let pupil: PupilId = named(&pupil)?;
    let Query(Wanted { form }) =
        query.map_err(|_| ApiError::bad_body("a record is had as lines or html; choose one"))?;
    let (action, note) = (Action::ExportRecord, Audit::default());
    staff
        .may_with(&cloud, action, pupil, note, NO_SUCH_PUPIL)
        .await?;
    let read = Gathered::read(&*cloud.store, &cloud.blobs, &cloud.drills, pupil, now_ms()).await?;
    let gathered = read.ok_or_else(|| ApiError::not_found(NO_SUCH_PUPIL))?;
    tracing::info!(%pupil, "a record is handed over");
    let (kind, ending, body) = match form {
        Form::Lines => ("application/x-ndjson", "jsonl", lines(cloud, gathered)),
        Form::Html => {
            let mut photos = Vec::new();
            for blob in gathered.photos() {
                photos.push(Photo::read(&cloud.blobs, blob).await?);
            }
            let page = tokio::task::spawn_blocking(move || gathered.page(&photos)).await;
            let page = page.map_err(|error| ApiError::internal(&error))?;
            ("text/html; charset=utf-8", "html", Body::from(page))
        }
    };
    let file = format!("attachment; filename=\"record-{pupil}.{ending}\"");
    Ok((
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, file),
            (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        ],
        body,
    )
        .into_response())
}

/// Streams the lines. Where a photo cannot be read the answer breaks off: whoever has the last
/// line has all.
fn lines(cloud: Arc<Cloud>, gathered: Gathered) -> Body {
    let (chunks, told) = mpsc::channel::<io::Result<Bytes>>(4);
    tokio::spawn(async move {
        let mut out = Out {
            chunks,
            text: Vec::new(),
        };
        // Whoever asked may have gone: then nobody needs the rest.
        if let Err(error) = write(&cloud, &gathered, &mut out).await {
            let _ = out.chunks.send(Err(error)).await;
        }
    });
    Body::from_stream(stream::unfold(told, async |mut told| {
        told.recv().await.map(|chunk| (chunk, told))
    }))
}

async fn write(cloud: &Cloud, gathered: &Gathered, out: &mut Out) -> io::Result<()> {
    for line in gathered.lines() {
        out.line(&line).await?;
    }
    let photos = gathered.photos();
    for blob in &photos {
        let photo = Photo::read(&cloud.blobs, *blob).await?;
        out.line(&photo.line(true)).await?;
    }
    out.line(&gathered.end(photos.len())).await?;
    out.send().await
}

struct Out {
    chunks: mpsc::Sender<io::Result<Bytes>>,
    text: Vec<u8>,
}

impl Out {
    async fn line(&mut self, line: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut self.text, line)?;
        self.text.push(b'\n');
        if self.text.len() < CHUNK {
            return Ok(());
        }
        self.send().await
    }

    async fn send(&mut self) -> io::Result<()> {
        let chunk = Bytes::from(std::mem::take(&mut self.text));
        let sent = self.chunks.send(Ok(chunk)).await;
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Deletes a pupil's record. Who asks names her class and number once more.
pub async fn delete(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(pupil): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let pupil: PupilId = named(&pupil)?;
    let (action, note) = (Action::DeletePupil, Audit::default());
    staff
        .may_with(&cloud, action, pupil, note, NO_SUCH_PUPIL)
        .await?;
    let asked: DeletePupil = body::parse(request).await?;
    let place = cloud.store.place_of(pupil).await?;
    let (class, number) = place
        .ok_or_else(|| ApiError::new(StatusCode::NOT_FOUND, code::OTHER_PUPIL, NO_SUCH_PUPIL))?;
    if (class.as_str(), number) != (asked.class.trim(), asked.number) {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            code::OTHER_PUPIL,
            "this pupil has another class or number, so that nothing was deleted; look whom you \
             mean and name her class and number",
        ));
    }
    let row = Audit {
        at_ms: now_ms(),
        staff: Some(staff.0.staff),
        session: Some(staff.0.id),
        role: "school_admin".to_owned(),
        action: "pupil_deleted",
        pupil: Some(pupil),
        outcome: "allowed",
        ..Audit::default()
    };
    // In a task of its own: who hangs up meanwhile leaves nothing half done.
    let deleter = cloud.deleter.clone();
    let deleted = tokio::spawn(async move { deleter.delete(pupil, row).await });
    let deleted = deleted.await.map_err(|error| ApiError::internal(&error))?;
    let deleted = deleted.map_err(|error| ApiError::internal(&error))?;
    let deleter = cloud.deleter.clone();
    let finished = tokio::spawn(async move {
        deleter.note_beside_backups().await?;
        deleter.finish().await
    });
    let is_done = match tokio::time::timeout(PATIENCE, finished).await {
        Ok(Ok(Ok(done))) => done > 0,
        Ok(Ok(Err(error))) => {
            tracing::warn!(cause = %error, "a deletion was not finished; the next round goes on");
            false
        }
        Ok(Err(_)) | Err(_) => false,
    };
    json(&DeletedPupil {
        events: deleted.events,
        terminals: u32::try_from(deleted.terminals.len()).unwrap_or(u32::MAX),
        is_done,
    })
}
