//! Secrets of codes, in boxes.

use hotaru_content::id::{PupilId, TerminalId};
use hotaru_content::unlock::CODES;

use super::SqliteStore;
use super::returns::is_pupil_in;
use crate::rights::Scope;
use crate::store::{NewCodes, Result};

/// Boxes that are kept of a pupil on a terminal: what older ones open was replaced.
const KEPT: i64 = 8;

impl SqliteStore {
    pub(super) async fn put_codes_in(&self, codes: NewCodes) -> Result<()> {
        let (terminal, pupil) = (&codes.terminal.0[..], &codes.pupil.0[..]);
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO unlock_codes (terminal, pupil, first, boxed, received_ms)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET boxed = excluded.boxed, received_ms = excluded.received_ms",
        )
        .bind(terminal)
        .bind(pupil)
        .bind(i64::from(codes.first))
        .bind(&codes.boxed)
        .bind(codes.now_ms)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "DELETE FROM unlock_codes WHERE terminal = ?1 AND pupil = ?2 AND first NOT IN (
                 SELECT first FROM unlock_codes WHERE terminal = ?1 AND pupil = ?2
                 ORDER BY received_ms DESC, first DESC LIMIT ?3)",
        )
        .bind(terminal)
        .bind(pupil)
        .bind(KEPT)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn find_codes(
        &self,
        scope: &Scope,
        terminal: TerminalId,
        pupil: PupilId,
        number: u32,
    ) -> Result<Option<Vec<u8>>> {
        let mut tx = self.read().await?;
        if !is_pupil_in(&mut tx, scope, pupil).await? {
            return Ok(None);
        }
        let number = i64::from(number);
        let boxed = sqlx::query_scalar(
            "SELECT boxed FROM unlock_codes
             WHERE terminal = ? AND pupil = ? AND first <= ? AND first > ?",
        )
        .bind(&terminal.0[..])
        .bind(&pupil.0[..])
        .bind(number)
        .bind(number - i64::from(CODES))
        .fetch_optional(&mut *tx)
        .await?;
        Ok(boxed)
    }
}
