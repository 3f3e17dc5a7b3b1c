//! Blobs: whole, in parts, at any place, within the limit.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use super::*;
use crate::blob::GROUP_LEN;

const SIZES: [usize; 9] = [
    0, 1, 4000, 16_384, 200_000, 262_144, 262_145, 300_000, 1_000_000,
];

/// Fetches a blob's groups from where the download stands, up to `until` bytes.
fn fetch(shelf: &Shelf, blob: &BlobRef, bytes: &[u8], until: u64) -> Partial {
    let mut partial = shelf.partial(blob).unwrap();
    while partial.have() < until.min(blob.len) {
        let from = partial.have() as usize;
        let to = (from + GROUP_LEN as usize).min(bytes.len());
        partial.append(&bytes[from..to]).unwrap();
    }
    partial
}

#[test]
fn blobs_of_any_size_return() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    for (seed, len) in (0..).zip(SIZES) {
        let (whole, parts) = (bytes(seed, len), bytes(seed + 100, len));
        let (a, b) = (BlobRef::of(&whole), BlobRef::of(&parts));
        assert_eq!(shelf.blob(&a.id).unwrap_err().code(), "no-blob");
        shelf.put_blob(&a, &whole).unwrap();
        shelf.put_blob(&a, &whole).unwrap();
        fetch(&shelf, &b, &parts, u64::MAX).finish().unwrap();
        for (blob, bytes) in [(a, &whole), (b, &parts)] {
            assert!(shelf.has_blob(&blob.id).unwrap());
            assert_eq!(&shelf.blob(&blob.id).unwrap(), bytes);
        }
    }
    drop(shelf);
    let opened = open(dir.path());
    assert_eq!(opened.report, OpenReport::default());
    for (seed, len) in (0..).zip(SIZES) {
        let whole = bytes(seed, len);
        assert_eq!(opened.shelf.blob(&BlobId::of(&whole)).unwrap(), whole);
    }
    assert!(files(&dir.path().join("terminal/partial")).is_empty());
}

#[test]
fn wrong_bytes_are_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let good = bytes(1, 300_000);
    let blob = BlobRef::of(&good);
    let mut bad = good.clone();
    bad[200_000] ^= 1;
    assert_eq!(
        shelf.put_blob(&blob, &bad).unwrap_err().code(),
        "wrong-blob"
    );
    let longer = BlobRef {
        len: blob.len + 1,
        ..blob
    };
    assert_eq!(
        shelf.put_blob(&longer, &good).unwrap_err().code(),
        "wrong-blob"
    );
    let partial = fetch(&shelf, &blob, &bad, u64::MAX);
    assert_eq!(partial.finish().unwrap_err().code(), "wrong-blob");
    assert!(!shelf.has_blob(&blob.id).unwrap());
    assert_eq!(shelf.partial(&blob).unwrap().have(), 0, "it begins anew");
    let huge = BlobRef {
        len: u64::MAX,
        ..blob
    };
    assert_eq!(shelf.partial(&huge).unwrap_err().code(), "large-blob");
}

#[test]
fn a_download_goes_on_where_it_stood() {
    let dir = tempfile::tempdir().unwrap();
    let all = bytes(1, 1_000_000);
    let blob = BlobRef::of(&all);
    let shelf = open(dir.path()).shelf;
    apply(
        &shelf,
        vec![put(
            &revision(1, 1, TODAY, vec![handout(1, blob)]),
            &[PUPIL],
        )],
    );
    let mut partial = fetch(&shelf, &blob, &all, 400_000);
    partial.sync().unwrap();
    let have = partial.have();
    assert_eq!(have, 25 * GROUP_LEN);
    assert_eq!(partial.append(&[0; 100]).unwrap_err().code(), "wrong-group");
    drop(partial);
    assert_eq!(shelf.wants(TODAY).unwrap()[0].have, have);
    drop(shelf);

    let shelf = open(dir.path()).shelf;
    assert_eq!(shelf.wants(TODAY).unwrap()[0].have, have);
    let partial = shelf.partial(&blob).unwrap();
    assert_eq!(partial.have(), have, "nothing is fetched twice");
    assert_eq!(
        partial.finish().unwrap_err().code(),
        "wrong-group",
        "not before it is whole"
    );
    fetch(&shelf, &blob, &all, u64::MAX).finish().unwrap();
    assert_eq!(shelf.blob(&blob.id).unwrap(), all);
    assert_eq!(shelf.wants(TODAY).unwrap(), []);
}

