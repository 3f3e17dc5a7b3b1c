//! Staff and guardians: their roles, how they sign in, and what guardians see.

use std::fmt;

use hotaru_content::id::{ClassId, LessonId, PupilId, TeacherId};
use hotaru_content::lesson::Subject;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Body, Bounds, MAX_ENTRIES, MAX_NAME_CHARS, Token, WireError};

/// The longest name to sign in with, in characters.
pub const MAX_SIGN_IN_CHARS: usize = 64;
/// The longest passphrase, in characters.
pub const MAX_PASSPHRASE_CHARS: usize = 256;
/// The most grants of one person that are told.
pub(super) const MAX_GRANTS: usize = 1000;

/// What somebody is at the school. A person may have several roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Teaches a class (担任): all of it.
    Teacher,
    /// Teaches one subject in a class (専科).
    SubjectTeacher,
    /// Cares for one pupil for a term (養護教諭, カウンセラー, 教育支援センター).
    Support,
    /// Parent or guardian (保護者) of one pupil.
    Guardian,
    /// Heads the school (校長, 教頭).
    Principal,
    /// Keeps accounts, roles, classes and terminals.
    SchoolAdmin,
    /// Keeps terminals of the city's schools (教育委員会).
    CityAdmin,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Teacher,
        Self::SubjectTeacher,
        Self::Support,
        Self::Guardian,
        Self::Principal,
        Self::SchoolAdmin,
        Self::CityAdmin,
    ];

    /// The name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Teacher => "teacher",
            Self::SubjectTeacher => "subject_teacher",
            Self::Support => "support",
            Self::Guardian => "guardian",
            Self::Principal => "principal",
            Self::SchoolAdmin => "school_admin",
            Self::CityAdmin => "city_admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a text is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no role of that name; choose teacher, subject-teacher, support, guardian, principal, school-admin or city-admin"
)]
pub struct BadRole;

impl std::str::FromStr for Role {
    type Err = BadRole;
    fn from_str(text: &str) -> Result<Self, BadRole> {
        let text = text.replace('-', "_");
        let named = Self::ALL.into_iter().find(|role| role.name() == text);
        named.ok_or(BadRole)
    }
}

/// A role and what narrows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The class of a teacher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassId>,
    /// The subject of a subject teacher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The pupil of support staff or a guardian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pupil: Option<PupilId>,
    /// The first school day that it counts on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_day: Option<Date>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_day: Option<Date>,
}

impl Grant {
    /// A role that nothing narrows yet.
    #[must_use]
    pub fn of(role: Role) -> Self {
        Self {
            role,
            class: None,
            subject: None,
            pupil: None,
            from_day: None,
            to_day: None,
        }
    }

    /// Whether it counts on a school day.
    #[must_use]
    pub fn counts_on(&self, day: Date) -> bool {
        self.from_day.is_none_or(|from| from <= day) && self.to_day.is_none_or(|to| day <= to)
    }

    /// Says what is missing or too much, so that a right is exactly as narrow as its role.
    ///
    /// # Errors
    /// The first that is wrong, as a sentence's end.
    pub fn check(&self) -> Result<(), &'static str> {
        let of_class = matches!(self.role, Role::Teacher | Role::SubjectTeacher);
        let of_pupil = matches!(self.role, Role::Support | Role::Guardian);
        if self.class.is_some() != of_class {
            return Err("needs a class for teachers, and for nobody else");
        }
        if self.subject.is_some() != (self.role == Role::SubjectTeacher) {
            return Err("needs a subject for subject teachers, and for nobody else");
        }
        if self.pupil.is_some() != of_pupil {
            return Err("needs a pupil for support staff and guardians, and for nobody else");
        }
        if self.role == Role::Support && (self.from_day.is_none() || self.to_day.is_none()) {
            return Err("needs a first and a last day for support staff");
        }
        if let (Some(from), Some(to)) = (self.from_day, self.to_day)
            && to < from
        {
            return Err("ends before it begins");
        }
        Ok(())
    }
}

/// `POST /v1/sessions`: signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRequest {
    /// The name to sign in with.
    pub sign_in: String,
    /// The passphrase.
    pub passphrase: String,
    /// Six digits of the authenticator, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What this computer was told at an earlier sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer: Option<Token>,
}

impl fmt::Debug for SessionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionRequest(..)")
    }
}

/// What `POST /v1/sessions` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionAnswer {
    /// The token of this session.
    pub token: Token,
    /// When it ends, milliseconds since 1970-01-01T00:00:00Z; two hours without a request end
    /// it sooner.
    pub expires_ms: i64,
    /// For the next sign-in on this computer: within a day it needs no code. Only where a
    /// code was shown now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer: Option<Token>,
    /// What the person is.
    pub roles: Vec<Grant>,
    /// The name that she signs in with.
    pub name: String,
}

/// `GET /v1/sessions/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCard {
    /// The person.
    pub staff: TeacherId,
    /// The name that she signs in with; empty for a desk token.
    pub name: String,
    /// What she is today.
    pub roles: Vec<Grant>,
    /// When the session ends; none for a desk token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<i64>,
}

