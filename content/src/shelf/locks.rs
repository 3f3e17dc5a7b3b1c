//! Opening and locking a pupil's study, and what goes to school without it being open.
//!
//! A lock hides what was; it stops nothing. Lessons and blobs are the terminal's. What a
//! locked pupil has not sent lies in her journal, whose box the school opens. Time locks and
//! never erases, and so do wrong tries.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::journal::MAX_LEN;
use super::keys::{CodeBox, CodeSlot, OpenKeys, PupilHeld, PupilKeys, open_keys, seal_keys};
use super::lock::{Cost, Lock, LockKind, canonical, chosen};
use super::places::read_bounded;
use super::seal::{SealKey, SealKeys};
use super::store::Durability;
use super::vault::{Changes, GoOn, Tree};
use super::{PupilLog, Shelf, ShelfError, lock};
use crate::boxed;
use crate::id::{PupilId, RunId};
use crate::key::{PublicKey, SecretKey};
use crate::unlock::{self, CODES, CodeSecret, UnlockCode};

/// How long a locked study opens without the school having been heard of, in days.
pub const OFFLINE_DAYS: i64 = 60;
/// So many days before that ends it is said.
pub const WARN_DAYS: i64 = 14;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Tries that cost no waiting.
const FREE_TRIES: u32 = 5;
/// The wait after the first try beyond those; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// With fewer codes than this a pupil gets new ones.
const FEW_CODES: usize = 3;
/// Where the state keeps what of a locked journal the school has.
const JOURNAL_KEY: &[u8] = b"journal sent ";

/// When wrong tries were made, by a clock that nobody can set. After a start of the program
/// the wait begins anew.
#[derive(Debug)]
pub(super) struct Tries {
    begun: Instant,
    last: HashMap<PupilId, Instant>,
}

impl Default for Tries {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            last: HashMap::new(),
        }
    }
}

impl Tries {
    /// Forgets a pupil's.
    pub fn forget(&mut self, pupil: &PupilId) {
        self.last.remove(pupil);
    }
}

#[cfg(test)]
impl Tries {
    pub fn set(&mut self, pupil: PupilId, at: Instant) {
        self.last.insert(pupil, at);
    }
}

/// How a pupil's study stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockState {
    /// What opens it; none where she has chosen no secret.
    pub kind: Option<LockKind>,
    /// Whether it is open now.
    pub is_open: bool,
    /// Wrong tries in a row.
    pub wrong: u32,
    /// Until the next try counts, in milliseconds.
    pub wait_ms: u64,
    /// How many days it opens without the school, where it has a lock: 0 or less, it does not.
    pub days_left: Option<i64>,
    /// The number of the code that a teacher can read out next; none where the school has to
    /// be heard of first.
    pub code: Option<u32>,
}

/// What goes to school though nobody opens it here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Who takes it there.
    pub what: SealedFor,
    /// Names these bytes, who sends them, and the run of the cloud that gets them.
    pub mark: [u8; 32],
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What sealed bytes are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedFor {
    /// A locked pupil's journal ([`super::open_sealed_journal`]).
    Journal(PupilId),
    /// The secret of a pupil's codes ([`CodeSecret`] in a box).
    Codes(PupilId),
}

impl Shelf {
    /// How a pupil's study stands at `now_ms`, this terminal's clock in milliseconds since
    /// 1970. None where she has no place here.
    #[must_use]
    pub fn lock_state(&self, pupil: &PupilId, now_ms: i64) -> Option<LockState> {
        let keys = lock(&self.0.ground.keys);
        let kept = keys.kept(pupil)?;
        let kind = match kept.held {
            PupilHeld::Terminal(_) | PupilHeld::Gone => None,
            PupilHeld::Lock { kind, .. } => Some(kind),
        };
        Some(LockState {
            kind,
            is_open: keys.opened(pupil).is_some(),
            wrong: kept.wrong,
            wait_ms: millis(self.wait_of(pupil, kept.wrong)),
            days_left: kind.map(|_| self.days_left(now_ms)),
            code: kept.codes.first().map(|slot| slot.number),
        })
    }

