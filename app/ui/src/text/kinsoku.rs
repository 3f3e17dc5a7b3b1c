//! Where a Japanese line may break (禁則処理).
//!
//! The rules are those of UAX #14 in its strict form, and over them the line-start and
//! line-end prohibitions of JIS X 4051, which books for schools follow. egui's own breaking is
//! not used: in epaint 0.37 lines may start with ー or end with 「.

use std::ops::Range;

use icu_segmenter::options::{LineBreakOptions, LineBreakStrictness};
use icu_segmenter::{GraphemeClusterSegmenter, LineSegmenter};

/// Whether a line may not start with this character (行頭禁則文字).
pub fn forbidden_at_line_start(c: char) -> bool {
    matches!(c,
        '、' | '。' | '，' | '．' | ',' | '.' | '・' | '：' | '；' | ':' | ';'
        | '？' | '！' | '?' | '!' | '‼' | '⁇' | '⁈' | '⁉'
        | '」' | '』' | '】' | '）' | '〕' | '］' | '｝' | '〉' | '》' | '〙' | '〗' | '｠'
        | ')' | ']' | '}' | '»' | '”' | '’' | '｡' | '､' | '｣' | '･' | 'ﾞ' | 'ﾟ'
        | 'ー' | 'ｰ' | '～' | '〜' | '‐' | '゠' | '–'
        | '々' | '〻' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' | '゛' | '゜'
        | 'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' | 'ゕ' | 'ゖ'
        | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' | 'ヵ' | 'ヶ'
        | '\u{31F0}'..='\u{31FF}' | 'ｧ'..='ｯ')
}

/// Whether a line may not end with this character (行末禁則文字).
pub fn forbidden_at_line_end(c: char) -> bool {
    matches!(
        c,
        '「' | '『'
            | '【'
            | '（'
            | '〔'
            | '［'
            | '｛'
            | '〈'
            | '《'
            | '〘'
            | '〖'
            | '｟'
            | '('
            | '['
            | '{'
            | '«'
            | '“'
            | '‘'
            | '｢'
    )
}

/// Whether the character belongs to a script that is written without spaces.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{A4CF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// How hard a text is cut when its line is too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// Only where a line may break.
    Proper,
    /// Between any two characters that kinsoku lets part.
    Within,
    /// Between any two characters: the line is shorter than what kinsoku holds together.
    Anywhere,
}

impl Cut {
    pub(super) fn harder(self) -> Option<Self> {
        match self {
            Self::Proper => Some(Self::Within),
            Self::Within => Some(Self::Anywhere),
            Self::Anywhere => None,
        }
    }
}

/// The ends of the unbreakable pieces of `text` within `range`, the range's own end last.
/// `whole` are ranges that are never cut (ruby bases), in order.
pub(super) fn cuts(
    text: &str,
    range: Range<usize>,
    whole: &[Range<usize>],
    cut: Cut,
) -> Vec<usize> {
    let Some(part) = text.get(range.clone()) else {
        return vec![range.end];
    };
    let allowed = |at: &usize| {
        *at > range.start
            && *at < range.end
            && (cut == Cut::Anywhere || (kinsoku_parts(text, *at) && !is_inside(whole, *at)))
    };
    let mut ends: Vec<usize> = match cut {
        Cut::Proper => {
            let mut options = LineBreakOptions::default();
            options.strictness = Some(LineBreakStrictness::Strict);
            let segmenter = LineSegmenter::new_for_non_complex_scripts(options);
            segmenter
                .segment_str(part)
                .map(|at| at + range.start)
                .filter(allowed)
                .collect()
        }
        Cut::Within | Cut::Anywhere => {
            let segmenter = GraphemeClusterSegmenter::new();
            segmenter
                .segment_str(part)
                .map(|at| at + range.start)
                .filter(allowed)
                .collect()
        }
    };
    ends.push(range.end);
    ends
}

fn kinsoku_parts(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let after = text.get(at..).and_then(|text| text.chars().next());
    !before.is_some_and(forbidden_at_line_end) && !after.is_some_and(forbidden_at_line_start)
}

fn is_inside(whole: &[Range<usize>], at: usize) -> bool {
    let next = whole.partition_point(|range| range.end <= at);
    whole.get(next).is_some_and(|range| range.start < at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, whole: &[Range<usize>], cut: Cut) -> Vec<String> {
        let mut start = 0;
        cuts(text, 0..text.len(), whole, cut)
            .into_iter()
            .map(|end| text[std::mem::replace(&mut start, end)..end].to_owned())
            .collect()
    }

    #[test]
    fn brackets_and_small_kana_stay_with_their_neighbours() {
        assert_eq!(
            pieces("「キャッチ」とスーパー、です。", &[], Cut::Proper),
            ["「キャッ", "チ」", "と", "スー", "パー、", "で", "す。"]
        );
    }

    #[test]
    fn ruby_bases_stay_whole() {
        let text = "この漢字は";
        assert_eq!(
            pieces(text, std::slice::from_ref(&(6..12)), Cut::Proper),
            ["こ", "の", "漢字", "は"]
        );
        assert_eq!(
            pieces(text, std::slice::from_ref(&(6..12)), Cut::Anywhere).len(),
            5
        );
    }

    #[test]
    fn long_words_are_cut_within() {
        assert_eq!(pieces("abc", &[], Cut::Proper), ["abc"]);
        assert_eq!(pieces("abc", &[], Cut::Within), ["a", "b", "c"]);
    }
}
