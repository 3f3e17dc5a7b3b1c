//! What has to hold once faults have stopped, by the numbers of the plan.

mod identity;

use std::collections::{BTreeMap, BTreeSet};

use hotaru_content::blob::BlobId;
use hotaru_content::drill::Verdict;
use hotaru_content::id::StreamId;
use hotaru_content::lesson::Revision;
use hotaru_content::log::{Chain, Fact};
use hotaru_sync::wire::{Change, ReceiptState};

use crate::world::{Fingerprint, Terminal, World, fingerprint};

/// No world needs more rounds than this to come to rest.
const MAX_ROUNDS: usize = 8;
/// A sync with nothing to do sends no more than this, in bytes of body.
const IDLE_BYTES: u64 = 16;
/// How many of the requests that were heard are replayed.
const REPLAYS: usize = 60;

/// Heals a world and checks it; what does not hold is added to [`World::broken`].
pub fn check(world: &mut World) {
    world.heal();
    // What is locked goes to school as it lies there; what does not follow waits.
    let mut broken = Vec::new();
    for _ in 0..2 {
        world.sync_all();
    }
    world.check_locked(&mut broken);
    world.open_all();
    let mut rounds = 0;
    loop {
        world.sync_all();
        rounds += 1;
        let is_quiet = in_use(world).all(|(_, terminal)| {
            let last = terminal.last.as_ref();
            last.is_some_and(|(whole, report)| {
                *whole && report.events_acknowledged == 0 && report.bytes_sent <= IDLE_BYTES
            })
        });
        if is_quiet {
            break;
        }
        if rounds == MAX_ROUNDS {
            let last = in_use(world).find_map(|(_, terminal)| {
                let (whole, report) = terminal.last.as_ref()?;
                (!whole || report.bytes_sent > IDLE_BYTES).then(|| format!("{report:?}"))
            });
            let what = format!("(11, 12) no rest after {rounds} rounds: {last:?}");
            world.broken.push(what);
            break;
        }
    }
    world.ask_for_the_rest();
    world.sync_all();
    events(world, &mut broken);
    grades(world, &mut broken);
    photos(world, &mut broken);
    pushes(world, &mut broken);
    streams(world, &mut broken);
    returns(world, &mut broken);
    lessons(world, &mut broken);
    identity::erased(world, &mut broken);
    world.check_codes(&mut broken);
    world.check_orders(&mut broken);
    replay(world, &mut broken);
    world.broken.extend(broken);
}

/// Terminals that were not erased, with their places.
fn in_use(world: &World) -> impl Iterator<Item = (usize, &Terminal)> {
    let terminals = world.terminals.iter().enumerate();
    terminals.filter(|(_, terminal)| terminal.erased.is_none())
}

/// (1, 2, 4, 13) Every confirmed event is at the school exactly once.
///
/// Where several copies of one disk (an image that was put back is one) hold the same unsent
/// answers, and a restored cloud then hears of them in another order than before, their forks
/// may name them twice: there, at least once is asked for. Nothing is ever lost.
fn events(world: &World, broken: &mut Vec<String>) {
    let mut there: BTreeMap<Fingerprint, Vec<StreamId>> = BTreeMap::new();
    for stream in world.school.db.streams.values() {
        for event in &stream.events {
            let Some(print) = fingerprint(stream.open.pupil, event) else {
                continue;
            };
            there.entry(print).or_default().push(stream.open.stream);
        }
    }
    for print in &world.confirmed {
        let streams = there.remove(print).unwrap_or_default();
        let is_missing = streams.is_empty() && !world.excused.contains(print);
        let is_twice = streams.len() > 1 && !(world.was_restored && world.was_copied);
        if is_twice || is_missing {
            broken.push(format!(
                "(1) answer {} of pupil {} is at the school {} times: {streams:?}",
                print.1,
                print.0,
                streams.len()
            ));
        }
    }
    if let Some((print, _)) = there.first_key_value() {
        broken.push(format!("(1) answer {} was never given", print.1));
    }
}

