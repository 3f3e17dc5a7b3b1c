//! Accounts from their first day: setup, sign-in with the real cost of it, roles over HTTP.

use hotaru_cloud::control::{Command, RoleWish, StaffCommand};
use hotaru_cloud::store::StaffStore;
use hotaru_cloud::store::sqlite::SqliteStore;
use hotaru_content::drill::Response;
use hotaru_content::id::NoteId;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Fact, LessonOpened, NoteSaved};
use hotaru_sync::wire::{
    AdminTerminals, Aggregates, Child, Children, DeskLessons, DeskPupil, DeskSchool, GrantId,
    JoinAnswer, JoinCode, NewGrant, NewStaff, Role, SessionAnswer, SessionCard, SessionRequest,
    StaffCode, StaffList, StaffSecrets, StaffSetup, StaffTotp, Token, path,
};
use serde_json::json;
use totp_rs::Totp;

use crate::events::{Log, answer, choices, drill};
use crate::matrix::{HOUR, grant_of, now_ms, session};
use crate::school::{Answer, Http, School, lesson, serving, text};

pub const PASSPHRASE: &str = "ほたるの ひかる よるの みち";

/// The code of this moment, or so many steps from it, never at the very end of a step.
pub async fn code(secrets: &StaffSecrets, steps: i64) -> String {
    let into = now_ms() / 1000 % 30;
    if into >= 24 {
        tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    }
    let seconds = u64::try_from(now_ms() / 1000 + 30 * steps).unwrap();
    Totp::from_url(&secrets.otpauth)
        .unwrap()
        .generate(seconds)
        .to_string()
}

/// Chooses a passphrase and shows the authenticator's code of the step before this one.
pub async fn set_up(http: &Http, setup: &str) -> StaffSecrets {
    let body = StaffSetup {
        setup: setup.to_owned(),
        passphrase: PASSPHRASE.to_owned(),
    };
    let body = serde_json::to_vec(&body).unwrap();
    let secrets: StaffSecrets = http.post(path::STAFF_SETUP, "", body).await.parse();
    let body = StaffTotp {
        setup: setup.to_owned(),
        code: code(&secrets, -1).await,
    };
    let body = serde_json::to_vec(&body).unwrap();
    assert_eq!(http.post(path::STAFF_TOTP, "", body).await.status, 204);
    secrets
}

/// Makes an account by the keeper's command; its setup code.
pub async fn add(school: &School, name: &str, role: Role) -> String {
    let role = RoleWish {
        role,
        class: None,
        subject: None,
        pupil: None,
        from_day: None,
        to_day: None,
    };
    let command = StaffCommand::Add {
        name: name.to_owned(),
        role: Some(role),
        oidc: None,
    };
    let lines = school.ask(Command::Staff(command)).await.unwrap();
    lines[0]["setup_code"].as_str().unwrap().to_owned()
}

pub async fn sign_in(
    http: &Http,
    name: &str,
    passphrase: &str,
    code: Option<String>,
    computer: Option<&Token>,
) -> Answer {
    let body = SessionRequest {
        sign_in: name.to_owned(),
        passphrase: passphrase.to_owned(),
        code,
        computer: computer.cloned(),
    };
    http.post(path::SESSIONS, "", serde_json::to_vec(&body).unwrap())
        .await
}

/// A school with an administrator whose account is ready.
async fn with_admin() -> (School, crate::school::Running, StaffSecrets) {
    let (school, _, http) = serving().await;
    let setup = add(&school, "Ｓuzuki", Role::SchoolAdmin).await;
    let secrets = set_up(&http, &setup).await;
    (school, http, secrets)
}

