//! Terminals' keys as the cloud's database has them: the shipped proofs over its rows.

use hotaru_content::id::TerminalId;
use hotaru_content::key::PublicKey;
use hotaru_sync::erasure::Certificate;
use hotaru_sync::http::Request;
use hotaru_sync::signed::keys::is_proven;
use hotaru_sync::signed::{Asked, Signed};
use hotaru_sync::wire::{self, Rekey, code, header};

use super::door::{Seat, with_number};
use super::{Answer, School, ours, refuse};
use crate::bug::Bug;
use crate::identity::Identity;

/// Keys of before that are kept of a terminal.
const KEPT: usize = 32;

/// A key that a terminal had before its present one.
#[derive(Debug, Clone, PartialEq)]
pub struct Former {
    /// The key.
    pub key: PublicKey,
    /// What a copy of the disk from that time left when it was erased.
    pub erasure: Option<Certificate>,
}

impl Seat {
    fn has_had(&self, key: PublicKey) -> bool {
        self.former.iter().any(|former| former.key == key)
    }

    /// Puts a key in force, in place of the one that is known.
    fn put_in_force(&mut self, key: PublicKey) {
        if let Some(key) = self.key {
            let erasure = None;
            self.former.push(Former { key, erasure });
            let spare = self.former.len().saturating_sub(KEPT);
            self.former.drain(..spare);
        }
        self.key = Some(key);
    }
}

impl School {
    /// The key that a terminal is known by.
    pub fn key_of(&self, identity: &Identity) -> Option<PublicKey> {
        self.db.seats.get(&identity.terminal)?.key
    }

    /// The school wants a new key of a terminal.
    pub fn ask_for_key(&mut self, terminal: TerminalId) {
        if let Some(seat) = self.db.seats.get_mut(&terminal) {
            seat.rekey_asked = true;
        }
        self.flush();
    }

    /// Whether a certificate of a terminal is here: of it, or of a copy of its disk.
    pub fn has_certificate(&self, terminal: TerminalId) -> bool {
        let seat = self.db.seats.get(&terminal);
        seat.is_some_and(|seat| {
            let mut former = seat.former.iter();
            seat.erasure.is_some() || former.any(|former| former.erasure.is_some())
        })
    }

    /// Notes the key that a request showed; false where it is one of before.
    pub(super) fn note_key(&mut self, terminal: TerminalId, key: PublicKey) -> bool {
        let Some(seat) = self.db.seats.get_mut(&terminal) else {
            return false;
        };
        if seat.has_had(key) {
            return false;
        }
        seat.put_in_force(key);
        self.flush();
        true
    }

    /// What is said to who signed with another key than the one in force.
    pub(super) fn other_key(
        &self,
        terminal: TerminalId,
        signed: Option<&str>,
        asked: Asked<'_>,
        known: PublicKey,
    ) -> Result<Signed, Answer> {
        let seat = &self.db.seats[&terminal];
        let signed: Option<Signed> = signed.and_then(|text| text.parse().ok());
        let by_former = signed.filter(|signed| {
            let mut former = seat.former.iter();
            former.any(|former| signed.is_by(&former.key, asked))
        });
        let what = match by_former {
            Some(signed) if self.bug == Some(Bug::FormerKeyCounts) => return Ok(signed),
            Some(_) => code::SUPERSEDED,
            None => code::UNSIGNED,
        };
        let mut answer = refuse(401, what);
        let known = (header::KNOWN_KEY.to_owned(), known.to_string());
        answer.1.0.push(known);
        Err(answer)
    }

    /// A terminal's next key.
    pub(super) fn renew_key(&mut self, terminal: TerminalId, request: &Request) -> Answer {
        let Ok(rekey) = wire::parse::<Rekey>(&request.body) else {
            return refuse(400, code::BAD_BODY);
        };
        let Some(seat) = self.db.seats.get_mut(&terminal) else {
            return refuse(404, code::NOT_FOUND);
        };
        let Some(known) = seat.key else {
            return with_number(refuse(401, code::UNSIGNED), header::KEY, 1);
        };
        if known != rekey.key {
            if seat.has_had(rekey.key) || !is_proven(terminal, known, &rekey) {
                return refuse(409, code::WRONG_KEY);
            }
            seat.put_in_force(rekey.key);
            seat.rekey_asked = false;
            self.flush();
        }
        ours(204, vec![], vec![])
    }

    /// Takes a certificate of erasure; no token is asked for.
    pub fn erasure(&mut self, request: &Request) -> Answer {
        let certificate: Result<Certificate, _> = wire::parse(&request.body);
        let Ok(certificate) = certificate else {
            return self.of_this_run(refuse(400, code::BAD_BODY));
        };
        let terminal = certificate.verify().map(|statement| statement.terminal);
        let taken = terminal.ok().and_then(|of| {
            let seat = self.db.seats.get_mut(&of)?;
            if certificate.follows(of, seat.key?) {
                seat.erasure.get_or_insert(certificate);
                seat.is_gone |= self.bug != Some(Bug::ErasedTokenCounts);
                self.is_erased(of);
                return Some(());
            }
            let mut former = seat.former.iter_mut().rev();
            let former = former.find(|former| certificate.follows(of, former.key))?;
            former.erasure.get_or_insert(certificate);
            Some(())
        });
        if taken.is_none() {
            return self.of_this_run(refuse(404, code::NOT_FOUND));
        }
        self.flush();
        self.of_this_run(ours(204, vec![], vec![]))
    }
}
