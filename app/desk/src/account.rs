//! Who the teacher is, and how the window is to look: small files beside the outbox.
//!
//! They hold a token and the classes' join codes, so only their owner may read them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use hotaru_sync::client::outbox::Job;
use hotaru_sync::wire::{DeskSchool, Token};
use hotaru_ui::look::Look;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// No file of these is longer, in bytes.
const MAX_LEN: u64 = 16 << 20;
/// Where the school's page is kept.
const SCHOOL_FILE: &str = "school.json";

/// Which school, and as whom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The cloud's address.
    pub cloud: String,
    /// The token of her session, or the one that was printed with her class; empty while she
    /// is signed out.
    pub token: String,
    /// A PEM file of a school's own certificate authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// The name that she signs in with; none where a printed token lets her in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What this computer was told where a code was shown: for a day it needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer: Option<Token>,
}

impl Account {
    /// Somebody with a printed token.
    #[must_use]
    pub fn by_token(cloud: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            cloud: cloud.into(),
            token: token.into(),
            ca: None,
            name: None,
            computer: None,
        }
    }

    /// Whether there is a token to show. That it still counts, only the school knows.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        !self.token.is_empty()
    }

    /// Whether a lesson in the outbox is hers to send.
    ///
    /// # Errors
    /// Where it is for another school, or another teacher made it on this computer.
    pub fn may_send(&self, job: &Job) -> Result<(), Problem> {
        if self.cloud != job.cloud {
            return Err(Problem::OtherCloud(job.cloud.clone()));
        }
        // Jobs from before it was noted are anybody's.
        if !job.by.is_empty() && job.by != self.who() {
            return Err(Problem::OtherTeacher);
        }
        Ok(())
    }

    /// What teachers' things on one computer are told apart by: a session's token is a new one
    /// each time.
    pub(crate) fn who(&self) -> String {
        let who = match &self.name {
            Some(name) => format!("name {name}"),
            None => self.token.clone(),
        };
        blake3::hash(who.as_bytes()).to_hex().to_string()
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("cloud", &self.cloud)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The school's page as it was last seen, so that a class's name is known without a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SeenSchool {
    cloud: String,
    /// Of her name or token: another teacher sees other classes.
    token_hash: String,
    school: DeskSchool,
}

/// The desk's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens the directory, and makes it where there is none.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, Problem> {
        let dir = dir.into();
        fs::create_dir_all(&dir).map_err(|error| disk(&dir, "made", &error))?;
        Ok(Self(dir))
    }

    /// The user's own: `hotaru/desk` in her data directory, else beside the program's start.
    #[must_use]
    pub fn default_dir() -> PathBuf {
        dirs::data_dir()
            .unwrap_or_else(|| PathBuf::from("."))
            .join("hotaru")
            .join("desk")
    }

    /// Where the outbox lies.
    #[must_use]
    pub fn outbox(&self) -> PathBuf {
        self.0.join("outbox")
    }

    /// The account that the window saved.
    ///
    /// # Errors
    /// Where its file cannot be read.
    pub fn account(&self) -> Result<Option<Account>, Problem> {
        self.read("account.json")
    }

    /// Saves the account; only its owner may read it.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn set_account(&self, account: &Account) -> Result<(), Problem> {
        self.write("account.json", account)
    }

    /// How the window looks; the defaults where nothing was chosen or the file is damaged.
    #[must_use]
    pub fn look(&self) -> Look {
        self.read("settings.json")
            .ok()
            .flatten()
            .unwrap_or_default()
    }

    /// Saves how the window looks.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn set_look(&self, look: &Look) -> Result<(), Problem> {
        self.write("settings.json", look)
    }

    /// The school's page as this teacher last saw it.
    #[must_use]
    pub fn seen_school(&self, account: &Account) -> Option<DeskSchool> {
        let seen: SeenSchool = self.read(SCHOOL_FILE).ok().flatten()?;
        (seen.cloud == account.cloud && seen.token_hash == account.who()).then_some(seen.school)
    }

    /// Keeps the school's page.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn keep_school(&self, account: &Account, school: &DeskSchool) -> Result<(), Problem> {
        let seen = SeenSchool {
            cloud: account.cloud.clone(),
            token_hash: account.who(),
            school: school.clone(),
        };
        self.write(SCHOOL_FILE, &seen)
    }

    /// Signs out on this computer: the token and what the school told go; who it was and where
    /// stay, so that only a passphrase is to be typed.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn sign_out(&self, account: &Account) -> Result<(), Problem> {
        self.forget(SCHOOL_FILE);
        self.set_account(&Account {
            token: String::new(),
            ..account.clone()
        })
    }

    /// What was kept under a name; nothing where there is none.
    ///
    /// # Errors
    /// Where the file is there and cannot be read.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Problem> {
        let path = self.0.join(name);
        let refused = |reason: String| Problem::Disk {
            path: path.clone(),
            doing: "read",
            reason,
        };
        match fs::metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(error.to_string())),
            Ok(file) if file.len() > MAX_LEN => return Err(refused("it is too long".to_owned())),
            Ok(_) => {}
        }
        let bytes = fs::read(&path).map_err(|error| refused(error.to_string()))?;
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| refused(error.to_string()))
    }

    /// Keeps something under a name: whole or not at all.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub(crate) fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<(), Problem> {
        let (path, new) = (self.0.join(name), self.0.join(format!("{name}.new")));
        let bytes = serde_json::to_vec_pretty(value)
            .map_err(|error| Problem::Machine(error.to_string()))?;
        write_private(&new, &bytes)
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|error| disk(&path, "written", &error))
    }

    /// Writes a page for a browser, for this user's eyes only; the one before it goes.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub(crate) fn write_page(&self, name: &str, page: &str) -> Result<PathBuf, Problem> {
        let path = self.0.join(name);
        write_private(&path, page.as_bytes()).map_err(|error| disk(&path, "written", &error))?;
        Ok(path)
    }

    /// Forgets what was kept under a name.
    pub(crate) fn forget(&self, name: &str) {
        // What stays behind is written over the next time.
        let _ = fs::remove_file(self.0.join(name));
    }
}

