//! The check of a profile: what it finds, that it changes nothing, what its repair does.

use super::*;
use crate::log::PaperStudy;

/// A closed profile with something of every kind, and the names of its two lesson blobs.
fn profile() -> (tempfile::TempDir, Vec<Event>, [BlobRef; 2]) {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let (small, large) = (bytes(1, 30_000), bytes(2, 300_000));
    let (a, b) = (BlobRef::of(&small), BlobRef::of(&large));
    let lesson = revision(1, 1, TODAY, vec![text(1, a), handout(2, b)]);
    apply(&shelf, vec![put(&lesson, &[PUPIL])]);
    shelf.put_blob(&a, &small).unwrap();
    shelf.put_blob(&b, &large).unwrap();
    let events = append(&log, 30);
    (dir, events, [a, b])
}

fn check(dir: &Path) -> Checkup {
    check_profile(dir, &options(), &mut |_, _| true).unwrap()
}

fn repair(dir: &Path) -> Checkup {
    repair_profile(dir, &options(), &mut |_, _| true).unwrap()
}

fn codes(checkup: &Checkup) -> Vec<(&'static str, Remedy)> {
    let findings = checkup.findings.iter();
    findings
        .map(|found| (found.fault.code(), found.remedy))
        .collect()
}

/// Every file's bytes.
fn image(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |path: PathBuf| (path.clone(), fs::read(&path).unwrap());
    files(dir).into_iter().map(read).collect()
}

#[test]
fn a_sound_profile_is_said_to_be_sound_and_nothing_of_it_changes() {
    let (dir, events, blobs) = profile();
    let before = image(dir.path());
    let checkup = check(dir.path());
    assert_eq!(codes(&checkup), []);
    assert!(checkup.is_sound() && !checkup.can_mend());
    assert_eq!(checkup.events, events.len() as u64);
    assert_eq!(checkup.unsent, checkup.events);
    assert_eq!(
        (checkup.blobs, checkup.blob_bytes),
        (2, blobs.iter().map(|blob| blob.len).sum())
    );
    assert!(image(dir.path()) == before, "not a byte is another");
    assert!(!dir.path().with_extension("checkup").exists());
}

#[test]
fn a_profile_in_use_is_not_checked_from_outside() {
    let (dir, ..) = profile();
    let _shelf = open(dir.path()).shelf;
    let refused = check_profile(dir.path(), &options(), &mut |_, _| true).unwrap_err();
    assert_eq!(refused.code(), "in-use");
    let nowhere = dir.path().join("nowhere");
    assert!(check_profile(&nowhere, &options(), &mut |_, _| true).is_err());
    assert!(!nowhere.exists(), "a check makes no profile");
}

#[test]
fn each_harm_is_found_without_a_change_and_then_repaired() {
    // What is harmed, what the check says, and what the repair did about it.
    type Harm = fn(&Path);
    let harms: [(&str, Harm, Remedy); 6] = [
        (
            "copy",
            |dir| fs::write(dir.join("keys.b"), b"?").unwrap(),
            Remedy::Mended,
        ),
        (
            "copy",
            |dir| fs::remove_file(dir.join("identity.a")).unwrap(),
            Remedy::Mended,
        ),
        (
            "database",
            |dir| fs::remove_file(dir.join("terminal/state.sled/db")).unwrap(),
            Remedy::Mended,
        ),
        (
            "journal",
            |dir| {
                let journal = journal_of(dir);
                let mut raw = fs::read(&journal).unwrap();
                let middle = raw.len() / 2;
                raw[middle] ^= 1;
                fs::write(&journal, raw).unwrap();
            },
            Remedy::Mended,
        ),
        (
            "blobs",
            |dir| {
                let file = files(&dir.join("terminal/files")).remove(0);
                let mut raw = fs::read(&file).unwrap();
                raw[100_000] ^= 1;
                fs::write(&file, raw).unwrap();
            },
            Remedy::Comes,
        ),
        (
            "left-overs",
            |dir| fs::write(dir.join("terminal/files/half.new"), b"half").unwrap(),
            Remedy::Mended,
        ),
    ];
    for (code, harm, remedy) in harms {
        let (dir, events, blobs) = profile();
        harm(dir.path());
        let before = image(dir.path());
        let found = check(dir.path());
        assert!(
            codes(&found).contains(&(code, Remedy::CanMend)),
            "{code}: {found:?}"
        );
        assert!(!found.is_sound() && found.can_mend(), "{code}");
        assert!(
            image(dir.path()) == before,
            "{code}: a check changes nothing"
        );
        let mended = repair(dir.path());
        assert!(
            codes(&mended).contains(&(code, remedy)),
            "{code}: {mended:?}"
        );
        assert!(mended.is_sound(), "{code}: {mended:?}");
        let after = check(dir.path());
        let is_left = |found: &CheckFinding| !found.fault.is_news_only();
        assert!(!after.findings.iter().any(is_left), "{code}: {after:?}");
        let shelf = open(dir.path()).shelf;
        assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()), events, "{code}");
        for (blob, seed) in blobs.iter().zip([1, 2]) {
            match shelf.blob(&blob.id) {
                Ok(read) => assert_eq!(read, bytes(seed, blob.len as usize)),
                Err(_) => assert!(shelf.wants(TODAY).unwrap().iter().any(|w| w.blob == *blob)),
            }
        }
    }
}