#[tokio::test]
async fn a_first_administrator_sets_up_signs_in_and_out() {
    let (school, _, http) = serving().await;
    let setup = add(&school, "Suzuki", Role::SchoolAdmin).await;
    // Nothing of it counts before the authenticator has shown that it works.
    let body = |passphrase: &str| {
        let body = StaffSetup {
            setup: setup.to_lowercase(),
            passphrase: passphrase.to_owned(),
        };
        serde_json::to_vec(&body).unwrap()
    };
    let weak = http.post(path::STAFF_SETUP, "", body("password1234")).await;
    assert_eq!(
        (weak.status, weak.code().as_str()),
        (422, "weak_passphrase")
    );
    let early: StaffSecrets = http
        .post(path::STAFF_SETUP, "", body(PASSPHRASE))
        .await
        .parse();
    let given = Some(code(&early, 0).await);
    let answer = sign_in(&http, "suzuki", PASSPHRASE, given, None).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "wrong_sign_in")
    );

    let secrets = set_up(&http, &setup).await;
    assert_ne!(early.secret, secrets.secret);
    assert_eq!(secrets.recovery.len(), 10);
    // The setup code is used up.
    let again = http.post(path::STAFF_SETUP, "", body(PASSPHRASE)).await;
    assert_eq!((again.status, again.code().as_str()), (404, "wrong_setup"));

    let none = sign_in(&http, " SUZUKI", PASSPHRASE, None, None).await;
    assert_eq!((none.status, none.code().as_str()), (401, "code_needed"));
    let given = Some(code(&secrets, 0).await);
    let begun: SessionAnswer = sign_in(&http, "suzuki", PASSPHRASE, given, None)
        .await
        .parse();
    assert_eq!(begun.name, "suzuki");
    assert_eq!(
        begun.roles,
        [hotaru_sync::wire::Grant::of(Role::SchoolAdmin)]
    );
    assert!((begun.expires_ms - now_ms() - 12 * HOUR).abs() < 60_000);
    let token = begun.token.as_str();
    let me: SessionCard = http.get(path::SESSIONS_ME, token).await.parse();
    assert_eq!(
        (me.name.as_str(), me.expires_ms),
        ("suzuki", Some(begun.expires_ms))
    );
    assert_eq!(http.delete(path::SESSIONS, token).await.status, 204);
    let over = http.get(path::SESSIONS_ME, token).await;
    assert_eq!((over.status, over.code().as_str()), (401, "session_over"));
}

#[tokio::test]
async fn who_is_not_there_who_is_disabled_and_who_is_wrong_get_the_same_answer() {
    let (school, http, secrets) = with_admin().await;
    let unknown = sign_in(&http, "nobody", PASSPHRASE, Some("123456".to_owned()), None).await;
    let wrong = sign_in(
        &http,
        "suzuki",
        "まちがった あいことば だよ ね",
        Some("123456".to_owned()),
        None,
    )
    .await;
    let wrong_code = sign_in(&http, "suzuki", PASSPHRASE, Some("000000".to_owned()), None).await;
    let no_name = sign_in(&http, "a:b", PASSPHRASE, None, None).await;
    let disable = StaffCommand::Disable {
        who: "suzuki".to_owned(),
    };
    school.ask(Command::Staff(disable)).await.unwrap();
    let given = Some(code(&secrets, 0).await);
    let disabled = sign_in(&http, "suzuki", PASSPHRASE, given, None).await;
    let seen = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("date");
        (answer.status, headers, answer.body.clone())
    };
    assert_eq!(unknown.code(), "wrong_sign_in");
    for other in [&wrong, &wrong_code, &no_name, &disabled] {
        assert_eq!(seen(other), seen(&unknown));
    }
}

