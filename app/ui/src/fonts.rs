//! The bundled fonts: BIZ UDPGothic, with Noto Sans JP for the name kanji that it lacks, and
//! Noto Sans faces for the screens' other languages.
//!
//! All are under the SIL Open Font License. The Japanese ones are used whole, never subset: a
//! pupil's name may need any of their characters. The others draw the program's own words only
//! (`assets/fonts/make.sh` makes them). The system's fonts are not asked, so that every terminal
//! draws the same lines.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};

use crate::theme::{BOLD, LESSON, LESSON_BOLD};
use crate::words::Language;

/// Puts the bundled fonts in force from the next pass on, for words in a language.
pub fn install(ctx: &Context, language: Language) {
    ctx.set_fonts(definitions(language));
}

/// A face by its name, and its bytes.
#[derive(Clone, Copy)]
struct Face(&'static str, &'static [u8]);

const REGULAR: Face = Face(
    "BIZ UDPGothic",
    include_bytes!("../../../assets/fonts/BIZUDPGothic-Regular.ttf"),
);
const BOLD_FACE: Face = Face(
    "BIZ UDPGothic Bold",
    include_bytes!("../../../assets/fonts/BIZUDPGothic-Bold.ttf"),
);
const FALLBACK: Face = Face(
    "Noto Sans JP",
    include_bytes!("../../../assets/fonts/NotoSansJP-Regular.ttf"),
);
const LATIN: Face = Face(
    "Noto Sans",
    include_bytes!("../../../assets/fonts/NotoSans-Latin-Regular.ttf"),
);
const LATIN_BOLD: Face = Face(
    "Noto Sans Bold",
    include_bytes!("../../../assets/fonts/NotoSans-Latin-Bold.ttf"),
);

/// The regular face, for texts that name a Japanese font and do not bring it.
pub(crate) static REGULAR_FONT: &[u8] = REGULAR.1;

/// The fonts and their order of fallback. What is learned is in Japanese and looks the same in
/// every language of the screens.
pub fn definitions(language: Language) -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let japanese = [REGULAR, FALLBACK];
    let japanese_bold = [BOLD_FACE, FALLBACK];
    // One face for all letters of a word: BIZ UDPGothic lacks those of Vietnamese.
    let (first, first_bold) = match language {
        Language::Vietnamese => (Some(LATIN), Some(LATIN_BOLD)),
        // The names of languages are written in their own letters in the settings.
        _ => (None, None),
    };
    let last = [LATIN];
    let mut bind = |family: FontFamily, faces: Vec<Face>| {
        let mut names = Vec::with_capacity(faces.len());
        for Face(name, bytes) in faces {
            let data = || Arc::new(FontData::from_static(bytes));
            fonts.font_data.entry(name.to_owned()).or_insert_with(data);
            names.push(name.to_owned());
        }
        fonts.families.insert(family, names);
    };
    let words = |first: Option<Face>, japanese: [Face; 2]| {
        first.into_iter().chain(japanese).chain(last).collect()
    };
    bind(FontFamily::Proportional, words(first, japanese));
    bind(FontFamily::Monospace, words(None, japanese));
    bind(
        FontFamily::Name(BOLD.into()),
        words(first_bold, japanese_bold),
    );
    bind(FontFamily::Name(LESSON.into()), words(None, japanese));
    bind(
        FontFamily::Name(LESSON_BOLD.into()),
        words(None, japanese_bold),
    );
    fonts
}

#[cfg(test)]
mod tests {
    use egui::FontId;

    use super::*;
    use crate::player::PLAYER_SOURCES;
    use crate::words::UI_SOURCES;

    #[test]
    fn name_kanji_and_marks_have_glyphs() {
        let ctx = Context::default();
        install(&ctx, Language::Japanese);
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

    #[test]
    fn every_word_of_every_language_has_glyphs_of_one_face() {
        for language in Language::ALL {
            let ctx = Context::default();
            install(&ctx, language);
            let texts = [UI_SOURCES, PLAYER_SOURCES].map(|sources| sources.text(language));
            let mut missing = Vec::new();
            let output = ctx.run_ui(egui::RawInput::default(), |ui| {
                ui.fonts_mut(|fonts| {
                    for family in [FontFamily::Proportional, FontFamily::Name(BOLD.into())] {
                        let font = FontId::new(18.0, family);
                        let shown = texts.iter().flat_map(|text| text.chars());
                        let shown = shown.filter(|c| !c.is_control());
                        missing.extend(shown.filter(|c| !fonts.has_glyph(&font, *c)));
                    }
                });
            });
            output.drop_without_applying_deltas();
            assert_eq!(missing, Vec::<char>::new(), "{language:?}");
        }
        let first = |language| {
            let fonts = definitions(language);
            let family = fonts.families.get(&FontFamily::Proportional);
            family.and_then(|names| names.first().cloned())
        };
        assert_eq!(first(Language::Vietnamese).as_deref(), Some("Noto Sans"));
        assert_eq!(first(Language::English).as_deref(), Some("BIZ UDPGothic"));
    }
}
