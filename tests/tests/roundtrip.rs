//! A lesson goes home, and the answers come back, with real processes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use hotaru_tests::{Failure, Line, School};
use serde_json::Value;

/// A drill of `count` items of all five kinds, as a teacher's TSV, and the answers that a
/// pupil gives: (item, response, whether it is right).
fn drill(count: usize) -> (String, Vec<(String, String, bool)>) {
    let mut file = String::from("id\tkind\tquestion\tchoices\tanswer\texplanation\tskill\tlevel\n");
    let mut answers = Vec::new();
    for n in 0..count {
        let right = n % 3 != 0;
        let (kind, choices, key, good, bad) = match n % 5 {
            0 => ("choice", "支点|力点|作用点", "力点", "力点", "支点"),
            1 => (
                "choices",
                "はさみ|くぎぬき|鉛筆",
                "はさみ|くぎぬき",
                "くぎぬき|はさみ",
                "鉛筆",
            ),
            2 => ("text", "", "作用点", "作用点", "支点"),
            3 => ("number", "", "3/4", "3/4", "5"),
            _ => ("order", "一|二|三", "三|一|二", "三|一|二", "一|二|三"),
        };
        let _ = writeln!(
            file,
            "q{n}\t{kind}\t問い{n}\t{choices}\t{key}\tなぜなら{n}\tてこ\t2"
        );
        answers.push((
            format!("q{n}"),
            if right { good } else { bad }.to_owned(),
            right,
        ));
    }
    (file, answers)
}

fn write(school: &School, name: &str, text: &str) -> Result<PathBuf, Failure> {
    let path = school.scratch().join(name);
    std::fs::write(&path, text)?;
    Ok(path)
}

fn str_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn sixty_answers_survive_kills_and_reach_the_school_once() -> Result<(), Failure> {
    let mut school = School::found()?;
    let (file, answers) = drill(60);
    let drill_file = write(&school, "drill.tsv", &file)?;
    let text_file = write(&school, "text.md", "# てこ\n\n{支点|してん}は動かない。\n")?;
    school
        .desk(&school.url())
        .push("てこ", &[text_file, drill_file], &[])?;

    let line = Line::to(school.address())?;
    let terminal = school.terminal("terminal");
    terminal.join(&line.url(), &school.join_code, 7)?;
    terminal.sync()?;
    let drill = terminal.first_drill()?;

    school.kill();
    // Six sittings; all but the last are ended by SIGKILL while answers are being given.
    let mut confirmed: Vec<(u64, String, String)> = Vec::new();
    for sitting in 0..6 {
        let mut lines = String::new();
        for (item, response, _) in answers.iter().skip(confirmed_items(&confirmed)) {
            let _ = writeln!(lines, "{item}\t{response}");
        }
        let from = write(&school, "answers.tsv", &lines)?;
        let kill_after = (sitting < 5).then_some(7 + sitting);
        for line in terminal.answer(&drill, &from, kill_after)? {
            let seq = line["seq"].as_u64().ok_or("no seq")?;
            confirmed.push((
                seq,
                str_of(&line, "item").to_owned(),
                str_of(&line, "response").to_owned(),
            ));
        }
    }
    assert!(confirmed.len() >= 60, "{} confirmed", confirmed.len());

    // Offline, a sync says so and loses nothing.
    let failed = terminal.run(&["sync", "--json"])?;
    assert!(!failed.success, "{failed:?}");
    let unsent = terminal.run(&["status", "--json"])?.json()?["unsent"]
        .as_u64()
        .unwrap_or(0);
    assert!(unsent >= 60, "{unsent} unsent");

    school.serve()?;
    terminal.sync()?;
    let log: Vec<Value> = school
        .log()?
        .into_iter()
        .filter(|event| event["kind"] == "answered")
        .collect();

    // Every confirmed answer is there, exactly once, and the log's order is the stream's.
    let mut by_seq: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for event in &log {
        by_seq
            .entry(event["seq"].as_u64().ok_or("no seq")?)
            .or_default()
            .push(event);
    }
    for (seq, item, response) in &confirmed {
        let events = by_seq
            .get(seq)
            .ok_or_else(|| format!("{item} (seq {seq}) is missing"))?;
        assert_eq!(events.len(), 1, "seq {seq}");
        assert_eq!(
            (str_of(events[0], "item"), str_of(events[0], "response")),
            (item.as_str(), response.as_str())
        );
    }
    let seqs: Vec<u64> = log
        .iter()
        .filter_map(|event| event["seq"].as_u64())
        .collect();
    assert!(
        seqs.windows(2).all(|pair| pair[0] < pair[1]),
        "out of order: {seqs:?}"
    );
    let right: BTreeMap<&str, bool> = answers
        .iter()
        .map(|(id, _, right)| (id.as_str(), *right))
        .collect();
    for event in &log {
        let verdict = if right[str_of(event, "item")] {
            "correct"
        } else {
            "wrong"
        };
        assert_eq!(str_of(event, "grade"), verdict, "{event}");
    }

    // A second sync has nothing to say, and says it in at most 1 KB both ways.
    line.reset();
    let second = terminal.sync()?;
    assert_eq!(second["events_acknowledged"], 0, "{second}");
    let wire = line.up() + line.down();
    println!(
        "a second sync: {} bytes up, {} down",
        line.up(),
        line.down()
    );
    assert!(wire > 0 && wire <= 1024, "{wire} bytes");
    assert_eq!(
        school
            .log()?
            .iter()
            .filter(|event| event["kind"] == "answered")
            .count(),
        log.len()
    );
    Ok(())
}

