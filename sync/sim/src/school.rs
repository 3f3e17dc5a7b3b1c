//! The school's cloud: the shipped decisions of `intake` over a database in memory.
//!
//! A request that writes is decided when it arrives and committed a moment later, so that
//! transactions overlap as they do in a real database; between the two the cloud may crash.

mod door;
mod keys;
mod lessons;
mod orders;
mod sealed;
mod study;
mod uploads;

use std::collections::{BTreeMap, BTreeSet};

use hotaru_content::blob::{BlobId, BlobRef, GroupProof};
use hotaru_content::drill::Verdict;
use hotaru_content::id::{ClassId, LessonId, PupilId, RunId, StreamId, TerminalId};
use hotaru_content::log::{Event, StreamOpen, StreamPoint};
use hotaru_content::order::Unsent;
use hotaru_sync::http::{Headers, Method, PROTOCOL, PROTOCOL_HEADER, Request};
use hotaru_sync::intake::{self, Gap};
use hotaru_sync::pack::PushBody;
use hotaru_sync::signed::Window;
use hotaru_sync::wire::{self, Change, ErrorBody, Publish, Receipt, code, header};

use crate::bug::Bug;
use crate::world::{BEGIN_MS, Edition, Fingerprint};
pub use door::{Entered, Seat, TOKEN};
pub use keys::Former;
pub use orders::Given;
pub use study::graded;

/// Status, headers and body.
pub type Answer = (u16, Headers, Vec<u8>);

/// Of a lesson's revisions, how many of the newest a terminal may still be fetching.
const WINDOW: usize = 3;

/// Who makes a request, as the token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// A terminal.
    Terminal(TerminalId),
    /// A teacher's desk, by its place.
    Desk(usize),
}

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
    /// Terminals.
    pub seats: BTreeMap<TerminalId, Seat>,
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
    /// The document of each revision that was ever published.
    editions: BTreeMap<Edition, BlobId>,
    /// What each revision of a lesson names, oldest first.
    named: BTreeMap<LessonId, Vec<BTreeSet<BlobId>>>,
    /// When each blob was last stored or told of.
    vouched: BTreeMap<BlobId, u64>,
    /// Boxes with secrets of codes.
    pub codes: BTreeMap<TerminalId, BTreeSet<Vec<u8>>>,
    /// Orders to terminals that were not taken back, by number.
    pub orders: Vec<Given>,
    /// The number of the newest list of orders that was told.
    list: u64,
    /// What each terminal last said that is not here.
    pub unsent: BTreeMap<TerminalId, Unsent>,
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
    /// A locked pupil's journal, in pieces.
    Journal {
        /// The stream.
        stream: StreamId,
        /// What it holds.
        pieces: Vec<PushBody>,
    },
    /// Bytes of an upload.
    Piece {
        /// Whose.
        caller: Caller,
        /// Of which blob.
        blob: BlobRef,
        /// From where.
        offset: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A revision, with the number that its change would have had at the beginning.
    Publish {
        /// What.
        publish: Publish,
        /// The number at the beginning.
        number: u64,
    },
    /// A lesson comes back, likewise.
    Withdraw {
        /// Which.
        lesson: LessonId,
        /// The number at the beginning.
        number: u64,
    },
}

impl Pending {
    /// How much of it is not written at once: bytes into a file, or pieces of a journal.
    pub fn piece_len(&self) -> usize {
        match self {
            Self::Piece { bytes, .. } => bytes.len(),
            Self::Journal { pieces, .. } => pieces.len(),
            _ => 0,
        }
    }
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
    /// The numbers that were seen of each terminal since the last start.
    windows: BTreeMap<TerminalId, Window>,
    /// Uploads under way, each a file that belongs to who uploads it.
    partials: BTreeMap<(Caller, BlobId), Vec<u8>>,
    /// The time, in virtual milliseconds.
    pub now: u64,
    /// What terminals said their answers are worth; only a planted mistake hears it.
    pub claims: BTreeMap<Fingerprint, Verdict>,
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
            windows: BTreeMap::new(),
            partials: BTreeMap::new(),
            now: 0,
            claims: BTreeMap::new(),
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
        self.windows.clear();
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
        self.windows.clear();
        for seat in self.db.seats.values_mut() {
            seat.raise(self.bug, now_ms);
        }
        self.partials.clear();
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
    fn next_number(&mut self) -> u64 {
        self.db.next_change += 1;
        self.db.next_change - 1
    }

    /// The name of this run.
    pub fn run(&self) -> RunId {
        RunId(u128::from(self.runs).to_be_bytes())
    }

