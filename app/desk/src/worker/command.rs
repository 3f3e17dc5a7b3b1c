//! What a window may ask for, and what comes back.

use std::fmt;
use std::path::PathBuf;

use hotaru_content::blob::BlobId;
use hotaru_content::id::{ClassId, JobId, LessonId, PupilId, TerminalId};
use hotaru_content::lesson::Subject;
use hotaru_sync::wire::{StaffSecrets, UnlockAnswer};
use hotaru_ui::look::Look;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::files::FileId;
use crate::problem::Problem;

/// What the teacher fills in of a lesson, beside its files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// The classes and groups that receive it.
    pub classes: Vec<ClassId>,
    /// The school day; today where none was chosen.
    pub day: Option<Date>,
    /// The period of that day.
    pub period: Option<u8>,
    /// The subject.
    pub subject: Option<Subject>,
    /// The title; the proposed one where it is empty.
    pub title: String,
    /// The unit.
    pub unit: String,
    /// Where the materials come from.
    pub source: String,
    /// The lesson that this replaces.
    pub replaces: Option<LessonId>,
}

/// What is never printed: a passphrase, a code, a token.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// By what the school is to know somebody.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A token that was printed with a class.
    Token(Secret),
    /// A name and its passphrase.
    Passphrase {
        /// The name to sign in with.
        name: String,
        /// The passphrase.
        passphrase: Secret,
        /// Six digits of the authenticator or a recovery code; empty where none was asked for.
        code: Secret,
    },
    /// An identity provider of the school, as the school calls it; it is met in a browser.
    Provider(String),
}

/// What the window asks for.
#[derive(Debug, Clone)]
pub enum Command {
    /// Signs in at a school; what was there before stays until the school has answered.
    SignIn {
        /// The cloud's address.
        cloud: String,
        /// As whom.
        as_whom: Credentials,
    },
    /// Asks how somebody can sign in at a school.
    AskWays {
        /// The cloud's address.
        cloud: String,
    },
    /// Gives up a sign-in that waits for a browser.
    StopSignIn,
    /// Chooses the first passphrase of an account.
    SetUp {
        /// The cloud's address.
        cloud: String,
        /// The code that the school's administrator gave.
        setup: Secret,
        /// The passphrase.
        passphrase: Secret,
    },
    /// Shows the authenticator's first code: the account is ready.
    Confirm {
        /// The cloud's address.
        cloud: String,
        /// The setup code once more.
        setup: Secret,
        /// Six digits.
        code: Secret,
    },
    /// Signs out on this computer; draft and outbox stay.
    SignOut,
    /// Makes a class's join code anew, for [`NewJoinCode::USUAL_DAYS`] days.
    ///
    /// [`NewJoinCode::USUAL_DAYS`]: hotaru_sync::wire::NewJoinCode::USUAL_DAYS
    RenewCode(ClassId),
    /// Closes a class: no join code counts.
    CloseCode(ClassId),
    /// Asks for classes, rosters and terminals.
    LoadSchool,
    /// Asks for all terminals of the school.
    LoadTerminals,
    /// Orders a terminal to erase itself.
    OrderErase {
        /// Which.
        id: TerminalId,
        /// Whatever has not reached the school is lost.
        at_once: bool,
    },
    /// Takes that back.
    WithdrawErase(TerminalId),
    /// Files what a lessor wrote of a terminal that it erased.
    FileCertificate {
        /// Which.
        terminal: TerminalId,
        /// The file.
        path: PathBuf,
    },
    /// Asks for a class's lessons.
    LoadLessons(ClassId),
    /// Asks how a lesson stands.
    LoadLesson(LessonId),
    /// Asks for one pupil's own page.
    LoadPupil(PupilId),
    /// The teacher has left the pupil's page.
    ForgetPupil,
    /// Takes files into the draft.
    Add(Vec<PathBuf>),
    /// Takes a link into the draft.
    AddLink {
        /// Where it leads.
        url: String,
    },
    /// Names a material.
    Rename {
        /// Which.
        file: FileId,
        /// As what.
        title: String,
    },
    /// Moves a material one place up or down.
    Move {
        /// Which.
        file: FileId,
        /// Towards the beginning.
        up: bool,
    },
    /// Takes a material out of the draft, and stops what is being made of it.
    Remove(FileId),
    /// Keeps the draft over a restart.
    KeepForm(Form),
    /// Takes the draft's good files into the outbox as a lesson.
    Push {
        /// The rest of the lesson.
        form: Form,
        /// Its title, where the form has none.
        title: String,
    },
    /// Takes a lesson back while it is held.
    Undo(JobId),
    /// Sends what waits, now.
    Send,
    /// Lets a refused lesson try again.
    Retry(JobId),
    /// Throws a lesson of the outbox away.
    Discard(JobId),
    /// Opens a lesson that is at school as a draft, to be revised.
    Replace {
        /// The class that it was found in.
        class: ClassId,
        /// Its newest revision's document.
        document: BlobId,
    },
    /// Throws the draft away.
    ClearDraft,
    /// Withdraws a lesson.
    Withdraw(LessonId),
    /// Undoes a terminal's join.
    UndoJoin(TerminalId),
    /// Makes login cards, and a page of them to print.
    MakeCards(Vec<PupilId>),
    /// Lets a pupil's login card count no more.
    RevokeCard(PupilId),
    /// Asks for the code of a number, to be read out to a pupil whose study is locked.
    AskCode(PupilId, u32),
    /// Brings what a pupil did before to a terminal that she joined on.
    Agree(TerminalId, PupilId),
    /// Changes how the window looks.
    Set(Look),
    /// Ends the thread.
    Quit,
}

/// What comes back.
#[derive(Debug)]
pub enum Reply {
    /// The form is to show this now: a draft that was kept, taken back, or is to be revised.
    Form(Form),
    /// The teacher is signed in.
    SignedIn,
    /// She is not.
    NotSignedIn(Problem),
    /// How somebody can sign in at a school.
    Ways {
        /// The cloud's address, as it was asked for.
        cloud: String,
        /// The school's identity providers.
        oidc: Vec<String>,
    },
    /// The browser is to go to this address.
    Browser(String),
    /// An account has its passphrase; told this once.
    SetUp(StaffSecrets),
    /// An account is ready.
    Confirmed,
    /// It is not, or has no passphrase.
    NotSetUp(Problem),
    /// There is a new join code.
    CodeRenewed,
    /// No join code counts.
    CodeClosed,
    /// A lesson is in the outbox and can be undone for a while.
    Queued {
        /// Its job.
        job: JobId,
        /// Its title.
        title: String,
    },
    /// A lesson was taken back.
    Undone,
    /// A lesson is at school.
    Published {
        /// Its job.
        job: JobId,
        /// The lesson.
        lesson: LessonId,
        /// Its title.
        title: String,
    },
    /// A lesson was withdrawn.
    Withdrawn(LessonId),
    /// A join was undone.
    JoinUndone,
    /// A terminal is to be erased.
    EraseOrdered,
    /// It is not any more.
    EraseWithdrawn,
    /// A lessor's certificate is filed.
    CertificateFiled,
    /// Login cards are made; their page.
    CardsMade(PathBuf),
    /// A login card counts no more.
    CardRevoked,
    /// Codes to be read out to a pupil, each with its terminal's name.
    Codes(PupilId, Vec<(String, UnlockAnswer)>),
    /// Earlier study comes to a terminal.
    Agreed,
    /// Something failed.
    Failed(Problem),
}
