//! Blobs: immutable bytes named by their BLAKE3 hash, and the proof of their parts.
//!
//! A blob arrives in groups of 16 KiB. BLAKE3 is a tree, so the chaining value of each
//! group proves that group alone, and all of them together hash to the blob's name. A
//! [`GroupProof`] is that list: 32 bytes a group (0.2 % of the blob), believed only after
//! it was found to lead to the name. So a wrong byte is caught within 16 KiB of where it
//! stands, and what was already proven is never fetched again.

use std::fmt;
use std::str::FromStr;

use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{BadId, deserialize_bytes, parse_hex, serialize_bytes, write_hex};

/// Bytes of one group: what is verified, sealed and resumed as one.
pub const GROUP_LEN: u64 = 16 * 1024;

/// No blob is larger: 1 GiB. A recording is cut into parts long before.
pub const MAX_BLOB_LEN: u64 = 1 << 30;

/// A blob's name: the BLAKE3 hash of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub [u8; 32]);

impl BlobId {
    /// The name of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

impl FromStr for BlobId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        parse_hex("a blob's name", text).map(Self)
    }
}

impl Serialize for BlobId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_bytes(self, &self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for BlobId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_bytes("a blob's name", deserializer).map(Self)
    }
}

/// A blob that something names, with the length it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobRef {
    /// Its name.
    pub id: BlobId,
    /// Its length in bytes, at most [`MAX_BLOB_LEN`].
    pub len: u64,
}

impl BlobRef {
    /// The reference to these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            id: BlobId::of(bytes),
            len: bytes.len() as u64,
        }
    }

    /// How many groups it has; an empty blob has one, empty.
    #[must_use]
    pub fn groups(&self) -> u64 {
        self.len.div_ceil(GROUP_LEN).max(1)
    }
}

/// Why bytes are not what a name says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The list has the wrong number of chaining values for the blob's length.
    #[error("the proof of blob {blob} has {got} parts where {want} are needed; fetch it again")]
    Count {
        /// The blob.
        blob: BlobId,
        /// Parts needed.
        want: u64,
        /// Parts found.
        got: u64,
    },
    /// The list does not hash to the blob's name.
    #[error("the proof of blob {0} does not lead to its name; fetch it again")]
    Root(BlobId),
    /// The blob claims more than [`MAX_BLOB_LEN`].
    #[error("blob {0} claims to be larger than 1 GiB; nothing of it was taken")]
    TooLarge(BlobId),
    /// A group's bytes are not the proven ones.
    #[error(
        "group {group} of blob {blob} has wrong bytes; it was thrown away and can be fetched again"
    )]
    Group {
        /// The blob.
        blob: BlobId,
        /// Which group, from 0.
        group: u64,
    },
}

/// The chaining values of a blob's groups, found to lead to its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupProof {
    blob: BlobRef,
    values: Vec<ChainingValue>,
}

impl GroupProof {
    /// The proof of bytes that are at hand.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut builder = GroupProofBuilder::new();
        builder.update(bytes);
        builder.finish()
    }

    /// Takes a proof that came from outside.
    ///
    /// # Errors
    /// Where it has not one value of 32 bytes a group, or does not lead to the name.
    pub fn check(blob: BlobRef, bytes: &[u8]) -> Result<Self, ProofError> {
        if blob.len > MAX_BLOB_LEN {
            return Err(ProofError::TooLarge(blob.id));
        }
        let want = blob.groups();
        let got = bytes.len() as u64 / 32;
        if got != want || !bytes.len().is_multiple_of(32) {
            return Err(ProofError::Count {
                blob: blob.id,
                want,
                got,
            });
        }
        let values: Vec<ChainingValue> = bytes
            .chunks_exact(32)
            .filter_map(|chunk| chunk.try_into().ok())
            .collect();
        // One group is the root itself: its value *is* the name.
        let root = match values.as_slice() {
            [only] => *only,
            many => root_of(many, blob.len),
        };
        if root == blob.id.0 {
            Ok(Self { blob, values })
        } else {
            Err(ProofError::Root(blob.id))
        }
    }

    /// What it proves.
    #[must_use]
    pub fn blob(&self) -> BlobRef {
        self.blob
    }

    /// The form that travels: the values, one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.values.concat()
    }

    /// Proves one group.
    ///
    /// # Errors
    /// Where these are not that group's bytes, by length or by hash.
    pub fn verify(&self, group: u64, bytes: &[u8]) -> Result<(), ProofError> {
        let wrong = || ProofError::Group {
            blob: self.blob.id,
            group,
        };
        let start = group.saturating_mul(GROUP_LEN);
        let len = self.blob.len.saturating_sub(start).min(GROUP_LEN);
        let value = usize::try_from(group)
            .ok()
            .and_then(|at| self.values.get(at))
            .ok_or_else(wrong)?;
        if bytes.len() as u64 != len {
            return Err(wrong());
        }
        let found = if self.values.len() == 1 {
            *blake3::hash(bytes).as_bytes()
        } else {
            group_value(group, bytes)
        };
        if found == *value {
            Ok(())
        } else {
            Err(wrong())
        }
    }
}

/// Builds a proof from bytes as they pass by.
#[derive(Debug, Default)]
pub struct GroupProofBuilder {
    values: Vec<ChainingValue>,
    pending: Vec<u8>,
    len: u64,
}

