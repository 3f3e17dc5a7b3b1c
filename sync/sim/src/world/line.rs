//! The line: what becomes of requests and answers on their way.

use std::io::Read;

use hotaru_content::blob::BlobId;
use hotaru_content::id::TerminalId;
use hotaru_sync::http::{Exchange, Headers, LineFault, Method, PROTOCOL_HEADER, Request};
use hotaru_sync::patch;
use hotaru_sync::terminal::Input;
use hotaru_sync::upload;
use hotaru_sync::wire::path;

use super::{Caller, DAY_MS, Fault, Flight, Happening, Pending, World, clip};
use crate::bug::Bug;
use crate::school::{self, Answer};

/// Bytes of a chunk: they respect no group's border.
const CHUNK: usize = 10_007;
/// How long the cloud's disk takes at the most, in milliseconds.
const COMMIT_MS: u64 = 3_000;
/// How long a publication takes at the most: long, so that many things come between.
const PUBLISH_MS: u64 = 1_800_000;

/// One end of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A terminal, by its place.
    Terminal(usize),
    /// A desk, by its place.
    Desk(usize),
}

/// Who made a request, in which session, and the request's number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) end: End,
    pub(super) session: u64,
    pub(super) id: u64,
    /// How often it was signed anew.
    pub(super) again: usize,
}

impl Way {
    pub(super) fn new(end: End, session: u64, id: u64) -> Self {
        Self {
            end,
            session,
            id,
            again: 0,
        }
    }

    /// A proxy's second try: nobody waits for an answer.
    pub(super) fn is_nobodys(self) -> bool {
        self.session == 0
    }
}

/// What the line does to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Well,
    Lost,
    /// A part of the body arrives, and then nothing more.
    Broken(usize),
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

impl World {
    pub(super) fn send(&mut self, way: Way, request: Request) {
        let End::Terminal(place) = way.end else {
            return self.travel(way, request);
        };
        self.look_at(place, &request);
        if let Some(running) = self.session(place, way.session) {
            running.flight = Some(Flight::new(way.id, &request));
            if running.is_outside {
                let path = clip(&request.path);
                let what = format!("(14) terminal {place} is not let in and asks for {path}");
                self.broken.push(what);
            }
        }
        let request = self.sign(place, &request);
        self.travel(way, request);
    }

    /// A request is on its way.
    pub(super) fn travel(&mut self, way: Way, request: Request) {
        let fate = self.fate(way.end, &request);
        self.note(|| {
            let Request { method, path, .. } = &request;
            format!("{:?}: {method:?} {} {fate:?}", way.end, clip(path))
        });
        if fate == Fate::Lost {
            return self.fail(way, LineFault::Broken);
        }
        if fate == Fate::Twice {
            // The same bytes again: a proxy's second try, at once or much later.
            let within = [4_000, DAY_MS / 100][self.random.below(2) as usize];
            let again = Happening::Request {
                way: Way { session: 0, ..way },
                request: request.clone(),
                fate: Fate::Well,
            };
            self.soon(within, again);
        }
        let slow = if self.is_healed { 20 } else { 8_000 };
        self.soon(slow, Happening::Request { way, request, fate });
    }

    fn fate(&mut self, end: End, request: &Request) -> Fate {
        if self.is_healed || self.random.below(5) > 0 {
            return Fate::Well;
        }
        let at = self.random.below(60_000) as usize;
        let fate = match self.random.below(12) {
            0 => Fate::Lost,
            1 => Fate::Twice,
            2 => Fate::AnswerLost,
            3 | 4 => Fate::Cut(at),
            5 => Fate::Short(at),
            6 => Fate::Corrupt(at),
            7 => Fate::CorruptRequest(at),
            8 => Fate::Portal,
            9 => Fate::Stripped,
            10 => Fate::Broken(at),
            _ => Fate::Busy,
        };
        // What a desk says is covered by no hash of ours, its blobs apart: by TLS, to which
        // altered bytes are a broken line.
        let is_hashed = matches!(end, End::Terminal(_)) || request.method == Method::Patch;
        match fate {
            _ if !self.has(Fault::Line) => Fate::Well,
            Fate::CorruptRequest(_) if !is_hashed => Fate::Lost,
            Fate::Corrupt(_) | Fate::Short(_) if matches!(end, End::Desk(_)) => Fate::Cut(at),
            fate => fate,
        }
    }

