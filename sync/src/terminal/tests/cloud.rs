//! A cloud in memory: the wire's table, decided by `intake`.

use std::collections::BTreeMap;

use hotaru_content::blob::{BlobId, BlobRef, GroupProof};
use hotaru_content::id::{LessonId, MaterialId, RunId, StreamId, TerminalId};
use hotaru_content::key::SecretKey;
use hotaru_content::lesson::{Body as MaterialBody, FORMAT, Material, Revision, Subject};
use hotaru_content::log::{Event, StreamOpen, StreamPoint};
use hotaru_content::order::Unsent;
use jiff::civil::date;

use crate::http::{Headers, Method, PROTOCOL, PROTOCOL_HEADER, Request};
use crate::intake::{self, Decision};
use crate::order::{Numbered, Order, OrdersDone, SignedOrders, Statement};
use crate::pack::PushBody;
use crate::patch;
use crate::wire::{
    self, Change, Conflict, ErrorBody, Lessons, PatchOffer, PushAnswer, Receipt, Rekey,
    UploadState, code, header,
};

pub const TERMINAL: TerminalId = TerminalId([0x7e; 16]);

/// What signs the cloud's orders.
pub fn order_secret() -> SecretKey {
    SecretKey::from_bytes([0x5e; 32])
}

pub type Answer = (u16, Headers, Vec<u8>);

#[derive(Debug, Clone, Default)]
pub struct Cloud {
    pub streams: BTreeMap<StreamId, (StreamOpen, StreamPoint, Vec<Event>)>,
    pub changes: Vec<(u64, Change)>,
    pub blobs: BTreeMap<BlobId, Vec<u8>>,
    pub patches: BTreeMap<(BlobId, BlobId), Vec<u8>>,
    pub receipts: Vec<Receipt>,
    pub uploads: BTreeMap<BlobId, (u64, Vec<u8>)>,
    pub knows_ranges: bool,
    /// Which run of the cloud this is.
    pub run: u8,
    /// It wants a new key of the terminal.
    pub wants_key: bool,
    /// The keys that it was sent.
    pub keys: Vec<Rekey>,
    /// Its orders to the terminal, and those of which it heard that they are done.
    pub orders: Vec<Numbered>,
    pub done: Vec<u64>,
    /// What it was told of what it does not have.
    pub unsent: Vec<Unsent>,
    /// Every request, in order.
    pub asked: Vec<String>,
}

impl Cloud {
    pub fn new() -> Self {
        Self {
            knows_ranges: true,
            ..Self::default()
        }
    }

    pub fn order(&mut self, number: u64, order: Order) {
        self.orders.push(Numbered {
            number,
            made_ms: 0,
            order,
        });
    }

    pub fn publish(&mut self, lesson: u8, revision: u32, materials: Vec<MaterialBody>) {
        let lesson = LessonId([lesson; 16]);
        let revision = Revision {
            format: FORMAT,
            lesson,
            revision,
            day: date(2026, 11, 20),
            period: None,
            subject: Subject::Science,
            unit: String::new(),
            title: "てこ".to_owned(),
            curriculum_code: None,
            source: String::new(),
            expires: date(2027, 3, 31),
            materials: materials
                .into_iter()
                .zip(1..)
                .map(|(body, id)| Material {
                    id: MaterialId([id; 16]),
                    title: String::new(),
                    body,
                })
                .collect(),
        };
        let document = String::from_utf8(revision.to_json().unwrap()).unwrap();
        let change = Change::Put {
            lesson,
            revision: revision.revision,
            document,
            pupils: Vec::new(),
        };
        self.changes
            .push((self.changes.last().map_or(1, |(at, _)| at + 1), change));
    }

    pub fn blob(&mut self, bytes: Vec<u8>) -> BlobRef {
        let blob = BlobRef::of(&bytes);
        self.blobs.insert(blob.id, bytes);
        blob
    }

    pub fn patch(&mut self, old: BlobRef, new: BlobRef) {
        let patch = patch::make(&self.blobs[&old.id], &self.blobs[&new.id]).unwrap();
        self.patches.insert((old.id, new.id), patch);
    }

    pub fn answer(&mut self, request: &Request) -> Answer {
        let mut answer = self.decide(request);
        let run = RunId([self.run; 16]).to_string();
        answer.1.0.push((header::RUN.to_owned(), run));
        if self.wants_key {
            answer.1.0.push((header::REKEY.to_owned(), "1".to_owned()));
        }
        if !self.orders.is_empty() {
            answer.1.0.push((header::ORDERS.to_owned(), "1".to_owned()));
        }
        answer
    }

