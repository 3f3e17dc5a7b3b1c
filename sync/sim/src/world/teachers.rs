//! What teachers do at their desks: lessons go up by the shipped upload core, or come back.

use std::collections::VecDeque;

use hotaru_content::blob::BlobId;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::Revision;
use hotaru_sync::http::{Exchange, Method, Request};
use hotaru_sync::upload::{self, Effect, Input, Upload, UploadError, Uploaded};
use hotaru_sync::wire::{Body, Change, ErrorBody, path};

use super::line::{End, Way};
use super::{DAY_MS, Edition, Fault, Happening, World, clip};
use crate::bug::Bug;
use crate::desk::{Errand, File, Job, Known, What};

/// Faults in a row after which a desk gives up, until later.
const PATIENCE: u32 = 3;
/// No desk needs more errands than this to be empty, without faults.
const MAX_ERRANDS: usize = 200;

impl World {
    pub(super) fn teach(&mut self, place: usize) {
        match self.random.below(12) {
            0 => self.withdraw(place),
            1..4 => self.revise(place),
            4 | 5 => {
                let lesson = LessonId(self.random.bytes());
                let known = Known::new(self.desks[place].class, &mut self.random);
                self.publish(place, lesson, known);
            }
            6 if self.has(Fault::Crash) => self.stop_desk(place, "it is switched off"),
            _ => {}
        }
        self.run_errand(place);
        self.soon(DAY_MS / 8, Happening::Teach(place));
    }

    fn publish(&mut self, place: usize, lesson: LessonId, known: Known) {
        let job = self.desks[place].push(lesson, known);
        let (edition, document) = (job.edition, job.publish.document.id);
        self.made.insert(document, edition);
        self.note(|| format!("desk {place}: makes {}", name(edition)));
    }

    fn withdraw(&mut self, place: usize) {
        let Some(lesson) = self.pick(place) else {
            return;
        };
        let desk = &mut self.desks[place];
        desk.lessons.remove(&lesson);
        desk.outbox.retain(|job| job.edition.0 != lesson);
        desk.errand = None;
        desk.withdrawing.insert(lesson);
        self.unwanted.insert(lesson);
        self.note(|| format!("desk {place}: wants {} back", clip(&lesson.to_string())));
    }

    fn revise(&mut self, place: usize) {
        if self.random.below(2) == 0 {
            self.look_at_school(place);
        }
        if let Some(lesson) = self.pick(place) {
            let known = self.desks[place].lessons[&lesson].clone();
            let known = known.revised(&mut self.random);
            self.publish(place, lesson, known);
        }
    }

    /// A lesson that a teacher knows.
    fn pick(&mut self, place: usize) -> Option<LessonId> {
        let lessons: Vec<LessonId> = self.desks[place].lessons.keys().copied().collect();
        let pick = self.random.below(lessons.len() as u64) as usize;
        lessons.get(pick).copied()
    }

    /// A teacher reads the school's list: the lessons of her class, and at times a
    /// colleague's, as they are by now.
    fn look_at_school(&mut self, place: usize) {
        let is_curious = self.one_in(3, Fault::TwoTeachers);
        let db = &self.school.db;
        let class = self.desks[place].class;
        let mut lessons = std::mem::take(&mut self.desks[place].lessons);
        lessons.retain(|lesson, _| db.changes.contains_key(lesson));
        for (lesson, (_, of, change)) in &db.changes {
            let Change::Put {
                document, revision, ..
            } = change
            else {
                lessons.remove(lesson);
                continue;
            };
            if *of != class && !is_curious {
                continue;
            }
            let Ok(doc) = Revision::from_json(document.as_bytes()) else {
                continue;
            };
            let files: Option<Vec<File>> = doc
                .materials
                .iter()
                .flat_map(|material| material.blobs().map(|blob| (&material.body, blob)))
                .map(|(body, blob)| Some(File::of(body, db.blobs.get(&blob.id)?)))
                .collect();
            if let Some(files) = files {
                let known = Known {
                    class: *of,
                    revision: *revision,
                    files,
                };
                lessons.insert(*lesson, known);
            }
        }
        self.desks[place].lessons = lessons;
    }

    fn stop_desk(&mut self, place: usize, why: &str) {
        self.desks[place].errand = None;
        self.note(|| format!("desk {place}: {why}"));
    }

    /// Begins what waits first, unless the desk is at something.
    fn run_errand(&mut self, place: usize) {
        let desk = &self.desks[place];
        if desk.errand.is_some() {
            return;
        }
        self.sessions += 1;
        let number = self.sessions;
        let flight = 0;
        let (withdrawn, job) = (desk.withdrawing.first(), desk.outbox.first());
        if let Some(lesson) = withdrawn.copied() {
            self.desks[place].errand = Some(Errand {
                number,
                flight,
                what: What::Withdrawing(lesson, 0),
            });
            let request = Request {
                method: Method::Delete,
                path: path::lesson(&lesson),
                headers: Vec::new(),
                body: Vec::new(),
                max_response: ErrorBody::MAX_LEN as u64,
            };
            let end = End::Desk(place);
            let (session, id) = (number, flight);
            self.send(Way::new(end, session, id), request);
        } else if let Some(job) = job {
            let upload = upload::Job {
                blobs: job.refs(),
                publish: Some(job.publish.clone()),
            };
            let document = job.publish.document.id;
            let upload = Upload::new(upload, PATIENCE, self.random.number());
            self.desks[place].errand = Some(Errand {
                number,
                flight,
                what: What::Sending(document, Box::new(upload), VecDeque::new()),
            });
            self.give_desk(place, number, Input::Go);
        }
    }

