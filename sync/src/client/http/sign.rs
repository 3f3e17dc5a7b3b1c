//! Signing requests: keys, and where the numbers come from.

use std::fmt;
use std::sync::Arc;

use hotaru_content::key::{PublicKey, SecretKey};

use crate::http::Request;
use crate::signed::door::{self, Heeded, Show, Wanted};
use crate::signed::keys::{Heed, Keys};
use crate::signed::public;

/// Where the numbers of requests come from.
pub trait Numbers: Send + Sync {
    /// A number above all that were given before.
    fn next(&self) -> u64;
    /// Numbers go on above this one.
    fn above(&self, number: u64);
}

/// Where the keys are kept.
pub trait Keychain: Send + Sync {
    /// As they stand now.
    fn keys(&self) -> Keys;
    /// The school has put this key in force, which is the pending one: so does the terminal.
    /// As they then stand, also where that cannot be kept: the school says it again.
    fn take(&self, key: PublicKey) -> Keys;
}

/// A terminal's keys, and the numbers of its requests.
#[derive(Clone)]
pub struct Signer {
    keys: Arc<dyn Keychain>,
    numbers: Arc<dyn Numbers>,
}

impl Signer {
    /// Signs with one key, which is never renewed.
    #[must_use]
    pub fn new(key: SecretKey, numbers: Arc<dyn Numbers>) -> Self {
        Self::of(Arc::new(One(key)), numbers)
    }

    /// Signs with the key in force.
    #[must_use]
    pub fn of(keys: Arc<dyn Keychain>, numbers: Arc<dyn Numbers>) -> Self {
        Self { keys, numbers }
    }

    /// The public half of the key in force.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        public(&self.keys.keys().key)
    }

    /// The headers of a request.
    pub(super) fn headers(
        &self,
        request: &Request,
        token_hash: &[u8; 32],
    ) -> Vec<(&'static str, String)> {
        let by = (&self.keys.keys().key, self.numbers.next());
        door::headers(by, request, token_hash, &Show::Nothing)
    }

    /// The headers of a request that the school wants signed otherwise; none where nothing
    /// that is here helps, or it wanted the same before.
    pub(super) fn again(
        &self,
        request: &Request,
        token_hash: &[u8; 32],
        wanted: Wanted,
        heeded: &mut Heeded,
    ) -> Option<Vec<(&'static str, String)>> {
        if !heeded.is_new(wanted) {
            return None;
        }
        let mut keys = self.keys.keys();
        match (wanted, keys.heed(wanted)?) {
            // What was shown of the keys is shown again.
            (Wanted::Above(number), _) => self.numbers.above(number),
            (_, Heed::Sign(show)) => heeded.show = show,
            (_, Heed::Take(key)) => {
                keys = self.keys.take(key);
                heeded.show = Show::Nothing;
            }
        }
        let by = (&keys.key, self.numbers.next());
        Some(door::headers(by, request, token_hash, &heeded.show))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public())
    }
}

struct One(SecretKey);

impl Keychain for One {
    fn keys(&self) -> Keys {
        Keys::new(self.0.clone())
    }

    fn take(&self, _: PublicKey) -> Keys {
        self.keys()
    }
}