#[test]
fn a_torn_or_damaged_download_keeps_only_what_is_proven() {
    let all = bytes(1, 200_000);
    let blob = BlobRef::of(&all);
    for (cut, flip, groups) in [
        (Some(70_000), None, 4),
        (Some(50), None, 0),
        (None, Some(40_000), 2),
        (None, Some(3), 0),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let shelf = open(dir.path()).shelf;
        fetch(&shelf, &blob, &all, 160_000).sync().unwrap();
        let path = files(&dir.path().join("terminal/partial")).remove(0);
        let mut raw = fs::read(&path).unwrap();
        if let Some(at) = flip {
            raw[at as usize] ^= 8;
        }
        raw.truncate(cut.unwrap_or(raw.len()));
        fs::write(&path, raw).unwrap();
        assert_eq!(
            shelf.partial(&blob).unwrap().have(),
            groups * GROUP_LEN,
            "{cut:?} {flip:?}"
        );
        fetch(&shelf, &blob, &all, u64::MAX).finish().unwrap();
        assert_eq!(shelf.blob(&blob.id).unwrap(), all);
    }
}

#[test]
fn a_reader_gives_any_place() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    for len in [100, 1_000_000] {
        let all = bytes(1, len);
        let blob = BlobRef::of(&all);
        shelf.put_blob(&blob, &all).unwrap();
        let mut reader = shelf.blob_reader(&blob.id).unwrap();
        assert_eq!(reader.len(), len as u64);
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        assert_eq!(read, all);
        for at in [0, 50, len / 2, len - 3] {
            reader.seek(SeekFrom::Start(at as u64)).unwrap();
            let mut some = [0; 3];
            reader.read_exact(&mut some).unwrap();
            assert_eq!(some, all[at..at + 3]);
        }
        assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), len as u64 - 1);
        assert!(reader.seek(SeekFrom::End(-(len as i64) - 1)).is_err());
        assert_eq!(reader.seek(SeekFrom::End(10)).unwrap(), len as u64 + 10);
        assert_eq!(reader.read(&mut [0; 4]).unwrap(), 0);
    }
}

#[test]
fn a_damaged_file_is_noticed_dropped_and_wanted_again() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let all = bytes(1, 600_000);
    let blob = BlobRef::of(&all);
    apply(
        &shelf,
        vec![put(
            &revision(1, 1, TODAY, vec![handout(1, blob)]),
            &[PUPIL],
        )],
    );
    let spoil = |at: usize| {
        let path = files(&dir.path().join("terminal/files")).remove(0);
        let mut raw = fs::read(&path).unwrap();
        raw[at] ^= 1;
        fs::write(&path, raw).unwrap();
    };
    for at in [0, 60, 100, 20_000, 590_000] {
        shelf.put_blob(&blob, &all).unwrap();
        assert!(shelf.wants(TODAY).unwrap().is_empty());
        spoil(at);
        assert_eq!(
            shelf.blob(&blob.id).unwrap_err().code(),
            "damaged-blob",
            "{at}"
        );
        assert_eq!(shelf.wants(TODAY).unwrap().len(), 1);
        assert_eq!(shelf.blob(&blob.id).unwrap_err().code(), "no-blob");
    }
    shelf.put_blob(&blob, &all).unwrap();
    spoil(300_000);
    let mut reader = shelf.blob_reader(&blob.id).unwrap();
    let mut read = Vec::new();
    let error = reader.read_to_end(&mut read).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(
        read.len() >= 250_000 && all.starts_with(&read),
        "only proven bytes came out"
    );
    assert_eq!(shelf.wants(TODAY).unwrap().len(), 1);

    shelf.put_blob(&blob, &all).unwrap();
    let path = files(&dir.path().join("terminal/files")).remove(0);
    fs::write(&path, &fs::read(&path).unwrap()[..500_000]).unwrap();
    assert_eq!(
        shelf.blob_reader(&blob.id).unwrap_err().code(),
        "damaged-blob"
    );
}

