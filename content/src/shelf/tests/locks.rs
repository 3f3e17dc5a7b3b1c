//! Locks hide what was and stop nothing; keys are wrapped and made anew, whatever interrupts.

use std::process::{Command, Stdio};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::super::keys::KeyKeeper;
use super::super::places::Places;
use super::super::step::KILL_AT;
use super::*;
use crate::boxed;
use crate::key::SecretKey;
use crate::unlock::{self, CODES, CodeSecret, UnlockCode};

const DIR: &str = "HOTARU_SHELF_WRAP";
const RING: &str = "HOTARU_SHELF_RING";
const DAY: i64 = 24 * 60 * 60 * 1000;
/// 2026-11-20.
const NOW: i64 = 1_795_132_800_000;

/// A keyring of files in a folder of its own.
#[derive(Debug)]
struct Ring(PathBuf);

impl Keyring for Ring {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        if self.0.join("closed").exists() {
            return Err("it is closed".to_owned());
        }
        Ok(fs::read(self.0.join(name)).ok().map(Zeroizing::new))
    }

    fn put(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        fs::write(self.0.join(name), secret).map_err(|error| error.to_string())
    }

    fn remove(&self, name: &str) -> Result<(), String> {
        let _ = fs::remove_file(self.0.join(name));
        Ok(())
    }
}

fn with_ring(ring: &Path) -> OpenOptions {
    OpenOptions {
        keyring: Some(Arc::new(Ring(ring.to_owned()))),
        ..options()
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// The bytes of every key that opens a profile without anything else.
fn bare_keys(dir: &Path) -> Vec<[u8; 32]> {
    let keys = KeyKeeper::open(&Places::new(dir), None, &mut Vec::new()).unwrap();
    let mut all = vec![*keys.terminal().first().secret()];
    all.extend(
        keys.pupils()
            .map(|pupil| *keys.opened(&pupil).unwrap().keys.first().secret()),
    );
    all
}

fn assert_nowhere(dir: &Path, secrets: &[[u8; 32]]) {
    for path in files(dir) {
        let bytes = fs::read(&path).unwrap();
        for secret in secrets {
            assert!(
                !contains(&bytes, secret),
                "{} has a former key in it",
                path.display()
            );
        }
    }
}

/// A school's secret, and a terminal that knows the school.
fn school(shelf: &Shelf) -> SecretKey {
    let secret = SecretKey::random().unwrap();
    let key = boxed::public_of(&secret).unwrap();
    shelf.learn_school_key(key).unwrap();
    secret
}

/// What a teacher reads out for a number.
fn read_out(shelf: &Shelf, school: &SecretKey, number: u32) -> UnlockCode {
    let codes = shelf.owed(None).unwrap().into_iter().find_map(|owed| {
        let inside = boxed::open(school, unlock::PURPOSE, &owed.bytes)?;
        let secret = CodeSecret::from_bytes(&inside).unwrap();
        assert_eq!(owed.what, SealedFor::Codes(secret.pupil));
        secret.code(number)
    });
    codes.unwrap()
}

#[test]
fn a_lock_hides_what_was_and_nothing_opens_it_but_the_secret() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    append(&log, 30);
    let own = bytes(3, 400_000);
    let photo = shelf.put_own_blob(&PUPIL, &own).unwrap();
    drop(log);
    let bare = bare_keys_of(&shelf);
    shelf.set_lock(&PUPIL, LockKind::Pin, "4821", NOW).unwrap();
    let log = shelf.pupil(&PUPIL).unwrap();
    append(&log, 5);
    drop(log);
    // Another secret is another; what is too easy is not taken, and the old one counts on.
    assert!(matches!(
        shelf.set_lock(&PUPIL, LockKind::Pin, "1234", NOW),
        Err(ShelfError::WeakSecret(_))
    ));
    shelf
        .set_lock(&PUPIL, LockKind::Picture, "caph", NOW)
        .unwrap();
    drop(shelf);
    // The pupil's former key is nowhere, so that what was there before is behind the lock, too.
    assert_nowhere(dir.path(), &bare[1..]);

    let shelf = open(dir.path()).shelf;
    let state = shelf.lock_state(&PUPIL, NOW).unwrap();
    assert_eq!(
        (state.kind, state.is_open),
        (Some(LockKind::Picture), false)
    );
    assert!(matches!(
        shelf.pupil(&PUPIL),
        Err(ShelfError::Locked(PUPIL))
    ));
    assert!(matches!(
        shelf.blob(&photo.id),
        Err(ShelfError::Locked(PUPIL))
    ));
    for wrong in ["4821", "caphh", ""] {
        let error = shelf.unlock(&PUPIL, wrong, NOW).unwrap_err();
        assert!(matches!(error, ShelfError::WrongSecret { .. }), "{error}");
    }
    shelf.unlock(&PUPIL, "caph", NOW).unwrap();
    let state = shelf.lock_state(&PUPIL, NOW).unwrap();
    assert!(state.is_open && state.wrong == 0 && state.wait_ms == 0);
    let log = shelf.pupil(&PUPIL).unwrap();
    assert_eq!(all_events(&log).len(), 35);
    assert_eq!(shelf.blob(&photo.id).unwrap(), own);
    // Locked again while the program runs.
    drop(log);
    shelf.close_pupil(&PUPIL);
    assert!(matches!(
        shelf.pupil(&PUPIL),
        Err(ShelfError::Locked(PUPIL))
    ));
    shelf.unlock(&PUPIL, "caph", NOW).unwrap();
    assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()).len(), 35);
    // Without a lock it opens by itself again.
    shelf.remove_lock(&PUPIL).unwrap();
    drop(shelf);
    let log = open(dir.path()).shelf.pupil(&PUPIL).unwrap();
    assert_eq!(all_events(&log).len(), 35);
}

