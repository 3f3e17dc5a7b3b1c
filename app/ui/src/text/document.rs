//! A whole document, placed: headings, lists, quotes, tables, code.

use egui::epaint::text::FontsView;
use egui::{Align, FontId, Pos2, Rect, Vec2, pos2, vec2};
use hotaru_content::text::{Block, ColumnAlign, Document, Inline, InlineStyle, plain_text};

use super::paragraph::{LaidText, TextSpec, lay_out, widest_piece};
use crate::theme::{TextSize, Theme};

/// A document that was placed, relative to its top left corner.
#[derive(Clone, Debug)]
pub struct LaidDocument {
    /// Its width and height in points.
    pub size: Vec2,
    /// What stands on it, from the top.
    pub leaves: Vec<Leaf>,
}

/// One placed thing of a document.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Where it is.
    pub rect: Rect,
    /// What it is.
    pub kind: LeafKind,
}

/// What a [`Leaf`] is.
#[derive(Clone, Debug)]
pub enum LeafKind {
    /// Text, with what a screen reader says.
    Text {
        /// Its lines.
        text: LaidText,
        /// Its base text.
        label: String,
        /// Its part in the document.
        role: egui::Role,
    },
    /// The dot of a list's item.
    Bullet,
    /// The bar beside a quotation.
    Bar,
    /// The ground of code.
    Ground,
    /// A dividing line.
    Rule,
}

/// How a document is set.
#[derive(Clone, Copy, Debug)]
pub struct DocumentSpec<'a> {
    /// Fonts and distances.
    pub theme: &'a Theme,
    /// The size of running text.
    pub size: TextSize,
    /// Whether readings are shown.
    pub ruby: bool,
    /// Whether lines break between phrases, for young readers.
    pub phrases: bool,
    /// Pixels in a point.
    pub pixels_per_point: f32,
}

impl DocumentSpec<'_> {
    /// How running text is set.
    pub fn text(&self) -> TextSpec {
        TextSpec {
            font: self.theme.lesson(self.size),
            bold: self.theme.lesson_bold(self.size),
            ruby: self.ruby,
            ruby_room: false,
            phrases: self.phrases,
            line_height: self.theme.line_height.text,
            ruby_line_height: self.theme.line_height.ruby,
            align: Align::Min,
        }
    }

    fn heading(&self, level: u8) -> TextSpec {
        let size = match level {
            1 => TextSize::Title,
            2 => TextSize::Lead,
            _ => self.size,
        };
        let bold = self.theme.lesson_bold(size);
        let line_height = self.theme.line_height.heading;
        TextSpec {
            font: bold.clone(),
            bold,
            line_height,
            ..self.text()
        }
    }

    fn em(&self) -> f32 {
        self.theme.size(self.size)
    }
}

/// Places a document in `width` points.
pub fn lay_out_document(
    fonts: &mut FontsView<'_>,
    document: &Document,
    spec: DocumentSpec<'_>,
    width: f32,
) -> LaidDocument {
    let mut placer = Placer {
        fonts,
        spec,
        leaves: Vec::new(),
        y: 0.0,
    };
    placer.blocks(document.blocks(), 0.0, width.max(spec.em()));
    LaidDocument {
        size: vec2(width, placer.y),
        leaves: placer.leaves,
    }
}

struct Placer<'a, 'f, 'v> {
    fonts: &'f mut FontsView<'v>,
    spec: DocumentSpec<'a>,
    leaves: Vec<Leaf>,
    y: f32,
}

