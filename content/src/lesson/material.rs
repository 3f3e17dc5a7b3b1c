//! Materials of a lesson, of known and of unknown kinds.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{LessonError, MAX_LABEL_CHARS};
use crate::blob::BlobRef;
use crate::id::MaterialId;

/// The longest part of a recording, in milliseconds; see [`Part`].
pub const MAX_PART_MS: u32 = 60_000;
/// The most blobs that one material names.
const MAX_BLOBS: usize = 1000;

/// One material of a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Material {
    /// Stays the same from revision to revision.
    pub id: MaterialId,
    /// What it is called; may be empty.
    pub title: String,
    /// What it is.
    pub body: Body,
}

/// What a material is. Each blob stands in the document's `blobs`, whatever the kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Markdown with ruby, UTF-8 (see [`crate::text`]).
    Text {
        /// The Markdown.
        blob: BlobRef,
    },
    /// A photo of the board (板書), JPEG or PNG.
    BoardPhoto {
        /// The picture, upright.
        blob: BlobRef,
        /// Its size in pixels.
        width: u32,
        /// Its size in pixels.
        height: u32,
    },
    /// A handout (プリント), PDF.
    Handout {
        /// The PDF.
        blob: BlobRef,
        /// Its pages.
        pages: u32,
    },
    /// A recorded lesson: AV1 and Opus in MP4, in parts that can grow.
    Recording {
        /// The parts in order of time.
        parts: Vec<Part>,
        /// Captions for the whole of it, WebVTT.
        captions: Option<BlobRef>,
        /// The picture's size in pixels.
        width: u32,
        /// The picture's size in pixels.
        height: u32,
    },
    /// A drill (see [`crate::drill`]).
    Drill {
        /// The drill's document.
        blob: BlobRef,
        /// How many items it has.
        items: u32,
    },
    /// Something that needs the net, and says so.
    Link {
        /// An `https` or `http` address.
        url: String,
        /// What to expect there; may be empty.
        note: String,
    },
    /// A kind that only a newer program knows: kept, fetched, shown as such.
    Unknown {
        /// The kind's name.
        kind: String,
        /// Its blobs.
        blobs: Vec<BlobRef>,
        /// All else that the document says.
        rest: Map<String, Value>,
    },
}

/// A piece of a recording, its own blob, at most 60 s long. A part is a playable file of
/// its own; the next one goes on where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The piece.
    pub blob: BlobRef,
    /// Its length in milliseconds.
    pub duration_ms: u32,
}

/// The kind of a material without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaterialKind {
    /// [`Body::Text`]
    Text,
    /// [`Body::BoardPhoto`]
    BoardPhoto,
    /// [`Body::Handout`]
    Handout,
    /// [`Body::Recording`]
    Recording,
    /// [`Body::Drill`]
    Drill,
    /// [`Body::Link`]
    Link,
    /// [`Body::Unknown`]
    Unknown,
}

/// How soon a pupil needs a blob; what stands first travels first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Need {
    /// Texts and drills.
    TextOrDrill,
    /// Board photos.
    Photo,
    /// Handouts, and what is not known.
    Handout,
    /// Recordings and their captions.
    Recording,
}

impl Material {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> MaterialKind {
        match &self.body {
            Body::Text { .. } => MaterialKind::Text,
            Body::BoardPhoto { .. } => MaterialKind::BoardPhoto,
            Body::Handout { .. } => MaterialKind::Handout,
            Body::Recording { .. } => MaterialKind::Recording,
            Body::Drill { .. } => MaterialKind::Drill,
            Body::Link { .. } => MaterialKind::Link,
            Body::Unknown { .. } => MaterialKind::Unknown,
        }
    }

    /// How soon its blobs are needed.
    #[must_use]
    pub fn need(&self) -> Need {
        match self.kind() {
            MaterialKind::Text | MaterialKind::Drill | MaterialKind::Link => Need::TextOrDrill,
            MaterialKind::BoardPhoto => Need::Photo,
            MaterialKind::Handout | MaterialKind::Unknown => Need::Handout,
            MaterialKind::Recording => Need::Recording,
        }
    }

    /// Every blob that it needs, in order of use.
    pub fn blobs(&self) -> impl Iterator<Item = BlobRef> + '_ {
        let (one, captions, parts, many): (_, _, &[Part], &[BlobRef]) = match &self.body {
            Body::Text { blob }
            | Body::BoardPhoto { blob, .. }
            | Body::Handout { blob, .. }
            | Body::Drill { blob, .. } => (Some(*blob), None, &[], &[]),
            Body::Recording {
                parts, captions, ..
            } => (None, *captions, parts, &[]),
            Body::Link { .. } => (None, None, &[], &[]),
            Body::Unknown { blobs, .. } => (None, None, &[], blobs),
        };
        one.into_iter()
            .chain(captions)
            .chain(parts.iter().map(|part| part.blob))
            .chain(many.iter().copied())
    }

    pub(super) fn validate(&self) -> Result<(), LessonError> {
        let wrong = |problem: String| {
            Err(LessonError::Field {
                field: "material",
                problem,
            })
        };
        if self.title.chars().count() > MAX_LABEL_CHARS {
            return wrong("has a title longer than 200 characters".to_owned());
        }
        match &self.body {
            Body::Recording { parts, .. } if parts.is_empty() || parts.len() > MAX_BLOBS => {
                wrong(format!("{:?} is a recording of {} parts", self.title, parts.len()))
            }
            Body::Recording { parts, .. }
                // A cut falls on a key frame, so a part may run over by one of them.
                if parts.iter().any(|part| part.duration_ms > MAX_PART_MS + 10_000) =>
            {
                wrong(format!("{:?} has a part longer than 60 s", self.title))
            }
            Body::Link { url, .. }
                if url.len() > 2000
                    || !(url.starts_with("https://") || url.starts_with("http://")) =>
            {
                wrong(format!("{:?} has an address that is not https:// or http://", self.title))
            }
            Body::Unknown { blobs, .. } if blobs.len() > MAX_BLOBS => {
                wrong(format!("{:?} names more than 1,000 blobs", self.title))
            }
            _ => Ok(()),
        }
    }
}

