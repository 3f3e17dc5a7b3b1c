//! Known vulnerabilities of what is linked in, by the RustSec database.
//!
//! The database comes by git from its maintainers and from nowhere else. A machine that does
//! not reach them is told so in one line, and nothing fails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustsec::{Database, Lockfile};

use crate::licences::list_in_deny;
use crate::run::{Done, is_here, root, target};

/// Names a checkout of the database.
const GIVEN: &str = "HOTARU_ADVISORY_DB";
const SOURCE: &str = "https://github.com/RustSec/advisory-db.git";
/// Longer than this nobody waits for a network that may not be there.
const PATIENCE: Duration = Duration::from_secs(60);

/// Holds `Cargo.lock` against the database, where there is one.
pub fn check() -> Done {
    let database = match database() {
        Ok(database) => database,
        Err(why) => {
            eprintln!("── advisories: NOT CHECKED ({why}); name a checkout of {SOURCE} in {GIVEN}");
            return Ok(());
        }
    };
    let lock = root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock)
        .map_err(|error| format!("{} cannot be read: {error}", lock.display()))?;
    let accepted = list_in_deny("ignore")?;
    let (count, found) = look(&database, &lock, &accepted)?;
    if found.is_empty() {
        eprintln!("── advisories: none of {count} is about what Cargo.lock names");
        Ok(())
    } else {
        Err(format!(
            "known vulnerabilities:\n  {}\nupdate them, or add them to `ignore` in deny.toml with a reason",
            found.join("\n  ")
        ))
    }
}

/// How many advisories there are, and those that a lock file's packages have; what only says
/// that a package is unmaintained is no vulnerability.
fn look(
    database: &Path,
    lock: &str,
    accepted: &BTreeSet<String>,
) -> Result<(usize, Vec<String>), String> {
    let database = Database::open(database)
        .map_err(|error| format!("{} is no advisory database: {error}", database.display()))?;
    let count = database.iter().count();
    if count == 0 {
        return Err("the advisory database is empty; get it anew".to_owned());
    }
    let lock: Lockfile = lock
        .parse()
        .map_err(|error| format!("Cargo.lock cannot be read: {error}"))?;
    let found = database.vulnerabilities(&lock);
    let found = found
        .iter()
        .filter(|one| !accepted.contains(&one.advisory.id.to_string()))
        .map(|one| {
            let (package, advisory) = (&one.package, &one.advisory);
            let (name, version) = (&package.name, &package.version);
            format!("{name} {version}: {}, {}", advisory.id, advisory.title)
        });
    Ok((count, found.collect()))
}

/// Where the database lies; the newest one where the network allows.
fn database() -> Result<PathBuf, String> {
    if let Some(given) = std::env::var_os(GIVEN) {
        return Ok(given.into());
    }
    if !is_here("git") {
        return Err("there is no git".to_owned());
    }
    let dir = target().join("advisory-db");
    let mut git = Command::new("git");
    if dir.join(".git").exists() {
        git.arg("-C")
            .arg(&dir)
            .args(["pull", "--quiet", "--ff-only"]);
    } else {
        let clone = ["clone", "--quiet", "--depth", "1", SOURCE];
        git.args(clone).arg(&dir);
    }
    // It asks nobody for a name or a password.
    git.env("GIT_TERMINAL_PROMPT", "0");
    match (in_time(&mut git), dir.join(".git").exists()) {
        (Ok(()), _) => Ok(dir),
        (Err(why), true) => {
            eprintln!("── advisories: as of the last time, for the database {why}");
            Ok(dir)
        }
        (Err(why), false) => Err(format!("the database {why}")),
    }
}

/// Runs a command that may wait for a network, for so long.
fn in_time(command: &mut Command) -> Done {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    let child = quiet.stderr(Stdio::null()).spawn();
    let mut child = child.map_err(|error| format!("cannot be asked for: {error}"))?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) => return Err("cannot be reached".to_owned()),
            Ok(None) => std::thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(format!("did not come within {} s", PATIENCE.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"leaky\"\nversion = \"1.2.3\"\n\
        source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
        checksum = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";

    #[test]
    fn what_has_an_advisory_is_found_until_it_is_mended_or_accepted() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("crates/leaky");
        std::fs::create_dir_all(&place).unwrap();
        let advisory = "```toml\n[advisory]\nid = \"RUSTSEC-2026-9999\"\npackage = \"leaky\"\n\
            date = \"2026-01-02\"\n\n[versions]\npatched = [\">= 1.2.4\"]\n```\n\n\
            # It leaks\n\nA made-up advisory.\n";
        std::fs::write(place.join("RUSTSEC-2026-9999.md"), advisory).unwrap();
        let none = BTreeSet::new();
        let (count, found) = look(dir.path(), LOCK, &none).unwrap();
        assert_eq!(count, 1);
        assert_eq!(found, ["leaky 1.2.3: RUSTSEC-2026-9999, It leaks"]);
        let mended = LOCK.replace("1.2.3", "1.2.4");
        assert_eq!(look(dir.path(), &mended, &none).unwrap().1, [""; 0]);
        let accepted = BTreeSet::from(["RUSTSEC-2026-9999".to_owned()]);
        assert_eq!(look(dir.path(), LOCK, &accepted).unwrap().1, [""; 0]);
        // What is no database proves nothing.
        std::fs::remove_dir_all(&place).unwrap();
        assert!(look(dir.path(), LOCK, &none).is_err());
    }

    #[test]
    fn a_network_that_is_not_there_is_said() {
        let mut command = Command::new("false");
        assert_eq!(in_time(&mut command), Err("cannot be reached".to_owned()));
    }
}
