//! Who is let in: the shipped decisions over the cloud's rows of terminals.

use std::collections::{BTreeMap, BTreeSet};

use hotaru_content::id::{ClassId, PupilId, TerminalId};
use hotaru_content::key::PublicKey;
use hotaru_sync::erasure::Certificate;
use hotaru_sync::http::{Method, Request};
use hotaru_sync::signed::door::{self, Known, LetIn, Outside, Shown};
use hotaru_sync::signed::{Asked, Number, Signed, Window, ceiling_of_restore};
use hotaru_sync::wire::{self, code, header};

use super::{Answer, Caller, Former, School, refuse};
use crate::bug::Bug;
use crate::identity::Identity;

/// The header of the token.
pub const TOKEN: &str = "authorization";

/// A terminal as the cloud's database has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    token_hash: [u8; 32],
    /// Its key; none of a terminal that joined before there were keys.
    pub key: Option<PublicKey>,
    /// No number above it was ever taken.
    ceiling: u64,
    /// A teacher undid its join, or it is erased.
    pub is_gone: bool,
    /// What it left when it was erased.
    pub erasure: Option<Certificate>,
    /// The keys that it had before its present one, oldest first.
    pub former: Vec<Former>,
    /// The school wants a new key of it.
    pub rekey_asked: bool,
}

impl Seat {
    /// The cloud came back from a backup: what was taken since is not known.
    pub(super) fn raise(&mut self, bug: Option<Bug>, now_ms: u64) {
        self.ceiling = match bug {
            Some(Bug::RestoreWithOldCeilings) => self.ceiling,
            Some(Bug::RestoreLiftsAlike) => self.ceiling + (1 << 32),
            _ => self.ceiling.max(ceiling_of_restore(now_ms)),
        };
    }
}

/// A request of a terminal that was let in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// Whose.
    pub terminal: TerminalId,
    /// Its number, and the hash that its body must have.
    pub signed: Option<Signed>,
}

impl School {
    /// A terminal joins; `key` is none where its program knows of no keys.
    pub fn join(
        &mut self,
        identity: &Identity,
        key: Option<PublicKey>,
        classes: BTreeSet<ClassId>,
        pupils: BTreeSet<PupilId>,
    ) {
        let seat = Seat {
            token_hash: identity.token_hash(),
            key,
            ceiling: 0,
            is_gone: false,
            erasure: None,
            former: Vec::new(),
            rekey_asked: false,
        };
        self.db.seats.insert(identity.terminal, seat);
        self.classes.insert(identity.terminal, classes);
        self.pupils.insert(identity.terminal, pupils);
        self.flush();
    }

    /// A teacher undoes a join.
    pub fn undo_join(&mut self, terminal: TerminalId) {
        if let Some(seat) = self.db.seats.get_mut(&terminal) {
            seat.is_gone = true;
        }
        self.flush();
    }

    /// Whether a token counts.
    pub fn knows(&self, identity: &Identity) -> bool {
        self.holder(&identity.token_hash()).is_some()
    }

    /// Whether a token counts only together with a signature.
    pub fn wants_signature(&self, identity: &Identity) -> bool {
        let seat = self.holder(&identity.token_hash());
        seat.is_some_and(|(_, seat)| seat.key.is_some())
    }

    /// Every terminal, without its keys.
    pub fn seats_but_keys(&self) -> BTreeMap<TerminalId, Seat> {
        let seats = self.db.seats.iter();
        let without = |seat: &Seat| Seat {
            key: None,
            former: Vec::new(),
            ..seat.clone()
        };
        seats.map(|(id, seat)| (*id, without(seat))).collect()
    }

    /// Whether a caller is to renew its key.
    pub(super) fn wants_key(&self, caller: Caller) -> bool {
        let Caller::Terminal(terminal) = caller else {
            return false;
        };
        let seat = self.db.seats.get(&terminal);
        seat.is_some_and(|seat| seat.rekey_asked) && !self.is_old
    }

