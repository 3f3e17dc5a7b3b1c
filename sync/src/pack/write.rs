//! Events into columns.

use std::collections::HashMap;

use hotaru_content::drill::Response;
use hotaru_content::log::{Answered, Event, Fact};

use super::bits::BitWriter;
use super::facts::{day_number, expected_item, explained_ms, response_kind};
use super::text::{put_char, put_digit};

/// Names in the order in which they first stood.
struct Names<const N: usize> {
    names: Vec<[u8; N]>,
    places: HashMap<[u8; N], u64>,
}

impl<const N: usize> Default for Names<N> {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<const N: usize> Names<N> {
    fn place(&mut self, name: [u8; N]) -> u64 {
        let next = self.names.len() as u64;
        *self.places.entry(name).or_insert_with(|| {
            self.names.push(name);
            next
        })
    }

    /// 0 for none, else one more than the place.
    fn place_or_none(&mut self, name: Option<[u8; N]>) -> u64 {
        name.map_or(0, |name| self.place(name) + 1)
    }

    fn write(&self, bits: &mut BitWriter) {
        bits.number(self.names.len() as u64);
        self.names.iter().for_each(|name| bits.bytes(name));
    }
}

#[derive(Default)]
struct Columns {
    bits: BitWriter,
    ids: Names<16>,
    blobs: Names<32>,
    tail: Vec<u8>,
}

/// Writes events behind what stands already; `verbatim` leaves every payload as it is.
pub(super) fn events(mut head: BitWriter, events: &[Event], verbatim: bool) -> Vec<u8> {
    let facts: Vec<Option<Fact>> = events
        .iter()
        .map(|event| if verbatim { None } else { exact_fact(event) })
        .collect();
    let mut columns = Columns::default();
    columns.facts(&facts);
    columns.verbatim(events, &facts);
    columns.stamps(events, &facts);

    head.number(events.len() as u64);
    let kinds = events.iter().zip(&facts);
    let kinds = kinds.map(|(event, fact)| u64::from(event.kind) * 2 + u64::from(fact.is_none()));
    head.column(&kinds.collect::<Vec<_>>());
    columns.ids.write(&mut head);
    columns.blobs.write(&mut head);
    head.append(&columns.bits);
    let mut payload = head.finish();
    payload.append(&mut columns.tail);
    payload
}

/// The fact of an event, where it makes exactly the event's payload again.
fn exact_fact(event: &Event) -> Option<Fact> {
    let fact = event.fact();
    let exact = !matches!(fact, Fact::Unknown { .. })
        && fact
            .encode()
            .is_ok_and(|(kind, payload)| kind == event.kind && payload == event.payload);
    exact.then_some(fact)
}

impl Columns {
    fn column<T>(&mut self, of: &[&T], number: impl Fn(&T) -> u64) {
        self.bits
            .column(&of.iter().map(|one| number(one)).collect::<Vec<_>>());
    }

    fn ids<T>(&mut self, of: &[&T], id: impl Fn(&T) -> [u8; 16]) {
        let places: Vec<u64> = of.iter().map(|one| self.ids.place(id(one))).collect();
        self.bits.column(&places);
    }

    fn texts<'a>(&mut self, texts: impl Iterator<Item = &'a str> + Clone) {
        self.bits.column(
            &texts
                .clone()
                .map(|text| text.len() as u64)
                .collect::<Vec<_>>(),
        );
        texts.for_each(|text| self.tail.extend_from_slice(text.as_bytes()));
    }

    fn facts(&mut self, facts: &[Option<Fact>]) {
        macro_rules! of_kind {
            ($kind:ident) => {
                facts
                    .iter()
                    .filter_map(|fact| match fact {
                        Some(Fact::$kind(fact)) => Some(fact),
                        _ => None,
                    })
                    .collect::<Vec<_>>()
            };
        }
        let opened = of_kind!(LessonOpened);
        self.ids(&opened, |fact| fact.lesson.0);
        self.column(&opened, |fact| fact.revision.into());

        let closed = of_kind!(LessonClosed);
        self.ids(&closed, |fact| fact.lesson.0);
        self.column(&closed, |fact| fact.open_ms.into());

        let viewed = of_kind!(MaterialViewed);
        self.ids(&viewed, |fact| fact.lesson.0);
        self.ids(&viewed, |fact| fact.material.0);
        self.column(&viewed, |fact| fact.view_ms.into());

        let watched = of_kind!(RecordingWatched);
        self.ids(&watched, |fact| fact.lesson.0);
        self.ids(&watched, |fact| fact.material.0);
        self.column(&watched, |fact| fact.spans.len() as u64);
        let spans: Vec<_> = watched.iter().flat_map(|fact| &fact.spans).collect();
        self.column(&spans, |span| span.0.into());
        // A fact's spans are ascending.
        self.column(&spans, |span| u64::from(span.1.wrapping_sub(span.0)));

        self.answered(&of_kind!(Answered));

        let notes = of_kind!(NoteSaved);
        self.ids(&notes, |fact| fact.note.0);
        let lessons: Vec<u64> = notes
            .iter()
            .map(|fact| self.ids.place_or_none(fact.lesson.map(|lesson| lesson.0)))
            .collect();
        self.bits.column(&lessons);
        self.texts(notes.iter().map(|fact| fact.text.as_str()));

        let paper = of_kind!(PaperStudy);
        self.bits.signed_column(
            &paper
                .iter()
                .map(|fact| day_number(fact.day))
                .collect::<Vec<_>>(),
        );
        self.column(&paper, |fact| fact.minutes.into());
        self.texts(paper.iter().map(|fact| fact.subject.name()));
        self.texts(paper.iter().map(|fact| fact.text.as_str()));
        let photos: Vec<u64> = paper
            .iter()
            .map(|fact| self.blobs.place_or_none(fact.photo.map(|photo| photo.id.0)))
            .collect();
        self.bits.column(&photos);
        let photos: Vec<_> = paper
            .iter()
            .filter_map(|fact| fact.photo.as_ref())
            .collect();
        self.column(&photos, |photo| photo.len);
    }

