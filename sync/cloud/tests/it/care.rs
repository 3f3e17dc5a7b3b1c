//! Backups and schools made of them.

use std::fs;
use std::path::{Path, PathBuf};

use hotaru_cloud::care::restore::restore;
use hotaru_cloud::care::{CareError, Teller};
use hotaru_cloud::control::{Care, Command};
use hotaru_cloud::folder::Folder;
use hotaru_content::blob::BlobRef;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::{Body, Revision};
use hotaru_content::log::{Fact, LessonOpened};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::events::Log;
use crate::process::{Serving, refused, run};
use crate::school::{Class, Http, School, lesson, next, serving, text};

/// Backs up, and gives what was told at the end.
pub async fn backup(school: &School, to: &Path, keep: Option<u32>) -> Value {
    let (to, verify) = (to.to_owned(), false);
    let command = Command::Care(Care::Backup { to, keep, verify });
    school.ask(command).await.unwrap().pop().unwrap()
}

/// Restores as the program does.
async fn restore_to(from: &Path, data: &Path, skip_damaged: bool) -> Result<Value, CareError> {
    let (lines, mut told) = mpsc::channel(64);
    let folder = Folder::new(data);
    let (done, last) = tokio::join!(
        restore(from, &folder, skip_damaged, Teller::new(lines)),
        async move {
            let mut last = Value::Null;
            while let Some(line) = told.recv().await {
                last = line;
            }
            last
        }
    );
    done.map(|()| last)
}

/// A lesson with a text of its own and a large file.
async fn publish(http: &Http, class: &Class, title: &str) -> (Revision, Vec<BlobRef>) {
    let large = title.repeat(20_000);
    let bodies = vec![
        text(http, class, title).await,
        Body::Text {
            blob: http.upload(&class.teacher, large.as_bytes()).await,
        },
    ];
    let revision = lesson(title, bodies);
    http.publish(class, &revision).await;
    let blobs = revision.blobs().map(|(_, blob)| blob).collect();
    (revision, blobs)
}

fn blob_file(root: &Path, blob: BlobRef) -> PathBuf {
    let name = blob.id.to_string();
    root.join("blobs").join(&name[..2]).join(name)
}

