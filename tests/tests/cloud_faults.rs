//! The cloud is killed in the middle of its work, and its disk is full.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hotaru_content::blob::BlobRef;
use hotaru_tests::disk::{SmallDisk, fill};
use hotaru_tests::fleet::{self, Pupil};
use hotaru_tests::pdf;
use hotaru_tests::school::wait_until;
use hotaru_tests::{Failure, Output, Program, School, is_long};

/// Terminals that push meanwhile.
const TERMINALS: u16 = 3;
/// Bytes of a handout: a kill falls into its upload at times.
const LARGE: usize = 3_000_000;

fn drill() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drill-sjis.csv")
}

/// A school with a drill on the terminals of some pupils.
fn school_with_pupils() -> Result<(School, Vec<Pupil>), Failure> {
    let school = School::found()?;
    school.desk(&school.url()).push("てこ", &[drill()], &[])?;
    let mut pupils = Vec::new();
    for number in 1..=TERMINALS {
        let pupil = Pupil::join(&school, number)?;
        pupil.sync()?;
        pupils.push(pupil);
    }
    Ok((school, pupils))
}

/// A push that is left under way.
fn push_begun(school: &School, title: &str, file: &Path) -> Result<Child, Failure> {
    let desk = school.desk(&school.url());
    let mut push = desk.push_command(title, &[file.to_owned()], &["--patience", "0"])?;
    Ok(push.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// xorshift64*: where the kills fall.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % below
    }
}

#[test]
fn what_was_acknowledged_outlives_kills_in_mid_push() -> Result<(), Failure> {
    let (mut school, pupils) = school_with_pupils()?;
    let seed = u64::from(std::process::id()) | 1;
    let (runs, mut dice) = (if is_long() { 100 } else { 4 }, Dice(seed));
    println!("{runs} kills, seed {seed}");
    let (mut cut_syncs, mut cut_uploads) = (0, 0);
    for run in 0..runs {
        let handout = school.scratch().join("handout.pdf");
        std::fs::write(&handout, pdf::of_len(LARGE, 1 + run))?;
        let pause = Duration::from_millis(20 + dice.roll(1200));
        let killed = AtomicBool::new(false);
        cut_syncs += std::thread::scope(|scope| -> Result<usize, Failure> {
            // Each pupil goes on until the line breaks; several pushes are under way at any
            // moment, and an upload.
            let pushing: Vec<_> = pupils
                .iter()
                .map(|pupil| {
                    scope.spawn(|| -> Result<bool, Failure> {
                        while !killed.load(Ordering::SeqCst) {
                            pupil.answer(4)?;
                            if pupil.sync().is_err() {
                                return Ok(true);
                            }
                        }
                        Ok(false)
                    })
                })
                .collect();
            let mut push = push_begun(&school, &format!("切れた {run}"), &handout)?;
            std::thread::sleep(pause);
            school.kill();
            killed.store(true, Ordering::SeqCst);
            push.wait()?;
            let mut cut = 0;
            for thread in pushing {
                cut += usize::from(thread.join().map_err(|_| "a thread ended")??);
            }
            Ok(cut)
        })?;
        cut_uploads += usize::from(
            std::fs::read_dir(school.data().join("uploads"))?.any(|entry| entry.is_ok()),
        );

        school.serve()?;
        fleet::has_what_it_acknowledged(&fleet::at_school(&school)?, &pupils)?;
        for job in school
            .desk(&school.url())
            .resume()?
            .as_array()
            .into_iter()
            .flatten()
        {
            assert_eq!(job["state"], "sent", "seed {seed}, run {run}: {job}");
        }
    }
    println!("{cut_syncs} syncs and {cut_uploads} uploads were cut");
    assert!(cut_syncs > 0);

    let last = pupils.last().ok_or("no pupil")?;
    for pupil in &pupils {
        pupil.sync()?;
    }
    fleet::has_all(&fleet::at_school(&school)?, &pupils)?;
    let lessons = last.lessons()?;
    assert!(lessons.iter().all(|lesson| lesson.is_ready()));
    let told = fleet::is_sound(&school)?;
    println!("at school: {told}");
    // No upload is left half done for ever.
    assert!(
        std::fs::read_dir(school.data().join("uploads"))?
            .next()
            .is_none()
    );
    Ok(())
}

