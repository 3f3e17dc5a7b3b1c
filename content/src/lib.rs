//! What is learned, and the shelf that holds it.
//!
//! This crate knows lessons, materials, drills and the study log, and keeps them on a
//! terminal's disk. It opens no socket and draws nothing; how things travel is
//! `hotaru-sync`, how they look is `hotaru-ui`.
//!
//! Read in this order: [`id`] and [`blob`] (names of things), [`lesson`] and [`drill`]
//! (what a teacher gives), [`log`] (what a pupil did), [`progress`] (what follows from
//! it), [`shelf`] (where all of it lives).

pub mod blob;
pub mod boxed;
pub mod cipher;
pub mod clock;
pub mod drill;
pub mod id;
pub mod key;
pub mod lesson;
pub mod log;
pub mod numbers;
pub mod order;
pub mod package;
pub mod progress;
pub mod renewal;
pub mod shelf;
pub mod text;
pub mod unlock;
