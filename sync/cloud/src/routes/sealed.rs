//! What a terminal sends though nobody opens it there: `GET /v1/school/key`,
//! `POST /v1/journals`, `POST /v1/unlock-codes`, and the code that a teacher reads out.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::boxed;
use hotaru_content::id::{PupilId, TerminalId};
use hotaru_content::shelf::open_sealed_journal;
use hotaru_content::unlock::{self, CodeSecret};
use hotaru_sync::pack::{MAX_EVENTS, PushBody};
use hotaru_sync::wire::{MAX_JOURNAL_LEN, SchoolKey, UnlockAnswer, UnlockRequest};

use super::events::{Taken, not_here, take_in};
use super::returns::of_pupil;
use super::{body, json, named};
use crate::auth::{Staff, Terminal};
use crate::error::ApiError;
use crate::store::NewCodes;
use crate::{Cloud, now_ms};

/// The longest box with the secret of codes, in bytes.
const MAX_CODES_LEN: usize = 512;

/// The key of the school's boxes, and the one of its orders.
pub async fn key(
    State(cloud): State<Arc<Cloud>>,
    Terminal(_): Terminal,
) -> Result<Response, ApiError> {
    let key = boxed::public_of(&cloud.box_secret);
    let key = key.ok_or_else(|| ApiError::not_found("the school has no key for boxes"))?;
    json(&SchoolKey::new(key, &cloud.order_secret))
}

/// The journal of a pupil who is locked: taken in like a push of what it holds. Where it does
/// not follow what is here, her terminal finds the common point once she opens it.
pub async fn journal(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    request: Request,
) -> Result<Response, ApiError> {
    let bytes = body::read(request, MAX_JOURNAL_LEN).await?;
    let opened = open_sealed_journal(bytes.into(), &cloud.box_secret);
    let journal = opened.ok_or_else(|| {
        ApiError::bad_body(
            "this is no journal that was sealed for this school; nothing of it was kept, and \
             nothing is lost: it is sent again once its pupil opens her study",
        )
    })?;
    let (open, mut from) = (journal.open, journal.base);
    let mut events = journal.events.into_iter().peekable();
    loop {
        let some = events.by_ref().take(MAX_EVENTS).collect();
        let push = PushBody::new(&open, from, some);
        let (push, end) = push.map_err(|error| ApiError::bad_body(error.to_string()))?;
        match take_in(&cloud, terminal, open.stream, push).await? {
            Taken::At(answer) if events.peek().is_none() => return json(&answer),
            Taken::Elsewhere { answer } if events.peek().is_none() => return Ok(answer),
            // Of an image that was put back the cloud may have this piece and more: only the
            // last tells whether all of it is here.
            Taken::At(_) | Taken::Elsewhere { .. } => from = end,
        }
    }
}

/// A box with the secret of a pupil's codes.
pub async fn codes(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let boxed = body::read(request, MAX_CODES_LEN).await?;
    let secret = opened(&cloud, &boxed).ok_or_else(|| {
        ApiError::bad_body("this is no secret of codes for this school; connect again")
    })?;
    if !cloud.store.has_pupil(terminal, secret.pupil).await? {
        return Err(not_here(&cloud, secret.pupil).await?);
    }
    let codes = NewCodes {
        terminal,
        pupil: secret.pupil,
        first: secret.first,
        boxed: boxed.to_vec(),
        now_ms: now_ms(),
    };
    cloud.store.put_codes(codes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The code of a number, for a teacher of the pupil to read out.
pub async fn code(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path((terminal, pupil)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let terminal: TerminalId = named(&terminal)?;
    let pupil: PupilId = named(&pupil)?;
    let UnlockRequest { number } = body::parse(request).await?;
    let scope = of_pupil(&cloud, &staff, "read_code", pupil, Some(terminal)).await?;
    let found = cloud.store.codes(&scope, terminal, pupil, number).await?;
    let secret = found.and_then(|boxed| opened(&cloud, &boxed));
    let code = secret.and_then(|secret| secret.code(number));
    let code = code.ok_or_else(|| {
        ApiError::not_found(
            "no code of this number is known of this pupil on this terminal; read the number on \
             its screen once more, or connect the terminal to the school once",
        )
    })?;
    tracing::info!(%terminal, %pupil, number, "a code was read out");
    json(&UnlockAnswer {
        code: code.to_string(),
    })
}

fn opened(cloud: &Cloud, boxed: &[u8]) -> Option<CodeSecret> {
    let inside = boxed::open(&cloud.box_secret, unlock::PURPOSE, boxed)?;
    CodeSecret::from_bytes(&inside)
}
