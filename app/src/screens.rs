//! The screens. Each draws a snapshot and sends commands; none waits for anything.

mod checkup;
pub mod drill;
pub mod drills;
pub mod erase;
pub mod erased;
pub mod lesson;
pub mod lessons;
pub mod lock_form;
pub mod record;
pub mod settings;
pub mod sign_in;
pub mod today;
pub mod welcome;

mod answer;
mod common;
mod material;
mod notes;
mod paper;
mod pick;
mod secret;
mod unlock_code;
