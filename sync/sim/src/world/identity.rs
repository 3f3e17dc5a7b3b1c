//! Who terminals are: signatures and their numbers, joins that are undone, erasures.

use std::collections::BTreeSet;

use hotaru_content::blob::BlobId;
use hotaru_sync::erasure::{Certificate, FORMAT, METHOD, Statement};
use hotaru_sync::http::{Exchange, Method, PROTOCOL_HEADER, Request};
use hotaru_sync::signed::door::{Heeded, Wanted};
use hotaru_sync::wire::{self, path};

use super::line::{End, Way};
use super::{BEGIN_MS, Fingerprint, World, fingerprint, fingerprints};
use crate::bug::Bug;
use crate::disk::Disk;
use crate::identity::Identity;

/// A request of a sync that is under way in the terminal's HTTP adapter.
pub(super) struct Flight {
    id: u64,
    /// It: the school may want it signed otherwise.
    request: Request,
    heeded: Heeded,
    status: u16,
}

impl Flight {
    pub(super) fn new(id: u64, request: &Request) -> Self {
        Self {
            id,
            request: request.clone(),
            heeded: Heeded::default(),
            status: 0,
        }
    }
}

/// What an erased terminal leaves.
pub struct Erased {
    /// What it was; a thief may have had a copy.
    pub identity: Identity,
    /// What the school is to have.
    pub certificate: Certificate,
    /// The school said that it has it.
    pub is_confirmed: bool,
    /// It ended the terminal there, and not only a copy of its disk.
    pub was_believed: bool,
    /// The school took it, and came back from an older backup.
    pub was_forgotten: bool,
    /// When it was shown, no request under its key had ever reached the school.
    pub was_unknown: bool,
    /// The question to the school that is under way.
    asking: u64,
}

impl World {
    /// What a terminal's HTTP adapter does with what comes: a request that the school wants
    /// signed otherwise goes once more. Says whether the core hears of it.
    pub(super) fn is_for_core(&mut self, place: usize, way: Way, exchange: &Exchange) -> bool {
        let Some(running) = self.session(place, way.session) else {
            return false;
        };
        let flight = running.flight.as_mut().filter(|flight| flight.id == way.id);
        let Some(flight) = flight else {
            return true;
        };
        if flight.heeded.count() != way.again {
            // The rest of an answer that nobody reads.
            return false;
        }
        match exchange {
            Exchange::Head { status, headers } => {
                // Without its header it is not the school who speaks.
                let is_the_school = headers.get(PROTOCOL_HEADER).is_some();
                flight.status = if is_the_school { *status } else { 0 };
                let Some(wanted) = Wanted::in_answer(*status, headers) else {
                    return true;
                };
                let (request, mut heeded) = (flight.request.clone(), flight.heeded.clone());
                if !heeded.is_new(wanted) {
                    return true;
                }
                let signed = self.sign_again(place, &request, wanted, &mut heeded);
                let again = heeded.count();
                let running = self.session(place, way.session);
                if let (Some(flight), true) = (
                    running.and_then(|running| running.flight.as_mut()),
                    signed.is_some(),
                ) {
                    flight.heeded = heeded;
                }
                let Some(signed) = signed else {
                    return true;
                };
                self.travel(Way { again, ..way }, signed);
                false
            }
            Exchange::End if flight.status == 401 => {
                running.is_outside = true;
                true
            }
            _ => true,
        }
    }

    /// A teacher undoes a terminal's join.
    pub(super) fn undo_join(&mut self, place: usize) {
        let identity = self.terminals[place].disk.identity.clone();
        self.school.undo_join(identity.terminal);
        self.undone.push(identity);
        self.note(|| format!("the join of terminal {place} is undone"));
    }

    /// Whether a person sees that the school does not know this terminal (any more).
    pub(super) fn is_outside(&self, place: usize) -> bool {
        let terminal = &self.terminals[place];
        let has_failed = terminal.last.as_ref().is_some_and(|(ended, _)| !ended);
        let identity = &terminal.disk.identity;
        has_failed && (!self.school.knows(identity) || !self.can_sign(identity))
    }

    /// Her pupils join again, by a code or a card: as a new terminal, and all that it holds stays.
    pub(super) fn join_again(&mut self, place: usize) {
        self.must_sign(place);
        self.stop(place, "it joins again, as a new terminal");
        let has_card = self.random.below(2) == 0 || self.is_healed;
        let identity = self.terminals[place].disk.identity.joined(&mut self.random);
        let disk = &mut self.terminals[place].disk;
        let classes = self.school.classes[&disk.identity.terminal].clone();
        let pupils: BTreeSet<_> = disk.logs.keys().copied().collect();
        for (pupil, log) in &mut disk.logs {
            let streams = self.school.db.streams.values();
            log.is_awaited |= streams
                .into_iter()
                .any(|stream| stream.open.pupil == *pupil);
            if has_card {
                self.school.agreed.insert((identity.terminal, *pupil));
            }
        }
        if self.bug != Some(Bug::JoinsAgainInSilence) {
            disk.forget_run();
        }
        disk.identity = identity.clone();
        let key = Some(identity.public());
        self.school.join(&identity, key, classes, pupils);
    }

