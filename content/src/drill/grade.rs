//! Grading: one set of rules, run by the terminal when a pupil answers and by the school
//! when the answer arrives.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::number::parse_number;
use super::{Ask, Item, MAX_RESPONSE_CHARS, Response};

/// The version of these rules; it rises whenever a verdict could differ.
pub const GRADER_VERSION: u16 = 1;

/// What a response is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As the key asks.
    Correct,
    /// Not as the key asks.
    Wrong,
    /// The key's value, in a form that a teacher would mark: `6/8` for `3/4`.
    RightValueWrongForm,
    /// The item's kind is unknown, or the response is of another kind.
    Unknown,
}

/// A verdict and the rules that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grade {
    /// What the response is worth.
    pub verdict: Verdict,
    /// The version of the rules ([`GRADER_VERSION`]).
    pub grader: u16,
}

impl Grade {
    /// The grade where none can be given: the item's kind is unknown, or the item itself.
    pub const UNKNOWN: Self = Self {
        verdict: Verdict::Unknown,
        grader: GRADER_VERSION,
    };
}

/// Grades a response by the rules of this version ([`GRADER_VERSION`]):
///
/// - **One choice**: the key's place. **Several**: exactly the key's places, whatever
///   their order. **Order**: the key's sequence; equal choices may change places.
/// - **Text**: equal to an accepted answer after both are folded (below). Kanji, hiragana
///   and katakana stay different, capitals too; nothing is matched loosely. An author
///   who takes かな for 漢字 lists both.
/// - **Number**: equal in value *and* form to an accepted answer is right. Equal in value
///   alone is [`Verdict::RightValueWrongForm`]: `6/8`, `0.75` or `1 1/2` where the key is
///   `3/4`, `3/4` or `1.5`, and `0.50` or `2.0` where it is `0.5` or `2`, for places are
///   what rounding asks for. An author who takes several forms lists them (`3/4|0.75`).
///   What a teacher would not mark is no form: `+`, leading zeros, commas, 万 for zeros,
///   which sign stands for あまり. `3あまり2` is the value 3 and 2, and never 3.
/// - **わからない** is wrong. A response of another kind than the item's, or an item of a
///   kind that is not known, gives [`Verdict::Unknown`].
///
/// Folding makes equal what means the same when typed:
/// - Unicode compatibility forms (NFKC: full- and half-width, ligatures, circled digits),
///   but `1½` is `1 1/2` and `10²` is `10^2`; after a letter (`cm²`) it is `cm2`;
/// - invisible characters and variation selectors are dropped;
/// - every dash or minus is ー after a kana and `-` elsewhere; 〜 is `~`, curly quotes
///   are straight;
/// - 、 is `,` and 。 is `.`; one full stop at the end is dropped;
/// - white space is one space between two characters of words that are written with
///   spaces, and nothing elsewhere.
#[must_use]
pub fn grade(item: &Item, response: &Response) -> Grade {
    let verdict = match (&item.ask, response) {
        (Ask::Unknown, _) => Verdict::Unknown,
        (_, Response::DontKnow) => Verdict::Wrong,
        (Ask::Choice { key, .. }, Response::Choice(given)) => right(given == key),
        (Ask::Choices { key, .. }, Response::Choices(given)) => right(same_set(given, key)),
        (Ask::Order { choices, key }, Response::Order(given)) => {
            right(same_order(choices, given, key))
        }
        (Ask::Text { key }, Response::Text(given)) => right(text_matches(given, key)),
        (Ask::Number { key }, Response::Number(given)) => number_verdict(given, key),
        _ => Verdict::Unknown,
    };
    Grade {
        verdict,
        grader: GRADER_VERSION,
    }
}

fn right(yes: bool) -> Verdict {
    if yes {
        Verdict::Correct
    } else {
        Verdict::Wrong
    }
}

fn same_set(given: &[u16], key: &[u16]) -> bool {
    let sorted = |places: &[u16]| {
        let mut places = places.to_vec();
        places.sort_unstable();
        places.dedup();
        places
    };
    sorted(given) == sorted(key)
}

