//! Syncs of terminals: the shipped core, step by step.

use std::collections::{BTreeSet, VecDeque};

use hotaru_content::drill::Drill;
use hotaru_content::id::{LessonId, PupilId};
use hotaru_content::log::Fact;
use hotaru_sync::http::Request;
use hotaru_sync::terminal::{
    Awaited, Config, Effect, Input, StoreAnswer, StoreFault, StoreOp, SyncReport, Terminal as Core,
};
use hotaru_sync::wire::{self, Receipt, ReceiptState, path};

use super::line::{End, Way};
use super::{Fault, Happening, Session, World, fingerprint};
use crate::bug::Bug;
use crate::disk::Disk;
use crate::school::graded;

impl World {
    pub(super) fn sync(&mut self, place: usize) {
        if self.terminals[place].session.is_some() {
            return;
        }
        if self.bug == Some(Bug::RetryRenumbers) {
            let terminal = &mut self.terminals[place];
            let failed = terminal.last.as_ref().is_some_and(|(ended, _)| !ended);
            if failed {
                for log in terminal.disk.logs.values_mut() {
                    if log.now.acknowledged != log.now.point() {
                        log.renumber(&mut self.random);
                    }
                }
            }
        }
        self.sessions += 1;
        let number = self.sessions;
        let metered = self.one_in(8, Fault::Metered);
        let bug = self.bug;
        let terminal = &mut self.terminals[place];
        terminal.disk.close();
        let core = Core::new(Config {
            pupils: open_pupils(&terminal.disk).copied().collect(),
            has_locked: !terminal.disk.locked.is_empty() && bug != Some(Bug::RunEnteredLocked),
            awaited: awaited(&terminal.disk),
            metered,
            patience: 3,
            seed: self.random.number(),
        });
        terminal.session = Some(Session {
            number,
            core,
            effects: VecDeque::new(),
            flight: None,
            is_outside: false,
        });
        self.note(|| format!("terminal {place}: a sync begins"));
        self.give(place, number, Input::Start);
    }

    /// Gives an input to a session and carries its effects out.
    pub(super) fn give(&mut self, place: usize, session: u64, input: Input) {
        let now = self.now;
        {
            let Some(running) = self.session(place, session) else {
                return;
            };
            let effects = running.core.step(input, now);
            running.effects.extend(effects);
        }
        while let Some(effect) = self
            .session(place, session)
            .and_then(|running| running.effects.pop_front())
        {
            // A crash at any effect: before it or after it.
            let crash = self.crash();
            if crash == Some(0) {
                return self.stop(place, "the program dies before an effect");
            }
            let end = End::Terminal(place);
            match effect {
                Effect::Progress(_) | Effect::Abort { .. } => {}
                Effect::Timer(wait) => {
                    let id = 0;
                    let way = Way::new(end, session, id);
                    self.at(1 + wait.as_millis() as u64, Happening::Timer(way));
                }
                Effect::Http { id, request } => self.send(Way::new(end, session, id), request),
                Effect::Store(op) => {
                    let answer = self.store(place, op);
                    if crash == Some(1) {
                        return self.stop(place, "the program dies after a write");
                    }
                    let now = self.now;
                    let Some(running) = self.session(place, session) else {
                        return;
                    };
                    let effects = running.core.step(Input::Store(answer), now);
                    running.effects.extend(effects);
                }
                Effect::Done(report) => self.end(place, true, *report),
                Effect::Failed { fault, report } => {
                    self.note(|| format!("terminal {place}: the sync fails: {fault}"));
                    self.end(place, false, *report);
                }
            }
        }
    }

    /// Whether a program dies at an effect: 0 before it, 1 after it.
    pub(super) fn crash(&mut self) -> Option<u64> {
        let crash = if self.is_healed {
            return None;
        } else {
            self.random.below(600)
        };
        Some(crash).filter(|crash| *crash < 2 && self.has(Fault::Crash))
    }

