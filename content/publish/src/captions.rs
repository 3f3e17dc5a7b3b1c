//! Captions beside a recording: WebVTT, or SRT made into it.
//!
//! WebVTT: W3C Candidate Recommendation, 4 (cue timings `[hh:]mm:ss.mmm --> [hh:]mm:ss.mmm`).

use std::path::{Path, PathBuf};

use crate::decode::decode;
use crate::error::Reason;

/// The largest captions, in bytes.
pub(crate) const MAX_LEN: u64 = 1 << 20;

/// The captions beside a recording: its name with `.vtt`, else with `.srt`.
pub(crate) fn beside(recording: &Path) -> Option<PathBuf> {
    ["vtt", "VTT", "srt", "SRT"]
        .into_iter()
        .map(|extension| recording.with_extension(extension))
        .find(|path| path.is_file())
}

/// The captions as WebVTT in UTF-8; `name` is theirs, for the sentence.
pub(crate) fn prepare(bytes: &[u8], name: &str) -> Result<Vec<u8>, Reason> {
    let broken = |line: usize| Reason::CaptionsBroken {
        captions: name.to_owned(),
        line: line as u64 + 1,
    };
    let text = decode(bytes).map_err(|_| broken(0))?.text;
    let first = text.lines().next().unwrap_or_default();
    let is_vtt = first
        .strip_prefix("WEBVTT")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    let mut cues = 0;
    let mut out = String::with_capacity(text.len() + 16);
    if !is_vtt {
        out.push_str("WEBVTT\n\n");
    }
    for (at, line) in text.lines().enumerate() {
        let timing = match line.split_once("-->") {
            None => None,
            Some((start, end)) => {
                // A cue's text may hold the arrow nowhere, in neither form.
                let start = timestamp(start.trim(), is_vtt).ok_or_else(|| broken(at))?;
                let (end, settings) = end
                    .trim()
                    .split_once([' ', '\t'])
                    .unwrap_or((end.trim(), ""));
                let end = timestamp(end, is_vtt).ok_or_else(|| broken(at))?;
                if start >= end {
                    return Err(broken(at));
                }
                cues += 1;
                Some((start, end, settings))
            }
        };
        match timing {
            // SRT's own settings (X1:… Y1:…) mean nothing in WebVTT.
            Some((start, end, _)) if !is_vtt => {
                out.push_str(&format!("{} --> {}", written(start), written(end)));
            }
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    if cues == 0 {
        return Err(broken(0));
    }
    // What was shorter in another encoding is refused by terminals, too.
    if out.len() as u64 > MAX_LEN {
        return Err(Reason::CaptionsTooLarge {
            captions: name.to_owned(),
        });
    }
    Ok(out.into_bytes())
}

/// Milliseconds of `[hh:]mm:ss.mmm`; SRT has a comma for the point.
fn timestamp(text: &str, is_vtt: bool) -> Option<u64> {
    let (clock, millis) = match text.split_once('.') {
        Some(parts) => parts,
        None if !is_vtt => text.split_once(',')?,
        None => return None,
    };
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
        let fits = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u64>().ok()).flatten()
    };
    let mut parts = clock.rsplit(':');
    let seconds = number(parts.next()?, 2..=2).filter(|n| *n < 60)?;
    let minutes = number(parts.next()?, 2..=2).filter(|n| *n < 60)?;
    let hours = parts.next().map_or(Some(0), |part| number(part, 1..=4))?;
    if parts.next().is_some() {
        return None;
    }
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + number(millis, 3..=3)?)
}

fn written(millis: u64) -> String {
    let seconds = millis / 1000;
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        millis % 1000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vtt(text: &str) -> Result<String, Reason> {
        prepare(text.as_bytes(), "a.vtt").map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn webvtt_stays() {
        let text = "WEBVTT 理科\n\nNOTE x\n\n1\n00:01.000 --> 00:02.500 align:start\nてこには\n\n01:00:00.000 --> 01:00:01.000\n支点\n";
        assert_eq!(vtt(text).unwrap(), text);
        assert_eq!(vtt(&text.replace('\n', "\r\n")).unwrap(), text);
        assert_eq!(vtt(&format!("\u{feff}{text}")).unwrap(), text);
    }

    #[test]
    fn srt_becomes_webvtt() {
        let (sjis, _, _) = encoding_rs::SHIFT_JIS
            .encode("1\r\n00:00:01,000 --> 00:00:02,500 X1:1\r\nてこには\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n支点\r\n");
        let out = String::from_utf8(prepare(&sjis, "a.srt").unwrap()).unwrap();
        assert_eq!(
            out,
            "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nてこには\n\n2\n00:00:03.000 --> 00:00:04.000\n支点\n"
        );
        assert_eq!(vtt(&out).unwrap(), out);
    }

    #[test]
    fn the_broken_line_is_named() {
        for (text, line) in [
            ("", 1),
            ("WEBVTT\n\nno cue\n", 1),
            ("WEBVTTX\n\n00:01.000 -> 00:02.000\n", 1),
            ("WEBVTT\n\n00:01.000 --> 00:02\n", 3),
            ("WEBVTT\n\n00:01,000 --> 00:02,000\n", 3),
            ("WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", 3),
            (
                "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n99:99.000 --> 00:03.000\n",
                6,
            ),
        ] {
            let error = Reason::CaptionsBroken {
                captions: "a.vtt".to_owned(),
                line,
            };
            assert_eq!(vtt(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn captions_that_grow_past_what_terminals_read_are_refused() {
        let text = format!(
            "WEBVTT\n\n00:00.000 --> 00:01.000\n{}\n",
            "てこ\n".repeat(170_000)
        );
        let mut wide = vec![0xff, 0xfe];
        wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        assert!((wide.len() as u64) < MAX_LEN && text.len() as u64 > MAX_LEN);
        assert!(matches!(
            prepare(&wide, "a.vtt"),
            Err(Reason::CaptionsTooLarge { .. })
        ));
    }
}
