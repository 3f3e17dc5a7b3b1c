//! Lessons, wants and receipts.

use super::*;
use crate::lesson::Need;

#[test]
fn lessons_come_change_and_go() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let (a, b) = (BlobRef::of(b"text a"), BlobRef::of(b"text b"));
    let early = Revision {
        period: Some(1),
        ..revision(2, 1, TODAY, vec![text(1, b)])
    };
    let old = revision(3, 1, date(2026, 11, 1), vec![text(2, b)]);
    apply(
        &shelf,
        vec![
            put(
                &revision(1, 1, TODAY, vec![text(1, a), text(2, a)]),
                &[PUPIL, OTHER],
            ),
            put(&early, &[PUPIL]),
            put(&old, &[PUPIL]),
        ],
    );
    let order: Vec<u8> = shelf
        .lessons(&PUPIL)
        .unwrap()
        .iter()
        .map(|lesson| lesson.lesson.0[0])
        .collect();
    assert_eq!(order, [3, 2, 1], "by day, then period");
    assert_eq!(shelf.lessons(&OTHER).unwrap().len(), 1, "each sees her own");
    let lesson = shelf.lesson(&LessonId([1; 16])).unwrap().unwrap();
    assert_eq!(
        (lesson.missing.as_slice(), lesson.missing_bytes),
        ([a].as_slice(), 6)
    );
    assert!(!lesson.is_ready());
    shelf.put_blob(&a, b"text a").unwrap();
    assert!(
        shelf
            .lesson(&LessonId([1; 16]))
            .unwrap()
            .unwrap()
            .is_ready()
    );

    apply(
        &shelf,
        vec![LessonChange::Withdraw {
            lesson: LessonId([1; 16]),
        }],
    );
    assert_eq!(
        shelf
            .lesson(&LessonId([1; 16]))
            .unwrap()
            .map(|lesson| lesson.lesson),
        None
    );
    assert!(
        !shelf.has_blob(&a.id).unwrap(),
        "a withdrawn lesson's blobs leave"
    );
    let before: Vec<_> = shelf
        .lessons(&PUPIL)
        .unwrap()
        .iter()
        .map(|l| l.doc.clone())
        .collect();
    drop(shelf);
    let opened = open(dir.path());
    assert_eq!(opened.report, OpenReport::default());
    let after: Vec<_> = opened
        .shelf
        .lessons(&PUPIL)
        .unwrap()
        .iter()
        .map(|l| l.doc.clone())
        .collect();
    assert_eq!(after, before);
    assert_eq!(opened.shelf.cursor().unwrap(), 3);
}

#[test]
fn a_batch_that_is_wrong_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let good = revision(1, 1, TODAY, vec![text(1, BlobRef::of(b"a"))]);
    let stale = LessonBatch {
        listing: None,
        after: 5,
        cursor: 6,
        changes: vec![],
    };
    assert_eq!(
        shelf.apply_lessons(&stale).unwrap_err().code(),
        "stale-batch"
    );
    let LessonChange::Put { document, .. } = put(&good, &[PUPIL]) else {
        panic!()
    };
    let other = LessonChange::Put {
        lesson: LessonId([9; 16]),
        revision: 1,
        document: document.clone(),
        pupils: vec![],
    };
    let cut = LessonChange::Put {
        lesson: good.lesson,
        revision: 1,
        document: document[..document.len() / 2].to_vec(),
        pupils: vec![],
    };
    for (bad, code) in [(other, "wrong-document"), (cut, "bad-lesson")] {
        let changes = vec![put(&good, &[PUPIL]), bad];
        let batch = LessonBatch {
            listing: None,
            after: 0,
            cursor: 1,
            changes,
        };
        assert_eq!(shelf.apply_lessons(&batch).unwrap_err().code(), code);
        assert_eq!(
            (
                shelf.cursor().unwrap(),
                shelf.lessons(&PUPIL).unwrap().len()
            ),
            (0, 0)
        );
    }
}

