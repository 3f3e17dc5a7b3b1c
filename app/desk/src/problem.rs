//! What can go wrong, in words that both the window and a terminal line can say.

use std::path::PathBuf;

use hotaru_content::id::LessonId;
use hotaru_content::package::PackageError;
use hotaru_publish::{DraftError, PublishError};
use hotaru_sync::client::http::OpenError;
use hotaru_sync::client::outbox::OutboxError;
use hotaru_sync::http::LineFault;
use hotaru_sync::upload::UploadError;
use hotaru_sync::wire::code;

/// Why something could not be done. Each has a key in the language files (`problem-` and
/// [`Problem::code`]); its English sentence is its `Display`.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The address, the token or the certificates cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The line failed.
    #[error(transparent)]
    Line(#[from] LineFault),
    /// The school does not know the token.
    #[error(
        "the school does not know this token; copy it again from `hotaru-cloud class add`, or ask who runs the school's server"
    )]
    Token,
    /// The session ended, or nobody is signed in any more.
    #[error(
        "nobody is signed in (any more); say `hotaru-desk sign-in --name NAME`, nothing is lost"
    )]
    SessionOver,
    /// Name, passphrase or code are not right; which is not said.
    #[error(
        "name, passphrase or code are not right; look at them once more, or ask the school's administrator for a new setup code"
    )]
    WrongSignIn,
    /// The passphrase is right, and this computer has to show a code as well.
    #[error(
        "the school wants a code as well; add --code with the six digits of the authenticator or a recovery code"
    )]
    CodeNeeded,
    /// The authenticator's first code is not right.
    #[error(
        "this is not the authenticator's code of this moment; wait for the next one, and look at the clock of the device that shows it"
    )]
    WrongCode,
    /// The school lets nobody try more often.
    #[error("the school takes no more tries for now; wait a minute, then try again")]
    TooManyTries,
    /// The identity provider let nobody in.
    #[error("the provider let nobody in; sign in there once more, or with name and passphrase")]
    OidcDeclined,
    /// Nobody came back from the browser.
    #[error("nobody came back from the browser within ten minutes; begin the sign-in once more")]
    OidcLate,
    /// The school has no identity provider, or not the one that was named.
    #[error("the school has no such sign-in; it has: {0}; or say --name for a passphrase")]
    NoProvider(String),
    /// A line of standard input is missing.
    #[error("{0} is to come on standard input, each on a line of its own; nothing was asked")]
    NoLine(&'static str),
    /// The school refused.
    #[error("the school refused ({code}): {message}")]
    Refused {
        /// For programs; see [`hotaru_sync::wire::code`].
        code: String,
        /// The school's sentence.
        message: String,
    },
    /// The school's answer cannot be used.
    #[error(
        "the school's answer cannot be used ({0}); both ends may need the same version of Hotaru"
    )]
    Answer(String),
    /// A person stopped it.
    #[error("it was stopped; nothing was changed")]
    Stopped,
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// Sending failed; the lesson waits.
    #[error(
        "the lesson has not reached the school yet ({0}); it is kept on this computer, and `hotaru-desk resume` sends it"
    )]
    Kept(UploadError),
    /// The school refused a lesson for good.
    #[error(
        "the school did not take the lesson: {message}; it is kept on this computer until it is pushed anew"
    )]
    NotTaken {
        /// For programs; see [`hotaru_sync::wire::code`].
        code: String,
        /// The school's sentence.
        message: String,
    },
    /// A lesson of the outbox belongs to another school.
    #[error("this lesson was made for {0}; send it from a desk that is connected there")]
    OtherCloud(String),
    /// A lesson in the outbox was made by another teacher on this computer.
    #[error("another teacher made that lesson; it is sent once she signs in")]
    OtherTeacher,
    /// Several lessons wait.
    #[error(
        "{waiting} of {all} lessons are not at the school yet; they are kept, say `hotaru-desk resume` again later"
    )]
    Waiting {
        /// How many wait.
        waiting: usize,
        /// How many there were.
        all: usize,
    },
    /// The lesson is not one yet.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Files that cannot be used.
    #[error("nothing was sent: {}", sentences(.0))]
    Files(Vec<PublishError>),
    /// Nobody is to receive the lesson.
    #[error("nobody would receive the lesson; name a class with --class")]
    NoRecipient,
    /// Nobody has said which school.
    #[error(
        "it is not known which school is meant; say `hotaru-desk sign-in --cloud URL --name NAME`, or give --cloud and --token"
    )]
    NoAccount,
    /// No such class.
    #[error("this teacher has no class {name:?}; there are: {known}")]
    NoClass {
        /// What was given.
        name: String,
        /// The classes that there are.
        known: String,
    },
    /// Numbers need one class.
    #[error("--pupil-number needs exactly one --class, so that it is clear whose number it is")]
    NumbersOfWhichClass,
    /// No such pupil.
    #[error(
        "class {class} has no pupil with number {number} yet; numbers appear once a pupil has joined"
    )]
    NoPupil {
        /// The class.
        class: String,
        /// The number.
        number: u16,
    },
    /// No such lesson.
    #[error("this teacher has no lesson {0}; `hotaru-desk lessons --class NAME --json` lists them")]
    NoLesson(LessonId),
    /// The lesson that would be replaced was withdrawn.
    #[error("lesson {0} was withdrawn; push it as a new lesson")]
    Withdrawn(LessonId),
    /// The desk's own files.
    #[error("{path:?} cannot be {doing} ({reason}); check the disk and who may write there")]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What was tried, as a past participle.
        doing: &'static str,
        /// What the system says.
        reason: String,
    },
    /// A description of a school's sample.
    #[error("{path:?} is no description of a sample school ({reason}); correct it there")]
    Description {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The package.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Undoing came too late.
    #[error("the lesson is on its way already; withdraw it from the list of lessons")]
    TooLate,
    /// The machine lacks something basic.
    #[error("this machine refuses something basic: {0}; start it again")]
    Machine(String),
}

