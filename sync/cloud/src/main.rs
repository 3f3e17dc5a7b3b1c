//! The school cloud's program: makes a school, serves it, and looks after it.

mod oidc_task;
mod pupil_task;
mod staff_task;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use hotaru_cloud::care::Teller;
use hotaru_cloud::care::restore::restore;
use hotaru_cloud::control::{self, Care, Command, ControlError, StaffCommand};
use hotaru_cloud::folder::{Folder, FolderError};
use hotaru_cloud::returns;
use hotaru_cloud::serve::{Options, ServeError, Server};
use hotaru_cloud::store::{StoreError, TerminalRow};
use hotaru_cloud::tls::Protection;
use hotaru_content::id::{PupilId, TerminalId};
use jiff::civil::Date;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use oidc_task::OidcTask;
use pupil_task::{PupilTask, choice};
use staff_task::StaffTask;

/// Keeps a school's lessons and its pupils' answers.
///
/// One folder is one school. Begin with `init`, add classes with `class add`, then `serve`.
/// All but `init`, `serve` and `restore` also work while a server runs on the folder. Ends with 3
/// where the school's data is damaged, with 1 where anything else failed.
#[derive(Parser)]
#[command(name = "hotaru-cloud", version)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Makes a school in a new folder; prints it as JSON.
    Init {
        #[command(flatten)]
        data: Data,
        /// The school's name, as desks and terminals show it.
        #[arg(long, value_name = "NAME")]
        school: String,
    },
    /// Classes (学級).
    #[command(subcommand)]
    Class(ClassTask),
    /// Groups of pupils of several classes (交流学級, 専科, 別室).
    #[command(subcommand)]
    Group(GroupTask),
    /// Accounts of staff and guardians, their roles, sessions and desk tokens.
    #[command(subcommand)]
    Staff(StaffTask),
    /// Identity providers (Entra ID, Google Workspace) by which staff can sign in.
    #[command(subcommand)]
    Oidc(OidcTask),
    /// Pupils' records: handed over, deleted, and when somebody left.
    #[command(subcommand)]
    Pupil(PupilTask),
    /// Prints why and for how long each kind of record is kept and what happens then, as JSON
    /// lines; every few hours a running server does what stands there.
    Retention {
        /// The school's folder; without one the program's own rules are printed.
        #[arg(long = "data", value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Another number of days for a kind that is adjustable, as learning_record=365; or
        /// learning_record=default.
        #[arg(long, value_name = "KIND=DAYS", value_parser = choice, requires = "folder")]
        set: Vec<(String, Option<u32>)>,
    },
    /// Prints who did what with whose record, oldest first, as JSON lines.
    Audit {
        #[command(flatten)]
        data: Data,
        /// Of one pupil only, by id.
        #[arg(long, value_name = "ID")]
        pupil: Option<PupilId>,
        /// From this school day on: 2026-11-22.
        #[arg(long, value_name = "DAY")]
        since: Option<Date>,
    },
    /// Serves the school; prints one JSON line with the address once it accepts.
    Serve {
        #[command(flatten)]
        data: Data,
        /// Where to listen; port 0 takes any free one.
        #[arg(long, default_value = "127.0.0.1:7460", value_name = "ADDRESS:PORT")]
        listen: SocketAddr,
        /// The certificate chain for TLS, PEM.
        #[arg(long, value_name = "PEM", requires = "key")]
        cert: Option<PathBuf>,
        /// The certificate's key, PEM.
        #[arg(long, value_name = "PEM", requires = "cert")]
        key: Option<PathBuf>,
        /// Serves with a certificate that the school makes for itself, even on this machine
        /// alone; beyond it that is done without a word. Its sign stands in the address
        /// behind a #, and terminals join with it.
        #[arg(long, conflicts_with = "cert")]
        own_certificate: bool,
    },
    /// Prints every accepted event of a class in order, with grades, as JSON lines.
    Log {
        #[command(flatten)]
        data: Data,
        /// The class's name.
        #[arg(long)]
        class: String,
    },
    /// Removes files that no lesson, patch or answer needs any more, and says how many; a
    /// running server does so by itself every few hours.
    Tidy {
        #[command(flatten)]
        data: Data,
        /// What was replaced, withdrawn or uploaded within so many days stays.
        #[arg(long, default_value_t = hotaru_cloud::TIDY_GRACE_DAYS, value_name = "DAYS")]
        grace_days: u32,
    },
    /// Prints every terminal that has joined, its last contact, its holders, and what it left
    /// when it was erased: as JSON lines, or as a table for a lease's return.
    Terminals {
        #[command(flatten)]
        data: Data,
        /// As CSV, one terminal a line
        #[arg(long)]
        csv: bool,
    },
    /// What concerns one terminal, or all.
    #[command(subcommand)]
    Terminal(TerminalTask),
    /// Backs the school up into a folder of backups; prints the backup as JSON. Files that an
    /// earlier backup brought there are not copied again.
    Backup {
        #[command(flatten)]
        data: Data,
        /// The folder of backups, best on another disk; made where there is none.
        #[arg(value_name = "BACKUPS")]
        to: PathBuf,
        /// Removes all but the newest N backups, once the new one is whole.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        keep: Option<u32>,
        /// Reads every file that is there from earlier backups, and copies damaged ones again.
        #[arg(long)]
        verify: bool,
    },
    /// Makes a school's folder from a backup, every byte checked; prints it as JSON, and says
    /// what people have to do. Run once more where it was cut.
    Restore {
        /// A folder of backups, for its newest, or one of the numbered folders in it.
        #[arg(value_name = "BACKUP")]
        from: PathBuf,
        /// The school's folder: new or empty.
        #[arg(long = "data", visible_alias = "dir", value_name = "DIR")]
        folder: PathBuf,
        /// Goes on without files that are damaged in the backup.
        #[arg(long)]
        skip_damaged: bool,
    },
    /// Checks the database, every pupil's chain of answers and every file; prints what is wrong
    /// and what to do, as JSON lines.
    Check {
        #[command(flatten)]
        data: Data,
        /// Mends what can be mended, and sets damaged files aside so that the desk can send
        /// them again.
        #[arg(long)]
        repair: bool,
        /// A backup to mend from, as for `restore`.
        #[arg(long, value_name = "BACKUP", requires = "repair")]
        from: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum ClassTask {
    /// Adds a class; prints its id, join code and teacher's token as JSON. The token is
    /// shown this once.
    Add {
        #[command(flatten)]
        data: Data,
        /// Its name, as desks and terminals show it: 6-1.
        #[arg(long)]
        name: String,
        /// Its grade: P1 to P6 (小1 to 小6), J1 to J3 (中1 to 中3).
        #[arg(long)]
        grade: String,
    },
    /// Prints every class and group, as JSON lines.
    List {
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Subcommand)]
enum TerminalTask {
    /// Asks a terminal for a new key, or all of them; each makes one with its next contact, and
    /// the one before counts no more. Prints how many were asked, as JSON.
    Rekey {
        #[command(flatten)]
        data: Data,
        /// Its id.
        #[arg(
            value_name = "TERMINAL",
            required_unless_present = "all",
            conflicts_with = "all"
        )]
        terminal: Option<TerminalId>,
        /// Every terminal that counts.
        #[arg(long)]
        all: bool,
    },
    /// Orders a terminal to erase itself, signed by the school; prints the order's number. It
    /// first sends what has not reached the school, and is erased once nothing is left. Its
    /// certificate comes by itself. Do not revoke it before: it could not hear of it.
    Erase {
        #[command(flatten)]
        data: Data,
        /// Its id.
        #[arg(value_name = "TERMINAL")]
        terminal: TerminalId,
        /// Where it is lost or stolen: with its next contact, whatever has not reached the
        /// school.
        #[arg(long)]
        at_once: bool,
    },
    /// Takes an order to erase back, where it is not done yet.
    Withdraw {
        #[command(flatten)]
        data: Data,
        /// Its id.
        #[arg(value_name = "TERMINAL")]
        terminal: TerminalId,
    },
    /// Files the certificate of a lessor who erased terminals itself, beside the terminals'
    /// own; prints its number.
    FileCertificate {
        #[command(flatten)]
        data: Data,
        /// The file: a PDF, a photo; 8 MiB at most.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// The terminals of which it tells, by id.
        #[arg(value_name = "TERMINAL", required = true)]
        terminals: Vec<TerminalId>,
    },
    /// Writes a filed certificate into a new file.
    Certificate {
        #[command(flatten)]
        data: Data,
        /// Its number, as `terminals` prints it.
        #[arg(value_name = "NUMBER")]
        certificate: u64,
        /// The file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

impl TerminalTask {
    async fn run(self) -> Result<(), AnyError> {
        let (data, command) = match self {
            Self::Rekey { data, terminal, .. } => (data, Command::TerminalRekey { terminal }),
            Self::Erase {
                data,
                terminal,
                at_once,
            } => (data, Command::TerminalErase { terminal, at_once }),
            Self::Withdraw { data, terminal } => (data, Command::TerminalWithdraw { terminal }),
            Self::FileCertificate {
                data,
                file,
                terminals,
            } => {
                let file = std::path::absolute(file)?;
                (data, Command::TerminalFile { terminals, file })
            }
            Self::Certificate {
                data,
                certificate,
                out,
            } => {
                let out = std::path::absolute(out)?;
                (data, Command::TerminalFiled { certificate, out })
            }
        };
        ask(&data, command).await
    }
}

#[derive(Subcommand)]
enum GroupTask {
    /// Adds a group of pupils who have joined; prints its id and teacher's token as JSON.
    Add {
        #[command(flatten)]
        data: Data,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its grade, where it has one.
        #[arg(long, default_value = "")]
        grade: String,
        /// A pupil, as class and number: 6-1:7; once for each.
        #[arg(long = "member", value_name = "CLASS:NUMBER", value_parser = member, required = true)]
        members: Vec<(String, u16)>,
    },
}

#[derive(Args)]
struct Data {
    /// The school's folder.
    #[arg(long = "data", value_name = "DIR")]
    folder: PathBuf,
}

fn member(text: &str) -> Result<(String, u16), String> {
    let wrong = || format!("{text:?} is not a class and a number; write it as 6-1:7");
    let (class, number) = text.rsplit_once(':').ok_or_else(wrong)?;
    Ok((class.to_owned(), number.parse().map_err(|_| wrong())?))
}

/// The program's end where the school's data is damaged.
const DAMAGED: u8 = 3;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("no threads can be started ({error}); try again")),
    };
    match runtime.block_on(run(cli.task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            failed(&error.to_string());
            ExitCode::from(if is_damage(&*error) { DAMAGED } else { 1 })
        }
    }
}

