//! Lane 1: each pupil's events go up, from the acknowledged point on.

use std::collections::VecDeque;

use hotaru_content::id::PupilId;
use hotaru_content::log::{Chain, StreamPoint};

use super::lane::{Answer, Event, Next, Shared};
use super::{LogState, StoreAnswer, StoreOp, SyncFault};
use crate::http::{LineFault, Method, Request};
use crate::pack::PushBody;
use crate::wire::{self, Body, Conflict, PushAnswer, header, media_type, path};

/// Events of one push.
const MAX_EVENTS: usize = 2000;
/// Bytes of payloads of one push, the last event apart.
const MAX_PAYLOADS: usize = 256 << 10;
/// How often one pupil's stream may be found elsewhere in one sync.
const MAX_CONFLICTS: u32 = 8;
/// How often a push may arrive damaged.
const MAX_DAMAGED: u32 = 3;

#[derive(Debug)]
pub(super) struct EventsLane {
    pupils: VecDeque<PupilId>,
    pupil: Option<Pushing>,
}

/// One pupil's stream.
#[derive(Debug)]
struct Pushing {
    pupil: PupilId,
    log: Option<LogState>,
    state: State,
    conflicts: u32,
    damaged: u32,
    /// A point of the cloud's that is not on our chain, and what it says is common. One
    /// damaged answer is no reason to part: the same has to be said twice.
    strange: Option<(StreamPoint, Option<StreamPoint>)>,
    /// What the cloud says is common.
    common: Option<StreamPoint>,
}

#[derive(Debug)]
enum State {
    /// Asks where the log stands.
    Log,
    /// Reads events from this point on.
    Read { from: StreamPoint },
    /// Sends them.
    Push {
        body: Vec<u8>,
        from: StreamPoint,
        end: StreamPoint,
    },
    /// Looks whether the cloud's point is on our chain.
    Compare { cloud: StreamPoint },
    /// Looks whether what the cloud says is common is on our chain.
    CompareCommon { common: StreamPoint },
    /// Notes what the cloud has.
    Acknowledge { point: StreamPoint },
    /// Goes on in a new stream.
    Fork,
}

impl EventsLane {
    pub(super) fn new(pupils: Vec<PupilId>) -> Self {
        Self {
            pupils: pupils.into(),
            pupil: None,
        }
    }

    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        let Some(pushing) = &mut self.pupil else {
            return Ok(self.next_pupil());
        };
        let outcome = match event {
            Event::Go => Ok(Some(pushing.go())),
            Event::Fault(fault) => Ok(Some(Next::retry(fault))),
            Event::Answer(answer) => pushing.answered(&answer, shared),
            Event::Store(Ok(answer)) => pushing.stored(answer, shared),
            Event::Store(Err(fault)) => Err(SyncFault::Store(fault)),
            _ => Ok(Some(Next::Idle)),
        };
        match outcome {
            Ok(Some(next)) => Ok(next),
            Ok(None) => Ok(self.next_pupil()),
            // One pupil's trouble is no other's.
            Err(fault) => {
                shared.met(fault);
                Ok(self.next_pupil())
            }
        }
    }

    fn next_pupil(&mut self) -> Next {
        self.pupil = self.pupils.pop_front().map(|pupil| Pushing {
            pupil,
            log: None,
            state: State::Log,
            conflicts: 0,
            damaged: 0,
            strange: None,
            common: None,
        });
        self.pupil.as_ref().map_or(Next::Over, Pushing::go)
    }
}

