//! A report as it is read.

use std::fmt;

use super::{Latency, Part, Report};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, parts) in [("before tidying", &self.before), ("after", &self.after)] {
            writeln!(
                f,
                "{what:<34} {:>10} {:>10} {:>10}",
                "allocated", "apparent", "held"
            )?;
            parts.iter().try_for_each(|part| writeln!(f, "  {part}"))?;
        }
        writeln!(
            f,
            "  {:<32} {:>10}",
            "the same blobs as plain files",
            kb(self.plain_files)
        )?;
        writeln!(
            f,
            "  {:<32} {:>10}; the rest starts patches and grades late answers",
            "of the cloud's, newest revisions",
            kb(self.cloud_newest)
        )?;
        writeln!(f, "  the cloud tidied: {}", self.cloud_tidied)?;
        writeln!(
            f,
            "  the shelf tidied in {:.1} s; from an answer to the disk meanwhile:",
            self.tidy_time.as_secs_f64()
        )?;
        writeln!(f, "  {:<32} {}", "nothing else going on", self.calm)?;
        writeln!(
            f,
            "  {:<32} {}",
            "as much written to plain files", self.disk
        )?;
        writeln!(f, "  {:<32} {}", "the shelf tidied", self.busy)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.held.map_or(String::new(), kb);
        write!(
            f,
            "{:<32} {:>10} {:>10} {held:>10}",
            self.name,
            kb(self.allocated),
            kb(self.apparent)
        )?;
        if let Some(percent) = self.percent() {
            write!(f, "  {:.2} x", percent as f64 / 100.0)?;
        }
        match self.limit {
            Some(limit) => write!(f, "; budget {:.1} x", limit as f64 / 100.0),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        write!(
            f,
            "median {:.1} ms, p99 {:.1} ms, worst {:.1} ms of {}",
            ms(self.median),
            ms(self.p99),
            ms(self.worst),
            self.answers
        )
    }
}

fn kb(bytes: u64) -> String {
    format!("{} kB", bytes / 1000)
}
