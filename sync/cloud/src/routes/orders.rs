//! `GET` and `POST /v1/orders`, what is unsent on a terminal, the administrator's orders, and
//! certificates of lessors.

use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hotaru_content::order::Unsent;
use hotaru_sync::order::{FORMAT, Numbered, Order, OrdersDone, SignedOrders, Statement};
use hotaru_sync::wire::{
    EraseAnswer, EraseRequest, FiledCertificate, MAX_LESSOR_CERTIFICATE_LEN, media_type,
};
use serde::Deserialize;

use super::admin::{NO_SUCH_TERMINAL, keeps_terminal};
use super::{body, json};
use crate::auth::{Ask, Staff, Terminal};
use crate::error::ApiError;
use crate::rights::{Action, Resource};
use crate::store::{Audit, FiledAs, NewFiled};
use crate::{Cloud, now_ms};

const NO_SUCH_FILE: &str =
    "no certificate of this number is filed; load the list of terminals again";

/// What a terminal is to do.
pub async fn orders(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
) -> Result<Response, ApiError> {
    let (list, rows) = cloud.store.tell_orders(terminal, now_ms()).await?;
    let orders = rows.into_iter().map(|row| Numbered {
        number: row.number,
        made_ms: row.made_ms,
        order: row.order,
    });
    let statement = Statement {
        format: FORMAT,
        terminal,
        list,
        orders: orders.collect(),
    };
    let signed = SignedOrders::new(&statement, &cloud.order_secret);
    json(&signed.map_err(|error| ApiError::internal(&error))?)
}

/// What a terminal has done.
pub async fn done(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let OrdersDone { done } = body::parse(request).await?;
    cloud.store.orders_done(terminal, &done, now_ms()).await?;
    tracing::info!(%terminal, orders = done.len(), "orders are done");
    Ok(StatusCode::NO_CONTENT)
}

/// What is unsent on a terminal.
pub async fn unsent(
    State(cloud): State<Arc<Cloud>>,
    Terminal(terminal): Terminal,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let unsent: Unsent = body::parse(request).await?;
    cloud.store.note_unsent(terminal, unsent, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Orders that a terminal is erased.
pub async fn erase(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(terminal): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let terminal = keeps_terminal(
        &cloud,
        &staff,
        Action::RevokeTerminal,
        "order_erase",
        &terminal,
    )
    .await?;
    let EraseRequest { at_once } = body::parse(request).await?;
    let order = Order::Erase { at_once };
    let number = cloud.store.add_order(terminal, order, now_ms()).await?;
    let number = number.ok_or_else(|| ApiError::not_found(NO_SUCH_TERMINAL))?;
    tracing::info!(%terminal, number, at_once, "a terminal is to be erased");
    json(&EraseAnswer { number })
}

/// Takes that back.
pub async fn withdraw(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(terminal): Path<String>,
) -> Result<StatusCode, ApiError> {
    let terminal = keeps_terminal(
        &cloud,
        &staff,
        Action::RevokeTerminal,
        "withdraw_erase",
        &terminal,
    )
    .await?;
    if cloud.store.withdraw_erase(terminal, now_ms()).await? {
        tracing::info!(%terminal, "a terminal is not to be erased any more");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found(
            "no order to erase this terminal counts; it is done already, or was taken back",
        ))
    }
}

#[derive(Deserialize)]
pub struct Named {
    #[serde(default)]
    name: String,
}

/// Files a lessor's certificate of one terminal.
pub async fn file(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(terminal): Path<String>,
    Query(Named { name }): Query<Named>,
    request: Request,
) -> Result<Response, ApiError> {
    let terminal = keeps_terminal(
        &cloud,
        &staff,
        Action::FileCertificate,
        "file_certificate",
        &terminal,
    )
    .await?;
    let name = file_name(&name).ok_or_else(|| {
        ApiError::bad_body("a certificate's file has a name of 1 to 200 characters")
    })?;
    let bytes = body::read(request, MAX_LESSOR_CERTIFICATE_LEN).await?;
    if bytes.is_empty() {
        return Err(ApiError::bad_body("the certificate's file has 0 bytes"));
    }
    let new = NewFiled {
        terminals: vec![terminal],
        name,
        bytes: bytes.to_vec(),
        now_ms: now_ms(),
    };
    match cloud.store.file_certificate(new).await? {
        FiledAs::Number(id) => json(&FiledCertificate { id }),
        FiledAs::NoTerminal(_) => Err(ApiError::not_found(NO_SUCH_TERMINAL)),
    }
}

/// A certificate that was filed, as a file to keep and never as a page.
pub async fn filed(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let ask = Ask {
        action: Action::ReadTerminals,
        on: Resource::School,
        note: Audit::default(),
        not_hers: NO_SUCH_FILE,
    };
    staff.may(&cloud, ask).await?;
    let id: u64 = id
        .parse()
        .map_err(|_| ApiError::bad_body("a certificate has a number"))?;
    let (_, bytes) = cloud
        .store
        .filed_certificate(id)
        .await?
        .ok_or_else(|| ApiError::not_found(NO_SUCH_FILE))?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type::BYTES),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment"),
    );
    Ok(response)
}

/// The name of a file, without folders.
#[must_use]
pub fn file_name(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let is_good = !matches!(name, "." | "..")
        && (1..=200).contains(&name.chars().count())
        && !name.chars().any(char::is_control);
    is_good.then(|| name.to_owned())
}
