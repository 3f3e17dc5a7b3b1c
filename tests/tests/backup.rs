//! A school is backed up while its terminals sync, is lost, and comes back from the backup.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use hotaru_content::blob::BlobRef;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Fact, PaperStudy};
use hotaru_tests::fleet::{self, Pupil};
use hotaru_tests::pdf;
use hotaru_tests::school::wait_until;
use hotaru_tests::{Failure, Output, Program, School};
use serde_json::Value;

/// Terminals that sync meanwhile.
const TERMINALS: u16 = 20;
/// Threads that they share: a line takes one sync at a time anyway.
const THREADS: usize = 4;

fn backup(school: &School, to: &Path) -> Result<Value, Failure> {
    let mut backup = Program::Cloud.command()?;
    backup
        .arg("backup")
        .arg(to)
        .arg("--data")
        .arg(school.data());
    Output::of(&mut backup)?.json()
}

fn drill() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drill-sjis.csv")
}

/// Lets every pupil do something, several at a time.
fn each(
    pupils: &[Pupil],
    work: impl Fn(&Pupil) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let parts = pupils.chunks(pupils.len().div_ceil(THREADS));
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().try_for_each(work)))
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| "a thread ended")?)
    })
}

fn sync(pupil: &Pupil) -> Result<(), Failure> {
    let number = pupil.number;
    pupil
        .sync()
        .map_err(|error| format!("number {number}: {error}"))?;
    Ok(())
}

#[test]
fn nothing_acknowledged_is_missing_once_all_have_synced_with_the_restored_school()
-> Result<(), Failure> {
    let mut school = School::found()?;
    let pdf = school.scratch().join("handout.pdf");
    std::fs::write(&pdf, pdf::of_len(300_000, 1))?;
    school
        .desk(&school.url())
        .push("前の日", &[drill(), pdf], &[])?;
    let mut pupils = Vec::new();
    for number in 1..=TERMINALS {
        pupils.push(Pupil::join(&school, number)?);
    }
    each(&pupils, sync)?;

    // They answer and sync while backups are made, the last one too.
    let backups = school.scratch().join("backups");
    let (done, rounds) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| -> Result<(), Failure> {
        let answering = scope.spawn(|| {
            while !done.load(Ordering::SeqCst) || rounds.load(Ordering::SeqCst) < 2 {
                each(&pupils, |pupil| {
                    pupil.answer(2)?;
                    sync(pupil)
                })?;
                rounds.fetch_add(1, Ordering::SeqCst);
            }
            Ok::<(), Failure>(())
        });
        // The first one comes in the middle: something is in it, and something is not.
        let begun = || rounds.load(Ordering::SeqCst) > 0 || answering.is_finished();
        wait_until(Duration::from_secs(60), begun);
        let made = (0..3).try_for_each(|_| backup(&school, &backups).map(drop));
        done.store(true, Ordering::SeqCst);
        answering.join().map_err(|_| "a thread ended")??;
        made
    })?;
    let before = fleet::at_school(&school)?;

    // The school goes on: what comes now is acknowledged, and lost with its machine.
    school.desk(&school.url()).push("後の日", &[drill()], &[])?;
    each(&pupils, |pupil| {
        pupil.answer(3)?;
        sync(pupil)
    })?;
    let acknowledged = fleet::at_school(&school)?;
    fleet::has_all(&acknowledged, &pupils)?;
    assert!(
        pupils
            .iter()
            .all(|pupil| pupil.acknowledged() == pupil.given())
    );

    let told = school.lose_and_restore(&backups)?;
    assert!(told.contains("push them again from the desk"), "{told}");
    let restored = fleet::at_school(&school)?;
    println!(
        "{} answers, {} before the last backup was over, {} in it",
        acknowledged.len(),
        before.len(),
        restored.len()
    );
    assert!(restored.len() < acknowledged.len() && !restored.is_empty());

    // Every terminal syncs once more, with nothing new of its own.
    each(&pupils, sync)?;
    fleet::has_all(&fleet::at_school(&school)?, &pupils)?;
    assert!(pupils.iter().all(|pupil| pupil.unsent() == 0));
    fleet::is_sound(&school)?;

    // The teacher does what she was told; every terminal has the lesson.
    let again = school.desk(&school.url()).push("後の日", &[drill()], &[])?;
    each(&pupils, |pupil| {
        pupil.answer(1)?;
        sync(pupil)?;
        let lessons = pupil.lessons()?;
        let found = lessons
            .iter()
            .find(|found| again["lesson"].as_str() == Some(&found.lesson.to_string()));
        let is_ready = found.is_some_and(|found| found.is_ready());
        let old = lessons
            .iter()
            .any(|found| found.doc.title == "前の日" && found.is_ready());
        if is_ready && old {
            Ok(())
        } else {
            Err(format!("number {} lacks a lesson: {lessons:?}", pupil.number).into())
        }
    })?;
    fleet::has_all(&fleet::at_school(&school)?, &pupils)
}

#[test]
fn a_photo_that_was_sent_after_the_backup_comes_again() -> Result<(), Failure> {
    let mut school = School::found()?;
    let pupil = Pupil::join(&school, 1)?;
    sync(&pupil)?;
    let backups = school.scratch().join("backups");
    backup(&school, &backups)?;
    let photo = pdf::of_len(40_000, 2);
    let blob: BlobRef = pupil.shelf().put_own_blob(&pupil.log().pupil(), &photo)?;
    pupil.append(&Fact::PaperStudy(PaperStudy {
        day: jiff::civil::date(2026, 11, 20),
        minutes: 30,
        subject: Subject::Science,
        text: "てこの図".to_owned(),
        photo: Some(blob),
    }))?;
    sync(&pupil)?;
    let name = blob.id.to_string();
    let place = Path::new("blobs").join(&name[..2]).join(&name);
    assert!(school.data().join(&place).exists());

    school.lose_and_restore(&backups)?;
    assert!(!school.data().join(&place).exists());
    sync(&pupil)?;
    assert!(
        school.data().join(&place).exists(),
        "the terminal did not send its photo again"
    );
    fleet::is_sound(&school)?;
    Ok(())
}
