//! The core against a cloud in memory, with a fault at every step.

use std::collections::BTreeMap;

use hotaru_content::id::{ClassId, LessonId};

use super::*;
use crate::http::{Exchange, Headers};
use crate::wire::{ErrorBody, code};

/// What the cloud has of a blob.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stored {
    pub(crate) bytes: Vec<u8>,
    pub(crate) complete: bool,
}

/// A cloud in memory that keeps to the wire's table and counts every byte that it stored.
#[derive(Debug, Default)]
pub(crate) struct Cloud {
    pub(crate) blobs: BTreeMap<BlobId, Stored>,
    pub(crate) published: Vec<Publish>,
    /// Bytes of bodies that were stored, over all time.
    pub(crate) stored: u64,
    /// Where each PATCH began, and of which blob, in order.
    patches: Vec<(BlobId, u64)>,
    requests: usize,
}

fn answer(status: u16, headers: &[(&str, String)], body: Vec<u8>) -> Vec<Exchange> {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let mut exchanges = vec![Exchange::Head {
        status,
        headers: Headers(headers),
    }];
    // In two pieces, as lines bring it.
    let (a, b) = body.split_at(body.len() / 2);
    exchanges.extend([a, b].map(|part| Exchange::Chunk(part.to_vec())));
    exchanges.push(Exchange::End);
    exchanges
}

fn error(status: u16, code: &str) -> Vec<Exchange> {
    let body = ErrorBody {
        code: code.to_owned(),
        message: format!("this is {code}; do something"),
    };
    answer(status, &[], wire::write(&body).unwrap())
}

impl Cloud {
    /// Serves a request of which only `arrives` bytes of body arrive.
    pub(crate) fn serve(&mut self, request: &Request, arrives: usize) -> Vec<Exchange> {
        self.requests += 1;
        let whole = arrives >= request.body.len();
        let body = &request.body[..arrives.min(request.body.len())];
        match (request.method, request.path.as_str()) {
            (Method::Post, path::UPLOADS) if whole => {
                let blobs: Vec<BlobRef> = wire::parse(body).unwrap();
                let states: Vec<UploadState> = blobs
                    .iter()
                    .map(|blob| {
                        let stored = self.blobs.get(&blob.id).cloned().unwrap_or_default();
                        UploadState {
                            id: blob.id,
                            offset: stored.bytes.len() as u64,
                            complete: stored.complete,
                        }
                    })
                    .collect();
                answer(200, &[], wire::write(&states).unwrap())
            }
            (Method::Post, path::PUBLISH) if whole => {
                let publish: Publish = wire::parse(body).unwrap();
                let document = self.blobs.get(&publish.document.id);
                if !document.is_some_and(|document| document.complete) {
                    return error(422, code::BAD_BODY);
                }
                if !self.published.contains(&publish) {
                    self.published.push(publish);
                }
                answer(200, &[], wire::write(&PUBLISHED).unwrap())
            }
            (Method::Head, path) => {
                let stored = self.blobs.get(&blob_of(path)).cloned().unwrap_or_default();
                let complete = if stored.complete { "?1" } else { "?0" };
                let headers = [
                    (header::UPLOAD_OFFSET, stored.bytes.len().to_string()),
                    (header::UPLOAD_COMPLETE, complete.to_owned()),
                ];
                answer(204, &headers, vec![])
            }
            (Method::Patch, path) => self.patch(blob_of(path), request, body, whole),
            _ => vec![],
        }
    }

    fn patch(&mut self, id: BlobId, request: &Request, body: &[u8], whole: bool) -> Vec<Exchange> {
        let number = |name: &str| -> u64 {
            let header = request.headers.iter().find(|(key, _)| *key == name);
            header.unwrap().1.parse().unwrap()
        };
        let (offset, len) = (number(header::UPLOAD_OFFSET), number(header::UPLOAD_LENGTH));
        let stored = self.blobs.entry(id).or_default();
        let at = |stored: &Stored| vec![(header::UPLOAD_OFFSET, stored.bytes.len().to_string())];
        if offset != stored.bytes.len() as u64 {
            return answer(409, &at(stored), vec![]);
        }
        self.patches.push((id, offset));
        stored.bytes.extend_from_slice(body);
        self.stored += body.len() as u64;
        if stored.bytes.len() as u64 == len && whole {
            if BlobId::of(&stored.bytes) != id {
                *stored = Stored::default();
                return error(422, code::WRONG_HASH);
            }
            stored.complete = true;
        }
        answer(204, &at(stored), vec![])
    }
}

