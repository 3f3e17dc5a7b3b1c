//! Progress: what follows from the facts.
//!
//! A fold over events in order. It is never stored as truth: the cloud and the terminal
//! each make it again from the same events, with the same code.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::blob::BlobId;
use crate::clock::school_day;
use crate::drill::{Drill, Grade, Response, Verdict, grade};
use crate::id::{LessonId, MaterialId, NoteId};
use crate::lesson::Subject;
use crate::log::{Answered, Event, Fact, PaperStudy};

/// What a fold looks up: lessons and drills that are at hand.
pub trait Catalog {
    /// The drill of a blob, where it is at hand.
    fn drill(&self, blob: &BlobId) -> Option<Arc<Drill>>;
    /// The subject of a lesson, where it is known.
    fn subject(&self, lesson: &LessonId) -> Option<Subject>;
}

/// Grades an answer with what is at hand; without its drill the verdict is unknown.
#[must_use]
pub fn grade_answer(answered: &Answered, catalog: &dyn Catalog) -> Grade {
    catalog
        .drill(&answered.drill)
        .and_then(|drill| {
            let item = drill.items.get(usize::from(answered.item))?;
            Some(grade(item, &answered.response))
        })
        .unwrap_or(Grade::UNKNOWN)
}

/// Everything that a pupil's screens say about her own study.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Progress {
    /// Each day with study, by the date in Japan.
    pub days: BTreeMap<Date, DayRecord>,
    /// Answers by subject.
    pub subjects: BTreeMap<Subject, Tally>,
    /// What was done in each lesson.
    pub lessons: BTreeMap<LessonId, LessonRecord>,
    /// The newest answer to each item of each drill, by blob and place.
    pub items: BTreeMap<(BlobId, u16), ItemRecord>,
    /// Notes, newest text, deleted ones left out.
    pub notes: BTreeMap<NoteId, Note>,
    /// Paper study as declared.
    pub paper: Vec<PaperStudy>,
    /// How many events were folded.
    pub events: u64,
}

/// One day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DayRecord {
    /// Time in lessons and drills, in milliseconds; declared paper study is apart.
    pub study_ms: u64,
    /// Declared study on paper, in minutes.
    pub paper_minutes: u32,
    /// Answers by verdict.
    pub answers: Tally,
    /// Lessons opened.
    pub lessons_opened: u32,
}

/// Answers counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// All of them.
    pub answered: u32,
    /// Those that were right.
    pub correct: u32,
}

/// One lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LessonRecord {
    /// How often it was opened.
    pub opened: u32,
    /// How long it was open, in milliseconds.
    pub open_ms: u64,
    /// How long each material was looked at, in milliseconds.
    pub viewed_ms: BTreeMap<MaterialId, u64>,
    /// What of each recording was played: spans in milliseconds, merged.
    pub watched: BTreeMap<MaterialId, Vec<(u32, u32)>>,
    /// Its answers.
    pub answers: Tally,
}

/// One item of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemRecord {
    /// How often it was answered.
    pub attempts: u32,
    /// The newest response.
    pub response: Response,
    /// How that was graded.
    pub verdict: Verdict,
}

/// A note as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The lesson that it belongs to.
    pub lesson: Option<LessonId>,
    /// The text.
    pub text: String,
    /// When it was saved, by the terminal's clock, in milliseconds since 1970.
    pub wall_ms: i64,
}

/// A single answer never counts for more time than this: a terminal left open overnight is
/// not study.
const MAX_ANSWER_MS: u32 = 10 * 60 * 1000;
/// Nor a single viewing for more than this.
const MAX_VIEW_MS: u32 = 2 * 60 * 60 * 1000;

impl Progress {
    /// Folds one more event.
    pub fn apply(&mut self, event: &Event, catalog: &dyn Catalog) {
        self.events += 1;
        let day = school_day(event.stamp.wall_ms);
        match event.fact() {
            Fact::LessonOpened(fact) => {
                self.lessons.entry(fact.lesson).or_default().opened += 1;
                self.days.entry(day).or_default().lessons_opened += 1;
            }
            Fact::LessonClosed(fact) => {
                let open_ms = u64::from(fact.open_ms.min(MAX_VIEW_MS));
                self.lessons.entry(fact.lesson).or_default().open_ms += open_ms;
                self.days.entry(day).or_default().study_ms += open_ms;
            }
            Fact::MaterialViewed(fact) => {
                let lesson = self.lessons.entry(fact.lesson).or_default();
                *lesson.viewed_ms.entry(fact.material).or_default() +=
                    u64::from(fact.view_ms.min(MAX_VIEW_MS));
            }
            Fact::RecordingWatched(fact) => {
                let lesson = self.lessons.entry(fact.lesson).or_default();
                merge_spans(
                    lesson.watched.entry(fact.material).or_default(),
                    &fact.spans,
                );
            }
            Fact::Answered(fact) => self.answered(day, fact, catalog),
            Fact::NoteSaved(fact) if fact.text.is_empty() => {
                self.notes.remove(&fact.note);
            }
            Fact::NoteSaved(fact) => {
                let (lesson, text, wall_ms) = (fact.lesson, fact.text, event.stamp.wall_ms);
                self.notes.insert(
                    fact.note,
                    Note {
                        lesson,
                        text,
                        wall_ms,
                    },
                );
            }
            Fact::PaperStudy(fact) => {
                self.days.entry(fact.day).or_default().paper_minutes += u32::from(fact.minutes);
                self.paper.push(fact);
            }
            Fact::Unknown { .. } => {}
        }
    }

