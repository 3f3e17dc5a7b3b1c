//! The study log: saved, sent, forked.

use super::*;
use crate::log::{Chain, Head, StreamPoint};

/// The head over events, made anew.
fn head_over(log: &PupilLog, events: &[Event]) -> StreamPoint {
    let mut chain = Chain::open(&log.open_info());
    for event in events {
        chain.push(event).unwrap();
    }
    chain.point()
}

#[test]
fn events_are_there_again_in_order_and_chained() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let mut events = append(&log, 3);
    let many: Vec<(Stamp, Fact)> = (0..400).map(|n| (stamp(n), note("many"))).collect();
    events.extend(log.append_many(&many).unwrap());
    events.extend(append(&log, 2));
    assert_eq!(all_events(&log), events);
    assert_eq!(log.point(), head_over(&log, &events));
    let (open_info, point) = (log.open_info(), log.point());
    drop((shelf, log));

    let opened = open(dir.path());
    assert_eq!(opened.report, OpenReport::default());
    let log = opened.shelf.pupil(&PUPIL).unwrap();
    assert_eq!(log.mended(), []);
    assert_eq!(log.open_info(), open_info);
    assert_eq!(log.point(), point);
    assert_eq!(all_events(&log), events);
    assert_eq!(log.events(100, 5).unwrap(), events[100..105]);
    assert_eq!(log.events(405, 5).unwrap(), []);
    for seq in [0, 1, 127, 128, 150, 300, 405] {
        let expected = head_over(&log, &events[..seq as usize]);
        assert_eq!(log.point_at(seq).unwrap(), Some(expected), "{seq}");
    }
    assert_eq!(log.point_at(406).unwrap(), None);
}

#[test]
fn a_fact_out_of_bounds_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (_shelf, log) = with_pupil(dir.path());
    append(&log, 1);
    let long = "長".repeat(10_001);
    assert_eq!(
        log.append(stamp(1), &note(&long)).unwrap_err().code(),
        "bad-event"
    );
    let both = [(stamp(1), note("good")), (stamp(2), note(&long))];
    assert!(log.append_many(&both).is_err());
    assert_eq!(log.point().next_seq, 1);
}

#[test]
fn acknowledging_needs_a_matching_head() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let events = append(&log, 200);
    assert_eq!(log.unsent(), 200);
    let at_150 = head_over(&log, &events[..150]);
    log.acknowledge(at_150).unwrap();
    assert_eq!((log.unsent(), log.acknowledged()), (50, at_150));
    let wrong = StreamPoint {
        next_seq: 160,
        head: Head([5; 32]),
    };
    assert_eq!(log.acknowledge(wrong).unwrap_err().code(), "fork");
    let beyond = StreamPoint {
        next_seq: 201,
        head: log.point().head,
    };
    assert_eq!(log.acknowledge(beyond).unwrap_err().code(), "fork");
    log.acknowledge(head_over(&log, &events[..10])).unwrap();
    assert_eq!(log.acknowledged(), at_150, "an older word changes nothing");
    drop((shelf, log));
    let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!((log.unsent(), log.acknowledged()), (50, at_150));
}

#[test]
fn the_journal_is_trimmed_below_what_both_have() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let long = "あ".repeat(3000);
    let facts: Vec<(Stamp, Fact)> = (0..120).map(|n| (stamp(n), note(&long))).collect();
    log.append_many(&facts).unwrap();
    let journal = journal_of(dir.path());
    let full = fs::metadata(&journal).unwrap().len();
    assert!(full > 1_000_000, "{full}");
    log.acknowledge(log.point_at(100).unwrap().unwrap())
        .unwrap();
    let trimmed = fs::metadata(&journal).unwrap().len();
    assert!(trimmed < full / 4, "{trimmed} of {full}");
    let more = append(&log, 5);
    let (all, point) = (all_events(&log), log.point());
    assert_eq!(all.len(), 125);
    drop((shelf, log));
    let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!(log.mended(), []);
    assert_eq!((all_events(&log), log.point()), (all, point));
    assert_eq!(log.events(120, 10).unwrap(), more);
}

#[test]
fn a_fork_moves_what_lies_above_and_loses_nothing() {
    for (count, at) in [(10, 4), (300, 0), (300, 299), (300, 300), (300, 130)] {
        let dir = tempfile::tempdir().unwrap();
        let (shelf, log) = with_pupil(dir.path());
        let events = append(&log, count);
        let old = log.open_info();
        let point = log.point_at(at).unwrap().unwrap();
        let new = log.fork(point).unwrap();
        assert_eq!(new.parent, Some((old.stream, point)));
        assert_ne!(new.stream, old.stream);
        assert_eq!(log.point().next_seq, count - at);
        assert_eq!(log.unsent(), count - at);
        assert_eq!(log.point(), head_over(&log, &all_events(&log)));
        append(&log, 1);
        let notes: Vec<String> = (0..count).map(|n| format!("note {n}")).collect();
        let mut expected = notes.clone();
        expected.push(format!("note {}", count - at));
        assert_eq!(all_notes(&log), expected, "{count} {at}");
        let below = log.events_of(old.stream, 0, usize::MAX).unwrap();
        assert_eq!(below, events[..at as usize]);
        drop((shelf, log));
        let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
        assert_eq!(log.mended(), []);
        assert_eq!(log.open_info(), new);
        assert_eq!(all_notes(&log), expected);
    }
    let dir = tempfile::tempdir().unwrap();
    let (_shelf, log) = with_pupil(dir.path());
    append(&log, 3);
    let nowhere = StreamPoint {
        next_seq: 2,
        head: Head([0; 32]),
    };
    assert_eq!(log.fork(nowhere).unwrap_err().code(), "fork");
}

