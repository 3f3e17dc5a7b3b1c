//! The store of one school: SQLite in WAL mode, every commit on the disk before it counts.
//!
//! One connection writes, so transactions are in one order; a few read, each from a
//! snapshot of its own.

// A row is the tuple of the columns that its query names, just above it.
#![allow(clippy::type_complexity)]

mod audit;
mod blobs;
mod desk;
mod events;
mod facts;
mod grants;
pub mod inspect;
mod keys;
mod lessons;
mod oidc;
mod orders;
mod people;
mod privacy;
mod publish;
mod record;
mod retention;
mod returns;
mod sealed;
mod sessions;
mod staff;
mod tidy;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::{Grade, Verdict};
use hotaru_content::id::{ClassId, LessonId, PupilId, RunId, SchoolId, StreamId, TerminalId};
use hotaru_content::key::SecretKey;
use hotaru_content::log::Event;
use hotaru_sync::wire::{
    DeskReceipts, DeskSchool, Lessons, PatchOffer, Receipt, SchoolCard, StreamEnd,
};
use inspect::Inspector;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Connection, Sqlite, Transaction};

use super::{
    Append, Appended, CardOf, ClassRow, Holder, Join, Joined, LessonAnswers, LessonRow, LetGo,
    LogRow, NewClass, NewCodes, NewRevision, Published, PupilPage, Readable, Reader, Result, Store,
    StoreError, StreamState, TerminalRow, Turned, Withdrawn,
};

use crate::rights::Scope;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Connections that read.
const READERS: u32 = 4;

/// The store of one school in one file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Checks the file, opens it, and brings its tables to this program's form.
    ///
    /// # Errors
    /// Where there is no such file (and it is not to be made), or it is damaged; then not a
    /// byte of it was changed.
    pub async fn open(file: &Path, create: bool) -> Result<Self> {
        if file.is_file() {
            Inspector::open(file).await?.quick_check().await?;
        } else if !create {
            return Err(StoreError::NoSchool);
        }
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is deleted is overwritten where it lay.
            .pragma("secure_delete", "ON")
            // What one large transaction needed is given back after it.
            .pragma("journal_size_limit", "4194304")
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(30))
                // SQLite itself rolls back when the disk is full or fails
                // (https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction);
                // sqlx then still counts a transaction and would never begin another.
                .before_acquire(|connection, _| {
                    Box::pin(async move { Ok(!connection.is_in_transaction()) })
                })
        };
        let writer = pool(1).connect_with(options.clone()).await?;
        MIGRATIONS.run(&writer).await.map_err(not_migrated)?;
        let readers = pool(READERS)
            .connect_with(options.pragma("query_only", "1"))
            .await?;
        Ok(Self { writer, readers })
    }

    /// Makes the school in an empty store.
    ///
    /// # Errors
    /// Where there is one already.
    pub async fn create_school(&self, name: &str, now_ms: i64) -> Result<SchoolCard> {
        let school = SchoolId::random()?;
        let mut tx = self.write().await?;
        if let Some(name) = sqlx::query_scalar("SELECT name FROM school")
            .fetch_optional(&mut *tx)
            .await?
        {
            return Err(StoreError::SchoolExists(name));
        }
        sqlx::query(
            "INSERT INTO school (one, school, name, created_ms, head) VALUES (1, ?, ?, ?, 0)",
        )
        .bind(&school.0[..])
        .bind(name)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(SchoolCard {
            school,
            name: name.to_owned(),
        })
    }

    async fn write(&self) -> Result<Transaction<'static, Sqlite>> {
        // A deferred transaction that reads first could not become a writer later.
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    async fn read(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.readers.begin().await?)
    }
}

fn not_migrated(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            StoreError::Newer(error.to_string())
        }
        error => StoreError::Damaged(error.to_string()),
    }
}

