//! Accounts, roles, terminals, the audit log, counts.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::id::{PupilId, TeacherId, TerminalId};
use hotaru_sync::order::Order;
use hotaru_sync::wire::{
    AdminTerminal, AdminTerminals, AuditPage, GrantId, LessorCertificate, NewGrant, NewStaff,
    StaffList, code,
};
use serde::Deserialize;

use super::{body, json, named};
use crate::auth::{Ask, Staff};
use crate::error::ApiError;
use crate::rights::{Action, Resource};
use crate::staff::{setup, sign_in_name};
use crate::store::{Audit, Filed, NewAccount, OrderRow};
use crate::{Cloud, now_ms};

/// Rows of the audit log at once.
const PAGE: u32 = 500;
pub(super) const NO_SUCH_TERMINAL: &str =
    "the school knows no such terminal that still counts; load the list of terminals again";
const NOBODY: &str = "the school has nobody of this name; load the list of staff again";

/// Everybody with an account or a desk token.
pub async fn list(State(cloud): State<Arc<Cloud>>, staff: Staff) -> Result<Response, ApiError> {
    keeps(&cloud, &staff, "list_staff", None).await?;
    json(&StaffList {
        staff: cloud.store.staff(now_ms()).await?,
    })
}

/// A new account; its setup code is told this once.
pub async fn add(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    request: Request,
) -> Result<Response, ApiError> {
    let new = TeacherId::random()?;
    keeps(&cloud, &staff, "add_staff", Some(new)).await?;
    let asked: NewStaff = body::parse(request).await?;
    let sign_in = sign_in_name(&asked.sign_in).ok_or_else(|| {
        ApiError::bad_body(
            "a name to sign in with has 1 to 64 characters, no colon and no control character; \
             choose another",
        )
    })?;
    let now_ms = now_ms();
    let (told, setup_hash) = setup::new_code(new, now_ms)?;
    let account = NewAccount {
        staff: new,
        sign_in,
        setup_hash,
        until_ms: told.until_ms,
        now_ms,
    };
    if !cloud.store.add_account(account).await? {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            code::NAME_TAKEN,
            "somebody signs in by this name already; choose another",
        ));
    }
    json(&told)
}

/// Lets an account sign in no more.
pub async fn disable(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(about): Path<String>,
) -> Result<StatusCode, ApiError> {
    let about: TeacherId = named(&about)?;
    keeps(&cloud, &staff, "disable_staff", Some(about)).await?;
    if cloud.store.disable(about, now_ms()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found(NOBODY))
    }
}

/// A new setup code; all that was set up counts no more.
pub async fn reset(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(about): Path<String>,
) -> Result<Response, ApiError> {
    let about: TeacherId = named(&about)?;
    keeps(&cloud, &staff, "reset_staff", Some(about)).await?;
    let now_ms = now_ms();
    let (told, hash) = setup::new_code(about, now_ms)?;
    if cloud
        .store
        .reset(about, hash, told.until_ms, now_ms)
        .await?
    {
        json(&told)
    } else {
        Err(ApiError::not_found(NOBODY))
    }
}

/// Gives a role.
pub async fn grant(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    request: Request,
) -> Result<Response, ApiError> {
    let asked: Result<NewGrant, ApiError> = body::parse(request).await;
    let about = asked.as_ref().ok().map(|asked| asked.staff);
    let pupil = asked.as_ref().ok().and_then(|asked| asked.grant.pupil);
    let class = asked.as_ref().ok().and_then(|asked| asked.grant.class);
    let note = Audit {
        action: "grant",
        about,
        pupil,
        class,
        ..Audit::default()
    };
    keeps_noted(&cloud, &staff, note).await?;
    let asked = asked?;
    if asked.staff == staff.0.staff {
        return Err(ApiError::forbidden(
            "nobody gives a role to herself; ask another administrator, or who keeps the server",
        ));
    }
    let granted = cloud
        .store
        .grant(asked.staff, &asked.grant, Some(staff.0.staff), now_ms());
    let id = granted.await?.ok_or_else(|| {
        ApiError::not_found("there is no such person, class or pupil; load the lists again")
    })?;
    json(&GrantId { id })
}

/// Takes a role back.
pub async fn revoke(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(grant): Path<String>,
) -> Result<StatusCode, ApiError> {
    const NO_SUCH_GRANT: &str = "this role was taken back already; load the list of staff again";
    let id = grant
        .parse()
        .map_err(|_| ApiError::bad_body("a grant has a number; load the list of staff again"))?;
    let about = cloud.store.holder_of_grant(id).await?;
    keeps(&cloud, &staff, "revoke_grant", about).await?;
    if cloud.store.revoke_grant(id, now_ms()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found(NO_SUCH_GRANT))
    }
}

