//! What the store does for whose data it is: the whole record of one pupil, its deletion, and
//! what is kept no longer than it is needed.

use async_trait::async_trait;
use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::Grade;
use hotaru_content::id::{ClassId, LessonId, PupilId, StreamId, TeacherId, TerminalId};
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Event, Head};
use hotaru_sync::wire::{Role, SchoolCard};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Audit, Result};

/// All that the school keeps of one pupil, beside her events and the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The school.
    pub school: SchoolCard,
    /// The name of her own class, now or last; empty where she never was in one.
    pub class_name: String,
    /// Her number there.
    pub number: u16,
    /// The rows.
    pub rows: Vec<RecordRow>,
}

/// One thing of a pupil's record. Times are milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecordRow {
    /// She is or was in a class or group.
    Enrolment {
        /// The class's name.
        class: String,
        /// Her number.
        number: u16,
        /// It is her own class, and no group.
        own: bool,
        /// From this day on.
        from_day: String,
        /// To this day; none where she is in it now.
        to_day: Option<String>,
    },
    /// A terminal that she joined on.
    Terminal {
        /// The terminal.
        terminal: TerminalId,
        /// What it calls itself.
        name: String,
        /// When it joined.
        joined_ms: i64,
        /// When it was last heard of.
        seen_ms: i64,
        /// She was taken off it.
        removed: bool,
    },
    /// A stream of her log.
    Stream {
        /// The stream.
        stream: StreamId,
        /// The stream that it went on from.
        parent: Option<StreamId>,
        /// How many events it has.
        events: u64,
        /// The hash that its chain ends in.
        head: Head,
        /// When it began.
        created_ms: i64,
        /// The terminal that wrote it first.
        terminal: Option<TerminalId>,
    },
    /// A lesson that she received or worked in.
    Lesson {
        /// The lesson.
        lesson: LessonId,
        /// Its day.
        day: Date,
        /// Its subject.
        subject: Subject,
        /// Its title.
        title: String,
        /// She receives it now.
        assigned: bool,
    },
    /// What a terminal of hers said of a lesson.
    Receipt {
        /// The terminal.
        terminal: TerminalId,
        /// The lesson.
        lesson: LessonId,
        /// The revision.
        revision: u32,
        /// What there was no room for, in bytes; none where all of it is there.
        missing_bytes: Option<u64>,
        /// When it was said.
        server_ms: i64,
    },
    /// A login card; its code is on paper only.
    Card {
        /// The class's name.
        class: String,
        /// When it was made.
        made_ms: i64,
        /// When it was last used.
        used_ms: Option<i64>,
        /// When it was revoked.
        revoked_ms: Option<i64>,
    },
    /// A right that names her.
    Grant {
        /// As what.
        role: Role,
        /// Who has it.
        staff: TeacherId,
        /// From this day on.
        from_day: Option<String>,
        /// To this day.
        to_day: Option<String>,
        /// When it was given.
        made_ms: i64,
        /// When it was taken back.
        revoked_ms: Option<i64>,
    },
    /// A photo of paper study.
    Photo {
        /// The blob.
        blob: BlobId,
        /// Its length in bytes; none where the school does not have it.
        len: Option<u64>,
        /// Its time was over: the file is gone.
        expired_ms: Option<i64>,
    },
}

/// An event of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordEvent {
    /// Its place in the order of acceptance.
    pub accept: i64,
    /// Its stream.
    pub stream: StreamId,
    /// The event.
    pub event: Event,
    /// When the school took it.
    pub server_ms: i64,
    /// The grade of an answer.
    pub grade: Option<Grade>,
}

/// A pupil whose record was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// Her id, which names nobody any more.
    pub pupil: PupilId,
    /// When.
    pub deleted_ms: i64,
}

/// What a deletion did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Events that are gone.
    pub events: u64,
    /// Streams whose secret is gone.
    pub streams: u64,
    /// Terminals on which she may still be, and which are still let in.
    pub terminals: Vec<TerminalId>,
}

