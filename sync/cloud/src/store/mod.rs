//! What the cloud keeps, as whole transactions.
//!
//! [`Store`] is the seam for other databases: a method is one transaction, what it returns
//! is committed, and nothing outside knows SQL. [`sqlite`] is the one for a single school.
//! The bytes of blobs lie beside it, in [`crate::blobs`].

mod keys;
mod oidc;
mod orders;
mod privacy;
mod rows;
pub mod sqlite;
mod staff;

pub use keys::*;
pub use oidc::*;
pub use orders::*;
pub use privacy::*;
pub use rows::*;
pub use staff::*;

use async_trait::async_trait;
use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{ClassId, LessonId, PupilId, RunId, StreamId, TerminalId};
use hotaru_content::key::SecretKey;
use hotaru_content::log::Event;
use hotaru_sync::wire::{
    DeskReceipts, DeskSchool, Lessons, PatchOffer, PushAnswer, Receipt, SchoolCard, StreamEnd,
};

use crate::rights::Scope;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the school's disk is full; nothing was changed, make room on it and try again")]
    Full,
    /// What is stored cannot be what was stored.
    #[error(
        "the school's database is damaged ({0}); nothing was overwritten: leave this folder as it is, and bring the newest backup into a new one with `hotaru-cloud restore BACKUP --data NEW` (`hotaru-cloud check` says more)"
    )]
    Damaged(String),
    /// A newer program wrote it.
    #[error(
        "the school's database was written by a newer hotaru-cloud ({0}); nothing was changed, install that version or a later one"
    )]
    Newer(String),
    /// There is no school here.
    #[error("there is no school in this folder; make one with `hotaru-cloud init`")]
    NoSchool,
    /// There is a school here already.
    #[error("there is a school in this folder already ({0}); choose another folder")]
    SchoolExists(String),
    /// A class's name is taken.
    #[error("there is a class or group named {0} already; choose another name")]
    NameTaken(String),
    /// No class of that name.
    #[error("there is no class or group named {0}; `hotaru-cloud class list` names all")]
    NoClass(String),
    /// No pupil of that number.
    #[error("class {class} has no pupil with number {number}; the pupil has to join first")]
    NoPupil {
        /// The class.
        class: String,
        /// The number.
        number: u16,
    },
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness ({0}); try again")]
    Random(#[from] getrandom::Error),
    /// Anything else of the database.
    #[error("the school's database failed ({0}); nothing was changed, try again")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) = error {
            // What was written there had another form.
            return Self::Damaged(error.to_string());
        }
        // An extended code has the primary one in its low byte
        // (https://www.sqlite.org/rescode.html).
        let code = error.as_database_error().and_then(|error| error.code());
        let code: Option<u32> = code.and_then(|code| code.parse().ok());
        match code.map(|code| code & 0xFF) {
            // SQLITE_FULL
            Some(13) => Self::Full,
            // SQLITE_CORRUPT, SQLITE_NOTADB
            Some(11 | 26) => Self::Damaged(error.to_string()),
            _ => Self::Database(error),
        }
    }
}

/// The result of a transaction.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// What the cloud keeps. Each method is one transaction; times are milliseconds since
/// 1970-01-01T00:00:00Z, given by the caller.
#[async_trait]
pub trait Store: KeyStore + OidcStore + OrderStore + PrivacyStore + StaffStore {
    /// The school.
    async fn school(&self) -> Result<SchoolCard>;
    /// Begins a run of the server: change numbers go on above every number that an earlier
    /// run may have given, even where this database was restored from a backup, and what
    /// was passed over is noted.
    async fn begin_run(&self, run: RunId, now_ms: i64) -> Result<()>;
    /// Closes every connection, after what is under way.
    async fn close(&self);

