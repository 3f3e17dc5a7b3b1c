//! Letting go of what no lesson, patch or answer needs any more.
//!
//! A blob stays as long as a row names it. First old revisions lose their rows, then blobs
//! without any lose theirs; both in transactions of the one writer, so that no publish can
//! come between a look and what follows from it.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::lesson::{MaterialKind, Revision};
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, number};
use crate::patches::{WINDOW, patchable};
use crate::store::{LetGo, Result};

/// Revisions of one transaction.
const AT_ONCE: u32 = 50;
/// A drill that no answer names stays so long after its revision was replaced: answers that
/// were given at home may come a school year later.
const LATE_MS: i64 = 400 * 24 * 3600 * 1000;
/// The share of free pages from which a database is worth being written anew: one in so many.
const FREE_SHARE: i64 = 4;
/// A smaller database is not.
const VACUUM_FROM: i64 = 4 << 20;
/// A larger one would hold writers up for too long.
const VACUUM_TO: i64 = 512 << 20;

impl SqliteStore {
    pub(super) async fn vouch_for(
        &self,
        blobs: &[BlobId],
        now_ms: i64,
    ) -> Result<Vec<Option<BlobRef>>> {
        let mut tx = self.write().await?;
        let mut found = Vec::with_capacity(blobs.len());
        for blob in blobs {
            let len: Option<i64> =
                sqlx::query_scalar("UPDATE blobs SET told_ms = ? WHERE blob = ? RETURNING len")
                    .bind(now_ms)
                    .bind(&blob.0[..])
                    .fetch_optional(&mut *tx)
                    .await?;
            let len = len.map(number).transpose()?;
            found.push(len.map(|len| BlobRef { id: *blob, len }));
        }
        tx.commit().await?;
        Ok(found)
    }

