//! What was changed on the way, and the arguments of sentences.

use std::fmt;

/// An argument of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A name, a word, or a key that the sentence selects on.
    Text(String),
    /// A number.
    Number(u64),
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

/// What a teacher should know about a material that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A photo was made smaller.
    PhotoScaled {
        /// Its width now, in pixels.
        width: u32,
        /// Its height now, in pixels.
        height: u32,
    },
    /// A photo was turned upright as the camera noted.
    PhotoTurned,
    /// A text was not UTF-8.
    TextEncoding {
        /// The encoding's name (WHATWG).
        encoding: &'static str,
    },
    /// A recording was converted to AV1 and Opus.
    RecordingConverted,
    /// A recording has no captions beside it.
    RecordingWithoutCaptions,
    /// A recording has no sound.
    RecordingWithoutSound,
}

impl Notice {
    /// The stable name of the sentence, without `publish-`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PhotoScaled { .. } => "note-photo-scaled",
            Self::PhotoTurned => "note-photo-turned",
            Self::TextEncoding { .. } => "note-text-encoding",
            Self::RecordingConverted => "note-recording-converted",
            Self::RecordingWithoutCaptions => "note-recording-no-captions",
            Self::RecordingWithoutSound => "note-recording-no-sound",
        }
    }

    /// The sentence's arguments.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Self::PhotoScaled { width, height } => vec![
                ("width", u64::from(*width).into()),
                ("height", u64::from(*height).into()),
            ],
            Self::TextEncoding { encoding } => vec![("encoding", (*encoding).into())],
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PhotoScaled { width, height } => {
                write!(f, "The photo was made smaller: {width} x {height} pixels.")
            }
            Self::PhotoTurned => f.write_str("The photo was turned upright."),
            Self::TextEncoding { encoding } => write!(f, "The text was read as {encoding}."),
            Self::RecordingConverted => {
                f.write_str("The recording was converted for the terminals.")
            }
            Self::RecordingWithoutCaptions => f.write_str(
                "The recording has no captions; a .vtt file of the same name would add them.",
            ),
            Self::RecordingWithoutSound => f.write_str("The recording has no sound."),
        }
    }
}
