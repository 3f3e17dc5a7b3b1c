//! Signing requests, and what is done where the school does not take a signature.

use std::fmt;
use std::sync::Arc;

use hotaru_content::key::{PublicKey, SecretKey};
use reqwest::{Response, StatusCode};

use crate::http::Request;
use crate::signed::{Asked, Signed, public};
use crate::wire::header;

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

/// What the school said of a signature that it did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It wants the key, too.
    Key,
    /// It wants a number above this one.
    Number(u64),
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

    /// The headers of a request, the key's among them where the school asked for it.
    pub(super) fn headers(
        &self,
        request: &Request,
        token_hash: &[u8; 32],
        refused: Option<Refused>,
    ) -> Vec<(&'static str, String)> {
        if let Some(Refused::Number(number)) = refused {
            self.numbers.above(number);
        }
        let asked = Asked {
            method: request.method,
            path: &request.path,
            token_hash,
        };
        let signed = Signed::new(&self.key, self.numbers.next(), asked, &request.body);
        let mut headers = vec![(header::SIGNED, signed.to_string())];
        if refused == Some(Refused::Key) {
            headers.push((header::KEY, self.public.to_string()));
        }
        headers
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}

/// What an answer says of the signature, where it did not take it and another may do.
pub(super) fn refused(response: &Response) -> Option<Refused> {
    if response.status() != StatusCode::UNAUTHORIZED {
        return None;
    }
    let headers = response.headers();
    if headers.contains_key(header::KEY) {
        return Some(Refused::Key);
    }
    let number = headers.get(header::COUNTER)?.to_str().ok()?;
    Some(Refused::Number(number.parse().ok()?))
}
