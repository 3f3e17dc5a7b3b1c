//! Lane 1: streams and their events.

use hotaru_content::blob::BlobId;
use hotaru_content::id::{ClassId, LessonId, PupilId, StreamId, TerminalId};
use hotaru_content::log::{ChainSecret, Event, Fact, Head, StreamOpen, StreamPoint};
use hotaru_sync::wire::PushAnswer;
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, column, grade_of, number, privacy, verdict_name};
use crate::store::{Append, Appended, LogRow, Result, StoreError, StreamState};

impl SqliteStore {
    pub(super) async fn find_stream(
        &self,
        terminal: TerminalId,
        stream: StreamId,
    ) -> Result<StreamState> {
        let mut tx = self.read().await?;
        let Some((open, point)) = stored_stream(&mut tx, stream).await? else {
            return Ok(StreamState::New);
        };
        if privacy::was_deleted(&mut tx, open.pupil).await? {
            return Ok(StreamState::Deleted(open.pupil));
        }
        if has_pupil(&mut tx, terminal, open.pupil).await? {
            Ok(StreamState::Known(open, point))
        } else {
            Ok(StreamState::Foreign)
        }
    }

    pub(super) async fn read_stream(&self, stream: StreamId) -> Result<Vec<Event>> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT e.seq, e.canonical FROM events e JOIN streams s ON s.id = e.stream_id
             WHERE s.stream = ? ORDER BY e.seq",
        )
        .bind(&stream.0[..])
        .fetch_all(&mut *tx)
        .await?;
        let event = |(seq, canonical): (i64, Vec<u8>)| {
            Event::from_canonical(number(seq)?, &canonical)
                .map_err(|error| StoreError::Damaged(error.to_string()))
        };
        rows.into_iter().map(event).collect()
    }

    pub(super) async fn append_in(&self, append: Append) -> Result<Appended> {
        let mut tx = self.write().await?;
        if privacy::was_deleted(&mut tx, append.open.pupil).await? {
            return Ok(Appended::Moved);
        }
        let found: Option<(i64, i64, Vec<u8>)> =
            sqlx::query_as("SELECT id, next_seq, head FROM streams WHERE stream = ?")
                .bind(&append.open.stream.0[..])
                .fetch_optional(&mut *tx)
                .await?;
        let found = found
            .map(|(id, seq, head)| Ok::<_, StoreError>((id, point(seq, head)?)))
            .transpose()?;
        if found.map(|(_, here)| here) != append.expected {
            return Ok(Appended::Moved);
        }
        let stream_id = match found {
            None => new_stream(&mut tx, &append).await?,
            Some((id, _)) => {
                move_stream(&mut tx, id, append.point).await?;
                id
            }
        };
        for (event, grade) in &append.events {
            let named = Named::of(event.fact());
            let canonical = event
                .canonical()
                .map_err(|error| StoreError::Damaged(error.to_string()))?;
            sqlx::query(
                "INSERT INTO events (stream_id, seq, canonical, server_ms, kind, lesson, drill,
                 verdict, grader) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(stream_id)
            .bind(column(event.seq)?)
            .bind(canonical)
            .bind(append.now_ms)
            .bind(i64::from(event.kind))
            .bind(named.lesson.map(|lesson| lesson.0.to_vec()))
            .bind(named.drill.map(|drill| drill.0.to_vec()))
            .bind(grade.map(|grade| verdict_name(grade.verdict)))
            .bind(grade.map(|grade| i64::from(grade.grader)))
            .execute(&mut *tx)
            .await?;
            if let Some(photo) = named.photo {
                sqlx::query("INSERT OR IGNORE INTO event_blobs (blob, pupil) VALUES (?, ?)")
                    .bind(&photo.0[..])
                    .bind(&append.open.pupil.0[..])
                    .execute(&mut *tx)
                    .await?;
            }
        }
        sqlx::query("UPDATE terminals SET seen_ms = ? WHERE terminal = ?")
            .bind(append.now_ms)
            .bind(&append.terminal.0[..])
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Appended::Done(PushAnswer {
            next_seq: append.point.next_seq,
            head: append.point.head,
            server_ms: append.now_ms,
        }))
    }

    pub(super) async fn read_log(
        &self,
        class: ClassId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogRow>> {
        // Also of pupils who have left the class since.
        let rows: Vec<(
            i64,
            Vec<u8>,
            i64,
            Vec<u8>,
            i64,
            Vec<u8>,
            i64,
            Option<String>,
            Option<i64>,
        )> = sqlx::query_as(
            "SELECT e.accept, s.pupil, n.number, s.stream, e.seq, e.canonical, e.server_ms,
                    e.verdict, e.grader
             FROM events e
             JOIN streams s ON s.id = e.stream_id
             JOIN (SELECT pupil, max(number) AS number FROM enrolments WHERE class = ?
                   GROUP BY pupil) n ON n.pupil = s.pupil
             WHERE e.accept > ? ORDER BY e.accept LIMIT ?",
        )
        .bind(&class.0[..])
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(
                |(accept, pupil, place, stream, seq, canonical, server_ms, verdict, grader)| {
                    Ok(LogRow {
                        accept,
                        pupil: PupilId(array(pupil)?),
                        number: number(place)?,
                        stream: StreamId(array(stream)?),
                        event: event(seq, &canonical)?,
                        server_ms,
                        grade: grade_of(verdict, grader)?,
                    })
                },
            )
            .collect()
    }

    pub(super) async fn is_drill_in(&self, lesson: LessonId, drill: BlobId) -> Result<bool> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM revision_blobs WHERE lesson = ? AND blob = ? LIMIT 1",
        )
        .bind(&lesson.0[..])
        .bind(&drill.0[..])
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.is_some())
    }
}

