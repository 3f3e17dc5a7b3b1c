//! Lays out generated and real prose and looks at every line.

use egui::{Context, RawInput};
use hotaru_content::text::Document;
use proptest::prelude::*;

use super::document::{DocumentSpec, LaidDocument, LeafKind, lay_out_document};
use super::kinsoku::{forbidden_at_line_end, forbidden_at_line_start};
use super::paragraph::{LaidText, TextSpec, lay_out};
use crate::theme::{Mode, TextSize, Theme};

/// A lesson's text as a teacher writes it.
const PROSE: &str = include_str!("../../tests/data/prose.md");
/// The texts of the sample class.
const SAMPLE_CLASS: [&str; 4] = [
    include_str!("../../../../assets/sample-school/kokugo-kanji/text.md"),
    include_str!("../../../../assets/sample-school/rika-teko/text.md"),
    include_str!("../../../../assets/sample-school/sansu-bunsu/text.md"),
    include_str!("../../../../assets/sample-school/shakai-meiji/text.md"),
];

thread_local! {
    static CTX: Context = {
        let ctx = Context::default();
        crate::fonts::install(&ctx, crate::words::Language::Japanese);
        // Fonts come into force with the first pass.
        ctx.run_ui(RawInput::default(), |_| {}).drop_without_applying_deltas();
        ctx
    };
}

