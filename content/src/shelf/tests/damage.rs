//! Torn ends, flipped bits, lost databases.

use super::super::journal::Parsed;
use super::super::seal::{Seal, SealKeys};
use super::*;
use crate::id::StreamId;
use crate::log::{Chain, ChainSecret, StreamOpen};

#[test]
fn a_journal_cut_at_any_byte_keeps_every_whole_frame() {
    use super::super::journal::{Journal, Owner};
    use super::super::stream::StreamRecord;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let seal = Arc::new(Seal::new(&SealKeys::random().unwrap()));
    let info = StreamOpen {
        stream: StreamId([3; 16]),
        pupil: PUPIL,
        secret: ChainSecret::random().unwrap(),
        parent: None,
    };
    let header = StreamRecord::begin(info.clone(), 0).header();
    let owner = Owner {
        seal: Arc::clone(&seal),
        pupil: PUPIL,
        school: None,
    };
    let mut journal = Journal::create(&path, &owner, &header, []).unwrap();
    let mut ends = vec![journal.len() as usize];
    let mut events = Vec::new();
    for seq in 0..6 {
        let event = Event::new(seq, stamp(seq), &note(&"書".repeat(seq as usize * 9))).unwrap();
        journal.append(std::slice::from_ref(&event)).unwrap();
        ends.push(journal.len() as usize);
        events.push(event);
    }
    let raw = fs::read(&path).unwrap();
    assert_eq!(*ends.last().unwrap(), raw.len());
    for cut in 0..=raw.len() {
        fs::write(&path, &raw[..cut]).unwrap();
        let parsed = Parsed::read(&path, &seal, &PUPIL).unwrap().unwrap();
        let whole = ends
            .iter()
            .filter(|end| **end <= cut)
            .count()
            .saturating_sub(1);
        let found: Vec<Event> = parsed
            .events(&seal, &info, 0)
            .map(|(_, event)| event.unwrap())
            .collect();
        assert_eq!(found, events[..whole], "cut at {cut}");
        assert!(!parsed.has_hole);
        if cut >= ends[0] {
            assert_eq!(parsed.header.as_ref(), Some(&header));
            assert_eq!(parsed.good_len() as usize, ends[whole]);
        }
    }
    // And a flipped bit anywhere costs at most the frame that it is in.
    for at in (0..raw.len()).step_by(3) {
        let mut bad = raw.clone();
        bad[at] ^= 16;
        fs::write(&path, &bad).unwrap();
        let parsed = Parsed::read(&path, &seal, &PUPIL).unwrap().unwrap();
        let found: Vec<Event> = parsed
            .events(&seal, &info, 0)
            .filter_map(|(_, event)| event)
            .collect();
        let expected: Vec<Event> = events
            .iter()
            .filter(|event| !(ends[event.seq as usize]..ends[event.seq as usize + 1]).contains(&at))
            .cloned()
            .collect();
        assert_eq!(found, expected, "flip at {at}");
        assert_eq!(parsed.header.as_ref(), Some(&header), "one of two is left");
    }
}

/// A profile as a crash leaves it: events in the journal, not yet in the database.
fn crashed(count: u64) -> (tempfile::TempDir, Vec<Event>) {
    let live = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(live.path());
    let events = append(&log, count);
    let dead = tempfile::tempdir().unwrap();
    copy(live.path(), dead.path());
    drop((shelf, log));
    (dead, events)
}

#[test]
fn a_torn_tail_costs_only_what_was_never_confirmed() {
    let (dead, events) = crashed(4);
    let journal = journal_of(dead.path());
    let raw = fs::read(&journal).unwrap();
    // A fifth frame that did not reach the disk whole.
    let frame = raw.len() - 100;
    for torn in [1, 4, 27, 60, 99] {
        let mut bytes = raw.clone();
        bytes.extend_from_slice(&raw[frame..frame + torn]);
        let dir = tempfile::tempdir().unwrap();
        copy(dead.path(), dir.path());
        fs::write(journal_of(dir.path()), &bytes).unwrap();
        let shelf = open(dir.path()).shelf;
        let log = shelf.pupil(&PUPIL).unwrap();
        assert_eq!(all_events(&log), events);
        let expected = OpenFinding::TornTail {
            pupil: PUPIL,
            bytes: torn as u64,
        };
        assert!(log.mended().contains(&expected), "{:?}", log.mended());
        let more = append(&log, 2);
        drop((shelf, log));
        let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
        assert_eq!(all_events(&log), [events.clone(), more].concat());
        assert_eq!(log.mended(), []);
    }
}

