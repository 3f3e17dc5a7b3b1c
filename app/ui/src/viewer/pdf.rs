mod worker;

use std::sync::Arc;

use egui::{
    Context, CursorIcon, Key, Rect, Sense, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};

use self::worker::{Reply, Request, Worker};
use super::pan_zoom::{PanZoom, Wheel};
use super::photo::zoom_ui;
use super::{Bar, MAX_TEXTURE_SIDE, error_ui, opening_ui};
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::Theme;
use crate::widget::Button;
use crate::words::{tr, tr_with};

/// The largest PDF file, in bytes (64 MiB).
pub const MAX_PDF_BYTES: usize = 64 << 20;
/// The most pages of a PDF.
pub const MAX_PDF_PAGES: usize = 500;
/// How much memory drawn pages may take, in bytes (96 MiB); the page in view always has its own.
const MAX_KEPT_BYTES: usize = 96 << 20;

/// Why a PDF, or one page of it, is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The file is empty, cut off, damaged, or no PDF.
    #[error("the PDF is damaged; ask for it to be sent again")]
    Broken,
    /// It has a password.
    #[error("the PDF has a password; send it without one")]
    Locked,
    /// It has too many bytes.
    #[error("the PDF is over 64 MiB; send a smaller one")]
    TooLarge,
    /// It has too many pages.
    #[error("the PDF has over 500 pages; send a part of it")]
    TooManyPages,
    /// This page cannot be drawn; others may.
    #[error("this page of the PDF cannot be drawn; the others can")]
    PageBroken,
    /// No thread could be started for it.
    #[error("the system gave no thread to draw the PDF; close other programs")]
    NoThread,
}

impl PdfError {
    /// The key of the sentence that a reader sees.
    pub fn key(self) -> &'static str {
        match self {
            Self::Broken => "pdf-broken",
            Self::Locked => "pdf-locked",
            Self::TooLarge => "pdf-too-large",
            Self::TooManyPages => "pdf-too-many-pages",
            Self::PageBroken => "pdf-page-broken",
            Self::NoThread => "viewer-out-of-memory",
        }
    }
}

/// A PDF, one page at a time.
pub struct PdfView {
    name: String,
    worker: Option<Worker>,
    state: State,
    page: usize,
    seen: PanZoom,
    kept: Vec<Kept>,
    asked: Option<Request>,
    max_side: usize,
    bar: Bar,
}

enum State {
    Opening,
    /// The size of each page, in PDF points.
    Open(Vec<Vec2>),
    Failed(PdfError),
}

/// A page as it was drawn, the latest used last.
struct Kept {
    request: Request,
    drawn: Result<TextureHandle, PdfError>,
}

impl PdfView {
    /// Begins to open a PDF on a thread of its own. `name` is what a screen reader calls it.
    pub fn open(ctx: &Context, name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        let worker = Worker::start(ctx.clone(), bytes.into());
        let state = match &worker {
            Ok(_) => State::Opening,
            Err(error) => State::Failed(*error),
        };
        Self {
            name: name.into(),
            worker: worker.ok(),
            state,
            page: 0,
            seen: PanZoom::default(),
            kept: Vec::new(),
            asked: None,
            max_side: ctx
                .input(|input| input.max_texture_side)
                .min(MAX_TEXTURE_SIDE),
            bar: Bar::default(),
        }
    }

    /// Why it is not shown, if it is not.
    pub fn error(&self) -> Option<PdfError> {
        match self.state {
            State::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// How many pages it has, once it is open.
    pub fn pages(&self) -> Option<usize> {
        match &self.state {
            State::Open(sizes) => Some(sizes.len()),
            _ => None,
        }
    }

    /// The page in view, from 0.
    pub fn page(&self) -> usize {
        self.page
    }

    /// Whether the page in view has been drawn.
    pub fn is_drawn(&self) -> bool {
        self.kept.iter().any(|kept| kept.request.page == self.page)
    }

    /// Goes to a page, from 0; beyond the last it is the last.
    pub fn go_to(&mut self, page: usize) {
        let page = page.min(self.pages().unwrap_or(1).saturating_sub(1));
        if page != self.page {
            self.page = page;
            self.seen.offset = Vec2::ZERO;
        }
    }

    /// Shows the page in the room at hand, with buttons for pages and zooming under it.
    pub fn show(&mut self, ui: &mut Ui) {
        self.poll(ui.ctx());
        match &self.state {
            State::Opening => opening_ui(ui),
            State::Failed(error) => error_ui(ui, error.key()),
            State::Open(sizes) => {
                let (count, size) = (sizes.len(), sizes.get(self.page).copied());
                let view = self.bar.room_above(ui);
                self.page_ui(ui, size.unwrap_or(Vec2::splat(1.0)), view);
                let mut bar = std::mem::take(&mut self.bar);
                bar.show(ui, |ui| self.bar_ui(ui, count));
                self.bar = bar;
            }
        }
    }

    fn page_ui(&mut self, ui: &mut Ui, page_size: Vec2, size: Vec2) {
        let theme = Theme::of(ui.ctx());
        let (view, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let label = tr_with(ui, "pdf-label", &[("name", (&self.name).into())]);
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Document, true, &label));
        if response.clicked() {
            response.request_focus();
        }
        self.seen.update(ui, &response, page_size, Wheel::Moves);
        if response.has_focus() {
            self.keys(ui);
        }
        let place = self.seen.place(view, page_size);
        self.ask(ui.ctx(), place.width(), page_size);
        if ui.is_rect_visible(view) {
            let clip = view.intersect(ui.clip_rect());
            let painter = ui.painter().with_clip_rect(clip);
            painter.rect_filled(view, theme.radius.small, theme.color.sunken);
            match self.best() {
                Some(Ok(texture)) => {
                    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                    painter.image(texture.id(), place, whole, egui::Color32::WHITE);
                }
                Some(Err(error)) => {
                    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(view));
                    error_ui(&mut inner, error.key());
                }
                // An empty sheet, until the page is drawn.
                None => {
                    painter.rect_filled(place, 0.0, egui::Color32::WHITE);
                }
            }
            if response.has_focus() {
                let kind = egui::StrokeKind::Inside;
                painter.rect_stroke(view, theme.radius.small, theme.focus_ring(), kind);
            }
        }
        response.on_hover_cursor(CursorIcon::Grab);
    }

