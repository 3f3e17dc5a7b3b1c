//! Running programs and saying so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A step's result: nothing, or a sentence.
pub type Done = Result<(), String>;

/// The workspace's directory.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo as it was called.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The directory that cargo builds into.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs a command to its end, with its output shown.
pub fn run(what: &str, command: &mut Command) -> Done {
    eprintln!("── {what}");
    let started = Instant::now();
    let status = command
        .status()
        .map_err(|error| format!("{what}: {} cannot be started: {error}", name(command)))?;
    if status.success() {
        eprintln!(
            "   {what}: done in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        Ok(())
    } else {
        Err(format!(
            "{what} failed ({status}); its output above says why"
        ))
    }
}

/// Runs a command and returns what it printed.
pub fn output(what: &str, command: &mut Command) -> Result<String, String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{what}: {} cannot be started: {error}", name(command)))?;
    if !output.status.success() {
        return Err(format!(
            "{what} failed ({}); its output above says why",
            output.status
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{what} printed what is not UTF-8"))
}

/// Whether a program is on the path.
pub fn is_here(program: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else {
        return false;
    };
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
