//! Text that is chosen with the pointer, and copied.

use std::ops::Range;

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, Response, Ui};

use super::document::{LaidDocument, Leaf, LeafKind};
use super::paragraph::LaidText;

/// A place between two characters of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The leaf, by its index.
    leaf: usize,
    /// Bytes of its base text.
    at: usize,
}

/// What is chosen of a document: from where the pointer went down to where it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    anchor: Place,
    head: Place,
}

impl Selection {
    /// Follows pointer and keyboard over a document that stands in `rect`; what is chosen now.
    /// A finger scrolls and chooses nothing.
    pub fn follow(
        ui: &Ui,
        response: &Response,
        document: &LaidDocument,
        rect: Rect,
    ) -> Option<Self> {
        let kept: Option<Self> = ui.data(|data| data.get_temp(response.id).flatten());
        let mut now = kept;
        let pointer = response.interact_pointer_pos();
        let place = |point: Pos2| nearest(document, point - rect.min.to_vec2());
        if response.drag_started_by(PointerButton::Primary) {
            let from = ui.input(|input| input.pointer.press_origin()).or(pointer);
            now = from.and_then(place).map(|anchor| Self {
                anchor,
                head: anchor,
            });
        }
        if let (true, Some(point), Some(selection)) = (response.dragged(), pointer, now.as_mut())
            && let Some(head) = place(point)
        {
            selection.head = head;
        }
        if response.double_clicked()
            && let Some(leaf) = pointer.and_then(place)
        {
            now = whole(document, leaf.leaf..leaf.leaf + 1);
        } else if response.clicked() || is_left(ui, response) {
            now = None;
        }
        if !ui.ctx().egui_wants_keyboard_input() {
            now = keys(ui, response, document, now);
        }
        if now != kept {
            ui.data_mut(|data| data.insert_temp(response.id, now));
        }
        now.filter(|selection| selection.anchor != selection.head)
    }

    /// The chosen part of a leaf, in bytes of its base text.
    pub fn part(&self, index: usize, text: &LaidText) -> Option<Range<usize>> {
        let (first, last) = (self.anchor.min(self.head), self.anchor.max(self.head));
        if index < first.leaf || index > last.leaf {
            return None;
        }
        let start = if index == first.leaf { first.at } else { 0 };
        let end = if index == last.leaf {
            last.at
        } else {
            text.text().len()
        };
        (start < end).then_some(start..end)
    }

    /// The chosen base text, a line a leaf.
    fn text(&self, document: &LaidDocument) -> String {
        let parts = texts(document).filter_map(|(index, _, text)| {
            let part = self.part(index, text)?;
            text.text().get(part)
        });
        parts.collect::<Vec<&str>>().join("\n")
    }
}

/// Copies, chooses all, lets go.
fn keys(
    ui: &Ui,
    response: &Response,
    document: &LaidDocument,
    now: Option<Selection>,
) -> Option<Selection> {
    let (copies, lets_go, takes_all) = ui.input_mut(|input| {
        let copies = input
            .events
            .iter()
            .any(|event| matches!(event, Event::Copy));
        (
            copies && now.is_some(),
            now.is_some() && input.consume_key(Modifiers::NONE, Key::Escape),
            (now.is_some() || response.hovered()) && input.consume_key(Modifiers::COMMAND, Key::A),
        )
    });
    if copies && let Some(selection) = now {
        ui.ctx().copy_text(selection.text(document));
    }
    match (lets_go, takes_all) {
        (true, _) => None,
        (_, true) => whole(document, 0..document.leaves.len()),
        _ => now,
    }
}

/// Whether the pointer went down elsewhere.
fn is_left(ui: &Ui, response: &Response) -> bool {
    let pressed = ui.input(|input| input.pointer.any_pressed());
    pressed && !response.contains_pointer()
}

/// All text of some leaves.
fn whole(document: &LaidDocument, leaves: Range<usize>) -> Option<Selection> {
    let mut within = texts(document).filter(|(index, ..)| leaves.contains(index));
    let (first, _, text) = within.next()?;
    let (last, end) = within
        .last()
        .map_or((first, text.text().len()), |(last, _, text)| {
            (last, text.text().len())
        });
    Some(Selection {
        anchor: Place { leaf: first, at: 0 },
        head: Place {
            leaf: last,
            at: end,
        },
    })
}

/// The leaves that hold text, by their index.
pub(super) fn texts(document: &LaidDocument) -> impl Iterator<Item = (usize, &Leaf, &LaidText)> {
    let leaves = document.leaves.iter().enumerate();
    leaves.filter_map(|(index, leaf)| match &leaf.kind {
        LeafKind::Text { text, .. } => Some((index, leaf, text)),
        _ => None,
    })
}

/// The place that is nearest to a point of a document.
fn nearest(document: &LaidDocument, point: Pos2) -> Option<Place> {
    let apart = |leaf: &Leaf| leaf.rect.distance_sq_to_pos(point);
    let leaves = texts(document);
    let (index, leaf, text) =
        leaves.min_by(|(_, a, _), (_, b, _)| apart(a).total_cmp(&apart(b)))?;
    Some(Place {
        leaf: index,
        at: text.nearest(point - leaf.rect.min.to_vec2()),
    })
}
