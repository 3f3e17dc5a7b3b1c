//! Shared by the picture tests: a window in every look.

use egui::{CentralPanel, Frame, Margin, Ui};
use egui_kittest::Harness;
use hotaru_ui::words::{Language, Words};
use hotaru_ui::{Mode, Theme};

/// A harness with fonts, theme and words in force.
pub fn harness<'a>(
    size: [f32; 2],
    mode: Mode,
    scale: f32,
    mut content: impl FnMut(&mut Ui) + 'a,
) -> Harness<'a> {
    Harness::builder()
        .with_size(size)
        .with_theme(match mode {
            Mode::Light => egui::Theme::Light,
            Mode::Dark => egui::Theme::Dark,
        })
        .with_render_cursor(false)
        .with_max_steps(12)
        .with_context_setup(move |ctx| {
            hotaru_ui::setup(ctx, mode, scale, Words::new(Language::Japanese, &[]));
        })
        .build_ui(move |ui| {
            let theme = Theme::of(ui.ctx());
            let margin = Margin::same(theme.space.medium as i8);
            let frame = Frame::new().fill(theme.color.page).inner_margin(margin);
            // The harness keeps a margin of its own around the content.
            ui.painter()
                .rect_filled(ui.ctx().content_rect(), 0.0, theme.color.page);
            CentralPanel::default().frame(frame).show(ui, &mut content);
        })
}
