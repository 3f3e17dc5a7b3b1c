//! The client: what connects the cores with sockets, files and a shelf.
//!
//! [`http`] carries out requests, [`metered`] asks the system what the line costs,
//! [`outbox`] keeps what a teacher pushed until the cloud has it.

pub mod http;
pub mod metered;
pub mod outbox;
