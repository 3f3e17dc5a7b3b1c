//! An answer, put together from its exchanges.

use std::time::Duration;

use crate::http::{Exchange, Headers, LineFault};
use crate::wire::{self, ErrorBody, header};

/// The longest that a cloud can make us wait at once.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);
/// No answer that an upload gets is longer, in bytes; the adapter holds tighter bounds.
const MAX_BODY: usize = 8 << 20;

/// A whole answer.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Headers,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// For an answer that says "later": how long at least.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        matches!(self.status, 408 | 425 | 429 | 500 | 502 | 503 | 504).then(|| {
            let seconds = self
                .headers
                .get(header::RETRY_AFTER)
                .and_then(|text| text.parse().ok());
            Duration::from_secs(seconds.unwrap_or(0)).min(MAX_RETRY_AFTER)
        })
    }

    /// Where the upload goes on.
    pub(super) fn offset(&self) -> Option<u64> {
        self.headers.get(header::UPLOAD_OFFSET)?.trim().parse().ok()
    }

    pub(super) fn says_complete(&self) -> bool {
        self.headers
            .get(header::UPLOAD_COMPLETE)
            .is_some_and(|value| value.trim() == "?1")
    }

    /// What the cloud says is wrong.
    pub(super) fn error(&self) -> ErrorBody {
        wire::parse(&self.body).unwrap_or_else(|_| ErrorBody {
            code: String::new(),
            message: "it gave no reason; try again later".to_owned(),
        })
    }
}

/// Puts an answer together.
#[derive(Debug, Default)]
pub(super) struct Collector(Answer);

impl Collector {
    /// Takes the next exchange; tells the answer once it is whole, or why it never will be.
    pub(super) fn take(&mut self, exchange: Exchange) -> Option<Result<Answer, LineFault>> {
        match exchange {
            Exchange::Head { status, headers } => {
                self.0 = Answer {
                    status,
                    headers,
                    body: Vec::new(),
                };
                None
            }
            Exchange::Chunk(bytes) if self.0.body.len() + bytes.len() > MAX_BODY => {
                Some(Err(LineFault::TooLong))
            }
            Exchange::Chunk(bytes) => {
                self.0.body.extend_from_slice(&bytes);
                None
            }
            Exchange::End => Some(Ok(std::mem::take(&mut self.0))),
            Exchange::Failed(fault) => Some(Err(fault)),
        }
    }
}
