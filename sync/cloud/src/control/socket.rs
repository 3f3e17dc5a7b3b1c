//! The socket between a command and the running server.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{Command, ControlError, Keeper};
use crate::folder::Folder;

/// The longest command, in bytes.
const MAX_COMMAND: u64 = 64 << 10;
/// The longest path of a socket on every Unix, in bytes (`sun_path`, 104 with its end).
const MAX_PATH: usize = 103;
/// A command is written in one go.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// One line of what the server says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    /// Something to print.
    Line(Value),
    /// It failed.
    Error(String),
    /// It is done.
    Done,
}

/// Listens for the keeper's commands; the socket is removed when dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: UnixListener,
    path: PathBuf,
}

impl Listener {
    /// Listens in a folder that this program holds.
    pub(crate) fn bind(folder: &Folder) -> std::io::Result<Self> {
        let path = folder.socket();
        if path.as_os_str().len() > MAX_PATH {
            return Err(std::io::Error::other(
                "its path is too long for the socket in it; choose one of at most 90 bytes",
            ));
        }
        // The lock is ours: whoever left it here is gone.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, path })
    }

    /// Carries out commands, for ever.
    pub(crate) async fn run(self, keeper: Keeper) {
        let mut commands = JoinSet::new();
        loop {
            while commands.try_join_next().is_some() {}
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let keeper = keeper.clone();
                    commands.spawn(async move {
                        if let Err(error) = serve(stream, &keeper).await {
                            tracing::debug!(cause = %error, "a command broke off");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(cause = %error, "a command was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(cause = %error, "the socket was not removed");
        }
    }
}

async fn serve(stream: UnixStream, keeper: &Keeper) -> std::io::Result<()> {
    let (from, mut into) = stream.into_split();
    let mut asked = String::new();
    let mut from = BufReader::new(from.take(MAX_COMMAND));
    tokio::time::timeout(COMMAND_TIMEOUT, from.read_line(&mut asked)).await??;
    let command: Command = match serde_json::from_str(&asked) {
        Ok(command) => command,
        Err(error) => {
            let why = format!("the running server is of another version ({error}); restart it");
            return tell(&mut into, &Reply::Error(why)).await;
        }
    };
    let (lines, mut told) = mpsc::channel(64);
    let work = keeper.run(command, lines);
    tokio::pin!(work);
    let mut result = None;
    loop {
        tokio::select! {
            done = &mut work, if result.is_none() => result = Some(done),
            next = told.recv() => match next {
                Some(value) => tell(&mut into, &Reply::Line(value)).await?,
                None => break,
            },
        }
    }
    let result = match result {
        Some(result) => result,
        None => work.await,
    };
    let last = match result {
        Ok(()) => Reply::Done,
        Err(error) => Reply::Error(error.to_string()),
    };
    tell(&mut into, &last).await
}

async fn tell(into: &mut (impl AsyncWriteExt + Unpin), line: &Reply) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    into.write_all(&text).await
}

/// Connects to the running server.
pub(super) async fn connect(folder: &Folder) -> std::io::Result<UnixStream> {
    UnixStream::connect(folder.socket()).await
}

/// Has the running server carry out a command.
pub(super) async fn ask(
    stream: UnixStream,
    command: &Command,
    mut line: impl FnMut(Value),
) -> Result<(), ControlError> {
    let broke = |error: std::io::Error| ControlError::NoAnswer(error.to_string());
    let (from, mut into) = stream.into_split();
    let mut text = serde_json::to_vec(command).map_err(|error| broke(error.into()))?;
    text.push(b'\n');
    into.write_all(&text).await.map_err(broke)?;
    let mut lines = BufReader::new(from).lines();
    while let Some(text) = lines.next_line().await.map_err(broke)? {
        match serde_json::from_str(&text) {
            Ok(Reply::Line(value)) => line(value),
            Ok(Reply::Error(why)) => return Err(ControlError::Refused(why)),
            Ok(Reply::Done) => return Ok(()),
            Err(error) => return Err(broke(error.into())),
        }
    }
    Err(ControlError::NoAnswer("it broke off".to_owned()))
}
