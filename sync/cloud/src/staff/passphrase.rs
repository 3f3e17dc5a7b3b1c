//! Passphrases: which are taken (NIST SP 800-63B: long ones, no rules of composition, none that
//! everybody tries first), and their Argon2id hashes.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// The least characters of a passphrase that is not [`LEAST_WORDS`] words.
const LEAST_CHARS: usize = 12;
/// So many words of two characters or more will do as well.
const LEAST_WORDS: usize = 4;
/// 64 MiB of memory, in KiB: with [`PASSES`] more than OWASP's least (19 MiB, 2 passes).
const MEMORY_KIB: u32 = 64 << 10;
/// Passes over it.
const PASSES: u32 = 3;
/// Hashes made at once, so that they never take more than 128 MiB.
const AT_ONCE: usize = 2;
/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of salt.
const SALT_LEN: usize = 16;

/// The hash of nothing that anybody typed: a name that is not there is compared with this one,
/// and takes as long.
const NOBODY: &str = "$argon2id$v=19$m=65536,t=3,p=1$aG90YXJ1IG5vYm9keSAhIQ$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";

/// The hundred passphrases that are tried first, one a line.
const COMMONEST: &str = include_str!("commonest.txt");

/// Makes and compares hashes, a few at once, on threads that may work long.
#[derive(Debug)]
pub struct Hasher(Arc<Semaphore>);

impl Default for Hasher {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Hasher {
    /// Whether a passphrase has this hash; without one it is compared all the same, and has not.
    ///
    /// # Errors
    /// Where too many wait for their turn.
    pub async fn is_right(
        &self,
        passphrase: &str,
        phc: Option<Zeroizing<String>>,
    ) -> Result<bool, ApiError> {
        let typed = normalised(passphrase);
        self.work(move || {
            let (known, phc) = match &phc {
                Some(phc) => (true, phc.as_str()),
                None => (false, NOBODY),
            };
            let is_right = PasswordHash::new(phc).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(typed.as_bytes(), &hash)
                    .is_ok()
            });
            Ok(known && is_right)
        })
        .await
    }

    /// The hash of a passphrase under a new salt, in PHC form.
    ///
    /// # Errors
    /// Where too many wait for their turn, or there is no randomness.
    pub async fn hash(&self, passphrase: &str) -> Result<Zeroizing<String>, ApiError> {
        let typed = normalised(passphrase);
        let mut salt = [0_u8; SALT_LEN];
        getrandom::fill(&mut salt)?;
        self.work(move || {
            let internal = |error: argon2::password_hash::Error| ApiError::internal(&error);
            let params = Params::new(MEMORY_KIB, PASSES, 1, None)
                .map_err(|error| ApiError::internal(&error))?;
            let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_with_salt(typed.as_bytes(), &salt)
                .map_err(internal)?;
            Ok(Zeroizing::new(hash.to_string()))
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let busy = || {
            ApiError::busy(
                axum::http::StatusCode::SERVICE_UNAVAILABLE,
                "many sign in at this moment; wait a little and try again",
                5,
            )
        };
        let turn = Arc::clone(&self.0).acquire_owned();
        let turn = tokio::time::timeout(PATIENCE, turn).await;
        let turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
        let worked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        worked.await.map_err(|error| ApiError::internal(&error))?
    }
}

/// One form for what several keyboards type.
fn normalised(passphrase: &str) -> Zeroizing<String> {
    Zeroizing::new(passphrase.nfkc().collect())
}

/// What is wrong with a passphrase that somebody chose; none where nothing is.
#[must_use]
pub fn weakness(passphrase: &str, sign_in: &str) -> Option<&'static str> {
    let typed = normalised(passphrase);
    let words = typed
        .split_whitespace()
        .filter(|word| word.chars().count() >= 2)
        .count();
    if typed.chars().count() < LEAST_CHARS && words < LEAST_WORDS {
        return Some(
            "this passphrase is too short; take at least 12 characters, or four words with spaces between",
        );
    }
    let plain = Zeroizing::new(plain(&typed));
    // The same over and over is no longer than once.
    let is = |word: &str| !word.is_empty() && plain.replace(word, "").is_empty();
    if COMMONEST.lines().any(|line| is(line.trim()))
        || plain.chars().all(|char| plain.starts_with(char))
    {
        return Some("this passphrase is one that is tried first; think of another");
    }
    if is(&self::plain(sign_in)) {
        return Some("this passphrase is the name to sign in with; think of another");
    }
    None
}

/// Small letters without spaces.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ones_and_four_words_are_taken_whatever_is_in_them() {
        for good in [
            "ほたるの ひかる よるの みち",
            "correct horse battery staple",
            "aaaaaaaaaaab",
            "うみ やま かわ もり",
        ] {
            assert_eq!(weakness(good, "tanaka"), None, "{good}");
        }
    }

    #[test]
    fn short_common_and_own_ones_are_not() {
        for bad in [
            "short",
            "a b c d e",
            "elevenchars",
            "password1234",
            "PasswordPassword",
            "123456789012",
            "qwertyuiop qwertyuiop",
            "aaaaaaaaaaaaaaa",
            "tanakatanaka",
            "Tanaka Tanaka",
            "ｐａｓｓｗｏｒｄ１２３４",
        ] {
            assert!(weakness(bad, "tanaka").is_some(), "{bad}");
        }
        assert_eq!(COMMONEST.lines().count(), 100);
    }

    #[tokio::test]
    async fn a_hash_has_its_own_salt_and_the_parameters_that_are_stated() {
        let hasher = Hasher::default();
        let one = hasher.hash("ほたるの ひかる よるの みち").await.unwrap();
        let two = hasher.hash("ほたるの ひかる よるの みち").await.unwrap();
        assert_ne!(one.as_str(), two.as_str());
        let stated = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$");
        for phc in [one.as_str(), two.as_str(), NOBODY] {
            assert!(phc.starts_with(&stated), "{phc}");
            assert!(
                PasswordHash::new(phc).is_ok_and(|hash| hash.hash.is_some()),
                "{phc}"
            );
        }
        // Half-width kana come out as the same text.
        let right = hasher.is_right("ほたるの ひかる よるの みち", Some(one.clone()));
        assert!(right.await.unwrap());
        assert!(!hasher.is_right("ほたるの", Some(one)).await.unwrap());
        assert!(!hasher.is_right("ほたるの", None).await.unwrap());
    }
}
