//! Giving room back: bounded, stopped and killed at any step, with answers meanwhile.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::super::places::disk_usage;
use super::super::step::KILL_AT;
use super::*;

const DIR: &str = "HOTARU_SHELF_TIDY";
/// Blobs that the lessons of [`churned`] name, and bytes of each.
const BLOBS: u8 = 24;
const LEN: usize = 60_000;

fn blob(n: u8, round: u8) -> Vec<u8> {
    let mut all = bytes(n, LEN + usize::from(n));
    all[..2].copy_from_slice(&[n, round]);
    all
}

/// A profile whose lessons were all replaced several times, so that each of its databases
/// takes far more than it holds. Returns the pupil's notes.
fn churned(dir: &Path) -> Vec<String> {
    let (shelf, log) = with_pupil(dir);
    for round in 0..6 {
        let mut changes = Vec::new();
        for lesson in 0..4_u8 {
            let of = lesson * (BLOBS / 4)..(lesson + 1) * (BLOBS / 4);
            let photos = of.map(|n| photo(n, BlobRef::of(&blob(n, round)))).collect();
            let revision = revision(lesson, u32::from(round) + 1, TODAY, photos);
            changes.push(put(&revision, &[PUPIL]));
        }
        apply(&shelf, changes);
        for n in 0..BLOBS {
            let all = blob(n, round);
            shelf.put_blob(&BlobRef::of(&all), &all).unwrap();
        }
    }
    // Long documents that change, and drafts that come and go, make the states grow.
    for round in 7..27 {
        let changes = (0..4).map(|lesson| put(&with_links(lesson, round), &[PUPIL]));
        apply(&shelf, changes.collect());
    }
    for n in 0..240 {
        log.set_draft(&format!("draft {n}"), &"下書き".repeat(6000))
            .unwrap();
    }
    for n in 0..240 {
        log.set_draft(&format!("draft {n}"), "").unwrap();
    }
    log.set_draft("draft", "最後").unwrap();
    append(&log, 900);
    log.acknowledge(log.point()).unwrap();
    all_notes(&log)
}

/// A lesson with its last photos and a document of some 30 KB.
fn with_links(lesson: u8, number: u32) -> Revision {
    let of = lesson * (BLOBS / 4)..(lesson + 1) * (BLOBS / 4);
    let photos = of.map(|n| photo(n, BlobRef::of(&blob(n, 5))));
    let links = (100..250).map(|n| Material {
        id: MaterialId([n; 16]),
        title: format!("リンク {number}"),
        body: Body::Link {
            url: format!("https://example.jp/{number}/{n}"),
            note: "ひかりの進み方を調べよう".to_owned(),
        },
    });
    revision(lesson, number, TODAY, photos.chain(links).collect())
}

fn check(dir: &Path, notes: &[String]) -> Shelf {
    let opened = open(dir);
    let lost = |finding: &OpenFinding| {
        !matches!(
            finding,
            // Blobs that were given up a moment before are there again: nothing is lost.
            OpenFinding::UncleanStop | OpenFinding::TornTail { .. } | OpenFinding::BlobsFound(_)
        )
    };
    assert!(
        !opened.report.findings.iter().any(lost),
        "{:?}",
        opened.report
    );
    let shelf = opened.shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    assert!(!log.mended().iter().any(lost), "{:?}", log.mended());
    let found = all_notes(&log);
    assert!(
        found.starts_with(notes),
        "{} of {}",
        found.len(),
        notes.len()
    );
    assert_eq!(log.draft("draft").unwrap().as_deref(), Some("最後"));
    assert_eq!(shelf.lessons(&PUPIL).unwrap().len(), 4);
    assert_eq!(shelf.wants(TODAY).unwrap(), []);
    for n in 0..BLOBS {
        let all = blob(n, 5);
        assert_eq!(shelf.blob(&BlobId::of(&all)).unwrap(), all);
    }
    shelf
}

