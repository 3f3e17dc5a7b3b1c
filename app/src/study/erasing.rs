//! Erasing a terminal: for the next pupil, for its return, or because the school orders it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hotaru_content::clock::Clock;
use hotaru_content::shelf::{Keyring, ShelfError, erase_profile, erased_note, forget_erasure};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, confirm_erasure, keys_of, unsent};
use hotaru_sync::erasure::{Certificate, FORMAT, METHOD, Statement};
use hotaru_sync::signed::keys::Keys;
use hotaru_sync::terminal::SyncReport;
use serde::{Deserialize, Serialize};

use super::{Problem, Status, Study, status};
use crate::cli::terminal_name;

/// How long what still reads the shelf (a recording that was playing) may take to end.
const ENDING: Duration = Duration::from_secs(5);

/// What stays on an erased terminal until the school has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Note {
    /// The school's address.
    cloud: String,
    certificate: Certificate,
}

/// What an erasure left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// The certificate; none where the terminal had never joined.
    pub certificate: Option<Certificate>,
    /// The school has it.
    pub is_confirmed: bool,
}

/// An erasure that was agreed to; its certificate is signed, and nothing is erased yet.
#[derive(Debug, Clone)]
pub struct Erasure {
    profile: PathBuf,
    note: Vec<u8>,
    certificate: Option<Certificate>,
}

impl Study {
    /// Makes an erasure of this profile ready. It is carried out once the study is closed.
    ///
    /// # Errors
    /// Where answers have not reached the school and are not to be lost (`lose_unsent`), or
    /// the profile cannot be read.
    pub fn erasure(&self, profile: &Path, lose_unsent: bool) -> Result<Erasure, Problem> {
        let status = status(self)?;
        if status.unsent > 0 && !lose_unsent {
            return Err(Problem::Unsent(status.unsent));
        }
        self.make_erasure(profile, &status, None)
    }

    /// The erasure that the school ordered, where it is to be carried out now: with the report
    /// of a sync that has just come to its end, or without one where it may not even wait for
    /// a line.
    ///
    /// # Errors
    /// Where the profile cannot be read.
    pub fn ordered_erasure(
        &self,
        profile: &Path,
        report: Option<&SyncReport>,
    ) -> Result<Option<Erasure>, Problem> {
        let known = self.shelf.identity().orders.erase;
        let due = match report {
            Some(report) => report.erase_due(),
            None => known.filter(|erase| erase.at_once),
        };
        let Some(due) = due else { return Ok(None) };
        // Somebody may have gone on studying while everything was sent.
        if !due.at_once {
            let new = unsent(&self.shelf)?;
            if new.events > 0 || new.photos > 0 {
                return Ok(None);
            }
        }
        let status = status(self)?;
        self.make_erasure(profile, &status, Some(due.number))
            .map(Some)
    }

    fn make_erasure(
        &self,
        profile: &Path,
        status: &Status,
        order: Option<u64>,
    ) -> Result<Erasure, Problem> {
        let note = self.note_of_erasure(status, order)?;
        Ok(Erasure {
            profile: profile.to_owned(),
            note: match &note {
                Some(note) => serde_json::to_vec_pretty(note).map_err(machine)?,
                None => b"{}".to_vec(),
            },
            certificate: note.map(|note| note.certificate),
        })
    }

    /// None where the terminal never joined: nobody is told then.
    fn note_of_erasure(
        &self,
        status: &Status,
        order: Option<u64>,
    ) -> Result<Option<Note>, Problem> {
        let identity = self.shelf.identity();
        let (Some(terminal), Some(cloud)) = (identity.terminal, identity.cloud) else {
            return Ok(None);
        };
        let offset_ms = identity.server_offset_ms.unwrap_or(0);
        let statement = Statement {
            format: FORMAT,
            terminal,
            name: terminal_name(),
            school: identity.school_name,
            erased_ms: self.clock.now().wall_ms.saturating_add(offset_ms),
            pupils: u32::try_from(identity.pupils.len()).unwrap_or(u32::MAX),
            unsent: status.unsent,
            bytes: self.shelf.disk_bytes(),
            method: METHOD.to_owned(),
            program: concat!("hotaru ", env!("CARGO_PKG_VERSION")).to_owned(),
            order,
        };
        let key = self.shelf.signing_key()?;
        let keys = keys_of(&self.shelf.identity()).unwrap_or_else(|| Keys::new(key));
        let certificate = Certificate::by(&statement, &keys).map_err(machine)?;
        Ok(Some(Note { cloud, certificate }))
    }
}

impl Erasure {
    /// Erases: the certificate is on the disk before the first key goes, then the keys go,
    /// then everything else. What still reads the profile has five seconds to end.
    ///
    /// # Errors
    /// Where something has the profile open: then nothing is lost. Where a file cannot be
    /// removed: then the keys may be gone, and the next try goes on.
    pub fn carry_out(&self, keyring: Option<&dyn Keyring>) -> Result<(), Problem> {
        let begun = Instant::now();
        loop {
            match erase_profile(&self.profile, &self.note, keyring) {
                Err(ShelfError::InUse { .. }) if begun.elapsed() < ENDING => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                result => return Ok(result?),
            }
        }
    }

    /// What it leaves.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }
}

/// The certificate of an erasure that the school may not know of yet.
#[must_use]
pub fn unconfirmed(profile: &Path) -> Option<Certificate> {
    let note = erased_note(profile).ok()??;
    let note: Note = serde_json::from_slice(&note).ok()?;
    Some(note.certificate)
}

/// Tells the school of an erasure, where it does not know yet: what an erased profile left.
///
/// # Errors
/// Where there is none, or the school cannot be told; the certificate stays then.
pub fn confirm(profile: &Path, line: &LineOptions) -> Result<Erased, Problem> {
    let note = erased_note(profile)?.ok_or(Problem::NoErasure)?;
    let Ok(note) = serde_json::from_slice::<Note>(&note) else {
        return Ok(Erased {
            certificate: None,
            is_confirmed: false,
        });
    };
    confirm_erasure(&note.cloud, &note.certificate, line, &Cancel::default())
        .map_err(|error| Problem::Join(error.into()))?;
    forget_erasure(profile)?;
    Ok(Erased {
        certificate: Some(note.certificate),
        is_confirmed: true,
    })
}

fn machine(error: impl std::fmt::Display) -> Problem {
    Problem::Machine(error.to_string())
}
