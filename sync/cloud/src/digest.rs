//! Bodies of signed requests: read as they come, and at their end compared with what was
//! signed. A body that is another one ends in an error, like one that broke off.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use hotaru_sync::signed::Signed;
use hotaru_sync::wire::header;
use http_body::{Frame, SizeHint};

/// Lets every body that was signed be compared.
pub async fn compare(request: Request, next: Next) -> Response {
    let signed = request.headers().get(header::SIGNED);
    let signed = signed.and_then(|value| value.to_str().ok()?.parse::<Signed>().ok());
    let Some(signed) = signed else {
        return next.run(request).await;
    };
    let request = request.map(|inner| {
        Body::new(Compared {
            inner,
            hasher: blake3::Hasher::new(),
            wanted: signed.body_hash(),
            is_over: false,
        })
    });
    next.run(request).await
}

struct Compared {
    inner: Body,
    hasher: blake3::Hasher,
    wanted: [u8; 32],
    is_over: bool,
}

impl http_body::Body for Compared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(bytes) = frame.data_ref() {
                    self.hasher.update(bytes);
                }
            }
            Poll::Ready(None) => {
                self.is_over = true;
                if *self.hasher.finalize().as_bytes() != self.wanted {
                    let other = "the body is not the one that was signed";
                    return Poll::Ready(Some(Err(axum::Error::new(other))));
                }
            }
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.is_over
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
