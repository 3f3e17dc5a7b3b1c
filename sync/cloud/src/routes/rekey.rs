//! `POST /v1/terminals/key`, and the administrator's wish for one.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use hotaru_sync::wire::{Rekey, code, header};

use super::admin::{NO_SUCH_TERMINAL, keeps_terminal};
use super::body;
use crate::auth::{Staff, Terminal};
use crate::error::ApiError;
use crate::rights::Action;
use crate::store::Renewed;
use crate::{Cloud, now_ms};

/// Puts a terminal's next key in force. The request itself is signed by the one before.
pub async fn renew(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let rekey: Rekey = body::parse(request).await?;
    match cloud.store.renew_key(terminal, &rekey, now_ms()).await? {
        Renewed::Done => {
            tracing::info!(%terminal, "a terminal's key was renewed");
            Ok(StatusCode::NO_CONTENT)
        }
        Renewed::Wrong => Err(ApiError::new(
            StatusCode::CONFLICT,
            code::WRONG_KEY,
            "the new key does not follow the one that the school knows of this terminal; connect \
             again",
        )),
        // A terminal from before there were keys shows its first one in another way.
        Renewed::Unknown => Err(ApiError::unsigned().with_number(header::KEY, 1)),
    }
}

/// Asks a terminal for a new key.
pub async fn ask(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(terminal): Path<String>,
) -> Result<StatusCode, ApiError> {
    let action = Action::RevokeTerminal;
    let terminal = keeps_terminal(&cloud, &staff, action, "ask_for_key", &terminal).await?;
    match cloud.store.ask_for_key(Some(terminal)).await? {
        0 => Err(ApiError::not_found(NO_SUCH_TERMINAL)),
        _ => {
            tracing::info!(%terminal, "a terminal is asked for a new key");
            Ok(StatusCode::NO_CONTENT)
        }
    }
}