#[test]
fn a_large_batch_arrives_whole() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let blobs: Vec<Material> = (0..150_u8).map(|n| text(n, BlobRef::of(&[n]))).collect();
    let changes: Vec<LessonChange> = (1..=220_u8)
        .map(|n| put(&revision(n, 1, TODAY, blobs.clone()), &[PUPIL]))
        .collect();
    apply(&shelf, changes);
    drop(shelf);
    let begun = std::time::Instant::now();
    let shelf = open(dir.path()).shelf;
    println!("220 lessons of 150 materials open in {:?}", begun.elapsed());
    assert_eq!(shelf.lessons(&PUPIL).unwrap().len(), 220);
    assert_eq!(shelf.cursor().unwrap(), 2);
}

#[test]
fn two_hundred_lessons_open_quickly() {
    let dir = tempfile::tempdir().unwrap();
    let (shelf, log) = with_pupil(dir.path());
    let changes: Vec<LessonChange> = (1..=200_u8)
        .map(|n| {
            let blob = |k: u8| BlobRef::of(&[n, k]);
            let mut materials: Vec<Material> = (0..3).map(|k| text(k, blob(k))).collect();
            materials.push(photo(3, blob(3)));
            materials.push(handout(4, blob(4)));
            put(&revision(n, 1, TODAY, materials), &[PUPIL])
        })
        .collect();
    apply(&shelf, changes);
    for (n, k) in (1..=200_u8).flat_map(|n| (0..5).map(move |k| (n, k))) {
        shelf.put_blob(&BlobRef::of(&[n, k]), &[n, k]).unwrap();
    }
    append(&log, 1000);
    drop((shelf, log));
    let begun = std::time::Instant::now();
    let shelf = open(dir.path()).shelf;
    let opened = begun.elapsed();
    let log = shelf.pupil(&PUPIL).unwrap();
    let with_log = begun.elapsed();
    let ready = shelf.lessons(&PUPIL).unwrap();
    println!("200 lessons, 1,000 blobs: {opened:?}; with a log of 1,000 events {with_log:?}");
    assert!(ready.len() == 200 && ready.iter().all(ShelvedLesson::is_ready));
    assert_eq!(log.point().next_seq, 1000);
    // Ten times the budget, for a machine that does ten things at once.
    assert!(with_log.as_millis() < 2000);
}

#[test]
fn expired_lessons_leave_with_what_only_they_needed() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let (own, shared) = (BlobRef::of(b"own"), BlobRef::of(b"shared"));
    let short = Revision {
        expires: date(2026, 11, 22),
        ..revision(1, 1, TODAY, vec![text(1, own), text(2, shared)])
    };
    apply(
        &shelf,
        vec![
            put(&short, &[PUPIL]),
            put(&revision(2, 1, TODAY, vec![text(3, shared)]), &[PUPIL]),
        ],
    );
    shelf.put_blob(&own, b"own").unwrap();
    shelf.put_blob(&shared, b"shared").unwrap();
    assert_eq!(shelf.expire(date(2026, 11, 22)).unwrap(), []);
    assert_eq!(
        shelf.expire(date(2026, 11, 23)).unwrap(),
        [LessonId([1; 16])]
    );
    assert!(!shelf.has_blob(&own.id).unwrap());
    assert!(shelf.has_blob(&shared.id).unwrap());
}

#[test]
fn wants_stand_in_the_order_of_need() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let blob = |n: u8, len: usize| BlobRef::of(&bytes(n, len));
    let yesterday = date(2026, 11, 19);
    let tomorrow = date(2026, 11, 21);
    apply(
        &shelf,
        vec![
            put(
                &revision(
                    1,
                    1,
                    TODAY,
                    vec![
                        handout(1, blob(1, 10)),
                        photo(2, blob(2, 5)),
                        text(3, blob(3, 900)),
                    ],
                ),
                &[PUPIL],
            ),
            put(
                &revision(
                    2,
                    1,
                    yesterday,
                    vec![text(4, blob(4, 3)), photo(5, blob(5, 4))],
                ),
                &[],
            ),
            put(
                &revision(
                    3,
                    1,
                    tomorrow,
                    vec![text(6, blob(6, 2)), text(7, blob(3, 900))],
                ),
                &[],
            ),
        ],
    );
    let wants = shelf.wants(TODAY).unwrap();
    let order: Vec<(u64, Need, bool)> = wants
        .iter()
        .map(|want| (want.blob.len, want.need, want.is_today))
        .collect();
    assert_eq!(
        order,
        [
            (900, Need::TextOrDrill, true),
            (2, Need::TextOrDrill, false),
            (3, Need::TextOrDrill, false),
            (4, Need::Photo, false),
            (5, Need::Photo, true),
            (10, Need::Handout, true),
        ]
    );
    // A clock that is years behind still has a newest class day.
    assert!(shelf.wants(date(2001, 1, 1)).unwrap()[0].is_today);
}

