//! Who asks: `Authorization: Bearer`, checked against the hashes that are kept.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use hotaru_content::id::{TeacherId, TerminalId};
use hotaru_sync::wire::Token;

use crate::Cloud;
use crate::error::ApiError;
use crate::store::Caller;

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
        let caller = cloud
            .store
            .caller(&token.hash())
            .await?
            .ok_or_else(ApiError::unauthorized)?;
        if !cloud.calls.take(caller, Instant::now()) {
            return Err(ApiError::busy(
                StatusCode::TOO_MANY_REQUESTS,
                "this terminal or desk asks too often; wait a moment, it goes on by itself",
                1,
            ));
        }
        Ok(Self(caller))
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
