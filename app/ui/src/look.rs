//! How a window looks: what a person chose, and what of it is in force.

use std::sync::Arc;

use egui::Context;
use serde::{Deserialize, Deserializer, Serialize};

use crate::theme::{self, Mode};
use crate::words::{Language, Sources, Words};

/// The sizes of text that can be chosen, in percent.
pub const TEXT_PERCENTS: std::ops::RangeInclusive<u16> = 100..=200;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// As the system says.
    #[default]
    System,
    /// Warm paper.
    Light,
    /// Night blue.
    Dark,
}

impl Appearance {
    /// Every appearance, in the order of the settings.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in what is kept: `system`, `light`, `dark`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The appearance of such a name.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.tag() == tag)
    }

    /// Light or dark, now; light where the system says nothing.
    fn mode(self, ctx: &Context) -> Mode {
        match self {
            Self::Light => Mode::Light,
            Self::Dark => Mode::Dark,
            Self::System => match ctx.system_theme() {
                Some(egui::Theme::Dark) => Mode::Dark,
                Some(egui::Theme::Light) | None => Mode::Light,
            },
        }
    }
}

/// How a window is to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// The language's tag: `ja`, `en`.
    pub language: String,
    /// The size of text in percent, within [`TEXT_PERCENTS`].
    #[serde(deserialize_with = "clamped_percent")]
    pub text_percent: u16,
    /// Light or dark.
    pub appearance: Appearance,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            language: Language::default().tag().to_owned(),
            text_percent: *TEXT_PERCENTS.start(),
            appearance: Appearance::default(),
        }
    }
}

fn clamped_percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let percent = u16::deserialize(deserializer)?;
    Ok(percent.clamp(*TEXT_PERCENTS.start(), *TEXT_PERCENTS.end()))
}

/// What a window wears: the words and the theme in force.
#[derive(Debug)]
pub struct Dress {
    sources: &'static [Sources],
    words: Arc<Words>,
    worn: Option<Worn>,
}

/// What the dress was made from. The mode is the system's where the look leaves it to it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Worn {
    mode: Mode,
    text_percent: u16,
    language: Language,
}

impl Dress {
    /// Sets up fonts, theme and the words of `sources`. Call it once, before the first frame.
    pub fn new(ctx: &Context, sources: &'static [Sources]) -> Self {
        let words = Words::new(Language::default(), sources);
        crate::setup(ctx, Mode::Light, 1.0, Arc::clone(&words));
        Self {
            sources,
            words,
            worn: None,
        }
    }

    /// The words in force.
    pub fn words(&self) -> &Arc<Words> {
        &self.words
    }

    /// Puts a look in force where it differs from what is worn: cheap enough for every frame,
    /// and what the system says of light and dark is followed so.
    pub fn put_on(&mut self, ctx: &Context, look: &Look) {
        let worn = Worn {
            mode: look.appearance.mode(ctx),
            text_percent: look.text_percent,
            language: Language::from_tag(&look.language).unwrap_or_default(),
        };
        if self.worn == Some(worn) {
            return;
        }
        if self.words.language() != worn.language {
            self.words = Words::new(worn.language, self.sources);
            self.words.install(ctx);
            crate::fonts::install(ctx, worn.language);
        }
        theme::apply(ctx, worn.mode, f32::from(worn.text_percent) / 100.0);
        self.worn = Some(worn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Theme;

    #[test]
    fn a_look_reads_what_was_written_and_forgives_what_was_not() {
        let look = Look {
            language: "en".to_owned(),
            text_percent: 150,
            appearance: Appearance::Dark,
        };
        let kept = r#"{"language":"en","text_percent":150,"appearance":"dark"}"#;
        assert_eq!(serde_json::to_string(&look).unwrap(), kept);
        let read = |text: &str| serde_json::from_str::<Look>(text).unwrap();
        assert_eq!(read(kept), look);
        assert_eq!(read("{}"), Look::default());
        assert_eq!(read(r#"{"text_percent":900}"#).text_percent, 200);
        assert_eq!(read(r#"{"text_percent":1}"#).text_percent, 100);
    }

    #[test]
    fn an_appearance_has_one_name() {
        for appearance in Appearance::ALL {
            let tag = appearance.tag();
            assert_eq!(serde_json::to_value(appearance).unwrap(), tag);
            assert_eq!(Appearance::from_tag(tag), Some(appearance));
        }
        assert_eq!(Appearance::from_tag("night"), None);
    }

    #[test]
    fn words_and_theme_are_those_of_the_look() {
        const OWN: Sources = Sources::of_two("own.ftl", "own = じぶん\n", "own = mine\n");
        let ctx = Context::default();
        let mut dress = Dress::new(&ctx, &[OWN]);
        dress.put_on(&ctx, &Look::default());
        assert_eq!(dress.words().get("own"), "じぶん");
        assert_eq!(Theme::of(&ctx).mode, Mode::Light);
        let look = Look {
            language: "en-GB".to_owned(),
            text_percent: 150,
            appearance: Appearance::Dark,
        };
        dress.put_on(&ctx, &look);
        assert_eq!(dress.words().get("own"), "mine");
        assert!(Arc::ptr_eq(dress.words(), &Words::of(&ctx)));
        let theme = Theme::of(&ctx);
        assert_eq!((theme.mode, theme.text_scale), (Mode::Dark, 1.5));
        // What is worn already is not made again.
        dress.put_on(&ctx, &look);
        assert!(Arc::ptr_eq(&theme, &Theme::of(&ctx)));
    }

    #[test]
    fn the_system_is_followed_while_the_look_leaves_it_to_it() {
        let ctx = Context::default();
        let mut dress = Dress::new(&ctx, &[]);
        for (system, mode) in [
            (egui::Theme::Dark, Mode::Dark),
            (egui::Theme::Light, Mode::Light),
        ] {
            let input = egui::RawInput {
                system_theme: Some(system),
                ..egui::RawInput::default()
            };
            ctx.run_ui(input, |ui| dress.put_on(ui.ctx(), &Look::default()))
                .drop_without_applying_deltas();
            assert_eq!(Theme::of(&ctx).mode, mode);
        }
    }
}
