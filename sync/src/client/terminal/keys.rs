//! The keys that a shelf keeps, and how they are renewed on it.

use std::sync::Arc;

use hotaru_content::key::{PublicKey, SecretKey};
use hotaru_content::renewal::{EVERY_MS, Renewal};
use hotaru_content::shelf::{Identity, Shelf, ShelfError};

use crate::client::http::{Keychain, Numbers, Signer};
use crate::signed::keys::Keys;
use crate::signed::public;
use crate::wire::Rekey;

/// The keys of a terminal; none where it has none yet.
#[must_use]
pub fn keys_of(identity: &Identity) -> Option<Keys> {
    Some(Keys {
        key: identity.signing_key.clone()?,
        renewal: identity.renewal.clone(),
    })
}

/// What signs this terminal's requests.
pub(super) fn signer(shelf: &Shelf) -> Result<Signer, ShelfError> {
    // It has one from now on.
    let first = shelf.signing_key()?;
    let of_shelf = Arc::new(OfShelf {
        shelf: shelf.clone(),
        first,
    });
    Ok(Signer::of(Arc::clone(&of_shelf) as _, of_shelf))
}

struct OfShelf {
    shelf: Shelf,
    first: SecretKey,
}

impl Numbers for OfShelf {
    fn next(&self) -> u64 {
        self.shelf.next_number()
    }

    fn above(&self, number: u64) {
        self.shelf.number_above(number);
    }
}

impl Keychain for OfShelf {
    fn keys(&self) -> Keys {
        keys_of(&self.shelf.identity()).unwrap_or_else(|| Keys::new(self.first.clone()))
    }

    fn take(&self, key: PublicKey) -> Keys {
        let mut keys = self.keys();
        // Where the disk refuses, this request is signed with it all the same.
        let _ = take(&self.shelf, key);
        keys.take(key);
        keys
    }
}

/// The pending key is in force from now on, and the one before is gone; durable on return.
pub(super) fn take(shelf: &Shelf, key: PublicKey) -> Result<(), ShelfError> {
    shelf.update_identity(|identity| {
        if let Some(in_force) = &mut identity.signing_key {
            identity.renewal.take(in_force, key);
        }
    })?;
    Ok(())
}

/// What the school is sent for the next key: where one was made and the school may not have
/// it, or one is due. It is on the disk on return.
pub(super) fn renewed(
    shelf: &Shelf,
    is_asked: bool,
    server_ms: Option<i64>,
) -> Result<Option<Rekey>, ShelfError> {
    let identity = shelf.identity();
    let (Some(terminal), Some(mut keys)) = (identity.terminal, keys_of(&identity)) else {
        return Ok(None);
    };
    let is_due = keys.renewal.is_due(server_ms, EVERY_MS);
    if is_asked || is_due {
        keys.prepare(terminal, SecretKey::random()?);
    }
    if keys.renewal != identity.renewal {
        let identity = shelf.update_identity(|now| {
            // Nothing that was put in force meanwhile is undone.
            if now.signing_key == identity.signing_key && now.terminal == identity.terminal {
                now.renewal = keys.renewal;
            }
        })?;
        return Ok(keys_of(&identity).and_then(|keys| keys.rekey(terminal)));
    }
    Ok(keys.rekey(terminal))
}

/// A new key for a terminal that joins as another one: the pending one, which is on the disk
/// on return.
pub(super) fn prepared(shelf: &Shelf) -> Result<PublicKey, ShelfError> {
    let first = shelf.signing_key()?;
    let next = SecretKey::random()?;
    let identity = shelf.update_identity(|identity| {
        let Some(mut keys) = keys_of(identity) else {
            return;
        };
        if let Some(terminal) = identity.terminal {
            keys.prepare(terminal, next);
            identity.renewal = keys.renewal;
        }
    })?;
    let pending = identity.renewal.pending.as_ref();
    Ok(pending.map_or_else(|| public(&first), |pending| pending.handover.key))
}

/// The terminal is another one now: the prepared key is its first.
pub(super) fn begin_anew(identity: &mut Identity) {
    let Renewal { pending, .. } = std::mem::take(&mut identity.renewal);
    if let Some(pending) = pending {
        identity.signing_key = Some(pending.secret);
    }
}
