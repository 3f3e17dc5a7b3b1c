//! Children of the tool: what they do, and how they are run, limited and ended.

use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use hotaru_content::shelf::{OpenOptions, PROBE_DAMAGED, Shelf, probe_store};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, sync_once};
use serde_json::{Value, json};

use super::{look, writer};
use crate::Failure;
use crate::programs::straight;

/// How long a child may take: many times what the slowest was seen to take, so that only a
/// hang passes it, whatever else the machine does.
const LIMIT: Duration = Duration::from_secs(180);

/// What the arguments ask a child for: `--probe-store DIR`, or
/// `--child WHAT DIR RESERVE SEED`. `None` where they are not for a child.
#[must_use]
pub fn main(args: &[String]) -> Option<Result<i32, Failure>> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["--probe-store", dir] => Some(Ok(match probe_store(Path::new(dir)) {
            Ok(()) => 0,
            Err(_) => PROBE_DAMAGED,
        })),
        ["--child", what, dir, reserve, seed] => {
            Some(work(what, Path::new(dir), reserve, seed).map(|()| 0))
        }
        _ => None,
    }
}

fn work(what: &str, dir: &Path, reserve: &str, seed: &str) -> Result<(), Failure> {
    let options = OpenOptions {
        min_free_bytes: reserve.parse()?,
        child_probe: Some(std::env::current_exe()?),
        ..OpenOptions::default()
    };
    match what {
        "begin" => writer::begin(dir, &options),
        "begin-wasteful" => writer::begin_wasteful(dir, &options),
        "write" => writer::write(dir, &options, seed.parse()?),
        "compact" => writer::compact(dir, &options),
        "look" => writer::say(&look::look(dir, &options)?.to_string()),
        "sync" => writer::say(&sync(dir, &options)?.to_string()),
        other => Err(format!("there is no child {other:?}").into()),
    }
}

/// One sync; what it said.
fn sync(dir: &Path, options: &OpenOptions) -> Result<Value, Failure> {
    let shelf = match Shelf::open(dir, options) {
        Ok(opened) => opened.shelf,
        Err(error) => return Ok(json!({"refused": error.code()})),
    };
    for entry in shelf.identity().pupils {
        if let Err(error) = shelf.pupil(&entry.pupil) {
            return Ok(json!({"refused": error.code()}));
        }
    }
    let line = LineOptions {
        patience: 3,
        ..LineOptions::default()
    };
    Ok(
        match sync_once(&shelf, &line, &mut |_| {}, &Cancel::default()) {
            Ok(_) => json!({"ok": true}),
            Err(error) => json!({"failed": error.to_string()}),
        },
    )
}

/// How a child ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// As it meant to; its last line as JSON, null where it said nothing.
    Said(Value),
    /// Otherwise: how, and its last words.
    Died(String),
    /// Not in time; it was ended.
    Hung,
}

fn command(program: &Path, what: &str, dir: &Path, reserve: u64, seed: u64) -> Command {
    let mut command = straight(Command::new(program));
    command
        .args(["--child", what])
        .arg(dir)
        .args([reserve.to_string(), seed.to_string()])
        .env("NO_PROXY", "127.0.0.1");
    command
}

/// Runs a child to its end.
pub(super) fn ask(program: &Path, what: &str, dir: &Path, reserve: u64) -> Result<Ended, Failure> {
    let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut child = command(program, what, dir, reserve, 0)
        .stdout(out.try_clone()?)
        .stderr(err.try_clone()?)
        .spawn()?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Ok(Ended::Hung);
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = |file: &mut std::fs::File| -> Result<String, Failure> {
        file.seek(SeekFrom::Start(0))?;
        Ok(std::io::read_to_string(file)?)
    };
    if !status.success() {
        let words = text(&mut err)?;
        let tail: Vec<&str> = words.lines().rev().take(6).collect();
        return Ok(Ended::Died(format!("{status}: {}", tail.join(" / "))));
    }
    let words = text(&mut out)?;
    let last = words.lines().last().unwrap_or("null");
    Ok(Ended::Said(
        serde_json::from_str(last).unwrap_or(Value::Null),
    ))
}

/// A child that is listened to while it runs.
pub(super) struct Heard {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
    errors: std::fs::File,
}

impl Heard {
    pub fn start(
        program: &Path,
        what: &str,
        dir: &Path,
        reserve: u64,
        seed: u64,
    ) -> Result<Self, Failure> {
        let errors = tempfile::tempfile()?;
        let mut child = command(program, what, dir, reserve, seed)
            .stdout(Stdio::piped())
            .stderr(errors.try_clone()?)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no pipe")?;
        Ok(Self {
            child,
            lines: listen(stdout),
            heard: Vec::new(),
            errors,
        })
    }

    /// Waits until it says a line that begins so; false where it ended or took too long first.
    pub fn wait_for(&mut self, beginning: &str) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < LIMIT {
            match self.lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => {
                    let is_it = line.starts_with(beginning);
                    self.heard.push(line);
                    if is_it {
                        return true;
                    }
                }
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return false,
            }
        }
        false
    }

    /// What it has said so far.
    pub fn heard(&mut self) -> &[String] {
        while let Ok(line) = self.lines.try_recv() {
            self.heard.push(line);
        }
        &self.heard
    }

    /// Sends it a signal by its name, as `kill` knows it.
    pub fn signal(&self, name: &str) -> Result<(), Failure> {
        let pid = self.child.id().to_string();
        Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status()?;
        Ok(())
    }

    /// Ends it at once (`kill -9`); all whole lines that it said, and its last words where it
    /// had ended by itself in another way than it meant to.
    pub fn kill(mut self) -> Result<(Vec<String>, Option<String>), Failure> {
        let early = self.child.try_wait()?;
        self.child.kill()?;
        self.child.wait()?;
        while let Ok(line) = self.lines.recv() {
            self.heard.push(line);
        }
        let died = match early {
            Some(status) if !status.success() => {
                self.errors.seek(SeekFrom::Start(0))?;
                let words = std::io::read_to_string(&mut self.errors)?;
                let tail: Vec<&str> = words.lines().rev().take(6).collect();
                Some(format!("{status}: {}", tail.join(" / ")))
            }
            _ => None,
        };
        Ok((std::mem::take(&mut self.heard), died))
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        // Where the tool itself failed: no child goes on without it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whole lines; one that the kill cut off was never said.
fn listen(stdout: ChildStdout) -> Receiver<String> {
    let (tell, lines) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
            if !line.ends_with('\n') || tell.send(line.trim_end().to_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    lines
}
