//! Lessons, as a teacher gives them and a terminal keeps them.
//!
//! A [`Revision`] is an immutable JSON document; its bytes are a blob like any other, and
//! its name is their hash. It says nothing of who else received it: recipients belong to
//! the act of publishing, not to the lesson. Every blob that a material needs stands in
//! the same place whatever its kind, so that a program can fetch and keep materials of a
//! kind that it does not know.

mod material;

pub use material::{Body, MAX_PART_MS, Material, MaterialKind, Need, Part};

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::blob::{BlobRef, MAX_BLOB_LEN};
use crate::id::LessonId;

/// The newest document form that this program writes.
pub const FORMAT: u16 = 1;
/// The largest revision document, in bytes.
pub const MAX_DOCUMENT_LEN: usize = 1 << 20;
/// The most materials in a lesson.
pub const MAX_MATERIALS: usize = 200;
/// The longest title, unit or source, in characters.
pub const MAX_LABEL_CHARS: usize = 200;

/// One revision of a lesson: the whole of what its recipients get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// The form of the document ([`FORMAT`]); a newer one is still read as far as known.
    pub format: u16,
    /// The lesson that this revises.
    pub lesson: LessonId,
    /// From 1, one higher each time.
    pub revision: u32,
    /// The school day of the lesson.
    pub day: Date,
    /// The period of that day (校時), 1 to 12, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<u8>,
    /// The subject (教科).
    pub subject: Subject,
    /// The unit (単元); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The title.
    pub title: String,
    /// The code of the course of study (学習指導要領コード), where the teacher gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curriculum_code: Option<CurriculumCode>,
    /// Where the materials come from (出典); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The last day on which terminals keep it; by default the end of the school year.
    pub expires: Date,
    /// The materials, in the order of the lesson.
    pub materials: Vec<Material>,
}

/// Why a document is not a lesson.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LessonError {
    /// The document is not JSON of a revision.
    #[error("the lesson's document cannot be read: {0}; publish the lesson again")]
    Json(String),
    /// It is larger than [`MAX_DOCUMENT_LEN`].
    #[error("the lesson's document has {0} bytes, more than 1 MiB; split the lesson in two")]
    TooLong(usize),
    /// It has no material at all.
    #[error("the lesson has no material; add at least one file, text or link")]
    NoMaterials,
    /// It has more than [`MAX_MATERIALS`].
    #[error("the lesson has {0} materials, more than 200; split the lesson in two")]
    TooManyMaterials(usize),
    /// A field is empty or out of bounds.
    #[error("the lesson's {field} {problem}; correct it and publish again")]
    Field {
        /// The field, in words.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl Revision {
    /// Reads a document and checks every bound.
    ///
    /// # Errors
    /// Where it is not a revision or something in it is out of bounds.
    pub fn from_json(bytes: &[u8]) -> Result<Self, LessonError> {
        if bytes.len() > MAX_DOCUMENT_LEN {
            return Err(LessonError::TooLong(bytes.len()));
        }
        let revision: Self =
            serde_json::from_slice(bytes).map_err(|error| LessonError::Json(error.to_string()))?;
        revision.validate()?;
        Ok(revision)
    }

    /// Writes the document: one material a line, so that a patch between two revisions is
    /// short. The bytes are the revision; they are never written a second time.
    ///
    /// # Errors
    /// Where a bound is broken.
    pub fn to_json(&self) -> Result<Vec<u8>, LessonError> {
        self.validate()?;
        let json = |error: serde_json::Error| LessonError::Json(error.to_string());
        let mut bytes = serde_json::to_vec(self).map_err(json)?;
        if bytes.len() > MAX_DOCUMENT_LEN {
            return Err(LessonError::TooLong(bytes.len()));
        }
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Checks every bound.
    ///
    /// # Errors
    /// The first broken one.
    pub fn validate(&self) -> Result<(), LessonError> {
        let field = |field, problem: &str| {
            Err(LessonError::Field {
                field,
                problem: problem.to_owned(),
            })
        };
        if self.materials.is_empty() {
            return Err(LessonError::NoMaterials);
        }
        if self.materials.len() > MAX_MATERIALS {
            return Err(LessonError::TooManyMaterials(self.materials.len()));
        }
        if self.revision == 0 {
            return field("revision", "is 0, revisions count from 1");
        }
        if self.title.trim().is_empty() {
            return field("title", "is empty");
        }
        for (name, text) in [
            ("title", &self.title),
            ("unit", &self.unit),
            ("source", &self.source),
        ] {
            if text.chars().count() > MAX_LABEL_CHARS {
                return field(name, "is longer than 200 characters");
            }
            if text.chars().any(char::is_control) {
                return field(name, "has a control character in it");
            }
        }
        if self
            .period
            .is_some_and(|period| !(1..=12).contains(&period))
        {
            return field("period", "is not between 1 and 12");
        }
        if self.expires < self.day {
            return field("expiry", "is before its day");
        }
        if self.blobs().any(|(_, blob)| blob.len > MAX_BLOB_LEN) {
            return field("material", "claims more than 1 GiB");
        }
        self.materials.iter().try_for_each(Material::validate)
    }

    /// Every blob that the lesson needs, with how soon a pupil needs it.
    pub fn blobs(&self) -> impl Iterator<Item = (Need, BlobRef)> + '_ {
        self.materials
            .iter()
            .flat_map(|material| material.blobs().map(|blob| (material.need(), blob)))
    }

    /// The bytes of all its blobs together.
    #[must_use]
    pub fn total_len(&self) -> u64 {
        self.blobs()
            .fold(0, |sum, (_, blob)| sum.saturating_add(blob.len))
    }
}

