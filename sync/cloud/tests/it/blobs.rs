use hotaru_content::blob::{BlobId, GROUP_LEN, GroupProof};
use hotaru_content::lesson::Body;
use hotaru_sync::wire::path;
use reqwest::Method;

use crate::school::{lesson, next, serving};

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 37 % 253) as u8).collect()
}

#[tokio::test]
async fn bytes_come_whole_or_from_a_place_on() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    // More than is read at once.
    let bytes = bytes(3_000_001);
    let blob = http.upload(&class.teacher, &bytes).await;
    let at = path::blob(&blob.id);
    // Not before a lesson names it.
    assert_eq!(http.get(&at, &token).await.status, 404);
    http.publish(
        &class,
        &lesson("一", vec![Body::Handout { blob, pages: 1 }]),
    )
    .await;

    let whole = http.get(&at, &token).await;
    assert_eq!((whole.status, &whole.body), (200, &bytes));
    assert_eq!(whole.header("content-length"), Some("3000001"));
    assert_eq!(
        whole.header("etag"),
        Some(format!("\"{}\"", blob.id).as_str())
    );
    assert!(whole.header("cache-control").unwrap().contains("immutable"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));

    let ranged = async |range: &str| {
        http.send(
            http.request(Method::GET, &at, &token)
                .header("range", range),
        )
        .await
    };
    for (range, from, to) in [
        ("bytes=0-", 0, 3_000_001),
        ("bytes=16384-", 16_384, 3_000_001),
        ("bytes=16384-32767", 16_384, 32_768),
        ("bytes=3000000-", 3_000_000, 3_000_001),
        ("bytes=-5", 2_999_996, 3_000_001),
        ("bytes=10-99999999", 10, 3_000_001),
    ] {
        let part = ranged(range).await;
        assert_eq!((part.status, part.body.len()), (206, to - from), "{range}");
        assert_eq!(part.body, bytes[from..to], "{range}");
        let wanted = format!("bytes {from}-{}/3000001", to - 1);
        assert_eq!(part.header("content-range"), Some(wanted.as_str()));
        assert_eq!(
            part.header("content-length"),
            Some((to - from).to_string().as_str())
        );
    }
    let beyond = ranged("bytes=3000001-").await;
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, Some("bytes */3000001"))
    );
    assert_eq!(ranged("bytes=5-1").await.status, 200);
    assert_eq!(ranged("bytes=0-1,5-6").await.status, 200);

    let head = http.send(http.request(Method::HEAD, &at, &token)).await;
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("3000001"))
    );
    let tag = whole.header("etag").unwrap();
    let known = http
        .request(Method::GET, &at, &token)
        .header("if-none-match", tag);
    assert_eq!(http.send(known).await.status, 304);
}

#[tokio::test]
async fn a_proof_leads_to_the_name() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    for len in [0, 100, GROUP_LEN as usize * 5 + 7] {
        let blob = http.upload(&class.teacher, &bytes(len)).await;
        http.publish(
            &class,
            &lesson("一", vec![Body::Handout { blob, pages: 1 }]),
        )
        .await;
        let answer = http.get(&path::proof(&blob.id), &token).await;
        assert_eq!(answer.status, 200);
        let proof = GroupProof::check(blob, &answer.body).unwrap();
        for (group, part) in bytes(len).chunks(GROUP_LEN as usize).enumerate() {
            proof.verify(group as u64, part).unwrap();
        }
        assert_eq!(
            http.get(&path::blob(&blob.id), &token).await.body,
            bytes(len)
        );
    }
}

#[tokio::test]
async fn only_who_was_given_a_lesson_reads_its_blobs() {
    let school = crate::school::School::new().await;
    let (one, two) = (school.class("6-1").await, school.class("6-2").await);
    let http = school.serve().await;
    let (_, mine) = http.join(&one, 7).await;
    let (_, other) = http.join(&two, 7).await;
    let versions: Vec<_> = {
        let mut blobs = Vec::new();
        for len in 1..=5 {
            blobs.push(http.upload(&one.teacher, &bytes(len)).await);
        }
        blobs
    };
    let body = |at: usize| {
        vec![Body::Handout {
            blob: versions[at],
            pages: 1,
        }]
    };
    let mut revision = lesson("一", body(0));
    http.publish(&one, &revision).await;
    let status = async |blob: BlobId, token: &str| {
        let (whole, proof) = (path::blob(&blob), path::proof(&blob));
        let status = http.get(&whole, token).await.status;
        assert_eq!(http.get(&proof, token).await.status, status);
        status
    };
    for (token, wanted) in [
        (&mine, 200),
        (&one.teacher, 200),
        (&other, 404),
        (&two.teacher, 404),
    ] {
        assert_eq!(status(versions[0].id, token).await, wanted);
    }
    assert_eq!(http.get(&path::blob(&versions[0].id), "").await.status, 401);
    assert_eq!(status(BlobId([7; 32]), &mine).await, 404);
    // Older forms stay for as long as a fetch of them may be under way, and no longer.
    for at in 1..5 {
        revision = next(&revision, body(at));
        http.publish(&one, &revision).await;
    }
    let mut seen = Vec::new();
    for blob in &versions {
        seen.push(status(blob.id, &mine).await);
    }
    assert_eq!(seen, [404, 404, 200, 200, 200]);
    assert_eq!(status(versions[0].id, &one.teacher).await, 200);
}