/// Whether an error says that the school's data is damaged.
fn is_damage(error: &(dyn std::error::Error + 'static)) -> bool {
    // Errors that show their cause in its place have that one's source.
    let store = match error.downcast_ref::<ServeError>() {
        Some(ServeError::Folder(FolderError::Store(error))) => Some(error),
        _ => match error.downcast_ref::<ControlError>() {
            Some(ControlError::Folder(FolderError::Store(error))) => Some(error),
            _ => None,
        },
    };
    matches!(store, Some(StoreError::Damaged(_))) || error.is::<Damage>()
}

/// Something is damaged; what it is was printed.
#[derive(Debug, thiserror::Error)]
#[error("{0} damaged or missing; see above for what it is and what to do")]
struct Damage(String);

fn failed(sentence: &str) -> ExitCode {
    // Nothing is left to tell where stderr is closed.
    let _ = writeln!(std::io::stderr(), "{sentence}");
    ExitCode::FAILURE
}

/// Structured logs on stderr; `RUST_LOG` chooses, `HOTARU_LOG=json` makes them JSON.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,hotaru_cloud=info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::env::var("HOTARU_LOG").is_ok_and(|form| form == "json") {
        logs.json().init();
    } else {
        logs.with_ansi(false).init();
    }
}

type AnyError = Box<dyn std::error::Error>;

