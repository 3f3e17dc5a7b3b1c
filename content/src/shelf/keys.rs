//! The keys of a profile, and what holds them.
//!
//! ```text
//! the system's keyring ─▶ the terminal's keys ─▶ lessons, blobs, the identity
//!   (where there is one)        └─▶ the list of pupils' keys
//! PIN, pictures, passphrase ─▶ a pupil's door ─▶ her keys ─▶ her log, drafts, photos
//! a code by telephone ────────────┘
//! ```
//!
//! The file is a mark, then what holds the terminal's keys, then the list under them. Its
//! first form was a list of bare keys: such a profile is taken over at its first open.

mod removed;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::lock::{Lock, LockKind};
use super::places::Places;
use super::seal::{Place, Seal, SealKey, SealKeys};
use super::step::step;
use super::twin::Twin;
use super::{OpenFinding, ShelfError};
use crate::id::PupilId;
use crate::unlock::CODES;

/// What the file begins with. The first form begins with a random key instead.
const MARK: &[u8; 16] = b"hotaru key list2";
/// The most codes that a pupil may have waiting.
const MAX_CODES: usize = 64;

/// A place of the operating system for secrets, which it opens when its user signs in.
pub trait Keyring: fmt::Debug + Send + Sync {
    /// The secret of a name; none where there is none of that name.
    ///
    /// # Errors
    /// The system's reason, where it does not give anything out now.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, String>;

    /// Keeps a secret under a name.
    ///
    /// # Errors
    /// The system's reason.
    fn put(&self, name: &str, secret: &[u8]) -> Result<(), String>;

    /// Forgets the secret of a name; one that is not there is no error.
    ///
    /// # Errors
    /// The system's reason.
    fn remove(&self, name: &str) -> Result<(), String>;
}

/// The file's first form.
#[derive(Serialize, Deserialize)]
pub(super) struct BareKeys {
    pub terminal: SealKey,
    pub pupils: BTreeMap<PupilId, SealKey>,
}

#[derive(Serialize, Deserialize)]
struct KeyFile {
    /// Names the profile in the system's keyring.
    profile: [u8; 16],
    terminal: Held,
    /// The list of [`PupilKeys`], under the terminal's keys.
    pupils: Vec<u8>,
}

/// What holds the terminal's keys.
#[derive(Clone, Serialize, Deserialize)]
enum Held {
    /// Nothing but the rights of the file.
    File(SealKeys),
    /// A secret in the system's keyring.
    Keyring(Vec<u8>),
}

/// A pupil's keys, as they are kept.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PupilKeys {
    pub held: PupilHeld,
    /// Codes that a teacher can read out, the next first.
    pub codes: Vec<CodeSlot>,
    /// The number of the next code that is made.
    pub next_code: u32,
    /// Boxes with the secrets of those codes, for the school.
    pub boxes: Vec<CodeBox>,
    /// Wrong tries since the last right one.
    pub wrong: u32,
}

/// What holds a pupil's keys.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum PupilHeld {
    /// The terminal's keys alone: she has chosen no secret.
    Terminal(SealKeys),
    /// A secret of hers.
    Lock {
        kind: LockKind,
        lock: Lock,
        /// Her keys, under the door.
        keys: Vec<u8>,
    },
    /// None any more: she is being removed from the terminal ([`removed`]).
    Gone,
}

/// A box with the secret of some codes, and whom it was sent to.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CodeBox {
    /// The number of the first code.
    pub first: u32,
    pub bytes: Vec<u8>,
    /// Names these bytes, this terminal and the run of the cloud that has them.
    pub sent: Option<[u8; 32]>,
}

/// One code, as the terminal knows it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CodeSlot {
    pub number: u32,
    pub lock: Lock,
}

/// A pupil's keys, while they are open.
#[derive(Clone)]
pub(super) struct OpenKeys {
    pub keys: SealKeys,
    /// What opened them, where she has a lock.
    pub door: Option<SealKey>,
}