    fn store(&mut self, place: usize, op: StoreOp) -> Result<StoreAnswer, StoreFault> {
        let failed = |message: &str| StoreFault::Other {
            code: "io",
            message: message.to_owned(),
        };
        // A disk that says no, now and then.
        if self.one_in(400, Fault::Disk) {
            return Err(failed("the disk failed"));
        }
        if let StoreOp::TakeBack { open, .. } = &op
            && !self
                .school
                .agreed
                .contains(&(self.terminals[place].id(), open.pupil))
        {
            self.broken
                .push("(9) earlier study came to a terminal that nobody agreed to".to_owned());
        }
        if matches!(op, StoreOp::NewKey { .. }) {
            self.terminals[place].disk.fresh_key = self.random.bytes();
        }
        let is_key = matches!(op, StoreOp::KeyTaken { .. });
        let disk = &mut self.terminals[place].disk;
        if let (Some(Bug::CursorBeforeLessons), StoreOp::ApplyLessons(batch)) = (self.bug, &op)
            && self.random.below(8) == 0
        {
            disk.cursor = batch.cursor;
            return Err(failed("the machine died between two writes"));
        }
        let grows = matches!(
            op,
            StoreOp::PutBlob { .. }
                | StoreOp::Partial { .. }
                | StoreOp::Append { .. }
                | StoreOp::Finish { .. }
        );
        let whole = |disk: &Disk| -> BTreeSet<LessonId> {
            let lessons = disk.lessons.iter();
            let whole = lessons.filter(|(_, held)| disk.is_whole(held));
            whole.map(|(lesson, _)| *lesson).collect()
        };
        let before = (grows && disk.cap.is_some()).then(|| whole(disk));
        let answer = disk.answer(op, self.bug, &mut self.broken);
        if before.is_some_and(|before| !before.is_subset(&whole(disk))) {
            self.broken
                .push("(10) a lesson that was whole lost a blob".to_owned());
        }
        if is_key {
            self.has_taken_key(place);
        }
        self.look_at_removed(place);
        answer
    }

    /// What a terminal says must be so.
    pub(super) fn look_at(&mut self, place: usize, request: &Request) {
        if request.path == path::RECEIPTS {
            self.check_receipts(place, request);
        }
        let is_push = request.path.ends_with("/events");
        if is_push && self.bug == Some(Bug::GradeFromClient) {
            self.claim_grades(place);
        }
    }

    /// What a terminal says it has, it must have.
    fn check_receipts(&mut self, place: usize, request: &Request) {
        let disk = &self.terminals[place].disk;
        let receipts: Vec<Receipt> = wire::parse(&request.body).unwrap_or_default();
        for receipt in receipts {
            let held = disk.lessons.get(&receipt.lesson);
            let held = held.filter(|held| held.revision == receipt.revision);
            if receipt.state == ReceiptState::OnTerminal
                && held.is_some_and(|held| !disk.is_whole(held))
            {
                self.broken
                    .push("(10) a lesson is reported that is not whole".to_owned());
            }
        }
    }

    /// The planted mistake: with each push the terminal says what its answers are worth, by
    /// the drills that it has by then.
    fn claim_grades(&mut self, place: usize) {
        let disk = &self.terminals[place].disk;
        let mut claims = Vec::new();
        for (pupil, log) in &disk.logs {
            for event in &log.now.events {
                let Fact::Answered(answered) = event.fact() else {
                    continue;
                };
                let held = disk.lessons.get(&answered.lesson);
                let slots = held.iter().flat_map(|held| &held.slots);
                let mut drills = slots
                    .filter_map(|(_, _, blob)| Drill::from_json(disk.blobs.get(&blob.id)?).ok());
                let print = fingerprint(*pupil, event);
                claims.extend(print.zip(drills.next().map(|drill| graded(&answered, Some(drill)))));
            }
        }
        self.school.claims.extend(claims);
    }

    pub(super) fn session(&mut self, place: usize, number: u64) -> Option<&mut Session> {
        let session = self.terminals[place].session.as_mut();
        session.filter(|session| session.number == number)
    }

    fn end(&mut self, place: usize, whole: bool, report: SyncReport) {
        self.note(|| {
            let (events, requests) = (report.events_acknowledged, report.requests);
            let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
            format!(
                "terminal {place}: the sync ends: {events} events, {requests} requests {faults:?}"
            )
        });
        let terminal = &mut self.terminals[place];
        terminal.session = None;
        terminal.last = Some((whole, report.clone()));
        self.erase_where_due(place, &report);
    }
}

/// Whose earlier study is to come back to a disk.
fn awaited(disk: &Disk) -> Vec<Awaited> {
    let awaited = open_pupils(disk).filter(|pupil| disk.logs[pupil].is_awaited);
    let awaited = awaited.map(|pupil| Awaited {
        pupil: *pupil,
        from_others: true,
    });
    awaited.collect()
}

/// The pupils of a disk whose study is open.
fn open_pupils(disk: &Disk) -> impl Iterator<Item = &PupilId> {
    let pupils = disk.logs.keys();
    pupils.filter(|pupil| !disk.locked.contains(*pupil))
}
