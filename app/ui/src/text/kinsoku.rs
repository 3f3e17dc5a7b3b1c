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
    /// Only between phrases.
    Phrase,
    /// Only where a line may break.
    Proper,
    /// Between any two characters that kinsoku lets part.
    Within,
    /// Within a ruby's base as well: with its reading it is longer than the line.
    Split,
    /// Between any two characters: the line is shorter than what kinsoku holds together.
    Anywhere,
}

impl Cut {
    pub(super) fn harder(self) -> Option<Self> {
        match self {
            Self::Phrase => Some(Self::Proper),
            Self::Proper => Some(Self::Within),
            Self::Within => Some(Self::Split),
            Self::Split => Some(Self::Anywhere),
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
            && (cut == Cut::Anywhere || kinsoku_parts(text, *at))
            && (cut >= Cut::Split || !is_inside(whole, *at))
    };
    let proper = || {
        let mut options = LineBreakOptions::default();
        options.strictness = Some(LineBreakStrictness::Strict);
        let segmenter = LineSegmenter::new_for_non_complex_scripts(options);
        let ends = segmenter.segment_str(part).map(|at| at + range.start);
        ends.filter(allowed).collect::<Vec<usize>>()
    };
    let mut ends: Vec<usize> = match cut {
        Cut::Phrase => {
            let mut ends = proper();
            // Who wrote with spaces between phrases has said where they end.
            if ends.iter().any(|at| is_spaced(text, *at)) {
                ends.retain(|at| is_spaced(text, *at));
            } else {
                let phrases = phrase_ends(part, range.start);
                ends.retain(|at| phrases.binary_search(at).is_ok());
            }
            ends
        }
        Cut::Proper => proper(),
        Cut::Within | Cut::Split | Cut::Anywhere => {
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

/// Where phrases end in a text that begins at `start`, ascending.
fn phrase_ends(text: &str, start: usize) -> Vec<usize> {
    let phrases = budoux::parse(budoux::models::default_japanese_model(), text);
    let ends = phrases.iter().scan(start, |end, phrase| {
        *end += phrase.len();
        Some(*end)
    });
    ends.collect()
}

/// Whether a space between two words that need none stands before a place (分かち書き).
fn is_spaced(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(at) else {
        return false;
    };
    let mut back = before.chars().rev();
    back.next().is_some_and(char::is_whitespace)
        && back.next().is_some_and(is_wide)
        && after.chars().next().is_some_and(is_wide)
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
    fn phrases_stay_whole_for_young_readers() {
        assert_eq!(
            pieces(
                "今日は天気がいいので、学校まで歩いて行きます。",
                &[],
                Cut::Phrase
            ),
            [
                "今日は",
                "天気が",
                "いいので、",
                "学校まで",
                "歩いて",
                "行きます。"
            ]
        );
        assert_eq!(
            pieces("きょうは ここから はじめましょう。", &[], Cut::Phrase),
            ["きょうは ", "ここから ", "はじめましょう。"]
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
    fn a_long_ruby_is_cut_before_a_bracket_is_left_alone() {
        let text = "（漢字）";
        let base = std::slice::from_ref(&(3..9));
        assert_eq!(pieces(text, base, Cut::Within), ["（漢字）"]);
        assert_eq!(pieces(text, base, Cut::Split), ["（漢", "字）"]);
    }

    #[test]
    fn long_words_are_cut_within() {
        assert_eq!(pieces("abc", &[], Cut::Proper), ["abc"]);
        assert_eq!(pieces("abc", &[], Cut::Within), ["a", "b", "c"]);
    }
}
