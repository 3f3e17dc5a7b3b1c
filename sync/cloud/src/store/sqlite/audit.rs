//! The audit log: rows that are only ever added, each hashed over the one before it.
//!
//! The chain finds a row that was edited, taken out, put in or cut off at the end by somebody
//! who changed the file and nothing else. It has no key: who knows this form could write all
//! of it anew, so backups on another machine are what holds against that.

use hotaru_content::id::{ClassId, LessonId, PupilId, TeacherId, TerminalId};
use hotaru_sync::wire::AuditRow;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row};

use super::{SqliteStore, array, column, number};
use crate::store::{Audit, Result, StoreError};

/// What a row's hash is for, so that it is that of nothing else.
const CONTEXT: &str = "hotaru 2026-11-22 school audit log row v1";
/// Rows read at once.
const PAGE: i64 = 500;

/// A row as its columns hold it.
struct Stored {
    id: i64,
    at_ms: i64,
    staff: Option<Vec<u8>>,
    role: String,
    session: Option<i64>,
    action: String,
    pupil: Option<Vec<u8>>,
    class: Option<Vec<u8>>,
    lesson: Option<Vec<u8>>,
    terminal: Option<Vec<u8>>,
    about: Option<Vec<u8>>,
    outcome: String,
    hash: Vec<u8>,
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            at_ms: row.try_get("at_ms")?,
            staff: row.try_get("staff")?,
            role: row.try_get("role")?,
            session: row.try_get("session")?,
            action: row.try_get("action")?,
            pupil: row.try_get("pupil")?,
            class: row.try_get("class")?,
            lesson: row.try_get("lesson")?,
            terminal: row.try_get("terminal")?,
            about: row.try_get("about")?,
            outcome: row.try_get("outcome")?,
            hash: row.try_get("hash")?,
        })
    }
}

impl Stored {
    /// The hash over the row before and every column, each with its length or its absence.
    fn chained(&self, before: &[u8]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(before);
        let mut put = |bytes: Option<&[u8]>| {
            let len = bytes.map_or(u64::MAX, |bytes| bytes.len() as u64);
            hasher.update(&len.to_le_bytes());
            hasher.update(bytes.unwrap_or_default());
        };
        put(Some(&self.id.to_le_bytes()));
        put(Some(&self.at_ms.to_le_bytes()));
        put(self.staff.as_deref());
        put(Some(self.role.as_bytes()));
        put(self
            .session
            .map(i64::to_le_bytes)
            .as_ref()
            .map(|bytes| &bytes[..]));
        put(Some(self.action.as_bytes()));
        put(self.pupil.as_deref());
        put(self.class.as_deref());
        put(self.lesson.as_deref());
        put(self.terminal.as_deref());
        put(self.about.as_deref());
        put(Some(self.outcome.as_bytes()));
        *hasher.finalize().as_bytes()
    }

    fn row(self) -> Result<AuditRow> {
        Ok(AuditRow {
            id: number(self.id)?,
            at_ms: self.at_ms,
            staff: self.staff.map(array).transpose()?.map(TeacherId),
            role: self.role,
            session: self.session.map(number).transpose()?,
            action: self.action,
            pupil: self.pupil.map(array).transpose()?.map(PupilId),
            class: self.class.map(array).transpose()?.map(ClassId),
            lesson: self.lesson.map(array).transpose()?.map(LessonId),
            terminal: self.terminal.map(array).transpose()?.map(TerminalId),
            about: self.about.map(array).transpose()?.map(TeacherId),
            outcome: self.outcome,
        })
    }
}