fn with_fonts<R>(f: impl FnOnce(&mut egui::epaint::text::FontsView<'_>) -> R) -> R {
    CTX.with(|ctx| ctx.fonts_mut(f))
}

fn spec(theme: &Theme, ruby: bool) -> TextSpec {
    DocumentSpec {
        theme,
        size: TextSize::Body,
        ruby,
        phrases: false,
        pixels_per_point: 1.0,
    }
    .text()
}

/// How a document is set in a test.
#[derive(Clone, Copy, Debug)]
struct Setting {
    size: TextSize,
    scale: f32,
    ruby: bool,
    phrases: bool,
    /// The width in characters.
    chars: f32,
}

const PLAIN: Setting = Setting {
    size: TextSize::Body,
    scale: 1.0,
    ruby: true,
    phrases: false,
    chars: 40.0,
};

fn document(source: &str, setting: Setting) -> LaidDocument {
    let theme = Theme::new(Mode::Light, setting.scale);
    let spec = DocumentSpec {
        theme: &theme,
        size: setting.size,
        ruby: setting.ruby,
        phrases: setting.phrases,
        pixels_per_point: 1.0,
    };
    let width = setting.chars * theme.size(setting.size);
    with_fonts(|fonts| lay_out_document(fonts, &Document::parse(source), spec, width))
}

/// Lays a text out at every width from 12 to 60 characters, at every size of text and scale,
/// with and without ruby and phrases, and looks at every line; how many lines there were.
fn look_at_every_line(source: &str, scales: &[f32]) -> usize {
    let mut lines = 0;
    let sizes = [
        TextSize::Caption,
        TextSize::Body,
        TextSize::Lead,
        TextSize::Title,
        TextSize::Display,
    ];
    for (size, &scale) in sizes
        .into_iter()
        .flat_map(|size| scales.iter().map(move |s| (size, s)))
    {
        for (ruby, phrases) in [(true, false), (false, false), (true, true)] {
            for chars in 12..=60 {
                let setting = Setting {
                    size,
                    scale,
                    ruby,
                    phrases,
                    chars: chars as f32,
                };
                let laid = document(source, setting);
                for (leaf, text) in text_leaves(&laid) {
                    lines += text.lines().len();
                    let found = faults(text, leaf.rect.width());
                    assert_eq!(found, Vec::<String>::new(), "{setting:?}");
                    let is_within = leaf.rect.right() <= laid.size.x + 0.01;
                    assert!(is_within, "{setting:?} {leaf:?}");
                }
            }
        }
    }
    lines
}

/// Prose with a reading over every run of kanji: two kana a kanji, which are wider than it, so
/// that lines are as hard to set as they can be.
fn with_readings(prose: &str) -> String {
    let is_kanji = |c: char| matches!(c, '\u{4E00}'..='\u{9FFF}');
    let mut out = String::new();
    let mut run = String::new();
    for c in prose.chars().chain(['\n']) {
        if is_kanji(c) && run.chars().count() < 6 {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            let reading = "よみ".repeat(run.chars().count());
            out.push_str(&format!("{{{}|{reading}}}", std::mem::take(&mut run)));
        }
        if is_kanji(c) {
            run.push(c);
        } else {
            out.push(c);
        }
    }
    out
}

/// What is wrong with the lines of a text, if anything.
fn faults(laid: &LaidText, width: f32) -> Vec<String> {
    let mut faults = Vec::new();
    let mut bottom = f32::MIN;
    let shows = laid.lines().iter().any(|line| !line.boxes().1.is_empty());
    for (base, reading) in laid.readings().filter(|_| shows) {
        let parts = laid.rects(base);
        let all: f32 = parts.iter().map(|part| part.width()).sum();
        let bracket = parts.first().map_or(0.0, |part| part.height());
        // What is wider than a table's narrow cell, with what clings to it, has to be parted.
        if parts.len() != 1 && all + 2.0 * bracket <= width {
            faults.push(format!("split ruby: {reading}"));
        }
    }
    for (number, line) in laid.lines().iter().enumerate() {
        let text = line.text();
        let mut fault = |what: &str| faults.push(format!("line {number} {what}: {text:?}"));
        if number > 0 && text.starts_with(forbidden_at_line_start) {
            fault("starts with a forbidden character");
        }
        if number + 1 < laid.lines().len() && text.ends_with(forbidden_at_line_end) {
            fault("ends with a forbidden character");
        }
        if line.rect.right() > width + 0.01 {
            fault("is too wide");
        }
        let (base_rects, readings) = line.boxes();
        for rects in [&base_rects, &readings] {
            if rects
                .windows(2)
                .any(|pair| pair[0].right() > pair[1].left() + 0.01)
            {
                fault("has overlapping boxes");
            }
        }
        for reading in &readings {
            let over = base_rects.iter().find(|base| {
                (base.center().x - reading.center().x).abs() < 0.01
                    && reading.width() <= base.width() + 0.01
                    && reading.bottom() <= base.top() + 0.01
            });
            if over.is_none() {
                fault("has a reading off its base");
            }
            if reading.top() < bottom - 0.01 {
                fault("has a reading in the line above");
            }
        }
        bottom = line.rect.bottom();
    }
    faults
}

fn text_leaves(laid: &LaidDocument) -> impl Iterator<Item = (&super::document::Leaf, &LaidText)> {
    laid.leaves.iter().filter_map(|leaf| match &leaf.kind {
        LeafKind::Text { text, .. } => Some((leaf, text)),
        _ => None,
    })
}

#[test]
fn real_prose_at_every_width_and_size() {
    assert!(look_at_every_line(PROSE, &[1.0, 1.3, 2.0]) > 20_000);
}

#[test]
fn the_sample_class_at_every_width_and_size() {
    for text in SAMPLE_CLASS {
        assert!(look_at_every_line(text, &[1.0, 2.0]) > 10_000);
        assert!(look_at_every_line(&with_readings(text), &[1.0]) > 10_000);
    }
}

/// Any prose that is at hand: `HOTARU_PROSE` names files, parted as paths are.
#[test]
fn named_prose_at_every_width_and_size() {
    let Some(files) = std::env::var_os("HOTARU_PROSE") else {
        println!("skipped: HOTARU_PROSE names no files of prose");
        return;
    };
    for file in std::env::split_paths(&files) {
        let prose = std::fs::read_to_string(&file).unwrap();
        let lines = look_at_every_line(&prose, &[1.0, 2.0]);
        let with_ruby = look_at_every_line(&with_readings(&prose), &[1.0]);
        println!(
            "{}: {lines} lines, {with_ruby} with readings",
            file.display()
        );
        assert!(lines > 1000 && with_ruby > 1000);
    }
}

#[test]
fn no_two_texts_overlap() {
    for chars in [12, 20, 33, 60] {
        let setting = Setting {
            chars: chars as f32,
            ..PLAIN
        };
        let laid = document(PROSE, setting);
        let rects: Vec<_> = text_leaves(&laid)
            .map(|(leaf, _)| leaf.rect.shrink(0.5))
            .collect();
        for (index, rect) in rects.iter().enumerate() {
            for other in rects.iter().skip(index + 1) {
                assert!(!rect.intersects(*other), "{chars}: {rect:?} {other:?}");
            }
        }
    }
}

#[test]
fn nothing_is_lost_between_lines() {
    let theme = Theme::new(Mode::Light, 1.0);
    let inlines = hotaru_content::text::inline(
        "「キャッチボール」を{二人|ふたり}で、https://example.jp/a/very/long/address する。\n{分|わ}かりましたか？",
    );
    for chars in 1..40 {
        let width = chars as f32 * 18.0;
        let laid = with_fonts(|fonts| lay_out(fonts, 1.0, &inlines, &spec(&theme, true), width));
        let shown: String = laid.lines().iter().map(|line| line.text()).collect();
        let expected: String = inlines.iter().map(|i| i.text.replace('\n', "")).collect();
        assert_eq!(shown.replace(' ', ""), expected.replace(' ', ""), "{chars}");
    }
}

#[test]
fn every_character_is_found_where_it_stands() {
    let theme = Theme::new(Mode::Light, 1.0);
    let inlines =
        hotaru_content::text::inline("「{蛍|ほたる}の{光|ひかり}」と abc。\n{窓|まど}の雪。");
    let laid = with_fonts(|fonts| lay_out(fonts, 1.0, &inlines, &spec(&theme, true), 110.0));
    assert!(laid.lines().len() > 2);
    let text = laid.text().to_owned();
    let mut seen = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let rects = laid.rects(&(at..at + c.len_utf8()));
        assert_eq!(rects.len(), 1, "{c}");
        let rect = rects[0];
        assert!(rect.width() > 3.0, "{c} {rect:?}");
        let left = egui::pos2(rect.left() + 1.0, rect.center().y);
        let right = egui::pos2(rect.right() - 1.0, rect.center().y);
        assert_eq!(laid.nearest(left), at, "{c}");
        assert_eq!(laid.nearest(right), at + c.len_utf8(), "{c}");
        seen += 1;
    }
    assert_eq!(seen, 14);
    assert_eq!(laid.rects(&(0..text.len())).len(), laid.lines().len());
    assert_eq!(laid.rects(&(3..3)), []);
}

