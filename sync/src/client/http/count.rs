//! Counting what goes over the line.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// Bytes handed to the connection as one.
const BODY_FRAME: usize = 16 * 1024;

/// Bytes that went over the line, as far as this side can compute them: bodies as they were
/// handed to or taken from the connection, and the text of HTTP/1.1 heads. TLS, TCP, the
/// frames of chunked bodies and what a proxy adds are not in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests that were begun.
    pub requests: u64,
    /// Bytes of request bodies.
    pub sent_body: u64,
    /// Bytes of request lines and headers.
    pub sent_head: u64,
    /// Bytes of answers' bodies.
    pub received_body: u64,
    /// Bytes of status lines and headers.
    pub received_head: u64,
}

impl Traffic {
    /// All bytes that went out.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent_body + self.sent_head
    }

    /// All bytes that came in.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received_body + self.received_head
    }
}

/// The counters behind a [`Traffic`].
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) requests: AtomicU64,
    pub(super) sent_body: AtomicU64,
    pub(super) sent_head: AtomicU64,
    pub(super) received_body: AtomicU64,
    pub(super) received_head: AtomicU64,
}

impl Counts {
    pub(super) fn add(count: &AtomicU64, more: u64) {
        count.fetch_add(more, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Traffic {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Traffic {
            requests: get(&self.requests),
            sent_body: get(&self.sent_body),
            sent_head: get(&self.sent_head),
            received_body: get(&self.received_body),
            received_head: get(&self.received_head),
        }
    }
}

/// A body of known length that counts what the connection takes of it.
pub(super) struct CountedBody {
    pub(super) rest: Bytes,
    pub(super) counts: Arc<Counts>,
}

impl http_body::Body for CountedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let len = self.rest.len().min(BODY_FRAME);
        if len == 0 {
            return Poll::Ready(None);
        }
        Counts::add(&self.counts.sent_body, len as u64);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(len)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
