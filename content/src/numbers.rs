//! The numbers of a terminal's signed requests: each is given once.
//!
//! The school takes a number once, so a terminal that gave one twice would be refused, and a
//! request that somebody held back could take another's place. Not each number is written
//! down: the terminal notes [`AHEAD`] at once, and after a start goes on above what it noted.

/// So many numbers are noted at once.
pub const AHEAD: u64 = 4096;
/// A number that leaps further is nobody's: not the school's word to a terminal, not a
/// terminal's to the school. So none of them can use all numbers up at once. A school that is
/// restored goes on above 2^52 at the most, and is believed.
pub const MAX_LEAP: u64 = 1 << 53;

/// Where a terminal's numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    last: u64,
    /// Above all that are given until more are noted.
    noted: u64,
}

impl Numbers {
    /// After a start, with what the disk has noted (0 in the beginning).
    #[must_use]
    pub fn new(noted: u64) -> Self {
        Self { last: noted, noted }
    }

    /// The next number, above all that were given; and what the disk has to note, if anything,
    /// before the number is used: no number from there on was ever given.
    #[must_use]
    pub fn give(&mut self) -> (u64, Option<u64>) {
        self.last = self.last.saturating_add(1);
        if self.last < self.noted {
            return (self.last, None);
        }
        self.noted = self.last.saturating_add(AHEAD);
        (self.last, Some(self.noted))
    }

    /// Numbers go on above this one, where it is no further than [`MAX_LEAP`].
    pub fn go_above(&mut self, number: u64) {
        if number.saturating_sub(self.last) <= MAX_LEAP {
            self.last = self.last.max(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_numbers_are_noted_and_none_is_given_twice() {
        let mut numbers = Numbers::new(0);
        assert_eq!(numbers.give(), (1, Some(1 + AHEAD)));
        for number in 2..=AHEAD {
            assert_eq!(numbers.give(), (number, None));
        }
        assert_eq!(numbers.give(), (1 + AHEAD, Some(1 + 2 * AHEAD)));
        // After a crash nobody knows how many of those were given.
        let mut numbers = Numbers::new(1 + 2 * AHEAD);
        assert_eq!(numbers.give(), (2 + 2 * AHEAD, Some(2 + 3 * AHEAD)));
    }

    #[test]
    fn a_school_tells_where_to_go_on_and_cannot_use_the_numbers_up() {
        let mut numbers = Numbers::new(0);
        numbers.go_above(1 << 40);
        numbers.go_above(7);
        assert_eq!(numbers.give().0, (1 << 40) + 1);
        numbers.go_above(u64::MAX);
        assert_eq!(numbers.give().0, (1 << 40) + 2);
    }

    proptest! {
        #[test]
        fn through_crashes_and_leaps_numbers_only_rise(
            steps in proptest::collection::vec((0..6_u8, 0..20_000_u64), 1..2_000),
        ) {
            let (mut numbers, mut disk, mut last) = (Numbers::new(0), 0, 0);
            for (step, far) in steps {
                match step {
                    0 => numbers = Numbers::new(disk),
                    1 => numbers.go_above(far),
                    _ => {
                        let (number, noted) = numbers.give();
                        disk = noted.unwrap_or(disk);
                        prop_assert!(number > last && number < disk);
                        last = number;
                    }
                }
            }
        }
    }
}