#[test]
fn a_ruby_longer_than_its_line_is_shared_out() {
    let theme = Theme::new(Mode::Light, 1.0);
    let inlines =
        hotaru_content::text::inline("{一二三四五六七八九十|いちにさんしごろくしちはちくじゅう}");
    let laid = with_fonts(|fonts| lay_out(fonts, 1.0, &inlines, &spec(&theme, true), 90.0));
    assert!(laid.lines().len() > 1);
    let readings: usize = laid.lines().iter().map(|line| line.boxes().1.len()).sum();
    assert!(readings >= laid.lines().len());
    assert!(laid.lines().iter().all(|line| line.rect.right() <= 90.0));
}

#[test]
fn phrases_break_at_their_spaces() {
    let theme = Theme::new(Mode::Light, 1.0);
    let inlines = hotaru_content::text::inline("きょうは ここから はじめましょう。");
    let laid = with_fonts(|fonts| lay_out(fonts, 1.0, &inlines, &spec(&theme, true), 18.0 * 11.0));
    let lines: Vec<String> = laid.lines().iter().map(|line| line.text()).collect();
    assert_eq!(lines, ["きょうは ここから", "はじめましょう。"]);
}

#[test]
fn long_documents_are_laid_out_in_time() {
    let source = PROSE.repeat(1 + 100_000 / PROSE.len());
    let started = std::time::Instant::now();
    let laid = document(&source, PLAIN);
    assert!(laid.leaves.len() > 100);
    assert!(
        started.elapsed().as_secs_f32() < 5.0,
        "{:?}",
        started.elapsed()
    );
}

/// Prose of words, punctuation, brackets and ruby in any order that a person could write.
fn prose() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[ぁ-んァ-ヶ一二三漢字学校力点]{1,4}",
        1 => Just("スーパーマーケット".to_owned()),
        1 => Just("ちょっと、".to_owned()),
        2 => "[一二三漢字学校]{1,3}".prop_flat_map(|base| {
            "[ぁ-ん]{1,8}".prop_map(move |reading| format!("{{{base}|{reading}}}"))
        }),
        1 => "[a-z0-9]{1,8}",
        1 => "「[ぁ-ん]{1,5}」",
        1 => "（[ぁ-ん]{1,3}[。？！]）",
        1 => Just("人々".to_owned()),
        1 => Just("中・高".to_owned()),
    ];
    let stop = prop_oneof![
        Just(""),
        Just("、"),
        Just("。"),
        Just("！？"),
        Just("："),
        Just(" ")
    ];
    prop::collection::vec((word, stop), 1..40).prop_map(|words| {
        words
            .into_iter()
            .flat_map(|(word, stop)| [word, stop.to_owned()])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn generated_prose_never_breaks_a_rule(
        source in prose(),
        chars in 12.0_f32..60.0,
        scale in prop::sample::select(vec![1.0_f32, 1.2, 1.7, 2.0]),
        size in prop::sample::select(vec![TextSize::Caption, TextSize::Body, TextSize::Display]),
        phrases in any::<bool>(),
        pixels_per_point in prop::sample::select(vec![1.0_f32, 1.25, 2.0]),
        bold in any::<bool>(),
    ) {
        let theme = Theme::new(Mode::Light, scale);
        let mut inlines = hotaru_content::text::inline(&source);
        inlines.iter_mut().for_each(|inline| inline.style.strong = bold);
        let width = chars * theme.size(size);
        let spec = TextSpec {
            font: theme.lesson(size),
            bold: theme.lesson_bold(size),
            phrases,
            ..spec(&theme, true)
        };
        let laid = with_fonts(|fonts| lay_out(fonts, pixels_per_point, &inlines, &spec, width));
        prop_assert_eq!(faults(&laid, width), Vec::<String>::new());
    }
}
