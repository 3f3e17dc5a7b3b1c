//! Join codes, and the codes of login cards.
//!
//! A code is written on the board and typed by pupils: eight characters of an alphabet
//! without `I`, `O`, `0` and `1`, 40 bits in all. It opens no earlier log, ends
//! after some days, and a teacher sees and undoes each join, so it may be short. A login card opens a pupil's earlier log:
//! its code has twenty characters, 100 bits, and only its hash is kept.

use hotaru_sync::wire::{CARD_LEN, CODE_ALPHABET, plain_code};

use crate::store::Result;

/// Characters of a join code.
const LEN: usize = 8;
/// Characters between two hyphens.
const GROUP: usize = 4;

/// A new code, normalised.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_code() -> Result<String> {
    random::<LEN>()
}

/// The end of a join code that is made now and counts so many days, in milliseconds since 1970.
#[must_use]
pub fn code_end(now_ms: i64, days: u16) -> i64 {
    now_ms.saturating_add(i64::from(days) * 24 * 3600 * 1000)
}

/// A card's new code, normalised.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_card() -> Result<String> {
    random::<CARD_LEN>()
}

/// What is kept instead of a card's code.
#[must_use]
pub fn card_hash(code: &str) -> [u8; 32] {
    *blake3::hash(code.as_bytes()).as_bytes()
}

fn random<const N: usize>() -> Result<String> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)?;
    // 256 is a multiple of 32: each character is as likely as any other.
    Ok(bytes
        .iter()
        .filter_map(|byte| CODE_ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect())
}

/// A code as typed, to the form that is compared: capitals, full-width letters made narrow,
/// all else left out. None where it cannot be a code.
#[must_use]
pub fn normalised(typed: &str) -> Option<String> {
    read::<LEN>(typed)
}

/// A card's code as typed or as its QR code holds it (what stands before the last `#` is the
/// school's address), to the form that is compared. None where it cannot be one.
#[must_use]
pub fn normalised_card(typed: &str) -> Option<String> {
    let code = typed.rsplit_once('#').map_or(typed, |(_, code)| code);
    read::<CARD_LEN>(code)
}

fn read<const N: usize>(typed: &str) -> Option<String> {
    let code = plain_code(typed, N + 1);
    (code.len() == N).then_some(code)
}

/// A normalised code as it is written: `KX7P-3M9Q`.
#[must_use]
pub fn written(code: &str) -> String {
    let mut written = String::with_capacity(code.len() + code.len() / GROUP);
    for (at, char) in code.chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            written.push('-');
        }
        written.push(char);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_are_typed() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), LEN);
        assert!(code.bytes().all(|byte| CODE_ALPHABET.contains(&byte)));
        for typed in [
            written(&code),
            written(&code).to_lowercase(),
            format!(" {code} "),
        ] {
            assert_eq!(normalised(&typed).as_ref(), Some(&code));
        }
        assert_eq!(
            normalised("ｋｘ７ｐー３ｍ９ｑ").as_deref(),
            Some("KX7P3M9Q")
        );
        assert_eq!(written("KX7P3M9Q"), "KX7P-3M9Q");
    }

    #[test]
    fn a_card_is_read_as_typed_and_as_scanned() {
        let code = new_card().unwrap();
        let shown = written(&code);
        assert_eq!(shown.len(), CARD_LEN + 4);
        let scanned = format!("https://school.example/#{shown}");
        for typed in [shown.as_str(), &shown.to_lowercase(), &scanned] {
            assert_eq!(normalised_card(typed).as_ref(), Some(&code), "{typed}");
        }
        assert_eq!(normalised_card(&shown[..CARD_LEN]), None);
        assert_eq!(normalised(&shown), None);
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in ["", "KX7P", "KX7P-3M9Q-2", "あいうえおかきく"] {
            assert_eq!(normalised(typed), None, "{typed}");
        }
    }
}
