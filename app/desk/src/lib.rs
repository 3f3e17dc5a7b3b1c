//! Hotaru's desk: a teacher gives a class its lessons.
//!
//! [`outgoing`] takes lessons into the outbox and sends them, [`mod@line`] asks the school;
//! [`worker`] does both on threads for the [`window`], [`cli`] without one. The window reads
//! the worker's immutable [`worker::Snapshot`] and sends [`worker::Command`]s: it never waits
//! for a disk, a line or a conversion.

pub mod account;
mod browser;
pub mod cards;
pub mod cli;
pub mod line;
pub mod outgoing;
pub mod problem;
pub mod screens;
pub mod window;
pub mod worker;
