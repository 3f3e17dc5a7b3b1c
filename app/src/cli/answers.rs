//! Answers from a file.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use hotaru_content::drill::Response;
use serde::Serialize;

use crate::study::{Ask, DrillOnShelf, Problem, Study};

/// The longest file of answers, in bytes.
const MAX_FILE_LEN: u64 = 16 << 20;

/// One durable answer, as it is printed.
#[derive(Serialize)]
struct Confirmed<'a> {
    seq: u64,
    stream: String,
    drill: String,
    item: &'a str,
    response: String,
    verdict: hotaru_content::drill::Verdict,
    took_ms: u32,
}

/// Answers item after item. Each line is printed once its answer is durable, and before
/// the next is begun.
pub(super) fn answer(study: &mut Study, drill: &str, from: &Path) -> Result<(), Problem> {
    let found = find_drill(study, drill)?;
    let text = read(from)?;
    for (at, line) in text.lines().enumerate() {
        let line_number = at + 1;
        if line.trim().is_empty() {
            continue;
        }
        let bad = |problem: String| Problem::BadLine {
            line: line_number,
            problem,
        };
        let (id, response) = line
            .split_once('\t')
            .ok_or_else(|| bad("it has no tab".to_owned()))?;
        let (place, item) = found
            .drill
            .find(id.trim())
            .ok_or_else(|| Problem::NoSuchItem {
                line: line_number,
                id: id.trim().to_owned(),
            })?;
        let started = Instant::now();
        let response = Response::read(item, response).map_err(|error| bad(error.to_string()))?;
        let shown = response.show(Some(item));
        let ask = Ask {
            lesson: found.lesson,
            drill: found.blob.id,
            item: place,
            seed: 0,
        };
        let took_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        let answer = study.answer(&ask, response, took_ms)?;
        let confirmed = Confirmed {
            seq: answer.event.seq,
            stream: study.log()?.open_info().stream.to_string(),
            drill: found.blob.id.to_string(),
            item: &item.id,
            response: shown,
            verdict: answer.grade.verdict,
            took_ms,
        };
        super::show::json(&confirmed)?;
        // A reader at the other end of a pipe may count on the line at once.
        std::io::stdout()
            .flush()
            .map_err(|error| Problem::Machine(error.to_string()))?;
    }
    Ok(())
}

/// Finds a drill by its blob's name, or by its material's id.
fn find_drill(study: &Study, wanted: &str) -> Result<DrillOnShelf, Problem> {
    let drills = study.drills()?;
    let by_blob = drills
        .iter()
        .find(|drill| drill.blob.id.to_string() == wanted);
    if let Some(found) = by_blob {
        return Ok(found.clone());
    }
    for lesson in study.lessons()? {
        for material in &lesson.doc.materials {
            if material.id.to_string() != wanted {
                continue;
            }
            let found = material
                .blobs()
                .find_map(|blob| drills.iter().find(|drill| drill.blob == blob));
            if let Some(found) = found {
                return Ok(found.clone());
            }
        }
    }
    Err(Problem::NoSuchDrill(wanted.chars().take(80).collect()))
}

fn read(path: &Path) -> Result<String, Problem> {
    let unreadable = |reason: String| Problem::File {
        path: path.display().to_string(),
        reason,
    };
    let len = std::fs::metadata(path)
        .map_err(|error| unreadable(error.to_string()))?
        .len();
    if len > MAX_FILE_LEN {
        return Err(unreadable("it is larger than 16 MiB".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}