/// (8) What an answer is worth follows from the answer and the drill that the pupil saw.
fn grades(world: &World, broken: &mut Vec<String>) {
    let school = &world.school;
    for stream in school.db.streams.values() {
        for event in &stream.events {
            let (Fact::Answered(answered), Some(print)) =
                (event.fact(), fingerprint(stream.open.pupil, event))
            else {
                continue;
            };
            let is_here = school.db.blobs.contains_key(&answered.drill);
            // A restored cloud may lack a drill until its lesson is pushed again.
            let known = world.worth.get(&print);
            let known = known.filter(|worth| is_here || **worth == Verdict::Unknown);
            let given = school.verdict(stream.open.pupil, event, &answered);
            if known.is_some_and(|known| *known != given) {
                let number = print.1;
                broken.push(format!(
                    "(8) answer {number} counts as {given:?}, and is {known:?}"
                ));
            }
            if !is_here && !world.was_restored && known.is_none() {
                broken.push(format!("(8) the drill of answer {} is gone", print.1));
            }
        }
    }
}

/// (1, 10) Every photo of paper study is at the school.
fn photos(world: &World, broken: &mut Vec<String>) {
    for (after, photo) in &world.photos {
        let is_there = world.school.db.blobs.contains_key(photo);
        if !is_there && !world.excused.contains(after) {
            broken.push(format!("(1) the photo after answer {} is lost", after.1));
        }
    }
}

/// (1, 2, 4, 10) What a desk made is at the school once it was told so, as it was made; what
/// the school refused is not.
fn pushes(world: &World, broken: &mut Vec<String>) {
    let school = &world.school;
    for (blob, bytes) in &school.db.blobs {
        if BlobId::of(bytes) != *blob {
            broken.push(format!("(10) the school keeps other bytes as {blob}"));
        }
    }
    for ((lesson, revision), document) in &world.told {
        if school.edition((*lesson, *revision)) != Some(*document) {
            broken.push(format!("(2) revision {revision} of {lesson} is lost"));
        }
    }
    for (edition, document) in school.editions() {
        if world.made.get(document) != Some(edition) {
            broken.push(format!("(1) {edition:?} was never made"));
        }
    }
    for job in world.desks.iter().flat_map(|desk| &desk.refused) {
        if school.edition(job.edition) == Some(job.publish.document.id) {
            broken.push(format!("(5) {:?} is there and was refused", job.edition));
        }
    }
    for lesson in &world.withdrawn {
        let change = school.db.changes.get(lesson);
        if !matches!(change, Some((_, _, Change::Withdraw { .. }))) {
            broken.push(format!("(6) {lesson} was withdrawn and is there"));
        }
    }
    // A revision has arrived, was refused, or its lesson was wanted back while it waited.
    let refused = world.desks.iter().flat_map(|desk| &desk.refused);
    let refused: BTreeSet<BlobId> = refused.map(|job| job.publish.document.id).collect();
    for (document, edition) in &world.made {
        let has_arrived = world.arrived.contains(document);
        if !has_arrived && !refused.contains(document) && !world.unwanted.contains(&edition.0) {
            broken.push(format!("(1) {edition:?} was made and is nowhere"));
        }
    }
}

/// (3) Streams are contiguous and lead to their heads, and both ends agree.
fn streams(world: &World, broken: &mut Vec<String>) {
    for stream in world.school.db.streams.values() {
        let mut chain = Chain::open(&stream.open);
        let whole = stream.events.iter().all(|event| chain.push(event).is_ok());
        if !whole || chain.point() != stream.point {
            broken.push(format!("(3) stream {} has gaps", stream.open.stream));
        }
    }
    for terminal in &world.terminals {
        for (pupil, log) in &terminal.disk.logs {
            let stream = world.school.db.streams.get(&log.now.open.stream);
            let is_there = stream.is_some_and(|stream| {
                let mut events = stream.events.iter().take(log.now.events.len());
                let mut chain = Chain::open(&stream.open);
                let whole = events.all(|event| chain.push(event).is_ok());
                whole && chain.point() == log.now.point()
            });
            if !log.now.events.is_empty() && !is_there {
                broken.push(format!("(3) the ends of pupil {pupil}'s stream differ"));
            }
        }
    }
}

