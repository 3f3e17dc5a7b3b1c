//! The rules of the house that a compiler does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{Done, cargo, output, root};

/// What a crate may use of ours, and which outside crates may not reach it.
struct Rule {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static [&'static str]],
}

const NETWORK: &[&str] = &[
    "reqwest", "hyper", "tokio", "axum", "rustls", "ureq", "quinn",
];
const WINDOW: &[&str] = &["egui", "eframe", "winit", "wgpu", "glow"];
const SERVER: &[&str] = &["axum", "sqlx", "sqlx-core", "object_store"];

const RULES: &[Rule] = &[
    Rule {
        name: "hotaru-content",
        ours: &[],
        never: &[NETWORK, WINDOW, SERVER],
    },
    Rule {
        name: "hotaru-publish",
        ours: &["hotaru-content"],
        never: &[NETWORK, WINDOW, SERVER],
    },
    Rule {
        name: "hotaru-sync",
        ours: &["hotaru-content"],
        never: &[WINDOW, SERVER],
    },
    Rule {
        name: "hotaru-sim",
        ours: &["hotaru-content", "hotaru-sync"],
        never: &[WINDOW, SERVER],
    },
    Rule {
        name: "hotaru-cloud",
        ours: &["hotaru-content", "hotaru-sync"],
        never: &[WINDOW],
    },
    Rule {
        name: "hotaru-ui",
        ours: &["hotaru-content"],
        never: &[NETWORK, SERVER],
    },
    Rule {
        name: "hotaru",
        ours: &["hotaru-content", "hotaru-sync", "hotaru-ui"],
        never: &[SERVER],
    },
    Rule {
        name: "hotaru-desk",
        ours: &[
            "hotaru-content",
            "hotaru-publish",
            "hotaru-sync",
            "hotaru-ui",
        ],
        never: &[SERVER],
    },
    Rule {
        name: "hotaru-fuzz",
        ours: &[
            "hotaru-content",
            "hotaru-publish",
            "hotaru-sim",
            "hotaru-sync",
            "hotaru-ui",
        ],
        never: &[SERVER],
    },
];

/// Folders whose words come from the language files and whose colours from the tokens.
const SCREENS: &[&str] = &["app/src", "app/desk/src"];

/// Checks every rule.
pub fn check() -> Done {
    let mut broken = dependencies()?;
    for folder in SCREENS {
        words_colours_and_sizes(&root().join(folder), &mut broken)?;
    }
    if broken.is_empty() {
        eprintln!(
            "── rules of the house: {} crates, {} folders of screens, all hold",
            RULES.len(),
            SCREENS.len()
        );
        Ok(())
    } else {
        Err(format!(
            "the rules of the house are broken:\n  {}",
            broken.join("\n  ")
        ))
    }
}

/// What `cargo metadata` says of the whole graph.
pub fn metadata() -> Result<Value, String> {
    let text = output(
        "cargo metadata",
        cargo().args(["metadata", "--format-version", "1", "--locked"]),
    )?;
    serde_json::from_str(&text).map_err(|error| format!("cargo metadata cannot be read: {error}"))
}

fn dependencies() -> Result<Vec<String>, String> {
    let metadata = metadata()?;
    let list = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let text = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let names: BTreeMap<String, String> = list(&metadata, "packages")
        .iter()
        .map(|p| (text(p, "id"), text(p, "name")))
        .collect();
    // Edges that end up in the program: dev-dependencies do not.
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in metadata
        .get("resolve")
        .map(|r| list(r, "nodes"))
        .unwrap_or_default()
    {
        let uses = list(&node, "deps")
            .iter()
            .filter(|dep| {
                list(dep, "dep_kinds")
                    .iter()
                    .any(|kind| kind.get("kind").is_some_and(Value::is_null))
            })
            .map(|dep| text(dep, "pkg"))
            .collect();
        edges.insert(text(&node, "id"), uses);
    }
    let mut broken = Vec::new();
    for rule in RULES {
        let Some((start, _)) = names.iter().find(|(_, name)| *name == rule.name) else {
            broken.push(format!("{} is not in the workspace", rule.name));
            continue;
        };
        let mut reached = BTreeSet::new();
        let mut todo = vec![start.clone()];
        while let Some(id) = todo.pop() {
            for next in edges.get(&id).into_iter().flatten() {
                if reached.insert(next.clone()) {
                    todo.push(next.clone());
                }
            }
        }
        for name in reached.iter().filter_map(|id| names.get(id)) {
            let ours = name.starts_with("hotaru") && !rule.ours.contains(&name.as_str());
            let outside = rule
                .never
                .iter()
                .any(|group| group.contains(&name.as_str()));
            if ours || outside {
                broken.push(format!("{} may not use {name}", rule.name));
            }
        }
    }
    Ok(broken)
}

/// A screen holds no word of a person's language, no raw colour and no raw size. A word here is
/// any character outside ASCII before the tests begin, comments left out.
fn words_colours_and_sizes(folder: &Path, broken: &mut Vec<String>) -> Done {
    for path in rust_files(folder)? {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let shown = path
            .strip_prefix(root())
            .unwrap_or(&path)
            .display()
            .to_string();
        for (at, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("#[cfg(test)]") {
                break;
            }
            let code = line.split("//").next().unwrap_or_default();
            if !code.is_ascii() {
                broken.push(format!(
                    "{shown}:{}: a word in a screen; put it in assets/i18n",
                    at + 1
                ));
            }
            if has_raw_size(code) {
                broken.push(format!(
                    "{shown}:{}: a raw size; take it from the tokens",
                    at + 1
                ));
            }
            if code.contains("Color32::from_")
                || code.contains("Color32::WHITE")
                || code.contains("Color32::BLACK")
            {
                broken.push(format!(
                    "{shown}:{}: a raw colour; take it from the tokens",
                    at + 1
                ));
            }
        }
    }
    Ok(())
}

/// Whether a line gives a distance, a size of text or a radius as a number of its own. Nothing
/// and the width of a stroke are none.
fn has_raw_size(code: &str) -> bool {
    const TAKE_SIZES: &[&str] = &[
        "add_space(",
        "Margin::same(",
        "Vec2::splat(",
        "set_width(",
        "set_height(",
        "set_max_width(",
        "set_min_width(",
        "set_min_height(",
        "desired_width(",
        "max_height(",
        "FontId::proportional(",
        "FontId::monospace(",
        "CornerRadius::same(",
        ".corner_radius(",
        ".expand(",
        ".shrink(",
    ];
    TAKE_SIZES.iter().any(|taker| {
        code.split(taker).skip(1).any(|after| {
            let number: String = after
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            let ends = after
                .get(number.len()..)
                .is_some_and(|rest| rest.starts_with(')'));
            ends && number.parse::<f32>().is_ok_and(|size| size > 0.0)
        })
    })
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(dir) = todo.pop() {
        let entries = std::fs::read_dir(&dir)
            .map_err(|error| format!("{} cannot be read: {error}", dir.display()))?;
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_sizes_are_told_from_those_of_tokens() {
        for raw in ["ui.add_space(8.0);", "x.expand(2.0)", "Margin::same(4)"] {
            assert!(has_raw_size(raw), "{raw}");
        }
        for good in [
            "ui.add_space(theme.space.small);",
            "ui.set_min_height(0.0);",
            "set_max_width(width - 2.0)",
            "Stroke::new(2.0, color)",
        ] {
            assert!(!has_raw_size(good), "{good}");
        }
    }
}
