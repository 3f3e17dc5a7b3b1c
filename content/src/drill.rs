//! Drills: items that a pupil answers and both ends grade alike.
//!
//! A drill is a JSON document with one item a line, so that an edited drill travels as a
//! short patch. An answer names the drill's blob and the item's place in it: a blob never
//! changes, so the place is as good as a name and much shorter.

mod grade;
mod number;
mod response;

pub use grade::{GRADER_VERSION, Grade, Verdict, grade};
pub use number::{Exact, NumberForm, parse_number};
pub use response::DONT_KNOW;

use serde::{Deserialize, Serialize};

/// The newest document form that this program writes.
pub const FORMAT: u16 = 1;
/// The most items in one drill.
pub const MAX_ITEMS: usize = 10_000;
/// The largest drill document, in bytes.
pub const MAX_DOCUMENT_LEN: usize = 16 << 20;
/// The most choices of one item.
pub const MAX_CHOICES: usize = 50;
/// The longest question, choice, key or explanation, in characters.
pub const MAX_TEXT_CHARS: usize = 4000;
/// The longest item id, in bytes.
pub const MAX_ITEM_ID_LEN: usize = 64;
/// The longest typed response, in characters.
pub const MAX_RESPONSE_CHARS: usize = 2000;

/// A drill: items in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// The form of the document ([`FORMAT`]).
    pub format: u16,
    /// The items.
    pub items: Vec<Item>,
}

/// One question with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Stable across edits of the drill; unique within it; at most 64 bytes.
    pub id: String,
    /// The question, with ruby markup (see [`crate::text`]).
    pub question: String,
    /// How it is asked, and its key.
    #[serde(flatten)]
    pub ask: Ask,
    /// Shown after the answer; with ruby markup; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub explanation: String,
    /// The skill that it exercises; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub skill: String,
    /// The author's difficulty, 1 (easy) to 5 (hard); 0 where none was given.
    #[serde(default)]
    pub level: u8,
}

/// How an item is asked, and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ask {
    /// One of several choices.
    Choice {
        /// The choices, with ruby markup.
        choices: Vec<String>,
        /// The right one's place.
        key: u16,
    },
    /// Every right one of several choices.
    Choices {
        /// The choices, with ruby markup.
        choices: Vec<String>,
        /// The right ones' places, ascending.
        key: Vec<u16>,
    },
    /// A short text.
    Text {
        /// Each accepted answer; the first is shown as the right one.
        key: Vec<String>,
    },
    /// A number: value and form count (see [`NumberForm`]).
    Number {
        /// Each accepted answer, as a pupil would write it.
        key: Vec<String>,
    },
    /// Choices to put in order.
    Order {
        /// The choices as the file lists them.
        choices: Vec<String>,
        /// Their places in the right order.
        key: Vec<u16>,
    },
    /// A kind that only a newer program knows; it is passed over and said so.
    #[serde(other)]
    Unknown,
}

/// What a pupil gave for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// The place of the chosen choice.
    Choice(u16),
    /// The places of the chosen choices, ascending.
    Choices(Vec<u16>),
    /// The typed text, as typed; at most [`MAX_RESPONSE_CHARS`].
    Text(String),
    /// The typed number, as typed; at most [`MAX_RESPONSE_CHARS`].
    Number(String),
    /// Places in the order given.
    Order(Vec<u16>),
    /// わからない: the pupil asked for the explanation instead.
    DontKnow,
}

/// Why a document is not a drill, or a response not one for its item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrillError {
    /// The document is not JSON of a drill.
    #[error("the drill cannot be read: {0}; publish it again")]
    Json(String),
    /// It is larger than a bound allows.
    #[error("the drill has {found} {what}, more than {most}; split it in two")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// One item is wrong.
    #[error("item {place} ({id}) {problem}; correct it and publish again")]
    Item {
        /// Its place in the drill, from 1.
        place: usize,
        /// Its id.
        id: String,
        /// What is wrong.
        problem: String,
    },
    /// The response cannot be one for the item.
    #[error("the response {response:?} does not fit item {id}: {problem}")]
    Response {
        /// The item.
        id: String,
        /// What was given.
        response: String,
        /// Why it does not fit, and what would.
        problem: String,
    },
}

impl Drill {
    /// Reads a document and checks every bound and key.
    ///
    /// # Errors
    /// Where it is not a drill, or the first item that is wrong.
    pub fn from_json(bytes: &[u8]) -> Result<Self, DrillError> {
        if bytes.len() > MAX_DOCUMENT_LEN {
            return Err(DrillError::TooLarge {
                what: "bytes",
                found: bytes.len(),
                most: MAX_DOCUMENT_LEN,
            });
        }
        let drill: Self =
            serde_json::from_slice(bytes).map_err(|error| DrillError::Json(error.to_string()))?;
        drill.validate()?;
        Ok(drill)
    }

