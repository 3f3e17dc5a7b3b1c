//! What pupils do, and what happens to their terminals.

use std::collections::BTreeSet;

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::clock::Stamp;
use hotaru_content::drill::{Drill, Response, Verdict};
use hotaru_content::id::{BootId, LessonId, PupilId};
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Answered, Event, Fact, PaperStudy};

use super::{BEGIN_MS, DAY_MS, Fault, Fingerprint, Happening, Terminal, World, fingerprints};
use crate::bug::Bug;
use crate::desk::CHOICES;
use crate::disk::{Disk, Log};
use crate::identity::Identity;

/// No more terminals than these.
const MAX_TERMINALS: usize = 6;

impl World {
    pub(super) fn act(&mut self, place: usize) {
        self.soon(DAY_MS / 8, Happening::Act(place));
        if self.terminals[place].erased.is_some() {
            return self.hand_over(place);
        }
        if self.random.below(3) == 0 && self.is_outside(place) {
            return self.join_again(place);
        }
        if self.one_in(10, Fault::Lock) {
            self.lock_or_open(place);
        }
        match self.random.below(20) {
            0..8 => self.study(place),
            8..15 => self.sync(place),
            15 if self.has(Fault::Crash) => self.stop(place, "the terminal loses its power"),
            16 => {
                let skew = self.random.below(20 * 365 * DAY_MS) as i64;
                let is_frozen = self.random.below(3) == 0;
                if self.has(Fault::Clock) {
                    let terminal = &mut self.terminals[place];
                    terminal.clock_skew_ms = skew - (10 * 365 * DAY_MS) as i64;
                    terminal.is_clock_frozen = is_frozen;
                }
            }
            17 => {
                let image = self.terminals[place].disk.clone();
                self.terminals[place].image = Some(image);
                self.note(|| format!("an image of terminal {place} is made"));
            }
            18 if self.one_in(3, Fault::SetBack) => self.set_back(place),
            18 if self.one_in(4, Fault::Token) => self.expire(place),
            18 if self.one_in(3, Fault::Revoke) => self.undo_join(place),
            18 if self.one_in(4, Fault::Rekey) => self.ask_for_key(place),
            18 if self.one_in(3, Fault::Order) => self.order(place),
            18 if self.one_in(5, Fault::Erase) && self.has_others() => self.erase(place),
            19 => {
                let has_room = self.terminals.len() < MAX_TERMINALS;
                match self.random.below(8) {
                    0 | 1 if has_room && self.has(Fault::Copy) => self.clone_of(place),
                    2 if has_room && self.has(Fault::Spare) => self.spare_for(place),
                    3 => self.agree(place),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// More than one terminal is in use: not all are erased.
    pub(super) fn has_others(&self) -> bool {
        let terminals = self.terminals.iter();
        terminals.filter(|one| one.erased.is_none()).count() > 1
    }

    fn study(&mut self, place: usize) {
        let disk = &self.terminals[place].disk;
        let pupils = disk.logs.keys().copied();
        let pupils: Vec<_> = pupils.filter(|id| !disk.locked.contains(id)).collect();
        if pupils.is_empty() {
            return;
        }
        let pupil = pupils[self.random.below(pupils.len() as u64) as usize];
        let count = 1 + self.random.below(6);
        let drills = drills(&self.terminals[place].disk);
        for _ in 0..count {
            self.next_study += 1;
            let print = (pupil, self.next_study);
            let answered = self.answered(print, &drills);
            self.confirm(place, pupil, &Fact::Answered(answered));
            self.confirmed.insert(print);
        }
        let has_photo = self.random.below(6) == 0;
        if has_photo {
            self.photograph(place, (pupil, self.next_study));
        }
        self.note(|| {
            format!("terminal {place}: {count} answers, confirmed; with a photo: {has_photo}")
        });
    }

    /// An answer to a drill that is here, or to one that nobody has any more.
    fn answered(&mut self, print: Fingerprint, drills: &[(LessonId, BlobId, Drill)]) -> Answered {
        let number = print.1;
        let pick = self.random.below(1 + drills.len() as u64) as usize;
        let is_right = self.random.below(2) == 0;
        let (lesson, drill, item, choice) = match drills.get(pick) {
            None => {
                let gone = BlobRef::of(b"a drill of long ago").id;
                self.worth.insert(print, Verdict::Unknown);
                (LessonId([1; 16]), gone, number % 20, number % 4)
            }
            Some((lesson, blob, drill)) => {
                let item = number as usize % drill.items.len();
                let key = u32::from(crate::desk::key(&drill.items[item]));
                let choice = if is_right { key } else { key + 1 };
                let worth = [Verdict::Wrong, Verdict::Correct][usize::from(is_right)];
                self.worth.insert(print, worth);
                (*lesson, *blob, item as u32, choice % CHOICES)
            }
        };
        Answered {
            lesson,
            drill,
            item: item as u16,
            response: Response::Choice(choice as u16),
            took_ms: number,
            seed: 0,
            generator: 0,
        }
    }

    /// A photo of paper study comes to the disk, and then the log says so.
    fn photograph(&mut self, place: usize, after: Fingerprint) {
        let len = match self.random.below(3) {
            0 => 300_000 + self.random.below(300_000),
            _ => 500 + self.random.below(20_000),
        };
        let picture = crate::desk::noise(self.random.number(), len);
        let photo = BlobRef::of(&picture);
        let disk = &mut self.terminals[place].disk;
        disk.photos.insert(photo.id, picture);
        disk.photo_of.insert(photo.id, after.0);
        let fact = Fact::PaperStudy(PaperStudy {
            day: jiff::civil::date(2026, 4, 1),
            minutes: 20,
            subject: Subject::Science,
            text: String::new(),
            photo: Some(photo),
        });
        self.confirm(place, after.0, &fact);
        self.photos.insert(after, photo.id);
    }

    /// Puts a fact into a pupil's log, durably.
    fn confirm(&mut self, place: usize, pupil: PupilId, fact: &Fact) {
        let terminal = &mut self.terminals[place];
        let time = if terminal.is_clock_frozen {
            0
        } else {
            self.now / 1000 * 1000
        };
        let stamp = Stamp {
            wall_ms: (BEGIN_MS + time) as i64 + terminal.clock_skew_ms,
            mono_ms: self.now,
            boot: BootId(terminal.id().0),
        };
        let log = terminal.disk.logs.get_mut(&pupil).expect("one of its own");
        let seq = log.now.events.len() as u64;
        log.now
            .push(Event::new(seq, stamp, fact).expect("a small fact"));
    }

    pub(super) fn stop(&mut self, place: usize, why: &str) {
        self.terminals[place].session = None;
        self.terminals[place].numbers = None;
        if self.bug == Some(Bug::NewKeyNotKept) {
            self.terminals[place].disk.identity.renewal.pending = None;
        }
        if self.bug == Some(Bug::PruneAboveHead) {
            for log in self.terminals[place].disk.logs.values_mut() {
                log.prune();
            }
        }
        self.note(|| format!("terminal {place}: {why}"));
    }

    /// The terminal's disk becomes an older image of itself.
    fn set_back(&mut self, place: usize) {
        let Some(image) = self.terminals[place].image.clone() else {
            return;
        };
        self.stop(place, "its disk is set back to the image");
        let kept = fingerprints(&image);
        let gone = fingerprints(&self.terminals[place].disk);
        self.excused.extend(gone.difference(&kept));
        self.was_copied = true;
        self.may_repeat.insert(image.identity.token_hash());
        self.copied.insert(image.identity.token_hash());
        self.terminals[place].disk = image;
    }

    /// A pupil gets a spare terminal, while the old one may still hold unsent answers: by her
    /// login card, or by code and number, and then a teacher has to agree.
    fn spare_for(&mut self, place: usize) {
        let identity = Identity::new(&mut self.random);
        let id = identity.terminal;
        let original = &self.terminals[place];
        let Some(pupil) = original.disk.logs.keys().next().copied() else {
            return;
        };
        let classes = self.school.classes[&original.id()].clone();
        let mut disk = self.disk_of(identity);
        let mut log = Log::new(pupil, &mut self.random);
        log.is_awaited = true;
        disk.logs.insert(pupil, log);
        let key = Some(disk.identity.public());
        let pupils = BTreeSet::from([pupil]);
        self.school.join(&disk.identity, key, classes, pupils);
        let has_card = self.random.below(2) == 0;
        if has_card {
            self.school.agreed.insert((id, pupil));
        }
        self.terminals.push(Terminal::new(disk));
        let spare = self.terminals.len() - 1;
        self.note(|| {
            format!("terminal {spare} is a spare for a pupil of {place}, card: {has_card}")
        });
        self.soon(DAY_MS / 24, Happening::Act(spare));
    }

    /// A terminal's token counts no more, or it has joined again.
    fn expire(&mut self, place: usize) {
        let id = self.terminals[place].id();
        if !self.school.expired.remove(&id) {
            self.school.expired.insert(id);
            self.note(|| format!("the token of terminal {place} expires"));
        }
    }

    /// A teacher agrees that earlier study comes to a terminal.
    fn agree(&mut self, place: usize) {
        let terminal = &self.terminals[place];
        let waiting = terminal.disk.logs.iter().filter(|(_, log)| log.is_awaited);
        let waiting = waiting.map(|(pupil, _)| (terminal.id(), *pupil));
        self.school.agreed.extend(waiting);
    }

    /// A second terminal with a copy of the first one's disk, and its token.
    fn clone_of(&mut self, place: usize) {
        let original = &self.terminals[place];
        let copy = Terminal::new(original.disk.clone());
        self.may_repeat.insert(copy.disk.identity.token_hash());
        self.copied.insert(copy.disk.identity.token_hash());
        self.terminals.push(copy);
        self.was_copied = true;
        let place_of_copy = self.terminals.len() - 1;
        self.note(|| format!("terminal {place_of_copy} is a copy of terminal {place}"));
        self.soon(DAY_MS / 24, Happening::Act(place_of_copy));
    }
}

/// The drills on a disk that a pupil can open.
fn drills(disk: &Disk) -> Vec<(LessonId, BlobId, Drill)> {
    let lessons = disk.lessons.iter();
    let slots =
        lessons.flat_map(|(lesson, held)| held.slots.iter().map(move |slot| (lesson, slot)));
    let drills = slots.filter_map(|(lesson, (_, _, blob))| {
        let drill = Drill::from_json(disk.blobs.get(&blob.id)?).ok()?;
        Some((*lesson, blob.id, drill))
    });
    drills.collect()
}
