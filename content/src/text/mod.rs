//! Lesson text: Markdown with ruby, parsed into an immutable [`Document`].
//!
//! The Markdown is CommonMark with tables and strikethrough. Ruby is written
//! `{漢字|かんじ}` (one reading over the group) or `{漢|かん}{字|じ}` (one reading a kanji);
//! `\{` is a plain brace. Nothing in a text is an error: what is malformed is shown as it was
//! written, raw HTML too, so a teacher sees what a pupil will see.
//!
//! ```
//! use hotaru_content::text::Document;
//!
//! let doc = Document::parse("# てこ\n\n{支点|してん}から{力点|りきてん}まで。");
//! assert_eq!(doc.plain_text(), "てこ\n支点から力点まで。");
//! ```

mod builder;
mod ruby;

use std::sync::Arc;

/// The longest text that is parsed, in bytes (1 MiB); what follows is left out and
/// [`Document::is_truncated`] says so.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// How deep lists and quotes may nest; deeper ones are shown at this depth.
pub const MAX_DEPTH: usize = 16;
/// The longest reading, in characters; a longer one is shown as it was written.
pub const MAX_READING_CHARS: usize = 64;
/// The longest base of one ruby, in characters; a longer one is shown as it was written.
pub const MAX_BASE_CHARS: usize = 64;

/// A parsed lesson text. It never changes, so layouts may be kept under its [`DocumentId`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    id: DocumentId,
    blocks: Arc<[Block]>,
    truncated: bool,
}

/// Names a text: equal sources have equal ids (the first 16 bytes of the source's BLAKE3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId([u8; 16]);

/// One block of a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 (largest) to 4; Markdown's levels 5 and 6 are shown as 4.
        level: u8,
        /// Its words.
        content: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List {
        /// The first number of an ordered list; `None` for a list of points.
        start: Option<u64>,
        /// The items; each holds blocks, so lists nest.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A table.
    Table {
        /// How each column is aligned; as many as there are columns.
        columns: Vec<ColumnAlign>,
        /// The header's cells; as many as there are columns.
        header: Vec<Vec<Inline>>,
        /// The rows' cells; each row has as many cells as there are columns.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// Preformatted text, shown line by line.
    Code(String),
    /// A line between two parts.
    Rule,
}

/// How the cells of a table's column are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnAlign {
    /// At the line's start (the default).
    Start,
    /// In the middle.
    Center,
    /// At the line's end.
    End,
}

/// A run of text of one style, or one ruby.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Inline {
    /// The text itself (the base, where there is a reading). A `\n` is a forced line break.
    pub text: String,
    /// The ruby reading over the whole of `text`; never empty, at most
    /// [`MAX_READING_CHARS`] characters.
    pub reading: Option<String>,
    /// How it is set.
    pub style: InlineStyle,
    /// Where it leads, as the teacher wrote it (not checked).
    pub link: Option<Arc<str>>,
}

/// How an [`Inline`] is set; the flags combine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct InlineStyle {
    /// `**bold**`
    pub strong: bool,
    /// `*emphasis*`
    pub emphasis: bool,
    /// `~~struck~~`
    pub strikethrough: bool,
    /// `` `code` ``
    pub code: bool,
}

impl Document {
    /// Parses Markdown with ruby. Never fails; at most [`MAX_TEXT_BYTES`] are read.
    pub fn parse(source: &str) -> Self {
        let (source, truncated) = bounded(source);
        let digest = blake3::hash(source.as_bytes());
        let mut id = [0; 16];
        id.iter_mut()
            .zip(digest.as_bytes())
            .for_each(|(to, from)| *to = *from);
        Self {
            id: DocumentId(id),
            blocks: builder::blocks(source).into(),
            truncated,
        }
    }

    /// The name under which a layout of this text may be kept.
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// The blocks, in reading order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Whether the source was longer than [`MAX_TEXT_BYTES`] and its end is missing.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The base text without readings: for search and for screen readers. Blocks are
    /// divided by `\n`, the cells of a table's row by tabs.
    pub fn plain_text(&self) -> String {
        let mut out = String::new();
        self.blocks
            .iter()
            .for_each(|block| block.write_plain(&mut out));
        out
    }
}

impl Block {
    /// The block's base text without readings, as [`Document::plain_text`] writes it.
    pub fn plain_text(&self) -> String {
        let mut out = String::new();
        self.write_plain(&mut out);
        out
    }

    fn write_plain(&self, out: &mut String) {
        match self {
            Self::Heading { content, .. } | Self::Paragraph(content) => {
                line_of(out, &plain_text(content));
            }
            Self::List { items, .. } => {
                items
                    .iter()
                    .flatten()
                    .for_each(|block| block.write_plain(out));
            }
            Self::Quote(blocks) => blocks.iter().for_each(|block| block.write_plain(out)),
            Self::Table { header, rows, .. } => {
                for cells in std::iter::once(header).chain(rows) {
                    let cells: Vec<String> = cells.iter().map(|cell| plain_text(cell)).collect();
                    line_of(out, &cells.join("\t"));
                }
            }
            Self::Code(text) => line_of(out, text.trim_end_matches('\n')),
            Self::Rule => {}
        }
    }
}

/// Parses one line of a drill (question, choice, explanation): ruby, strong, emphasis, code and
/// links, but no blocks: a list or heading mark at its start stays as written, and line breaks
/// are kept.
pub fn inline(source: &str) -> Vec<Inline> {
    let (source, _) = bounded(source);
    builder::inline(source)
}

/// The base text of some inlines, without readings.
pub fn plain_text(inlines: &[Inline]) -> String {
    inlines.iter().map(|inline| inline.text.as_str()).collect()
}

fn line_of(out: &mut String, text: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(text);
}

fn bounded(source: &str) -> (&str, bool) {
    let end = source.floor_char_boundary(MAX_TEXT_BYTES);
    (source.get(..end).unwrap_or_default(), end < source.len())
}

#[cfg(test)]
mod tests;
