//! What a desk sees: its own classes, and of lessons that others share only its pupils.

use std::collections::BTreeMap;

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::Verdict;
use hotaru_content::id::{ClassId, LessonId, PupilId, TerminalId};
use hotaru_content::log::kind;
use hotaru_sync::wire::{
    DeliveryState, DeskClass, DeskReceipt, DeskReceipts, DeskRoster, DeskSchool, DeskTerminal,
};
use sqlx::sqlite::SqliteConnection;

use super::{SqliteStore, array, events::event, grade_of, number, school_card};
use crate::rights::Scope;
use crate::store::{LessonAnswers, LessonRow, PupilPage, Result};
use crate::tokens;

impl SqliteStore {
    pub(super) async fn school_of(&self, scope: &Scope, now_ms: i64) -> Result<DeskSchool> {
        let mut tx = self.read().await?;
        let rows: Vec<(Vec<u8>, String, String, bool, Option<String>, Option<i64>)> =
            sqlx::query_as(
                "SELECT class, name, grade, is_group, join_code, code_until_ms FROM classes
                 WHERE (?1 IS NULL OR class IN (SELECT unhex(value ->> 0) FROM json_each(?1)))
                 ORDER BY name",
            )
            .bind(scope.classes_json())
            .fetch_all(&mut *tx)
            .await?;
        let mut classes = Vec::with_capacity(rows.len());
        for (class, name, grade, group, code, until_ms) in rows {
            let class = ClassId(array(class)?);
            let code = code.filter(|_| until_ms.is_none_or(|until| until > now_ms));
            classes.push(DeskClass {
                class,
                name,
                grade,
                group,
                code_until_ms: code.as_ref().and(until_ms),
                join_code: code.map(|code| tokens::written(&code)).unwrap_or_default(),
                pupils: roster(&mut tx, class).await?,
            });
        }
        let terminals = terminals_of(&mut tx, scope).await?;
        Ok(DeskSchool {
            school: school_card(&mut tx).await?,
            classes,
            terminals,
        })
    }

    pub(super) async fn lessons_of(&self, class: ClassId) -> Result<Vec<LessonRow>> {
        let rows: Vec<(Vec<u8>, String, i64, Option<i64>, bool)> = sqlx::query_as(
            "SELECT v.document, v.json, v.published_ms, v.send_at_ms, l.state = 'withdrawn'
             FROM lessons l
             JOIN revisions v ON v.lesson = l.lesson AND v.revision = l.newest
             JOIN recipients r ON r.lesson = l.lesson AND r.revision = l.newest
             WHERE r.target = ? ORDER BY v.published_ms DESC, l.lesson",
        )
        .bind(&class.0[..])
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(document, json, published_ms, send_at_ms, withdrawn)| {
                let id = BlobId(array(document)?);
                Ok(LessonRow {
                    document: BlobRef {
                        id,
                        len: json.len() as u64,
                    },
                    json,
                    published_ms,
                    send_at_ms,
                    withdrawn,
                })
            })
            .collect()
    }

    pub(super) async fn receipts_of(
        &self,
        scope: &Scope,
        lesson: LessonId,
    ) -> Result<Option<DeskReceipts>> {
        let mut tx = self.read().await?;
        let Some((revision, _)) = newest(&mut tx, lesson).await? else {
            return Ok(None);
        };
        let pupils = recipients(&mut tx, scope, lesson).await?;
        let rows: Vec<(Vec<u8>, String, Vec<u8>)> = sqlx::query_as(
            "SELECT t.terminal, t.name, tp.pupil FROM terminals t
             JOIN terminal_pupils tp ON tp.terminal = t.terminal AND tp.removed = 0
             WHERE t.revoked_ms IS NULL ORDER BY t.joined_ms, t.terminal",
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut terminals: Vec<DeskReceipt> = Vec::new();
        let mut with_terminal = std::collections::BTreeSet::new();
        for (terminal, name, pupil) in rows {
            let Some(&place) = pupils.get(&pupil) else {
                continue;
            };
            with_terminal.insert(pupil);
            let terminal = TerminalId(array(terminal)?);
            match terminals
                .last_mut()
                .filter(|last| last.terminal == terminal)
            {
                Some(last) => last.numbers.push(place),
                None => {
                    let (state, at_ms) = state_on(&mut tx, terminal, lesson, revision).await?;
                    terminals.push(DeskReceipt {
                        terminal,
                        name,
                        numbers: vec![place],
                        state,
                        at_ms,
                    });
                }
            }
        }
        for terminal in &mut terminals {
            terminal.numbers.sort_unstable();
        }
        terminals.sort_by(|a, b| a.numbers.cmp(&b.numbers));
        let openers: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT DISTINCT s.pupil FROM events e JOIN streams s ON s.id = e.stream_id
             WHERE e.lesson = ? AND e.kind = ?",
        )
        .bind(&lesson.0[..])
        .bind(i64::from(kind::LESSON_OPENED))
        .fetch_all(&mut *tx)
        .await?;
        let opened = openers
            .iter()
            .filter(|pupil| pupils.contains_key(*pupil))
            .count();
        Ok(Some(DeskReceipts {
            lesson,
            revision: number(revision)?,
            terminals,
            pupils: count(pupils.len()),
            without_terminal: count(pupils.len() - with_terminal.len()),
            opened: count(opened),
        }))
    }

    pub(super) async fn answers_of(
        &self,
        scope: &Scope,
        lesson: LessonId,
    ) -> Result<Option<LessonAnswers>> {
        let mut tx = self.read().await?;
        let Some((_, json)) = newest(&mut tx, lesson).await? else {
            return Ok(None);
        };
        let pupils = recipients(&mut tx, scope, lesson).await?;
        let rows: Vec<(Vec<u8>, i64, Vec<u8>, Option<String>, Option<i64>)> = sqlx::query_as(
            "SELECT s.pupil, e.seq, e.canonical, e.verdict, e.grader FROM events e
             JOIN streams s ON s.id = e.stream_id
             WHERE e.lesson = ? AND e.kind = ? ORDER BY e.accept",
        )
        .bind(&lesson.0[..])
        .bind(i64::from(kind::ANSWERED))
        .fetch_all(&mut *tx)
        .await?;
        let mut answers = Vec::new();
        for (pupil, seq, canonical, verdict, grader) in rows {
            if pupils.contains_key(&pupil) {
                let verdict =
                    grade_of(verdict, grader)?.map_or(Verdict::Unknown, |grade| grade.verdict);
                answers.push((PupilId(array(pupil)?), event(seq, &canonical)?, verdict));
            }
        }
        Ok(Some(LessonAnswers {
            json,
            pupils: count(pupils.len()),
            answers,
        }))
    }

    pub(super) async fn pupil_of(
        &self,
        scope: &Scope,
        pupil: PupilId,
    ) -> Result<Option<PupilPage>> {
        let mut tx = self.read().await?;
        let found: Option<(i64, String)> = sqlx::query_as(
            "SELECT e.number, c.name FROM enrolments e JOIN classes c ON c.class = e.class
             WHERE (?1 IS NULL OR e.class IN (SELECT unhex(value ->> 0) FROM json_each(?1)))
               AND e.pupil = ?2 AND e.to_day IS NULL
             ORDER BY e.own DESC LIMIT 1",
        )
        .bind(scope.classes_json())
        .bind(&pupil.0[..])
        .fetch_optional(&mut *tx)
        .await?;
        match found {
            Some((place, class_name)) => {
                let place = (number(place)?, class_name);
                page(&mut tx, pupil, place).await.map(Some)
            }
            None => Ok(None),
        }
    }
}

