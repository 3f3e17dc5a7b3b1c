//! Bits, and columns of numbers.

use super::PackError;

/// A quotient of a Rice code that is this long is followed by the number itself.
const LONGEST_UNARY: u64 = 12;

/// Writes bits, the lowest first.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits of the last byte that are taken, 0 to 7; 0 where the next byte is to be added.
    taken: u32,
}

impl BitWriter {
    pub(super) fn put(&mut self, value: u64, count: u32) {
        for at in 0..count {
            let bit = u8::from(value >> at & 1 == 1);
            if self.taken == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << self.taken;
            }
            self.taken = (self.taken + 1) % 8;
        }
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.put(u64::from(flag), 1);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.put(u64::from(*byte), 8));
    }

    /// Any number, short where it is small.
    pub(super) fn number(&mut self, value: u64) {
        let width = width(value);
        self.put(u64::from(width.min(63)), 6);
        self.put(value, if width < 63 { width } else { 64 });
    }

    /// Another writer's bits.
    pub(super) fn append(&mut self, other: &Self) {
        let Some((last, whole)) = other.bytes.split_last() else {
            return;
        };
        self.bytes(whole);
        self.put(
            u64::from(*last),
            if other.taken == 0 { 8 } else { other.taken },
        );
    }

    /// A column: as runs, or as Rice codes above its least number; the shorter of the two.
    pub(super) fn column(&mut self, values: &[u64]) {
        let Some(base) = values.iter().min().copied() else {
            return;
        };
        let (k, rice) = best_rice(values, base);
        let runs = runs_of(values);
        let as_runs: u64 = runs
            .iter()
            .map(|(value, run)| number_cost(*value) + number_cost(run - 1))
            .sum();
        self.flag(as_runs < rice);
        if as_runs < rice {
            for (value, run) in runs {
                self.number(value);
                self.number(run - 1);
            }
            return;
        }
        self.number(base);
        self.put(u64::from(k), 6);
        for value in values {
            let value = value - base;
            let quotient = value >> k;
            if quotient < LONGEST_UNARY {
                self.put((1 << quotient) - 1, quotient as u32 + 1);
                self.put(value, k);
            } else {
                self.put((1 << LONGEST_UNARY) - 1, LONGEST_UNARY as u32);
                self.number(value);
            }
        }
    }

    /// A column of numbers that may be negative.
    pub(super) fn signed_column(&mut self, values: &[i64]) {
        let Some(least) = values.iter().min().copied() else {
            return;
        };
        self.number(zigzag(least));
        let above: Vec<u64> = values
            .iter()
            .map(|value| value.wrapping_sub(least) as u64)
            .collect();
        self.column(&above);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what [`BitWriter`] wrote.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn take(&mut self, count: u32) -> Result<u64, PackError> {
        let mut value = 0;
        for at in 0..count {
            let byte = self.bytes.get(self.at / 8).ok_or(END)?;
            value |= u64::from(byte >> (self.at % 8) & 1) << at;
            self.at += 1;
        }
        Ok(value)
    }

    pub(super) fn flag(&mut self) -> Result<bool, PackError> {
        Ok(self.take(1)? == 1)
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], PackError> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.take(8)? as u8;
        }
        Ok(bytes)
    }

    pub(super) fn number(&mut self) -> Result<u64, PackError> {
        let width = self.take(6)? as u32;
        self.take(if width < 63 { width } else { 64 })
    }

    /// A column of `len` numbers; the caller bounds `len`.
    pub(super) fn column(&mut self, len: usize) -> Result<Vec<u64>, PackError> {
        let mut values = Vec::with_capacity(len.min(super::MAX_EVENTS));
        if len == 0 {
            return Ok(values);
        }
        if self.flag()? {
            while values.len() < len {
                let value = self.number()?;
                let run = usize::try_from(self.number()?).unwrap_or(usize::MAX);
                if run >= len - values.len() {
                    return Err(PackError::Malformed("a run is longer than its column"));
                }
                values.extend(std::iter::repeat_n(value, run + 1));
            }
            return Ok(values);
        }
        let base = self.number()?;
        let k = self.take(6)? as u32;
        for _ in 0..len {
            let mut quotient = 0;
            while quotient < LONGEST_UNARY && self.flag()? {
                quotient += 1;
            }
            let above = if quotient < LONGEST_UNARY {
                let high = quotient.checked_mul(1 << k).ok_or(OVERFLOW)?;
                high.checked_add(self.take(k)?).ok_or(OVERFLOW)?
            } else {
                self.number()?
            };
            values.push(base.checked_add(above).ok_or(OVERFLOW)?);
        }
        Ok(values)
    }

    pub(super) fn signed_column(&mut self, len: usize) -> Result<Vec<i64>, PackError> {
        if len == 0 {
            return Ok(Vec::new());
        }
        let least = unzigzag(self.number()?);
        let above = self.column(len)?;
        Ok(above
            .into_iter()
            .map(|above| least.wrapping_add(above as i64))
            .collect())
    }

    /// The bytes after the last bit that was read, from the next whole byte on.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at.div_ceil(8)..).unwrap_or_default()
    }
}

const END: PackError = PackError::Malformed("it ends too early");
const OVERFLOW: PackError = PackError::Malformed("a number is too large");

/// Small numbers of either sign become small numbers.
pub(super) fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn width(value: u64) -> u32 {
    u64::BITS - value.leading_zeros()
}

fn number_cost(value: u64) -> u64 {
    let width = width(value);
    6 + u64::from(if width < 63 { width } else { 64 })
}

/// The parameter that makes Rice codes of these numbers shortest, and their bits in all.
fn best_rice(values: &[u64], base: u64) -> (u32, u64) {
    let cost = |k: u32| -> u64 {
        let each = values.iter().map(|value| {
            let value = value - base;
            let quotient = value >> k;
            if quotient < LONGEST_UNARY {
                quotient + 1 + u64::from(k)
            } else {
                LONGEST_UNARY + number_cost(value)
            }
        });
        each.sum::<u64>() + number_cost(base) + 6
    };
    (0..=width(u64::MAX) - 8)
        .map(|k| (k, cost(k)))
        .min_by_key(|(_, cost)| *cost)
        .unwrap_or((0, 0))
}

fn runs_of(values: &[u64]) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((last, run)) if last == value => *run += 1,
            _ => runs.push((*value, 1)),
        }
    }
    runs
}
