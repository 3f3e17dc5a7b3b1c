//! Decoded YCbCr planes to the pixels that egui draws.
//!
//! Matrices: ITU-R BT.601-7 and BT.709-6; ranges as in ITU-R BT.709-6 section
//! 3 ("limited": luma 16 to 235) or full.

use egui::Color32;

/// How a plane's samples become colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColorSpace {
    /// BT.709, else BT.601.
    pub(super) bt709: bool,
    /// 0 to 255, else 16 to 235.
    pub(super) full_range: bool,
}

/// One plane as the decoder holds it.
#[derive(Clone, Copy)]
pub(super) struct PlaneView<'a> {
    pub(super) bytes: &'a [u8],
    /// Bytes from one row to the next.
    pub(super) stride: usize,
}

impl<'a> PlaneView<'a> {
    /// A row of 8-bit samples; deeper ones are cut to 8 bits into `scratch`.
    fn row(&self, y: usize, width: usize, depth: u8, scratch: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        let start = y.checked_mul(self.stride)?;
        if depth == 8 {
            return self.bytes.get(start..start.checked_add(width)?);
        }
        let row = self.bytes.get(start..start.checked_add(width * 2)?)?;
        let shift = depth - 8;
        scratch.clear();
        scratch.extend(row.chunks_exact(2).map(|pair| match pair {
            [a, b] => (u16::from_ne_bytes([*a, *b]) >> shift).min(255) as u8,
            _ => 0,
        }));
        Some(scratch)
    }
}

/// A picture to convert.
pub(super) struct Planes<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    /// 8 or 10 (or 12), bits of each sample; over 8 lies in 16-bit words.
    pub(super) depth: u8,
    pub(super) luma: PlaneView<'a>,
    /// Cb and Cr; none in a grey picture.
    pub(super) chroma: Option<[PlaneView<'a>; 2]>,
    /// Whether chroma has half the columns and half the rows.
    pub(super) halved: (bool, bool),
    pub(super) space: ColorSpace,
}

/// Multipliers in 1/65536.
struct Matrix {
    luma: i32,
    offset: i32,
    red_cr: i32,
    green_cb: i32,
    green_cr: i32,
    blue_cb: i32,
}

impl Matrix {
    fn new(space: ColorSpace) -> Self {
        let (kr, kb) = if space.bt709 {
            (0.2126, 0.0722)
        } else {
            (0.299, 0.114)
        };
        let kg = 1.0 - kr - kb;
        let (luma, chroma) = if space.full_range {
            (1.0, 1.0)
        } else {
            (255.0 / 219.0, 255.0 / 224.0)
        };
        let fixed = |value: f64| (value * 65_536.0).round() as i32;
        Self {
            luma: fixed(luma),
            offset: if space.full_range { 0 } else { 16 },
            red_cr: fixed(2.0 * (1.0 - kr) * chroma),
            green_cb: fixed(-2.0 * (1.0 - kb) * kb / kg * chroma),
            green_cr: fixed(-2.0 * (1.0 - kr) * kr / kg * chroma),
            blue_cb: fixed(2.0 * (1.0 - kb) * chroma),
        }
    }
}

/// Converts the picture into `pixels`, row by row from the top. `None` if a
/// plane is smaller than the picture says.
pub(super) fn to_pixels(planes: &Planes<'_>, pixels: &mut Vec<Color32>) -> Option<()> {
    let matrix = Matrix::new(planes.space);
    let (width, height) = (planes.width, planes.height);
    pixels.resize(width * height, Color32::BLACK);
    let (half_x, half_y) = planes.halved;
    let chroma_width = if half_x { width.div_ceil(2) } else { width };
    // What chroma adds to red, green and blue, a column each.
    let mut tint = [vec![0i32; width], vec![0i32; width], vec![0i32; width]];
    let (mut luma_row, mut cb_row, mut cr_row) = (Vec::new(), Vec::new(), Vec::new());
    for (y, out) in pixels.chunks_exact_mut(width.max(1)).enumerate() {
        if let Some([cb, cr]) = &planes.chroma
            && (y % 2 == 0 || !half_y)
        {
            let at = if half_y { y / 2 } else { y };
            let cb = cb.row(at, chroma_width, planes.depth, &mut cb_row)?;
            let cr = cr.row(at, chroma_width, planes.depth, &mut cr_row)?;
            tint_row(&matrix, cb, cr, half_x, &mut tint);
        }
        let luma = planes.luma.row(y, width, planes.depth, &mut luma_row)?;
        let [red, green, blue] = &tint;
        let columns = out.iter_mut().zip(luma).zip(red).zip(green).zip(blue);
        for ((((out, luma), red), green), blue) in columns {
            let luma = (i32::from(*luma) - matrix.offset) * matrix.luma + 32_768;
            let channel = |tint: i32| ((luma + tint) >> 16).clamp(0, 255) as u8;
            *out = Color32::from_rgba_premultiplied(
                channel(*red),
                channel(*green),
                channel(*blue),
                255,
            );
        }
    }
    Some(())
}

