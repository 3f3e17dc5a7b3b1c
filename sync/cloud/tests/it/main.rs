//! The cloud over real HTTP on loopback.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod audit;
mod blobs;
mod care;
mod check;
mod desk;
mod events;
mod identity;
mod join;
mod keys;
mod lessons;
mod matrix;
mod oidc;
mod orders;
mod privacy;
mod process;
mod publish;
mod school;
mod staff;
mod tidy;
mod tls;
mod uploads;
