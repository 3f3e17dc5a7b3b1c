//! `push`: a lesson of files, to a class.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use hotaru_content::clock::school_day;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::{CurriculumCode, Subject};
use hotaru_publish::{LessonDraft, Options, Prepared, Progress, Stage, prepare_file, prepare_link};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::outbox::Outbox;
use hotaru_sync::wire::DeskSchool;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::print;
use crate::account::{Account, Folder};
use crate::line::Line;
use crate::outgoing::{Outgoing, Queued, Recipients, kind_name, queue, send};
use crate::problem::Problem;

/// What a push is told.
#[derive(Debug, clap::Args)]
pub struct PushArgs {
    /// A class or group that receives it
    #[arg(long = "class", value_name = "NAME", required = true, num_args = 1..)]
    classes: Vec<String>,
    /// Only these pupils of the one class, by number
    #[arg(long = "pupil-number", value_name = "N", num_args = 1..)]
    numbers: Vec<u16>,
    /// The lesson's title
    #[arg(long)]
    title: String,
    /// The subject: 国語, 算数, 理科, ... or another
    #[arg(long)]
    subject: String,
    /// The school day: 2026-11-20; by default today
    #[arg(long)]
    day: Option<Date>,
    /// The period of that day
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=12))]
    period: Option<u8>,
    /// The unit
    #[arg(long, default_value = "")]
    unit: String,
    /// Where the materials come from
    #[arg(long, default_value = "")]
    source: String,
    /// The code of the course of study: 16 letters and digits
    #[arg(long = "code", value_name = "CURRICULUM")]
    curriculum_code: Option<CurriculumCode>,
    /// The last day on which terminals keep it; by default the end of the school year
    #[arg(long, value_name = "DATE")]
    expires: Option<Date>,
    /// Goes out at this moment: 2026-11-20T08:00:00+09:00
    #[arg(long, value_name = "RFC3339")]
    send_at: Option<Timestamp>,
    /// The lesson that this replaces: the new revision of it
    #[arg(long, value_name = "LESSON")]
    replace: Option<LessonId>,
    /// The materials' titles by position, files before links; by default the files' names
    #[arg(long = "name", value_name = "TITLE")]
    names: Vec<String>,
    /// Something that needs the net
    #[arg(long = "link", value_name = "URL")]
    links: Vec<String>,
    /// Photos, PDFs, recordings, texts, drills
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Prepares everything, takes it into the outbox, and sends it.
///
/// `line` is asked for once the files are known to be good.
pub(super) fn push(
    folder: &Folder,
    account: &Account,
    line: impl FnOnce() -> Result<Line, Problem>,
    args: &PushArgs,
) -> Result<(), Problem> {
    let begun = Instant::now();
    let prepared = prepare(args)?;
    let mut draft = draft(args);
    draft.materials = prepared.iter().map(|one| one.material.clone()).collect();
    // What is missing in the lesson itself is said before anybody is asked.
    draft.publish()?;
    let line = line()?;
    let school = school(folder, account, &line)?;
    let cancel = Cancel::default();
    let previous = args
        .replace
        .map(|lesson| line.newest_revision(&school, lesson, &cancel))
        .transpose()?;
    let outbox = Outbox::open(folder.outbox())?;
    let outgoing = Outgoing {
        draft,
        previous,
        recipients: Recipients::named(&school, &args.classes, &args.numbers)?,
        send_at_ms: args.send_at.map(Timestamp::as_millisecond),
        blobs: prepared.into_iter().flat_map(|one| one.blobs).collect(),
    };
    let queued = queue(&outbox, account, outgoing, 0)?;
    let uploaded = send(&line, &outbox, queued.job, &mut |_| {}, &cancel)?;
    print(&told(&queued, uploaded.sent, begun))
}

fn prepare(args: &PushArgs) -> Result<Vec<Prepared>, Problem> {
    let options = Options::default();
    let (mut prepared, mut refused) = (Vec::new(), Vec::new());
    for file in &args.files {
        let mut reporter = Reporter::new(file.display().to_string());
        match prepare_file(file, &options, &mut |progress| reporter.tell(progress)) {
            Ok(one) => prepared.push(one),
            Err(error) => refused.push(error),
        }
    }
    for url in &args.links {
        match prepare_link(host(url), url, "") {
            Ok(one) => prepared.push(one),
            Err(error) => refused.push(error),
        }
    }
    if !refused.is_empty() {
        return Err(Problem::Files(refused));
    }
    for (one, name) in prepared.iter_mut().zip(&args.names) {
        one.material.title.clone_from(name);
    }
    Ok(prepared)
}

/// A link's title where none was given.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn draft(args: &PushArgs) -> LessonDraft {
    let day = args
        .day
        .unwrap_or_else(|| school_day(Timestamp::now().as_millisecond()));
    let mut draft = LessonDraft::new(day, Subject::from(args.subject.as_str()), &args.title);
    draft.period = args.period;
    draft.unit.clone_from(&args.unit);
    draft.source.clone_from(&args.source);
    draft.curriculum_code.clone_from(&args.curriculum_code);
    draft.expires = args.expires;
    draft
}

/// The school's page; without a line, as it was last seen, so that a push can be made
/// anywhere and sent later.
fn school(folder: &Folder, account: &Account, line: &Line) -> Result<DeskSchool, Problem> {
    match line
        .desk()
        .school(&Cancel::default())
        .map_err(Problem::from)
    {
        Ok(school) => {
            folder.keep_school(account, &school)?;
            Ok(school)
        }
        Err(problem @ (Problem::Line(_) | Problem::SessionOver)) => {
            folder.seen_school(account).ok_or(problem)
        }
        Err(problem) => Err(problem),
    }
}

fn told(queued: &Queued, sent_bytes: u64, begun: Instant) -> Value {
    let revision = &queued.revision;
    let materials: Vec<Value> = revision
        .materials
        .iter()
        .map(|material| {
            json!({
                "id": material.id,
                "kind": kind_name(material.kind()),
                "title": material.title,
                "bytes": material.blobs().map(|blob| blob.len).sum::<u64>(),
            })
        })
        .collect();
    json!({
        "lesson": revision.lesson,
        "revision": revision.revision,
        "job": queued.job,
        "materials": materials,
        "bytes": revision.total_len(),
        "sent_bytes": sent_bytes,
        "seconds": begun.elapsed().as_secs_f64(),
    })
}

/// Says on a person's terminal how far a conversion is: it may take as long as the lesson.
struct Reporter {
    file: String,
    told: u32,
}

impl Reporter {
    fn new(file: String) -> Self {
        Self { file, told: 0 }
    }

    fn tell(&mut self, progress: Progress) -> ControlFlow<()> {
        if let (Stage::Converting, Some(fraction)) = (progress.stage, progress.fraction) {
            let percent = (fraction.clamp(0.0, 1.0) * 100.0) as u32;
            if percent >= self.told + 5 && std::io::stderr().is_terminal() {
                self.told = percent;
                eprintln!("hotaru-desk: converting {}: {percent} %", self.file);
            }
        }
        ControlFlow::Continue(())
    }
}
