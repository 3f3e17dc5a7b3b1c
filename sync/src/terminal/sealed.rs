//! What goes to school though nobody opens it here: journals of pupils who are locked, and
//! the secrets of their codes.

use std::collections::VecDeque;

use hotaru_content::shelf::{Owed, SealedFor};

use super::lane::{Event, Next, Shared};
use super::{StoreAnswer, StoreOp, SyncFault};
use crate::http::{Method, Request};
use crate::wire::{self, MAX_JOURNAL_LEN, SchoolKey, code, header, media_type, path};

#[derive(Debug, Default)]
pub(super) struct SealedLane {
    owed: VecDeque<Owed>,
    at: At,
    /// The school told the keys that it has.
    has_asked: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum At {
    /// The shelf is asked what is owed.
    #[default]
    Asking,
    /// The school is asked for its keys.
    Key,
    /// The first of what is owed goes to school.
    Sending,
}

impl SealedLane {
    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        match event {
            Event::Go => Ok(self.go(shared)),
            Event::Store(Ok(StoreAnswer::Owed { knows_keys, owed })) => {
                self.owed = owed.into();
                self.at = if knows_keys || self.has_asked {
                    At::Sending
                } else {
                    At::Key
                };
                Ok(self.go(shared))
            }
            Event::Store(Ok(_)) => {
                shared.has_moved = true;
                match self.at {
                    // There may be codes now.
                    At::Key => self.at = At::Asking,
                    _ => drop(self.owed.pop_front()),
                }
                Ok(self.go(shared))
            }
            Event::Store(Err(fault)) => {
                shared.met(SyncFault::Store(fault));
                Ok(Next::Over)
            }
            Event::Answer(answer) if self.at == At::Key => {
                let key: Option<SchoolKey> = wire::parse(&answer.body).ok();
                match key.filter(|_| answer.status == 200) {
                    Some(SchoolKey { key, orders, .. }) => {
                        self.has_asked = true;
                        Ok(Next::Store(StoreOp::SchoolKey { key, orders }))
                    }
                    // A school of before there were such keys: nothing can be sealed for it.
                    None => Ok(Next::Over),
                }
            }
            Event::Answer(answer) => {
                if answer.status == 410 && answer.error().code == code::PUPIL_DELETED {
                    let owed = self.owed.pop_front();
                    if let Some(SealedFor::Journal(pupil) | SealedFor::Codes(pupil)) =
                        owed.map(|owed| owed.what)
                    {
                        shared.deleted(pupil);
                    }
                    return Ok(self.go(shared));
                }
                if !(200..300).contains(&answer.status) {
                    // One pupil's trouble is no other's; it stays owed.
                    shared.met(answer.refusal());
                    self.owed.pop_front();
                    return Ok(self.go(shared));
                }
                let sent = self.owed.front().cloned();
                Ok(sent.map_or(Next::Over, |owed| Next::Store(StoreOp::OwedSent(owed))))
            }
            Event::Fault(fault) => Ok(Next::retry(fault)),
            _ => Ok(Next::Idle),
        }
    }

    fn go(&mut self, shared: &Shared) -> Next {
        match self.at {
            At::Asking => Next::Store(StoreOp::Owed { run: shared.run() }),
            At::Key => Next::Http(Request {
                method: Method::Get,
                path: path::SCHOOL_KEY.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
                max_response: <SchoolKey as wire::Body>::MAX_LEN as u64,
            }),
            At::Sending => loop {
                let Some(owed) = self.owed.front() else {
                    return Next::Over;
                };
                // One that has grown beyond this waits until its pupil opens it.
                if owed.bytes.len() > MAX_JOURNAL_LEN {
                    self.owed.pop_front();
                    continue;
                }
                return Next::Http(request(owed));
            },
        }
    }
}

fn request(owed: &Owed) -> Request {
    let path = match owed.what {
        SealedFor::Journal(_) => path::JOURNALS,
        SealedFor::Codes(_) => path::UNLOCK_CODES,
    };
    Request {
        method: Method::Post,
        path: path.to_owned(),
        headers: vec![(header::CONTENT_TYPE, media_type::BYTES.to_owned())],
        body: owed.bytes.clone(),
        max_response: <wire::ErrorBody as wire::Body>::MAX_LEN as u64,
    }
}
