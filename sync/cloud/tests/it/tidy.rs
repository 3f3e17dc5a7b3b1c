//! The folder stays near what the school holds, and nothing goes that somebody may name.

use std::path::Path;

use hotaru_cloud::control::Command;
use hotaru_content::blob::BlobRef;
use hotaru_content::lesson::Body;
use hotaru_sync::wire::{UploadState, header, path};
use serde_json::Value;

use crate::school::{Answer, Class, Http, School, lesson, next, serving, text};

async fn tidy(school: &School, grace_days: u32) -> Value {
    let told = school.ask(Command::Tidy { grace_days }).await.unwrap();
    told.into_iter().next().unwrap()
}

fn photo_bytes(n: u32) -> Vec<u8> {
    (0..5000_u32)
        .flat_map(|i| i.wrapping_mul(2_654_435_761).wrapping_add(n).to_le_bytes())
        .collect()
}

async fn photo(http: &Http, class: &Class, n: u32) -> (BlobRef, Body) {
    let blob = http.upload(&class.teacher, &photo_bytes(n)).await;
    let (width, height) = (1600, 1200);
    let body = Body::BoardPhoto {
        blob,
        width,
        height,
    };
    (blob, body)
}

async fn states(http: &Http, token: &str, blobs: &[BlobRef]) -> Vec<bool> {
    let body = serde_json::to_vec(blobs).unwrap();
    let answer = http.post(path::UPLOADS, token, body).await;
    let states: Vec<UploadState> = answer.parse();
    states.iter().map(|state| state.complete).collect()
}

async fn get(http: &Http, token: &str, blob: BlobRef) -> Answer {
    http.get(&path::blob(&blob.id), token).await
}

/// Files of blobs and patches.
fn files(school: &School) -> Vec<String> {
    fn walk(dir: &Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, into);
            } else {
                into.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    let mut found = Vec::new();
    walk(&school.path().join("blobs"), &mut found);
    walk(&school.path().join("patches"), &mut found);
    found
}

#[tokio::test]
async fn what_old_revisions_alone_named_goes_and_patches_keep_what_they_start_from() {
    let (school, class, http) = serving().await;
    let (_, terminal) = http.join(&class, 7).await;
    let words = |n: u32| format!("{}{n}", "てこのはたらきをしらべよう。".repeat(300));
    let (first_photo, body) = photo(&http, &class, 0).await;
    let bodies = vec![text(&http, &class, &words(0)).await, body];
    let mut revision = lesson("てこ", bodies);
    http.publish(&class, &revision).await;
    let mut texts = vec![BlobRef::of(words(0).as_bytes())];
    let mut photos = vec![first_photo];
    for n in 1..6 {
        let (blob, body) = photo(&http, &class, n).await;
        let bodies = vec![text(&http, &class, &words(n)).await, body];
        revision = next(&revision, bodies);
        http.publish(&class, &revision).await;
        texts.push(BlobRef::of(words(n).as_bytes()));
        photos.push(blob);
    }
    // The patches of the newest revision are made after its answer; lessons wait for them.
    let lessons = http.lessons(&terminal, 0).await;
    assert_eq!(lessons.patches.len(), 3, "from each of three revisions");

    assert_eq!(tidy(&school, 14).await["blobs"], 0, "within the grace time");
    let tidied = tidy(&school, 0).await;
    // Five photos, and the texts of the first two of six revisions.
    assert_eq!(tidied["blobs"], 7, "{tidied}");
    assert!(tidied["bytes"].as_u64().unwrap() > 100_000, "{tidied}");
    assert_eq!(
        http.lessons(&terminal, 0).await.patches,
        lessons.patches,
        "every patch of the newest revision is still there"
    );
    for (n, (text, photo)) in texts.iter().zip(&photos).enumerate() {
        let stays = [n >= 2, n == 5];
        assert_eq!(states(&http, &class.teacher, &[*text, *photo]).await, stays);
    }
    assert_eq!(get(&http, &terminal, photos[5]).await.body, photo_bytes(5));
    // Patches from and to what went are gone with it: only three lead to the newest.
    let left = files(&school);
    assert_eq!(tidy(&school, 0).await["blobs"], 0);
    assert_eq!(files(&school), left);
    // A seventh revision is patched from what stayed.
    let bodies = vec![
        text(&http, &class, &words(6)).await,
        photo(&http, &class, 6).await.1,
    ];
    http.publish(&class, &next(&revision, bodies)).await;
    assert_eq!(http.lessons(&terminal, 0).await.patches.len(), 3);
}