/// All of a pupil, with her number and her class's name as they are to be told.
pub(super) async fn page(
    tx: &mut SqliteConnection,
    pupil: PupilId,
    (number, class_name): (u16, String),
) -> Result<PupilPage> {
    let rows: Vec<(Vec<u8>, String, i64)> = sqlx::query_as(
        "SELECT l.lesson, v.json, l.released FROM assignments a
         JOIN lessons l ON l.lesson = a.lesson
         JOIN revisions v ON v.lesson = l.lesson AND v.revision = l.released
         WHERE a.pupil = ? AND a.assigned = 1",
    )
    .bind(&pupil.0[..])
    .fetch_all(&mut *tx)
    .await?;
    let terminals: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT t.terminal FROM terminals t JOIN terminal_pupils tp USING (terminal)
         WHERE tp.pupil = ? AND tp.removed = 0 AND t.revoked_ms IS NULL",
    )
    .bind(&pupil.0[..])
    .fetch_all(&mut *tx)
    .await?;
    let mut lessons = Vec::with_capacity(rows.len());
    for (lesson, json, released) in rows {
        let lesson = LessonId(array(lesson)?);
        let mut best = DeliveryState::NotYet;
        for terminal in &terminals {
            let terminal = TerminalId(array(terminal.clone())?);
            let (state, _) = state_on(&mut *tx, terminal, lesson, released).await?;
            best = match (best, state) {
                (DeliveryState::OnTerminal, _) | (_, DeliveryState::OnTerminal) => {
                    DeliveryState::OnTerminal
                }
                (best, DeliveryState::NotYet) => best,
                (_, no_space) => no_space,
            };
        }
        lessons.push((json, best));
    }
    let rows: Vec<(i64, Vec<u8>, Option<String>, Option<i64>)> = sqlx::query_as(
        "SELECT e.seq, e.canonical, e.verdict, e.grader FROM events e
         JOIN streams s ON s.id = e.stream_id WHERE s.pupil = ? ORDER BY e.accept",
    )
    .bind(&pupil.0[..])
    .fetch_all(&mut *tx)
    .await?;
    let events = rows
        .into_iter()
        .map(|(seq, canonical, verdict, grader)| {
            Ok((event(seq, &canonical)?, grade_of(verdict, grader)?))
        })
        .collect::<Result<_>>()?;
    Ok(PupilPage {
        number,
        class_name,
        lessons,
        events,
    })
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

