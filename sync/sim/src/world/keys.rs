//! Terminals' keys: signatures and their numbers, renewals, and who has a key of before.

use hotaru_content::key::SecretKey;
use hotaru_content::numbers::{MAX_LEAP, Numbers};
use hotaru_sync::http::{Method, Request};
use hotaru_sync::signed::door::{self, Heeded, Show, Wanted};
use hotaru_sync::signed::keys::{Chain, Heed, Keys};
use hotaru_sync::wire::{self, path};

use super::{Fault, World};
use crate::bug::Bug;
use crate::disk::Disk;
use crate::identity::Identity;
use crate::school::TOKEN;

/// How often terminals of the simulator renew their keys by themselves, in milliseconds.
const KEY_EVERY_MS: i64 = 20 * 3_600_000;

impl World {
    /// A new terminal's disk.
    pub(super) fn disk_of(&self, identity: Identity) -> Disk {
        let mut disk = Disk::of(identity);
        disk.key_every_ms = match self.without.leaves(Fault::Rekey) {
            true => KEY_EVERY_MS,
            false => i64::MAX,
        };
        disk
    }

    /// Signs a request of a terminal.
    pub(super) fn sign(&mut self, place: usize, request: &Request) -> Request {
        let key = self.terminals[place].disk.identity.key.clone();
        self.sign_by(place, request, &key, &Show::Nothing)
    }

    /// Signs a request once more, as the school wants it; none where nothing that is on the
    /// disk helps, or the program dies.
    pub(super) fn sign_again(
        &mut self,
        place: usize,
        request: &Request,
        wanted: Wanted,
        heeded: &mut Heeded,
    ) -> Option<Request> {
        let terminal = &mut self.terminals[place];
        if let Wanted::Above(number) = wanted {
            let noted = terminal.disk.identity.noted;
            let numbers = terminal.numbers.get_or_insert(Numbers::new(noted));
            numbers.go_above(number);
        }
        let mut keys = terminal.disk.identity.keys();
        match self.heed(&keys, wanted)? {
            // What was shown of the keys is shown again.
            _ if matches!(wanted, Wanted::Above(_)) => {}
            Heed::Sign(show) => heeded.show = show,
            Heed::Take(key) => {
                heeded.show = Show::Nothing;
                let crash = self.crash();
                if crash == Some(0) {
                    self.stop(place, "the program dies before a key is in force");
                    return None;
                }
                // Where the disk refuses, this request is signed with it all the same.
                if !self.one_in(40, Fault::Disk) {
                    self.terminals[place].disk.identity.take(key);
                    self.has_taken_key(place);
                }
                if crash == Some(1) {
                    self.stop(place, "the program dies after a key is in force");
                    return None;
                }
                keys.take(key);
            }
        }
        self.note(|| format!("terminal {place}: the school wants {wanted:?}"));
        Some(self.sign_by(place, request, &keys.key, &heeded.show))
    }

    fn heed(&self, keys: &Keys, wanted: Wanted) -> Option<Heed> {
        let heed = keys.heed(wanted)?;
        let is_shown = !matches!(heed, Heed::Sign(Show::Handovers(_)));
        (is_shown || self.bug != Some(Bug::HandoversNotShown)).then_some(heed)
    }

    fn sign_by(
        &mut self,
        place: usize,
        request: &Request,
        key: &SecretKey,
        show: &Show,
    ) -> Request {
        let disk_fails = self.one_in(400, Fault::Disk);
        let terminal = &mut self.terminals[place];
        let identity = &mut terminal.disk.identity;
        let numbers = &mut terminal.numbers;
        let numbers = numbers.get_or_insert(Numbers::new(identity.noted));
        let (number, noted) = numbers.give();
        let token_hash = identity.token_hash();
        match noted {
            // Without the note the next start may give numbers again.
            Some(_) if disk_fails => {
                self.may_repeat.insert(token_hash);
            }
            Some(noted) if self.bug != Some(Bug::NumbersNotNoted) => identity.noted = noted,
            _ => {}
        }
        let mut signed = request.clone();
        let headers = door::headers((key, number), request, &token_hash, show);
        signed.headers.extend(headers);
        signed.headers.push((TOKEN, identity.token.clone()));
        let is_new = self.given.insert((token_hash, number));
        if !is_new && !self.may_repeat.contains(&token_hash) {
            let what = format!("(14) terminal {place} signs number {number} twice");
            self.broken.push(what);
        }
        signed
    }