impl Pushing {
    /// What the present state asks for.
    fn go(&self) -> Next {
        let pupil = self.pupil;
        match &self.state {
            State::Log | State::Fork => Next::Store(StoreOp::Log { pupil }),
            State::Read { from } => Next::Store(StoreOp::Events {
                pupil,
                from: from.next_seq,
                max: MAX_EVENTS,
            }),
            State::Push { body, .. } => Next::Http(Request {
                method: Method::Post,
                path: self
                    .log
                    .as_ref()
                    .map(|log| path::events(&log.open.stream))
                    .unwrap_or_default(),
                headers: vec![(header::CONTENT_TYPE, media_type::FRAMED.to_owned())],
                body: body.clone(),
                max_response: Conflict::MAX_LEN as u64,
            }),
            State::Compare { cloud: point } | State::CompareCommon { common: point } => {
                Next::Store(StoreOp::PointAt {
                    pupil,
                    seq: point.next_seq,
                })
            }
            State::Acknowledge { point } => Next::Store(StoreOp::Acknowledge {
                pupil,
                point: *point,
            }),
        }
    }

    fn turn(&mut self, state: State) -> Next {
        self.state = state;
        self.go()
    }

    /// Takes what the shelf says; nothing is next where this pupil is through.
    fn stored(
        &mut self,
        answer: StoreAnswer,
        shared: &mut Shared,
    ) -> Result<Option<Next>, SyncFault> {
        match (&self.state, answer) {
            (State::Log, StoreAnswer::Log(log)) => {
                let from = log.acknowledged;
                let has_more = log.point.next_seq > from.next_seq;
                self.log = Some(log);
                Ok(has_more.then(|| self.turn(State::Read { from })))
            }
            (State::Read { from }, StoreAnswer::Events(events)) => {
                let from = *from;
                self.pack(from, events)
            }
            (State::Compare { cloud }, StoreAnswer::Point(point)) => {
                let cloud = *cloud;
                self.compared(cloud, point == Some(cloud))
            }
            (State::CompareCommon { common }, StoreAnswer::Point(point)) => {
                let common = *common;
                self.compared_common(common, point == Some(common))
            }
            (State::Acknowledge { point }, StoreAnswer::Done) => {
                let point = *point;
                if let Some(log) = &mut self.log {
                    let more = point.next_seq.saturating_sub(log.acknowledged.next_seq);
                    shared.report.events_acknowledged += more;
                    log.acknowledged = point;
                }
                shared.has_moved = true;
                Ok(Some(self.turn(State::Log)))
            }
            (State::Fork, StoreAnswer::Done) => {
                shared.met(SyncFault::Forked);
                Ok(Some(self.turn(State::Log)))
            }
            _ => Err(SyncFault::Answer(
                "the shelf answered something else".to_owned(),
            )),
        }
    }

    fn pack(
        &mut self,
        from: StreamPoint,
        mut events: Vec<hotaru_content::log::Event>,
    ) -> Result<Option<Next>, SyncFault> {
        let Some(log) = &self.log else {
            return Ok(None);
        };
        let mut bytes = 0;
        let fit = events
            .iter()
            .zip(from.next_seq..)
            .take_while(|(event, seq)| {
                let fits = event.seq == *seq && bytes < MAX_PAYLOADS;
                bytes += event.payload.len();
                fits
            });
        let fit = fit.count();
        if fit == 0 {
            // Events that only the cloud had were lost with its disk: what is here goes on
            // in a stream of its own.
            return self.fork(from);
        }
        events.truncate(fit);
        let push = PushBody::new(&log.open, from, events);
        let (body, end) = push
            .and_then(|(push, end)| Ok((push.encode()?, end)))
            .map_err(|error| SyncFault::Answer(error.to_string()))?;
        Ok(Some(self.turn(State::Push { body, from, end })))
    }

