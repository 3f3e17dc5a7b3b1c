//! Ruby markup, before and after the Markdown parser sees it.
//!
//! Markdown gives `|` a meaning in tables and `{` is punctuation beside `**`, so well-formed
//! ruby is hidden from the parser behind Unicode noncharacters (which no text may hold, and
//! which are replaced where one does) and found again in what the parser returns.

use super::{MAX_BASE_CHARS, MAX_READING_CHARS};

const OPEN: char = '\u{FDD0}';
const BAR: char = '\u{FDD1}';
const CLOSE: char = '\u{FDD2}';
/// Stands between `*` and Japanese punctuation. CommonMark's flanking rules come from
/// languages with spaces: without this, `**「てこ」**は` would not be strong.
const JOINER: char = '\u{FDD3}';

/// A piece of text after ruby was found in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Ruby { base: String, reading: String },
}

/// The source with its ruby hidden from the Markdown parser.
pub(super) fn hide(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    let mut rest = source;
    let mut escaped = false;
    let mut previous = '\n';
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '{'
            && !escaped
            && let Some((base, reading, tail)) = well_formed(after)
        {
            out.extend([OPEN]);
            out.push_str(base);
            out.push(BAR);
            out.push_str(reading);
            out.push(CLOSE);
            rest = tail;
            previous = CLOSE;
            continue;
        }
        if (c == '*' && is_wide_punctuation(previous))
            || (previous == '*' && is_wide_punctuation(c))
        {
            out.push(JOINER);
        }
        out.push(if is_marker(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        });
        escaped = c == '\\' && !escaped;
        previous = c;
        rest = after;
    }
    out
}

/// Text as it was written, for code and addresses.
pub(super) fn reveal(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            OPEN => Some('{'),
            BAR => Some('|'),
            CLOSE => Some('}'),
            JOINER => None,
            _ => Some(c),
        })
        .collect()
}

/// Finds the ruby again; marks that lost their partner (because Markdown stood between them)
/// are shown as they were written.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        let (before, tail) = rest.split_at(start);
        plain.push_str(&reveal(before));
        let inner = tail.get(OPEN.len_utf8()..).unwrap_or_default();
        let ruby = inner.split_once(CLOSE).and_then(|(ruby, tail)| {
            let (base, reading) = ruby.split_once(BAR)?;
            let intact = !ruby.contains(OPEN) && !base.is_empty() && !reading.is_empty();
            intact.then_some((base, reading, tail))
        });
        if let Some((base, reading, tail)) = ruby {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Ruby {
                base: reveal(base),
                reading: reveal(reading),
            });
            rest = tail;
        } else {
            plain.push('{');
            rest = inner;
        }
    }
    plain.push_str(&reveal(rest));
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// `base|reading}` at the start of `text`, within bounds: base, reading, and what follows.
fn well_formed(text: &str) -> Option<(&str, &str, &str)> {
    // Bounded look-ahead, so that a text of a million braces stays linear.
    let longest = 4 * (MAX_BASE_CHARS + MAX_READING_CHARS) + 2;
    let window = text.get(..text.floor_char_boundary(longest))?;
    let (inside, _) = window.split_once('}')?;
    let (base, reading) = inside.split_once('|')?;
    let stray = |c: char| matches!(c, '{' | '|' | '\\' | '`' | '<' | '\n' | '\r') || is_marker(c);
    let fits = |part: &str, max: usize| {
        !part.trim().is_empty() && !part.contains(stray) && part.chars().nth(max).is_none()
    };
    let well = fits(base, MAX_BASE_CHARS) && fits(reading, MAX_READING_CHARS);
    let tail = text.get(inside.len() + 1..)?;
    well.then_some((base, reading, tail))
}

fn is_marker(c: char) -> bool {
    matches!(c, OPEN | BAR | CLOSE | JOINER | '\0')
}

fn is_wide_punctuation(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}'
        | '\u{30FB}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}'
        | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}' | '…' | '―')
}
