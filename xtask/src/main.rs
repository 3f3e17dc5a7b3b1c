//! Sets up what the machine lacks, then runs: cargo xtask --help.

fn main() {}
