//! Small precious files, kept twice.

use std::path::PathBuf;

use super::places::{destroy, exchange, read_bounded, replace};
use super::step::step;
use super::{OpenFinding, ShelfError};

/// No such file is longer.
pub(super) const MAX_LEN: u64 = 4 << 20;

/// A small file in two copies: `magic (8) ‖ generation (8) ‖ BLAKE3 of what follows and of
/// the generation (32) ‖ bytes`. The higher generation that is whole counts.
pub(super) struct Twin {
    paths: [PathBuf; 2],
    generation: u64,
    was_damaged: bool,
}

const MAGIC: &[u8; 8] = b"hotaru\x001";

impl Twin {
    /// Reads what counts, and writes a copy that is not whole again.
    pub fn open(
        paths: [PathBuf; 2],
        findings: &mut Vec<OpenFinding>,
    ) -> Result<(Self, Option<Vec<u8>>), ShelfError> {
        let mut was_damaged = false;
        let mut copies = Vec::new();
        for path in &paths {
            let copy = match read_bounded(path, MAX_LEN + 64) {
                Ok(None) => None,
                Ok(Some(bytes)) => {
                    let copy = parse(&bytes);
                    was_damaged |= copy.is_none();
                    copy
                }
                Err(error) if error.is_damage() => {
                    was_damaged = true;
                    None
                }
                Err(error) => return Err(error),
            };
            copies.push((path, copy));
        }
        let best = copies
            .iter()
            .filter_map(|(_, copy)| copy.clone())
            .max_by_key(|(generation, _)| *generation);
        let generation = best.as_ref().map_or(0, |(generation, _)| *generation);
        if let Some((_, bytes)) = &best {
            for (path, copy) in &copies {
                if copy.as_ref().is_none_or(|(have, _)| *have != generation) {
                    replace(path, &file_of(generation, bytes))?;
                    findings.push(OpenFinding::CopyMended {
                        path: path.to_path_buf(),
                    });
                }
            }
        }
        Ok((
            Self {
                paths,
                generation,
                was_damaged,
            },
            best.map(|(_, bytes)| bytes),
        ))
    }

    /// Whether nothing was ever written.
    pub fn is_new(&self) -> bool {
        self.generation == 0
    }

    /// How many times it was written.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether a copy was not whole.
    pub fn was_damaged(&self) -> bool {
        self.was_damaged
    }

    /// Copies that are not whole, not there, or of another generation.
    pub fn harmed(&self) -> Vec<PathBuf> {
        let is_harmed = |path: &&PathBuf| {
            let bytes = read_bounded(path, MAX_LEN + 64).ok().flatten();
            let copy = bytes.and_then(|bytes| parse(&bytes));
            copy.is_none_or(|(generation, _)| generation != self.generation)
        };
        self.paths.iter().filter(is_harmed).cloned().collect()
    }

    /// Durable on return. The second copy is only for damage: if the disk fills between the
    /// two, the next open writes it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ShelfError> {
        let next = self.generation.saturating_add(1);
        let file = zeroize::Zeroizing::new(file_of(next, bytes));
        let [first, second] = &self.paths;
        step();
        replace(first, &file)?;
        step();
        self.generation = next;
        let _ = replace(second, &file);
        step();
        Ok(())
    }

    /// As [`Twin::write`], and nothing of what was there before stays in either copy: it is
    /// overwritten where it lay.
    pub fn supersede(&mut self, bytes: &[u8]) -> Result<(), ShelfError> {
        let next = self.generation.saturating_add(1);
        let file = zeroize::Zeroizing::new(file_of(next, bytes));
        let [first, second] = &self.paths;
        exchange(first, &file)?;
        self.generation = next;
        step();
        if exchange(second, &file).is_err() {
            // On a full disk there is one copy until the next open; the old one has to go.
            destroy(second)?;
        }
        step();
        // What a crash left of an earlier write.
        [first, second]
            .into_iter()
            .try_for_each(|path| destroy(&coming(path)))
    }
}

/// What a copy is called while it is written.
fn coming(path: &std::path::Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn file_of(generation: u64, bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(48 + bytes.len());
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&generation.to_le_bytes());
    file.extend_from_slice(&checksum(generation, bytes));
    file.extend_from_slice(bytes);
    file
}

fn parse(file: &[u8]) -> Option<(u64, Vec<u8>)> {
    let (magic, rest) = file.split_first_chunk::<8>()?;
    let (generation, rest) = rest.split_first_chunk::<8>()?;
    let (sum, bytes) = rest.split_first_chunk::<32>()?;
    let generation = u64::from_le_bytes(*generation);
    (magic == MAGIC && *sum == checksum(generation, bytes)).then(|| (generation, bytes.to_vec()))
}

fn checksum(generation: u64, bytes: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new()
        .update(&generation.to_le_bytes())
        .update(bytes)
        .finalize()
        .as_bytes()
}
