//! What terminals are ordered to do, what they said of themselves, and what lessors wrote of
//! them.

use async_trait::async_trait;
use hotaru_content::id::TerminalId;
use hotaru_content::key::SecretKey;
use hotaru_content::order::Unsent;
use hotaru_sync::order::Order;
use serde::{Deserialize, Serialize};

use super::Result;

/// An order as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Its number.
    pub number: u64,
    /// What is to be done.
    pub order: Order,
    /// When it was given.
    pub made_ms: i64,
    /// When the terminal first heard it.
    pub told_ms: Option<i64>,
    /// When the school heard that it is done.
    pub done_ms: Option<i64>,
}

/// What a terminal said of what the school does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsentKnown {
    /// What it was.
    #[serde(flatten)]
    pub unsent: Unsent,
    /// When it said so.
    pub at_ms: i64,
}

/// A lessor's certificate that was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Its number.
    pub id: u64,
    /// The file's name.
    pub name: String,
    /// When it was filed.
    pub filed_ms: i64,
}

/// A lessor's certificate to file.
#[derive(Debug, Clone)]
pub struct NewFiled {
    /// The terminals of which it tells.
    pub terminals: Vec<TerminalId>,
    /// The file's name.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Now.
    pub now_ms: i64,
}

/// What became of a certificate to file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FiledAs {
    /// It has this number; the same file once more has the same.
    Number(u64),
    /// The school knows no such terminal; nothing was filed.
    NoTerminal(TerminalId),
}

/// The part of the store that knows orders. As in [`Store`](super::Store), each method is one
/// transaction, and times are milliseconds since 1970-01-01T00:00:00Z.
#[async_trait]
pub trait OrderStore: Send + Sync + 'static {
    /// What signs orders: this one, where the school has none yet.
    async fn order_secret(&self, new: &SecretKey) -> Result<SecretKey>;
    /// Gives an order, and says its number; one that is given already and not done stays as it
    /// is, but an erasure at once takes the place of one that may wait. None where no terminal
    /// of that id counts.
    async fn add_order(
        &self,
        terminal: TerminalId,
        order: Order,
        now_ms: i64,
    ) -> Result<Option<u64>>;
    /// Takes orders to erase back; false where there is none that counts.
    async fn withdraw_erase(&self, terminal: TerminalId, now_ms: i64) -> Result<bool>;
    /// What a terminal is to do, erasures first, and the number of this list, above all before
    /// and above the clock: the terminal hears of it now.
    async fn tell_orders(&self, terminal: TerminalId, now_ms: i64) -> Result<(u64, Vec<OrderRow>)>;
    /// A terminal has done these, erasures apart: of those a certificate tells.
    async fn orders_done(&self, terminal: TerminalId, numbers: &[u64], now_ms: i64) -> Result<()>;
    /// Notes what a terminal says is unsent on it.
    async fn note_unsent(&self, terminal: TerminalId, unsent: Unsent, now_ms: i64) -> Result<()>;
    /// Files a lessor's certificate.
    async fn file_certificate(&self, new: NewFiled) -> Result<FiledAs>;
    /// A filed certificate: its name and its bytes.
    async fn filed_certificate(&self, id: u64) -> Result<Option<(String, Vec<u8>)>>;
}
