//! One run of text, broken into lines and placed: the heart of the text widget.

use std::ops::Range;
use std::sync::Arc;

use egui::epaint::text::{FontsView, LayoutJob, TextFormat};
use egui::{Align, Color32, FontId, Painter, Pos2, Rect, Stroke, Vec2, pos2, vec2};
use hotaru_content::text::{Inline, InlineStyle};

use super::kinsoku::{Cut, cuts, is_wide};
use crate::theme::Theme;

/// How a run of text is set.
#[derive(Clone, Debug, PartialEq)]
pub struct TextSpec {
    /// The font of plain text.
    pub font: FontId,
    /// The font of strong text.
    pub bold: FontId,
    /// Whether readings are shown.
    pub ruby: bool,
    /// Whether lines without a reading leave room for one, so that neighbours stand level.
    pub ruby_room: bool,
    /// Whether lines break between phrases, for young readers.
    pub phrases: bool,
    /// The line pitch without ruby, in multiples of the font size.
    pub line_height: f32,
    /// The line pitch with ruby, in multiples of the font size.
    pub ruby_line_height: f32,
    /// How the lines stand in their width.
    pub align: Align,
}

/// Text that was broken into lines and placed, relative to its top left corner.
#[derive(Clone, Debug)]
pub struct LaidText {
    /// Its width (of the longest line, or all of it where it is not aligned to the start) and
    /// height in points.
    pub size: Vec2,
    /// All of the base text.
    pub(super) text: String,
    /// Every reading, shown or not, by what it is of.
    readings: Vec<(Range<usize>, String)>,
    pub(super) lines: Vec<Line>,
    links: Vec<Arc<str>>,
}

/// One line of a [`LaidText`].
#[derive(Clone, Debug)]
pub struct Line {
    /// Its rectangle, all of its pitch high.
    pub rect: Rect,
    pub(super) segments: Vec<Segment>,
}

/// Text of one style on one line, or one ruby.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) rect: Rect,
    /// Where its text stands in that of the whole.
    pub(super) range: Range<usize>,
    /// Where each character starts, from the segment's left, and where the last ends.
    pub(super) stops: Vec<f32>,
    pub(super) text: String,
    letter_spacing: f32,
    font: FontId,
    style: InlineStyle,
    link: Option<usize>,
    reading: Option<Reading>,
}

#[derive(Clone, Debug)]
struct Reading {
    rect: Rect,
    text: String,
    font: FontId,
}

/// The size of a reading beside its base.
const RUBY_SCALE: f32 = 0.5;
/// Room beside a reading that is wider than its base, in multiples of the reading's size.
const RUBY_MARGIN: f32 = 0.2;
/// Text written with spaces between phrases (分かち書き) breaks at one, if the line is at
/// least this full.
const PHRASE_FILL: f32 = 0.5;

/// Breaks and places text in `width` points.
pub fn lay_out(
    fonts: &mut FontsView<'_>,
    pixels_per_point: f32,
    inlines: &[Inline],
    spec: &TextSpec,
    width: f32,
) -> LaidText {
    let flat = Flat::new(inlines, spec);
    let measure = Measure::new(fonts, &flat, spec);
    let lines = Breaker {
        flat: &flat,
        measure: &measure,
        width,
        first: if spec.phrases {
            Cut::Phrase
        } else {
            Cut::Proper
        },
    }
    .lines();
    Placer {
        fonts,
        pixels_per_point,
        flat: &flat,
        measure: &measure,
        spec,
        width,
    }
    .place(&lines)
}

/// How wide the widest piece is that no line break may part, in points.
pub(super) fn widest_piece(fonts: &mut FontsView<'_>, inlines: &[Inline], spec: &TextSpec) -> f32 {
    let flat = Flat::new(inlines, spec);
    let measure = Measure::new(fonts, &flat, spec);
    let mut start = 0;
    let ends = cuts(&flat.text, 0..flat.text.len(), &flat.rubies, Cut::Within);
    let widths = ends.into_iter().map(|end| {
        let piece = std::mem::replace(&mut start, end)..end;
        let inked = flat.slice(&piece).trim_end().len();
        measure.width(piece.start..piece.start + inked)
    });
    widths.fold(0.0, f32::max)
}

