//! The program without a window: the same commands, as JSON.

mod card;
mod package;
mod push;
mod resume;
mod session;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use hotaru_content::id::{LessonId, PupilId, TerminalId};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::desk::PATIENCE;
use hotaru_sync::wire::DeskSchool;
use serde::Serialize;
use serde_json::json;

use crate::account::{Account, Folder};
use crate::line::Line;
use crate::problem::Problem;
use crate::worker::WorkerOptions;
pub use push::PushArgs;

/// A teacher gives a class its lessons.
#[derive(Debug, Parser)]
#[command(name = "hotaru-desk", version, about, long_about = None)]
#[command(
    after_help = "Without a command the window opens. Every error is one sentence and an exit code that is not 0."
)]
pub struct Cli {
    /// The desk's directory; by default in the user's data directory
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The school's address; by default the one that the window saved
    #[arg(long, global = true, value_name = "URL")]
    cloud: Option<String>,
    /// The teacher's token; by default the one that the window saved
    #[arg(long, global = true, value_name = "TOKEN", allow_hyphen_values = true)]
    token: Option<String>,
    /// Trusts one more certificate authority (PEM): a school's own
    #[arg(long, global = true, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How many faults in a row are waited out before a send gives up
    #[arg(long, global = true, value_name = "N", default_value_t = PATIENCE)]
    patience: u32,
    /// What to do; nothing opens the window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Signs in: by a name, whose passphrase comes on standard input, on its first line; or by an
    /// identity provider of the school, in a browser
    SignIn {
        /// The name to sign in with
        #[arg(long, required_unless_present = "oidc")]
        name: Option<String>,
        /// Six digits of the authenticator or a recovery code, where the school wants one
        #[arg(long)]
        code: Option<String>,
        /// Signs in by an identity provider; the address for the browser is printed on standard
        /// error. Which one, where the school has several
        #[arg(long, value_name = "PROVIDER", num_args = 0..=1, default_missing_value = "",
              conflicts_with_all = ["name", "code"])]
        oidc: Option<String>,
    },
    /// Signs out; what waits in the outbox stays
    SignOut,
    /// Begins an account: the setup code and a new passphrase come on standard input, a line
    /// each; what is printed is told this once
    Setup,
    /// Shows the authenticator's first code, and the account is ready; the setup code comes on
    /// standard input once more
    Confirm {
        /// Six digits of the authenticator
        #[arg(long)]
        code: String,
    },
    /// Makes a lesson of files and sends it to a class
    Push(Box<PushArgs>),
    /// Sends what waits in the outbox
    Resume,
    /// Says on which terminals a lesson is
    Receipts {
        /// The lesson
        lesson: LessonId,
        /// How it is printed.
        #[command(flatten)]
        form: Form,
    },
    /// Counts each question's answers
    Answers {
        /// The lesson
        lesson: LessonId,
        /// How it is printed.
        #[command(flatten)]
        form: Form,
    },
    /// Lists the lessons of a class, newest first
    Lessons {
        /// The class's name
        #[arg(long)]
        class: String,
        /// How it is printed.
        #[command(flatten)]
        form: Form,
    },
    /// Lists classes, rosters and terminals
    School {
        /// How it is printed.
        #[command(flatten)]
        form: Form,
    },
    /// Withdraws a lesson: it leaves the terminals
    Withdraw {
        /// The lesson
        lesson: LessonId,
    },
    /// Undoes a terminal's join
    UndoJoin {
        /// The terminal
        terminal: TerminalId,
    },
    /// Makes login cards, with which pupils get their study back on a spare terminal; cards
    /// that were made before count no more
    Card {
        /// The class's name
        #[arg(long)]
        class: String,
        /// Pupils' numbers; by default all of the class
        #[arg(long, value_delimiter = ',')]
        number: Vec<u16>,
        /// Only lets their cards count no more
        #[arg(long, conflicts_with = "out")]
        revoke: bool,
        /// A page to print (HTML); without it the codes are printed as JSON
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Says the code that opens the study of a pupil who is locked, to be read out over the
    /// telephone
    Code {
        /// The class's name
        #[arg(long)]
        class: String,
        /// The pupil's number
        #[arg(long)]
        number: u16,
        /// The number of the code: it stands on the pupil's screen
        #[arg(long, value_name = "N")]
        code: u32,
    },
    /// Brings what a pupil did before to a terminal that she joined with code and number
    Agree {
        /// The terminal
        terminal: TerminalId,
        /// The pupil
        pupil: PupilId,
    },
    /// Writes a sample school's lessons into one file that a terminal can open without a school
    Package {
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The sample school's description
        #[arg(long, value_name = "JSON")]
        school_file: PathBuf,
    },
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Form {
    /// Prints JSON; it is the only form, the word says so to readers of scripts
    #[arg(long)]
    json: bool,
}

impl Cli {
    /// The desk's directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(Folder::default_dir)
    }

    /// Which school, and as whom: what was said, else what the window saved.
    ///
    /// # Errors
    /// Where neither says it, or the saved account cannot be read.
    pub fn account(&self, folder: &Folder) -> Result<Account, Problem> {
        let saved = match (&self.cloud, &self.token) {
            (Some(_), Some(_)) => None,
            _ => folder.account()?,
        };
        let said = |said: &Option<String>, saved: Option<&String>| {
            said.as_ref().or(saved).cloned().ok_or(Problem::NoAccount)
        };
        let cloud = said(&self.cloud, saved.as_ref().map(|account| &account.cloud))?;
        let token = said(&self.token, saved.as_ref().map(|account| &account.token))?;
        // A name and a computer go with the saved token and with the saved address only.
        let is_saved = |saved: &&Account| {
            self.token.is_none()
                && self
                    .cloud
                    .as_deref()
                    .is_none_or(|said| is_same(said, &saved.cloud))
        };
        let session = saved.as_ref().filter(is_saved);
        let (name, computer) = session.map_or((None, None), |saved| {
            (saved.name.clone(), saved.computer.clone())
        });
        Ok(Account {
            cloud: cloud.trim_end_matches('/').to_owned(),
            token,
            ca: self.ca.clone().or_else(|| saved.as_ref()?.ca.clone()),
            name,
            computer,
        })
    }

    /// How the window is started.
    ///
    /// # Errors
    /// Where the saved account cannot be read.
    pub fn window_options(&self) -> Result<WorkerOptions, Problem> {
        let folder = Folder::open(self.data())?;
        let account = match self.account(&folder) {
            Ok(account) => Some(account),
            // The window asks for it.
            Err(Problem::NoAccount) => None,
            Err(problem) => return Err(problem),
        };
        Ok(WorkerOptions {
            account,
            ca: self.ca.clone(),
            ..WorkerOptions::new(self.data())
        })
    }
}

