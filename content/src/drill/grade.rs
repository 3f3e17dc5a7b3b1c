//! Grading.

use serde::{Deserialize, Serialize};

use super::{Ask, Item, Response, number::parse_number};

/// The version of the grading rules.
pub const GRADER_VERSION: u16 = 1;

/// What a response is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As the key asks.
    Correct,
    /// Not as the key asks.
    Wrong,
    /// The key's value, in a form that a teacher would mark.
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

/// Grades a response.
#[must_use]
pub fn grade(item: &Item, response: &Response) -> Grade {
    let right = |yes: bool| {
        if yes {
            Verdict::Correct
        } else {
            Verdict::Wrong
        }
    };
    let verdict = match (&item.ask, response) {
        (Ask::Choice { key, .. }, Response::Choice(given)) => right(key == given),
        (Ask::Choices { key, .. }, Response::Choices(given))
        | (Ask::Order { key, .. }, Response::Order(given)) => right(key == given),
        (Ask::Text { key }, Response::Text(given)) => right(key.contains(given)),
        (Ask::Number { key }, Response::Number(given)) => {
            let given = parse_number(given);
            right(given.is_some() && key.iter().any(|key| parse_number(key) == given))
        }
        _ => Verdict::Unknown,
    };
    Grade {
        verdict,
        grader: GRADER_VERSION,
    }
}