/// The keys as they stand on disk, and those that are open.
pub(super) struct KeyKeeper {
    twin: Twin,
    profile: [u8; 16],
    held: Held,
    keyring: Option<Arc<dyn Keyring>>,
    terminal: SealKeys,
    pupils: BTreeMap<PupilId, PupilKeys>,
    open: BTreeMap<PupilId, OpenKeys>,
}

impl PupilKeys {
    fn of(keys: SealKeys) -> Self {
        Self {
            held: PupilHeld::Terminal(keys),
            codes: Vec::new(),
            next_code: 1,
            boxes: Vec::new(),
            wrong: 0,
        }
    }
}

impl KeyKeeper {
    /// Reads the keys, or makes the terminal's where the profile is new. Where the system
    /// has a keyring that did not hold them yet, it does from now on, and they are new ones:
    /// the old lay open on the disk.
    ///
    /// # Errors
    /// [`ShelfError::KeyringClosed`] where the keyring does not give them out now;
    /// [`ShelfError::KeysLost`] where they are gone.
    pub fn open(
        places: &Places,
        keyring: Option<Arc<dyn Keyring>>,
        findings: &mut Vec<OpenFinding>,
    ) -> Result<Self, ShelfError> {
        let (twin, bytes) = Twin::open(places.keys(), findings)?;
        let bytes = bytes.map(Zeroizing::new);
        let is_new = bytes.is_none();
        let is_first_form = bytes.as_ref().is_some_and(|bytes| !bytes.starts_with(MARK));
        let lost = || ShelfError::KeysLost {
            dir: places.dir().to_owned(),
        };
        let mut keeper = match bytes {
            Some(bytes) => Self::read(twin, &bytes, keyring, lost)?,
            None => {
                let is_used = [places.terminal(), places.pupils()]
                    .iter()
                    .any(|place| place.exists())
                    || places.identity().iter().any(|path| path.exists());
                if is_used || twin.was_damaged() {
                    return Err(lost());
                }
                let bare = BareKeys {
                    terminal: SealKey::random()?,
                    pupils: BTreeMap::new(),
                };
                Self::take_over(twin, bare, keyring)?
            }
        };
        let is_wrapped = keeper.wrap(is_new)?;
        if is_new || is_first_form || is_wrapped {
            keeper.save()?;
        }
        Ok(keeper)
    }

    fn read(
        twin: Twin,
        bytes: &[u8],
        keyring: Option<Arc<dyn Keyring>>,
        lost: impl Fn() -> ShelfError,
    ) -> Result<Self, ShelfError> {
        let Some(bytes) = bytes.strip_prefix(MARK) else {
            let bare = postcard::from_bytes(bytes).map_err(|_| lost())?;
            return Self::take_over(twin, bare, keyring);
        };
        let file: KeyFile = postcard::from_bytes(bytes).map_err(|_| lost())?;
        let terminal = match &file.terminal {
            Held::File(keys) => keys.clone(),
            Held::Keyring(sealed) => {
                let ring = keyring.as_ref().ok_or_else(|| ShelfError::KeyringClosed {
                    reason: "there is none here".to_owned(),
                })?;
                let secret = ring.get(&name_of(&file.profile));
                let secret = secret.map_err(|reason| ShelfError::KeyringClosed { reason })?;
                let secret = secret.ok_or_else(&lost)?;
                let seal = seal_of(&secret).ok_or_else(&lost)?;
                let keys = seal.open(terminal_place(&file.profile), sealed);
                let keys = Zeroizing::new(keys.ok_or_else(&lost)?);
                postcard::from_bytes(&keys).map_err(|_| lost())?
            }
        };
        let list = Seal::new(&terminal).open(list_place(), &file.pupils);
        let list = Zeroizing::new(list.ok_or_else(&lost)?);
        let pupils: BTreeMap<PupilId, PupilKeys> =
            postcard::from_bytes(&list).map_err(|_| lost())?;
        Ok(Self {
            twin,
            profile: file.profile,
            held: file.terminal,
            keyring,
            terminal,
            open: open_of(&pupils),
            pupils,
        })
    }

