//! `hotaru-sim`: runs seeds, and says which fails and how.

use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::Parser;
use hotaru_sim::{Bug, Fault, Options, Without, run, shrink};

/// Seeds within which a planted mistake has to be caught.
const PLANTED_SEEDS: u64 = 2_000;

/// Runs the cores that ship through lines, disks and clocks that fail, one world a seed
#[derive(Debug, Parser)]
#[command(name = "hotaru-sim", version)]
struct Cli {
    /// How many seeds
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed; `fresh` takes one from the clock and prints it
    #[arg(long, default_value = "1")]
    from: String,
    /// Only this seed
    #[arg(long)]
    seed: Option<u64>,
    /// Prints what happened, with --seed
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Virtual days with faults
    #[arg(long, default_value_t = 3)]
    days: u64,
    /// Virtual hours with faults, in place of days
    #[arg(long)]
    hours: Option<u64>,
    /// Kinds of faults to leave out
    #[arg(long, value_enum, value_delimiter = ',')]
    without: Vec<Fault>,
    /// Plants each known mistake and says after how many seeds it is caught
    #[arg(long)]
    planted: bool,
    /// Stops after so many seconds
    #[arg(long, value_name = "SECONDS")]
    within: Option<u64>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let options = Options {
        hours: cli.hours.unwrap_or(cli.days.saturating_mul(24)),
        without: Without::of(&cli.without),
        bug: None,
        trace: cli.trace,
    };
    if cli.planted {
        return planted(&options);
    }
    if let Some(seed) = cli.seed {
        return one(seed, &options);
    }
    let first = match cli.from.as_str() {
        "fresh" => {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            since.map_or(1, |since| since.as_secs() * 1_000_000)
        }
        number => match number.parse() {
            Ok(number) => number,
            Err(_) => {
                eprintln!("--from takes a number or `fresh`, not `{number}`");
                return ExitCode::FAILURE;
            }
        },
    };
    many(first, &cli, &options)
}

fn many(first: u64, cli: &Cli, options: &Options) -> ExitCode {
    println!("seeds from {first}, {} hours each", options.hours);
    let begun = Instant::now();
    let (mut ran, mut confirmed, mut pushed, mut requests) = (0_u64, 0, 0, 0);
    for seed in first..first.saturating_add(cli.seeds) {
        let outcome = run(seed, options);
        ran += 1;
        confirmed += outcome.confirmed;
        pushed += outcome.pushed;
        requests += outcome.requests;
        if !outcome.broken.is_empty() {
            return failed(seed, options);
        }
        if cli
            .within
            .is_some_and(|most| begun.elapsed().as_secs() >= most)
        {
            break;
        }
    }
    let seconds = begun.elapsed().as_secs_f64().max(0.001);
    println!(
        "{ran} seeds held: {confirmed} answers, {pushed} pushes, {requests} requests; \
         {:.0} seeds/s, {:.0} virtual days/s",
        ran as f64 / seconds,
        (ran * options.hours) as f64 / 24.0 / seconds
    );
    ExitCode::SUCCESS
}

fn one(seed: u64, options: &Options) -> ExitCode {
    let outcome = run(seed, options);
    if let Some(trace) = &outcome.trace {
        print!("{trace}");
    }
    for broken in &outcome.broken {
        println!("seed {seed}: {broken}");
    }
    if outcome.broken.is_empty() {
        println!("seed {seed} holds: {} answers", outcome.confirmed);
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn failed(seed: u64, options: &Options) -> ExitCode {
    let traced = Options {
        trace: true,
        ..*options
    };
    let (least, outcome) = shrink(seed, &traced);
    if let Some(trace) = &outcome.trace {
        print!("{trace}");
    }
    for broken in &outcome.broken {
        println!("seed {seed}: {broken}");
    }
    let without = match least.without.names() {
        names if names.is_empty() => names,
        names => format!(" --without {names}"),
    };
    println!(
        "again: cargo xtask sim --seed {seed} --hours {}{without} --trace",
        least.hours
    );
    ExitCode::FAILURE
}

fn planted(options: &Options) -> ExitCode {
    let mut all_caught = true;
    println!("{:<28} {:>8}  what caught it", "planted mistake", "seeds");
    for bug in Bug::ALL {
        let with = Options {
            bug: Some(bug),
            trace: false,
            ..*options
        };
        let caught = (1..=PLANTED_SEEDS).find_map(|seed| {
            let broken = run(seed, &with).broken;
            broken.into_iter().next().map(|what| (seed, what))
        });
        let name = format!("{bug:?}");
        if let Some((seeds, what)) = caught {
            println!("{name:<28} {seeds:>8}  {what}");
        } else {
            all_caught = false;
            println!("{name:<28} {:>8}  NOT CAUGHT", "-");
        }
    }
    if all_caught {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