/// The next change number: taken within the transaction that uses it.
async fn next_change(tx: &mut SqliteConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar("UPDATE school SET head = head + 1 RETURNING head")
            .fetch_one(tx)
            .await?,
    )
}

async fn school_card(tx: &mut SqliteConnection) -> Result<SchoolCard> {
    let (school, name): (Vec<u8>, String) = sqlx::query_as("SELECT school, name FROM school")
        .fetch_optional(tx)
        .await?
        .ok_or(StoreError::NoSchool)?;
    Ok(SchoolCard {
        school: SchoolId(array(school)?),
        name,
    })
}

/// A column of fixed length.
fn array<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N]> {
    bytes.try_into().map_err(|bytes: Vec<u8>| {
        StoreError::Damaged(format!("{} bytes stand where {N} should", bytes.len()))
    })
}

/// A column that is never negative and has a bound.
fn number<T: TryFrom<i64>>(value: i64) -> Result<T> {
    T::try_from(value).map_err(|_| StoreError::Damaged(format!("{value} is out of bounds")))
}

/// A number for a column.
fn column(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| StoreError::Damaged(format!("{value} is out of bounds")))
}

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Correct => "correct",
        Verdict::Wrong => "wrong",
        Verdict::RightValueWrongForm => "right_value_wrong_form",
        Verdict::Unknown => "unknown",
    }
}

fn grade_of(verdict: Option<String>, grader: Option<i64>) -> Result<Option<Grade>> {
    let (Some(verdict), Some(grader)) = (verdict, grader) else {
        return Ok(None);
    };
    let verdict = [
        Verdict::Correct,
        Verdict::Wrong,
        Verdict::RightValueWrongForm,
        Verdict::Unknown,
    ]
    .into_iter()
    .find(|known| verdict_name(*known) == verdict)
    .ok_or_else(|| StoreError::Damaged(format!("{verdict:?} is no verdict")))?;
    Ok(Some(Grade {
        verdict,
        grader: number(grader)?,
    }))
}

#[async_trait]
impl Store for SqliteStore {
    async fn school(&self) -> Result<SchoolCard> {
        school_card(&mut *self.read().await?).await
    }

