//! Accounts and what they are granted.

use std::collections::BTreeMap;

use async_trait::async_trait;
use hotaru_content::id::{ClassId, LessonId, PupilId, TeacherId, TerminalId};
use hotaru_content::lesson::Subject;
use hotaru_sync::wire::{Aggregates, AuditRow, ChildCard, Grant, GrantRow, StaffRow};
use sqlx::sqlite::SqliteConnection;
use zeroize::Zeroizing;

use super::grants::{Granted, grants_of};
use super::{SqliteStore, array, audit, number};
use crate::rights::{LessonFacts, Scope};
use crate::store::{
    Account, Audit, NewAccount, NewSecrets, NewSession, PupilPage, Result, SessionRow, StaffStore,
};

type AccountRow = (
    Vec<u8>,
    Option<String>,
    Option<Vec<u8>>,
    bool,
    bool,
    Option<String>,
);

fn account(row: AccountRow) -> Result<(Account, String)> {
    let (staff, passphrase, totp_secret, has_totp, is_disabled, sign_in) = row;
    let account = Account {
        staff: TeacherId(array(staff)?),
        passphrase: passphrase.map(Zeroizing::new),
        totp_secret: totp_secret.map(Zeroizing::new),
        has_totp,
        is_disabled,
    };
    Ok((account, sign_in.unwrap_or_default()))
}

/// Ends all sessions of a person.
async fn end_sessions(tx: &mut SqliteConnection, staff: TeacherId, now_ms: i64) -> Result<()> {
    sqlx::query("UPDATE sessions SET revoked_ms = ? WHERE staff = ? AND revoked_ms IS NULL")
        .bind(now_ms)
        .bind(&staff.0[..])
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM computers WHERE staff = ?")
        .bind(&staff.0[..])
        .execute(tx)
        .await?;
    Ok(())
}

