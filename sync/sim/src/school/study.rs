//! What pupils did: pushed, brought back, graded.

use std::sync::Arc;

use hotaru_content::blob::BlobId;
use hotaru_content::drill::{Drill, Verdict};
use hotaru_content::id::{LessonId, PupilId, StreamId, TerminalId};
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Answered, Chain, Event, Fact, StreamPoint};
use hotaru_content::progress::{Catalog, grade_answer};
use hotaru_sync::http::Request;
use hotaru_sync::intake::{self, Decision};
use hotaru_sync::pack::PushBody;
use hotaru_sync::wire::{self, Conflict, PushAnswer, StreamEnd, StreamList, code};

use super::{Answer, Pending, School, Stream, ours, refuse};
use crate::bug::Bug;
use crate::world::fingerprint;

/// Events of one page of earlier study.
const RETURN_PAGE: usize = 7;

impl School {
    pub(super) fn pushed(
        &self,
        from: TerminalId,
        stream: &str,
        request: &Request,
    ) -> Result<Answer, Box<Pending>> {
        let Ok(stream) = stream.parse() else {
            return Ok(refuse(404, code::NOT_FOUND));
        };
        let Ok(push) = PushBody::decode(stream, &request.body) else {
            return Ok(refuse(400, code::BAD_BODY));
        };
        let known = self.db.streams.get(&stream);
        let pupil = known
            .map(|known| known.open.pupil)
            .or(push.open.as_ref().map(|open| open.pupil));
        if pupil.is_some_and(|pupil| !self.pupils[&from].contains(&pupil)) {
            return Ok(refuse(403, code::FORBIDDEN));
        }
        let at = known.map(|known| known.point);
        Err(Box::new(Pending::Push { stream, push, at }))
    }

    /// What an answer is worth, as the cloud tells a teacher.
    pub fn verdict(&self, pupil: PupilId, event: &Event, answered: &Answered) -> Verdict {
        let claim = fingerprint(pupil, event).and_then(|print| self.claims.get(&print));
        match claim {
            Some(claim) => *claim,
            None => {
                let bytes = self.db.blobs.get(&answered.drill);
                graded(
                    answered,
                    bytes.and_then(|bytes| Drill::from_json(bytes).ok()),
                )
            }
        }
    }

    /// Blobs that answers and paper study name.
    pub(super) fn named_by_events(&self) -> impl Iterator<Item = BlobId> {
        let events = self.db.streams.values().flat_map(|stream| &stream.events);
        events.filter_map(|event| match event.fact() {
            Fact::Answered(answered) => Some(answered.drill),
            Fact::PaperStudy(study) => study.photo.map(|photo| photo.id),
            _ => None,
        })
    }

    /// Whether a pupil's earlier study may come to a terminal.
    fn may_return(&self, to: TerminalId, pupil: PupilId) -> bool {
        self.agreed.contains(&(to, pupil)) || self.bug == Some(Bug::ReturnsWithoutAgreement)
    }

    /// The streams of a pupil, where somebody agreed.
    pub(super) fn streams_of(&self, from: TerminalId, pupil: Option<PupilId>) -> Answer {
        let Some(pupil) = pupil.filter(|pupil| self.may_return(from, *pupil)) else {
            return refuse(403, code::NOT_APPROVED);
        };
        let streams = self.db.streams.values();
        let streams = streams.filter(|stream| stream.open.pupil == pupil);
        let list = StreamList {
            streams: streams
                .map(|stream| StreamEnd {
                    stream: stream.open.stream,
                    next_seq: stream.point.next_seq,
                })
                .collect(),
            server_ms: 0,
        };
        ours(200, vec![], wire::write(&list).unwrap_or_default())
    }

