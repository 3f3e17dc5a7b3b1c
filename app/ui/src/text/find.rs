//! Words that are looked for in a document.

use std::ops::Range;

use super::document::LaidDocument;
use super::selection::texts;

/// Where a document has what is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The leaf, by its index.
    pub leaf: usize,
    /// Bytes of its base text.
    pub range: Range<usize>,
}

/// So many places are shown at the most.
const MAX_FOUND: usize = 1000;

/// Where the words stand, whatever the case of their letters; also where their reading does,
/// so that who cannot write a kanji yet finds it.
pub(super) fn find(document: &LaidDocument, words: &str) -> Vec<Found> {
    let wanted = words.trim().to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (leaf, _, text) in texts(document) {
        let by_base = in_text(text.text(), &wanted);
        let by_reading = text
            .readings()
            .filter(|(_, reading)| reading.contains(&wanted));
        let mut here: Vec<Range<usize>> = by_base
            .chain(by_reading.map(|(range, _)| range.clone()))
            .collect();
        here.sort_unstable_by_key(|range| (range.start, range.end));
        here.dedup();
        all.extend(here.into_iter().map(|range| Found { leaf, range }));
        if all.len() >= MAX_FOUND {
            all.truncate(MAX_FOUND);
            break;
        }
    }
    all
}

/// The places of small-lettered words in a text, none over another.
fn in_text<'a>(text: &'a str, wanted: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    // Some letters change their length with their case: each small one knows whose it is.
    let mut small = String::with_capacity(text.len());
    let mut starts = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        for lower in c.to_lowercase() {
            starts.extend(std::iter::repeat_n(at, lower.len_utf8()));
            small.push(lower);
        }
    }
    starts.push(text.len());
    let found: Vec<Range<usize>> = small
        .match_indices(wanted)
        .filter_map(|(at, found)| {
            let start = *starts.get(at)?;
            let end = *starts.get(at + found.len())?;
            (start < end).then_some(start..end)
        })
        .collect();
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_text_as_it_is_written() {
        let found = |text: &str, wanted: &str| -> Vec<String> {
            in_text(text, wanted)
                .map(|range| text[range].to_owned())
                .collect()
        };
        assert_eq!(found("ABC abc Abc", "abc"), ["ABC", "abc", "Abc"]);
        // A letter that grows when it is made small.
        assert_eq!(found("İx 支点", "支点"), ["支点"]);
        assert_eq!(found("ああああ", "ああ"), ["ああ", "ああ"]);
        assert_eq!(found("支点", "力"), Vec::<String>::new());
    }
}
