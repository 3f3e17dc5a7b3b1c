//! A teacher's desk: what she knows of her lessons, and what waits in the outbox.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::{self, Ask, Drill, Item};
use hotaru_content::id::{ClassId, LessonId, MaterialId};
use hotaru_content::lesson::{Body, FORMAT, Material, Revision, Subject};
use hotaru_sync::pack::sample::Random;
use hotaru_sync::upload::{Effect, Upload};
use hotaru_sync::wire::Publish;

use crate::world::Edition;

/// Choices of every question.
pub const CHOICES: u32 = 4;
/// Questions of every drill.
const ITEMS: u64 = 5;

/// A file of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// Anything.
    Text(Vec<u8>),
    /// Questions.
    Drill(Drill),
}

/// A lesson as its teacher knows it.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its class.
    pub class: ClassId,
    /// The newest revision that she has seen.
    pub revision: u32,
    /// Its files.
    pub files: Vec<File>,
}

/// A revision on its way to the school.
#[derive(Debug, Clone)]
pub struct Job {
    /// Which.
    pub edition: Edition,
    /// What is said once all blobs are there.
    pub publish: Publish,
    /// Every blob, the document among them.
    pub blobs: BTreeMap<BlobId, Vec<u8>>,
}

/// What a desk is at.
pub struct Errand {
    /// Its number among all sessions.
    pub number: u64,
    /// The number of its last request.
    pub flight: u64,
    /// What it is.
    pub what: What,
}

/// See [`Errand`].
pub enum What {
    /// A job of the outbox goes up, by its document.
    Sending(BlobId, Box<Upload>, VecDeque<Effect>),
    /// A lesson is withdrawn; with the status of the answer so far.
    Withdrawing(LessonId, u16),
}

/// A desk. What it is at is lost in a crash; everything else is on its disk, or in its
/// teacher's head.
pub struct Desk {
    /// The teacher's class.
    pub class: ClassId,
    /// What is to be sent, in this order.
    pub outbox: Vec<Job>,
    /// What the school refused for good.
    pub refused: Vec<Job>,
    /// The lessons that she knows of.
    pub lessons: BTreeMap<LessonId, Known>,
    /// Lessons that she wants back, until the school has heard.
    pub withdrawing: BTreeSet<LessonId>,
    /// What it is at.
    pub errand: Option<Errand>,
}

impl Desk {
    /// A desk with nothing on it.
    pub fn new(class: ClassId) -> Self {
        Self {
            class,
            outbox: Vec::new(),
            refused: Vec::new(),
            lessons: BTreeMap::new(),
            withdrawing: BTreeSet::new(),
            errand: None,
        }
    }

    /// Makes a revision: from then on it is in the outbox, whatever happens.
    pub fn push(&mut self, lesson: LessonId, known: Known) -> &Job {
        let job = Job::new(lesson, &known);
        self.lessons.insert(lesson, known);
        self.outbox.push(job);
        self.outbox.last().expect("it was put there")
    }

    /// Whether nothing waits.
    pub fn is_idle(&self) -> bool {
        self.outbox.is_empty() && self.withdrawing.is_empty()
    }
}

impl Known {
    /// The files of a new lesson.
    pub fn new(class: ClassId, random: &mut Random) -> Self {
        let mut files = Vec::new();
        if random.below(2) == 0 {
            files.push(File::Drill(drill(random)));
        }
        for _ in 0..1 + random.below(3) {
            let len = match random.below(4) {
                0 => 40_000 + random.below(60_000),
                _ => 200 + random.below(3_000),
            };
            files.push(File::Text(noise(random.number(), len)));
        }
        Self {
            class,
            revision: 1,
            files,
        }
    }

    /// The next revision: every file is another one, by a little.
    pub fn revised(mut self, random: &mut Random) -> Self {
        self.revision += 1;
        for file in &mut self.files {
            match file {
                File::Text(bytes) => {
                    let at = random.below(bytes.len() as u64) as usize;
                    bytes[at] = bytes[at].wrapping_add(1);
                }
                File::Drill(drill) => {
                    for item in &mut drill.items {
                        turn(item);
                    }
                }
            }
        }
        self
    }
}

impl Job {
    fn new(lesson: LessonId, known: &Known) -> Self {
        let mut blobs = BTreeMap::new();
        let materials = known.files.iter().zip(1..).map(|(file, id)| {
            let bytes = file.bytes();
            let blob = BlobRef::of(&bytes);
            blobs.insert(blob.id, bytes);
            let body = match file {
                File::Text(_) => Body::Text { blob },
                File::Drill(drill) => Body::Drill {
                    blob,
                    items: drill.items.len() as u32,
                },
            };
            Material {
                id: MaterialId([id; 16]),
                title: String::new(),
                body,
            }
        });
        let doc = Revision {
            format: FORMAT,
            lesson,
            revision: known.revision,
            day: jiff::civil::date(2026, 11, 20),
            period: None,
            subject: Subject::Science,
            unit: String::new(),
            title: "てこ".to_owned(),
            curriculum_code: None,
            source: String::new(),
            expires: jiff::civil::date(2027, 3, 31),
            materials: materials.collect(),
        };
        let bytes = doc.to_json().expect("a small document");
        let document = BlobRef::of(&bytes);
        blobs.insert(document.id, bytes);
        Self {
            edition: (lesson, known.revision),
            publish: Publish {
                document,
                base_revision: known.revision - 1,
                classes: vec![known.class],
                groups: Vec::new(),
                pupils: Vec::new(),
                send_at_ms: None,
            },
            blobs,
        }
    }

    /// All its blobs.
    pub fn refs(&self) -> Vec<BlobRef> {
        self.blobs
            .values()
            .map(|bytes| BlobRef::of(bytes))
            .collect()
    }
}

impl File {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(bytes) => bytes.clone(),
            Self::Drill(drill) => drill.to_json().expect("a small drill"),
        }
    }

    /// The file of a material, from its bytes.
    pub fn of(body: &Body, bytes: &[u8]) -> Self {
        match Drill::from_json(bytes) {
            Ok(drill) if matches!(body, Body::Drill { .. }) => Self::Drill(drill),
            _ => Self::Text(bytes.to_vec()),
        }
    }
}

fn drill(random: &mut Random) -> Drill {
    let choices = || (1..=CHOICES).map(|choice| format!("{choice}番")).collect();
    let items = (0..ITEMS).map(|place| Item {
        id: format!("q{place}"),
        question: format!("問{} {}", place + 1, random.below(1_000_000)),
        ask: Ask::Choice {
            choices: choices(),
            key: random.below(u64::from(CHOICES)) as u16,
        },
        explanation: String::new(),
        skill: String::new(),
        level: 0,
    });
    Drill {
        format: drill::FORMAT,
        items: items.collect(),
    }
}

/// The right choice of a question.
pub fn key(item: &Item) -> u16 {
    match &item.ask {
        Ask::Choice { key, .. } => *key,
        _ => 0,
    }
}

/// Another choice is the right one.
fn turn(item: &mut Item) {
    if let Ask::Choice { key, .. } = &mut item.ask {
        *key = (*key + 1) % CHOICES as u16;
    }
}

/// Bytes that do not compress.
pub fn noise(seed: u64, len: u64) -> Vec<u8> {
    let mut random = Random(seed);
    (0..len).map(|_| random.number() as u8).collect()
}