const PUBLISHED: PublishAnswer = PublishAnswer {
    lesson: LessonId([9; 16]),
    revision: 1,
};

fn blob_of(path: &str) -> BlobId {
    path.strip_prefix("/v1/uploads/").unwrap().parse().unwrap()
}

/// What the line does with the n-th request.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// It never arrives.
    Dropped,
    /// So many bytes of its body arrive.
    Cut(usize),
    /// The cloud does it, and the answer is lost.
    AnswerLost,
    /// The answer breaks off after its head.
    AnswerCut,
    /// The cloud is busy.
    Busy,
}

struct Desk {
    files: BTreeMap<BlobId, Vec<u8>>,
    job: Job,
}

fn desk(lens: &[usize]) -> Desk {
    let mut files = BTreeMap::new();
    let mut add = |bytes: Vec<u8>| {
        let blob = BlobRef::of(&bytes);
        files.insert(blob.id, bytes);
        blob
    };
    let blobs = lens
        .iter()
        .map(|len| add((0..*len).map(|i| (i * 7 % 251) as u8).collect()))
        .collect();
    let document = add(b"the document".to_vec());
    let publish = Publish {
        document,
        base_revision: 0,
        classes: vec![ClassId([1; 16])],
        groups: vec![],
        pupils: vec![],
        send_at_ms: None,
    };
    Desk {
        files,
        job: Job {
            blobs,
            publish: Some(publish),
        },
    }
}

/// What a run tells.
#[derive(Debug)]
struct Run {
    end: Result<Uploaded, UploadError>,
    progress: Vec<Progress>,
    waits: Vec<Duration>,
}

impl Desk {
    /// Runs a whole upload; `fault` decides about each request by its number.
    fn run(
        &self,
        cloud: &mut Cloud,
        mut fault: impl FnMut(usize, &Request) -> Option<Fault>,
    ) -> Run {
        let mut upload = Upload::new(self.job.clone(), 5, 1);
        let mut inputs = VecDeque::from([Input::Go]);
        let (mut progress, mut waits) = (Vec::new(), Vec::new());
        let mut requests = 0;
        loop {
            let input = inputs.pop_front().expect("the core waits for something");
            let effects = upload.step(input);
            let awaited = effects
                .iter()
                .filter(|effect| !matches!(effect, Effect::Progress(_)))
                .count();
            assert!(awaited <= 1);
            for effect in effects {
                match effect {
                    Effect::Progress(now) => progress.push(now),
                    Effect::Wait(wait) => {
                        waits.push(wait);
                        inputs.push_back(Input::Go);
                    }
                    Effect::Read { blob, offset, len } => {
                        assert!(len <= PIECE_LEN);
                        let file = &self.files[&blob];
                        let bytes = file[offset as usize..(offset + len) as usize].to_vec();
                        inputs.push_back(Input::Bytes(bytes));
                    }
                    Effect::Http(request) => {
                        let what = fault(requests, &request);
                        requests += 1;
                        inputs.extend(
                            carry(cloud, &request, what)
                                .into_iter()
                                .map(Input::Exchange),
                        );
                    }
                    Effect::Done(end) => {
                        assert_eq!(upload.step(Input::Go), []);
                        return Run {
                            end,
                            progress,
                            waits,
                        };
                    }
                }
            }
            assert!(requests < 1000, "it never ends");
        }
    }

    fn assert_arrived(&self, cloud: &Cloud) {
        for (id, bytes) in &self.files {
            let stored = &cloud.blobs[id];
            assert!(stored.complete && stored.bytes == *bytes);
        }
        let publish = self.job.publish.clone();
        assert_eq!(cloud.published, publish.into_iter().collect::<Vec<_>>());
        let total: usize = self.files.values().map(Vec::len).sum();
        // Resumed at the very byte: none was stored twice.
        assert_eq!(cloud.stored, total as u64);
    }
}

