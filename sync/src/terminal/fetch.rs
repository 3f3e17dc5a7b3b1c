//! One blob: by a patch where that is shorter, whole where it is small, else by groups.

use hotaru_content::blob::{BlobId, BlobRef, GROUP_LEN};
use hotaru_content::shelf::Want;

use super::groups::Groups;
use super::lane::{Answer, Event, Next, Shared};
use super::{StoreAnswer, StoreFault, StoreOp, SyncFault, WhyWaiting};
use crate::http::{Headers, LineFault, Method, Request};
use crate::intake::is_worth_offering;
use crate::patch;
use crate::wire::{Body, ErrorBody, PatchOffer, header, path};

/// How often a blob may arrive wrong in one sync.
const MAX_WRONG: u32 = 3;
/// Below this length a patch saves nothing worth a look.
const MIN_PATCHED: u64 = 1024;

/// What came of a step.
#[derive(Debug)]
pub(super) enum Outcome {
    Next(Next),
    /// It is on the shelf.
    Arrived {
        patched: bool,
    },
    /// It cannot be had now.
    Stays(WhyWaiting, SyncFault),
}

#[derive(Debug)]
pub(super) struct Fetch {
    want: Want,
    way: Way,
    wrong: u32,
}

#[derive(Debug)]
enum Way {
    /// The patch comes.
    Patch(Patching),
    /// It is here and waits for the old version.
    Base { patch: Vec<u8> },
    /// The blob comes in one.
    Whole,
    /// It is put on the shelf.
    Keep { patched: bool },
    /// It comes group by group.
    Groups(Groups),
}

#[derive(Debug)]
struct Patching {
    old: BlobRef,
    /// It is not longer.
    most: u64,
    got: Vec<u8>,
    /// So much was there at the best: only what is more is a step forward.
    best: usize,
}

impl Fetch {
    /// Plans one blob. `offers` is none where no list came in this sync: then a patch from
    /// the newest old version is asked for, for the list that named it may be long gone.
    pub(super) fn new(want: Want, offers: Option<&[PatchOffer]>) -> Self {
        let way = plan_patch(&want, offers).map_or_else(|| plain_way(want.blob), Way::Patch);
        Self {
            want,
            way,
            wrong: 0,
        }
    }

    pub(super) fn want(&self) -> &Want {
        &self.want
    }

    /// What the present state asks for.
    pub(super) fn go(&mut self) -> Outcome {
        let blob = self.want.blob;
        Outcome::Next(match &mut self.way {
            Way::Patch(patching) => Next::Stream(get(
                path::patch(&patching.old.id, &blob.id),
                patching.got.len() as u64,
                patching.most,
            )),
            Way::Whole => Next::Http(get(path::blob(&blob.id), 0, blob.len)),
            Way::Groups(groups) => groups.go(),
            // Only store calls are under way then, and those are not asked twice.
            Way::Base { .. } | Way::Keep { .. } => Next::Idle,
        })
    }

    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Outcome {
        match (&mut self.way, event) {
            (Way::Patch(patching), event) => match patching.step(event, shared) {
                Patched::Next(next) => Outcome::Next(next),
                Patched::Here { patch, old } => {
                    self.way = Way::Base { patch };
                    Outcome::Next(Next::Store(StoreOp::Blob { blob: old }))
                }
                Patched::Useless => self.without_patch(),
            },
            (Way::Base { patch }, Event::Store(Ok(StoreAnswer::Bytes(old)))) => {
                match patch::apply(&old, patch, self.want.blob) {
                    Ok(bytes) => self.keep(bytes, true),
                    Err(error) => {
                        shared.met(SyncFault::Answer(error.to_string()));
                        self.without_patch()
                    }
                }
            }
            (Way::Base { .. }, Event::Store(_)) => self.without_patch(),
            (Way::Keep { patched }, Event::Store(Ok(_))) => Outcome::Arrived { patched: *patched },
            (Way::Keep { .. }, Event::Store(Err(StoreFault::Wrong))) => {
                self.way = plain_way(self.want.blob);
                self.wrong_bytes()
            }
            (Way::Whole, Event::Answer(answer)) => self.whole(answer),
            (Way::Whole, Event::Fault(LineFault::TooLong)) => self.wrong_bytes(),
            (Way::Groups(groups), event) => {
                let outcome = groups.step(event, shared);
                if groups.have() > self.want.have {
                    self.want.have = groups.have();
                    let id = self.want.blob.id;
                    let wanted = shared.wanted.iter_mut().find(|want| want.blob.id == id);
                    if let Some(wanted) = wanted {
                        wanted.have = self.want.have;
                    }
                }
                match outcome {
                    Some(outcome) => outcome,
                    None => self.wrong_bytes(),
                }
            }
            (_, Event::Store(Err(fault))) => store_fault(fault),
            (_, Event::Fault(fault)) => Outcome::Next(Next::retry(fault)),
            _ => Outcome::Next(Next::Idle),
        }
    }

