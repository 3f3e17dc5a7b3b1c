//! A few of each fault, so that each change meets them; `cargo xtask faults` does many.

use std::path::PathBuf;

use hotaru_tests::Failure;
use hotaru_tests::faults::{Options, run};

#[test]
fn a_few_of_each_fault_cost_nothing() -> Result<(), Failure> {
    let table = run(&Options {
        program: PathBuf::from(env!("CARGO_BIN_EXE_faults")),
        kills: 10,
        damages: 16,
        fills: 2,
        cuts: 2,
        seed: 3,
    })?;
    println!("{table}");
    assert!(table.is_clean(), "{:#?}", table.details);
    // What could not be done here was said; what was done was done as often as asked.
    let runs: usize = table.rows.iter().map(|row| row.runs).sum();
    assert!(runs >= 26, "{table}");
    Ok(())
}
