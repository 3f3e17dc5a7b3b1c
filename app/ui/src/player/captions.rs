//! Captions from WebVTT: cues with their text, nothing else.
//!
//! Format: W3C WebVTT, sections 4 and 6. Settings, regions, styles and notes
//! are skipped; tags are taken off the text, `<rt>` with what it holds.

/// Most bytes of a captions file.
const MAX_BYTES: usize = 1 << 20;
/// Most cues.
const MAX_CUES: usize = 10_000;
/// Most characters of one cue; the rest is cut.
const MAX_CUE_CHARS: usize = 500;

/// Why captions cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaptionsError {
    /// Over 1 MiB.
    #[error("the captions are larger than 1 MiB; shorten them")]
    TooLarge,
    /// Over 10,000 cues.
    #[error("the captions have more than 10,000 cues; shorten them")]
    TooMany,
    /// Not UTF-8.
    #[error("the captions are not UTF-8 text; save them as UTF-8")]
    NotText,
    /// The first line is not `WEBVTT`.
    #[error("the captions do not begin with WEBVTT; export them as WebVTT")]
    NotWebVtt,
}

/// One caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// From this moment on, in milliseconds of the recording.
    pub start_ms: u64,
    /// Up to this moment.
    pub end_ms: u64,
    /// What is said, one line or more.
    pub text: String,
}

/// A recording's captions, by time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captions {
    cues: Vec<Cue>,
}

impl Captions {
    /// Reads WebVTT. A cue that cannot be read is left out.
    ///
    /// # Errors
    /// [`CaptionsError`] if the file as a whole is not usable.
    pub fn parse(bytes: &[u8]) -> Result<Self, CaptionsError> {
        if bytes.len() > MAX_BYTES {
            return Err(CaptionsError::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| CaptionsError::NotText)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let head = text
            .strip_prefix("WEBVTT")
            .ok_or(CaptionsError::NotWebVtt)?;
        if !(head.is_empty() || head.starts_with([' ', '\t', '\n'])) {
            return Err(CaptionsError::NotWebVtt);
        }
        let mut cues = Vec::new();
        let mut lines = head.lines();
        while let Some(line) = lines.next() {
            let Some((start_ms, end_ms)) = timing(line) else {
                continue;
            };
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim().is_empty())
                .collect();
            let text = plain(&body.join("\n"));
            if text.is_empty() || end_ms <= start_ms {
                continue;
            }
            if cues.len() >= MAX_CUES {
                return Err(CaptionsError::TooMany);
            }
            cues.push(Cue {
                start_ms,
                end_ms,
                text,
            });
        }
        cues.sort_by_key(|cue| cue.start_ms);
        Ok(Self { cues })
    }

    /// All cues, by start.
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// What is shown at this moment (milliseconds): the cue that began last and
    /// is not over.
    pub fn at(&self, ms: u64) -> Option<&str> {
        let begun = self.cues.partition_point(|cue| cue.start_ms <= ms);
        // Cues that overlap are few; looking back at some is enough.
        let recent = self.cues.iter().take(begun).rev().take(16);
        recent
            .into_iter()
            .find(|cue| cue.end_ms > ms)
            .map(|cue| cue.text.as_str())
    }
}

/// `00:01.000 --> 00:02.000 settings`.
fn timing(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next()?;
    Some((timestamp(start.trim())?, timestamp(end)?))
}

