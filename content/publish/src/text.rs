//! Lesson texts: Markdown with ruby, or plain text.

use hotaru_content::text::MAX_TEXT_BYTES;

use crate::decode::decode;
use crate::error::Reason;
use crate::notice::Notice;

/// The text as UTF-8 with `\n`, at most 1 MiB.
pub(crate) fn prepare(bytes: &[u8], notes: &mut Vec<Notice>) -> Result<Vec<u8>, Reason> {
    let decoded = decode(bytes)?;
    let text = decoded.text;
    if text.trim().is_empty() {
        return Err(Reason::TextEmpty);
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(Reason::TextTooLarge);
    }
    if decoded.encoding != encoding_rs::UTF_8 {
        notes.push(Notice::TextEncoding {
            encoding: decoded.encoding.name(),
        });
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_words() {
        let mut notes = Vec::new();
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("# てこ\r\n{支点|してん}から");
        assert_eq!(
            prepare(&sjis, &mut notes).unwrap(),
            "# てこ\n{支点|してん}から".as_bytes()
        );
        assert_eq!(
            notes,
            [Notice::TextEncoding {
                encoding: "Shift_JIS"
            }]
        );
    }

    #[test]
    fn bounds_are_named() {
        let notes = &mut Vec::new();
        assert_eq!(prepare(b" \n\t", notes), Err(Reason::TextEmpty));
        assert_eq!(
            prepare(&vec![b'a'; MAX_TEXT_BYTES + 1], notes),
            Err(Reason::TextTooLarge)
        );
        assert!(prepare(&vec![b'a'; MAX_TEXT_BYTES], notes).is_ok());
    }
}
