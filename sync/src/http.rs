//! HTTP as data: what a core asks for, and what came of it.

use std::time::Duration;

/// The protocol's number, which every answer of the cloud carries in [`PROTOCOL_HEADER`].
/// Servers speak this one and the one before.
pub const PROTOCOL: u16 = 1;
/// The header that tells the school's cloud from whoever else answers.
pub const PROTOCOL_HEADER: &str = "hotaru";

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// POST
    Post,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

impl Method {
    /// As HTTP writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request that a core wants made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query, from the cloud's address on: `/v1/lessons?after=3`.
    pub path: String,
    /// Headers beside the token, which the adapter adds; names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The longest answer that is read, in bytes: past it the exchange fails.
    pub max_response: u64,
}

/// Headers of an answer that cores read; names in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The first value of a header, named in lower case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What comes of a request, in this order: one head, chunks, then end or failure. A
/// failure may come at any point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchange {
    /// Status and headers have arrived.
    Head {
        /// The status code.
        status: u16,
        /// The headers.
        headers: Headers,
    },
    /// The next bytes of the body.
    Chunk(Vec<u8>),
    /// The body is whole, as far as HTTP can tell.
    End,
    /// It broke.
    Failed(LineFault),
}

/// Why the line failed, as far as it can be told apart. Nothing is ever lost by one: what
/// was not acknowledged is kept and sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// There is no network, or the name or address cannot be reached.
    #[error("the school cannot be reached: {0}; everything is kept and sent when there is a line")]
    Unreachable(String),
    /// The connection broke in the middle.
    #[error("the line broke off; it goes on where it stopped")]
    Broken,
    /// Nothing came for longer than the stall timeout.
    #[error("the line has been silent for {} s; it goes on where it stopped", .0.as_secs())]
    Stalled(Duration),
    /// Somebody else's certificate: a filter that inspects TLS, or a wrong address.
    #[error(
        "the connection is opened by somebody in between ({0}); ask who runs this network, nothing was sent"
    )]
    Intercepted(String),
    /// A page for signing in to the Wi-Fi, or any answer that is not the school's.
    #[error("this network answers with its own page; sign in to the Wi-Fi first, nothing was sent")]
    CaptivePortal,
    /// A proxy refused or asks for a name and password.
    #[error("the proxy of this network refused ({0}); ask who runs it")]
    Proxy(String),
    /// The body ended before its stated length.
    #[error("an answer was cut short on the way; it goes on where it stopped")]
    Truncated,
    /// An answer was longer than allowed.
    #[error("an answer was longer than allowed and was thrown away")]
    TooLong,
    /// Bytes that do not hash to their name.
    #[error("wrong bytes arrived for {0}; they were thrown away and are fetched again")]
    WrongHash(String),
}
