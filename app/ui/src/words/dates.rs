//! Days in sentences, as each language says them (ICU, CLDR data).

use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::MDE;
use jiff::civil;
use unic_langid::LanguageIdentifier;

/// Says days with month and weekday: 11月20日(金), Fri, Nov 20.
pub(super) struct Days(Option<FixedCalendarDateTimeFormatter<Gregorian, MDE>>);

impl Days {
    pub(super) fn new(language: &LanguageIdentifier) -> Self {
        let locale: Result<icu_locale_core::Locale, _> = language.to_string().parse();
        let made = locale.ok().and_then(|locale| {
            FixedCalendarDateTimeFormatter::try_new(locale.into(), MDE::medium()).ok()
        });
        Self(made)
    }

    /// A day in words; in ISO 8601 where the language has no words for it.
    pub(super) fn say(&self, day: civil::Date) -> String {
        let (month, date) = (day.month().unsigned_abs(), day.day().unsigned_abs());
        let said = self.0.as_ref().and_then(|days| {
            let day = Date::try_new_gregorian(i32::from(day.year()), month, date).ok()?;
            Some(days.format(&day).to_string())
        });
        said.unwrap_or_else(|| day.to_string())
    }
}
