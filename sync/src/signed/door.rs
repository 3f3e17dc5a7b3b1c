//! At the school's door: who is let in, and what a terminal does that is not.

use std::mem::{Discriminant, discriminant};

use hotaru_content::id::TerminalId;
use hotaru_content::key::{PublicKey, SecretKey};

use super::keys::Chain;
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
    /// The header [`header::HANDOVERS`].
    pub handovers: Option<&'a str>,
}

/// A terminal as the school has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub terminal: TerminalId,
    /// Its key, once it has shown one.
    pub key: Option<PublicKey>,
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
        /// The key to note in place of the one that is known, where that is another or none.
        /// A number that was seen before says nothing: first the number is taken.
        new_key: Option<PublicKey>,
    },
}

/// Why a request stays outside: the terminal did not sign it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// No key is known: the terminal is to show one ([`header::KEY`]).
    WantsKey,
    /// It is not signed, or what should be a signature cannot be read.
    Unsigned,
    /// Another key than this one signed it, which the school knows ([`header::KNOWN_KEY`]).
    Other(PublicKey),
}

/// Whether a request may come in whose token is a terminal's.
///
/// # Errors
/// Where the terminal did not sign it.
pub fn look(shown: Shown<'_>, known: Known, asked: Asked<'_>) -> Result<LetIn, Outside> {
    let Some(text) = shown.signed else {
        return match known.key {
            None => Ok(LetIn::Unsigned),
            Some(_) => Err(Outside::Unsigned),
        };
    };
    let signed: Signed = text.parse().map_err(|_| Outside::Unsigned)?;
    let Some(in_force) = known.key else {
        let shown = shown.key.and_then(|key| key.parse().ok());
        let key = shown.ok_or(Outside::WantsKey)?;
        return match signed.is_by(&key, asked) {
            true => Ok(LetIn::Signed {
                signed,
                new_key: Some(key),
            }),
            false => Err(Outside::Unsigned),
        };
    };
    if signed.is_by(&in_force, asked) {
        return Ok(LetIn::Signed {
            signed,
            new_key: None,
        });
    }
    let chain: Option<Chain> = shown.handovers.and_then(|chain| chain.parse().ok());
    let led = chain.and_then(|chain| chain.lead(known.terminal, in_force));
    match led.filter(|key| signed.is_by(key, asked)) {
        Some(key) => Ok(LetIn::Signed {
            signed,
            new_key: Some(key),
        }),
        None => Err(Outside::Other(in_force)),
    }
}

/// What the school wants of a request that it did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The key, too.
    Key,
    /// A number above this one.
    Above(u64),
    /// The signature of this key, or how the one that signed came from it.
    Known(PublicKey),
}

/// What a request shows of its terminal's keys, beside the signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Show {
    /// Nothing: the school knows it.
    #[default]
    Nothing,
    /// The public half of the key.
    Key,
    /// How the key came from one that the school knows.
    Handovers(Chain),
}

/// What the school has wanted of one request, and what the request shows since. Each kind of
/// wish is heeded once: a school that came back from a backup may want to see how the key came,
/// and then a higher number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heeded {
    /// What it shows of the terminal's keys.
    pub show: Show,
    wishes: Vec<Discriminant<Wanted>>,
}

impl Heeded {
    /// Whether this kind of wish comes for the first time; noted, it never does again.
    pub fn is_new(&mut self, wanted: Wanted) -> bool {
        let wish = discriminant(&wanted);
        let is_new = !self.wishes.contains(&wish);
        self.wishes.push(wish);
        is_new
    }

    /// How often the request went again.
    #[must_use]
    pub fn count(&self) -> usize {
        self.wishes.len()
    }
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
        if let Some(known) = headers.get(header::KNOWN_KEY) {
            return known.parse().ok().map(Self::Known);
        }
        Some(Self::Above(headers.get(header::COUNTER)?.parse().ok()?))
    }
}

