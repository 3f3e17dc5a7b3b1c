//! Deleting a pupil's record, and how long the others' stay.

use std::time::Duration;

use async_trait::async_trait;
use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{ClassId, PupilId, TerminalId};
use jiff::civil::Date;
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, audit, lessons, number};
use crate::store::{
    Audit, Cutoffs, Deleted, Deletion, PrivacyStore, Record, RecordEvent, Result, Retained,
    StoreError,
};

/// How often it is tried to empty the write-ahead log while others read.
const CHECKPOINTS: u32 = 40;
/// The wait between two tries.
const CHECKPOINT_AGAIN: Duration = Duration::from_millis(50);

/// What a deletion does to the rows of a pupil (`?1`), in this order.
const DELETES: [&str; 10] = [
    // What a terminal said of lessons that nobody else on it received.
    "DELETE FROM receipts WHERE terminal IN (SELECT terminal FROM terminal_pupils WHERE pupil = ?1)
     AND lesson IN (SELECT lesson FROM assignments WHERE pupil = ?1)
     AND NOT EXISTS (SELECT 1 FROM terminal_pupils tp JOIN assignments a ON a.pupil = tp.pupil
       WHERE tp.terminal = receipts.terminal AND tp.pupil <> ?1 AND tp.removed = 0
         AND a.lesson = receipts.lesson)",
    "DELETE FROM assignments WHERE pupil = ?1",
    "DELETE FROM recipients WHERE target = ?1",
    "DELETE FROM cards WHERE pupil = ?1",
    "DELETE FROM unlock_codes WHERE pupil = ?1",
    "DELETE FROM enrolments WHERE pupil = ?1",
    // Where she may still be: those terminals are told to remove her.
    "UPDATE terminal_pupils SET removed = 1, earlier = 0 WHERE pupil = ?1",
    "UPDATE grants SET revoked_ms = coalesce(revoked_ms, ?2) WHERE pupil = ?1",
    // Without it the heads that stay prove nothing of what was below them.
    "UPDATE streams SET secret = zeroblob(32) WHERE pupil = ?1",
    "DELETE FROM events WHERE stream_id IN (SELECT id FROM streams WHERE pupil = ?1)",
];

#[async_trait]
impl PrivacyStore for SqliteStore {
    async fn record(&self, pupil: PupilId) -> Result<Option<Record>> {
        self.read_record(pupil).await
    }

