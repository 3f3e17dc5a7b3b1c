//! The one foreign program: ffmpeg, where the school has it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::Reason;
use crate::prepare::{Report, Stage};

/// How often a running ffmpeg is looked at, at least.
const TICK: Duration = Duration::from_millis(200);
/// How much of what ffmpeg complains of is kept, in bytes.
const MAX_WORDS: usize = 4096;

/// The ffmpeg of this computer: `HOTARU_FFMPEG` where it is set, else the first one in
/// `PATH`.
#[must_use]
pub fn find_ffmpeg() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("HOTARU_FFMPEG").filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let name = format!("ffmpeg{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

/// Puts a recording's own streams into an MP4, as they are.
pub(super) fn remux(
    ffmpeg: &Path,
    from: &Path,
    to: &Path,
    report: &mut Report<'_>,
) -> Result<(), Reason> {
    let mut command = command(ffmpeg, from);
    command.args(["-c", "copy"]);
    run(command, to, None, report)
}

/// Converts a recording to AV1 and Opus in MP4: at most 1280 x 720 and 25 frames a
/// second, a key frame at least every 10 s, mono or stereo at 40 kbit/s.
pub(super) fn convert(
    ffmpeg: &Path,
    from: &Path,
    to: &Path,
    duration_ms: Option<u64>,
    report: &mut Report<'_>,
) -> Result<(), Reason> {
    if !can_encode(ffmpeg)? {
        return Err(Reason::RecordingFfmpegLacks);
    }
    let mut command = command(ffmpeg, from);
    command
        .args([
            "-vf",
            "fps=fps='min(25,source_fps)',\
             scale=w='min(1280,iw)':h='min(720,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2,\
             format=yuv420p",
        ])
        .args(["-c:v", "libsvtav1", "-preset", "8", "-crf", "45", "-g", "150"])
        .args(["-af", "aformat=sample_rates=48000:channel_layouts=stereo|mono"])
        .args(["-c:a", "libopus", "-b:a", "40k"]);
    run(command, to, duration_ms, report)
}

/// The length that ffmpeg sees, where it does.
pub(super) fn duration_ms(ffmpeg: &Path, from: &Path) -> Option<u64> {
    // Without an output ffmpeg describes its input and calls that an error.
    let output = Command::new(ffmpeg)
        .args(["-hide_banner", "-nostdin", "-i"])
        .arg(from)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let words = String::from_utf8_lossy(&output.stderr);
    let (_, after) = words.split_once("Duration: ")?;
    let (clock, _) = after.split_once(',')?;
    let mut parts = clock.split(':');
    let hours: u64 = parts.next()?.trim().parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next()?.parse().ok()?;
    let millis = (seconds.clamp(0.0, 60.0) * 1000.0) as u64;
    Some(
        hours
            .checked_mul(60)?
            .checked_add(minutes)?
            .checked_mul(60_000)?
            .saturating_add(millis),
    )
}

/// All that copying and converting have in common: one picture, one sound, and nothing
/// that tells of the camera, the place or the time.
fn command(ffmpeg: &Path, from: &Path) -> Command {
    let mut command = Command::new(ffmpeg);
    command
        .args([
            "-hide_banner",
            "-nostdin",
            "-v",
            "error",
            "-y",
            "-progress",
            "pipe:1",
            "-i",
        ])
        .arg(from)
        .args(["-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn"])
        .args(["-map_metadata", "-1", "-map_chapters", "-1"])
        .args([
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
            "-flags:a",
            "+bitexact",
        ])
        .args(["-movflags", "+faststart", "-f", "mp4"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn can_encode(ffmpeg: &Path) -> Result<bool, Reason> {
    let output = Command::new(ffmpeg)
        .args(["-hide_banner", "-v", "error", "-encoders"])
        .stdin(Stdio::null())
        .output()
        .map_err(failed)?;
    let words = String::from_utf8_lossy(&output.stdout);
    Ok(["libsvtav1", "libopus"]
        .iter()
        .all(|encoder| words.contains(encoder)))
}

fn run(
    mut command: Command,
    to: &Path,
    duration_ms: Option<u64>,
    report: &mut Report<'_>,
) -> Result<(), Reason> {
    let child = command.arg(to).spawn().map_err(failed)?;
    let mut running = Running(child);
    let words = running
        .0
        .stderr
        .take()
        .map(|stderr| std::thread::spawn(move || last_words(stderr)));
    let times = running.0.stdout.take().map(times);
    if let Some(times) = times {
        loop {
            let fraction = match times.recv_timeout(TICK) {
                Ok(done_ms) => duration_ms.map(|all| (done_ms as f32 / all.max(1) as f32).min(1.0)),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            // Dropping `running` ends ffmpeg where the teacher stops it.
            report.at(Stage::Converting, fraction)?;
        }
    }
    let status = running.0.wait().map_err(failed)?;
    if status.success() {
        return Ok(());
    }
    let words = words
        .map(JoinHandle::join)
        .and_then(Result::ok)
        .unwrap_or_default();
    let cause = words
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("no reason given");
    let cause: String = cause.trim().chars().take(200).collect();
    Err(if words.contains("No space left") {
        Reason::Scratch { cause }
    } else {
        Reason::RecordingFfmpegFailed { cause }
    })
}

/// An ffmpeg that does not outlive its use.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The milliseconds that are done, as `-progress` tells them.
fn times(stdout: ChildStdout) -> Receiver<u64> {
    let (tell, times) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let micros = line
                .strip_prefix("out_time_us=")
                .and_then(|n| n.parse::<u64>().ok());
            if let Some(micros) = micros
                && tell.send(micros / 1000).is_err()
            {
                return;
            }
        }
    });
    times
}

fn last_words(mut stderr: impl Read) -> String {
    let mut words: Vec<u8> = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut buffer) {
        words.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let excess = words.len().saturating_sub(MAX_WORDS);
        words.drain(..excess);
    }
    String::from_utf8_lossy(&words).into_owned()
}

fn failed(error: std::io::Error) -> Reason {
    Reason::RecordingFfmpegFailed {
        cause: error.to_string(),
    }
}
