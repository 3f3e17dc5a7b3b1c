//! The one line that tells the truth, and problems in the reader's words.

use egui::{Align, Layout, Ui};
use hotaru_publish::Arg;
use hotaru_sync::upload::Progress;
use hotaru_ui::Icon;
use hotaru_ui::widget::{Button, StatusLine, Tone};
use hotaru_ui::words::{Value, Words};

use crate::problem::Problem;
use crate::worker::{Command, JobState, Snapshot, Trouble, Worker};

/// A problem's sentences: what happened; that nothing is lost, and what to do.
pub(crate) fn sentence_of(words: &Words, problem: &Problem) -> (String, String) {
    match problem {
        Problem::Draft(error) => {
            let args = error.args();
            (
                words.get("problem-draft"),
                published(words, error.code(), &args),
            )
        }
        Problem::Files(errors) => {
            let sentences = errors
                .iter()
                .map(|error| published(words, error.code(), &error.args()));
            (
                words.get("problem-files"),
                sentences.collect::<Vec<_>>().join(" "),
            )
        }
        other => trouble_words(words, &Trouble::from(other)),
    }
}

/// The sentences of a problem that was told by its key. One without words of its own shows
/// its English sentence.
pub(crate) fn trouble_words(words: &Words, trouble: &Trouble) -> (String, String) {
    let key = format!("problem-{}", trouble.code);
    let title = words.get(&key);
    if title == key {
        return (words.get("problem-other"), trouble.detail.clone());
    }
    (title, words.get(&format!("{key}-next")))
}

/// A sentence of what is made of files.
pub(crate) fn published(words: &Words, code: &str, args: &[(&'static str, Arg)]) -> String {
    let args: Vec<(&str, Value<'_>)> = args
        .iter()
        .map(|(name, arg)| {
            let value = match arg {
                Arg::Text(text) => Value::from(text),
                Arg::Number(number) => Value::from(*number),
            };
            (*name, value)
        })
        .collect();
    words.get_with(&format!("publish-{code}"), &args)
}

/// The line: what is under way, what waits, what failed, and the next step.
pub(super) fn line_ui(ui: &mut Ui, words: &Words, snapshot: &Snapshot, worker: &Worker) {
    let (tone, icon, sentence) = sentence(words, snapshot);
    let waits = snapshot
        .jobs
        .iter()
        .any(|job| matches!(job.state, JobState::Failed(_)));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if waits && Button::new(&words.get("line-send-now")).show(ui) {
            worker.send(Command::Send);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let mut line = StatusLine::new(tone, &sentence);
            if let Some(icon) = icon {
                line = line.icon(icon);
            }
            line.show(ui);
        });
    });
}

fn sentence(words: &Words, snapshot: &Snapshot) -> (Tone, Option<Icon>, String) {
    let jobs = &snapshot.jobs;
    let count = |of: &dyn Fn(&JobState) -> bool| jobs.iter().filter(|job| of(&job.state)).count();
    let sending = jobs.iter().find_map(|job| match &job.state {
        JobState::Sending(progress) => Some((job, progress)),
        _ => None,
    });
    if let Some((job, progress)) = sending {
        let sentence = sending_words(words, &job.title, progress);
        return (Tone::Info, Some(Icon::Sending), sentence);
    }
    let decided = count(&|state| matches!(state, JobState::Refused(_) | JobState::Damaged(_)));
    if decided > 0 {
        return (
            Tone::Bad,
            None,
            words.get_with("line-refused", &[("count", decided.into())]),
        );
    }
    let failed = jobs.iter().find_map(|job| match &job.state {
        JobState::Failed(trouble) => Some(trouble),
        _ => None,
    });
    if let Some(trouble) = failed {
        let waiting = count(&|state| matches!(state, JobState::Failed(_) | JobState::Waiting));
        let (title, _) = trouble_words(words, trouble);
        let args = [("count", waiting.into()), ("reason", Value::from(&title))];
        return (
            Tone::Warn,
            Some(Icon::Offline),
            words.get_with("line-failed", &args),
        );
    }
    let held = count(&|state| matches!(state, JobState::Held(_) | JobState::Waiting));
    if held > 0 {
        let sentence = words.get_with("line-held", &[("count", held.into())]);
        return (Tone::Info, Some(Icon::Wait), sentence);
    }
    if let Some(trouble) = &snapshot.school.failed {
        let (title, _) = trouble_words(words, trouble);
        let sentence = words.get_with("line-school-failed", &[("reason", Value::from(&title))]);
        return (Tone::Warn, Some(Icon::Offline), sentence);
    }
    match &snapshot.school.value {
        Some(school) => {
            let args = [("school", Value::from(&school.school.name))];
            (Tone::Good, None, words.get_with("line-all-sent", &args))
        }
        None => (Tone::Plain, Some(Icon::Wait), words.get("line-asking")),
    }
}

/// How far a lesson is on its way.
pub(crate) fn sending_words(words: &Words, title: &str, progress: &Progress) -> String {
    let (done, all) = (size(words, progress.bytes), size(words, progress.of_bytes));
    let args = [
        ("title", Value::from(title)),
        ("done", Value::from(&done)),
        ("all", Value::from(&all)),
    ];
    words.get_with("line-sending", &args)
}

/// A size in the reader's words: one decimal of MB from 1 MB on, else KB.
pub(crate) fn size(words: &Words, bytes: u64) -> String {
    let (key, text) = if bytes >= 1_000_000 {
        ("desk-size-mb", format!("{:.1}", bytes as f64 / 1e6))
    } else {
        ("desk-size-kb", bytes.div_ceil(1000).to_string())
    };
    words.get_with(key, &[("number", Value::from(&text))])
}
