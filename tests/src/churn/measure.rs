//! What is on the disk, and what of it is held.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::clock::Clock;
use hotaru_content::lesson::{MaterialKind, Revision};
use hotaru_content::shelf::Shelf;
use serde_json::Value;

use super::Churn;
use crate::Failure;

/// A blob of at most so many bytes lies in `media.sled`.
const MEDIA_LEN: u64 = 256 * 1024;
/// Older revisions whose texts, drills and handouts patches start from.
const WINDOW: usize = 3;
/// Answers of one measurement.
const ANSWERS: usize = 400;

/// A part of what is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whose, and what.
    pub name: &'static str,
    /// Bytes of the disk's blocks.
    pub allocated: u64,
    /// Bytes that the files say they have.
    pub apparent: u64,
    /// Bytes of content that it is there for; none where that is not said of a part.
    pub held: Option<u64>,
    /// The most that the disk may have of what is held, in hundredths.
    pub limit: Option<u64>,
}

impl Part {
    /// Hundredths of what is held.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        self.held
            .filter(|held| *held > 0)
            .map(|held| self.allocated * 100 / held)
    }
}

/// How long an answer took to be on the disk.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    /// Half of them took no longer.
    pub median: Duration,
    /// One in a hundred took longer.
    pub p99: Duration,
    /// The longest.
    pub worst: Duration,
    /// How many were measured.
    pub answers: usize,
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// Syncs broken off.
    pub broken: usize,
    /// Of these, programs killed.
    pub killed: usize,
    /// Syncs that came to their end although the line was to break.
    pub whole: usize,
    /// The disk before anything was given back, as far as it was not by itself.
    pub before: Vec<Part>,
    /// The disk afterwards.
    pub after: Vec<Part>,
    /// Answers while nothing else went on.
    pub calm: Latency,
    /// Answers while as many bytes as `media.sled` holds were written to files, secured as
    /// often, and removed: what the disk alone makes an answer wait.
    pub disk: Latency,
    /// Answers while the shelf was tidied.
    pub busy: Latency,
    /// How long that took.
    pub tidy_time: Duration,
    /// Of what the cloud holds, the newest revisions' files.
    pub cloud_newest: u64,
    /// What the cloud said of its own.
    pub cloud_tidied: Value,
    /// The same files in a plain folder, in allocated bytes.
    pub plain_files: u64,
}

impl Report {
    /// The parts that take more than they may.
    #[must_use]
    pub fn over(&self) -> Vec<&Part> {
        let is_over = |part: &&Part| part.percent() > part.limit && part.limit.is_some();
        self.after.iter().filter(is_over).collect()
    }
}