    fn decide(&mut self, request: &Request) -> Answer {
        self.asked
            .push(format!("{:?} {}", request.method, request.path));
        let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        match (request.method, parts.as_slice()) {
            (Method::Post, ["v1", "streams", stream, "events"]) => {
                self.push(stream.parse().unwrap(), &request.body)
            }
            (Method::Get, ["v1", "orders"]) => {
                let statement = Statement {
                    format: 1,
                    terminal: TERMINAL,
                    list: 1,
                    orders: self.orders.clone(),
                };
                let signed = SignedOrders::new(&statement, &order_secret());
                ours(200, vec![], wire::write(&signed.unwrap()).unwrap())
            }
            (Method::Post, ["v1", "orders"]) => {
                let OrdersDone { done } = wire::parse(&request.body).unwrap();
                self.done.extend(done);
                ours(204, vec![], vec![])
            }
            (Method::Post, ["v1", "terminals", "unsent"]) => {
                self.unsent.push(wire::parse(&request.body).unwrap());
                ours(204, vec![], vec![])
            }
            (Method::Get, ["v1", lessons]) => self.lessons(lessons, request),
            (Method::Get, ["v1", "blobs", blob]) => {
                let bytes = blob
                    .parse()
                    .ok()
                    .and_then(|blob| self.blobs.get(&blob))
                    .cloned();
                self.bytes(bytes, request)
            }
            (Method::Get, ["v1", "blobs", blob, "proof"]) => {
                let bytes = blob.parse().ok().and_then(|blob| self.blobs.get(&blob));
                let proof = bytes.map(|bytes| GroupProof::of(bytes).to_bytes());
                self.bytes(proof, request)
            }
            (Method::Get, ["v1", "patches", old, new]) => {
                let names = (old.parse().unwrap(), new.parse().unwrap());
                self.bytes(self.patches.get(&names).cloned(), request)
            }
            (Method::Post, ["v1", "receipts"]) => {
                match wire::parse::<Vec<Receipt>>(&request.body) {
                    Ok(receipts) => {
                        self.receipts.extend(receipts);
                        ours(200, vec![], vec![])
                    }
                    Err(error) => refuse(400, code::BAD_BODY, &error.to_string()),
                }
            }
            (Method::Post, ["v1", "terminals", "key"]) => match wire::parse(&request.body) {
                Ok(rekey) => {
                    self.keys.push(rekey);
                    ours(204, vec![], vec![])
                }
                Err(error) => refuse(400, code::BAD_BODY, &error.to_string()),
            },
            (Method::Post, ["v1", "uploads"]) => {
                let Ok(blobs) = wire::parse::<Vec<BlobRef>>(&request.body) else {
                    return refuse(400, code::BAD_BODY, "bad");
                };
                let states: Vec<UploadState> = blobs.iter().map(|blob| self.state(blob)).collect();
                ours(200, vec![], wire::write(&states).unwrap())
            }
            (_, ["v1", "uploads", blob]) => self.upload(blob.parse().unwrap(), request),
            _ => refuse(404, code::NOT_FOUND, "there is no such thing"),
        }
    }

    fn push(&mut self, stream: StreamId, body: &[u8]) -> Answer {
        let push = match PushBody::decode(stream, body) {
            Ok(push) => push,
            Err(error) => return refuse(400, code::BAD_BODY, &error.to_string()),
        };
        let stored = self
            .streams
            .get(&stream)
            .map(|(open, point, _)| (open, *point));
        let point = match intake::receive(stored, push) {
            Decision::Append {
                open,
                expected,
                events,
                point,
            } => {
                assert_eq!(expected, stored.map(|(_, point)| point));
                let entry = self
                    .streams
                    .entry(stream)
                    .or_insert((open, point, Vec::new()));
                entry.1 = point;
                entry.2.extend(events);
                point
            }
            Decision::AlreadyHave { point } => point,
            Decision::Conflict { point } => {
                let conflict = Conflict {
                    code: code::CONFLICT.to_owned(),
                    message: "elsewhere".to_owned(),
                    point,
                    common: None,
                    server_ms: 0,
                };
                return ours(409, vec![], wire::write(&conflict).unwrap());
            }
            Decision::Refuse(refusal) => {
                return refuse(400, code::BAD_BODY, &refusal.to_string());
            }
        };
        let answer = PushAnswer {
            next_seq: point.next_seq,
            head: point.head,
            server_ms: 0,
        };
        ours(200, vec![], wire::write(&answer).unwrap())
    }

