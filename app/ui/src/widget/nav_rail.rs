use egui::{CursorIcon, Key, Rect, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::{ground, press};
use crate::icon::Icon;
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};

/// A place to go to.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Its icon.
    pub icon: Icon,
    /// Its word.
    pub words: String,
    /// How many new things are there; 0 shows nothing.
    pub count: u32,
}

impl NavItem {
    /// A place without new things.
    pub fn new(icon: Icon, words: impl Into<String>) -> Self {
        Self {
            icon,
            words: words.into(),
            count: 0,
        }
    }
}

/// The places of a program, down the left side of its window. Put it in a side panel of
/// [`NavRail::width`]; where the window is narrow it shows icons with their words under them.
#[derive(Debug)]
#[must_use = "call `show`"]
pub struct NavRail<'a> {
    items: &'a [NavItem],
    selected: usize,
    within: bool,
}

impl<'a> NavRail<'a> {
    /// A rail with one of its places chosen.
    pub fn new(items: &'a [NavItem], selected: usize) -> Self {
        Self {
            items,
            selected,
            within: false,
        }
    }

    /// What is in front lies within the chosen place: pressing that goes to its top.
    pub fn within(mut self, within: bool) -> Self {
        self.within = within;
        self
    }

    /// Whether the window is so narrow that the rail is narrow, too.
    pub fn is_narrow(ctx: &egui::Context) -> bool {
        let theme = Theme::of(ctx);
        ctx.content_rect().width() < theme.size(TextSize::Body) * 40.0
    }

    /// The width that the rail wants, in points.
    pub fn width(&self, ctx: &egui::Context) -> f32 {
        let theme = Theme::of(ctx);
        let size = self.text_size(ctx);
        let widest = self.items.iter().map(|item| {
            TextLine::words(&item.words)
                .size(size)
                .bold()
                .lay_out(ctx, 1e4)
                .size
                .x
        });
        let widest = widest.fold(0.0, f32::max);
        let icon = self.icon_side(&theme);
        let width = if Self::is_narrow(ctx) {
            widest + 2.0 * theme.space.small
        } else {
            icon + widest + 3.0 * theme.space.medium
        };
        width.max(theme.touch * 1.4).ceil()
    }

    /// Shows the rail; the place that was newly chosen, if any. Arrow keys go up and down
    /// while it has the keyboard.
    pub fn show(self, ui: &mut Ui) -> Option<usize> {
        let mut chosen = None;
        let mut focus = None;
        ui.spacing_mut().item_spacing.y = Theme::of(ui.ctx()).space.tight;
        let responses: Vec<egui::Response> = self
            .items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let response = self.item_ui(ui, index, item);
                if response.clicked() {
                    chosen = Some(index);
                }
                if response.has_focus() {
                    let (up, down) = ui.input_mut(|input| {
                        let none = egui::Modifiers::NONE;
                        (
                            input.consume_key(none, Key::ArrowUp),
                            input.consume_key(none, Key::ArrowDown),
                        )
                    });
                    let last = self.items.len().saturating_sub(1);
                    focus = match (up, down) {
                        (true, _) => Some(index.saturating_sub(1)),
                        (_, true) => Some((index + 1).min(last)),
                        _ => None,
                    };
                    lock_arrows(ui, &response);
                }
                response
            })
            .collect();
        if let Some(response) = focus.and_then(|index| responses.get(index)) {
            response.request_focus();
        }
        chosen.filter(|index| self.within || *index != self.selected)
    }

    fn item_ui(&self, ui: &mut Ui, index: usize, item: &NavItem) -> egui::Response {
        let theme = Theme::of(ui.ctx());
        let selected = index == self.selected;
        let narrow = Self::is_narrow(ui.ctx());
        let width = ui.available_width();
        let side = self.icon_side(&theme);
        let mut line = TextLine::words(&item.words).size(self.text_size(ui.ctx()));
        if selected {
            line = line.bold();
        }
        let pad = theme.space.small;
        let room = if narrow {
            width
        } else {
            width - side - 2.0 * theme.space.medium
        };
        let text = line.lay_out(ui.ctx(), room.max(side).floor());
        let height = if narrow {
            side + text.size.y + 2.0 * pad
        } else {
            side.max(text.size.y) + 2.0 * pad
        };
        let (rect, response) = press(ui, vec2(width, height.max(theme.touch)).ceil(), true);
        response.widget_info(|| {
            let label = match item.count {
                0 => item.words.clone(),
                count => format!("{} {count}", item.words),
            };
            WidgetInfo::selected(egui::Role::Tab, ui.is_enabled(), selected, label)
        });
        if ui.is_rect_visible(rect) {
            let color = &theme.color;
            let (fill, ink) = match (selected, response.hovered()) {
                (true, _) => (color.selected, color.accent_text),
                (_, true) => (color.page, color.text),
                _ => (egui::Color32::TRANSPARENT, color.weak),
            };
            ground(ui.painter(), &response, &theme, fill, egui::Stroke::NONE);
            let painter = ui.painter();
            let (icon_center, text_min) = if narrow {
                let top = rect.center().y - (side + text.size.y) / 2.0;
                (
                    pos2(rect.center().x, top + side / 2.0),
                    pos2(rect.center().x - text.size.x / 2.0, top + side),
                )
            } else {
                let left = rect.left() + theme.space.medium;
                (
                    pos2(left + side / 2.0, rect.center().y),
                    pos2(
                        left + side + theme.space.small,
                        rect.center().y - text.size.y / 2.0,
                    ),
                )
            };
            item.icon.paint(
                painter,
                Rect::from_center_size(icon_center, Vec2::splat(side)),
                ink,
            );
            let words_ink = if selected { ink } else { color.text };
            text.paint(painter, text_min, &theme, words_ink);
            if selected {
                // A bar as well as a colour tells where we are.
                let bar = Rect::from_min_size(rect.min, vec2(theme.space.tight, rect.height()));
                painter.rect_filled(bar, theme.radius.small, color.accent_text);
            }
            if item.count > 0 {
                let center = icon_center + vec2(side * 0.5, -side * 0.4);
                painter.circle(
                    center,
                    side * 0.22,
                    color.accent,
                    egui::Stroke::new(1.5, color.on_accent),
                );
            }
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }

    fn text_size(&self, ctx: &egui::Context) -> TextSize {
        if Self::is_narrow(ctx) {
            TextSize::Caption
        } else {
            TextSize::Body
        }
    }

    fn icon_side(&self, theme: &Theme) -> f32 {
        (theme.size(TextSize::Body) * 1.35).round()
    }
}

/// Keeps the arrow keys for the rail while it has the keyboard.
fn lock_arrows(ui: &Ui, response: &egui::Response) {
    let filter = egui::EventFilter {
        vertical_arrows: true,
        ..Default::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}
