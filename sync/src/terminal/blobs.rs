//! Blobs come in order of need, as far as the line and the disk allow.

use std::collections::{BTreeMap, HashSet, VecDeque};

use hotaru_content::id::LessonId;
use hotaru_content::lesson::Need;
use hotaru_content::shelf::Want;

use super::fetch::{Fetch, Outcome};
use super::lane::{Event, Next, Shared};
use super::{StoreAnswer, StoreOp, SyncFault, WhyWaiting};

#[derive(Debug, Default)]
pub(super) struct BlobsLane {
    /// Only small things of the newest day: the rest has time.
    only_today: bool,
    is_asked: bool,
    queue: VecDeque<Want>,
    fetch: Option<Fetch>,
    /// So many bytes did not fit; what is smaller may.
    too_much: Option<u64>,
    /// Bytes of lessons for which there was no room, to be told at the end.
    no_space: BTreeMap<LessonId, u64>,
}

impl BlobsLane {
    /// A lane for what a lesson of today needs to be worked on.
    pub(super) fn today() -> Self {
        Self {
            only_today: true,
            ..Self::default()
        }
    }

    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        if let Some(fetch) = &mut self.fetch {
            let outcome = match event {
                Event::Go => fetch.go(),
                event => fetch.step(event, shared),
            };
            return Ok(match outcome {
                Outcome::Next(next) => next,
                Outcome::Arrived { patched } => {
                    self.arrived(patched, shared);
                    self.next_blob(shared)
                }
                Outcome::Stays(why, fault) => {
                    self.stays(why, fault, shared);
                    self.next_blob(shared)
                }
            });
        }
        match event {
            Event::Go if !self.is_asked => Ok(Next::Store(StoreOp::Wants)),
            Event::Store(Ok(StoreAnswer::Wants(wants))) => {
                self.is_asked = true;
                self.plan(wants, shared);
                Ok(self.next_blob(shared))
            }
            // A receipt for missing room was noted.
            Event::Store(Ok(_)) => Ok(self.next_blob(shared)),
            Event::Store(Err(fault)) => {
                shared.met(SyncFault::Store(fault));
                if self.is_asked {
                    Ok(self.next_blob(shared))
                } else {
                    Ok(Next::Over)
                }
            }
            _ => Ok(Next::Idle),
        }
    }

    /// Texts and drills, then photos, handouts, recordings; today's first, small first.
    fn plan(&mut self, mut wants: Vec<Want>, shared: &mut Shared) {
        wants.sort_by_key(|want| (want.need, !want.is_today, want.blob.len, want.blob.id));
        let mut seen = HashSet::new();
        wants.retain(|want| seen.insert(want.blob.id));
        shared.wanted.clone_from(&wants);
        for want in wants {
            let has_time = !want.is_today || want.need > Need::Photo;
            if self.only_today && has_time {
                continue;
            }
            if shared.config.metered && want.need != Need::TextOrDrill {
                shared.leave(&want, WhyWaiting::Metered);
            } else {
                self.queue.push_back(want);
            }
        }
    }

    fn next_blob(&mut self, shared: &mut Shared) -> Next {
        self.fetch = None;
        while let Some(want) = self.queue.pop_front() {
            let left = want.blob.len.saturating_sub(want.have);
            if self.too_much.is_some_and(|too_much| left >= too_much) {
                self.note_no_space(&want, shared);
                continue;
            }
            let fetch = self
                .fetch
                .insert(Fetch::new(want, shared.offers.as_deref()));
            if let Outcome::Next(next) = fetch.go() {
                return next;
            }
        }
        match self.no_space.pop_first() {
            Some((lesson, missing_bytes)) => {
                self.fetch = None;
                Next::Store(StoreOp::NoSpace {
                    lesson,
                    missing_bytes,
                })
            }
            None => Next::Over,
        }
    }

    fn arrived(&mut self, patched: bool, shared: &mut Shared) {
        let Some(fetch) = self.fetch.take() else {
            return;
        };
        let blob = fetch.want().blob;
        shared.wanted.retain(|want| want.blob.id != blob.id);
        shared.here.items += 1;
        shared.here.bytes = shared.here.bytes.saturating_add(blob.len);
        shared.report.blobs_fetched += 1;
        shared.report.patches_used += u64::from(patched);
        shared.has_moved = true;
        shared.has_stored = true;
    }

    fn stays(&mut self, why: WhyWaiting, fault: SyncFault, shared: &mut Shared) {
        let Some(fetch) = self.fetch.take() else {
            return;
        };
        let want = fetch.want();
        if why == WhyWaiting::NoSpace {
            self.too_much = Some(want.blob.len.saturating_sub(want.have));
            if self.no_space.is_empty() {
                shared.met(fault);
            }
            self.note_no_space(want, shared);
        } else {
            shared.met(fault);
            shared.leave(want, why);
        }
    }

    fn note_no_space(&mut self, want: &Want, shared: &mut Shared) {
        let missing = self.no_space.entry(want.lesson).or_default();
        *missing = missing.saturating_add(want.blob.len.saturating_sub(want.have));
        shared.leave(want, WhyWaiting::NoSpace);
    }
}
