//! Faults on a real shelf: kills, damage, full disks, power cuts. What each cost is counted.
//!
//! Everything that opens a profile here is a child process under a time limit: what hangs or
//! dies is counted, and takes nothing with it. The children are this tool itself
//! (`faults --child …`, see [`child`]).

mod answers;
mod base;
pub mod child;
mod damage;
mod dice;
mod full;
mod kill;
mod look;
mod power;
mod table;
mod writer;

use std::path::PathBuf;

use crate::Failure;
pub use dice::Dice;
pub use table::{Row, Table};

/// How much is to be done, and from which seed.
#[derive(Debug, Clone)]
pub struct Options {
    /// The `faults` tool: what the children run.
    pub program: PathBuf,
    /// Writers, openers, rebuilders and compactors killed.
    pub kills: usize,
    /// Files of a profile damaged.
    pub damages: usize,
    /// Disks filled.
    pub fills: usize,
    /// Power cuts.
    pub cuts: usize,
    /// What decides all that is random but time.
    pub seed: u64,
}

impl Options {
    /// What a release is proven with.
    #[must_use]
    pub fn long(program: PathBuf) -> Self {
        Self {
            program,
            kills: 500,
            damages: 330,
            fills: 20,
            cuts: 30,
            seed: 1,
        }
    }
}

/// Runs everything; what it cost.
///
/// # Errors
/// Where the tool's own machinery fails: that is no verdict on the shelf.
pub fn run(options: &Options) -> Result<Table, Failure> {
    let mut table = Table::default();
    kill::run(options, &mut table)?;
    damage::run(options, &mut table)?;
    full::run(options, &mut table)?;
    power::run(options, &mut table)?;
    Ok(table)
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &std::path::Path, to: &std::path::Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Every file below a folder, in order.
pub(crate) fn files(dir: &std::path::Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