#[test]
fn an_open_shelf_is_checked_while_it_is_used() {
    let (dir, events, [small, large]) = profile();
    let file = files(&dir.path().join("terminal/files")).remove(0);
    let mut raw = fs::read(&file).unwrap();
    raw[50_000] ^= 1;
    fs::write(&file, raw).unwrap();
    let shelf = open(dir.path()).shelf;
    let mut seen = Vec::new();
    let found = shelf
        .check_up(false, &mut |done, all| {
            seen.push((done, all));
            true
        })
        .unwrap();
    let all = small.len + large.len;
    assert_eq!(seen.last(), Some(&(all, all)), "{seen:?}");
    assert_eq!(codes(&found), [("blobs", Remedy::CanMend)]);
    assert!(shelf.has_blob(&large.id).unwrap(), "nothing is changed");
    let mended = shelf.check_up(true, &mut |_, _| true).unwrap();
    let expected = [("blobs", Remedy::Comes), ("waiting", Remedy::Comes)];
    assert_eq!(codes(&mended), expected);
    assert_eq!(shelf.wants(TODAY).unwrap().len(), 1);
    assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()), events);
    let cut = shelf.check_up(false, &mut |_, _| false).unwrap();
    assert!(cut.is_cut_short && !cut.is_sound());
}

/// The only copy of a pupil's photo is damaged: it is told, and what is left of it stays.
#[test]
fn a_pupils_own_photo_is_set_aside_and_never_deleted() {
    let (dir, ..) = profile();
    let shelf = open(dir.path()).shelf;
    let photo = shelf.put_own_blob(&PUPIL, &bytes(7, 50_000)).unwrap();
    shelf
        .pupil(&PUPIL)
        .unwrap()
        .append(
            stamp(99),
            &Fact::PaperStudy(PaperStudy {
                day: TODAY,
                minutes: 20,
                subject: Subject::Science,
                text: "計算".to_owned(),
                photo: Some(photo),
            }),
        )
        .unwrap();
    drop(shelf);
    let in_files = || files(&dir.path().join("terminal/files"));
    let path = in_files()
        .into_iter()
        .find(|path| fs::metadata(path).unwrap().len() < 100_000)
        .unwrap();
    let mut raw = fs::read(&path).unwrap();
    raw[20_000] ^= 1;
    fs::write(&path, &raw).unwrap();
    let found = check(dir.path());
    assert!(
        codes(&found).contains(&("own", Remedy::Person)),
        "{found:?}"
    );
    for _ in 0..2 {
        repair(dir.path());
        let kept = in_files()
            .into_iter()
            .filter(|path| path.display().to_string().contains(".bad-"))
            .collect::<Vec<_>>();
        assert_eq!(kept.len(), 1, "unsent, so it stays");
        assert_eq!(fs::read(&kept[0]).unwrap(), raw);
        let told = check(dir.path());
        assert_eq!(codes(&told), [("own", Remedy::Nothing)]);
        assert!(told.is_sound(), "known, and nothing more can be done");
    }
}

/// Copies of damaged files go once the school has everything, and not before.
#[test]
fn what_was_set_aside_goes_once_all_is_sent() {
    let (dir, ..) = profile();
    fs::remove_file(dir.path().join("terminal/state.sled/db")).unwrap();
    repair(dir.path());
    let aside = |checkup: &Checkup| {
        let mut codes = codes(checkup).into_iter();
        codes
            .find(|(code, _)| *code == "set-aside")
            .map(|(_, remedy)| remedy)
    };
    assert_eq!(aside(&repair(dir.path())), Some(Remedy::Nothing));
    let shelf = open(dir.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    log.acknowledge(log.point()).unwrap();
    drop((shelf, log));
    assert_eq!(aside(&repair(dir.path())), Some(Remedy::Mended));
    assert_eq!(aside(&check(dir.path())), None);
}