impl Placer<'_, '_, '_> {
    fn blocks(&mut self, blocks: &[Block], x: f32, width: f32) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                self.y += self.gap_before(block);
            }
            self.block(block, x, width);
        }
    }

    fn gap_before(&self, block: &Block) -> f32 {
        match block {
            Block::Heading { level: 1 | 2, .. } => self.spec.em() * 1.4,
            Block::Heading { .. } => self.spec.em(),
            Block::List { .. } => self.spec.em() * 0.3,
            _ => self.spec.em() * 0.6,
        }
    }

    fn block(&mut self, block: &Block, x: f32, width: f32) {
        match block {
            Block::Heading { level, content } => {
                let text = self.spec.heading(*level);
                self.text(content, &text, pos2(x, self.y), width, egui::Role::Heading);
            }
            Block::Paragraph(content) => self.paragraph(content, x, width),
            Block::List { start, items } => self.list(*start, items, x, width),
            Block::Quote(blocks) => {
                let (top, indent) = (self.y, self.spec.em());
                self.blocks(blocks, x + indent, width - indent);
                let bar = Rect::from_min_max(pos2(x, top), pos2(x + indent * 0.2, self.y));
                self.leaves.push(Leaf {
                    rect: bar,
                    kind: LeafKind::Bar,
                });
            }
            Block::Table {
                columns,
                header,
                rows,
            } => self.table(columns, header, rows, x, width),
            Block::Code(code) => self.code(code, x, width),
            Block::Rule => {
                let height = self.spec.em();
                let rect = Rect::from_min_size(pos2(x, self.y), vec2(width, height));
                self.leaves.push(Leaf {
                    rect,
                    kind: LeafKind::Rule,
                });
                self.y += height;
            }
        }
    }

    fn paragraph(&mut self, content: &[Inline], x: f32, width: f32) {
        let text = self.spec.text();
        self.text(
            content,
            &text,
            pos2(x, self.y),
            width,
            egui::Role::Paragraph,
        );
    }

    /// Places text at `min` and moves on below it.
    fn text(
        &mut self,
        content: &[Inline],
        spec: &TextSpec,
        min: Pos2,
        width: f32,
        role: egui::Role,
    ) {
        let text = lay_out(self.fonts, self.spec.pixels_per_point, content, spec, width);
        let rect = Rect::from_min_size(min, text.size);
        self.y = self.y.max(rect.bottom());
        let label = plain_text(content);
        self.leaves.push(Leaf {
            rect,
            kind: LeafKind::Text { text, label, role },
        });
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block>], x: f32, width: f32) {
        let em = self.spec.em();
        let last = start.map(|start| start.saturating_add(items.len() as u64));
        // Room for the longest number and its dot; at narrow widths text keeps at least half.
        let digits = last.map_or(0.0, |last| last.to_string().len() as f32);
        let indent = (em * (0.9 + 0.62 * digits)).max(em * 1.3).min(width / 2.0);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.y += em * 0.25;
            }
            let (top, first) = (self.y, self.leaves.len());
            self.blocks(item, x + indent, width - indent);
            self.name_item(first);
            self.y = self.y.max(top + em);
            let line = self.first_line(first, top);
            match start {
                Some(start) => {
                    let number = format!("{}.", start.saturating_add(index as u64));
                    self.marker(&number, pos2(x, top), indent - em * 0.35, line);
                }
                None => {
                    let center = pos2(x + em * 0.55, line.center().y);
                    let rect = Rect::from_center_size(center, Vec2::splat(em * 0.36));
                    self.leaves.push(Leaf {
                        rect,
                        kind: LeafKind::Bullet,
                    });
                }
            }
        }
    }

    /// A list's item is one to a screen reader, too.
    fn name_item(&mut self, first: usize) {
        if let Some(Leaf {
            kind: LeafKind::Text { role, .. },
            ..
        }) = self.leaves.get_mut(first)
            && *role == egui::Role::Paragraph
        {
            *role = egui::Role::ListItem;
        }
    }

    /// The base text of the first line at or after a leaf, where a marker stands beside it.
    fn first_line(&self, leaf: usize, top: f32) -> Rect {
        let default = Rect::from_min_size(pos2(0.0, top), Vec2::splat(self.spec.em()));
        let text = self.leaves.get(leaf).and_then(|leaf| match &leaf.kind {
            LeafKind::Text { text, .. } => Some((leaf.rect.min, text)),
            _ => None,
        });
        let base = text.and_then(|(min, text)| {
            Some(
                text.lines()
                    .first()?
                    .boxes()
                    .0
                    .first()?
                    .translate(min.to_vec2()),
            )
        });
        base.unwrap_or(default)
    }

    fn marker(&mut self, number: &str, min: Pos2, width: f32, line: Rect) {
        let spec = TextSpec {
            align: Align::Max,
            ..self.spec.text()
        };
        let content = [plain_inline(number)];
        let text = lay_out(
            self.fonts,
            self.spec.pixels_per_point,
            &content,
            &spec,
            width,
        );
        let offset = text.lines().first().map_or(0.0, |own| own.rect.center().y);
        let rect = Rect::from_min_size(pos2(min.x, line.center().y - offset), text.size);
        let kind = LeafKind::Text {
            text,
            label: number.to_owned(),
            role: egui::Role::ListMarker,
        };
        self.leaves.push(Leaf { rect, kind });
    }

    fn code(&mut self, code: &str, x: f32, width: f32) {
        let pad = self.spec.em() * 0.6;
        let (top, ground) = (self.y, self.leaves.len());
        self.leaves.push(Leaf {
            rect: Rect::NOTHING,
            kind: LeafKind::Ground,
        });
        let content = [plain_inline(code.trim_end_matches('\n'))];
        let spec = TextSpec {
            line_height: self.spec.theme.line_height.heading,
            ..self.spec.text()
        };
        let min = pos2(x + pad, top + pad);
        self.text(
            &content,
            &spec,
            min,
            (width - 2.0 * pad).max(self.spec.em()),
            egui::Role::Code,
        );
        self.y += pad;
        if let Some(leaf) = self.leaves.get_mut(ground) {
            leaf.rect = Rect::from_min_max(pos2(x, top), pos2(x + width, self.y));
        }
    }

    fn table(
        &mut self,
        columns: &[ColumnAlign],
        header: &[Vec<Inline>],
        rows: &[Vec<Vec<Inline>>],
        x: f32,
        width: f32,
    ) {
        let bold: Vec<Vec<Inline>> = header.iter().map(|cell| strong(cell)).collect();
        let all: Vec<&[Vec<Inline>]> = std::iter::once(bold.as_slice())
            .chain(rows.iter().map(Vec::as_slice))
            .collect();
        let pad = vec2(self.spec.em() * 0.5, self.spec.em() * 0.3);
        let Some(widths) = self.column_widths(columns.len(), &all, width, pad.x) else {
            self.stacked_table(&bold, rows, x, width);
            return;
        };
        let table_width = widths.iter().sum();
        for (number, row) in all.iter().enumerate() {
            if *row == bold.as_slice() && row.iter().all(Vec::is_empty) {
                continue;
            }
            let top = self.y;
            let ruby_room = row.iter().flatten().any(|inline| inline.reading.is_some());
            let mut left = x;
            for ((cell, column), cell_width) in row.iter().zip(columns).zip(&widths) {
                let align = match column {
                    ColumnAlign::Start => Align::Min,
                    ColumnAlign::Center => Align::Center,
                    ColumnAlign::End => Align::Max,
                };
                let spec = TextSpec {
                    align,
                    ruby_room,
                    line_height: self.spec.theme.line_height.heading,
                    ..self.spec.text()
                };
                let role = if number == 0 {
                    egui::Role::ColumnHeader
                } else {
                    egui::Role::Cell
                };
                let inner = (cell_width - 2.0 * pad.x).max(1.0);
                self.text(cell, &spec, pos2(left + pad.x, top + pad.y), inner, role);
                left += cell_width;
            }
            self.y = self.y.max(top + self.spec.em()) + pad.y;
            let rect =
                Rect::from_center_size(pos2(x + table_width / 2.0, self.y), vec2(table_width, 2.0));
            self.leaves.push(Leaf {
                rect,
                kind: LeafKind::Rule,
            });
        }
    }

    /// Columns as wide as their longest cell where that fits; else the wide ones share what is
    /// left, and their cells wrap, but none becomes narrower than what may not be parted in it;
    /// none at all where there is no room for that.
    fn column_widths(
        &mut self,
        count: usize,
        rows: &[&[Vec<Inline>]],
        width: f32,
        pad: f32,
    ) -> Option<Vec<f32>> {
        let spec = self.spec.text();
        let mut columns = vec![Column::default(); count];
        for row in rows {
            for (cell, column) in row.iter().zip(&mut columns) {
                let (fonts, scale) = (&mut *self.fonts, self.spec.pixels_per_point);
                let whole = lay_out(fonts, scale, cell, &spec, f32::INFINITY);
                let least = widest_piece(fonts, cell, &spec);
                let padded = |width: f32| width + 2.0 * pad + 1.0;
                column.wanted = column.wanted.max(padded(whole.size.x));
                column.least = column.least.max(padded(least));
            }
        }
        let least: f32 = columns.iter().map(|column| column.least).sum();
        (least <= width).then(|| share_out(&columns, width))
    }

    /// A table that is too wide for the screen: row by row, each cell under the one before it,
    /// behind its column's name.
    fn stacked_table(
        &mut self,
        header: &[Vec<Inline>],
        rows: &[Vec<Vec<Inline>>],
        x: f32,
        width: f32,
    ) {
        let gap = self.spec.em() * 0.3;
        let spec = self.spec.text();
        for row in rows {
            for (name, cell) in header.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let parting = (!name.is_empty()).then(|| plain_inline(IDEOGRAPHIC_SPACE));
                let content = name
                    .iter()
                    .cloned()
                    .chain(parting)
                    .chain(cell.iter().cloned());
                let content: Vec<Inline> = content.collect();
                self.text(&content, &spec, pos2(x, self.y), width, egui::Role::Cell);
            }
            self.y += gap;
            let rect = Rect::from_min_size(pos2(x, self.y), vec2(width, gap));
            self.leaves.push(Leaf {
                rect,
                kind: LeafKind::Rule,
            });
            self.y += 2.0 * gap;
        }
    }
}

