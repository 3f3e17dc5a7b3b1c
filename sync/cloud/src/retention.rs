//! Why each kind of record is kept, for how long, and what happens then: one table, which
//! `hotaru-cloud retention` prints and every round of [`crate::tidy`] applies.

use hotaru_content::clock::{end_of_school_year, school_day};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Value, json};

use crate::store::Cutoffs;

/// A kind of record.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name, for `hotaru-cloud retention --set`.
    pub kind: &'static str,
    /// What it is kept for.
    pub purpose: &'static str,
    /// For how long, where the school says nothing else.
    pub keeps: Keeps,
    /// From when on that is counted.
    pub from: &'static str,
    /// What happens then.
    pub then: &'static str,
    /// A school may choose another number of days.
    pub is_adjustable: bool,
}

/// For how long a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// As long as what it is for is there.
    WhileNeeded,
    /// So many days.
    Days(u32),
    /// To the end of the school year (31 March) that comes so many years after its own.
    SchoolYears(u32),
}

/// The record of what a pupil did.
pub const LEARNING_RECORD: &str = "learning_record";
const PAPER_PHOTO: &str = "paper_photo";
const RECEIPT: &str = "receipt";
const ENDED: &str = "session";
const COMPUTER: &str = "computer";
const GRANT: &str = "role";
const AUDIT: &str = "audit_log";

/// Every kind of record.
pub const RULES: [Rule; 15] = [
    Rule {
        kind: LEARNING_RECORD,
        purpose: "a pupil's answers, notes and study times: for herself, her teachers, her \
                  guardians",
        keeps: Keeps::SchoolYears(1),
        from: "the day on which she left the school (`hotaru-cloud pupil leave`)",
        then: "her record is deleted, as by `hotaru-cloud pupil delete`",
        is_adjustable: true,
    },
    Rule {
        kind: PAPER_PHOTO,
        purpose: "photos of study on paper: her teacher sees what was done",
        keeps: Keeps::SchoolYears(1),
        from: "the day on which it came",
        then: "the photo is removed; the minutes and words of it stay with her record",
        is_adjustable: true,
    },
    Rule {
        kind: "lesson",
        purpose: "lessons and their files: terminals fetch them, and answers are graded with \
                  their drills",
        keeps: Keeps::WhileNeeded,
        from: "its withdrawal or a newer revision: 14 days; drills that answers may name 400",
        then: "its files are removed",
        is_adjustable: false,
    },
    Rule {
        kind: "upload",
        purpose: "half of a file that is under way: it goes on where the line broke",
        keeps: Keeps::Days(60),
        from: "its last byte",
        then: "what came of it is removed",
        is_adjustable: false,
    },
    Rule {
        kind: RECEIPT,
        purpose: "what is on which terminal: the teacher sees whom a lesson has reached",
        keeps: Keeps::Days(400),
        from: "the lesson's last day, or its withdrawal",
        then: "the rows are removed",
        is_adjustable: false,
    },
    Rule {
        kind: "enrolment",
        purpose: "which number of which class a pupil is: nobody's name is kept",
        keeps: Keeps::WhileNeeded,
        from: "her joining",
        then: "it goes with her record",
        is_adjustable: false,
    },
    Rule {
        kind: "terminal",
        purpose: "terminals, who joined on them, and certificates of erasure: the school proves \
                  what it handed back",
        keeps: Keeps::WhileNeeded,
        from: "its joining",
        then: "it stays as long as the school's folder; of a pupil it names a random id only",
        is_adjustable: false,
    },
    Rule {
        kind: "unlock_code",
        purpose: "a teacher reads a code out to who has forgotten her secret",
        keeps: Keeps::WhileNeeded,
        from: "the terminal's or the pupil's going",
        then: "the boxes are removed",
        is_adjustable: false,
    },
    Rule {
        kind: "login_card",
        purpose: "a pupil goes on on another terminal",
        keeps: Keeps::Days(30),
        from: "its revocation",
        then: "the hash of its code is removed",
        is_adjustable: false,
    },
    Rule {
        kind: ENDED,
        purpose: "staff and guardians stay signed in; used recovery codes count once",
        keeps: Keeps::Days(30),
        from: "its end, or the code's use",
        then: "the rows are removed",
        is_adjustable: false,
    },
    Rule {
        kind: COMPUTER,
        purpose: "a second factor is wanted once a day on a known computer",
        keeps: Keeps::Days(90),
        from: "the last second factor on it",
        then: "the row is removed",
        is_adjustable: false,
    },
    Rule {
        kind: "setup_code",
        purpose: "somebody's first sign-in",
        keeps: Keeps::Days(7),
        from: "its making",
        then: "its hash is removed",
        is_adjustable: false,
    },
    Rule {
        kind: GRANT,
        purpose: "who had which right, and when",
        keeps: Keeps::SchoolYears(5),
        from: "its end",
        then: "the row is removed",
        is_adjustable: false,
    },
    Rule {
        kind: AUDIT,
        purpose: "who looked at or changed whose record: the principal answers for it",
        keeps: Keeps::SchoolYears(5),
        from: "the day of the row",
        then: "the rows are removed; the hash of the last of them stays, so that \
               `hotaru-cloud check` follows the chain from there",
        is_adjustable: true,
    },
    Rule {
        kind: "backup",
        purpose: "the school comes back after a loss",
        keeps: Keeps::WhileNeeded,
        from: "its making",
        then: "it goes when `hotaru-cloud backup --keep N` makes the N-th newer one; until then \
               it holds what was deleted later, and a restore deletes that again",
        is_adjustable: false,
    },
];