    fn take_over(
        twin: Twin,
        bare: BareKeys,
        keyring: Option<Arc<dyn Keyring>>,
    ) -> Result<Self, ShelfError> {
        let mut profile = [0; 16];
        getrandom::fill(&mut profile)?;
        let terminal = SealKeys::of(bare.terminal);
        let pupils = bare.pupils.into_iter();
        let pupils: BTreeMap<_, _> = pupils
            .map(|(pupil, key)| (pupil, PupilKeys::of(SealKeys::of(key))))
            .collect();
        Ok(Self {
            twin,
            profile,
            held: Held::File(terminal.clone()),
            keyring,
            terminal,
            open: open_of(&pupils),
            pupils,
        })
    }

    /// Gives the terminal's keys to the keyring, where there is one that has them not. A
    /// keyring that refuses is no reason to have no school: they stay in the file.
    fn wrap(&mut self, is_new: bool) -> Result<bool, ShelfError> {
        let (Some(keyring), Held::File(_)) = (&self.keyring, &self.held) else {
            return Ok(false);
        };
        // A copy of this profile on the same computer gets a name of its own.
        getrandom::fill(&mut self.profile)?;
        let name = name_of(&self.profile);
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut_slice())?;
        if keyring.put(&name, secret.as_slice()).is_err() {
            return Ok(false);
        }
        // What does not come back was not kept.
        let kept = keyring.get(&name).ok().flatten();
        if kept.is_none_or(|kept| kept.as_slice() != secret.as_slice()) {
            return Ok(false);
        }
        step();
        if !is_new {
            self.terminal = self.terminal.rotated()?;
            for (pupil, keys) in &mut self.pupils {
                if let PupilHeld::Terminal(held) = &mut keys.held {
                    *held = held.rotated()?;
                    let open = OpenKeys {
                        keys: held.clone(),
                        door: None,
                    };
                    self.open.insert(*pupil, open);
                }
            }
        }
        self.hold_in_keyring(&secret)?;
        Ok(true)
    }

    fn hold_in_keyring(&mut self, secret: &[u8; 32]) -> Result<(), ShelfError> {
        let plain = postcard::to_stdvec(&self.terminal).map(Zeroizing::new);
        let plain = plain.map_err(|_| ShelfError::damaged("the terminal's keys"))?;
        let seal = Seal::new(&SealKeys::of(SealKey::of(secret)));
        self.held = Held::Keyring(seal.seal(terminal_place(&self.profile), &plain)?);
        Ok(())
    }

    /// Whether the system's keyring holds the terminal's keys.
    pub fn is_in_keyring(&self) -> bool {
        matches!(self.held, Held::Keyring(_))
    }

    /// The terminal's keys.
    pub fn terminal(&self) -> &SealKeys {
        &self.terminal
    }

    /// Every pupil who has keys here.
    pub fn pupils(&self) -> impl Iterator<Item = PupilId> + '_ {
        let all = self.pupils.iter();
        let here = all.filter(|(_, kept)| !matches!(kept.held, PupilHeld::Gone));
        here.map(|(pupil, _)| *pupil)
    }

    /// A pupil's keys as they are kept.
    pub fn kept(&self, pupil: &PupilId) -> Option<&PupilKeys> {
        let kept = self.pupils.get(pupil);
        kept.filter(|kept| !matches!(kept.held, PupilHeld::Gone))
    }

    /// A pupil's keys, where they are open.
    pub fn opened(&self, pupil: &PupilId) -> Option<&OpenKeys> {
        self.open.get(pupil)
    }

    /// Holds a pupil's keys open.
    pub fn hold_open(&mut self, pupil: PupilId, keys: OpenKeys) {
        self.open.insert(pupil, keys);
    }

    /// Forgets a pupil's open keys, where a lock holds them.
    pub fn close(&mut self, pupil: &PupilId) {
        let has_lock = |keys: &PupilKeys| matches!(keys.held, PupilHeld::Lock { .. });
        if self.pupils.get(pupil).is_some_and(has_lock) {
            self.open.remove(pupil);
        }
    }

    /// Makes a pupil's keys; does nothing where there are some.
    pub fn add(&mut self, pupil: PupilId) -> Result<(), ShelfError> {
        if self.pupils.contains_key(&pupil) {
            return Ok(());
        }
        let keys = SealKeys::random()?;
        self.change(|pupils| {
            pupils.insert(pupil, PupilKeys::of(keys.clone()));
        })?;
        self.open.insert(pupil, OpenKeys { keys, door: None });
        Ok(())
    }

    /// Changes what is kept of one pupil; durable on return.
    pub fn change_pupil(
        &mut self,
        pupil: &PupilId,
        change: impl FnOnce(&mut PupilKeys),
    ) -> Result<(), ShelfError> {
        if self.kept(pupil).is_none() {
            return Err(ShelfError::NoPupil(*pupil));
        }
        self.change(|pupils| {
            if let Some(keys) = pupils.get_mut(pupil) {
                change(keys);
                keys.codes.truncate(MAX_CODES);
                let codes = &keys.codes;
                keys.boxes.retain(|made| {
                    let mut open = codes.iter();
                    open.any(|slot| (made.first..made.first + CODES).contains(&slot.number))
                });
            }
        })
    }

    /// Notes that nothing of a pupil's is sealed under a former key any more.
    pub fn settle(&mut self, pupil: &PupilId) -> Result<(), ShelfError> {
        let Some(open) = self.open.get(pupil).filter(|open| !open.keys.is_settled()) else {
            return Ok(());
        };
        let open = OpenKeys {
            keys: open.keys.settled(),
            door: open.door.clone(),
        };
        let sealed = open
            .door
            .as_ref()
            .map(|door| seal_keys(door, pupil, &open.keys))
            .transpose()?;
        self.change_pupil(pupil, |kept| match (&mut kept.held, sealed) {
            (PupilHeld::Lock { keys, .. }, Some(sealed)) => *keys = sealed,
            (PupilHeld::Terminal(keys), _) => *keys = open.keys.clone(),
            (PupilHeld::Lock { .. }, None) | (PupilHeld::Gone, _) => {}
        })?;
        self.open.insert(*pupil, open);
        Ok(())
    }

    /// Notes that nothing of the terminal's is sealed under a former key any more.
    pub fn settle_terminal(&mut self) -> Result<(), ShelfError> {
        if self.terminal.is_settled() {
            return Ok(());
        }
        let (terminal, held) = (self.terminal.clone(), self.held.clone());
        self.terminal = self.terminal.settled();
        let done = match (&self.held, &self.keyring) {
            (Held::File(_), _) => {
                self.held = Held::File(self.terminal.clone());
                self.save()
            }
            (Held::Keyring(_), Some(keyring)) => {
                let secret = keyring.get(&name_of(&self.profile));
                let secret = secret.map_err(|reason| ShelfError::KeyringClosed { reason });
                let secret = secret.map(|secret| {
                    secret.and_then(|secret| <[u8; 32]>::try_from(secret.as_slice()).ok())
                });
                match secret {
                    Ok(Some(secret)) => {
                        let secret = Zeroizing::new(secret);
                        self.hold_in_keyring(&secret).and_then(|()| self.save())
                    }
                    Ok(None) => Err(ShelfError::KeyringClosed {
                        reason: "it has forgotten this profile".to_owned(),
                    }),
                    Err(error) => Err(error),
                }
            }
            (Held::Keyring(_), None) => Ok(()),
        };
        if done.is_err() {
            (self.terminal, self.held) = (terminal, held);
        }
        done
    }

    /// Copies that do not say what this says.
    pub fn harmed(&self) -> Vec<PathBuf> {
        self.twin.harmed()
    }

    /// Writes both copies; durable on return.
    pub fn save(&mut self) -> Result<(), ShelfError> {
        let bytes = self.bytes()?;
        self.twin.write(&bytes)
    }

    /// The file as it is to be.
    fn bytes(&self) -> Result<Zeroizing<Vec<u8>>, ShelfError> {
        let unwritten = |_| ShelfError::damaged("the list of keys");
        let list = postcard::to_stdvec(&self.pupils).map(Zeroizing::new);
        let list = list.map_err(unwritten)?;
        let file = KeyFile {
            profile: self.profile,
            terminal: self.held.clone(),
            pupils: Seal::new(&self.terminal).seal(list_place(), &list)?,
        };
        let file = postcard::to_stdvec(&file).map(Zeroizing::new);
        let file = file.map_err(unwritten)?;
        let mut bytes = Zeroizing::new(MARK.to_vec());
        bytes.extend_from_slice(&file);
        Ok(bytes)
    }

    /// Puts the file back into its first form, as the first programs wrote it.
    #[cfg(test)]
    pub fn write_first_form(mut self) {
        let pupils = self.pupils.iter().map(|(pupil, kept)| match &kept.held {
            PupilHeld::Terminal(keys) => (*pupil, keys.first()),
            PupilHeld::Lock { .. } | PupilHeld::Gone => panic!("a lock had no first form"),
        });
        let bare = BareKeys {
            terminal: self.terminal.first(),
            pupils: pupils.collect(),
        };
        self.twin
            .write(&postcard::to_stdvec(&bare).unwrap())
            .unwrap();
    }

    fn change(
        &mut self,
        change: impl FnOnce(&mut BTreeMap<PupilId, PupilKeys>),
    ) -> Result<(), ShelfError> {
        let before = self.pupils.clone();
        change(&mut self.pupils);
        let saved = self.save();
        if saved.is_err() {
            self.pupils = before;
        }
        saved
    }
}

