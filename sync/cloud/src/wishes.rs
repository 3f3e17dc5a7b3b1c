//! Telling a terminal what the school wants of it: a new key, a look at its orders. Every answer
//! that it gets says so, until it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use hotaru_sync::wire::header;

/// What the answer of a request is to say; who finds out who asks decides.
#[derive(Debug, Clone, Default)]
pub struct Wishes(Arc<Wanted>);

#[derive(Debug, Default)]
struct Wanted {
    rekey: AtomicBool,
    orders: AtomicBool,
}

impl Wishes {
    /// The terminal is to renew its key.
    pub fn rekey(&self, is_wanted: bool) {
        self.0.rekey.store(is_wanted, Ordering::Relaxed);
    }

    /// There are orders for the terminal.
    pub fn orders(&self, are_there: bool) {
        self.0.orders.store(are_there, Ordering::Relaxed);
    }
}

/// Puts the wishes on the answer.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let wishes = Wishes::default();
    request.extensions_mut().insert(wishes.clone());
    let mut response = next.run(request).await;
    let Wanted { rekey, orders } = &*wishes.0;
    for (wanted, name) in [(rekey, header::REKEY), (orders, header::ORDERS)] {
        if wanted.load(Ordering::Relaxed) {
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, HeaderValue::from(1));
        }
    }
    response
}
