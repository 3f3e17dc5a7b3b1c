//! What a desk sees of its school.

use hotaru_content::blob::BlobId;
use hotaru_content::drill::{self, Response, Verdict};
use hotaru_content::id::{ClassId, LessonId, MaterialId, PupilId, TerminalId};
use hotaru_content::lesson::Subject;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Body, Bounds, MAX_ENTRIES, MAX_NAME_CHARS, SchoolCard, WireError};

/// `GET /v1/desk/school`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskSchool {
    /// The school.
    pub school: SchoolCard,
    /// The classes and groups of this teacher.
    pub classes: Vec<DeskClass>,
    /// The terminals of their pupils.
    pub terminals: Vec<DeskTerminal>,
}

/// A class or a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskClass {
    /// Its id.
    pub class: ClassId,
    /// Its name: 6-1.
    pub name: String,
    /// Its grade: P1 to P6, J1 to J3; empty for a group of several grades.
    pub grade: String,
    /// A group (交流学級, 専科, 別室) and not a class.
    #[serde(default)]
    pub group: bool,
    /// The code that pupils join with; empty where none counts, or it is not for who asks.
    pub join_code: String,
    /// Until when it counts, milliseconds since 1970-01-01T00:00:00Z; none where it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_until_ms: Option<i64>,
    /// Its pupils, by number.
    pub pupils: Vec<DeskRoster>,
}

/// A pupil in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRoster {
    /// The pupil.
    pub pupil: PupilId,
    /// Her number in this class.
    pub number: u16,
    /// She has a login card that counts.
    #[serde(default)]
    pub has_card: bool,
}

/// `POST /v1/desk/pupils/{pupil}/card`: a new login card; earlier ones no longer count. The
/// code is told this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskCard {
    /// The pupil.
    pub pupil: PupilId,
    /// Her class's name.
    pub class_name: String,
    /// Her number in it.
    pub number: u16,
    /// The school's name.
    pub school: String,
    /// The code, as it is written on the card.
    pub code: String,
}

impl std::fmt::Debug for DeskCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeskCard({}, ..)", self.pupil)
    }
}

/// A terminal that has joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskTerminal {
    /// The terminal.
    pub terminal: TerminalId,
    /// What it calls itself.
    pub name: String,
    /// The pupils on it.
    pub pupils: Vec<PupilId>,
    /// Those of them whose earlier study waits for a teacher's agreement to come to it.
    #[serde(default)]
    pub waiting: Vec<PupilId>,
    /// When it joined, milliseconds since 1970-01-01T00:00:00Z.
    pub joined_ms: i64,
    /// When it was last seen, milliseconds since 1970-01-01T00:00:00Z.
    pub last_seen_ms: i64,
}

/// `GET /v1/desk/lessons?class=`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskLessons {
    /// The lessons of the class.
    pub lessons: Vec<DeskLesson>,
}

/// A lesson as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskLesson {
    /// The lesson.
    pub lesson: LessonId,
    /// Its newest revision.
    pub revision: u32,
    /// The newest revision's document, so that the desk can revise it.
    pub document: BlobId,
    /// Its school day.
    pub day: Date,
    /// Its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<u8>,
    /// Its subject.
    pub subject: Subject,
    /// Its title.
    pub title: String,
    /// How many materials it has.
    pub materials: u32,
    /// The bytes of all its blobs.
    pub bytes: u64,
    /// When it was published, milliseconds since 1970-01-01T00:00:00Z.
    pub published_ms: i64,
    /// When it goes out, where that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at_ms: Option<i64>,
    /// It was withdrawn.
    #[serde(default)]
    pub withdrawn: bool,
}

/// `GET /v1/desk/lessons/{lesson}/receipts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskReceipts {
    /// The lesson.
    pub lesson: LessonId,
    /// The revision that is asked about: the newest.
    pub revision: u32,
    /// Each terminal that should have it.
    pub terminals: Vec<DeskReceipt>,
    /// How many pupils it is for.
    pub pupils: u32,
    /// How many of them have no terminal yet.
    pub without_terminal: u32,
    /// How many pupils opened it, any revision: a count, never who.
    pub opened: u32,
}

/// Where a lesson stands on one terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskReceipt {
    /// The terminal.
    pub terminal: TerminalId,
    /// What it calls itself.
    pub name: String,
    /// The recipients on it, by number.
    pub numbers: Vec<u16>,
    /// How far it is.
    pub state: DeliveryState,
    /// When it told so, milliseconds since 1970-01-01T00:00:00Z; none where not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<i64>,
}

