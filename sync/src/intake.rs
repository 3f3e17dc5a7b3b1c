//! The cloud's core for lanes 1 and 2: it decides, the caller commits.
//!
//! Lane 1: [`receive`] looks at what is stored of a stream and at a push, and says what to
//! do. The caller appends in one transaction that fails where the stream no longer stands
//! at the expected point (then it looks again), and acknowledges only after the commit. So
//! any push may arrive twice, or half, or after a later one: its effect is there once.

use hotaru_content::log::{Chain, Event, EventError, StreamOpen, StreamPoint};
use hotaru_content::shelf::ASK_AGAIN;

use crate::pack::PushBody;

/// What to do with a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Add these events, then acknowledge `point`.
    Append {
        /// How the stream opens: to be stored where `expected` is none.
        open: StreamOpen,
        /// Where the stream must still stand; none where it must not be there yet.
        expected: Option<StreamPoint>,
        /// What is new, contiguous from there, its chain verified. May be empty where the
        /// stream is only opened.
        events: Vec<Event>,
        /// Where the stream stands after them.
        point: StreamPoint,
    },
    /// All of it is here and nothing more: acknowledge this point again, 200.
    AlreadyHave {
        /// Where the stream stands.
        point: StreamPoint,
    },
    /// The stream stands elsewhere than the push leads to: 409, with [`last_common`].
    Conflict {
        /// Where it stands; none where the stream is not known here.
        point: Option<StreamPoint>,
    },
    /// The push cannot be taken: 400.
    Refuse(Refusal),
}

/// Why a push cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its events do not lead to the head that it names.
    #[error("the events were damaged on the way; they are sent again")]
    Damaged,
    /// An event is not one.
    #[error("an event cannot be kept: {0}; update the terminal's program")]
    Event(#[from] EventError),
    /// The stream is known as another pupil's.
    #[error("this log belongs to another pupil; join again on this terminal")]
    OtherPupil,
}

/// Decides about a push. `stored` is what the cloud has of the stream: how it opens and
/// where it stands.
#[must_use]
pub fn receive(stored: Option<(&StreamOpen, StreamPoint)>, push: PushBody) -> Decision {
    let (open, expected) = match (stored, &push.open) {
        (None, None) => return Decision::Conflict { point: None },
        (None, Some(open)) => (open.clone(), None),
        (Some((known, _)), Some(given)) if known.pupil != given.pupil => {
            return Decision::Refuse(Refusal::OtherPupil);
        }
        (Some((known, point)), Some(given)) if known != given => {
            return Decision::Conflict { point: Some(point) };
        }
        (Some((known, point)), _) => (known.clone(), Some(point)),
    };
    let stands = expected.unwrap_or_else(|| Chain::open(&open).point());
    let (end, here) = match walk(&open, &push, stands.next_seq) {
        Ok(walked) => walked,
        Err(refusal) => return Decision::Refuse(refusal),
    };
    if push.from.next_seq > stands.next_seq || here.is_some_and(|here| here != stands) {
        return Decision::Conflict { point: expected };
    }
    if end == stands && expected.is_some() {
        return Decision::AlreadyHave { point: stands };
    }
    // More is here than the push leads to: an old push, or a copy of that terminal's disk.
    if end.next_seq <= stands.next_seq && expected.is_some() {
        return Decision::Conflict { point: expected };
    }
    let events = push
        .events
        .into_iter()
        .filter(|event| event.seq >= stands.next_seq)
        .collect();
    Decision::Append {
        open,
        expected,
        events,
        point: end,
    }
}

/// The last point that a push and a stored stream have in common; none where the stream
/// never stood where the push begins. `stored` is the whole of the stream.
///
/// Two terminals that began as one (a copied disk) both have what it had: by this point the
/// later one knows what the school has from the other, and sends only the rest.
#[must_use]
pub fn last_common(open: &StreamOpen, stored: &[Event], push: &PushBody) -> Option<StreamPoint> {
    let before = usize::try_from(push.from.next_seq).ok()?;
    let (before, after) = stored.split_at_checked(before)?;
    let mut chain = Chain::open(open);
    for event in before {
        chain.push(event).ok()?;
    }
    if chain.point() != push.from {
        return None;
    }
    for (event, pushed) in after.iter().zip(&push.events) {
        if event.canonical() != pushed.canonical() || chain.push(event).is_err() {
            break;
        }
    }
    Some(chain.point())
}

/// Walks a push along its chain: where it ends, and its point at `seq` where it reaches it.
fn walk(
    open: &StreamOpen,
    push: &PushBody,
    seq: u64,
) -> Result<(StreamPoint, Option<StreamPoint>), Refusal> {
    let mut chain = Chain::resume(open.secret.clone(), push.from);
    let mut here = (push.from.next_seq == seq).then_some(push.from);
    for event in &push.events {
        let point = chain.push(event)?;
        if point.next_seq == seq {
            here = Some(point);
        }
    }
    if push.leads_to(chain.point()) {
        Ok((chain.point(), here))
    } else {
        Err(Refusal::Damaged)
    }
}

/// Whether a patch is worth offering: below 80 % of the whole.
#[must_use]
pub fn is_worth_offering(patch_len: u64, whole_len: u64) -> bool {
    u128::from(patch_len) * 5 < u128::from(whole_len) * 4
}

/// The entity tag of a cursor, for `etag` and `if-none-match`.
#[must_use]
pub fn cursor_tag(cursor: u64) -> String {
    format!("\"{cursor}\"")
}

/// Change numbers that a run of the cloud passed over when it began: above the last that its
/// database knew, below the first that it gave itself. Where the database had come back from
/// a backup, an earlier run gave such numbers to changes that are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The last number before it.
    pub after: u64,
    /// The last number in it.
    pub up_to: u64,
}

impl Gap {
    /// Whether a terminal's cursor is a number that nothing here belongs to.
    #[must_use]
    pub fn holds(&self, cursor: u64) -> bool {
        self.after < cursor && cursor <= self.up_to
    }
}

/// The cursor that asks for everything once more: see [`ASK_AGAIN`].
pub const AGAIN: u64 = ASK_AGAIN;

/// Where to begin a list of lessons that was asked for after a cursor, with the newest
/// change number of the school and the gap that holds the cursor, if one does: a cursor of a
/// time that this school's database does not know begins once more.
#[must_use]
pub fn begin_after(after: u64, newest: u64, gap: Option<Gap>) -> u64 {
    let is_strange = after > newest || gap.is_some_and(|gap| gap.holds(after));
    if is_strange { AGAIN } else { after }
}

/// Whether the answer is 304: nothing changed for this terminal after `after`, and its tag
/// says that this is what it has.
#[must_use]
pub fn is_unchanged(if_none_match: Option<&str>, after: u64, changes: usize) -> bool {
    let has_tag = |tags: &str| tags.split(',').any(|tag| tag.trim() == cursor_tag(after));
    changes == 0 && if_none_match.is_some_and(has_tag)
}

#[cfg(test)]
mod tests;
