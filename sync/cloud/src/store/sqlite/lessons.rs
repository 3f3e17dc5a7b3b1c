//! Lane 2: what changed for a terminal after a cursor, and what has arrived there.
//!
//! The change log is materialised: one row a pupil and lesson, moved to the front by each
//! change. A change number belongs to one lesson, so a page may end after any of them.

use hotaru_content::id::{ClassId, LessonId, PupilId, TerminalId};
use hotaru_sync::intake::{Gap, begin_after};
use hotaru_sync::wire::{Change, Lessons, PatchOffer, Receipt, ReceiptState};
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, column, next_change, number};
use crate::store::Result;

impl SqliteStore {
    pub(super) async fn list_changes(
        &self,
        terminal: TerminalId,
        after: u64,
        now_ms: i64,
    ) -> Result<Lessons> {
        let mut tx = self.read().await?;
        let head: i64 = sqlx::query_scalar("SELECT head FROM school")
            .fetch_one(&mut *tx)
            .await?;
        // Who never asked before has nothing to be taken back; whose cursor is not of this
        // school's numbers begins anew and may have.
        let (asked, is_blank) = (after, after == 0);
        let gap = gap_with(&mut tx, asked).await?;
        let begin = begin_after(asked, number(head)?, gap);
        let after = column(begin)?;

        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT a.lesson, max(a.change) AS newest FROM terminal_pupils tp
             JOIN assignments a ON a.pupil = tp.pupil
             WHERE tp.terminal = ? GROUP BY a.lesson HAVING newest > ? ORDER BY newest",
        )
        .bind(&terminal.0[..])
        .bind(after)
        .fetch_all(&mut *tx)
        .await?;

        let mut answer = Lessons {
            from: (begin != asked).then_some(begin),
            cursor: begin,
            changes: Vec::new(),
            patches: Vec::new(),
            more: false,
            server_ms: now_ms,
        };
        let mut documents = 0;
        for (lesson, change) in rows {
            if answer.changes.len() >= Lessons::MAX_CHANGES || documents >= Lessons::PAGE_LEN {
                answer.more = true;
                break;
            }
            let lesson = LessonId(array(lesson)?);
            let pupils = pupils_of(&mut tx, terminal, lesson).await?;
            if !pupils.is_empty() {
                let (revision, document): (i64, String) = sqlx::query_as(
                    "SELECT r.revision, r.json FROM lessons l JOIN revisions r
                     ON r.lesson = l.lesson AND r.revision = l.released WHERE l.lesson = ?",
                )
                .bind(&lesson.0[..])
                .fetch_one(&mut *tx)
                .await?;
                documents += document.len();
                patches_of(&mut tx, lesson, revision, &mut answer.patches).await?;
                let revision = number(revision)?;
                answer.changes.push(Change::Put {
                    lesson,
                    revision,
                    document,
                    pupils,
                });
            } else if !is_blank {
                answer.changes.push(Change::Withdraw { lesson });
            }
            answer.cursor = number(change)?;
        }
        Ok(answer)
    }

    pub(super) async fn put_receipts_in(
        &self,
        terminal: TerminalId,
        receipts: &[Receipt],
        now_ms: i64,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        for receipt in receipts {
            let missing = match receipt.state {
                ReceiptState::OnTerminal => None,
                ReceiptState::NoSpace { missing_bytes } => {
                    Some(column(missing_bytes).unwrap_or(i64::MAX))
                }
            };
            // An old receipt that was under way for long does not undo a newer one.
            sqlx::query(
                "INSERT INTO receipts (terminal, lesson, revision, missing_bytes, server_ms)
                 SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS
                 (SELECT 1 FROM terminal_pupils tp JOIN assignments a ON a.pupil = tp.pupil
                  WHERE tp.terminal = ?1 AND a.lesson = ?2)
                 ON CONFLICT (terminal, lesson) DO UPDATE SET revision = excluded.revision,
                 missing_bytes = excluded.missing_bytes, server_ms = excluded.server_ms
                 WHERE excluded.revision >= receipts.revision",
            )
            .bind(&terminal.0[..])
            .bind(&receipt.lesson.0[..])
            .bind(i64::from(receipt.revision))
            .bind(missing)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn list_history(
        &self,
        lesson: LessonId,
        revision: u32,
        most: u32,
    ) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(
            "SELECT json FROM revisions WHERE lesson = ? AND revision <= ?
             ORDER BY revision DESC LIMIT ?",
        )
        .bind(&lesson.0[..])
        .bind(i64::from(revision))
        .bind(i64::from(most))
        .fetch_all(&self.readers)
        .await?)
    }
}

