//! Terminals' keys, and what they signed of their erasure.

use async_trait::async_trait;
use hotaru_content::id::TerminalId;
use hotaru_content::key::PublicKey;
use hotaru_sync::erasure::Certificate;
use hotaru_sync::signed::keys::is_proven;
use hotaru_sync::wire::Rekey;
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array};
use crate::store::{FormerKey, KeyStore, Renewed, Result};

/// Keys of before that are kept of a terminal: sixteen years of renewals by itself.
const KEPT: i64 = 32;

#[async_trait]
impl KeyStore for SqliteStore {
    async fn note_key(
        &self,
        terminal: TerminalId,
        known: Option<PublicKey>,
        key: PublicKey,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if in_force(&mut tx, terminal).await? != known || is_former(&mut tx, terminal, key).await? {
            return Ok(false);
        }
        put_in_force(&mut tx, terminal, known, key, now_ms).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn renew_key(&self, terminal: TerminalId, rekey: &Rekey, now_ms: i64) -> Result<Renewed> {
        let mut tx = self.write().await?;
        let Some(known) = in_force(&mut tx, terminal).await? else {
            return Ok(Renewed::Unknown);
        };
        if known == rekey.key {
            return Ok(Renewed::Done);
        }
        let is_former = is_former(&mut tx, terminal, rekey.key).await?;
        if is_former || !is_proven(terminal, known, rekey) {
            return Ok(Renewed::Wrong);
        }
        put_in_force(&mut tx, terminal, Some(known), rekey.key, now_ms).await?;
        sqlx::query("UPDATE terminals SET rekey_asked = 0 WHERE terminal = ?")
            .bind(&terminal.0[..])
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Renewed::Done)
    }

    async fn former_keys(&self, terminal: TerminalId) -> Result<Vec<FormerKey>> {
        read_former(&mut *self.read().await?, terminal).await
    }

    async fn ask_for_key(&self, terminal: Option<TerminalId>) -> Result<u64> {
        let asked = sqlx::query(
            "UPDATE terminals SET rekey_asked = 1
             WHERE revoked_ms IS NULL AND (?1 IS NULL OR terminal = ?1)",
        )
        .bind(terminal.as_ref().map(|terminal| &terminal.0[..]))
        .execute(&self.writer)
        .await?;
        Ok(asked.rows_affected())
    }

    async fn note_erasure(
        &self,
        terminal: TerminalId,
        certificate: &Certificate,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        let Some(known) = in_force(&mut tx, terminal).await? else {
            return Ok(false);
        };
        let text = serde_json::to_string(certificate).unwrap_or_default();
        if certificate.follows(terminal, known) {
            erase(&mut tx, terminal, &text, now_ms).await?;
            tx.commit().await?;
            return Ok(true);
        }
        let former = read_former(&mut tx, terminal).await?;
        let mut newest_first = former.iter().rev();
        let Some(of) = newest_first.find(|of| certificate.follows(terminal, of.key)) else {
            return Ok(false);
        };
        sqlx::query(
            "UPDATE former_keys SET certificate = coalesce(certificate, ?)
             WHERE terminal = ? AND key = ?",
        )
        .bind(text)
        .bind(&terminal.0[..])
        .bind(&of.key.0[..])
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn in_force(tx: &mut SqliteConnection, terminal: TerminalId) -> Result<Option<PublicKey>> {
    let found: Option<Option<Vec<u8>>> =
        sqlx::query_scalar("SELECT key FROM terminals WHERE terminal = ?")
            .bind(&terminal.0[..])
            .fetch_optional(tx)
            .await?;
    let key = found.flatten().map(array).transpose()?;
    Ok(key.map(PublicKey))
}

async fn is_former(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
    key: PublicKey,
) -> Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM former_keys WHERE terminal = ? AND key = ?")
            .bind(&terminal.0[..])
            .bind(&key.0[..])
            .fetch_optional(tx)
            .await?;
    Ok(found.is_some())
}

async fn put_in_force(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
    known: Option<PublicKey>,
    key: PublicKey,
    now_ms: i64,
) -> Result<()> {
    if let Some(known) = known {
        sqlx::query(
            "INSERT INTO former_keys (terminal, key, from_ms, until_ms)
             SELECT terminal, key, key_from_ms, ?1 FROM terminals WHERE terminal = ?2 AND key = ?3",
        )
        .bind(now_ms)
        .bind(&terminal.0[..])
        .bind(&known.0[..])
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "DELETE FROM former_keys WHERE terminal = ?1 AND key NOT IN (
                 SELECT key FROM former_keys WHERE terminal = ?1
                 ORDER BY until_ms DESC LIMIT ?2)",
        )
        .bind(&terminal.0[..])
        .bind(KEPT)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query("UPDATE terminals SET key = ?, key_from_ms = ? WHERE terminal = ?")
        .bind(&key.0[..])
        .bind(now_ms)
        .bind(&terminal.0[..])
        .execute(tx)
        .await?;
    Ok(())
}

/// The keys that a terminal had before, oldest first.
pub(super) async fn read_former(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
) -> Result<Vec<FormerKey>> {
    let rows: Vec<(Vec<u8>, Option<i64>, i64, Option<String>)> = sqlx::query_as(
        "SELECT key, from_ms, until_ms, certificate FROM former_keys WHERE terminal = ?
         ORDER BY until_ms, key",
    )
    .bind(&terminal.0[..])
    .fetch_all(tx)
    .await?;
    let row = |(key, from_ms, until_ms, certificate): (_, _, _, Option<String>)| {
        Ok(FormerKey {
            key: PublicKey(array(key)?),
            from_ms,
            until_ms,
            erasure: certificate.and_then(|text| serde_json::from_str(&text).ok()),
        })
    };
    rows.into_iter().map(row).collect()
}

async fn erase(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
    certificate: &str,
    now_ms: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO erasures (terminal, certificate, received_ms) VALUES (?, ?, ?)
         ON CONFLICT (terminal) DO UPDATE SET received_ms = received_ms",
    )
    .bind(&terminal.0[..])
    .bind(certificate)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    for gone in [
        "UPDATE terminal_pupils SET removed = 1 WHERE terminal = ?1",
        "UPDATE orders SET done_ms = coalesce(done_ms, ?2)
         WHERE terminal = ?1 AND withdrawn_ms IS NULL",
        "UPDATE terminals SET revoked_ms = coalesce(revoked_ms, ?2) WHERE terminal = ?1",
    ] {
        sqlx::query(gone)
            .bind(&terminal.0[..])
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