impl LaidText {
    /// The lines, from the top.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Every reading, shown or not, with the bytes of the base text that it is of.
    pub fn readings(&self) -> impl Iterator<Item = (&Range<usize>, &str)> {
        let readings = self.readings.iter();
        readings.map(|(range, reading)| (range, reading.as_str()))
    }

    /// Where links lead, in order.
    pub fn links(&self) -> &[Arc<str>] {
        &self.links
    }

    /// The rectangles of a link, one a line.
    pub fn link_rects(&self, link: usize) -> impl Iterator<Item = Rect> {
        self.lines.iter().filter_map(move |line| {
            let parts = line
                .segments
                .iter()
                .filter(|segment| segment.link == Some(link));
            parts.map(|segment| segment.rect).reduce(Rect::union)
        })
    }

    /// The words of a link.
    pub fn link_words(&self, link: usize) -> String {
        let segments = self.lines.iter().flat_map(|line| &line.segments);
        segments
            .filter(|s| s.link == Some(link))
            .map(|s| s.text.as_str())
            .collect()
    }

    /// Paints at `origin` in the given ink; links are in the accent's ink.
    pub fn paint(&self, painter: &Painter, origin: Pos2, theme: &Theme, ink: Color32) {
        let clip = painter.clip_rect();
        let origin = egui::emath::GuiRounding::round_to_pixels(origin, painter.pixels_per_point());
        for line in &self.lines {
            if !clip.intersects(line.rect.translate(origin.to_vec2())) {
                continue;
            }
            for segment in &line.segments {
                segment.paint(painter, origin, theme, ink);
            }
        }
    }
}

impl Line {
    /// The line's base text.
    pub fn text(&self) -> String {
        self.segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect()
    }

    /// The rectangles of the line's base text, and of its readings.
    pub fn boxes(&self) -> (Vec<Rect>, Vec<Rect>) {
        let bases = self.segments.iter().map(|segment| segment.rect).collect();
        let readings = self
            .segments
            .iter()
            .filter_map(|s| s.reading.as_ref().map(|r| r.rect));
        (bases, readings.collect())
    }
}

impl Segment {
    fn paint(&self, painter: &Painter, origin: Pos2, theme: &Theme, ink: Color32) {
        let ink = if self.link.is_some() {
            theme.color.accent_text
        } else {
            ink
        };
        let rect = self.rect.translate(origin.to_vec2());
        if self.style.code {
            painter.rect_filled(
                rect.expand2(vec2(1.0, 0.0)),
                theme.radius.small,
                theme.color.sunken,
            );
        }
        let galley = painter.layout_job(job(&self.text, &self.font, self.letter_spacing));
        // A base narrower than its reading stands in the middle under it.
        let indent = ((rect.width() - galley.size().x) / 2.0).max(0.0);
        let indent = if self.reading.is_some() { indent } else { 0.0 };
        painter.galley_with_override_text_color(rect.min + vec2(indent, 0.0), galley, ink);
        let line = |y: f32, color| painter.hline(rect.x_range(), y, Stroke::new(1.5, color));
        if self.link.is_some() {
            line(rect.bottom() + 1.0, theme.color.accent_text);
        } else if self.style.emphasis {
            // Japanese has no italics; an underline is how a teacher stresses on a board.
            line(rect.bottom() + 1.0, ink);
        }
        if self.style.strikethrough {
            line(rect.center().y, ink);
        }
        if let Some(reading) = &self.reading {
            let galley = painter.layout_job(job(&reading.text, &reading.font, 0.0));
            let min = reading.rect.min + origin.to_vec2();
            painter.galley_with_override_text_color(min, galley, ink);
        }
    }
}

/// One line without wrapping, in a colour that is set when it is painted.
fn job(text: &str, font: &FontId, letter_spacing: f32) -> LayoutJob {
    let format = TextFormat {
        extra_letter_spacing: letter_spacing,
        ..plain(font)
    };
    LayoutJob {
        break_on_newline: false,
        ..LayoutJob::single_section(text.to_owned(), format)
    }
}

fn plain(font: &FontId) -> TextFormat {
    TextFormat::simple(font.clone(), Color32::PLACEHOLDER)
}

/// The text of all inlines in one string, and what stands where in it.
struct Flat<'a> {
    text: String,
    spans: Vec<Span<'a>>,
    /// The ranges that carry a shown reading.
    rubies: Vec<Range<usize>>,
}

