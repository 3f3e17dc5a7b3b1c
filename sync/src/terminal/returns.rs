//! Earlier study comes back: what the pupil did on other terminals, and what a loss took from
//! this one.
//!
//! A page is a push the other way round: it names the point that it goes on from, and a mark
//! proves what it leads to. The shelf takes it only where that point is the end of what it
//! has, so that a cut, a crash or a second sync goes on where the last one stood.

use std::collections::VecDeque;

use hotaru_content::id::StreamId;
use hotaru_content::log::{Chain, StreamOpen, StreamPoint};

use super::lane::{Answer, Event, Next, Shared};
use super::{Awaited, Config, LogState, StoreAnswer, StoreOp, SyncFault};
use crate::http::{LineFault, Method, Request};
use crate::pack::{MAX_BODY_LEN, PushBody};
use crate::wire::{self, Body, StreamEnd, StreamList, code, path};

/// How often a page may arrive damaged.
const MAX_DAMAGED: u32 = 3;

#[derive(Debug)]
pub(super) struct ReturnsLane {
    pupils: VecDeque<Awaited>,
    returning: Option<Returning>,
}

/// One pupil's earlier study.
#[derive(Debug)]
struct Returning {
    who: Awaited,
    /// What is here of each stream.
    kept: Vec<LogState>,
    streams: VecDeque<Piece>,
    state: State,
    damaged: u32,
}

/// Events of a stream that are not here.
#[derive(Debug, Clone)]
struct Piece {
    stream: StreamId,
    /// How it opens, where that is known.
    open: Option<StreamOpen>,
    /// The point that they go on from, where that is known: else it is the beginning.
    from: Option<StreamPoint>,
    /// Up to which number.
    until: u64,
}

#[derive(Debug, Clone)]
enum State {
    /// Asks the shelf what is here.
    Kept,
    /// Asks the cloud what there is.
    List,
    /// Fetches a page.
    Fetch(Piece),
    /// Puts it on the shelf.
    Keep(Piece, Box<PushBody>, StreamOpen),
    /// All is here.
    Through,
}

impl ReturnsLane {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            pupils: config.awaited.clone().into(),
            returning: None,
        }
    }

    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        let Some(returning) = &mut self.returning else {
            return Ok(self.next_pupil());
        };
        let outcome = match event {
            Event::Go => Ok(Some(returning.go())),
            Event::Fault(fault) => Ok(Some(Next::retry(fault))),
            Event::Answer(answer) => returning.answered(&answer, shared),
            Event::Store(Ok(answer)) => returning.stored(answer, shared),
            Event::Store(Err(fault)) => Err(SyncFault::Store(fault)),
            _ => Ok(Some(Next::Idle)),
        };
        match outcome {
            Ok(Some(next)) => return Ok(next),
            Ok(None) => {}
            // The rest comes at another time; materials need not wait for it.
            Err(fault) => shared.met(fault),
        }
        Ok(self.next_pupil())
    }

    fn next_pupil(&mut self) -> Next {
        self.returning = self.pupils.pop_front().map(|who| Returning {
            who,
            kept: Vec::new(),
            streams: VecDeque::new(),
            state: State::Kept,
            damaged: 0,
        });
        self.returning.as_ref().map_or(Next::Over, Returning::go)
    }
}

impl Returning {
    fn go(&self) -> Next {
        let pupil = self.who.pupil;
        match &self.state {
            State::Kept => Next::Store(StoreOp::Streams { pupil }),
            State::List => Next::Http(get(path::streams(&pupil), StreamList::MAX_LEN)),
            State::Fetch(piece) => {
                let from = piece.from.map_or(0, |from| from.next_seq);
                let path = path::events_between(&piece.stream, from, piece.until);
                Next::Http(get(path, MAX_BODY_LEN))
            }
            State::Keep(_, page, open) => Next::Store(StoreOp::TakeBack {
                open: open.clone(),
                from: page.from,
                events: page.events.clone(),
            }),
            State::Through => Next::Store(StoreOp::Returned { pupil }),
        }
    }

    fn turn(&mut self, state: State) -> Option<Next> {
        self.state = state;
        Some(self.go())
    }

    /// The next piece, or the end.
    fn next_piece(&mut self) -> Option<Next> {
        match self.streams.pop_front() {
            Some(piece) => self.turn(State::Fetch(piece)),
            None if self.who.from_others => self.turn(State::Through),
            None => None,
        }
    }

