//! Who may do what: the one place that decides.
//!
//! [`may`] is a pure function of what somebody was granted, what she wants to do, to what, and
//! the school day. Every route of staff asks it, and the store's methods take the [`Scope`]
//! that only it makes. Pupils are no part of this: a terminal reaches the things of the pupils
//! that joined on it, by the rows of its joins.

use std::collections::BTreeSet;

use hotaru_content::id::{ClassId, PupilId, TeacherId};
use hotaru_content::lesson::Subject;
use hotaru_sync::wire::{Grant, Role};
use jiff::civil::Date;
use serde_json::json;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Classes, rosters, the terminals of their pupils.
    ReadRoster,
    /// The lessons of a class, and where they stand on terminals.
    ReadLessons,
    /// The answers to a lesson, counted by question.
    ReadAnswers,
    /// One pupil's page.
    ReadPupil,
    /// The files of lessons, and photos of paper study.
    ReadFiles,
    /// A lesson for a class.
    Publish,
    /// A new revision of a lesson that is there, or its withdrawal.
    ChangeLesson,
    /// The bytes of a lesson's files.
    Upload,
    /// A pupil's login card.
    ChangeCards,
    /// That a pupil's earlier study comes to a terminal.
    Agree,
    /// A pupil's place on a terminal, taken back.
    UndoJoin,
    /// A class's join code, seen, made anew or closed.
    JoinCode,
    /// One child's page, as for her guardian.
    ReadChild,
    /// Accounts and what they are granted.
    KeepStaff,
    /// The list of all terminals.
    ReadTerminals,
    /// A terminal's token and key, and orders to it.
    RevokeTerminal,
    /// What a lessor wrote of terminals, filed.
    FileCertificate,
    /// The audit log.
    ReadAudit,
    /// Counts by class.
    ReadAggregates,
    /// All that the school keeps of a pupil, to be handed over.
    ExportRecord,
    /// A pupil's record, deleted.
    DeletePupil,
}

/// Every action, for tests that look at all of them.
#[cfg(test)]
const ACTIONS: [Action; 21] = {
    use Action::*;
    [
        ReadRoster,
        ReadLessons,
        ReadAnswers,
        ReadPupil,
        ReadFiles,
        Publish,
        ChangeLesson,
        Upload,
        ChangeCards,
        Agree,
        UndoJoin,
        JoinCode,
        ReadChild,
        KeepStaff,
        ReadTerminals,
        RevokeTerminal,
        FileCertificate,
        ReadAudit,
        ReadAggregates,
        ExportRecord,
        DeletePupil,
    ]
};

impl Action {
    /// The name in the audit log; none for what concerns nobody's record and changes nothing
    /// of anybody's rights.
    #[must_use]
    pub fn audited(self) -> Option<&'static str> {
        match self {
            Self::ReadAnswers => Some("read_answers"),
            Self::ReadPupil => Some("read_pupil"),
            Self::ChangeCards => Some("change_cards"),
            Self::Agree => Some("agree"),
            Self::UndoJoin => Some("undo_join"),
            Self::JoinCode => Some("join_code"),
            Self::ReadChild => Some("read_child"),
            Self::KeepStaff => Some("keep_staff"),
            Self::RevokeTerminal => Some("revoke_terminal"),
            Self::FileCertificate => Some("file_certificate"),
            Self::ReadAudit => Some("read_audit"),
            Self::ExportRecord => Some("export_record"),
            Self::DeletePupil => Some("delete_pupil"),
            Self::ReadRoster
            | Self::ReadLessons
            | Self::ReadFiles
            | Self::Publish
            | Self::ChangeLesson
            | Self::Upload
            | Self::ReadTerminals
            | Self::ReadAggregates => None,
        }
    }
}

/// To what.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'a> {
    /// To whatever of it the right reaches.
    School,
    /// A class or group.
    Class(ClassId),
    /// A lesson.
    Lesson(&'a LessonFacts),
    /// A pupil, with the classes that she is in now.
    Pupil(PupilId, &'a [ClassId]),
    /// A terminal, by the classes that the pupils on it are in now.
    Terminal(&'a [ClassId]),
}

/// What decides about a lesson. The default is that of one that is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LessonFacts {
    /// Who published it first.
    pub author: Option<TeacherId>,
    /// The newest revision's subject.
    pub subject: Option<Subject>,
    /// Its recipients: of each the classes that reach it, one of a class, all of a pupil.
    pub targets: Vec<Vec<ClassId>>,
}

/// Whether it is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is, so far.
    Yes(Scope),
    /// Not to this one: as if it were not there.
    NotYours,
    /// Not with any role of this person.
    Never,
}