/// `POST /v1/staff/setup`: the first passphrase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSetup {
    /// The code that the school's administrator gave.
    pub setup: String,
    /// The passphrase that was chosen.
    pub passphrase: String,
}

impl fmt::Debug for StaffSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffSetup(..)")
    }
}

/// What `POST /v1/staff/setup` answers: told this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSecrets {
    /// `otpauth://totp/…`, for an authenticator's camera.
    pub otpauth: String,
    /// The same secret in base32, for typing.
    pub secret: String,
    /// Codes for when the authenticator is lost; each counts once.
    pub recovery: Vec<String>,
}

impl fmt::Debug for StaffSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffSecrets(..)")
    }
}

/// `POST /v1/staff/totp`: the authenticator works, the account is ready.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffTotp {
    /// The setup code once more; it counts no more after this.
    pub setup: String,
    /// Six digits of the authenticator.
    pub code: String,
}

impl fmt::Debug for StaffTotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffTotp(..)")
    }
}

/// `GET /v1/guardian/children`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Children {
    /// Whose guardian it is.
    pub children: Vec<ChildCard>,
}

/// A child as her guardian finds her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildCard {
    /// The pupil.
    pub pupil: PupilId,
    /// Her class's name; empty where she is in none.
    pub class_name: String,
    /// Her number there.
    pub number: u16,
}

/// `GET /v1/guardian/children/{pupil}`: no notes, no responses, nothing of what she marked as
/// not understood (わからない).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// The pupil.
    pub pupil: PupilId,
    /// Her class's name.
    pub class_name: String,
    /// Her number there.
    pub number: u16,
    /// Days with study, newest first.
    pub days: Vec<super::DeskPupilDay>,
    /// Her lessons, newest first.
    pub lessons: Vec<ChildLesson>,
}

/// A lesson as a guardian sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildLesson {
    /// The lesson.
    pub lesson: LessonId,
    /// Its title.
    pub title: String,
    /// Its subject.
    pub subject: Subject,
    /// Its day.
    pub day: Date,
    /// She opened it.
    pub opened: bool,
    /// Items answered.
    pub answered: u32,
    /// Of them rightly.
    pub correct: u32,
}

fn grants(bounds: &Bounds, grants: &[Grant]) -> Result<(), WireError> {
    bounds.list("roles", grants, MAX_GRANTS)
}

impl Body for SessionRequest {
    const WHAT: &'static str = "a sign-in";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("sign_in", &self.sign_in, MAX_SIGN_IN_CHARS)?;
        bounds.text("passphrase", &self.passphrase, MAX_PASSPHRASE_CHARS)?;
        bounds.text("code", self.code.as_deref().unwrap_or_default(), 64)
    }
}

impl Body for SessionAnswer {
    const WHAT: &'static str = "the answer to a sign-in";
    const MAX_LEN: usize = 256 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("name", &self.name, MAX_SIGN_IN_CHARS)?;
        grants(&bounds, &self.roles)
    }
}

impl Body for SessionCard {
    const WHAT: &'static str = "a session";
    const MAX_LEN: usize = 256 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("name", &self.name, MAX_SIGN_IN_CHARS)?;
        grants(&bounds, &self.roles)
    }
}

impl Body for StaffSetup {
    const WHAT: &'static str = "a first passphrase";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("setup", &self.setup, 64)?;
        bounds.text("passphrase", &self.passphrase, MAX_PASSPHRASE_CHARS)
    }
}

impl Body for StaffSecrets {
    const WHAT: &'static str = "an account's secrets";
    const MAX_LEN: usize = 8 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("otpauth", &self.otpauth, 2000)?;
        bounds.text("secret", &self.secret, 64)?;
        bounds.list("recovery", &self.recovery, 100)?;
        self.recovery
            .iter()
            .try_for_each(|code| bounds.text("recovery", code, 64))
    }
}

impl Body for StaffTotp {
    const WHAT: &'static str = "an authenticator's first code";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("setup", &self.setup, 64)?;
        bounds.text("code", &self.code, 64)
    }
}

impl Body for Children {
    const WHAT: &'static str = "the list of a guardian's children";
    const MAX_LEN: usize = 256 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("children", &self.children, MAX_GRANTS)?;
        self.children
            .iter()
            .try_for_each(|child| bounds.text("class", &child.class_name, MAX_NAME_CHARS))
    }
}

impl Body for Child {
    const WHAT: &'static str = "a child's page";
    const MAX_LEN: usize = 8 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("class", &self.class_name, MAX_NAME_CHARS)?;
        bounds.list("days", &self.days, 5000)?;
        bounds.list("lessons", &self.lessons, MAX_ENTRIES)?;
        self.lessons
            .iter()
            .try_for_each(|lesson| bounds.text("title", &lesson.title, MAX_NAME_CHARS))
    }
}
