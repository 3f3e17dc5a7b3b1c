//! Numbers as pupils write them: an exact value and the form that it is written in.

use std::fmt;

use super::grade::fold;

/// The longest text that is read as a number, in characters.
const MAX_NUMBER_CHARS: usize = 100;

/// An exact rational number in lowest terms, its denominator above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

/// The form in which a number is written; equal forms need not be equal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberForm {
    /// A whole number, in digits or with 千, 万, 億 and 兆.
    Integer,
    /// A decimal fraction.
    Decimal {
        /// The digits after the point, zeros at the end included: 2 in `0.50`.
        places: u8,
    },
    /// A fraction (真分数, 仮分数), as written: `6/8` is not `3/4`.
    Fraction {
        /// What stands above the line.
        numerator: i128,
        /// What stands below it, above 0.
        denominator: i128,
    },
    /// A whole number and a fraction (帯分数), as written.
    Mixed {
        /// What stands above the fraction's line.
        numerator: i128,
        /// What stands below it, above 0.
        denominator: i128,
    },
    /// A quotient and what is left (3あまり2).
    WithRemainder {
        /// What is left.
        remainder: Exact,
        /// The quotient's digits after the point.
        quotient_places: u8,
        /// The remainder's digits after the point.
        remainder_places: u8,
    },
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };

    /// `numerator / denominator` in lowest terms; `None` where the denominator is 0 or
    /// the result does not fit.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator.checked_abs()?, denominator.checked_abs()?);
        let sign = denominator.signum();
        Some(Self {
            numerator: (numerator / divisor).checked_mul(sign)?,
            denominator: (denominator / divisor).checked_mul(sign)?,
        })
    }

    /// The numerator, negative where the number is.
    #[must_use]
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator, above 0; 1 where the number is whole.
    #[must_use]
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    fn whole(number: i128) -> Self {
        Self {
            numerator: number,
            denominator: 1,
        }
    }

    fn add(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        let denominator = self.denominator.checked_mul(other.denominator)?;
        Self::new(left.checked_add(right)?, denominator)
    }

    fn times(self, factor: i128) -> Option<Self> {
        Self::new(self.numerator.checked_mul(factor)?, self.denominator)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl NumberForm {
    /// What is left of a division; 0 in every other form.
    #[must_use]
    pub fn remainder(self) -> Exact {
        match self {
            Self::WithRemainder { remainder, .. } => remainder,
            _ => Exact::ZERO,
        }
    }
}

/// Reads a number: its value (the quotient, where something is left) and its form.
/// `None` where the text is no number, is longer than 100 characters, or does not fit.
///
/// What is read, after full-width characters and white space are folded:
///
/// | written | form |
/// | --- | --- |
/// | `12`, `-3`, `+3`, `−３`, `1,000`, `1万2千`, `3億5000万`, `千` | [`NumberForm::Integer`] |
/// | `0.50`, `.5`, `1.2万` where the value is not whole | [`NumberForm::Decimal`] |
/// | `3/4`, `３／４`, `4分の3`, `¾` | [`NumberForm::Fraction`] |
/// | `1と2/3`, `1 2/3`, `1と3分の2`, `1⅔` | [`NumberForm::Mixed`] |
/// | `3あまり2`, `3余り2`, `3…2` | [`NumberForm::WithRemainder`] |
///
/// Commas stand only before groups of three digits: `1,2` is no number. Units of measure
/// are not read; the question says the unit. Nothing here rounds, and whatever does not
/// fit `i128` is not a number.
#[must_use]
pub fn parse_number(text: &str) -> Option<(Exact, NumberForm)> {
    // Folding makes a text at most a few times longer, so this bounds all that follows.
    if text.chars().nth(MAX_NUMBER_CHARS).is_some() {
        return None;
    }
    let folded = fold(text);
    let folded = folded.as_str();
    let (negative, unsigned) = match folded.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, folded.strip_prefix('+').unwrap_or(folded)),
    };
    let (value, form) = unsigned_number(unsigned.trim_start())?;
    if !negative {
        return Some((value, form));
    }
    // A division with something left has no sign in school.
    if matches!(form, NumberForm::WithRemainder { .. }) {
        return None;
    }
    Some((value.times(-1)?, form))
}