/// `mm:ss.ttt` or `hh:mm:ss.ttt` in milliseconds.
fn timestamp(text: &str) -> Option<u64> {
    let (clock, millis) = text.split_once('.')?;
    let mut total = 0u64;
    let mut fields = 0;
    for field in clock.split(':') {
        fields += 1;
        total = total.checked_mul(60)?.checked_add(number(field, 1..=4)?)?;
    }
    if !(2..=3).contains(&fields) {
        return None;
    }
    total
        .checked_mul(1_000)?
        .checked_add(number(millis, 3..=3)?)
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u64> {
    let fits = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Cue text without tags and with its character references resolved.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut in_reading = false;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, tail) = rest.split_at(at);
        if !in_reading {
            out.push_str(before);
        }
        if let Some(tag) = tail.strip_prefix('<') {
            let Some((tag, after)) = tag.split_once('>') else {
                rest = "";
                break;
            };
            match tag {
                "rt" => in_reading = true,
                "/rt" | "/ruby" => in_reading = false,
                _ => {}
            }
            rest = after;
            continue;
        }
        let references = [
            ("&amp;", "&"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&nbsp;", "\u{a0}"),
            ("&lrm;", ""),
            ("&rlm;", ""),
        ];
        let known = references
            .iter()
            .find_map(|(name, value)| Some((*value, tail.strip_prefix(name)?)));
        let (value, after) = known.unwrap_or_else(|| ("&", tail.get(1..).unwrap_or_default()));
        if !in_reading {
            out.push_str(value);
        }
        rest = after;
    }
    if !in_reading {
        out.push_str(rest);
    }
    out.trim().chars().take(MAX_CUE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\u{feff}WEBVTT - lesson\r\nKind: captions\r\n\r\nNOTE a note\r\nof two lines\r\n\r\n\
        STYLE\r\n::cue { color: red }\r\n\r\n1\r\n00:01.000 --> 00:02.500 align:start line:90%\r\n\
        てこの <b>しくみ</b>を\r\n<ruby>見<rt>み</rt></ruby>よう &amp; 考えよう\r\n\r\n\
        00:00:03.000 --> 00:00:04.000\r\n<v 先生>はい</v>\r\n\r\n\
        bad --> 00:05.000\r\nnever\r\n\r\n00:09.000 --> 00:08.000\r\nreversed\r\n\r\n\
        01:00:00.000 --> 01:00:01.000\r\nlast";

    #[test]
    fn reads_cues() {
        let captions = Captions::parse(FILE.as_bytes()).unwrap();
        let texts: Vec<_> = captions
            .cues()
            .iter()
            .map(|cue| cue.text.as_str())
            .collect();
        assert_eq!(
            texts,
            ["てこの しくみを\n見よう & 考えよう", "はい", "last"]
        );
        assert_eq!(captions.at(999), None);
        assert!(captions.at(1_000).unwrap().starts_with("てこの"));
        assert_eq!(captions.at(2_500), None);
        assert_eq!(captions.at(3_999), Some("はい"));
        assert_eq!(captions.at(3_600_500), Some("last"));
    }

    #[test]
    fn refuses_and_bounds() {
        assert_eq!(
            Captions::parse(b"1\n00:00.000 --> 00:01.000\nx"),
            Err(CaptionsError::NotWebVtt)
        );
        assert_eq!(Captions::parse(b"WEBVTTX"), Err(CaptionsError::NotWebVtt));
        assert_eq!(Captions::parse(&[0xff, 0xfe]), Err(CaptionsError::NotText));
        assert_eq!(
            Captions::parse(&vec![b' '; MAX_BYTES + 1]),
            Err(CaptionsError::TooLarge)
        );
        let many = format!(
            "WEBVTT\n\n{}",
            "00:00.000 --> 00:01.000\nx\n\n".repeat(MAX_CUES + 1)
        );
        assert_eq!(
            Captions::parse(many.as_bytes()),
            Err(CaptionsError::TooMany)
        );
        assert!(Captions::parse(b"WEBVTT").unwrap().cues().is_empty());
        let long = format!("WEBVTT\n\n00:00.000 --> 00:01.000\n{}", "あ".repeat(9_000));
        let cues = Captions::parse(long.as_bytes()).unwrap();
        assert_eq!(cues.cues()[0].text.chars().count(), MAX_CUE_CHARS);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "(WEBVTT\n\n)?[0-9:.<>&\\-a-z \nあ]{0,200}") {
            let _ = Captions::parse(text.as_bytes());
        }
    }
}