    /// Adds a class with its teacher.
    async fn add_class(&self, class: NewClass) -> Result<()>;
    /// Adds a group of pupils of classes, with its teacher.
    async fn add_group(&self, group: NewClass, members: Vec<(String, u16)>) -> Result<()>;
    /// All classes and groups, by name.
    async fn classes(&self) -> Result<Vec<ClassRow>>;
    /// All terminals, in the order in which they joined.
    async fn terminals(&self) -> Result<Vec<TerminalRow>>;
    /// Whose token hashes to this; none where it is unknown or revoked.
    async fn holder(&self, token_hash: &[u8; 32]) -> Result<Option<Holder>>;
    /// The key of the school's own certificate: this one, where it has none yet.
    async fn tls_key(&self, new: &[u8]) -> Result<Vec<u8>>;
    /// The secret of the school's boxes: this one, where it has none yet.
    async fn box_secret(&self, new: &SecretKey) -> Result<SecretKey>;
    /// Keeps a box with the secret of a pupil's codes; twice is once.
    async fn put_codes(&self, codes: NewCodes) -> Result<()>;
    /// The box with the secret of the code of this number, where the pupil is in scope.
    async fn codes(
        &self,
        scope: &Scope,
        terminal: TerminalId,
        pupil: PupilId,
        number: u32,
    ) -> Result<Option<Vec<u8>>>;
    /// Notes how high a terminal's numbers may go until it is noted anew; durable on return.
    async fn note_ceiling(&self, terminal: TerminalId, ceiling: u64) -> Result<()>;
    /// Puts a pupil on a terminal, both made where need be; none where the code or the card
    /// is wrong.
    async fn join(&self, join: Join) -> Result<Option<Joined>>;
    /// Takes the pupils in scope off a terminal, and revokes its token where none is left.
    /// False where no pupil in scope is there.
    async fn undo_join(&self, scope: &Scope, terminal: TerminalId, now_ms: i64) -> Result<bool>;

    /// Notes that a terminal was on the line, to the minute.
    async fn seen(&self, terminal: TerminalId, now_ms: i64) -> Result<()>;

    /// What is known of a stream, for a terminal that wants to push to it.
    async fn stream(&self, terminal: TerminalId, stream: StreamId) -> Result<StreamState>;
    /// All events of a stream, in order; none where it is not known.
    async fn stream_events(&self, stream: StreamId) -> Result<Vec<Event>>;
    /// Whether this terminal has this pupil.
    async fn has_pupil(&self, terminal: TerminalId, pupil: PupilId) -> Result<bool>;
    /// The streams of a pupil and where they end, in the order in which they began; none
    /// where nobody agreed that this terminal gets them.
    async fn pupil_streams(
        &self,
        terminal: TerminalId,
        pupil: PupilId,
    ) -> Result<Option<Vec<StreamEnd>>>;
    /// Whether a terminal may have a stream back: it wrote it, or its pupil's study may come
    /// to it.
    async fn may_return(&self, terminal: TerminalId, stream: StreamId) -> Result<bool>;
    /// Makes a pupil's login card, of which only the hash is kept; earlier ones count no
    /// more. None where no own class of the pupil is in scope.
    async fn make_card(
        &self,
        scope: &Scope,
        pupil: PupilId,
        card_hash: [u8; 32],
        now_ms: i64,
    ) -> Result<Option<CardOf>>;
    /// Lets a pupil's cards count no more; false where no own class of the pupil is in scope.
    async fn revoke_cards(&self, scope: &Scope, pupil: PupilId, now_ms: i64) -> Result<bool>;
    /// Agrees that a pupil's earlier study comes to a terminal; false where no own
    /// class of the pupil is in scope, or she is not there.
    async fn agree(&self, scope: &Scope, terminal: TerminalId, pupil: PupilId) -> Result<bool>;
    /// Adds events where the stream still stands at the expected point.
    async fn append(&self, append: Append) -> Result<Appended>;
    /// Accepted events of a class's pupils in order, after a place, at most `limit`.
    async fn log(&self, class: ClassId, after: i64, limit: u32) -> Result<Vec<LogRow>>;
    /// Of these drills, those that a revision of the lesson names.
    async fn is_drill_of(&self, lesson: LessonId, drill: BlobId) -> Result<bool>;

