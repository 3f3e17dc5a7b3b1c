//! Hotaru's desk: a teacher gives a class its lessons.

use std::process::ExitCode;

use clap::Parser;
use hotaru_desk::cli::{self, Cli};
use hotaru_desk::window;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Some(command) => cli::run(&cli, command).map_err(|problem| problem.to_string()),
        None => window::run(&cli),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("hotaru-desk: {sentence}");
            ExitCode::FAILURE
        }
    }
}
