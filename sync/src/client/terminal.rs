//! The terminal's side: joins a school, and runs syncs between it and the shelf.

mod keys;
mod sign_in;
mod store;

pub use keys::keys_of;
pub use store::{ShelfStore, unsent};
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use hotaru_content::clock::school_day;
use hotaru_content::id::TerminalId;
use hotaru_content::shelf::{Identity, PupilEntry, Shelf, ShelfError};
use jiff::Timestamp;
use tokio::time::Instant;

use super::call::{CallError, Caller};
use super::cancel::Cancel;
use super::desk::{next, sleep_until};
use super::http::{Flight, Http, Options, STALL, Signer};
use super::metered::{Metered, metered};
use crate::erasure::Certificate;
use crate::terminal::{Awaited, Config, Effect, Input, Progress, SyncFault, SyncReport, Terminal};
use crate::wire::{Earlier, JoinAnswer, path};
use keys::signer;
pub use sign_in::SignIn;

/// Faults in a row, without a step forward between, that are waited out: about a minute.
pub const PATIENCE: u32 = 6;

/// How to reach the school, beside what the shelf knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOptions {
    /// As in [`Options::root_certificates`].
    pub root_certificates: Option<PathBuf>,
    /// As in [`Options::stall`].
    pub stall: Duration,
    /// How many faults in a row are waited out; [`PATIENCE`] for people.
    pub patience: u32,
}

impl Default for LineOptions {
    fn default() -> Self {
        Self {
            root_certificates: None,
            stall: STALL,
            patience: PATIENCE,
        }
    }
}

impl LineOptions {
    fn http(&self, address: &str, token: Option<String>, signer: Option<Signer>) -> Options {
        Options {
            address: address.to_owned(),
            token,
            signer,
            root_certificates: self.root_certificates.clone(),
            stall: self.stall,
        }
    }
}

/// Why a sync came to nothing, or not to its end. Nothing on the shelf is lost by it.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The terminal belongs to no school yet.
    #[error("this terminal has not joined a class yet; join with the class's code first")]
    NotJoined,
    /// The school cannot even be tried.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It ended on the way.
    #[error("{fault}")]
    Ended {
        /// Why.
        fault: SyncFault,
        /// What it did until then.
        report: Box<SyncReport>,
    },
    /// The shelf cannot keep what was learned.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The operating system has no randomness to give.
    #[error("the system has no random numbers; try again")]
    Random,
}

/// Runs one whole sync and returns when it is over. Everything on the shelf happens in this
/// thread. The report's bytes are those of bodies and computed heads, both ways.
///
/// # Errors
/// Where it did not come to its end; what it did until then is kept, and said.
pub fn sync_once(
    shelf: &Shelf,
    options: &LineOptions,
    progress: &mut dyn FnMut(&Progress),
    cancel: &Cancel,
) -> Result<SyncReport, SyncError> {
    let identity = shelf.identity();
    let (Some(cloud), Some(token)) = (identity.cloud.as_deref(), identity.token.clone()) else {
        return Err(SyncError::NotJoined);
    };
    // A full disk keeps no new key: who joined before there were keys goes on unsigned then.
    let signer = signer(shelf).ok();
    let caller = Caller::open(&options.http(cloud, Some(token), signer))?;
    let mut seed = [0; 8];
    getrandom::fill(&mut seed).map_err(|_| SyncError::Random)?;
    let core = Terminal::new(Config {
        pupils: shelf.open_pupils(),
        has_locked: !shelf.locked_pupils().is_empty(),
        awaited: awaited(shelf, &identity)?,
        metered: !identity.metered_allowed && metered() == Metered::Yes,
        patience: options.patience,
        seed: u64::from_le_bytes(seed),
    });
    let offset_ms = identity.server_offset_ms.unwrap_or(0);
    let now_ms = Timestamp::now().as_millisecond().saturating_add(offset_ms);
    let store = ShelfStore::new(shelf, school_day(now_ms));
    let run = run(core, caller.http(), store, progress, cancel);
    let (fault, mut report) = caller.runtime().block_on(run);
    remove_deleted(shelf, &mut report);
    let traffic = caller.traffic();
    report.bytes_sent = traffic.sent();
    report.bytes_received = traffic.received();
    if let Some(server_ms) = report.server_ms {
        learn_time(shelf, server_ms)?;
        shelf.note_contact(server_ms)?;
    }
    match fault {
        None => Ok(*report),
        Some(fault) => Err(SyncError::Ended { fault, report }),
    }
}

