//! What both directions agree on.

use hotaru_content::drill::Response;
use hotaru_content::log::Fact;
use jiff::civil::Date;

use super::PackError;

/// Places, spans and characters of one push, at most.
pub(super) const MAX_PARTS: usize = 1 << 19;

/// The numbers of the kinds of responses in their column.
pub(super) mod response {
    pub(in crate::pack) const CHOICE: u64 = 0;
    pub(in crate::pack) const TEXT: u64 = 1;
    pub(in crate::pack) const NUMBER: u64 = 2;
    pub(in crate::pack) const CHOICES: u64 = 3;
    pub(in crate::pack) const ORDER: u64 = 4;
    pub(in crate::pack) const DONT_KNOW: u64 = 5;
}

pub(super) fn response_kind(given: &Response) -> u64 {
    match given {
        Response::Choice(_) => response::CHOICE,
        Response::Text(_) => response::TEXT,
        Response::Number(_) => response::NUMBER,
        Response::Choices(_) => response::CHOICES,
        Response::Order(_) => response::ORDER,
        Response::DontKnow => response::DONT_KNOW,
    }
}

/// How much of the time since the event before a fact explains, in milliseconds.
pub(super) fn explained_ms(fact: Option<&Fact>) -> i64 {
    match fact {
        Some(Fact::Answered(fact)) => i64::from(fact.took_ms),
        Some(Fact::MaterialViewed(fact)) => i64::from(fact.view_ms),
        _ => 0,
    }
}

/// The place of the item that is expected next: the following one of the same drill.
pub(super) fn expected_item(before: Option<(u64, u64)>, drill: u64) -> i64 {
    match before {
        Some((of, item)) if of == drill => i64::try_from(item).unwrap_or(i64::MAX).wrapping_add(1),
        _ => 0,
    }
}

/// A date as a number that grows with it.
pub(super) fn day_number(day: Date) -> i64 {
    (i64::from(day.year()) * 12 + i64::from(day.month()) - 1) * 31 + i64::from(day.day()) - 1
}

pub(super) fn day_of(number: i64) -> Result<Date, PackError> {
    let (months, day) = (number.div_euclid(31), number.rem_euclid(31) + 1);
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let malformed = PackError::Malformed("a date is none");
    match (i16::try_from(year), i8::try_from(month), i8::try_from(day)) {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).map_err(|_| malformed),
        _ => Err(malformed),
    }
}
