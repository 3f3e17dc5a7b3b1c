//! The school's cloud: the shipped decisions of `intake` over a database in memory.
//!
//! A request that writes is decided when it arrives and committed a moment later, so that
//! transactions overlap as they do in a real database; between the two the cloud may crash.

use std::collections::{BTreeMap, BTreeSet};

use hotaru_content::blob::{BlobId, BlobRef, GroupProof};
use hotaru_content::id::{ClassId, LessonId, PupilId, RunId, StreamId, TerminalId};
use hotaru_content::log::{Chain, Event, StreamOpen, StreamPoint};
use hotaru_sync::http::{Headers, Method, PROTOCOL, PROTOCOL_HEADER, Request};
use hotaru_sync::intake::{self, Decision, Gap};
use hotaru_sync::pack::PushBody;
use hotaru_sync::patch;
use hotaru_sync::wire::{
    self, Change, Conflict, ErrorBody, Lessons, PatchOffer, PushAnswer, Receipt, StreamEnd,
    StreamList, code, header,
};

use crate::bug::Bug;

/// Status, headers and body.
pub type Answer = (u16, Headers, Vec<u8>);

/// Changes of one page.
const PAGE: usize = 3;
/// Events of one page of earlier study.
const RETURN_PAGE: usize = 7;
/// Of a lesson's revisions, how many of the newest a terminal may still be fetching.
const WINDOW: usize = 3;

/// A stream as the cloud has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// How it opens.
    pub open: StreamOpen,
    /// Where it stands.
    pub point: StreamPoint,
    /// Its events.
    pub events: Vec<Event>,
}

/// What is committed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Db {
    /// Streams.
    pub streams: BTreeMap<StreamId, Stream>,
    /// The newest change of each lesson: its number, its class, and what it is.
    pub changes: BTreeMap<LessonId, (u64, ClassId, Change)>,
    next_change: u64,
    /// Numbers that no change of this database has.
    gaps: Vec<Gap>,
    /// Blobs.
    pub blobs: BTreeMap<BlobId, Vec<u8>>,
    patches: BTreeMap<(BlobId, BlobId), Vec<u8>>,
    /// What each revision of a lesson names, oldest first.
    named: BTreeMap<LessonId, Vec<BTreeSet<BlobId>>>,
    /// The newest receipt of each terminal and lesson.
    pub receipts: BTreeMap<(TerminalId, LessonId), Receipt>,
}

/// A transaction that is decided and not committed.
#[derive(Debug, Clone)]
pub enum Pending {
    /// Events of a stream; `at` is where it stood when they were read.
    Push {
        /// The stream.
        stream: StreamId,
        /// What was pushed.
        push: PushBody,
        /// Where the stream stood.
        at: Option<StreamPoint>,
    },
    /// A lesson's change, with the number it would have had at its beginning.
    Lesson {
        /// Whose.
        class: ClassId,
        /// What.
        change: Change,
        /// The number at the beginning.
        number: u64,
        /// Blobs that come with it.
        blobs: Vec<Vec<u8>>,
    },
}

/// The cloud.
#[derive(Debug, Clone)]
pub struct School {
    /// What everybody sees.
    pub db: Db,
    /// What a crash leaves, where that is less.
    durable: Option<Db>,
    /// Last night's copy.
    pub backup: Option<Db>,
    /// Which classes a terminal's pupils are in.
    pub classes: BTreeMap<TerminalId, BTreeSet<ClassId>>,
    /// Which pupils a terminal has.
    pub pupils: BTreeMap<TerminalId, BTreeSet<PupilId>>,
    /// Whose earlier study may come to which terminal.
    pub agreed: BTreeSet<(TerminalId, PupilId)>,
    /// Terminals whose token does not count any more, until they have joined again.
    pub expired: BTreeSet<TerminalId>,
    /// It runs the program of one version ago, which knows of no runs and brings nothing back.
    pub is_old: bool,
    /// How often it was started.
    runs: u64,
    bug: Option<Bug>,
}

