//! What keeps a school running: accounts, roles, join codes, terminals, the audit log, counts.

use std::fmt;

use hotaru_content::id::{ClassId, LessonId, PupilId, TeacherId, TerminalId};
use hotaru_content::order::Unsent;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::staff::MAX_GRANTS;
use super::{Body, Bounds, Grant, MAX_ENTRIES, MAX_NAME_CHARS, MAX_SIGN_IN_CHARS, WireError};

/// `POST /v1/admin/staff`: an account that has no passphrase yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStaff {
    /// The name to sign in with.
    pub sign_in: String,
}

/// A setup code: told this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCode {
    /// Whose it is.
    pub staff: TeacherId,
    /// The code, as it is written.
    pub setup: String,
    /// Until when it counts, milliseconds since 1970-01-01T00:00:00Z.
    pub until_ms: i64,
}

impl fmt::Debug for StaffCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffCode({}, ..)", self.staff)
    }
}

/// `GET /v1/admin/staff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffList {
    /// Everybody with an account or a desk token.
    pub staff: Vec<StaffRow>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRow {
    /// The person.
    pub staff: TeacherId,
    /// The name to sign in with; none where there is a desk token only.
    #[serde(default)]
    pub sign_in: Option<String>,
    /// Passphrase and authenticator are there, or an identity provider proved her once.
    pub is_ready: bool,
    /// May not sign in any more.
    pub is_disabled: bool,
    /// Sessions that count, desk tokens among them.
    pub sessions: u32,
    /// Of these, desk tokens.
    pub desk_tokens: u32,
    /// Grants that were not revoked.
    pub grants: Vec<GrantRow>,
}

/// A grant that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRow {
    /// Its number.
    pub id: u64,
    /// What it grants.
    #[serde(flatten)]
    pub grant: Grant,
    /// When it was given, milliseconds since 1970-01-01T00:00:00Z.
    pub made_ms: i64,
}

/// `POST /v1/admin/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGrant {
    /// To whom.
    pub staff: TeacherId,
    /// What.
    #[serde(flatten)]
    pub grant: Grant,
}

/// What `POST /v1/admin/grants` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantId {
    /// The grant's number, by which it is revoked.
    pub id: u64,
}

/// `POST …/classes/{class}/code`: a new join code instead of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewJoinCode {
    /// How many days it counts: 1 to 90.
    #[serde(default = "NewJoinCode::usual_days")]
    pub days: u16,
}

impl NewJoinCode {
    /// How many days a code counts where nobody says otherwise.
    pub const USUAL_DAYS: u16 = 14;

    fn usual_days() -> u16 {
        Self::USUAL_DAYS
    }
}

/// What `POST …/classes/{class}/code` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinCode {
    /// The class.
    pub class: ClassId,
    /// The code, as it is written on the board.
    pub join_code: String,
    /// Until when it counts, milliseconds since 1970-01-01T00:00:00Z.
    pub until_ms: i64,
}

/// `GET /v1/admin/terminals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminTerminals {
    /// All that ever joined.
    pub terminals: Vec<AdminTerminal>,
}

/// A terminal, for who keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminTerminal {
    /// The terminal.
    pub terminal: TerminalId,
    /// What it calls itself.
    pub name: String,
    /// Its pupils, class and number; none for who may not know them.
    pub pupils: Vec<(String, u16)>,
    /// When it joined, milliseconds since 1970-01-01T00:00:00Z.
    pub joined_ms: i64,
    /// When it was last seen, likewise.
    pub seen_ms: i64,
    /// Its token counts no more.
    pub revoked: bool,
    /// It told the school that it was erased.
    pub erased: bool,
    /// What the school has of its certificate: milliseconds since 1970-01-01T00:00:00Z, by the
    /// terminal's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_ms: Option<i64>,
    /// What it last said that the school does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent: Option<Unsent>,
    /// When it said so, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent_ms: Option<i64>,
    /// It is to erase itself and has not said that it did; true where at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erase_ordered: Option<bool>,
    /// What its lessor wrote of its erasure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lessor: Vec<LessorCertificate>,
}

/// A lessor's certificate that was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessorCertificate {
    /// Its number.
    pub id: u64,
    /// The file's name.
    pub name: String,
    /// When it was filed, milliseconds since 1970-01-01T00:00:00Z.
    pub filed_ms: i64,
}

/// The longest certificate of a lessor, in bytes.
pub const MAX_LESSOR_CERTIFICATE_LEN: usize = 8 << 20;

/// `POST /v1/admin/terminals/{terminal}/erase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseRequest {
    /// Whatever has not reached the school is lost; else everything is sent first.
    #[serde(default)]
    pub at_once: bool,
}

/// What it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseAnswer {
    /// The order's number.
    pub number: u64,
}

/// What `POST /v1/admin/terminals/{terminal}/lessor-certificate?name=` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledCertificate {
    /// The certificate's number.
    pub id: u64,
}

/// `GET /v1/admin/audit?pupil=&after=`: oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// At most 500 rows.
    pub rows: Vec<AuditRow>,
}

/// Something that was done or tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its place in the log.
    pub id: u64,
    /// When, milliseconds since 1970-01-01T00:00:00Z by the school's clock.
    pub at_ms: i64,
    /// Who; none where it was nobody that the school knows, or the server's keeper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<TeacherId>,
    /// As what.
    pub role: String,
    /// In which session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<u64>,
    /// What.
    pub action: String,
    /// Whose record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pupil: Option<PupilId>,
    /// Which class's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassId>,
    /// In which lesson.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<LessonId>,
    /// On which terminal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<TerminalId>,
    /// Whose account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<TeacherId>,
    /// `allowed`, `refused`; of a sign-in `good`, `bad`.
    pub outcome: String,
}

