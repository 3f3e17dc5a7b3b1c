//! `kill -9` while answering, opening, rebuilding and compacting.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::child::{Ended, Heard, ask};
use super::{Dice, Options, Table, copy, files};
use crate::Failure;

/// Runs on one profile before a new one is begun: reading a log takes as long as it is.
const RUNS_PER_PROFILE: usize = 25;
/// Bytes of the disk that are left to others.
const RESERVE: u64 = 64 << 20;

/// What the children were told is saved.
#[derive(Debug, Default, Clone)]
pub(super) struct Confirmed {
    answers: u32,
    /// Of these, what a school would have by now: it may leave the journal.
    sent: u32,
    /// These are only there, since a database was lost.
    at_school: BTreeSet<u32>,
    /// Whether a database was broken since the last look.
    is_broken: bool,
    draft: u32,
    lessons: BTreeSet<String>,
    /// Blobs, each with the lesson that assigns it.
    blobs: BTreeMap<String, String>,
}

impl Confirmed {
    /// Takes what a child said.
    pub fn take(&mut self, lines: &[String]) {
        for line in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "saved" => self.answers = rest.parse().unwrap_or(self.answers),
                "sent" => self.sent = self.sent.max(rest.parse().unwrap_or(0)),
                "lesson" => drop(self.lessons.insert(rest.to_owned())),
                // Said before it is asked for: from then on it may be either way.
                "gone" => {
                    self.lessons.remove(rest);
                    self.blobs.retain(|_, lesson| lesson != rest);
                }
                "blob" => {
                    if let Some((id, lesson)) = rest.split_once(' ') {
                        self.blobs.insert(id.to_owned(), lesson.to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    /// A power cut may take a draft of the last second along; an end of the program not.
    pub fn forget_drafts(&mut self) {
        self.draft = 0;
    }

    /// A database was broken on purpose: a draft lies in one only, and what the school has may
    /// be there only.
    fn break_a_database(&mut self) {
        self.draft = 0;
        self.is_broken = true;
    }

    /// Holds what a look gave against it, and notes in `table` what is missing. What is there
    /// beyond what was confirmed counts as confirmed from now on: it was seen.
    pub fn compare(&mut self, fault: &str, what: &str, ended: Ended, table: &mut Table) {
        let Some(look) = table.said(fault, what, ended) else {
            return;
        };
        let pupil = &look["pupils"][0];
        let numbers: Vec<u32> = strings(&pupil["numbers"])
            .iter()
            .filter_map(|number| number.parse().ok())
            .collect();
        let rebuilt = look["rebuilt"].as_u64().unwrap_or(0) as usize;
        table.row(fault).rebuilt += rebuilt;
        table.row(fault).unreadable += look["told_lost"].as_u64().unwrap_or(0) as usize;
        // An earlier open of this run may have named it; the log knows from then on where it
        // begins, and a sync fetches what is below.
        let knows_its_hole = pupil["chained"].is_null();
        let is_named = rebuilt > 0 || look["lacking"] == true || knows_its_hole;
        let is_broken = std::mem::take(&mut self.is_broken) || is_named;
        let found: BTreeSet<u32> = numbers.iter().copied().collect();
        let is_ascending = numbers.windows(2).all(|pair| pair[0] < pair[1]);
        let mut missing: Vec<u32> = (1..=self.answers).filter(|n| !found.contains(n)).collect();
        if is_broken {
            let sent = missing
                .iter()
                .copied()
                .filter(|number| *number <= self.sent);
            self.at_school.extend(sent);
        }
        missing.retain(|number| !self.at_school.contains(number));
        let at_school = self.at_school.difference(&found).count();
        table.row(fault).at_school += if is_broken { at_school } else { 0 };
        let is_chained = pupil["chained"] == true || (at_school > 0 && pupil["chained"].is_null());
        if !missing.is_empty() || !is_ascending || !is_chained {
            table.row(fault).lost += missing.len().max(1);
            table.note(format!(
                "{what}: {} of {} answers are missing ({} here, ascending: {is_ascending}, chained: {}, {}, told lost {}, refused {}): {missing:?}",
                missing.len(), self.answers, numbers.len(), pupil["chained"], look["findings"],
                look["told_lost"], pupil["sentence"]
            ));
        }
        self.answers = self.answers.max(numbers.last().copied().unwrap_or(0));
        let (here, titles) = (set(&look["here"]), set(&look["lessons"]));
        for (kind, wanted, found) in [
            ("lesson", self.lessons.clone(), &titles),
            ("blob", self.blobs.keys().cloned().collect(), &here),
        ] {
            for gone in wanted.difference(found) {
                table.row(fault).lost += 1;
                table.note(format!(
                    "{what}: {kind} {gone} was confirmed and is not there: {look}"
                ));
            }
        }
        self.lessons.retain(|lesson| titles.contains(lesson));
        self.blobs.retain(|id, _| here.contains(id));
        for id in strings(&look["wrong"]) {
            table.row(fault).wrong += 1;
            table.note(format!("{what}: wrong bytes were given for {id}"));
        }
        for id in strings(&look["unnamed"]) {
            table.row(fault).lost += 1;
            table.note(format!(
                "{what}: {id} is assigned, not here, and not wanted"
            ));
        }
        let draft = pupil["draft"]
            .as_str()
            .and_then(|draft| draft.strip_prefix("draft ")?.parse().ok());
        if draft.unwrap_or(0) < self.draft {
            table.row(fault).lost += 1;
            table.note(format!(
                "{what}: a draft that was seen is gone ({})",
                self.draft
            ));
        }
        self.draft = draft.unwrap_or(self.draft);
    }
}

pub(super) fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .map(|item| {
            item.as_str()
                .map_or_else(|| item.to_string(), str::to_owned)
        })
        .collect()
}

pub(super) fn set(value: &Value) -> BTreeSet<String> {
    strings(value).into_iter().collect()
}

/// Makes a profile by a child, and fails where that does.
pub(super) fn make(options: &Options, what: &str, dir: &Path, reserve: u64) -> Result<(), Failure> {
    match ask(&options.program, what, dir, reserve)? {
        Ended::Said(_) => Ok(()),
        other => Err(format!("no profile could be made: {other:?}").into()),
    }
}

pub(super) fn run(options: &Options, table: &mut Table) -> Result<(), Failure> {
    if options.kills == 0 {
        return Ok(());
    }
    let mut dice = Dice::new(options.seed);
    let wasteful = TempDir::new()?;
    let mut compaction = None;
    let mut profile = TempDir::new()?;
    let mut confirmed = Confirmed::default();
    let mut opening = Duration::from_millis(200);
    for run in 0..options.kills {
        if run % RUNS_PER_PROFILE == 0 {
            eprintln!("kill -9: {run} of {}", options.kills);
            profile = TempDir::new()?;
            confirmed = Confirmed::default();
            make(options, "begin", profile.path(), RESERVE)?;
        }
        let what = format!("kill {run} (seed {})", options.seed);
        let dir = profile.path();
        match run % 10 {
            7 => {
                let child = Heard::start(&options.program, "write", dir, RESERVE, dice.throw())?;
                let most = opening.as_micros() as u64;
                end_after(
                    child,
                    dice.below(most),
                    "kill: opening",
                    &what,
                    &mut confirmed,
                    table,
                )?;
                finish(options, dir, "kill: opening", &what, &mut confirmed, table)?;
            }
            8 => {
                break_a_database(dir, &mut dice)?;
                confirmed.break_a_database();
                let child = Heard::start(&options.program, "write", dir, RESERVE, dice.throw())?;
                let most = opening.as_micros() as u64;
                end_after(
                    child,
                    dice.below(most * 2),
                    "kill: rebuilding",
                    &what,
                    &mut confirmed,
                    table,
                )?;
                finish(
                    options,
                    dir,
                    "kill: rebuilding",
                    &what,
                    &mut confirmed,
                    table,
                )?;
            }
            9 => {
                let path = wasteful.path().join("made");
                let wasteful = match &compaction {
                    Some(wasteful) => wasteful,
                    None => compaction.insert(Wasteful::make(options, path)?),
                };
                wasteful.kill(options, &mut dice, &what, table)?;
            }
            _ => {
                let begun = Instant::now();
                let mut child =
                    Heard::start(&options.program, "write", dir, RESERVE, dice.throw())?;
                if child.wait_for("open") {
                    opening = begun.elapsed();
                }
                end_after(
                    child,
                    dice.below(300_000),
                    "kill: answering",
                    &what,
                    &mut confirmed,
                    table,
                )?;
                finish(
                    options,
                    dir,
                    "kill: answering",
                    &what,
                    &mut confirmed,
                    table,
                )?;
            }
        }
    }
    Ok(())
}

/// Lets a child go on for so many microseconds, then ends it.
fn end_after(
    child: Heard,
    micros: u64,
    fault: &str,
    what: &str,
    confirmed: &mut Confirmed,
    table: &mut Table,
) -> Result<(), Failure> {
    std::thread::sleep(Duration::from_micros(micros));
    let (lines, died) = child.kill()?;
    table.row(fault).runs += 1;
    if let Some(how) = died {
        table.row(fault).panics += 1;
        table.note(format!("{what}: the writer ended by itself with {how}"));
    }
    confirmed.take(&lines);
    Ok(())
}

fn finish(
    options: &Options,
    dir: &Path,
    fault: &str,
    what: &str,
    confirmed: &mut Confirmed,
    table: &mut Table,
) -> Result<(), Failure> {
    let ended = ask(&options.program, "look", dir, RESERVE)?;
    confirmed.compare(fault, what, ended, table);
    Ok(())
}

/// Overwrites the beginning of one of the two state databases, or takes it away.
fn break_a_database(dir: &Path, dice: &mut Dice) -> Result<(), Failure> {
    let states: Vec<PathBuf> = files(dir)?
        .into_iter()
        .filter(|path| path.ends_with("state.sled/db"))
        .collect();
    let Some(db) = states.get(dice.below(states.len() as u64) as usize) else {
        return Ok(());
    };
    if dice.below(2) == 0 {
        std::fs::remove_file(db)?;
    } else {
        let mut bytes = std::fs::read(db)?;
        let len = bytes.len().min(4096);
        bytes[..len].copy_from_slice(&Dice::bytes(dice.throw(), len));
        std::fs::write(db, bytes)?;
    }
    Ok(())
}

/// A profile that is worth compacting.
struct Wasteful {
    path: PathBuf,
    /// How long compacting it takes.
    took: Duration,
    /// What it gives.
    look: Value,
}

impl Wasteful {
    fn make(options: &Options, path: PathBuf) -> Result<Self, Failure> {
        eprintln!("kill -9: making a profile that is worth compacting");
        make(options, "begin-wasteful", &path, RESERVE)?;
        let dir = TempDir::new()?;
        let whole = dir.path().join("whole");
        copy(&path, &whole)?;
        let look = match ask(&options.program, "look", &whole, RESERVE)? {
            Ended::Said(look) => look,
            other => return Err(format!("the profile cannot be read: {other:?}").into()),
        };
        let mut child = Heard::start(&options.program, "compact", &whole, RESERVE, 0)?;
        let is_open = child.wait_for("open");
        let begun = Instant::now();
        if !is_open || !child.wait_for("done") {
            return Err(format!("the compaction does not end: {:?}", child.kill()?).into());
        }
        let took = begun.elapsed();
        child.kill()?;
        let (before, after) = (size(&path)?, size(&whole)?);
        if after >= before {
            return Err(format!("nothing was compacted ({before} bytes, then {after})").into());
        }
        eprintln!("kill -9: {before} bytes become {after} in {took:.1?}");
        Ok(Self { path, took, look })
    }

    fn kill(
        &self,
        options: &Options,
        dice: &mut Dice,
        what: &str,
        table: &mut Table,
    ) -> Result<(), Failure> {
        let fault = "kill: compacting";
        let dir = TempDir::new()?;
        let profile = dir.path().join("profile");
        copy(&self.path, &profile)?;
        let mut child = Heard::start(&options.program, "compact", &profile, RESERVE, 0)?;
        child.wait_for("open");
        let micros = dice.below(self.took.as_micros() as u64);
        end_after(child, micros, fault, what, &mut Confirmed::default(), table)?;
        // As it was left, and once more after the compaction was done to its end.
        for round in ["after the kill", "compacted"] {
            if round == "compacted"
                && let Ended::Died(how) = ask(&options.program, "compact", &profile, RESERVE)?
            {
                table.row(fault).panics += 1;
                table.note(format!("{what}: compacting again ended with {how}"));
            }
            let ended = ask(&options.program, "look", &profile, RESERVE)?;
            let Some(after) = table.said(fault, &format!("{what}, {round}"), ended) else {
                continue;
            };
            for key in ["here", "lessons"] {
                for gone in set(&self.look[key]).difference(&set(&after[key])) {
                    table.row(fault).lost += 1;
                    table.note(format!("{what}, {round}: {gone} is gone: {after}"));
                }
            }
            table.row(fault).wrong += strings(&after["wrong"]).len();
        }
        Ok(())
    }
}

fn size(dir: &Path) -> Result<u64, Failure> {
    let lens = files(dir)?
        .into_iter()
        .filter_map(|file| file.metadata().ok());
    Ok(lens.map(|meta| meta.len()).sum())
}
