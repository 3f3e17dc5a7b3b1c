//! A real window on an X server without a screen.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Failure;
use crate::school::wait_until;

/// How long a window may take to appear: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// An X server without a screen; it ends with this.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts one under a number that is free.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn open() -> Result<Self, Failure> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24"])
            .args(["-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| {
                format!("Xvfb cannot be started ({error}); cargo xtask setup installs it")
            })?;
        let mut number = String::new();
        if let Some(stdout) = server.stdout.take() {
            BufReader::new(stdout).read_line(&mut number)?;
        }
        std::thread::sleep(Duration::from_millis(200));
        Ok(Self {
            server,
            name: format!(":{}", number.trim()),
        })
    }

    /// Lets a command open its window here, drawn by the processor.
    pub fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("DISPLAY", &self.name)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY")
    }

    /// Types keys into the window in front, by their X names (`ctrl+2`, `Return`), as a person
    /// would: one after the other.
    ///
    /// # Errors
    /// Where xdotool cannot be run.
    pub fn keys(&self, keys: &[&str]) -> Result<(), Failure> {
        let mut command = Command::new("xdotool");
        command.args(["key", "--delay", "150"]).args(keys);
        self.tool(command).map(drop)
    }

    /// Presses what stands at a point of the screen, in pixels from its top left corner.
    ///
    /// # Errors
    /// Where xdotool cannot be run.
    pub fn click(&self, (x, y): (u32, u32)) -> Result<(), Failure> {
        let mut command = Command::new("xdotool");
        command.args(["mousemove", &x.to_string(), &y.to_string()]);
        command.args(["sleep", "0.2", "click", "1"]);
        self.tool(command).map(drop)
    }

    /// Types text into the window in front.
    ///
    /// # Errors
    /// Where xdotool cannot be run.
    pub fn type_text(&self, text: &str) -> Result<(), Failure> {
        let mut command = Command::new("xdotool");
        command.args(["type", "--delay", "60", text]);
        self.tool(command).map(drop)
    }

    /// Waits for a window, and lets keys go to it: there is no window manager to do so.
    ///
    /// # Errors
    /// Where none appears.
    pub fn wait_for_window(&self, title: &str) -> Result<(), Failure> {
        let mut id = None;
        let is_there = wait_until(PATIENCE, || {
            let mut command = Command::new("xdotool");
            command.args(["search", "--onlyvisible", "--name", title]);
            let found = self.tool(command).unwrap_or_default();
            id = found.lines().next().map(str::to_owned);
            id.is_some()
        });
        let id = id.filter(|_| is_there).ok_or("no window appeared")?;
        let mut command = Command::new("xdotool");
        command.args(["windowfocus", "--sync", &id]);
        self.tool(command).map(drop)
    }

    /// Writes a picture of the whole screen, in X's own form (`xwd`) read by ffmpeg.
    ///
    /// # Errors
    /// Where ffmpeg cannot be run.
    pub fn shoot(&self, file: &Path) -> Result<(), Failure> {
        let mut command = Command::new("ffmpeg");
        command.args([
            "-loglevel",
            "error",
            "-y",
            "-f",
            "x11grab",
            "-i",
            &self.name,
        ]);
        command.args(["-frames:v", "1"]).arg(file);
        self.tool(command).map(drop)
    }

    /// What a tool prints that talks to this server; nothing where it found nothing.
    fn tool(&self, mut command: Command) -> Result<String, Failure> {
        let output = command
            .env("DISPLAY", &self.name)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{command:?}: {error}; cargo xtask setup installs it"))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