/// `GET /v1/aggregates`: counts by class, nobody's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregates {
    /// Classes and groups, by name.
    pub classes: Vec<ClassAggregate>,
}

impl Aggregates {
    /// What fewer pupils than this stand behind is not told.
    pub const FEWEST_PUPILS: u32 = 5;
    /// So many days of answers are told.
    pub const DAYS: usize = 28;
}

/// One class in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassAggregate {
    /// The class's name.
    pub name: String,
    /// Its grade.
    pub grade: String,
    /// None where the class has fewer than [`Aggregates::FEWEST_PUPILS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<ClassCounts>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCounts {
    /// Pupils on the roster.
    pub pupils: u32,
    /// Terminals in use by them.
    pub terminals: u32,
    /// Receipts that say that a lesson is whole on a terminal.
    pub lessons_on_terminals: u32,
    /// Days with answers by at least [`Aggregates::FEWEST_PUPILS`] pupils, newest first, at
    /// most [`Aggregates::DAYS`].
    pub answers: Vec<DayAnswers>,
}

/// Answers of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayAnswers {
    /// The day in Japan on which they arrived.
    pub day: Date,
    /// How many.
    pub answers: u32,
}

/// `POST /v1/admin/pupils/{pupil}/delete`: whom one means, once more in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletePupil {
    /// The name of her own class, now or last.
    pub class: String,
    /// Her number there.
    pub number: u16,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedPupil {
    /// Events that are gone.
    pub events: u64,
    /// Terminals that are told to remove her.
    pub terminals: u32,
    /// Photos and free pages are gone as well; else that is being done.
    pub is_done: bool,
}

impl Body for DeletePupil {
    const WHAT: &'static str = "whom to delete";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).text("class", &self.class, MAX_NAME_CHARS)
    }
}

impl Body for DeletedPupil {
    const WHAT: &'static str = "what was deleted";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Ok(())
    }
}

impl Body for NewStaff {
    const WHAT: &'static str = "a new account";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).text("sign_in", &self.sign_in, MAX_SIGN_IN_CHARS)
    }
}

impl Body for StaffCode {
    const WHAT: &'static str = "a setup code";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).text("setup", &self.setup, 64)
    }
}

impl Body for StaffList {
    const WHAT: &'static str = "the list of staff";
    const MAX_LEN: usize = 16 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("staff", &self.staff, MAX_ENTRIES)?;
        self.staff.iter().try_for_each(|row| {
            let name = row.sign_in.as_deref().unwrap_or_default();
            bounds.text("sign_in", name, MAX_SIGN_IN_CHARS)?;
            bounds.list("grants", &row.grants, MAX_GRANTS)
        })
    }
}

impl Body for NewGrant {
    const WHAT: &'static str = "a grant";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        let checked = self.grant.check();
        checked.map_err(|problem| Bounds(Self::WHAT).wrong("role", problem.to_owned()))
    }
}

impl Body for GrantId {
    const WHAT: &'static str = "a grant's number";
    const MAX_LEN: usize = 256;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).cursor("id", self.id)
    }
}

impl Body for NewJoinCode {
    const WHAT: &'static str = "a wish for a join code";
    const MAX_LEN: usize = 256;

    fn check(&self) -> Result<(), WireError> {
        if !(1..=90).contains(&self.days) {
            let problem = "is not between 1 and 90".to_owned();
            return Err(Bounds(Self::WHAT).wrong("days", problem));
        }
        Ok(())
    }
}

impl Body for JoinCode {
    const WHAT: &'static str = "a join code";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).text("code", &self.join_code, 64)
    }
}

impl Body for AdminTerminals {
    const WHAT: &'static str = "the list of terminals";
    const MAX_LEN: usize = 16 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("terminals", &self.terminals, MAX_ENTRIES)?;
        for terminal in &self.terminals {
            bounds.text("terminal", &terminal.name, MAX_NAME_CHARS)?;
            bounds.list("pupils", &terminal.pupils, 1000)?;
            for (class, _) in &terminal.pupils {
                bounds.text("class", class, MAX_NAME_CHARS)?;
            }
            bounds.list("lessor", &terminal.lessor, 1000)?;
            for filed in &terminal.lessor {
                bounds.text("name", &filed.name, MAX_NAME_CHARS)?;
            }
        }
        Ok(())
    }
}

macro_rules! numbers {
    ($($body:ident $what:literal,)*) => {$(
        impl Body for $body {
            const WHAT: &'static str = $what;
            const MAX_LEN: usize = 1 << 10;

            fn check(&self) -> Result<(), WireError> {
                Ok(())
            }
        }
    )*};
}

numbers! {
    EraseRequest "an order to erase a terminal",
    EraseAnswer "the answer to an order to erase a terminal",
    FiledCertificate "the answer to a lessor's certificate",
}

impl Body for AuditPage {
    const WHAT: &'static str = "a page of the audit log";
    const MAX_LEN: usize = 1 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("rows", &self.rows, 500)?;
        for row in &self.rows {
            bounds.text("role", &row.role, 64)?;
            bounds.text("action", &row.action, 64)?;
            bounds.text("outcome", &row.outcome, 64)?;
        }
        Ok(())
    }
}

impl Body for Aggregates {
    const WHAT: &'static str = "the counts of a school";
    const MAX_LEN: usize = 4 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("classes", &self.classes, 1000)?;
        for class in &self.classes {
            bounds.text("name", &class.name, MAX_NAME_CHARS)?;
            bounds.text("grade", &class.grade, 8)?;
            if let Some(counts) = &class.counts {
                bounds.list("answers", &counts.answers, Self::DAYS)?;
            }
        }
        Ok(())
    }
}