/// Until when records are over: what is older goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cutoffs {
    /// Now.
    pub now_ms: i64,
    /// Sessions, login cards and recovery codes that ended or were used before.
    pub ended_before_ms: i64,
    /// Computers that showed a second factor last before.
    pub computers_before_ms: i64,
    /// Photos that came before.
    pub photos_before_ms: i64,
    /// Receipts of lessons whose last day lies before, or that were withdrawn so long ago.
    pub receipts_before: Date,
    /// The same as a moment.
    pub receipts_before_ms: i64,
    /// Rows of the audit log from before.
    pub audit_before_ms: i64,
    /// Rights that ended before.
    pub grants_before_ms: i64,
    /// The same as a day.
    pub grants_before: Date,
}

/// What went because its time was over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    /// Rows of sessions, codes, cards, rights, receipts.
    pub rows: u64,
    /// Rows of the audit log.
    pub audit: u64,
    /// Photos.
    pub photos: u64,
}

/// What the store does for whose data it is. Each method is one transaction.
#[async_trait]
pub trait PrivacyStore: Send + Sync + 'static {
    /// All of one pupil but her events; none where the school does not know her, or deleted
    /// her record.
    async fn record(&self, pupil: PupilId) -> Result<Option<Record>>;
    /// Her events in order of acceptance, after a place, at most `limit`.
    async fn record_events(
        &self,
        pupil: PupilId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<RecordEvent>>;

    /// The name of a pupil's own class, now or last, and her number there.
    async fn place_of(&self, pupil: PupilId) -> Result<Option<(String, u16)>>;

    /// Deletes a pupil's record: all but ids, heads and counts of her streams, where she may
    /// still be, and who did what with her record. What is unknown counts as deleted from now
    /// on. Twice is once.
    async fn delete_record(&self, deletion: Deletion, row: Audit) -> Result<Deleted>;
    /// Whether a pupil's record was deleted.
    async fn was_deleted(&self, pupil: PupilId) -> Result<bool>;
    /// Terminals on which a pupil is or was, and which are still let in.
    async fn terminals_with(&self, pupil: PupilId) -> Result<Vec<TerminalId>>;
    /// Every deletion, oldest first.
    async fn deletions(&self) -> Result<Vec<Deletion>>;
    /// Deletions of which something is still to be done.
    async fn unfinished_deletions(&self) -> Result<Vec<PupilId>>;
    /// The photos of a deleted pupil: first those that nothing else names, whose rows are gone
    /// and whose bytes are to be removed next, then all.
    async fn part_photos(&self, pupil: PupilId) -> Result<(Vec<BlobId>, Vec<BlobId>)>;
    /// Writes the database anew, so that nothing of what was deleted is left in its file, and
    /// notes that deletions are done. False where a reader held it up: it is to be done again.
    async fn scrub(&self, pupils: &[PupilId], now_ms: i64) -> Result<bool>;

    /// Notes that a pupil has left on a day: her cards count no more, she gets no lesson.
    /// False where she is in no class of her own now.
    async fn leave(&self, pupil: PupilId, day: Date) -> Result<bool>;
    /// Pupils who left before a day and are in no class now.
    async fn left_before(&self, day: Date) -> Result<Vec<PupilId>>;
    /// Pupils of a class by its name, those who left included: id, number, last day.
    async fn pupils_of(&self, class: ClassId) -> Result<Vec<(PupilId, u16, Option<Date>)>>;
    /// The number of days that a school chose for a kind of record.
    async fn retention_days(&self) -> Result<Vec<(String, u32)>>;
    /// Chooses it; none: the program's own rule.
    async fn set_retention(&self, kind: &str, days: Option<u32>) -> Result<()>;
    /// Removes what is older than it may be.
    async fn retain(&self, cutoffs: Cutoffs) -> Result<Retained>;
    /// Of these blobs, those that were photos of a terminal's pupils whose time was over.
    async fn expired_photos(&self, terminal: TerminalId, blobs: &[BlobRef]) -> Result<Vec<BlobId>>;
}
