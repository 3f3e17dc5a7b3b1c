//! The screens. Each draws a snapshot and sends commands; none waits for anything.

pub mod lesson;
pub mod lessons;
pub mod pupil;
pub mod push;
pub mod roster;
pub mod settings;
pub mod terminals;
pub mod welcome;

mod answers;
mod common;
mod files;
mod form;
mod jobs;
mod picking;
mod pill;
mod receipts;
mod row;
mod set_up;
pub(crate) mod sign_in;