/// Each choice once, and the choices read as the key's do: of two that are alike (の … の)
/// either may come first.
fn same_order(choices: &[String], given: &[u16], key: &[u16]) -> bool {
    let read = |places: &[u16]| {
        places
            .iter()
            .map(|&place| choices.get(usize::from(place)))
            .collect::<Option<Vec<_>>>()
    };
    let mut once = given.to_vec();
    once.sort_unstable();
    once.dedup();
    given.len() == key.len()
        && once.len() == given.len()
        && read(given).is_some_and(|given| Some(given) == read(key))
}

fn text_matches(given: &str, key: &[String]) -> bool {
    if given.chars().nth(MAX_RESPONSE_CHARS).is_some() {
        return false;
    }
    let given = fold(given);
    !given.is_empty() && key.iter().any(|key| fold(key) == given)
}

fn number_verdict(given: &str, key: &[String]) -> Verdict {
    let Some((value, form)) = parse_number(given) else {
        return Verdict::Wrong;
    };
    let mut verdict = Verdict::Wrong;
    for (key_value, key_form) in key.iter().filter_map(|key| parse_number(key)) {
        if (value, form.remainder()) != (key_value, key_form.remainder()) {
            continue;
        }
        if form == key_form {
            return Verdict::Correct;
        }
        verdict = Verdict::RightValueWrongForm;
    }
    verdict
}

/// Folds what means the same when typed, as [`grade`] says.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in explicit(text).nfkc() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        let last = out.chars().next_back();
        let c = match c {
            '、' => ',',
            '。' => '.',
            '\u{2044}' | '\u{2215}' => '/',
            '〜' => '~',
            '‘' | '’' => '\'',
            '“' | '”' => '"',
            'ー' | '-' | '‐'..='―' | '−' | '─' | '━' => {
                if last.is_some_and(is_kana) {
                    'ー'
                } else {
                    '-'
                }
            }
            c => c,
        };
        if space && last.is_some_and(is_spaced) && is_spaced(c) {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    if out.ends_with('.') {
        out.pop();
    }
    // What was dropped may have stood between a letter and its mark.
    out.nfc().collect()
}

/// Writes out what NFKC would run together: `1½` (11/2) and `10²` (102).
fn explicit(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = None;
    for c in text.chars() {
        let raised = is_superscript(c);
        if is_vulgar_fraction(c) {
            out.push(' ');
        } else if raised
            && !last.is_some_and(|last: char| last.is_alphabetic() || is_superscript(last))
        {
            out.push('^');
        }
        out.push(c);
        last = Some(c);
    }
    out
}

fn is_vulgar_fraction(c: char) -> bool {
    matches!(c, '¼'..='¾' | '⅐'..='⅞' | '↉')
}

fn is_superscript(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹')
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ゝ'..='ゟ' | 'ァ'..='ヺ' | 'ー'..='ヿ')
}

