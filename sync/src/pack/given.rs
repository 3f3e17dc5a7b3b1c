//! What columns hold, given out one after the other.

use std::collections::VecDeque;
use std::vec::IntoIter;

use hotaru_content::clock::Stamp;
use hotaru_content::drill::Response;
use hotaru_content::id::BootId;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{
    Answered, Fact, LessonClosed, LessonOpened, MaterialViewed, NoteSaved, PaperStudy,
    RecordingWatched, kind,
};

use super::PackError;
use super::bits::{BitReader, unzigzag};
use super::facts::{explained_ms, response};
use super::read::{MALFORMED, narrow};

/// The bytes after the columns.
pub(super) struct Tail<'a> {
    pub(super) rest: &'a [u8],
    pub(super) texts: VecDeque<usize>,
}

impl<'a> Tail<'a> {
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], PackError> {
        let (bytes, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(PackError::Malformed("it ends too early"))?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<String, PackError> {
        let len = self.texts.pop_front().ok_or(MALFORMED)?;
        let bytes = self.take(len)?.to_vec();
        String::from_utf8(bytes).map_err(|_| PackError::Malformed("a text is not UTF-8"))
    }
}

/// Facts by kind, each kind in its order.
pub(super) struct Facts {
    pub(super) opened: IntoIter<LessonOpened>,
    pub(super) closed: IntoIter<LessonClosed>,
    pub(super) viewed: IntoIter<MaterialViewed>,
    pub(super) watched: IntoIter<RecordingWatched>,
    pub(super) answered: IntoIter<Answered>,
    pub(super) notes: Vec<NoteSaved>,
    pub(super) paper: Vec<PaperStudy>,
    pub(super) next_note: usize,
    pub(super) next_paper: usize,
}

impl Facts {
    /// Puts in the texts, which stand after all columns.
    pub(super) fn fill(&mut self, tail: &mut Tail<'_>) -> Result<(), PackError> {
        for note in &mut self.notes {
            note.text = tail.text()?;
        }
        for paper in &mut self.paper {
            paper.subject = Subject::from(tail.text()?);
        }
        for paper in &mut self.paper {
            paper.text = tail.text()?;
        }
        Ok(())
    }

    pub(super) fn next(&mut self, kind: u16) -> Result<Fact, PackError> {
        let fact = match kind {
            kind::LESSON_OPENED => self.opened.next().map(Fact::LessonOpened),
            kind::LESSON_CLOSED => self.closed.next().map(Fact::LessonClosed),
            kind::MATERIAL_VIEWED => self.viewed.next().map(Fact::MaterialViewed),
            kind::RECORDING_WATCHED => self.watched.next().map(Fact::RecordingWatched),
            kind::ANSWERED => self.answered.next().map(Fact::Answered),
            kind::NOTE_SAVED => {
                self.next_note += 1;
                self.notes
                    .get(self.next_note - 1)
                    .cloned()
                    .map(Fact::NoteSaved)
            }
            kind::PAPER_STUDY => {
                self.next_paper += 1;
                self.paper
                    .get(self.next_paper - 1)
                    .cloned()
                    .map(Fact::PaperStudy)
            }
            _ => None,
        };
        fact.ok_or(MALFORMED)
    }
}

pub(super) struct Responses {
    pub(super) one: IntoIter<u64>,
    pub(super) choices: IntoIter<Vec<u16>>,
    pub(super) order: IntoIter<Vec<u16>>,
    pub(super) texts: IntoIter<String>,
    pub(super) numbers: IntoIter<String>,
}

impl Responses {
    pub(super) fn next(&mut self, kind: u64) -> Result<Response, PackError> {
        let given = match kind {
            response::CHOICE => self
                .one
                .next()
                .map(narrow)
                .transpose()?
                .map(Response::Choice),
            response::TEXT => self.texts.next().map(Response::Text),
            response::NUMBER => self.numbers.next().map(Response::Number),
            response::CHOICES => self.choices.next().map(Response::Choices),
            response::ORDER => self.order.next().map(Response::Order),
            response::DONT_KNOW => Some(Response::DontKnow),
            _ => None,
        };
        given.ok_or(MALFORMED)
    }
}

pub(super) struct Stamps {
    before: Option<(i64, u64)>,
    first: (i64, u64),
    walls: IntoIter<i64>,
    monos: IntoIter<i64>,
}

impl Stamps {
    pub(super) fn read(bits: &mut BitReader<'_>, len: usize) -> Result<Self, PackError> {
        let Some(rest) = len.checked_sub(1) else {
            let none = Vec::new().into_iter();
            return Ok(Self {
                before: None,
                first: (0, 0),
                walls: none.clone(),
                monos: none,
            });
        };
        let first = (unzigzag(bits.number()?), bits.number()?);
        let walls = bits.signed_column(rest)?.into_iter();
        let monos = bits.signed_column(rest)?.into_iter();
        Ok(Self {
            before: None,
            first,
            walls,
            monos,
        })
    }

    pub(super) fn next(&mut self, boot: BootId, fact: Option<&Fact>) -> Result<Stamp, PackError> {
        let (wall_ms, mono_ms) = match self.before {
            None => self.first,
            Some((wall_before, mono_before)) => {
                let wall = self
                    .walls
                    .next()
                    .ok_or(MALFORMED)?
                    .wrapping_add(explained_ms(fact));
                let mono = self.monos.next().ok_or(MALFORMED)?.wrapping_add(wall);
                (
                    wall_before.wrapping_add(wall),
                    mono_before.wrapping_add(mono as u64),
                )
            }
        };
        self.before = Some((wall_ms, mono_ms));
        Ok(Stamp {
            wall_ms,
            mono_ms,
            boot,
        })
    }
}
