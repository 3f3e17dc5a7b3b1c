//! Signing in and out, and an account's first time.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::clock::school_day;
use hotaru_sync::wire::{
    OidcFinish, OidcRequest, SessionCard, SessionRequest, SignInWays, StaffSetup, StaffTotp,
};

use super::{body, json};
use crate::auth::Staff;
use crate::error::ApiError;
use crate::limits::client_key;
use crate::staff::{oidc, setup, sign_in};
use crate::store::Audit;
use crate::{Cloud, now_ms};

/// Until a wrong setup code may be tried again, in seconds.
const RETRY_AFTER_S: u64 = 10;

/// Signs in.
pub async fn sign_in(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked: SessionRequest = body::parse(request).await?;
    let proven = sign_in::by_passphrase(&cloud, client_key(address.ip()), asked).await?;
    json(&sign_in::begin(&cloud, proven).await?)
}

/// How somebody can sign in.
pub async fn ways(State(cloud): State<Arc<Cloud>>) -> Result<Response, ApiError> {
    let providers = cloud.store.oidc_providers().await?;
    json(&SignInWays {
        passphrase: true,
        oidc: providers.into_iter().map(|one| one.name).collect(),
    })
}

/// Begins a sign-in by an identity provider.
pub async fn begin_oidc(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked: OidcRequest = body::parse(request).await?;
    json(&oidc::begin(&cloud, client_key(address.ip()), asked).await?)
}

/// Signs in by what a browser brought back from one.
pub async fn finish_oidc(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked: OidcFinish = body::parse(request).await?;
    let proven = oidc::finish(&cloud, client_key(address.ip()), asked).await?;
    json(&sign_in::begin(&cloud, proven).await?)
}

/// Signs out: this session counts no more.
pub async fn sign_out(
    State(cloud): State<Arc<Cloud>>,
    Staff(session): Staff,
) -> Result<StatusCode, ApiError> {
    let now_ms = now_ms();
    cloud.store.end_session(session.id, now_ms).await?;
    let row = Audit {
        at_ms: now_ms,
        staff: Some(session.staff),
        role: "none".to_owned(),
        session: Some(session.id),
        action: "sign_out",
        outcome: "good",
        ..Audit::default()
    };
    cloud.store.audit(row).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is signed in.
pub async fn me(Staff(session): Staff) -> Result<Response, ApiError> {
    let today = school_day(now_ms());
    let roles = session.grants.into_iter();
    json(&SessionCard {
        staff: session.staff,
        name: session.name,
        roles: roles.filter(|grant| grant.counts_on(today)).collect(),
        expires_ms: session.expires_ms,
    })
}

/// A setup code and a passphrase for the rest of an account.
pub async fn set_up(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked: StaffSetup = body::parse(request).await?;
    let client = client_key(address.ip());
    let secrets = counted(&cloud, client, setup::set_up(&cloud, asked)).await?;
    json(&secrets)
}

/// The authenticator's first code.
pub async fn confirm(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let asked: StaffTotp = body::parse(request).await?;
    let client = client_key(address.ip());
    counted(&cloud, client, setup::confirm(&cloud, asked)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets an address try only so many wrong codes.
async fn counted<T>(
    cloud: &Cloud,
    client: IpAddr,
    work: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    if !cloud.wrong_codes.take(client, Instant::now()) {
        return Err(ApiError::busy(
            StatusCode::TOO_MANY_REQUESTS,
            "too many codes were tried from here; look at the code once more and try again in a \
             minute",
            RETRY_AFTER_S,
        ));
    }
    let done = work.await?;
    cloud.wrong_codes.give_back(&client);
    Ok(done)
}
