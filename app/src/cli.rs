//! The program without a window: the same commands, in words and in JSON.

mod answers;
mod doctor;
mod show;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use hotaru_content::shelf::{LockKind, erase_profile};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, PATIENCE, SignIn, sync_once};
use hotaru_sync::terminal::Progress;
use zeroize::Zeroizing;

use crate::keyring;
use crate::study::{Problem, Study, confirm, sample_package, status};

/// Lessons that are there without a line.
#[derive(Debug, Parser)]
#[command(name = "hotaru", version, about, long_about = None)]
#[command(
    after_help = "Without a command the window opens. Every error is one sentence and an exit code that is not 0."
)]
pub struct Cli {
    /// The profile's directory; by default in the user's data directory
    #[arg(long, global = true, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// The pupil in front, by number, where the terminal has several
    #[arg(long, global = true, value_name = "NUMBER")]
    pub pupil: Option<u16>,
    /// Closes the window after so many seconds and prints what was measured
    #[arg(long, hide = true, value_name = "SECONDS")]
    pub measure: Option<u64>,
    /// Opens a locked study with the first line of this file: PIN, pictures as letters, or
    /// passphrase; `-` is the standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub secret_from: Option<PathBuf>,
    #[command(flatten)]
    line: LineArgs,
    /// What to do; nothing opens the window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How the line is used.
#[derive(Debug, clap::Args)]
struct LineArgs {
    /// Trusts one more certificate authority (PEM): a school's own
    #[arg(long, global = true, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How many faults in a row are waited out before a sync gives up
    #[arg(long, global = true, value_name = "N", default_value_t = PATIENCE)]
    patience: u32,
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Joins a class: a new terminal for a pupil, or one more pupil on this one
    Join {
        /// The school's address: https://hotaru.example.jp
        #[arg(long)]
        cloud: String,
        /// The class's join code
        #[arg(long, requires = "number", required_unless_present = "card")]
        code: Option<String>,
        /// The pupil's number in the class
        #[arg(long, requires = "code")]
        number: Option<u16>,
        /// The code of the pupil's login card, which also brings back what she did before
        #[arg(long, conflicts_with_all = ["code", "number"])]
        card: Option<String>,
    },
    /// Sends what was done and takes new lessons home
    Sync {
        /// Prints the report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Says what is here and what waits
    Status {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Lists lessons, materials and drills with their items
    Lessons {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Answers a drill's items from a file, exactly as the window does
    Answer {
        /// The drill: its blob's name, or its material's id
        drill: String,
        /// A file of lines: item id, tab, response (a choice by its text or place, `|`
        /// between several, `?` for "I don't know")
        #[arg(long, value_name = "FILE.tsv")]
        from: PathBuf,
    },
    /// Prints the study log, one event a line, as JSON
    Log,
    /// Tells the terminal where its school is now
    Address {
        /// The school's new address
        cloud: String,
    },
    /// Fills this empty profile with the sample class
    Sample,
    /// Chooses the secret that opens the study of the pupil in front; it is asked for on the
    /// standard input
    Lock {
        /// 4 to 12 digits, 4 to 8 pictures (letters from a to p), or 8 to 128 characters
        #[arg(long, value_enum, default_value_t = Kind::Pin)]
        kind: Kind,
        /// Opens it first with the code that a teacher reads out
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
        /// Takes the lock away
        #[arg(long, conflicts_with = "kind")]
        remove: bool,
    },
    /// Erases everything of this profile, for the next pupil or for the terminal's return
    Erase {
        /// Really
        #[arg(long)]
        yes: bool,
        /// Erases even what the school does not have yet
        #[arg(long)]
        lose_unsent: bool,
        /// Does not connect first, and tells the school later (--confirm)
        #[arg(long)]
        offline: bool,
        /// Only tells the school of an erasure that it does not know of
        #[arg(long, conflicts_with_all = ["yes", "lose_unsent", "offline"])]
        confirm: bool,
    },
    /// Checks the profile without changing it, and says in words what it found
    Doctor {
        /// Rebuilds what is damaged, drops what is to be fetched again, removes leftovers
        #[arg(long)]
        repair: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Kinds of secrets, as they are said.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Kind {
    /// Digits.
    Pin,
    /// Pictures.
    Pictures,
    /// Words.
    Passphrase,
}

impl Cli {
    /// The profile that is meant.
    #[must_use]
    pub fn profile(&self) -> PathBuf {
        self.profile.clone().unwrap_or_else(Study::default_profile)
    }

    /// How the line is used.
    #[must_use]
    pub fn line(&self) -> LineOptions {
        LineOptions {
            root_certificates: self.line.ca.clone(),
            patience: self.line.patience,
            ..LineOptions::default()
        }
    }
}

/// Does one command. What it gives goes to standard output.
///
/// # Errors
/// The one sentence that says what failed.
pub fn run(cli: &Cli, command: &Command) -> Result<(), Problem> {
    if let Command::Doctor { repair, json } = command {
        return doctor::doctor(&cli.profile(), *repair, *json);
    }
    if let Command::Erase { confirm: true, .. } = command {
        return show::json(&confirm(&cli.profile(), &cli.line())?);
    }
    let opened = Study::open(&cli.profile());
    if let (Err(error), true) = (&opened, is_erased_anyhow(command)) {
        // What cannot be read any more is erased all the same, without a certificate.
        eprintln!("hotaru: {error}");
        return Ok(erase_profile(
            &cli.profile(),
            b"{}",
            keyring::system().as_deref(),
        )?);
    }
    let (mut study, report) = opened?;
    for finding in &report.findings {
        eprintln!("hotaru: {finding}");
    }
    if let Some(number) = cli.pupil {
        study.select_number(number)?;
    }
    if let Some(path) = &cli.secret_from
        && study.is_locked()
    {
        study.unlock(&secret_in(path)?)?;
    }
    match command {
        Command::Join {
            cloud,
            code,
            number,
            card,
        } => {
            let sign_in = match (card, code, number) {
                (Some(card), ..) => SignIn::Card(card.clone()),
                (None, Some(code), Some(number)) => SignIn::Code {
                    code: code.clone(),
                    number: *number,
                },
                _ => return Err(Problem::NotJoined),
            };
            show::json(&study.join(cloud, &sign_in, &cli.line(), &Cancel::default())?)
        }
        Command::Sync { json } => sync(study, cli, *json),
        Command::Status { json } => show::status(&status(&study)?, *json),
        Command::Lessons { json } => show::lessons(&study, *json),
        Command::Answer { drill, from } => answers::answer(&mut study, drill, from),
        Command::Log => show::log(&study),
        Command::Address { cloud } => study.set_address(cloud),
        Command::Sample => {
            let package = sample_package().ok_or(Problem::NoSample)?;
            study.fill_with(&package)
        }
        Command::Lock { kind, code, remove } => lock(&mut study, *kind, code.as_deref(), *remove),
        Command::Erase {
            yes,
            lose_unsent,
            offline,
            ..
        } => erase(study, cli, *yes, *lose_unsent, *offline),
        // It opens the profile in its own way, above.
        Command::Doctor { .. } => Ok(()),
    }
}

/// Chooses the secret of the pupil in front.
fn lock(study: &mut Study, kind: Kind, code: Option<&str>, remove: bool) -> Result<(), Problem> {
    if let Some(code) = code {
        study.unlock_by_code(code)?;
    }
    study.log()?;
    if remove {
        return study.remove_lock();
    }
    let kind = match kind {
        Kind::Pin => LockKind::Pin,
        Kind::Pictures => LockKind::Picture,
        Kind::Passphrase => LockKind::Passphrase,
    };
    study.set_lock(kind, &secret_in(Path::new("-"))?)
}

/// The first line of a file, bounded.
fn secret_in(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let unread = |error: std::io::Error| Problem::File {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
    let mut line = Zeroizing::new(String::new());
    let mut read = |from: &mut dyn Read| BufReader::new(from.take(1024)).read_line(&mut line);
    if path == Path::new("-") {
        read(&mut std::io::stdin().lock()).map_err(unread)?;
    } else {
        read(&mut File::open(path).map_err(unread)?).map_err(unread)?;
    }
    Ok(Zeroizing::new(
        line.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

/// Whether a profile is to be erased whatever is in it.
fn is_erased_anyhow(command: &Command) -> bool {
    matches!(
        command,
        Command::Erase {
            yes: true,
            lose_unsent: true,
            ..
        }
    )
}

/// Sends what can be sent, says what would be lost, and erases.
fn erase(
    study: Study,
    cli: &Cli,
    yes: bool,
    lose_unsent: bool,
    offline: bool,
) -> Result<(), Problem> {
    let has_joined = study.shelf().identity().token.is_some();
    if has_joined && !offline {
        let line = cli.line();
        if let Err(error) = sync_once(study.shelf(), &line, &mut |_| {}, &Cancel::default()) {
            eprintln!("hotaru: {error}");
        }
    }
    let status = status(&study)?;
    for pupil in &status.pupils {
        let (class, number) = (&pupil.class, pupil.number);
        let (events, unsent) = (pupil.events, pupil.unsent);
        eprintln!("hotaru: {class} number {number}: {events} facts, {unsent} not at school");
    }
    let profile = cli.profile();
    let erasure = study.erasure(&profile, lose_unsent)?;
    if !yes {
        return Err(Problem::NotSure);
    }
    drop(study);
    erasure.carry_out(keyring::system().as_deref())?;
    eprintln!("hotaru: this profile is erased");
    if !has_joined {
        return Ok(());
    }
    if offline {
        eprintln!("hotaru: the school does not know yet; `hotaru erase --confirm` tells it");
        return Ok(());
    }
    told(&profile, cli)
}

/// Tells the school of an erasure, where it can be reached.
fn told(profile: &Path, cli: &Cli) -> Result<(), Problem> {
    match confirm(profile, &cli.line()) {
        Ok(erased) => show::json(&erased),
        Err(error) => {
            eprintln!("hotaru: {error}");
            eprintln!("hotaru: the school does not know yet; `hotaru erase --confirm` tells it");
            Ok(())
        }
    }
}

fn sync(study: Study, cli: &Cli, json: bool) -> Result<(), Problem> {
    study.pupil().ok_or(Problem::NotJoined)?;
    study.expire()?;
    let mut tell = |progress: &Progress| {
        if !json {
            show::progress(progress);
        }
    };
    let synced = sync_once(study.shelf(), &cli.line(), &mut tell, &Cancel::default());
    if let Ok(report) = &synced {
        show::sync_report(report, json)?;
    }
    let profile = cli.profile();
    if let Ok(report) = &synced
        && let Some(erasure) = study.ordered_erasure(&profile, Some(report))?
    {
        drop(study);
        erasure.carry_out(keyring::system().as_deref())?;
        eprintln!("hotaru: this profile is erased, as the school ordered");
        return told(&profile, cli);
    }
    // What the disk refuses now is tried again after the next sync.
    let _ = study.shelf().tidy(&|| true);
    synced?;
    Ok(())
}

/// What the terminal calls itself, so that a teacher can tell it from others.
#[must_use]
pub fn terminal_name() -> String {
    std::fs::read_to_string("/etc/hostname")
        .ok()
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map(|name| name.trim().chars().take(60).collect::<String>())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "terminal".to_owned())
}
