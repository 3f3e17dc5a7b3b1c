//! `hotaru-cloud pupil` and `retention`: the command line of whose data it is.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hotaru_cloud::control::{Command, PupilCommand, Who};
use hotaru_cloud::retention::RULES;
use hotaru_content::id::PupilId;
use jiff::civil::Date;

use crate::{AnyError, Data, ask, print};

#[derive(Subcommand)]
pub enum PupilTask {
    /// Prints the pupils of a class with their ids, those who left included, as JSON lines.
    List {
        #[command(flatten)]
        data: Data,
        /// The class's name.
        #[arg(long)]
        class: String,
    },
    /// Writes all that the school keeps of a pupil into a new folder: record.jsonl for programs,
    /// record.html to read, photos. Stands in the audit log.
    Export {
        #[command(flatten)]
        who: WhoArgs,
        /// The folder, new or empty.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Deletes a pupil's record for good: events, notes, photos, cards, codes, rights; the secret
    /// of her log is destroyed, her terminals remove her, and a restore deletes it again. Backups
    /// of before hold it until they expire.
    Delete {
        #[command(flatten)]
        who: WhoArgs,
        /// It is meant so; without it nothing is deleted.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Notes that a pupil has left the school: her cards count no more, she gets no lesson, and
    /// her record goes when its time is over (`retention`).
    Leave {
        #[command(flatten)]
        who: WhoArgs,
        /// The day; today, where none is named.
        #[arg(long, value_name = "DAY")]
        day: Option<Date>,
        #[command(flatten)]
        data: Data,
    },
}

/// A pupil.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct WhoArgs {
    /// Her id, as `pupil list` prints it.
    #[arg(value_name = "PUPIL", conflicts_with_all = ["class", "number"])]
    pupil: Option<PupilId>,
    /// The name of her class, now or last.
    #[arg(long, requires = "number")]
    class: Option<String>,
    /// Her number there.
    #[arg(long, requires = "class")]
    number: Option<u16>,
}

impl WhoArgs {
    fn who(self) -> Result<Who, AnyError> {
        match (self.pupil, self.class, self.number) {
            (Some(pupil), ..) => Ok(Who::Id(pupil)),
            (None, Some(class), Some(number)) => Ok(Who::At(class, number)),
            _ => Err("name a pupil by id, or by --class and --number".into()),
        }
    }
}

impl PupilTask {
    /// Carries it out.
    pub async fn run(self) -> Result<(), AnyError> {
        let (data, command) = match self {
            Self::List { data, class } => (data, PupilCommand::List { class }),
            Self::Export { who, out, data } => {
                let (who, out) = (who.who()?, std::path::absolute(out)?);
                (data, PupilCommand::Export { who, out })
            }
            Self::Delete { who, yes, data } => {
                let who = who.who()?;
                (data, PupilCommand::Delete { who, yes })
            }
            Self::Leave { who, day, data } => {
                let who = who.who()?;
                (data, PupilCommand::Leave { who, day })
            }
        };
        ask(&data, Command::Pupil(command)).await
    }
}

/// Prints, and where a school is named changes, for how long records are kept.
pub async fn retention(
    folder: Option<PathBuf>,
    set: Vec<(String, Option<u32>)>,
) -> Result<(), AnyError> {
    match folder {
        Some(folder) => {
            ask(
                &Data { folder },
                Command::Pupil(PupilCommand::Retention { set }),
            )
            .await
        }
        None => RULES.iter().try_for_each(|rule| print(&rule.told(None))),
    }
}

/// `learning_record=365`, or `learning_record=default`.
pub fn choice(text: &str) -> Result<(String, Option<u32>), String> {
    let wrong = || format!("{text:?} names no kind and days; write it as learning_record=365");
    let (kind, days) = text.split_once('=').ok_or_else(wrong)?;
    let days = match days {
        "default" => None,
        days => {
            let days = days.parse().ok();
            Some(days.filter(|days| *days <= 36_500).ok_or_else(wrong)?)
        }
    };
    Ok((kind.to_owned(), days))
}
