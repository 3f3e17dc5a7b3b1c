//! Text in the encodings that Japanese schools have.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8};

use crate::error::Reason;

/// A text with `\n` at each line's end, and how it was encoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) encoding: &'static Encoding,
}

/// Reads a text: by its byte order mark, else as UTF-8, else as what a detector takes it
/// for among Shift_JIS, EUC-JP and ISO-2022-JP. Nothing is replaced silently.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, Reason> {
    let (encoding, text) = match Encoding::for_bom(bytes) {
        Some((encoding, bom)) => {
            let rest = bytes.get(bom..).unwrap_or_default();
            (
                encoding,
                strictly(encoding, rest).ok_or(Reason::TextEncoding)?,
            )
        }
        None => without_mark(bytes)?,
    };
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
    {
        return Err(Reason::TextBinary);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Ok(Decoded { text, encoding })
}

fn without_mark(bytes: &[u8]) -> Result<(&'static Encoding, String), Reason> {
    if !bytes.contains(&0x1b)
        && let Some(text) = strictly(UTF_8, bytes)
    {
        return Ok((UTF_8, text));
    }
    if bytes.contains(&0) {
        return Err(Reason::TextBinary);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"jp"), Utf8Detection::Allow);
    // The guess decides between the Japanese ones; short texts lead it astray.
    [guess, SHIFT_JIS, EUC_JP]
        .into_iter()
        .filter(|encoding| [UTF_8, SHIFT_JIS, EUC_JP, ISO_2022_JP].contains(encoding))
        .find_map(|encoding| Some((encoding, strictly(encoding, bytes)?)))
        .ok_or(Reason::TextEncoding)
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "てこの支点\nから力点まで";

    #[test]
    fn the_encodings_of_schools_are_read() {
        for encoding in [UTF_8, SHIFT_JIS, EUC_JP, ISO_2022_JP] {
            let (bytes, _, _) = encoding.encode(TEXT);
            let decoded = decode(&bytes).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (TEXT, encoding));
        }
        for (mark, unit) in [
            ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ([0xfe, 0xff], u16::to_be_bytes),
        ] {
            let mut bytes = mark.to_vec();
            bytes.extend(TEXT.encode_utf16().flat_map(unit));
            assert_eq!(decode(&bytes).unwrap().text, TEXT);
        }
        let marked = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
        assert_eq!(decode(&marked).unwrap().text, TEXT);
    }

    #[test]
    fn lines_end_alike() {
        assert_eq!(decode(b"a\r\nb\rc\nd").unwrap().text, "a\nb\nc\nd");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"a\0b"), Err(Reason::TextBinary));
        assert_eq!(decode(&[0x80, 0x81, 0, 1, 2]), Err(Reason::TextBinary));
        assert_eq!(decode(b"\x7fELF"), Err(Reason::TextBinary));
        assert_eq!(decode(&[0xff; 9]), Err(Reason::TextEncoding));
        assert_eq!(decode(&[0xff, 0xfe, 0x00, 0xd8]), Err(Reason::TextEncoding));
    }
}
