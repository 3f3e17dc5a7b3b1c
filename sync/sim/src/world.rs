//! Everything at once: terminals, a desk, the cloud and the line between, in virtual time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use hotaru_content::blob::BlobRef;
use hotaru_content::clock::Stamp;
use hotaru_content::drill::Response;
use hotaru_content::id::{BootId, ClassId, LessonId, MaterialId, PupilId, TerminalId};
use hotaru_content::lesson::{Body, FORMAT, Material, Revision, Subject};
use hotaru_content::log::{Answered, Event, Fact};
use hotaru_sync::http::{Exchange, Headers, LineFault, Method, Request};
use hotaru_sync::pack::sample::Random;
use hotaru_sync::terminal::{
    Awaited, Config, Effect, Input, StoreOp, SyncReport, Terminal as Core,
};
use hotaru_sync::wire::{self, Change, Receipt, ReceiptState, path};

use crate::Options;
use crate::bug::Bug;
use crate::disk::{Disk, Log};
use crate::school::{self, Answer, Pending, School};

/// Milliseconds of a virtual day.
pub const DAY_MS: u64 = 86_400_000;
/// When a run begins: 2026-04-01T00:00:00Z, in milliseconds since 1970.
const BEGIN_MS: u64 = 1_775_001_600_000;
/// Bytes of a chunk: they respect no group's border.
const CHUNK: usize = 10_007;
/// How long the cloud's disk takes at the most, in milliseconds.
const COMMIT_MS: u64 = 3_000;

/// How long a publication takes at the most: long, so that many things come between.
const DESK_COMMIT_MS: u64 = 1_800_000;

/// One study fact as it was confirmed to a pupil: its pupil, and a number that no other has.
pub type Fingerprint = (PupilId, u32);

/// What can happen.
#[derive(Debug)]
enum Happening {
    /// A terminal's pupil or machine does something.
    Act(usize),
    /// A request has reached the cloud.
    Request {
        terminal: usize,
        session: u64,
        id: u64,
        request: Request,
        fate: Fate,
    },
    /// A transaction commits; its answer goes back where somebody waits for it.
    Commit {
        epoch: u64,
        pending: Box<Pending>,
        back: Option<Box<Back>>,
    },
    /// Something comes back to a terminal.
    Deliver {
        terminal: usize,
        session: u64,
        id: u64,
        exchanges: Vec<Exchange>,
    },
    /// A wait is over.
    Timer { terminal: usize, session: u64 },
    /// The teacher does something.
    Desk,
    /// The cloud's machine does something.
    Cloud,
    /// The cloud's disk flushes what it took.
    Flush,
}

/// Where an answer goes: terminal, session and number of the request, and the request with
/// what the line does to it.
type Back = (usize, u64, u64, Request, Fate);

/// What the line does to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Well,
    Lost,
    Twice,
    AnswerLost,
    Cut(usize),
    Short(usize),
    Corrupt(usize),
    CorruptRequest(usize),
    Portal,
    Stripped,
    Busy,
}

/// A sync under way on a terminal.
struct Session {
    number: u64,
    core: Core,
    effects: VecDeque<Effect>,
}

/// A terminal.
pub struct Terminal {
    /// Its name at the cloud.
    pub id: TerminalId,
    /// Its disk.
    pub disk: Disk,
    /// An image of its disk from earlier.
    image: Option<Disk>,
    session: Option<Session>,
    clock_skew_ms: i64,
    is_clock_frozen: bool,
    /// The last sync's report, and whether it came to its end.
    pub last: Option<(bool, SyncReport)>,
}

impl Terminal {
    fn new(id: TerminalId, disk: Disk) -> Self {
        Self {
            id,
            disk,
            image: None,
            session: None,
            clock_skew_ms: 0,
            is_clock_frozen: false,
            last: None,
        }
    }
}

