//! Earlier study that comes back, and streams that part late.

use super::*;
use crate::log::{Chain, StreamOpen, StreamPoint};

/// A pupil's log as another terminal has it.
fn elsewhere(dir: &Path, count: u64) -> (StreamOpen, Vec<Event>) {
    let (_shelf, log) = with_pupil(dir);
    (log.open_info(), append(&log, count))
}

fn point_over(open: &StreamOpen, events: &[Event]) -> StreamPoint {
    let mut chain = Chain::open(open);
    for event in events {
        chain.push(event).unwrap();
    }
    chain.point()
}

#[test]
fn what_was_done_elsewhere_comes_back_page_by_page_and_stays() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (theirs, events) = elsewhere(dirs[0].path(), 450);
    let (shelf, log) = with_pupil(dirs[1].path());
    let own = append(&log, 3);
    let start = point_over(&theirs, &[]);
    let middle = log
        .take_back(&theirs, start, events[..200].to_vec())
        .unwrap();
    assert_eq!(middle, point_over(&theirs, &events[..200]));
    // A page that came before, one from beyond, and another pupil's, change nothing.
    let beyond = point_over(&theirs, &events[..300]);
    for (from, page) in [(start, &events[..200]), (beyond, &events[300..])] {
        let refused = log.take_back(&theirs, from, page.to_vec());
        assert_eq!(refused.unwrap_err().code(), "fork");
    }
    let foreign = StreamOpen {
        pupil: OTHER,
        ..theirs.clone()
    };
    assert!(log.take_back(&foreign, start, vec![]).is_err());
    drop((shelf, log));

    let shelf = open(dirs[1].path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    let end = log
        .take_back(&theirs, middle, events[200..].to_vec())
        .unwrap();
    let streams = log.streams().unwrap();
    assert_eq!(streams.len(), 2);
    assert_eq!((streams[0].point, streams[0].is_returned), (end, true));
    assert_eq!(log.events_of(theirs.stream, 0, 1000).unwrap(), events);
    // Its own goes on as before, and owes only its own.
    assert_eq!(all_events(&log), own);
    assert_eq!(log.unsent(), 3);
    assert_eq!(all_notes(&log).len(), 453);
}

#[test]
fn an_earlier_stream_parts_and_the_rest_is_there_to_be_sent() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let first = log.open_info();
    let events = append(&log, 10);
    let at = point_over(&first, &events[..8]);
    log.fork(at).unwrap();
    append(&log, 2);
    let notes = all_notes(&log);
    // Of the first stream, the school turns out to have only five.
    let five = point_over(&first, &events[..5]);
    let parted = log.fork_of(first.stream, five).unwrap();
    assert_eq!(parted.parent, Some((first.stream, five)));
    assert!(
        log.fork_of(first.stream, at).is_err(),
        "it ends before that now"
    );
    let check = |log: &PupilLog| {
        let ends: Vec<u64> = log
            .streams()
            .unwrap()
            .iter()
            .map(|kept| kept.point.next_seq)
            .collect();
        assert_eq!(ends, [5, 3, 4]);
        assert_eq!(log.events_of(parted.stream, 0, 10).unwrap().len(), 3);
        let mut now = all_notes(log);
        now.sort();
        let mut before = notes.clone();
        before.sort();
        assert_eq!(now, before, "nothing is lost or twice");
    };
    check(&log);
    let current = log.open_info();
    drop((shelf, log));
    let shelf = open(dir.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    assert_eq!(log.open_info(), current, "the same stream is written");
    check(&log);
}

#[test]
fn a_hole_is_filled_from_the_school() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let open_info = log.open_info();
    // More than a journal keeps.
    let long = "長".repeat(3000);
    let events: Vec<Event> = (0..90)
        .map(|seq| {
            log.append(stamp(seq), &note(&format!("{long}{seq}")))
                .unwrap()
        })
        .collect();
    log.acknowledge(log.point()).unwrap();
    let kept = append(&log, 2);
    let whole = [events.clone(), kept].concat();
    drop((shelf, log));
    let profile = fs::read_dir(dir.path().join("pupils")).unwrap();
    for pupil in profile {
        fs::remove_dir_all(pupil.unwrap().path().join("state.sled")).unwrap();
    }

    let shelf = open(dir.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    let lacks = log.streams().unwrap()[0]
        .lacks_below
        .expect("the database was lost");
    assert!(lacks.next_seq > 0 && all_events(&log).len() < whole.len());
    let start = point_over(&open_info, &[]);
    let (first, rest) = events[..lacks.next_seq as usize].split_at(20);
    let wrong = point_over(&open_info, &events[..3]);
    assert!(log.take_back(&open_info, wrong, first.to_vec()).is_err());
    let middle = log.take_back(&open_info, start, first.to_vec()).unwrap();
    assert!(log.streams().unwrap()[0].lacks_below.is_some());
    log.take_back(&open_info, middle, rest.to_vec()).unwrap();
    assert_eq!(log.streams().unwrap()[0].lacks_below, None);
    assert_eq!(all_events(&log), whole);
    drop((shelf, log));
    let shelf = open(dir.path()).shelf;
    assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()), whole);
}
