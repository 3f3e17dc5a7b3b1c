//! Orders of a school to one of its terminals: to erase itself, to remove a pupil.
//!
//! A terminal hears all that count at once, as JSON, `{"statement": "...", "signature": "..."}`: a
//! text and the school's Ed25519 signature (RFC 8032) over `hotaru orders 1`, a line feed and the
//! bytes of the text. The text is a [`Statement`] in JSON. A terminal knows the school's key from
//! the first time that it was told; a line, a relay or a stolen token orders nothing, and takes
//! nothing back either: what is not in the list is not ordered any more. Lists are numbered, above
//! the school's clock, in a school that came back from a backup too; one that somebody recorded
//! is not newer than the last that was heard, and does nothing.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use hotaru_content::id::{PupilId, TerminalId};
use hotaru_content::key::{PublicKey, SecretKey, Signature};
use hotaru_content::order::{EraseOrder, OrderBook};
use serde::{Deserialize, Serialize};

use crate::wire::{Body, Bounds, WireError};

/// The form of a statement that this program writes.
pub const FORMAT: u16 = 1;
/// The most orders that are told at once.
pub const MAX_ORDERS: usize = 100;
/// What is signed before the text.
const DOMAIN: &[u8] = b"hotaru orders 1\n";
/// What is signed before the key for boxes.
const KEYS_DOMAIN: &[u8] = b"hotaru school keys 1\n";
/// No statement is longer, in bytes.
const MAX_STATEMENT_LEN: usize = 64 << 10;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The terminal is to erase itself.
    Erase {
        /// Whatever has not reached the school is lost; else everything is sent first.
        at_once: bool,
    },
    /// A pupil is to be removed, whatever of hers has not reached the school.
    RemovePupil {
        /// Whom.
        pupil: PupilId,
    },
}

/// An order with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// Its number.
    pub number: u64,
    /// When it was given, milliseconds since 1970-01-01T00:00:00Z by the school's clock.
    pub made_ms: i64,
    /// What is to be done.
    pub order: Order,
}

/// What a school says to a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The form ([`FORMAT`]).
    pub format: u16,
    /// Which terminal is meant.
    pub terminal: TerminalId,
    /// The list's number; each is above those before.
    pub list: u64,
    /// The orders that count, at most [`MAX_ORDERS`].
    pub orders: Vec<Numbered>,
}

/// `GET /v1/orders`: a signed statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOrders {
    /// The text that is signed.
    pub statement: String,
    /// The school's signature.
    pub signature: Signature,
}

/// `POST /v1/orders`: what a terminal has done. Of an erasure its certificate tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersDone {
    /// The orders' numbers.
    pub done: Vec<u64>,
}

/// What a terminal does of the orders that it hears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Obeyed {
    /// Pupils to remove now.
    pub remove: Vec<PupilId>,
    /// Numbers of removals that are done once these are.
    pub done: Vec<u64>,
}

impl SignedOrders {
    /// Signs a statement.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    pub fn new(statement: &Statement, key: &SecretKey) -> Result<Self, serde_json::Error> {
        let statement = serde_json::to_string(statement)?;
        let signature = SigningKey::from_bytes(key.as_bytes()).sign(&signed(&statement));
        Ok(Self {
            statement,
            signature: Signature(signature.to_bytes()),
        })
    }

    /// The statement, where the school did sign it for this terminal and this program knows
    /// what is wanted.
    #[must_use]
    pub fn verify(&self, key: PublicKey, terminal: TerminalId) -> Option<Statement> {
        let key = VerifyingKey::from_bytes(&key.0).ok()?;
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature.0);
        key.verify_strict(&signed(&self.statement), &signature)
            .ok()?;
        let statement: Statement = serde_json::from_str(&self.statement).ok()?;
        let is_meant = statement.terminal == terminal && statement.orders.len() <= MAX_ORDERS;
        is_meant.then_some(statement)
    }
}