/// Whether words of this character's script are written with spaces between them.
fn is_spaced(c: char) -> bool {
    let japanese = is_kana(c)
        || matches!(c, '々' | '〆' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}');
    c.is_alphanumeric() && !japanese
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(ask: Ask) -> Item {
        Item {
            id: "q".to_owned(),
            question: "?".to_owned(),
            ask,
            explanation: String::new(),
            skill: String::new(),
            level: 0,
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    fn text(keys: &[&str], given: &str) -> Verdict {
        let item = item(Ask::Text { key: owned(keys) });
        grade(&item, &Response::Text(given.to_owned())).verdict
    }

    fn number(key: &str, given: &str) -> Verdict {
        let item = item(Ask::Number {
            key: key.split('|').map(str::to_owned).collect(),
        });
        grade(&item, &Response::Number(given.to_owned())).verdict
    }

    #[test]
    fn texts_that_mean_the_same_are_right() {
        for (key, given) in [
            ("支点", "支点"),
            ("支点", " 支点　"),
            ("支点", "支点。"),
            ("支点。", "支点"),
            ("てこの原理", "てこ の 原理"),
            ("てこの原理", "てこの\n原理"),
            ("コンピューター", "コンピュ－タ－"),
            ("コンピューター", "コンピュ—タ−"),
            ("コンピューター", "ｺﾝﾋﾟｭｰﾀｰ"),
            ("ー3℃", "−３℃"),
            ("2026-11-20", "２０２６‐１１–２０"),
            ("リンカーン", "リンカ-ン"),
            ("ABC", "ＡＢＣ"),
            ("ice cream", "ice   cream"),
            ("ice cream", "ice　cream"),
            ("Yes, I do.", "Yes,I do"),
            ("Yes, I do.", "Yes、I do。"),
            ("I'm fine.", "I’m fine"),
            ("赤、青", "赤,青"),
            ("赤、青", "赤，青"),
            ("10時〜12時", "10時～12時"),
            ("cm²", "cm2"),
            ("㎝", "cm"),
            ("10²", "10^2"),
            ("が", "か\u{3099}"),
            ("葛", "葛\u{e0100}"),
            ("100%", "１００％"),
        ] {
            assert_eq!(text(&[key], given), Verdict::Correct, "{key} {given}");
        }
    }

    #[test]
    fn texts_that_differ_are_wrong() {
        for (key, given) in [
            ("漢字", "かんじ"),
            ("かんじ", "カンジ"),
            ("つ", "っ"),
            ("はは", "はば"),
            ("支点", "支店"),
            ("ice cream", "icecream"),
            ("apple", "Apple"),
            ("コンピューター", "コンピュータ"),
            ("10²", "102"),
            ("1½", "11/2"),
            ("赤、青", "赤青"),
            ("3", "-3"),
            ("支点", ""),
            ("支点", "。"),
        ] {
            assert_eq!(text(&[key], given), Verdict::Wrong, "{key} {given}");
        }
        assert_eq!(text(&["支点"], &"支点".repeat(1001)), Verdict::Wrong);
    }

    #[test]
    fn each_listed_variant_is_right() {
        let keys = ["子供", "子ども", "こども"];
        assert!(
            keys.iter()
                .all(|given| text(&keys, given) == Verdict::Correct)
        );
        assert_eq!(text(&keys, "コドモ"), Verdict::Wrong);
    }

    #[test]
    fn numbers_are_graded_by_value_and_form() {
        use Verdict::{Correct, RightValueWrongForm as Form, Wrong};
        for (key, given, verdict) in [
            ("12", "１２", Correct),
            ("12", "+12", Correct),
            ("12", "012", Correct),
            ("12", "13", Wrong),
            ("12", "", Wrong),
            ("12", "十二", Wrong),
            ("-3", "−3", Correct),
            ("-3", "3", Wrong),
            ("12000", "12,000", Correct),
            ("12000", "1万2千", Correct),
            ("1万2千", "12000", Correct),
            ("3/4", "３／４", Correct),
            ("3/4", "4分の3", Correct),
            ("3/4", "¾", Correct),
            ("3/4", "6/8", Form),
            ("3/4", "0.75", Form),
            ("3/4", "4/3", Wrong),
            ("6/8", "6/8", Correct),
            ("6/8", "3/4", Form),
            ("3/4|0.75", "0.75", Correct),
            ("3/4|0.75", "3/4", Correct),
            ("3/4|0.75", "6/8", Form),
            ("3/4|0.75", "0.750", Form),
            ("0.75", "3/4", Form),
            ("0.75", ".75", Correct),
            ("0.5", "0.50", Form),
            ("0.50", "0.5", Form),
            ("0.50", "０．５０", Correct),
            ("2", "2.0", Form),
            ("2", "8/4", Form),
            ("7/4", "1と3/4", Form),
            ("1と3/4", "7/4", Form),
            ("1と3/4", "１ ３／４", Correct),
            ("1と3/4", "1¾", Correct),
            ("1と3/4", "1と6/8", Form),
            ("1と3/4", "13/4", Wrong),
            ("3あまり2", "３ あまり ２", Correct),
            ("3あまり2", "3…2", Correct),
            ("3あまり2", "3", Wrong),
            ("3あまり2", "2あまり5", Wrong),
            ("3", "3あまり0", Form),
            ("2.3あまり0.4", "2.3余り0.4", Correct),
            ("2.3あまり0.4", "2.3あまり0.40", Form),
            ("何", "3", Wrong),
        ] {
            assert_eq!(number(key, given), verdict, "{key} {given}");
        }
    }

    #[test]
    fn places_are_compared_as_the_kind_asks() {
        let choices = || owned(&["ア", "イ", "ウ"]);
        let one = item(Ask::Choice {
            choices: choices(),
            key: 1,
        });
        assert_eq!(grade(&one, &Response::Choice(1)).verdict, Verdict::Correct);
        assert_eq!(grade(&one, &Response::Choice(9)).verdict, Verdict::Wrong);
        let set = item(Ask::Choices {
            choices: choices(),
            key: vec![0, 2],
        });
        for (given, verdict) in [
            (vec![0, 2], Verdict::Correct),
            (vec![2, 0], Verdict::Correct),
            (vec![0], Verdict::Wrong),
            (vec![0, 1, 2], Verdict::Wrong),
            (vec![], Verdict::Wrong),
        ] {
            assert_eq!(grade(&set, &Response::Choices(given)).verdict, verdict);
        }
        let order = item(Ask::Order {
            choices: owned(&["の", "弟", "の", "友"]),
            key: vec![1, 0, 3, 2],
        });
        for (given, verdict) in [
            (vec![1, 0, 3, 2], Verdict::Correct),
            (vec![1, 2, 3, 0], Verdict::Correct),
            (vec![1, 0, 3, 0], Verdict::Wrong),
            (vec![0, 1, 2, 3], Verdict::Wrong),
            (vec![1, 0, 3], Verdict::Wrong),
            (vec![1, 0, 3, 9], Verdict::Wrong),
        ] {
            assert_eq!(grade(&order, &Response::Order(given)).verdict, verdict);
        }
    }

    #[test]
    fn a_response_of_another_kind_has_no_verdict() {
        let asked = item(Ask::Text { key: owned(&["3"]) });
        assert_eq!(
            grade(&asked, &Response::Number("3".to_owned())),
            Grade::UNKNOWN
        );
        assert_eq!(grade(&asked, &Response::DontKnow).verdict, Verdict::Wrong);
        assert_eq!(
            grade(&item(Ask::Unknown), &Response::DontKnow),
            Grade::UNKNOWN
        );
        assert_eq!(
            grade(&item(Ask::Unknown), &Response::Choice(0)),
            Grade::UNKNOWN
        );
    }

    #[test]
    fn the_wire_names_of_verdicts_stay() {
        let json = serde_json::to_string(&Grade {
            verdict: Verdict::RightValueWrongForm,
            grader: 1,
        });
        assert_eq!(
            json.unwrap(),
            r#"{"verdict":"right_value_wrong_form","grader":1}"#
        );
    }

    proptest! {
        #[test]
        fn folding_is_done_once(text in any::<String>()) {
            let once = fold(&text);
            // The one full stop that is dropped may have stood before another.
            prop_assert_eq!(fold(&format!("{once}x")), format!("{once}x"));
        }

        #[test]
        fn a_key_is_its_own_right_answer(key in "\\PC{1,60}") {
            prop_assume!(!fold(&key).is_empty());
            prop_assert_eq!(text(&[&key], &key), Verdict::Correct);
        }

        #[test]
        fn a_number_is_its_own_right_answer(key in "-?[0-9]{1,9}(\\.[0-9]{1,9})?|[0-9]{1,4}(と[0-9]{1,4})?/[1-9][0-9]{0,3}") {
            prop_assert_eq!(number(&key, &key), Verdict::Correct);
        }

        #[test]
        fn no_response_does_harm(key in any::<String>(), given in any::<String>(), places in any::<Vec<u16>>()) {
            text(&[&key], &given);
            number(&key, &given);
            let choices = || owned(&["ア", "イ"]);
            for ask in [
                Ask::Choice { choices: choices(), key: 0 },
                Ask::Choices { choices: choices(), key: places.clone() },
                Ask::Order { choices: choices(), key: places.clone() },
            ] {
                let _ = grade(&item(ask.clone()), &Response::Order(places.clone()));
                let _ = grade(&item(ask), &Response::Choices(places.clone()));
            }
        }
    }
}
