//! Some seeds on every check; the many are run by `cargo xtask prove`.

#![allow(clippy::unwrap_used)]

use hotaru_sim::{Bug, Fault, Options, Without, run, shrink};

const OPTIONS: Options = Options {
    hours: 72,
    without: Without::NONE,
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

/// The mistakes that few seeds show; `cargo xtask check` plants every one.
#[test]
fn planted_mistakes_are_caught() {
    for bug in [
        Bug::IgnoreOnSameTime,
        Bug::PruneAboveHead,
        Bug::CursorBeforeLessons,
        Bug::WithdrawWithoutTombstone,
        Bug::UploadWithoutHashing,
        Bug::PublishTwice,
        Bug::TidyForgetsAnswers,
    ] {
        let planted = Options {
            bug: Some(bug),
            ..OPTIONS
        };
        let caught = (1..=60).any(|seed| !run(seed, &planted).broken.is_empty());
        assert!(caught, "{bug:?}");
    }
}

/// What a failure needs stays, everything else is left out.
#[test]
fn a_failure_is_made_small() {
    for (bug, needs) in [
        (Bug::RestoreWithOldNumbers, Fault::Restore),
        (Bug::CloneWithoutIncarnation, Fault::Copy),
    ] {
        let planted = Options {
            bug: Some(bug),
            without: Without::of(&[Fault::SetBack]),
            ..OPTIONS
        };
        let fails = |seed: &u64| !run(*seed, &planted).broken.is_empty();
        let seed = (1..=60).find(fails).unwrap();
        let (least, outcome) = shrink(seed, &planted);
        assert!(!outcome.broken.is_empty());
        assert!(least.hours <= OPTIONS.hours, "{least:?}");
        assert!(least.without.leaves(needs), "{least:?}");
        let names = least.without.names();
        // Leaving one kind out changes what else happens, so that some chance stays; not much.
        assert!(names.split(',').count() >= 6, "{least:?}");
        println!(
            "{bug:?}: seed {seed}, {} hours without {names}",
            least.hours
        );
    }
}