#[tokio::test]
async fn a_withdrawn_lesson_goes_after_the_grace_time_and_its_number_stays() {
    let (school, class, http) = serving().await;
    let (_, terminal) = http.join(&class, 7).await;
    let (blob, body) = photo(&http, &class, 1).await;
    let (shared, shared_body) = photo(&http, &class, 2).await;
    let gone = lesson("取り消し", vec![body, shared_body.clone()]);
    let stays = lesson("そのまま", vec![shared_body]);
    http.publish(&class, &gone).await;
    http.publish(&class, &stays).await;
    let cursor = http.lessons(&terminal, 0).await.cursor;
    let answer = http
        .delete(&path::lesson(&gone.lesson), &class.teacher)
        .await;
    assert_eq!(answer.status, 204);
    tidy(&school, 14).await;
    assert_eq!(states(&http, &class.teacher, &[blob]).await, [true]);
    let tidied = tidy(&school, 0).await;
    assert_eq!(tidied["blobs"], 1, "{tidied}");
    assert_eq!(
        states(&http, &class.teacher, &[blob, shared]).await,
        [false, true]
    );
    // Terminals still hear that it was withdrawn.
    assert_eq!(http.lessons(&terminal, cursor).await.changes.len(), 1);
}

#[tokio::test]
async fn what_a_desk_was_told_is_here_is_here_when_it_publishes() {
    let (school, class, http) = serving().await;
    let (old, body) = photo(&http, &class, 1).await;
    // Uploaded long ago and never named.
    http.stop().await;
    age(&school, 30).await;
    let http = school.serve().await;
    assert_eq!(states(&http, &class.teacher, &[old]).await, [true]);
    assert_eq!(
        tidy(&school, 14).await["blobs"],
        0,
        "it was told of just now"
    );
    http.publish(&class, &lesson("てこ", vec![body])).await;
    assert_eq!(tidy(&school, 0).await["blobs"], 0, "now it is named");

    // Not told of, it goes; and can be uploaded anew at the same moment.
    let (other, body) = photo(&http, &class, 2).await;
    http.stop().await;
    age(&school, 30).await;
    let http = school.serve().await;
    let bytes = photo_bytes(2);
    for _ in 0..20 {
        let (tidied, _) = tokio::join!(tidy(&school, 0), http.upload(&class.teacher, &bytes));
        assert!(tidied["blobs"].as_u64().unwrap() <= 1);
        // A row is there exactly where its bytes are.
        let is_here = states(&http, &class.teacher, &[other]).await[0];
        assert_eq!(files(&school).contains(&other.id.to_string()), is_here);
    }
    let last = http.upload(&class.teacher, &bytes).await;
    assert_eq!(last, other);
    http.publish(&class, &lesson("ふりこ", vec![body])).await;
    assert_eq!(get(&http, &class.teacher, other).await.body, bytes);
}

/// Makes all blobs so many days older.
async fn age(school: &School, days: i64) {
    use sqlx::Connection;

    let file = school.path().join("school.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut database = sqlx::SqliteConnection::connect_with(&options)
        .await
        .unwrap();
    sqlx::query("UPDATE blobs SET stored_ms = stored_ms - ?1, told_ms = 0")
        .bind(days * 24 * 3600 * 1000)
        .execute(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();
}

#[tokio::test]
async fn leftovers_of_crashes_and_of_uploads_go() {
    let (school, class, http) = serving().await;
    let (blob, body) = photo(&http, &class, 1).await;
    http.publish(&class, &lesson("てこ", vec![body])).await;
    let before = files(&school);
    // Between a file and its row; between a row and its file; in the middle of a file.
    let orphan = BlobRef::of(b"orphan");
    let name = orphan.id.to_string();
    let folder = school.path().join("blobs").join(&name[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name), b"orphan").unwrap();
    std::fs::write(folder.join(format!("{name}#1")), b"orp").unwrap();
    let patch = school.path().join("patches").join(&name);
    std::fs::create_dir_all(&patch).unwrap();
    std::fs::write(patch.join(blob.id.to_string()), b"patch").unwrap();
    // A partial upload of what is here by now, and one under way.
    let bytes = photo_bytes(9);
    let coming = BlobRef::of(&bytes);
    http.patch(&class.teacher, coming, 0, &bytes[..1000]).await;
    let uploads = school.path().join("uploads");
    let partial = std::fs::read_dir(&uploads)
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let done = partial
        .file_name()
        .into_string()
        .unwrap()
        .replace(&coming.id.to_string(), &blob.id.to_string());
    std::fs::write(uploads.join(&done), b"a part of it").unwrap();

    // One that nobody went on with since the holidays.
    let abandoned = done.replace(&blob.id.to_string(), &orphan.id.to_string());
    let file = std::fs::File::create(uploads.join(&abandoned)).unwrap();
    let long = std::time::Duration::from_secs(61 * 24 * 3600);
    file.set_modified(std::time::SystemTime::now() - long)
        .unwrap();

    let kept = tidy(&school, 14).await;
    assert_eq!(
        (&kept["leftovers"], &kept["uploads"]),
        (&0.into(), &2.into())
    );
    let tidied = tidy(&school, 0).await;
    assert_eq!(tidied["leftovers"], 3, "{tidied}");
    assert_eq!(files(&school), before);
    assert!(!uploads.join(&done).exists() && !uploads.join(&abandoned).exists());
    let answer = http
        .patch(&class.teacher, coming, 1000, &bytes[1000..])
        .await;
    assert_eq!(answer.header(header::UPLOAD_COMPLETE), Some("?1"));
}
