//! What a terminal says and hears.

use hotaru_content::blob::{BlobId, MAX_BLOB_LEN};
use hotaru_content::id::{ClassId, LessonId, PupilId, SchoolId, StreamId, TerminalId};
use hotaru_content::key::{PublicKey, SecretKey, Signature};
use hotaru_content::lesson;
use hotaru_content::log::{Head, StreamPoint};
use hotaru_content::order::Unsent;
use serde::{Deserialize, Serialize};

use crate::order::{is_vouched, vouch};
use crate::signed::public;

use super::{Body, Bounds, ErrorBody, MAX_ENTRIES, MAX_NAME_CHARS, Token, WireError};

/// `POST /v1/join`: a class's code and a pupil's number. With a terminal's token in the
/// header it adds a pupil to that terminal, without one it makes a new terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The class's code.
    pub code: String,
    /// The pupil's number in the class (出席番号), from 1.
    pub number: u16,
    /// What the terminal calls itself, so that a teacher can tell it from others.
    pub terminal_name: String,
    /// The pupil of that number whom this terminal knows already: where the school has
    /// forgotten her (it was restored from a backup), she stays who she is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_pupil: Option<PupilId>,
    /// The key that a new terminal signs its requests with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PublicKey>,
}

/// `POST /v1/join/card`: a pupil's login card, which also brings back what she did before.
/// With a terminal's token in the header it adds the pupil to that terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRequest {
    /// The code on the card.
    pub card: String,
    /// What the terminal calls itself.
    pub terminal_name: String,
    /// The key that a new terminal signs its requests with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PublicKey>,
}

/// What becomes of a pupil's earlier study on a terminal that she joins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Earlier {
    /// There is none.
    #[default]
    None,
    /// A teacher has to agree first; a code and a number do not suffice.
    Waits,
    /// It comes with the next sync.
    Comes,
}

/// The answer to a [`JoinRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinAnswer {
    /// The terminal, new or the one whose token was shown.
    pub terminal: TerminalId,
    /// The new terminal's token; told this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// The school.
    pub school: SchoolCard,
    /// The pupil that joined.
    pub pupil: PupilCard,
    /// What becomes of what she did on other terminals.
    #[serde(default)]
    pub earlier: Earlier,
}

/// A school, as terminals and desks know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolCard {
    /// Its id.
    pub school: SchoolId,
    /// Its name.
    pub name: String,
}

/// The longest journal that is taken as it lies on a terminal, in bytes.
pub const MAX_JOURNAL_LEN: usize = 16 << 20;

/// `GET /v1/school/key`: what only the school is to open is put into boxes for this key
/// (`hotaru_content::boxed`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolKey {
    /// The key.
    pub key: PublicKey,
    /// What signs the school's orders ([`order`](crate::order)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<PublicKey>,
    /// That key's signature over the other one: these keys stay, so no byte of them may be
    /// another on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Signature>,
}

impl SchoolKey {
    /// Both keys of a school.
    #[must_use]
    pub fn new(key: PublicKey, order_secret: &SecretKey) -> Self {
        Self {
            key,
            orders: Some(public(order_secret)),
            proof: Some(vouch(key, order_secret)),
        }
    }
}

/// `POST /v1/terminals/key`: the key that comes after the one in force, which signs the
/// request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rekey {
    /// The new key.
    pub key: PublicKey,
    /// The new key's signature over `hotaru rekey 1`, a line feed, the terminal's id, the key
    /// in force and the new one.
    pub proof: Signature,
}

/// A pupil, as her terminal knows her: a number, no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilCard {
    /// Her id, for life.
    pub pupil: PupilId,
    /// Her number in the class.
    pub number: u16,
    /// The class that she joined by.
    pub class: ClassId,
    /// Its name: 6-1.
    pub class_name: String,
    /// Its grade: P1 to P6, J1 to J3.
    pub grade: String,
}

/// The answer to a push: everything below is on the cloud's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushAnswer {
    /// How many events of the stream the cloud has.
    pub next_seq: u64,
    /// The head over them.
    pub head: Head,
    /// The cloud's clock, milliseconds since 1970-01-01T00:00:00Z.
    pub server_ms: i64,
}

impl PushAnswer {
    /// Where the cloud stands.
    #[must_use]
    pub fn point(&self) -> StreamPoint {
        StreamPoint {
            next_seq: self.next_seq,
            head: self.head,
        }
    }
}

/// The answer 409 to a push: the cloud stands elsewhere than the push says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// [`code::CONFLICT`](super::code::CONFLICT).
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// Where the cloud stands; none where it does not know the stream at all, and wants it
    /// from its opening on.
    pub point: Option<StreamPoint>,
    /// The last point that the push and the cloud's copy have in common, where the cloud can
    /// tell: it has everything below, and above it has something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub common: Option<StreamPoint>,
    /// The cloud's clock, milliseconds since 1970-01-01T00:00:00Z.
    pub server_ms: i64,
}

/// `GET /v1/pupils/{pupil}/streams`: what the cloud has of a pupil's study, in the order in
/// which the streams began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamList {
    /// Its streams.
    pub streams: Vec<StreamEnd>,
    /// The cloud's clock, milliseconds since 1970-01-01T00:00:00Z.
    pub server_ms: i64,
}

/// A stream, and where it ends at the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamEnd {
    /// The stream.
    pub stream: StreamId,
    /// How many events the cloud has.
    pub next_seq: u64,
}

