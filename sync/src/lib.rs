//! How lessons and answers travel.
//!
//! Cores are sans-IO: `step(input, now) -> effects`. They read no clock and open no socket;
//! `client` connects them with reqwest and a shelf.

pub mod client;
pub mod erasure;
pub mod http;
pub mod intake;
pub mod order;
pub mod pack;
pub mod patch;
pub mod pin;
pub mod signed;
pub mod terminal;
pub mod upload;
pub mod wire;
