//! Publishing: revisions, who may publish them, and when they go out.

use hotaru_content::clock::school_day;
use hotaru_content::id::{ClassId, LessonId};
use sqlx::sqlite::SqliteConnection;

use super::lessons::assign;
use super::{SqliteStore, array, facts, next_change, number};
use crate::store::{NewRevision, Published, Result, Turned, Withdrawn};

impl SqliteStore {
    pub(super) async fn publish_in(&self, new: NewRevision) -> Result<Published> {
        let mut tx = self.write().await?;
        let found: Option<(i64, String)> =
            sqlx::query_as("SELECT newest, state FROM lessons WHERE lesson = ?")
                .bind(&new.lesson.0[..])
                .fetch_optional(&mut *tx)
                .await?;
        let newest: u32 = match &found {
            None => 0,
            Some((newest, _)) => number(*newest)?,
        };
        if let Some((_, state)) = &found {
            if let Some(outcome) = published_before(&mut tx, &new, newest).await? {
                return Ok(outcome);
            }
            if state == "withdrawn" {
                return Ok(Published::Gone);
            }
        }
        if new.base != newest {
            return Ok(Published::NotNewest(newest));
        }
        let is_mine = |class: &ClassId| new.scope.has(*class, &new.subject);
        if !new.classes.iter().all(is_mine) {
            return Ok(Published::NotYourClass);
        }
        for pupil in &new.pupils {
            let hers = facts::classes_of(&mut tx, *pupil).await?;
            if !hers.iter().any(is_mine) {
                return Ok(Published::NotYourClass);
            }
        }
        let missing = missing_blobs(&mut tx, &new).await?;
        if missing > 0 {
            return Ok(Published::MissingBlobs(missing));
        }
        insert_revision(&mut tx, &new).await?;
        if new.send_at_ms.is_none_or(|at| at <= new.now_ms) {
            release(&mut tx, new.lesson, i64::from(new.revision), new.now_ms).await?;
        }
        tx.commit().await?;
        Ok(Published::Done { new: true })
    }

    pub(super) async fn withdraw_in(&self, lesson: LessonId) -> Result<Withdrawn> {
        let mut tx = self.write().await?;
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM lessons WHERE lesson = ?")
            .bind(&lesson.0[..])
            .fetch_optional(&mut *tx)
            .await?;
        if found.is_none() {
            return Ok(Withdrawn::NotFound);
        }
        take_back(&mut tx, lesson, "withdrawn").await?;
        tx.commit().await?;
        Ok(Withdrawn::Done)
    }

    pub(super) async fn turn_in(&self, now_ms: i64) -> Result<Turned> {
        let today = school_day(now_ms).to_string();
        let idle: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM revisions WHERE released_ms IS NULL AND send_at_ms <= ?1
             UNION ALL SELECT 1 FROM lessons WHERE state = 'live' AND expires < ?2 LIMIT 1",
        )
        .bind(now_ms)
        .bind(&today)
        .fetch_optional(&self.readers)
        .await?;
        let mut turned = Turned {
            released: 0,
            expired: 0,
            next_ms: None,
        };
        if idle.is_some() {
            let mut tx = self.write().await?;
            let due: Vec<(Vec<u8>, i64)> = sqlx::query_as(
                "SELECT lesson, revision FROM revisions
                 WHERE released_ms IS NULL AND send_at_ms <= ? ORDER BY send_at_ms, revision",
            )
            .bind(now_ms)
            .fetch_all(&mut *tx)
            .await?;
            for (lesson, revision) in due {
                release(&mut tx, LessonId(array(lesson)?), revision, now_ms).await?;
                turned.released += 1;
            }
            let old: Vec<Vec<u8>> = sqlx::query_scalar(
                "SELECT lesson FROM lessons WHERE state = 'live' AND expires < ?",
            )
            .bind(&today)
            .fetch_all(&mut *tx)
            .await?;
            for lesson in old {
                take_back(&mut tx, LessonId(array(lesson)?), "expired").await?;
                turned.expired += 1;
            }
            tx.commit().await?;
        }
        turned.next_ms =
            sqlx::query_scalar("SELECT min(send_at_ms) FROM revisions WHERE released_ms IS NULL")
                .fetch_one(&self.readers)
                .await?;
        Ok(turned)
    }
}

/// Gives a revision to its recipients, and takes the lesson from who is none any more.
async fn release(
    tx: &mut SqliteConnection,
    lesson: LessonId,
    revision: i64,
    now_ms: i64,
) -> Result<()> {
    sqlx::query("UPDATE revisions SET released_ms = ? WHERE lesson = ? AND revision = ?")
        .bind(now_ms)
        .bind(&lesson.0[..])
        .bind(revision)
        .execute(&mut *tx)
        .await?;
    // A newer one may have gone out first, or the lesson been withdrawn while it waited.
    let moved = sqlx::query(
        "UPDATE lessons SET released = ?2, state = 'live', expires =
           (SELECT expires FROM revisions WHERE lesson = ?1 AND revision = ?2)
         WHERE lesson = ?1 AND released < ?2 AND state <> 'withdrawn'",
    )
    .bind(&lesson.0[..])
    .bind(revision)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if moved == 0 {
        return Ok(());
    }
    let pupils: Vec<(Vec<u8>, bool)> = sqlx::query_as(
        "WITH given AS (
           SELECT r.target AS pupil FROM recipients r JOIN pupils p ON p.pupil = r.target
           WHERE r.lesson = ?1 AND r.revision = ?2
           UNION
           SELECT e.pupil FROM recipients r JOIN enrolments e ON e.class = r.target
           WHERE r.lesson = ?1 AND r.revision = ?2 AND e.to_day IS NULL)
         SELECT pupil, 1 FROM given
         UNION ALL
         SELECT pupil, 0 FROM assignments WHERE lesson = ?1 AND assigned = 1
         AND pupil NOT IN (SELECT pupil FROM given)",
    )
    .bind(&lesson.0[..])
    .bind(revision)
    .fetch_all(&mut *tx)
    .await?;
    let change = next_change(tx).await?;
    for (pupil, assigned) in pupils {
        assign(tx, &pupil, &lesson.0, assigned, change).await?;
    }
    Ok(())
}

