//! The one line that tells the truth about the line, and problems in the reader's words.

use egui::{Layout, Ui};
use hotaru_content::shelf::OpenFinding;
use hotaru_ui::Icon;
use hotaru_ui::widget::{Button, Notice, StatusLine, Tone};
use hotaru_ui::words::{Value, Words};

use super::{Place, View};
use crate::worker::{Command, LineState, Snapshot, Stage, Worker};

/// The sentence of a problem: the title says what happened, the text that nothing is lost
/// and what to do. A problem without words of its own shows its English sentence.
pub(crate) fn problem_words(words: &Words, code: &str, detail: &str) -> (String, String) {
    let key = format!("problem-{code}");
    let title = words.get(&key);
    if title == key {
        return (words.get("problem-other"), detail.to_owned());
    }
    (title, words.get(&format!("{key}-next")))
}

/// The line: what it does, what waits; and the button that syncs or stops.
pub(super) fn line_ui(ui: &mut Ui, words: &Words, snapshot: &Snapshot, worker: &Worker) {
    let (tone, icon, sentence) = sentence(words, snapshot);
    let running = matches!(
        snapshot.line.state,
        LineState::Calling | LineState::Syncing(_)
    );
    ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
        if snapshot.cloud.is_some() {
            let (key, command) = if running {
                ("line-stop", Command::StopSync)
            } else {
                ("line-sync", Command::Sync)
            };
            if Button::new(&words.get(key)).show(ui) {
                worker.send(command);
            }
        }
        ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
            let mut line = StatusLine::new(tone, &sentence);
            if let Some(icon) = icon {
                line = line.icon(icon);
            }
            line.show(ui);
        });
    });
}

/// What waits, as a clause; empty where nothing does.
fn waiting(words: &Words, snapshot: &Snapshot) -> String {
    let line = &snapshot.line;
    let mut clauses = Vec::new();
    if snapshot.is_to_be_erased {
        clauses.push(words.get("line-to-be-erased"));
    }
    if line.unsent > 0 {
        clauses.push(words.get_with("line-unsent", &[("count", line.unsent.into())]));
    }
    let is_synced = matches!(line.state, LineState::Synced { .. });
    if snapshot.stage == Stage::Locked && !is_synced {
        clauses.push(words.get("line-locked"));
    }
    if line.lessons_waiting > 0 {
        let size = size(words, line.missing_bytes);
        let args = [
            ("count", line.lessons_waiting.into()),
            ("size", Value::from(&size)),
        ];
        clauses.push(words.get_with("line-waiting", &args));
    }
    clauses.join(" ")
}

fn sentence(words: &Words, snapshot: &Snapshot) -> (Tone, Option<Icon>, String) {
    let waiting = waiting(words, snapshot);
    let say = |key: &str| {
        let head = words.get(key);
        if waiting.is_empty() {
            head
        } else {
            format!("{head} {waiting}")
        }
    };
    if snapshot.cloud.is_none() {
        return (Tone::Plain, Some(Icon::Device), words.get("line-sample"));
    }
    match &snapshot.line.state {
        LineState::Calling => (Tone::Info, Some(Icon::Sending), say("line-calling")),
        LineState::Syncing(progress) if progress.waiting.bytes > 0 => {
            let (here, all) = (
                size(words, progress.here.bytes),
                size(
                    words,
                    progress.here.bytes.saturating_add(progress.waiting.bytes),
                ),
            );
            let args = [("here", Value::from(&here)), ("all", Value::from(&all))];
            (
                Tone::Info,
                Some(Icon::Receiving),
                words.get_with("line-receiving", &args),
            )
        }
        LineState::Syncing(_) => (Tone::Info, Some(Icon::Sending), say("line-syncing")),
        LineState::Failed { code, detail } => {
            let (title, _) = problem_words(words, code, detail);
            let kept = words.get("line-kept");
            let text = [title, kept, waiting]
                .into_iter()
                .filter(|part| !part.is_empty());
            (
                Tone::Warn,
                Some(Icon::Offline),
                text.collect::<Vec<_>>().join(" "),
            )
        }
        LineState::Resting | LineState::Synced { .. } if waiting.is_empty() => {
            (Tone::Good, None, words.get("line-all-here"))
        }
        LineState::Resting | LineState::Synced { .. } => (Tone::Plain, Some(Icon::Wait), waiting),
    }
}

/// What was found and mended when the profile was opened.
pub(super) fn findings_ui(ui: &mut Ui, view: &mut View<'_>) {
    if view.snapshot.findings.is_empty() {
        return;
    }
    let is_harmed = view.snapshot.findings.iter().any(OpenFinding::is_harm);
    let (title, text) = match is_harmed {
        true => ("findings-harmed", "findings-harmed-text"),
        false => ("findings-title", "findings-text"),
    };
    let (title, text, check) = (view.tr(title), view.tr(text), view.tr("check-open"));
    let mut notice = Notice::new(Tone::Info, &title).text(&text).closable();
    if is_harmed {
        notice = notice.action(&check);
    }
    let came = notice.show(ui);
    if came.acted {
        view.worker.send(Command::CheckUp { repair: false });
        view.go = Some(Place::Settings);
    }
    if came.closed || came.acted {
        view.worker.send(Command::DismissFindings);
    }
}

/// A size in the reader's words: KB below 1 MB, one decimal where the number is small.
pub(crate) fn size(words: &Words, bytes: u64) -> String {
    let (key, number) = match bytes {
        1_000_000_000.. => ("size-gb", bytes as f64 / 1e9),
        1_000_000.. => ("size-mb", bytes as f64 / 1e6),
        _ => ("size-kb", (bytes as f64 / 1e3).ceil()),
    };
    let is_whole = number >= 100.0 || number.fract() < 0.05;
    let text = if is_whole {
        format!("{number:.0}")
    } else {
        format!("{number:.1}")
    };
    words.get_with(key, &[("number", Value::from(&text))])
}
