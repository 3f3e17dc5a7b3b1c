//! Columns into events.

use std::collections::VecDeque;
use std::vec::IntoIter;

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_content::id::{BootId, LessonId, MaterialId, NoteId};
use hotaru_content::lesson::Subject;
use hotaru_content::log::{
    Answered, Event, LessonClosed, LessonOpened, MAX_PAYLOAD_LEN, MaterialViewed, NoteSaved,
    PaperStudy, RecordingWatched, kind,
};

use super::bits::BitReader;
use super::facts::{MAX_PARTS, day_of, expected_item, response};
use super::given::{Facts, Responses, Stamps, Tail};
use super::text::{take_char, take_digit};
use super::{MAX_EVENTS, MAX_UNPACKED_LEN, PackError};

/// Reads events that are numbered from `first` on; nothing may follow them.
pub(super) fn events(bits: &mut BitReader<'_>, first: u64) -> Result<Vec<Event>, PackError> {
    let len = count(bits.number()?, MAX_EVENTS)?;
    let kinds = bits.column(len)?;
    let mut columns = Columns {
        ids: names(bits)?,
        blobs: names(bits)?,
        bits,
        texts: VecDeque::new(),
        parts: 0,
    };
    let mut facts = columns.facts(&kinds)?;
    let raw = kinds.iter().filter(|kind| **kind % 2 == 1).count();
    let raw = columns.bits.column(raw)?;
    let boots = columns.bits.column(len)?;
    let mut stamps = Stamps::read(columns.bits, len)?;

    let mut tail = Tail {
        rest: columns.bits.rest(),
        texts: columns.texts,
    };
    facts.fill(&mut tail)?;
    let mut raw = raw.into_iter();
    let mut events = Vec::with_capacity(len);
    let mut bytes = 0_usize;
    for ((code, boot), seq) in kinds.iter().zip(boots).zip(first..) {
        let kind = u16::try_from(code / 2).map_err(|_| MALFORMED)?;
        let (fact, payload) = if code % 2 == 1 {
            let len = count(raw.next().ok_or(MALFORMED)?, MAX_PAYLOAD_LEN)?;
            (None, tail.take(len)?.to_vec())
        } else {
            let fact = facts.next(kind)?;
            let (encoded, payload) = fact.encode()?;
            if encoded != kind {
                return Err(MALFORMED);
            }
            (Some(fact), payload)
        };
        bytes += payload.len();
        if bytes > MAX_UNPACKED_LEN {
            return Err(PackError::TooMuch {
                what: "bytes",
                most: MAX_UNPACKED_LEN,
            });
        }
        let boot = BootId(*at(&columns.ids, boot)?);
        let stamp = stamps.next(boot, fact.as_ref())?;
        events.push(Event {
            seq,
            stamp,
            kind,
            payload,
        });
    }
    if tail.rest.is_empty() {
        Ok(events)
    } else {
        Err(PackError::Malformed("bytes follow its end"))
    }
}

pub(super) const MALFORMED: PackError = PackError::Malformed("its columns do not fit together");

fn count(value: u64, most: usize) -> Result<usize, PackError> {
    usize::try_from(value)
        .ok()
        .filter(|value| *value <= most)
        .ok_or(PackError::Malformed("it claims more than a push may hold"))
}

fn names<const N: usize>(bits: &mut BitReader<'_>) -> Result<Vec<[u8; N]>, PackError> {
    // Each event names at most four ids.
    let len = count(bits.number()?, MAX_EVENTS * 4)?;
    (0..len).map(|_| bits.bytes()).collect()
}

fn at<const N: usize>(names: &[[u8; N]], place: u64) -> Result<&[u8; N], PackError> {
    usize::try_from(place)
        .ok()
        .and_then(|place| names.get(place))
        .ok_or(MALFORMED)
}

pub(super) fn narrow<T: TryFrom<u64>>(value: u64) -> Result<T, PackError> {
    T::try_from(value).map_err(|_| MALFORMED)
}

struct Columns<'a, 'b> {
    bits: &'a mut BitReader<'b>,
    ids: Vec<[u8; 16]>,
    blobs: Vec<[u8; 32]>,
    /// Lengths of texts in the tail, in order.
    texts: VecDeque<usize>,
    /// Places, spans and characters so far.
    parts: usize,
}

