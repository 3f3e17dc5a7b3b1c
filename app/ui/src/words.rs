//! The languages: every word on a screen, by key, from Fluent files.
//!
//! A crate keeps its words in `assets/i18n/<language>/<crate>.ftl`, in every language, and
//! registers them as [`Sources`]. A missing key is shown as the key itself, and
//! [`check_complete`] finds it in a test first.

mod check;
mod dates;
mod numbers;

use std::sync::Arc;

use egui::{Context, Id, Ui};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use hotaru_content::lesson::Subject;
use unic_langid::LanguageIdentifier;

use crate::player::PLAYER_SOURCES;

pub use check::check_complete;

/// The languages that Hotaru speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// 日本語, in words that a child can read.
    #[default]
    Japanese,
    /// やさしい日本語: for who is new to Japanese.
    EasyJapanese,
    /// English.
    English,
    /// Português, as in Brazil.
    Portuguese,
    /// Filipino.
    Filipino,
    /// Español, as in Latin America.
    Spanish,
    /// Tiếng Việt.
    Vietnamese,
}

impl Language {
    /// Every language, in the order of the settings and of [`Sources::texts`].
    pub const ALL: [Self; 7] = [
        Self::Japanese,
        Self::EasyJapanese,
        Self::English,
        Self::Portuguese,
        Self::Filipino,
        Self::Spanish,
        Self::Vietnamese,
    ];

    /// The language's name in itself.
    pub fn endonym(self) -> &'static str {
        match self {
            Self::Japanese => "日本語",
            Self::EasyJapanese => "やさしい日本語",
            Self::English => "English",
            Self::Portuguese => "Português",
            Self::Filipino => "Filipino",
            Self::Spanish => "Español",
            Self::Vietnamese => "Tiếng Việt",
        }
    }

    /// Its BCP 47 tag, such as `ja`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::EasyJapanese => "ja-x-easy",
            Self::English => "en",
            Self::Portuguese => "pt",
            Self::Filipino => "fil",
            Self::Spanish => "es",
            Self::Vietnamese => "vi",
        }
    }

    /// Whether a native reader has been over its words. Where none has, the settings say so.
    pub fn is_reviewed(self) -> bool {
        matches!(self, Self::Japanese | Self::English)
    }

    /// Whether it is written in Japanese: its words may carry readings.
    pub fn is_japanese(self) -> bool {
        matches!(self, Self::Japanese | Self::EasyJapanese)
    }

    /// The language of a tag such as `en-GB`; `None` for one that Hotaru does not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let whole = |known: &Self| known.tag().eq_ignore_ascii_case(tag);
        let language = tag.split(['-', '_', '.']).next()?;
        let first = |known: &Self| known.tag().eq_ignore_ascii_case(language);
        let found = Self::ALL.into_iter().find(whole);
        found.or_else(|| Self::ALL.into_iter().find(first))
    }

    fn identifier(self) -> LanguageIdentifier {
        let tag = match self {
            // What is private in a tag names no other rules.
            Self::EasyJapanese => Self::Japanese.tag(),
            other => other.tag(),
        };
        // All are well formed; the default would only change the rules of plurals.
        tag.parse().unwrap_or_default()
    }
}

/// One Fluent file in every language; [`sources!`](crate::sources) names it.
#[derive(Clone, Copy, Debug)]
pub struct Sources {
    /// The file's name, for error messages.
    pub name: &'static str,
    /// Its text by language, in the order of [`Language::ALL`].
    pub texts: [&'static str; Language::ALL.len()],
}

impl Sources {
    /// A text that is Japanese for who reads Japanese and English for everybody else: for
    /// tests.
    pub const fn of_two(name: &'static str, ja: &'static str, en: &'static str) -> Self {
        Self {
            name,
            texts: [ja, ja, en, en, en, en, en],
        }
    }

    /// The file's text in a language.
    pub fn text(&self, language: Language) -> &'static str {
        let mut texts = Language::ALL.into_iter().zip(self.texts);
        texts
            .find(|(known, _)| *known == language)
            .map_or("", |(_, text)| text)
    }
}

/// The [`Sources`](crate::words::Sources) of a Fluent file, by the way from the crate's own
/// folder to the project's, and its name: `sources!("..", "pupil.ftl")`.
#[macro_export]
macro_rules! sources {
    ($root:literal, $name:literal) => {
        $crate::words::Sources {
            name: $name,
            texts: [
                $crate::sources!(@text $root, "ja", $name),
                $crate::sources!(@text $root, "ja-easy", $name),
                $crate::sources!(@text $root, "en", $name),
                $crate::sources!(@text $root, "pt", $name),
                $crate::sources!(@text $root, "fil", $name),
                $crate::sources!(@text $root, "es", $name),
                $crate::sources!(@text $root, "vi", $name),
            ],
        }
    };
    (@text $root:literal, $language:literal, $name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"), "/", $root, "/assets/i18n/", $language, "/", $name
        ))
    };
}

/// The words of this crate's components; [`Words::new`] adds them by itself.
pub const UI_SOURCES: Sources = crate::sources!("../..", "ui.ftl");

