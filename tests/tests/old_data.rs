//! What earlier versions left on disks opens and syncs with this one: every folder of
//! `tests/fixtures/old` (its README says how to add one).

use std::collections::BTreeMap;

use hotaru_tests::old_data::{self, Expected};
use hotaru_tests::{Failure, Line, School, Terminal};
use serde_json::Value;

/// Bytes of the handout of which the terminal, and of another the cloud, has about half.
const HANDOUT_LEN: u64 = 300_318;

#[test]
fn a_profile_and_a_cloud_of_each_earlier_version_open_and_sync() -> Result<(), Failure> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(old_data::folder())? {
        let path = entry?.path();
        if path.is_dir() {
            let (school, expected) = old_data::unpack(&path)?;
            opens_and_syncs(school, &expected)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            names.push(path);
        }
    }
    assert!(!names.is_empty(), "no old data in {:?}", old_data::folder());
    Ok(())
}

fn opens_and_syncs(mut school: School, expected: &Expected) -> Result<(), Failure> {
    let terminal = school.terminal("terminal");
    everything_is_there_offline(&terminal, expected)?;

    // The port of then may be anybody's now; the address is told anew, as a keeper would.
    school.serve()?;
    let line = Line::to(school.address())?;
    terminal.run(&["address", &line.url()])?.ok()?;
    terminal.sync()?;

    let status = terminal.run(&["status", "--json"])?.json()?;
    let ready = Value::from(expected.lessons.len());
    assert_eq!(
        (
            &status["unsent"],
            &status["missing_bytes"],
            &status["ready"]
        ),
        (&Value::from(0), &Value::from(0), &ready),
        "{status}"
    );
    // Of the handout only the rest came: its request names where to go on.
    assert!(line.sent().contains("range: bytes="), "{}", line.sent());
    assert!(line.down() < HANDOUT_LEN * 3 / 4, "{} bytes", line.down());
    everything_is_at_school_once(&school, expected)?;

    // The desk's job goes on where the cloud's half upload ends, with the token of then.
    line.reset();
    tell_the_desk(&school, &line.url())?;
    let resumed = school.desk(&line.url()).resume()?;
    assert!(resumed.to_string().contains("\"sent\""), "{resumed}");
    assert!(line.up() < HANDOUT_LEN * 3 / 4, "{} bytes", line.up());
    terminal.sync()?;
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    assert!(lessons.to_string().contains(&expected.unsent_lesson));

    // A blank terminal joins with the code of then and gets every lesson.
    let blank = school.terminal("blank");
    blank.join(&school.url(), &expected.join_code, 3)?;
    blank.sync()?;
    let status = blank.run(&["status", "--json"])?.json()?;
    assert_eq!(status["ready"], expected.lessons.len() + 1, "{status}");

    // Nothing is sent twice.
    assert_eq!(terminal.sync()?["events_acknowledged"], 0);
    everything_is_at_school_once(&school, expected)
}

/// Puts the school's address of today into the desk's job: a desk sends a job only to the
/// address that it was made for.
fn tell_the_desk(school: &School, url: &str) -> Result<(), Failure> {
    for job in std::fs::read_dir(school.scratch().join("desk/outbox"))? {
        let path = job?.path().join("job.json");
        if path.is_file() {
            let mut job: Value = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
            job["cloud"] = url.into();
            std::fs::write(&path, job.to_string())?;
        }
    }
    Ok(())
}

/// Before there is any line: the logs word for word, the lessons, and what is missing.
fn everything_is_there_offline(terminal: &Terminal, expected: &Expected) -> Result<(), Failure> {
    for pupil in &expected.pupils {
        let number = pupil.number.to_string();
        let mut log = terminal.run(&["--pupil", &number, "log"])?.json_lines()?;
        // Which stream a line is of is told since then.
        for line in log.iter_mut().filter_map(Value::as_object_mut) {
            line.remove("stream");
        }
        assert_eq!(log, pupil.log, "pupil {number}");
    }
    let status = terminal.run(&["status", "--json"])?.json()?;
    for key in [
        "terminal",
        "school",
        "lessons",
        "ready",
        "missing_bytes",
        "unsent",
    ] {
        assert_eq!(status[key], expected.status[key], "{key}: {status}");
    }
    for key in [
        "texts_and_drills",
        "photos",
        "handouts",
        "recordings",
        "own",
        "partial",
    ] {
        let (now, then) = (&status["usage"][key], &expected.status["usage"][key]);
        assert_eq!(now, then, "{key}: {status}");
    }
    Ok(())
}

/// Each event of the terminal is in the school's log exactly once, as it was, and what was
/// there before was not touched.
fn everything_is_at_school_once(school: &School, expected: &Expected) -> Result<(), Failure> {
    let log = school.log()?;
    assert_eq!(
        log.get(..expected.at_school.len()),
        Some(&*expected.at_school)
    );
    let mut by_pupil: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for event in &log {
        let number = event["number"].as_u64().ok_or("no number")?;
        by_pupil.entry(number).or_default().push(event);
    }
    for pupil in &expected.pupils {
        let there = by_pupil
            .remove(&u64::from(pupil.number))
            .unwrap_or_default();
        assert_eq!(there.len(), pupil.log.len(), "pupil {}", pupil.number);
        for (there, here) in there.into_iter().zip(&pupil.log) {
            assert_eq!(
                (&there["seq"], &there["wall_ms"]),
                (&here["seq"], &here["wall_ms"]),
                "{there} {here}"
            );
            let fact = &here[there["kind"].as_str().unwrap_or_default()];
            for key in [
                "lesson", "drill", "place", "response", "note", "minutes", "photo",
            ] {
                if let Some(said) = there.get(key) {
                    assert_eq!(Some(said), fact.get(key), "{key}: {there} {here}");
                }
            }
            assert!(fact.is_object(), "{there} {here}");
        }
    }
    Ok(())
}
