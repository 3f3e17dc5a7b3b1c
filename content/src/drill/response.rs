//! Responses as people write and read them, in files and in logs.

use unicode_normalization::UnicodeNormalization;

use super::{Ask, DrillError, Item, MAX_RESPONSE_CHARS, Response};

/// What stands for [`Response::DontKnow`] in a file.
pub const DONT_KNOW: &str = "?";

impl Response {
    /// Reads a response to an item from a line of text: a choice by its text or its place
    /// from 1, several between `|`, text and numbers as they are, `?` for "I don't know".
    ///
    /// # Errors
    /// Where no such choice exists, or the text is empty or too long.
    pub fn read(item: &Item, text: &str) -> Result<Self, DrillError> {
        let wrong = |problem: String| DrillError::Response {
            id: item.id.clone(),
            response: text.chars().take(80).collect(),
            problem,
        };
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(wrong(format!(
                "it is empty; write {DONT_KNOW} for no answer"
            )));
        }
        if trimmed.chars().count() > MAX_RESPONSE_CHARS {
            return Err(wrong("it is longer than 2,000 characters".to_owned()));
        }
        if trimmed == DONT_KNOW {
            return Ok(Self::DontKnow);
        }
        let place = |choices: &[String], text: &str| {
            find_choice(choices, text).ok_or_else(|| {
                wrong(format!(
                    "{text:?} is none of its choices; write one as it stands, or its place from 1"
                ))
            })
        };
        let places = |choices: &[String]| {
            trimmed
                .split('|')
                .map(|part| place(choices, part))
                .collect::<Result<Vec<u16>, _>>()
        };
        match &item.ask {
            Ask::Choice { choices, .. } => place(choices, trimmed).map(Self::Choice),
            Ask::Choices { choices, .. } => places(choices).map(|mut chosen| {
                chosen.sort_unstable();
                chosen.dedup();
                Self::Choices(chosen)
            }),
            Ask::Order { choices, .. } => places(choices).map(Self::Order),
            Ask::Text { .. } => Ok(Self::Text(trimmed.to_owned())),
            Ask::Number { .. } => Ok(Self::Number(trimmed.to_owned())),
            Ask::Unknown => Err(wrong("its kind needs a newer program".to_owned())),
        }
    }

    /// The response as [`Response::read`] takes it; a place outside the choices, or of an
    /// item that is not at hand, as its number.
    #[must_use]
    pub fn show(&self, item: Option<&Item>) -> String {
        let choices: &[String] = match item.map(|item| &item.ask) {
            Some(
                Ask::Choice { choices, .. }
                | Ask::Choices { choices, .. }
                | Ask::Order { choices, .. },
            ) => choices,
            _ => &[],
        };
        let one = |place: &u16| {
            choices
                .get(usize::from(*place))
                .cloned()
                .unwrap_or_else(|| (u32::from(*place) + 1).to_string())
        };
        match self {
            Self::Choice(place) => one(place),
            Self::Choices(places) | Self::Order(places) => {
                places.iter().map(one).collect::<Vec<_>>().join("|")
            }
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::DontKnow => DONT_KNOW.to_owned(),
        }
    }
}

fn find_choice(choices: &[String], text: &str) -> Option<u16> {
    let fold = |text: &str| {
        text.nfkc()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let wanted = fold(text);
    let by_text = choices.iter().position(|choice| fold(choice) == wanted);
    let by_place = || {
        let place: usize = wanted.parse().ok()?;
        (1..=choices.len()).contains(&place).then(|| place - 1)
    };
    by_text
        .or_else(by_place)
        .and_then(|place| u16::try_from(place).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(ask: Ask) -> Item {
        Item {
            id: "q1".to_owned(),
            question: "?".to_owned(),
            ask,
            explanation: String::new(),
            skill: String::new(),
            level: 0,
        }
    }

    fn choices() -> Vec<String> {
        ["支点", "力点", "3"].map(str::to_owned).to_vec()
    }

    #[test]
    fn choices_go_by_text_first_then_by_place() {
        let item = item(Ask::Choice {
            choices: choices(),
            key: 0,
        });
        assert_eq!(
            Response::read(&item, " 力点 ").unwrap(),
            Response::Choice(1)
        );
        assert_eq!(Response::read(&item, "1").unwrap(), Response::Choice(0));
        assert_eq!(Response::read(&item, "３").unwrap(), Response::Choice(2));
        assert_eq!(Response::read(&item, "?").unwrap(), Response::DontKnow);
        for bad in ["", "4", "0", "作用点"] {
            let error = Response::read(&item, bad).unwrap_err().to_string();
            assert!(error.contains("q1"), "{error}");
        }
    }

    #[test]
    fn several_and_ordered_ones_go_between_bars_and_back() {
        let several = item(Ask::Choices {
            choices: choices(),
            key: vec![0, 1],
        });
        let response = Response::read(&several, "力点|支点|力点").unwrap();
        assert_eq!(response, Response::Choices(vec![0, 1]));
        assert_eq!(response.show(Some(&several)), "支点|力点");
        let order = item(Ask::Order {
            choices: choices(),
            key: vec![2, 1, 0],
        });
        let response = Response::read(&order, "3|力点|支点").unwrap();
        assert_eq!(response, Response::Order(vec![2, 1, 0]));
        assert_eq!(
            Response::read(&order, &response.show(Some(&order))).unwrap(),
            response
        );
    }
}