/// A subject of the course of study, or another by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Subject {
    /// 国語
    Japanese,
    /// 社会
    SocialStudies,
    /// 算数 (小) and 数学 (中)
    Mathematics,
    /// 理科
    Science,
    /// 外国語, 英語
    English,
    /// 生活
    LivingEnvironment,
    /// 音楽
    Music,
    /// 図工, 美術
    Art,
    /// 家庭, 技術・家庭
    HomeEconomics,
    /// 体育, 保健体育
    PhysicalEducation,
    /// 道徳
    MoralEducation,
    /// 総合
    IntegratedStudy,
    /// Any other, by its name; at most 20 characters.
    Other(String),
}

impl Subject {
    /// The subjects that have a name of their own, in timetable order.
    pub const KNOWN: [Self; 12] = [
        Self::Japanese,
        Self::SocialStudies,
        Self::Mathematics,
        Self::Science,
        Self::English,
        Self::LivingEnvironment,
        Self::Music,
        Self::Art,
        Self::HomeEconomics,
        Self::PhysicalEducation,
        Self::MoralEducation,
        Self::IntegratedStudy,
    ];

    /// The word that documents and teachers use.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Japanese => "国語",
            Self::SocialStudies => "社会",
            Self::Mathematics => "算数",
            Self::Science => "理科",
            Self::English => "外国語",
            Self::LivingEnvironment => "生活",
            Self::Music => "音楽",
            Self::Art => "図工",
            Self::HomeEconomics => "家庭",
            Self::PhysicalEducation => "体育",
            Self::MoralEducation => "道徳",
            Self::IntegratedStudy => "総合",
            Self::Other(name) => name,
        }
    }

    /// A short Latin key for style sheets and word files: `science`, `other`.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Japanese => "japanese",
            Self::SocialStudies => "social",
            Self::Mathematics => "mathematics",
            Self::Science => "science",
            Self::English => "english",
            Self::LivingEnvironment => "living",
            Self::Music => "music",
            Self::Art => "art",
            Self::HomeEconomics => "home",
            Self::PhysicalEducation => "pe",
            Self::MoralEducation => "moral",
            Self::IntegratedStudy => "integrated",
            Self::Other(_) => "other",
        }
    }
}