#[tokio::test]
async fn a_code_counts_once_and_so_does_one_for_recovery() {
    let (_school, http, secrets) = with_admin().await;
    let now = code(&secrets, 0).await;
    let answer = sign_in(&http, "suzuki", PASSPHRASE, Some(now.clone()), None).await;
    assert_eq!(answer.status, 200);
    let replayed = sign_in(&http, "suzuki", PASSPHRASE, Some(now), None).await;
    assert_eq!(
        (replayed.status, replayed.code().as_str()),
        (401, "wrong_sign_in")
    );
    // Nor does one of a step before the newest that was taken.
    let old = code(&secrets, -1).await;
    assert_eq!(
        sign_in(&http, "suzuki", PASSPHRASE, Some(old), None)
            .await
            .status,
        401
    );

    let spare = secrets.recovery[3].to_lowercase();
    let answer = sign_in(&http, "suzuki", PASSPHRASE, Some(spare.clone()), None).await;
    assert_eq!(answer.status, 200);
    let again = sign_in(&http, "suzuki", PASSPHRASE, Some(spare), None).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (401, "wrong_sign_in")
    );
    let other = secrets.recovery[4].clone();
    assert_eq!(
        sign_in(&http, "suzuki", PASSPHRASE, Some(other), None)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_known_computer_needs_no_code_for_a_day() {
    let (school, http, secrets) = with_admin().await;
    let given = Some(secrets.recovery[0].clone());
    let begun: SessionAnswer = sign_in(&http, "suzuki", PASSPHRASE, given, None)
        .await
        .parse();
    let computer = begun.computer.unwrap();
    let begun: SessionAnswer = sign_in(&http, "suzuki", PASSPHRASE, None, Some(&computer))
        .await
        .parse();
    assert_eq!(begun.computer, None);
    // Not with another passphrase, not as another, not on another computer.
    assert_eq!(
        sign_in(&http, "suzuki", "ちがう", None, Some(&computer))
            .await
            .code(),
        "wrong_sign_in"
    );
    let other = Token::random().unwrap();
    assert_eq!(
        sign_in(&http, "suzuki", PASSPHRASE, None, Some(&other))
            .await
            .code(),
        "code_needed"
    );
    let setup = add(&school, "tanaka", Role::Principal).await;
    set_up(&http, &setup).await;
    assert_eq!(
        sign_in(&http, "tanaka", PASSPHRASE, None, Some(&computer))
            .await
            .code(),
        "code_needed"
    );

    // A code shown again makes a new name for the computer, and the old one opens nothing.
    let given = Some(secrets.recovery[1].clone());
    let begun: SessionAnswer = sign_in(&http, "suzuki", PASSPHRASE, given, Some(&computer))
        .await
        .parse();
    let old = sign_in(&http, "suzuki", PASSPHRASE, None, Some(&computer)).await;
    assert_eq!(old.code(), "code_needed");
    let computer = begun.computer.unwrap();

    for (age_ms, status) in [(24 * HOUR - 60_000, 200), (24 * HOUR, 401)] {
        let pool = sqlx::SqlitePool::connect_with(
            sqlx::sqlite::SqliteConnectOptions::new().filename(school.path().join("school.db")),
        );
        let pool = pool.await.unwrap();
        sqlx::query("UPDATE computers SET proven_ms = ?")
            .bind(now_ms() - age_ms)
            .execute(&pool)
            .await
            .unwrap();
        let answer = sign_in(&http, "suzuki", PASSPHRASE, None, Some(&computer)).await;
        assert_eq!(answer.status, status, "{age_ms}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_and_does_not_keep_a_known_computer_out() {
    let (_school, http, secrets) = with_admin().await;
    let given = Some(secrets.recovery[0].clone());
    let begun: SessionAnswer = sign_in(&http, "suzuki", PASSPHRASE, given, None)
        .await
        .parse();
    let computer = begun.computer.unwrap();
    for name in ["suzuki", "nobody"] {
        for _ in 0..5 {
            assert_eq!(sign_in(&http, name, "ちがう", None, None).await.status, 401);
        }
        let busy = sign_in(&http, name, "ちがう", None, None).await;
        assert_eq!((busy.status, busy.code().as_str()), (429, "busy"));
        assert_eq!(busy.header("retry-after"), Some("60"));
    }
    // The right passphrase is not heard from elsewhere either, but from her own computer.
    let given = Some(secrets.recovery[1].clone());
    assert_eq!(
        sign_in(&http, "suzuki", PASSPHRASE, given, None)
            .await
            .status,
        429
    );
    let own = sign_in(&http, "suzuki", PASSPHRASE, None, Some(&computer)).await;
    assert_eq!(own.status, 200);
    // Many names from one address are slowed as well.
    let mut statuses = Vec::new();
    for at in 0..20 {
        statuses.push(
            sign_in(&http, &format!("n{at}"), "ちがう", None, None)
                .await
                .status,
        );
    }
    assert_eq!(statuses.first(), Some(&401));
    assert_eq!(statuses.last(), Some(&429));
}

#[tokio::test]
async fn an_administrator_makes_accounts_gives_roles_and_takes_them_back() {
    let (school, class, http) = serving().await;
    let (joined, _) = http.join(&class, 1).await;
    let database = school.path().join("school.db");
    let store = SqliteStore::open(&database, false).await.unwrap();
    let admin = crate::matrix::account(&store).await;
    let role = hotaru_sync::wire::Grant::of(Role::SchoolAdmin);
    store.grant(admin, &role, None, now_ms()).await.unwrap();
    let (token, _) = session(&store, admin, now_ms(), HOUR).await;
    let post = async |at: &str, body: serde_json::Value| {
        http.post(at, &token, serde_json::to_vec(&body).unwrap())
            .await
    };

    let sign_in_name = NewStaff {
        sign_in: "保護者 一".to_owned(),
    };
    let made: StaffCode = post(path::ADMIN_STAFF, json!(sign_in_name)).await.parse();
    let taken = post(path::ADMIN_STAFF, json!(sign_in_name)).await;
    assert_eq!((taken.status, taken.code().as_str()), (409, "name_taken"));
    let grant = grant_of(Role::Guardian, class.id, joined.pupil.pupil);
    let new = NewGrant {
        staff: made.staff,
        grant: grant.clone(),
    };
    let given: GrantId = post(path::ADMIN_GRANTS, json!(new)).await.parse();
    // A role that nothing narrows is none, and nobody gives one to herself.
    let wide = NewGrant {
        grant: hotaru_sync::wire::Grant::of(Role::Guardian),
        ..new.clone()
    };
    assert_eq!(
        post(path::ADMIN_GRANTS, json!(wide)).await.code(),
        "bad_body"
    );
    let own = NewGrant {
        staff: admin,
        grant: hotaru_sync::wire::Grant::of(Role::Principal),
    };
    assert_eq!(post(path::ADMIN_GRANTS, json!(own)).await.status, 403);
    let list: StaffList = http.get(path::ADMIN_STAFF, &token).await.parse();
    let row = list
        .staff
        .iter()
        .find(|row| row.staff == made.staff)
        .unwrap();
    assert_eq!(row.sign_in.as_deref(), Some("保護者 一"));
    assert!(!row.is_ready && !row.is_disabled);
    assert_eq!((row.grants[0].id, &row.grants[0].grant), (given.id, &grant));
    // The teacher of the class has a desk token and no account.
    assert!(
        list.staff
            .iter()
            .any(|row| row.sign_in.is_none() && row.desk_tokens == 1)
    );

    let (child, _) = session(&store, made.staff, now_ms(), HOUR).await;
    let children: Children = http.get(path::CHILDREN, &child).await.parse();
    assert_eq!(
        (children.children[0].number, children.children[0].pupil),
        (1, joined.pupil.pupil)
    );
    assert_eq!(
        http.delete(&path::admin_grant(given.id), &token)
            .await
            .status,
        204
    );
    assert_eq!(
        http.delete(&path::admin_grant(given.id), &token)
            .await
            .status,
        404
    );
    assert_eq!(http.get(path::CHILDREN, &child).await.status, 403);
    assert_eq!(
        http.delete(&path::admin_staff(&made.staff), &token)
            .await
            .status,
        204
    );
    assert_eq!(
        http.get(path::CHILDREN, &child).await.code(),
        "session_over"
    );
    let reset: StaffCode = http
        .post(&path::admin_reset(&made.staff), &token, vec![])
        .await
        .parse();
    assert_ne!(reset.setup, made.setup);
    set_up(&http, &reset.setup).await;
}

#[tokio::test]
async fn a_desk_token_is_listed_and_revoked() {
    let (school, class, http) = serving().await;
    assert_eq!(
        http.get(path::DESK_SCHOOL, &class.teacher).await.status,
        200
    );
    let rows = school
        .ask(Command::Staff(StaffCommand::Sessions))
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0]["desk_token"].as_bool(), &rows[0]["classes"]),
        (Some(true), &json!(["6-1"]))
    );
    let session = rows[0]["session"].as_i64().unwrap();
    let end = || Command::Staff(StaffCommand::EndSession { session });
    school.ask(end()).await.unwrap();
    assert!(school.ask(end()).await.is_err());
    let over = http.get(path::DESK_SCHOOL, &class.teacher).await;
    assert_eq!((over.status, over.code().as_str()), (401, "session_over"));
}