/// A pupil's keys under her door.
pub(super) fn seal_keys(
    door: &SealKey,
    pupil: &PupilId,
    keys: &SealKeys,
) -> Result<Vec<u8>, ShelfError> {
    let plain = postcard::to_stdvec(keys).map(Zeroizing::new);
    let plain = plain.map_err(|_| ShelfError::damaged("a pupil's keys"))?;
    Seal::new(&SealKeys::of(door.clone())).seal(keys_place(pupil), &plain)
}

/// What lies behind a pupil's door.
pub(super) fn open_keys(door: &SealKey, pupil: &PupilId, sealed: &[u8]) -> Option<SealKeys> {
    let seal = Seal::new(&SealKeys::of(door.clone()));
    let plain = Zeroizing::new(seal.open(keys_place(pupil), sealed)?);
    postcard::from_bytes(&plain).ok()
}

fn open_of(pupils: &BTreeMap<PupilId, PupilKeys>) -> BTreeMap<PupilId, OpenKeys> {
    let open = pupils.iter().filter_map(|(pupil, kept)| match &kept.held {
        PupilHeld::Terminal(keys) => {
            let (keys, door) = (keys.clone(), None);
            Some((*pupil, OpenKeys { keys, door }))
        }
        PupilHeld::Lock { .. } | PupilHeld::Gone => None,
    });
    open.collect()
}

