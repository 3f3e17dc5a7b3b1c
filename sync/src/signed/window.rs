//! The numbers that were seen.

use hotaru_content::numbers::MAX_LEAP;

/// How far numbers may come out of order: requests of one terminal that are under way at once.
const WIDTH: u32 = u128::BITS;
/// How far ahead the cloud notes what it may have seen.
pub const AHEAD: u64 = 1024;
/// More numbers than a terminal uses up in a millisecond, as a power of two.
const PER_MS: u32 = 10;
/// A clock beyond 2109 is wrong.
const MAX_NOW_MS: u64 = 1 << 42;

/// The ceiling of every terminal of a cloud that is restored from a backup, where the noted one
/// is lower: above every number that was ever taken, by this cloud or by others of the same
/// school that came back from whichever backup before. `now_ms` is the time of the restore, in
/// milliseconds since 1970-01-01T00:00:00Z: numbers begin at 0 or above the ceiling of a restore,
/// and rise more slowly than this does.
#[must_use]
pub fn ceiling_of_restore(now_ms: u64) -> u64 {
    now_ms.min(MAX_NOW_MS) << PER_MS
}

/// The numbers that the cloud has seen of one terminal: a sliding window, as RFC 6479 has it
/// for packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Nothing up to this is taken: it may have been seen before the cloud's last start.
    floor: u64,
    highest: u64,
    /// Bit N: `highest - N` was seen.
    seen: u128,
    /// What is noted durably: no number above it was ever taken.
    ceiling: u64,
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// New. It is taken now.
    Fresh,
    /// New, once this ceiling is noted durably; then ask again.
    Ceiling(u64),
    /// Not new, or so low that it may not be: a terminal goes on above this.
    Stale(u64),
}

impl Window {
    /// After a start, with the ceiling that is noted.
    #[must_use]
    pub fn new(ceiling: u64) -> Self {
        Self {
            floor: ceiling,
            highest: ceiling,
            seen: 1,
            ceiling,
        }
    }

    /// A higher ceiling was noted.
    pub fn noted(&mut self, ceiling: u64) {
        self.ceiling = self.ceiling.max(ceiling);
    }

    /// Takes a number, where it is new.
    pub fn take(&mut self, number: u64) -> Number {
        let stale = Number::Stale(self.highest);
        if number <= self.floor || number.saturating_sub(self.highest) > MAX_LEAP {
            return stale;
        }
        if number > self.ceiling {
            return Number::Ceiling(number.saturating_add(AHEAD));
        }
        if number > self.highest {
            let by = number - self.highest;
            self.seen = match u32::try_from(by) {
                Ok(by) if by < WIDTH => self.seen << by | 1,
                _ => 1,
            };
            self.highest = number;
            return Number::Fresh;
        }
        let back = self.highest - number;
        let Some(bit) = u32::try_from(back).ok().filter(|back| *back < WIDTH) else {
            return stale;
        };
        if self.seen & 1 << bit != 0 {
            return stale;
        }
        self.seen |= 1 << bit;
        Number::Fresh
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn take(window: &mut Window, number: u64) -> Number {
        match window.take(number) {
            Number::Ceiling(ceiling) => {
                window.noted(ceiling);
                window.take(number)
            }
            told => told,
        }
    }

    #[test]
    fn no_number_is_taken_twice() {
        let mut window = Window::new(0);
        assert_eq!(window.take(1), Number::Ceiling(1 + AHEAD));
        for number in [1, 2, 5, 4, 3, 200, 150, 73] {
            assert_eq!(take(&mut window, number), Number::Fresh, "{number}");
            assert_eq!(take(&mut window, number), Number::Stale(window.highest));
        }
        assert_eq!(take(&mut window, 72), Number::Stale(200));
        assert_eq!(take(&mut window, 0), Number::Stale(200));
        // After a start all that may have been seen is too low.
        let mut again = Window::new(window.ceiling);
        assert_eq!(again.take(201), Number::Stale(1 + AHEAD));
        assert_eq!(take(&mut again, 2 + AHEAD), Number::Fresh);
        // Nobody uses the numbers up.
        assert_eq!(take(&mut again, u64::MAX), Number::Stale(2 + AHEAD));
    }

    proptest! {
        #[test]
        fn in_any_order_with_starts_between_each_is_taken_at_most_once(
            numbers in proptest::collection::vec((1..400_u64, 0..20_u8), 1..300),
        ) {
            let mut window = Window::new(0);
            let mut taken = std::collections::BTreeSet::new();
            for (number, start) in numbers {
                if start == 0 {
                    window = Window::new(window.ceiling);
                }
                if take(&mut window, number) == Number::Fresh {
                    prop_assert!(taken.insert(number));
                }
            }
        }
    }

    /// Whatever the backups were, and whatever their ceilings: a terminal of any of them is
    /// heard, and none of its requests twice.
    #[test]
    fn every_restore_lies_above_all_that_earlier_ones_took() {
        let mut last = 7;
        for now_ms in [1_775_001_600_000, 1_775_001_660_000, u64::MAX] {
            let ceiling = ceiling_of_restore(now_ms);
            assert!(ceiling > last);
            let mut window = Window::new(ceiling);
            assert_eq!(take(&mut window, last), Number::Stale(ceiling));
            // For a minute, as fast as it goes.
            for number in [ceiling + 1, ceiling + 60_000 * 1_000] {
                assert_eq!(take(&mut window, number), Number::Fresh);
                last = number;
            }
            // A cloud that never heard of it hears it, too: the terminal joined again.
            assert_eq!(take(&mut Window::new(0), last), Number::Fresh);
        }
    }
}
