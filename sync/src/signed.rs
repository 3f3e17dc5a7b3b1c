//! Signed requests: a token alone lets nobody in.
//!
//! A terminal has an Ed25519 key (RFC 8032). Beside its token each request shows one header,
//! `hotaru-signed: counter.digest.signature`: a number that rises with every request, the
//! BLAKE3 hash of the body (empty for no body), and the signature over these, the method, the
//! path and the token's hash. Time has no part in it, for terminals' clocks are wrong.
//!
//! The cloud remembers which numbers it has seen ([`Window`]). It need not write each of them
//! down: it notes a ceiling ahead, and after a start takes numbers above that only. Who comes
//! with a smaller one hears the number to go on from, and sends again ([`door`]).
//!
//! Keys are renewed ([`keys`]); numbers are the terminal's and go on from key to key.

pub mod door;
pub mod keys;
mod window;

pub use window::{AHEAD, Number, Window, ceiling_of_restore};

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hotaru_content::key::{PublicKey, SecretKey};

use crate::http::Method;

/// What is signed beside the number and the body.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The method.
    pub method: Method,
    /// Path and query, from the cloud's address on.
    pub path: &'a str,
    /// The BLAKE3 hash of the token's text.
    pub token_hash: &'a [u8; 32],
}

/// The header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The request's number.
    pub counter: u64,
    /// The BLAKE3 hash of the body; none where there is no body.
    pub digest: Option<[u8; 32]>,
    signature: [u8; 64],
}

/// Why a text is not such a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request's signature cannot be read; update Hotaru")]
pub struct BadSigned;

impl Signed {
    /// Signs a request.
    #[must_use]
    pub fn new(key: &SecretKey, counter: u64, asked: Asked<'_>, body: &[u8]) -> Self {
        let digest = (!body.is_empty()).then(|| *blake3::hash(body).as_bytes());
        let key = SigningKey::from_bytes(key.as_bytes());
        let text = text(counter, asked, *blake3::hash(body).as_bytes());
        let signature = key.sign(&text).to_bytes();
        Self {
            counter,
            digest,
            signature,
        }
    }

    /// The BLAKE3 hash that the body must have, an empty one too: who reads it compares.
    #[must_use]
    pub fn body_hash(&self) -> [u8; 32] {
        self.digest.unwrap_or_else(|| *blake3::hash(b"").as_bytes())
    }

    /// Whether this is the body that was signed.
    #[must_use]
    pub fn is_of(&self, body: &[u8]) -> bool {
        *blake3::hash(body).as_bytes() == self.body_hash()
    }

    /// Whether this key signed this request. What the body really is, is for the reader of
    /// the body to compare with [`Signed::body_hash`].
    #[must_use]
    pub fn is_by(&self, key: &PublicKey, asked: Asked<'_>) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&key.0).is_ok_and(|key| {
            let text = text(self.counter, asked, self.body_hash());
            key.verify_strict(&text, &signature).is_ok()
        })
    }
}

/// The public half of a key.
#[must_use]
pub fn public(key: &SecretKey) -> PublicKey {
    let key = SigningKey::from_bytes(key.as_bytes());
    PublicKey(key.verifying_key().to_bytes())
}

fn text(counter: u64, asked: Asked<'_>, body_hash: [u8; 32]) -> Vec<u8> {
    let mut text = b"hotaru request 1\n".to_vec();
    text.extend_from_slice(asked.token_hash);
    text.extend_from_slice(&counter.to_le_bytes());
    text.extend_from_slice(&body_hash);
    for part in [asked.method.name(), asked.path].map(str::as_bytes) {
        text.extend_from_slice(&(part.len() as u64).to_le_bytes());
        text.extend_from_slice(part);
    }
    text
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = self.digest.map(|digest| URL_SAFE_NO_PAD.encode(digest));
        let signature = URL_SAFE_NO_PAD.encode(self.signature);
        let digest = digest.unwrap_or_default();
        write!(f, "{}.{digest}.{signature}", self.counter)
    }
}

impl FromStr for Signed {
    type Err = BadSigned;

    fn from_str(text: &str) -> Result<Self, BadSigned> {
        let mut parts = text.split('.');
        let (Some(counter), Some(digest), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadSigned);
        };
        let digest = match digest {
            "" => None,
            digest => Some(bytes(digest)?),
        };
        Ok(Self {
            counter: counter.parse().map_err(|_| BadSigned)?,
            digest,
            signature: bytes(signature)?,
        })
    }
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], BadSigned> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadSigned)?;
    bytes.try_into().map_err(|_| BadSigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: [u8; 32] = [7; 32];

    fn asked(path: &str) -> Asked<'_> {
        Asked {
            method: Method::Post,
            path,
            token_hash: &TOKEN,
        }
    }

    fn key(byte: u8) -> SecretKey {
        SecretKey::from_bytes([byte; 32])
    }

    #[test]
    fn a_request_is_signed_whole() {
        let signed = Signed::new(&key(1), 9, asked("/v1/receipts"), b"[]");
        let public = public(&key(1));
        let again: Signed = signed.to_string().parse().unwrap();
        assert_eq!(again, signed);
        assert!(again.is_by(&public, asked("/v1/receipts")));
        assert!(again.is_of(b"[]") && !again.is_of(b"") && !again.is_of(b"[ ]"));
        let bare = Signed::new(&key(1), 10, asked("/"), b"");
        assert!(bare.digest.is_none() && bare.is_of(b"") && !bare.is_of(b"[]"));

        assert!(!again.is_by(&super::public(&key(2)), asked("/v1/receipts")));
        assert!(!again.is_by(&public, asked("/v1/receipts?x")));
        let get = Asked {
            method: Method::Get,
            ..asked("/v1/receipts")
        };
        assert!(!again.is_by(&public, get));
        let other = Asked {
            token_hash: &[8; 32],
            ..asked("/v1/receipts")
        };
        assert!(!again.is_by(&public, other));
        let later = Signed {
            counter: 10,
            ..again.clone()
        };
        assert!(!later.is_by(&public, asked("/v1/receipts")));
        let altered = Signed {
            digest: Some([0; 32]),
            ..again.clone()
        };
        assert!(!altered.is_by(&public, asked("/v1/receipts")));
        let without = Signed {
            digest: None,
            ..again
        };
        assert!(!without.is_by(&public, asked("/v1/receipts")));
        // Not a point of the curve, and a point of small order.
        for bad in [[0xff; 32], [0; 32]] {
            assert!(!signed.is_by(&PublicKey(bad), asked("/v1/receipts")));
        }
    }

    /// RFC 8032, 7.1, test 2: the key and the signature are what other programs make.
    #[test]
    fn keys_are_those_of_the_standard() {
        let secret = [
            0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11,
            0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed,
            0x4f, 0xb8, 0xa6, 0xfb,
        ];
        let public = public(&SecretKey::from_bytes(secret));
        assert_eq!(
            public.to_string(),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for text in ["", ".", "1..", "1.2.3", "x..AA", "1...", "-1.."] {
            assert_eq!(text.parse::<Signed>(), Err(BadSigned), "{text}");
        }
    }
}
