//! The system's keyring: Secret Service on Linux, the Credential Manager on Windows, the
//! Keychain on a Mac. It opens when the computer's user signs in.

use std::sync::Arc;

use hotaru_content::shelf::{Keyring, OpenOptions};
use keyring::{Entry, Error};
use zeroize::Zeroizing;

/// Under this name the keyring lists what is Hotaru's.
const SERVICE: &str = "Hotaru";
/// Set to `off`, the keyring is left alone.
const SWITCH: &str = "HOTARU_KEYRING";

/// How a profile is opened by the programs that people use.
#[must_use]
pub fn open_options() -> OpenOptions {
    OpenOptions {
        // A damaged store can hang in its open; a child process is tried first then.
        child_probe: std::env::current_exe().ok(),
        keyring: system(),
        ..OpenOptions::default()
    }
}

/// The system's keyring, where there is one.
#[must_use]
pub fn system() -> Option<Arc<dyn Keyring>> {
    if std::env::var_os(SWITCH).is_some_and(|set| set == "off") || Entry::store_status().is_err() {
        return None;
    }
    Some(Arc::new(System))
}

#[derive(Debug)]
struct System;

impl Keyring for System {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        match entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn put(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        let put = entry(name)?.set_secret(secret);
        put.map_err(|error| error.to_string())
    }

    fn remove(&self, name: &str) -> Result<(), String> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn entry(name: &str) -> Result<Entry, String> {
    Entry::new(SERVICE, name).map_err(|error| error.to_string())
}
