//! What terminals seal for the school: journals of locked pupils, secrets of codes. Whoever has
//! the school's public key can put anything into a box.

use std::fs;
use std::path::Path;

use hotaru_content::boxed;
use hotaru_content::clock::Stamp;
use hotaru_content::id::{BootId, ClassId, PupilId};
use hotaru_content::key::SecretKey;
use hotaru_content::shelf::{OpenOptions, PupilEntry, Shelf, open_sealed_journal};
use hotaru_content::unlock::{CODES, CodeSecret, PURPOSE, UnlockCode};
use hotaru_sync::pack::{PushBody, sample};

use crate::bytes::Bytes;

/// What a journal's box is bound to, as a terminal has it.
const JOURNAL_PURPOSE: &str = "hotaru journal 1";
const BOX: u64 = u64::MAX - 1;
const PUPIL: PupilId = PupilId([1; 16]);

fn school() -> SecretKey {
    SecretKey::from_bytes([7; 32])
}

/// Any file and anything in a box open without harm; events of a journal are in order.
pub fn sealed(data: &[u8]) {
    let mut data = Bytes(data);
    let kind = data.byte() % 4;
    let rest = data.0;
    match kind {
        0 => journal(rest.to_vec()),
        1 => journal(with_box(rest)),
        2 => codes(rest),
        _ => {
            let text = String::from_utf8_lossy(rest);
            if let Ok(code) = text.parse::<UnlockCode>() {
                assert_eq!(code.to_string().parse().as_ref(), Ok(&code));
                assert_eq!(code.digits().parse().as_ref(), Ok(&code));
            }
        }
    }
}

fn journal(bytes: Vec<u8>) {
    let Some(journal) = open_sealed_journal(bytes, &school()) else {
        return;
    };
    let first = journal.base.next_seq;
    for (seq, event) in (first..).zip(&journal.events) {
        assert_eq!(event.seq, seq);
    }
    // What the cloud then does with it: a refusal or a push, never harm.
    let events = journal.events.into_iter().take(100).collect();
    let _ = PushBody::new(&journal.open, journal.base, events);
}

fn codes(inside: &[u8]) {
    let Some(secret) = CodeSecret::from_bytes(inside) else {
        return;
    };
    for number in [0, secret.first, u32::MAX] {
        if let Some(code) = secret.code(number) {
            assert_eq!(code.to_string().parse().as_ref(), Ok(&code));
        }
    }
    let past = secret.first.checked_add(CODES);
    assert!(past.is_none_or(|past| secret.code(past).is_none()));
    let boxed = boxed::fill(&boxed::public_of(&school()).unwrap(), PURPOSE, inside).unwrap();
    let opened = boxed::open(&school(), PURPOSE, &boxed).unwrap();
    assert_eq!(opened.as_slice(), inside);
}

/// A journal's file with nothing but a box in it.
fn with_box(inside: &[u8]) -> Vec<u8> {
    let key = boxed::public_of(&school()).unwrap();
    let boxed = boxed::fill(&key, JOURNAL_PURPOSE, inside).unwrap();
    let envelope = [&key.0[..8], &boxed].concat();
    let (len, seq) = ((envelope.len() as u32).to_le_bytes(), BOX.to_le_bytes());
    let mut sum = [0; 16];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&len).update(&seq).update(&envelope);
    hasher.finalize_xof().fill(&mut sum);
    [b"hotaruj1".as_slice(), &len, &seq, &sum, &envelope].concat()
}

pub fn sealed_seeds() -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let journal = real_journal(dir.path());
    let secret = CodeSecret {
        pupil: PUPIL,
        first: 9,
        secret: SecretKey::from_bytes([3; 32]),
    };
    let code = secret.code(9).unwrap();
    let cut = journal[..journal.len() - 9].to_vec();
    let inside = [&[16; 17][..], &[0; 120]].concat();
    let kinds = [
        (0, journal),
        (0, cut),
        (1, inside),
        (2, secret.to_bytes().unwrap().to_vec()),
        (3, code.to_string().into_bytes()),
        (3, "１２３４ー５６７８　９０１２－３４５６".into()),
    ];
    let seeds = kinds.into_iter();
    seeds
        .map(|(kind, bytes)| [&[kind][..], &bytes].concat())
        .collect()
}

fn real_journal(dir: &Path) -> Vec<u8> {
    let options = OpenOptions {
        min_free_bytes: 0,
        ..OpenOptions::default()
    };
    let shelf = Shelf::open(dir, &options).unwrap().shelf;
    let key = boxed::public_of(&school()).unwrap();
    shelf.learn_school_key(key).unwrap();
    shelf
        .add_pupil(PupilEntry {
            pupil: PUPIL,
            number: 7,
            class: ClassId([9; 16]),
            class_name: "6-1".to_owned(),
            grade: "P6".to_owned(),
        })
        .unwrap();
    let log = shelf.pupil(&PUPIL).unwrap();
    for (at, event) in (0..).zip(sample::answers(1, 0, 3)) {
        let stamp = Stamp {
            wall_ms: 1_795_000_000_000,
            mono_ms: at,
            boot: BootId([7; 16]),
        };
        log.append(stamp, &event.fact()).unwrap();
    }
    let folders = fs::read_dir(dir.join("pupils")).unwrap();
    let folder = folders.flatten().next().unwrap().path();
    fs::read(folder.join("journal")).unwrap()
}
