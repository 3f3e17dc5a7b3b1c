//! Sets up what the machine lacks, then runs: `cargo xtask --help`.

mod advisories;
mod check;
mod demo;
mod fuzz;
mod licences;
mod npm;
mod rules;
mod run;
mod system;
mod tls;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  demo [--desk] [--no-window]   the sample class, for real: a cloud on loopback, the
                                lessons pushed by the desk, a terminal that took them
                                home, and the pupil's window (or the teacher's)
  check                         everything that CI checks
  test [ARGS]                   the tests alone; ARGS go to the runner
  shots DIR                     pictures of every screen of both programs
  sim [--seeds N] [--from S] [--seed X --trace] [--planted]
                                runs the cores through lines, disks and clocks that fail
  faults [--runs-kill N] [--runs-damage N] [--runs-full N] [--runs-power N] [--seed S]
                                kills, damages, fills and cuts the power of real profiles
  bench [NAME]                  measures and prints, beside baselines
  fuzz [--seconds N] [--keep] [TARGET...]
                                every decoder of outside bytes under libFuzzer, 60 s each;
                                --keep puts what was found into the kept corpus
  prove [tls]                   what takes longer than CI may: run before a release; tls is
                                the scan of the school's server alone
  setup [--windows]             only installs the system packages that are needed

Each command first installs the system packages that it needs (Debian and its kin, as root
or by sudo), or says exactly which to install.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["demo", rest @ ..] => demo::Options::parse(rest).and_then(|options| demo::demo(&options)),
        ["check"] => check::check(),
        ["test", rest @ ..] => check::tests(rest),
        ["shots", dir] => check::shots(dir),
        ["bench", rest @ ..] => check::bench(rest),
        ["sim", rest @ ..] => check::sim(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["faults", rest @ ..] => check::faults(rest),
        ["prove"] => check::prove(),
        ["prove", "tls"] => tls::prove(),
        ["setup"] => system::ensure(system::Purpose::Test),
        ["setup", "--windows"] => system::ensure(system::Purpose::Window),
        [other, ..] => Err(format!(
            "there is no command like `{other}` here; see cargo xtask --help"
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
