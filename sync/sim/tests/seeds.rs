//! Some seeds on every check; the many are run by `cargo xtask prove`.

#![allow(clippy::unwrap_used)]

use hotaru_sim::{Bug, Options, run};

const OPTIONS: Options = Options {
    days: 3,
    bug: None,
    trace: false,
};

#[test]
fn seeds_hold() {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let fresh = since.as_secs() * 1_000_000;
    println!("40 seeds from 1, and 40 from {fresh}");
    for seed in (1..=40).chain(fresh..fresh + 40) {
        let outcome = run(seed, &OPTIONS);
        assert!(
            outcome.broken.is_empty(),
            "cargo xtask sim --seed {seed} --trace: {:#?}",
            outcome.broken
        );
        assert!(outcome.confirmed > 0 && outcome.requests > 0);
    }
}

#[test]
fn a_seed_gives_the_same_run() {
    let traced = Options {
        trace: true,
        ..OPTIONS
    };
    for seed in 1..=5 {
        assert_eq!(run(seed, &traced), run(seed, &traced), "{seed}");
    }
    assert_ne!(run(1, &traced).trace, run(2, &traced).trace);
}

/// The mistakes that few seeds show; `cargo xtask sim --planted` plants every one.
#[test]
fn planted_mistakes_are_caught() {
    for bug in [
        Bug::IgnoreOnSameTime,
        Bug::CloneWithoutIncarnation,
        Bug::PruneAboveHead,
        Bug::TrustContentLength,
        Bug::RetryRenumbers,
        Bug::OrderByClock,
        Bug::CursorBeforeLessons,
        Bug::WithdrawWithoutTombstone,
        Bug::ListsOtherClasses,
        Bug::OldBlobsForNewRevision,
    ] {
        let planted = Options {
            bug: Some(bug),
            ..OPTIONS
        };
        let caught = (1..=60).any(|seed| !run(seed, &planted).broken.is_empty());
        assert!(caught, "{bug:?}");
    }
}
