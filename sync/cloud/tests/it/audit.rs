//! The audit log: what stands in it, and that a row that was changed is found.

use hotaru_cloud::control::{Care, Command, StaffCommand};
use hotaru_cloud::store::StaffStore;
use hotaru_cloud::store::sqlite::SqliteStore;
use hotaru_sync::wire::{AuditPage, AuditRow, Grant, Role, path};
use serde_json::Value;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

use crate::matrix::{HOUR, account, now_ms, session};
use crate::school::{School, lesson, serving, text};
use crate::staff::{PASSPHRASE, add, set_up, sign_in};

async fn rows(school: &School) -> Vec<AuditRow> {
    let command = StaffCommand::Audit {
        pupil: None,
        since: None,
    };
    let lines = school.ask(Command::Staff(command)).await.unwrap();
    lines
        .into_iter()
        .map(|line| serde_json::from_value(line).unwrap())
        .collect()
}

async fn damaged(school: &School) -> (u64, Vec<Value>) {
    let check = Care::Check {
        repair: false,
        from: None,
    };
    let lines = school.ask(Command::Care(check)).await.unwrap();
    (lines.last().unwrap()["damaged"].as_u64().unwrap(), lines)
}

async fn database(school: &School) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(school.path().join("school.db"));
    SqlitePool::connect_with(options).await.unwrap()
}

#[tokio::test]
async fn every_look_at_a_pupil_and_every_refusal_stands_in_the_log() {
    let (school, class, http) = serving().await;
    let given = lesson("てこ", vec![text(&http, &class, "てこ").await]);
    http.publish(&class, &given).await;
    let (joined, token) = http.join(&class, 7).await;
    let (pupil, terminal) = (joined.pupil.pupil, joined.terminal);
    let other = SqliteStore::open(&school.path().join("school.db"), false)
        .await
        .unwrap();
    let staff = account(&other).await;
    other
        .grant(staff, &Grant::of(Role::Principal), None, now_ms())
        .await
        .unwrap();
    let (principal, id) = session(&other, staff, now_ms(), HOUR).await;

    http.get(&path::desk_pupil(&pupil), &class.teacher).await;
    http.get(&path::desk_answers(&given.lesson), &class.teacher)
        .await;
    http.post(&path::desk_card(&pupil), &class.teacher, vec![])
        .await;
    http.post(&path::desk_agree(&terminal, &pupil), &class.teacher, vec![])
        .await;
    http.post(&path::desk_card(&pupil), &principal, vec![])
        .await;
    http.get(&path::desk_pupil(&pupil), &principal).await;
    http.delete(&path::desk_terminal(&terminal), &class.teacher)
        .await;
    http.get(&path::desk_pupil(&pupil), &token).await;

    let rows = rows(&school).await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.role.as_str(), row.action.as_str(), row.outcome.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("teacher", "read_pupil", "allowed"),
            ("teacher", "read_answers", "allowed"),
            ("teacher", "make_card", "allowed"),
            ("teacher", "agree", "allowed"),
            ("principal", "make_card", "refused"),
            ("principal", "read_pupil", "allowed"),
            ("teacher", "undo_join", "allowed"),
        ]
    );
    assert_eq!(
        (rows[0].pupil, rows[1].lesson),
        (Some(pupil), Some(given.lesson))
    );
    assert_eq!(
        (rows[3].terminal, rows[6].terminal),
        (Some(terminal), Some(terminal))
    );
    assert_eq!(
        (rows[5].staff, rows[5].session),
        (Some(staff), Some(u64::try_from(id).unwrap()))
    );
    assert!(rows.iter().zip(1..).all(|(row, at)| row.id == at));

    let page: AuditPage = http
        .get(&path::admin_audit(Some(&pupil), 3), &principal)
        .await
        .parse();
    let actions: Vec<_> = page.rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["agree", "make_card", "read_pupil", "read_audit"]);
    let since = StaffCommand::Audit {
        pupil: Some(pupil),
        since: Some(hotaru_content::clock::school_day(now_ms() + 25 * HOUR)),
    };
    assert!(school.ask(Command::Staff(since)).await.unwrap().is_empty());
}

#[tokio::test]
async fn good_and_bad_sign_ins_stand_in_the_log_and_what_was_typed_does_not() {
    let (school, _, http) = serving().await;
    let setup = add(&school, "suzuki", Role::SchoolAdmin).await;
    let secrets = set_up(&http, &setup).await;
    sign_in(
        &http,
        "suzuki",
        "ひみつの ことばを うっかり かく",
        None,
        None,
    )
    .await;
    sign_in(&http, "うっかり パスフレーズ", PASSPHRASE, None, None).await;
    sign_in(
        &http,
        "suzuki",
        PASSPHRASE,
        Some(secrets.recovery[0].clone()),
        None,
    )
    .await;
    let rows = rows(&school).await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.action.as_str(),
                row.outcome.as_str(),
                row.staff.is_some(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("add_staff", "allowed", false),
            ("set_passphrase", "allowed", true),
            ("set_authenticator", "allowed", true),
            ("sign_in", "bad", true),
            ("sign_in", "bad", false),
            ("sign_in", "good", true),
        ]
    );
    assert!(!format!("{rows:?}").contains("うっかり"));
}

#[tokio::test]
async fn a_row_that_was_edited_removed_or_cut_off_is_found() {
    for tampering in [
        "UPDATE audit SET outcome = 'refused' WHERE id = 2",
        "UPDATE audit SET pupil = NULL WHERE id = 1",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 3",
        "UPDATE audit_end SET rows = 2",
    ] {
        let (school, class, http) = serving().await;
        let (joined, _) = http.join(&class, 7).await;
        for _ in 0..3 {
            http.get(&path::desk_pupil(&joined.pupil.pupil), &class.teacher)
                .await;
        }
        assert_eq!(damaged(&school).await.0, 0);
        let pool = database(&school).await;
        // The database itself refuses, as long as its triggers stand.
        if tampering.contains("audit ") {
            let refused = sqlx::query(tampering).execute(&pool).await.unwrap_err();
            assert!(
                refused.to_string().contains("audit log is never"),
                "{refused}"
            );
        }
        for trigger in ["audit_is_not_edited", "audit_is_not_shortened"] {
            let drop = format!("DROP TRIGGER {trigger}");
            sqlx::query(sqlx::AssertSqlSafe(drop))
                .execute(&pool)
                .await
                .unwrap();
        }
        sqlx::query(tampering).execute(&pool).await.unwrap();
        let (count, lines) = damaged(&school).await;
        assert_eq!(count, 1, "{tampering}: {lines:?}");
        let found = lines.iter().any(|line| {
            let problem = line["problem"].as_str().unwrap_or_default();
            problem.contains("audit log is not what was written")
        });
        assert!(found, "{tampering}: {lines:?}");
    }
}
