//! How often somebody may ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Buckets kept before those that are full again are dropped.
const MANY: usize = 10_000;

/// A token bucket a key: a burst at once, then a steady rate.
#[derive(Debug)]
pub struct Limiter<K> {
    burst: f64,
    per_second: f64,
    buckets: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Eq + Hash> Limiter<K> {
    /// Buckets of `burst` that fill up once in `refill`.
    #[must_use]
    pub fn new(burst: u32, refill: Duration) -> Self {
        let burst = f64::from(burst);
        let per_second = burst / refill.as_secs_f64();
        Self {
            burst,
            per_second,
            buckets: Mutex::default(),
        }
    }

    /// Whether one more is allowed; it is not yet taken.
    #[must_use]
    pub fn allows(&self, key: &K, now: Instant) -> bool {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets
            .get(key)
            .is_none_or(|bucket| self.level(*bucket, now) >= 1.0)
    }

    /// Takes one; false where none is left.
    pub fn take(&self, key: K, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MANY {
            buckets.retain(|_, bucket| self.level(*bucket, now) < self.burst);
        }
        let bucket = buckets.entry(key).or_insert((self.burst, now));
        let level = self.level(*bucket, now);
        *bucket = ((level - 1.0).max(0.0), now);
        level >= 1.0
    }

    /// Gives one back that was taken for what turned out to be right.
    pub fn give_back(&self, key: &K) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((level, _)) = buckets.get_mut(key) {
            *level = (*level + 1.0).min(self.burst);
        }
    }

    fn level(&self, (level, at): (f64, Instant), now: Instant) -> f64 {
        let passed = now.saturating_duration_since(at).as_secs_f64();
        (level + passed * self.per_second).min(self.burst)
    }
}

/// One address counts as one; of IPv6, one network of 64 bits.
#[must_use]
pub fn client_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_a_rate() {
        let limiter = Limiter::new(10, Duration::from_secs(60));
        let start = Instant::now();
        assert!((0..10).all(|_| limiter.take("a", start)));
        assert!(!limiter.allows(&"a", start) && !limiter.take("a", start));
        assert!(limiter.take("b", start));
        let later = start + Duration::from_secs(7);
        assert!(limiter.allows(&"a", later) && limiter.take("a", later));
        assert!(!limiter.take("a", later));
    }

    #[test]
    fn what_was_right_is_given_back() {
        let limiter = Limiter::new(2, Duration::from_secs(60));
        let now = Instant::now();
        for _ in 0..10 {
            assert!(limiter.take("a", now));
            limiter.give_back(&"a");
        }
        limiter.give_back(&"b");
        assert!((0..2).all(|_| limiter.take("a", now)));
        assert!(!limiter.take("a", now));
    }

    #[test]
    fn an_ipv6_network_is_one() {
        let key = |text: &str| client_key(text.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    }
}
