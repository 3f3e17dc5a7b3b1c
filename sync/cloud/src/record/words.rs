//! The words of the page, from `assets/i18n/ja/record.ftl`.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

const SOURCE: &str = include_str!("../../../../assets/i18n/ja/record.ftl");

/// The page's words.
pub(super) struct Words(FluentBundle<FluentResource>);

impl Words {
    /// Reads them. What is wrong in the file is found by a test; a key without words is shown
    /// as itself.
    pub fn new() -> Self {
        let resource = match FluentResource::try_new(SOURCE.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut bundle = FluentBundle::new(Vec::new());
        bundle.set_use_isolating(false);
        let _ = bundle.add_resource(resource);
        Self(bundle)
    }

    /// The words of a key.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words of a name of the audit log; the name itself where it has none.
    pub fn code(&self, what: &str, code: &str) -> String {
        let key = format!("record-{what}-{code}");
        let words = self.get(&key);
        if words == key { code.to_owned() } else { words }
    }

    /// The words of a key with arguments in them.
    pub fn with(&self, key: &str, args: &[(&str, &str)]) -> String {
        let Some(pattern) = self.0.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut given = FluentArgs::new();
        for (name, value) in args {
            given.set(*name, *value);
        }
        let words = self
            .0
            .format_pattern(pattern, Some(&given), &mut Vec::new());
        words.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_page_has_words() {
        FluentResource::try_new(SOURCE.to_owned()).unwrap();
        let words = Words::new();
        let page = include_str!("page.rs");
        let mut keys = 0;
        for part in page.split("\"record-").skip(1) {
            let key = format!("record-{}", part.split('"').next().unwrap());
            assert_ne!(words.get(&key), key);
            keys += 1;
        }
        assert!(keys > 20, "{keys}");
        for role in hotaru_sync::wire::Role::ALL {
            assert_ne!(words.code("role", role.name()), role.name());
        }
        assert_eq!(
            words.code("action", "of a later program"),
            "of a later program"
        );
    }
}
