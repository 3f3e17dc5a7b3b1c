//! What decisions are made of, what guardians see, and counts of classes.

use hotaru_content::id::{ClassId, LessonId, PupilId, TeacherId, TerminalId};
use hotaru_content::lesson::Revision;
use hotaru_content::log::kind;
use hotaru_sync::wire::{Aggregates, ChildCard, ClassAggregate, ClassCounts, DayAnswers};
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, lessons, number, people};
use crate::rights::{LessonFacts, Scope};
use crate::store::{PupilPage, Result, StoreError};

/// The days of answers that are counted, in milliseconds.
const DAYS_MS: i64 = Aggregates::DAYS as i64 * 24 * 3600 * 1000;

impl SqliteStore {
    pub(super) async fn facts_of_lesson(&self, lesson: LessonId) -> Result<LessonFacts> {
        let mut tx = self.read().await?;
        let found: Option<(Vec<u8>, String)> = sqlx::query_as(
            "SELECT l.teacher, v.json FROM lessons l
             JOIN revisions v ON v.lesson = l.lesson AND v.revision = l.newest
             WHERE l.lesson = ?",
        )
        .bind(&lesson.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        let Some((author, json)) = found else {
            return Ok(LessonFacts::default());
        };
        let newest = Revision::from_json(json.as_bytes())
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        let targets: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT r.target FROM recipients r JOIN lessons l
             ON l.lesson = r.lesson AND l.newest = r.revision WHERE r.lesson = ?",
        )
        .bind(&lesson.0[..])
        .fetch_all(&mut *tx)
        .await?;
        let mut reached = Vec::with_capacity(targets.len());
        for target in targets {
            let target = array(target)?;
            let mut classes = classes_of(&mut tx, PupilId(target)).await?;
            classes.push(ClassId(target));
            reached.push(classes);
        }
        Ok(LessonFacts {
            author: Some(TeacherId(array(author)?)),
            subject: Some(newest.subject),
            targets: reached,
        })
    }

    pub(super) async fn classes_of_pupil(&self, pupil: PupilId) -> Result<Vec<ClassId>> {
        classes_of(&mut *self.read().await?, pupil).await
    }

