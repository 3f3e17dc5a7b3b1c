//! Drills from the tables that teachers keep in spreadsheets.
//!
//! The first row names the columns, in English or Japanese and in any order; `question`
//! and `answer` are needed. `|` stands between choices and between answers (not inside
//! ruby's braces). Without a kind, a row with choices and one answer is one choice, with
//! several answers several choices; without choices it is a number where every answer
//! is one, else a text. An item without an id gets one from its question, so that adding
//! a row changes no other item's id.

mod column;
mod row;
mod table;

use std::collections::HashMap;

use hotaru_content::drill::{Drill, FORMAT, MAX_DOCUMENT_LEN, MAX_ITEMS};

use crate::decode::decode;
use crate::error::Reason;
use crate::notice::Notice;

pub use column::Column;
pub use row::{RowError, RowProblem};

/// The most broken rows that are told.
const MAX_TOLD: usize = 20;

/// A drill's document and how many items it has.
#[derive(Debug)]
pub(crate) struct PreparedDrill {
    pub(crate) json: Vec<u8>,
    pub(crate) items: u32,
}

/// Makes a drill of a table.
pub(crate) fn prepare(bytes: &[u8], notes: &mut Vec<Notice>) -> Result<PreparedDrill, Reason> {
    if bytes.len() > MAX_DOCUMENT_LEN {
        return Err(Reason::DrillTooLarge);
    }
    let decoded = decode(bytes)?;
    let drill = read(&decoded.text)?;
    if decoded.encoding != encoding_rs::UTF_8 {
        notes.push(Notice::TextEncoding {
            encoding: decoded.encoding.name(),
        });
    }
    let json = drill.to_json().map_err(|error| Reason::DrillRefused {
        cause: error.to_string(),
    })?;
    if json.len() > MAX_DOCUMENT_LEN {
        return Err(Reason::DrillTooLarge);
    }
    Ok(PreparedDrill {
        json,
        items: u32::try_from(drill.items.len()).unwrap_or(u32::MAX),
    })
}

/// Whether a text is a drill's table: its first row names both needed columns.
pub(crate) fn is_table(bytes: &[u8]) -> bool {
    decode(bytes).is_ok_and(|decoded| table::open(&decoded.text).is_ok())
}

fn read(text: &str) -> Result<Drill, Reason> {
    let (columns, rows) = table::open(text)?;
    let mut items = Vec::new();
    let mut broken = Vec::new();
    let mut count = 0;
    // The given ids first: a made one gives way to them.
    let mut ids: HashMap<String, u64> = HashMap::new();
    for row in rows {
        count += 1;
        let read = row.and_then(|row| {
            let item = row::read(&columns, &row)?;
            if item.id.is_empty() {
                return Ok(item);
            }
            match ids.insert(item.id.clone(), row.number) {
                Some(earlier) => {
                    let problem = RowProblem::IdTwice {
                        id: item.id,
                        earlier,
                    };
                    Err(RowError {
                        row: row.number,
                        column: Column::Id,
                        problem,
                    })
                }
                None => Ok(item),
            }
        });
        match read {
            Ok(item) if items.len() < MAX_ITEMS => items.push(item),
            Ok(_) => {}
            Err(error) => broken.push(error),
        }
    }
    if !broken.is_empty() {
        let count = broken.len();
        broken.truncate(MAX_TOLD);
        return Err(Reason::DrillRows {
            broken: count,
            rows: broken,
        });
    }
    match count {
        0 => return Err(Reason::DrillEmpty),
        items if items > MAX_ITEMS => return Err(Reason::DrillTooManyItems { items }),
        _ => {}
    }
    for item in items.iter_mut().filter(|item| item.id.is_empty()) {
        let base = made_id(&item.question);
        let mut id = base.clone();
        let mut again = 2;
        while ids.contains_key(&id) {
            id = format!("{base}-{again}");
            again += 1;
        }
        ids.insert(id.clone(), 0);
        item.id = id;
    }
    Ok(Drill {
        format: FORMAT,
        items,
    })
}

/// `q-` and the first 40 bits of the question's BLAKE3.
fn made_id(question: &str) -> String {
    let hash = blake3::hash(question.as_bytes()).to_hex();
    format!("q-{}", hash.get(..10).unwrap_or_default())
}

#[cfg(test)]
mod tests;
