//! What the window costs, for the benchmark: `hotaru --measure SECONDS`.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::worker::Stage;

/// After the first useful frame, what is still being settled does not count as idle.
const SETTLING: Duration = Duration::from_secs(5);

/// Counts frames, and closes the window when its time is over.
pub(super) struct Measure {
    started: Instant,
    until: Duration,
    first_frame: Option<Duration>,
    first_useful: Option<Duration>,
    frames: u64,
    idle_frames: u64,
    timer_set: bool,
    printed: bool,
}

impl Measure {
    /// From now, which is as good as from the program's start: nothing was done yet.
    pub(super) fn new(seconds: u64) -> Self {
        Self {
            started: Instant::now(),
            until: Duration::from_secs(seconds),
            first_frame: None,
            first_useful: None,
            frames: 0,
            idle_frames: 0,
            timer_set: false,
            printed: false,
        }
    }

    /// A frame was drawn.
    pub(super) fn frame(&mut self, ctx: &egui::Context, stage: &Stage) {
        let at = self.started.elapsed();
        self.frames += 1;
        self.first_frame.get_or_insert(at);
        if *stage == Stage::Ready {
            self.first_useful.get_or_insert(at);
        }
        if !self.timer_set {
            // One wake-up, at the end: the measuring itself must not cause frames.
            self.timer_set = true;
            let (ctx, rest) = (ctx.clone(), self.until);
            std::thread::spawn(move || {
                std::thread::sleep(rest);
                ctx.request_repaint();
            });
        }
        if at >= self.until {
            // The window may draw again before it closes.
            if !std::mem::replace(&mut self.printed, true) {
                self.print();
            }
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        } else if self
            .first_useful
            .is_some_and(|useful| at > useful + SETTLING)
        {
            self.idle_frames += 1;
        }
    }

    fn print(&self) {
        let millis = |at: Option<Duration>| at.map(|at| at.as_millis() as u64);
        let idle = self
            .first_useful
            .map(|useful| self.until.saturating_sub(useful + SETTLING));
        println!(
            "{}",
            json!({
                "first_frame_ms": millis(self.first_frame),
                "first_useful_frame_ms": millis(self.first_useful),
                "frames": self.frames,
                "idle_frames": self.idle_frames,
                "idle_seconds": idle.map(|idle| idle.as_secs()),
                "rss_anon_kib": rss_anon_kib(),
            })
        );
    }
}

/// Anonymous resident memory, in KiB, where the system tells it (Linux).
fn rss_anon_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.split_whitespace().next()?.parse().ok()
}