fn tint_row(matrix: &Matrix, cb: &[u8], cr: &[u8], half_x: bool, tint: &mut [Vec<i32>; 3]) {
    let [red, green, blue] = tint;
    let step = if half_x { 2 } else { 1 };
    let columns = red
        .chunks_mut(step)
        .zip(green.chunks_mut(step))
        .zip(blue.chunks_mut(step));
    for (((red, green), blue), (cb, cr)) in columns.zip(cb.iter().zip(cr)) {
        let (cb, cr) = (i32::from(*cb) - 128, i32::from(*cr) - 128);
        red.fill(cr * matrix.red_cr);
        green.fill(cb * matrix.green_cb + cr * matrix.green_cr);
        blue.fill(cb * matrix.blue_cb);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(space: ColorSpace, depth: u8, [y, cb, cr]: [u16; 3]) -> [u8; 3] {
        let bytes = |value: u16| {
            if depth == 8 {
                vec![value as u8; 4]
            } else {
                value.to_ne_bytes().repeat(4)
            }
        };
        let (luma, cb, cr) = (bytes(y), bytes(cb), bytes(cr));
        let stride = if depth == 8 { 2 } else { 4 };
        let planes = Planes {
            width: 2,
            height: 2,
            depth,
            luma: PlaneView {
                bytes: &luma,
                stride,
            },
            chroma: Some([
                PlaneView { bytes: &cb, stride },
                PlaneView { bytes: &cr, stride },
            ]),
            halved: (true, true),
            space,
        };
        let mut pixels = Vec::new();
        to_pixels(&planes, &mut pixels).unwrap();
        assert!(pixels.iter().all(|pixel| *pixel == pixels[0]));
        [pixels[0].r(), pixels[0].g(), pixels[0].b()]
    }

    #[test]
    fn known_colours() {
        let limited = ColorSpace {
            bt709: true,
            full_range: false,
        };
        assert_eq!(one(limited, 8, [16, 128, 128]), [0, 0, 0]);
        assert_eq!(one(limited, 8, [235, 128, 128]), [255, 255, 255]);
        // Pure red by BT.709 and by BT.601, limited (values of the standards' matrices).
        let red = one(limited, 8, [63, 102, 240]);
        assert!(red[0] >= 253 && red[1] <= 2 && red[2] <= 2, "{red:?}");
        let old = ColorSpace {
            bt709: false,
            full_range: false,
        };
        let red = one(old, 8, [81, 90, 240]);
        assert!(red[0] >= 253 && red[1] <= 2 && red[2] <= 2, "{red:?}");
        let full = ColorSpace {
            bt709: false,
            full_range: true,
        };
        assert_eq!(one(full, 8, [100, 128, 128]), [100, 100, 100]);
        assert_eq!(one(limited, 10, [940, 512, 512]), [255, 255, 255]);
        assert_eq!(one(limited, 10, [64, 512, 512]), [0, 0, 0]);
    }

    #[test]
    fn odd_sizes_and_short_planes() {
        let luma = [128u8; 9];
        let chroma = [128u8; 4];
        let mut planes = Planes {
            width: 3,
            height: 3,
            depth: 8,
            luma: PlaneView {
                bytes: &luma,
                stride: 3,
            },
            chroma: Some([
                PlaneView {
                    bytes: &chroma,
                    stride: 2,
                },
                PlaneView {
                    bytes: &chroma,
                    stride: 2,
                },
            ]),
            halved: (true, true),
            space: ColorSpace {
                bt709: true,
                full_range: true,
            },
        };
        let mut pixels = Vec::new();
        to_pixels(&planes, &mut pixels).unwrap();
        assert_eq!(pixels, vec![Color32::from_gray(128); 9]);
        planes.height = 4;
        assert!(to_pixels(&planes, &mut pixels).is_none());
        planes.chroma = None;
        planes.height = 3;
        to_pixels(&planes, &mut pixels).unwrap();
        assert_eq!(pixels, vec![Color32::from_gray(128); 9]);
    }
}