    fn stored(
        &mut self,
        answer: StoreAnswer,
        shared: &mut Shared,
    ) -> Result<Option<Next>, SyncFault> {
        match (self.state.clone(), answer) {
            (State::Kept, StoreAnswer::Streams(kept)) => {
                self.streams = kept.iter().filter_map(hole).collect();
                self.kept = kept;
                Ok(if self.who.from_others {
                    self.turn(State::List)
                } else {
                    self.next_piece()
                })
            }
            (State::Keep(piece, page, open), StoreAnswer::Point(Some(to))) => {
                shared.report.events_returned += page.events.len() as u64;
                shared.has_moved = true;
                shared.has_stored = true;
                if to.next_seq >= piece.until || page.events.is_empty() {
                    return Ok(self.next_piece());
                }
                let piece = Piece {
                    open: Some(open),
                    from: Some(to),
                    ..piece
                };
                Ok(self.turn(State::Fetch(piece)))
            }
            (State::Through, StoreAnswer::Done) => Ok(None),
            _ => Err(SyncFault::Answer(
                "the shelf answered something else".to_owned(),
            )),
        }
    }

    fn answered(
        &mut self,
        answer: &Answer,
        shared: &mut Shared,
    ) -> Result<Option<Next>, SyncFault> {
        if answer.status != 200 {
            let is_open = answer.error().code == code::NOT_APPROVED;
            if !is_open {
                return Err(answer.refusal());
            }
            shared.report.awaiting.push(self.who.pupil);
            // What was lost here may come back all the same.
            self.who.from_others = false;
            return Ok(self.next_piece());
        }
        match self.state.clone() {
            State::List => {
                let list: StreamList = wire::parse(&answer.body)
                    .map_err(|error| SyncFault::Answer(error.to_string()))?;
                shared.report.server_ms = Some(list.server_ms);
                let others = list.streams.iter().filter_map(|end| self.piece(end));
                let others: Vec<Piece> = others.collect();
                self.streams.extend(others);
                Ok(self.next_piece())
            }
            State::Fetch(piece) => self.fetched(piece, &answer.body),
            _ => Ok(Some(Next::Idle)),
        }
    }

    /// What is missing of a stream that the cloud has.
    fn piece(&self, end: &StreamEnd) -> Option<Piece> {
        let stream = end.stream;
        let Some(kept) = self.kept.iter().find(|kept| kept.open.stream == stream) else {
            return (end.next_seq > 0).then_some(Piece {
                stream,
                open: None,
                from: None,
                until: end.next_seq,
            });
        };
        // This terminal's own streams are here; of another's, what was brought back so far.
        (kept.is_returned && kept.point.next_seq < end.next_seq).then(|| Piece {
            stream,
            open: Some(kept.open.clone()),
            from: Some(kept.point),
            until: end.next_seq,
        })
    }

    fn fetched(&mut self, piece: Piece, body: &[u8]) -> Result<Option<Next>, SyncFault> {
        let Some((page, open)) = self.proven(&piece, body) else {
            self.damaged += 1;
            let fault = LineFault::WrongHash(piece.stream.to_string());
            return if self.damaged > MAX_DAMAGED {
                Err(SyncFault::Line(fault))
            } else {
                Ok(Some(Next::retry(fault)))
            };
        };
        Ok(self.turn(State::Keep(piece, Box::new(page), open)))
    }

    /// A page whose events go on from where they should, and lead to where it says.
    fn proven(&self, piece: &Piece, body: &[u8]) -> Option<(PushBody, StreamOpen)> {
        let page = PushBody::decode(piece.stream, body).ok()?;
        let open = match (&piece.open, &page.open) {
            (Some(known), Some(told)) if known != told => return None,
            (Some(known), _) => known.clone(),
            (None, told) => told.clone()?,
        };
        let from = piece.from.unwrap_or_else(|| Chain::open(&open).point());
        if page.from != from || open.pupil != self.who.pupil {
            return None;
        }
        let mut chain = Chain::resume(open.secret.clone(), from);
        for event in &page.events {
            chain.push(event).ok()?;
        }
        page.leads_to(chain.point()).then_some((page, open))
    }
}

/// The hole that a loss left in a stream of this terminal.
fn hole(kept: &LogState) -> Option<Piece> {
    kept.lacks_below.map(|until| Piece {
        stream: kept.open.stream,
        open: Some(kept.open.clone()),
        from: None,
        until: until.next_seq,
    })
}

fn get(path: String, most: usize) -> Request {
    Request {
        method: Method::Get,
        path,
        headers: Vec::new(),
        body: Vec::new(),
        max_response: most as u64,
    }
}
