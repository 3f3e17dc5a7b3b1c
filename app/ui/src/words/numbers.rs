//! Numbers in sentences, as each language groups its digits (ICU, CLDR data).

use fixed_decimal::{Decimal, FloatPrecision};
use fluent_bundle::FluentValue;
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use intl_memoizer::Memoizable;
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::LanguageIdentifier;

/// Makes one a language.
struct Formatter(DecimalFormatter);

impl Memoizable for Formatter {
    type Args = ();
    type Error = ();

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, ()> {
        let locale: icu_locale_core::Locale = language.to_string().parse().map_err(drop)?;
        DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default())
            .map(Self)
            .map_err(drop)
    }
}

/// A number in the digits and groups of its language; `None` for what is none, which is left
/// to Fluent.
pub(super) fn grouped(value: &FluentValue<'_>, memoizer: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let decimal = Decimal::try_from_f64(number.value, FloatPrecision::RoundTrip).ok()?;
    memoizer
        .with_try_get::<Formatter, _, _>((), |formatter| formatter.0.format(&decimal).to_string())
        .ok()
}