#[tokio::test]
async fn join_codes_end_and_are_closed_and_made_anew() {
    let (school, class, http) = serving().await;
    let desk: DeskSchool = http.get(path::DESK_SCHOOL, &class.teacher).await.parse();
    let until = desk.classes[0].code_until_ms.unwrap();
    assert!((until - now_ms() - 14 * 24 * HOUR).abs() < 60_000);
    let wrong = http.join_as("AAAA-AAAA", 1, "").await;

    assert_eq!(
        http.delete(&path::desk_code(&class.id), &class.teacher)
            .await
            .status,
        204
    );
    let closed = http.join_as(&class.code, 1, "").await;
    let at = path::desk_code(&class.id);
    let renewed = http.post(&at, &class.teacher, b"{\"days\":1}".to_vec());
    let renewed: JoinCode = renewed.await.parse();
    let old = http.join_as(&class.code, 1, "").await;
    http.join_as(&renewed.join_code, 1, "")
        .await
        .parse::<JoinAnswer>();

    let pool = sqlx::sqlite::SqliteConnectOptions::new().filename(school.path().join("school.db"));
    let pool = sqlx::SqlitePool::connect_with(pool).await.unwrap();
    let set = async |until: Option<i64>| {
        sqlx::query("UPDATE classes SET code_until_ms = ?")
            .bind(until)
            .execute(&pool)
            .await
            .unwrap();
    };
    set(Some(now_ms() - 1)).await;
    let expired = http.join_as(&renewed.join_code, 2, "").await;
    let desk: DeskSchool = http.get(path::DESK_SCHOOL, &class.teacher).await.parse();
    assert_eq!(
        (
            desk.classes[0].join_code.as_str(),
            desk.classes[0].code_until_ms
        ),
        ("", None)
    );
    for answer in [&closed, &old, &expired] {
        assert_eq!((answer.status, &answer.body), (404, &wrong.body));
    }
    // A code from before codes ended goes on.
    set(None).await;
    http.join_as(&renewed.join_code, 2, "")
        .await
        .parse::<JoinAnswer>();
    for bad in ["{\"days\":0}", "{\"days\":91}"] {
        let answer = http
            .post(&path::desk_code(&class.id), &class.teacher, bad.into())
            .await;
        assert_eq!(answer.code(), "bad_body");
    }
}

