//! Whether every word exists in every language; for tests.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::{Language, Sources};

/// Checks that the files parse, that no key is there twice, and that each key exists in every
/// language with the same arguments. Meant for a test of each crate that has words:
/// `check_complete(&[UI_SOURCES, MY_SOURCES]).unwrap()`.
///
/// # Errors
/// Every fault found, one a line.
pub fn check_complete(sources: &[Sources]) -> Result<(), String> {
    let mut faults = Vec::new();
    let catalogues: Vec<(Language, Catalogue)> = Language::ALL
        .into_iter()
        .map(|language| (language, catalogue(sources, language, &mut faults)))
        .collect();
    let keys: BTreeSet<&String> = catalogues.iter().flat_map(|(_, all)| all.keys()).collect();
    for key in keys {
        let having = |is_there: bool| {
            let those = catalogues.iter();
            let those = those.filter(|(_, all)| all.contains_key(key) == is_there);
            let tags: Vec<&str> = those.map(|(language, _)| language.tag()).collect();
            tags.join(", ")
        };
        let lacking = having(false);
        if !lacking.is_empty() {
            faults.push(format!("{key}: in {}, not in {lacking}", having(true)));
        }
        let mut taken: BTreeMap<&BTreeSet<String>, Vec<&str>> = BTreeMap::new();
        for (language, all) in &catalogues {
            if let Some(args) = all.get(key) {
                taken.entry(args).or_default().push(language.tag());
            }
        }
        if taken.len() > 1 {
            let each = taken.iter();
            let each = each.map(|(args, tags)| format!("{args:?} in {}", tags.join(", ")));
            let each: Vec<String> = each.collect();
            faults.push(format!("{key}: takes {}", each.join("; ")));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// The arguments of each key.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn catalogue(sources: &[Sources], language: Language, faults: &mut Vec<String>) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for source in sources {
        let place = format!("{}/{}", language.tag(), source.name);
        let resource = match parser::parse(source.text(language)) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                faults.extend(errors.iter().map(|error| format!("{place}: {error}")));
                resource
            }
        };
        for entry in &resource.body {
            match entry {
                Entry::Message(message) => {
                    let mut args = BTreeSet::new();
                    match &message.value {
                        Some(pattern) => pattern_args(pattern, &mut args),
                        None => faults.push(format!("{place}: {} has no words", message.id.name)),
                    }
                    if catalogue.insert(message.id.name.to_owned(), args).is_some() {
                        faults.push(format!("{place}: {} is there twice", message.id.name));
                    }
                }
                Entry::Junk { content } => faults.push(format!("{place}: not Fluent: {content}")),
                _ => {}
            }
        }
    }
    catalogue
}

fn pattern_args(pattern: &Pattern<&str>, args: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => inline_args(inline, args),
            Expression::Select { selector, variants } => {
                inline_args(selector, args);
                variants
                    .iter()
                    .for_each(|variant| pattern_args(&variant.value, args));
            }
        }
    }
}

fn inline_args(inline: &InlineExpression<&str>, args: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            args.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments
                .positional
                .iter()
                .for_each(|inner| inline_args(inner, args));
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = expression.as_ref() {
                inline_args(inner, args);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(ja: &'static str, en: &'static str) -> String {
        check_complete(&[Sources::of_two("t.ftl", ja, en)]).unwrap_err()
    }

    #[test]
    fn every_kind_of_fault_is_found() {
        let good = Sources::of_two(
            "t.ftl",
            "a = { $n }こ\n",
            "a = { $n ->\n  [one] a\n *[other] { $n }\n }\n",
        );
        assert_eq!(check_complete(&[good]), Ok(()));
        let others: Vec<&str> = Language::ALL[2..].iter().map(|one| one.tag()).collect();
        assert_eq!(
            faults("a = x\nb = y\n", "a = x\n"),
            format!("b: in ja, ja-x-easy, not in {}", others.join(", "))
        );
        assert!(faults("a = x\n", "a = x\nb = y\n").ends_with("not in ja, ja-x-easy"));
        assert!(faults("a = { $n }\n", "a = { $m }\n").contains("takes"));
        assert!(faults("a = x\na = y\n", "a = x\n").contains("twice"));
        assert!(faults("a = { $n\n", "a = x\n").contains("ja/t.ftl"));
    }
}
