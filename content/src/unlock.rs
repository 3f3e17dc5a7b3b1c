//! Codes that a teacher reads out over the telephone, for a pupil whose study is locked.
//!
//! A terminal makes a secret a pupil, puts it into a [box](crate::boxed) for the school, and
//! keeps nothing that tells it. Both ends make the same codes of it: 15 digits and a check
//! digit (H. M. Damm, "Totally anti-symmetric quasigroups", 2004), which finds every single
//! wrong digit and every two neighbours that changed places. Each opens once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::id::PupilId;
use crate::key::SecretKey;

/// What a box with the secret of codes is bound to.
pub const PURPOSE: &str = "hotaru unlock codes 1";
/// Codes that one secret makes.
pub const CODES: u32 = 8;
const DIGITS: usize = 16;

/// A code, as it is read out: 16 digits. Never printed by `Debug`, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct UnlockCode([u8; DIGITS]);

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// There are more or fewer digits, or other characters.
    #[error("a code has 16 digits; ask the teacher to read it once more")]
    Length,
    /// A digit is wrong.
    #[error("a digit is wrong or two changed places; ask the teacher to read the code once more")]
    Check,
}

/// What is in a box for the school: of which codes it is the secret.
#[derive(Serialize, Deserialize)]
pub struct CodeSecret {
    /// Whose codes.
    pub pupil: PupilId,
    /// The number of the first of [`CODES`] codes.
    pub first: u32,
    /// What they are made of.
    pub secret: SecretKey,
}

impl fmt::Debug for CodeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeSecret({}, {}..)", self.pupil, self.first)
    }
}

impl CodeSecret {
    /// As it lies in its box.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        postcard::to_stdvec(self).ok().map(Zeroizing::new)
    }

    /// From what lay in a box; `None` where that is none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// The code of a number; none where another secret makes it.
    #[must_use]
    pub fn code(&self, number: u32) -> Option<UnlockCode> {
        let at = number.checked_sub(self.first)?;
        if at >= CODES {
            return None;
        }
        let mut draw = Zeroizing::new([0; 16]);
        blake3::Hasher::new_keyed(self.secret.as_bytes())
            .update(PURPOSE.as_bytes())
            .update(&self.pupil.0)
            .update(&number.to_le_bytes())
            .finalize_xof()
            .fill(draw.as_mut_slice());
        // Of 2^128 numbers, each of 10^15 has its share to a part in 10^23.
        let mut rest = u128::from_le_bytes(*draw);
        let mut digits = [0; DIGITS];
        let (check, body) = digits.split_last_mut()?;
        for digit in body.iter_mut() {
            *digit = u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        *check = damm(body);
        Some(UnlockCode(digits))
    }
}

impl UnlockCode {
    /// The digits in one row.
    #[must_use]
    pub fn digits(&self) -> Zeroizing<String> {
        let digits = self.0.iter().map(|digit| char::from(b'0' + digit));
        Zeroizing::new(digits.collect())
    }
}

impl Drop for UnlockCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for UnlockCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnlockCode(..)")
    }
}

/// In four groups, as it is read out.
impl fmt::Display for UnlockCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digit) in self.0.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl FromStr for UnlockCode {
    type Err = BadCode;

    /// Digits of any width; spaces and hyphens between them do not count.
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let mut digits = [0; DIGITS];
        let mut count = 0;
        for char in text.chars() {
            let digit = match char {
                '0'..='9' => u32::from(char) - u32::from('0'),
                '０'..='９' => u32::from(char) - u32::from('０'),
                ' ' | '\u{3000}' | '-' | '\u{2010}'..='\u{2015}' | 'ー' | '－' => continue,
                _ => return Err(BadCode::Length),
            };
            let place = digits.get_mut(count).ok_or(BadCode::Length)?;
            *place = u8::try_from(digit).unwrap_or(0);
            count += 1;
        }
        if count != DIGITS {
            return Err(BadCode::Length);
        }
        match damm(&digits) {
            0 => Ok(Self(digits)),
            _ => Err(BadCode::Check),
        }
    }
}

/// The check digit of digits; 0 where they end in theirs.
fn damm(digits: &[u8]) -> u8 {
    const TABLE: [[u8; 10]; 10] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ];
    digits.iter().fold(0, |state, digit| {
        let row = TABLE.get(usize::from(state));
        let next = row.and_then(|row| row.get(usize::from(*digit)));
        next.copied().unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> CodeSecret {
        CodeSecret {
            pupil: PupilId([7; 16]),
            first: 9,
            secret: SecretKey::from_bytes([3; 32]),
        }
    }

    #[test]
    fn a_code_reads_as_it_was_read_out() {
        let code = secret().code(9).unwrap();
        let said = code.to_string();
        assert_eq!(said.len(), 19);
        assert_eq!(said.parse(), Ok(code.clone()));
        assert_eq!(said.replace(' ', "－").parse(), Ok(code.clone()));
        let wide: String = said
            .chars()
            .map(|c| match c.to_digit(10) {
                Some(digit) => char::from_u32(u32::from('０') + digit).unwrap(),
                None => '\u{3000}',
            })
            .collect();
        assert_eq!(wide.parse(), Ok(code.clone()));
        assert_eq!(said[..18].parse::<UnlockCode>(), Err(BadCode::Length));
        assert_eq!(
            format!("{said}1").parse::<UnlockCode>(),
            Err(BadCode::Length)
        );
        assert_eq!(format!("{code:?}"), "UnlockCode(..)");
    }

    #[test]
    fn codes_differ_by_number_and_pupil_and_end() {
        let ours = secret();
        let mut seen: Vec<String> = (9..17).map(|n| ours.code(n).unwrap().to_string()).collect();
        let other = CodeSecret {
            pupil: PupilId([8; 16]),
            ..secret()
        };
        seen.extend((9..17).map(|n| other.code(n).unwrap().to_string()));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 16);
        assert!(ours.code(8).is_none() && ours.code(17).is_none());
    }

    #[test]
    fn every_wrong_digit_and_every_exchange_of_neighbours_is_found() {
        for number in 9..17 {
            let code = secret().code(number).unwrap();
            let digits = code.0;
            for at in 0..DIGITS {
                for wrong in (0..10).filter(|wrong| *wrong != digits[at]) {
                    let mut bad = digits;
                    bad[at] = wrong;
                    assert_ne!(damm(&bad), 0);
                }
                if at > 0 && digits[at] != digits[at - 1] {
                    let mut bad = digits;
                    bad.swap(at, at - 1);
                    assert_ne!(damm(&bad), 0);
                }
            }
        }
    }
}