async fn run(task: Task) -> Result<(), AnyError> {
    match task {
        Task::Init { data, school } => {
            print(&json!(hotaru_cloud::init(&data.folder, &school).await?))
        }
        Task::Serve {
            data,
            listen,
            cert,
            key,
            own_certificate,
        } => {
            let protection = match cert.zip(key) {
                Some((cert, key)) => Protection::Files(cert, key),
                None if own_certificate => Protection::Own,
                None => Protection::Auto,
            };
            let options = Options {
                data: data.folder,
                listen,
                protection,
            };
            let stop = stop_signal()?;
            let server = Server::bind(&options).await?;
            print(&json!({ "address": server.address() }))?;
            Ok(server.run(stop).await?)
        }
        Task::Class(ClassTask::Add { data, name, grade }) => {
            ask(&data, Command::ClassAdd { name, grade }).await
        }
        Task::Class(ClassTask::List { data }) => ask(&data, Command::ClassList).await,
        Task::Group(GroupTask::Add {
            data,
            name,
            grade,
            members,
        }) => {
            ask(
                &data,
                Command::GroupAdd {
                    name,
                    grade,
                    members,
                },
            )
            .await
        }
        Task::Staff(task) => task.run().await,
        Task::Oidc(task) => task.run().await,
        Task::Pupil(task) => task.run().await,
        Task::Retention { folder, set } => pupil_task::retention(folder, set).await,
        Task::Audit { data, pupil, since } => {
            ask(&data, Command::Staff(StaffCommand::Audit { pupil, since })).await
        }
        Task::Log { data, class } => ask(&data, Command::Log { class }).await,
        Task::Tidy { data, grace_days } => ask(&data, Command::Tidy { grace_days }).await,
        Task::Terminals { data, csv: false } => ask(&data, Command::Terminals).await,
        Task::Terminals { data, csv: true } => {
            let mut rows = Vec::new();
            let folder = Folder::new(&data.folder);
            control::run(&folder, Command::Terminals, |value| rows.push(value)).await?;
            let rows: Result<Vec<TerminalRow>, _> =
                rows.into_iter().map(serde_json::from_value).collect();
            Ok(returns::table(&rows?, std::io::stdout())?)
        }
        Task::Terminal(task) => task.run().await,
        Task::Backup {
            data,
            to,
            keep,
            verify,
        } => {
            let to = std::path::absolute(to)?;
            ask(&data, Command::Care(Care::Backup { to, keep, verify })).await
        }
        Task::Check { data, repair, from } => {
            let from = from.map(std::path::absolute).transpose()?;
            ask(&data, Command::Care(Care::Check { repair, from })).await
        }
        Task::Restore {
            from,
            folder,
            skip_damaged,
        } => {
            let folder = Folder::new(&std::path::absolute(folder)?);
            let (lines, told) = mpsc::channel(64);
            let work = restore(&from, &folder, skip_damaged, Teller::new(lines));
            let mut printed = Printed::default();
            control::beside(work, told, |value| printed.line(value)).await?;
            printed.end()
        }
    }
}