    /// Writes the document, one item a line.
    ///
    /// # Errors
    /// Where a bound is broken.
    pub fn to_json(&self) -> Result<Vec<u8>, DrillError> {
        self.validate()?;
        let json = |error: serde_json::Error| DrillError::Json(error.to_string());
        let mut out = format!("{{\"format\":{},\"items\":[", self.format).into_bytes();
        for (at, item) in self.items.iter().enumerate() {
            out.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut out, item).map_err(json)?;
        }
        out.extend_from_slice(b"\n]}\n");
        Ok(out)
    }

    /// The item at a place and its place, by id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<(u16, &Item)> {
        let at = self.items.iter().position(|item| item.id == id)?;
        Some((u16::try_from(at).ok()?, self.items.get(at)?))
    }

    /// Checks every bound and key.
    ///
    /// # Errors
    /// The first item that is wrong.
    pub fn validate(&self) -> Result<(), DrillError> {
        if self.items.len() > MAX_ITEMS {
            return Err(DrillError::TooLarge {
                what: "items",
                found: self.items.len(),
                most: MAX_ITEMS,
            });
        }
        let mut seen = std::collections::HashSet::new();
        for (at, item) in self.items.iter().enumerate() {
            let problem = match item.problem() {
                None if !seen.insert(&item.id) => Some("has the id of an earlier item".to_owned()),
                problem => problem,
            };
            if let Some(problem) = problem {
                let id = item.id.chars().take(MAX_ITEM_ID_LEN).collect();
                return Err(DrillError::Item {
                    place: at + 1,
                    id,
                    problem,
                });
            }
        }
        Ok(())
    }
}

impl Item {
    /// What is wrong with the item, if anything is.
    fn problem(&self) -> Option<String> {
        if self.id.is_empty() || self.id.len() > MAX_ITEM_ID_LEN {
            return Some("needs an id of 1 to 64 bytes".to_owned());
        }
        if self.id.chars().any(char::is_control) {
            return Some("has a control character in its id".to_owned());
        }
        if self.question.trim().is_empty() {
            return Some("has no question".to_owned());
        }
        if self.level > 5 {
            return Some(format!("has level {}, levels go from 1 to 5", self.level));
        }
        let (choices, texts): (&[String], &[String]) = match &self.ask {
            Ask::Choice { choices, .. }
            | Ask::Choices { choices, .. }
            | Ask::Order { choices, .. } => (choices, &[]),
            Ask::Text { key } | Ask::Number { key } => (&[], key),
            Ask::Unknown => (&[], &[]),
        };
        let too_long = [&self.question, &self.explanation, &self.skill]
            .into_iter()
            .chain(choices)
            .chain(texts)
            .any(|text| text.chars().count() > MAX_TEXT_CHARS);
        if too_long {
            return Some("has a text longer than 4,000 characters".to_owned());
        }
        self.ask.problem()
    }
}

impl Ask {
    fn problem(&self) -> Option<String> {
        let choices_problem = |choices: &[String]| {
            if !(2..=MAX_CHOICES).contains(&choices.len()) {
                return Some(format!(
                    "has {} choices, 2 to 50 are possible",
                    choices.len()
                ));
            }
            choices
                .iter()
                .any(|c| c.trim().is_empty())
                .then(|| "has an empty choice".to_owned())
        };
        let outside = |key: &[u16], choices: &[String]| {
            key.iter().any(|&place| usize::from(place) >= choices.len())
        };
        let ascending = |key: &[u16]| key.iter().zip(key.iter().skip(1)).all(|(a, b)| a < b);
        match self {
            Self::Choice { choices, key } => choices_problem(choices).or_else(|| {
                outside(&[*key], choices).then(|| "has a key outside its choices".to_owned())
            }),
            Self::Choices { choices, key } => choices_problem(choices).or_else(|| {
                (key.is_empty() || outside(key, choices) || !ascending(key))
                    .then(|| "needs its key as ascending places of its choices".to_owned())
            }),
            Self::Order { choices, key } => choices_problem(choices).or_else(|| {
                let mut sorted = key.clone();
                sorted.sort_unstable();
                let all: Vec<u16> = (0..).take(choices.len()).collect();
                (sorted != all).then(|| "needs each choice once in its key".to_owned())
            }),
            Self::Text { key } => (key.is_empty() || key.iter().any(|k| k.trim().is_empty()))
                .then(|| "has no answer".to_owned()),
            Self::Number { key } => {
                if key.is_empty() {
                    return Some("has no answer".to_owned());
                }
                key.iter()
                    .find(|text| parse_number(text).is_none())
                    .map(|text| format!("has an answer that is no number: {text}"))
            }
            Self::Unknown => None,
        }
    }
}