#[tokio::test]
async fn a_guardian_sees_what_was_done_and_nothing_that_is_the_childs_own() {
    let (school, class, http) = serving().await;
    let body = drill(&http, &class, vec![choices("a"), choices("b")]).await;
    let given = lesson("てこ", vec![body]);
    let blob = given.blobs().next().unwrap().1.id;
    http.publish(&class, &given).await;
    let (joined, token) = http.join(&class, 7).await;
    let pupil = joined.pupil.pupil;
    let store = SqliteStore::open(&school.path().join("school.db"), false)
        .await
        .unwrap();
    let person = async |role| {
        let staff = crate::matrix::account(&store).await;
        let grant = grant_of(role, class.id, pupil);
        store
            .grant(staff, &grant, None, now_ms())
            .await
            .unwrap()
            .unwrap();
        session(&store, staff, now_ms(), HOUR).await.0
    };
    let guardian = person(Role::Guardian).await;

    let mut log = Log::new(pupil);
    log.add(&Fact::LessonOpened(LessonOpened {
        lesson: given.lesson,
        revision: 1,
    }));
    log.add(&answer(given.lesson, blob, 0, Response::Choice(1)));
    log.push_all(&http, &token).await;
    let before = http.get(&path::child(&pupil), &guardian).await;
    let child: Child = before.parse();
    assert_eq!((child.number, child.class_name.as_str()), (7, "6-1"));
    assert_eq!(
        (child.lessons[0].title.as_str(), child.lessons[0].opened),
        ("てこ", true)
    );
    assert_eq!(
        (child.lessons[0].answered, child.lessons[0].correct),
        (1, 1)
    );

    // A note and a わからない leave no trace, in no number.
    let from = log.events.len();
    log.add(&Fact::NoteSaved(NoteSaved {
        note: NoteId::random().unwrap(),
        lesson: Some(given.lesson),
        text: "ひみつ".to_owned(),
    }));
    log.add(&answer(given.lesson, blob, 1, Response::DontKnow));
    let pushed = log.push(&http, &token, from, log.events.len()).await;
    assert_eq!(pushed.status, 200);
    let after = http.get(&path::child(&pupil), &guardian).await;
    assert_eq!(after.body, before.body);
    // Her teacher does see that a question was not understood.
    let page: DeskPupil = http
        .get(&path::desk_pupil(&pupil), &class.teacher)
        .await
        .parse();
    assert_eq!(page.answers[0].response, Response::DontKnow);
    assert!(!format!("{page:?}").contains("ひみつ"));
    // Support staff see the page for the days that they were given, and no list.
    let support = person(Role::Support).await;
    let page: DeskPupil = http.get(&path::desk_pupil(&pupil), &support).await.parse();
    assert_eq!(page.number, 7);
}

