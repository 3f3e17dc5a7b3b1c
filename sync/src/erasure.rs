//! Certificates of erasure: what was erased, when and how, signed by the terminal's key.
//!
//! A certificate is JSON, `{"statement": "...", "key": "...", "signature": "..."}`: a text, the
//! terminal's Ed25519 public key, and its signature (RFC 8032) over `hotaru erasure 1`, a line
//! feed and the bytes of the text; key and signature in hexadecimal digits. The text is a
//! [`Statement`] in JSON. Whoever has the key of the terminal from before can verify it with
//! any program that knows Ed25519. Where the key was renewed, `handovers` leads to it from those
//! before: the school may know one of these.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hotaru_content::id::TerminalId;
use hotaru_content::key::{PublicKey, SecretKey};
use hotaru_content::renewal::{Handover, MAX_HANDOVERS};
use serde::{Deserialize, Serialize};

use crate::signed::keys::{Chain, Keys};
use crate::wire::{Body, Bounds, MAX_NAME_CHARS, WireError};

/// The form of a statement that this program writes.
pub const FORMAT: u16 = 1;
/// What is signed before the text.
const DOMAIN: &[u8] = b"hotaru erasure 1\n";
/// How this program erases, in words for a lessor.
pub const METHOD: &str =
    "encryption keys overwritten and removed, then all files of the profile removed";

/// What a terminal says of its erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The form ([`FORMAT`]).
    pub format: u16,
    /// The terminal, as the school calls it.
    pub terminal: TerminalId,
    /// What it called itself.
    pub name: String,
    /// The school.
    pub school: String,
    /// When, by the school's clock as far as the terminal had learned it: milliseconds since
    /// 1970-01-01T00:00:00Z.
    pub erased_ms: i64,
    /// How many pupils used it.
    pub pupils: u32,
    /// Events that had not reached the school, of all pupils; they are gone.
    pub unsent: u64,
    /// Bytes that the profile took.
    pub bytes: u64,
    /// How it was erased.
    pub method: String,
    /// The program and its version.
    pub program: String,
    /// The number of the school's order by which it was erased; none where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u64>,
}

/// A signed statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The text that is signed.
    pub statement: String,
    /// Whose signature it is.
    pub key: PublicKey,
    /// The signature, 128 hexadecimal digits.
    pub signature: String,
    /// How the key came from those before it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handovers: Vec<Handover>,
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCertificate {
    /// The signature does not fit the text and the key.
    #[error("the certificate's signature does not fit its text; it was altered")]
    Signature,
    /// The text is no statement.
    #[error("the certificate's text is no statement of this program's; update it")]
    Statement,
}

impl Certificate {
    /// Signs a statement.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    pub fn new(statement: &Statement, key: &SecretKey) -> Result<Self, BadCertificate> {
        let text = serde_json::to_string(statement).map_err(|_| BadCertificate::Statement)?;
        let key = SigningKey::from_bytes(key.as_bytes());
        let signature = key.sign(&signed(&text));
        let digits = signature.to_bytes().map(|byte| format!("{byte:02x}"));
        Ok(Self {
            statement: text,
            key: PublicKey(key.verifying_key().to_bytes()),
            signature: digits.concat(),
            handovers: Vec::new(),
        })
    }

    /// Signs a statement with the newest of a terminal's keys, whichever of them its school
    /// knows.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    pub fn by(statement: &Statement, keys: &Keys) -> Result<Self, BadCertificate> {
        let (key, handovers) = keys.newest();
        Ok(Self {
            handovers,
            ..Self::new(statement, key)?
        })
    }

    /// Whether its key is the one that is known of a terminal, or came from it.
    #[must_use]
    pub fn follows(&self, terminal: TerminalId, known: PublicKey) -> bool {
        let chain = Chain::from(known, &self.handovers);
        let led = chain.and_then(|chain| chain.lead(terminal, known));
        self.key == known || led == Some(self.key)
    }

    /// The statement, where the key that is named did sign it. That the key is the
    /// terminal's, who knows the terminal has to say.
    ///
    /// # Errors
    /// Where it did not, or the text cannot be read.
    pub fn verify(&self) -> Result<Statement, BadCertificate> {
        let signature = signature(&self.signature).ok_or(BadCertificate::Signature)?;
        let key = VerifyingKey::from_bytes(&self.key.0).map_err(|_| BadCertificate::Signature)?;
        key.verify_strict(&signed(&self.statement), &signature)
            .map_err(|_| BadCertificate::Signature)?;
        serde_json::from_str(&self.statement).map_err(|_| BadCertificate::Statement)
    }
}

