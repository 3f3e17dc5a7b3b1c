//! Short typed texts: Japanese first, every character possible.

use super::PackError;
use super::bits::{BitReader, BitWriter};

/// What numbers are typed with; everything else costs an escape.
const DIGITS: [char; 15] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', '/', '.', '-', ',',
];
const ESCAPE: u64 = 15;

const KANA: u32 = 0x3000;
const KANJI: u32 = 0x4e00;
const AFTER_KANJI: u32 = 0xa000;

/// A character of a text: 10 bits for kana, 9 for ASCII, 17 for kanji, 23 for all else.
pub(super) fn put_char(bits: &mut BitWriter, char: char) {
    let code = u32::from(char);
    let (class, value, count) = match code {
        KANA..0x3100 => (0, code - KANA, 8),
        KANJI..AFTER_KANJI => (1, code - KANJI, 15),
        0..0x80 => (2, code, 7),
        _ => (3, code, 21),
    };
    bits.put(class, 2);
    bits.put(u64::from(value), count);
}

pub(super) fn take_char(bits: &mut BitReader<'_>) -> Result<char, PackError> {
    let (base, count) = match bits.take(2)? {
        0 => (KANA, 8),
        1 => (KANJI, 15),
        2 => (0, 7),
        _ => (0, 21),
    };
    as_char(u64::from(base) + bits.take(count)?)
}

/// A character of a number: 4 bits for what numbers are typed with, 25 for all else.
pub(super) fn put_digit(bits: &mut BitWriter, char: char) {
    match DIGITS.iter().position(|digit| *digit == char) {
        Some(place) => bits.put(place as u64, 4),
        None => {
            bits.put(ESCAPE, 4);
            bits.put(u64::from(u32::from(char)), 21);
        }
    }
}

pub(super) fn take_digit(bits: &mut BitReader<'_>) -> Result<char, PackError> {
    let place = bits.take(4)?;
    match DIGITS.get(place as usize) {
        Some(digit) => Ok(*digit),
        None => as_char(bits.take(21)?),
    }
}

fn as_char(code: u64) -> Result<char, PackError> {
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .ok_or(PackError::Malformed("a character is none"))
}
