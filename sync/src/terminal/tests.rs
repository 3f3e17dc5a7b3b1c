//! One sync against a cloud in memory, with a line in between that does what lines do.

mod cloud;
mod line;
mod store;

use std::collections::BTreeMap;
use std::time::Duration;

use hotaru_content::blob::{BlobRef, GROUP_LEN};
use hotaru_content::id::PupilId;
use hotaru_content::lesson::{Body as Material, Part};
use hotaru_content::order::Unsent;
use hotaru_content::shelf::{Owed, ReceiptState, SealedFor};
use proptest::prelude::*;

use super::*;
use crate::http::Headers;
use crate::order::Order;
use crate::pack::sample::Random;
use crate::wire::{self, code, path};
use cloud::{ours, refuse};
use line::{CHUNK, Fate, World};
use store::Log;

const PUPILS: [PupilId; 2] = [PupilId([1; 16]), PupilId([2; 16])];

fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut random = Random(seed);
    (0..len).map(|_| random.number() as u8).collect()
}

/// Two pupils with study, three lessons with materials of all sizes.
fn world() -> World {
    let mut world = World::new();
    for (pupil, seed) in PUPILS.into_iter().zip(11..) {
        let mut log = Log::new(seed);
        log.study(30);
        world.store.logs.insert(pupil, log);
    }
    for lesson in 1..=3_u8 {
        let seed = u64::from(lesson) * 100;
        let text = world.cloud.blob(noise(seed, 900));
        let drill = world.cloud.blob(noise(seed + 1, 6000));
        let photo = world.cloud.blob(noise(seed + 2, 40_000));
        let handout = world.cloud.blob(noise(seed + 3, GROUP_LEN as usize * 4));
        let part = world.cloud.blob(noise(seed + 4, 130_001));
        world.cloud.publish(
            lesson,
            1,
            vec![
                Material::Recording {
                    parts: vec![Part {
                        blob: part,
                        duration_ms: 1000,
                    }],
                    captions: None,
                    width: 1,
                    height: 1,
                },
                Material::Handout {
                    blob: handout,
                    pages: 1,
                },
                Material::BoardPhoto {
                    blob: photo,
                    width: 1,
                    height: 1,
                },
                Material::Drill {
                    blob: drill,
                    items: 1,
                },
                Material::Text { blob: text },
            ],
        );
    }
    world
}

/// The cloud has what the terminal says, once and in order; all that came is what it should.
fn assert_whole(world: &World) {
    let mut theirs = BTreeMap::new();
    for (stream, (_, point, events)) in &world.cloud.streams {
        assert_eq!(point.next_seq, events.len() as u64);
        theirs.insert(*stream, events.clone());
    }
    let mut ours = BTreeMap::new();
    for log in world.store.logs.values() {
        assert_eq!(log.acknowledged, log.point());
        ours.extend(log.streams());
    }
    ours.retain(|_, events| !events.is_empty());
    assert_eq!(ours, theirs);
    assert_eq!(world.store.wants(), []);
    assert_eq!(world.store.lessons.len(), 3);
    for (id, bytes) in &world.store.blobs {
        assert_eq!(&world.cloud.blobs[id], bytes);
    }
    assert_eq!(world.store.told.len(), 3);
}

#[test]
fn a_sync_brings_all_and_a_second_one_costs_one_request() {
    let mut world = world();
    let report = world.sync().done();
    assert_whole(&world);
    assert_eq!((report.events_acknowledged, report.blobs_fetched), (60, 15));
    assert!(
        report.waiting.is_empty() && report.faults.is_empty(),
        "{report}"
    );
    let asked = world.cloud.asked.len();
    assert_eq!(report.requests, asked as u64);
    let again = world.sync().done();
    assert_eq!(
        (again.requests, again.bytes_sent, again.bytes_received),
        (1, 0, 0)
    );
    assert_eq!(world.cloud.asked[asked..], ["Get /v1/lessons?after=3"]);
}