/// All terminals; their pupils for who may know these.
pub async fn terminals(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
) -> Result<Response, ApiError> {
    let ask = Ask {
        action: Action::ReadTerminals,
        on: Resource::School,
        note: Audit::default(),
        not_hers: NOBODY,
    };
    staff.may(&cloud, ask).await?;
    let knows_pupils = staff.could(Action::ReadRoster, Resource::School);
    let rows = cloud.store.terminals().await?;
    let terminals = rows.into_iter().map(|row| AdminTerminal {
        terminal: row.terminal,
        name: row.name,
        pupils: if knows_pupils { row.pupils } else { Vec::new() },
        joined_ms: row.joined_ms,
        seen_ms: row.seen_ms,
        revoked: row.revoked,
        erased: row.erasure.is_some(),
        erased_ms: row
            .erasure
            .as_ref()
            .and_then(|left| Some(left.verify().ok()?.erased_ms)),
        unsent: row.unsent.map(|known| known.unsent),
        unsent_ms: row.unsent.map(|known| known.at_ms),
        erase_ordered: erase_ordered(&row.orders),
        lessor: row.lessor.into_iter().map(lessor).collect(),
    });
    json(&AdminTerminals {
        terminals: terminals.collect(),
    })
}

fn erase_ordered(orders: &[OrderRow]) -> Option<bool> {
    let mut open = orders.iter().filter(|order| order.done_ms.is_none());
    open.find_map(|order| match order.order {
        Order::Erase { at_once } => Some(at_once),
        Order::RemovePupil { .. } => None,
    })
}

fn lessor(filed: Filed) -> LessorCertificate {
    let Filed { id, name, filed_ms } = filed;
    LessorCertificate { id, name, filed_ms }
}

/// A terminal's token counts no more.
pub async fn revoke_terminal(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(terminal): Path<String>,
) -> Result<StatusCode, ApiError> {
    let action = Action::RevokeTerminal;
    let terminal = keeps_terminal(&cloud, &staff, action, "revoke_terminal", &terminal).await?;
    if cloud.store.revoke_terminal(terminal, now_ms()).await? {
        tracing::info!(%terminal, "a terminal's token counts no more");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found(NO_SUCH_TERMINAL))
    }
}

#[derive(Deserialize)]
pub struct Rows {
    pupil: Option<String>,
    #[serde(default)]
    after: u64,
}

/// Rows of the audit log, oldest first.
pub async fn audit(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    query: Result<Query<Rows>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Rows { pupil, after }) =
        query.map_err(|_| ApiError::bad_body("the request does not say which rows it wants"))?;
    let pupil: Option<PupilId> = pupil.as_deref().map(named).transpose()?;
    let ask = Ask {
        action: Action::ReadAudit,
        on: Resource::School,
        note: Audit {
            pupil,
            ..Audit::default()
        },
        not_hers: NOBODY,
    };
    staff.may(&cloud, ask).await?;
    json(&AuditPage {
        rows: cloud.store.audit_rows(pupil, after, PAGE).await?,
    })
}

/// Counts by class.
pub async fn aggregates(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
) -> Result<Response, ApiError> {
    let ask = Ask {
        action: Action::ReadAggregates,
        on: Resource::School,
        note: Audit::default(),
        not_hers: NOBODY,
    };
    staff.may(&cloud, ask).await?;
    json(&cloud.store.aggregates(now_ms()).await?)
}

/// Asks for a right over a terminal, which the audit log then names with what was done nearer.
pub(super) async fn keeps_terminal(
    cloud: &Cloud,
    staff: &Staff,
    action: Action,
    near: &'static str,
    terminal: &str,
) -> Result<TerminalId, ApiError> {
    let terminal: TerminalId = named(terminal)?;
    let ask = Ask {
        action,
        on: Resource::School,
        note: Audit {
            action: near,
            terminal: Some(terminal),
            ..Audit::default()
        },
        not_hers: NO_SUCH_TERMINAL,
    };
    staff.may(cloud, ask).await?;
    Ok(terminal)
}

async fn keeps(
    cloud: &Cloud,
    staff: &Staff,
    near: &'static str,
    about: Option<TeacherId>,
) -> Result<(), ApiError> {
    let note = Audit {
        action: near,
        about,
        ..Audit::default()
    };
    keeps_noted(cloud, staff, note).await
}

async fn keeps_noted(cloud: &Cloud, staff: &Staff, note: Audit) -> Result<(), ApiError> {
    let ask = Ask {
        action: Action::KeepStaff,
        on: Resource::School,
        note,
        not_hers: NOBODY,
    };
    staff.may(cloud, ask).await.map(drop)
}
