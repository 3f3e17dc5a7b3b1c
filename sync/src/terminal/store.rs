//! What the core wants of the shelf, and what it hears back: the shelf's own calls as data.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{LessonId, PupilId, RunId, StreamId};
use hotaru_content::key::PublicKey;
use hotaru_content::log::{Event, StreamOpen, StreamPoint};
use hotaru_content::order::{EraseOrder, Unsent};
use hotaru_content::shelf::{LessonBatch, Owed, Receipt, Want};

use crate::order::SignedOrders;
use crate::wire::Rekey;

/// A call of the shelf. What it changes is durable once it is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreOp {
    /// `pupil().{open_info, point, acknowledged}` → [`StoreAnswer::Log`].
    Log {
        /// Whose.
        pupil: PupilId,
    },
    /// `pupil().streams` → [`StoreAnswer::Streams`].
    Streams {
        /// Whose.
        pupil: PupilId,
    },
    /// `pupil().events_of` → [`StoreAnswer::Events`].
    Events {
        /// Whose.
        pupil: PupilId,
        /// Of which stream.
        stream: StreamId,
        /// From which number on.
        from: u64,
        /// How many at most.
        max: usize,
    },
    /// `pupil().point_of` → [`StoreAnswer::Point`].
    PointAt {
        /// Whose.
        pupil: PupilId,
        /// Of which stream.
        stream: StreamId,
        /// The number above the point.
        seq: u64,
    },
    /// `pupil().acknowledge` → [`StoreAnswer::Done`].
    Acknowledge {
        /// Whose.
        pupil: PupilId,
        /// The cloud has all below.
        point: StreamPoint,
    },
    /// `pupil().fork` → [`StoreAnswer::Done`].
    Fork {
        /// Whose.
        pupil: PupilId,
        /// Which stream: the one that is written now, or one before.
        stream: StreamId,
        /// The last point that both ends have.
        at: StreamPoint,
    },
    /// `pupil().take_back` → [`StoreAnswer::Point`], the one after them.
    TakeBack {
        /// How the stream opens.
        open: StreamOpen,
        /// The point that they go on from.
        from: StreamPoint,
        /// Events that the cloud had.
        events: Vec<Event>,
    },
    /// The pupil's earlier study is here: it is awaited no more → [`StoreAnswer::Done`].
    Returned {
        /// Whose.
        pupil: PupilId,
    },
    /// `enter_run`, and photos are looked through again → [`StoreAnswer::Done`].
    EnterRun {
        /// The run of the cloud that has everything that was ever sent from here.
        run: RunId,
    },
    /// `owed` → [`StoreAnswer::Owed`].
    Owed {
        /// The run of the cloud that answers: what another one has may be gone.
        run: Option<RunId>,
    },
    /// `mark_owed_sent` → [`StoreAnswer::Done`].
    OwedSent(Owed),
    /// `learn_school_key` → [`StoreAnswer::Done`].
    SchoolKey {
        /// The key for boxes.
        key: PublicKey,
        /// What signs orders; the first one that is told stays.
        orders: Option<PublicKey>,
    },
    /// Whether an erasure was ordered and is not carried out → [`StoreAnswer::OrdersWait`].
    OrdersWait,
    /// Obeys all orders that count now, but erases nothing yet → [`StoreAnswer::Obeyed`].
    Obey(SignedOrders),
    /// What the school does not have yet → [`StoreAnswer::Unsent`]. Where it is not what the
    /// school was told last, that is forgotten.
    Unsent {
        /// The run of the cloud that answers.
        run: Option<RunId>,
    },
    /// The school was told so → [`StoreAnswer::Done`].
    UnsentTold(Unsent),
    /// Makes the key that the terminal signs with next, where one is due and none was made
    /// yet → [`StoreAnswer::NewKey`].
    NewKey {
        /// The school wants one now.
        is_asked: bool,
        /// The school's clock, as far as it was heard: milliseconds since 1970.
        server_ms: Option<i64>,
    },
    /// The school has put this key in force: so does the terminal → [`StoreAnswer::Done`].
    KeyTaken {
        /// Which.
        key: PublicKey,
    },
    /// `cursor` and `run` → [`StoreAnswer::Cursor`].
    Cursor,
    /// `apply_lessons` → [`StoreAnswer::Done`].
    ApplyLessons(LessonBatch),
    /// `wants` → [`StoreAnswer::Wants`].
    Wants,
    /// `blob` → [`StoreAnswer::Bytes`].
    Blob {
        /// Which.
        blob: BlobRef,
    },
    /// `put_blob` → [`StoreAnswer::Done`].
    PutBlob {
        /// Which.
        blob: BlobRef,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// `partial`, kept open until [`StoreOp::Finish`] or the next one →
    /// [`StoreAnswer::Have`].
    Partial {
        /// Which.
        blob: BlobRef,
    },
    /// `append` to the open partial → [`StoreAnswer::Done`].
    Append {
        /// Which.
        blob: BlobRef,
        /// The next group, verified.
        group: Vec<u8>,
    },
    /// `finish` of the open partial → [`StoreAnswer::Done`].
    Finish {
        /// Which.
        blob: BlobRef,
    },
    /// `set_receipt` of the lesson's present revision → [`StoreAnswer::Done`].
    NoSpace {
        /// The lesson.
        lesson: LessonId,
        /// Bytes of it for which there is no room.
        missing_bytes: u64,
    },
    /// `receipts_owed` → [`StoreAnswer::Receipts`].
    ReceiptsOwed,
    /// `mark_receipts_sent` → [`StoreAnswer::Done`].
    ReceiptsSent(Vec<Receipt>),
    /// Photos of paper study that the school does not have yet → [`StoreAnswer::Photos`].
    PhotosOwed,
    /// Bytes of a photo → [`StoreAnswer::Bytes`].
    ReadPhoto {
        /// Which.
        blob: BlobId,
        /// From which byte.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// The school has them → [`StoreAnswer::Done`].
    PhotosSent(Vec<BlobRef>),
}

/// What came of a [`StoreOp`].
#[derive(Debug, Clone, PartialEq)]
pub enum StoreAnswer {
    /// It is done.
    Done,
    /// A pupil's log.
    Log(Box<LogState>),
    /// All streams of a pupil, the one that is written now last.
    Streams(Vec<LogState>),
    /// Events in order.
    Events(Vec<Event>),
    /// A point, where it is known.
    Point(Option<StreamPoint>),
    /// Where lane 2 stands.
    Cursor {
        /// The cursor.
        after: u64,
        /// The run of the cloud whose list ended there and is not through.
        listing: Option<RunId>,
        /// The run of the cloud that was last asked about everything.
        run: Option<RunId>,
    },
    /// What goes to school as it is.
    Owed {
        /// The school's keys for boxes and orders are known here.
        knows_keys: bool,
        /// What is owed.
        owed: Vec<Owed>,
    },
    /// What the school is sent for the next key, where there is one that it may not have.
    NewKey(Option<Box<Rekey>>),
    /// Whether an order is known and waits.
    OrdersWait(bool),
    /// What was done of the school's orders.
    Obeyed {
        /// Pupils who are here no more.
        removed: Vec<PupilId>,
        /// Numbers of orders that are done.
        done: Vec<u64>,
        /// An erasure that is ordered: whoever runs the sync carries it out.
        erase: Option<EraseOrder>,
    },
    /// What the school does not have yet.
    Unsent {
        /// What it is.
        unsent: Unsent,
        /// It is what the school was told last.
        is_told: bool,
    },
    /// What is assigned and not here.
    Wants(Vec<Want>),
    /// Bytes.
    Bytes(Vec<u8>),
    /// How many bytes a partial has: whole groups, or all.
    Have(u64),
    /// Receipts that are owed.
    Receipts(Vec<Receipt>),
    /// Photos that are owed.
    Photos(Vec<BlobRef>),
}

/// Where a stream of a pupil's log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// How it opens.
    pub open: StreamOpen,
    /// Where it stands here.
    pub point: StreamPoint,
    /// Below this, the cloud has it.
    pub acknowledged: StreamPoint,
    /// It came back from the cloud, of another terminal.
    pub is_returned: bool,
    /// Below this, some events are only at the cloud since a loss here.
    pub lacks_below: Option<StreamPoint>,
}

/// Why the shelf could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// There is no room, by the disk or by the profile's own limit.
    #[error("there is no room on this terminal; free some space on the disk, what fits is kept")]
    NoSpace,
    /// Bytes were not those of their name, or did not belong where they were put.
    #[error("what arrived did not belong there and was thrown away; it is fetched again")]
    Wrong,
    /// Anything else, in the shelf's words.
    #[error("{message}")]
    Other {
        /// The shelf's name for it.
        code: &'static str,
        /// The shelf's sentence.
        message: String,
    },
}