    fn lessons(&self, path: &str, request: &Request) -> Answer {
        let after: u64 = path
            .strip_prefix("lessons?after=")
            .unwrap()
            .parse()
            .unwrap();
        let newest = self.changes.last().map_or(0, |(at, _)| *at);
        let asked = after;
        let after = intake::begin_after(asked, newest, None);
        // Two changes a page.
        let new: Vec<_> = self.changes.iter().filter(|(at, _)| *at > after).collect();
        let tag = request
            .headers
            .iter()
            .find(|(name, _)| *name == header::IF_NONE_MATCH);
        let tag = tag.map(|(_, value)| value.as_str());
        if intake::is_unchanged(tag, after, new.len()) {
            return ours(304, vec![], vec![]);
        }
        let page: Vec<_> = new.iter().take(2).collect();
        let patches = self.patches.iter().map(|((old, new), patch)| PatchOffer {
            old: *old,
            new: *new,
            len: patch.len() as u64,
        });
        let lessons = Lessons {
            from: (after != asked).then_some(after),
            cursor: page.last().map_or(newest, |(at, _)| *at),
            changes: page.iter().map(|(_, change)| change.clone()).collect(),
            patches: patches.collect(),
            more: new.len() > 2,
            server_ms: 0,
        };
        ours(200, vec![], wire::write_framed(&lessons).unwrap())
    }

    fn bytes(&self, bytes: Option<Vec<u8>>, request: &Request) -> Answer {
        let Some(bytes) = bytes else {
            return refuse(404, code::NOT_FOUND, "it is not here");
        };
        let range = request
            .headers
            .iter()
            .find(|(name, _)| *name == header::RANGE);
        let Some((_, range)) = range.filter(|_| self.knows_ranges) else {
            return ours(200, vec![], bytes);
        };
        let from: usize = range
            .strip_prefix("bytes=")
            .unwrap()
            .strip_suffix('-')
            .unwrap()
            .parse()
            .unwrap();
        if from >= bytes.len() {
            return ours(416, vec![], vec![]);
        }
        let content = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
        ours(
            206,
            vec![(header::CONTENT_RANGE, content)],
            bytes[from..].to_vec(),
        )
    }

    fn state(&self, blob: &BlobRef) -> UploadState {
        let offset = self
            .uploads
            .get(&blob.id)
            .map_or(0, |(_, bytes)| bytes.len() as u64);
        UploadState {
            id: blob.id,
            offset,
            complete: offset == blob.len,
        }
    }

    fn upload(&mut self, blob: BlobId, request: &Request) -> Answer {
        let value = |name: &str| {
            let found = request.headers.iter().find(|(key, _)| *key == name);
            found.map_or(0, |(_, value)| value.parse::<u64>().unwrap())
        };
        let (offset, len) = (value(header::UPLOAD_OFFSET), value(header::UPLOAD_LENGTH));
        let (status, stands, len) = if request.method == Method::Head {
            match self.uploads.get(&blob) {
                None => return refuse(404, code::NOT_FOUND, "not begun"),
                Some((len, bytes)) => (200, bytes.len() as u64, *len),
            }
        } else {
            let (_, bytes) = self.uploads.entry(blob).or_insert((len, Vec::new()));
            if bytes.len() as u64 == offset {
                bytes.extend(&request.body);
                if bytes.len() as u64 == len && BlobId::of(bytes) != blob {
                    self.uploads.remove(&blob);
                    return refuse(422, code::WRONG_HASH, "wrong bytes");
                }
                (200, offset + request.body.len() as u64, len)
            } else {
                (409, bytes.len() as u64, len)
            }
        };
        let mut headers = vec![(header::UPLOAD_OFFSET, stands.to_string())];
        if stands == len {
            headers.push((header::UPLOAD_COMPLETE, "?1".to_owned()));
        }
        ours(status, headers, vec![])
    }
}

pub fn ours(status: u16, headers: Vec<(&str, String)>, body: Vec<u8>) -> Answer {
    let mut all = vec![(PROTOCOL_HEADER.to_owned(), PROTOCOL.to_string())];
    all.extend(
        headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    (status, Headers(all), body)
}

pub fn refuse(status: u16, code: &str, message: &str) -> Answer {
    let body = ErrorBody {
        code: code.to_owned(),
        message: message.to_owned(),
    };
    ours(status, vec![], wire::write(&body).unwrap())
}
