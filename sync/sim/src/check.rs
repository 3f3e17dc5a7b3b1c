//! What has to hold once faults have stopped, by the numbers of the plan.

use std::collections::BTreeMap;

use hotaru_content::blob::BlobId;
use hotaru_content::lesson::Revision;
use hotaru_content::log::Chain;
use hotaru_sync::wire::Change;

use crate::world::{Fingerprint, World, fingerprint};

/// No world needs more rounds than this to come to rest.
const MAX_ROUNDS: usize = 8;
/// A sync with nothing to do sends no more than this, in bytes of body.
const IDLE_BYTES: u64 = 16;
/// How many of the requests that were heard are replayed.
const REPLAYS: usize = 60;

/// Heals a world and checks it; what does not hold is added to [`World::broken`].
pub fn check(world: &mut World) {
    world.heal();
    let mut rounds = 0;
    loop {
        world.sync_all();
        rounds += 1;
        let mut reports = world.terminals.iter().map(|terminal| &terminal.last);
        let is_quiet = reports.all(|last| {
            last.as_ref().is_some_and(|(whole, report)| {
                *whole && report.events_acknowledged == 0 && report.bytes_sent <= IDLE_BYTES
            })
        });
        if is_quiet {
            break;
        }
        if rounds == MAX_ROUNDS {
            let last = world.terminals.iter().find_map(|terminal| {
                let (whole, report) = terminal.last.as_ref()?;
                (!whole || report.bytes_sent > IDLE_BYTES).then(|| format!("{report:?}"))
            });
            let what = format!("(11, 12) no rest after {rounds} rounds: {last:?}");
            world.broken.push(what);
            break;
        }
    }
    let mut broken = Vec::new();
    events(world, &mut broken);
    streams(world, &mut broken);
    lessons(world, &mut broken);
    replay(world, &mut broken);
    world.broken.extend(broken);
}

/// (1, 2, 4, 13) Every confirmed event is at the school exactly once.
fn events(world: &World, broken: &mut Vec<String>) {
    let mut there: BTreeMap<Fingerprint, usize> = BTreeMap::new();
    for stream in world.school.db.streams.values() {
        for event in &stream.events {
            let Some(print) = fingerprint(stream.open.pupil, event) else {
                continue;
            };
            *there.entry(print).or_default() += 1;
        }
    }
    for print in &world.confirmed {
        let times = there.remove(print).unwrap_or(0);
        if times > 1 || (times == 0 && !world.excused.contains(print)) {
            broken.push(format!(
                "(1) answer {} of pupil {} is at the school {times} times",
                print.1, print.0
            ));
        }
    }
    if let Some((print, _)) = there.first_key_value() {
        broken.push(format!("(1) answer {} was never given", print.1));
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
            let stream = world.school.db.streams.get(&log.open.stream);
            let is_there = stream.is_some_and(|stream| {
                let mut events = stream.events.iter().take(log.events.len());
                let mut chain = Chain::open(&stream.open);
                let whole = events.all(|event| chain.push(event).is_ok());
                whole && chain.point() == log.point()
            });
            if !log.events.is_empty() && !is_there {
                broken.push(format!("(3) the ends of pupil {pupil}'s stream differ"));
            }
        }
    }
}

/// (6, 7, 9, 10) Every terminal has its classes' lessons, whole, and no others.
fn lessons(world: &World, broken: &mut Vec<String>) {
    for (place, terminal) in world.terminals.iter().enumerate() {
        let wanted = world.school.lessons_of(terminal.id);
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
                    if is_same && !terminal.disk.is_whole(held) {
                        broken.push(format!("(7) terminal {place} lacks a blob"));
                    }
                }
            }
        }
    }
}

/// (5) Whatever was sent may arrive again.
fn replay(world: &mut World, broken: &mut Vec<String>) {
    let before = world.school.db.streams.clone();
    let step = (world.heard.len() / REPLAYS).max(1);
    for (from, request) in world.heard.iter().step_by(step) {
        if let Err(pending) = world.school.receive(*from, request) {
            world.school.commit(*pending);
        }
    }
    if world.school.db.streams != before {
        broken.push("(5) a replayed request changed something".to_owned());
    }
}