/// Moves a pupil's rows to the front of the log, each under a number of its own.
pub(super) async fn touch(tx: &mut SqliteConnection, pupil: PupilId) -> Result<()> {
    let lessons: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT lesson FROM assignments WHERE pupil = ? AND assigned = 1")
            .bind(&pupil.0[..])
            .fetch_all(&mut *tx)
            .await?;
    for lesson in lessons {
        let change = next_change(tx).await?;
        sqlx::query("UPDATE assignments SET change = ? WHERE pupil = ? AND lesson = ?")
            .bind(change)
            .bind(&pupil.0[..])
            .bind(lesson)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Gives a new pupil of a class what the class has.
pub(super) async fn assign_live(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    class: ClassId,
) -> Result<()> {
    let lessons: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT l.lesson FROM lessons l JOIN recipients r
         ON r.lesson = l.lesson AND r.revision = l.released
         WHERE l.state = 'live' AND r.target = ?",
    )
    .bind(&class.0[..])
    .fetch_all(&mut *tx)
    .await?;
    for lesson in lessons {
        let change = next_change(tx).await?;
        assign(tx, &pupil.0, &lesson, true, change).await?;
    }
    Ok(())
}

/// Gives a pupil a lesson, or takes it back, under a change number.
pub(super) async fn assign(
    tx: &mut SqliteConnection,
    pupil: &[u8],
    lesson: &[u8],
    assigned: bool,
    change: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO assignments (pupil, lesson, assigned, change) VALUES (?, ?, ?, ?)
         ON CONFLICT (pupil, lesson)
         DO UPDATE SET assigned = excluded.assigned, change = excluded.change",
    )
    .bind(pupil)
    .bind(lesson)
    .bind(assigned)
    .bind(change)
    .execute(tx)
    .await?;
    Ok(())
}

/// The numbers that a run passed over, where a cursor lies among them.
async fn gap_with(tx: &mut SqliteConnection, cursor: u64) -> Result<Option<Gap>> {
    let Ok(cursor) = column(cursor) else {
        return Ok(None);
    };
    let found: Option<(i64, i64)> =
        sqlx::query_as("SELECT after, up_to FROM runs WHERE up_to >= ?1 AND after < ?1 LIMIT 1")
            .bind(cursor)
            .fetch_optional(tx)
            .await?;
    found
        .map(|(after, up_to)| {
            Ok(Gap {
                after: number(after)?,
                up_to: number(up_to)?,
            })
        })
        .transpose()
}

async fn pupils_of(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
    lesson: LessonId,
) -> Result<Vec<PupilId>> {
    let pupils: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT tp.pupil FROM terminal_pupils tp JOIN assignments a ON a.pupil = tp.pupil
         WHERE tp.terminal = ? AND tp.removed = 0 AND a.lesson = ? AND a.assigned = 1
         ORDER BY tp.pupil",
    )
    .bind(&terminal.0[..])
    .bind(&lesson.0[..])
    .fetch_all(tx)
    .await?;
    pupils
        .into_iter()
        .map(|pupil| Ok(PupilId(array(pupil)?)))
        .collect()
}

async fn patches_of(
    tx: &mut SqliteConnection,
    lesson: LessonId,
    revision: i64,
    into: &mut Vec<PatchOffer>,
) -> Result<()> {
    let rows: Vec<(Vec<u8>, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT p.old, p.new, p.len FROM revision_blobs rb JOIN patches p ON p.new = rb.blob
         WHERE rb.lesson = ? AND rb.revision = ?",
    )
    .bind(&lesson.0[..])
    .bind(revision)
    .fetch_all(tx)
    .await?;
    for (old, new, len) in rows {
        let offer = PatchOffer {
            old: hotaru_content::blob::BlobId(array(old)?),
            new: hotaru_content::blob::BlobId(array(new)?),
            len: number(len)?,
        };
        if !into.contains(&offer) {
            into.push(offer);
        }
    }
    Ok(())
}
