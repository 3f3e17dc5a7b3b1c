use std::io::Cursor;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use egui::{
    ColorImage, Context, CursorIcon, Rect, Sense, TextureHandle, TextureOptions, Ui, WidgetInfo,
    pos2,
};
use image::{ImageError, ImageReader, Limits};

use super::pan_zoom::{PanZoom, Wheel};
use super::{Bar, MAX_TEXTURE_SIDE, error_ui, opening_ui};
use crate::icon::Icon;
use crate::theme::Theme;
use crate::widget::Button;
use crate::words::{tr, tr_with};

/// The largest photo file, in bytes (64 MiB).
pub const MAX_PHOTO_BYTES: usize = 64 << 20;
/// The largest photo, in pixels (64 megapixels).
pub const MAX_PHOTO_PIXELS: u64 = 64_000_000;

/// Why a photo is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// The file is empty, cut off or damaged.
    #[error("the photo is damaged; ask for it to be sent again")]
    Broken,
    /// It is no JPEG and no PNG.
    #[error("the file is no JPEG or PNG; send it as one of these")]
    UnknownKind,
    /// It has too many bytes or pixels.
    #[error("the photo is over 64 MiB or 64 megapixels; send a smaller one")]
    TooLarge,
    /// No thread could be started for it.
    #[error("the system gave no thread to decode the photo; close other programs")]
    NoThread,
}

impl PhotoError {
    /// The key of the sentence that a reader sees.
    pub fn key(self) -> &'static str {
        match self {
            Self::Broken => "photo-broken",
            Self::UnknownKind => "photo-unknown",
            Self::TooLarge => "photo-too-large",
            Self::NoThread => "viewer-out-of-memory",
        }
    }
}

/// A photo that can be zoomed and moved.
pub struct PhotoView {
    name: String,
    state: State,
    seen: PanZoom,
    bar: Bar,
}

enum State {
    Opening(Receiver<Result<TextureHandle, PhotoError>>),
    Ready(TextureHandle),
    Failed(PhotoError),
}

impl PhotoView {
    /// Begins to decode a photo (JPEG or PNG) on a thread of its own. `name` is what a screen
    /// reader calls it.
    pub fn open(ctx: &Context, name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        let (sender, receiver) = sync_channel(1);
        let (name, bytes, worker_ctx) = (name.into(), bytes.into(), ctx.clone());
        let max_side = ctx
            .input(|input| input.max_texture_side)
            .min(MAX_TEXTURE_SIDE);
        let texture_name = name.clone();
        let thread = std::thread::Builder::new()
            .name("photo".into())
            .spawn(move || {
                let result = decode(&bytes, max_side).map(|image| {
                    worker_ctx.load_texture(texture_name, image, TextureOptions::LINEAR)
                });
                // Nobody waits any more where the viewer was closed.
                let _ = sender.send(result);
                worker_ctx.request_repaint();
            });
        let state = match thread {
            Ok(_) => State::Opening(receiver),
            Err(_) => State::Failed(PhotoError::NoThread),
        };
        Self {
            name,
            state,
            seen: PanZoom::default(),
            bar: Bar::default(),
        }
    }

    /// Why it is not shown, if it is not.
    pub fn error(&self) -> Option<PhotoError> {
        match &self.state {
            State::Failed(error) => Some(*error),
            _ => None,
        }
    }

    /// Whether it is there to be seen.
    pub fn is_ready(&self) -> bool {
        matches!(self.state, State::Ready(_))
    }

    /// Shows the photo in the room at hand, with buttons for zooming under it.
    pub fn show(&mut self, ui: &mut Ui) {
        self.poll();
        match &self.state {
            State::Opening(_) => opening_ui(ui),
            State::Failed(error) => error_ui(ui, error.key()),
            State::Ready(texture) => {
                let texture = texture.clone();
                let size = self.bar.room_above(ui);
                self.picture_ui(ui, &texture, size);
                let seen = &mut self.seen;
                self.bar.show(ui, |ui| zoom_ui(ui, seen));
            }
        }
    }

    fn poll(&mut self) {
        let State::Opening(receiver) = &self.state else {
            return;
        };
        self.state = match receiver.try_recv() {
            Ok(Ok(texture)) => State::Ready(texture),
            Ok(Err(error)) => State::Failed(error),
            Err(TryRecvError::Empty) => return,
            // The decoder gave up on what it was fed.
            Err(TryRecvError::Disconnected) => State::Failed(PhotoError::Broken),
        };
    }

