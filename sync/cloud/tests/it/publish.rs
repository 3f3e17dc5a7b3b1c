use hotaru_cloud::control::Command;
use hotaru_content::blob::BlobRef;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::Body;
use hotaru_sync::wire::{Change, DeskLessons, DeskSchool, Publish, PublishAnswer, path};

use crate::school::{Class, School, lesson, next, serving, text};

#[tokio::test]
async fn a_lesson_reaches_its_class_and_nobody_else() {
    let school = School::new().await;
    let (one, two) = (school.class("6-1").await, school.class("6-2").await);
    let http = school.serve().await;
    let (seven, token) = http.join(&one, 7).await;
    let (_, other) = http.join(&two, 7).await;
    let first = lesson("てこ", vec![text(&http, &one, "支点").await]);
    assert_eq!(
        http.publish(&one, &first).await,
        PublishAnswer {
            lesson: first.lesson,
            revision: 1
        }
    );
    let lessons = http.lessons(&token, 0).await;
    let Change::Put {
        lesson,
        revision,
        document,
        pupils,
    } = &lessons.changes[0]
    else {
        panic!("{lessons:?}");
    };
    assert_eq!((*lesson, *revision), (first.lesson, 1));
    assert_eq!(document.as_bytes(), first.to_json().unwrap());
    assert_eq!(pupils[..], [seven.pupil.pupil]);
    assert!(http.lessons(&other, 0).await.changes.is_empty());

    // Who joins later gets it, too.
    let (_, late) = http.join(&one, 8).await;
    assert_eq!(http.lessons(&late, 0).await.changes.len(), 1);

    let listed: DeskLessons = http
        .get(&path::desk_lessons(&one.id), &one.teacher)
        .await
        .parse();
    assert_eq!(
        (
            listed.lessons[0].title.as_str(),
            listed.lessons[0].materials
        ),
        ("てこ", 1)
    );
    assert_eq!(
        listed.lessons[0].document,
        BlobRef::of(document.as_bytes()).id
    );
    assert_eq!(
        http.get(&path::desk_lessons(&one.id), &two.teacher)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn the_same_twice_is_one_and_the_newest_is_named() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    let first = lesson("一", vec![text(&http, &class, "一").await]);
    http.publish(&class, &first).await;
    let cursor = http.lessons(&token, 0).await.cursor;
    http.publish(&class, &first).await;
    assert!(http.lessons(&token, cursor).await.changes.is_empty());

    let second = next(&first, vec![text(&http, &class, "二").await]);
    http.publish(&class, &second).await;
    // A late repetition of the first is still the same one.
    http.publish(&class, &first).await;
    let rival = next(&first, vec![text(&http, &class, "二の二").await]);
    let answer = http.publish_to(&class, &[class.id], &rival, None).await;
    assert_eq!((answer.status, answer.code().as_str()), (412, "not_newest"));
    assert!(String::from_utf8_lossy(&answer.body).contains("revision 2"));
    let lessons = http.lessons(&token, cursor).await;
    assert!(matches!(
        &lessons.changes[..],
        [Change::Put { revision: 2, .. }]
    ));
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_with_its_reason() {
    let school = School::new().await;
    let (one, two) = (school.class("6-1").await, school.class("6-2").await);
    let http = school.serve().await;
    let (_, terminal) = http.join(&one, 7).await;

    let absent = lesson(
        "無",
        vec![Body::Text {
            blob: BlobRef::of(b"not uploaded"),
        }],
    );
    let answer = http.publish_to(&one, &[one.id], &absent, None).await;
    assert_eq!(answer.status, 422);
    assert!(String::from_utf8_lossy(&answer.body).contains("1 of the lesson's files"));

    let blob = http.upload(&one.teacher, b"five!").await;
    let longer = Body::Text {
        blob: BlobRef {
            id: blob.id,
            len: 6,
        },
    };
    let answer = http
        .publish_to(&one, &[one.id], &lesson("長", vec![longer]), None)
        .await;
    assert_eq!(answer.status, 422);

    let good = lesson("良", vec![Body::Text { blob }]);
    let answer = http.publish_to(&one, &[two.id], &good, None).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"));
    let mut past = good.clone();
    past.day = past.day.saturating_sub(jiff::Span::new().days(60));
    past.expires = past.day;
    assert_eq!(
        http.publish_to(&one, &[one.id], &past, None).await.status,
        422
    );

    let document = http.upload(&one.teacher, b"{\"format\":1}").await;
    let mut publish = Publish {
        document,
        base_revision: 0,
        classes: vec![one.id],
        groups: vec![],
        pupils: vec![],
        send_at_ms: None,
    };
    let send = async |publish: &Publish, token: &str| {
        http.post(path::PUBLISH, token, serde_json::to_vec(publish).unwrap())
            .await
    };
    assert_eq!(send(&publish, &one.teacher).await.status, 422);
    assert_eq!(send(&publish, &terminal).await.status, 403);
    publish.document = BlobRef::of(b"nowhere");
    assert_eq!(send(&publish, &one.teacher).await.status, 422);
    publish.classes.clear();
    assert_eq!(send(&publish, &one.teacher).await.status, 400);
    let body = vec![b' '; (1 << 20) + 1];
    assert_eq!(
        http.post(path::PUBLISH, &one.teacher, body).await.status,
        413
    );

    // Another's lesson is not revised, and not withdrawn.
    http.publish(&one, &good).await;
    let hijack = next(&good, vec![text(&http, &two, "別").await]);
    let answer = http.publish_to(&two, &[two.id], &hijack, None).await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        http.delete(&path::lesson(&good.lesson), &two.teacher)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_withdrawn_lesson_leaves_and_stays_away() {
    let (_school, class, http) = serving().await;
    let (_, token) = http.join(&class, 7).await;
    let first = lesson("一", vec![text(&http, &class, "一").await]);
    http.publish(&class, &first).await;
    let cursor = http.lessons(&token, 0).await.cursor;
    let blob = first.blobs().next().unwrap().1.id;
    assert_eq!(http.get(&path::blob(&blob), &token).await.status, 200);

    assert_eq!(
        http.delete(&path::lesson(&first.lesson), &class.teacher)
            .await
            .status,
        204
    );
    assert_eq!(
        http.delete(&path::lesson(&first.lesson), &class.teacher)
            .await
            .status,
        204
    );
    let lessons = http.lessons(&token, cursor).await;
    assert!(
        matches!(&lessons.changes[..], [Change::Withdraw { lesson }] if *lesson == first.lesson)
    );
    assert!(
        http.lessons(&token, lessons.cursor)
            .await
            .changes
            .is_empty()
    );
    // A new terminal never hears of it, and its blobs are no longer given out.
    assert!(http.lessons(&token, 0).await.changes.is_empty());
    assert_eq!(http.get(&path::blob(&blob), &token).await.status, 404);
    let second = next(&first, vec![text(&http, &class, "二").await]);
    let answer = http.publish_to(&class, &[class.id], &second, None).await;
    assert_eq!((answer.status, answer.code().as_str()), (410, "gone"));
    let nowhere = path::lesson(&LessonId::random().unwrap());
    assert_eq!(http.delete(&nowhere, &class.teacher).await.status, 404);
    let listed: DeskLessons = http
        .get(&path::desk_lessons(&class.id), &class.teacher)
        .await
        .parse();
    assert!(listed.lessons[0].withdrawn);
}

#[tokio::test]
async fn pupils_by_name_and_changed_recipients() {
    let (_school, class, http) = serving().await;
    let (seven, token_seven) = http.join(&class, 7).await;
    let (eight, token_eight) = http.join(&class, 8).await;
    let first = lesson("一", vec![text(&http, &class, "一").await]);
    let publish = async |revision: &hotaru_content::lesson::Revision, pupil| {
        let document = http
            .upload(&class.teacher, &revision.to_json().unwrap())
            .await;
        let publish = Publish {
            document,
            base_revision: revision.revision - 1,
            classes: vec![],
            groups: vec![],
            pupils: vec![pupil],
            send_at_ms: None,
        };
        let body = serde_json::to_vec(&publish).unwrap();
        http.post(path::PUBLISH, &class.teacher, body).await.status
    };
    assert_eq!(publish(&first, seven.pupil.pupil).await, 200);
    // The same revision to another is another request.
    assert_eq!(publish(&first, eight.pupil.pupil).await, 409);
    assert_eq!(http.lessons(&token_eight, 0).await.changes.len(), 0);
    let before = http.lessons(&token_seven, 0).await;
    assert_eq!(before.changes.len(), 1);

    let second = next(&first, vec![text(&http, &class, "二").await]);
    assert_eq!(publish(&second, eight.pupil.pupil).await, 200);
    let after = http.lessons(&token_seven, before.cursor).await;
    assert!(matches!(after.changes[..], [Change::Withdraw { .. }]));
    assert_eq!(http.lessons(&token_eight, 0).await.changes.len(), 1);
}

#[tokio::test]
async fn a_group_over_classes_gets_its_own_lessons() {
    let school = School::new().await;
    let (one, two) = (school.class("6-1").await, school.class("6-2").await);
    let http = school.serve().await;
    let (_, first) = http.join(&one, 7).await;
    let (_, second) = http.join(&two, 7).await;
    let (_, none) = http.join(&two, 8).await;
    let members = vec![("6-1".to_owned(), 7), ("6-2".to_owned(), 7)];
    let (name, grade) = ("専科".to_owned(), String::new());
    let added = school
        .ask(Command::GroupAdd {
            name,
            grade,
            members,
        })
        .await
        .unwrap();
    let group = Class {
        name: "group".to_owned(),
        id: added[0]["class_id"].as_str().unwrap().parse().unwrap(),
        code: String::new(),
        teacher: added[0]["teacher_token"].as_str().unwrap().to_owned(),
    };
    let given = lesson("専科", vec![text(&http, &group, "専科").await]);
    http.publish(&group, &given).await;
    for (token, wanted) in [(&first, 1), (&second, 1), (&none, 0)] {
        assert_eq!(http.lessons(token, 0).await.changes.len(), wanted);
    }
    let answer = http
        .publish_to(&group, &[one.id], &next(&given, vec![]), None)
        .await;
    assert_eq!(answer.status, 403);
    let seen: DeskSchool = http.get(path::DESK_SCHOOL, &group.teacher).await.parse();
    assert!(seen.classes[0].group && seen.classes[0].pupils.len() == 2);
    let wrong = vec![("6-1".to_owned(), 9)];
    let (name, grade) = ("別室".to_owned(), String::new());
    let error = school
        .ask(Command::GroupAdd {
            name,
            grade,
            members: wrong,
        })
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("no pupil with number 9"),
        "{error}"
    );
}
