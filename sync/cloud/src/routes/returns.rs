//! Earlier study on its way back to a terminal, and what a teacher says about that.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hotaru_content::id::{PupilId, StreamId, TerminalId};
use hotaru_content::log::{Chain, Event, StreamOpen};
use hotaru_sync::pack::{self, PushBody};
use hotaru_sync::wire::{DeskCard, StreamList, code, media_type};
use serde::Deserialize;

use super::{json, named};
use crate::auth::{Staff, Terminal};
use crate::error::ApiError;
use crate::rights::{Action, Scope};
use crate::store::{Audit, StreamState};
use crate::{Cloud, now_ms, tokens};

/// Bytes of payloads of one page, the last event apart: it stays well below what a terminal
/// takes at once.
const PAGE_LEN: usize = 256 << 10;

/// The streams of a pupil.
pub async fn streams(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    Path(pupil): Path<String>,
) -> Result<Response, ApiError> {
    let pupil: PupilId = named(&pupil)?;
    let found = cloud.store.pupil_streams(terminal, pupil).await?;
    let streams = found.ok_or_else(not_approved)?;
    tracing::info!(%terminal, %pupil, streams = streams.len(), "earlier study is asked for");
    json(&StreamList {
        streams,
        server_ms: now_ms(),
    })
}

#[derive(Deserialize)]
pub struct Between {
    #[serde(default)]
    from: u64,
    until: u64,
}

/// A page of a stream's events, as a push holds them.
pub async fn events(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    Path(stream): Path<String>,
    query: Result<Query<Between>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let stream: StreamId = named(&stream)?;
    let Query(between) =
        query.map_err(|_| ApiError::bad_body("the request does not say which events it wants"))?;
    let open = match cloud.store.stream(terminal, stream).await? {
        StreamState::Known(open, _) => open,
        StreamState::New | StreamState::Foreign => return Err(not_approved()),
        StreamState::Deleted(_) => return Err(ApiError::pupil_deleted()),
    };
    if !cloud.store.may_return(terminal, stream).await? {
        return Err(not_approved());
    }
    let events = cloud.store.stream_events(stream).await?;
    let page = page(&open, &events, &between).ok_or_else(|| {
        ApiError::not_found("the school does not have these events; they are asked for again")
    })?;
    let body = page.encode().map_err(|error| ApiError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, media_type::FRAMED)], body).into_response())
}

/// The events from a number up to another, or fewer; none where the stream does not reach
/// there.
fn page(open: &StreamOpen, events: &[Event], between: &Between) -> Option<PushBody> {
    let from = usize::try_from(between.from).ok()?;
    let until = usize::try_from(between.until).ok()?.min(events.len());
    let (before, _) = events.split_at_checked(from)?;
    let mut chain = Chain::open(open);
    for event in before {
        chain.push(event).ok()?;
    }
    let mut bytes = 0;
    let wanted = events.get(from..until)?;
    let fits = wanted.iter().take(pack::MAX_EVENTS).take_while(|event| {
        let fits = bytes < PAGE_LEN;
        bytes += event.payload.len();
        fits
    });
    let (page, _) = PushBody::new(open, chain.point(), fits.cloned().collect()).ok()?;
    Some(page)
}

fn not_approved() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        code::NOT_APPROVED,
        "what this pupil did on other terminals comes back with her login card, or once a \
         teacher has agreed",
    )
}

/// Makes a pupil's login card.
pub async fn make_card(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(pupil): Path<String>,
) -> Result<Response, ApiError> {
    let pupil: PupilId = named(&pupil)?;
    let scope = of_pupil(&cloud, &staff, "make_card", pupil, None).await?;
    let code = tokens::new_card()?;
    let hash = tokens::card_hash(&code);
    let made = cloud.store.make_card(&scope, pupil, hash, now_ms()).await?;
    let made = made.ok_or_else(no_such_pupil)?;
    tracing::info!(%pupil, "a login card is made");
    json(&DeskCard {
        pupil,
        class_name: made.class_name,
        number: made.number,
        school: made.school.name,
        code: tokens::written(&code),
    })
}

/// Lets a pupil's login card count no more.
pub async fn revoke_cards(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(pupil): Path<String>,
) -> Result<StatusCode, ApiError> {
    let pupil: PupilId = named(&pupil)?;
    let scope = of_pupil(&cloud, &staff, "revoke_cards", pupil, None).await?;
    if cloud.store.revoke_cards(&scope, pupil, now_ms()).await? {
        tracing::info!(%pupil, "a login card counts no more");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(no_such_pupil())
    }
}

/// Agrees that a pupil's earlier study comes to a terminal.
pub async fn agree(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path((terminal, pupil)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let terminal: TerminalId = named(&terminal)?;
    let pupil: PupilId = named(&pupil)?;
    let scope = of_pupil(&cloud, &staff, "agree", pupil, Some(terminal)).await?;
    if cloud.store.agree(&scope, terminal, pupil).await? {
        tracing::info!(%terminal, %pupil, "earlier study may come to a terminal");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found(
            "you have no such pupil on such a terminal; load the school's page again",
        ))
    }
}

/// What a teacher may say of a pupil's cards and terminals.
pub async fn of_pupil(
    cloud: &Cloud,
    staff: &Staff,
    near: &'static str,
    pupil: PupilId,
    terminal: Option<TerminalId>,
) -> Result<Scope, ApiError> {
    let action = match terminal {
        Some(_) => Action::Agree,
        None => Action::ChangeCards,
    };
    let note = Audit {
        action: near,
        terminal,
        ..Audit::default()
    };
    let scope = staff.may_with(cloud, action, pupil, note, NO_SUCH_PUPIL);
    scope.await
}

const NO_SUCH_PUPIL: &str =
    "you have no such pupil in a class of your own; load the school's page again";

fn no_such_pupil() -> ApiError {
    ApiError::not_found(NO_SUCH_PUPIL)
}
