//! `POST /v1/lessons` and `DELETE /v1/lessons/{lesson}`.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::blob::BlobId;
use hotaru_content::clock::school_day;
use hotaru_content::lesson::Revision;
use hotaru_sync::wire::{Publish, PublishAnswer, code};

use super::desk::of_lesson;
use super::{body, json, named};
use crate::auth::{Ask, Staff};
use crate::error::ApiError;
use crate::patches::Patcher;
use crate::rights::{Action, Resource};
use crate::store::{Audit, NewRevision, Published, Withdrawn};
use crate::{Cloud, now_ms};

/// A send time lies at most so far ahead: 400 days.
const MAX_AHEAD_MS: i64 = 400 * 24 * 3600 * 1000;

/// Publishes a revision.
pub async fn publish(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    request: Request,
) -> Result<Response, ApiError> {
    let ask = Ask {
        action: Action::Publish,
        on: Resource::School,
        note: Audit::default(),
        not_hers: "you have no class at this school; ask its administrator for one",
    };
    let scope = staff.may(&cloud, ask).await?;
    let publish: Publish = body::parse(request).await?;
    let now_ms = now_ms();
    let (revision, json_text) = document(&cloud, &publish).await?;
    if revision.revision != publish.base_revision.saturating_add(1) {
        return Err(refused(
            "the lesson's document does not number itself after the revision that it replaces; \
             publish it again",
        ));
    }
    if revision.expires < school_day(now_ms) {
        return Err(refused(
            "the lesson has expired already, no terminal would keep it; choose a later expiry",
        ));
    }
    if publish
        .send_at_ms
        .is_some_and(|at| at > now_ms.saturating_add(MAX_AHEAD_MS))
    {
        return Err(refused(
            "the send time is more than a year ahead; choose an earlier one",
        ));
    }
    let mut blobs: HashSet<BlobId> = revision.blobs().map(|(_, blob)| blob.id).collect();
    blobs.insert(publish.document.id);
    for (_, blob) in revision.blobs() {
        // A wrong length would be found out by every terminal, after it fetched all.
        let found = cloud.store.blob(blob.id).await?;
        if found.is_some_and(|found| found.len != blob.len) {
            return Err(refused(
                "the lesson's document states a wrong length for a file; publish it again",
            ));
        }
    }
    let (lesson, number) = (revision.lesson, revision.revision);
    let facts = cloud.store.lesson_facts(lesson).await?;
    // What was published to a class of hers as another subject is not hers either.
    if facts.author.is_some() && !staff.could(Action::ChangeLesson, Resource::Lesson(&facts)) {
        return Err(ApiError::forbidden(
            "this lesson belongs to another teacher; publish it as a new lesson",
        ));
    }
    let patches = (number > 1).then(|| cloud.patcher.announce(lesson, number));
    let outcome = cloud
        .store
        .publish(NewRevision {
            scope,
            subject: revision.subject.clone(),
            lesson,
            base: publish.base_revision,
            revision: number,
            document: publish.document.id,
            json: json_text,
            expires: revision.expires.to_string(),
            blobs: blobs.into_iter().collect(),
            classes: publish.classes.into_iter().chain(publish.groups).collect(),
            pupils: publish.pupils,
            send_at_ms: publish.send_at_ms,
            now_ms,
        })
        .await?;
    match outcome {
        Published::Done { new } => {
            tracing::info!(%lesson, revision = number, new, "published");
            if new && let Some(pending) = patches {
                Patcher::spawn(pending, Arc::clone(&cloud.store), cloud.blobs.clone());
            }
            cloud.turn.notify_one();
            json(&PublishAnswer {
                lesson,
                revision: number,
            })
        }
        Published::NotNewest(newest) => Err(ApiError::new(
            StatusCode::PRECONDITION_FAILED,
            code::NOT_NEWEST,
            format!(
                "revision {newest} is the newest, not {}; look at it, then publish yours after it",
                publish.base_revision
            ),
        )),
        Published::OtherRequest => Err(ApiError::new(
            StatusCode::CONFLICT,
            code::CONFLICT,
            "this revision was published to others or for another time; publish a new revision",
        )),
        Published::NotYourClass => Err(ApiError::forbidden(
            "a recipient is not in your classes, or not in this subject; choose own classes only",
        )),
        Published::Gone => Err(ApiError::new(
            StatusCode::GONE,
            code::GONE,
            "this lesson was withdrawn; publish it as a new lesson",
        )),
        Published::MissingBlobs(count) => Err(refused_owned(format!(
            "{count} of the lesson's files have not arrived yet; upload them, then publish again"
        ))),
    }
}

/// Withdraws a lesson.
pub async fn withdraw(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(lesson): Path<String>,
) -> Result<StatusCode, ApiError> {
    let lesson = named(&lesson)?;
    of_lesson(&cloud, &staff, Action::ChangeLesson, lesson).await?;
    match cloud.store.withdraw(lesson).await? {
        Withdrawn::Done => {
            tracing::info!(%lesson, "withdrawn");
            Ok(StatusCode::NO_CONTENT)
        }
        Withdrawn::NotFound => Err(ApiError::not_found(
            "you have no such lesson; load the list of lessons again",
        )),
    }
}

async fn document(cloud: &Cloud, publish: &Publish) -> Result<(Revision, String), ApiError> {
    let found = cloud.store.blob(publish.document.id).await?;
    if found != Some(publish.document) {
        return Err(refused(
            "the lesson's document has not arrived yet; upload it, then publish again",
        ));
    }
    // The wire bounds its length.
    let bytes = cloud.blobs.read(publish.document.id).await?;
    let revision = Revision::from_json(&bytes).map_err(|error| refused_owned(error.to_string()))?;
    let text = String::from_utf8(bytes.to_vec())
        .map_err(|_| refused("the lesson's document is not UTF-8; publish the lesson again"))?;
    Ok((revision, text))
}

fn refused(message: &'static str) -> ApiError {
    refused_owned(message.to_owned())
}

fn refused_owned(message: String) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::BAD_BODY, message)
}
