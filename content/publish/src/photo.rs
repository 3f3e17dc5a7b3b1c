//! Board photos: upright, not larger than a screen needs, and without metadata.
//!
//! A photo may tell where and when it was taken and by whose device; none of that leaves
//! the school's desk.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::error::Reason;
use crate::notice::Notice;

/// The largest photo file, in bytes.
pub(crate) const MAX_LEN: u64 = 50 << 20;
/// The most pixels of a photo.
const MAX_PIXELS: u64 = 64_000_000;
/// The longest side of a published photo, in pixels.
const MAX_SIDE: u32 = 2560;
/// JPEG's quality where a photo is encoded anew.
const QUALITY: u8 = 82;
/// Bytes that decoding may take: the largest photo as 16-bit RGB, and the decoder's own.
const MAX_ALLOC: u64 = 512 << 20;

/// A photo as it is published.
#[derive(Debug)]
pub(crate) struct Photo {
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Makes the published form of a JPEG or PNG. The picture is encoded anew only where it
/// must be turned or scaled, or where that saves a tenth or more; else its own data stay
/// and only the metadata around them go.
pub(crate) fn prepare(
    bytes: &[u8],
    format: ImageFormat,
    notes: &mut Vec<Notice>,
) -> Result<Photo, Reason> {
    // Without its end a photo would be decoded half grey.
    let own = match format {
        ImageFormat::Jpeg => jpeg::without_metadata(bytes),
        _ => png_without_metadata(bytes),
    }
    .ok_or(Reason::PhotoTruncated)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(reason)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(Reason::PhotoTooManyPixels {
            megapixels: pixels.div_ceil(1_000_000),
        });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(reason)?;
    let turned = orientation != Orientation::NoTransforms;
    image.apply_orientation(orientation);
    let scaled = width.max(height) > MAX_SIDE;
    if scaled {
        image = image.resize(MAX_SIDE, MAX_SIDE, FilterType::Lanczos3);
    }
    let (width, height) = (image.width(), image.height());
    if turned {
        notes.push(Notice::PhotoTurned);
    }
    if scaled {
        notes.push(Notice::PhotoScaled { width, height });
    }
    let encoded = encode(image)?;
    // Each encoding loses a little, so a small saving is not worth it.
    let keeps = !turned && !scaled && own.len() < encoded.len() / 9 * 10;
    Ok(Photo {
        bytes: if keeps { own } else { encoded },
        width,
        height,
    })
}

fn encode(image: DynamicImage) -> Result<Vec<u8>, Reason> {
    let rgb = if image.color().has_alpha() {
        on_white(&image)
    } else {
        image.into_rgb8()
    };
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY)
        .encode_image(&rgb)
        .map_err(reason)?;
    Ok(out)
}

/// JPEG has no transparency; a drawing without a ground lies on white paper.
fn on_white(image: &DynamicImage) -> RgbImage {
    let rgba = image.to_rgba8();
    let mut rgb = RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in rgb.pixels_mut().zip(rgba.pixels()) {
        let [r, g, b, a] = from.0;
        let over = |c: u8| {
            let mixed = (u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255;
            u8::try_from(mixed).unwrap_or(255)
        };
        to.0 = [over(r), over(g), over(b)];
    }
    rgb
}

fn reason(error: ImageError) -> Reason {
    match error {
        ImageError::Limits(_) => Reason::PhotoTooManyPixels { megapixels: 64 },
        error => Reason::PhotoBroken {
            cause: error.to_string(),
        },
    }
}

/// JPEG's segments (ITU-T T.81, annex B).
mod jpeg {
    /// The file without what is not needed to show it: only JFIF (APP0), colours (an
    /// APP2 that is an ICC profile, Adobe's APP14) and the picture stay. `None` where it
    /// has no end.
    pub(super) fn without_metadata(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![0xff, 0xd8];
        for segment in segments(bytes) {
            let keep = match segment.marker {
                0xe2 => segment
                    .bytes
                    .get(4..)
                    .is_some_and(|body| body.starts_with(b"ICC_PROFILE\0")),
                0xe0 | 0xee => true,
                0xe1..=0xef | 0xfe => false,
                _ => true,
            };
            if keep {
                out.extend_from_slice(segment.bytes);
            }
        }
        out.ends_with(&[0xff, 0xd9]).then_some(out)
    }

    struct Segment<'a> {
        marker: u8,
        /// The marker, what belongs to it, and coded data that follow.
        bytes: &'a [u8],
    }

    /// The segments after the start mark, to the end mark or as far as they are whole.
    fn segments(bytes: &[u8]) -> impl Iterator<Item = Segment<'_>> {
        let mut rest = bytes.strip_prefix(&[0xff, 0xd8]).unwrap_or_default();
        let mut ended = false;
        std::iter::from_fn(move || {
            if ended {
                return None;
            }
            // Any number of 0xff may stand before a marker.
            while let [0xff, 0xff, ..] = rest {
                rest = rest.get(1..)?;
            }
            let [0xff, marker, ..] = *rest else {
                return None;
            };
            ended = marker == 0xd9;
            let alone = matches!(marker, 0x01 | 0xd0..=0xd9);
            let mut len = if alone {
                2
            } else {
                2 + usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]))
            };
            if marker == 0xda {
                len += coded_len(rest.get(len..)?)?;
            }
            let (bytes, after) = rest.split_at_checked(len)?;
            rest = after;
            Some(Segment { marker, bytes })
        })
    }

    /// The length of coded data: up to the next marker that is no restart.
    fn coded_len(bytes: &[u8]) -> Option<usize> {
        bytes
            .windows(2)
            .position(|pair| matches!(pair, [0xff, 0x01..=0xcf | 0xd8..=0xfe]))
    }
}