impl Churn<'_> {
    /// All that is on the disk.
    pub(super) fn parts(&self) -> Result<Vec<Part>, Failure> {
        let (profile, cloud) = (&self.profile, &self.school.data());
        let all_blobs = self.assigned();
        let media_held = self.media_held();
        let files_held = all_blobs.values().sum::<u64>() - media_held;
        let documents = self.documents()?;
        let events = self.events()?;
        let held = media_held + files_held + documents + events;
        let terminal = profile.join("terminal");
        let media = |name: &str| name.starts_with("media-") && !name.contains(".bad-");
        let bad = |name: &str| name.contains(".bad-");
        let cloud_held = self.cloud_blobs().values().sum::<u64>() + events;
        let part = |name, (allocated, apparent): (u64, u64), held, limit| Part {
            name,
            allocated,
            apparent,
            held,
            limit,
        };
        let mut pupils = [(0, 0); 3];
        for pupil in children(&profile.join("pupils")) {
            for (sum, name) in pupils.iter_mut().zip(["journal", "state.sled", ""]) {
                let found = match name {
                    "" => under(&pupil, &bad),
                    name => size(&pupil.join(name)),
                };
                *sum = (sum.0 + found.0, sum.1 + found.1);
            }
        }
        let [journal, pupil_state, pupil_bad] = pupils;
        let set_aside = under(&terminal, &bad);
        let set_aside = (set_aside.0 + pupil_bad.0, set_aside.1 + pupil_bad.1);
        let database = under(cloud, &|name| name.starts_with("school.db"));
        Ok(vec![
            part(
                "profile: media.sled",
                under(&terminal, &media),
                Some(media_held),
                Some(180),
            ),
            part(
                "profile: files",
                size(&terminal.join("files")),
                Some(files_held),
                None,
            ),
            part(
                "profile: partial",
                size(&terminal.join("partial")),
                None,
                None,
            ),
            part(
                "profile: state.sled",
                size(&terminal.join("state.sled")),
                Some(documents),
                None,
            ),
            part(
                "profile: pupils' state.sled",
                pupil_state,
                Some(events),
                None,
            ),
            part("profile: journals", journal, None, None),
            part("profile: set aside", set_aside, None, None),
            part("profile, whole", size(profile), Some(held), Some(130)),
            part(
                "cloud: school.db with its log",
                database,
                Some(events),
                None,
            ),
            part("cloud: blobs", size(&cloud.join("blobs")), None, None),
            part("cloud: patches", size(&cloud.join("patches")), None, None),
            part("cloud: uploads", size(&cloud.join("uploads")), None, None),
            part("cloud, whole", size(cloud), Some(cloud_held), Some(130)),
            part(
                "desk: outbox",
                size(&self.school.scratch().join("outbox")),
                None,
                None,
            ),
        ])
    }

    /// Bytes of assigned blobs that lie in `media.sled`.
    pub(super) fn media_held(&self) -> u64 {
        let all = self.assigned();
        all.values().filter(|len| **len <= MEDIA_LEN).sum()
    }

    /// The blobs that the live lessons name now.
    pub(super) fn assigned(&self) -> BTreeMap<BlobId, u64> {
        let newest = self
            .lessons
            .iter()
            .filter_map(|lesson| lesson.revisions.last());
        named(newest.flat_map(|revision| revision.blobs().map(|(_, blob)| blob)))
    }

    /// What a cloud has to keep: the newest revisions whole, of three before them what patches
    /// start from, and every drill, to grade answers that come late.
    fn cloud_blobs(&self) -> BTreeMap<BlobId, u64> {
        let mut kept = self.assigned();
        for lesson in &self.lessons {
            for (back, revision) in lesson.revisions.iter().rev().enumerate().skip(1) {
                let is_kept = |kind| match kind {
                    MaterialKind::Drill => true,
                    MaterialKind::Text | MaterialKind::Handout => back <= WINDOW,
                    _ => false,
                };
                let materials = revision.materials.iter();
                let kept_here = materials.filter(|material| is_kept(material.kind()));
                kept.extend(named(kept_here.flat_map(|material| material.blobs())));
            }
        }
        kept
    }

    fn documents(&self) -> Result<u64, Failure> {
        let newest = self
            .lessons
            .iter()
            .filter_map(|lesson| lesson.revisions.last());
        newest
            .map(|revision: &Revision| Ok(revision.to_json()?.len() as u64))
            .sum()
    }

    /// The events' canonical bytes.
    fn events(&self) -> Result<u64, Failure> {
        let (_, log) = self.terminal()?;
        let mut sum = 0;
        for kept in log.streams()? {
            let mut from = 0;
            loop {
                let events = log.events_of(kept.open.stream, from, 5000)?;
                let Some(last) = events.last() else { break };
                from = last.seq + 1;
                for event in &events {
                    sum += event.canonical()?.len() as u64;
                }
            }
        }
        Ok(sum)
    }

    /// Every assigned blob is there and sound, nothing is wanted and nothing unsent.
    pub(super) fn prove(&mut self) -> Result<(), Failure> {
        let said = self.events()?;
        self.terminal = None;
        self.open()?;
        let (shelf, log) = self.terminal()?;
        for blob in self.assigned().keys() {
            // It is checked against its name.
            shelf.blob(blob)?;
        }
        let wants = shelf.wants(jiff::Zoned::now().date())?.len();
        if wants > 0 || log.unsent() > 0 || self.events()? != said {
            return Err(format!("{wants} wanted, {} unsent", log.unsent()).into());
        }
        let logged = self.school.log()?.len() as u64;
        let here: u64 = log.streams()?.iter().map(|kept| kept.point.next_seq).sum();
        if logged != here {
            return Err(format!("{here} answers here, {logged} at the school").into());
        }
        Ok(())
    }

    /// Answers until `work` on another thread is done, and at least so many times.
    pub(super) fn latency(
        &mut self,
        work: impl FnOnce(&Shelf) -> Result<(), Failure> + Send,
    ) -> Result<Latency, Failure> {
        let facts: Vec<_> = (0..ANSWERS).map(|_| self.an_answer()).collect();
        let (shelf, log) = self.terminal()?;
        let done = AtomicBool::new(false);
        let mut times = Vec::new();
        let worked = std::thread::scope(|scope| {
            let worker = scope.spawn(|| {
                let worked = work(shelf);
                done.store(true, Ordering::SeqCst);
                worked
            });
            for fact in facts.iter().cycle() {
                if times.len() >= ANSWERS && done.load(Ordering::SeqCst) {
                    break;
                }
                let stamp = self.clock.now();
                let begun = Instant::now();
                log.append(stamp, fact)?;
                times.push(begun.elapsed());
                // A class of fast pupils; without a pause this measures only itself.
                std::thread::sleep(Duration::from_millis(3));
            }
            worker
                .join()
                .map_err(|_| Failure::from("a thread panicked"))?
        });
        worked?;
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100];
        Ok(Latency {
            median: at(50),
            p99: at(99),
            worst: at(100),
            answers: times.len(),
        })
    }

    /// The assigned blobs as files in a folder.
    pub(super) fn plain_files(&self) -> Result<u64, Failure> {
        let dir = self.school.scratch().join("plain");
        fs::create_dir_all(&dir)?;
        let (shelf, _) = self.terminal()?;
        for blob in self.assigned().keys() {
            fs::write(dir.join(blob.to_string()), shelf.blob(blob)?)?;
        }
        Ok(size(&dir).0)
    }
}