struct Span<'a> {
    range: Range<usize>,
    inline: &'a Inline,
    reading: Option<&'a str>,
}

impl<'a> Flat<'a> {
    fn new(inlines: &'a [Inline], spec: &TextSpec) -> Self {
        let mut flat = Self {
            text: String::new(),
            spans: Vec::new(),
            rubies: Vec::new(),
        };
        for inline in inlines {
            let start = flat.text.len();
            // Control characters have no glyph and would show as boxes.
            let shown = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
            flat.text.extend(inline.text.chars().map(shown));
            let range = start..flat.text.len();
            if range.is_empty() {
                continue;
            }
            let reading = inline.reading.as_deref().filter(|_| spec.ruby);
            if reading.is_some() {
                flat.rubies.push(range.clone());
            }
            flat.spans.push(Span {
                range,
                inline,
                reading,
            });
        }
        flat
    }

    fn readings(&self) -> Vec<(Range<usize>, String)> {
        let spans = self.spans.iter();
        let readings = spans.filter_map(|span| {
            let reading = span.inline.reading.clone()?;
            Some((span.range.clone(), reading))
        });
        readings.collect()
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The spans that meet a range, each with the part that does.
    fn parts(&self, range: Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> {
        let first = self
            .spans
            .partition_point(|span| span.range.end <= range.start);
        let spans = self.spans.iter().enumerate().skip(first);
        spans
            .take_while({
                let end = range.end;
                move |(_, span)| span.range.start < end
            })
            .map(move |(index, span)| {
                (
                    index,
                    span.range.start.max(range.start)..span.range.end.min(range.end),
                )
            })
    }
}

/// How wide everything is at the actual size.
struct Measure<'a> {
    flat: &'a Flat<'a>,
    base: Advances,
    /// By span; empty for a span without a shown reading.
    readings: Vec<Advances>,
    ruby_size: f32,
}

/// Where each character of a string starts, and where the last ends.
#[derive(Default)]
struct Advances(Vec<(usize, f32)>);

impl Advances {
    fn new(fonts: &mut FontsView<'_>, job: LayoutJob) -> Self {
        let text = job.text.clone();
        let galley = fonts.layout_job(job);
        let mut glyphs = galley.rows.iter().flat_map(|row| &row.row.glyphs);
        let mut x = 0.0;
        let mut starts = Vec::with_capacity(text.len() / 2 + 1);
        for (at, _) in text.char_indices() {
            starts.push((at, x));
            // One glyph a character: epaint promises it.
            x += glyphs.next().map_or(0.0, |glyph| glyph.advance_width);
        }
        starts.push((text.len(), x));
        Self(starts)
    }

    fn x(&self, at: usize) -> f32 {
        let index = self.0.partition_point(|(start, _)| *start < at);
        self.0.get(index).or(self.0.last()).map_or(0.0, |(_, x)| *x)
    }

    fn width(&self, range: &Range<usize>) -> f32 {
        self.x(range.end) - self.x(range.start)
    }
}

impl<'a> Measure<'a> {
    fn new(fonts: &mut FontsView<'_>, flat: &'a Flat<'a>, spec: &TextSpec) -> Self {
        let ruby_size = ruby_font(spec).size;
        let mut base = LayoutJob {
            break_on_newline: false,
            ..LayoutJob::default()
        };
        for span in &flat.spans {
            let text = flat.slice(&span.range).replace('\n', " ");
            base.append(&text, 0.0, plain(font_of(span.inline, spec)));
        }
        let readings = flat.spans.iter().map(|span| match span.reading {
            Some(reading) => Advances::new(fonts, job(reading, &ruby_font(spec), 0.0)),
            None => Advances::default(),
        });
        let readings = readings.collect();
        Self {
            flat,
            base: Advances::new(fonts, base),
            readings,
            ruby_size,
        }
    }

    fn width(&self, range: Range<usize>) -> f32 {
        self.flat
            .parts(range)
            .map(|(span, part)| self.part_width(span, &part))
            .sum()
    }

    fn part_width(&self, span: usize, part: &Range<usize>) -> f32 {
        let base = self.base.width(part);
        match self.reading_part(span, part) {
            Some((_, reading)) if reading > base => reading + self.ruby_size * RUBY_MARGIN,
            _ => base,
        }
    }

