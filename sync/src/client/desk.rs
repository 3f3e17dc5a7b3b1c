//! The desk's side: jobs of the outbox go up, and the school is asked how things stand.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use hotaru_content::blob::BlobId;
use hotaru_content::id::{ClassId, JobId, LessonId, PupilId, TerminalId};
use hotaru_content::lesson::{MAX_DOCUMENT_LEN, Revision};
use tokio::time::Instant;

use super::call::{CallError, Caller};
use super::cancel::Cancel;
use super::http::{Flight, Options, Traffic};
use super::outbox::{Outbox, OutboxError, Refusal};
use crate::upload::{Effect, Input, Job, Progress, Upload, UploadError, Uploaded};
use crate::wire::{
    AdminTerminals, DeskAnswers, DeskCard, DeskLessons, DeskPupil, DeskReceipts, DeskSchool,
    EraseAnswer, EraseRequest, FiledCertificate, JoinCode, NewJoinCode, OidcFinish, OidcFlow,
    OidcRequest, SessionAnswer, SessionCard, SessionRequest, SignInWays, StaffSecrets, StaffSetup,
    StaffTotp, UnlockAnswer, UnlockRequest, path,
};

/// Faults in a row, without a byte between, that are waited out: about a minute.
pub const PATIENCE: u32 = 6;

/// Why a job is not at the school. It stays in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The outbox cannot give it.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The upload ended.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// The job is for another cloud.
    #[error("this lesson was made for {0}; send it from a desk that is connected there")]
    OtherCloud(String),
    /// The operating system has no randomness to give.
    #[error("the system has no random numbers; try again")]
    Random,
}

/// A desk's connection to its school.
#[derive(Debug)]
pub struct Desk {
    caller: Caller,
    address: String,
    patience: u32,
}

impl Desk {
    /// Prepares; nothing is sent.
    ///
    /// # Errors
    /// Where the options cannot be used.
    pub fn open(options: &Options) -> Result<Self, CallError> {
        Ok(Self {
            caller: Caller::open(options)?,
            address: options.address.clone(),
            patience: PATIENCE,
        })
    }

    /// The same, giving up after so many faults in a row instead of [`PATIENCE`].
    #[must_use]
    pub fn with_patience(self, patience: u32) -> Self {
        Self { patience, ..self }
    }

