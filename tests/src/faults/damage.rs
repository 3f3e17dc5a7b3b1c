//! Flipped bits, cut-off ends, blank pages and lost files, in every file of a profile.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::base::Base;
use super::child::ask;
use super::kill::{set, strings};
use super::{Dice, Options, Table, copy, files};
use crate::Failure;

/// Bytes of the disk that are left to others.
const RESERVE: u64 = 64 << 20;
const PAGE: usize = 4096;

pub(super) fn run(options: &Options, table: &mut Table) -> Result<(), Failure> {
    if options.damages == 0 {
        return Ok(());
    }
    eprintln!("damage: making a school, a terminal, and something of every kind on it");
    let base = Base::make()?;
    let mut dice = Dice::new(options.seed ^ 0xDA4A);
    let mut targets: Vec<(&str, &Path, PathBuf)> = Vec::new();
    for (state, dir) in [("closed", &base.closed), ("killed", &base.killed)] {
        for file in files(dir)? {
            targets.push((state, dir, file.strip_prefix(dir)?.to_owned()));
        }
    }
    // Every file in turn; a short run begins at another one with each seed.
    let offset = dice.below(targets.len() as u64) as usize;
    let stride = coprime(targets.len(), targets.len() * 5 / 8);
    for run in 0..options.damages {
        if run % 25 == 0 {
            eprintln!(
                "damage: {run} of {} ({} files)",
                options.damages,
                targets.len()
            );
        }
        let (state, dir, file) = &targets[(offset + run * stride) % targets.len()];
        let scratch = TempDir::new()?;
        let profile = scratch.path().join("profile");
        copy(dir, &profile)?;
        let done = harm(&profile.join(file), &mut dice)?;
        let what = format!(
            "damage {run} (seed {}): {state}, {} {done}",
            options.seed,
            file.display()
        );
        judge(options, &base, &profile, &kind(file), &what, table)?;
    }
    Ok(())
}

/// The nearest number from `from` on that shares no divisor with `of`.
fn coprime(of: usize, from: usize) -> usize {
    let gcd = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    (from.max(1)..)
        .find(|step| gcd(of, *step) == 1)
        .unwrap_or(1)
}

/// The row of a file.
fn kind(file: &Path) -> String {
    let path = file.to_string_lossy().replace('\\', "/");
    let name = match path.as_str() {
        "lock" => "lock",
        path if path.starts_with("keys") => "keys",
        path if path.starts_with("identity") => "identity",
        path if path.starts_with("terminal/state.sled") => "terminal/state.sled",
        path if path.starts_with("terminal/media") => "terminal/media",
        path if path.starts_with("terminal/files") => "terminal/files",
        path if path.starts_with("terminal/partial") => "terminal/partial",
        path if path.contains("state.sled") => "pupils/state.sled",
        path if path.ends_with("/open") => "marks of an open profile",
        path if path.contains("/journal") => "pupils/journal",
        other => other,
    };
    format!("damage: {name}")
}

/// Harms a file; says how.
fn harm(path: &Path, dice: &mut Dice) -> Result<String, Failure> {
    let mut bytes = fs::read(path)?;
    // sled fills its segments with zeros; what is written stands at their beginning.
    let used = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |at| at + 1);
    if used == 0 {
        fs::write(path, b"?")?;
        return Ok("got a byte".to_owned());
    }
    let at = dice.below(used as u64) as usize;
    Ok(match dice.below(8) {
        0..=3 => {
            bytes[at] ^= 1 << dice.below(8);
            fs::write(path, bytes)?;
            format!("has a flipped bit at {at} of {used}")
        }
        4 | 5 => {
            fs::File::options()
                .write(true)
                .open(path)?
                .set_len(at as u64)?;
            format!("is cut at {at} of {used}")
        }
        6 => {
            let page = at / PAGE * PAGE;
            let end = (page + PAGE).min(bytes.len());
            bytes[page..end].fill(0);
            fs::write(path, bytes)?;
            format!("is blank from {page} to {end}")
        }
        _ => {
            fs::remove_file(path)?;
            "is gone".to_owned()
        }
    })
}

