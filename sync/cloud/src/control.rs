//! The keeper's commands. They work on the folder itself, and beside a running server
//! through a socket in that folder: one JSON line asks, JSON lines answer.

mod command;
mod oidc;
mod pupils;
#[cfg(unix)]
mod socket;
mod staff;

pub use command::{Care, Command, CommandError, Keeper};
pub use oidc::{OidcCommand, TieWish};
pub use pupils::{PupilCommand, Who};
pub use staff::{RoleWish, StaffCommand};

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc;

use crate::folder::{Folder, FolderError};
use crate::store::Store;
use crate::tidy::Tidier;
use crate::uploads::Uploads;

#[cfg(unix)]
pub(crate) use socket::Listener;

/// How long a command waits for a server that is just starting or stopping.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a command did not work.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The command itself failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The running server said why not.
    #[error("{0}")]
    Refused(String),
    /// The running server does not answer.
    #[error(
        "the running server does not answer the keeper's commands ({0}); stop it and try again"
    )]
    NoAnswer(String),
}

/// Carries out a command, here or in the running server; each line of the answer is given
/// to `line`.
///
/// # Errors
/// Where the folder cannot be used, or the command fails.
pub async fn run(
    folder: &Folder,
    command: Command,
    line: impl FnMut(Value),
) -> Result<(), ControlError> {
    let began = Instant::now();
    loop {
        match folder.hold() {
            Ok(held) => return here(&held, command, line).await,
            Err(error @ FolderError::Held(_)) => {
                #[cfg(unix)]
                match socket::connect(folder).await {
                    Ok(stream) => return socket::ask(stream, &command, line).await,
                    // It is starting or stopping.
                    Err(_) if began.elapsed() < PATIENCE => {}
                    Err(cause) => return Err(ControlError::NoAnswer(cause.to_string())),
                }
                #[cfg(not(unix))]
                if began.elapsed() >= PATIENCE {
                    return Err(error.into());
                }
                drop(error);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

async fn here(
    held: &crate::folder::Held,
    command: Command,
    line: impl FnMut(Value),
) -> Result<(), ControlError> {
    let (lines, told) = mpsc::channel(64);
    // What looks after the folder has to work on a damaged one, too.
    let command = match command {
        Command::Care(care) => {
            return Ok(beside(care.run(held.folder(), lines), told, line).await?);
        }
        command => command,
    };
    let store: Arc<dyn Store> = Arc::new(held.store(false).await?);
    let blobs = held.blobs()?;
    let uploads = Arc::new(Uploads::open(held.uploads()).map_err(CommandError::Files)?);
    let tidier = Tidier::new(Arc::clone(&store), blobs.clone(), uploads);
    let keeper = Keeper::new(store, blobs, held.folder().clone(), tidier);
    let done = beside(keeper.run(command, lines), told, line).await;
    keeper.close().await;
    Ok(done?)
}

/// Carries out work that tells lines, and passes these on meanwhile. The work has to drop its
/// end of the channel when it is done.
pub async fn beside<T>(
    work: impl Future<Output = T>,
    mut told: mpsc::Receiver<Value>,
    mut line: impl FnMut(Value),
) -> T {
    tokio::pin!(work);
    let mut result = None;
    loop {
        tokio::select! {
            done = &mut work, if result.is_none() => result = Some(done),
            next = told.recv() => match next {
                Some(value) => line(value),
                None => break,
            },
        }
    }
    match result {
        Some(result) => result,
        None => work.await,
    }
}

/// Where there is no such socket, commands wait until the server has stopped.
#[cfg(not(unix))]
pub(crate) struct Listener;

#[cfg(not(unix))]
impl Listener {
    pub(crate) fn bind(_: &Folder) -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn run(self, _: Keeper) {
        std::future::pending().await
    }
}