#[test]
fn need_decides_the_order() {
    let mut world = world();
    world.sync().done();
    let sizes: Vec<u64> = world
        .cloud
        .asked
        .iter()
        .filter_map(|asked| asked.strip_prefix("Get /v1/blobs/")?.parse().ok())
        .map(|blob| world.cloud.blobs[&blob].len() as u64)
        .collect();
    // The first lesson is today's: its drill comes before the other texts.
    let texts = [900, 6000, 900, 900, 6000, 6000];
    let rest = [
        40_000, 40_000, 40_000, 65_536, 65_536, 65_536, 130_001, 130_001, 130_001,
    ];
    assert_eq!(sizes, [&texts[..], &rest].concat());
    assert!(world.cloud.asked[0].contains("/events") && world.cloud.asked[1].contains("/events"));
    assert!(world.cloud.asked.last().unwrap().contains("receipts"));
    let last = world.progress.last().unwrap();
    assert_eq!((last.here.items, last.waiting.items), (15, 0));
    assert!(world.progress.iter().any(|progress| progress.stored));
}

#[test]
fn whatever_the_line_does_all_arrives_exactly_once() {
    for seed in 0..150 {
        let mut world = world();
        world.seed = seed;
        let mut random = Random(seed);
        let one_in = 2 + seed % 8;
        for round in 0..6 {
            if round < 3 {
                world
                    .store
                    .logs
                    .get_mut(&PUPILS[round % 2])
                    .unwrap()
                    .study(5);
            }
            let _ = world.sync_with(|_, _| line::any(&mut random, one_in, 150_000));
        }
        world.sync().done();
        assert_whole(&world);
        for log in world.store.logs.values() {
            assert_eq!(
                log.former.len(),
                0,
                "seed {seed}: a damaged answer is no reason to fork"
            );
        }
        for (id, bytes) in &world.cloud.blobs {
            let path = path::blob(id);
            if bytes.len() as u64 > GROUP_LEN {
                // A fault costs at most the group that it broke, and what of the next one
                // came in the same chunk.
                let faults = world.broken.get(&path).unwrap_or(&0);
                let most = bytes.len() as u64 + faults * (GROUP_LEN + CHUNK as u64);
                assert!(world.delivered[&path] <= most, "seed {seed}");
            }
        }
        assert_eq!(world.sync().done().requests, 1, "seed {seed}");
    }
}

#[test]
fn a_line_that_breaks_after_n_bytes_fetches_nothing_twice() {
    for cut in [
        1, 5_000, 16_383, 16_384, 16_385, 20_000, 32_768, 50_000, 129_999,
    ] {
        let mut world = World::new();
        let bytes = noise(cut as u64, 200_003);
        let blob = world.cloud.blob(bytes);
        world
            .cloud
            .publish(1, 1, vec![Material::Handout { blob, pages: 1 }]);
        let path = path::blob(&blob.id);
        // Where a cut is below a group nothing could ever go forward, so it grows.
        let mut cuts = 0;
        for _ in 0..100 {
            let end = world.sync_with(|_, request| {
                if request.path != path {
                    return Fate::Well;
                }
                cuts += 1;
                Fate::Cut(if cuts % 4 == 0 {
                    cut.max(GROUP_LEN as usize)
                } else {
                    cut
                })
            });
            if matches!(end, line::End::Done(_)) {
                break;
            }
        }
        assert_eq!(world.store.blobs[&blob.id].len(), 200_003);
        let most = blob.len + cuts * GROUP_LEN;
        assert!(
            world.delivered[&path] <= most,
            "{cut}: {}",
            world.delivered[&path]
        );
    }
}

