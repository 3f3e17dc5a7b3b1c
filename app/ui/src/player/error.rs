//! What can go wrong with a recording, as types; the words are the caller's.

/// Why a recording cannot be played at all.
///
/// The English sentences are for logs; a screen takes its sentence from
/// [`PlayerError::sentence`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlayerError {
    /// The source has no part.
    #[error("the recording has no parts; fetch the lesson again")]
    NoParts,
    /// A part could not be opened or read.
    #[error("part {part} of the recording cannot be read ({cause}); fetch the lesson again")]
    Unreadable {
        /// The part's index, from 0.
        part: usize,
        /// What the source said.
        cause: String,
    },
    /// The bytes are not MP4.
    #[error("part {part} of the recording is not an MP4 file; ask the teacher to send it again")]
    NotMp4 {
        /// The part's index, from 0.
        part: usize,
    },
    /// The MP4's index is damaged or missing.
    #[error("part {part} of the recording is damaged ({cause}); fetch the lesson again")]
    Damaged {
        /// The part's index, from 0.
        part: usize,
        /// What is wrong.
        cause: String,
    },
    /// There is no video track.
    #[error("the recording has no picture; ask the teacher to send it again")]
    NoVideo,
    /// The video is coded in something else than AV1 with 8 or 10 bits.
    #[error("the picture is coded as {codec}, not as AV1; ask the teacher to convert it")]
    NotAv1 {
        /// The codec found, as a person knows it.
        codec: String,
    },
    /// Something is over a bound of this player.
    #[error("the recording is too large ({what}); ask the teacher to make it smaller")]
    TooLarge {
        /// Which bound, with its figures.
        what: String,
    },
    /// The decoder stopped in a way that it should not.
    #[error("the player stopped ({cause}); open the recording again")]
    Stopped {
        /// What is known of it.
        cause: String,
    },
}

/// What a viewer should know of a recording that plays all the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Notice {
    /// A part ends before its index says so; what is there is played.
    CutShort {
        /// The part's index, from 0.
        part: usize,
    },
    /// A part after the first cannot be read; the recording ends before it.
    PartMissing {
        /// The part's index, from 0.
        part: usize,
    },
    /// Some frames could not be decoded and were left out.
    FramesLost,
    /// The sound is coded in something else than Opus; the picture plays alone.
    SoundCodec {
        /// The codec found.
        codec: String,
    },
    /// No loudspeaker could be opened; the picture plays alone.
    NoSpeaker,
}
