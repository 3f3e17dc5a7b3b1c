//! What a failed request gets: a status, a code for programs, a sentence for people.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hotaru_content::key::PublicKey;
use hotaru_sync::wire::{ErrorBody, WireError, code, header as wire_header, media_type};

use crate::store::StoreError;

/// A failed request.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    /// With a code of [`code`] and a sentence.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let body = ErrorBody {
            code: code.to_owned(),
            message: message.into(),
        };
        Self {
            status,
            body,
            headers: Vec::new(),
        }
    }

    /// Adds the header that says by which key a terminal is known.
    #[must_use]
    pub fn with_known_key(mut self, key: PublicKey) -> Self {
        // 64 digits are a header's value.
        if let Ok(value) = HeaderValue::try_from(key.to_string()) {
            let name = HeaderName::from_static(wire_header::KNOWN_KEY);
            self.headers.push((name, value));
        }
        self
    }

    /// Adds a header whose value is a number.
    #[must_use]
    pub fn with_number(mut self, name: &'static str, value: u64) -> Self {
        self.headers
            .push((HeaderName::from_static(name), HeaderValue::from(value)));
        self
    }

    /// 401.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            code::UNAUTHORIZED,
            "the school does not know this token (any more); join again, or ask the teacher for \
             a new one",
        )
    }

    /// 401: the session is over.
    #[must_use]
    pub fn session_over() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            code::SESSION_OVER,
            "this sign-in is over: it ended, rested for two hours, or was ended by the school; sign \
             in again, nothing is lost",
        )
    }

    /// 401: the token is good and the request is not signed by its terminal.
    #[must_use]
    pub fn unsigned() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            code::UNSIGNED,
            "this request is not signed by the terminal whose token it shows; join again on this \
             terminal",
        )
    }

    /// 401: a key signed it that the terminal had before its present one.
    #[must_use]
    pub fn superseded() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            code::SUPERSEDED,
            "this terminal's key was renewed, and this disk has an earlier one: it is a copy, or an \
             older image that was put back; join again on it with a login card, what is unsent on it \
             is kept and is sent then",
        )
    }

    /// 403.
    #[must_use]
    pub fn forbidden(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code::FORBIDDEN, message)
    }

    /// 404.
    #[must_use]
    pub fn not_found(message: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, message)
    }

    /// 410: the pupil's record was deleted.
    #[must_use]
    pub fn pupil_deleted() -> Self {
        Self::new(
            StatusCode::GONE,
            code::PUPIL_DELETED,
            "this pupil's record was deleted at the school's order; the terminal removes what it \
             has of her by itself",
        )
    }

    /// 400.
    #[must_use]
    pub fn bad_body(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::BAD_BODY, message)
    }

    /// 413.
    #[must_use]
    pub fn too_long(most: u64) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            code::TOO_LONG,
            format!(
                "the request has more than the {most} bytes that are allowed here; send less at once"
            ),
        )
    }

    /// 429 or 503.
    #[must_use]
    pub fn busy(status: StatusCode, message: &'static str, retry_after_s: u64) -> Self {
        Self::new(status, code::BUSY, message).with_number(wire_header::RETRY_AFTER, retry_after_s)
    }

    /// 507.
    #[must_use]
    pub fn no_space() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            code::NO_SPACE,
            "the school's disk is full; nothing is lost, tell who keeps the server to make room",
        )
    }

    /// 500, with the cause in the server's own log only.
    #[must_use]
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(cause = %cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            code::INTERNAL,
            "the school's server failed; nothing is lost, try again later and tell who keeps it",
        )
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::no_space(),
            error => Self::internal(&error),
        }
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::no_space(),
            _ => Self::internal(&error),
        }
    }
}

impl From<object_store::Error> for ApiError {
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            if let Some(io) = error.downcast_ref::<std::io::Error>()
                && io.kind() == std::io::ErrorKind::StorageFull
            {
                return Self::no_space();
            }
            cause = error.source();
        }
        Self::internal(&error)
    }
}

impl From<WireError> for ApiError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::TooLong { most, .. } => Self::too_long(most as u64),
            error @ WireError::Field { .. } => {
                Self::bad_body(format!("{error}; correct it and send it again"))
            }
            error => Self::bad_body(error.to_string()),
        }
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        // Two strings cannot fail to be JSON.
        let body = serde_json::to_vec(&self.body).unwrap_or_default();
        let mut response = (
            self.status,
            [(header::CONTENT_TYPE, media_type::JSON)],
            body,
        )
            .into_response();
        response.headers_mut().extend(self.headers);
        response
    }
}
