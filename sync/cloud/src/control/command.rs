//! What the keeper can ask for.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hotaru_content::clock::school_day;
use hotaru_content::drill::{Drill, Item, Verdict};
use hotaru_content::id::{ClassId, PupilId, TeacherId, TerminalId};
use hotaru_content::log::Fact;
use hotaru_sync::order::Order;
use hotaru_sync::wire::{
    MAX_LESSOR_CERTIFICATE_LEN, MAX_NAME_CHARS, MAX_SIGN_IN_CHARS, NewJoinCode, Token,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{OidcCommand, PupilCommand, StaffCommand};
use crate::blobs::Blobs;
use crate::care::{CareError, Teller, backup, check};
use crate::drills::Drills;
use crate::error::ApiError;
use crate::folder::Folder;
use crate::record::{WriteError, kind_name};
use crate::routes::file_name;
use crate::store::{FiledAs, LogRow, NewClass, NewFiled, Store, StoreError};
use crate::tidy::{Tidier, TidyError};
use crate::{now_ms, tokens};

/// Events read at once.
const PAGE: u32 = 500;
/// The grades of the nine school years.
const GRADES: [&str; 9] = ["P1", "P2", "P3", "P4", "P5", "P6", "J1", "J2", "J3"];

/// What the keeper can ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Adds a class.
    ClassAdd {
        /// Its name: 6-1.
        name: String,
        /// Its grade: P1 to P6, J1 to J3.
        grade: String,
    },
    /// Lists classes and groups.
    ClassList,
    /// Adds a group of pupils who have joined.
    GroupAdd {
        /// Its name.
        name: String,
        /// Its grade; may be empty.
        grade: String,
        /// Its pupils: class name and number.
        members: Vec<(String, u16)>,
    },
    /// Accounts, roles, sessions, the audit log.
    Staff(StaffCommand),
    /// Identity providers by which staff can sign in.
    Oidc(OidcCommand),
    /// Pupils' records, and for how long they stay.
    Pupil(PupilCommand),
    /// Lists terminals.
    Terminals,
    /// Asks terminals for a new key.
    TerminalRekey {
        /// Which one; none for all that count.
        terminal: Option<TerminalId>,
    },
    /// Orders a terminal to erase itself.
    TerminalErase {
        /// Which one.
        terminal: TerminalId,
        /// Whatever has not reached the school is lost.
        at_once: bool,
    },
    /// Takes that back.
    TerminalWithdraw {
        /// Which one.
        terminal: TerminalId,
    },
    /// Files what a lessor wrote of terminals that it erased itself.
    TerminalFile {
        /// The terminals.
        terminals: Vec<TerminalId>,
        /// The file, as an absolute path.
        file: PathBuf,
    },
    /// Writes a filed certificate into a file.
    TerminalFiled {
        /// The certificate's number.
        certificate: u64,
        /// The file, new, as an absolute path.
        out: PathBuf,
    },
    /// Removes what nothing needs any more.
    Tidy {
        /// What was named or told of within so many days stays.
        grace_days: u32,
    },
    /// Every accepted event of a class, in order of acceptance.
    Log {
        /// The class's name.
        class: String,
    },
    /// What looks after the folder.
    Care(Care),
}

/// What looks after the folder and needs no sound database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    /// Makes a backup.
    Backup {
        /// The folder of backups, as an absolute path.
        to: PathBuf,
        /// How many backups stay; none removes none.
        keep: Option<u32>,
        /// Look at every byte that is there from earlier backups.
        verify: bool,
    },
    /// Checks every byte.
    Check {
        /// Mend what can be mended.
        repair: bool,
        /// A backup to mend from, as an absolute path.
        from: Option<PathBuf>,
    },
}

