//! Reads a school's database without changing a byte of it: that of a running school, of a
//! stopped one, or of a backup.

use std::path::Path;
use std::time::Duration;

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{PupilId, StreamId};
use hotaru_content::log::Chain;
use hotaru_sync::wire::SchoolCard;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::events::{event, stored_stream};
use super::{array, audit, column, number, privacy, school_card};
use crate::store::{Deletion, Result, StoreError};

/// Rows read at once.
const PAGE: i64 = 500;
/// What SQLite says of a damaged file at most, in lines.
const MOST_PROBLEMS: usize = 100;

/// One connection that only reads.
#[derive(Debug)]
pub struct Inspector(SqliteConnection);

/// What a blob is to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// A revision of a lesson names it; the newest document that does.
    Lesson {
        /// The document.
        json: String,
        /// It is the document itself.
        is_document: bool,
    },
    /// A photo of a pupil's paper study.
    Photo {
        /// The name of the pupil's class; empty where she is in none.
        class: String,
        /// Her number there.
        number: u16,
    },
}

/// A stream that was walked along its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// The stream.
    pub stream: StreamId,
    /// The name of its pupil's class; empty where she is in none.
    pub class: String,
    /// Her number there.
    pub number: u16,
    /// How many events were acknowledged.
    pub events: u64,
    /// Its pupil's record was deleted: only its id, head and count are to be there.
    pub is_deleted: bool,
    /// Its events lead to the head that was acknowledged, or are gone with their secret.
    pub is_intact: bool,
}

impl Inspector {
    /// Opens a school's database, also beside a running server.
    ///
    /// # Errors
    /// Where it is not there or is no database.
    pub async fn open(file: &Path) -> Result<Self> {
        Self::connect(file, false).await
    }

    /// Opens a database that nobody writes to, wherever it lies.
    ///
    /// # Errors
    /// Where it is not there or is no database.
    pub async fn open_copy(file: &Path) -> Result<Self> {
        Self::connect(file, true).await
    }

    async fn connect(file: &Path, immutable: bool) -> Result<Self> {
        if !file.is_file() {
            return Err(StoreError::NoSchool);
        }
        let options = SqliteConnectOptions::new()
            .filename(file)
            // Closing such a connection moves nothing out of the write-ahead log.
            .read_only(true)
            .immutable(immutable)
            .busy_timeout(Duration::from_secs(10));
        Ok(Self(options.connect().await?))
    }

