//! Signing in by an identity provider (OpenID Connect): the authorization code flow with PKCE,
//! state and nonce. The school is the client and keeps its secret; the desk only shows a browser
//! the way and brings back what it was given.
//!
//! An attempt is known by a token of its own, counts for ten minutes and once, whatever comes of
//! it, and is held in memory only: after a restart it is begun anew.

mod id_token;
mod provider;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hotaru_sync::wire::{OIDC_REDIRECT, OidcFinish, OidcFlow, OidcRequest, Token, code};
use sha2::{Digest, Sha256};

use super::sign_in::{Proven, too_many};
use crate::error::ApiError;
use crate::store::{Audit, OidcPerson, OidcProvider};
use crate::{Cloud, now_ms};
use id_token::Wanted;
use provider::{Discovered, Exchange, Provider};

pub use provider::checked_issuer;

/// An attempt counts for so long.
const FLOW_LIFE: Duration = Duration::from_secs(600);
/// Attempts at once.
const MAX_FLOWS: usize = 1000;
/// The lowest port that a desk listens on: those below are the system's.
const LEAST_PORT: u16 = 1024;

/// Why a sign-in by a provider came to nothing. The cause goes to the server's own log and has
/// no secret in it.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    /// What was brought proves nothing.
    #[error("{0}")]
    Failed(String),
    /// The provider is not there, or not usable.
    #[error("{0}")]
    Provider(String),
}

/// Attempts under way, and what is known of providers.
#[derive(Debug, Default)]
pub struct Oidc {
    flows: Mutex<HashMap<[u8; 32], Flow>>,
    provider: Provider,
}

/// An attempt under way.
struct Flow {
    provider: OidcProvider,
    known: Arc<Discovered>,
    redirect_uri: String,
    state: Token,
    nonce: Token,
    verifier: Token,
    until: Instant,
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Flow({})", self.provider.name)
    }
}

impl Oidc {
    /// Keeps an attempt; false where too many are under way.
    fn keep(&self, flow: [u8; 32], kept: Flow, now: Instant) -> bool {
        let mut flows = self.flows.lock().unwrap_or_else(PoisonError::into_inner);
        if flows.len() >= MAX_FLOWS {
            flows.retain(|_, flow| flow.until > now);
        }
        let has_room = flows.len() < MAX_FLOWS;
        if has_room {
            flows.insert(flow, kept);
        }
        has_room
    }

    /// An attempt that counts; from now on it does not.
    fn take(&self, flow: &[u8; 32], now: Instant) -> Option<Flow> {
        let mut flows = self.flows.lock().unwrap_or_else(PoisonError::into_inner);
        flows.remove(flow).filter(|flow| flow.until > now)
    }
}

/// Begins an attempt: where the browser is to go.
///
/// # Errors
/// Where there is no such provider, it cannot be reached, or too much was tried.
pub async fn begin(
    cloud: &Cloud,
    address: IpAddr,
    asked: OidcRequest,
) -> Result<OidcFlow, ApiError> {
    // Given back where the attempt ends well.
    if !cloud.tries.addresses.take(address, Instant::now()) {
        return Err(too_many());
    }
    if asked.redirect_port < LEAST_PORT {
        return Err(ApiError::bad_body(
            "a browser cannot come back to a port below 1024; listen on another",
        ));
    }
    let providers = cloud.store.oidc_providers().await?;
    let provider = providers.into_iter().find(|one| one.name == asked.provider);
    let provider = provider.ok_or_else(|| {
        ApiError::not_found(
            "the school has no sign-in of this name; look at its ways to sign in once more",
        )
    })?;
    let known = cloud.oidc.provider.discover(&provider.issuer).await;
    let known = known.map_err(|refusal| refused(&provider.name, &refusal))?;
    let redirect_uri = format!("http://127.0.0.1:{}{OIDC_REDIRECT}", asked.redirect_port);
    let (flow, state, nonce, verifier) = (
        Token::random()?,
        Token::random()?,
        Token::random()?,
        Token::random()?,
    );
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_str()));
    let mut url = known.authorization_endpoint.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &redirect_uri)
        .append_pair("scope", "openid email")
        .append_pair("state", state.as_str())
        .append_pair("nonce", nonce.as_str())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    let now = Instant::now();
    let kept = Flow {
        provider,
        known,
        redirect_uri,
        state,
        nonce,
        verifier,
        until: now + FLOW_LIFE,
    };
    if !cloud.oidc.keep(flow.hash(), kept, now) {
        return Err(ApiError::busy(
            StatusCode::SERVICE_UNAVAILABLE,
            "many sign in at this moment; wait a little and try again",
            60,
        ));
    }
    Ok(OidcFlow {
        authorize_url: url.into(),
        flow,
    })
}

