//! The index of blobs and patches, and who may read them.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{ClassId, LessonId, PupilId};
use hotaru_content::lesson::Subject;
use hotaru_sync::wire::PatchOffer;
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, column, number};
use crate::patches::WINDOW;
use crate::rights::Scope;
use crate::store::{Readable, Reader, Result};

impl SqliteStore {
    pub(super) async fn add_blob_in(
        &self,
        blob: BlobRef,
        proof: Vec<u8>,
        now_ms: i64,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO blobs (blob, len, proof, stored_ms) VALUES (?, ?, ?, ?)
             ON CONFLICT (blob) DO UPDATE SET told_ms = excluded.stored_ms",
        )
        .bind(&blob.id.0[..])
        .bind(column(blob.len)?)
        .bind(proof)
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    pub(super) async fn readable_by(
        &self,
        reader: &Reader,
        blob: BlobId,
    ) -> Result<Option<Readable>> {
        let mut tx = self.read().await?;
        let mut photo_of = None;
        let is_granted = match reader {
            // What live lessons of its pupils name, in a revision that it may still be
            // fetching, and the photos that these pupils sent.
            Reader::Terminal(terminal) => sqlx::query_scalar::<_, i64>(
                "SELECT 1 FROM revision_blobs rb
                     JOIN lessons l ON l.lesson = rb.lesson
                     JOIN assignments a ON a.lesson = rb.lesson AND a.assigned = 1
                     JOIN terminal_pupils tp ON tp.pupil = a.pupil AND tp.removed = 0
                     WHERE rb.blob = ?1 AND tp.terminal = ?2
                       AND rb.revision <= l.released AND rb.revision + ?3 > l.released
                     UNION ALL
                     SELECT 1 FROM event_blobs eb
                     JOIN terminal_pupils tp ON tp.pupil = eb.pupil AND tp.removed = 0
                     WHERE eb.blob = ?1 AND tp.terminal = ?2 AND eb.expired_ms IS NULL
                     LIMIT 1",
            )
            .bind(&blob.0[..])
            .bind(&terminal.0[..])
            .bind(i64::from(WINDOW))
            .fetch_optional(&mut *tx)
            .await?
            .is_some(),
            // What lessons in scope name and what is one's own, and photos of pupils in scope.
            Reader::Staff(scope) => {
                let is_of_lesson = is_of_lesson(&mut tx, scope, blob).await?;
                if !is_of_lesson {
                    photo_of = photo_in(&mut tx, scope, blob).await?;
                }
                is_of_lesson || photo_of.is_some()
            }
        };
        if !is_granted {
            return Ok(None);
        }
        let found = find(&mut tx, blob).await?;
        Ok(found.map(|blob| Readable { blob, photo_of }))
    }

    pub(super) async fn find_proof(&self, blob: BlobId) -> Result<Option<Vec<u8>>> {
        Ok(sqlx::query_scalar("SELECT proof FROM blobs WHERE blob = ?")
            .bind(&blob.0[..])
            .fetch_optional(&self.readers)
            .await?)
    }

    pub(super) async fn find_patch(&self, old: BlobId, new: BlobId) -> Result<Option<u64>> {
        let len: Option<i64> =
            sqlx::query_scalar("SELECT len FROM patches WHERE new = ? AND old = ?")
                .bind(&new.0[..])
                .bind(&old.0[..])
                .fetch_optional(&self.readers)
                .await?;
        len.map(number).transpose()
    }

    pub(super) async fn add_patches_in(
        &self,
        lesson: LessonId,
        revision: u32,
        patches: &[PatchOffer],
        now_ms: i64,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        for patch in patches {
            sqlx::query(
                "INSERT OR IGNORE INTO patches (new, old, len, stored_ms) VALUES (?, ?, ?, ?)",
            )
            .bind(&patch.new.0[..])
            .bind(&patch.old.0[..])
            .bind(column(patch.len)?)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("UPDATE revisions SET patched = 1 WHERE lesson = ? AND revision = ?")
            .bind(&lesson.0[..])
            .bind(i64::from(revision))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn list_unpatched(&self) -> Result<Vec<(LessonId, u32)>> {
        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT r.lesson, r.revision FROM revisions r JOIN lessons l ON l.lesson = r.lesson
             WHERE r.patched = 0 AND r.revision = l.newest AND l.state <> 'withdrawn'",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(lesson, revision)| Ok((LessonId(array(lesson)?), number(revision)?)))
            .collect()
    }
}

/// A blob by name.
pub(super) async fn find(tx: &mut SqliteConnection, blob: BlobId) -> Result<Option<BlobRef>> {
    let len: Option<i64> = sqlx::query_scalar("SELECT len FROM blobs WHERE blob = ?")
        .bind(&blob.0[..])
        .fetch_optional(tx)
        .await?;
    len.map(|len| {
        Ok(BlobRef {
            id: blob,
            len: number(len)?,
        })
    })
    .transpose()
}

/// Whether a revision names the blob that is one's own, or went to somebody in scope.
async fn is_of_lesson(tx: &mut SqliteConnection, scope: &Scope, blob: BlobId) -> Result<bool> {
    let targets: Vec<(Vec<u8>, bool, String)> = sqlx::query_as(
        "SELECT DISTINCT coalesce(e.class, r.target), l.teacher = ?2, v.json ->> '$.subject'
         FROM revision_blobs rb
         JOIN lessons l ON l.lesson = rb.lesson
         JOIN revisions v ON v.lesson = rb.lesson AND v.revision = rb.revision
         JOIN recipients r ON r.lesson = rb.lesson AND r.revision = rb.revision
         LEFT JOIN enrolments e ON e.pupil = r.target AND e.to_day IS NULL
         WHERE rb.blob = ?1",
    )
    .bind(&blob.0[..])
    .bind(&scope.staff().0[..])
    .fetch_all(tx)
    .await?;
    for (class, is_own, subject) in targets {
        let subject = Subject::from(subject);
        if (is_own && scope.shows(&subject)) || scope.has(ClassId(array(class)?), &subject) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whose photo of paper study it is, where all that she does is in scope.
async fn photo_in(
    tx: &mut SqliteConnection,
    scope: &Scope,
    blob: BlobId,
) -> Result<Option<PupilId>> {
    let pupil: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT eb.pupil FROM event_blobs eb
         JOIN enrolments e ON e.pupil = eb.pupil AND e.to_day IS NULL
         WHERE eb.blob = ?1 AND eb.expired_ms IS NULL AND (?2 IS NULL OR e.class IN
           (SELECT unhex(value ->> 0) FROM json_each(?2) WHERE value ->> 1 IS NULL))
         LIMIT 1",
    )
    .bind(&blob.0[..])
    .bind(scope.classes_json())
    .fetch_optional(tx)
    .await?;
    pupil.map(|pupil| Ok(PupilId(array(pupil)?))).transpose()
}