/// How far a revision is on its way to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Every blob is there and verified.
    OnTerminal,
    /// The terminal has not been on the line since (端末がまだつながっていません).
    NotYet,
    /// It does not fit.
    NoSpace {
        /// Bytes that are missing.
        missing_bytes: u64,
    },
}

/// `GET /v1/desk/lessons/{lesson}/answers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskAnswers {
    /// The lesson.
    pub lesson: LessonId,
    /// How many pupils it is for.
    pub pupils: u32,
    /// Its drills, in the lesson's order. An answer to an earlier form of a drill counts
    /// for the item of the same id.
    pub drills: Vec<DeskDrill>,
}

/// The answers to one drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskDrill {
    /// The material.
    pub material: MaterialId,
    /// Its title.
    pub title: String,
    /// The drill's newest blob.
    pub drill: BlobId,
    /// Its items, in order.
    pub items: Vec<DeskItem>,
}

/// The answers to one item: each pupil's newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskItem {
    /// Its place in the drill.
    pub item: u16,
    /// Its id.
    pub id: String,
    /// The question, with ruby markup.
    pub question: String,
    /// How many pupils answered it.
    pub answered: u32,
    /// How many of them rightly.
    pub correct: u32,
    /// How many asked for the explanation (わからない).
    pub dont_know: u32,
    /// Each different response, most frequent first, at most
    /// [`MAX_RESPONSES`](Self::MAX_RESPONSES).
    pub responses: Vec<ResponseCount>,
}

impl DeskItem {
    /// The most different responses that are told of one item.
    pub const MAX_RESPONSES: usize = 50;
}

/// One response and how many gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseCount {
    /// What was given.
    pub response: Response,
    /// What it is worth.
    pub verdict: Verdict,
    /// How many pupils gave it.
    pub count: u32,
}

/// `GET /v1/desk/pupils/{pupil}`: what the pupil sees of herself, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPupil {
    /// The pupil.
    pub pupil: PupilId,
    /// Her number in the class of the teacher that asks.
    pub number: u16,
    /// That class's name.
    pub class_name: String,
    /// Days with study, newest first.
    pub days: Vec<DeskPupilDay>,
    /// Her lessons, newest first.
    pub lessons: Vec<DeskPupilLesson>,
    /// Her answers, newest first, at most [`MAX_ANSWERS`](Self::MAX_ANSWERS).
    pub answers: Vec<DeskPupilAnswer>,
}

impl DeskPupil {
    /// The most answers that are told at once.
    pub const MAX_ANSWERS: usize = 1000;
}

/// One day of a pupil.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPupilDay {
    /// The day in Japan.
    pub day: Date,
    /// Milliseconds of study.
    pub study_ms: u64,
    /// Items answered.
    pub answered: u32,
    /// Of them rightly.
    pub correct: u32,
    /// Minutes of study on paper, as declared.
    pub paper_minutes: u32,
}

/// One lesson of a pupil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPupilLesson {
    /// The lesson.
    pub lesson: LessonId,
    /// Its title.
    pub title: String,
    /// Its subject.
    pub subject: Subject,
    /// Its day.
    pub day: Date,
    /// Where it stands on her terminals; the best of them.
    pub state: DeliveryState,
    /// She opened it.
    pub opened: bool,
    /// Milliseconds of its recordings that she watched.
    pub watched_ms: u64,
    /// Items answered.
    pub answered: u32,
    /// Of them rightly.
    pub correct: u32,
}

/// One answer of a pupil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPupilAnswer {
    /// The lesson that it was met in.
    pub lesson: LessonId,
    /// The drill's blob.
    pub drill: BlobId,
    /// The item's place in it.
    pub item: u16,
    /// The question, with ruby markup; empty where the drill is no longer there.
    pub question: String,
    /// What was given.
    pub response: Response,
    /// What it is worth.
    pub verdict: Verdict,
    /// When, by the terminal's clock, milliseconds since 1970-01-01T00:00:00Z.
    pub wall_ms: i64,
    /// From question to answer, in milliseconds.
    pub took_ms: u32,
}