/// Removes those here whose record the school deleted: what was not sent is to go, too. Where
/// the disk refuses, the next sync or the next open goes on.
fn remove_deleted(shelf: &Shelf, report: &mut SyncReport) {
    for pupil in report.deleted.clone() {
        match shelf.remove_pupil(&pupil, true) {
            Ok(()) | Err(ShelfError::NoPupil(_)) => {}
            Err(error) if report.faults.len() < SyncReport::MAX_FAULTS => {
                report.faults.push(SyncFault::Store(store::fault(&error)));
            }
            Err(_) => {}
        }
    }
}

/// Whose earlier study is to come back: where a card or a teacher says so, and where a loss
/// on this terminal took events that the cloud has.
fn awaited(shelf: &Shelf, identity: &Identity) -> Result<Vec<Awaited>, ShelfError> {
    let mut awaited = Vec::new();
    for pupil in shelf.open_pupils() {
        let from_others = identity.logs_awaited.contains(&pupil);
        let streams = shelf.pupil(&pupil)?.streams()?;
        if from_others || streams.iter().any(|kept| kept.lacks_below.is_some()) {
            awaited.push(Awaited { pupil, from_others });
        }
    }
    Ok(awaited)
}

/// Keeps how far the school's clock is from this one, where that matters: the school day of
/// a terminal whose clock is off comes from it. A minute's difference is not written anew.
fn learn_time(shelf: &Shelf, server_ms: i64) -> Result<(), SyncError> {
    let offset_ms = server_ms.saturating_sub(Timestamp::now().as_millisecond());
    let known_ms = shelf.identity().server_offset_ms.unwrap_or(0);
    if offset_ms.abs_diff(known_ms) > 60_000 {
        shelf.update_identity(|identity| identity.server_offset_ms = Some(offset_ms))?;
    }
    Ok(())
}

async fn run(
    mut core: Terminal,
    http: &Http,
    mut store: ShelfStore<'_>,
    progress: &mut dyn FnMut(&Progress),
    cancel: &Cancel,
) -> (Option<SyncFault>, Box<SyncReport>) {
    let begun = Instant::now();
    let now_ms = || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut effects = VecDeque::from(core.step(Input::Start, now_ms()));
    let mut number = 0;
    let (mut flight, mut wake): (Option<Flight>, Option<Instant>) = (None, None);
    loop {
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Http { id, request } => {
                    number = id;
                    flight = Some(http.start(request));
                }
                Effect::Abort { id } if id == number => flight = None,
                Effect::Abort { .. } => {}
                Effect::Store(op) => {
                    let answer = Input::Store(store.carry_out(op));
                    effects.extend(core.step(answer, now_ms()));
                }
                Effect::Timer(wait) => wake = Some(Instant::now() + wait),
                Effect::Progress(now) => progress(&now),
                Effect::Done(report) => return (None, report),
                Effect::Failed { fault, report } => return (Some(fault), report),
            }
        }
        let input = tokio::select! {
            biased;
            () = cancel.cancelled() => Input::Cancel,
            Some(exchange) = next(&mut flight) => Input::Http { id: number, exchange },
            () = sleep_until(wake) => Input::Timer,
        };
        if input == Input::Timer {
            wake = None;
        }
        effects.extend(core.step(input, now_ms()));
    }
}

