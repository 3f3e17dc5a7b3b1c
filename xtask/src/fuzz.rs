//! The decoders of outside bytes under libFuzzer: on the stable toolchain, without a
//! sanitizer (there is no unsafe code of ours to watch; a panic is what is looked for).
//!
//! The flags are those of `cargo fuzz -s none`. C code (zstd) is not instrumented.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::run::{Done, cargo, output, root, run, target};
use crate::system::{Purpose, ensure};

/// Coverage by LLVM's own pass; see
/// <https://clang.llvm.org/docs/SanitizerCoverage.html>.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";
/// The most memory of a target, in MB.
const MOST_MB: u64 = 512;
/// An input that takes longer hangs, in seconds by the wall's clock: room for a machine that
/// does other things as well.
const HANG_S: u64 = 30;
/// The most bytes of one target's kept corpus.
const MOST_KEPT: u64 = 48 << 10;
/// And the most inputs.
const MOST_INPUTS: usize = 64;

/// What a run is told.
struct Options<'a> {
    seconds: u64,
    keep: bool,
    names: Vec<&'a str>,
}

impl<'a> Options<'a> {
    fn parse(args: &[&'a str]) -> Result<Self, String> {
        let mut options = Self {
            seconds: 60,
            keep: false,
            names: Vec::new(),
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--seconds" => {
                    let seconds = args.next().and_then(|seconds| seconds.parse().ok());
                    options.seconds = seconds.ok_or("--seconds wants a number")?;
                }
                "--keep" => options.keep = true,
                name if name.starts_with('-') => return Err(format!("fuzz knows no {name}")),
                name => options.names.push(name),
            }
        }
        Ok(options)
    }
}

/// Runs targets, all where none is named, and prints the table.
pub fn fuzz(args: &[&str]) -> Done {
    let options = Options::parse(args)?;
    ensure(Purpose::Test)?;
    let all = names()?;
    if let Some(wrong) = options
        .names
        .iter()
        .find(|name| !all.iter().any(|n| n == *name))
    {
        return Err(format!(
            "there is no target {wrong}; there are {}",
            all.join(", ")
        ));
    }
    let wanted: Vec<String> = all
        .into_iter()
        .filter(|name| options.names.is_empty() || options.names.contains(&name.as_str()))
        .collect();
    let programs = build()?;
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let jobs = std::thread::available_parallelism().map_or(1, |jobs| jobs.get());
    eprintln!(
        "── {} targets, {} s each, {jobs} at once",
        wanted.len(),
        options.seconds
    );
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some(name) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = one(name, &programs, &options);
                    if let Ok(mut rows) = rows.lock() {
                        rows.push((name.clone(), row));
                    }
                }
            });
        }
    });
    let mut rows = rows.into_inner().map_err(|_| "a run of a target broke")?;
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    println!("| target | runs | runs/s | new inputs | peak RSS, MB | crashes |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut broken = Vec::new();
    for (name, row) in rows {
        match row {
            Ok(row) => {
                println!(
                    "| {name} | {} | {} | {} | {} | {} |",
                    row.runs,
                    row.per_s,
                    row.new,
                    row.peak_mb,
                    u8::from(row.why.is_some())
                );
                broken.extend(row.why.map(|why| format!("{name}: {why}")));
            }
            Err(why) => broken.push(format!("{name}: {why}")),
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("these targets broke:\n  {}", broken.join("\n  ")))
    }
}

/// What came of one target.
struct Row {
    runs: u64,
    per_s: u64,
    new: u64,
    peak_mb: u64,
    why: Option<String>,
}

