//! Somebody on the line: she has recorded whole requests, tokens among them, and no key.

use hotaru_content::key::SecretKey;
use hotaru_sync::erasure::Certificate;
use hotaru_sync::http::{Method, Request};
use hotaru_sync::signed::door::{self, Show};
use hotaru_sync::wire::{self, header, path};

use super::World;
use crate::identity::Identity;
use crate::school::TOKEN;

/// So many requests she remembers.
const RECORDED: usize = 200;

impl World {
    /// She hears what the school was sent.
    pub(super) fn record(&mut self, request: &Request) {
        if self.recorded.len() < RECORDED {
            self.recorded.push(request.clone());
        } else {
            let place = self.random.below(RECORDED as u64) as usize;
            self.recorded[place] = request.clone();
        }
    }

    pub(super) fn attack(&mut self) {
        if self.recorded.is_empty() {
            return;
        }
        // What was sent lately serves as well as what is old.
        let place = self.random.below(self.recorded.len() as u64) as usize;
        let mut request = self.recorded[place].clone();
        let place = self.random.below(self.terminals.len() as u64) as usize;
        let victim = self.terminals[place].disk.identity.clone();
        let what = match self.random.below(10) {
            0..3 => "replayed",
            3 => {
                for (name, text) in &mut request.headers {
                    if let (&mut header::SIGNED, Some((number, rest))) =
                        (name, text.split_once('.'))
                    {
                        let number: u64 = number.parse().unwrap_or_default();
                        *text = format!("{}.{rest}", number + 1 + self.random.below(5_000));
                    }
                }
                "renumbered"
            }
            4 => {
                request.path.push_str("?more");
                "sent elsewhere"
            }
            5 => {
                request.headers.retain(|(name, _)| *name != TOKEN);
                request.headers.push((TOKEN, victim.token.clone()));
                "shown with another token"
            }
            6 => return self.use_token_of(&victim),
            7 | 8 => return self.use_former_key(place),
            _ => return self.forge_erasure_of(&victim),
        };
        self.must_stay_outside(&request, what);
    }

    /// A token without its key: unsigned, and signed by her own.
    fn use_token_of(&mut self, victim: &Identity) {
        // Before there was a key everybody who has the token can show one.
        if !self.school.wants_signature(victim) {
            return;
        }
        let mut request = Request {
            method: Method::Get,
            path: path::lessons(0),
            headers: vec![(TOKEN, victim.token.clone())],
            body: Vec::new(),
            max_response: 0,
        };
        self.must_stay_outside(&request, "unsigned");
        let own = SecretKey::from_bytes(self.random.bytes());
        let by = (&own, 1 << 20);
        let signed = door::headers(by, &request, &victim.token_hash(), &Show::Key);
        request.headers.extend(signed);
        self.must_stay_outside(&request, "signed by another key");
    }

    /// Who has no key cannot say that a terminal is erased.
    fn forge_erasure_of(&mut self, victim: &Identity) {
        let own = SecretKey::from_bytes(self.random.bytes());
        let said = self.terminals.iter().find_map(|one| one.erased.as_ref());
        let statement = said.and_then(|erased| erased.certificate.verify().ok());
        let Some(mut statement) = statement else {
            return;
        };
        statement.terminal = victim.terminal;
        let forged = Certificate::new(&statement, &own).expect("a statement is JSON");
        let request = Request {
            method: Method::Post,
            path: path::ERASURES.to_owned(),
            headers: Vec::new(),
            body: wire::write(&forged).expect("a certificate is JSON"),
            max_response: 0,
        };
        let before = self.school.db.seats.clone();
        let (status, ..) = self.school.erasure(&request);
        if status < 400 || self.school.db.seats != before {
            self.broken
                .push("(14) a forged erasure is taken".to_owned());
        }
    }

    /// What is not the terminal's own new request changes nothing at the school; that a key is
    /// the terminal's own, an old request of hers may say again.
    pub fn must_stay_outside(&mut self, request: &Request, what: &str) {
        let before = self.school.seats_but_keys();
        let entered = self.school.let_in(request);
        let is_heard = entered.is_ok_and(|entered| self.school.is_whole(&entered, request));
        if is_heard || self.school.seats_but_keys() != before {
            let path = super::clip(&request.path);
            let what = format!("(14) a request is heard that was {what}: {path}");
            self.broken.push(what);
        }
    }
}
