//! The widgets that show text: [`TextView`] a document, [`TextLine`] a run of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use egui::{
    Align, Color32, Context, CursorIcon, FontId, Id, Painter, Pos2, Rect, Response, Sense, Ui,
    Vec2, WidgetInfo,
};
use hotaru_content::text::{Document, Inline, plain_text};

use super::document::{
    DocumentSpec, LaidDocument, Leaf, LeafKind, label_spec, lay_out_document, plain_inline,
};
use super::find::{Found, find};
use super::paragraph::{LaidText, TextSpec, lay_out};
use super::selection::Selection;
use crate::theme::{TextSize, Theme};
use crate::words::Words;

/// What came of showing a text.
#[derive(Debug)]
pub struct TextResponse {
    /// The whole text's response (its rectangle; it senses nothing).
    pub response: Response,
    /// The target of the link that was pressed in this frame, as the teacher wrote it. The
    /// screen decides what becomes of it.
    pub link: Option<Arc<str>>,
    /// How many places have the words that were looked for.
    pub found: usize,
}

/// Shows a [`Document`]: Japanese line breaking, ruby, lists, tables. Put it in a scroll area;
/// only what is visible is painted, and layouts are kept from frame to frame.
#[derive(Debug)]
pub struct TextView<'a> {
    document: &'a Document,
    size: TextSize,
    ruby: bool,
    phrases: bool,
    find: &'a str,
    found_in_front: Option<usize>,
}

impl<'a> TextView<'a> {
    /// A view of a document in body size with ruby.
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            size: TextSize::Body,
            ruby: true,
            phrases: false,
            find: "",
            found_in_front: None,
        }
    }

    /// Marks every place that has these words, or their reading.
    #[must_use]
    pub fn find(mut self, words: &'a str) -> Self {
        self.find = words;
        self
    }

    /// Brings the place of this number, from 0, into sight; give it in one frame only.
    #[must_use]
    pub fn bring_found(mut self, number: Option<usize>) -> Self {
        self.found_in_front = number;
        self
    }

    /// The size of running text.
    #[must_use]
    pub fn size(mut self, size: TextSize) -> Self {
        self.size = size;
        self
    }

    /// Whether readings are shown.
    #[must_use]
    pub fn ruby(mut self, ruby: bool) -> Self {
        self.ruby = ruby;
        self
    }

    /// Whether lines break between phrases, for young readers.
    #[must_use]
    pub fn phrases(mut self, phrases: bool) -> Self {
        self.phrases = phrases;
        self
    }

    /// Shows the document in the width at hand, but no wider than is good to read.
    pub fn show(self, ui: &mut Ui) -> TextResponse {
        let theme = Theme::of(ui.ctx());
        let width = ui
            .available_width()
            .min(theme.reading_width(self.size))
            .floor();
        let laid = self.laid(ui.ctx(), &theme, width);
        // A finger scrolls; a mouse or a pen's point chooses text.
        let by_finger = ui.input(|input| input.any_touches());
        let sense = if by_finger {
            Sense::hover()
        } else {
            Sense::CLICK | Sense::DRAG
        };
        let (rect, response) = ui.allocate_exact_size(laid.size, sense);
        let response = response.on_hover_cursor(CursorIcon::Text);
        let selection = Selection::follow(ui, &response, &laid, rect);
        let found = find(&laid, self.find);
        self.marks_ui(ui, &laid, rect, &found, &theme);
        let mut link = None;
        for (index, leaf) in laid.leaves.iter().enumerate() {
            let place = leaf.rect.translate(rect.min.to_vec2());
            if ui.is_rect_visible(place) {
                let id = response.id.with(index);
                if let (LeafKind::Text { text, .. }, Some(selection)) = (&leaf.kind, selection)
                    && let Some(part) = selection.part(index, text)
                {
                    mark(
                        ui.painter(),
                        text,
                        &part,
                        place.min,
                        theme.color.selected,
                        &theme,
                    );
                }
                link = leaf_ui(ui, leaf, place, id, &theme).or(link);
            }
        }
        TextResponse {
            response,
            link,
            found: found.len(),
        }
    }

    /// Marks what was found, and brings what is in front into sight.
    fn marks_ui(&self, ui: &Ui, laid: &LaidDocument, rect: Rect, found: &[Found], theme: &Theme) {
        for (number, found) in found.iter().enumerate() {
            let Some(leaf) = laid.leaves.get(found.leaf) else {
                continue;
            };
            let LeafKind::Text { text, .. } = &leaf.kind else {
                continue;
            };
            let origin = leaf.rect.min + rect.min.to_vec2();
            if self.found_in_front == Some(number)
                && let Some(place) = text.rects(&found.range).first()
            {
                let place = place
                    .translate(origin.to_vec2())
                    .expand(theme.size(self.size));
                ui.scroll_to_rect(place, None);
            }
            if ui.is_rect_visible(leaf.rect.translate(rect.min.to_vec2())) {
                mark(
                    ui.painter(),
                    text,
                    &found.range,
                    origin,
                    theme.color.accent,
                    theme,
                );
            }
        }
    }

    fn laid(&self, ctx: &Context, theme: &Theme, width: f32) -> Arc<LaidDocument> {
        let pixels_per_point = ctx.pixels_per_point();
        let key = hash(&(
            self.document.id(),
            self.size,
            (self.ruby, self.phrases),
            theme.text_scale.to_bits(),
            width.to_bits(),
            pixels_per_point.to_bits(),
        ));
        let spec = DocumentSpec {
            theme,
            size: self.size,
            ruby: self.ruby,
            phrases: self.phrases,
            pixels_per_point,
        };
        Layouts::of(ctx).document(key, || {
            ctx.fonts_mut(|fonts| lay_out_document(fonts, self.document, spec, width))
        })
    }
}