/// The world of one seed.
pub struct World {
    random: Random,
    now: u64,
    order: u64,
    queue: BTreeMap<(u64, u64), Happening>,
    /// The terminals.
    pub terminals: Vec<Terminal>,
    /// The cloud.
    pub school: School,
    epoch: u64,
    sessions: u64,
    faults: bool,
    bug: Option<Bug>,
    lessons: BTreeMap<LessonId, (ClassId, u32, Vec<Vec<u8>>)>,
    classes: Vec<ClassId>,
    next_study: u32,
    /// What was confirmed to pupils and must be at the school once.
    pub confirmed: BTreeSet<Fingerprint>,
    /// What was confirmed and stood only on a disk that was set back: it may be gone.
    pub excused: BTreeSet<Fingerprint>,
    /// Whether the cloud was ever set back to a backup.
    pub was_restored: bool,
    /// Whether a disk was ever copied to another terminal.
    pub was_copied: bool,
    /// Every request that reached the cloud since it was last restored, for replay.
    pub heard: Vec<(TerminalId, Request)>,
    /// What must never be.
    pub broken: Vec<String>,
    trace: Option<String>,
}

impl World {
    /// The world of a seed, at its beginning.
    pub fn new(seed: u64, options: &Options) -> Self {
        let bug = options.bug;
        let mut random = Random(seed);
        let classes = vec![ClassId(random.bytes()), ClassId(random.bytes())];
        let mut school = School::new(bug);
        let mut terminals = Vec::new();
        for place in 0..2 + random.below(3) as usize {
            let id = TerminalId(random.bytes());
            let class = classes[place % 2];
            let mut disk = Disk::default();
            for _ in 0..1 + random.below(2) {
                let pupil = PupilId(random.bytes());
                disk.logs.insert(pupil, Log::new(pupil, &mut random));
            }
            if random.below(3) == 0 {
                disk.cap = Some(60_000 + random.below(200_000));
            }
            school.classes.insert(id, BTreeSet::from([class]));
            school
                .pupils
                .insert(id, disk.logs.keys().copied().collect());
            terminals.push(Terminal::new(id, disk));
        }
        let mut world = Self {
            random,
            now: 0,
            order: 0,
            queue: BTreeMap::new(),
            terminals,
            school,
            epoch: 0,
            sessions: 0,
            faults: true,
            bug,
            lessons: BTreeMap::new(),
            classes,
            next_study: 0,
            confirmed: BTreeSet::new(),
            excused: BTreeSet::new(),
            was_restored: false,
            was_copied: false,
            heard: Vec::new(),
            broken: Vec::new(),
            trace: options.trace.then(String::new),
        };
        for place in 0..world.terminals.len() {
            world.soon(DAY_MS / 24, Happening::Act(place));
        }
        world.soon(DAY_MS / 12, Happening::Desk);
        world.soon(DAY_MS / 2, Happening::Cloud);
        world.soon(DAY_MS / 50, Happening::Flush);
        world
    }