    fn answered(&mut self, facts: &[&Answered]) {
        self.ids(facts, |fact| fact.lesson.0);
        let drills: Vec<u64> = facts
            .iter()
            .map(|fact| self.blobs.place(fact.drill.0))
            .collect();
        self.bits.column(&drills);
        let mut before = None;
        let items = facts.iter().zip(&drills).map(|(fact, drill)| {
            let expected = expected_item(before, *drill);
            before = Some((*drill, u64::from(fact.item)));
            i64::from(fact.item).wrapping_sub(expected)
        });
        let items: Vec<i64> = items.collect();
        self.bits.signed_column(&items);
        self.column(facts, |fact| fact.took_ms.into());
        self.column(facts, |fact| fact.seed.into());
        self.column(facts, |fact| fact.generator.into());
        self.column(facts, |fact| response_kind(&fact.response));

        let of = |pick: fn(&Response) -> Option<&[u16]>| -> Vec<&[u16]> {
            facts
                .iter()
                .filter_map(|fact| pick(&fact.response))
                .collect()
        };
        let one = of(|given| match given {
            Response::Choice(place) => Some(std::slice::from_ref(place)),
            _ => None,
        });
        self.places(&one);
        for lists in [
            of(|given| {
                if let Response::Choices(places) = given {
                    Some(places)
                } else {
                    None
                }
            }),
            of(|given| {
                if let Response::Order(places) = given {
                    Some(places)
                } else {
                    None
                }
            }),
        ] {
            self.bits.column(
                &lists
                    .iter()
                    .map(|list| list.len() as u64)
                    .collect::<Vec<_>>(),
            );
            self.places(&lists);
        }
        let texts = facts.iter().filter_map(|fact| match &fact.response {
            Response::Text(text) => Some(text),
            _ => None,
        });
        let numbers = facts.iter().filter_map(|fact| match &fact.response {
            Response::Number(text) => Some(text),
            _ => None,
        });
        self.chars(&texts.collect::<Vec<_>>(), put_char);
        self.chars(&numbers.collect::<Vec<_>>(), put_digit);
    }

    fn places(&mut self, lists: &[&[u16]]) {
        let places: Vec<u64> = lists
            .iter()
            .flat_map(|list| list.iter().copied().map(u64::from))
            .collect();
        self.bits.column(&places);
    }

    fn chars(&mut self, texts: &[&String], put: fn(&mut BitWriter, char)) {
        self.column(texts, |text| text.chars().count() as u64);
        texts
            .iter()
            .flat_map(|text| text.chars())
            .for_each(|char| put(&mut self.bits, char));
    }

    fn verbatim(&mut self, events: &[Event], facts: &[Option<Fact>]) {
        let raw = events.iter().zip(facts).filter(|(_, fact)| fact.is_none());
        let raw: Vec<&Event> = raw.map(|(event, _)| event).collect();
        self.column(&raw, |event| event.payload.len() as u64);
        raw.iter()
            .for_each(|event| self.tail.extend_from_slice(&event.payload));
    }

    fn stamps(&mut self, events: &[Event], facts: &[Option<Fact>]) {
        let boots: Vec<u64> = events
            .iter()
            .map(|event| self.ids.place(event.stamp.boot.0))
            .collect();
        self.bits.column(&boots);
        let Some(first) = events.first() else { return };
        self.bits.number(super::bits::zigzag(first.stamp.wall_ms));
        self.bits.number(first.stamp.mono_ms);
        let (mut walls, mut monos) = (Vec::new(), Vec::new());
        for ((before, event), fact) in events
            .iter()
            .zip(events.iter().skip(1))
            .zip(facts.iter().skip(1))
        {
            let wall = event.stamp.wall_ms.wrapping_sub(before.stamp.wall_ms);
            let mono = event.stamp.mono_ms.wrapping_sub(before.stamp.mono_ms) as i64;
            walls.push(wall.wrapping_sub(explained_ms(fact.as_ref())));
            monos.push(mono.wrapping_sub(wall));
        }
        self.bits.signed_column(&walls);
        self.bits.signed_column(&monos);
    }
}