    /// What went over the line so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.caller.traffic()
    }

    /// Signs in: a name, a passphrase and, where the school wants one, a code. No token is
    /// needed for it.
    ///
    /// # Errors
    /// Where the school cannot be asked, does not know the person by these, or wants a code
    /// ([`code::CODE_NEEDED`](crate::wire::code::CODE_NEEDED)).
    pub fn sign_in(
        &self,
        asked: &SessionRequest,
        cancel: &Cancel,
    ) -> Result<SessionAnswer, CallError> {
        self.caller.post(path::SESSIONS.to_owned(), asked, cancel)
    }

    /// How somebody can sign in at this school. No token is needed for it.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn ways(&self, cancel: &Cancel) -> Result<SignInWays, CallError> {
        self.caller.get(path::SESSIONS_WAYS.to_owned(), cancel)
    }

    /// Begins a sign-in by one of the school's identity providers: the address to open in a
    /// browser, and what the school knows the attempt by.
    ///
    /// # Errors
    /// Where the school cannot be asked, has no such provider, or does not reach it.
    pub fn begin_oidc(&self, asked: &OidcRequest, cancel: &Cancel) -> Result<OidcFlow, CallError> {
        self.caller
            .post(path::SESSIONS_OIDC.to_owned(), asked, cancel)
    }

    /// Signs in by what the browser brought back.
    ///
    /// # Errors
    /// Where the school cannot be asked, or it proves nothing to it.
    pub fn finish_oidc(
        &self,
        asked: &OidcFinish,
        cancel: &Cancel,
    ) -> Result<SessionAnswer, CallError> {
        self.caller
            .post(path::SESSIONS_OIDC_FINISH.to_owned(), asked, cancel)
    }

    /// Signs out: the token of this session counts no more.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn sign_out(&self, cancel: &Cancel) -> Result<(), CallError> {
        self.caller.delete(path::SESSIONS.to_owned(), cancel)
    }

    /// Who is signed in, and as what.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn me(&self, cancel: &Cancel) -> Result<SessionCard, CallError> {
        self.caller.get(path::SESSIONS_ME.to_owned(), cancel)
    }

    /// Chooses the first passphrase of an account; what comes back is told this once.
    ///
    /// # Errors
    /// Where the school cannot be asked, does not take the setup code, or finds the passphrase
    /// too easily guessed.
    pub fn set_up(&self, asked: &StaffSetup, cancel: &Cancel) -> Result<StaffSecrets, CallError> {
        self.caller
            .post(path::STAFF_SETUP.to_owned(), asked, cancel)
    }

    /// Shows the authenticator's first code: the account is ready.
    ///
    /// # Errors
    /// Where the school cannot be asked, or takes one of the two codes for wrong.
    pub fn confirm(&self, asked: &StaffTotp, cancel: &Cancel) -> Result<(), CallError> {
        self.caller
            .hand_over(path::STAFF_TOTP.to_owned(), asked, cancel)
    }

    /// Makes a class's join code anew, for so many days; the one before counts no more.
    ///
    /// # Errors
    /// Where the school cannot be asked, or the class is not this teacher's.
    pub fn renew_code(
        &self,
        class: ClassId,
        days: u16,
        cancel: &Cancel,
    ) -> Result<JoinCode, CallError> {
        self.caller
            .post(path::desk_code(&class), &NewJoinCode { days }, cancel)
    }

    /// Closes a class: no join code counts until there is a new one.
    ///
    /// # Errors
    /// As [`Desk::renew_code`].
    pub fn close_code(&self, class: ClassId, cancel: &Cancel) -> Result<(), CallError> {
        self.caller.delete(path::desk_code(&class), cancel)
    }

    /// Classes, rosters, terminals.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn school(&self, cancel: &Cancel) -> Result<DeskSchool, CallError> {
        self.caller.get(path::DESK_SCHOOL.to_owned(), cancel)
    }

    /// The lessons of a class, newest first.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn lessons(&self, class: ClassId, cancel: &Cancel) -> Result<DeskLessons, CallError> {
        self.caller.get(path::desk_lessons(&class), cancel)
    }

    /// On which terminals a lesson is.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn receipts(&self, lesson: LessonId, cancel: &Cancel) -> Result<DeskReceipts, CallError> {
        self.caller.get(path::desk_receipts(&lesson), cancel)
    }

    /// Each question's answers, counted.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn answers(&self, lesson: LessonId, cancel: &Cancel) -> Result<DeskAnswers, CallError> {
        self.caller.get(path::desk_answers(&lesson), cancel)
    }

    /// One pupil's own page.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn pupil(&self, pupil: PupilId, cancel: &Cancel) -> Result<DeskPupil, CallError> {
        self.caller.get(path::desk_pupil(&pupil), cancel)
    }

    /// A revision's document, proven by its name.
    ///
    /// # Errors
    /// Where the school cannot be asked or sends something else.
    pub fn document(&self, document: BlobId, cancel: &Cancel) -> Result<Revision, CallError> {
        let most = MAX_DOCUMENT_LEN as u64;
        let bytes = self.caller.bytes(path::blob(&document), most, cancel)?;
        if BlobId::of(&bytes) != document {
            return Err(CallError::Answer(format!(
                "other bytes came for {document}"
            )));
        }
        Revision::from_json(&bytes).map_err(|error| CallError::Answer(error.to_string()))
    }

    /// All terminals of the school.
    ///
    /// # Errors
    /// Where the school cannot be asked, or this is not for her role.
    pub fn terminals(&self, cancel: &Cancel) -> Result<AdminTerminals, CallError> {
        self.caller.get(path::ADMIN_TERMINALS.to_owned(), cancel)
    }

    /// Orders a terminal to erase itself: once it has sent everything, or at once.
    ///
    /// # Errors
    /// As [`Desk::terminals`], and where no such terminal counts.
    pub fn order_erase(
        &self,
        terminal: TerminalId,
        at_once: bool,
        cancel: &Cancel,
    ) -> Result<EraseAnswer, CallError> {
        let path = path::admin_erase(&terminal);
        self.caller.post(path, &EraseRequest { at_once }, cancel)
    }

    /// Takes that back.
    ///
    /// # Errors
    /// As [`Desk::terminals`], and where no such order counts.
    pub fn withdraw_erase(&self, terminal: TerminalId, cancel: &Cancel) -> Result<(), CallError> {
        self.caller.delete(path::admin_erase(&terminal), cancel)
    }

    /// Files what a lessor wrote of a terminal that it erased itself: a file with its name.
    ///
    /// # Errors
    /// As [`Desk::terminals`], and where the file is of no use to the school.
    pub fn file_certificate(
        &self,
        terminal: TerminalId,
        name: &str,
        bytes: Vec<u8>,
        cancel: &Cancel,
    ) -> Result<FiledCertificate, CallError> {
        let path = path::admin_lessor_certificate(&terminal, name);
        self.caller.send(path, bytes, cancel)
    }

    /// Undoes a terminal's join.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn undo_terminal(&self, terminal: TerminalId, cancel: &Cancel) -> Result<(), CallError> {
        self.caller.delete(path::desk_terminal(&terminal), cancel)
    }

    /// Makes a pupil's login card; her earlier ones count no more.
    ///
    /// # Errors
    /// Where the school cannot be asked, or the pupil is not in a class of this teacher's.
    pub fn make_card(&self, pupil: PupilId, cancel: &Cancel) -> Result<DeskCard, CallError> {
        self.caller.order(path::desk_card(&pupil), cancel)
    }

    /// Lets a pupil's login card count no more.
    ///
    /// # Errors
    /// As [`Desk::make_card`].
    pub fn revoke_card(&self, pupil: PupilId, cancel: &Cancel) -> Result<(), CallError> {
        self.caller.delete(path::desk_card(&pupil), cancel)
    }

    /// The codes of a number, to be read out to a pupil whose study is locked: of each
    /// terminal that she is on, by its name, where there is one of this number.
    ///
    /// # Errors
    /// Where the school cannot be asked, or knows no code of this number.
    pub fn unlock_codes(
        &self,
        pupil: PupilId,
        number: u32,
        cancel: &Cancel,
    ) -> Result<Vec<(String, UnlockAnswer)>, CallError> {
        let school = self.school(cancel)?;
        let (mut codes, mut refused) = (Vec::new(), None);
        let hers = school.terminals.iter();
        for terminal in hers.filter(|terminal| terminal.pupils.contains(&pupil)) {
            let path = path::unlock(&terminal.terminal, &pupil);
            match self.caller.post(path, &UnlockRequest { number }, cancel) {
                Ok(code) => codes.push((terminal.name.clone(), code)),
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) if codes.is_empty() => Err(error),
            _ => Ok(codes),
        }
    }

    /// Agrees that what a pupil did before comes to a terminal that she joined on.
    ///
    /// # Errors
    /// Where the school cannot be asked, or there is no such pupil on it.
    pub fn agree(
        &self,
        terminal: TerminalId,
        pupil: PupilId,
        cancel: &Cancel,
    ) -> Result<(), CallError> {
        self.caller
            .tell(path::desk_agree(&terminal, &pupil), cancel)
    }

    /// Withdraws a lesson.
    ///
    /// # Errors
    /// Where the school cannot be asked.
    pub fn withdraw(&self, lesson: LessonId, cancel: &Cancel) -> Result<(), CallError> {
        self.caller.delete(path::lesson(&lesson), cancel)
    }

    /// Sends a job of the outbox, whether or not it is held, and takes it out once the cloud
    /// has published it. A job that the cloud refuses for good is marked so.
    ///
    /// # Errors
    /// Where it is not at the school in the end; the job is still in the outbox.
    pub fn send(
        &self,
        outbox: &Outbox,
        id: JobId,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<Uploaded, SendError> {
        let job = outbox.job(id)?;
        if job.cloud.trim_end_matches('/') != self.address.trim_end_matches('/') {
            return Err(SendError::OtherCloud(job.cloud));
        }
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).map_err(|_| SendError::Random)?;
        let upload = Upload::new(
            Job {
                blobs: job.blobs,
                publish: Some(job.publish),
            },
            self.patience,
            u64::from_le_bytes(seed),
        );
        let run = self.run(upload, outbox, id, progress, cancel);
        match self.caller.runtime().block_on(run) {
            Ok(uploaded) => {
                outbox.remove(id)?;
                Ok(uploaded)
            }
            Err(error) => {
                if let Some(code) = error.refusal() {
                    let (code, message) = (code.to_owned(), error.to_string());
                    outbox.refuse(id, &Refusal { code, message })?;
                }
                Err(error.into())
            }
        }
    }

    async fn run(
        &self,
        mut upload: Upload,
        outbox: &Outbox,
        id: JobId,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<Uploaded, UploadError> {
        let mut effects = VecDeque::from(upload.step(Input::Go));
        let (mut flight, mut wake): (Option<Flight>, Option<Instant>) = (None, None);
        loop {
            while let Some(effect) = effects.pop_front() {
                match effect {
                    Effect::Progress(now) => progress(now),
                    Effect::Http(request) => flight = Some(self.caller.http().start(request)),
                    Effect::Wait(wait) => wake = Some(Instant::now() + wait),
                    Effect::Read { blob, offset, len } => {
                        let input = match outbox.read(id, blob, offset, len) {
                            Ok(bytes) => Input::Bytes(bytes),
                            Err(error) => Input::ReadFailed(error.to_string()),
                        };
                        effects.extend(upload.step(input));
                    }
                    Effect::Done(end) => return end,
                }
            }
            let input = tokio::select! {
                biased;
                () = cancel.cancelled() => Input::Cancel,
                Some(exchange) = next(&mut flight) => Input::Exchange(exchange),
                () = sleep_until(wake) => Input::Go,
            };
            if input == Input::Go {
                wake = None;
            }
            effects.extend(upload.step(input));
        }
    }
}

/// What comes next of a request; never anything where there is none or it is over.
pub(super) async fn next(flight: &mut Option<Flight>) -> Option<crate::http::Exchange> {
    if let Some(open) = flight {
        if let Some(exchange) = open.next().await {
            return Some(exchange);
        }
        *flight = None;
    }
    std::future::pending().await
}

/// Returns at that moment; never where there is none.
pub(super) async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake).await,
        None => std::future::pending().await,
    }
}
