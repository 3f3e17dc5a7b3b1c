//! The thread that opens a PDF and draws its pages.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use egui::{ColorImage, Context, Vec2, vec2};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::font::{FontData, FontQuery};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

use super::{MAX_PDF_BYTES, MAX_PDF_PAGES, PdfError};
use crate::fonts::REGULAR_FONT;

/// A page at a width. Widths are in steps, so that zooming does not draw at each one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// From 0.
    pub page: usize,
    /// In pixels.
    pub width: u16,
}

/// What the worker has to say.
pub(super) enum Reply {
    /// The PDF is open; its pages have these sizes, in PDF points.
    Open(Vec<Vec2>),
    /// The PDF cannot be shown.
    Failed(PdfError),
    /// A page was drawn, or cannot be.
    Drawn(Request, Result<ColorImage, PdfError>),
}

/// A PDF on its thread, which ends when this is dropped.
pub(super) struct Worker {
    requests: Sender<Request>,
    replies: Receiver<Reply>,
}

/// The step between widths that are drawn, in pixels.
const WIDTH_STEP: f32 = 256.0;
/// The most pixels of a drawn page (16 megapixels: 64 MB).
const MAX_PAGE_PIXELS: f32 = 16_000_000.0;

impl Request {
    /// A page at `width` pixels, within what can be drawn.
    pub(super) fn new(page: usize, width: f32, page_size: Vec2, max_side: usize) -> Self {
        let shape = page_size.y / page_size.x.max(1.0);
        let by_side = max_side as f32 / shape.max(1.0);
        let by_area = (MAX_PAGE_PIXELS / shape.max(f32::EPSILON)).sqrt();
        let stepped = (width / WIDTH_STEP).ceil().max(1.0) * WIDTH_STEP;
        Self {
            page,
            width: stepped.min(by_side).min(by_area).clamp(1.0, 16_384.0) as u16,
        }
    }
}

impl Worker {
    pub(super) fn start(ctx: Context, bytes: Arc<[u8]>) -> Result<Self, PdfError> {
        let (requests, inbox) = channel();
        let (outbox, replies) = channel();
        let work = move || {
            let say = |reply| {
                // Nobody listens any more where the viewer was closed.
                let heard = outbox.send(reply).is_ok();
                ctx.request_repaint();
                heard
            };
            // hayro reads what anyone may have made; a panic in it ends this PDF, not the window.
            let work = AssertUnwindSafe(|| run(bytes, &inbox, &say));
            if let Ok(Err(error)) = catch_unwind(work).map_err(|_| ()) {
                say(Reply::Failed(error));
            } else {
                ctx.request_repaint();
            }
        };
        let thread = std::thread::Builder::new().name("pdf".into()).spawn(work);
        thread
            .map(|_| Self { requests, replies })
            .map_err(|_| PdfError::NoThread)
    }

    pub(super) fn ask(&self, request: Request) {
        // A worker that has ended has said why.
        let _ = self.requests.send(request);
    }

    pub(super) fn poll(&self) -> Option<Reply> {
        match self.replies.try_recv() {
            Ok(reply) => Some(reply),
            Err(TryRecvError::Empty) => None,
            // It ended without a word: hayro panicked.
            Err(TryRecvError::Disconnected) => Some(Reply::Failed(PdfError::Broken)),
        }
    }
}

fn run(
    bytes: Arc<[u8]>,
    requests: &Receiver<Request>,
    say: &impl Fn(Reply) -> bool,
) -> Result<(), PdfError> {
    if bytes.len() > MAX_PDF_BYTES {
        return Err(PdfError::TooLarge);
    }
    let pdf = Pdf::new(Arc::new(bytes)).map_err(|error| match error {
        LoadPdfError::Decryption(_) => PdfError::Locked,
        LoadPdfError::Invalid => PdfError::Broken,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(PdfError::Broken);
    }
    if pages.len() > MAX_PDF_PAGES {
        return Err(PdfError::TooManyPages);
    }
    let sizes = pages.iter().map(|page| {
        let (width, height) = page.render_dimensions();
        let bounded = |v: f32| {
            if v.is_finite() {
                v.clamp(1.0, 20_000.0)
            } else {
                1.0
            }
        };
        vec2(bounded(width), bounded(height))
    });
    let sizes: Vec<Vec2> = sizes.collect();
    if !say(Reply::Open(sizes.clone())) {
        return Ok(());
    }
    let cache = RenderCache::new();
    let settings = settings();
    while let Ok(mut request) = requests.recv() {
        // Only the newest wish counts: the reader is already elsewhere.
        while let Ok(newer) = requests.try_recv() {
            request = newer;
        }
        let (Some(page), Some(size)) = (pages.get(request.page), sizes.get(request.page)) else {
            continue;
        };
        let scale = f32::from(request.width) / size.x;
        let pixmap = PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        };
        let draw = || {
            let render = RenderSettings::default();
            let drawn = hayro::render(page, &cache, &settings, &render, &pixmap);
            let size = [usize::from(drawn.width()), usize::from(drawn.height())];
            let bytes = drawn.data_as_u8_slice();
            let whole = size.iter().product::<usize>() * 4 == bytes.len() && !bytes.is_empty();
            whole.then(|| ColorImage::from_rgba_premultiplied(size, bytes))
        };
        let image = catch_unwind(AssertUnwindSafe(draw)).ok().flatten();
        if !say(Reply::Drawn(request, image.ok_or(PdfError::PageBroken))) {
            break;
        }
    }
    Ok(())
}

/// hayro brings Latin fonts only. A Japanese font that is named but not embedded is replaced by
/// the bundled one, or its text would be missing.
fn settings() -> InterpreterSettings {
    let latin = InterpreterSettings::default();
    let resolver = latin.font_resolver.clone();
    let font_resolver = Arc::new(move |query: &FontQuery| match query {
        FontQuery::Fallback(font) if font.character_collection.is_some() => {
            Some((Arc::new(REGULAR_FONT) as FontData, 0))
        }
        other => resolver(other),
    });
    InterpreterSettings {
        font_resolver,
        ..latin
    }
}
