//! `hotaru doctor`: the check of a profile, in words.

use std::io::{IsTerminal, Write};
use std::path::Path;

use hotaru_content::shelf::{Checkup, check_profile, repair_profile};
use hotaru_ui::words::{Language, Words};
use serde_json::{Value, json};

use super::show;
use crate::keyring;
use crate::study::{Problem, extent_words, finding_words, verdict_words};
use crate::window::PUPIL_SOURCES;

/// Checks a profile, or repairs it, and says what was found.
pub(super) fn doctor(profile: &Path, repair: bool, as_json: bool) -> Result<(), Problem> {
    let options = keyring::open_options();
    let is_watched = std::io::stderr().is_terminal();
    let mut watch = |done: u64, all: u64| {
        if !is_watched {
            return true;
        }
        let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100);
        // A person at a terminal sees how far it is; what is printed stays clean.
        let _ = write!(std::io::stderr(), "\r{percent:>3} %");
        true
    };
    let checked = match repair {
        true => repair_profile(profile, &options, &mut watch),
        false => check_profile(profile, &options, &mut watch),
    };
    if is_watched {
        let _ = writeln!(std::io::stderr());
    }
    let checkup = checked?;
    let tag = checkup.settings.get("language");
    let language = tag
        .and_then(|tag| Language::from_tag(tag))
        .unwrap_or_default();
    let words = Words::new(language, &[PUPIL_SOURCES]);
    if as_json {
        show::json(&as_value(&words, &checkup))?;
    } else {
        print(&words, &checkup, repair)?;
    }
    if checkup.is_sound() {
        return Ok(());
    }
    let mut sentence = verdict_words(&words, &checkup, repair);
    if checkup.can_mend() {
        sentence = format!("{sentence} {}", words.get("check-command"));
    }
    Err(Problem::Unsound(sentence))
}

fn print(words: &Words, checkup: &Checkup, repair: bool) -> Result<(), Problem> {
    show::line(&extent_words(words, checkup))?;
    for found in &checkup.findings {
        let (title, next) = finding_words(words, found);
        show::line(&format!("- {title} {next}"))?;
        if let Some(path) = found.fault.path() {
            show::line(&format!("  {}", path.display()))?;
        }
    }
    if checkup.is_sound() {
        show::line(&verdict_words(words, checkup, repair))?;
    }
    Ok(())
}

fn as_value(words: &Words, checkup: &Checkup) -> Value {
    let findings: Vec<Value> = checkup
        .findings
        .iter()
        .map(|found| {
            let (title, next) = finding_words(words, found);
            json!({
                "fault": found.fault.code(), "count": found.fault.count(),
                "bytes": found.fault.bytes(), "path": found.fault.path(),
                "remedy": format!("{:?}", found.remedy), "words": title, "next": next,
            })
        })
        .collect();
    json!({
        "sound": checkup.is_sound(), "events": checkup.events, "unsent": checkup.unsent,
        "blobs": checkup.blobs, "blob_bytes": checkup.blob_bytes, "findings": findings,
    })
}
