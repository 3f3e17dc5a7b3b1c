//! What a terminal or a desk shows to be let in.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// 32 random bytes in base64url (RFC 4648, 5), never printed by `Debug`.
///
/// A new one never begins with `-`: pasted into a command line it would be read as an
/// option there. That costs 0.02 of its 256 bits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token(String);

/// Why a text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token has 43 letters, digits, - and _; copy it again whole")]
pub struct BadToken;

impl Token {
    /// A new token from the operating system's generator.
    ///
    /// # Errors
    /// Where the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        loop {
            getrandom::fill(&mut bytes)?;
            let text = URL_SAFE_NO_PAD.encode(bytes);
            if !text.starts_with('-') {
                return Ok(Self(text));
            }
        }
    }

    /// The text, for the `Authorization` header and the one place that stores it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the cloud keeps instead of it: the BLAKE3 hash of its text.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        token_hash(&self.0)
    }
}

/// The hash of a token's text.
#[must_use]
pub fn token_hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

impl std::str::FromStr for Token {
    type Err = BadToken;
    fn from_str(text: &str) -> Result<Self, BadToken> {
        match URL_SAFE_NO_PAD.decode(text) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(text.to_owned())),
            _ => Err(BadToken),
        }
    }
}

impl TryFrom<String> for Token {
    type Error = BadToken;
    fn try_from(text: String) -> Result<Self, BadToken> {
        text.parse()
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}
