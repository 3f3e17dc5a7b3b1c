//! Which moment of the recording is now.
//!
//! The sound card's clock leads where there is sound: the picture follows what
//! is heard. Without sound a plain clock runs, and waits where frames are late.

use std::time::{Duration, Instant};

/// What the loudspeaker said last: this moment of the recording is heard then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The moment of the first frame handed to the device, in microseconds.
    pub(super) media_us: i64,
    /// When that frame is heard.
    pub(super) heard_at: Instant,
    /// The moment after the last frame handed to the device.
    pub(super) until_us: i64,
}

/// Who leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Master {
    /// The loudspeaker; `None` until it has taken something.
    Sound(Option<Anchor>),
    /// A plain clock that stops at this moment, the end of what is decoded.
    Silent { limit_us: i64 },
}

/// The moment of the recording, in microseconds.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    at_us: i64,
    /// The last look while running.
    looked: Option<Instant>,
    speed: f64,
}

impl Clock {
    pub(super) fn new(at_us: i64) -> Self {
        Self {
            at_us,
            looked: None,
            speed: 1.0,
        }
    }

    pub(super) fn position_us(&self) -> i64 {
        self.at_us
    }

    pub(super) fn is_running(&self) -> bool {
        self.looked.is_some()
    }

    pub(super) fn run(&mut self, now: Instant) {
        self.looked = self.looked.or(Some(now));
    }

    pub(super) fn stop(&mut self) {
        self.looked = None;
    }

    pub(super) fn seek(&mut self, at_us: i64) {
        self.at_us = at_us;
    }

    pub(super) fn set_speed(&mut self, speed: f64) {
        self.speed = speed;
    }

    /// Looks at the clock. Never goes back; stands still while stopped.
    pub(super) fn tick(&mut self, now: Instant, master: Master) -> i64 {
        let Some(looked) = self.looked else {
            return self.at_us;
        };
        self.looked = Some(now);
        let target = match master {
            Master::Sound(None) => self.at_us,
            Master::Sound(Some(anchor)) => {
                let since = self.scaled(now.saturating_duration_since(anchor.heard_at));
                let before = self.scaled(anchor.heard_at.saturating_duration_since(now));
                (anchor.media_us + since - before).min(anchor.until_us)
            }
            Master::Silent { limit_us } => {
                let since = self.scaled(now.saturating_duration_since(looked));
                (self.at_us + since).min(limit_us)
            }
        };
        self.at_us = self.at_us.max(target);
        self.at_us
    }

    fn scaled(&self, duration: Duration) -> i64 {
        (duration.as_secs_f64() * self.speed * 1e6) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_silent_clock_runs_waits_and_does_not_jump() {
        let start = Instant::now();
        let mut clock = Clock::new(0);
        let far = Master::Silent {
            limit_us: 10_000_000,
        };
        assert_eq!(
            clock.tick(start + 50 * MS, far),
            0,
            "it stands before it runs"
        );
        clock.run(start);
        assert_eq!(clock.tick(start + 40 * MS, far), 40_000);
        // Frames are late: it waits at the end of what is there.
        let late = Master::Silent { limit_us: 60_000 };
        assert_eq!(clock.tick(start + 500 * MS, late), 60_000);
        assert_eq!(clock.tick(start + 900 * MS, late), 60_000);
        // They come: it goes on from there, without the time it waited.
        assert_eq!(clock.tick(start + 910 * MS, far), 70_000);
        clock.stop();
        assert_eq!(clock.tick(start + 2_000 * MS, far), 70_000);
        clock.run(start + 3_000 * MS);
        assert_eq!(clock.tick(start + 3_010 * MS, far), 80_000);
        clock.set_speed(2.0);
        assert_eq!(clock.tick(start + 3_020 * MS, far), 100_000);
        clock.seek(5_000);
        assert_eq!(clock.tick(start + 3_020 * MS, far), 5_000);
    }

    #[test]
    fn the_picture_follows_what_is_heard() {
        let start = Instant::now();
        let mut clock = Clock::new(1_000_000);
        clock.run(start);
        assert_eq!(clock.tick(start + 30 * MS, Master::Sound(None)), 1_000_000);
        // Handed over at 30 ms, heard 20 ms later.
        let anchor = Anchor {
            media_us: 1_000_000,
            heard_at: start + 50 * MS,
            until_us: 1_020_000,
        };
        let sound = Master::Sound(Some(anchor));
        assert_eq!(
            clock.tick(start + 40 * MS, sound),
            1_000_000,
            "not heard yet"
        );
        assert_eq!(clock.tick(start + 60 * MS, sound), 1_010_000);
        // The device got nothing more: the picture waits for the sound.
        assert_eq!(clock.tick(start + 400 * MS, sound), 1_020_000);
        // A device that reports jitter does not turn time back.
        let next = Anchor {
            media_us: 1_020_000,
            heard_at: start + 405 * MS,
            until_us: 1_040_000,
        };
        assert_eq!(
            clock.tick(start + 402 * MS, Master::Sound(Some(next))),
            1_020_000
        );
        assert_eq!(
            clock.tick(start + 410 * MS, Master::Sound(Some(next))),
            1_025_000
        );
    }
}
