//! What a pupil opens her study with, and what that protects.
//!
//! A PIN, a row of pictures or a passphrase goes through Argon2id (RFC 9106) and opens a
//! random key, the *door*; the door opens the pupil's keys. A code that a teacher reads out
//! opens the same door.

use std::ops::RangeInclusive;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::ShelfError;
use super::seal::{Place, Seal, SealKey, SealKeys};
use crate::id::PupilId;

/// What kind of secret a pupil opens her study with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockKind {
    /// 4 to 12 digits.
    Pin,
    /// 4 to 8 of [`PICTURES`] pictures, in their order.
    Picture,
    /// 8 to 128 characters.
    Passphrase,
}

/// How many pictures there are to choose from; as text they are the letters from `a` on.
pub const PICTURES: usize = 16;

impl LockKind {
    /// How many characters a secret of this kind has: digits, pictures, or anything.
    #[must_use]
    pub fn lengths(self) -> RangeInclusive<usize> {
        match self {
            Self::Pin => 4..=12,
            Self::Picture => 4..=8,
            Self::Passphrase => 8..=128,
        }
    }

    /// Whether a secret would be taken, before it is asked for a second time.
    ///
    /// # Errors
    /// Why it would not.
    pub fn ensure_strong(self, secret: &str) -> Result<(), WeakSecret> {
        chosen(self, secret).map(drop)
    }
}

/// Why a secret is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecret {
    /// Fewer characters than are needed, or more than are taken.
    #[error("it has to have {least} to {most} characters")]
    Length {
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
    },
    /// Characters that this kind does not have.
    #[error("a PIN has digits only")]
    Characters,
    /// One character over and over, or one after the other as they are counted.
    #[error("it is the first that anybody tries; choose another")]
    Common,
}

/// The secret as it is hashed: digits and letters of one width, bounded.
pub(super) fn canonical(kind: LockKind, said: &str) -> Result<Zeroizing<String>, WeakSecret> {
    let (least, most) = kind.lengths().into_inner();
    // Before anything is made of it, it is bounded.
    let said: Zeroizing<String> = Zeroizing::new(said.trim().chars().take(most + 1).collect());
    let secret: Zeroizing<String> = Zeroizing::new(said.nfkc().collect());
    let is_of_kind = |char: char| match kind {
        LockKind::Pin => char.is_ascii_digit(),
        LockKind::Picture => ('a'..='p').contains(&char),
        LockKind::Passphrase => !char.is_control(),
    };
    if !secret.chars().all(is_of_kind) {
        return Err(WeakSecret::Characters);
    }
    if !(least..=most).contains(&secret.chars().count()) {
        return Err(WeakSecret::Length { least, most });
    }
    Ok(secret)
}

/// A secret that is chosen anew: not one of those that everybody tries first.
pub(super) fn chosen(kind: LockKind, said: &str) -> Result<Zeroizing<String>, WeakSecret> {
    let secret = canonical(kind, said)?;
    let codes: Zeroizing<Vec<u32>> = Zeroizing::new(secret.chars().map(u32::from).collect());
    let has_step = |step: i64| {
        let mut pairs = codes.windows(2);
        pairs.all(|pair| matches!(pair, [a, b] if i64::from(*b) - i64::from(*a) == step))
    };
    if [0, 1, -1].into_iter().any(has_step) {
        return Err(WeakSecret::Common);
    }
    Ok(secret)
}

/// What one hash takes: memory in KiB, and how often it is gone through, on one thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cost {
    kib: u32,
    passes: u32,
}

impl Cost {
    /// For what a pupil remembers. 64 MiB is what a terminal of 4 GB has to spare beside the
    /// system and a lesson; the passes bring it to half a second (see `cargo xtask bench`).
    pub const SECRET: Self = Self {
        kib: 64 * 1024,
        passes: 9,
    };
    /// For codes of 50 random bits: the least that OWASP names for Argon2id.
    pub const CODE: Self = Self {
        kib: 19 * 1024,
        passes: 2,
    };
    /// No file makes a terminal do more than this.
    const MOST: Self = Self {
        kib: 1 << 20,
        passes: 64,
    };
}

/// A door that one secret opens.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Lock {
    salt: [u8; 16],
    cost: Cost,
    door: Vec<u8>,
}