    fn bar_ui(&mut self, ui: &mut Ui, pages: usize) {
        let previous = tr(ui, "viewer-page-previous");
        if Button::icon(Icon::Previous, &previous)
            .enabled(self.page > 0)
            .show(ui)
        {
            self.go_to(self.page.saturating_sub(1));
        }
        let args = [("page", (self.page + 1).into()), ("pages", pages.into())];
        let words = tr_with(ui, "viewer-page", &args);
        let room = TextLine::words(&words).lay_out(ui.ctx(), 1e4).size;
        let height = Theme::of(ui.ctx()).touch;
        let (rect, response) = ui.allocate_exact_size(vec2(room.x, height), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Status, true, &words));
        let theme = Theme::of(ui.ctx());
        let min = pos2(rect.left(), rect.center().y - room.y / 2.0);
        let text = TextLine::words(&words).lay_out(ui.ctx(), 1e4);
        text.paint(ui.painter(), min, &theme, theme.color.text);
        let next = tr(ui, "viewer-page-next");
        if Button::icon(Icon::Next, &next)
            .enabled(self.page + 1 < pages)
            .show(ui)
        {
            self.go_to(self.page + 1);
        }
        zoom_ui(ui, &mut self.seen);
    }

    fn keys(&mut self, ui: &Ui) {
        let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
        if pressed(Key::PageDown) {
            self.go_to(self.page + 1);
        }
        if pressed(Key::PageUp) {
            self.go_to(self.page.saturating_sub(1));
        }
        if pressed(Key::Home) {
            self.go_to(0);
        }
        if pressed(Key::End) {
            self.go_to(usize::MAX);
        }
    }

    fn poll(&mut self, ctx: &Context) {
        let Some(worker) = &self.worker else { return };
        let mut drawn = Vec::new();
        loop {
            match worker.poll() {
                Some(Reply::Open(sizes)) => self.state = State::Open(sizes),
                Some(Reply::Failed(error)) => {
                    self.state = State::Failed(error);
                    break;
                }
                Some(Reply::Drawn(request, image)) => drawn.push((request, image)),
                None => break,
            }
        }
        for (request, image) in drawn {
            let drawn = image.map(|image| {
                let name = format!("{} {}", self.name, request.page);
                ctx.load_texture(name, image, TextureOptions::LINEAR)
            });
            self.kept.retain(|kept| kept.request != request);
            self.kept.push(Kept { request, drawn });
            self.trim();
        }
        if self.error().is_some() {
            self.worker = None;
        }
    }

    /// Asks for the page in view, as sharp as the screen shows it.
    fn ask(&mut self, ctx: &Context, width: f32, page_size: Vec2) {
        let request = Request::new(
            self.page,
            width * ctx.pixels_per_point(),
            page_size,
            self.max_side,
        );
        if let Some(index) = self.kept.iter().position(|kept| kept.request == request) {
            let kept = self.kept.remove(index);
            self.kept.push(kept);
        } else if self.asked != Some(request)
            && let Some(worker) = &self.worker
        {
            worker.ask(request);
            self.asked = Some(request);
        }
    }

    /// The page in view as it was drawn last, perhaps at another size.
    fn best(&self) -> Option<Result<TextureHandle, PdfError>> {
        let mut kept = self.kept.iter().rev();
        kept.find(|kept| kept.request.page == self.page)
            .map(|kept| kept.drawn.clone())
    }

    fn trim(&mut self) {
        let bytes = |kept: &Kept| match &kept.drawn {
            Ok(texture) => texture.byte_size(),
            Err(_) => 0,
        };
        while self.kept.len() > 1 && self.kept.iter().map(bytes).sum::<usize>() > MAX_KEPT_BYTES {
            self.kept.remove(0);
        }
    }
}

#[cfg(test)]
mod tests;