/// Between a column's name and a cell of it.
const IDEOGRAPHIC_SPACE: &str = "\u{3000}";

/// What a table's column wants, in points.
#[derive(Clone, Copy, Debug, Default)]
struct Column {
    /// For its longest cell in one line.
    wanted: f32,
    /// For what may not be parted.
    least: f32,
}

/// The widths of columns that share a width, which has room for the least of each: what is
/// beyond that goes to all alike, but to none more than it wants.
fn share_out(columns: &[Column], width: f32) -> Vec<f32> {
    let least: f32 = columns.iter().map(|column| column.least).sum();
    let mut spare = width - least;
    let mut extra = vec![0.0_f32; columns.len()];
    let mut order: Vec<(f32, &mut f32)> = columns
        .iter()
        .map(|column| (column.wanted - column.least).max(0.0))
        .zip(&mut extra)
        .collect();
    // Who wants least is served first; what it leaves is for the others.
    order.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let count = order.len();
    for (served, (wanted, extra)) in order.into_iter().enumerate() {
        *extra = wanted.min(spare / (count - served) as f32);
        spare -= *extra;
    }
    let widths = columns.iter().zip(extra);
    widths.map(|(column, extra)| column.least + extra).collect()
}

/// A run of plain text.
pub(super) fn plain_inline(text: &str) -> Inline {
    Inline {
        text: text.to_owned(),
        reading: None,
        style: InlineStyle::default(),
        link: None,
    }
}

