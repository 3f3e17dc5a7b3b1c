//! From the Markdown parser's events to blocks.

use std::sync::Arc;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::ruby::{self, Piece};
use super::{Block, ColumnAlign, Inline, InlineStyle, MAX_DEPTH};

/// The blocks of a whole text.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    let hidden = ruby::hide(source);
    let mut builder = Builder::default();
    for event in Parser::new_ext(
        &hidden,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    ) {
        builder.event(event);
    }
    builder.finish()
}

/// The inlines of a text without blocks.
pub(super) fn inline(source: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for (number, line) in source.lines().enumerate() {
        if number > 0 {
            push_run(&mut inlines, "\n", None, InlineStyle::default(), None);
        }
        // Punctuation at the line's start keeps the parser from reading a list or heading mark.
        let hidden = format!("{GUARD}{}", ruby::hide(line.trim()));
        let mut builder = Builder::default();
        for event in Parser::new_ext(&hidden, Options::ENABLE_STRIKETHROUGH) {
            builder.event(event);
        }
        let mut guarded = true;
        for block in builder.finish() {
            let (Block::Paragraph(content) | Block::Heading { content, .. }) = block else {
                continue;
            };
            for mut run in content {
                if guarded {
                    guarded = false;
                    run.text = run.text.strip_prefix(GUARD).unwrap_or(&run.text).to_owned();
                    if run.text.is_empty() {
                        continue;
                    }
                }
                push_run(&mut inlines, &run.text, run.reading, run.style, run.link);
            }
        }
    }
    inlines
}

/// A punctuation mark that means nothing to Markdown and is in no lesson (Cornish verses).
const GUARD: char = '\u{2E4F}';

/// What is open while events come in.
enum Frame {
    Quote(Vec<Block>),
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item(Vec<Block>),
}

#[derive(Default)]
struct Table {
    columns: Vec<ColumnAlign>,
    header: Vec<Vec<Inline>>,
    rows: Vec<Vec<Vec<Inline>>>,
    row: Vec<Vec<Inline>>,
}