/// Proves by what the browser brought back. Every try is in the audit log.
///
/// # Errors
/// Where it proves nothing, the person is not known here, or too much was tried.
pub async fn finish(cloud: &Cloud, address: IpAddr, asked: OidcFinish) -> Result<Proven, ApiError> {
    if !cloud.tries.addresses.take(address, Instant::now()) {
        return Err(too_many());
    }
    let flow = cloud.oidc.take(&asked.flow.hash(), Instant::now());
    let Some(flow) = flow else {
        note(cloud, None, "sign_in_oidc", "bad").await?;
        return Err(failed());
    };
    let tried = prove(cloud, &flow, &asked).await;
    let person = match tried {
        Ok(person) => person,
        Err(refusal) => {
            note(cloud, None, "sign_in_oidc", "bad").await?;
            return Err(refused(&flow.provider.name, &refusal));
        }
    };
    let person = cloud
        .store
        .oidc_person(
            &flow.provider.issuer,
            &person.subject,
            person.verified_email.as_deref(),
            now_ms(),
        )
        .await?;
    let is_disabled = person.as_ref().is_some_and(|person| person.is_disabled);
    let Some(person) = person.as_ref().filter(|_| !is_disabled) else {
        note(cloud, person.as_ref(), "sign_in_oidc", "bad").await?;
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::OIDC_UNKNOWN,
            "the provider knows this account, the school does not; ask the school's administrator \
             to enter it",
        ));
    };
    if person.is_claimed {
        note(cloud, Some(person), "claim_oidc", "allowed").await?;
    }
    note(cloud, Some(person), "sign_in_oidc", "good").await?;
    // This try, and the one that it was begun with.
    cloud.tries.addresses.give_back(&address);
    cloud.tries.addresses.give_back(&address);
    Ok(Proven {
        staff: person.staff,
        name: person.sign_in.clone(),
        // The second factor is the provider's: to the passphrase's door this computer is not known.
        computer: None,
        is_fresh: false,
    })
}

async fn prove(
    cloud: &Cloud,
    flow: &Flow,
    asked: &OidcFinish,
) -> Result<id_token::Person, Refusal> {
    // Hashes of BLAKE3 are compared in constant time.
    if blake3::hash(flow.state.as_str().as_bytes()) != blake3::hash(asked.state.as_bytes()) {
        return Err(Refusal::Failed("the state is another attempt's".to_owned()));
    }
    // Another provider's answer, mixed up with this one's (RFC 9207).
    let names_itself = flow.known.names_itself;
    let is_hers = match &asked.issuer {
        Some(issuer) => *issuer == flow.provider.issuer,
        None => !names_itself,
    };
    if !is_hers {
        return Err(Refusal::Failed("it came from another issuer".to_owned()));
    }
    let exchange = Exchange {
        provider: &flow.provider,
        code: &asked.code,
        redirect_uri: &flow.redirect_uri,
        verifier: flow.verifier.as_str(),
    };
    let token = cloud.oidc.provider.exchange(&flow.known, &exchange).await?;
    let keys = cloud.oidc.provider.keys(&flow.known).await?;
    let wanted = Wanted {
        issuer: &flow.provider.issuer,
        client_id: &flow.provider.client_id,
        nonce: flow.nonce.as_str(),
        now_s: now_ms() / 1000,
    };
    id_token::verify(&token, &keys, &wanted)
        .map_err(|why| Refusal::Failed(format!("its token: {why}")))
}

/// What somebody is told of a refusal; the cause goes to the log.
fn refused(provider: &str, refusal: &Refusal) -> ApiError {
    tracing::warn!(provider, cause = %refusal, "a sign-in by an identity provider came to nothing");
    match refusal {
        Refusal::Failed(_) => failed(),
        Refusal::Provider(_) => ApiError::new(
            StatusCode::BAD_GATEWAY,
            code::OIDC_PROVIDER,
            "the school does not reach this sign-in for now; try again later, or sign in with name \
             and passphrase",
        ),
    }
}

fn failed() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        code::OIDC_FAILED,
        "this sign-in was begun too long ago or proves nothing; begin it once more",
    )
}

async fn note(
    cloud: &Cloud,
    person: Option<&OidcPerson>,
    action: &'static str,
    outcome: &'static str,
) -> Result<(), ApiError> {
    let row = Audit {
        at_ms: now_ms(),
        staff: person.map(|person| person.staff),
        role: "none".to_owned(),
        action,
        outcome,
        ..Audit::default()
    };
    Ok(cloud.store.audit(row).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ClientSecret;

    fn flow(now: Instant) -> Flow {
        Flow {
            provider: OidcProvider {
                name: "a".to_owned(),
                issuer: "https://idp.example".to_owned(),
                client_id: "a".to_owned(),
                client_secret: ClientSecret::new("hush"),
            },
            known: Arc::new(Discovered::of_nobody()),
            redirect_uri: String::new(),
            state: Token::random().unwrap(),
            nonce: Token::random().unwrap(),
            verifier: Token::random().unwrap(),
            until: now + FLOW_LIFE,
        }
    }

    #[test]
    fn an_attempt_counts_once_and_for_ten_minutes() {
        let (oidc, now) = (Oidc::default(), Instant::now());
        assert!(oidc.keep([1; 32], flow(now), now));
        assert!(oidc.keep([2; 32], flow(now), now));
        let late = now + Duration::from_secs(599);
        assert!(oidc.take(&[1; 32], late).is_some());
        assert!(oidc.take(&[1; 32], late).is_none());
        let over = now + Duration::from_secs(600);
        assert!(oidc.take(&[2; 32], over).is_none());
        assert!(!format!("{:?}", flow(now)).contains("hush"));
    }

    #[test]
    fn attempts_are_bounded_and_old_ones_make_room() {
        let (oidc, now) = (Oidc::default(), Instant::now());
        let id = |at: usize| *blake3::hash(&at.to_le_bytes()).as_bytes();
        assert!((0..MAX_FLOWS).all(|at| oidc.keep(id(at), flow(now), now)));
        assert!(!oidc.keep(id(MAX_FLOWS), flow(now), now));
        let later = now + FLOW_LIFE;
        assert!(oidc.keep(id(MAX_FLOWS), flow(later), later));
    }
}
