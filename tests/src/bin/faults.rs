//! Kills, damages, fills and cuts the power of real profiles, and prints what it cost:
//! `faults [--runs-kill N] [--runs-damage N] [--runs-full N] [--runs-power N] [--seed S]`.

use std::process::ExitCode;

use hotaru_tests::Failure;
use hotaru_tests::faults::{self, Options};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match faults::child::main(&args) {
        Some(done) => done.map(|code| u8::try_from(code).unwrap_or(1)),
        None => parent(&args).map(u8::from),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            eprintln!("faults: {why}");
            ExitCode::from(2)
        }
    }
}

/// Runs everything; whether something was lost.
fn parent(args: &[String]) -> Result<bool, Failure> {
    let mut options = Options::long(std::env::current_exe()?);
    for pair in args.chunks(2) {
        let [name, value] = pair else {
            return Err(format!("{} lacks its number", pair.join(" ")).into());
        };
        let number: u64 = value.parse()?;
        let runs = usize::try_from(number)?;
        match name.as_str() {
            "--runs-kill" => options.kills = runs,
            "--runs-damage" => options.damages = runs,
            "--runs-full" => options.fills = runs,
            "--runs-power" => options.cuts = runs,
            "--seed" => options.seed = number,
            other => return Err(format!("there is no option {other}").into()),
        }
    }
    let table = faults::run(&options)?;
    println!("{table}");
    if !table.is_clean() {
        println!(
            "{} things went wrong (--seed {} gives the same throws again, not the same moments):",
            table.details.len(),
            options.seed
        );
        for detail in &table.details {
            println!("  {detail}");
        }
    }
    Ok(!table.is_clean())
}