impl Lock {
    /// Puts a lock to a pupil's door; takes as long as the cost says.
    pub fn new(
        secret: &str,
        cost: Cost,
        door: &SealKey,
        pupil: &PupilId,
    ) -> Result<Self, ShelfError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)?;
        let seal = seal_of(secret, &salt, cost)?;
        Ok(Self {
            salt,
            cost,
            door: seal.seal(place(pupil), door.secret())?,
        })
    }

    /// Opens the door; `None` where this is not the secret. Takes as long as it did to make.
    pub fn open(&self, secret: &str, pupil: &PupilId) -> Result<Option<SealKey>, ShelfError> {
        let seal = seal_of(secret, &self.salt, self.cost)?;
        let door = seal.open(place(pupil), &self.door).map(Zeroizing::new);
        Ok(door.and_then(|door| {
            let secret: &[u8; 32] = door.as_slice().try_into().ok()?;
            Some(SealKey::of(secret))
        }))
    }
}

fn place(pupil: &PupilId) -> Place<'_> {
    Place {
        domain: "door",
        name: &pupil.0,
        index: 0,
        last: true,
    }
}

fn seal_of(secret: &str, salt: &[u8; 16], cost: Cost) -> Result<Seal, ShelfError> {
    if cost.kib > Cost::MOST.kib || cost.passes > Cost::MOST.passes {
        return Err(ShelfError::damaged("a lock"));
    }
    let params = Params::new(cost.kib, cost.passes, 1, Some(32));
    let params = params.map_err(|_| ShelfError::damaged("a lock"))?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| ShelfError::NoMemory {
            bytes: u64::from(cost.kib) * 1024,
        })?;
    Ok(Seal::new(&SealKeys::of(SealKey::of(&key))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUPIL: PupilId = PupilId([1; 16]);

    #[test]
    fn a_door_opens_to_its_secret_and_pupil_only() {
        let door = SealKey::random().unwrap();
        let lock = Lock::new("4821", Cost::CODE, &door, &PUPIL).unwrap();
        let opened = lock.open("4821", &PUPIL).unwrap().unwrap();
        assert_eq!(opened.secret(), door.secret());
        assert!(lock.open("4822", &PUPIL).unwrap().is_none());
        assert!(lock.open("4821", &PupilId([2; 16])).unwrap().is_none());
        let costly = Lock {
            cost: Cost {
                kib: u32::MAX,
                passes: 1,
            },
            ..lock
        };
        assert!(costly.open("4821", &PUPIL).is_err());
    }

    #[test]
    fn digits_of_any_width_are_one_pin() {
        let pin = canonical(LockKind::Pin, " ４８２１ ").unwrap();
        assert_eq!(pin.as_str(), "4821");
        let kana = canonical(LockKind::Passphrase, "ﾎﾀﾙﾉﾋｶﾘﾏﾄﾞﾉﾕｷ").unwrap();
        assert_eq!(kana.as_str(), "ホタルノヒカリマドノユキ");
    }

    #[test]
    fn what_everybody_tries_first_is_not_taken() {
        for (kind, secret, why) in [
            (LockKind::Pin, "1111", WeakSecret::Common),
            (LockKind::Pin, "2345", WeakSecret::Common),
            (LockKind::Pin, "9876", WeakSecret::Common),
            (LockKind::Pin, "12a4", WeakSecret::Characters),
            (
                LockKind::Pin,
                "123",
                WeakSecret::Length { least: 4, most: 12 },
            ),
            (LockKind::Picture, "aaaa", WeakSecret::Common),
            (LockKind::Picture, "abcd", WeakSecret::Common),
            (LockKind::Picture, "azcd", WeakSecret::Characters),
            (
                LockKind::Passphrase,
                "short",
                WeakSecret::Length {
                    least: 8,
                    most: 128,
                },
            ),
        ] {
            assert_eq!(kind.ensure_strong(secret), Err(why), "{secret}");
        }
        assert!(chosen(LockKind::Pin, "1122").is_ok());
        assert!(chosen(LockKind::Picture, "acab").is_ok());
        assert!(chosen(LockKind::Passphrase, "ほたるのひかり").is_err());
        assert!(chosen(LockKind::Passphrase, "ほたるのひかりまどのゆき").is_ok());
        assert!(chosen(LockKind::Passphrase, &"長".repeat(1000)).is_err());
    }
}
