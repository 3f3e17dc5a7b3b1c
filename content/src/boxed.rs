//! Boxes that anybody can fill and only the school can open.
//!
//! Hybrid public key encryption (RFC 9180) in its base mode: DHKEM(X25519, HKDF-SHA256),
//! HKDF-SHA256, ChaCha20-Poly1305. A box is `encapsulated key (32) ‖ ciphertext ‖ tag (16)`;
//! a purpose binds it, so that a box for one use does not open for another.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use crate::key::{PublicKey, SecretKey};

/// How much longer a box is than what it holds, in bytes.
pub const OVERHEAD: usize = 32 + 16;

type School = X25519HkdfSha256;
type SchoolKey = <School as Kem>::PublicKey;

/// Why nothing could be put into a box.
#[derive(Debug, thiserror::Error)]
pub enum BoxError {
    /// The key is none of X25519.
    #[error("the school's key is of no use; connect to the school again")]
    Key,
    /// The operating system has no randomness.
    #[error("the operating system gives no random numbers ({0}); restart the machine")]
    Random(#[from] getrandom::Error),
}

/// The public half of a secret of the school.
#[must_use]
pub fn public_of(secret: &SecretKey) -> Option<PublicKey> {
    let secret = <School as Kem>::PrivateKey::from_bytes(secret.as_bytes()).ok()?;
    let bytes = School::sk_to_pk(&secret).to_bytes();
    Some(PublicKey(bytes.as_slice().try_into().ok()?))
}

/// Puts bytes into a box for the school.
///
/// # Errors
/// Where the key is no key, or there is no randomness.
pub fn fill(to: &PublicKey, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, BoxError> {
    let to = SchoolKey::from_bytes(&to.0).map_err(|_| BoxError::Key)?;
    let mut draw = Draw::new()?;
    let (mode, purpose) = (OpModeS::Base, purpose.as_bytes());
    let (key, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, School>(
        &mode,
        &to,
        purpose,
        plain,
        &[],
        &mut draw,
    )
    .map_err(|_| BoxError::Key)?;
    let mut boxed = key.to_bytes().to_vec();
    boxed.extend_from_slice(&sealed);
    Ok(boxed)
}

/// What is in a box; `None` where it is not for this secret and purpose, or was changed.
#[must_use]
pub fn open(secret: &SecretKey, purpose: &str, boxed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (key, sealed) = boxed.split_first_chunk::<32>()?;
    let secret = <School as Kem>::PrivateKey::from_bytes(secret.as_bytes()).ok()?;
    let key = <School as Kem>::EncappedKey::from_bytes(key).ok()?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, School>(
        &OpModeR::Base,
        &secret,
        &key,
        purpose.as_bytes(),
        sealed,
        &[],
    )
    .ok()
    .map(Zeroizing::new)
}

/// Random bytes that were drawn beforehand, so that a lack of them is an error and no panic:
/// 32 of the operating system's, stretched by BLAKE3.
struct Draw(blake3::OutputReader);

impl Draw {
    fn new() -> Result<Self, getrandom::Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice())?;
        Ok(Self(blake3::Hasher::new_keyed(&seed).finalize_xof()))
    }
}

impl TryRng for Draw {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Draw {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_opens_for_its_school_and_purpose_only() {
        let (ours, theirs) = (SecretKey::random().unwrap(), SecretKey::random().unwrap());
        let to = public_of(&ours).unwrap();
        let boxed = fill(&to, "a", "ひみつ".as_bytes()).unwrap();
        assert_eq!(boxed.len(), "ひみつ".len() + OVERHEAD);
        assert_eq!(
            open(&ours, "a", &boxed).unwrap().as_slice(),
            "ひみつ".as_bytes()
        );
        assert!(open(&theirs, "a", &boxed).is_none());
        assert!(open(&ours, "b", &boxed).is_none());
        assert_ne!(boxed, fill(&to, "a", "ひみつ".as_bytes()).unwrap());
        for at in 0..boxed.len() {
            let mut bad = boxed.clone();
            bad[at] ^= 1;
            assert!(open(&ours, "a", &bad).is_none(), "{at}");
            assert!(open(&ours, "a", &boxed[..at]).is_none(), "{at}");
        }
    }

    #[test]
    fn a_key_of_low_order_is_refused() {
        assert!(matches!(
            fill(&PublicKey([0; 32]), "a", b"x"),
            Err(BoxError::Key)
        ));
    }
}
