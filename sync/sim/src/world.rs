//! Everything at once: terminals, desks, the cloud and the line between, in virtual time.

mod attack;
mod cloud;
mod identity;
mod keys;
mod line;
mod locks;
mod orders;
mod pupils;
mod syncing;
mod teachers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use hotaru_content::blob::BlobId;
use hotaru_content::drill::Verdict;
use hotaru_content::id::{ClassId, LessonId, PupilId, TerminalId};
use hotaru_content::log::{Event, Fact};
use hotaru_content::numbers::Numbers;
use hotaru_sync::http::{Exchange, Request};
use hotaru_sync::pack::sample::Random;
use hotaru_sync::terminal::{Effect, SyncReport, Terminal as Core};

use crate::Options;
use crate::bug::Bug;
use crate::desk::Desk;
use crate::disk::{Disk, Log};
use crate::fault::{Fault, Without};
use crate::identity::Identity;
use crate::school::{Caller, Pending, School};
pub use identity::Erased;
use identity::Flight;
use line::{Fate, Way};

/// Milliseconds of a virtual day.
const DAY_MS: u64 = 86_400_000;
/// When a run begins: 2026-04-01T00:00:00Z, in milliseconds since 1970.
pub(crate) const BEGIN_MS: u64 = 1_775_001_600_000;
/// What happens once faults have stopped happens in fewer steps than this.
const MAX_STEPS: usize = 200_000;

/// One study fact as it was confirmed to a pupil: its pupil, and a number that no other has.
pub type Fingerprint = (PupilId, u32);

/// A revision of a lesson.
pub type Edition = (LessonId, u32);

/// What can happen.
#[derive(Debug)]
enum Happening {
    /// A terminal's pupil or machine does something.
    Act(usize),
    /// A teacher does something at her desk.
    Teach(usize),
    /// A request has reached the cloud.
    Request {
        way: Way,
        request: Request,
        fate: Fate,
    },
    /// A transaction commits; its answer goes back where somebody waits for it.
    Commit {
        epoch: u64,
        pending: Box<Pending>,
        back: Box<(Way, Request, Fate)>,
    },
    /// Something comes back to who asked.
    Deliver { way: Way, exchanges: Vec<Exchange> },
    /// A wait is over.
    Timer(Way),
    /// The cloud's machine does something.
    Cloud,
    /// The cloud's disk flushes what it took.
    Flush,
    /// Somebody on the line sends something.
    Attack,
}

/// A sync under way on a terminal.
struct Session {
    number: u64,
    core: Core,
    effects: VecDeque<Effect>,
    flight: Option<Flight>,
    /// The school said that it does not let this terminal in.
    is_outside: bool,
}

/// A terminal.
pub struct Terminal {
    /// Its disk.
    pub disk: Disk,
    /// The numbers of its requests, since its program was started.
    numbers: Option<Numbers>,
    /// What it left when it was erased.
    pub erased: Option<Box<Erased>>,
    /// An image of its disk from earlier.
    image: Option<Disk>,
    session: Option<Session>,
    clock_skew_ms: i64,
    is_clock_frozen: bool,
    /// The last sync's report, and whether it came to its end.
    pub last: Option<(bool, SyncReport)>,
}

impl Terminal {
    fn new(disk: Disk) -> Self {
        Self {
            disk,
            numbers: None,
            erased: None,
            image: None,
            session: None,
            clock_skew_ms: 0,
            is_clock_frozen: false,
            last: None,
        }
    }

