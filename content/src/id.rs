//! Random 128-bit names.
//!
//! A name says nothing about what it names: a pupil's id outlives number, class, school
//! and year. In JSON an id is 32 lower-case hexadecimal digits, in binary formats 16 bytes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{what} is written as {digits} hexadecimal digits, this is not: {text:?}; copy it again whole"
)]
pub struct BadId {
    /// What was expected, in words.
    pub what: &'static str,
    /// How many digits it has.
    pub digits: usize,
    /// What stood there, cut to 80 characters.
    pub text: String,
}

impl BadId {
    fn new(what: &'static str, digits: usize, text: &str) -> Self {
        Self {
            what,
            digits,
            text: text.chars().take(80).collect(),
        }
    }
}

/// Parses exactly `2 * N` hexadecimal digits.
pub(crate) fn parse_hex<const N: usize>(what: &'static str, text: &str) -> Result<[u8; N], BadId> {
    let bad = || BadId::new(what, N * 2, text);
    if text.len() != N * 2 || !text.is_ascii() {
        return Err(bad());
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| bad())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| bad())?;
    }
    // `from_str_radix` takes a sign; an id has none.
    if text.bytes().any(|b| !b.is_ascii_hexdigit()) {
        return Err(bad());
    }
    Ok(bytes)
}

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for byte in bytes {
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

/// Serialises as text where the format is for people, else as `N` bytes.
pub(crate) fn serialize_bytes<S: Serializer, T: fmt::Display, const N: usize>(
    name: &T,
    bytes: &[u8; N],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.collect_str(name)
    } else {
        // A tuple carries no length: exactly N bytes.
        use serde::ser::SerializeTuple;
        let mut tuple = serializer.serialize_tuple(N)?;
        for byte in bytes {
            tuple.serialize_element(byte)?;
        }
        tuple.end()
    }
}

/// The inverse of [`serialize_bytes`].
pub(crate) fn deserialize_bytes<'de, D: Deserializer<'de>, const N: usize>(
    what: &'static str,
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    struct Bytes<const N: usize>(&'static str);
    impl<'de, const N: usize> serde::de::Visitor<'de> for Bytes<N> {
        type Value = [u8; N];
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.0)
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<[u8; N], E> {
            parse_hex(self.0, text).map_err(E::custom)
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<[u8; N], A::Error> {
            let mut bytes = [0; N];
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = seq
                    .next_element()?
                    .ok_or_else(|| serde::de::Error::invalid_length(at, &self))?;
            }
            Ok(bytes)
        }
    }
    if deserializer.is_human_readable() {
        deserializer.deserialize_str(Bytes::<N>(what))
    } else {
        deserializer.deserialize_tuple(N, Bytes::<N>(what))
    }
}

macro_rules! random_ids {
    ($($(#[$doc:meta])* $name:ident, $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// A new random name from the operating system's generator.
            ///
            /// # Errors
            /// Where the operating system has no randomness to give.
            pub fn random() -> Result<Self, getrandom::Error> {
                let mut bytes = [0; 16];
                getrandom::fill(&mut bytes)?;
                Ok(Self(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                parse_hex($what, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_bytes(self, &self.0, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize_bytes($what, deserializer).map(Self)
            }
        }
    )*};
}

random_ids! {
    /// A school in a cloud.
    SchoolId, "a school's id";
    /// A class (学級) or a group (交流学級, 専科, 別室); a pupil may be in several.
    ClassId, "a class's id";
    /// A pupil, for life: number, class, school and year come and go.
    PupilId, "a pupil's id";
    /// A teacher.
    TeacherId, "a teacher's id";
    /// A terminal (端末): one profile directory that has joined a school.
    TerminalId, "a terminal's id";
    /// A lesson; its revisions share it.
    LessonId, "a lesson's id";
    /// A material of a lesson; kept from revision to revision, so that a terminal knows
    /// which old blob a new one replaces.
    MaterialId, "a material's id";
    /// One run of the study log: one pupil, one profile, one incarnation.
    StreamId, "a stream's id";
    /// One run of the school's cloud, from start to stop: what came before a restored backup
    /// is of another run.
    RunId, "the name of a run of the school's cloud";
    /// A publication that waits in a desk's outbox.
    JobId, "a job's id";
    /// A pupil's note.
    NoteId, "a note's id";
    /// One boot of a machine: monotonic times compare only within it.
    BootId, "a boot's id";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_binary_forms_return_the_same_id() {
        let id = PupilId::random().unwrap();
        assert_eq!(id.to_string().parse::<PupilId>().unwrap(), id);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<PupilId>(&json).unwrap(), id);
        let bytes = postcard::to_stdvec(&id).unwrap();
        assert_eq!(bytes, id.0);
        assert_eq!(postcard::from_bytes::<PupilId>(&bytes).unwrap(), id);
    }

    #[test]
    fn what_is_not_an_id_is_named() {
        for text in [
            "",
            "12",
            "zz",
            &"g".repeat(32),
            &"+1".repeat(16),
            &"あ".repeat(11),
        ] {
            let error = text.parse::<LessonId>().unwrap_err().to_string();
            assert!(error.contains("a lesson's id"), "{error}");
        }
    }
}