    pub(super) async fn trim_revisions(&self, now_ms: i64, grace_ms: i64) -> Result<u32> {
        let before_ms = now_ms.saturating_sub(grace_ms);
        sqlx::query("UPDATE lessons SET gone_ms = ? WHERE state = 'withdrawn' AND gone_ms IS NULL")
            .bind(now_ms)
            .execute(&self.writer)
            .await?;
        let mut trimmed = 0;
        loop {
            let mut tx = self.write().await?;
            // What each revision may lose, by what has come after it and how long ago.
            let due: Vec<(Vec<u8>, i64, String, i64)> = sqlx::query_as(
                "WITH old AS (
                   SELECT r.lesson, r.revision, r.json, r.trimmed, l.released, l.newest,
                     l.released - r.revision AS back,
                     CASE WHEN l.state = 'withdrawn' THEN l.gone_ms ELSE
                       (SELECT min(n.released_ms) FROM revisions n WHERE n.lesson = r.lesson
                        AND n.revision > r.revision AND n.revision <= l.released)
                     END AS since_ms,
                     l.state = 'withdrawn' AS gone
                   FROM revisions r JOIN lessons l ON l.lesson = r.lesson
                   WHERE r.trimmed < 3 AND (r.revision < l.released OR l.state = 'withdrawn')),
                 due AS (
                   SELECT lesson, revision, json, trimmed, CASE
                     WHEN since_ms IS NULL OR since_ms > ?1 THEN 0
                     WHEN since_ms <= ?2 THEN 3
                     WHEN gone OR back > ?3 THEN 2
                     ELSE 1 END AS target
                   FROM old)
                 SELECT lesson, revision, json, target FROM due WHERE target > trimmed LIMIT ?4",
            )
            .bind(before_ms)
            .bind(before_ms.saturating_sub(LATE_MS))
            .bind(i64::from(WINDOW))
            .bind(AT_ONCE)
            .fetch_all(&mut *tx)
            .await?;
            let count = due.len();
            for (lesson, revision, json, target) in due {
                trim(&mut tx, &lesson, revision, &json, target).await?;
            }
            tx.commit().await?;
            trimmed += u32::try_from(count).unwrap_or(u32::MAX);
            if count < AT_ONCE as usize {
                return Ok(trimmed);
            }
        }
    }

    pub(super) async fn let_go_of(&self, now_ms: i64, grace_ms: i64, most: u32) -> Result<LetGo> {
        let before_ms = now_ms.saturating_sub(grace_ms);
        let mut tx = self.write().await?;
        let blobs: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT blob, len FROM blobs b WHERE max(stored_ms, told_ms) <= ?
             AND NOT EXISTS (SELECT 1 FROM revision_blobs n WHERE n.blob = b.blob)
             AND NOT EXISTS (SELECT 1 FROM revisions n WHERE n.document = b.blob)
             AND NOT EXISTS
               (SELECT 1 FROM event_blobs n WHERE n.blob = b.blob AND n.expired_ms IS NULL)
             LIMIT ?",
        )
        .bind(before_ms)
        .bind(most)
        .fetch_all(&mut *tx)
        .await?;
        let mut gone = LetGo::default();
        // A patch serves terminals that fetch the newest revision of a live lesson.
        let mut patches: Vec<(Vec<u8>, Vec<u8>, i64)> = sqlx::query_as(
            "DELETE FROM patches WHERE stored_ms <= ? AND NOT EXISTS
             (SELECT 1 FROM revision_blobs n JOIN lessons l ON l.lesson = n.lesson
              WHERE n.blob = patches.new AND n.revision >= l.released
              AND l.state IN ('waiting', 'live'))
             RETURNING old, new, len",
        )
        .bind(before_ms)
        .fetch_all(&mut *tx)
        .await?;
        for (blob, len) in blobs {
            patches.extend(
                sqlx::query_as::<_, (Vec<u8>, Vec<u8>, i64)>(
                    "DELETE FROM patches WHERE old = ?1 OR new = ?1 RETURNING old, new, len",
                )
                .bind(&blob)
                .fetch_all(&mut *tx)
                .await?,
            );
            sqlx::query("DELETE FROM blobs WHERE blob = ?")
                .bind(&blob)
                .execute(&mut *tx)
                .await?;
            gone.blobs.push(BlobRef {
                id: BlobId(array(blob)?),
                len: number(len)?,
            });
        }
        for (old, new, len) in patches {
            let (old, new) = (BlobId(array(old)?), BlobId(array(new)?));
            gone.patches.push((old, new, number(len)?));
        }
        tx.commit().await?;
        Ok(gone)
    }

    pub(super) async fn shrink_file(&self) -> Result<u64> {
        let pragma = async |name| -> Result<i64> {
            Ok(sqlx::query_scalar(name).fetch_one(&self.writer).await?)
        };
        let pages = pragma("PRAGMA page_count").await?;
        let free = pragma("PRAGMA freelist_count").await?;
        let size = pragma("PRAGMA page_size").await?;
        let bytes = pages.saturating_mul(size);
        let mut freed = 0;
        if free.saturating_mul(FREE_SHARE) > pages && (VACUUM_FROM..=VACUUM_TO).contains(&bytes) {
            sqlx::query("VACUUM").execute(&self.writer).await?;
            freed = pages
                .saturating_sub(pragma("PRAGMA page_count").await?)
                .saturating_mul(size);
        }
        // A reader may hold it back: then it is shorter the next time.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.writer)
            .await?;
        Ok(u64::try_from(freed).unwrap_or(0))
    }
}

