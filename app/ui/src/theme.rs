//! The look in force: tokens, light or dark, and the reader's text scale.

use std::sync::Arc;

use egui::{
    Context, CornerRadius, FontFamily, FontId, Id, Margin, Shadow, Stroke, Style, TextStyle, Vec2,
    Visuals, style::WidgetVisuals,
};
use hotaru_content::lesson::Subject;

use crate::tokens::{LineHeights, Palette, Radii, Spacing, SubjectMark, Tokens};

/// The least and the greatest text scale that a reader can choose.
pub const TEXT_SCALES: std::ops::RangeInclusive<f32> = 1.0..=2.0;

/// The family of bold text; [`crate::fonts::install`] binds it.
pub const BOLD: &str = "bold";
/// The family of what is learned: Japanese, whatever the language of the screens.
pub const LESSON: &str = "lesson";
/// Its bold.
pub const LESSON_BOLD: &str = "lesson-bold";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Warm paper.
    #[default]
    Light,
    /// Night blue.
    Dark,
}

/// The five sizes of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextSize {
    /// Notes under things.
    Caption,
    /// Running text.
    #[default]
    Body,
    /// A drill's question, a row's title.
    Lead,
    /// A heading.
    Title,
    /// The one large word of a screen.
    Display,
}

/// What components draw with. [`apply`] puts it in force; [`Theme::of`] reads it.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Light or dark.
    pub mode: Mode,
    /// The reader's text scale, within [`TEXT_SCALES`].
    pub text_scale: f32,
    /// The colours.
    pub color: Palette,
    /// The distances.
    pub space: Spacing,
    /// The corner radii.
    pub radius: Radii,
    /// The line pitches.
    pub line_height: LineHeights,
    /// The least width and height of what can be touched, in points.
    pub touch: f32,
}

/// Puts a theme in force for everything that is drawn from now on. Cheap enough for every
/// change of a slider, but not meant for every frame.
pub fn apply(ctx: &Context, mode: Mode, text_scale: f32) {
    let theme = Arc::new(Theme::new(mode, text_scale));
    let style = theme.style();
    ctx.set_theme(match mode {
        Mode::Light => egui::Theme::Light,
        Mode::Dark => egui::Theme::Dark,
    });
    // Both of egui's slots get the same style, so that the system's preference changes nothing.
    ctx.all_styles_mut(|slot| *slot = style.clone());
    ctx.data_mut(|data| data.insert_temp(theme_id(), theme));
}

impl Theme {
    /// The theme of a mode and a text scale (clamped to [`TEXT_SCALES`]).
    pub fn new(mode: Mode, text_scale: f32) -> Self {
        let tokens = Tokens::embedded();
        let text_scale = if text_scale.is_finite() {
            text_scale
        } else {
            1.0
        }
        .clamp(*TEXT_SCALES.start(), *TEXT_SCALES.end());
        Self {
            mode,
            text_scale,
            color: match mode {
                Mode::Light => tokens.light,
                Mode::Dark => tokens.dark,
            },
            space: tokens.spacing,
            radius: tokens.radius,
            line_height: tokens.line_height,
            touch: tokens.touch_target,
        }
    }

    /// The theme in force: the last one given to [`apply`], else light at scale 1.
    pub fn of(ctx: &Context) -> Arc<Self> {
        ctx.data_mut(|data| {
            data.get_temp_mut_or_insert_with(theme_id(), || {
                Arc::new(Self::new(Mode::default(), 1.0))
            })
            .clone()
        })
    }

    /// A font size in points, at the reader's scale.
    pub fn size(&self, size: TextSize) -> f32 {
        let sizes = Tokens::embedded().font_sizes;
        let points = match size {
            TextSize::Caption => sizes.caption,
            TextSize::Body => sizes.body,
            TextSize::Lead => sizes.lead,
            TextSize::Title => sizes.title,
            TextSize::Display => sizes.display,
        };
        (points * self.text_scale).round()
    }

    /// The regular font in a size.
    pub fn font(&self, size: TextSize) -> FontId {
        FontId::new(self.size(size), FontFamily::Proportional)
    }

    /// The bold font in a size.
    pub fn bold(&self, size: TextSize) -> FontId {
        FontId::new(self.size(size), FontFamily::Name(BOLD.into()))
    }

    /// The font of what is learned, in a size.
    pub fn lesson(&self, size: TextSize) -> FontId {
        FontId::new(self.size(size), FontFamily::Name(LESSON.into()))
    }

    /// Its bold.
    pub fn lesson_bold(&self, size: TextSize) -> FontId {
        FontId::new(self.size(size), FontFamily::Name(LESSON_BOLD.into()))
    }

    /// The longest comfortable line in a size, in points.
    pub fn reading_width(&self, size: TextSize) -> f32 {
        Tokens::embedded().reading_width_em * self.size(size)
    }

    /// The mark of a subject.
    pub fn subject(&self, subject: &Subject) -> SubjectMark {
        Tokens::embedded().subject(subject)
    }

