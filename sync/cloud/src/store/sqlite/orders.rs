//! Orders to terminals, what terminals said, and what lessors wrote.

use async_trait::async_trait;
use hotaru_content::id::{PupilId, TerminalId};
use hotaru_content::key::SecretKey;
use hotaru_content::order::Unsent;
use hotaru_sync::order::{MAX_ORDERS, Order};
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, number};
use crate::store::{Filed, FiledAs, NewFiled, OrderRow, OrderStore, Result, StoreError};

#[async_trait]
impl OrderStore for SqliteStore {
    async fn order_secret(&self, new: &SecretKey) -> Result<SecretKey> {
        let kept: Vec<u8> = sqlx::query_scalar(
            "UPDATE school SET order_secret = coalesce(order_secret, ?) RETURNING order_secret",
        )
        .bind(&new.as_bytes()[..])
        .fetch_one(&self.writer)
        .await?;
        Ok(SecretKey::from_bytes(array(kept)?))
    }

    async fn add_order(
        &self,
        terminal: TerminalId,
        order: Order,
        now_ms: i64,
    ) -> Result<Option<u64>> {
        let mut tx = self.write().await?;
        let counts: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM terminals WHERE terminal = ? AND revoked_ms IS NULL")
                .bind(&terminal.0[..])
                .fetch_optional(&mut *tx)
                .await?;
        if counts.is_none() {
            return Ok(None);
        }
        let (kind, pupil) = columns(order);
        let given: Option<i64> = sqlx::query_scalar(
            "SELECT number FROM orders
             WHERE terminal = ?1 AND done_ms IS NULL AND withdrawn_ms IS NULL AND pupil IS ?3
               AND (kind = ?2 OR (?2 = 'erase' AND kind = 'erase_at_once'))
             ORDER BY number DESC LIMIT 1",
        )
        .bind(&terminal.0[..])
        .bind(kind)
        .bind(pupil.as_deref())
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(given) = given {
            return Ok(Some(number(given)?));
        }
        if kind != "remove_pupil" {
            withdraw(&mut tx, terminal, now_ms).await?;
        }
        let new: i64 = sqlx::query_scalar(
            "INSERT INTO orders (number, terminal, kind, pupil, made_ms)
             SELECT max(coalesce(max(number), 0) + 1, ?1), ?2, ?3, ?4, ?1 FROM orders
             RETURNING number",
        )
        .bind(now_ms)
        .bind(&terminal.0[..])
        .bind(kind)
        .bind(pupil)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(number(new)?))
    }

    async fn withdraw_erase(&self, terminal: TerminalId, now_ms: i64) -> Result<bool> {
        let mut tx = self.write().await?;
        let withdrawn = withdraw(&mut tx, terminal, now_ms).await?;
        tx.commit().await?;
        Ok(withdrawn > 0)
    }

    async fn tell_orders(&self, terminal: TerminalId, now_ms: i64) -> Result<(u64, Vec<OrderRow>)> {
        let mut tx = self.write().await?;
        let list: i64 = sqlx::query_scalar(
            "UPDATE school SET orders_told = max(orders_told + 1, ?) RETURNING orders_told",
        )
        .bind(now_ms)
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE orders SET told_ms = coalesce(told_ms, ?)
             WHERE terminal = ? AND done_ms IS NULL AND withdrawn_ms IS NULL",
        )
        .bind(now_ms)
        .bind(&terminal.0[..])
        .execute(&mut *tx)
        .await?;
        let mut orders = read_orders(&mut tx, terminal).await?;
        tx.commit().await?;
        orders.retain(|order| order.done_ms.is_none());
        orders.sort_by_key(|order| {
            let is_removal = matches!(order.order, Order::RemovePupil { .. });
            (is_removal, order.number)
        });
        orders.truncate(MAX_ORDERS);
        Ok((number(list)?, orders))
    }

    async fn orders_done(&self, terminal: TerminalId, numbers: &[u64], now_ms: i64) -> Result<()> {
        let mut tx = self.write().await?;
        for number in numbers {
            sqlx::query(
                "UPDATE orders SET done_ms = coalesce(done_ms, ?)
                 WHERE terminal = ? AND number = ? AND kind = 'remove_pupil'",
            )
            .bind(now_ms)
            .bind(&terminal.0[..])
            .bind(i64::try_from(*number).unwrap_or(i64::MAX))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn note_unsent(&self, terminal: TerminalId, unsent: Unsent, now_ms: i64) -> Result<()> {
        sqlx::query("UPDATE terminals SET unsent = ?, unsent_ms = ? WHERE terminal = ?")
            .bind(serde_json::to_string(&unsent).unwrap_or_default())
            .bind(now_ms)
            .bind(&terminal.0[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn file_certificate(&self, new: NewFiled) -> Result<FiledAs> {
        let mut tx = self.write().await?;
        for terminal in &new.terminals {
            let known: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM terminals WHERE terminal = ?")
                    .bind(&terminal.0[..])
                    .fetch_optional(&mut *tx)
                    .await?;
            if known.is_none() {
                return Ok(FiledAs::NoTerminal(*terminal));
            }
        }
        let same: Option<i64> =
            sqlx::query_scalar("SELECT id FROM lessor_certificates WHERE bytes = ? AND name = ?")
                .bind(&new.bytes)
                .bind(&new.name)
                .fetch_optional(&mut *tx)
                .await?;
        let id: i64 = match same {
            Some(id) => id,
            None => {
                sqlx::query_scalar(
                    "INSERT INTO lessor_certificates (name, bytes, filed_ms) VALUES (?, ?, ?)
                     RETURNING id",
                )
                .bind(&new.name)
                .bind(&new.bytes)
                .bind(new.now_ms)
                .fetch_one(&mut *tx)
                .await?
            }
        };
        for terminal in &new.terminals {
            sqlx::query(
                "INSERT INTO lessor_certificate_terminals (certificate, terminal) VALUES (?, ?)
                 ON CONFLICT DO NOTHING",
            )
            .bind(id)
            .bind(&terminal.0[..])
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(FiledAs::Number(number(id)?))
    }

    async fn filed_certificate(&self, id: u64) -> Result<Option<(String, Vec<u8>)>> {
        Ok(
            sqlx::query_as("SELECT name, bytes FROM lessor_certificates WHERE id = ?")
                .bind(i64::try_from(id).unwrap_or(i64::MAX))
                .fetch_optional(&self.readers)
                .await?,
        )
    }
}

fn columns(order: Order) -> (&'static str, Option<Vec<u8>>) {
    match order {
        Order::Erase { at_once: false } => ("erase", None),
        Order::Erase { at_once: true } => ("erase_at_once", None),
        Order::RemovePupil { pupil } => ("remove_pupil", Some(pupil.0.to_vec())),
    }
}

async fn withdraw(tx: &mut SqliteConnection, terminal: TerminalId, now_ms: i64) -> Result<u64> {
    let done = sqlx::query(
        "UPDATE orders SET withdrawn_ms = ?
         WHERE terminal = ? AND kind <> 'remove_pupil' AND done_ms IS NULL
           AND withdrawn_ms IS NULL",
    )
    .bind(now_ms)
    .bind(&terminal.0[..])
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// The orders to a terminal that were not taken back, oldest first.
pub(super) async fn read_orders(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
) -> Result<Vec<OrderRow>> {
    type Row = (i64, String, Option<Vec<u8>>, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT number, kind, pupil, made_ms, told_ms, done_ms FROM orders
         WHERE terminal = ? AND withdrawn_ms IS NULL ORDER BY number",
    )
    .bind(&terminal.0[..])
    .fetch_all(tx)
    .await?;
    let row = |(at, kind, pupil, made_ms, told_ms, done_ms): Row| {
        let order = match (kind.as_str(), pupil) {
            ("erase", None) => Order::Erase { at_once: false },
            ("erase_at_once", None) => Order::Erase { at_once: true },
            ("remove_pupil", Some(pupil)) => Order::RemovePupil {
                pupil: PupilId(array(pupil)?),
            },
            (kind, _) => return Err(StoreError::Damaged(format!("an order is {kind:?}"))),
        };
        Ok(OrderRow {
            number: number(at)?,
            order,
            made_ms,
            told_ms,
            done_ms,
        })
    };
    rows.into_iter().map(row).collect()
}

/// What lessors wrote of a terminal, oldest first.
pub(super) async fn read_filed(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
) -> Result<Vec<Filed>> {
    let rows: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT c.id, c.name, c.filed_ms FROM lessor_certificate_terminals t
         JOIN lessor_certificates c ON c.id = t.certificate
         WHERE t.terminal = ? ORDER BY c.id",
    )
    .bind(&terminal.0[..])
    .fetch_all(tx)
    .await?;
    let row = |(id, name, filed_ms)| {
        Ok(Filed {
            id: number(id)?,
            name,
            filed_ms,
        })
    };
    rows.into_iter().map(row).collect()
}
