//! Damage of a school's folder: named, with what to do, and mended where it can be.

use std::fs;
use std::path::{Path, PathBuf};

use hotaru_content::blob::BlobRef;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::Revision;
use hotaru_content::log::{Fact, LessonOpened};
use hotaru_sync::wire::path;
use serde_json::Value;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::care::backup;
use crate::events::Log;
use crate::process::{Serving, run};
use crate::school::{Class, Http, School, lesson, serving, text};

/// What a check tells, line by line; and how the program ended.
fn check(data: &Path, args: &[&str]) -> (Vec<Value>, Option<i32>) {
    let output = run(data, &[&["check"], args].concat());
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), output.status.code())
}

/// A lesson of one text; its blob and its document's.
async fn publish(http: &Http, class: &Class, title: &str) -> (BlobRef, BlobRef) {
    let revision: Revision = lesson(title, vec![text(http, class, title).await]);
    http.publish(class, &revision).await;
    let (_, blob) = revision.blobs().next().unwrap();
    (blob, BlobRef::of(&revision.to_json().unwrap()))
}

fn file(data: &Path, blob: BlobRef) -> PathBuf {
    let name = blob.id.to_string();
    data.join("blobs").join(&name[..2]).join(name)
}

async fn edit(data: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(data.join("school.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let done = sqlx::query(sql).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() > 0);
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_files_are_named_with_their_lessons_and_mended() {
    let (school, class, http) = serving().await;
    let data = school.path();
    let outside = tempfile::tempdir().unwrap();
    let (kept, _) = publish(&http, &class, "予備のある日").await;
    backup(&school, outside.path(), None).await;
    let (pushed, document) = publish(&http, &class, "予備のない日").await;
    assert_eq!(check(data, &[]).1, Some(0));

    fs::remove_file(file(data, kept)).unwrap();
    let mut bytes = fs::read(file(data, pushed)).unwrap();
    bytes[0] ^= 1;
    fs::write(file(data, pushed), bytes).unwrap();
    fs::write(file(data, document), "{}").unwrap();
    let (lines, code) = check(data, &[]);
    assert_eq!((lines.len(), code), (4, Some(3)), "{lines:#?}");
    let problem = |blob: BlobRef| {
        let name = blob.id.to_string();
        let found = lines
            .iter()
            .find(|line| line["problem"].to_string().contains(&name));
        found.unwrap()["problem"].as_str().unwrap().to_owned()
    };
    assert!(problem(kept).contains("is missing") && problem(kept).contains("予備のある日"));
    assert!(problem(pushed).contains("wrong bytes") && problem(pushed).contains("予備のない日"));
    assert_eq!(lines[3]["damaged"], 3);

    // A terminal is told, and fetches all else.
    let (_, token) = http.join(&class, 7).await;
    let lost = http.get(&path::blob(&kept.id), &token).await;
    assert_eq!((lost.status, lost.code()), (404, "not_found".to_owned()));

    // The document comes from the database, one file from the backup, one from the desk.
    let from = outside.path().to_str().unwrap();
    let (lines, code) = check(data, &["--repair", "--from", from]);
    assert_eq!(code, Some(3));
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["repaired"], &last["damaged"]),
        (&2.into(), &1.into()),
        "{lines:#?}"
    );
    let todo = lines.iter().find_map(|line| line["todo"].as_str()).unwrap();
    assert!(todo.contains("push it again from the desk"), "{todo}");
    assert_eq!(
        http.upload(&class.teacher, "予備のない日".as_bytes()).await,
        pushed
    );
    let (lines, code) = check(data, &[]);
    assert_eq!(code, Some(0), "{lines:#?}");
    assert!(data.join("damaged").join(pushed.id.to_string()).exists());

    // A backup says what the school itself no longer has, and has all the rest.
    fs::remove_file(file(data, pushed)).unwrap();
    let output = run(data, &["backup", from]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains(&pushed.id.to_string()), "{told}");
    let restored = outside.path().join("school");
    let output = run(&restored, &["restore", from]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let serving = Serving::start(&restored);
    assert_eq!(
        serving
            .http
            .upload(&class.teacher, "予備のない日".as_bytes())
            .await,
        pushed
    );
    assert_eq!(check(&restored, &[]).1, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_changed_breaks_its_chain() {
    let (school, class, http) = serving().await;
    let (joined, token) = http.join(&class, 7).await;
    let mut log = Log::new(joined.pupil.pupil);
    for revision in 1..=1200 {
        log.add(&Fact::LessonOpened(LessonOpened {
            lesson: LessonId([1; 16]),
            revision,
        }));
    }
    log.push_all(&http, &token).await;
    let (lines, code) = check(school.path(), &[]);
    let last = lines.last().unwrap();
    assert_eq!(
        (code, &last["events"], &last["streams"]),
        (Some(0), &1200.into(), &1.into())
    );
    http.stop().await;
    for sql in [
        "UPDATE events SET canonical = (SELECT canonical FROM events WHERE seq = 3) WHERE seq = 700",
        "DELETE FROM events WHERE seq = 1199",
    ] {
        let copy = tempfile::tempdir().unwrap();
        fs::copy(
            school.path().join("school.db"),
            copy.path().join("school.db"),
        )
        .unwrap();
        edit(copy.path(), sql).await;
        let (lines, code) = check(copy.path(), &[]);
        assert_eq!(code, Some(3), "{lines:#?}");
        let problem = lines[0]["problem"].as_str().unwrap();
        assert!(problem.contains("6-1 number 7"), "{problem}");
        assert!(
            lines[0]["todo"]
                .as_str()
                .unwrap()
                .contains("hotaru-cloud restore")
        );
    }
}

/// Every file of a folder with its bytes, but the index of the write-ahead log, which is
/// made of that log whenever it is missing.
fn bytes_of(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.is_file() && !path.ends_with("school.db-shm"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_not_served_and_not_touched() {
    let school = School::new().await;
    let class = school.class("6-1").await;
    let running = school.serve().await;
    let (joined, token) = running.join(&class, 7).await;
    let mut log = Log::new(joined.pupil.pupil);
    for revision in 1..=2000 {
        log.add(&Fact::LessonOpened(LessonOpened {
            lesson: LessonId([1; 16]),
            revision,
        }));
    }
    log.push_all(&running, &token).await;
    running.stop().await;
    // With a log of what was written last, as a power cut leaves it.
    let mut serving = Serving::start(school.path());
    log.add(&Fact::LessonOpened(LessonOpened {
        lesson: LessonId([1; 16]),
        revision: 1,
    }));
    let at = log.events.len();
    assert_eq!(
        log.push(&serving.http, &token, at - 1, at).await.status,
        200
    );
    serving.kill();
    assert!(
        fs::metadata(school.path().join("school.db-wal"))
            .unwrap()
            .len()
            > 0
    );

    let sound = fs::read(school.path().join("school.db")).unwrap();
    let pages = sound.len() / 4096;
    let broken: [Vec<u8>; 3] = [
        // A page in the middle is another one's.
        {
            let mut bytes = sound.clone();
            let page = (pages / 2) * 4096;
            bytes.copy_within(4096..8192, page);
            bytes
        },
        // The end is gone.
        sound[..(pages / 2) * 4096].to_vec(),
        vec![7; 8192],
    ];
    for bytes in broken {
        fs::write(school.path().join("school.db"), bytes).unwrap();
        let before = bytes_of(school.path());
        for args in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["class", "list"],
        ] {
            let output = run(school.path(), args);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(3), "{said}");
            assert!(said.contains("hotaru-cloud restore BACKUP"), "{said}");
            assert!(output.stdout.is_empty());
        }
        let (lines, code) = check(school.path(), &[]);
        assert_eq!(code, Some(3), "{lines:#?}");
        assert!(
            lines[0]["problem"].as_str().unwrap().contains("database"),
            "{lines:#?}"
        );
        assert!(
            bytes_of(school.path()) == before,
            "something was overwritten"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schools_database_is_named_so() {
    let school = School::new().await;
    edit(
        school.path(),
        "INSERT INTO _sqlx_migrations SELECT 9999, 'later', installed_on, 1, checksum, 0
         FROM _sqlx_migrations LIMIT 1",
    )
    .await;
    let output = run(school.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("written by a newer hotaru-cloud"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}