/// How many of the file's items were confirmed; a kill can leave one more in the log, which
/// is then answered a second time, as a pupil would.
fn confirmed_items(confirmed: &[(u64, String, String)]) -> usize {
    confirmed.len()
}

#[test]
fn a_new_revision_reaches_the_terminal_as_a_patch_and_a_withdrawn_lesson_leaves()
-> Result<(), Failure> {
    let school = School::found()?;
    let (file, _) = drill(400);
    let path = write(&school, "drill.tsv", &file)?;
    let desk = school.desk(&school.url());
    let first = desk.push("てこ", std::slice::from_ref(&path), &[])?;
    let lesson = str_of(&first, "lesson").to_owned();
    let terminal = school.terminal("terminal");
    terminal.join(&school.url(), &school.join_code, 1)?;
    terminal.sync()?;

    std::fs::write(&path, file.replace("問い7\t", "問い七\t"))?;
    let second = desk.push("てこ", &[path], &["--replace", &lesson])?;
    assert_eq!(
        (second["lesson"].as_str(), second["revision"].as_u64()),
        (Some(lesson.as_str()), Some(2))
    );
    // The school makes it in its own time; who asks sooner gets the drill whole.
    let patches = school.data().join("patches");
    let is_made = || std::fs::read_dir(&patches).is_ok_and(|mut made| made.next().is_some());
    let was_made = hotaru_tests::school::wait_until(std::time::Duration::from_secs(60), is_made);
    assert!(was_made, "no patch was made");
    let has_patch = hotaru_tests::school::wait_until(std::time::Duration::from_secs(20), || {
        terminal
            .sync()
            .is_ok_and(|report| report["patches_used"] == 1)
    });
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    assert_eq!(lessons[0]["revision"], 2);
    assert_eq!(lessons[0]["ready"], true);
    assert!(lessons.to_string().contains("問い七"));
    assert!(has_patch, "the edited drill came whole");
    Ok(())
}

#[test]
fn receipts_tell_what_is_where() -> Result<(), Failure> {
    let school = School::found()?;
    let path = write(&school, "text.md", "# きょう\n")?;
    let desk = school.desk(&school.url());
    let pushed = desk.push("きょう", &[path], &[])?;
    let lesson = str_of(&pushed, "lesson");
    let [here, away] = ["here", "away"].map(|name| school.terminal(name));
    here.join(&school.url(), &school.join_code, 1)?;
    away.join(&school.url(), &school.join_code, 2)?;
    here.sync()?;
    let receipts = desk.receipts(lesson)?;
    let states: BTreeMap<u64, String> = receipts["terminals"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|terminal| {
            Some((
                terminal["numbers"][0].as_u64()?,
                terminal["state"].to_string(),
            ))
        })
        .collect();
    assert_eq!(states[&1], "\"on_terminal\"");
    assert_eq!(states[&2], "\"not_yet\"");
    Ok(())
}