/// What a tidy profile may take: little more than it holds, and sled's least sizes.
fn assert_tidy(dir: &Path) {
    let held = u64::from(BLOBS) * LEN as u64;
    let media: u64 = fs::read_dir(dir.join("terminal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("media-"))
        .map(|path| disk_usage(&path))
        .sum();
    assert!(media < held * 18 / 10, "{media} for {held}");
    for path in files(dir) {
        let name = path.to_string_lossy().into_owned();
        let is_left = [".making/", ".new", ".old/", ".gone/", ".bad-"];
        assert!(!is_left.iter().any(|end| name.contains(end)), "{name}");
    }
}

#[test]
fn a_churned_profile_comes_back_to_what_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let notes = churned(dir.path());
    let before = disk_usage(dir.path());
    let shelf = check(dir.path(), &notes);
    let tidied = shelf.tidy(&|| true).unwrap();
    let after = disk_usage(dir.path());
    println!("{before} -> {after}, {tidied:?}");
    assert!(tidied.freed > 0 && after < before, "{before} -> {after}");
    assert_eq!(shelf.tidy(&|| true).unwrap(), Tidied::default());
    drop(shelf);
    drop(check(dir.path(), &notes));
    assert_tidy(dir.path());
}

#[test]
#[ignore = "run by its parent, a_kill_at_any_step_of_tidying_loses_nothing"]
fn child_tidies() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let shelf = open(Path::new(&dir)).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    // Answers go on while it works.
    let (done, tidied) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                append(&log, 1);
            }
        });
        tidied.store(shelf.tidy(&|| true).is_ok(), Ordering::Relaxed);
        done.store(true, Ordering::Relaxed);
    });
    assert!(tidied.load(Ordering::Relaxed));
}

#[test]
fn a_kill_at_any_step_of_tidying_loses_nothing() {
    let origin = tempfile::tempdir().unwrap();
    let notes = churned(origin.path());
    // Every third step is enough for each day.
    let every = if std::env::var_os("HOTARU_PROVE").is_some() {
        1
    } else {
        3
    };
    let mut killed = 0;
    for at in (1_u64..).step_by(every) {
        let dir = tempfile::tempdir().unwrap();
        copy(origin.path(), dir.path());
        let status = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "shelf::tests::compact::child_tidies",
                "--ignored",
            ])
            .env(DIR, dir.path())
            .env(KILL_AT, at.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let shelf = check(dir.path(), &notes);
        shelf.tidy(&|| true).unwrap();
        drop(shelf);
        drop(check(dir.path(), &notes));
        assert_tidy(dir.path());
        if status.success() {
            break;
        }
        killed += 1;
    }
    println!("killed at {killed} steps");
    assert!(killed * every > 40, "only {killed} steps");
}

#[test]
fn tidying_stops_when_it_is_told_and_goes_on_another_time() {
    let dir = tempfile::tempdir().unwrap();
    let notes = churned(dir.path());
    for most in [0, 1, 2, 5, 12, 40] {
        let shelf = check(dir.path(), &notes);
        let asked = AtomicU64::new(0);
        shelf
            .tidy(&|| asked.fetch_add(1, Ordering::Relaxed) < most)
            .unwrap();
    }
    let shelf = check(dir.path(), &notes);
    shelf.tidy(&|| true).unwrap();
    drop(shelf);
    assert_tidy(dir.path());
}

#[test]
fn too_little_room_waits() {
    let Some(disk) = full_disk::SmallDisk::mount(160) else {
        println!("skipped: mounting a small disk needs root");
        return;
    };
    let notes = churned(&disk.path());
    let before = disk_usage(&disk.path());
    let shelf = check(&disk.path(), &notes);
    let filler = disk.fill();
    let len = fs::metadata(&filler).unwrap().len();
    File::options()
        .write(true)
        .open(&filler)
        .unwrap()
        .set_len(len - 900_000)
        .unwrap();
    let tidied = shelf.tidy(&|| true).unwrap();
    assert!(tidied.waits_for > 900_000, "{tidied:?}");
    fs::remove_file(filler).unwrap();
    let tidied = shelf.tidy(&|| true).unwrap();
    assert!(tidied.freed > 0 && tidied.waits_for == 0, "{tidied:?}");
    assert!(disk_usage(&disk.path()) < before);
    drop(shelf);
    drop(check(&disk.path(), &notes));
    assert_tidy(&disk.path());
}

/// What a crash in the middle of a large value left is no record's, and goes.
#[test]
fn pieces_without_a_record_go() {
    use super::super::store::{Durability, MemoryStore, Op};
    use super::super::vault::{Changes, Tree, Vault};

    let seal = Arc::new(Seal::new(&seal::SealKeys::random().unwrap()));
    let vault = Vault::new(Box::<MemoryStore>::default(), seal);
    let mut changes = Changes::default();
    for n in 0..9_u8 {
        changes.put(Tree::Blob, [n], bytes(n, 9000));
    }
    vault.commit(&changes, Durability::Now).unwrap();
    let records = vault.store().page(&[], 4).unwrap();
    let gone: Vec<Op> = records
        .iter()
        .map(|(key, _)| Op {
            key: key.clone(),
            value: None,
        })
        .collect();
    vault.store().commit(&gone, Durability::Now).unwrap();
    let count = |vault: &Vault| vault.store().page(&[], 1000).unwrap().len();
    assert_eq!(count(&vault), 9 - 4 + 9 * 3);
    vault.rewrite(&|| true).unwrap();
    assert_eq!(count(&vault), 5 + 5 * 3);
}
