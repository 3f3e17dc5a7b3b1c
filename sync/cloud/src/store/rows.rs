//! What goes into the store and comes out of it, beside what the wire has forms for.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::{Grade, Verdict};
use hotaru_content::id::{ClassId, LessonId, PupilId, StreamId, TeacherId, TerminalId};
use hotaru_content::key::PublicKey;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Event, StreamOpen, StreamPoint};
use hotaru_sync::erasure::Certificate;
use hotaru_sync::wire::{DeliveryState, Earlier, PupilCard, SchoolCard};
use serde::{Deserialize, Serialize};

use super::keys::FormerKey;
use super::orders::{Filed, OrderRow, UnsentKnown};
use super::staff::Session;
use crate::rights::Scope;

/// Who asks, as found by the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Somebody of the staff, or a guardian.
    Desk(TeacherId),
    /// A pupil's terminal.
    Terminal(TerminalId),
}

/// A class or group to be added, with its teacher.
#[derive(Debug, Clone)]
pub struct NewClass {
    /// Its id.
    pub class: ClassId,
    /// Its name, unique in the school.
    pub name: String,
    /// Its grade: P1 to P6, J1 to J3.
    pub grade: String,
    /// The code, normalised; none for a group.
    pub join_code: Option<String>,
    /// Its teacher.
    pub teacher: TeacherId,
    /// Until when the code counts.
    pub code_until_ms: i64,
    /// The hash of the teacher's token.
    pub token_hash: [u8; 32],
    /// Now.
    pub now_ms: i64,
}

/// A class or group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassRow {
    /// Its id.
    pub class_id: ClassId,
    /// Its name.
    pub name: String,
    /// Its grade.
    pub grade: String,
    /// A group and not a class.
    pub group: bool,
    /// The code to join by, as it is written on the board; none for a group.
    pub join_code: Option<String>,
    /// Until when it counts, milliseconds since 1970-01-01T00:00:00Z; none where it has no end.
    #[serde(default)]
    pub code_until_ms: Option<i64>,
    /// How many pupils it has.
    pub pupils: u32,
}

/// A terminal, for the server's keeper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalRow {
    /// The terminal.
    pub terminal: TerminalId,
    /// What it calls itself.
    pub name: String,
    /// Its pupils: class name and number.
    pub pupils: Vec<(String, u16)>,
    /// When it joined.
    pub joined_ms: i64,
    /// When it was last seen.
    pub seen_ms: i64,
    /// Its token no longer counts.
    pub revoked: bool,
    /// What it left when it was erased.
    pub erasure: Option<Certificate>,
    /// The keys that it had before its present one, oldest first.
    #[serde(default)]
    pub former_keys: Vec<FormerKey>,
    /// What it last said that the school does not have.
    #[serde(default)]
    pub unsent: Option<UnsentKnown>,
    /// What it was ordered to do and was not taken back, oldest first.
    #[serde(default)]
    pub orders: Vec<OrderRow>,
    /// What its lessor wrote of its erasure.
    #[serde(default)]
    pub lessor: Vec<Filed>,
}

/// Who holds a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A pupil's terminal.
    Terminal {
        /// The terminal.
        terminal: TerminalId,
        /// Its key, once it is known.
        key: Option<PublicKey>,
        /// No signed request of it with a higher number was ever taken.
        ceiling: u64,
        /// The school wants a new key of it.
        rekey_asked: bool,
        /// There are orders that it has not done.
        has_orders: bool,
    },
    /// Staff or a guardian, in a session that may be over.
    Staff(Session),
}

/// Who wants to read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// A terminal: what its pupils were given.
    Terminal(TerminalId),
    /// Staff, as far as a right reaches.
    Staff(Scope),
}

/// A file that may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readable {
    /// The blob.
    pub blob: BlobRef,
    /// It is no lesson's, but this pupil's photo.
    pub photo_of: Option<PupilId>,
}

/// A join whose form was checked.
#[derive(Debug, Clone)]
pub struct Join {
    /// Who joins, and by what right.
    pub by: JoinBy,
    /// Where a terminal exists already.
    pub terminal: Option<TerminalId>,
    /// A new terminal's id, name and token hash, for where none exists.
    pub new_terminal: (TerminalId, String, [u8; 32]),
    /// The key that it signs its requests with.
    pub key: Option<PublicKey>,
    /// Now.
    pub now_ms: i64,
}

/// By what a pupil joins.
#[derive(Debug, Clone)]
pub enum JoinBy {
    /// A class's code and a number in it.
    Code {
        /// The code, normalised.
        code: String,
        /// The pupil's number.
        number: u16,
        /// For where the number is free: whom the terminal knows there, if no other pupil
        /// of the school is called so.
        known: Option<PupilId>,
        /// A new pupil's id, for where that is not to be had either.
        new_pupil: PupilId,
    },
    /// A login card, by the hash of its code.
    Card([u8; 32]),
}