fn signed(text: &str) -> Vec<u8> {
    [DOMAIN, text.as_bytes()].concat()
}

fn signature(digits: &str) -> Option<Signature> {
    let (first, second) = digits.split_at_checked(64)?;
    let halves: [PublicKey; 2] = [first.parse().ok()?, second.parse().ok()?];
    let bytes = halves.map(|half| half.0).concat();
    Some(Signature::from_bytes(&bytes.try_into().ok()?))
}

impl Body for Certificate {
    const WHAT: &'static str = "a certificate of erasure";
    const MAX_LEN: usize = 16 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        let Ok(statement) = self.verify() else {
            return Err(bounds.wrong("signature", "does not fit the statement".to_owned()));
        };
        bounds.list("handovers", &self.handovers, MAX_HANDOVERS + 1)?;
        for (field, text) in [
            ("name", &statement.name),
            ("school", &statement.school),
            ("method", &statement.method),
            ("program", &statement.program),
        ] {
            if text.chars().count() > MAX_NAME_CHARS || text.chars().any(char::is_control) {
                return Err(bounds.wrong(field, "is too long or not one line".to_owned()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement {
        Statement {
            format: FORMAT,
            terminal: TerminalId([3; 16]),
            name: "端末 12".to_owned(),
            school: "ほたる小学校".to_owned(),
            erased_ms: 1_775_001_600_000,
            pupils: 2,
            unsent: 0,
            bytes: 123_456,
            method: METHOD.to_owned(),
            program: "hotaru 0.1.0".to_owned(),
            order: None,
        }
    }

    #[test]
    fn a_certificate_holds_what_was_signed_and_nothing_else() {
        let key = SecretKey::from_bytes([5; 32]);
        let certificate = Certificate::new(&statement(), &key).unwrap();
        assert_eq!(certificate.verify(), Ok(statement()));
        assert!(certificate.check().is_ok());
        let written = serde_json::to_string(&certificate).unwrap();
        assert_eq!(
            serde_json::from_str::<Certificate>(&written).unwrap(),
            certificate
        );
        let altered = [
            Certificate {
                statement: certificate
                    .statement
                    .replace("\"unsent\":0", "\"unsent\":1"),
                ..certificate.clone()
            },
            Certificate {
                key: crate::signed::public(&SecretKey::from_bytes([6; 32])),
                ..certificate.clone()
            },
            Certificate {
                signature: "00".repeat(64),
                ..certificate.clone()
            },
            Certificate {
                signature: "é".repeat(64),
                ..certificate.clone()
            },
        ];
        for altered in altered {
            assert_ne!(altered, certificate);
            assert_eq!(altered.verify(), Err(BadCertificate::Signature));
            assert!(altered.check().is_err());
        }
        assert!(!written.contains("handovers"));
        // A signature of something else of ours is none of this.
        let long = Statement {
            name: "a".repeat(MAX_NAME_CHARS + 1),
            ..statement()
        };
        assert!(Certificate::new(&long, &key).unwrap().check().is_err());
    }
    #[test]
    fn a_certificate_by_a_renewed_key_is_known_by_those_before() {
        let terminal = statement().terminal;
        let mut keys = Keys::new(SecretKey::from_bytes([1; 32]));
        let known = [1, 2, 3].map(|byte| crate::signed::public(&SecretKey::from_bytes([byte; 32])));
        keys.prepare(terminal, SecretKey::from_bytes([2; 32]));
        assert!(keys.take(known[1]));
        // The school may have this one, or not yet.
        keys.prepare(terminal, SecretKey::from_bytes([3; 32]));
        let certificate = Certificate::by(&statement(), &keys).unwrap();
        assert!(certificate.check().is_ok());
        assert_eq!(certificate.key, known[2]);
        for known in known {
            assert!(certificate.follows(terminal, known));
            assert_eq!(
                certificate.follows(TerminalId([9; 16]), known),
                known == certificate.key
            );
        }
        let forged = Certificate {
            handovers: certificate.handovers.clone(),
            ..Certificate::new(&statement(), &SecretKey::from_bytes([7; 32])).unwrap()
        };
        assert!(!known.iter().any(|known| forged.follows(terminal, *known)));
        let long = Certificate {
            handovers: certificate.handovers.repeat(9),
            ..certificate
        };
        assert!(long.check().is_err());
    }
}
