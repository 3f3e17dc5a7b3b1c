//! The simulator: the cores that ship, over a line, stores and clocks that fail.
//!
//! One seed decides everything: how many terminals there are, what pupils and teachers do,
//! when the line breaks, when machines die, which clocks are wrong. Time is virtual and maps
//! are ordered, so that a seed gives the same run on every machine. After some days every
//! fault stops, everything syncs, and [`check`] says what does not hold.
//!
//! The terminal's core (`hotaru_sync::terminal`) and the cloud's decisions
//! (`hotaru_sync::intake`) are the shipped ones; the shelf, the database and HTTP are
//! models. [`Bug`]s can be planted, one at a time, to see that they are caught.

mod bug;
mod check;
pub mod disk;
pub mod school;
mod world;

pub use bug::Bug;
pub use world::DAY_MS;

use world::World;

/// What a run is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Virtual days with faults.
    pub days: u64,
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
    /// Requests that reached the cloud.
    pub requests: usize,
}

/// Runs one seed to its end.
#[must_use]
pub fn run(seed: u64, options: &Options) -> Outcome {
    let mut world = World::new(seed, options);
    world.live(options.days);
    check::check(&mut world);
    Outcome {
        confirmed: world.confirmed.len(),
        requests: world.heard.len(),
        trace: world.trace().map(str::to_owned),
        broken: world.broken,
    }
}

/// The smallest run that still fails: the fewest days.
#[must_use]
pub fn shrink(seed: u64, options: &Options) -> (u64, Outcome) {
    for days in 1..options.days {
        let shorter = Options { days, ..*options };
        let outcome = run(seed, &shorter);
        if !outcome.broken.is_empty() {
            return (days, outcome);
        }
    }
    (options.days, run(seed, options))
}
