//! The client: what connects the cores with sockets, files and a shelf.
//!
//! [`terminal`] runs a sync and joins a school, [`desk`] sends what a teacher pushed and asks
//! how it stands. Below them: [`call`] asks one question, [`http`] carries out requests, [`outbox`] keeps what a teacher
//! pushed until the cloud has it, [`metered`] asks the system what the line costs,
//! [`cancel`] stops things. All of it is called from one thread and returns when it is done;
//! the runtime beneath is nobody else's affair.

pub mod call;
pub mod cancel;
pub mod desk;
pub mod http;
pub mod metered;
pub mod outbox;
pub mod terminal;
