use hotaru_content::id::TerminalId;
use hotaru_sync::wire::{DeskSchool, JoinAnswer, path};
use serde_json::json;

use crate::school::{lesson, serving, text};

#[tokio::test]
async fn a_code_and_a_number_make_a_terminal_and_a_pupil() {
    let (_school, class, http) = serving().await;
    let (seven, token) = http.join(&class, 7).await;
    assert_eq!(
        (seven.school.name.as_str(), seven.pupil.number),
        ("蛍小学校", 7)
    );
    assert_eq!(
        (seven.pupil.class_name.as_str(), seven.pupil.grade.as_str()),
        ("6-1", "P6")
    );
    assert_eq!(seven.pupil.class, class.id);
    assert_eq!(http.get(&path::lessons(0), &token).await.status, 200);

    // However it is typed; the same pupil on another terminal.
    let typed = class.code.to_lowercase().replace('-', " ");
    let again: JoinAnswer = http.join_as(&typed, 7, "").await.parse();
    assert_eq!(again.pupil.pupil, seven.pupil.pupil);
    assert_ne!(again.terminal, seven.terminal);
    assert_ne!(again.token.unwrap().as_str(), token);
}

#[tokio::test]
async fn a_second_pupil_comes_to_the_same_terminal_with_her_lessons() {
    let (_school, class, http) = serving().await;
    let first = lesson("一", vec![text(&http, &class, "一").await]);
    http.publish(&class, &first).await;
    // Both have been on other terminals: their rows are old.
    let (eight, _) = http.join(&class, 8).await;
    let (seven, token) = http.join(&class, 7).await;
    let cursor = http.lessons(&token, 0).await.cursor;
    assert!(http.lessons(&token, cursor).await.changes.is_empty());

    let added: JoinAnswer = http.join_as(&class.code, 8, &token).await.parse();
    assert_eq!((added.terminal, &added.token), (seven.terminal, &None));
    assert_eq!(added.pupil.pupil, eight.pupil.pupil);
    let lessons = http.lessons(&token, cursor).await;
    let mut both = [seven.pupil.pupil, eight.pupil.pupil];
    both.sort();
    assert!(
        matches!(&lessons.changes[..], [hotaru_sync::wire::Change::Put { pupils, .. }] if *pupils == both),
        "{lessons:?}"
    );
    // Once more changes nothing.
    http.join_as(&class.code, 8, &token)
        .await
        .parse::<JoinAnswer>();
    assert!(
        http.lessons(&token, lessons.cursor)
            .await
            .changes
            .is_empty()
    );
}

#[tokio::test]
async fn wrong_codes_and_numbers_are_refused_and_counted() {
    let (_school, class, http) = serving().await;
    for number in [0, 100, 999, 1000] {
        let answer = http.join_as(&class.code, number, "").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "bad_body"),
            "{number}"
        );
    }
    let answer = http.join_as("AAAA-AAAA", 7, &class.teacher).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"));
    let answer = http.join_as("AAAA-AAAA", 7, "abc").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "unauthorized")
    );
    for code in ["AAAA-AAAA", "", "x", "AAAA-AAAA-AAAA"]
        .iter()
        .cycle()
        .take(10)
    {
        let answer = http.join_as(code, 7, "").await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "wrong_code"));
    }
    let answer = http.join_as("AAAA-AAAA", 7, "").await;
    assert_eq!((answer.status, answer.code().as_str()), (429, "busy"));
    assert!(
        answer
            .header("retry-after")
            .unwrap()
            .parse::<u64>()
            .unwrap()
            >= 1
    );

    let answer = http.post(path::JOIN, "", b"{".to_vec()).await;
    assert_eq!(answer.status, 400);
    let answer = http.post(path::JOIN, "", vec![b' '; 5000]).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_long"));
}