fn unsigned_number(text: &str) -> Option<(Exact, NumberForm)> {
    for sign in ["あまり", "余り", "..."] {
        if let Some((quotient, remainder)) = text.split_once(sign) {
            let (value, quotient_places) = plain(quotient.trim())?;
            let (remainder, remainder_places) = plain(remainder.trim())?;
            let form = NumberForm::WithRemainder {
                remainder,
                quotient_places,
                remainder_places,
            };
            return Some((value, form));
        }
    }
    if let Some((whole, part)) = text.split_once('と').or_else(|| text.split_once(' ')) {
        let whole = Exact::whole(digits(whole.trim())?);
        let (value, numerator, denominator) = fraction(part.trim())?;
        return Some((
            whole.add(value)?,
            NumberForm::Mixed {
                numerator,
                denominator,
            },
        ));
    }
    if let Some((value, numerator, denominator)) = fraction(text) {
        return Some((
            value,
            NumberForm::Fraction {
                numerator,
                denominator,
            },
        ));
    }
    let (value, places) = plain(text)?;
    let form = if places == 0 {
        NumberForm::Integer
    } else {
        NumberForm::Decimal { places }
    };
    Some((value, form))
}

/// `3/4` and `4分の3`: the value, then what stands above and below the line.
fn fraction(text: &str) -> Option<(Exact, i128, i128)> {
    let (numerator, denominator) = match text.split_once('/') {
        Some((above, below)) => (digits(above.trim())?, digits(below.trim())?),
        None => {
            let (below, above) = text.split_once("分の")?;
            (digits(above.trim())?, digits(below.trim())?)
        }
    };
    Some((Exact::new(numerator, denominator)?, numerator, denominator))
}

/// A whole or decimal number, perhaps with 千 and 万; and its digits after the point.
fn plain(text: &str) -> Option<(Exact, u8)> {
    if !text.contains(['十', '百', '千', '万', '億', '兆']) {
        return decimal(text);
    }
    let value = with_units(text)?;
    // `1.2万` is a whole number; `1.23456万` is written with a point and has one.
    let places = (0..=12_u8).find(|places| {
        10_i128
            .checked_pow(u32::from(*places))
            .is_some_and(|scale| scale % value.denominator == 0)
    })?;
    Some((value, places))
}

/// Digits, perhaps with commas, perhaps with a point and more digits.
fn decimal(text: &str) -> Option<(Exact, u8)> {
    let Some((whole, part)) = text.split_once('.') else {
        return Some((Exact::whole(digits(text)?), 0));
    };
    if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { digits(whole)? };
    let places = u8::try_from(part.len()).ok()?;
    let scale = 10_i128.checked_pow(u32::from(places))?;
    let value = Exact::whole(whole).add(Exact::new(part.parse().ok()?, scale)?)?;
    Some((value, places))
}

/// `1万2千`: myriads (兆, 億, 万, the rest), each of thousands, hundreds, tens and ones.
fn with_units(text: &str) -> Option<Exact> {
    let mut sum = Exact::ZERO;
    let mut rest = text;
    for (unit, scale) in [
        ('兆', 1_000_000_000_000),
        ('億', 100_000_000),
        ('万', 10_000),
    ] {
        if let Some((before, after)) = rest.split_once(unit) {
            sum = sum.add(thousands(before)?.times(scale)?)?;
            rest = after;
        }
    }
    if rest.is_empty() {
        Some(sum)
    } else {
        sum.add(thousands(rest)?)
    }
}

fn thousands(text: &str) -> Option<Exact> {
    if text.is_empty() {
        return None;
    }
    let mut sum = Exact::ZERO;
    let mut rest = text;
    for (unit, scale) in [('千', 1000), ('百', 100), ('十', 10)] {
        if let Some((before, after)) = rest.split_once(unit) {
            let count = if before.is_empty() {
                Exact::whole(1)
            } else {
                decimal(before)?.0
            };
            sum = sum.add(count.times(scale)?)?;
            rest = after;
        }
    }
    if rest.is_empty() {
        Some(sum)
    } else {
        sum.add(decimal(rest)?.0)
    }
}