impl Care {
    /// Carries it out on a folder; each line of the answer goes to `lines`.
    ///
    /// # Errors
    /// Where it cannot be done; lines may have been told before.
    pub async fn run(
        self,
        folder: &Folder,
        lines: mpsc::Sender<Value>,
    ) -> Result<(), CommandError> {
        let tell = Teller::new(lines);
        match self {
            Self::Backup { to, keep, verify } => {
                let wanted = backup::Wanted { to, keep, verify };
                backup::backup(folder, wanted, tell).await?;
            }
            Self::Check { repair, from } => {
                check::check(folder, repair, from, tell).await?;
            }
        }
        Ok(())
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A name is of no use.
    #[error(
        "a name has 1 to {MAX_NAME_CHARS} characters and no control characters; choose another"
    )]
    Name,
    /// A grade is unknown.
    #[error("{0:?} is no grade; write P1 to P6 for 小1 to 小6, J1 to J3 for 中1 to 中3")]
    Grade(String),
    /// A name to sign in with is of no use.
    #[error(
        "a name to sign in with has 1 to {MAX_SIGN_IN_CHARS} characters, no colon and no control character; choose another"
    )]
    SignIn,
    /// It is taken.
    #[error("somebody signs in as {0} already; choose another name")]
    SignInTaken(String),
    /// Nobody of that name or id.
    #[error("the school has no account named {0}; `hotaru-cloud staff list` names all")]
    NoStaff(String),
    /// A role is too wide or too narrow.
    #[error("this role {0}; see `hotaru-cloud staff grant --help`")]
    Grant(&'static str),
    /// No grant of that number.
    #[error("no grant that counts has the number {0}; `hotaru-cloud staff list` tells them")]
    NoGrant(u64),
    /// No session of that number.
    #[error("no session that counts has the number {0}; `hotaru-cloud staff sessions` tells them")]
    NoSession(i64),
    /// An identity provider or a tie to it is of no use.
    #[error("this cannot be an identity provider's: {0}; see `hotaru-cloud oidc --help`")]
    Oidc(&'static str),
    /// An issuer is of no use.
    #[error("this issuer {0}; write it as the provider names itself: https://accounts.google.com")]
    Issuer(&'static str),
    /// No provider of that name.
    #[error("the school has no identity provider named {0}; `hotaru-cloud oidc list` names all")]
    NoProvider(String),
    /// No terminal of that id.
    #[error("no terminal that counts has the id {0}; `hotaru-cloud terminals` names all")]
    NoTerminal(TerminalId),
    /// No order to erase it.
    #[error(
        "no order to erase terminal {0} counts; it is done already, or none was given (`hotaru-cloud terminals` tells)"
    )]
    NoOrder(TerminalId),
    /// No terminal of that id, whether it counts or not.
    #[error("the school never knew a terminal {0}; nothing was filed")]
    NeverTerminal(TerminalId),
    /// A lessor's certificate is of no use.
    #[error("{0} cannot be filed as a lessor's certificate: {1}")]
    Certificate(PathBuf, String),
    /// No such certificate.
    #[error("no certificate of number {0} is filed; `hotaru-cloud terminals` names all")]
    NoCertificate(u64),
    /// No pupil of that id.
    #[error(
        "the school knows no pupil {0}, or deleted her record; `hotaru-cloud pupil list --class CLASS` names those of a class"
    )]
    NoPupil(PupilId),
    /// Several had that number.
    #[error(
        "several pupils had number {number} in {class} and left; `hotaru-cloud pupil list --class {class}` tells their ids"
    )]
    SeveralPupils {
        /// The class's name.
        class: String,
        /// The number.
        number: u16,
    },
    /// She is in no class now.
    #[error("pupil {0} is in no class of her own now; nothing was changed, she left before")]
    NotHere(PupilId),
    /// Nobody said that it is meant so.
    #[error(
        "this deletes the whole record of {class} number {number} and cannot be taken back; nothing was deleted: export it first if it is wanted, then say --yes"
    )]
    NotSure {
        /// The class's name.
        class: String,
        /// The number.
        number: u16,
    },
    /// Such a kind of record is not there, or nobody chooses its days.
    #[error(
        "no number of days is chosen for {0:?}; `hotaru-cloud retention` names the kinds that are adjustable"
    )]
    NoKind(String),
    /// A record could not be written.
    #[error(transparent)]
    Record(#[from] WriteError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A drill cannot be read back.
    #[error("a drill cannot be read back; look at the server's log, then restore a backup")]
    Drill,
    /// The folder could not be looked after.
    #[error(transparent)]
    Care(#[from] CareError),
    /// The school's files cannot be worked on.
    #[error("the school's files cannot be worked on ({0}); check rights and free space")]
    Files(std::io::Error),
    /// Whoever asked has gone.
    #[error("whoever asked has gone; ask again")]
    Gone,
}

impl From<getrandom::Error> for CommandError {
    fn from(error: getrandom::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<TidyError> for CommandError {
    fn from(error: TidyError) -> Self {
        match error {
            TidyError::Store(error) => Self::Store(error),
            TidyError::Files(error) => Self::Files(error),
        }
    }
}

impl From<ApiError> for CommandError {
    fn from(_: ApiError) -> Self {
        Self::Drill
    }
}

/// Carries out the keeper's commands.
#[derive(Clone)]
pub struct Keeper {
    pub(super) store: Arc<dyn Store>,
    pub(super) blobs: Blobs,
    pub(super) drills: Arc<Drills>,
    folder: Folder,
    pub(super) tidier: Tidier,
}

impl Keeper {
    /// On a school's store, blobs and folder.
    #[must_use]
    pub(crate) fn new(store: Arc<dyn Store>, blobs: Blobs, folder: Folder, tidier: Tidier) -> Self {
        Self {
            store,
            blobs,
            drills: Arc::default(),
            folder,
            tidier,
        }
    }

    /// Carries out a command; each line of the answer goes to `lines`.
    ///
    /// # Errors
    /// Where the command cannot be done; lines may have been told before.
    pub async fn run(
        &self,
        command: Command,
        lines: mpsc::Sender<Value>,
    ) -> Result<(), CommandError> {
        let tell = async |value| lines.send(value).await.map_err(|_| CommandError::Gone);
        match command {
            Command::ClassAdd { name, grade } => {
                if !GRADES.contains(&grade.as_str()) {
                    return Err(CommandError::Grade(grade));
                }
                tell(self.add(name, grade, None).await?).await
            }
            Command::GroupAdd {
                name,
                grade,
                members,
            } => {
                if !grade.is_empty() && !GRADES.contains(&grade.as_str()) {
                    return Err(CommandError::Grade(grade));
                }
                tell(self.add(name, grade, Some(members)).await?).await
            }
            Command::ClassList => {
                for class in self.store.classes().await? {
                    tell(json!(class)).await?;
                }
                Ok(())
            }
            Command::Staff(command) => command.run(&*self.store, lines).await,
            Command::Oidc(command) => command.run(&*self.store, lines).await,
            Command::Pupil(command) => command.run(self, lines).await,
            Command::Terminals => {
                for terminal in self.store.terminals().await? {
                    tell(json!(terminal)).await?;
                }
                Ok(())
            }
            Command::TerminalRekey { terminal } => {
                match (self.store.ask_for_key(terminal).await?, terminal) {
                    (0, Some(terminal)) => Err(CommandError::NoTerminal(terminal)),
                    (asked, _) => tell(json!({ "asked": asked })).await,
                }
            }
            Command::TerminalErase { terminal, at_once } => {
                let order = Order::Erase { at_once };
                let number = self.store.add_order(terminal, order, now_ms()).await?;
                let number = number.ok_or(CommandError::NoTerminal(terminal))?;
                tell(json!({ "order": number })).await
            }
            Command::TerminalWithdraw { terminal } => {
                if !self.store.withdraw_erase(terminal, now_ms()).await? {
                    return Err(CommandError::NoOrder(terminal));
                }
                tell(json!({ "withdrawn": true })).await
            }
            Command::TerminalFile { terminals, file } => {
                tell(self.file(terminals, &file).await?).await
            }
            Command::TerminalFiled { certificate, out } => {
                tell(self.filed(certificate, &out).await?).await
            }
            Command::Tidy { grace_days } => {
                let grace_ms = i64::from(grace_days).saturating_mul(24 * 3600 * 1000);
                let tidied = self.tidier.tidy(grace_ms).await?;
                tell(json!(tidied)).await
            }
            Command::Log { class } => {
                let found = self
                    .store
                    .classes()
                    .await?
                    .into_iter()
                    .find(|row| row.name == class);
                let class = found.ok_or(StoreError::NoClass(class))?.class_id;
                let mut after = 0;
                loop {
                    let rows = self.store.log(class, after, PAGE).await?;
                    let Some(last) = rows.last() else {
                        return Ok(());
                    };
                    after = last.accept;
                    for row in rows {
                        tell(self.logged(&row).await?).await?;
                    }
                }
            }
            Command::Care(care) => {
                // Nothing is tidied away between the rows and the files that are copied.
                let _held = self.blobs.hold().await;
                care.run(&self.folder, lines).await
            }
        }
    }

    /// Closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }

    async fn add(
        &self,
        name: String,
        grade: String,
        members: Option<Vec<(String, u16)>>,
    ) -> Result<Value, CommandError> {
        let name = name.trim().to_owned();
        let bounded = (1..=MAX_NAME_CHARS).contains(&name.chars().count());
        if !bounded || name.chars().any(char::is_control) {
            return Err(CommandError::Name);
        }
        let (token, now_ms) = (Token::random()?, now_ms());
        let class = NewClass {
            class: ClassId::random()?,
            name,
            grade,
            join_code: match members {
                None => Some(tokens::new_code()?),
                Some(_) => None,
            },
            code_until_ms: tokens::code_end(now_ms, NewJoinCode::USUAL_DAYS),
            teacher: TeacherId::random()?,
            token_hash: token.hash(),
            now_ms,
        };
        // The token is told here and nowhere else: only its hash is kept.
        let answer = json!({
            "class_id": class.class,
            "name": class.name,
            "grade": class.grade,
            "join_code": class.join_code.as_deref().map(tokens::written),
            "teacher_id": class.teacher,
            "teacher_token": token,
        });
        match members {
            None => self.store.add_class(class).await?,
            Some(members) => self.store.add_group(class, members).await?,
        }
        Ok(answer)
    }

    /// Files a lessor's certificate.
    async fn file(&self, terminals: Vec<TerminalId>, file: &Path) -> Result<Value, CommandError> {
        let wrong = |why: String| CommandError::Certificate(file.to_owned(), why);
        let name = file.file_name().and_then(|name| file_name(name.to_str()?));
        let name = name.ok_or_else(|| wrong("it has no name that can be kept".to_owned()))?;
        let mut bytes = Vec::new();
        std::fs::File::open(file)
            .and_then(|file| {
                let most = MAX_LESSOR_CERTIFICATE_LEN as u64 + 1;
                file.take(most).read_to_end(&mut bytes)
            })
            .map_err(|error| wrong(error.to_string()))?;
        if bytes.is_empty() || bytes.len() > MAX_LESSOR_CERTIFICATE_LEN {
            let most = MAX_LESSOR_CERTIFICATE_LEN >> 20;
            return Err(wrong(format!("it has 0 bytes, or more than {most} MiB")));
        }
        let new = NewFiled {
            terminals,
            name,
            bytes,
            now_ms: now_ms(),
        };
        match self.store.file_certificate(new).await? {
            FiledAs::Number(id) => Ok(json!({ "certificate": id })),
            FiledAs::NoTerminal(terminal) => Err(CommandError::NeverTerminal(terminal)),
        }
    }

    /// Writes a filed certificate into a new file.
    async fn filed(&self, id: u64, out: &Path) -> Result<Value, CommandError> {
        let found = self.store.filed_certificate(id).await?;
        let (name, bytes) = found.ok_or(CommandError::NoCertificate(id))?;
        std::fs::File::create_new(out)
            .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
            .map_err(|error| CommandError::Certificate(out.to_owned(), error.to_string()))?;
        Ok(json!({ "certificate": id, "name": name, "bytes": bytes.len() }))
    }

    async fn logged(&self, row: &LogRow) -> Result<Value, CommandError> {
        let event = &row.event;
        let fact = event.fact();
        let mut line = json!({
            "pupil": row.pupil,
            "number": row.number,
            "stream": row.stream,
            "seq": event.seq,
            "day": school_day(event.stamp.wall_ms),
            "wall_ms": event.stamp.wall_ms,
            "server_ms": row.server_ms,
            "kind": kind_name(event.kind),
        });
        let mut put = |name: &str, value: Value| {
            if let Value::Object(fields) = &mut line {
                fields.insert(name.to_owned(), value);
            }
        };
        match fact {
            Fact::Answered(fact) => {
                let drill = self
                    .drills
                    .get(&*self.store, &self.blobs, fact.drill)
                    .await?;
                let item = drill.as_deref().and_then(|drill| item(drill, fact.item));
                put("lesson", json!(fact.lesson));
                put("drill", json!(fact.drill));
                put("place", json!(fact.item));
                put("item", json!(item.map(|item| &item.id)));
                put("response", json!(fact.response.show(item)));
                put("took_ms", json!(fact.took_ms));
                put(
                    "grade",
                    json!(row.grade.map_or(Verdict::Unknown, |grade| grade.verdict)),
                );
                put("grader", json!(row.grade.map(|grade| grade.grader)));
            }
            Fact::LessonOpened(fact) => {
                put("lesson", json!(fact.lesson));
                put("revision", json!(fact.revision));
            }
            Fact::LessonClosed(fact) => {
                put("lesson", json!(fact.lesson));
                put("open_ms", json!(fact.open_ms));
            }
            Fact::MaterialViewed(fact) => {
                put("lesson", json!(fact.lesson));
                put("material", json!(fact.material));
                put("view_ms", json!(fact.view_ms));
            }
            Fact::RecordingWatched(fact) => {
                put("lesson", json!(fact.lesson));
                put("material", json!(fact.material));
                put("spans", json!(fact.spans));
            }
            Fact::NoteSaved(fact) => {
                put("note", json!(fact.note));
                put("lesson", json!(fact.lesson));
                put("chars", json!(fact.text.chars().count()));
            }
            Fact::PaperStudy(fact) => {
                put("study_day", json!(fact.day));
                put("minutes", json!(fact.minutes));
                put("subject", json!(fact.subject));
                put("photo", json!(fact.photo));
            }
            Fact::Unknown { payload, .. } => put("bytes", json!(payload.len())),
        }
        Ok(line)
    }
}

fn item(drill: &Drill, place: u16) -> Option<&Item> {
    drill.items.get(usize::from(place))
}