/// An argument of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Words.
    Text(&'a str),
    /// A number; it may choose a plural form.
    Number(f64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

macro_rules! value_from_number {
    ($($number:ty),*) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                // Counts on a screen are far below 2^53, where this is exact.
                Self::Number(number as f64)
            }
        }
    )*};
}
value_from_number!(i32, u8, u16, u32, u64, usize, f32, f64);

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    days: dates::Days,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// The words of a language: this crate's and those of `sources`.
    pub fn new(language: Language, sources: &[Sources]) -> Arc<Self> {
        let identifier = language.identifier();
        let days = dates::Days::new(&identifier);
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Isolating marks have no glyph, and no right-to-left language is spoken here.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(numbers::grouped));
        for source in [&UI_SOURCES, &PLAYER_SOURCES].into_iter().chain(sources) {
            // What is wrong in a file is found by `check_complete` in tests; here the rest counts.
            let (Ok(resource) | Err((resource, _))) =
                FluentResource::try_new(source.text(language).to_owned());
            bundle.add_resource_overriding(resource);
        }
        Arc::new(Self {
            language,
            bundle,
            days,
        })
    }

    /// Puts these words in force for the components, from now on.
    pub fn install(self: &Arc<Self>, ctx: &Context) {
        ctx.data_mut(|data| data.insert_temp(words_id(), self.clone()));
    }

    /// The words in force: the last installed, else this crate's own in Japanese.
    pub fn of(ctx: &Context) -> Arc<Self> {
        if let Some(words) = ctx.data(|data| data.get_temp(words_id())) {
            return words;
        }
        let words = Self::new(Language::default(), &[]);
        words.install(ctx);
        words
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The words of a key; the key itself where there are none.
    pub fn get(&self, key: &str) -> String {
        self.get_with(key, &[])
    }

    /// The sentence of a key with its arguments filled in:
    /// `words.get_with("page-of", &[("page", 2.into()), ("pages", 7.into())])`.
    pub fn get_with(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let Some(pattern) = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value())
        else {
            return key.to_owned();
        };
        let mut fluent_args = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            let value = match value {
                Value::Text(text) => FluentValue::from((*text).to_owned()),
                Value::Number(number) => FluentValue::from(*number),
            };
            fluent_args.set((*name).to_owned(), value);
        }
        // A missing argument shows as its name in the sentence, which is the best to be had.
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&fluent_args), &mut errors)
            .into_owned()
    }

    /// A day with its month and weekday.
    pub fn day(&self, day: jiff::civil::Date) -> String {
        self.days.say(day)
    }

    /// The word of a subject: the teacher's own for an unknown one.
    pub fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Other(name) => name.clone(),
            known => self.get(&format!("subject-{}", known.key())),
        }
    }
}

fn words_id() -> Id {
    Id::unique("hotaru-words")
}

/// The words of a key, in the language in force.
pub fn tr(ui: &Ui, key: &str) -> String {
    Words::of(ui.ctx()).get(key)
}

/// The sentence of a key with its arguments, in the language in force.
pub fn tr_with(ui: &Ui, key: &str, args: &[(&str, Value<'_>)]) -> String {
    Words::of(ui.ctx()).get_with(key, args)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTRA: Sources = Sources::of_two(
        "extra.ftl",
        "sent = { $count }こ おくりました\nbad =\n",
        "sent = { $count ->\n    [one] One sent\n   *[other] { $count } sent\n }\nbad = x\n",
    );

    #[test]
    fn own_words_are_complete() {
        check_complete(&[UI_SOURCES]).unwrap();
        let words = Words::new(Language::Japanese, &[]);
        for subject in Subject::KNOWN {
            assert_ne!(
                words.subject(&subject),
                format!("subject-{}", subject.key())
            );
        }
    }

    #[test]
    fn arguments_plurals_and_missing_keys() {
        let words = Words::new(Language::English, &[EXTRA]);
        assert_eq!(words.get_with("sent", &[("count", 1.into())]), "One sent");
        assert_eq!(words.get_with("sent", &[("count", 3u64.into())]), "3 sent");
        let many = |language| {
            let words = Words::new(language, &[EXTRA]);
            words.get_with("sent", &[("count", 12_345_u64.into())])
        };
        assert_eq!(many(Language::English), "12,345 sent");
        assert_eq!(many(Language::Portuguese), "12.345 sent");
        assert_eq!(many(Language::Japanese), "12,345こ おくりました");
        assert_eq!(words.get("no-such-key"), "no-such-key");
        let words = Words::new(Language::Japanese, &[EXTRA]);
        assert_eq!(
            words.get_with("sent", &[("count", 3.into())]),
            "3こ おくりました"
        );
    }

    #[test]
    fn a_day_is_said_with_its_weekday() {
        let friday = jiff::civil::date(2026, 11, 20);
        let said = |language| Words::new(language, &[]).day(friday);
        let all = Language::ALL.map(said);
        assert_eq!(
            all,
            [
                "11月20日(金)",
                "11月20日(金)",
                "Fri, Nov 20",
                "sex., 20 de nov.",
                "Biy, Nob 20",
                "vie, 20 nov",
                "Thứ 6, 20 thg 11",
            ]
        );
    }

    #[test]
    fn language_switches_at_once() {
        let ctx = Context::default();
        for language in Language::ALL {
            Words::new(language, &[]).install(&ctx);
            assert_eq!(Words::of(&ctx).language(), language);
        }
        assert_eq!(Language::from_tag("en_GB.UTF-8"), Some(Language::English));
        assert_eq!(Language::from_tag("pt-BR"), Some(Language::Portuguese));
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
        assert_eq!(Language::from_tag("ja-JP"), Some(Language::Japanese));
        assert_eq!(Language::from_tag("fr"), None);
    }
}