/// Makes a person of the school, without an account yet.
pub(super) async fn new_person(
    tx: &mut SqliteConnection,
    staff: TeacherId,
    now_ms: i64,
) -> Result<()> {
    // Lessons and cards name people by this table. Its column of tokens opens nothing any more.
    sqlx::query(
        "INSERT INTO teachers (teacher, token_hash, created_ms) VALUES (?, randomblob(32), ?)",
    )
    .bind(&staff.0[..])
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    sqlx::query("INSERT INTO staff (staff, made_ms) VALUES (?, ?)")
        .bind(&staff.0[..])
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

#[async_trait]
impl StaffStore for SqliteStore {
    async fn add_account(&self, account: NewAccount) -> Result<bool> {
        let mut tx = self.write().await?;
        let taken: Option<i64> = sqlx::query_scalar("SELECT 1 FROM staff WHERE sign_in = ?")
            .bind(&account.sign_in)
            .fetch_optional(&mut *tx)
            .await?;
        if taken.is_some() {
            return Ok(false);
        }
        new_person(&mut tx, account.staff, account.now_ms).await?;
        sqlx::query(
            "UPDATE staff SET sign_in = ?, setup_hash = ?, setup_until_ms = ? WHERE staff = ?",
        )
        .bind(&account.sign_in)
        .bind(&account.setup_hash[..])
        .bind(account.until_ms)
        .bind(&account.staff.0[..])
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn staff(&self, now_ms: i64) -> Result<Vec<StaffRow>> {
        let mut tx = self.read().await?;
        let rows: Vec<Granted> =
            sqlx::query_as("SELECT * FROM grants WHERE revoked_ms IS NULL ORDER BY id")
                .fetch_all(&mut *tx)
                .await?;
        let mut grants: BTreeMap<Vec<u8>, Vec<GrantRow>> = BTreeMap::new();
        for row in rows {
            grants.entry(row.staff.clone()).or_default().push(GrantRow {
                id: number(row.id)?,
                grant: row.grant()?,
                made_ms: row.made_ms,
            });
        }
        let rows: Vec<(Vec<u8>, Option<String>, bool, bool, i64, i64)> = sqlx::query_as(
            "SELECT s.staff, s.sign_in, (s.passphrase IS NOT NULL AND s.totp_from_ms IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM oidc_people o
                            WHERE o.staff = s.staff AND o.subject IS NOT NULL),
               s.disabled_ms IS NOT NULL,
               (SELECT count(*) FROM sessions x WHERE x.staff = s.staff AND x.revoked_ms IS NULL
                AND (x.expires_ms IS NULL OR x.expires_ms > ?1)),
               (SELECT count(*) FROM sessions x WHERE x.staff = s.staff AND x.revoked_ms IS NULL
                AND x.expires_ms IS NULL)
             FROM staff s ORDER BY s.sign_in, s.made_ms, s.staff",
        )
        .bind(now_ms)
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter()
            .map(
                |(staff, sign_in, is_ready, is_disabled, sessions, desk_tokens)| {
                    Ok(StaffRow {
                        grants: grants.remove(&staff).unwrap_or_default(),
                        staff: TeacherId(array(staff)?),
                        sign_in,
                        is_ready,
                        is_disabled,
                        sessions: number(sessions)?,
                        desk_tokens: number(desk_tokens)?,
                    })
                },
            )
            .collect()
    }

    async fn account(&self, sign_in: &str) -> Result<Option<Account>> {
        let found: Option<AccountRow> = sqlx::query_as(
            "SELECT staff, passphrase, totp_secret, totp_from_ms IS NOT NULL,
               disabled_ms IS NOT NULL, sign_in FROM staff WHERE sign_in = ?",
        )
        .bind(sign_in)
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.map(account).transpose()?.map(|(account, _)| account))
    }

    async fn account_by_setup(
        &self,
        setup_hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<(Account, String)>> {
        let found: Option<AccountRow> = sqlx::query_as(
            "SELECT staff, passphrase, totp_secret, totp_from_ms IS NOT NULL, 0, sign_in
             FROM staff WHERE setup_hash = ? AND setup_until_ms > ? AND disabled_ms IS NULL",
        )
        .bind(&setup_hash[..])
        .bind(now_ms)
        .fetch_optional(&self.readers)
        .await?;
        found.map(account).transpose()
    }

    async fn set_up(
        &self,
        setup_hash: &[u8; 32],
        secrets: NewSecrets,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        let staff: Option<Vec<u8>> = sqlx::query_scalar(
            "UPDATE staff SET passphrase = ?1, totp_secret = ?2, totp_from_ms = NULL, totp_step = 0
             WHERE setup_hash = ?3 AND setup_until_ms > ?4 AND disabled_ms IS NULL
             RETURNING staff",
        )
        .bind(secrets.passphrase.as_str())
        .bind(&secrets.totp_secret[..])
        .bind(&setup_hash[..])
        .bind(now_ms)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(staff) = staff else {
            return Ok(false);
        };
        sqlx::query("DELETE FROM recovery_codes WHERE staff = ?")
            .bind(&staff)
            .execute(&mut *tx)
            .await?;
        for code in &secrets.recovery {
            sqlx::query("INSERT INTO recovery_codes (code_hash, staff) VALUES (?, ?)")
                .bind(&code[..])
                .bind(&staff)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn confirm_totp(&self, setup_hash: &[u8; 32], step: u64, now_ms: i64) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE staff SET totp_from_ms = ?1, totp_step = ?2, setup_hash = NULL,
               setup_until_ms = NULL
             WHERE setup_hash = ?3 AND setup_until_ms > ?1 AND disabled_ms IS NULL
               AND totp_secret IS NOT NULL AND totp_step < ?2",
        )
        .bind(now_ms)
        .bind(super::column(step)?)
        .bind(&setup_hash[..])
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn take_step(&self, staff: TeacherId, step: u64) -> Result<bool> {
        let done =
            sqlx::query("UPDATE staff SET totp_step = ?1 WHERE staff = ?2 AND totp_step < ?1")
                .bind(super::column(step)?)
                .bind(&staff.0[..])
                .execute(&self.writer)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn take_recovery(
        &self,
        staff: TeacherId,
        code_hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE recovery_codes SET used_ms = ?
             WHERE code_hash = ? AND staff = ? AND used_ms IS NULL",
        )
        .bind(now_ms)
        .bind(&code_hash[..])
        .bind(&staff.0[..])
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn disable(&self, staff: TeacherId, now_ms: i64) -> Result<bool> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE staff SET disabled_ms = coalesce(disabled_ms, ?), setup_hash = NULL,
             setup_until_ms = NULL WHERE staff = ?",
        )
        .bind(now_ms)
        .bind(&staff.0[..])
        .execute(&mut *tx)
        .await?;
        end_sessions(&mut tx, staff, now_ms).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    async fn reset(
        &self,
        staff: TeacherId,
        setup_hash: [u8; 32],
        until_ms: i64,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE staff SET passphrase = NULL, totp_secret = NULL, totp_from_ms = NULL,
               disabled_ms = NULL, setup_hash = ?, setup_until_ms = ?
             WHERE staff = ? AND sign_in IS NOT NULL",
        )
        .bind(&setup_hash[..])
        .bind(until_ms)
        .bind(&staff.0[..])
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        end_sessions(&mut tx, staff, now_ms).await?;
        sqlx::query("DELETE FROM recovery_codes WHERE staff = ?")
            .bind(&staff.0[..])
            .execute(&mut *tx)
            .await?;
        // Whoever claimed it by the address has to do so again.
        sqlx::query(
            "UPDATE oidc_people SET subject = NULL, claimed_ms = NULL
             WHERE staff = ? AND email IS NOT NULL",
        )
        .bind(&staff.0[..])
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn roles(&self, staff: TeacherId) -> Result<Vec<Grant>> {
        grants_of(&mut *self.read().await?, &staff.0).await
    }

    async fn grant(
        &self,
        staff: TeacherId,
        grant: &Grant,
        by: Option<TeacherId>,
        now_ms: i64,
    ) -> Result<Option<u64>> {
        let mut tx = self.write().await?;
        let is_there: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM staff WHERE staff = ?1)
               AND (?2 IS NULL OR EXISTS (SELECT 1 FROM classes WHERE class = ?2))
               AND (?3 IS NULL OR EXISTS (SELECT 1 FROM pupils WHERE pupil = ?3))",
        )
        .bind(&staff.0[..])
        .bind(grant.class.as_ref().map(|class| &class.0[..]))
        .bind(grant.pupil.as_ref().map(|pupil| &pupil.0[..]))
        .fetch_one(&mut *tx)
        .await?;
        if !is_there {
            return Ok(None);
        }
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO grants (staff, role, class, subject, pupil, from_day, to_day, made_by,
             made_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(&staff.0[..])
        .bind(grant.role.name())
        .bind(grant.class.as_ref().map(|class| &class.0[..]))
        .bind(grant.subject.as_ref().map(Subject::name))
        .bind(grant.pupil.as_ref().map(|pupil| &pupil.0[..]))
        .bind(grant.from_day.map(|day| day.to_string()))
        .bind(grant.to_day.map(|day| day.to_string()))
        .bind(by.as_ref().map(|by| &by.0[..]))
        .bind(now_ms)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(number(id)?))
    }

    async fn holder_of_grant(&self, id: u64) -> Result<Option<TeacherId>> {
        let staff: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT staff FROM grants WHERE id = ? AND revoked_ms IS NULL")
                .bind(i64::try_from(id).unwrap_or(i64::MAX))
                .fetch_optional(&self.readers)
                .await?;
        staff.map(|staff| Ok(TeacherId(array(staff)?))).transpose()
    }

    async fn revoke_grant(&self, id: u64, now_ms: i64) -> Result<bool> {
        let done =
            sqlx::query("UPDATE grants SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL")
                .bind(now_ms)
                .bind(i64::try_from(id).unwrap_or(i64::MAX))
                .execute(&self.writer)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn begin_session(&self, session: NewSession) -> Result<i64> {
        self.begin_session_in(session).await
    }

    async fn session_seen(&self, id: i64, now_ms: i64) -> Result<()> {
        self.session_seen_in(id, now_ms).await
    }

    async fn end_session(&self, id: i64, now_ms: i64) -> Result<bool> {
        let done =
            sqlx::query("UPDATE sessions SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL")
                .bind(now_ms)
                .bind(id)
                .execute(&self.writer)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn sessions(&self, now_ms: i64) -> Result<Vec<SessionRow>> {
        self.list_sessions(now_ms).await
    }

    async fn computer_proven(&self, staff: TeacherId, computer: &[u8; 32]) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT proven_ms FROM computers WHERE computer_hash = ? AND staff = ?",
        )
        .bind(&computer[..])
        .bind(&staff.0[..])
        .fetch_optional(&self.readers)
        .await?)
    }

    async fn lesson_facts(&self, lesson: LessonId) -> Result<LessonFacts> {
        self.facts_of_lesson(lesson).await
    }

    async fn classes_of(&self, pupil: PupilId) -> Result<Vec<ClassId>> {
        self.classes_of_pupil(pupil).await
    }

    async fn classes_on(&self, terminal: TerminalId) -> Result<Vec<ClassId>> {
        self.classes_on_terminal(terminal).await
    }

    async fn pupil_at(&self, class: ClassId, number: u16) -> Result<Option<PupilId>> {
        super::people::enrolled(&mut *self.read().await?, class, number).await
    }

    async fn set_join_code(
        &self,
        class: ClassId,
        code: Option<String>,
        until_ms: i64,
    ) -> Result<bool> {
        let until_ms = code.is_some().then_some(until_ms);
        let done = sqlx::query(
            "UPDATE classes SET join_code = ?, code_until_ms = ? WHERE class = ? AND is_group = 0",
        )
        .bind(code)
        .bind(until_ms)
        .bind(&class.0[..])
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn revoke_terminal(&self, terminal: TerminalId, now_ms: i64) -> Result<bool> {
        self.revoke_terminal_in(terminal, now_ms).await
    }

    async fn children(&self, scope: &Scope) -> Result<Vec<ChildCard>> {
        self.children_in(scope).await
    }

    async fn child(&self, scope: &Scope, pupil: PupilId) -> Result<Option<PupilPage>> {
        self.child_of(scope, pupil).await
    }

    async fn aggregates(&self, now_ms: i64) -> Result<Aggregates> {
        self.count_classes(now_ms).await
    }

    async fn audit(&self, row: Audit) -> Result<()> {
        let mut tx = self.write().await?;
        audit::append(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn audit_rows(
        &self,
        pupil: Option<PupilId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>> {
        self.list_audit(pupil, after, limit).await
    }
}
