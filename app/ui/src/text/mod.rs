//! Lesson text on the screen.
//!
//! Text is broken into lines here, before egui sees it, by strict Japanese rules ([`kinsoku`]),
//! and ruby is set over its base ([`paragraph`]); [`document`] places the blocks of a lesson's
//! text. Screens use [`TextView`] and [`TextLine`].

pub mod document;
mod find;
pub mod kinsoku;
mod locate;
pub mod paragraph;
mod selection;
#[cfg(test)]
mod tests;
mod view;

pub use find::Found;
pub use view::{TextLine, TextResponse, TextView};