/// Moves a school's folder to a small disk of its own, and serves it from there.
fn to_small_disk(school: &mut School, mebibytes: u32) -> Result<Option<SmallDisk>, Failure> {
    school.kill();
    let (data, was) = (school.data(), school.scratch().join("cloud.was"));
    std::fs::rename(&data, &was)?;
    let Some(disk) = SmallDisk::mount(&data, mebibytes) else {
        return Ok(None);
    };
    let mut copy = std::process::Command::new("cp");
    Output::of(copy.arg("-a").arg(was.join(".")).arg(&data))?.ok()?;
    school.serve()?;
    Ok(Some(disk))
}

#[test]
fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() -> Result<(), Failure> {
    let (mut school, pupils) = school_with_pupils()?;
    let Some(disk) = to_small_disk(&mut school, 160)? else {
        return Ok(());
    };
    let ballast = disk.path().join("ballast");

    // The disk fills to the last byte while pupils push.
    let refused: Vec<String> = std::thread::scope(|scope| -> Result<_, Failure> {
        let pushing: Vec<_> = pupils
            .iter()
            .map(|pupil| {
                scope.spawn(|| -> Result<String, Failure> {
                    for _ in 0..500 {
                        pupil.answer(20)?;
                        // What lane 1 met does not end a sync: lessons still come.
                        match pupil.sync() {
                            Ok(report) if report.faults.is_empty() => {}
                            Ok(report) => return Ok(format!("{report}")),
                            Err(error) => return Ok(error.to_string()),
                        }
                    }
                    Err("the school took all with a full disk".into())
                })
            })
            .collect();
        wait_until(Duration::from_secs(30), || {
            pupils.iter().all(|pupil| pupil.acknowledged() > 0)
        });
        fill(&ballast)?;
        let ends = pushing.into_iter();
        ends.map(|thread| thread.join().map_err(|_| "a thread ended")?)
            .collect()
    })?;
    for sentence in refused {
        assert!(
            sentence.contains("507") && sentence.contains("disk is full"),
            "{sentence}"
        );
    }
    // It still serves what it has, and a command still works.
    fleet::has_what_it_acknowledged(&fleet::at_school(&school)?, &pupils)?;
    // A start on a full disk is refused with its reason, or goes well; nothing is lost.
    school.kill();
    if let Err(error) = school.serve() {
        let error = error.to_string();
        assert!(error.contains("disk is full"), "{error}");
    }
    school.kill();

    std::fs::remove_file(&ballast)?;
    school.serve()?;
    for pupil in &pupils {
        pupil.sync()?;
    }
    fleet::has_all(&fleet::at_school(&school)?, &pupils)?;
    fleet::is_sound(&school)?;
    Ok(())
}

/// Begins to send bytes of an upload; the answer can be had once all were sent.
fn upload(school: &School, blob: BlobRef, offset: usize, len: usize) -> Result<TcpStream, Failure> {
    let mut line = TcpStream::connect(school.address())?;
    write!(
        line,
        "PATCH /v1/uploads/{} HTTP/1.1\r\nhost: school\r\nauthorization: Bearer {}\r\n\
         upload-offset: {offset}\r\nupload-length: {}\r\ncontent-length: {len}\r\n\
         connection: close\r\n\r\n",
        blob.id, school.teacher_token, blob.len
    )?;
    Ok(line)
}