    pub(super) fn request(&mut self, way: Way, mut request: Request, fate: Fate) {
        let mut is_altered = false;
        match fate {
            Fate::CorruptRequest(at) if !request.body.is_empty() => {
                is_altered = request.method != Method::Patch;
                let at = at % (request.body.len() * 8);
                request.body[at / 8] ^= 1 << (at % 8);
            }
            Fate::Portal => {
                let page = b"<html>Wi-Fi</html>".to_vec();
                let answer = (200, Headers::default(), page);
                return self.answer(way, &request, fate, answer);
            }
            Fate::Busy => return self.answer(way, &request, fate, school::busy()),
            // Of an upload, what arrives is kept; anything else is whole or nothing.
            Fate::Broken(at) if request.method == Method::Patch => request.body.truncate(at),
            Fate::Broken(_) => return self.fail(way, LineFault::Broken),
            _ => {}
        }
        let from = match way.end {
            End::Desk(place) => Caller::Desk(place),
            End::Terminal(_) if request.path == path::ERASURES => {
                let answer = self.school.erasure(&request);
                return self.answer(way, &request, fate, answer);
            }
            End::Terminal(_) => match self.enter(&request) {
                Ok(terminal) => Caller::Terminal(terminal),
                Err(answer) => return self.answer(way, &request, fate, answer),
            },
        };
        if is_altered {
            self.broken
                .push("(14) an altered request is heard".to_owned());
        }
        self.heard.push((from, request.clone()));
        match self.school.receive(from, &request) {
            Ok(answer) => self.answer(way, &request, fate, answer),
            Err(pending) => {
                let mut way = way;
                if fate == Fate::AnswerLost && self.random.below(2) == 0 {
                    // It broke before the cloud was done: the next try comes meanwhile.
                    self.fail(way, LineFault::Broken);
                    way = Way { session: 0, ..way };
                }
                let after = match *pending {
                    _ if self.is_healed => 3,
                    Pending::Publish { .. } => PUBLISH_MS,
                    _ => COMMIT_MS,
                };
                let happening = Happening::Commit {
                    epoch: self.epoch,
                    pending,
                    back: Box::new((way, request, fate)),
                };
                self.soon(after, happening);
            }
        }
    }

    /// A terminal's request at the school's door: each number comes in once.
    fn enter(&mut self, request: &Request) -> Result<TerminalId, Answer> {
        let entered = self.school.let_in(request)?;
        let terminal = entered.terminal;
        if let Some(signed) = &entered.signed {
            let number = signed.counter;
            if !self.taken.insert((terminal, number)) {
                let what = format!("(14) number {number} of {terminal} is taken twice");
                self.broken.push(what);
            }
            self.record(request);
        }
        if self.school.is_whole(&entered, request) {
            Ok(terminal)
        } else {
            Err(self.school.altered())
        }
    }

    pub(super) fn commit(&mut self, epoch: u64, pending: Pending, back: (Way, Request, Fate)) {
        let (way, request, fate) = back;
        if epoch == self.epoch {
            let answer = self.school.commit(pending);
            self.answer(way, &request, fate, answer);
        } else {
            self.fail(way, LineFault::Broken);
        }
    }

