//! The terminal's core: one whole sync as a state machine.
//!
//! Events first, for each pupil; then lessons by cursor; then what is sealed for the school;
//! then what the school orders; then a new key, where one is due; then blobs in order of need;
//! then receipts; then photos of paper study; then what is still unsent is told. Each is a lane
//! of its own; this module runs them one after the other, puts answers together, and waits out
//! what a line does. Where the terminal is to be erased nothing more is fetched, and where that
//! is to happen at once the sync ends.
//!
//! The contract with whoever carries effects out: effects are carried out in their order;
//! every [`Effect::Store`] is answered by one [`Input::Store`] before anything more is
//! taken from the line; at most one request is under way. A crash or [`Input::Cancel`] at
//! any point loses nothing: a new [`Terminal`] goes on where the store stands.

mod blobs;
mod events;
mod fetch;
mod groups;
mod lane;
mod lessons;
mod orders;
mod photos;
mod receipts;
mod rekey;
mod report;
mod returns;
mod sealed;
mod store;
#[cfg(test)]
mod tests;
mod unsent;

pub use report::{Amount, Progress, Stage, SyncFault, SyncReport, Waiting, WhyWaiting};
pub use store::{LogState, StoreAnswer, StoreFault, StoreOp};

use std::time::Duration;

use hotaru_content::id::PupilId;

use crate::http::{Exchange, Headers, LineFault, PROTOCOL_HEADER, Request};
use crate::upload::backoff::Backoff;
use crate::wire::{self, ErrorBody, code, header};
use lane::{Answer, Event, Lane, Next, Shared};

/// The longest that a cloud can make us wait at once.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// What a sync is told at its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The pupils on this terminal whose study is open.
    pub pupils: Vec<PupilId>,
    /// Somebody's study is locked: a new run of the cloud cannot be asked about all of it.
    pub has_locked: bool,
    /// Those whose earlier study is to come back from the cloud, of other terminals or after
    /// a loss here.
    pub awaited: Vec<Awaited>,
    /// The line costs money and nobody said that this does not matter: only events,
    /// documents, texts and drills travel.
    pub metered: bool,
    /// How many faults in a row, without a step forward between, are waited out.
    pub patience: u32,
    /// Decides the jitter of waits.
    pub seed: u64,
}

/// A pupil whose earlier study is to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    /// Whose.
    pub pupil: PupilId,
    /// Also from other terminals, which the school has to agree to; else only what was lost
    /// on this one.
    pub from_others: bool,
}

/// What came of an effect.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Begin.
    Start,
    /// What came of a request.
    Http {
        /// The request's number.
        id: u64,
        /// What came.
        exchange: Exchange,
    },
    /// What came of a store operation.
    Store(Result<StoreAnswer, StoreFault>),
    /// A wait is over.
    Timer,
    /// A person wants it to stop.
    Cancel,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Make the request, and feed every [`Exchange`] back under its number.
    Http {
        /// The request's number.
        id: u64,
        /// What to ask for.
        request: Request,
    },
    /// Break the request off; nothing more of it is wanted.
    Abort {
        /// The request's number.
        id: u64,
    },
    /// Do this on the shelf, and answer with [`Input::Store`].
    Store(StoreOp),
    /// Wait, then answer with [`Input::Timer`].
    Timer(Duration),
    /// For people to see.
    Progress(Progress),
    /// It came to its end; what was met on the way stands in the report.
    Done(Box<SyncReport>),
    /// It cannot go on now. Everything is kept.
    Failed {
        /// Why.
        fault: SyncFault,
        /// What it did until then.
        report: Box<SyncReport>,
    },
}

/// The core. See the module.
#[derive(Debug)]
pub struct Terminal {
    lane: Lane,
    shared: Shared,
    backoff: Backoff,
    flight: Option<Flight>,
    next_id: u64,
    begun_ms: Option<u64>,
    is_waiting: bool,
    is_over: bool,
    told: Option<Progress>,
    out: Vec<Effect>,
}

/// A request under way.
#[derive(Debug)]
struct Flight {
    id: u64,
    mode: Mode,
    /// No answer is longer.
    max: u64,
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Put the answer together.
    Collect,
    /// Hand a good answer's bytes on as they come; put others together.
    Stream,
    /// A good answer is coming.
    Streaming,
    /// Hand all on.
    Raw,
}