    async fn begin_run(&self, run: RunId, now_ms: i64) -> Result<()> {
        let mut tx = self.write().await?;
        // A database restored from a backup has forgotten numbers that terminals know. No
        // school makes a change a millisecond, so the clock is above all of them.
        sqlx::query(
            "INSERT INTO runs (run, after, up_to, begun_ms)
             SELECT ?1, head, max(head, ?2), ?2 FROM school",
        )
        .bind(&run.0[..])
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE school SET head = max(head, ?)")
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn add_class(&self, class: NewClass) -> Result<()> {
        self.add_class_in(class, &[]).await
    }

    async fn add_group(&self, group: NewClass, members: Vec<(String, u16)>) -> Result<()> {
        self.add_class_in(group, &members).await
    }

    async fn classes(&self) -> Result<Vec<ClassRow>> {
        self.list_classes().await
    }

    async fn terminals(&self) -> Result<Vec<TerminalRow>> {
        self.list_terminals().await
    }

    async fn holder(&self, token_hash: &[u8; 32]) -> Result<Option<Holder>> {
        self.find_holder(token_hash).await
    }

    async fn tls_key(&self, new: &[u8]) -> Result<Vec<u8>> {
        let key = sqlx::query_scalar(
            "UPDATE school SET tls_key = coalesce(tls_key, ?) RETURNING tls_key",
        )
        .bind(new)
        .fetch_one(&self.writer)
        .await?;
        Ok(key)
    }

    async fn box_secret(&self, new: &SecretKey) -> Result<SecretKey> {
        let kept: Vec<u8> = sqlx::query_scalar(
            "UPDATE school SET box_secret = coalesce(box_secret, ?) RETURNING box_secret",
        )
        .bind(&new.as_bytes()[..])
        .fetch_one(&self.writer)
        .await?;
        Ok(SecretKey::from_bytes(array(kept)?))
    }

    async fn put_codes(&self, codes: NewCodes) -> Result<()> {
        self.put_codes_in(codes).await
    }

    async fn codes(
        &self,
        scope: &Scope,
        terminal: TerminalId,
        pupil: PupilId,
        number: u32,
    ) -> Result<Option<Vec<u8>>> {
        self.find_codes(scope, terminal, pupil, number).await
    }

    async fn note_ceiling(&self, terminal: TerminalId, ceiling: u64) -> Result<()> {
        sqlx::query("UPDATE terminals SET ceiling = max(ceiling, ?) WHERE terminal = ?")
            .bind(i64::try_from(ceiling).unwrap_or(i64::MAX))
            .bind(&terminal.0[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn join(&self, join: Join) -> Result<Option<Joined>> {
        self.join_in(join).await
    }

    async fn undo_join(&self, scope: &Scope, terminal: TerminalId, now_ms: i64) -> Result<bool> {
        self.undo_join_in(scope, terminal, now_ms).await
    }

    async fn seen(&self, terminal: TerminalId, now_ms: i64) -> Result<()> {
        sqlx::query(
            "UPDATE terminals SET seen_ms = ?1 WHERE terminal = ?2 AND seen_ms < ?1 - 60000",
        )
        .bind(now_ms)
        .bind(&terminal.0[..])
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn stream(&self, terminal: TerminalId, stream: StreamId) -> Result<StreamState> {
        self.find_stream(terminal, stream).await
    }

    async fn stream_events(&self, stream: StreamId) -> Result<Vec<Event>> {
        self.read_stream(stream).await
    }

    async fn has_pupil(&self, terminal: TerminalId, pupil: PupilId) -> Result<bool> {
        events::has_pupil(&mut *self.read().await?, terminal, pupil).await
    }

    async fn pupil_streams(
        &self,
        terminal: TerminalId,
        pupil: PupilId,
    ) -> Result<Option<Vec<StreamEnd>>> {
        self.streams_for(terminal, pupil).await
    }

    async fn may_return(&self, terminal: TerminalId, stream: StreamId) -> Result<bool> {
        self.is_for(terminal, stream).await
    }

    async fn make_card(
        &self,
        scope: &Scope,
        pupil: PupilId,
        card_hash: [u8; 32],
        now_ms: i64,
    ) -> Result<Option<CardOf>> {
        self.make_card_in(scope, pupil, card_hash, now_ms).await
    }

    async fn revoke_cards(&self, scope: &Scope, pupil: PupilId, now_ms: i64) -> Result<bool> {
        self.revoke_cards_in(scope, pupil, now_ms).await
    }

    async fn agree(&self, scope: &Scope, terminal: TerminalId, pupil: PupilId) -> Result<bool> {
        self.agree_in(scope, terminal, pupil).await
    }

    async fn append(&self, append: Append) -> Result<Appended> {
        self.append_in(append).await
    }

    async fn log(&self, class: ClassId, after: i64, limit: u32) -> Result<Vec<LogRow>> {
        self.read_log(class, after, limit).await
    }

    async fn is_drill_of(&self, lesson: LessonId, drill: BlobId) -> Result<bool> {
        self.is_drill_in(lesson, drill).await
    }

    async fn changes(&self, terminal: TerminalId, after: u64, now_ms: i64) -> Result<Lessons> {
        self.list_changes(terminal, after, now_ms).await
    }

    async fn publish(&self, revision: NewRevision) -> Result<Published> {
        self.publish_in(revision).await
    }

    async fn withdraw(&self, lesson: LessonId) -> Result<Withdrawn> {
        self.withdraw_in(lesson).await
    }

    async fn turn(&self, now_ms: i64) -> Result<Turned> {
        self.turn_in(now_ms).await
    }

    async fn put_receipts(
        &self,
        terminal: TerminalId,
        receipts: Vec<Receipt>,
        now_ms: i64,
    ) -> Result<()> {
        self.put_receipts_in(terminal, &receipts, now_ms).await
    }

    async fn blob(&self, blob: BlobId) -> Result<Option<BlobRef>> {
        blobs::find(&mut *self.read().await?, blob).await
    }

    async fn add_blob(&self, blob: BlobRef, proof: Vec<u8>, now_ms: i64) -> Result<()> {
        self.add_blob_in(blob, proof, now_ms).await
    }

    async fn readable(&self, reader: &Reader, blob: BlobId) -> Result<Option<Readable>> {
        self.readable_by(reader, blob).await
    }

    async fn proof(&self, blob: BlobId) -> Result<Option<Vec<u8>>> {
        self.find_proof(blob).await
    }

    async fn patch(&self, old: BlobId, new: BlobId) -> Result<Option<u64>> {
        self.find_patch(old, new).await
    }

    async fn history(&self, lesson: LessonId, revision: u32, most: u32) -> Result<Vec<String>> {
        self.list_history(lesson, revision, most).await
    }

    async fn add_patches(
        &self,
        lesson: LessonId,
        revision: u32,
        patches: Vec<PatchOffer>,
        now_ms: i64,
    ) -> Result<()> {
        self.add_patches_in(lesson, revision, &patches, now_ms)
            .await
    }

    async fn unpatched(&self) -> Result<Vec<(LessonId, u32)>> {
        self.list_unpatched().await
    }

    async fn vouch(&self, blobs: &[BlobId], now_ms: i64) -> Result<Vec<Option<BlobRef>>> {
        self.vouch_for(blobs, now_ms).await
    }

    async fn trim(&self, now_ms: i64, grace_ms: i64) -> Result<u32> {
        self.trim_revisions(now_ms, grace_ms).await
    }

    async fn let_go(&self, now_ms: i64, grace_ms: i64, most: u32) -> Result<LetGo> {
        self.let_go_of(now_ms, grace_ms, most).await
    }

    async fn shrink(&self) -> Result<u64> {
        self.shrink_file().await
    }

    async fn desk_school(&self, scope: &Scope, now_ms: i64) -> Result<DeskSchool> {
        self.school_of(scope, now_ms).await
    }

    async fn desk_lessons(&self, class: ClassId) -> Result<Vec<LessonRow>> {
        self.lessons_of(class).await
    }

    async fn desk_receipts(&self, scope: &Scope, lesson: LessonId) -> Result<Option<DeskReceipts>> {
        self.receipts_of(scope, lesson).await
    }

    async fn desk_answers(&self, scope: &Scope, lesson: LessonId) -> Result<Option<LessonAnswers>> {
        self.answers_of(scope, lesson).await
    }

    async fn desk_pupil(&self, scope: &Scope, pupil: PupilId) -> Result<Option<PupilPage>> {
        self.pupil_of(scope, pupil).await
    }
}

#[cfg(test)]
mod tests {
    use hotaru_content::id::TeacherId;

    use super::*;
    use crate::store::NewClass;

    fn class(name: String) -> NewClass {
        NewClass {
            class: ClassId::random().unwrap(),
            name,
            grade: "P6".to_owned(),
            join_code: None,
            code_until_ms: 0,
            teacher: TeacherId::random().unwrap(),
            token_hash: ClassId::random().unwrap().0.repeat(2).try_into().unwrap(),
            now_ms: 0,
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_named_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("school.db"), true)
            .await
            .unwrap();
        store.create_school("蛍小学校", 0).await.unwrap();
        // SQLite's own way to say that there is no room: a bound on its pages.
        let bound = async |pages: &'static str| {
            sqlx::query(pages).execute(&store.writer).await.unwrap();
        };
        bound("PRAGMA max_page_count = 1").await;
        let mut added = 0;
        let error = loop {
            match store
                .add_class(class(format!("{added}-{}", "長".repeat(500))))
                .await
            {
                Ok(()) => added += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::Full), "{error:?}");
        assert_eq!(store.classes().await.unwrap().len(), added);
        // The disk has room again; so has the connection that takes the place of the failed one.
        store.add_class(class("next".to_owned())).await.unwrap();
        assert_eq!(store.classes().await.unwrap().len(), added + 1);
    }

    #[tokio::test]
    async fn change_numbers_go_on_above_those_of_a_lost_future() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("school.db"), true)
            .await
            .unwrap();
        store.create_school("蛍小学校", 0).await.unwrap();
        let run = || RunId::random().unwrap();
        store.begin_run(run(), 1_800_000_000_000).await.unwrap();
        // A clock that goes back takes no number back.
        store.begin_run(run(), 1_700_000_000_000).await.unwrap();
        let mut tx = store.write().await.unwrap();
        assert_eq!(next_change(&mut tx).await.unwrap(), 1_800_000_000_001);
    }

    #[tokio::test]
    async fn a_school_from_before_there_were_accounts_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("school.db");
        let old: Vec<_> = MIGRATIONS
            .iter()
            .filter(|migration| migration.version < 6)
            .cloned()
            .collect();
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .foreign_keys(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        let migrator = sqlx::migrate::Migrator::with_migrations(old);
        migrator.run(&pool).await.unwrap();
        for row in [
            "INSERT INTO school (one, school, name, created_ms) VALUES (1, zeroblob(16), '蛍', 0)",
            "INSERT INTO classes VALUES
             (unhex('01010101010101010101010101010101'), '6-1', 'P6', 0, 'KX7P3M9Q', 0)",
        ] {
            sqlx::query(row).execute(&pool).await.unwrap();
        }
        for (at, revoked_ms) in [(2_u8, None), (3, Some(9))] {
            sqlx::query("INSERT INTO teachers VALUES (?, ?, 5, ?)")
                .bind(vec![at; 16])
                .bind(vec![at; 32])
                .bind(revoked_ms)
                .execute(&pool)
                .await
                .unwrap();
            sqlx::query("INSERT INTO teacher_classes VALUES (?, ?)")
                .bind(vec![at; 16])
                .bind(vec![1_u8; 16])
                .execute(&pool)
                .await
                .unwrap();
        }
        sqlx::query(
            "INSERT INTO lessons (lesson, teacher, newest, state) VALUES (?, ?, 0, 'live')",
        )
        .bind(vec![4_u8; 16])
        .bind(vec![2_u8; 16])
        .execute(&pool)
        .await
        .unwrap();
        pool.close().await;

        let store = SqliteStore::open(&file, false).await.unwrap();
        for (at, is_revoked) in [(2, false), (3, true)] {
            let Some(Holder::Staff(session)) = store.holder(&[at; 32]).await.unwrap() else {
                panic!("the token of teacher {at} is not known any more")
            };
            assert_eq!(session.staff, TeacherId([at; 16]));
            assert_eq!((session.is_revoked, session.expires_ms), (is_revoked, None));
            assert_eq!(session.grants.len(), 1);
            assert_eq!(session.grants[0].class, Some(ClassId([1; 16])));
        }
        // A code from before codes ended goes on.
        let join = Join {
            by: crate::store::JoinBy::Code {
                code: "KX7P3M9Q".to_owned(),
                number: 7,
                known: None,
                new_pupil: PupilId([5; 16]),
            },
            terminal: None,
            new_terminal: (TerminalId([6; 16]), "端末".to_owned(), [6; 32]),
            key: None,
            now_ms: i64::MAX / 2,
        };
        assert!(store.join(join).await.unwrap().is_some());
        let mut inspector = Inspector::open(&file).await.unwrap();
        assert_eq!(inspector.problems().await.unwrap(), Vec::<String>::new());
        assert_eq!(inspector.walk_audit().await.unwrap(), (0, None));
    }
}
