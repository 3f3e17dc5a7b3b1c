//! Patches: a new version of a blob in terms of an old one, in the `dcz` form of RFC 9842.
//!
//! A patch is a 40-byte header (a zstd skippable frame with the SHA-256 of the old version,
//! RFC 9842 section 5) and one zstd frame whose dictionary is the old version, raw. It is
//! believed only when its result hashes to the new version's name.

use hotaru_content::blob::{BlobId, BlobRef};
use sha2::{Digest, Sha256};
use zstd::zstd_safe::{CCtx, CParameter, DCtx, compress_bound, get_error_name};

/// Neither version may be larger: the old one, the new one and the patch stand in memory
/// together.
pub const MAX_LEN: u64 = 16 << 20;

/// Bytes before the zstd frame.
pub const HEADER_LEN: usize = MAGIC.len() + 32;

/// The skippable frame's magic number and the length of what follows in it, 32.
const MAGIC: [u8; 8] = [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0];
/// Patches are made once and fetched by a whole class.
const LEVEL: i32 = 19;
/// RFC 9842, section 5: the window is at most 8 MiB or 1.25 times the dictionary, whichever
/// is larger.
const MIN_WINDOW_BOUND: u64 = 8 << 20;

/// Why there is no patch, or why one cannot be used. The whole blob can always be fetched
/// instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// A version is larger than [`MAX_LEN`].
    #[error("a version has {0} bytes, more than a patch is made for (16 MiB); fetch it whole")]
    TooLarge(u64),
    /// The bytes do not begin as a `dcz` patch does.
    #[error("the patch does not begin as one should; fetch the whole blob")]
    NotAPatch,
    /// The patch is for another old version.
    #[error("the patch was made for another old version; fetch the whole blob")]
    OtherDictionary,
    /// The compressed frame is damaged or longer than the new version.
    #[error("the patch is damaged ({0}); fetch the whole blob")]
    Damaged(String),
    /// The result is not what the name says.
    #[error("the patch led to other bytes than blob {0}; fetch the whole blob")]
    WrongResult(BlobId),
    /// The compressor failed; only for want of memory.
    #[error("the patch could not be made ({0}); the whole blob is sent instead")]
    Compressor(String),
}

/// Makes the patch that leads from `old` to `new`. Takes about a second a MiB.
///
/// # Errors
/// Where a version is too large or the compressor fails.
pub fn make(old: &[u8], new: &[u8]) -> Result<Vec<u8>, PatchError> {
    for version in [old, new] {
        bounded(version.len() as u64)?;
    }
    let failed = |code| PatchError::Compressor(get_error_name(code).to_owned());
    let mut context =
        CCtx::try_create().ok_or_else(|| PatchError::Compressor("no memory".to_owned()))?;
    for parameter in [
        CParameter::CompressionLevel(LEVEL),
        CParameter::WindowLog(window_log(old.len() as u64, new.len() as u64)),
        // Finds what moved far; level 19 alone looks near first.
        CParameter::EnableLongDistanceMatching(true),
        // BLAKE3 proves the result.
        CParameter::ChecksumFlag(false),
    ] {
        context.set_parameter(parameter).map_err(failed)?;
    }
    context.ref_prefix(old).map_err(failed)?;
    let mut frame = Vec::with_capacity(compress_bound(new.len()));
    context.compress2(&mut frame, new).map_err(failed)?;

    let mut patch = Vec::with_capacity(HEADER_LEN + frame.len());
    patch.extend_from_slice(&MAGIC);
    patch.extend_from_slice(&Sha256::digest(old));
    patch.extend_from_slice(&frame);
    Ok(patch)
}

/// Applies a patch. Memory is bounded by `expected.len`, whatever the patch claims.
///
/// # Errors
/// Where the patch is for another old version, is damaged, or leads elsewhere.
pub fn apply(old: &[u8], patch: &[u8], expected: BlobRef) -> Result<Vec<u8>, PatchError> {
    bounded(old.len() as u64)?;
    let len = bounded(expected.len)?;
    let rest = patch.strip_prefix(&MAGIC).ok_or(PatchError::NotAPatch)?;
    let (dictionary, frame) = rest.split_at_checked(32).ok_or(PatchError::NotAPatch)?;
    if dictionary != Sha256::digest(old).as_slice() {
        return Err(PatchError::OtherDictionary);
    }
    let damaged = |code| PatchError::Damaged(get_error_name(code).to_owned());
    let mut context =
        DCtx::try_create().ok_or_else(|| PatchError::Damaged("no memory".to_owned()))?;
    context.ref_prefix(old).map_err(damaged)?;
    let mut new = Vec::with_capacity(len);
    // In one call zstd writes into `new` itself and has no window of its own: a frame that
    // claims a huge one costs nothing, and one longer than `len` is an error.
    context.decompress(&mut new, frame).map_err(damaged)?;
    if BlobRef::of(&new) == expected {
        Ok(new)
    } else {
        Err(PatchError::WrongResult(expected.id))
    }
}