impl Problem {
    /// A stable key.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open(OpenError::Address { .. }) => "address",
            Self::Open(OpenError::PlainHttp(_)) => "plain-http",
            Self::Open(OpenError::Token) | Self::Token => "token",
            Self::Open(OpenError::RootCertificates { .. } | OpenError::Tls(_)) => "certificates",
            Self::Line(fault) | Self::Kept(UploadError::Line(fault)) => of_fault(fault),
            Self::SessionOver => "session-over",
            Self::WrongSignIn => "wrong-sign-in",
            Self::CodeNeeded => "code-needed",
            Self::WrongCode => "wrong-code",
            Self::TooManyTries => "too-many-tries",
            Self::OidcDeclined => "oidc-declined",
            Self::OidcLate => "oidc-late",
            Self::NoProvider(_) => "oidc-none",
            Self::NoLine(_) => "no-account",
            Self::Refused { code: known, .. } => of_code(known),
            Self::Answer(_) | Self::Kept(UploadError::Answer(_)) => "answer",
            Self::Kept(UploadError::NotNewest(_)) => "not-newest",
            Self::Kept(UploadError::Refused { code, .. }) => of_code(code),
            Self::Stopped | Self::Kept(UploadError::Cancelled) => "stopped",
            Self::NotTaken { code, .. } => of_code(code),
            Self::Kept(_) => "not-taken",
            Self::OtherCloud(_) => "other-cloud",
            Self::OtherTeacher => "other-teacher",
            Self::Waiting { .. } => "waiting",
            Self::Outbox(OutboxError::Changed(_)) => "file-changed",
            Self::Outbox(_) | Self::Disk { .. } => "disk",
            Self::Draft(_) => "draft",
            Self::Files(_) => "files",
            Self::NoRecipient => "no-recipient",
            Self::NoAccount => "no-account",
            Self::NoClass { .. } => "no-class",
            Self::NumbersOfWhichClass | Self::NoPupil { .. } => "no-pupil",
            Self::NoLesson(_) | Self::Withdrawn(_) => "no-lesson",
            Self::Description { .. } | Self::Package(_) => "package",
            Self::TooLate => "too-late",
            Self::Machine(_) => "machine",
        }
    }
}

/// The key of a refusal of the school.
#[must_use]
pub fn of_code(known: &str) -> &'static str {
    match known {
        code::UNAUTHORIZED => "token",
        code::SESSION_OVER => "session-over",
        code::WRONG_SETUP => "wrong-setup",
        code::WEAK_PASSPHRASE => "weak-passphrase",
        code::OIDC_UNKNOWN => "oidc-unknown",
        code::OIDC_FAILED => "oidc-failed",
        code::OIDC_PROVIDER => "oidc-provider",
        code::FORBIDDEN => "forbidden",
        code::NOT_FOUND | code::GONE => "no-lesson",
        code::NOT_NEWEST => "not-newest",
        code::NO_SPACE => "school-full",
        code::BUSY | code::INTERNAL => "school-busy",
        _ => "not-taken",
    }
}

/// The key of a fault of the line.
#[must_use]
pub fn of_fault(fault: &LineFault) -> &'static str {
    match fault {
        LineFault::Unreachable(_) => "unreachable",
        LineFault::Broken | LineFault::Truncated | LineFault::TooLong | LineFault::WrongHash(_) => {
            "line-broke"
        }
        LineFault::Stalled(_) => "stalled",
        LineFault::Intercepted(_) => "intercepted",
        LineFault::CaptivePortal => "captive-portal",
        LineFault::Proxy(_) => "proxy",
    }
}

fn sentences(errors: &[PublishError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
