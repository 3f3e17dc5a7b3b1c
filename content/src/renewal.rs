//! A terminal's key is renewed: what its disk keeps of that.
//!
//! A new key is on the disk, as a pending one, before anybody hears of it. It is put in force
//! once the school has it, and only then the one before is destroyed. What stays of that one is
//! a [`Handover`]: with it a school that came back from a backup, and knows an older key again,
//! can be shown how the present one came from it.

use serde::{Deserialize, Serialize};

use crate::key::{PublicKey, SecretKey, Signature};

/// How often a terminal renews its key by itself: after 180 days of the school's clock, in
/// milliseconds.
pub const EVERY_MS: i64 = 180 * 24 * 3600 * 1000;
/// So many handovers are kept, the newest: eight years of keys that are renewed by themselves.
pub const MAX_HANDOVERS: usize = 16;

/// That one key of a terminal hands over to the next, signed by the former.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The key from which.
    pub former: PublicKey,
    /// The key to which.
    pub key: PublicKey,
    /// The former key's signature.
    pub signature: Signature,
}

/// A new key that the school may have put in force already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The key.
    pub secret: SecretKey,
    /// How the key in force hands over to it.
    pub handover: Handover,
}

/// What a disk keeps beside the key in force.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Renewal {
    /// The next key, from when it is made until the school has it.
    pub pending: Option<Pending>,
    /// How each key came from the one before, oldest first; the last leads to the key in
    /// force.
    pub handovers: Vec<Handover>,
    /// Since when the key in force counts, by the school's clock: milliseconds since 1970;
    /// none until the school was heard of under it.
    pub since_ms: Option<i64>,
}

impl Renewal {
    /// Whether a new key is to be made now, by the school's clock where it is known. Time is
    /// only ever compared with what the same clock said before: one that went back begins to
    /// count anew. What has to be kept changes with it.
    #[must_use]
    pub fn is_due(&mut self, server_ms: Option<i64>, every_ms: i64) -> bool {
        let Some(now_ms) = server_ms else {
            return false;
        };
        match self.since_ms {
            Some(since_ms) if since_ms <= now_ms => now_ms.saturating_sub(since_ms) >= every_ms,
            _ => {
                self.since_ms = Some(now_ms);
                false
            }
        }
    }

    /// The school has put this key in force: where it is the pending one, so does the
    /// terminal, and the one before is gone. False where it is another.
    pub fn take(&mut self, in_force: &mut SecretKey, key: PublicKey) -> bool {
        let Some(pending) = self.pending.take_if(|pending| pending.handover.key == key) else {
            return false;
        };
        *in_force = pending.secret;
        self.handovers.push(pending.handover);
        let spare = self.handovers.len().saturating_sub(MAX_HANDOVERS);
        self.handovers.drain(..spare);
        self.since_ms = None;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(from: u8, to: u8) -> Pending {
        Pending {
            secret: SecretKey::from_bytes([to; 32]),
            handover: Handover {
                former: PublicKey([from; 32]),
                key: PublicKey([to; 32]),
                signature: Signature([0; 64]),
            },
        }
    }

    #[test]
    fn a_key_is_put_in_force_once_and_leaves_how_it_came() {
        let mut key = SecretKey::from_bytes([0; 32]);
        let mut renewal = Renewal::default();
        assert!(!renewal.take(&mut key, PublicKey([1; 32])));
        for next in 1..=20 {
            renewal.pending = Some(pending(next - 1, next));
            assert!(!renewal.take(&mut key, PublicKey([next - 1; 32])));
            assert!(renewal.take(&mut key, PublicKey([next; 32])));
            assert!(!renewal.take(&mut key, PublicKey([next; 32])));
            assert_eq!(key.as_bytes(), &[next; 32]);
        }
        assert_eq!(renewal.handovers.len(), MAX_HANDOVERS);
        assert_eq!(renewal.handovers.last().unwrap().key, PublicKey([20; 32]));
    }

    #[test]
    fn time_is_that_of_one_clock_and_counts_as_it_passes() {
        let day_ms = 24 * 3600 * 1000;
        let mut renewal = Renewal::default();
        assert!(!renewal.is_due(None, EVERY_MS));
        assert_eq!(renewal.since_ms, None);
        assert!(!renewal.is_due(Some(100 * day_ms), EVERY_MS));
        assert!(!renewal.is_due(Some(279 * day_ms), EVERY_MS));
        assert!(renewal.is_due(Some(280 * day_ms), EVERY_MS));
        // A school whose clock was years ahead for a while delays nothing for years.
        renewal.since_ms = Some(9_000 * day_ms);
        assert!(!renewal.is_due(Some(300 * day_ms), EVERY_MS));
        assert!(!renewal.is_due(Some(479 * day_ms), EVERY_MS));
        assert!(renewal.is_due(Some(480 * day_ms), EVERY_MS));
        assert!(!renewal.is_due(Some(i64::MIN), EVERY_MS));
        assert!(renewal.is_due(Some(i64::MAX), EVERY_MS));
    }
}
