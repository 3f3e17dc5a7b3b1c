//! Pins: a school's server that has no public name is known by its key.
//!
//! A pin is the first 80 bits of the SHA-256 hash of the key (the subject public key info of
//! RFC 5280, as RFC 7469 pins it), in the letters of codes: `KX7P-3M9Q-ABCD-EFGH`. It stands
//! behind the address, `https://10.0.0.5:8443#KX7P-3M9Q-ABCD-EFGH`, and can be typed. To make
//! a key of a given pin takes 2^80 tries; what names and dates a certificate holds does not
//! matter under a pin, for such servers have no name and terminals' clocks are wrong.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::wire::{CODE_ALPHABET, plain_code};

/// Letters and digits of a pin: 5 bits each.
const LEN: usize = 16;

/// What a school's key is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin([u8; LEN]);

/// Why a text is not a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what stands behind the # has 16 letters and digits; copy it again whole")]
pub struct BadPin;

impl Pin {
    /// The pin of a certificate (DER); none where it cannot be read.
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Option<Self> {
        let der = rustls::pki_types::CertificateDer::from(der);
        let certificate = webpki::EndEntityCert::try_from(&der).ok()?;
        Some(Self::of_key(&certificate.subject_public_key_info()))
    }

    /// The pin of a subject public key info (DER).
    #[must_use]
    pub fn of_key(der: &[u8]) -> Self {
        let hash = Sha256::digest(der);
        let mut letters = [0; LEN];
        for (place, letter) in letters.iter_mut().enumerate() {
            let bits = (place * 5..place * 5 + 5).fold(0_usize, |bits, at| {
                let byte = hash.get(at / 8).copied().unwrap_or_default();
                bits << 1 | usize::from(byte >> (7 - at % 8) & 1)
            });
            *letter = CODE_ALPHABET.get(bits).copied().unwrap_or_default();
        }
        Self(letters)
    }

    /// An address, and the pin that stands behind it, if one does.
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn split(address: &str) -> Result<(&str, Option<Self>), BadPin> {
        match address.split_once('#') {
            None => Ok((address, None)),
            Some((address, pin)) => Ok((address, Some(pin.parse()?))),
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*letter))?;
        }
        Ok(())
    }
}

impl FromStr for Pin {
    type Err = BadPin;

    fn from_str(text: &str) -> Result<Self, BadPin> {
        let letters = plain_code(text, LEN + 1).into_bytes();
        if letters.iter().any(|letter| !CODE_ALPHABET.contains(letter)) {
            return Err(BadPin);
        }
        letters.try_into().map(Self).map_err(|_| BadPin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_the_beginning_of_the_hash() {
        // SHA-256 of nothing: e3b0c442 98fc1c14 9afb.. = 11100 01110 11000 01100 ..
        let pin = Pin::of_key(b"");
        let first: Vec<usize> = vec![0b11100, 0b01110, 0b11000, 0b01100];
        let first: Vec<u8> = first.iter().map(|bits| CODE_ALPHABET[*bits]).collect();
        assert_eq!(&pin.0[..4], first.as_slice());
        let text = pin.to_string();
        assert_eq!(text.len(), LEN + 3);
        for typed in [
            text.clone(),
            text.to_lowercase().replace('-', " "),
            format!(" {text}/"),
        ] {
            assert_eq!(typed.parse(), Ok(pin), "{typed}");
        }
        for bad in ["", "KX7P", "0000-0000-0000-0000", &format!("{text}A")] {
            assert_eq!(bad.parse::<Pin>(), Err(BadPin), "{bad}");
        }
        let address = format!("https://10.0.0.5:8443#{text}");
        assert_eq!(
            Pin::split(&address),
            Ok(("https://10.0.0.5:8443", Some(pin)))
        );
        assert_eq!(
            Pin::split("https://school.example"),
            Ok(("https://school.example", None))
        );
        assert_eq!(Pin::split("https://school.example#x"), Err(BadPin));
    }

    #[test]
    fn a_certificate_is_known_by_its_key() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let pin = Pin::of_certificate(made.cert.der()).unwrap();
        let other = rcgen::CertificateParams::new(["elsewhere".to_owned()]).unwrap();
        let other = other.self_signed(&made.signing_key).unwrap();
        assert_eq!(Pin::of_certificate(other.der()), Some(pin));
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        assert_ne!(Pin::of_certificate(key.cert.der()), Some(pin));
        assert_eq!(Pin::of_certificate(b"no certificate"), None);
    }
}
