//! The draft's materials: made one after another while the teacher goes on.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use hotaru_content::blob::BlobRef;
use hotaru_content::lesson::{Body, MAX_LABEL_CHARS, Material, MaterialKind};
use hotaru_content::text::{Block, Document, plain_text};
use hotaru_publish::{
    BlobSource, Notice, Options, Prepared, Progress, PublishError, Reason, Stage, prepare_file,
    prepare_link,
};
use serde::{Deserialize, Serialize};

use super::Message;
use crate::problem::Problem;

/// Files that are made at once: one that is long leaves room for one that is short.
const AT_ONCE: usize = 2;

/// A material of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u64);

/// A material as the window shows it.
#[derive(Debug, Clone)]
pub struct FileCard {
    /// Which.
    pub id: FileId,
    /// The file's name, or the link's address.
    pub name: String,
    /// What the material is called; may be empty.
    pub title: String,
    /// Where it stands.
    pub state: FileState,
}

/// Where a material stands.
#[derive(Debug, Clone)]
pub enum FileState {
    /// It is made when its turn comes.
    Waiting,
    /// It is being made.
    Preparing(Progress),
    /// It is ready.
    Ready {
        /// Its kind.
        kind: MaterialKind,
        /// How much of it there is: pages, questions, seconds; 0 where that says nothing.
        amount: u64,
        /// The bytes of its blobs.
        bytes: u64,
        /// What the teacher should know.
        notes: Vec<Notice>,
        /// It is at school already.
        at_school: bool,
    },
    /// It cannot be used.
    Refused(PublishError),
}

/// Where a material comes from, as it is kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Origin {
    /// A file.
    File(PathBuf),
    /// An address.
    Link(String),
    /// The lesson that is being revised.
    AtSchool(Box<Material>),
}

/// A material as it is kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptFile {
    origin: Origin,
    title: Option<String>,
}

struct Entry {
    id: FileId,
    origin: Origin,
    /// What the teacher called it.
    title: Option<String>,
    /// The first heading, where it is a text.
    heading: Option<String>,
    work: Work,
}

enum Work {
    Waiting,
    Preparing {
        progress: Progress,
        stop: Arc<AtomicBool>,
    },
    Ready(Box<Prepared>),
    Refused(PublishError),
}

/// The materials in their order.
pub(super) struct Files {
    entries: Vec<Entry>,
    next: u64,
    tell: Sender<Message>,
}

impl Files {
    pub(super) fn new(tell: Sender<Message>) -> Self {
        Self {
            entries: Vec::new(),
            next: 0,
            tell,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn add(&mut self, paths: Vec<PathBuf>) {
        for path in paths {
            self.put(Origin::File(path), None, Work::Waiting);
        }
        self.work();
    }

    pub(super) fn add_link(&mut self, url: String) {
        let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or(host).to_owned();
        let work = match prepare_link(&host, &url, "") {
            Ok(prepared) => Work::Ready(Box::new(prepared)),
            Err(error) => Work::Refused(error),
        };
        self.put(Origin::Link(url), None, work);
    }

    pub(super) fn add_at_school(&mut self, material: Material) {
        let prepared = Prepared {
            material: material.clone(),
            blobs: Vec::new(),
            notes: Vec::new(),
        };
        let work = Work::Ready(Box::new(prepared));
        self.put(Origin::AtSchool(Box::new(material)), None, work);
    }

    /// What was kept over a restart, made again.
    pub(super) fn restore(&mut self, kept: Vec<KeptFile>) {
        for KeptFile { origin, title } in kept {
            let before = self.entries.len();
            match origin {
                Origin::File(path) => self.put(Origin::File(path), None, Work::Waiting),
                Origin::Link(url) => self.add_link(url),
                Origin::AtSchool(material) => self.add_at_school(*material),
            }
            if let Some(entry) = self.entries.get_mut(before) {
                entry.title = title;
            }
        }
        self.work();
    }

    pub(super) fn kept(&self) -> Vec<KeptFile> {
        let keep = |entry: &Entry| KeptFile {
            origin: entry.origin.clone(),
            title: entry.title.clone(),
        };
        self.entries.iter().map(keep).collect()
    }

    fn put(&mut self, origin: Origin, title: Option<String>, work: Work) {
        self.next += 1;
        self.entries.push(Entry {
            id: FileId(self.next),
            origin,
            title,
            heading: None,
            work,
        });
    }

    pub(super) fn rename(&mut self, id: FileId, title: String) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            let title = title
                .chars()
                .filter(|c| !c.is_control())
                .take(MAX_LABEL_CHARS);
            entry.title = Some(title.collect());
        }
    }