fn bare_keys_of(shelf: &Shelf) -> Vec<[u8; 32]> {
    let keys = lock(&shelf.0.ground.keys);
    let open = keys
        .pupils()
        .map(|pupil| keys.opened(&pupil).unwrap().clone());
    let pupils: Vec<_> = open.map(|open| *open.keys.first().secret()).collect();
    let mut all = vec![*keys.terminal().first().secret()];
    all.extend(pupils);
    all
}

#[test]
fn a_locked_terminal_fetches_lessons_and_sends_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    append(&log, 4);
    let ours = school(&shelf);
    append(&log, 6);
    shelf.set_lock(&PUPIL, LockKind::Pin, "4821", NOW).unwrap();
    let written = all_events(&log);
    let (open_info, point) = (log.open_info(), log.acknowledged());
    drop((shelf, log));

    let shelf = open(dir.path()).shelf;
    // Lessons and blobs are the terminal's.
    let small = bytes(1, 3000);
    let revision = revision(1, 1, TODAY, vec![text(1, BlobRef::of(&small))]);
    apply(&shelf, vec![put(&revision, &[PUPIL])]);
    shelf.put_blob(&BlobRef::of(&small), &small).unwrap();
    assert_eq!(shelf.lessons(&PUPIL).unwrap().len(), 1);
    // Her journal goes to school as it is, and only the school reads it.
    let owed = shelf.owed(None).unwrap();
    let journal = owed
        .iter()
        .find(|owed| owed.what == SealedFor::Journal(PUPIL))
        .unwrap();
    let read = open_sealed_journal(journal.bytes.clone(), &ours).unwrap();
    assert_eq!((read.open, read.base), (open_info, point));
    assert_eq!(read.events, written);
    let theirs = SecretKey::random().unwrap();
    assert_eq!(open_sealed_journal(journal.bytes.clone(), &theirs), None);
    let torn = journal.bytes[..journal.bytes.len() - 10].to_vec();
    assert_eq!(
        open_sealed_journal(torn, &ours).unwrap().events,
        written[..9]
    );
    assert_eq!(open_sealed_journal(b"hotaruj1".to_vec(), &ours), None);
    // Once is enough, until there is more.
    shelf.mark_owed_sent(journal).unwrap();
    for codes in owed.iter().filter(|owed| owed.what != journal.what) {
        shelf.mark_owed_sent(codes).unwrap();
    }
    assert_eq!(shelf.owed(None).unwrap(), vec![]);
    // Another run of the cloud may have lost them, and another terminal's are not ours.
    assert_eq!(shelf.owed(Some(RunId([5; 16]))).unwrap().len(), 2);
    let other = crate::id::TerminalId([6; 16]);
    let join = |terminal| shelf.update_identity(|identity| identity.terminal = terminal);
    join(Some(other)).unwrap();
    assert_eq!(shelf.owed(None).unwrap().len(), 2);
    join(None).unwrap();
    shelf.unlock(&PUPIL, "4821", NOW).unwrap();
    append(&shelf.pupil(&PUPIL).unwrap(), 1);
    shelf.close_pupil(&PUPIL);
    assert_eq!(shelf.owed(None).unwrap().len(), 1);
}

