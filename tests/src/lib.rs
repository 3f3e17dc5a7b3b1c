//! End to end with real processes: a school, its desk, its terminals, and the line between.

pub mod churn;
pub mod disk;
pub mod display;
pub mod faults;
pub mod fleet;
pub mod line;
pub mod lock_scenes;
pub mod old_data;
pub mod pdf;
pub mod programs;
pub mod sample;
pub mod scenes;
pub mod school;
pub mod sealing;
pub mod spare;
pub mod studio;
pub mod walk;

pub use line::{Cut, Line};
pub use programs::{Output, Program};
pub use school::{Desk, School, Terminal};

/// Any failure of a test's own machinery, as a sentence.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Whether the long form of a test is wanted: `cargo xtask prove`.
#[must_use]
pub fn is_long() -> bool {
    std::env::var_os("HOTARU_PROVE").is_some_and(|set| set == "1")
}