/// How far a right reaches. Only [`may`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    staff: TeacherId,
    role: Role,
    reach: Reach,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reach {
    /// All of the school.
    All,
    /// Classes, of each one subject or all.
    Classes(BTreeSet<(ClassId, Option<Subject>)>),
    /// Pupils by name.
    Pupils(BTreeSet<PupilId>),
}

impl Scope {
    /// Who asks.
    #[must_use]
    pub fn staff(&self) -> TeacherId {
        self.staff
    }

    /// By which role; where several allow it, the widest.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether a class's lessons of a subject are in it.
    #[must_use]
    pub fn has(&self, class: ClassId, subject: &Subject) -> bool {
        match &self.reach {
            Reach::All => true,
            Reach::Classes(classes) => {
                classes.contains(&(class, None))
                    || classes.contains(&(class, Some(subject.clone())))
            }
            Reach::Pupils(_) => false,
        }
    }

    /// Whether lessons of a subject are in it, of whatever class.
    #[must_use]
    pub fn shows(&self, subject: &Subject) -> bool {
        match &self.reach {
            Reach::All | Reach::Pupils(_) => true,
            Reach::Classes(classes) => classes
                .iter()
                .any(|(_, only)| only.as_ref().is_none_or(|only| only == subject)),
        }
    }

    /// Whether no subject narrows any of it.
    #[must_use]
    pub fn shows_all(&self) -> bool {
        match &self.reach {
            Reach::All | Reach::Pupils(_) => true,
            Reach::Classes(classes) => classes.iter().any(|(_, only)| only.is_none()),
        }
    }

    /// Pupils by name.
    #[must_use]
    pub fn pupils(&self) -> Vec<PupilId> {
        match &self.reach {
            Reach::Pupils(pupils) => pupils.iter().copied().collect(),
            Reach::All | Reach::Classes(_) => Vec::new(),
        }
    }

    /// For SQL: null for all of the school, else JSON, a list of a class's id in hexadecimal
    /// and a subject or null.
    #[must_use]
    pub fn classes_json(&self) -> Option<String> {
        match &self.reach {
            Reach::All => None,
            Reach::Classes(classes) => {
                let pairs = classes
                    .iter()
                    .map(|(class, subject)| json!([class, subject]));
                Some(serde_json::Value::from_iter(pairs).to_string())
            }
            Reach::Pupils(_) => Some("[]".to_owned()),
        }
    }
}

/// How far a role lets somebody do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Range {
    Nothing,
    OwnClasses,
    OwnSubject,
    OwnPupil,
    School,
}

/// The table: what is not in it is not allowed.
fn range(role: Role, action: Action) -> Range {
    use Action::{
        Agree, ChangeCards, ChangeLesson, DeletePupil, ExportRecord, FileCertificate, JoinCode,
        KeepStaff, Publish, ReadAggregates, ReadAnswers, ReadAudit, ReadChild, ReadFiles,
        ReadLessons, ReadPupil, ReadRoster, ReadTerminals, RevokeTerminal, UndoJoin, Upload,
    };
    match (role, action) {
        (
            Role::Teacher,
            ReadRoster | ReadLessons | ReadAnswers | ReadPupil | ReadFiles | Publish | ChangeLesson
            | Upload | ChangeCards | Agree | UndoJoin | JoinCode,
        ) => Range::OwnClasses,
        (
            Role::SubjectTeacher,
            ReadRoster | ReadLessons | ReadAnswers | ReadPupil | ReadFiles | Publish | ChangeLesson
            | Upload,
        ) => Range::OwnSubject,
        (Role::Support, ReadPupil) | (Role::Guardian, ReadChild) => Range::OwnPupil,
        (
            Role::Principal,
            ReadRoster | ReadLessons | ReadAnswers | ReadPupil | ReadFiles | ReadAudit
            | ReadAggregates | ExportRecord,
        )
        | (
            Role::SchoolAdmin,
            ReadRoster | JoinCode | KeepStaff | ReadTerminals | RevokeTerminal | FileCertificate
            | ReadAudit | ExportRecord | DeletePupil,
        )
        | (Role::CityAdmin, ReadTerminals | FileCertificate | ReadAggregates) => Range::School,
        _ => Range::Nothing,
    }
}

