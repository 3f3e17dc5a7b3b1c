//! A walk through what a screen tells screen readers and keyboards.

use std::collections::BTreeMap;

use accesskit_consumer::FilterResult;
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::NodeT;

use crate::studio::{Shown, Studio};

/// What a node of a screen is called, by its role and its name, for a fault.
fn named(role: Role, name: &str) -> String {
    format!("{role:?} {name:?}")
}

/// Whether a role is one that a person works with.
fn is_worked_with(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::RadioButton
            | Role::Switch
            | Role::Link
            | Role::Slider
            | Role::SpinButton
            | Role::ComboBox
            | Role::Tab
            | Role::MenuItem
            | Role::TextInput
            | Role::MultilineTextInput
            | Role::PasswordInput
    )
}

/// What is wrong with a screen: something that a person works with has no name, or takes the
/// keyboard and has no role; something reaches out of the window at its side.
pub fn faults<W: Shown>(studio: &Studio<W>) -> Vec<String> {
    let mut faults = Vec::new();
    let (root, width) = (studio.root(), studio.width());
    for node in root.children_recursive() {
        let of = node.accesskit_node();
        let (role, name) = (of.role(), of.label().unwrap_or_default());
        if is_worked_with(role) && name.trim().is_empty() {
            faults.push(format!(
                "{role:?} without a name at {:?}",
                of.bounding_box()
            ));
        }
        let is_nothing = matches!(role, Role::Unknown | Role::GenericContainer);
        if is_nothing && of.is_clickable(&|_| FilterResult::Include) {
            let at = of.bounding_box();
            faults.push(format!("pressable without a role: {name:?} at {at:?}"));
        }
        // What is scrolled out of sight has no place.
        if let Some(rect) = of.bounding_box()
            && is_worked_with(role)
            && rect.area() > 0.0
            && rect.x1 > width + 1.0
        {
            let what = named(role, &name);
            faults.push(format!("{what} reaches out of the window: {rect:?}"));
        }
    }
    faults
}

/// What a person who has only a keyboard does not reach with Tab, of what is enabled.
pub fn missed_by_keyboard<W: Shown>(studio: &mut Studio<W>) -> Vec<String> {
    let wanted = workable(studio);
    let mut left = wanted.clone();
    // A round goes through everything once; focus may begin anywhere in it.
    for _ in 0..2 * wanted.values().sum::<usize>() + 4 {
        studio.step_key(Key::Tab);
        if let Some(name) = focused(studio)
            && let Some(count) = left.get_mut(&name)
        {
            *count = count.saturating_sub(1);
        }
        if left.values().all(|count| *count == 0) {
            break;
        }
    }
    studio.let_go();
    let missed = left.into_iter().filter(|(_, count)| *count > 0);
    missed
        .map(|(name, _)| format!("Tab does not reach {name}"))
        .collect()
}

/// What can be worked with now, by role and name, and how often.
fn workable<W: Shown>(studio: &Studio<W>) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for node in studio.root().children_recursive() {
        let of = node.accesskit_node();
        if is_worked_with(of.role()) && !of.is_disabled() {
            let name = named(of.role(), &of.label().unwrap_or_default());
            *all.entry(name).or_insert(0) += 1;
        }
    }
    all
}

fn focused<W: Shown>(studio: &Studio<W>) -> Option<String> {
    let root = studio.root();
    let mut nodes = root.children_recursive();
    let node = nodes.find(|node| node.accesskit_node().is_focused())?;
    let of = node.accesskit_node();
    Some(named(of.role(), &of.label().unwrap_or_default()))
}
