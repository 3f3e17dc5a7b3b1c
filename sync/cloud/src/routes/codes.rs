//! Join codes of classes: made anew, and closed.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::id::ClassId;
use hotaru_sync::wire::{self, Body, JoinCode, NewJoinCode};

use super::{body, json, named};
use crate::auth::{Ask, Staff};
use crate::error::ApiError;
use crate::rights::{Action, Resource};
use crate::store::Audit;
use crate::{Cloud, now_ms, tokens};

const NO_SUCH_CLASS: &str = "you have no such class; load the school's page again";

/// A new code instead of the one before.
pub async fn renew(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(class): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let class: ClassId = named(&class)?;
    allowed(&cloud, &staff, "renew_join_code", class).await?;
    let bytes = body::read(request, NewJoinCode::MAX_LEN).await?;
    // Nothing is as good as nothing else being wished for.
    let wish: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
    let NewJoinCode { days } = wire::parse(wish)?;
    let code = tokens::new_code()?;
    let until_ms = tokens::code_end(now_ms(), days);
    let is_set = cloud
        .store
        .set_join_code(class, Some(code.clone()), until_ms)
        .await?;
    if !is_set {
        return Err(ApiError::not_found(
            "pupils join classes, and groups are made of who joined; choose a class",
        ));
    }
    tracing::info!(%class, days, "a new join code");
    json(&JoinCode {
        class,
        join_code: tokens::written(&code),
        until_ms,
    })
}

/// No code counts any more.
pub async fn close(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(class): Path<String>,
) -> Result<StatusCode, ApiError> {
    let class: ClassId = named(&class)?;
    allowed(&cloud, &staff, "close_join_code", class).await?;
    if cloud.store.set_join_code(class, None, 0).await? {
        tracing::info!(%class, "the join code is closed");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found(NO_SUCH_CLASS))
    }
}

async fn allowed(
    cloud: &Cloud,
    staff: &Staff,
    near: &'static str,
    class: ClassId,
) -> Result<(), ApiError> {
    let ask = Ask {
        action: Action::JoinCode,
        on: Resource::Class(class),
        note: Audit {
            action: near,
            class: Some(class),
            ..Audit::default()
        },
        not_hers: NO_SUCH_CLASS,
    };
    staff.may(cloud, ask).await.map(drop)
}
