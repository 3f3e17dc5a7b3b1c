//! What a pupil set, kept in the profile's identity.

use hotaru_content::id::PupilId;
use hotaru_content::shelf::{Identity, Shelf};
use hotaru_ui::look::{Appearance, Look, TEXT_PERCENTS};

use super::Problem;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How the window looks.
    pub look: Look,
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
        let usual = Look::default();
        Self {
            look: Look {
                language: text("language").map_or(usual.language, str::to_owned),
                text_percent: text("text_percent")
                    .and_then(|value| value.parse().ok())
                    .filter(|percent| TEXT_PERCENTS.contains(percent))
                    .unwrap_or(usual.text_percent),
                appearance: text("appearance")
                    .and_then(Appearance::from_tag)
                    .unwrap_or(usual.appearance),
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
        put("language", self.look.language.clone());
        put("text_percent", self.look.text_percent.to_string());
        put("appearance", self.look.appearance.tag().to_owned());
        put("ruby", if self.ruby { "on" } else { "off" }.to_owned());
        put("cap_bytes", self.cap_bytes.to_string());
        if let Some(pupil) = self.last_pupil {
            put("last_pupil", pupil.to_string());
        }
        identity.metered_allowed = self.metered_allowed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_stands_in_the_profile_and_a_senseless_one_is_the_default() {
        let mut identity = Identity::default();
        assert_eq!(Settings::of(&identity).look, Look::default());
        let kept = [
            ("language", "en"),
            ("text_percent", "150"),
            ("appearance", "dark"),
        ];
        for (key, value) in kept {
            identity.settings.insert(key.to_owned(), value.to_owned());
        }
        let settings = Settings::of(&identity);
        let look = Look {
            language: "en".to_owned(),
            text_percent: 150,
            appearance: Appearance::Dark,
        };
        assert_eq!(settings.look, look);
        let mut written = Identity::default();
        settings.write(&mut written);
        for (key, value) in kept {
            assert_eq!(written.settings.get(key).map(String::as_str), Some(value));
        }
        for (key, value) in [("text_percent", "900"), ("appearance", "night")] {
            identity.settings.insert(key.to_owned(), value.to_owned());
        }
        let senseless = Settings::of(&identity).look;
        assert_eq!(senseless.text_percent, 100);
        assert_eq!(senseless.appearance, Appearance::System);
    }
}
