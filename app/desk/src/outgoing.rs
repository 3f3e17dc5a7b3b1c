//! From a lesson to the outbox, and from the outbox to the school.

use hotaru_content::blob::BlobRef;
use hotaru_content::id::{ClassId, JobId, PupilId};
use hotaru_content::lesson::{MaterialKind, Revision};
use hotaru_publish::{BlobSource, LessonDraft};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::desk::SendError;
use hotaru_sync::client::outbox::{Entry, Job, NewJob, Outbox, Refusal, Source, State};
use hotaru_sync::upload::{Progress, UploadError, Uploaded};
use hotaru_sync::wire::{DeskSchool, Publish, code};
use jiff::Timestamp;

use crate::account::Account;
use crate::line::Line;
use crate::problem::Problem;

/// Who receives a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Classes.
    pub classes: Vec<ClassId>,
    /// Groups.
    pub groups: Vec<ClassId>,
    /// Pupils by name.
    pub pupils: Vec<PupilId>,
}

impl Recipients {
    /// The classes and groups of these ids.
    #[must_use]
    pub fn classes(school: &DeskSchool, chosen: &[ClassId]) -> Self {
        let mut recipients = Self::default();
        for class in school
            .classes
            .iter()
            .filter(|class| chosen.contains(&class.class))
        {
            let list = if class.group {
                &mut recipients.groups
            } else {
                &mut recipients.classes
            };
            list.push(class.class);
        }
        recipients
    }