#[tokio::test]
async fn a_subject_teacher_sees_and_publishes_her_subject_only() {
    let (school, class, http) = serving().await;
    let drilled = drill(&http, &class, vec![choices("a")]).await;
    let science = lesson("てこ", vec![drilled]);
    let blob = science.blobs().next().unwrap().1.id;
    http.publish(&class, &science).await;
    let mut song = lesson("うた", vec![text(&http, &class, "うた").await]);
    song.subject = Subject::Music;
    http.publish(&class, &song).await;
    let (joined, token) = http.join(&class, 7).await;
    let mut log = Log::new(joined.pupil.pupil);
    log.add(&answer(science.lesson, blob, 0, Response::Choice(1)));
    log.push_all(&http, &token).await;

    let store = SqliteStore::open(&school.path().join("school.db"), false)
        .await
        .unwrap();
    let staff = crate::matrix::account(&store).await;
    let grant = grant_of(Role::SubjectTeacher, class.id, joined.pupil.pupil);
    store
        .grant(staff, &grant, None, now_ms())
        .await
        .unwrap()
        .unwrap();
    let (music, _) = session(&store, staff, now_ms(), HOUR).await;

    let lessons: DeskLessons = http
        .get(&path::desk_lessons(&class.id), &music)
        .await
        .parse();
    assert_eq!(
        lessons
            .lessons
            .iter()
            .map(|one| one.lesson)
            .collect::<Vec<_>>(),
        [song.lesson]
    );
    for at in [
        path::desk_answers(&science.lesson),
        path::desk_receipts(&science.lesson),
        path::blob(&blob),
    ] {
        assert_eq!(http.get(&at, &music).await.status, 404, "{at}");
    }
    let page: DeskPupil = http
        .get(&path::desk_pupil(&joined.pupil.pupil), &music)
        .await
        .parse();
    assert_eq!(
        page.lessons
            .iter()
            .map(|one| one.lesson)
            .collect::<Vec<_>>(),
        [song.lesson]
    );
    assert!(page.answers.is_empty() && page.days.is_empty());
    assert_eq!(
        http.delete(&path::lesson(&science.lesson), &music)
            .await
            .status,
        404
    );
    let desk: DeskSchool = http.get(path::DESK_SCHOOL, &music).await.parse();
    assert_eq!(desk.classes[0].join_code, "");
    // Neither as another subject, nor by calling the other's lesson music.
    let hers = crate::school::Class {
        teacher: music,
        ..class.clone()
    };
    let art = lesson("え", vec![text(&http, &class, "え").await]);
    assert_eq!(
        http.publish_to(&hers, &[class.id], &art, None).await.status,
        403
    );
    let mut taken = science.clone();
    taken.revision = 2;
    taken.subject = Subject::Music;
    assert_eq!(
        http.publish_to(&hers, &[class.id], &taken, None)
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn counts_of_a_school_name_nobody() {
    let (school, class, http) = serving().await;
    let body = drill(&http, &class, vec![choices("a")]).await;
    let given = lesson("てこ", vec![body]);
    let blob = given.blobs().next().unwrap().1.id;
    http.publish(&class, &given).await;
    let store = SqliteStore::open(&school.path().join("school.db"), false)
        .await
        .unwrap();
    let staff = crate::matrix::account(&store).await;
    let role = hotaru_sync::wire::Grant::of(Role::CityAdmin);
    store.grant(staff, &role, None, now_ms()).await.unwrap();
    let (city, _) = session(&store, staff, now_ms(), HOUR).await;
    let counts = async || {
        let all: Aggregates = http.get(path::AGGREGATES, &city).await.parse();
        all.classes[0].counts.clone()
    };
    for number in 1..=5 {
        assert_eq!(counts().await, None);
        let (joined, token) = http.join(&class, number).await;
        let mut log = Log::new(joined.pupil.pupil);
        log.add(&answer(given.lesson, blob, 0, Response::Choice(1)));
        if number < 5 {
            log.push_all(&http, &token).await;
        }
    }
    // Five pupils, four of whom answered: the class is told, its day is not.
    let now = counts().await.unwrap();
    assert_eq!((now.pupils, now.terminals, now.answers.len()), (5, 5, 0));
    let (joined, token) = http.join(&class, 6).await;
    let mut log = Log::new(joined.pupil.pupil);
    log.add(&answer(given.lesson, blob, 0, Response::Choice(0)));
    log.push_all(&http, &token).await;
    let now = counts().await.unwrap();
    assert_eq!((now.pupils, now.answers[0].answers), (6, 5));
    let terminals: AdminTerminals = http.get(path::ADMIN_TERMINALS, &city).await.parse();
    assert_eq!(terminals.terminals.len(), 6);
    assert!(
        terminals
            .terminals
            .iter()
            .all(|terminal| terminal.pupils.is_empty())
    );
}