/// Takes a lesson from everyone.
async fn take_back(tx: &mut SqliteConnection, lesson: LessonId, state: &'static str) -> Result<()> {
    let moved = sqlx::query("UPDATE lessons SET state = ?1 WHERE lesson = ?2 AND state <> ?1")
        .bind(state)
        .bind(&lesson.0[..])
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if moved == 0 {
        return Ok(());
    }
    // What waits of a withdrawn lesson waits no longer.
    if state == "withdrawn" {
        sqlx::query(
            "UPDATE revisions SET released_ms = published_ms
             WHERE lesson = ? AND released_ms IS NULL",
        )
        .bind(&lesson.0[..])
        .execute(&mut *tx)
        .await?;
    }
    let change = next_change(tx).await?;
    sqlx::query(
        "UPDATE assignments SET assigned = 0, change = ? WHERE lesson = ? AND assigned = 1",
    )
    .bind(change)
    .bind(&lesson.0[..])
    .execute(tx)
    .await?;
    Ok(())
}

/// The outcome where a revision of this number is there already.
async fn published_before(
    tx: &mut SqliteConnection,
    new: &NewRevision,
    newest: u32,
) -> Result<Option<Published>> {
    let found: Option<(Vec<u8>, Option<i64>)> = sqlx::query_as(
        "SELECT document, send_at_ms FROM revisions WHERE lesson = ? AND revision = ?",
    )
    .bind(&new.lesson.0[..])
    .bind(i64::from(new.revision))
    .fetch_optional(&mut *tx)
    .await?;
    let Some((document, send_at_ms)) = found else {
        return Ok(None);
    };
    if document != new.document.0 {
        return Ok(Some(Published::NotNewest(newest)));
    }
    let mut before: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT target FROM recipients WHERE lesson = ? AND revision = ?")
            .bind(&new.lesson.0[..])
            .bind(i64::from(new.revision))
            .fetch_all(tx)
            .await?;
    before.sort();
    let same = before == targets(new) && send_at_ms == new.send_at_ms;
    Ok(Some(if same {
        Published::Done { new: false }
    } else {
        Published::OtherRequest
    }))
}

/// The recipients, each once, in order.
fn targets(new: &NewRevision) -> Vec<Vec<u8>> {
    let classes = new.classes.iter().map(|class| class.0.to_vec());
    let mut targets: Vec<_> = classes
        .chain(new.pupils.iter().map(|pupil| pupil.0.to_vec()))
        .collect();
    targets.sort();
    targets.dedup();
    targets
}

async fn missing_blobs(tx: &mut SqliteConnection, new: &NewRevision) -> Result<u32> {
    let mut missing = 0;
    for blob in &new.blobs {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM blobs WHERE blob = ?")
            .bind(&blob.0[..])
            .fetch_optional(&mut *tx)
            .await?;
        missing += u32::from(found.is_none());
    }
    Ok(missing)
}

async fn insert_revision(tx: &mut SqliteConnection, new: &NewRevision) -> Result<()> {
    let (lesson, revision) = (&new.lesson.0[..], i64::from(new.revision));
    sqlx::query(
        "INSERT INTO lessons (lesson, teacher, newest, state) VALUES (?, ?, ?, 'waiting')
         ON CONFLICT (lesson) DO UPDATE SET newest = excluded.newest",
    )
    .bind(lesson)
    .bind(&new.scope.staff().0[..])
    .bind(revision)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO revisions (lesson, revision, document, json, expires, published_ms,
         send_at_ms, patched) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(lesson)
    .bind(revision)
    .bind(&new.document.0[..])
    .bind(&new.json)
    .bind(&new.expires)
    .bind(new.now_ms)
    .bind(new.send_at_ms)
    // The first of a lesson has nothing to be patched from.
    .bind(new.base == 0)
    .execute(&mut *tx)
    .await?;
    for blob in &new.blobs {
        sqlx::query(
            "INSERT OR IGNORE INTO revision_blobs (lesson, revision, blob) VALUES (?, ?, ?)",
        )
        .bind(lesson)
        .bind(revision)
        .bind(&blob.0[..])
        .execute(&mut *tx)
        .await?;
    }
    for target in targets(new) {
        sqlx::query("INSERT INTO recipients (lesson, revision, target) VALUES (?, ?, ?)")
            .bind(lesson)
            .bind(revision)
            .bind(target)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