/// The name under which the system's keyring may hold a profile's keys.
pub(super) fn keyring_name(places: &Places) -> Option<String> {
    let twin = Twin::open(places.keys(), &mut Vec::new()).ok()?;
    let bytes = Zeroizing::new(twin.1?);
    let profile = bytes.strip_prefix(MARK)?.first_chunk::<16>()?;
    Some(name_of(profile))
}

fn name_of(profile: &[u8; 16]) -> String {
    let digits = profile.iter().map(|byte| format!("{byte:02x}"));
    format!("profile {}", digits.collect::<String>())
}

fn seal_of(secret: &[u8]) -> Option<Seal> {
    let secret: &[u8; 32] = secret.try_into().ok()?;
    Some(Seal::new(&SealKeys::of(SealKey::of(secret))))
}

fn terminal_place(profile: &[u8; 16]) -> Place<'_> {
    Place {
        domain: "terminal keys",
        name: profile,
        index: 0,
        last: true,
    }
}

fn list_place() -> Place<'static> {
    Place {
        domain: "pupils' keys",
        name: &[],
        index: 0,
        last: true,
    }
}

fn keys_place(pupil: &PupilId) -> Place<'_> {
    Place {
        domain: "pupil keys",
        name: &pupil.0,
        index: 0,
        last: true,
    }
}