#[test]
fn the_limit_gives_up_what_is_spare_and_nothing_assigned() {
    let dir = tempfile::tempdir().unwrap();
    let options = OpenOptions {
        cap_bytes: 1_000_000,
        ..options()
    };
    let shelf = Shelf::open(dir.path(), &options).unwrap().shelf;
    shelf.add_pupil(entry(PUPIL)).unwrap();
    let make = |seed: u8| {
        let all = bytes(seed, 300_000);
        (BlobRef::of(&all), all)
    };
    let (assigned, spare, own, next) = (make(1), make(2), make(3), make(4));
    let lesson = vec![handout(1, assigned.0), handout(2, next.0)];
    apply(&shelf, vec![put(&revision(1, 1, TODAY, lesson), &[PUPIL])]);
    shelf.put_blob(&assigned.0, &assigned.1).unwrap();
    shelf.put_blob(&spare.0, &spare.1).unwrap();
    assert_eq!(shelf.put_own_blob(&PUPIL, &own.1).unwrap(), own.0);
    assert_eq!(shelf.evictable(), [spare.0]);
    let usage = shelf.usage().unwrap();
    assert_eq!(
        (usage.handouts, usage.own, usage.spare),
        (300_000, 300_000, 300_000)
    );
    assert_eq!((usage.blobs(), usage.cap), (900_000, 1_000_000));

    shelf.put_blob(&next.0, &next.1).unwrap();
    assert!(
        !shelf.has_blob(&spare.0.id).unwrap(),
        "the spare one made room"
    );
    let refused = shelf.put_blob(&spare.0, &spare.1).unwrap_err();
    assert!(matches!(
        refused,
        ShelfError::CapReached {
            wanted: 300_000,
            used: 900_000,
            ..
        }
    ));
    assert_eq!(shelf.partial(&spare.0).unwrap_err().code(), "cap-reached");
    assert_eq!(
        shelf.evict(u64::MAX).unwrap(),
        0,
        "nothing assigned, nothing own"
    );
    for (blob, all) in [&assigned, &own, &next] {
        assert_eq!(&shelf.blob(&blob.id).unwrap(), all);
    }
    drop(shelf);
    let shelf = Shelf::open(dir.path(), &options).unwrap().shelf;
    assert_eq!(shelf.blob(&own.0.id).unwrap(), own.1);
}

#[test]
fn too_little_room_on_the_disk_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    drop(shelf);
    let options = OpenOptions {
        min_free_bytes: u64::MAX / 4,
        ..options()
    };
    let refused = Shelf::open(dir.path(), &options).unwrap_err();
    assert!(matches!(refused, ShelfError::NoSpace { wanted, free } if wanted > free));
}

#[test]
fn compaction_keeps_every_blob() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let all: Vec<Vec<u8>> = (0..120).map(|seed| bytes(seed, 250_000)).collect();
    for bytes in &all {
        shelf.put_blob(&BlobRef::of(bytes), bytes).unwrap();
    }
    let kept: Vec<Material> = (0..20_u8)
        .map(|n| photo(n, BlobRef::of(&all[usize::from(n)])))
        .collect();
    apply(&shelf, vec![put(&revision(1, 1, TODAY, kept), &[PUPIL])]);
    assert_eq!(
        shelf.usage().unwrap().spare,
        0,
        "the sweep took what no lesson names"
    );
    let before = shelf.usage().unwrap().databases;
    let freed = shelf.tidy(&|| true).unwrap().freed;
    let after = shelf.usage().unwrap();
    println!(
        "media before {before}, after {}, live {}",
        after.databases,
        after.blobs()
    );
    assert!(freed > 10_000_000, "{freed}");
    assert!(after.databases < after.blobs() * 13 / 10 + (2 << 20));
    assert_eq!(shelf.tidy(&|| true).unwrap(), Tidied::default());
    drop(shelf);
    let shelf = open(dir.path()).shelf;
    for bytes in &all[..20] {
        assert_eq!(&shelf.blob(&BlobId::of(bytes)).unwrap(), bytes);
    }
}
