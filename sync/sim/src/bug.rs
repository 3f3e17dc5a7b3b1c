//! Known mistakes, planted one at a time: a simulator that does not catch them proves
//! nothing.

/// A mistake. Each sits where a real program would make it: in a store or in the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// The cloud acknowledges events that are not on its disk yet.
    AcknowledgeBeforeDurable,
    /// A lesson's change gets its number when its transaction begins, not when it commits.
    CursorByInsertionId,
    /// The cloud drops an event where the pupil has one of the same time.
    IgnoreOnSameTime,
    /// A copy of a disk goes on in the same stream: a fork changes nothing.
    CloneWithoutIncarnation,
    /// A terminal throws away events above what was acknowledged.
    PruneAboveHead,
    /// A blob that has its length counts as whole, whatever its bytes.
    TrustContentLength,
    /// After a failed push the events are put into a new stream, with new numbers.
    RetryRenumbers,
    /// The cloud refuses events that are older than the newest by their clock.
    OrderByClock,
    /// Room is made by giving up what a lesson needs.
    EvictAssigned,
    /// A lesson is reported as whole when its last blob has begun to arrive.
    ReceiptBeforeVerified,
    /// The cursor comes to the disk before the lessons.
    CursorBeforeLessons,
    /// A push is appended where the stream stood when it was read, without looking again.
    AppendWithoutLooking,
    /// A withdrawn lesson leaves no tombstone.
    WithdrawWithoutTombstone,
    /// Every terminal of the school hears of every class's lessons.
    ListsOtherClasses,
    /// A new revision's document is kept, and its old blobs are shown for it.
    OldBlobsForNewRevision,
    /// A restored cloud gives numbers again that it had given before.
    RestoreWithOldNumbers,
    /// A restored cloud says that it is still the same run.
    RestoreInSameRun,
    /// A code and a number are enough for a pupil's earlier study.
    ReturnsWithoutAgreement,
    /// A terminal takes what a patch leads to, whatever it was made for.
    PatchWithoutBase,
    /// A grade is what the terminal says: by the drill that it has by then.
    GradeFromClient,
    /// The cloud keeps an upload that has its length, whatever its bytes.
    UploadWithoutHashing,
    /// A blob counts as there once its upload has begun.
    WholeOnceBegun,
    /// A publication that was heard before is another one.
    PublishTwice,
    /// The desk forgets a lesson once it has said all of it, before the answer.
    OutboxForgetsEarly,
    /// The cloud lets go of what answers name, and no lesson.
    TidyForgetsAnswers,
    /// A started cloud takes every number anew.
    WindowForgetsCeiling,
    /// A terminal writes down no numbers ahead.
    NumbersNotNoted,
    /// The cloud does not compare a body with what was signed.
    BodyNotCompared,
    /// A restored cloud takes numbers again that it took after its backup.
    RestoreWithOldCeilings,
    /// Two restores of one backup lift numbers alike.
    RestoreLiftsAlike,
    /// The token of an erased terminal still counts.
    ErasedTokenCounts,
    /// A terminal that joined as another one does not say again what is on it.
    JoinsAgainInSilence,
    /// The cloud still hears a key that was renewed.
    FormerKeyCounts,
    /// A new key is sent before it is on the disk.
    NewKeyNotKept,
    /// The numbers of requests begin anew with a new key.
    NumbersBeginAnew,
    /// A terminal does not show how its key came from the one that a restored cloud knows.
    HandoversNotShown,
    /// A locked pupil's journal and codes go to the school once, whichever backup it came back
    /// from since.
    JournalSentOnce,
    /// The cloud appends a journal's events without a look at where the stream stands.
    JournalWithoutLooking,
    /// A new run counts as asked about everything though somebody's study is locked.
    RunEnteredLocked,
    /// An order counts as done once the terminal was told.
    OrderDoneOnceTold,
    /// A terminal erases itself at once, where it was to send everything first.
    EraseDoesNotWait,
    /// The school is told that nothing is unsent without a look at locked studies.
    UnsentForgetsLocked,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 42] = [
        Self::AcknowledgeBeforeDurable,
        Self::CursorByInsertionId,
        Self::IgnoreOnSameTime,
        Self::CloneWithoutIncarnation,
        Self::PruneAboveHead,
        Self::TrustContentLength,
        Self::RetryRenumbers,
        Self::OrderByClock,
        Self::EvictAssigned,
        Self::ReceiptBeforeVerified,
        Self::CursorBeforeLessons,
        Self::AppendWithoutLooking,
        Self::WithdrawWithoutTombstone,
        Self::ListsOtherClasses,
        Self::OldBlobsForNewRevision,
        Self::RestoreWithOldNumbers,
        Self::RestoreInSameRun,
        Self::ReturnsWithoutAgreement,
        Self::PatchWithoutBase,
        Self::GradeFromClient,
        Self::UploadWithoutHashing,
        Self::WholeOnceBegun,
        Self::PublishTwice,
        Self::OutboxForgetsEarly,
        Self::TidyForgetsAnswers,
        Self::WindowForgetsCeiling,
        Self::NumbersNotNoted,
        Self::BodyNotCompared,
        Self::RestoreWithOldCeilings,
        Self::RestoreLiftsAlike,
        Self::ErasedTokenCounts,
        Self::JoinsAgainInSilence,
        Self::FormerKeyCounts,
        Self::NewKeyNotKept,
        Self::NumbersBeginAnew,
        Self::HandoversNotShown,
        Self::JournalSentOnce,
        Self::JournalWithoutLooking,
        Self::RunEnteredLocked,
        Self::OrderDoneOnceTold,
        Self::EraseDoesNotWait,
        Self::UnsentForgetsLocked,
    ];
}
