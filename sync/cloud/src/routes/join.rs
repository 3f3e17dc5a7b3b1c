//! `POST /v1/join`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::id::{PupilId, TerminalId};
use hotaru_sync::wire::{JoinAnswer, JoinRequest, Token, code};

use super::{body, json};
use crate::auth::MaybeTerminal;
use crate::error::ApiError;
use crate::limits::client_key;
use crate::store::Join;
use crate::{Cloud, now_ms, tokens};

/// No class has higher numbers.
const MAX_NUMBER: u16 = 99;
/// Until a wrong code may be tried again, in seconds.
const RETRY_AFTER_S: u64 = 10;

/// A code and a number for a place on a terminal.
pub async fn join(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    MaybeTerminal(terminal): MaybeTerminal,
    request: Request,
) -> Result<Response, ApiError> {
    let asked: JoinRequest = body::parse(request).await?;
    let client = client_key(address.ip());
    if !cloud.wrong_codes.allows(&client, Instant::now()) {
        return Err(ApiError::busy(
            StatusCode::TOO_MANY_REQUESTS,
            "too many wrong codes were tried from here; check the code with the teacher and try \
             again in a minute",
            RETRY_AFTER_S,
        ));
    }
    if !(1..=MAX_NUMBER).contains(&asked.number) {
        return Err(ApiError::bad_body(
            "a number in a class is between 1 and 99; check it and try again",
        ));
    }
    if asked.terminal_name.chars().any(char::is_control) {
        return Err(ApiError::bad_body(
            "the terminal's name has a control character in it; choose another",
        ));
    }
    let token = Token::random()?;
    let join = Join {
        // What cannot be a code is looked up all the same: it takes as long and finds none.
        code: tokens::normalised(&asked.code).unwrap_or_default(),
        number: asked.number,
        terminal,
        new_terminal: (TerminalId::random()?, asked.terminal_name, token.hash()),
        new_pupil: PupilId::random()?,
        now_ms: now_ms(),
    };
    let Some(joined) = cloud.store.join(join).await? else {
        cloud.wrong_codes.take(client, Instant::now());
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            code::WRONG_CODE,
            "no class has this code; look at it once more, or ask the teacher",
        ));
    };
    tracing::info!(
        terminal = %joined.terminal,
        class = %joined.pupil.class,
        new = terminal.is_none(),
        "joined"
    );
    json(&JoinAnswer {
        terminal: joined.terminal,
        token: terminal.is_none().then_some(token),
        school: joined.school,
        pupil: joined.pupil,
    })
}