    fn answered(&mut self, day: Date, fact: Answered, catalog: &dyn Catalog) {
        let verdict = grade_answer(&fact, catalog).verdict;
        let count = |tally: &mut Tally| {
            tally.answered += 1;
            tally.correct += u32::from(verdict == Verdict::Correct);
        };
        let record = self.days.entry(day).or_default();
        // A lesson's own clock stands still while a drill is in front.
        record.study_ms += u64::from(fact.took_ms.min(MAX_ANSWER_MS));
        count(&mut record.answers);
        count(&mut self.lessons.entry(fact.lesson).or_default().answers);
        if let Some(subject) = catalog.subject(&fact.lesson) {
            count(self.subjects.entry(subject).or_default());
        }
        let attempts = self
            .items
            .get(&(fact.drill, fact.item))
            .map_or(0, |record| record.attempts)
            + 1;
        self.items.insert(
            (fact.drill, fact.item),
            ItemRecord {
                attempts,
                response: fact.response,
                verdict,
            },
        );
    }
}

/// Adds spans to ascending, disjoint ones; what touches becomes one.
fn merge_spans(into: &mut Vec<(u32, u32)>, more: &[(u32, u32)]) {
    into.extend_from_slice(more);
    into.sort_unstable();
    let mut merged: Vec<(u32, u32)> = Vec::with_capacity(into.len());
    for &(start, end) in into.iter() {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    *into = merged;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Stamp;
    use crate::drill::{Ask, Item};
    use crate::id::BootId;
    use crate::log::{LessonClosed, LessonOpened, NoteSaved, RecordingWatched};

    struct OneDrill(BlobId, Arc<Drill>);

    impl Catalog for OneDrill {
        fn drill(&self, blob: &BlobId) -> Option<Arc<Drill>> {
            (*blob == self.0).then(|| Arc::clone(&self.1))
        }
        fn subject(&self, _: &LessonId) -> Option<Subject> {
            Some(Subject::Science)
        }
    }

    fn catalog() -> OneDrill {
        let ask = Ask::Choice {
            choices: vec!["支点".to_owned(), "力点".to_owned()],
            key: 1,
        };
        let item = Item {
            id: "a".to_owned(),
            question: "?".to_owned(),
            ask,
            explanation: String::new(),
            skill: String::new(),
            level: 1,
        };
        OneDrill(
            BlobId([1; 32]),
            Arc::new(Drill {
                format: 1,
                items: vec![item],
            }),
        )
    }

    fn event(seq: u64, fact: Fact) -> Event {
        let stamp = Stamp {
            wall_ms: 1_795_186_799_000,
            mono_ms: seq,
            boot: BootId([0; 16]),
        };
        Event::new(seq, stamp, &fact).unwrap()
    }

    fn answer(choice: u16) -> Fact {
        Fact::Answered(Answered {
            lesson: LessonId([2; 16]),
            drill: BlobId([1; 32]),
            item: 0,
            response: Response::Choice(choice),
            took_ms: 4000,
            seed: 0,
            generator: 0,
        })
    }

    #[test]
    fn answers_are_counted_by_day_subject_lesson_and_item() {
        let (catalog, mut progress) = (catalog(), Progress::default());
        progress.apply(&event(0, answer(0)), &catalog);
        progress.apply(&event(1, answer(1)), &catalog);
        let both = Tally {
            answered: 2,
            correct: 1,
        };
        assert_eq!(progress.days.values().next().unwrap().answers, both);
        assert_eq!(progress.days.values().next().unwrap().study_ms, 8000);
        assert_eq!(progress.subjects[&Subject::Science], both);
        assert_eq!(progress.lessons[&LessonId([2; 16])].answers, both);
        let item = &progress.items[&(BlobId([1; 32]), 0)];
        assert_eq!((item.attempts, item.verdict), (2, Verdict::Correct));
    }

    #[test]
    fn a_night_left_open_is_not_study() {
        let mut progress = Progress::default();
        let lesson = LessonId([2; 16]);
        progress.apply(
            &event(
                0,
                Fact::LessonOpened(LessonOpened {
                    lesson,
                    revision: 1,
                }),
            ),
            &catalog(),
        );
        let closed = LessonClosed {
            lesson,
            open_ms: u32::MAX,
        };
        progress.apply(&event(1, Fact::LessonClosed(closed)), &catalog());
        assert_eq!(
            progress.days.values().next().unwrap().study_ms,
            u64::from(MAX_VIEW_MS)
        );
    }

    #[test]
    fn watched_spans_merge_and_notes_are_replaced() {
        let mut progress = Progress::default();
        let (lesson, material) = (LessonId([2; 16]), MaterialId([3; 16]));
        for (seq, spans) in [vec![(0, 10), (20, 30)], vec![(10, 20)], vec![(50, 60)]]
            .into_iter()
            .enumerate()
        {
            let fact = RecordingWatched {
                lesson,
                material,
                spans,
            };
            progress.apply(&event(seq as u64, Fact::RecordingWatched(fact)), &catalog());
        }
        assert_eq!(
            progress.lessons[&lesson].watched[&material],
            [(0, 30), (50, 60)]
        );
        for text in ["a", "b", ""] {
            let fact = NoteSaved {
                note: NoteId([4; 16]),
                lesson: None,
                text: text.to_owned(),
            };
            progress.apply(&event(9, Fact::NoteSaved(fact)), &catalog());
            assert_eq!(progress.notes.len(), usize::from(!text.is_empty()));
        }
    }

    #[test]
    fn an_answer_to_an_unknown_drill_counts_as_given_not_as_right() {
        let mut progress = Progress::default();
        let mut fact = answer(1);
        if let Fact::Answered(answered) = &mut fact {
            answered.drill = BlobId([9; 32]);
        }
        progress.apply(&event(0, fact), &catalog());
        assert_eq!(
            progress.subjects[&Subject::Science],
            Tally {
                answered: 1,
                correct: 0
            }
        );
    }
}