impl GroupProofBuilder {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len() as u64;
        while !bytes.is_empty() {
            // A full group is closed only when more follows: a single one is the root.
            if self.pending.len() as u64 == GROUP_LEN {
                self.close_group();
            }
            let room = GROUP_LEN as usize - self.pending.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
        }
    }

    /// The proof of all that passed.
    #[must_use]
    pub fn finish(mut self) -> GroupProof {
        if self.values.is_empty() {
            let id = BlobId::of(&self.pending);
            return GroupProof {
                blob: BlobRef { id, len: self.len },
                values: vec![id.0],
            };
        }
        self.close_group();
        let id = BlobId(root_of(&self.values, self.len));
        GroupProof {
            blob: BlobRef { id, len: self.len },
            values: self.values,
        }
    }

    fn close_group(&mut self) {
        self.values
            .push(group_value(self.values.len() as u64, &self.pending));
        self.pending.clear();
    }
}

/// The chaining value of a group that is not the whole blob.
fn group_value(group: u64, bytes: &[u8]) -> ChainingValue {
    // BLAKE3's own code panics on an empty subtree; a non-root group is never empty.
    if bytes.is_empty() {
        return [0; 32];
    }
    let mut hasher = blake3::Hasher::new();
    hasher.set_input_offset(group * GROUP_LEN).update(bytes);
    hasher.finalize_non_root()
}

/// The root over two or more groups of a blob of `len` bytes (BLAKE3 specification, 2.1).
fn root_of(values: &[ChainingValue], len: u64) -> [u8; 32] {
    let (left, right, left_len) = split(values, len);
    *merge_subtrees_root(
        &subtree(left, left_len),
        &subtree(right, len - left_len),
        Mode::Hash,
    )
    .as_bytes()
}

fn subtree(values: &[ChainingValue], len: u64) -> ChainingValue {
    match values {
        [] => [0; 32],
        [only] => *only,
        many => {
            let (left, right, left_len) = split(many, len);
            merge_subtrees_non_root(
                &subtree(left, left_len),
                &subtree(right, len - left_len),
                Mode::Hash,
            )
        }
    }
}

fn split(values: &[ChainingValue], len: u64) -> (&[ChainingValue], &[ChainingValue], u64) {
    let left_len = left_subtree_len(len);
    let at = usize::try_from(left_len / GROUP_LEN)
        .unwrap_or(usize::MAX)
        .min(values.len());
    let (left, right) = values.split_at(at);
    (left, right, left_len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(len: u64) -> Vec<u8> {
        (0..len).map(|i| (i * 31 % 251) as u8).collect()
    }

    /// Lengths around every boundary that the tree has.
    const LENGTHS: [u64; 11] = [
        0,
        1,
        GROUP_LEN - 1,
        GROUP_LEN,
        GROUP_LEN + 1,
        2 * GROUP_LEN,
        3 * GROUP_LEN,
        3 * GROUP_LEN + 5,
        7 * GROUP_LEN - 1,
        8 * GROUP_LEN,
        8 * GROUP_LEN + 1,
    ];

    #[test]
    fn a_proof_leads_to_the_name_that_blake3_gives() {
        for len in LENGTHS {
            let bytes = bytes(len);
            let proof = GroupProof::of(&bytes);
            assert_eq!(proof.blob(), BlobRef::of(&bytes), "{len}");
            let again = GroupProof::check(proof.blob(), &proof.to_bytes()).unwrap();
            for (group, part) in bytes.chunks(GROUP_LEN as usize).enumerate() {
                again.verify(group as u64, part).unwrap();
            }
        }
    }

    #[test]
    fn pieces_of_any_size_build_the_same_proof() {
        let bytes = bytes(5 * GROUP_LEN + 77);
        for size in [1, 100, 16_383, 16_384, 16_385, 70_000] {
            let mut builder = GroupProofBuilder::new();
            bytes.chunks(size).for_each(|part| builder.update(part));
            assert_eq!(builder.finish(), GroupProof::of(&bytes));
        }
    }

    #[test]
    fn a_wrong_byte_is_caught_in_its_group() {
        let mut bytes = bytes(3 * GROUP_LEN + 9);
        let proof = GroupProof::of(&bytes);
        bytes[GROUP_LEN as usize + 3] ^= 1;
        let results: Vec<bool> = bytes
            .chunks(GROUP_LEN as usize)
            .enumerate()
            .map(|(group, part)| proof.verify(group as u64, part).is_ok())
            .collect();
        assert_eq!(results, [true, false, true, true]);
    }

    #[test]
    fn a_forged_proof_is_refused() {
        let bytes = bytes(4 * GROUP_LEN);
        let proof = GroupProof::of(&bytes);
        let mut forged = proof.to_bytes();
        forged[40] ^= 1;
        assert_eq!(
            GroupProof::check(proof.blob(), &forged),
            Err(ProofError::Root(proof.blob().id))
        );
        assert!(matches!(
            GroupProof::check(proof.blob(), &forged[..96]),
            Err(ProofError::Count {
                want: 4,
                got: 3,
                ..
            })
        ));
        let huge = BlobRef {
            id: proof.blob().id,
            len: u64::MAX,
        };
        assert!(matches!(
            GroupProof::check(huge, &forged),
            Err(ProofError::TooLarge(_))
        ));
        assert!(proof.verify(4, &[]).is_err());
        assert!(proof.verify(u64::MAX, &[]).is_err());
    }
}