    /// Opens a pupil's study with her secret. Takes about half a second, right or wrong.
    ///
    /// # Errors
    /// [`ShelfError::WrongSecret`]; [`ShelfError::Slowed`] and [`ShelfError::SignInExpired`],
    /// and then nothing was tried; where the disk refuses.
    pub fn unlock(&self, pupil: &PupilId, secret: &str, now_ms: i64) -> Result<(), ShelfError> {
        let Some((kind, locked)) = self.lock_of(pupil)? else {
            return Ok(());
        };
        if self.days_left(now_ms) <= 0 {
            return Err(ShelfError::SignInExpired);
        }
        self.ensure_may_try(pupil)?;
        let said = canonical(kind, secret);
        let wrong = self.count_try(pupil)?;
        let door = match said {
            Ok(secret) => locked.open(&secret, pupil)?,
            // What cannot be the secret is wrong like any other.
            Err(_) => None,
        };
        let Some(door) = door else {
            let wait_ms = millis(self.wait_of(pupil, wrong));
            return Err(ShelfError::WrongSecret { wrong, wait_ms });
        };
        self.enter(pupil, door)?;
        self.note_time(now_ms, None)
    }

    /// Opens a pupil's study with a code that a teacher read out: once, also where the school
    /// was not heard of for too long. A new secret is to be chosen next.
    ///
    /// # Errors
    /// [`ShelfError::WrongUnlockCode`]; [`ShelfError::Slowed`]; where the disk refuses.
    pub fn unlock_by_code(
        &self,
        pupil: &PupilId,
        code: &UnlockCode,
        now_ms: i64,
    ) -> Result<(), ShelfError> {
        let slot = {
            let keys = lock(&self.0.ground.keys);
            let kept = keys.kept(pupil).ok_or(ShelfError::NoPupil(*pupil))?;
            kept.codes.first().cloned()
        };
        let slot = slot.ok_or(ShelfError::WrongUnlockCode)?;
        self.ensure_may_try(pupil)?;
        self.count_try(pupil)?;
        let door = slot.lock.open(&code.digits(), pupil)?;
        let door = door.ok_or(ShelfError::WrongUnlockCode)?;
        // It counts once, whatever comes next.
        lock(&self.0.ground.keys).change_pupil(pupil, |kept| {
            kept.codes.retain(|other| other.number > slot.number);
        })?;
        self.enter(pupil, door)?;
        let school_ms = self.school_ms(now_ms);
        self.note_time(now_ms, Some(school_ms))
    }

    /// Chooses a pupil's secret, or another one. Her study has to be open. What was sealed
    /// while she had none comes under a new key: the old one lay on the disk.
    ///
    /// # Errors
    /// [`ShelfError::WeakSecret`]; [`ShelfError::Locked`]; where the disk refuses: then the
    /// old secret counts.
    pub fn set_lock(
        &self,
        pupil: &PupilId,
        kind: LockKind,
        secret: &str,
        now_ms: i64,
    ) -> Result<(), ShelfError> {
        let secret = chosen(kind, secret)?;
        let ground = &self.0.ground;
        let open = {
            let keys = lock(&ground.keys);
            let open = keys.opened(pupil).cloned();
            open.ok_or(match keys.kept(pupil) {
                Some(_) => ShelfError::Locked(*pupil),
                None => ShelfError::NoPupil(*pupil),
            })?
        };
        let (door, keys) = match open.door {
            Some(door) => (door, open.keys),
            None => (
                SealKey::of(SealKey::random()?.secret()),
                open.keys.rotated()?,
            ),
        };
        let locked = Lock::new(&secret, Cost::SECRET, &door, pupil)?;
        let sealed = seal_keys(&door, pupil, &keys)?;
        if self.identity().contact_ms.is_none() {
            // The days count from now where the school was never heard of.
            let school_ms = self.school_ms(now_ms);
            self.note_time(now_ms, Some(school_ms))?;
        }
        lock(&ground.keys).change_pupil(pupil, |kept| {
            kept.held = PupilHeld::Lock {
                kind,
                lock: locked,
                keys: sealed,
            };
            kept.wrong = 0;
        })?;
        self.hold_open(*pupil, keys, Some(door));
        let log = self.pupil(pupil)?;
        self.renew_keys(pupil, &log);
        self.make_codes(pupil)
    }

    /// Takes a pupil's lock away: the terminal's keys alone hold her study then.
    ///
    /// # Errors
    /// [`ShelfError::Locked`]; where the disk refuses.
    pub fn remove_lock(&self, pupil: &PupilId) -> Result<(), ShelfError> {
        let mut keys = lock(&self.0.ground.keys);
        let open = keys.opened(pupil).cloned();
        let open = open.ok_or(ShelfError::Locked(*pupil))?;
        keys.change_pupil(pupil, |kept| {
            kept.held = PupilHeld::Terminal(open.keys.clone());
            kept.codes.clear();
            kept.wrong = 0;
        })?;
        let (keys_open, door) = (open.keys, None);
        keys.hold_open(
            *pupil,
            OpenKeys {
                keys: keys_open,
                door,
            },
        );
        Ok(())
    }

