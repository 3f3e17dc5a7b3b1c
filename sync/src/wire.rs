//! What bodies and headers hold: every form of the table in `ARCHITECTURE.md`, "The wire".
//!
//! Each body is parsed by [`parse`] (or [`parse_framed`]) and by nothing else: both bound
//! the bytes before they are read and every list and text after. A field that this program
//! does not know is passed over, so that both ends can move at their own pace.

mod admin;
mod desk;
mod frame;
mod oidc;
pub mod path;
mod staff;
mod terminal;
mod token;
mod upload;

pub use admin::{
    AdminTerminal, AdminTerminals, Aggregates, AuditPage, AuditRow, ClassAggregate, ClassCounts,
    DayAnswers, DeletePupil, DeletedPupil, EraseAnswer, EraseRequest, FiledCertificate, GrantId,
    GrantRow, JoinCode, LessorCertificate, MAX_LESSOR_CERTIFICATE_LEN, NewGrant, NewJoinCode,
    NewStaff, StaffCode, StaffList, StaffRow,
};
pub use desk::{
    DeliveryState, DeskAnswers, DeskCard, DeskClass, DeskDrill, DeskItem, DeskLesson, DeskLessons,
    DeskPupil, DeskPupilAnswer, DeskPupilDay, DeskPupilLesson, DeskReceipt, DeskReceipts,
    DeskRoster, DeskSchool, DeskTerminal, ResponseCount, UnlockAnswer, UnlockRequest,
};
pub use frame::{Frame, open_frame, seal_frame};
pub use oidc::{OIDC_REDIRECT, OidcFinish, OidcFlow, OidcRequest, SignInWays};
pub use staff::{
    BadRole, Child, ChildCard, ChildLesson, Children, Grant, MAX_PASSPHRASE_CHARS,
    MAX_SIGN_IN_CHARS, Role, SessionAnswer, SessionCard, SessionRequest, StaffSecrets, StaffSetup,
    StaffTotp,
};
pub use terminal::{
    CardRequest, Change, Conflict, Earlier, JoinAnswer, JoinRequest, Lessons, MAX_JOURNAL_LEN,
    PatchOffer, PupilCard, PushAnswer, Receipt, ReceiptState, Rekey, SchoolCard, SchoolKey,
    StreamEnd, StreamList,
};
pub use token::{Token, token_hash};
pub use upload::{Publish, PublishAnswer, UploadState};

use hotaru_content::blob::BlobRef;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The longest name of a school, class, terminal or title on the wire, in characters.
pub const MAX_NAME_CHARS: usize = 200;
/// The longest sentence of an error, in characters.
pub const MAX_MESSAGE_CHARS: usize = 1000;
/// The most entries of any list on the wire that has no tighter bound.
pub const MAX_ENTRIES: usize = 20_000;

