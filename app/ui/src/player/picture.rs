//! The AV1 decoder over a timeline.

use std::panic::{AssertUnwindSafe, catch_unwind};

use egui::ColorImage;
use re_rav1d::{
    Decoder, Picture, PixelLayout, PlanarImageComponent as Component, Settings,
    pixel::{MatrixCoefficients, YUVRange},
};

use super::convert::{ColorSpace, PlaneView, Planes, to_pixels};
use super::error::PlayerError;
use super::source::{PartRead, PlayerSource};
use super::timeline::{Place, Timeline};

/// Most columns, and most rows, of a picture.
const MAX_SIDE: u32 = 1_920;
/// Most pixels of a picture.
const MAX_PIXELS: u32 = 1_920 * 1_088;

/// One decoded frame, not yet converted.
pub(super) struct Decoded {
    pub(super) at_us: i64,
    pub(super) end_us: i64,
    picture: Picture,
}

impl Decoded {
    /// Converts to pixels, reusing the memory of `spare`.
    ///
    /// # Errors
    /// [`PlayerError::NotAv1`] for a depth or a layout that is not played.
    pub(super) fn image(&self, spare: Option<ColorImage>) -> Result<ColorImage, PlayerError> {
        let picture = &self.picture;
        let unknown = |what: String| PlayerError::NotAv1 { codec: what };
        let depth = match picture.bits_per_component() {
            Some(bits) if bits.0 <= 10 => bits.0 as u8,
            _ => return Err(unknown("AV1 12 bit".into())),
        };
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let halved = match picture.pixel_layout() {
            PixelLayout::I400 | PixelLayout::I420 => (true, true),
            PixelLayout::I422 => (true, false),
            PixelLayout::I444 => (false, false),
        };
        // A reserved number makes the decoder's crate panic.
        let matrix = catch_unwind(AssertUnwindSafe(|| picture.matrix_coefficients()));
        let bt709 = match matrix.unwrap_or(MatrixCoefficients::Unspecified) {
            MatrixCoefficients::BT470M
            | MatrixCoefficients::BT470BG
            | MatrixCoefficients::ST170M
            | MatrixCoefficients::ST240M => false,
            MatrixCoefficients::Identity | MatrixCoefficients::YCgCo => {
                return Err(unknown("AV1 RGB".into()));
            }
            // Untagged: small pictures come from BT.601 sources, as players assume.
            MatrixCoefficients::Unspecified => height >= 720,
            _ => true,
        };
        let full_range = picture.color_range() == YUVRange::Full;
        let luma = picture.plane(Component::Y);
        let (cb, cr);
        let view = |bytes, component| PlaneView {
            bytes,
            stride: picture.stride(component) as usize,
        };
        let chroma = if picture.pixel_layout() == PixelLayout::I400 {
            None
        } else {
            (cb, cr) = (picture.plane(Component::U), picture.plane(Component::V));
            Some([
                view(cb.as_ref(), Component::U),
                view(cr.as_ref(), Component::V),
            ])
        };
        let planes = Planes {
            width,
            height,
            depth,
            luma: view(luma.as_ref(), Component::Y),
            chroma,
            halved,
            space: ColorSpace { bt709, full_range },
        };
        let mut pixels = spare.map_or_else(Vec::new, |image| image.pixels);
        to_pixels(&planes, &mut pixels).ok_or_else(|| PlayerError::Stopped {
            cause: "a decoded plane is smaller than its picture".into(),
        })?;
        Ok(ColorImage::new([width, height], pixels))
    }
}

/// Decodes the picture of a recording, frame after frame.
pub(super) struct PictureReader {
    decoder: Decoder,
    next: Option<Place>,
    reader: Option<(usize, Box<dyn PartRead>)>,
    /// After damage, frames up to the next key frame would be smeared.
    waits_for_key: bool,
    /// Whether a frame was lost since the last look.
    pub(super) lost_frames: bool,
}