/// Takes a revision's blobs from it, up to a level of `revisions.trimmed`.
async fn trim(
    tx: &mut SqliteConnection,
    lesson: &[u8],
    revision: i64,
    json: &str,
    target: i64,
) -> Result<()> {
    // A document that only a newer program reads keeps all that it names.
    if let Ok(document) = Revision::from_json(json.as_bytes()) {
        let mut kept: Vec<BlobId> = document
            .materials
            .iter()
            .filter(|material| material.kind() == MaterialKind::Drill)
            .flat_map(|material| material.blobs().map(|blob| blob.id))
            .collect();
        if target == 1 {
            kept.extend(patchable(&document).map(|(_, blob)| blob.id));
        }
        if target == 3 {
            // Drills that answers name stay as long as the answers.
            kept = named_by_answers(tx, lesson, kept).await?;
        }
        release_others(tx, lesson, revision, &kept).await?;
        if target == 3 && kept.is_empty() && forget(tx, lesson, revision).await? {
            return Ok(());
        }
    }
    sqlx::query("UPDATE revisions SET trimmed = ? WHERE lesson = ? AND revision = ?")
        .bind(target)
        .bind(lesson)
        .bind(revision)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes all blobs from a revision but some.
async fn release_others(
    tx: &mut SqliteConnection,
    lesson: &[u8],
    revision: i64,
    kept: &[BlobId],
) -> Result<()> {
    let blobs: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT blob FROM revision_blobs WHERE lesson = ? AND revision = ?")
            .bind(lesson)
            .bind(revision)
            .fetch_all(&mut *tx)
            .await?;
    for blob in blobs {
        if !kept.iter().any(|kept| kept.0[..] == blob[..]) {
            sqlx::query(
                "DELETE FROM revision_blobs WHERE lesson = ? AND revision = ? AND blob = ?",
            )
            .bind(lesson)
            .bind(revision)
            .bind(blob)
            .execute(&mut *tx)
            .await?;
        }
    }
    Ok(())
}

/// Removes a revision that names nothing any more, unless it is what stands for its lesson.
async fn forget(tx: &mut SqliteConnection, lesson: &[u8], revision: i64) -> Result<bool> {
    let stands: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM lessons WHERE lesson = ?1 AND ?2 IN (released, newest)")
            .bind(lesson)
            .bind(revision)
            .fetch_optional(&mut *tx)
            .await?;
    if stands.is_some() {
        return Ok(false);
    }
    for delete in [
        "DELETE FROM recipients WHERE lesson = ? AND revision = ?",
        "DELETE FROM revisions WHERE lesson = ? AND revision = ?",
    ] {
        sqlx::query(delete)
            .bind(lesson)
            .bind(revision)
            .execute(&mut *tx)
            .await?;
    }
    Ok(true)
}

async fn named_by_answers(
    tx: &mut SqliteConnection,
    lesson: &[u8],
    drills: Vec<BlobId>,
) -> Result<Vec<BlobId>> {
    let mut named = Vec::new();
    for drill in drills {
        let found: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM events WHERE lesson = ? AND drill = ? LIMIT 1")
                .bind(lesson)
                .bind(&drill.0[..])
                .fetch_optional(&mut *tx)
                .await?;
        if found.is_some() {
            named.push(drill);
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use hotaru_content::blob::BlobRef;

    use crate::store::sqlite::SqliteStore;
    use crate::store::{LetGo, Store};

    #[tokio::test]
    async fn a_database_gives_its_free_pages_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("school.db");
        let store = SqliteStore::open(&file, true).await.unwrap();
        store.create_school("蛍小学校", 0).await.unwrap();
        for n in 0..12_u8 {
            let blob = BlobRef::of(&[n]);
            store.add_blob(blob, vec![n; 1 << 20], 1000).await.unwrap();
        }
        assert_eq!(
            store.let_go(1500, 1000, 100).await.unwrap(),
            LetGo::default()
        );
        let told = store.vouch(&[BlobRef::of(&[3]).id], 3000).await.unwrap();
        assert_eq!(told, [Some(BlobRef::of(&[3]))]);
        let gone = store.let_go(3500, 1000, 100).await.unwrap();
        assert_eq!(
            gone.blobs.len(),
            11,
            "all but the one that somebody was told of"
        );
        assert!(store.shrink().await.unwrap() > 8 << 20);
        let len = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
        assert!(len("school.db") < 2 << 20, "{}", len("school.db"));
        assert_eq!(len("school.db-wal"), 0);
        assert_eq!(store.shrink().await.unwrap(), 0);
    }
}