#[test]
fn wrong_bytes_are_thrown_away_and_fetched_again_but_not_for_ever() {
    for size in [9_000, 100_000] {
        let mut world = World::new();
        let blob = world.cloud.blob(noise(1, size));
        let other = world.cloud.blob(noise(2, 50_000));
        world.cloud.publish(
            1,
            1,
            vec![
                Material::Handout { blob, pages: 1 },
                Material::Handout {
                    blob: other,
                    pages: 1,
                },
            ],
        );
        let path = path::blob(&blob.id);
        let mut wrong = 0;
        let report = world.sync_with(|_, request| {
            wrong += usize::from(request.path == path);
            if request.path == path && wrong == 1 {
                Fate::Corrupt(70_000)
            } else {
                Fate::Well
            }
        });
        assert_eq!(report.done().blobs_fetched, 2);

        world.store.blobs.clear();
        let asked = world.cloud.asked.len();
        let report = world.sync_with(|_, request| {
            if request.path == path {
                Fate::Corrupt(70_000)
            } else {
                Fate::Well
            }
        });
        let report = report.done();
        assert_eq!(report.blobs_fetched, 1, "the other one still comes");
        assert_eq!(report.waiting[0].why, WhyWaiting::Wrong);
        assert_eq!(report.faults[0].code(), "wrong-hash");
        let tries = world.cloud.asked[asked..]
            .iter()
            .filter(|asked| asked.ends_with(&path));
        assert_eq!(tries.count(), 3);
    }
}

#[test]
fn a_proxy_that_strips_ranges_does_not_stop_it() {
    let mut world = World::new();
    let blob = world.cloud.blob(noise(1, 100_000));
    world
        .cloud
        .publish(1, 1, vec![Material::Handout { blob, pages: 1 }]);
    world.cloud.knows_ranges = false;
    let path = path::blob(&blob.id);
    let mut first = true;
    let report = world.sync_with(|_, request| {
        if request.path == path && std::mem::take(&mut first) {
            Fate::Cut(50_000)
        } else {
            Fate::Well
        }
    });
    assert_eq!(report.done().blobs_fetched, 1);
    assert_eq!(world.store.blobs[&blob.id].len(), 100_000);
}

#[test]
fn a_metered_line_carries_texts_and_drills_only() {
    let mut world = world();
    world.metered = true;
    world
        .store
        .photos
        .insert(hotaru_content::blob::BlobId::of(b"p"), b"p".to_vec());
    let report = world.sync().done();
    assert_eq!((report.events_acknowledged, report.blobs_fetched), (60, 6));
    assert_eq!(report.waiting.len(), 9);
    assert!(
        report
            .waiting
            .iter()
            .all(|waiting| waiting.why == WhyWaiting::Metered)
    );
    assert!(world.cloud.uploads.is_empty());
    assert_eq!(world.sync().done().requests, 1);
}

#[test]
fn what_fits_comes_and_the_rest_is_told() {
    let mut world = world();
    world.store.room = Some(250_000);
    let report = world.sync().done();
    assert!(report.blobs_fetched >= 9, "{report}");
    assert_eq!(report.faults.len(), 1);
    assert_eq!(report.faults[0].code(), "no-space");
    let told = &world.store.told;
    assert!(
        told.values().any(|(_, state)| matches!(state, ReceiptState::NoSpace { missing_bytes } if *missing_bytes > 0)),
        "{told:?}"
    );
    assert_eq!(world.cloud.receipts.len(), told.len());
    world.store.room = None;
    world.sync().done();
    assert_whole(&world);
}

fn edited(world: &mut World) -> (BlobRef, BlobRef) {
    let text: String = (0..900)
        .map(|at| format!("item {at}: {}\n", at * 7919))
        .collect();
    let old = world.cloud.blob(text.clone().into_bytes());
    let new = world
        .cloud
        .blob(text.replace("item 45", "another 45").into_bytes());
    world.cloud.publish(
        1,
        1,
        vec![Material::Drill {
            blob: old,
            items: 1,
        }],
    );
    world.sync().done();
    world.cloud.publish(
        1,
        2,
        vec![Material::Drill {
            blob: new,
            items: 1,
        }],
    );
    (old, new)
}