fn strong(cell: &[Inline]) -> Vec<Inline> {
    let bold = |inline: &Inline| {
        let style = InlineStyle {
            strong: true,
            ..inline.style
        };
        Inline {
            style,
            ..inline.clone()
        }
    };
    cell.iter().map(bold).collect()
}

/// How labels of components are set: close lines, no reading.
pub(crate) fn label_spec(theme: &Theme, font: FontId, bold: FontId, align: Align) -> TextSpec {
    TextSpec {
        font,
        bold,
        ruby: true,
        ruby_room: false,
        phrases: false,
        line_height: theme.line_height.label,
        ruby_line_height: theme.line_height.ruby,
        align,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(columns: &[(f32, f32)], width: f32) -> Vec<f32> {
        let columns = columns
            .iter()
            .map(|&(wanted, least)| Column { wanted, least });
        share_out(&columns.collect::<Vec<Column>>(), width)
    }

    #[test]
    fn columns_share_a_width_and_keep_what_they_need() {
        assert_eq!(widths(&[(20.0, 10.0), (30.0, 10.0)], 100.0), [20.0, 30.0]);
        assert_eq!(widths(&[(20.0, 10.0), (300.0, 10.0)], 100.0), [20.0, 80.0]);
        let needy = widths(&[(60.0, 50.0), (300.0, 10.0), (300.0, 10.0)], 100.0);
        assert_eq!(needy, [60.0, 20.0, 20.0]);
        let tight = widths(&[(60.0, 0.0), (300.0, 0.0)], 100.0);
        assert_eq!(tight, [50.0, 50.0]);
    }
}
