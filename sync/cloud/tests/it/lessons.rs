use std::collections::BTreeMap;
use std::time::Duration;

use hotaru_cloud::folder::Folder;
use hotaru_cloud::store::Store;
use hotaru_content::blob::BlobRef;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::Body;
use hotaru_sync::patch;
use hotaru_sync::wire::{
    self, Change, DeliveryState, DeskReceipts, Lessons, Receipt, ReceiptState, path,
};
use reqwest::Method;
use sqlx::Connection;

use crate::school::{lesson, next, serving, text};

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[tokio::test]
async fn nothing_new_is_said_in_few_bytes() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    let first = lesson("一", vec![text(&http, &class, "一").await]);
    http.publish(&class, &first).await;
    let answer = http.get(&path::lessons(0), &token).await;
    let lessons: Lessons = wire::parse_framed(&answer.body).unwrap();
    assert_eq!(
        answer.header("etag").unwrap(),
        format!("\"{}\"", lessons.cursor)
    );
    assert_eq!((lessons.more, lessons.changes.len()), (false, 1));

    let at = path::lessons(lessons.cursor);
    let again = |tag: String| {
        http.request(Method::GET, &at, &token)
            .header("if-none-match", tag)
    };
    let answer = http.send(again(format!("\"{}\"", lessons.cursor))).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    // Another class's lessons, or a join elsewhere, change nothing here.
    http.join(&class, 8).await;
    let answer = http.send(again(format!("\"{}\"", lessons.cursor))).await;
    assert_eq!(answer.status, 304);
    let answer = http.send(again("\"1\"".to_owned())).await;
    assert_eq!(answer.status, 200);
    http.publish(&class, &next(&first, vec![text(&http, &class, "二").await]))
        .await;
    let answer = http.send(again(format!("\"{}\"", lessons.cursor))).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_lesson_with_a_send_time_comes_when_it_has_come() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    let first = lesson("あした", vec![text(&http, &class, "一").await]);
    let due = now_ms() + 1500;
    let answer = http
        .publish_to(&class, &[class.id], &first, Some(due))
        .await;
    assert_eq!(answer.status, 200);
    let before = http.lessons(&token, 0).await;
    assert!(before.changes.is_empty());
    let blob = first.blobs().next().unwrap().1.id;
    assert_eq!(http.get(&path::blob(&blob), &token).await.status, 404);
    // A lesson that is published later goes out first, and no cursor passes the other by.
    let second = lesson("きょう", vec![text(&http, &class, "二").await]);
    http.publish(&class, &second).await;
    let today = http.lessons(&token, before.cursor).await;
    assert!(matches!(&today.changes[..], [Change::Put { lesson, .. }] if *lesson == second.lesson));
    loop {
        let lessons = http.lessons(&token, today.cursor).await;
        if let [Change::Put { lesson, .. }] = lessons.changes[..] {
            assert_eq!(lesson, first.lesson);
            assert!(now_ms() >= due);
            break;
        }
        assert!(now_ms() < due + 5000, "it never came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(http.get(&path::blob(&blob), &token).await.status, 200);
}

#[tokio::test]
async fn an_expired_lesson_leaves() {
    let (school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    let mut short = lesson("短い", vec![text(&http, &class, "一").await]);
    short.expires = short.day;
    http.publish(&class, &short).await;
    http.publish(
        &class,
        &lesson("長い", vec![text(&http, &class, "二").await]),
    )
    .await;
    let before = http.lessons(&token, 0).await;
    assert_eq!(before.changes.len(), 2);
    http.stop().await;

    // Two days later; the server reads the clock, the store is told.
    let held = Folder::new(school.path()).hold().unwrap();
    let store = held.store(false).await.unwrap();
    let turned = store.turn(now_ms() + 2 * 24 * 3600 * 1000).await.unwrap();
    assert_eq!((turned.expired, turned.released), (1, 0));
    store.close().await;
    drop(held);

    let http = school.serve().await;
    let after = http.lessons(&token, before.cursor).await;
    assert!(matches!(&after.changes[..], [Change::Withdraw { lesson }] if *lesson == short.lesson));
    assert_eq!(http.lessons(&token, 0).await.changes.len(), 1);
}

#[tokio::test]
async fn an_edited_drill_is_offered_as_a_patch() {
    let (school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    // Hardly repeats itself, so that only the old version makes the new one short.
    let words = |edited: usize| {
        let hash = |line: usize| blake3::hash(&line.to_le_bytes()).to_hex();
        let lines = (0..2000).map(|line| hash(if line == edited { 9999 } else { line }));
        lines
            .map(|line| line.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let blob = async |edited| http.upload(&class.teacher, words(edited).as_bytes()).await;
    let text = |blob: BlobRef| vec![Body::Text { blob }];
    let blobs = [blob(5000).await, blob(10).await, blob(20).await];
    let first = lesson("一", text(blobs[0]));
    http.publish(&class, &first).await;
    let second = next(&first, text(blobs[1]));
    http.publish(&class, &second).await;
    // Asked at once: the terminal is told of the patch all the same.
    let lessons = http.lessons(&token, 0).await;
    assert_eq!(lessons.patches.len(), 1, "{:?}", lessons.patches);
    let offer = lessons.patches[0];
    assert_eq!((offer.old, offer.new), (blobs[0].id, blobs[1].id));
    assert!(offer.len < 1000, "{}", offer.len);
    let at = path::patch(&offer.old, &offer.new);
    let patch = http.get(&at, &token).await;
    assert_eq!((patch.status, patch.body.len() as u64), (200, offer.len));
    let made = patch::apply(words(5000).as_bytes(), &patch.body, blobs[1]).unwrap();
    assert_eq!(made, words(10).into_bytes());

    let request = http
        .request(Method::GET, &at, &token)
        .header("range", "bytes=100-");
    let rest = http.send(request).await;
    assert_eq!((rest.status, rest.body), (206, patch.body[100..].to_vec()));
    // From the last three revisions, and only for who may read the result.
    http.publish(&class, &next(&second, text(blobs[2]))).await;
    let offers = http.lessons(&token, lessons.cursor).await.patches;
    assert_eq!(
        offers
            .iter()
            .map(|offer| offer.old)
            .collect::<Vec<_>>()
            .len(),
        2
    );
    assert_eq!(
        http.get(&path::patch(&blobs[1].id, &blobs[0].id), &token)
            .await
            .status,
        404
    );
    http.stop().await;
    let other = school.class("6-2").await;
    let http = school.serve().await;
    let (_, stranger) = http.join(&other, 7).await;
    assert_eq!(http.get(&at, &stranger).await.status, 404);
    assert_eq!(http.get(&at, &token).await.status, 200);
    http.stop().await;

    // A run that ended before the patches were made leaves them to the next.
    let file = format!("sqlite:{}", school.path().join("school.db").display());
    let mut database = sqlx::SqliteConnection::connect(&file).await.unwrap();
    for undo in [
        "DELETE FROM patches",
        "UPDATE revisions SET patched = 0 WHERE revision > 1",
    ] {
        sqlx::query(undo).execute(&mut database).await.unwrap();
    }
    database.close().await.unwrap();
    let http = school.serve().await;
    assert_eq!(http.lessons(&token, lessons.cursor).await.patches, offers);
}

#[tokio::test]
async fn no_cursor_passes_a_change_by_under_concurrent_publishing() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    let body = text(&http, &class, "一").await;
    let publishers: Vec<_> = (0..8)
        .map(|who| {
            let (http, class, body) = (http.http.clone(), class.clone(), body.clone());
            tokio::spawn(async move {
                let mut last = Vec::new();
                for at in 0..6 {
                    let first = lesson(&format!("{who}-{at}"), vec![body.clone()]);
                    http.publish(&class, &first).await;
                    let second = next(&first, vec![body.clone()]);
                    http.publish(&class, &second).await;
                    last.push((first.lesson, 2));
                    if at % 3 == 0 {
                        http.delete(&path::lesson(&first.lesson), &class.teacher)
                            .await;
                        last.pop();
                    }
                }
                last
            })
        })
        .collect();
    let mut shelf: BTreeMap<LessonId, u32> = BTreeMap::new();
    let mut cursor = 0;
    let mut rounds_after = 0;
    while rounds_after < 2 {
        rounds_after += usize::from(publishers.iter().all(|task| task.is_finished()));
        let lessons = http.lessons(&token, cursor).await;
        assert!(lessons.cursor >= cursor);
        cursor = lessons.cursor;
        for change in lessons.changes {
            match change {
                Change::Put {
                    lesson, revision, ..
                } => shelf.insert(lesson, revision),
                Change::Withdraw { lesson } => shelf.remove(&lesson),
            };
        }
    }
    let mut wanted = BTreeMap::new();
    for publisher in publishers {
        wanted.extend(publisher.await.unwrap());
    }
    assert_eq!(wanted.len(), 32);
    assert_eq!(shelf, wanted);
}

#[tokio::test]
async fn many_lessons_come_in_pages() {
    let (_school, class, http) = serving().await;
    let blob = http.upload(&class.teacher, b"x").await;
    // About 35 KB of document each: more than one page holds.
    let bodies: Vec<Body> = (0..190).map(|_| Body::Text { blob }).collect();
    let mut wanted = Vec::new();
    for at in 0..80 {
        let mut big = lesson(&format!("{at}"), bodies.clone());
        for material in &mut big.materials {
            material.title = "題".repeat(30);
        }
        http.publish(&class, &big).await;
        wanted.push(big.lesson);
    }
    let (_, token) = http.join(&class, 7).await;
    let (mut cursor, mut got, mut pages) = (0, Vec::new(), 0);
    loop {
        let lessons = http.lessons(&token, cursor).await;
        got.extend(lessons.changes.iter().map(|change| match change {
            Change::Put { lesson, .. } | Change::Withdraw { lesson } => *lesson,
        }));
        (cursor, pages) = (lessons.cursor, pages + 1);
        if !lessons.more {
            break;
        }
    }
    assert!(pages > 1);
    got.sort();
    wanted.sort();
    assert_eq!(got, wanted);
}

#[tokio::test]
async fn a_cursor_from_the_future_begins_again() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    http.publish(&class, &lesson("一", vec![text(&http, &class, "一").await]))
        .await;
    let lessons = http.lessons(&token, i64::MAX as u64).await;
    assert_eq!(lessons.changes.len(), 1);
    assert!(lessons.cursor < i64::MAX as u64);
    assert_eq!(http.lessons(&token, u64::MAX).await.changes.len(), 1);
}

#[tokio::test]
async fn receipts_tell_where_a_lesson_stands() {
    let (school, class, http) = serving().await;
    let (seven, token_seven) = http.join(&class, 7).await;
    let (_, token_eight) = http.join(&class, 8).await;
    http.join(&class, 9).await;
    let first = lesson("一", vec![text(&http, &class, "一").await]);
    http.publish(&class, &first).await;
    let send = async |token: &str, lesson, revision, state| {
        let receipts = [Receipt {
            lesson,
            revision,
            state,
        }];
        http.post(
            path::RECEIPTS,
            token,
            serde_json::to_vec(&receipts).unwrap(),
        )
        .await
        .status
    };
    let no_space = ReceiptState::NoSpace {
        missing_bytes: 5000,
    };
    assert_eq!(send(&token_seven, first.lesson, 1, no_space).await, 204);
    assert_eq!(
        send(&token_seven, first.lesson, 1, ReceiptState::OnTerminal).await,
        204
    );
    assert_eq!(send(&token_eight, first.lesson, 1, no_space).await, 204);
    // Of a lesson that is not hers nothing is kept.
    let foreign = LessonId::random().unwrap();
    assert_eq!(
        send(&token_eight, foreign, 1, ReceiptState::OnTerminal).await,
        204
    );
    assert_eq!(send(&class.teacher, first.lesson, 1, no_space).await, 403);

    let at = path::desk_receipts(&first.lesson);
    let receipts: DeskReceipts = http.get(&at, &class.teacher).await.parse();
    assert_eq!(
        (receipts.revision, receipts.pupils, receipts.opened),
        (1, 3, 0)
    );
    let states: Vec<_> = receipts
        .terminals
        .iter()
        .map(|one| (one.numbers.clone(), one.state))
        .collect();
    assert_eq!(
        states,
        [
            (vec![7], DeliveryState::OnTerminal),
            (
                vec![8],
                DeliveryState::NoSpace {
                    missing_bytes: 5000
                }
            ),
            (vec![9], DeliveryState::NotYet),
        ]
    );
    assert_eq!(receipts.terminals[0].terminal, seven.terminal);
    assert!(receipts.terminals[0].at_ms.is_some() && receipts.terminals[2].at_ms.is_none());

    // A newer revision has to arrive anew, and an old receipt does not stand for it.
    http.publish(&class, &next(&first, vec![text(&http, &class, "二").await]))
        .await;
    send(&token_seven, first.lesson, 1, ReceiptState::OnTerminal).await;
    let receipts: DeskReceipts = http.get(&at, &class.teacher).await.parse();
    assert_eq!(receipts.terminals[0].state, DeliveryState::NotYet);
    http.stop().await;

    let other = school.class("6-2").await;
    let http = school.serve().await;
    assert_eq!(http.get(&at, &other.teacher).await.status, 404);
}
