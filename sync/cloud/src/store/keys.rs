//! Terminals' keys: the one in force, and those before.

use async_trait::async_trait;
use hotaru_content::id::TerminalId;
use hotaru_content::key::PublicKey;
use hotaru_sync::erasure::Certificate;
use hotaru_sync::wire::Rekey;
use serde::{Deserialize, Serialize};

use super::Result;

/// A key that a terminal had before its present one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerKey {
    /// The key.
    pub key: PublicKey,
    /// From when it counted, milliseconds since 1970; none where nobody noted it.
    pub from_ms: Option<i64>,
    /// Until when.
    pub until_ms: i64,
    /// What a copy of the terminal's disk from that time left when it was erased.
    pub erasure: Option<Certificate>,
}

/// What became of a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewed {
    /// It is in force, from now on or since it was shown before.
    Done,
    /// It does not follow the key in force, or is one of before.
    Wrong,
    /// The terminal has shown no key yet.
    Unknown,
}

/// The part of the store that knows keys. As in [`Store`](super::Store), each method is one
/// transaction, and times are milliseconds since 1970-01-01T00:00:00Z.
#[async_trait]
pub trait KeyStore: Send + Sync + 'static {
    /// Notes a terminal's key in place of the one that is known, or of none; false where
    /// another is noted by now, or this one is of before.
    async fn note_key(
        &self,
        terminal: TerminalId,
        known: Option<PublicKey>,
        key: PublicKey,
        now_ms: i64,
    ) -> Result<bool>;
    /// Puts a terminal's next key in force, where it is proven for the present one; the same
    /// twice is once.
    async fn renew_key(&self, terminal: TerminalId, rekey: &Rekey, now_ms: i64) -> Result<Renewed>;
    /// The keys that a terminal had before, oldest first.
    async fn former_keys(&self, terminal: TerminalId) -> Result<Vec<FormerKey>>;
    /// Asks a terminal, or all that still count, for a new key with their next contact. Says
    /// of how many.
    async fn ask_for_key(&self, terminal: Option<TerminalId>) -> Result<u64>;
    /// Keeps a terminal's certificate of erasure, and revokes its token, where the key in force
    /// signed it or one that came from that; twice is once. What a key of before signed is kept
    /// with that key, and ends nothing. False where the terminal is not known by any such key.
    async fn note_erasure(
        &self,
        terminal: TerminalId,
        certificate: &Certificate,
        now_ms: i64,
    ) -> Result<bool>;
}
