//! Hotaru, the pupil's window: lessons that are there without a line.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use hotaru::cli::{self, Cli};
use hotaru::window;
use hotaru_content::shelf;

fn main() -> ExitCode {
    // The shelf runs this program again, after a crash, to try a store in a process that
    // can be ended: `--probe-store DIR`, before any profile is touched.
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let [flag, dir] = args.as_slice()
        && flag == "--probe-store"
    {
        return match shelf::probe_store(Path::new(dir)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(u8::try_from(shelf::PROBE_DAMAGED).unwrap_or(1)),
        };
    }
    let cli = Cli::parse();
    let done = match &cli.command {
        Some(command) => cli::run(&cli, command).map_err(|problem| problem.to_string()),
        None => window::run(&cli),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("hotaru: {sentence}");
            ExitCode::FAILURE
        }
    }
}
