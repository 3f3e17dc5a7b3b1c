//! Who a terminal is, as its disk has it.

use hotaru_content::id::TerminalId;
use hotaru_content::key::{PublicKey, SecretKey};
use hotaru_sync::pack::sample::Random;
use hotaru_sync::signed;
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
            noted: 0,
        }
    }
}

impl Identity {
    /// One of a new terminal.
    pub fn new(random: &mut Random) -> Self {
        let key = SecretKey::from_bytes(random.bytes());
        Self {
            key,
            ..Self::default()
        }
        .joined(random)
    }

    /// As it is after a join as a new terminal: the key and the numbers stay.
    #[must_use]
    pub fn joined(&self, random: &mut Random) -> Self {
        Self {
            terminal: TerminalId(random.bytes()),
            token: TerminalId(random.bytes()).to_string(),
            ..self.clone()
        }
    }

    /// The public half of the key.
    pub fn public(&self) -> PublicKey {
        signed::public(&self.key)
    }

    /// What the cloud keeps of the token.
    pub fn token_hash(&self) -> [u8; 32] {
        wire::token_hash(&self.token)
    }
}