/// How a stream opens and where it stands.
pub(super) async fn stored_stream(
    tx: &mut SqliteConnection,
    stream: StreamId,
) -> Result<Option<(StreamOpen, StreamPoint)>> {
    let row: Option<(
        Vec<u8>,
        Vec<u8>,
        Option<Vec<u8>>,
        Option<i64>,
        Option<Vec<u8>>,
        i64,
        Vec<u8>,
    )> = sqlx::query_as(
        "SELECT pupil, secret, parent, parent_seq, parent_head, next_seq, head
         FROM streams WHERE stream = ?",
    )
    .bind(&stream.0[..])
    .fetch_optional(tx)
    .await?;
    let Some((pupil, secret, parent, parent_seq, parent_head, next_seq, head)) = row else {
        return Ok(None);
    };
    let parent = match (parent, parent_seq, parent_head) {
        (Some(parent), Some(seq), Some(head)) => {
            Some((StreamId(array(parent)?), point(seq, head)?))
        }
        _ => None,
    };
    let open = StreamOpen {
        stream,
        pupil: PupilId(array(pupil)?),
        secret: ChainSecret::from_bytes(array(secret)?),
        parent,
    };
    Ok(Some((open, point(next_seq, head)?)))
}

/// Whether a terminal has a pupil.
pub(super) async fn has_pupil(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
    pupil: PupilId,
) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM terminal_pupils WHERE terminal = ? AND pupil = ? AND removed = 0",
    )
    .bind(&terminal.0[..])
    .bind(&pupil.0[..])
    .fetch_optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Reads an event back.
pub(super) fn event(seq: i64, canonical: &[u8]) -> Result<Event> {
    Event::from_canonical(number(seq)?, canonical)
        .map_err(|error| StoreError::Damaged(error.to_string()))
}

fn point(seq: i64, head: Vec<u8>) -> Result<StreamPoint> {
    Ok(StreamPoint {
        next_seq: number(seq)?,
        head: Head(array(head)?),
    })
}

async fn new_stream(tx: &mut SqliteConnection, append: &Append) -> Result<i64> {
    let open = &append.open;
    let parent = open.parent.as_ref();
    let parent_seq = parent
        .map(|(_, point)| column(point.next_seq))
        .transpose()?;
    Ok(sqlx::query_scalar(
        "INSERT INTO streams (stream, pupil, secret, parent, parent_seq, parent_head, next_seq,
         head, created_ms, terminal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(&open.stream.0[..])
    .bind(&open.pupil.0[..])
    .bind(&open.secret.as_bytes()[..])
    .bind(parent.map(|(stream, _)| stream.0.to_vec()))
    .bind(parent_seq)
    .bind(parent.map(|(_, point)| point.head.0.to_vec()))
    .bind(column(append.point.next_seq)?)
    .bind(&append.point.head.0[..])
    .bind(append.now_ms)
    .bind(&append.terminal.0[..])
    .fetch_one(tx)
    .await?)
}

async fn move_stream(tx: &mut SqliteConnection, id: i64, to: StreamPoint) -> Result<()> {
    sqlx::query("UPDATE streams SET next_seq = ?, head = ? WHERE id = ?")
        .bind(column(to.next_seq)?)
        .bind(&to.head.0[..])
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// What a fact names, for look-ups.
#[derive(Default)]
struct Named {
    lesson: Option<LessonId>,
    drill: Option<BlobId>,
    photo: Option<BlobId>,
}

impl Named {
    fn of(fact: Fact) -> Self {
        let lesson = |lesson| Self {
            lesson: Some(lesson),
            ..Self::default()
        };
        match fact {
            Fact::LessonOpened(fact) => lesson(fact.lesson),
            Fact::LessonClosed(fact) => lesson(fact.lesson),
            Fact::MaterialViewed(fact) => lesson(fact.lesson),
            Fact::RecordingWatched(fact) => lesson(fact.lesson),
            Fact::Answered(fact) => Self {
                lesson: Some(fact.lesson),
                drill: Some(fact.drill),
                photo: None,
            },
            Fact::NoteSaved(fact) => Self {
                lesson: fact.lesson,
                ..Self::default()
            },
            Fact::PaperStudy(fact) => Self {
                photo: fact.photo.map(|photo| photo.id),
                ..Self::default()
            },
            Fact::Unknown { .. } => Self::default(),
        }
    }
}