/// Does one command. What it gives goes to standard output.
///
/// # Errors
/// The one sentence that says what failed.
pub fn run(cli: &Cli, command: &Command) -> Result<(), Problem> {
    if let Command::Package { out, school_file } = command {
        return package::package(school_file, out);
    }
    let folder = Folder::open(cli.data())?;
    if let Some(done) = session::run(cli, &folder, command) {
        return done;
    }
    let account = cli.account(&folder)?;
    if !account.is_signed_in() {
        return Err(Problem::SessionOver);
    }
    let cancel = Cancel::default();
    let line = || Ok::<_, Problem>(Line::open(&account)?.with_patience(cli.patience));
    match command {
        Command::Push(args) => push::push(&folder, &account, line, args),
        Command::Resume => resume::resume(&folder, &account, line),
        Command::Receipts { lesson, .. } => print(&line()?.desk().receipts(*lesson, &cancel)?),
        Command::Answers { lesson, .. } => print(&line()?.desk().answers(*lesson, &cancel)?),
        Command::Lessons { class, .. } => {
            let line = line()?;
            let school = line.desk().school(&cancel)?;
            let found = school.classes.iter().find(|known| known.name == *class);
            let found = found.ok_or_else(|| no_class(&school, class))?;
            print(&line.desk().lessons(found.class, &cancel)?)
        }
        Command::School { .. } => print(&line()?.desk().school(&cancel)?),
        Command::Withdraw { lesson } => {
            line()?.desk().withdraw(*lesson, &cancel)?;
            print(&json!({ "withdrawn": lesson }))
        }
        Command::UndoJoin { terminal } => {
            line()?.desk().undo_terminal(*terminal, &cancel)?;
            print(&json!({ "undone": terminal }))
        }
        Command::Card {
            class,
            number,
            revoke,
            out,
        } => card::card(
            &line()?,
            &account.cloud,
            class,
            number,
            *revoke,
            out.as_deref(),
        ),
        Command::Code {
            class,
            number,
            code,
        } => card::code(&line()?, class, *number, *code),
        Command::Agree { terminal, pupil } => {
            line()?.desk().agree(*terminal, *pupil, &cancel)?;
            print(&json!({ "agreed": pupil, "terminal": terminal }))
        }
        Command::Package { .. }
        | Command::SignIn { .. }
        | Command::SignOut
        | Command::Setup
        | Command::Confirm { .. } => Ok(()),
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

fn no_class(school: &DeskSchool, name: &str) -> Problem {
    Problem::NoClass {
        name: name.to_owned(),
        known: crate::outgoing::names_of(school),
    }
}

/// One JSON value on one line.
fn print(value: &impl Serialize) -> Result<(), Problem> {
    use std::io::Write;
    let mut line =
        serde_json::to_vec(value).map_err(|error| Problem::Machine(error.to_string()))?;
    line.push(b'\n');
    let mut out = std::io::stdout().lock();
    out.write_all(&line)
        .and_then(|()| out.flush())
        .map_err(|error| Problem::Disk {
            path: PathBuf::from("-"),
            doing: "written",
            reason: error.to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(args: &[&str]) -> Result<Cli, String> {
        let args = ["hotaru-desk"].into_iter().chain(args.iter().copied());
        Cli::try_parse_from(args).map_err(|error| error.to_string())
    }

    const PUSH: [&str; 9] = [
        "push",
        "--class",
        "6-1",
        "--title",
        "t",
        "--subject",
        "s",
        "--day",
        "2026-11-20",
    ];

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
        assert!(parse(&[]).unwrap().command.is_none());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let with = |more: &[&str]| parse(&[&PUSH, more].concat()).map(drop);
        assert_eq!(with(&["a.md", "--period", "2", "--data", "d"]), Ok(()));
        // A lesson of links has no file; one of nothing is refused later, with its sentence.
        assert_eq!(with(&[]), Ok(()));
        for (more, said) in [
            (["--period", "13"], "13"),
            (["--period", "0"], "--period"),
            (["--send-at", "tomorrow"], "--send-at"),
            (["--expires", "2026-13-01"], "--expires"),
            (["--code", "12"], "16 letters"),
            (["--replace", "12"], "32 hexadecimal"),
            (["--pupil-number", "x"], "--pupil-number"),
        ] {
            let error = with(&more).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
        for missing in ["--class", "--title", "--subject"] {
            let at = PUSH.iter().position(|arg| *arg == missing).unwrap();
            let mut args = PUSH.to_vec();
            args.drain(at..at + 2);
            assert!(parse(&args).unwrap_err().contains(missing));
        }
        assert!(parse(&["receipts", "abc"]).unwrap_err().contains("lesson"));
    }

    #[test]
    fn the_account_is_what_was_said_else_what_was_saved() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let account = |args: &[&str]| parse(args).unwrap().account(&folder);
        assert!(matches!(
            account(&["resume", "--cloud", "http://a"]),
            Err(Problem::NoAccount)
        ));
        let saved = Account {
            ca: Some("ca.pem".into()),
            name: Some("sato".to_owned()),
            ..Account::by_token("https://saved", "saved")
        };
        folder.set_account(&saved).unwrap();
        assert_eq!(account(&["resume"]).unwrap(), saved);
        let said = account(&["--token", "said", "resume", "--cloud", "https://b/"]).unwrap();
        assert_eq!(
            (said.cloud.as_str(), said.token.as_str()),
            ("https://b", "said")
        );
        assert_eq!(said.name, None, "another token is nobody's session");
        assert_eq!(
            account(&["resume", "--token", "-b"]).unwrap().token,
            "-b",
            "a token of an older cloud may begin like an option"
        );
        assert_eq!(
            account(&["resume", "--token", "x"]).unwrap().cloud,
            "https://saved"
        );
    }
}