#[test]
fn a_code_opens_once_and_survives_the_school_being_away() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    append(&log, 3);
    drop(log);
    let ours = school(&shelf);
    shelf.set_lock(&PUPIL, LockKind::Pin, "4821", NOW).unwrap();
    let code = read_out(&shelf, &ours, 1);
    let later = read_out(&shelf, &ours, 2);
    shelf.close_pupil(&PUPIL);
    let late = NOW + (OFFLINE_DAYS + 1) * DAY;
    assert_eq!(shelf.lock_state(&PUPIL, late).unwrap().code, Some(1));
    assert!(matches!(
        shelf.unlock(&PUPIL, "4821", late),
        Err(ShelfError::SignInExpired)
    ));
    assert!(matches!(
        shelf.unlock_by_code(&PUPIL, &later, late),
        Err(ShelfError::WrongUnlockCode)
    ));
    shelf.unlock_by_code(&PUPIL, &code, late).unwrap();
    shelf.set_lock(&PUPIL, LockKind::Pin, "9157", late).unwrap();
    shelf.close_pupil(&PUPIL);
    assert_eq!(
        shelf.lock_state(&PUPIL, late).unwrap().days_left,
        Some(OFFLINE_DAYS)
    );
    assert!(matches!(
        shelf.unlock_by_code(&PUPIL, &code, late),
        Err(ShelfError::WrongUnlockCode)
    ));
    shelf.unlock(&PUPIL, "9157", late).unwrap();
    // They are made anew before they run out, and number on.
    for number in 2..=CODES - 2 {
        shelf.close_pupil(&PUPIL);
        assert_eq!(shelf.lock_state(&PUPIL, late).unwrap().code, Some(number));
        let code = read_out(&shelf, &ours, number);
        shelf.unlock_by_code(&PUPIL, &code, late).unwrap();
    }
    assert_eq!(shelf.owed(None).unwrap().len(), 2);
    let _ = read_out(&shelf, &ours, CODES + 1);
    assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()).len(), 3);
}

#[test]
fn time_without_the_school_locks_and_no_clock_talks_it_out_of_that() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, _) = with_pupil(dir.path());
    shelf.note_contact(NOW).unwrap();
    shelf.set_lock(&PUPIL, LockKind::Pin, "4821", NOW).unwrap();
    let left = |now_ms| shelf.lock_state(&PUPIL, now_ms).unwrap().days_left.unwrap();
    assert_eq!(left(NOW), 60);
    assert_eq!(left(NOW + 46 * DAY), WARN_DAYS);
    assert_eq!(left(NOW + 60 * DAY - 1), 1);
    assert_eq!(left(NOW + 60 * DAY), 0);
    shelf.close_pupil(&PUPIL);
    shelf.unlock(&PUPIL, "4821", NOW + 59 * DAY).unwrap();
    shelf.close_pupil(&PUPIL);
    // Set back, the clock is not believed.
    assert_eq!(left(NOW), 1);
    assert_eq!(left(NOW - 10_000 * DAY), 1);
    assert!(matches!(
        shelf.unlock(&PUPIL, "4821", NOW + 61 * DAY),
        Err(ShelfError::SignInExpired)
    ));
    // Ten years ahead by a flat battery: the school's word mends it.
    assert!(left(NOW + 3650 * DAY) <= 0);
    shelf.note_contact(NOW + 62 * DAY).unwrap();
    assert_eq!(left(NOW + 62 * DAY), 60);
    shelf.unlock(&PUPIL, "4821", NOW + 62 * DAY).unwrap();
    // A contact of the future does not prolong beyond the term.
    assert_eq!(left(NOW), 60);
}