/// Writes files of 1 MiB in pieces of 120 KiB, each on the disk before the next, and removes
/// them.
pub(super) fn write_plainly(dir: &Path, bytes: usize) -> Result<(), Failure> {
    use std::io::Write;

    fs::create_dir_all(dir)?;
    let piece = vec![7; 120 << 10];
    for (at, _) in (0..bytes).step_by(1 << 20).enumerate() {
        let mut file = fs::File::create(dir.join(at.to_string()))?;
        for _ in 0..8 {
            file.write_all(&piece)?;
            file.sync_data()?;
        }
    }
    Ok(fs::remove_dir_all(dir)?)
}

fn named(blobs: impl Iterator<Item = BlobRef>) -> BTreeMap<BlobId, u64> {
    blobs.map(|blob| (blob.id, blob.len)).collect()
}

fn children(dir: &Path) -> BTreeSet<std::path::PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Of what lies directly in a folder, that with such names.
fn under(dir: &Path, wants: &dyn Fn(&str) -> bool) -> (u64, u64) {
    children(dir)
        .iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default();
            wants(&name.to_string_lossy())
        })
        .map(|path| size(path))
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// Allocated and apparent bytes of a file, or of all files below a folder.
fn size(path: &Path) -> (u64, u64) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return (0, 0);
    };
    if metadata.is_dir() {
        return under(path, &|_| true);
    }
    #[cfg(unix)]
    let allocated = std::os::unix::fs::MetadataExt::blocks(&metadata) * 512;
    #[cfg(not(unix))]
    let allocated = metadata.len();
    (allocated, metadata.len())
}
