//! Staff and guardians: how they prove who they are, and how long that counts.
//!
//! Signing in has two halves with a seam between: somebody proves who she is, by a passphrase and a
//! second factor ([`sign_in`]) or by an identity provider ([`oidc`]), and a session begins for who
//! was [`sign_in::Proven`]. Another way to prove it joins at the seam.

pub mod oidc;
mod passphrase;
pub mod setup;
pub mod sign_in;
mod totp;

use unicode_normalization::UnicodeNormalization;

use crate::limits::Limiter;
use crate::store::Session;

pub use passphrase::Hasher;

/// A session ends after so long: 12 hours, a school day.
pub const SESSION_MS: i64 = 12 * 3600 * 1000;
/// And sooner where it was not used for so long: 2 hours.
pub const IDLE_MS: i64 = 2 * 3600 * 1000;
/// A computer where a second factor was shown needs none for so long: 24 hours.
pub const COMPUTER_MS: i64 = 24 * 3600 * 1000;
/// A setup code counts for so long: 7 days.
pub const SETUP_MS: i64 = 7 * 24 * 3600 * 1000;

/// Whether a session counts no more. A desk token has no end and is never idle.
#[must_use]
pub fn is_over(session: &Session, now_ms: i64) -> bool {
    let is_late = session
        .expires_ms
        .is_some_and(|end| now_ms >= end || now_ms.saturating_sub(session.seen_ms) >= IDLE_MS);
    session.is_revoked || is_late
}

/// A name to sign in with, in the form that is compared: NFKC, small letters, no space around
/// it. None where it is empty, longer than 64 characters, or has a control character or a colon,
/// which authenticators part their labels by.
#[must_use]
pub fn sign_in_name(typed: &str) -> Option<String> {
    let name: String = typed.trim().nfkc().collect::<String>().to_lowercase();
    let is_short = (1..=hotaru_sync::wire::MAX_SIGN_IN_CHARS).contains(&name.chars().count());
    (is_short && !name.chars().any(|char| char.is_control() || char == ':')).then_some(name)
}

/// How often somebody may try to sign in. A right one is given back.
#[derive(Debug)]
pub struct Tries {
    addresses: Limiter<std::net::IpAddr>,
    names: Limiter<By>,
}

/// By what tries are counted beside the address. A computer that is known is counted apart:
/// wrong tries of others never keep somebody out of her own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum By {
    Name(String),
    Computer([u8; 32]),
}

impl Default for Tries {
    fn default() -> Self {
        use std::time::Duration;
        Self {
            // A whole staff room may be one address.
            addresses: Limiter::new(20, Duration::from_secs(60)),
            names: Limiter::new(5, Duration::from_secs(300)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_one_form() {
        assert_eq!(sign_in_name("  Ｔanaka ").as_deref(), Some("tanaka"));
        assert_eq!(sign_in_name("田中").as_deref(), Some("田中"));
        let long = "あ".repeat(65);
        for bad in ["", "  ", "a\u{7}b", "a:b", long.as_str()] {
            assert_eq!(sign_in_name(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_session_ends_by_age_by_rest_and_by_hand() {
        let session = |expires_ms, seen_ms, is_revoked| Session {
            id: 1,
            staff: hotaru_content::id::TeacherId([1; 16]),
            name: String::new(),
            grants: Vec::new(),
            seen_ms,
            expires_ms,
            is_revoked,
        };
        let now = 100 * SESSION_MS;
        assert!(!is_over(&session(Some(now + 1), now, false), now));
        assert!(is_over(&session(Some(now), now, false), now));
        assert!(!is_over(
            &session(Some(now + 1), now - IDLE_MS + 1, false),
            now
        ));
        assert!(is_over(&session(Some(now + 1), now - IDLE_MS, false), now));
        assert!(is_over(&session(Some(now + 1), now, true), now));
        assert!(!is_over(&session(None, 0, false), now));
        assert!(is_over(&session(None, 0, true), now));
    }
}