/// Reads the orders that count now into a terminal's book; none where they are not the school's,
/// are for another terminal, or were heard before. Pupils are to be removed before the book is
/// kept: their orders are heard again until then.
#[must_use]
pub fn obey(book: &mut OrderBook, terminal: TerminalId, orders: &SignedOrders) -> Option<Obeyed> {
    let statement = orders.verify(book.key?, terminal)?;
    if statement.list <= book.heard {
        return None;
    }
    let mut obeyed = Obeyed::default();
    let was_up_to = book.removed_up_to;
    (book.heard, book.erase) = (statement.list, None);
    for Numbered { number, order, .. } in statement.orders {
        match order {
            Order::RemovePupil { pupil } => {
                obeyed.done.push(number);
                if number > was_up_to {
                    obeyed.remove.push(pupil);
                    book.removed_up_to = book.removed_up_to.max(number);
                }
            }
            Order::Erase { at_once } => {
                if book.erase.is_none_or(|erase| number > erase.number) {
                    book.erase = Some(EraseOrder { number, at_once });
                }
            }
        }
    }
    Some(obeyed)
}

/// The order key's signature over the school's key for boxes.
#[must_use]
pub fn vouch(key: PublicKey, order_secret: &SecretKey) -> Signature {
    let signature = SigningKey::from_bytes(order_secret.as_bytes()).sign(&vouched(key));
    Signature(signature.to_bytes())
}

/// Whether a school's key for boxes stands under its order key.
#[must_use]
pub fn is_vouched(key: PublicKey, orders: PublicKey, proof: Signature) -> bool {
    let proof = ed25519_dalek::Signature::from_bytes(&proof.0);
    let orders = VerifyingKey::from_bytes(&orders.0);
    orders.is_ok_and(|orders| orders.verify_strict(&vouched(key), &proof).is_ok())
}

fn vouched(key: PublicKey) -> Vec<u8> {
    [KEYS_DOMAIN, &key.0].concat()
}

fn signed(text: &str) -> Vec<u8> {
    [DOMAIN, text.as_bytes()].concat()
}

impl Body for SignedOrders {
    const WHAT: &'static str = "the school's orders";
    const MAX_LEN: usize = 2 * MAX_STATEMENT_LEN;

    fn check(&self) -> Result<(), WireError> {
        if self.statement.len() > MAX_STATEMENT_LEN {
            let bounds = Bounds(Self::WHAT);
            return Err(bounds.wrong("statement", "is too long".to_owned()));
        }
        Ok(())
    }
}