/// ASCII digits; where there are commas, each stands before a group of three.
fn digits(text: &str) -> Option<i128> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let grouped = text.contains(',');
    let whole = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if !whole(first) || (grouped && first.len() > 3) {
        return None;
    }
    if groups.any(|group| group.len() != 3 || !whole(group)) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

/// The greatest common divisor of two numbers that are not negative; at least 1.
fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::new(numerator, denominator).unwrap()
    }

    #[test]
    fn what_pupils_write_is_read() {
        use NumberForm::{Decimal, Fraction, Integer, Mixed};
        let fraction = |numerator, denominator| Fraction {
            numerator,
            denominator,
        };
        let mixed = |numerator, denominator| Mixed {
            numerator,
            denominator,
        };
        for (text, value, form) in [
            ("0", exact(0, 1), Integer),
            ("12", exact(12, 1), Integer),
            ("１２", exact(12, 1), Integer),
            (" 12 ", exact(12, 1), Integer),
            ("\u{3000}12\u{3000}", exact(12, 1), Integer),
            ("12。", exact(12, 1), Integer),
            ("12.", exact(12, 1), Integer),
            ("1、000", exact(1000, 1), Integer),
            ("-3", exact(-3, 1), Integer),
            ("−3", exact(-3, 1), Integer),
            ("ー３", exact(-3, 1), Integer),
            ("- 3", exact(-3, 1), Integer),
            ("+3", exact(3, 1), Integer),
            ("＋３", exact(3, 1), Integer),
            ("1,000", exact(1000, 1), Integer),
            ("１，０００", exact(1000, 1), Integer),
            ("12,345,678", exact(12_345_678, 1), Integer),
            ("1万2千", exact(12_000, 1), Integer),
            ("１万２千", exact(12_000, 1), Integer),
            ("1.2万", exact(12_000, 1), Integer),
            ("3億5000万", exact(350_000_000, 1), Integer),
            ("1兆2億3万4千5百6十7", exact(1_000_200_034_567, 1), Integer),
            ("千", exact(1000, 1), Integer),
            ("1,234万", exact(12_340_000, 1), Integer),
            ("1万5", exact(10_005, 1), Integer),
            ("1.23456万", exact(123_456, 10), Decimal { places: 1 }),
            ("0.5", exact(1, 2), Decimal { places: 1 }),
            ("０．５", exact(1, 2), Decimal { places: 1 }),
            (".5", exact(1, 2), Decimal { places: 1 }),
            ("0.50", exact(1, 2), Decimal { places: 2 }),
            ("2.0", exact(2, 1), Decimal { places: 1 }),
            ("-0.25", exact(-1, 4), Decimal { places: 2 }),
            ("1,000.5", exact(2001, 2), Decimal { places: 1 }),
            ("3/4", exact(3, 4), fraction(3, 4)),
            ("３／４", exact(3, 4), fraction(3, 4)),
            ("3 / 4", exact(3, 4), fraction(3, 4)),
            ("6/8", exact(3, 4), fraction(6, 8)),
            ("7/4", exact(7, 4), fraction(7, 4)),
            ("-3/4", exact(-3, 4), fraction(3, 4)),
            ("4分の3", exact(3, 4), fraction(3, 4)),
            ("¾", exact(3, 4), fraction(3, 4)),
            ("1と2/3", exact(5, 3), mixed(2, 3)),
            ("１と２／３", exact(5, 3), mixed(2, 3)),
            ("1 2/3", exact(5, 3), mixed(2, 3)),
            ("1　2/3", exact(5, 3), mixed(2, 3)),
            ("1 と 2/3", exact(5, 3), mixed(2, 3)),
            ("1と3分の2", exact(5, 3), mixed(2, 3)),
            ("1½", exact(3, 2), mixed(1, 2)),
            ("-1と2/3", exact(-5, 3), mixed(2, 3)),
        ] {
            assert_eq!(parse_number(text), Some((value, form)), "{text}");
        }
    }

    #[test]
    fn divisions_keep_what_is_left() {
        for text in ["3あまり2", "３あまり２", "3 余り 2", "3…2", "3 ... 2"] {
            let (value, form) = parse_number(text).unwrap();
            assert_eq!(
                (value, form.remainder()),
                (exact(3, 1), exact(2, 1)),
                "{text}"
            );
        }
        let (value, form) = parse_number("2.3あまり0.4").unwrap();
        assert_eq!((value, form.remainder()), (exact(23, 10), exact(2, 5)));
        assert_eq!(parse_number("5").unwrap().1.remainder(), Exact::ZERO);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            " ",
            "-",
            "+",
            "--3",
            "+-3",
            "あ",
            "三",
            "x",
            "1,2",
            "1,00",
            "1,0000",
            "1234,567",
            ",100",
            "1,",
            ".",
            "5..",
            "3…",
            "1.2.3",
            "1.5/2",
            "3/0",
            "3/",
            "/4",
            "1/2/3",
            "0分の1",
            "1と",
            "と1/2",
            "1と2",
            "1 2",
            "あまり2",
            "3あまり",
            "-3あまり2",
            "1あまり2あまり3",
            "万",
            "1万2億",
            "1万2万",
            "12cm",
            "25%",
            "10³",
            "2²",
            "1e5",
            "0x10",
            "1_000",
            "∞",
            "NaN",
            "3ー",
            "1と1.5",
            "\u{0}",
            "٣",
        ] {
            assert_eq!(parse_number(text), None, "{text:?}");
        }
        assert!(parse_number(&"9".repeat(38)).is_some());
        assert!(parse_number(&"9".repeat(39)).is_none());
        assert!(parse_number(&"0".repeat(101)).is_none());
        assert!(parse_number(&format!("0.{}", "9".repeat(60))).is_none());
        assert!(parse_number(&format!("{}兆", "9".repeat(30))).is_none());
    }

    #[test]
    fn the_ends_of_i128_do_no_harm() {
        assert_eq!(Exact::new(1, 0), None);
        assert_eq!(Exact::new(i128::MIN, 1), None);
        assert_eq!(Exact::new(1, i128::MIN), None);
        assert_eq!(exact(2, -4).to_string(), "-1/2");
        assert_eq!(exact(i128::MAX, i128::MAX), exact(1, 1));
        assert_eq!(exact(i128::MAX, 1).add(exact(1, 1)), None);
        assert_eq!(exact(i128::MAX, 2).times(3), None);
        assert_eq!(exact(8, 4).to_string(), "2");
        assert_eq!(
            (exact(6, -8).numerator(), exact(6, -8).denominator()),
            (-3, 4)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = parse_number(&text);
        }

        #[test]
        fn texts_close_to_numbers_too(text in "[0-9０-９,.，．/／と 　あまり余分の千万億兆百十+\\-−ー…½⅔²]{0,40}") {
            if let Some((value, _)) = parse_number(&text) {
                prop_assert!(value.denominator() > 0);
                prop_assert_eq!(gcd(value.numerator().abs(), value.denominator()), 1);
            }
        }

        #[test]
        fn whole_numbers_return(number in any::<i64>()) {
            let value = Exact::whole(i128::from(number));
            prop_assert_eq!(parse_number(&number.to_string()), Some((value, NumberForm::Integer)));
        }

        #[test]
        fn fractions_return(numerator in 0_i128..1_000_000, denominator in 1_i128..1_000_000) {
            let expected = Some((
                exact(numerator, denominator),
                NumberForm::Fraction { numerator, denominator },
            ));
            prop_assert_eq!(parse_number(&format!("{numerator}/{denominator}")), expected);
            prop_assert_eq!(parse_number(&format!("{denominator}分の{numerator}")), expected);
        }

        #[test]
        fn decimals_are_exact(whole in 0_i128..1_000_000, part in 0_i128..1000) {
            let (value, form) = parse_number(&format!("{whole}.{part:03}")).unwrap();
            prop_assert_eq!(value, exact(whole * 1000 + part, 1000));
            prop_assert_eq!(form, NumberForm::Decimal { places: 3 });
        }

        #[test]
        fn mixed_numbers_are_sums(whole in 0_i128..10_000, n in 0_i128..1000, d in 1_i128..1000) {
            let (value, _) = parse_number(&format!("{whole}と{n}/{d}")).unwrap();
            prop_assert_eq!(value, exact(whole * d + n, d));
        }
    }
}
