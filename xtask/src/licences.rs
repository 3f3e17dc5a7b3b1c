//! The licences of everything that is linked in, against the list in `deny.toml`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::rules::metadata;
use crate::run::{Done, root};

/// Checks every package of the graph.
pub fn check() -> Done {
    let allowed = list_in_deny("allow")?;
    let metadata = metadata()?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut refused = Vec::new();
    for package in &packages {
        let field = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        let licence = field("license");
        if !is_allowed(licence, &allowed) {
            refused.push(format!(
                "{} {}: {licence:?}",
                field("name"),
                field("version")
            ));
        }
    }
    if refused.is_empty() {
        eprintln!(
            "── licences: {} packages, all on the list of deny.toml",
            packages.len()
        );
        Ok(())
    } else {
        Err(format!(
            "these licences are not on the list of deny.toml:\n  {}",
            refused.join("\n  ")
        ))
    }
}

fn is_allowed(licence: &str, allowed: &BTreeSet<String>) -> bool {
    // Older manifests write `MIT/Apache-2.0`.
    spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| allowed.contains(&requirement.to_string()))
    })
}

/// The strings of `key = [ … ]` in `deny.toml`, which is the one list.
pub fn list_in_deny(key: &str) -> Result<BTreeSet<String>, String> {
    let path = root().join("deny.toml");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let list = text
        .split_once(&format!("\n{key} = ["))
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(list, _)| list)
        .ok_or_else(|| format!("deny.toml has no list `{key} = [...]`"))?;
    Ok(list
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpl_is_refused_and_a_choice_is_taken() {
        let allowed = list_in_deny("allow").unwrap();
        assert!(is_allowed("MIT/Apache-2.0", &allowed));
        assert!(is_allowed(
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            &allowed
        ));
        assert!(!is_allowed("GPL-3.0-or-later", &allowed));
        assert!(!is_allowed("MIT AND AGPL-3.0-only", &allowed));
        assert!(!is_allowed("", &allowed));
    }
}