    fn whole(&mut self, answer: Answer) -> Outcome {
        match answer.status {
            200 if BlobRef::of(&answer.body) == self.want.blob => self.keep(answer.body, false),
            200 => self.wrong_bytes(),
            _ => refused(&answer, self.want.blob.id),
        }
    }

    fn keep(&mut self, bytes: Vec<u8>, patched: bool) -> Outcome {
        self.way = Way::Keep { patched };
        Outcome::Next(Next::Store(StoreOp::PutBlob {
            blob: self.want.blob,
            bytes,
        }))
    }

    fn without_patch(&mut self) -> Outcome {
        self.way = plain_way(self.want.blob);
        self.go()
    }

    /// What arrived is not the blob: it is thrown away and fetched again, a few times.
    fn wrong_bytes(&mut self) -> Outcome {
        self.wrong += 1;
        let fault = LineFault::WrongHash(self.want.blob.id.to_string());
        if self.wrong >= MAX_WRONG {
            Outcome::Stays(WhyWaiting::Wrong, SyncFault::Line(fault))
        } else {
            Outcome::Next(Next::retry(fault))
        }
    }
}

fn plain_way(blob: BlobRef) -> Way {
    if blob.len <= GROUP_LEN {
        Way::Whole
    } else {
        Way::Groups(Groups::new(blob))
    }
}

fn plan_patch(want: &Want, offers: Option<&[PatchOffer]>) -> Option<Patching> {
    let left = want.blob.len.saturating_sub(want.have);
    let small = |blob: &&BlobRef| blob.len <= patch::MAX_LEN;
    if !(MIN_PATCHED..=patch::MAX_LEN).contains(&want.blob.len) {
        return None;
    }
    let bases = || want.bases.iter().filter(small);
    let (old, most) = match offers {
        Some(offers) => offers
            .iter()
            .filter(|offer| offer.new == want.blob.id && is_worth_offering(offer.len, left))
            .filter_map(|offer| Some((*bases().find(|base| base.id == offer.old)?, offer.len)))
            .min_by_key(|(_, len)| *len)?,
        None if want.have == 0 => (*bases().next()?, want.blob.len * 4 / 5),
        None => return None,
    };
    Some(Patching {
        old,
        most,
        got: Vec::new(),
        best: 0,
    })
}

/// What came of a step of a patch.
enum Patched {
    Next(Next),
    Here { patch: Vec<u8>, old: BlobRef },
    Useless,
}

impl Patching {
    fn step(&mut self, event: Event, shared: &mut Shared) -> Patched {
        match event {
            Event::Head { status, headers } => {
                let goes_on = status == 206 && range_start(&headers) == Some(self.got.len() as u64);
                if !goes_on {
                    if status == 206 {
                        return Patched::Useless;
                    }
                    self.got.clear();
                }
                Patched::Next(Next::Idle)
            }
            Event::Chunk(bytes) => {
                self.got.extend_from_slice(&bytes);
                if self.got.len() as u64 > self.most {
                    return Patched::Useless;
                }
                if self.got.len() > self.best {
                    self.best = self.got.len();
                    shared.has_moved = true;
                }
                Patched::Next(Next::Idle)
            }
            Event::End => self.here(),
            Event::Fault(LineFault::TooLong) | Event::Answer(_) => Patched::Useless,
            // It broke behind the last byte.
            Event::Fault(_) if self.got.len() as u64 == self.most => self.here(),
            Event::Fault(fault) => Patched::Next(Next::retry(fault)),
            _ => Patched::Next(Next::Idle),
        }
    }

    fn here(&mut self) -> Patched {
        Patched::Here {
            patch: std::mem::take(&mut self.got),
            old: self.old,
        }
    }
}

/// A request for bytes from `from` on. A server that knows no ranges sends all of them.
pub(super) fn get(path: String, from: u64, most: u64) -> Request {
    let headers = if from > 0 {
        vec![(header::RANGE, format!("bytes={from}-"))]
    } else {
        Vec::new()
    };
    Request {
        method: Method::Get,
        path,
        headers,
        body: Vec::new(),
        // An error's sentence always has room.
        max_response: most.max(ErrorBody::MAX_LEN as u64),
    }
}

/// Where a partial answer begins: `bytes N-M/L` (RFC 9110, 14.4).
pub(super) fn range_start(headers: &Headers) -> Option<u64> {
    let range = headers
        .get(header::CONTENT_RANGE)?
        .trim()
        .strip_prefix("bytes ")?;
    range.split_once('-')?.0.trim().parse().ok()
}

/// What an answer that is no good one means for a blob.
pub(super) fn refused(answer: &Answer, blob: BlobId) -> Outcome {
    match answer.status {
        404 | 410 => Outcome::Stays(WhyWaiting::Gone, SyncFault::Gone(blob)),
        _ => Outcome::Stays(WhyWaiting::Line, answer.refusal()),
    }
}

/// What a fault of the shelf means for a blob.
pub(super) fn store_fault(fault: StoreFault) -> Outcome {
    let why = match fault {
        StoreFault::NoSpace => WhyWaiting::NoSpace,
        _ => WhyWaiting::Store,
    };
    Outcome::Stays(why, SyncFault::Store(fault))
}
