//! At the school's door: who is let in, and what a terminal does that is not.

use hotaru_content::key::{PublicKey, SecretKey};

use super::{Asked, Signed, public};
use crate::http::{Headers, Request};
use crate::wire::header;

/// What a request shows beside its token, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The header [`header::SIGNED`].
    pub signed: Option<&'a str>,
    /// The header [`header::KEY`].
    pub key: Option<&'a str>,
}

/// A request that may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetIn {
    /// It is not signed, and of this terminal no key is known yet: it joined before there were
    /// keys.
    Unsigned,
    /// The terminal signed it. Its number is still to be taken, and its body to be compared.
    Signed {
        /// The number and the body's hash.
        signed: Signed,
        /// The key to note, where none was known.
        new_key: Option<PublicKey>,
    },
}

/// Why a request stays outside: the terminal did not sign it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    /// No key is known: the terminal is to show one ([`header::KEY`]).
    pub wants_key: bool,
}

/// Whether a request may come in whose token is a terminal's; `known` is that terminal's key.
///
/// # Errors
/// Where the terminal did not sign it.
pub fn look(
    shown: Shown<'_>,
    known: Option<PublicKey>,
    asked: Asked<'_>,
) -> Result<LetIn, Outside> {
    let outside = Outside { wants_key: false };
    let Some(text) = shown.signed else {
        return match known {
            None => Ok(LetIn::Unsigned),
            Some(_) => Err(outside),
        };
    };
    let signed: Signed = text.parse().map_err(|_| outside)?;
    let shown = shown.key.and_then(|key| key.parse().ok());
    let key = known.or(shown).ok_or(Outside { wants_key: true })?;
    if !signed.is_by(&key, asked) {
        return Err(outside);
    }
    let new_key = known.is_none().then_some(key);
    Ok(LetIn::Signed { signed, new_key })
}

/// What the school wants of a request that it did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The key, too.
    Key,
    /// A number above this one.
    Above(u64),
}

impl Wanted {
    /// What an answer says of the signature, where the request is worth a second try.
    #[must_use]
    pub fn in_answer(status: u16, headers: &Headers) -> Option<Self> {
        if status != 401 {
            return None;
        }
        if headers.get(header::KEY).is_some() {
            return Some(Self::Key);
        }
        Some(Self::Above(headers.get(header::COUNTER)?.parse().ok()?))
    }
}

/// The headers that sign a request: under this number, and with the key where it is wanted.
#[must_use]
pub fn headers(
    (key, number): (&SecretKey, u64),
    request: &Request,
    token_hash: &[u8; 32],
    wanted: Option<Wanted>,
) -> Vec<(&'static str, String)> {
    let asked = Asked {
        method: request.method,
        path: &request.path,
        token_hash,
    };
    let signed = Signed::new(key, number, asked, &request.body);
    let mut headers = vec![(header::SIGNED, signed.to_string())];
    if wanted == Some(Wanted::Key) {
        headers.push((header::KEY, public(key).to_string()));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    const TOKEN: [u8; 32] = [7; 32];

    fn request() -> Request {
        Request {
            method: Method::Post,
            path: "/v1/receipts".to_owned(),
            headers: Vec::new(),
            body: b"[]".to_vec(),
            max_response: 1,
        }
    }

    fn seen(
        by: &SecretKey,
        known: Option<&SecretKey>,
        wanted: Option<Wanted>,
    ) -> Result<LetIn, Outside> {
        let request = request();
        let headers = headers((by, 3), &request, &TOKEN, wanted);
        let header = |name| {
            let mut headers = headers.iter();
            headers
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.as_str())
        };
        let shown = Shown {
            signed: header(header::SIGNED),
            key: header(header::KEY),
        };
        let asked = Asked {
            method: request.method,
            path: &request.path,
            token_hash: &TOKEN,
        };
        look(shown, known.map(public), asked)
    }

    #[test]
    fn a_key_is_asked_for_once_and_then_only_that_one_counts() {
        let [own, thief] = [[1; 32], [2; 32]].map(SecretKey::from_bytes);
        let outside = |wants_key| Err(Outside { wants_key });
        assert_eq!(seen(&own, None, None), outside(true));
        let Ok(LetIn::Signed { signed, new_key }) = seen(&own, None, Some(Wanted::Key)) else {
            panic!("it showed its key");
        };
        assert_eq!((signed.counter, new_key), (3, Some(public(&own))));
        assert_eq!(signed.body_hash(), *blake3::hash(b"[]").as_bytes());
        let known = seen(&own, Some(&own), None);
        assert!(matches!(known, Ok(LetIn::Signed { new_key: None, .. })));
        // Another key, shown or not, is not the terminal's.
        for wanted in [None, Some(Wanted::Key)] {
            assert_eq!(seen(&thief, Some(&own), wanted), outside(false));
        }
        let asked = Asked {
            method: Method::Get,
            path: "/",
            token_hash: &TOKEN,
        };
        let bare = Shown {
            signed: None,
            key: None,
        };
        assert_eq!(look(bare, None, asked), Ok(LetIn::Unsigned));
        assert_eq!(look(bare, Some(public(&own)), asked), outside(false));
        let garbled = Shown {
            signed: Some("1..A"),
            ..bare
        };
        assert_eq!(look(garbled, None, asked), outside(false));
    }

    #[test]
    fn an_answer_says_what_is_wanted() {
        let of = |name: &str, value: &str| Headers(vec![(name.to_owned(), value.to_owned())]);
        let counter = of(header::COUNTER, "9");
        assert_eq!(Wanted::in_answer(401, &counter), Some(Wanted::Above(9)));
        assert_eq!(Wanted::in_answer(403, &counter), None);
        let key = of(header::KEY, "1");
        assert_eq!(Wanted::in_answer(401, &key), Some(Wanted::Key));
        for other in [of(header::COUNTER, "-9"), Headers::default()] {
            assert_eq!(Wanted::in_answer(401, &other), None);
        }
    }
}
