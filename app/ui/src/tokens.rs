//! The design tokens: every colour, size and distance of both windows, as data.
//!
//! They live in `assets/tokens/tokens.json`; this module is the one place in the project
//! where a colour is made from numbers. Screens take theirs from [`crate::Theme`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use egui::Color32;
use hotaru_content::lesson::Subject;
use serde::{Deserialize, Deserializer, de};

/// The file of tokens, as parsed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Font sizes in points at a text scale of 1.
    pub font_sizes: FontSizes,
    /// Line pitches, in multiples of the font size.
    pub line_height: LineHeights,
    /// Distances in points.
    pub spacing: Spacing,
    /// Corner radii in points.
    pub radius: Radii,
    /// The least width and height of what can be touched, in points.
    pub touch_target: f32,
    /// The longest line of running text, in multiples of its font size.
    pub reading_width_em: f32,
    /// Warm paper.
    pub light: Palette,
    /// Night blue.
    pub dark: Palette,
    /// What pictures of a lock are filled with.
    pub pictures: PictureColors,
    /// Colour and shape of each subject, by [`Subject::key`].
    pub subjects: BTreeMap<String, SubjectMark>,
}

/// The five font sizes; each kanji costs a bitmap a size, so there are no more.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FontSizes {
    /// Notes under things.
    pub caption: f32,
    /// Running text.
    pub body: f32,
    /// A drill's question, a row's title.
    pub lead: f32,
    /// A heading.
    pub title: f32,
    /// The one large word of a screen.
    pub display: f32,
}

/// Line pitches, in multiples of the font size.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineHeights {
    /// Running text without ruby.
    pub text: f32,
    /// Running text with ruby.
    pub ruby: f32,
    /// Headings.
    pub heading: f32,
    /// Words of buttons and rows.
    pub label: f32,
}

/// Distances in points.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spacing {
    /// Between a word and its underline.
    pub hair: f32,
    /// Between things that are one.
    pub tight: f32,
    /// Between neighbours.
    pub small: f32,
    /// Inside cards, between paragraphs.
    pub medium: f32,
    /// Between groups.
    pub large: f32,
    /// Around a screen.
    pub huge: f32,
}

/// Corner radii in points.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Radii {
    /// Marks and small fields.
    pub small: f32,
    /// Buttons and fields.
    pub medium: f32,
    /// Cards.
    pub large: f32,
}

macro_rules! palette {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// The colours of one theme, by their use.
        #[derive(Clone, Copy, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Palette {
            $($(#[$doc])* #[serde(deserialize_with = "color")] pub $name: Color32,)*
        }
    };
}

palette! {
    /// The window's ground.
    page,
    /// What lies on the ground: fields, choices.
    surface,
    /// What lies under it: rails, code.
    sunken,
    /// The ground of what is chosen.
    selected,
    /// Quiet dividing lines.
    line,
    /// The edge of what can be filled in or pressed (3:1 at least).
    outline,
    /// Running text.
    text,
    /// Less important text (still 4.5:1).
    weak,
    /// The firefly: the one thing on a screen that matters most.
    accent,
    /// Text on `accent`.
    on_accent,
    /// The firefly as ink: links, focus, chosen words.
    accent_text,
    /// Right, done, safe.
    good,
    /// The ground under `good`.
    good_fill,
    /// Wrong, failed, danger.
    bad,
    /// The ground under `bad`.
    bad_fill,
    /// Take care.
    warn,
    /// The ground under `warn`.
    warn_fill,
    /// Good to know.
    info,
    /// The ground under `info`.
    info_fill,
}

macro_rules! picture_colors {
    ($($name:ident),*) => {
        /// The colours of [pictures](crate::picture), of the CUD palette; the same on paper
        /// and at night, since every part has an edge.
        #[derive(Clone, Copy, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "each is its own name")]
        pub struct PictureColors {
            $(#[serde(deserialize_with = "color")] pub $name: Color32,)*
        }
    };
}

picture_colors!(red, orange, yellow, green, blue, pink, brown);

/// How a subject is marked: a colour of the CUD palette (カラーユニバーサルデザイン
/// 推奨配色セット, ver. 4) and a shape of its own, always shown beside its word.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectMark {
    /// The colour; two subjects may share one.
    #[serde(deserialize_with = "color")]
    pub color: Color32,
    /// The shape; no two subjects share one.
    pub shape: Shape,
}