    /// The classes and groups of these names; where numbers are given, only those pupils of
    /// the one class.
    ///
    /// # Errors
    /// Where there is no such class or pupil.
    pub fn named(school: &DeskSchool, names: &[String], numbers: &[u16]) -> Result<Self, Problem> {
        let found = names
            .iter()
            .map(|name| {
                let known = school
                    .classes
                    .iter()
                    .find(|class| class.name == name.trim());
                known.ok_or_else(|| Problem::NoClass {
                    name: name.clone(),
                    known: names_of(school),
                })
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        if numbers.is_empty() {
            let ids: Vec<ClassId> = found.iter().map(|class| class.class).collect();
            return Ok(Self::classes(school, &ids));
        }
        let [class] = found.as_slice() else {
            return Err(Problem::NumbersOfWhichClass);
        };
        let pupils = numbers
            .iter()
            .map(|number| {
                let pupil = class.pupils.iter().find(|pupil| pupil.number == *number);
                pupil
                    .map(|pupil| pupil.pupil)
                    .ok_or_else(|| Problem::NoPupil {
                        class: class.name.clone(),
                        number: *number,
                    })
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        Ok(Self {
            pupils,
            ..Self::default()
        })
    }

    fn is_empty(&self) -> bool {
        self.classes.is_empty() && self.groups.is_empty() && self.pupils.is_empty()
    }
}

/// The names of a teacher's classes, for a sentence.
#[must_use]
pub fn names_of(school: &DeskSchool) -> String {
    let names: Vec<&str> = school
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// A lesson to be pushed.
pub struct Outgoing {
    /// What it is.
    pub draft: LessonDraft,
    /// The revision that it replaces; nothing for a new lesson.
    pub previous: Option<Revision>,
    /// Who receives it.
    pub recipients: Recipients,
    /// Not before this moment, milliseconds since 1970-01-01T00:00:00Z.
    pub send_at_ms: Option<i64>,
    /// The bytes of its new blobs; what the school has already need not be among them.
    pub blobs: Vec<(BlobRef, BlobSource)>,
}

/// A lesson in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// Its job.
    pub job: JobId,
    /// The revision that the job publishes.
    pub revision: Revision,
}

/// Takes a lesson into the outbox. When this returns it survives a crash.
///
/// # Errors
/// Where it is no lesson yet, nobody would receive it, or the disk refuses.
pub fn queue(
    outbox: &Outbox,
    account: &Account,
    outgoing: Outgoing,
    hold_ms: i64,
) -> Result<Queued, Problem> {
    if outgoing.recipients.is_empty() {
        return Err(Problem::NoRecipient);
    }
    let revision = match &outgoing.previous {
        Some(previous) => outgoing.draft.replace(previous)?,
        None => outgoing.draft.publish()?,
    };
    let bytes = revision
        .to_json()
        .map_err(|error| Problem::Draft(error.into()))?;
    let document = BlobRef::of(&bytes);
    let Recipients {
        classes,
        groups,
        pupils,
    } = outgoing.recipients;
    let mut blobs: Vec<(BlobRef, Source)> = outgoing
        .blobs
        .iter()
        .map(|(blob, source)| (*blob, source_of(source)))
        .collect();
    blobs.push((document, Source::Bytes(bytes)));
    let created_ms = now_ms();
    let job = outbox.add(NewJob {
        cloud: account.cloud.clone(),
        by: account.who(),
        title: revision.title.clone(),
        publish: Publish {
            document,
            base_revision: revision.revision.saturating_sub(1),
            classes,
            groups,
            pupils,
            send_at_ms: outgoing.send_at_ms,
        },
        blobs,
        created_ms,
        send_after_ms: created_ms.saturating_add(hold_ms),
    })?;
    Ok(Queued { job, revision })
}

fn source_of(source: &BlobSource) -> Source {
    match source {
        BlobSource::Bytes(bytes) => Source::Bytes(bytes.to_vec()),
        BlobSource::File { path, .. } => Source::Link(path.clone()),
    }
}

/// Sends a job of the outbox and takes it out once the school has it.
///
/// # Errors
/// Where it has not reached the school; it stays in the outbox. [`Problem::NotTaken`] says
/// that it will not go by itself.
pub fn send(
    line: &Line,
    outbox: &Outbox,
    job: JobId,
    progress: &mut dyn FnMut(Progress),
    cancel: &Cancel,
) -> Result<Uploaded, Problem> {
    line.desk()
        .send(outbox, job, progress, cancel)
        .map_err(|error| match error {
            SendError::Outbox(error) => error.into(),
            SendError::OtherCloud(cloud) => Problem::OtherCloud(cloud),
            SendError::Random => Problem::Machine(SendError::Random.to_string()),
            SendError::Upload(UploadError::Refused {
                status: 401, code, ..
            }) if code == code::SESSION_OVER => Problem::SessionOver,
            SendError::Upload(UploadError::Refused { status: 401, .. }) => Problem::Token,
            SendError::Upload(error) => match state_of(outbox, job) {
                Some(State::Refused(Refusal { code, message })) => {
                    Problem::NotTaken { code, message }
                }
                _ => Problem::Kept(error),
            },
        })
}

fn state_of(outbox: &Outbox, id: JobId) -> Option<State> {
    outbox
        .entries(now_ms())
        .ok()?
        .into_iter()
        .find_map(|entry| match entry {
            Entry::Job(job, state) if job.id == id => Some(state),
            _ => None,
        })
}

/// The revision that a job publishes, as far as its document can be read.
#[must_use]
pub fn revision_of(outbox: &Outbox, job: &Job) -> Option<Revision> {
    let document = job.publish.document;
    let bytes = outbox.read(job.id, document.id, 0, document.len).ok()?;
    Revision::from_json(&bytes).ok()
}

/// A kind's name in documents and in what the program prints.
#[must_use]
pub fn kind_name(kind: MaterialKind) -> &'static str {
    match kind {
        MaterialKind::Text => "text",
        MaterialKind::BoardPhoto => "board",
        MaterialKind::Handout => "handout",
        MaterialKind::Recording => "recording",
        MaterialKind::Drill => "drill",
        MaterialKind::Link => "link",
        MaterialKind::Unknown => "unknown",
    }
}

/// Now, milliseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}
