//! The player's words, and the sentences of its errors and notices.

use super::error::{Notice, PlayerError};
use crate::words::{Sources, Words};

/// The words of the player.
pub const PLAYER_SOURCES: Sources = crate::sources!("../..", "player.ftl");

impl PlayerError {
    /// The sentence for the person who watches.
    pub fn sentence(&self, words: &Words) -> String {
        match self {
            Self::NoParts => words.get("player-error-no-parts"),
            Self::Unreadable { .. } => words.get("player-error-unreadable"),
            Self::NotMp4 { .. } => words.get("player-error-not-mp4"),
            Self::Damaged { .. } => words.get("player-error-damaged"),
            Self::NoVideo => words.get("player-error-no-video"),
            Self::NotAv1 { codec } => {
                words.get_with("player-error-not-av1", &[("codec", codec.into())])
            }
            Self::TooLarge { .. } => words.get("player-error-too-large"),
            Self::Stopped { .. } => words.get("player-error-stopped"),
        }
    }
}

impl Notice {
    /// The sentence for the person who watches.
    pub fn sentence(&self, words: &Words) -> String {
        match self {
            Self::CutShort { .. } => words.get("player-notice-cut-short"),
            Self::PartMissing { .. } => words.get("player-notice-part-missing"),
            Self::FramesLost => words.get("player-notice-frames-lost"),
            Self::SoundCodec { codec } => {
                words.get_with("player-notice-sound-codec", &[("codec", codec.into())])
            }
            Self::NoSpeaker => words.get("player-notice-no-speaker"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::check_complete;

    #[test]
    fn words_are_complete() {
        check_complete(&[PLAYER_SOURCES]).unwrap();
    }
}
