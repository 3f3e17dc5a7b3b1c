//! What a desk looks at.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use hotaru_content::blob::BlobId;
use hotaru_content::drill::{Response as Given, Verdict};
use hotaru_content::id::{ClassId, LessonId, PupilId, TerminalId};
use hotaru_content::lesson::{Body, Material, Revision};
use hotaru_content::log::{Answered, Event, Fact};
use hotaru_content::progress::Progress;
use hotaru_sync::wire::{
    DeliveryState, DeskAnswers, DeskDrill, DeskItem, DeskLesson, DeskLessons, DeskPupil,
    DeskPupilAnswer, DeskPupilDay, DeskPupilLesson, ResponseCount,
};
use serde::Deserialize;

use super::{json, named};
use crate::auth::{Ask, Staff};
use crate::drills::AtHand;
use crate::error::ApiError;
use crate::rights::{Action, Resource, Scope};
use crate::store::{Audit, LessonRow, PupilPage, StoreError};
use crate::{Cloud, now_ms};

/// Classes, rosters, terminals.
pub async fn school(State(cloud): State<Arc<Cloud>>, staff: Staff) -> Result<Response, ApiError> {
    let ask = Ask {
        action: Action::ReadRoster,
        on: Resource::School,
        note: Audit::default(),
        not_hers: "you have no class at this school; ask its administrator for one",
    };
    let scope = staff.may(&cloud, ask).await?;
    let mut school = cloud.store.desk_school(&scope, now_ms()).await?;
    for class in &mut school.classes {
        if !staff.could(Action::JoinCode, Resource::Class(class.class)) {
            class.join_code.clear();
            class.code_until_ms = None;
        }
    }
    json(&school)
}

#[derive(Deserialize)]
pub struct OfClass {
    class: String,
}

/// The lessons of a class, newest first.
pub async fn lessons(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    query: Result<Query<OfClass>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(OfClass { class }) =
        query.map_err(|_| ApiError::bad_body("the request names no class; choose one"))?;
    let class: ClassId = named(&class)?;
    let ask = Ask {
        action: Action::ReadLessons,
        on: Resource::Class(class),
        note: Audit::default(),
        not_hers: "you have no such class; load the school's page again",
    };
    let scope = staff.may(&cloud, ask).await?;
    let rows = cloud.store.desk_lessons(class).await?;
    let lessons = rows.iter().map(listed).collect::<Result<Vec<_>, _>>()?;
    let lessons = lessons.into_iter();
    let lessons = lessons.filter(|lesson| scope.has(class, &lesson.subject));
    json(&DeskLessons {
        lessons: lessons.collect(),
    })
}

/// Who has a lesson.
pub async fn receipts(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(lesson): Path<String>,
) -> Result<Response, ApiError> {
    let lesson: LessonId = named(&lesson)?;
    let scope = of_lesson(&cloud, &staff, Action::ReadLessons, lesson).await?;
    json(
        &cloud
            .store
            .desk_receipts(&scope, lesson)
            .await?
            .ok_or_else(no_such_lesson)?,
    )
}

/// What was answered, question by question.
pub async fn answers(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(lesson): Path<String>,
) -> Result<Response, ApiError> {
    let lesson: LessonId = named(&lesson)?;
    let scope = of_lesson(&cloud, &staff, Action::ReadAnswers, lesson).await?;
    let found = cloud
        .store
        .desk_answers(&scope, lesson)
        .await?
        .ok_or_else(no_such_lesson)?;
    let revision = parsed(&found.json)?;

    let mut at_hand = AtHand::default();
    let now = revision.materials.iter().filter_map(drill_of);
    let given = found
        .answers
        .iter()
        .filter_map(|(_, event, _)| answered(event));
    let wanted: HashSet<BlobId> = now.chain(given.map(|answered| answered.drill)).collect();
    at_hand
        .fetch(&cloud.drills, &*cloud.store, &cloud.blobs, &wanted)
        .await?;

    // Each pupil's newest answer to an item, whichever form of the drill she had.
    let mut newest: HashMap<(String, PupilId), (Given, Verdict)> = HashMap::new();
    for (pupil, event, verdict) in &found.answers {
        let Some(answered) = answered(event) else {
            continue;
        };
        let item = at_hand
            .drills
            .get(&answered.drill)
            .and_then(|drill| drill.items.get(usize::from(answered.item)));
        if let Some(item) = item {
            newest.insert((item.id.clone(), *pupil), (answered.response, *verdict));
        }
    }
    let mut by_item: HashMap<String, Vec<(Given, Verdict)>> = HashMap::new();
    for ((item, _), given) in newest {
        by_item.entry(item).or_default().push(given);
    }
    let drills = revision
        .materials
        .iter()
        .filter_map(|material| {
            let blob = drill_of(material)?;
            let drill = at_hand.drills.get(&blob)?;
            let items = drill.items.iter().enumerate().map(|(at, item)| {
                let given = by_item.get(&item.id).map_or(&[][..], Vec::as_slice);
                counted(u16::try_from(at).unwrap_or(u16::MAX), item, given)
            });
            Some(DeskDrill {
                material: material.id,
                title: material.title.clone(),
                drill: blob,
                items: items.collect(),
            })
        })
        .collect();
    json(&DeskAnswers {
        lesson,
        pupils: found.pupils,
        drills,
    })
}

