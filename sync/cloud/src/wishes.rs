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
pub struct Wishes(Arc<[AtomicBool; 2]>);

/// One of them.
#[derive(Debug, Clone, Copy)]
pub enum Wish {
    /// The terminal is to renew its key.
    Rekey,
    /// There are orders for it.
    Orders,
}

impl Wish {
    const ALL: [Self; 2] = [Self::Rekey, Self::Orders];

    fn header(self) -> &'static str {
        match self {
            Self::Rekey => header::REKEY,
            Self::Orders => header::ORDERS,
        }
    }
}

impl Wishes {
    /// The answer says so, where it is wanted.
    pub fn tell(&self, wish: Wish, is_wanted: bool) {
        self.0[wish as usize].store(is_wanted, Ordering::Relaxed);
    }
}

/// Puts the wishes on the answer.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let wishes = Wishes::default();
    request.extensions_mut().insert(wishes.clone());
    let mut response = next.run(request).await;
    for wish in Wish::ALL {
        if wishes.0[wish as usize].load(Ordering::Relaxed) {
            let name = HeaderName::from_static(wish.header());
            response.headers_mut().insert(name, HeaderValue::from(1));
        }
    }
    response
}