impl Terminal {
    /// Prepares a sync; [`Input::Start`] begins it.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            lane: Lane::first(&config),
            backoff: Backoff::new(config.patience, config.seed),
            shared: Shared::new(config),
            flight: None,
            next_id: 0,
            begun_ms: None,
            is_waiting: false,
            is_over: false,
            told: None,
            out: Vec::new(),
        }
    }

    /// Takes what came and tells what is to be done. `now_ms` is any clock that does not go
    /// back, in milliseconds; only its differences count.
    pub fn step(&mut self, input: Input, now_ms: u64) -> Vec<Effect> {
        if self.is_over {
            return Vec::new();
        }
        let begun_ms = *self.begun_ms.get_or_insert(now_ms);
        self.shared.report.milliseconds = now_ms.saturating_sub(begun_ms);
        match input {
            Input::Start => self.give(Event::Go),
            Input::Http { id, exchange } => self.exchanged(id, exchange),
            Input::Store(answer) => self.give(Event::Store(answer)),
            Input::Timer if self.is_waiting => {
                self.is_waiting = false;
                self.give(Event::Go);
            }
            Input::Timer => {}
            Input::Cancel => self.follow(Err(SyncFault::Cancelled)),
        }
        self.tell_progress();
        std::mem::take(&mut self.out)
    }

    fn give(&mut self, event: Event) {
        let next = self.lane.step(event, &mut self.shared);
        if std::mem::take(&mut self.shared.has_moved) {
            self.backoff.reset();
        }
        self.follow(next);
    }

    /// Does what a lane wants next.
    fn follow(&mut self, mut next: Result<Next, SyncFault>) {
        loop {
            match next {
                Ok(Next::Idle) => return,
                Ok(Next::Http(request)) => return self.send(request, Mode::Collect),
                Ok(Next::Stream(request)) => return self.send(request, Mode::Stream),
                Ok(Next::Raw(request)) => return self.send(request, Mode::Raw),
                Ok(Next::Store(op)) => return self.out.push(Effect::Store(op)),
                Ok(Next::Wait(wait)) => return self.wait(wait),
                Ok(Next::Retry { fault, at_least }) => match self.backoff.fault(&mends(&fault)) {
                    Ok(wait) => return self.wait(wait.max(at_least)),
                    Err(_) => next = Err(SyncFault::Line(fault)),
                },
                Ok(Next::Over) => {
                    self.close_flight();
                    let Some(lane) = self.lane.following(&self.shared) else {
                        return self.end(None);
                    };
                    self.lane = lane;
                    next = self.lane.step(Event::Go, &mut self.shared);
                }
                Err(fault) => return self.end(Some(fault)),
            }
        }
    }

    fn send(&mut self, request: Request, mode: Mode) {
        self.close_flight();
        self.next_id += 1;
        self.shared.report.requests += 1;
        self.shared.report.bytes_sent += request.body.len() as u64;
        let (id, max) = (self.next_id, request.max_response);
        self.flight = Some(Flight {
            id,
            mode,
            max,
            answer: Answer::default(),
        });
        self.out.push(Effect::Http { id, request });
    }

    fn wait(&mut self, wait: Duration) {
        self.close_flight();
        self.is_waiting = true;
        self.out.push(Effect::Timer(wait));
    }

    fn close_flight(&mut self) {
        if let Some(flight) = self.flight.take() {
            self.out.push(Effect::Abort { id: flight.id });
        }
    }

    fn end(&mut self, fault: Option<SyncFault>) {
        self.close_flight();
        self.is_over = true;
        self.shared.settle();
        let report = Box::new(self.shared.report.clone());
        self.out.push(match fault {
            None => Effect::Done(report),
            Some(fault) => Effect::Failed { fault, report },
        });
    }

    fn tell_progress(&mut self) {
        let progress = self.shared.progress(self.lane.stage());
        let is_news = self.told.as_ref() != Some(&progress);
        if is_news && !self.is_over {
            self.told = Some(Progress {
                stored: false,
                ..progress.clone()
            });
            self.shared.has_stored = false;
            // Before what it speaks of, so that nothing is carried out late for its sake.
            self.out.insert(0, Effect::Progress(progress));
        }
    }

    fn exchanged(&mut self, id: u64, exchange: Exchange) {
        let Some(flight) = self.flight.as_mut().filter(|flight| flight.id == id) else {
            return;
        };
        if let Exchange::Chunk(bytes) = &exchange {
            self.shared.report.bytes_received += bytes.len() as u64;
        }
        if matches!(exchange, Exchange::End | Exchange::Failed(_)) {
            let Some(flight) = self.flight.take() else {
                return;
            };
            return self.landed(flight, exchange);
        }
        match (flight.mode, exchange) {
            (Mode::Raw, exchange) => self.give(Event::Exchange(exchange)),
            (_, Exchange::Head { status, headers }) => self.head(status, headers),
            (Mode::Streaming, Exchange::Chunk(bytes)) => self.give(Event::Chunk(bytes)),
            (_, Exchange::Chunk(bytes)) => {
                let len = flight.answer.body.len().saturating_add(bytes.len());
                if len as u64 > flight.max {
                    self.close_flight();
                    return self.give(Event::Fault(LineFault::TooLong));
                }
                flight.answer.body.extend_from_slice(&bytes);
            }
            (_, Exchange::End | Exchange::Failed(_)) => {}
        }
    }

    fn head(&mut self, status: u16, headers: Headers) {
        if let Some(fault) = foreign(status, &headers) {
            self.close_flight();
            return self.give(Event::Fault(fault));
        }
        if let Some(date) = headers.get(header::DATE)
            && let Ok(date) = jiff::fmt::rfc2822::parse(date)
        {
            // To the second; a body that says it better comes later.
            self.shared.report.server_ms = Some(date.timestamp().as_millisecond());
        }
        if let Some(Ok(run)) = headers.get(header::RUN).map(str::parse) {
            self.shared.answered_by(run);
        }
        self.shared.wants_rekey |= headers.get(header::REKEY).is_some();
        self.shared.has_orders |= headers.get(header::ORDERS).is_some();
        let Some(flight) = self.flight.as_mut() else {
            return;
        };
        if flight.mode == Mode::Stream && (200..300).contains(&status) {
            flight.mode = Mode::Streaming;
            self.give(Event::Head { status, headers });
        } else {
            flight.answer = Answer {
                status,
                headers,
                body: Vec::new(),
            };
        }
    }

    /// A request has come to its end.
    fn landed(&mut self, flight: Flight, exchange: Exchange) {
        match (flight.mode, exchange) {
            (Mode::Raw, exchange) => self.give(Event::Exchange(exchange)),
            (_, Exchange::Failed(fault)) => self.give(Event::Fault(fault)),
            (Mode::Streaming, _) => self.give(Event::End),
            _ => self.answered(flight.answer),
        }
    }

    fn answered(&mut self, answer: Answer) {
        match answer.status {
            0 => self.give(Event::Fault(LineFault::Truncated)),
            401 => {
                let ErrorBody { code, message } = answer.error();
                self.follow(Err(match code.as_str() {
                    code::SUPERSEDED => SyncFault::Superseded(message),
                    _ => SyncFault::NotLetIn(message),
                }));
            }
            403 if !self.lane.bears_refusal() => {
                self.follow(Err(SyncFault::Forbidden(answer.error().message)));
            }
            408 | 425 | 429 | 500 | 502 | 503 | 504 => {
                let seconds = answer.headers.get(header::RETRY_AFTER);
                let seconds = seconds
                    .and_then(|text| text.trim().parse().ok())
                    .unwrap_or(0);
                let at_least = Duration::from_secs(seconds).min(MAX_RETRY_AFTER);
                let fault = LineFault::Unreachable(format!("it is busy ({})", answer.status));
                self.follow(Ok(Next::Retry { fault, at_least }));
            }
            status => {
                if status < 400 {
                    self.backoff.reset();
                }
                self.give(Event::Answer(answer));
            }
        }
    }
}

impl Answer {
    /// What the cloud says is wrong.
    fn error(&self) -> ErrorBody {
        wire::parse(&self.body).unwrap_or_else(|_| ErrorBody {
            code: String::new(),
            message: "it gave no reason; try again later".to_owned(),
        })
    }

    /// The refusal that this answer is.
    fn refusal(&self) -> SyncFault {
        let ErrorBody { code, message } = self.error();
        SyncFault::Refused {
            status: self.status,
            code,
            message,
        }
    }
}

/// Why an answer is not the school's, if it is not.
fn foreign(status: u16, headers: &Headers) -> Option<LineFault> {
    if headers.get(PROTOCOL_HEADER).is_some() {
        return None;
    }
    Some(match status {
        407 => LineFault::Proxy("it asks for a name and password".to_owned()),
        502..=504 => LineFault::Unreachable(format!("a server in between answered {status}")),
        _ => LineFault::CaptivePortal,
    })
}

/// The fault as far as waiting goes: wrong bytes are fetched again like lost ones; how often
/// is the lane's affair.
fn mends(fault: &LineFault) -> LineFault {
    match fault {
        LineFault::WrongHash(_) => LineFault::Broken,
        other => other.clone(),
    }
}
