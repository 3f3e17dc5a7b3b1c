//! A photo of study on paper, as it is kept and sent: upright, no larger than a screen needs,
//! and encoded anew, so that it does not tell where and when it was taken.

use std::io::Cursor;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use super::Problem;

/// The largest file that is taken, in bytes (64 MiB).
const MAX_FILE_LEN: u64 = 64 << 20;
/// The longest side of a picture that is taken, in pixels.
const MAX_SIDE: u32 = 16_384;
/// Bytes that decoding may take.
const MAX_ALLOC: u64 = 384 << 20;
/// The longest side of what is kept, in pixels: handwriting on a page stays readable.
const KEPT_SIDE: u32 = 1600;
/// JPEG's quality of what is kept: about 250 KB a page.
const QUALITY: u8 = 80;

/// Reads a JPEG or PNG and makes what is kept of it: a JPEG of at most 1600 pixels a side.
///
/// # Errors
/// [`Problem::Photo`] where the file cannot be read or is no whole photo.
pub(super) fn prepare(path: &Path) -> Result<Vec<u8>, Problem> {
    let refused = |reason: String| Problem::Photo {
        path: path.display().to_string(),
        reason,
    };
    let len = std::fs::metadata(path)
        .map_err(|error| refused(error.to_string()))?
        .len();
    if len > MAX_FILE_LEN {
        return Err(refused("it is over 64 MiB".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    encode(&bytes).map_err(|error| refused(error.to_string()))
}

fn encode(bytes: &[u8]) -> image::ImageResult<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    if image.width().max(image.height()) > KEPT_SIDE {
        image = image.resize(KEPT_SIDE, KEPT_SIDE, FilterType::Triangle);
    }
    let mut kept = Vec::new();
    // JPEG has no transparency: what was clear is paper.
    let picture = over_white(&image);
    JpegEncoder::new_with_quality(&mut kept, QUALITY).encode_image(&picture)?;
    Ok(kept)
}

fn over_white(image: &DynamicImage) -> image::RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let clear = image.to_rgba8();
    image::RgbImage::from_fn(clear.width(), clear.height(), |x, y| {
        let [red, green, blue, alpha] = clear.get_pixel(x, y).0;
        let over = |part: u8| {
            let sum = u32::from(part) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgba, RgbaImage};

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbaImage::from_pixel(width, height, Rgba([0, 0, 0, 0]))
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_photo_is_kept_small_and_white_where_it_was_clear() {
        let kept = image::load_from_memory(&encode(&png(3200, 100)).unwrap()).unwrap();
        assert_eq!((kept.width(), kept.height()), (1600, 50));
        assert!(kept.to_rgb8().pixels().all(|pixel| pixel.0[0] > 250));
    }

    #[test]
    fn what_is_no_whole_photo_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ノート.png");
        let whole = png(300, 300);
        for bytes in [&b""[..], b"text", &whole[..whole.len() / 2]] {
            std::fs::write(&path, bytes).unwrap();
            let problem = prepare(&path).unwrap_err();
            assert_eq!(problem.code(), "photo");
            assert!(problem.to_string().contains("ノート.png"), "{problem}");
        }
        assert_eq!(
            prepare(&dir.path().join("none")).unwrap_err().code(),
            "photo"
        );
    }

    #[test]
    fn what_a_camera_wrote_beside_the_picture_is_gone() {
        let plain = encode(&png(40, 30)).unwrap();
        // An APP1 segment after the start marker, as cameras write their place into.
        let secret = b"Exif\0\0GPS 35.0N 135.7E";
        let mut told = plain[..2].to_vec();
        told.extend_from_slice(&[0xFF, 0xE1]);
        told.extend_from_slice(&u16::try_from(secret.len() + 2).unwrap().to_be_bytes());
        told.extend_from_slice(secret);
        told.extend_from_slice(&plain[2..]);
        let kept = encode(&told).unwrap();
        assert!(!kept.windows(4).any(|four| four == b"Exif"));
    }
}
