//! A pupil's whole record, to be handed over: JSON lines for programs, a page for people.

mod lines;
mod page;
mod words;

pub(crate) use lines::name as kind_name;

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hotaru_content::blob::BlobId;
use hotaru_content::id::PupilId;
use hotaru_content::log::Fact;
use hotaru_content::text::{inline, plain_text};
use hotaru_sync::wire::AuditRow;
use serde_json::{Value, json};

use crate::blobs::Blobs;
use crate::drills::Drills;
use crate::error::ApiError;
use crate::folder::create_private;
use crate::store::{Record, RecordEvent, RecordRow, Store};

/// Events and rows of the audit log read at once.
const PAGE: u32 = 500;
/// A larger photo is named on the page and not shown, in bytes.
const MAX_SHOWN_LEN: usize = 8 << 20;
/// Photos on one page, in bytes; what comes later is named.
const MAX_SHOWN_BYTES: usize = 48 << 20;

/// All of one pupil, read.
pub struct Gathered {
    pupil: PupilId,
    record: Record,
    events: Vec<RecordEvent>,
    /// Of each answer, by its place in `events`.
    answers: HashMap<usize, Shown>,
    audit: Vec<AuditRow>,
    made_ms: i64,
}

/// An answer in words.
#[derive(Debug, Default)]
struct Shown {
    /// Empty where the drill is gone.
    question: String,
    response: String,
}

/// A photo that is there.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Its blob.
    pub blob: BlobId,
    /// Its bytes; none where they are missing.
    pub bytes: Option<Bytes>,
}

impl Gathered {
    /// Reads all of a pupil; none where the school does not know her.
    ///
    /// # Errors
    /// Where the store or a file fails.
    pub async fn read(
        store: &dyn Store,
        blobs: &Blobs,
        drills: &Drills,
        pupil: PupilId,
        made_ms: i64,
    ) -> Result<Option<Self>, ApiError> {
        let Some(record) = store.record(pupil).await? else {
            return Ok(None);
        };
        let mut events = Vec::new();
        let mut after = 0;
        loop {
            let page = store.record_events(pupil, after, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = last.accept;
            events.extend(page);
        }
        let mut audit = Vec::new();
        let mut after = 0;
        loop {
            let page = store.audit_rows(Some(pupil), after, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = last.id;
            audit.extend(page);
        }
        let answers = in_words(store, blobs, drills, &events).await?;
        Ok(Some(Self {
            pupil,
            record,
            events,
            answers,
            audit,
            made_ms,
        }))
    }

    /// Her number and class, for who looks at what was exported.
    #[must_use]
    pub fn place(&self) -> (&str, u16) {
        (&self.record.class_name, self.record.number)
    }

    /// How many events there are.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events.len()
    }

    /// The photos that the school has.
    #[must_use]
    pub fn photos(&self) -> Vec<BlobId> {
        let rows = self.record.rows.iter();
        rows.filter_map(|row| match row {
            RecordRow::Photo {
                blob, len: Some(_), ..
            } => Some(*blob),
            _ => None,
        })
        .collect()
    }

    /// Every line but those of photos' bytes and the last.
    pub fn lines(&self) -> impl Iterator<Item = Value> + '_ {
        let head = json!({
            "kind": "record",
            "form": 1,
            "school": self.record.school,
            "pupil": self.pupil,
            "class": self.record.class_name,
            "number": self.record.number,
            "made_ms": self.made_ms,
        });
        let rows = self.record.rows.iter().map(|row| json!(row));
        let events = self.events.iter().enumerate();
        let events = events.map(|(at, event)| lines::event(event, self.answers.get(&at)));
        let audit = self.audit.iter().map(lines::audit);
        [head].into_iter().chain(rows).chain(events).chain(audit)
    }

    /// The last line: who has it has all.
    #[must_use]
    pub fn end(&self, photos: usize) -> Value {
        json!({ "kind": "end", "events": self.events.len(), "photos": photos })
    }

    /// The page for people.
    #[must_use]
    pub fn page(&self, photos: &[Photo]) -> String {
        let mut shown = BTreeMap::new();
        let mut room = MAX_SHOWN_BYTES;
        for photo in photos {
            let bytes = photo.bytes.as_ref();
            let data = bytes.and_then(|bytes| {
                let (kind, _) = kind_of(bytes)?;
                let left = room.checked_sub(bytes.len())?;
                if bytes.len() > MAX_SHOWN_LEN {
                    return None;
                }
                room = left;
                Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
            });
            shown.insert(photo.blob, (photo.file(), data));
        }
        page::render(self, &shown)
    }