fn bounded(len: u64) -> Result<usize, PatchError> {
    usize::try_from(len)
        .ok()
        .filter(|_| len <= MAX_LEN)
        .ok_or(PatchError::TooLarge(len))
}

/// The window that reaches back over all of the new version (the dictionary stays in reach
/// for as long as that), as far as RFC 9842 allows.
fn window_log(old: u64, new: u64) -> u32 {
    let allowed = MIN_WINDOW_BOUND.max(old + old / 4).ilog2();
    let wanted = old.max(new).max(1).ilog2() + 1;
    // 10 is zstd's smallest.
    wanted.clamp(10, allowed)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    /// splitmix64 (Steele, Lea, Flood 2014).
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }

        fn text(&mut self, words: usize) -> String {
            const WORDS: [&str; 20] = [
                "支点",
                "力点",
                "作用点",
                "てこ",
                "おもり",
                "分数",
                "約分",
                "面積",
                "体積",
                "比例",
                "光",
                "影",
                "季節",
                "地層",
                "火山",
                "戦国",
                "開国",
                "議会",
                "憲法",
                "貿易",
            ];
            (0..words)
                .map(|_| WORDS[self.next() as usize % WORDS.len()])
                .collect()
        }
    }

    /// A drill of 2,000 items as JSON, 0.85 MB, from a fixed seed; the question and the
    /// explanation of `edited` of them, spread over all, are written anew.
    fn drill(edited: usize) -> Vec<u8> {
        let (mut random, mut anew) = (Random(2026), Random(1121));
        let mut items = Vec::new();
        for i in 0..2000 {
            let id = random.next();
            let (mut question, mut explanation) = (random.text(16), random.text(24));
            let choices = [random.text(2), random.text(2), random.text(2)];
            let (answer, skill) = (&choices[random.next() as usize % 3], random.text(1));
            if i % 44 == 0 && i / 44 < edited {
                (question, explanation) = (anew.text(16), anew.text(24));
            }
            items.push(format!(
                r#"{{"id":"{id:016x}","kind":"choice","question":"{question}","choices":["{}"],"answer":["{answer}"],"explanation":"{explanation}","skill":"{skill}","level":{}}}"#,
                choices.join("\",\""),
                i % 5
            ));
        }
        format!("{{\"items\":[\n{}\n]}}\n", items.join(",\n")).into_bytes()
    }

    fn edited_drill() -> (Vec<u8>, Vec<u8>) {
        (drill(0), drill(45))
    }

    /// The same pair by `zstd --patch-from -19 --long=27` (zstd 1.5.4), in bytes.
    const REFERENCE_LEN: usize = 2261;

    /// What the reference tool makes of the pair, where it is installed.
    fn reference_len(old: &[u8], new: &[u8], patch: &[u8]) -> Option<usize> {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("old"), old).unwrap();
        std::fs::write(path("new"), new).unwrap();
        let status = Command::new("zstd")
            .current_dir(dir.path())
            .args([
                "-q",
                "--patch-from=old",
                "-19",
                "--long=27",
                "new",
                "-o",
                "ref",
            ])
            .status()
            .ok()?;
        assert!(status.success());
        // And the other way: it reads ours, with the header that it skips.
        std::fs::write(path("ours"), patch).unwrap();
        let status = Command::new("zstd")
            .current_dir(dir.path())
            .args([
                "-q",
                "-d",
                "--patch-from=old",
                "--long=27",
                "ours",
                "-o",
                "again",
            ])
            .status()
            .unwrap();
        assert!(status.success());
        assert_eq!(std::fs::read(path("again")).unwrap(), new);
        Some(std::fs::metadata(path("ref")).unwrap().len() as usize)
    }

    #[test]
    fn an_edited_drill_travels_within_a_tenth_of_the_reference() {
        let (old, new) = edited_drill();
        let patch = make(&old, &new).unwrap();
        assert_eq!(apply(&old, &patch, BlobRef::of(&new)).unwrap(), new);
        let measured = reference_len(&old, &new, &patch);
        println!(
            "old {} B, new {} B, patch {} B, zstd --patch-from {} B ({})",
            old.len(),
            new.len(),
            patch.len(),
            measured.unwrap_or(REFERENCE_LEN),
            if measured.is_some() {
                "measured now"
            } else {
                "as recorded; zstd is not on PATH"
            }
        );
        let reference = measured.unwrap_or(REFERENCE_LEN);
        assert!(
            patch.len() * 10 <= reference * 11,
            "{} of {reference}",
            patch.len()
        );
    }

    #[test]
    fn the_header_is_that_of_the_rfc() {
        let patch = make(b"old", b"new").unwrap();
        assert_eq!(patch[..8], [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0x00, 0x00, 0x00]);
        assert_eq!(patch[8..HEADER_LEN], *Sha256::digest(b"old"));
        // The frame's own magic number, and a descriptor without checksum.
        assert_eq!(patch[HEADER_LEN..][..4], [0x28, 0xb5, 0x2f, 0xfd]);
        assert_eq!(patch[HEADER_LEN + 4] & 0b100, 0);
    }

    #[test]
    fn the_window_keeps_to_the_rfc() {
        assert_eq!(window_log(0, 0), 10);
        assert_eq!(window_log(1_015_251, 1_015_300), 20);
        assert_eq!(window_log(100, MAX_LEN), 23);
        assert_eq!(window_log(MAX_LEN, MAX_LEN), 24);
    }

    #[test]
    fn a_patch_for_another_version_is_named() {
        let patch = make(b"one", b"two").unwrap();
        let two = BlobRef::of(b"two");
        assert_eq!(apply(b"One", &patch, two), Err(PatchError::OtherDictionary));
        assert_eq!(
            apply(b"one", &patch, BlobRef::of(b"twi")),
            Err(PatchError::WrongResult(BlobId::of(b"twi")))
        );
        assert_eq!(apply(b"one", &patch[1..], two), Err(PatchError::NotAPatch));
        assert_eq!(apply(b"one", &patch[..20], two), Err(PatchError::NotAPatch));
        assert_eq!(apply(b"one", &[], two), Err(PatchError::NotAPatch));
    }

    #[test]
    fn more_than_was_promised_is_refused() {
        let long = vec![7; 1 << 20];
        let patch = make(b"", &long).unwrap();
        let short = BlobRef {
            id: BlobId::of(&long),
            len: 1000,
        };
        assert!(matches!(
            apply(b"", &patch, short),
            Err(PatchError::Damaged(_))
        ));
        let huge = BlobRef {
            id: short.id,
            len: MAX_LEN + 1,
        };
        assert_eq!(
            apply(b"", &patch, huge),
            Err(PatchError::TooLarge(MAX_LEN + 1))
        );
        assert!(make(&vec![0; MAX_LEN as usize + 1], b"").is_err());
    }

    #[test]
    fn every_cut_and_every_flipped_byte_is_caught() {
        let old: Vec<u8> = (0..2000_u32).flat_map(|i| (i * i).to_le_bytes()).collect();
        let mut new = old.clone();
        new.splice(100..120, *b"another sentence stands here");
        let expected = BlobRef::of(&new);
        let patch = make(&old, &new).unwrap();
        for cut in 0..patch.len() {
            assert!(apply(&old, &patch[..cut], expected).is_err(), "cut {cut}");
        }
        for at in 0..patch.len() {
            for bit in [1, 16, 128] {
                let mut wrong = patch.clone();
                wrong[at] ^= bit;
                // A flip that leads to the right bytes all the same is no damage.
                if let Ok(bytes) = apply(&old, &wrong, expected) {
                    assert_eq!(bytes, new);
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_pair_returns(old in prop::collection::vec(any::<u8>(), 0..3000), new in prop::collection::vec(any::<u8>(), 0..3000)) {
            let patch = make(&old, &new).unwrap();
            prop_assert_eq!(apply(&old, &patch, BlobRef::of(&new)).unwrap(), new);
        }

        #[test]
        fn garbage_never_panics(old in prop::collection::vec(any::<u8>(), 0..300), tail in prop::collection::vec(any::<u8>(), 0..300), len in 0..400_u64) {
            let mut patch = MAGIC.to_vec();
            patch.extend_from_slice(&Sha256::digest(&old));
            patch.extend_from_slice(&[0x28, 0xb5, 0x2f, 0xfd]);
            patch.extend_from_slice(&tail);
            let expected = BlobRef { id: BlobId([1; 32]), len };
            prop_assert!(apply(&old, &patch, expected).is_err());
        }
    }
}
