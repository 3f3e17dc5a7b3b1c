//! One row of a table: an item, or what to mend in it.

use std::fmt;

use hotaru_content::drill::{
    Ask, Item, MAX_CHOICES, MAX_ITEM_ID_LEN, MAX_TEXT_CHARS, parse_number,
};
use hotaru_content::text::{inline, plain_text};

use super::column::Column;
use super::table::{Columns, Row};
use crate::notice::Arg;

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// As a spreadsheet counts: the header is row 1.
    pub row: u64,
    /// The column to look at.
    pub column: Column,
    /// What is wrong there.
    pub problem: RowProblem,
}

/// What is wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowProblem {
    /// A `"` is not closed, and the row goes on in the next.
    OpenQuote,
    /// There are more cells than the header names.
    TooManyCells {
        /// How many there are.
        found: u64,
        /// How many the header names.
        most: u64,
    },
    /// The cell is empty.
    Missing,
    /// The text is longer than 4,000 characters.
    TooLong,
    /// The id is longer than 64 bytes or not printable.
    BadId,
    /// An earlier row has the id.
    IdTwice {
        /// The id.
        id: String,
        /// The earlier row.
        earlier: u64,
    },
    /// The kind is not known.
    BadKind {
        /// What stands there.
        kind: String,
    },
    /// The level is not 1 to 5.
    BadLevel {
        /// What stands there.
        level: String,
    },
    /// There are fewer than 2 or more than 50 choices.
    ChoiceCount {
        /// How many there are.
        found: u64,
    },
    /// A choice is empty, or stands there twice.
    BadChoice {
        /// Its place, from 1.
        place: u64,
    },
    /// The answer is none of the choices.
    NotAChoice {
        /// The answer.
        answer: String,
    },
    /// One choice is asked for and several answers are given.
    OneAnswer {
        /// How many are given.
        found: u64,
    },
    /// The answer does not name each choice once.
    NotAnOrder,
    /// The answer is no number.
    NotANumber {
        /// The answer.
        answer: String,
    },
}

impl RowError {
    /// The stable name of the sentence, without `publish-`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.problem {
            RowProblem::OpenQuote => "row-open-quote",
            RowProblem::TooManyCells { .. } => "row-too-many-cells",
            RowProblem::Missing => "row-missing",
            RowProblem::TooLong => "row-too-long",
            RowProblem::BadId => "row-bad-id",
            RowProblem::IdTwice { .. } => "row-id-twice",
            RowProblem::BadKind { .. } => "row-bad-kind",
            RowProblem::BadLevel { .. } => "row-bad-level",
            RowProblem::ChoiceCount { .. } => "row-choice-count",
            RowProblem::BadChoice { .. } => "row-bad-choice",
            RowProblem::NotAChoice { .. } => "row-not-a-choice",
            RowProblem::OneAnswer { .. } => "row-one-answer",
            RowProblem::NotAnOrder => "row-not-an-order",
            RowProblem::NotANumber { .. } => "row-not-a-number",
        }
    }

    /// The sentence's arguments, `row` and `column` among them.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        let mut args = vec![
            ("row", self.row.into()),
            ("column", self.column.key().into()),
        ];
        match &self.problem {
            RowProblem::TooManyCells { found, most } => {
                args.extend([("found", (*found).into()), ("most", (*most).into())]);
            }
            RowProblem::IdTwice { id, earlier } => {
                args.extend([("id", id.into()), ("earlier", (*earlier).into())]);
            }
            RowProblem::BadKind { kind } => args.push(("kind", kind.into())),
            RowProblem::BadLevel { level } => args.push(("level", level.into())),
            RowProblem::ChoiceCount { found } | RowProblem::OneAnswer { found } => {
                args.push(("found", (*found).into()));
            }
            RowProblem::BadChoice { place } => args.push(("place", (*place).into())),
            RowProblem::NotAChoice { answer } | RowProblem::NotANumber { answer } => {
                args.push(("answer", answer.into()));
            }
            _ => {}
        }
        args
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column.key();
        write!(f, "row {}, {column}: ", self.row)?;
        match &self.problem {
            RowProblem::OpenQuote => f.write_str("a quotation mark is not closed; close it"),
            RowProblem::TooManyCells { found, most } => {
                write!(f, "{found} cells where the first row has {most}; put quotes around a cell with the separator in it")
            }
            RowProblem::Missing => f.write_str("the cell is empty; fill it"),
            RowProblem::TooLong => f.write_str("longer than 4,000 characters; shorten it"),
            RowProblem::BadId => f.write_str("an id has 64 bytes or fewer; shorten it"),
            RowProblem::IdTwice { id, earlier } => {
                write!(f, "{id:?} is the id of row {earlier} too; change one")
            }
            RowProblem::BadKind { kind } => {
                write!(f, "{kind:?} is no kind; write choice, choices, text, number or order")
            }
            RowProblem::BadLevel { level } => write!(f, "{level:?} is no level; write 1 to 5"),
            RowProblem::ChoiceCount { found } => {
                write!(f, "{found} choices; write 2 to 50 with | between them")
            }
            RowProblem::BadChoice { place } => {
                write!(f, "choice {place} is empty or stands there twice; correct it")
            }
            RowProblem::NotAChoice { answer } => {
                write!(f, "{answer:?} is none of the choices; write it as it stands there")
            }
            RowProblem::OneAnswer { found } => {
                write!(f, "{found} answers where one is asked for; write one, or choices as the kind")
            }
            RowProblem::NotAnOrder => {
                f.write_str("the answer does not name each choice once; write them in order with | between them")
            }
            RowProblem::NotANumber { answer } => {
                write!(f, "{answer:?} is no number; write only the number, or text as the kind")
            }
        }
    }
}