    /// What changed for a terminal after a cursor, one page.
    async fn changes(&self, terminal: TerminalId, after: u64, now_ms: i64) -> Result<Lessons>;
    /// Publishes a revision.
    async fn publish(&self, revision: NewRevision) -> Result<Published>;
    /// Withdraws a lesson.
    async fn withdraw(&self, lesson: LessonId) -> Result<Withdrawn>;
    /// Releases what is due and takes back what has expired.
    async fn turn(&self, now_ms: i64) -> Result<Turned>;
    /// Keeps what a terminal says has arrived; of lessons that are not its own, nothing.
    async fn put_receipts(
        &self,
        terminal: TerminalId,
        receipts: Vec<Receipt>,
        now_ms: i64,
    ) -> Result<()>;

    /// A stored blob's length.
    async fn blob(&self, blob: BlobId) -> Result<Option<BlobRef>>;
    /// Enters a blob whose bytes are stored, with its proof.
    async fn add_blob(&self, blob: BlobRef, proof: Vec<u8>, now_ms: i64) -> Result<()>;
    /// The blob where this reader may have it.
    async fn readable(&self, reader: &Reader, blob: BlobId) -> Result<Option<Readable>>;
    /// A blob's proof.
    async fn proof(&self, blob: BlobId) -> Result<Option<Vec<u8>>>;
    /// A patch's length.
    async fn patch(&self, old: BlobId, new: BlobId) -> Result<Option<u64>>;
    /// The newest revisions of a lesson up to this one, newest first, as documents.
    async fn history(&self, lesson: LessonId, revision: u32, most: u32) -> Result<Vec<String>>;
    /// Enters the patches of a revision, all at once; it then counts as patched.
    async fn add_patches(
        &self,
        lesson: LessonId,
        revision: u32,
        patches: Vec<PatchOffer>,
        now_ms: i64,
    ) -> Result<()>;
    /// Revisions whose patches were not made yet.
    async fn unpatched(&self) -> Result<Vec<(LessonId, u32)>>;

    /// Which of these blobs are stored; from now on each stays a grace time even where
    /// nothing names it, so that who was told can still name it.
    async fn vouch(&self, blobs: &[BlobId], now_ms: i64) -> Result<Vec<Option<BlobRef>>>;
    /// Takes blobs from revisions that were replaced or withdrawn a grace time ago: all that
    /// no patch starts from and that grades no late answer. Says of how many revisions.
    async fn trim(&self, now_ms: i64, grace_ms: i64) -> Result<u32>;
    /// Forgets at most so many blobs that nothing names, and patches of no use, all older
    /// than a grace time. Their bytes are to be removed next.
    async fn let_go(&self, now_ms: i64, grace_ms: i64, most: u32) -> Result<LetGo>;
    /// Gives the database's own spare room back where that pays; says how many bytes.
    async fn shrink(&self) -> Result<u64>;

    /// The classes in scope with their rosters and terminals.
    async fn desk_school(&self, scope: &Scope, now_ms: i64) -> Result<DeskSchool>;
    /// The lessons of a class, newest first; of a scope that a subject narrows, the caller
    /// leaves out the others.
    async fn desk_lessons(&self, class: ClassId) -> Result<Vec<LessonRow>>;
    /// Where a lesson stands on the terminals of pupils in scope.
    async fn desk_receipts(&self, scope: &Scope, lesson: LessonId) -> Result<Option<DeskReceipts>>;
    /// A lesson's answers by pupils in scope, in order of acceptance.
    async fn desk_answers(&self, scope: &Scope, lesson: LessonId) -> Result<Option<LessonAnswers>>;
    /// All of one pupil in scope; of a scope that a subject narrows, the caller leaves out the
    /// others.
    async fn desk_pupil(&self, scope: &Scope, pupil: PupilId) -> Result<Option<PupilPage>>;
}

/// How a push ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is on the disk.
    Done(PushAnswer),
    /// The stream has moved meanwhile: look again.
    Moved,
}
