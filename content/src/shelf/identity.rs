//! Who this terminal is: small, precious, kept twice and outside the databases.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::places::{Places, read_bounded, replace};
use super::seal::{Place, Seal, SealKey};
use super::{OpenFinding, ShelfError};
use crate::id::{ClassId, PupilId, TerminalId};
use crate::key::SecretKey;

/// No identity or key file is longer.
const MAX_LEN: u64 = 4 << 20;

/// What a profile knows of itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The terminal's name at the school, once it has joined.
    pub terminal: Option<TerminalId>,
    /// The cloud's address.
    pub cloud: Option<String>,
    /// What the terminal proves itself with at the cloud.
    pub token: Option<String>,
    /// What the terminal signs its requests with.
    pub signing_key: Option<SecretKey>,
    /// No request with a number from here on was ever signed.
    pub requests_numbered: u64,
    /// The school's name.
    pub school_name: String,
    /// The pupils who use this terminal.
    pub pupils: Vec<PupilEntry>,
    /// Pupils who studied on another terminal before: what they did there is to come back
    /// from the cloud, where the school has agreed.
    pub logs_awaited: Vec<PupilId>,
    /// Whether large materials may travel on a metered line.
    pub metered_allowed: bool,
    /// Settings by name: theme, text size, language.
    pub settings: BTreeMap<String, String>,
    /// The server's clock less this one's, in milliseconds, where it was learned.
    pub server_offset_ms: Option<i64>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("terminal", &self.terminal)
            .field("cloud", &self.cloud)
            .field("token", &self.token.as_ref().map(|_| ".."))
            .field("pupils", &self.pupils)
            .finish_non_exhaustive()
    }
}

/// A pupil of this terminal, as the school told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilEntry {
    /// The pupil.
    pub pupil: PupilId,
    /// The number in the class (出席番号).
    pub number: u16,
    /// The class that was joined.
    pub class: ClassId,
    /// Its name: "6-1".
    pub class_name: String,
    /// Its grade: "P6".
    pub grade: String,
}

/// What the key file holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Keys {
    pub terminal: SealKey,
    pub pupils: BTreeMap<PupilId, SealKey>,
}

/// The identity as it stands on disk.
pub(super) struct IdentityKeeper {
    twin: Twin,
    pub identity: Identity,
}

/// The keys as they stand on disk.
pub(super) struct KeyKeeper {
    twin: Twin,
    pub keys: Keys,
}

impl KeyKeeper {
    /// Reads the keys, or makes the terminal's where the profile is new.
    pub fn open(places: &Places, findings: &mut Vec<OpenFinding>) -> Result<Self, ShelfError> {
        let (twin, bytes) = Twin::open(places.keys(), findings)?;
        if let Some(bytes) = bytes {
            let keys = postcard::from_bytes(&bytes).map_err(|_| ShelfError::KeysLost {
                dir: places.dir().to_owned(),
            })?;
            return Ok(Self { twin, keys });
        }
        let is_used = [places.terminal(), places.pupils()]
            .iter()
            .any(|place| place.exists())
            || places.identity().iter().any(|path| path.exists());
        if is_used || twin.was_damaged {
            return Err(ShelfError::KeysLost {
                dir: places.dir().to_owned(),
            });
        }
        let keys = Keys {
            terminal: SealKey::random()?,
            pupils: BTreeMap::new(),
        };
        let mut keeper = Self { twin, keys };
        keeper.save()?;
        Ok(keeper)
    }

    /// Copies that do not say what this says.
    pub fn harmed(&self) -> Vec<PathBuf> {
        self.twin.harmed()
    }

    pub fn save(&mut self) -> Result<(), ShelfError> {
        let bytes = postcard::to_stdvec(&self.keys)
            .map(zeroize::Zeroizing::new)
            .map_err(|_| ShelfError::damaged("the list of keys"))?;
        self.twin.write(&bytes)
    }
}

impl IdentityKeeper {
    /// Reads the identity; an empty one where there is none yet or both copies are gone.
    pub fn open(
        places: &Places,
        seal: &Seal,
        findings: &mut Vec<OpenFinding>,
    ) -> Result<Self, ShelfError> {
        let (twin, bytes) = Twin::open(places.identity(), findings)?;
        let identity: Option<Identity> = match bytes {
            Some(envelope) => seal
                .open(place(), &envelope)
                .and_then(|plain| serde_json::from_slice(&plain).ok()),
            None if twin.was_damaged || places.pupils().exists() => None,
            None => Some(Identity::default()),
        };
        if identity.is_none() {
            findings.push(OpenFinding::IdentityLost);
        }
        Ok(Self {
            twin,
            identity: identity.unwrap_or_default(),
        })
    }

    /// Copies that do not say what this says.
    pub fn harmed(&self) -> Vec<PathBuf> {
        // Before the first change there are none.
        match self.twin.generation {
            0 => Vec::new(),
            _ => self.twin.harmed(),
        }
    }

    /// Makes a new state durable; where that fails, the old one stays in force.
    pub fn write(&mut self, seal: &Seal, identity: Identity) -> Result<(), ShelfError> {
        let plain =
            serde_json::to_vec(&identity).map_err(|_| ShelfError::damaged("the identity"))?;
        if plain.len() as u64 > MAX_LEN / 2 {
            return Err(ShelfError::TooLong {
                what: "the identity",
                limit: 2 << 20,
            });
        }
        self.twin.write(&seal.seal(place(), &plain)?)?;
        self.identity = identity;
        Ok(())
    }
}

fn place() -> Place<'static> {
    Place {
        domain: "identity",
        name: &[],
        index: 0,
        last: true,
    }
}

/// A small file in two copies: `magic (8) ‖ generation (8) ‖ BLAKE3 of what follows and of
/// the generation (32) ‖ bytes`. The higher generation that is whole counts.
struct Twin {
    paths: [PathBuf; 2],
    generation: u64,
    was_damaged: bool,
}

const MAGIC: &[u8; 8] = b"hotaru\x001";

impl Twin {
    fn open(
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

    /// Copies that are not whole, not there, or of another generation.
    fn harmed(&self) -> Vec<PathBuf> {
        let is_harmed = |path: &&PathBuf| {
            let bytes = read_bounded(path, MAX_LEN + 64).ok().flatten();
            let copy = bytes.and_then(|bytes| parse(&bytes));
            copy.is_none_or(|(generation, _)| generation != self.generation)
        };
        self.paths.iter().filter(is_harmed).cloned().collect()
    }

    /// Durable on return. The second copy is only for damage: if the disk fills between the
    /// two, the next open writes it.
    fn write(&mut self, bytes: &[u8]) -> Result<(), ShelfError> {
        let next = self.generation.saturating_add(1);
        let file = zeroize::Zeroizing::new(file_of(next, bytes));
        let [first, second] = &self.paths;
        replace(first, &file)?;
        self.generation = next;
        let _ = replace(second, &file);
        Ok(())
    }
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

/// The folder of a pupil under `pupils`: its name does not say whose it is.
pub(super) fn pupil_dir(pupils: &Path, terminal: &Seal, pupil: &PupilId) -> PathBuf {
    pupils.join(terminal.file_name("pupil", &[&pupil.0]))
}