/// The headers that sign a request: under this number, and with what it shows of the keys.
#[must_use]
pub fn headers(
    (key, number): (&SecretKey, u64),
    request: &Request,
    token_hash: &[u8; 32],
    show: &Show,
) -> Vec<(&'static str, String)> {
    let asked = Asked {
        method: request.method,
        path: &request.path,
        token_hash,
    };
    let signed = Signed::new(key, number, asked, &request.body);
    let mut headers = vec![(header::SIGNED, signed.to_string())];
    match show {
        Show::Nothing => {}
        Show::Key => headers.push((header::KEY, public(key).to_string())),
        Show::Handovers(chain) => headers.push((header::HANDOVERS, chain.to_string())),
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;
    use crate::signed::keys::{Heed, Keys};

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

    fn seen(by: &SecretKey, known: Option<&SecretKey>, show: &Show) -> Result<LetIn, Outside> {
        let request = request();
        let headers = headers((by, 3), &request, &TOKEN, show);
        let header = |name| {
            let mut headers = headers.iter();
            headers
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.as_str())
        };
        let shown = Shown {
            signed: header(header::SIGNED),
            key: header(header::KEY),
            handovers: header(header::HANDOVERS),
        };
        let asked = Asked {
            method: request.method,
            path: &request.path,
            token_hash: &TOKEN,
        };
        look(shown, of(known.map(public)), asked)
    }

    const TERMINAL: TerminalId = TerminalId([4; 16]);

    fn of(key: Option<PublicKey>) -> Known {
        let terminal = TERMINAL;
        Known { terminal, key }
    }

    #[test]
    fn a_key_is_asked_for_once_and_then_only_that_one_counts() {
        let [own, thief] = [[1; 32], [2; 32]].map(SecretKey::from_bytes);
        assert_eq!(seen(&own, None, &Show::Nothing), Err(Outside::WantsKey));
        let Ok(LetIn::Signed { signed, new_key }) = seen(&own, None, &Show::Key) else {
            panic!("it showed its key");
        };
        assert_eq!((signed.counter, new_key), (3, Some(public(&own))));
        assert_eq!(signed.body_hash(), *blake3::hash(b"[]").as_bytes());
        let known = seen(&own, Some(&own), &Show::Nothing);
        assert!(matches!(known, Ok(LetIn::Signed { new_key: None, .. })));
        // Another key, shown or not, is not the terminal's.
        for show in [Show::Nothing, Show::Key, Show::Handovers(Chain::default())] {
            let other = Err(Outside::Other(public(&own)));
            assert_eq!(seen(&thief, Some(&own), &show), other);
        }
        let asked = Asked {
            method: Method::Get,
            path: "/",
            token_hash: &TOKEN,
        };
        let bare = Shown {
            signed: None,
            key: None,
            handovers: None,
        };
        assert_eq!(look(bare, of(None), asked), Ok(LetIn::Unsigned));
        let known = of(Some(public(&own)));
        assert_eq!(look(bare, known, asked), Err(Outside::Unsigned));
        let garbled = Shown {
            signed: Some("1..A"),
            ..bare
        };
        assert_eq!(look(garbled, of(None), asked), Err(Outside::Unsigned));
    }

    #[test]
    fn a_renewed_key_is_known_by_how_it_came_from_the_one_before() {
        let [old, new, thief] = [[1; 32], [2; 32], [3; 32]].map(SecretKey::from_bytes);
        let mut keys = Keys::new(old.clone());
        keys.prepare(TERMINAL, new.clone());
        assert!(keys.take(public(&new)));
        let Some(Heed::Sign(show)) = keys.heed(Wanted::Known(public(&old))) else {
            panic!("it can show how its key came");
        };
        let known = seen(&new, Some(&old), &show);
        let new_key = Some(public(&new));
        assert!(
            matches!(known, Ok(LetIn::Signed { new_key: key, .. }) if key == new_key),
            "{known:?}"
        );
        // Who heard that has no key of the terminal's, and the former one leads nowhere.
        let other = |known: &SecretKey| Err(Outside::Other(public(known)));
        assert_eq!(seen(&thief, Some(&old), &show), other(&old));
        assert_eq!(seen(&old, Some(&new), &Show::Nothing), other(&new));
        assert_eq!(seen(&old, Some(&new), &show), other(&new));
    }

    #[test]
    fn an_answer_says_what_is_wanted() {
        let of = |name: &str, value: &str| Headers(vec![(name.to_owned(), value.to_owned())]);
        let counter = of(header::COUNTER, "9");
        assert_eq!(Wanted::in_answer(401, &counter), Some(Wanted::Above(9)));
        assert_eq!(Wanted::in_answer(403, &counter), None);
        let key = of(header::KEY, "1");
        assert_eq!(Wanted::in_answer(401, &key), Some(Wanted::Key));
        let own = PublicKey([7; 32]);
        let known = of(header::KNOWN_KEY, &own.to_string());
        assert_eq!(Wanted::in_answer(401, &known), Some(Wanted::Known(own)));
        for other in [
            of(header::COUNTER, "-9"),
            of(header::KNOWN_KEY, "7"),
            Headers::default(),
        ] {
            assert_eq!(Wanted::in_answer(401, &other), None);
        }
    }
}