#[test]
fn an_edited_drill_comes_as_a_patch_offered_or_not() {
    let mut world = World::new();
    let (old, new) = edited(&mut world);
    world.cloud.patch(old, new);
    let mut offered = World {
        store: world.store.clone(),
        cloud: world.cloud.clone(),
        ..World::new()
    };
    let report = offered.sync().done();
    assert_eq!((report.patches_used, report.blobs_fetched), (1, 1));
    assert!(report.bytes_received < new.len / 5, "{report}");
    // The list came in an earlier sync that broke off: the patch is still found.
    let blobs = path::patch(&old.id, &new.id);
    let end = world.sync_with(|_, request| {
        if request.path == blobs {
            Fate::Lost
        } else {
            Fate::Well
        }
    });
    assert_eq!(end.fault().code(), "broken");
    let report = world.sync().done();
    assert_eq!((report.patches_used, report.requests), (1, 3));
}

#[test]
fn a_patch_that_breaks_goes_on_and_a_wrong_one_is_done_without() {
    let mut world = World::new();
    let (old, new) = edited(&mut world);
    world.cloud.patch(old, new);
    let name = path::patch(&old.id, &new.id);
    let len = world.cloud.patches[&(old.id, new.id)].len() as u64;
    let mut broken = World {
        store: world.store.clone(),
        cloud: world.cloud.clone(),
        ..World::new()
    };
    let report = broken.sync_with(|_, request| {
        if request.path == name {
            Fate::Cut(20)
        } else {
            Fate::Well
        }
    });
    assert_eq!(report.done().patches_used, 1);
    assert_eq!(broken.delivered[&name], len, "no byte of it came twice");
    for fate in [
        Fate::Corrupt(900),
        Fate::Short(30),
        Fate::Instead(refuse(404, code::NOT_FOUND, "-")),
    ] {
        let mut wrong = World {
            store: world.store.clone(),
            cloud: world.cloud.clone(),
            ..World::new()
        };
        let report = wrong.sync_with(|_, request| {
            if request.path == name {
                fate.clone()
            } else {
                Fate::Well
            }
        });
        let report = report.done();
        assert_eq!(
            (report.patches_used, report.blobs_fetched),
            (0, 1),
            "{fate:?}"
        );
        assert!(wrong.store.blobs.contains_key(&new.id));
    }
}

#[test]
fn a_restored_disk_goes_on_in_a_stream_of_its_own() {
    let mut world = world();
    world.sync().done();
    let backup = world.store.clone();
    world.store.logs.get_mut(&PUPILS[0]).unwrap().study(10);
    world.sync().done();
    let lost = world.store.logs[&PUPILS[0]].clone();
    world.store = backup;
    // Fewer, more and as many events as the cloud has beyond the restored point.
    for more in [4, 10, 16] {
        let log = world.store.logs.get_mut(&PUPILS[0]).unwrap();
        let first = log.events.len() as u64;
        log.events
            .extend(crate::pack::sample::answers(999, first, more));
        let report = world.sync().done();
        assert_eq!(report.events_acknowledged, more as u64);
    }
    let log = &world.store.logs[&PUPILS[0]];
    assert_eq!(log.former.len(), 1);
    assert_eq!(log.open.parent.unwrap().0, lost.open.stream);
    assert_eq!(world.cloud.streams[&lost.open.stream].2, lost.events);
    assert_eq!(world.cloud.streams[&log.open.stream].2, log.events);
    assert_eq!(log.events.len(), 30);
}