    /// A page of a stream's events.
    pub(super) fn events_of(
        &self,
        from: TerminalId,
        stream: Option<StreamId>,
        between: &str,
    ) -> Answer {
        let stream = stream.and_then(|stream| self.db.streams.get(&stream));
        let stream = stream.filter(|stream| self.may_return(from, stream.open.pupil));
        let Some(stream) = stream else {
            return refuse(403, code::NOT_APPROVED);
        };
        let numbers = between.strip_prefix("events?from=");
        let numbers = numbers.and_then(|numbers| numbers.split_once("&until="));
        let numbers = numbers.and_then(|(from, until)| from.parse().ok().zip(until.parse().ok()));
        let Some((first, until)): Option<(usize, usize)> = numbers else {
            return refuse(400, code::BAD_BODY);
        };
        let until = until.min(stream.events.len()).min(first + RETURN_PAGE);
        let Some(events) = stream.events.get(first..until) else {
            return refuse(404, code::NOT_FOUND);
        };
        let mut chain = Chain::open(&stream.open);
        for event in &stream.events[..first] {
            if chain.push(event).is_err() {
                return refuse(404, code::NOT_FOUND);
            }
        }
        let page = PushBody::new(&stream.open, chain.point(), events.to_vec());
        match page.and_then(|(page, _)| page.encode()) {
            Ok(body) => ours(200, vec![], body),
            Err(_) => refuse(404, code::NOT_FOUND),
        }
    }

    pub(super) fn push(&mut self, id: StreamId, push: PushBody, at: Option<StreamPoint>) -> Answer {
        let blind = self.bug == Some(Bug::AppendWithoutLooking);
        // The shipped cloud compares the point within the transaction, and looks again.
        let stored = self.db.streams.get(&id);
        let stands = stored.map(|stored| {
            let seen = at.filter(|_| blind).unwrap_or(stored.point);
            (&stored.open, seen)
        });
        let whole = push.clone();
        let point = match intake::receive(stands, push) {
            Decision::Append {
                open,
                events,
                point,
                ..
            } => {
                let stream = self.db.streams.entry(id).or_insert(Stream {
                    open,
                    point,
                    events: Vec::new(),
                });
                stream.point = point;
                for event in events {
                    let newest = || stream.events.iter().map(|old| old.stamp.wall_ms).max();
                    let is_dropped = match self.bug {
                        Some(Bug::IgnoreOnSameTime) => stream
                            .events
                            .iter()
                            .any(|old| old.stamp.wall_ms == event.stamp.wall_ms),
                        Some(Bug::OrderByClock) => newest() > Some(event.stamp.wall_ms),
                        _ => false,
                    };
                    if !is_dropped {
                        stream.events.push(event);
                    }
                }
                point
            }
            Decision::AlreadyHave { point } => point,
            Decision::Conflict { point } => {
                let stored = self.db.streams.get(&id);
                let common = stored
                    .and_then(|stored| intake::last_common(&stored.open, &stored.events, &whole));
                let conflict = Conflict {
                    code: code::CONFLICT.to_owned(),
                    message: "elsewhere".to_owned(),
                    point,
                    common,
                    server_ms: 0,
                };
                return ours(409, vec![], wire::write(&conflict).unwrap_or_default());
            }
            Decision::Refuse(_) => return refuse(400, code::BAD_BODY),
        };
        let answer = PushAnswer {
            next_seq: point.next_seq,
            head: point.head,
            server_ms: 0,
        };
        ours(200, vec![], wire::write(&answer).unwrap_or_default())
    }
}

/// The verdict of the shipped code, with this drill at hand.
pub fn graded(answered: &Answered, drill: Option<Drill>) -> Verdict {
    struct AtHand(Option<Arc<Drill>>);
    impl Catalog for AtHand {
        fn drill(&self, _: &BlobId) -> Option<Arc<Drill>> {
            self.0.clone()
        }
        fn subject(&self, _: &LessonId) -> Option<Subject> {
            None
        }
    }
    grade_answer(answered, &AtHand(drill.map(Arc::new))).verdict
}
