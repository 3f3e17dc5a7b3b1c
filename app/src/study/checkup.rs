//! What a check found, in the reader's words: the same in the window and without one.

use hotaru_content::shelf::{CheckFinding, Checkup, Fault, Remedy};
use hotaru_ui::words::{Value, Words};

use crate::window::size;

/// What was found, and what is to be done or was done about it.
#[must_use]
pub fn finding_words(words: &Words, found: &CheckFinding) -> (String, String) {
    let key = format!("check-{}", found.fault.code());
    let size = size(words, found.fault.bytes());
    let args = [
        ("count", found.fault.count().into()),
        ("size", Value::from(&size)),
    ];
    let next = match found.remedy {
        Remedy::CanMend => "check-remedy-can-mend".to_owned(),
        Remedy::Mended => "check-remedy-mended".to_owned(),
        Remedy::Comes => "check-remedy-comes".to_owned(),
        Remedy::NextStart => "check-remedy-next-start".to_owned(),
        Remedy::Person | Remedy::Nothing => format!("{key}-next"),
    };
    (words.get_with(&key, &args), words.get(&next))
}

/// What a check comes to, in one sentence.
#[must_use]
pub fn verdict_words(words: &Words, checkup: &Checkup, repaired: bool) -> String {
    words.get(match (checkup.is_sound(), repaired) {
        _ if checkup.is_cut_short => "check-cut-short",
        (true, true) if has_faults(checkup) => "check-mended",
        (true, _) => "check-sound",
        (false, false) => "check-harmed",
        (false, true) => "check-left",
    })
}

/// What was read, in one sentence; with what is still to be sent, if anything is.
#[must_use]
pub fn extent_words(words: &Words, checkup: &Checkup) -> String {
    let size = size(words, checkup.blob_bytes);
    let args = [
        ("events", checkup.events.into()),
        ("blobs", checkup.blobs.into()),
        ("size", Value::from(&size)),
    ];
    let mut sentence = words.get_with("check-extent", &args);
    if checkup.unsent > 0 {
        let unsent = words.get_with("check-unsent", &[("count", checkup.unsent.into())]);
        sentence = format!("{sentence} {unsent}");
    }
    sentence
}

/// Whether something was wrong.
fn has_faults(checkup: &Checkup) -> bool {
    let mut faults = checkup.findings.iter().map(|found| &found.fault);
    faults.any(|fault: &Fault| !fault.is_news_only())
}
