//! `POST /v1/terminals/key`, and the administrator's wish for one.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use hotaru_content::id::TerminalId;
use hotaru_sync::wire::{Rekey, code, header};

use super::{body, named};
use crate::auth::{Ask, Staff, Terminal};
use crate::error::ApiError;
use crate::rights::{Action, Resource};
use crate::store::{Audit, Renewed};
use crate::{Cloud, now_ms};

const NO_SUCH_TERMINAL: &str =
    "the school knows no such terminal that still counts; load the list of terminals again";

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
    let terminal: TerminalId = named(&terminal)?;
    let ask = Ask {
        action: Action::RevokeTerminal,
        on: Resource::School,
        note: Audit {
            action: "ask_for_key",
            terminal: Some(terminal),
            ..Audit::default()
        },
        not_hers: NO_SUCH_TERMINAL,
    };
    staff.may(&cloud, ask).await?;
    match cloud.store.ask_for_key(Some(terminal)).await? {
        0 => Err(ApiError::not_found(NO_SUCH_TERMINAL)),
        _ => {
            tracing::info!(%terminal, "a terminal is asked for a new key");
            Ok(StatusCode::NO_CONTENT)
        }
    }
}
