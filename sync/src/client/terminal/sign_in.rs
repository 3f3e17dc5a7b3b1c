//! By what a pupil comes to a terminal.

use hotaru_content::key::PublicKey;
use hotaru_content::shelf::Identity;

use crate::client::call::{CallError, Caller};
use crate::client::cancel::Cancel;
use crate::wire::{CARD_LEN, CardRequest, JoinAnswer, JoinRequest, path};

/// What a pupil shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// A class's code and a number in it.
    Code {
        /// The code.
        code: String,
        /// The number (出席番号).
        number: u16,
    },
    /// A login card, which brings earlier study along: its code as typed, or all that its QR
    /// code holds.
    Card(String),
}

impl SignIn {
    /// Whether a text is a login card's and not a class's code: as many letters and digits
    /// stand behind its last `#`, if it has one.
    #[must_use]
    pub fn is_card(text: &str) -> bool {
        let code = text.rsplit_once('#').map_or(text, |(_, code)| code);
        let is_of_code = |char: &char| match char {
            // The wide forms of ASCII.
            '\u{ff01}'..='\u{ff5e}' => char.is_alphanumeric(),
            _ => char.is_ascii_alphanumeric(),
        };
        // An address that is being typed may have as many.
        !code.contains('/') && code.chars().filter(is_of_code).count() == CARD_LEN
    }

    /// The school's address, where a card's QR code was read: it stands before the last `#`.
    #[must_use]
    pub fn address_on_card(text: &str) -> Option<&str> {
        let (address, _) = text.trim().rsplit_once('#')?;
        let address = address.trim_end_matches('/');
        address.starts_with("http").then_some(address)
    }

    pub(super) fn ask(
        &self,
        caller: &Caller,
        identity: &Identity,
        (terminal_name, key): (&str, PublicKey),
        cancel: &Cancel,
    ) -> Result<JoinAnswer, CallError> {
        let terminal_name = terminal_name.to_owned();
        let key = Some(key);
        match self {
            Self::Code { code, number } => {
                let mut known = identity.pupils.iter();
                let known = known.find(|entry| entry.number == *number);
                let request = JoinRequest {
                    code: code.clone(),
                    number: *number,
                    terminal_name,
                    known_pupil: known.map(|entry| entry.pupil),
                    key,
                };
                caller.post(path::JOIN.to_owned(), &request, cancel)
            }
            Self::Card(card) => {
                let request = CardRequest {
                    card: card.trim().to_owned(),
                    terminal_name,
                    key,
                };
                caller.post(path::JOIN_CARD.to_owned(), &request, cancel)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_told_from_a_class_code() {
        let card = "ABCD-EFGH-JKLM-NPQR-STUV";
        let scanned = format!("https://school.example.jp/#{card}");
        for text in [
            card,
            &card.to_lowercase(),
            &scanned,
            "ＡＢＣＤＥＦＧＨＪＫＬＭＮＰＱＲＳＴＵＶ",
        ] {
            assert!(SignIn::is_card(text), "{text}");
        }
        for text in [
            "",
            "KX7P-3M9Q",
            "ABCD-EFGH-JKLM-NPQR-STU",
            "https://school.example.jp/",
        ] {
            assert!(!SignIn::is_card(text), "{text}");
        }
        let address = SignIn::address_on_card(&scanned);
        assert_eq!(address, Some("https://school.example.jp"));
        assert_eq!(SignIn::address_on_card(card), None);
    }
}