#[test]
fn a_fork_cut_off_after_its_commit_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    append(&log, 20);
    drop((shelf, log));
    let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(dir.path(), before.path());
    copy(dir.path(), after.path());
    let shelf = open(after.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    let new = log.fork(log.point_at(12).unwrap().unwrap()).unwrap();
    drop((shelf, log));
    // The database as it was before, the journal after: a crash between the two.
    fs::copy(journal_of(after.path()), journal_of(before.path())).unwrap();
    let log = open(before.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!(log.open_info(), new);
    let expected: Vec<String> = (0..20).map(|n| format!("note {n}")).collect();
    assert_eq!(all_notes(&log), expected);
}

#[test]
fn drafts_are_kept_and_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    log.set_draft("note", "書きかけ").unwrap();
    log.set_draft("gone", "x").unwrap();
    log.set_draft("gone", "").unwrap();
    let long = "あ".repeat(20_000);
    log.set_draft("long", &long).unwrap();
    assert_eq!(
        log.set_draft("huge", &"a".repeat(70_000))
            .unwrap_err()
            .code(),
        "too-long"
    );
    drop((shelf, log));
    let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!(log.draft("note").unwrap().as_deref(), Some("書きかけ"));
    assert_eq!(log.draft("long").unwrap(), Some(long));
    assert_eq!(log.draft("gone").unwrap(), None);
}

#[test]
fn a_database_that_has_grown_is_made_small() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let events = append(&log, 10);
    let long = "あ".repeat(20_000);
    for round in 0..400 {
        log.set_draft(&format!("draft {round}"), &long).unwrap();
    }
    for round in 1..400 {
        log.set_draft(&format!("draft {round}"), "").unwrap();
    }
    drop((shelf, log));
    let db = journal_of(dir.path()).with_file_name("state.sled");
    let size = || -> u64 {
        files(&db)
            .iter()
            .map(|path| fs::metadata(path).unwrap().len())
            .sum()
    };
    let before = size();
    let shelf = open(dir.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    assert!(shelf.tidy(&|| true).unwrap().freed > before / 2);
    println!("state before {before}, after {}", size());
    assert!(
        before > 12_000_000,
        "{before}: sled shrinks by itself, this test is void"
    );
    assert!(size() < before / 4, "{before}, {}", size());
    assert_eq!((all_events(&log), log.mended()), (events, vec![]));
    assert_eq!(log.draft("draft 0").unwrap(), Some(long));
    assert_eq!(log.draft("draft 1").unwrap(), None);
}

#[test]
fn an_event_that_the_database_lost_without_a_word_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let events = append(&log, 140);
    log.forget_event(130);
    assert_eq!(
        log.events(0, 200).unwrap_err().code(),
        "damaged",
        "never a silent gap"
    );
    drop((shelf, log));
    let shelf = open(dir.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    assert!(log.mended().contains(&OpenFinding::EventsLacking {
        pupil: PUPIL,
        count: 1
    }));
    assert_eq!(all_events(&log), events);
    drop((shelf, log));
    let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!((all_events(&log), log.mended()), (events, vec![]));
}

#[test]
fn an_identity_is_durable_and_a_pupil_known_again() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    append(&log, 4);
    let identity = shelf
        .update_identity(|identity| {
            identity.cloud = Some("https://school.example".to_owned());
            identity
                .settings
                .insert("theme".to_owned(), "night".to_owned());
        })
        .unwrap();
    assert_eq!(shelf.pupil(&OTHER).unwrap_err().code(), "no-pupil");
    let again = PupilEntry {
        number: 8,
        ..entry(PUPIL)
    };
    shelf.add_pupil(again.clone()).unwrap();
    drop((shelf, log));
    let shelf = open(dir.path()).shelf;
    assert_eq!(shelf.identity().settings, identity.settings);
    assert_eq!(shelf.identity().pupils, [again]);
    assert_eq!(
        shelf.pupil(&PUPIL).unwrap().point().next_seq,
        4,
        "the log goes on"
    );
}

#[test]
fn a_second_opener_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let refused = Shelf::open(dir.path(), &options()).unwrap_err();
    assert_eq!(refused.code(), "in-use");
    drop(shelf);
    let still = Shelf::open(dir.path(), &options()).unwrap_err();
    assert_eq!(still.code(), "in-use", "a log in use holds the profile");
    drop(log);
    open(dir.path());
}