#[test]
fn wrong_tries_are_counted_slowed_and_destroy_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    append(&log, 2);
    drop(log);
    shelf.set_lock(&PUPIL, LockKind::Pin, "4821", NOW).unwrap();
    shelf.close_pupil(&PUPIL);
    for tries in 1..=5 {
        match shelf.unlock(&PUPIL, "0007", NOW) {
            Err(ShelfError::WrongSecret { wrong, wait_ms }) => {
                assert_eq!(wrong, tries);
                assert_eq!(wait_ms > 0, tries == 5);
            }
            other => panic!("{other:?}"),
        }
    }
    // Even the right one has to wait, and a new start of the program saves nothing.
    let slowed = |shelf: &Shelf| match shelf.unlock(&PUPIL, "4821", NOW) {
        Err(ShelfError::Slowed { wait_ms }) => wait_ms,
        other => panic!("{other:?}"),
    };
    assert!(slowed(&shelf) > 20_000);
    drop(shelf);
    let shelf = open(dir.path()).shelf;
    assert!(slowed(&shelf) > 20_000);
    assert_eq!(shelf.lock_state(&PUPIL, NOW).unwrap().wrong, 5);
    // Time passes, as the counter of this run sees it.
    let past = std::time::Instant::now().checked_sub(std::time::Duration::from_secs(31));
    lock(&shelf.0.tries).set(PUPIL, past.unwrap());
    shelf.unlock(&PUPIL, "4821", NOW).unwrap();
    assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()).len(), 2);
}

/// A profile as the first programs left it: bare keys in a file.
fn first_form(dir: &Path) -> Vec<[u8; 32]> {
    let (shelf, log) = with_pupil(dir);
    let small = bytes(1, 3000);
    let large = bytes(2, 600_000);
    let materials = vec![
        text(1, BlobRef::of(&small)),
        handout(2, BlobRef::of(&large)),
    ];
    apply(
        &shelf,
        vec![put(&revision(1, 1, TODAY, materials), &[PUPIL])],
    );
    for blob in [&small, &large] {
        shelf.put_blob(&BlobRef::of(blob), blob).unwrap();
    }
    append(&log, 200);
    log.set_draft("draft", "したがき").unwrap();
    shelf.put_own_blob(&PUPIL, &bytes(3, 400_000)).unwrap();
    shelf
        .update_identity(|identity| identity.token = Some("token".to_owned()))
        .unwrap();
    drop((shelf, log));
    let bare = bare_keys(dir);
    KeyKeeper::open(&Places::new(dir), None, &mut Vec::new())
        .unwrap()
        .write_first_form();
    assert!(contains(&fs::read(dir.join("keys")).unwrap(), &bare[1]));
    bare
}

fn assert_whole(shelf: &Shelf) {
    let log = shelf.pupil(&PUPIL).unwrap();
    assert_eq!(all_events(&log).len(), 200);
    assert_eq!(log.draft("draft").unwrap().as_deref(), Some("したがき"));
    for (seed, len) in [(1, 3000), (2, 600_000), (3, 400_000)] {
        let blob = bytes(seed, len);
        assert_eq!(shelf.blob(&BlobRef::of(&blob).id).unwrap(), blob, "{seed}");
    }
    assert_eq!(shelf.identity().token.as_deref(), Some("token"));
    assert_eq!(shelf.lessons(&PUPIL).unwrap().len(), 1);
}