    /// The trace, where one was wanted.
    pub fn trace(&self) -> Option<&str> {
        self.trace.as_deref()
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let (day, ms) = (self.now / DAY_MS, self.now % DAY_MS);
            let _ = writeln!(trace, "day {day} {:>9.3} s  {}", ms as f64 / 1000.0, what());
        }
    }

    fn at(&mut self, after: u64, happening: Happening) {
        self.order += 1;
        self.queue.insert((self.now + after, self.order), happening);
    }

    fn soon(&mut self, within: u64, happening: Happening) {
        let after = 1 + self.random.below(within);
        self.at(after, happening);
    }

    /// Lets so many days pass, with faults.
    pub fn live(&mut self, days: u64) {
        let end = self.now + days * DAY_MS;
        while let Some(((at, _), happening)) = self.queue.pop_first() {
            if at > end {
                break;
            }
            self.now = at;
            self.happen(happening);
        }
        self.now = end;
    }

    /// Stops every fault, and lets what is under way come to its end.
    pub fn heal(&mut self) {
        self.faults = false;
        let queue = std::mem::take(&mut self.queue);
        for (key, happening) in queue {
            let goes_on = matches!(
                happening,
                Happening::Request { .. }
                    | Happening::Commit { .. }
                    | Happening::Deliver { .. }
                    | Happening::Timer { .. }
            );
            if goes_on {
                self.queue.insert(key, happening);
            }
        }
        self.school.expired.clear();
        self.school.is_old = false;
        self.drain();
        self.school.flush();
        for terminal in &mut self.terminals {
            terminal.disk.cap = None;
            terminal.session = None;
            // Teachers agree to all that waits.
            for (pupil, log) in &terminal.disk.logs {
                if log.is_awaited {
                    self.school.agreed.insert((terminal.id, *pupil));
                }
            }
        }
        self.note(|| "no more faults".to_owned());
    }

    /// Everybody whose study came to a spare terminal asks for the rest of it.
    pub fn ask_for_the_rest(&mut self) {
        for terminal in &mut self.terminals {
            for (pupil, log) in &mut terminal.disk.logs {
                log.is_awaited = self.school.agreed.contains(&(terminal.id, *pupil));
            }
        }
    }

    /// One sync of every terminal, each to its end, without faults.
    pub fn sync_all(&mut self) {
        for place in 0..self.terminals.len() {
            self.sync(place);
            self.drain();
            if self.terminals[place].session.is_some() {
                self.broken
                    .push("(12) a sync without faults does not come to its end".to_owned());
            }
        }
    }

    fn drain(&mut self) {
        let mut steps = 0;
        while let Some(((at, _), happening)) = self.queue.pop_first() {
            self.now = self.now.max(at);
            self.happen(happening);
            steps += 1;
            if steps > 200_000 {
                self.broken.push("(12) it never comes to rest".to_owned());
                return;
            }
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Act(place) => self.act(place),
            Happening::Request {
                terminal,
                session,
                id,
                request,
                fate,
            } => self.request(terminal, session, id, request, fate),
            Happening::Commit {
                epoch,
                pending,
                back,
            } => {
                if epoch == self.epoch {
                    let answer = self.school.commit(*pending);
                    if let Some(back) = back {
                        let (terminal, session, id, request, fate) = *back;
                        self.answer(terminal, session, id, &request, fate, answer);
                    }
                } else if let Some(back) = back {
                    self.fail(back.0, back.1, back.2, LineFault::Broken);
                }
            }
            Happening::Deliver {
                terminal,
                session,
                id,
                exchanges,
            } => {
                for exchange in exchanges {
                    self.give(terminal, session, Input::Http { id, exchange });
                }
            }
            Happening::Timer { terminal, session } => self.give(terminal, session, Input::Timer),
            Happening::Desk => {
                self.desk();
                if self.random.below(3) == 0 {
                    // Two teachers at once: their transactions overlap.
                    self.desk();
                }
                self.soon(DAY_MS / 6, Happening::Desk);
            }
            Happening::Cloud => {
                self.cloud();
                self.soon(DAY_MS / 2, Happening::Cloud);
            }
            Happening::Flush => {
                self.school.flush();
                self.soon(DAY_MS / 50, Happening::Flush);
            }
        }
    }

    // What people and machines do.

    fn act(&mut self, place: usize) {
        match self.random.below(20) {
            0..8 => self.study(place),
            8..15 => self.sync(place),
            15 => self.stop(place, "the terminal loses its power"),
            16 => {
                let skew = self.random.below(4 * 365 * DAY_MS) as i64;
                let terminal = &mut self.terminals[place];
                terminal.clock_skew_ms = skew - (2 * 365 * DAY_MS) as i64;
                terminal.is_clock_frozen = self.random.below(3) == 0;
            }
            17 => {
                let image = self.terminals[place].disk.clone();
                self.terminals[place].image = Some(image);
                self.note(|| format!("an image of terminal {place} is made"));
            }
            18 if self.random.below(3) == 0 => self.set_back(place),
            18 if self.random.below(4) == 0 => self.expire(place),
            19 => match self.random.below(8) {
                0 | 1 if self.terminals.len() < 6 => self.clone_of(place),
                2 if self.terminals.len() < 6 => self.spare_for(place),
                3 => self.agree(place),
                _ => {}
            },
            _ => {}
        }
        self.soon(DAY_MS / 8, Happening::Act(place));
    }

    fn study(&mut self, place: usize) {
        let pupils: Vec<PupilId> = self.terminals[place].disk.logs.keys().copied().collect();
        let pupil = pupils[self.random.below(pupils.len() as u64) as usize];
        let count = 1 + self.random.below(6);
        for _ in 0..count {
            self.next_study += 1;
            let number = self.next_study;
            let terminal = &mut self.terminals[place];
            let time = if terminal.is_clock_frozen {
                0
            } else {
                self.now / 1000 * 1000
            };
            let stamp = Stamp {
                wall_ms: (BEGIN_MS + time) as i64 + terminal.clock_skew_ms,
                mono_ms: self.now,
                boot: BootId(terminal.id.0),
            };
            let fact = Fact::Answered(Answered {
                lesson: LessonId([1; 16]),
                drill: BlobRef::of(b"drill").id,
                item: (number % 20) as u16,
                response: Response::Choice((number % 4) as u16),
                took_ms: number,
                seed: 0,
                generator: 0,
            });
            let log = terminal.disk.logs.get_mut(&pupil).expect("one of its own");
            let seq = log.now.events.len() as u64;
            log.now
                .push(Event::new(seq, stamp, &fact).expect("a small fact"));
            self.confirmed.insert((pupil, number));
        }
        self.note(|| format!("terminal {place}: {count} answers, confirmed"));
    }

    fn stop(&mut self, place: usize, why: &str) {
        self.terminals[place].session = None;
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
        self.terminals[place].disk = image;
    }

    /// A pupil gets a spare terminal, while the old one may still hold unsent answers: by her
    /// login card, or by code and number, and then a teacher has to agree.
    fn spare_for(&mut self, place: usize) {
        let id = TerminalId(self.random.bytes());
        let original = &self.terminals[place];
        let Some(pupil) = original.disk.logs.keys().next().copied() else {
            return;
        };
        let classes = self.school.classes[&original.id].clone();
        let mut disk = Disk::default();
        let mut log = Log::new(pupil, &mut self.random);
        log.is_awaited = true;
        disk.logs.insert(pupil, log);
        self.school.classes.insert(id, classes);
        self.school.pupils.insert(id, BTreeSet::from([pupil]));
        let has_card = self.random.below(2) == 0;
        if has_card {
            self.school.agreed.insert((id, pupil));
        }
        self.terminals.push(Terminal::new(id, disk));
        let spare = self.terminals.len() - 1;
        self.note(|| {
            format!("terminal {spare} is a spare for a pupil of {place}, card: {has_card}")
        });
        self.soon(DAY_MS / 24, Happening::Act(spare));
    }

    /// A terminal's token counts no more, or it has joined again.
    fn expire(&mut self, place: usize) {
        let id = self.terminals[place].id;
        if !self.school.expired.remove(&id) {
            self.school.expired.insert(id);
            self.note(|| format!("the token of terminal {place} expires"));
        }
    }

    /// A teacher agrees that earlier study comes to a terminal.
    fn agree(&mut self, place: usize) {
        let terminal = &self.terminals[place];
        let waiting = terminal.disk.logs.iter().filter(|(_, log)| log.is_awaited);
        let waiting = waiting.map(|(pupil, _)| (terminal.id, *pupil));
        self.school.agreed.extend(waiting);
    }

    /// A second terminal with a copy of the first one's disk, and its token.
    fn clone_of(&mut self, place: usize) {
        let original = &self.terminals[place];
        let copy = Terminal::new(original.id, original.disk.clone());
        self.terminals.push(copy);
        self.was_copied = true;
        let place_of_copy = self.terminals.len() - 1;
        self.note(|| format!("terminal {place_of_copy} is a copy of terminal {place}"));
        self.soon(DAY_MS / 24, Happening::Act(place_of_copy));
    }

    fn desk(&mut self) {
        let class = self.classes[self.random.below(2) as usize];
        let old: Vec<LessonId> = self.lessons.keys().copied().collect();
        let pick = (!old.is_empty()).then(|| old[self.random.below(old.len() as u64) as usize]);
        let (change, class, blobs) = match (self.random.below(6), pick) {
            (0, Some(lesson)) => {
                let (class, ..) = self.lessons.remove(&lesson).expect("one of ours");
                (Change::Withdraw { lesson }, class, Vec::new())
            }
            (1..4, Some(lesson)) => {
                let (class, revision, mut blobs) = self.lessons[&lesson].clone();
                for blob in &mut blobs {
                    let at = self.random.below(blob.len() as u64) as usize;
                    blob[at] = blob[at].wrapping_add(1);
                }
                self.publish(lesson, class, revision + 1, blobs)
            }
            _ => {
                let lesson = LessonId(self.random.bytes());
                let blobs = (0..1 + self.random.below(3))
                    .map(|_| {
                        let len = match self.random.below(4) {
                            0 => 40_000 + self.random.below(60_000),
                            _ => 200 + self.random.below(3_000),
                        };
                        let mut bytes = Random(self.random.number());
                        (0..len).map(|_| bytes.number() as u8).collect()
                    })
                    .collect();
                self.publish(lesson, class, 1, blobs)
            }
        };
        self.note(|| format!("the desk: {}", short(&change)));
        let number = self.school.next_number();
        let pending = Box::new(Pending::Lesson {
            class,
            change,
            number,
            blobs,
        });
        let (epoch, after) = (self.epoch, self.random.below(DESK_COMMIT_MS));
        self.at(
            after,
            Happening::Commit {
                epoch,
                pending,
                back: None,
            },
        );
    }

    fn publish(
        &mut self,
        lesson: LessonId,
        class: ClassId,
        revision: u32,
        blobs: Vec<Vec<u8>>,
    ) -> (Change, ClassId, Vec<Vec<u8>>) {
        let materials = blobs.iter().zip(1..).map(|(bytes, id)| Material {
            id: MaterialId([id; 16]),
            title: String::new(),
            body: Body::Text {
                blob: BlobRef::of(bytes),
            },
        });
        let doc = Revision {
            format: FORMAT,
            lesson,
            revision,
            day: jiff::civil::date(2026, 11, 20),
            period: None,
            subject: Subject::Science,
            unit: String::new(),
            title: "てこ".to_owned(),
            curriculum_code: None,
            source: String::new(),
            expires: jiff::civil::date(2027, 3, 31),
            materials: materials.collect(),
        };
        let document = doc.to_json().expect("a small document");
        let change = Change::Put {
            lesson,
            revision,
            document: String::from_utf8(document).expect("JSON is UTF-8"),
            pupils: Vec::new(),
        };
        self.lessons
            .insert(lesson, (class, revision, blobs.clone()));
        (change, class, blobs)
    }

    fn cloud(&mut self) {
        match self.random.below(6) {
            0..3 => {
                self.school.crash(BEGIN_MS + self.now);
                self.epoch += 1;
                // Updated, or set back to the version before; a restore needs the new one.
                let is_old = self.random.below(4) == 0;
                self.school.is_old = is_old && !self.was_restored;
                self.note(|| "the cloud loses its power and starts again".to_owned());
            }
            3 | 4 => {
                self.school.back_up();
                self.note(|| "the cloud is backed up".to_owned());
            }
            _ => {
                if self.school.restore(BEGIN_MS + self.now) {
                    self.epoch += 1;
                    // A restore takes longer than any connection lives.
                    self.queue
                        .retain(|_, one| !matches!(one, Happening::Request { session: 0, .. }));
                    self.heard.clear();
                    self.was_restored = true;
                    self.note(|| "the cloud is restored from its backup".to_owned());
                }
            }
        }
    }

    // The line.

    fn sync(&mut self, place: usize) {
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
        let terminal = &mut self.terminals[place];
        terminal.disk.close();
        let core = Core::new(Config {
            pupils: terminal.disk.logs.keys().copied().collect(),
            awaited: awaited(&terminal.disk),
            metered: self.faults && self.random.below(8) == 0,
            patience: 3,
            seed: self.random.number(),
        });
        terminal.session = Some(Session {
            number,
            core,
            effects: VecDeque::new(),
        });
        self.note(|| format!("terminal {place}: a sync begins"));
        self.give(place, number, Input::Start);
    }

    /// Gives an input to a session and carries its effects out.
    fn give(&mut self, place: usize, session: u64, input: Input) {
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
            let crash = if self.faults {
                self.random.below(600)
            } else {
                9
            };
            if crash == 0 {
                return self.stop(place, "the program dies before an effect");
            }
            match effect {
                Effect::Progress(_) | Effect::Abort { .. } => {}
                Effect::Timer(wait) => {
                    let terminal = place;
                    self.at(
                        1 + wait.as_millis() as u64,
                        Happening::Timer { terminal, session },
                    );
                }
                Effect::Http { id, request } => self.send(place, session, id, request),
                Effect::Store(op) => {
                    let answer = self.store(place, op);
                    if crash == 1 {
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

    fn store(
        &mut self,
        place: usize,
        op: StoreOp,
    ) -> Result<hotaru_sync::terminal::StoreAnswer, hotaru_sync::terminal::StoreFault> {
        // A disk that says no, now and then.
        if self.faults && self.random.below(400) == 0 {
            return Err(hotaru_sync::terminal::StoreFault::Other {
                code: "io",
                message: "the disk failed".to_owned(),
            });
        }
        if let StoreOp::TakeBack { open, .. } = &op
            && !self
                .school
                .agreed
                .contains(&(self.terminals[place].id, open.pupil))
        {
            self.broken
                .push("(9) earlier study came to a terminal that nobody agreed to".to_owned());
        }
        let disk = &mut self.terminals[place].disk;
        if let (Some(Bug::CursorBeforeLessons), StoreOp::ApplyLessons(batch)) = (self.bug, &op)
            && self.random.below(8) == 0
        {
            disk.cursor = batch.cursor;
            return Err(hotaru_sync::terminal::StoreFault::Other {
                code: "io",
                message: "the machine died between two writes".to_owned(),
            });
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
        answer
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

    fn session(&mut self, place: usize, number: u64) -> Option<&mut Session> {
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
        terminal.last = Some((whole, report));
    }

    fn send(&mut self, terminal: usize, session: u64, id: u64, request: Request) {
        let fate = if self.faults { self.fate() } else { Fate::Well };
        self.note(|| {
            let Request { method, path, .. } = &request;
            format!("terminal {terminal}: {method:?} {} {fate:?}", clip(path))
        });
        if request.path == path::RECEIPTS {
            self.check_receipts(terminal, &request);
        }
        if fate == Fate::Lost {
            return self.fail(terminal, session, id, LineFault::Broken);
        }
        if fate == Fate::Twice {
            // The same bytes again, later: a proxy's second try.
            let again = Happening::Request {
                terminal,
                session: 0,
                id,
                request: request.clone(),
                fate: Fate::Well,
            };
            self.soon(DAY_MS / 100, again);
        }
        let slow = if self.faults { 8_000 } else { 20 };
        let happening = Happening::Request {
            terminal,
            session,
            id,
            request,
            fate,
        };
        self.soon(slow, happening);
    }

    fn fate(&mut self) -> Fate {
        if self.random.below(5) > 0 {
            return Fate::Well;
        }
        let at = self.random.below(60_000) as usize;
        match self.random.below(11) {
            0 => Fate::Lost,
            1 => Fate::Twice,
            2 => Fate::AnswerLost,
            3 | 4 => Fate::Cut(at),
            5 => Fate::Short(at),
            6 => Fate::Corrupt(at),
            7 => Fate::CorruptRequest(at),
            8 => Fate::Portal,
            9 => Fate::Stripped,
            _ => Fate::Busy,
        }
    }

    fn request(
        &mut self,
        terminal: usize,
        session: u64,
        id: u64,
        mut request: Request,
        fate: Fate,
    ) {
        if let Fate::CorruptRequest(at) = fate
            && !request.body.is_empty()
        {
            let at = at % (request.body.len() * 8);
            request.body[at / 8] ^= 1 << (at % 8);
        }
        if fate == Fate::Portal {
            let page = b"<html>Wi-Fi</html>".to_vec();
            let answer = (200, Headers::default(), page);
            return self.answer(terminal, session, id, &request, fate, answer);
        }
        if fate == Fate::Busy {
            return self.answer(terminal, session, id, &request, fate, school::busy());
        }
        let from = self.terminals[terminal].id;
        // What was refused at the door may be good on another day.
        if !self.school.expired.contains(&from) {
            self.heard.push((from, request.clone()));
        }
        match self.school.receive(from, &request) {
            Ok(answer) => self.answer(terminal, session, id, &request, fate, answer),
            Err(pending) => {
                let epoch = self.epoch;
                let back = (terminal, session, id, request, fate);
                let back = (session != 0).then(|| Box::new(back));
                let after = if self.faults { COMMIT_MS } else { 3 };
                let happening = Happening::Commit {
                    epoch,
                    pending,
                    back,
                };
                self.soon(after, happening);
            }
        }
    }

    fn answer(
        &mut self,
        terminal: usize,
        session: u64,
        id: u64,
        request: &Request,
        fate: Fate,
        answer: Answer,
    ) {
        let (status, mut headers, mut body) = answer;
        let whole = body.len();
        let mut end = Exchange::End;
        match fate {
            Fate::AnswerLost => return self.fail(terminal, session, id, LineFault::Broken),
            Fate::Cut(at) => {
                body.truncate(at);
                end = Exchange::Failed(LineFault::Broken);
            }
            Fate::Short(at) => body.truncate(at),
            Fate::Corrupt(at) if whole > 0 => {
                let at = at % (whole * 8);
                body[at / 8] ^= 1 << (at % 8);
            }
            Fate::Stripped => headers.0.clear(),
            _ => {}
        }
        if self.bug == Some(Bug::TrustContentLength) && request.method == Method::Get {
            self.take_blindly(terminal, request, status, &body, whole);
        }
        let mut exchanges = vec![Exchange::Head { status, headers }];
        exchanges.extend(
            body.chunks(CHUNK)
                .map(|chunk| Exchange::Chunk(chunk.to_vec())),
        );
        exchanges.push(end);
        // In two parts, so that other things come between.
        let first = exchanges.len() / 2;
        let second = exchanges.split_off(first);
        let slow = if self.faults { 4_000 } else { 10 };
        let after = 1 + self.random.below(slow);
        for (after, exchanges) in [(after, exchanges), (after + 1, second)] {
            let happening = Happening::Deliver {
                terminal,
                session,
                id,
                exchanges,
            };
            self.at(after, happening);
        }
    }

    /// The planted mistake: what has the right length is kept, whatever it is.
    fn take_blindly(
        &mut self,
        terminal: usize,
        request: &Request,
        status: u16,
        body: &[u8],
        len: usize,
    ) {
        let name = request.path.strip_prefix("/v1/blobs/");
        if let (Some(Ok(blob)), 200) = (name.map(str::parse), status)
            && body.len() == len
        {
            let disk = &mut self.terminals[terminal].disk;
            disk.blobs.insert(blob, body.to_vec());
        }
    }

    fn fail(&mut self, terminal: usize, session: u64, id: u64, fault: LineFault) {
        let exchanges = vec![Exchange::Failed(fault)];
        let happening = Happening::Deliver {
            terminal,
            session,
            id,
            exchanges,
        };
        self.soon(2_000, happening);
    }
}

/// Whose earlier study is to come back to a disk.
fn awaited(disk: &Disk) -> Vec<Awaited> {
    let awaited = disk.logs.iter().filter(|(_, log)| log.is_awaited);
    let awaited = awaited.map(|(pupil, _)| Awaited {
        pupil: *pupil,
        from_others: true,
    });
    awaited.collect()
}

/// What stands in the logs of a disk.
pub fn fingerprints(disk: &Disk) -> BTreeSet<Fingerprint> {
    let logs = disk.logs.iter();
    logs.flat_map(|(pupil, log)| log.given().filter_map(|event| fingerprint(*pupil, event)))
        .collect()
}

/// The number that an event carries.
pub fn fingerprint(pupil: PupilId, event: &Event) -> Option<Fingerprint> {
    match event.fact() {
        Fact::Answered(answered) => Some((pupil, answered.took_ms)),
        _ => None,
    }
}

fn short(change: &Change) -> String {
    match change {
        Change::Put {
            lesson, revision, ..
        } => format!("lesson {} revision {revision}", clip(&lesson.to_string())),
        Change::Withdraw { lesson } => format!("withdraws {}", clip(&lesson.to_string())),
    }
}

fn clip(text: &str) -> &str {
    text.get(..text.len().min(28)).unwrap_or(text)
}
