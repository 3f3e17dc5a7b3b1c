//! Paths, from the cloud's address on.

use hotaru_content::blob::BlobId;
use hotaru_content::id::{ClassId, LessonId, PupilId, StreamId, TeacherId, TerminalId};

/// `POST`: a code and a number for a token.
pub const JOIN: &str = "/v1/join";
/// `POST`: a login card for a token.
pub const JOIN_CARD: &str = "/v1/join/card";
/// `POST`: a terminal's certificate of erasure.
pub const ERASURES: &str = "/v1/erasures";
/// `GET`: the key for what only the school is to open.
pub const SCHOOL_KEY: &str = "/v1/school/key";
/// `POST`: the journal of a pupil who is locked, as it lies on the terminal.
pub const JOURNALS: &str = "/v1/journals";
/// `POST`: a box with the secret of a pupil's codes.
pub const UNLOCK_CODES: &str = "/v1/unlock-codes";
/// `POST`: a terminal's new key.
pub const TERMINAL_KEY: &str = "/v1/terminals/key";
/// `GET`: what the school orders a terminal to do; `POST`: what is done of it.
pub const ORDERS: &str = "/v1/orders";
/// `POST`: what a terminal has that the school does not have yet.
pub const TERMINAL_UNSENT: &str = "/v1/terminals/unsent";
/// `POST`: what has arrived.
pub const RECEIPTS: &str = "/v1/receipts";
/// `POST`: what the cloud already has.
pub const UPLOADS: &str = "/v1/uploads";
/// `POST`: a revision.
pub const PUBLISH: &str = "/v1/lessons";
/// `GET`: classes, rosters, terminals.
pub const DESK_SCHOOL: &str = "/v1/desk/school";
/// `POST`: signs in; `DELETE`: signs out.
pub const SESSIONS: &str = "/v1/sessions";
/// `GET`: who is signed in.
pub const SESSIONS_ME: &str = "/v1/sessions/me";
/// `GET`: how somebody can sign in here.
pub const SESSIONS_WAYS: &str = "/v1/sessions/ways";
/// `POST`: begins a sign-in by an identity provider.
pub const SESSIONS_OIDC: &str = "/v1/sessions/oidc";
/// `POST`: what the browser brought back, for a session.
pub const SESSIONS_OIDC_FINISH: &str = "/v1/sessions/oidc/finish";
/// `POST`: a setup code and a passphrase for an authenticator's secret.
pub const STAFF_SETUP: &str = "/v1/staff/setup";
/// `POST`: the authenticator's first code.
pub const STAFF_TOTP: &str = "/v1/staff/totp";
/// `GET`: accounts; `POST`: a new one.
pub const ADMIN_STAFF: &str = "/v1/admin/staff";
/// `POST`: a role for somebody.
pub const ADMIN_GRANTS: &str = "/v1/admin/grants";
/// `GET`: all terminals.
pub const ADMIN_TERMINALS: &str = "/v1/admin/terminals";
/// `GET`: counts by class.
pub const AGGREGATES: &str = "/v1/aggregates";
/// `GET`: a guardian's children.
pub const CHILDREN: &str = "/v1/guardian/children";