#[test]
#[ignore = "run by its parent, bare_keys_are_wrapped_and_made_anew_whatever_interrupts"]
fn child_wraps() {
    let (Some(dir), Some(ring)) = (std::env::var_os(DIR), std::env::var_os(RING)) else {
        return;
    };
    let (dir, ring) = (Path::new(&dir), Path::new(&ring));
    let shelf = Shelf::open(dir, &with_ring(ring)).unwrap().shelf;
    shelf.pupil(&PUPIL).unwrap();
    shelf.tidy(&|| true).unwrap();
}

#[test]
fn bare_keys_are_wrapped_and_made_anew_whatever_interrupts() {
    let origin = tempfile::tempdir().unwrap();
    let bare = first_form(origin.path());
    let mut killed = 0;
    for at in 1_u64.. {
        let dir = tempfile::tempdir().unwrap();
        let ring = tempfile::tempdir().unwrap();
        copy(origin.path(), dir.path());
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "shelf::tests::locks::child_wraps", "--ignored"])
            .env(DIR, dir.path())
            .env(RING, ring.path())
            .env(KILL_AT, at.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let opened = Shelf::open(dir.path(), &with_ring(ring.path())).unwrap();
        assert_whole(&opened.shelf);
        opened.shelf.tidy(&|| true).unwrap();
        assert!(opened.shelf.is_in_keyring());
        drop(opened);
        assert_nowhere(dir.path(), &bare);
        let opened = Shelf::open(dir.path(), &with_ring(ring.path())).unwrap();
        assert_whole(&opened.shelf);
        assert!(lock(&opened.shelf.0.ground.keys).terminal().is_settled());
        drop(opened);
        // The former keys, put back, open nothing that is there now.
        let stolen = tempfile::tempdir().unwrap();
        copy(dir.path(), stolen.path());
        for name in ["keys", "keys.b"] {
            fs::copy(origin.path().join(name), stolen.path().join(name)).unwrap();
        }
        if let Ok(opened) = Shelf::open(stolen.path(), &options()) {
            let shelf = opened.shelf;
            assert_eq!(shelf.identity().token, None);
            assert!(shelf.lessons(&PUPIL).unwrap().is_empty());
            let log = shelf.pupil(&PUPIL);
            assert!(log.is_err() || all_events(&log.unwrap()).is_empty());
        }
        if status.success() {
            break;
        }
        killed += 1;
    }
    println!("killed at {killed} steps");
    assert!(killed >= 10, "only {killed} steps");
}

#[test]
fn a_keyring_that_is_closed_says_so_and_one_that_is_gone_loses_the_profile_only() {
    let dir = tempfile::tempdir().unwrap();
    let ring = tempfile::tempdir().unwrap();
    let options = with_ring(ring.path());
    let shelf = Shelf::open(dir.path(), &options).unwrap().shelf;
    shelf.add_pupil(entry(PUPIL)).unwrap();
    append(&shelf.pupil(&PUPIL).unwrap(), 3);
    assert!(shelf.is_in_keyring());
    drop(shelf);
    fs::write(ring.path().join("closed"), "").unwrap();
    for closed in [options.clone(), self::options()] {
        let error = Shelf::open(dir.path(), &closed).unwrap_err();
        assert!(matches!(error, ShelfError::KeyringClosed { .. }), "{error}");
    }
    fs::remove_file(ring.path().join("closed")).unwrap();
    let shelf = Shelf::open(dir.path(), &options).unwrap().shelf;
    assert_eq!(all_events(&shelf.pupil(&PUPIL).unwrap()).len(), 3);
    drop(shelf);
    // A check reads through the keyring, and leaves it as it is.
    let checkup = check_profile(dir.path(), &options, &mut |_, _| true).unwrap();
    assert!(checkup.is_sound(), "{:?}", checkup.findings);
    assert_eq!(fs::read_dir(ring.path()).unwrap().count(), 1);
    // Erasing takes its secret out of the keyring as well.
    erase_profile(dir.path(), b"{}", options.keyring.as_deref()).unwrap();
    assert_eq!(fs::read_dir(ring.path()).unwrap().count(), 0);
}