fn carry(cloud: &mut Cloud, request: &Request, fault: Option<Fault>) -> Vec<Exchange> {
    let broken = || vec![Exchange::Failed(LineFault::Broken)];
    match fault {
        None => cloud.serve(request, usize::MAX),
        Some(Fault::Dropped) => broken(),
        Some(Fault::Cut(at)) => {
            if at < request.body.len() {
                cloud.serve(request, at);
            }
            broken()
        }
        Some(Fault::AnswerLost) => {
            cloud.serve(request, usize::MAX);
            broken()
        }
        Some(Fault::AnswerCut) => {
            let mut exchanges = cloud.serve(request, usize::MAX);
            exchanges.truncate(1);
            exchanges.push(Exchange::Failed(LineFault::Truncated));
            exchanges
        }
        Some(Fault::Busy) => answer(503, &[(header::RETRY_AFTER, "7".to_owned())], vec![]),
    }
}

const LENS: [usize; 5] = [0, 10, 300_000, 256 * 1024, 600_000];

#[test]
fn small_goes_before_large_and_the_document_last() {
    let desk = desk(&[600_000, 10, 0, 256 * 1024, 10]);
    let mut cloud = Cloud::default();
    let run = desk.run(&mut cloud, |_, _| None);
    let total: u64 = desk.files.values().map(|file| file.len() as u64).sum();
    assert_eq!(
        run.end,
        Ok(Uploaded {
            published: Some(PUBLISHED),
            sent: total,
        })
    );
    desk.assert_arrived(&cloud);
    let lens: Vec<usize> = cloud
        .patches
        .iter()
        .map(|(id, _)| desk.files[id].len())
        .collect();
    assert_eq!(lens, [0, 10, 262_144, 600_000, 600_000, 600_000, 12]);
    // One question, one PATCH a piece, one publication.
    assert_eq!(cloud.requests, 9);
    assert!(run.waits.is_empty());
    let last = run.progress.last().unwrap();
    assert_eq!((last.bytes, last.of_bytes), (total, total));
    assert_eq!((last.blobs, last.of_blobs), (5, 5));
    assert!(
        run.progress
            .windows(2)
            .all(|pair| pair[0].bytes <= pair[1].bytes)
    );
}

#[test]
fn a_second_push_of_the_same_sends_nothing_but_the_publication() {
    let desk = desk(&LENS);
    let mut cloud = Cloud::default();
    desk.run(&mut cloud, |_, _| None).end.unwrap();
    let before = cloud.requests;
    let again = desk.run(&mut cloud, |_, _| None).end.unwrap();
    assert_eq!(again.sent, 0);
    assert_eq!(cloud.requests, before + 2);
    desk.assert_arrived(&cloud);
}

#[test]
fn any_fault_at_any_request_costs_no_byte_twice() {
    let desk = desk(&LENS);
    let steps = {
        let mut cloud = Cloud::default();
        desk.run(&mut cloud, |_, _| None).end.unwrap();
        cloud.requests
    };
    for fault in [
        Fault::Dropped,
        Fault::Cut(0),
        Fault::Cut(1),
        Fault::Cut(16 * 1024 + 1),
        Fault::Cut(256 * 1024 - 1),
        Fault::AnswerLost,
        Fault::AnswerCut,
        Fault::Busy,
    ] {
        for at in 0..steps {
            let mut cloud = Cloud::default();
            let run = desk.run(&mut cloud, |number, _| (number == at).then_some(fault));
            assert!(run.end.is_ok(), "{fault:?} at {at}: {:?}", run.end);
            assert_eq!(run.waits.len(), 1);
            let at_least = if fault == Fault::Busy { 7 } else { 0 };
            assert!(run.waits[0] >= Duration::from_secs(at_least));
            desk.assert_arrived(&cloud);
        }
    }
}

#[test]
fn a_line_that_breaks_every_few_kilobytes_still_brings_all() {
    let desk = desk(&LENS);
    let mut cloud = Cloud::default();
    let run = desk.run(&mut cloud, |_, request| {
        (request.method == Method::Patch && request.body.len() > 7000).then_some(Fault::Cut(7000))
    });
    run.end.unwrap();
    desk.assert_arrived(&cloud);
}

