//! Nothing readable on the disk, and no pupil reads another's.

use std::sync::Arc;

use super::super::identity::pupil_dir;
use super::super::journal::Parsed;
use super::super::ladder::Ladder;
use super::super::places::Places;
use super::super::seal::Seal;
use super::super::vault::Tree;
use super::*;

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

fn assert_says_nothing(dir: &Path, needles: &[(&str, Vec<u8>)]) {
    let all = files(dir);
    assert!(all.len() > 10);
    for path in &all {
        let raw = fs::read(path).unwrap();
        for (what, needle) in needles {
            assert!(
                !contains(&raw, needle),
                "{what} lies open in {}",
                path.display()
            );
        }
    }
}

#[test]
fn no_known_text_and_no_name_lies_open_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let secret = "ヒミツノコトバ-open-sesame";
    let small = format!("{secret} small").into_bytes();
    let large = secret.as_bytes().repeat(20_000);
    let (small_ref, large_ref) = (BlobRef::of(&small), BlobRef::of(&large));
    let lesson = Revision {
        lesson: LessonId([0xAB; 16]),
        title: secret.to_owned(),
        ..revision(1, 1, TODAY, vec![text(1, small_ref), handout(2, large_ref)])
    };
    apply(&shelf, vec![put(&lesson, &[PUPIL])]);
    shelf.put_blob(&small_ref, &small).unwrap();
    shelf.put_blob(&large_ref, &large).unwrap();
    for media in [b"\xff\xd8\xff\xe0 JFIF".as_slice(), b"\0\0\0\x1cftypiso5"] {
        let media = [media, &bytes(4, 9000)].concat();
        shelf.put_blob(&BlobRef::of(&media), &media).unwrap();
    }
    let other = bytes(9, 300_000);
    let other_ref = BlobRef::of(&other);
    shelf
        .partial(&other_ref)
        .unwrap()
        .append(&other[..16_384])
        .unwrap();
    log.append(stamp(0), &note(secret)).unwrap();
    log.set_draft(secret, secret).unwrap();
    shelf
        .update_identity(|identity| {
            identity.token = Some(secret.to_owned());
            identity.school_name = secret.to_owned();
        })
        .unwrap();
    let stream = log.open_info();
    let needles: Vec<(&str, Vec<u8>)> = vec![
        ("text", secret.as_bytes().to_vec()),
        ("its end", b"open-sesame".to_vec()),
        ("blob bytes", other[..32].to_vec()),
        ("a picture's beginning", b"\xff\xd8\xff\xe0 JFIF".to_vec()),
        ("a recording's beginning", b"ftypiso5".to_vec()),
        ("blob name", small_ref.id.0.to_vec()),
        ("large blob's name", large_ref.id.0.to_vec()),
        ("stream", stream.stream.0.to_vec()),
        ("chain secret", stream.secret.as_bytes().to_vec()),
        ("lesson id", LessonId([0xAB; 16]).0.to_vec()),
    ];
    // In use, as a crash would leave it, and closed.
    assert_says_nothing(dir.path(), &needles);
    let crashed = tempfile::tempdir().unwrap();
    copy(dir.path(), crashed.path());
    drop((shelf, log));
    assert_says_nothing(dir.path(), &needles);
    let shelf = open(crashed.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    assert_eq!(all_notes(&log), [secret]);
    drop((shelf, log));
    assert_says_nothing(crashed.path(), &needles);
    for path in files(dir.path()) {
        let name = path.display().to_string();
        assert!(!name.contains(&small_ref.id.to_string()) && !name.contains(&PUPIL.to_string()));
    }
    // The search does find what is there: without a keyring the file has the key in it.
    let mut findings = Vec::new();
    let keys = KeyKeeper::open(&Places::new(dir.path()), None, &mut findings).unwrap();
    let file = fs::read(dir.path().join("keys")).unwrap();
    assert!(contains(&file, keys.terminal().first().secret()));
    assert!(!contains(&file, &PUPIL.0), "whose keys they are is sealed");
}

#[cfg(unix)]
#[test]
fn keys_and_folders_are_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let profile = dir.path().join("profile");
    let (shelf, _log) = with_pupil(&profile);
    for (path, mode) in [
        ("keys", 0o600),
        ("keys.b", 0o600),
        ("identity.a", 0o600),
        ("", 0o700),
    ] {
        let found = fs::metadata(profile.join(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(found, mode, "{path}");
    }
    drop(shelf);
}

#[test]
fn one_pupils_key_reads_nothing_of_another() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    shelf.add_pupil(entry(OTHER)).unwrap();
    let other = shelf.pupil(&OTHER).unwrap();
    append(&log, 5);
    append(&other, 3);
    assert_ne!(log.open_info().stream, other.open_info().stream);
    assert_eq!((all_events(&log).len(), all_events(&other).len()), (5, 3));
    drop((shelf, log, other));

    let places = Places::new(dir.path());
    let keys = KeyKeeper::open(&places, None, &mut Vec::new()).unwrap();
    let seal = |pupil| Arc::new(Seal::new(&keys.opened(pupil).unwrap().keys));
    let terminal = Seal::new(keys.terminal());
    let theirs = pupil_dir(&places.pupils(), &terminal, &PUPIL);
    let wrong = Parsed::read(&theirs.join("journal"), &seal(&OTHER), &PUPIL)
        .unwrap()
        .unwrap();
    assert_eq!(wrong.header, None);
    let right = Parsed::read(&theirs.join("journal"), &seal(&PUPIL), &PUPIL)
        .unwrap()
        .unwrap();
    let header = right.header.clone().unwrap();
    assert_eq!(
        right
            .events(&seal(&PUPIL), &header.open, 0)
            .filter(|(_, e)| e.is_some())
            .count(),
        5
    );
    assert_eq!(
        right
            .events(&seal(&OTHER), &header.open, 0)
            .filter(|(_, e)| e.is_some())
            .count(),
        0
    );

    let count = |seal: Arc<Seal>| {
        let store = sled_store::SledStore::open(&theirs.join("state.sled"), 8 << 20, 0).unwrap();
        let vault = vault::Vault::new(Box::new(store), seal);
        let mut good = 0;
        vault
            .scan(Tree::Event, &mut |_, _| {
                good += 1;
                Ok(true)
            })
            .unwrap();
        good
    };
    assert_eq!((count(seal(&PUPIL)), count(seal(&OTHER))), (5, 0));
    // A ladder under the wrong key finds nothing to use and never gives out a byte.
    let options = options();
    let ladder = Ladder {
        path: theirs.join("state.sled"),
        cache_bytes: 8 << 20,
        seal: seal(&OTHER),
        options: &options,
        unclean: true,
        expected: true,
        is_state: false,
    };
    let climbed = ladder
        .climb(&mut Vec::new(), |_| Ok(((), Vec::new())))
        .unwrap();
    assert!(climbed.rebuilt);
}

#[test]
fn lost_keys_are_named_and_nothing_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    append(&log, 2);
    drop((shelf, log));
    let kept = fs::read(dir.path().join("keys")).unwrap();
    for name in ["keys", "keys.b"] {
        fs::remove_file(dir.path().join(name)).unwrap();
    }
    assert_eq!(
        Shelf::open(dir.path(), &options()).unwrap_err().code(),
        "keys-lost"
    );
    fs::write(dir.path().join("keys"), kept).unwrap();
    let opened = open(dir.path());
    assert!(matches!(
        opened.report.findings.as_slice(),
        [OpenFinding::CopyMended { .. }]
    ));
    assert_eq!(opened.shelf.pupil(&PUPIL).unwrap().point().next_seq, 2);
}