    pub(super) fn shift(&mut self, id: FileId, up: bool) {
        let Some(at) = self.entries.iter().position(|entry| entry.id == id) else {
            return;
        };
        let to = if up { at.checked_sub(1) } else { Some(at + 1) };
        if let Some(to) = to.filter(|to| *to < self.entries.len()) {
            self.entries.swap(at, to);
        }
    }

    pub(super) fn remove(&mut self, id: FileId) {
        if let Some(at) = self.entries.iter().position(|entry| entry.id == id) {
            self.entries.remove(at).stop();
        }
        self.work();
    }

    pub(super) fn clear(&mut self) {
        self.entries.drain(..).for_each(|entry| entry.stop());
    }

    /// Takes out what is ready; what cannot be used stays, with its sentence.
    pub(super) fn take_ready(&mut self) -> Taken {
        let (ready, rest) = self
            .entries
            .drain(..)
            .partition(|entry| matches!(entry.work, Work::Ready(_)));
        self.entries = rest;
        Taken(ready)
    }

    /// Puts back what was taken.
    pub(super) fn put_back(&mut self, taken: Taken) {
        let rest = std::mem::replace(&mut self.entries, taken.0);
        self.entries.extend(rest);
    }

    /// Whether something is still being made.
    pub(super) fn is_working(&self) -> bool {
        let busy = |entry: &Entry| matches!(entry.work, Work::Waiting | Work::Preparing { .. });
        self.entries.iter().any(busy)
    }

    pub(super) fn progress(&mut self, id: FileId, told: Progress) {
        if let Some(Entry {
            work: Work::Preparing { progress, .. },
            ..
        }) = self.entries.iter_mut().find(|entry| entry.id == id)
        {
            *progress = told;
        }
    }

    pub(super) fn prepared(&mut self, id: FileId, result: Result<Box<Prepared>, PublishError>) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.heading = result.as_ref().ok().and_then(|prepared| heading(prepared));
            entry.work = match result {
                Ok(prepared) => Work::Ready(prepared),
                Err(error) => Work::Refused(error),
            };
        }
        self.work();
    }

    /// Begins what can be begun.
    fn work(&mut self) {
        let busy = |entry: &&Entry| matches!(entry.work, Work::Preparing { .. });
        let mut running = self.entries.iter().filter(busy).count();
        for entry in &mut self.entries {
            if running >= AT_ONCE {
                return;
            }
            if let (Work::Waiting, Origin::File(path)) = (&entry.work, &entry.origin) {
                entry.work = begin(entry.id, path.clone(), self.tell.clone());
                running += usize::from(matches!(entry.work, Work::Preparing { .. }));
            }
        }
    }

    pub(super) fn cards(&self) -> Vec<FileCard> {
        self.entries.iter().map(Entry::card).collect()
    }

    /// A title for the lesson: the first heading of a text, else the first file's name that
    /// somebody wrote in words.
    pub(super) fn proposed_title(&self) -> String {
        let ready = || {
            self.entries.iter().filter_map(|entry| match &entry.work {
                Work::Ready(prepared) => Some((entry, &prepared.material)),
                _ => None,
            })
        };
        let heading = ready().find_map(|(entry, _)| entry.heading.clone());
        let named = || {
            let titles = ready().map(|(_, material)| default_title(material));
            titles.into_iter().find(|title| !title.is_ascii())
        };
        heading.or_else(named).unwrap_or_default()
    }
}

/// Materials that were taken out of the draft.
pub(super) struct Taken(Vec<Entry>);

impl Taken {
    /// The materials with their titles.
    pub(super) fn materials(&self) -> Vec<Material> {
        let titled = |(entry, prepared): (&Entry, &Prepared)| Material {
            title: entry.shown(&prepared.material),
            ..prepared.material.clone()
        };
        self.ready().map(titled).collect()
    }

