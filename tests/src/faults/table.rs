//! What the runs cost.

use std::fmt;

use serde_json::Value;

use super::child::Ended;

/// The longest detail, in characters: what a look gave can be thousands of numbers.
const MAX_DETAIL: usize = 900;

/// One kind of fault.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Its name.
    pub fault: String,
    /// How often it was done.
    pub runs: usize,
    /// Confirmed things that are nowhere, without a word of it.
    pub lost: usize,
    /// Answers that this terminal no longer has, and says so; the school has them.
    pub at_school: usize,
    /// Confirmed answers that are nowhere any more; the shelf said so and kept the file.
    pub unreadable: usize,
    /// Blobs that were named as missing and came again.
    pub refetched: usize,
    /// Databases or journals that were made anew.
    pub rebuilt: usize,
    /// Wrong bytes that were given out.
    pub wrong: usize,
    /// Programs that ended otherwise than they meant to.
    pub panics: usize,
    /// Programs that did not end in time.
    pub hangs: usize,
}

/// All rows, and a sentence on each thing that went wrong.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// In the order in which they were first met.
    pub rows: Vec<Row>,
    /// Why something was not done.
    pub skipped: Vec<String>,
    /// What went wrong, run by run.
    pub details: Vec<String>,
}

impl Table {
    /// The row of a fault.
    pub fn row(&mut self, fault: &str) -> &mut Row {
        let at = match self.rows.iter().position(|row| row.fault == fault) {
            Some(at) => at,
            None => {
                let fault = fault.to_owned();
                self.rows.push(Row {
                    fault,
                    ..Row::default()
                });
                self.rows.len() - 1
            }
        };
        &mut self.rows[at]
    }

    /// Says that something was not done, and why.
    pub fn skip(&mut self, why: &str) {
        eprintln!("{why}");
        self.skipped.push(why.to_owned());
    }

    /// Notes what went wrong in a run.
    pub fn note(&mut self, detail: String) {
        let detail: String = detail.chars().take(MAX_DETAIL).collect();
        eprintln!("  ! {detail}");
        self.details.push(detail);
    }

    /// What a child said; none where it died or hung, which is counted.
    pub(super) fn said(&mut self, fault: &str, what: &str, ended: Ended) -> Option<Value> {
        match ended {
            Ended::Said(said) => return Some(said),
            Ended::Died(how) => {
                self.row(fault).panics += 1;
                self.note(format!("{what}: ended with {how}"));
            }
            Ended::Hung => {
                self.row(fault).hangs += 1;
                self.note(format!("{what}: hung"));
            }
        }
        None
    }

    /// Whether nothing was lost, nothing wrong was shown, nothing panicked or hung.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.rows
            .iter()
            .all(|row| row.lost + row.wrong + row.panics + row.hangs == 0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<34}{:>6}{:>6}{:>11}{:>10}{:>10}{:>9}{:>7}{:>8}{:>7}",
            "fault",
            "runs",
            "lost",
            "unreadable",
            "at school",
            "refetched",
            "rebuilt",
            "wrong",
            "panics",
            "hangs"
        )?;
        for row in &self.rows {
            writeln!(
                f,
                "{:<34}{:>6}{:>6}{:>11}{:>10}{:>10}{:>9}{:>7}{:>8}{:>7}",
                row.fault,
                row.runs,
                row.lost,
                row.unreadable,
                row.at_school,
                row.refetched,
                row.rebuilt,
                row.wrong,
                row.panics,
                row.hangs
            )?;
        }
        for why in &self.skipped {
            writeln!(f, "{why}")?;
        }
        Ok(())
    }
}
