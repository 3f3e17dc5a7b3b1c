//! Erasing a terminal: for the next pupil, or for its return.

use std::path::Path;

use hotaru_content::clock::Clock;
use hotaru_content::shelf::{erase_profile, erased_note, forget_erasure};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, confirm_erasure};
use hotaru_sync::erasure::{Certificate, FORMAT, METHOD, Statement};
use serde::{Deserialize, Serialize};

use super::{Problem, Status, Study};
use crate::cli::terminal_name;
use crate::keyring;

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

impl Study {
    /// Erases the profile: its keys, then everything else. `status` says what it held; the
    /// certificate is on the disk before the first key goes.
    ///
    /// # Errors
    /// Where the profile cannot be read or its files not be removed.
    pub fn erase(self, profile: &Path, status: &Status) -> Result<(), Problem> {
        let note = self.note_of_erasure(status)?;
        drop(self);
        Ok(erase_profile(profile, &note, keyring::system().as_deref())?)
    }

    fn note_of_erasure(&self, status: &Status) -> Result<Vec<u8>, Problem> {
        let identity = self.shelf.identity();
        let (Some(terminal), Some(cloud)) = (identity.terminal, identity.cloud) else {
            return Ok(b"{}".to_vec());
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
        };
        let key = self.shelf.signing_key()?;
        let certificate = Certificate::new(&statement, &key).map_err(machine)?;
        serde_json::to_vec_pretty(&Note { cloud, certificate }).map_err(machine)
    }
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
