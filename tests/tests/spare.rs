//! A spare terminal: what a pupil did comes back with her card or her teacher's word, and never
//! with a code and a number alone.

use std::collections::BTreeSet;
use std::path::Path;

use hotaru_tests::school::text;
use hotaru_tests::spare::{self, Year};
use hotaru_tests::{Failure, School, Terminal};
use serde_json::Value;

/// A school with one drill, and a pupil who answered nine items on her terminal.
fn studied() -> Result<(School, Terminal), Failure> {
    let school = School::found()?;
    let drill = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drill-sjis.csv");
    school.desk(&school.url()).push("題", &[drill], &[])?;
    let old = school.terminal("old");
    old.join(&school.url(), &school.join_code, 12)?;
    old.sync()?;
    old.answer_first(9)?;
    old.sync()?;
    Ok((school, old))
}

/// The answers in a terminal's log, each by its moment and its place in its stream.
fn answers(terminal: &Terminal) -> Result<BTreeSet<(String, i64)>, Failure> {
    let lines = terminal.run(&["log"])?.json_lines()?;
    let answered = lines.iter().filter(|line| line.get("answered").is_some());
    let moment = |line: &Value| -> Result<_, Failure> {
        Ok((text(line, "stream")?, line["seq"].as_i64().ok_or("no seq")?))
    };
    answered.map(moment).collect()
}

fn card_of(school: &School) -> Result<String, Failure> {
    let made = school
        .desk(&school.url())
        .run(&["card", "--class", "6-1", "--number", "12"])?;
    text(&made.json()?[0], "code")
}

#[test]
fn a_card_brings_everything_back_and_the_old_terminal_still_delivers() -> Result<(), Failure> {
    let (school, old) = studied()?;
    // Three answers that the school does not have yet, on a terminal that is then mislaid.
    old.answer_first(3)?;
    let spare = school.terminal("spare");
    let joined = spare
        .join_by_card(&school.url(), &card_of(&school)?)?
        .json()?;
    assert_eq!(joined["number"], 12, "{joined}");
    assert_eq!(joined["earlier"], "comes", "{joined}");
    let report = spare.sync()?;
    assert_eq!(report["events_returned"], 9, "{report}");
    let before = answers(&spare)?;
    assert_eq!(before.len(), 9);
    let status = spare.run(&["status", "--json"])?.json()?;
    assert_eq!(
        status["unsent"], 0,
        "what came back is not sent again: {status}"
    );
    // Both go on; nothing is there twice.
    spare.answer_first(2)?;
    spare.sync()?;
    old.sync()?;
    let log = school.log()?;
    let there = log.iter().filter(|line| line["kind"] == "answered").count();
    assert_eq!(there, 9 + 3 + 2);
    let again = spare.sync()?;
    assert_eq!(again["requests"], 1, "a second sync asks once: {again}");
    Ok(())
}

#[test]
fn a_code_and_a_number_bring_nothing_back_until_the_teacher_agrees() -> Result<(), Failure> {
    let (school, _old) = studied()?;
    let spare = school.terminal("spare");
    let joined = spare.join(&school.url(), &school.join_code, 12)?;
    assert_eq!(joined["earlier"], "waits", "{joined}");
    let report = spare.sync()?;
    assert_eq!(report["events_returned"], 0, "{report}");
    assert_eq!(report["awaiting"][0], joined["pupil"], "{report}");
    assert!(answers(&spare)?.is_empty());
    // What she does meanwhile is hers all the same.
    spare.answer_first(1)?;
    let desk = school.desk(&school.url());
    let (terminal, pupil) = (text(&joined, "terminal")?, text(&joined, "pupil")?);
    let shown = desk.run(&["school", "--json"])?.json()?;
    let terminals = shown["terminals"].as_array().ok_or("no terminals")?;
    let waiting = terminals
        .iter()
        .find(|one| one["terminal"] == terminal.as_str());
    assert_eq!(waiting.ok_or("not listed")?["waiting"][0], pupil.as_str());
    desk.run(&["agree", &terminal, &pupil])?.json()?;
    let report = spare.sync()?;
    assert_eq!(report["events_returned"], 9, "{report}");
    assert_eq!(answers(&spare)?.len(), 10);
    Ok(())
}

#[test]
fn a_card_that_was_revoked_or_replaced_lets_nobody_in() -> Result<(), Failure> {
    let (school, _old) = studied()?;
    let first = card_of(&school)?;
    let second = card_of(&school)?;
    let spare = school.terminal("spare");
    let refused = spare.join_by_card(&school.url(), &first)?;
    assert!(!refused.success);
    assert!(refused.stderr.contains("login card"), "{}", refused.stderr);
    let desk = school.desk(&school.url());
    let revoke = ["card", "--class", "6-1", "--number", "12", "--revoke"];
    desk.run(&revoke)?.json()?;
    assert!(!spare.join_by_card(&school.url(), &second)?.success);
    let good = card_of(&school)?;
    let scanned = format!("{}/#{good}", school.url());
    assert!(spare.join_by_card(&school.url(), &scanned)?.success);
    Ok(())
}

/// The benchmark's own way, short: the budget of bytes grows with the answers.
#[test]
fn a_spare_terminal_stays_within_its_budget() -> Result<(), Failure> {
    let year = Year {
        lessons: 6,
        answers: 2_000,
    };
    let report = spare::run(year, &|_| {})?;
    assert_eq!(report.returned, 2_000);
    assert_eq!(report.over(), Vec::<String>::new(), "{report}");
    assert!(report.answers_bytes < 22_000, "{report}");
    Ok(())
}