    /// The share of a span's reading that stands over a part of its base, and its width. All of
    /// it, but where a base longer than a line had to be cut.
    fn reading_part(&self, span: usize, part: &Range<usize>) -> Option<(Range<usize>, f32)> {
        let Span { range, reading, .. } = self.flat.spans.get(span)?;
        let reading = (*reading)?;
        let count = |range: Range<usize>| self.flat.slice(&range).chars().count();
        let (all, before, within) = (
            count(range.clone()),
            count(range.start..part.start),
            count(part.clone()),
        );
        let ends: Vec<usize> = reading
            .char_indices()
            .map(|(at, _)| at)
            .chain([reading.len()])
            .collect();
        let share = |bases: usize| {
            let chars = (ends.len() - 1) * bases / all.max(1);
            ends.get(chars).copied().unwrap_or(reading.len())
        };
        let range = share(before)..share(before + within);
        let width = self.readings.get(span)?.width(&range);
        Some((range, width))
    }
}

fn ruby_font(spec: &TextSpec) -> FontId {
    FontId::new(
        (spec.font.size * RUBY_SCALE).round(),
        spec.font.family.clone(),
    )
}

fn font_of<'s>(inline: &Inline, spec: &'s TextSpec) -> &'s FontId {
    if inline.style.strong {
        &spec.bold
    } else {
        &spec.font
    }
}

/// Fills lines from the left.
struct Breaker<'a> {
    flat: &'a Flat<'a>,
    measure: &'a Measure<'a>,
    width: f32,
    /// How lines are cut where that is enough.
    first: Cut,
}

#[derive(Default)]
struct Filling {
    done: Vec<Range<usize>>,
    start: usize,
    end: usize,
    width: f32,
    /// Where the line could break between two phrases.
    phrase: Option<usize>,
}

impl Breaker<'_> {
    fn lines(&self) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut start = 0;
        for hard in self.flat.text.split('\n') {
            let range = start..start + hard.len();
            start = range.end + 1;
            let mut filling = Filling {
                start: range.start,
                end: range.start,
                ..Filling::default()
            };
            self.fill(&mut filling, range, self.first);
            lines.append(&mut filling.done);
            lines.push(filling.start..filling.end);
        }
        lines
    }

    fn fill(&self, line: &mut Filling, range: Range<usize>, cut: Cut) {
        let mut start = range.start;
        for end in cuts(&self.flat.text, range, &self.flat.rubies, cut) {
            self.place(line, std::mem::replace(&mut start, end)..end, cut);
        }
    }

    fn place(&self, line: &mut Filling, piece: Range<usize>, cut: Cut) {
        let text = self.flat.slice(&piece);
        let inked = piece.start..piece.start + text.trim_end().len();
        let width = self.measure.width(inked);
        while line.width + width > self.width && line.end > line.start {
            let fallback = line.end;
            let end = line.phrase.take().unwrap_or(fallback);
            line.done.push(line.start..end);
            line.start = end;
            line.width = self.measure.width(end..line.end);
        }
        if line.width + width > self.width
            && let Some(harder) = cut.harder()
        {
            self.fill(line, piece, harder);
            return;
        }
        line.width += self.measure.width(piece.clone());
        line.end = piece.end;
        let mut back = text.chars().rev();
        if back.next().is_some_and(char::is_whitespace) && back.next().is_some_and(is_wide) {
            let next = self
                .flat
                .text
                .get(piece.end..)
                .and_then(|rest| rest.chars().next());
            let filled = line.width >= self.width * PHRASE_FILL;
            if filled && next.is_some_and(is_wide) {
                line.phrase = Some(piece.end);
            }
        }
    }
}

/// Gives lines their places.
struct Placer<'a, 'f, 'v> {
    fonts: &'f mut FontsView<'v>,
    pixels_per_point: f32,
    flat: &'a Flat<'a>,
    measure: &'a Measure<'a>,
    spec: &'a TextSpec,
    width: f32,
}

