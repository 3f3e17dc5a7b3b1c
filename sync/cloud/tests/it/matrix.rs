//! Who may do what, cell by cell: each role at each resource, in each state of its session, over
//! real HTTP. What is expected stands in the table below, written by hand and not taken from
//! the program's own.
//!
//! The school has the classes 6-1 and 6-2. In 6-1 are the role's class, pupil and lesson; `other`
//! asks for what is of 6-2. A list answers `other` with 200 where it names something of 6-2.

use hotaru_cloud::store::sqlite::SqliteStore;
use hotaru_cloud::store::{FiledAs, NewAccount, NewFiled, NewSession, OrderStore, StaffStore};
use hotaru_content::clock::school_day;
use hotaru_content::id::{ClassId, PupilId, TeacherId, TerminalId};
use hotaru_content::lesson::{Body, Revision, Subject};
use hotaru_content::order::Unsent;
use hotaru_sync::order::Order;
use hotaru_sync::wire::{DeletePupil, Grant, NewGrant, NewStaff, Publish, Role, Token, path};
use reqwest::Method;
use serde_json::json;

use crate::school::{Answer, Class, Http, Running, School, lesson, text};

/// In what state who asks is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A session that counts, for what is hers.
    Own,
    /// The same, for what is of the other class.
    Other,
    /// A session that counts at another school.
    OtherSchool,
    /// No session at all.
    NoSession,
    /// One that ended an hour ago.
    Expired,
    /// One that was ended by hand.
    Revoked,
}

macro_rules! matrix {
    ($($resource:ident { $($role:ident $own:literal $other:literal,)* })*) => {$(
        mod $resource {$(
            mod $role {
                use super::super::{State, cell};
                const AT: (&str, &str) = (stringify!($resource), stringify!($role));
                #[test]
                fn own() { cell(AT, State::Own, $own); }
                #[test]
                fn other() { cell(AT, State::Other, $other); }
                #[test]
                fn other_school() { cell(AT, State::OtherSchool, 401); }
                #[test]
                fn no_session() { cell(AT, State::NoSession, 401); }
                #[test]
                fn expired() { cell(AT, State::Expired, 401); }
                #[test]
                fn revoked() { cell(AT, State::Revoked, 401); }
            }
        )*}
    )*};
}