/// (7, 9) What came back to a spare terminal is all that the pupil did, and nobody else's.
fn returns(world: &World, broken: &mut Vec<String>) {
    for (place, terminal) in world.terminals.iter().enumerate() {
        for (pupil, log) in &terminal.disk.logs {
            if log.returned.iter().any(|back| back.open.pupil != *pupil) {
                broken.push(format!("(9) terminal {place} has another pupil's study"));
            }
            if !world.school.agreed.contains(&(terminal.id(), *pupil)) {
                continue;
            }
            let theirs = world.school.db.streams.values();
            for there in theirs.filter(|there| there.open.pupil == *pupil) {
                // A copy of this disk may have gone on in a stream of its own.
                let mut own = log.former.iter().chain([&log.now]);
                if there.events.is_empty() || own.any(|own| own.open == there.open) {
                    continue;
                }
                let here = log.returned.iter().find(|here| here.open == there.open);
                if here.is_none_or(|here| here.events != there.events) {
                    let (id, of) = (there.open.stream, there.events.len());
                    let here = here.map(|here| here.events.len());
                    broken.push(format!(
                        "(7) of {id}, {of} events, {here:?} came back to terminal {place}"
                    ));
                }
            }
        }
    }
}

/// (6, 7, 9, 10) Every terminal has its classes' lessons, whole, and no others.
fn lessons(world: &World, broken: &mut Vec<String>) {
    for (place, terminal) in in_use(world) {
        let wanted = world.school.lessons_of(terminal.id());
        for (id, bytes) in &terminal.disk.blobs {
            if BlobId::of(bytes) != *id {
                broken.push(format!("(10) terminal {place} shows wrong bytes"));
            }
        }
        for (lesson, held) in &terminal.disk.lessons {
            let Ok(doc) = Revision::from_json(&held.document) else {
                broken.push(format!("(7) terminal {place} has a damaged document"));
                continue;
            };
            let named: Vec<_> = doc.materials.iter().flat_map(|m| m.blobs()).collect();
            if !named.iter().eq(held.slots.iter().map(|(_, _, blob)| blob)) {
                broken.push(format!(
                    "(7) terminal {place} shows an old revision's blobs"
                ));
            }
            // What was published after a backup that the cloud came back from may stay.
            if !world.was_restored && !matches!(wanted.get(lesson), Some(Change::Put { .. })) {
                broken.push(format!(
                    "(6, 9) terminal {place} has a lesson that is not its own"
                ));
            }
        }
        for (lesson, change) in wanted {
            let held = terminal.disk.lessons.get(&lesson);
            match (change, held) {
                (Change::Withdraw { .. }, Some(_)) => {
                    broken.push(format!("(6) terminal {place} missed a withdrawal"));
                }
                (Change::Withdraw { .. }, None) => {}
                (Change::Put { .. }, None) => {
                    broken.push(format!("(6) terminal {place} missed a lesson"));
                }
                (
                    Change::Put {
                        revision, document, ..
                    },
                    Some(held),
                ) => {
                    let is_newer = held.revision > *revision && world.was_restored;
                    let is_same = held.document == document.as_bytes();
                    if !is_newer && !is_same {
                        broken.push(format!("(6) terminal {place} missed a revision"));
                    }
                    let is_whole = terminal.disk.is_whole(held);
                    if is_same && !is_whole {
                        broken.push(format!("(7) terminal {place} lacks a blob"));
                    }
                    let receipts = &world.school.db.receipts;
                    let receipt = receipts.get(&(terminal.id(), lesson));
                    let is_told = receipt.is_some_and(|receipt| {
                        (receipt.revision, receipt.state)
                            == (held.revision, ReceiptState::OnTerminal)
                    });
                    // Copies of one disk speak for one terminal.
                    if is_same && is_whole && !is_told && !world.is_copy(terminal) {
                        broken.push(format!("(11) nobody knows what terminal {place} has"));
                    }
                }
            }
        }
    }
}

/// (5) Whatever was sent may arrive again; of the exception, see [`events`].
fn replay(world: &mut World, broken: &mut Vec<String>) {
    let before = world.school.db.streams.clone();
    let step = (world.heard.len() / REPLAYS).max(1);
    for (from, request) in world.heard.iter().step_by(step) {
        if let Err(pending) = world.school.receive(*from, request) {
            world.school.commit(*pending);
        }
    }
    let may_change = world.was_restored && world.was_copied;
    let recorded = std::mem::take(&mut world.recorded);
    for request in recorded.iter().step_by((recorded.len() / REPLAYS).max(1)) {
        world.must_stay_outside(request, "replayed");
    }
    if world.school.db.streams != before && !may_change {
        broken.push("(5) a replayed request changed something".to_owned());
    }
}