    pub(super) async fn classes_on_terminal(&self, terminal: TerminalId) -> Result<Vec<ClassId>> {
        let classes: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT DISTINCT e.class FROM terminal_pupils tp
             JOIN enrolments e ON e.pupil = tp.pupil AND e.to_day IS NULL
             WHERE tp.terminal = ? AND tp.removed = 0",
        )
        .bind(&terminal.0[..])
        .fetch_all(&self.readers)
        .await?;
        let classes = classes.into_iter();
        classes.map(|class| Ok(ClassId(array(class)?))).collect()
    }

    pub(super) async fn revoke_terminal_in(
        &self,
        terminal: TerminalId,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        let revoked = sqlx::query(
            "UPDATE terminals SET revoked_ms = coalesce(revoked_ms, ?) WHERE terminal = ?",
        )
        .bind(now_ms)
        .bind(&terminal.0[..])
        .execute(&mut *tx)
        .await?;
        if revoked.rows_affected() == 0 {
            return Ok(false);
        }
        let pupils: Vec<Vec<u8>> = sqlx::query_scalar(
            "UPDATE terminal_pupils SET removed = 1 WHERE terminal = ? AND removed = 0
             RETURNING pupil",
        )
        .bind(&terminal.0[..])
        .fetch_all(&mut *tx)
        .await?;
        for pupil in pupils {
            let pupil = PupilId(array(pupil)?);
            lessons::touch(&mut tx, pupil).await?;
            people::leave_if_never_here(&mut tx, pupil, now_ms).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    pub(super) async fn children_in(&self, scope: &Scope) -> Result<Vec<ChildCard>> {
        let mut tx = self.read().await?;
        let mut children = Vec::new();
        for pupil in scope.pupils() {
            let (number, class_name) = place_of(&mut tx, pupil).await?.unwrap_or_default();
            children.push(ChildCard {
                pupil,
                class_name,
                number,
            });
        }
        Ok(children)
    }

    pub(super) async fn child_of(
        &self,
        scope: &Scope,
        pupil: PupilId,
    ) -> Result<Option<PupilPage>> {
        if !scope.pupils().contains(&pupil) {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let place = place_of(&mut tx, pupil).await?.unwrap_or_default();
        super::desk::page(&mut tx, pupil, place).await.map(Some)
    }

    pub(super) async fn count_classes(&self, now_ms: i64) -> Result<Aggregates> {
        let mut tx = self.read().await?;
        let rows: Vec<(Vec<u8>, String, String, i64)> = sqlx::query_as(
            "SELECT c.class, c.name, c.grade, count(e.pupil) FROM classes c
             LEFT JOIN enrolments e ON e.class = c.class AND e.to_day IS NULL
             GROUP BY c.class ORDER BY c.name",
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut classes = Vec::with_capacity(rows.len());
        for (class, name, grade, pupils) in rows {
            let pupils: u32 = number(pupils)?;
            let counts = if pupils < Aggregates::FEWEST_PUPILS {
                None
            } else {
                Some(counts_of(&mut tx, &class, pupils, now_ms).await?)
            };
            classes.push(ClassAggregate {
                name,
                grade,
                counts,
            });
        }
        Ok(Aggregates { classes })
    }
}

/// The classes that a pupil is in now.
pub(super) async fn classes_of(tx: &mut SqliteConnection, pupil: PupilId) -> Result<Vec<ClassId>> {
    let classes: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT class FROM enrolments WHERE pupil = ? AND to_day IS NULL")
            .bind(&pupil.0[..])
            .fetch_all(tx)
            .await?;
    let classes = classes.into_iter();
    classes.map(|class| Ok(ClassId(array(class)?))).collect()
}

/// A pupil's number and class now, her own before a group.
async fn place_of(tx: &mut SqliteConnection, pupil: PupilId) -> Result<Option<(u16, String)>> {
    let found: Option<(i64, String)> = sqlx::query_as(
        "SELECT e.number, c.name FROM enrolments e JOIN classes c ON c.class = e.class
         WHERE e.pupil = ? AND e.to_day IS NULL ORDER BY e.own DESC LIMIT 1",
    )
    .bind(&pupil.0[..])
    .fetch_optional(tx)
    .await?;
    found
        .map(|(place, name)| Ok((number(place)?, name)))
        .transpose()
}

async fn counts_of(
    tx: &mut SqliteConnection,
    class: &[u8],
    pupils: u32,
    now_ms: i64,
) -> Result<ClassCounts> {
    let (terminals, whole): (i64, i64) = sqlx::query_as(
        "WITH here AS (
           SELECT DISTINCT t.terminal FROM terminals t
           JOIN terminal_pupils tp ON tp.terminal = t.terminal AND tp.removed = 0
           JOIN enrolments e ON e.pupil = tp.pupil AND e.to_day IS NULL
           WHERE e.class = ?1 AND t.revoked_ms IS NULL)
         SELECT (SELECT count(*) FROM here),
           (SELECT count(*) FROM receipts r WHERE r.terminal IN here AND r.missing_bytes IS NULL
            AND EXISTS (SELECT 1 FROM assignments a
              JOIN enrolments e ON e.pupil = a.pupil AND e.to_day IS NULL
              WHERE a.lesson = r.lesson AND a.assigned = 1 AND e.class = ?1))",
    )
    .bind(class)
    .fetch_one(&mut *tx)
    .await?;
    // Japan's days, all of nine hours before UTC's.
    let days: Vec<(String, i64)> = sqlx::query_as(
        "SELECT date(v.server_ms / 1000, 'unixepoch', '+9 hours') AS day, count(*)
         FROM events v JOIN streams s ON s.id = v.stream_id
         JOIN enrolments e ON e.pupil = s.pupil AND e.to_day IS NULL
         WHERE e.class = ?1 AND v.kind = ?2 AND v.server_ms > ?3
         GROUP BY day HAVING count(DISTINCT s.pupil) >= ?4 ORDER BY day DESC LIMIT ?5",
    )
    .bind(class)
    .bind(i64::from(kind::ANSWERED))
    .bind(now_ms - DAYS_MS)
    .bind(i64::from(Aggregates::FEWEST_PUPILS))
    .bind(Aggregates::DAYS as i64)
    .fetch_all(tx)
    .await?;
    let answers = days.into_iter().map(|(day, answers)| {
        Ok(DayAnswers {
            day: day
                .parse()
                .map_err(|_| StoreError::Damaged(format!("{day:?} is no day")))?,
            answers: number(answers)?,
        })
    });
    Ok(ClassCounts {
        pupils,
        terminals: number(terminals)?,
        lessons_on_terminals: number(whole)?,
        answers: answers.collect::<Result<_>>()?,
    })
}