/// Adds a row, within the transaction of what it tells of.
pub(super) async fn append(tx: &mut SqliteConnection, row: &Audit) -> Result<()> {
    let (rows, before): (i64, Vec<u8>) = sqlx::query_as("SELECT rows, hash FROM audit_end")
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| StoreError::Damaged("the audit log has lost its end".to_owned()))?;
    let mut stored = Stored {
        id: rows + 1,
        at_ms: row.at_ms,
        staff: row.staff.map(|id| id.0.to_vec()),
        role: row.role.clone(),
        session: row.session,
        action: row.action.to_owned(),
        pupil: row.pupil.map(|id| id.0.to_vec()),
        class: row.class.map(|id| id.0.to_vec()),
        lesson: row.lesson.map(|id| id.0.to_vec()),
        terminal: row.terminal.map(|id| id.0.to_vec()),
        about: row.about.map(|id| id.0.to_vec()),
        outcome: row.outcome.to_owned(),
        hash: Vec::new(),
    };
    stored.hash = stored.chained(&before).to_vec();
    sqlx::query(
        "INSERT INTO audit (id, at_ms, staff, role, session, action, pupil, class, lesson,
         terminal, about, outcome, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(stored.id)
    .bind(stored.at_ms)
    .bind(&stored.staff)
    .bind(&stored.role)
    .bind(stored.session)
    .bind(&stored.action)
    .bind(&stored.pupil)
    .bind(&stored.class)
    .bind(&stored.lesson)
    .bind(&stored.terminal)
    .bind(&stored.about)
    .bind(&stored.outcome)
    .bind(&stored.hash)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE audit_end SET rows = ?, hash = ?")
        .bind(stored.id)
        .bind(&stored.hash)
        .execute(tx)
        .await?;
    Ok(())
}

/// Walks the whole log: how many rows it has, and the first that is not what was written;
/// none where all are. A database from before there was a log has an empty one.
pub(super) async fn walk(connection: &mut SqliteConnection) -> Result<(u64, Option<u64>)> {
    let is_there: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'audit'")
            .fetch_optional(&mut *connection)
            .await?;
    if is_there.is_none() {
        return Ok((0, None));
    }
    let (rows, end): (i64, Vec<u8>) = sqlx::query_as("SELECT rows, hash FROM audit_end")
        .fetch_optional(&mut *connection)
        .await?
        .unwrap_or_default();
    let (begun, mut before) = beginning(&mut *connection).await?;
    let mut at = begun;
    loop {
        let page: Vec<Stored> =
            sqlx::query_as("SELECT * FROM audit WHERE id > ? AND id <= ? ORDER BY id LIMIT ?")
                .bind(at)
                .bind(rows)
                .bind(PAGE)
                .fetch_all(&mut *connection)
                .await?;
        if page.is_empty() {
            let is_whole = at == rows && before == end;
            let walked = number(at - begun)?;
            return Ok((walked, (!is_whole).then_some(number(at + 1)?)));
        }
        for stored in page {
            let follows = stored.id == at + 1 && stored.chained(&before)[..] == stored.hash[..];
            if !follows {
                return Ok((number(at - begun)?, Some(number(at + 1)?)));
            }
            (at, before) = (stored.id, stored.hash);
        }
    }
}

/// After which row the log begins, and that row's hash: rows whose time was over are gone.
async fn beginning(connection: &mut SqliteConnection) -> Result<(i64, Vec<u8>)> {
    let is_there: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE name = 'audit_begin'")
            .fetch_optional(&mut *connection)
            .await?;
    let found: Option<(i64, Vec<u8>)> = match is_there {
        Some(_) => {
            sqlx::query_as("SELECT rows, hash FROM audit_begin")
                .fetch_optional(connection)
                .await?
        }
        None => None,
    };
    Ok(found.unwrap_or_else(|| (0, vec![0; 32])))
}

impl SqliteStore {
    pub(super) async fn list_audit(
        &self,
        pupil: Option<PupilId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>> {
        let rows: Vec<Stored> = sqlx::query_as(
            "SELECT * FROM audit WHERE id > ?1 AND (?2 IS NULL OR pupil = ?2)
             ORDER BY id LIMIT ?3",
        )
        .bind(column(after)?)
        .bind(pupil.as_ref().map(|pupil| &pupil.0[..]))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(Stored::row).collect()
    }
}