    /// Locks a pupil's study, where she has a lock. Who still works with her log ends that
    /// first; it is closed with the last of them.
    pub fn close_pupil(&self, pupil: &PupilId) {
        // In the order in which a log is opened.
        let mut logs = lock(&self.0.pupils);
        let mut keys = lock(&self.0.ground.keys);
        keys.close(pupil);
        if keys.opened(pupil).is_none() {
            lock(&self.0.ground.seals).remove(pupil);
            logs.remove(pupil);
        }
    }

    /// Notes that the school was heard of, at `school_ms` of its clock and `now_ms` of this
    /// terminal's. A contact of the same hour is not written anew.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn note_contact(&self, school_ms: i64) -> Result<(), ShelfError> {
        let known = self.identity().contact_ms;
        if known.is_some_and(|known| school_ms.abs_diff(known) < 60 * 60 * 1000) {
            return Ok(());
        }
        self.update_identity(|identity| {
            identity.contact_ms = Some(school_ms);
            // A clock that ran ahead has locked nobody for good.
            identity.latest_ms = school_ms;
        })?;
        Ok(())
    }

    /// Learns the school's key for boxes. Journals that are open get theirs, and pupils with
    /// a lock their codes.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn learn_school_key(&self, key: PublicKey) -> Result<(), ShelfError> {
        if self.identity().school_key == Some(key) {
            return Ok(());
        }
        self.update_identity(|identity| identity.school_key = Some(key))?;
        let logs: Vec<(PupilId, PupilLog)> = lock(&self.0.pupils)
            .iter()
            .map(|(pupil, log)| (*pupil, log.clone()))
            .collect();
        for (pupil, log) in logs {
            log.renew()?;
            self.make_codes(&pupil)?;
        }
        Ok(())
    }

    /// What has to go to school as it is: journals of pupils who are locked, and secrets of
    /// codes, where this run of the cloud has not got just these bytes from this terminal.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn owed(&self, run: Option<RunId>) -> Result<Vec<Owed>, ShelfError> {
        let ground = &self.0.ground;
        let mark_of = self.marks_of(run);
        let mut owed = Vec::new();
        let mut locked = Vec::new();
        {
            let keys = lock(&ground.keys);
            for pupil in keys.pupils() {
                let Some(kept) = keys.kept(&pupil) else {
                    continue;
                };
                for made in &kept.boxes {
                    let mark = mark_of(&made.bytes);
                    if made.sent != Some(mark) {
                        let (what, bytes) = (SealedFor::Codes(pupil), made.bytes.clone());
                        owed.push(Owed { what, mark, bytes });
                    }
                }
                if keys.opened(&pupil).is_none() {
                    locked.push(pupil);
                }
            }
        }
        for pupil in locked.into_iter().filter(|_| ground.school().is_some()) {
            let dir = super::identity::pupil_dir(&ground.places.pupils(), &ground.seal, &pupil);
            let Some(bytes) = read_bounded(&dir.join("journal"), MAX_LEN)? else {
                continue;
            };
            let mark = mark_of(&bytes);
            let sent = self.0.terminal.state().get(Tree::Meta, &sent_key(&pupil))?;
            if sent.as_deref() != Some(&mark) {
                let what = SealedFor::Journal(pupil);
                owed.push(Owed { what, mark, bytes });
            }
        }
        Ok(owed)
    }

    /// Names bytes that this terminal sends to a run of the cloud.
    pub(super) fn marks_of(&self, run: Option<RunId>) -> impl Fn(&[u8]) -> [u8; 32] {
        let terminal = self.identity().terminal;
        let terminal = terminal.map_or([0; 16], |terminal| terminal.0);
        let run = run.map_or([0; 16], |run| run.0);
        move |bytes| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&terminal).update(&run).update(bytes);
            *hasher.finalize().as_bytes()
        }
    }

    /// Notes that the school has what was owed.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn mark_owed_sent(&self, owed: &Owed) -> Result<(), ShelfError> {
        let mark = owed.mark;
        match owed.what {
            SealedFor::Codes(pupil) => lock(&self.0.ground.keys).change_pupil(&pupil, |kept| {
                let mut boxes = kept.boxes.iter_mut();
                if let Some(made) = boxes.find(|made| made.bytes == owed.bytes) {
                    made.sent = Some(mark);
                }
            }),
            SealedFor::Journal(pupil) => {
                let mut changes = Changes::default();
                changes.put(Tree::Meta, sent_key(&pupil), mark.to_vec());
                self.0.terminal.commit(&changes, Durability::Soon)
            }
        }
    }

    /// Whether the system's keyring holds this terminal's keys.
    #[must_use]
    pub fn is_in_keyring(&self) -> bool {
        lock(&self.0.ground.keys).is_in_keyring()
    }

    /// The pupils who are locked now.
    #[must_use]
    pub fn locked_pupils(&self) -> Vec<PupilId> {
        let keys = lock(&self.0.ground.keys);
        let locked = keys.pupils().filter(|pupil| keys.opened(pupil).is_none());
        locked.collect()
    }

    /// The pupils of this terminal whose study is open, in the order in which they joined.
    #[must_use]
    pub fn open_pupils(&self) -> Vec<PupilId> {
        let open = self.0.ground.open_pupils();
        let here = self.identity().pupils.into_iter().map(|entry| entry.pupil);
        here.filter(|pupil| open.contains(pupil)).collect()
    }

    /// Brings what lies under a pupil's former keys under the one in force, and lets those
    /// go; where something keeps that from its end, the next open goes on.
    pub(super) fn renew_keys(&self, pupil: &PupilId, log: &PupilLog) {
        let ground = &self.0.ground;
        let Ok(seal) = ground.pupil_seal(pupil) else {
            return;
        };
        if seal.is_settled() {
            return;
        }
        let is_renewed = log
            .renew()
            .and_then(|is_whole| Ok(is_whole && self.0.terminal.renew_owned(pupil, &seal)?));
        if matches!(is_renewed, Ok(true)) {
            let mut keys = lock(&ground.keys);
            if keys.settle(pupil).is_ok()
                && let Some(open) = keys.opened(pupil)
            {
                seal.adopt(&open.keys);
            }
        }
    }

    /// Brings what lies under the terminal's former keys under the one in force, and lets
    /// those go; `go_on` ends it early, and the next time goes on.
    pub(super) fn renew_terminal(&self, go_on: &GoOn<'_>) -> Result<(), ShelfError> {
        let ground = &self.0.ground;
        if ground.seal.is_settled() {
            return Ok(());
        }
        {
            let mut keeper = lock(&self.0.identity);
            let same = keeper.identity.clone();
            keeper.write(&ground.seal, same)?;
        }
        if self.0.terminal.renew(go_on)? {
            let mut keys = lock(&ground.keys);
            keys.settle_terminal()?;
            ground.seal.adopt(keys.terminal());
        }
        Ok(())
    }

    fn lock_of(&self, pupil: &PupilId) -> Result<Option<(LockKind, Lock)>, ShelfError> {
        let keys = lock(&self.0.ground.keys);
        match &keys.kept(pupil).ok_or(ShelfError::NoPupil(*pupil))?.held {
            PupilHeld::Terminal(_) | PupilHeld::Gone => Ok(None),
            PupilHeld::Lock { kind, lock, .. } => Ok(Some((*kind, lock.clone()))),
        }
    }

    /// Holds a pupil's keys open with the door that was opened.
    fn enter(&self, pupil: &PupilId, door: SealKey) -> Result<(), ShelfError> {
        let keys = {
            let mut keeper = lock(&self.0.ground.keys);
            let kept = keeper.kept(pupil).ok_or(ShelfError::NoPupil(*pupil))?;
            let PupilHeld::Lock { keys, .. } = &kept.held else {
                return Ok(());
            };
            let keys = open_keys(&door, pupil, keys);
            let keys = keys.ok_or_else(|| ShelfError::damaged("a pupil's keys"))?;
            keeper.change_pupil(pupil, |kept| kept.wrong = 0)?;
            keys
        };
        lock(&self.0.tries).last.remove(pupil);
        self.hold_open(*pupil, keys, Some(door));
        self.make_codes(pupil)
    }

    fn hold_open(&self, pupil: PupilId, keys: SealKeys, door: Option<SealKey>) {
        let ground = &self.0.ground;
        let mut keeper = lock(&ground.keys);
        if let Some(seal) = lock(&ground.seals).get(&pupil) {
            seal.adopt(&keys);
        }
        keeper.hold_open(pupil, OpenKeys { keys, door });
    }

    /// Makes new codes where few are left and the school's key is known.
    fn make_codes(&self, pupil: &PupilId) -> Result<(), ShelfError> {
        let ground = &self.0.ground;
        let Some(school) = ground.school() else {
            return Ok(());
        };
        let (door, first) = {
            let keys = lock(&ground.keys);
            let door = keys.opened(pupil).and_then(|open| open.door.clone());
            let kept = keys.kept(pupil).filter(|kept| has_few_codes(kept));
            match (door, kept) {
                (Some(door), Some(kept)) => (door, kept.next_code),
                _ => return Ok(()),
            }
        };
        let secret = CodeSecret {
            pupil: *pupil,
            first,
            secret: SecretKey::random()?,
        };
        let inside = secret.to_bytes();
        let inside = inside.ok_or_else(|| ShelfError::damaged("the secret of codes"))?;
        let Ok(boxed) = boxed::fill(&school, unlock::PURPOSE, &inside) else {
            // A key that is none keeps nobody from studying.
            return Ok(());
        };
        let mut slots = Vec::new();
        for number in first..first.saturating_add(CODES) {
            let Some(code) = secret.code(number) else {
                break;
            };
            let lock = Lock::new(&code.digits(), Cost::CODE, &door, pupil)?;
            slots.push(CodeSlot { number, lock });
        }
        lock(&ground.keys).change_pupil(pupil, |kept| {
            kept.next_code = first.saturating_add(CODES);
            kept.codes.append(&mut slots);
            kept.boxes.push(CodeBox {
                first,
                bytes: boxed,
                sent: None,
            });
        })
    }

    /// Counts a try before it is made, so that ending the program saves nobody one.
    fn count_try(&self, pupil: &PupilId) -> Result<u32, ShelfError> {
        let mut wrong = 0;
        lock(&self.0.ground.keys).change_pupil(pupil, |kept| {
            kept.wrong = kept.wrong.saturating_add(1);
            wrong = kept.wrong;
        })?;
        lock(&self.0.tries).last.insert(*pupil, Instant::now());
        Ok(wrong)
    }

    fn ensure_may_try(&self, pupil: &PupilId) -> Result<(), ShelfError> {
        let wrong = {
            let keys = lock(&self.0.ground.keys);
            keys.kept(pupil).map_or(0, |kept| kept.wrong)
        };
        match millis(self.wait_of(pupil, wrong)) {
            0 => Ok(()),
            wait_ms => Err(ShelfError::Slowed { wait_ms }),
        }
    }

    fn wait_of(&self, pupil: &PupilId, wrong: u32) -> Duration {
        let Some(beyond) = wrong.checked_sub(FREE_TRIES) else {
            return Duration::ZERO;
        };
        let factor = 1_u32.checked_shl(beyond.min(16)).unwrap_or(u32::MAX);
        let wait = FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT);
        let tries = lock(&self.0.tries);
        let since = tries.last.get(pupil).unwrap_or(&tries.begun).elapsed();
        wait.saturating_sub(since)
    }

    /// The school's time, as well as it is known here; it never goes back.
    fn school_ms(&self, now_ms: i64) -> i64 {
        let identity = self.identity();
        let offset_ms = identity.server_offset_ms.unwrap_or(0);
        now_ms.saturating_add(offset_ms).max(identity.latest_ms)
    }

    fn days_left(&self, now_ms: i64) -> i64 {
        let Some(contact_ms) = self.identity().contact_ms else {
            return OFFLINE_DAYS;
        };
        let left_ms = contact_ms
            .saturating_add(OFFLINE_DAYS * DAY_MS)
            .saturating_sub(self.school_ms(now_ms));
        // Begun days count: on the last one it still opens.
        left_ms
            .saturating_add(DAY_MS - 1)
            .div_euclid(DAY_MS)
            .min(OFFLINE_DAYS)
    }

    /// Notes how late it is, so that a clock that is set back prolongs nothing; to the hour.
    fn note_time(&self, now_ms: i64, contact_ms: Option<i64>) -> Result<(), ShelfError> {
        let latest_ms = self.school_ms(now_ms);
        let known_ms = self.identity().latest_ms;
        if contact_ms.is_none() && latest_ms.saturating_sub(known_ms) < 60 * 60 * 1000 {
            return Ok(());
        }
        self.update_identity(|identity| {
            identity.latest_ms = latest_ms;
            identity.contact_ms = contact_ms.or(identity.contact_ms);
        })?;
        Ok(())
    }
}

fn has_few_codes(kept: &PupilKeys) -> bool {
    kept.codes.len() < FEW_CODES
}

pub(super) fn sent_key(pupil: &PupilId) -> Vec<u8> {
    [JOURNAL_KEY, &pupil.0].concat()
}

fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}
