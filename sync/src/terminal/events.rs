//! Lane 1: each pupil's events go up, from the acknowledged point on.

use std::collections::VecDeque;

use hotaru_content::id::{PupilId, RunId, StreamId};
use hotaru_content::log::{Chain, StreamPoint};

use super::lane::{Answer, Event, Next, Shared};
use super::{Config, LogState, StoreAnswer, StoreOp, SyncFault};
use crate::http::{LineFault, Method, Request};
use crate::pack::PushBody;
use crate::wire::{self, Body, Conflict, PushAnswer, code, header, media_type, path};

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
    task: Task,
    pushing: Option<Pushing>,
}

/// What a pass over the pupils is for.
#[derive(Debug)]
enum Task {
    /// What is new goes to school.
    Send,
    /// A run of the cloud that was not heard of before is asked whether it has everything
    /// that an earlier one acknowledged: its disk may have come back from a backup.
    Ask(Asking),
}

#[derive(Debug)]
struct Asking {
    run: RunId,
    /// Streams of the pupil at hand that are still to be asked about.
    streams: VecDeque<LogState>,
    /// Whose streams the shelf is asked for.
    listing: Option<PupilId>,
    /// The stream that is written now; the others are only sent.
    current: Option<StreamId>,
    has_failed: bool,
    is_entering: bool,
}

/// One pupil's stream.
#[derive(Debug)]
struct Pushing {
    pupil: PupilId,
    log: Option<LogState>,
    state: State,
    /// Asks about the stream even where nothing is new.
    asks: bool,
    /// This stream is written no more: it ends where the log says.
    is_former: bool,
    /// Part of it went into a stream of its own.
    has_forked: bool,
    /// Where pushes begin, where that is below what was acknowledged: the cloud looks for the
    /// last point in common.
    probe: Option<StreamPoint>,
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
    /// Sends what is new.
    pub(super) fn send(pupils: Vec<PupilId>) -> Self {
        Self {
            pupils: pupils.into(),
            task: Task::Send,
            pushing: None,
        }
    }

    /// Asks a run of the cloud about everything.
    pub(super) fn ask(config: &Config, run: RunId) -> Self {
        Self {
            pupils: config.pupils.clone().into(),
            task: Task::Ask(Asking {
                run,
                streams: VecDeque::new(),
                listing: None,
                current: None,
                // What is locked cannot be asked about: the run is asked again next time.
                has_failed: config.has_locked,
                is_entering: false,
            }),
            pushing: None,
        }
    }

    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        let Some(pushing) = &mut self.pushing else {
            return Ok(self.between(event, shared));
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
            Ok(Some(next)) => return Ok(next),
            Ok(None) => {}
            // One pupil's trouble is no other's.
            Err(fault) => {
                shared.met(fault);
                if let Task::Ask(asking) = &mut self.task {
                    asking.has_failed = true;
                }
            }
        }
        let through = self.pushing.take();
        if let (Task::Ask(asking), Some(pushing)) = (&mut self.task, through)
            && pushing.is_former
            && pushing.has_forked
        {
            // The new stream is to be asked about, too.
            asking.streams.clear();
            self.pupils.push_front(pushing.pupil);
        }
        Ok(self.following(shared))
    }

    /// What comes while no stream is pushed.
    fn between(&mut self, event: Event, shared: &mut Shared) -> Next {
        let Task::Ask(asking) = &mut self.task else {
            return self.following(shared);
        };
        match event {
            Event::Store(Ok(StoreAnswer::Streams(streams))) => {
                asking.current = streams.last().map(|log| log.open.stream);
                asking.streams = streams.into();
            }
            Event::Store(Err(fault)) => {
                asking.has_failed = true;
                shared.met(SyncFault::Store(fault));
            }
            _ => {}
        }
        self.following(shared)
    }

    /// The next stream, the next pupil, or the end.
    fn following(&mut self, shared: &Shared) -> Next {
        let Task::Ask(asking) = &mut self.task else {
            self.pushing = self.pupils.pop_front().map(Pushing::current);
            return self.pushing.as_ref().map_or(Next::Over, Pushing::go);
        };
        while let (Some(pupil), Some(log)) = (asking.listing, asking.streams.pop_front()) {
            if log.point.next_seq == 0 || shared.proven.contains(&log.open.stream) {
                continue;
            }
            let pushing = if asking.current == Some(log.open.stream) {
                Ok(Pushing {
                    asks: true,
                    ..Pushing::current(pupil)
                })
            } else {
                Pushing::former(pupil, log)
            };
            match pushing {
                Ok(pushing) => return self.pushing.insert(pushing).go(),
                Err(_) => asking.has_failed = true,
            }
        }
        if let Some(pupil) = self.pupils.pop_front() {
            asking.listing = Some(pupil);
            return Next::Store(StoreOp::Streams { pupil });
        }
        if asking.has_failed || std::mem::replace(&mut asking.is_entering, true) {
            return Next::Over;
        }
        asking.listing = None;
        Next::Store(StoreOp::EnterRun { run: asking.run })
    }
}

