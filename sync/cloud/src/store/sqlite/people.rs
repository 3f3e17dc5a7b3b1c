//! Classes, pupils, terminals and their tokens.

use std::collections::BTreeMap;

use hotaru_content::clock::school_day;
use hotaru_content::id::{ClassId, PupilId, TerminalId};
use hotaru_content::key::PublicKey;
use hotaru_sync::wire::PupilCard;
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, keys, lessons, number, orders, returns, school_card, staff};
use crate::rights::Scope;
use crate::store::{
    ClassRow, Holder, Join, JoinBy, Joined, NewClass, Result, StoreError, TerminalRow, UnsentKnown,
};
use crate::tokens;

impl SqliteStore {
    pub(super) async fn add_class_in(
        &self,
        class: NewClass,
        members: &[(String, u16)],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        let taken: Option<i64> = sqlx::query_scalar("SELECT 1 FROM classes WHERE name = ?")
            .bind(&class.name)
            .fetch_optional(&mut *tx)
            .await?;
        if taken.is_some() {
            return Err(StoreError::NameTaken(class.name));
        }
        sqlx::query(
            "INSERT INTO classes (class, name, grade, is_group, join_code, code_until_ms, created_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&class.class.0[..])
        .bind(&class.name)
        .bind(&class.grade)
        .bind(class.join_code.is_none())
        .bind(&class.join_code)
        .bind(class.join_code.as_ref().map(|_| class.code_until_ms))
        .bind(class.now_ms)
        .execute(&mut *tx)
        .await?;
        staff::new_person(&mut tx, class.teacher, class.now_ms).await?;
        sqlx::query("INSERT INTO grants (staff, role, class, made_ms) VALUES (?, 'teacher', ?, ?)")
            .bind(&class.teacher.0[..])
            .bind(&class.class.0[..])
            .bind(class.now_ms)
            .execute(&mut *tx)
            .await?;
        // A desk token: a session that has no end and began without a passphrase.
        sqlx::query(
            "INSERT INTO sessions (token_hash, staff, made_ms, seen_ms) VALUES (?1, ?2, ?3, ?3)",
        )
        .bind(&class.token_hash[..])
        .bind(&class.teacher.0[..])
        .bind(class.now_ms)
        .execute(&mut *tx)
        .await?;
        for (name, number) in members {
            let pupil = member(&mut tx, name, *number).await?;
            enrol(&mut tx, pupil, class.class, *number, false, class.now_ms).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn list_classes(&self) -> Result<Vec<ClassRow>> {
        let rows: Vec<(
            Vec<u8>,
            String,
            String,
            bool,
            Option<String>,
            Option<i64>,
            i64,
        )> = sqlx::query_as(
            "SELECT class, name, grade, is_group, join_code, code_until_ms,
                (SELECT count(*) FROM enrolments e
                 WHERE e.class = classes.class AND e.to_day IS NULL)
             FROM classes ORDER BY name",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(class, name, grade, group, code, code_until_ms, pupils)| {
                Ok(ClassRow {
                    class_id: ClassId(array(class)?),
                    name,
                    grade,
                    group,
                    join_code: code.map(|code| tokens::written(&code)),
                    code_until_ms,
                    pupils: number(pupils)?,
                })
            })
            .collect()
    }

    pub(super) async fn list_terminals(&self) -> Result<Vec<TerminalRow>> {
        let mut tx = self.read().await?;
        // Of an erased terminal, who held it last.
        let pairs: Vec<(Vec<u8>, String, i64)> = sqlx::query_as(
            "SELECT tp.terminal, c.name, e.number FROM terminal_pupils tp
             JOIN classes c ON c.class = tp.class
             JOIN enrolments e ON e.pupil = tp.pupil AND e.class = tp.class AND e.to_day IS NULL
             WHERE tp.removed = 0 OR tp.terminal IN (SELECT terminal FROM erasures)
             ORDER BY c.name, e.number",
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut pupils: BTreeMap<Vec<u8>, Vec<(String, u16)>> = BTreeMap::new();
        for (terminal, class, place) in pairs {
            pupils
                .entry(terminal)
                .or_default()
                .push((class, number(place)?));
        }
        type Row = (
            Vec<u8>,
            String,
            i64,
            i64,
            bool,
            Option<String>,
            Option<String>,
            Option<i64>,
        );
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT t.terminal, name, joined_ms, seen_ms, revoked_ms IS NOT NULL, certificate,
               unsent, unsent_ms
             FROM terminals t LEFT JOIN erasures e ON e.terminal = t.terminal
             ORDER BY joined_ms, t.terminal",
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut terminals = Vec::with_capacity(rows.len());
        for (terminal, name, joined_ms, seen_ms, revoked, certificate, unsent, unsent_ms) in rows {
            let pupils = pupils.remove(&terminal).unwrap_or_default();
            let terminal = TerminalId(array(terminal)?);
            terminals.push(TerminalRow {
                terminal,
                name,
                pupils,
                joined_ms,
                seen_ms,
                revoked,
                erasure: certificate.and_then(|text| serde_json::from_str(&text).ok()),
                former_keys: keys::read_former(&mut tx, terminal).await?,
                unsent: unsent.zip(unsent_ms).and_then(|(text, at_ms)| {
                    let unsent = serde_json::from_str(&text).ok()?;
                    Some(UnsentKnown { unsent, at_ms })
                }),
                orders: orders::read_orders(&mut tx, terminal).await?,
                lessor: orders::read_filed(&mut tx, terminal).await?,
            });
        }
        Ok(terminals)
    }

    pub(super) async fn find_holder(&self, token_hash: &[u8; 32]) -> Result<Option<Holder>> {
        let found: Option<(Vec<u8>, Option<Vec<u8>>, i64, bool, bool)> = sqlx::query_as(
            "SELECT terminal, key, ceiling, rekey_asked, EXISTS (
               SELECT 1 FROM orders o WHERE o.terminal = terminals.terminal
                 AND o.done_ms IS NULL AND o.withdrawn_ms IS NULL)
             FROM terminals WHERE token_hash = ? AND revoked_ms IS NULL",
        )
        .bind(&token_hash[..])
        .fetch_optional(&self.readers)
        .await?;
        let Some((terminal, key, ceiling, rekey_asked, has_orders)) = found else {
            let session = self.find_session(token_hash).await?;
            return Ok(session.map(Holder::Staff));
        };
        Ok(Some(Holder::Terminal {
            terminal: TerminalId(array(terminal)?),
            key: key.map(array).transpose()?.map(PublicKey),
            ceiling: number(ceiling)?,
            rekey_asked,
            has_orders,
        }))
    }

    pub(super) async fn join_in(&self, join: Join) -> Result<Option<Joined>> {
        let mut tx = self.write().await?;
        let terminal = match join.terminal {
            Some(terminal) => terminal,
            None => join.new_terminal.0,
        };
        let found = match &join.by {
            JoinBy::Code { .. } => by_code(&mut tx, &join).await?,
            JoinBy::Card(hash) => by_card(&mut tx, hash, join.now_ms).await?,
        };
        let Some(pupil) = found else {
            return Ok(None);
        };
        if join.terminal.is_none() {
            new_terminal(&mut tx, &join).await?;
        }
        let here: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM terminal_pupils WHERE terminal = ? AND pupil = ? AND removed = 0",
        )
        .bind(&terminal.0[..])
        .bind(&pupil.pupil.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        if here.is_none() {
            sqlx::query(
                "INSERT INTO terminal_pupils (terminal, pupil, class) VALUES (?, ?, ?)
                 ON CONFLICT (terminal, pupil)
                 DO UPDATE SET removed = 0, class = excluded.class, earlier = 0",
            )
            .bind(&terminal.0[..])
            .bind(&pupil.pupil.0[..])
            .bind(&pupil.class.0[..])
            .execute(&mut *tx)
            .await?;
            if join.terminal.is_some() {
                // This terminal's cursor may be past all that the pupil was given.
                lessons::touch(&mut tx, pupil.pupil).await?;
            }
        }
        let has_card = matches!(join.by, JoinBy::Card(_));
        let earlier = returns::note_earlier(&mut tx, terminal, pupil.pupil, has_card).await?;
        let school = school_card(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(Joined {
            terminal,
            school,
            pupil,
            earlier,
        }))
    }

    pub(super) async fn undo_join_in(
        &self,
        scope: &Scope,
        terminal: TerminalId,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        let pupils: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT DISTINCT tp.pupil FROM terminal_pupils tp
             JOIN enrolments e ON e.pupil = tp.pupil AND e.to_day IS NULL
             WHERE tp.terminal = ?1 AND tp.removed = 0
               AND (?2 IS NULL OR e.class IN (SELECT unhex(value ->> 0) FROM json_each(?2)))",
        )
        .bind(&terminal.0[..])
        .bind(scope.classes_json())
        .fetch_all(&mut *tx)
        .await?;
        if pupils.is_empty() {
            return Ok(false);
        }
        for pupil in pupils {
            let pupil = PupilId(array(pupil)?);
            sqlx::query("UPDATE terminal_pupils SET removed = 1 WHERE terminal = ? AND pupil = ?")
                .bind(&terminal.0[..])
                .bind(&pupil.0[..])
                .execute(&mut *tx)
                .await?;
            lessons::touch(&mut tx, pupil).await?;
            leave_if_never_here(&mut tx, pupil, now_ms).await?;
        }
        // A terminal that other classes' pupils share goes on without these.
        sqlx::query(
            "UPDATE terminals SET revoked_ms = ?1 WHERE terminal = ?2 AND NOT EXISTS
             (SELECT 1 FROM terminal_pupils WHERE terminal = ?2 AND removed = 0)",
        )
        .bind(now_ms)
        .bind(&terminal.0[..])
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn member(tx: &mut SqliteConnection, name: &str, number: u16) -> Result<PupilId> {
    let class: Vec<u8> =
        sqlx::query_scalar("SELECT class FROM classes WHERE name = ? AND is_group = 0")
            .bind(name)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(|| StoreError::NoClass(name.to_owned()))?;
    enrolled(tx, ClassId(array(class)?), number)
        .await?
        .ok_or_else(|| StoreError::NoPupil {
            class: name.to_owned(),
            number,
        })
}

/// Who has this number in a class now.
pub(super) async fn enrolled(
    tx: &mut SqliteConnection,
    class: ClassId,
    number: u16,
) -> Result<Option<PupilId>> {
    let pupil: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT pupil FROM enrolments
         WHERE class = ? AND number = ? AND own = 1 AND to_day IS NULL",
    )
    .bind(&class.0[..])
    .bind(i64::from(number))
    .fetch_optional(tx)
    .await?;
    pupil.map(|pupil| Ok(PupilId(array(pupil)?))).transpose()
}

async fn enrol(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    class: ClassId,
    number: u16,
    own: bool,
    now_ms: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO enrolments (pupil, class, number, own, from_day) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(&pupil.0[..])
    .bind(&class.0[..])
    .bind(i64::from(number))
    .bind(own)
    .bind(school_day(now_ms).to_string())
    .execute(tx)
    .await?;
    Ok(())
}

/// The pupil of a number in the class of a code, made where the number is free.
async fn by_code(tx: &mut SqliteConnection, join: &Join) -> Result<Option<PupilCard>> {
    let JoinBy::Code {
        code,
        number,
        known,
        new_pupil: fresh,
    } = &join.by
    else {
        return Ok(None);
    };
    let class: Option<(Vec<u8>, String, String)> = sqlx::query_as(
        "SELECT class, name, grade FROM classes
             WHERE join_code = ? AND (code_until_ms IS NULL OR code_until_ms > ?)",
    )
    .bind(code)
    .bind(join.now_ms)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((class, class_name, grade)) = class else {
        return Ok(None);
    };
    let class = ClassId(array(class)?);
    let pupil = match enrolled(tx, class, *number).await? {
        Some(pupil) => pupil,
        None => {
            let free = match known {
                Some(known) => is_unknown(tx, *known).await?.then_some(*known),
                None => None,
            };
            let pupil = free.unwrap_or(*fresh);
            new_pupil(tx, pupil, class, *number, join.now_ms).await?;
            pupil
        }
    };
    Ok(Some(PupilCard {
        pupil,
        number: *number,
        class,
        class_name,
        grade,
    }))
}

/// The pupil of a login card that counts, in the class where she is now.
async fn by_card(
    tx: &mut SqliteConnection,
    hash: &[u8; 32],
    now_ms: i64,
) -> Result<Option<PupilCard>> {
    let found: Option<(Vec<u8>, i64, Vec<u8>, String, String)> = sqlx::query_as(
        "SELECT e.pupil, e.number, c.class, c.name, c.grade FROM cards k
         JOIN enrolments e ON e.pupil = k.pupil AND e.own = 1 AND e.to_day IS NULL
         JOIN classes c ON c.class = e.class
         WHERE k.card_hash = ? AND k.revoked_ms IS NULL",
    )
    .bind(&hash[..])
    .fetch_optional(&mut *tx)
    .await?;
    let Some((pupil, place, class, class_name, grade)) = found else {
        return Ok(None);
    };
    sqlx::query("UPDATE cards SET used_ms = ? WHERE card_hash = ?")
        .bind(now_ms)
        .bind(&hash[..])
        .execute(&mut *tx)
        .await?;
    Ok(Some(PupilCard {
        pupil: PupilId(array(pupil)?),
        number: number(place)?,
        class: ClassId(array(class)?),
        class_name,
        grade,
    }))
}

async fn is_unknown(tx: &mut SqliteConnection, pupil: PupilId) -> Result<bool> {
    // Whose record was deleted is nobody any more, also where a backup has never heard of her.
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM pupils WHERE pupil = ?1
         UNION ALL SELECT 1 FROM deletions WHERE pupil = ?1 LIMIT 1",
    )
    .bind(&pupil.0[..])
    .fetch_optional(tx)
    .await?;
    Ok(found.is_none())
}

async fn new_terminal(tx: &mut SqliteConnection, join: &Join) -> Result<()> {
    let (terminal, name, token_hash) = &join.new_terminal;
    sqlx::query(
        "INSERT INTO terminals (terminal, name, token_hash, joined_ms, seen_ms, key, key_from_ms)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, iif(?5 IS NULL, NULL, ?4))",
    )
    .bind(&terminal.0[..])
    .bind(name)
    .bind(&token_hash[..])
    .bind(join.now_ms)
    .bind(join.key.as_ref().map(|key| &key.0[..]))
    .execute(tx)
    .await?;
    Ok(())
}

async fn new_pupil(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    class: ClassId,
    number: u16,
    now_ms: i64,
) -> Result<()> {
    sqlx::query("INSERT INTO pupils (pupil, created_ms) VALUES (?, ?)")
        .bind(&pupil.0[..])
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
    enrol(tx, pupil, class, number, true, now_ms).await?;
    lessons::assign_live(tx, pupil, class).await
}

/// A number mistyped at a join would stand on the roster for ever: who has no terminal left
/// and never sent anything leaves it.
pub(super) async fn leave_if_never_here(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    now_ms: i64,
) -> Result<()> {
    let left = sqlx::query(
        "UPDATE enrolments SET to_day = ?2 WHERE pupil = ?1 AND to_day IS NULL
         AND NOT EXISTS (SELECT 1 FROM streams WHERE pupil = ?1)
         AND NOT EXISTS (SELECT 1 FROM terminal_pupils tp JOIN terminals t USING (terminal)
                         WHERE tp.pupil = ?1 AND tp.removed = 0 AND t.revoked_ms IS NULL)",
    )
    .bind(&pupil.0[..])
    .bind(school_day(now_ms).to_string())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if left > 0 {
        sqlx::query("UPDATE assignments SET assigned = 0 WHERE pupil = ?")
            .bind(&pupil.0[..])
            .execute(tx)
            .await?;
    }
    Ok(())
}