#[test]
fn a_new_revision_offers_the_old_blob_to_patch_from() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let (v1, v2, v3) = (BlobRef::of(b"v1"), BlobRef::of(b"v2"), BlobRef::of(b"v3"));
    let lesson = |n, blob| revision(1, n, TODAY, vec![text(1, blob), text(2, BlobRef::of(b"x"))]);
    apply(&shelf, vec![put(&lesson(1, v1), &[PUPIL])]);
    shelf.put_blob(&v1, b"v1").unwrap();
    apply(&shelf, vec![put(&lesson(2, v2), &[PUPIL])]);
    let bases = |shelf: &Shelf| {
        let wants = shelf.wants(TODAY).unwrap();
        wants
            .into_iter()
            .find(|want| want.material == MaterialId([1; 16]))
            .map(|w| w.bases)
    };
    assert_eq!(bases(&shelf), Some(vec![v1]));
    apply(&shelf, vec![put(&lesson(3, v3), &[PUPIL])]);
    assert_eq!(bases(&shelf), Some(vec![v1]), "v2 never came");
    drop(shelf);
    let shelf = open(dir.path()).shelf;
    assert_eq!(bases(&shelf), Some(vec![v1]));
    shelf.put_blob(&v3, b"v3").unwrap();
    assert_eq!(bases(&shelf), None);
}

#[test]
fn receipts_are_owed_until_the_cloud_took_them() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = open(dir.path()).shelf;
    let (a, b) = (BlobRef::of(b"aaa"), BlobRef::of(b"bbbb"));
    let lesson = LessonId([1; 16]);
    apply(
        &shelf,
        vec![put(&revision(1, 1, TODAY, vec![text(1, a)]), &[PUPIL])],
    );
    assert_eq!(shelf.receipts_owed().unwrap(), []);
    let no_space = Receipt {
        lesson,
        revision: 1,
        state: ReceiptState::NoSpace { missing_bytes: 3 },
    };
    shelf.set_receipt(no_space).unwrap();
    assert_eq!(shelf.receipts_owed().unwrap(), [no_space]);
    shelf.mark_receipts_sent(&[no_space]).unwrap();
    assert_eq!(shelf.receipts_owed().unwrap(), []);

    shelf.put_blob(&a, b"aaa").unwrap();
    let here = Receipt {
        lesson,
        revision: 1,
        state: ReceiptState::OnTerminal,
    };
    assert_eq!(shelf.receipts_owed().unwrap(), [here]);
    drop(shelf);
    let shelf = open(dir.path()).shelf;
    assert_eq!(
        shelf.receipts_owed().unwrap(),
        [here],
        "owed across a restart"
    );
    shelf.mark_receipts_sent(&[here]).unwrap();
    drop(shelf);
    let shelf = open(dir.path()).shelf;
    assert_eq!(shelf.receipts_owed().unwrap(), []);

    apply(
        &shelf,
        vec![put(&revision(1, 2, TODAY, vec![text(1, b)]), &[PUPIL])],
    );
    shelf.mark_receipts_sent(&[here]).unwrap();
    shelf.put_blob(&b, b"bbbb").unwrap();
    let second = Receipt {
        revision: 2,
        ..here
    };
    assert_eq!(
        shelf.receipts_owed().unwrap(),
        [second],
        "each revision has its own"
    );
}