async fn ask(data: &Data, command: Command) -> Result<(), AnyError> {
    let mut printed = Printed::default();
    let folder = Folder::new(&data.folder);
    control::run(&folder, command, |value| printed.line(value)).await?;
    printed.end()
}

/// An answer on its way to the screen: its JSON lines on stdout, progress and what people
/// have to do on stderr.
#[derive(Default)]
struct Printed {
    failed: Option<AnyError>,
    damaged: u64,
}

impl Printed {
    fn line(&mut self, value: Value) {
        let number = |name| value.get(name).and_then(Value::as_u64);
        // Nothing is left to tell where stderr is closed.
        if let Some(step) = value.get("progress").and_then(Value::as_str) {
            let (done, of) = (number("done").unwrap_or(0), number("of").unwrap_or(1));
            let percent = done.saturating_mul(100) / of.max(1);
            let _ = writeln!(std::io::stderr(), "{step}: {percent} %");
            return;
        }
        let afterwards = value.get("afterwards").and_then(Value::as_array);
        for sentence in afterwards.into_iter().flatten().filter_map(Value::as_str) {
            let _ = writeln!(std::io::stderr(), "- {sentence}");
        }
        self.damaged += number("damaged").unwrap_or(0);
        if self.failed.is_none() {
            self.failed = print(&value).err();
        }
    }

    fn end(self) -> Result<(), AnyError> {
        match (self.failed, self.damaged) {
            (Some(error), _) => Err(error),
            (None, 0) => Ok(()),
            (None, 1) => Err(Damage("one thing is".to_owned()).into()),
            (None, many) => Err(Damage(format!("{many} things are")).into()),
        }
    }
}

fn print(value: &Value) -> Result<(), AnyError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}

/// Ends at ctrl-c or SIGTERM. Listens from this call on, so that none is missed.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    #[cfg(unix)]
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