    async fn record_events(
        &self,
        pupil: PupilId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<RecordEvent>> {
        self.read_record_events(pupil, after, limit).await
    }

    async fn place_of(&self, pupil: PupilId) -> Result<Option<(String, u16)>> {
        super::record::last_place(&mut *self.read().await?, pupil).await
    }

    async fn delete_record(&self, deletion: Deletion, row: Audit) -> Result<Deleted> {
        let (pupil_id, pupil) = (deletion.pupil, &deletion.pupil.0[..]);
        let mut tx = self.write().await?;
        let is_new = sqlx::query(
            "INSERT INTO deletions (pupil, deleted_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(pupil)
        .bind(deletion.deleted_ms)
        .execute(&mut *tx)
        .await?
        .rows_affected()
            > 0;
        if is_new {
            audit::append(&mut tx, &row).await?;
        }
        let mut events = 0;
        for delete in DELETES {
            let done = sqlx::query(delete)
                .bind(pupil)
                .bind(deletion.deleted_ms)
                .execute(&mut *tx)
                .await?;
            // The last of them.
            events = done.rows_affected();
        }
        let streams: i64 = sqlx::query_scalar("SELECT count(*) FROM streams WHERE pupil = ?")
            .bind(pupil)
            .fetch_one(&mut *tx)
            .await?;
        let terminals = terminals_with(&mut tx, pupil_id).await?;
        tx.commit().await?;
        Ok(Deleted {
            events,
            streams: number(streams)?,
            terminals,
        })
    }

    async fn was_deleted(&self, pupil: PupilId) -> Result<bool> {
        was_deleted(&mut *self.read().await?, pupil).await
    }

    async fn terminals_with(&self, pupil: PupilId) -> Result<Vec<TerminalId>> {
        terminals_with(&mut *self.read().await?, pupil).await
    }

    async fn deletions(&self) -> Result<Vec<Deletion>> {
        all_deletions(&mut *self.read().await?).await
    }

    async fn unfinished_deletions(&self) -> Result<Vec<PupilId>> {
        let rows: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT pupil FROM deletions WHERE done_ms IS NULL ORDER BY pupil")
                .fetch_all(&self.readers)
                .await?;
        pupils(rows)
    }

    async fn part_photos(&self, pupil: PupilId) -> Result<(Vec<BlobId>, Vec<BlobId>)> {
        let mut tx = self.write().await?;
        let hers: Vec<(Vec<u8>, bool)> = sqlx::query_as(
            "SELECT h.blob,
               EXISTS (SELECT 1 FROM revision_blobs n WHERE n.blob = h.blob)
               OR EXISTS (SELECT 1 FROM revisions n WHERE n.document = h.blob)
               OR EXISTS (SELECT 1 FROM event_blobs n
                 WHERE n.blob = h.blob AND n.pupil <> ?1 AND n.expired_ms IS NULL)
             FROM event_blobs h WHERE h.pupil = ?1",
        )
        .bind(&pupil.0[..])
        .fetch_all(&mut *tx)
        .await?;
        let (mut alone, mut all) = (Vec::new(), Vec::new());
        for (blob, is_shared) in hers {
            if !is_shared {
                for gone in [
                    "DELETE FROM patches WHERE old = ?1 OR new = ?1",
                    "DELETE FROM blobs WHERE blob = ?1",
                ] {
                    sqlx::query(gone).bind(&blob).execute(&mut *tx).await?;
                }
            }
            let blob = BlobId(array(blob)?);
            alone.extend((!is_shared).then_some(blob));
            all.push(blob);
        }
        tx.commit().await?;
        Ok((alone, all))
    }

    async fn scrub(&self, pupils: &[PupilId], now_ms: i64) -> Result<bool> {
        let mut tx = self.write().await?;
        for pupil in pupils {
            sqlx::query("DELETE FROM event_blobs WHERE pupil = ?")
                .bind(&pupil.0[..])
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        // What was deleted before the file wrote zeros over it may lie in pages in use.
        sqlx::query("VACUUM").execute(&self.writer).await?;
        if !self.empty_log().await? {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        for pupil in pupils {
            sqlx::query("UPDATE deletions SET done_ms = coalesce(done_ms, ?) WHERE pupil = ?")
                .bind(now_ms)
                .bind(&pupil.0[..])
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn leave(&self, pupil: PupilId, day: Date) -> Result<bool> {
        let mut tx = self.write().await?;
        let is_here: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM enrolments WHERE pupil = ? AND own = 1 AND to_day IS NULL",
        )
        .bind(&pupil.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        if is_here.is_none() {
            return Ok(false);
        }
        lessons::touch(&mut tx, pupil).await?;
        for left in [
            "UPDATE enrolments SET to_day = ?2 WHERE pupil = ?1 AND to_day IS NULL",
            "UPDATE assignments SET assigned = 0 WHERE pupil = ?1",
            "DELETE FROM cards WHERE pupil = ?1",
        ] {
            sqlx::query(left)
                .bind(&pupil.0[..])
                .bind(day.to_string())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn left_before(&self, day: Date) -> Result<Vec<PupilId>> {
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT pupil FROM enrolments GROUP BY pupil
             HAVING count(*) FILTER (WHERE to_day IS NULL) = 0 AND max(to_day) < ?
             ORDER BY pupil",
        )
        .bind(day.to_string())
        .fetch_all(&self.readers)
        .await?;
        pupils(rows)
    }

    async fn pupils_of(&self, class: ClassId) -> Result<Vec<(PupilId, u16, Option<Date>)>> {
        let rows: Vec<(Vec<u8>, i64, Option<String>)> = sqlx::query_as(
            "SELECT pupil, number, to_day FROM enrolments WHERE class = ?
             ORDER BY number, from_day, pupil",
        )
        .bind(&class.0[..])
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(pupil, place, to_day)| {
                let to_day = to_day.map(|day| {
                    let parsed = day.parse();
                    parsed.map_err(|_| StoreError::Damaged(format!("{day:?} is no day")))
                });
                Ok((PupilId(array(pupil)?), number(place)?, to_day.transpose()?))
            })
            .collect()
    }

    async fn retention_days(&self) -> Result<Vec<(String, u32)>> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT kind, days FROM retention ORDER BY kind")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter()
            .map(|(kind, days)| Ok((kind, number(days)?)))
            .collect()
    }

    async fn set_retention(&self, kind: &str, days: Option<u32>) -> Result<()> {
        let changed = match days {
            Some(days) => sqlx::query(
                "INSERT INTO retention (kind, days) VALUES (?, ?)
                 ON CONFLICT (kind) DO UPDATE SET days = excluded.days",
            )
            .bind(kind)
            .bind(i64::from(days)),
            None => sqlx::query("DELETE FROM retention WHERE kind = ?").bind(kind),
        };
        changed.execute(&self.writer).await?;
        Ok(())
    }

    async fn retain(&self, cutoffs: Cutoffs) -> Result<Retained> {
        self.retain_in(cutoffs).await
    }

    async fn expired_photos(&self, terminal: TerminalId, blobs: &[BlobRef]) -> Result<Vec<BlobId>> {
        let mut tx = self.read().await?;
        let mut expired = Vec::new();
        for blob in blobs {
            let found: Option<i64> = sqlx::query_scalar(
                "SELECT 1 FROM event_blobs eb
                 JOIN terminal_pupils tp ON tp.pupil = eb.pupil AND tp.terminal = ?
                 WHERE eb.blob = ? AND eb.expired_ms IS NOT NULL LIMIT 1",
            )
            .bind(&terminal.0[..])
            .bind(&blob.id.0[..])
            .fetch_optional(&mut *tx)
            .await?;
            expired.extend(found.map(|_| blob.id));
        }
        Ok(expired)
    }
}

impl SqliteStore {
    /// Moves all of the write-ahead log into the database and cuts it off. False where others
    /// read all the time.
    async fn empty_log(&self) -> Result<bool> {
        for _ in 0..CHECKPOINTS {
            let (busy, ..): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(&self.writer)
                .await?;
            if busy == 0 {
                return Ok(true);
            }
            tokio::time::sleep(CHECKPOINT_AGAIN).await;
        }
        Ok(false)
    }
}

async fn terminals_with(tx: &mut SqliteConnection, pupil: PupilId) -> Result<Vec<TerminalId>> {
    let rows: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT t.terminal FROM terminal_pupils tp JOIN terminals t ON t.terminal = tp.terminal
         WHERE tp.pupil = ? AND t.revoked_ms IS NULL ORDER BY t.joined_ms, t.terminal",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    let rows = rows.into_iter();
    rows.map(|terminal| Ok(TerminalId(array(terminal)?)))
        .collect()
}

/// Every deletion, oldest first.
pub(super) async fn all_deletions(tx: &mut SqliteConnection) -> Result<Vec<Deletion>> {
    let rows: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("SELECT pupil, deleted_ms FROM deletions ORDER BY deleted_ms, pupil")
            .fetch_all(tx)
            .await?;
    rows.into_iter()
        .map(|(pupil, deleted_ms)| {
            Ok(Deletion {
                pupil: PupilId(array(pupil)?),
                deleted_ms,
            })
        })
        .collect()
}

/// Whether a pupil's record was deleted.
pub(super) async fn was_deleted(tx: &mut SqliteConnection, pupil: PupilId) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM deletions WHERE pupil = ?")
        .bind(&pupil.0[..])
        .fetch_optional(tx)
        .await?;
    Ok(found.is_some())
}

fn pupils(rows: Vec<Vec<u8>>) -> Result<Vec<PupilId>> {
    let rows = rows.into_iter();
    rows.map(|pupil| Ok(PupilId(array(pupil)?))).collect()
}
