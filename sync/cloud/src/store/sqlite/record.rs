//! The whole record of one pupil.

use hotaru_content::blob::BlobId;
use hotaru_content::id::{LessonId, PupilId, StreamId, TeacherId, TerminalId};
use hotaru_content::lesson::Revision;
use hotaru_content::log::Head;
use sqlx::sqlite::SqliteConnection;

use super::events::event;
use super::{SqliteStore, array, grade_of, number, school_card};
use crate::store::{Record, RecordEvent, RecordRow, Result, StoreError};

impl SqliteStore {
    pub(super) async fn read_record(&self, pupil: PupilId) -> Result<Option<Record>> {
        let mut tx = self.read().await?;
        let known: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM pupils WHERE pupil = ?1
             AND NOT EXISTS (SELECT 1 FROM deletions WHERE pupil = ?1)",
        )
        .bind(&pupil.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        if known.is_none() {
            return Ok(None);
        }
        let mut rows = Vec::new();
        enrolments(&mut tx, pupil, &mut rows).await?;
        terminals(&mut tx, pupil, &mut rows).await?;
        streams(&mut tx, pupil, &mut rows).await?;
        lessons(&mut tx, pupil, &mut rows).await?;
        receipts(&mut tx, pupil, &mut rows).await?;
        cards(&mut tx, pupil, &mut rows).await?;
        grants(&mut tx, pupil, &mut rows).await?;
        photos(&mut tx, pupil, &mut rows).await?;
        let (class_name, place) = last_place(&mut tx, pupil).await?.unwrap_or_default();
        Ok(Some(Record {
            school: school_card(&mut tx).await?,
            class_name,
            number: place,
            rows,
        }))
    }

    pub(super) async fn read_record_events(
        &self,
        pupil: PupilId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<RecordEvent>> {
        let rows: Vec<(i64, Vec<u8>, i64, Vec<u8>, i64, Option<String>, Option<i64>)> =
            sqlx::query_as(
                "SELECT e.accept, s.stream, e.seq, e.canonical, e.server_ms, e.verdict, e.grader
             FROM events e JOIN streams s ON s.id = e.stream_id
             WHERE s.pupil = ? AND e.accept > ? ORDER BY e.accept LIMIT ?",
            )
            .bind(&pupil.0[..])
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.into_iter()
            .map(
                |(accept, stream, seq, canonical, server_ms, verdict, grader)| {
                    Ok(RecordEvent {
                        accept,
                        stream: StreamId(array(stream)?),
                        event: event(seq, &canonical)?,
                        server_ms,
                        grade: grade_of(verdict, grader)?,
                    })
                },
            )
            .collect()
    }
}

/// A pupil's own class and number, now or last.
pub(super) async fn last_place(
    tx: &mut SqliteConnection,
    pupil: PupilId,
) -> Result<Option<(String, u16)>> {
    let found: Option<(String, i64)> = sqlx::query_as(
        "SELECT c.name, e.number FROM enrolments e JOIN classes c ON c.class = e.class
         WHERE e.pupil = ? AND e.own = 1
         ORDER BY e.to_day IS NULL DESC, e.to_day DESC LIMIT 1",
    )
    .bind(&pupil.0[..])
    .fetch_optional(tx)
    .await?;
    found
        .map(|(class, place)| Ok((class, number(place)?)))
        .transpose()
}

async fn enrolments(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    into: &mut Vec<RecordRow>,
) -> Result<()> {
    let rows: Vec<(String, i64, bool, String, Option<String>)> = sqlx::query_as(
        "SELECT c.name, e.number, e.own, e.from_day, e.to_day FROM enrolments e
         JOIN classes c ON c.class = e.class WHERE e.pupil = ? ORDER BY e.from_day, c.name",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    for (class, place, own, from_day, to_day) in rows {
        into.push(RecordRow::Enrolment {
            class,
            number: number(place)?,
            own,
            from_day,
            to_day,
        });
    }
    Ok(())
}

async fn terminals(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    into: &mut Vec<RecordRow>,
) -> Result<()> {
    let rows: Vec<(Vec<u8>, String, i64, i64, bool)> = sqlx::query_as(
        "SELECT t.terminal, t.name, t.joined_ms, t.seen_ms, tp.removed FROM terminal_pupils tp
         JOIN terminals t ON t.terminal = tp.terminal WHERE tp.pupil = ?
         ORDER BY t.joined_ms, t.terminal",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    for (terminal, name, joined_ms, seen_ms, removed) in rows {
        into.push(RecordRow::Terminal {
            terminal: TerminalId(array(terminal)?),
            name,
            joined_ms,
            seen_ms,
            removed,
        });
    }
    Ok(())
}

async fn streams(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    into: &mut Vec<RecordRow>,
) -> Result<()> {
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>, i64, Vec<u8>, i64, Option<Vec<u8>>)> = sqlx::query_as(
        "SELECT stream, parent, next_seq, head, created_ms, terminal FROM streams
         WHERE pupil = ? ORDER BY id",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    for (stream, parent, next_seq, head, created_ms, terminal) in rows {
        into.push(RecordRow::Stream {
            stream: StreamId(array(stream)?),
            parent: parent.map(array).transpose()?.map(StreamId),
            events: number(next_seq)?,
            head: Head(array(head)?),
            created_ms,
            terminal: terminal.map(array).transpose()?.map(TerminalId),
        });
    }
    Ok(())
}