    /// A terminal has put its next key in force. The numbers are its own, and go on.
    pub(super) fn has_taken_key(&mut self, place: usize) {
        if self.bug == Some(Bug::NumbersBeginAnew) {
            let terminal = &mut self.terminals[place];
            terminal.numbers = None;
            terminal.disk.identity.noted = 0;
        }
        self.note(|| format!("terminal {place} has a new key in force"));
    }

    /// The school wants a new key of a terminal.
    pub(super) fn ask_for_key(&mut self, place: usize) {
        let id = self.terminals[place].id();
        self.school.ask_for_key(id);
        self.note(|| format!("the school wants a new key of terminal {place}"));
    }

    /// Whether a disk can still sign so that the school takes it.
    pub(super) fn can_sign(&self, identity: &Identity) -> bool {
        let known = self.school.key_of(identity);
        known.is_none_or(|known| {
            let keys = identity.keys();
            self.heed(&keys, Wanted::Known(known)).is_some()
        })
    }

    /// Whether somebody else may have had this identity's disk, or it was set back.
    pub fn has_copies(&self, identity: &Identity) -> bool {
        self.copied.contains(&identity.token_hash())
    }

    /// (15) Whatever was lost, and whichever backup the school came back from: only a disk that
    /// was copied or set back has a key that counts no more.
    pub(super) fn must_sign(&mut self, place: usize) {
        let identity = &self.terminals[place].disk.identity;
        if !self.has_copies(identity) && self.school.knows(identity) && !self.can_sign(identity) {
            let what = format!("(15) terminal {place} cannot sign any more");
            self.broken.push(what);
        }
    }

    /// Somebody has an image of a terminal's disk from before its key was renewed: she is not
    /// heard, and gets no key of her own in force.
    pub(super) fn use_former_key(&mut self, place: usize) {
        let Some(image) = &self.terminals[place].image else {
            return;
        };
        let thief = image.identity.clone();
        // A school that came back from a backup may know that key again, or one that led to it,
        // until it hears of the next one.
        if self.can_sign(&thief) {
            return;
        }
        let ask = |method, path: String, body| Request {
            method,
            path,
            headers: vec![(TOKEN, thief.token.clone())],
            body,
            max_response: 0,
        };
        let mut own = thief.keys();
        own.renewal.pending = None;
        own.prepare(thief.terminal, SecretKey::from_bytes(self.random.bytes()));
        let rekey = own.rekey(thief.terminal).expect("it was prepared");
        let rekey = wire::write(&rekey).expect("a key is JSON");
        for mut request in [
            ask(Method::Get, path::lessons(0), Vec::new()),
            ask(Method::Post, path::TERMINAL_KEY.to_owned(), rekey),
        ] {
            let by = (&thief.key, MAX_LEAP);
            let headers = door::headers(by, &request, &thief.token_hash(), &Show::Nothing);
            request.headers.extend(headers);
            self.must_stay_outside(&request, "signed by a former key");
        }
        self.must_not_be_led(&thief);
    }

    /// Nor does it help her to show how a key of her own came from the one that she has.
    fn must_not_be_led(&mut self, thief: &Identity) {
        let mut own = thief.keys();
        own.renewal.pending = None;
        own.prepare(thief.terminal, SecretKey::from_bytes(self.random.bytes()));
        let (key, handovers) = own.newest();
        let chain = Chain::from(thief.public(), &handovers).expect("it was prepared");
        let mut request = Request {
            method: Method::Get,
            path: path::lessons(0),
            headers: vec![(TOKEN, thief.token.clone())],
            body: Vec::new(),
            max_response: 0,
        };
        let show = Show::Handovers(chain);
        let headers = door::headers((key, MAX_LEAP), &request, &thief.token_hash(), &show);
        request.headers.extend(headers);
        self.must_stay_outside(&request, "led to from a former key");
    }
}