#[test]
fn a_hole_in_the_journal_costs_one_event_and_the_rest_goes_on() {
    let (dead, events) = crashed(9);
    let journal = journal_of(dead.path());
    let mut raw = fs::read(&journal).unwrap();
    // In the middle of the events, which have nearly one length.
    let at = raw.len() - 5 * (raw.len() / 12) + 10;
    raw[at] ^= 1;
    fs::write(&journal, &raw).unwrap();
    // The second copy of the newest frames has the same hole.
    let recent = journal.with_extension("recent");
    let mut copy = fs::read(&recent).unwrap();
    let at = copy.len() - (raw.len() - at);
    copy[at] ^= 1;
    fs::write(&recent, &copy).unwrap();
    let shelf = open(dead.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    let notes = all_notes(&log);
    assert_eq!(notes.len(), events.len() - 1, "{notes:?}");
    let lost: Vec<String> = (0..9)
        .map(|n| format!("note {n}"))
        .filter(|note| !notes.contains(note))
        .collect();
    assert_eq!(lost.len(), 1);
    assert!(
        log.open_info().parent.is_some(),
        "what lies behind goes on in a new stream"
    );
    assert!(
        log.mended().iter().any(|finding| matches!(
            finding,
            OpenFinding::JournalDamaged {
                lost: 1,
                kept_as: Some(_),
                ..
            }
        )),
        "{:?}",
        log.mended()
    );
    append(&log, 1);
    drop((shelf, log));
    let log = open(dead.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!(all_notes(&log).len(), 9);
    assert_eq!(log.mended(), []);
}

/// What no database has yet lies twice: whatever becomes of the journal, it is all there, and
/// told.
#[test]
fn a_harmed_journal_is_mended_from_the_second_copy_of_its_newest_frames() {
    let (dead, events) = crashed(9);
    let raw = fs::read(journal_of(dead.path())).unwrap();
    let cuts = (0..raw.len()).step_by(97).map(|cut| raw[..cut].to_vec());
    let mut flipped = raw.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for harmed in cuts.chain([flipped]) {
        let dir = tempfile::tempdir().unwrap();
        copy(dead.path(), dir.path());
        fs::write(journal_of(dir.path()), &harmed).unwrap();
        let shelf = open(dir.path()).shelf;
        let log = shelf.pupil(&PUPIL).unwrap();
        assert_eq!(all_events(&log), events, "cut to {}", harmed.len());
        let is_told = log.mended().iter().any(|finding| {
            matches!(
                finding,
                OpenFinding::JournalDamaged {
                    lost: 0,
                    kept_as: Some(_),
                    ..
                }
            )
        });
        assert!(is_told, "{:?}", log.mended());
        append(&log, 1);
        drop((shelf, log));
        let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
        assert_eq!((all_events(&log).len(), log.mended()), (10, vec![]));
    }
    // And with no journal at all.
    fs::remove_file(journal_of(dead.path())).unwrap();
    let shelf = open(dead.path()).shelf;
    assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()), events);
}

/// After the database has them, the second copy holds nothing: it never grows.
#[test]
fn the_second_copy_is_emptied_once_the_database_has_everything() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let len =
        || fs::metadata(journal_of(dir.path()).with_extension("recent")).map_or(0, |m| m.len());
    append(&log, 100);
    assert!(len() > 0);
    append(&log, 28);
    assert_eq!(len(), 0, "absorbed at 128");
    append(&log, 3);
    assert!(len() > 0);
    drop((shelf, log));
    assert_eq!(len(), 0, "absorbed at the end");
}

/// What is still to be sent lies in the journal and in the database: also after the journal
/// was made anew.
#[test]
fn a_journal_made_anew_has_all_that_is_unsent() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let events = append(&log, 200);
    log.acknowledge(log.point_at(40).unwrap().unwrap()).unwrap();
    drop((shelf, log));
    let journal = journal_of(dir.path());
    fs::write(&journal, b"nothing").unwrap();
    drop(open(dir.path()).shelf.pupil(&PUPIL).unwrap());
    // And now the database goes.
    fs::remove_dir_all(journal.with_file_name("state.sled")).unwrap();
    let shelf = open(dir.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    assert_eq!(log.events(0, usize::MAX).unwrap(), events[40..]);
    assert_eq!((log.unsent(), log.point().next_seq), (160, 200));
}