#[derive(Default)]
struct Builder {
    done: Vec<Block>,
    frames: Vec<Frame>,
    /// Containers that were opened beyond [`MAX_DEPTH`] and are shown at that depth.
    too_deep: usize,
    heading: Option<u8>,
    code: Option<String>,
    table: Option<Table>,
    /// Text of one style that was not yet searched for ruby.
    raw: String,
    inlines: Vec<Inline>,
    soft_break: bool,
    strong: usize,
    emphasis: usize,
    strikethrough: usize,
    links: Vec<Arc<str>>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&ruby::reveal(&text)),
                None => self.text(&text),
            },
            Event::Code(text) => {
                self.join_lines(&text);
                self.flush_raw();
                let style = InlineStyle {
                    code: true,
                    ..self.style()
                };
                let link = self.links.last().cloned();
                push_run(&mut self.inlines, &ruby::reveal(&text), None, style, link);
            }
            Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => {
                self.text(text.trim_end_matches('\n'));
                if text.ends_with('\n') {
                    self.soft_break = true;
                }
            }
            Event::SoftBreak => {
                self.flush_raw();
                self.soft_break = true;
            }
            Event::HardBreak => {
                self.flush_raw();
                let style = self.style();
                push_run(&mut self.inlines, "\n", None, style, None);
            }
            Event::Rule => {
                self.flush_paragraph();
                self.push_block(Block::Rule);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.change_style(|b| b.strong += 1),
            Tag::Emphasis => self.change_style(|b| b.emphasis += 1),
            Tag::Strikethrough => self.change_style(|b| b.strikethrough += 1),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let link = ruby::reveal(&dest_url).into();
                self.change_style(|b| b.links.push(link));
            }
            Tag::Heading { level, .. } => {
                self.flush_paragraph();
                self.heading = Some((level as u8).clamp(1, 4));
            }
            Tag::CodeBlock(kind) => {
                self.flush_paragraph();
                // The language of a code block changes nothing in how it is shown.
                let (CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) = kind;
                self.code = Some(String::new());
            }
            Tag::BlockQuote(_) => self.open(Frame::Quote(Vec::new())),
            Tag::List(start) => self.open(Frame::List {
                start,
                items: Vec::new(),
            }),
            Tag::Item => self.open(Frame::Item(Vec::new())),
            Tag::Table(columns) => {
                self.flush_paragraph();
                let columns = columns.into_iter().map(align).collect();
                self.table = Some(Table {
                    columns,
                    ..Table::default()
                });
            }
            Tag::Paragraph | Tag::HtmlBlock => self.flush_paragraph(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.change_style(|b| b.strong = b.strong.saturating_sub(1)),
            TagEnd::Emphasis => self.change_style(|b| b.emphasis = b.emphasis.saturating_sub(1)),
            TagEnd::Strikethrough => {
                self.change_style(|b| b.strikethrough = b.strikethrough.saturating_sub(1));
            }
            TagEnd::Link | TagEnd::Image => self.change_style(|b| {
                b.links.pop();
            }),
            TagEnd::Heading(_) => {
                let content = self.take_inlines();
                let level = self.heading.take().unwrap_or(1);
                if !content.is_empty() {
                    self.push_block(Block::Heading { level, content });
                }
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.push_block(Block::Code(code));
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => self.close(),
            TagEnd::TableCell => {
                let cell = self.take_inlines();
                if let Some(table) = &mut self.table {
                    table.row.push(cell);
                }
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut table.row);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    let row = std::mem::take(&mut table.row);
                    table.rows.push(row);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.push_block(table.into_block());
                }
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush_paragraph(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.join_lines(text);
        self.raw.push_str(text);
    }

    /// A line's end in the source is a space between words of a spaced script, and nothing
    /// between Japanese characters.
    fn join_lines(&mut self, next: &str) {
        if !std::mem::take(&mut self.soft_break) {
            return;
        }
        let before = self
            .inlines
            .last()
            .and_then(|inline| inline.text.chars().next_back());
        let after = ruby::reveal(next).chars().find(|c| *c != '{');
        let spaced = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c < '\u{2E80}');
        if spaced(before) && spaced(after) {
            self.raw.push(' ');
        }
    }

    fn style(&self) -> InlineStyle {
        InlineStyle {
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            strikethrough: self.strikethrough > 0,
            code: false,
        }
    }

    fn change_style(&mut self, change: impl FnOnce(&mut Self)) {
        self.flush_raw();
        change(self);
    }

    fn flush_raw(&mut self) {
        let raw = std::mem::take(&mut self.raw);
        let style = self.style();
        for piece in ruby::pieces(&raw) {
            let link = self.links.last().cloned();
            match piece {
                Piece::Text(text) => push_run(&mut self.inlines, &text, None, style, link),
                Piece::Ruby { base, reading } => {
                    push_run(&mut self.inlines, &base, Some(reading), style, link);
                }
            }
        }
    }

    fn take_inlines(&mut self) -> Vec<Inline> {
        self.flush_raw();
        self.soft_break = false;
        let mut inlines = std::mem::take(&mut self.inlines);
        while inlines.last().is_some_and(|inline| inline.text == "\n") {
            inlines.pop();
        }
        inlines
    }

    fn flush_paragraph(&mut self) {
        let inlines = self.take_inlines();
        if !inlines.is_empty() {
            self.push_block(Block::Paragraph(inlines));
        }
    }

    fn push_block(&mut self, block: Block) {
        match self.frames.last_mut() {
            Some(Frame::Quote(blocks) | Frame::Item(blocks)) => blocks.push(block),
            Some(Frame::List { items, .. }) => items.push(vec![block]),
            None => self.done.push(block),
        }
    }

    fn open(&mut self, frame: Frame) {
        self.flush_paragraph();
        // A list and its item are one step of indentation, and two frames.
        let depth = self
            .frames
            .iter()
            .filter(|f| !matches!(f, Frame::Item(_)))
            .count();
        let deepens = !matches!(frame, Frame::Item(_));
        if self.too_deep > 0 || (deepens && depth >= MAX_DEPTH) {
            self.too_deep += 1;
        } else {
            self.frames.push(frame);
        }
    }

    fn close(&mut self) {
        self.flush_paragraph();
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        match self.frames.pop() {
            Some(Frame::Quote(blocks)) => self.push_block(Block::Quote(blocks)),
            Some(Frame::List { start, items }) => self.push_block(Block::List { start, items }),
            Some(Frame::Item(blocks)) => {
                if let Some(Frame::List { items, .. }) = self.frames.last_mut() {
                    items.push(blocks);
                }
            }
            None => {}
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush_paragraph();
        while !self.frames.is_empty() {
            self.close();
        }
        self.done
    }
}

impl Table {
    fn into_block(self) -> Block {
        let width = self.columns.len();
        let fit = |mut row: Vec<Vec<Inline>>| {
            row.resize(width, Vec::new());
            row
        };
        Block::Table {
            header: fit(self.header),
            rows: self.rows.into_iter().map(fit).collect(),
            columns: self.columns,
        }
    }
}

fn align(alignment: Alignment) -> ColumnAlign {
    match alignment {
        Alignment::None | Alignment::Left => ColumnAlign::Start,
        Alignment::Center => ColumnAlign::Center,
        Alignment::Right => ColumnAlign::End,
    }
}

/// Appends a run, joined to the one before where nothing divides them.
fn push_run(
    inlines: &mut Vec<Inline>,
    text: &str,
    reading: Option<String>,
    style: InlineStyle,
    link: Option<Arc<str>>,
) {
    if let Some(last) = inlines.last_mut()
        && last.reading.is_none()
        && reading.is_none()
        && last.style == style
        && last.link == link
        && last.text != "\n"
        && text != "\n"
    {
        last.text.push_str(text);
    } else if !text.is_empty() {
        inlines.push(Inline {
            text: text.to_owned(),
            reading,
            style,
            link,
        });
    }
}