/// A push of nothing: it only asks where the cloud stands.
fn question(log: &LogState) -> Result<State, SyncFault> {
    push_of(log, log.acknowledged, Vec::new())
}

fn push_of(
    log: &LogState,
    from: StreamPoint,
    events: Vec<hotaru_content::log::Event>,
) -> Result<State, SyncFault> {
    let push = PushBody::new(&log.open, from, events);
    let (body, end) = push
        .and_then(|(push, end)| Ok((push.encode()?, end)))
        .map_err(|error| SyncFault::Answer(error.to_string()))?;
    Ok(State::Push { body, from, end })
}

impl Pushing {
    /// The stream that is written now.
    fn current(pupil: PupilId) -> Self {
        Self {
            pupil,
            log: None,
            state: State::Log,
            asks: false,
            is_former: false,
            has_forked: false,
            probe: None,
            conflicts: 0,
            damaged: 0,
            strange: None,
            common: None,
        }
    }

    /// A stream that is complete.
    fn former(pupil: PupilId, log: LogState) -> Result<Self, SyncFault> {
        Ok(Self {
            state: question(&log)?,
            log: Some(log),
            is_former: true,
            ..Self::current(pupil)
        })
    }

    /// What the present state asks for.
    fn go(&self) -> Next {
        let pupil = self.pupil;
        let stream = self.log.as_ref().map(|log| log.open.stream);
        match &self.state {
            State::Log | State::Fork => Next::Store(StoreOp::Log { pupil }),
            State::Read { from } => Next::Store(StoreOp::Events {
                pupil,
                stream: stream.unwrap_or(StreamId([0; 16])),
                from: from.next_seq,
                max: MAX_EVENTS,
            }),
            State::Push { body, .. } => Next::Http(Request {
                method: Method::Post,
                path: stream
                    .map(|stream| path::events(&stream))
                    .unwrap_or_default(),
                headers: vec![(header::CONTENT_TYPE, media_type::FRAMED.to_owned())],
                body: body.clone(),
                max_response: Conflict::MAX_LEN as u64,
            }),
            State::Compare { cloud: point } | State::CompareCommon { common: point } => {
                Next::Store(StoreOp::PointAt {
                    pupil,
                    stream: stream.unwrap_or(StreamId([0; 16])),
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
                let from = self.probe.unwrap_or(log.acknowledged);
                let has_more = log.point.next_seq > from.next_seq;
                let asks = self.asks && !has_more;
                let question = if asks { Some(question(&log)?) } else { None };
                self.log = Some(*log);
                let read = has_more.then_some(State::Read { from });
                Ok(question.or(read).map(|state| self.turn(state)))
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
                self.asks = false;
                self.probe = None;
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
                self.has_forked = true;
                self.probe = None;
                Ok((!self.is_former).then(|| self.turn(State::Log)))
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
            return if self.is_former {
                Ok(None)
            } else {
                self.fork(from)
            };
        }
        events.truncate(fit);
        let push = push_of(log, from, events)?;
        Ok(Some(self.turn(push)))
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
                    if end.next_seq == log.point.next_seq {
                        shared.proven.insert(log.open.stream);
                    }
                    self.on_chain(cloud)
                } else {
                    self.elsewhere(cloud)
                }
            }
            409 => {
                let conflict = wire::parse::<Conflict>(&answer.body).map_err(unusable)?;
                match conflict.point {
                    // It has all of this push, and we have more.
                    Some(_) if conflict.common == Some(end) && end.next_seq > from.next_seq => {
                        if end.next_seq < log.point.next_seq {
                            return Ok(Some(self.turn(State::Read { from: end })));
                        }
                        self.common = conflict.common;
                        self.elsewhere(conflict.point.unwrap_or(end))
                    }
                    Some(cloud) => {
                        self.common = conflict.common;
                        self.elsewhere(cloud)
                    }
                    // The cloud does not know the stream: it gets all of it.
                    None if from.next_seq > 0 || end == from => {
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
            410 if answer.error().code == code::PUPIL_DELETED => {
                shared.deleted(self.pupil);
                Ok(None)
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
            return Ok(Some(self.again()));
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
            // Another copy of that disk went on in it, and what is here was there before.
            Some(log) if is_ours && self.is_former && common == log.point => Ok(None),
            Some(log)
                if is_ours && !self.is_former && common.next_seq > log.acknowledged.next_seq =>
            {
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
        let beginning = Chain::open(&log.open).point();
        if self.probe != Some(beginning) && log.acknowledged.next_seq > 0 {
            // What the cloud once acknowledged it may have lost: all of it is shown, so that
            // it can tell.
            self.probe = Some(beginning);
            self.strange = None;
            return Ok(Some(self.again()));
        }
        self.fork(
            if self.is_former || log.acknowledged.next_seq > cloud.next_seq {
                beginning
            } else {
                log.acknowledged
            },
        )
    }

    /// The cloud has our events up to this point.
    fn on_chain(&mut self, cloud: StreamPoint) -> Result<Option<Next>, SyncFault> {
        let Some(log) = &self.log else {
            return Ok(None);
        };
        Ok(Some(
            if self.is_former && cloud.next_seq >= log.point.next_seq {
                return Ok(None);
            } else if cloud.next_seq > log.acknowledged.next_seq {
                self.turn(State::Acknowledge { point: cloud })
            } else if cloud.next_seq == log.point.next_seq {
                // It was restored, and has all again.
                return Ok(None);
            } else {
                self.turn(State::Read { from: cloud })
            },
        ))
    }

    /// Pushes once more from where pushes begin.
    fn again(&mut self) -> Next {
        match (&self.log, self.probe) {
            (Some(log), probe) if self.is_former => {
                let from = probe.unwrap_or(log.acknowledged);
                match question(log) {
                    Ok(question) if from == log.acknowledged => self.turn(question),
                    _ => self.turn(State::Read { from }),
                }
            }
            _ => self.turn(State::Log),
        }
    }

    fn fork(&mut self, at: StreamPoint) -> Result<Option<Next>, SyncFault> {
        self.conflicts += 1;
        if self.conflicts > MAX_CONFLICTS {
            return Err(SyncFault::Answer(
                "this log parts from it again and again".to_owned(),
            ));
        }
        let Some(stream) = self.log.as_ref().map(|log| log.open.stream) else {
            return Ok(None);
        };
        self.state = State::Fork;
        Ok(Some(Next::Store(StoreOp::Fork {
            pupil: self.pupil,
            stream,
            at,
        })))
    }
}
