//! What the store keeps of staff: accounts, grants, sessions, the audit log.

use async_trait::async_trait;
use hotaru_content::id::{ClassId, LessonId, PupilId, TeacherId, TerminalId};
use hotaru_sync::wire::{Aggregates, AuditRow, ChildCard, Grant, StaffRow};
use zeroize::Zeroizing;

use super::{PupilPage, Result};
use crate::rights::{LessonFacts, Scope};

/// A session as it is found by its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub staff: TeacherId,
    /// The name that she signs in with; empty for a desk token.
    pub name: String,
    /// What she was granted, expired grants among them.
    pub grants: Vec<Grant>,
    /// When it was last used, to the minute.
    pub seen_ms: i64,
    /// When it ends; none for a desk token.
    pub expires_ms: Option<i64>,
    /// It was revoked, or the account was disabled.
    pub is_revoked: bool,
}

/// A session to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose.
    pub staff: TeacherId,
    /// The hash of its token.
    pub token_hash: [u8; 32],
    /// The computer, by the hash of its token.
    pub computer: Option<[u8; 32]>,
    /// A second factor was shown at this moment: the computer is known from now on.
    pub is_proven: bool,
    /// A computer's token that the new one takes the place of, by its hash.
    pub replaces: Option<[u8; 32]>,
    /// When it ends.
    pub expires_ms: i64,
    /// Now.
    pub now_ms: i64,
}

/// What a sign-in is compared with.
#[derive(Clone)]
pub struct Account {
    /// The person.
    pub staff: TeacherId,
    /// Argon2id in PHC form; none until it was chosen.
    pub passphrase: Option<Zeroizing<String>>,
    /// The secret of TOTP.
    pub totp_secret: Option<Zeroizing<Vec<u8>>>,
    /// A right code was shown once.
    pub has_totp: bool,
    /// It may not sign in.
    pub is_disabled: bool,
}

/// An account that is to be made, with its first code.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The person.
    pub staff: TeacherId,
    /// The name to sign in with, checked.
    pub sign_in: String,
    /// The hash of the setup code.
    pub setup_hash: [u8; 32],
    /// Until when that counts.
    pub until_ms: i64,
    /// Now.
    pub now_ms: i64,
}

/// What a first sign-in sets.
pub struct NewSecrets {
    /// Argon2id in PHC form.
    pub passphrase: Zeroizing<String>,
    /// The secret of TOTP.
    pub totp_secret: Zeroizing<Vec<u8>>,
    /// The hashes of the recovery codes.
    pub recovery: Vec<[u8; 32]>,
}

/// A row of the audit log before it has its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// When.
    pub at_ms: i64,
    /// Who.
    pub staff: Option<TeacherId>,
    /// As what.
    pub role: String,
    /// In which session.
    pub session: Option<i64>,
    /// What.
    pub action: &'static str,
    /// Whose record.
    pub pupil: Option<PupilId>,
    /// Which class's.
    pub class: Option<ClassId>,
    /// In which lesson.
    pub lesson: Option<LessonId>,
    /// On which terminal.
    pub terminal: Option<TerminalId>,
    /// Whose account.
    pub about: Option<TeacherId>,
    /// How it ended.
    pub outcome: &'static str,
}

/// A session for who looks after them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SessionRow {
    /// Its number, by which it is revoked.
    pub session: i64,
    /// Whose.
    pub staff: TeacherId,
    /// The name to sign in with; none where there is a desk token only.
    pub sign_in: Option<String>,
    /// Made by the keeper, without a passphrase.
    pub desk_token: bool,
    /// The names of the classes of a desk token's teacher.
    pub classes: Vec<String>,
    /// When it began.
    pub made_ms: i64,
    /// When it was last used.
    pub seen_ms: i64,
    /// When it ends.
    pub expires_ms: Option<i64>,
}

