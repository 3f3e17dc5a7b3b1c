//! From materials to a lesson's revision.

use hotaru_content::clock::end_of_school_year;
use hotaru_content::id::LessonId;
use hotaru_content::lesson::{
    Body, CurriculumCode, FORMAT, LessonError, MAX_LABEL_CHARS, MAX_MATERIALS, Material, Revision,
    Subject,
};
use jiff::civil::Date;

use crate::notice::Arg;

/// A lesson as the teacher fills it in.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonDraft {
    /// The school day.
    pub day: Date,
    /// The period of that day, 1 to 12.
    pub period: Option<u8>,
    /// The subject.
    pub subject: Subject,
    /// The unit; may be empty.
    pub unit: String,
    /// The title.
    pub title: String,
    /// The code of the course of study.
    pub curriculum_code: Option<CurriculumCode>,
    /// Where the materials come from; may be empty.
    pub source: String,
    /// The last day on which terminals keep it; `None` is the end of the school year.
    pub expires: Option<Date>,
    /// The materials, in order.
    pub materials: Vec<Material>,
}

/// Why a draft is no lesson yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There is nothing in it.
    #[error("the lesson has no material; add at least one file, text or link")]
    NoMaterials,
    /// There is too much in it.
    #[error("the lesson has {0} materials, more than 200; split it in two")]
    TooManyMaterials(usize),
    /// It has no title.
    #[error("the lesson has no title; write one")]
    NoTitle,
    /// A label is too long or not printable.
    #[error("the lesson's {field} is longer than 200 characters or not printable; shorten it")]
    BadLabel {
        /// `title`, `unit` or `source`.
        field: &'static str,
    },
    /// There is no such period.
    #[error("the lesson has period {0}; periods go from 1 to 12")]
    BadPeriod(u8),
    /// It would be gone before it is there.
    #[error("the lesson expires on {expires}, before its day {day}; choose a later day")]
    ExpiresEarly {
        /// Its last day.
        expires: Date,
        /// Its day.
        day: Date,
    },
    /// The lesson that it replaces has had all its revisions.
    #[error("the lesson was revised too often; publish it as a new lesson")]
    TooManyRevisions,
    /// A bound of the document is broken in another way.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// The system gave no randomness for its id.
    #[error("the system gives no random numbers ({0}); start this computer again")]
    Random(String),
}

impl DraftError {
    /// The stable name of the sentence, without `publish-`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoMaterials => "lesson-no-materials",
            Self::TooManyMaterials(_) => "lesson-too-many-materials",
            Self::NoTitle => "lesson-no-title",
            Self::BadLabel { .. } => "lesson-bad-label",
            Self::BadPeriod(_) => "lesson-bad-period",
            Self::ExpiresEarly { .. } => "lesson-expires-early",
            Self::TooManyRevisions => "lesson-too-many-revisions",
            Self::Lesson(_) => "lesson-refused",
            Self::Random(_) => "lesson-random",
        }
    }

    /// The sentence's arguments.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Self::TooManyMaterials(materials) => vec![("materials", (*materials as u64).into())],
            Self::BadLabel { field } => vec![("field", (*field).into())],
            Self::BadPeriod(period) => vec![("period", u64::from(*period).into())],
            Self::ExpiresEarly { expires, day } => vec![
                ("expires", Arg::Text(expires.to_string())),
                ("day", Arg::Text(day.to_string())),
            ],
            Self::Lesson(error) => vec![("cause", Arg::Text(error.to_string()))],
            Self::Random(cause) => vec![("cause", cause.into())],
            _ => Vec::new(),
        }
    }
}

impl LessonDraft {
    /// A draft with nothing but its day, subject and title.
    #[must_use]
    pub fn new(day: Date, subject: Subject, title: impl Into<String>) -> Self {
        Self {
            day,
            period: None,
            subject,
            unit: String::new(),
            title: title.into(),
            curriculum_code: None,
            source: String::new(),
            expires: None,
            materials: Vec::new(),
        }
    }

    /// The first revision of a new lesson.
    ///
    /// # Errors
    /// Where something is missing or out of bounds.
    pub fn publish(&self) -> Result<Revision, DraftError> {
        let lesson = LessonId::random().map_err(|error| DraftError::Random(error.to_string()))?;
        self.revision(lesson, 1, self.materials.clone())
    }

    /// The next revision of a lesson. A material that was there before keeps its id, so
    /// that terminals know what it replaces: it is the same one where its content is the
    /// same, else where kind and title are.
    ///
    /// # Errors
    /// Where something is missing or out of bounds.
    pub fn replace(&self, previous: &Revision) -> Result<Revision, DraftError> {
        let number = previous
            .revision
            .checked_add(1)
            .ok_or(DraftError::TooManyRevisions)?;
        let materials = with_ids_of(&self.materials, &previous.materials);
        self.revision(previous.lesson, number, materials)
    }

    fn revision(
        &self,
        lesson: LessonId,
        revision: u32,
        materials: Vec<Material>,
    ) -> Result<Revision, DraftError> {
        self.check()?;
        let revision = Revision {
            format: FORMAT,
            lesson,
            revision,
            day: self.day,
            period: self.period,
            subject: self.subject.clone(),
            unit: self.unit.trim().to_owned(),
            title: self.title.trim().to_owned(),
            curriculum_code: self.curriculum_code.clone(),
            source: self.source.trim().to_owned(),
            expires: self.expires.unwrap_or_else(|| end_of_school_year(self.day)),
            materials,
        };
        revision.validate()?;
        Ok(revision)
    }

