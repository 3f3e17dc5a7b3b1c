//! The wire's table, route by route.

mod admin;
mod blobs;
mod body;
mod codes;
mod desk;
mod erasures;
mod events;
mod guardian;
mod join;
mod lessons;
mod orders;
mod publish;
mod range;
mod records;
mod rekey;
mod returns;
mod sealed;
mod sessions;
mod uploads;

pub use orders::file_name;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use hotaru_sync::http::{PROTOCOL, PROTOCOL_HEADER};
use hotaru_sync::wire::{self, code, media_type};

use crate::error::ApiError;
use crate::{Cloud, digest};

/// Every route. Each answer, of an error too, says that it is the school's.
pub fn router(cloud: Arc<Cloud>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/v1/join", post(join::join))
        .route("/v1/join/card", post(join::by_card))
        .route(
            "/v1/streams/{stream}/events",
            get(returns::events).post(events::push),
        )
        .route("/v1/pupils/{pupil}/streams", get(returns::streams))
        .route("/v1/lessons", get(lessons::changes).post(publish::publish))
        .route("/v1/lessons/{lesson}", delete(publish::withdraw))
        .route("/v1/receipts", post(lessons::receipts))
        .route("/v1/erasures", post(erasures::note))
        .route("/v1/terminals/key", post(rekey::renew))
        .route("/v1/terminals/unsent", post(orders::unsent))
        .route("/v1/orders", get(orders::orders).post(orders::done))
        .route("/v1/school/key", get(sealed::key))
        .route("/v1/journals", post(sealed::journal))
        .route("/v1/unlock-codes", post(sealed::codes))
        .route("/v1/blobs/{blob}", get(blobs::blob))
        .route("/v1/blobs/{blob}/proof", get(blobs::proof))
        .route("/v1/patches/{old}/{new}", get(blobs::patch))
        .route("/v1/uploads", post(uploads::states))
        .route(
            "/v1/uploads/{blob}",
            get(uploads::state).patch(uploads::write),
        )
        .route("/v1/desk/school", get(desk::school))
        .route("/v1/desk/lessons", get(desk::lessons))
        .route("/v1/desk/lessons/{lesson}/receipts", get(desk::receipts))
        .route("/v1/desk/lessons/{lesson}/answers", get(desk::answers))
        .route("/v1/desk/pupils/{pupil}", get(desk::pupil))
        .route(
            "/v1/desk/pupils/{pupil}/card",
            post(returns::make_card).delete(returns::revoke_cards),
        )
        .route("/v1/desk/terminals/{terminal}", delete(desk::undo_join))
        .route(
            "/v1/desk/terminals/{terminal}/pupils/{pupil}/agree",
            post(returns::agree),
        )
        .route(
            "/v1/desk/terminals/{terminal}/pupils/{pupil}/unlock",
            post(sealed::code),
        )
        .route(
            "/v1/desk/classes/{class}/code",
            post(codes::renew).delete(codes::close),
        )
        .route(
            "/v1/sessions",
            post(sessions::sign_in).delete(sessions::sign_out),
        )
        .route("/v1/sessions/me", get(sessions::me))
        .route("/v1/sessions/ways", get(sessions::ways))
        .route("/v1/sessions/oidc", post(sessions::begin_oidc))
        .route("/v1/sessions/oidc/finish", post(sessions::finish_oidc))
        .route("/v1/staff/setup", post(sessions::set_up))
        .route("/v1/staff/totp", post(sessions::confirm))
        .route("/v1/admin/staff", get(admin::list).post(admin::add))
        .route("/v1/admin/staff/{staff}", delete(admin::disable))
        .route("/v1/admin/staff/{staff}/reset", post(admin::reset))
        .route("/v1/admin/grants", post(admin::grant))
        .route("/v1/admin/grants/{grant}", delete(admin::revoke))
        .route(
            "/v1/admin/classes/{class}/code",
            post(codes::renew).delete(codes::close),
        )
        .route("/v1/admin/terminals", get(admin::terminals))
        .route(
            "/v1/admin/terminals/{terminal}",
            delete(admin::revoke_terminal),
        )
        .route("/v1/admin/terminals/{terminal}/rekey", post(rekey::ask))
        .route(
            "/v1/admin/terminals/{terminal}/erase",
            post(orders::erase).delete(orders::withdraw),
        )
        .route(
            "/v1/admin/terminals/{terminal}/lessor-certificate",
            post(orders::file),
        )
        .route(
            "/v1/admin/lessor-certificates/{certificate}",
            get(orders::filed),
        )
        .route("/v1/admin/pupils/{pupil}/record", get(records::record))
        .route("/v1/admin/pupils/{pupil}/delete", post(records::delete))
        .route("/v1/admin/audit", get(admin::audit))
        .route("/v1/aggregates", get(admin::aggregates))
        .route("/v1/guardian/children", get(guardian::children))
        .route("/v1/guardian/children/{pupil}", get(guardian::child))
        .fallback(async || {
            ApiError::not_found(
                "the school has nothing at this address; check it, or update Hotaru",
            )
        })
        .method_not_allowed_fallback(async || {
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                code::NOT_FOUND,
                "this address takes other requests; update Hotaru",
            )
        })
        .layer(axum::middleware::from_fn(crate::wishes::tell))
        .layer(axum::middleware::from_fn(digest::compare))
        .layer(axum::middleware::map_response_with_state(
            Arc::clone(&cloud),
            mark,
        ))
        .with_state(cloud)
}

async fn mark(State(cloud): State<Arc<Cloud>>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    if let Ok(run) = HeaderValue::from_str(&cloud.run.to_string()) {
        headers.insert(HeaderName::from_static(wire::header::RUN), run);
    }
    headers.insert(
        HeaderName::from_static(PROTOCOL_HEADER),
        HeaderValue::from(PROTOCOL),
    );
    // What is not named immutable is of this moment and for this caller.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// An answer in JSON, within the bounds that the other end checks.
fn json<T: wire::Body>(body: &T) -> Result<Response, ApiError> {
    let bytes = wire::write(body).map_err(|error| ApiError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, media_type::JSON)], bytes).into_response())
}

/// An id or a blob's name in a path.
fn named<T: std::str::FromStr>(text: &str) -> Result<T, ApiError>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| ApiError::bad_body(error.to_string()))
}