    fn holder(&self, token_hash: &[u8; 32]) -> Option<(TerminalId, &Seat)> {
        let mut seats = self.db.seats.iter();
        let found = seats.find(|(_, seat)| seat.token_hash == *token_hash && !seat.is_gone);
        found.map(|(terminal, seat)| (*terminal, seat))
    }

    /// Lets a terminal's request in, or answers at once. What is noted is on the disk.
    pub fn let_in(&mut self, request: &Request) -> Result<Entered, Answer> {
        self.look(request)
            .map_err(|answer| self.of_this_run(answer))
    }

    fn look(&mut self, request: &Request) -> Result<Entered, Answer> {
        let header = |name: &str| {
            let mut headers = request.headers.iter();
            headers
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.as_str())
        };
        let unknown = || Err(refuse(401, code::UNAUTHORIZED));
        let Some(token_hash) = header(TOKEN).map(wire::token_hash) else {
            return unknown();
        };
        let Some((terminal, seat)) = self.holder(&token_hash) else {
            return unknown();
        };
        if self.is_expired(Caller::Terminal(terminal)) {
            return unknown();
        }
        let shown = Shown {
            signed: header(header::SIGNED),
            key: header(header::KEY),
            handovers: header(header::HANDOVERS),
        };
        let asked = Asked {
            method: request.method,
            path: &request.path,
            token_hash: &token_hash,
        };
        let key = seat.key;
        let known = Known { terminal, key };
        let (signed, new_key) = match door::look(shown, known, asked) {
            Ok(LetIn::Unsigned) => {
                let signed = None;
                return Ok(Entered { terminal, signed });
            }
            Ok(LetIn::Signed { signed, new_key }) => (signed, new_key),
            Err(Outside::Unsigned) => return Err(refuse(401, code::UNSIGNED)),
            Err(Outside::WantsKey) => {
                let answer = refuse(401, code::UNSIGNED);
                return Err(with_number(answer, header::KEY, 1));
            }
            Err(Outside::Other(key)) => {
                let signed = self.other_key(terminal, shown.signed, asked, key)?;
                (signed, None)
            }
        };
        if let Some(above) = self.take(terminal, signed.counter) {
            let answer = refuse(401, code::REPLAYED);
            return Err(with_number(answer, header::COUNTER, above));
        }
        // Only a request that is new says something about keys.
        if let Some(key) = new_key
            && !self.note_key(terminal, key)
        {
            let answer = refuse(401, code::UNSIGNED);
            return Err(with_number(answer, header::COUNTER, signed.counter));
        }
        Ok(Entered {
            terminal,
            signed: Some(signed),
        })
    }

    /// Takes a number; none where it is new, else the one to go on above.
    fn take(&mut self, terminal: TerminalId, number: u64) -> Option<u64> {
        loop {
            let seat = self.db.seats.get_mut(&terminal)?;
            let ceiling = match self.bug {
                Some(Bug::WindowForgetsCeiling) => 0,
                _ => seat.ceiling,
            };
            let window = self.windows.entry(terminal);
            let window = window.or_insert_with(|| Window::new(ceiling));
            match window.take(number) {
                Number::Fresh => return None,
                Number::Stale(above) => return Some(above),
                Number::Ceiling(ceiling) => {
                    seat.ceiling = seat.ceiling.max(ceiling);
                    window.noted(ceiling);
                    self.flush();
                }
            }
        }
    }

    /// Whether a request's body is the one that was signed. Of an upload what arrives is kept:
    /// the blob's name proves it.
    pub fn is_whole(&self, entered: &Entered, request: &Request) -> bool {
        let Some(signed) = &entered.signed else {
            return true;
        };
        self.bug == Some(Bug::BodyNotCompared)
            || request.method == Method::Patch
            || signed.is_of(&request.body)
    }

    /// The answer to a body that is another one than was signed.
    pub fn altered(&self) -> Answer {
        self.of_this_run(refuse(400, code::BAD_BODY))
    }
}

pub(super) fn with_number(mut answer: Answer, name: &str, number: u64) -> Answer {
    answer.1.0.push((name.to_owned(), number.to_string()));
    answer
}