    /// Whether the file is sound, as far as a quick look tells.
    ///
    /// # Errors
    /// Where it is not.
    pub async fn quick_check(&mut self) -> Result<()> {
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut self.0)
            .await?;
        match found.as_str() {
            "ok" => Ok(()),
            _ => Err(StoreError::Damaged(found)),
        }
    }

    /// All that SQLite finds wrong, at most 100 lines; none where all is well.
    ///
    /// # Errors
    /// Where it cannot even look.
    pub async fn problems(&mut self) -> Result<Vec<String>> {
        let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(100)")
            .fetch_all(&mut self.0)
            .await?;
        found.retain(|line| line != "ok");
        let orphans: Vec<(String, Option<i64>, String, i64)> =
            sqlx::query_as("PRAGMA foreign_key_check")
                .fetch_all(&mut self.0)
                .await?;
        found.extend(
            orphans
                .into_iter()
                .map(|(table, _, parent, _)| format!("a row of {table} has none in {parent}")),
        );
        found.truncate(MOST_PROBLEMS);
        Ok(found)
    }

    /// Writes all of this database, as it stands at one moment, into a new file. Others may
    /// write to this one meanwhile. The new file is not synced to the disk yet.
    ///
    /// # Errors
    /// Where there is no room ([`StoreError::Full`]), or this database cannot be read.
    pub async fn copy_to(&mut self, file: &Path) -> Result<()> {
        let name = file.to_str().ok_or_else(|| {
            StoreError::Database(sqlx::Error::Configuration(
                "the path is not Unicode".to_owned().into(),
            ))
        })?;
        sqlx::query("VACUUM INTO ?")
            .bind(name)
            .execute(&mut self.0)
            .await?;
        Ok(())
    }

    /// The school.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn school(&mut self) -> Result<SchoolCard> {
        school_card(&mut self.0).await
    }

    /// How many blobs it names, and their bytes.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn blob_totals(&mut self) -> Result<(u64, u64)> {
        let (count, bytes): (i64, i64) =
            sqlx::query_as("SELECT count(*), coalesce(sum(len), 0) FROM blobs")
                .fetch_one(&mut self.0)
                .await?;
        Ok((number(count)?, number(bytes)?))
    }

    /// The blobs that come after one by name, some hundreds.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn blobs_after(&mut self, after: Option<BlobId>) -> Result<Vec<BlobRef>> {
        let after = after.map(|blob| blob.0.to_vec()).unwrap_or_default();
        let rows: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT blob, len FROM blobs WHERE blob > ? ORDER BY blob LIMIT ?")
                .bind(after)
                .bind(PAGE)
                .fetch_all(&mut self.0)
                .await?;
        rows.into_iter()
            .map(|(blob, len)| {
                let (id, len) = (BlobId(array(blob)?), number(len)?);
                Ok(BlobRef { id, len })
            })
            .collect()
    }

    /// What a blob is to people: each lesson once, each pupil once; some hundreds at most.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn uses(&mut self, blob: BlobId) -> Result<Vec<Use>> {
        let lessons: Vec<(String, bool, i64)> = sqlx::query_as(
            "SELECT r.json, r.document = ?1, max(r.revision) FROM revision_blobs rb
             JOIN revisions r ON r.lesson = rb.lesson AND r.revision = rb.revision
             WHERE rb.blob = ?1 GROUP BY rb.lesson LIMIT ?2",
        )
        .bind(&blob.0[..])
        .bind(PAGE)
        .fetch_all(&mut self.0)
        .await?;
        let photos: Vec<(Option<String>, Option<i64>)> = sqlx::query_as(
            "SELECT c.name, e.number FROM event_blobs eb
             LEFT JOIN enrolments e ON e.pupil = eb.pupil AND e.own = 1 AND e.to_day IS NULL
             LEFT JOIN classes c ON c.class = e.class
             WHERE eb.blob = ? LIMIT ?",
        )
        .bind(&blob.0[..])
        .bind(PAGE)
        .fetch_all(&mut self.0)
        .await?;
        let mut uses: Vec<Use> = lessons
            .into_iter()
            .map(|(json, is_document, _)| Use::Lesson { json, is_document })
            .collect();
        for (class, place) in photos {
            uses.push(Use::Photo {
                class: class.unwrap_or_default(),
                number: number(place.unwrap_or_default())?,
            });
        }
        Ok(uses)
    }

    /// Walks the audit log: how many rows it has, and the number of the first that is not what
    /// was written; none where all are.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn walk_audit(&mut self) -> Result<(u64, Option<u64>)> {
        // One moment of the database, whatever is written meanwhile.
        let mut tx = self.0.begin().await?;
        audit::walk(&mut tx).await
    }

    /// Whose records were deleted; nobody's in a database of before there was such a thing.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn deletions(&mut self) -> Result<Vec<Deletion>> {
        if !has_deletions(&mut self.0).await? {
            return Ok(Vec::new());
        }
        privacy::all_deletions(&mut self.0).await
    }

    /// The rowids of all streams, in order.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn streams(&mut self) -> Result<Vec<i64>> {
        Ok(sqlx::query_scalar("SELECT id FROM streams ORDER BY id")
            .fetch_all(&mut self.0)
            .await?)
    }

    /// Walks a stream along its chain.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn walk_stream(&mut self, id: i64) -> Result<Walked> {
        // One moment of the database, whatever is pushed meanwhile.
        let mut tx = self.0.begin().await?;
        let stream: Vec<u8> = sqlx::query_scalar("SELECT stream FROM streams WHERE id = ?")
            .bind(id)
            .fetch_one(&mut *tx)
            .await?;
        let found = stored_stream(&mut tx, StreamId(array(stream)?)).await?;
        let (open, stands) = found
            .ok_or_else(|| StoreError::Damaged(format!("stream {id} cannot be found by name")))?;
        if is_deleted(&mut tx, open.pupil).await? {
            let left: i64 = sqlx::query_scalar("SELECT count(*) FROM events WHERE stream_id = ?")
                .bind(id)
                .fetch_one(&mut *tx)
                .await?;
            return Ok(Walked {
                stream: open.stream,
                class: String::new(),
                number: 0,
                events: 0,
                is_deleted: true,
                is_intact: left == 0 && open.secret.as_bytes() == &[0; 32],
            });
        }
        let mut chain = Chain::open(&open);
        let is_intact = loop {
            let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
                "SELECT seq, canonical FROM events WHERE stream_id = ? AND seq >= ?
                 ORDER BY seq LIMIT ?",
            )
            .bind(id)
            .bind(column(chain.point().next_seq)?)
            .bind(PAGE)
            .fetch_all(&mut *tx)
            .await?;
            if rows.is_empty() {
                break chain.point() == stands;
            }
            let follows = |(seq, canonical): (i64, Vec<u8>)| {
                event(seq, &canonical).is_ok_and(|event| chain.push(&event).is_ok())
            };
            if !rows.into_iter().all(follows) {
                break false;
            }
        };
        let pupil: Option<(String, i64)> = sqlx::query_as(
            "SELECT c.name, e.number FROM enrolments e JOIN classes c ON c.class = e.class
             WHERE e.pupil = ? AND e.own = 1 ORDER BY e.to_day IS NULL DESC LIMIT 1",
        )
        .bind(&open.pupil.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        let (class, place) = pupil.unwrap_or_default();
        Ok(Walked {
            stream: open.stream,
            class,
            number: number(place)?,
            events: stands.next_seq,
            is_deleted: false,
            is_intact,
        })
    }
}

async fn has_deletions(connection: &mut SqliteConnection) -> Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE name = 'deletions'")
            .fetch_optional(connection)
            .await?;
    Ok(found.is_some())
}

/// Whether a pupil's record was deleted.
async fn is_deleted(tx: &mut SqliteConnection, pupil: PupilId) -> Result<bool> {
    Ok(has_deletions(tx).await? && privacy::was_deleted(tx, pupil).await?)
}
