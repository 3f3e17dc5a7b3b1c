//! What goes because its time is over: see [`crate::retention`].

use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, audit};
use crate::store::{Audit, Cutoffs, Result, Retained};

impl SqliteStore {
    pub(super) async fn retain_in(&self, cutoffs: Cutoffs) -> Result<Retained> {
        let mut tx = self.write().await?;
        let mut retained = Retained::default();
        for (delete, before_ms) in [
            (
                "DELETE FROM sessions WHERE expires_ms < ?1 OR revoked_ms < ?1",
                cutoffs.ended_before_ms,
            ),
            (
                "DELETE FROM computers WHERE proven_ms < ?1",
                cutoffs.computers_before_ms,
            ),
            (
                "DELETE FROM recovery_codes WHERE used_ms < ?1",
                cutoffs.ended_before_ms,
            ),
            (
                "DELETE FROM cards WHERE revoked_ms < ?1",
                cutoffs.ended_before_ms,
            ),
            (
                "UPDATE staff SET setup_hash = NULL, setup_until_ms = NULL
                 WHERE setup_until_ms < ?1",
                cutoffs.now_ms,
            ),
            // Nobody reads a code out for a terminal that is gone, or for who is not on it.
            (
                "DELETE FROM unlock_codes WHERE received_ms < ?1 AND NOT EXISTS
                 (SELECT 1 FROM terminal_pupils tp JOIN terminals t ON t.terminal = tp.terminal
                  WHERE tp.terminal = unlock_codes.terminal AND tp.pupil = unlock_codes.pupil
                    AND tp.removed = 0 AND t.revoked_ms IS NULL)",
                cutoffs.now_ms,
            ),
            (
                "DELETE FROM receipts WHERE lesson IN
                 (SELECT lesson FROM lessons WHERE state = 'withdrawn' AND gone_ms < ?1)",
                cutoffs.receipts_before_ms,
            ),
            (
                "DELETE FROM grants WHERE revoked_ms < ?1",
                cutoffs.grants_before_ms,
            ),
        ] {
            let done = sqlx::query(delete)
                .bind(before_ms)
                .execute(&mut *tx)
                .await?;
            retained.rows += done.rows_affected();
        }
        for (delete, before) in [
            (
                "DELETE FROM receipts WHERE lesson IN
                 (SELECT lesson FROM lessons WHERE state = 'expired' AND expires < ?1)",
                cutoffs.receipts_before,
            ),
            (
                "DELETE FROM grants WHERE to_day < ?1",
                cutoffs.grants_before,
            ),
        ] {
            let done = sqlx::query(delete)
                .bind(before.to_string())
                .execute(&mut *tx)
                .await?;
            retained.rows += done.rows_affected();
        }
        retained.photos = sqlx::query(
            "UPDATE event_blobs SET expired_ms = ?1 WHERE expired_ms IS NULL
             AND blob IN (SELECT blob FROM blobs WHERE stored_ms < ?2)",
        )
        .bind(cutoffs.now_ms)
        .bind(cutoffs.photos_before_ms)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        retained.audit = shorten_audit(&mut tx, &cutoffs).await?;
        tx.commit().await?;
        Ok(retained)
    }
}

/// Lets the oldest rows of the audit log go: the chain goes on from the hash of the last one.
async fn shorten_audit(tx: &mut SqliteConnection, cutoffs: &Cutoffs) -> Result<u64> {
    // Up to the first row that is young enough, whatever a clock made of those behind it.
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(id) FROM audit
         WHERE id < coalesce((SELECT min(id) FROM audit WHERE at_ms >= ?), id + 1)",
    )
    .bind(cutoffs.audit_before_ms)
    .fetch_one(&mut *tx)
    .await?;
    let Some(last) = last else {
        return Ok(0);
    };
    sqlx::query(
        "UPDATE audit_begin SET rows = ?1, hash = (SELECT hash FROM audit WHERE id = ?1)
         WHERE rows < ?1",
    )
    .bind(last)
    .execute(&mut *tx)
    .await?;
    let gone = sqlx::query("DELETE FROM audit WHERE id <= ?")
        .bind(last)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    let row = Audit {
        at_ms: cutoffs.now_ms,
        role: "retention".to_owned(),
        action: "shorten_audit",
        outcome: "allowed",
        ..Audit::default()
    };
    audit::append(tx, &row).await?;
    Ok(gone)
}