/// What the store keeps of staff. Each method is one transaction.
#[async_trait]
pub trait StaffStore: Send + Sync + 'static {
    /// Makes an account, or false where the name is taken.
    async fn add_account(&self, account: NewAccount) -> Result<bool>;
    /// Everybody, by name.
    async fn staff(&self, now_ms: i64) -> Result<Vec<StaffRow>>;
    /// Who signs in by a name.
    async fn account(&self, sign_in: &str) -> Result<Option<Account>>;
    /// Who has a setup code that counts.
    async fn account_by_setup(
        &self,
        setup_hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<(Account, String)>>;
    /// Keeps a first passphrase and what belongs to it; false where the code counts no more.
    async fn set_up(&self, setup_hash: &[u8; 32], secrets: NewSecrets, now_ms: i64)
    -> Result<bool>;
    /// The authenticator showed a right code of a step: the account is ready and the setup
    /// code counts no more. False where it did not count already.
    async fn confirm_totp(&self, setup_hash: &[u8; 32], step: u64, now_ms: i64) -> Result<bool>;
    /// Takes a step of TOTP; false where it or a later one was taken.
    async fn take_step(&self, staff: TeacherId, step: u64) -> Result<bool>;
    /// Takes a recovery code; false where there is none, or it was used.
    async fn take_recovery(
        &self,
        staff: TeacherId,
        code_hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<bool>;
    /// Disables an account and ends its sessions; false where there is none.
    async fn disable(&self, staff: TeacherId, now_ms: i64) -> Result<bool>;
    /// Forgets an account's passphrase, authenticator, recovery codes, computers and sessions,
    /// and gives it a new setup code; one that was disabled may be set up again. False where there
    /// is no such account.
    async fn reset(
        &self,
        staff: TeacherId,
        setup_hash: [u8; 32],
        until_ms: i64,
        now_ms: i64,
    ) -> Result<bool>;

    /// What somebody was granted, expired grants among them.
    async fn roles(&self, staff: TeacherId) -> Result<Vec<Grant>>;
    /// Gives a role; none where there is no such person, class or pupil. Its number.
    async fn grant(
        &self,
        staff: TeacherId,
        grant: &Grant,
        by: Option<TeacherId>,
        now_ms: i64,
    ) -> Result<Option<u64>>;
    /// Whose a grant is that was not revoked.
    async fn holder_of_grant(&self, id: u64) -> Result<Option<TeacherId>>;
    /// Revokes a grant; false where there is none.
    async fn revoke_grant(&self, id: u64, now_ms: i64) -> Result<bool>;

    /// Begins a session; its number.
    async fn begin_session(&self, session: NewSession) -> Result<i64>;
    /// Notes that a session is in use.
    async fn session_seen(&self, id: i64, now_ms: i64) -> Result<()>;
    /// Ends a session; false where it had ended.
    async fn end_session(&self, id: i64, now_ms: i64) -> Result<bool>;
    /// All sessions that were not revoked, oldest first.
    async fn sessions(&self, now_ms: i64) -> Result<Vec<SessionRow>>;
    /// When a second factor was last shown on a computer of this person.
    async fn computer_proven(&self, staff: TeacherId, computer: &[u8; 32]) -> Result<Option<i64>>;

    /// What decides about a lesson; the default where there is none.
    async fn lesson_facts(&self, lesson: LessonId) -> Result<LessonFacts>;
    /// The classes that a pupil is in now.
    async fn classes_of(&self, pupil: PupilId) -> Result<Vec<ClassId>>;
    /// The classes that the pupils on a terminal are in now.
    async fn classes_on(&self, terminal: TerminalId) -> Result<Vec<ClassId>>;
    /// The pupil of a number in a class.
    async fn pupil_at(&self, class: ClassId, number: u16) -> Result<Option<PupilId>>;
    /// Gives a class a join code, or none; false where there is no such class.
    async fn set_join_code(
        &self,
        class: ClassId,
        code: Option<String>,
        until_ms: i64,
    ) -> Result<bool>;
    /// Revokes a terminal's token and takes its pupils off it; false where there is none.
    async fn revoke_terminal(&self, terminal: TerminalId, now_ms: i64) -> Result<bool>;
    /// The children that a guardian's scope names.
    async fn children(&self, scope: &Scope) -> Result<Vec<ChildCard>>;
    /// All of one child; none where the scope does not name her.
    async fn child(&self, scope: &Scope, pupil: PupilId) -> Result<Option<PupilPage>>;
    /// Counts by class, small ones left out.
    async fn aggregates(&self, now_ms: i64) -> Result<Aggregates>;

    /// Adds a row to the audit log.
    async fn audit(&self, row: Audit) -> Result<()>;
    /// Rows after one, of all or of one pupil, at most `limit`.
    async fn audit_rows(
        &self,
        pupil: Option<PupilId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>>;
}