    /// A terminal is erased, after somebody was told what has not reached the school. What
    /// only it had is given up by that; what the school has said that it has must be there.
    pub(super) fn erase(&mut self, place: usize) {
        self.stop(place, "it is erased");
        let is_of_this_run = self.terminals[place].disk.run == Some(self.school.run());
        let disk = std::mem::take(&mut self.terminals[place].disk);
        let unsent = unsent(&disk);
        let photos: BTreeSet<BlobId> = disk.photos_unsent().collect();
        let statement = Statement {
            format: FORMAT,
            terminal: disk.identity.terminal,
            name: format!("terminal {place}"),
            school: String::new(),
            erased_ms: (BEGIN_MS + self.now) as i64,
            pupils: disk.logs.len() as u32,
            unsent: unsent.len() as u64,
            bytes: 0,
            method: METHOD.to_owned(),
            program: "hotaru-sim".to_owned(),
            order: None,
        };
        let certificate = Certificate::by(&statement, &disk.identity.keys());
        let certificate = certificate.expect("a statement is JSON");
        self.excused.extend(unsent);
        self.photos.retain(|_, photo| !photos.contains(photo));
        let terminal = &mut self.terminals[place];
        terminal.image = None;
        self.gone
            .push((fingerprints(&disk), disk.photos.keys().copied().collect()));
        terminal.erased = Some(Box::new(Erased {
            identity: disk.identity,
            certificate,
            is_confirmed: false,
            was_believed: false,
            was_forgotten: false,
            was_unknown: false,
            asking: 0,
        }));
        if !is_of_this_run {
            // It may not have heard that the school came back from a backup.
            self.give_up_what_is_gone();
        }
    }

    /// What a cloud came back without, and only erased terminals and removed pupils had, nobody
    /// can send again.
    pub(super) fn give_up_what_is_gone(&mut self) {
        let db = &self.school.db;
        let mut there = BTreeSet::new();
        for stream in db.streams.values() {
            let prints = stream.events.iter();
            there.extend(prints.filter_map(|event| fingerprint(stream.open.pupil, event)));
        }
        for (answers, photos) in &self.gone {
            self.excused.extend(answers.difference(&there));
            let gone = |photo: &BlobId| photos.contains(photo) && !db.blobs.contains_key(photo);
            self.photos.retain(|_, photo| !gone(photo));
        }
    }

    /// What a disk has that is neither at the school nor on another one.
    pub(super) fn only_there(&self, disk: &Disk) -> BTreeSet<Fingerprint> {
        let mut only = unsent(disk);
        for stream in self.school.db.streams.values() {
            for event in &stream.events {
                if let Some(print) = fingerprint(stream.open.pupil, event) {
                    only.remove(&print);
                }
            }
        }
        only
    }

    /// The cloud came back from a backup: its keeper was told to undo joins again, of erased
    /// terminals too.
    pub(super) fn undo_again(&mut self) {
        for terminal in &mut self.terminals {
            let Some(erased) = &mut terminal.erased else {
                continue;
            };
            let seat = self.school.db.seats.get(&erased.identity.terminal);
            if erased.is_confirmed && seat.is_none_or(|seat| seat.erasure.is_none()) {
                erased.was_forgotten = true;
                if erased.was_believed {
                    self.undone.push(erased.identity.clone());
                }
            }
        }
        for identity in &self.undone {
            self.school.undo_join(identity.terminal);
        }
    }

    /// An erased terminal's certificate goes to the school, until it has it.
    pub(super) fn hand_over(&mut self, place: usize) {
        self.sessions += 1;
        let session = self.sessions;
        let Some(erased) = &mut self.terminals[place].erased else {
            return;
        };
        if erased.is_confirmed {
            return;
        }
        erased.asking = session;
        let seat = self.school.db.seats.get(&erased.identity.terminal);
        erased.was_unknown = seat.is_none_or(|seat| seat.key.is_none());
        let request = Request {
            method: Method::Post,
            path: path::ERASURES.to_owned(),
            headers: Vec::new(),
            body: wire::write(&erased.certificate).expect("a certificate is JSON"),
            max_response: 1 << 16,
        };
        self.travel(Way::new(End::Terminal(place), session, 0), request);
    }

    /// What an erased terminal hears.
    pub(super) fn confirmed_to(&mut self, place: usize, way: Way, exchange: &Exchange) {
        if let Some(erased) = &mut self.terminals[place].erased
            && erased.asking == way.session
            && let Exchange::Head {
                status: 204,
                headers,
            } = exchange
            && headers.get(PROTOCOL_HEADER).is_some()
        {
            erased.is_confirmed = true;
            let seat = self.school.db.seats.get(&erased.identity.terminal);
            erased.was_believed = seat.is_some_and(|seat| seat.erasure.is_some());
            self.note(|| format!("terminal {place}: the school has its certificate"));
        }
    }
}

/// Answers of a disk that it does not know to be at the school.
fn unsent(disk: &Disk) -> BTreeSet<Fingerprint> {
    let logs = disk.logs.iter();
    let unsent = logs.flat_map(|(pupil, log)| {
        let above = log.now.acknowledged.next_seq as usize;
        let events = log.now.events.iter().skip(above);
        events.filter_map(|event| fingerprint(*pupil, event))
    });
    unsent.collect()
}