/// A database's log is gone and its snapshot is not: nothing of that is believed.
#[test]
fn a_database_without_its_log_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let small = bytes(1, 30_000);
    let blob = BlobRef::of(&small);
    let lesson = revision(1, 1, TODAY, vec![text(1, blob)]);
    apply(&shelf, vec![put(&lesson, &[PUPIL])]);
    shelf.put_blob(&blob, &small).unwrap();
    let events = append(&log, 5);
    drop((shelf, log));
    // A second open and close writes snapshots.
    drop(open(dir.path()).shelf.pupil(&PUPIL).unwrap());
    let logs: Vec<PathBuf> = files(dir.path())
        .into_iter()
        .filter(|path| path.ends_with("db"))
        .collect();
    assert_eq!(logs.len(), 3);
    for log in logs {
        let harmed = tempfile::tempdir().unwrap();
        copy(dir.path(), harmed.path());
        fs::remove_file(harmed.path().join(log.strip_prefix(dir.path()).unwrap())).unwrap();
        let shelf = open(harmed.path()).shelf;
        assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()), events);
        assert_eq!(shelf.lessons(&PUPIL).unwrap().len(), 1, "{}", log.display());
    }
}

#[test]
fn a_lost_or_empty_database_is_made_again_from_the_journal() {
    for way in ["removed", "empty", "garbage"] {
        let dir = tempfile::tempdir().unwrap();
        let (shelf, log) = with_pupil(dir.path());
        let mut events = append(&log, 300);
        drop((shelf, log));
        let db = journal_of(dir.path()).with_file_name("state.sled");
        match way {
            "removed" => fs::remove_dir_all(&db).unwrap(),
            "empty" => {
                fs::remove_dir_all(&db).unwrap();
                drop(sled::open(&db).unwrap());
            }
            _ => {
                let file = db.join("db");
                let len = fs::metadata(&file).unwrap().len() as usize;
                fs::write(&file, bytes(1, len)).unwrap();
                for snap in files(&db)
                    .iter()
                    .filter(|p| p.display().to_string().contains("snap"))
                {
                    fs::write(snap, b"no snapshot").unwrap();
                }
            }
        }
        let shelf = open(dir.path()).shelf;
        let log = shelf.pupil(&PUPIL).unwrap();
        assert_eq!(all_events(&log), events, "{way}");
        assert!(
            log.mended()
                .iter()
                .any(|f| matches!(f, OpenFinding::StoreRebuilt { .. })),
            "{way}: {:?}",
            log.mended()
        );
        events.extend(append(&log, 3));
        drop((shelf, log));
        let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
        assert_eq!(log.mended(), [], "{way}");
        assert_eq!(all_events(&log), events);
    }
}

#[test]
fn a_lost_terminal_database_is_asked_for_again_and_blobs_stay() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let (small, large) = (bytes(1, 5000), bytes(2, 400_000));
    let (a, b) = (BlobRef::of(&small), BlobRef::of(&large));
    let lesson = revision(1, 1, TODAY, vec![text(1, a), handout(2, b)]);
    apply(&shelf, vec![put(&lesson, &[PUPIL])]);
    shelf.put_blob(&a, &small).unwrap();
    shelf.put_blob(&b, &large).unwrap();
    drop(shelf);
    fs::remove_dir_all(dir.path().join("terminal/state.sled")).unwrap();
    let opened = open(dir.path());
    let findings = &opened.report.findings;
    assert!(
        findings.contains(&OpenFinding::LessonsAskedAgain),
        "{findings:?}"
    );
    assert!(
        findings.contains(&OpenFinding::BlobsFound(2)),
        "{findings:?}"
    );
    let shelf = opened.shelf;
    assert_eq!(shelf.cursor().unwrap(), ASK_AGAIN);
    assert!(
        shelf.lesson(&lesson.lesson).unwrap().unwrap().is_ready(),
        "from its second copy"
    );
    apply(&shelf, vec![put(&lesson, &[PUPIL])]);
    assert!(
        shelf.lesson(&lesson.lesson).unwrap().unwrap().is_ready(),
        "nothing to fetch"
    );
    assert_eq!(
        (shelf.blob(&a.id).unwrap(), shelf.blob(&b.id).unwrap()),
        (small, large)
    );
}

#[test]
fn a_left_over_snapshot_does_not_block_the_open() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let events = append(&log, 5);
    drop((shelf, log));
    let db = journal_of(dir.path()).with_file_name("state.sled");
    fs::write(db.join("snap.000000000000BEEF.generating"), b"half").unwrap();
    let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!((all_events(&log), log.mended()), (events, vec![]));
}

#[cfg(unix)]
#[test]
fn a_probe_decides_after_an_unclean_stop() {
    use std::os::unix::fs::PermissionsExt;
    let (dead, events) = crashed(3);
    for (code, rebuilt) in [(0, false), (PROBE_DAMAGED, true), (2, false)] {
        let dir = tempfile::tempdir().unwrap();
        copy(dead.path(), dir.path());
        let program = dir.path().join("probe");
        fs::write(
            &program,
            format!("#!/bin/sh\n[ \"$1\" = --probe-store ] && exit {code}\n"),
        )
        .unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        let options = OpenOptions {
            child_probe: Some(program),
            ..options()
        };
        let opened = Shelf::open(dir.path(), &options).unwrap();
        let found = &opened.report.findings;
        let is_rebuilt = found
            .iter()
            .any(|f| matches!(f, OpenFinding::StoreRebuilt { .. }));
        assert_eq!(is_rebuilt, rebuilt, "{code}: {found:?}");
        let unusable = found
            .iter()
            .any(|f| matches!(f, OpenFinding::ProbeUnusable(_)));
        assert_eq!(unusable, code == 2);
        let log = opened.shelf.pupil(&PUPIL).unwrap();
        assert_eq!(all_events(&log), events, "{code}");
    }
}

