//! How long to wait after a fault, and when to give up.

use std::time::Duration;

use crate::http::LineFault;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);

/// Full jitter: each wait is random between nothing and a bound that doubles, so that forty
/// desks that lost one line do not come back in step.
#[derive(Debug)]
pub(crate) struct Backoff {
    patience: u32,
    faults: u32,
    random: u64,
}

impl Backoff {
    pub(crate) fn new(patience: u32, seed: u64) -> Self {
        Self {
            patience,
            faults: 0,
            random: seed,
        }
    }

    /// Something went forward.
    pub(crate) fn reset(&mut self) {
        self.faults = 0;
    }

    /// How long to wait after this fault; the fault itself where waiting is of no use.
    pub(crate) fn fault(&mut self, fault: &LineFault) -> Result<Duration, LineFault> {
        if self.faults >= self.patience || !mends_itself(fault) {
            return Err(fault.clone());
        }
        let bound = FIRST.saturating_mul(1 << self.faults.min(16)).min(LONGEST);
        self.faults += 1;
        let bound = u64::try_from(bound.as_millis()).unwrap_or(u64::MAX);
        Ok(Duration::from_millis(self.next() % (bound + 1)))
    }

    /// splitmix64 (Steele, Lea, Flood 2014): good enough to fall out of step with.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Whether the same line may work a moment later without anybody's help.
fn mends_itself(fault: &LineFault) -> bool {
    match fault {
        LineFault::Unreachable(_)
        | LineFault::Broken
        | LineFault::Stalled(_)
        | LineFault::Truncated => true,
        LineFault::Intercepted(_)
        | LineFault::CaptivePortal
        | LineFault::Proxy(_)
        | LineFault::TooLong
        | LineFault::WrongHash(_) => false,
    }
}