async fn roster(tx: &mut SqliteConnection, class: ClassId) -> Result<Vec<DeskRoster>> {
    let rows: Vec<(Vec<u8>, i64, bool)> = sqlx::query_as(
        "SELECT e.pupil, e.number, EXISTS
           (SELECT 1 FROM cards k WHERE k.pupil = e.pupil AND k.revoked_ms IS NULL)
         FROM enrolments e WHERE e.class = ? AND e.to_day IS NULL
         ORDER BY e.number, e.pupil",
    )
    .bind(&class.0[..])
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|(pupil, place, has_card)| {
            Ok(DeskRoster {
                pupil: PupilId(array(pupil)?),
                number: number(place)?,
                has_card,
            })
        })
        .collect()
}

async fn terminals_of(tx: &mut SqliteConnection, scope: &Scope) -> Result<Vec<DeskTerminal>> {
    // Of a terminal that other classes share, only the pupils in scope.
    let rows: Vec<(Vec<u8>, String, i64, i64, Vec<u8>, bool)> = sqlx::query_as(
        "SELECT DISTINCT t.terminal, t.name, t.joined_ms, t.seen_ms, tp.pupil, tp.earlier = 1
         FROM terminals t
         JOIN terminal_pupils tp ON tp.terminal = t.terminal AND tp.removed = 0
         JOIN enrolments e ON e.pupil = tp.pupil AND e.to_day IS NULL
         WHERE t.revoked_ms IS NULL
           AND (?1 IS NULL OR e.class IN (SELECT unhex(value ->> 0) FROM json_each(?1)))
         ORDER BY t.joined_ms, t.terminal, tp.pupil",
    )
    .bind(scope.classes_json())
    .fetch_all(tx)
    .await?;
    let mut terminals: Vec<DeskTerminal> = Vec::new();
    for (terminal, name, joined_ms, last_seen_ms, pupil, waits) in rows {
        let terminal = TerminalId(array(terminal)?);
        let pupil = PupilId(array(pupil)?);
        if terminals
            .last()
            .is_none_or(|last| last.terminal != terminal)
        {
            terminals.push(DeskTerminal {
                terminal,
                name,
                pupils: Vec::new(),
                waiting: Vec::new(),
                joined_ms,
                last_seen_ms,
            });
        }
        if let Some(last) = terminals.last_mut() {
            last.pupils.push(pupil);
            last.waiting.extend(waits.then_some(pupil));
        }
    }
    Ok(terminals)
}

/// The newest revision's number and document.
async fn newest(tx: &mut SqliteConnection, lesson: LessonId) -> Result<Option<(i64, String)>> {
    Ok(sqlx::query_as(
        "SELECT l.newest, v.json FROM lessons l
         JOIN revisions v ON v.lesson = l.lesson AND v.revision = l.newest WHERE l.lesson = ?",
    )
    .bind(&lesson.0[..])
    .fetch_optional(tx)
    .await?)
}

/// The pupils in scope that the newest revision is for, with their numbers.
async fn recipients(
    tx: &mut SqliteConnection,
    scope: &Scope,
    lesson: LessonId,
) -> Result<BTreeMap<Vec<u8>, u16>> {
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT m.pupil, min(m.number) FROM enrolments m
         WHERE m.to_day IS NULL
           AND (?2 IS NULL OR m.class IN (SELECT unhex(value ->> 0) FROM json_each(?2)))
           AND EXISTS
           (SELECT 1 FROM lessons l JOIN recipients r
            ON r.lesson = l.lesson AND r.revision = l.newest
            WHERE l.lesson = ?1 AND (r.target = m.pupil OR r.target IN
              (SELECT class FROM enrolments e WHERE e.pupil = m.pupil AND e.to_day IS NULL)))
         GROUP BY m.pupil",
    )
    .bind(&lesson.0[..])
    .bind(scope.classes_json())
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|(pupil, place)| Ok((pupil, number(place)?)))
        .collect()
}

/// Where a revision stands on a terminal, and since when that is known.
async fn state_on(
    tx: &mut SqliteConnection,
    terminal: TerminalId,
    lesson: LessonId,
    revision: i64,
) -> Result<(DeliveryState, Option<i64>)> {
    let found: Option<(Option<i64>, i64)> = sqlx::query_as(
        "SELECT missing_bytes, server_ms FROM receipts
         WHERE terminal = ? AND lesson = ? AND revision >= ?",
    )
    .bind(&terminal.0[..])
    .bind(&lesson.0[..])
    .bind(revision)
    .fetch_optional(tx)
    .await?;
    Ok(match found {
        None => (DeliveryState::NotYet, None),
        Some((None, at)) => (DeliveryState::OnTerminal, Some(at)),
        Some((Some(missing), at)) => (
            DeliveryState::NoSpace {
                missing_bytes: number(missing)?,
            },
            Some(at),
        ),
    })
}