#[test]
fn a_restored_cloud_gets_everything_again() {
    let mut world = world();
    world.sync().done();
    let backup = world.cloud.streams.clone();
    world.store.logs.get_mut(&PUPILS[0]).unwrap().study(10);
    world.sync().done();
    world.store.logs.get_mut(&PUPILS[0]).unwrap().study(3);
    world.cloud.streams = backup;
    assert_eq!(world.sync().done().events_acknowledged, 3);
    assert_whole(&world);
    // Nothing was left of it at all.
    world.cloud.streams.clear();
    world.store.logs.values_mut().for_each(|log| log.study(2));
    assert_eq!(world.sync().done().events_acknowledged, 4);
    assert_whole(&world);
}

#[test]
fn many_events_go_in_pieces() {
    let mut world = World::new();
    let mut log = Log::new(5);
    log.study(4_100);
    world.store.logs.insert(PUPILS[0], log);
    let report = world.sync().done();
    assert_eq!((report.events_acknowledged, report.requests), (4_100, 4));
}

#[test]
fn each_way_to_be_stopped_has_its_name() {
    let portal = (200, Headers::default(), b"<html>".to_vec());
    let teapot = (503, Headers::default(), vec![]);
    for (answer, code, requests) in [
        (refuse(401, code::UNAUTHORIZED, "unknown"), "not-let-in", 1),
        (refuse(403, code::FORBIDDEN, "no"), "forbidden", 1),
        (portal, "captive-portal", 1),
        (teapot, "unreachable", 6),
        (refuse(503, code::BUSY, "busy"), "unreachable", 6),
    ] {
        let mut world = world();
        let end = world.sync_with(|_, _| Fate::Instead(answer.clone()));
        let line::End::Failed(fault, report) = end else {
            panic!("{end:?}")
        };
        assert_eq!((fault.code(), report.requests), (code, requests));
        assert_eq!(world.store.logs[&PUPILS[0]].acknowledged.next_seq, 0);
        world.sync().done();
        assert_whole(&world);
    }
}

/// A new key is made where the school wants one, sent until the school has it, and then never
/// again.
#[test]
fn a_key_is_renewed_where_the_school_asks_and_sent_until_it_is_there() {
    let mut world = world();
    world.sync().done();
    let idle = world.sync().done().requests;
    world.cloud.wants_key = true;
    let end = world.sync_with(|_, request| match request.path.as_str() {
        path::TERMINAL_KEY => Fate::Instead(refuse(507, code::NO_SPACE, "full")),
        _ => Fate::Well,
    });
    let report = end.done();
    assert!(matches!(
        report.faults[..],
        [SyncFault::Refused { status: 507, .. }]
    ));
    assert!(world.store.pending_key.is_some());
    // A school of before there were such keys does not know the address.
    let end = world.sync_with(|_, request| match request.path.as_str() {
        path::TERMINAL_KEY => Fate::Instead(refuse(404, code::NOT_FOUND, "no")),
        _ => Fate::Well,
    });
    assert!(end.done().faults.is_empty());
    assert!(world.store.pending_key.is_some() && world.cloud.keys.is_empty());
    world.cloud.wants_key = false;
    assert_eq!(world.sync().done().requests, idle + 1);
    assert_eq!(world.cloud.keys.len(), 1);
    assert_eq!(world.store.pending_key, None);
    assert_eq!(world.sync().done().requests, idle);
}

/// Whom the school orders to remove goes, once, and the rest of the sync goes on.
#[test]
fn a_pupil_is_removed_where_the_school_orders_it() {
    let mut world = world();
    let [pupil, other] = PUPILS;
    world.cloud.order(7, Order::RemovePupil { pupil });
    world.sync().done();
    assert_eq!(world.cloud.done, [7]);
    assert!(!world.store.logs.contains_key(&pupil));
    assert!(world.store.logs.contains_key(&other));
    world.cloud.orders.clear();
    world.sync().done();
    let log = &world.store.logs[&other];
    assert_eq!(log.acknowledged.next_seq, 30);
}