    fn picture_ui(&mut self, ui: &mut Ui, texture: &TextureHandle, size: egui::Vec2) {
        let theme = Theme::of(ui.ctx());
        let (view, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let label = tr_with(ui, "photo-label", &[("name", (&self.name).into())]);
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &label));
        self.seen
            .update(ui, &response, texture.size_vec2(), Wheel::Zooms);
        if response.clicked() {
            response.request_focus();
        }
        if response.double_clicked() {
            self.seen.fit();
        }
        if ui.is_rect_visible(view) {
            let painter = ui.painter().with_clip_rect(view.intersect(ui.clip_rect()));
            painter.rect_filled(view, theme.radius.small, theme.color.sunken);
            let place = self.seen.place(view, texture.size_vec2());
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(texture.id(), place, whole, egui::Color32::WHITE);
            if response.has_focus() {
                let kind = egui::StrokeKind::Inside;
                painter.rect_stroke(view, theme.radius.small, theme.focus_ring(), kind);
            }
        }
        response.on_hover_cursor(CursorIcon::Grab);
    }
}

/// The three buttons of zooming.
pub(super) fn zoom_ui(ui: &mut Ui, seen: &mut PanZoom) {
    if Button::icon(Icon::Minus, &tr(ui, "viewer-zoom-out"))
        .enabled(seen.zoom > 1.0)
        .show(ui)
    {
        seen.smaller();
    }
    if Button::icon(Icon::Plus, &tr(ui, "viewer-zoom-in")).show(ui) {
        seen.larger();
    }
    if Button::icon(Icon::Fit, &tr(ui, "viewer-fit")).show(ui) {
        seen.fit();
    }
}

/// Decodes a photo, no larger than `max_side` on a side.
fn decode(bytes: &[u8], max_side: usize) -> Result<ColorImage, PhotoError> {
    if bytes.len() > MAX_PHOTO_BYTES {
        return Err(PhotoError::TooLarge);
    }
    if bytes.is_empty() {
        return Err(PhotoError::Broken);
    }
    let reader = || {
        let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
        let reader = reader.map_err(|_| PhotoError::Broken)?;
        if reader.format().is_some() {
            Ok(reader)
        } else {
            Err(PhotoError::UnknownKind)
        }
    };
    let (width, height) = reader()?.into_dimensions().map_err(photo_error)?;
    if u64::from(width) * u64::from(height) > MAX_PHOTO_PIXELS {
        return Err(PhotoError::TooLarge);
    }
    let mut reader = reader()?;
    let mut limits = Limits::default();
    // Eight bytes a pixel is the most that a PNG takes; twice that for the decoder itself.
    limits.max_alloc = Some(MAX_PHOTO_PIXELS * 16);
    reader.limits(limits);
    let mut photo = reader.decode().map_err(photo_error)?;
    let max_side = u32::try_from(max_side).unwrap_or(u32::MAX).max(1);
    if width.max(height) > max_side {
        photo = photo.thumbnail(max_side, max_side);
    }
    let pixels = photo.into_rgba8();
    let size = [pixels.width() as usize, pixels.height() as usize];
    Ok(ColorImage::from_rgba_unmultiplied(size, pixels.as_raw()))
}

fn photo_error(error: ImageError) -> PhotoError {
    match error {
        ImageError::Unsupported(_) => PhotoError::UnknownKind,
        ImageError::Limits(_) => PhotoError::TooLarge,
        _ => PhotoError::Broken,
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let pixels = vec![128; (width * height) as usize];
        let encoder = PngEncoder::new(&mut bytes);
        encoder
            .write_image(&pixels, width, height, ExtendedColorType::L8)
            .unwrap();
        bytes
    }

    #[test]
    fn large_photos_are_shown_smaller() {
        assert_eq!(decode(&png(300, 200), 4096).unwrap().size, [300, 200]);
        assert_eq!(decode(&png(6000, 600), 4096).unwrap().size, [4096, 410]);
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let good = png(300, 200);
        assert_eq!(decode(&[], 4096).unwrap_err(), PhotoError::Broken);
        assert_eq!(
            decode(&good[..good.len() / 2], 4096).unwrap_err(),
            PhotoError::Broken
        );
        assert_eq!(
            decode(b"not a photo at all", 4096).unwrap_err(),
            PhotoError::UnknownKind
        );
        let mut huge = good.clone();
        // The header says 65,000 by 65,000; its checksum is made right so that it is believed.
        huge[16..24].copy_from_slice(&[0, 0, 0xFD, 0xE8, 0, 0, 0xFD, 0xE8]);
        let checksum = crc32(&huge[12..29]);
        huge[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(decode(&huge, 4096).unwrap_err(), PhotoError::TooLarge);
        assert_eq!(
            decode(&vec![0; MAX_PHOTO_BYTES + 1], 4096).unwrap_err(),
            PhotoError::TooLarge
        );
    }

    /// CRC-32 as PNG (ISO/IEC 15948, annex D) has it.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 {
                    (crc >> 1) ^ 0xEDB8_8320
                } else {
                    crc >> 1
                }
            })
        })
    }

    #[test]
    fn every_error_has_its_sentence() {
        let words = crate::words::Words::new(crate::words::Language::Japanese, &[]);
        use PhotoError::{Broken, NoThread, TooLarge, UnknownKind};
        for error in [Broken, UnknownKind, TooLarge, NoThread] {
            assert_ne!(words.get(error.key()), error.key());
        }
    }
}
