//! What is asked of a school before anybody is signed in there, each on a thread of its own.

use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use hotaru_sync::client::call::CallError;
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::wire::{
    OidcFinish, OidcRequest, SessionAnswer, SessionRequest, SignInWays, StaffSecrets, StaffSetup,
    StaffTotp, code,
};

use super::Message;
use crate::account::Account;
use crate::browser::{Landing, state_of};
use crate::line::Line;
use crate::problem::Problem;

/// A knock. No token is shown with it, but by who leaves.
pub(crate) enum Knock {
    SignIn(SessionRequest),
    /// By an identity provider of the school; `open` is given where the browser is to go.
    Oidc {
        provider: String,
        open: Box<dyn FnOnce(&str) + Send>,
    },
    Ways,
    SetUp(StaffSetup),
    Confirm(StaffTotp),
    SignOut,
}

/// What came of it.
pub(crate) enum Opened {
    SignedIn(Result<SessionAnswer, Problem>),
    Ways(Result<SignInWays, Problem>),
    SetUp(Result<StaffSecrets, Problem>),
    Confirmed(Result<(), Problem>),
    SignedOut(Result<(), Problem>),
}

/// Knocks and waits for what comes of it.
pub(crate) fn knock(account: &Account, knock: Knock, cancel: &Cancel) -> Opened {
    let line = Line::open(account);
    match knock {
        Knock::SignIn(asked) => {
            Opened::SignedIn(line.and_then(|line| told(line.desk().sign_in(&asked, cancel))))
        }
        Knock::Oidc { provider, open } => {
            Opened::SignedIn(line.and_then(|line| by_browser(&line, provider, open, cancel)))
        }
        Knock::Ways => Opened::Ways(line.and_then(|line| told(line.desk().ways(cancel)))),
        Knock::SetUp(asked) => {
            Opened::SetUp(line.and_then(|line| told(line.desk().set_up(&asked, cancel))))
        }
        Knock::Confirm(asked) => {
            let done = line.and_then(|line| told(line.desk().confirm(&asked, cancel)));
            Opened::Confirmed(done.map_err(|problem| match problem {
                Problem::WrongSignIn => Problem::WrongCode,
                other => other,
            }))
        }
        Knock::SignOut => {
            Opened::SignedOut(line.and_then(|line| told(line.desk().sign_out(cancel))))
        }
    }
}

/// Sends a browser to the provider and waits for it to come back.
fn by_browser(
    line: &Line,
    provider: String,
    open: Box<dyn FnOnce(&str) + Send>,
    cancel: &Cancel,
) -> Result<SessionAnswer, Problem> {
    let landing = Landing::open()?;
    let asked = OidcRequest {
        provider,
        redirect_port: landing.port(),
    };
    let begun = told(line.desk().begin_oidc(&asked, cancel))?;
    let state = state_of(&begun.authorize_url)?;
    open(&begun.authorize_url);
    let brought = landing.wait(&state, cancel)?;
    let asked = OidcFinish {
        flow: begun.flow,
        state,
        code: brought.code,
        issuer: brought.issuer,
    };
    told(line.desk().finish_oidc(&asked, cancel))
}

/// At the door a busy school is one that takes no more tries: nothing goes on by itself.
fn told<T>(answer: Result<T, CallError>) -> Result<T, Problem> {
    answer.map_err(|error| match error.into() {
        Problem::Refused { code, .. } if code == code::BUSY => Problem::TooManyTries,
        other => other,
    })
}

/// One knock under way.
pub(super) struct Door {
    /// Who knocks, and where.
    pub(super) account: Account,
    /// What its answer is marked with.
    pub(super) number: u64,
    cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

impl Door {
    /// Starts it; `number` marks its answer.
    pub(super) fn start(
        account: Account,
        number: u64,
        what: Knock,
        tell: Sender<Message>,
    ) -> Result<Self, Problem> {
        let (cancel, who) = (Cancel::default(), account.clone());
        let stop = cancel.clone();
        let thread = std::thread::Builder::new()
            .name("door".to_owned())
            .spawn(move || {
                let opened = knock(&who, what, &stop);
                // The room is gone only when the program ends.
                let _ = tell.send(Message::Door(number, Box::new(opened)));
            })
            .map_err(|error| Problem::Machine(error.to_string()))?;
        Ok(Self {
            account,
            number,
            cancel,
            thread: Some(thread),
        })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.cancel.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