    /// Writes everything into a new folder: `record.jsonl`, `record.html`, `photos/`. Durable
    /// on return.
    ///
    /// # Errors
    /// Where the folder is not empty or cannot be written to.
    pub async fn write(&self, blobs: &Blobs, out: &Path) -> Result<usize, WriteError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |cause| WriteError::Io { path, cause }
        };
        create_private(out).map_err(at(out))?;
        if std::fs::read_dir(out).map_err(at(out))?.next().is_some() {
            return Err(WriteError::NotEmpty(out.to_owned()));
        }
        let folder = out.join("photos");
        let mut photos = Vec::new();
        let mut named = Vec::new();
        for blob in self.photos() {
            let photo = Photo::read(blobs, blob).await?;
            if let Some(bytes) = &photo.bytes {
                create_private(&folder).map_err(at(&folder))?;
                put(&folder.join(photo.file()), bytes).map_err(at(&folder))?;
            }
            named.push(photo.line(false));
            photos.push(photo);
        }
        let mut text = Vec::new();
        let lines = self.lines().chain(named);
        for line in lines.chain([self.end(photos.len())]) {
            text.extend_from_slice(line.to_string().as_bytes());
            text.push(b'\n');
        }
        for (name, bytes) in [
            ("record.jsonl", text),
            ("record.html", self.page(&photos).into_bytes()),
        ] {
            let path = out.join(name);
            put(&path, &bytes).map_err(at(&path))?;
        }
        Ok(photos.len())
    }
}

/// Why a record could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Something is in the folder.
    #[error("{0} is not empty; nothing was written, choose a new folder")]
    NotEmpty(PathBuf),
    /// The file system refuses.
    #[error("{path} cannot be written ({cause}); check its path, rights and free space")]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A photo cannot be read.
    #[error("a photo of the school cannot be read ({0}); `hotaru-cloud check` says more")]
    Photo(#[from] object_store::Error),
}

impl Photo {
    /// Reads a photo.
    ///
    /// # Errors
    /// Where the store fails; one that is missing is none.
    pub async fn read(blobs: &Blobs, blob: BlobId) -> object_store::Result<Self> {
        let bytes = match blobs.read(blob).await {
            Ok(bytes) => Some(bytes),
            Err(object_store::Error::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(Self { blob, bytes })
    }

    /// The name of its file.
    fn file(&self) -> String {
        let kind = self.bytes.as_deref().and_then(kind_of);
        format!("{}.{}", self.blob, kind.map_or("bin", |(_, ending)| ending))
    }

    /// Its line; with the bytes in base64 where nobody writes them into a file.
    #[must_use]
    pub fn line(&self, with_bytes: bool) -> Value {
        let bytes = self.bytes.as_ref();
        match (bytes, with_bytes) {
            (None, _) => json!({ "kind": "photo_file", "blob": self.blob, "missing": true }),
            (Some(bytes), false) => json!({
                "kind": "photo_file",
                "blob": self.blob,
                "len": bytes.len(),
                "file": format!("photos/{}", self.file()),
            }),
            (Some(bytes), true) => json!({
                "kind": "photo_file",
                "blob": self.blob,
                "len": bytes.len(),
                "base64": STANDARD.encode(bytes),
            }),
        }
    }
}

/// The media type and ending of a photo, by how it begins.
fn kind_of(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some(("image/jpeg", "jpg"))
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(("image/png", "png"))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) {
        Some(("image/webp", "webp"))
    } else {
        None
    }
}

/// Each answer in words: drill after drill, so that none is held longer than it is needed.
async fn in_words(
    store: &dyn Store,
    blobs: &Blobs,
    drills: &Drills,
    events: &[RecordEvent],
) -> Result<HashMap<usize, Shown>, ApiError> {
    let mut by_drill: BTreeMap<BlobId, Vec<usize>> = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        if let Fact::Answered(answered) = event.event.fact() {
            by_drill.entry(answered.drill).or_default().push(at);
        }
    }
    let mut answers = HashMap::new();
    for (blob, places) in by_drill {
        // One whose file is damaged leaves the answer as it was given.
        let drill = drills.get(store, blobs, blob).await.ok().flatten();
        for at in places {
            let Some(Fact::Answered(answered)) = events.get(at).map(|event| event.event.fact())
            else {
                continue;
            };
            let item = drill.as_deref();
            let item = item.and_then(|drill| drill.items.get(usize::from(answered.item)));
            let shown = Shown {
                question: item.map_or_else(String::new, |item| plain(&item.question)),
                response: plain(&answered.response.show(item)),
            };
            answers.insert(at, shown);
        }
    }
    Ok(answers)
}

/// Text without its markup.
fn plain(source: &str) -> String {
    plain_text(&inline(source))
}

/// A new file for its owner's eyes, on the disk.
fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
