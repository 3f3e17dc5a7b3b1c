//! Signing requests: a key, and where the numbers come from.

use std::fmt;
use std::sync::Arc;

use hotaru_content::key::{PublicKey, SecretKey};

use crate::http::Request;
use crate::signed::door::{self, Wanted};
use crate::signed::public;

/// Where the numbers of requests come from.
pub trait Numbers: Send + Sync {
    /// A number above all that were given before.
    fn next(&self) -> u64;
    /// Numbers go on above this one.
    fn above(&self, number: u64);
}

/// A terminal's key, and the numbers of its requests.
#[derive(Clone)]
pub struct Signer {
    key: SecretKey,
    public: PublicKey,
    numbers: Arc<dyn Numbers>,
}

impl Signer {
    /// Signs with a key.
    #[must_use]
    pub fn new(key: SecretKey, numbers: Arc<dyn Numbers>) -> Self {
        Self {
            public: public(&key),
            key,
            numbers,
        }
    }

    /// The public half of the key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// The headers of a request, as the school wants them.
    pub(super) fn headers(
        &self,
        request: &Request,
        token_hash: &[u8; 32],
        wanted: Option<Wanted>,
    ) -> Vec<(&'static str, String)> {
        if let Some(Wanted::Above(number)) = wanted {
            self.numbers.above(number);
        }
        let by = (&self.key, self.numbers.next());
        door::headers(by, request, token_hash, wanted)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}