/// Why bytes are not what they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// More bytes than allowed.
    #[error("{what} has more than {most} bytes; it was not read")]
    TooLong {
        /// What it was to be.
        what: &'static str,
        /// The bound, in bytes.
        most: usize,
    },
    /// Not the JSON that it should be.
    #[error("{what} cannot be read ({why}); both ends may need the same version of Hotaru")]
    Json {
        /// What it was to be.
        what: &'static str,
        /// What the parser said.
        why: String,
    },
    /// A field is out of bounds.
    #[error("{what} says something out of bounds: {field} {problem}")]
    Field {
        /// What it was to be.
        what: &'static str,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The frame is damaged, or unpacks to more than allowed.
    #[error("a packed body cannot be unpacked: {0}; send it again")]
    Frame(&'static str),
}

/// A body with bounds of its own.
pub trait Body: Serialize + DeserializeOwned {
    /// What it is, for errors: `the answer to a join`.
    const WHAT: &'static str;
    /// The longest JSON that is read, in bytes (unpacked, where it is framed).
    const MAX_LEN: usize;

    /// Checks every list and text.
    ///
    /// # Errors
    /// The first that is out of bounds.
    fn check(&self) -> Result<(), WireError>;
}

/// Reads a plain JSON body.
///
/// # Errors
/// Where it is too long, not of this form, or out of bounds.
pub fn parse<T: Body>(bytes: &[u8]) -> Result<T, WireError> {
    let what = T::WHAT;
    if bytes.len() > T::MAX_LEN {
        return Err(WireError::TooLong {
            what,
            most: T::MAX_LEN,
        });
    }
    let body: T = serde_json::from_slice(bytes).map_err(|error| WireError::Json {
        what,
        why: error.to_string(),
    })?;
    body.check()?;
    Ok(body)
}

/// Reads a framed JSON body.
///
/// # Errors
/// As [`parse`], and where the frame cannot be unpacked.
pub fn parse_framed<T: Body>(bytes: &[u8]) -> Result<T, WireError> {
    parse(&open_frame(bytes, T::MAX_LEN)?)
}

/// Writes a plain JSON body.
///
/// # Errors
/// Where it is out of bounds: what is sent keeps the bounds that the other end checks.
pub fn write<T: Body>(body: &T) -> Result<Vec<u8>, WireError> {
    let what = T::WHAT;
    body.check()?;
    let bytes = serde_json::to_vec(body).map_err(|error| WireError::Json {
        what,
        why: error.to_string(),
    })?;
    if bytes.len() > T::MAX_LEN {
        return Err(WireError::TooLong {
            what,
            most: T::MAX_LEN,
        });
    }
    Ok(bytes)
}

/// Writes a framed JSON body.
///
/// # Errors
/// As [`write()`].
pub fn write_framed<T: Body>(body: &T) -> Result<Vec<u8>, WireError> {
    Ok(seal_frame(&write(body)?, Frame::Fast))
}

/// What every failed request gets: one sentence with a next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// A short name for programs; see [`code`].
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// The codes that programs tell apart; all else is shown by its message.
pub mod code {
    /// 401: there is no token, or it is not known (any more).
    pub const UNAUTHORIZED: &str = "unauthorized";
    /// 401: the session is over: it ended, was idle for too long, or was revoked.
    pub const SESSION_OVER: &str = "session_over";
    /// 401 to a sign-in: name, passphrase or code are not right; which is not said.
    pub const WRONG_SIGN_IN: &str = "wrong_sign_in";
    /// 401 to a sign-in: the passphrase is right, a second factor is wanted.
    pub const CODE_NEEDED: &str = "code_needed";
    /// 401 to a sign-in by an identity provider: it knows the person, the school does not.
    pub const OIDC_UNKNOWN: &str = "oidc_unknown";
    /// 401 to a sign-in by an identity provider: it was begun too long ago, was finished already,
    /// or what came of it proves nothing.
    pub const OIDC_FAILED: &str = "oidc_failed";
    /// 502 to a sign-in by an identity provider: it cannot be reached, or answers what cannot be
    /// used.
    pub const OIDC_PROVIDER: &str = "oidc_provider";
    /// 404 to a setup: the code does not count, or not any more.
    pub const WRONG_SETUP: &str = "wrong_setup";
    /// 422 to a setup: the passphrase is too easily guessed.
    pub const WEAK_PASSPHRASE: &str = "weak_passphrase";
    /// 409: the name to sign in with is taken.
    pub const NAME_TAKEN: &str = "name_taken";
    /// 401: the token is known, but the request is not signed by its terminal's key; with
    /// the header `hotaru-key` where the cloud has no key of that terminal yet.
    pub const UNSIGNED: &str = "unsigned";
    /// 401: a key signed it that the terminal had before its present one: a copy of its disk,
    /// or an older image of it.
    pub const SUPERSEDED: &str = "superseded";
    /// 409 to a new key: it does not follow the one in force, or was there before.
    pub const WRONG_KEY: &str = "wrong_key";
    /// 401: a request of this number was seen; `hotaru-counter` tells the number to go on
    /// from.
    pub const REPLAYED: &str = "replayed";
    /// 403: the token is known, but not for this.
    pub const FORBIDDEN: &str = "forbidden";
    /// 404: there is no such thing.
    pub const NOT_FOUND: &str = "not_found";
    /// 410: it was here and was withdrawn.
    pub const GONE: &str = "gone";
    /// 410 to a push: the pupil's record was deleted at the school's order; the terminal
    /// removes her, too.
    pub const PUPIL_DELETED: &str = "pupil_deleted";
    /// 404 and 409: a deletion names nobody, or somebody else.
    pub const OTHER_PUPIL: &str = "other_pupil";
    /// 409 to a push: see [`super::Conflict`].
    pub const CONFLICT: &str = "conflict";
    /// 409 to an upload: `upload-offset` tells where it goes on.
    pub const WRONG_OFFSET: &str = "wrong_offset";
    /// 412: somebody published a newer revision.
    pub const NOT_NEWEST: &str = "not_newest";
    /// 403: a teacher has not agreed that the pupil's earlier study goes to this terminal.
    pub const NOT_APPROVED: &str = "not_approved";
    /// 404 to a login card: it does not count, or not any more.
    pub const WRONG_CARD: &str = "wrong_card";
    /// 404 to a join: no class has that code.
    pub const WRONG_CODE: &str = "wrong_code";
    /// 400: the body is not what it should be.
    pub const BAD_BODY: &str = "bad_body";
    /// 413: the body is too long.
    pub const TOO_LONG: &str = "too_long";
    /// 422: bytes that do not hash to their name.
    pub const WRONG_HASH: &str = "wrong_hash";
    /// 429 and 503: `retry-after` says when.
    pub const BUSY: &str = "busy";
    /// 507: the cloud's disk is full.
    pub const NO_SPACE: &str = "no_space";
    /// 500: the cloud's own fault.
    pub const INTERNAL: &str = "internal";
}

/// Letters and digits of a login card's code.
pub const CARD_LEN: usize = 20;

/// 32 letters and digits that are not taken for one another: of these are codes and pins.
pub const CODE_ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A code as typed, to the form that is compared: capitals, full-width letters made narrow,
/// all else left out; at most so many characters.
#[must_use]
pub fn plain_code(typed: &str, most: usize) -> String {
    typed
        .chars()
        .filter_map(|char| match char {
            // U+FF01 to U+FF5E are ASCII 0x21 to 0x7E, wide.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0),
            _ => Some(char),
        })
        .filter(char::is_ascii_alphanumeric)
        .map(|char| char.to_ascii_uppercase())
        .take(most)
        .collect()
}

/// The names of headers beside [`PROTOCOL_HEADER`](crate::http::PROTOCOL_HEADER).
pub mod header {
    /// Where an upload goes on, in bytes.
    pub const UPLOAD_OFFSET: &str = "upload-offset";
    /// How long an upload is in all, in bytes.
    pub const UPLOAD_LENGTH: &str = "upload-length";
    /// `?1` once the cloud has all of it.
    pub const UPLOAD_COMPLETE: &str = "upload-complete";
    /// The run of the cloud, 32 hexadecimal digits: a new one may have come back from a
    /// backup.
    pub const RUN: &str = "hotaru-run";
    /// A terminal's signature of its request; see [`signed`](crate::signed).
    pub const SIGNED: &str = "hotaru-signed";
    /// A terminal's public key, where the cloud asks for it.
    pub const KEY: &str = "hotaru-key";
    /// The public key that the cloud knows a terminal by, where another one signed.
    pub const KNOWN_KEY: &str = "hotaru-known-key";
    /// How the key that signs came from the one that the cloud knows; see
    /// [`Chain`](crate::signed::keys::Chain).
    pub const HANDOVERS: &str = "hotaru-handovers";
    /// `1` where the terminal is to renew its key.
    pub const REKEY: &str = "hotaru-rekey";
    /// `1` where the school has orders for the terminal ([`order`](crate::order)).
    pub const ORDERS: &str = "hotaru-orders";
    /// The number of a signed request that a terminal goes on from.
    pub const COUNTER: &str = "hotaru-counter";
    /// The cloud's clock (RFC 9110, 5.6.7).
    pub const DATE: &str = "date";
    /// Seconds to wait.
    pub const RETRY_AFTER: &str = "retry-after";
    /// `"{cursor}"`.
    pub const IF_NONE_MATCH: &str = "if-none-match";
    /// `"{cursor}"`.
    pub const ETAG: &str = "etag";
    /// `bytes=N-`.
    pub const RANGE: &str = "range";
    /// `bytes N-M/L`.
    pub const CONTENT_RANGE: &str = "content-range";
    /// The body's length.
    pub const CONTENT_LENGTH: &str = "content-length";
    /// The body's media type.
    pub const CONTENT_TYPE: &str = "content-type";
}

/// The media types in use.
pub mod media_type {
    /// JSON.
    pub const JSON: &str = "application/json";
    /// A frame: one byte, 0 plain or 1 zstd, then the payload.
    pub const FRAMED: &str = "application/vnd.hotaru.framed";
    /// A blob, a proof, a patch.
    pub const BYTES: &str = "application/octet-stream";
}
impl Body for ErrorBody {
    const WHAT: &'static str = "an error's body";
    const MAX_LEN: usize = 16 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("code", &self.code, 64)?;
        bounds.text("message", &self.message, MAX_MESSAGE_CHARS)
    }
}

