//! Who a terminal is, as its disk has it.

use hotaru_content::id::TerminalId;
use hotaru_content::key::{PublicKey, SecretKey};
use hotaru_content::renewal::Renewal;
use hotaru_sync::pack::sample::Random;
use hotaru_sync::signed;
use hotaru_sync::signed::keys::Keys;
use hotaru_sync::wire;

/// What a terminal shows of itself, and what it signs with.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its name at the cloud.
    pub terminal: TerminalId,
    /// Its token.
    pub token: String,
    /// Its key.
    pub key: SecretKey,
    /// How the key is renewed.
    pub renewal: Renewal,
    /// No request with a number from here on was ever signed.
    pub noted: u64,
}

impl Default for Identity {
    /// Of a disk that has joined no school.
    fn default() -> Self {
        Self {
            terminal: TerminalId([0; 16]),
            token: String::new(),
            key: SecretKey::from_bytes([0; 32]),
            renewal: Renewal::default(),
            noted: 0,
        }
    }
}

impl Identity {
    /// One of a new terminal.
    pub fn new(random: &mut Random) -> Self {
        Self::default().joined(random)
    }

    /// As it is after a join as a new terminal, with a key that no copy of this disk has: the
    /// numbers stay.
    #[must_use]
    pub fn joined(&self, random: &mut Random) -> Self {
        Self {
            terminal: TerminalId(random.bytes()),
            token: TerminalId(random.bytes()).to_string(),
            key: SecretKey::from_bytes(random.bytes()),
            renewal: Renewal::default(),
            noted: self.noted,
        }
    }

    /// The public half of the key.
    pub fn public(&self) -> PublicKey {
        signed::public(&self.key)
    }

    /// Its keys, for the shipped decisions.
    pub fn keys(&self) -> Keys {
        Keys {
            key: self.key.clone(),
            renewal: self.renewal.clone(),
        }
    }

    /// The school has put this key in force, and so does the terminal.
    pub fn take(&mut self, key: PublicKey) {
        self.renewal.take(&mut self.key, key);
    }

    /// What the cloud keeps of the token.
    pub fn token_hash(&self) -> [u8; 32] {
        wire::token_hash(&self.token)
    }
}
