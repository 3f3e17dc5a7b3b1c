//! `resume`: what waits in the outbox, sent.

use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::outbox::{Entry, Outbox, State};
use serde_json::{Value, json};

use super::print;
use crate::account::{Account, Folder};
use crate::line::Line;
use crate::outgoing::{now_ms, revision_of, send};
use crate::problem::Problem;

/// Sends every job and prints what became of each.
pub(super) fn resume(
    folder: &Folder,
    account: &Account,
    line: impl FnOnce() -> Result<Line, Problem>,
) -> Result<(), Problem> {
    let outbox = Outbox::open(folder.outbox())?;
    let entries = outbox.entries(now_ms())?;
    let (mut told, mut waiting) = (Vec::new(), 0);
    let all = entries.len();
    let line = (all > 0).then(line).transpose()?;
    for entry in entries {
        let (value, done) = match (&line, entry) {
            (Some(line), Entry::Job(job, state)) => {
                let revision = revision_of(&outbox, &job);
                let mut value = json!({
                    "job": job.id,
                    "title": job.title,
                    "lesson": revision.as_ref().map(|revision| revision.lesson),
                    "revision": revision.as_ref().map(|revision| revision.revision),
                });
                let done = match account.may_send(&job) {
                    Ok(()) => add_outcome(line, &outbox, &job.id, state, &mut value),
                    Err(problem) => {
                        put(&mut value, "state", json!("not_hers"));
                        put(&mut value, "reason", json!(problem.to_string()));
                        false
                    }
                };
                (value, done)
            }
            (_, Entry::Job(..)) => continue,
            (_, Entry::Damaged { id, problem }) => (
                json!({ "job": id, "state": "damaged", "reason": problem }),
                false,
            ),
        };
        told.push(value);
        waiting += usize::from(!done);
    }
    print(&told)?;
    if waiting > 0 {
        Err(Problem::Waiting { waiting, all })
    } else {
        Ok(())
    }
}

fn add_outcome(
    line: &Line,
    outbox: &Outbox,
    job: &hotaru_content::id::JobId,
    state: State,
    value: &mut Value,
) -> bool {
    let mut put = |key: &str, told: Value| put(value, key, told);
    if let State::Refused(refusal) = state {
        put("state", json!("refused"));
        put("reason", json!(refusal.message));
        return false;
    }
    match send(line, outbox, *job, &mut |_| {}, &Cancel::default()) {
        Ok(uploaded) => {
            put("state", json!("sent"));
            put("sent_bytes", json!(uploaded.sent));
            true
        }
        Err(problem) => {
            let refused = matches!(problem, Problem::NotTaken { .. });
            put("state", json!(if refused { "refused" } else { "waits" }));
            put("reason", json!(problem.to_string()));
            false
        }
    }
}

fn put(value: &mut Value, key: &str, told: Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert(key.to_owned(), told);
    }
}