#[test]
fn a_crash_at_any_step_goes_on_where_the_cloud_stands() {
    let desk = desk(&LENS);
    for crash in 0..12 {
        let mut cloud = Cloud::default();
        let mut upload = Upload::new(desk.job.clone(), 5, 1);
        let mut inputs = VecDeque::from([Input::Go]);
        let mut requests = 0;
        // The first run is simply forgotten after so many requests.
        while let Some(input) = inputs.pop_front()
            && requests < crash
        {
            for effect in upload.step(input) {
                match effect {
                    Effect::Read { blob, offset, len } => inputs.push_back(Input::Bytes(
                        desk.files[&blob][offset as usize..(offset + len) as usize].to_vec(),
                    )),
                    Effect::Http(request) => {
                        requests += 1;
                        inputs.extend(
                            cloud
                                .serve(&request, usize::MAX)
                                .into_iter()
                                .map(Input::Exchange),
                        );
                    }
                    _ => {}
                }
            }
        }
        desk.run(&mut cloud, |_, _| None).end.unwrap();
        desk.assert_arrived(&cloud);
    }
}

#[test]
fn waits_grow_are_jittered_and_end() {
    let desk = desk(&[10]);
    let mut cloud = Cloud::default();
    let run = desk.run(&mut cloud, |_, _| Some(Fault::Dropped));
    assert_eq!(run.end, Err(UploadError::Line(LineFault::Broken)));
    assert_eq!(run.waits.len(), 5);
    for (at, wait) in run.waits.iter().enumerate() {
        assert!(*wait <= Duration::from_millis(500 << at), "{at}: {wait:?}");
    }
    let mut other = Upload::new(desk.job.clone(), 5, 2);
    other.step(Input::Go);
    let effects = other.step(Input::Exchange(Exchange::Failed(LineFault::Broken)));
    assert_ne!(effects.last(), Some(&Effect::Wait(run.waits[0])));
    // Faults with a step forward between never add up.
    let mut faults = 0;
    let big = self::desk(&[5_000_000]);
    let mut cloud = Cloud::default();
    big.run(&mut cloud, |number, request| {
        let fault = request.method == Method::Patch && number % 3 == 0;
        faults += usize::from(fault);
        fault.then_some(Fault::Cut(100_000))
    })
    .end
    .unwrap();
    assert!(faults > 10);
    big.assert_arrived(&cloud);
}

#[test]
fn what_waiting_does_not_mend_ends_at_once() {
    for fault in [
        LineFault::CaptivePortal,
        LineFault::Intercepted("a filter".to_owned()),
        LineFault::Proxy("407".to_owned()),
    ] {
        let mut upload = Upload::new(desk(&[1]).job, 5, 1);
        upload.step(Input::Go);
        let effects = upload.step(Input::Exchange(Exchange::Failed(fault.clone())));
        assert_eq!(effects, [Effect::Done(Err(UploadError::Line(fault)))]);
    }
}

/// The last effect after the cloud's answer to the request that `until` picks.
fn after(until: impl Fn(&Request) -> bool, exchanges: Vec<Exchange>) -> Effect {
    let desk = desk(&[10]);
    let mut cloud = Cloud::default();
    let mut upload = Upload::new(desk.job.clone(), 5, 1);
    let mut inputs = VecDeque::from([Input::Go]);
    loop {
        let effect = upload.step(inputs.pop_front().unwrap()).pop();
        match effect {
            Some(Effect::Read { blob, .. }) => {
                inputs.push_back(Input::Bytes(desk.files[&blob].clone()));
            }
            Some(Effect::Http(request)) if until(&request) => {
                let effects = exchanges
                    .into_iter()
                    .flat_map(|exchange| upload.step(Input::Exchange(exchange)));
                return effects.last().unwrap();
            }
            Some(Effect::Http(request)) => {
                inputs.extend(
                    cloud
                        .serve(&request, usize::MAX)
                        .into_iter()
                        .map(Input::Exchange),
                );
            }
            other => assert!(other.is_none(), "{other:?}"),
        }
    }
}

