use super::*;
use crate::pack::sample;
use hotaru_content::log::ChainSecret;

fn chain_at(open: &StreamOpen, events: &[Event]) -> StreamPoint {
    let mut chain = Chain::open(open);
    for event in events {
        chain.push(event).unwrap();
    }
    chain.point()
}

fn push(open: &StreamOpen, events: &[Event], from: usize, to: usize) -> PushBody {
    let at = chain_at(open, &events[..from]);
    PushBody::new(open, at, events[from..to].to_vec())
        .unwrap()
        .0
}

#[test]
fn a_stream_begins_goes_on_and_takes_nothing_twice() {
    let open = sample::stream(1);
    let events = sample::answers(1, 0, 10);
    let at = |len: usize| chain_at(&open, &events[..len]);
    let decided = receive(None, push(&open, &events, 0, 4));
    assert_eq!(
        decided,
        Decision::Append {
            open: open.clone(),
            expected: None,
            events: events[..4].to_vec(),
            point: at(4)
        }
    );
    let stored = Some((&open, at(4)));
    // An old push again: more is here than it leads to.
    assert_eq!(
        receive(stored, push(&open, &events, 1, 3)),
        Decision::Conflict { point: Some(at(4)) }
    );
    // The same again, and the end of it.
    for (from, to) in [(0, 4), (2, 4), (4, 4)] {
        let decided = receive(stored, push(&open, &events, from, to));
        assert_eq!(
            decided,
            Decision::AlreadyHave { point: at(4) },
            "{from}..{to}"
        );
    }
    for from in 0..=4 {
        let Decision::Append {
            events: new,
            point,
            expected,
            ..
        } = receive(stored, push(&open, &events, from, 10))
        else {
            panic!("from {from}");
        };
        assert_eq!((new.as_slice(), point), (&events[4..], at(10)));
        assert_eq!(expected, Some(at(4)));
    }
}

#[test]
fn a_push_from_beyond_or_beside_is_a_conflict() {
    let open = sample::stream(1);
    let events = sample::answers(1, 0, 10);
    let other = sample::answers(2, 0, 10);
    let stands = chain_at(&open, &events[..4]);
    let stored = Some((&open, stands));
    let conflict = Decision::Conflict {
        point: Some(stands),
    };
    assert_eq!(receive(stored, push(&open, &events, 5, 6)), conflict);
    assert_eq!(receive(stored, push(&open, &other, 0, 6)), conflict);
    assert_eq!(receive(stored, push(&open, &other, 2, 4)), conflict);
    assert_eq!(receive(stored, push(&open, &other, 4, 6)), conflict);
    assert_eq!(
        receive(None, push(&open, &events, 5, 6)),
        Decision::Conflict { point: None }
    );
    let mut secret = open.clone();
    secret.secret = ChainSecret::from_bytes([7; 32]);
    assert_eq!(receive(stored, push(&secret, &events, 0, 6)), conflict);
    let mut foreign = open.clone();
    foreign.pupil = sample::stream(9).pupil;
    assert_eq!(
        receive(stored, push(&foreign, &events, 0, 6)),
        Decision::Refuse(Refusal::OtherPupil)
    );
}

#[test]
fn the_last_common_point_is_found() {
    let open = sample::stream(1);
    let events = sample::answers(1, 0, 10);
    let at = |len: usize| Some(chain_at(&open, &events[..len]));
    // A copy of the disk has the first six events, and goes on with its own.
    let mut copy = events[..6].to_vec();
    copy.extend(sample::answers(2, 6, 3));
    let common = |stored: &[Event], push: &PushBody| last_common(&open, stored, push);
    assert_eq!(common(&events, &push(&open, &copy, 4, 9)), at(6));
    assert_eq!(common(&events, &push(&open, &copy, 6, 9)), at(6));
    assert_eq!(common(&events, &push(&open, &events, 2, 5)), at(5));
    assert_eq!(common(&events[..3], &push(&open, &events, 2, 5)), at(3));
    // Its beginning is not a point of this stream, or lies above it.
    assert_eq!(common(&events, &push(&open, &copy, 8, 9)), None);
    assert_eq!(common(&events[..3], &push(&open, &events, 4, 5)), None);
}

#[test]
fn what_was_changed_on_the_way_is_refused() {
    let open = sample::stream(1);
    let events = sample::answers(1, 0, 10);
    let stored = Some((&open, chain_at(&open, &events[..4])));
    let mut changed = push(&open, &events, 4, 10);
    changed.events[3].stamp.wall_ms += 1;
    assert_eq!(receive(stored, changed), Decision::Refuse(Refusal::Damaged));
    let mut short = push(&open, &events, 4, 10);
    short.events.pop();
    assert_eq!(receive(stored, short), Decision::Refuse(Refusal::Damaged));
    let mut gap = push(&open, &events, 4, 10);
    gap.events.remove(2);
    assert!(matches!(
        receive(stored, gap),
        Decision::Refuse(Refusal::Event(_))
    ));
}

#[test]
fn lane_two_has_its_rules() {
    assert!(is_worth_offering(79, 100) && !is_worth_offering(80, 100));
    assert!(!is_worth_offering(0, 0));
    let begin = |after| {
        begin_after(
            after,
            50,
            Some(Gap {
                after: 5,
                up_to: 40,
            }),
        )
    };
    assert_eq!((begin(5), begin(41), begin(51)), (5, 41, AGAIN));
    // Numbers of a time that was lost with a disk.
    assert_eq!((begin(6), begin(40)), (AGAIN, AGAIN));
    assert!(is_unchanged(Some("\"7\""), 7, 0) && is_unchanged(Some("\"1\", \"7\""), 7, 0));
    assert!(!is_unchanged(Some("\"7\""), 7, 1));
    assert!(!is_unchanged(Some("\"6\""), 7, 0) && !is_unchanged(None, 7, 0));
}
