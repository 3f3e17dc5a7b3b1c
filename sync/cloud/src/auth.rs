//! Who asks: `Authorization: Bearer`, checked against the hashes that are kept, and of a
//! terminal its signature.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use hotaru_content::id::{TeacherId, TerminalId};
use hotaru_sync::http::Method;
use hotaru_sync::signed::Asked;
use hotaru_sync::signed::door::{self, LetIn, Outside, Shown};
use hotaru_sync::wire::{self, Token, code};

use crate::Cloud;
use crate::error::ApiError;
use crate::store::{Caller, Holder};

/// Anybody with a token.
#[derive(Debug, Clone, Copy)]
pub struct Known(pub Caller);

/// A teacher's desk.
#[derive(Debug, Clone, Copy)]
pub struct Desk(pub TeacherId);

/// A terminal.
#[derive(Debug, Clone, Copy)]
pub struct Terminal(pub TerminalId);

/// A terminal, or nobody yet; a token that is shown must be good.
#[derive(Debug, Clone, Copy)]
pub struct MaybeTerminal(pub Option<TerminalId>);

impl FromRequestParts<Arc<Cloud>> for Known {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        let token: Token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| token.trim().parse().ok())
            .ok_or_else(ApiError::unauthorized)?;
        let hash = token.hash();
        let holder = cloud
            .store
            .holder(&hash)
            .await?
            .ok_or_else(ApiError::unauthorized)?;
        let caller = holder.caller;
        if !cloud.calls.take(caller, Instant::now()) {
            return Err(ApiError::busy(
                StatusCode::TOO_MANY_REQUESTS,
                "this terminal or desk asks too often; wait a moment, it goes on by itself",
                1,
            ));
        }
        if let Caller::Terminal(terminal) = caller {
            signed(parts, cloud, &hash, terminal, holder).await?;
        }
        Ok(Self(caller))
    }
}

/// Refuses what the terminal did not sign, or signed for another moment. A terminal that
/// joined before there were keys may go unsigned until it has shown one.
async fn signed(
    parts: &Parts,
    cloud: &Cloud,
    token_hash: &[u8; 32],
    terminal: TerminalId,
    holder: Holder,
) -> Result<(), ApiError> {
    let header = |name: &str| parts.headers.get(name)?.to_str().ok();
    let shown = Shown {
        signed: header(wire::header::SIGNED),
        key: header(wire::header::KEY),
    };
    let method = match parts.method {
        axum::http::Method::GET => Method::Get,
        axum::http::Method::HEAD => Method::Head,
        axum::http::Method::POST => Method::Post,
        axum::http::Method::PATCH => Method::Patch,
        axum::http::Method::DELETE => Method::Delete,
        _ => return Err(ApiError::unsigned()),
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let asked = Asked {
        method,
        path,
        token_hash,
    };
    let (signed, new_key) = match door::look(shown, holder.key, asked) {
        Ok(LetIn::Unsigned) => return Ok(()),
        Ok(LetIn::Signed { signed, new_key }) => (signed, new_key),
        Err(Outside { wants_key: false }) => return Err(ApiError::unsigned()),
        Err(Outside { wants_key: true }) => {
            return Err(ApiError::unsigned().with_number(wire::header::KEY, 1));
        }
    };
    if let Some(key) = new_key
        && !cloud.store.note_key(terminal, key).await?
    {
        // Another request of this moment was faster: by this key or by another.
        return Err(ApiError::unsigned().with_number(wire::header::COUNTER, signed.counter));
    }
    let seen = (terminal, holder.ceiling);
    let taken = cloud.numbers.take(&*cloud.store, seen, signed.counter);
    match taken.await? {
        None => Ok(()),
        Some(above) => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::REPLAYED,
            "a request of this number was here before; the terminal goes on with a new one",
        )
        .with_number(wire::header::COUNTER, above)),
    }
}

impl FromRequestParts<Arc<Cloud>> for Desk {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        match Known::from_request_parts(parts, cloud).await?.0 {
            Caller::Desk(teacher) => Ok(Self(teacher)),
            Caller::Terminal(_) => Err(ApiError::forbidden(
                "this is for teachers' desks; use a teacher's token",
            )),
        }
    }
}

impl FromRequestParts<Arc<Cloud>> for Terminal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        match Known::from_request_parts(parts, cloud).await?.0 {
            Caller::Terminal(terminal) => Ok(Self(terminal)),
            Caller::Desk(_) => Err(ApiError::forbidden(
                "this is for pupils' terminals; join with one first",
            )),
        }
    }
}

impl FromRequestParts<Arc<Cloud>> for MaybeTerminal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(None));
        }
        let Terminal(terminal) = Terminal::from_request_parts(parts, cloud).await?;
        Ok(Self(Some(terminal)))
    }
}