fn publishes(request: &Request) -> bool {
    request.path == path::PUBLISH
}

#[test]
fn a_newer_revision_is_a_conflict_and_named() {
    let effect = after(publishes, error(412, code::NOT_NEWEST));
    let Effect::Done(Err(UploadError::NotNewest(why))) = effect else {
        panic!("{effect:?}");
    };
    assert!(why.contains("not_newest"));
}

#[test]
fn refusals_carry_the_clouds_sentence() {
    for until in [publishes, |request: &Request| request.path == path::UPLOADS] {
        let effect = after(until, error(401, code::UNAUTHORIZED));
        assert_eq!(
            effect,
            Effect::Done(Err(UploadError::Refused {
                status: 401,
                code: "unauthorized".to_owned(),
                message: "this is unauthorized; do something".to_owned(),
            }))
        );
    }
    let nonsense = answer(507, &[], b"<html>".to_vec());
    assert!(matches!(
        after(|request| request.method == Method::Patch, nonsense),
        Effect::Done(Err(UploadError::Refused { status: 507, .. }))
    ));
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    let states = |offset, len| {
        let id = BlobRef::of(
            &desk(&[10])
                .files
                .values()
                .find(|file| file.len() == len)
                .unwrap()
                .clone(),
        )
        .id;
        let states = vec![UploadState {
            id,
            offset,
            complete: false,
        }];
        answer(200, &[], wire::write(&states).unwrap())
    };
    let ask = |request: &Request| request.path == path::UPLOADS;
    let patch = |request: &Request| request.method == Method::Patch;
    let is_refused = |effect: Effect| {
        assert!(
            matches!(effect, Effect::Done(Err(UploadError::Answer(_)))),
            "{effect:?}"
        )
    };
    is_refused(after(ask, states(11, 10)));
    is_refused(after(ask, answer(200, &[], b"[{]".to_vec())));
    is_refused(after(patch, answer(204, &[], vec![])));
    is_refused(after(
        patch,
        answer(204, &[(header::UPLOAD_OFFSET, "99".to_owned())], vec![]),
    ));
    is_refused(after(publishes, answer(200, &[], b"{}".to_vec())));
}

#[test]
fn a_blob_that_is_wrong_here_is_named_and_not_sent_for_ever() {
    let mut desk = desk(&[300_000]);
    let (id, _) = desk
        .files
        .iter()
        .find(|(_, file)| file.len() == 300_000)
        .unwrap();
    let id = *id;
    desk.files.get_mut(&id).unwrap()[299_999] ^= 1;
    let mut cloud = Cloud::default();
    let run = desk.run(&mut cloud, |_, _| None);
    assert_eq!(run.end, Err(UploadError::WrongHash(id)));
    assert_eq!(cloud.stored, 600_000);
    assert_eq!(cloud.published, []);
}