/// Writes a file that only this user reads, in place of the one that was there.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // One that a crash left may have other rights.
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn disk(path: &Path, doing: &'static str, error: &std::io::Error) -> Problem {
    Problem::Disk {
        path: path.to_owned(),
        doing,
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account::by_token("https://school.example", "secret")
    }

    #[test]
    fn an_account_returns_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path().join("desk")).unwrap();
        assert_eq!(folder.account().unwrap(), None);
        // A file that lay there before with other rights is no way in.
        let path = dir.path().join("desk/account.json");
        fs::write(&path, "{}").unwrap();
        folder.set_account(&account()).unwrap();
        folder.set_account(&account()).unwrap();
        assert_eq!(folder.account().unwrap(), Some(account()));
        assert!(!format!("{:?}", account()).contains("secret"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn a_damaged_account_is_named_and_a_damaged_look_is_the_default() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        for name in ["account.json", "settings.json"] {
            fs::write(dir.path().join(name), "{").unwrap();
        }
        assert!(
            folder
                .account()
                .unwrap_err()
                .to_string()
                .contains("account.json")
        );
        assert_eq!(folder.look(), Look::default());
    }

    #[test]
    fn a_school_is_seen_by_its_own_teacher_only() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let school: DeskSchool = serde_json::from_value(serde_json::json!({
            "school": {"school": "11".repeat(16), "name": "A"}, "classes": [], "terminals": []
        }))
        .unwrap();
        let by_token = Account::by_token("https://a", "t");
        folder.keep_school(&by_token, &school).unwrap();
        let seen = |account: &Account| folder.seen_school(account);
        assert_eq!(seen(&by_token), Some(school.clone()));
        assert_eq!(seen(&Account::by_token("https://a", "u")), None);
        assert_eq!(seen(&Account::by_token("https://b", "t")), None);
        // A new session of the same name is the same teacher; signing out takes the page away.
        let session = |name: &str, token: &str| Account {
            name: Some(name.to_owned()),
            ..Account::by_token("https://a", token)
        };
        let sato = session("sato", "t");
        folder.keep_school(&sato, &school).unwrap();
        assert_eq!(seen(&session("sato", "v")), Some(school));
        assert_eq!(seen(&session("tanaka", "t")), None);
        folder.sign_out(&sato).unwrap();
        assert_eq!(seen(&sato), None);
        let kept = folder.account().unwrap().unwrap();
        assert!(!kept.is_signed_in());
        assert_eq!(kept.name.as_deref(), Some("sato"));
    }
}