    /// The bytes of what is new.
    pub(super) fn blobs(&self) -> Vec<(BlobRef, BlobSource)> {
        self.ready()
            .flat_map(|(_, prepared)| prepared.blobs.clone())
            .collect()
    }

    fn ready(&self) -> impl Iterator<Item = (&Entry, &Prepared)> {
        self.0.iter().filter_map(|entry| match &entry.work {
            Work::Ready(prepared) => Some((entry, &**prepared)),
            _ => None,
        })
    }
}

impl Entry {
    fn stop(self) {
        if let Work::Preparing { stop, .. } = self.work {
            stop.store(true, Ordering::Relaxed);
        }
    }

    /// What the material is called.
    fn shown(&self, material: &Material) -> String {
        match (&self.title, &self.origin) {
            (Some(title), _) => title.trim().to_owned(),
            (None, Origin::AtSchool(_)) => material.title.clone(),
            (None, _) => default_title(material),
        }
    }

    fn card(&self) -> FileCard {
        let name = match &self.origin {
            Origin::File(path) => name_of(path),
            Origin::Link(url) => url.clone(),
            Origin::AtSchool(material) => material.title.clone(),
        };
        let (title, state) = match &self.work {
            Work::Waiting => (String::new(), FileState::Waiting),
            Work::Preparing { progress, .. } => (String::new(), FileState::Preparing(*progress)),
            Work::Refused(error) => (String::new(), FileState::Refused(error.clone())),
            Work::Ready(prepared) => {
                let material = &prepared.material;
                let state = FileState::Ready {
                    kind: material.kind(),
                    amount: amount(material),
                    bytes: material.blobs().map(|blob| blob.len).sum(),
                    notes: prepared.notes.clone(),
                    at_school: matches!(self.origin, Origin::AtSchool(_)),
                };
                (
                    self.title.clone().unwrap_or_else(|| self.shown(material)),
                    state,
                )
            }
        };
        FileCard {
            id: self.id,
            name,
            title,
            state,
        }
    }
}

fn begin(id: FileId, path: PathBuf, tell: Sender<Message>) -> Work {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let name = name_of(&path);
    let thread = std::thread::Builder::new()
        .name("preparing".to_owned())
        .spawn(move || {
            let mut report = |progress| {
                // The room is gone only when the program ends.
                let _ = tell.send(Message::Preparing(id, progress));
                if stopped.load(Ordering::Relaxed) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let result = prepare_file(&path, &Options::default(), &mut report);
            let _ = tell.send(Message::Prepared(id, result.map(Box::new)));
        });
    match thread {
        Ok(_) => Work::Preparing {
            progress: Progress {
                stage: Stage::Reading,
                fraction: None,
            },
            stop,
        },
        Err(error) => Work::Refused(PublishError {
            file: name,
            reason: Reason::Scratch {
                cause: Problem::Machine(error.to_string()).to_string(),
            },
        }),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// A material's own title; none for what a camera called it, where the kind says more.
fn default_title(material: &Material) -> String {
    let title = &material.title;
    let digits = title.chars().filter(char::is_ascii_digit).count();
    let by_camera = title.is_ascii()
        && digits >= 3
        && matches!(
            material.kind(),
            MaterialKind::BoardPhoto | MaterialKind::Recording
        );
    if by_camera {
        String::new()
    } else {
        title.clone()
    }
}

fn heading(prepared: &Prepared) -> Option<String> {
    let Body::Text { .. } = prepared.material.body else {
        return None;
    };
    let bytes = prepared.blobs.first()?.1.read().ok()?;
    let document = Document::parse(&String::from_utf8_lossy(&bytes));
    let found = document.blocks().iter().find_map(|block| match block {
        Block::Heading { content, .. } => Some(plain_text(content)),
        _ => None,
    })?;
    Some(found.chars().take(MAX_LABEL_CHARS).collect())
}

fn amount(material: &Material) -> u64 {
    match &material.body {
        Body::Handout { pages, .. } => u64::from(*pages),
        Body::Drill { items, .. } => u64::from(*items),
        Body::Recording { parts, .. } => {
            parts
                .iter()
                .map(|part| u64::from(part.duration_ms))
                .sum::<u64>()
                / 1000
        }
        _ => 0,
    }
}
