//! The seal that everything on the shelf passes.
//!
//! An envelope is `version (1) ‖ key id (4) ‖ nonce (24) ‖ ciphertext ‖ tag (16)`, by
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under a random nonce. Its associated
//! data binds it to its place, so that an envelope moved elsewhere does not open. Names of
//! files and tree keys are keyed BLAKE3 hashes: they say nothing and confirm no guess.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::ShelfError;

const VERSION: u8 = 1;
const HEADER_LEN: usize = 1 + 4 + 24;
/// How much longer an envelope is than what it holds.
pub(super) const OVERHEAD: usize = HEADER_LEN + 16;

/// A key as it is kept in the key file.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SealKey {
    id: u32,
    secret: [u8; 32],
}

impl Drop for SealKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl SealKey {
    pub fn random() -> Result<Self, ShelfError> {
        let mut id = [0; 4];
        getrandom::fill(&mut id)?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self {
            id: u32::from_le_bytes(id),
            secret,
        })
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({:08x})", self.id)
    }
}

/// What an envelope is bound to: a domain and up to three fields of that domain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// What kind of place: "value", "journal".
    pub domain: &'static str,
    /// A tree key, a file's name.
    pub name: &'a [u8],
    /// A piece, chunk or event number.
    pub index: u64,
    /// Whether nothing follows it, so that a cut-off end is noticed.
    pub last: bool,
}

impl Place<'_> {
    fn bytes(&self, key: u32) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        bytes.push(VERSION);
        bytes.extend_from_slice(&key.to_le_bytes());
        for part in [self.domain.as_bytes(), self.name] {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(&self.index.to_le_bytes());
        bytes.push(u8::from(self.last));
        bytes
    }
}

/// Seals and opens under one key.
pub(super) struct Seal {
    id: u32,
    cipher: XChaCha20Poly1305,
    names: Zeroizing<[u8; 32]>,
}

impl Seal {
    pub fn new(key: &SealKey) -> Self {
        let secret = &key.secret;
        let cipher_key = Zeroizing::new(blake3::derive_key("hotaru shelf 1 envelopes", secret));
        let names = Zeroizing::new(blake3::derive_key("hotaru shelf 1 names", secret));
        let cipher = XChaCha20Poly1305::new(&Key::from(*cipher_key));
        Self {
            id: key.id,
            cipher,
            names,
        }
    }

    /// Seals bytes for one place.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, ShelfError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce)?;
        let aad = place.bytes(self.id);
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_| ShelfError::TooLong {
                what: "a sealed value",
                limit: plain.len(),
            })?;
        let mut envelope = Vec::with_capacity(HEADER_LEN + sealed.len());
        envelope.push(VERSION);
        envelope.extend_from_slice(&self.id.to_le_bytes());
        envelope.extend_from_slice(&nonce);
        envelope.extend_from_slice(&sealed);
        Ok(envelope)
    }

    /// Opens an envelope; `None` where it was not sealed by this key for this place.
    pub fn open(&self, place: Place<'_>, envelope: &[u8]) -> Option<Vec<u8>> {
        let (version, rest) = envelope.split_first()?;
        let (id, rest) = rest.split_at_checked(4)?;
        let (nonce, sealed) = rest.split_at_checked(24)?;
        if *version != VERSION || id != self.id.to_le_bytes() {
            return None;
        }
        let nonce: [u8; 24] = nonce.try_into().ok()?;
        let aad = place.bytes(self.id);
        self.cipher
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .ok()
    }

    /// A name that only this key's holder can lead back to what it names.
    pub fn name(&self, domain: &str, parts: &[&[u8]]) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(&self.names);
        hasher
            .update(&(domain.len() as u64).to_le_bytes())
            .update(domain.as_bytes());
        for part in parts {
            hasher
                .update(&(part.len() as u64).to_le_bytes())
                .update(part);
        }
        let mut name = [0; 16];
        hasher.finalize_xof().fill(&mut name);
        name
    }

    /// Such a name as a file's.
    pub fn file_name(&self, domain: &str, parts: &[&[u8]]) -> String {
        self.name(domain, parts)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({:08x})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &[u8], index: u64, last: bool) -> Place<'_> {
        Place {
            domain: "value",
            name,
            index,
            last,
        }
    }

    #[test]
    fn an_envelope_opens_only_in_its_place() {
        let seal = Seal::new(&SealKey::random().unwrap());
        let envelope = seal.seal(place(b"k", 3, false), b"secret").unwrap();
        assert_eq!(envelope.len(), OVERHEAD + 6);
        assert_eq!(
            seal.open(place(b"k", 3, false), &envelope).unwrap(),
            b"secret"
        );
        assert!(seal.open(place(b"j", 3, false), &envelope).is_none());
        assert!(seal.open(place(b"k", 4, false), &envelope).is_none());
        assert!(seal.open(place(b"k", 3, true), &envelope).is_none());
        let other = Place {
            domain: "journal",
            ..place(b"k", 3, false)
        };
        assert!(seal.open(other, &envelope).is_none());
    }

    #[test]
    fn another_key_opens_nothing_and_names_otherwise() {
        let a = Seal::new(&SealKey::random().unwrap());
        let b = Seal::new(&SealKey::random().unwrap());
        let envelope = a.seal(place(b"k", 0, true), b"secret").unwrap();
        assert!(b.open(place(b"k", 0, true), &envelope).is_none());
        assert_ne!(a.name("blob", &[b"x"]), b.name("blob", &[b"x"]));
        assert_ne!(a.name("blob", &[b"x", b"y"]), a.name("blob", &[b"xy", b""]));
        assert!(!format!("{a:?}").contains("secret"));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let seal = Seal::new(&SealKey::random().unwrap());
        let envelope = seal.seal(place(b"k", 0, true), b"secret").unwrap();
        for at in 0..envelope.len() {
            let mut bad = envelope.clone();
            bad[at] ^= 4;
            assert!(seal.open(place(b"k", 0, true), &bad).is_none(), "{at}");
            assert!(
                seal.open(place(b"k", 0, true), &envelope[..at]).is_none(),
                "{at}"
            );
        }
    }
}