#[test]
fn a_cloud_that_lost_what_it_had_is_asked_again() {
    let desk = desk(&[10, 20]);
    let mut cloud = Cloud::default();
    // Its disk is restored from a backup just before the publication arrives.
    let run = {
        let mut lost = false;
        let mut upload = Upload::new(desk.job.clone(), 5, 1);
        let mut inputs = VecDeque::from([Input::Go]);
        loop {
            match upload.step(inputs.pop_front().unwrap()).pop() {
                Some(Effect::Read { blob, .. }) => {
                    inputs.push_back(Input::Bytes(desk.files[&blob].clone()));
                }
                Some(Effect::Http(request)) => {
                    if publishes(&request) && !lost {
                        lost = true;
                        cloud.blobs.clear();
                    }
                    inputs.extend(
                        cloud
                            .serve(&request, usize::MAX)
                            .into_iter()
                            .map(Input::Exchange),
                    );
                }
                Some(Effect::Done(end)) => break end,
                other => assert!(other.is_none(), "{other:?}"),
            }
        }
    };
    assert_eq!(run.unwrap().published, Some(PUBLISHED));
    assert_eq!(cloud.published.len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_or_is_short_ends_it() {
    for input in [
        Input::ReadFailed("the disk is gone".to_owned()),
        Input::Bytes(vec![0; 3]),
    ] {
        let desk = desk(&[10]);
        let mut upload = Upload::new(desk.job, 5, 1);
        let Some(Effect::Http(request)) = upload.step(Input::Go).pop() else {
            panic!();
        };
        let mut last = None;
        for exchange in Cloud::default().serve(&request, usize::MAX) {
            last = upload.step(Input::Exchange(exchange)).pop();
        }
        assert!(matches!(last, Some(Effect::Read { len: 10, .. })));
        let end = upload.step(input).pop();
        assert!(
            matches!(end, Some(Effect::Done(Err(UploadError::Local(_))))),
            "{end:?}"
        );
    }
}

#[test]
fn where_another_desk_was_faster_the_clouds_offset_is_the_truth() {
    let desk = desk(&[600_000]);
    let (id, file) = desk
        .files
        .iter()
        .find(|(_, file)| file.len() == 600_000)
        .unwrap();
    let mut cloud = Cloud::default();
    let mut upload = Upload::new(desk.job.clone(), 5, 1);
    let mut inputs = VecDeque::from([Input::Go]);
    let mut conflicts = 0;
    loop {
        match upload.step(inputs.pop_front().unwrap()).pop() {
            Some(Effect::Read { blob, offset, len }) => inputs.push_back(Input::Bytes(
                desk.files[&blob][offset as usize..(offset + len) as usize].to_vec(),
            )),
            Some(Effect::Http(request)) => {
                // The other one sends 1,000 bytes of the same blob just before.
                let stored = cloud.blobs.entry(*id).or_default();
                let at = stored.bytes.len();
                if request.method == Method::Patch && conflicts < 3 && !stored.complete {
                    conflicts += 1;
                    stored.bytes.extend_from_slice(&file[at..at + 1000]);
                    cloud.stored += 1000;
                }
                inputs.extend(
                    cloud
                        .serve(&request, usize::MAX)
                        .into_iter()
                        .map(Input::Exchange),
                );
            }
            Some(Effect::Done(end)) => break assert!(end.is_ok(), "{end:?}"),
            other => assert!(other.is_none(), "{other:?}"),
        }
    }
    assert_eq!(conflicts, 3);
    desk.assert_arrived(&cloud);
}

#[test]
fn it_can_be_stopped_at_any_time() {
    let mut upload = Upload::new(desk(&[10]).job, 5, 1);
    upload.step(Input::Go);
    assert_eq!(
        upload.step(Input::Cancel),
        [Effect::Done(Err(UploadError::Cancelled))]
    );
    assert_eq!(upload.step(Input::Exchange(Exchange::End)), []);
}

#[test]
fn photos_need_no_publication_and_nothing_needs_no_request() {
    let mut desk = desk(&[300_000]);
    let document = desk.job.publish.take().unwrap().document;
    desk.files.remove(&document.id);
    let mut cloud = Cloud::default();
    let run = desk.run(&mut cloud, |_, _| None);
    assert_eq!(
        run.end,
        Ok(Uploaded {
            published: None,
            sent: 300_000
        })
    );
    desk.assert_arrived(&cloud);
    let nothing = Job {
        blobs: vec![],
        publish: None,
    };
    let effects = Upload::new(nothing, 5, 1).step(Input::Go);
    assert!(matches!(effects.last(), Some(Effect::Done(Ok(_)))));
}

#[test]
fn more_blobs_than_one_question_holds_are_asked_about_in_turn() {
    let lens: Vec<usize> = (0..ASK_BLOBS + 20).collect();
    let desk = desk(&lens);
    let mut cloud = Cloud::default();
    let run = desk.run(&mut cloud, |number, _| {
        (number == 1).then_some(Fault::AnswerLost)
    });
    run.end.unwrap();
    desk.assert_arrived(&cloud);
    let too_large = Job {
        blobs: vec![BlobRef {
            id: BlobId([1; 32]),
            len: u64::MAX,
        }],
        publish: None,
    };
    let effects = Upload::new(too_large, 5, 1).step(Input::Go);
    assert!(matches!(
        effects.last(),
        Some(Effect::Done(Err(UploadError::TooLarge { .. })))
    ));
}
