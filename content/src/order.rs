//! What a school orders its terminals to do, as far as a disk keeps it.
//!
//! The signed forms are `hotaru_sync::order`'s.

use serde::{Deserialize, Serialize};

use crate::key::PublicKey;

/// An erasure that the school ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseOrder {
    /// The order's number.
    pub number: u64,
    /// Whatever has not reached the school is lost; else the terminal sends everything first.
    pub at_once: bool,
}

/// What a disk keeps of its school's orders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderBook {
    /// The key that signs the school's orders (Ed25519), as the school told it first.
    pub key: Option<PublicKey>,
    /// The number of the newest list of orders that was heard: one that somebody recorded is
    /// not newer.
    pub heard: u64,
    /// Orders to remove a pupil count above this number only: she may have come back since.
    pub removed_up_to: u64,
    /// An erasure that was ordered and is not carried out yet.
    pub erase: Option<EraseOrder>,
}

/// Work on a terminal that the school does not have yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Answers, notes and the like, of pupils whose study is open.
    pub events: u64,
    /// Pupils whose study is locked and of whose journal the school has not all.
    pub locked: u32,
    /// Photos of paper study.
    pub photos: u64,
}

impl Unsent {
    /// Whether the school has everything.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}