impl School {
    /// An empty one.
    pub fn new(bug: Option<Bug>) -> Self {
        let db = Db {
            next_change: intake::AGAIN + 1,
            ..Db::default()
        };
        let lies = bug == Some(Bug::AcknowledgeBeforeDurable);
        Self {
            durable: lies.then(|| db.clone()),
            db,
            backup: None,
            classes: BTreeMap::new(),
            pupils: BTreeMap::new(),
            agreed: BTreeSet::new(),
            expired: BTreeSet::new(),
            is_old: false,
            runs: 1,
            bug,
        }
    }

    /// The disk's own time has come: what was written is durable.
    pub fn flush(&mut self) {
        if let Some(durable) = &mut self.durable {
            durable.clone_from(&self.db);
        }
    }

    /// The machine loses its power, and starts again.
    pub fn crash(&mut self, now_ms: u64) {
        if let Some(durable) = &self.durable {
            self.db.clone_from(durable);
        }
        self.runs += 1;
        self.begin_run(now_ms);
    }

    /// Numbers go on above every number that was ever given.
    fn begin_run(&mut self, now_ms: u64) {
        let after = self.db.next_change - 1;
        let up_to = after.max(now_ms);
        self.db.gaps.push(Gap { after, up_to });
        self.db.next_change = up_to + 1;
        self.flush();
    }

    /// Keeps a copy of everything.
    pub fn back_up(&mut self) {
        self.backup = Some(self.db.clone());
    }

    /// Goes on from the copy.
    pub fn restore(&mut self, now_ms: u64) -> bool {
        let Some(backup) = self.backup.clone() else {
            return false;
        };
        self.db = backup;
        self.is_old = false;
        if self.bug != Some(Bug::RestoreInSameRun) {
            self.runs += 1;
        }
        if self.bug == Some(Bug::RestoreWithOldNumbers) {
            self.flush();
        } else {
            self.begin_run(now_ms);
        }
        true
    }

    /// Takes the number of a change that begins now.
    pub fn next_number(&mut self) -> u64 {
        self.db.next_change += 1;
        self.db.next_change - 1
    }

    /// Puts the name of this run on an answer.
    fn signed(&self, mut answer: Answer) -> Answer {
        if !self.is_old {
            let run = RunId(u128::from(self.runs).to_be_bytes());
            answer.1.0.push((header::RUN.to_owned(), run.to_string()));
        }
        answer
    }

    /// Answers a request, or says what has to be committed first.
    pub fn receive(&mut self, from: TerminalId, request: &Request) -> Result<Answer, Box<Pending>> {
        if self.expired.contains(&from) {
            return Ok(self.signed(refuse(401, code::UNAUTHORIZED)));
        }
        let answer = self.answer(from, request)?;
        Ok(self.signed(answer))
    }

    fn answer(&mut self, from: TerminalId, request: &Request) -> Result<Answer, Box<Pending>> {
        let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        Ok(match (request.method, parts.as_slice()) {
            (Method::Post, ["v1", "streams", stream, "events"]) => {
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
                return Err(Box::new(Pending::Push { stream, push, at }));
            }
            (Method::Get, ["v1", "pupils", _, "streams"]) if self.is_old => {
                refuse(404, code::NOT_FOUND)
            }
            (Method::Get, ["v1", "pupils", pupil, "streams"]) => {
                self.streams_of(from, pupil.parse().ok())
            }
            (Method::Get, ["v1", "streams", stream, between]) => {
                self.events_of(from, stream.parse().ok(), between)
            }
            (Method::Get, ["v1", lessons]) => self.lessons(from, lessons, request),
            (Method::Get, ["v1", "blobs", blob]) => ranged(self.read(from, blob).cloned(), request),
            (Method::Get, ["v1", "blobs", blob, "proof"]) => {
                let bytes = self.read(from, blob);
                ranged(bytes.map(|bytes| GroupProof::of(bytes).to_bytes()), request)
            }
            (Method::Get, ["v1", "patches", old, new]) => {
                let names = old.parse().ok().zip(new.parse().ok());
                let bytes = names.and_then(|names| self.db.patches.get(&names));
                let bytes = bytes.filter(|_| self.read(from, new).is_some());
                ranged(bytes.cloned(), request)
            }
            (Method::Post, ["v1", "receipts"]) => {
                let Ok(receipts) = wire::parse::<Vec<Receipt>>(&request.body) else {
                    return Ok(refuse(400, code::BAD_BODY));
                };
                for receipt in receipts {
                    self.db.receipts.insert((from, receipt.lesson), receipt);
                }
                ours(204, vec![], vec![])
            }
            _ => refuse(404, code::NOT_FOUND),
        })
    }

