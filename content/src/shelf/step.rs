//! Places at which a test ends the program: between any two of them the disk has changed.

/// The number of the step at which a test ends the program.
#[cfg(test)]
pub(super) const KILL_AT: &str = "HOTARU_SHELF_KILL_AT";

/// A place in work that must survive its end here.
#[cfg(not(test))]
pub(super) const fn step() {}

/// Ends the program, without a word to any destructor, at the chosen step.
#[cfg(test)]
pub(super) fn step() {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static STEPS: AtomicU64 = AtomicU64::new(0);
    static CHOSEN: OnceLock<Option<u64>> = OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| std::env::var(KILL_AT).ok()?.parse().ok());
    if let Some(chosen) = chosen
        && STEPS.fetch_add(1, Ordering::SeqCst) + 1 == *chosen
    {
        std::process::abort();
    }
}