/// One pupil's own page.
pub async fn pupil(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(pupil): Path<String>,
) -> Result<Response, ApiError> {
    let pupil: PupilId = named(&pupil)?;
    let (action, note) = (Action::ReadPupil, Audit::default());
    let scope = staff.may_with(&cloud, action, pupil, note, NO_SUCH_PUPIL);
    let scope = scope.await?;
    let page = cloud.store.desk_pupil(&scope, pupil).await?;
    let mut page = page.ok_or_else(|| ApiError::not_found(NO_SUCH_PUPIL))?;
    let mut revisions = revisions(&page)?;
    if !scope.shows_all() {
        // Of a subject teacher's pupils only what is of that subject.
        revisions.retain(|(revision, _)| scope.shows(&revision.subject));
        let shown: HashSet<LessonId> = revisions.iter().map(|(one, _)| one.lesson).collect();
        page.events
            .retain(|(event, _)| lesson_of(event).is_some_and(|lesson| shown.contains(&lesson)));
    }

    let mut at_hand = AtHand::default();
    let answers: Vec<(&Event, Answered, Verdict)> = page
        .events
        .iter()
        .filter_map(|(event, grade)| {
            let verdict = grade.map_or(Verdict::Unknown, |grade| grade.verdict);
            Some((event, answered(event)?, verdict))
        })
        .collect();
    let wanted = answers
        .iter()
        .map(|(_, answered, _)| answered.drill)
        .collect();
    at_hand
        .fetch(&cloud.drills, &*cloud.store, &cloud.blobs, &wanted)
        .await?;
    let subjects = revisions
        .iter()
        .map(|(revision, _)| (revision.lesson, revision.subject.clone()));
    at_hand.subjects.extend(subjects);

    let mut progress = Progress::default();
    for (event, _) in &page.events {
        progress.apply(event, &at_hand);
    }
    let answers = answers.into_iter().rev().take(DeskPupil::MAX_ANSWERS);
    let answers = answers
        .map(|(event, answered, verdict)| DeskPupilAnswer {
            lesson: answered.lesson,
            drill: answered.drill,
            item: answered.item,
            question: at_hand
                .drills
                .get(&answered.drill)
                .and_then(|drill| drill.items.get(usize::from(answered.item)))
                .map(|item| item.question.clone())
                .unwrap_or_default(),
            response: answered.response,
            verdict,
            wall_ms: event.stamp.wall_ms,
            took_ms: answered.took_ms,
        })
        .collect();
    json(&DeskPupil {
        pupil,
        number: page.number,
        class_name: page.class_name,
        days: days(&progress),
        lessons: lessons_of(&progress, revisions),
        answers,
    })
}

/// Undoes a join.
pub async fn undo_join(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(terminal): Path<String>,
) -> Result<StatusCode, ApiError> {
    const NOT_THERE: &str = "you have no pupil on such a terminal; load the school's page again";
    let terminal: TerminalId = named(&terminal)?;
    let theirs = cloud.store.classes_on(terminal).await?;
    let ask = Ask {
        action: Action::UndoJoin,
        on: Resource::Terminal(&theirs),
        note: Audit {
            terminal: Some(terminal),
            ..Audit::default()
        },
        not_hers: NOT_THERE,
    };
    let scope = staff.may(&cloud, ask).await?;
    if cloud.store.undo_join(&scope, terminal, now_ms()).await? {
        tracing::info!(%terminal, "a join is undone");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found(NOT_THERE))
    }
}

/// What somebody may of a lesson.
pub(super) async fn of_lesson(
    cloud: &Cloud,
    staff: &Staff,
    action: Action,
    lesson: LessonId,
) -> Result<Scope, ApiError> {
    let facts = cloud.store.lesson_facts(lesson).await?;
    let ask = Ask {
        action,
        on: Resource::Lesson(&facts),
        note: Audit {
            lesson: Some(lesson),
            ..Audit::default()
        },
        not_hers: NO_SUCH_LESSON,
    };
    staff.may(cloud, ask).await
}

const NO_SUCH_LESSON: &str = "you have no such lesson; load the list of lessons again";
const NO_SUCH_PUPIL: &str = "you have no such pupil; load the school's page again";

fn no_such_lesson() -> ApiError {
    ApiError::not_found(NO_SUCH_LESSON)
}