async fn lessons(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    into: &mut Vec<RecordRow>,
) -> Result<()> {
    let rows: Vec<(Vec<u8>, String, bool)> = sqlx::query_as(
        "SELECT l.lesson, v.json,
           EXISTS (SELECT 1 FROM assignments a
                   WHERE a.lesson = l.lesson AND a.pupil = ?1 AND a.assigned = 1)
         FROM lessons l JOIN revisions v ON v.lesson = l.lesson AND v.revision = l.newest
         WHERE l.lesson IN (SELECT lesson FROM assignments WHERE pupil = ?1)
            OR l.lesson IN (SELECT e.lesson FROM events e JOIN streams s ON s.id = e.stream_id
                            WHERE s.pupil = ?1 AND e.lesson IS NOT NULL)",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for (lesson, json, assigned) in rows {
        let lesson = LessonId(array(lesson)?);
        let revision = Revision::from_json(json.as_bytes())
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        found.push((revision.day, lesson, revision, assigned));
    }
    found.sort_by_key(|(day, lesson, ..)| (*day, *lesson));
    into.extend(
        found
            .into_iter()
            .map(|(day, lesson, revision, assigned)| RecordRow::Lesson {
                lesson,
                day,
                subject: revision.subject,
                title: revision.title,
                assigned,
            }),
    );
    Ok(())
}

async fn receipts(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    into: &mut Vec<RecordRow>,
) -> Result<()> {
    let rows: Vec<(Vec<u8>, Vec<u8>, i64, Option<i64>, i64)> = sqlx::query_as(
        "SELECT r.terminal, r.lesson, r.revision, r.missing_bytes, r.server_ms FROM receipts r
         WHERE r.terminal IN (SELECT terminal FROM terminal_pupils WHERE pupil = ?1)
           AND r.lesson IN (SELECT lesson FROM assignments WHERE pupil = ?1)
         ORDER BY r.server_ms, r.terminal, r.lesson",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    for (terminal, lesson, revision, missing_bytes, server_ms) in rows {
        into.push(RecordRow::Receipt {
            terminal: TerminalId(array(terminal)?),
            lesson: LessonId(array(lesson)?),
            revision: number(revision)?,
            missing_bytes: missing_bytes.map(number).transpose()?,
            server_ms,
        });
    }
    Ok(())
}

async fn cards(tx: &mut SqliteConnection, pupil: PupilId, into: &mut Vec<RecordRow>) -> Result<()> {
    let rows: Vec<(String, i64, Option<i64>, Option<i64>)> = sqlx::query_as(
        "SELECT c.name, k.made_ms, k.used_ms, k.revoked_ms FROM cards k
         JOIN classes c ON c.class = k.class WHERE k.pupil = ? ORDER BY k.made_ms",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    into.extend(
        rows.into_iter()
            .map(|(class, made_ms, used_ms, revoked_ms)| RecordRow::Card {
                class,
                made_ms,
                used_ms,
                revoked_ms,
            }),
    );
    Ok(())
}

async fn grants(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    into: &mut Vec<RecordRow>,
) -> Result<()> {
    let rows: Vec<(
        String,
        Vec<u8>,
        Option<String>,
        Option<String>,
        i64,
        Option<i64>,
    )> = sqlx::query_as(
        "SELECT role, staff, from_day, to_day, made_ms, revoked_ms FROM grants
         WHERE pupil = ? ORDER BY id",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    for (role, staff, from_day, to_day, made_ms, revoked_ms) in rows {
        into.push(RecordRow::Grant {
            role: role
                .parse()
                .map_err(|_| StoreError::Damaged(format!("{role:?} is no role")))?,
            staff: TeacherId(array(staff)?),
            from_day,
            to_day,
            made_ms,
            revoked_ms,
        });
    }
    Ok(())
}

async fn photos(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    into: &mut Vec<RecordRow>,
) -> Result<()> {
    let rows: Vec<(Vec<u8>, Option<i64>, Option<i64>)> = sqlx::query_as(
        "SELECT eb.blob, b.len, eb.expired_ms FROM event_blobs eb
         LEFT JOIN blobs b ON b.blob = eb.blob AND eb.expired_ms IS NULL
         WHERE eb.pupil = ? ORDER BY eb.blob",
    )
    .bind(&pupil.0[..])
    .fetch_all(tx)
    .await?;
    for (blob, len, expired_ms) in rows {
        into.push(RecordRow::Photo {
            blob: BlobId(array(blob)?),
            len: len.map(number).transpose()?,
            expired_ms,
        });
    }
    Ok(())
}