    fn answered(
        &mut self,
        answer: &Answer,
        shared: &mut Shared,
    ) -> Result<Option<Next>, SyncFault> {
        let unusable = |error: wire::WireError| SyncFault::Answer(error.to_string());
        let (State::Push { from, end, .. }, Some(log)) = (&self.state, &self.log) else {
            return Ok(Some(Next::Idle));
        };
        let (from, end) = (*from, *end);
        match answer.status {
            200 => {
                let told = wire::parse::<PushAnswer>(&answer.body).map_err(unusable)?;
                shared.report.server_ms = Some(told.server_ms);
                let cloud = told.point();
                if cloud == end {
                    self.on_chain(cloud)
                } else {
                    self.elsewhere(cloud)
                }
            }
            409 => {
                let conflict = wire::parse::<Conflict>(&answer.body).map_err(unusable)?;
                match conflict.point {
                    Some(cloud) => {
                        self.common = conflict.common;
                        self.elsewhere(cloud)
                    }
                    // The cloud does not know the stream: it gets all of it.
                    None if from.next_seq > 0 => {
                        let from = Chain::open(&log.open).point();
                        Ok(Some(self.turn(State::Read { from })))
                    }
                    None => Err(answer.refusal()),
                }
            }
            // It arrived, but not as it was sent.
            400 | 422 if self.damaged < MAX_DAMAGED => {
                self.damaged += 1;
                let stream = log.open.stream.to_string();
                shared.met(SyncFault::Line(LineFault::WrongHash(stream.clone())));
                Ok(Some(Next::retry(LineFault::WrongHash(stream))))
            }
            _ => Err(answer.refusal()),
        }
    }

    /// The cloud stands where we did not expect it.
    fn elsewhere(&mut self, cloud: StreamPoint) -> Result<Option<Next>, SyncFault> {
        self.conflicts += 1;
        if self.conflicts > MAX_CONFLICTS {
            return Err(SyncFault::Answer(
                "it stands elsewhere again and again".to_owned(),
            ));
        }
        Ok(Some(self.turn(State::Compare { cloud })))
    }

    fn compared(&mut self, cloud: StreamPoint, is_ours: bool) -> Result<Option<Next>, SyncFault> {
        if is_ours {
            return self.on_chain(cloud);
        }
        let said = Some((cloud, self.common.take()));
        if std::mem::replace(&mut self.strange, said) != said {
            return Ok(Some(self.turn(State::Log)));
        }
        match said.and_then(|(_, common)| common) {
            Some(common) => Ok(Some(self.turn(State::CompareCommon { common }))),
            None => self.part(cloud),
        }
    }

    /// A copy of this disk was here before us: what both have is there already, and only
    /// what is above goes on in a stream of its own.
    fn compared_common(
        &mut self,
        common: StreamPoint,
        is_ours: bool,
    ) -> Result<Option<Next>, SyncFault> {
        match &self.log {
            Some(log) if is_ours && common.next_seq > log.acknowledged.next_seq => {
                Ok(Some(self.turn(State::Acknowledge { point: common })))
            }
            _ if is_ours => self.fork(common),
            _ => self.part(self.strange.map_or(common, |(cloud, _)| cloud)),
        }
    }

    /// The cloud has something else, and cannot tell from where on.
    fn part(&mut self, cloud: StreamPoint) -> Result<Option<Next>, SyncFault> {
        let Some(log) = &self.log else {
            return Ok(None);
        };
        // What the cloud once acknowledged it has, unless it was restored to before that:
        // then only the beginning is sure to be common.
        let at = if log.acknowledged.next_seq <= cloud.next_seq {
            log.acknowledged
        } else {
            Chain::open(&log.open).point()
        };
        self.fork(at)
    }

    /// The cloud has our events up to this point.
    fn on_chain(&mut self, cloud: StreamPoint) -> Result<Option<Next>, SyncFault> {
        let Some(log) = &self.log else {
            return Ok(None);
        };
        Ok(Some(if cloud.next_seq > log.acknowledged.next_seq {
            self.turn(State::Acknowledge { point: cloud })
        } else if cloud.next_seq == log.point.next_seq {
            // It was restored, and has all again.
            return Ok(None);
        } else {
            self.turn(State::Read { from: cloud })
        }))
    }

    fn fork(&mut self, at: StreamPoint) -> Result<Option<Next>, SyncFault> {
        self.conflicts += 1;
        if self.conflicts > MAX_CONFLICTS {
            return Err(SyncFault::Answer(
                "this log parts from it again and again".to_owned(),
            ));
        }
        self.state = State::Fork;
        Ok(Some(Next::Store(StoreOp::Fork {
            pupil: self.pupil,
            at,
        })))
    }
}