/// `DELETE`: disables an account.
#[must_use]
pub fn admin_staff(staff: &TeacherId) -> String {
    format!("/v1/admin/staff/{staff}")
}
/// `POST`: a new setup code; passphrase, authenticator and sessions count no more.
#[must_use]
pub fn admin_reset(staff: &TeacherId) -> String {
    format!("/v1/admin/staff/{staff}/reset")
}
/// `DELETE`: revokes a grant.
#[must_use]
pub fn admin_grant(id: u64) -> String {
    format!("/v1/admin/grants/{id}")
}
/// `DELETE`: a terminal's token counts no more.
#[must_use]
pub fn admin_terminal(terminal: &TerminalId) -> String {
    format!("/v1/admin/terminals/{terminal}")
}
/// `POST`: a terminal is to renew its key.
#[must_use]
pub fn admin_rekey(terminal: &TerminalId) -> String {
    format!("/v1/admin/terminals/{terminal}/rekey")
}
/// `POST`: a terminal is to erase itself; `DELETE`: that is taken back.
#[must_use]
pub fn admin_erase(terminal: &TerminalId) -> String {
    format!("/v1/admin/terminals/{terminal}/erase")
}
/// `POST`: a lessor's certificate of a terminal, by its file's name.
#[must_use]
pub fn admin_lessor_certificate(terminal: &TerminalId, name: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("name", name).finish();
    format!("/v1/admin/terminals/{terminal}/lessor-certificate?{query}")
}
/// `GET`: a filed certificate.
#[must_use]
pub fn filed_certificate(id: u64) -> String {
    format!("/v1/admin/lessor-certificates/{id}")
}
/// `POST`: a new join code; `DELETE`: none counts. For the administrator.
#[must_use]
pub fn admin_code(class: &ClassId) -> String {
    format!("/v1/admin/classes/{class}/code")
}
/// The same for the class's teacher.
#[must_use]
pub fn desk_code(class: &ClassId) -> String {
    format!("/v1/desk/classes/{class}/code")
}
/// `GET`: rows of the audit log after one, of all or of one pupil.
#[must_use]
pub fn admin_audit(pupil: Option<&PupilId>, after: u64) -> String {
    match pupil {
        None => format!("/v1/admin/audit?after={after}"),
        Some(pupil) => format!("/v1/admin/audit?pupil={pupil}&after={after}"),
    }
}
/// `GET`: all that the school keeps of a pupil, as JSON lines.
#[must_use]
pub fn admin_record(pupil: &PupilId) -> String {
    format!("/v1/admin/pupils/{pupil}/record")
}
/// `GET`: the same as a page to read.
#[must_use]
pub fn admin_record_page(pupil: &PupilId) -> String {
    format!("/v1/admin/pupils/{pupil}/record?form=html")
}
/// `POST`: deletes a pupil's record.
#[must_use]
pub fn admin_delete_pupil(pupil: &PupilId) -> String {
    format!("/v1/admin/pupils/{pupil}/delete")
}
/// `GET`: what a guardian sees of a child.
#[must_use]
pub fn child(pupil: &PupilId) -> String {
    format!("/v1/guardian/children/{pupil}")
}
/// `POST`: a push.
#[must_use]
pub fn events(stream: &StreamId) -> String {
    format!("/v1/streams/{stream}/events")
}
/// `GET`: events of a stream from a number up to another, as a push holds them.
#[must_use]
pub fn events_between(stream: &StreamId, from: u64, until: u64) -> String {
    format!("/v1/streams/{stream}/events?from={from}&until={until}")
}
/// `GET`: the streams of a pupil.
#[must_use]
pub fn streams(pupil: &PupilId) -> String {
    format!("/v1/pupils/{pupil}/streams")
}
/// `GET`: what changed after a cursor.
#[must_use]
pub fn lessons(after: u64) -> String {
    format!("/v1/lessons?after={after}")
}
/// `GET`: a blob's bytes.
#[must_use]
pub fn blob(blob: &BlobId) -> String {
    format!("/v1/blobs/{blob}")
}
/// `GET`: a blob's proof.
#[must_use]
pub fn proof(blob: &BlobId) -> String {
    format!("/v1/blobs/{blob}/proof")
}
/// `GET`: a patch.
#[must_use]
pub fn patch(old: &BlobId, new: &BlobId) -> String {
    format!("/v1/patches/{old}/{new}")
}
/// `HEAD` and `PATCH`: an upload.
#[must_use]
pub fn upload(blob: &BlobId) -> String {
    format!("/v1/uploads/{blob}")
}
/// `DELETE`: withdraws.
#[must_use]
pub fn lesson(lesson: &LessonId) -> String {
    format!("/v1/lessons/{lesson}")
}
/// `GET`: the lessons of a class.
#[must_use]
pub fn desk_lessons(class: &ClassId) -> String {
    format!("/v1/desk/lessons?class={class}")
}
/// `GET`: who has a lesson.
#[must_use]
pub fn desk_receipts(lesson: &LessonId) -> String {
    format!("/v1/desk/lessons/{lesson}/receipts")
}
/// `GET`: what was answered.
#[must_use]
pub fn desk_answers(lesson: &LessonId) -> String {
    format!("/v1/desk/lessons/{lesson}/answers")
}
/// `GET`: one pupil's own page.
#[must_use]
pub fn desk_pupil(pupil: &PupilId) -> String {
    format!("/v1/desk/pupils/{pupil}")
}
/// `POST`: a new login card; `DELETE`: none counts any more.
#[must_use]
pub fn desk_card(pupil: &PupilId) -> String {
    format!("/v1/desk/pupils/{pupil}/card")
}
/// `POST`: a pupil's earlier study may come to a terminal.
#[must_use]
pub fn desk_agree(terminal: &TerminalId, pupil: &PupilId) -> String {
    format!("/v1/desk/terminals/{terminal}/pupils/{pupil}/agree")
}
/// `DELETE`: undoes a join.
#[must_use]
pub fn desk_terminal(terminal: &TerminalId) -> String {
    format!("/v1/desk/terminals/{terminal}")
}
/// `POST`: the code that a teacher reads out.
#[must_use]
pub fn unlock(terminal: &TerminalId, pupil: &PupilId) -> String {
    format!("/v1/desk/terminals/{terminal}/pupils/{pupil}/unlock")
}