impl Placer<'_, '_, '_> {
    fn place(mut self, ranges: &[Range<usize>]) -> LaidText {
        let ruby_font = ruby_font(self.spec);
        let base_height = self.fonts.row_height(&self.spec.font);
        let (ruby_height, pitch) =
            if self.flat.rubies.is_empty() && !(self.spec.ruby_room && self.spec.ruby) {
                (0.0, self.spec.font.size * self.spec.line_height)
            } else {
                let ruby_height = self.fonts.row_height(&ruby_font);
                (
                    ruby_height,
                    self.spec.font.size * self.spec.ruby_line_height,
                )
            };
        let pitch = self.round(pitch.max(base_height + ruby_height + 1.0));
        let base_top = self.round((pitch - base_height - ruby_height) / 2.0 + ruby_height);
        let mut laid = LaidText {
            size: Vec2::ZERO,
            text: self.flat.text.clone(),
            readings: self.flat.readings(),
            lines: Vec::new(),
            links: Vec::new(),
        };
        let mut links: Vec<(usize, usize)> = Vec::new();
        for range in ranges {
            let top = laid.size.y;
            let mut line = Line {
                rect: Rect::from_min_size(pos2(0.0, top), vec2(0.0, pitch)),
                segments: Vec::new(),
            };
            let inked = range.start..range.start + self.flat.slice(range).trim_end().len();
            let width = self.measure.width(inked.clone());
            let slack = if self.width.is_finite() {
                (self.width - width).max(0.0)
            } else {
                0.0
            };
            let mut x = self.round(slack * self.spec.align.to_factor());
            line.rect.min.x = x;
            for (index, part) in self.flat.parts(inked) {
                let width = self.measure.part_width(index, &part);
                let Some(span) = self.flat.spans.get(index) else {
                    continue;
                };
                let rect = Rect::from_min_size(pos2(x, top + base_top), vec2(width, base_height));
                let link =
                    span.inline.link.as_ref().map(|target| {
                        number_of(&mut links, &mut laid.links, self.flat, index, target)
                    });
                line.segments
                    .push(self.segment(span, index, part, rect, ruby_height, link));
                x += width;
            }
            line.rect.max.x = x;
            laid.size.x = laid.size.x.max(x);
            laid.size.y += pitch;
            laid.lines.push(line);
        }
        if self.spec.align != Align::Min && self.width.is_finite() {
            laid.size.x = laid.size.x.max(self.width);
        }
        laid
    }

    fn segment(
        &mut self,
        span: &Span<'_>,
        index: usize,
        part: Range<usize>,
        rect: Rect,
        ruby_height: f32,
        link: Option<usize>,
    ) -> Segment {
        let text = self.flat.slice(&part).to_owned();
        let base_width = self.measure.base.width(&part);
        let count = text.chars().count().max(1) as f32;
        let mut letter_spacing = 0.0;
        let reading = self
            .measure
            .reading_part(index, &part)
            .and_then(|(range, width)| {
                let reading = span.reading?.get(range)?.to_owned();
                // The base spreads under a wider reading: half a gap at each end (JIS X 4051).
                letter_spacing = ((rect.width() - base_width) / count).max(0.0);
                let min = pos2(rect.center().x - width / 2.0, rect.top() - ruby_height);
                let rect = Rect::from_min_size(min, vec2(width, ruby_height));
                (!reading.is_empty()).then(|| Reading {
                    rect,
                    text: reading,
                    font: ruby_font(self.spec),
                })
            });
        let start = self.measure.base.x(part.start);
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let stops = ends.enumerate().map(|(chars, at)| {
            self.measure.base.x(part.start + at) - start + letter_spacing * chars as f32
        });
        Segment {
            rect,
            stops: stops.collect(),
            range: part,
            text,
            letter_spacing,
            font: font_of(span.inline, self.spec).clone(),
            style: span.inline.style,
            link,
            reading,
        }
    }

    fn round(&self, points: f32) -> f32 {
        (points * self.pixels_per_point).round() / self.pixels_per_point
    }
}

/// Neighbouring spans with one target are one link: a link may hold ruby and plain text.
fn number_of(
    numbers: &mut Vec<(usize, usize)>,
    targets: &mut Vec<Arc<str>>,
    flat: &Flat<'_>,
    span: usize,
    target: &Arc<str>,
) -> usize {
    if let Some((last, number)) = numbers.last().copied() {
        let same = |index: usize| flat.spans.get(index).and_then(|s| s.inline.link.as_ref());
        if last == span || (last + 1 == span && same(last) == Some(target)) {
            numbers.push((span, number));
            return number;
        }
    }
    let number = targets.len();
    targets.push(target.clone());
    numbers.push((span, number));
    number
}