/// Opens twice, syncs, and opens again: what is gone, was named, came back.
fn judge(
    options: &Options,
    base: &Base,
    profile: &Path,
    fault: &str,
    what: &str,
    table: &mut Table,
) -> Result<(), Failure> {
    table.row(fault).runs += 1;
    let mut looks = Vec::new();
    // Damage that is met while reading is mended at the next open.
    for round in ["first open", "second open", "sync", "after the sync"] {
        let task = if round == "sync" { "sync" } else { "look" };
        let ended = ask(&options.program, task, profile, RESERVE)?;
        let Some(said) = table.said(fault, &format!("{what}, {round}"), ended) else {
            return Ok(());
        };
        if let Some(code) = said["refused"].as_str() {
            table.row(fault).lost += 1;
            table.note(format!("{what}, {round}: refused with {code}: {said}"));
            return Ok(());
        }
        for id in strings(&said["wrong"]) {
            table.row(fault).wrong += 1;
            table.note(format!("{what}, {round}: wrong bytes were given for {id}"));
        }
        for id in strings(&said["unnamed"]) {
            table.row(fault).lost += 1;
            table.note(format!("{what}, {round}: {id} is not here and not wanted"));
        }
        looks.push(said);
    }
    let [first, second, synced, last] = looks.as_slice() else {
        return Ok(());
    };
    let row = table.row(fault);
    row.rebuilt +=
        (first["rebuilt"].as_u64().unwrap_or(0) + second["rebuilt"].as_u64().unwrap_or(0)) as usize;
    let here = set(&second["here"]);
    let missing: Vec<&String> = base.here.iter().filter(|id| !here.contains(*id)).collect();
    let back = set(&last["here"]);
    row.refetched += missing.iter().filter(|id| back.contains(**id)).count();
    for id in missing.iter().filter(|id| !back.contains(**id)) {
        table.row(fault).lost += 1;
        table.note(format!("{what}: {id} did not come again: {synced}"));
    }
    if synced["ok"] != Value::Bool(true) {
        table.row(fault).lost += 1;
        table.note(format!(
            "{what}: the sync did not come to its end: {synced}"
        ));
    }
    let own_gone = second["own_gone"].as_u64().unwrap_or(1);
    if own_gone > 0 {
        let is_kept = second["own_aside"].as_u64() >= Some(own_gone) || what.ends_with("is gone");
        let row = table.row(fault);
        row.unreadable += 1;
        if !is_kept {
            row.lost += 1;
            table.note(format!("{what}: a pupil's own photo is gone: {second}"));
        }
    }
    answers(base, first, second, last, fault, what, table);
    Ok(())
}

/// Every confirmed answer: here, or at the school and said to be missing, or told as lost.
fn answers(
    base: &Base,
    first: &Value,
    second: &Value,
    last: &Value,
    fault: &str,
    what: &str,
    table: &mut Table,
) {
    let told = ["told_lost"]
        .iter()
        .flat_map(|key| [&first[*key], &second[*key]])
        .filter_map(Value::as_u64)
        .sum::<u64>() as usize;
    let says_so = !strings(&first["findings"])
        .iter()
        .chain(&strings(&second["findings"]))
        .all(|finding| finding == "UncleanStop");
    for (pupil, did) in &base.pupils {
        for (when, look) in [("second open", second), ("after the sync", last)] {
            let numbers: Vec<u32> = look["pupils"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|held| held["pupil"] == pupil.as_str())
                .map(|held| strings(&held["numbers"]))
                .unwrap_or_default()
                .iter()
                .filter_map(|number| number.parse().ok())
                .collect();
            let is_ascending = numbers.windows(2).all(|pair| pair[0] < pair[1]);
            let gone: Vec<u32> = (1..=did.answers).filter(|n| !numbers.contains(n)).collect();
            let unsent = gone.iter().filter(|number| **number > did.sent).count();
            let sent = gone.len() - unsent;
            let is_told = gone.is_empty() || (says_so && told >= unsent);
            if !is_told || !is_ascending {
                table.row(fault).lost += gone.len().max(1);
                table.note(format!(
                    "{what}, {when}: of {pupil} {unsent} unsent and {sent} sent answers are gone, {told} told (ascending: {is_ascending}): {} {} {gone:?}", first["findings"], second["findings"]
                ));
            } else if when == "second open" {
                table.row(fault).unreadable += unsent;
                table.row(fault).at_school += sent;
            }
        }
    }
}
