//! Telling a terminal that the school wants a new key of it: every answer that it gets says so,
//! until it has one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use hotaru_sync::wire::header;

/// Whether the answer of a request is to say so; who finds out who asks decides.
#[derive(Debug, Clone, Default)]
pub struct Wish(Arc<AtomicBool>);

impl Wish {
    /// The answer says so.
    pub fn tell(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Puts the wish on the answer.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let wish = Wish::default();
    request.extensions_mut().insert(wish.clone());
    let mut response = next.run(request).await;
    if wish.0.load(Ordering::Relaxed) {
        let name = HeaderName::from_static(header::REKEY);
        response.headers_mut().insert(name, HeaderValue::from(1));
    }
    response
}