    fn check(&self) -> Result<(), DraftError> {
        match self.materials.len() {
            0 => return Err(DraftError::NoMaterials),
            many if many > MAX_MATERIALS => return Err(DraftError::TooManyMaterials(many)),
            _ => {}
        }
        if self.title.trim().is_empty() {
            return Err(DraftError::NoTitle);
        }
        for (field, text) in [
            ("title", &self.title),
            ("unit", &self.unit),
            ("source", &self.source),
        ] {
            let text = text.trim();
            if text.chars().nth(MAX_LABEL_CHARS).is_some() || text.chars().any(char::is_control) {
                return Err(DraftError::BadLabel { field });
            }
        }
        if let Some(period) = self.period.filter(|period| !(1..=12).contains(period)) {
            return Err(DraftError::BadPeriod(period));
        }
        match self.expires {
            Some(expires) if expires < self.day => Err(DraftError::ExpiresEarly {
                expires,
                day: self.day,
            }),
            _ => Ok(()),
        }
    }
}

fn with_ids_of(new: &[Material], old: &[Material]) -> Vec<Material> {
    let mut materials = new.to_vec();
    let mut free: Vec<&Material> = old.iter().collect();
    let mut kept = vec![false; materials.len()];
    let same: [fn(&Material, &Material) -> bool; 2] = [
        |new, old| content(&new.body) == content(&old.body),
        |new, old| new.kind() == old.kind() && new.title == old.title,
    ];
    for is_same in same {
        for (material, kept) in materials
            .iter_mut()
            .zip(&mut kept)
            .filter(|(_, kept)| !**kept)
        {
            if let Some(at) = free.iter().position(|old| is_same(material, old)) {
                material.id = free.remove(at).id;
                *kept = true;
            }
        }
    }
    materials
}

/// What makes a material's content: its body, but for words about it.
fn content(body: &Body) -> Body {
    let mut body = body.clone();
    if let Body::Link { note, .. } = &mut body {
        note.clear();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use hotaru_content::blob::BlobRef;
    use hotaru_content::id::MaterialId;
    use jiff::civil::date;

    fn text(title: &str, content: &str) -> Material {
        Material {
            id: MaterialId::random().unwrap(),
            title: title.to_owned(),
            body: Body::Text {
                blob: BlobRef::of(content.as_bytes()),
            },
        }
    }

    fn draft(materials: Vec<Material>) -> LessonDraft {
        LessonDraft {
            materials,
            ..LessonDraft::new(date(2026, 11, 20), Subject::Science, "てこ")
        }
    }

    #[test]
    fn a_lesson_expires_with_its_school_year() {
        let revision = draft(vec![text("a", "1")]).publish().unwrap();
        assert_eq!(
            (revision.revision, revision.expires),
            (1, date(2027, 3, 31))
        );
        revision.to_json().unwrap();
        let other = draft(vec![text("a", "1")]).publish().unwrap();
        assert_ne!(revision.lesson, other.lesson);
    }

    #[test]
    fn materials_keep_their_ids() {
        let first = draft(vec![
            text("本文", "1"),
            text("まとめ", "2"),
            text("読み物", "3"),
        ]);
        let old = first.publish().unwrap();
        // An edited text, a moved one under a new title, a new one, one gone.
        let next = draft(vec![
            text("読み物(新)", "3"),
            text("新", "4"),
            text("本文", "1b"),
        ]);
        let new = next.replace(&old).unwrap();
        assert_eq!((new.revision, new.lesson), (2, old.lesson));
        let ids: Vec<MaterialId> = new.materials.iter().map(|material| material.id).collect();
        assert_eq!(ids[0], old.materials[2].id);
        assert_eq!(ids[1], next.materials[1].id);
        assert_eq!(ids[2], old.materials[0].id);
    }

    #[test]
    fn two_alike_keep_two_ids() {
        let old = draft(vec![text("a", "1"), text("a", "1")])
            .publish()
            .unwrap();
        let new = draft(vec![text("a", "1"), text("a", "2")])
            .replace(&old)
            .unwrap();
        assert_eq!(new.materials[0].id, old.materials[0].id);
        assert_eq!(new.materials[1].id, old.materials[1].id);
    }

    #[test]
    fn a_title_of_another_kind_is_another_material() {
        let old = draft(vec![text("a", "1")]).publish().unwrap();
        let mut link = text("a", "1");
        link.body = Body::Link {
            url: "https://example.jp".to_owned(),
            note: String::new(),
        };
        let new = draft(vec![link.clone()]).replace(&old).unwrap();
        assert_eq!(new.materials[0].id, link.id);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(draft(vec![]).publish(), Err(DraftError::NoMaterials));
        let many = vec![text("a", "1"); 201];
        assert_eq!(
            draft(many).publish(),
            Err(DraftError::TooManyMaterials(201))
        );
        let with = |change: fn(&mut LessonDraft)| {
            let mut draft = draft(vec![text("a", "1")]);
            change(&mut draft);
            draft.publish().unwrap_err().code()
        };
        assert_eq!(with(|d| d.title = " ".to_owned()), "lesson-no-title");
        assert_eq!(with(|d| d.unit = "長".repeat(201)), "lesson-bad-label");
        assert_eq!(with(|d| d.source = "a\nb".to_owned()), "lesson-bad-label");
        assert_eq!(with(|d| d.period = Some(13)), "lesson-bad-period");
        assert_eq!(
            with(|d| d.expires = Some(date(2026, 11, 19))),
            "lesson-expires-early"
        );
        assert_eq!(
            with(|d| d.materials[0].title = "長".repeat(201)),
            "lesson-refused"
        );
    }
}
