//! The second factor: codes of an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 s, one
//! step early or late), and recovery codes.

use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::error::ApiError;
use crate::store::Result as Stored;
use crate::tokens;

/// Bytes of a secret: what RFC 4226 recommends.
const SECRET_LEN: usize = 20;
/// How many recovery codes an account has.
const RECOVERY_CODES: usize = 10;
/// What authenticators show above the name.
const ISSUER: &str = "Hotaru";

/// A new secret.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_secret() -> Result<Zeroizing<Vec<u8>>, getrandom::Error> {
    let mut secret = Zeroizing::new(vec![0; SECRET_LEN]);
    getrandom::fill(&mut secret)?;
    Ok(secret)
}

/// New recovery codes of 100 bits, as they are compared.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_recovery() -> Stored<Vec<String>> {
    (0..RECOVERY_CODES).map(|_| tokens::new_card()).collect()
}

/// The address that authenticators read, and the secret in base32.
///
/// # Errors
/// Where the name cannot stand in it.
pub fn shown(secret: &[u8], sign_in: &str) -> Result<(String, String), ApiError> {
    let totp = totp(secret, sign_in)?;
    let url = totp.to_url().map_err(|error| ApiError::internal(&error))?;
    Ok((url, totp.secret().to_base32()))
}

/// The step of 30 s whose code this is, now or one early or late; none where it is none.
///
/// # Errors
/// Where the stored secret is of no use.
pub fn step_of(secret: &[u8], code: &str, now_ms: i64) -> Result<Option<u64>, ApiError> {
    let seconds = u64::try_from(now_ms / 1000).unwrap_or_default();
    Ok(totp(secret, "")?.check(code, seconds))
}

/// Six digits as typed, full-width ones too; none where it is something else.
#[must_use]
pub fn digits(typed: &str) -> Option<String> {
    let plain = hotaru_sync::wire::plain_code(typed, 7);
    (plain.len() == 6 && plain.bytes().all(|byte| byte.is_ascii_digit())).then_some(plain)
}

fn totp(secret: &[u8], sign_in: &str) -> Result<Totp, ApiError> {
    let built = Builder::new()
        .with_secret(Secret::from(secret))
        .with_issuer(Some(ISSUER))
        .with_account_name(sign_in)
        .build();
    built.map_err(|error| ApiError::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret, and the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let step = step_of(secret, code, seconds * 1000).unwrap();
            assert_eq!(step, Some(u64::try_from(seconds).unwrap() / 30));
            // One step late or early it counts, two steps it does not.
            let after = |passed: i64| step_of(secret, code, (seconds + passed) * 1000).unwrap();
            assert!(after(30).is_some() && after(-30).is_some());
            assert!(after(60).is_none());
            assert!(seconds < 60 || after(-60).is_none());
        }
    }

    #[test]
    fn an_authenticator_reads_the_address() {
        let secret = new_secret().unwrap();
        let (url, base32) = shown(&secret, "田中").unwrap();
        let read = Totp::from_url(&url).unwrap();
        assert_eq!(read.secret().as_bytes(), &secret[..]);
        assert_eq!((read.account_name(), read.issuer()), ("田中", Some(ISSUER)));
        assert!(url.contains(&base32));
    }

    #[test]
    fn digits_are_read_however_they_are_typed() {
        assert_eq!(digits(" 123 456 ").as_deref(), Some("123456"));
        assert_eq!(digits("１２３４５６").as_deref(), Some("123456"));
        for other in ["", "12345", "1234567", "12345a", "KX7P-3M9Q-ABCD-EFGH-JKLM"] {
            assert_eq!(digits(other), None);
        }
    }
}
