use std::time::{Duration, Instant};

use hotaru_content::blob::BlobRef;
use hotaru_sync::wire::{UploadState, header, path};
use reqwest::Method;

use crate::school::{Http, serving};

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 31 % 251) as u8).collect()
}

async fn offset(http: &Http, token: &str, blob: BlobRef) -> (u64, bool) {
    let answer = http
        .send(http.request(Method::HEAD, &path::upload(&blob.id), token))
        .await;
    assert_eq!(answer.status, 204);
    let offset = answer
        .header(header::UPLOAD_OFFSET)
        .unwrap()
        .parse()
        .unwrap();
    (offset, answer.header(header::UPLOAD_COMPLETE) == Some("?1"))
}

#[tokio::test]
async fn an_upload_goes_on_at_the_byte_even_after_a_restart() {
    let (school, class, http) = serving().await;
    let bytes = bytes(300_001);
    let blob = BlobRef::of(&bytes);
    assert_eq!(offset(&http, &class.teacher, blob).await, (0, false));
    let answer = http.patch(&class.teacher, blob, 0, &bytes[..100_000]).await;
    assert_eq!(
        (answer.status, answer.header(header::UPLOAD_OFFSET)),
        (204, Some("100000"))
    );
    assert_eq!(answer.header(header::UPLOAD_COMPLETE), None);
    http.stop().await;

    let http = school.serve().await;
    assert_eq!(offset(&http, &class.teacher, blob).await, (100_000, false));
    // Who stands elsewhere is told where it goes on, and nothing is written.
    for wrong in [0, 99_999, 200_000] {
        let answer = http.patch(&class.teacher, blob, wrong, &bytes[..10]).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (409, "wrong_offset")
        );
        assert_eq!(answer.header(header::UPLOAD_OFFSET), Some("100000"));
    }
    let answer = http
        .patch(&class.teacher, blob, 100_000, &bytes[100_000..])
        .await;
    assert_eq!(answer.header(header::UPLOAD_COMPLETE), Some("?1"));
    assert_eq!(offset(&http, &class.teacher, blob).await, (300_001, true));
    // Again, by anybody: there already.
    let answer = http.patch(&class.teacher, blob, 0, &bytes).await;
    assert_eq!(
        (answer.status, answer.header(header::UPLOAD_COMPLETE)),
        (204, Some("?1"))
    );
    assert_eq!(
        std::fs::read_dir(school.path().join("uploads"))
            .unwrap()
            .count(),
        0
    );
    let stored = school
        .path()
        .join(format!("blobs/{}/{}", &blob.id.to_string()[..2], blob.id));
    assert_eq!(std::fs::read(stored).unwrap(), bytes);
}

#[tokio::test]
async fn wrong_bytes_are_refused_and_removed() {
    let (school, class, http) = serving().await;
    let right = bytes(50_000);
    let blob = BlobRef::of(&right);
    let mut wrong = right.clone();
    wrong[40_000] ^= 1;
    let answer = http.patch(&class.teacher, blob, 0, &wrong).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "wrong_hash"));
    assert_eq!(offset(&http, &class.teacher, blob).await, (0, false));
    assert_eq!(
        std::fs::read_dir(school.path().join("uploads"))
            .unwrap()
            .count(),
        0
    );
    assert_eq!(http.upload(&class.teacher, &right).await, blob);
}

#[tokio::test]
async fn lengths_are_kept_to() {
    let (_school, class, http) = serving().await;
    let (_, terminal) = http.join(&class, 7).await;
    let blob = BlobRef::of(b"hello");
    let huge = BlobRef {
        id: blob.id,
        len: (1 << 30) + 1,
    };
    assert_eq!(http.patch(&class.teacher, huge, 0, b"").await.status, 413);
    let large = BlobRef {
        id: blob.id,
        len: (16 << 20) + 1,
    };
    assert_eq!(http.patch(&terminal, large, 0, b"").await.status, 413);
    assert_eq!(
        http.patch(&class.teacher, blob, 0, b"hello, world")
            .await
            .status,
        413
    );
    assert_eq!(http.patch(&class.teacher, blob, 6, b"").await.status, 400);
    let request = http.request(Method::PATCH, &path::upload(&blob.id), &class.teacher);
    assert_eq!(http.send(request.body("hello")).await.code(), "bad_body");
    // Without a stated length the body is counted as it comes.
    let endless = futures_util::stream::iter((0..3).map(|_| Ok::<_, std::io::Error>("hell")));
    let request = http
        .request(Method::PATCH, &path::upload(&blob.id), &class.teacher)
        .header(header::UPLOAD_OFFSET, 0)
        .header(header::UPLOAD_LENGTH, 5)
        .body(reqwest::Body::wrap_stream(endless));
    assert_eq!(http.send(request).await.status, 400);
    assert_eq!(offset(&http, &class.teacher, blob).await, (0, false));
    // The empty blob is one, too.
    http.upload(&class.teacher, b"").await;
}

#[tokio::test]
async fn what_is_there_is_told_in_one_request() {
    let (_school, class, http) = serving().await;
    let (whole, part, none) = (bytes(10), bytes(1000), bytes(20));
    http.upload(&class.teacher, &whole).await;
    http.patch(&class.teacher, BlobRef::of(&part), 0, &part[..400])
        .await;
    let asked = [&whole, &part, &none].map(|bytes| BlobRef::of(bytes));
    let body = serde_json::to_vec(&asked).unwrap();
    let states: Vec<UploadState> = http
        .post(path::UPLOADS, &class.teacher, body.clone())
        .await
        .parse();
    let states: Vec<_> = states
        .iter()
        .map(|state| (state.offset, state.complete))
        .collect();
    assert_eq!(states, [(10, true), (400, false), (0, false)]);

    // Another's partial upload is no affair of a terminal's, and cannot be spoilt by it.
    let (_, terminal) = http.join(&class, 7).await;
    let states: Vec<UploadState> = http.post(path::UPLOADS, &terminal, body).await.parse();
    assert_eq!(states[1].offset, 0);
    let answer = http
        .patch(&terminal, BlobRef::of(&part), 0, &[0; 1000])
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        offset(&http, &class.teacher, BlobRef::of(&part)).await,
        (400, false)
    );
}

#[tokio::test]
async fn a_dead_line_does_not_hold_an_upload() {
    let (_school, class, http) = serving().await;
    let bytes = bytes(200_000);
    let blob = BlobRef::of(&bytes);
    // A body that stops in the middle, with the connection held open.
    let first = bytes[..65_536].to_vec();
    let (part, rest) = tokio::io::duplex(64);
    let stalled = futures_util::stream::unfold((Some(first), part), |(first, part)| async {
        match first {
            Some(first) => Some((Ok::<_, std::io::Error>(first), (None, part))),
            None => std::future::pending().await,
        }
    });
    let request = http
        .request(Method::PATCH, &path::upload(&blob.id), &class.teacher)
        .header(header::UPLOAD_OFFSET, 0)
        .header(header::UPLOAD_LENGTH, blob.len)
        .body(reqwest::Body::wrap_stream(stalled));
    let dead = tokio::spawn(request.send());
    let began = Instant::now();
    let at = loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (at, _) = offset(&http, &class.teacher, blob).await;
        if at > 0 || began.elapsed() > Duration::from_secs(10) {
            break at;
        }
    };
    assert!(at > 0 && began.elapsed() < Duration::from_secs(10), "{at}");
    let answer = http
        .patch(&class.teacher, blob, at, &bytes[at as usize..])
        .await;
    assert_eq!(answer.header(header::UPLOAD_COMPLETE), Some("?1"));
    dead.abort();
    drop(rest);
}