fn response(bounds: &Bounds, response: &Response) -> Result<(), WireError> {
    match response {
        Response::Text(text) | Response::Number(text) => {
            bounds.text("response", text, drill::MAX_RESPONSE_CHARS)
        }
        Response::Choices(places) | Response::Order(places) => {
            bounds.list("response", places, drill::MAX_RESPONSE_CHARS)
        }
        Response::Choice(_) | Response::DontKnow => Ok(()),
    }
}

/// `POST /v1/desk/terminals/{terminal}/pupils/{pupil}/unlock`: which code the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlockRequest {
    /// The number that stands on the terminal's screen.
    pub number: u32,
}

/// The code to read out over the telephone; it opens once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlockAnswer {
    /// 16 digits in four groups.
    pub code: String,
}

impl std::fmt::Debug for UnlockAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnlockAnswer(..)")
    }
}

impl Body for UnlockRequest {
    const WHAT: &'static str = "the number of a code";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Ok(())
    }
}

impl Body for UnlockAnswer {
    const WHAT: &'static str = "a code";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).text("code", &self.code, 32)
    }
}

impl Body for DeskSchool {
    const WHAT: &'static str = "the school's page";
    const MAX_LEN: usize = 16 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("school", &self.school.name, MAX_NAME_CHARS)?;
        bounds.list("classes", &self.classes, 1000)?;
        for class in &self.classes {
            bounds.text("class", &class.name, MAX_NAME_CHARS)?;
            bounds.text("grade", &class.grade, 8)?;
            bounds.text("code", &class.join_code, 64)?;
            bounds.list("pupils", &class.pupils, 1000)?;
        }
        bounds.list("terminals", &self.terminals, MAX_ENTRIES)?;
        for terminal in &self.terminals {
            bounds.text("terminal", &terminal.name, MAX_NAME_CHARS)?;
            bounds.list("pupils", &terminal.pupils, 1000)?;
        }
        Ok(())
    }
}

impl Body for DeskCard {
    const WHAT: &'static str = "a login card";
    const MAX_LEN: usize = 4 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("class", &self.class_name, MAX_NAME_CHARS)?;
        bounds.text("school", &self.school, MAX_NAME_CHARS)?;
        bounds.text("code", &self.code, 64)
    }
}

impl Body for DeskLessons {
    const WHAT: &'static str = "the list of a class's lessons";
    const MAX_LEN: usize = 16 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("lessons", &self.lessons, MAX_ENTRIES)?;
        self.lessons
            .iter()
            .try_for_each(|lesson| bounds.text("title", &lesson.title, MAX_NAME_CHARS))
    }
}

impl Body for DeskReceipts {
    const WHAT: &'static str = "a lesson's receipts";
    const MAX_LEN: usize = 8 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("terminals", &self.terminals, MAX_ENTRIES)?;
        for terminal in &self.terminals {
            bounds.text("terminal", &terminal.name, MAX_NAME_CHARS)?;
            bounds.list("numbers", &terminal.numbers, 1000)?;
        }
        Ok(())
    }
}

impl Body for DeskAnswers {
    const WHAT: &'static str = "a lesson's answers";
    const MAX_LEN: usize = 64 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("drills", &self.drills, 200)?;
        for drill in &self.drills {
            bounds.text("title", &drill.title, MAX_NAME_CHARS)?;
            bounds.list("items", &drill.items, drill::MAX_ITEMS)?;
            for item in &drill.items {
                bounds.text("id", &item.id, drill::MAX_ITEM_ID_LEN)?;
                bounds.text("question", &item.question, drill::MAX_TEXT_CHARS)?;
                bounds.list("responses", &item.responses, DeskItem::MAX_RESPONSES)?;
                item.responses
                    .iter()
                    .try_for_each(|one| response(&bounds, &one.response))?;
            }
        }
        Ok(())
    }
}

impl Body for DeskPupil {
    const WHAT: &'static str = "a pupil's page";
    const MAX_LEN: usize = 16 << 20;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("class", &self.class_name, MAX_NAME_CHARS)?;
        bounds.list("days", &self.days, 5000)?;
        bounds.list("lessons", &self.lessons, MAX_ENTRIES)?;
        for lesson in &self.lessons {
            bounds.text("title", &lesson.title, MAX_NAME_CHARS)?;
        }
        bounds.list("answers", &self.answers, Self::MAX_ANSWERS)?;
        for answer in &self.answers {
            bounds.text("question", &answer.question, drill::MAX_TEXT_CHARS)?;
            response(&bounds, &answer.response)?;
        }
        Ok(())
    }
}
