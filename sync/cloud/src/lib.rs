//! The school cloud: keeps a school's lessons and its pupils' answers.
//!
//! One folder is one school: the database, the blobs, uploads under way, a socket for the
//! keeper's commands and a lock. [`serve`] is the server, [`routes`] the wire's table,
//! [`store`] the transactions, [`control`] what works beside a running server, [`rights`] who may
//! do what.
//!
//! [`care`] makes backups, a school from a backup, and checks every byte. A backup is a copy
//! of the database and after it one of the blobs: files never change and come before the
//! rows that name them, so in this order no row lacks its file.
//! While a server runs it holds [`blobs::Blobs::hold`], so that nothing is tidied away between.

mod auth;
pub mod blobs;
pub mod care;
pub mod control;
mod deletion;
mod digest;
mod drills;
mod error;
pub mod folder;
mod limits;
mod numbers;
mod patches;
mod record;
pub mod retention;
pub mod returns;
pub mod rights;
mod routes;
pub mod serve;
mod staff;
pub mod store;
mod tidy;
pub mod tls;
mod tokens;
mod uploads;
mod wishes;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hotaru_content::id::RunId;
use hotaru_content::key::SecretKey;
use hotaru_sync::wire::{MAX_NAME_CHARS, SchoolCard};
use tokio::sync::Notify;

use blobs::Blobs;
use deletion::Deleter;
use drills::Drills;
use folder::{Folder, FolderError};
use limits::Limiter;
use numbers::Numbers;
use patches::Patcher;
use store::{Caller, Store};
use uploads::Uploads;

pub use tidy::GRACE_DAYS as TIDY_GRACE_DAYS;

/// Wrong join codes that one address may try in a minute.
const WRONG_CODES: u32 = 10;
/// Requests that a terminal or desk may make at once, and again within ten seconds.
const CALLS: u32 = 5000;

/// Makes a school in a folder that has none.
///
/// # Errors
/// Where the folder cannot be used, has a school already, or the name is of no use.
pub async fn init(data: &Path, name: &str) -> Result<SchoolCard, InitError> {
    let name = name.trim();
    let bounded = (1..=MAX_NAME_CHARS).contains(&name.chars().count());
    if !bounded || name.chars().any(char::is_control) {
        return Err(InitError::Name);
    }
    let folder = Folder::new(data);
    folder.create()?;
    let held = folder.hold()?;
    let store = held.store(true).await?;
    let school = store
        .create_school(name, now_ms())
        .await
        .map_err(FolderError::from)?;
    Uploads::open(held.uploads()).map_err(InitError::Uploads)?;
    store.close().await;
    Ok(school)
}

/// Why a school cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The name is of no use.
    #[error(
        "a school's name has 1 to {MAX_NAME_CHARS} characters and no control characters; choose another"
    )]
    Name,
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The folder for uploads cannot be made.
    #[error("the folder for uploads cannot be made ({0}); check rights and free space")]
    Uploads(std::io::Error),
}

/// What every request works on.
struct Cloud {
    /// The name of this run; every answer carries it.
    run: RunId,
    store: Arc<dyn Store>,
    blobs: Blobs,
    uploads: Arc<Uploads>,
    deleter: Deleter,
    drills: Drills,
    patcher: Arc<Patcher>,
    wrong_codes: Limiter<IpAddr>,
    calls: Limiter<Caller>,
    numbers: Numbers,
    /// Opens what only the school is to open.
    box_secret: SecretKey,
    /// Signs orders to terminals.
    order_secret: SecretKey,
    hasher: staff::Hasher,
    tries: staff::Tries,
    oidc: staff::oidc::Oidc,
    /// Rings when a send time may have come nearer.
    turn: Notify,
}

impl Cloud {
    fn new(
        run: RunId,
        store: Arc<dyn Store>,
        blobs: Blobs,
        uploads: Arc<Uploads>,
        deleter: Deleter,
        [box_secret, order_secret]: [SecretKey; 2],
    ) -> Self {
        Self {
            run,
            store,
            blobs,
            uploads,
            deleter,
            drills: Drills::default(),
            patcher: Patcher::new(),
            wrong_codes: Limiter::new(WRONG_CODES, Duration::from_secs(60)),
            calls: Limiter::new(CALLS, Duration::from_secs(10)),
            numbers: Numbers::default(),
            box_secret,
            order_secret,
            hasher: staff::Hasher::default(),
            tries: staff::Tries::default(),
            oidc: staff::oidc::Oidc::default(),
            turn: Notify::new(),
        }
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z by this machine's clock.
fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