    fn answer(&mut self, way: Way, request: &Request, fate: Fate, answer: Answer) {
        if way.is_nobodys() {
            return;
        }
        let (status, mut headers, mut body) = answer;
        if request.method == Method::Head {
            body.clear();
        }
        let whole = body.len();
        let mut end = Exchange::End;
        match fate {
            Fate::AnswerLost | Fate::Broken(_) => return self.fail(way, LineFault::Broken),
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
        if let End::Terminal(place) = way.end {
            self.take_blindly(place, request, status, &body, whole);
        }
        let mut exchanges = vec![Exchange::Head { status, headers }];
        exchanges.extend(
            body.chunks(CHUNK)
                .map(|chunk| Exchange::Chunk(chunk.to_vec())),
        );
        exchanges.push(end);
        if matches!(way.end, End::Desk(_)) {
            exchanges = adapted(exchanges, request.max_response);
        }
        // In two parts, so that other things come between.
        let first = exchanges.len() / 2;
        let second = exchanges.split_off(first);
        let slow = if self.is_healed { 10 } else { 4_000 };
        let after = 1 + self.random.below(slow);
        for (after, exchanges) in [(after, exchanges), (after + 1, second)] {
            self.at(after, Happening::Deliver { way, exchanges });
        }
    }

    pub(super) fn fail(&mut self, way: Way, fault: LineFault) {
        if !way.is_nobodys() {
            let exchanges = vec![Exchange::Failed(fault)];
            self.soon(2_000, Happening::Deliver { way, exchanges });
        }
    }

    pub(super) fn deliver(&mut self, way: Way, exchange: Exchange) {
        match way.end {
            End::Terminal(place) => {
                self.confirmed_to(place, way, &exchange);
                if !self.is_for_core(place, way, &exchange) {
                    return;
                }
                let input = Input::Http {
                    id: way.id,
                    exchange,
                };
                self.give(place, way.session, input);
            }
            End::Desk(place) => self.heard_back(place, way, exchange),
        }
    }

    pub(super) fn wake(&mut self, way: Way) {
        match way.end {
            End::Terminal(place) => self.give(place, way.session, Input::Timer),
            End::Desk(place) => self.give_desk(place, way.session, upload::Input::Go),
        }
    }

    /// Planted mistakes: what comes from the line is kept without a look at it.
    fn take_blindly(
        &mut self,
        place: usize,
        request: &Request,
        status: u16,
        body: &[u8],
        len: usize,
    ) {
        let is_whole = request.method == Method::Get && status == 200 && body.len() == len;
        let disk = &mut self.terminals[place].disk;
        match self.bug {
            Some(Bug::TrustContentLength) if is_whole => {
                let name = request.path.strip_prefix("/v1/blobs/");
                if let Some(Ok(blob)) = name.map(str::parse) {
                    disk.blobs.insert(blob, body.to_vec());
                }
            }
            Some(Bug::PatchWithoutBase) if is_whole => {
                let Some((old, new)) = patched(&request.path) else {
                    return;
                };
                // The newest that is here of the same material, not the one that was named.
                let base = disk.newest_base(&new).unwrap_or(old);
                let made = disk
                    .blobs
                    .get(&base)
                    .and_then(|base| unpacked(base, body.get(patch::HEADER_LEN..)?));
                if let Some(made) = made {
                    disk.blobs.insert(new, made);
                }
            }
            _ => {}
        }
    }
}

/// What a desk's HTTP adapter makes of an answer: who is not the school is no answer, and
/// what is longer than allowed is cut.
fn adapted(exchanges: Vec<Exchange>, most: u64) -> Vec<Exchange> {
    let mut received = 0;
    let mut out = Vec::new();
    for exchange in exchanges {
        match &exchange {
            Exchange::Head { headers, .. } if headers.get(PROTOCOL_HEADER).is_none() => {
                return vec![Exchange::Failed(LineFault::CaptivePortal)];
            }
            Exchange::Chunk(bytes) => received += bytes.len() as u64,
            _ => {}
        }
        if received > most {
            out.push(Exchange::Failed(LineFault::TooLong));
            return out;
        }
        out.push(exchange);
    }
    out
}

fn patched(path: &str) -> Option<(BlobId, BlobId)> {
    let (old, new) = path.strip_prefix("/v1/patches/")?.split_once('/')?;
    Some((old.parse().ok()?, new.parse().ok()?))
}

/// Unpacks a patch's frame over any base.
fn unpacked(base: &[u8], frame: &[u8]) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    zstd::stream::read::Decoder::with_ref_prefix(frame, base)
        .ok()?
        .read_to_end(&mut made)
        .ok()?;
    Some(made)
}