matrix! {
    desk_school {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 200 404,
        support 403 403, principal 200 200, school_admin 200 200, city_admin 403 403,
    }
    desk_lessons {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 200 404,
        support 403 403, principal 200 200, school_admin 403 403, city_admin 403 403,
    }
    desk_receipts {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 200 404,
        support 403 403, principal 200 200, school_admin 403 403, city_admin 403 403,
    }
    desk_answers {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 200 404,
        support 403 403, principal 200 200, school_admin 403 403, city_admin 403 403,
    }
    desk_pupil {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 200 404,
        support 200 404, principal 200 200, school_admin 403 403, city_admin 403 403,
    }
    make_card {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    revoke_cards {
        pupil 403 403, guardian 403 403, teacher 204 404, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    agree {
        pupil 403 403, guardian 403 403, teacher 204 404, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    undo_join {
        pupil 403 403, guardian 403 403, teacher 204 404, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    desk_renew_code {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    admin_renew_code {
        pupil 403 403, guardian 403 403, teacher 200 404, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    close_code {
        pupil 403 403, guardian 403 403, teacher 204 404, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 204 204, city_admin 403 403,
    }
    publish {
        pupil 403 403, guardian 403 403, teacher 200 403, subject_teacher 200 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    revise {
        pupil 403 403, guardian 403 403, teacher 200 403, subject_teacher 200 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    withdraw {
        pupil 403 403, guardian 403 403, teacher 204 404, subject_teacher 204 404,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    lesson_file {
        pupil 200 404, guardian 403 403, teacher 200 404, subject_teacher 200 404,
        support 403 403, principal 200 200, school_admin 403 403, city_admin 403 403,
    }
    file_proof {
        pupil 200 404, guardian 403 403, teacher 200 404, subject_teacher 200 404,
        support 403 403, principal 200 200, school_admin 403 403, city_admin 403 403,
    }
    uploads {
        pupil 200 200, guardian 403 403, teacher 200 200, subject_teacher 200 200,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    terminal_lessons {
        pupil 200 200, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    terminal_receipts {
        pupil 204 204, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    session_me {
        pupil 403 403, guardian 200 200, teacher 200 200, subject_teacher 200 200,
        support 200 200, principal 200 200, school_admin 200 200, city_admin 200 200,
    }
    sign_out {
        pupil 403 403, guardian 204 204, teacher 204 204, subject_teacher 204 204,
        support 204 204, principal 204 204, school_admin 204 204, city_admin 204 204,
    }
    staff_list {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    staff_add {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    staff_disable {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 204 204, city_admin 403 403,
    }
    staff_reset {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    grant {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    revoke_grant {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 204 204, city_admin 403 403,
    }
    admin_terminals {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 200 200,
    }
    revoke_terminal {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 204 204, city_admin 403 403,
    }
    ask_for_key {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 204 204, city_admin 403 403,
    }
    new_key {
        pupil 401 401, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    orders {
        pupil 200 200, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    orders_done {
        pupil 204 204, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    unsent {
        pupil 204 204, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    order_erase {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    withdraw_erase {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 204 204, city_admin 403 403,
    }
    file_certificate {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 200 200,
    }
    filed_certificate {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 200 200,
    }
    audit {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 200 200, school_admin 200 200, city_admin 403 403,
    }
    record_lines {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 200 200, school_admin 200 200, city_admin 403 403,
    }
    record_page {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 200 200, school_admin 200 200, city_admin 403 403,
    }
    delete_pupil {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 200 200, city_admin 403 403,
    }
    aggregates {
        pupil 403 403, guardian 403 403, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 200 200, school_admin 403 403, city_admin 200 200,
    }
    children {
        pupil 403 403, guardian 200 404, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
    child {
        pupil 403 403, guardian 200 404, teacher 403 403, subject_teacher 403 403,
        support 403 403, principal 403 403, school_admin 403 403, city_admin 403 403,
    }
}

/// What is of one class.
struct Side {
    class: Class,
    pupil: PupilId,
    terminal: TerminalId,
    token: String,
    revision: Revision,
}

/// A school that serves, with two classes.
struct World {
    store: SqliteStore,
    http: Running,
    sides: [Side; 2],
    _school: School,
}

impl World {
    async fn new() -> Self {
        let school = School::new().await;
        let classes = [school.class("6-1").await, school.class("6-2").await];
        let http = school.serve().await;
        let mut sides = Vec::new();
        for class in classes {
            let (joined, token) = http.join(&class, 1).await;
            let mut revision = lesson("うた", vec![text(&http, &class, &class.code).await]);
            revision.subject = Subject::Music;
            http.publish(&class, &revision).await;
            sides.push(Side {
                class,
                pupil: joined.pupil.pupil,
                terminal: joined.terminal,
                token,
                revision,
            });
        }
        let database = school.path().join("school.db");
        Self {
            store: SqliteStore::open(&database, false).await.unwrap(),
            http,
            sides: sides.try_into().ok().unwrap(),
            _school: school,
        }
    }

    /// A person with a role at what is of 6-1.
    async fn person(&self, role: Role) -> TeacherId {
        let staff = account(&self.store).await;
        let grant = grant_of(role, self.sides[0].class.id, self.sides[0].pupil);
        self.store
            .grant(staff, &grant, None, now_ms())
            .await
            .unwrap()
            .unwrap();
        staff
    }

    async fn token(&self, role: &str, state: State) -> String {
        if state == State::NoSession {
            return String::new();
        }
        if role == "pupil" {
            match state {
                // A terminal's token has no end of its own: what ends it is that it is revoked.
                State::Revoked | State::Expired => {
                    let terminal = self.sides[0].terminal;
                    assert!(
                        self.store
                            .revoke_terminal(terminal, now_ms())
                            .await
                            .unwrap()
                    );
                }
                State::OtherSchool => {
                    let other = School::new().await;
                    let class = other.class("6-1").await;
                    return other.serve().await.join(&class, 1).await.1;
                }
                State::Own | State::Other | State::NoSession => {}
            }
            return self.sides[0].token.clone();
        }
        let role: Role = role.parse().unwrap();
        if state == State::OtherSchool {
            let other = World::new_boxed().await;
            let staff = other.person(role).await;
            return session(&other.store, staff, now_ms(), HOUR).await.0;
        }
        let staff = self.person(role).await;
        let (token, id) = match state {
            State::Expired => session(&self.store, staff, now_ms() - 2 * HOUR, HOUR).await,
            _ => session(&self.store, staff, now_ms(), HOUR).await,
        };
        if state == State::Revoked {
            assert!(self.store.end_session(id, now_ms()).await.unwrap());
        }
        token
    }

    /// A recursion of futures needs a box.
    fn new_boxed() -> std::pin::Pin<Box<dyn Future<Output = Self>>> {
        Box::pin(Self::new())
    }

    /// Asks for a resource of one of the classes.
    async fn ask(&self, resource: &str, token: &str, side: &Side) -> Answer {
        let http: &Http = &self.http;
        let post = async |at: &str, body: serde_json::Value| {
            http.post(at, token, serde_json::to_vec(&body).unwrap())
                .await
        };
        let (class, lesson_id) = (side.class.id, side.revision.lesson);
        let blob = side.revision.blobs().next().unwrap().1;
        match resource {
            "desk_school" => http.get(path::DESK_SCHOOL, token).await,
            "desk_lessons" => http.get(&path::desk_lessons(&class), token).await,
            "desk_receipts" => http.get(&path::desk_receipts(&lesson_id), token).await,
            "desk_answers" => http.get(&path::desk_answers(&lesson_id), token).await,
            "desk_pupil" => http.get(&path::desk_pupil(&side.pupil), token).await,
            "make_card" => {
                http.post(&path::desk_card(&side.pupil), token, vec![])
                    .await
            }
            "revoke_cards" => http.delete(&path::desk_card(&side.pupil), token).await,
            "agree" => {
                let at = path::desk_agree(&side.terminal, &side.pupil);
                http.post(&at, token, vec![]).await
            }
            "undo_join" => {
                http.delete(&path::desk_terminal(&side.terminal), token)
                    .await
            }
            "desk_renew_code" => http.post(&path::desk_code(&class), token, vec![]).await,
            "admin_renew_code" => post(&path::admin_code(&class), json!({"days": 3})).await,
            "close_code" => http.delete(&path::desk_code(&class), token).await,
            "publish" => {
                let words = Body::Text { blob };
                let mut new = lesson("あたらしい うた", vec![words]);
                new.subject = Subject::Music;
                self.publish(token, side, &new).await
            }
            "revise" => {
                let mut next = side.revision.clone();
                next.revision = 2;
                self.publish(token, side, &next).await
            }
            "withdraw" => http.delete(&path::lesson(&lesson_id), token).await,
            "lesson_file" => http.get(&path::blob(&blob.id), token).await,
            "file_proof" => http.get(&path::proof(&blob.id), token).await,
            "uploads" => post(path::UPLOADS, json!([])).await,
            "terminal_lessons" => http.get(&path::lessons(0), token).await,
            "terminal_receipts" => post(path::RECEIPTS, json!([])).await,
            "session_me" => http.get(path::SESSIONS_ME, token).await,
            "sign_out" => http.delete(path::SESSIONS, token).await,
            "staff_list" => http.get(path::ADMIN_STAFF, token).await,
            "staff_add" => {
                let sign_in = "あたらしい ひと".to_owned();
                post(path::ADMIN_STAFF, json!(NewStaff { sign_in })).await
            }
            "staff_disable" => {
                let staff = account(&self.store).await;
                http.delete(&path::admin_staff(&staff), token).await
            }
            "staff_reset" => {
                let staff = account(&self.store).await;
                http.post(&path::admin_reset(&staff), token, vec![]).await
            }
            "grant" => {
                let new = NewGrant {
                    staff: account(&self.store).await,
                    grant: grant_of(Role::Guardian, class, side.pupil),
                };
                post(path::ADMIN_GRANTS, json!(new)).await
            }
            "revoke_grant" => {
                let staff = account(&self.store).await;
                let grant = Grant::of(Role::Principal);
                let given = self.store.grant(staff, &grant, None, now_ms()).await;
                http.delete(&path::admin_grant(given.unwrap().unwrap()), token)
                    .await
            }
            "admin_terminals" => http.get(path::ADMIN_TERMINALS, token).await,
            "revoke_terminal" => {
                http.delete(&path::admin_terminal(&side.terminal), token)
                    .await
            }
            "ask_for_key" => {
                http.post(&path::admin_rekey(&side.terminal), token, vec![])
                    .await
            }
            // These terminals sign nothing: they are asked to show a first key instead.
            "new_key" => {
                let (key, proof) = ("5c".repeat(32), "5c".repeat(64));
                post(path::TERMINAL_KEY, json!({"key": key, "proof": proof})).await
            }
            "orders" => http.get(path::ORDERS, token).await,
            "orders_done" => post(path::ORDERS, json!({"done": [1]})).await,
            "unsent" => post(path::TERMINAL_UNSENT, json!(Unsent::default())).await,
            "order_erase" => post(&path::admin_erase(&side.terminal), json!({})).await,
            "withdraw_erase" => {
                let order = Order::Erase { at_once: false };
                let given = self.store.add_order(side.terminal, order, now_ms()).await;
                assert!(given.is_ok());
                http.delete(&path::admin_erase(&side.terminal), token).await
            }
            "file_certificate" => {
                let at = path::admin_lessor_certificate(&side.terminal, "証明書.pdf");
                http.post(&at, token, b"%PDF".to_vec()).await
            }
            "filed_certificate" => {
                let new = NewFiled {
                    terminals: vec![side.terminal],
                    name: "証明書.pdf".to_owned(),
                    bytes: b"%PDF".to_vec(),
                    now_ms: now_ms(),
                };
                let FiledAs::Number(id) = self.store.file_certificate(new).await.unwrap() else {
                    panic!("it is not filed");
                };
                http.get(&path::filed_certificate(id), token).await
            }
            "audit" => {
                http.get(&path::admin_audit(Some(&side.pupil), 0), token)
                    .await
            }
            "record_lines" => http.get(&path::admin_record(&side.pupil), token).await,
            "record_page" => http.get(&path::admin_record_page(&side.pupil), token).await,
            "delete_pupil" => {
                let (class, number) = (side.class.name.clone(), 1);
                let whom = json!(DeletePupil { class, number });
                post(&path::admin_delete_pupil(&side.pupil), whom).await
            }
            "aggregates" => http.get(path::AGGREGATES, token).await,
            "children" => http.get(path::CHILDREN, token).await,
            "child" => http.get(&path::child(&side.pupil), token).await,
            other => panic!("no resource is called {other}"),
        }
    }

    /// Publishes a document that the class's own desk has uploaded.
    async fn publish(&self, token: &str, side: &Side, revision: &Revision) -> Answer {
        let bytes = revision.to_json().unwrap();
        let publish = Publish {
            document: self.http.upload(&side.class.teacher, &bytes).await,
            base_revision: revision.revision - 1,
            classes: vec![side.class.id],
            groups: vec![],
            pupils: vec![],
            send_at_ms: None,
        };
        let body = serde_json::to_vec(&publish).unwrap();
        let request = self.http.request(Method::POST, path::PUBLISH, token);
        self.http.send(request.body(body)).await
    }
}

/// An hour, in milliseconds.
pub const HOUR: i64 = 3600 * 1000;

pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// An account that nobody has set up.
pub async fn account(store: &SqliteStore) -> TeacherId {
    let staff = TeacherId::random().unwrap();
    let account = NewAccount {
        staff,
        sign_in: staff.to_string(),
        setup_hash: staff.0.repeat(2).try_into().unwrap(),
        until_ms: now_ms() + HOUR,
        now_ms: now_ms(),
    };
    assert!(store.add_account(account).await.unwrap());
    staff
}

/// A role at a class or a pupil of it, in these days.
pub fn grant_of(role: Role, class: ClassId, pupil: PupilId) -> Grant {
    let today = school_day(now_ms());
    let mut grant = Grant::of(role);
    match role {
        Role::Teacher => grant.class = Some(class),
        Role::SubjectTeacher => {
            grant.class = Some(class);
            grant.subject = Some(Subject::Music);
        }
        Role::Guardian => grant.pupil = Some(pupil),
        Role::Support => {
            grant.pupil = Some(pupil);
            grant.from_day = Some(today.yesterday().unwrap());
            grant.to_day = Some(today.tomorrow().unwrap());
        }
        Role::Principal | Role::SchoolAdmin | Role::CityAdmin => {}
    }
    grant
}

/// A session without a sign-in, and its number.
pub async fn session(store: &SqliteStore, staff: TeacherId, at_ms: i64, ms: i64) -> (String, i64) {
    let token = Token::random().unwrap();
    let session = NewSession {
        staff,
        token_hash: token.hash(),
        computer: None,
        is_proven: false,
        replaces: None,
        expires_ms: at_ms + ms,
        now_ms: at_ms,
    };
    let id = store.begin_session(session).await.unwrap();
    (token.as_str().to_owned(), id)
}

/// One cell of the table.
fn cell((resource, role): (&str, &str), state: State, expected: u16) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let world = World::new().await;
        let token = world.token(role, state).await;
        let side = match state {
            State::Other => &world.sides[1],
            _ => &world.sides[0],
        };
        let answer = world.ask(resource, &token, side).await;
        if answer.status >= 400 {
            answer.code();
        }
        let mut status = answer.status;
        // A list that does not name what is of the other class hides it.
        if state == State::Other && status == 200 {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            let wanted = match resource {
                "desk_school" => Some(side.class.id.to_string()),
                "children" => Some(side.pupil.to_string()),
                _ => None,
            };
            if wanted.is_some_and(|wanted| !body.contains(&wanted)) {
                status = 404;
            }
        }
        assert_eq!(
            status,
            expected,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
    });
}
