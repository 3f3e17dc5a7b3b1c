//! Hotaru, the pupil's program.
//!
//! [`study`] is what the program can do, over the shelf; [`worker`] runs it on a thread of
//! its own for the window, [`cli`] without one. The window reads the worker's immutable
//! [`worker::Snapshot`] and sends [`worker::Command`]s: it never waits for a disk or a line.

pub mod cli;
pub mod keyring;
pub mod screens;
pub mod study;
pub mod window;
pub mod worker;
