//! `POST /v1/join` and `POST /v1/join/card`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::id::{PupilId, TerminalId};
use hotaru_content::key::PublicKey;
use hotaru_sync::wire::{CardRequest, JoinAnswer, JoinRequest, Token, code};

use super::{body, json};
use crate::auth::MaybeTerminal;
use crate::error::ApiError;
use crate::limits::client_key;
use crate::store::{Join, JoinBy};
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
    if !(1..=MAX_NUMBER).contains(&asked.number) {
        return Err(ApiError::bad_body(
            "a number in a class is between 1 and 99; check it and try again",
        ));
    }
    let by = JoinBy::Code {
        // What cannot be a code is looked up all the same: it takes as long and finds none.
        code: tokens::normalised(&asked.code).unwrap_or_default(),
        number: asked.number,
        known: asked.known_pupil,
        new_pupil: PupilId::random()?,
    };
    let wrong = || {
        ApiError::new(
            StatusCode::NOT_FOUND,
            code::WRONG_CODE,
            "no class has this code; look at it once more, or ask the teacher",
        )
    };
    let asked = (by, asked.terminal_name, asked.key);
    enter(&cloud, client_key(address.ip()), terminal, asked, wrong).await
}

/// A login card for a place on a terminal, and what the pupil did before.
pub async fn by_card(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    MaybeTerminal(terminal): MaybeTerminal,
    request: Request,
) -> Result<Response, ApiError> {
    let asked: CardRequest = body::parse(request).await?;
    let card = tokens::normalised_card(&asked.card).unwrap_or_default();
    let by = JoinBy::Card(tokens::card_hash(&card));
    let wrong = || {
        ApiError::new(
            StatusCode::NOT_FOUND,
            code::WRONG_CARD,
            "this login card does not count (any more); look at the code once more, or ask the \
             teacher for a new card",
        )
    };
    let asked = (by, asked.terminal_name, asked.key);
    enter(&cloud, client_key(address.ip()), terminal, asked, wrong).await
}

async fn enter(
    cloud: &Cloud,
    client: IpAddr,
    terminal: Option<TerminalId>,
    (by, terminal_name, key): (JoinBy, String, Option<PublicKey>),
    wrong: impl FnOnce() -> ApiError,
) -> Result<Response, ApiError> {
    if !cloud.wrong_codes.allows(&client, Instant::now()) {
        return Err(ApiError::busy(
            StatusCode::TOO_MANY_REQUESTS,
            "too many wrong codes were tried from here; check the code with the teacher and try \
             again in a minute",
            RETRY_AFTER_S,
        ));
    }
    if terminal_name.chars().any(char::is_control) {
        return Err(ApiError::bad_body(
            "the terminal's name has a control character in it; choose another",
        ));
    }
    let token = Token::random()?;
    let join = Join {
        by,
        terminal,
        new_terminal: (TerminalId::random()?, terminal_name, token.hash()),
        key,
        now_ms: now_ms(),
    };
    let Some(joined) = cloud.store.join(join).await? else {
        cloud.wrong_codes.take(client, Instant::now());
        return Err(wrong());
    };
    tracing::info!(
        terminal = %joined.terminal,
        class = %joined.pupil.class,
        new = terminal.is_none(),
        earlier = ?joined.earlier,
        "joined"
    );
    json(&JoinAnswer {
        terminal: joined.terminal,
        token: terminal.is_none().then_some(token),
        school: joined.school,
        pupil: joined.pupil,
        earlier: joined.earlier,
    })
}