/// What a desk or terminal asks about before it uploads.
impl Body for Vec<BlobRef> {
    const WHAT: &'static str = "a list of blobs to upload";
    const MAX_LEN: usize = 4 << 20;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).list("list", self, MAX_ENTRIES)?;
        self.iter()
            .try_for_each(|blob| Bounds(Self::WHAT).blob("list", blob))
    }
}

/// The checks that bodies share.
pub(crate) struct Bounds(pub(crate) &'static str);

impl Bounds {
    pub(crate) fn wrong(&self, field: &'static str, problem: String) -> WireError {
        WireError::Field {
            what: self.0,
            field,
            problem,
        }
    }

    pub(crate) fn text(
        &self,
        field: &'static str,
        text: &str,
        most: usize,
    ) -> Result<(), WireError> {
        if text.chars().take(most + 1).count() > most {
            return Err(self.wrong(field, format!("is longer than {most} characters")));
        }
        Ok(())
    }

    pub(crate) fn list<T>(
        &self,
        field: &'static str,
        list: &[T],
        most: usize,
    ) -> Result<(), WireError> {
        if list.len() > most {
            return Err(self.wrong(field, format!("has more than {most} entries")));
        }
        Ok(())
    }

    pub(crate) fn blob(&self, field: &'static str, blob: &BlobRef) -> Result<(), WireError> {
        if blob.len > hotaru_content::blob::MAX_BLOB_LEN {
            return Err(self.wrong(field, format!("names a blob of {} bytes", blob.len)));
        }
        Ok(())
    }

    pub(crate) fn cursor(&self, field: &'static str, cursor: u64) -> Result<(), WireError> {
        // The cloud keeps it in a signed 64-bit column.
        if i64::try_from(cursor).is_err() {
            return Err(self.wrong(field, "is no number that a cloud counts to".to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
