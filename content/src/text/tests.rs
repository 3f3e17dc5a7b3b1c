use proptest::prelude::*;

use super::*;

fn plain(text: &str) -> Inline {
    Inline {
        text: text.into(),
        reading: None,
        style: InlineStyle::default(),
        link: None,
    }
}

fn ruby(base: &str, reading: &str) -> Inline {
    Inline {
        reading: Some(reading.into()),
        ..plain(base)
    }
}

fn paragraph(source: &str) -> Vec<Inline> {
    match Document::parse(source).blocks() {
        [Block::Paragraph(inlines)] => inlines.clone(),
        other => panic!("not one paragraph: {other:?}"),
    }
}

#[test]
fn group_and_mono_ruby() {
    assert_eq!(
        paragraph("この{漢字|かんじ}と{漢|かん}{字|じ}。"),
        [
            plain("この"),
            ruby("漢字", "かんじ"),
            plain("と"),
            ruby("漢", "かん"),
            ruby("字", "じ"),
            plain("。")
        ]
    );
}

#[test]
fn malformed_ruby_stays_as_written() {
    for source in [
        "{漢字}",
        "{|かんじ}",
        "{漢字|}",
        "{漢字|かん|じ}",
        "{漢字|かんじ",
        "漢字|かんじ}",
        "{ | }",
        "{{漢字}",
        "{}",
        "{",
        "}",
    ] {
        let text = format!("a{source}b");
        assert_eq!(plain_text(&paragraph(&text)), text);
        assert!(
            paragraph(&text)
                .iter()
                .all(|inline| inline.reading.is_none()),
            "{text}"
        );
    }
    assert_eq!(paragraph(r"\{漢字|かんじ}"), [plain("{漢字|かんじ}")]);
    assert_eq!(paragraph(r"\\{漢|かん}"), [plain(r"\"), ruby("漢", "かん")]);
    let long = format!("{{漢|{}}}", "か".repeat(MAX_READING_CHARS + 1));
    assert_eq!(paragraph(&long), [plain(&long)]);
    // The brace inside a failed one may still open a good one.
    assert_eq!(paragraph("{a{漢|かん}"), [plain("{a"), ruby("漢", "かん")]);
}

#[test]
fn styles_and_links() {
    let strong = InlineStyle {
        strong: true,
        ..InlineStyle::default()
    };
    assert_eq!(
        paragraph("**{力|ちから}**の*向き*"),
        [
            Inline {
                style: strong,
                ..ruby("力", "ちから")
            },
            plain("の"),
            Inline {
                style: InlineStyle {
                    emphasis: true,
                    ..InlineStyle::default()
                },
                ..plain("向き")
            },
        ]
    );
    // CommonMark alone leaves these asterisks standing.
    assert_eq!(
        paragraph("それは**「てこ」**です"),
        [
            plain("それは"),
            Inline {
                style: strong,
                ..plain("「てこ」")
            },
            plain("です")
        ]
    );
    let link: Option<Arc<str>> = Some("https://example.jp/{a|b}".into());
    assert_eq!(
        paragraph("[{続|つづ}き](https://example.jp/{a|b})"),
        [
            Inline {
                link: link.clone(),
                ..ruby("続", "つづ")
            },
            Inline {
                link,
                ..plain("き")
            }
        ]
    );
    let code = InlineStyle {
        code: true,
        ..InlineStyle::default()
    };
    assert_eq!(
        paragraph("`{a|b}`"),
        [Inline {
            style: code,
            ..plain("{a|b}")
        }]
    );
}

#[test]
fn blocks_of_every_kind() {
    let doc = Document::parse(
        "###### 題\n\n1. 一\n2. 二\n   - 内\n\n> 引用\n\n```\n{a|b}\n```\n\n---\n\n| 左 | 右 |\n|:--|--:|\n| {支点|してん} | 2 |\n",
    );
    assert_eq!(
        doc.blocks(),
        [
            Block::Heading {
                level: 4,
                content: vec![plain("題")]
            },
            Block::List {
                start: Some(1),
                items: vec![
                    vec![Block::Paragraph(vec![plain("一")])],
                    vec![
                        Block::Paragraph(vec![plain("二")]),
                        Block::List {
                            start: None,
                            items: vec![vec![Block::Paragraph(vec![plain("内")])]]
                        },
                    ],
                ],
            },
            Block::Quote(vec![Block::Paragraph(vec![plain("引用")])]),
            Block::Code("{a|b}\n".into()),
            Block::Rule,
            Block::Table {
                columns: vec![ColumnAlign::Start, ColumnAlign::End],
                header: vec![vec![plain("左")], vec![plain("右")]],
                rows: vec![vec![vec![ruby("支点", "してん")], vec![plain("2")]]],
            },
        ]
    );
    assert_eq!(
        doc.plain_text(),
        "題\n一\n二\n内\n引用\n{a|b}\n左\t右\n支点\t2"
    );
}

#[test]
fn html_is_text() {
    assert_eq!(
        plain_text(&paragraph("a<b onclick=x>c</b>")),
        "a<b onclick=x>c</b>"
    );
    let doc = Document::parse("<script>\nalert(1)\n</script>\n");
    assert!(doc.plain_text().contains("<script>"));
    assert!(doc.plain_text().contains("alert(1)"));
}

#[test]
fn line_ends_join_japanese_and_space_latin() {
    assert_eq!(plain_text(&paragraph("てこの\nはたらき")), "てこのはたらき");
    assert_eq!(plain_text(&paragraph("two\nwords")), "two words");
    assert_eq!(plain_text(&paragraph("一行  \n二行")), "一行\n二行");
}

#[test]
fn nesting_is_bounded() {
    fn depth(blocks: &[Block]) -> usize {
        let inner = |block: &Block| match block {
            Block::Quote(blocks) => 1 + depth(blocks),
            Block::List { items, .. } => 1 + items.iter().map(|i| depth(i)).max().unwrap_or(0),
            _ => 0,
        };
        blocks.iter().map(inner).max().unwrap_or(0)
    }
    let quotes = Document::parse(&format!("{} 底", ">".repeat(500)));
    assert_eq!(depth(quotes.blocks()), MAX_DEPTH);
    assert_eq!(quotes.plain_text(), "底");
    let lists: String = (0..40)
        .map(|n| format!("{}- {n}\n", "  ".repeat(n)))
        .collect();
    assert_eq!(depth(Document::parse(&lists).blocks()), MAX_DEPTH);
}

#[test]
fn long_input_is_cut_at_a_character() {
    let doc = Document::parse(&"蛍".repeat(MAX_TEXT_BYTES / 3 + 10));
    assert!(doc.is_truncated());
    assert_eq!(doc.plain_text().chars().count(), MAX_TEXT_BYTES / 3);
    assert!(!Document::parse("蛍").is_truncated());
}

#[test]
fn the_worst_inputs_stay_linear() {
    let started = std::time::Instant::now();
    for piece in ["{", "{漢|", "*", "**「", "[", "> ", "- ", "|", "`"] {
        let source = piece.repeat(MAX_TEXT_BYTES / piece.len());
        let _ = Document::parse(&source).plain_text();
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn inline_keeps_lines_and_marks() {
    assert_eq!(
        plain_text(&inline("# 3は\n- 1 つ\n1. 2")),
        "# 3は\n- 1 つ\n1. 2"
    );
    assert_eq!(
        inline("{分母|ぶんぼ}は？"),
        [ruby("分母", "ぶんぼ"), plain("は？")]
    );
    assert_eq!(plain_text(&inline("3 * 4 = 12")), "3 * 4 = 12");
    assert_eq!(inline(""), []);
}

#[test]
fn ids_follow_the_source() {
    assert_eq!(Document::parse("蛍").id(), Document::parse("蛍").id());
    assert_ne!(Document::parse("蛍").id(), Document::parse("雪").id());
}

proptest! {
    #[test]
    fn never_panics(source in r"[ \n\\{}|*_`#>\-0-9.\[\]()!<a~漢かー「」。\u{FDD0}-\u{FDD3}]{0,200}") {
        let doc = Document::parse(&source);
        let _ = (doc.plain_text(), inline(&source));
    }

    #[test]
    fn never_panics_on_any_text(source in any::<String>()) {
        let _ = (Document::parse(&source).plain_text(), inline(&source));
    }

    /// Bases come out in order, whatever the readings; readings stay out.
    #[test]
    fn base_text_is_preserved(
        runs in prop::collection::vec(("[漢字一二三あいう。、]{1,6}", prop::option::of("[ぁ-ん]{1,64}")), 1..40)
    ) {
        let source: String = runs
            .iter()
            .map(|(base, reading)| match reading {
                Some(reading) => format!("{{{base}|{reading}}}"),
                None => base.clone(),
            })
            .collect();
        let expected: String = runs.iter().map(|(base, _)| base.as_str()).collect();
        let doc = Document::parse(&source);
        prop_assert_eq!(doc.plain_text(), expected.clone());
        prop_assert_eq!(plain_text(&inline(&source)), expected);
        let Some(Block::Paragraph(inlines)) = doc.blocks().first() else { panic!() };
        let readings = inlines.iter().filter_map(|inline| inline.reading.clone()).collect::<Vec<_>>();
        let expected = runs.iter().filter_map(|(_, reading)| reading.clone()).collect::<Vec<_>>();
        prop_assert_eq!(readings, expected);
    }
}
