//! Lines of a record.

use std::fmt::Write;

use hotaru_content::clock::school_day;
use hotaru_content::log::{Fact, kind};
use hotaru_sync::wire::AuditRow;
use serde_json::{Value, json};

use super::Shown;
use crate::store::RecordEvent;

/// An event with all that it says; what this program cannot read as the bytes that it is.
pub(super) fn event(row: &RecordEvent, shown: Option<&Shown>) -> Value {
    let event = &row.event;
    let fact = match event.fact() {
        Fact::LessonOpened(fact) => json!(fact),
        Fact::LessonClosed(fact) => json!(fact),
        Fact::MaterialViewed(fact) => json!(fact),
        Fact::RecordingWatched(fact) => json!(fact),
        Fact::Answered(fact) => json!(fact),
        Fact::NoteSaved(fact) => json!(fact),
        Fact::PaperStudy(fact) => json!(fact),
        Fact::Unknown { payload, .. } => json!({ "payload": hex(&payload) }),
    };
    let mut line = json!({
        "kind": "event",
        "stream": row.stream,
        "seq": event.seq,
        "day": school_day(event.stamp.wall_ms),
        "wall_ms": event.stamp.wall_ms,
        "mono_ms": event.stamp.mono_ms,
        "boot": event.stamp.boot,
        "server_ms": row.server_ms,
        "what": name(event.kind),
        "fact": fact,
    });
    if let Value::Object(fields) = &mut line {
        if let Some(grade) = row.grade {
            fields.insert("grade".to_owned(), json!(grade.verdict));
            fields.insert("grader".to_owned(), json!(grade.grader));
        }
        if let Some(shown) = shown {
            fields.insert("question".to_owned(), json!(shown.question));
            fields.insert("answer".to_owned(), json!(shown.response));
        }
    }
    line
}

/// Who did what with her record.
pub(super) fn audit(row: &AuditRow) -> Value {
    let mut line = json!(row);
    if let Value::Object(fields) = &mut line {
        fields.insert("kind".to_owned(), json!("audit"));
    }
    line
}

/// What a kind of event is called; one that only a newer program knows has its number.
pub(crate) fn name(number: u16) -> Value {
    match number {
        kind::LESSON_OPENED => json!("lesson_opened"),
        kind::LESSON_CLOSED => json!("lesson_closed"),
        kind::MATERIAL_VIEWED => json!("material_viewed"),
        kind::RECORDING_WATCHED => json!("recording_watched"),
        kind::ANSWERED => json!("answered"),
        kind::NOTE_SAVED => json!("note_saved"),
        kind::PAPER_STUDY => json!("paper_study"),
        other => json!(other),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