/// The shapes of subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Shape {
    Circle,
    Diamond,
    Square,
    Triangle,
    Star,
    Drop,
    Ring,
    Pentagon,
    House,
    Hexagon,
    Heart,
    Plus,
    Bar,
}

impl Tokens {
    /// The tokens that this program was built with.
    pub fn embedded() -> &'static Self {
        // The file is part of the program and a test parses it, so the default is never seen.
        static TOKENS: LazyLock<Tokens> =
            LazyLock::new(|| Tokens::from_json(TOKENS_JSON).unwrap_or_default());
        &TOKENS
    }

    /// Parses a file of tokens.
    ///
    /// # Errors
    /// Where a token is missing, unknown, or no colour.
    pub fn from_json(json: &str) -> Result<Self, TokensError> {
        serde_json::from_str(json).map_err(TokensError)
    }

    /// The mark of a subject; unknown subjects share one.
    pub fn subject(&self, subject: &Subject) -> SubjectMark {
        let mark = self
            .subjects
            .get(subject.key())
            .or_else(|| self.subjects.get("other"));
        mark.copied().unwrap_or(SubjectMark {
            color: self.light.outline,
            shape: Shape::Bar,
        })
    }
}

/// Why a file of tokens was refused.
#[derive(Debug, thiserror::Error)]
#[error("the design tokens are not readable: {0}; correct assets/tokens/tokens.json")]
pub struct TokensError(#[source] serde_json::Error);

const TOKENS_JSON: &str = include_str!("../../../assets/tokens/tokens.json");

/// `#RRGGBB`.
fn color<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Color32, D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    let wrong = || de::Error::custom(format!("{text:?} is not a colour of the form #RRGGBB"));
    let digits = text
        .strip_prefix('#')
        .filter(|d| d.len() == 6)
        .ok_or_else(wrong)?;
    let value = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
    let [_, r, g, b] = value.to_be_bytes();
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where colours are made"
    )]
    Ok(Color32::from_rgb(r, g, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as WCAG 2.2 defines them.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let channel = |v: u8| {
            let v = f32::from(v) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        let luminance = |c: Color32| {
            0.2126 * channel(c.r()) + 0.7152 * channel(c.g()) + 0.0722 * channel(c.b())
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_readable_in_both_themes() {
        let tokens = Tokens::from_json(TOKENS_JSON).unwrap();
        assert_eq!(contrast(Color32::BLACK, Color32::WHITE).round() as i32, 21);
        for p in [tokens.light, tokens.dark] {
            let grounds = [p.page, p.surface, p.sunken, p.selected];
            let inks = [p.text, p.weak, p.accent_text, p.good, p.bad, p.warn, p.info];
            let mut pairs: Vec<(Color32, Color32)> = inks
                .iter()
                .flat_map(|ink| grounds.map(|ground| (*ink, ground)))
                .collect();
            pairs.push((p.on_accent, p.accent));
            for (ink, fill) in [
                (p.good, p.good_fill),
                (p.bad, p.bad_fill),
                (p.warn, p.warn_fill),
                (p.info, p.info_fill),
            ] {
                pairs.extend([(ink, fill), (p.text, fill)]);
            }
            for (ink, ground) in pairs {
                let ratio = contrast(ink, ground);
                assert!(ratio >= 4.5, "{ink:?} on {ground:?} is {ratio:.2}");
            }
            for ground in grounds {
                let ratio = contrast(p.outline, ground);
                assert!(ratio >= 3.0, "outline on {ground:?} is {ratio:.2}");
            }
        }
    }

    #[test]
    fn every_subject_has_its_own_shape() {
        let tokens = Tokens::from_json(TOKENS_JSON).unwrap();
        let mut shapes: Vec<Shape> = tokens.subjects.values().map(|mark| mark.shape).collect();
        shapes.sort();
        shapes.dedup();
        assert_eq!(shapes.len(), tokens.subjects.len());
        for subject in Subject::KNOWN
            .iter()
            .chain([&Subject::Other("書写".into())])
        {
            assert!(tokens.subjects.contains_key(subject.key()), "{subject:?}");
        }
    }

    #[test]
    fn a_wrong_token_is_named() {
        for (from, to) in [
            ("#FBF6EA", "#FBF6E"),
            ("#FBF6EA", "paper"),
            ("\"page\"", "\"pgae\""),
        ] {
            let json = TOKENS_JSON.replace(from, to);
            assert_ne!(json, TOKENS_JSON);
            assert!(
                Tokens::from_json(&json)
                    .unwrap_err()
                    .to_string()
                    .contains("tokens.json")
            );
        }
    }
}
