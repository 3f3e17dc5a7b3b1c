//! Bad input gives its sentence and loses nothing, with the programs as they are.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use hotaru_tests::disk::{SmallDisk, fill};
use hotaru_tests::school::wait_until;
use hotaru_tests::{Failure, Output, Program, School};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// It failed with one sentence on standard error, which says all of `parts`.
fn assert_sentence(output: &Output, parts: &[&str]) {
    assert!(!output.success, "{output:?}");
    let lines: Vec<&str> = output
        .stderr
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let sentence = lines.last().copied().unwrap_or_default();
    assert!(
        sentence.split_whitespace().count() >= 5,
        "no sentence: {output:?}"
    );
    for part in parts {
        let found = output.stderr.to_lowercase().contains(&part.to_lowercase());
        assert!(found, "{part:?} is not said: {}", output.stderr);
    }
    assert!(!output.stderr.contains("panicked"), "{}", output.stderr);
}

#[test]
fn files_that_cannot_be_used_are_named_before_anything_is_sent() -> Result<(), Failure> {
    let school = School::found()?;
    let desk = school.desk(&school.url());
    let cases: [(&str, &[&str]); 4] = [
        ("truncated.pdf", &["truncated.pdf"]),
        ("not-a-video.mp4", &["not-a-video.mp4"]),
        ("empty.jpg", &["empty.jpg", "empty"]),
        ("drill-broken-row.csv", &["row 4"]),
    ];
    for (name, parts) in cases {
        let output = Output::of(&mut desk.push_command(name, &[fixture(name)], &[])?)?;
        assert_sentence(&output, parts);
    }
    // Nothing of them is on the way, and nothing reached a terminal.
    assert_eq!(desk.resume()?, serde_json::json!([]));
    let terminal = school.terminal("terminal");
    terminal.join(&school.url(), &school.join_code, 1)?;
    terminal.sync()?;
    assert_eq!(
        terminal.run(&["lessons", "--json"])?.json()?,
        serde_json::json!([])
    );
    Ok(())
}

#[test]
fn a_drill_in_shift_jis_is_taken() -> Result<(), Failure> {
    let school = School::found()?;
    school
        .desk(&school.url())
        .push("ドリル", &[fixture("drill-sjis.csv")], &[])?;
    let terminal = school.terminal("terminal");
    terminal.join(&school.url(), &school.join_code, 1)?;
    terminal.sync()?;
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    let items = lessons[0]["materials"][0]["items"]
        .as_array()
        .ok_or("no items")?;
    assert!(!items.is_empty());
    let text = lessons.to_string();
    assert!(
        !text.contains('\u{fffd}') && text.chars().any(|c| ('ぁ'..='ん').contains(&c)),
        "{text}"
    );
    Ok(())
}

#[test]
fn an_empty_lesson_a_wrong_code_and_a_wrong_token_are_refused() -> Result<(), Failure> {
    let school = School::found()?;
    let desk = school.desk(&school.url());
    assert_sentence(
        &Output::of(&mut desk.push_command("空", &[], &[])?)?,
        &["material"],
    );

    let terminal = school.terminal("terminal");
    let join = terminal.run(&[
        "join",
        "--cloud",
        &school.url(),
        "--code",
        "XXXX-9999",
        "--number",
        "1",
    ])?;
    assert_sentence(&join, &["code"]);
    // The refused join left no trace: the right one works on the same profile.
    terminal.join(&school.url(), &school.join_code, 1)?;
    let again = terminal.run(&[
        "join",
        "--cloud",
        &school.url(),
        "--code",
        &school.join_code,
        "--number",
        "0",
    ])?;
    assert_sentence(&again, &["number"]);

    let mut push = Program::Desk.command()?;
    push.args([
        "push",
        "--cloud",
        &school.url(),
        "--token",
        &"A".repeat(43),
        "--class",
        "6-1",
    ])
    .args([
        "--title",
        "題",
        "--subject",
        "理科",
        "--day",
        "2026-11-20",
        "--data",
    ])
    .arg(school.scratch().join("other-desk"))
    .arg(fixture("photo.png"));
    assert_sentence(&Output::of(&mut push)?, &["token"]);
    Ok(())
}