fn opened(count: u32) -> impl Iterator<Item = Fact> {
    (1..=count).map(|revision| {
        Fact::LessonOpened(LessonOpened {
            lesson: LessonId([1; 16]),
            revision,
        })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_from_a_backup_has_all_and_gives_no_number_twice() {
    let (school, class, http) = serving().await;
    let (joined, token) = http.join(&class, 7).await;
    let mut log = Log::new(joined.pupil.pupil);
    opened(30).for_each(|fact| log.add(&fact));
    log.push_all(&http, &token).await;
    let (first, blobs) = publish(&http, &class, "一").await;
    let edited = next(&first, vec![text(&http, &class, "一の二").await]);
    http.publish(&class, &edited).await;
    let outside = tempfile::tempdir().unwrap();
    let backups = outside.path().join("backups");

    let made = backup(&school, &backups, None).await;
    assert_eq!(
        (&made["damaged"], &made["school"]),
        (&0.into(), &"蛍小学校".into())
    );
    assert_eq!(made["copied"], made["blobs"]);
    // What the school did afterwards is lost with it; terminals know its numbers.
    opened(3).for_each(|fact| log.add(&fact));
    log.push_all(&http, &token).await;
    publish(&http, &class, "二").await;
    let lost = http.lessons(&token, 0).await;
    assert_eq!(lost.changes.len(), 2);
    http.stop().await;
    let data = outside.path().join("school");

    let told = restore_to(&backups, &data, false).await.unwrap();
    let sentences = told["afterwards"].to_string();
    assert!(
        sentences.contains("push them again from the desk"),
        "{sentences}"
    );
    let serving = Serving::start(&data);
    let here = serving.http.lessons(&token, 0).await;
    assert_eq!(here.changes.len(), 1);
    publish(&serving.http, &class, "三").await;
    // A cursor of the time that was lost begins again.
    let after = serving.http.lessons(&token, lost.cursor).await;
    assert_eq!((after.from, after.changes.len()), (Some(1), 2));
    assert!(after.cursor > lost.cursor);
    // Not even where the lost machine's clock was nine hours ahead.
    let ahead = jiff::Timestamp::now().as_millisecond() + 9 * 3_600_000;
    assert!(after.cursor > ahead as u64);
    for blob in blobs {
        let got = serving
            .http
            .get(&hotaru_sync::wire::path::blob(&blob.id), &token)
            .await;
        // The large text belongs to a revision that a terminal may still be fetching.
        assert_eq!(BlobRef::of(&got.body), blob);
    }
    // The terminal's log is where the backup has it; it goes on from there.
    let answer = log.push(&serving.http, &token, 30, 33).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let lines = String::from_utf8(run(&data, &["log", "--class", "6-1"]).stdout).unwrap();
    assert_eq!(lines.lines().count(), 33);
    let checked = run(&data, &["check"]);
    assert!(checked.status.success(), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_share_files_and_old_ones_go() {
    let (school, class, http) = serving().await;
    let (first, _) = publish(&http, &class, "一").await;
    let outside = tempfile::tempdir().unwrap();
    let backups = outside.path().join("backups");
    let made = backup(&school, &backups, None).await;
    assert!(made["copied"].as_u64().unwrap() >= 3, "{made}");
    let again = backup(&school, &backups, None).await;
    assert_eq!(
        (&again["copied"], &again["removed_backups"]),
        (&0.into(), &0.into())
    );

    // A file that no kept backup names goes with the last one that named it.
    let orphan = BlobRef::of(b"of a backup that is gone");
    let file = blob_file(&backups, orphan);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "of a backup that is gone").unwrap();
    // What was cut is never taken for whole, and goes.
    let cut = backups.join("000003-20261121T000000Z.coming");
    fs::create_dir(&cut).unwrap();
    http.stop().await;
    let third = backup(&school, &backups, Some(2)).await;
    assert_eq!(third["removed_backups"], 1);
    assert!(!cut.exists() && !file.exists());
    let mut names: Vec<String> = fs::read_dir(&backups)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let numbers: Vec<&str> = names
        .iter()
        .map(|name| &name[..name.len().min(6)])
        .collect();
    assert_eq!(numbers, ["000002", "000003", "blobs", "lock"]);
    for (_, blob) in first.blobs() {
        assert!(blob_file(&backups, blob).exists());
    }

    // Damage in the folder of backups is mended where it is looked for.
    let (_, blob) = first.blobs().next().unwrap();
    fs::write(blob_file(&backups, blob), "1\n").unwrap();
    let verify = ["backup", "--verify", backups.to_str().unwrap()];
    let verified = run(school.path(), &verify);
    assert!(verified.status.success(), "{verified:?}");
    assert_eq!(
        BlobRef::of(&fs::read(blob_file(&backups, blob)).unwrap()),
        blob
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&backups).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_no_good_is_refused() {
    let school = School::new().await;
    let outside = tempfile::tempdir().unwrap();
    let backups = outside.path().join("backups");
    let args = |to: &Path| ["backup".to_owned(), to.to_str().unwrap().to_owned()];
    let try_to = |data: &Path, to: &Path| {
        let args = args(to);
        run(data, &args.each_ref().map(String::as_str))
    };
    let inside = refused(&try_to(school.path(), &school.path().join("backups")));
    assert!(
        inside.contains("inside the school's own folder"),
        "{inside}"
    );
    backup(&school, &backups, None).await;
    let held = fs::File::create(backups.join("lock")).unwrap();
    held.lock().unwrap();
    let busy = refused(&try_to(school.path(), &backups));
    assert!(busy.contains("wait until it is done"), "{busy}");
    drop(held);
    let other = School::new().await;
    let refused_other = refused(&try_to(other.path(), &backups));
    assert!(
        refused_other.contains("another school (蛍小学校)"),
        "{refused_other}"
    );
    let none = refused(&run(
        &outside.path().join("new"),
        &["restore", outside.path().to_str().unwrap()],
    ));
    assert!(none.contains("no whole backup"), "{none}");
    let taken = refused(&run(school.path(), &["restore", backups.to_str().unwrap()]));
    assert!(taken.contains("not empty"), "{taken}");
    assert!(!outside.path().join("new").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_named_and_refused() {
    let (school, class, http) = serving().await;
    let (_, blobs) = publish(&http, &class, "てこの実験").await;
    let outside = tempfile::tempdir().unwrap();
    let (backups, data) = (
        outside.path().join("backups"),
        outside.path().join("school"),
    );
    let older = backup(&school, &backups, None).await;
    let newer = backup(&school, &backups, None).await;
    http.stop().await;

    // One bit of the database.
    let file = PathBuf::from(newer["backup"].as_str().unwrap()).join("database.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let refused_all = restore_to(&backups, &data, false)
        .await
        .unwrap_err()
        .to_string();
    let older = older["backup"].as_str().unwrap();
    assert!(
        refused_all.contains("damaged") && refused_all.contains(older),
        "{refused_all}"
    );
    assert!(!data.exists());

    // A machine whose clock stands before the backup would give numbers twice.
    let file = Path::new(older).join("manifest.json");
    let manifest = fs::read_to_string(&file).unwrap();
    let mut later: Value = serde_json::from_str(&manifest).unwrap();
    later["made_ms"] = (jiff::Timestamp::now().as_millisecond() + 86_400_000).into();
    fs::write(&file, later.to_string()).unwrap();
    let clock = restore_to(Path::new(older), &data, false)
        .await
        .unwrap_err()
        .to_string();
    assert!(clock.contains("set the clock"), "{clock}");
    fs::write(&file, manifest).unwrap();
    assert!(!data.exists());

    // Another one, whose files are not all right.
    fs::write(blob_file(&backups, blobs[1]), "wrong").unwrap();
    let named = restore_to(Path::new(older), &data, false)
        .await
        .unwrap_err();
    let CareError::DamagedBlobs { count, named } = named else {
        panic!("{named}");
    };
    assert_eq!(count, 1);
    assert!(named[0].contains("てこの実験"), "{named:?}");
    // There is no school in the folder yet, and none can be made in it.
    for args in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["init", "--school", "別"],
    ] {
        let unfinished = refused(&run(&data, args));
        assert!(unfinished.contains("did not finish"), "{unfinished}");
    }
    assert!(!data.join("school.db").exists());
    // It goes on without them where that is wanted; the desk can send them again.
    let told = restore_to(Path::new(older), &data, true).await.unwrap();
    assert_eq!(told["damaged"], 1);
    let serving = Serving::start(&data);
    let again = "てこの実験".repeat(20_000);
    assert_eq!(
        serving.http.upload(&class.teacher, again.as_bytes()).await,
        blobs[1]
    );
    assert!(run(&data, &["check"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_goes_on_where_it_was_cut() {
    let (school, class, http) = serving().await;
    let (_, blobs) = publish(&http, &class, "一").await;
    let outside = tempfile::tempdir().unwrap();
    let (backups, data) = (
        outside.path().join("backups"),
        outside.path().join("school"),
    );
    backup(&school, &backups, None).await;
    // As a power cut leaves it: some files, one of them torn, and no database.
    fs::create_dir_all(blob_file(&data, blobs[0]).parent().unwrap()).unwrap();
    fs::create_dir_all(blob_file(&data, blobs[1]).parent().unwrap()).unwrap();
    fs::copy(blob_file(&backups, blobs[0]), blob_file(&data, blobs[0])).unwrap();
    fs::write(blob_file(&data, blobs[1]), vec![0; blobs[1].len as usize]).unwrap();
    fs::write(data.join("school.db.restored"), "half").unwrap();
    let not_empty = restore_to(&backups, &data, false).await.unwrap_err();
    assert!(matches!(not_empty, CareError::NotEmpty(_)), "{not_empty}");
    fs::write(data.join("restore-under-way"), "").unwrap();
    restore_to(&backups, &data, false).await.unwrap();
    assert!(run(&data, &["check"]).status.success());
    let serving = Serving::start(&data);
    let classes = run(&data, &["class", "list"]);
    assert!(String::from_utf8(classes.stdout).unwrap().contains("6-1"));
    drop(serving);
    // A school is there now: a restore over it is refused.
    let not_empty = restore_to(&backups, &data, false).await.unwrap_err();
    assert!(matches!(not_empty, CareError::NotEmpty(_)), "{not_empty}");
}
