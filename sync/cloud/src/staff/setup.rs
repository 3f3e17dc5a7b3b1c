//! Accounts at their beginning: a setup code, a passphrase, an authenticator.

use axum::http::StatusCode;
use hotaru_content::id::TeacherId;
use hotaru_sync::wire::{StaffCode, StaffSecrets, StaffSetup, StaffTotp, code};
use zeroize::Zeroizing;

use super::{SETUP_MS, passphrase, totp};
use crate::error::ApiError;
use crate::store::{Audit, NewSecrets, Result as Stored};
use crate::{Cloud, now_ms, tokens};

/// A new setup code: as it is told, its hash, and until when it counts.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_code(staff: TeacherId, now_ms: i64) -> Stored<(StaffCode, [u8; 32])> {
    let setup = tokens::new_card()?;
    let hash = tokens::card_hash(&setup);
    let told = StaffCode {
        staff,
        setup: tokens::written(&setup),
        until_ms: now_ms.saturating_add(SETUP_MS),
    };
    Ok((told, hash))
}

/// Keeps the passphrase of who has a setup code, and makes the rest. Until the authenticator has
/// shown a code the same may be done again, with other secrets.
///
/// # Errors
/// Where the code does not count, or the passphrase is too easily guessed.
pub async fn set_up(cloud: &Cloud, asked: StaffSetup) -> Result<StaffSecrets, ApiError> {
    let now_ms = now_ms();
    let hash = setup_hash(&asked.setup);
    let found = cloud.store.account_by_setup(&hash, now_ms).await?;
    let (account, sign_in) = found.ok_or_else(wrong_setup)?;
    if let Some(problem) = passphrase::weakness(&asked.passphrase, &sign_in) {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code::WEAK_PASSPHRASE,
            problem,
        ));
    }
    let secret = totp::new_secret()?;
    let (otpauth, base32) = totp::shown(&secret, &sign_in)?;
    let recovery = totp::new_recovery()?;
    let secrets = NewSecrets {
        passphrase: cloud.hasher.hash(&Zeroizing::new(asked.passphrase)).await?,
        totp_secret: secret,
        recovery: recovery
            .iter()
            .map(|code| tokens::card_hash(code))
            .collect(),
    };
    if !cloud.store.set_up(&hash, secrets, now_ms).await? {
        return Err(wrong_setup());
    }
    note(cloud, account.staff, "set_passphrase").await?;
    Ok(StaffSecrets {
        otpauth,
        secret: base32,
        recovery: recovery.iter().map(|code| tokens::written(code)).collect(),
    })
}

/// Takes the first code of an authenticator: the account is ready.
///
/// # Errors
/// Where either code is not right.
pub async fn confirm(cloud: &Cloud, asked: StaffTotp) -> Result<(), ApiError> {
    let now_ms = now_ms();
    let hash = setup_hash(&asked.setup);
    let found = cloud.store.account_by_setup(&hash, now_ms).await?;
    let (account, _) = found.ok_or_else(wrong_setup)?;
    let step = match (totp::digits(&asked.code), &account.totp_secret) {
        (Some(digits), Some(secret)) => totp::step_of(secret, &digits, now_ms)?,
        _ => None,
    };
    let Some(step) = step else {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::WRONG_SIGN_IN,
            "this is not the authenticator's code of this moment; wait for the next one, and look \
             at the clock of the device that shows it",
        ));
    };
    if !cloud.store.confirm_totp(&hash, step, now_ms).await? {
        return Err(wrong_setup());
    }
    note(cloud, account.staff, "set_authenticator").await
}

async fn note(cloud: &Cloud, staff: TeacherId, action: &'static str) -> Result<(), ApiError> {
    let row = Audit {
        at_ms: now_ms(),
        staff: Some(staff),
        role: "none".to_owned(),
        action,
        about: Some(staff),
        outcome: "allowed",
        ..Audit::default()
    };
    Ok(cloud.store.audit(row).await?)
}

/// What cannot be a code is looked up all the same, and found nowhere.
fn setup_hash(typed: &str) -> [u8; 32] {
    tokens::card_hash(&tokens::normalised_card(typed).unwrap_or_default())
}

fn wrong_setup() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        code::WRONG_SETUP,
        "this setup code does not count (any more); look at it once more, or ask the school's \
         administrator for a new one",
    )
}
