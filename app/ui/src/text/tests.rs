//! Lays out generated and real prose and looks at every line.

use egui::{Context, RawInput};
use hotaru_content::text::{Document, Inline};
use proptest::prelude::*;

use super::document::{DocumentSpec, LaidDocument, LeafKind, lay_out_document};
use super::kinsoku::{forbidden_at_line_end, forbidden_at_line_start};
use super::paragraph::{LaidText, TextSpec, lay_out};
use crate::theme::{Mode, TextSize, Theme};

/// A lesson's text as a teacher writes it.
const PROSE: &str = include_str!("../../tests/data/prose.md");

thread_local! {
    static CTX: Context = {
        let ctx = Context::default();
        crate::fonts::install(&ctx);
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
        pixels_per_point: 1.0,
    }
    .text()
}

fn document(source: &str, scale: f32, ruby: bool, chars: f32) -> LaidDocument {
    let theme = Theme::new(Mode::Light, scale);
    let spec = DocumentSpec {
        theme: &theme,
        size: TextSize::Body,
        ruby,
        pixels_per_point: 1.0,
    };
    let width = chars * theme.size(TextSize::Body);
    with_fonts(|fonts| lay_out_document(fonts, &Document::parse(source), spec, width))
}

/// What is wrong with the lines of a text, if anything.
fn faults(laid: &LaidText, inlines: &[Inline], width: f32) -> Vec<String> {
    let mut faults = Vec::new();
    let mut bottom = f32::MIN;
    let bases: Vec<&str> = inlines
        .iter()
        .filter(|i| i.reading.is_some())
        .map(|i| i.text.as_str())
        .collect();
    let mut split = bases.clone();
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
        split.retain(|base| !text.contains(base));
    }
    if !split.is_empty() {
        faults.push(format!("split ruby: {split:?}"));
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
    for scale in [1.0, 1.3, 2.0] {
        for ruby in [true, false] {
            for chars in 12..=60 {
                let laid = document(PROSE, scale, ruby, chars as f32);
                let mut lines = 0;
                for (leaf, text) in text_leaves(&laid) {
                    lines += text.lines().len();
                    let found = faults(text, &[], leaf.rect.width());
                    assert_eq!(found, Vec::<String>::new(), "{chars} characters at {scale}");
                    assert!(
                        leaf.rect.right() <= laid.size.x + 0.01,
                        "{chars} {scale} {leaf:?}"
                    );
                }
                assert!(lines > 20);
            }
        }
    }
}

#[test]
fn no_two_texts_overlap() {
    for chars in [12, 20, 33, 60] {
        let laid = document(PROSE, 1.0, true, chars as f32);
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
    let laid = document(&source, 1.0, true, 40.0);
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
    #[test]
    fn generated_prose_never_breaks_a_rule(
        source in prose(),
        chars in 12.0_f32..60.0,
        scale in prop::sample::select(vec![1.0_f32, 1.2, 1.7, 2.0]),
        pixels_per_point in prop::sample::select(vec![1.0_f32, 1.25, 2.0]),
        bold in any::<bool>(),
    ) {
        let theme = Theme::new(Mode::Light, scale);
        let mut inlines = hotaru_content::text::inline(&source);
        inlines.iter_mut().for_each(|inline| inline.style.strong = bold);
        let width = chars * theme.size(TextSize::Body);
        let laid = with_fonts(|fonts| {
            lay_out(fonts, pixels_per_point, &inlines, &spec(&theme, true), width)
        });
        prop_assert_eq!(faults(&laid, &inlines, width), Vec::<String>::new());
    }
}