/// What a join made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The terminal.
    pub terminal: TerminalId,
    /// The school.
    pub school: SchoolCard,
    /// The pupil.
    pub pupil: PupilCard,
    /// What becomes of what she did on other terminals.
    pub earlier: Earlier,
}

/// Whose card was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardOf {
    /// Her class's name.
    pub class_name: String,
    /// Her number in it.
    pub number: u16,
    /// The school.
    pub school: SchoolCard,
}

/// What is known of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamState {
    /// Nothing yet.
    New,
    /// It belongs to a pupil who is not on this terminal.
    Foreign,
    /// It belongs to a pupil whose record was deleted.
    Deleted(PupilId),
    /// How it was opened, and where it stands.
    Known(StreamOpen, StreamPoint),
}

/// Events to be added to a stream.
#[derive(Debug, Clone)]
pub struct Append {
    /// The terminal that pushes.
    pub terminal: TerminalId,
    /// How the stream opens.
    pub open: StreamOpen,
    /// Where it must stand; none where it must not be there yet.
    pub expected: Option<StreamPoint>,
    /// The events that follow, each with the grade of an answer.
    pub events: Vec<(Event, Option<Grade>)>,
    /// Where it stands after them.
    pub point: StreamPoint,
    /// Now.
    pub now_ms: i64,
}

/// An accepted event of a pupil in a class.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRow {
    /// Its place in the order of acceptance.
    pub accept: i64,
    /// Whose it is.
    pub pupil: PupilId,
    /// Her number in the class.
    pub number: u16,
    /// Its stream.
    pub stream: StreamId,
    /// The event.
    pub event: Event,
    /// When it was accepted.
    pub server_ms: i64,
    /// The grade of an answer.
    pub grade: Option<Grade>,
}

/// A revision whose document was checked and whose blobs are all there.
#[derive(Debug, Clone)]
pub struct NewRevision {
    /// Who publishes, and how far that right reaches.
    pub scope: Scope,
    /// Its subject.
    pub subject: Subject,
    /// The lesson.
    pub lesson: LessonId,
    /// The revision that it replaces.
    pub base: u32,
    /// Its number.
    pub revision: u32,
    /// The document's blob.
    pub document: BlobId,
    /// The document.
    pub json: String,
    /// The last day on terminals, ISO.
    pub expires: String,
    /// Every blob that it names.
    pub blobs: Vec<BlobId>,
    /// Classes and groups that get it.
    pub classes: Vec<ClassId>,
    /// Pupils that get it by name.
    pub pupils: Vec<PupilId>,
    /// Not before this.
    pub send_at_ms: Option<i64>,
    /// Now.
    pub now_ms: i64,
}

/// How a publication ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// It is the newest revision, now or since the same request came before.
    Done {
        /// It was not there before.
        new: bool,
    },
    /// Another revision is the newest.
    NotNewest(u32),
    /// The revision is there with other recipients or another send time.
    OtherRequest,
    /// Some recipient is not the teacher's.
    NotYourClass,
    /// The lesson was withdrawn.
    Gone,
    /// This many of its blobs are not there.
    MissingBlobs(u32),
}

/// How a withdrawal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is withdrawn, now or since earlier.
    Done,
    /// There is no such lesson.
    NotFound,
}

/// What a turn did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turned {
    /// Lessons released.
    pub released: u32,
    /// Lessons that expired.
    pub expired: u32,
    /// When the next one is due; none where none waits.
    pub next_ms: Option<i64>,
}

/// A revision in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonRow {
    /// The document's blob.
    pub document: BlobRef,
    /// The document.
    pub json: String,
    /// When it was published.
    pub published_ms: i64,
    /// Not before this.
    pub send_at_ms: Option<i64>,
    /// The lesson was withdrawn.
    pub withdrawn: bool,
}

/// A lesson's answers.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonAnswers {
    /// The newest document.
    pub json: String,
    /// How many pupils in scope it is for.
    pub pupils: u32,
    /// The answers in order of acceptance.
    pub answers: Vec<(PupilId, Event, Verdict)>,
}

/// All of one pupil.
#[derive(Debug, Clone, PartialEq)]
pub struct PupilPage {
    /// Her number.
    pub number: u16,
    /// The class.
    pub class_name: String,
    /// Her lessons: the newest released document, and where it stands.
    pub lessons: Vec<(String, DeliveryState)>,
    /// Her events in order of acceptance, with grades.
    pub events: Vec<(Event, Option<Grade>)>,
}

/// What was forgotten, whose bytes may go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetGo {
    /// Blobs.
    pub blobs: Vec<BlobRef>,
    /// Patches: from, to, bytes.
    pub patches: Vec<(BlobId, BlobId, u64)>,
}

/// A box with the secret of a pupil's codes, as her terminal made it.
#[derive(Debug, Clone)]
pub struct NewCodes {
    /// The terminal.
    pub terminal: TerminalId,
    /// The pupil.
    pub pupil: PupilId,
    /// The number of the first code.
    pub first: u32,
    /// The box.
    pub boxed: Vec<u8>,
    /// Now.
    pub now_ms: i64,
}