fn names() -> Result<Vec<String>, String> {
    let folder = root().join("tests/fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Builds the targets into a folder of their own; where they lie.
fn build() -> Result<PathBuf, String> {
    let version = output("rustc", Command::new("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc does not say which machine this is")?;
    let dir = target().join("fuzz");
    let mut command = cargo();
    command
        .env("RUSTFLAGS", FLAGS)
        .args(["build", "--locked", "--package", "hotaru-fuzz", "--bins"])
        // With a target named, build scripts and macros are not instrumented.
        .args(["--features", "libfuzzer", "--target", host, "--target-dir"])
        .arg(&dir);
    run("the fuzzing targets", &mut command)?;
    Ok(dir.join(host).join("debug"))
}

fn one(name: &str, programs: &Path, options: &Options<'_>) -> Result<Row, String> {
    let dir = target().join("fuzz");
    let folder = |kind: &str| {
        let folder = dir.join(kind).join(name);
        std::fs::create_dir_all(&folder)
            .map(|()| folder.clone())
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))
    };
    let (found, seeds, broken) = (folder("corpus")?, folder("seeds")?, folder("broken")?);
    let kept = root().join("tests/fuzz/corpus").join(name);
    std::fs::create_dir_all(&kept).map_err(|error| error.to_string())?;
    let program = programs.join(name);
    let ran = Command::new(&program)
        .env("HOTARU_FUZZ_SEEDS", &seeds)
        .arg(format!("-max_total_time={}", options.seconds))
        .arg(format!("-timeout={HANG_S}"))
        .arg(format!("-rss_limit_mb={MOST_MB}"))
        .arg(format!("-artifact_prefix={}/", broken.display()))
        .arg("-print_final_stats=1")
        .args([&found, &seeds, &kept])
        .output()
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let said = String::from_utf8_lossy(&ran.stderr);
    let stat = |key: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(key));
        line.and_then(|rest| rest.trim().parse().ok()).unwrap_or(0)
    };
    let why = (!ran.status.success()).then(|| {
        let log = broken.join("log");
        let _ = std::fs::write(&log, said.as_bytes());
        format!("{}; see {}", ran.status, log.display())
    });
    if options.keep && why.is_none() {
        keep(
            &program,
            &kept,
            &[&kept, &seeds, &found],
            &dir.join("merged").join(name),
        )?;
    }
    eprintln!("   {name}: {}", why.as_deref().unwrap_or("done"));
    Ok(Row {
        runs: stat("stat::number_of_executed_units:"),
        per_s: stat("stat::average_exec_per_sec:"),
        new: stat("stat::new_units_added:"),
        peak_mb: stat("stat::peak_rss_mb:"),
        why,
    })
}

/// Puts some of the fewest inputs that cover as much into the kept corpus, as far as there is
/// room.
fn keep(program: &Path, kept: &Path, from: &[&PathBuf], merged: &Path) -> Done {
    let failed = |error: std::io::Error| format!("the corpus cannot be kept: {error}");
    if merged.exists() {
        std::fs::remove_dir_all(merged).map_err(failed)?;
    }
    std::fs::create_dir_all(merged).map_err(failed)?;
    let status = Command::new(program)
        .arg("-merge=1")
        .arg(format!("-rss_limit_mb={MOST_MB}"))
        .arg(merged)
        .args(from)
        .stderr(std::process::Stdio::null())
        .status()
        .map_err(failed)?;
    if !status.success() {
        return Err(format!("merging its corpus ended with {status}"));
    }
    let mut inputs = Vec::new();
    for entry in std::fs::read_dir(merged)
        .map_err(failed)?
        .filter_map(Result::ok)
    {
        let len = entry.metadata().map_err(failed)?.len();
        inputs.push((len, entry.path()));
    }
    // Some of every length: small ones alone would be those that are refused first.
    inputs.sort();
    let step = inputs.len().div_ceil(MOST_INPUTS).max(1);
    std::fs::remove_dir_all(kept).map_err(failed)?;
    std::fs::create_dir_all(kept).map_err(failed)?;
    let mut room = MOST_KEPT;
    for (len, path) in inputs.into_iter().step_by(step) {
        let Some(left) = room.checked_sub(len) else {
            break;
        };
        room = left;
        if let Some(name) = path.file_name() {
            std::fs::copy(&path, kept.join(name)).map_err(failed)?;
        }
    }
    Ok(())
}
