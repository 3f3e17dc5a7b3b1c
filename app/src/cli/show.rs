//! What commands print.

use std::io::Write;

use hotaru_content::drill::Drill;
use hotaru_content::lesson::{Material, MaterialKind};
use hotaru_content::log::{Event, Fact};
use hotaru_content::progress::grade_answer;
use hotaru_content::shelf::KeptStream;
use hotaru_sync::terminal::{Progress, SyncReport};
use serde::Serialize;
use serde_json::{Value, json};

use crate::study::{Problem, Status, Study};

/// Prints one JSON line.
pub(super) fn json(value: &impl Serialize) -> Result<(), Problem> {
    let text = serde_json::to_string(value).map_err(|error| Problem::Machine(error.to_string()))?;
    line(&text)
}

/// Prints a line. A reader that went away is not an error of ours to hide: it ends the
/// command.
pub(super) fn line(text: &str) -> Result<(), Problem> {
    writeln!(std::io::stdout(), "{text}").map_err(|error| Problem::Machine(error.to_string()))
}

pub(super) fn status(status: &Status, as_json: bool) -> Result<(), Problem> {
    if as_json {
        return json(status);
    }
    if status.pupils.is_empty() {
        line("no pupil has joined on this terminal yet")?;
    }
    for pupil in &status.pupils {
        line(&format!(
            "{} class {} number {}: {} events, {} not yet sent",
            if pupil.current { "*" } else { " " },
            pupil.class,
            pupil.number,
            pupil.events,
            pupil.unsent
        ))?;
    }
    line(&format!(
        "{} lessons, {} whole; {} bytes still to come",
        status.lessons, status.ready, status.missing_bytes
    ))
}

pub(super) fn lessons(study: &Study, as_json: bool) -> Result<(), Problem> {
    let lessons = study.lessons()?;
    if !as_json {
        for lesson in &lessons {
            line(&format!(
                "{} {} {}: {}{}",
                lesson.doc.day,
                lesson
                    .doc
                    .period
                    .map_or_else(String::new, |period| format!("[{period}]")),
                lesson.doc.subject,
                lesson.doc.title,
                if lesson.is_ready() {
                    ""
                } else {
                    " (not whole yet)"
                }
            ))?;
        }
        return Ok(());
    }
    let list: Vec<Value> = lessons
        .iter()
        .map(|lesson| {
            let doc = &lesson.doc;
            json!({
                "lesson": lesson.lesson,
                "revision": lesson.revision,
                "day": doc.day,
                "period": doc.period,
                "subject": doc.subject,
                "unit": doc.unit,
                "title": doc.title,
                "source": doc.source,
                "expires": doc.expires,
                "ready": lesson.is_ready(),
                "missing_bytes": lesson.missing_bytes,
                "materials": doc.materials.iter().map(|m| material(study, m)).collect::<Vec<_>>(),
            })
        })
        .collect();
    json(&list)
}

fn material(study: &Study, material: &Material) -> Value {
    let mut shown = serde_json::to_value(material).unwrap_or(Value::Null);
    let drill = (material.kind() == MaterialKind::Drill)
        .then(|| material.blobs().next())
        .flatten()
        .and_then(|blob| {
            study
                .catalog()
                .load(&blob.id)
                .ok()
                .flatten()
                .map(|drill| (blob, drill))
        });
    if let (Some((blob, drill)), Some(object)) = (drill, shown.as_object_mut()) {
        object.insert("drill".to_owned(), json!(blob.id));
        object.insert("items".to_owned(), items(&drill));
    }
    shown
}

fn items(drill: &Drill) -> Value {
    drill
        .items
        .iter()
        .map(|item| json!({ "id": item.id, "question": item.question }))
        .collect()
}

/// The log of the pupil in front, whole.
pub(super) fn log(study: &Study) -> Result<(), Problem> {
    let log = study.log()?;
    for stream in log.streams()? {
        let mut from = 0;
        loop {
            let events = log.events_of(stream.open.stream, from, 1000)?;
            let Some(last) = events.last() else { break };
            from = last.seq + 1;
            for event in &events {
                json(&event_json(study, event, &stream))?;
            }
        }
    }
    Ok(())
}

fn event_json(study: &Study, event: &Event, stream: &KeptStream) -> Value {
    let at_school = event.seq < stream.acknowledged.next_seq;
    let mut shown = json!({
        "stream": stream.open.stream,
        "seq": event.seq,
        "wall_ms": event.stamp.wall_ms,
        "mono_ms": event.stamp.mono_ms,
        "boot": event.stamp.boot,
        "at_school": at_school,
    });
    let fact = match event.fact() {
        Fact::LessonOpened(fact) => json!({ "lesson_opened": fact }),
        Fact::LessonClosed(fact) => json!({ "lesson_closed": fact }),
        Fact::MaterialViewed(fact) => json!({ "material_viewed": fact }),
        Fact::RecordingWatched(fact) => json!({ "recording_watched": fact }),
        Fact::NoteSaved(fact) => json!({ "note_saved": fact }),
        Fact::PaperStudy(fact) => json!({ "paper_study": fact }),
        Fact::Unknown { kind, payload } => {
            json!({ "unknown": { "kind": kind, "bytes": payload.len() } })
        }
        Fact::Answered(fact) => {
            let drill = study.catalog().load(&fact.drill).ok().flatten();
            let item = drill
                .as_ref()
                .and_then(|drill| drill.items.get(usize::from(fact.item)));
            json!({ "answered": {
                "lesson": fact.lesson,
                "drill": fact.drill,
                "place": fact.item,
                "item": item.map(|item| item.id.clone()),
                "response": fact.response.show(item),
                "took_ms": fact.took_ms,
                "verdict": grade_answer(&fact, study.catalog()).verdict,
            }})
        }
    };
    if let (Some(shown), Value::Object(fact)) = (shown.as_object_mut(), fact) {
        shown.extend(fact);
    }
    shown
}

pub(super) fn progress(progress: &Progress) {
    eprintln!(
        "{:?}: {} bytes here, {} to come",
        progress.stage, progress.here.bytes, progress.waiting.bytes
    );
}

pub(super) fn sync_report(report: &SyncReport, as_json: bool) -> Result<(), Problem> {
    if as_json {
        json(report)
    } else {
        line(&report.to_string())
    }
}