    /// A blob, where a lesson of this terminal's pupils names it: what is not theirs is not
    /// there for them.
    fn read(&self, from: TerminalId, blob: &str) -> Option<&Vec<u8>> {
        let blob: BlobId = blob.parse().ok()?;
        let all = self.bug == Some(Bug::ListsOtherClasses);
        let may = self.db.changes.iter().any(|(lesson, (_, class, change))| {
            let named = self.db.named.get(lesson).into_iter().flatten();
            let is_theirs = all || self.classes[&from].contains(class);
            let mut newest = named.rev().take(WINDOW);
            matches!(change, Change::Put { .. })
                && is_theirs
                && newest.any(|names| names.contains(&blob))
        });
        self.db.blobs.get(&blob).filter(|_| may)
    }

    /// Commits a transaction; what is answered is on the disk.
    pub fn commit(&mut self, pending: Pending) -> Answer {
        let answer = match pending {
            Pending::Push { stream, push, at } => self.push(stream, push, at),
            Pending::Lesson {
                class,
                change,
                number,
                blobs,
            } => {
                self.lesson(class, change, number, blobs);
                ours(200, vec![], vec![])
            }
        };
        self.signed(answer)
    }

    /// Whether a pupil's earlier study may come to a terminal.
    fn may_return(&self, to: TerminalId, pupil: PupilId) -> bool {
        self.agreed.contains(&(to, pupil)) || self.bug == Some(Bug::ReturnsWithoutAgreement)
    }

