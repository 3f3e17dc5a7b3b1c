//! The seal that everything on the shelf passes.
//!
//! An envelope is `version (1) ‖ key id (4) ‖ nonce (24) ‖ ciphertext ‖ tag (16)`, by
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under a random nonce. Its associated
//! data binds it to its place, so that an envelope moved elsewhere does not open. Names of
//! files and tree keys are keyed BLAKE3 hashes: they say nothing and confirm no guess.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::ShelfError;
use crate::cipher::{Cipher, NONCE_LEN, TAG_LEN};
use crate::id::StreamId;

const VERSION: u8 = 1;
const HEADER_LEN: usize = 1 + 4 + NONCE_LEN;
/// How much longer an envelope is than what it holds.
pub(super) const OVERHEAD: usize = HEADER_LEN + TAG_LEN;

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

    /// The key that a secret is: one that was made of a PIN, lies in the system's keyring, or
    /// behind a lock. There is one of its kind, and its id says nothing.
    pub fn of(secret: &[u8; 32]) -> Self {
        Self {
            id: 0,
            secret: *secret,
        }
    }

    /// Its bytes, to be put behind another key.
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// A key for one purpose and name; it tells nothing of this one.
    fn derive(&self, purpose: &str, name: &[u8]) -> Self {
        let derived = Zeroizing::new(blake3::derive_key(purpose, &self.secret));
        let mut reader = blake3::Hasher::new_keyed(&derived)
            .update(name)
            .finalize_xof();
        let (mut id, mut secret) = ([0; 4], [0; 32]);
        reader.fill(&mut id);
        reader.fill(&mut secret);
        Self {
            id: u32::from_le_bytes(id),
            secret,
        }
    }
}

/// The keys of one owner: the one in force, those that it replaced and that still open what
/// was sealed before, and the secret of names, which stays.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SealKeys {
    names: [u8; 32],
    current: SealKey,
    former: Vec<SealKey>,
}

impl Drop for SealKeys {
    fn drop(&mut self) {
        self.names.zeroize();
    }
}

impl fmt::Debug for SealKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKeys({:?}, {:?})", self.current, self.former)
    }
}

impl SealKeys {
    pub fn random() -> Result<Self, ShelfError> {
        SealKey::random().map(Self::of)
    }

    /// The keys of who had one key only.
    pub fn of(key: SealKey) -> Self {
        Self {
            names: blake3::derive_key("hotaru shelf 1 names", &key.secret),
            current: key,
            former: Vec::new(),
        }
    }

    /// With a new key in force.
    pub fn rotated(&self) -> Result<Self, ShelfError> {
        let mut former = self.former.clone();
        former.insert(0, self.current.clone());
        Ok(Self {
            names: self.names,
            current: SealKey::random()?,
            former,
        })
    }

    /// With the key in force only: nothing is sealed under others any more.
    pub fn settled(&self) -> Self {
        Self {
            names: self.names,
            current: self.current.clone(),
            former: Vec::new(),
        }
    }

    /// The key in force.
    #[cfg(test)]
    pub fn first(&self) -> SealKey {
        self.current.clone()
    }

