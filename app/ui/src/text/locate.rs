//! Where characters of a text stand on the screen, and which stands at a point.

use std::ops::Range;

use egui::{Pos2, Rect};

use super::paragraph::{LaidText, Line, Segment};

impl LaidText {
    /// The base text, with line breaks that were written as such.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rectangles that cover a range of bytes of the [base text](Self::text), one a line.
    pub fn rects(&self, range: &Range<usize>) -> Vec<Rect> {
        let covered = self.lines.iter().map(|line| line.covered(range));
        covered.flatten().collect()
    }

    /// The place between two characters of the [base text](Self::text), in bytes, that is
    /// nearest to a point; the point is relative to the text's top left corner.
    pub fn nearest(&self, point: Pos2) -> usize {
        let line = self.lines.iter().find(|line| point.y < line.rect.bottom());
        let Some(line) = line.or(self.lines.last()) else {
            return 0;
        };
        let left_of = |segment: &&Segment| point.x < segment.rect.right();
        let segment = line.segments.iter().find(left_of);
        segment
            .or(line.segments.last())
            .map_or(0, |segment| segment.nearest(point.x))
    }
}

impl Line {
    fn covered(&self, range: &Range<usize>) -> Option<Rect> {
        let parts = self.segments.iter().filter_map(|segment| {
            let start = range.start.max(segment.range.start);
            let end = range.end.min(segment.range.end);
            (start < end).then(|| {
                let (left, right) = (segment.x(start), segment.x(end));
                let x = segment.rect.left();
                Rect::from_x_y_ranges(x + left..=x + right, segment.rect.y_range())
            })
        });
        parts.reduce(Rect::union)
    }
}

impl Segment {
    /// Where a byte of the whole text stands, from the segment's left.
    fn x(&self, at: usize) -> f32 {
        let before = self.text.get(..at.saturating_sub(self.range.start));
        let chars = before.unwrap_or(&self.text).chars().count();
        self.stops
            .get(chars)
            .or(self.stops.last())
            .map_or(0.0, |x| *x)
    }

    /// The place in the whole text that is nearest.
    fn nearest(&self, x: f32) -> usize {
        let x = x - self.rect.left();
        let starts = self.text.char_indices().map(|(at, _)| at);
        let ends = starts.chain([self.text.len()]);
        let near = self.stops.iter().zip(ends);
        let near = near.min_by(|(a, _), (b, _)| (*a - x).abs().total_cmp(&(*b - x).abs()));
        self.range.start + near.map_or(0, |(_, at)| at)
    }
}