#[test]
fn a_second_program_on_one_profile_is_refused() -> Result<(), Failure> {
    let school = School::found()?;
    let terminal = school.terminal("terminal");
    terminal.join(&school.url(), &school.join_code, 1)?;
    school
        .desk(&school.url())
        .push("題", &[fixture("drill-sjis.csv")], &[])?;
    terminal.sync()?;
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    let material = &lessons[0]["materials"][0];
    let (drill, item) = (
        material["drill"].as_str().ok_or("no drill")?,
        material["items"][0]["id"].as_str().ok_or("no item")?,
    );
    // The first one waits for its file of answers: a pipe that nobody writes to yet.
    let pipe = school.scratch().join("answers.tsv");
    if !Output::of(std::process::Command::new("mkfifo").arg(&pipe))?.success {
        println!("skipped: this system has no mkfifo");
        return Ok(());
    }
    let from = pipe.to_string_lossy().into_owned();
    let mut first = terminal
        .command(&["answer", drill, "--from", &from])?
        .stdout(Stdio::piped())
        .spawn()?;
    let mut second = terminal.run(&["status"])?;
    let refused = wait_until(Duration::from_secs(30), || {
        // Whoever came first has the profile: where that was `status`, the other starts again.
        if let (Ok(Some(_)), Ok(mut again)) = (
            first.try_wait(),
            terminal.command(&["answer", drill, "--from", &from]),
        ) && let Ok(child) = again.stdout(Stdio::piped()).spawn()
        {
            first = child;
        }
        if let Ok(output) = terminal.run(&["status"]) {
            second = output;
        }
        !second.success
    });
    // Open for both, so that it never waits for the other end.
    let mut writer = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&pipe)?;
    writer.write_all(format!("{item}\t?\n").as_bytes())?;
    // The reader opens it right after the profile; what it read ends when this end closes.
    std::thread::sleep(Duration::from_secs(1));
    drop(writer);
    let over = wait_until(Duration::from_secs(30), || {
        matches!(first.try_wait(), Ok(Some(_)))
    });
    if !over {
        first.kill()?;
    }
    let ended = first.wait()?;
    assert!(refused);
    assert_sentence(&second, &["open in another program"]);
    assert!(ended.success());
    assert_eq!(terminal.run(&["log"])?.json_lines()?.len(), 1);

    let mut serve = Program::Cloud.command()?;
    serve
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(school.data());
    assert_sentence(&Output::of(&mut serve)?, &["another hotaru-cloud"]);
    Ok(())
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() -> Result<(), Failure> {
    let school = School::found()?;
    let Some(disk) = SmallDisk::mount(&school.scratch().join("disk"), 96) else {
        return Ok(());
    };
    let terminal = hotaru_tests::Terminal {
        profile: disk.path().join("profile"),
    };
    terminal.join(&school.url(), &school.join_code, 1)?;
    school
        .desk(&school.url())
        .push("題", &[fixture("drill-sjis.csv")], &[])?;
    terminal.sync()?;
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    let material = &lessons[0]["materials"][0];
    let (drill, item) = (
        material["drill"].as_str().ok_or("no drill")?,
        material["items"][0]["id"].as_str().ok_or("no item")?,
    );
    let answers = school.scratch().join("answers.tsv");
    std::fs::write(&answers, format!("{item}\t?\n").repeat(20_000))?;
    let few = school.scratch().join("few.tsv");
    std::fs::write(&few, format!("{item}\t?\n"))?;
    let confirmed = terminal.answer(drill, &few, None)?.len();

    // The disk fills to the last byte while answers are given.
    let ballast = disk.path().join("ballast");
    let mut child = terminal
        .command(&["answer", drill, "--from", &answers.to_string_lossy()])?
        .stdout(std::fs::File::create(school.scratch().join("confirmed"))?)
        .stderr(std::fs::File::create(school.scratch().join("error"))?)
        .spawn()?;
    let begun = wait_until(Duration::from_secs(20), || {
        std::fs::metadata(school.scratch().join("confirmed")).is_ok_and(|file| file.len() > 0)
    });
    assert!(begun);
    fill(&ballast)?;
    let status = child.wait()?;
    let error = std::fs::read_to_string(school.scratch().join("error"))?;
    let lines = std::fs::read_to_string(school.scratch().join("confirmed"))?;
    let confirmed = confirmed + lines.lines().filter(|line| line.ends_with('}')).count();
    println!("{confirmed} answers were confirmed before the disk was full");
    assert!(
        !status.success() && error.contains("space"),
        "{status}: {error}"
    );
    assert!(!error.contains("panicked"), "{error}");

    // Space returns, and every confirmed answer is there and goes to school.
    std::fs::remove_file(&ballast)?;
    let log = terminal.run(&["log"])?.json_lines()?;
    assert!(log.len() >= confirmed, "{} of {confirmed}", log.len());
    terminal.sync()?;
    let events = school.log()?.len();
    assert!(events >= confirmed, "{events} of {confirmed}");
    Ok(())
}