#[tokio::test]
async fn a_teacher_sees_a_join_and_undoes_it() {
    let (school, class, _) = {
        let (school, class, http) = serving().await;
        (school, class, http.stop().await)
    };
    let other = school.class("6-2").await;
    let http = school.serve().await;
    let (seven, token) = http.join(&class, 7).await;
    let (_, stays) = http.join(&class, 9).await;
    let seen: DeskSchool = http.get(path::DESK_SCHOOL, &class.teacher).await.parse();
    assert_eq!(seen.classes[0].join_code, class.code);
    assert_eq!(
        seen.classes[0]
            .pupils
            .iter()
            .map(|p| p.number)
            .collect::<Vec<_>>(),
        [7, 9]
    );
    assert_eq!(seen.terminals[0].pupils, [seven.pupil.pupil]);

    let at = path::desk_terminal(&seven.terminal);
    assert_eq!(http.delete(&at, &other.teacher).await.status, 404);
    assert_eq!(http.delete(&at, &token).await.status, 403);
    let nowhere = path::desk_terminal(&TerminalId::random().unwrap());
    assert_eq!(http.delete(&nowhere, &class.teacher).await.status, 404);
    assert_eq!(http.delete(&at, &class.teacher).await.status, 204);
    let answer = http.get(&path::lessons(0), &token).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "unauthorized")
    );
    assert_eq!(http.get(&path::lessons(0), &stays).await.status, 200);

    // A number that was mistyped leaves no ghost.
    let seen: DeskSchool = http.get(path::DESK_SCHOOL, &class.teacher).await.parse();
    assert_eq!(
        seen.classes[0]
            .pupils
            .iter()
            .map(|p| p.number)
            .collect::<Vec<_>>(),
        [9]
    );
    assert_eq!(seen.terminals.len(), 1);
    let (again, _) = http.join(&class, 7).await;
    assert_ne!(again.pupil.pupil, seven.pupil.pupil);
}

#[tokio::test]
async fn a_shared_terminal_goes_on_for_the_other_class() {
    let school = crate::school::School::new().await;
    let (one, two) = (school.class("6-1").await, school.class("6-2").await);
    let http = school.serve().await;
    let lesson_one = lesson("一", vec![text(&http, &one, "一").await]);
    http.publish(&one, &lesson_one).await;
    let (joined, token) = http.join(&one, 7).await;
    http.join_as(&two.code, 7, &token)
        .await
        .parse::<JoinAnswer>();
    let cursor = http.lessons(&token, 0).await.cursor;
    // The other class's teacher is not told who else is there.
    let seen: DeskSchool = http.get(path::DESK_SCHOOL, &two.teacher).await.parse();
    assert_eq!(seen.terminals[0].pupils.len(), 1);
    assert_ne!(seen.terminals[0].pupils[0], joined.pupil.pupil);

    assert_eq!(
        http.delete(&path::desk_terminal(&joined.terminal), &one.teacher)
            .await
            .status,
        204
    );
    let lessons = http.lessons(&token, cursor).await;
    let gone = json!([{"change": "withdraw", "lesson": lesson_one.lesson}]);
    assert_eq!(json!(lessons.changes), gone);
}

#[tokio::test]
async fn addresses_that_are_not_there_say_so() {
    let (_school, class, http) = serving().await;
    assert_eq!(http.get("/healthz", "").await.body, b"ok");
    assert_eq!(http.get("/v1/nothing", "").await.status, 404);
    assert_eq!(http.get("/wp-login.php", "").await.code(), "not_found");
    assert_eq!(http.delete("/v1/join", &class.teacher).await.status, 405);
    for at in [
        "/v1/lessons",
        "/v1/blobs/x",
        "/v1/desk/school",
        "/v1/uploads/x",
    ] {
        let answer = http.get(at, "").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "unauthorized"),
            "{at}"
        );
    }
    assert_eq!(
        http.get("/v1/blobs/x", &class.teacher).await.code(),
        "bad_body"
    );
    assert_eq!(http.get("/v1/lessons", &class.teacher).await.status, 403);
    let (_, token) = http.join(&class, 1).await;
    assert_eq!(http.get("/v1/desk/school", &token).await.status, 403);
    assert_eq!(http.get("/v1/lessons?after=x", &token).await.status, 400);
}