    /// Its name at the cloud.
    pub fn id(&self) -> TerminalId {
        self.disk.identity.terminal
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
    /// The teachers' desks.
    pub desks: Vec<Desk>,
    /// The cloud.
    pub school: School,
    epoch: u64,
    sessions: u64,
    is_healed: bool,
    without: Without,
    bug: Option<Bug>,
    next_study: u32,
    /// What was confirmed to pupils and must be at the school once.
    pub confirmed: BTreeSet<Fingerprint>,
    /// Photos of paper study, by the answer after which each was taken.
    pub photos: BTreeMap<Fingerprint, BlobId>,
    /// What each answer is worth, by the drill that the pupil saw.
    pub worth: BTreeMap<Fingerprint, Verdict>,
    /// What was confirmed and stood only on a disk that was set back: it may be gone.
    pub excused: BTreeSet<Fingerprint>,
    /// Every revision that a desk made, with its document.
    pub made: BTreeMap<BlobId, Edition>,
    /// Revisions that a desk was told have arrived, and that the cloud has not been set back
    /// from since.
    pub told: BTreeMap<Edition, BlobId>,
    /// Documents of all revisions that desks were told have arrived.
    pub arrived: BTreeSet<BlobId>,
    /// Lessons that a teacher wanted back.
    pub unwanted: BTreeSet<LessonId>,
    /// Lessons that a desk was told are withdrawn, likewise.
    pub withdrawn: BTreeSet<LessonId>,
    /// Whether the cloud was ever set back to a backup.
    pub was_restored: bool,
    /// Whether a disk was ever copied, to another terminal or back from an image.
    pub was_copied: bool,
    /// Every request that reached the cloud since it was last restored, for replay.
    pub heard: Vec<(Caller, Request)>,
    /// Of all requests that were let in, those that somebody on the line remembers.
    pub recorded: Vec<Request>,
    /// Every number of a terminal that the cloud took, whatever became of the cloud.
    taken: BTreeSet<(TerminalId, u64)>,
    /// Every number that was signed under a token.
    given: BTreeSet<([u8; 32], u64)>,
    /// Tokens whose terminal's disk was copied, set back or did not take a note.
    may_repeat: BTreeSet<[u8; 32]>,
    /// Tokens whose terminal's disk was copied or set back.
    copied: BTreeSet<[u8; 32]>,
    /// Terminals as they were when their joins were undone.
    pub undone: Vec<Identity>,
    /// What erased terminals and removed pupils had: answers, and photos.
    gone: Vec<(BTreeSet<Fingerprint>, BTreeSet<BlobId>)>,
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
            let class = classes[place % 2];
            let mut disk = Disk::of(Identity::new(&mut random));
            for _ in 0..1 + random.below(2) {
                let pupil = PupilId(random.bytes());
                disk.logs.insert(pupil, Log::new(pupil, &mut random));
            }
            let cap = 60_000 + random.below(200_000);
            if random.below(3) == 0 && options.without.leaves(Fault::Cap) {
                disk.cap = Some(cap);
            }
            // Some joined before there were keys.
            let key = (random.below(4) > 0).then(|| disk.identity.public());
            let pupils = disk.logs.keys().copied().collect();
            school.join(&disk.identity, key, BTreeSet::from([class]), pupils);
            terminals.push(Terminal::new(disk));
        }
        let mut world = Self {
            random,
            now: 0,
            order: 0,
            queue: BTreeMap::new(),
            terminals,
            desks: classes.into_iter().map(Desk::new).collect(),
            school,
            epoch: 0,
            sessions: 0,
            is_healed: false,
            without: options.without,
            bug,
            next_study: 0,
            confirmed: BTreeSet::new(),
            photos: BTreeMap::new(),
            worth: BTreeMap::new(),
            excused: BTreeSet::new(),
            made: BTreeMap::new(),
            told: BTreeMap::new(),
            arrived: BTreeSet::new(),
            unwanted: BTreeSet::new(),
            withdrawn: BTreeSet::new(),
            was_restored: false,
            was_copied: false,
            heard: Vec::new(),
            recorded: Vec::new(),
            taken: BTreeSet::new(),
            given: BTreeSet::new(),
            may_repeat: BTreeSet::new(),
            copied: BTreeSet::new(),
            undone: Vec::new(),
            gone: Vec::new(),
            broken: Vec::new(),
            trace: options.trace.then(String::new),
        };
        for place in 0..world.terminals.len() {
            let identity = world.terminals[place].disk.identity.clone();
            world.terminals[place].disk.key_every_ms = world.disk_of(identity).key_every_ms;
            world.soon(DAY_MS / 24, Happening::Act(place));
        }
        for place in 0..world.desks.len() {
            world.soon(DAY_MS / 12, Happening::Teach(place));
        }
        world.soon(DAY_MS / 2, Happening::Cloud);
        world.soon(DAY_MS / 50, Happening::Flush);
        world.soon(DAY_MS / 12, Happening::Attack);
        world
    }

    /// Whether other terminals may speak under this one's name, or this one twice.
    pub fn is_copy(&self, terminal: &Terminal) -> bool {
        let token_hash = terminal.disk.identity.token_hash();
        self.may_repeat.contains(&token_hash)
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

    /// Whether faults of a kind happen now.
    fn has(&self, fault: Fault) -> bool {
        !self.is_healed && self.without.leaves(fault)
    }

    /// One of so many, where faults of a kind happen.
    fn one_in(&mut self, count: u64, fault: Fault) -> bool {
        !self.is_healed && self.random.below(count) == 0 && self.has(fault)
    }

    fn at(&mut self, after: u64, happening: Happening) {
        self.order += 1;
        self.queue.insert((self.now + after, self.order), happening);
    }

    fn soon(&mut self, within: u64, happening: Happening) {
        let after = 1 + self.random.below(within);
        self.at(after, happening);
    }

    /// Lets so many hours pass, with faults.
    pub fn live(&mut self, hours: u64) {
        let end = self.now + hours * DAY_MS / 24;
        while let Some(first) = self.queue.first_entry() {
            if first.key().0 > end {
                // It happens once faults have stopped.
                break;
            }
            let ((at, _), happening) = first.remove_entry();
            self.now = at;
            self.happen(happening);
        }
        self.now = end;
    }

    /// Stops every fault, and lets what is under way come to its end.
    pub fn heal(&mut self) {
        self.is_healed = true;
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
        for desk in &mut self.desks {
            desk.errand = None;
        }
        // Of a terminal that is erased, a copy is one no more.
        for place in 0..self.terminals.len() {
            self.hand_over(place);
        }
        self.drain();
        for place in 0..self.terminals.len() {
            let terminal = &mut self.terminals[place];
            terminal.disk.cap = None;
            terminal.session = None;
            if terminal.erased.is_none() {
                self.must_sign(place);
                let identity = &self.terminals[place].disk.identity;
                if !self.school.knows(identity) || !self.can_sign(identity) {
                    self.join_again(place);
                }
            }
            // Teachers agree to all that waits.
            let terminal = &self.terminals[place];
            for (pupil, log) in &terminal.disk.logs {
                if log.is_awaited {
                    self.school.agreed.insert((terminal.id(), *pupil));
                }
            }
        }
        self.note(|| "no more faults".to_owned());
    }

    /// Everybody whose study came to a spare terminal asks for the rest of it.
    pub fn ask_for_the_rest(&mut self) {
        for terminal in &mut self.terminals {
            let id = terminal.id();
            for (pupil, log) in &mut terminal.disk.logs {
                log.is_awaited = self.school.agreed.contains(&(id, *pupil));
            }
        }
    }

    /// Every desk sends what it has, and every terminal syncs once, each to its end, without
    /// faults.
    pub fn sync_all(&mut self) {
        for place in 0..self.desks.len() {
            self.empty_desk(place);
        }
        for place in 0..self.terminals.len() {
            if self.terminals[place].erased.is_some() {
                continue;
            }
            self.sync(place);
            self.drain();
            // The other one of two copies has renewed the key.
            if self.is_outside(place) {
                self.join_again(place);
                self.sync(place);
                self.drain();
            }
            // Where it was erased by that, as it was ordered.
            self.hand_over(place);
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
            if steps > MAX_STEPS {
                self.broken.push("(12) it never comes to rest".to_owned());
                return;
            }
        }
    }

    fn happen(&mut self, happening: Happening) {
        self.school.now = self.now;
        match happening {
            Happening::Act(place) => self.act(place),
            Happening::Teach(place) => self.teach(place),
            Happening::Request { way, request, fate } => self.request(way, request, fate),
            Happening::Commit {
                epoch,
                pending,
                back,
            } => self.commit(epoch, *pending, *back),
            Happening::Deliver { way, exchanges } => {
                for exchange in exchanges {
                    self.deliver(way, exchange);
                }
            }
            Happening::Timer(way) => self.wake(way),
            Happening::Cloud => {
                self.cloud();
                self.soon(DAY_MS / 2, Happening::Cloud);
            }
            Happening::Flush => {
                self.school.flush();
                self.soon(DAY_MS / 50, Happening::Flush);
            }
            Happening::Attack => {
                if self.has(Fault::Attack) {
                    self.attack();
                }
                self.soon(DAY_MS / 12, Happening::Attack);
            }
        }
    }
}

/// What stands in the logs of a disk.
fn fingerprints(disk: &Disk) -> BTreeSet<Fingerprint> {
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

fn clip(text: &str) -> &str {
    text.get(..text.len().min(28)).unwrap_or(text)
}
