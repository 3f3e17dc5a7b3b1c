//! What a guardian sees of her child: days, lessons, how many questions were answered and how
//! many rightly. What the child wrote for herself and what she marked as not understood
//! (わからない) is left out before anything is counted, so that no number tells of it either.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use hotaru_content::blob::BlobId;
use hotaru_content::drill::Response as Given;
use hotaru_content::id::PupilId;
use hotaru_content::log::{Event, Fact};
use hotaru_content::progress::Progress;
use hotaru_sync::wire::{Child, ChildLesson, Children};

use super::desk::{days, lessons_of, revisions};
use super::{json, named};
use crate::Cloud;
use crate::auth::{Ask, Staff};
use crate::drills::AtHand;
use crate::error::ApiError;
use crate::rights::{Action, Resource};
use crate::store::Audit;

const NO_SUCH_CHILD: &str = "the school does not know you as this pupil's guardian; ask it";

/// Whose guardian one is.
pub async fn children(State(cloud): State<Arc<Cloud>>, staff: Staff) -> Result<Response, ApiError> {
    let ask = Ask {
        action: Action::ReadChild,
        on: Resource::School,
        note: Audit {
            action: "list_children",
            ..Audit::default()
        },
        not_hers: NO_SUCH_CHILD,
    };
    let scope = staff.may(&cloud, ask).await?;
    json(&Children {
        children: cloud.store.children(&scope).await?,
    })
}

/// One child.
pub async fn child(
    State(cloud): State<Arc<Cloud>>,
    staff: Staff,
    Path(pupil): Path<String>,
) -> Result<Response, ApiError> {
    let pupil: PupilId = named(&pupil)?;
    let (action, note) = (Action::ReadChild, Audit::default());
    let scope = staff.may_with(&cloud, action, pupil, note, NO_SUCH_CHILD);
    let scope = scope.await?;
    let page = cloud.store.child(&scope, pupil).await?;
    let page = page.ok_or_else(|| ApiError::not_found(NO_SUCH_CHILD))?;
    let revisions = revisions(&page)?;
    let events: Vec<&Event> = page
        .events
        .iter()
        .map(|(event, _)| event)
        .filter(|event| is_for_guardians(event))
        .collect();

    let mut at_hand = AtHand::default();
    let wanted: HashSet<BlobId> = events
        .iter()
        .filter_map(|event| match event.fact() {
            Fact::Answered(answered) => Some(answered.drill),
            _ => None,
        })
        .collect();
    at_hand
        .fetch(&cloud.drills, &*cloud.store, &cloud.blobs, &wanted)
        .await?;
    let subjects = revisions
        .iter()
        .map(|(revision, _)| (revision.lesson, revision.subject.clone()));
    at_hand.subjects.extend(subjects);
    let mut progress = Progress::default();
    for event in events {
        progress.apply(event, &at_hand);
    }
    let lessons = lessons_of(&progress, revisions);
    let lessons = lessons.into_iter().map(|lesson| ChildLesson {
        lesson: lesson.lesson,
        title: lesson.title,
        subject: lesson.subject,
        day: lesson.day,
        opened: lesson.opened,
        answered: lesson.answered,
        correct: lesson.correct,
    });
    json(&Child {
        pupil,
        class_name: page.class_name,
        number: page.number,
        days: days(&progress),
        lessons: lessons.collect(),
    })
}

fn is_for_guardians(event: &Event) -> bool {
    match event.fact() {
        Fact::Answered(answered) => answered.response != Given::DontKnow,
        Fact::NoteSaved(_) | Fact::Unknown { .. } => false,
        Fact::LessonOpened(_)
        | Fact::LessonClosed(_)
        | Fact::MaterialViewed(_)
        | Fact::RecordingWatched(_)
        | Fact::PaperStudy(_) => true,
    }
}
