//! A line between the two, with faults from a seed.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use hotaru_content::id::PupilId;

use super::cloud::{Answer, Cloud};
use super::store::Store;
use crate::http::{Exchange, Headers, LineFault, Request};
use crate::pack::sample::Random;
use crate::terminal::{Config, Effect, Input, Progress, SyncFault, SyncReport, Terminal};

/// Bytes of a chunk: they respect no group's border.
pub const CHUNK: usize = 10_007;

/// What happens to one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Nothing.
    Well,
    /// It never arrives.
    Lost,
    /// It is carried out, and the answer is lost.
    AnswerLost,
    /// The answer breaks after so many bytes.
    Cut(usize),
    /// The answer ends after so many bytes as if it were whole.
    Short(usize),
    /// A bit of the answer's body changes.
    Corrupt(usize),
    /// A bit of the request's body changes.
    CorruptRequest(usize),
    /// Somebody else answers.
    Instead(Answer),
    /// The program dies with the answer half taken.
    Crash(usize),
}

/// How a sync ended.
#[derive(Debug)]
pub enum End {
    Done(SyncReport),
    Failed(SyncFault, SyncReport),
    Crashed,
}

impl End {
    pub fn done(self) -> SyncReport {
        match self {
            Self::Done(report) => report,
            other => panic!("{other:?}"),
        }
    }

    pub fn fault(self) -> SyncFault {
        match self {
            Self::Failed(fault, _) => fault,
            other => panic!("{other:?}"),
        }
    }
}

/// Both ends.
pub struct World {
    pub store: Store,
    pub cloud: Cloud,
    pub metered: bool,
    pub seed: u64,
    /// Bytes of each path that reached the terminal.
    pub delivered: BTreeMap<String, u64>,
    /// Requests for each path that did not go well.
    pub broken: BTreeMap<String, u64>,
    pub waits: Vec<Duration>,
    pub progress: Vec<Progress>,
}

impl World {
    pub fn new() -> Self {
        Self {
            store: Store::default(),
            cloud: Cloud::new(),
            metered: false,
            seed: 1,
            delivered: BTreeMap::new(),
            broken: BTreeMap::new(),
            waits: Vec::new(),
            progress: Vec::new(),
        }
    }

    pub fn sync(&mut self) -> End {
        self.sync_with(|_, _| Fate::Well)
    }

    /// One sync; `fate` decides about each request, by its number and itself.
    pub fn sync_with(&mut self, mut fate: impl FnMut(usize, &Request) -> Fate) -> End {
        let pupils: Vec<PupilId> = self.store.logs.keys().copied().collect();
        let seed = self.seed;
        let mut core = Terminal::new(Config {
            has_locked: false,
            awaited: Vec::new(),
            pupils,
            metered: self.metered,
            patience: 5,
            seed,
        });
        let (mut now, mut count) = (0, 0);
        let mut path = String::new();
        let mut effects: VecDeque<Effect> = core.step(Input::Start, now).into();
        let mut line: VecDeque<(u64, Exchange)> = VecDeque::new();
        let mut dies = false;
        for _ in 0..200_000 {
            let input = match effects.pop_front() {
                Some(Effect::Store(op)) => Input::Store(self.store.answer(op)),
                Some(Effect::Http { id, request }) => {
                    let fate = fate(count, &request);
                    path.clone_from(&request.path);
                    count += 1;
                    dies = matches!(fate, Fate::Crash(_));
                    let came = self.carry(&request, fate);
                    line = came.into_iter().map(|exchange| (id, exchange)).collect();
                    continue;
                }
                Some(Effect::Abort { .. }) => {
                    line.clear();
                    continue;
                }
                Some(Effect::Timer(wait)) => {
                    self.waits.push(wait);
                    now += wait.as_millis() as u64;
                    Input::Timer
                }
                Some(Effect::Progress(progress)) => {
                    self.progress.push(progress);
                    continue;
                }
                Some(Effect::Done(report)) => return End::Done(*report),
                Some(Effect::Failed { fault, report }) => return End::Failed(fault, *report),
                None => match line.pop_front() {
                    Some((id, exchange)) => {
                        now += 1;
                        if let Exchange::Chunk(bytes) = &exchange {
                            *self.delivered.entry(path.clone()).or_default() += bytes.len() as u64;
                        }
                        Input::Http { id, exchange }
                    }
                    None if dies => return End::Crashed,
                    None => panic!("it stands still: {core:?}"),
                },
            };
            effects.extend(core.step(input, now));
        }
        panic!("it does not come to its end");
    }

    fn carry(&mut self, request: &Request, fate: Fate) -> Vec<Exchange> {
        if fate != Fate::Well {
            *self.broken.entry(request.path.clone()).or_default() += 1;
        }
        let broken = Exchange::Failed(LineFault::Broken);
        let mut request = request.clone();
        match &fate {
            Fate::Lost => return vec![broken],
            Fate::CorruptRequest(at) if !request.body.is_empty() => {
                let at = at % (request.body.len() * 8);
                request.body[at / 8] ^= 1 << (at % 8);
            }
            _ => {}
        }
        let (status, headers, mut body) = match fate.clone() {
            Fate::Instead(answer) => answer,
            _ => self.cloud.answer(&request),
        };
        let mut end = Exchange::End;
        match fate {
            Fate::AnswerLost => return vec![broken],
            Fate::Cut(at) | Fate::Crash(at) => {
                body.truncate(at);
                end = broken;
            }
            Fate::Short(at) => body.truncate(at),
            Fate::Corrupt(at) if !body.is_empty() => {
                let at = at % (body.len() * 8);
                body[at / 8] ^= 1 << (at % 8);
            }
            _ => {}
        }
        let mut came = vec![Exchange::Head { status, headers }];
        came.extend(
            body.chunks(CHUNK)
                .map(|chunk| Exchange::Chunk(chunk.to_vec())),
        );
        if !matches!(fate, Fate::Crash(_)) {
            came.push(end);
        }
        came
    }
}

/// Any fate, most often none.
pub fn any(random: &mut Random, one_in: u64, cuts: u64) -> Fate {
    if random.below(one_in) > 0 {
        return Fate::Well;
    }
    let at = random.below(cuts) as usize;
    match random.below(9) {
        0 => Fate::Lost,
        1 => Fate::AnswerLost,
        2 | 3 => Fate::Cut(at),
        4 => Fate::Short(at),
        5 => Fate::Corrupt(random.below(1 << 32) as usize),
        6 => Fate::CorruptRequest(random.below(1 << 32) as usize),
        7 => Fate::Instead((200, Headers::default(), b"<html>Wi-Fi</html>".to_vec())),
        _ => Fate::Crash(at),
    }
}