/// An erasure that may wait lets everything go to school first, and nothing more come from it.
#[test]
fn before_an_erasure_everything_is_sent_and_nothing_is_fetched() {
    let mut world = world();
    let photo = noise(1, 30_000);
    let id = hotaru_content::blob::BlobId::of(&photo);
    world.store.photos.insert(id, photo);
    let nothing = Unsent::default();
    world.store.unsent_untold = Some(nothing);
    world.cloud.order(7, Order::Erase { at_once: false });
    let report = world.sync().done();
    assert_eq!(report.erase_due().map(|erase| erase.number), Some(7));
    assert_eq!((report.blobs_fetched, world.store.photos.len()), (0, 0));
    assert_eq!(world.cloud.unsent, [nothing]);
    for pupil in PUPILS {
        let log = &world.store.logs[&pupil];
        assert_eq!(log.acknowledged.next_seq, log.events.len() as u64);
    }
    // It was taken back before it was carried out: all goes on.
    world.cloud.orders.clear();
    assert_eq!(world.sync().done().erase_ordered, None);
    assert_eq!(world.store.erase_ordered, None);
    assert_whole(&world);
}

/// One that may not wait ends the sync.
#[test]
fn nothing_is_done_any_more_where_a_terminal_is_to_be_erased_at_once() {
    let mut world = world();
    let photo = noise(1, 30_000);
    let id = hotaru_content::blob::BlobId::of(&photo);
    world.store.photos.insert(id, photo);
    world.cloud.order(7, Order::Erase { at_once: true });
    let report = world.sync().done();
    assert!(report.erase_ordered.is_some_and(|erase| erase.at_once));
    assert_eq!((report.blobs_fetched, world.store.photos.len()), (0, 1));
    assert_eq!(
        world.cloud.asked.last().map(String::as_str),
        Some("Get /v1/orders")
    );
}

/// What is unsent is told where it changed, and never again.
#[test]
fn what_is_unsent_is_told_until_it_is_there() {
    let mut world = world();
    world.sync().done();
    let idle = world.sync().done().requests;
    let unsent = Unsent {
        locked: 1,
        ..Unsent::default()
    };
    world.store.unsent_untold = Some(unsent);
    let end = world.sync_with(|_, request| match request.path.as_str() {
        path::TERMINAL_UNSENT => Fate::Instead(refuse(507, code::NO_SPACE, "full")),
        _ => Fate::Well,
    });
    assert_eq!(end.done().faults.len(), 1);
    assert_eq!(world.sync().done().requests, idle + 1);
    assert_eq!(world.cloud.unsent, [unsent]);
    assert_eq!(world.sync().done().requests, idle);
}

#[test]
fn a_disk_of_before_a_new_key_is_told_so() {
    let mut world = world();
    let refusal = refuse(401, code::SUPERSEDED, "renewed");
    let end = world.sync_with(|_, _| Fate::Instead(refusal.clone()));
    let line::End::Failed(fault, report) = end else {
        panic!("{end:?}")
    };
    assert_eq!((fault.code(), report.requests), ("superseded", 1));
}

/// Also where the join is undone while photos go up: nothing is asked after that.
#[test]
fn who_is_let_in_no_more_in_the_middle_of_photos_stops_there() {
    let mut world = World::new();
    let photo = noise(1, 30_000);
    let id = hotaru_content::blob::BlobId::of(&photo);
    world.store.photos.insert(id, photo);
    let mut last = String::new();
    let end = world.sync_with(|_, request| {
        last.clone_from(&request.path);
        if request.path.starts_with("/v1/uploads") {
            Fate::Instead(refuse(401, code::UNAUTHORIZED, "unknown"))
        } else {
            Fate::Well
        }
    });
    let line::End::Failed(fault, _) = end else {
        panic!("{end:?}")
    };
    assert_eq!(fault.code(), "not-let-in");
    assert!(last.starts_with("/v1/uploads"), "{last}");
    assert_eq!(world.store.photos.len(), 1);
    world.sync().done();
    assert!(world.store.photos.is_empty());
}

