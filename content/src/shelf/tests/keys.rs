//! A key is renewed: whatever interrupts it, the terminal has one that the school takes.

use std::process::{Command, Stdio};

use super::super::step::KILL_AT;
use super::*;
use crate::key::Signature;
use crate::renewal::{Handover, Pending};

const DIR: &str = "HOTARU_SHELF_KEYS";
const OLD: [u8; 32] = *b"the key of before, 32 bytes long";
const NEW: [u8; 32] = *b"a later key, of 32 bytes as well";

fn pending() -> Pending {
    Pending {
        secret: SecretKey::from_bytes(NEW),
        handover: Handover {
            former: PublicKey(OLD),
            key: PublicKey(NEW),
            signature: Signature([3; 64]),
        },
    }
}

fn prepare(shelf: &Shelf) {
    shelf
        .update_identity(|identity| identity.renewal.pending = Some(pending()))
        .unwrap();
}

fn take(shelf: &Shelf) {
    shelf
        .update_identity(|identity| {
            let key = identity.signing_key.as_mut().unwrap();
            assert!(identity.renewal.take(key, PublicKey(NEW)));
        })
        .unwrap();
}

/// What the files of a profile hold of a key.
fn holds(dir: &Path, key: &[u8]) -> bool {
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    files(dir).iter().any(|path| {
        let bytes = fs::read(path).unwrap();
        let held = |part: &[u8]| bytes.windows(part.len()).any(|held| held == part);
        held(key) || held(digits.as_bytes())
    })
}

#[test]
#[ignore = "run by its parent, a_kill_at_any_step_of_a_renewal_leaves_a_key_that_signs"]
fn child_renews() {
    if let Some(dir) = std::env::var_os(DIR) {
        let shelf = open(Path::new(&dir)).shelf;
        prepare(&shelf);
        // The school is told between the two.
        println!("prepared");
        take(&shelf);
        println!("taken");
    }
}

#[test]
fn a_kill_at_any_step_of_a_renewal_leaves_a_key_that_signs() {
    let origin = tempfile::tempdir().unwrap();
    {
        let (shelf, _log) = with_pupil(origin.path());
        shelf
            .update_identity(|identity| identity.signing_key = Some(SecretKey::from_bytes(OLD)))
            .unwrap();
    }
    let (mut killed, mut stood) = (0, [false; 3]);
    for at in 1_u64.. {
        let dir = tempfile::tempdir().unwrap();
        copy(origin.path(), dir.path());
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "shelf::tests::keys::child_renews", "--ignored"])
            .arg("--nocapture")
            .env(DIR, dir.path())
            .env(KILL_AT, at.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout).into_owned();
        let identity = open(dir.path()).shelf.identity();
        let key = identity.signing_key.unwrap();
        let renewal = identity.renewal;
        // Before, between, after: never a new key alone that the school may not have, nor the
        // old one alone where it may have the new one.
        let stands = if key.as_bytes() == &OLD {
            assert!(renewal.handovers.is_empty());
            match renewal.pending {
                None => {
                    assert!(!said.contains("prepared"), "{said}");
                    0
                }
                Some(kept) => {
                    assert_eq!(kept, pending());
                    assert!(!said.contains("taken"), "{said}");
                    1
                }
            }
        } else {
            assert_eq!(key.as_bytes(), &NEW);
            assert_eq!(renewal.handovers, [pending().handover]);
            assert_eq!(renewal.pending, None);
            assert!(said.contains("prepared"), "{said}");
            2
        };
        stood[stands] = true;
        // No key lies open on the disk, in whatever form.
        assert!(!holds(dir.path(), &OLD) && !holds(dir.path(), &NEW));
        if child.status.success() {
            break;
        }
        killed += 1;
    }
    println!("killed at {killed} steps");
    assert!(killed >= 6 && stood == [true; 3], "{killed} {stood:?}");
}

/// A profile of the version before has no word of renewals.
#[test]
fn a_key_of_before_keys_were_renewed_stays() {
    let key = SecretKey::from_bytes(OLD);
    let identity = Identity {
        signing_key: Some(key.clone()),
        ..Identity::default()
    };
    let mut written = serde_json::to_value(&identity).unwrap();
    written.as_object_mut().unwrap().remove("renewal").unwrap();
    let read: Identity = serde_json::from_value(written).unwrap();
    assert_eq!(read, identity);
}
