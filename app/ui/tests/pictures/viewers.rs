//! The viewers, with the sample class's photo and handout and with damaged files.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use egui::Key;
use egui_kittest::kittest::Queryable;
use egui_kittest::{Harness, SnapshotResults};
use hotaru_ui::Mode;
use hotaru_ui::viewer::{PdfError, PdfView, PhotoError, PhotoView};

use crate::common::harness;

const PHOTO: &[u8] = include_bytes!("../../../../assets/sample-school/rika-teko/board.jpg");
const HANDOUT: &[u8] = include_bytes!("../../../../assets/sample-school/rika-teko/handout.pdf");

fn photo_window<'a>(
    view: &'a RefCell<Option<PhotoView>>,
    bytes: &'static [u8],
    mode: Mode,
    scale: f32,
) -> Harness<'a> {
    harness([640.0, 520.0], mode, scale, move |ui| {
        let mut view = view.borrow_mut();
        view.get_or_insert_with(|| PhotoView::open(ui.ctx(), "板書", bytes))
            .show(ui);
    })
}

fn pdf_window<'a>(
    view: &'a RefCell<Option<PdfView>>,
    bytes: &'static [u8],
    mode: Mode,
    scale: f32,
) -> Harness<'a> {
    harness([640.0, 760.0], mode, scale, move |ui| {
        let mut view = view.borrow_mut();
        view.get_or_insert_with(|| PdfView::open(ui.ctx(), "てこ", bytes))
            .show(ui);
    })
}

/// Runs frames until the worker is done.
fn settle(harness: &mut Harness<'_>, done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        harness.step();
        std::thread::sleep(Duration::from_millis(10));
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "the worker says nothing"
        );
    }
    harness.run();
}

#[test]
fn photo_view() {
    let mut results = SnapshotResults::new();
    for (look, mode, scale) in [
        ("light", Mode::Light, 1.0),
        ("dark", Mode::Dark, 1.0),
        ("large", Mode::Light, 2.0),
    ] {
        let view = RefCell::new(None);
        let mut window = photo_window(&view, PHOTO, mode, scale);
        settle(&mut window, || {
            view.borrow().as_ref().is_some_and(PhotoView::is_ready)
        });
        window.snapshot(format!("photo_view_{look}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn photo_zooms_by_keyboard() {
    let mut results = SnapshotResults::new();
    let view = RefCell::new(None);
    let mut window = photo_window(&view, PHOTO, Mode::Light, 1.0);
    settle(&mut window, || {
        view.borrow().as_ref().is_some_and(PhotoView::is_ready)
    });
    window.key_press(Key::Tab);
    window.run();
    for key in [
        Key::Plus,
        Key::Plus,
        Key::Plus,
        Key::Plus,
        Key::ArrowRight,
        Key::ArrowDown,
    ] {
        window.key_press(key);
        window.run();
    }
    window.snapshot("photo_view_zoomed");
    results.extend_harness(&mut window);
}

#[test]
fn damaged_photo_says_so() {
    let mut results = SnapshotResults::new();
    for (look, mode, scale) in [("light", Mode::Light, 1.0), ("large", Mode::Dark, 2.0)] {
        let view = RefCell::new(None);
        let mut window = photo_window(&view, &PHOTO[..300], mode, scale);
        settle(&mut window, || {
            view.borrow().as_ref().is_some_and(|v| v.error().is_some())
        });
        assert_eq!(
            view.borrow().as_ref().unwrap().error(),
            Some(PhotoError::Broken)
        );
        window.snapshot(format!("photo_broken_{look}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn pdf_view() {
    let mut results = SnapshotResults::new();
    for (look, mode, scale) in [
        ("light", Mode::Light, 1.0),
        ("dark", Mode::Dark, 1.0),
        ("large", Mode::Light, 2.0),
    ] {
        let view = RefCell::new(None);
        let mut window = pdf_window(&view, HANDOUT, mode, scale);
        settle(&mut window, || {
            view.borrow().as_ref().is_some_and(PdfView::is_drawn)
        });
        window.snapshot(format!("pdf_view_{look}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn pdf_turns_pages_by_keyboard_and_buttons() {
    let view = RefCell::new(None);
    let mut window = pdf_window(&view, HANDOUT, Mode::Light, 1.0);
    let page = || view.borrow().as_ref().map(PdfView::page);
    settle(&mut window, || {
        view.borrow().as_ref().is_some_and(PdfView::is_drawn)
    });
    window.key_press(Key::Tab);
    window.run();
    window.key_press(Key::PageDown);
    window.run();
    assert_eq!(page(), Some(1));
    window.key_press(Key::Home);
    window.run();
    assert_eq!(page(), Some(0));
    window.get_by_label("つぎの ページ").click();
    window.run();
    assert_eq!(page(), Some(1));
    window.get_by_label("2 / 2 ページ");
}

#[test]
fn damaged_pdf_says_so() {
    let view = RefCell::new(None);
    let mut window = pdf_window(&view, b"%PDF-1.7 cut off", Mode::Light, 1.0);
    settle(&mut window, || {
        view.borrow().as_ref().is_some_and(|v| v.error().is_some())
    });
    assert_eq!(
        view.borrow().as_ref().unwrap().error(),
        Some(PdfError::Broken)
    );
    let mut results = SnapshotResults::new();
    window.snapshot("pdf_broken_light");
    results.extend_harness(&mut window);
}
