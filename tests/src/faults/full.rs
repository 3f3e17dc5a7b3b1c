//! A disk that fills while a pupil answers, and while lessons come.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::base::Base;
use super::child::{Heard, ask};
use super::kill::{Confirmed, make, set, strings};
use super::{Dice, Options, Table, copy, files};
use crate::Failure;
use crate::disk::{SmallDisk, fill};

pub(super) fn run(options: &Options, table: &mut Table) -> Result<(), Failure> {
    if options.fills == 0 {
        return Ok(());
    }
    let scratch = TempDir::new()?;
    let Some(disk) = SmallDisk::mount(&scratch.path().join("disk"), 24) else {
        table.skip("full disk: skipped, this runner may not mount a small disk (it needs root)");
        return Ok(());
    };
    let mut dice = Dice::new(options.seed ^ 0xF011);
    for run in 0..options.fills.div_ceil(2) {
        eprintln!(
            "full disk while answering: {run} of {}",
            options.fills.div_ceil(2)
        );
        answering(options, disk.path(), run, &mut dice, table)?;
    }
    let base = Base::make()?;
    for run in 0..options.fills / 2 {
        eprintln!("full disk while fetching: {run} of {}", options.fills / 2);
        fetching(options, &base, disk.path(), run, &mut dice, table)?;
    }
    Ok(())
}

/// The writer goes on through a full disk and after it, and is killed then.
fn answering(
    options: &Options,
    disk: &Path,
    run: usize,
    dice: &mut Dice,
    table: &mut Table,
) -> Result<(), Failure> {
    let fault = "full disk: answering";
    let what = format!("{fault} {run} (seed {})", options.seed);
    let (profile, filler) = (disk.join("profile"), disk.join("filler"));
    make(options, "begin", &profile, 0)?;
    let mut confirmed = Confirmed::default();
    let mut child = Heard::start(&options.program, "write", &profile, 0, dice.throw())?;
    child.wait_for("saved");
    std::thread::sleep(Duration::from_millis(dice.below(150)));
    fill(&filler)?;
    let was_refused = child.wait_for("refused");
    std::thread::sleep(Duration::from_millis(dice.below(100)));
    let is_killed_full = run.is_multiple_of(2);
    let mut goes_on = true;
    if !is_killed_full {
        fs::remove_file(&filler)?;
        child.heard();
        goes_on = child.wait_for("saved");
    }
    let (lines, died) = child.kill()?;
    table.row(fault).runs += 1;
    if let Some(how) = died {
        table.row(fault).panics += 1;
        table.note(format!("{what}: the writer ended by itself with {how}"));
    } else if !was_refused || !goes_on {
        table.row(fault).hangs += 1;
        table.note(format!(
            "{what}: refused: {was_refused}, went on afterwards: {goes_on}"
        ));
    }
    confirmed.take(&lines);
    if is_killed_full {
        fs::remove_file(&filler)?;
    }
    let ended = ask(&options.program, "look", &profile, 0)?;
    confirmed.compare(fault, &what, ended, table);
    fs::remove_dir_all(&profile)?;
    Ok(())
}

/// A terminal without its lessons syncs on a disk that fills on the way, then with room.
fn fetching(
    options: &Options,
    base: &Base,
    disk: &Path,
    run: usize,
    dice: &mut Dice,
    table: &mut Table,
) -> Result<(), Failure> {
    let fault = "full disk: fetching";
    let what = format!("{fault} {run} (seed {})", options.seed);
    let (profile, filler) = (disk.join("profile"), disk.join("filler"));
    copy(&base.closed, &profile)?;
    for file in files(&profile)? {
        let path = file.strip_prefix(&profile)?.to_string_lossy().into_owned();
        if path.starts_with("terminal/media") || path.starts_with("terminal/files") {
            fs::remove_file(file)?;
        }
    }
    fill(&filler)?;
    let len = fs::metadata(&filler)?.len();
    let room = dice.below(2_500_000).min(len);
    fs::File::options()
        .write(true)
        .open(&filler)?
        .set_len(len - room)?;
    table.row(fault).runs += 1;
    let ended = ask(&options.program, "sync", &profile, 0)?;
    let Some(_full) = table.said(fault, &format!("{what}, with {room} bytes free"), ended) else {
        fs::remove_file(&filler)?;
        return Ok(fs::remove_dir_all(&profile)?);
    };
    fs::remove_file(&filler)?;
    for task in ["sync", "look"] {
        let ended = ask(&options.program, task, &profile, 0)?;
        let Some(said) = table.said(fault, &format!("{what}, then {task}"), ended) else {
            continue;
        };
        if task == "sync" {
            if said["ok"] != Value::Bool(true) {
                table.row(fault).lost += 1;
                table.note(format!(
                    "{what}: with room again the sync did not end: {said}"
                ));
            }
            continue;
        }
        let here = set(&said["here"]);
        let row = table.row(fault);
        row.wrong += strings(&said["wrong"]).len();
        row.rebuilt += said["rebuilt"].as_u64().unwrap_or(0) as usize;
        row.refetched += base.here.iter().filter(|id| here.contains(*id)).count();
        for id in base.here.difference(&here) {
            table.row(fault).lost += 1;
            table.note(format!("{what}: {id} did not come again: {said}"));
        }
        for held in said["pupils"].as_array().into_iter().flatten() {
            let numbers = strings(&held["numbers"]).len() as u32;
            let pupil = held["pupil"].as_str().unwrap_or_default();
            let all = base.pupils.get(pupil).map_or(0, |did| did.answers);
            if numbers != all {
                table.row(fault).lost += all.abs_diff(numbers) as usize;
                table.note(format!("{what}: {numbers} of {all} answers: {said}"));
            }
        }
    }
    fs::remove_dir_all(&profile)?;
    Ok(())
}
