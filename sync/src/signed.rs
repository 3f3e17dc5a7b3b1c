//! Signed requests: a token alone lets nobody in.
//!
//! A terminal has an Ed25519 key (RFC 8032). Beside its token each request shows one header,
//! `hotaru-signed: counter.digest.signature`: a number that rises with every request, the
//! BLAKE3 hash of the body (empty for no body), and the signature over these, the method, the
//! path and the token's hash. Time has no part in it, for terminals' clocks are wrong.
//!
//! The cloud remembers which numbers it has seen ([`Window`]). It need not write each of them
//! down: it notes a ceiling ahead, and after a start takes numbers above that only. Who comes
//! with a smaller one hears the number to go on from, and sends again.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hotaru_content::key::{PublicKey, SecretKey};

use crate::http::Method;

/// How far numbers may come out of order: requests of one terminal that are under way at once.
const WIDTH: u32 = u128::BITS;
/// How far ahead the cloud notes what it may have seen.
pub const AHEAD: u64 = 1024;
/// A number that leaps further is no terminal's: nobody can use all of them up.
const MAX_LEAP: u64 = 1 << 40;

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
        let signature = key.sign(&text(counter, asked, digest)).to_bytes();
        Self {
            counter,
            digest,
            signature,
        }
    }

    /// Whether this key signed this request. What the body really is, is for the reader of
    /// the body to compare with [`Signed::digest`].
    #[must_use]
    pub fn is_by(&self, key: &PublicKey, asked: Asked<'_>) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&key.0).is_ok_and(|key| {
            let text = text(self.counter, asked, self.digest);
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

fn text(counter: u64, asked: Asked<'_>, digest: Option<[u8; 32]>) -> Vec<u8> {
    let method: &[u8] = match asked.method {
        Method::Get => b"GET",
        Method::Head => b"HEAD",
        Method::Post => b"POST",
        Method::Patch => b"PATCH",
        Method::Delete => b"DELETE",
    };
    let mut text = b"hotaru request 1\n".to_vec();
    text.extend_from_slice(asked.token_hash);
    text.extend_from_slice(&counter.to_le_bytes());
    text.extend_from_slice(&digest.unwrap_or_else(|| *blake3::hash(b"").as_bytes()));
    for part in [method, asked.path.as_bytes()] {
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

/// The numbers that the cloud has seen of one terminal: a sliding window, as RFC 6479 has it
/// for packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Nothing up to this is taken: it may have been seen before the cloud's last start.
    floor: u64,
    highest: u64,
    /// Bit N: `highest - N` was seen.
    seen: u128,
    /// What is noted durably: no number above it was ever taken.
    ceiling: u64,
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// New. It is taken now.
    Fresh,
    /// New, once this ceiling is noted durably; then ask again.
    Ceiling(u64),
    /// Not new, or so low that it may not be: a terminal goes on above this.
    Stale(u64),
}

impl Window {
    /// After a start, with the ceiling that is noted.
    #[must_use]
    pub fn new(ceiling: u64) -> Self {
        Self {
            floor: ceiling,
            highest: ceiling,
            seen: 1,
            ceiling,
        }
    }

    /// A higher ceiling was noted.
    pub fn noted(&mut self, ceiling: u64) {
        self.ceiling = self.ceiling.max(ceiling);
    }

    /// Takes a number, where it is new.
    pub fn take(&mut self, number: u64) -> Number {
        let stale = Number::Stale(self.highest);
        if number <= self.floor || number.saturating_sub(self.highest) > MAX_LEAP {
            return stale;
        }
        if number > self.ceiling {
            return Number::Ceiling(number.saturating_add(AHEAD));
        }
        if number > self.highest {
            let by = number - self.highest;
            self.seen = match u32::try_from(by) {
                Ok(by) if by < WIDTH => self.seen << by | 1,
                _ => 1,
            };
            self.highest = number;
            return Number::Fresh;
        }
        let back = self.highest - number;
        let Some(bit) = u32::try_from(back).ok().filter(|back| *back < WIDTH) else {
            return stale;
        };
        if self.seen & 1 << bit != 0 {
            return stale;
        }
        self.seen |= 1 << bit;
        Number::Fresh
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        assert_eq!(again.digest, Some(*blake3::hash(b"[]").as_bytes()));

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

    fn take(window: &mut Window, number: u64) -> Number {
        match window.take(number) {
            Number::Ceiling(ceiling) => {
                window.noted(ceiling);
                window.take(number)
            }
            told => told,
        }
    }

    #[test]
    fn no_number_is_taken_twice() {
        let mut window = Window::new(0);
        assert_eq!(window.take(1), Number::Ceiling(1 + AHEAD));
        for number in [1, 2, 5, 4, 3, 200, 150, 73] {
            assert_eq!(take(&mut window, number), Number::Fresh, "{number}");
            assert_eq!(take(&mut window, number), Number::Stale(window.highest));
        }
        assert_eq!(take(&mut window, 72), Number::Stale(200));
        assert_eq!(take(&mut window, 0), Number::Stale(200));
        // After a start all that may have been seen is too low.
        let mut again = Window::new(window.ceiling);
        assert_eq!(again.take(201), Number::Stale(1 + AHEAD));
        assert_eq!(take(&mut again, 2 + AHEAD), Number::Fresh);
        // Nobody uses the numbers up.
        assert_eq!(take(&mut again, u64::MAX), Number::Stale(2 + AHEAD));
    }

    proptest! {
        #[test]
        fn in_any_order_with_starts_between_each_is_taken_at_most_once(
            numbers in proptest::collection::vec((1..400_u64, 0..20_u8), 1..300),
        ) {
            let mut window = Window::new(0);
            let mut taken = std::collections::BTreeSet::new();
            for (number, start) in numbers {
                if start == 0 {
                    window = Window::new(window.ceiling);
                }
                if take(&mut window, number) == Number::Fresh {
                    prop_assert!(taken.insert(number));
                }
            }
        }
    }
}