impl Columns<'_, '_> {
    fn ids(&mut self, len: usize) -> Result<IntoIter<[u8; 16]>, PackError> {
        let places = self.bits.column(len)?;
        let ids: Vec<_> = places
            .into_iter()
            .map(|place| at(&self.ids, place).copied())
            .collect::<Result<_, _>>()?;
        Ok(ids.into_iter())
    }

    fn column(&mut self, len: usize) -> Result<IntoIter<u64>, PackError> {
        Ok(self.bits.column(len)?.into_iter())
    }

    /// A column of lengths, whose sum counts towards the parts of the push.
    fn lengths(&mut self, len: usize) -> Result<Vec<usize>, PackError> {
        let lengths = self.bits.column(len)?;
        let lengths: Vec<usize> = lengths
            .into_iter()
            .map(|len| count(len, MAX_PARTS))
            .collect::<Result<_, _>>()?;
        self.parts = lengths
            .iter()
            .fold(self.parts, |sum, len| sum.saturating_add(*len));
        if self.parts > MAX_PARTS {
            return Err(PackError::TooMuch {
                what: "parts",
                most: MAX_PARTS,
            });
        }
        Ok(lengths)
    }

    fn texts(&mut self, len: usize) -> Result<(), PackError> {
        for len in self.bits.column(len)? {
            self.texts.push_back(count(len, MAX_PAYLOAD_LEN)?);
        }
        Ok(())
    }

    fn facts(&mut self, kinds: &[u64]) -> Result<Facts, PackError> {
        let of = |kind: u16| {
            kinds
                .iter()
                .filter(|code| **code == u64::from(kind) * 2)
                .count()
        };
        Ok(Facts {
            opened: self.opened(of(kind::LESSON_OPENED))?.into_iter(),
            closed: self.closed(of(kind::LESSON_CLOSED))?.into_iter(),
            viewed: self.viewed(of(kind::MATERIAL_VIEWED))?.into_iter(),
            watched: self.watched(of(kind::RECORDING_WATCHED))?.into_iter(),
            answered: self.answered(of(kind::ANSWERED))?.into_iter(),
            notes: self.notes(of(kind::NOTE_SAVED))?,
            paper: self.paper(of(kind::PAPER_STUDY))?,
            next_note: 0,
            next_paper: 0,
        })
    }

    fn opened(&mut self, len: usize) -> Result<Vec<LessonOpened>, PackError> {
        let lessons = self.ids(len)?;
        let revisions = self.column(len)?;
        lessons
            .zip(revisions)
            .map(|(lesson, revision)| {
                Ok(LessonOpened {
                    lesson: LessonId(lesson),
                    revision: narrow(revision)?,
                })
            })
            .collect()
    }

    fn closed(&mut self, len: usize) -> Result<Vec<LessonClosed>, PackError> {
        let lessons = self.ids(len)?;
        let times = self.column(len)?;
        lessons
            .zip(times)
            .map(|(lesson, open_ms)| {
                Ok(LessonClosed {
                    lesson: LessonId(lesson),
                    open_ms: narrow(open_ms)?,
                })
            })
            .collect()
    }

    fn viewed(&mut self, len: usize) -> Result<Vec<MaterialViewed>, PackError> {
        let (lessons, materials) = (self.ids(len)?, self.ids(len)?);
        let times = self.column(len)?;
        lessons
            .zip(materials)
            .zip(times)
            .map(|((lesson, material), view_ms)| {
                Ok(MaterialViewed {
                    lesson: LessonId(lesson),
                    material: MaterialId(material),
                    view_ms: narrow(view_ms)?,
                })
            })
            .collect()
    }

    fn watched(&mut self, len: usize) -> Result<Vec<RecordingWatched>, PackError> {
        let (lessons, materials) = (self.ids(len)?, self.ids(len)?);
        let lengths = self.lengths(len)?;
        let all = lengths.iter().sum();
        let (starts, lasts) = (self.column(all)?, self.column(all)?);
        let mut spans = starts.zip(lasts).map(|(start, last)| {
            let start: u32 = narrow(start)?;
            Ok((start, start.wrapping_add(narrow(last)?)))
        });
        lessons
            .zip(materials)
            .zip(lengths)
            .map(|((lesson, material), len)| {
                Ok(RecordingWatched {
                    lesson: LessonId(lesson),
                    material: MaterialId(material),
                    spans: spans.by_ref().take(len).collect::<Result<_, PackError>>()?,
                })
            })
            .collect()
    }