/// Her lessons, with where they stand.
pub(super) fn revisions(page: &PupilPage) -> Result<Vec<(Revision, DeliveryState)>, ApiError> {
    page.lessons
        .iter()
        .map(|(json, state)| Ok((parsed(json)?, *state)))
        .collect()
}

/// The lesson that an event is of; none where it is of none.
fn lesson_of(event: &Event) -> Option<LessonId> {
    match event.fact() {
        Fact::LessonOpened(fact) => Some(fact.lesson),
        Fact::LessonClosed(fact) => Some(fact.lesson),
        Fact::MaterialViewed(fact) => Some(fact.lesson),
        Fact::RecordingWatched(fact) => Some(fact.lesson),
        Fact::Answered(fact) => Some(fact.lesson),
        Fact::NoteSaved(fact) => fact.lesson,
        Fact::PaperStudy(_) | Fact::Unknown { .. } => None,
    }
}

/// A document that was checked when it was published.
fn parsed(json: &str) -> Result<Revision, ApiError> {
    Revision::from_json(json.as_bytes())
        .map_err(|error| StoreError::Damaged(error.to_string()).into())
}

fn listed(row: &LessonRow) -> Result<DeskLesson, ApiError> {
    let revision = parsed(&row.json)?;
    let bytes = revision.total_len();
    Ok(DeskLesson {
        lesson: revision.lesson,
        revision: revision.revision,
        document: row.document.id,
        day: revision.day,
        period: revision.period,
        subject: revision.subject,
        title: revision.title,
        materials: u32::try_from(revision.materials.len()).unwrap_or(u32::MAX),
        bytes,
        published_ms: row.published_ms,
        send_at_ms: row.send_at_ms,
        withdrawn: row.withdrawn,
    })
}

fn drill_of(material: &Material) -> Option<BlobId> {
    match &material.body {
        Body::Drill { blob, .. } => Some(blob.id),
        _ => None,
    }
}

fn answered(event: &Event) -> Option<Answered> {
    match event.fact() {
        Fact::Answered(answered) => Some(answered),
        _ => None,
    }
}

fn counted(place: u16, item: &hotaru_content::drill::Item, given: &[(Given, Verdict)]) -> DeskItem {
    let count = |wanted: &dyn Fn(&(Given, Verdict)) -> bool| {
        u32::try_from(given.iter().filter(|one| wanted(one)).count()).unwrap_or(u32::MAX)
    };
    let mut responses: Vec<ResponseCount> = Vec::new();
    for (response, verdict) in given {
        match responses.iter_mut().find(|one| one.response == *response) {
            Some(one) => one.count += 1,
            None => responses.push(ResponseCount {
                response: response.clone(),
                verdict: *verdict,
                count: 1,
            }),
        }
    }
    // In an order of their own where they are equally frequent.
    responses
        .sort_by_cached_key(|one| (std::cmp::Reverse(one.count), format!("{:?}", one.response)));
    responses.truncate(DeskItem::MAX_RESPONSES);
    DeskItem {
        item: place,
        id: item.id.clone(),
        question: item.question.clone(),
        answered: count(&|_| true),
        correct: count(&|(_, verdict)| *verdict == Verdict::Correct),
        dont_know: count(&|(response, _)| *response == Given::DontKnow),
        responses,
    }
}

/// Newest first.
pub(super) fn days(progress: &Progress) -> Vec<DeskPupilDay> {
    progress
        .days
        .iter()
        .rev()
        .map(|(day, record)| DeskPupilDay {
            day: *day,
            study_ms: record.study_ms,
            answered: record.answers.answered,
            correct: record.answers.correct,
            paper_minutes: record.paper_minutes,
        })
        .take(5000)
        .collect()
}

/// Newest first.
pub(super) fn lessons_of(
    progress: &Progress,
    revisions: Vec<(Revision, DeliveryState)>,
) -> Vec<DeskPupilLesson> {
    let mut lessons: Vec<DeskPupilLesson> = revisions
        .into_iter()
        .map(|(revision, state)| {
            let record = progress.lessons.get(&revision.lesson);
            let spans = record
                .map(|record| &record.watched)
                .unwrap_or(const { &BTreeMap::new() });
            let watched_ms = spans
                .values()
                .flatten()
                .map(|(start, end)| u64::from(end.saturating_sub(*start)));
            DeskPupilLesson {
                lesson: revision.lesson,
                title: revision.title,
                subject: revision.subject,
                day: revision.day,
                state,
                opened: record.is_some_and(|record| record.opened > 0),
                watched_ms: watched_ms.sum(),
                answered: record.map_or(0, |record| record.answers.answered),
                correct: record.map_or(0, |record| record.answers.correct),
            }
        })
        .collect();
    lessons.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.lesson.cmp(&b.lesson)));
    lessons
}
