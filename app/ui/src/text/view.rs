//! The widgets that show text: [`TextView`] a document, [`TextLine`] a run of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use egui::{
    Align, Color32, Context, CursorIcon, FontId, Id, Painter, Pos2, Rect, Response, Sense, Ui,
    Vec2, WidgetInfo,
};
use hotaru_content::text::{Document, Inline, plain_text};

use super::document::{
    DocumentSpec, LaidDocument, Leaf, LeafKind, label_spec, lay_out_document, plain_inline,
};
use super::paragraph::{LaidText, TextSpec, lay_out};
use crate::theme::{TextSize, Theme};

/// What came of showing a text.
#[derive(Debug)]
pub struct TextResponse {
    /// The whole text's response (its rectangle; it senses nothing).
    pub response: Response,
    /// The target of the link that was pressed in this frame, as the teacher wrote it. The
    /// screen decides what becomes of it.
    pub link: Option<Arc<str>>,
}

/// Shows a [`Document`]: Japanese line breaking, ruby, lists, tables. Put it in a scroll area;
/// only what is visible is painted, and layouts are kept from frame to frame.
#[derive(Debug)]
pub struct TextView<'a> {
    document: &'a Document,
    size: TextSize,
    ruby: bool,
}

impl<'a> TextView<'a> {
    /// A view of a document in body size with ruby.
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            size: TextSize::Body,
            ruby: true,
        }
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

    /// Shows the document in the width at hand, but no wider than is good to read.
    pub fn show(self, ui: &mut Ui) -> TextResponse {
        let theme = Theme::of(ui.ctx());
        let width = ui
            .available_width()
            .min(theme.reading_width(self.size))
            .floor();
        let laid = self.laid(ui.ctx(), &theme, width);
        let (rect, response) = ui.allocate_exact_size(laid.size, Sense::hover());
        let mut link = None;
        for (index, leaf) in laid.leaves.iter().enumerate() {
            let place = leaf.rect.translate(rect.min.to_vec2());
            if ui.is_rect_visible(place) {
                let id = response.id.with(index);
                link = leaf_ui(ui, leaf, place, id, &theme).or(link);
            }
        }
        TextResponse { response, link }
    }

    fn laid(&self, ctx: &Context, theme: &Theme, width: f32) -> Arc<LaidDocument> {
        let pixels_per_point = ctx.pixels_per_point();
        let key = hash(&(
            self.document.id(),
            self.size,
            self.ruby,
            theme.text_scale.to_bits(),
            width.to_bits(),
            pixels_per_point.to_bits(),
        ));
        let spec = DocumentSpec {
            theme,
            size: self.size,
            ruby: self.ruby,
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
    color: Option<Color32>,
    align: Align,
    label_lines: bool,
}

impl<'a> TextLine<'a> {
    /// A run of text in body size with ruby, as `hotaru_content::text::inline` returns it.
    pub fn new(inlines: &'a [Inline]) -> Self {
        Self {
            inlines: inlines.into(),
            size: TextSize::Body,
            bold: false,
            ruby: true,
            color: None,
            align: Align::Min,
            label_lines: false,
        }
    }

    /// Plain words, set closer than running text.
    pub fn words(words: &str) -> TextLine<'static> {
        TextLine {
            inlines: vec![plain_inline(words)].into(),
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
            (self.bold, self.ruby, self.label_lines),
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
        TextResponse { response, link }
    }

    fn spec(&self, theme: &Theme) -> TextSpec {
        let bold = theme.bold(self.size);
        let font: FontId = if self.bold {
            bold.clone()
        } else {
            theme.font(self.size)
        };
        let label = label_spec(theme, font, bold, self.align);
        let line_height = if self.label_lines {
            label.line_height
        } else {
            theme.line_height.text
        };
        TextSpec {
            ruby: self.ruby,
            line_height,
            ..label
        }
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
        find(&mut kept.documents, MAX_DOCUMENTS, key, make)
    }

    fn text(&self, key: u64, make: impl FnOnce() -> LaidText) -> Arc<LaidText> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        find(&mut kept.texts, MAX_TEXTS, key, make)
    }
}

fn find<T>(
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