    /// A quiet dividing line.
    pub fn hairline(&self) -> Stroke {
        Stroke::new(1.0, self.color.line)
    }

    /// The ring around what has the keyboard.
    pub fn focus_ring(&self) -> Stroke {
        Stroke::new(3.0, self.color.accent_text)
    }

    /// egui's own style, from the tokens.
    pub fn style(&self) -> Style {
        let text_styles = [
            (TextStyle::Small, self.font(TextSize::Caption)),
            (TextStyle::Body, self.font(TextSize::Body)),
            (TextStyle::Monospace, self.font(TextSize::Body)),
            (TextStyle::Button, self.font(TextSize::Body)),
            (TextStyle::Heading, self.bold(TextSize::Title)),
        ]
        .into();
        let mut style = Style {
            text_styles,
            visuals: self.visuals(),
            ..Style::default()
        };
        let Spacing {
            tight,
            small,
            medium,
            ..
        } = self.space;
        style.spacing.item_spacing = Vec2::splat(small);
        style.spacing.button_padding = Vec2::new(medium, small);
        style.spacing.interact_size = Vec2::splat(self.touch);
        style.spacing.window_margin = Margin::same(medium as i8);
        style.spacing.menu_margin = Margin::same(small as i8);
        style.spacing.icon_width = (self.size(TextSize::Body) * 1.2).round();
        style.spacing.icon_width_inner = (self.size(TextSize::Body) * 0.7).round();
        style.spacing.icon_spacing = small;
        style.spacing.scroll.bar_width = small + tight;
        style.spacing.extra_text_line_spacing =
            (self.size(TextSize::Body) * (self.line_height.label - 1.0)).round();
        style.interaction.tooltip_delay = 0.4;
        style.interaction.selectable_labels = false;
        style.animation_time = 0.1;
        style
    }

    fn visuals(&self) -> Visuals {
        let color = &self.color;
        let mut visuals = match self.mode {
            Mode::Light => Visuals::light(),
            Mode::Dark => Visuals::dark(),
        };
        let radius = CornerRadius::same(self.radius.medium as u8);
        let widget = |fill, edge, ink| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: Stroke::new(1.0, edge),
            corner_radius: radius,
            fg_stroke: Stroke::new(1.5, ink),
            expansion: 0.0,
        };
        visuals.widgets.noninteractive = widget(color.page, color.line, color.text);
        visuals.widgets.inactive = widget(color.surface, color.outline, color.text);
        visuals.widgets.hovered = widget(color.selected, color.accent_text, color.text);
        visuals.widgets.active = widget(color.selected, color.accent_text, color.text);
        visuals.widgets.open = widget(color.selected, color.outline, color.text);
        visuals.widgets.active.bg_stroke.width = 2.0;
        // The rail of a slider.
        visuals.widgets.inactive.bg_fill = color.line;
        visuals.selection.bg_fill = color.accent;
        visuals.selection.stroke = Stroke::new(2.0, color.on_accent);
        visuals.ime_composition.active_underline_stroke = Stroke::new(2.0, color.accent_text);
        visuals.ime_composition.inactive_underline_stroke = Stroke::new(1.0, color.weak);
        visuals.text_cursor.stroke = Stroke::new(2.0, color.accent_text);
        visuals.hyperlink_color = color.accent_text;
        visuals.weak_text_color = Some(color.weak);
        visuals.faint_bg_color = color.sunken;
        visuals.extreme_bg_color = color.surface;
        visuals.text_edit_bg_color = Some(color.surface);
        visuals.code_bg_color = color.sunken;
        visuals.warn_fg_color = color.warn;
        visuals.error_fg_color = color.bad;
        visuals.panel_fill = color.page;
        visuals.window_fill = color.surface;
        visuals.window_stroke = self.hairline();
        visuals.window_corner_radius = CornerRadius::same(self.radius.large as u8);
        visuals.menu_corner_radius = radius;
        visuals.window_shadow = Shadow::NONE;
        visuals.popup_shadow = Shadow::NONE;
        visuals
    }
}

fn theme_id() -> Id {
    Id::unique("hotaru-theme")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_is_bounded_and_touch_targets_stand() {
        for (given, used) in [(0.1, 1.0), (1.5, 1.5), (9.0, 2.0), (f32::NAN, 1.0)] {
            let theme = Theme::new(Mode::Dark, given);
            assert_eq!(theme.text_scale, used);
            assert!(theme.style().spacing.interact_size.min_elem() >= 44.0);
        }
        let sizes = |scale| Theme::new(Mode::Light, scale).size(TextSize::Body);
        assert_eq!(sizes(2.0), 2.0 * sizes(1.0));
    }

    #[test]
    fn apply_is_in_force_at_once() {
        let ctx = Context::default();
        apply(&ctx, Mode::Dark, 1.5);
        assert_eq!(Theme::of(&ctx).mode, Mode::Dark);
        assert_eq!(
            ctx.global_style().visuals.panel_fill,
            Tokens::embedded().dark.page
        );
    }
}