impl Rule {
    /// As `hotaru-cloud retention` prints it; with the number of days that a school chose.
    #[must_use]
    pub fn told(&self, chosen: Option<u32>) -> Value {
        let chosen = chosen.filter(|_| self.is_adjustable);
        let keeps = match (chosen, self.keeps) {
            (Some(days), _) | (None, Keeps::Days(days)) => format!("{days} days"),
            (None, Keeps::WhileNeeded) => "as long as it is needed".to_owned(),
            (None, Keeps::SchoolYears(1)) => "to the end of the next school year".to_owned(),
            (None, Keeps::SchoolYears(years)) => {
                format!("to the end of the school year {years} years later")
            }
        };
        json!({
            "kind": self.kind,
            "purpose": self.purpose,
            "keeps": keeps,
            "from": self.from,
            "then": self.then,
            "adjustable": self.is_adjustable,
            "chosen": chosen.is_some(),
        })
    }

    /// What comes from before this day is over; none where only its use counts.
    fn over_before(&self, today: Date, chosen: &[(String, u32)]) -> Option<Date> {
        let chosen = chosen.iter().filter(|_| self.is_adjustable);
        let mut chosen = chosen.filter(|(kind, _)| kind == self.kind);
        match (chosen.next(), self.keeps) {
            (Some((_, days)), _) => Some(days_before(today, *days)),
            (None, Keeps::Days(days)) => Some(days_before(today, days)),
            (None, Keeps::SchoolYears(years)) => Some(school_years_before(today, years)),
            (None, Keeps::WhileNeeded) => None,
        }
    }
}

/// A rule by its name.
#[must_use]
pub fn rule(kind: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.kind == kind)
}

/// Pupils who left before this day are over.
#[must_use]
pub fn left_before(now_ms: i64, chosen: &[(String, u32)]) -> Date {
    over(LEARNING_RECORD, school_day(now_ms), chosen)
}

/// Until when all else is over.
#[must_use]
pub fn cutoffs(now_ms: i64, chosen: &[(String, u32)]) -> Cutoffs {
    let today = school_day(now_ms);
    let day = |kind: &str| over(kind, today, chosen);
    Cutoffs {
        now_ms,
        ended_before_ms: begins_ms(day(ENDED)),
        computers_before_ms: begins_ms(day(COMPUTER)),
        photos_before_ms: begins_ms(day(PAPER_PHOTO)),
        receipts_before: day(RECEIPT),
        receipts_before_ms: begins_ms(day(RECEIPT)),
        audit_before_ms: begins_ms(day(AUDIT)),
        grants_before_ms: begins_ms(day(GRANT)),
        grants_before: day(GRANT),
    }
}

/// A kind without a rule, or one that only its use ends, is never over.
fn over(kind: &str, today: Date, chosen: &[(String, u32)]) -> Date {
    rule(kind)
        .and_then(|rule| rule.over_before(today, chosen))
        .unwrap_or(Date::MIN)
}

fn days_before(today: Date, days: u32) -> Date {
    today.saturating_sub(jiff::Span::new().days(i64::from(days)))
}

/// The first day of the school year that lies so many years before today's.
fn school_years_before(today: Date, years: u32) -> Date {
    let begun = i32::from(end_of_school_year(today).year()) - 1;
    let year = begun.saturating_sub(i32::try_from(years).unwrap_or(i32::MAX));
    i16::try_from(year)
        .ok()
        .and_then(|year| Date::new(year, 4, 1).ok())
        .unwrap_or(Date::MIN)
}

/// The first moment of a day in Japan, milliseconds since 1970-01-01T00:00:00Z.
fn begins_ms(day: Date) -> i64 {
    day.to_zoned(TimeZone::fixed(Offset::constant(9)))
        .map_or(i64::MIN, |day| day.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_record_is_over_when_its_last_school_year_has_ended() {
        // Who left in February 2027 is kept to the end of March 2028.
        let left = date(2027, 2, 10);
        for (today, is_over) in [
            (date(2027, 4, 1), false),
            (date(2028, 3, 31), false),
            (date(2028, 4, 1), true),
        ] {
            let before = over(LEARNING_RECORD, today, &[]);
            assert_eq!(left < before, is_over, "{today}");
        }
        // Who left in April belongs to the next one.
        assert!(date(2027, 4, 1) >= over(LEARNING_RECORD, date(2029, 3, 31), &[]));
        assert!(date(2027, 4, 1) < over(LEARNING_RECORD, date(2029, 4, 1), &[]));
        assert_eq!(over(AUDIT, date(2032, 5, 1), &[]), date(2027, 4, 1));
    }

    #[test]
    fn a_school_may_choose_days_where_that_is_foreseen() {
        let chosen = [(LEARNING_RECORD.to_owned(), 30), (GRANT.to_owned(), 1)];
        let today = date(2027, 6, 1);
        assert_eq!(over(LEARNING_RECORD, today, &chosen), date(2027, 5, 2));
        assert_eq!(over(GRANT, today, &chosen), over(GRANT, today, &[]));
        assert_eq!(over("no such kind", today, &chosen), Date::MIN);
    }

    #[test]
    fn every_rule_has_a_name_of_its_own_and_all_its_words() {
        for (at, rule) in RULES.iter().enumerate() {
            let mut others = RULES.iter().skip(at + 1);
            assert!(others.all(|other| other.kind != rule.kind), "{}", rule.kind);
            let words = [rule.purpose, rule.from, rule.then];
            assert!(words.iter().all(|words| !words.is_empty()));
        }
        // Midnight in Japan.
        assert_eq!(begins_ms(date(2026, 11, 21)), 1_795_186_800_000);
    }
}
