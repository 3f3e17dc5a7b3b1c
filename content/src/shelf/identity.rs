//! Who this terminal is: small, precious, kept twice and outside the databases.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::places::Places;
use super::seal::{Place, Seal};
use super::twin::{MAX_LEN, Twin};
use super::{OpenFinding, ShelfError};
use crate::id::{ClassId, PupilId, TerminalId};
use crate::key::{PublicKey, SecretKey};
use crate::order::{OrderBook, Unsent};
use crate::renewal::Renewal;

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
    /// How that key is renewed.
    pub renewal: Renewal,
    /// No request with a number from here on was ever signed.
    pub requests_numbered: u64,
    /// The school's name.
    pub school_name: String,
    /// What only the school can open is put into a box for this key.
    pub school_key: Option<PublicKey>,
    /// What the school ordered.
    pub orders: OrderBook,
    /// What the school was last told of what it does not have yet.
    pub unsent_told: Option<Unsent>,
    /// When the school was last heard of, or a code of a teacher's opened this terminal, by
    /// the school's clock: milliseconds since 1970.
    pub contact_ms: Option<i64>,
    /// No time before this one is believed: a clock that was set back prolongs nothing.
    pub latest_ms: i64,
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

/// The identity as it stands on disk.
pub(super) struct IdentityKeeper {
    twin: Twin,
    pub identity: Identity,
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
            None if twin.was_damaged() || places.pupils().exists() => None,
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
        match self.twin.is_new() {
            true => Vec::new(),
            false => self.twin.harmed(),
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

/// The folder of a pupil under `pupils`: its name does not say whose it is.
pub(super) fn pupil_dir(pupils: &Path, terminal: &Seal, pupil: &PupilId) -> PathBuf {
    pupils.join(terminal.file_name("pupil", &[&pupil.0]))
}