/// Decides. What several grants allow adds up.
#[must_use]
pub fn may(
    staff: TeacherId,
    grants: &[Grant],
    action: Action,
    on: Resource<'_>,
    today: Date,
) -> Decision {
    let mut is_known = false;
    let mut classes = BTreeSet::new();
    let mut pupils = BTreeSet::new();
    let (mut of_classes, mut of_pupils) = (None, None);
    for grant in grants.iter().filter(|grant| grant.counts_on(today)) {
        let range = range(grant.role, action);
        is_known |= range != Range::Nothing;
        match (range, grant) {
            (Range::Nothing, _) => {}
            (Range::School, _) => {
                return Decision::Yes(Scope {
                    staff,
                    role: grant.role,
                    reach: Reach::All,
                });
            }
            (
                Range::OwnClasses,
                Grant {
                    class: Some(class), ..
                },
            ) => {
                classes.insert((*class, None));
                of_classes = Some(Role::Teacher);
            }
            (
                Range::OwnSubject,
                Grant {
                    class: Some(class),
                    subject: Some(subject),
                    ..
                },
            ) => {
                classes.insert((*class, Some(subject.clone())));
                of_classes = of_classes.or(Some(Role::SubjectTeacher));
            }
            (
                Range::OwnPupil,
                Grant {
                    pupil: Some(pupil), ..
                },
            ) => {
                pupils.insert(*pupil);
                of_pupils = Some(grant.role);
            }
            // A grant without what narrows it grants nothing.
            (Range::OwnClasses | Range::OwnSubject | Range::OwnPupil, _) => {}
        }
    }
    narrow(&mut classes, on, staff, action);
    if let Resource::Pupil(pupil, hers) = on
        && pupils.contains(&pupil)
        && let Some(role) = of_pupils
    {
        let hers = hers.iter().map(|class| (*class, None));
        let reach = match action {
            Action::ReadChild => Reach::Pupils([pupil].into()),
            _ => Reach::Classes(hers.collect()),
        };
        return Decision::Yes(Scope { staff, role, reach });
    }
    if let Some(role) = of_classes.filter(|_| !classes.is_empty()) {
        let reach = Reach::Classes(classes);
        return Decision::Yes(Scope { staff, role, reach });
    }
    if let (Resource::School, Some(role)) = (on, of_pupils) {
        let reach = Reach::Pupils(pupils);
        return Decision::Yes(Scope { staff, role, reach });
    }
    if is_known {
        Decision::NotYours
    } else {
        Decision::Never
    }
}

/// Leaves of a person's classes those by which she reaches something.
fn narrow(
    classes: &mut BTreeSet<(ClassId, Option<Subject>)>,
    on: Resource<'_>,
    staff: TeacherId,
    action: Action,
) {
    match on {
        Resource::School => {}
        Resource::Class(wanted) => classes.retain(|(class, _)| *class == wanted),
        Resource::Pupil(_, hers) | Resource::Terminal(hers) => {
            classes.retain(|(class, _)| hers.contains(class));
        }
        Resource::Lesson(lesson) => {
            classes.retain(|(_, only)| only.is_none() || *only == lesson.subject);
            let reaches = |target: &Vec<ClassId>| {
                target
                    .iter()
                    .any(|class| classes.iter().any(|(mine, _)| mine == class))
            };
            // Who made a lesson may change it, and who teaches all that it went to.
            let reached = match action {
                Action::ChangeLesson => {
                    !lesson.targets.is_empty() && lesson.targets.iter().all(reaches)
                }
                _ => lesson.targets.iter().any(reaches),
            };
            if !reached && lesson.author != Some(staff) {
                classes.clear();
            }
        }
    }
}

#[cfg(test)]
#[path = "rights/tests.rs"]
mod tests;