    /// Everything of a desk goes to the school, without faults.
    pub(super) fn empty_desk(&mut self, place: usize) {
        for _ in 0..MAX_ERRANDS {
            if self.desks[place].is_idle() {
                return;
            }
            self.run_errand(place);
            self.drain();
            self.desks[place].errand = None;
        }
        let left = &self.desks[place].outbox;
        let left: Vec<_> = left.iter().map(|job| name(job.edition)).collect();
        self.broken
            .push(format!("(12) desk {place} does not become empty: {left:?}"));
    }

    /// Gives an input to what a desk sends, and carries the effects out.
    pub(super) fn give_desk(&mut self, place: usize, session: u64, input: Input) {
        let mut input = Some(input);
        loop {
            let Some(errand) = self.errand(place, session) else {
                return;
            };
            let What::Sending(document, core, effects) = &mut errand.what else {
                return;
            };
            let document = *document;
            if let Some(input) = input.take() {
                effects.extend(core.step(input));
            }
            let Some(effect) = effects.pop_front() else {
                return;
            };
            let way = Way::new(End::Desk(place), session, errand.flight + 1);
            // A crash at any effect: before it or after it.
            let crash = self.crash();
            if crash == Some(0) {
                return self.stop_desk(place, "the program dies before an effect");
            }
            match effect {
                Effect::Progress(_) => {}
                Effect::Http(request) => {
                    self.desks[place]
                        .errand
                        .iter_mut()
                        .for_each(|errand| errand.flight = way.id);
                    let is_last = request.path == path::PUBLISH;
                    if is_last && self.bug == Some(Bug::OutboxForgetsEarly) {
                        self.take_out(place, document);
                    }
                    self.send(way, request);
                }
                Effect::Read { blob, offset, len } => {
                    let jobs = self.desks[place].outbox.iter();
                    let mut jobs = jobs.filter(|job| job.publish.document.id == document);
                    let bytes = jobs.find_map(|job| job.blobs.get(&blob));
                    let (from, to) = (offset as usize, (offset + len) as usize);
                    input = Some(match bytes.and_then(|bytes| bytes.get(from..to)) {
                        Some(bytes) => Input::Bytes(bytes.to_vec()),
                        None => Input::ReadFailed("it is not in the outbox".to_owned()),
                    });
                }
                Effect::Wait(wait) => {
                    self.at(1 + wait.as_millis() as u64, Happening::Timer(way));
                }
                Effect::Done(end) => {
                    if crash == Some(1) {
                        return self.stop_desk(place, "the program dies before it notes the end");
                    }
                    self.sent(place, document, end);
                }
            }
        }
    }

    /// What comes back for a desk's request.
    pub(super) fn heard_back(&mut self, place: usize, way: Way, exchange: Exchange) {
        let Some(errand) = self.errand(place, way.session) else {
            return;
        };
        if errand.flight != way.id {
            return;
        }
        match (&mut errand.what, exchange) {
            (What::Sending(..), exchange) => {
                self.give_desk(place, way.session, Input::Exchange(exchange));
            }
            (What::Withdrawing(_, status), Exchange::Head { status: now, .. }) => *status = now,
            (What::Withdrawing(..), Exchange::Chunk(_)) => {}
            (What::Withdrawing(lesson, status), end) => {
                let (lesson, status) = (*lesson, *status);
                self.desks[place].errand = None;
                if end == Exchange::End && matches!(status, 204 | 404) {
                    self.desks[place].withdrawing.remove(&lesson);
                    if status == 204 {
                        self.withdrawn.insert(lesson);
                    }
                    self.note(|| format!("desk {place}: has {} back", clip(&lesson.to_string())));
                }
            }
        }
    }

    fn sent(&mut self, place: usize, document: BlobId, end: Result<Uploaded, UploadError>) {
        self.desks[place].errand = None;
        let edition = self.made[&document];
        match end {
            Ok(_) => {
                self.take_out(place, document);
                self.told.insert(edition, document);
                self.arrived.insert(document);
                self.note(|| format!("desk {place}: {} has arrived", name(edition)));
            }
            Err(error) => {
                self.note(|| format!("desk {place}: {} does not go: {error}", name(edition)));
                if error.refusal().is_some() {
                    let job = self.take_out(place, document);
                    self.desks[place].refused.extend(job);
                    self.look_at_school(place);
                }
            }
        }
    }

    fn take_out(&mut self, place: usize, document: BlobId) -> Option<Job> {
        let outbox = &mut self.desks[place].outbox;
        let at = outbox
            .iter()
            .position(|job| job.publish.document.id == document)?;
        Some(outbox.remove(at))
    }

    fn errand(&mut self, place: usize, session: u64) -> Option<&mut Errand> {
        let errand = self.desks[place].errand.as_mut();
        errand.filter(|errand| errand.number == session)
    }
}

fn name((lesson, revision): Edition) -> String {
    format!("revision {revision} of {}", clip(&lesson.to_string()))
}