#[test]
fn what_the_school_no_longer_has_is_named_and_passed_over() {
    let mut world = world();
    let gone = *world
        .cloud
        .blobs
        .iter()
        .find(|(_, bytes)| bytes.len() == 40_000)
        .unwrap()
        .0;
    world.cloud.blobs.remove(&gone);
    let report = world.sync().done();
    assert_eq!(report.blobs_fetched, 14);
    assert_eq!(report.faults, [SyncFault::Gone(gone)]);
    assert_eq!(report.waiting[0].why, WhyWaiting::Gone);
}

#[test]
fn waits_grow_with_jitter_and_heed_retry_after() {
    let mut world = world();
    let _ = world.sync_with(|_, _| Fate::Lost);
    let mut bound = Duration::from_millis(500);
    assert_eq!(world.waits.len(), 5);
    for wait in &world.waits {
        assert!(*wait <= bound, "{:?}", world.waits);
        bound *= 2;
    }
    world.waits.clear();
    let busy = ours(503, vec![("retry-after", "17".to_owned())], vec![]);
    world
        .sync_with(|at, _| {
            if at == 0 {
                Fate::Instead(busy.clone())
            } else {
                Fate::Well
            }
        })
        .done();
    assert_eq!(world.waits, [Duration::from_secs(17)]);
}

#[test]
fn photos_of_paper_study_go_up_and_go_on_where_they_broke() {
    let mut world = World::new();
    for seed in 0..2 {
        let bytes = noise(seed, 300_000);
        world
            .store
            .photos
            .insert(hotaru_content::blob::BlobId::of(&bytes), bytes);
    }
    let mut random = Random(3);
    world.sync_with(|_, request| {
        let is_upload = request.path.starts_with("/v1/uploads/");
        if is_upload && random.below(3) == 0 {
            Fate::AnswerLost
        } else {
            Fate::Well
        }
    });
    world.sync().done();
    assert!(world.store.photos.is_empty());
    assert_eq!(world.cloud.uploads.len(), 2);
    assert_eq!(world.sync().done().requests, 1);
}

#[test]
fn a_restored_cloud_gets_back_what_it_had() {
    let mut world = world();
    world.sync().done();
    let before = world.cloud.streams.clone();
    // Back to a backup: of one pupil a part, of the other nothing.
    let mut streams = world.cloud.streams.values_mut();
    let (open, point, events) = streams.next().unwrap();
    events.truncate(12);
    let mut chain = hotaru_content::log::Chain::open(open);
    for event in events.iter() {
        chain.push(event).unwrap();
    }
    *point = chain.point();
    let gone = *world.cloud.streams.keys().nth(1).unwrap();
    world.cloud.streams.remove(&gone);
    world.cloud.receipts.clear();
    // Nothing says so while it is the same run.
    assert_eq!(world.sync().done().requests, 1);
    world.cloud.run = 7;
    // A line that breaks on the way: the run is not taken for one that was asked.
    world.sync_with(|at, _| {
        if at == 2 {
            Fate::AnswerLost
        } else {
            Fate::Well
        }
    });
    world.sync().done();
    assert_eq!(world.cloud.streams, before);
    assert_eq!(world.cloud.receipts.len(), 3, "receipts are told again");
    assert_eq!(world.sync().done().requests, 1);
}

