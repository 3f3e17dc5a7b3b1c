//! What CI checks, and the tools beside it.

use std::process::Command;

use crate::fuzz::fuzz;
use crate::run::{Done, cargo, is_here, run, target};
use crate::system::{Purpose, ensure};
use crate::{advisories, licences, npm, rules, tls};

/// Everything, quickest first; the test runner's summary is the last thing printed.
pub fn check() -> Done {
    ensure(Purpose::Test)?;
    run("format", cargo().args(["fmt", "--all", "--check"]))?;
    rules::check()?;
    licences::check()?;
    advisories::check()?;
    run(
        "clippy",
        cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    run(
        "documentation tests",
        cargo().args(["test", "--workspace", "--doc", "--locked", "--quiet"]),
    )?;
    // Tests with real processes run these programs.
    run(
        "programs",
        cargo().args(["build", "--workspace", "--bins", "--locked"]),
    )?;
    // Two minutes of worlds that fail: the same ones each time, and some that nobody saw yet;
    // then every known mistake, which the simulator has to see.
    for args in [
        &["--from", "1", "--seeds", "1000000", "--within", "60"][..],
        &["--from", "fresh", "--seeds", "1000000", "--within", "60"],
        &["--planted"],
    ] {
        let mut command = cargo();
        command.args(["run", "--quiet", "--locked", "--package", "hotaru-sim"]);
        run("the simulator", command.arg("--").args(args))?;
    }
    tests(&["--workspace"])
}

/// The tests by nextest where it is, else by cargo.
pub fn tests(args: &[&str]) -> Done {
    ensure(Purpose::Test)?;
    npm::ready()?;
    let mut command = cargo();
    if is_here("cargo-nextest") {
        command.args(["nextest", "run", "--locked", "--no-fail-fast"]);
    } else {
        command.args([
            "test",
            "--locked",
            "--no-fail-fast",
            "--lib",
            "--bins",
            "--tests",
        ]);
    }
    let status = command
        .args(args)
        .status()
        .map_err(|error| format!("the tests cannot be started: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("tests failed; their output above says which".to_owned())
    }
}

/// Pictures of every screen.
pub fn shots(dir: &str) -> Done {
    ensure(Purpose::Test)?;
    programs()?;
    run(
        "pictures of every screen",
        cargo().args([
            "run",
            "--release",
            "--locked",
            "--package",
            "hotaru-tests",
            "--bin",
            "shots",
            "--",
            dir,
        ]),
    )
}

/// Measures and prints, beside baselines.
pub fn bench(args: &[&str]) -> Done {
    ensure(Purpose::Test)?;
    programs()?;
    run(
        "benchmarks",
        cargo()
            .args([
                "run",
                "--release",
                "--locked",
                "--package",
                "hotaru-tests",
                "--bin",
                "bench",
                "--",
            ])
            .args(args),
    )
}

/// The simulator: seeds, one seed, or the planted mistakes.
pub fn sim(args: &[&str]) -> Done {
    let mut command = cargo();
    command.args(["run", "--release", "--locked", "--package", "hotaru-sim"]);
    run("the simulator", command.arg("--").args(args))
}

/// Real faults on real profiles; fails where something confirmed was lost.
pub fn faults(args: &[&str]) -> Done {
    ensure(Purpose::Test)?;
    run(
        "programs",
        cargo().args(["build", "--workspace", "--bins", "--locked"]),
    )?;
    // As it was just built: by its package alone it would be built anew with fewer features.
    let tool = target()
        .join("debug")
        .join(format!("faults{}", std::env::consts::EXE_SUFFIX));
    run("faults on real profiles", Command::new(tool).args(args))
}

/// What takes longer than CI may.
pub fn prove() -> Done {
    ensure(Purpose::Test)?;
    sim(&["--seeds", "10000"])?;
    sim(&["--planted"])?;
    faults(&[])?;
    fuzz(&[])?;
    tls::prove()?;
    npm::ready()?;
    run(
        "programs",
        cargo().args(["build", "--workspace", "--bins", "--locked"]),
    )?;
    let mut command = cargo();
    command.env("HOTARU_PROVE", "1");
    run(
        "the long tests",
        command.args([
            "test",
            "--locked",
            "--package",
            "hotaru-tests",
            "--package",
            "hotaru-content",
            "--",
            "--nocapture",
        ]),
    )
}

/// Builds the three programs as they ship.
fn programs() -> Done {
    run(
        "programs as they ship",
        cargo().args([
            "build",
            "--release",
            "--locked",
            "-p",
            "hotaru",
            "-p",
            "hotaru-desk",
            "-p",
            "hotaru-cloud",
        ]),
    )
}
