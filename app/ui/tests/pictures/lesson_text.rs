//! Lesson text as pictures, and as a screen reader and a keyboard meet it.

use std::cell::RefCell;

use egui::{Key, ScrollArea};
use egui_kittest::kittest::Queryable;
use hotaru_content::text::{Document, inline};
use hotaru_ui::{Mode, TextLine, TextSize, TextView};

use crate::common::harness;
use crate::shoot::shoot;

const PROSE: &str = include_str!("../data/prose.md");

#[test]
fn lesson_text() {
    let document = Document::parse(PROSE);
    shoot("lesson_text", [760.0, 1290.0], |ui| {
        TextView::new(&document).show(ui);
    });
}

#[test]
fn lesson_text_narrow() {
    let document = Document::parse(PROSE);
    shoot("lesson_text_narrow", [300.0, 2400.0], |ui| {
        TextView::new(&document).show(ui);
    });
}

#[test]
fn lesson_text_without_ruby() {
    let document = Document::parse(PROSE);
    shoot("lesson_text_plain", [760.0, 1200.0], |ui| {
        TextView::new(&document).ruby(false).show(ui);
    });
}

#[test]
fn question() {
    let question = inline(
        "{支点|してん}から 30 cm の ところに、20 g の おもりを つるしました。{反対|はんたい}がわの 10 cm の ところに 何 g つるすと、つりあいますか？",
    );
    let name_ruby =
        inline("{承|うけたまわ}る・{志|こころざし}・{𠮷田|よしだ}・{私|わたくし}{等|ら}");
    shoot("question", [560.0, 360.0], |ui| {
        TextLine::new(&question).size(TextSize::Lead).show(ui);
        TextLine::new(&name_ruby)
            .size(TextSize::Title)
            .bold()
            .show(ui);
        TextLine::words(
            "きょうは ここから はじめましょう。ちょっと ずつ、ゆっくりで だいじょうぶです。",
        )
        .show(ui);
    });
}

#[test]
fn blocks_are_named_and_links_are_pressed_by_keyboard() {
    let document =
        Document::parse("# {題|だい}\n\nまえ[{続|つづ}きを読む](https://example.jp/a)あと");
    let pressed = RefCell::new(None);
    let mut harness = harness([500.0, 300.0], Mode::Light, 1.0, |ui| {
        if let Some(link) = TextView::new(&document).show(ui).link {
            *pressed.borrow_mut() = Some(link);
        }
    });
    harness.get_by_role_and_label(egui::Role::Heading, "題");
    harness.get_by_role_and_label(egui::Role::Paragraph, "まえ続きを読むあと");
    harness.get_by_role_and_label(egui::Role::Link, "続きを読む");
    harness.key_press(Key::Tab);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(pressed.borrow().as_deref(), Some("https://example.jp/a"));
}

#[test]
fn only_what_is_visible_is_painted() {
    let document = Document::parse(&PROSE.repeat(40));
    let mut harness = harness([600.0, 400.0], Mode::Light, 1.0, |ui| {
        ScrollArea::vertical().show(ui, |ui| TextView::new(&document).show(ui));
    });
    harness.run();
    assert!(
        harness.output().shapes.len() < 300,
        "{} shapes",
        harness.output().shapes.len()
    );
    let started = std::time::Instant::now();
    harness.run_steps(20);
    let frame = started.elapsed().as_secs_f32() / 20.0;
    println!(
        "a frame of a document of {} bytes: {:.2} ms",
        PROSE.len() * 40,
        frame * 1000.0
    );
    assert!(frame < 0.1, "{frame} s a frame");
}