fn answer(mut line: TcpStream) -> Result<String, Failure> {
    let mut answer = String::new();
    line.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn an_upload_onto_a_full_disk_is_told_and_goes_on_once_there_is_room() -> Result<(), Failure> {
    let (mut school, pupils) = school_with_pupils()?;
    let Some(disk) = to_small_disk(&mut school, 160)? else {
        return Ok(());
    };
    let ballast = disk.path().join("ballast");
    let bytes = pdf::of_len(8_000_000, 7);
    let blob = BlobRef::of(&bytes);

    // The disk fills in the middle of the bytes.
    let half = bytes.len() / 2;
    let mut line = upload(&school, blob, 0, bytes.len())?;
    line.write_all(&bytes[..half])?;
    let partial = school.data().join("uploads");
    let begun = || std::fs::read_dir(&partial).is_ok_and(|mut entries| entries.next().is_some());
    assert!(wait_until(Duration::from_secs(30), begun));
    fill(&ballast)?;
    // The school may answer and close before it has read all.
    let _ = line.write_all(&bytes[half..]);
    let told = answer(line).unwrap_or_default();
    assert!(
        told.is_empty() || told.starts_with("HTTP/1.1 507"),
        "{told}"
    );

    // From the start on a full disk: refused before a byte is sent, with a sentence.
    let handout = school.scratch().join("handout.pdf");
    std::fs::write(&handout, pdf::of_len(2_000_000, 8))?;
    let desk = school.desk(&school.url());
    let mut push = desk.push_command("満杯の日", &[handout], &["--patience", "0"])?;
    let refused = Output::of(&mut push)?;
    assert!(
        !refused.success && refused.stderr.contains("disk is full"),
        "{refused:?}"
    );
    let told = answer(upload(&school, blob, 0, 0)?)?;
    assert!(
        told.starts_with("HTTP/1.1 507") && told.contains("make room"),
        "{told}"
    );
    // So is a backup, and what was there before stays.
    let backups = disk.path().with_file_name("backups-on-it");
    let backup = |to: &Path| -> Result<Output, Failure> {
        let mut backup = Program::Cloud.command()?;
        Output::of(
            backup
                .arg("backup")
                .arg(to)
                .arg("--data")
                .arg(school.data()),
        )
    };
    let small = SmallDisk::mount(&backups, 1).ok_or("a second disk cannot be mounted")?;
    let whole = backup(small.path())?;
    std::fs::write(small.path().join("fills"), vec![1; 1 << 20]).err();
    let full = backup(small.path())?;
    assert!(whole.success, "{whole:?}");
    assert!(!full.success && full.stderr.contains("is full"), "{full:?}");

    // A restore says beforehand what it needs, and writes nothing.
    let narrow = SmallDisk::mount(&disk.path().with_file_name("narrow"), 2);
    let narrow = narrow.ok_or("a third disk cannot be mounted")?;
    let mut restore = Program::Cloud.command()?;
    restore
        .arg("restore")
        .arg(small.path())
        .arg("--data")
        .arg(narrow.path());
    let refused = Output::of(&mut restore)?;
    assert!(
        !refused.success && refused.stderr.contains("more bytes"),
        "{refused:?}"
    );
    assert!(!narrow.path().join("school.db").exists());

    // There is room again: the job of the desk and the upload go on from where they stand.
    std::fs::remove_file(&ballast)?;
    let mut asked = TcpStream::connect(school.address())?;
    write!(
        asked,
        "HEAD /v1/uploads/{} HTTP/1.1\r\nhost: school\r\nauthorization: Bearer {}\r\n\
         connection: close\r\n\r\n",
        blob.id, school.teacher_token
    )?;
    let stands = answer(asked)?;
    let offset: usize = stands
        .lines()
        .find_map(|line| line.strip_prefix("upload-offset: ")?.trim().parse().ok())
        .ok_or_else(|| format!("no offset: {stands}"))?;
    assert!(offset > 0 && offset < bytes.len(), "{offset}");
    let mut line = upload(&school, blob, offset, bytes.len() - offset)?;
    line.write_all(&bytes[offset..])?;
    let told = answer(line)?;
    assert!(told.contains("upload-complete: ?1"), "{told}");
    let jobs = school.desk(&school.url()).resume()?;
    assert_eq!(jobs[0]["state"], "sent", "{jobs}");
    for pupil in &pupils {
        pupil.sync()?;
    }
    fleet::is_sound(&school)?;
    Ok(())
}