impl From<&str> for Subject {
    fn from(name: &str) -> Self {
        // What is cut may end in a space: what is read again must be the same.
        let cut: String = name.trim().chars().take(20).collect();
        match cut.trim_end() {
            "国語" => Self::Japanese,
            "社会" => Self::SocialStudies,
            "算数" | "数学" => Self::Mathematics,
            "理科" => Self::Science,
            "外国語" | "英語" | "外国語活動" => Self::English,
            "生活" => Self::LivingEnvironment,
            "音楽" => Self::Music,
            "図工" | "図画工作" | "美術" => Self::Art,
            "家庭" | "技術・家庭" | "技術" => Self::HomeEconomics,
            "体育" | "保健体育" | "保健" => Self::PhysicalEducation,
            "道徳" => Self::MoralEducation,
            "総合" | "総合的な学習の時間" => Self::IntegratedStudy,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl From<String> for Subject {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.name().to_owned()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A 学習指導要領コード: 16 letters and digits, a text and not a number
/// (文部科学省, 教育データ標準; 8220233111000000 is 小3 社会).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CurriculumCode(String);

impl CurriculumCode {
    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CurriculumCode {
    type Err = LessonError;
    fn from_str(text: &str) -> Result<Self, LessonError> {
        if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(LessonError::Field {
                field: "curriculum code",
                problem: "is not 16 letters and digits".to_owned(),
            })
        }
    }
}

impl TryFrom<String> for CurriculumCode {
    type Error = LessonError;
    fn try_from(text: String) -> Result<Self, LessonError> {
        text.parse()
    }
}

impl From<CurriculumCode> for String {
    fn from(code: CurriculumCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::BlobRef;
    use crate::id::MaterialId;
    use jiff::civil::date;

    pub(crate) fn revision() -> Revision {
        Revision {
            format: FORMAT,
            lesson: LessonId([1; 16]),
            revision: 1,
            day: date(2026, 11, 20),
            period: Some(2),
            subject: Subject::Science,
            unit: "てこのはたらき".to_owned(),
            title: "てこを使う".to_owned(),
            curriculum_code: Some("8220233111000000".parse().unwrap()),
            source: "自作".to_owned(),
            expires: date(2027, 3, 31),
            materials: vec![Material {
                id: MaterialId([2; 16]),
                title: "本文".to_owned(),
                body: Body::Text {
                    blob: BlobRef::of(b"hello"),
                },
            }],
        }
    }

    #[test]
    fn a_document_returns_as_it_was() {
        let revision = revision();
        let bytes = revision.to_json().unwrap();
        assert_eq!(Revision::from_json(&bytes).unwrap(), revision);
    }

    #[test]
    fn a_kind_from_the_future_is_kept_with_its_blobs() {
        let blob = BlobRef::of(b"model");
        let json = format!(
            r#"{{"format":9,"lesson":"{l}","revision":1,"day":"2026-11-20","subject":"理科","title":"月","expires":"2027-03-31","brand_new":1,
            "materials":[{{"id":"{m}","title":"立体","kind":"model3d","blobs":[{{"id":"{b}","len":5}}],"axes":{{"x":1}}}}]}}"#,
            l = LessonId([1; 16]),
            m = MaterialId([2; 16]),
            b = blob.id,
        );
        let revision = Revision::from_json(json.as_bytes()).unwrap();
        assert_eq!(
            revision.blobs().collect::<Vec<_>>(),
            [(Need::Handout, blob)]
        );
        let material = &revision.materials[0];
        assert!(matches!(&material.body, Body::Unknown { kind, .. } if kind == "model3d"));
        let again = serde_json::to_value(material).unwrap();
        assert_eq!(again["axes"]["x"], 1);
        assert_eq!(again["kind"], "model3d");
    }

    #[test]
    fn bounds_are_named() {
        let mut empty = revision();
        empty.materials.clear();
        assert_eq!(empty.to_json(), Err(LessonError::NoMaterials));
        let mut long = revision();
        long.title = "長".repeat(201);
        assert!(long.to_json().unwrap_err().to_string().contains("title"));
        let mut past = revision();
        past.expires = date(2026, 11, 19);
        assert!(past.to_json().unwrap_err().to_string().contains("expiry"));
        assert!("82202331110000".parse::<CurriculumCode>().is_err());
    }

    #[test]
    fn subjects_have_one_name() {
        for subject in Subject::KNOWN {
            assert_eq!(Subject::from(subject.name()), subject);
        }
        assert_eq!(Subject::from("数学"), Subject::Mathematics);
        assert_eq!(Subject::from("書写").name(), "書写");
        // What is read is the same when it is read again, wherever it was cut.
        for long in [
            "そろばん と けいさん の くふう を する 時間",
            "理科                    を",
        ] {
            let subject = Subject::from(long);
            assert_eq!(Subject::from(subject.name()), subject, "{long}");
        }
    }
}
