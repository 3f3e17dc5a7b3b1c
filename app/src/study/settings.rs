//! What a pupil set, kept in the profile's identity.

use hotaru_content::id::PupilId;
use hotaru_content::shelf::{Identity, Shelf};

use super::Problem;

/// The sizes of text that can be chosen, in percent.
pub const TEXT_PERCENTS: std::ops::RangeInclusive<u16> = 100..=200;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Appearance {
    /// As the system says.
    #[default]
    System,
    /// Warm paper.
    Light,
    /// Night blue.
    Dark,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The language's tag: `ja`, `en`.
    pub language: String,
    /// The size of text in percent, 100 to 200.
    pub text_percent: u16,
    /// Light or dark.
    pub appearance: Appearance,
    /// Whether readings are shown over kanji.
    pub ruby: bool,
    /// How many bytes lessons may take on this terminal.
    pub cap_bytes: u64,
    /// Whether everything may travel on a metered line.
    pub metered_allowed: bool,
    /// The pupil who was last in front.
    pub last_pupil: Option<PupilId>,
}

/// The cap where none was set: 1 GB.
pub const DEFAULT_CAP_BYTES: u64 = 1_000_000_000;

impl Default for Settings {
    fn default() -> Self {
        Self::of(&Identity::default())
    }
}

impl Settings {
    /// The settings of a profile; what is missing or senseless is the default.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        let text = |key: &str| identity.settings.get(key).map(String::as_str);
        Self {
            language: text("language").unwrap_or("ja").to_owned(),
            text_percent: text("text_percent")
                .and_then(|value| value.parse().ok())
                .filter(|percent| TEXT_PERCENTS.contains(percent))
                .unwrap_or(100),
            appearance: match text("appearance") {
                Some("light") => Appearance::Light,
                Some("dark") => Appearance::Dark,
                _ => Appearance::System,
            },
            ruby: text("ruby") != Some("off"),
            cap_bytes: text("cap_bytes")
                .and_then(|value| value.parse().ok())
                .unwrap_or(DEFAULT_CAP_BYTES),
            metered_allowed: identity.metered_allowed,
            last_pupil: text("last_pupil").and_then(|value| value.parse().ok()),
        }
    }

    /// Changes the settings of a profile, durably.
    ///
    /// # Errors
    /// Where they could not be written.
    pub fn change(shelf: &Shelf, change: impl FnOnce(&mut Self)) -> Result<Self, Problem> {
        let mut settings = Self::of(&shelf.identity());
        change(&mut settings);
        shelf.update_identity(|identity| settings.write(identity))?;
        shelf.set_cap(settings.cap_bytes);
        Ok(settings)
    }

    fn write(&self, identity: &mut Identity) {
        let mut put = |key: &str, value: String| {
            identity.settings.insert(key.to_owned(), value);
        };
        put("language", self.language.clone());
        put("text_percent", self.text_percent.to_string());
        let appearance = match self.appearance {
            Appearance::System => "system",
            Appearance::Light => "light",
            Appearance::Dark => "dark",
        };
        put("appearance", appearance.to_owned());
        put("ruby", if self.ruby { "on" } else { "off" }.to_owned());
        put("cap_bytes", self.cap_bytes.to_string());
        if let Some(pupil) = self.last_pupil {
            put("last_pupil", pupil.to_string());
        }
        identity.metered_allowed = self.metered_allowed;
    }
}
