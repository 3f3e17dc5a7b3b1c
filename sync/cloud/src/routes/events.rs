//! `POST /v1/streams/{stream}/events`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hotaru_content::blob::BlobId;
use hotaru_content::drill::Grade;
use hotaru_content::id::{LessonId, PupilId, StreamId, TerminalId};
use hotaru_content::log::{Answered, Event, Fact, StreamPoint};
use hotaru_content::progress::grade_answer;
use hotaru_sync::intake::{Decision, last_common, receive};
use hotaru_sync::pack::{MAX_BODY_LEN, PackError, PushBody};
use hotaru_sync::wire::{Conflict, PushAnswer, WireError, code, media_type, write};

use super::{body, json, named};
use crate::auth::Terminal;
use crate::drills::AtHand;
use crate::error::ApiError;
use crate::store::{Append, Appended, StreamState};
use crate::{Cloud, now_ms};

/// How often a push looks again where another one came in between.
const LOOKS: u32 = 4;

/// A push: decided by the core, graded, committed, and only then acknowledged.
pub async fn push(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    Path(stream): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let stream: StreamId = named(&stream)?;
    let bytes = body::read(request, MAX_BODY_LEN).await?;
    let push = PushBody::decode(stream, &bytes).map_err(refused)?;
    match take_in(&cloud, terminal, stream, push).await? {
        Taken::At(answer) => json(&answer),
        Taken::Elsewhere { answer } => Ok(answer),
    }
}

/// What came of a push.
pub enum Taken {
    /// Everything of it is here.
    At(PushAnswer),
    /// It does not follow what is here: the answer says where the two part.
    Elsewhere {
        /// The answer.
        answer: Response,
    },
}

/// Takes events in: those that are new, where they follow what is here.
pub async fn take_in(
    cloud: &Cloud,
    terminal: TerminalId,
    stream: StreamId,
    push: PushBody,
) -> Result<Taken, ApiError> {
    for _ in 0..LOOKS {
        let stored = match cloud.store.stream(terminal, stream).await? {
            StreamState::Foreign => return Err(foreign()),
            StreamState::Deleted(_) => return Err(ApiError::pupil_deleted()),
            StreamState::Known(open, point) => Some((open, point)),
            StreamState::New => {
                let pupil = push.open.as_ref().map(|open| open.pupil);
                if let Some(pupil) = pupil
                    && !cloud.store.has_pupil(terminal, pupil).await?
                {
                    return Err(not_here(cloud, pupil).await?);
                }
                None
            }
        };
        let stored = stored.as_ref().map(|(open, point)| (open, *point));
        let now_ms = now_ms();
        match receive(stored, push.clone()) {
            Decision::Append {
                open,
                expected,
                events,
                point,
            } => {
                let events = graded(cloud, events).await?;
                let count = events.len();
                let append = Append {
                    terminal,
                    open,
                    expected,
                    events,
                    point,
                    now_ms,
                };
                if let Appended::Done(answer) = cloud.store.append(append).await? {
                    tracing::info!(%stream, count, next_seq = answer.next_seq, "events accepted");
                    return Ok(Taken::At(answer));
                }
            }
            Decision::AlreadyHave { point } => {
                let (next_seq, head) = (point.next_seq, point.head);
                return Ok(Taken::At(PushAnswer {
                    next_seq,
                    head,
                    server_ms: now_ms,
                }));
            }
            Decision::Conflict { point } => {
                let common = match &stored {
                    Some((open, _)) => {
                        let events = cloud.store.stream_events(stream).await?;
                        last_common(open, &events, &push)
                    }
                    None => None,
                };
                let answer = conflict(terminal, stream, point, common, now_ms)?;
                return Ok(Taken::Elsewhere { answer });
            }
            Decision::Refuse(refusal) => return Err(ApiError::bad_body(refusal.to_string())),
        }
    }
    Err(ApiError::busy(
        StatusCode::SERVICE_UNAVAILABLE,
        "several pushes of one log came at once; it goes on by itself in a moment",
        1,
    ))
}

/// Why a terminal may not send what is of a pupil: her record was deleted, or she is not on it.
pub async fn not_here(cloud: &Cloud, pupil: PupilId) -> Result<ApiError, ApiError> {
    Ok(match cloud.store.was_deleted(pupil).await? {
        true => ApiError::pupil_deleted(),
        false => foreign(),
    })
}

fn foreign() -> ApiError {
    ApiError::forbidden("this log's pupil is not on this terminal (any more); join again")
}

fn refused(error: PackError) -> ApiError {
    match error {
        PackError::Frame(WireError::TooLong { most, .. }) => ApiError::too_long(most as u64),
        error => ApiError::bad_body(error.to_string()),
    }
}

fn conflict(
    terminal: TerminalId,
    stream: StreamId,
    point: Option<StreamPoint>,
    common: Option<StreamPoint>,
    server_ms: i64,
) -> Result<Response, ApiError> {
    tracing::info!(%terminal, %stream, known = point.is_some(), "a push stands elsewhere");
    let body = Conflict {
        code: code::CONFLICT.to_owned(),
        message: "the school's copy of this log stands elsewhere; the terminal compares and goes \
                  on by itself"
            .to_owned(),
        point,
        common,
        server_ms,
    };
    let bytes = write(&body).map_err(|error| ApiError::internal(&error))?;
    let json = [(header::CONTENT_TYPE, media_type::JSON)];
    Ok((StatusCode::CONFLICT, json, bytes).into_response())
}

/// Grades the answers among new events, with the drills that their lessons name.
async fn graded(
    cloud: &Cloud,
    events: Vec<Event>,
) -> Result<Vec<(Event, Option<Grade>)>, ApiError> {
    let mut known: HashMap<(LessonId, BlobId), bool> = HashMap::new();
    for answered in events.iter().filter_map(answered) {
        let pair = (answered.lesson, answered.drill);
        if let std::collections::hash_map::Entry::Vacant(entry) = known.entry(pair) {
            // Any other blob may be of the pupil's own making.
            entry.insert(cloud.store.is_drill_of(pair.0, pair.1).await?);
        }
    }
    let wanted: HashSet<BlobId> = known
        .iter()
        .filter(|(_, is)| **is)
        .map(|((_, drill), _)| *drill)
        .collect();
    let mut at_hand = AtHand::default();
    at_hand
        .fetch(&cloud.drills, &*cloud.store, &cloud.blobs, &wanted)
        .await?;
    let grade = |event: &Event| {
        let answered = answered(event)?;
        let pair = (answered.lesson, answered.drill);
        Some(match known.get(&pair) {
            Some(true) => grade_answer(&answered, &at_hand),
            _ => Grade::UNKNOWN,
        })
    };
    let with_grade = |event: Event| {
        let grade = grade(&event);
        (event, grade)
    };
    Ok(events.into_iter().map(with_grade).collect())
}

fn answered(event: &Event) -> Option<Answered> {
    match event.fact() {
        Fact::Answered(answered) => Some(answered),
        _ => None,
    }
}
