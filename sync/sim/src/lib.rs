//! The simulator: the cores that ship, over a line, stores and clocks that fail.
//!
//! One seed decides everything: how many terminals there are, what pupils and teachers do,
//! when the line breaks, when machines die, which clocks are wrong. Time is virtual and maps
//! are ordered, so that a seed gives the same run on every machine. After some days every
//! fault stops, everything syncs, and [`check`] says what does not hold.
//!
//! The terminal's core (`hotaru_sync::terminal`), the desk's and the photos' upload core
//! (`hotaru_sync::upload`), the cloud's decisions (`hotaru_sync::intake`), signatures and their
//! numbers, keys and their renewal (`hotaru_sync::signed`, `hotaru_content::numbers`, `hotaru_content::renewal`), certificates of erasure and the
//! grading (`hotaru_content::progress`) are the shipped ones; the shelf, the outbox, the database and
//! HTTP are models. [`Bug`]s can be planted, one at a time, to see that they are caught.

mod bug;
mod check;
pub mod desk;
pub mod disk;
mod fault;
pub mod identity;
pub mod school;
mod world;

use clap::ValueEnum;

pub use bug::Bug;
pub use fault::{Fault, Without};
use world::World;

/// What a run is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Virtual hours with faults.
    pub hours: u64,
    /// Faults that are left out.
    pub without: Without,
    /// A mistake to plant.
    pub bug: Option<Bug>,
    /// Whether a trace is wanted.
    pub trace: bool,
}

/// What became of a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What does not hold; empty where all does.
    pub broken: Vec<String>,
    /// What happened, line by line, where that was wanted.
    pub trace: Option<String>,
    /// Events that were confirmed to pupils.
    pub confirmed: usize,
    /// Lessons' revisions that desks were told have arrived.
    pub pushed: usize,
    /// Requests that reached the cloud.
    pub requests: usize,
}

/// Runs one seed to its end.
#[must_use]
pub fn run(seed: u64, options: &Options) -> Outcome {
    let mut world = World::new(seed, options);
    world.live(options.hours);
    check::check(&mut world);
    Outcome {
        confirmed: world.confirmed.len(),
        pushed: world.told.len(),
        requests: world.heard.len(),
        trace: world.trace().map(str::to_owned),
        broken: world.broken,
    }
}

/// A smaller run that still fails: every kind of fault that it does not need is left out, and
/// it is as short as it can be then.
#[must_use]
pub fn shrink(seed: u64, options: &Options) -> (Options, Outcome) {
    let silent = Options {
        trace: false,
        ..*options
    };
    let fails = |options: &Options| !run(seed, options).broken.is_empty();
    let shortest = |options: Options| {
        let shorter = (1..options.hours).map(|hours| Options { hours, ..options });
        shorter.into_iter().find(fails).unwrap_or(options)
    };
    let mut least = shortest(silent);
    for fault in Fault::value_variants() {
        let without = Options {
            without: least.without.and(*fault),
            ..least
        };
        if fails(&without) {
            least = without;
        }
    }
    let least = Options {
        trace: options.trace,
        ..shortest(least)
    };
    (least, run(seed, &least))
}
