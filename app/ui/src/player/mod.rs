//! Recorded lessons: AV1 and Opus in MP4, played with sound, captions and controls.
//!
//! ```text
//! PlayerSource ─ guard ─ demux ─ timeline ─┬─ picture (AV1) ─ convert ─ frame queue ─ Player ─ PlayerView
//!  (parts)                                 └─ sound (Opus) ─ feed ─ speaker ─ device
//! ```
//!
//! One thread a player reads, decodes and converts; the window
//! takes finished frames without waiting. The sound card's clock leads; where
//! there is none a silent clock does, and a [`Notice`] says so.
//!
//! Bounds: pictures up to 1920 x 1088, parts up to 24 h, 1.5 million frames and
//! packets, 8 MiB a coded frame, 64 MiB of index. Damaged input ends in a
//! [`PlayerError`] or is left out with a [`Notice`].

mod captions;
mod clock;
mod controls;
mod convert;
mod demux;
mod error;
mod feed;
mod guard;
mod icons;
mod keys;
mod picture;
#[expect(
    clippy::module_inception,
    reason = "the type that the module is named after"
)]
mod player;
mod sound;
mod source;
mod spans;
mod speaker;
mod stretch;
mod timeline;
mod view;
mod words;
mod worker;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use captions::{Captions, CaptionsError, Cue};
pub use demux::probe_part;
pub use error::{Notice, PlayerError};
pub use player::{Player, PlayerOptions, PlayerState, SPEEDS, Span};
pub use source::{FileSource, MemorySource, PartRead, PlayerSource};
pub use view::PlayerView;
pub use words::PLAYER_SOURCES;