    /// Puts the name of this run on an answer, and the time.
    fn of_this_run(&self, mut answer: Answer) -> Answer {
        answer.1.0.push((header::DATE.to_owned(), self.date()));
        if !self.is_old {
            answer
                .1
                .0
                .push((header::RUN.to_owned(), self.run().to_string()));
        }
        answer
    }

    /// The time, as the header has it: to the second.
    fn date(&self) -> String {
        let now = jiff::Timestamp::from_millisecond((BEGIN_MS + self.now) as i64);
        let now = now.unwrap_or(jiff::Timestamp::MIN);
        jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&now)
            .unwrap_or_default()
    }

    /// Whether a caller's token counts no more.
    pub fn is_expired(&self, caller: Caller) -> bool {
        matches!(caller, Caller::Terminal(terminal) if self.expired.contains(&terminal))
    }

    /// The document of a revision that was published.
    pub fn edition(&self, edition: Edition) -> Option<BlobId> {
        self.db.editions.get(&edition).copied()
    }

    /// Every revision that was published, with its document.
    pub fn editions(&self) -> impl Iterator<Item = (&Edition, &BlobId)> {
        self.db.editions.iter()
    }

    /// Answers a request, or says what has to be committed first.
    pub fn receive(&mut self, from: Caller, request: &Request) -> Result<Answer, Box<Pending>> {
        if self.is_expired(from) {
            return Ok(self.of_this_run(refuse(401, code::UNAUTHORIZED)));
        }
        // As it was when the request came, and so of a request that does what was wanted, too.
        let (wants_key, has_orders) = (self.wants_key(from), self.has_orders(from));
        let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let answer = match (from, request.method, parts.as_slice()) {
            (_, Method::Post, ["v1", "uploads"]) => self.states(from, request),
            (_, Method::Head, ["v1", "uploads", blob]) => self.upload_state(from, blob),
            (_, Method::Patch, ["v1", "uploads", blob]) => self.piece(from, blob, request)?,
            (Caller::Desk(_), Method::Post, ["v1", "lessons"]) => self.publication(request)?,
            (Caller::Desk(_), Method::Delete, ["v1", "lessons", lesson]) => {
                self.withdrawal(lesson)?
            }
            (Caller::Terminal(from), ..) => self.answer(from, request, &parts)?,
            (Caller::Desk(_), ..) => refuse(404, code::NOT_FOUND),
        };
        let mut answer = self.of_this_run(answer);
        if has_orders {
            let wish = (header::ORDERS.to_owned(), "1".to_owned());
            answer.1.0.push(wish);
        }
        if wants_key {
            let wish = (header::REKEY.to_owned(), "1".to_owned());
            answer.1.0.push(wish);
        }
        Ok(answer)
    }

    fn answer(
        &mut self,
        from: TerminalId,
        request: &Request,
        parts: &[&str],
    ) -> Result<Answer, Box<Pending>> {
        Ok(match (request.method, parts) {
            (Method::Post, ["v1", "streams", stream, "events"]) => {
                self.pushed(from, stream, request)?
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
            (Method::Get, ["v1", "school", "key"]) => self.school_key(),
            (Method::Post, ["v1", "journals"]) => self.journal(from, request)?,
            (Method::Post, ["v1", "unlock-codes"]) => self.codes(from, request),
            (Method::Post, ["v1", "terminals", "key"]) if self.is_old => {
                refuse(404, code::NOT_FOUND)
            }
            (Method::Post, ["v1", "terminals", "key"]) => self.renew_key(from, request),
            (_, ["v1", "orders"]) | (_, ["v1", "terminals", "unsent"]) if self.is_old => {
                refuse(404, code::NOT_FOUND)
            }
            (Method::Get, ["v1", "orders"]) => self.orders_of(from),
            (Method::Post, ["v1", "orders"]) => self.orders_done(from, request),
            (Method::Post, ["v1", "terminals", "unsent"]) => self.note_unsent(from, request),
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

    /// Commits a transaction; what is answered is on the disk.
    pub fn commit(&mut self, pending: Pending) -> Answer {
        let answer = match pending {
            Pending::Push { stream, push, at } => self.push(stream, push, at),
            Pending::Journal { stream, pieces } => self.take_journal(stream, pieces),
            Pending::Piece {
                caller,
                blob,
                offset,
                bytes,
            } => self.append(caller, blob, offset, &bytes),
            Pending::Publish { publish, number } => self.publish(&publish, number),
            Pending::Withdraw { lesson, number } => self.withdraw(lesson, number),
        };
        self.of_this_run(answer)
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
