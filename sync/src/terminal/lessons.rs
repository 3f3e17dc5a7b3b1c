//! Lane 2: what changed, by cursor.

use hotaru_content::id::RunId;
use hotaru_content::shelf::{LessonBatch, LessonChange};

use super::lane::{Answer, Event, Next, Shared};
use super::{StoreAnswer, StoreFault, StoreOp, SyncFault};
use crate::http::{Method, Request};
use crate::intake::{AGAIN, cursor_tag};
use crate::wire::{self, Body, Change, Lessons, header, path};

/// Pages of one sync; a terminal that has been away for a year needs a few.
const MAX_PAGES: u32 = 10_000;
/// Stands for the run of a cloud that names none: the version before runs.
const UNNAMED: RunId = RunId([0; 16]);

#[derive(Debug, Default)]
pub(super) struct LessonsLane {
    state: State,
    pages: u32,
    /// Where the shelf stands: a page is put on it from there, wherever the list began.
    cursor: u64,
    /// The run of the cloud that began the list that is not through.
    listing: Option<RunId>,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    /// Asks the shelf where it stands.
    #[default]
    Cursor,
    /// Asks the cloud.
    Ask { after: u64 },
    /// Puts a page on the shelf.
    Apply { cursor: u64, more: bool },
}

impl LessonsLane {
    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        match (event, self.state) {
            (Event::Go, State::Cursor) => Ok(Next::Store(StoreOp::Cursor)),
            (Event::Go, State::Ask { after }) => Ok(ask(after)),
            (
                Event::Store(Ok(StoreAnswer::Cursor {
                    after,
                    listing,
                    run,
                })),
                _,
            ) => {
                shared.known_run = run;
                self.cursor = after;
                self.listing = listing;
                Ok(self.turn_to(after))
            }
            (Event::Answer(answer), State::Ask { after }) => self.answered(&answer, after, shared),
            (Event::Store(Ok(_)), State::Apply { cursor, more }) => {
                shared.has_moved = true;
                shared.has_stored = true;
                self.cursor = cursor;
                Ok(if more {
                    self.turn_to(cursor)
                } else {
                    Next::Over
                })
            }
            // Another program of this terminal was faster: what it brought is as good.
            (
                Event::Store(Err(StoreFault::Other {
                    code: "stale-batch",
                    ..
                })),
                _,
            ) if self.pages < MAX_PAGES => {
                self.state = State::Cursor;
                Ok(Next::Store(StoreOp::Cursor))
            }
            (Event::Store(Err(fault)), _) => {
                // What is on the shelf already can still be fetched.
                shared.met(SyncFault::Store(fault));
                Ok(Next::Over)
            }
            (Event::Fault(fault), _) => Ok(Next::retry(fault)),
            _ => Ok(Next::Idle),
        }
    }

    fn turn_to(&mut self, after: u64) -> Next {
        self.state = State::Ask { after };
        ask(after)
    }

    fn answered(
        &mut self,
        answer: &Answer,
        after: u64,
        shared: &mut Shared,
    ) -> Result<Next, SyncFault> {
        let run = shared.run().unwrap_or(UNNAMED);
        if after > AGAIN && self.listing.is_some_and(|begun_by| begun_by != run) {
            // What this list had before that page may lie elsewhere in the new run's.
            return Ok(self.turn_to(AGAIN));
        }
        match answer.status {
            304 if self.listing.is_none() => return Ok(Next::Over),
            // Nothing more follows: that list is through.
            304 => return Ok(self.apply(after, Vec::new(), None)),
            200 => {}
            _ => {
                shared.met(answer.refusal());
                return Ok(Next::Over);
            }
        }
        let Lessons {
            from,
            cursor,
            changes,
            patches,
            more,
            server_ms,
        } = wire::parse_framed(&answer.body)
            .map_err(|error| SyncFault::Answer(error.to_string()))?;
        shared.report.server_ms = Some(server_ms);
        self.pages += 1;
        if (more && cursor <= from.unwrap_or(after)) || self.pages > MAX_PAGES {
            return Err(SyncFault::Answer(
                "its list of lessons does not end".to_owned(),
            ));
        }
        shared.offers.get_or_insert_default().extend(patches);
        if cursor == self.cursor && changes.is_empty() && self.listing.is_none() && !more {
            return Ok(Next::Over);
        }
        Ok(self.apply(cursor, changes, more.then_some(run)))
    }

    /// Puts a page on the shelf; `listing` where more follows.
    fn apply(&mut self, cursor: u64, changes: Vec<Change>, listing: Option<RunId>) -> Next {
        let more = listing.is_some();
        self.state = State::Apply { cursor, more };
        self.listing = listing;
        Next::Store(StoreOp::ApplyLessons(LessonBatch {
            after: self.cursor,
            cursor,
            changes: changes.into_iter().map(change).collect(),
            listing,
        }))
    }
}

fn ask(after: u64) -> Next {
    Next::Http(Request {
        method: Method::Get,
        path: path::lessons(after),
        headers: vec![(header::IF_NONE_MATCH, cursor_tag(after))],
        body: Vec::new(),
        max_response: Lessons::MAX_LEN as u64,
    })
}

fn change(change: Change) -> LessonChange {
    match change {
        Change::Put {
            lesson,
            revision,
            document,
            pupils,
        } => LessonChange::Put {
            lesson,
            revision,
            document: document.into_bytes(),
            pupils,
        },
        Change::Withdraw { lesson } => LessonChange::Withdraw { lesson },
    }
}