/// `GET /v1/lessons?after=`: what changed, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lessons {
    /// The number that the list begins after, where that is not what was asked: a cursor
    /// from a time that a restored cloud does not know begins again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// The change number up to which this answer is whole; what to ask after next.
    pub cursor: u64,
    /// The changes after the cursor that was asked with, oldest first.
    pub changes: Vec<Change>,
    /// Patches that the cloud has for blobs of these changes.
    #[serde(default)]
    pub patches: Vec<PatchOffer>,
    /// More changes wait behind `cursor`: ask again at once.
    #[serde(default)]
    pub more: bool,
    /// The cloud's clock, milliseconds since 1970-01-01T00:00:00Z.
    pub server_ms: i64,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A lesson is new, or has a new revision or other recipients.
    Put {
        /// The lesson.
        lesson: LessonId,
        /// The revision.
        revision: u32,
        /// The document: the JSON of the revision, byte for byte.
        document: String,
        /// The pupils of this terminal that it is for.
        pupils: Vec<PupilId>,
    },
    /// A lesson was withdrawn, or is no longer for any pupil of this terminal.
    Withdraw {
        /// The lesson.
        lesson: LessonId,
    },
}

/// A patch that can be had at [`path::patch`](super::path::patch).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchOffer {
    /// What it starts from.
    pub old: BlobId,
    /// What it makes.
    pub new: BlobId,
    /// Its length in bytes.
    pub len: u64,
}

/// One of `POST /v1/receipts`: where a revision stands on this terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The lesson.
    pub lesson: LessonId,
    /// The revision.
    pub revision: u32,
    /// How far it is.
    pub state: ReceiptState,
}

/// How far a revision is on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// Every blob is here and verified.
    OnTerminal,
    /// It does not fit.
    NoSpace {
        /// Bytes that are missing.
        missing_bytes: u64,
    },
}

impl Body for JoinRequest {
    const WHAT: &'static str = "a join";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("code", &self.code, 64)?;
        bounds.text("terminal name", &self.terminal_name, MAX_NAME_CHARS)?;
        if !(1..=999).contains(&self.number) {
            return Err(bounds.wrong("number", "is not between 1 and 999".to_owned()));
        }
        Ok(())
    }
}

impl Body for CardRequest {
    const WHAT: &'static str = "a login card";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("card", &self.card, 200)?;
        bounds.text("terminal name", &self.terminal_name, MAX_NAME_CHARS)
    }
}

impl Body for JoinAnswer {
    const WHAT: &'static str = "the answer to a join";
    const MAX_LEN: usize = 16 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("school", &self.school.name, MAX_NAME_CHARS)?;
        bounds.text("class", &self.pupil.class_name, MAX_NAME_CHARS)?;
        bounds.text("grade", &self.pupil.grade, 8)
    }
}

impl Body for SchoolKey {
    const WHAT: &'static str = "the school's key";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        match (self.orders, self.proof) {
            (None, _) => Ok(()),
            (Some(orders), Some(proof)) if is_vouched(self.key, orders, proof) => Ok(()),
            _ => Err(Bounds(Self::WHAT).wrong("proof", "does not fit the keys".to_owned())),
        }
    }
}

/// `POST /v1/terminals/unsent`.
impl Body for Unsent {
    const WHAT: &'static str = "what is unsent on a terminal";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.cursor("events", self.events)?;
        bounds.cursor("photos", self.photos)
    }
}

impl Body for Rekey {
    const WHAT: &'static str = "a terminal's new key";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Ok(())
    }
}

impl Body for PushAnswer {
    const WHAT: &'static str = "the answer to a push";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).cursor("next_seq", self.next_seq)
    }
}

impl Body for Conflict {
    const WHAT: &'static str = "the answer to a push elsewhere";
    const MAX_LEN: usize = ErrorBody::MAX_LEN;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("code", &self.code, 64)?;
        bounds.text("message", &self.message, super::MAX_MESSAGE_CHARS)?;
        bounds.cursor("point", self.point.map_or(0, |point| point.next_seq))
    }
}

impl Body for StreamList {
    const WHAT: &'static str = "the list of a pupil's streams";
    const MAX_LEN: usize = 1 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("streams", &self.streams, MAX_ENTRIES)?;
        let mut ends = self.streams.iter();
        ends.try_for_each(|end| bounds.cursor("next_seq", end.next_seq))
    }
}

impl Lessons {
    /// The most changes in one answer.
    pub const MAX_CHANGES: usize = 1000;
    /// Where the cloud ends a page: bytes of documents, once there is at least one change.
    pub const PAGE_LEN: usize = 2 << 20;
}

impl Body for Lessons {
    const WHAT: &'static str = "the list of lessons";
    const MAX_LEN: usize = 16 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.cursor("cursor", self.cursor)?;
        bounds.list("changes", &self.changes, Self::MAX_CHANGES)?;
        bounds.list("patches", &self.patches, MAX_ENTRIES)?;
        if self.patches.iter().any(|patch| patch.len > MAX_BLOB_LEN) {
            return Err(bounds.wrong("patches", "claim more than 1 GiB".to_owned()));
        }
        for change in &self.changes {
            if let Change::Put {
                document, pupils, ..
            } = change
            {
                bounds.list("pupils", pupils, MAX_ENTRIES)?;
                if document.len() > lesson::MAX_DOCUMENT_LEN {
                    return Err(bounds.wrong("document", "is longer than 1 MiB".to_owned()));
                }
            }
        }
        Ok(())
    }
}

impl Body for Vec<Receipt> {
    const WHAT: &'static str = "receipts";
    const MAX_LEN: usize = 4 << 20;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).list("list", self, MAX_ENTRIES)
    }
}