/// Makes an item of a row; its id is empty where the row gives none.
pub(super) fn read(columns: &Columns, row: &Row) -> Result<Item, RowError> {
    let at = |column: Column| {
        move |problem: RowProblem| RowError {
            row: row.number,
            column,
            problem,
        }
    };
    let text = |column: Column| {
        let cell = row.cell(columns, column);
        if cell.chars().nth(MAX_TEXT_CHARS).is_some() {
            return Err(at(column)(RowProblem::TooLong));
        }
        Ok(cell)
    };
    let needed = |column: Column| match text(column)? {
        "" => Err(at(column)(RowProblem::Missing)),
        cell => Ok(cell),
    };
    let id = row.cell(columns, Column::Id);
    if id.len() > MAX_ITEM_ID_LEN || id.chars().any(char::is_control) {
        return Err(at(Column::Id)(RowProblem::BadId));
    }
    let question = needed(Column::Question)?;
    let answers = split(needed(Column::Answer)?);
    let choices = split(text(Column::Choices)?);
    let kind =
        kind(row.cell(columns, Column::Kind), &choices, &answers).map_err(at(Column::Kind))?;
    let ask = ask(kind, choices, answers, at)?;
    Ok(Item {
        id: id.to_owned(),
        question: question.to_owned(),
        ask,
        explanation: text(Column::Explanation)?.to_owned(),
        skill: text(Column::Skill)?.to_owned(),
        level: level(row.cell(columns, Column::Level)).map_err(at(Column::Level))?,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Choice,
    Choices,
    Text,
    Number,
    Order,
}

fn kind(cell: &str, choices: &[String], answers: &[String]) -> Result<Kind, RowProblem> {
    Ok(match cell.to_lowercase().as_str() {
        "" if !choices.is_empty() && answers.len() == 1 => Kind::Choice,
        "" if !choices.is_empty() => Kind::Choices,
        "" if answers.iter().all(|answer| parse_number(answer).is_some()) => Kind::Number,
        "" => Kind::Text,
        "choice" | "選択" | "一つ選ぶ" | "単一選択" => Kind::Choice,
        "choices" | "複数選択" | "すべて選ぶ" => Kind::Choices,
        "text" | "記述" | "短答" | "文字" | "言葉" => Kind::Text,
        "number" | "数" | "数値" | "数字" => Kind::Number,
        "order" | "並べ替え" | "並べかえ" | "並びかえ" | "ならべかえ" | "順番" => {
            Kind::Order
        }
        _ => {
            return Err(RowProblem::BadKind {
                kind: cell.chars().take(80).collect(),
            });
        }
    })
}

fn ask<E: FnOnce(RowProblem) -> RowError>(
    kind: Kind,
    choices: Vec<String>,
    answers: Vec<String>,
    at: impl Fn(Column) -> E,
) -> Result<Ask, RowError> {
    if matches!(kind, Kind::Text | Kind::Number) {
        if answers.iter().any(String::is_empty) {
            return Err(at(Column::Answer)(RowProblem::Missing));
        }
        if kind == Kind::Text {
            // A pupil types no ruby.
            return Ok(Ask::Text {
                key: answers.iter().map(|answer| plain(answer)).collect(),
            });
        }
        let odd = answers.iter().find(|answer| parse_number(answer).is_none());
        return match odd {
            Some(answer) => Err(at(Column::Answer)(RowProblem::NotANumber {
                answer: short(answer),
            })),
            None => Ok(Ask::Number { key: answers }),
        };
    }
    check_choices(&choices, kind == Kind::Order).map_err(at(Column::Choices))?;
    let places = places(&choices, &answers).map_err(at(Column::Answer))?;
    Ok(match kind {
        Kind::Choice => match places.as_slice() {
            [key] => Ask::Choice { choices, key: *key },
            many => {
                let found = many.len() as u64;
                return Err(at(Column::Answer)(RowProblem::OneAnswer { found }));
            }
        },
        Kind::Order if places.len() != choices.len() => {
            return Err(at(Column::Answer)(RowProblem::NotAnOrder));
        }
        Kind::Order => Ask::Order {
            choices,
            key: places,
        },
        _ => {
            let mut key = places;
            key.sort_unstable();
            Ask::Choices { choices, key }
        }
    })
}

fn check_choices(choices: &[String], may_repeat: bool) -> Result<(), RowProblem> {
    if !(2..=MAX_CHOICES).contains(&choices.len()) {
        return Err(RowProblem::ChoiceCount {
            found: choices.len() as u64,
        });
    }
    let bad = choices.iter().enumerate().find(|(at, choice)| {
        choice.is_empty() || (!may_repeat && choices.iter().take(*at).any(|other| other == *choice))
    });
    match bad {
        Some((at, _)) => Err(RowProblem::BadChoice {
            place: at as u64 + 1,
        }),
        None => Ok(()),
    }
}

/// The place of each answer among the choices, each taken once; ruby does not count.
fn places(choices: &[String], answers: &[String]) -> Result<Vec<u16>, RowProblem> {
    let plain_choices: Vec<String> = choices.iter().map(|choice| plain(choice)).collect();
    let mut taken: Vec<usize> = Vec::new();
    for answer in answers {
        let wanted = plain(answer);
        let free = |at: usize| !taken.contains(&at);
        // Two choices may read alike and differ in their ruby.
        let exact = choices
            .iter()
            .enumerate()
            .position(|(at, c)| c == answer && free(at));
        let alike = || {
            plain_choices
                .iter()
                .enumerate()
                .position(|(at, c)| *c == wanted && free(at))
        };
        match exact.or_else(alike) {
            Some(at) => taken.push(at),
            None => {
                return Err(RowProblem::NotAChoice {
                    answer: short(answer),
                });
            }
        }
    }
    Ok(taken
        .into_iter()
        .filter_map(|at| u16::try_from(at).ok())
        .collect())
}

/// 1 to 5, in digits of any width or in stars; 0 where the cell is empty.
fn level(cell: &str) -> Result<u8, RowProblem> {
    if cell.is_empty() {
        return Ok(0);
    }
    let stars = cell
        .chars()
        .all(|c| c == '★')
        .then(|| cell.chars().count() as u64);
    let digit = || {
        let (value, _) = parse_number(cell)?;
        u64::try_from(value.numerator())
            .ok()
            .filter(|_| value.denominator() == 1)
    };
    stars
        .or_else(digit)
        .filter(|level| (1..=5).contains(level))
        .and_then(|level| u8::try_from(level).ok())
        .ok_or_else(|| RowProblem::BadLevel { level: short(cell) })
}

/// The cell's parts between `|`, trimmed; a `|` inside braces is ruby's. None where the
/// cell is empty.
fn split(cell: &str) -> Vec<String> {
    if cell.is_empty() {
        return Vec::new();
    }
    let mut parts = vec![String::new()];
    let mut inside = false;
    for (at, c) in cell.char_indices() {
        match c {
            // A brace that never closes is a plain brace.
            '{' => inside = cell.get(at..).is_some_and(|rest| rest.contains('}')),
            '}' => inside = false,
            '|' | '｜' if !inside => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// The text without ruby. Only a text with a brace is markup here: `a*b*c` is not.
fn plain(text: &str) -> String {
    if text.contains('{') {
        plain_text(&inline(text))
    } else {
        text.to_owned()
    }
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_in_braces_is_rubys() {
        assert_eq!(split("a|{b|c} |d{|e"), ["a", "{b|c}", "d{", "e"]);
        assert_eq!(split("a｜b"), ["a", "b"]);
        assert_eq!(split("|"), ["", ""]);
        assert!(split("").is_empty());
    }

    #[test]
    fn levels_are_digits_or_stars() {
        for (cell, expected) in [("", 0), ("1", 1), ("５", 5), ("★★", 2)] {
            assert_eq!(level(cell), Ok(expected));
        }
        for cell in ["0", "6", "1.5", "★★★★★★", "中", "-1"] {
            assert!(level(cell).is_err(), "{cell}");
        }
    }
}
