use std::time::{Duration, Instant};

use super::*;

/// A PDF of objects; the first is the catalogue. Every offset in it is right.
fn pdf_of(objects: &[String]) -> Vec<u8> {
    let mut bytes = "%PDF-1.4\n".to_owned();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let (xref, size) = (bytes.len(), objects.len() + 1);
    bytes += &format!("xref\n0 {size}\n0000000000 65535 f \n");
    offsets
        .iter()
        .for_each(|offset| bytes += &format!("{offset:010} 00000 n \n"));
    bytes += &format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n");
    bytes.into_bytes()
}

fn stream(content: &str) -> String {
    format!("<</Length {}>>stream\n{content}\nendstream", content.len())
}

/// `pages` A4 pages, each with a black square.
fn pdf(pages: usize) -> Vec<u8> {
    let kids: String = (0..pages).map(|n| format!("{} 0 R ", n + 4)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {pages}/Kids[{kids}]>>"),
        stream("0 0 0 rg 100 100 200 200 re f"),
    ];
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>";
    objects.extend(std::iter::repeat_n(page.to_owned(), pages));
    pdf_of(&objects)
}

/// Draws the first page, 512 pixels wide, and counts its dark pixels.
fn dark_pixels(bytes: Vec<u8>) -> usize {
    let worker = Worker::start(Context::default(), bytes.into()).unwrap();
    worker.ask(Request {
        page: 0,
        width: 512,
    });
    let started = Instant::now();
    loop {
        match worker.poll() {
            Some(Reply::Drawn(_, image)) => {
                return image
                    .unwrap()
                    .pixels
                    .iter()
                    .filter(|pixel| pixel.r() < 128)
                    .count();
            }
            Some(Reply::Failed(error)) => panic!("{error}"),
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn japanese_fonts_that_are_not_embedded_are_replaced() {
    let text = |text: &str| {
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[4 0 R]>>",
            &stream(&format!("BT /F1 200 Tf 60 400 Td <{text}> Tj ET")),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R\
             /Resources<</Font<</F1 5 0 R>>>>>>",
            "<</Type/Font/Subtype/Type0/BaseFont/HeiseiKakuGo-W5-UniJIS-UCS2-H\
             /Encoding/UniJIS-UCS2-H/DescendantFonts[6 0 R]>>",
            "<</Type/Font/Subtype/CIDFontType0/BaseFont/HeiseiKakuGo-W5/FontDescriptor 7 0 R\
             /CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>>>",
            "<</Type/FontDescriptor/FontName/HeiseiKakuGo-W5/Flags 4/FontBBox[-92 -250 1010 922]\
             /ItalicAngle 0/Ascent 752/Descent -221/CapHeleven 737/StemV 114>>",
        ];
        pdf_of(&objects.map(str::to_owned))
    };
    assert_eq!(dark_pixels(text("3000")), 0);
    let (one, eleven) = (dark_pixels(text("4E00")), dark_pixels(text("86CD")));
    // 一 is one stroke, 蛍 has eleven: the right glyphs were found.
    assert!(one > 300 && eleven > 3 * one, "{one} {eleven}");
}

fn wait(view: &mut PdfView, ctx: &Context, done: impl Fn(&PdfView) -> bool) {
    let started = Instant::now();
    while !done(view) {
        view.poll(ctx);
        std::thread::sleep(Duration::from_millis(5));
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the worker says nothing"
        );
    }
}

fn fails_with(bytes: Vec<u8>) -> PdfError {
    let ctx = Context::default();
    let mut view = PdfView::open(&ctx, "t", bytes);
    wait(&mut view, &ctx, |view| view.error().is_some());
    view.error().unwrap()
}

#[test]
fn pages_are_drawn_and_kept() {
    let ctx = Context::default();
    let mut view = PdfView::open(&ctx, "t", pdf(3));
    wait(&mut view, &ctx, |view| view.pages() == Some(3));
    view.go_to(99);
    assert_eq!(view.page(), 2);
    view.ask(&ctx, 500.0, vec2(595.0, 842.0));
    wait(&mut view, &ctx, PdfView::is_drawn);
    let texture = view.best().unwrap().unwrap();
    assert_eq!(texture.size()[0], 512);
    assert!((texture.size()[1] as f32 - 512.0 * 842.0 / 595.0).abs() <= 1.0);
}

#[test]
fn each_fault_has_its_own_error() {
    assert_eq!(fails_with(Vec::new()), PdfError::Broken);
    assert_eq!(fails_with(b"hello".to_vec()), PdfError::Broken);
    assert_eq!(fails_with(pdf(1)[..60].to_vec()), PdfError::Broken);
    assert_eq!(fails_with(pdf(MAX_PDF_PAGES + 1)), PdfError::TooManyPages);
    assert_eq!(fails_with(vec![0; MAX_PDF_BYTES + 1]), PdfError::TooLarge);
}

#[test]
fn memory_is_bounded() {
    let ctx = Context::default();
    let mut view = PdfView::open(&ctx, "t", pdf(40));
    wait(&mut view, &ctx, |view| view.pages().is_some());
    for page in 0..40 {
        view.go_to(page);
        view.ask(&ctx, 1500.0, vec2(595.0, 842.0));
        wait(&mut view, &ctx, PdfView::is_drawn);
    }
    let bytes: usize = view
        .kept
        .iter()
        .filter_map(|k| k.drawn.as_ref().ok())
        .map(|t| t.byte_size())
        .sum();
    assert!(bytes <= MAX_KEPT_BYTES, "{bytes}");
    assert!(view.kept.len() > 3);
}

#[test]
fn sizes_of_pages_are_bounded() {
    let widest = Request::new(0, 1e9, vec2(100.0, 100.0), 4096);
    assert!(u32::from(widest.width).pow(2) <= 16_000_000);
    let tall = Request::new(0, 1e9, vec2(10.0, 10_000.0), 4096);
    assert!(f32::from(tall.width) * 1000.0 <= 4100.0);
    assert_eq!(Request::new(0, f32::NAN, vec2(0.0, 0.0), 4096).width, 256);
}

#[test]
fn every_error_has_its_sentence() {
    let words = crate::words::Words::new(crate::words::Language::Japanese, &[]);
    use PdfError::{Broken, Locked, NoThread, PageBroken, TooLarge, TooManyPages};
    for error in [Broken, Locked, TooLarge, TooManyPages, PageBroken, NoThread] {
        assert_ne!(words.get(error.key()), error.key());
    }
}