impl PictureReader {
    /// A decoder at the recording's start.
    ///
    /// # Errors
    /// [`PlayerError::Stopped`] if the decoder cannot be set up.
    pub(super) fn new(timeline: &Timeline) -> Result<Self, PlayerError> {
        let mut settings = Settings::new();
        // One thread keeps memory low and the delay at zero frames; a lesson of
        // 1080p is decoded several times faster than it plays.
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_all_layers(false);
        settings.set_frame_size_limit(MAX_PIXELS);
        let decoder = Decoder::with_settings(&settings).map_err(|error| PlayerError::Stopped {
            cause: format!("AV1 decoder: {error}"),
        })?;
        Ok(Self {
            decoder,
            next: timeline.picture_from(Place { part: 0, sample: 0 }),
            reader: None,
            waits_for_key: false,
            lost_frames: false,
        })
    }

    /// Goes to the key frame before `at_us`.
    pub(super) fn seek(&mut self, timeline: &Timeline, at_us: i64) {
        self.decoder.flush();
        self.waits_for_key = false;
        self.next = timeline.picture_from(timeline.key_before(at_us));
    }

    /// Goes on to the key frame before `at_us`, if that one lies ahead.
    pub(super) fn skip_to(&mut self, timeline: &Timeline, at_us: i64) {
        if self
            .next
            .is_some_and(|next| timeline.key_before(at_us) > next)
        {
            self.seek(timeline, at_us);
        }
    }

    /// When the next frame to decode is shown; `None` at the end.
    pub(super) fn next_us(&self, timeline: &Timeline) -> Option<i64> {
        timeline.picture(self.next?).map(|(_, sample)| sample.at)
    }

    /// Decodes one coded frame. `None` at the end of the recording.
    ///
    /// # Errors
    /// [`PlayerError::TooLarge`] for a picture over 1920 x 1088. A frame that
    /// cannot be read or decoded is left out and noted in `lost_frames`.
    pub(super) fn decode(
        &mut self,
        timeline: &Timeline,
        source: &dyn PlayerSource,
    ) -> Result<Option<Vec<Decoded>>, PlayerError> {
        let Some(place) = self.next else {
            return Ok(None);
        };
        let after = Place {
            part: place.part,
            sample: place.sample + 1,
        };
        self.next = timeline.picture_from(after);
        let Some((placed, sample)) = timeline.picture(place) else {
            return Ok(None);
        };
        if self.waits_for_key && !sample.is_key {
            return Ok(Some(Vec::new()));
        }
        if self
            .reader
            .as_ref()
            .is_none_or(|(part, _)| *part != place.part)
        {
            self.reader = source
                .open(place.part)
                .ok()
                .map(|reader| (place.part, reader));
        }
        let mut bytes = Vec::new();
        if sample.is_key {
            self.waits_for_key = false;
            bytes.extend_from_slice(&placed.part.picture.config_obus);
        }
        let read = self
            .reader
            .as_mut()
            .map(|(_, reader)| sample.read(reader.as_mut(), &mut bytes));
        if !matches!(read, Some(Ok(()))) || sample.size == 0 {
            self.lose();
            return Ok(Some(Vec::new()));
        }
        let mut frames = Vec::new();
        let mut sent = self
            .decoder
            .send_data(bytes, None, Some(sample.at), Some(sample.len));
        // Each round takes out what is ready; damaged data never needs many.
        for _ in 0..64 {
            match self.decoder.get_picture() {
                Ok(picture) => frames.push(self.accept(picture, sample.at, sample.end())?),
                Err(error) if error.is_again() => {
                    if sent.is_ok() {
                        break;
                    }
                }
                Err(_) => sent = Err(re_rav1d::Error::InvalidArgument),
            }
            match sent {
                Err(error) if error.is_again() => sent = self.decoder.send_pending_data(),
                Err(_) => {
                    // Also drops what is pending of the damaged data.
                    self.decoder.flush();
                    self.lose();
                    break;
                }
                Ok(()) => {}
            }
        }
        Ok(Some(frames))
    }

    fn accept(&self, picture: Picture, at_us: i64, end_us: i64) -> Result<Decoded, PlayerError> {
        let (width, height) = (picture.width(), picture.height());
        if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
            return Err(PlayerError::TooLarge {
                what: format!("{width} x {height} pixels"),
            });
        }
        let at_us = picture.timestamp().unwrap_or(at_us);
        Ok(Decoded {
            at_us,
            end_us: end_us.max(at_us),
            picture,
        })
    }

    fn lose(&mut self) {
        self.waits_for_key = true;
        self.lost_frames = true;
    }
}
