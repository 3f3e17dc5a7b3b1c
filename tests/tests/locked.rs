//! A pupil locks her study: nobody reads it, and nothing of her work waits for that.

use std::path::{Path, PathBuf};

use hotaru_tests::programs::Output;
use hotaru_tests::school::text;
use hotaru_tests::{Failure, Program, School, Terminal};

const PIN: &str = "4821";

/// A school, and a terminal with a lesson and answers that the school does not have.
fn studied() -> Result<(School, Terminal), Failure> {
    let school = School::found()?;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files: Vec<PathBuf> = vec![fixtures.join("drill-sjis.csv")];
    school.desk(&school.url()).push("てこの秘密", &files, &[])?;
    let terminal = school.terminal("home");
    terminal.join(&school.url(), &school.join_code, 12)?;
    terminal.sync()?;
    Ok((school, terminal))
}

fn answers(school: &School) -> Result<usize, Failure> {
    let log = school.log()?;
    Ok(log.iter().filter(|line| line["kind"] == "answered").count())
}

fn locked(terminal: &Terminal, args: &[&str]) -> Result<Output, Failure> {
    let output = terminal.run(args)?;
    assert!(!output.success, "{output:?}");
    assert!(output.stderr.contains("locked"), "{output:?}");
    Ok(output)
}

#[test]
fn what_is_locked_goes_to_school_and_only_the_secret_or_a_code_opens_it() -> Result<(), Failure> {
    let (school, terminal) = studied()?;
    terminal.answer_first(5)?;
    terminal.tell(&["lock", "--kind", "pin"], PIN)?.ok()?;
    let too_easy = terminal.tell(&["--secret-from", "-", "lock"], "4821\n1234\n")?;
    assert!(!too_easy.success, "{too_easy:?}");

    // Nothing of hers is read, and nothing is answered in her name.
    locked(&terminal, &["log"])?;
    let status = terminal.run(&["status", "--json"])?.json()?;
    assert_eq!(status["pupils"][0]["is_locked"], true, "{status}");
    let wrong = terminal.tell(&["--secret-from", "-", "log"], "0007")?;
    assert!(
        !wrong.success && wrong.stderr.contains("not right"),
        "{wrong:?}"
    );

    // Her answers go to school all the same, once; new lessons come.
    assert_eq!(answers(&school)?, 0);
    terminal.sync()?;
    assert_eq!(answers(&school)?, 5);
    let again = terminal.sync()?;
    assert_eq!(again["requests"], 1, "{again}");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = [fixtures.join("drill-sjis.csv")];
    school.desk(&school.url()).push("つぎの日", &files, &[])?;
    terminal.sync()?;
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    assert_eq!(lessons.as_array().map(Vec::len), Some(2), "{lessons}");

    // She opens it and goes on: the school hears nothing twice.
    let log = terminal.tell(&["--secret-from", "-", "log"], PIN)?.ok()?;
    assert_eq!(log.stdout.matches("answered").count(), 5);
    let synced = terminal.tell(&["--secret-from", "-", "sync", "--json"], PIN)?;
    assert_eq!(synced.json()?["faults"].as_array().map(Vec::len), Some(0));
    assert_eq!(answers(&school)?, 5);

    // She has forgotten it: the teacher reads a code out. It opens once.
    let code = school
        .desk(&school.url())
        .run(&["code", "--class", "6-1", "--number", "12", "--code", "1"])?;
    let code = text(&code.json()?[0], "code")?;
    assert_eq!(code.len(), 19, "{code}");
    let misheard: String = code.chars().rev().collect();
    let refused = terminal.tell(&["lock", "--code", &misheard], "9157")?;
    assert!(!refused.success, "{refused:?}");
    terminal.tell(&["lock", "--code", &code], "9157")?.ok()?;
    let once = terminal.tell(&["lock", "--code", &code], "9157")?;
    assert!(!once.success, "{once:?}");
    let old = terminal.tell(&["--secret-from", "-", "log"], PIN)?;
    assert!(!old.success, "{old:?}");
    let log = terminal
        .tell(&["--secret-from", "-", "log"], "9157")?
        .ok()?;
    assert_eq!(log.stdout.matches("answered").count(), 5);

    // Without a lock it opens by itself.
    let removed = terminal.tell(&["--secret-from", "-", "lock", "--remove"], "9157")?;
    removed.ok()?;
    terminal.run(&["log"])?.ok()?;
    Ok(())
}

#[test]
fn a_school_that_came_back_from_a_backup_gets_what_is_locked_again() -> Result<(), Failure> {
    let (mut school, terminal) = studied()?;
    let backups = school.scratch().join("backups");
    let mut backup = Program::Cloud.command()?;
    backup.arg("backup").arg(&backups);
    Output::of(backup.arg("--data").arg(school.data()))?.ok()?;
    terminal.answer_first(3)?;
    terminal.tell(&["lock"], PIN)?.ok()?;
    terminal.sync()?;
    assert_eq!(answers(&school)?, 3);
    school.lose_and_restore(&backups)?;
    assert_eq!(answers(&school)?, 0);
    terminal.sync()?;
    assert_eq!(answers(&school)?, 3);
    let synced = terminal.tell(&["--secret-from", "-", "sync", "--json"], PIN)?;
    synced.ok()?;
    assert_eq!(answers(&school)?, 3);
    Ok(())
}
