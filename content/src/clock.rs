//! Time as the study log keeps it.
//!
//! A terminal's clock may be years off, so order never comes from it: `seq` is the truth
//! and time a label. Each event carries the wall clock, a monotonic offset and the boot
//! that the offset counts from; the school adds when it received the event.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::id::BootId;

/// A moment, three ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Milliseconds since 1970-01-01T00:00:00Z by the terminal's wall clock.
    pub wall_ms: i64,
    /// Milliseconds since `boot` began, never going backwards.
    pub mono_ms: u64,
    /// The boot that `mono_ms` counts from.
    pub boot: BootId,
}

/// Where a program gets its stamps; the simulator and tests have their own.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Stamp;
}

/// The machine's own clocks.
#[derive(Debug, Clone)]
pub struct SystemClock {
    boot: BootId,
    started: std::time::Instant,
    started_mono_ms: u64,
}

impl SystemClock {
    /// Reads the boot's id and uptime where the system tells them (Linux); elsewhere the
    /// program's own start counts as the boot.
    ///
    /// # Errors
    /// Where neither a boot id nor randomness for one is to be had.
    pub fn new() -> Result<Self, getrandom::Error> {
        let told = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .ok()
            .and_then(|text| text.trim().replace('-', "").parse().ok());
        let uptime_ms = std::fs::read_to_string("/proc/uptime")
            .ok()
            .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok())
            .filter(|secs| secs.is_finite() && (0.0..1e10).contains(secs))
            .map_or(0, |secs| (secs * 1000.0) as u64);
        let (boot, started_mono_ms) = match told {
            Some(boot) => (boot, uptime_ms),
            None => (BootId::random()?, 0),
        };
        Ok(Self {
            boot,
            started: std::time::Instant::now(),
            started_mono_ms,
        })
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Stamp {
        let since_start = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Stamp {
            wall_ms: Timestamp::now().as_millisecond(),
            mono_ms: self.started_mono_ms.saturating_add(since_start),
            boot: self.boot,
        }
    }
}

/// Japan has had one offset, without summer time, since 1952.
const JAPAN: Offset = Offset::constant(9);

/// The moment as Japan's clocks show it; a time outside jiff's range is held at its end.
#[must_use]
pub fn in_japan(wall_ms: i64) -> Zoned {
    let clamped = wall_ms.clamp(
        Timestamp::MIN.as_millisecond() + 86_400_000,
        Timestamp::MAX.as_millisecond() - 86_400_000,
    );
    Timestamp::from_millisecond(clamped)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(TimeZone::fixed(JAPAN))
}

/// The school day that a moment belongs to: Japan's date.
#[must_use]
pub fn school_day(wall_ms: i64) -> Date {
    in_japan(wall_ms).date()
}

/// The last day of the school year that a day belongs to (3/31): a lesson's default expiry.
#[must_use]
pub fn end_of_school_year(day: Date) -> Date {
    let year = if day.month() >= 4 {
        day.year().saturating_add(1)
    } else {
        day.year()
    };
    Date::new(year, 3, 31).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_school_day_turns_at_midnight_in_japan() {
        // 2026-11-20T14:59:59Z is 23:59:59 in Japan.
        assert_eq!(school_day(1_795_186_799_000), date(2026, 11, 20));
        assert_eq!(school_day(1_795_186_800_000), date(2026, 11, 21));
    }

    #[test]
    fn absurd_clocks_are_held() {
        for wall in [i64::MIN, i64::MAX] {
            let _ = school_day(wall);
        }
    }

    #[test]
    fn a_lesson_lives_to_the_end_of_its_school_year() {
        assert_eq!(end_of_school_year(date(2026, 11, 20)), date(2027, 3, 31));
        assert_eq!(end_of_school_year(date(2027, 3, 31)), date(2027, 3, 31));
        assert_eq!(end_of_school_year(date(2027, 4, 1)), date(2028, 3, 31));
    }

    #[test]
    fn monotonic_time_does_not_go_back() {
        let clock = SystemClock::new().unwrap();
        let (a, b) = (clock.now(), clock.now());
        assert!(b.mono_ms >= a.mono_ms && a.boot == b.boot);
    }
}
