//! Earlier study: who may have it back, and login cards.

use hotaru_content::id::{PupilId, StreamId, TerminalId};
use hotaru_sync::wire::{Earlier, StreamEnd};
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, number, school_card};
use crate::rights::Scope;
use crate::store::{CardOf, Result};

/// `terminal_pupils.earlier`: a teacher has to agree.
const WAITS: i64 = 1;
/// `terminal_pupils.earlier`: it may come.
const AGREED: i64 = 2;

impl SqliteStore {
    pub(super) async fn streams_for(
        &self,
        terminal: TerminalId,
        pupil: PupilId,
    ) -> Result<Option<Vec<StreamEnd>>> {
        let mut tx = self.read().await?;
        let earlier: Option<i64> = sqlx::query_scalar(
            "SELECT earlier FROM terminal_pupils
             WHERE terminal = ? AND pupil = ? AND removed = 0",
        )
        .bind(&terminal.0[..])
        .bind(&pupil.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        if earlier != Some(AGREED) {
            return Ok(None);
        }
        let rows: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT stream, next_seq FROM streams WHERE pupil = ? ORDER BY id")
                .bind(&pupil.0[..])
                .fetch_all(&mut *tx)
                .await?;
        let ends = rows.into_iter().map(|(stream, next_seq)| {
            Ok(StreamEnd {
                stream: StreamId(array(stream)?),
                next_seq: number(next_seq)?,
            })
        });
        ends.collect::<Result<_>>().map(Some)
    }

    pub(super) async fn is_for(&self, terminal: TerminalId, stream: StreamId) -> Result<bool> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM streams s JOIN terminal_pupils tp
             ON tp.pupil = s.pupil AND tp.terminal = ?1 AND tp.removed = 0
             WHERE s.stream = ?2 AND (tp.earlier = ?3 OR s.terminal = ?1)",
        )
        .bind(&terminal.0[..])
        .bind(&stream.0[..])
        .bind(AGREED)
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.is_some())
    }

    pub(super) async fn make_card_in(
        &self,
        scope: &Scope,
        pupil: PupilId,
        card_hash: [u8; 32],
        now_ms: i64,
    ) -> Result<Option<CardOf>> {
        let mut tx = self.write().await?;
        // A card is for a pupil of an own class: a group sees her there only.
        let found: Option<(Vec<u8>, String, i64)> = sqlx::query_as(
            "SELECT c.class, c.name, e.number FROM enrolments e
             JOIN classes c ON c.class = e.class
             WHERE e.pupil = ?2 AND e.own = 1 AND e.to_day IS NULL
               AND (?1 IS NULL OR e.class IN (SELECT unhex(value ->> 0) FROM json_each(?1)))",
        )
        .bind(scope.classes_json())
        .bind(&pupil.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        let Some((class, class_name, place)) = found else {
            return Ok(None);
        };
        revoke(&mut tx, pupil, now_ms).await?;
        sqlx::query(
            "INSERT INTO cards (card_hash, pupil, class, teacher, made_ms)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&card_hash[..])
        .bind(&pupil.0[..])
        .bind(class)
        .bind(&scope.staff().0[..])
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        let school = school_card(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(CardOf {
            class_name,
            number: number(place)?,
            school,
        }))
    }

    pub(super) async fn revoke_cards_in(
        &self,
        scope: &Scope,
        pupil: PupilId,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if !is_pupil_in(&mut tx, scope, pupil).await? {
            return Ok(false);
        }
        revoke(&mut tx, pupil, now_ms).await?;
        tx.commit().await?;
        Ok(true)
    }

    pub(super) async fn agree_in(
        &self,
        scope: &Scope,
        terminal: TerminalId,
        pupil: PupilId,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if !is_pupil_in(&mut tx, scope, pupil).await? {
            return Ok(false);
        }
        let there = sqlx::query(
            "UPDATE terminal_pupils SET earlier = ?
             WHERE terminal = ? AND pupil = ? AND removed = 0",
        )
        .bind(AGREED)
        .bind(&terminal.0[..])
        .bind(&pupil.0[..])
        .execute(&mut *tx)
        .await?
        .rows_affected();
        tx.commit().await?;
        Ok(there > 0)
    }
}

/// Notes at a join what becomes of the pupil's earlier study: a card brings it along, a code
/// and a number only ask for it.
pub(super) async fn note_earlier(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
    pupil: PupilId,
    has_card: bool,
) -> Result<Earlier> {
    let elsewhere: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM streams WHERE pupil = ?
         AND (terminal IS NULL OR terminal <> ?) AND next_seq > 0 LIMIT 1",
    )
    .bind(&pupil.0[..])
    .bind(&terminal.0[..])
    .fetch_optional(&mut *tx)
    .await?;
    if elsewhere.is_none() {
        return Ok(Earlier::None);
    }
    let wanted = if has_card { AGREED } else { WAITS };
    let earlier: i64 = sqlx::query_scalar(
        "UPDATE terminal_pupils SET earlier = max(earlier, ?)
         WHERE terminal = ? AND pupil = ? RETURNING earlier",
    )
    .bind(wanted)
    .bind(&terminal.0[..])
    .bind(&pupil.0[..])
    .fetch_one(tx)
    .await?;
    Ok(if earlier == AGREED {
        Earlier::Comes
    } else {
        Earlier::Waits
    })
}

async fn revoke(tx: &mut SqliteConnection, pupil: PupilId, now_ms: i64) -> Result<()> {
    sqlx::query("UPDATE cards SET revoked_ms = ? WHERE pupil = ? AND revoked_ms IS NULL")
        .bind(now_ms)
        .bind(&pupil.0[..])
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether a class in scope is the pupil's own.
pub(super) async fn is_pupil_in(
    tx: &mut SqliteConnection,
    scope: &Scope,
    pupil: PupilId,
) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM enrolments e
         WHERE e.pupil = ?2 AND e.own = 1 AND e.to_day IS NULL
           AND (?1 IS NULL OR e.class IN (SELECT unhex(value ->> 0) FROM json_each(?1)))",
    )
    .bind(scope.classes_json())
    .bind(&pupil.0[..])
    .fetch_optional(tx)
    .await?;
    Ok(found.is_some())
}
