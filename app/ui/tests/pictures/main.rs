//! Components, lesson text and viewers as pictures in every look, and how they behave. Update
//! the pictures with `UPDATE_SNAPSHOTS=1`, and look at each.

#[path = "../common/mod.rs"]
mod common;
mod components;
mod lesson_text;
mod shoot;
mod viewers;