#[test]
fn a_probe_of_a_sound_database_is_content() {
    let (dead, _) = crashed(3);
    probe_store(&dead.path().join("terminal/state.sled")).unwrap();
    let garbage = dead.path().join("garbage");
    fs::create_dir(&garbage).unwrap();
    fs::write(garbage.join("conf"), b"?").unwrap();
    fs::write(garbage.join("db"), bytes(1, 600_000)).unwrap();
    assert!(probe_store(&garbage).is_err());
}

/// One flipped bit in any file of a profile: no panic, no wrong byte, no lost event.
#[test]
fn no_flipped_bit_is_believed() {
    let whole = tempfile::tempdir().unwrap();
    let (small, large) = (bytes(1, 30_000), bytes(2, 300_000));
    let (a, b) = (BlobRef::of(&small), BlobRef::of(&large));
    let lesson = revision(1, 1, TODAY, vec![text(1, a), handout(2, b)]);
    let (shelf, log) = with_pupil(whole.path());
    apply(&shelf, vec![put(&lesson, &[PUPIL])]);
    shelf.put_blob(&a, &small).unwrap();
    shelf.put_blob(&b, &large).unwrap();
    let events = append(&log, 150);
    let unclean = tempfile::tempdir().unwrap();
    copy(whole.path(), unclean.path());
    drop((shelf, log));

    for (name, profile) in [("closed", whole.path()), ("killed", unclean.path())] {
        for file in files(profile) {
            let raw = fs::read(&file).unwrap();
            // sled fills its segments with zeros; what is written stands at their beginning.
            let used = raw
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |at| at + 1);
            for sample in 0..10 {
                let Some(at) = used.checked_mul(2 * sample + 1).map(|at| at / 20) else {
                    continue;
                };
                if at >= used {
                    continue;
                }
                let dir = tempfile::tempdir().unwrap();
                copy(profile, dir.path());
                let mut bad = raw.clone();
                bad[at] ^= 1 << (sample % 8);
                let relative = file.strip_prefix(profile).unwrap();
                fs::write(dir.path().join(relative), bad).unwrap();
                let what = format!("{name}: {} at {at}", relative.display());
                check_flipped(
                    dir.path(),
                    &what,
                    &lesson,
                    &[(a, &small), (b, &large)],
                    &events,
                );
            }
        }
    }
}

fn check_flipped(
    dir: &Path,
    what: &str,
    lesson: &Revision,
    blobs: &[(BlobRef, &Vec<u8>)],
    events: &[Event],
) {
    let shelf = open(dir).shelf;
    let lessons = shelf.lessons(&PUPIL).unwrap();
    assert_eq!(lessons.len(), 1, "{what}: lessons have a second copy");
    assert_eq!(*lessons[0].doc, *lesson, "{what}");
    for (blob, bytes) in blobs {
        match shelf.blob(&blob.id) {
            Ok(read) => assert_eq!(read, **bytes, "{what}"),
            Err(error) => {
                assert!(
                    ["damaged-blob", "no-blob"].contains(&error.code()),
                    "{what}: {error}"
                );
                assert!(!shelf.has_blob(&blob.id).unwrap(), "{what}");
                shelf.put_blob(blob, bytes).unwrap();
                assert_eq!(shelf.blob(&blob.id).unwrap(), **bytes, "{what}");
            }
        }
    }
    let log = shelf.pupil(&PUPIL).unwrap();
    let (read, mended) = (log.events(0, usize::MAX), log.mended());
    drop((shelf, log));
    if let Err(error) = &read {
        assert_eq!(error.code(), "damaged", "{what}");
    }
    // An open after damage was met looks closely and takes the events from the journal.
    let log = open(dir).shelf.pupil(&PUPIL).unwrap();
    let notes = all_notes(&log);
    let expected: Vec<String> = (0..events.len()).map(|n| format!("note {n}")).collect();
    assert_eq!(notes, expected, "{what}: {mended:?}");
    assert_eq!(all_events(&log), events, "{what}");
    let mut chain = Chain::open(&log.open_info());
    for event in events {
        chain.push(event).unwrap();
    }
    assert_eq!(chain.point(), log.point(), "{what}");
}
