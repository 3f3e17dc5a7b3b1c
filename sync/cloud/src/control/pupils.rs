//! What the keeper does with a pupil's record: hands it over, deletes it, notes that she left;
//! and for how long records stay.

use std::path::PathBuf;

use hotaru_content::clock::school_day;
use hotaru_content::id::PupilId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{CommandError, Keeper};
use crate::now_ms;
use crate::record::Gathered;
use crate::retention::{RULES, rule};
use crate::store::{Audit, Store, StoreError};

/// What the keeper can ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PupilCommand {
    /// Lists the pupils of a class, those who left included.
    List {
        /// The class's name.
        class: String,
    },
    /// Writes all that the school keeps of a pupil into a new folder.
    Export {
        /// Whose record.
        who: Who,
        /// The folder, as an absolute path.
        out: PathBuf,
    },
    /// Deletes a pupil's record.
    Delete {
        /// Whose record.
        who: Who,
        /// It is meant so.
        yes: bool,
    },
    /// Notes that a pupil has left the school.
    Leave {
        /// Who left.
        who: Who,
        /// When; today, where no day is named.
        day: Option<Date>,
    },
    /// Tells for how long each kind of record is kept, and chooses other numbers of days.
    Retention {
        /// Kinds, and the days; none for the program's own rule.
        set: Vec<(String, Option<u32>)>,
    },
}

/// A pupil, by id or by where she is or was.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Her id.
    Id(PupilId),
    /// A class's name and a number in it: who has it now, else the one who had it.
    At(String, u16),
}

impl PupilCommand {
    /// Carries it out; each line of the answer goes to `lines`.
    pub(super) async fn run(
        self,
        keeper: &Keeper,
        lines: mpsc::Sender<Value>,
    ) -> Result<(), CommandError> {
        let store = &*keeper.store;
        let tell = async |value| lines.send(value).await.map_err(|_| CommandError::Gone);
        match self {
            Self::List { class } => {
                let id = class_id(store, &class).await?;
                for (pupil, number, left) in store.pupils_of(id).await? {
                    tell(json!({ "pupil": pupil, "class": class, "number": number, "left": left }))
                        .await?;
                }
                Ok(())
            }
            Self::Export { who, out } => {
                let pupil = find(store, &who).await?;
                note(store, "export_record", pupil).await?;
                let read =
                    Gathered::read(store, &keeper.blobs, &keeper.drills, pupil, now_ms()).await?;
                let gathered = read.ok_or(CommandError::NoPupil(pupil))?;
                let photos = gathered.write(&keeper.blobs, &out).await?;
                let (class, number) = gathered.place();
                tell(json!({
                    "pupil": pupil,
                    "class": class,
                    "number": number,
                    "events": gathered.events(),
                    "photos": photos,
                    "out": out,
                }))
                .await
            }
            Self::Delete { who, yes } => {
                let pupil = find(store, &who).await?;
                let place = store.place_of(pupil).await?;
                // A slip of an id is no deletion; a deletion that was cut off goes on.
                if !store.was_deleted(pupil).await? && store.record(pupil).await?.is_none() {
                    return Err(CommandError::NoPupil(pupil));
                }
                if !yes {
                    let (class, number) = place.unwrap_or_default();
                    return Err(CommandError::NotSure { class, number });
                }
                let deleter = keeper.tidier.deleter();
                let deleted = deleter.delete(pupil, row("delete_pupil", pupil)).await?;
                let is_done = deleter.finish().await? > 0;
                let backups = deleter.note_beside_backups().await?;
                tell(json!({
                    "pupil": pupil,
                    "place": place,
                    "events": deleted.events,
                    "streams": deleted.streams,
                    "terminals": deleted.terminals,
                    "done": is_done,
                    "backups": backups,
                }))
                .await
            }
            Self::Leave { who, day } => {
                let pupil = find(store, &who).await?;
                let day = day.unwrap_or_else(|| school_day(now_ms()));
                note(store, "leave", pupil).await?;
                if !store.leave(pupil, day).await? {
                    return Err(CommandError::NotHere(pupil));
                }
                tell(json!({ "pupil": pupil, "left": day })).await
            }
            Self::Retention { set } => {
                for (kind, days) in set {
                    let known = rule(&kind).filter(|rule| rule.is_adjustable);
                    known.ok_or_else(|| CommandError::NoKind(kind.clone()))?;
                    let row = Audit {
                        pupil: None,
                        ..keeper_row("set_retention")
                    };
                    store.audit(row).await?;
                    store.set_retention(&kind, days).await?;
                }
                let chosen = store.retention_days().await?;
                for rule in &RULES {
                    let days = chosen.iter().find(|(kind, _)| kind == rule.kind);
                    tell(rule.told(days.map(|(_, days)| *days))).await?;
                }
                Ok(())
            }
        }
    }
}

async fn class_id(
    store: &dyn Store,
    name: &str,
) -> Result<hotaru_content::id::ClassId, CommandError> {
    let classes = store.classes().await?;
    let found = classes.iter().find(|row| row.name == name);
    let found = found.ok_or_else(|| StoreError::NoClass(name.to_owned()))?;
    Ok(found.class_id)
}

async fn find(store: &dyn Store, who: &Who) -> Result<PupilId, CommandError> {
    let (class, number) = match who {
        Who::Id(pupil) => return Ok(*pupil),
        Who::At(class, number) => (class, *number),
    };
    let pupils = store.pupils_of(class_id(store, class).await?).await?;
    let mut here = pupils.iter().filter(|(_, place, _)| *place == number);
    if let Some((pupil, ..)) = here.clone().find(|(.., left)| left.is_none()) {
        return Ok(*pupil);
    }
    match (here.next(), here.next()) {
        (Some((pupil, ..)), None) => Ok(*pupil),
        (Some(_), Some(_)) => Err(CommandError::SeveralPupils {
            class: class.clone(),
            number,
        }),
        (None, _) => Err(StoreError::NoPupil {
            class: class.clone(),
            number,
        }
        .into()),
    }
}

fn keeper_row(action: &'static str) -> Audit {
    Audit {
        at_ms: now_ms(),
        role: "keeper".to_owned(),
        action,
        outcome: "allowed",
        ..Audit::default()
    }
}

fn row(action: &'static str, pupil: PupilId) -> Audit {
    Audit {
        pupil: Some(pupil),
        ..keeper_row(action)
    }
}

/// What the keeper does stands in the audit log, before it is done.
async fn note(store: &dyn Store, action: &'static str, pupil: PupilId) -> Result<(), CommandError> {
    Ok(store.audit(row(action, pupil)).await?)
}
