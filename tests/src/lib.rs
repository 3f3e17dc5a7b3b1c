//! End to end with real processes: a school, its desk, its terminals, and the line between.

pub mod disk;
pub mod faults;
pub mod line;
pub mod programs;
pub mod sample;
pub mod school;
pub mod studio;

pub use line::{Cut, Line};
pub use programs::{Output, Program};
pub use school::{Desk, School, Terminal};

/// Any failure of a test's own machinery, as a sentence.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
