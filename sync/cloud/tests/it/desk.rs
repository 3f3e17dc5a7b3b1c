use hotaru_content::drill::{Response, Verdict};
use hotaru_content::log::{Fact, LessonOpened, RecordingWatched};
use hotaru_sync::wire::{DeliveryState, DeskAnswers, DeskPupil, DeskReceipts, path};

use crate::events::{Log, answer, choices, drill};
use crate::school::{School, lesson, next};

#[tokio::test]
async fn answers_are_counted_by_question_over_every_form_of_a_drill() {
    let school = School::new().await;
    let (one, two) = (school.class("6-1").await, school.class("6-2").await);
    let http = school.serve().await;
    let first_body = drill(&http, &one, vec![choices("a"), choices("b")]).await;
    let first = lesson("てこ", vec![first_body]);
    http.publish(&one, &first).await;
    let first_blob = first.blobs().next().unwrap().1.id;
    // The second form has the items in another order, and one more.
    let second_body = drill(&http, &one, vec![choices("c"), choices("b"), choices("a")]).await;
    let second = next(&first, vec![second_body]);
    let second_blob = second.blobs().next().unwrap().1.id;

    let mut tokens = Vec::new();
    for (number, given) in [(1, 1), (2, 0), (3, 0)] {
        let (joined, token) = http.join(&one, number).await;
        let mut log = Log::new(joined.pupil.pupil);
        log.add(&Fact::LessonOpened(LessonOpened {
            lesson: first.lesson,
            revision: 1,
        }));
        log.add(&answer(
            first.lesson,
            first_blob,
            0,
            Response::Choice(given),
        ));
        log.push_all(&http, &token).await;
        tokens.push((joined.pupil.pupil, token, log));
    }
    http.publish(&one, &second).await;
    // One answers the same item again in its new place; only her newest counts.
    let (_, token, log) = &mut tokens[1];
    log.add(&answer(first.lesson, second_blob, 2, Response::Choice(1)));
    log.add(&answer(first.lesson, second_blob, 0, Response::DontKnow));
    log.push_all(&http, token).await;

    let at = path::desk_answers(&first.lesson);
    let answers: DeskAnswers = http.get(&at, &one.teacher).await.parse();
    assert_eq!((answers.pupils, answers.drills.len()), (3, 1));
    assert_eq!(answers.drills[0].drill, second_blob);
    let items: Vec<_> = answers.drills[0]
        .items
        .iter()
        .map(|item| {
            (
                item.item,
                item.id.as_str(),
                item.answered,
                item.correct,
                item.dont_know,
            )
        })
        .collect();
    assert_eq!(
        items,
        [(0, "c", 1, 0, 1), (1, "b", 0, 0, 0), (2, "a", 3, 2, 0)]
    );
    let responses: Vec<_> = answers.drills[0].items[2]
        .responses
        .iter()
        .map(|one| (one.response.clone(), one.verdict, one.count))
        .collect();
    assert_eq!(
        responses,
        [
            (Response::Choice(1), Verdict::Correct, 2),
            (Response::Choice(0), Verdict::Wrong, 1),
        ]
    );
    assert_eq!(http.get(&at, &two.teacher).await.status, 404);
    assert_eq!(http.get(&at, &tokens[0].1).await.status, 403);

    let receipts: DeskReceipts = http
        .get(&path::desk_receipts(&first.lesson), &one.teacher)
        .await
        .parse();
    assert_eq!(
        (receipts.opened, receipts.pupils, receipts.without_terminal),
        (3, 3, 0)
    );
}

#[tokio::test]
async fn a_pupils_page_is_her_own_and_her_teachers() {
    let school = School::new().await;
    let (one, two) = (school.class("6-1").await, school.class("6-2").await);
    let http = school.serve().await;
    let body = drill(&http, &one, vec![choices("a")]).await;
    let given = lesson("てこ", vec![body]);
    let blob = given.blobs().next().unwrap().1.id;
    http.publish(&one, &given).await;
    let (joined, token) = http.join(&one, 7).await;
    http.join(&one, 8).await;
    let mut log = Log::new(joined.pupil.pupil);
    log.add(&Fact::LessonOpened(LessonOpened {
        lesson: given.lesson,
        revision: 1,
    }));
    log.add(&Fact::RecordingWatched(RecordingWatched {
        lesson: given.lesson,
        material: given.materials[0].id,
        spans: vec![(0, 5000), (8000, 9000)],
    }));
    log.add(&answer(given.lesson, blob, 0, Response::Choice(0)));
    log.add(&answer(given.lesson, blob, 0, Response::Choice(1)));
    log.push_all(&http, &token).await;

    let at = path::desk_pupil(&joined.pupil.pupil);
    let page: DeskPupil = http.get(&at, &one.teacher).await.parse();
    assert_eq!((page.number, page.class_name.as_str()), (7, "6-1"));
    assert_eq!(page.days.len(), 1);
    assert_eq!(
        (
            page.days[0].answered,
            page.days[0].correct,
            page.days[0].study_ms
        ),
        (2, 1, 8000)
    );
    let [one_lesson] = &page.lessons[..] else {
        panic!("{page:?}")
    };
    assert_eq!(
        (one_lesson.title.as_str(), one_lesson.opened),
        ("てこ", true)
    );
    assert_eq!(
        (
            one_lesson.watched_ms,
            one_lesson.answered,
            one_lesson.correct
        ),
        (6000, 2, 1)
    );
    assert_eq!(one_lesson.state, DeliveryState::NotYet);
    let newest_first: Vec<_> = page
        .answers
        .iter()
        .map(|one| (one.response.clone(), one.verdict))
        .collect();
    assert_eq!(
        newest_first,
        [
            (Response::Choice(1), Verdict::Correct),
            (Response::Choice(0), Verdict::Wrong)
        ]
    );
    assert_eq!(page.answers[0].question, "aは？");
    assert_eq!(http.get(&at, &two.teacher).await.status, 404);
    assert_eq!(http.get(&at, &token).await.status, 403);
}