    /// Whether nothing is sealed under a former key any more.
    pub fn is_settled(&self) -> bool {
        self.former.is_empty()
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

/// Seals under one key; opens what that key or a former one sealed.
pub(super) struct Seal {
    names: Zeroizing<[u8; 32]>,
    inner: RwLock<Arc<Inner>>,
}

struct Inner {
    keys: SealKeys,
    ciphers: Vec<(u32, Cipher)>,
}

impl Inner {
    fn new(keys: &SealKeys) -> Arc<Self> {
        let all = [&keys.current].into_iter().chain(&keys.former);
        let ciphers = all.map(|key| {
            let cipher_key =
                Zeroizing::new(blake3::derive_key("hotaru shelf 1 envelopes", &key.secret));
            (key.id, Cipher::new(cipher_key))
        });
        Arc::new(Self {
            ciphers: ciphers.collect(),
            keys: keys.clone(),
        })
    }
}

impl Seal {
    pub fn new(keys: &SealKeys) -> Self {
        Self {
            names: Zeroizing::new(keys.names),
            inner: RwLock::new(Inner::new(keys)),
        }
    }

    /// Goes on under other keys of the same owner, for everybody who holds this seal. What
    /// they do not open is not opened any more.
    pub fn adopt(&self, keys: &SealKeys) {
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = Inner::new(keys);
    }

    fn inner(&self) -> Arc<Inner> {
        Arc::clone(&self.inner.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The seal of a stream's journal: who is given its key can open that journal's events
    /// and nothing else. It also opens what this seal sealed there before there were such.
    pub fn of_stream(&self, stream: &StreamId) -> Self {
        let derive = |key: &SealKey| key.derive("hotaru shelf 2 journal of a stream", &stream.0);
        let keys = &self.inner().keys;
        let all = [&keys.current].into_iter().chain(&keys.former);
        let former = keys.former.iter().map(derive).chain(all.cloned());
        Self::new(&SealKeys {
            names: keys.names,
            current: derive(&keys.current),
            former: former.collect(),
        })
    }

    /// The key in force.
    pub fn key(&self) -> SealKey {
        self.inner().keys.current.clone()
    }

    /// Whether an envelope is under the key in force.
    pub fn is_current(&self, envelope: &[u8]) -> bool {
        envelope.get(1..5) == Some(&self.inner().keys.current.id.to_le_bytes()[..])
    }

    /// Whether nothing can be sealed under another key than the one in force.
    pub fn is_settled(&self) -> bool {
        self.inner().keys.is_settled()
    }

    /// Seals bytes for one place.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, ShelfError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce)?;
        let inner = self.inner();
        let id = inner.keys.current.id;
        let mut envelope = Vec::with_capacity(OVERHEAD + plain.len());
        envelope.push(VERSION);
        envelope.extend_from_slice(&id.to_le_bytes());
        envelope.extend_from_slice(&nonce);
        let bound = place.bytes(id);
        let cipher = inner.ciphers.first().map(|(_, cipher)| cipher);
        if cipher.is_some_and(|cipher| cipher.seal(&nonce, &bound, plain, &mut envelope)) {
            return Ok(envelope);
        }
        Err(ShelfError::TooLong {
            what: "a sealed value",
            limit: plain.len(),
        })
    }

    /// Opens an envelope; `None` where it was not sealed by a key of this seal for this place.
    pub fn open(&self, place: Place<'_>, envelope: &[u8]) -> Option<Vec<u8>> {
        let (version, rest) = envelope.split_first()?;
        let (id, rest) = rest.split_first_chunk::<4>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        if *version != VERSION {
            return None;
        }
        let id = u32::from_le_bytes(*id);
        let aad = place.bytes(id);
        // Ids are random: two keys may have one.
        let inner = self.inner();
        let mut known = inner.ciphers.iter().filter(|(known, _)| *known == id);
        known.find_map(|(_, cipher)| cipher.open(nonce, &aad, sealed))
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
        write!(f, "Seal({:?})", self.inner().keys.current)
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
        let seal = Seal::new(&SealKeys::random().unwrap());
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
        let a = Seal::new(&SealKeys::random().unwrap());
        let b = Seal::new(&SealKeys::random().unwrap());
        let envelope = a.seal(place(b"k", 0, true), b"secret").unwrap();
        assert!(b.open(place(b"k", 0, true), &envelope).is_none());
        assert_ne!(a.name("blob", &[b"x"]), b.name("blob", &[b"x"]));
        assert_ne!(a.name("blob", &[b"x", b"y"]), a.name("blob", &[b"xy", b""]));
        assert!(!format!("{a:?}").contains("secret"));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let seal = Seal::new(&SealKeys::random().unwrap());
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