/// The document's form: one shape for all kinds.
#[derive(Clone, Serialize, Deserialize)]
struct Raw {
    id: MaterialId,
    #[serde(default)]
    title: String,
    kind: String,
    #[serde(default)]
    blobs: Vec<BlobRef>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Raw {
    fn number(&self, key: &str) -> u32 {
        self.rest
            .get(key)
            .and_then(Value::as_u64)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(0)
    }

    fn text(&self, key: &str) -> String {
        self.rest
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

impl TryFrom<Raw> for Material {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        if raw.blobs.len() > MAX_BLOBS {
            return Err(format!(
                "a material names {} blobs, more than 1,000",
                raw.blobs.len()
            ));
        }
        let first = || {
            raw.blobs
                .first()
                .copied()
                .ok_or_else(|| format!("a {} without its blob", raw.kind))
        };
        let body = match raw.kind.as_str() {
            "text" => Body::Text { blob: first()? },
            "board" => Body::BoardPhoto {
                blob: first()?,
                width: raw.number("width"),
                height: raw.number("height"),
            },
            "handout" => Body::Handout {
                blob: first()?,
                pages: raw.number("pages"),
            },
            "drill" => Body::Drill {
                blob: first()?,
                items: raw.number("items"),
            },
            "link" => Body::Link {
                url: raw.text("url"),
                note: raw.text("note"),
            },
            "recording" => recording(&raw)?,
            _ => Body::Unknown {
                kind: raw.kind,
                blobs: raw.blobs,
                rest: raw.rest,
            },
        };
        Ok(Self {
            id: raw.id,
            title: raw.title,
            body,
        })
    }
}

/// `blobs` are the captions, where `captions` is true, then the parts, whose lengths in
/// milliseconds stand in `durations`.
fn recording(raw: &Raw) -> Result<Body, String> {
    let has_captions = raw
        .rest
        .get("captions")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let (captions, parts) = match raw.blobs.split_first() {
        Some((first, parts)) if has_captions => (Some(*first), parts),
        _ => (None, raw.blobs.as_slice()),
    };
    let durations: Vec<u32> = raw
        .rest
        .get("durations")
        .cloned()
        .map(serde_json::from_value)
        .transpose()
        .map_err(|error| format!("a recording's durations: {error}"))?
        .unwrap_or_default();
    if durations.len() != parts.len() {
        return Err(format!(
            "a recording of {} parts with {} lengths",
            parts.len(),
            durations.len()
        ));
    }
    let parts = parts
        .iter()
        .zip(durations)
        .map(|(blob, duration_ms)| Part {
            blob: *blob,
            duration_ms,
        })
        .collect();
    Ok(Body::Recording {
        parts,
        captions,
        width: raw.number("width"),
        height: raw.number("height"),
    })
}

impl From<Material> for Raw {
    fn from(material: Material) -> Self {
        let blobs: Vec<BlobRef> = material.blobs().collect();
        let mut rest = Map::new();
        let kind = match material.body {
            Body::Text { .. } => "text".to_owned(),
            Body::BoardPhoto { width, height, .. } => {
                rest.insert("width".to_owned(), width.into());
                rest.insert("height".to_owned(), height.into());
                "board".to_owned()
            }
            Body::Handout { pages, .. } => {
                rest.insert("pages".to_owned(), pages.into());
                "handout".to_owned()
            }
            Body::Recording {
                parts,
                captions,
                width,
                height,
            } => {
                rest.insert("captions".to_owned(), captions.is_some().into());
                rest.insert(
                    "durations".to_owned(),
                    parts.iter().map(|part| part.duration_ms).collect(),
                );
                rest.insert("width".to_owned(), width.into());
                rest.insert("height".to_owned(), height.into());
                "recording".to_owned()
            }
            Body::Drill { items, .. } => {
                rest.insert("items".to_owned(), items.into());
                "drill".to_owned()
            }
            Body::Link { url, note } => {
                rest.insert("url".to_owned(), url.into());
                rest.insert("note".to_owned(), note.into());
                "link".to_owned()
            }
            Body::Unknown {
                kind, rest: kept, ..
            } => {
                rest = kept;
                kind
            }
        };
        Self {
            id: material.id,
            title: material.title,
            kind,
            blobs,
            rest,
        }
    }
}