    /// The streams of a pupil, where somebody agreed.
    fn streams_of(&self, from: TerminalId, pupil: Option<PupilId>) -> Answer {
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
    fn events_of(&self, from: TerminalId, stream: Option<StreamId>, between: &str) -> Answer {
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

    fn push(&mut self, id: StreamId, push: PushBody, at: Option<StreamPoint>) -> Answer {
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

    fn lesson(&mut self, class: ClassId, change: Change, number: u64, blobs: Vec<Vec<u8>>) {
        let (lesson, is_withdrawn) = match &change {
            Change::Put { lesson, .. } => (*lesson, false),
            Change::Withdraw { lesson } => (*lesson, true),
        };
        let number = match self.bug {
            Some(Bug::CursorByInsertionId) => number,
            _ => self.next_number(),
        };
        let new: Vec<BlobRef> = blobs.iter().map(|bytes| BlobRef::of(bytes)).collect();
        if let Some((_, _, Change::Put { document, .. })) = self.db.changes.get(&lesson) {
            let doc = hotaru_content::lesson::Revision::from_json(document.as_bytes());
            let old = doc.iter().flat_map(|doc| &doc.materials);
            let old: Vec<BlobRef> = old.flat_map(|material| material.blobs()).collect();
            for (old, (new, bytes)) in old.iter().zip(new.iter().zip(&blobs)) {
                let base = self.db.blobs.get(&old.id);
                if let Some(Ok(made)) = base.map(|base| patch::make(base, bytes)) {
                    self.db.patches.insert((old.id, new.id), made);
                }
            }
        }
        if let Change::Put { document, .. } = &change {
            let document = document.clone().into_bytes();
            let mut names: BTreeSet<BlobId> = new.iter().map(|blob| blob.id).collect();
            names.insert(BlobId::of(&document));
            self.db.named.entry(lesson).or_default().push(names);
            self.db.blobs.insert(BlobId::of(&document), document);
        }
        for (blob, bytes) in new.iter().zip(blobs) {
            self.db.blobs.insert(blob.id, bytes);
        }
        if is_withdrawn && self.bug == Some(Bug::WithdrawWithoutTombstone) {
            self.db.changes.remove(&lesson);
        } else {
            self.db.changes.insert(lesson, (number, class, change));
        }
    }

    /// What a terminal should have: every lesson of its classes.
    pub fn lessons_of(&self, terminal: TerminalId) -> BTreeMap<LessonId, &Change> {
        let classes = &self.classes[&terminal];
        let changes = self.db.changes.iter();
        changes
            .filter(|(_, (_, class, _))| classes.contains(class))
            .map(|(lesson, (_, _, change))| (*lesson, change))
            .collect()
    }

    fn lessons(&self, from: TerminalId, path: &str, request: &Request) -> Answer {
        let after = path.strip_prefix("lessons?after=");
        let Some(after) = after.and_then(|after| after.parse().ok()) else {
            return refuse(404, code::NOT_FOUND);
        };
        let newest = self.db.next_change.saturating_sub(1);
        // Who never asked before has nothing to be taken back.
        let (asked, is_blank) = (after, after == 0);
        let mut gaps = self.db.gaps.iter().copied();
        let after = intake::begin_after(asked, newest, gaps.find(|gap| gap.holds(asked)));
        let classes = &self.classes[&from];
        let all = self.bug == Some(Bug::ListsOtherClasses);
        let mut new: Vec<&(u64, ClassId, Change)> = self
            .db
            .changes
            .values()
            .filter(|(at, class, _)| *at > after && (all || classes.contains(class)))
            .collect();
        new.sort_by_key(|(at, ..)| *at);
        let mut headers = request.headers.iter();
        let tag = headers.find(|(name, _)| *name == header::IF_NONE_MATCH);
        if intake::is_unchanged(tag.map(|(_, tag)| tag.as_str()), after, new.len()) {
            return ours(304, vec![], vec![]);
        }
        let page = new.get(..PAGE).unwrap_or(&new);
        let patches = self
            .db
            .patches
            .iter()
            .map(|((old, new), patch)| PatchOffer {
                old: *old,
                new: *new,
                len: patch.len() as u64,
            });
        let last = page.last().map_or(after, |(at, ..)| *at);
        let lessons = Lessons {
            from: (after != asked).then_some(after),
            cursor: last,
            changes: page
                .iter()
                .map(|(_, _, change)| change.clone())
                .filter(|change| !is_blank || matches!(change, Change::Put { .. }))
                .collect(),
            patches: patches.collect(),
            more: new.len() > page.len(),
            server_ms: 0,
        };
        ours(
            200,
            vec![],
            wire::write_framed(&lessons).unwrap_or_default(),
        )
    }
}

/// Bytes, from where they are asked for.
fn ranged(bytes: Option<Vec<u8>>, request: &Request) -> Answer {
    let Some(bytes) = bytes else {
        return refuse(404, code::NOT_FOUND);
    };
    let mut headers = request.headers.iter();
    let range = headers.find(|(name, _)| *name == header::RANGE);
    let from = range.and_then(|(_, range)| {
        let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
        from.parse::<usize>().ok()
    });
    match from {
        None => ours(200, vec![], bytes),
        Some(from) if from >= bytes.len() => ours(416, vec![], vec![]),
        Some(from) => {
            let content = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
            let headers = vec![(header::CONTENT_RANGE, content)];
            ours(206, headers, bytes[from..].to_vec())
        }
    }
}

fn ours(status: u16, headers: Vec<(&str, String)>, body: Vec<u8>) -> Answer {
    let mut all = vec![(PROTOCOL_HEADER.to_owned(), PROTOCOL.to_string())];
    let own = headers.into_iter();
    all.extend(own.map(|(name, value)| (name.to_owned(), value)));
    (status, Headers(all), body)
}

/// The answer of a cloud that has no time now.
pub fn busy() -> Answer {
    ours(503, vec![], vec![])
}

fn refuse(status: u16, code: &str) -> Answer {
    let body = ErrorBody {
        code: code.to_owned(),
        message: "no".to_owned(),
    };
    ours(status, vec![], wire::write(&body).unwrap_or_default())
}