/// Shows one run of text: a drill's question, a label that may need two lines.
#[derive(Debug)]
pub struct TextLine<'a> {
    inlines: std::borrow::Cow<'a, [Inline]>,
    size: TextSize,
    bold: bool,
    ruby: bool,
    phrases: bool,
    color: Option<Color32>,
    align: Align,
    label_lines: bool,
    /// The program's own words, in the face of their language.
    is_own: bool,
}

impl<'a> TextLine<'a> {
    /// A run of text in body size with ruby, as `hotaru_content::text::inline` returns it.
    pub fn new(inlines: &'a [Inline]) -> Self {
        Self {
            inlines: inlines.into(),
            size: TextSize::Body,
            bold: false,
            ruby: true,
            phrases: false,
            color: None,
            align: Align::Min,
            label_lines: false,
            is_own: false,
        }
    }

    /// Plain words, set closer than running text.
    pub fn words(words: &str) -> TextLine<'static> {
        TextLine {
            inlines: vec![plain_inline(words)].into(),
            is_own: true,
            ..TextLine::new(&[])
        }
        .label_lines()
    }

    /// The size.
    #[must_use]
    pub fn size(mut self, size: TextSize) -> Self {
        self.size = size;
        self
    }

    /// Sets all of it bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// Whether readings are shown.
    #[must_use]
    pub fn ruby(mut self, ruby: bool) -> Self {
        self.ruby = ruby;
        self
    }

    /// Whether lines break between phrases, for young readers.
    #[must_use]
    pub fn phrases(mut self, phrases: bool) -> Self {
        self.phrases = phrases;
        self
    }

    /// The ink, from the tokens; running text's by default.
    #[must_use]
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// How the lines stand in their width.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    /// Sets the lines closer, as labels are.
    #[must_use]
    pub fn label_lines(mut self) -> Self {
        self.label_lines = true;
        self
    }

    /// Lays the text out in `width` points, for a component that paints it itself.
    pub fn lay_out(&self, ctx: &Context, width: f32) -> Arc<LaidText> {
        let theme = Theme::of(ctx);
        let pixels_per_point = ctx.pixels_per_point();
        let key = hash(&(
            &self.inlines,
            self.size,
            (self.bold, self.ruby, self.phrases, self.label_lines),
            // The same letters are of another width in another language's face.
            self.is_own.then(|| Words::of(ctx).language()),
            self.align.to_factor().to_bits(),
            theme.text_scale.to_bits(),
            width.to_bits(),
            pixels_per_point.to_bits(),
        ));
        let spec = self.spec(&theme);
        Layouts::of(ctx).text(key, || {
            ctx.fonts_mut(|fonts| lay_out(fonts, pixels_per_point, &self.inlines, &spec, width))
        })
    }

    /// Shows the text in the width at hand.
    pub fn show(self, ui: &mut Ui) -> TextResponse {
        let theme = Theme::of(ui.ctx());
        let laid = self.lay_out(ui.ctx(), ui.available_width().floor());
        let (rect, response) = ui.allocate_exact_size(laid.size, Sense::hover());
        let mut link = None;
        if ui.is_rect_visible(rect) {
            let label = plain_text(&self.inlines);
            response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &label));
            laid.paint(
                ui.painter(),
                rect.min,
                &theme,
                self.color.unwrap_or(theme.color.text),
            );
            link = links_ui(ui, &laid, rect.min, response.id, &theme);
        }
        TextResponse {
            response,
            link,
            found: 0,
        }
    }

    fn spec(&self, theme: &Theme) -> TextSpec {
        let (plain, bold) = if self.is_own {
            (theme.font(self.size), theme.bold(self.size))
        } else {
            (theme.lesson(self.size), theme.lesson_bold(self.size))
        };
        let font: FontId = if self.bold { bold.clone() } else { plain };
        let label = label_spec(theme, font, bold, self.align);
        let line_height = if self.label_lines {
            label.line_height
        } else {
            theme.line_height.text
        };
        TextSpec {
            ruby: self.ruby,
            phrases: self.phrases,
            line_height,
            ..label
        }
    }
}