/// The version before named no run; a cloud that is updated and restored at once may list what
/// comes next under numbers that half a list of before has passed over.
#[test]
fn half_a_list_of_a_cloud_without_runs_begins_again_under_one_that_has_them() {
    let mut world = World::new();
    let page = wire::Lessons {
        from: None,
        cursor: 9,
        changes: vec![],
        patches: vec![],
        more: true,
        server_ms: 0,
    };
    let half = ours(200, vec![], wire::write_framed(&page).unwrap());
    world.sync_with(|at, _| match at {
        0 => Fate::Instead(half.clone()),
        _ => Fate::AnswerLost,
    });
    world.cloud.asked.clear();
    world.cloud.run = 7;
    world.sync().done();
    let asked = &world.cloud.asked;
    let lists = asked
        .iter()
        .filter(|asked| asked.contains("lessons?after="));
    let lists: Vec<&str> = lists.map(String::as_str).collect();
    assert_eq!(
        lists,
        ["Get /v1/lessons?after=9", "Get /v1/lessons?after=1"]
    );
    world.cloud.asked.clear();
    world.sync().done();
    assert_eq!(world.cloud.asked, ["Get /v1/lessons?after=1"]);
}

#[test]
fn what_is_sealed_goes_to_school_as_it_is() {
    let owed = |kind: u8, what| Owed {
        what,
        mark: [kind; 32],
        bytes: vec![kind; 100],
    };
    let mut world = world();
    let pupil = *world.store.logs.keys().next().unwrap();
    world.store.owed = vec![
        owed(1, SealedFor::Codes(pupil)),
        owed(2, SealedFor::Journal(pupil)),
        Owed {
            bytes: vec![0; wire::MAX_JOURNAL_LEN + 1],
            ..owed(3, SealedFor::Journal(pupil))
        },
    ];
    // One that is refused holds no other up, and stays owed; one that is too long waits.
    let refused = wire::write(&ErrorBody {
        code: "forbidden".to_owned(),
        message: "join again".to_owned(),
    });
    let refused = ours(403, vec![], refused.unwrap());
    let report = world.sync_with(|_, asked| match asked.path.as_str() {
        path::UNLOCK_CODES => Fate::Instead(refused.clone()),
        path::JOURNALS => Fate::Instead(ours(204, vec![], vec![])),
        _ => Fate::Well,
    });
    assert_eq!(report.done().faults.len(), 1);
    let left: Vec<u8> = world.store.owed.iter().map(|owed| owed.mark[0]).collect();
    assert_eq!(left, [1, 3]);
}

#[test]
fn to_stop_loses_nothing() {
    let world = world();
    let mut core = Terminal::new(Config {
        has_locked: false,
        awaited: Vec::new(),
        pupils: world.store.logs.keys().copied().collect(),
        metered: false,
        patience: 5,
        seed: 1,
    });
    core.step(Input::Start, 0);
    let effects = core.step(Input::Cancel, 9);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Failed { fault: SyncFault::Cancelled, report }] if report.milliseconds == 9
    ));
    assert_eq!(core.step(Input::Timer, 10), []);
    // A list that never ends does.
    let lessons = wire::Lessons {
        from: None,
        cursor: 0,
        changes: vec![],
        patches: vec![],
        more: true,
        server_ms: 0,
    };
    let endless = ours(200, vec![], wire::write_framed(&lessons).unwrap());
    let mut world = World::new();
    assert_eq!(
        world
            .sync_with(|_, _| Fate::Instead(endless.clone()))
            .fault()
            .code(),
        "answer"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever anybody answers, nothing panics and nothing loops.
    #[test]
    fn any_answers_come_to_an_end(
        answers in proptest::collection::vec(
            (prop_oneof![Just(200_u16), Just(206), Just(304), Just(404), Just(409), 100..600_u16],
             proptest::collection::vec(any::<u8>(), 0..64),
             any::<bool>()),
            1..20,
        ),
        lies in 0..20_usize,
    ) {
        let mut world = world();
        let _ = world.sync_with(|at, _| match answers.get(at % answers.len()) {
            Some((status, body, is_ours)) if at < lies => Fate::Instead(if *is_ours {
                ours(*status, vec![("content-range", "bytes 0-1/2".to_owned())], body.clone())
            } else {
                (*status, Headers::default(), body.clone())
            }),
            _ => Fate::Well,
        });
        world.sync().done();
    }
}