impl Body for OrdersDone {
    const WHAT: &'static str = "a list of orders that are done";
    const MAX_LEN: usize = 8 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).list("done", &self.done, MAX_ORDERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signed::public;

    const TERMINAL: TerminalId = TerminalId([3; 16]);
    const PUPIL: PupilId = PupilId([4; 16]);

    fn secret(byte: u8) -> SecretKey {
        SecretKey::from_bytes([byte; 32])
    }

    fn book() -> OrderBook {
        OrderBook {
            key: Some(public(&secret(1))),
            ..OrderBook::default()
        }
    }

    fn list(list: u64, orders: &[(u64, Order)], key: u8, terminal: TerminalId) -> SignedOrders {
        let numbered = |(number, order): &(u64, Order)| Numbered {
            number: *number,
            made_ms: 1_775_001_600_000,
            order: *order,
        };
        let statement = Statement {
            format: FORMAT,
            terminal,
            list,
            orders: orders.iter().map(numbered).collect(),
        };
        SignedOrders::new(&statement, &secret(key)).unwrap()
    }

    fn hear(book: &mut OrderBook, number: u64, orders: &[(u64, Order)]) -> Option<Obeyed> {
        obey(book, TERMINAL, &list(number, orders, 1, TERMINAL))
    }

    const REMOVE: Order = Order::RemovePupil { pupil: PUPIL };
    const ERASE: Order = Order::Erase { at_once: true };

    #[test]
    fn only_the_school_orders_only_this_terminal() {
        let honest = list(5, &[(5, ERASE)], 1, TERMINAL);
        let altered = SignedOrders {
            statement: honest.statement.replace("true", "false"),
            ..honest.clone()
        };
        assert_ne!(altered, honest);
        let others = [
            altered,
            list(5, &[(5, ERASE)], 2, TERMINAL),
            list(5, &[(5, ERASE)], 1, TerminalId([9; 16])),
            list(5, &[(5, ERASE); MAX_ORDERS + 1], 1, TERMINAL),
            SignedOrders {
                signature: Signature([0; 64]),
                ..honest.clone()
            },
        ];
        let mut mine = book();
        for other in others {
            assert_eq!(obey(&mut mine, TERMINAL, &other), None);
            assert_eq!(mine, book());
        }
        // Who knows no key obeys nobody.
        assert_eq!(obey(&mut OrderBook::default(), TERMINAL, &honest), None);
        assert!(obey(&mut mine, TERMINAL, &honest).is_some());
        let ordered = EraseOrder {
            number: 5,
            at_once: true,
        };
        assert_eq!(mine.erase, Some(ordered));
    }

    #[test]
    fn what_was_recorded_does_nothing() {
        let mut book = book();
        let first = hear(&mut book, 1, &[(7, REMOVE)]).unwrap();
        assert_eq!((first.remove, first.done), (vec![PUPIL], vec![7]));
        // That it is done was lost: it is heard again, and only told again.
        let again = hear(&mut book, 2, &[(7, REMOVE)]).unwrap();
        assert_eq!((again.remove, again.done), (vec![], vec![7]));
        // She came back since; one who recorded a list sends it.
        assert_eq!(hear(&mut book, 1, &[(7, REMOVE)]), None);
        let later = hear(&mut book, 3, &[(8, REMOVE)]).unwrap();
        assert_eq!(later.remove, [PUPIL]);
        // An erasure that was taken back stays so, and a later one counts.
        let waits = Order::Erase { at_once: false };
        let _ = hear(&mut book, 4, &[(12, ERASE), (9, waits)]);
        assert_eq!(book.erase.map(|erase| erase.number), Some(12));
        let _ = hear(&mut book, 5, &[]);
        assert_eq!(book.erase, None);
        assert_eq!(hear(&mut book, 4, &[(12, ERASE)]), None);
        assert_eq!(book.erase, None);
        let _ = hear(&mut book, 6, &[(13, waits)]);
        assert_eq!(book.erase.map(|erase| erase.at_once), Some(false));
    }

    /// A byte that is another one on the way would stay for as long as the terminal does.
    #[test]
    fn keys_that_were_altered_on_the_way_are_not_taken() {
        let keys = crate::wire::SchoolKey::new(PublicKey([9; 32]), &secret(1));
        assert!(keys.check().is_ok());
        let bare = crate::wire::SchoolKey {
            orders: None,
            proof: None,
            ..keys
        };
        assert!(bare.check().is_ok());
        let altered = [
            crate::wire::SchoolKey {
                key: PublicKey([8; 32]),
                ..keys
            },
            crate::wire::SchoolKey {
                orders: Some(public(&secret(2))),
                ..keys
            },
            crate::wire::SchoolKey {
                proof: None,
                ..keys
            },
        ];
        for altered in altered {
            assert!(altered.check().is_err());
        }
    }

    #[test]
    fn bodies_keep_their_bounds() {
        let mut orders = list(1, &[(u64::MAX, REMOVE); MAX_ORDERS], 1, TERMINAL);
        assert!(orders.check().is_ok());
        orders.statement = "a".repeat(MAX_STATEMENT_LEN + 1);
        assert!(orders.check().is_err());
        let done = OrdersDone {
            done: vec![1; MAX_ORDERS + 1],
        };
        assert!(done.check().is_err());
    }
}
