//! `POST /v1/erasures`: a terminal that is no more.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use hotaru_sync::erasure::Certificate;

use super::body;
use crate::error::ApiError;
use crate::limits::client_key;
use crate::{Cloud, now_ms};

/// Until a wrong certificate may be tried again, in seconds.
const RETRY_AFTER_S: u64 = 10;

/// Keeps a certificate. No token is asked for: the terminal has none any more, and its
/// signature says who it was.
pub async fn note(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let client = client_key(address.ip());
    if !cloud.wrong_codes.allows(&client, Instant::now()) {
        return Err(ApiError::busy(
            StatusCode::TOO_MANY_REQUESTS,
            "too many wrong certificates were shown from here; try again in a minute",
            RETRY_AFTER_S,
        ));
    }
    let shown: Result<Certificate, ApiError> = body::parse(request).await;
    let noted = match shown
        .as_ref()
        .map(|certificate| (certificate, certificate.verify()))
    {
        Ok((certificate, Ok(statement))) => {
            let terminal = statement.terminal;
            let noted = cloud.store.note_erasure(terminal, certificate, now_ms());
            let noted = noted.await?;
            if noted {
                tracing::info!(%terminal, unsent = statement.unsent, "erased");
            }
            noted
        }
        _ => false,
    };
    if noted {
        return Ok(StatusCode::NO_CONTENT);
    }
    cloud.wrong_codes.take(client, Instant::now());
    Err(shown.err().unwrap_or_else(|| {
        ApiError::not_found(
            "the school knows no terminal by this key; ask who keeps the server, and keep the file",
        )
    }))
}