    fn answered(&mut self, len: usize) -> Result<Vec<Answered>, PackError> {
        let mut lessons = self.ids(len)?;
        let drills = self.bits.column(len)?;
        let items = self.bits.signed_column(len)?;
        let (mut took, mut seeds) = (self.column(len)?, self.column(len)?);
        let mut generators = self.column(len)?;
        let kinds = self.bits.column(len)?;
        let mut responses = self.responses(&kinds)?;
        let mut before = None;
        let mut facts = Vec::with_capacity(len);
        for ((drill, residual), kind) in drills.into_iter().zip(items).zip(kinds) {
            let item = expected_item(before, drill).wrapping_add(residual);
            let item = u16::try_from(item).map_err(|_| MALFORMED)?;
            before = Some((drill, u64::from(item)));
            facts.push(Answered {
                lesson: LessonId(lessons.next().ok_or(MALFORMED)?),
                drill: BlobId(*at(&self.blobs, drill)?),
                item,
                response: responses.next(kind)?,
                took_ms: narrow(took.next().ok_or(MALFORMED)?)?,
                seed: narrow(seeds.next().ok_or(MALFORMED)?)?,
                generator: narrow(generators.next().ok_or(MALFORMED)?)?,
            });
        }
        Ok(facts)
    }

    fn responses(&mut self, kinds: &[u64]) -> Result<Responses, PackError> {
        let of = |kind: u64| kinds.iter().filter(|other| **other == kind).count();
        let one = self.column(of(response::CHOICE))?;
        Ok(Responses {
            one,
            choices: self.lists(of(response::CHOICES))?.into_iter(),
            order: self.lists(of(response::ORDER))?.into_iter(),
            texts: self.chars(of(response::TEXT), take_char)?.into_iter(),
            numbers: self.chars(of(response::NUMBER), take_digit)?.into_iter(),
        })
    }

    fn lists(&mut self, len: usize) -> Result<Vec<Vec<u16>>, PackError> {
        let lengths = self.lengths(len)?;
        let mut places = self.column(lengths.iter().sum())?;
        lengths
            .into_iter()
            .map(|len| places.by_ref().take(len).map(narrow).collect())
            .collect()
    }

    fn chars(
        &mut self,
        len: usize,
        take: fn(&mut BitReader<'_>) -> Result<char, PackError>,
    ) -> Result<Vec<String>, PackError> {
        let lengths = self.lengths(len)?;
        lengths
            .into_iter()
            .map(|len| (0..len).map(|_| take(self.bits)).collect())
            .collect()
    }

    fn notes(&mut self, len: usize) -> Result<Vec<NoteSaved>, PackError> {
        let notes = self.ids(len)?;
        let lessons = self.column(len)?;
        self.texts(len)?;
        notes
            .zip(lessons)
            .map(|(note, lesson)| {
                let lesson = match lesson.checked_sub(1) {
                    Some(place) => Some(LessonId(*at(&self.ids, place)?)),
                    None => None,
                };
                Ok(NoteSaved {
                    note: NoteId(note),
                    lesson,
                    text: String::new(),
                })
            })
            .collect()
    }

    fn paper(&mut self, len: usize) -> Result<Vec<PaperStudy>, PackError> {
        let days = self.bits.signed_column(len)?;
        let minutes = self.column(len)?;
        self.texts(len)?;
        self.texts(len)?;
        let photos = self.bits.column(len)?;
        let mut lengths = self.column(photos.iter().filter(|photo| **photo > 0).count())?;
        let mut paper = Vec::with_capacity(len);
        for ((day, minutes), photo) in days.into_iter().zip(minutes).zip(photos) {
            let photo = match photo.checked_sub(1) {
                Some(place) => Some(BlobRef {
                    id: BlobId(*at(&self.blobs, place)?),
                    len: lengths.next().ok_or(MALFORMED)?,
                }),
                None => None,
            };
            let day = day_of(day)?;
            let minutes = narrow(minutes)?;
            let subject = Subject::Japanese;
            paper.push(PaperStudy {
                day,
                minutes,
                subject,
                text: String::new(),
                photo,
            });
        }
        Ok(paper)
    }
}
