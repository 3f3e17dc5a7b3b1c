//! Rows of a table, whatever stands between its cells.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::column::Column;
use super::row::{RowError, RowProblem};
use crate::error::Reason;

/// What may stand between cells, likeliest first.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// Which cell of a row is which column.
#[derive(Debug)]
pub(super) struct Columns(Vec<Option<Column>>);

/// One row below the header.
#[derive(Debug)]
pub(super) struct Row {
    /// As a spreadsheet counts: the header is row 1.
    pub(super) number: u64,
    cells: StringRecord,
}

impl Row {
    /// The cell of a column, trimmed; empty where the row or the table has none.
    pub(super) fn cell<'a>(&'a self, columns: &Columns, column: Column) -> &'a str {
        let at = columns.0.iter().position(|found| *found == Some(column));
        at.and_then(|at| self.cells.get(at))
            .unwrap_or_default()
            .trim()
    }
}

/// Reads the header by the delimiter that makes most sense of it, then the rows.
pub(super) fn open(
    text: &str,
) -> Result<(Columns, impl Iterator<Item = Result<Row, RowError>>), Reason> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let delimiter = DELIMITERS
        .into_iter()
        .max_by_key(|delimiter| {
            let known = header(text, *delimiter).iter().flatten().count();
            // The first of equals is wanted, and `max_by_key` gives the last.
            (
                known,
                std::cmp::Reverse(DELIMITERS.iter().position(|d| d == delimiter)),
            )
        })
        .unwrap_or(b',');
    let columns = header(text, delimiter);
    for column in [Column::Question, Column::Answer] {
        if !columns.contains(&Some(column)) {
            return Err(Reason::DrillNoColumn { column });
        }
    }
    for column in Column::ALL {
        if columns
            .iter()
            .filter(|found| **found == Some(column))
            .count()
            > 1
        {
            return Err(Reason::DrillColumnTwice { column });
        }
    }
    let width = columns.len();
    Ok((Columns(columns), rows(text, delimiter, width)))
}

fn header(text: &str, delimiter: u8) -> Vec<Option<Column>> {
    let mut record = StringRecord::new();
    let read = reader(text, delimiter).read_record(&mut record);
    if read.is_err() {
        return Vec::new();
    }
    record.iter().map(Column::of).collect()
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(Trim::None)
        .from_reader(text.as_bytes())
}

fn rows(text: &str, delimiter: u8, width: usize) -> impl Iterator<Item = Result<Row, RowError>> {
    let mut records = reader(text, delimiter).into_records();
    // Quoted cells may hold line breaks: a row is not a line.
    let mut extra_lines = 0;
    let mut is_header = true;
    std::iter::from_fn(move || {
        loop {
            let start = usize::try_from(records.reader().position().byte()).unwrap_or(usize::MAX);
            let cells = records.next()?.unwrap_or_default();
            let line = cells.position().map_or(0, csv::Position::line);
            let number = line.saturating_sub(extra_lines);
            let breaks = cells
                .iter()
                .map(|cell| cell.matches('\n').count() as u64)
                .sum::<u64>();
            extra_lines += breaks;
            if std::mem::take(&mut is_header) || cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let end = usize::try_from(records.reader().position().byte()).unwrap_or(usize::MAX);
            let raw = text.get(start..end.min(text.len())).unwrap_or_default();
            let problem = if breaks > 0 && is_open(raw) {
                Some(RowProblem::OpenQuote)
            } else if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
                Some(RowProblem::TooManyCells {
                    found: cells.len() as u64,
                    most: width as u64,
                })
            } else {
                None
            };
            return Some(match problem {
                Some(problem) => Err(RowError {
                    row: number,
                    column: Column::Question,
                    problem,
                }),
                None => Ok(Row { number, cells }),
            });
        }
    })
}

/// Whether a record's quotes do not close: it took in what follows it.
fn is_open(raw: &str) -> bool {
    raw.matches('"').count() % 2 == 1
}
