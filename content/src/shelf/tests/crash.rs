//! `kill -9` in the middle of everything.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::*;
use crate::log::Chain;

const CHILD: &str = "HOTARU_SHELF_CHILD";

/// What the parent kills: writes until it is ended, saying each thing once it is saved.
#[test]
#[ignore = "run by its parent, a_killed_writer_loses_nothing_that_it_confirmed"]
fn child_writer() {
    let Some(dir) = std::env::var_os(CHILD) else {
        return;
    };
    let shelf = open(Path::new(&dir)).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    for round in 0_u64.. {
        let event = log
            .append(stamp(round), &note(&"あ".repeat(round as usize % 300)))
            .unwrap();
        println!("event {}", event.seq);
        if round % 10 == 3 {
            let all = bytes(
                (round % 251) as u8,
                1000 + (round as usize * 7919) % 400_000,
            );
            let blob = BlobRef::of(&all);
            shelf.put_blob(&blob, &all).unwrap();
            println!("blob {}", blob.id);
        }
        if round % 50 == 20 {
            log.acknowledge(log.point_at(event.seq / 2).unwrap().unwrap())
                .unwrap();
        }
    }
}

#[test]
fn a_killed_writer_loses_nothing_that_it_confirmed() {
    let dir = tempfile::tempdir().unwrap();
    drop(with_pupil(dir.path()));
    let mut seen_events = 0;
    let mut blobs: Vec<BlobId> = Vec::new();
    for round in 0..8_usize {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "shelf::tests::crash::child_writer",
                "--ignored",
                "--nocapture",
            ])
            .env(CHILD, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut confirmed = 0;
        for line in lines.map_while(Result::ok) {
            // The test harness writes its own words before the first.
            if let Some(at) = line.find("event ") {
                seen_events = line[at + 6..].trim().parse::<u64>().unwrap() + 1;
                confirmed += 1;
            } else if let Some(id) = line.strip_prefix("blob ") {
                blobs.push(id.parse().unwrap());
            }
            if confirmed > 5 + round * 37 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(confirmed > 5, "the child wrote nothing");

        let opened = open(dir.path());
        let log = opened.shelf.pupil(&PUPIL).unwrap();
        let events = all_events(&log);
        assert!(
            events.len() as u64 >= seen_events,
            "{} of {seen_events}",
            events.len()
        );
        let mut chain = Chain::open(&log.open_info());
        for event in &events {
            chain.push(event).unwrap();
        }
        assert_eq!(chain.point(), log.point());
        for id in &blobs {
            assert_eq!(BlobId::of(&opened.shelf.blob(id).unwrap()), *id);
        }
        assert!(
            !opened
                .report
                .findings
                .iter()
                .chain(&log.mended())
                .any(|finding| matches!(
                    finding,
                    OpenFinding::StoreRebuilt { .. } | OpenFinding::JournalDamaged { .. }
                )),
            "{:?} {:?}",
            opened.report,
            log.mended()
        );
    }
}

/// How long what a pupil waits for takes; printed, with a bound that only a fault passes.
#[test]
fn an_append_costs_about_one_sync() {
    let dir = tempfile::tempdir().unwrap();
    let (_shelf, log) = with_pupil(dir.path());
    let mut times: Vec<_> = (0..400)
        .map(|n| {
            let begun = std::time::Instant::now();
            log.append(stamp(n), &note("答え")).unwrap();
            begun.elapsed()
        })
        .collect();
    times.sort();
    let (p50, p99) = (times[200], times[396]);
    println!("append p50 {p50:?} p99 {p99:?} max {:?}", times[399]);
    assert!(p50 < std::time::Duration::from_millis(200));
}
