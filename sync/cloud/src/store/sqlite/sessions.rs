//! Sessions, and the computers that staff signed in on.

use hotaru_content::id::TeacherId;

use super::{SqliteStore, array, grants};
use crate::store::{NewSession, Result, Session, SessionRow};

/// A computer is known for so long after a second factor was shown on it: 90 days.
const KNOWN_MS: i64 = 90 * 24 * 3600 * 1000;
/// Sessions that ended are kept for so long: 30 days.
const ENDED_MS: i64 = 30 * 24 * 3600 * 1000;

impl SqliteStore {
    pub(super) async fn begin_session_in(&self, session: NewSession) -> Result<i64> {
        let mut tx = self.write().await?;
        if let Some(computer) = &session.computer
            && session.is_proven
        {
            sqlx::query(
                "INSERT INTO computers (computer_hash, staff, proven_ms) VALUES (?, ?, ?)
                 ON CONFLICT (computer_hash) DO UPDATE SET proven_ms = excluded.proven_ms
                 WHERE staff = excluded.staff",
            )
            .bind(&computer[..])
            .bind(&session.staff.0[..])
            .bind(session.now_ms)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("DELETE FROM computers WHERE proven_ms < ? OR computer_hash = ?")
            .bind(session.now_ms - KNOWN_MS)
            .bind(session.replaces.as_ref().map(|replaced| &replaced[..]))
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM sessions WHERE expires_ms < ?")
            .bind(session.now_ms - ENDED_MS)
            .execute(&mut *tx)
            .await?;
        let id = sqlx::query_scalar(
            "INSERT INTO sessions (token_hash, staff, computer, made_ms, seen_ms, expires_ms)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5) RETURNING id",
        )
        .bind(&session.token_hash[..])
        .bind(&session.staff.0[..])
        .bind(session.computer.as_ref().map(|computer| &computer[..]))
        .bind(session.now_ms)
        .bind(session.expires_ms)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(id)
    }

    pub(super) async fn session_seen_in(&self, id: i64, now_ms: i64) -> Result<()> {
        sqlx::query("UPDATE sessions SET seen_ms = ?1 WHERE id = ?2 AND seen_ms < ?1 - 60000")
            .bind(now_ms)
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    pub(super) async fn find_session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>> {
        let mut tx = self.read().await?;
        let found: Option<(i64, Vec<u8>, Option<String>, i64, Option<i64>, bool)> = sqlx::query_as(
            "SELECT x.id, x.staff, s.sign_in, x.seen_ms, x.expires_ms,
               x.revoked_ms IS NOT NULL OR s.disabled_ms IS NOT NULL
             FROM sessions x JOIN staff s ON s.staff = x.staff WHERE x.token_hash = ?",
        )
        .bind(&token_hash[..])
        .fetch_optional(&mut *tx)
        .await?;
        let Some((id, staff, name, seen_ms, expires_ms, is_revoked)) = found else {
            return Ok(None);
        };
        Ok(Some(Session {
            id,
            grants: grants::grants_of(&mut tx, &staff).await?,
            staff: TeacherId(array(staff)?),
            name: name.unwrap_or_default(),
            seen_ms,
            expires_ms,
            is_revoked,
        }))
    }

    pub(super) async fn list_sessions(&self, now_ms: i64) -> Result<Vec<SessionRow>> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, Vec<u8>, Option<String>, i64, i64, Option<i64>)> = sqlx::query_as(
            "SELECT x.id, x.staff, s.sign_in, x.made_ms, x.seen_ms, x.expires_ms
             FROM sessions x JOIN staff s ON s.staff = x.staff
             WHERE x.revoked_ms IS NULL AND (x.expires_ms IS NULL OR x.expires_ms > ?)
             ORDER BY x.id",
        )
        .bind(now_ms)
        .fetch_all(&mut *tx)
        .await?;
        let mut sessions = Vec::with_capacity(rows.len());
        for (session, staff, sign_in, made_ms, seen_ms, expires_ms) in rows {
            let classes: Vec<String> = sqlx::query_scalar(
                "SELECT DISTINCT c.name FROM grants g JOIN classes c ON c.class = g.class
                 WHERE g.staff = ? AND g.revoked_ms IS NULL ORDER BY c.name",
            )
            .bind(&staff)
            .fetch_all(&mut *tx)
            .await?;
            sessions.push(SessionRow {
                session,
                staff: TeacherId(array(staff)?),
                sign_in,
                desk_token: expires_ms.is_none(),
                classes,
                made_ms,
                seen_ms,
                expires_ms,
            });
        }
        Ok(sessions)
    }
}
