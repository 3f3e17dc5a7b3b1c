//! One request, one answer, and the thread waits.

use std::io;

use tokio::runtime::{Builder, Runtime};

use super::cancel::Cancel;
use super::http::{Http, OpenError, Options, Traffic};
use crate::http::{Exchange, LineFault, Method, Request};
use crate::wire::{self, Body as _, ErrorBody};

/// Why a question to the school has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It cannot even be asked.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The line failed.
    #[error(transparent)]
    Line(#[from] LineFault),
    /// The school refuses.
    #[error("the school refused ({status}): {message}")]
    Refused {
        /// The status.
        status: u16,
        /// The code for programs; see [`wire::code`].
        code: String,
        /// The cloud's sentence.
        message: String,
    },
    /// The school answers what this program does not understand.
    #[error("the school's answer cannot be used ({0}); update this program or ask the school")]
    Answer(String),
    /// What was to be asked is out of bounds.
    #[error("this cannot be sent: {0}")]
    Question(String),
    /// The system gives no sockets or timers.
    #[error(
        "this system gives the program no connection ({0}); close other programs and try again"
    )]
    System(io::Error),
    /// A person stopped it.
    #[error("it was stopped")]
    Cancelled,
}

/// Asks one school, one question at a time, over one connection.
#[derive(Debug)]
pub struct Caller {
    runtime: Runtime,
    http: Http,
}

impl Caller {
    /// Prepares; nothing is sent.
    ///
    /// # Errors
    /// Where the options cannot be used or the system gives no connections.
    pub fn open(options: &Options) -> Result<Self, CallError> {
        Ok(Self {
            runtime: runtime().map_err(CallError::System)?,
            http: Http::open(options)?,
        })
    }

    /// What went over the line so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.http.traffic()
    }

    /// Asks for a JSON body.
    ///
    /// # Errors
    /// Where the line fails, the school refuses, or its answer is not of this form.
    pub fn get<T: wire::Body>(&self, path: String, cancel: &Cancel) -> Result<T, CallError> {
        let bytes = self.ask(Method::Get, path, Vec::new(), T::MAX_LEN as u64, cancel)?;
        wire::parse(&bytes).map_err(|error| CallError::Answer(error.to_string()))
    }

    /// Sends a JSON body for another.
    ///
    /// # Errors
    /// As [`Caller::get`], and where the body is out of bounds.
    pub fn post<T: wire::Body>(
        &self,
        path: String,
        body: &impl wire::Body,
        cancel: &Cancel,
    ) -> Result<T, CallError> {
        let body = wire::write(body).map_err(|error| CallError::Question(error.to_string()))?;
        let bytes = self.ask(Method::Post, path, body, T::MAX_LEN as u64, cancel)?;
        wire::parse(&bytes).map_err(|error| CallError::Answer(error.to_string()))
    }

    /// Sends bytes as they are for a JSON body.
    ///
    /// # Errors
    /// As [`Caller::get`].
    pub fn send<T: wire::Body>(
        &self,
        path: String,
        bytes: Vec<u8>,
        cancel: &Cancel,
    ) -> Result<T, CallError> {
        let bytes = self.ask(Method::Post, path, bytes, T::MAX_LEN as u64, cancel)?;
        wire::parse(&bytes).map_err(|error| CallError::Answer(error.to_string()))
    }

    /// Orders something that needs no body, and hears a JSON body.
    ///
    /// # Errors
    /// As [`Caller::get`].
    pub fn order<T: wire::Body>(&self, path: String, cancel: &Cancel) -> Result<T, CallError> {
        let bytes = self.ask(Method::Post, path, Vec::new(), T::MAX_LEN as u64, cancel)?;
        wire::parse(&bytes).map_err(|error| CallError::Answer(error.to_string()))
    }

    /// Orders something that needs no body and has no answer but that it is done.
    ///
    /// # Errors
    /// Where the line fails or the school refuses.
    pub fn tell(&self, path: String, cancel: &Cancel) -> Result<(), CallError> {
        self.ask(Method::Post, path, Vec::new(), 0, cancel)
            .map(drop)
    }

    /// Hands a JSON body over; there is no answer but that it was taken.
    ///
    /// # Errors
    /// As [`Caller::post`].
    pub fn hand_over(
        &self,
        path: String,
        body: &impl wire::Body,
        cancel: &Cancel,
    ) -> Result<(), CallError> {
        let body = wire::write(body).map_err(|error| CallError::Question(error.to_string()))?;
        self.ask(Method::Post, path, body, 0, cancel).map(drop)
    }

    /// Asks for something to be gone.
    ///
    /// # Errors
    /// Where the line fails or the school refuses.
    pub fn delete(&self, path: String, cancel: &Cancel) -> Result<(), CallError> {
        self.ask(Method::Delete, path, Vec::new(), 0, cancel)
            .map(drop)
    }

    /// Asks for bytes, at most so many.
    ///
    /// # Errors
    /// Where the line fails or the school refuses.
    pub fn bytes(&self, path: String, most: u64, cancel: &Cancel) -> Result<Vec<u8>, CallError> {
        self.ask(Method::Get, path, Vec::new(), most, cancel)
    }

    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    pub(super) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    fn ask(
        &self,
        method: Method,
        path: String,
        body: Vec<u8>,
        most: u64,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, CallError> {
        let request = Request {
            method,
            path,
            headers: Vec::new(),
            body,
            // An error's sentence always has room.
            max_response: most.max(ErrorBody::MAX_LEN as u64),
        };
        self.runtime.block_on(async {
            tokio::select! {
                answer = answer(&self.http, request) => answer,
                () = cancel.cancelled() => Err(CallError::Cancelled),
            }
        })
    }
}

/// A runtime of one thread: the caller's.
pub(super) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

async fn answer(http: &Http, request: Request) -> Result<Vec<u8>, CallError> {
    let mut flight = http.start(request);
    let (mut status, mut body) = (0, Vec::new());
    while let Some(exchange) = flight.next().await {
        match exchange {
            Exchange::Head { status: told, .. } => status = told,
            Exchange::Chunk(bytes) => body.extend_from_slice(&bytes),
            Exchange::End => {}
            Exchange::Failed(fault) => return Err(fault.into()),
        }
    }
    if (200..300).contains(&status) {
        return Ok(body);
    }
    let ErrorBody { code, message } = wire::parse(&body).unwrap_or_else(|_| ErrorBody {
        code: String::new(),
        message: "it gave no reason; try again later".to_owned(),
    });
    Err(CallError::Refused {
        status,
        code,
        message,
    })
}
