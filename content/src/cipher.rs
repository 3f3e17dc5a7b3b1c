//! The cipher of the shelf: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03).
//!
//! HChaCha20 makes a key of the key and the first 16 bytes of a nonce; under that one
//! ChaCha20-Poly1305 (RFC 8439) seals with the last 8. The latter is ring's, in assembly for
//! processors of every age: opening a lesson is mostly this on a small terminal.

use chacha20::{R20, hchacha};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Bytes of a tag, by which a sealed value is longer.
pub const TAG_LEN: usize = 16;
/// Bytes of a nonce; random ones do not meet.
pub const NONCE_LEN: usize = 24;

/// A key.
pub struct Cipher(Zeroizing<[u8; 32]>);

impl Cipher {
    /// Of 32 secret bytes.
    #[must_use]
    pub fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// Seals what is appended to `to`, with what is bound to it; false where that is too long.
    #[must_use]
    pub fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        bound: &[u8],
        plain: &[u8],
        to: &mut Vec<u8>,
    ) -> bool {
        let Some((key, nonce)) = self.of(nonce) else {
            return false;
        };
        let from = to.len();
        to.reserve(plain.len() + TAG_LEN);
        to.extend_from_slice(plain);
        let place = to.get_mut(from..).unwrap_or_default();
        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(bound), place);
        match tag {
            Ok(tag) => to.extend_from_slice(tag.as_ref()),
            Err(_) => to.truncate(from),
        }
        tag.is_ok()
    }

    /// Opens a sealed value; none where it or what is bound to it is not what was sealed.
    #[must_use]
    pub fn open(&self, nonce: &[u8; NONCE_LEN], bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (key, nonce) = self.of(nonce)?;
        let mut bytes = sealed.to_vec();
        let len = key
            .open_in_place(nonce, Aad::from(bound), &mut bytes)
            .ok()?
            .len();
        bytes.truncate(len);
        Some(bytes)
    }

    /// The inner key and nonce.
    fn of(&self, nonce: &[u8; NONCE_LEN]) -> Option<(LessSafeKey, Nonce)> {
        let (first, last) = nonce.split_first_chunk::<16>()?;
        let inner = Zeroizing::new(hchacha::<R20>(&(*self.0).into(), &(*first).into()).0);
        let key = UnboundKey::new(&CHACHA20_POLY1305, &*inner).ok()?;
        let mut nonce = [0; 12];
        nonce.get_mut(4..)?.copy_from_slice(last);
        let nonce = Nonce::assume_unique_for_key(nonce);
        Some((LessSafeKey::new(key), nonce))
    }
}

#[cfg(test)]
mod tests {
    use chacha20poly1305::aead::{Aead, KeyInit, Payload};
    use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

    use super::*;

    /// Whatever another implementation seals opens, and the other way round.
    #[test]
    fn it_is_the_cipher_that_other_programs_have() {
        let cipher = Cipher::new(Zeroizing::new([0x42; 32]));
        let other = XChaCha20Poly1305::new(&Key::from([0x42; 32]));
        let nonce: [u8; NONCE_LEN] = std::array::from_fn(|at| at as u8 * 7);
        for len in [0, 1, 15, 16, 63, 64, 65, 1000, 16_384] {
            let plain: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
            let bound = &plain[..len.min(40)];
            let mut sealed = b"before".to_vec();
            assert!(cipher.seal(&nonce, bound, &plain, &mut sealed));
            let sealed = sealed.split_off(6);
            let payload = Payload {
                msg: &plain,
                aad: bound,
            };
            let wanted = other.encrypt(&XNonce::from(nonce), payload).unwrap();
            assert_eq!(sealed, wanted, "{len}");
            assert_eq!(cipher.open(&nonce, bound, &wanted), Some(plain));
        }
    }

    #[test]
    fn what_was_altered_does_not_open() {
        let cipher = Cipher::new(Zeroizing::new([1; 32]));
        let mut sealed = Vec::new();
        assert!(cipher.seal(&[2; NONCE_LEN], b"place", b"words", &mut sealed));
        assert_eq!(sealed.len(), 5 + TAG_LEN);
        assert!(cipher.open(&[2; NONCE_LEN], b"place", &sealed).is_some());
        assert_eq!(cipher.open(&[3; NONCE_LEN], b"place", &sealed), None);
        assert_eq!(cipher.open(&[2; NONCE_LEN], b"other", &sealed), None);
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(cipher.open(&[2; NONCE_LEN], b"place", &altered), None);
        }
        assert_eq!(cipher.open(&[2; NONCE_LEN], b"place", &sealed[..10]), None);
    }
}