/// A PNG's chunks that are needed to show it (W3C PNG, third edition, 11); `None` where
/// it has no end.
fn png_without_metadata(bytes: &[u8]) -> Option<Vec<u8>> {
    const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";
    const KEPT: [&[u8]; 9] = [
        b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"IDAT", b"IEND",
    ];
    let mut rest = bytes.strip_prefix(MARK)?;
    let mut out = MARK.to_vec();
    while !rest.is_empty() {
        let len = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let kind = rest.get(4..8)?;
        let (chunk, after) = rest.split_at_checked(usize::try_from(len).ok()?.checked_add(12)?)?;
        if KEPT.contains(&kind) {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(out);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use image::{ImageEncoder, Rgb, Rgba, RgbaImage};

    /// A photo-like picture: red in the top left corner, soft colours elsewhere.
    pub(crate) fn picture(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            if x < width / 4 && y < height / 4 {
                Rgb([220, 20, 20])
            } else {
                Rgb([(x * 97 / width) as u8, (60 + y * 90 / height) as u8, 80])
            }
        })
    }

    pub(crate) fn jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
        let mut out = Vec::new();
        JpegEncoder::new_with_quality(&mut out, quality)
            .encode_image(image)
            .unwrap();
        out
    }

    fn png(image: &RgbImage) -> Vec<u8> {
        let mut out = Vec::new();
        image::codecs::png::PngEncoder::new(&mut out)
            .write_image(
                image,
                image.width(),
                image.height(),
                image::ExtendedColorType::Rgb8,
            )
            .unwrap();
        out
    }

    /// Puts an EXIF segment with an orientation and a place of Takasaki after the mark.
    pub(crate) fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0".to_vec();
        tiff.extend_from_slice(&2_u16.to_le_bytes());
        tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0]);
        tiff.extend_from_slice(&u32::from(orientation).to_le_bytes());
        // GPSInfo, an offset to a directory of one latitude reference.
        tiff.extend_from_slice(&[0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
        tiff.extend_from_slice(&[0; 4]);
        tiff.extend_from_slice(&[1, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0, 0, 0, 0, 0]);
        tiff.extend_from_slice(b"Takasaki 36.3N 139.0E");
        let body = [b"Exif\0\0".as_slice(), &tiff].concat();
        let mut out = vec![0xff, 0xd8, 0xff, 0xe1];
        out.extend_from_slice(&(body.len() as u16 + 2).to_be_bytes());
        out.extend_from_slice(&body);
        out.extend_from_slice(&jpeg[2..]);
        out
    }

    fn prepared(bytes: &[u8], format: ImageFormat) -> (Photo, Vec<Notice>) {
        let mut notes = Vec::new();
        let photo = prepare(bytes, format, &mut notes).unwrap();
        (photo, notes)
    }

    fn is_red(bytes: &[u8], x: u32, y: u32) -> bool {
        let image = image::load_from_memory(bytes).unwrap().to_rgb8();
        let [r, g, b] = image.get_pixel(x, y).0;
        r > 180 && g < 70 && b < 70
    }

    fn holds(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    #[test]
    fn a_turned_photo_stands_upright_and_says_nothing_of_its_place() {
        let source = with_exif(&jpeg(&picture(80, 40), 90), 6);
        assert!(holds(&source, b"Takasaki"));
        let (photo, notes) = prepared(&source, ImageFormat::Jpeg);
        assert_eq!((photo.width, photo.height), (40, 80));
        // Turned clockwise by 90 degrees, the top left corner is at the top right.
        assert!(is_red(&photo.bytes, 37, 3) && !is_red(&photo.bytes, 3, 3));
        assert!(!holds(&photo.bytes, b"Exif") && !holds(&photo.bytes, b"Takasaki"));
        assert_eq!(notes, [Notice::PhotoTurned]);
    }

    #[test]
    fn a_small_photo_keeps_its_data_but_not_its_metadata() {
        let plain = jpeg(&picture(80, 40), 70);
        let commented = {
            let mut out = with_exif(&plain, 1);
            out.splice(2..2, [0xff, 0xfe, 0, 6, b'n', b'a', b'm', b'e']);
            out
        };
        let (photo, notes) = prepared(&commented, ImageFormat::Jpeg);
        assert_eq!(photo.bytes, plain);
        assert_eq!(notes, []);
        // What a phone appends after the picture goes too.
        let (photo, _) = prepared(&[plain.as_slice(), b"trailer"].concat(), ImageFormat::Jpeg);
        assert_eq!(photo.bytes, plain);
    }

    #[test]
    fn a_large_photo_is_scaled_once() {
        let (photo, notes) = prepared(&jpeg(&picture(3000, 1000), 95), ImageFormat::Jpeg);
        assert_eq!((photo.width, photo.height), (2560, 853));
        assert_eq!(
            notes,
            [Notice::PhotoScaled {
                width: 2560,
                height: 853
            }]
        );
        let (again, notes) = prepared(&photo.bytes, ImageFormat::Jpeg);
        assert_eq!((again.bytes, notes), (photo.bytes, vec![]));
    }

    #[test]
    fn a_wasteful_photo_is_encoded_anew() {
        let noise = RgbImage::from_fn(200, 200, |x, y| {
            Rgb([(x * y % 251) as u8, (x * 7 + y * 13) as u8, 9])
        });
        let source = jpeg(&noise, 100);
        let (photo, _) = prepared(&source, ImageFormat::Jpeg);
        assert!(photo.bytes.len() < source.len() * 9 / 10);
        let source = png(&noise);
        let (photo, _) = prepared(&source, ImageFormat::Png);
        assert!(photo.bytes.starts_with(&[0xff, 0xd8]) && photo.bytes.len() < source.len());
    }

    #[test]
    fn a_plain_drawing_stays_png_without_its_texts() {
        let source = png(&RgbImage::from_pixel(300, 300, Rgb([255, 255, 255])));
        let mut with_text = source.clone();
        let text = b"Authortanaka";
        let mut chunk = (text.len() as u32).to_be_bytes().to_vec();
        chunk.extend_from_slice(b"tEXt");
        chunk.extend_from_slice(text);
        chunk.extend_from_slice(&[0; 4]);
        with_text.splice(33..33, chunk);
        assert!(holds(&with_text, b"tanaka"));
        assert_eq!(png_without_metadata(&with_text).unwrap(), source);
        let (photo, _) = prepared(&source, ImageFormat::Png);
        assert_eq!(photo.bytes, source);
    }

    #[test]
    fn glass_lies_on_white() {
        let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(8, 8, Rgba([10, 20, 30, 0])));
        assert!(on_white(&clear).pixels().all(|pixel| pixel.0 == [255; 3]));
    }

    #[test]
    fn damaged_photos_are_named() {
        let notes = &mut Vec::new();
        let whole = jpeg(&picture(80, 40), 90);
        for cut in [3, 20, whole.len() / 2, whole.len() - 2] {
            let error = prepare(&whole[..cut], ImageFormat::Jpeg, notes).unwrap_err();
            assert_eq!(error, Reason::PhotoTruncated, "{cut}");
        }
        let whole = png(&picture(80, 40));
        for cut in [20, whole.len() / 2, whole.len() - 20] {
            let error = prepare(&whole[..cut], ImageFormat::Png, notes).unwrap_err();
            assert_eq!(error, Reason::PhotoTruncated, "{cut}");
        }
        let mut broken = jpeg(&picture(80, 40), 90);
        broken[4] = 0;
        broken[5] = 200;
        assert!(prepare(&broken, ImageFormat::Jpeg, notes).is_err());
    }

    #[test]
    fn a_photo_too_large_is_refused_before_it_is_decoded() {
        let mut header = jpeg(&picture(16, 16), 90);
        let at = header.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
        header[at + 5..at + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
        let error = prepare(&header, ImageFormat::Jpeg, &mut Vec::new()).unwrap_err();
        assert_eq!(error, Reason::PhotoTooManyPixels { megapixels: 100 });
    }
}
