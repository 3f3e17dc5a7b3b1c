//! The bundled fonts: BIZ UDPGothic, with Noto Sans JP for the name kanji that it lacks.
//!
//! Both are under the SIL Open Font License and are used whole, never subset: a pupil's name
//! may need any of their characters. The system's fonts are not asked, so that every terminal
//! draws the same lines.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};

use crate::theme::BOLD;

/// Puts the bundled fonts in force from the next pass on. Call once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
}

/// The fonts and their order of fallback.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add(REGULAR, REGULAR_FONT);
    add(
        BOLD_FACE,
        include_bytes!("../../../assets/fonts/BIZUDPGothic-Bold.ttf"),
    );
    add(
        FALLBACK,
        include_bytes!("../../../assets/fonts/NotoSansJP-Regular.ttf"),
    );
    let regular = vec![REGULAR.to_owned(), FALLBACK.to_owned()];
    let bold = vec![BOLD_FACE.to_owned(), FALLBACK.to_owned()];
    fonts
        .families
        .insert(FontFamily::Proportional, regular.clone());
    fonts.families.insert(FontFamily::Monospace, regular);
    fonts.families.insert(FontFamily::Name(BOLD.into()), bold);
    fonts
}

/// The regular face, for texts that name a Japanese font and do not bring it.
pub(crate) static REGULAR_FONT: &[u8] =
    include_bytes!("../../../assets/fonts/BIZUDPGothic-Regular.ttf");
const REGULAR: &str = "BIZ UDPGothic";
const BOLD_FACE: &str = "BIZ UDPGothic Bold";
const FALLBACK: &str = "Noto Sans JP";

#[cfg(test)]
mod tests {
    use egui::FontId;

    use super::*;

    #[test]
    fn name_kanji_and_marks_have_glyphs() {
        let ctx = Context::default();
        install(&ctx);
        let mut missing = Vec::new();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            ui.fonts_mut(|fonts| {
                for family in [FontFamily::Proportional, FontFamily::Name(BOLD.into())] {
                    let font = FontId::new(18.0, family);
                    let marks =
                        "𠮷槗髙﨑邊邉齋ヶ々〆ー・「」『』（）、。？！…―～○×÷−＋＝％℃°㎝㎡㎥①②③→←↑↓";
                    missing.extend(marks.chars().filter(|c| !fonts.has_glyph(&font, *c)));
                }
            });
        });
        output.drop_without_applying_deltas();
        assert_eq!(missing, Vec::<char>::new());
    }
}