/// Why a terminal did not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The terminal belongs to another school's cloud.
    #[error("this terminal already belongs to {0}; use a new profile for another school")]
    OtherSchool(String),
    /// The school cannot be asked, or refuses.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The school let a new terminal in and gave no token.
    #[error(
        "the school's answer cannot be used (there is no token in it); update this program or ask the school"
    )]
    NoToken,
    /// The shelf cannot keep it.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
}

/// Joins a school: makes this a terminal of it, or adds one more pupil to it. When this
/// returns the shelf knows it durably, and whether earlier study is to come.
///
/// A terminal that the school has forgotten (it was restored from a backup) joins anew, and
/// its pupils stay who they are.
///
/// # Errors
/// Where the school refuses, cannot be reached, or the shelf cannot keep it.
pub fn join(
    shelf: &Shelf,
    address: &str,
    sign_in: &SignIn,
    terminal_name: &str,
    options: &LineOptions,
    cancel: &Cancel,
) -> Result<JoinAnswer, JoinError> {
    let identity = shelf.identity();
    let address = address.trim().trim_end_matches('/');
    if let Some(cloud) = identity.cloud.as_deref()
        && identity.token.is_some()
        && cloud != address
    {
        return Err(JoinError::OtherSchool(cloud.to_owned()));
    }
    let signer = signer(shelf)?;
    let ask = |token: Option<String>, key| {
        let caller = Caller::open(&options.http(address, token, Some(signer.clone())))?;
        sign_in.ask(&caller, &identity, (terminal_name, key), cancel)
    };
    let mut token = identity.token.clone();
    let answer = match ask(token.clone(), signer.public()) {
        Err(CallError::Refused { status: 401, .. }) if token.is_some() => {
            token = None;
            // Whoever else has the key of before is not this terminal any more.
            ask(None, keys::prepared(shelf)?)?
        }
        answer => answer?,
    };
    let told = answer.token.as_ref().map(|token| token.as_str().to_owned());
    let Some(token) = told.or(token) else {
        return Err(JoinError::NoToken);
    };
    let is_anew = identity.token.as_ref().is_some_and(|known| *known != token);
    let pupil = &answer.pupil;
    if identity
        .terminal
        .is_some_and(|known| known != answer.terminal)
    {
        // Of the new terminal the school has no receipts.
        shelf.forget_run()?;
    }
    shelf.update_identity(|identity| {
        become_terminal(identity, address, answer.terminal, token);
        if is_anew {
            keys::begin_anew(identity);
        }
        identity.school_name.clone_from(&answer.school.name);
        if answer.earlier != Earlier::None && !identity.logs_awaited.contains(&pupil.pupil) {
            identity.logs_awaited.push(pupil.pupil);
        }
    })?;
    shelf.add_pupil(PupilEntry {
        pupil: pupil.pupil,
        number: pupil.number,
        class: pupil.class,
        class_name: pupil.class_name.clone(),
        grade: pupil.grade.clone(),
    })?;
    Ok(answer)
}

/// Hands a terminal's certificate of erasure to its school.
///
/// # Errors
/// Where the school cannot be reached, or does not take it.
pub fn confirm_erasure(
    address: &str,
    certificate: &Certificate,
    options: &LineOptions,
    cancel: &Cancel,
) -> Result<(), CallError> {
    let caller = Caller::open(&Options {
        root_certificates: options.root_certificates.clone(),
        stall: options.stall,
        ..Options::new(address)
    })?;
    caller.hand_over(path::ERASURES.to_owned(), certificate, cancel)
}

fn become_terminal(identity: &mut Identity, address: &str, terminal: TerminalId, token: String) {
    if identity.terminal != Some(terminal) {
        // What was ordered of the one before, and told of it, is not this one's.
        identity.orders.erase = None;
        identity.unsent_told = None;
    }
    identity.cloud = Some(address.to_owned());
    identity.terminal = Some(terminal);
    identity.token = Some(token);
}
