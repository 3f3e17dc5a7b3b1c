//! Signing in: a proof of who somebody is, then a session.
//!
//! What is wrong is never said: a name that is not there, a wrong passphrase, a disabled account
//! and a wrong code cost the same work up to that point and get the same answer.

use std::net::IpAddr;
use std::time::Instant;

use axum::http::StatusCode;
use hotaru_content::id::TeacherId;
use hotaru_sync::wire::{SessionAnswer, SessionRequest, Token, code};

use super::{By, COMPUTER_MS, SESSION_MS, sign_in_name, totp};
use crate::error::ApiError;
use crate::store::{Account, Audit, NewSession};
use crate::{Cloud, now_ms, tokens};

/// Until a sign-in may be tried again, in seconds.
const RETRY_AFTER_S: u64 = 60;

/// Who somebody is, beyond doubt.
#[derive(Debug, Clone)]
pub struct Proven {
    /// The person.
    pub staff: TeacherId,
    /// The name that she signs in with.
    pub name: String,
    /// The computer that she was known on before.
    pub computer: Option<Token>,
    /// A second factor was shown just now: the computer is known from now on.
    pub is_fresh: bool,
}

/// Proves by a passphrase and a second factor. Every try is in the audit log.
///
/// # Errors
/// Where it is not right, a second factor is wanted, or too much was tried.
pub async fn by_passphrase(
    cloud: &Cloud,
    address: IpAddr,
    asked: SessionRequest,
) -> Result<Proven, ApiError> {
    let name = sign_in_name(&asked.sign_in);
    // What cannot be a name is looked up all the same: it takes as long and finds nobody.
    let name = name.unwrap_or_default();
    let account = cloud.store.account(&name).await?;
    let computer = match (&account, &asked.computer) {
        (Some(account), Some(token)) => {
            let hash = token.hash();
            let proven = cloud.store.computer_proven(account.staff, &hash).await?;
            proven.map(|at| (hash, at))
        }
        _ => None,
    };
    let by = match computer {
        Some((hash, _)) => By::Computer(hash),
        None => By::Name(name.clone()),
    };
    // Counted before the work, or many at once would all be let through.
    let now = Instant::now();
    if !cloud.tries.addresses.take(address, now) || !cloud.tries.names.take(by.clone(), now) {
        return Err(too_many());
    }
    let staff = account.as_ref().map(|account| account.staff);
    let tried = prove(cloud, account, computer.map(|(_, at)| at), &asked).await;
    let outcome = match &tried {
        Ok(Tried::Right { .. }) => Some("good"),
        Ok(Tried::Wrong) => Some("bad"),
        Ok(Tried::CodeNeeded) | Err(_) => None,
    };
    if let Some(outcome) = outcome {
        let row = Audit {
            at_ms: now_ms(),
            staff,
            role: "none".to_owned(),
            action: "sign_in",
            outcome,
            ..Audit::default()
        };
        cloud.store.audit(row).await?;
    }
    let tried = tried?;
    if !matches!(tried, Tried::Wrong) {
        cloud.tries.addresses.give_back(&address);
        cloud.tries.names.give_back(&by);
    }
    match tried {
        Tried::Right { staff, is_fresh } => Ok(Proven {
            staff,
            name,
            computer: asked.computer.filter(|_| computer.is_some()),
            is_fresh,
        }),
        Tried::CodeNeeded => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::CODE_NEEDED,
            "this computer needs a code once a day; type the six digits of the authenticator, or \
             a recovery code",
        )),
        Tried::Wrong => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::WRONG_SIGN_IN,
            "name, passphrase or code are not right; look at them once more, or ask the school's \
             administrator for a new setup code",
        )),
    }
}

/// Too much was tried.
pub(super) fn too_many() -> ApiError {
    ApiError::busy(
        StatusCode::TOO_MANY_REQUESTS,
        "too many sign-ins were tried; wait a minute, then try again",
        RETRY_AFTER_S,
    )
}

/// How a try ended.
enum Tried {
    Right { staff: TeacherId, is_fresh: bool },
    CodeNeeded,
    Wrong,
}

async fn prove(
    cloud: &Cloud,
    account: Option<Account>,
    proven_ms: Option<i64>,
    asked: &SessionRequest,
) -> Result<Tried, ApiError> {
    let phc = account
        .as_ref()
        .and_then(|account| account.passphrase.clone());
    let is_right = cloud.hasher.is_right(&asked.passphrase, phc).await?;
    let account = account.filter(|account| is_right && !account.is_disabled && account.has_totp);
    let Some(account) = account else {
        return Ok(Tried::Wrong);
    };
    let (staff, now_ms) = (account.staff, now_ms());
    let typed = asked.code.as_deref().map(str::trim);
    let Some(typed) = typed.filter(|typed| !typed.is_empty()) else {
        let is_known = proven_ms.is_some_and(|at| now_ms.saturating_sub(at) < COMPUTER_MS);
        return Ok(if is_known {
            Tried::Right {
                staff,
                is_fresh: false,
            }
        } else {
            Tried::CodeNeeded
        });
    };
    let is_taken = match (totp::digits(typed), &account.totp_secret) {
        (Some(digits), Some(secret)) => match totp::step_of(secret, &digits, now_ms)? {
            Some(step) => cloud.store.take_step(staff, step).await?,
            None => false,
        },
        _ => match tokens::normalised_card(typed) {
            Some(code) => {
                let hash = tokens::card_hash(&code);
                cloud.store.take_recovery(staff, &hash, now_ms).await?
            }
            None => false,
        },
    };
    Ok(if is_taken {
        Tried::Right {
            staff,
            is_fresh: true,
        }
    } else {
        Tried::Wrong
    })
}

/// Begins a session for who was proven, by whatever way.
///
/// # Errors
/// Where the store fails.
pub async fn begin(cloud: &Cloud, proven: Proven) -> Result<SessionAnswer, ApiError> {
    let (token, now_ms) = (Token::random()?, now_ms());
    let expires_ms = now_ms.saturating_add(SESSION_MS);
    // A new name each time a second factor was shown: what was copied before opens nothing.
    let new_computer = if proven.is_fresh {
        Some(Token::random()?)
    } else {
        None
    };
    let computer = new_computer.as_ref().or(proven.computer.as_ref());
    let computer = computer.map(Token::hash);
    let session = NewSession {
        staff: proven.staff,
        token_hash: token.hash(),
        computer,
        is_proven: proven.is_fresh,
        replaces: proven
            .computer
            .filter(|_| proven.is_fresh)
            .map(|old| old.hash()),
        expires_ms,
        now_ms,
    };
    let id = cloud.store.begin_session(session).await?;
    tracing::info!(session = id, "signed in");
    let roles = cloud.store.roles(proven.staff).await?;
    let today = hotaru_content::clock::school_day(now_ms);
    Ok(SessionAnswer {
        token,
        expires_ms,
        computer: new_computer,
        roles: roles
            .into_iter()
            .filter(|role| role.counts_on(today))
            .collect(),
        name: proven.name,
    })
}