/// Puts a ground under a part of a text.
fn mark(
    painter: &Painter,
    text: &LaidText,
    part: &Range<usize>,
    origin: Pos2,
    fill: Color32,
    theme: &Theme,
) {
    for rect in text.rects(part) {
        let rect = rect.translate(origin.to_vec2()).expand(theme.space.hair);
        painter.rect_filled(rect, theme.radius.small, fill);
    }
}

fn leaf_ui(ui: &mut Ui, leaf: &Leaf, rect: Rect, id: Id, theme: &Theme) -> Option<Arc<str>> {
    let painter = ui.painter();
    match &leaf.kind {
        LeafKind::Text { text, label, role } => {
            text.paint(painter, rect.min, theme, theme.color.text);
            let response = ui.interact(rect, id, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(*role, true, label));
            return links_ui(ui, text, rect.min, id, theme);
        }
        LeafKind::Bullet => {
            painter.circle_filled(rect.center(), rect.width() / 2.0, theme.color.accent_text);
        }
        LeafKind::Bar => {
            painter.rect_filled(rect, theme.radius.small, theme.color.accent);
        }
        LeafKind::Ground => {
            painter.rect_filled(rect, theme.radius.medium, theme.color.sunken);
        }
        LeafKind::Rule => {
            painter.hline(rect.x_range(), rect.center().y, theme.hairline());
        }
    }
    None
}

/// Makes links pressable and reachable by keyboard; returns the one that was pressed.
fn links_ui(ui: &mut Ui, text: &LaidText, origin: Pos2, id: Id, theme: &Theme) -> Option<Arc<str>> {
    let mut pressed = None;
    for (link, target) in text.links().iter().enumerate() {
        let mut clicked = false;
        let mut focused = false;
        let rects: Vec<Rect> = text
            .link_rects(link)
            .map(|rect| rect.translate(origin.to_vec2()))
            .collect();
        for (part, rect) in rects.iter().enumerate() {
            // A link over two lines is one to keyboard and screen reader, at its first part.
            let sense = if part == 0 {
                Sense::click()
            } else {
                Sense::CLICK
            };
            // Half the room to the lines above and below makes a target for a finger.
            let target_rect = rect.expand2(Vec2::new(0.0, rect.height() * 0.3));
            let response = ui.interact(target_rect, id.with((link, part)), sense);
            if part == 0 {
                response.widget_info(|| {
                    WidgetInfo::labeled(egui::Role::Link, true, text.link_words(link))
                });
            }
            clicked |= response.clicked();
            focused |= response.has_focus();
            response.on_hover_cursor(CursorIcon::PointingHand);
        }
        if focused {
            rects
                .iter()
                .for_each(|rect| focus_ui(ui.painter(), *rect, theme));
        }
        if clicked {
            pressed = Some(target.clone());
        }
    }
    pressed
}

fn focus_ui(painter: &Painter, rect: Rect, theme: &Theme) {
    let rect = rect.expand(theme.space.hair);
    painter.rect_stroke(
        rect,
        theme.radius.small,
        theme.focus_ring(),
        egui::StrokeKind::Outside,
    );
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Layouts from earlier frames, the latest used last.
#[derive(Clone, Default)]
struct Layouts(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    documents: Vec<(u64, Arc<LaidDocument>)>,
    texts: Vec<(u64, Arc<LaidText>)>,
}

/// Documents kept; a lesson shows a few at a time.
const MAX_DOCUMENTS: usize = 16;
/// Runs of text kept; a screen shows some dozens.
const MAX_TEXTS: usize = 512;

impl Layouts {
    fn of(ctx: &Context) -> Self {
        ctx.data_mut(|data| {
            data.get_temp_mut_or_default::<Self>(Id::unique("hotaru-layouts"))
                .clone()
        })
    }

    fn document(&self, key: u64, make: impl FnOnce() -> LaidDocument) -> Arc<LaidDocument> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept_or_made(&mut kept.documents, MAX_DOCUMENTS, key, make)
    }

    fn text(&self, key: u64, make: impl FnOnce() -> LaidText) -> Arc<LaidText> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept_or_made(&mut kept.texts, MAX_TEXTS, key, make)
    }
}

fn kept_or_made<T>(
    kept: &mut Vec<(u64, Arc<T>)>,
    max: usize,
    key: u64,
    make: impl FnOnce() -> T,
) -> Arc<T> {
    let found = kept.iter().rposition(|(known, _)| *known == key);
    let entry = match found {
        Some(index) => kept.remove(index),
        None => (key, Arc::new(make())),
    };
    let layout = entry.1.clone();
    if kept.len() >= max {
        kept.remove(0);
    }
    kept.push(entry);
    layout
}
