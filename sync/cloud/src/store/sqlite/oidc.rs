//! Identity providers, and who signs in by them.

use async_trait::async_trait;
use hotaru_content::id::TeacherId;

use super::{SqliteStore, array};
use crate::store::{ClientSecret, OidcPerson, OidcPersonRow, OidcProvider, OidcStore, Result, Tie};

type PersonRow = (
    Vec<u8>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
);

#[async_trait]
impl OidcStore for SqliteStore {
    async fn set_oidc(&self, provider: &OidcProvider, now_ms: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO oidc_providers (name, issuer, client_id, client_secret, made_ms)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (name) DO UPDATE SET issuer = excluded.issuer,
               client_id = excluded.client_id, client_secret = excluded.client_secret",
        )
        .bind(&provider.name)
        .bind(&provider.issuer)
        .bind(&provider.client_id)
        .bind(provider.client_secret.as_str())
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn oidc_providers(&self) -> Result<Vec<OidcProvider>> {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT name, issuer, client_id, client_secret FROM oidc_providers ORDER BY name",
        )
        .fetch_all(&self.readers)
        .await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(name, issuer, client_id, secret)| OidcProvider {
                name,
                issuer,
                client_id,
                client_secret: ClientSecret::new(secret),
            })
            .collect())
    }

    async fn remove_oidc(&self, name: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM oidc_providers WHERE name = ?")
            .bind(name)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn tie_oidc(
        &self,
        staff: TeacherId,
        issuer: &str,
        tie: &Tie,
        now_ms: i64,
    ) -> Result<bool> {
        let (email, subject) = match tie {
            Tie::Email(email) => (Some(email), None),
            Tie::Subject(subject) => (None, Some(subject)),
        };
        let mut tx = self.write().await?;
        let taken: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM oidc_people
             WHERE issuer = ?1 AND staff <> ?2 AND (email = ?3 OR subject = ?4))",
        )
        .bind(issuer)
        .bind(&staff.0[..])
        .bind(email)
        .bind(subject)
        .fetch_one(&mut *tx)
        .await?;
        if taken {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO oidc_people (staff, issuer, email, subject, claimed_ms)
             VALUES (?1, ?2, ?3, ?4, CASE WHEN ?4 IS NULL THEN NULL ELSE ?5 END)
             ON CONFLICT (staff) DO UPDATE SET issuer = excluded.issuer, email = excluded.email,
               subject = excluded.subject, claimed_ms = excluded.claimed_ms",
        )
        .bind(&staff.0[..])
        .bind(issuer)
        .bind(email)
        .bind(subject)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn oidc_people(&self, issuer: &str) -> Result<Vec<OidcPersonRow>> {
        let rows: Vec<PersonRow> = sqlx::query_as(
            "SELECT o.staff, s.sign_in, o.email, o.subject, o.claimed_ms
             FROM oidc_people o JOIN staff s ON s.staff = o.staff
             WHERE o.issuer = ? ORDER BY s.sign_in",
        )
        .bind(issuer)
        .fetch_all(&self.readers)
        .await?;
        let rows = rows.into_iter();
        rows.map(|(staff, sign_in, email, subject, claimed_ms)| {
            Ok(OidcPersonRow {
                staff: TeacherId(array(staff)?),
                sign_in,
                email,
                subject,
                claimed_ms,
            })
        })
        .collect()
    }

    async fn oidc_person(
        &self,
        issuer: &str,
        subject: &str,
        verified_email: Option<&str>,
        now_ms: i64,
    ) -> Result<Option<OidcPerson>> {
        let mut tx = self.write().await?;
        let known: Option<(Vec<u8>, Option<String>, bool)> = sqlx::query_as(
            "SELECT o.staff, s.sign_in, s.disabled_ms IS NOT NULL
             FROM oidc_people o JOIN staff s ON s.staff = o.staff
             WHERE o.issuer = ? AND o.subject = ?",
        )
        .bind(issuer)
        .bind(subject)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some((staff, sign_in, is_disabled)) = known {
            return Ok(Some(OidcPerson {
                staff: TeacherId(array(staff)?),
                sign_in: sign_in.unwrap_or_default(),
                is_disabled,
                is_claimed: false,
            }));
        }
        let Some(email) = verified_email else {
            return Ok(None);
        };
        let claimed: Option<(Vec<u8>, Option<String>)> = sqlx::query_as(
            "UPDATE oidc_people SET subject = ?1, claimed_ms = ?2
             WHERE issuer = ?3 AND email = ?4 AND subject IS NULL
               AND staff IN (SELECT staff FROM staff WHERE disabled_ms IS NULL)
             RETURNING staff, (SELECT sign_in FROM staff s WHERE s.staff = oidc_people.staff)",
        )
        .bind(subject)
        .bind(now_ms)
        .bind(issuer)
        .bind(email)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((staff, sign_in)) = claimed else {
            return Ok(None);
        };
        tx.commit().await?;
        Ok(Some(OidcPerson {
            staff: TeacherId(array(staff)?),
            sign_in: sign_in.unwrap_or_default(),
            is_disabled: false,
            is_claimed: true,
        }))
    }
}
