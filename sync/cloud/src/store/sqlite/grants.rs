//! Rows of roles that were given.

use hotaru_content::id::{ClassId, PupilId};
use hotaru_content::lesson::Subject;
use hotaru_sync::wire::Grant;
use jiff::civil::Date;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row};

use super::array;
use crate::store::{Result, StoreError};

/// A row of `grants`.
pub(super) struct Granted {
    pub staff: Vec<u8>,
    pub id: i64,
    role: String,
    class: Option<Vec<u8>>,
    subject: Option<String>,
    pupil: Option<Vec<u8>>,
    from_day: Option<String>,
    to_day: Option<String>,
    pub made_ms: i64,
}

impl FromRow<'_, SqliteRow> for Granted {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            staff: row.try_get("staff")?,
            id: row.try_get("id")?,
            role: row.try_get("role")?,
            class: row.try_get("class")?,
            subject: row.try_get("subject")?,
            pupil: row.try_get("pupil")?,
            from_day: row.try_get("from_day")?,
            to_day: row.try_get("to_day")?,
            made_ms: row.try_get("made_ms")?,
        })
    }
}

impl Granted {
    pub fn grant(&self) -> Result<Grant> {
        let day = |text: &Option<String>| {
            let parsed = text.as_deref().map(str::parse::<Date>).transpose();
            parsed.map_err(|_| StoreError::Damaged(format!("{text:?} is no day")))
        };
        Ok(Grant {
            role: self
                .role
                .parse()
                .map_err(|_| StoreError::Damaged(format!("{:?} is no role", self.role)))?,
            class: self.class.clone().map(array).transpose()?.map(ClassId),
            subject: self.subject.as_deref().map(Subject::from),
            pupil: self.pupil.clone().map(array).transpose()?.map(PupilId),
            from_day: day(&self.from_day)?,
            to_day: day(&self.to_day)?,
        })
    }
}

/// What somebody was granted, expired grants among them.
pub(super) async fn grants_of(tx: &mut SqliteConnection, staff: &[u8]) -> Result<Vec<Grant>> {
    let rows: Vec<Granted> =
        sqlx::query_as("SELECT * FROM grants WHERE staff = ? AND revoked_ms IS NULL ORDER BY id")
            .bind(staff)
            .fetch_all(tx)
            .await?;
    rows.iter().map(Granted::grant).collect()
}
