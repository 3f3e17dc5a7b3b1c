//! What a churn's lessons are made of.

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::drill::{Ask, Drill, FORMAT, Item};
use hotaru_content::id::{LessonId, MaterialId};
use hotaru_content::lesson::{Body, Material, Part, Revision, Subject};
use hotaru_sync::pack::sample::Random;

use crate::Failure;

/// How much of everything.
#[derive(Debug, Clone)]
pub struct Sizes {
    /// Decides everything that is made, and where lines break.
    pub seed: u64,
    /// Lessons, of which a tenth is withdrawn in the end.
    pub lessons: usize,
    /// Revisions of each: the first, and how often it is replaced.
    pub rounds: usize,
    /// Syncs that are broken off.
    pub aborts: usize,
    /// Answers.
    pub answers: usize,
    /// Board photos of a lesson.
    pub photos: usize,
    /// Bytes of a photo.
    pub photo_len: usize,
    /// Bytes of a handout.
    pub handout_len: usize,
    /// Bytes of each of a recording's two parts.
    pub part_len: usize,
}

impl Sizes {
    /// What the requirement names: 1,000 syncs broken off, all lessons replaced five times.
    #[must_use]
    pub fn full() -> Self {
        Self {
            seed: 2026,
            lessons: 30,
            rounds: 6,
            aborts: 1000,
            answers: 6000,
            photos: 4,
            photo_len: 180_000,
            handout_len: 400_000,
            part_len: 600_000,
        }
    }

    /// The same in seconds.
    #[must_use]
    pub fn short() -> Self {
        Self {
            seed: 2026,
            lessons: 7,
            rounds: 3,
            aborts: 40,
            answers: 300,
            photos: 3,
            photo_len: 150_000,
            handout_len: 300_000,
            part_len: 900_000,
        }
    }
}

/// A lesson over all its revisions.
#[derive(Debug)]
pub struct Lesson {
    /// Its id.
    pub id: LessonId,
    /// Its newest revision's drill.
    pub drill: BlobId,
    materials: [MaterialId; 12],
    /// Every revision, the newest last.
    pub revisions: Vec<Revision>,
}

impl Lesson {
    /// One without any revision yet.
    pub fn new(random: &mut Random) -> Self {
        Self {
            id: LessonId(random.bytes()),
            drill: BlobId([0; 32]),
            materials: std::array::from_fn(|_| MaterialId(random.bytes())),
            revisions: Vec::new(),
        }
    }

    /// The next revision, in which every file is another, and those files.
    ///
    /// # Errors
    /// Where it is out of bounds.
    pub fn next(
        &mut self,
        sizes: &Sizes,
        random: &mut Random,
    ) -> Result<(Revision, Vec<Vec<u8>>), Failure> {
        let number = self.revisions.len() as u32 + 1;
        let mut files = Vec::new();
        let mut add = |bytes: Vec<u8>| {
            let blob = BlobRef::of(&bytes);
            files.push(bytes);
            blob
        };
        let text = format!("# 第{number}版\n\n{}", words(random, 60));
        let text = add(text.into_bytes());
        let drill = add(drill(random)?);
        let mut bodies = vec![
            Body::Text { blob: text },
            Body::Drill {
                blob: drill,
                items: 20,
            },
            Body::Handout {
                blob: add(noise(random, sizes.handout_len)),
                pages: 2,
            },
            Body::Recording {
                parts: (0..2)
                    .map(|_| Part {
                        blob: add(noise(random, sizes.part_len)),
                        duration_ms: 45_000,
                    })
                    .collect(),
                captions: None,
                width: 1280,
                height: 720,
            },
        ];
        for _ in 0..sizes.photos {
            bodies.push(Body::BoardPhoto {
                blob: add(noise(random, sizes.photo_len)),
                width: 1600,
                height: 1200,
            });
        }
        let day = jiff::Zoned::now().date();
        let revision = Revision {
            format: 1,
            lesson: self.id,
            revision: number,
            day,
            period: Some(2),
            subject: Subject::Science,
            unit: "てこのはたらき".to_owned(),
            title: format!("第{number}版のじゅぎょう"),
            curriculum_code: None,
            source: String::new(),
            expires: day.checked_add(jiff::Span::new().days(200))?,
            materials: bodies
                .into_iter()
                .zip(self.materials)
                .map(|(body, id)| Material {
                    id,
                    title: String::new(),
                    body,
                })
                .collect(),
        };
        self.drill = drill.id;
        self.revisions.push(revision.clone());
        Ok((revision, files))
    }
}

/// Bytes that do not compress, as those of photos and recordings do not.
fn noise(random: &mut Random, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        bytes.extend_from_slice(&random.number().to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

fn words(random: &mut Random, count: usize) -> String {
    let words = [
        "支点",
        "力点",
        "作用点",
        "長さ",
        "重さ",
        "かたむき",
        "つり合い",
        "実験",
    ];
    (0..count)
        .map(|_| words[random.below(words.len() as u64) as usize])
        .collect()
}

fn drill(random: &mut Random) -> Result<Vec<u8>, Failure> {
    let items = (0..20)
        .map(|n| Item {
            id: format!("q{n:02}"),
            question: words(random, 8),
            ask: Ask::Choice {
                choices: (0..4).map(|k| format!("{k}{}", words(random, 3))).collect(),
                key: random.below(4) as u16,
            },
            explanation: words(random, 10),
            skill: "てこ".to_owned(),
            level: 2,
        })
        .collect();
    Ok(Drill {
        format: FORMAT,
        items,
    }
    .to_json()?)
}
