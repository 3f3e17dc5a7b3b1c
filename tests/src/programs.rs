//! The three programs as they were built.

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Failure;

/// One of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `hotaru`
    Pupil,
    /// `hotaru-desk`
    Desk,
    /// `hotaru-cloud`
    Cloud,
}

impl Program {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pupil => "hotaru",
            Self::Desk => "hotaru-desk",
            Self::Cloud => "hotaru-cloud",
        }
    }

    /// Where it was built: beside the running test's own directory.
    ///
    /// # Errors
    /// Where it was not built.
    pub fn path(self) -> Result<PathBuf, Failure> {
        let file = format!("{}{}", self.name(), std::env::consts::EXE_SUFFIX);
        let exe = std::env::current_exe()?;
        // Tests lie in target/debug/deps, tools in target/release.
        let found = exe
            .ancestors()
            .skip(1)
            .take(2)
            .map(|dir| dir.join(&file))
            .find(|p| p.is_file());
        found.ok_or_else(|| {
            format!("{file} is not built; run `cargo build --workspace --bins` first (cargo xtask test does)").into()
        })
    }

    /// A command of it; loopback goes straight, whatever proxy the machine has.
    ///
    /// # Errors
    /// Where it was not built.
    pub fn command(self) -> Result<Command, Failure> {
        Ok(straight(Command::new(self.path()?)))
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn run<S: AsRef<OsStr>>(
        self,
        args: impl IntoIterator<Item = S>,
    ) -> Result<Output, Failure> {
        Output::of(self.command()?.args(args))
    }
}

/// A command that asks loopback straight, and nobody at a keyboard.
#[must_use]
pub fn straight(mut command: Command) -> Command {
    for name in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env_remove(name);
    }
    // Nothing of a test goes into the keyring of whoever runs it.
    command.env("HOTARU_KEYRING", "off");
    command.stdin(Stdio::null());
    command
}

/// What a program printed and how it ended.
#[derive(Debug, Clone)]
pub struct Output {
    /// Whether it ended with 0.
    pub success: bool,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Runs a command to its end.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn of(command: &mut Command) -> Result<Self, Failure> {
        let output = command.output()?;
        Ok(Self {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs a command to its end, with something on its standard input.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn of_told(command: &mut Command, input: &str) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // Who has ended does not read.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output()?;
        Ok(Self {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// What it printed, where it ended well.
    ///
    /// # Errors
    /// With all it said, where it did not.
    pub fn ok(self) -> Result<Self, Failure> {
        if self.success {
            Ok(self)
        } else {
            Err(format!("{self:#?}").into())
        }
    }

    /// Its one JSON value.
    ///
    /// # Errors
    /// Where it did not end well or printed something else.
    pub fn json(self) -> Result<Value, Failure> {
        Ok(serde_json::from_str(self.ok()?.stdout.trim())?)
    }

    /// Its JSON lines.
    ///
    /// # Errors
    /// Where it did not end well or printed something else.
    pub fn json_lines(self) -> Result<Vec<Value>, Failure> {
        self.ok()?
            .stdout
            .lines()
            .map(|line| Ok(serde_json::from_str(line)?))
            .collect()
    }
}
