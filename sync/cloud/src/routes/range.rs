//! `Range` (RFC 9110, 14): one range of bytes; of several or of other units, all.

use std::ops::Range;

use axum::http::{HeaderMap, header};

/// What a request wants of `len` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Everything.
    All,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing that is there.
    Nothing,
}

/// Reads the request's headers; `etag` is the representation's, with its quotes.
pub fn wanted(headers: &HeaderMap, len: u64, etag: &str) -> Wanted {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    // A range of something else is of no use.
    if text(header::IF_RANGE).is_some_and(|known| known.trim() != etag) {
        return Wanted::All;
    }
    let Some(spec) = text(header::RANGE).and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Wanted::All;
    };
    part(spec.trim(), len)
}

fn part(spec: &str, len: u64) -> Wanted {
    let Some((first, last)) = spec.split_once('-') else {
        return Wanted::All;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(first) || !digits(last) {
        return Wanted::All;
    }
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first > last => Wanted::All,
        (Ok(first), _) if first >= len => Wanted::Nothing,
        (Ok(first), Ok(last)) => Wanted::Part(first..last.saturating_add(1).min(len)),
        (Ok(first), Err(_)) if last.is_empty() => Wanted::Part(first..len),
        (Err(_), Ok(0)) if first.is_empty() => Wanted::Nothing,
        (Err(_), Ok(_)) if first.is_empty() && len == 0 => Wanted::Nothing,
        (Err(_), Ok(suffix)) if first.is_empty() => Wanted::Part(len.saturating_sub(suffix)..len),
        _ => Wanted::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_kept_to() {
        for (spec, wanted) in [
            ("0-", Wanted::Part(0..10)),
            ("3-", Wanted::Part(3..10)),
            ("3-4", Wanted::Part(3..5)),
            ("3-99", Wanted::Part(3..10)),
            ("-4", Wanted::Part(6..10)),
            ("-99", Wanted::Part(0..10)),
            ("10-", Wanted::Nothing),
            ("11-12", Wanted::Nothing),
            ("-0", Wanted::Nothing),
            ("4-3", Wanted::All),
            ("1-2,4-5", Wanted::All),
            ("a-", Wanted::All),
            ("-", Wanted::All),
            ("+1-", Wanted::All),
            ("99999999999999999999-", Wanted::All),
        ] {
            assert_eq!(part(spec, 10), wanted, "{spec}");
        }
        assert_eq!(part("0-", 0), Wanted::Nothing);
    }

    #[test]
    fn a_range_of_another_version_is_not_served() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, "bytes=3-".parse().unwrap());
        assert_eq!(wanted(&headers, 10, "\"a\""), Wanted::Part(3..10));
        headers.insert(header::IF_RANGE, "\"b\"".parse().unwrap());
        assert_eq!(wanted(&headers, 10, "\"a\""), Wanted::All);
    }
}
